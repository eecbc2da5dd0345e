//! The scripts that complete words: every shell's holds every command and option, and those that are here run.

use super::COMMANDS;
use crate::sandbox::Sandbox;

const SHELLS: [&str; 3] = ["bash", "zsh", "fish"];

#[test]
fn every_shells_script_knows_every_command_and_no_hidden_option() {
    let sandbox = Sandbox::unsent();
    for shell in SHELLS {
        let ran = sandbox.run(&["completions", shell]).exits(0);
        assert_eq!(ran.stderr, "");
        for word in COMMANDS.into_iter().chain(["dry-run", "retry-key", "purge"]) {
            assert!(ran.stdout.contains(word), "{word} for {shell}");
        }
        assert!(!ran.stdout.contains("detached"), "{shell}");
    }
    assert!(sandbox.files().is_empty());
}

#[test]
fn bash_completes_a_command_an_option_and_a_value() {
    let script = r#"
        eval "$("$0" completions bash)"
        completer=$(complete -p engram-hook | sed 's/.*-F \([^ ]*\).*/\1/')
        complete_words() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
            "$completer" engram-hook "${COMP_WORDS[$COMP_CWORD]}" "${COMP_WORDS[$((COMP_CWORD - 1))]}"
            echo "${COMPREPLY[*]}"; }
        complete_words engram-hook unin
        complete_words engram-hook install --dry
        complete_words engram-hook remember --type com
    "#;
    let ran = Sandbox::unsent().run_shell(script, b"").exits(0);
    assert_eq!(ran.stdout, "uninstall\n--dry-run\ncommitment\n", "{}", ran.stderr);
}

#[test]
fn a_shell_that_is_none_is_a_usage_error_that_names_the_shells() {
    let ran = Sandbox::unsent().run(&["completions", "tcsh"]).exits(64);
    assert!(SHELLS.iter().all(|shell| ran.stderr.contains(shell)), "{}", ran.stderr);
}
