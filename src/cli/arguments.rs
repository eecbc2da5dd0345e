//! The options of each command, as typed.

use clap::{Subcommand, ValueEnum};

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

/// A shell whose words can be completed.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[expect(missing_docs, reason = "the names of the shells")]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
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
