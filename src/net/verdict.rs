//! What an answer of the API means for a memory (DESIGN.md §6). Pure.

use std::time::Duration;

use super::api::{Generation, Named};
use crate::fault;

/// What becomes of a memory after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The API has it.
    Accepted,
    /// The key was revoked: everything of this destination is erased.
    KeyRevoked,
    /// The API will never take it.
    Refused,
    /// Something is wrong that only somebody can mend: keep all, stop, wait long.
    Blocked,
    /// The server failed, or there was no answer: keep it, try again later.
    Failed,
    /// The server asks for a pause, of this length when it says so.
    SlowDown(Option<Duration>),
}

impl Verdict {
    /// The word a person reads.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::KeyRevoked => "key rejected",
            Self::Refused => "refused",
            Self::Blocked => "kept: this needs mending",
            Self::Failed => "kept: try later",
            Self::SlowDown(_) => "kept: slow down",
        }
    }
}

/// The verdict on an answer to a memory that was sent in the words of `spoken`.
///
/// A 401 erases a spool, so it must be the answer of the service to the right form: an error in the other generation's form,
/// or a page, is somebody else's 401.
pub fn on_answer(status: u16, named: Named, spoken: Generation, retry_after: Option<Duration>) -> Verdict {
    match status {
        // A page is somebody else's "OK": a portal's, or that of another program on the port.
        200 | 201 | 202 | 204 if named == Named::Page => Verdict::Blocked,
        200 | 201 | 202 | 204 => Verdict::Accepted,
        300..=399 if fault::mutant!(AcceptsRedirects) => Verdict::Accepted,
        401 => match named {
            Named::Error(generation) if generation != spoken => Verdict::Blocked,
            Named::Page => Verdict::Blocked,
            _ => Verdict::KeyRevoked,
        },
        409 if named == Named::DuplicateMemory => Verdict::Accepted,
        400 | 413 | 422 => Verdict::Refused,
        429 => Verdict::SlowDown(retry_after),
        408 | 425 | 500..=599 => match retry_after {
            Some(pause) => Verdict::SlowDown(Some(pause)),
            None => Verdict::Failed,
        },
        _ => Verdict::Blocked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_the_design() {
        let rows: [(&[u16], Verdict); 5] = [
            (&[200, 201, 202, 204], Verdict::Accepted),
            (&[401], Verdict::KeyRevoked),
            (&[400, 413, 422], Verdict::Refused),
            (
                &[402, 403, 404, 405, 407, 409, 410, 418, 451, 301, 302, 303, 307, 308, 304, 203, 206],
                Verdict::Blocked,
            ),
            (&[408, 425, 500, 502, 503, 504, 599], Verdict::Failed),
        ];
        for (statuses, verdict) in rows {
            for status in statuses {
                for spoken in [Generation::Bearer, Generation::V1] {
                    assert_eq!(on_answer(*status, Named::Unknown, spoken, None), verdict, "{status}");
                    assert_eq!(on_answer(*status, Named::Error(spoken), spoken, None), verdict, "{status}");
                }
            }
        }
        assert_eq!(on_answer(429, Named::Unknown, Generation::V1, None), Verdict::SlowDown(None));
        let pause = Some(Duration::from_secs(7));
        assert_eq!(on_answer(429, Named::Unknown, Generation::Bearer, pause), Verdict::SlowDown(pause));
        assert_eq!(on_answer(503, Named::Unknown, Generation::Bearer, pause), Verdict::SlowDown(pause));
        assert_eq!(on_answer(200, Named::Page, Generation::Bearer, None), Verdict::Blocked);
        assert_eq!(on_answer(409, Named::DuplicateMemory, Generation::V1, None), Verdict::Accepted);
    }

    #[test]
    fn a_401_of_somebody_else_erases_nothing() {
        let (bearer, v1) = (Generation::Bearer, Generation::V1);
        for (named, spoken, verdict) in [
            (Named::Error(v1), bearer, Verdict::Blocked),
            (Named::Error(bearer), v1, Verdict::Blocked),
            (Named::Page, bearer, Verdict::Blocked),
            (Named::Error(bearer), bearer, Verdict::KeyRevoked),
            (Named::Error(v1), v1, Verdict::KeyRevoked),
            (Named::Unknown, v1, Verdict::KeyRevoked),
        ] {
            assert_eq!(on_answer(401, named, spoken, None), verdict, "{named:?} {spoken:?}");
        }
    }
}
