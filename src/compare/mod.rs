//! What changed between two files, record by record, whatever each of them is written as.
//!
//! Records are paired by their own keys, or by their lines where one of the files has none. Both files are read side by
//! side: files in the same order need little memory, and only records that are out of step are held.

mod columns;
mod difference;
mod records;

use std::path::PathBuf;
use std::time::Instant;

use serde::Serialize;

pub use difference::{ColumnCount, Example, ExampleCell};

use columns::Columns;
use difference::Differences;
use records::Pairs;

use crate::pipeline::{InputOptions, Observer, Prepared, Stage, Stop, prepare};
use crate::record::{Exit, FieldKind, Trouble};
use crate::report::finish::{Ending, finish};
use crate::report::folder::{RunFile, RunFolder, Written, check_space};
use crate::report::summary::{self, Resources, Tool};
use crate::report::tables;
use crate::rulebook::Rulebook;

/// Header of `changes.csv`.
pub const CHANGES: [&str; 7] = ["what", "record_key", "line_a", "line_b", "column", "a", "b"];

/// What is compared.
#[derive(Debug, Clone)]
pub struct DiffPlan {
    /// The first file, and how it is read.
    pub a: InputOptions,
    /// The second.
    pub b: InputOptions,
    /// Folder for all changes in full.
    pub out: Option<PathBuf>,
    /// Whether an earlier result may be replaced.
    pub replace: bool,
    /// How many changed records are shown.
    pub examples: usize,
}

/// A file as it was read.
#[derive(Debug, Clone, Serialize)]
pub struct FileFacts {
    /// Name.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// Checksum.
    pub sha256: String,
    /// Records that were compared.
    pub records: u64,
    /// Records that cannot be read.
    pub quarantined: u64,
    /// Columns that the other file does not have.
    pub columns_only_here: Vec<String>,
}

/// What changed; `summary.json` where a folder is written.
#[derive(Debug, Clone, Serialize)]
pub struct Diff {
    /// Layout.
    pub schema_version: u32,
    /// First digits of the run key.
    pub run_id: String,
    /// Hash over everything that the output follows from.
    pub run_key: String,
    /// The tool.
    pub tool: Tool,
    /// What was run.
    pub command: &'static str,
    /// The first file.
    pub a: FileFacts,
    /// The second.
    pub b: FileFacts,
    /// `record_key` or `line`.
    pub by: &'static str,
    /// Records only in the first.
    pub only_a: u64,
    /// Records only in the second.
    pub only_b: u64,
    /// Records that are the same, letter by letter.
    pub same: u64,
    /// Records of which only the way of writing differs.
    pub rewritten: u64,
    /// Records with another value.
    pub changed: u64,
    /// Columns that both have, those with most changes first.
    pub columns: Vec<ColumnCount>,
    /// The first changed records, with masked values.
    pub examples: Vec<Example>,
    /// Files written.
    pub outputs: Vec<Written>,
}

/// Compares two files; writes a folder where one is asked for. Gives what changed and the folder.
///
/// # Errors
/// When a file cannot be read or the folder cannot be written.
pub fn diff(
    plan: &DiffPlan,
    book: &Rulebook,
    observer: &dyn Observer,
    stop: &Stop,
    clock: &dyn Fn() -> String,
) -> Result<(Diff, Option<PathBuf>), Trouble> {
    let (begun, started) = (Instant::now(), clock());
    let [a, b] = [open(&plan.a, book)?, open(&plan.b, book)?];
    let columns = Columns::common(&a, &b);
    let n_bytes = a.opened.n_bytes + b.opened.n_bytes;
    let folder = plan.out.as_ref().map(|out| RunFolder::create(out, plan.replace)).transpose()?;
    let changes = folder.as_ref().map(|folder| begin(folder, n_bytes)).transpose()?;
    observer.begin(Stage::List, n_bytes);
    let mut differences = Differences::new(&columns, book, changes, plan.examples);
    let mut pairs = Pairs::new(a, b, &columns);
    pairs.each(stop, |n| observer.advance(n), |pair| differences.add(&pair))?;
    observer.end();
    let [a, b] = pairs.facts()?;
    let run_key = summary::run_key(
        &book.files.sha256(),
        &["diff".to_owned(), format!("{:?} {:?}", plan.a.without_files(), plan.b.without_files())],
        &[(a.path.clone(), a.sha256.clone()), (b.path.clone(), b.sha256.clone())],
    );
    let by = if columns.by_key { FieldKind::RecordKey.name() } else { "line" };
    let (diff, written) = differences.finish(a, b, by, run_key)?;
    let Some(folder) = folder else { return Ok((diff, None)) };
    let ending = Ending {
        summary: &summary::json(&diff),
        files: written,
        run_key: &diff.run_key,
        exit: Exit::Success,
        resources: Resources::of_process(begun.elapsed().as_secs_f64(), 1),
        times: (started, clock()),
    };
    let target = finish(folder, ending, || stop.check())?;
    Ok((diff, Some(target)))
}

fn begin(folder: &RunFolder, n_bytes: u64) -> Result<RunFile, Trouble> {
    check_space(folder.partial(), n_bytes)?;
    let mut file = folder.file("changes.csv", true)?;
    file.write(&tables::header(&CHANGES)).map(|()| file)
}

fn open<'a>(options: &InputOptions, book: &'a Rulebook) -> Result<Prepared<'a>, Trouble> {
    let options = InputOptions { numbers_optional: true, ..options.clone() };
    let path = options.files.first().cloned().unwrap_or_default();
    prepare(&path, None, &options, book)
}
