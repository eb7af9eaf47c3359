//! The rows that are searched for, found by their keys while citizens pass by.
//!
//! Owns the index. A filter of bits in front of each key says of nearly every citizen at once that nobody asks for it.
//! Values that would give too many pairs are refined by further parts, and counted.

use std::collections::BTreeMap;
use std::ops::Range;

use super::keys::{NO_KEY, keys_into, part_of, refined};
use crate::record::{Person, Persons, prefetch};
use crate::rulebook::SearchBlock;

/// Rows with one key, in the order of the rows.
#[derive(Debug, Default)]
struct OfBlock {
    /// The last bits of keys with their rows, in the order of the keys and of the rows of one: with the first bits, which
    /// `starts` knows, nearly the whole key. Two that differ in the bits between would only be one pair more to compare.
    entries: Vec<(u32, u32)>,
    /// For the first bits of a key where its entries begin.
    starts: Vec<u32>,
    /// A bit for the first bits of each key.
    filter: Vec<u64>,
    /// How far a key is shifted for its place in `filter`.
    filter_shift: u32,
    /// How far a key is shifted for its place in `starts`.
    shift: u32,
    /// Values that are refined, and by how many parts.
    refined: BTreeMap<u64, usize>,
}

/// Bits of the filter for each entry.
const FILTER_BITS: usize = 8;

impl OfBlock {
    /// Of entries in the order of their rows, or in order already.
    fn new(entries: Vec<(u64, u32)>, refined: BTreeMap<u64, usize>) -> Self {
        let n_bits = (entries.len() * FILTER_BITS).next_power_of_two().max(64);
        let filter_shift = 64 - n_bits.trailing_zeros();
        let mut filter = vec![0_u64; n_bits / 64];
        let of_refined = refined.keys().copied();
        for key in entries.iter().map(|entry| entry.0).chain(of_refined) {
            let bit = (key >> filter_shift) as usize;
            filter[bit / 64] |= 1 << (bit % 64);
        }
        let n_starts = entries.len().next_power_of_two().max(2);
        let shift = 64 - n_starts.trailing_zeros();
        let mut starts = vec![0_u32; n_starts + 1];
        for (key, _) in &entries {
            starts[(key >> shift) as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let ordered = in_order(entries, &starts, shift).into_iter();
        let entries = ordered.map(|(key, row)| (key as u32, row)).collect();
        Self { entries, starts, filter, filter_shift, shift, refined }
    }

    #[inline]
    fn may_have(&self, key: u64) -> bool {
        let bit = (key >> self.filter_shift) as usize;
        self.filter[bit / 64] & 1 << (bit % 64) != 0
    }

    /// Where the entries of a key are, among others.
    #[inline]
    fn span(&self, key: u64) -> Range<usize> {
        let place = (key >> self.shift) as usize;
        self.starts[place] as usize..self.starts[place + 1] as usize
    }

    #[inline]
    fn rows(&self, key: u64) -> impl Iterator<Item = u32> {
        let entries = &self.entries[self.span(key)];
        entries.iter().filter(move |entry| entry.0 == key as u32).map(|entry| entry.1)
    }
}

/// Entries in order, given where those of each beginning of a key go: few have one beginning.
fn in_order(entries: Vec<(u64, u32)>, starts: &[u32], shift: u32) -> Vec<(u64, u32)> {
    let mut ends = starts.to_vec();
    let mut ordered = vec![(0, 0); entries.len()];
    for entry in entries {
        let place = &mut ends[(entry.0 >> shift) as usize];
        ordered[*place as usize] = entry;
        *place += 1;
    }
    for span in starts.windows(2) {
        let same = &mut ordered[span[0] as usize..span[1] as usize];
        if same.len() > 1 {
            same.sort_unstable();
        }
    }
    ordered
}

/// What the values of a key give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reach {
    /// Rows that have the key.
    pub rows: u64,
    /// Values that are refined.
    pub refined_values: u64,
}

/// The index of all keys.
#[derive(Debug)]
pub struct Index<'a> {
    blocks: &'a [SearchBlock],
    of_block: Vec<OfBlock>,
    /// The keys of each row, block by block: what it is found by, refined where its value is.
    keys: Vec<u64>,
}

