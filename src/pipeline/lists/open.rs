//! The lists of a run found again among the files that were given, and opened as the run opened them.

use std::path::{Path, PathBuf};

use super::{LIST_FIELDS, ListsPlan, PLACES};
use crate::ingest::{self, Fingerprint, HeadOptions, TextEncoding};
use crate::mapping::{self, Told};
use crate::pipeline::again::{self, Mismatch};
use crate::pipeline::{InputOptions, Prepared, inputs};
use crate::record::{FieldKind, Trouble, TroubleCode};
use crate::report::run_input::RunInput;
use crate::rulebook::Rulebook;

/// Opens all lists of a run, in its order, after holding that neither they nor its tables changed.
pub(super) fn all<'a>(plan: &ListsPlan, book: &'a Rulebook) -> Result<Vec<Prepared<'a>>, Trouble> {
    for (path, expected) in plan.reconciled.tables() {
        if Fingerprint::of(&path)?.1 != expected {
            return Err(Trouble::new(TroubleCode::RunChanged).file(path));
        }
    }
    let paths = paths(plan)?;
    let told = plan.reconciled.inputs.iter();
    told.zip(paths).map(|(input, path)| open(&path, input, &plan.run.lists, book)).collect()
}

/// The file of each list of the run: the one with its checksum, in whatever order they were given.
fn paths(plan: &ListsPlan) -> Result<Vec<PathBuf>, Trouble> {
    let inputs = &plan.reconciled.inputs;
    let known: Vec<&str> = inputs.iter().map(|input| input.path.as_str()).collect();
    let other = |cause: String| {
        Trouble::new(TroubleCode::OtherLists)
            .word("cause", cause)
            .word("count", inputs.len())
            .word("known", known.join(", "))
    };
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut given: Vec<(PathBuf, String)> = Vec::new();
    for path in ingest::expand(&plan.run.lists.files)? {
        let checksum = Fingerprint::of(&path)?.1;
        given.push((path, checksum));
    }
    let ordered = again::in_order(inputs, given).map_err(|mismatch| match mismatch {
        Mismatch::Missing(input, Some(path)) => {
            Trouble::new(TroubleCode::ListChanged).file(path).word("expected", &input.sha256)
        }
        Mismatch::Missing(input, None) => other(format!("- {}", input.path)),
        Mismatch::Extra(path) => other(format!("+ {}", name(&path))),
    })?;
    Ok(ordered.into_iter().map(|(path, _)| path).collect())
}

/// Opens a list with the source, encoding, delimiter and header of the run, and reads the same columns. What is told on the
/// command line settles what the run does not say: which of two columns of one name it read, and which sheet.
fn open<'a>(
    path: &Path,
    told: &RunInput,
    options: &InputOptions,
    book: &'a Rulebook,
) -> Result<Prepared<'a>, Trouble> {
    let source = book.source(&told.source)?;
    let is_needed = |field: &FieldKind| LIST_FIELDS.contains(field) || PLACES.contains(field);
    let as_told = |(field, column): (&String, &String)| {
        let field = FieldKind::from_name(field).filter(is_needed)?;
        Some(Told { column: column.clone(), field: Some(field) })
    };
    let as_read = InputOptions {
        source: Some(told.source.clone()),
        told: told.columns.iter().filter_map(as_told).collect(),
        encoding: told.encoding.as_deref().and_then(TextEncoding::from_name),
        head: HeadOptions {
            delimiter: told.delimiter.as_ref().and_then(|delimiter| delimiter.bytes().next()),
            header_line: Some(told.header_line),
        },
        ..options.clone()
    };
    let (opened, _) = inputs::open(path, &as_read, book)?;
    let in_file = |trouble: Trouble| trouble.file(path).line(told.header_line.max(1));
    let columns = columns(&opened.names, &as_read.told, &options.told).map_err(in_file)?;
    let mapping = mapping::columns_without_numbers(&opened.names, book, source, &columns).map_err(in_file)?;
    Ok(Prepared { opened, source, mapping })
}

/// What every column of a list was: those that the run read are told by their places, and all others are none.
fn columns(names: &[String], as_read: &[Told], by_hand: &[Told]) -> Result<Vec<Told>, Trouble> {
    let place = |at: usize| format!("#{}", at + 1);
    let mut fields = vec![None; names.len()];
    let mut missing = Vec::new();
    for told in as_read.iter().filter(|told| !by_hand.iter().any(|hand| hand.field == told.field)) {
        let mut places = (0..names.len()).filter(|at| names[*at] == told.column);
        match (places.next(), places.next()) {
            (Some(at), None) => fields[at] = told.field,
            // The mapping says what is missing, and what there is.
            (None, _) => missing.push(told.clone()),
            (Some(_), Some(_)) => {
                return Err(Trouble::new(TroubleCode::TwoColumns)
                    .word("column", &told.column)
                    .word("field", told.field.map_or("", FieldKind::name)));
            }
        }
    }
    let by_place = fields.into_iter().enumerate().map(|(at, field)| Told { column: place(at), field });
    Ok(by_place.chain(missing).chain(by_hand.iter().cloned()).collect())
}
