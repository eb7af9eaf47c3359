//! The question that a list puts to the reference: for each piece, which citizens carry a number asked for.

use super::mapped;
use crate::ingest::{BatchReader, Cells, Question, RawBatch, Work};
use crate::normalize::{self, Context, NumberReader, Numbers};
use crate::record::{CitizenBatch, FieldKind, Trouble};
use crate::reference::{Slot, Wanted};

/// What a worker found in a piece of the reference.
pub(super) struct Asked {
    pub(super) citizens: CitizenBatch,
    /// Slot of the list, row of the batch.
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
    wanted: &'a Wanted,
    seen: Vec<Numbers>,
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
        let both = |numbers: &Numbers| [numbers.citizen, numbers.old];
        let passed = self.wanted.may_hold_any(&self.seen.iter().map(both).collect::<Vec<_>>());
        let numbers: Vec<u64> = passed.iter().flat_map(|&row| both(&self.seen[row])).collect();
        let slots = self.wanted.slots(&numbers);
        let mut mask = vec![false; self.seen.len()];
        for (&row, slots) in passed.iter().zip(slots.as_chunks::<2>().0) {
            let at = self.kept.len() as u32;
            self.hits.extend(slots.iter().flatten().map(|&slot| (slot, at)));
            mask[row] = slots.iter().any(Option::is_some);
            if mask[row] {
                self.kept.push(self.seen[row]);
            }
        }
        mask
    }
}

/// The citizens of a piece of the reference that the list asks for.
pub(super) fn asked(
    piece: Work,
    reader: &BatchReader,
    (file, fields): (usize, &[FieldKind]),
    wanted: &Wanted,
    context: Context<'_>,
) -> Result<(Asked, RawBatch), Trouble> {
    let mut asking = Asking {
        reader: NumberReader::new(fields, context),
        wanted,
        seen: Vec::with_capacity(1 << 14),
        kept: Vec::new(),
        hits: Vec::new(),
    };
    let n_bytes = piece.n_bytes();
    let mut raw = reader.read_where(piece, &mut asking)?;
    raw.n_passed = raw.n_read();
    let batch = mapped(&mut raw, file, fields);
    let citizens = normalize::citizens(&batch, &asking.kept, context);
    let numbers: Vec<u64> =
        asking.seen.iter().map(|numbers| numbers.citizen).filter(|&number| number != 0).collect();
    let n_without_number = (asking.seen.len() - numbers.len()) as u64;
    Ok((Asked { citizens, hits: asking.hits, numbers, n_without_number, n_bytes }, raw))
}
