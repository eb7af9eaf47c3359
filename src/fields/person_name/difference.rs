//! How two names differ, from the same to unrelated.
//!
//! Owns the named kinds of difference, each one sentence that a clerk can check. Deliberately gives no weight
//! to them and does not know how common a name is. Meant for the few pairs whose keys differ: only words that differ
//! are put into a form. Very many pairs are compared by codes instead (`coded`).

mod alike;

use super::NameWords;
use super::words::{Form, fold_hook_tilde, fold_i_y, is_marked, same_sound, without_tone};
use std::cell::OnceCell;

/// The kinds, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NameDifference {
    /// Equal up to case and the place of the tone mark.
    Same,
    /// Equal up to i and y where both are legal: Lý, Lí.
    IY,
    /// Equal up to spaces: words glued or split.
    SpaceOnly,
    /// Equal without marks, where the marks of one name are missing or those of several words are wrong.
    Marks,
    /// Equal but for the tone of one word: Toàn, Toán. Hỏi and ngã are [`Sound`](Self::Sound).
    OneTone,
    /// Equal up to sounds that a region does not tell apart: Sương, Xương.
    Sound,
    /// Equal up to the forms of a name by region: Hoàng, Huỳnh.
    Dialect,
    /// One letter of one word was changed, left out, added or exchanged with its neighbour.
    OneEdit,
    /// Middle words are missing on one side.
    MiddleMissing,
    /// The same words in another order.
    Order,
    /// Some words are only initials of the other's.
    Initials,
    /// Only the given name, the last word, is surely equal.
    GivenSame,
    /// Only the family name, the first word, is equal.
    SurnameOnly,
    /// Nothing of the above.
    Different,
}

impl NameDifference {
    /// Every kind, best first.
    pub const ALL: [Self; 14] = [
        Self::Same,
        Self::IY,
        Self::SpaceOnly,
        Self::Marks,
        Self::OneTone,
        Self::Sound,
        Self::Dialect,
        Self::OneEdit,
        Self::MiddleMissing,
        Self::Order,
        Self::Initials,
        Self::GivenSame,
        Self::SurnameOnly,
        Self::Different,
    ];

    /// The name used by rules and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::IY => "i_y",
            Self::SpaceOnly => "space_only",
            Self::Marks => "marks",
            Self::OneTone => "one_tone",
            Self::Sound => "sound",
            Self::Dialect => "dialect",
            Self::OneEdit => "one_edit",
            Self::MiddleMissing => "middle_missing",
            Self::Order => "order",
            Self::Initials => "initials",
            Self::GivenSame => "given_same",
            Self::SurnameOnly => "surname_only",
            Self::Different => "different",
        }
    }
}

/// Characters over which a text is no name and is only compared for equality.
const LONGEST: usize = 200;

/// Names the best difference between two display forms.
///
/// If one of the names has no mark at all, the other is compared without its marks from [`Marks`] on: lists
/// typed without marks lose them everywhere.
///
/// [`Marks`]: NameDifference::Marks
pub fn compare(a: &str, b: &str, words: &NameWords) -> NameDifference {
    if a == b {
        return NameDifference::Same;
    }
    let is_long = |name: &str| name.len() > LONGEST && name.chars().nth(LONGEST).is_some();
    if is_long(a) || is_long(b) {
        return NameDifference::Different;
    }
    let sides = Sides { a: a.split_whitespace().collect(), b: b.split_whitespace().collect() };
    let marked = sides.differing(Form::Marked);
    if marked.all_same(false) {
        NameDifference::Same
    } else if marked.all_same(true) {
        NameDifference::IY
    } else if alike::without_spaces(a, b) {
        NameDifference::SpaceOnly
    } else if alike::unmarked(a, b) {
        marked.difference_in_marks(is_marked(a) != is_marked(b))
    } else if is_marked(a) && is_marked(b) {
        sides.difference(&marked, words)
    } else {
        sides.difference(&sides.differing(Form::Unmarked), words)
    }
}

