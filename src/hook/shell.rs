//! A shell command read far enough to say which programs it runs, with which arguments, and what the exit
//! code 0 of the whole says about each. It runs nothing, opens no file and knows no variable of the session.
//!
//! `syntax` is the tree; `grammar` and the files it leans on build it; `walk` goes through it in the order the
//! shell would and reports every simple command as a `Call`.
//! What is not valid shell is read as something harmless: such a command fails, so nobody asks about it.

mod compounds;
mod cursor;
mod expansions;
mod files;
mod grammar;
mod heredocs;
mod neighbours;
mod output;
mod redirects;
mod simple;
mod streams;
mod surroundings;
mod syntax;
mod text;
mod variables;
mod walk;
mod words;
mod wrappers;

#[cfg(test)]
mod tests;

pub(crate) use files::Files;
pub(crate) use text::Text;
pub(crate) use wrappers::program;

/// Linux refuses a single argument above 128 KiB, so a longer command never ran; the bound keeps the tree small.
const MAX_COMMAND_BYTES: usize = 256 * 1024;

/// One simple command of a command line.
pub(crate) struct Call<'a> {
    /// The program and its arguments; never empty.
    pub(crate) words: &'a [Text],
    /// What the program reads on standard input, where the command line tells.
    pub(crate) stdin: Option<&'a Text>,
    /// Whether what it prints reaches the output of the whole.
    pub(crate) reach: Reach,
    /// The file its output goes to, if it is its own redirection that sends it there.
    pub(crate) file: Option<&'a str>,
    /// How sure it is that it ran and succeeded, given that the whole did.
    pub(crate) chance: Chance,
    /// It stands in a loop or a function: it may have run any number of times.
    pub(crate) repeats: bool,
    /// Calls of the same number stand in one run of `&&`: if one fails, those behind it may not have run.
    pub(crate) run: usize,
    /// If it fails, what stands behind it in the run does not run.
    pub(crate) gates: bool,
    /// What `&& echo …` behind it prints if it succeeded, and `|| echo …` if it failed.
    pub(crate) witness: Witness<'a>,
}

/// Whether what a program prints on standard output reaches the output of the whole command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Every line does.
    Whole,
    /// The last lines do (`| tail`).
    Tail,
    /// Some lines may (`| grep`, `$(…)`).
    Parts,
    /// None does (`> file`).
    Nothing,
}

/// What the exit code 0 of the whole command says about a simple command in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chance {
    /// It ran and succeeded, or the whole would have failed.
    Vouched,
    /// It stands in the straight line of the command, but may have failed.
    Likely,
    /// It stands in a branch, a loop, a function, or behind `||` or a test.
    Doubtful,
    /// It stands behind `!`, so it failed.
    Refuted,
}

/// The text a neighbouring `echo` prints, which tells how a command ended. There is one only where the output of the
/// echo reaches the output of the whole.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Witness<'a> {
    /// Printed if the command succeeded, and only then.
    pub(crate) success: Option<&'a str>,
    /// Printed if the command failed, and only then.
    pub(crate) failure: Option<&'a str>,
}

/// Reports every simple command of `source` in the order the shell meets them, with the files written so far.
pub(crate) fn calls(source: &str, report: &mut dyn FnMut(&Call<'_>, &Files)) {
    if source.len() > MAX_COMMAND_BYTES {
        return;
    }
    // The shell drops NULs, and `Text` uses them as marks.
    let clean = if source.contains('\0') { Some(source.replace('\0', "")) } else { None };
    if let Some(script) = grammar::parse(clean.as_deref().unwrap_or(source)) {
        walk::walk(&script, report);
    }
}
