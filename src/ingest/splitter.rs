//! A block of text becomes a batch of columns: every record is either a row or a slip for quarantine.
//!
//! Runs on many threads at once and shares nothing but the settings. Only wanted cells are copied, and short
//! ones live in the view itself, so a batch holds no more than its columns and the block can be used again.

use memchr::memchr;

use super::blocks::{Block, count_line_ends};
use super::cells::{BlockText, Cells, Question};
use super::fault::{Fault, Quarantined};
use super::records::{BOM, Dialect, Extent, Fields, record_at};
use super::scan::{Marks, Structure};
use crate::record::{TextBuilder, TextColumn};

/// The rows of one block: the wanted columns as text, and where each record stands in the file.
#[derive(Debug)]
pub struct RawBatch {
    /// Position among the batches of the file, from 0.
    pub index: usize,
    /// Physical line on which each row starts.
    pub lines: Vec<u64>,
    /// The wanted columns, in the order they were asked for.
    pub columns: Vec<TextColumn>,
    /// Records that cannot be read.
    pub quarantined: Vec<Quarantined>,
    /// Records that could be read and that nobody asked for.
    pub n_passed: usize,
    /// Lines without a character.
    pub n_blank_lines: u64,
    /// Lines that begin with a byte-order mark.
    pub marks_inside: Vec<u64>,
}

impl RawBatch {
    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.lines.len()
    }

    /// Number of records that could be read.
    pub fn n_read(&self) -> usize {
        self.n_passed + self.lines.len()
    }
}

/// Settings of splitting, the same for all blocks of a file.
#[derive(Debug, Clone)]
pub struct Splitter {
    /// How fields are written; `width` is known here.
    pub dialect: Dialect,
    /// The header as it stands in the file, empty when there is none.
    pub header_bytes: Vec<u8>,
    /// Column names, the same length as a record.
    pub names: Vec<String>,
    /// Columns to keep, by position.
    pub wanted: Vec<usize>,
}

