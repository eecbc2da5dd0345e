//! The redactor against labelled texts: what it finds, what it leaves alone, and what it costs.

use engram_hook::hook::private::without_private;
use engram_hook::hook::redact::{KnownSecrets, redact};
use engram_hook::hook::text::{CONTENT_UNITS, clean, cut};
use labelled::{
    Sample, broken_samples, held_back_innocents, held_back_samples, innocents, known_values, samples,
    samples_beyond_rules, samples_in_other_languages, unseen_samples, wild_samples,
};

#[path = "redaction/cost.rs"]
mod cost;
#[path = "redaction/labelled.rs"]
mod labelled;
#[path = "redaction/stable.rs"]
mod stable;

fn with_known<T>(samples: &[Sample], work: impl FnOnce(&KnownSecrets) -> T) -> T {
    let values = known_values(samples);
    work(&KnownSecrets::of(values.iter().map(|(name, value)| (name.as_str(), value.as_str()))))
}

/// How many were found, and those that were not.
fn recalled<'a>(samples: &'a [Sample], known: &KnownSecrets) -> (usize, Vec<&'a Sample>) {
    let is_missed = |sample: &&Sample| sample.leak(&redact(&sample.text(), known).text).is_some();
    let missed: Vec<&Sample> = samples.iter().filter(is_missed).collect();
    (samples.len() - missed.len(), missed)
}

