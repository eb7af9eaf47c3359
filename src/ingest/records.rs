//! Where a record of delimited text ends and where its fields lie: the one reading that both the cutter of
//! blocks and the splitter follow, so that a block never ends inside a record.
//!
//! RFC 4180 with three decisions of ours. A record ends at LF, CRLF or a lone CR. A quote counts only at the
//! start of a field; anywhere else it is a fault, because nobody can tell what was meant. A quoted field may
//! span lines only if it closes properly and the whole record then has the expected width; otherwise the quote
//! was never closed, only its own line is lost, and reading goes on at the next physical line.

use memchr::{memchr, memchr2, memchr3};

use super::fault::Fault;

pub(super) const QUOTE: u8 = b'"';
/// The byte-order mark in UTF-8; joining files leaves it at the start of records in the middle.
pub(super) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// How the fields of a file are written.
#[derive(Debug, Clone, Copy)]
pub struct Dialect {
    /// Byte between fields.
    pub delimiter: u8,
    /// Fields of a record; 0 while it is not known, and then every width is right.
    pub width: usize,
    /// Longest field in bytes.
    pub max_field_bytes: usize,
    /// Longest record in bytes; also how far an open quote is followed.
    pub max_record_bytes: usize,
}

/// Where one field lies in the bytes, without its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Whether doubled quotes inside stand for single ones.
    pub escaped: bool,
}

/// The fields of one record, as the positions at which they begin.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    /// Where each field begins, and one past the byte that ends the last; what stands behind those is of another record.
    starts: Vec<usize>,
    n_located: usize,
    /// Fields after those.
    n_more: usize,
}

impl Fields {
    /// Begins a record.
    #[inline]
    pub fn begin(&mut self, start: usize) {
        self.starts.clear();
        self.starts.push(start);
        (self.n_located, self.n_more) = (0, 0);
    }

    /// Begins a record whose fields are located all at once: room for one past the ends of the first `reach`. To be ended
    /// by [`Fields::end_line`].
    #[inline]
    pub(super) fn room(&mut self, start: usize, reach: usize) -> &mut [usize] {
        if self.starts.len() != reach + 1 {
            self.starts.resize(reach + 1, 0);
        }
        self.starts[0] = start;
        &mut self.starts[1..]
    }

    /// Ends a record of so many delimiters whose last byte stands before `end`; fields after the first `reach` are only
    /// counted.
    #[inline]
    pub(super) fn end_line(&mut self, n_delimiters: usize, end: usize, reach: usize) {
        if n_delimiters < reach {
            self.starts[n_delimiters + 1] = end + 1;
        }
        self.n_located = reach.min(n_delimiters + 1);
        self.n_more = n_delimiters + 1 - self.n_located;
    }

    /// Ends a field at a delimiter or at the end of the record.
    #[inline]
    pub fn end_field(&mut self, end: usize) {
        self.starts.push(end + 1);
        self.n_located += 1;
    }

    /// Number of fields.
    #[inline]
    pub fn len(&self) -> usize {
        self.n_located + self.n_more
    }

    /// Number of fields of which it is known where they lie; others are only counted.
    #[inline]
    pub fn n_located(&self) -> usize {
        self.n_located
    }

    /// First byte and one past the last of a field as written, quotes included.
    #[inline]
    pub fn written(&self, field: usize) -> (usize, usize) {
        (self.starts[field], self.starts[field + 1] - 1)
    }

    /// The text of a field that is written without quotes: nearly every field is.
    #[inline]
    pub(super) fn bare<'t>(&self, text: &'t str, field: usize) -> Option<&'t str> {
        let [start, next] = *self.starts.get(field..)?.first_chunk()?;
        let cell = text.get(start..next - 1)?;
        (cell.as_bytes().first() != Some(&QUOTE)).then_some(cell)
    }

    /// Where a field lies.
    #[inline]
    pub fn span(&self, bytes: &[u8], field: usize) -> Span {
        let (start, end) = self.written(field);
        if end - start >= 2 && bytes[start] == QUOTE {
            return quoted_span(bytes, start, end);
        }
        Span { start, end, escaped: false }
    }
}

/// Where a field lies that is written in quotes.
fn quoted_span(bytes: &[u8], start: usize, end: usize) -> Span {
    let escaped = memchr(QUOTE, &bytes[start + 1..end - 1]).is_some();
    Span { start: start + 1, end: end - 1, escaped }
}

/// One record: its bytes without the line end, where the next begins, and what is wrong with its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// First byte.
    pub begin: usize,
    /// First byte after a byte-order mark.
    pub start: usize,
    /// One past the last byte of the record.
    pub end: usize,
    /// First byte of the next record.
    pub next: usize,
    /// A fault of quoting, if there is one.
    pub fault: Option<Fault>,
}

