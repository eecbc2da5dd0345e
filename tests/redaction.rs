//! The redactor against labelled texts: what it finds, what it leaves alone, and what it costs.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::{Duration, Instant};

use engram_hook::hook::private::without_private;
use engram_hook::hook::redact::{KnownSecrets, redact};
use engram_hook::hook::text::{CONTENT_UNITS, clean, cut};
use labelled::{Sample, broken_samples, innocents, known_values, samples};
use proptest::prelude::*;

#[path = "redaction/labelled.rs"]
mod labelled;

/// Linear work on megabytes takes seconds on the slowest machine, quadratic work takes hours: this is no measure of speed.
const HANGS: Duration = Duration::from_mins(1);

/// Counts what the thread at hand allocates.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

#[expect(unsafe_code, reason = "an allocator is counted in by being one; it only hands on to the system's")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.get();
    work();
    ALLOCATIONS.get() - before
}

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
    assert!(innocents.len() >= 2000, "{}", innocents.len());
    for innocent in &innocents {
        let redacted = redact(&innocent.text, &KnownSecrets::default());
        assert_eq!(redacted.text, innocent.text, "{}", innocent.about);
        assert_eq!(redacted.kinds.capacity(), 0);
    }
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

#[test]
fn text_without_secrets_costs_no_allocation() {
    let innocents = innocents();
    let text: String =
        innocents.iter().take(500).map(|innocent| innocent.text.as_str()).collect::<Vec<_>>().join("\n");
    let vars = [("ACME_TOKEN", "weltzeit-uhr-am-alex")];
    let known = KnownSecrets::of(vars.into_iter());
    assert_eq!(allocations(|| assert!(redact(&text, &KnownSecrets::default()).kinds.is_empty())), 0);
    assert_eq!(allocations(|| assert!(redact(&text, &known).kinds.is_empty())), 0);
    assert_eq!(allocations(|| assert_eq!(without_private(&text), text.as_str())), 0);
    assert_eq!(allocations(|| assert_eq!(clean(&text), text.trim())), 0);
    assert!(allocations(|| drop(redact("token=x7Kp2mQ9b1C3d5E7f9", &known))) > 0, "the counter counts");
}

/// Beginnings of secrets that never end, and ends that never began.
const HOSTILE: [&str; 44] = [
    "=",
    "a=",
    "-",
    "-----BEGIN",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----abcd ",
    "-----END PRIVATE KEY-----",
    "---- BEGIN SSH2 PRIVATE KEY ----",
    "eyJ",
    "eyJ.",
    "eyJhbGciOiJIUzI1NiJ9.",
    "a@",
    "://",
    "http://a:b",
    "http://a:b/",
    "http://a@",
    "password=",
    "password: \"",
    "password='",
    "token=token",
    "TOKEN=a1b2c3d4",
    "\"password\":",
    "--password ",
    "<password>",
    " -u a:",
    "curl -u a:",
    "Authorization: ",
    "Authorization: Basic ",
    "Bearer ",
    "Cookie: a=b;",
    "sk-",
    "sk-a1",
    "ghp_",
    "ghp_a1b2c3d4\\\n",
    "glpat-a\n",
    "xoxb-1",
    "AKIA",
    "MTA.",
    "s.",
    "1:AA",
    "[redacted:",
    "[redacted:token]",
    "Private-Lines: 1\n",
    "\"d\":\"",
];

/// A build without optimisation takes long enough for half a megabyte to tell a line from a parabola.
const HOSTILE_BYTES: usize = if cfg!(debug_assertions) { 500_000 } else { 6_000_000 };

#[test]
fn hostile_megabytes_are_read_in_linear_time() {
    for part in HOSTILE {
        let text = part.repeat(HOSTILE_BYTES / part.len());
        let begun = Instant::now();
        let redacted = redact(&text, &KnownSecrets::default());
        assert!(redacted.text.len() <= 4 * text.len(), "{part:?}");
        assert!(begun.elapsed() < HANGS, "{part:?} took {:?}", begun.elapsed());
    }
}

