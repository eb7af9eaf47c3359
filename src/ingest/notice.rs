//! What is odd about a file without being wrong: said in the summary, and nothing stops for it.

/// Something seen in a file that a reader of the report should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Rows above the header were skipped.
    TitleRows {
        /// First and last physical line.
        lines: (u64, u64),
    },
    /// The `sep=` line of a spreadsheet.
    SeparatorLine {
        /// Physical line.
        line: u64,
    },
    /// More than one byte-order mark at the beginning.
    RepeatedBom {
        /// Physical line.
        line: u64,
    },
    /// A byte-order mark at the start of a record: files were joined.
    BomInside {
        /// Physical line.
        line: u64,
    },
    /// Two columns have the same name.
    RepeatedName {
        /// Physical line.
        line: u64,
        /// The name.
        name: String,
    },
    /// Lines without a single character between the records.
    BlankLines {
        /// How many.
        count: u64,
    },
    /// The column names stand in two rows.
    TwoRowHeader {
        /// Both physical lines.
        lines: (u64, u64),
    },
    /// Sheets of a workbook that are hidden, and so were not read.
    HiddenSheets {
        /// How many.
        count: u64,
        /// Their names.
        names: String,
    },
    /// Sheets of a workbook that hold something and were not read.
    SheetsNotRead {
        /// How many.
        count: u64,
        /// Their names.
        names: String,
    },
    /// Rows of the sheet that are hidden or filtered away. They are read like all others.
    HiddenRows {
        /// How many.
        count: u64,
        /// The first.
        line: u64,
    },
    /// Formulas that were saved without a value; their cells are empty.
    FormulasWithoutValue {
        /// How many.
        count: u64,
        /// Where the first stands.
        line: u64,
    },
}

impl Notice {
    /// The code in `summary.json`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::TitleRows { .. } => "title_rows",
            Self::SeparatorLine { .. } => "separator_line",
            Self::RepeatedBom { .. } => "repeated_bom",
            Self::BomInside { .. } => "bom_inside",
            Self::RepeatedName { .. } => "repeated_name",
            Self::BlankLines { .. } => "blank_lines",
            Self::TwoRowHeader { .. } => "two_row_header",
            Self::HiddenSheets { .. } => "hidden_sheets",
            Self::SheetsNotRead { .. } => "sheets_not_read",
            Self::HiddenRows { .. } => "hidden_rows",
            Self::FormulasWithoutValue { .. } => "formulas_without_value",
        }
    }
}
