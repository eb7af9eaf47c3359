//! Citizens that pass by, and the rows that they meet.

use std::ops::Range;

use super::index::Index;
use super::keys::{NO_KEY, keys_into};
use crate::fields::person_name::{CodedName, LocalCodes};
use crate::record::{Person, Persons};

/// Citizens side by side, with their names.
pub struct Passing<'c> {
    /// Their fields.
    pub people: &'c Persons,
    /// The name of one of them.
    pub name: &'c dyn Fn(usize) -> &'c str,
    /// Whether one of them is searched at all.
    pub is_searched: &'c dyn Fn(usize) -> bool,
}

/// Citizens that are looked at together: their keys fit into the memory next to the processor.
const TOGETHER: usize = 1 << 11;

/// A row and a citizen that meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meeting {
    /// The row.
    pub row: u32,
    /// The citizen, by its place among those that pass.
    pub citizen: u32,
    /// The block in which they meet.
    pub block: u32,
}

/// Memory of one worker, used again and again.
pub struct Desk<'a> {
    keys: Vec<Vec<u64>>,
    meetings: Vec<Meeting>,
    /// The codes of words that rows do not have.
    codes: LocalCodes<'a>,
    coded: Vec<Option<CodedName>>,
}

impl<'a> Desk<'a> {
    /// A desk whose names are coded by these codes.
    pub fn new(codes: LocalCodes<'a>) -> Self {
        Self { keys: Vec::new(), meetings: Vec::new(), codes, coded: Vec::new() }
    }

    /// The codes.
    pub const fn codes(&self) -> &LocalCodes<'a> {
        &self.codes
    }

    /// Calls `look` with each range of citizens and their meetings: each pair once, in its first block, or in every block
    /// in which it meets.
    pub fn each_meeting(
        &mut self,
        passing: &Passing<'_>,
        index: &Index<'_>,
        in_every_block: bool,
        mut look: impl FnMut(&mut NameDesk<'_, 'a, '_, '_>, &Meeting, &Person, u64),
    ) {
        let n = passing.people.len();
        self.codes.clear();
        for start in (0..n).step_by(TOGETHER) {
            let range = start..(start + TOGETHER).min(n);
            self.keys_of(passing.people, range.clone(), index);
            self.coded.clear();
            self.coded.resize(range.len(), None);
            for block in 0..index.blocks().len() {
                let keys = &self.keys;
                for (at, &key) in keys[block].iter().enumerate() {
                    if key == NO_KEY || !index.may_have(block, key) {
                        continue;
                    }
                    let row_of = start + at;
                    if !(passing.is_searched)(row_of) {
                        continue;
                    }
                    let citizen = passing.people.get(row_of);
                    let meetings = &mut self.meetings;
                    meetings.clear();
                    index.each_row(block, key, &citizen, |row, _| {
                        if in_every_block
                            || !index.met_before(row, block, |at_block| keys[at_block][at], &citizen)
                        {
                            meetings.push(Meeting { row, citizen: row_of as u32, block: block as u32 });
                        }
                    });
                    let mut names =
                        NameDesk { codes: &mut self.codes, coded: &mut self.coded[at], passing, row_of };
                    for meeting in meetings.iter() {
                        look(&mut names, meeting, &citizen, key);
                    }
                }
            }
        }
    }

    fn keys_of(&mut self, people: &Persons, range: Range<usize>, index: &Index<'_>) {
        self.keys.resize_with(index.blocks().len(), Vec::new);
        for (block, keys) in index.blocks().iter().zip(&mut self.keys) {
            keys_into(people, range.clone(), block, keys);
        }
    }

    /// The codes of a name, for citizens that nobody met.
    pub fn code(&mut self, name: &str) -> CodedName {
        self.codes.code(name)
    }
}

/// The name of the citizen that is looked at, coded when it is asked for.
pub struct NameDesk<'d, 'a, 'p, 'c> {
    codes: &'d mut LocalCodes<'a>,
    coded: &'d mut Option<CodedName>,
    passing: &'p Passing<'c>,
    row_of: usize,
}

impl NameDesk<'_, '_, '_, '_> {
    /// How the citizen's name differs from a row's.
    #[inline]
    pub fn compare(&mut self, row: &CodedName) -> crate::fields::person_name::NameDifference {
        let codes = &mut *self.codes;
        let (passing, row_of) = (self.passing, self.row_of);
        let coded = self.coded.get_or_insert_with(|| codes.code((passing.name)(row_of)));
        self.codes.compare(row, coded)
    }
}