#[test]
fn six_megabytes_of_what_most_secrets_begin_with_are_read_at_once() {
    for part in [
        "=",
        "-----BEGIN",
        "-----BEGIN PRIVATE KEY-----abcd ",
        "eyJ",
        "a@",
        "password: \"",
        "Private-Lines: 1\n",
    ] {
        let text = part.repeat(6_000_000 / part.len());
        let begun = Instant::now();
        assert_eq!(redact(&text, &KnownSecrets::default()).text, text);
        assert!(begun.elapsed() < HANGS, "{part:?} took {:?}", begun.elapsed());
    }
}

#[test]
fn redacting_twice_is_redacting_once() {
    let samples = samples();
    with_known(&samples, |known| {
        for sample in samples.iter().chain(&broken_samples()) {
            assert_stable(&sample.text(), known);
        }
        // Secrets back to back, with nothing or little between them.
        for (first, second) in samples.iter().zip(samples.iter().skip(1).step_by(7)) {
            for between in ["", " ", "\n", "=", ":", ".", "-", "/", "@", "\"", "&", "\\n"] {
                assert_stable(&format!("{}{between}{}", first.secret, second.secret), known);
            }
        }
    });
}

#[track_caller]
fn assert_stable(text: &str, known: &KnownSecrets) {
    let once = redact(text, known).text.into_owned();
    let twice = redact(&once, known);
    assert_eq!(twice.text, once, "{text:?}");
    assert!(twice.kinds.is_empty());
}

/// Pieces that secrets, names and punctuation are made of, put together at random.
fn pieces() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(vec![
        "password",
        "token",
        "api_key",
        "Authorization",
        "Bearer",
        "Basic",
        "Cookie",
        "secret",
        "value",
        "name",
        "KEY",
        "=",
        ": ",
        ":",
        "\"",
        "'",
        "\\\"",
        "\n",
        "\\n",
        " ",
        "://",
        "@",
        "/",
        "?",
        "&",
        "-",
        "--",
        "_",
        ".",
        ",",
        ";",
        "(",
        ")",
        "[",
        "]",
        "<",
        ">",
        "{",
        "}",
        "$",
        "\\",
        "+",
        "|",
        "ghp_",
        "sk-",
        "sk-ant-",
        "AKIA",
        "eyJ",
        "xoxb-",
        "s.",
        "SK",
        "key-",
        "-us1",
        ":AA",
        "8Q~",
        "atlasv1.",
        "-----BEGIN PRIVATE KEY-----",
        "-----END PRIVATE KEY-----",
        "[redacted:token]",
        "[redacted:",
        "hooks.slack.com/services/",
        "curl -u ",
        "é",
        "，",
        "“",
        "”",
        "\u{1F511}",
        "hunter2",
        "dXNlcjpodW50ZXIy",
    ])
    .prop_map(str::to_owned);
    let random = prop_oneof!["[A-Za-z0-9]{1,48}", "[0-9a-f]{7,64}", "[A-Z0-9]{4,20}", "[A-Za-z0-9_-]{8,100}"];
    prop::collection::vec(prop_oneof![3 => fixed, 1 => random], 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_redacted_once_and_for_all(text in any::<String>()) {
        assert_stable(&text, &KnownSecrets::default());
    }

    #[test]
    fn any_arrangement_of_pieces_is_redacted_once_and_for_all(text in pieces()) {
        let vars = [("ACME_TOKEN", "hunter2hunter2"), ("ACME_SECRET", "password=\"x7Kp")];
        assert_stable(&text, &KnownSecrets::default());
        assert_stable(&text, &KnownSecrets::of(vars.into_iter()));
    }

    #[test]
    fn each_replacement_is_told_and_nothing_else_changes(text in pieces()) {
        let redacted = redact(&text, &KnownSecrets::default());
        let mut rest = redacted.text.as_ref();
        let mut kept = 0;
        for kind in &redacted.kinds {
            let marker = format!("[redacted:{kind}]");
            let at = rest.find(&marker);
            prop_assert!(at.is_some(), "{marker} in {:?}", redacted.text);
            kept += at.unwrap_or(0);
            rest = rest.get(at.unwrap_or(0) + marker.len()..).unwrap_or_default();
        }
        prop_assert!(kept + rest.len() <= text.len());
    }
}
