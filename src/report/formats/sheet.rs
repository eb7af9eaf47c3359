//! The parts of a workbook of tables: as little of Office Open XML (ECMA-376) as a table needs.
//!
//! Written by hand because a sheet of a million rows has to pass without being held: the crate that writes our other
//! workbooks puts all cells of such a sheet aside, unpacked, in a file of its own, and panics where the disk is full.

use std::fmt::Write as _;

use crate::report::columns::Kind;
use crate::report::formats::OwnColumn;

/// Most letters of a cell, in units of UTF-16, as spreadsheets count them.
const CELL_LETTERS: usize = 32_767;

/// Styles, as `STYLES` numbers them.
const TEXT: &str = "1";
const HEADER: &str = "2";
const WHOLE: &str = "3";
const DECIMAL: &str = "4";

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// `_rels/.rels`.
pub(super) fn package_relations() -> String {
    format!(
        "{DECLARATION}<Relationships xmlns=\"{PACKAGE}/relationships\">\
         <Relationship Id=\"rId1\" Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/>\
         <Relationship Id=\"rId2\" Type=\"{PACKAGE}/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/>\
         </Relationships>"
    )
}

/// `docProps/core.xml`: who made it, and the day of the run as the time of making, so that the same run gives the same
/// bytes.
pub(super) fn properties(day: &str) -> String {
    format!(
        "{DECLARATION}<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:creator>{}</dc:creator>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{day}T00:00:00Z</dcterms:created></cp:coreProperties>",
        env!("CARGO_PKG_NAME")
    )
}

/// `xl/styles.xml`: text, header, whole numbers and decimals.
pub(super) fn styles() -> String {
    format!(
        "{DECLARATION}<styleSheet xmlns=\"{MAIN}\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"0.0000\"/></numFmts>\
         <fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font>\
         <font><b/><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font></fonts>\
         <fills count=\"3\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill>\
         <fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFE7E6E6\"/><bgColor indexed=\"64\"/></patternFill></fill></fills>\
         <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
         <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
         <cellXfs count=\"5\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>\
         <xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>\
         <xf numFmtId=\"49\" fontId=\"1\" fillId=\"2\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\" applyFill=\"1\"/>\
         <xf numFmtId=\"1\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>\
         <xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/></cellXfs>\
         <cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>"
    )
}

/// A finished sheet.
pub(super) struct SheetFacts {
    pub(super) name: String,
    /// The cells of header and rows, as `$A$1:$H$200`.
    pub(super) range: String,
}

/// `xl/workbook.xml`.
pub(super) fn workbook(sheets: &[SheetFacts]) -> String {
    let mut out = format!("{DECLARATION}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheets>");
    for (sheet, number) in sheets.iter().zip(1..) {
        push(
            &mut out,
            format_args!("<sheet name=\"{}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>", sheet.name),
        );
    }
    out.push_str("</sheets><definedNames>");
    for (index, SheetFacts { name, range }) in sheets.iter().enumerate() {
        push(
            &mut out,
            format_args!(
                "<definedName name=\"_xlnm._FilterDatabase\" localSheetId=\"{index}\" hidden=\"1\">'{name}'!{range}</definedName>"
            ),
        );
    }
    out.push_str("</definedNames></workbook>");
    out
}

/// `xl/_rels/workbook.xml.rels`.
pub(super) fn workbook_relations(n_sheets: usize) -> String {
    let mut out = format!("{DECLARATION}<Relationships xmlns=\"{PACKAGE}/relationships\">");
    for number in 1..=n_sheets {
        push(
            &mut out,
            format_args!(
                "<Relationship Id=\"rId{number}\" Type=\"{RELATIONS}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
            ),
        );
    }
    let number = n_sheets + 1;
    push(
        &mut out,
        format_args!(
            "<Relationship Id=\"rId{number}\" Type=\"{RELATIONS}/styles\" Target=\"styles.xml\"/></Relationships>"
        ),
    );
    out
}

