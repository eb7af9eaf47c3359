//! The numbers of a list looked up in a store: first those that lead on, then the citizens, group by group.
//!
//! The numbers asked for are in order and so are those of the store, so both are passed once, side by side. Groups that
//! hold none of them are not read, and of the others only the columns that are needed.

use std::collections::BTreeMap;
use std::ops::Range;

use super::open::{Layer, Store};
use super::shape::{Texts, citizens};
use super::table::{Damage, Table};
use crate::record::{CitizenFacts, Spare, Trouble};
use crate::reference::people::AS_EXPECTED_ROW;
use crate::reference::{Expected, Keeping, Kept, Part, Slot};

/// What a list asks a store.
pub struct Lookup<'a> {
    store: &'a Store,
    expected: &'a Expected,
    /// The numbers asked for with their slots, in order, in parts none of which is empty.
    numbers: &'a [Part],
    /// The first and the last number of each part.
    bounds: Vec<(u64, u64)>,
    /// Numbers of the store that changed since all citizens were written, in order.
    changed: Vec<u64>,
    /// Whether a birth date is possible on the day of the run.
    is_possible: &'a (dyn Fn(u32) -> bool + Sync),
    /// Memory for columns that was used and is used again.
    spare: Spare<Columns>,
}

/// The columns of a group, as far as they are read.
#[derive(Debug, Default)]
struct Columns {
    numbers: Vec<u64>,
    prints: Vec<u64>,
    ordinals: Vec<u32>,
    name_keys: Vec<u64>,
    births: Vec<u32>,
    units: Vec<u32>,
    sexes: Vec<u8>,
    lives: Vec<u8>,
    names: Texts,
}

/// Part of a table of earlier numbers where numbers asked for may stand.
#[derive(Debug)]
pub struct OldPiece {
    layer: usize,
    group: usize,
}

/// Which numbers: of the part with this position those in this range.
type Ranges = Vec<(usize, Range<usize>)>;

/// An earlier number that was found: the layer and row of its citizen, and the slot that asked.
pub type Leads = Vec<(usize, u32, Slot)>;

/// Part of a table of citizens where numbers asked for may stand, and rows that earlier numbers lead to.
#[derive(Debug)]
pub struct CitizenPiece {
    layer: usize,
    group: usize,
    led: Vec<(u32, Slot)>,
}

/// Citizens found in a group.
#[derive(Debug, Default)]
pub struct FoundCitizens {
    /// Those that are kept.
    pub kept: Kept,
    /// Their places in the extract.
    pub ordinals: Vec<u32>,
    /// Slot, citizen kept or [`AS_EXPECTED_ROW`], place in the extract.
    pub hits: Vec<(Slot, u32, u32)>,
}

impl<'a> Lookup<'a> {
    /// Prepares a look at a store for the numbers of a list, in order and with their slots.
    ///
    /// # Errors
    /// When a file of the store is damaged.
    pub fn new(
        store: &'a Store,
        numbers: &'a [Part],
        expected: &'a Expected,
        is_possible: &'a (dyn Fn(u32) -> bool + Sync),
    ) -> Result<Self, Trouble> {
        let changed = store.changed_numbers()?;
        let ends = |part: &Part| Some((part.numbers().first()?.0, part.numbers().last()?.0));
        let bounds = numbers.iter().filter_map(ends).collect();
        Ok(Self { store, expected, numbers, bounds, changed, is_possible, spare: Spare::default() })
    }

    /// The parts of the tables of earlier numbers that are worth a look.
    pub fn old_pieces(&self) -> Vec<OldPiece> {
        let of_layer = |(layer, tables): (usize, &Layer)| {
            let groups = self.overlapping(&tables.old_numbers);
            groups.map(|group| OldPiece { layer, group }).collect::<Vec<_>>()
        };
        self.store.layers.iter().enumerate().flat_map(of_layer).collect()
    }

    /// The groups of a table that may hold numbers asked for. Which they are is found where the group is looked at: that
    /// takes looks all over the numbers.
    fn overlapping(&self, table: &Table) -> impl Iterator<Item = usize> {
        (0..table.n_groups()).filter(|group| {
            let (first, last) = table.keys_of(*group);
            let part = self.bounds.partition_point(|part| part.1 < first);
            self.bounds.get(part).is_some_and(|part| part.0 <= last)
        })
    }

