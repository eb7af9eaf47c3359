//! A list as one page that any browser prints, for places without a spreadsheet.
//!
//! Owns what the template is given; how the page looks stands in `rules/reports/commune_list.html`. Everything that is put
//! in is escaped by the template, and by [`css_text`] where it stands in a style.

use std::io::{self, Write};

use minijinja::Environment;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::content::{Content, Frame, Look, filled};
use super::row::Row;
use crate::record::Trouble;
use crate::rulebook::{ColumnId, Language, Rulebook};

/// The template.
const NAME: &str = "reports/commune_list.html";
/// Rows that are written together.
const ROWS_TOGETHER: usize = 500;

/// The template, ready to be filled in.
#[derive(Debug)]
pub struct Page<'a>(Environment<'a>);

#[derive(Serialize)]
struct ShownFrame<'a> {
    agency: &'a [String],
    number: &'a str,
    country: &'a str,
    motto: &'a str,
    place_date: &'a str,
    title: &'a str,
    unit: &'a str,
    attached: &'a str,
    how: &'a str,
    how_page: &'a str,
    totals: &'a [String],
    signed: &'a str,
    signatures: &'a [(String, String)],
}

#[derive(Serialize)]
struct ShownColumn<'a> {
    header: &'a str,
    /// Share of the width in hundredths.
    share: f64,
}

#[derive(Serialize)]
struct ShownCell {
    text: String,
    class: &'static str,
}

#[derive(Serialize)]
struct ShownColours {
    header: String,
    wrong: String,
    doubtful: String,
    answer: String,
}

#[derive(Serialize)]
struct Head<'a> {
    part: &'static str,
    lang: &'static str,
    frame: &'a ShownFrame<'a>,
    unit_css: String,
    page_before_css: String,
    page_between_css: String,
    page_behind_css: String,
    colours: ShownColours,
    columns: Vec<ShownColumn<'a>>,
}

#[derive(Serialize)]
struct Rows {
    part: &'static str,
    rows: Vec<Vec<ShownCell>>,
}

#[derive(Serialize)]
struct End<'a> {
    part: &'static str,
    frame: &'a ShownFrame<'a>,
}

impl<'a> Page<'a> {
    /// Reads the template of the rules in force.
    ///
    /// # Errors
    /// With the line of what is wrong in it.
    pub fn new(book: &'a Rulebook) -> Result<Self, Trouble> {
        let mut templates = Environment::new();
        let wrong = |error: minijinja::Error| {
            book.files.wrong(NAME, error.line().unwrap_or(1) as u64, &error.kind().to_string())
        };
        templates.add_template(NAME, book.files.text(NAME)?).map_err(wrong)?;
        Ok(Self(templates))
    }

    fn render(&self, context: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
        // What the template says of an error may quote a cell.
        let fault = |_| io::Error::from(io::ErrorKind::InvalidInput);
        let template = self.0.get_template(NAME).map_err(fault)?;
        let text = template.render(Value::from(Serde(context))).map_err(fault)?;
        out.write_all(text.as_bytes())
    }
}

/// Writes the page of a list.
///
/// # Errors
/// When it cannot be written, or the rows cannot be read.
pub fn write_page(
    page: &Page<'_>,
    content: &Content<'_>,
    frame: &Frame,
    rows: &mut dyn Iterator<Item = io::Result<Row>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let list = content.list();
    let shown = ShownFrame {
        agency: &frame.agency,
        number: &frame.number,
        country: &frame.country,
        motto: &frame.motto,
        place_date: &frame.place_date,
        title: &frame.title,
        unit: &frame.unit,
        attached: &frame.attached,
        how: &frame.how,
        how_page: &frame.how_page,
        totals: &frame.totals,
        signed: &frame.signed,
        signatures: &frame.signatures,
    };
    let width: f64 = list.columns.iter().map(|column| column.width).sum();
    let colour = |colour: u32| format!("{colour:06X}");
    // The browser counts the pages: what stands before, between and behind the two numbers is text.
    let words = filled(content.say(&list.words.page), &[("page", "\0"), ("pages", "\0")]);
    let mut around = words.split('\0').map(css_text);
    let mut next = || around.next().unwrap_or_default();
    let (page_before_css, page_between_css, page_behind_css) = (next(), next(), next());
    let head = Head {
        part: "head",
        lang: if content.settings.language == Language::English { "en" } else { "vi" },
        frame: &shown,
        unit_css: css_text(&frame.unit),
        page_before_css,
        page_between_css,
        page_behind_css,
        colours: ShownColours {
            header: colour(list.colours.header),
            wrong: colour(list.colours.wrong),
            doubtful: colour(list.colours.doubtful),
            answer: colour(list.colours.answer),
        },
        columns: list
            .columns
            .iter()
            .map(|column| ShownColumn {
                header: content.say(&column.header),
                share: (column.width / width * 10_000.0).round() / 100.0,
            })
            .collect(),
    };
    page.render(&head, out)?;
    let mut together = Vec::with_capacity(ROWS_TOGETHER);
    let mut number = 0;
    for row in rows {
        number += 1;
        let cells = content.cells(number, &row?).into_iter().zip(&list.columns);
        let shown =
            cells.map(|(cell, column)| ShownCell { text: cell.text, class: class(cell.look, column.id) });
        together.push(shown.collect::<Vec<_>>());
        if together.len() == ROWS_TOGETHER {
            page.render(&Rows { part: "rows", rows: std::mem::take(&mut together) }, out)?;
        }
    }
    if !together.is_empty() {
        page.render(&Rows { part: "rows", rows: together }, out)?;
    }
    page.render(&End { part: "end", frame: &shown }, out)
}

const fn class(look: Look, column: ColumnId) -> &'static str {
    match (look, column) {
        (Look::Wrong, ColumnId::BirthDate) => "wrong birth_date",
        (Look::Wrong, ColumnId::Sex) => "wrong sex",
        (Look::Wrong, _) => "wrong",
        (Look::Doubtful, _) => "doubtful",
        (Look::Answer, _) => "answer",
        (Look::Plain, ColumnId::No) => "no",
        (Look::Plain, ColumnId::RowKey) => "row_key",
        (Look::Plain, ColumnId::BirthDate) => "birth_date",
        (Look::Plain, ColumnId::Sex) => "sex",
        (Look::Plain, _) => "plain",
    }
}

/// A text inside a string of a style sheet: of what is not a letter, a digit or a blank, only some marks stay.
fn css_text(text: &str) -> String {
    let is_plain = |letter: &char| {
        letter.is_alphanumeric() || matches!(letter, ' ' | ',' | '.' | '-' | '/' | ':' | '(' | ')')
    };
    text.chars().filter(is_plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leads_out_of_a_string_of_a_style() {
        assert_eq!(css_text("Xã A\"; } </style><script>"), "Xã A  /stylescript");
        assert_eq!(css_text("Trang 1/2"), "Trang 1/2");
    }
}