#[test]
fn at_least_98_of_100_labelled_secrets_are_found() {
    let samples = samples();
    let mut kinds: Vec<&str> = samples.iter().map(|sample| sample.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert!(kinds.len() >= 60, "{} kinds", kinds.len());
    with_known(&samples, |known| {
        let (found, missed) = recalled(&samples, known);
        assert!(found * 1000 >= samples.len() * 995, "{found} of {}", samples.len());
        for kind in kinds {
            let of_kind = samples.iter().filter(|sample| sample.kind == kind).count();
            let missed = missed.iter().filter(|sample| sample.kind == kind).count();
            assert!((of_kind - missed) * 100 >= of_kind * 95, "{kind}: {missed} of {of_kind} missed");
        }
    });
}

#[test]
fn secrets_broken_over_a_line_end_are_found() {
    let samples = broken_samples();
    let (found, _) = recalled(&samples, &KnownSecrets::default());
    assert!(samples.len() >= 1000 && found * 100 >= samples.len() * 95, "{found} of {}", samples.len());
}

/// Texts that no rule was made for when they were written; most of what was missed of them then has its rule now. What
/// is missed still is said by `just redaction -v`.
#[test]
fn of_texts_as_people_write_them_at_least_965_in_1000_are_found() {
    let samples = wild_samples();
    let (found, _) = recalled(&samples, &KnownSecrets::default());
    assert!(samples.len() >= 1500 && found * 1000 >= samples.len() * 965, "{found} of {}", samples.len());
}

/// Texts that no rule was made for when they were written. The rules were taught afterwards what was missed of them.
#[test]
fn of_texts_held_back_until_the_rules_were_done_at_least_960_in_1000_are_found() {
    let samples = unseen_samples();
    let (found, _) = recalled(&samples, &KnownSecrets::default());
    assert!(samples.len() >= 300 && found * 1000 >= samples.len() * 960, "{found} of {}", samples.len());
}

/// Texts that no rule was made for: the honest figure, below which no change of a rule may bring it.
#[test]
fn of_a_second_set_held_back_at_least_880_in_1000_are_found() {
    let samples = held_back_samples();
    let (found, _) = recalled(&samples, &KnownSecrets::default());
    assert!(samples.len() >= 1400 && found * 1000 >= samples.len() * 880, "{found} of {}", samples.len());
}

#[test]
fn of_texts_in_other_languages_at_least_750_in_1000_are_found() {
    let samples = samples_in_other_languages();
    let (found, _) = recalled(&samples, &KnownSecrets::default());
    assert!(samples.len() >= 100 && found * 1000 >= samples.len() * 750, "{found} of {}", samples.len());
}

/// SECURITY.md says that these are kept. One that is found belongs among the others.
#[test]
fn what_is_said_to_be_beyond_any_rule_is() {
    let samples = samples_beyond_rules();
    let (found, missed) = recalled(&samples, &KnownSecrets::default());
    assert!(!samples.is_empty() && missed.len() == samples.len(), "{found} are found");
}

#[test]
fn a_broken_token_at_the_very_start_is_read_to_its_end() {
    let token = ["ghp", "_x7Kp2mQ9b1C3d5E7f9G1h3J5k7L9m1N3p5Q7"].concat();
    for text in [format!("{token}\nA0aa0aaa\""), format!("{token}\nA0aa0aaa"), token] {
        let redacted = redact(&text, &KnownSecrets::default());
        assert!(redacted.text.starts_with("[redacted:github-token]"), "{:?}", redacted.text);
    }
}

#[test]
fn the_text_around_a_secret_is_kept() {
    let samples = samples();
    with_known(&samples, |known| {
        for sample in &samples {
            let text = sample.text();
            let redacted = redact(&text, known);
            let is_kept = redacted.text.starts_with(&sample.before) && redacted.text.ends_with(&sample.after);
            assert!(is_kept, "{} ({}): {text:?} -> {:?}", sample.kind, sample.place, redacted.text);
        }
    });
}

#[test]
fn no_look_alike_is_touched() {
    let innocents = innocents();
    assert!(innocents.len() >= 4500, "{}", innocents.len());
    for innocent in &innocents {
        let redacted = redact(&innocent.text, &KnownSecrets::default());
        assert_eq!(redacted.text, innocent.text, "{}", innocent.about);
        assert_eq!(redacted.kinds.capacity(), 0);
    }
}

/// Five of them were touched when they were written, by three mistakes.
#[test]
fn no_look_alike_of_those_held_back_is_touched() {
    let innocents = held_back_innocents();
    let is_touched = |innocent: &&labelled::Innocent| {
        redact(&innocent.text, &KnownSecrets::default()).text != innocent.text
    };
    let touched: Vec<_> = innocents.iter().filter(is_touched).map(|innocent| &innocent.text).collect();
    assert!(innocents.len() >= 500 && touched.is_empty(), "{touched:?}");
}

#[test]
fn kinds_are_told_in_order() {
    let github = ["ghp", "_x7Kp2mQ9b1C3d5E7f9G1h3J5k7L9m1N3p5Q7"].concat();
    let aws = ["AKIA", "X7KP2MQ9B1C3D5E7"].concat();
    let text = format!("first {github}, then {aws}; DB_PASSWORD=hunter22\n");
    let redacted = redact(&text, &KnownSecrets::default());
    assert_eq!(redacted.kinds, ["github-token", "aws-access-key", "password"]);
    assert_eq!(
        redacted.text,
        "first [redacted:github-token], then [redacted:aws-access-key]; DB_PASSWORD=[redacted:password]\n"
    );
}

#[test]
fn values_of_our_own_environment_are_found_whatever_they_look_like() {
    let vars = [("ACME_PASSWORD", "correct horse battery staple"), ("ACME_TOKEN", "weltzeit-uhr-am-alex")];
    let known = KnownSecrets::of(vars.into_iter());
    let text =
        "it said correct horse battery staple twice: correct horse battery staple, weltzeit-uhr-am-alex!";
    let redacted = redact(text, &known);
    let secret = "[redacted:environment-secret]";
    assert_eq!(redacted.text, format!("it said {secret} twice: {secret}, {secret}!"));
    assert_eq!(redacted.kinds, ["environment-secret"; 3]);
}

#[test]
fn nothing_is_smuggled_past_in_a_marker() {
    let token = ["gho", "_x7Kp2mQ9b1C3d5E7f9G1h3J5k7L9m1N3p5Q7"].concat();
    for text in
        [format!("[redacted:{token}]"), format!("[redacted:token {token}]"), format!("[redacted:{token}")]
    {
        let redacted = redact(&text, &KnownSecrets::default());
        assert!(!redacted.text.contains(&token), "{text:?} -> {:?}", redacted.text);
    }
}

#[test]
fn a_secret_at_the_cut_does_not_show_its_first_half() {
    for sample in samples().iter().filter(|sample| sample.place == "final message") {
        for lead in (CONTENT_UNITS - 60)..(CONTENT_UNITS + 10) {
            let text = format!("{}{}", "word ".repeat(lead / 5), sample.text());
            let text = clean(&text);
            let text = without_private(&text);
            let redacted = redact(&text, &KnownSecrets::default());
            let content = cut(&redacted.text, CONTENT_UNITS);
            assert_eq!(sample.leak(&content), None, "{} after {lead}", sample.kind);
            assert!(content.encode_utf16().count() <= CONTENT_UNITS);
            assert!(!content.contains("[redacted") || content.contains(']'), "{content:?}");
        }
    }
}