/// The words in which two display forms differ, side by side, for explaining a difference to a clerk: common
/// words at both ends are left out, and a missing word is empty. Style and case do not count.
pub fn differing_words<'a>(a: &'a str, b: &'a str) -> Vec<(&'a str, &'a str)> {
    let (mut a, mut b): (Vec<&str>, Vec<&str>) =
        (a.split_whitespace().collect(), b.split_whitespace().collect());
    let same = |one: &str, other: &str| Form::Marked.of(one) == Form::Marked.of(other);
    while let (Some(one), Some(other)) = (a.last(), b.last())
        && same(one, other)
    {
        a.pop();
        b.pop();
    }
    let common = a.iter().zip(&b).take_while(|(one, other)| same(one, other)).count();
    let (a, b) = (&a[common..], &b[common..]);
    let word = |words: &[&'a str], index: usize| words.get(index).copied().unwrap_or_default();
    let pairs = (0..a.len().max(b.len())).map(|index| (word(a, index), word(b, index)));
    pairs.filter(|(one, other)| !same(one, other)).collect()
}

/// The words of two names.
struct Sides<'a> {
    a: Vec<&'a str>,
    b: Vec<&'a str>,
}

/// Two words that stand in one place and are written differently.
struct WordPair<'a> {
    one: &'a str,
    other: &'a str,
    /// Both in the form, once it was asked for.
    forms: OnceCell<(String, String)>,
}

impl WordPair<'_> {
    fn forms(&self, form: Form) -> (&str, &str) {
        let (one, other) = self.forms.get_or_init(|| (form.of(self.one), form.of(self.other)));
        (one, other)
    }

    /// Whether the forms are equal, or equal up to i and y.
    fn same(&self, form: Form, up_to_i_y: bool) -> bool {
        !alike::surely_differ(self.one, self.other) && {
            let (one, other) = self.forms(form);
            one == other || (up_to_i_y && fold_i_y(one) == fold_i_y(other))
        }
    }
}

/// The words of two names that stand in one place and are written differently, for one form.
struct Differing<'a> {
    form: Form,
    /// Nothing where one name has more words.
    pairs: Option<Vec<WordPair<'a>>>,
}

impl Differing<'_> {
    /// Whether the names have as many words and every two pass. Words written alike pass.
    fn all(&self, pass: impl Fn(&WordPair<'_>) -> bool) -> bool {
        self.pairs.as_ref().is_some_and(|pairs| pairs.iter().all(pass))
    }

    /// Whether the names have as many words and all are equal in the form, or equal up to i and y.
    fn all_same(&self, up_to_i_y: bool) -> bool {
        self.all(|pair| pair.same(self.form, up_to_i_y))
    }

    /// The two words that differ, if just one place does.
    fn only(&self) -> Option<(&str, &str)> {
        let mut pairs = self.pairs.as_ref()?.iter().filter(|pair| !pair.same(self.form, false));
        let pair = pairs.next()?;
        pairs.next().is_none().then(|| pair.forms(self.form))
    }

    /// The kind of names that are equal without marks.
    fn difference_in_marks(&self, one_unmarked: bool) -> NameDifference {
        let same_hook_tilde = |pair: &WordPair<'_>| {
            let (one, other) = pair.forms(self.form);
            fold_hook_tilde(one) == fold_hook_tilde(other)
        };
        if one_unmarked {
            NameDifference::Marks
        } else if self.all(same_hook_tilde) {
            NameDifference::Sound
        } else if self.only().is_some_and(|(one, other)| without_tone(one) == without_tone(other)) {
            NameDifference::OneTone
        } else {
            NameDifference::Marks
        }
    }

    fn is_one_sound(&self) -> bool {
        self.all(|pair| {
            let (one, other) = pair.forms(self.form);
            same_sound(one, other)
        })
    }

    fn is_dialect(&self, words: &NameWords) -> bool {
        self.all(|pair| {
            pair.same(self.form, true) || {
                let (one, other) = pair.forms(self.form);
                words.is_dialect_pair(one, other)
            }
        })
    }

    fn is_one_edit(&self) -> bool {
        self.only().is_some_and(|(one, other)| {
            let letters = |word: &str| word.chars().collect::<Vec<char>>();
            one.len().abs_diff(other.len()) <= LETTER_BYTES && is_one_edit(&letters(one), &letters(other))
        })
    }

    /// Whether the words that differ are the same in another order; then all are.
    fn is_reordered(&self) -> bool {
        self.pairs.as_ref().is_some_and(|pairs| {
            let mut others: Vec<&str> = pairs.iter().map(|pair| pair.other).collect();
            pairs.iter().all(|pair| {
                let at = others.iter().position(|other| same(Some(&pair.one), Some(other), self.form));
                at.map(|at| others.swap_remove(at)).is_some()
            })
        })
    }
}

/// Bytes of a letter at most.
const LETTER_BYTES: usize = 4;

