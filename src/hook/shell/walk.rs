//! Goes through the tree in the order the shell would, and reports every simple command with what is known of it.

use std::borrow::Cow;

use super::neighbours::{asks, echoed, witness};
use super::streams::{self, Target};
use super::surroundings::Surroundings;
use super::syntax::{
    Chain, Command, Join, List, Part, Pipeline, Place, Redirect, RedirectKind, Script, Shape, Simple, Word,
};
use super::variables::Variables;
use super::{Call, Chance, Files, Reach, Text, Witness, output};

/// `cat` can print the same file again and again; this is more than any message needs.
const MAX_PRINTED_BYTES: usize = 1024 * 1024;

/// Reports the calls of `script`.
pub(super) fn walk(script: &Script, report: &mut dyn FnMut(&Call<'_>, &Files)) {
    let mut walk = Walk {
        bodies: &script.bodies,
        report,
        variables: Variables::new(),
        files: Files::default(),
        run: 0,
        left: MAX_PRINTED_BYTES,
        errexit: false,
        pipefail: false,
    };
    walk.list(&script.list, Surroundings::outermost());
}

struct Walk<'s> {
    bodies: &'s [Word],
    report: &'s mut dyn FnMut(&Call<'_>, &Files),
    variables: Variables,
    files: Files,
    /// The number of the run of `&&` we are in.
    run: usize,
    /// How much more text programs may print.
    left: usize,
    /// `set -e` was met.
    errexit: bool,
    /// `set -o pipefail` was met.
    pipefail: bool,
}

