//! What holds for every settings text there can be.

use std::path::Path;

use engram_hook::settings::{Before, Cause, OurHooks, merge, merge_again, take_out};
use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::home::{OURS, with_ours};
use crate::random::{MARK, settings, value};

const BINARY: &str = "/opt/engram-hook";

fn ours(binary: &str) -> OurHooks {
    OurHooks::new(Path::new(binary)).unwrap()
}

fn config() -> ProptestConfig {
    // `PROPTEST_CASES` makes more of them. A failure is reported with its input; a file of seeds would only age.
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn taking_out_undoes_merging(text in settings()) {
        let merged = merge(&text, &ours(BINARY)).unwrap();
        let taken = take_out(&merged.text, &merged.before).unwrap();
        prop_assert_eq!(taken.text, text);
        prop_assert_eq!(taken.removed, OURS);
    }

    #[test]
    fn a_reader_sees_the_old_document_and_our_hooks_behind_it(text in settings()) {
        let merged = merge(&text, &ours(BINARY)).unwrap().text;
        let old: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(serde_json::from_str::<Value>(&merged).unwrap(), with_ours(&old, BINARY));
    }

    #[test]
    fn merging_again_changes_nothing(text in settings()) {
        let once = merge(&text, &ours(BINARY)).unwrap();
        let twice = merge_again(&once.text, &ours(BINARY), &once.before).unwrap();
        prop_assert_eq!(&twice.text, &once.text);
        prop_assert_eq!(take_out(&twice.text, &twice.before).unwrap().text, text);
    }

    #[test]
    fn a_change_in_between_stays_and_nothing_else_does(text in settings(), new in value()) {
        let merged = merge(&text, &ours(BINARY)).unwrap();
        let changed = merged.text.replace(MARK, &new);
        prop_assert_eq!(take_out(&changed, &merged.before).unwrap().text, text.replace(MARK, &new));
    }

    #[test]
    fn an_older_install_is_brought_up_to_date_and_goes_as_a_whole(text in settings(), drop in 0..OURS) {
        let old = merge(&text, &ours("/old/engram-hook")).unwrap();
        // One entry of the older install is in a form of its own, as if an older version had written it.
        let (at, _) = old.text.match_indices("/old/engram-hook").nth(drop).unwrap();
        let older = [&old.text[..at], "engram-hook capture\",\"was\":\"", &old.text[at..]].concat();
        let older = older.replacen("\"args\":", "\"argv\":", drop + 1).replacen("\"argv\":", "\"args\":", drop);
        let new = merge_again(&older, &ours(BINARY), &old.before).unwrap();
        prop_assert_eq!(new.text.matches(BINARY).count(), OURS);
        prop_assert!(!new.text.contains("/old/"));
        prop_assert_eq!(&merge_again(&new.text, &ours(BINARY), &new.before).unwrap().text, &new.text);
        prop_assert_eq!(take_out(&new.text, &new.before).unwrap().text, text);
    }

    #[test]
    fn without_a_memo_only_empty_containers_are_guessed_at(text in settings()) {
        let merged = merge(&text, &ours(BINARY)).unwrap().text;
        let taken = take_out(&merged, &Before::default()).unwrap().text;
        let mut old: Value = serde_json::from_str(&text).unwrap();
        if let Some(hooks) = old.get_mut("hooks").and_then(Value::as_object_mut) {
            let template: Value = serde_json::from_str(include_str!("../../hooks/hooks.json")).unwrap();
            let is_ours = |event: &str| template["hooks"].get(event).is_some();
            hooks.retain(|event, groups| !is_ours(event) || groups != &Value::Array(Vec::new()));
            if hooks.is_empty() {
                old.as_object_mut().unwrap().remove("hooks");
            }
        }
        prop_assert_eq!(serde_json::from_str::<Value>(&taken).unwrap(), old);
    }

    #[test]
    fn what_serde_json_takes_for_json_is_what_we_take_for_json(
        text in settings(), at in any::<prop::sample::Index>(), with in "[\\x00-\\x7f\u{feff}]{0,2}", cut in 0..3_usize,
    ) {
        let mut chars: Vec<char> = text.chars().collect();
        let at = at.index(chars.len());
        let end = (at + cut).min(chars.len());
        chars.splice(at..end, with.chars());
        let text: String = chars.into_iter().collect();
        prop_assume!(!text.trim().is_empty());
        let is_json = serde_json::from_str::<IgnoredAny>(&text).is_ok();
        match merge(&text, &ours(BINARY)) {
            Ok(_) => prop_assert!(is_json),
            Err(refusal) => {
                let is_form = matches!(refusal.cause, Cause::Shape { .. } | Cause::Twice { .. });
                prop_assert_eq!(is_json, is_form, "{}", refusal);
            }
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "[\\[\\]{}\":,\\\\ ntrue0-9eE.+\u{e9}-]{0,40}") {
        drop(merge(&text, &ours(BINARY)));
        drop(take_out(&text, &Before::default()));
    }
}
