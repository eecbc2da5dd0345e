//! The repository as a plugin of Claude Code: it is valid, it installs from a directory with no network, and its hooks do
//! what the installed ones do.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::machine::{HOOK, Hooks, Machine, memory, turn};
use crate::scene::alike;
use crate::script::{Script, runs, says};
use crate::session::{Ended, claude};

const DONE: &str = "The work is done, and it stands in the history for everybody to see.";

impl Machine {
    /// The program where `install.sh` puts it.
    pub fn put_program(&self) {
        let bin = self.home().join(".local/bin");
        fs::create_dir_all(&bin).unwrap();
        symlink(HOOK, bin.join("engram-hook")).unwrap();
    }

    /// The plugin as a clone of the repository has it.
    fn plugin_directory(&self) -> PathBuf {
        let clone = self.home().join("clone");
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let files = [
            ".claude-plugin/plugin.json",
            ".claude-plugin/marketplace.json",
            "hooks/hooks.json",
            "bin/engram-hook",
        ];
        for file in files.iter().chain(&["README.md", "LICENSE"]) {
            let to = clone.join(file);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(root.join(file), to).unwrap();
        }
        clone
    }

    /// Adds the repository as a marketplace and installs the plugin from it, with these options.
    #[track_caller]
    pub fn add_plugin(&self, options: &[&str]) {
        let clone = self.plugin_directory();
        self.claude(&["plugin", "marketplace", "add", clone.to_str().unwrap()]);
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
    let clone = machine.plugin_directory();
    let said = machine.claude(&["plugin", "validate", "--strict", clone.to_str().unwrap()]);
    assert!(said.contains("Validation passed"), "{said}");
}

#[test]
#[ignore = "needs Claude Code: tests/claude-code/run.sh"]
fn the_plugin_keeps_what_the_installed_hooks_keep() {
    works_with(Hooks::Plugin, 0);
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
