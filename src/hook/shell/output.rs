//! What `echo`, `printf`, `cat` and a few silent commands print, where the command line tells.

use super::{Files, Text};

/// `printf` repeats its format for every argument; nobody's message needs more than this.
const MAX_OUTPUT_BYTES: usize = 256 * 1024;

/// What the program `words` prints on standard output; `None` if only running it would tell.
pub(super) fn of(words: &[Text], stdin: Option<&Text>, files: &Files) -> Option<Text> {
    let (program, arguments) = words.split_first()?;
    match program.as_known()? {
        ":" | "true" | "cd" | "set" | "export" | "unset" | "local" | "declare" | "readonly" | "shopt" => {
            Some(Text::default())
        }
        "echo" => Some(echo(arguments)),
        "printf" => printf(arguments),
        "cat" => cat(arguments, stdin, files),
        "tee" => stdin.cloned(),
        _ => None,
    }
}

fn cat(arguments: &[Text], stdin: Option<&Text>, files: &Files) -> Option<Text> {
    if arguments.is_empty() {
        return stdin.cloned();
    }
    let mut printed = Text::default();
    for name in arguments {
        printed.append(if name.marked() == "-" { stdin? } else { files.get(name.marked())? });
        if printed.len() > MAX_OUTPUT_BYTES {
            return None;
        }
    }
    Some(printed)
}

fn echo(arguments: &[Text]) -> Text {
    let is_option = |text: &&Text| {
        text.marked().strip_prefix('-').is_some_and(|letters| {
            !letters.is_empty() && letters.chars().all(|c| matches!(c, 'n' | 'e' | 'E'))
        })
    };
    let options = arguments.iter().take_while(is_option).count();
    let has = |letter| arguments.iter().take(options).any(|option| option.marked().contains(letter));
    let mut line = String::new();
    for (index, argument) in arguments.iter().skip(options).enumerate() {
        if index > 0 {
            line.push(' ');
        }
        line.push_str(argument.marked());
    }
    let mut stopped = false;
    if has('e') {
        (line, stopped) = unescape_known(&line, Escapes::Echo);
    }
    if !has('n') && !stopped {
        line.push('\n');
    }
    Text::from_marked(&line)
}

fn printf(arguments: &[Text]) -> Option<Text> {
    let arguments = arguments.strip_prefix(&[Text::known("--")]).unwrap_or(arguments);
    let (format, values) = arguments.split_first()?;
    let (format, _) = unescape(format.as_known()?, Escapes::Printf);
    let mut values = values.iter();
    let mut printed = String::new();
    loop {
        let waiting = values.len();
        let mut stretches = format.split('%');
        printed.push_str(stretches.next().unwrap_or_default());
        while let Some(stretch) = stretches.next() {
            let mut letters = stretch.chars();
            match letters.next() {
                Some('s' | 'd' | 'i') => printed.push_str(values.next().map_or("", Text::marked)),
                Some('b') => {
                    let value = values.next().map_or("", Text::marked);
                    printed.push_str(&unescape_known(value, Escapes::Echo).0);
                }
                // `%%`: the next stretch is text.
                None => {
                    printed.push('%');
                    printed.push_str(stretches.next()?);
                    continue;
                }
                Some(_) => return None,
            }
            printed.push_str(letters.as_str());
        }
        if printed.len() > MAX_OUTPUT_BYTES {
            return None;
        }
        if values.len() == 0 || values.len() == waiting {
            return Some(Text::from_marked(&printed));
        }
    }
}

/// The three dialects of backslash escapes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    /// `$'…'`
    Quoted,
    /// The format of `printf`.
    Printf,
    /// `echo -e` and `%b`: octal wants a leading 0, `\c` ends the output.
    Echo,
}

/// Unescapes the known stretches of text with marks, the source of unknown ones stays. Says whether `\c` ended it.
fn unescape_known(marked: &str, dialect: Escapes) -> (String, bool) {
    let mut result = String::new();
    for (index, stretch) in marked.split('\0').enumerate() {
        if index > 0 {
            result.push('\0');
        }
        if index % 2 == 1 {
            result.push_str(stretch);
            continue;
        }
        let (text, stopped) = unescape(stretch, dialect);
        result.push_str(&text);
        if stopped {
            return (result, true);
        }
    }
    (result, false)
}

/// Replaces backslash escapes; says whether one ended the text.
pub(super) fn unescape(text: &str, dialect: Escapes) -> (String, bool) {
    // Bytes, since `\xC3\xA9` is one character.
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    let stopped = loop {
        let Some((before, behind)) = rest.split_once('\\') else {
            bytes.extend_from_slice(rest.as_bytes());
            break false;
        };
        bytes.extend_from_slice(before.as_bytes());
        let mut letters = behind.chars();
        let letter = letters.next();
        rest = letters.as_str();
        match letter {
            Some('n') => bytes.push(b'\n'),
            Some('t') => bytes.push(b'\t'),
            Some('r') => bytes.push(b'\r'),
            Some('a') => bytes.push(7),
            Some('b') => bytes.push(8),
            Some('v') => bytes.push(11),
            Some('f') => bytes.push(12),
            Some('e' | 'E') => bytes.push(27),
            Some('\\') => bytes.push(b'\\'),
            Some(quote @ ('\'' | '"' | '?')) if dialect != Escapes::Echo => {
                bytes.extend(quote.to_string().bytes());
            }
            Some('c') if dialect == Escapes::Echo => break true,
            Some(kind @ ('x' | 'u' | 'U')) => {
                let most = if kind == 'x' {
                    2
                } else if kind == 'u' {
                    4
                } else {
                    8
                };
                let Some(code) = number(&mut rest, 16, most) else {
                    bytes.extend([b'\\', if kind == 'x' { b'x' } else { b'u' }]);
                    continue;
                };
                if kind == 'x' {
                    bytes.extend(u8::try_from(code));
                } else {
                    let mut room = [0; 4];
                    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
                    bytes.extend(character.encode_utf8(&mut room).bytes());
                }
            }
            Some(digit @ '0'..='7') => {
                if dialect != Escapes::Echo || digit != '0' {
                    rest = behind;
                }
                let code = number(&mut rest, 8, 3).unwrap_or(0);
                bytes.extend(u8::try_from(code & 0xff));
            }
            other => {
                bytes.push(b'\\');
                bytes.extend(other.into_iter().collect::<String>().bytes());
            }
        }
    };
    // Text ends at a NUL inside `$'…'`, and no argument can hold one anyway.
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    bytes.truncate(end);
    (String::from_utf8_lossy(&bytes).into_owned(), stopped)
}

/// Takes a number of at most `most` digits off the start of `text`.
fn number(text: &mut &str, radix: u32, most: usize) -> Option<u32> {
    let length = text.chars().take(most).take_while(|c| c.is_digit(radix)).count();
    let (digits, rest) = text.split_at_checked(length)?;
    let value = u32::from_str_radix(digits, radix).ok()?;
    *text = rest;
    Some(value)
}
