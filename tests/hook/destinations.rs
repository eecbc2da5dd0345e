//! Keys and origins: what was captured for one is never sent to another.

use engram_local::{Options, Server};

use crate::sandbox::{KEY, Sandbox, stop};

#[test]
fn a_rotated_key_leaves_its_memories_until_they_are_adopted() {
    let server = Server::start(Options::default()).unwrap();
    let mut sandbox = Sandbox::offline();
    sandbox.set("ENGRAM_API_URL", "http://127.0.0.1:9");
    sandbox.capture(stop("s", "under the old key"));
    sandbox.set("ENGRAM_API_KEY", &KEY.replace('A', "Z"));
    assert_eq!(sandbox.waiting(), 0);
    let others = sandbox.status()["others"].clone();
    assert_eq!(others[0]["waiting"], 1);
    assert_eq!(others[0]["origin"], "http://127.0.0.1:9");

    sandbox.run(&["adopt"]).exits(1).complains("Send 1 memory that was captured");
    let said = sandbox.run(&["adopt", "--yes"]).exits(0).stdout;
    assert!(said.starts_with("1 memory waits for the current key; deliver it "), "{said}");
    assert_eq!(sandbox.waiting(), 1);
    assert!(sandbox.status()["others"].as_array().unwrap().is_empty());

    // Another origin's memories are never adopted.
    sandbox.set("ENGRAM_API_URL", &server.url());
    sandbox.set("ENGRAM_API_KEY", &server.create_key("k"));
    assert!(sandbox.run(&["adopt", "--yes"]).exits(0).stdout.contains("nothing waits"));
    assert!(server.requests().is_empty());
}

#[test]
fn an_origin_nobody_allowed_gets_nothing_and_nothing_is_lost() {
    let sandbox = Sandbox::to("https://engram.example.com");
    sandbox.capture(stop("s", "waits"));
    assert_eq!(sandbox.waiting(), 1);
    let status = sandbox.status();
    assert_eq!(status["origin_allowed"], false);
    assert_eq!(status["notes"][0]["cause"], "origin-not-allowed");
    sandbox.run(&["flush"]).exits(1).complains("cannot send the key to https://engram.example.com");
}

#[test]
fn a_project_that_names_its_own_settings_directory_cannot_send_the_key_elsewhere() {
    let mut sandbox = Sandbox::to("https://engram.example.com");
    let project = sandbox.home().join("work/hostile");
    std::fs::create_dir_all(project.join(".git")).unwrap();
    let settings = project.join(".cfg/engram-hook");
    std::fs::create_dir_all(&settings).unwrap();
    std::fs::write(settings.join("config.json"), r#"{"origins":["https://engram.example.com"]}"#).unwrap();
    sandbox.set("XDG_CONFIG_HOME", project.join(".cfg").to_str().unwrap());
    sandbox.capture(stop("s", "not for the project"));
    let status = sandbox.status();
    assert_eq!(status["origin_allowed"], false);
    assert!(status["capture"].as_str().unwrap().contains("it is in the project"), "{status}");
    sandbox.run(&["flush"]).exits(1).complains("it is in the project");
}

#[test]
fn a_project_cannot_have_the_spool_put_into_itself() {
    let mut sandbox = Sandbox::offline();
    let project = sandbox.home().join("work/hostile");
    std::fs::create_dir_all(project.join(".git")).unwrap();
    std::fs::create_dir_all(project.join("deep")).unwrap();
    sandbox.set("XDG_STATE_HOME", "/proc/self/cwd");
    let mut capture = sandbox.command(&["capture"]);
    capture.current_dir(project.join("deep")).stdin(std::process::Stdio::piped());
    let mut child = capture.spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), stop("s", "not here").as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(!sandbox.holds("not here"));
}

#[test]
fn nothing_is_remembered_in_an_ignored_directory() {
    let sandbox = Sandbox::offline();
    std::fs::write(sandbox.home().join(".engram-ignore"), "").unwrap();
    sandbox.run(&["remember", "a thing"]).exits(1).complains(".engram-ignore");
    assert!(!sandbox.holds("a thing"));
}

#[test]
fn notes_go_away_when_somebody_has_read_them() {
    let sandbox = Sandbox::offline();
    sandbox.capture("no JSON");
    let shown = sandbox.run(&["status", "--clear-notes"]).exits(0).stdout;
    assert!(shown.contains(", once: a payload was no JSON object"), "{shown}");
    assert_eq!(sandbox.status()["notes"], serde_json::json!([]));
}

#[test]
fn drop_erases_and_counts() {
    let sandbox = Sandbox::offline();
    sandbox.capture(stop("s", "unwanted"));
    sandbox.wait_until("the background flush has ended", |sandbox| {
        !sandbox.status()["spool"]["next_try"].is_null()
    });
    sandbox.run(&["drop"]).exits(1).complains("--yes");
    assert_eq!(sandbox.waiting(), 1);
    sandbox.run(&["drop", "--yes"]).exits(0);
    assert!(!sandbox.holds("unwanted"));
    assert_eq!(sandbox.status()["spool"]["dropped"]["user"], 1);
}

#[test]
fn drop_goes_on_past_a_file_that_cannot_be_used_and_names_it() {
    let sandbox = Sandbox::offline();
    let background = sandbox.hold_flush();
    sandbox.capture(stop("s", "unwanted"));
    drop(background);
    let in_the_way = "seal-00000000000000000001-1.jsonl";
    std::os::unix::fs::symlink("elsewhere", sandbox.spool().join(in_the_way)).unwrap();
    let why = format!("{in_the_way}: it is a symbolic link; move it away");
    sandbox.run(&["drop", "--yes"]).exits(1).complains(&why);
    assert!(!sandbox.holds("unwanted"));
    assert_eq!(sandbox.status()["spool"]["dropped"]["user"], 1);
}

#[test]
fn an_ignore_rule_applies_to_what_already_waits() {
    let server = Server::start(Options::default()).unwrap();
    let sandbox = Sandbox::to("http://127.0.0.1:9").with("ENGRAM_API_KEY", &server.create_key("k"));
    sandbox.capture(stop("s", "of a directory that will be ignored"));
    sandbox.wait_until("the background flush has ended", |sandbox| {
        !sandbox.status()["spool"]["next_try"].is_null()
    });
    sandbox.configure(r#"{"ignore":["/home/dev/*"]}"#);
    sandbox.capture(stop("s", "not captured at all"));
    assert_eq!(sandbox.waiting(), 1);
    sandbox.run(&["flush"]).exits(0);
    let spool = sandbox.status()["spool"].clone();
    assert_eq!((&spool["waiting"], &spool["dropped"]["ignored"]), (&0.into(), &1.into()));
    assert!(!sandbox.holds("will be ignored"));
}
