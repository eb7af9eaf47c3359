//! Vietnamese text: old encodings recovered, cleaning, case, unmarked forms, syllables, the place of the tone mark.
//!
//! Owns the table of Vietnamese letters and every function that rewrites a piece of text without knowing what
//! field it belongs to. Deliberately knows no field and no list of words: a field hands the words in that tell
//! plain text from text in another encoding. Decoding comes before cleaning, which destroys old encodings.

mod clean;
mod collate;
mod detect;
mod fold;
mod hash;
mod letters;
mod legacy;
mod spelled;
mod syllable;
mod tone;

pub use clean::clean;
pub use collate::compare_vietnamese;
pub use detect::{ColumnPrior, Detector, Glance, Place, Vocabulary, WordsSeen};
pub use fold::{fold_label, push_lower, push_upper, title, unmark, upper};
pub use hash::hash;
pub use legacy::{Encoding, Entities, LegacyTables};
pub use letters::{CODE_BITS, Letter, Shape, Tone, code, compose, glyph, letter};
pub use spelled::{spelled_and_unmarked_hash, spelled_hash};
pub use syllable::{Grammar, Reading, Syllable};
pub use tone::{tone_place, tone_place_upper};

/// The columns of one line of a plain list, if there are as many as expected.
fn columns<const COUNT: usize>(line: &str) -> Option<[&str; COUNT]> {
    let mut columns = [""; COUNT];
    let mut parts = line.split(',');
    for column in &mut columns {
        *column = parts.next()?;
    }
    parts.next().is_none().then_some(columns)
}
