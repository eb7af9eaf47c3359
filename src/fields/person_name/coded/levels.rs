//! How the parts of two names agree: family name, middle words, given name.
//!
//! Owns the levels, for weighing each part by itself. Deliberately no weights, and no parts across their places:
//! names in another order are told by [`compare`](LocalCodes::compare).

use super::{CodedName, LocalCodes};

/// How one part agrees, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PartLevel {
    /// Equal up to case and the place of the tone mark; no middle words on either side.
    Same,
    /// Equal without marks, where one of the names has no mark at all.
    Unmarked,
    /// Equal up to sounds that a region does not tell apart, i and y, or one name in two regions.
    Sound,
    /// Equal without marks, where both names have some: Toàn, Toán.
    Marks,
    /// One letter of one word was changed, left out, added or exchanged with its neighbour.
    OneEdit,
    /// One is the initial of the other, or its beginning with a dot.
    Initial,
    /// One side does not have the part; of middle words, some of them.
    Missing,
    /// Nothing of the above.
    Different,
}

impl PartLevel {
    /// Every level, best first.
    pub const ALL: [Self; 8] = [
        Self::Same,
        Self::Unmarked,
        Self::Sound,
        Self::Marks,
        Self::OneEdit,
        Self::Initial,
        Self::Missing,
        Self::Different,
    ];

    /// The name used by rules and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Unmarked => "unmarked",
            Self::Sound => "sound",
            Self::Marks => "marks",
            Self::OneEdit => "one_edit",
            Self::Initial => "initial",
            Self::Missing => "missing",
            Self::Different => "different",
        }
    }
}

/// The levels of the parts of two names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PartLevels {
    /// The first of at least two words.
    pub surname: PartLevel,
    /// The words between, as a whole: the worst of them.
    pub middle: PartLevel,
    /// The last word.
    pub given: PartLevel,
}

impl LocalCodes<'_> {
    /// How the parts of two names agree. Of a name of more than eight words the middle words behind the seventh
    /// are not looked at.
    ///
    /// # Panics
    /// When a name has codes that were not given.
    pub fn levels(&self, a: &CodedName, b: &CodedName) -> PartLevels {
        let bare = !(a.is_marked() && b.is_marked());
        PartLevels {
            surname: self.part_level(a.surname(), b.surname(), bare),
            middle: self.middle_level(a.middle(), b.middle(), bare),
            given: self.part_level(a.given(), b.given(), bare),
        }
    }

    fn part_level(&self, one: Option<u32>, other: Option<u32>, bare: bool) -> PartLevel {
        one.zip(other).map_or(PartLevel::Missing, |(one, other)| self.word_level(one, other, bare))
    }

    fn middle_level(&self, a: &[u32], b: &[u32], bare: bool) -> PartLevel {
        if a.len() == b.len() {
            let levels = a.iter().zip(b).map(|(&one, &other)| self.word_level(one, other, bare));
            return levels.max().unwrap_or(PartLevel::Same);
        }
        let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
        if self.are_among(short, long, bare) { PartLevel::Missing } else { PartLevel::Different }
    }

    fn word_level(&self, code: u32, other_code: u32, bare: bool) -> PartLevel {
        let (one, other) = (self.word(code), self.word(other_code));
        if one.marked == other.marked {
            PartLevel::Same
        } else if bare && one.unmarked == other.unmarked {
            PartLevel::Unmarked
        } else if one.form(bare).sound == other.form(bare).sound || self.is_dialect(one, other, bare) {
            PartLevel::Sound
        } else if one.unmarked == other.unmarked {
            PartLevel::Marks
        } else if self.words_one_edit(code, other_code, bare) {
            PartLevel::OneEdit
        } else if self.words_shorten(code, other_code, bare) {
            PartLevel::Initial
        } else {
            PartLevel::Different
        }
    }
}
