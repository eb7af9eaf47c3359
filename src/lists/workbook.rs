//! A list as a workbook that prints as an official paper: A4 across, one page wide, the header on every page.
//!
//! Owns the layout of sheets. What stands in the cells is said by `content`. Every cell is written as text, so that no zero
//! is lost and nothing is a formula; rows pass one at a time and are not held. Nothing follows from a clock.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign,
    FormatBorder, FormatUnderline, IgnoreError, Workbook, Worksheet, XlsxError,
};

use super::content::{Content, Frame, Look, filled};
use super::row::Row;
use super::settings::Day;
use crate::record::caught;
use crate::rulebook::{Colours, ColumnId};

/// Most rows of a list on one sheet: a sheet has 1,048,576, and title and signatures take some.
pub const ROWS_OF_A_SHEET: u64 = 1_000_000;
/// Rows of the header: what stands above it is the title block.
const HEADER: u32 = 6;
/// Empty rows in which is signed.
const ROOM_TO_SIGN: u32 = 4;
/// Font of official papers (Decree 30/2020/ND-CP, appendix I).
pub(super) const FONT: &str = "Times New Roman";
/// Height of a line of the font, in points.
const LINE: f64 = 14.5;
/// Least height of a row, in which somebody writes by hand.
const ROOM_TO_WRITE: f64 = 27.0;
/// Rows of a list above which none is printed: a height is kept in memory for each row that has one.
const PRINTED_MAX: u64 = 50_000;
/// Paper A4 in the numbering of spreadsheets.
pub(super) const A4: u8 = 9;

/// What a sheet is made of.
struct Formats {
    plain: Format,
    bold: Format,
    motto: Format,
    italic: Format,
    title: Format,
    unit: Format,
    note: Format,
    header: Format,
    middle: Format,
    cell: Format,
    wrong: Format,
    wrong_middle: Format,
    doubtful: Format,
    answer: Format,
    total: Format,
}

impl Formats {
    fn new(colours: Colours) -> Self {
        let base = Format::new().set_font_name(FONT).set_font_size(11).set_align(FormatAlign::VerticalCenter);
        let centre = base.clone().set_align(FormatAlign::Center).set_text_wrap();
        let bold = centre.clone().set_bold();
        let boxed = base.clone().set_border(FormatBorder::Thin).set_text_wrap().set_num_format("@");
        let coloured = |colour| boxed.clone().set_background_color(Color::RGB(colour));
        Self {
            plain: centre.clone(),
            motto: bold.clone().set_underline(FormatUnderline::Single),
            italic: centre.clone().set_italic(),
            title: bold.clone().set_font_size(14),
            unit: bold.clone().set_font_size(12),
            note: base.clone().set_italic().set_text_wrap().set_font_size(10),
            header: bold
                .clone()
                .set_border(FormatBorder::Thin)
                .set_background_color(Color::RGB(colours.header)),
            middle: boxed.clone().set_align(FormatAlign::Center),
            wrong: coloured(colours.wrong).set_bold(),
            wrong_middle: coloured(colours.wrong).set_bold().set_align(FormatAlign::Center),
            doubtful: coloured(colours.doubtful),
            answer: coloured(colours.answer),
            cell: boxed,
            total: base.set_bold().set_text_wrap(),
            bold,
        }
    }

    fn of(&self, look: Look, column: ColumnId) -> &Format {
        let is_short =
            matches!(column, ColumnId::No | ColumnId::RowKey | ColumnId::BirthDate | ColumnId::Sex);
        match look {
            Look::Wrong if is_short => &self.wrong_middle,
            Look::Wrong => &self.wrong,
            Look::Doubtful => &self.doubtful,
            Look::Answer => &self.answer,
            Look::Plain if is_short => &self.middle,
            Look::Plain => &self.cell,
        }
    }
}

