//! The session's directory: which project it belongs to, and whether the user wants nothing kept there.
//!
//! Reads `.git/config` by hand and never starts `git`: a hostile repository can make `git` run things, and a process costs
//! more than the whole capture. What a repository says of itself is believed for its own label only.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::config::{Settings, glob};
use crate::paths;
use crate::sys::{self, Presence, Trust};

const MAX_GIT_FILE_BYTES: usize = 256 * 1024;
/// A path deeper than this is not walked to its end.
const MAX_DEPTH: usize = 64;
/// Stands in a directory where nothing is to be captured.
pub const IGNORE_FILE: &str = ".engram-ignore";

/// Why nothing is captured in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ignored {
    /// A glob of the settings.
    Pattern(String),
    /// The file that says so.
    File(PathBuf),
}

impl fmt::Display for Ignored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pattern(pattern) => write!(f, "{pattern} in config.json"),
            Self::File(file) => write!(f, "{}", file.display()),
        }
    }
}

/// Whether the settings or a file ask for nothing to be captured in `dir`.
pub fn ignored(dir: &str, settings: &Settings, home: Option<&Path>) -> Option<Ignored> {
    ignored_by_pattern(dir, &settings.ignore, home)
        .map(|pattern| Ignored::Pattern(pattern.to_owned()))
        .or_else(|| ignored_by_file(dir).map(Ignored::File))
}

fn ignored_by_pattern<'a>(dir: &str, patterns: &'a [String], home: Option<&Path>) -> Option<&'a str> {
    patterns.iter().map(String::as_str).find(|pattern| {
        let expanded = paths::expand_home(with_the_directory_itself(pattern), home);
        upwards(dir).any(|path| path.to_str().is_some_and(|path| glob::matches(&expanded, path)))
    })
}

/// Who writes `~/private/**` means `~/private` as well; what lies below an ignored directory is ignored anyhow.
fn with_the_directory_itself(pattern: &str) -> &str {
    let dir = pattern.trim_end_matches('/').trim_end_matches("/**");
    if dir.is_empty() { pattern } else { dir }
}

fn ignored_by_file(dir: &str) -> Option<PathBuf> {
    upwards(dir).map(|path| path.join(IGNORE_FILE)).find(|file| sys::presence(file) == Presence::There)
}

fn upwards(dir: &str) -> impl Iterator<Item = &Path> {
    let dir = Path::new(dir);
    // A relative path would be looked up in whatever directory we were started in.
    dir.ancestors().take(if dir.is_absolute() { MAX_DEPTH } else { 0 })
}

/// Where Claude Code keeps plans, each with a slash at its end.
pub fn plans_directories(home: Option<&Path>) -> Vec<String> {
    directories(home, "plans")
}

/// Where Claude Code keeps transcripts, each with a slash at its end.
pub fn transcript_directories(home: Option<&Path>) -> Vec<String> {
    directories(home, "projects")
}

fn directories(home: Option<&Path>, below: &str) -> Vec<String> {
    let configured = crate::config::variable("CLAUDE_CONFIG_DIR").map(PathBuf::from);
    let usual = home.map(|home| home.join(".claude"));
    let directories = configured.into_iter().chain(usual);
    directories.map(|dir| format!("{}/{below}/", dir.display())).collect()
}

/// The project's label (DESIGN.md §4): the override, the map, the remote `origin`, the name of the session's directory.
pub fn label(cwd: &str, override_: Option<&str>, settings: &Settings, home: Option<&Path>) -> Option<String> {
    if let Some(name) = override_ {
        return Some(name.trim().to_owned());
    }
    let remote = remote_of(cwd);
    if let Some(name) = mapped(cwd, remote.as_deref(), settings, home) {
        return Some(name.to_owned());
    }
    remote
        .as_deref()
        .and_then(label_of_remote)
        .or_else(|| Path::new(cwd).file_name().map(|name| name.to_string_lossy().into_owned()))
}

