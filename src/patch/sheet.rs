//! xlsx and xlsm: the XML of one sheet is written anew cell by cell, every other part is copied as it is packed.
//!
//! A changed cell keeps its style and holds its text in itself (`inlineStr`), so that the table of shared texts stays as it
//! is. A formula is never overwritten. What other cells calculate from a changed one is calculated when the workbook is
//! next opened and saved.

mod xml;

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, Writer};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use xml::{Place, Places, attribute, element};

use super::cells::Edit;
use super::reason::Reason;
use super::rewrite::Rewrite;
use crate::record::{Trouble, TroubleCode};
use crate::report::folder::{RunFile, Written, new_file};

/// Letters that a cell of a sheet may have.
const LETTERS_MAX: usize = 32_767;

/// A workbook being copied.
pub(super) struct SheetCopy {
    path: PathBuf,
    /// Name of the part that holds the sheet.
    part: String,
    formulas: Formulas,
    line: u64,
    /// Changed cells.
    edits: Vec<(Place, String)>,
}

/// Cells that are calculated.
#[derive(Debug, Default)]
struct Formulas {
    cells: HashSet<Place>,
    /// What one formula fills: rows and columns, both from 1.
    ranges: Vec<(Range<u32>, Range<u32>)>,
}

impl Formulas {
    fn has(&self, place: Place) -> bool {
        let (row, column) = place;
        let in_range =
            |(rows, columns): &(Range<u32>, Range<u32>)| rows.contains(&row) && columns.contains(&column);
        self.cells.contains(&place) || self.ranges.iter().any(in_range)
    }
}

/// Why the copy of a workbook failed.
enum Fault {
    Broken,
    Writing(io::Error),
}

impl From<quick_xml::Error> for Fault {
    fn from(_: quick_xml::Error) -> Self {
        Self::Broken
    }
}

impl From<zip::result::ZipError> for Fault {
    fn from(error: zip::result::ZipError) -> Self {
        match error {
            zip::result::ZipError::Io(error) if error.kind() == io::ErrorKind::StorageFull => {
                Self::Writing(error)
            }
            _ => Self::Broken,
        }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Writing(error)
    }
}

impl Fault {
    fn trouble(self, read: &Path, written: &Path) -> Trouble {
        match self {
            Self::Broken => Trouble::new(TroubleCode::BrokenWorkbook).file(read),
            Self::Writing(error) => Trouble::writing(&error, written),
        }
    }
}

type Archive = ZipArchive<BufReader<File>>;

impl SheetCopy {
    /// Opens a workbook and finds the part of a sheet and the formulas in some of its columns.
    ///
    /// # Errors
    /// When the workbook cannot be read.
    pub(super) fn begin(path: &Path, sheet: &str, columns: &[usize]) -> Result<Self, Trouble> {
        let found = || -> Result<(String, Formulas), Fault> {
            let mut archive = open(path)?;
            let part = part_of(&mut archive, sheet)?.ok_or(Fault::Broken)?;
            let formulas = formulas(&mut archive, &part, columns)?;
            Ok((part, formulas))
        };
        let (part, formulas) = found().map_err(|fault| fault.trouble(path, path))?;
        Ok(Self { path: path.to_owned(), part, formulas, line: 0, edits: Vec::new() })
    }

    /// Writes the copy, by way of a file beside it, since an archive is written to and fro.
    ///
    /// # Errors
    /// When the workbook cannot be read or the copy cannot be written.
    pub(super) fn finish(mut self, folder: &Path, mut out: RunFile) -> Result<Written, Trouble> {
        // Within a row fields come in any order.
        self.edits.sort_by_key(|(place, _)| *place);
        let shown = out.shown().to_owned();
        let beside = folder.join(".workbook");
        let copied = self.copy(&beside, &mut out);
        let _ = fs::remove_file(&beside);
        copied.map_err(|fault| fault.trouble(&self.path, &shown))?;
        out.finish(None)
    }

    fn copy(&self, beside: &Path, out: &mut RunFile) -> Result<(), Fault> {
        let mut archive = open(&self.path)?;
        let mut writer = ZipWriter::new(BufWriter::new(new_file(beside)?));
        for index in 0..archive.len() {
            let entry = archive.by_index_raw(index)?;
            if entry.name()? != self.part.as_str() {
                writer.raw_copy_file(entry)?;
                continue;
            }
            let mut options = SimpleFileOptions::DEFAULT
                .compression_method(entry.compression())
                .large_file(entry.size() >= u64::from(u32::MAX) / 2);
            if let Some(time) = entry.last_modified() {
                options = options.last_modified_time(time);
            }
            if let Some(mode) = entry.unix_mode() {
                options = options.unix_permissions(mode);
            }
            drop(entry);
            writer.start_file(&self.part, options)?;
            let reader = Reader::from_reader(BufReader::with_capacity(1 << 18, archive.by_name(&self.part)?));
            self.sheet(reader, &mut Writer::new(&mut writer))?;
        }
        let file = writer.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        drop(file);
        let mut file = File::open(beside)?;
        let mut piece = vec![0; 1 << 18];
        loop {
            let n_read = file.read(&mut piece)?;
            if n_read == 0 {
                return Ok(());
            }
            out.write_all(&piece[..n_read])?;
        }
    }