impl Splitter {
    /// Splits a block. Rows and quarantined records together are all its records. Gives back the memory of the
    /// block for reading the next one into.
    ///
    /// # Errors
    /// Only when an invariant of ours does not hold; data never fails.
    pub fn split(&self, mut block: Block) -> Result<(RawBatch, Vec<u8>, Structure), &'static str> {
        let mut rows = Rows::new(self, block.structure.n_line_ends + 1);
        rows.quarantined = std::mem::take(&mut block.oversized);
        self.each_record(BlockText::new(&block.bytes), &block, &mut rows, ALL, |_, _, _| true)?;
        Ok((rows.finish(self, block.index), block.bytes, block.structure))
    }

    /// Splits a block and keeps only the rows that the question wants.
    ///
    /// # Errors
    /// Only when an invariant of ours does not hold; data never fails.
    pub fn split_where(
        &self,
        mut block: Block,
        question: &mut impl Question,
    ) -> Result<(RawBatch, Vec<u8>, Structure), &'static str> {
        let mut rows = Rows::new(self, 0);
        rows.quarantined = std::mem::take(&mut block.oversized);
        let text = BlockText::new(&block.bytes);
        let mut places: Vec<(u32, u64)> = Vec::with_capacity(block.structure.n_line_ends + 1);
        let looked_at = self.wanted.iter().enumerate().filter(|(column, _)| question.looks_at(*column));
        let reach = looked_at.map(|(_, &field)| field + 1).max().unwrap_or(0);
        self.each_record(text, &block, &mut rows, reach, |cells, start, line| {
            question.see(cells);
            places.push((start as u32, line));
            false
        })?;
        let answer = question.answer();
        rows.reserve(answer.iter().filter(|kept| **kept).count());
        let mut fields = Fields::default();
        for (row, is_kept) in answer.into_iter().enumerate() {
            let Some(&(start, line)) = places.get(row).filter(|_| is_kept) else { continue };
            let start = start as usize;
            if block.structure.is_simple {
                simple_record(text.bytes, start, &mut block.structure.marks(start), &mut fields, ALL);
            } else {
                record_at(text.bytes, start, true, &self.dialect, &mut fields).ok_or("a record was lost")?;
            }
            rows.n_passed -= 1;
            rows.push(self, text, line, &fields);
        }
        Ok((rows.finish(self, block.index), block.bytes, block.structure))
    }

    fn each_record(
        &self,
        text: BlockText<'_>,
        block: &Block,
        rows: &mut Rows,
        reach: usize,
        mut keep: impl FnMut(&Cells<'_>, usize, u64) -> bool,
    ) -> Result<(), &'static str> {
        let (bytes, structure) = (text.bytes, &block.structure);
        let mut fields = Fields::default();
        let (mut at, mut line) = (0, block.first_line);
        let mut marks = structure.marks(0);
        while at < bytes.len() {
            let extent = if structure.is_simple {
                // Every field of a record that may be blank or have a field too long has to be looked at.
                let reach = if begins_with_text(&bytes[at..]) { reach } else { ALL };
                let extent = simple_record(bytes, at, &mut marks, &mut fields, reach);
                if reach != ALL && extent.end - extent.start > self.dialect.max_field_bytes {
                    simple_record(bytes, at, &mut structure.marks(at), &mut fields, ALL);
                }
                extent
            } else {
                record_at(bytes, at, true, &self.dialect, &mut fields)
                    .ok_or("a block ends inside a record")?
            };
            self.take(text, structure, &extent, line, &fields, rows, &mut keep);
            // Where the structure is plain every line is one record.
            line += if structure.is_simple { 1 } else { count_line_ends(&bytes[at..extent.next]) };
            at = extent.next;
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "one record with everything known of it, in the hot loop")]
    #[inline]
    fn take(
        &self,
        text: BlockText<'_>,
        structure: &Structure,
        extent: &Extent,
        line: u64,
        fields: &Fields,
        rows: &mut Rows,
        keep: &mut impl FnMut(&Cells<'_>, usize, u64) -> bool,
    ) {
        let bytes = text.bytes;
        let record = &bytes[extent.start..extent.end];
        if record.is_empty() || (fields.len() != self.dialect.width && record.trim_ascii().is_empty()) {
            rows.n_blank_lines += 1;
            return;
        }
        if extent.start > 0 && bytes[..extent.start].ends_with(BOM) {
            rows.marks_inside.push(line);
        }
        match self.fault(record, extent, text, fields, structure.has_control) {
            Some(fault) => {
                let is_width = matches!(fault, Fault::TooFewFields | Fault::TooManyFields);
                let n_fields = if is_width { fields.len() } else { 0 };
                rows.quarantined.push(Quarantined::new(line, fault, n_fields, record));
            }
            None => {
                let cells = Cells::Text { block: text, fields, wanted: &self.wanted };
                if keep(&cells, extent.start, line) {
                    rows.push(self, text, line, fields);
                } else {
                    rows.n_passed += 1;
                }
            }
        }
    }

    /// Cheap tests first; the costly ones only where the block as a whole is suspect.
    #[inline]
    fn fault(
        &self,
        record: &[u8],
        extent: &Extent,
        text: BlockText<'_>,
        fields: &Fields,
        has_control: bool,
    ) -> Option<Fault> {
        let bytes = text.bytes;
        if extent.fault.is_some() {
            return Some(control_fault(record, has_control).or(extent.fault).unwrap_or(Fault::StrayQuote));
        }
        if let Some(fault) = control_fault(record, has_control) {
            return Some(fault);
        }
        if text.text.is_none() && std::str::from_utf8(record).is_err() {
            return Some(Fault::BadEncoding);
        }
        if !self.header_bytes.is_empty()
            && record.first() == self.header_bytes.first()
            && record == self.header_bytes
        {
            return Some(Fault::RepeatedHeader);
        }
        if fields.len() < self.dialect.width {
            return Some(Fault::TooFewFields);
        }
        if fields.len() > self.dialect.width {
            return Some(Fault::TooManyFields);
        }
        if record.len() > self.dialect.max_field_bytes
            && (0..fields.len()).any(|field| fields.written_len(field) > self.dialect.max_field_bytes)
        {
            return Some(Fault::FieldTooLarge);
        }
        if begins_with_text(record) {
            return None;
        }
        let blank = |field: usize| {
            let span = fields.span(bytes, field);
            bytes[span.start..span.end].trim_ascii().is_empty()
        };
        if (0..fields.len()).all(blank) {
            return Some(Fault::BlankRecord);
        }
        None
    }
}

fn control_fault(record: &[u8], has_control: bool) -> Option<Fault> {
    if !has_control {
        return None;
    }
    if memchr(0, record).is_some() {
        return Some(Fault::NulByte);
    }
    record.iter().any(|&byte| is_control(byte)).then_some(Fault::ControlByte)
}

/// A control byte that no text of people holds. Tab, line feed and carriage return may stand in quoted fields.
const fn is_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')
}

/// All fields of a record.
const ALL: usize = usize::MAX;

/// Whether a record is not blank at the first look.
#[inline]
fn begins_with_text(record: &[u8]) -> bool {
    record.first().is_some_and(|&byte| byte.is_ascii_alphanumeric())
}

