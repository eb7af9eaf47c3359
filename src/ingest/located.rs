//! Where the cells of a text stand in its own bytes, unpacked and not decoded: for who changes a cell and no other byte.
//!
//! Follows [`record_at`], the one reading of records, so that what is a row here is one everywhere. Delimiters, quotes
//! and line ends are the same bytes in every encoding that is read but UTF-16, whose units are looked at as one byte
//! each.

use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;

use super::blocks::count_line_ends;
use super::encoding::TextEncoding;
use super::records::{BOM, Dialect, Fields, line_end, record_at};
use super::stream;

/// Bytes that are read at a time.
const PIECE: usize = 2 << 20;
/// Bytes in which every header that is found ends, whatever the encoding.
const HEAD: usize = 4 << 20;

/// How the records of a text are written, as opening it found out.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// Encoding.
    pub encoding: TextEncoding,
    /// Byte between fields.
    pub delimiter: u8,
    /// Physical line of the first record, from 1.
    pub data_line: u64,
    pub(super) dialect: Dialect,
}

/// Goes through the bytes of a text record by record.
pub struct Located {
    reader: Box<dyn Read + Send>,
    units: Units,
    layout: Layout,
    /// Bytes of the file.
    bytes: Vec<u8>,
    /// The same in UTF-16, one byte for each unit; empty where bytes are looked at as they are.
    shadow: Vec<u8>,
    /// What was given already, in units.
    at: usize,
    at_end: bool,
    line: u64,
    is_past_head: bool,
    fields: Fields,
}

/// Bytes that were read, in order: together all pieces are the text.
pub struct Piece<'a> {
    /// Physical line on which it begins.
    pub line: u64,
    /// Its bytes, the line end among them.
    pub bytes: &'a [u8],
    /// The cells, where it is a record that can be read.
    cells: Option<(&'a Fields, usize, usize)>,
}

