//! Delimited text: every byte of the copy that belongs to no changed cell is that of the file.
//!
//! Of a text that stands plainly on disk a journal of the changed cells is kept, from which the file comes back.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::cells::Edit;
use super::encode::Coder;
use super::reason::Reason;
use super::rewrite::Rewrite;
use crate::ingest::{Layout, Located};
use crate::record::{Trouble, TroubleCode};
use crate::report::folder::{RunFile, Written};
use crate::rulebook::Rulebook;

/// Header of the journal.
pub(super) const JOURNAL: [&str; 3] = ["offset", "new_bytes", "old_hex"];

/// The copy as it stands on disk.
enum Out {
    Plain(RunFile),
    Gzip(flate2::write::GzEncoder<RunFile>),
    Zstd(zstd::Encoder<'static, RunFile>),
}

impl Out {
    fn new(file: RunFile, packing: &str) -> io::Result<Self> {
        Ok(match packing {
            "gzip" => Self::Gzip(flate2::write::GzEncoder::new(file, flate2::Compression::default())),
            "zstd" => Self::Zstd(zstd::Encoder::new(file, 0)?),
            _ => Self::Plain(file),
        })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.write_all(bytes),
            Self::Gzip(encoder) => encoder.write_all(bytes),
            Self::Zstd(encoder) => encoder.write_all(bytes),
        }
    }

    fn finish(self) -> io::Result<RunFile> {
        match self {
            Self::Plain(file) => Ok(file),
            Self::Gzip(encoder) => encoder.finish(),
            Self::Zstd(encoder) => encoder.finish(),
        }
    }
}

/// The journal of a copy that stands plainly on disk.
struct Journal {
    file: RunFile,
    n_rows: u64,
}

/// A text being copied.
pub(super) struct TextCopy<'a> {
    path: PathBuf,
    shown: PathBuf,
    located: Located,
    coder: Coder<'a>,
    delimiter: u8,
    out: Out,
    journal: Option<Journal>,
    /// Bytes of the copy so far.
    n_written: u64,
    /// The record that is next, and what changes in it.
    held: Option<Held>,
}

struct Held {
    line: u64,
    bytes: Vec<u8>,
    cells: Vec<std::ops::Range<usize>>,
    edits: Vec<Edit>,
}

impl<'a> TextCopy<'a> {
    /// Begins a copy of `path` in `out`; `journal` is given where it stands plainly.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub(super) fn begin(
        path: &Path,
        layout: Layout,
        packing: &str,
        book: &'a Rulebook,
        out: RunFile,
        mut journal: Option<RunFile>,
    ) -> Result<Self, Trouble> {
        let shown = out.shown().to_owned();
        if let Some(file) = &mut journal {
            file.write(&crate::report::tables::header(&JOURNAL))?;
        }
        let located = Located::open(path, layout);
        let cannot_open =
            |error: io::Error| Trouble::new(TroubleCode::CannotOpen).file(path).word("cause", error.kind());
        Ok(Self {
            path: path.to_owned(),
            located: located.map_err(cannot_open)?,
            coder: Coder::new(layout.encoding, book)?,
            delimiter: layout.delimiter,
            out: Out::new(out, packing).map_err(|error| Trouble::writing(&error, &shown))?,
            shown,
            journal: journal.map(|file| Journal { file, n_rows: 0 }),
            n_written: 0,
            held: None,
        })
    }

    fn reading(&self, error: &io::Error) -> Trouble {
        Trouble::new(TroubleCode::ReadFailed).file(&self.path).word("cause", error.kind())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        self.n_written += bytes.len() as u64;
        self.out.write(bytes).map_err(|error| Trouble::writing(&error, &self.shown))
    }

    /// Writes the record that is held.
    fn let_go(&mut self) -> Result<(), Trouble> {
        let Some(mut held) = self.held.take() else { return Ok(()) };
        held.edits.sort_by_key(|edit| edit.column);
        let mut from = 0;
        for edit in &held.edits {
            let range = held.cells[edit.column].clone();
            let old = &held.bytes[range.clone()];
            let new = self.cell(old, &edit.text).ok_or_else(|| {
                Trouble::new(TroubleCode::Internal).word("cause", "a cell that was not asked for")
            })?;
            self.write(&held.bytes[from..range.start])?;
            if let Some(journal) = &mut self.journal {
                let row = format!("{},{},{}\n", self.n_written, new.len(), crate::record::hex(old));
                journal.file.write(row.as_bytes())?;
                journal.n_rows += 1;
            }
            self.write(&new)?;
            from = range.end;
        }
        self.write(&held.bytes[from..])
    }

    /// A cell as it is written: in quotes where the old one was, or where it needs them.
    fn cell(&self, old: &[u8], text: &str) -> Option<Vec<u8>> {
        let quote = self.coder.sign(b'"');
        let needs = text.contains(['"', '\n', '\r']) || text.contains(char::from(self.delimiter));
        if !needs && !old.starts_with(&quote) {
            return self.coder.bytes(text);
        }
        let mut out = quote.clone();
        out.extend(self.coder.bytes(&text.replace('"', "\"\""))?);
        out.extend(quote);
        Some(out)
    }

    /// Copies the rest. Gives the copy and its journal.
    ///
    /// # Errors
    /// When the file cannot be read or the copy cannot be written.
    pub(super) fn finish(mut self) -> Result<(Written, Option<Written>), Trouble> {
        self.let_go()?;
        while let Some(piece) = self.located.next_piece().map_err(|error| reading(&self.path, &error))? {
            self.n_written += piece.bytes.len() as u64;
            self.out.write(piece.bytes).map_err(|error| Trouble::writing(&error, &self.shown))?;
        }
        let out = self.out.finish().map_err(|error| Trouble::writing(&error, &self.shown))?;
        let journal = self.journal.map(|journal| journal.file.finish(Some(journal.n_rows))).transpose()?;
        Ok((out.finish(None)?, journal))
    }
}

fn reading(path: &Path, error: &io::Error) -> Trouble {
    Trouble::new(TroubleCode::ReadFailed).file(path).word("cause", error.kind())
}

impl Rewrite for TextCopy<'_> {
    fn go_to(&mut self, line: u64) -> Result<bool, Trouble> {
        if let Some(held) = &self.held {
            if held.line == line {
                return Ok(true);
            }
            if held.line > line {
                return Ok(false);
            }
            self.let_go()?;
        }
        loop {
            let piece = match self.located.next_piece() {
                Ok(Some(piece)) => piece,
                Ok(None) => return Ok(false),
                Err(error) => return Err(self.reading(&error)),
            };
            if piece.line < line || !piece.is_record() {
                self.n_written += piece.bytes.len() as u64;
                self.out.write(piece.bytes).map_err(|error| Trouble::writing(&error, &self.shown))?;
                continue;
            }
            let cells = (0..).map_while(|column| piece.cell(column)).collect();
            let held = Held { line: piece.line, bytes: piece.bytes.to_vec(), cells, edits: Vec::new() };
            let is_there = held.line == line;
            self.held = Some(held);
            return Ok(is_there);
        }
    }

    fn refuses(&mut self, edit: &Edit) -> Option<Reason> {
        let held = self.held.as_ref()?;
        let Some(range) = held.cells.get(edit.column) else { return Some(Reason::NoSuchRecord) };
        let can_hold = self.cell(&held.bytes[range.clone()], &edit.text).is_some();
        (!can_hold).then_some(Reason::Encoding)
    }

    fn put(&mut self, edit: Edit) {
        if let Some(held) = &mut self.held {
            held.edits.push(edit);
        }
    }
}
