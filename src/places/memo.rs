//! Rows that were read before: most rows of a list share their unit with the one above.
//!
//! Owns what was found for the cells of province, district and commune. Deliberately keeps nothing of the detail, which
//! differs from row to row; it is looked at again where the other cells tell no commune.

use std::collections::HashMap;

use super::cells::{PlaceCells, PlaceFound};
use super::find::Time;
use super::gazetteer::Gazetteer;
use crate::text;

/// What was found, by the cells. For one gazetteer and one time.
#[derive(Debug, Clone, Default)]
pub struct PlaceMemo {
    time: Option<Time>,
    found: HashMap<u64, PlaceFound>,
}

/// Different rows that are kept, about 2 MiB; with one more all are forgotten.
const KEPT: usize = 1 << 16;

impl PlaceMemo {
    /// An empty one, for a list of this time or of one that is not known.
    pub fn new(time: Option<Time>) -> Self {
        Self { time, found: HashMap::new() }
    }

    /// The same as [`Gazetteer::read_cells`] with the time of the memo.
    pub fn read(&mut self, gazetteer: &Gazetteer, cells: &PlaceCells<'_>) -> PlaceFound {
        let key = key(cells);
        let found = match self.found.get(&key) {
            Some(found) => *found,
            None => {
                if self.found.len() >= KEPT {
                    self.found.clear();
                }
                let found = gazetteer.read_columns(cells, self.time);
                self.found.insert(key, found);
                found
            }
        };
        gazetteer.with_detail(found, cells, self.time)
    }
}

/// A hash of the cells that are remembered, with their borders.
fn key(cells: &PlaceCells<'_>) -> u64 {
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    let cells = [
        cells.commune,
        cells.commune_code,
        cells.district,
        cells.district_code,
        cells.province,
        cells.province_code,
    ];
    cells.iter().fold(0, |key, cell| {
        if cell.is_empty() {
            key.rotate_left(7)
        } else {
            (key.rotate_left(7) ^ text::hash(cell)).wrapping_mul(SPREAD)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_in_other_columns_are_other_rows() {
        let filled = |at: usize| {
            let cell = |place| if place == at { "1" } else { "" };
            PlaceCells {
                province: cell(0),
                province_code: cell(1),
                district: cell(2),
                district_code: cell(3),
                commune: cell(4),
                commune_code: cell(5),
                detail: cell(6),
            }
        };
        let mut keys: Vec<u64> = (0..7).map(|at| key(&filled(at))).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 7);
    }

    #[test]
    fn what_is_remembered_is_what_is_read() {
        let gazetteer = crate::places::tests::gazetteer();
        let mut memo = PlaceMemo::new(None);
        let rows = [
            ("Tỉnh An Giang", "Huyện Phú Tân", "Xã Phú Thành", "Thôn 3"),
            ("Tỉnh An Giang", "Huyện Phú Tân", "Thôn 3", "Xã Phú Thành"),
            ("Tỉnh An Giang", "Huyện Phú Tân", "Thôn 3", "Xã Phú Bình"),
            ("Tỉnh An Giang", "Huyện Phú Tân", "", "12"),
        ];
        for (province, district, commune, detail) in rows.repeat(2) {
            let cells = PlaceCells { province, district, commune, detail, ..PlaceCells::default() };
            assert_eq!(memo.read(&gazetteer, &cells), gazetteer.read_cells(&cells, None), "{cells:?}");
        }
    }
}
