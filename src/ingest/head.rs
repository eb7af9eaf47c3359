//! The beginning of a delimited file: `sep=` line, title rows, header, delimiter and width.
//!
//! Knows no field: which words are headers is asked of the caller. A header that fits the records badly is
//! refused, because every column after the first mistake would carry the wrong person's data.

mod two_rows;

use two_rows::{is_number_row, joined_names};

use super::blocks::count_line_ends;
use super::notice::Notice;
use super::records::{BOM, Dialect, Fields, Span, record_at};

/// What may be given from outside instead of being found.
#[derive(Debug, Clone, Default)]
pub struct HeadOptions {
    /// Byte between fields.
    pub delimiter: Option<u8>,
    /// Physical line of the header, from 1; 0 says there is none and columns are called `#1`, `#2`, ...
    pub header_line: Option<u64>,
}

/// The beginning of a file, understood.
#[derive(Debug, Clone)]
pub struct Head {
    /// Byte between fields.
    pub delimiter: u8,
    /// Column names as written, cleaned of outer spaces.
    pub names: Vec<String>,
    /// The rows of the header as they stand in the file, to know them again further down.
    pub header_rows: Vec<Vec<u8>>,
    /// The row of column numbers below the header as it stands in the file, empty when there is none.
    pub number_row: Vec<u8>,
    /// Physical line of the header, 0 when there is none.
    pub header_line: u64,
    /// Byte offset of the first record.
    pub data_start: usize,
    /// Physical line of the first record.
    pub data_line: u64,
    /// What was skipped or odd.
    pub notices: Vec<Notice>,
}

/// Why no head was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeadFault {
    /// Nothing but white space.
    Empty,
    /// No row has enough header words.
    NoHeader,
    /// The header has `names` names, most records `fields` fields.
    Width {
        /// Physical line of the header.
        line: u64,
        /// Names in the header.
        names: usize,
        /// Fields of most records.
        fields: usize,
    },
    /// More columns than allowed.
    TooManyColumns {
        /// Physical line of the header.
        line: u64,
        /// Names in the header.
        names: usize,
    },
}

/// How far down a header is looked for, in records.
const ROWS_SEARCHED: usize = 60;
/// How many records say whether the header fits.
const ROWS_COMPARED: usize = 200;
/// Delimiters that are tried, in this order.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Finds header and delimiter in the first bytes of a text. `is_header_word` says whether a cell is a known
/// column name; `last` says that the bytes are the whole text.
///
/// # Errors
/// A [`HeadFault`] that says what is missing.
pub fn find(
    bytes: &[u8],
    last: bool,
    options: &HeadOptions,
    limits: &Dialect,
    max_columns: usize,
    is_header_word: &dyn Fn(&str) -> bool,
) -> Result<Head, HeadFault> {
    let mut notices = Vec::new();
    let mut start = skip_marks(bytes, &mut notices);
    let mut line = 1;
    let mut declared = options.delimiter;
    if let Some((delimiter, next)) = separator_line(bytes, start) {
        notices.push(Notice::SeparatorLine { line });
        declared = declared.or(Some(delimiter));
        start = next;
        line += 1;
    }
    if bytes[start..].iter().all(u8::is_ascii_whitespace) {
        return Err(HeadFault::Empty);
    }
    let text = Text { bytes, last, limits: *limits, start, line };
    let found = match options.header_line {
        Some(wanted) => text.header_at(wanted, declared),
        None => text.best_header(declared, is_header_word),
    };
    let mut header = found.ok_or(HeadFault::NoHeader)?;
    let n_names = header.cells.len();
    if n_names > max_columns {
        return Err(HeadFault::TooManyColumns { line: header.line, names: n_names });
    }
    if header.line > line {
        notices.push(Notice::TitleRows { lines: (line, header.line - 1) });
    }
    let mut header_rows = vec![bytes[header.start..header.end].to_vec()];
    let invented = options.header_line == Some(0);
    if !invented && let Some(below) = text.row_at(&header) {
        text.join_below(&mut header, below, is_header_word, &mut header_rows, &mut notices);
    }
    let names = names_of(&header, invented, &mut notices);
    let numbers = text.row_at(&header).filter(|below| !invented && is_number_row(&below.cells, n_names));
    let head = Head {
        delimiter: header.delimiter,
        names,
        header_rows: header_rows.into_iter().filter(|row| !row.is_empty()).collect(),
        number_row: numbers.map(|row| bytes[row.start..row.end].to_vec()).unwrap_or_default(),
        header_line: header.line,
        data_start: header.next,
        data_line: header.next_line,
        notices,
    };
    text.check_width(&head).map(|()| head)
}