    /// The numbers asked for from the first to the last.
    fn asked_between(&self, (first, last): (u64, u64)) -> Ranges {
        let start = self.bounds.partition_point(|part| part.1 < first);
        let near = (start..self.numbers.len()).take_while(|at| self.bounds[*at].0 <= last);
        let ranges = near.map(|at| {
            let numbers = self.numbers[at].numbers();
            let start = numbers.partition_point(|(number, _)| *number < first);
            let length = numbers[start..].partition_point(|(number, _)| *number <= last);
            (at, start..start + length)
        });
        ranges.filter(|(_, range)| !range.is_empty()).collect()
    }

    /// Calls `note` with the row and the slot of every number of these that stands in a column.
    fn each_common(&self, rows: &[u64], asked: &Ranges, mut note: impl FnMut(usize, Slot)) {
        for (part, range) in asked {
            each_common(rows, &self.numbers[*part].numbers()[range.clone()], &mut note);
        }
    }

    /// Looks at a part of the earlier numbers.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn leads(&self, piece: &OldPiece) -> Result<Leads, Trouble> {
        let table = &self.store.layers[piece.layer].old_numbers;
        let asked = self.asked_between(table.keys_of(piece.group));
        if asked.is_empty() {
            return Ok(Leads::new());
        }
        let look = || {
            let rows = table.u32s(piece.group, 1)?;
            let olds = table.u64s(piece.group, 0)?;
            let mut leads = Leads::new();
            self.each_common(&olds, &asked, |row, slot| {
                leads.push((piece.layer, rows[row], slot));
            });
            Ok(leads)
        };
        look().map_err(|damage| self.store.damaged(table, damage))
    }

    /// The parts of the tables of citizens that are worth a look, given where earlier numbers lead.
    ///
    /// # Errors
    /// When an earlier number leads nowhere.
    pub fn citizen_pieces(&self, mut leads: Leads) -> Result<Vec<CitizenPiece>, Trouble> {
        // By layer and row, then by slot; sorting keeps what is in order.
        radsort::sort_by_key(&mut leads, |(.., slot)| *slot);
        radsort::sort_by_key(&mut leads, |(layer, row, _)| (*layer as u64) << 32 | u64::from(*row));
        let mut pieces = Vec::new();
        for (layer, tables) in self.store.layers.iter().enumerate() {
            let table = &tables.citizens;
            let mut of_layer: BTreeMap<usize, Vec<(u32, Slot)>> =
                self.overlapping(table).map(|group| (group, Vec::new())).collect();
            for &(_, row, slot) in leads.iter().filter(|lead| lead.0 == layer) {
                if u64::from(row) >= table.n_rows() {
                    return Err(self.store.damaged(&tables.old_numbers, Damage::Layout));
                }
                let group = table.group_of(row.into());
                let in_group = (u64::from(row) - table.start_of(group)) as u32;
                of_layer.entry(group).or_default().push((in_group, slot));
            }
            let piece = |(group, led)| CitizenPiece { layer, group, led };
            pieces.extend(of_layer.into_iter().map(piece));
        }
        Ok(pieces)
    }

    /// Looks at a part of the citizens.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn citizens(&self, piece: &CitizenPiece) -> Result<FoundCitizens, Trouble> {
        let table = &self.store.layers[piece.layer].citizens;
        let found = self.spare.with(Columns::default, |columns| self.found(piece, table, columns));
        found.map_err(|damage| self.store.damaged(table, damage))
    }

    fn found(
        &self,
        piece: &CitizenPiece,
        table: &Table,
        columns: &mut Columns,
    ) -> Result<FoundCitizens, Damage> {
        let group = piece.group;
        let asked = self.asked_between(table.keys_of(group));
        if asked.is_empty() && piece.led.is_empty() {
            return Ok(FoundCitizens::default());
        }
        table.values_into(group, citizens::NUMBER, &mut columns.numbers)?;
        let numbers = &columns.numbers;
        let mut rows: Vec<(u32, Slot, bool)> =
            piece.led.iter().map(|&(row, slot)| (row, slot, true)).collect();
        self.each_common(numbers, &asked, |row, slot| {
            rows.push((row as u32, slot, false));
        });
        if !self.changed.is_empty() && piece.layer == 0 {
            rows.retain(|(row, ..)| self.changed.binary_search(&numbers[*row as usize]).is_err());
        }
        if rows.is_empty() {
            return Ok(FoundCitizens::default());
        }
        // By row; one that an earlier number leads to comes twice in a row, if its own number is asked for as well. Both
        // lists are in order, which this sort makes use of.
        if !piece.led.is_empty() {
            rows.sort();
        }
        self.read(table, group, &rows, columns)
    }

    /// Reads the rows: whoever is as expected is only noted, of the others everything is kept.
    fn read(
        &self,
        table: &Table,
        group: usize,
        rows: &[(u32, Slot, bool)],
        columns: &mut Columns,
    ) -> Result<FoundCitizens, Damage> {
        table.values_into(group, citizens::PRINT, &mut columns.prints)?;
        table.values_into(group, citizens::ORDINAL, &mut columns.ordinals)?;
        rows.iter().for_each(|(_, slot, _)| self.expected.prefetch(*slot));
        let mut found = FoundCitizens { hits: Vec::with_capacity(rows.len()), ..FoundCitizens::default() };
        // Rows that are kept, and the hits that lead to them.
        let mut kept: Vec<u32> = Vec::new();
        for (index, &(row, slot, is_led)) in rows.iter().enumerate() {
            let ordinal = columns.ordinals[row as usize];
            let is_alone = !is_led
                && rows.get(index + 1).is_none_or(|next| next.0 != row)
                && (index == 0 || rows[index - 1].0 != row);
            if is_alone && self.expected.is(slot, columns.prints[row as usize]) {
                found.hits.push((slot, AS_EXPECTED_ROW, ordinal));
                continue;
            }
            if kept.last() != Some(&row) {
                kept.push(row);
            }
            found.hits.push((slot, kept.len() as u32 - 1, ordinal));
        }
        if kept.is_empty() {
            return Ok(found);
        }
        table.values_into(group, citizens::NAME_KEY, &mut columns.name_keys)?;
        table.values_into(group, citizens::BIRTH, &mut columns.births)?;
        table.values_into(group, citizens::UNIT, &mut columns.units)?;
        table.values_into(group, citizens::SEX, &mut columns.sexes)?;
        table.values_into(group, citizens::LIFE, &mut columns.lives)?;
        table.texts_into(group, citizens::NAME, &mut columns.names)?;
        let mut keeping = Keeping::with_capacity(kept.len());
        for row in kept.into_iter().map(|row| row as usize) {
            let unit = self.store.units.get(columns.units[row] as usize).ok_or(Damage::Layout)?;
            let facts = CitizenFacts {
                number: columns.numbers[row],
                name_key: columns.name_keys[row],
                birth: if (self.is_possible)(columns.births[row]) { columns.births[row] } else { 0 },
                sex: columns.sexes[row],
                life: columns.lives[row],
                no_residence: !unit.is_residence,
            };
            keeping.push(facts, columns.units[row], columns.names.bytes_of(row).ok_or(Damage::Layout)?);
            found.ordinals.push(columns.ordinals[row]);
        }
        found.kept = keeping.finish().ok_or(Damage::Layout)?;
        Ok(found)
    }
}

