//! Whose a hook entry is, told by its command alone: settings carry no marker of ours.

use serde_json::Value;

use super::ours::PROGRAM;

/// How a hook entry is related to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Whose {
    /// Ours: this binary, in this form.
    Ours(String, Form),
    /// It runs something of ours in a form we did not write; left alone, but worth a word.
    Stray,
    Theirs,
}

/// How Claude Code starts the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `command` and `args`, spawned directly.
    Exec,
    /// One string for `/bin/sh -c`, as early versions and hand-written settings have it.
    Shell,
}

/// Tells whose entry this text is.
pub(super) fn whose(entry: &str) -> Whose {
    if !entry.contains(PROGRAM) {
        return Whose::Theirs;
    }
    let Ok(entry) = serde_json::from_str::<Value>(entry) else { return Whose::Theirs };
    let Some(command) = entry.get("command").and_then(Value::as_str) else { return Whose::Theirs };
    let ours = match entry.get("args") {
        None => shell_binary(command).map(|binary| (binary, Form::Shell)),
        Some(args) => {
            (is_ours(command) && *args == serde_json::json!(["capture"])).then_some((command, Form::Exec))
        }
    };
    match ours {
        Some((binary, form)) => Whose::Ours(binary.to_owned(), form),
        None if mentions_us(command) => Whose::Stray,
        None => Whose::Theirs,
    }
}

/// The binary of a shell command that is nothing but our capture, in quotes or without.
fn shell_binary(command: &str) -> Option<&str> {
    let binary = command.trim().strip_suffix("capture")?;
    let bare = binary.trim_end();
    if bare.len() == binary.len() {
        return None;
    }
    let quoted = ['"', '\''].into_iter().find_map(|quote| bare.strip_prefix(quote)?.strip_suffix(quote));
    let plain = quoted.is_none() && bare.contains(|c: char| c.is_whitespace() || "\"'`;&|<>()=".contains(c));
    let binary = quoted.unwrap_or(bare);
    (!plain && is_ours(binary)).then_some(binary)
}

fn is_ours(command: &str) -> bool {
    let name = basename(command);
    name.strip_suffix(".exe").unwrap_or(name) == PROGRAM
}

pub(super) fn basename(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Whether a word of the command is our program, wherever it stands.
fn mentions_us(command: &str) -> bool {
    command.split(|c: char| c.is_whitespace() || "\"'`;&|<>()=".contains(c)).any(is_ours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_ours_by_its_command_and_nothing_else() {
        let ours = [
            r#"{"type":"command","command":"/opt/x/engram-hook","args":["capture"]}"#,
            r#"{"command":"engram-hook","args":["capture"],"timeout":1,"async":true}"#,
            r#"{"command":"C:\\bin\\engram-hook.exe","args":["capture"]}"#,
            r#"{"command":"engram-hook capture"}"#,
            r#"{"command":"~/.local/bin/engram-hook  capture "}"#,
            r#"{"command":"\"/with space/engram-hook\" capture"}"#,
            r#"{"command":"'/with space/engram-hook' capture"}"#,
            r#"{"command":"${CLAUDE_PLUGIN_ROOT}/bin/engram-hook","args":["capture"]}"#,
        ];
        for entry in ours {
            assert!(matches!(whose(entry), Whose::Ours(..)), "{entry}");
        }
        let stray = [
            r#"{"command":"engram-hook capture || true"}"#,
            r#"{"command":"ENGRAM_SCOPE=work engram-hook capture"}"#,
            r#"{"command":"/opt/engram-hook","args":["flush"]}"#,
            r#"{"command":"/opt/engram-hook"}"#,
            r#"{"command":"tee /dev/null | engram-hook capture"}"#,
        ];
        for entry in stray {
            assert_eq!(whose(entry), Whose::Stray, "{entry}");
        }
        let theirs = [
            r#"{"command":"/opt/engram-hooks","args":["capture"]}"#,
            r#"{"command":"/opt/my-engram-hook capture"}"#,
            r#"{"command":"echo","args":["engram-hook","capture"]}"#,
            r#"{"type":"prompt","prompt":"engram-hook capture"}"#,
            r#"{"command":"engram-hookcapture"}"#,
            r#"{"command":7,"args":["engram-hook"]}"#,
        ];
        for entry in theirs {
            assert_eq!(whose(entry), Whose::Theirs, "{entry}");
        }
    }
}
