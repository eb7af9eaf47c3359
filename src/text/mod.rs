//! Vietnamese text on the level of letters: cleaning, case, unmarked forms, the place of the tone mark.
//!
//! Owns the table of Vietnamese letters and every function that rewrites a piece of text without knowing
//! what field it belongs to. Deliberately knows no field, no list of words and no legacy encoding: text is
//! decoded before it comes here.

mod clean;
mod detect;
mod fold;
mod hash;
mod letters;
mod legacy;
mod spelled;
mod syllable;
mod tone;

pub use clean::clean;
pub use detect::{ColumnPrior, Detector, Glance, Place, Vocabulary};
pub use fold::{fold_label, push_lower, push_upper, title, unmark, upper};
pub use hash::hash;
pub use legacy::{Encoding, Entities, LegacyTables};
pub use letters::{Letter, Shape, Tone, compose, letter};
pub use spelled::spelled_hash;
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
