//! Fills the `{kind:length}` parts of a template, always in the same way.

/// A generator that gives the same for the same row, whatever comes before it.
pub(super) struct Random(u64);

impl Random {
    /// FNV-1a of the seed.
    pub(super) fn of(seed: &str) -> Self {
        let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(seed.bytes().fold(0xcbf2_9ce4_8422_2325, hash) | 1)
    }

    /// Below `limit`, by xorshift64*.
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(high).unwrap_or_default() % limit
    }

    fn characters(&mut self, length: usize, set: &str) -> String {
        let set: Vec<char> = set.chars().collect();
        (0..length).filter_map(|_| set.get(self.below(set.len())).copied()).collect()
    }
}

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &str = "0123456789";
const WORDS: &str = "account action adapter after again amount answer apply archive backend balance before branch browser \
    buffer build button cache call cannot capture change channel check client code column command commit config connect \
    content context count create current cursor database date default delete deploy detail device direct document domain \
    draft driver editor effect element empty engine entry error event every example export field file filter first flag \
    folder footer format frame function garden global graph group handle header height history hook image import index \
    inline input inside install instance internal item journal keep label language latest layout length level library \
    limit line link list loader local logger machine main manager margin matrix measure memory menu message method middle \
    minute mobile model module monitor monthly mouse moving native network number object offset open option order output \
    owner package page panel parent parse path pattern payload people picture plugin point policy policy popup prefix \
    preview print private process profile project proxy public query queue quick random range reader record refresh \
    region release remote render reply report request reset resource response result retry return review route router row \
    sample scale schema scope screen script search section select server session setting share signal simple single size \
    source space split stack stage start state status step storage store stream string style submit support switch symbol \
    system table target task team template test text theme ticket time title toggle tools topic total track transfer tree \
    trigger type under unique update upload user valid value variable vector version video view visitor volume wait watch \
    widget width window wizard worker wrapper write yellow zone";

/// The template with its `{kind:length}` parts filled in; braces around anything else stay.
pub(super) fn filled(template: &str, random: &mut Random, turn: usize) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, part, after)) = next_part(rest) {
        text.push_str(before);
        if let Some(generated) = generated(part, random, turn) {
            text.push_str(&generated);
        } else {
            text.push('{');
            rest = rest.split_at(before.len() + 1).1;
            continue;
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// The text before the next `{`, what is between the braces (which nest), and the text after them.
fn next_part(text: &str) -> Option<(&str, &str, &str)> {
    let open = text.find('{')?;
    let mut depth = 0;
    for (at, character) in text.char_indices().skip_while(|(at, _)| *at < open) {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((text.get(..open)?, text.get(open + 1..at)?, text.get(at + 1..)?));
        }
    }
    Some((text.get(..open)?, "", text.get(open + 1..)?))
}

fn generated(part: &str, random: &mut Random, turn: usize) -> Option<String> {
    let (kind, argument) = part.split_once(':').unwrap_or((part, ""));
    let length = if argument == "#" { turn.max(7) } else { argument.parse().unwrap_or(0) };
    let sets =
        |random: &mut Random, sets: &[&str]| (length > 0).then(|| random.characters(length, &sets.concat()));
    match kind {
        "an" => sets(random, &[LOWER, UPPER, DIGITS]).map(with_digit),
        "mixed" => sets(random, &[LOWER, UPPER, DIGITS]),
        "letters" => sets(random, &[LOWER, UPPER]),
        "lo" => sets(random, &[LOWER, DIGITS]),
        "up" => sets(random, &[UPPER, DIGITS]),
        "hex" => sets(random, &[DIGITS, "abcdef"]),
        "HEX" => sets(random, &[DIGITS, "ABCDEF"]),
        "d" => sets(random, &[DIGITS]).map(|digits| digits.replacen('0', "7", 1)),
        "b64" => sets(random, &[LOWER, UPPER, DIGITS, "+/"]),
        // The last character of a token is a letter, so that a word boundary is where one would look for it.
        "tok" => sets(random, &[LOWER, UPPER, DIGITS, "_-"]).map(|token| with_letter_ends(&token)),
        "uuid" => {
            Some([8, 4, 4, 4, 12].map(|length| random.characters(length, "0123456789abcdef")).join("-"))
        }
        // Kept apart here, for a scanner would take the two together for a key.
        "T3" => Some(["T3Blbk", "FJ"].concat()),
        "jwt" => Some(jwt(random)),
        "pem" => Some(armoured(argument, "\n", random)),
        "pemline" => Some(armoured(argument, "\\n", random)),
        "pemindent" => Some(armoured(argument, "\n  ", random)),
        "pemquote" => Some(armoured(argument, "\n> ", random)),
        "pemopen" => armoured(argument, "\n", random).rsplit_once('\n').map(|(open, _)| open.to_owned()),
        "pem64" => Some(base64(armoured(argument, "\n", random).as_bytes())),
        "b64of" => Some(base64(filled(argument, random, turn).as_bytes())),
        "words" | "camel" | "snake" | "kebab" => Some(words(kind, length, random)),
        _ => None,
    }
}

/// Real tokens without a digit exist, but are so rare that one in the data would say more about luck than about rules.
fn with_digit(mut text: String) -> String {
    if text.len() >= 4 && !text.contains(|c: char| c.is_ascii_digit()) {
        text.replace_range(2..3, "7");
    }
    text
}

fn with_letter_ends(token: &str) -> String {
    let mut token = with_digit(token.to_owned());
    let last = token.len() - 1;
    for at in [0, last] {
        if token.get(at..=at).is_some_and(|end| end == "-" || end == "_") {
            token.replace_range(at..=at, "k");
        }
    }
    token
}

fn words(kind: &str, count: usize, random: &mut Random) -> String {
    let all: Vec<&str> = WORDS.split_whitespace().collect();
    let chosen: Vec<&str> = (0..count).filter_map(|_| all.get(random.below(all.len())).copied()).collect();
    match kind {
        "words" => chosen.join(" "),
        "snake" => chosen.join("_"),
        "kebab" => chosen.join("-"),
        _ => {
            let capital = |word: &&str| {
                let (first, rest) = word.split_at(1);
                first.to_uppercase() + rest
            };
            chosen.first().copied().unwrap_or_default().to_owned()
                + &chosen.iter().skip(1).map(capital).collect::<String>()
        }
    }
}

fn jwt(random: &mut Random) -> String {
    let subject = random.characters(12, DIGITS);
    let header = base64(br#"{"alg":"HS256","typ":"JWT"}"#);
    let claims = base64(format!(r#"{{"sub":"{subject}","name":"dev","iat":17{subject}}}"#).as_bytes());
    let signature = random.characters(43, &[LOWER, UPPER, DIGITS].concat());
    format!("{}.{}.{signature}", header.trim_end_matches('='), claims.trim_end_matches('='))
}

fn armoured(label: &str, line_end: &str, random: &mut Random) -> String {
    let alphabet = [LOWER, UPPER, DIGITS, "+/"].concat();
    let lines: Vec<String> = [64, 64, 64, 41].map(|length| random.characters(length, &alphabet)).to_vec();
    format!("-----BEGIN {label}-----{line_end}MII{}={line_end}-----END {label}-----", lines.join(line_end))
}

fn base64(bytes: &[u8]) -> String {
    let alphabet: Vec<char> = [UPPER, LOWER, DIGITS, "+/"].concat().chars().collect();
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = alphabet.get(bits >> (18 - 6 * place) & 63).copied().unwrap_or('=');
            text.push(if place <= chunk.len() { digit } else { '=' });
        }
    }
    text
}
