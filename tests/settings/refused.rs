//! Settings we do not understand: one sentence with the line and the next step, and nothing touched.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use engram_hook::settings::{Mode, inspect, uninstall};

use crate::home::Home;

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/settings/refused")
}

/// File of `refused/`, and what the sentence says about it.
const CASES: [(&str, &str); 35] = [
    ("array-at-top", "line 1: the file is an array, not an object"),
    ("block-comment", "line 2: a comment, which plain json does not have; remove the comment"),
    ("byte-order-mark", "the file starts with a byte order mark; save it as utf-8 without one"),
    ("control-character", "line 2: not json: a text that does not end on its line"),
    ("cut-off", "line 2: not json: the text ends too early"),
    ("cut-off-object", "line 3: not json: the text ends too early"),
    ("entry-command-twice", "line 3: the key \"command\" stands twice; keep one of them"),
    ("entry-string", "line 3: hooks.Stop[0].hooks[0] is a string, not an object"),
    ("event-object", "line 3: hooks.Stop is an object, not an array"),
    ("event-string", "line 3: hooks.Stop is a string, not an array"),
    ("event-twice", "line 4: the key \"Stop\" stands twice"),
    ("group-hooks-object", "line 3: hooks.Stop[0].hooks is an object, not an array"),
    ("group-string", "line 3: hooks.Stop[0] is a string, not an object"),
    ("group-without-hooks", "line 4: hooks.Stop[0] is an object without \"hooks\", not a group"),
    ("hash-comment", "line 1: a comment"),
    ("hooks-array", "line 2: \"hooks\" is an array, not an object"),
    ("hooks-null", "line 2: \"hooks\" is null, not an object"),
    ("hooks-twice", "line 4: the key \"hooks\" stands twice"),
    ("hooks-twice-escaped", "line 3: the key \"hooks\" stands twice"),
    ("latin-1", "line 2: not utf-8; save the file as utf-8"),
    ("line-comment", "line 2: a comment"),
    ("matcher-object", "line 3: hooks.Stop[0].matcher is an object, not a string"),
    ("merge-conflict", "line 2: not json: a text without double quotes"),
    ("missing-comma", "line 3: not json: a comma or a closing bracket is missing"),
    ("not-a-number", "line 2: not json: a value is missing"),
    ("nul-byte", "line 1: not json: something follows the end of the settings"),
    ("null-at-top", "line 1: the file is null, not an object"),
    ("single-quotes", "line 2: not json: a text without double quotes"),
    ("string-at-top", "line 1: the file is a string, not an object"),
    ("too-deep", "line 1: nested too deeply"),
    ("trailing-comma", "line 2: a comma with nothing after it; remove the comma"),
    ("trailing-comma-array", "line 2: a comma with nothing after it; remove the comma"),
    ("two-documents", "line 2: not json: something follows the end of the settings"),
    ("unquoted", "line 2: not json: a text without double quotes"),
    ("utf-16", "line 1: not utf-8; save the file as utf-8"),
];

#[test]
fn each_of_them_is_refused_with_its_line_and_the_next_step() {
    for (name, sentence) in CASES {
        let home = Home::with(fs::read(directory().join(name).with_extension("json")).unwrap());
        let refusal = home.refused();
        assert!(refusal.contains(sentence), "{name}: {refusal}");
        assert!(refusal.starts_with("cannot ") && refusal.ends_with(" and try again"), "{name}: {refusal}");
        assert!(
            refusal.contains(home.settings().to_str().unwrap()) && !refusal.contains('\n'),
            "{name}: {refusal}"
        );

        let before = home.tree();
        assert!(uninstall(&home.target(), Mode::Write).is_err(), "{name}");
        assert!(inspect(&home.settings(), &home.ours()).is_err(), "{name}");
        assert_eq!(home.tree(), before);
    }
}

#[test]
fn every_refused_file_has_its_sentence() {
    let names = CASES.map(|(name, _)| directory().join(name).with_extension("json"));
    let files = fs::read_dir(directory()).unwrap().map(|entry| entry.unwrap().path());
    assert_eq!(BTreeSet::from(names), files.collect());
}
