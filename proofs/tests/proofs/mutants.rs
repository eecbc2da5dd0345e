//! The test of the tests: each mistake that somebody could make is made, and a named test must fail.

use std::process::Command;

/// Each mutant of `src/fault/armed.rs` and the test that must notice it.
const CAUGHT_BY: [(&str, &str); 14] = [
    ("LeavesLate", "leaving::a_capture_at_any_moment_of_a_flushs_exit_is_delivered"),
    ("LooksOnce", "leaving::a_capture_at_any_moment_of_a_flushs_exit_is_delivered"),
    ("NoFence", "promises::what_a_newer_version_left_unfinished_swallows_nothing"),
    ("NotTakenBack", "promises::a_write_that_fails_is_taken_back"),
    ("AcceptsUnanswered", "promises::a_memory_waits_until_the_server_has_said_yes"),
    ("AcceptsRedirects", "promises::a_redirect_is_no_acceptance"),
    ("BelievesLines", "promises::a_damaged_record_is_not_sent"),
    ("ForgetsOthers", "promises::a_revoked_key_erases_what_waits_for_it_and_nothing_else"),
    ("UnlinksWaiting", "promises::a_segment_stays_as_long_as_something_in_it_waits"),
    ("HandsOverUnread", "adoption::what_is_captured_beside_an_adoption_stays"),
    ("AdoptsBesideAFlush", "adoption::what_a_flush_delivers_meanwhile_is_not_moved_and_sent_again"),
    ("LooksBeforeOnly", "erasing::a_capture_that_began_before_its_key_was_refused_leaves_no_text"),
    ("ErasesFirst", "erasing::an_erasing_that_is_cut_short_has_said_what_it_erases"),
    ("NeverBacksOff", "promises::a_service_that_fails_is_left_alone_for_longer_and_longer"),
];

#[test]
fn every_mutant_has_a_test_that_catches_it() {
    let source = include_str!("../../../src/fault/armed.rs");
    let body = source.split("enum Mutant {").nth(1).unwrap().split("\n}").next().unwrap();
    let mutants: Vec<_> = body
        .lines()
        .map(str::trim)
        .filter_map(|line| line.strip_suffix(','))
        .filter(|line| !line.contains(' '))
        .collect();
    assert_eq!(mutants, CAUGHT_BY.map(|(mutant, _)| mutant));
}

/// Runs one test of this program in a process of its own; what it said when it failed.
pub fn failure_of(test: &str, mutant: &str) -> Option<String> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let output = command.args(["--exact", test]).env("ENGRAM_MUTANT", mutant).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("running 1 test"), "{test} is no test: {said}");
    (!output.status.success()).then_some(said)
}

#[test]
fn every_mutant_is_caught() {
    std::thread::scope(|scope| {
        let runs: Vec<_> = CAUGHT_BY
            .map(|(mutant, test)| (mutant, test, scope.spawn(move || failure_of(test, mutant))))
            .into_iter()
            .collect();
        for (mutant, test, run) in runs {
            let failure = run.join().unwrap().unwrap_or_else(|| panic!("{mutant} passed {test}"));
            let why =
                failure.lines().skip_while(|line| !line.contains("panicked at")).nth(1).unwrap_or_default();
            println!("{mutant}: caught by {test}: {}", why.chars().take(80).collect::<String>());
        }
    });
}
