//! Workbooks of Excel and of LibreOffice (xlsx, xlsm, xlsb, xls, ods) as the text of one sheet.
//!
//! A sheet becomes comma-separated text in memory, one line for each of its rows, and goes on like any other text:
//! what is found in a workbook is found in its CSV twin, and the line shown is the row of the sheet. Of xlsx, xlsb
//! and ods only that text is held and the table of shared strings, never the cells; of xls, which ends at 65,536
//! rows, all cells. What is held is checked against [`super::Limits::max_sheet_bytes`], after unpacking and not as
//! the file promises.
//!
//! Owns which sheet is read and how a cell is written. What a sheet says of its own size is not believed.

mod cell;
mod choose;
mod excel;
mod ods;
mod ole;
mod package;
mod text;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use self::excel::{Xls, Xlsb, Xlsx};
use self::ods::Ods;
use self::package::Package;
use self::text::SheetText;
use super::notice::Notice;
use crate::record::{Trouble, TroubleCode, caught};

/// A sheet ready to be read as text.
pub(super) struct Opened {
    /// `xlsx`, `xlsb`, `xls` or `ods`.
    pub(super) packing: &'static str,
    /// The text: UTF-8, commas, LF.
    pub(super) reader: Box<dyn Read + Send>,
    /// What is odd about the workbook.
    pub(super) notices: Vec<Notice>,
    /// Name of the sheet.
    pub(super) sheet: String,
}

/// What is asked of a workbook.
pub(super) struct Wanted<'a> {
    /// A sheet by its name, or by its place among the visible ones.
    pub(super) sheet: Option<&'a str>,
    /// Most bytes after unpacking.
    pub(super) max_bytes: u64,
    /// Whether the beginning of a sheet has a header.
    pub(super) has_header: &'a dyn Fn(&[u8]) -> bool,
    /// Whether line ends inside cells are told from spaces.
    pub(super) marks_lines: bool,
}

/// Why a workbook cannot be read.
#[derive(Debug, PartialEq, Eq)]
enum WorkbookFault {
    Broken,
    Password,
    NotAWorkbook,
    TooLarge,
    /// No visible sheet holds anything.
    NoSheet,
    /// Each of these sheets could be the list.
    SeveralSheets(String),
    /// The sheet told does not exist; these do.
    UnknownSheet(String),
}

/// A sheet by its name.
struct Sheet {
    name: String,
    is_hidden: bool,
}

/// A workbook whose sheets can be read.
trait Book {
    /// Its sheets in their order.
    fn sheets(&self) -> &[Sheet];
    /// Writes a sheet until the text has enough.
    fn read(&mut self, sheet: usize, out: &mut SheetText) -> Result<(), WorkbookFault>;
}

/// Whether the first bytes of a file are those of a zip archive or of an OLE2 container, one of which every workbook is.
pub(super) fn starts_as_workbook(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") || head.starts_with(ole::MAGIC)
}

/// Opens a workbook and reads the sheet that is wanted.
///
/// # Errors
/// When the file is no workbook, is damaged or locked, is too large, or it is not clear which sheet is meant.
pub(super) fn open(path: &Path, wanted: &Wanted<'_>) -> Result<Opened, Trouble> {
    // The readers of old formats may stumble over damaged files; then the file is damaged, and no fault of ours.
    let result = caught(|| read(path, wanted)).unwrap_or(Err(WorkbookFault::Broken));
    result.map_err(|fault| trouble(path, &fault, wanted))
}

fn read(path: &Path, wanted: &Wanted<'_>) -> Result<Opened, WorkbookFault> {
    let (mut book, packing) = book(path, wanted.max_bytes)?;
    let (sheet, mut notices) = choose::sheet(book.as_mut(), wanted)?;
    let mut out = SheetText::new(wanted.max_bytes);
    if wanted.marks_lines {
        out = out.marking_lines();
    }
    book.read(sheet, &mut out)?;
    let name = book.sheets()[sheet].name.clone();
    drop(book);
    notices.extend(out.notices());
    Ok(Opened { packing, reader: Box::new(out.into_reader()), notices, sheet: name })
}

fn book(path: &Path, max_bytes: u64) -> Result<(Box<dyn Book>, &'static str), WorkbookFault> {
    let mut head = Vec::new();
    File::open(path)?.take(8).read_to_end(&mut head)?;
    if head.starts_with(ole::MAGIC) {
        ole::check(path, max_bytes)?;
        return Ok((Box::new(Xls::open(path)?), "xls"));
    }
    let mut package = Package::open(path, max_bytes)?;
    Ok(match package.kind() {
        package::Kind::Xlsx => (Box::new(Xlsx::open(path, package.measure()?)?), "xlsx"),
        package::Kind::Xlsb => {
            package.measure()?;
            (Box::new(Xlsb::open(path)?), "xlsb")
        }
        package::Kind::Ods => (Box::new(Ods::open(package)?), "ods"),
        package::Kind::Other => return Err(WorkbookFault::NotAWorkbook),
    })
}

fn trouble(path: &Path, fault: &WorkbookFault, wanted: &Wanted<'_>) -> Trouble {
    let trouble = |code| Trouble::new(code).file(path);
    match fault {
        WorkbookFault::Broken => trouble(TroubleCode::BrokenWorkbook),
        WorkbookFault::Password => trouble(TroubleCode::LockedWorkbook),
        WorkbookFault::NotAWorkbook => trouble(TroubleCode::NotAWorkbook),
        WorkbookFault::TooLarge => {
            trouble(TroubleCode::WorkbookTooLarge).word("limit", wanted.max_bytes.div_ceil(1 << 20))
        }
        WorkbookFault::NoSheet => trouble(TroubleCode::NoSheet),
        WorkbookFault::SeveralSheets(names) => trouble(TroubleCode::SeveralSheets).word("sheets", names),
        WorkbookFault::UnknownSheet(known) => trouble(TroubleCode::UnknownSheet)
            .word("name", wanted.sheet.unwrap_or_default())
            .word("known", known),
    }
}

/// The error that a reader gives once the limit is passed, so that it is known again behind the errors of others.
fn over_limit() -> io::Error {
    io::ErrorKind::FileTooLarge.into()
}

impl From<io::Error> for WorkbookFault {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::FileTooLarge { Self::TooLarge } else { Self::Broken }
    }
}

impl From<quick_xml::Error> for WorkbookFault {
    fn from(error: quick_xml::Error) -> Self {
        match error {
            quick_xml::Error::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => Self::TooLarge,
            _ => Self::Broken,
        }
    }
}

impl From<zip::result::ZipError> for WorkbookFault {
    fn from(_: zip::result::ZipError) -> Self {
        Self::Broken
    }
}