fn mapped<'a>(
    cwd: &str,
    remote: Option<&str>,
    settings: &'a Settings,
    home: Option<&Path>,
) -> Option<&'a str> {
    let by_remote = remote.and_then(|remote| settings.projects.get(remote));
    let by_dir = || {
        upwards(cwd).find_map(|path| {
            settings
                .projects
                .iter()
                .find_map(|(key, name)| (Path::new(&paths::expand_home(key, home)) == path).then_some(name))
        })
    };
    by_remote.or_else(by_dir).map(String::as_str)
}

/// `git@host:Acme/My.Repo.git` is `my.repo`: one `.git` off the end, the last part between `/` and `:`, in lower case.
fn label_of_remote(url: &str) -> Option<String> {
    let url = url.trim_end_matches('/');
    let url = url.strip_suffix(".git").unwrap_or(url);
    // A remote without a path ends in `user:password@host`, and the password is no label.
    let last = url.rsplit(['/', ':', '@']).next()?;
    (!last.is_empty()).then(|| last.to_lowercase())
}

/// The URL of the remote `origin` of the repository that `cwd` is in.
fn remote_of(cwd: &str) -> Option<String> {
    for dir in upwards(cwd) {
        let git = dir.join(".git");
        match sys::read_file(&git.join("config"), MAX_GIT_FILE_BYTES, Trust::Anyone) {
            Ok(config) => return origin_url(&String::from_utf8_lossy(&config)),
            // `.git` is a file in a worktree and in a submodule.
            Err(refused) if refused.is_below_a_file() => return remote_behind(&git),
            Err(_) => {}
        }
    }
    None
}

fn remote_behind(git_file: &Path) -> Option<String> {
    let read = |path: &Path| {
        let bytes = sys::read_file(path, MAX_GIT_FILE_BYTES, Trust::Anyone).ok()?;
        Some(String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']).to_owned())
    };
    let git_dir = git_file.parent()?.join(read(git_file)?.strip_prefix("gitdir: ")?);
    let common_dir = match read(&git_dir.join("commondir")) {
        Some(common) => git_dir.join(common),
        None => git_dir,
    };
    origin_url(&read(&common_dir.join("config"))?)
}

/// `url` in `[remote "origin"]`.
fn origin_url(config: &str) -> Option<String> {
    let mut in_origin = false;
    for line in config.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[') {
            let header = header.split(']').next().unwrap_or_default();
            in_origin = header.split_once(' ').is_some_and(|(section, name)| {
                section.eq_ignore_ascii_case("remote") && name.trim() == "\"origin\""
            });
        } else if in_origin
            && let Some((key, value)) = line.split_once('=')
            && key.trim().eq_ignore_ascii_case("url")
        {
            return Some(unquoted(value.trim()));
        }
    }
    None
}

