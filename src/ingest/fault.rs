//! Why a record cannot be read, and the slip that goes to quarantine in its place.

/// A reason for quarantine. The name is the reason code in `quarantine.csv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fault {
    /// Fewer fields than the header has names.
    TooFewFields,
    /// More fields than the header has names.
    TooManyFields,
    /// Bytes that are not valid in the encoding of the file.
    BadEncoding,
    /// A NUL byte.
    NulByte,
    /// Another control byte, Ctrl-Z among them.
    ControlByte,
    /// A quote that opens on this line and never closes.
    UnclosedQuote,
    /// A quote in the middle of a field.
    StrayQuote,
    /// A field over the limit.
    FieldTooLarge,
    /// A record over the limit; only its beginning was kept.
    RecordTooLarge,
    /// The header once more.
    RepeatedHeader,
    /// Nothing but delimiters.
    BlankRecord,
    /// A title, total or signature among the records: it was never a person.
    NoteRow,
}

impl Fault {
    /// Every fault, in the order of reports.
    pub const ALL: [Self; 12] = [
        Self::TooFewFields,
        Self::TooManyFields,
        Self::BadEncoding,
        Self::NulByte,
        Self::ControlByte,
        Self::UnclosedQuote,
        Self::StrayQuote,
        Self::FieldTooLarge,
        Self::RecordTooLarge,
        Self::RepeatedHeader,
        Self::BlankRecord,
        Self::NoteRow,
    ];

    /// The reason code.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooFewFields => "too_few_fields",
            Self::TooManyFields => "too_many_fields",
            Self::BadEncoding => "bad_encoding",
            Self::NulByte => "nul_byte",
            Self::ControlByte => "control_byte",
            Self::UnclosedQuote => "unclosed_quote",
            Self::StrayQuote => "stray_quote",
            Self::FieldTooLarge => "field_too_large",
            Self::RecordTooLarge => "record_too_large",
            Self::RepeatedHeader => "repeated_header",
            Self::BlankRecord => "blank_record",
            Self::NoteRow => "note_row",
        }
    }

    /// Whether the line was never a person, so that it does not count against the sender.
    pub const fn is_harmless(self) -> bool {
        matches!(self, Self::RepeatedHeader | Self::BlankRecord | Self::NoteRow)
    }
}

/// How many bytes of a record are kept in quarantine.
pub const RAW_KEPT: usize = 64 * 1024;

/// One record in quarantine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Physical line on which the record starts, counted from 1.
    pub line: u64,
    /// Why.
    pub fault: Fault,
    /// Fields found, where the width is the fault; else 0.
    pub n_fields: usize,
    /// Length of the record in bytes.
    pub n_bytes: u64,
    /// The record as it stands in the file, at most [`RAW_KEPT`] bytes.
    pub raw: Vec<u8>,
}

impl Quarantined {
    /// A slip for a record whose bytes are at hand.
    pub fn new(line: u64, fault: Fault, n_fields: usize, record: &[u8]) -> Self {
        let raw = record[..record.len().min(RAW_KEPT)].to_vec();
        Self { line, fault, n_fields, n_bytes: record.len() as u64, raw }
    }
}
