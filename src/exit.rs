//! How the program ends: the exit codes, as a type. 2 is not among them, because Claude Code reads it as "block".

/// What the exit code tells the caller; the numbers are those of `sysexits.h` where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done; for `flush`: nothing is left.
    Done = 0,
    /// Failed, or `doctor` found something.
    Failed = 1,
    /// The command line could not be understood.
    Usage = 64,
    /// Something is left; try again later.
    TryLater = 75,
    /// The API rejected the key.
    KeyRejected = 77,
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn no_exit_code_is_the_one_that_blocks_claude_code() {
        let all = [Exit::Done, Exit::Failed, Exit::Usage, Exit::TryLater, Exit::KeyRejected];
        assert_eq!(all.map(|exit| exit as u8), [0, 1, 64, 75, 77]);
    }
}
