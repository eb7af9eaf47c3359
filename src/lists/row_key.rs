//! The key of a row on a list that is carried from door to door: short, told apart, and wrong where it is typed wrongly.
//!
//! Owns the letters and the check. A key is made of a tag of the run, the place of the row in it, and a check character:
//! `K7M4-XWPC`. Deliberately says nothing of the person.

/// Digits and capitals that are not taken for one another; as many as a prime number, see [`check`].
const LETTERS: &[u8; 23] = b"34679ACDEFGHJKMNPRTVWXY";
const N: u64 = LETTERS.len() as u64;
/// Letters of the tag: one in 529 other runs has the same.
const TAG: usize = 2;
/// Least letters of the place: more only for more than 6.4 million rows.
const PLACE: usize = 5;
/// Letters before the dash.
const GROUP: usize = 4;

/// Writes the keys of one run.
#[derive(Debug, Clone, Copy)]
pub struct RowKeys {
    tag: u64,
    n_files: u64,
}

impl RowKeys {
    /// The keys of a run of so many lists; `run_id` is the one of its summary, in hex.
    pub fn new(run_id: &str, n_files: usize) -> Self {
        let tag = run_id.bytes().fold(0_u64, |tag, byte| (tag * 257 + u64::from(byte)) % (N * N));
        Self { tag, n_files: (n_files as u64).max(1) }
    }

    /// The key of the row that stands in this file, from 0, on this line.
    pub fn key(&self, file: usize, line: u64) -> String {
        let mut place = line.saturating_mul(self.n_files).saturating_add(file as u64 % self.n_files);
        // Digits from the last to the first; a longer place has no zero before it, so that no two places share a key.
        let mut digits = Vec::with_capacity(TAG + PLACE + 1);
        while place > 0 || digits.len() < PLACE {
            digits.push(place % N);
            place /= N;
        }
        digits.extend([self.tag % N, self.tag / N]);
        digits.reverse();
        digits.push(check(&digits));
        let mut key = String::with_capacity(digits.len() + 1);
        for (at, digit) in digits.into_iter().enumerate() {
            if at == GROUP {
                key.push('-');
            }
            key.push(char::from(LETTERS[digit as usize]));
        }
        key
    }
}

/// A key as it was typed, in the form in which keys are written: small letters, blanks and dashes do not count. `None`
/// where it cannot be one: a letter that keys do not have, or a check that does not hold.
pub fn read_key(typed: &str) -> Option<String> {
    let mut digits = Vec::with_capacity(TAG + PLACE + 1);
    for letter in typed.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '-' | '–')) {
        let capital = u8::try_from(letter.to_ascii_uppercase()).ok()?;
        digits.push(LETTERS.iter().position(|known| *known == capital)? as u64);
    }
    let (last, digits) = digits.split_last()?;
    if digits.len() < TAG + PLACE || digits.len() as u64 >= N - 1 || check(digits) != *last {
        return None;
    }
    let letters = digits.iter().chain([last]).map(|digit| char::from(LETTERS[*digit as usize]));
    let mut key: String = letters.collect();
    key.insert(GROUP, '-');
    Some(key)
}

/// The check character of digits: all of them, each weighed by its distance from the end, add up to nothing. Since the
/// number of letters is prime, one wrong letter and two neighbours in each other's place always show.
fn check(digits: &[u64]) -> u64 {
    let sum: u64 = digits.iter().rev().zip(2..).map(|(digit, weight)| digit * weight).sum();
    (N - sum % N) % N
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_wrong_letter_and_every_swap_of_neighbours_is_found() {
        let keys = RowKeys::new("0123456789abcdef", 3);
        for (file, line) in [(0, 1), (2, 4), (1, 1_700_004), (0, 98_765_432_100)] {
            let key = keys.key(file, line);
            assert_eq!(read_key(&key).as_deref(), Some(&*key));
            assert_eq!(read_key(&key.to_lowercase().replace('-', " ")).as_deref(), Some(&*key));
            let plain: Vec<char> = key.chars().filter(|letter| *letter != '-').collect();
            for at in 0..plain.len() {
                for other in ('0'..='9').chain('A'..='Z').filter(|other| *other != plain[at]) {
                    let mut wrong = plain.clone();
                    wrong[at] = other;
                    assert_eq!(read_key(&wrong.iter().collect::<String>()), None, "{key} {at} {other}");
                }
                if at > 0 && plain[at] != plain[at - 1] {
                    let mut wrong = plain.clone();
                    wrong.swap(at, at - 1);
                    assert_eq!(read_key(&wrong.iter().collect::<String>()), None, "{key} {at}");
                }
                let mut short = plain.clone();
                short.remove(at);
                if plain.len() == TAG + PLACE + 1 {
                    assert_eq!(read_key(&short.iter().collect::<String>()), None, "{key} {at}");
                }
            }
        }
        for typed in ["", "-", "K7M4", "Nguyễn", "K7M4XWP\u{301}"] {
            assert_eq!(read_key(typed), None, "{typed}");
        }
    }

    #[test]
    fn no_two_rows_of_a_run_share_a_key() {
        let keys = RowKeys::new("feed", 2);
        let mut seen = HashSet::new();
        let lines =
            (1..3000).chain([529, 12_167, 6_436_342, 6_436_343, 148_035_889].map(|line| line * 10 + 7));
        for line in lines {
            for file in 0..2 {
                assert!(seen.insert(keys.key(file, line)), "{file} {line}");
            }
        }
        assert!(seen.iter().all(|key| key.is_ascii() && key.len() <= 12));
        assert_ne!(RowKeys::new("feed", 2).key(0, 5), RowKeys::new("feee", 2).key(0, 5));
    }
}
