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
    ] {
        let text = format!("before {open}hidden{close} after");
        assert_eq!(without_private(&text), "before  after", "{text:?}");
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
        "          private",
    ] {
        let text = hostile.repeat(2_000_000 / hostile.len());
        let begun = std::time::Instant::now();
        assert!(without_private(&text).len() <= text.len());
        // Quadratic work would take hours: no measure of speed.
        assert!(begun.elapsed().as_secs() < 60, "{hostile:?} took {:?}", begun.elapsed());
    }
}
