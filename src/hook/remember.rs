//! What a user asks to be remembered in a prompt: `remember: …`, `decision: …` and their kin. Pure.

use crate::memory::MemoryType;

/// One thing to be remembered.
#[derive(Debug, PartialEq, Eq)]
pub struct Asked {
    /// What kind of memory it is to be.
    pub memory_type: MemoryType,
    /// The rest of the line, and the lines up to a blank one.
    pub text: String,
}

/// Everything a prompt asks to be remembered. Fenced code is not looked at: `event:` is also how YAML begins.
pub fn asked(prompt: &str) -> Vec<Asked> {
    let mut found: Vec<Asked> = Vec::new();
    let mut open = false;
    let mut fenced = false;
    for line in prompt.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            open = false;
        } else if fenced {
        } else if let Some((memory_type, rest)) = opening(line) {
            found.push(Asked { memory_type, text: rest.to_owned() });
            open = true;
        } else if line.trim().is_empty() {
            open = false;
        } else if let (true, Some(last)) = (open, found.last_mut()) {
            if !last.text.is_empty() {
                last.text.push('\n');
            }
            last.text.push_str(line.trim_end());
        }
    }
    found.retain(|asked| !asked.text.trim().is_empty());
    found
}

fn opening(line: &str) -> Option<(MemoryType, &str)> {
    let (word, rest) = line.split_once(':')?;
    let memory_type = match word.trim().to_ascii_lowercase().as_str() {
        "remember" | "note" => MemoryType::Note,
        "decision" => MemoryType::Decision,
        "commitment" | "todo" => MemoryType::Commitment,
        "blocker" => MemoryType::Blocker,
        "preference" => MemoryType::Preference,
        "pattern" => MemoryType::Pattern,
        "fact" => MemoryType::Fact,
        "event" => MemoryType::Event,
        _ => return None,
    };
    // `note:foo` is as good as `note: foo`; `event://host` is a URL.
    (!rest.starts_with("//")).then(|| (memory_type, rest.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_names_its_type() {
        for (word, memory_type) in [
            ("remember", MemoryType::Note),
            ("note", MemoryType::Note),
            ("Decision", MemoryType::Decision),
            ("commitment", MemoryType::Commitment),
            ("TODO", MemoryType::Commitment),
            ("blocker", MemoryType::Blocker),
            ("preference", MemoryType::Preference),
            ("pattern", MemoryType::Pattern),
            ("fact", MemoryType::Fact),
            ("event", MemoryType::Event),
        ] {
            let found = asked(&format!("please\n  {word}: tabs, not spaces"));
            assert_eq!(found, [Asked { memory_type, text: "tabs, not spaces".into() }], "{word}");
        }
    }

    #[test]
    fn it_goes_on_to_a_blank_line_or_the_next_word() {
        let found = asked("do it\nremember: one\ntwo\ndecision: three\n\nfour\nnote:\nfive\n");
        let texts: Vec<_> = found.iter().map(|asked| asked.text.as_str()).collect();
        assert_eq!(texts, ["one\ntwo", "three", "five"]);
    }

    #[test]
    fn what_only_looks_like_it_is_left_alone() {
        for prompt in [
            "I remember: no",
            "notes: x",
            "```yaml\nevent: push\n```",
            "event://host",
            "remember:",
            "remember this",
        ] {
            assert_eq!(asked(prompt), [], "{prompt}");
        }
    }
}
