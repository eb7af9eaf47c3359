//! Vietnamese text on the level of letters: cleaning, case, unmarked forms, the place of the tone mark.
//!
//! Owns the table of Vietnamese letters and every function that rewrites a piece of text without knowing
//! what field it belongs to. Deliberately knows no field, no list of words and no legacy encoding: text is
//! decoded before it comes here.

mod clean;
mod fold;
mod hash;
mod letters;
mod tone;

pub use clean::clean;
pub use fold::{fold_label, push_lower, push_upper, title, unmark, upper};
pub use hash::hash;
pub use letters::{Letter, Shape, Tone, compose, letter};
pub use tone::{tone_place, tone_place_upper};
