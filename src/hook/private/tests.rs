//! Tables of texts with private parts, and what is left of them.

use super::*;

#[test]
fn what_is_between_the_tags_goes() {
    for (text, kept) in [
        ("", ""),
        ("nothing private", "nothing private"),
        ("a <private>b</private> c", "a  c"),
        ("<private>all</private>", ""),
        ("a <PRIVATE>b</Private> c", "a  c"),
        ("a <private reason=\"x > y\" b='>'>b</private> c", "a  c"),
        ("a <private\nreason=x\n>b</private\t> c", "a  c"),
        ("a < private >b< / private > c", "a  c"),
        ("a <\tprivate x=1>b</ private> c", "a  c"),
        ("a <private>b <private>c</private> d</private> e", "a  e"),
        ("a <private>b</private> c <private>d</private> e", "a  c  e"),
        ("a <private>b\nnever closed", "a"),
        ("a <private>b <private>c</private> one is still open", "a"),
        ("a <private", "a"),
        ("a <private and the tag itself is never closed", "a"),
        ("opened elsewhere</private> rest", "rest"),
        ("a <private>b</private> c</private> d", "d"),
        ("a</private>b<private>c", "b"),
        ("a <private/>b</private> c", "a  c"),
        ("```\n<private>\nkey\n</private>\n```", "```\n\n```"),
        ("`<private>` x `</private>` y", "`` y"),
    ] {
        assert_eq!(without_private(text), kept, "{text:?}");
    }
}

#[test]
fn escaped_tags_are_tags() {
    for (open, close) in [
        ("&lt;private&gt;", "&lt;/private&gt;"),
        ("&LT;Private&GT;", "&Lt;/pRIVATE&gT;"),
        ("&ltprivate&gt", "&lt/private&gt"),
        ("&#60;private&#62;", "&#60;/private&#62;"),
        ("&#060;private&#0062;", "&#60;&#47;private&#62;"),
        ("&#x3c;private&#x3E;", "&#x3C;&#x2F;private&#x3e;"),
        ("&#x003c;private&#X3e;", "&#X03c;/private&#x3e;"),
        ("&amp;lt;private&amp;gt;", "&amp;lt;/private&amp;gt;"),
        ("&amp;amp;#60;private&amp;amp;#62;", "&lt;/private&gt;"),
        ("&lt;private>", "</private&gt;"),
        ("<private&gt;", "&#60;/private>"),
        ("&lt;private class=&quot;x&quot;&gt;", "&lt;/private &gt;"),
        ("\\u003cprivate\\u003e", "\\u003c/private\\u003E"),
        ("\\x3cprivate\\x3e", "\\x3c/private\\x3e"),
        ("%3Cprivate%3E", "%3C%2Fprivate%3E"),
        ("<private>", "<\\/private>"),
        ("＜private＞", "＜/private＞"),
        ("\\<private\\>", "\\</private\\>"),
        ("\\\\u003cprivate\\\\u003e", "\\\\u003c/private\\\\u003e"),
        ("\\u003cprivate\\u003e", "\\u003c\\u002fprivate\\u003e"),
        ("\\u0026lt;private\\u0026gt;", "\\u0026lt;/private\\u0026gt;"),
        ("\\u{3c}private\\u{3E}", "\\u{3c}/private\\u{3e}"),
        ("%253Cprivate%253E", "%253C%252Fprivate%253E"),
        ("&#38;lt;private&#38;gt;", "&#x26;lt;/private&#x26;gt;"),
        ("<private&nbsp;>", "</private&#160;>"),
        ("<private\\n class=\\\"x\\\">", "</private\\n>"),
        ("<private=\"yes\">", "</private>"),
    ] {
        let text = format!("before {open}hidden{close} after");
        // A backslash before the tag may have been the text's own.
        let kept = without_private(&text).replace('\\', "");
        assert_eq!(kept, "before  after", "{text:?}");
    }
}

