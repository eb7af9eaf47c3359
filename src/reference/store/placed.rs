//! Where the buffers of an Arrow file lie, read from the file itself when it was just written.

use std::fs::File;
use std::os::unix::fs::FileExt;

use arrow_ipc::{root_as_footer, root_as_message};

use super::shape::{Kind, Shape};
use super::table::{Damage, n_buffers};

/// Where a buffer lies, and its checksum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) offset: u64,
    pub(super) length: u64,
    pub(super) sum: u64,
}

/// Where a record batch stands: its offset, the length of what describes it, the length of its buffers.
pub(super) type Block = (u64, usize, u64);

/// The record batches of a file.
pub(super) fn blocks(file: &File) -> Result<Vec<Block>, Damage> {
    const END: usize = 10;
    let length = file.metadata().map_err(|_| Damage::Unreadable)?.len();
    let end = length.checked_sub(END as u64).ok_or(Damage::Layout)?;
    let tail: [u8; END] = read_bytes(file, end, END)?.try_into().map_err(|_| Damage::Layout)?;
    let footer_length = arrow_ipc::reader::read_footer_length(tail).map_err(|_| Damage::Layout)?;
    let start = end.checked_sub(footer_length as u64).ok_or(Damage::Layout)?;
    let footer = read_bytes(file, start, footer_length)?;
    let footer = root_as_footer(&footer).map_err(|_| Damage::Layout)?;
    let batches = footer.recordBatches().ok_or(Damage::Layout)?;
    let block = |block: &arrow_ipc::Block| {
        let offset = u64::try_from(block.offset()).ok()?;
        let described = usize::try_from(block.metaDataLength()).ok()?;
        Some((offset, described, u64::try_from(block.bodyLength()).ok()?))
    };
    batches.iter().map(|found| block(found).ok_or(Damage::Layout)).collect()
}

/// The places of the buffers of a record batch that holds no nulls.
pub(super) fn places(
    file: &File,
    (offset, described, length): Block,
    shape: Shape,
) -> Result<Vec<Place>, Damage> {
    /// A mark of four bytes and the length of the message.
    const BEGIN: usize = 8;
    let message = read_bytes(file, offset, described)?;
    let message = root_as_message(message.get(BEGIN..).ok_or(Damage::Layout)?).map_err(|_| Damage::Layout)?;
    let batch = message.header_as_record_batch().ok_or(Damage::Layout)?;
    let body = offset + described as u64;
    let place = |buffer: &arrow_ipc::Buffer| {
        let (start, n_bytes) = (u64::try_from(buffer.offset()).ok()?, u64::try_from(buffer.length()).ok()?);
        (start + n_bytes <= length).then_some(Place { offset: body + start, length: n_bytes, sum: 0 })
    };
    let all = batch.buffers().ok_or(Damage::Layout)?.iter();
    let mut all = all.map(|buffer| place(buffer).ok_or(Damage::Layout));
    let mut found = Vec::with_capacity(n_buffers(shape));
    for column in shape {
        // The first buffer of a column says what is null.
        all.next().ok_or(Damage::Layout)??;
        for _ in 0..if column.kind == Kind::Text { 2 } else { 1 } {
            found.push(all.next().ok_or(Damage::Layout)??);
        }
    }
    Ok(found)
}

fn read_bytes(file: &File, offset: u64, length: usize) -> Result<Vec<u8>, Damage> {
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, offset).map_err(|_| Damage::Unreadable)?;
    Ok(bytes)
}
