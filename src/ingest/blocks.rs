//! A stream of decoded bytes cut into blocks that end where a record ends.
//!
//! One thread at a time cuts, many split: cutting only looks for line ends and follows quotes where there are
//! any. A line too long for any record is dropped here piece by piece, so that it never has to fit in memory.

use std::io::{self, Read};
use std::sync::{Arc, Mutex};

use memchr::{memchr_iter, memrchr};

use super::buffer::Buffer;
use super::fault::{Fault, Quarantined, RAW_KEPT};
use super::records::{Dialect, Fields, record_at};
use super::scan::{Structure, scan, scan_plain};

/// Bytes of a block; small enough for the cache of a core and for many in flight, large enough to pay for
/// handing it over.
const BLOCK_BYTES: usize = 2 << 20;

/// Whole records, as they stand in the file.
#[derive(Debug)]
pub struct Block {
    /// Position among the blocks of the file, from 0.
    pub index: usize,
    /// Physical line of the first byte, from 1.
    pub first_line: u64,
    /// The records.
    pub bytes: Vec<u8>,
    /// Where fields and records end, if that is plain to see.
    pub structure: Structure,
    /// Records too long to be one, met before this block.
    pub oversized: Vec<Quarantined>,
}

impl Block {
    /// Room for the rows of the block, so that columns need not be moved to make more. Behind a quote out of place line ends
    /// are taken for text, and are counted once more.
    pub(super) fn rows_at_most(&self) -> usize {
        let Structure { is_simple, n_line_ends, .. } = self.structure;
        let n_rows = if is_simple { n_line_ends } else { memchr_iter(b'\n', &self.bytes).count() };
        n_rows.max(n_line_ends) + 1
    }
}

/// Cuts a stream into [`Block`]s.
pub struct Cutter<R> {
    reader: R,
    dialect: Dialect,
    buffer: Buffer,
    at_end: bool,
    line: u64,
    index: usize,
    spare: Spare,
}

/// Memory of blocks that were used and may be used again: fresh memory has to be cleared by the system.
#[derive(Debug, Clone, Default)]
pub struct Spare(Arc<Mutex<Pools>>);

#[derive(Debug, Default)]
struct Pools {
    bytes: Vec<Vec<u8>>,
    structures: Vec<Structure>,
}

impl Spare {
    /// Gives bytes and structure of a block back.
    pub fn give(&self, bytes: Vec<u8>, structure: Structure) {
        let Ok(mut pools) = self.0.lock() else { return };
        pools.bytes.push(bytes);
        pools.structures.push(structure);
    }

    /// Memory that holds what was read before.
    fn bytes(&self) -> Vec<u8> {
        let used = self.0.lock().ok().and_then(|mut pools| pools.bytes.pop());
        used.unwrap_or_else(|| Vec::with_capacity(BLOCK_BYTES + (64 << 10)))
    }

    fn structure(&self) -> Structure {
        self.0.lock().ok().and_then(|mut pools| pools.structures.pop()).unwrap_or_default()
    }
}

impl<R: Read> Cutter<R> {
    /// A cutter that first gives the bytes already read (`head`), then those of the reader; `line` is the
    /// physical line of the first byte.
    pub fn new(reader: R, head: Vec<u8>, line: u64, dialect: Dialect) -> Self {
        Self {
            reader,
            dialect,
            buffer: Buffer::of(head),
            at_end: false,
            line,
            index: 0,
            spare: Spare::default(),
        }
    }

    /// Where used blocks are given back.
    pub fn spare(&self) -> Spare {
        self.spare.clone()
    }

