//! A workbook of one sheet that is written while its rows pass: no temporary file, so that nothing of a sealed workbook
//! lies on the disk in plain, and no more memory than a row.
//!
//! Every cell is text, and stays what it is: no formula, no lost zero.

use std::fmt::Write as _;
use std::io::{self, Write};

use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

/// UTF-16 units of the longest cell that spreadsheets take.
const LONGEST_CELL: usize = 32_767;
/// What stands at the end of a cell that was cut.
const CUT: char = '…';
/// Bytes of rows that are compressed at a time.
const TOGETHER: usize = 1 << 16;

const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK_RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
/// Style 1 is text, style 2 text in bold.
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="2"><font><sz val="11"/><name val="Times New Roman"/><family val="1"/></font><font><b/><sz val="11"/><name val="Times New Roman"/><family val="1"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"#;
const SHEET_END: &str = "</sheetData>";

/// A workbook that is being written.
pub(super) struct Workbook<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    /// Names of the columns: A, B, ...
    letters: Vec<String>,
    rows: String,
    n_rows: u64,
    /// Cells that were longer than a spreadsheet takes.
    pub(super) n_cut: u64,
}

impl<W: Write> Workbook<W> {
    /// Begins a workbook with title rows and header.
    pub(super) fn new(out: W, sheet: &str, title: &[String], columns: &[(&str, f64)]) -> io::Result<Self> {
        let mut zip = ZipWriter::new_stream(out);
        let mut name = String::new();
        push_text(sheet, &mut name);
        let workbook = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"{}\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
            name.replace('"', "&quot;")
        );
        let parts = [
            ("[Content_Types].xml", CONTENT_TYPES),
            ("_rels/.rels", RELATIONS),
            ("xl/workbook.xml", &workbook),
            ("xl/_rels/workbook.xml.rels", WORKBOOK_RELATIONS),
            ("xl/styles.xml", STYLES),
        ];
        for (path, text) in parts {
            zip.start_file(path, options())?;
            zip.write_all(text.as_bytes())?;
        }
        zip.start_file("xl/worksheets/sheet1.xml", options())?;
        let letters = (0..columns.len()).map(column_letters).collect();
        let mut workbook = Self { zip, letters, rows: String::new(), n_rows: 0, n_cut: 0 };
        workbook.begin_sheet(title.len(), columns);
        for line in title {
            workbook.push_row(&[line.as_str()], 2)?;
        }
        let header: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        workbook.push_row(&header, 2)?;
        Ok(workbook)
    }

    /// The beginning of the sheet: what stands above the records does not move, every column is text.
    fn begin_sheet(&mut self, n_titles: usize, columns: &[(&str, f64)]) {
        let first = n_titles + 2;
        let _ = write!(
            self.rows,
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"{}\" topLeftCell=\"A{first}\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight=\"15\"/><cols>",
            first - 1
        );
        for ((_, width), place) in columns.iter().zip(1..) {
            let _ = write!(
                self.rows,
                "<col min=\"{place}\" max=\"{place}\" width=\"{width}\" style=\"1\" customWidth=\"1\"/>"
            );
        }
        self.rows.push_str("</cols><sheetData>");
    }

    /// Adds a record.
    pub(super) fn push(&mut self, cells: &[&str]) -> io::Result<()> {
        self.push_row(cells, 1)
    }

    fn push_row(&mut self, cells: &[&str], style: u8) -> io::Result<()> {
        self.n_rows += 1;
        let row = self.n_rows;
        let _ = write!(self.rows, "<row r=\"{row}\">");
        for (cell, letters) in cells.iter().zip(&self.letters).filter(|(cell, _)| !cell.is_empty()) {
            let _ = write!(
                self.rows,
                "<c r=\"{letters}{row}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">"
            );
            let (kept, is_cut) = shortened(cell);
            push_text(kept, &mut self.rows);
            if is_cut {
                self.rows.push(CUT);
                self.n_cut += 1;
            }
            self.rows.push_str("</t></is></c>");
        }
        self.rows.push_str("</row>");
        if self.rows.len() >= TOGETHER { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.zip.write_all(self.rows.as_bytes())?;
        self.rows.clear();
        Ok(())
    }

    /// Ends the workbook and gives back what it was written to.
    pub(super) fn finish(mut self) -> io::Result<W> {
        self.rows.push_str(SHEET_END);
        // Without it every number of twelve digits has a mark that asks whether it should be a number.
        let last = self.letters.last().map_or("A", String::as_str);
        let _ = write!(
            self.rows,
            "<ignoredErrors><ignoredError sqref=\"A1:{last}{}\" numberStoredAsText=\"1\"/></ignoredErrors></worksheet>",
            self.n_rows.max(1)
        );
        self.flush()?;
        Ok(self.zip.finish()?.into_inner())
    }
}

/// The same bytes whenever they are written.
fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(3))
        .last_modified_time(DateTime::default())
}

/// The name of a column, from 0: A, B, ..., Z, AA, ...
fn column_letters(column: usize) -> String {
    let mut letters = String::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.insert(0, char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters
}

/// The cell, or as much of it as a spreadsheet takes with the mark of the cut.
fn shortened(cell: &str) -> (&str, bool) {
    if cell.len() <= LONGEST_CELL || cell.encode_utf16().count() <= LONGEST_CELL {
        return (cell, false);
    }
    let mut units = 0;
    let end = cell.char_indices().find(|(_, letter)| {
        units += letter.len_utf16();
        units > LONGEST_CELL - 1
    });
    (&cell[..end.map_or(cell.len(), |(at, _)| at)], true)
}

/// Appends text as XML. Characters that XML cannot hold are written as spreadsheets write them, `_x0001_`; so is the `_`
/// of a text that looks like one.
fn push_text(text: &str, out: &mut String) {
    for (at, letter) in text.char_indices() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\t' | '\n' => out.push(letter),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(out, "_x{:04X}_", letter as u32);
            }
            '_' if looks_escaped(&text[at..]) => out.push_str("_x005F_"),
            letter => out.push(letter),
        }
    }
}

/// Whether a text begins with `_xHHHH_`.
fn looks_escaped(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 7 && bytes[1] == b'x' && bytes[6] == b'_' && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_names_of_spreadsheets() {
        for (column, letters) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(column_letters(column), letters);
        }
    }

    #[test]
    fn any_text_is_xml() {
        let check = |text, expected| {
            let mut out = String::new();
            push_text(text, &mut out);
            assert_eq!(out, expected);
        };
        check("<a & \"b\">", "&lt;a &amp; \"b\"&gt;");
        check("a\0\u{1b}\r\n\tb\u{ffff}", "a_x0000__x001B__x000D_\n\tb_xFFFF_");
        check("_x0041_ _x41_ _", "_x005F_x0041_ _x41_ _");
        check("Nguyễn Văn Ỷ 😀", "Nguyễn Văn Ỷ 😀");
    }

    #[test]
    fn a_cell_is_cut_where_spreadsheets_cut() {
        let fits = "a".repeat(LONGEST_CELL);
        assert_eq!(shortened(&fits), (fits.as_str(), false));
        let marks = "ễ".repeat(LONGEST_CELL);
        assert!(!shortened(&marks).1);
        let faces = "😀".repeat(20_000);
        let (kept, is_cut) = shortened(&faces);
        assert!(is_cut);
        assert_eq!(kept.encode_utf16().count(), LONGEST_CELL - 1);
    }
}