#[test]
fn tags_that_only_look_like_tags_are_tags() {
    for (open, close) in [
        ("<pri\u{200b}vate>", "</pri\u{200b}vate>"),
        ("<\u{200b}private\u{200b}>", "<\u{feff}/\u{2060}private>"),
        ("<priv\u{ad}ate>", "</private>"),
        ("\u{200e}<p\u{200d}r\u{200c}ivate\u{fe0f}>", "</private>\u{200f}"),
        ("<ｐｒｉｖａｔｅ>", "</ｐｒｉｖａｔｅ>"),
        ("＜ＰＲＩＶＡＴＥ＞", "＜／ＰＲＩＶＡＴＥ＞"),
        ("<private\u{a0}>", "</private\u{3000}>"),
        ("<\u{a0}private>", "<\u{2009}/\u{202f}private>"),
        ("<private\u{2003}class=x>", "</private>"),
        ("\u{fe64}private\u{fe65}", "\u{fe64}/private\u{fe65}"),
        ("&lt;pri\u{200b}vate&gt;", "&lt;/private&gt;"),
    ] {
        let text = format!("before {open}hidden{close} after");
        let kept = without_private(&text);
        assert!(!kept.contains("hidden"), "{text:?} -> {kept:?}");
        assert_eq!(
            kept.split_whitespace().collect::<Vec<_>>().join(" ").trim_matches('\u{200e}'),
            "before after"
        );
    }
}

#[test]
fn what_nobody_sees_stays_in_texts_whose_tags_are_tags_already() {
    for (text, kept) in [
        ("👩\u{200d}💻 <private>x</private> 全角Ａ\u{a0}b", "👩\u{200d}💻  全角Ａ\u{a0}b"),
        ("👩\u{200d}💻 and ＡＢＣ", "👩\u{200d}💻 and ＡＢＣ"),
    ] {
        assert_eq!(without_private(text), kept, "{text:?}");
    }
}

/// What SECURITY.md says is none: nothing but its name is looked for, and its letters as letters.
#[test]
fn what_is_no_tag_is_said_to_be_none() {
    for text in [
        "<&#112;rivate>x",
        "[private]x[/private]",
        "{private}x{/private}",
        "‹private›x‹/private›",
        "<рrivate>the first letter is Cyrillic",
        "<p r i v a t e>x",
        "<pri\nvate>x",
        "<secret>x</secret>",
    ] {
        assert_eq!(without_private(text), text);
    }
}

#[test]
fn other_tags_and_the_bare_word_stay() {
    for text in [
        "<privateer>x</privateer>",
        "<private-key>x</private-key>",
        "<private_note>",
        "<private.thing>",
        "<privates>",
        "<Xprivate>",
        "private > public",
        "a private matter, PRIVATE and confidential",
        "#private and `private`",
        "Vec<private::Thing>",
        "if a < private_count && b > 0",
        "if a < private && b > 0 { c() }",
        "<private|public|protected>",
        "&lt;privateer&gt;",
        "&private;",
        "&ampprivate",
        "/private/var/folders",
        "<!-- private -->",
        "v V vvv private",
    ] {
        assert!(matches!(without_private(text), Cow::Borrowed(whole) if whole == text), "{text:?}");
    }
}

#[test]
fn a_tag_made_by_taking_one_out_is_a_tag() {
    assert_eq!(without_private("a <pri<private>x</private>vate>b</private> c"), "c");
    assert_eq!(without_private("a <pri<private></private>vate>hidden"), "a");
    let mut text = "hidden".to_owned();
    for _ in 0..PASSES {
        text = format!("<pri<private></private>vate>{text}");
    }
    assert_eq!(without_private(&text), "");
}

#[test]
fn megabytes_of_tags_are_read_in_linear_time() {
    for hostile in [
        "<private",
        "<private>",
        "</private>",
        "<private a=\"",
        "< private ",
        "<pri<private></private>vate>",
        "private",
        "v",
        "&amp;",
        "&lt;private ",
        "<pri\u{200b}vate>",
        "\u{200b}",
        "&#38;",
        "<private&#",
        "<private\\",
        "          private",
    ] {
        let text = hostile.repeat(2_000_000 / hostile.len());
        let begun = std::time::Instant::now();
        assert!(without_private(&text).len() <= text.len());
        // Quadratic work would take hours: no measure of speed.
        assert!(begun.elapsed().as_secs() < 60, "{hostile:?} took {:?}", begun.elapsed());
    }
}
