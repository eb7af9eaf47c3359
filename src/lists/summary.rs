//! The sheet that tells the sender who got how many rows: one for each province, and one over all.

use std::io::{self, Write};

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, IgnoreError};

use super::content::{Content, Frame};
use super::workbook::{A4, FONT, fault, new_workbook, span};
use crate::record::Verdict;

/// Name of a summary.
pub const SUMMARY: &str = "tong_hop.xlsx";

/// Widths of the columns: number, code, name, rows, each verdict, files (over all only), file.
const WIDTHS: [f64; 4] = [5.0, 9.0, 34.0, 10.0];
const WIDTH_OF_VERDICT: f64 = 11.0;
const WIDTH_OF_FILES: f64 = 8.0;
const WIDTH_OF_FILE: f64 = 18.0;
/// Row of the header.
const HEADER: u32 = 3;

/// A line of a summary: a commune, or a province.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// Code of the unit; empty for what is not settled.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Rows of each verdict.
    pub verdicts: [u64; Verdict::ALL.len()],
    /// How many files there are; shown over all only.
    pub n_files: u64,
    /// The file, or the summary of the province.
    pub file: String,
}

/// Writes a summary: of a province by its communes, or over all by provinces (`is_country`). `unit` is what it is about.
///
/// # Errors
/// When it cannot be written.
pub fn write_summary<W: Write + Send>(
    content: &Content<'_>,
    frame: &Frame,
    (unit, is_country): (&str, bool),
    lines: &[Line],
    out: W,
) -> io::Result<()> {
    let words = &content.list().summary;
    let say = |words| content.say(words);
    let base = Format::new().set_font_name(FONT).set_font_size(11).set_align(FormatAlign::VerticalCenter);
    let bold = base.clone().set_bold().set_align(FormatAlign::Center).set_text_wrap();
    let boxed = base.clone().set_border(FormatBorder::Thin).set_text_wrap();
    let text = boxed.clone().set_num_format("@");
    let count = boxed.clone().set_num_format("#,##0");
    let header = bold
        .clone()
        .set_border(FormatBorder::Thin)
        .set_background_color(Color::RGB(content.list().colours.header));
    let (strong_text, strong_count) = (text.clone().set_bold(), count.clone().set_bold());
    let verdicts: Vec<Verdict> = Verdict::ALL
        .into_iter()
        .filter(|verdict| lines.iter().any(|line| line.verdicts[*verdict as usize] > 0))
        .collect();
    let label = |verdict: &Verdict| {
        content.book.wording.label("verdict", verdict.name(), content.settings.language).to_owned()
    };
    let mut names = vec![
        say(&words.no).to_owned(),
        say(&words.code).to_owned(),
        say(if is_country { &words.province } else { &words.commune }).to_owned(),
        say(&words.rows).to_owned(),
    ];
    names.extend(verdicts.iter().map(label));
    let mut widths = WIDTHS.to_vec();
    widths.resize(WIDTHS.len() + verdicts.len(), WIDTH_OF_VERDICT);
    if is_country {
        names.push(say(&words.files).to_owned());
        widths.push(WIDTH_OF_FILES);
    }
    names.push(say(&words.file).to_owned());
    widths.push(WIDTH_OF_FILE);
    let last = u16::try_from(names.len() - 1).unwrap_or(u16::MAX);

    let mut workbook = new_workbook(frame, content.settings.as_of)?;
    let sheet = workbook.add_worksheet();
    sheet.set_name(say(&words.sheet)).map_err(fault)?;
    sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.5, 0.4, 0.5, 0.6, 0.3, 0.3);
    sheet.set_footer("&R&9&P/&N");
    sheet.set_repeat_rows(HEADER, HEADER).map_err(fault)?;
    sheet.set_freeze_panes(HEADER + 1, 0).map_err(fault)?;
    for (at, width) in (0..).zip(&widths) {
        sheet.set_column_width(at, *width).map_err(fault)?;
    }
    span(sheet, 0, (0, last), say(&words.title), &bold.clone().set_font_size(14))?;
    span(sheet, 1, (0, last), unit, &bold)?;
    sheet.set_row_height(HEADER, 34.0).map_err(fault)?;
    for (at, name) in (0..).zip(&names) {
        sheet.write_string_with_format(HEADER, at, name, &header).map_err(fault)?;
    }
    let mut sum = Line { name: say(&words.total).to_owned(), ..Line::default() };
    for line in lines {
        sum.n_files += line.n_files;
        sum.verdicts.iter_mut().zip(line.verdicts).for_each(|(sum, of_line)| *sum += of_line);
    }
    let rows = (1_u64..).zip(lines).map(|(number, line)| (number.to_string(), line, (&text, &count)));
    let total = std::iter::once((String::new(), &sum, (&strong_text, &strong_count)));
    for ((number, line, (text, count)), row) in rows.chain(total).zip(HEADER + 1..) {
        for (at, cell) in (0..).zip([&number, &line.code, &line.name]) {
            sheet.write_string_with_format(row, at, cell, text).map_err(fault)?;
        }
        let mut counts = vec![line.verdicts.iter().sum()];
        counts.extend(verdicts.iter().map(|verdict| line.verdicts[*verdict as usize]));
        counts.extend(is_country.then_some(line.n_files));
        for (at, number) in (3..).zip(&counts) {
            // Counts are numbers, so that they can be added up.
            sheet.write_number_with_format(row, at, *number as f64, count).map_err(fault)?;
        }
        sheet.write_string_with_format(row, last, &line.file, text).map_err(fault)?;
    }
    let end = HEADER + u32::try_from(lines.len()).unwrap_or(u32::MAX - HEADER);
    if !lines.is_empty() {
        sheet.autofilter(HEADER, 0, end, last).map_err(fault)?;
        sheet.ignore_error_range(HEADER, 0, end, 1, IgnoreError::NumberStoredAsText).map_err(fault)?;
    }
    workbook.save_to_writer(out).map_err(fault)
}