/// Writes the workbook of a list of `n_rows` rows. What memory has no room for goes to a file without a name in `folder`.
///
/// # Errors
/// When it cannot be written, or the rows cannot be read.
pub fn write_workbook<W: Write + Send>(
    content: &Content<'_>,
    frame: &Frame,
    (n_rows, rows_of_a_sheet): (u64, u64),
    rows: &mut dyn Iterator<Item = io::Result<Row>>,
    folder: &Path,
    out: W,
) -> io::Result<()> {
    let write = || {
        let formats = Formats::new(content.list().colours);
        let mut workbook = new_workbook(frame, content.settings.as_of)?;
        workbook.set_tempdir(folder).map_err(fault)?;
        let n_sheets = n_rows.div_ceil(rows_of_a_sheet).max(1);
        let mut number = 0;
        for part in 0..n_sheets {
            let in_sheet = rows_of_a_sheet.min(n_rows - part * rows_of_a_sheet);
            let sheet = workbook.add_worksheet_with_constant_memory().map_err(fault)?;
            let is_printed = n_rows <= PRINTED_MAX;
            let sheet = Sheet { sheet, content, formats: &formats, frame, is_printed };
            sheet.write((part, n_sheets), in_sheet, &mut number, rows)?;
        }
        if number != n_rows {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        workbook.save_to_writer(out).map_err(fault)
    };
    // The crate gives up by a panic where it cannot write the file aside.
    caught(write).unwrap_or_else(|| Err(why_no_room(folder)))
}

/// Why a file in this folder could not be written: a disk that is full is so for us too.
fn why_no_room(folder: &Path) -> io::Error {
    // Several lists may find out at once.
    static N_TRIED: AtomicUsize = AtomicUsize::new(0);
    let path = folder.join(format!("room{}", N_TRIED.fetch_add(1, Ordering::Relaxed)));
    let tried = fs::write(&path, vec![1; 1 << 20]).and_then(|()| fs::File::open(&path)?.sync_all());
    let _ = fs::remove_file(&path);
    tried.err().unwrap_or_else(|| io::Error::other("the workbook could not be written"))
}

/// An empty workbook in the font of official papers, so that widths of columns are counted in its digits. Its properties
/// say nothing of the machine: the day of the run stands in the place of the clock.
pub(super) fn new_workbook(frame: &Frame, as_of: u32) -> io::Result<Workbook> {
    /// Height of a row and width of a column in pixels, where nothing else is said: those of a font of seven pixels a digit.
    const DEFAULT: (u32, u32) = (20, 64);
    let day = Day::of(as_of);
    let number = |value: u32| u8::try_from(value).unwrap_or(1);
    let date =
        ExcelDateTime::from_ymd(u16::try_from(day.year).unwrap_or(2000), number(day.month), number(day.day))
            .map_err(fault)?;
    let agency = frame.agency.join(" - ");
    let properties =
        DocProperties::new().set_title(&frame.title).set_company(agency).set_creation_datetime(&date);
    let mut workbook = Workbook::new();
    let font = Format::new().set_font_name(FONT).set_font_size(11);
    workbook.set_default_format(&font, DEFAULT.0, DEFAULT.1).map_err(fault)?;
    workbook.set_properties(&properties);
    Ok(workbook)
}

/// The error of the system behind one of the crate.
pub(super) fn fault(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) | XlsxError::TempFileError(_, error) => error,
        // Its words may quote a cell.
        _ => io::ErrorKind::InvalidInput.into(),
    }
}

