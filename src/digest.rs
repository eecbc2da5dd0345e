//! SHA-256 over parts, for names that must come out the same every time. The only room that uses `sha2`.

use sha2::{Digest, Sha256};

/// The digest of the parts one after the other, each ended by a NUL so that no two lists of parts are alike.
pub fn of_parts(parts: &[&str]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.as_bytes());
        digest.update([0]);
    }
    digest.finalize().into()
}

/// The digest of the bytes as they are.
pub fn of_bytes(parts: &[&[u8]]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part);
    }
    digest.finalize().into()
}

/// The first `2 × BYTES` hex digits of a digest.
pub fn hex_prefix<const BYTES: usize>(digest: &[u8; 32]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    digest
        .iter()
        .take(BYTES)
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|nibble| DIGITS.get(usize::from(nibble)).map(|digit| char::from(*digit)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_abc_is_the_published_one() {
        let digest = of_bytes(&[b"a", b"bc"]);
        assert_eq!(hex_prefix::<8>(&digest), "ba7816bf8f01cfea");
    }

    #[test]
    fn parts_cannot_run_into_one_another() {
        assert_ne!(of_parts(&["ab", "c"]), of_parts(&["a", "bc"]));
    }
}
