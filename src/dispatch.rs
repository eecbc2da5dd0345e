//! A command's words, the command, what it says: the only file that knows all three.

use std::ffi::OsString;

use crate::cli::{self, Command, ConfigCommand, UninstallArguments, Unparsed};
use crate::cmd::doctor::Network;
use crate::cmd::{
    Session, adopt, capture, config, doctor, drop, explain, flush, install, last, list, purge, remember,
    retry_dead, status,
};
use crate::exit::Exit;
use crate::settings::Mode;
use crate::ui::{self, Change};

/// Runs any command but `capture` as Claude Code starts it.
pub fn run(words: impl Iterator<Item = OsString>) -> Exit {
    let command = match cli::parse(words) {
        Ok(command) => command,
        Err(Unparsed::Asked(text)) => return ui::say(&text, Exit::Done),
        Err(Unparsed::Wrong(text)) => return ui::complain(&text, Exit::Usage),
    };
    dispatch(command).unwrap_or_else(|error| ui::fail(&error))
}

fn dispatch(command: Command) -> anyhow::Result<Exit> {
    Ok(match command {
        Command::Capture => capture::run(),
        Command::Flush(arguments) if arguments.detached => flush::detached(),
        Command::Flush(arguments) => {
            let session = Session::open()?;
            let mut watcher = ui::FlushWatcher::new(arguments.verbose, arguments.json);
            let options = flush::Options { retry_key: arguments.retry_key };
            let flushed = flush::by_hand(&session, options, &mut watcher)?;
            ui::flushed(&flushed, arguments.json)
        }
        Command::Status(arguments) => {
            let session = Session::open_broken_or_not()?;
            let exit = ui::status(&status::run(&session), arguments.json);
            // Only once they were read.
            if arguments.clear_notes && exit == Exit::Done {
                status::clear_notes(&session)?;
            }
            exit
        }
        Command::Doctor(arguments) => {
            let network = if arguments.offline { Network::LeftAlone } else { Network::Asked };
            ui::doctor(&doctor::run(&Session::open_broken_or_not()?, network)?, arguments.json)
        }
        Command::List(arguments) => {
            let listed = list::run(&Session::open()?, arguments.dead)?;
            ui::listed(&listed, arguments.json)
        }
        Command::Drop(arguments) => {
            let session = Session::open()?;
            let doomed = drop::doomed(&session, arguments.all)?;
            if doomed.is_empty() {
                return Ok(ui::say("nothing waits\n", Exit::Done));
            }
            if !arguments.yes && !ui::confirms(&doomed.question())? {
                return Ok(ui::say("nothing was dropped\n", Exit::Done));
            }
            ui::say(&drop::run(&session, &doomed)?, Exit::Done)
        }
        Command::RetryDead => ui::say(&retry_dead::run(&Session::open()?)?, Exit::Done),
        Command::Adopt(arguments) => {
            let session = Session::open()?;
            let orphans = adopt::orphans(&session)?;
            let Some(question) = orphans.question() else {
                return Ok(ui::say("nothing waits for another key of this origin\n", Exit::Done));
            };
            if !arguments.yes && !ui::confirms(&question)? {
                return Ok(ui::say("nothing was moved\n", Exit::Done));
            }
            ui::say(&adopt::run(&orphans)?, Exit::Done)
        }
        Command::Explain(arguments) if arguments.last => {
            ui::last_explained(&last::run(&Session::open_broken_or_not()?)?, arguments.json)
        }
        Command::Explain(arguments) => {
            let explained = explain::run(&Session::open()?, crate::stdin::read())?;
            ui::explained(&explained, arguments.json)
        }
        Command::Remember(arguments) => ui::remembered(&remember::run(&Session::open()?, &arguments)?),
        Command::Config(ConfigCommand::Show(arguments)) => {
            ui::config(&config::show(&Session::open_broken_or_not()?), arguments.json)
        }
        Command::Config(ConfigCommand::Path) => {
            let session = Session::open_broken_or_not()?;
            ui::say(&format!("{}\n", session.paths.config_file().display()), Exit::Done)
        }
        Command::Install(arguments) => {
            ui::settings_changed(&install::install(&arguments)?, Change::Install, arguments.dry_run)
        }
        Command::Uninstall(arguments) if arguments.purge => purge(&arguments)?,
        Command::Uninstall(arguments) => {
            let dry_run = arguments.settings.dry_run;
            ui::settings_changed(&install::uninstall(&arguments.settings)?, Change::Uninstall, dry_run)
        }
        Command::Completions(arguments) => ui::say(&cli::completions(arguments.shell), Exit::Done),
    })
}

fn purge(arguments: &UninstallArguments) -> anyhow::Result<Exit> {
    let doomed = purge::doomed()?;
    if arguments.settings.dry_run {
        ui::each_settings_changed(&doomed.take_hooks_out(Mode::DryRun)?, true);
        return Ok(ui::would_be_erased(&doomed));
    }
    if !arguments.yes && !ui::confirms(&doomed.question())? {
        return Ok(ui::say("nothing was changed\n", Exit::Done));
    }
    ui::each_settings_changed(&doomed.take_hooks_out(Mode::Write)?, false);
    Ok(ui::erased(&doomed.erase()?))
}
