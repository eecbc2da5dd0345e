//! The file around the text: symlinks, modes, owners, things in the way, and nothing left behind.

use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::thread;
use std::time::Duration;

use engram_hook::settings::{Mode, Outcome, Target, Warning, known, uninstall};

use crate::home::Home;

const TEXT: &str = "{\n  \"model\": \"opus\"\n}\n";

#[test]
fn a_symlink_into_a_dotfiles_repository_stays_one_and_nothing_is_left_there() {
    let home = Home::new();
    let dotfiles = home.path().join("dotfiles");
    fs::create_dir(&dotfiles).unwrap();
    fs::write(dotfiles.join("claude.json"), TEXT).unwrap();
    symlink("../dotfiles/claude.json", home.settings()).unwrap();
    home.install();
    assert!(home.settings().is_symlink());
    assert!(fs::read_to_string(dotfiles.join("claude.json")).unwrap().contains("engram-hook"));
    assert_eq!(fs::read_dir(&dotfiles).unwrap().count(), 1);
    assert!(home.backup().exists());
    home.uninstall();
    assert_eq!(fs::read_to_string(dotfiles.join("claude.json")).unwrap(), TEXT);
    home.state_is_clean();
    home.round_trip();
}

#[test]
fn a_linked_directory_is_followed_too() {
    let home = Home::new();
    fs::remove_dir(home.path().join(".claude")).unwrap();
    fs::create_dir(home.path().join("real")).unwrap();
    symlink("real", home.path().join(".claude")).unwrap();
    let before = home.tree();
    assert_eq!(home.install().outcome, Outcome::Created);
    assert_eq!(home.uninstall().outcome, Outcome::Removed);
    home.state_is_clean();
    assert_eq!(home.tree(), before);
}

#[test]
fn a_symlink_to_nothing_is_refused() {
    let home = Home::new();
    symlink("../gone.json", home.settings()).unwrap();
    assert!(home.refused().contains("it is a symlink to nothing; create its target or remove the link"));
}

#[test]
fn mode_and_owner_are_kept_and_the_backup_is_private() {
    for mode in [0o600, 0o640, 0o644, 0o666, 0o755] {
        let home = Home::with(TEXT);
        fs::set_permissions(home.settings(), fs::Permissions::from_mode(mode)).unwrap();
        // Only root can give a file away; for everybody else the owner stays the same and is checked all the same.
        let is_given_away = chown(home.settings(), Some(12_345), Some(23_456)).is_ok();
        let owner = |home: &Home| fs::metadata(home.settings()).map(|meta| (meta.uid(), meta.gid())).unwrap();
        let before = owner(&home);
        assert_eq!(before == (12_345, 23_456), is_given_away);
        home.install();
        assert_eq!((home.mode(), owner(&home)), (mode, before));
        assert_eq!(fs::metadata(home.backup()).unwrap().permissions().mode() & 0o7777, 0o600);
        home.uninstall();
        assert_eq!((home.mode(), owner(&home)), (mode, before));
    }
}

#[test]
fn a_read_only_file_is_left_alone() {
    let home = Home::with(TEXT);
    fs::set_permissions(home.settings(), fs::Permissions::from_mode(0o444)).unwrap();
    assert!(home.refused().contains("the file is read-only; make it writable and try again"));
}

#[test]
fn a_directory_where_the_file_should_be_is_refused() {
    let home = Home::new();
    fs::create_dir(home.settings()).unwrap();
    assert!(home.refused().contains("it is not a file; move it away and try again"));
}

#[test]
fn a_file_where_the_directory_should_be_is_refused() {
    let home = Home::new();
    fs::remove_dir(home.path().join(".claude")).unwrap();
    fs::write(home.path().join(".claude"), "x").unwrap();
    let refusal = home.refused();
    assert!(refusal.starts_with("cannot ") && refusal.contains(".claude"), "{refusal}");
}

#[test]
fn a_directory_far_from_any_other_is_refused() {
    let home = Home::new();
    let target = Target { settings: home.path().join("a/b/settings.json"), state: home.state() };
    let before = home.tree();
    let error = engram_hook::settings::install(&target, &home.ours(), Mode::Write).unwrap_err();
    assert!(error.to_string().contains("check the path and try again"), "{error}");
    assert_eq!(home.tree(), before);
}

