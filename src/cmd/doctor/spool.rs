//! What was captured and delivered last, what waits and why, and what was lost or left behind. Takes no lock.

use super::Finding;
use crate::clock::{ago, moment};
use crate::cmd::Session;
use crate::spool::{Notes, Spool, Survey, others, strangers};

pub(super) fn findings(session: &Session) -> Vec<Finding> {
    let state = &session.paths.state;
    let mut findings = Vec::new();
    let mine = session.destination().ok().map(|destination| destination.name());
    if let Some(name) = &mine {
        match Spool::open(state, name).and_then(|spool| Survey::of(&spool)) {
            Ok(survey) => findings.extend(of(&survey)),
            Err(refused) if refused.is_not_found() => findings.push(
                Finding::note("last capture", "nothing was captured for this key yet")
                    .with("finish a turn in Claude Code, then ask again"),
            ),
            Err(refused) => findings.push(Finding::bad(
                "spool",
                format!("cannot use {}/spool/v1/{name}: {refused}", state.display()),
                "mend that, then ask again",
            )),
        }
    }
    findings.extend(others(state, mine.as_deref()).iter().filter_map(|name| other(session, name)));
    for stranger in strangers(state) {
        let says = format!("{stranger} is not of this version, and left to a newer one");
        findings.push(Finding::note("not ours", says).with("run that version: ./install.sh"));
    }
    for note in Notes::read(state) {
        let says = format!("{}, {} times: {}", moment(note.at), note.times, note.text);
        findings
            .push(Finding::note("note", says).with("engram-hook status --clear-notes, once it is mended"));
    }
    findings
}

fn of(survey: &Survey) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.push(Finding::good("last capture", survey.last_capture.map_or("none yet".to_owned(), moment)));
    findings.push(Finding::good(
        "last delivery",
        survey.ledger.last_delivery.map_or("none yet".to_owned(), moment),
    ));
    findings.extend(
        survey
            .refused
            .iter()
            .map(|file| Finding::bad("spool", format!("cannot use {file}"), "mend that, then ask again")),
    );
    if let Some(tombstone) = &survey.tombstone {
        findings.push(Finding::bad(
            "key rejected",
            format!(
                "nothing is captured: the service rejected this key at {}; what waited was erased: {}",
                tombstone.at,
                count(tombstone.erased)
            ),
            "set a new key; or, if this one works again: engram-hook flush --retry-key",
        ));
    }
    findings.push(waiting(survey));
    if survey.dead > 0 {
        let says =
            format!("the service refused {} for good; list --dead has the reasons", count(survey.dead));
        findings.push(
            Finding::note("dead letters", says).with("engram-hook list --dead; engram-hook retry-dead"),
        );
    }
    let newer = survey.newer + survey.foreign;
    if newer > 0 {
        let says = format!("{newer} records are of a newer version of this program, and left to it");
        findings.push(Finding::note("spool", says).with("run that version: ./install.sh"));
    }
    findings
}

fn waiting(survey: &Survey) -> Finding {
    if survey.waiting == 0 {
        return Finding::good("waiting", "nothing");
    }
    let oldest = survey.oldest.map_or_else(String::new, |at| format!(", the oldest for {}", ago(at)));
    let says = format!("{}{oldest}", count(survey.waiting));
    match (survey.postponed.next_at, &survey.postponed.because) {
        (Some(at), because) => {
            let because = because.as_deref().unwrap_or("the last try failed");
            Finding::note("waiting", format!("{says}; next try {}: {because}", moment(at)))
                .with("engram-hook flush -v")
        }
        (None, _) => {
            Finding::note("waiting", format!("{says}; sent with the next event")).with("engram-hook flush -v")
        }
    }
}

fn other(session: &Session, name: &str) -> Option<Finding> {
    let spool = Spool::open(&session.paths.state, name).ok()?;
    let waiting = Survey::of(&spool).ok()?.waiting;
    let origin = spool.origin();
    let mine = session.destination().ok().map(|destination| destination.origin.to_string());
    (waiting > 0).then(|| {
        let says = format!(
            "{} for another key of {}, never sent with this one",
            count(waiting),
            origin.as_deref().unwrap_or("an unknown origin")
        );
        let mend = if mine.is_some() && mine == origin {
            "engram-hook adopt"
        } else {
            "set that key and URL, then: engram-hook flush"
        };
        Finding::note("other key", says).with(mend)
    })
}

fn count(memories: u64) -> String {
    if memories == 1 { "1 memory".to_owned() } else { format!("{memories} memories") }
}
