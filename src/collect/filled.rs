//! Lists as they came back: workbooks, or CSV saved from them, with whatever columns and rows are left.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::ingest::{self, Fault, Fingerprint, Limits, OpenOptions, Opened, Quarantined};
use crate::lists::{self, read_key};
use crate::record::{TextColumn, Trouble, TroubleCode};
use crate::rulebook::{COMPARED, ColumnId, CommuneList, Language, Rulebook};
use crate::text::fold_label;

/// Endings of files that may be lists.
const ENDINGS: [&str; 8] = ["xlsx", "xlsm", "xls", "xlsb", "ods", "csv", "tsv", "txt"];
/// Most sheets of one workbook that are looked at.
const SHEETS_MAX: usize = 64;
/// Digits of the code of a commune.
const COMMUNE_DIGITS: usize = 5;

/// A file that may be a list.
#[derive(Debug)]
pub(super) struct Found {
    path: PathBuf,
    /// The path below the folder.
    pub(super) shown: String,
}

/// The files of a folder that may be lists, in the order of their paths.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) files: Vec<Found>,
}

impl Folder {
    /// Looks through a folder at any depth. What the tool wrote itself is left out.
    ///
    /// # Errors
    /// When it cannot be listed or holds no such file.
    pub(super) fn find(folder: &Path, sent: &Path, out: &Path) -> Result<Self, Trouble> {
        let mut paths = Vec::new();
        walk(folder, out, &mut paths)?;
        paths.retain(|path| path != sent);
        paths.sort();
        if paths.is_empty() {
            return Err(Trouble::new(TroubleCode::NoFilledList).file(folder));
        }
        let shown = |path: &PathBuf| path.strip_prefix(folder).unwrap_or(path).to_string_lossy().into_owned();
        Ok(Self { files: paths.into_iter().map(|path| Found { shown: shown(&path), path }).collect() })
    }

    /// Names and checksums of all files, and of what was sent.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub(super) fn hashes(&self, sent: &Path) -> Result<Vec<(String, String)>, Trouble> {
        let own = self.files.iter().map(|file| Ok((file.shown.clone(), Fingerprint::of(&file.path)?.1)));
        let mut hashes = own.collect::<Result<Vec<_>, Trouble>>()?;
        hashes.push(("sent.csv".to_owned(), Fingerprint::of(sent)?.1));
        Ok(hashes)
    }
}

fn walk(folder: &Path, out: &Path, found: &mut Vec<PathBuf>) -> Result<(), Trouble> {
    let cannot = |error: std::io::Error| {
        Trouble::new(TroubleCode::CannotOpen).file(folder).word("cause", error.kind())
    };
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let entry = entry.map_err(cannot)?;
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let kind = entry.file_type().map_err(cannot)?;
        // Programs leave files of their own beside an open workbook.
        if name.starts_with(['.', '~']) || path == out {
            continue;
        }
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        if kind.is_dir() {
            walk(&path, out, found)?;
        } else if kind.is_file() && ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str())) {
            found.push(path);
        }
    }
    Ok(())
}

/// A row as it came back.
#[derive(Debug, Clone)]
pub(super) struct Filled {
    /// Its file, below the folder.
    pub(super) file: Arc<str>,
    /// Row of the sheet, or physical line.
    pub(super) line: u64,
    /// Code of the commune that the name of the file has.
    pub(super) commune: Option<Arc<str>>,
    /// Its key as typed.
    pub(super) key: String,
    /// What its list shows of the compared fields; `None` where the column is gone.
    pub(super) shown: [Option<String>; COMPARED.len()],
    /// The answer.
    pub(super) answer: String,
    /// The right value.
    pub(super) right_value: String,
    /// Notes.
    pub(super) notes: String,
    /// Whether the row has another number of cells than its list.
    pub(super) is_broken: bool,
}

/// What reading a file gave.
#[derive(Debug)]
pub(super) struct Read {
    /// Its rows.
    pub(super) rows: Vec<Filled>,
    /// Rows that are about nobody: titles between the rows, totals, signatures, a cell alone.
    pub(super) n_others: u64,
    /// `read`, `not_a_list`, `summary`, or the code of what is wrong.
    pub(super) state: &'static str,
}

/// Whether a file was read as a list.
pub(super) const READ: &str = "read";
/// A file without the header of a list.
pub(super) const NOT_A_LIST: &str = "not_a_list";