impl<'a> Index<'a> {
    /// An index of these rows by the keys themselves.
    pub fn build(rows: &[Person], blocks: &'a [SearchBlock]) -> Self {
        let n_blocks = blocks.len();
        let mut keys = vec![NO_KEY; rows.len() * n_blocks];
        let mut of_block = Vec::with_capacity(n_blocks);
        let (mut columns, mut of_rows) = (Persons::default(), Vec::new());
        rows.iter().for_each(|person| columns.push(person));
        for (at, block) in blocks.iter().enumerate() {
            let mut entries = Vec::with_capacity(rows.len());
            keys_into(&columns, 0..rows.len(), block, &mut of_rows);
            for (row, &key) in of_rows.iter().enumerate() {
                if key != NO_KEY {
                    keys[row * n_blocks + at] = key;
                    entries.push((key, row as u32));
                }
            }
            of_block.push(OfBlock::new(entries, BTreeMap::new()));
        }
        Self { blocks, of_block, keys }
    }

    /// The same with values that would give too many pairs refined. `too_many` says so of a block, a key and how many of
    /// these rows have it, and is asked again of the refined key.
    #[must_use]
    pub fn refine(mut self, rows: &[Person], too_many: impl Fn(usize, u64, u64) -> bool) -> Self {
        let n_blocks = self.blocks.len();
        for (at, block) in self.blocks.iter().enumerate() {
            if block.refine.is_empty() {
                continue;
            }
            let whole = |&(_, row): &(u32, u32)| (self.keys[row as usize * n_blocks + at], row);
            let mut entries: Vec<(u64, u32)> = self.of_block[at].entries.iter().map(whole).collect();
            let mut refined_values: BTreeMap<u64, usize> = BTreeMap::new();
            for (depth, part) in block.refine.iter().enumerate() {
                let n_refined = refined_values.len();
                let mut next = Vec::with_capacity(entries.len());
                for same in entries.chunk_by(|one, other| one.0 == other.0) {
                    let key = same[0].0;
                    if !too_many(at, key, same.len() as u64) {
                        next.extend_from_slice(same);
                        continue;
                    }
                    refined_values.insert(key, depth);
                    // A row that does not know the part stays with the value as a whole.
                    next.extend(same.iter().map(|&(key, row)| match part_of(&rows[row as usize], *part) {
                        0 => (key, row),
                        value => (refined(key, value), row),
                    }));
                }
                entries = next;
                if refined_values.len() > n_refined {
                    entries.sort_unstable();
                }
            }
            if refined_values.is_empty() {
                continue;
            }
            for &(key, row) in &entries {
                self.keys[row as usize * n_blocks + at] = key;
            }
            self.of_block[at] = OfBlock::new(entries, refined_values);
        }
        self
    }

    /// Whether no row has a key of a block.
    #[inline]
    pub fn is_unused(&self, block: usize) -> bool {
        self.of_block[block].entries.is_empty()
    }

