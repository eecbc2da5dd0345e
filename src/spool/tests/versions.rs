//! A newer version was here, and may come back: what it wrote and this one cannot read is as it left it.

use serde_json::{Value, json};

use super::*;

/// Puts members into a small file, as a newer version would.
fn add(shelf: &Shelf, name: &str, members: &Value) {
    let mut file: Value = std::fs::read(shelf.path(name))
        .map_or_else(|_| json!({}), |bytes| serde_json::from_slice(&bytes).unwrap());
    for (member, value) in members.as_object().unwrap() {
        file[member] = value.clone();
    }
    std::fs::write(shelf.path(name), file.to_string()).unwrap();
}

fn says(shelf: &Shelf, name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(shelf.path(name)).unwrap()).unwrap()
}

#[test]
fn counts_and_reasons_of_a_newer_version_outlive_this_one() {
    let shelf = Shelf::new();
    shelf.append(&["a", "b"]);
    shelf.seal();
    shelf.accept_all();
    let last = json!({"id": "x", "at": clock::now(), "memory_type": "insight", "tags": [], "characters": 7, "mood": "good"});
    let members = json!({"dropped": {"too-dull": 4, "user": 1}, "merged": 3, "last": last});
    add(&shelf, "ledger", &members);
    shelf.append(&["c"]);
    shelf.seal();
    shelf.accept_all();
    let mut ledger = Ledger::read(shelf.spool.dir());
    assert_eq!((ledger.accepted, ledger.dropped["too-dull"]), (3, 4), "the counts go on");
    ledger.drop_for(DropReason::User, 2);
    ledger.write(shelf.spool.dir()).unwrap();
    let after = says(&shelf, "ledger");
    assert_eq!(after["dropped"], json!({"too-dull": 4, "user": 3}));
    assert_eq!(after["merged"], 3);
}

#[test]
fn what_a_newer_version_leaves_for_the_next_flush_and_on_a_tombstone_stays() {
    let shelf = Shelf::new();
    let dir = shelf.spool.dir();
    let suspect =
        json!({"id": "a", "strikes": 1, "failed_at": clock::now(), "next_at": null, "region": "eu"});
    add(&shelf, "retry", &json!({"attempt": 2, "suspects": [suspect], "breaker": "open"}));
    let mut postponed = Postponed::read(dir);
    assert_eq!((postponed.attempt, postponed.suspects.len()), (2, 1));
    postponed.attempt = 0;
    postponed.write(dir).unwrap();
    assert_eq!(says(&shelf, "retry")["breaker"], "open");
    assert_eq!(says(&shelf, "retry")["suspects"][0]["region"], "eu");

    let lock = Lock::take(dir, A_FORK).unwrap().unwrap();
    shelf.spool.forget(&shelf.flush_lock(), &lock).unwrap();
    add(&shelf, "tombstone", &json!({"appeal": "possible"}));
    shelf.spool.forget(&shelf.flush_lock(), &lock).unwrap();
    assert_eq!(says(&shelf, "tombstone")["appeal"], "possible");
}

#[test]
fn dead_letters_that_only_a_newer_version_can_read_are_not_taken_away() {
    let shelf = Shelf::new();
    shelf.append(&["a"]);
    shelf.seal();
    shelf.drain(|_| Settled::Refused(refusal()));
    let other_words =
        Encoded::with_status(&json!({"id": "b", "verdict": "of a version to come"}), record::Status::Dead);
    let mut newer = other_words.unwrap().as_bytes().to_vec();
    newer.extend(b"E2 of a version to come\n");
    let mut bytes = std::fs::read(shelf.path("dead.jsonl")).unwrap();
    bytes.extend(&newer);
    std::fs::write(shelf.path("dead.jsonl"), bytes).unwrap();
    assert_eq!(DeadLetters::revive(&shelf.spool, &shelf.flush_lock()).unwrap(), 1);
    assert_eq!(std::fs::read(shelf.path("dead.jsonl")).unwrap(), newer);
    assert_eq!((shelf.survey().dead, shelf.waiting()), (0, vec!["a".to_owned()]));
}

