//! The file that is corrected: that it is the one the corrections are about, and how it is read.
//!
//! A file of the same name need not be the same file. Its checksum tells it, or that it is a corrected copy of it; any
//! other version is taken only if its records have keys of their own.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::corrections::{Given, OfRun};
use crate::ingest::{self, Fingerprint, TextEncoding};
use crate::mapping::Told;
use crate::pipeline::{InputOptions, Prepared, prepare};
use crate::record::{FieldKind, Trouble, TroubleCode};
use crate::rulebook::Rulebook;

/// A file to be corrected, opened.
pub(super) struct Target<'a> {
    /// Its name, which the copy gets too.
    pub(super) name: String,
    /// The name by which the corrections speak of it.
    pub(super) speaks_of: String,
    /// Checksum of the file that it was before anything was applied.
    pub(super) origin: String,
    /// The file.
    pub(super) prepared: Prepared<'a>,
}

/// The one file that is corrected.
///
/// # Errors
/// When there are several.
pub(super) fn only_file(to: &InputOptions) -> Result<PathBuf, Trouble> {
    let files = ingest::expand(&to.files)?;
    match files.as_slice() {
        [only] => Ok(only.clone()),
        several => Err(Trouble::new(TroubleCode::BadOption)
            .word("option", "--to")
            .word("value", several.len())
            .word("help", "--to list.csv")),
    }
}

/// Opens the file as the run that found the corrections did.
///
/// # Errors
/// When it is none that the corrections are about, or cannot be read.
pub(super) fn open<'a>(
    path: &Path,
    sha256: &str,
    given: &[Given],
    to: &InputOptions,
    book: &'a Rulebook,
) -> Result<Target<'a>, Trouble> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let origin = first_sha256(path, sha256);
    let inputs: Vec<&OfRun> = given.iter().flat_map(|folder| &folder.inputs).collect();
    let of_run = of_run(path, &name, &origin, &inputs)?;
    let mut options = to.clone();
    options.files = vec![path.to_owned()];
    // What a run was told to go without need not be there now.
    options.numbers_optional = true;
    if let Some(run) = of_run {
        as_in_run(&mut options, run, run.sha256 == sha256);
    }
    let found = |options: &InputOptions| {
        let prepared = prepare(path, None, options, book)?;
        of_run.map_or(Ok(()), |run| check_columns(path, &prepared, run)).map(|()| prepared)
    };
    let prepared = match (found(&options), of_run) {
        // The run may have been told where the header stands.
        (Err(trouble), Some(run)) if run.sha256 == sha256 && options.head.header_line.is_none() => {
            options.head.header_line = Some(run.header_line);
            found(&options).map_err(|_| trouble)?
        }
        (found, _) => found?,
    };
    let is_same = of_run.is_some_and(|run| run.sha256 == origin);
    if !is_same && prepared.mapping.column(FieldKind::RecordKey).is_none() {
        return Err(Trouble::new(TroubleCode::OtherVersion).file(path));
    }
    let speaks_of = of_run.map_or_else(|| name.clone(), |run| run.name.clone());
    Ok(Target { name, speaks_of, origin, prepared })
}

/// The input of a run that a file is: by its name, or by its checksum under another name.
fn of_run<'r>(
    path: &Path,
    name: &str,
    origin: &str,
    inputs: &[&'r OfRun],
) -> Result<Option<&'r OfRun>, Trouble> {
    if inputs.is_empty() {
        return Ok(None);
    }
    let same_name: Vec<&OfRun> = inputs.iter().copied().filter(|run| run.name == name).collect();
    let same_file = inputs.iter().copied().find(|run| run.sha256 == origin);
    let found = same_file.or_else(|| same_name.first().copied());
    let Some(found) = found else {
        let mut known: Vec<&str> = inputs.iter().map(|run| run.name.as_str()).collect();
        known.sort_unstable();
        known.dedup();
        return Err(Trouble::new(TroubleCode::NotAnInput).file(path).word("known", known.join(", ")));
    };
    // Rows of two files of one name cannot be told apart.
    if inputs.iter().any(|run| run.name == found.name && run.sha256 != found.sha256) {
        return Err(Trouble::new(TroubleCode::SameNames).file(path).word("name", &found.name));
    }
    Ok(Some(found))
}

