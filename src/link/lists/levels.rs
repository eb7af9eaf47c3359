//! How far two texts are apart, as the level of a comparison.

use strsim::{jaro_winkler, osa_distance};

use super::prepare::sound;
use super::profile::{How, Shape};

/// The level of two different texts; the one of same texts is 0.
pub(super) fn level(shape: &Shape, a: &str, b: &str) -> u8 {
    match shape {
        Shape::Exact => 1,
        Shape::Text(hows) => {
            let likeness = Likeness::of(a, b);
            let place = hows.iter().position(|how| holds(how, a, b, &likeness)).unwrap_or(hows.len());
            1 + place as u8
        }
        Shape::Digits => digits(a, b),
        Shape::DigitsByLength => match digits(a, b) {
            4 if a.len().abs_diff(b.len()) < 2 => 5,
            level => level,
        },
        Shape::Date => date(a, b),
    }
}

fn holds(how: &How, a: &str, b: &str, likeness: &Likeness) -> bool {
    let no_blanks =
        || a.chars().filter(|letter| *letter != ' ').eq(b.chars().filter(|letter| *letter != ' '));
    (how.spaces && no_blanks())
        || (how.begins && (a.starts_with(b) || b.starts_with(a)))
        || how.edits.is_some_and(|most| likeness.may_be_within(most) && osa_distance(a, b) <= most)
        || how.jaro_winkler.is_some_and(|least| likeness.may_reach(least) && jaro_winkler(a, b) >= least)
        || (how.sound && may_sound_same(a, b) && sound(a) == sound(b))
}

/// What letters alone tell of two texts: most pairs are known to be far apart by it, at a tenth of the cost.
struct Likeness {
    /// Letters of each text, and letters in common wherever they stand; `None` where a letter is not ASCII.
    counted: Option<(usize, usize, usize)>,
    /// First letters in common, at most four.
    prefix: usize,
}

impl Likeness {
    fn of(a: &str, b: &str) -> Self {
        if !a.is_ascii() || !b.is_ascii() {
            return Self { counted: None, prefix: 0 };
        }
        let mut left = [0_u32; 128];
        a.bytes().for_each(|byte| left[usize::from(byte)] += 1);
        let mut common = 0;
        for byte in b.bytes() {
            let count = &mut left[usize::from(byte)];
            common += usize::from(*count > 0);
            *count = count.saturating_sub(1);
        }
        let prefix = a.bytes().zip(b.bytes()).take(4).take_while(|(a, b)| a == b).count();
        Self { counted: Some((a.len(), b.len(), common)), prefix }
    }

    /// Each edit takes at most one letter from what both have in common.
    fn may_be_within(&self, edits: usize) -> bool {
        self.counted.is_none_or(|(a, b, common)| common + edits >= a.max(b))
    }

    /// Jaro's likeness is greatest when all letters in common stand in order.
    fn may_reach(&self, least: f64) -> bool {
        let Some((a, b, common)) = self.counted else { return true };
        let common = common as f64;
        let jaro = (common / a as f64 + common / b as f64 + 1.0) / 3.0;
        common > 0.0 && jaro + 0.1 * self.prefix as f64 * (1.0 - jaro) + 1e-9 >= least
    }
}

/// Whether the sounds can be the same: they begin with the first letter.
fn may_sound_same(a: &str, b: &str) -> bool {
    match (a.as_bytes().first(), b.as_bytes().first()) {
        (Some(a), Some(b)) if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric() => {
            a.eq_ignore_ascii_case(b)
        }
        _ => true,
    }
}

/// Same, neighbours exchanged, one digit changed, added or left out, two, other.
fn digits(a: &str, b: &str) -> u8 {
    if a.len() == b.len() && is_exchange(a, b) {
        return 1;
    }
    match Likeness::of(a, b).may_be_within(2).then(|| osa_distance(a, b)) {
        Some(0 | 1) => 2,
        Some(2) if a.len().min(b.len()) >= 4 => 3,
        _ => 4,
    }
}

/// Whether texts of one length differ by two neighbours that changed places.
fn is_exchange(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let differing: Vec<usize> = (0..a.len()).filter(|&at| a[at] != b[at]).collect();
    matches!(differing[..], [x, y] if x + 1 == y && a[x] == b[y] && a[y] == b[x])
}

