//! The settings files people have: in and out again, byte for byte. One test a file of `corpus/`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use engram_hook::settings::{Before, OurHooks, Outcome, merge, take_out};
use serde_json::Value;

use crate::home::{Home, with_ours};

macro_rules! corpus {
    ($($name:ident)*) => {
        $(#[test] fn $name() { survives(stringify!($name)); })*

        #[test]
        fn every_file_of_the_corpus_has_its_test() {
            let names = [$(stringify!($name)),*].map(|name| file_of(name)).into_iter().collect::<BTreeSet<_>>();
            let files = fs::read_dir(directory()).unwrap().map(|entry| entry.unwrap().path()).collect();
            assert_eq!(names, files);
            assert!(names.len() >= 30);
        }
    };
}

corpus! {
    blank_crlf blank_lines_between brackets_cuddled columns_aligned crlf crlf_no_hooks empty_file empty_object
    empty_object_blank_line empty_object_lines empty_object_no_newline empty_object_spaced escaped_keys
    event_empty_array formatter_hook four_spaces group_with_empty_hooks hooks_empty_object
    hooks_empty_object_lines hooks_empty_object_spaced hooks_first_then_more leading_blank_lines long_arrays
    many_newlines_at_end match_all_matchers minified minified_hooks_empty minimal_model mixed_newlines
    model_one_line no_indent no_newline_at_end one_line_events one_newline other_hook_kinds permissions
    same_events_as_ours same_matcher_bash similar_name space_before_colon spaces_only tabs three_spaces
    unusual_values
}

/// Files with containers that are empty without us, which need the memo of the install.
const NEED_THE_MEMO: [&str; 12] = [
    "blank_crlf",
    "empty_file",
    "empty_object_blank_line",
    "empty_object_lines",
    "empty_object_spaced",
    "event_empty_array",
    "hooks_empty_object",
    "hooks_empty_object_lines",
    "hooks_empty_object_spaced",
    "minified_hooks_empty",
    "one_newline",
    "spaces_only",
];

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/settings/corpus")
}

fn file_of(name: &str) -> PathBuf {
    directory().join(name.replace('_', "-")).with_extension("json")
}

fn survives(name: &str) {
    let text = fs::read_to_string(file_of(name)).unwrap();
    Home::with(&text).round_trip();
    holds_the_old_and_ours(name, &text);
    comes_back_without_a_memo(name, &text);
    comes_back_after_another_program_wrote_it(&text);
}

/// What a JSON reader sees is the old document and our hooks behind it.
fn holds_the_old_and_ours(name: &str, text: &str) {
    let ours = OurHooks::new(Path::new("/opt/engram-hook")).unwrap();
    let merged = merge(text, &ours).unwrap().text;
    let old = if text.trim().is_empty() { "{}" } else { text };
    // `serde_json` does not take the lone surrogate that Claude Code takes; the rest of the file it does.
    let tame = |text: &str| text.replace(r"\ud83d lone", "lone");
    let old: Value = serde_json::from_str(&tame(old)).unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(&tame(&merged)).unwrap(),
        with_ours(&old, "/opt/engram-hook"),
        "{name}"
    );
}

fn comes_back_without_a_memo(name: &str, text: &str) {
    let home = Home::with(text);
    home.install();
    fs::remove_dir_all(home.state()).unwrap();
    home.uninstall();
    assert_eq!(home.text() != text, NEED_THE_MEMO.contains(&name), "{name}: {:?}", home.text());
    assert!(!home.text().contains("/bin/engram-hook"), "{name}");
}

/// Claude Code writes the whole file anew when the user changes something in its menus.
fn comes_back_after_another_program_wrote_it(text: &str) {
    let Ok(old) = serde_json::from_str::<Value>(text) else { return };
    let home = Home::with(text);
    home.install();
    let installed: Value = serde_json::from_str(&home.text()).unwrap();
    home.write(&serde_json::to_string_pretty(&installed).unwrap());
    assert_eq!(home.install().outcome, Outcome::Unchanged);
    home.uninstall();
    assert_eq!(serde_json::from_str::<Value>(&home.text()).unwrap(), old);
}

#[test]
fn settings_of_a_megabyte_survive() {
    let mut text = "{\n  \"permissions\": {\n    \"allow\": [\n".to_owned();
    text += &"      \"Bash(a-command-with-a-long-name --with an-argument *)\",\n".repeat(20_000);
    text += "      \"Read\"\n    ]\n  }\n}\n";
    assert!(text.len() > 1_000_000);
    Home::with(&text).round_trip();
}

#[test]
fn settings_that_were_not_there_are_not_there_again() {
    let home = Home::new();
    let before = home.tree();
    let report = home.install();
    assert_eq!((report.outcome, report.backup), (Outcome::Created, None));
    assert_eq!(home.mode(), 0o600);
    assert_eq!(home.install().outcome, Outcome::Unchanged);
    assert_eq!(home.uninstall().outcome, Outcome::Removed);
    home.state_is_clean();
    assert_eq!(home.tree(), before);
}

#[test]
fn a_directory_that_was_not_there_is_not_there_again() {
    let home = Home::new();
    fs::remove_dir(home.path().join(".claude")).unwrap();
    let before = home.tree();
    assert_eq!(home.install().outcome, Outcome::Created);
    assert_eq!(home.uninstall().outcome, Outcome::Removed);
    home.state_is_clean();
    assert_eq!(home.tree(), before);
    assert_eq!(home.uninstall().outcome, Outcome::Unchanged);
    assert_eq!(home.tree(), before);
}

#[test]
fn an_uninstall_where_nothing_was_installed_changes_nothing() {
    for file in fs::read_dir(directory()).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        let home = Home::with(&text);
        let before = home.tree();
        assert_eq!(home.uninstall().outcome, Outcome::Unchanged);
        assert_eq!(home.tree(), before);
        assert_eq!(take_out(&text, &Before::default()).unwrap().text, text);
    }
}