/// `[Content_Types].xml`.
pub(super) fn content_types(n_sheets: usize) -> String {
    const OFFICE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let mut out = format!(
        "{DECLARATION}<Types xmlns=\"{PACKAGE}/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" ContentType=\"{OFFICE}.sheet.main+xml\"/>\
         <Override PartName=\"/xl/styles.xml\" ContentType=\"{OFFICE}.styles+xml\"/>\
         <Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>"
    );
    for number in 1..=n_sheets {
        push(
            &mut out,
            format_args!(
                "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" ContentType=\"{OFFICE}.worksheet+xml\"/>"
            ),
        );
    }
    out.push_str("</Types>");
    out
}

/// The XML of one sheet, a row at a time.
pub(super) struct SheetXml {
    /// What is written next.
    pub(super) out: String,
    letters: Vec<String>,
    kinds: Vec<Kind>,
    n_rows: u32,
}

impl SheetXml {
    /// Begins a sheet with its header, which stays in sight; only the first sheet of a file is the one looked at.
    pub(super) fn begin(columns: &[OwnColumn], is_first: bool) -> Self {
        let mut out = format!("{DECLARATION}<worksheet xmlns=\"{MAIN}\"><sheetViews><sheetView ");
        out.push_str(if is_first { "tabSelected=\"1\" " } else { "" });
        out.push_str(
            "workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>\
             </sheetView></sheetViews><cols>",
        );
        for (column, number) in columns.iter().zip(1..) {
            let (width, style) = match column.kind {
                Kind::Text if column.is_told => (24, TEXT),
                Kind::Text => (16, TEXT),
                Kind::Whole => (10, WHOLE),
                Kind::Decimal => (12, DECIMAL),
            };
            push(
                &mut out,
                format_args!(
                    "<col min=\"{number}\" max=\"{number}\" width=\"{width}\" style=\"{style}\" customWidth=\"1\"/>"
                ),
            );
        }
        out.push_str("</cols><sheetData>");
        let letters = (0..columns.len()).map(column_letters).collect();
        let kinds = columns.iter().map(|column| column.kind).collect();
        let mut sheet = Self { out, letters, kinds, n_rows: 0 };
        sheet.begin_row();
        for (index, column) in columns.iter().enumerate() {
            sheet.text(index, &column.name, HEADER);
        }
        sheet.out.push_str("</row>");
        sheet
    }

    /// Rows so far, the header among them.
    pub(super) const fn n_rows(&self) -> u32 {
        self.n_rows
    }

    /// Adds a row; an empty cell is left out.
    pub(super) fn row<'c>(&mut self, cells: impl Iterator<Item = &'c str>) {
        self.begin_row();
        for (index, cell) in cells.enumerate().filter(|(_, cell)| !cell.is_empty()) {
            match self.kinds[index] {
                Kind::Text => self.text(index, cell, TEXT),
                Kind::Whole => self.number(index, cell, WHOLE),
                Kind::Decimal => self.number(index, cell, DECIMAL),
            }
        }
        self.out.push_str("</row>");
    }

    /// Ends the sheet; gives the range of its cells.
    pub(super) fn end(&mut self) -> String {
        let last = self.letters.last().map_or("A", String::as_str);
        let (n_rows, range) = (self.n_rows, format!("$A$1:${last}${}", self.n_rows));
        push(
            &mut self.out,
            format_args!(
                "</sheetData><autoFilter ref=\"A1:{last}{n_rows}\"/><ignoredErrors><ignoredError sqref=\"A1:{last}{n_rows}\" \
                 numberStoredAsText=\"1\"/></ignoredErrors></worksheet>"
            ),
        );
        range
    }

    fn begin_row(&mut self) {
        self.n_rows += 1;
        push(&mut self.out, format_args!("<row r=\"{}\">", self.n_rows));
    }

    fn begin_cell(&mut self, index: usize, style: &str) {
        self.out.push_str("<c r=\"");
        self.out.push_str(&self.letters[index]);
        push(&mut self.out, format_args!("{}\" s=\"{style}\"", self.n_rows));
    }

    fn number(&mut self, index: usize, cell: &str, style: &str) {
        self.begin_cell(index, style);
        self.out.push_str("><v>");
        self.out.push_str(cell);
        self.out.push_str("</v></c>");
    }

    fn text(&mut self, index: usize, cell: &str, style: &str) {
        self.begin_cell(index, style);
        // Spaces at the ends would be lost.
        let is_plain = !cell.starts_with(char::is_whitespace) && !cell.ends_with(char::is_whitespace);
        self.out.push_str(if is_plain {
            " t=\"inlineStr\"><is><t>"
        } else {
            " t=\"inlineStr\"><is><t xml:space=\"preserve\">"
        });
        match cut(cell) {
            Some((kept, n_left)) => {
                push_text(&mut self.out, kept);
                push(&mut self.out, format_args!("…(+{n_left})"));
            }
            None => push_text(&mut self.out, cell),
        }
        self.out.push_str("</t></is></c>");
    }
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a string grows");
}