/// The record that begins at `start` in bytes whose structure is plain; `marks` are those from there on. Of the fields
/// the first `reach` are located and the others only counted.
#[inline]
fn simple_record(
    bytes: &[u8],
    start: usize,
    marks: &mut Marks<'_>,
    fields: &mut Fields,
    reach: usize,
) -> Extent {
    let start = skip_mark(bytes, start);
    fields.begin(start);
    let mut line_end = None;
    while fields.len() < reach {
        let Some(at) = marks.next() else { break };
        if bytes[at] == b'\n' {
            line_end = Some(at);
            break;
        }
        fields.end_field(at);
    }
    let is_counted = line_end.is_none() && fields.len() == reach;
    if is_counted {
        let (end, n_passed) = marks.skip_line();
        line_end = end;
        fields.count_more(n_passed + 1);
    }
    let (end, next) = match line_end {
        Some(at) => (at - usize::from(at > start && bytes[at - 1] == b'\r'), at + 1),
        None => ((bytes.len() - usize::from(bytes.ends_with(b"\r"))).max(start), bytes.len()),
    };
    if !is_counted {
        fields.end_field(end);
    }
    Extent { start, end, next, fault: None }
}

/// Past a byte-order mark at the start of a record.
#[inline]
fn skip_mark(bytes: &[u8], start: usize) -> usize {
    let has_mark = bytes.get(start) == Some(&BOM[0]) && bytes[start..].starts_with(BOM);
    if has_mark { start + BOM.len() } else { start }
}

/// Columns under construction.
struct Rows {
    n_passed: usize,
    lines: Vec<u64>,
    columns: Vec<TextBuilder>,
    quarantined: Vec<Quarantined>,
    n_blank_lines: u64,
    marks_inside: Vec<u64>,
}

impl Rows {
    fn new(splitter: &Splitter, n_rows: usize) -> Self {
        Self {
            n_passed: 0,
            lines: Vec::with_capacity(n_rows),
            columns: splitter.wanted.iter().map(|_| TextBuilder::with_capacity(n_rows)).collect(),
            quarantined: Vec::new(),
            n_blank_lines: 0,
            marks_inside: Vec::new(),
        }
    }

    /// Room for so many rows more.
    fn reserve(&mut self, n_rows: usize) {
        self.lines.reserve(n_rows);
        self.columns.iter_mut().for_each(|column| column.reserve(n_rows));
    }

    #[inline]
    fn push(&mut self, splitter: &Splitter, text: BlockText<'_>, line: u64, fields: &Fields) {
        self.lines.push(line);
        for (builder, &column) in self.columns.iter_mut().zip(&splitter.wanted) {
            builder.push(&text.cell(fields.span(text.bytes, column)));
        }
    }

