//! The steps of a capture and of a flush, as far as another process can see them, and what each does to the spool.

/// Which protocol is explored: ours, or one that somebody could have written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    Ours,
    /// `lock` is let go before `flush.lock`.
    LeavesLate,
    /// No second look for segments of captures that could not have `lock`.
    LooksOnce,
    /// A flush that could not have `lock` for long enough leaves without trying it once more.
    TrustsItsPatience,
    /// The active file is opened before `lock` is taken.
    OpensFirst,
    /// No second look at the tombstone by a capture without `lock`.
    BuriesBlindly,
}

/// What is explored.
#[derive(Debug, Clone, Copy)]
pub struct Scene {
    pub protocol: Protocol,
    pub captures: usize,
    /// At most so many processes die, at any step; one more capture comes when everything is at rest.
    pub kills: u8,
    /// The server refuses the key.
    pub is_revoked: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capture {
    /// The one that comes when everything is at rest.
    Later,
    /// `append` begins.
    Begins,
    /// It holds `lock`.
    Locked,
    /// `append_under` has written, and holds `lock`.
    Written,
    /// `append_alone`: `lock` could not be had, the tombstone was looked at.
    Alone,
    /// `append_alone` has renamed its segment.
    Renamed,
    /// `start_flush` comes next.
    Stored,
    /// `start_flush` holds `flush.lock`.
    Starts,
    Done,
    Dead,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flush {
    None,
    /// The loop of `live` begins; `flush.lock` is held from here on.
    Begins,
    /// It holds `lock`.
    Locked,
    /// It has sealed, and holds `lock`.
    Sealed,
    /// It has seen nothing to do, and holds both.
    Empty,
    /// It looks without `lock`, which somebody does not let go.
    LockedOut,
    /// It has seen nothing to do.
    EmptyOutside,
    /// It has let `flush.lock` go, and holds `lock`.
    Left,
    /// It has let both go, and looks once more.
    Looks,
    /// It has let `flush.lock` go without having had `lock`, and tries `lock` once more.
    LooksOutside,
    /// It saw something there.
    Returns,
    /// It has let `lock` go and holds `flush.lock`, though nothing is to be done: the wrong way to leave.
    Late,
    /// Segments were listed.
    Delivers,
    /// The server has them; the acknowledgement is not written.
    Answered,
    /// The key was refused: `forget` begins.
    Forgets,
    /// It holds `lock`.
    Erases,
    /// The tombstone stands.
    Buries,
    /// The names were listed.
    Unlinks,
    Done,
    Dead,
}

/// Where the record of a capture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    Nowhere,
    Active,
    Segment,
    /// Delivered and acknowledged, or erased.
    Gone,
}

/// A capture, its record, and the flush that it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor {
    pub capture: Capture,
    pub flush: Flush,
    pub place: Place,
    /// The flush at work has it in its list.
    pub is_listed: bool,
    pub deliveries: u8,
    /// The capture holds the active file of this generation open.
    pub opened: Option<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    /// In order: which of them is which makes no difference.
    pub actors: Vec<Actor>,
    pub tombstone: bool,
    pub kills: u8,
    /// How often the active file was sealed; counted only where somebody may hold an old one.
    pub generation: u8,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "they are asked of the elements of a list")]
impl Actor {
    pub fn new(capture: Capture) -> Self {
        let (flush, place) = (Flush::None, Place::Nowhere);
        Self { capture, flush, place, is_listed: false, deliveries: 0, opened: None }
    }

    pub fn holds_lock(&self) -> bool {
        matches!(self.capture, Capture::Locked | Capture::Written)
            || matches!(
                self.flush,
                Flush::Locked
                    | Flush::Sealed
                    | Flush::Empty
                    | Flush::Left
                    | Flush::Erases
                    | Flush::Buries
                    | Flush::Unlinks
            )
    }

    pub fn holds_flush_lock(&self) -> bool {
        self.capture == Capture::Starts
            || !matches!(
                self.flush,
                Flush::None
                    | Flush::Left
                    | Flush::Looks
                    | Flush::LooksOutside
                    | Flush::Returns
                    | Flush::Done
                    | Flush::Dead
            )
    }

    pub fn is_at_rest(&self) -> bool {
        matches!(self.capture, Capture::Later | Capture::Done | Capture::Dead)
            && matches!(self.flush, Flush::None | Flush::Done | Flush::Dead)
    }
}

impl State {
    pub fn of(scene: Scene) -> Self {
        let mut actors = vec![Actor::new(Capture::Begins); scene.captures];
        if scene.kills > 0 {
            actors.push(Actor::new(Capture::Later));
        }
        Self { actors, tombstone: false, kills: scene.kills, generation: 0 }.in_order()
    }

    pub fn in_order(mut self) -> Self {
        self.actors.sort();
        self
    }

    pub fn lock_is_free(&self) -> bool {
        !self.actors.iter().any(Actor::holds_lock)
    }

    pub fn flush_lock_is_free(&self) -> bool {
        !self.actors.iter().any(Actor::holds_flush_lock)
    }

    pub fn any(&self, place: Place) -> bool {
        self.actors.iter().any(|actor| actor.place == place)
    }
}
