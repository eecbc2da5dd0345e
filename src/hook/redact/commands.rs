//! Passwords that a command takes behind one letter, and secrets that stand behind their names with nothing between.

use super::Finding;
use super::looks::Candidate;
use super::names::{self, Weight};
use super::source::{Set, Source, WORD};
use super::tally::Tally;
use super::values::{Place, Value, value_at};
use super::written::{LONGEST_NAME, NAME};

/// A letter, and the commands that take a password behind it.
const FLAGS: [(u8, &[&str]); 6] = [
    (b'N', &["ssh-keygen "]),
    (b'P', &["ipmitool "]),
    (b'A', &["snmpwalk ", "snmpget "]),
    (b'p', &["sshpass", "docker login", "podman login", "az login"]),
    (b'a', &["redis-cli"]),
    (b'w', &["ldapsearch", "ldapmodify", "ldapadd"]),
];
/// These take it behind `-p` without a blank.
const ATTACHED: [&str; 6] = ["mysql", "mysqldump", "mysqladmin", "mariadb", "7z ", "unrar "];
/// As far before its flag a command is looked for.
const LONGEST_COMMAND: usize = 200;

/// `sshpass -p value`, `mysql -pvalue`; `at` is the blank before the dash.
pub(super) fn flag(source: Source, at: usize) -> Option<Finding> {
    let command = source.slice(source.line_start(at, LONGEST_COMMAND), at);
    let is_called =
        |names: &[&str]| names.iter().any(|name| memchr::memmem::find(command, name.as_bytes()).is_some());
    let letter = source.at(at + 2);
    if letter == b'a'
        && let Some(found) = pair(source, at)
    {
        return Some(found);
    }
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

/// `aws configure set aws_secret_access_key value`, `LicenseKey value`; `at` is the word `key`.
pub(super) fn after_key(source: Source, at: usize) -> Option<Finding> {
    let end = at + "key".len();
    let start = source.past_blanks(end);
    if start == end || !(WORD.has(source.before(at)) || source.before(at) == b'-') {
        return None;
    }
    let name = source.slice(source.run_back(end, NAME, LONGEST_NAME), end);
    let name = names::announced_by(name)?;
    let value = value_at(source, start, Place::Flag)?;
    let bytes = source.slice(value.start, value.end);
    let candidate =
        Candidate { value: bytes, weight: Weight::Secret, place: Place::Flag, is_quoted: value.is_quoted };
    let is_told = value.is_quoted || bytes.len() >= 20 && Tally::of(bytes).is_random();
    (is_told && candidate.looks_secret())
        .then_some(Finding::new(value.start, value.end, name.kind).read_to(value.read))
}

/// Commands that take a user and a password in one word, the letter before it, and what is between the two.
const PAIRS: [(&str, u8, u8); 3] = [("lftp ", b'u', b','), ("smbclient ", b'U', b'%'), ("http ", b'a', b':')];

/// `lftp -u user,value`, `htpasswd -nb user value`, `keytool -storepass value`; `at` is the blank before the dash.
pub(super) fn pair(source: Source, at: usize) -> Option<Finding> {
    let letter = source.at(at + 2);
    let command = source.slice(source.line_start(at, LONGEST_COMMAND), at + 1);
    if matches!(letter, b's' | b'k') {
        let flag = ["storepass ", "keypass "].iter().find(|flag| source.has(at + 2, flag))?;
        return judged(source, value_at(source, at + 2 + flag.len(), Place::Flag)?, 0);
    }
    if matches!(letter, b'n' | b'b') {
        memchr::memmem::find(command, b"htpasswd ")?;
        let mut value = None;
        let mut at = source.run_within(at + 1, const { Set::of("!-~") }, LONGEST_COMMAND);
        while source.at(at) == b' ' && !matches!(source.at(at + 1), b'>' | b'|' | b'&' | b'-') {
            let argument = value_at(source, at, Place::Flag)?;
            at = argument.end + usize::from(argument.is_quoted);
            value = Some(argument);
        }
        return judged(source, value?, 0);
    }
    let (_, _, between) = PAIRS.iter().find(|(name, flag, _)| {
        *flag == letter && memchr::memmem::find(command, name.as_bytes()).is_some()
    })?;
    let value = value_at(source, at + 3, Place::Flag)?;
    let start = value.start + memchr::memchr(*between, source.slice(value.start, value.end))? + 1;
    judged(source, value, start - value.start)
}

/// The password in the value, behind so many bytes of it.
fn judged(source: Source, value: Value, behind: usize) -> Option<Finding> {
    let start = value.start + behind;
    let candidate = Candidate {
        value: source.slice(start, value.end),
        weight: Weight::Password,
        place: Place::Flag,
        is_quoted: value.is_quoted,
    };
    candidate.looks_secret().then_some(Finding::new(start, value.end, "password").read_to(value.read))
}

/// Flags that announce nothing by themselves: `gh secret set NAME --body value`, `aws ssm put-parameter … --value value
/// --type SecureString`, `kubeadm join … --token value`; the name is from `start` to `end`.
pub(super) fn long_flag(source: Source, start: usize, end: usize) -> Option<Finding> {
    let line = source.line_start(start, LONGEST_COMMAND);
    if source.slice(start, end) == b"value"
        && let Some(found) = behind_its_name(source, line, start, end)
    {
        return Some(found);
    }
    let says = |command: &str| memchr::memmem::find(source.slice(line, start), command.as_bytes()).is_some();
    let is_told = match source.slice(start, end) {
        b"body" => says("gh secret set"),
        b"value" => says("ssm put-parameter"),
        b"token" => says("kubeadm "),
        _ => false,
    };
    let value = if is_told { value_at(source, end, Place::Flag)? } else { return None };
    let bytes = source.slice(value.start, value.end);
    let behind = source.slice(value.end, value.end + LONGEST_COMMAND);
    let behind = behind.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let says_so =
        |word: &str| memchr::memmem::find(behind, word.as_bytes()).map(|at| value.end + at + word.len());
    let is_bootstrap = || bytes.len() == 23 && bytes.get(6) == Some(&b'.') && Tally::of(bytes).is_random();
    let read = match source.slice(start, end) {
        b"value" if says("SecureString") => value.read,
        b"value" => says_so("SecureString")?,
        b"token" if !is_bootstrap() => return None,
        b"token" => return Some(Finding::new(value.start, value.end, "token").read_to(value.read)),
        _ => value.read,
    };
    let candidate =
        Candidate { value: bytes, weight: Weight::Secret, place: Place::Flag, is_quoted: value.is_quoted };
    candidate
        .looks_secret()
        .then_some(Finding::new(value.start, value.end, "secret").read_to(value.read).read_to(read))
}

/// `--name DB_PASSWORD --value value`; the flag is from `start` to `end`.
fn behind_its_name(source: Source, line: usize, start: usize, end: usize) -> Option<Finding> {
    let before = source.slice(line, start);
    let name = ["--name ", "--key "]
        .iter()
        .find_map(|flag| Some(line + memchr::memmem::rfind(before, flag.as_bytes())? + flag.len()))?;
    let name = names::announced_by(source.slice(name, source.run_within(name, NAME, LONGEST_NAME)))?;
    let value = value_at(source, end, Place::Flag)?;
    let candidate = Candidate {
        value: source.slice(value.start, value.end),
        weight: name.weight,
        place: Place::Flag,
        is_quoted: value.is_quoted,
    };
    candidate.looks_secret().then_some(Finding::new(value.start, value.end, name.kind).read_to(value.read))
}