/// Calls `note` with the row and the slot of every number that stands in both.
fn each_common(rows: &[u64], asked: &[(u64, Slot)], mut note: impl FnMut(usize, Slot)) {
    /// So many times more rows than numbers, and looking for each is quicker than passing all.
    const FEW: usize = 24;
    let is_few = asked.len() * FEW < rows.len();
    let mut at = asked.first().map_or(0, |&(first, _)| rows.partition_point(|row| *row < first));
    for &(number, slot) in asked {
        if is_few {
            at += rows[at..].partition_point(|row| *row < number);
        } else {
            while rows.get(at).is_some_and(|row| *row < number) {
                at += 1;
            }
        }
        let same = rows[at..].iter().take_while(|row| **row == number).count();
        (at..at + same).for_each(|row| note(row, slot));
        at += same;
    }
}

impl Texts {
    /// The bytes of the text of a row.
    fn bytes_of(&self, row: usize) -> Option<&[u8]> {
        let (start, end) = (self.offsets[row] as usize, self.offsets[row + 1] as usize);
        self.bytes.get(start..end)
    }

    /// The text of a row.
    pub(super) fn get(&self, row: usize) -> Option<&str> {
        std::str::from_utf8(self.bytes_of(row)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_numbers_are_found_however_few_are_asked_for() {
        let rows: Vec<u64> = (0..1_000).map(|row| row / 2 * 3).collect();
        for step in [1, 7, 400] {
            let asked: Vec<(u64, Slot)> = (0..1_600).step_by(step).zip(0..).collect();
            let mut found = Vec::new();
            each_common(&rows, &asked, |row, slot| found.push((row, slot)));
            let expected = asked.iter().flat_map(|&(number, slot)| {
                let same = rows.iter().enumerate().filter(move |(_, row)| **row == number);
                same.map(move |(row, _)| (row, slot))
            });
            assert_eq!(found, expected.collect::<Vec<_>>());
        }
        each_common(&[], &[(1, 0)], |_, _| panic!("nothing is common"));
    }
}
