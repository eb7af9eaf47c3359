//! Sheets of OpenDocument, read as a stream: a row of three bytes may stand for a million, so nothing is repeated
//! before it is known to hold something and to fit.

use quick_xml::events::{BytesRef, BytesStart, Event};

use super::cell::{write_iso, write_number};
use super::package::{Package, Part, attribute};
use super::text::{MAX_COLUMNS, MAX_ROWS, SheetText};
use super::{Book, Sheet, WorkbookFault};

const CONTENT: &str = "content.xml";

/// ods.
pub(super) struct Ods {
    package: Package,
    sheets: Vec<Sheet>,
}

impl Ods {
    /// Opens a workbook and lists its sheets.
    pub(super) fn open(mut package: Package) -> Result<Self, WorkbookFault> {
        let mut is_locked = false;
        each(package.xml("META-INF/manifest.xml")?, |event| {
            is_locked |=
                matches!(event, Event::Start(element) if element.local_name().as_ref() == "encryption-data");
            Ok(true)
        })?;
        if is_locked {
            return Err(WorkbookFault::Password);
        }
        let (mut sheets, mut hidden_styles, mut style) = (Vec::new(), Vec::new(), None);
        each(package.xml(CONTENT)?, |event| {
            let Event::Start(element) = event else { return Ok(true) };
            match element.name().as_ref() {
                "style:style" => style = attribute(element, "name"),
                "style:table-properties" if attribute(element, "display").as_deref() == Some("false") => {
                    hidden_styles.extend(style.take());
                }
                "table:table" => {
                    let of_table = attribute(element, "style-name");
                    let is_hidden = of_table.is_some_and(|style| hidden_styles.contains(&style));
                    sheets.push(Sheet { name: attribute(element, "name").unwrap_or_default(), is_hidden });
                }
                _ => {}
            }
            Ok(true)
        })?;
        Ok(Self { package, sheets })
    }
}

impl Book for Ods {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn read(&mut self, sheet: usize, out: &mut SheetText) -> Result<(), WorkbookFault> {
        let mut table =
            Table { out, row: 0, cells: Vec::new(), column: 0, cell: None, rows: Repeated::default() };
        let mut n_tables = 0;
        each(self.package.xml(CONTENT)?, |event| {
            if let Event::Start(element) = event
                && element.name().as_ref() == "table:table"
            {
                n_tables += 1;
            }
            match n_tables.cmp(&(sheet + 1)) {
                std::cmp::Ordering::Less => Ok(true),
                std::cmp::Ordering::Equal => table.take(event),
                std::cmp::Ordering::Greater => Ok(false),
            }
        })
    }
}

/// Calls `visit` with each event until it returns false. A text that ends inside an element is damaged.
fn each(
    mut xml: Part<'_>,
    mut visit: impl FnMut(&Event<'_>) -> Result<bool, WorkbookFault>,
) -> Result<(), WorkbookFault> {
    let (mut buffer, mut depth) = (Vec::new(), 0_usize);
    loop {
        let event = xml.read_event_into(&mut buffer)?;
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.checked_sub(1).ok_or(WorkbookFault::Broken)?,
            Event::Eof if depth > 0 => return Err(WorkbookFault::Broken),
            Event::Eof => return Ok(()),
            _ => {}
        }
        if !visit(&event)? {
            return Ok(());
        }
        buffer.clear();
    }
}

/// How often a row stands, and whether a person sees it.
#[derive(Default)]
struct Repeated {
    count: u32,
    is_hidden: bool,
}

/// A cell while it is read.
#[derive(Default)]
struct Cell {
    repeated: u32,
    /// The value where it is an attribute.
    value: Option<String>,
    has_formula: bool,
    /// The paragraphs, which are the value of texts and of errors.
    text: String,
    n_paragraphs: usize,
    in_paragraph: bool,
    /// Inside a note on the cell, which is no part of its value.
    in_note: usize,
}

struct Table<'a> {
    out: &'a mut SheetText,
    row: u32,
    /// Filled cells of the row with their columns.
    cells: Vec<(u32, u32, String)>,
    column: u32,
    cell: Option<Cell>,
    rows: Repeated,
}

