//! The README says what the program does: its session is what the program prints, and every command, option, setting and
//! variable in it exists, and the other way round.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    reason = "a test may stop where it stands"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use engram_hook::config::Settings;
use engram_local::{Options, Server};

const HOOK: &str = env!("CARGO_BIN_EXE_engram-hook");
const DEADLINE: Duration = Duration::from_secs(30);

type Words = BTreeSet<String>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What a program prints on stdout when it is asked for help.
fn help(program: &mut Command) -> String {
    let output = program.arg("--help").stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The commands that `--help` lists.
fn commands() -> Words {
    let help = help(&mut Command::new(HOOK));
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    // A name is indented by two, the rest of its description by more.
    let names = lines.take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
    names.map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
}

/// The long options in a text, without their dashes.
fn options(text: &str) -> Words {
    let parts =
        text.split("--").skip(1).filter(|part| part.starts_with(|first: char| first.is_ascii_lowercase()));
    parts.map(|part| taken(part, |each| each.is_ascii_lowercase() || each == '-')).collect()
}

/// The variables of ours and of the vendor in a text: `ENGRAM_…`, `THREENGRAM_…`.
fn variables(text: &str) -> Words {
    let words = text.split(|each: char| !(each.is_ascii_uppercase() || each == '_'));
    let names = words.filter(|word| word.split_once("ENGRAM_").is_some_and(|(_, name)| !name.is_empty()));
    names.map(str::to_owned).collect()
}

fn taken(text: &str, wanted: impl Fn(char) -> bool) -> String {
    text.chars().take_while(|each| wanted(*each)).collect()
}

/// The first cells of a table, from the line that begins with `head` on, without their backticks.
fn first_cells(readme: &str, head: &str) -> Vec<(String, String)> {
    let rows = readme.lines().skip_while(|line| !line.starts_with(head)).skip(2);
    let rows: Vec<_> = rows
        .take_while(|line| line.starts_with('|'))
        .map(|row| {
            let mut cells = row.split('|').skip(1).map(|cell| cell.trim().replace('`', ""));
            (cells.next().unwrap(), cells.next().unwrap())
        })
        .collect();
    assert!(rows.len() > 1, "there is no table {head}");
    rows
}

/// The keys serde expects, as its error about a key that is none lists them.
fn expected_keys(broken: &str) -> Words {
    let error = serde_json::from_str::<Settings>(broken).unwrap_err().to_string();
    let (_, list) = error.split_once("expected one of ").unwrap();
    list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// All files with this ending below a directory.
fn files(directory: &str, ending: &str) -> Vec<PathBuf> {
    let (mut found, mut left) = (Vec::new(), vec![root().join(directory)]);
    while let Some(directory) = left.pop() {
        for entry in fs::read_dir(directory).unwrap().flatten() {
            match entry.path() {
                path if path.is_dir() => left.push(path),
                path if path.to_str().is_some_and(|path| path.ends_with(ending)) => found.push(path),
                _ => {}
            }
        }
    }
    found
}

fn all_text(directories: &[&str], ending: &str) -> String {
    directories.iter().flat_map(|directory| files(directory, ending)).map(text).collect()
}

#[test]
fn the_table_of_commands_is_the_one_of_the_help() {
    let told: Words = first_cells(&text("README.md"), "| command |")
        .into_iter()
        .map(|(cell, _)| cell.strip_prefix("engram-hook ").expect("a command of ours").to_owned())
        .collect();
    assert_eq!(told, commands());
}

#[test]
fn every_option_of_a_command_is_told() {
    let readme = options(&text("README.md"));
    // `capture` answers nothing, not even this.
    for command in commands().iter().filter(|command| *command != "capture") {
        let asked = options(&help(Command::new(HOOK).arg(command)));
        let untold: Vec<_> = asked.difference(&readme).collect();
        assert!(untold.is_empty(), "{command} has {untold:?}");
    }
}

#[test]
fn every_option_that_is_told_exists() {
    let mut known = options(&help(&mut Command::new(HOOK)));
    for command in commands().iter().filter(|command| *command != "capture") {
        known.extend(options(&help(Command::new(HOOK).arg(command))));
    }
    let install = options(&help(Command::new("sh").arg(root().join("install.sh"))));
    let of_cargo = ["workspace".to_owned()];
    known.extend(install.iter().cloned().chain(of_cargo));
    let readme = options(&text("README.md"));
    assert_eq!(readme.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new());
    let untold: Vec<_> = install.iter().filter(|option| *option != "help").collect();
    assert!(untold.iter().all(|option| readme.contains(*option)), "install.sh has {untold:?}");
}

#[test]
fn the_table_of_settings_is_the_one_of_the_program() {
    let rows = first_cells(&text("README.md"), "| key |");
    let told: Words = rows.iter().map(|(key, _)| key.clone()).collect();
    let mut known = expected_keys(r#"{"no such key":1}"#);
    assert!(known.remove("capture"));
    let kinds = expected_keys(r#"{"capture":{"no such key":true}}"#);
    known.extend(kinds.iter().map(|kind| format!("capture.{kind}")));
    assert_eq!(told, known);
    for kind in kinds {
        let off: Settings = serde_json::from_str(&format!(r#"{{"capture":{{"{kind}":false}}}}"#)).unwrap();
        let default = if off == Settings::default() { "off" } else { "on" };
        assert!(rows.contains(&(format!("capture.{kind}"), default.to_owned())), "{kind} is {default}");
    }
}

#[test]
fn every_variable_of_the_program_is_told_and_every_one_that_is_told_exists() {
    let readme = text("README.md");
    // What is only in a build for tests (`src/fault.rs`) is nobody's to set.
    let of_the_program =
        files("src", ".rs").into_iter().filter(|path| !path.to_string_lossy().contains("/fault"));
    let sources: String = of_the_program.map(text).collect();
    assert_eq!(variables(&sources).difference(&variables(&readme)).next(), None, "not in the README");
    let with_tests = sources + &all_text(&["tests", "local-api/tests"], ".rs");
    assert_eq!(variables(&readme).difference(&variables(&with_tests)).next(), None, "nowhere in the program");
    for (cell, _) in first_cells(&readme, "| variable |") {
        for name in cell.split(", ") {
            assert!(with_tests.contains(&format!("\"{name}\"")), "{name}");
        }
    }
}

#[test]
fn every_command_a_document_or_a_help_names_exists_with_its_options() {
    let commands = commands();
    let mut texts: Vec<_> = ["README.md", "SECURITY.md", "CHANGELOG.md", "CONTRIBUTING.md"].map(text).into();
    texts.extend(files("docs", ".md").iter().map(text));
    texts.push(help(&mut Command::new(HOOK)));
    let helps = commands.iter().filter(|command| *command != "capture");
    let helps: Vec<_> = helps.map(|command| (command, help(Command::new(HOOK).arg(command)))).collect();
    texts.extend(helps.iter().map(|(_, help)| help.clone()));
    let mut seen = 0;
    for part in texts.iter().flat_map(|text| text.split("engram-hook ").skip(1)) {
        // A command line ends where its code does, and so does a sentence's.
        let line = part.split(['`', '\n', '#', '|', '<', '>', '&', ',', ';', '"']).next().unwrap();
        let word = taken(line, |each| each.is_ascii_lowercase() || each == '-');
        // In prose, another word follows: "engram-hook is", "engram-hook 0.1.0".
        if !commands.contains(&word) {
            assert!(!part.contains('`') || !line.contains("--"), "engram-hook {line}");
            continue;
        }
        let Some((_, help)) = helps.iter().find(|(command, _)| **command == word) else { continue };
        let known = options(help);
        let unknown: Vec<_> = options(line).into_iter().filter(|option| !known.contains(option)).collect();
        assert!(unknown.is_empty(), "engram-hook {line}: there is no {unknown:?}");
        seen += 1;
    }
    assert!(seen > 60, "{seen}");
}

#[test]
fn help_and_readme_agree_on_variables_and_exit_codes() {
    let readme = text("README.md");
    let help_of_program = help(&mut Command::new(HOOK));
    for command in commands().iter().filter(|command| *command != "capture") {
        let named = variables(&help(Command::new(HOOK).arg(command)));
        assert_eq!(named.difference(&variables(&readme)).next(), None, "{command}");
    }
    assert_eq!(variables(&help_of_program).difference(&variables(&readme)).next(), None);
    let codes = |text: &str| -> Vec<String> {
        let (_, rest) = text.split_once("Exit codes: ").unwrap();
        let rest =
            rest.split("\n\n").next().unwrap().split("Never").next().unwrap().replace(['.', '·', ','], " ");
        let is_code = |word: &&str| word.parse::<u8>().is_ok();
        rest.split_whitespace().filter(is_code).map(str::to_owned).collect()
    };
    assert_eq!(codes(&readme), ["0", "1", "64", "75", "77"]);
    assert_eq!(codes(&help_of_program), codes(&readme));
}

#[test]
fn every_command_of_the_local_service_that_is_told_exists() {
    let source = text("local-api/src/cli.rs");
    let readme = text("README.md");
    let mut seen = 0;
    for part in readme.split("engram-local ").skip(1) {
        let word = taken(part, |each| each.is_ascii_lowercase() || each == '-');
        if word.is_empty() || part.starts_with("is ") {
            continue;
        }
        let variant: String = word.split('-').map(|part| part[..1].to_uppercase() + &part[1..]).collect();
        assert!(source.contains(&format!("\n    {variant}")), "engram-local {word}");
        seen += 1;
    }
    assert!(seen > 1);
}

#[test]
fn every_file_the_documents_link_to_is_there() {
    let documents = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"].map(PathBuf::from);
    let mut links = 0;
    for document in documents.into_iter().chain(files("docs", ".md")) {
        let directory = root().join(&document).parent().unwrap().to_owned();
        for part in text(&document).split("](").skip(1) {
            let target = part.split([')', '#']).next().unwrap();
            if !target.is_empty() && !target.contains("://") {
                assert!(directory.join(target).exists(), "{} links to {target}", document.display());
                links += 1;
            }
        }
    }
    assert!(links > 5);
}

/// Times, ages and ports differ from run to run; nothing else may.
fn timeless(line: &str) -> String {
    let words = line.split(' ').map(|word| match word {
        _ if word.starts_with("http://127.0.0.1:") => "<local>",
        _ if word.len() == 24 && word.ends_with('Z') && word.contains('T') => "<time>",
        _ if word.starts_with('(') => "(<number>",
        word => word,
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Runs a line of the session in a shell, with a home of its own.
fn run(home: &Path, server: &Server, key: &str, line: &str) -> String {
    let programs = Path::new(HOOK).parent().unwrap().display();
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(root())
        .env_clear()
        .env("HOME", home)
        .env("PATH", format!("{programs}:/usr/bin:/bin"))
        .env("ENGRAM_API_KEY", key)
        .env("ENGRAM_API_URL", server.url())
        .output()
        .unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()), "{line}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_session_of_the_first_screen_is_what_the_program_prints() {
    let readme = text("README.md");
    let (_, rest) = readme.split_once("```console\n").unwrap();
    let (session, _) = rest.split_once("```").unwrap();
    assert_eq!(session.lines().count(), 8);
    let server = Server::start(Options::default()).unwrap();
    let key = server.create_key("README");
    let home = tempfile::TempDir::new().unwrap();
    let mut told = session.lines().peekable();
    while let Some(line) = told.next() {
        let printed = run(home.path(), &server, &key, line.strip_prefix("$ ").expect("a command"));
        let mut expected = Vec::new();
        while let Some(line) = told.next_if(|line| !line.starts_with("$ ")) {
            expected.push(timeless(line));
        }
        assert_eq!(printed.lines().map(timeless).collect::<Vec<_>>(), expected, "{line}");
        // A reader takes a moment between two lines, and the flush needs less.
        let end = Instant::now() + DEADLINE;
        while !run(home.path(), &server, &key, "engram-hook status --json").contains(r#""accepted":1"#) {
            assert!(Instant::now() < end, "not delivered");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}