    /// The next block, `None` at the end of the stream.
    ///
    /// # Errors
    /// When the stream cannot be read.
    pub fn next_block(&mut self) -> io::Result<Option<Block>> {
        let mut oversized = Vec::new();
        let mut wanted = BLOCK_BYTES;
        loop {
            self.fill(wanted)?;
            if self.buffer.held().is_empty() {
                return Ok((!oversized.is_empty()).then(|| self.block(0, Structure::default(), oversized)));
            }
            let mut structure = self.spare.structure();
            scan(self.buffer.held(), self.dialect.delimiter, &mut structure);
            // What is open at the end of a buffer goes on in the next; at the end of the file it never closed.
            structure.is_simple &= !(self.at_end && structure.ends_inside);
            let cut = match structure.last_line_end {
                _ if self.at_end => self.buffer.held().len(),
                Some(end) if structure.is_simple => end + 1,
                _ => last_record_end(self.buffer.held(), &self.dialect, &structure),
            };
            if cut > 0 {
                return Ok(Some(self.block(cut, structure, oversized)));
            }
            let longest = self.dialect.max_record_bytes.saturating_mul(2);
            if self.buffer.held().len() < longest {
                wanted = longest.min(self.buffer.held().len().saturating_mul(2));
            } else {
                oversized.push(self.drop_line()?);
                wanted = BLOCK_BYTES;
            }
        }
    }

    fn block(&mut self, cut: usize, structure: Structure, oversized: Vec<Quarantined>) -> Block {
        let bytes = self.buffer.cut(cut, self.spare.bytes());
        let first_line = self.line;
        // Where the structure is plain, every line end ends a record of this block.
        let is_plain = structure.is_simple && structure.last_line_end.is_some_and(|end| end < cut);
        self.line += if is_plain { structure.n_line_ends as u64 } else { count_line_ends(&bytes) };
        self.index += 1;
        Block { index: self.index - 1, first_line, bytes, structure, oversized }
    }

    fn fill(&mut self, wanted: usize) -> io::Result<()> {
        if !self.at_end {
            self.at_end = !self.buffer.fill(&mut self.reader, wanted)?;
        }
        Ok(())
    }

    /// Reads past the line at the start of the buffer, keeping its beginning.
    fn drop_line(&mut self) -> io::Result<Quarantined> {
        let held = self.buffer.held();
        let mut raw = held[..held.len().min(RAW_KEPT)].to_vec();
        raw.shrink_to_fit();
        let mut n_bytes = 0;
        loop {
            let held = self.buffer.held();
            match memchr::memchr2(b'\n', b'\r', held) {
                Some(end) if end + 1 < held.len() || self.at_end => {
                    n_bytes += end as u64;
                    let crlf = held[end] == b'\r' && held.get(end + 1) == Some(&b'\n');
                    self.buffer.drop_front(end + 1 + usize::from(crlf));
                    break;
                }
                Some(end) => {
                    n_bytes += end as u64;
                    self.buffer.drop_front(end);
                }
                None => {
                    n_bytes += held.len() as u64;
                    self.buffer.clear();
                    if self.at_end {
                        break;
                    }
                }
            }
            self.fill(BLOCK_BYTES)?;
        }
        let line = self.line;
        self.line += 1;
        Ok(Quarantined { line, fault: Fault::RecordTooLarge, n_fields: 0, n_bytes, raw })
    }
}

/// Physical lines that end in the bytes: LF, CRLF and a lone CR each end one. A CR as the last byte counts;
/// a cutter never separates it from its LF.
pub fn count_line_ends(bytes: &[u8]) -> u64 {
    let n_line_feeds = memchr_iter(b'\n', bytes).count();
    let n_lone_returns = memchr_iter(b'\r', bytes).filter(|&at| bytes.get(at + 1) != Some(&b'\n')).count();
    (n_line_feeds + n_lone_returns) as u64
}

