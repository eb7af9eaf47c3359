//! The question that a list puts to the reference: for each piece, which citizens carry a number asked for.

use super::listed::Listed;
use super::mapped;
use crate::ingest::{BatchReader, Cells, Question, RawBatch, Work};
use crate::normalize::{self, Context, FingerprintReader, NumberReader, Numbers};
use crate::record::{CitizenBatch, FieldKind, Trouble};
use crate::reference::{AS_EXPECTED_ROW, Slot};

/// What a worker found in a piece of the reference.
pub(super) struct Asked {
    pub(super) citizens: CitizenBatch,
    /// Slot of the list, row of the batch or [`AS_EXPECTED_ROW`], in the order of the records.
    pub(super) hits: Vec<(Slot, u32)>,
    /// Every number of the piece.
    pub(super) numbers: Vec<u64>,
    /// Records without a number that can be read.
    pub(super) n_without_number: u64,
    /// Length of the piece.
    pub(super) n_bytes: u64,
}

/// Which citizens of a piece the list asks for.
struct Asking<'a> {
    reader: NumberReader<'a>,
    fingerprints: FingerprintReader<'a>,
    listed: &'a Listed,
    /// The numbers of all records.
    seen: Vec<Numbers>,
    /// Record and slots of those asked for, and how many of them were looked at.
    found: Vec<(usize, [Option<Slot>; 2])>,
    n_looked_at: usize,
    /// The numbers of those that are rows.
    kept: Vec<Numbers>,
    hits: Vec<(Slot, u32)>,
}

impl Question for Asking<'_> {
    fn looks_at(&self, column: usize) -> bool {
        self.reader.looks_at(column)
    }

    #[inline]
    fn see(&mut self, cells: &Cells<'_>) {
        self.seen.push(self.reader.read(|column| cells.bytes(column), |column| cells.get(column)));
    }

    fn answer(&mut self) -> Vec<bool> {
        // The filter for all; then the few that pass.
        let Listed { wanted, expected, .. } = self.listed;
        let both = |numbers: &Numbers| [numbers.citizen, numbers.old];
        let passed = wanted.may_hold_any(&self.seen.iter().map(both).collect::<Vec<_>>());
        let numbers: Vec<u64> = passed.iter().flat_map(|&row| both(&self.seen[row])).collect();
        let slots = wanted.slots(&numbers);
        let mut mask = vec![false; self.seen.len()];
        for (&row, &slots) in passed.iter().zip(slots.as_chunks::<2>().0) {
            mask[row] = slots.iter().any(Option::is_some);
            if mask[row] {
                slots[0].into_iter().for_each(|slot| expected.prefetch(slot));
                self.found.push((row, slots));
            }
        }
        mask
    }

    fn needs(&mut self, cells: &Cells<'_>) -> bool {
        let (row, slots) = self.found[self.n_looked_at];
        self.n_looked_at += 1;
        if let [Some(slot), None] = slots
            && let Some(fingerprint) = self.fingerprints.read(|column| cells.get(column))
            && self.listed.expected.is(slot, fingerprint)
        {
            self.hits.push((slot, AS_EXPECTED_ROW));
            return false;
        }
        let at = self.kept.len() as u32;
        self.hits.extend(slots.iter().flatten().map(|&slot| (slot, at)));
        self.kept.push(self.seen[row]);
        true
    }
}

/// The citizens of a piece of the reference that the list asks for.
pub(super) fn asked(
    piece: Work,
    reader: &BatchReader,
    (file, fields): (usize, &[FieldKind]),
    listed: &Listed,
    context: Context<'_>,
) -> Result<(Asked, RawBatch), Trouble> {
    let mut asking = Asking {
        reader: NumberReader::new(fields, context),
        fingerprints: FingerprintReader::new(fields, context),
        listed,
        seen: Vec::with_capacity(1 << 14),
        found: Vec::new(),
        n_looked_at: 0,
        kept: Vec::new(),
        hits: Vec::new(),
    };
    let n_bytes = piece.n_bytes();
    let mut raw = reader.read_where(piece, &mut asking)?;
    raw.n_passed = raw.n_read();
    let batch = mapped(&mut raw, file, fields);
    let citizens = normalize::citizens(&batch, &asking.kept, context);
    let Asking { seen, hits, .. } = asking;
    let numbers: Vec<u64> =
        seen.iter().map(|numbers| numbers.citizen).filter(|&number| number != 0).collect();
    let n_without_number = (seen.len() - numbers.len()) as u64;
    Ok((Asked { citizens, hits, numbers, n_without_number, n_bytes }, raw))
}