impl Sides<'_> {
    fn differing(&self, form: Form) -> Differing<'_> {
        let pairs = (self.a.len() == self.b.len()).then(|| {
            let pairs = self.a.iter().zip(&self.b).filter(|(one, other)| one != other);
            pairs.map(|(one, other)| WordPair { one, other, forms: OnceCell::new() }).collect()
        });
        Differing { form, pairs }
    }

    /// The kinds from [`NameDifference::Sound`] on.
    fn difference(&self, differing: &Differing<'_>, words: &NameWords) -> NameDifference {
        let form = differing.form;
        if differing.is_one_sound() {
            NameDifference::Sound
        } else if differing.is_dialect(words) {
            NameDifference::Dialect
        } else if differing.is_one_edit() {
            NameDifference::OneEdit
        } else if self.is_middle_missing(form) {
            NameDifference::MiddleMissing
        } else if differing.is_reordered() {
            NameDifference::Order
        } else if self.may_have_initials() && self.has_initials(form) {
            NameDifference::Initials
        } else if same(self.a.last(), self.b.last(), form) {
            NameDifference::GivenSame
        } else if same(self.a.first(), self.b.first(), form) {
            NameDifference::SurnameOnly
        } else {
            NameDifference::Different
        }
    }

    /// Whether one name has all words of the other in order, the first and the last in place, and more.
    fn is_middle_missing(&self, form: Form) -> bool {
        let (short, long) = if self.a.len() < self.b.len() { (&self.a, &self.b) } else { (&self.b, &self.a) };
        let mut rest = long.iter();
        short.len() >= 2
            && short.len() < long.len()
            && same(short.first(), long.first(), form)
            && same(short.last(), long.last(), form)
            && short.iter().all(|word| rest.any(|other| same(Some(word), Some(other), form)))
    }

    /// Whether a word has a dot or at most one letter, or a character of which neither is sure.
    fn may_have_initials(&self) -> bool {
        self.a.iter().chain(&self.b).any(|word| {
            word.contains('.')
                || without_tone(word).chars().nth(1).is_none()
                || !word.chars().all(alike::is_simple)
        })
    }

    /// Whether every two words are equal or one shortens the other, with at least one whole word in common.
    fn has_initials(&self, form: Form) -> bool {
        let forms = |words: &[&str]| words.iter().map(|word| form.of(word)).collect::<Vec<String>>();
        let (a, b) = (forms(&self.a), forms(&self.b));
        let (a, b) = (abbreviated_words(&a), abbreviated_words(&b));
        a.len() == b.len()
            && a.iter()
                .zip(&b)
                .all(|(one, other)| one == other || shortens(one, other) || shortens(other, one))
            && a.iter().zip(&b).any(|(one, other)| one == other && one.chars().nth(1).is_some())
    }
}

/// Whether both words are there and are equal in the form.
fn same(one: Option<&&str>, other: Option<&&str>, form: Form) -> bool {
    one.zip(other).is_some_and(|(one, other)| {
        one == other || (!alike::surely_differ(one, other) && form.of(one) == form.of(other))
    })
}

/// Whether two different words are one letter apart: another, one more, or two neighbours exchanged.
pub(super) fn is_one_edit(one: &[char], other: &[char]) -> bool {
    let same = |(one, other): &(&char, &char)| one == other;
    let head = one.iter().zip(other).take_while(same).count();
    let (one, other) = (&one[head..], &other[head..]);
    let tail = one.iter().rev().zip(other.iter().rev()).take_while(same).count();
    match (&one[..one.len() - tail], &other[..other.len() - tail]) {
        ([_], [_]) | ([], [_]) | ([_], []) => true,
        ([first, second], [third, fourth]) => first == fourth && second == third,
        _ => false,
    }
}

/// The words, with runs of initials such as `N.V.` taken apart; a dot stays with the word it shortens.
fn abbreviated_words(words: &[String]) -> Vec<&str> {
    words.iter().flat_map(|word| word.split_inclusive('.')).collect()
}

/// Whether one word is the initial of the other, or its beginning with a dot. Tones are no matter.
pub(super) fn shortens(short: &str, long: &str) -> bool {
    let start = without_tone(short.trim_end_matches('.'));
    let is_short = short.ends_with('.') || start.chars().nth(1).is_none();
    let whole = without_tone(long);
    is_short
        && !start.is_empty()
        && start.len() < whole.len()
        && Form::Unmarked.of(whole).starts_with(&Form::Unmarked.of(start))
}

#[cfg(test)]
pub(super) mod plainly;

