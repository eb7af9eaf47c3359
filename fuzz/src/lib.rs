//! What reading a name may never do, whatever stands in the cell.
//!
//! Owns the laws alone, so that they also run where no fuzzer does.

use lamsach::fields::person_name::{
    DISTANCE_MAX, NameDifference, NameWords, PackedName, compare, distance, keys, parse, parse_in_column,
    sound_key,
};
use lamsach::record::Outcome;
use lamsach::rulebook::Rulebook;
use lamsach::text::{ColumnPrior, Encoding};
use std::sync::LazyLock;
use unicode_normalization::is_nfc;

static WORDS: LazyLock<NameWords> =
    LazyLock::new(|| Rulebook::load(None).map(|book| book.name_words).expect("the built-in rules are whole"));

/// A cell read alone: composed, without outer or double spaces, the same when read again, and at no distance from
/// itself.
pub fn hold_for_cell(raw: &str) {
    let (mut once, mut twice, mut scratch) = (String::new(), String::new(), String::new());
    let Outcome::Value((), _) = parse(raw, &WORDS, &mut once) else { return };
    assert!(is_nfc(&once), "{raw:?} {once:?}");
    assert!(!once.starts_with(' ') && !once.ends_with(' ') && !once.contains("  "), "{raw:?} {once:?}");
    let again = parse(&once, &WORDS, &mut twice);
    assert!(matches!(again, Outcome::Value(..)) && twice == once, "{raw:?} {once:?} {twice:?}");
    assert_eq!(keys(&once, &mut scratch), keys(&twice, &mut scratch));
    assert_eq!(sound_key(&once, &WORDS), sound_key(&twice, &WORDS));
    let packed = PackedName::new(&once, WORDS.book());
    assert_eq!(distance(&packed, &packed, 0, WORDS.book()), 0, "{once:?}");
    assert_eq!(compare(&once, &once, &WORDS), NameDifference::Same);
    compare_any(raw, &once);
}

/// The cell as it was beside what was read: anything may be compared.
fn compare_any(raw: &str, name: &str) {
    let [one, other] = [raw, name].map(|text| PackedName::new(text, WORDS.book()));
    for limit in [0, 55, 300] {
        assert!(distance(&one, &other, limit, WORDS.book()) <= DISTANCE_MAX);
        assert!(distance(&other, &one, limit, WORDS.book()) <= DISTANCE_MAX);
    }
    compare(raw, name, &WORDS);
    compare(name, raw, &WORDS);
}

/// Bytes shown as windows-1252 shows them: decoded in every encoding that is told, read in such a column, learnt as
/// a column of their own lines, and read alone.
pub fn hold_for_bytes(bytes: &[u8]) {
    let book = WORDS.book();
    let (detector, shown) = (book.detector(), shown(bytes));
    let mut out = String::new();
    for encoding in Encoding::ALL {
        detector.tables().decode(encoding, &shown, detector.grammar(), &mut out);
        if let Outcome::Value((), _) = parse_in_column(&shown, &WORDS, &ColumnPrior::told(encoding), &mut out)
        {
            assert!(is_nfc(&out), "{encoding:?} {shown:?} {out:?}");
        }
    }
    for page in detector.tables().pages() {
        detector.tables().reread_utf8(page, &shown);
    }
    let prior = book.learn_column(shown.split('\n'));
    for cell in shown.split('\n') {
        if let Outcome::Value((), _) = parse_in_column(cell, &WORDS, &prior, &mut out) {
            assert!(is_nfc(&out), "{cell:?} {out:?}");
        }
    }
    hold_for_cell(&shown);
}

/// What windows-1252 shows for the bytes 80 to 9F; the five it leaves open stay controls.
const SHOWN: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

fn shown(bytes: &[u8]) -> String {
    let show = |&byte: &u8| match byte {
        0x80..=0x9F => SHOWN[usize::from(byte) - 0x80],
        _ => char::from(byte),
    };
    bytes.iter().map(show).collect()
}
