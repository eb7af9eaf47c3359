//! How far two texts are apart, as the level of a comparison.

use std::collections::BTreeMap;

use strsim::{jaro_winkler, osa_distance};

use super::prepare::sound;
use super::profile::{How, Shape};

/// The level of two different texts; the one of same texts is 0.
pub(super) fn level(shape: &Shape, a: &str, b: &str) -> u8 {
    match shape {
        Shape::Exact => 1,
        Shape::Text(hows) => {
            let place = hows.iter().position(|how| holds(how, a, b)).unwrap_or(hows.len());
            1 + place as u8
        }
        Shape::Digits => digits(a, b),
        Shape::Date => date(a, b),
    }
}

fn holds(how: &How, a: &str, b: &str) -> bool {
    let no_blanks =
        || a.chars().filter(|letter| *letter != ' ').eq(b.chars().filter(|letter| *letter != ' '));
    let far = || a.chars().count().abs_diff(b.chars().count());
    (how.spaces && no_blanks())
        || (how.begins && (a.starts_with(b) || b.starts_with(a)))
        || how.edits.is_some_and(|most| far() <= most && osa_distance(a, b) <= most)
        || how.jaro_winkler.is_some_and(|least| jaro_winkler(a, b) >= least)
        || (how.sound && sound(a) == sound(b))
}

/// Same, neighbours exchanged, one digit changed, added or left out, two, other.
fn digits(a: &str, b: &str) -> u8 {
    if a.len() == b.len() && is_exchange(a, b) {
        return 1;
    }
    match (a.len().abs_diff(b.len()) <= 2).then(|| osa_distance(a, b)) {
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

/// Levels of text pairs met before: a thread computes each pair once.
#[derive(Debug, Default)]
pub(super) struct LevelMemo(BTreeMap<usize, std::collections::HashMap<u64, u8>>);

/// Pairs that a memo keeps of one comparison; then it begins anew, since a list of numbers never repeats one.
const KEPT: usize = 1 << 22;

impl LevelMemo {
    pub(super) fn get(&mut self, comparison: usize, (a, b): (u32, u32), compute: impl FnOnce() -> u8) -> u8 {
        let table = self.0.entry(comparison).or_default();
        if table.len() >= KEPT {
            table.clear();
        }
        *table.entry(u64::from(a) << 32 | u64::from(b)).or_insert_with(compute)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_of_each_kind() {
        let how = |how: How| how;
        let words = Shape::Text(vec![
            how(How { spaces: true, ..How::default() }),
            how(How { edits: Some(1), ..How::default() }),
            how(How { begins: true, ..How::default() }),
            how(How { jaro_winkler: Some(0.9), ..How::default() }),
            how(How { sound: true, ..How::default() }),
        ]);
        let cases = [
            (&words, "mary ann", "maryann", 1),
            (&words, "martin", "martni", 2),
            (&words, "martin", "matin", 2),
            (&words, "j", "john", 3),
            (&words, "dwayne", "duwane", 6),
            (&words, "jonathan", "jonatahn b", 4),
            (&words, "smith", "smythe", 4),
            (&words, "ashcraft", "aschkroft", 5),
            (&words, "anna", "peter", 6),
            (&Shape::Exact, "a", "b", 1),
            (&Shape::Digits, "1234", "1324", 1),
            (&Shape::Digits, "1234", "1235", 2),
            (&Shape::Digits, "1234", "124", 2),
            (&Shape::Digits, "1234567", "1235568", 3),
            (&Shape::Digits, "123", "1", 4),
            (&Shape::Digits, "1234", "9871", 4),
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
