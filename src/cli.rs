//! Words to a [`Command`]. Pure: touches nothing but the words. The only room that uses `clap`.

mod help;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};
pub use clap_complete::Shell;

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
    /// Capture one event: the hook itself. Reads a payload on stdin, prints nothing, exits 0
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

/// Arguments of `flush`.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "one switch a flag, as typed")]
pub struct FlushArguments {
    /// Say one line for each memory
    #[arg(short, long)]
    pub verbose: bool,
    /// Print one JSON object at the end
    #[arg(long)]
    pub json: bool,
    /// Ask the API whether it takes a key again that it rejected
    #[arg(long)]
    pub retry_key: bool,
    /// What a capture starts, with the spool's lock as stdin: `flush --detached`. Nobody types it, so no help or completion
    /// knows it.
    #[arg(skip)]
    pub detached: bool,
}

/// Arguments of `status`.
#[derive(Debug, clap::Args)]
pub struct StatusArguments {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// Take the notes away after they were shown
    #[arg(long)]
    pub clear_notes: bool,
}

/// Arguments of `doctor`.
#[derive(Debug, clap::Args)]
pub struct DoctorArguments {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// Do not ask the service
    #[arg(long)]
    pub offline: bool,
}

/// Only `--json`.
#[derive(Debug, clap::Args)]
pub struct Json {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
pub struct ExplainArguments {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// The newest memory instead of a payload, and what went wrong since
    #[arg(long)]
    pub last: bool,
}

/// Arguments of `list`.
#[derive(Debug, clap::Args)]
pub struct ListArguments {
    /// Print one JSON object a line
    #[arg(long)]
    pub json: bool,
    /// The memories the API refused for good, and why
    #[arg(long)]
    pub dead: bool,
}

/// Arguments of `drop`.
#[derive(Debug, clap::Args)]
pub struct DropArguments {
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
    /// What waits for other keys too, and the dead letters
    #[arg(long)]
    pub all: bool,
}

/// Only `--yes`.
#[derive(Debug, clap::Args)]
pub struct Confirmation {
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
}

/// Arguments of `remember`.
#[derive(Debug, clap::Args)]
pub struct RememberArguments {
    /// The kind of memory
    #[arg(long = "type", value_name = "TYPE", default_value = "note", value_enum)]
    pub memory_type: TypeWord,
    /// The topic; without one, the first line that says something
    #[arg(long)]
    pub topic: Option<String>,
    /// The project's label; without one, that of the current directory
    #[arg(long)]
    pub project: Option<String>,
    /// The text; `-` reads it from stdin
    #[arg(required = true, value_name = "TEXT")]
    pub text: Vec<String>,
}

/// A memory type as it is typed.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[expect(missing_docs, reason = "the words of the API, which `MemoryType` explains")]
pub enum TypeWord {
    Decision,
    Commitment,
    Blocker,
    Preference,
    Pattern,
    Note,
    Event,
    Fact,
}

/// What `config` does.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Every value and where it came from; never the key itself
    Show(Json),
    /// Where config.json is, or would be
    Path,
}

/// Arguments of `uninstall`.
#[derive(Debug, clap::Args)]
pub struct UninstallArguments {
    /// Which settings, and whether to change them.
    #[command(flatten)]
    pub settings: SettingsArguments,
    /// Out of every settings file, and erase all our files: what waits, the
    /// notes, the log, your settings. Asks
    #[arg(long, conflicts_with_all = ["project", "settings"])]
    pub purge: bool,
    /// Do not ask
    #[arg(short, long, requires = "purge")]
    pub yes: bool,
}

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
pub struct CompletionsArguments {
    /// Your shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Arguments of `install` and `uninstall`.
#[derive(Debug, clap::Args)]
pub struct SettingsArguments {
    /// Show what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// The settings of the project in the current directory
    #[arg(long, conflicts_with = "settings")]
    pub project: bool,
    /// This settings file
    #[arg(long, value_name = "PATH")]
    pub settings: Option<std::path::PathBuf>,
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
    clap_complete::generate(shell, &mut Cli::command(), "engram-hook", &mut script);
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