// Each of these gives what its part of the command prints where it was to print, if the command line tells.
impl Walk<'_> {
    fn list(&mut self, list: &List, around: Surroundings<'_>) -> Option<Text> {
        let mut printed = Some(Text::default());
        for (index, chain) in list.chains.iter().enumerate() {
            // Under `set -e` a failure in the middle of a chain passes, so only a lone command is vouched for.
            let strict = self.errexit && chain.links.len() == 1;
            let decides = (index + 1 == list.chains.len() || strict) && !chain.background;
            // The first command reads what there is to read.
            let stdin = around.stdin.filter(|_| index == 0);
            let next = self.chain(chain, decides, Surroundings { stdin, ..around });
            printed = joined(printed, next);
        }
        printed
    }

    /// `decides`: the exit code of this chain is, or becomes, the one of the list.
    fn chain(&mut self, chain: &Chain, decides: bool, around: Surroundings<'_>) -> Option<Text> {
        let echoes = chain.links.iter().map(|(_, pipeline)| echoed(pipeline)).collect::<Vec<_>>();
        let last_or = chain.links.iter().rposition(|(join, _)| *join == Join::Or);
        let mut after_question = false;
        let mut printed = Some(Text::default());
        for (index, (join, pipeline)) in chain.links.iter().enumerate() {
            if around.outermost && *join != Join::And {
                self.run += 1;
            }
            let vouched = decides && last_or.is_none_or(|or| index > or);
            let straight = *join == Join::First || *join == Join::And && !after_question;
            let own = match around.chance {
                Chance::Vouched if vouched && pipeline.negated => Chance::Refuted,
                Chance::Vouched if vouched => Chance::Vouched,
                Chance::Doubtful => Chance::Doubtful,
                _ if !straight => Chance::Doubtful,
                _ => Chance::Likely,
            };
            let is_echo = echoes.get(index).is_some_and(Option::is_some);
            let witness = if is_echo || around.reach != Reach::Whole {
                Witness::default()
            } else {
                witness(chain, &echoes, index)
            };
            let straight = around.straight && (straight || own == Chance::Vouched);
            let stdin = around.stdin.filter(|_| index == 0);
            let next =
                self.pipeline(pipeline, Surroundings { chance: own, straight, stdin, witness, ..around });
            printed = joined(printed, next.filter(|_| *join != Join::Or));
            after_question = asks(pipeline);
        }
        printed
    }

    fn pipeline(&mut self, pipeline: &Pipeline, around: Surroundings<'_>) -> Option<Text> {
        let mut reaches = vec![around.reach];
        for stage in pipeline.commands.iter().skip(1).rev() {
            let beyond = reaches.last().copied().unwrap_or(around.reach);
            reaches.push(streams::through(stage, beyond));
        }
        let stages = pipeline.commands.len();
        let mark = self.variables.mark();
        let mut piped = None;
        for (index, command) in pipeline.commands.iter().enumerate() {
            let is_last = index + 1 == stages;
            let stage = if stages == 1 {
                around
            } else {
                let decides = is_last || self.pipefail;
                let counted = if decides { around } else { around.less_sure() };
                Surroundings {
                    outermost: around.outermost && decides,
                    witness: Witness::default(),
                    ..counted
                }
            };
            let stdin = if index == 0 { around.stdin } else { piped.as_ref() };
            let reach = reaches.pop().unwrap_or(around.reach);
            let printed = self.command(command, Surroundings { reach, stdin, ..stage });
            piped = printed;
        }
        if stages > 1 {
            self.variables.forget_since(mark);
        }
        piped
    }

    fn command(&mut self, command: &Command, around: Surroundings<'_>) -> Option<Text> {
        let mut targets = Vec::with_capacity(command.redirects.len());
        for redirect in &command.redirects {
            targets.push(self.expand(&redirect.target, around));
        }
        let stdin = self.stdin(&command.redirects, &targets, around);
        let stdin = stdin.as_deref();
        let output = streams::standard_output(&command.redirects, &targets);
        let reach = match output {
            Target::Outside => around.reach,
            Target::Errors => Reach::Whole,
            Target::File { .. } => Reach::Nothing,
        };
        let around = Surroundings { reach, stdin, ..around };
        let printed = match &command.shape {
            Shape::Simple(simple) => self.simple(simple, output.file(), around),
            Shape::Compound { parts, binds } => self.compound(parts, binds.as_deref(), around),
        };
        match output {
            Target::Outside => printed,
            Target::Errors => Some(Text::default()),
            Target::File { path, appends } => {
                self.files.write(&path, printed.filter(|_| around.straight), appends);
                Some(Text::default())
            }
        }
    }

    fn compound(
        &mut self,
        parts: &[(Place, List)],
        binds: Option<&str>,
        around: Surroundings<'_>,
    ) -> Option<Text> {
        if let Some(variable) = binds {
            self.variables.set(variable, None);
        }
        let mut printed = None;
        for (place, list) in parts {
            let (variables, files) = (self.variables.mark(), self.files.mark());
            printed = self.list(list, around.inside(*place));
            if *place != Place::Group {
                self.variables.forget_since(variables);
            }
            if !matches!(place, Place::Group | Place::Subshell) {
                self.files.forget_since(files);
                printed = None;
            }
        }
        printed
    }

    fn simple(&mut self, simple: &Simple, file: Option<&str>, around: Surroundings<'_>) -> Option<Text> {
        for assignment in &simple.assignments {
            let value = assignment.value.as_ref().map(|word| self.expand(word, around));
            // In front of a program an assignment is for that program alone.
            if simple.words.is_empty() {
                self.variables.set(&assignment.name, value.filter(|_| around.straight));
            }
        }
        let mut words = Vec::with_capacity(simple.words.len());
        for word in &simple.words {
            words.push(self.expand(word, around));
        }
        let Some(program) = words.first() else {
            return Some(Text::default());
        };
        if program.as_known() == Some("set") && around.chance != Chance::Doubtful {
            self.set_options(&words);
        }
        self.variables.note(&words, around.straight);
        let Surroundings { outermost: gates, stdin, reach, chance, repeats, witness, .. } = around;
        (self.report)(
            &Call { words: &words, stdin, reach, file, chance, repeats, run: self.run, gates, witness },
            &self.files,
        );
        let printed = if self.left > 0 { output::of(&words, stdin, &self.files) } else { None };
        let cost = printed.as_ref().map_or(0, Text::len);
        self.left = self.left.saturating_sub(cost);
        if program.as_known() == Some("tee") {
            let appends = words.iter().any(|word| word.marked() == "-a");
            for path in words.iter().skip(1).filter_map(Text::as_known).filter(|path| !path.starts_with('-'))
            {
                let content = printed.clone().filter(|_| around.straight && self.left > 0);
                self.files.write(path, content, appends);
                self.left = self.left.saturating_sub(cost);
            }
        }
        printed
    }

    /// What standard input holds, if the command line tells.
    fn stdin<'c>(
        &mut self,
        redirects: &[Redirect],
        targets: &[Text],
        around: Surroundings<'c>,
    ) -> Option<Cow<'c, Text>> {
        let mut stdin = around.stdin.map(Cow::Borrowed);
        for (redirect, target) in redirects.iter().zip(targets).filter(|(redirect, _)| redirect.fd == 0) {
            let text = match redirect.kind {
                RedirectKind::HereString => {
                    let mut line = target.clone();
                    line.push("\n");
                    Some(line)
                }
                RedirectKind::Heredoc(body) => self.bodies.get(body).map(|word| self.expand(word, around)),
                RedirectKind::Read => self.files.get(target.marked()).filter(|_| self.left > 0).cloned(),
                _ => None,
            };
            self.left = self.left.saturating_sub(text.as_ref().map_or(0, Text::len));
            stdin = text.map(Cow::Owned);
        }
        stdin
    }

    fn expand(&mut self, word: &Word, around: Surroundings<'_>) -> Text {
        let inner = Surroundings {
            outermost: false,
            straight: true,
            reach: Reach::Parts,
            stdin: None,
            witness: Witness::default(),
            ..around.less_sure()
        };
        let mut text = Text::default();
        let mark = self.variables.mark();
        for part in &word.parts {
            match part {
                Part::Literal(literal) => text.push(literal),
                Part::Variable { name, source } => self.variables.expand(name, source, &mut text),
                Part::Unknown(source) => text.push_unknown(source),
                Part::Output { list, source } => match self.list(list, inner) {
                    Some(mut printed) => {
                        printed.trim_line_ends();
                        text.append(&printed);
                    }
                    None => text.push_unknown(source),
                },
                Part::Process { list, source } => {
                    let printed = self.list(list, inner);
                    let mut name = Text::default();
                    name.push_unknown(source);
                    self.files.write(name.marked(), printed, false);
                    text.append(&name);
                }
            }
        }
        self.variables.forget_since(mark);
        text
    }

    fn set_options(&mut self, words: &[Text]) {
        for option in words.iter().skip(1).filter_map(Text::as_known) {
            match option.strip_prefix('-') {
                Some(letters) if letters.contains('e') => self.errexit = true,
                _ if option == "errexit" => self.errexit = true,
                _ if option == "pipefail" => self.pipefail = true,
                _ if option.starts_with('+') && option.contains('e') => self.errexit = false,
                _ => {}
            }
        }
    }
}

fn joined(printed: Option<Text>, next: Option<Text>) -> Option<Text> {
    let (mut printed, next) = (printed?, next?);
    printed.append(&next);
    Some(printed)
}