fn skip_marks(bytes: &[u8], notices: &mut Vec<Notice>) -> usize {
    let n_marks = bytes.chunks(BOM.len()).take_while(|piece| *piece == BOM).count();
    if n_marks > 1 {
        notices.push(Notice::RepeatedBom { line: 1 });
    }
    n_marks * BOM.len()
}

/// The delimiter that a spreadsheet's `sep=;` line names, and where the next line begins.
fn separator_line(bytes: &[u8], start: usize) -> Option<(u8, usize)> {
    let (end, next) = super::records::line_end(bytes, start, true)?;
    let line = bytes[start..end].trim_ascii();
    let line = line.strip_prefix(b"\"").and_then(|inner| inner.strip_suffix(b"\"")).unwrap_or(line);
    let name = line.get(..4)?;
    let delimiter = line.get(4..)?;
    let fits = name.eq_ignore_ascii_case(b"sep=") && delimiter.len() <= 1;
    // `sep=` followed by a tab loses it to trimming.
    fits.then(|| (delimiter.first().copied().unwrap_or(b'\t'), next))
}

struct Text<'a> {
    bytes: &'a [u8],
    last: bool,
    limits: Dialect,
    start: usize,
    line: u64,
}

struct HeaderRow {
    delimiter: u8,
    cells: Vec<String>,
    start: usize,
    end: usize,
    next: usize,
    line: u64,
    next_line: u64,
}

