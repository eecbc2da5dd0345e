//! Passwords that a command takes behind one letter, and secrets that stand behind their names with nothing between.

use super::Finding;
use super::looks::Candidate;
use super::names::{self, Weight};
use super::source::{Source, WORD};
use super::tally::Tally;
use super::values::{Place, value_at};
use super::written::{LONGEST_NAME, NAME};

/// A letter, and the commands that take a password behind it.
const FLAGS: [(u8, &[&str]); 3] = [
    (b'p', &["sshpass", "docker login", "podman login", "az login"]),
    (b'a', &["redis-cli"]),
    (b'w', &["ldapsearch", "ldapmodify", "ldapadd"]),
];
/// These take it behind `-p` without a blank.
const ATTACHED: [&str; 4] = ["mysql", "mysqldump", "mysqladmin", "mariadb"];
/// As far before its flag a command is looked for.
const LONGEST_COMMAND: usize = 200;

/// `sshpass -p value`, `mysql -pvalue`; `at` is the blank before the dash.
pub(super) fn flag(source: Source, at: usize) -> Option<Finding> {
    let command = source.slice(source.line_start(at, LONGEST_COMMAND), at);
    let is_called =
        |names: &[&str]| names.iter().any(|name| memchr::memmem::find(command, name.as_bytes()).is_some());
    let letter = source.at(at + 2);
    let value = at + 3;
    let is_attached = !matches!(source.at(value), b' ' | b'\t');
    let takes_it = if is_attached {
        letter == b'p' && is_called(&ATTACHED)
    } else {
        FLAGS.iter().any(|(flag, commands)| *flag == letter && is_called(commands))
    };
    if !takes_it {
        return None;
    }
    let value = value_at(source, value, Place::Flag)?;
    let bytes = source.slice(value.start, value.end);
    let candidate =
        Candidate { value: bytes, weight: Weight::Password, place: Place::Flag, is_quoted: value.is_quoted };
    candidate.looks_secret().then_some(Finding::new(value.start, value.end, "password").read_to(value.read))
}

/// `aws configure set aws_secret_access_key value`; `at` is the separator before the word `key`.
pub(super) fn after_key(source: Source, at: usize) -> Option<Finding> {
    let end = at + "_key".len();
    let start = source.past_blanks(end);
    if start == end || WORD.has(source.at(end)) || !source.says(at + 1, "key") {
        return None;
    }
    let name = source.slice(source.run_back(end, NAME, LONGEST_NAME), end);
    let name = names::announced_by(name)?;
    let value = value_at(source, start, Place::Flag)?;
    let bytes = source.slice(value.start, value.end);
    let candidate =
        Candidate { value: bytes, weight: Weight::Secret, place: Place::Flag, is_quoted: value.is_quoted };
    let is_told = bytes.len() >= 20 && Tally::of(bytes).is_random();
    (is_told && candidate.looks_secret())
        .then_some(Finding::new(value.start, value.end, name.kind).read_to(value.read))
}
