//! Secrets that a function takes by their place: `HTTPBasicAuth('user', 'value')`, `new PDO(dsn, 'user', 'value')`; and
//! pairs of a user and a password: `auth=('user', 'value')`.

use super::Finding;
use super::looks::Candidate;
use super::names::{self, Weight};
use super::source::{BLANK, HEX, Set, Source, WORD};
use super::tally::Tally;
use super::values::{Place, Value, value_at};
use super::written::written_before;
use Weight::{Password, Secret};

/// Functions of libraries that many use, and which of their arguments is the secret, from 0.
const FUNCTIONS: [(&str, usize, &str, Weight); 37] = [
    ("WiFi.begin", 1, "password", Password),
    ("PDO", 2, "password", Password),
    ("mysqli", 2, "password", Password),
    ("mysqli_connect", 2, "password", Password),
    ("getConnection", 2, "password", Password),
    ("PlainAuth", 2, "password", Password),
    ("NetworkCredential", 1, "password", Password),
    ("PSCredential", 1, "password", Password),
    ("HTTPBasicAuth", 1, "password", Password),
    ("HTTPDigestAuth", 1, "password", Password),
    ("SetBasicAuth", 1, "password", Password),
    ("BasicAuth", 1, "password", Password),
    ("basicAuth", 1, "password", Password),
    ("basic_auth", 1, "password", Password),
    ("UsernamePasswordToken", 1, "password", Password),
    ("UsernamePasswordCredentials", 1, "password", Password),
    ("PasswordAuthentication", 1, "password", Password),
    ("login", 1, "password", Password),
    ("Sequelize", 2, "password", Password),
    ("MySQLdb.connect", 2, "password", Password),
    ("pymysql.connect", 2, "password", Password),
    ("mysql_connect", 2, "password", Password),
    ("ftp_login", 2, "password", Password),
    ("set_password", 2, "password", Password),
    ("cookieParser", 0, "secret", Secret),
    ("HMAC256", 0, "secret", Secret),
    ("createHmac", 1, "secret", Secret),
    ("Fernet", 0, "secret-key", Secret),
    ("NewStaticV4", 1, "secret-key", Secret),
    ("NewStaticCredentials", 1, "secret-key", Secret),
    ("NewStaticCredentialsProvider", 1, "secret-key", Secret),
    ("BasicAWSCredentials", 1, "secret-key", Secret),
    ("StorageSharedKeyCredential", 1, "secret-key", Secret),
    ("AzureKeyCredential", 0, "api-key", Secret),
    ("algoliasearch", 1, "api-key", Secret),
    ("cohere.Client", 0, "api-key", Secret),
    ("cohere.ClientV2", 0, "api-key", Secret),
];
/// What a function that sets a secret begins with: `setApiKey`, `with_token`.
const SETTERS: [&str; 4] = ["set", "with", "use", "access"];
/// What a function that makes one from a literal begins with: `SecretValue.unsafePlainText`, `ApiKey::new`.
const MAKERS: [&str; 6] = ["new", "from", "of", "parse", "unsafe", "plain"];
const NAME: Set = Set::of("0-9A-Za-z_.:");
const LONGEST_NAME: usize = 64;
const SHORTEST_SET: usize = 16;
const LONGEST_CLAIMS: usize = 200;

/// `at` is the bracket before a first argument in quotes.
pub(super) fn call(source: Source, at: usize) -> Option<Finding> {
    let name = source.slice(source.run_back(at, NAME, LONGEST_NAME), at);
    if !name.last().is_some_and(|last| WORD.has(*last)) {
        return pair(source, at);
    }
    let (value, kind, weight) = match function(name) {
        Some((place, kind, weight)) => (argument(source, at + 1, place)?, kind, weight),
        None if source.said_before(at, "DBI->connect").is_some() => {
            (argument(source, at + 1, 2)?, "password", Password)
        }
        None if is_called(name, "Client") => (of_an_account(source, at + 1)?, "token", Secret),
        None => set(source, at, name)?,
    };
    judged(source, value, kind, weight)
}

/// `basic_auth 'user', 'value'`, as Ruby calls it; `at` is the blank behind the function.
pub(super) fn without_brackets(source: Source, at: usize) -> Option<Finding> {
    let name = source.slice(source.run_back(at, NAME, LONGEST_NAME), at);
    let (place, kind, weight) = function(name)?;
    judged(source, argument(source, at + 1, place)?, kind, weight)
}

/// `auth=('user', 'value')`, `'auth' => ('user', 'value')`; `at` is the bracket.
fn pair(source: Source, at: usize) -> Option<Finding> {
    let sign = source.run_back(at, const { Set::of(" =>:") }, 4);
    let is_given = source.slice(sign, at).iter().any(|byte| matches!(byte, b'=' | b':'));
    let written = if is_given { written_before(source, sign)? } else { return None };
    let value = argument(source, at + 1, 1)?;
    let is_pair = written.name.kind == "credential" && matches!(source.at(value.end + 1), b')' | b']');
    let found = judged(source, Value { read: value.end + 1, ..value }, "password", Password);
    found.filter(|_| is_pair)
}

