//! One input file, opened: what it is, a sample, and the two halves that read it.
//!
//! The halves let many threads work on one file: a [`Feeder`] hands out pieces one at a time, in order; a
//! [`BatchReader`] turns a piece into a batch and is shared.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::blocks::{Block, Cutter, Spare};
use super::cells::{Cells, Question};
use super::encoding::TextEncoding;
use super::head::HeadOptions;
use super::located::Layout;
use super::notes::{IsNote, Notes};
use super::notice::Notice;
use super::opening::{
    HEAD_BYTES, Text, dialect, find_head, first_bytes, head_trouble, open_sheet, open_text, read_up_to,
    reading,
};
use super::parquet::{self, RowSlice};
use super::recode::{OldText, Recoding};
use super::records::{Dialect, Fields, record_at};
use super::scan::Structure;
use super::splitter::{RawBatch, Splitter};
use super::stream::{self, Fingerprint};
use super::workbook;
use crate::record::{Trouble, TroubleCode};

/// Rows of the sample.
const SAMPLE_ROWS: usize = 1000;

/// Sizes that no honest list passes.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest field in bytes.
    pub max_field_bytes: usize,
    /// Longest record in bytes.
    pub max_record_bytes: usize,
    /// Most columns.
    pub max_columns: usize,
    /// Most bytes that a workbook unpacks to, and that the text of its sheet has.
    pub max_sheet_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_field_bytes: 1 << 20,
            max_record_bytes: 8 << 20,
            max_columns: 4096,
            max_sheet_bytes: 4 << 30,
        }
    }
}

/// How to open a file.
#[derive(Default)]
pub struct OpenOptions<'a> {
    /// Encoding, where it is not to be found out.
    pub encoding: Option<TextEncoding>,
    /// Delimiter and header line, where they are not to be found out.
    pub head: HeadOptions,
    /// Sizes that are refused.
    pub limits: Limits,
    /// What knows the words behind old encodings.
    pub old_text: Option<&'a dyn OldText>,
    /// Whether a cell is a known column name.
    pub is_header_word: Option<&'a dyn Fn(&str) -> bool>,
    /// Whether a cell is one that totals, signatures and the like begin with.
    pub is_note: Option<IsNote>,
    /// The sheet of a workbook, by its name or its place, where it is not to be found out.
    pub sheet: Option<&'a str>,
    /// Whether a line end inside a cell of a workbook is told from a space, as U+2028: a row is a line of its own.
    pub marks_lines: bool,
}

/// A file understood but not yet read.
pub struct Opened {
    /// The file.
    pub path: PathBuf,
    /// Encoding of the text, `None` for Parquet and for workbooks.
    pub encoding: Option<TextEncoding>,
    /// `plain`, `gzip`, `zstd`, `parquet`, or the format of a workbook.
    pub packing: &'static str,
    /// Byte between fields, `None` for Parquet and for workbooks.
    pub delimiter: Option<u8>,
    /// Physical line of the header, 0 when there is none.
    pub header_line: u64,
    /// Column names in order.
    pub names: Vec<String>,
    /// What was skipped or odd at the beginning.
    pub notices: Vec<Notice>,
    /// The first rows, all columns.
    pub sample: RawBatch,
    /// Size on disk.
    pub n_bytes: u64,
    /// The sheet that is read, of a workbook.
    pub sheet: Option<String>,
    body: Body,
}

enum Body {
    Text {
        reader: Box<dyn Read + Send>,
        head: Vec<u8>,
        data_line: u64,
        splitter: Box<Splitter>,
        seen: Option<Fingerprint>,
    },
    Rows {
        n_rows: usize,
    },
}

/// A piece of a file.
pub enum Work {
    /// A block of text.
    Text(Block),
    /// A slice of a Parquet file.
    Rows(RowSlice),
}

impl Work {
    /// How much of the file it is, for showing progress: bytes of text, or rows.
    pub fn n_bytes(&self) -> u64 {
        match self {
            Self::Text(block) => block.bytes.len() as u64,
            Self::Rows(slice) => slice.n_rows as u64,
        }
    }
}

/// Hands out the pieces of a file in order.
pub struct Feeder {
    path: PathBuf,
    kind: FeederKind,
}

enum FeederKind {
    Text(Cutter<Box<dyn Read + Send>>),
    Rows(Box<dyn Iterator<Item = RowSlice> + Send>),
}

/// Turns pieces into batches.
pub struct BatchReader {
    path: PathBuf,
    kind: ReaderKind,
    seen: Option<Fingerprint>,
    spare: Spare,
}

enum ReaderKind {
    Text(Splitter),
    Rows(Vec<String>),
}