impl Text<'_> {
    /// Calls `visit` with each record until it returns false: cells, extent, line.
    fn records(
        &self,
        delimiter: u8,
        width: usize,
        from: (usize, u64),
        visit: &mut dyn FnMut(&HeaderRow) -> bool,
    ) {
        let dialect = Dialect { delimiter, width, ..self.limits };
        let (mut at, mut line) = from;
        let mut fields = Fields::default();
        while at < self.bytes.len() {
            let Some(extent) = record_at(self.bytes, at, self.last, &dialect, &mut fields) else { return };
            let next_line = line + count_line_ends(&self.bytes[at..extent.next]);
            let cell = |span: Span| {
                let text = String::from_utf8_lossy(&self.bytes[span.start..span.end]);
                if span.escaped { text.replace("\"\"", "\"") } else { text.into_owned() }
            };
            let cells = if extent.fault.is_some() {
                Vec::new()
            } else {
                (0..fields.len()).map(|field| cell(fields.span(self.bytes, field))).collect()
            };
            let (start, end, next) = (extent.start, extent.end, extent.next);
            let row = HeaderRow { delimiter, cells, start, end, next, line, next_line };
            if !visit(&row) {
                return;
            }
            (at, line) = (next, next_line);
        }
    }

    /// The row with most header words over all delimiters; the first of equals.
    fn best_header(&self, declared: Option<u8>, is_header_word: &dyn Fn(&str) -> bool) -> Option<HeaderRow> {
        let mut best: Option<(usize, HeaderRow)> = None;
        let candidates = declared.map_or(DELIMITERS.to_vec(), |delimiter| vec![delimiter]);
        for delimiter in candidates {
            let (mut n_rows, mut above) = (0, None::<HeaderRow>);
            self.records(delimiter, 0, (self.start, self.line), &mut |row| {
                n_rows += 1;
                let n_words = row.cells.iter().filter(|cell| is_header_word(cell)).count();
                let enough = n_words >= 2 || (n_words == 1 && row.cells.len() == 1);
                if enough && best.as_ref().is_none_or(|(most, _)| n_words > *most) {
                    best = Some((n_words, row.copied()));
                }
                // Words may be split over two rows: then the pair knows more of them than either, and it begins
                // with the upper one.
                let joined =
                    above.as_ref().and_then(|above| joined_names(&above.cells, &row.cells, is_header_word));
                let n_joined =
                    joined.map_or(0, |names| names.iter().filter(|name| is_header_word(name)).count());
                if let Some(above) = above.replace(row.copied())
                    && n_joined >= 2
                    && best.as_ref().is_none_or(|(most, best)| {
                        n_joined > *most || (n_joined == *most && best.line == row.line)
                    })
                {
                    best = Some((n_joined, above));
                }
                n_rows < ROWS_SEARCHED
            });
        }
        best.map(|(_, row)| row)
    }

    /// The record below a header.
    fn row_at(&self, header: &HeaderRow) -> Option<HeaderRow> {
        let mut found = None;
        self.records(header.delimiter, 0, (header.next, header.next_line), &mut |row| {
            found = Some(row.copied());
            false
        });
        found
    }

    /// Takes the row below into the header where it names what the upper row only groups.
    fn join_below(
        &self,
        header: &mut HeaderRow,
        below: HeaderRow,
        is_header_word: &dyn Fn(&str) -> bool,
        header_rows: &mut Vec<Vec<u8>>,
        notices: &mut Vec<Notice>,
    ) {
        let Some(names) = joined_names(&header.cells, &below.cells, is_header_word) else { return };
        header.cells = names;
        (header.next, header.next_line) = (below.next, below.next_line);
        header_rows.push(self.bytes[below.start..below.end].to_vec());
        notices.push(Notice::TwoRowHeader { lines: (header.line, below.line) });
    }

    /// The row on a given line; line 0 invents names for the first record.
    fn header_at(&self, wanted: u64, declared: Option<u8>) -> Option<HeaderRow> {
        let delimiter = declared.unwrap_or_else(|| self.commonest_delimiter());
        let mut found = None;
        self.records(delimiter, 0, (self.start, self.line), &mut |row| {
            if row.line >= wanted && !row.cells.is_empty() {
                found = Some(row.copied());
            }
            found.is_none()
        });
        let mut row = found?;
        if wanted == 0 {
            (row.next, row.next_line, row.end) = (row.start, row.line, row.start);
            row.line = 0;
        }
        Some(row)
    }

    fn commonest_delimiter(&self) -> u8 {
        let head = &self.bytes[self.start..self.bytes.len().min(self.start + (64 << 10))];
        let count = |delimiter: u8| head.iter().filter(|&&byte| byte == delimiter).count();
        DELIMITERS.into_iter().rev().max_by_key(|&delimiter| count(delimiter)).unwrap_or(b',')
    }

    /// Most records must be as wide as the header.
    fn check_width(&self, head: &Head) -> Result<(), HeadFault> {
        let names = head.names.len();
        let mut widths: Vec<usize> = Vec::new();
        self.records(head.delimiter, 0, (head.data_start, head.data_line), &mut |row| {
            let blank = row.cells.iter().all(|cell| cell.trim().is_empty());
            if !blank {
                widths.push(row.cells.len());
            }
            widths.len() < ROWS_COMPARED
        });
        let n_right = widths.iter().filter(|&&width| width == names).count();
        widths.sort_unstable();
        let middle = widths.get(widths.len() / 2).copied().unwrap_or(names);
        // Nearly all records agree with each other and not with the header: then the header is what is wrong.
        let n_middle = widths.iter().filter(|&&width| width == middle).count();
        if widths.len() >= 3 && middle != names && n_middle * 10 >= widths.len() * 9 && n_right * 2 < n_middle
        {
            return Err(HeadFault::Width { line: head.header_line, names, fields: middle });
        }
        Ok(())
    }
}

