//! The bones of a name: the consonants of each word, so that two spellings of one name can be told from two names.
//!
//! Owns a signature of four bytes, one a word. Deliberately coarse: it serves where something else, such as the same
//! number and the same birth date, speaks for one person already.

/// The bones of up to four words of a name; vowels, marks and case do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Skeleton([u8; 4]);

impl Skeleton {
    /// The bones of a canonical name.
    pub fn of(canonical: &str) -> Self {
        let mut words = [0_u8; 4];
        let mut at = 0;
        let mut bytes = canonical.bytes().peekable();
        while let Some(byte) = bytes.next() {
            let consonant = match byte {
                b' ' => {
                    at = (at + 1).min(words.len() - 1);
                    continue;
                }
                // Đ and đ.
                0xC4 if matches!(bytes.peek(), Some(0x90 | 0x91)) => b'd',
                b'A'..=b'Z' | b'a'..=b'z' => byte.to_ascii_lowercase(),
                _ => continue,
            };
            if !matches!(consonant, b'a' | b'e' | b'i' | b'o' | b'u' | b'y') {
                words[at] = words[at].wrapping_mul(31).wrapping_add(consonant);
            } else if words[at] == 0 {
                // A word of vowels is a word.
                words[at] = 1;
            }
        }
        Self(words)
    }

    /// Whether all words but one have the same bones.
    pub fn is_close_to(self, other: Self) -> bool {
        let count = |skeleton: Self| skeleton.0.iter().filter(|word| **word != 0).count();
        let mut left = other.0;
        let n_same = self.0.iter().filter(|word| {
            let found = left.iter_mut().find(|other| **word != 0 && *other == *word);
            found.map(|other| *other = 0).is_some()
        });
        let n_words = count(self).min(count(other));
        n_words > 0 && n_same.count() + 1 >= n_words.max(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_close_and_names_are_not() {
        let check = |one, other, expected| {
            assert_eq!(Skeleton::of(one).is_close_to(Skeleton::of(other)), expected, "{one} {other}");
        };
        check("Nguyễn Thị Hương", "NGUYEN THI HUONG", true);
        check("Đỗ Văn Đức", "Do Van Duc", true);
        check("Nguyễn Thị Hương", "Hương Nguyễn Thị", true);
        check("Nguyễn Thị Hương", "Nguyễn Hương", true);
        check("Nguyễn Thị Hương", "Trần Văn Nam", false);
        check("Lê An", "Lê Ân", true);
        check("", "Lê An", false);
    }
}