/// How many lines a text has in a column, as spreadsheets break it. Not all of them find the height of a row by themselves.
fn lines(text: &str, width: f64, is_bold: bool) -> usize {
    /// Eleven points in letters of a column, of which each counts seven pixels.
    const EM: f64 = 14.67 / 7.0;
    let letter = |letter: char| {
        let (capital, small) = if is_bold { (0.70, 0.50) } else { (0.67, 0.46) };
        EM * match letter {
            ' ' | '\u{a0}' | ',' | '.' | ';' | ':' => 0.25,
            'i' | 'l' | 'j' | 't' | '/' | '(' | ')' | '-' => 0.31,
            '→' => 1.0,
            letter if letter.is_ascii_digit() => 0.5,
            letter if letter.is_uppercase() => capital,
            letter if letter < '\u{3000}' => small,
            _ => 1.0,
        }
    };
    let wide = |text: &str| text.chars().map(letter).sum::<f64>();
    let lines_of = |line: &str| {
        let (mut n_lines, mut used) = (1, 0.0);
        for word in line.split_inclusive(' ') {
            // The blank behind a word may stand over the edge.
            let (word, whole) = (wide(word.trim_end_matches(' ')), wide(word));
            if used > 0.0 && used + word > width {
                n_lines += 1;
                used = 0.0;
            }
            used += whole;
            while used - whole + word > width {
                n_lines += 1;
                used -= width;
            }
        }
        n_lines
    };
    text.split('\n').map(lines_of).sum()
}

/// Writes one text over several columns of a row.
pub(super) fn span(
    sheet: &mut Worksheet,
    row: u32,
    (first, last): (u16, u16),
    text: &str,
    format: &Format,
) -> io::Result<()> {
    if first < last {
        sheet.merge_range(row, first, row, last, text, format).map_err(fault)?;
    } else {
        sheet.write_string_with_format(row, first, text, format).map_err(fault)?;
    }
    Ok(())
}

struct Sheet<'a> {
    sheet: &'a mut Worksheet,
    content: &'a Content<'a>,
    formats: &'a Formats,
    frame: &'a Frame,
    /// Whether rows get heights of their own.
    is_printed: bool,
}

