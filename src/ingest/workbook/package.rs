//! The zip archive that a workbook is: what kind it is, how large it unpacks, which rows it hides.
//!
//! Everything that may later be held in memory is unpacked once before and counted, because an archive can promise
//! any size. The rows that are hidden are seen on the way, which the reader of cells does not tell.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use memchr::{memchr, memmem, memrchr};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use super::text::Seen;
use super::{WorkbookFault, over_limit};

/// What an archive holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Xlsx,
    Xlsb,
    Ods,
    /// A text document, or any other archive.
    Other,
}

/// An archive whose parts are read with a limit on what they unpack to.
pub(super) struct Package {
    archive: ZipArchive<BufReader<File>>,
    max_bytes: u64,
}

/// A part of an archive as a reader of XML.
pub(super) type Part<'a> = Reader<BufReader<Limited<Box<dyn Read + 'a>>>>;

impl Package {
    /// Opens an archive.
    pub(super) fn open(path: &Path, max_bytes: u64) -> Result<Self, WorkbookFault> {
        Ok(Self { archive: ZipArchive::new(BufReader::new(File::open(path)?))?, max_bytes })
    }

    /// What the archive holds, by its parts and never by the name of the file.
    pub(super) fn kind(&mut self) -> Kind {
        const SPREADSHEET: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";
        let names: Vec<String> = self.names().map(|name| name.to_ascii_lowercase()).collect();
        let has = |wanted: &str| names.iter().any(|name| name == wanted);
        if has("xl/workbook.bin") {
            return Kind::Xlsb;
        }
        if has("[content_types].xml") && names.iter().any(|name| name.starts_with("xl/")) {
            return Kind::Xlsx;
        }
        let mut mimetype = Vec::new();
        let part = self.archive.by_name("mimetype").map(|part| part.take(100).read_to_end(&mut mimetype));
        // Templates have a longer type that begins the same.
        if matches!(part, Ok(Ok(_))) && mimetype.starts_with(SPREADSHEET) { Kind::Ods } else { Kind::Other }
    }

    fn names(&self) -> impl Iterator<Item = String> {
        self.archive.file_names().flatten().map(std::borrow::Cow::into_owned)
    }

    /// Reads a part as XML.
    pub(super) fn xml(&mut self, name: &str) -> Result<Part<'_>, WorkbookFault> {
        let part: Box<dyn Read> = Box::new(self.archive.by_name(name)?);
        let mut reader = Reader::from_reader(BufReader::new(Limited { reader: part, left: self.max_bytes }));
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        Ok(reader)
    }

    /// Unpacks and counts all parts but pictures. Gives the hidden rows of each sheet, by the name of the sheet.
    ///
    /// # Errors
    /// When the parts together are larger than the limit, or one of them is damaged.
    pub(super) fn measure(&mut self) -> Result<HashMap<String, Seen>, WorkbookFault> {
        let mut left = self.max_bytes;
        let mut hidden = HashMap::new();
        for index in 0..self.archive.len() {
            let part = self.archive.by_index(index)?;
            let name = part.name()?.to_ascii_lowercase();
            if ![".xml", ".rels", ".bin"].iter().any(|ending| name.ends_with(ending)) {
                continue;
            }
            let mut part = Limited { reader: part, left };
            if name.contains("worksheets/") && name.ends_with(".xml") {
                hidden.insert(name, hidden_rows(&mut part)?);
            } else {
                io::copy(&mut part, &mut io::sink())?;
            }
            left = part.left;
        }
        hidden.retain(|_, seen| seen.count > 0);
        if hidden.is_empty() { Ok(HashMap::new()) } else { self.by_sheet(&hidden) }
    }

    /// Hidden rows by the name of the sheet, for those known by the name of its part.
    fn by_sheet(&mut self, hidden: &HashMap<String, Seen>) -> Result<HashMap<String, Seen>, WorkbookFault> {
        let find = |ending: &str| self.names().find(|name| name.to_ascii_lowercase().ends_with(ending));
        let (workbook, relations) = (find("/workbook.xml"), find("/workbook.xml.rels"));
        let Some((workbook, relations)) = workbook.zip(relations) else { return Ok(HashMap::new()) };
        let mut parts = HashMap::new();
        each_element(self.xml(&relations)?, "Relationship", |element| {
            if let (Some(id), Some(target)) = (attribute(element, "Id"), attribute(element, "Target")) {
                parts.insert(id, target.to_ascii_lowercase());
            }
        })?;
        let mut by_sheet = HashMap::new();
        each_element(self.xml(&workbook)?, "sheet", |element| {
            let part = attribute(element, "id").and_then(|id| parts.get(&id));
            let (Some(name), Some(part)) = (attribute(element, "name"), part) else { return };
            let part = part.trim_start_matches(['.', '/']);
            let seen = hidden.iter().find(|(name, _)| *name == part || name.ends_with(&format!("/{part}")));
            if let Some((_, seen)) = seen {
                by_sheet.insert(name, *seen);
            }
        })?;
        Ok(by_sheet)
    }
}

