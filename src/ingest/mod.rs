//! Files in, batches of text out: packing, encoding, delimiter, header, records, physical lines.
//!
//! Owns everything about bytes. Does not know what a column means, and never changes a cell. Every record of a
//! file leaves here exactly once, as a row of a [`RawBatch`] or as a [`Quarantined`] slip.

mod blocks;
mod buffer;
mod cells;
mod encoding;
mod fault;
mod head;
mod lanes;
mod located;
mod notes;
mod notice;
mod opening;
mod parquet;
mod plain;
mod recode;
mod records;
mod rows;
mod scan;
mod source;
mod splitter;
mod stream;
mod workbook;

pub use cells::{Cells, Question};
pub use encoding::{TextEncoding, shown};
pub use fault::{Fault, Quarantined, RAW_KEPT};
pub use head::HeadOptions;
pub use located::{Layout, Located, Piece};
pub use notes::IsNote;
pub use notice::Notice;
pub use recode::{OldText, Recode};
pub use source::{BatchReader, Feeder, Limits, OpenOptions, Opened, Work, expand, open};
pub use splitter::RawBatch;
pub use stream::Fingerprint;
