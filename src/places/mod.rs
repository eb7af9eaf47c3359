//! Administrative units (đơn vị hành chính), and which became which on 1 July 2025.
//!
//! Owns the gazetteer: province, district and commune as listed on any day from 2004 to 30 June 2025, province and
//! commune since (34 and 3,321), and the way from the ones to the others. A code means nothing without its time: 1,790
//! codes were given again to another unit. Deliberately decides nothing where people of a unit went to several: the
//! candidates are given.
//! Source: Resolution 202/2025/QH15 and Decision 19/2025/QĐ-TTg; the conversion table of the National Statistics Office.

mod address;
mod asked;
mod cell_text;
mod cells;
mod find;
mod fit;
mod gazetteer;
mod lists;
mod marks;
mod memo;
mod units;
mod vintage;

pub use address::PlaceWords;
pub use cells::{PlaceCells, PlaceFound};
pub use find::{Reading, Time};
pub use gazetteer::{Gazetteer, Today};
pub use lists::PlaceTexts;
pub use marks::{PlaceMark, PlaceMarks};
pub use memo::PlaceMemo;
pub use units::{CommuneId, Unit, UnitId, Validity};
pub use vintage::{Vintage, VintageCount};

#[cfg(test)]
mod tests;