#[test]
fn a_state_directory_that_cannot_be_written_stops_the_install_before_the_settings() {
    let home = Home::with(TEXT);
    fs::write(home.state(), "a file where a directory should be").unwrap();
    assert!(home.refused().starts_with("cannot write "));
    fs::remove_file(home.settings()).unwrap();
    fs::remove_dir(home.path().join(".claude")).unwrap();
    assert!(home.refused().starts_with("cannot write "));
}

#[test]
fn a_backup_that_cannot_be_written_stops_the_install_before_the_settings() {
    let home = Home::with(TEXT);
    fs::create_dir_all(home.backup().join("in-the-way")).unwrap();
    let error = engram_hook::settings::install(&home.target(), &home.ours(), Mode::Write).unwrap_err();
    assert!(error.to_string().contains("engram-backup; move what is there"), "{error}");
    assert_eq!(home.text(), TEXT);
    let left = fs::read_dir(home.path().join(".claude")).unwrap().count();
    assert_eq!(left, 2);
}

#[test]
fn a_symlink_in_the_backups_place_is_replaced_and_not_followed() {
    let home = Home::with(TEXT);
    fs::write(home.path().join("precious"), "precious").unwrap();
    symlink("../precious", home.backup()).unwrap();
    home.install();
    assert_eq!(fs::read_to_string(home.path().join("precious")).unwrap(), "precious");
    assert!(!home.backup().is_symlink());
    assert_eq!(fs::read_to_string(home.backup()).unwrap(), TEXT);
}

#[test]
fn other_hard_links_keep_the_old_text_and_the_user_hears_of_it() {
    let home = Home::with(TEXT);
    fs::hard_link(home.settings(), home.path().join("other")).unwrap();
    assert_eq!(home.install().warnings, [Warning::OtherLinks { count: 1 }]);
    assert_eq!(fs::read_to_string(home.path().join("other")).unwrap(), TEXT);
}

#[test]
fn an_install_waits_for_another_one_that_holds_the_lock() {
    let home = Home::with(TEXT);
    let held = File::open(home.path().join(".claude")).unwrap();
    held.lock().unwrap();
    thread::scope(|scope| {
        let install = scope.spawn(|| home.install());
        thread::sleep(Duration::from_millis(200));
        assert!(!install.is_finished());
        assert_eq!(home.text(), TEXT);
        drop(held);
        assert_eq!(install.join().unwrap().outcome, Outcome::Changed);
    });
}

#[test]
fn a_draft_of_a_killed_install_is_no_obstacle() {
    let home = Home::with(TEXT);
    let draft = home.path().join(format!(".claude/.settings.json.engram-{}", std::process::id()));
    fs::write(draft, "half").unwrap();
    home.install();
    home.uninstall();
    assert_eq!(fs::read_dir(home.path().join(".claude")).unwrap().count(), 1);
}

#[test]
fn every_installed_settings_file_is_known_until_it_is_left() {
    let home = Home::with(TEXT);
    let project = home.path().join("project.json");
    fs::write(&project, "{}").unwrap();
    let second = Target { settings: project.clone(), state: home.state() };
    home.install();
    engram_hook::settings::install(&second, &home.ours(), Mode::Write).unwrap();
    let real = |path| fs::canonicalize(path).unwrap();
    assert_eq!(known(&home.state()), [real(home.settings()), real(project.clone())]);
    home.uninstall();
    assert_eq!(known(&home.state()), [real(project)]);
    uninstall(&second, Mode::Write).unwrap();
    assert_eq!(known(&home.state()), [] as [std::path::PathBuf; 0]);
    home.state_is_clean();
}

#[test]
fn a_broken_memo_is_no_obstacle() {
    let home = Home::with(TEXT);
    home.install();
    let memo = fs::read_dir(home.state().join("installed")).unwrap().next().unwrap().unwrap().path();
    fs::write(memo, "{\"version\": 1, \"pa").unwrap();
    assert_eq!(home.uninstall().outcome, Outcome::Changed);
    assert_eq!(home.text(), TEXT);
    home.state_is_clean();
}

#[test]
fn a_dry_uninstall_shows_the_way_and_goes_nowhere() {
    let home = Home::with(TEXT);
    home.install();
    let before = home.tree();
    let report = uninstall(&home.target(), Mode::DryRun).unwrap();
    assert_eq!(report.outcome, Outcome::Changed);
    assert!(report.diff.contains("\n-  \"model\": \"opus\",\n"), "{}", report.diff);
    assert_eq!(home.tree(), before);
}
