//! What every kind of file has in common that cells are written into.

use super::cells::Edit;
use super::reason::Reason;
use crate::record::Trouble;

/// A copy of a file on its way. Lines come in ascending order.
pub(super) trait Rewrite {
    /// Goes to the record of a line; false where there is none that can be read.
    ///
    /// # Errors
    /// When the file cannot be read or the copy cannot be written.
    fn go_to(&mut self, line: u64) -> Result<bool, Trouble>;

    /// Why a cell of this record cannot hold a text, if it cannot.
    fn refuses(&mut self, edit: &Edit) -> Option<Reason>;

    /// Writes into cells of this record, each of which was asked for.
    fn put(&mut self, edit: Edit);
}
