//! The invariants of the spool, broken on purpose and looked at.
