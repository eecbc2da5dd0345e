//! What the neighbours of a pipeline in its chain tell about it.

use super::syntax::{Chain, Join, Pipeline};
use super::{Files, Text, Witness, output};

/// The line a pipeline of nothing but `echo` prints.
pub(super) fn echoed(pipeline: &Pipeline) -> Option<String> {
    let [command] = pipeline.commands.as_slice() else {
        return None;
    };
    let words = command.literals().filter(|_| command.literal(0) == Some("echo"))?;
    let texts = words.into_iter().map(Text::known).collect::<Vec<_>>();
    let printed = output::of(&texts, None, &Files::default())?;
    Some(printed.shown().trim().to_owned()).filter(|line| !line.is_empty())
}

/// What the echoes behind the link at `index` print when it succeeds (`&& echo`) and when it fails (`|| echo`).
pub(super) fn witness<'e>(chain: &Chain, echoes: &'e [Option<String>], index: usize) -> Witness<'e> {
    let mut witness = Witness::default();
    for ((join, _), echo) in chain.links.iter().zip(echoes).skip(index + 1) {
        let Some(line) = echo.as_deref() else {
            break;
        };
        if *join == Join::Or {
            witness.failure = Some(line);
            break;
        }
        witness.success = witness.success.or(Some(line));
    }
    witness
}

/// Whether a pipeline only asks something, so that what follows `&&` depends on the answer.
pub(super) fn asks(pipeline: &Pipeline) -> bool {
    let questions = ["[", "[[", "test", "false", "grep", "which", "type"];
    let git = ["diff", "diff-index", "diff-files", "rev-parse", "show-ref", "ls-files"];
    pipeline.negated
        || pipeline.commands.last().is_some_and(|command| match (command.literal(0), command.literal(1)) {
            (Some("git"), Some(subcommand)) => git.contains(&subcommand),
            (Some("command"), Some("-v")) => true,
            (Some(program), _) => questions.contains(&program),
            _ => false,
        })
}
