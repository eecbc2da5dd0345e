//! A kill at every failpoint there is, then exactly one ordinary capture and no flush by hand: nothing is lost, nothing is
//! stuck, and no memory is delivered more than twice.

use std::collections::BTreeSet;
use std::path::Path;

use engram_local::{Fault, Options, Server};

use crate::home::{
    armed, arrive, capture, deliveries, hold_lock, home, said, sign, until_no_flush_lives, waits_long,
};
use crate::sandbox::{Sandbox, stop};

/// How a capture, or the flush that it starts, comes to a failpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// An ordinary capture is delivered.
    Delivered,
    /// `lock` is held by somebody who is stopped.
    Alone,
    /// Something in the spool is no record.
    Garbage,
    /// The active file is long.
    Long,
    /// The server refuses this memory for good.
    Refused,
    /// The server asks to be left alone for an hour.
    Postponed,
    /// The key was revoked.
    Revoked,
}
use Way::{Alone, Delivered, Garbage, Long, Postponed, Refused, Revoked};

/// Every failpoint, with the way that leads to it. `:` names the file, where one place serves several.
const FAILPOINTS: &[(&str, Way)] = &[
    ("spool.made", Delivered),
    ("replace.written:origin", Delivered),
    ("replace.renamed:origin", Delivered),
    ("append.locked", Delivered),
    ("append.opened", Delivered),
    ("append.written", Delivered),
    ("alone.looked", Alone),
    ("alone.written", Alone),
    ("alone.renamed", Alone),
    ("roll.sealed", Long),
    ("seal.renamed", Delivered),
    ("seal.renamed", Long),
    ("detach.locked", Delivered),
    ("detach.started", Delivered),
    ("flush.begun", Delivered),
    ("flush.owned", Delivered),
    ("life.sealed", Delivered),
    ("deliver.taken", Delivered),
    ("drain.answered", Delivered),
    ("drain.marked", Delivered),
    ("drain.marked", Refused),
    ("drain.synced", Delivered),
    ("quarantine.written", Garbage),
    ("replace.written:ledger", Delivered),
    ("replace.renamed:ledger", Delivered),
    ("retire.counted", Delivered),
    ("retire.counted", Refused),
    ("retire.unlinked", Delivered),
    ("retry.cleared", Delivered),
    ("replace.written:retry", Postponed),
    ("replace.renamed:retry", Postponed),
    ("bury.written", Refused),
    ("replace.written:ledger", Refused),
    ("replace.renamed:ledger", Refused),
    ("forget.counted", Revoked),
    ("replace.written:tombstone", Revoked),
    ("replace.renamed:tombstone", Revoked),
    ("replace.written:ledger", Revoked),
    ("replace.renamed:ledger", Revoked),
    ("forget.said", Revoked),
    ("forget.unlinked", Revoked),
    ("life.empty", Delivered),
    ("life.left", Delivered),
    ("life.unlocked", Delivered),
];

/// Failpoints that a person's command passes, or a mutant; their tests are elsewhere in these proofs.
const ELSEWHERE: [&str; 4] = ["adopt.moved", "revive.renamed", "session.told", "life.late"];

#[test]
fn every_failpoint_of_the_sources_is_in_the_table() {
    let mut in_sources = BTreeSet::new();
    let mut directories = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../src")];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                directories.push(entry);
            } else {
                let text = std::fs::read_to_string(entry).unwrap();
                in_sources.extend(
                    text.split("fault::point!(\"")
                        .skip(1)
                        .map(|rest| rest.split('"').next().unwrap().to_owned()),
                );
            }
        }
    }
    let in_table: BTreeSet<_> = FAILPOINTS
        .iter()
        .map(|(point, _)| point.split(':').next().unwrap().to_owned())
        .chain(ELSEWHERE.map(str::to_owned))
        .collect();
    assert_eq!(in_sources, in_table, "the sources on the left, the table on the right");
}

#[derive(Default)]
struct Figures {
    acknowledged: usize,
    delivered: usize,
    twice: usize,
    dead: usize,
    erased: usize,
}