/// The files that the arguments name: a folder stands for the files in it, in the order of their names.
///
/// # Errors
/// When a path does not exist or a folder cannot be listed.
pub fn expand(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Trouble> {
    let mut files = Vec::new();
    for path in paths {
        let cannot_open =
            |error: io::Error| Trouble::new(TroubleCode::CannotOpen).file(path).word("cause", error.kind());
        if !fs::metadata(path).map_err(cannot_open)?.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut inside = Vec::new();
        for entry in fs::read_dir(path).map_err(cannot_open)? {
            let entry = entry.map_err(cannot_open)?.path();
            let hidden = entry.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if entry.is_file() && !hidden {
                inside.push(entry);
            }
        }
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}

/// Opens a file and reads its beginning.
///
/// # Errors
/// A [`Trouble`] of the L03xx family that names file and line.
pub fn open(path: &Path, options: &OpenOptions<'_>) -> Result<Opened, Trouble> {
    let trouble = |code| Trouble::new(code).file(path);
    let cannot_open = |error: io::Error| trouble(TroubleCode::CannotOpen).word("cause", error.kind());
    let metadata = fs::metadata(path).map_err(cannot_open)?;
    if metadata.is_dir() {
        return Err(trouble(TroubleCode::CannotOpen).word("cause", io::ErrorKind::IsADirectory));
    }
    let first = first_bytes(path).map_err(cannot_open)?;
    if first.starts_with(b"PAR1") {
        return open_parquet(path, metadata.len());
    }
    let is_workbook = workbook::starts_as_workbook(&first);
    let text = if is_workbook { open_sheet(path, options)? } else { open_text(path, options)? };
    let Text { mut reader, encoding, packing, seen, mut notices, sheet } = text;
    if let Some(recode) =
        options.old_text.zip(encoding).and_then(|(old_text, encoding)| old_text.recode(encoding))
    {
        reader = Box::new(Recoding::new(reader, recode));
    }
    let mut head = read_up_to(&mut reader, HEAD_BYTES).map_err(|error| reading(path, &error))?;
    let last = head.len() < HEAD_BYTES;
    let parsed = find_head(&head, last, is_workbook, options)
        .map_err(|fault| head_trouble(path, &fault, &head, options))?;
    let splitter = Splitter {
        dialect: Dialect { delimiter: parsed.delimiter, width: parsed.names.len(), ..dialect(options) },
        header_rows: parsed.header_rows.clone(),
        notes: Notes::new(&parsed.names, parsed.number_row.clone(), options.is_note.clone()),
        wanted: (0..parsed.names.len()).collect(),
    };
    head.drain(..parsed.data_start);
    let sample = text_sample(&head, last, parsed.data_line, &splitter);
    if sample.n_rows() == 0 && sample.quarantined.is_empty() && last {
        return Err(trouble(TroubleCode::NoRecord).line(parsed.header_line.max(1)));
    }
    notices.extend(parsed.notices.iter().cloned());
    Ok(Opened {
        path: path.to_owned(),
        encoding,
        packing,
        delimiter: (!is_workbook).then_some(parsed.delimiter),
        header_line: parsed.header_line,
        names: parsed.names.clone(),
        notices,
        sample,
        n_bytes: metadata.len(),
        sheet,
        body: Body::Text { reader, head, data_line: parsed.data_line, splitter: Box::new(splitter), seen },
    })
}

impl Opened {
    /// How the records of a text stand in its bytes; `None` for Parquet and for workbooks.
    pub fn layout(&self) -> Option<Layout> {
        let (Body::Text { data_line, splitter, .. }, Some(delimiter)) = (&self.body, self.delimiter) else {
            return None;
        };
        Some(Layout { encoding: self.encoding?, delimiter, data_line: *data_line, dialect: splitter.dialect })
    }

    /// Parts the file into the halves that read the wanted columns (by position).
    pub fn into_parts(self, wanted: Vec<usize>) -> (Feeder, BatchReader) {
        let path = self.path;
        match self.body {
            Body::Text { reader, head, data_line, splitter, seen } => {
                let cutter = Cutter::new(reader, head, data_line, splitter.dialect);
                let spare = cutter.spare();
                let splitter = Splitter { wanted, ..*splitter };
                (
                    Feeder { path: path.clone(), kind: FeederKind::Text(cutter) },
                    BatchReader { path, kind: ReaderKind::Text(splitter), seen, spare },
                )
            }
            Body::Rows { n_rows } => {
                let names = wanted.iter().map(|&column| self.names[column].clone()).collect();
                let slices = Box::new(parquet::slices(n_rows));
                (
                    Feeder { path: path.clone(), kind: FeederKind::Rows(slices) },
                    BatchReader { path, kind: ReaderKind::Rows(names), seen: None, spare: Spare::default() },
                )
            }
        }
    }
}

impl Feeder {
    /// The next piece, `None` at the end.
    ///
    /// # Errors
    /// When the file cannot be read to its end.
    pub fn next_work(&mut self) -> Result<Option<Work>, Trouble> {
        match &mut self.kind {
            FeederKind::Text(cutter) => cutter
                .next_block()
                .map(|block| block.map(Work::Text))
                .map_err(|error| reading(&self.path, &error)),
            FeederKind::Rows(slices) => Ok(slices.next().map(Work::Rows)),
        }
    }
}

impl BatchReader {
    /// The batch of a piece.
    ///
    /// # Errors
    /// When a Parquet file is damaged, or an invariant of ours does not hold.
    pub fn read(&self, work: Work) -> Result<RawBatch, Trouble> {
        match (work, &self.kind) {
            (Work::Text(block), ReaderKind::Text(splitter)) => {
                let (batch, bytes, structure) =
                    splitter.split(block).map_err(|cause| self.internal(cause))?;
                self.spare.give(bytes, structure);
                Ok(batch)
            }
            (Work::Rows(slice), ReaderKind::Rows(names)) => {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let broken = || Trouble::new(TroubleCode::BrokenParquet).file(&self.path);
                parquet::read(&self.path, slice, &names).ok_or_else(broken)
            }
            _ => Err(Trouble::new(TroubleCode::Internal).word("cause", "a piece of another file")),
        }
    }

    /// The batch of a piece with only the rows that the question wants.
    ///
    /// # Errors
    /// As [`BatchReader::read`].
    pub fn read_where(&self, work: Work, question: &mut impl Question) -> Result<RawBatch, Trouble> {
        let mut batch = match (work, &self.kind) {
            (Work::Text(block), ReaderKind::Text(splitter)) => {
                let (batch, bytes, structure) =
                    splitter.split_where(block, question).map_err(|cause| self.internal(cause))?;
                self.spare.give(bytes, structure);
                return Ok(batch);
            }
            (work, _) => self.read(work)?,
        };
        for row in 0..batch.n_rows() {
            question.see(&Cells::Row { columns: &batch.columns, row });
        }
        let mut mask = question.answer();
        for (row, kept) in mask.iter_mut().enumerate().filter(|(_, kept)| **kept) {
            *kept = question.needs(&Cells::Row { columns: &batch.columns, row });
        }
        batch.columns = batch.columns.iter().map(|column| column.filter(&mask)).collect();
        let n_rows = batch.n_rows();
        let mut kept = mask.iter();
        batch.lines.retain(|_| kept.next().copied().unwrap_or_default());
        batch.n_passed = n_rows - batch.n_rows();
        Ok(batch)
    }

    fn internal(&self, cause: &str) -> Trouble {
        Trouble::new(TroubleCode::Internal).file(&self.path).word("cause", cause)
    }

    /// Size and SHA-256 of the file, once every piece was handed out.
    ///
    /// # Errors
    /// When a Parquet file or a workbook, which are hashed apart, cannot be read.
    pub fn fingerprint(&self) -> Result<(u64, String), Trouble> {
        if let Some(seen) = &self.seen {
            return Ok(seen.finish());
        }
        Fingerprint::of(&self.path)
    }
}

impl Fingerprint {
    /// Size and SHA-256 of a file as it stands on disk.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(path: &Path) -> Result<(u64, String), Trouble> {
        stream::hash_file(path).map_err(|error| reading(path, &error))
    }
}

fn open_parquet(path: &Path, n_bytes: u64) -> Result<Opened, Trouble> {
    let broken = || Trouble::new(TroubleCode::BrokenParquet).file(path);
    let (names, n_rows) = parquet::shape(path).ok_or_else(broken)?;
    if n_rows == 0 {
        return Err(Trouble::new(TroubleCode::NoRecord).file(path));
    }
    let slice = RowSlice { index: 0, offset: 0, n_rows: n_rows.min(SAMPLE_ROWS) };
    let wanted: Vec<&str> = names.iter().map(String::as_str).collect();
    let sample = parquet::read(path, slice, &wanted).ok_or_else(broken)?;
    Ok(Opened {
        path: path.to_owned(),
        encoding: None,
        packing: "parquet",
        delimiter: None,
        header_line: 0,
        names,
        notices: Vec::new(),
        sample,
        n_bytes,
        sheet: None,
        body: Body::Rows { n_rows },
    })
}

/// The first rows of bytes that begin at a record, all columns.
fn text_sample(bytes: &[u8], last: bool, first_line: u64, splitter: &Splitter) -> RawBatch {
    let dialect = splitter.dialect;
    let (mut at, mut n_records, mut fields) = (0, 0, Fields::default());
    while at < bytes.len() && n_records < SAMPLE_ROWS {
        match record_at(bytes, at, last, &dialect, &mut fields) {
            Some(extent) => at = extent.next,
            None => break,
        }
        n_records += 1;
    }
    let structure = Structure::of_whole(&bytes[..at], dialect.delimiter);
    let bytes = bytes[..at].to_vec();
    let block = Block { index: 0, first_line, bytes, structure, oversized: Vec::new() };
    splitter.split(block).expect("the sample was cut at a record").0
}
