//! Words to a [`Command`]. Pure: touches nothing but the words. The only room that uses `clap`.

mod arguments;
mod help;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser, Subcommand};
use clap_complete::shells::{Bash, Fish, Zsh};

pub use arguments::{
    CompletionsArguments, ConfigCommand, Confirmation, DoctorArguments, DropArguments, ExplainArguments,
    FlushArguments, Json, ListArguments, RememberArguments, SettingsArguments, Shell, StatusArguments,
    TypeWord, UninstallArguments,
};

/// The version, the commit of a release build, and the target.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (", env!("BUILT_FROM"), ")");

/// The capture hook for Claude Code: turns events into memories and delivers them in the background.
#[derive(Debug, Parser)]
#[command(name = "engram-hook", version = VERSION, disable_help_subcommand = true, max_term_width = 80)]
#[command(after_help = help::PROGRAM)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What is to be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Capture one event: the hook itself. Reads a payload on stdin, exits 0, prints nothing
    Capture,
    /// Deliver what waits, and say what happens
    #[command(after_help = help::FLUSH)]
    Flush(FlushArguments),
    /// Show what waits, what was delivered, and what went wrong
    #[command(after_help = help::STATUS)]
    Status(StatusArguments),
    /// Look at everything, and say what is wrong and what mends it
    #[command(after_help = help::DOCTOR)]
    Doctor(DoctorArguments),
    /// List the memories that wait
    #[command(after_help = help::LIST)]
    List(ListArguments),
    /// Erase what waits for the current key
    #[command(after_help = help::DROP)]
    Drop(DropArguments),
    /// Put dead letters back among the memories that wait
    #[command(after_help = help::RETRY_DEAD)]
    RetryDead,
    /// Move what waits for another key of the same origin to the current key
    #[command(after_help = help::ADOPT)]
    Adopt(Confirmation),
    /// Say what would be captured from a payload on stdin, and why or why not. Writes nothing
    #[command(after_help = help::EXPLAIN)]
    Explain(ExplainArguments),
    /// Capture a memory by hand, or from a script
    #[command(after_help = help::REMEMBER)]
    Remember(RememberArguments),
    /// Show the settings, and where each value came from
    #[command(subcommand, after_help = help::CONFIG)]
    Config(ConfigCommand),
    /// Put the hooks into Claude Code's settings
    #[command(after_help = help::INSTALL)]
    Install(SettingsArguments),
    /// Take the hooks out of Claude Code's settings
    #[command(after_help = help::UNINSTALL)]
    Uninstall(UninstallArguments),
    /// Print a script that completes words in your shell
    #[command(after_help = help::COMPLETIONS)]
    Completions(CompletionsArguments),
}

/// The words made no command.
#[derive(Debug)]
pub enum Unparsed {
    /// Help or version was asked for: text for stdout.
    Asked(String),
    /// The words are wrong: text for stderr.
    Wrong(String),
}

/// Reads the words; the first is the program's name.
pub fn parse(words: impl Iterator<Item = OsString>) -> Result<Command, Unparsed> {
    let words: Vec<_> = words.collect();
    if matches!(words.as_slice(), [_, flush, detached] if flush == "flush" && detached == "--detached") {
        let flush = FlushArguments { verbose: false, json: false, retry_key: false, detached: true };
        return Ok(Command::Flush(flush));
    }
    Cli::try_parse_from(words).map(|cli| cli.command).map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Unparsed::Asked(error.to_string()),
        _ => Unparsed::Wrong(error.to_string()),
    })
}

/// The script that completes our words in a shell.
pub fn completions(shell: Shell) -> String {
    let mut script = Vec::new();
    let (words, name) = (&mut Cli::command(), "engram-hook");
    match shell {
        Shell::Bash => clap_complete::generate(Bash, words, name, &mut script),
        Shell::Zsh => clap_complete::generate(Zsh, words, name, &mut script),
        Shell::Fish => clap_complete::generate(Fish, words, name, &mut script),
    }
    // In bash, a program with a hyphen in its name is spelt in two ways, and no option of a command is completed:
    // https://github.com/clap-rs/clap/issues/6421
    String::from_utf8_lossy(&script).replace("engram__subcmd__hook__", "engram__hook__")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> impl Iterator<Item = OsString> {
        line.split(' ').map(OsString::from).collect::<Vec<_>>().into_iter()
    }

    #[test]
    fn the_definition_of_the_words_is_sound() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn words_become_commands() {
        assert!(matches!(
            parse(words("engram-hook flush -v")),
            Ok(Command::Flush(FlushArguments { verbose: true, .. }))
        ));
        assert!(matches!(parse(words("engram-hook --version")), Err(Unparsed::Asked(_))));
        assert!(matches!(parse(words("engram-hook flush --help")), Err(Unparsed::Asked(_))));
        assert!(matches!(parse(words("engram-hook")), Err(Unparsed::Wrong(_))));
        assert!(
            matches!(parse(words("engram-hook flsh")), Err(Unparsed::Wrong(text)) if text.contains("flush"))
        );
    }
}