/// The line that begins at `start`: its end and the beginning of the next. `None` when the bytes stop before
/// its end and more may come.
pub fn line_end(bytes: &[u8], start: usize, last: bool) -> Option<(usize, usize)> {
    match memchr2(b'\n', b'\r', &bytes[start..]) {
        Some(offset) => {
            let end = start + offset;
            if bytes[end] == b'\n' {
                return Some((end, end + 1));
            }
            match bytes.get(end + 1) {
                Some(b'\n') => Some((end, end + 2)),
                Some(_) => Some((end, end + 1)),
                None => last.then_some((end, end + 1)),
            }
        }
        None => last.then_some((bytes.len(), bytes.len())),
    }
}

/// The record that begins at `start`. Its fields are written to `fields`.
///
/// `None` when the bytes stop before the record does and more may come (`last` is false).
pub fn record_at(
    bytes: &[u8],
    start: usize,
    last: bool,
    dialect: &Dialect,
    fields: &mut Fields,
) -> Option<Extent> {
    let begin = start;
    let start = if bytes[start..].starts_with(BOM) { start + BOM.len() } else { start };
    let (end, next) = line_end(bytes, start, last)?;
    fields.begin(start);
    if memchr(QUOTE, &bytes[start..end]).is_none() {
        split_plain(bytes, start, end, dialect.delimiter, fields);
        return Some(Extent { begin, start, end, next, fault: None });
    }
    let first_line = Extent { begin, start, end, next, fault: None };
    match walk(bytes, start, last, dialect, fields) {
        Walk::Record { end, next } => {
            let several_lines = end > first_line.end;
            if several_lines && dialect.width != 0 && swallows(bytes, first_line.next, end, dialect, fields) {
                return Some(Extent { fault: Some(Fault::UnclosedQuote), ..first_line });
            }
            Some(Extent { begin, start, end, next, fault: None })
        }
        Walk::Stray { at } => {
            let fault = if at > end { Fault::UnclosedQuote } else { Fault::StrayQuote };
            Some(Extent { fault: Some(fault), ..first_line })
        }
        Walk::Open => Some(Extent { fault: Some(Fault::UnclosedQuote), ..first_line }),
        Walk::Unfinished => None,
    }
}

/// Whether a record of several lines is really an open quote that found a stranger's closing one: the width is
/// wrong, or a line inside it is a whole record by itself.
fn swallows(bytes: &[u8], second_line: usize, end: usize, dialect: &Dialect, fields: &Fields) -> bool {
    /// Texts of several lines hold a few delimiters; this many by chance is not to be believed.
    const TELLING_WIDTH: usize = 3;
    if fields.len() != dialect.width {
        return true;
    }
    let mut at = second_line;
    while let Some((line, next)) = line_end(bytes, at, true).filter(|(line, _)| *line < end) {
        let n_fields = memchr::memchr_iter(dialect.delimiter, &bytes[at..line]).count() + 1;
        if dialect.width >= TELLING_WIDTH && n_fields == dialect.width {
            return true;
        }
        at = next;
    }
    false
}

/// The fields of a line that holds no quote.
fn split_plain(bytes: &[u8], start: usize, end: usize, delimiter: u8, fields: &mut Fields) {
    for at in memchr::memchr_iter(delimiter, &bytes[start..end]) {
        fields.end_field(start + at);
    }
    fields.end_field(end);
}

enum Walk {
    Record {
        end: usize,
        next: usize,
    },
    /// A quote where none may stand.
    Stray {
        at: usize,
    },
    /// A quoted field that does not close within the limit or the file.
    Open,
    /// The bytes stop first, and more may come.
    Unfinished,
}

fn walk(bytes: &[u8], start: usize, last: bool, dialect: &Dialect, fields: &mut Fields) -> Walk {
    let mut field = start;
    loop {
        if bytes.get(field) == Some(&QUOTE) {
            match quoted_end(bytes, field, last, dialect.max_record_bytes) {
                Quoted::Closed { quote } => {
                    fields.end_field(quote + 1);
                    match bytes.get(quote + 1) {
                        Some(&byte) if byte == dialect.delimiter => field = quote + 2,
                        Some(b'\n' | b'\r') | None => return end_of_record(bytes, quote + 1, last),
                        Some(_) => return Walk::Stray { at: quote },
                    }
                }
                Quoted::Open => return Walk::Open,
                Quoted::Unfinished => return Walk::Unfinished,
            }
        } else {
            let Some(stop) = bare_end(bytes, field, dialect.delimiter) else {
                if !last {
                    return Walk::Unfinished;
                }
                fields.end_field(bytes.len());
                return Walk::Record { end: bytes.len(), next: bytes.len() };
            };
            match bytes[stop] {
                QUOTE => return Walk::Stray { at: stop },
                b'\n' | b'\r' => {
                    fields.end_field(stop);
                    return end_of_record(bytes, stop, last);
                }
                _ => {
                    fields.end_field(stop);
                    field = stop + 1;
                }
            }
        }
    }
}

/// First delimiter, quote or line end at or after `start`.
fn bare_end(bytes: &[u8], start: usize, delimiter: u8) -> Option<usize> {
    let offset = memchr3(delimiter, QUOTE, b'\n', &bytes[start..]);
    let reach = offset.map_or(bytes.len(), |offset| start + offset);
    memchr(b'\r', &bytes[start..reach]).map(|at| start + at).or(offset.map(|offset| start + offset))
}

