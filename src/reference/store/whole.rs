//! Small Arrow files that are read whole: indexes, units, words of names.
//!
//! Their checksums were compared before. Should damaged bytes come here all the same, they give nothing: the reader of
//! Arrow files believes the lengths that it is told, and may panic.

use std::io::Cursor;

use arrow_array::RecordBatch;
use arrow_ipc::reader::FileReader;
use arrow_ipc::root_as_footer;

use crate::record::caught;

/// The record batches of a file; `None` where it is no Arrow file, or a damaged one.
pub(super) fn batches(bytes: Vec<u8>) -> Option<Vec<RecordBatch>> {
    if !lies_inside(&bytes) {
        return None;
    }
    let read = move || FileReader::try_new(Cursor::new(bytes), None).ok()?.collect::<Result<_, _>>().ok();
    caught(read).flatten()
}

/// Whether all that the end of a file speaks of lies inside of it.
fn lies_inside(bytes: &[u8]) -> bool {
    let found = || {
        let (before, tail) = bytes.split_last_chunk()?;
        let footer_length = arrow_ipc::reader::read_footer_length(*tail).ok()?;
        let footer = &before[before.len().checked_sub(footer_length)?..];
        let footer = root_as_footer(footer).ok()?;
        let is_inside = |block: &arrow_ipc::Block| {
            let parts = [block.offset(), block.metaDataLength().into(), block.bodyLength()];
            let parts = parts.map(|part| usize::try_from(part).ok());
            let end = parts.into_iter().try_fold(0_usize, |sum, part| sum.checked_add(part?));
            end.is_some_and(|end| end <= bytes.len())
        };
        let mut blocks = footer.recordBatches().into_iter().chain(footer.dictionaries()).flatten();
        Some(blocks.all(is_inside))
    };
    found().unwrap_or(false)
}
