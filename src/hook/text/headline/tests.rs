//! Tables of lines with marks and what is left of them.

use super::*;

#[test]
fn the_first_line_that_says_something_is_found() {
    for (text, line) in [
        ("", ""),
        ("\n \n\t\n", ""),
        ("---\n***\n___\n===\n> \n- \n#\n", ""),
        ("One.\nTwo.", "One."),
        ("\n\n  indented\n", "indented"),
        ("---\nAfter the rule", "After the rule"),
        ("* * *\nAfter the stars", "After the stars"),
        ("✅ 🎉\nDone", "Done"),
        ("🎉 Done", "🎉 Done"),
        ("<!-- note -->\n# Title", "Title"),
        ("<!-- one\ntwo\n--> three", "three"),
        ("<!-- a --> <!-- b --> c", "c"),
        ("<!-- never closed\ntext", ""),
        ("<summary>\n1. Primary request", "Primary request"),
        ("<div align=\"center\"><br/></div>\nText", "Text"),
        ("```rust\nfn main() {}\n```\nIt compiles.", "It compiles."),
        ("~~~\ncode\n~~~\n- done", "done"),
        ("```\nlet only = code;\n```", "let only = code;"),
        ("```\nnever closed\n# comment", "never closed"),
        ("| Name | Size |\n|---|---|\n", "Name | Size"),
        ("日本語の行\nnext", "日本語の行"),
    ] {
        assert_eq!(headline(text), line, "{text:?}");
    }
}

#[test]
fn marks_are_taken_off() {
    for (text, line) in [
        ("# Title", "Title"),
        ("### Title ###", "Title"),
        ("#hashtag stays", "#hashtag stays"),
        ("C# and F#", "C# and F#"),
        ("> > quoted", "quoted"),
        (">quoted", "quoted"),
        ("- item", "item"),
        ("+ item", "item"),
        ("* [x] done task", "done task"),
        ("- [ ] open task", "open task"),
        ("12. step", "step"),
        ("3) step", "step"),
        ("2026. A year", "2026. A year"),
        ("1.5 seconds", "1.5 seconds"),
        ("-5 degrees", "-5 degrees"),
        ("> ## 2. **Plan**", "Plan"),
        ("**Bold** and *slanted* and ***both***", "Bold and slanted and both"),
        ("**Done:** all tests pass", "Done: all tests pass"),
        ("**bold with *nested* words**", "bold with nested words"),
        ("~~old~~ new", "old new"),
        ("`code` and ``co`de``", "code and co`de"),
        ("Run `a * b * c` now", "Run a * b * c now"),
        ("See [the docs](https://example.com/a_b) now", "See the docs now"),
        ("![logo](logo.png) Name", "logo Name"),
        ("[**bold** link](x)", "bold link"),
        ("array[0] and [brackets]", "array[0] and [brackets]"),
        ("2 * 3 * 4 and 2*3*4", "2 * 3 * 4 and 2*3*4"),
        ("*.rs and *.toml", "*.rs and *.toml"),
        ("def f(*args, **kwargs)", "def f(*args, **kwargs)"),
        ("snake_case and __init__.py", "snake_case and __init__.py"),
        ("~/.config and ~5 minutes", "~/.config and ~5 minutes"),
        ("a ` lone tick", "a ` lone tick"),
        ("**never closed", "**never closed"),
    ] {
        assert_eq!(headline(text), line, "{text:?}");
    }
}

#[test]
fn a_line_without_marks_is_borrowed() {
    for text in ["plain", "## Title", "- item\nmore"] {
        assert!(matches!(headline(text), Cow::Borrowed(_)), "{text:?}");
    }
}

#[test]
fn megabytes_of_marks_are_read_in_linear_time() {
    for hostile in
        ["*a ", "[", "`", "> ", "- ", "<!-- ", "<!-- -->\n", "```\n", "\n", "**", "é", "1. ", "<a>"]
    {
        let text = hostile.repeat(3_000_000 / hostile.len());
        let begun = std::time::Instant::now();
        assert!(headline(&text).len() <= LONGEST_LINE_BYTES);
        // Quadratic work would take hours: no measure of speed.
        assert!(begun.elapsed().as_secs() < 60, "{hostile:?} took {:?}", begun.elapsed());
    }
}
