//! Which file an install goes into.

use std::path::{Path, PathBuf};

use engram_hook::settings::{Scope, Surroundings, settings_path};

#[test]
fn the_path_follows_claude_codes_own_rules() {
    let home = || Some(PathBuf::from("/home/u"));
    let cases = [
        (Scope::User, None, home(), Some("/home/u/.claude/settings.json")),
        (Scope::User, Some(""), home(), Some("/home/u/.claude/settings.json")),
        (Scope::User, Some("/etc/claude"), home(), Some("/etc/claude/settings.json")),
        (Scope::User, Some("/etc/claude"), None, Some("/etc/claude/settings.json")),
        (Scope::User, Some("conf"), home(), Some("/work-dir/conf/settings.json")),
        (Scope::User, None, None, None),
        (Scope::Project, Some("/etc/claude"), home(), Some("/work-dir/.claude/settings.json")),
        (Scope::Path("x.json".into()), None, None, Some("/work-dir/x.json")),
        (Scope::Path("/y/x.json".into()), Some("/etc/claude"), home(), Some("/y/x.json")),
    ];
    for (scope, config, home, path) in cases {
        let around = Surroundings {
            claude_config_dir: config.map(Into::into),
            home,
            working_directory: "/work-dir".into(),
        };
        assert_eq!(settings_path(&scope, &around).ok().as_deref(), path.map(Path::new), "{scope:?}");
    }
}
