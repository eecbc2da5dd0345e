//! What `doctor` says: a line a finding, and below it what mends it.

use std::io::{self, IsTerminal as _};

use super::{json, say};
use crate::cmd::doctor::{Finding, Level, Report};
use crate::config::variable;
use crate::exit::Exit;

/// All findings, and how many of them want mending.
pub fn doctor(report: &Report, as_json: bool) -> Exit {
    if as_json {
        return say(&json(report), report.exit());
    }
    let colours = io::stdout().is_terminal()
        && variable("NO_COLOR").is_none()
        && variable("TERM").as_deref() != Some("dumb");
    let mut text: String = report.findings.iter().map(|finding| row(finding, colours)).collect();
    text.push_str(&match report.bad() {
        0 => "\nnothing to mend\n".to_owned(),
        1 => "\n1 thing to mend\n".to_owned(),
        several => format!("\n{several} things to mend, the first one first\n"),
    });
    say(&text, report.exit())
}

fn row(finding: &Finding, colours: bool) -> String {
    let (word, colour) = match finding.level {
        Level::Good => ("ok", "\x1b[32m"),
        Level::Note => ("note", "\x1b[33m"),
        Level::Bad => ("BAD", "\x1b[1;31m"),
        Level::Skipped => ("-", "\x1b[2m"),
    };
    let (begin, end) = if colours { (colour, "\x1b[0m") } else { ("", "") };
    let mut text = format!("{begin}{word:<4}{end}  {:<15}{}\n", finding.check, finding.says);
    if let Some(mend) = &finding.mend {
        text.push_str(&format!("      {:<15}-> {mend}\n", ""));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_a_line_with_what_mends_it_below_and_coloured_only_when_asked() {
        let finding = Finding::bad("key", "there is none", "export ENGRAM_API_KEY=…");
        let plain = "BAD   key            there is none\n                     -> export ENGRAM_API_KEY=…\n";
        assert_eq!(row(&finding, false), plain);
        let coloured = row(&finding, true);
        assert!(coloured.starts_with("\x1b[1;31mBAD \x1b[0m  key "), "{coloured:?}");
        assert_eq!(coloured.replace("\x1b[1;31m", "").replace("\x1b[0m", ""), plain);
    }
}