fn end_of_record(bytes: &[u8], end: usize, last: bool) -> Walk {
    match line_end(bytes, end, last) {
        Some((end, next)) => Walk::Record { end, next },
        None => Walk::Unfinished,
    }
}

enum Quoted {
    Closed { quote: usize },
    Open,
    Unfinished,
}

/// The closing quote of the field whose opening quote is at `open`.
fn quoted_end(bytes: &[u8], open: usize, last: bool, limit: usize) -> Quoted {
    let mut from = open + 1;
    let reach = bytes.len().min(open.saturating_add(limit));
    loop {
        match memchr(QUOTE, &bytes[from..reach]) {
            None if reach < bytes.len() || last => return Quoted::Open,
            None => return Quoted::Unfinished,
            Some(offset) => {
                let quote = from + offset;
                match bytes.get(quote + 1) {
                    Some(&QUOTE) => {
                        from = quote + 2;
                        if from > reach {
                            let given_up = reach < bytes.len() || last;
                            return if given_up { Quoted::Open } else { Quoted::Unfinished };
                        }
                    }
                    None if !last => return Quoted::Unfinished,
                    _ => return Quoted::Closed { quote },
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect(width: usize) -> Dialect {
        Dialect { delimiter: b',', width, max_field_bytes: 100, max_record_bytes: 200 }
    }

    /// Reads all records: fields joined by `|`, or the fault, each behind the offset where it starts.
    fn read(text: &str, width: usize) -> Vec<String> {
        let bytes = text.as_bytes();
        let (mut at, mut fields, mut all) = (0, Fields::default(), Vec::new());
        while at < bytes.len() {
            let extent = record_at(bytes, at, true, &dialect(width), &mut fields).expect("the text is whole");
            all.push(match extent.fault {
                Some(fault) => format!("!{}", fault.name()),
                None => {
                    let spans = (0..fields.len()).map(|field| fields.span(bytes, field));
                    spans.map(|span| &text[span.start..span.end]).collect::<Vec<_>>().join("|")
                }
            });
            at = extent.next;
        }
        all
    }

    #[test]
    fn line_ends_of_every_kind_end_a_record() {
        assert_eq!(read("a,b\nc,d\r\ne,f\rg,h", 2), ["a|b", "c|d", "e|f", "g|h"]);
    }

    #[test]
    fn quoted_fields_keep_delimiters_and_lines() {
        assert_eq!(read("\"a,1\",b\n\"c\nd\",e\n", 2), ["a,1|b", "c\nd|e"]);
        assert_eq!(read("\"a \"\"x\"\"\",b\r\n,\"\"\n", 2), ["a \"\"x\"\"|b", "|"]);
    }

    #[test]
    fn an_unclosed_quote_costs_its_own_line_only() {
        assert_eq!(read("1,\"a\n2,b\n3,\"c\"\n", 2), ["!unclosed_quote", "2|b", "3|c"]);
        assert_eq!(read("1,\"a\n2,b\n3,c\n", 2), ["!unclosed_quote", "2|b", "3|c"]);
        assert_eq!(read("1,\"a\n2,b", 2), ["!unclosed_quote", "2|b"]);
    }

    #[test]
    fn a_quote_that_closes_far_below_with_a_wrong_width_was_never_closed() {
        assert_eq!(read("1,\"a\n2,b\n3,c\",d\n4,e\n", 2), ["!unclosed_quote", "2|b", "!stray_quote", "4|e"]);
    }

    #[test]
    fn whole_records_inside_a_quote_are_not_its_text() {
        let text = "1,\"a,x\n2,b,y\n3,c\",z\n4,d,w\n";
        assert_eq!(read(text, 3), ["!unclosed_quote", "2|b|y", "!stray_quote", "4|d|w"]);
        assert_eq!(read("1,\"a\nb, c\nd\",x\n", 3), ["1|a\nb, c\nd|x"]);
    }

    #[test]
    fn a_quote_inside_a_field_is_a_fault() {
        assert_eq!(read("1,a\"b\n2,\"c\"d\n3,e\n", 2), ["!stray_quote", "!stray_quote", "3|e"]);
    }

    #[test]
    fn a_byte_order_mark_before_a_record_is_not_part_of_it() {
        assert_eq!(read("\u{feff}\"a\",b\n\u{feff}c,d\n", 2), ["a|b", "c|d"]);
    }

    #[test]
    fn more_bytes_are_asked_for_when_the_record_may_go_on() {
        let mut fields = Fields::default();
        for text in ["a,b", "a,\"b", "a,\"b\"", "a,b\r", "a,\"b\"\"", "a,\"b\nc"] {
            let extent = record_at(text.as_bytes(), 0, false, &dialect(2), &mut fields);
            assert_eq!(extent, None, "{text:?}");
        }
    }
}
