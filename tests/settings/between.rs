//! The user, or another program, changes the settings between install and uninstall: the change stays, we go.

use engram_hook::settings::{Outcome, Warning};

use crate::home::Home;

const MODEL: &str = "{\n  \"model\": \"opus\"\n}\n";

/// Installs into `before`, replaces `from` by `to` in what is there, uninstalls.
#[track_caller]
fn after(before: &str, from: &str, to: &str) -> String {
    let home = Home::with(before);
    home.install();
    let installed = home.text();
    assert_eq!(installed.matches(from).count(), 1, "{installed}");
    home.write(&installed.replace(from, to));
    home.uninstall();
    home.state_is_clean();
    home.text()
}

/// The same change with and without us in the file.
#[track_caller]
fn same_change(before: &str, from: &str, to: &str) {
    assert_eq!(after(before, from, to), before.replace(from, to));
}

#[test]
fn a_changed_value_stays() {
    same_change(MODEL, "opus", "sonnet");
}

#[test]
fn a_key_put_in_front_stays() {
    same_change(MODEL, "{\n  \"model\"", "{\n  \"theme\": \"dark\",\n  \"model\"");
}

#[test]
fn a_key_put_behind_our_hooks_stays() {
    same_change(MODEL, "\n}\n", ",\n  \"theme\": \"dark\"\n}\n");
}

#[test]
fn a_key_put_between_the_users_and_ours_stays() {
    same_change(MODEL, "\"opus\"", "\"opus\",\n  \"theme\": \"dark\"");
}

#[test]
fn a_removed_key_stays_removed() {
    let left = after(MODEL, "\n  \"model\": \"opus\",", "");
    assert_eq!(left, "{}\n");
}

#[test]
fn a_key_in_a_file_that_an_install_created_keeps_the_file() {
    let home = Home::new();
    home.install();
    home.write(&home.text().replace("\n}\n", ",\n  \"model\": \"opus\"\n}\n"));
    assert_eq!(home.uninstall().outcome, Outcome::Changed);
    assert_eq!(home.text(), MODEL);
}

#[test]
fn a_hook_the_user_added_behind_ours_keeps_its_event() {
    let theirs =
        "      {\n        \"hooks\": [ { \"type\": \"command\", \"command\": \"say done\" } ]\n      }";
    let home = Home::with(MODEL);
    home.install();
    let stop = "    \"Stop\": [\n      {\n";
    let at = home.text().find(stop).unwrap();
    let installed = home.text();
    let (head, tail) = installed.split_at(at);
    let tail = tail.replacen("\n      }\n    ],\n", &format!("\n      }},\n{theirs}\n    ],\n"), 1);
    home.write(&(head.to_owned() + &tail));
    home.uninstall();
    assert_eq!(
        home.text(),
        format!("{{\n  \"model\": \"opus\",\n  \"hooks\": {{\n    \"Stop\": [\n{theirs}\n    ]\n  }}\n}}\n")
    );
}

#[test]
fn a_hook_the_user_added_before_ours_keeps_its_event() {
    let theirs = "{ \"hooks\": [ { \"type\": \"command\", \"command\": \"say done\" } ] }";
    let left = after(MODEL, "\"Stop\": [\n", &format!("\"Stop\": [\n      {theirs},\n"));
    assert_eq!(
        left,
        format!(
            "{{\n  \"model\": \"opus\",\n  \"hooks\": {{\n    \"Stop\": [\n      {theirs}\n    ]\n  }}\n}}\n"
        )
    );
}

#[test]
fn a_hook_the_user_put_into_a_group_of_ours_keeps_the_group() {
    let left = after(
        MODEL,
        "\"matcher\": \"Bash\",\n        \"hooks\": [\n",
        "\"matcher\": \"Bash\",\n        \"hooks\": [\n          { \"type\": \"command\", \"command\": \"log\" },\n",
    );
    assert_eq!(
        left,
        "{\n  \"model\": \"opus\",\n  \"hooks\": {\n    \"PostToolUse\": [\n      {\n        \"matcher\": \"Bash\",\n        \
         \"hooks\": [\n          { \"type\": \"command\", \"command\": \"log\" }\n        ]\n      }\n    ]\n  }\n}\n"
    );
}

#[test]
fn an_event_the_user_added_keeps_the_hooks_key() {
    let theirs = "\"PreToolUse\": [ { \"hooks\": [ { \"type\": \"command\", \"command\": \"x\" } ] } ]";
    let left = after(MODEL, "\"hooks\": {\n    \"Post", &format!("\"hooks\": {{\n    {theirs},\n    \"Post"));
    assert_eq!(left, format!("{{\n  \"model\": \"opus\",\n  \"hooks\": {{\n    {theirs}\n  }}\n}}\n"));
}

#[test]
fn hooks_of_ours_the_user_removed_are_not_missed() {
    let home = Home::with(MODEL);
    home.install();
    let installed = home.text();
    let (start, end) =
        (installed.find("    \"Stop\"").unwrap(), installed.find("    \"PostCompact\"").unwrap());
    home.write(&[&installed[..start], &installed[end..]].concat());
    home.uninstall();
    assert_eq!(home.text(), MODEL);
}

#[test]
fn a_user_who_takes_everything_out_by_hand_has_the_last_word() {
    let home = Home::with(MODEL);
    home.install();
    home.write("{\n  \"model\": \"haiku\"\n}\n");
    let report = home.uninstall();
    assert_eq!(report.outcome, Outcome::Unchanged);
    assert_eq!(home.text(), "{\n  \"model\": \"haiku\"\n}\n");
    home.state_is_clean();
}

#[test]
fn after_a_removal_by_hand_the_next_install_looks_again() {
    let home = Home::with("{\n  \"hooks\": { }\n}\n");
    home.install();
    home.write(MODEL);
    home.install();
    home.uninstall();
    assert_eq!(home.text(), MODEL);
}

#[test]
fn a_file_the_user_wrote_after_an_install_had_created_one_is_the_users() {
    let home = Home::new();
    home.install();
    home.write("{}\n");
    home.install();
    assert_eq!(home.uninstall().outcome, Outcome::Changed);
    assert_eq!(home.text(), "{}\n");
}

#[test]
fn a_group_moved_to_another_place_goes_all_the_same() {
    let home = Home::with("{\n  \"hooks\": {\n    \"Stop\": []\n  },\n  \"z\": 1\n}\n");
    home.install();
    let pretty: serde_json::Value = serde_json::from_str(&home.text()).unwrap();
    let mut moved = pretty.clone();
    let groups = moved["hooks"]["PostToolUse"].as_array_mut().unwrap();
    groups.reverse();
    let first = groups.remove(0);
    moved["hooks"]["PreToolUse"] = serde_json::json!([first]);
    home.write(&serde_json::to_string_pretty(&moved).unwrap());
    home.uninstall();
    assert_eq!(home.text(), "{\n  \"hooks\": {\n    \"Stop\": []\n  },\n  \"z\": 1\n}");
}

#[test]
fn the_backup_stays_only_when_it_says_something_else() {
    let home = Home::with(MODEL);
    home.install();
    home.write(&home.text().replace("opus", "sonnet"));
    let report = home.uninstall();
    assert_eq!(report.backup, Some(home.backup()));
    assert_eq!(report.warnings, [Warning::BackupStays { path: home.backup() }]);
    assert_eq!(std::fs::read_to_string(home.backup()).unwrap(), MODEL);
}
