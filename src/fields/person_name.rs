//! A person's full name as the registers write it.
//!
//! Owns the display form, which only loses what nobody meant to write (see [`parse`]), the keys under which
//! names are the same, and the named kinds of difference. Deliberately knows no list of family or given
//! names, and never changes case, tone style, i/y, dialect, order or spelling on display: Lý and Lí, Hoàng
//! and Huỳnh are different registered names.
//! Source: look-alikes, apostrophes and their rates from the project's survey of public name lists.

mod around;
mod book;
mod coded;
mod destroyed;
mod difference;
mod doubtful;
mod look_alike;
mod packed;
mod skeleton;
mod sounds;
mod spacing;
mod spelling;
mod suspect;
mod told_sex;
mod words;

pub use around::NameParts;
pub use book::{NameBook, NameTexts};
pub use coded::{CodedName, LocalCodes, NameCodes, PartLevel, PartLevels};
pub use destroyed::lost_letter_candidates;
pub use difference::{NameDifference, compare, differing_words};
pub use doubtful::{holds_keys, is_lower_case};
pub use packed::{DISTANCE_MAX, PackedName, distance};
pub use skeleton::Skeleton;
pub use spacing::spacing_proposals;
pub use spelling::spelling_proposals;
pub use told_sex::sex_told;

use super::empty_words::EmptyWords;
use crate::record::{Defect, Outcome, Repair, Repairs};
use crate::text::{self, ColumnPrior, WordsSeen};
use destroyed::has_lost_letter;
use suspect::{is_i_y_slip, may_be_encoded};

/// The words that reading and comparing names needs.
pub struct NameWords {
    placeholders: EmptyWords,
    /// Pairs of spellings of one name by region, both ways round, in the form of `words::Form`, in order.
    dialect: Vec<(String, String)>,
    book: NameBook,
}

