//! Secrets that a command reads from its input: `echo value | sudo -S`, `chpasswd <<< 'user:value'`.

use super::Finding;
use super::looks::Candidate;
use super::names::{self, Weight};
use super::source::{Source, WORD};
use super::tally::Tally;
use super::values::{Place, Value, value_at};

/// Commands whose input is a secret, with what must be among their arguments.
const READERS: [(&str, &str); 15] = [
    ("sudo -S", ""),
    ("sudo -k -S", ""),
    ("chpasswd", ""),
    ("sudo chpasswd", ""),
    ("passwd --stdin", ""),
    ("sudo passwd --stdin", ""),
    ("docker login", "--password-stdin"),
    ("podman login", "--password-stdin"),
    ("helm registry login", "--password-stdin"),
    ("gcloud secrets ", "--data-file=-"),
    ("docker secret create", " -"),
    ("gh secret set", ""),
    ("gh auth login", "--with-token"),
    ("wrangler secret put", ""),
    ("vercel env add", ""),
];
const LONGEST_LINE: usize = 200;

/// What is said by `echo` or `printf` to such a command; `at` is the blank before the pipe.
pub(super) fn said(source: Source, at: usize) -> Option<Finding> {
    let reader = at + 3;
    let line = source.slice(reader, reader + LONGEST_LINE);
    let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let before = source.line_start(at, LONGEST_LINE);
    let is_basic = || {
        line.starts_with(b"base64") && memchr::memmem::find(source.slice(before, at), b": Basic $(").is_some()
    };
    let is_decoded = || line.starts_with(b"base64 -d") && is_assigned(source, before, at);
    if !is_reader(line) && !is_basic() && !is_decoded() {
        return None;
    }
    let said = source.slice(before, at);
    let echo = ["echo ", "printf "]
        .iter()
        .filter_map(|word| Some(before + memchr::memmem::rfind(said, word.as_bytes())? + word.len()))
        .max()?;
    let mut value = value_at(source, echo, Place::Flag)?;
    let is_option =
        |value: Value| matches!(source.slice(value.start, value.end), b"-n" | b"-e" | b"-ne" | b"-en");
    let is_format =
        |value: Value| source.slice(value.start, value.end).first_chunk().copied().is_some_and(is_format);
    for _ in 0..2 {
        if is_option(value) || value.is_quoted && is_format(value) {
            value = value_at(source, value.end + usize::from(value.is_quoted), Place::Flag)?;
        }
    }
    let end = value.end + usize::from(value.is_quoted);
    let is_last = end <= at && source.past_blanks(end) == at + 1;
    if is_last { judged(source, value, line, reader + line.len().min(8)) } else { None }
}

/// `TOKEN=$(echo `.
fn is_assigned(source: Source, start: usize, end: usize) -> bool {
    let sign = memchr::memmem::rfind(source.slice(start, end), b"=$(").map(|offset| start + offset);
    sign.is_some_and(|sign| {
        names::announced_by(source.slice(source.run_back(sign, WORD, LONGEST_LINE), sign)).is_some()
    })
}

/// `%s` and `:%s`, whatever follows.
fn is_format(start: [u8; 2]) -> bool {
    matches!(&start, b"%s" | b":%")
}

/// What is handed to such a command; `at` is the blank before `<<<`.
pub(super) fn handed(source: Source, at: usize) -> Option<Finding> {
    if source.at(at + 3) != b'<' {
        return None;
    }
    let start = source.line_start(at, LONGEST_LINE);
    let line = source.slice(start, at);
    let reader = READERS.iter().find_map(|(name, _)| memchr::memmem::find(line, name.as_bytes()))?;
    let line = line.get(reader..).unwrap_or_default();
    if !is_reader(line) {
        return None;
    }
    let value = value_at(source, at + " <<<".len(), Place::Flag)?;
    judged(source, value, line, value.read)
}

fn has_user(line: &[u8]) -> bool {
    line.starts_with(b"chpasswd") || line.starts_with(b"sudo chpasswd")
}

fn is_reader(line: &[u8]) -> bool {
    READERS.iter().any(|(name, argument)| {
        line.starts_with(name.as_bytes()) && memchr::memmem::find(line, argument.as_bytes()).is_some()
    })
}

fn judged(source: Source, value: Value, line: &[u8], read: usize) -> Option<Finding> {
    let colon = memchr::memchr(b':', source.slice(value.start, value.end)).filter(|_| has_user(line));
    let start = colon.map_or(value.start, |colon| value.start + colon + 1);
    let bytes = source.slice(start, value.end);
    let candidate = Candidate { value: bytes, weight: Weight::Password, place: Place::Flag, is_quoted: true };
    // Not all that is set so is secret.
    let is_told = !line.starts_with(b"vercel") || bytes.len() >= 16 && Tally::of(bytes).is_random();
    (is_told && candidate.looks_secret())
        .then_some(Finding::new(start, value.end, "password").read_to(value.read).read_to(read))
}
