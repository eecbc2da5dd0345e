//! Memories on disk, waiting: format v1 and the rules that keep them.
//!
//! # Layout
//!
//! One directory per *destination* (origin and key), `<state>/spool/v1/<dest>/`, mode 0700, files 0600:
//!
//! ```text
//! lock                       flock, held for microseconds around append and seal; never renamed or removed
//! flush.lock                 flock, held by the one flush that lives; its holder owns everything below but active.jsonl
//! active.jsonl               captures append here, under `lock`
//! seal-<ns:020>-<pid>.jsonl  sealed segments; only their status bytes change
//! one-<ns:020>-<pid>.jsonl   a segment of one capture, written when `lock` could not be had in 25 ms
//! dead.jsonl                 memories the API refused for good
//! quarantine.bin             bytes that are no record
//! retry                      when to try next, and which memories are suspected
//! ledger                     counts of what has left the spool, and why
//! tombstone                  the key was refused; no content
//! session-<id>               a session that ended and is to be told; where its transcript is, no text of it
//! ```
//!
//! # Record
//!
//! `E1 <st> <len:8 hex> <crc:8 hex> <json>\n`: 23 bytes of ASCII, the JSON, a line feed. `st` is `.` waiting, `A` accepted,
//! `X` dead. `crc` is the CRC-32 of the eight length digits and the JSON. The CRC decides what a record is, not the line feed.
//!
//! # Invariants
//!
//! 1. Bytes are added only to `active.jsonl`, only under `lock`, only at its end; a failed write is taken back.
//! 2. A segment is never added to: it came about by a rename under `lock`, and captures open `active.jsonl` after taking `lock`.
//! 3. In a segment only status bytes change, one byte at a time, from `.` to `A` or `X`, and only by the holder of `flush.lock`.
//! 4. A segment is unlinked only when no record in it waits, or by a drop that was counted first.
//! 5. `flush.lock` is let go only while `lock` is held and nothing that is due was seen: a capture that found `flush.lock`
//!    taken has appended before the flush looked, so its record was seen. A flush that could not have `lock` tries it once
//!    more after letting `flush.lock` go: who holds it then finds `flush.lock` free.
//! 6. A reader never stops early. What is no record goes to quarantine; a record of a newer format is left alone.
//! 7. What must outlive a power cut is sealed before it is synced, where `lock` can be had: a name that is given to another
//!    file before its directory is synced may be that other file's afterwards.
//! 8. Where `tombstone` stands nothing is appended; it is written before anything is erased.
//!
//! An acknowledgement lost in a crash means one more delivery with the same id, never a lost memory.
//!
//! # Other versions
//!
//! A newer version may add files, members of the small files, and records: an older one keeps what it cannot read, works
//! beside it, and names it in `status`. One that means something else by a name of this list uses `spool/v2`.

mod adopt;
mod append;
mod dead;
mod destination;
mod drain;
mod durable;
mod ended;
mod erase;
mod give_up;
mod ledger;
mod letter;
mod lock;
mod notes;
mod postponed;
mod record;
mod segment;
mod small_file;
mod strangers;
mod survey;
mod sweep;
mod told;
mod tombstone;

pub use append::{Appended, append};
pub use dead::{DeadLetter, DeadLetters, Refusal};
pub use destination::{Destination, Spool, others};
pub use drain::Drain;
pub use ended::Noted;
pub use ledger::{DropReason, LastSeen, Ledger};
pub use letter::{Drained, Letter, Patience, Settled};
pub use lock::{FlushLock, Lock};
pub use notes::{Cause, Note, Notes};
pub use postponed::{Postponed, Suspect};
pub use record::{Encoded, MAX_RECORD_BYTES, Record};
pub use strangers::strangers;
pub use survey::{Survey, Waiting};
pub use told::is_to_be_told;
pub use tombstone::Tombstone;

#[cfg(test)]
mod tests;