impl NameWords {
    /// The tables for these words for "no name", these pairs (Hoàng, Huỳnh) and these lists.
    ///
    /// # Errors
    /// When a list has a line that cannot be read.
    pub fn new<'a>(
        placeholders: impl Iterator<Item = &'a str>,
        dialect: impl Iterator<Item = (&'a str, &'a str)>,
        texts: &NameTexts<'_>,
    ) -> Result<Self, String> {
        let mut pairs = Vec::new();
        let dialect: Vec<_> = dialect.collect();
        for &(one, other) in &dialect {
            for form in [words::Form::Marked, words::Form::Unmarked] {
                let (one, other) = (form.of(one), form.of(other));
                pairs.push((other.clone(), one.clone()));
                pairs.push((one, other));
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        Ok(Self {
            placeholders: EmptyWords::new(placeholders),
            dialect: pairs,
            book: NameBook::new(texts, dialect.into_iter())?,
        })
    }

    /// The lists behind names.
    pub fn book(&self) -> &NameBook {
        &self.book
    }

    /// Whether the text stands for "no name". Names may look like such words but for their marks: Đặng Lâm is no
    /// `đang làm`.
    fn is_placeholder(&self, text: &str) -> bool {
        self.placeholders.contains(text) && !(words::is_marked(text) && self.book.is_name(text))
    }

    /// Whether the two words are one name in two regions.
    fn is_dialect_pair(&self, one: &str, other: &str) -> bool {
        self.dialect.binary_search_by(|(first, second)| (&**first, &**second).cmp(&(one, other))).is_ok()
    }
}

/// Reads one cell and writes the display form: decoded, cleaned, Đ for its look-alikes, Latin letters
/// throughout, without titles and notes.
pub fn parse(raw: &str, words: &NameWords, out: &mut String) -> Outcome<()> {
    parse_in_column(raw, words, &words.book.alone, out)
}

/// The same for a cell of a column whose encodings are known.
pub fn parse_in_column(raw: &str, words: &NameWords, prior: &ColumnPrior, out: &mut String) -> Outcome<()> {
    if is_settled(raw, words, prior) {
        out.clear();
        out.push_str(raw);
        return Outcome::Value((), Repairs::NONE);
    }
    parse_parts(raw, words, prior, out, (&mut NameParts::default(), &mut WordsSeen::default()))
}

/// Whether one look shows that a cell is a name as it stands. Then it is one in every column that is believed to be plain.
pub fn is_settled(raw: &str, words: &NameWords, prior: &ColumnPrior) -> bool {
    needs_nothing(raw, words, prior) && !words.is_placeholder(raw)
}

/// The [`exact_key`] of a cell that is [settled](is_settled), by its words where they were seen before.
pub fn settled_key(raw: &str, words: &NameWords, prior: &ColumnPrior, seen: &mut WordsSeen) -> Option<u64> {
    let plain = words.book.detector.plain_spelling(raw, seen).filter(|_| prior.trusts_plain());
    match plain {
        Some(key) => {
            let is_settled = !words.book.around.may_begin_with_title(raw) && !words.is_placeholder(raw);
            is_settled.then_some(key)
        }
        None => is_settled(raw, words, prior).then(|| exact_key(raw)),
    }
}

/// Whether one look shows that there is nothing to do.
fn needs_nothing(raw: &str, words: &NameWords, prior: &ColumnPrior) -> bool {
    let glance = words.book.detector.glance(raw);
    let plain = !glance.unclean && !glance.encoded && !glance.sign && glance.letter;
    plain && prior.trusts_plain() && !words.book.around.may_begin_with_title(raw)
}

/// How often a cell is read at most: what one repair uncovers another may have to read.
const ROUNDS: usize = 4;

/// The same, and what was taken off the name; words that were seen before are not taken apart again.
pub fn parse_parts(
    raw: &str,
    words: &NameWords,
    prior: &ColumnPrior,
    out: &mut String,
    (parts, seen): (&mut NameParts, &mut WordsSeen),
) -> Outcome<()> {
    let mut outcome = parse_once(raw, words, prior, out, (parts, seen));
    let mut done = Repairs::NONE;
    for _ in 1..ROUNDS {
        let Outcome::Value((), repairs) = outcome else { return outcome };
        done = done.union(repairs);
        // What was decoded once is no text of the column's encoding any more.
        let alone = &words.book.alone;
        if repairs.is_empty() || needs_nothing(out, words, alone) {
            break;
        }
        let text = std::mem::take(out);
        outcome = parse_once(&text, words, alone, out, (parts, seen));
    }
    match outcome {
        // What was taken off may have hidden a word for "no name".
        Outcome::Value(..) if words.is_placeholder(out) => Outcome::Defective(Defect::Placeholder),
        Outcome::Value((), last) => Outcome::Value((), done.union(last)),
        other => other,
    }
}

/// One round of reading.
fn parse_once(
    raw: &str,
    words: &NameWords,
    prior: &ColumnPrior,
    out: &mut String,
    (parts, seen): (&mut NameParts, &mut WordsSeen),
) -> Outcome<()> {
    let book = &words.book;
    let mut decoded = String::new();
    let mut repairs = if may_be_encoded(raw, words, prior, out) {
        book.detector.recover(raw, prior, seen, &mut decoded).unwrap_or(Repairs::NONE)
    } else {
        Repairs::NONE
    };
    if prior.trusts_plain() && is_i_y_slip(raw, &decoded) {
        repairs = Repairs::NONE;
    }
    let text = if repairs.is_empty() { raw } else { &decoded };
    repairs = repairs.union(text::clean(text, out));
    if out.is_empty() {
        return Outcome::Missing;
    }
    if text.contains('\n') && book.around.is_two_people(text) {
        return Outcome::Defective(Defect::Ambiguous);
    }
    if out.chars().any(|character| !character.is_ascii() && is_look_alike(character))
        && look_alike::replace(out, book.detector.grammar())
    {
        repairs.insert(Repair::LookAlike);
        // A mark that stood after a Cyrillic letter may find its letter now.
        let replaced = std::mem::take(out);
        repairs = repairs.union(text::clean(&replaced, out));
    }
    if words.is_placeholder(out) {
        return Outcome::Defective(Defect::Placeholder);
    }
    if has_lost_letter(out) {
        return Outcome::Defective(Defect::Destroyed);
    }
    repairs = repairs.union(book.around.take_off(out, parts));
    if book.around.is_two_people(out) {
        Outcome::Defective(Defect::Ambiguous)
    } else if !out.contains(char::is_alphabetic) {
        Outcome::Defective(Defect::Characters)
    } else {
        Outcome::Value((), repairs)
    }
}

/// A letter that may stand for another of the same look: Greek, Cyrillic, the strokes that are not Đ, and letters of
/// other alphabets with a breve or without a dot.
const fn is_look_alike(character: char) -> bool {
    matches!(character, 'Ð' | 'ð' | 'Ɖ' | 'ɖ' | 'ı' | 'İ' | 'ǎ' | 'Ǎ' | '\u{370}'..='\u{52F}')
}

/// Repairs after which a name is right but the cell of the list is not fit to stay.
pub const REWRITTEN: [Repair; 7] = [
    Repair::LegacyFont,
    Repair::Mojibake,
    Repair::TypedKeys,
    Repair::Entity,
    Repair::Title,
    Repair::Note,
    Repair::LookAlike,
];

/// Two hashes of a name, for looking up names that count as the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NameKeys {
    /// Equal for names that differ in case and in the place of the tone mark at most.
    pub exact: u64,
    /// Equal also when marks are missing or different.
    pub unmarked: u64,
}