impl HeaderRow {
    fn copied(&self) -> Self {
        Self { cells: self.cells.clone(), ..*self }
    }
}

fn names_of(header: &HeaderRow, invented: bool, notices: &mut Vec<Notice>) -> Vec<String> {
    if invented {
        return (1..=header.cells.len()).map(|column| format!("#{column}")).collect();
    }
    let names: Vec<String> =
        header.cells.iter().map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let mut sorted: Vec<&String> = names.iter().filter(|name| !name.is_empty()).collect();
    sorted.sort_unstable();
    for pair in sorted.windows(2).filter(|pair| pair[0] == pair[1]) {
        let notice = Notice::RepeatedName { line: header.line, name: pair[0].clone() };
        if !notices.contains(&notice) {
            notices.push(notice);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Dialect =
        Dialect { delimiter: b',', width: 0, max_field_bytes: 1 << 20, max_record_bytes: 8 << 20 };

    fn head(text: &str) -> Result<Head, HeadFault> {
        let known = ["ma", "ten", "ngay sinh", "gioi tinh"];
        find(text.as_bytes(), true, &HeadOptions::default(), &LIMITS, 100, &|cell| {
            known.contains(&cell.trim())
        })
    }

    #[test]
    fn delimiter_and_header_are_found() {
        for delimiter in [",", ";", "\t", "|"] {
            let text =
                ["ma", "ten", "ngay sinh"].join(delimiter) + "\n" + &["1", "a, b", "1990"].join(delimiter);
            let found = head(&text.replace("a, b", "a b")).expect("a plain header");
            assert_eq!(
                (found.delimiter, found.header_line, found.data_line),
                (delimiter.as_bytes()[0], 1, 2)
            );
            assert_eq!(found.names, ["ma", "ten", "ngay sinh"]);
        }
    }

    #[test]
    fn title_rows_and_separator_lines_are_skipped_and_said() {
        let found = head("sep=;\nDANH SACH\n\nma;ten;gioi tinh\n1;a;Nam\n").expect("a header on line 4");
        assert_eq!((found.header_line, found.data_line), (4, 5));
        assert_eq!(found.notices, [Notice::SeparatorLine { line: 1 }, Notice::TitleRows { lines: (2, 3) },]);
    }

    #[test]
    fn a_header_that_does_not_fit_is_refused() {
        let wide = "ma,ten\n1,a,x\n2,b,y\n3,c,z\n";
        assert_eq!(head(wide).err(), Some(HeadFault::Width { line: 1, names: 2, fields: 3 }));
        assert_eq!(head("1,a\n2,b\n").err(), Some(HeadFault::NoHeader));
        assert_eq!(head("\u{feff}\n \n").err(), Some(HeadFault::Empty));
    }

    #[test]
    fn marks_and_repeated_names_are_noticed() {
        let found = head("\u{feff}\u{feff}ma,ten,ma\n1,a,2\n").expect("a header after two marks");
        assert_eq!(
            found.notices,
            [Notice::RepeatedBom { line: 1 }, Notice::RepeatedName { line: 1, name: "ma".to_owned() },]
        );
    }

    #[test]
    fn a_file_without_header_gets_numbered_columns_when_told() {
        let options = HeadOptions { header_line: Some(0), ..HeadOptions::default() };
        let found = find(b"1;a\n2;b\n", true, &options, &LIMITS, 100, &|_| false).expect("told so");
        assert_eq!((found.names, found.data_line, found.data_start), (vec!["#1".into(), "#2".into()], 1, 0));
    }
}
