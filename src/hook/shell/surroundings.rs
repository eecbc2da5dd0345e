//! What a command takes over from the place where it stands.

use super::syntax::Place;
use super::{Chance, Reach, Text, Witness};

/// Where a command stands, and what that says about it.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'c> {
    pub(super) chance: Chance,
    /// No compound command is around it, nor a pipe behind it: its exit code is one of the chain.
    pub(super) outermost: bool,
    pub(super) repeats: bool,
    /// If the shell comes by the surrounding compound command, it comes by here.
    pub(super) straight: bool,
    pub(super) reach: Reach,
    pub(super) stdin: Option<&'c Text>,
    pub(super) witness: Witness<'c>,
}

impl Surroundings<'_> {
    pub(super) fn outermost() -> Self {
        Self {
            chance: Chance::Vouched,
            outermost: true,
            repeats: false,
            straight: true,
            reach: Reach::Whole,
            stdin: None,
            witness: Witness::default(),
        }
    }

    /// For what may fail without the whole failing.
    pub(super) fn less_sure(self) -> Self {
        let chance = if self.chance == Chance::Doubtful { Chance::Doubtful } else { Chance::Likely };
        Self { chance, ..self }
    }

    /// For the part of a compound command that plays the role `place`.
    pub(super) fn inside(self, place: Place) -> Self {
        let inner = Self { outermost: false, witness: Witness::default(), ..self };
        let doubtful = Self { chance: Chance::Doubtful, straight: true, stdin: None, ..inner };
        match place {
            Place::Group => inner,
            Place::Subshell => Self { straight: true, ..inner },
            Place::Condition => Self { stdin: None, ..inner.less_sure() },
            Place::Branch => doubtful,
            Place::Loop | Place::Function => Self { repeats: true, ..doubtful },
        }
    }
}