impl Table<'_> {
    /// Takes the next event of the table; false when no more is wanted.
    fn take(&mut self, event: &Event<'_>) -> Result<bool, WorkbookFault> {
        match event {
            Event::Start(element) => self.start(element),
            Event::End(element) => match element.name().as_ref() {
                "table:table-row" => self.end_row()?,
                "table:table-cell" | "table:covered-table-cell" => self.end_cell(),
                "office:annotation" => self.in_cell(|cell| cell.in_note = cell.in_note.saturating_sub(1)),
                "text:p" => self.in_cell(|cell| cell.in_paragraph = false),
                _ => {}
            },
            Event::Text(text) => self.push(&text.xml10_content()),
            Event::CData(text) => self.push(&text.xml10_content()),
            Event::GeneralRef(entity) => self.push_entity(entity)?,
            _ => {}
        }
        Ok(!self.out.has_enough() && self.row < MAX_ROWS)
    }

    fn start(&mut self, element: &BytesStart<'_>) {
        match element.name().as_ref() {
            "table:table-row" => {
                let visibility = attribute(element, "visibility");
                let is_hidden = matches!(visibility.as_deref(), Some("collapse" | "filter"));
                self.rows = Repeated { count: repeated(element, "number-rows-repeated"), is_hidden };
                self.cells.clear();
                self.column = 0;
            }
            "table:table-cell" | "table:covered-table-cell" => self.cell = Some(Cell::of(element)),
            "office:annotation" => self.in_cell(|cell| cell.in_note += 1),
            "text:p" => self.in_cell(Cell::begin_paragraph),
            "text:s" => self.push(&" ".repeat(repeated(element, "c").min(1000) as usize)),
            "text:tab" => self.push("\t"),
            "text:line-break" => self.push(" "),
            _ => {}
        }
    }

    fn in_cell(&mut self, change: impl FnOnce(&mut Cell)) {
        if let Some(cell) = &mut self.cell {
            change(cell);
        }
    }

    fn push(&mut self, text: &str) {
        self.in_cell(|cell| {
            if cell.in_paragraph && cell.in_note == 0 {
                cell.text.push_str(text);
            }
        });
    }

    fn push_entity(&mut self, entity: &BytesRef<'_>) -> Result<(), WorkbookFault> {
        if let Some(known) = quick_xml::escape::resolve_xml_entity(entity) {
            self.push(known);
        } else if let Some(letter) = entity.resolve_char_ref()? {
            self.push(letter.encode_utf8(&mut [0; 4]));
        }
        Ok(())
    }

    fn end_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        let (column, repeated, has_formula) = (self.column, cell.repeated, cell.has_formula);
        self.column = column.saturating_add(repeated).min(MAX_COLUMNS);
        let text = cell.value.unwrap_or(cell.text);
        if !text.trim().is_empty() {
            self.cells.push((column, self.column - column, text));
        } else if has_formula {
            self.out.without_value.add(u64::from(repeated), u64::from(self.row) + 1);
        }
    }

    fn end_row(&mut self) -> Result<(), WorkbookFault> {
        let count = self.rows.count.min(MAX_ROWS - self.row);
        if !self.cells.is_empty() {
            if self.rows.is_hidden {
                self.out.hidden_rows.add(u64::from(count), u64::from(self.row) + 1);
            }
            for row in self.row..self.row + count {
                for (column, repeated, text) in &self.cells {
                    (*column..column + repeated).try_for_each(|column| self.out.put((row, column), text))?;
                }
                if self.out.has_enough() {
                    break;
                }
            }
        }
        self.row += count;
        Ok(())
    }
}

impl Cell {
    fn of(element: &BytesStart<'_>) -> Self {
        let kind = attribute(element, "value-type").unwrap_or_default();
        let mut value = String::new();
        match kind.as_str() {
            "float" | "percentage" | "currency" => {
                let number = attribute(element, "value").and_then(|text| text.parse().ok());
                number.into_iter().for_each(|number| write_number(number, &mut value));
            }
            "date" => write_iso(&attribute(element, "date-value").unwrap_or_default(), &mut value),
            "boolean" => {
                let is_true = attribute(element, "boolean-value").as_deref() == Some("true");
                value.push_str(if is_true { "TRUE" } else { "FALSE" });
            }
            _ => value = attribute(element, "string-value").unwrap_or_default(),
        }
        Self {
            repeated: repeated(element, "number-columns-repeated"),
            value: (!value.is_empty()).then_some(value),
            has_formula: attribute(element, "formula").is_some(),
            ..Self::default()
        }
    }

    fn begin_paragraph(&mut self) {
        if self.in_note > 0 {
            return;
        }
        if self.n_paragraphs > 0 {
            self.text.push(' ');
        }
        (self.n_paragraphs, self.in_paragraph) = (self.n_paragraphs + 1, true);
    }
}

/// How often something stands; once where it is not said.
fn repeated(element: &BytesStart<'_>, name: &str) -> u32 {
    attribute(element, name).and_then(|count| count.parse().ok()).unwrap_or(1).max(1)
}
