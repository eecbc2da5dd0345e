//! The repository as a plugin of Claude Code: it is valid, it installs from a directory with no network, and its hooks do
//! what the installed ones do.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::machine::{HOOK, Hooks, Machine, memory, turn};
use crate::scene::alike;
use crate::script::{Script, runs, says};
use crate::session::{Ended, claude};

/// A file that a build leaves in the repository.
const BUILT: &str = "what-was-built";
const DONE: &str = "The work is done, and it stands in the history for everybody to see.";

impl Machine {
    /// The program where `install.sh` puts it.
    pub fn put_program(&self) {
        let bin = self.home().join(".local/bin");
        fs::create_dir_all(&bin).unwrap();
        symlink(HOOK, bin.join("engram-hook")).unwrap();
    }

    /// The repository, as far as the plugin needs it, and as somebody has it who built it there.
    fn clone_of_the_repository(&self) -> PathBuf {
        let clone = self.home().join("clone");
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let files = [
            ".claude-plugin/plugin.json",
            ".claude-plugin/marketplace.json",
            "hooks/hooks.json",
            "bin/engram-hook",
            "plugin/.claude-plugin/plugin.json",
            "plugin/hooks/hooks.json",
        ];
        for file in files.iter().chain(&["README.md", "LICENSE", ".gitignore"]) {
            let to = clone.join(file);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(root.join(file), to).unwrap();
        }
        symlink(fs::read_link(root.join("plugin/bin")).unwrap(), clone.join("plugin/bin")).unwrap();
        fs::create_dir_all(clone.join("target/debug")).unwrap();
        fs::write(clone.join("target/debug").join(BUILT), "gigabytes").unwrap();
        clone
    }

    /// Adds the repository as a marketplace and installs the plugin from it, with these options.
    #[track_caller]
    pub fn add_plugin(&self, options: &[&str]) {
        let clone = self.clone_of_the_repository();
        self.add_plugin_from(clone.to_str().unwrap(), options);
    }

    #[track_caller]
    fn add_plugin_from(&self, marketplace: &str, options: &[&str]) {
        self.claude(&["plugin", "marketplace", "add", marketplace]);
        let options = options.iter().flat_map(|option| ["--config", option]);
        self.claude(
            &["plugin", "install", "engram-hook@engram"].into_iter().chain(options).collect::<Vec<_>>(),
        );
    }

    #[track_caller]
    fn claude(&self, arguments: &[&str]) -> String {
        let output = self.command(claude()).args(arguments).stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }
}

fn script() -> Script {
    Script::default().play("work", [runs("git commit --allow-empty -m 'fix: mend it'"), says(DONE)])
}

fn kept() -> [serde_json::Value; 2] {
    [memory("note", "fix: mend it", "fix: mend it", &["commit", "fix"]), turn(DONE)]
}

fn worked(machine: &Machine) -> Vec<Ended> {
    vec![machine.session("[[work]] Work.").run()]
}

/// Nothing can be seen of a session with these hooks, and it keeps what it should; so many memories may be sent again.
#[track_caller]
fn works_with(hooks: Hooks, repeats: usize) {
    let without = Machine::new(script(), Hooks::None);
    let with = Machine::new(script(), hooks);
    alike(&worked(&without), &worked(&with));
    with.keeps_after_repeats(&kept(), repeats);
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn the_plugin_is_valid_to_the_letter() {
    let machine = Machine::new(script(), Hooks::None);
    let clone = machine.clone_of_the_repository();
    // The repository, which is both, and the plugin that is copied.
    for directory in [clone.clone(), clone.join("plugin")] {
        let said = machine.claude(&["plugin", "validate", "--strict", directory.to_str().unwrap()]);
        assert!(said.contains("Validation passed"), "{said}");
    }
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn the_plugin_keeps_what_the_installed_hooks_keep() {
    works_with(Hooks::Plugin, 0);
}

/// The repository's build directory can hold gigabytes, and Claude Code copies a plugin's directory as a whole.
#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn what_was_built_in_the_repository_is_not_copied_with_the_plugin() {
    let machine = Machine::new(script(), Hooks::None);
    machine.add_plugin(&[]);
    let copied = names_below(&machine.home().join(".claude/plugins"));
    assert!(copied.contains("plugin.json") && copied.contains("hooks.json"), "{copied:?}");
    assert!(!copied.contains(BUILT), "{copied:?}");
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn the_plugin_comes_by_a_git_url_too() {
    const URL: &str = "https://git.example.com/acme/engram-hook.git";
    let without = Machine::new(script(), Hooks::None);
    let with = Machine::new(script(), Hooks::None);
    with.put_program();
    let (clone, bare) = (with.clone_of_the_repository(), with.home().join("bare.git"));
    let (clone, bare) = (clone.to_str().unwrap(), bare.to_str().unwrap());
    with.git(&["init", "--quiet", clone]);
    with.git(&["-C", clone, "add", "--all"]);
    with.git(&["-C", clone, "commit", "--quiet", "--message", "All of it"]);
    with.git(&["clone", "--quiet", "--bare", clone, bare]);
    // So that git finds what is at the address on this machine.
    with.git(&["config", "--global", &format!("url.file://{bare}.insteadOf"), URL]);
    with.add_plugin_from(URL, &[]);
    fs::remove_dir_all(clone).unwrap();
    alike(&worked(&without), &worked(&with));
    with.keeps(&kept());
}

/// The names of all files in a directory and below it.
fn names_below(directory: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(directory).unwrap().flatten() {
        if entry.file_type().unwrap().is_dir() {
            names.append(&mut names_below(&entry.path()));
        } else {
            names.insert(entry.file_name().into_string().unwrap());
        }
    }
    names
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn installed_hooks_and_plugin_together_make_one_memory_of_each_event() {
    // Two captures of one event, under one id.
    works_with(Hooks::Both, kept().len());
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn the_key_and_the_url_may_be_options_of_the_plugin() {
    let mut machine = Machine::new(script(), Hooks::None);
    machine.unset("ENGRAM_API_KEY");
    machine.unset("ENGRAM_API_URL");
    machine.put_program();
    let (key, url) = (format!("api_key={}", machine.key), format!("api_url={}", machine.service.url()));
    machine.add_plugin(&[&key, &url]);
    worked(&machine)[0].hooks_went_well();
    machine.keeps(&kept());
    // Claude Code's way with a sensitive option, which SECURITY.md names.
    let credentials = fs::read_to_string(machine.home().join(".claude/.credentials.json")).unwrap();
    assert!(credentials.contains(&machine.key));
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn a_program_that_is_missing_is_told_of_once_and_is_no_error() {
    let without = Machine::new(script(), Hooks::None);
    let with = Machine::new(script(), Hooks::None);
    with.add_plugin(&[]);
    let (first, second) = (worked(&with), worked(&with));
    alike(&worked(&without), &first);
    alike(&worked(&without), &second);
    let told = |ended: &Ended| ended.debug.matches("its program is not on this machine").count();
    assert!(told(&first[0]) >= 1, "{}", first[0].debug);
    assert_eq!(told(&second[0]), 0);
    with.keeps(&[]);
}
