//! The question that a list puts to the reference: for each piece, which citizens carry a number asked for.

use super::mapped;
use crate::ingest::{BatchReader, Cells, Question, RawBatch, Work};
use crate::normalize::{self, Context, NumberReader, Numbers};
use crate::record::{CitizenBatch, FieldKind, Trouble, in_time};
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
    #[inline]
    fn see(&mut self, cells: &Cells<'_>) {
        self.seen.push(self.reader.read(|column| cells.bytes(column), |column| cells.get(column)));
    }

    fn answer(&mut self) -> Vec<bool> {
        // One look at the filter for all, asked for in time; then the few that pass.
        let wanted = self.wanted;
        // No branch on whether there is a number: every second citizen has an old one.
        let may_hold = |number: u64| (number != 0) & wanted.may_hold(number);
        let ask = |numbers: &Numbers| {
            wanted.prefetch_filter(numbers.citizen);
            wanted.prefetch_filter(numbers.old);
        };
        let look = |numbers: &Numbers| may_hold(numbers.citizen) | may_hold(numbers.old);
        let mut mask: Vec<bool> = in_time(&self.seen, ask).map(look).collect();
        let passed: Vec<usize> = (0..mask.len()).filter(|&row| mask[row]).collect();
        for &row in in_time(&passed, |&row| wanted.prefetch_key(self.seen[row].citizen)) {
            let numbers = self.seen[row];
            let at = self.kept.len() as u32;
            let n_before = self.hits.len();
            let slots = [numbers.citizen, numbers.old].map(|number| wanted.slot(number));
            self.hits.extend(slots.into_iter().flatten().map(|slot| (slot, at)));
            mask[row] = self.hits.len() > n_before;
            if mask[row] {
                self.kept.push(numbers);
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
