//! What `status` shows.

use super::words::{ago, memories, moment};
use super::{json, say};
use crate::cmd::status::Status;
use crate::exit::Exit;

/// What waits, what was delivered, what went wrong.
pub fn status(status: &Status, as_json: bool) -> Exit {
    if as_json {
        return say(&json(status), Exit::Done);
    }
    let mut text = String::new();
    let mut row = |name: &str, value: &str| {
        text.push_str(&format!("{name:<16}{value}\n"));
    };
    row("capture", &status.capture);
    let origin = status.origin.as_deref().unwrap_or("unusable URL");
    row(
        "destination",
        &if status.origin_allowed { origin.to_owned() } else { format!("{origin} (not allowed)") },
    );
    match &status.spool {
        None if !status.has_key => row("waiting", "nothing that could be told without a key"),
        None => row(
            "waiting",
            "nothing; nothing was captured for this key yet (`engram-hook doctor` says whether it can be)",
        ),
        Some(spool) => {
            let oldest = spool.oldest.map_or_else(String::new, |at| format!(", the oldest for {}", ago(at)));
            match spool.waiting {
                0 => row("waiting", "nothing"),
                waiting => row("waiting", &format!("{}, {} bytes{oldest}", memories(waiting), spool.bytes)),
            }
            if spool.sessions > 0 {
                row("sessions", &format!("{} ended, to be told by the next flush", spool.sessions));
            }
            row("last capture", &spool.last_capture.map_or("none".to_owned(), moment));
            row("last delivery", &spool.last_delivery.map_or("none".to_owned(), moment));
            row("delivered", &memories(spool.accepted));
            if spool.dead_letters > 0 {
                row(
                    "dead letters",
                    &format!(
                        "{}, refused for good (`engram-hook list --dead` says why, `engram-hook retry-dead` tries again)",
                        memories(spool.dead_letters)
                    ),
                );
            }
            for (reason, count) in &spool.dropped {
                row("dropped", &format!("{} ({reason})", memories(*count)));
            }
            if spool.quarantined_bytes > 0 {
                row("damaged", &format!("{} bytes that are no record, set aside", spool.quarantined_bytes));
            }
            if spool.newer_records > 0 {
                row("newer format", &format!("{} records, left for a newer version", spool.newer_records));
            }
            if let Some(at) = spool.next_try {
                row(
                    "next try",
                    &format!("{}: {}", moment(at), spool.because.as_deref().unwrap_or("the last one failed")),
                );
            }
            if spool.suspects > 0 {
                let stuck = memories(spool.suspects as u64);
                row("stuck", &format!("{stuck}, on which the service fails; tried behind the others"));
            }
            if let Some(tombstone) = &spool.tombstone {
                let erased = memories(tombstone.erased);
                row("key rejected", &format!("{}; what waited was erased: {erased}", moment(tombstone.at)));
            }
        }
    }
    for other in &status.others {
        let waiting = other.waiting.map_or("something unreadable".to_owned(), memories);
        let origin = other.origin.as_deref().unwrap_or("an unknown origin");
        if other.origin == status.origin {
            row(
                "other key",
                &format!(
                    "{waiting} for {origin} (`engram-hook adopt` takes them over, `drop --all` erases them)"
                ),
            );
        } else {
            row(
                "elsewhere",
                &format!("{waiting} for {origin} (set ENGRAM_API_URL to it and flush, or `drop --all`)"),
            );
        }
    }
    for note in &status.notes {
        let times = if note.times == 1 { "once".to_owned() } else { format!("{} times", note.times) };
        row("note", &format!("{}, {times}: {}", moment(note.at), note.text));
    }
    for stranger in &status.strangers {
        row("not ours", &format!("{stranger}, left for a newer version"));
    }
    for concern in &status.concerns {
        row("settings", concern);
    }
    if let Some(trouble) = &status.trouble {
        row("trouble", trouble);
    }
    if status.wants_mending() {
        row("what mends it", "`engram-hook doctor`");
    }
    row("state", &status.state);
    say(&text, Exit::Done)
}