/// [`NameKeys::exact`] alone, for the many names that are compared by it and nothing else.
pub fn exact_key(canonical: &str) -> u64 {
    text::spelled_hash(canonical)
}

/// The keys of a display form. The buffer only saves allocations.
pub fn keys(canonical: &str, scratch: &mut String) -> NameKeys {
    let (exact, unmarked) = text::spelled_and_unmarked_hash(canonical, scratch);
    NameKeys { exact, unmarked }
}

/// Half of a hash of the last word without marks, under which people of one given name are found; 0 where there is none.
pub fn given_key(canonical: &str, scratch: &mut String) -> u32 {
    let Some(last) = canonical.rsplit(' ').find(|word| !word.is_empty()) else { return 0 };
    keys(last, scratch).unmarked as u32 | 1
}

/// A key under which names are the same that some region does not tell apart: hỏi and ngã, s and x, ch and tr, l
/// and n, d and gi and r, final n and ng, t and c, i and y, and the regional pairs of names.
pub fn sound_key(canonical: &str, words: &NameWords) -> u64 {
    let grammar = words.book.detector.grammar();
    let parts = canonical.split(' ').filter(|word| !word.is_empty());
    parts.fold(0, |key: u64, word| {
        let part = match grammar.read(word) {
            Some(reading) => u64::from(words.book.sounds.class(reading.syllable)),
            None => text::hash(&words::fold_sound(&words::Form::Marked.of(word))),
        };
        (key.rotate_left(23) ^ part).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    })
}

#[cfg(test)]
mod cases;

#[cfg(test)]
mod damaged;