/// Which argument of the function is a secret.
fn function(name: &[u8]) -> Option<(usize, &'static str, Weight)> {
    let known = FUNCTIONS.iter().find(|(function, ..)| is_called(name, function));
    known.map(|(_, place, kind, weight)| (*place, *kind, *weight))
}

fn is_called(name: &[u8], function: &str) -> bool {
    let before = || name.len().checked_sub(function.len() + 1).and_then(|before| name.get(before));
    name.ends_with(function.as_bytes()) && before().is_none_or(|before| matches!(before, b'.' | b':'))
}

fn judged(source: Source, value: Value, kind: &'static str, weight: Weight) -> Option<Finding> {
    let bytes = source.slice(value.start, value.end);
    let candidate = Candidate { value: bytes, weight, place: Place::Setting, is_quoted: true };
    candidate.looks_secret().then_some(Finding::new(value.start, value.end, kind).read_to(value.read))
}

/// The argument of that number, if it and those before it are literals or names.
fn argument(source: Source, at: usize, number: usize) -> Option<Value> {
    const BARE: Set = Set::of("0-9A-Za-z_.$&>@:-");
    let mut start = at;
    for _ in 0..number {
        let end = match value_at(source, start, Place::Setting)? {
            value if value.is_quoted => value.end + 1,
            value => source.run_within(value.start, BARE, LONGEST_NAME),
        };
        let comma = source.past_blanks(end);
        if source.at(comma) != b',' {
            return None;
        }
        start = source.run_within(comma + 1, const { Set::of(" \t\n") }, LONGEST_NAME);
    }
    let start = if source.has(start, "Some(") { start + "Some(".len() } else { start };
    value_at(source, start, Place::Setting).filter(|value| value.is_quoted)
}

/// `Client('AC…', 'value')`: the first is an account of Twilio's.
fn of_an_account(source: Source, at: usize) -> Option<Value> {
    let account = argument(source, at, 0)?;
    let is_account = source.has(account.start, "AC")
        && account.end - account.start == 34
        && HEX.has_all(source.slice(account.start + 2, account.end));
    if is_account { argument(source, at, 1) } else { None }
}

/// `setApiKey('value')`, `Client.access_token('value')`, `ApiKey.new('value')`, with nothing else between the brackets.
fn set(source: Source, at: usize, name: &[u8]) -> Option<(Value, &'static str, Weight)> {
    let mut parts = name.rsplit(|byte| matches!(byte, b'.' | b':'));
    let last = parts.next().unwrap_or_default();
    let begins = |verbs: &[&str]| {
        let begins = |verb: &str| {
            last.get(..verb.len()).is_some_and(|start| start.eq_ignore_ascii_case(verb.as_bytes()))
        };
        verbs.iter().any(|verb| begins(verb))
    };
    let name = if begins(&SETTERS) {
        names::announced_by(last)?
    } else if begins(&MAKERS) {
        let made = parts
            .find(|part| !part.is_empty())
            .filter(|part| part.first().is_some_and(u8::is_ascii_uppercase))?;
        names::announced_by(made.strip_suffix(b"Value").unwrap_or(made))?
    } else {
        return None;
    };
    let value = argument(source, at + 1, 0)?;
    let bytes = source.slice(value.start, value.end);
    let tally = Tally::of(bytes);
    let is_told = match name.weight {
        Password => tally.digits > 0,
        Secret => bytes.len() >= SHORTEST_SET && tally.is_random(),
        _ => false,
    };
    let is_alone = source.at(value.end + 1) == b')' && !bytes.iter().any(|byte| BLANK.has(*byte));
    (is_told && is_alone).then_some((Value { read: value.end + 1, ..value }, name.kind, name.weight))
}

/// `jwt.sign({ … }, 'value')`, `jwt.encode({…}, 'value')`; `at` is the first letter.
pub(super) fn signed(source: Source, at: usize) -> Option<Finding> {
    let open = ["jwt.sign(", "jwt.encode("].iter().find(|call| source.has(at, call))?;
    let claims = at + open.len();
    let bytes = source.slice(claims, claims + LONGEST_CLAIMS);
    let end = if bytes.first() == Some(&b'{') { claims + memchr::memchr(b'}', bytes)? } else { claims };
    let comma = end + memchr::memchr(b',', source.slice(end, claims + LONGEST_CLAIMS))?;
    let value = value_at(source, comma + 1, Place::Setting).filter(|value| value.is_quoted)?;
    let bytes = source.slice(value.start, value.end);
    let candidate = Candidate { value: bytes, weight: Secret, place: Place::Setting, is_quoted: true };
    candidate.looks_secret().then_some(Finding::new(value.start, value.end, "secret").read_to(value.read))
}