    /// Copies the sheet event by event. Changed cells are written in the place of old ones, or where they belong.
    fn sheet(
        &self,
        mut reader: Reader<impl io::BufRead>,
        writer: &mut Writer<impl Write>,
    ) -> Result<(), Fault> {
        let mut edits = self.edits.iter().peekable();
        let (mut buffer, mut places) = (Vec::new(), Places::default());
        let mut styles = Vec::new();
        loop {
            let event = reader.read_event_into(&mut buffer)?;
            match &event {
                Event::Eof => break,
                Event::Start(start) | Event::Empty(start) if element(start) == "col" => {
                    styles.extend(xml::style_of_columns(start));
                    writer.write_event(event)?;
                }
                Event::Start(start) | Event::Empty(start) if element(start) == "row" => {
                    places.row(start);
                    writer.write_event(event)?;
                }
                Event::End(end) if end.local_name().as_ref() == "row" => {
                    while let Some((place, text)) = edits.next_if(|(place, _)| place.0 == places.row) {
                        new_cell(writer, end.name().as_ref(), *place, text, &styles)?;
                    }
                    writer.write_event(event)?;
                }
                Event::Start(start) | Event::Empty(start) if element(start) == "c" => {
                    let place = places.cell(start);
                    while let Some((before, text)) = edits.next_if(|(other, _)| *other < place) {
                        new_cell(writer, start.name().as_ref(), *before, text, &styles)?;
                    }
                    let Some((_, text)) = edits.next_if(|(other, _)| *other == place) else {
                        writer.write_event(event)?;
                        buffer.clear();
                        continue;
                    };
                    let is_open = matches!(event, Event::Start(_));
                    changed_cell(writer, start, text)?;
                    if is_open {
                        skip_cell(&mut reader)?;
                    }
                }
                _ => writer.write_event(event)?,
            }
            buffer.clear();
        }
        // Every changed cell belongs to a row that was read, so none may be left.
        if edits.next().is_some() { Err(Fault::Broken) } else { Ok(()) }
    }
}

impl Rewrite for SheetCopy {
    fn go_to(&mut self, line: u64) -> Result<bool, Trouble> {
        self.line = line;
        Ok(true)
    }

    fn refuses(&mut self, edit: &Edit) -> Option<Reason> {
        let Some(place) = self.place(edit.column) else { return Some(Reason::NoSuchRecord) };
        if self.formulas.has(place) {
            return Some(Reason::Formula);
        }
        let holds = edit.text.chars().count() <= LETTERS_MAX && !edit.text.chars().any(char::is_control);
        (!holds).then_some(Reason::ColumnType)
    }

    fn put(&mut self, edit: Edit) {
        if let Some(place) = self.place(edit.column) {
            self.edits.push((place, edit.text));
        }
    }
}

impl SheetCopy {
    fn place(&self, column: usize) -> Option<Place> {
        Some((u32::try_from(self.line).ok()?, u32::try_from(column).ok()? + 1))
    }
}

fn open(path: &Path) -> Result<Archive, Fault> {
    let file = File::open(path).map_err(|_| Fault::Broken)?;
    Ok(ZipArchive::new(BufReader::new(file))?)
}

/// The part that holds a sheet.
fn part_of(archive: &mut Archive, sheet: &str) -> Result<Option<String>, Fault> {
    let names: Vec<String> = archive.file_names().flatten().map(std::borrow::Cow::into_owned).collect();
    let find = |ending: &str| names.iter().find(|name| name.to_ascii_lowercase().ends_with(ending));
    let (Some(workbook), Some(relations)) = (find("/workbook.xml"), find("/workbook.xml.rels")) else {
        return Ok(None);
    };
    let (mut id, mut target) = (None, None);
    each_start(archive, workbook, |start| {
        if element(start) == "sheet" && attribute(start, "name").as_deref() == Some(sheet) {
            // The number of the sheet is called `sheetId`, the relation `r:id`.
            id = attribute(start, "id");
        }
    })?;
    each_start(archive, relations, |start| {
        if id.is_some() && attribute(start, "Id") == id {
            target = attribute(start, "Target");
        }
    })?;
    let Some(target) = target else { return Ok(None) };
    let target = target.trim_start_matches(['.', '/']).to_ascii_lowercase();
    let is_it = |name: &&String| {
        let name = name.to_ascii_lowercase();
        name == target || name.ends_with(&format!("/{target}"))
    };
    Ok(names.iter().find(is_it).cloned())
}