impl Sheet<'_> {
    fn write(
        mut self,
        (part, n_parts): (u64, u64),
        n_rows: u64,
        number: &mut u64,
        rows: &mut dyn Iterator<Item = io::Result<Row>>,
    ) -> io::Result<()> {
        let words = &self.content.list().words;
        let mut name = self.content.say(&words.sheet).to_owned();
        if part > 0 {
            name = format!("{} {}", name.chars().take(24).collect::<String>(), part + 1);
        }
        self.sheet.set_name(name).map_err(fault)?;
        self.page()?;
        self.title((part, n_parts))?;
        self.header()?;
        let first = HEADER + 1;
        let mut at = first;
        for _ in 0..n_rows {
            let row = rows.next().ok_or(io::ErrorKind::UnexpectedEof)?;
            *number += 1;
            self.row(at, *number, &row?)?;
            at += 1;
        }
        self.help(first, at)?;
        if part + 1 == n_parts {
            self.end(at)?;
        }
        Ok(())
    }

    fn last(&self) -> u16 {
        u16::try_from(self.content.list().columns.len().saturating_sub(1)).unwrap_or(u16::MAX)
    }

    /// The last column of the left block and the first of the right one.
    fn blocks(&self) -> (u16, u16) {
        let last = self.last();
        let width: f64 = self.content.list().columns.iter().map(|column| column.width).sum();
        let mut sum = 0.0;
        let mut left = 0;
        for (at, column) in (0..last).zip(&self.content.list().columns) {
            sum += column.width;
            if sum <= width * 0.42 {
                left = at;
            }
        }
        (left, (left + 1).min(last))
    }

    /// Paper, margins, what is repeated and what stays on the screen.
    fn page(&mut self) -> io::Result<()> {
        let words = &self.content.list().words;
        let page = filled(self.content.say(&words.page), &[("page", "&P"), ("pages", "&N")]);
        let unit: String = self.frame.unit.chars().take(100).collect::<String>().replace('&', "&&");
        let sheet = &mut *self.sheet;
        sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
        sheet.set_margins(0.5, 0.4, 0.5, 0.6, 0.3, 0.3);
        sheet.set_footer(format!("&L&\"{FONT},Italic\"&9{unit}&R&\"{FONT},Regular\"&9{page}"));
        sheet.set_repeat_rows(HEADER, HEADER).map_err(fault)?;
        sheet.set_freeze_panes(HEADER + 1, 0).map_err(fault)?;
        for (at, column) in (0..).zip(&self.content.list().columns) {
            self.sheet.set_column_width(at, column.width).map_err(fault)?;
        }
        Ok(())
    }

    fn title(&mut self, (part, n_parts): (u64, u64)) -> io::Result<()> {
        let (frame, formats, last) = (self.frame, self.formats, self.last());
        let (left, right) = self.blocks();
        let (above, agency) = match frame.agency.as_slice() {
            [above @ .., agency] => (above.join(" - "), agency.as_str()),
            [] => (String::new(), ""),
        };
        let (bold, plain) = (&formats.bold, &formats.plain);
        self.heights()?;
        let (first_left, second_left) = if above.is_empty() {
            ((agency, bold), (frame.number.as_str(), plain))
        } else {
            ((above.as_str(), plain), (agency, bold))
        };
        let third_left = if above.is_empty() { "" } else { frame.number.as_str() };
        span(self.sheet, 0, (0, left), first_left.0, first_left.1)?;
        span(self.sheet, 0, (right, last), &frame.country, bold)?;
        span(self.sheet, 1, (0, left), second_left.0, second_left.1)?;
        span(self.sheet, 1, (right, last), &frame.motto, &formats.motto)?;
        span(self.sheet, 2, (0, left), third_left, plain)?;
        span(self.sheet, 2, (right, last), &frame.place_date, &formats.italic)?;
        span(self.sheet, 3, (0, last), &frame.title, &formats.title)?;
        let mut unit = frame.unit.clone();
        if n_parts > 1 {
            let (part, parts) = ((part + 1).to_string(), n_parts.to_string());
            let words = self.content.say(&self.content.list().words.part);
            unit = format!("{unit}, {}", filled(words, &[("part", &part), ("parts", &parts)]));
        }
        // The dispatch and the unit share a row: what is frozen should leave room for the list.
        if !frame.attached.is_empty() {
            unit = format!("{unit}\n{}", frame.attached);
        }
        span(self.sheet, 4, (0, last), &unit, &formats.unit)?;
        span(self.sheet, 5, (0, last), &format!("{}\n{}", frame.how, frame.how_workbook), &formats.note)?;
        Ok(())
    }

    /// Heights of the rows above the list: merged cells do not find their own. A row gets its height before its cells, since
    /// it is written out with the first cell of the next.
    fn heights(&mut self) -> io::Result<()> {
        let frame = self.frame;
        let width = self.content.list().columns.iter().map(|column| column.width).sum();
        let how = lines(&frame.how, width, false) + lines(&frame.how_workbook, width, false);
        let heights = [
            (3, 24.0),
            (4, if frame.attached.is_empty() { 18.0 } else { 34.0 }),
            (5, how as f64 * 14.0 + 4.0),
            (HEADER, 2.0 * LINE + 4.0),
        ];
        for (row, height) in heights {
            self.sheet.set_row_height(row, height).map_err(fault)?;
        }
        Ok(())
    }

    fn header(&mut self) -> io::Result<()> {
        for (at, column) in (0..).zip(&self.content.list().columns) {
            let text = self.content.say(&column.header);
            self.sheet.write_string_with_format(HEADER, at, text, &self.formats.header).map_err(fault)?;
        }
        Ok(())
    }

    fn row(&mut self, at: u32, number: u64, row: &Row) -> io::Result<()> {
        let cells = self.content.cells(number, row);
        if self.is_printed {
            let columns = self.content.list().columns.iter().zip(&cells);
            let n_lines =
                columns.map(|(column, cell)| lines(&cell.text, column.width, cell.look == Look::Wrong));
            let height = n_lines.max().unwrap_or(1) as f64 * LINE + 2.0;
            self.sheet.set_row_height(at, height.max(ROOM_TO_WRITE)).map_err(fault)?;
        }
        for ((column, cell), place) in self.content.list().columns.iter().zip(cells).zip(0..) {
            let format = self.formats.of(cell.look, column.id);
            self.sheet.write_string_with_format(at, place, cell.text, format).map_err(fault)?;
        }
        Ok(())
    }

    /// What helps to fill in rows from `first` to before `end`: filter, drop-down list, no warnings about digits.
    fn help(&mut self, first: u32, end: u32) -> io::Result<()> {
        if end == first {
            return Ok(());
        }
        let (list, last) = (self.content.list(), self.last());
        self.sheet.autofilter(HEADER, 0, end - 1, last).map_err(fault)?;
        let labels: Vec<&str> = list.answers.iter().map(|answer| self.content.say(&answer.label)).collect();
        let answers = DataValidation::new()
            .allow_list_strings(&labels)
            .map_err(fault)?
            // Other spellings count as well: what is not on the list is asked about and not refused.
            .set_error_style(DataValidationErrorStyle::Information)
            .set_error_message(self.content.say(&list.words.choose))
            .map_err(fault)?;
        for (at, column) in (0..).zip(&list.columns) {
            if column.id == ColumnId::Answer {
                self.sheet.add_data_validation(first, at, end - 1, at, &answers).map_err(fault)?;
            }
        }
        self.sheet
            .ignore_error_range(first, 0, end - 1, last, IgnoreError::NumberStoredAsText)
            .map_err(fault)?;
        Ok(())
    }

    /// Totals and signatures below the last row.
    fn end(&mut self, at: u32) -> io::Result<()> {
        let (frame, formats, last) = (self.frame, self.formats, self.last());
        self.sheet.set_row_height(at, 2.0 * LINE).map_err(fault)?;
        span(self.sheet, at, (0, last), &frame.totals.join("; "), &formats.total)?;
        let n_columns = u32::from(last) + 1;
        let n_signatures = u32::try_from(frame.signatures.len()).unwrap_or(1).clamp(1, n_columns);
        let mut blocks = Vec::new();
        let widths: Vec<f64> = self.content.list().columns.iter().map(|column| column.width).collect();
        let whole: f64 = widths.iter().sum();
        let (mut from, mut sum) = (0_u16, 0.0);
        for signature in 1..=n_signatures {
            // As many columns as make an equal part of the width, and at least one.
            let mut to = from;
            sum += widths[usize::from(from)];
            let left = n_signatures - signature;
            while u32::from(to) + 1 + left < n_columns
                && (sum + widths[usize::from(to) + 1] / 2.0)
                    < whole * f64::from(signature) / f64::from(n_signatures)
            {
                to += 1;
                sum += widths[usize::from(to)];
            }
            if left == 0 {
                to = last;
            }
            blocks.push((from, to));
            from = to + 1;
        }
        // The date stands above the last signature.
        if let Some(block) = blocks.last() {
            span(self.sheet, at + 1, *block, &frame.signed, &formats.italic)?;
        }
        for (block, (who, _)) in blocks.iter().zip(&frame.signatures) {
            span(self.sheet, at + 2, *block, who, &formats.bold)?;
        }
        for (block, (_, how)) in blocks.iter().zip(&frame.signatures) {
            span(self.sheet, at + 3, *block, how, &formats.italic)?;
        }
        // A blank cell keeps the room for signatures on the paper.
        self.sheet.write_string_with_format(at + 3 + ROOM_TO_SIGN, 0, " ", &formats.plain).map_err(fault)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_as_many_lines_as_its_column_breaks_it_into() {
        for (text, width, expected) in [
            ("", 5.0, 1),
            ("074181145345", 16.0, 1),
            ("01/01/1981 →\u{a0}16/09/1981", 14.0, 2),
            ("Nguyễn Văn An", 24.0, 1),
            ("NGUYỄN THỊ PHƯƠNG THẢO →\u{a0}NGUYỄN THỊ PHƯƠNG THÁO", 24.0, 3),
            ("a\nb", 24.0, 2),
        ] {
            assert_eq!(lines(text, width, true), expected, "{text}");
        }
        // A word without a blank is broken all the same, and a row is never endless.
        assert!((35..60).contains(&lines(&"x".repeat(400), 10.0, false)));
    }
}