/// Dates as yyyymmdd: same, day and month exchanged, one digit or neighbours exchanged, day and month the same and a
/// year apart, the same year, other.
fn date(a: &str, b: &str) -> u8 {
    let (year_a, year_b) = (&a[..4], &b[..4]);
    if year_a == year_b && a[4..6] == b[6..] && a[6..] == b[4..6] {
        return 1;
    }
    let n_differing = a.bytes().zip(b.bytes()).filter(|(a, b)| a != b).count();
    if n_differing == 1 || is_exchange(a, b) {
        return 2;
    }
    let year = |text: &str| text.parse::<i32>().unwrap_or_default();
    if a[4..] == b[4..] && (year(year_a) - year(year_b)).abs() == 1 {
        return 3;
    }
    if year_a == year_b { 4 } else { 5 }
}

/// Levels of text pairs met before, by comparison: common names are compared once and looked up from then on. A pair
/// that is met too long ago may have made room for another.
#[derive(Debug, Default)]
pub(super) struct LevelMemo(Vec<Vec<(u64, u8)>>);

/// Pairs of texts that a memo has room for, by comparison: 1 MiB.
const BITS: u32 = 16;

impl LevelMemo {
    /// The level of two codes, the lower first; they differ.
    pub(super) fn get(
        &mut self,
        comparison: usize,
        (low, high): (u32, u32),
        compute: impl FnOnce() -> u8,
    ) -> u8 {
        if self.0.len() <= comparison {
            self.0.resize(comparison + 1, Vec::new());
        }
        let table = &mut self.0[comparison];
        if table.is_empty() {
            table.resize(1 << BITS, (0, 0));
        }
        // Never 0, which is an empty place.
        let key = u64::from(low) << 32 | u64::from(high);
        let place = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - BITS)) as usize;
        if table[place].0 != key {
            table[place] = (key, compute());
        }
        table[place].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_of_each_kind() {
        let words = Shape::Text(vec![
            (How { spaces: true, ..How::default() }),
            (How { edits: Some(1), ..How::default() }),
            (How { begins: true, ..How::default() }),
            (How { jaro_winkler: Some(0.9), ..How::default() }),
            (How { sound: true, ..How::default() }),
        ]);
        let cases = [
            (&words, "mary ann", "maryann", 1),
            (&words, "martin", "martni", 2),
            (&words, "martin", "matin", 2),
            (&words, "j", "john", 3),
            (&words, "dwayne", "duane", 5),
            (&words, "jonathan", "jonatahn b", 4),
            (&words, "smith", "smythe", 5),
            (&words, "ashcraft", "aschkroft", 5),
            (&words, "anna", "peter", 6),
            (&Shape::Exact, "a", "b", 1),
            (&Shape::Digits, "1234", "1324", 1),
            (&Shape::Digits, "1234", "1235", 2),
            (&Shape::Digits, "1234", "124", 2),
            (&Shape::Digits, "1234567", "1235568", 3),
            (&Shape::Digits, "123", "1", 4),
            (&Shape::Digits, "1234", "9871", 4),
            (&Shape::DigitsByLength, "1234", "9871", 5),
            (&Shape::DigitsByLength, "1234", "987165", 4),
            (&Shape::DigitsByLength, "1234", "12345", 2),
            (&Shape::Date, "19900402", "19900204", 1),
            (&Shape::Date, "19900402", "19900403", 2),
            (&Shape::Date, "19900402", "19090402", 2),
            (&Shape::Date, "19900402", "19890402", 3),
            (&Shape::Date, "19900402", "19901127", 4),
            (&Shape::Date, "19900402", "19711127", 5),
        ];
        for (shape, a, b, expected) in cases {
            assert_eq!(level(shape, a, b), expected, "{a} {b}");
            assert_eq!(level(shape, b, a), expected, "{b} {a}");
        }
    }

    #[test]
    fn a_quick_look_never_hides_a_level() {
        let words = [
            "martha", "marhta", "dwayne", "duane", "dixon", "dicksonx", "jones", "johnson", "a", "ab", "ba",
            "x y",
        ];
        for a in words {
            for b in words {
                let likeness = Likeness::of(a, b);
                assert!(likeness.may_be_within(osa_distance(a, b)), "{a} {b}");
                assert!(likeness.may_reach(jaro_winkler(a, b)) || jaro_winkler(a, b) == 0.0, "{a} {b}");
                assert!(may_sound_same(a, b) || sound(a) != sound(b), "{a} {b}");
            }
        }
    }

    #[test]
    fn a_pair_is_computed_once() {
        let (mut memo, mut n) = (LevelMemo::default(), 0);
        for _ in 0..3 {
            assert_eq!(
                memo.get(0, (1, 2), || {
                    n += 1;
                    4
                }),
                4
            );
        }
        assert_eq!((n, memo.get(1, (1, 2), || 5)), (1, 5));
    }
}