/// A value of a git configuration file: quotes go, a comment ends it, a backslash keeps the next character.
fn unquoted(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut quoted = false;
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => quoted = !quoted,
            '\\' => text.extend(characters.next()),
            '#' | ';' if !quoted => break,
            other => text.push(other),
        }
    }
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_the_last_part_of_the_remote_in_lower_case() {
        for (url, label) in [
            ("git@host:Acme/My.Repo.git", Some("my.repo")),
            ("https://github.com/acme/api", Some("api")),
            ("https://github.com/acme/api.git/", Some("api")),
            ("ssh://git@host:2222/acme/ÄPI.git", Some("äpi")),
            ("https://host/x.git.git", Some("x.git")),
            ("https://host/x.GIT", Some("x.git")),
            ("host:repo", Some("repo")),
            ("/srv/git/plain", Some("plain")),
            // Without a path, the last part holds what opens the door.
            ("https://oauth2:glpat-0123456789@git.example.com", Some("git.example.com")),
            ("https://0123456789@git.example.com/", Some("git.example.com")),
            ("oauth2:0123456789@host", Some("host")),
            ("", None),
            ("/", None),
        ] {
            assert_eq!(label_of_remote(url).as_deref(), label, "{url}");
        }
    }

    #[test]
    fn the_remote_is_read_as_git_writes_it() {
        let config = "[core]\n\tbare = false\n[remote \"upstream\"]\n\turl = https://host/no.git\n\
                      [Remote \"origin\"]\n\tfetch = +refs\n\tURL = \"https://host/a;b.git\" ; comment\n";
        assert_eq!(origin_url(config).as_deref(), Some("https://host/a;b.git"));
        assert_eq!(origin_url("[remote \"Origin\"]\nurl = x"), None);
        assert_eq!(origin_url("[remote \"origin\"]\n[branch \"main\"]\nurl = x"), None);
    }

    #[test]
    fn repositories_worktrees_and_submodules_find_their_remote() {
        let home = tempfile::tempdir().unwrap();
        let at = |path: &str| home.path().join(path);
        let write = |path: &str, text: &str| {
            std::fs::create_dir_all(at(path).parent().unwrap()).unwrap();
            std::fs::write(at(path), text).unwrap();
        };
        let origin = |name: &str| format!("[remote \"origin\"]\n\turl = git@host:acme/{name}.git\n");
        write("main/.git/config", &origin("Main"));
        write("main/.git/worktrees/wt/commondir", "../..\n");
        write("wt/.git", &format!("gitdir: {}\n", at("main/.git/worktrees/wt").display()));
        write("main/.git/modules/sub/config", &origin("Sub"));
        write("main/sub/.git", "gitdir: ../.git/modules/sub\n");
        write("main/deep/er/file", "");
        write("none/file", "");
        let settings = Settings::default();
        for (dir, expected) in [
            ("main", "main"),
            ("main/deep/er", "main"),
            ("wt", "main"),
            ("main/sub", "sub"),
            ("none", "none"),
        ] {
            let found = label(at(dir).to_str().unwrap(), None, &settings, None);
            assert_eq!(found.as_deref(), Some(expected), "{dir}");
        }
        assert_eq!(
            label(at("main").to_str().unwrap(), Some("mine"), &settings, None).as_deref(),
            Some("mine")
        );
    }

    #[test]
    fn the_map_goes_before_the_remote() {
        let mut settings = Settings::default();
        settings.projects.insert("~/work".into(), "work".into());
        let home = Some(Path::new("/home/dev"));
        assert_eq!(label("/home/dev/work/api", None, &settings, home).as_deref(), Some("work"));
        assert_eq!(label("/home/dev/play", None, &settings, home).as_deref(), Some("play"));
    }

    #[test]
    fn a_directory_is_ignored_with_everything_below_it() {
        let home = Some(Path::new("/home/dev"));
        for (pattern, dir, ignored) in [
            ("/srv/secret", "/srv/secret", true),
            ("/srv/secret/", "/srv/secret/deep/er", true),
            ("/srv/secret", "/srv/secrets", false),
            ("~/clients/*", "/home/dev/clients/acme/api", true),
            ("~/clients/*", "/home/dev/clients", false),
            ("~/clients/**", "/home/dev/clients", true),
            ("~/clients/**", "/home/dev", false),
            ("/**", "/srv", true),
            ("/", "/srv", true),
            ("**/private", "/a/b/private/c", true),
            ("private", "/a/private", false),
        ] {
            let found = ignored_by_pattern(dir, &[pattern.to_owned()], home).is_some();
            assert_eq!(found, ignored, "{pattern} {dir}");
        }
    }

    #[test]
    fn an_ignore_file_in_a_parent_counts() {
        let home = tempfile::tempdir().unwrap();
        let deep = home.path().join("a/b");
        std::fs::create_dir_all(&deep).unwrap();
        let settings = Settings::default();
        assert_eq!(ignored(deep.to_str().unwrap(), &settings, None), None);
        std::fs::write(home.path().join("a").join(IGNORE_FILE), "").unwrap();
        assert_eq!(
            ignored(deep.to_str().unwrap(), &settings, None),
            Some(Ignored::File(home.path().join("a").join(IGNORE_FILE)))
        );
    }
}
