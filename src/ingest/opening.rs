//! The beginning of a file of text or of a workbook: what kind it is, in which encoding, and where its header stands.
//!
//! Whatever the file is, a stream of UTF-8 comes out. Faults of the beginning become troubles here.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use super::encoding::{TextEncoding, detect, shown};
use super::head::{self, Head, HeadFault, HeadOptions};
use super::notice::Notice;
use super::recode::OldText;
use super::records::Dialect;
use super::source::OpenOptions;
use super::stream::{self, Decoding, Fingerprint, Packing};
use super::workbook;
use crate::record::{Trouble, TroubleCode};

/// Bytes of a text that are looked at to understand it.
pub(super) const HEAD_BYTES: usize = 1 << 20;

/// What tells a file of text from others.
pub(super) fn first_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    fs::File::open(path)?.take(8).read_to_end(&mut head)?;
    Ok(head)
}

/// A file as a stream of UTF-8.
pub(super) struct Text {
    pub(super) reader: Box<dyn Read + Send>,
    pub(super) encoding: Option<TextEncoding>,
    pub(super) packing: &'static str,
    /// Given where the stream is the file itself.
    pub(super) seen: Option<Fingerprint>,
    pub(super) notices: Vec<Notice>,
    /// The sheet, of a workbook.
    pub(super) sheet: Option<String>,
}

pub(super) fn open_text(path: &Path, options: &OpenOptions<'_>) -> Result<Text, Trouble> {
    let trouble = |code| Trouble::new(code).file(path);
    let cannot_open = |error: io::Error| trouble(TroubleCode::CannotOpen).word("cause", error.kind());
    let (mut reader, packing, seen) = stream::open(path).map_err(cannot_open)?;
    let raw = read_up_to(&mut reader, HEAD_BYTES).map_err(|error| reading(path, &error))?;
    if raw.is_empty() {
        return Err(trouble(TroubleCode::EmptyFile));
    }
    let encoding = match options.encoding {
        Some(encoding) => encoding,
        None => detect(&raw).ok_or_else(|| unknown_encoding(path, &raw, options.old_text))?,
    };
    let whole = io::Cursor::new(raw).chain(reader);
    let reader: Box<dyn Read + Send> = match encoding.decoder() {
        None => Box::new(whole),
        Some(decoder) => Box::new(Decoding::new(whole, decoder)),
    };
    let packing = match packing {
        Packing::Plain => "plain",
        Packing::Gzip => "gzip",
        Packing::Zstd => "zstd",
    };
    Ok(Text { reader, encoding: Some(encoding), packing, seen: Some(seen), notices: Vec::new(), sheet: None })
}

/// The sheet of a workbook is UTF-8 already, and its cells may still mean what an old encoding says.
pub(super) fn open_sheet(path: &Path, options: &OpenOptions<'_>) -> Result<Text, Trouble> {
    let has_header = |text: &[u8]| {
        !matches!(find_head(text, true, true, options), Err(HeadFault::Empty | HeadFault::NoHeader))
    };
    let wanted = workbook::Wanted {
        sheet: options.sheet,
        max_bytes: options.limits.max_sheet_bytes,
        has_header: &has_header,
        marks_lines: options.marks_lines,
    };
    let workbook::Opened { packing, reader, notices, sheet } = workbook::open(path, &wanted)?;
    Ok(Text { reader, encoding: options.encoding, packing, seen: None, notices, sheet: Some(sheet) })
}

pub(super) fn dialect(options: &OpenOptions<'_>) -> Dialect {
    Dialect {
        delimiter: b',',
        width: 0,
        max_field_bytes: options.limits.max_field_bytes,
        max_record_bytes: options.limits.max_record_bytes,
    }
}

pub(super) fn find_head(
    head: &[u8],
    last: bool,
    is_workbook: bool,
    options: &OpenOptions<'_>,
) -> Result<Head, HeadFault> {
    let delimiter = if is_workbook { Some(b',') } else { options.head.delimiter };
    let told = HeadOptions { delimiter, ..options.head.clone() };
    let is_header_word = options.is_header_word.unwrap_or(&|_| false);
    head::find(head, last, &told, &dialect(options), options.limits.max_columns, is_header_word)
}

pub(super) fn read_up_to(reader: &mut dyn Read, n_bytes: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(n_bytes);
    reader.take(n_bytes as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Old encodings are named, not guessed: a wrong guess would be read without a word of complaint.
fn unknown_encoding(path: &Path, raw: &[u8], old_text: Option<&dyn OldText>) -> Trouble {
    /// Words in a hundred from which an encoding is worth naming.
    const LIKELY: u32 = 60;
    let text = if is_text(raw) { shown(raw) } else { String::new() };
    match old_text.and_then(|old_text| old_text.likely(&text)).filter(|(_, share)| *share >= LIKELY) {
        Some((encoding, share)) => Trouble::new(TroubleCode::OldEncoding)
            .file(path)
            .word("encoding", encoding.name())
            .word("share", share),
        None => Trouble::new(TroubleCode::UnknownEncoding).file(path),
    }
}

/// A failure in the middle of reading; damaged compression shows as invalid data or an early end.
pub(super) fn reading(path: &Path, error: &io::Error) -> Trouble {
    use io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof};
    let code = match error.kind() {
        InvalidData | InvalidInput | Other | UnexpectedEof => TroubleCode::BrokenCompression,
        _ => TroubleCode::ReadFailed,
    };
    Trouble::new(code).file(path).word("cause", error.kind())
}

pub(super) fn head_trouble(
    path: &Path,
    fault: &HeadFault,
    head: &[u8],
    options: &OpenOptions<'_>,
) -> Trouble {
    let trouble = |code| Trouble::new(code).file(path);
    match *fault {
        HeadFault::Empty => trouble(TroubleCode::EmptyFile),
        HeadFault::NoHeader if !is_text(head) => trouble(TroubleCode::UnknownEncoding),
        HeadFault::NoHeader => trouble(TroubleCode::NoHeader).line(options.head.header_line.unwrap_or(1)),
        HeadFault::Width { line, names, fields } => {
            trouble(TroubleCode::HeaderWidth).line(line).word("names", names).word("fields", fields)
        }
        HeadFault::TooManyColumns { line, names } => trouble(TroubleCode::TooManyColumns)
            .line(line)
            .word("names", names)
            .word("limit", options.limits.max_columns),
    }
}

/// Binary files (spreadsheets, archives) are full of zero bytes.
fn is_text(head: &[u8]) -> bool {
    head.iter().filter(|&&byte| byte == 0).count() * 100 < head.len()
}