fn each_element(
    mut xml: Part<'_>,
    name: &str,
    mut visit: impl FnMut(&BytesStart<'_>),
) -> Result<(), WorkbookFault> {
    let mut buffer = Vec::new();
    loop {
        match xml.read_event_into(&mut buffer)? {
            Event::Start(element) if element.local_name().as_ref() == name => visit(&element),
            Event::Eof => return Ok(()),
            _ => {}
        }
        buffer.clear();
    }
}

/// The value of an attribute, whatever the prefix of its name.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found =
        element.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}

/// The rows of a sheet that are hidden: `<row r="7" hidden="1">`. Text cannot be mistaken for it, since `<` is
/// written otherwise there.
fn hidden_rows(part: &mut impl Read) -> Result<Seen, WorkbookFault> {
    const PIECE: usize = 256 << 10;
    /// An opening tag is shorter than this.
    const LONGEST_TAG: usize = 4 << 10;
    let mark = memmem::Finder::new("hidden=");
    let (mut bytes, mut seen) = (Vec::new(), Seen::default());
    loop {
        let n_read = part.take(PIECE as u64).read_to_end(&mut bytes)?;
        let mut from = 0;
        while let Some(at) = mark.find(&bytes[from..]).map(|at| from + at) {
            from = at + 1;
            if let Some(row) = hidden_row(&bytes, at) {
                seen.add(1, row);
            }
        }
        if n_read == 0 {
            return Ok(seen);
        }
        // The last tag may go on in the next piece; what was seen of it must not count twice.
        let tag = memrchr(b'<', &bytes)
            .filter(|&at| bytes.len() - at < LONGEST_TAG && memchr(b'>', &bytes[at..]).is_none());
        let keep = tag.unwrap_or(bytes.len());
        bytes.drain(..keep);
    }
}

/// The number of the row whose tag has `hidden=` at this place and is closed; 0 where it is not written.
fn hidden_row(bytes: &[u8], at: usize) -> Option<u64> {
    let start = memrchr(b'<', &bytes[..at])?;
    let end = at + memchr(b'>', &bytes[at..])?;
    let tag = std::str::from_utf8(&bytes[start + 1..end]).ok()?;
    let name = tag.split_ascii_whitespace().next()?;
    let value = |key: &str| {
        let from = tag.find(key)? + key.len();
        let quote = tag[from..].chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        tag[from + 1..].split(quote).next()
    };
    let is_row = name.rsplit(':').next() == Some("row");
    let is_hidden = is_row && matches!(value(" hidden="), Some("1" | "true"));
    is_hidden.then(|| value(" r=").and_then(|row| row.parse().ok()).unwrap_or(0))
}

/// Fails once more bytes come than are left.
pub(super) struct Limited<R> {
    reader: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n_read = self.reader.read(out)?;
        self.left = self.left.checked_sub(n_read as u64).ok_or_else(over_limit)?;
        Ok(n_read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_rows_are_counted_wherever_the_pieces_end() {
        let row = "<row r=\"7\" spans=\"1:3\" hidden=\"1\"><c r=\"A7\"/></row>";
        for n_before in (0..200).chain((256 << 10) - 60..256 << 10) {
            let text = format!(
                "<x>{}</x><col hidden=\"1\"/>{row}<row r='8' hidden='0'/><r:row hidden='true' r='9'/>",
                " ".repeat(n_before)
            );
            let seen = hidden_rows(&mut text.as_bytes()).expect("memory");
            assert_eq!((seen.count, seen.first_row), (2, 7), "{n_before}");
        }
    }
}