    fn finish(self, splitter: &Splitter, index: usize) -> RawBatch {
        let columns = self.columns.into_iter().zip(&splitter.wanted);
        RawBatch {
            index,
            columns: columns.map(|(builder, &column)| builder.finish(&splitter.names[column])).collect(),
            lines: self.lines,
            n_passed: self.n_passed,
            quarantined: self.quarantined,
            n_blank_lines: self.n_blank_lines,
            marks_inside: self.marks_inside,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &[u8]) -> RawBatch {
        let splitter = Splitter {
            dialect: Dialect { delimiter: b',', width: 2, max_field_bytes: 60, max_record_bytes: 300 },
            header_bytes: b"ma,ten".to_vec(),
            names: vec!["ma".into(), "ten".into()],
            wanted: vec![0, 1],
        };
        let structure = Structure::of_whole(text, b',');
        let block = Block { index: 0, first_line: 2, bytes: text.to_vec(), structure, oversized: Vec::new() };
        let careful = Block {
            structure: Structure { is_simple: false, ..block.structure.clone() },
            bytes: text.to_vec(),
            oversized: Vec::new(),
            ..block
        };
        let (fast, ..) = splitter.split(block).expect("a block that ends at a record");
        let (slow, ..) = splitter.split(careful).expect("a block that ends at a record");
        assert_eq!((rows(&fast), faults(&fast)), (rows(&slow), faults(&slow)));
        assert_eq!(fast.marks_inside, slow.marks_inside);
        fast
    }

    fn rows(batch: &RawBatch) -> Vec<String> {
        let row = |row: usize| {
            format!("{} {}|{}", batch.lines[row], batch.columns[0].get(row), batch.columns[1].get(row))
        };
        (0..batch.n_rows()).map(row).collect()
    }

    fn faults(batch: &RawBatch) -> Vec<String> {
        batch.quarantined.iter().map(|slip| format!("{} {}", slip.line, slip.fault.name())).collect()
    }

    #[test]
    fn cells_of_every_kind_are_kept_as_written() {
        let batch = split(
            "1,a\r\n\"2\",\"b \"\"c\"\", một dòng dài hơn mười hai\"\n\n\"3\",\"x\ny\"\n4,\"\"\n".as_bytes(),
        );
        assert_eq!(rows(&batch), ["2 1|a", "3 2|b \"c\", một dòng dài hơn mười hai", "5 3|x\ny", "7 4|",]);
        assert_eq!(batch.n_blank_lines, 1);
        assert!(batch.quarantined.is_empty());
    }

    #[test]
    fn every_fault_is_named_with_its_line_and_costs_one_record() {
        let batch = split(
            b"1,a\n2\n3,c,d\n4,\xFFe\n5,f\0\n6,g\x1B\nma,ten\n,\n7,\"h\n8,i\"\"j\n9,0123456789012345678901234567890123456789012345678901234567890x\n10,k\n\x1A",
        );
        assert_eq!(rows(&batch), ["2 1|a", "13 10|k"]);
        assert_eq!(
            faults(&batch),
            [
                "3 too_few_fields",
                "4 too_many_fields",
                "5 bad_encoding",
                "6 nul_byte",
                "7 control_byte",
                "8 repeated_header",
                "9 blank_record",
                "10 unclosed_quote",
                "11 stray_quote",
                "12 field_too_large",
                "14 control_byte",
            ]
        );
    }

    #[test]
    fn a_mark_inside_is_taken_off_and_said() {
        let batch = split("1,a\n\u{feff}2,b\n".as_bytes());
        assert_eq!(rows(&batch), ["2 1|a", "3 2|b"]);
        assert_eq!(batch.marks_inside, [3]);
    }

    mod laws {
        use proptest::prelude::*;

        use super::*;

        /// Cells in which everything happens that matters to a reader of CSV.
        fn cell() -> impl Strategy<Value = String> {
            proptest::collection::vec(
                proptest::sample::select(&["a", "\"", ",", "\n", "\r\n", "ế", " ", "đường dài hơn", ";"][..]),
                0..6,
            )
            .prop_map(|parts| parts.concat())
        }

        /// Pieces of lines in which everything goes wrong that can.
        const PIECES: [&[u8]; 12] = [
            b"a",
            b",",
            b"\"",
            b"\n",
            b"\r",
            b"\r\n",
            b"\0",
            b"\xFF",
            b"\xEF\xBB\xBF",
            b"1,a\n",
            b"\"x\",y\n",
            b"ma,ten\n",
        ];

        proptest! {
            /// What a writer of the named crate wrote is read back cell by cell, whatever the cells hold.
            #[test]
            fn well_formed_files_are_read_as_they_were_written(
                table in proptest::collection::vec((cell(), cell(), cell()), 1..40),
            ) {
                let mut writer = csv::Writer::from_writer(Vec::new());
                for (a, b, c) in &table {
                    writer.write_record(["k", a, b, c]).expect("memory");
                }
                let bytes = writer.into_inner().expect("memory");
                let splitter = Splitter {
                    dialect: Dialect { delimiter: b',', width: 4, max_field_bytes: 1 << 20, max_record_bytes: 1 << 23 },
                    header_bytes: Vec::new(),
                    names: ["k", "a", "b", "c"].map(ToOwned::to_owned).to_vec(),
                    wanted: vec![1, 2, 3],
                };
                let structure = Structure::of_whole(&bytes, b',');
                let block = Block { index: 0, first_line: 1, bytes, structure, oversized: Vec::new() };
                let (batch, ..) = splitter.split(block).expect("whole records");
                // A text that looks like whole records inside quotes is the one thing not believed.
                if batch.quarantined.is_empty() {
                    prop_assert_eq!(batch.n_rows(), table.len());
                    for (row, (a, b, c)) in table.iter().enumerate() {
                        let cells: Vec<&str> = batch.columns.iter().map(|column| column.get(row)).collect();
                        prop_assert_eq!(cells, [a, b, c]);
                    }
                } else {
                    prop_assert!(table.iter().any(|(a, b, c)| [a, b, c].iter().any(|cell| cell.contains('\n'))));
                }
            }

            /// Any bytes: the fast reader and the careful one agree (`split` asserts it), and nothing panics.
            #[test]
            fn any_bytes_are_rows_or_slips(
                parts in proptest::collection::vec(
                    proptest::sample::select(&PIECES[..]),
                    0..120,
                ),
            ) {
                let batch = split(&parts.concat());
                prop_assert_eq!(batch.columns[0].len(), batch.n_rows());
            }
        }
    }
}