impl Piece<'_> {
    /// Whether the piece is a record with a cell for every column.
    pub fn is_record(&self) -> bool {
        self.cells.is_some()
    }

    /// The bytes of a cell as written, quotes included, as a range of those of the piece.
    pub fn cell(&self, column: usize) -> Option<Range<usize>> {
        let (fields, start, width) = self.cells?;
        if column >= fields.n_located() {
            return None;
        }
        let (from, to) = fields.written(column);
        Some((from - start) * width..(to - start) * width)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Units {
    Bytes,
    Little,
    Big,
}

impl Units {
    const fn of(encoding: TextEncoding) -> Self {
        match encoding {
            TextEncoding::Utf16Le => Self::Little,
            TextEncoding::Utf16Be => Self::Big,
            _ => Self::Bytes,
        }
    }

    const fn width(self) -> usize {
        if matches!(self, Self::Bytes) { 1 } else { 2 }
    }

    /// A unit of two bytes as one byte: itself where it is ASCII, and otherwise one that means nothing to a reader of
    /// records.
    fn shown(self, unit: [u8; 2]) -> u8 {
        let unit = if self == Self::Little { u16::from_le_bytes(unit) } else { u16::from_be_bytes(unit) };
        u8::try_from(unit).ok().filter(u8::is_ascii).unwrap_or(b'x')
    }
}

impl Located {
    /// Opens a text whose layout is known.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open(path: &Path, layout: Layout) -> io::Result<Self> {
        let (reader, ..) = stream::open(path)?;
        Ok(Self {
            reader,
            units: Units::of(layout.encoding),
            layout,
            bytes: Vec::new(),
            shadow: Vec::new(),
            at: 0,
            at_end: false,
            line: 1,
            is_past_head: false,
            fields: Fields::default(),
        })
    }

    /// The next piece, `None` at the end.
    ///
    /// # Errors
    /// When the text cannot be read.
    pub fn next_piece(&mut self) -> io::Result<Option<Piece<'_>>> {
        if !self.is_past_head {
            self.fill(HEAD)?;
            self.is_past_head = true;
            let end = self.head_end();
            self.line = self.layout.data_line;
            if end > 0 {
                return Ok(Some(self.give(end, 1, false)));
            }
        }
        let longest = self.layout.dialect.max_record_bytes.saturating_mul(2);
        loop {
            let n_units = self.looked_at().len();
            if self.at == n_units && self.at_end {
                // A last byte that is half a unit belongs to no record.
                let rest = n_units * self.units.width();
                if rest == self.bytes.len() {
                    return Ok(None);
                }
                let half = self.bytes.split_off(rest);
                (self.bytes, self.at) = (half, 0);
                self.shadow.clear();
                self.units = Units::Bytes;
                return Ok(Some(self.give(1, self.line, false)));
            }
            let looked_at = if self.units == Units::Bytes { &self.bytes } else { &self.shadow };
            let dialect = &self.layout.dialect;
            if self.at < n_units
                && let Some(extent) = record_at(looked_at, self.at, self.at_end, dialect, &mut self.fields)
            {
                let n_lines = count_line_ends(&looked_at[extent.begin..extent.next]);
                let line = self.line;
                self.line += n_lines;
                let is_whole = extent.fault.is_none() && self.fields.len() == self.layout.dialect.width;
                return Ok(Some(self.give(extent.next, line, is_whole)));
            }
            if n_units - self.at >= longest {
                return self.long_line().map(Some);
            }
            self.forget();
            self.fill(self.bytes.len() + PIECE)?;
        }
    }

    /// A line too long to be a record, or a part of one that has no end yet.
    fn long_line(&mut self) -> io::Result<Piece<'_>> {
        let line = self.line;
        let found = line_end(self.looked_at(), self.at, false);
        let end = found.map_or(self.looked_at().len() - 1, |(_, next)| next);
        self.line += u64::from(found.is_some());
        Ok(self.give(end, line, false))
    }

    /// Where the first record begins, in units.
    fn head_end(&self) -> usize {
        let looked_at = self.looked_at();
        let mut at = 0;
        for _ in 1..self.layout.data_line {
            at = line_end(looked_at, at, self.at_end).map_or(looked_at.len(), |(_, next)| next);
        }
        if at == 0 {
            let mark: &[u8] = match self.units {
                Units::Bytes => BOM,
                Units::Little => &[0xFF, 0xFE],
                Units::Big => &[0xFE, 0xFF],
            };
            let n_marks = self.bytes.chunks(mark.len()).take_while(|piece| *piece == mark).count();
            at = n_marks * mark.len() / self.units.width();
        }
        at
    }

    fn looked_at(&self) -> &[u8] {
        if self.units == Units::Bytes { &self.bytes } else { &self.shadow }
    }

    fn give(&mut self, end: usize, line: u64, is_record: bool) -> Piece<'_> {
        let (start, width) = (self.at, self.units.width());
        self.at = end;
        Piece {
            line,
            bytes: &self.bytes[start * width..end * width],
            cells: is_record.then_some((&self.fields, start, width)),
        }
    }

    /// Drops what was given.
    fn forget(&mut self) {
        self.bytes.drain(..self.at * self.units.width());
        if self.units != Units::Bytes {
            self.shadow.drain(..self.at);
        }
        self.at = 0;
    }

    fn fill(&mut self, wanted: usize) -> io::Result<()> {
        while !self.at_end && self.bytes.len() < wanted {
            let missing = (wanted - self.bytes.len()) as u64;
            let n_read = self.reader.by_ref().take(missing).read_to_end(&mut self.bytes)?;
            self.at_end = (n_read as u64) < missing;
        }
        if self.units != Units::Bytes {
            let known = self.shadow.len() * 2;
            let units = self.units;
            self.shadow.extend(self.bytes[known..].as_chunks::<2>().0.iter().map(|unit| units.shown(*unit)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ingest::{HeadOptions, OpenOptions, open};

    /// The cells of every record as the locator has them: line, and each cell decoded and out of its quotes.
    fn located(path: &Path, layout: Layout) -> (Vec<(u64, Vec<String>)>, Vec<u8>) {
        let mut located = Located::open(path, layout).expect("a file");
        let (mut rows, mut all) = (Vec::new(), Vec::new());
        while let Some(piece) = located.next_piece().expect("a file") {
            all.extend_from_slice(piece.bytes);
            let cells = (0..).map_while(|column| piece.cell(column));
            let cells: Vec<String> = cells.map(|range| text(&piece.bytes[range], layout.encoding)).collect();
            if piece.is_record() && cells.iter().any(|cell| !cell.trim().is_empty()) {
                rows.push((piece.line, cells));
            }
        }
        (rows, all)
    }

    fn text(bytes: &[u8], encoding: TextEncoding) -> String {
        let decoded = encoding.decoder().unwrap_or(encoding_rs::UTF_8).decode_without_bom_handling(bytes).0;
        match decoded.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')) {
            Some(cell) => cell.replace("\"\"", "\""),
            None => decoded.into_owned(),
        }
    }

    fn ingested(path: &Path) -> (Vec<(u64, Vec<String>)>, Layout) {
        let head = HeadOptions { delimiter: Some(b','), header_line: Some(1) };
        let opened = open(path, &OpenOptions { head, ..OpenOptions::default() }).expect("a list");
        let layout = opened.layout().expect("a text");
        let (mut feeder, reader) = opened.into_parts(vec![0, 1, 2]);
        let mut rows = Vec::new();
        while let Some(work) = feeder.next_work().expect("a list") {
            let batch = reader.read(work).expect("a list");
            for (row, line) in batch.lines.iter().enumerate() {
                rows.push((*line, batch.columns.iter().map(|column| column.get(row).to_owned()).collect()));
            }
        }
        (rows, layout)
    }

    fn agree(bytes: &[u8]) {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("a.csv");
        std::fs::write(&path, bytes).expect("a file");
        let (expected, layout) = ingested(&path);
        let (found, all) = located(&path, layout);
        assert_eq!(all, bytes);
        let lines: Vec<u64> = found.iter().map(|(line, _)| *line).collect();
        for row in &expected {
            let at = lines.binary_search(&row.0).expect("every row is located");
            assert_eq!(found[at], *row);
        }
    }

    proptest! {
        /// Every row that is read is found again with the same cells on the same line, and no byte is lost.
        #[test]
        fn cells_are_located_as_they_are_read(
            parts in proptest::collection::vec(
                proptest::sample::select(&[
                    "a", ",", "\"", "\n", "\r\n", "\r", "ế", "1,b,c\n", "\"x\ny\",d,\"e \"\"f\"\"\"\n", "\"\",,z\n",
                ][..]),
                0..80,
            ),
            coding in 0..3,
        ) {
            let text = format!("mã,tên,nơi\n0,a,b\n0,a,b\n0,a,b\n{}", parts.concat());
            let marked = format!("\u{feff}{text}");
            match coding {
                0 => agree(text.as_bytes()),
                1 => agree(&marked.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()),
                _ => agree(&marked.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>()),
            }
        }
    }

    #[test]
    fn records_behind_the_first_piece_are_located() {
        let row = "1,\"Nguyễn, Thị\n Bưởi\",x\n2,b,c\n";
        agree(format!("mã,tên,nơi\n{}", row.repeat(200_000)).as_bytes());
    }
}