/// A summary of what was sent, which comes back with the lists.
pub(super) const SUMMARY: &str = "summary";

/// Reads a file, all sheets of it that are lists.
pub(super) fn read(found: &Found, book: &Rulebook, limits: Limits) -> Read {
    let read = read_lists(found, book, limits);
    let is_summary = found.path.file_name().is_some_and(|name| name == lists::SUMMARY);
    if is_summary && read.state == NOT_A_LIST { Read { state: SUMMARY, ..read } } else { read }
}

fn read_lists(found: &Found, book: &Rulebook, limits: Limits) -> Read {
    let file = File { found, list: &book.commune_list, book, limits };
    match file.sheet(None) {
        Ok(Rows { rows, n_others }) => Read { rows, n_others, state: READ },
        Err(trouble) if trouble.code == TroubleCode::SeveralSheets => {
            let (mut rows, mut n_others, mut state) = (Vec::new(), 0, NOT_A_LIST);
            for at in 1..=SHEETS_MAX {
                match file.sheet(Some(&at.to_string())) {
                    Ok(more) => {
                        rows.extend(more.rows);
                        n_others += more.n_others;
                        state = READ;
                    }
                    Err(trouble) if trouble.code == TroubleCode::UnknownSheet => break,
                    Err(_) => {}
                }
            }
            Read { rows, n_others, state }
        }
        Err(trouble) => {
            let is_other = matches!(
                trouble.code,
                TroubleCode::NoHeader
                    | TroubleCode::NoRecord
                    | TroubleCode::NoSheet
                    | TroubleCode::MissingColumn
            );
            Read {
                rows: Vec::new(),
                n_others: 0,
                state: if is_other { NOT_A_LIST } else { trouble.code.code() },
            }
        }
    }
}

/// The rows of a sheet.
#[derive(Default)]
struct Rows {
    rows: Vec<Filled>,
    n_others: u64,
}

struct File<'a> {
    found: &'a Found,
    list: &'a CommuneList,
    book: &'a Rulebook,
    limits: Limits,
}

impl File<'_> {
    fn sheet(&self, sheet: Option<&str>) -> Result<Rows, Trouble> {
        let is_header_word = |cell: &str| self.list.column_of(cell).is_some();
        let notes = Arc::clone(&self.book.note_words);
        let options = OpenOptions {
            limits: self.limits,
            is_header_word: Some(&is_header_word),
            is_note: Some(Arc::new(move |cell: &str| notes.begin(cell))),
            sheet,
            marks_lines: true,
            ..OpenOptions::default()
        };
        let opened = ingest::open(&self.found.path, &options)?;
        let columns = Columns::of(&opened, self.list);
        if columns.place(ColumnId::Answer).is_none() && columns.place(ColumnId::RowKey).is_none() {
            return Err(Trouble::new(TroubleCode::MissingColumn));
        }
        self.rows(opened, &columns)
    }

    fn rows(&self, opened: Opened, columns: &Columns) -> Result<Rows, Trouble> {
        let file: Arc<str> = self.found.shown.as_str().into();
        let commune: Option<Arc<str>> = commune_of(&self.found.shown).map(Into::into);
        let (width, delimiter) = (opened.names.len(), opened.delimiter.unwrap_or(b','));
        let (mut found, mut signed_at) = (Rows::default(), u64::MAX);
        let (mut feeder, reader) = opened.into_parts((0..width).collect());
        while let Some(work) = feeder.next_work()? {
            let batch = reader.read(work)?;
            for (row, &line) in batch.lines.iter().enumerate() {
                let cells: Vec<&str> =
                    batch.columns.iter().map(|column: &TextColumn| column.get(row)).collect();
                let filled = columns.row(&cells, &file, line, &commune);
                if self.is_signature(&cells) && read_key(&filled.key).is_none() {
                    signed_at = signed_at.min(line);
                }
                if filled.is_person() {
                    found.rows.push(filled);
                } else {
                    found.n_others += 1;
                }
            }
            for slip in &batch.quarantined {
                let Some(cells) = cells_of(slip, delimiter) else { continue };
                let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
                let mut filled = columns.row(&cells, &file, slip.line, &commune);
                filled.is_broken = slip.fault != Fault::NoteRow;
                if self.is_signature(&cells) && read_key(&filled.key).is_none() {
                    signed_at = signed_at.min(slip.line);
                }
                // What looks like a note and has a key is a row whose other cells are empty.
                let is_harmless = slip.fault.is_harmless();
                let is_row =
                    if is_harmless { read_key(&filled.key).is_some() } else { !filled.key.is_empty() };
                if is_row {
                    found.rows.push(filled);
                } else {
                    found.n_others += u64::from(slip.fault != Fault::BlankRecord);
                }
            }
        }
        // Names stand below the words of those who sign, in whatever columns; only a key makes a row there.
        let n_all = found.rows.len();
        found.rows.retain(|row| row.line < signed_at || read_key(&row.key).is_some());
        found.n_others += (n_all - found.rows.len()) as u64;
        found.rows.sort_by_key(|row| row.line);
        Ok(found)
    }

    /// Whether the row is that of the people who sign.
    fn is_signature(&self, cells: &[&str]) -> bool {
        let signatures = &self.list.signatures;
        let begins = |cell: &str| {
            let cell = fold_label(cell);
            signatures.iter().any(|signature| {
                [Language::Vietnamese, Language::English].into_iter().any(|language| {
                    let who = signature.who.of(language);
                    let who = fold_label(who.split('{').next().unwrap_or(who));
                    !who.is_empty() && cell.starts_with(&who)
                })
            })
        };
        cells.iter().filter(|cell| begins(cell)).count() >= signatures.len().min(2)
    }
}

