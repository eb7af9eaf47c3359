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
        }
    }
}
