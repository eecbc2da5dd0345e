//! Taking memories out of sealed segments, and writing down what became of each. Cold: only a flush comes here.
//!
//! A drain hands out letters, oldest segment first, and is told how each ended, in any order. Memories that a server
//! failed on go behind the others; records with the id of one that is under way wait for that one's end.

mod ending;

use std::collections::{HashMap, HashSet, VecDeque};

use super::dead::DeadLetters;
use super::ledger::{DropReason, Ledger};
use super::letter::{Drained, Letter, Patience, Settled};
use super::lock::FlushLock;
use super::postponed::Postponed;
use super::record::{Record, Status};
use super::segment::{Piece, Reader, Tally};
use super::{Spool, sweep};
use crate::sys::{Access, Refused};
use crate::{clock, fault};

/// Ids that were accepted and are remembered, so that a second record of one is not sent again.
const REMEMBERED_IDS: usize = 4096;
/// Memories that go behind the others; more than these wait for the next flush.
const MAX_BEHIND: usize = 256;

/// Where a record is.
#[derive(Debug, Clone)]
struct Place {
    segment: String,
    offset: u64,
}

#[derive(Debug)]
struct Open {
    reader: Reader,
    tally: Tally,
    /// Records that waited when they were read and have not ended.
    unsettled: u64,
    read: bool,
}

#[derive(Debug)]
struct Flight {
    place: Place,
    record: Record,
    /// As it stands on the disk; a newer version may have put more into it.
    json: Vec<u8>,
    twins: Vec<Place>,
    second_try: bool,
}

/// The memories of one spool on their way out.
pub struct Drain<'a> {
    spool: &'a Spool,
    _flush_lock: &'a FlushLock,
    ledger: Ledger,
    postponed: Postponed,
    is_ignored: &'a dyn Fn(&str) -> bool,
    patience: Patience,
    queue: VecDeque<String>,
    open: HashMap<String, Open>,
    again: VecDeque<Flight>,
    /// With whether it failed in this flush already, or was suspected before.
    behind: VecDeque<(Flight, bool)>,
    flights: HashMap<u64, Flight>,
    under_way: HashMap<String, u64>,
    accepted_ids: VecDeque<String>,
    accepted_set: HashSet<String>,
    next_ticket: u64,
    drained: Drained,
}

impl<'a> Drain<'a> {
    /// A drain of the named segments, in that order.
    pub fn new(
        spool: &'a Spool,
        flush_lock: &'a FlushLock,
        segments: Vec<String>,
        is_ignored: &'a dyn Fn(&str) -> bool,
        patience: Patience,
    ) -> Self {
        Self {
            spool,
            _flush_lock: flush_lock,
            ledger: Ledger::take_up(spool.dir()),
            postponed: Postponed::read(spool.dir()),
            is_ignored,
            patience,
            queue: segments.into(),
            open: HashMap::new(),
            again: VecDeque::new(),
            behind: VecDeque::new(),
            flights: HashMap::new(),
            under_way: HashMap::new(),
            accepted_ids: VecDeque::new(),
            accepted_set: HashSet::new(),
            next_ticket: 0,
            drained: Drained::default(),
        }
    }

    /// The next memory to send; `None` when none is to be had until another one ends, or at all.
    pub fn next_letter(&mut self) -> Result<Option<Letter>, Refused> {
        while let Some(flight) = self.again.pop_front() {
            if let Some(letter) = self.hand_out_again(flight)? {
                return Ok(Some(letter));
            }
        }
        while let Some(name) = self.queue.front().cloned() {
            if !self.open.contains_key(&name) {
                match Reader::open(self.spool.dir(), &name, Access::ReadWrite) {
                    Ok(reader) => {
                        let open = Open { reader, tally: Tally::default(), unsettled: 0, read: false };
                        self.open.insert(name.clone(), open);
                    }
                    // Dropped meanwhile, or something that is no file of ours: nothing to deliver there.
                    Err(refused) if refused.is_not_found() => {
                        self.queue.pop_front();
                        continue;
                    }
                    Err(refused) => {
                        tracing::warn!(segment = name, %refused, "could not read a segment");
                        self.drained.left.push(name);
                        self.queue.pop_front();
                        continue;
                    }
                }
            }
            let Some(open) = self.open.get_mut(&name) else { continue };
            let Some(piece) = open.reader.next_piece()? else {
                open.read = true;
                self.queue.pop_front();
                self.close_when_done(&name);
                continue;
            };
            open.tally.count(&piece);
            if let Piece::Record { offset, status: Status::Waiting, json } = piece {
                open.unsettled += 1;
                if let Some(letter) = self.consider(Place { segment: name, offset }, &json)? {
                    return Ok(Some(letter));
                }
            }
        }
        while let Some((flight, _)) = self.behind.pop_front() {
            if let Some(letter) = self.hand_out_again(Flight { second_try: true, ..flight })? {
                return Ok(Some(letter));
            }
        }
        Ok(None)
    }

