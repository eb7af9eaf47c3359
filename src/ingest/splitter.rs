//! A block of text becomes a batch of columns: every record is either a row or a slip for quarantine.
//!
//! Runs on many threads at once and shares nothing but the settings. Only wanted cells are copied, and short
//! ones live in the view itself, so a batch holds no more than its columns and the block can be used again.

use memchr::memchr;

use super::blocks::{Block, count_line_ends};
use super::cells::{BlockText, Cells, Question};
use super::fault::{Fault, Quarantined};
use super::notes::Notes;
use super::plain::{ALL, Plain, begins_with_text, simple_record};
use super::records::{Dialect, Extent, Fields, record_at};
use super::rows::Rows;
use super::scan::{Structure, scan_plain};
use crate::record::TextColumn;

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
    /// The rows of the header as they stand in the file, none when there is no header.
    pub header_rows: Vec<Vec<u8>>,
    /// What tells a record that was never a person.
    pub notes: Notes,
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
        let mut rows = Rows::new(self, block.rows_at_most());
        rows.quarantined = std::mem::take(&mut block.oversized);
        let reach = self.wanted.iter().map(|&field| field + 1).max().unwrap_or(0);
        let reach = reach.max(self.notes.n_telling());
        self.each_record(BlockText::new(&block.bytes), &block, &mut rows, reach, |_, _, _| true)?;
        Ok((rows.finish(block.index), block.bytes, block.structure))
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
        let mut places: Vec<(u32, u64)> = Vec::with_capacity(block.rows_at_most());
        let looked_at = self.wanted.iter().enumerate().filter(|(column, _)| question.looks_at(*column));
        let reach = looked_at.map(|(_, &field)| field + 1).max().unwrap_or(0);
        self.each_record(text, &block, &mut rows, reach, |cells, start, line| {
            question.see(cells);
            places.push((start as u32, line));
            false
        })?;
        let answer = question.answer();
        let mut fields = Fields::default();
        for (row, is_kept) in answer.into_iter().enumerate() {
            let Some(&(start, line)) = places.get(row).filter(|_| is_kept) else { continue };
            let start = start as usize;
            if block.structure.is_simple {
                let marks = &mut block.structure.marks(start);
                simple_record(text.bytes, start, (marks, 0), &mut fields, ALL);
            } else {
                record_at(text.bytes, start, true, &self.dialect, &mut fields).ok_or("a record was lost")?;
            }
            if question.needs(&Cells::Text { block: text, fields: &fields, wanted: &self.wanted }) {
                rows.n_passed -= 1;
                rows.push(self, text, line, &fields);
            }
        }
        Ok((rows.finish(block.index), block.bytes, block.structure))
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
        // Plain records up to the first that is not, that one with care, and again. In most blocks all are plain.
        let mut later = Structure::default();
        let mut plain = Plain { structure, start: 0, until: structure.plain_end().min(bytes.len()) };
        while at < bytes.len() {
            let mut place = (at, line);
            self.each_plain(text, plain, &mut place, &mut fields, reach, rows, &mut keep);
            (at, line) = place;
            if at >= bytes.len() {
                break;
            }
            let extent = record_at(bytes, at, true, &self.dialect, &mut fields)
                .ok_or("a block ends inside a record")?;
            let may_be_note = self.notes.may_be(&bytes[extent.start..extent.end], bytes, &fields);
            let suspect = (block.structure.has_control, may_be_note);
            self.take(text, suspect, &extent, line, &fields, rows, &mut keep);
            line += count_line_ends(&bytes[at..extent.next]);
            at = extent.next;
            scan_plain(&bytes[at..], self.dialect.delimiter, &mut later);
            let until = at.saturating_add(later.plain_end()).min(bytes.len());
            plain = Plain { structure: &later, start: at, until };
        }
        Ok(())
    }

    /// Records that are plain: every line is one. `place` is where they begin, and afterwards where the first begins
    /// that is not, with its physical line.
    #[expect(clippy::too_many_arguments, reason = "the hot loop, in one place for whole blocks and parts")]
    #[inline]
    fn each_plain(
        &self,
        text: BlockText<'_>,
        plain: Plain<'_>,
        (at, line): &mut (usize, u64),
        fields: &mut Fields,
        reach: usize,
        rows: &mut Rows,
        keep: &mut impl FnMut(&Cells<'_>, usize, u64) -> bool,
    ) {
        let Plain { structure, start, until } = plain;
        let bytes = text.bytes;
        let mut marks = structure.marks(0);
        while *at < until {
            // Every field of a record that may be blank or have a field too long has to be looked at.
            let reach = if begins_with_text(&bytes[*at..]) { reach } else { ALL };
            let extent = simple_record(bytes, *at, (&mut marks, start), fields, reach);
            if extent.next > until {
                return;
            }
            let record = &bytes[extent.start..extent.end];
            let may_be_note = self.notes.may_be(record, bytes, fields);
            if reach != ALL && (may_be_note || record.len() > self.dialect.max_field_bytes) {
                simple_record(bytes, *at, (&mut structure.marks(*at - start), start), fields, ALL);
            }
            self.take(text, (structure.has_control, may_be_note), &extent, *line, fields, rows, keep);
            *line += 1;
            *at = extent.next;
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one record with everything known of it, in the hot loop")]
    #[inline]
    fn take(
        &self,
        text: BlockText<'_>,
        suspect: (bool, bool),
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
        if extent.start > extent.begin {
            rows.marks_inside.push(line);
        }
        match self.fault(record, extent, text, fields, suspect) {
            Some(fault) => {
                let is_width = matches!(fault, Fault::TooFewFields | Fault::TooManyFields);
                let n_fields = if is_width { fields.len() } else { 0 };
                rows.quarantined.push(Quarantined::new(line, fault, n_fields, record));
            }
            None => {
                let cells = Cells::Text { block: text, fields, wanted: &self.wanted };
                if keep(&cells, extent.begin, line) {
                    rows.push(self, text, line, fields);
                } else {
                    rows.n_passed += 1;
                }
            }
        }
    }

    /// Cheap tests first; the costly ones only where the block as a whole may have a control byte, or the record may be a
    /// note.
    #[inline]
    fn fault(
        &self,
        record: &[u8],
        extent: &Extent,
        text: BlockText<'_>,
        fields: &Fields,
        (has_control, may_be_note): (bool, bool),
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
        let repeats = |header: &Vec<u8>| record.first() == header.first() && record == header;
        if self.header_rows.iter().any(repeats) {
            return Some(Fault::RepeatedHeader);
        }
        if record.len() < self.notes.longest && self.notes.is_number_row(record) {
            return Some(Fault::NoteRow);
        }
        if fields.len() < self.dialect.width {
            return Some(Fault::TooFewFields);
        }
        if fields.len() > self.dialect.width {
            return Some(Fault::TooManyFields);
        }
        if record.len() > self.dialect.max_field_bytes
            && (0..fields.len())
                .map(|field| fields.written(field))
                .any(|(start, end)| end - start > self.dialect.max_field_bytes)
        {
            return Some(Fault::FieldTooLarge);
        }
        if may_be_note && self.notes.is_note(text, fields) {
            return Some(Fault::NoteRow);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &[u8]) -> RawBatch {
        let splitter = Splitter {
            dialect: Dialect { delimiter: b',', width: 2, max_field_bytes: 60, max_record_bytes: 300 },
            header_rows: vec![b"ma,ten".to_vec()],
            notes: Notes::default(),
            wanted: vec![0, 1],
        };
        let structure = Structure::of_whole(text, b',');
        let block = Block { index: 0, first_line: 2, bytes: text.to_vec(), structure, oversized: Vec::new() };
        let slow = split_with_care(&splitter, text);
        let (fast, bytes, structure) = splitter.split(block).expect("a block that ends at a record");
        assert_eq!((rows(&fast), faults(&fast)), (rows(&slow), faults(&slow)));
        assert_eq!(fast.marks_inside, slow.marks_inside);
        let again = Block { index: 0, first_line: 2, bytes, structure, oversized: Vec::new() };
        let (odd, ..) =
            splitter.split_where(again, &mut EveryOther(0)).expect("a block that ends at a record");
        let every_other: Vec<String> = rows(&fast).into_iter().skip(1).step_by(2).collect();
        assert_eq!((rows(&odd), faults(&odd)), (every_other, faults(&fast)));
        fast
    }

    /// Byte by byte, whatever the structure.
    fn split_with_care(splitter: &Splitter, text: &[u8]) -> RawBatch {
        let (mut rows, mut fields) = (Rows::new(splitter, 0), Fields::default());
        let (mut at, mut line) = (0, 2);
        while at < text.len() {
            let extent = record_at(text, at, true, &splitter.dialect, &mut fields).expect("whole records");
            let all = |_: &Cells<'_>, _, _| true;
            let may_be_note = splitter.notes.may_be(&text[extent.start..extent.end], text, &fields);
            splitter.take(
                BlockText::new(text),
                (true, may_be_note),
                &extent,
                line,
                &fields,
                &mut rows,
                &mut { all },
            );
            line += count_line_ends(&text[at..extent.next]);
            at = extent.next;
        }
        rows.finish(0)
    }

    /// Keeps the second, fourth, ... record and looks at the first column.
    struct EveryOther(usize);

    impl Question for EveryOther {
        fn looks_at(&self, column: usize) -> bool {
            column == 0
        }

        fn see(&mut self, cells: &Cells<'_>) {
            let _ = cells.get(0);
            self.0 += 1;
        }

        fn answer(&mut self) -> Vec<bool> {
            (0..self.0).map(|row| row % 2 == 1).collect()
        }

        fn needs(&mut self, cells: &Cells<'_>) -> bool {
            let _ = cells.get(1);
            true
        }
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
                    header_rows: Vec::new(),
                    notes: Notes::default(),
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
