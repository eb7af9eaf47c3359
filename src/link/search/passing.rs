//! Citizens that pass by, and the rows that they meet.

use std::ops::Range;

use super::index::Index;
use super::keys::{NO_KEY, keys_into};
use crate::fields::person_name::{CodedName, LocalCodes};
use crate::record::{Person, Persons, in_time};

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
const TOGETHER: usize = 1 << 12;

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
    /// Citizens, by their place among those that are looked at together, whom rows may ask for.
    asked: Vec<u32>,
    meetings: Vec<Meeting>,
    /// The codes of words that rows do not have.
    codes: LocalCodes<'a>,
    coded: Vec<Option<CodedName>>,
}

impl<'a> Desk<'a> {
    /// A desk whose names are coded by these codes.
    pub fn new(codes: LocalCodes<'a>) -> Self {
        Self { keys: Vec::new(), asked: Vec::new(), meetings: Vec::new(), codes, coded: Vec::new() }
    }

    /// The codes.
    pub const fn codes(&self) -> &LocalCodes<'a> {
        &self.codes
    }

    /// Calls `look` with every meeting, the citizen and the key: each pair once, in its first block, or in every block in
    /// which it meets. Rows lie anywhere in memory, so what is looked at next is asked for in time.
    pub fn each_meeting(
        &mut self,
        passing: &Passing<'_>,
        index: &Index<'_>,
        in_every_block: bool,
        prefetch_row: impl Fn(u32),
        mut look: impl FnMut(&mut NameDesk<'_, 'a, '_, '_>, &Meeting, &Person, u64),
    ) {
        let n = passing.people.len();
        self.codes.clear();
        for start in (0..n).step_by(TOGETHER) {
            let range = start..(start + TOGETHER).min(n);
            self.keys_of(passing.people, range.clone(), index);
            self.coded.clear();
            self.coded.resize(range.len(), None);
            for block in (0..index.blocks().len()).filter(|block| !index.is_unused(*block)) {
                self.meet(passing, index, block, start);
                let Self { keys, meetings, codes, coded, .. } = self;
                let ask = |meeting: &Meeting| {
                    index.prefetch_keys(meeting.row);
                    prefetch_row(meeting.row);
                };
                // Those of one citizen lie together.
                let mut last = None;
                for meeting in in_time(meetings, ask) {
                    let at = meeting.citizen as usize - start;
                    let citizen = match last {
                        Some((citizen, person)) if citizen == meeting.citizen => person,
                        _ => passing.people.get(meeting.citizen as usize),
                    };
                    last = Some((meeting.citizen, citizen));
                    let is_again = !in_every_block
                        && index.met_before(meeting.row, block, |of_block| keys[of_block][at], &citizen);
                    if !is_again {
                        let row_of = meeting.citizen as usize;
                        let mut names = NameDesk { codes, coded: &mut coded[at], passing, row_of };
                        look(&mut names, meeting, &citizen, keys[block][at]);
                    }
                }
            }
        }
    }

    /// Collects the meetings of some citizens in one block.
    fn meet(&mut self, passing: &Passing<'_>, index: &Index<'_>, block: usize, start: usize) {
        let Self { keys, asked, meetings, .. } = self;
        let keys = &keys[block];
        // Without a branch, many looks at the filter are on their way at once.
        asked.resize(keys.len(), 0);
        let mut n_asked = 0;
        for (at, &key) in keys.iter().enumerate() {
            asked[n_asked] = at as u32;
            n_asked += usize::from((key != NO_KEY) & index.may_have(block, key));
        }
        meetings.clear();
        let asked = &asked[..n_asked];
        for &at in in_time(asked, |at| index.prefetch_place(block, keys[*at as usize])) {
            index.prefetch_rows(block, keys[at as usize]);
        }
        for &at in asked {
            let row_of = start + at as usize;
            if !(passing.is_searched)(row_of) {
                continue;
            }
            index.each_row(
                block,
                keys[at as usize],
                || passing.people.get(row_of),
                |row| {
                    meetings.push(Meeting { row, citizen: row_of as u32, block: block as u32 });
                },
            );
        }
    }

    fn keys_of(&mut self, people: &Persons, range: Range<usize>, index: &Index<'_>) {
        self.keys.resize_with(index.blocks().len(), Vec::new);
        for (at, (block, keys)) in index.blocks().iter().zip(&mut self.keys).enumerate() {
            // Nobody asks for a key that no row has.
            if !index.is_unused(at) {
                keys_into(people, range.clone(), block, keys);
            }
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
