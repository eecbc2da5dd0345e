//! Our plugin beside our hooks, as Claude Code 2.1.330 writes it down.

use std::fs;
use std::path::{Path, PathBuf};

use engram_hook::settings::plugin_enabled_in;
use serde_json::{Value, json};

fn write(path: &Path, value: &Value) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, value.to_string()).unwrap();
}

fn installed(scope: &str, project: Option<&Path>) -> Value {
    let mut installation = json!({
        "scope": scope, "installPath": "/home/dev/.claude/plugins/cache/engram/engram-hook/0.1.0", "version": "0.1.0",
        "installedAt": "2026-03-01T12:00:00.000Z", "lastUpdated": "2026-03-01T12:00:00.000Z",
    });
    if let Some(project) = project {
        installation["projectPath"] = project.to_str().unwrap().into();
    }
    installation
}

#[test]
fn it_is_found_in_every_scope_where_it_is_enabled() {
    let home = tempfile::tempdir().unwrap();
    let (claude, project) = (home.path().join(".claude"), home.path().join("project"));
    let installations =
        [installed("user", None), installed("project", Some(&project)), installed("local", Some(&project))];
    let plugins = json!({"version": 2, "plugins": {"engram-hook@engram": installations, "other@engram": []}});
    write(&claude.join("plugins/installed_plugins.json"), &plugins);
    let files: [PathBuf; 3] = [
        claude.join("settings.json"),
        project.join(".claude/settings.json"),
        project.join(".claude/settings.local.json"),
    ];
    assert!(plugin_enabled_in(&claude).is_empty());
    for (file, enabled) in files.iter().zip([json!(true), json!(false), json!({"a": 1})]) {
        write(file, &json!({"enabledPlugins": {"engram-hook@engram": enabled, "other@engram": true}}));
    }
    assert_eq!(plugin_enabled_in(&claude), [files[0].clone(), files[2].clone()]);
}

#[test]
fn what_is_of_no_known_form_says_nothing() {
    let home = tempfile::tempdir().unwrap();
    let claude = home.path().join(".claude");
    write(&claude.join("settings.json"), &json!({"enabledPlugins": {"engram-hook@engram": true}}));
    for text in [
        json!(null),
        json!({"plugins": []}),
        json!({"plugins": {"engram-hook@engram": {"scope": "user"}}}),
        json!({"plugins": {"engram-hook@engram": [{"scope": "project"}]}}),
        json!({"plugins": {"engram-hook@engram": [{"scope": "managed"}]}}),
        json!({"plugins": {"another-hook@engram": [{"scope": "user"}]}}),
    ] {
        write(&claude.join("plugins/installed_plugins.json"), &text);
        assert!(plugin_enabled_in(&claude).is_empty(), "{text}");
    }
}
