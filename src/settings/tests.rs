//! What cannot be seen from outside: a settings file that somebody writes to while we work.

use std::fs;

use super::file::Snapshot;

#[test]
fn a_file_that_was_changed_after_it_was_read_is_not_replaced() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("settings.json");
    fs::write(&path, "{}").unwrap();
    let snapshot = Snapshot::read(&path).unwrap();
    let draft = snapshot.draft("{\"ours\": 1}").unwrap();
    fs::write(&path, "{\"theirs\": 1}").unwrap();
    let refusal = snapshot.replace(draft).unwrap_err().to_string();
    assert!(refusal.ends_with("it was changed meanwhile; run the command again"), "{refusal}");
    assert!(snapshot.draft("{}").is_err());
    assert!(snapshot.delete().is_err());
    assert_eq!(fs::read_to_string(&path).unwrap(), "{\"theirs\": 1}");
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
}

#[test]
fn a_file_that_appeared_after_none_was_read_is_not_replaced() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("settings.json");
    let snapshot = Snapshot::read(&path).unwrap();
    let draft = snapshot.draft("{\"ours\": 1}").unwrap();
    fs::write(&path, "{\"theirs\": 1}").unwrap();
    assert!(snapshot.replace(draft).is_err());
    assert_eq!(fs::read_to_string(&path).unwrap(), "{\"theirs\": 1}");
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
}
