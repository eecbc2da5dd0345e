//! Words to a command, and what it says to an exit code. Never 2, which Claude Code reads as "block".

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::cmd;
use crate::generation::Generation;

const FAILED: u8 = 1;
const USAGE: u8 = 64;
/// Where we listen unless told otherwise.
pub(crate) const USUAL_PORT: u16 = 8000;

#[derive(Debug, Parser)]
#[command(
    name = "engram-local",
    version,
    about = "The memory service on your own machine",
    max_term_width = 80
)]
pub(crate) struct Cli {
    /// Where the memories are kept [default: the user's state directory]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Answer requests on this machine until stopped
    Serve {
        /// Where to listen on 127.0.0.1; 0 takes any free port
        #[arg(long, default_value_t = USUAL_PORT)]
        port: u16,
        /// Which generation of the API to speak
        #[arg(long, value_enum, default_value_t = Api::AsAsked)]
        api: Api,
    },
    /// Print a one-time link to the pages of a service that is running
    AdminUrl {
        /// Where that service listens [default: where `serve` last did with this data]
        #[arg(long)]
        port: Option<u16>,
    },
    /// Make, list and revoke API keys; a running service knows at once
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Write every memory to standard output, one JSON object per line
    Export,
    /// Read memories as `export` writes them from standard input; what is here already is passed over
    Import,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a key and print it; it cannot be shown again
    Create {
        /// 1 to 64 characters
        name: String,
        /// Which generation of the API the key is for [default: what `serve` last spoke with this data]
        #[arg(long, value_enum)]
        api: Option<Api>,
    },
    /// Id, name, last use and state of every key
    List,
    /// Refuse a key from the next request on
    Revoke {
        /// As `keys list` prints it
        id: String,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Api {
    /// `/api/memories` with keys eng_…
    #[value(name = "default")]
    AsAsked,
    /// `/api/v1/memories` with keys 3ng_…
    V1,
}

impl From<Api> for Generation {
    fn from(api: Api) -> Self {
        match api {
            Api::AsAsked => Self::AsAsked,
            Api::V1 => Self::V1,
        }
    }
}

/// The whole program.
pub fn run(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(words) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are errors to clap; they go to stdout and are none to the user.
            let code = if error.use_stderr() { ExitCode::from(USAGE) } else { ExitCode::SUCCESS };
            // There is nowhere left to say that printing failed.
            drop(error.print());
            return code;
        }
    };
    match cmd::run(cli, &mut io::stdin().lock(), &mut io::stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            drop(writeln!(io::stderr(), "engram-local: {error:#}"));
            ExitCode::from(FAILED)
        }
    }
}
