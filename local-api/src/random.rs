//! Random characters from the operating system: keys, ids, admin tokens.

/// Letters and digits: what a key of our own generation and every id is made of.
pub(crate) const LETTERS_AND_DIGITS: &[u8] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// The newer generation's keys may also hold `_` and `-`.
pub(crate) const URL_SAFE: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";

/// `length` characters of `alphabet` (at most 64 of them), each equally likely.
pub(crate) fn characters(alphabet: &[u8], length: usize) -> Result<String, getrandom::Error> {
    let mut text = String::with_capacity(length);
    let mut bytes = [0_u8; 64];
    while text.len() < length {
        getrandom::fill(&mut bytes)?;
        // Six bits index the alphabet; an index past its end is thrown away, so that no character is favoured.
        let picked = bytes.iter().filter_map(|byte| alphabet.get(usize::from(byte & 0x3f)));
        text.extend(picked.take(length - text.len()).map(|byte| char::from(*byte)));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_of_the_alphabet_turns_up_and_no_other() {
        for alphabet in [LETTERS_AND_DIGITS, URL_SAFE] {
            let text = characters(alphabet, 20_000).unwrap();
            assert_eq!(text.len(), 20_000);
            for byte in alphabet {
                let count = text.bytes().filter(|other| other == byte).count();
                assert!(count > 150, "{} came {count} times", char::from(*byte));
            }
            assert!(text.bytes().all(|byte| alphabet.contains(&byte)));
        }
    }
}