/// Reads a file as its run did, where nothing else is told.
fn as_in_run(options: &mut InputOptions, run: &OfRun, is_same_file: bool) {
    options.source.get_or_insert_with(|| run.source.clone());
    let encoding = run.encoding.as_deref().and_then(TextEncoding::from_name);
    // Old encodings show in no file, so what was told once holds for its copies too.
    const SHOW: [TextEncoding; 4] =
        [TextEncoding::Utf8, TextEncoding::Utf16Le, TextEncoding::Utf16Be, TextEncoding::Windows1258];
    let is_told = |encoding: &TextEncoding| is_same_file || !SHOW.contains(encoding);
    options.encoding = options.encoding.or(encoding.filter(is_told));
    if is_same_file {
        let delimiter = run.delimiter.as_deref().and_then(|text| text.bytes().next());
        options.head.delimiter = options.head.delimiter.or(delimiter);
    }
    let is_told = |field: FieldKind| options.told.iter().any(|told| told.field == Some(field));
    let of_run: Vec<Told> = run
        .columns
        .iter()
        .filter_map(|(field, column)| Some((FieldKind::from_name(field)?, column)))
        .filter(|(field, column)| {
            // A name that stands twice says nothing of which column is meant.
            let is_only = run.columns.values().filter(|other| other == column).count() == 1;
            is_only && !is_told(*field)
        })
        .map(|(field, column)| Told { column: column.clone(), field: Some(field) })
        .collect();
    options.told.extend(of_run);
}

/// The columns have to be those of the run.
fn check_columns(path: &Path, prepared: &Prepared<'_>, run: &OfRun) -> Result<(), Trouble> {
    for (field, column) in &run.columns {
        let found = FieldKind::from_name(field).and_then(|field| prepared.mapping.column(field));
        if found.is_none_or(|at| prepared.opened.names[at] != *column) {
            return Err(Trouble::new(TroubleCode::OtherColumns)
                .file(path)
                .line(prepared.opened.header_line.max(1))
                .word("field", field)
                .word("column", column));
        }
    }
    Ok(())
}

/// The checksum of the file that a corrected copy was made of, or its own.
fn first_sha256(path: &Path, sha256: &str) -> String {
    let beside = path.parent().unwrap_or(Path::new(".")).join("summary.json");
    let summary = std::fs::read_to_string(beside).unwrap_or_default();
    let summary: Value = serde_json::from_str(&summary).unwrap_or_default();
    let is_copy = summary["command"] == "apply" && summary["corrected"]["sha256"] == sha256;
    let first = summary["first_sha256"].as_str().filter(|_| is_copy);
    first.unwrap_or(sha256).to_owned()
}

/// Passes the bytes of a file on, piece by piece. Gives its size and checksum.
///
/// # Errors
/// When it cannot be read, or whoever takes the bytes says so.
pub(super) fn pass_on(
    path: &Path,
    mut take: impl FnMut(&[u8]) -> Result<(), Trouble>,
) -> Result<(u64, String), Trouble> {
    let trouble = |code, error: &std::io::Error| Trouble::new(code).file(path).word("cause", error.kind());
    let mut file = File::open(path).map_err(|error| trouble(TroubleCode::CannotOpen, &error))?;
    let mut piece = vec![0; 1 << 18];
    loop {
        match file.read(&mut piece).map_err(|error| trouble(TroubleCode::ReadFailed, &error))? {
            0 => return Fingerprint::of(path),
            n_read => take(&piece[..n_read])?,
        }
    }
}