/// The cells of a record that was put aside.
fn cells_of(slip: &Quarantined, delimiter: u8) -> Option<Vec<String>> {
    let text = String::from_utf8_lossy(&slip.raw);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let row = reader.records().next()?.ok()?;
    Some(row.iter().map(ToOwned::to_owned).collect())
}

impl Filled {
    /// Whether anything in the row is about a person.
    fn is_person(&self) -> bool {
        let texts = [&self.key, &self.answer, &self.right_value];
        let shows = self.shown.iter().flatten().any(|cell| !cell.is_empty());
        shows || texts.iter().any(|text| !text.is_empty())
    }
}

/// Where the columns of a list stand.
struct Columns(Vec<Option<ColumnId>>);

impl Columns {
    fn of(opened: &Opened, list: &CommuneList) -> Self {
        Self(opened.names.iter().map(|name| list.column_of(name)).collect())
    }

    fn place(&self, id: ColumnId) -> Option<usize> {
        self.0.iter().position(|column| *column == Some(id))
    }

    fn row(&self, cells: &[&str], file: &Arc<str>, line: u64, commune: &Option<Arc<str>>) -> Filled {
        let cell = |id: ColumnId| {
            let text = self.place(id).map(|at| cells.get(at).copied().unwrap_or_default());
            text.map(|text| text.trim().to_owned())
        };
        let field = |field| {
            let has_field = |id: &Option<ColumnId>| id.is_some_and(|id| id.field() == Some(field));
            self.0.iter().find(|id| has_field(id)).copied().flatten().and_then(cell)
        };
        Filled {
            file: Arc::clone(file),
            line,
            commune: commune.clone(),
            key: cell(ColumnId::RowKey).unwrap_or_default(),
            shown: COMPARED.map(field),
            answer: cell(ColumnId::Answer).unwrap_or_default(),
            right_value: cell(ColumnId::RightValue).unwrap_or_default(),
            notes: cell(ColumnId::Notes).unwrap_or_default(),
            is_broken: false,
        }
    }
}

/// The code of a commune in the name of a file, or of a folder above it: five digits that are no part of others.
fn commune_of(shown: &str) -> Option<&str> {
    let name_of = |part: &'_ str| -> Option<(usize, usize)> {
        let mut from = 0;
        for digits in part.split(|letter: char| !letter.is_ascii_digit()) {
            if digits.len() == COMMUNE_DIGITS {
                return Some((from, from + COMMUNE_DIGITS));
            }
            // Letters between digits may have several bytes each.
            from += digits.len();
            from += part[from..].chars().next().map_or(0, char::len_utf8);
        }
        None
    };
    shown.rsplit('/').find_map(|part| name_of(part).map(|(from, to)| &part[from..to]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_tells_the_commune() {
        let check = |shown, expected| assert_eq!(commune_of(shown), expected, "{shown}");
        check("units/01/00592.xlsx", Some("00592"));
        check("từ xã/00592 (đã ghi 2).xlsx", Some("00592"));
        check("00592/danh sách.csv", Some("00592"));
        check("20260630.xlsx", None);
        check("khac.xlsx", None);
        check("đ00592đ.xlsx", Some("00592"));
    }
}
