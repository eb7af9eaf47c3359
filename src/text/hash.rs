//! A 64-bit hash of a text that is the same in every run and on every machine.
//!
//! Owns the mixing only. Not for secrets and not against an adversary: it stands for a text in a key,
//! where two among 100 million names collide with a chance of about 1 in 3,700.
//! Method: folded multiplication as in wyhash (public domain, Wang Yi).

const SEED: u64 = 0x9E37_79B9_7F4A_7C15;
const BODY: u64 = 0xE703_7ED1_A0B4_28DB;
const TAIL: u64 = 0x8EBC_6AF0_9C88_C6E3;

/// The hash of the bytes of a text.
pub fn hash(text: &str) -> u64 {
    hash_bytes(text.as_bytes())
}

/// The same for the bytes themselves.
pub(super) fn hash_bytes(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut state = SEED ^ (bytes.len() as u64).wrapping_mul(TAIL);
    for word in words {
        state = mix(state ^ u64::from_le_bytes(*word), BODY);
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(mix(state ^ u64::from_le_bytes(last), TAIL), SEED)
}

/// Multiplies into 128 bits and folds the halves together. The added word keeps zero from staying zero.
pub(super) fn mix(state: u64, factor: u64) -> u64 {
    let product = u128::from(state) * u128::from(factor);
    (product as u64) ^ ((product >> 64) as u64) ^ factor
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn near_texts_differ() {
        let mut seen = HashSet::new();
        for number in 0..200_000 {
            assert!(seen.insert(hash(&format!("TRẦN {number}"))));
        }
        assert_ne!(hash(""), hash("\0"));
        assert_ne!(hash("AB"), hash("BA"));
    }

    /// Keys are kept in files, so the function may not change unnoticed.
    #[test]
    fn the_value_is_pinned() {
        assert_eq!(hash(""), PINNED_EMPTY);
        assert_eq!(hash("NGUYỄN VĂN A"), PINNED_NAME);
    }

    const PINNED_EMPTY: u64 = 0xAC16_5A16_3319_3715;
    const PINNED_NAME: u64 = 0x5559_E5A6_0814_4D63;
}
