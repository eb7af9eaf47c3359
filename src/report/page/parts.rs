//! Rows and segments of a page as its layout takes them: labels, counts, shares, and where each segment of a bar lies.

use serde::Serialize;

use crate::report::numbers::share;
use crate::rulebook::Language;

/// A segment of a bar and the row that says the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Slice {
    /// From 1; stands over the segment and in its row, so that colour is not needed.
    pub(super) number: usize,
    pub(super) label: String,
    /// Class of the colour.
    pub(super) class: &'static str,
    /// Number of the pattern over the colour.
    pub(super) pattern: usize,
    pub(super) count: u64,
    pub(super) share: String,
    /// Left end and width, in percent of the bar.
    pub(super) x: f64,
    pub(super) width: f64,
    /// Whether its number can stand over it on a telephone.
    pub(super) has_room: bool,
}

/// What a slice is drawn with: label, colour, pattern, count.
pub(super) type Drawn = (String, &'static str, usize, u64);

/// The segments of a bar, one behind the other.
pub(super) fn slices(drawn: Vec<Drawn>, language: Language) -> Vec<Slice> {
    /// Percent of a bar in which a number has room.
    const ROOM: f64 = 4.0;
    let total: u64 = drawn.iter().map(|(.., count)| count).sum();
    let percent = |count: u64| if total == 0 { 0.0 } else { hundredths(count as f64 * 100.0 / total as f64) };
    let mut before = 0;
    let slice = |(at, (label, class, pattern, count)): (usize, Drawn)| {
        let (x, end) = (percent(before), percent(before + count));
        before += count;
        let width = hundredths(end - x);
        let share = share(count, total, language);
        Slice { number: at + 1, label, class, pattern, count, share, x, width, has_room: width >= ROOM }
    };
    drawn.into_iter().enumerate().map(slice).collect()
}

/// A number that is written with two decimals at most.
fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// The segments in words, for those who do not see them.
pub(super) fn in_words(slices: &[Slice]) -> String {
    let drawn = slices.iter().filter(|slice| slice.count > 0);
    drawn.map(|slice| format!("{} {}", slice.label, slice.share)).collect::<Vec<_>>().join("; ")
}

/// A label and a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Fact {
    pub(super) label: String,
    pub(super) value: String,
    /// Whether the value is a checksum.
    pub(super) is_hash: bool,
}

impl Fact {
    pub(super) fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into(), is_hash: false }
    }

    pub(super) fn hash(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { is_hash: true, ..Self::new(label, value) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_lie_side_by_side_and_fill_the_bar() {
        let drawn = [3_u64, 0, 1, 2].map(|count| (String::new(), "ok", 0, count));
        let slices = slices(drawn.to_vec(), Language::English);
        let ends: Vec<(f64, f64)> = slices.iter().map(|slice| (slice.x, slice.width)).collect();
        assert_eq!(ends, [(0.0, 50.0), (50.0, 0.0), (50.0, 16.67), (66.67, 33.33)]);
        let nothing = super::slices(vec![(String::new(), "ok", 0, 0)], Language::English);
        assert_eq!((nothing[0].x, nothing[0].width), (0.0, 0.0));
    }
}