/// Letters kept for the mark behind a cell that is cut: `…(+1048576)`.
const MARK_LETTERS: usize = 16;

/// What a cell that is too long keeps, and how many letters are left out; the whole cell stands in CSV and Parquet.
fn cut(cell: &str) -> Option<(&str, usize)> {
    if cell.len() <= CELL_LETTERS {
        return None;
    }
    let length: usize = cell.chars().map(char::len_utf16).sum();
    if length <= CELL_LETTERS {
        return None;
    }
    let (mut end, mut n_kept) = (0, 0);
    for letter in cell.chars() {
        if n_kept + letter.len_utf16() > CELL_LETTERS - MARK_LETTERS {
            break;
        }
        n_kept += letter.len_utf16();
        end += letter.len_utf8();
    }
    Some((&cell[..end], cell[end..].chars().count()))
}

/// Appends text; what XML cannot hold is written `_xHHHH_`, as spreadsheets write it (ECMA-376 part 1, 22.9.2.19), and what
/// looks like that has its first mark written so.
fn push_text(out: &mut String, text: &str) {
    let is_plain = |byte: u8| matches!(byte, b' '..0xEF) && !matches!(byte, b'<' | b'>' | b'&' | b'_');
    if text.bytes().all(is_plain) {
        out.push_str(text);
        return;
    }
    for (at, letter) in text.char_indices() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\t' | '\n' => out.push(letter),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => push(out, format_args!("_x{:04X}_", letter as u32)),
            '_' if is_escape(&text.as_bytes()[at..]) => out.push_str("_x005F_"),
            letter => out.push(letter),
        }
    }
}

/// Whether text begins with `_xHHHH_`.
fn is_escape(text: &[u8]) -> bool {
    matches!(text, [b'_', b'x', digits @ .., ] if digits.len() >= 5
        && digits[..4].iter().all(u8::is_ascii_hexdigit) && digits[4] == b'_')
}

/// `A` to `Z`, then `AA` and on.
fn column_letters(mut index: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + (index % 26) as u8));
        match (index / 26).checked_sub(1) {
            Some(next) => index = next,
            None => return letters.into_iter().rev().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_as_spreadsheets_do() {
        let check = |index, expected: &str| assert_eq!(column_letters(index), expected);
        check(0, "A");
        check(25, "Z");
        check(26, "AA");
        check(51, "AZ");
        check(52, "BA");
        check(701, "ZZ");
        check(702, "AAA");
        check(16_383, "XFD");
    }

    #[test]
    fn nothing_in_a_cell_is_markup() {
        let check = |text: &str, expected: &str| {
            let mut out = String::new();
            push_text(&mut out, text);
            assert_eq!(out, expected);
        };
        check("Nguyễn Văn A", "Nguyễn Văn A");
        check("<a href=\"x\">&</a>", "&lt;a href=\"x\"&gt;&amp;&lt;/a&gt;");
        check("a\u{1b}\0\r\n\t", "a_x001B__x0000__x000D_\n\t");
        check("_x001B_ _x _xyz", "_x005F_x001B_ _x _xyz");
        check("\u{ffff}\u{fffd}", "_xFFFF_\u{fffd}");
    }

    #[test]
    fn a_cell_that_is_too_long_says_so() {
        let long = "ệ".repeat(40_000);
        let (kept, n_left) = cut(&long).expect("too long");
        assert_eq!(kept.chars().count() + n_left, 40_000);
        assert!(kept.encode_utf16().count() + MARK_LETTERS <= CELL_LETTERS);
        assert_eq!(cut(&"ệ".repeat(CELL_LETTERS)), None);
        // Letters beyond the first plane count twice.
        assert!(cut(&"𠀀".repeat(20_000)).is_some());
    }
}