fn each_start(
    archive: &mut Archive,
    part: &str,
    mut visit: impl FnMut(&BytesStart<'_>),
) -> Result<(), Fault> {
    let mut reader = Reader::from_reader(BufReader::with_capacity(1 << 18, archive.by_name(part)?));
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer)? {
            Event::Start(start) | Event::Empty(start) => visit(&start),
            Event::Eof => return Ok(()),
            _ => {}
        }
        buffer.clear();
    }
}

/// The cells of some columns that are calculated.
fn formulas(archive: &mut Archive, part: &str, columns: &[usize]) -> Result<Formulas, Fault> {
    let (mut found, mut places, mut at) = (Formulas::default(), Places::default(), (0, 0));
    each_start(archive, part, |start| {
        match element(start) {
            "row" => places.row(start),
            "c" => at = places.cell(start),
            "f" => {
                if columns.iter().any(|column| *column as u64 + 1 == u64::from(at.1)) {
                    found.cells.insert(at);
                }
                // An array and a table of data fill cells that hold no formula themselves.
                let fills = matches!(attribute(start, "t").as_deref(), Some("array" | "dataTable"));
                found
                    .ranges
                    .extend(attribute(start, "ref").filter(|_| fills).and_then(|area| xml::area(&area)));
            }
            _ => {}
        }
    })?;
    Ok(found)
}

/// Reads up to the end of a cell that is not wanted.
fn skip_cell(reader: &mut Reader<impl io::BufRead>) -> Result<(), Fault> {
    let (mut buffer, mut depth) = (Vec::new(), 1);
    while depth > 0 {
        match reader.read_event_into(&mut buffer)? {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth -= 1,
            Event::Eof => return Err(Fault::Broken),
            _ => {}
        }
        buffer.clear();
    }
    Ok(())
}

/// The cell with another text: all that it was but its type and value.
fn changed_cell(writer: &mut Writer<impl Write>, old: &BytesStart<'_>, text: &str) -> Result<(), Fault> {
    let name = old.name().as_ref().to_owned();
    let mut start = BytesStart::new(name.as_str());
    for kept in old.attributes().flatten() {
        // What belongs to the old value goes with it.
        if !matches!(kept.key.as_ref(), "t" | "vm" | "cm") {
            start.push_attribute(kept);
        }
    }
    inline(writer, start, &name, text)
}

/// A cell where the sheet had none: with the style of its column.
fn new_cell(
    writer: &mut Writer<impl Write>,
    neighbour: &str,
    (row, column): Place,
    text: &str,
    styles: &[(Range<u32>, String)],
) -> Result<(), Fault> {
    let prefix = neighbour.rsplit_once(':').map(|(prefix, _)| format!("{prefix}:")).unwrap_or_default();
    let name = format!("{prefix}c");
    let mut start = BytesStart::new(name.as_str());
    let place = format!("{}{row}", xml::letters(column));
    start.push_attribute(("r", place.as_str()));
    if let Some((_, style)) = styles.iter().find(|(columns, _)| columns.contains(&column)) {
        start.push_attribute(("s", style.as_str()));
    }
    inline(writer, start, &name, text)
}

fn inline(
    writer: &mut Writer<impl Write>,
    mut start: BytesStart<'_>,
    name: &str,
    text: &str,
) -> Result<(), Fault> {
    use quick_xml::events::{BytesEnd, BytesText};
    let prefix = name.strip_suffix('c').unwrap_or_default();
    let (is, t) = (format!("{prefix}is"), format!("{prefix}t"));
    start.push_attribute(("t", "inlineStr"));
    writer.write_event(Event::Start(start))?;
    writer.write_event(Event::Start(BytesStart::new(is.as_str())))?;
    let mut own = BytesStart::new(t.as_str());
    // Outer spaces would be dropped otherwise.
    own.push_attribute(("xml:space", "preserve"));
    writer.write_event(Event::Start(own))?;
    writer.write_event(Event::Text(BytesText::new(text)))?;
    writer.write_event(Event::End(BytesEnd::new(t.as_str())))?;
    writer.write_event(Event::End(BytesEnd::new(is.as_str())))?;
    writer.write_event(Event::End(BytesEnd::new(name)))?;
    Ok(())
}
