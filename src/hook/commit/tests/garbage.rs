//! Input that nobody wrote on purpose.

use std::iter::repeat_n;

use super::super::commits;
use super::{Case, evidence, forms, messages, places};
use crate::hook::pull_request::pull_requests;

fn all() -> Vec<Case> {
    let tables = [
        messages::quoted(),
        messages::options(),
        messages::substituted(),
        messages::held_by_the_command(),
        messages::known_to_git_alone(),
        forms::calls(),
        forms::mentions(),
        places::compounds(),
        places::several(),
        evidence::lines(),
        evidence::failures(),
        evidence::vouched(),
        evidence::unseen(),
        evidence::doubtful(),
    ];
    tables.into_iter().flatten().collect()
}

/// A xorshift generator: the same numbers every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % sides.max(1)
    }
}

/// Cuts a stretch out, repeats one, puts syntax in, or goes on with another text.
fn mutated(text: &str, other: &str, dice: &mut Dice) -> String {
    const SYNTAX: [&str; 30] = [
        "'",
        "\"",
        "`",
        "$(",
        ")",
        "(",
        "${",
        "}",
        "\\",
        "\n",
        "<<EOF",
        "<<-'X'\n",
        "EOF\n",
        "|",
        "&&",
        "||",
        ";;",
        "&",
        ">",
        "2>&1",
        "$'",
        "<(",
        "#",
        "if ",
        "then ",
        "case x in ",
        "\0",
        "é",
        "[[ ",
        "git commit -m ",
    ];
    let mut letters = text.chars().collect::<Vec<_>>();
    for _ in 0..=dice.roll(4) {
        let start = dice.roll(letters.len());
        let end = (start + dice.roll(12)).min(letters.len());
        match dice.roll(5) {
            0 => drop(letters.drain(start..end)),
            1 => {
                let stretch = letters[start..end].to_vec();
                letters.splice(start..start, stretch);
            }
            2 => letters.truncate(start),
            3 => letters.extend(other.chars().skip(dice.roll(other.len()))),
            _ => drop(letters.splice(start..start, SYNTAX[dice.roll(SYNTAX.len())].chars())),
        }
    }
    letters.into_iter().collect()
}

#[test]
fn the_tables_hold_many_cases() {
    assert!(all().len() >= 120, "{}", all().len());
}

#[test]
fn a_damaged_command_or_output_is_read_without_a_panic() {
    let cases = all();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut found = 0;
    for _ in 0..20_000 {
        let (command, stdout, _) = &cases[dice.roll(cases.len())];
        let (other, other_stdout, _) = &cases[dice.roll(cases.len())];
        let command = mutated(command, other, &mut dice);
        let stdout =
            if dice.roll(2) == 0 { mutated(stdout, other_stdout, &mut dice) } else { stdout.clone() };
        for commit in commits(&command, &stdout, other_stdout) {
            assert!(!commit.message.trim().is_empty(), "{command}");
            assert!(!commit.message.contains('\0'), "{command}");
            found += 1;
        }
        pull_requests(&command.replace("git commit -m", "gh pr create -t"), &stdout);
    }
    // Most damage leaves the commit in place; if nothing were found, the damage would test nothing.
    assert!(found > 5_000, "{found}");
}

#[test]
fn text_of_any_length_and_depth_is_read_in_a_moment() {
    let shapes = [
        "git commit -m x; ",
        "(",
        "((",
        "$(",
        "`",
        "\\`",
        "\"$(",
        "${",
        "${x:-",
        "{ ",
        "a() ",
        "if ",
        "while ",
        "case x in ",
        "<<A\n",
        "<<A ",
        "$(cat <<A\n",
        "\"",
        "'",
        "\\",
        "| ",
        "&& ",
        "git commit -F - <<A\n",
        "a=$a$a; ",
        "echo $(",
        "[[ ",
        "env ",
        "> f ",
        "cat f; ",
        "tee f f f f ",
        "git commit -F f; ",
        "!",
        "é",
        "x=1;git commit -m \"$x\" ",
        "<(",
        "#",
        "for i in ",
        "do ",
        "function f ",
        "printf '%s' ",
        "1<",
        "[main 1a2b3c4] x\n",
        "\0",
    ];
    for shape in shapes {
        read(shape, 1000);
        read(shape, 20_000);
    }
    read("git commit -m x\n", 6_000_000);
    read("[main 1a2b3c4] x\n", 6_000_000);
}

fn read(shape: &str, bytes: usize) {
    let garbage = repeat_n(shape, bytes / shape.len()).collect::<String>();
    let command = format!("git commit -m x; gh pr create; {garbage}");
    assert!(commits(&command, &garbage, &garbage).len() <= super::super::evidence::MAX_SUBJECTS);
    assert!(pull_requests(&command, &garbage).is_empty());
}

#[test]
fn text_that_is_used_again_and_again_does_not_multiply() {
    let long = "x".repeat(100_000);
    let uses = [
        "cat f; ",
        "x=$(cat f); ",
        "git commit -F f; ",
        "git commit -m \"$v\"; ",
        "v=$v$v; ",
        "tee f g h i <f; ",
        "cat <f >>f; ",
        "cat f f f f f f f | tee g; ",
        "printf '%s%s' $v $v $v $v; ",
        "echo $v >f; ",
        "git commit -F - <f; ",
    ];
    for usage in uses {
        let command = format!("v={long}; cat >f <<E\n{long}\nE\n{} git commit -m x", usage.repeat(3000));
        assert!(commits(&command, "", "").len() <= super::super::MAX_ATTEMPTS, "{usage}");
    }
}

#[test]
fn many_commits_and_many_lines_are_aligned_in_a_moment() {
    let command =
        (0..5000).map(|n| format!("git commit -m 'number {n} of many'\n")).collect::<Vec<_>>().concat();
    let stdout =
        (0..5000).map(|n| format!("[main 1a2b3c4] number {n} of many\n")).collect::<Vec<_>>().concat();
    assert_eq!(commits(&command, &stdout, "").len(), super::super::MAX_ATTEMPTS);
}