/// One kill, and what came of it.
fn killed_at(point: &str, way: Way) -> Figures {
    let server = Server::start(Options::default()).unwrap();
    let sandbox = home(&server);
    let mut figures = Figures::default();
    let mut kept = prepare(&sandbox, &server, way, &mut figures);
    let lock = (way == Alone).then(|| hold_lock(&sandbox));
    // It is acknowledged when the kill hits the flush and not the capture itself.
    if capture(armed(&sandbox, &["capture"], &format!("kill {point}")), "killed") {
        kept.push("killed");
    }
    // The last points come after the flush has let its lock go, which is how one sees that it lives.
    let passed = format!("{point} is passed on the way of a {way:?} memory");
    sandbox.wait_until(&passed, |sandbox| sign(sandbox).exists());
    until_no_flush_lives(&sandbox);
    drop(lock);
    if way == Postponed {
        server.faults().clear();
    }
    let next = match way {
        // The wait counts for captures; the next session does not wait.
        Postponed => r#"{"hook_event_name":"SessionStart","session_id":"s","cwd":"/home/dev"}"#.to_owned(),
        _ => stop("s", "after the kill"),
    };
    sandbox.capture(next);
    if way != Postponed {
        kept.push("after the kill");
    }
    if way == Revoked {
        let holds_text =
            |sandbox: &Sandbox| ["before", "killed", "after the kill"].iter().any(|said| sandbox.holds(said));
        // Segments go one after the other: what was captured after the kill may be in one of its own.
        sandbox.wait_until(&format!("{point}: the spool is erased"), |sandbox| {
            !sandbox.status()["spool"]["tombstone"].is_null() && !holds_text(sandbox)
        });
        until_no_flush_lives(&sandbox);
        assert!(!holds_text(&sandbox), "{point}: text is left");
        figures.erased = kept.len() - said(&server).len();
    } else {
        let wanted: Vec<_> =
            kept.iter().copied().filter(|said| way != Refused || *said != "killed").collect();
        assert!(arrive(&sandbox, &server, &wanted), "{point}, {way:?}: {wanted:?} but {:?}", said(&server));
        sandbox.wait_until("nothing waits", |sandbox| sandbox.waiting() == 0);
        if way == Refused {
            let dead = sandbox.run(&["list", "--dead", "--json"]).exits(0).stdout;
            assert_eq!(
                dead.matches("killed").count().min(1),
                1,
                "{point}: the refused one is among the dead letters"
            );
            figures.dead = dead.lines().count();
            assert_eq!(figures.dead, 1, "{point}: {dead}");
        }
    }
    if way == Delivered {
        assert!(
            sandbox.spool().join("origin").exists(),
            "{point}: `adopt` needs to know what the spool is for"
        );
    }
    let deliveries = deliveries(&server);
    assert!(deliveries.values().all(|times| *times <= 2), "{point}, {way:?}: {deliveries:?}");
    figures.acknowledged += kept.len();
    figures.delivered = deliveries.len();
    figures.twice = deliveries.values().filter(|times| **times == 2).count();
    figures
}

/// What stands before the kill: for most ways, a memory that waits.
fn prepare(sandbox: &Sandbox, server: &Server, way: Way, figures: &mut Figures) -> Vec<&'static str> {
    match way {
        Delivered => return Vec::new(),
        Refused => server.faults().when(|seen| {
            let refused = String::from_utf8_lossy(&seen.body).contains("killed");
            refused.then(|| Fault::Status { code: 422, headers: vec![], body: r#"{"detail":"no"}"#.into() })
        }),
        Postponed => server.faults().always(Some(Fault::Status {
            code: 503,
            headers: vec![("retry-after".into(), "3600".into())],
            body: String::new(),
        })),
        Alone | Garbage | Long | Revoked => {}
    }
    let background = sandbox.hold_flush();
    assert!(capture(sandbox.command(&["capture"]), "before"));
    let active = sandbox.spool().join("active.jsonl");
    let noise = match way {
        Garbage => "no record\n".to_owned(),
        Long => format!("{}\n", "-".repeat(1024 * 1024)),
        _ => String::new(),
    };
    std::fs::write(&active, std::fs::read_to_string(&active).unwrap() + &noise).unwrap();
    drop(background);
    if way == Revoked {
        server.revoke_keys_named("k");
    }
    figures.acknowledged = 0;
    vec!["before"]
}

#[test]
fn a_kill_at_every_failpoint_and_one_capture_lose_nothing_and_leave_nothing_stuck() {
    const AT_ONCE: usize = 6;
    let mut all = Figures::default();
    for some in FAILPOINTS.chunks(AT_ONCE) {
        std::thread::scope(|scope| {
            let runs: Vec<_> =
                some.iter().map(|(point, way)| scope.spawn(|| killed_at(point, *way))).collect();
            for run in runs {
                let figures = run.join().unwrap();
                all.acknowledged += figures.acknowledged;
                all.delivered += figures.delivered;
                all.twice += figures.twice;
                all.dead += figures.dead;
                all.erased += figures.erased;
            }
        });
    }
    println!(
        "{} kills, one at each failpoint: {} acknowledged, {} delivered, {} of them twice, {} dead letters, {} erased with \
         their key, 0 lost, 0 stuck",
        FAILPOINTS.len(),
        all.acknowledged,
        all.delivered,
        all.twice,
        all.dead,
        all.erased
    );
}

#[test]
fn a_kill_between_two_spools_moves_a_memory_twice_and_loses_none() {
    let server = Server::start(Options::default()).unwrap();
    let mut sandbox = home(&server);
    waits_long(&server, &sandbox, "moved");
    sandbox.set("ENGRAM_API_KEY", &server.create_key("new"));
    let killed = armed(&sandbox, &["adopt", "--yes"], "kill adopt.moved").output().unwrap();
    assert!(!killed.status.success() && sign(&sandbox).exists());
    sandbox.run(&["adopt", "--yes"]).exits(0);
    sandbox.capture(stop("s", "afterwards"));
    assert!(arrive(&sandbox, &server, &["moved", "afterwards"]));
    assert!(deliveries(&server).values().all(|times| *times <= 2));
}

#[test]
fn a_kill_in_the_middle_of_a_revival_keeps_every_dead_letter() {
    let server = Server::start(Options::default()).unwrap();
    let sandbox = home(&server);
    server.faults().always(Some(Fault::Status {
        code: 422,
        headers: vec![],
        body: r#"{"detail":"no"}"#.into(),
    }));
    assert!(capture(sandbox.command(&["capture"]), "revived"));
    sandbox.wait_until("it is refused", |sandbox| sandbox.status()["spool"]["dead_letters"] == 1);
    until_no_flush_lives(&sandbox);
    server.faults().clear();
    let killed = armed(&sandbox, &["retry-dead"], "kill revive.renamed").output().unwrap();
    assert!(!killed.status.success() && sign(&sandbox).exists());
    sandbox.capture(stop("s", "afterwards"));
    assert!(arrive(&sandbox, &server, &["revived", "afterwards"]));
}