#[cfg(test)]
pub(crate) fn texts() -> NameTexts<'static> {
    macro_rules! rules {
        ($name:literal) => {
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/", $name))
        };
    }
    NameTexts {
        names: rules!("lexicon/names.csv"),
        minority: rules!("lexicon/names_minority.csv"),
        titles: rules!("lexicon/titles.csv"),
        onsets: rules!("text/onsets.csv"),
        rimes: rules!("text/rimes.csv"),
        attested: rules!("text/attested.csv"),
        legacy: rules!("text/legacy.csv"),
        codepages: rules!("text/codepages.csv"),
        entities: rules!("text/entities.csv"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> NameWords {
        NameWords::new(["không có", "-", "x", "test", "NULL"].into_iter(), std::iter::empty(), &texts())
            .expect("the lists are whole")
    }

    fn read(raw: &str) -> (Outcome<()>, String) {
        let mut out = String::from("left over");
        (parse(raw, &words(), &mut out), out)
    }

    #[test]
    fn names_are_displayed() {
        let check = |raw: &str, expected: &str, repairs: &[Repair]| match read(raw) {
            (Outcome::Value((), done), name) => {
                assert_eq!((&*name, done.iter().collect::<Vec<_>>()), (expected, repairs.to_vec()));
                assert_eq!(read(&name).1, name, "twice");
            }
            (other, _) => panic!("{raw}: {other:?}"),
        };
        for name in
            ["Nguyễn Văn A", "LÊ THỊ B", "trần c", "Lý Lí", "Hoà Hòa", "Nguyễn Văn A?", "Y Blô Êban", "A 2"]
        {
            check(name, name, &[]);
        }
        check(" Trần  Thị B", "Trần Thị B", &[Repair::Spaces]);
        check("H’Mông Niê", "H'Mông Niê", &[Repair::Apostrophe]);
        check("Ðinh Văn ðô", "Đinh Văn đô", &[Repair::LookAlike]);
        check("Ɖặng A", "Đặng A", &[Repair::LookAlike]);
        check("Ðặng Văn ðệ", "Đặng Văn đệ", &[Repair::LookAlike]);
        check("Ðinh Čuôr", "Đinh Čuôr", &[Repair::LookAlike]);
        check("Nguyễn Ð. A", "Nguyễn Ð. A", &[]);
        // TCVN3, where Ð is é.
        check("NguyÔn ThÞ BÐ", "Nguyễn Thị Bé", &[Repair::LegacyFont]);
        check("LÊ VĂN ТНÀNH", "LÊ VĂN THÀNH", &[Repair::LookAlike]);
        check("Lê Иван", "Lê Иван", &[]);
    }

    #[test]
    fn a_column_is_decoded_once() {
        let words = words();
        let vni = ColumnPrior::told(text::Encoding::Vni);
        let mut out = String::new();
        for (raw, expected) in [("Phan Hoaøng Thanh", "Phan Hoàng Thanh"), ("Hoà Hoàng Lan", "Hồ Hồng Lan")]
        {
            let outcome = parse_in_column(raw, &words, &vni, &mut out);
            assert_eq!((outcome, &*out), (Outcome::Value((), Repairs::only(Repair::LegacyFont)), expected));
        }
    }

    #[test]
    fn what_is_no_name() {
        let check = |raw, defect| assert_eq!(read(raw).0, Outcome::Defective(defect), "{raw}");
        check("Nguy?n V?n A", Defect::Destroyed);
        check("Tr\u{FFFD}n A", Defect::Destroyed);
        check("Th? B", Defect::Destroyed);
        check("?inh A", Defect::Destroyed);
        check("123", Defect::Characters);
        check("***", Defect::Characters);
        check("???", Defect::Characters);
        check("-", Defect::Placeholder);
        check("KHONG CO", Defect::Placeholder);
        check("null", Defect::Placeholder);
        for raw in ["", " ", "\u{A0}\u{200B}"] {
            assert_eq!(read(raw).0, Outcome::Missing);
        }
    }

    #[test]
    fn sounds_agree() {
        let pairs = [("Hoàng", "Huỳnh"), ("Vũ", "Võ")].into_iter();
        let words = NameWords::new(std::iter::empty(), pairs, &texts()).expect("the lists are whole");
        let same = |one, other| sound_key(one, &words) == sound_key(other, &words);
        for (one, other) in [
            ("Trần Thị Sương", "TRẦN THỊ XƯƠNG"),
            ("Lê Dũng", "Lê Dủng"),
            ("Lý Mỹ", "Lí Mĩ"),
            ("Hoàng An", "Huỳnh An"),
            ("Lê Thị Trinh", "Lê Thị Chinh"),
            ("Lê Đạt", "Lê Đạc"),
            ("Lê Lan", "Lê Nang"),
            ("Lê Hoà", "Lê Hòa"),
            ("Giang", "Dan"),
        ] {
            assert!(same(one, other), "{one} {other}");
        }
        for (one, other) in
            [("Lê Toàn", "Lê Toán"), ("Lê An", "An Lê"), ("Lê Hồng", "Lê Hông"), ("Niê", "Nie")]
        {
            assert!(!same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn keys_agree() {
        let mut scratch = String::new();
        let mut check = |one, other, exact, unmarked| {
            let (one, other) = (keys(one, &mut scratch), keys(other, &mut scratch));
            assert_eq!((one.exact == other.exact, one.unmarked == other.unmarked), (exact, unmarked));
        };
        check("Trần Thị Hòa", "TRẦN THỊ HOÀ", true, true);
        check("Lê Thuỷ", "lê thủy", true, true);
        check("Lê Tòan", "Lê Toàn", true, true);
        check("Lê Toán", "Lê Toàn", false, true);
        check("Đặng An", "DANG AN", false, true);
        check("Lê Lý", "Lê Lí", false, false);
        check("Lê An", "An Lê", false, false);
    }
}