    /// The keys that are looked for.
    pub const fn blocks(&self) -> &'a [SearchBlock] {
        self.blocks
    }

    /// How many rows have a key of a block, and how many values of it are refined.
    pub fn reach(&self, block: usize) -> Reach {
        let of = &self.of_block[block];
        Reach { rows: of.entries.len() as u64, refined_values: of.refined.len() as u64 }
    }

    /// How many rows have this key of a block.
    pub fn n_rows(&self, block: usize, key: u64) -> u64 {
        self.of_block[block].rows(key).count() as u64
    }

    /// Whether rows may have this key: one look at a bit.
    #[inline]
    pub fn may_have(&self, block: usize, key: u64) -> bool {
        self.of_block[block].may_have(key)
    }

    /// Asks for the memory that tells where the rows of a key are.
    #[inline]
    pub fn prefetch_place(&self, block: usize, key: u64) {
        let of = &self.of_block[block];
        prefetch(&of.starts[(key >> of.shift) as usize]);
    }

    /// Asks for the memory of the rows themselves.
    #[inline]
    pub fn prefetch_rows(&self, block: usize, key: u64) {
        let of = &self.of_block[block];
        of.entries.get(of.span(key).start).into_iter().for_each(prefetch);
    }

    /// Asks for the memory that [`Index::met_before`] will look at.
    #[inline]
    pub fn prefetch_keys(&self, row: u32) {
        prefetch(&self.keys[row as usize * self.blocks.len()]);
    }

    /// Calls `meet` with every row that meets a citizen in a key of a block: in the key itself, or in the refined one
    /// where its value is refined.
    #[inline]
    pub fn each_row(
        &self,
        block: usize,
        key: u64,
        citizen: impl FnOnce() -> Person,
        mut meet: impl FnMut(u32),
    ) {
        let of = &self.of_block[block];
        of.rows(key).for_each(&mut meet);
        if !of.refined.is_empty() {
            self.each_step(block, key, &citizen(), |key| of.rows(key).for_each(&mut meet));
        }
    }

    /// Whether a row and a citizen, whose keys these are, meet in a key before `block`.
    #[inline]
    pub fn met_before(
        &self,
        row: u32,
        block: usize,
        citizen_keys: impl Fn(usize) -> u64,
        citizen: &Person,
    ) -> bool {
        let n_blocks = self.blocks.len();
        let of_row = &self.keys[row as usize * n_blocks..][..block];
        of_row.iter().enumerate().any(|(at, &ours)| {
            if ours == NO_KEY {
                return false;
            }
            let theirs = citizen_keys(at);
            ours == theirs
                || !self.of_block[at].refined.is_empty() && self.is_refined_of(at, theirs, ours, citizen)
        })
    }

    /// Whether `ours` is `theirs` refined as the citizen is.
    fn is_refined_of(&self, block: usize, theirs: u64, ours: u64, citizen: &Person) -> bool {
        let mut found = false;
        self.each_step(block, theirs, citizen, |key| found |= key == ours);
        found
    }

    fn each_step(&self, block: usize, key: u64, citizen: &Person, mut note: impl FnMut(u64)) {
        let mut key = key;
        while let Some(depth) = self.of_block[block].refined.get(&key) {
            match part_of(citizen, self.blocks[block].refine[*depth]) {
                0 => return,
                value => key = refined(key, value),
            }
            note(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::keys::key_of;
    use super::*;
    use crate::rulebook::KeyPart;
    use std::collections::BTreeSet;

    fn people(n: u32) -> Vec<Person> {
        let person = |i: u32| Person {
            given_key: i % 7 + 1,
            birth: 19_900_101 + i % 3,
            sex: (i % 3) as u8,
            phone: u64::from(i % 11),
            ..Person::default()
        };
        (0..n).map(person).collect()
    }

    /// Every pair that shares a key is met, once, in its first key; refining a value takes only pairs that differ in the
    /// part away.
    #[test]
    fn pairs_meet_once_in_their_first_key() {
        let blocks = [
            SearchBlock {
                name: "a".to_owned(),
                parts: vec![KeyPart::GivenName, KeyPart::BirthDate],
                refine: vec![KeyPart::Sex],
            },
            SearchBlock { name: "b".to_owned(), parts: vec![KeyPart::Phone], refine: Vec::new() },
        ];
        let (rows, citizens) = (people(60), people(200));
        for limit in [u64::MAX, 2] {
            let index = Index::build(&rows, &blocks).refine(&rows, |_, _, n_rows| n_rows > limit);
            let mut met = Vec::new();
            for (c, citizen) in citizens.iter().enumerate() {
                let keys: Vec<u64> = blocks.iter().map(|block| key_of(citizen, block)).collect();
                for block in 0..blocks.len() {
                    if keys[block] == NO_KEY {
                        continue;
                    }
                    assert!(index.n_rows(block, keys[block]) == 0 || index.may_have(block, keys[block]));
                    index.each_row(
                        block,
                        keys[block],
                        || *citizen,
                        |row| {
                            if !index.met_before(row, block, |at| keys[at], citizen) {
                                met.push((row as usize, c));
                            }
                        },
                    );
                }
            }
            let n_met = met.len();
            let met: BTreeSet<_> = met.into_iter().collect();
            assert_eq!(met.len(), n_met, "no pair twice");
            for (r, row) in rows.iter().enumerate() {
                for (c, citizen) in citizens.iter().enumerate() {
                    let same_date = row.given_key == citizen.given_key && row.birth == citizen.birth;
                    let same_phone = row.phone != 0 && row.phone == citizen.phone;
                    let n_same = rows
                        .iter()
                        .filter(|other| other.given_key == row.given_key && other.birth == row.birth)
                        .count();
                    let is_refined = n_same as u64 > limit;
                    let unlike = is_refined && row.sex != 0 && row.sex != citizen.sex;
                    assert_eq!(
                        met.contains(&(r, c)),
                        same_date && !unlike || same_phone,
                        "{row:?} {citizen:?}"
                    );
                }
            }
        }
    }
}