    /// A waiting record was read: hand it out, put it behind, or end it here.
    fn consider(&mut self, place: Place, json: &[u8]) -> Result<Option<Letter>, Refused> {
        let Ok(record) = serde_json::from_slice::<Record>(json) else {
            // The checksum holds but the words do not: written by a version that knew other words. It waits for it.
            return Ok(None);
        };
        self.ledger.saw(&record);
        if (self.is_ignored)(&record.dir) {
            self.ledger.drop_for(DropReason::Ignored, 1);
            self.ledger.write(self.spool.dir())?;
            self.drained.ignored += 1;
            self.mark(&place, Status::Dead)?;
            return Ok(None);
        }
        if self.accepted_set.contains(&record.id) {
            self.drained.accepted += 1;
            self.mark(&place, Status::Accepted)?;
            return Ok(None);
        }
        if let Some(flight) = self.under_way.get(&record.id).and_then(|ticket| self.flights.get_mut(ticket)) {
            flight.twins.push(place);
            return Ok(None);
        }
        match self.postponed.suspect(&record.id) {
            Some(suspect) if self.patience == Patience::Keep && !suspect.is_due() => Ok(None),
            suspect => {
                let json = json.to_vec();
                let flight = Flight { place, record, json, twins: Vec::new(), second_try: false };
                if suspect.is_none() {
                    return Ok(Some(self.hand_out(flight)));
                }
                self.put_behind(flight, false);
                Ok(None)
            }
        }
    }

    fn hand_out(&mut self, flight: Flight) -> Letter {
        self.next_ticket += 1;
        let (ticket, record) = (self.next_ticket, flight.record.clone());
        self.under_way.insert(record.id.clone(), ticket);
        self.flights.insert(ticket, flight);
        Letter { ticket, record }
    }

    /// What had to wait is handed out once more, unless another record of its id was accepted or is under way meanwhile.
    fn hand_out_again(&mut self, flight: Flight) -> Result<Option<Letter>, Refused> {
        let id = &flight.record.id;
        if self.accepted_set.contains(id) {
            self.accept(&flight)?;
            return Ok(None);
        }
        if let Some(other) = self.under_way.get(id).and_then(|ticket| self.flights.get_mut(ticket)) {
            other.twins.push(flight.place);
            other.twins.extend(flight.twins);
            return Ok(None);
        }
        Ok(Some(self.hand_out(flight)))
    }

    fn accept(&mut self, flight: &Flight) -> Result<(), Refused> {
        for place in std::iter::once(&flight.place).chain(&flight.twins) {
            self.drained.accepted += 1;
            self.mark(place, Status::Accepted)?;
        }
        Ok(())
    }

    fn put_behind(&mut self, flight: Flight, failed: bool) {
        if self.behind.len() < MAX_BEHIND {
            self.behind.push_back((flight, failed));
        }
    }

    /// Writes down how a letter ended. The memory is on disk until this says otherwise.
    pub fn settle(&mut self, ticket: u64, settled: Settled) -> Result<(), Refused> {
        let Some(flight) = self.flights.remove(&ticket) else { return Ok(()) };
        self.under_way.remove(&flight.record.id);
        match settled {
            Settled::Accepted => {
                self.ledger.last_delivery = Some(clock::now());
                fault::point!("drain.answered");
                self.remember(&flight.record.id);
                self.postponed.suspects.retain(|suspect| suspect.id != flight.record.id);
                self.accept(&flight)?;
            }
            Settled::Refused(refused) => {
                let id = flight.record.id.clone();
                if let Err(refused) = DeadLetters::bury(self.spool.dir(), &flight.json, &refused) {
                    // It waits until there is room for a dead letter; the others go on.
                    tracing::warn!(%refused, "could not write a dead letter");
                    return Ok(());
                }
                self.postponed.suspects.retain(|suspect| suspect.id != id);
                self.ledger.dead += 1;
                self.ledger.write(self.spool.dir())?;
                self.drained.dead += 1;
                for place in std::iter::once(&flight.place).chain(&flight.twins) {
                    self.mark(place, Status::Dead)?;
                }
            }
            Settled::Failed if flight.second_try => self.drained.failed.push(flight.record.id),
            Settled::Failed => self.put_behind(flight, true),
            Settled::Again => self.again.push_back(flight),
            Settled::Kept => {}
        }
        Ok(())
    }

    fn remember(&mut self, id: &str) {
        if self.accepted_set.insert(id.to_owned()) {
            self.accepted_ids.push_back(id.to_owned());
        }
        if self.accepted_ids.len() > REMEMBERED_IDS
            && let Some(oldest) = self.accepted_ids.pop_front()
        {
            self.accepted_set.remove(&oldest);
        }
    }

    fn mark(&mut self, place: &Place, status: Status) -> Result<(), Refused> {
        let Some(open) = self.open.get_mut(&place.segment) else { return Ok(()) };
        open.reader.mark(place.offset, status)?;
        fault::point!("drain.marked");
        open.unsettled = open.unsettled.saturating_sub(1);
        open.tally.waiting = open.tally.waiting.saturating_sub(1);
        if status == Status::Accepted {
            open.tally.accepted += 1;
        }
        self.close_when_done(&place.segment);
        Ok(())
    }

    /// Takes a segment away when it is read to its end and nothing in it waits.
    fn close_when_done(&mut self, name: &str) {
        let Some(open) = self.open.get(name) else { return };
        let waits = open.unsettled > 0 && !fault::mutant!(UnlinksWaiting);
        if !open.read || waits || open.tally.newer > 0 {
            return;
        }
        if let Some(open) = self.open.remove(name)
            && let Err(refused) = sweep::retire(self.spool, &mut self.ledger, name, &open.tally)
        {
            // A full disk, say. Nothing in it waits, and the segments behind it must go on; the next flush tries again.
            tracing::warn!(segment = name, %refused, "could not take a segment away");
            self.drained.at_rest.push(name.to_owned());
        }
    }
}