#[test]
fn a_record_in_other_words_waits_for_who_can_read_it() {
    let shelf = Shelf::new();
    let mut newer = json!(record("newer"));
    newer["memory"]["memory_type"] = json!("insight");
    let records = [Encoded::waiting(&newer).unwrap(), Encoded::waiting(&record("ours")).unwrap()];
    assert!(matches!(append(&shelf.spool, &records), Appended::Stored));
    let name = shelf.seal();
    let before = std::fs::read(shelf.path(&name)).unwrap();
    assert_eq!(shelf.accept_all(), ["ours"]);
    assert!(shelf.accept_all().is_empty());
    let after = std::fs::read(shelf.path(&name)).unwrap();
    let changed = before.iter().zip(&after).filter(|(before, after)| before != after).count();
    assert_eq!((changed, after.len(), shelf.survey().waiting), (1, before.len(), 1));
    assert_eq!(shelf.survey().foreign, 1);
}

#[test]
fn a_session_that_only_a_newer_version_can_tell_is_left_to_it_and_a_torn_one_is_not() {
    let shelf = Shelf::new();
    for (name, text, is_left) in [
        ("session-newer", r#"{"id":"x","at":"2026-01-01T00:00:00Z","rooms":[1]}"#, true),
        ("session-torn", r#"{"id":"x","at":"#, false),
        ("session-zeros", "\0\0\0\0", false),
    ] {
        std::fs::write(shelf.path(name), text).unwrap();
        assert_eq!(matches!(shelf.spool.ended_session(name), Noted::Newer), is_left, "{name}");
    }
}

#[test]
fn what_is_not_of_this_version_is_named_and_what_is_ours_is_not() {
    let shelf = Shelf::new();
    let state = shelf.state.path().join("state");
    shelf.append(&["a", "b"]);
    shelf.seal();
    shelf.drain(|id| if id == "a" { Settled::Refused(refusal()) } else { Settled::Kept });
    shelf.append(&["c"]);
    is_to_be_told(&state, "key");
    assert_eq!(strangers(&state), Vec::<String>::new());
    for stranger in ["index", "spool/v2"] {
        std::fs::create_dir(state.join(stranger)).unwrap();
    }
    std::fs::write(shelf.path("cursor"), "of a version to come").unwrap();
    std::fs::write(shelf.path("session-newer"), r#"{"rooms":[1]}"#).unwrap();
    let ours = |path: &std::path::Path| path.display().to_string();
    let expected =
        [state.join("index"), state.join("spool/v2"), shelf.path("cursor"), shelf.path("session-newer")];
    assert_eq!(strangers(&state), expected.map(|path| ours(&path)));
}

#[test]
fn what_a_newer_version_put_into_a_record_outlives_its_refusal_and_its_revival() {
    for given_up in [false, true] {
        let shelf = Shelf::new();
        let mut newer = json!(record("a"));
        newer["mood"] = json!({"good": 18_446_744_073_709_551_615_u64});
        newer["memory"]["weight"] = json!(0.5);
        assert!(matches!(append(&shelf.spool, &[Encoded::waiting(&newer).unwrap()]), Appended::Stored));
        shelf.seal();
        if given_up {
            assert!(shelf.spool.give_up_on(&shelf.flush_lock(), "a", &refusal()).unwrap());
        } else {
            shelf.drain(|_| Settled::Refused(refusal()));
        }
        assert_eq!(DeadLetters::revive(&shelf.spool, &shelf.flush_lock()).unwrap(), 1);
        let segments = shelf.spool.segments().unwrap();
        let mut found = Vec::<Value>::new();
        Waiting::each_in(&shelf.spool, &segments, |json| {
            found.push(serde_json::from_str(json.get()).unwrap());
        })
        .unwrap();
        assert_eq!(found, [newer]);
    }
}
