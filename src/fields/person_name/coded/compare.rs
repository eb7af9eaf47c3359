//! The difference between two names in codes.
//!
//! Owns the same order of kinds as `difference`, asked of numbers. Deliberately goes back to the texts where they
//! decide: names that are odd, names equal but for their spaces, and initials with dots.

use super::forms::{DOTTED, INITIAL, Word};
use super::{CodedName, LocalCodes, WORDS_MAX};
use crate::fields::person_name::difference::{NameDifference, compare, is_one_edit, shortens};
use crate::fields::person_name::words::Form;

/// Which words of two names of as many words are equal, one bit for each.
struct Equal {
    marked: u32,
    i_y: u32,
    unmarked: u32,
    /// The bits of all words.
    all: u32,
}

impl LocalCodes<'_> {
    /// Names the best difference between two names: what [`compare`](crate::fields::person_name::compare) says of
    /// their texts.
    ///
    /// # Panics
    /// When a name has codes that were not given.
    pub fn compare(&self, a: &CodedName, b: &CodedName) -> NameDifference {
        if a == b {
            return NameDifference::Same;
        }
        if a.is_odd() || b.is_odd() {
            return self.compare_texts(a, b);
        }
        let bare = !(a.is_marked() && b.is_marked());
        if a.count != b.count {
            return if a.whole == b.whole {
                self.compare_texts(a, b)
            } else {
                self.difference_of_counts(a, b, bare)
            };
        }
        let equal = self.equal(a, b);
        if equal.marked == equal.all {
            NameDifference::Same
        } else if equal.i_y == equal.all {
            NameDifference::IY
        } else if a.whole == b.whole {
            self.compare_texts(a, b)
        } else if equal.unmarked == equal.all {
            self.difference_in_marks(a, b, &equal)
        } else {
            let same = if bare { equal.unmarked } else { equal.marked };
            self.difference(a, b, (same, equal.all), bare)
        }
    }

    #[inline]
    fn equal(&self, a: &CodedName, b: &CodedName) -> Equal {
        let mut equal = Equal { marked: 0, i_y: 0, unmarked: 0, all: (1 << a.count) - 1 };
        for (index, (one, other)) in self.pairs(a, b).enumerate() {
            equal.marked |= u32::from(one.marked == other.marked) << index;
            equal.i_y |= u32::from(one.i_y == other.i_y) << index;
            equal.unmarked |= u32::from(one.unmarked == other.unmarked) << index;
        }
        equal
    }

    #[inline]
    fn pairs(&self, a: &CodedName, b: &CodedName) -> impl Iterator<Item = (&Word, &Word)> {
        a.words().iter().zip(b.words()).map(|(&one, &other)| (self.word(one), self.word(other)))
    }

    /// The kind of names that are equal without marks.
    fn difference_in_marks(&self, a: &CodedName, b: &CodedName, equal: &Equal) -> NameDifference {
        if a.is_marked() != b.is_marked() {
            return NameDifference::Marks;
        }
        let differing = equal.all & !equal.marked;
        if self.pairs(a, b).all(|(one, other)| one.hook_tilde == other.hook_tilde) {
            NameDifference::Sound
        } else if differing.is_power_of_two()
            && self.pairs(a, b).all(|(one, other)| one.toneless == other.toneless)
        {
            NameDifference::OneTone
        } else {
            NameDifference::Marks
        }
    }

    /// The kinds from [`NameDifference::Sound`] on, of names of as many words.
    fn difference(
        &self,
        a: &CodedName,
        b: &CodedName,
        (same, all): (u32, u32),
        bare: bool,
    ) -> NameDifference {
        let differing = all & !same;
        if self.pairs(a, b).all(|(one, other)| one.form(bare).sound == other.form(bare).sound) {
            NameDifference::Sound
        } else if self.pairs(a, b).all(|(one, other)| self.is_dialect(one, other, bare)) {
            NameDifference::Dialect
        } else if differing.is_power_of_two()
            && self.is_one_edit((a, b), differing.trailing_zeros() as usize, bare)
        {
            NameDifference::OneEdit
        } else if self.is_reordered(a, b, bare) {
            NameDifference::Order
        } else {
            self.difference_of_ends(a, b, (same & 1 != 0, same & (all + 1) >> 1 != 0), bare)
        }
    }

    /// The same kinds, of names of which one has more words.
    fn difference_of_counts(&self, a: &CodedName, b: &CodedName, bare: bool) -> NameDifference {
        let same = |one: u32, other: u32| one == other || self.same(one, other, bare);
        let ((Some(a_first), Some(a_last)), (Some(b_first), Some(b_last))) = (ends(a), ends(b)) else {
            return NameDifference::Different;
        };
        let ends = (same(a_first, b_first), same(a_last, b_last));
        if ends == (true, true) && self.is_middle_missing(a, b, bare) {
            NameDifference::MiddleMissing
        } else {
            self.difference_of_ends(a, b, ends, bare)
        }
    }

    /// The kinds from [`NameDifference::Initials`] on, by whether the first words and the last are equal.
    fn difference_of_ends(
        &self,
        a: &CodedName,
        b: &CodedName,
        (first, last): (bool, bool),
        bare: bool,
    ) -> NameDifference {
        let flags = a.flags | b.flags;
        if flags & DOTTED != 0 {
            // The first words begin with one letter, or one is no initial of the other.
            let begins = |name: &CodedName| name.words().first().map_or(0, |&first| self.word(first).first);
            if begins(a) == begins(b) {
                return self.compare_texts(a, b);
            }
        } else if flags & INITIAL != 0 && a.count == b.count && self.has_initials(a, b, bare) {
            return NameDifference::Initials;
        }
        if last {
            NameDifference::GivenSame
        } else if first {
            NameDifference::SurnameOnly
        } else {
            NameDifference::Different
        }
    }

    pub(super) fn same(&self, one: u32, other: u32, bare: bool) -> bool {
        self.word(one).form(bare).same == self.word(other).form(bare).same
    }

    /// Whether two words are equal up to i and y, or one name in two regions.
    pub(super) fn is_dialect(&self, one: &Word, other: &Word, bare: bool) -> bool {
        let (one, other) = (one.form(bare), other.form(bare));
        one.i_y == other.i_y
            || (one.same.max(other.same) < self.shared.dialect_classes
                && self.shared.dialect.contains(&(one.same, other.same)))
    }

    fn is_one_edit(&self, (a, b): (&CodedName, &CodedName), index: usize, bare: bool) -> bool {
        self.words_one_edit(a.words[index], b.words[index], bare)
    }

    /// Whether two words differ by one letter.
    pub(super) fn words_one_edit(&self, one: u32, other: u32, bare: bool) -> bool {
        self.word(one).may_be_one_edit(self.word(other), bare)
            && is_one_edit(self.letters(one, bare), self.letters(other, bare))
    }

    /// Whether all words of the shorter name stand in the longer, in order. The ends are known to be equal.
    fn is_middle_missing(&self, a: &CodedName, b: &CodedName, bare: bool) -> bool {
        let (short, long) = if a.count < b.count { (a, b) } else { (b, a) };
        short.count >= 2 && self.are_among(short.words(), long.words(), bare)
    }

    /// Whether all words stand among the others, in order.
    pub(super) fn are_among(&self, short: &[u32], long: &[u32], bare: bool) -> bool {
        let mut rest = long.iter();
        short.iter().all(|&word| rest.any(|&other| self.same(word, other, bare)))
    }

    fn is_reordered(&self, a: &CodedName, b: &CodedName, bare: bool) -> bool {
        let classes = |name: &CodedName| {
            let mut classes = [u32::MAX; WORDS_MAX];
            for (class, &code) in classes.iter_mut().zip(name.words()) {
                *class = self.word(code).form(bare).same;
            }
            classes
        };
        let sum =
            |classes: &[u32; WORDS_MAX]| classes.iter().fold(0_u32, |sum, &class| sum.wrapping_add(class));
        let (mut a, mut b) = (classes(a), classes(b));
        sum(&a) == sum(&b) && {
            a.sort_unstable();
            b.sort_unstable();
            a == b
        }
    }

    /// Whether every two words are equal or one is the initial of the other, with a whole word in common. Not for
    /// words with dots.
    fn has_initials(&self, a: &CodedName, b: &CodedName, bare: bool) -> bool {
        let mut whole = false;
        a.words().iter().zip(b.words()).all(|(&one, &other)| {
            let same = self.same(one, other, bare);
            whole |= same && self.word(one).form(bare).length > 1;
            same || self.words_shorten(one, other, bare)
        }) && whole
    }

    /// Whether one of two words is the initial of the other, or its beginning with a dot.
    pub(super) fn words_shorten(&self, one: u32, other: u32, bare: bool) -> bool {
        let (left, right) = (self.word(one), self.word(other));
        if (left.flags | right.flags) & (INITIAL | DOTTED) == 0 || left.first != right.first {
            return false;
        }
        let form = if bare { Form::Unmarked } else { Form::Marked };
        let (one, other) = (form.of(self.text(one)), form.of(self.text(other)));
        shortens(&one, &other) || shortens(&other, &one)
    }

    fn compare_texts(&self, a: &CodedName, b: &CodedName) -> NameDifference {
        let text = |name: &CodedName| {
            if name.is_odd() {
                return self.text(name.whole).to_owned();
            }
            let words: Vec<&str> = name.words().iter().map(|&code| self.text(code)).collect();
            words.join(" ")
        };
        compare(&text(a), &text(b), self.shared.name_words)
    }
}

/// The first word and the last.
fn ends(name: &CodedName) -> (Option<u32>, Option<u32>) {
    (name.words().first().copied(), name.words().last().copied())
}