#[cfg(test)]
mod tests {
    use super::*;
    use NameDifference::{
        Dialect, Different, GivenSame, IY, Initials, Marks, MiddleMissing, OneEdit, OneTone, Order, Same,
        Sound, SpaceOnly, SurnameOnly,
    };

    fn words() -> NameWords {
        let pairs = [("Hoàng", "Huỳnh"), ("Vũ", "Võ")].into_iter();
        NameWords::new(std::iter::empty(), pairs, &super::super::texts()).expect("the lists are whole")
    }

    #[test]
    fn differences() {
        let words = words();
        let check = |a: &str, b: &str, expected| {
            assert_eq!(compare(a, b, &words), expected, "{a} / {b}");
            assert_eq!(compare(b, a, &words), expected, "{b} / {a}");
        };
        check("Nguyễn Văn A", "NGUYỄN VĂN A", Same);
        check("Lê Thị Hoà", "Lê Thị Hòa", Same);
        check("Lý Thị Mỹ", "Lí Thị Mĩ", IY);
        check("Lê Thúy", "Lê Thúi", OneEdit);
        check("NguyễnVăn An", "Nguyễn Văn An", SpaceOnly);
        check("Nguyễn Thị Hường", "Nguyen Thi Huong", Marks);
        check("Lê Toàn", "Lê Toán", OneTone);
        check("Lê Thảo", "Lê Thao", OneTone);
        check("Lê Thảo", "Lê Thão", Sound);
        check("Lê Thị Hồng", "Lê Thi Hông", Marks);
        check("Lê Tân", "Lê Tăn", Marks);
        check("Trần Thị Sương", "Trần Thị Xương", Sound);
        check("Lê Thị Trinh", "Lê Thị Chinh", Sound);
        check("LE THI TRINH", "Lê Thị Chinh", Sound);
        check("Lê Thị Lan", "Lê Thị Nan", Sound);
        check("Lê Thị Lan", "Lê Thị Lang", Sound);
        check("Hoàng Thị Lan", "Huỳnh Thị Lan", Dialect);
        check("HUYNH THI LAN", "Hoàng Thị Lan", Dialect);
        check("Nguyễn Văn An", "Ngyễn Văn An", OneEdit);
        check("Nguyễn Văn Hòa", "Nguyễn Văn Hoàn", OneEdit);
        check("Nguyễn Văn Bnih", "Nguyễn Văn Binh", OneEdit);
        check("Nguyễn Văn An", "Nguyễn An", MiddleMissing);
        check("NGUYEN AN", "Nguyễn Văn An", MiddleMissing);
        check("Nguyễn Lan Anh", "Lan Anh Nguyễn", Order);
        check("N.V. An", "Nguyễn Văn An", Initials);
        check("N.V.An", "Nguyễn Văn An", Initials);
        check("N. V. An", "Nguyễn Văn An", Initials);
        check("Ng. Văn An", "Nguyễn Văn An", Initials);
        check("Nguyễn V An", "Nguyễn Văn An", Initials);
        check("Trần Thị Hằng", "Nguyễn Thúy Hằng", GivenSame);
        check("Nguyễn Thị Hằng", "Nguyễn Văn Dũng", SurnameOnly);
        check("Trần Thị Bưởi", "Nguyễn Văn Dũng", Different);
        check("", "An", Different);
    }

    #[test]
    fn words_are_put_side_by_side() {
        let check = |a, b, expected: &[(&str, &str)]| assert_eq!(differing_words(a, b), expected);
        check("Nguyễn Văn An", "NGUYỄN VĂN AN", &[]);
        check("Trần Thị Sương", "Trần Thị Xương", &[("Sương", "Xương")]);
        check("Nguyễn An", "Nguyễn Văn An", &[("", "Văn")]);
        check("Hoàng Văn Vũ", "Huỳnh Văn Võ", &[("Hoàng", "Huỳnh"), ("Vũ", "Võ")]);
        check("", "An", &[("", "An")]);
    }

    #[test]
    fn long_texts_are_not_studied() {
        let words = words();
        let long = "An ".repeat(400_000);
        assert_eq!(compare(&long, &format!("{long}B"), &words), Different);
        assert_eq!(compare(&long, &long, &words), Same);
    }

    #[test]
    fn kinds_are_ordered_and_named() {
        assert!(NameDifference::ALL.is_sorted());
        let names: std::collections::HashSet<_> = NameDifference::ALL.map(NameDifference::name).into();
        assert_eq!(names.len(), NameDifference::ALL.len());
    }
}
