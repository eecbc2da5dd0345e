//! What `doctor` gets to know about a settings file.

use std::fs;

use engram_hook::settings::{BinaryState, Form, Installed, Warning, inspect};

use crate::home::{Home, OURS};

fn look(home: &Home) -> Installed {
    inspect(&home.settings(), &home.ours()).unwrap()
}

#[test]
fn no_file_and_no_hooks_are_told_apart() {
    let none = look(&Home::new());
    let empty = look(&Home::with("{}\n"));
    assert_eq!((none.exists, none.hooks.len(), none.is_current), (false, 0, false));
    assert_eq!((empty.exists, empty.hooks.len(), empty.is_current), (true, 0, false));
    assert_eq!(empty.missing.len(), 7);
}

#[test]
fn every_entry_is_found_with_its_line_and_its_binary() {
    let home = Home::with("{}\n");
    home.install();
    let found = look(&home);
    assert_eq!(found.hooks.len(), OURS);
    assert!(found.missing.is_empty() && found.is_current && found.warnings.is_empty());
    let first = &found.hooks[0];
    assert_eq!((first.event.as_str(), first.matcher.as_deref()), ("PostToolUse", Some("Bash")));
    assert_eq!(home.text().lines().nth(first.line - 1), Some("          {"));
    assert_eq!(first.binary, home.binary().to_str().unwrap());
    assert!(found.hooks.iter().all(|hook| hook.state == BinaryState::Executable && hook.form == Form::Exec));
}

#[test]
fn a_binary_that_went_away_or_cannot_run_is_told() {
    let home = Home::with("{}\n");
    home.install();
    fs::remove_file(home.binary()).unwrap();
    assert!(look(&home).hooks.iter().all(|hook| hook.state == BinaryState::Missing));
    fs::write(home.binary(), "").unwrap();
    assert!(look(&home).hooks.iter().all(|hook| hook.state == BinaryState::NotExecutable));
}

#[test]
fn an_old_form_a_duplicate_and_a_missing_event_are_told() {
    let home = Home::with(
        r#"{"hooks": {"Stop": [{"hooks": [
            {"type": "command", "command": "engram-hook capture"},
            {"type": "command", "command": "~/bin/engram-hook capture"}
        ]}]}}"#,
    );
    let found = look(&home);
    assert_eq!((found.hooks.len(), found.duplicates, found.is_current), (2, 1, false));
    assert!(found.hooks.iter().all(|hook| (hook.form, hook.state) == (Form::Shell, BinaryState::Unresolved)));
    assert_eq!(found.hooks.iter().map(|hook| hook.line).collect::<Vec<_>>(), [2, 3]);
    assert!(!found.missing.contains(&"Stop".to_owned()));
    assert_eq!(found.missing.len(), 6);
}

#[test]
fn what_keeps_hooks_from_running_once_is_told_by_install_and_inspect() {
    let text = "{\n  \"enabledPlugins\": {\n    \"engram-hook@somewhere\": true,\n    \"engram-hook-theme@x\": true\n  },\n  \
                \"disableAllHooks\": true,\n  \"hooks\": {\n    \"Stop\": [{\"hooks\": [\n      \
                {\"type\": \"command\", \"command\": \"engram-hook capture || true\"}\n    ]}]\n  }\n}\n";
    let home = Home::with(text);
    let told =
        [Warning::PluginEnabled { line: 3 }, Warning::HooksDisabled { line: 6 }, Warning::Stray { line: 9 }];
    assert_eq!(home.install().warnings, told);
    let found = look(&home);
    assert_eq!(found.warnings, told);
    assert!(found.plugin_enabled() && found.hooks_disabled());
    home.uninstall();
    assert_eq!(home.text(), text);
}

#[test]
fn a_disabled_plugin_and_enabled_hooks_are_no_news() {
    let home = Home::with("{\"enabledPlugins\": {\"engram-hook@x\": false}, \"disableAllHooks\": false}");
    assert_eq!(home.install().warnings, []);
}

#[test]
fn a_file_that_is_no_settings_is_an_error_with_its_line() {
    let home = Home::with("{\n  \"hooks\": []\n}\n");
    let error = format!("{:#}", inspect(&home.settings(), &home.ours()).unwrap_err());
    assert!(error.contains("line 2: \"hooks\" is an array, not an object"), "{error}");
}