/// Where the last whole record of the bytes ends; 0 when none does. `structure` is theirs.
fn last_record_end(bytes: &[u8], dialect: &Dialect, structure: &Structure) -> usize {
    if !structure.has_quote {
        // A CR at the very end may be half of a CRLF, so the end before it counts.
        let reach = bytes.len() - usize::from(bytes.ends_with(b"\r"));
        let end = memrchr(b'\n', &bytes[..reach]).or_else(|| memrchr(b'\r', &bytes[..reach]));
        return end.map_or(0, |end| end + 1);
    }
    // Plain records up to the first that is not, that one with care, and again.
    let (mut fields, mut later) = (Fields::default(), Structure::default());
    let (mut at, mut plain) = (0, structure);
    loop {
        let (base, until) = (at, plain.plain_end());
        at += plain.last_line_end_before(until).map_or(0, |end| end + 1);
        if base.saturating_add(until) >= bytes.len() {
            return at;
        }
        match record_at(bytes, at, false, dialect, &mut fields) {
            Some(extent) => at = extent.next,
            None => return at,
        }
        scan_plain(&bytes[at..], dialect.delimiter, &mut later);
        plain = &later;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_all(text: &[u8], dialect: Dialect, piece: usize) -> (Vec<u8>, Vec<u64>, Vec<Quarantined>) {
        struct Pieces<'a>(&'a [u8], usize);
        impl Read for Pieces<'_> {
            fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
                let n = self.1.min(out.len()).min(self.0.len());
                out[..n].copy_from_slice(&self.0[..n]);
                self.0 = &self.0[n..];
                Ok(n)
            }
        }
        let mut cutter = Cutter::new(Pieces(text, piece), Vec::new(), 1, dialect);
        let (mut bytes, mut lines, mut oversized) = (Vec::new(), Vec::new(), Vec::new());
        while let Some(block) = cutter.next_block().expect("a slice can be read") {
            lines.push(block.first_line);
            bytes.extend(block.bytes);
            oversized.extend(block.oversized);
        }
        (bytes, lines, oversized)
    }

    const DIALECT: Dialect =
        Dialect { delimiter: b',', width: 2, max_field_bytes: 1 << 20, max_record_bytes: 8 << 20 };

    #[test]
    fn blocks_hold_every_byte_and_end_at_records() {
        let mut text = Vec::new();
        for row in 0..300_000 {
            text.extend_from_slice(format!("{row},\"dòng {row}\nhai \"\"x\"\"\"\r\n").as_bytes());
        }
        let (bytes, lines, oversized) = cut_all(&text, DIALECT, 64 << 10);
        assert_eq!(bytes, text);
        assert!(oversized.is_empty());
        assert!(lines.len() > 2);
        assert!(lines.iter().all(|line| line % 2 == 1), "every record has two lines: {lines:?}");
    }

    #[test]
    fn a_line_longer_than_any_record_is_set_aside_in_bounded_memory() {
        let mut text = b"1,a\n".to_vec();
        text.extend(std::iter::repeat_n(b'x', 40 << 20));
        text.extend_from_slice(b"\n2,b\n");
        let (bytes, _, oversized) = cut_all(&text, DIALECT, 1 << 20);
        assert_eq!(bytes, b"1,a\n2,b\n");
        assert_eq!(oversized.len(), 1);
        assert_eq!((oversized[0].line, oversized[0].n_bytes), (2, 40 << 20));
        assert_eq!(oversized[0].raw.len(), RAW_KEPT);
    }

    #[test]
    fn line_ends_are_counted_as_editors_do() {
        assert_eq!(count_line_ends(b"a\nb\r\nc\rd"), 3);
        assert_eq!(count_line_ends(b"a\r\r\n"), 2);
    }

    mod laws {
        use proptest::prelude::*;

        use super::*;

        const PIECES: [&[u8]; 9] =
            [b"a", b",", b"\"", b"\n", b"\r", b"\r\n", b"\"x\",y\n", b"\"x\ny\",z\n", b"1,2\n"];

        proptest! {
            /// Cutting by marks ends where a record read with care ends, and finds one where there is one.
            #[test]
            fn a_cut_is_where_a_whole_record_ends(
                parts in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..200),
            ) {
                let bytes = parts.concat();
                let mut structure = Structure::default();
                scan(&bytes, b',', &mut structure);
                let (mut ends, mut fields) = (vec![0], Fields::default());
                while let Some(&at) = ends.last().filter(|at| **at < bytes.len()) {
                    let Some(extent) = record_at(&bytes, at, false, &DIALECT, &mut fields) else { break };
                    ends.push(extent.next);
                }
                let cut = last_record_end(&bytes, &DIALECT, &structure);
                prop_assert!(ends.contains(&cut), "{cut} is none of {ends:?}");
                prop_assert!(cut > 0 || ends.len() == 1);
                // Only where line ends are mixed and nothing is quoted may a later one be passed over.
                prop_assert!(cut == *ends.last().expect("0") || !structure.has_quote);
            }
        }
    }
}
