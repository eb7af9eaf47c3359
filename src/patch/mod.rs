//! Approved corrections written into a copy of the file that they are about, and taken back again.
//!
//! Owns what may be changed: a correction is written only where its old value still stands, and no byte (of a workbook: no
//! part, of Parquet: no value) changes that no correction is about. Decides nothing about a person.

mod cells;
mod corrections;
mod encode;
mod notation;
mod outcome;
mod parquet;
mod reason;
mod revert;
mod rewrite;
mod sheet;
mod target;
mod text;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

pub use outcome::{APPLIED, Applied, FileFacts, ReasonCount, Summary, Undo};
pub use reason::{Reason, Status};
pub use revert::{Reverted, revert};

use cells::{Columns, Edit, Row, settle};
use corrections::{Correction, Corrections, Given};
use outcome::Outcomes;
use parquet::ParquetCopy;
use rewrite::Rewrite;
use sheet::SheetCopy;
use text::TextCopy;

use crate::ingest::Fingerprint;
use crate::pipeline::{InputOptions, Observer, Prepared, Stage, Stop};
use crate::record::{Exit, Trouble, TroubleCode};
use crate::report::finish::{Ending, finish};
use crate::report::folder::{self, RunFile, RunFolder, Written};
use crate::report::summary::{self, Resources, Tool};
use crate::rulebook::Rulebook;

/// The cells as they were, of a copy that stands plainly on disk.
const JOURNAL: &str = "undo.csv";
/// The bytes as they were, of any other.
const ORIGINAL: &str = "undo.original";
/// Names of a folder that no copy may take.
const RESERVED: [&str; 7] =
    ["applied.csv", "conflicts.csv", "summary.json", folder::MANIFEST, JOURNAL, ORIGINAL, ".workbook"];

/// What is to be applied.
#[derive(Debug, Clone)]
pub struct ApplyPlan {
    /// Folders with corrections: runs and collected answers.
    pub folders: Vec<PathBuf>,
    /// The one file that they are written into, and how it is read.
    pub to: InputOptions,
    /// The folder of the result.
    pub out: PathBuf,
    /// Whether an earlier result may be replaced.
    pub replace: bool,
    /// Whether a conflict changes the exit code.
    pub fail_on_conflict: bool,
}

/// Writes corrections into a copy of a file and publishes the folder. `clock` gives the time of day with its offset.
///
/// # Errors
/// A [`Trouble`]; then nothing is published. A correction that cannot be written is none: it is listed.
pub fn apply(
    plan: &ApplyPlan,
    book: &Rulebook,
    observer: &dyn Observer,
    stop: &Stop,
    clock: &dyn Fn() -> String,
) -> Result<Applied, Trouble> {
    let (begun, started) = (Instant::now(), clock());
    let path = target::only_file(&plan.to)?;
    let given = plan.folders.iter().map(|folder| Given::open(folder)).collect::<Result<Vec<_>, _>>()?;
    let before = Fingerprint::of(&path)?;
    let target = target::open(&path, &before.1, &given, &plan.to, book)?;
    let name = target.name.clone();
    if RESERVED.contains(&name.as_str()) || name.starts_with('.') {
        return Err(Trouble::new(TroubleCode::BadOption)
            .word("option", "--to")
            .word("value", &name)
            .word("help", RESERVED.join(", ")));
    }
    let folder = RunFolder::create(&plan.out, plan.replace)?;
    folder::check_space(folder.partial(), before.0.saturating_mul(2))?;
    observer.begin(Stage::List, before.0);

    let origin = target.origin.clone();
    let facts = target.prepared.facts();
    let columns = Columns::of(&target.prepared);
    let mut corrections = Corrections::open(&given, &target.speaks_of)?;
    let mut outcomes = Outcomes::begin(&folder, &name)?;
    let copy = folder.file(&name, true)?;
    let job = Job { path: &path, book, columns: &columns, stop, observer };
    let (copied, undo) = job.copy(target.prepared, copy, &folder, &mut corrections, &mut outcomes)?;
    observer.end();
    if Fingerprint::of(&path)? != before {
        return Err(Trouble::new(TroubleCode::FileChanged).file(path));
    }

    let undo = match undo {
        Some(journal) => (Undo::Journal, journal),
        None => (Undo::Original, keep(&path, &folder)?),
    };
    let conflicts = outcomes.n_conflicts();
    let passed = corrections.passed();
    let (counts, tables) = outcomes.finish()?;
    let exit = if plan.fail_on_conflict && conflicts > 0 { Exit::Findings } else { Exit::Success };
    let mut inputs: Vec<(String, String)> = given.iter().flat_map(|folder| folder.hashes.clone()).collect();
    inputs.push((name.clone(), before.1.clone()));
    let run_key = summary::run_key(
        &book.files.sha256(),
        &["apply".to_owned(), format!("{:?} {}", plan.to.without_files(), plan.fail_on_conflict)],
        &inputs,
    );
    let mut outputs = vec![copied.clone()];
    outputs.extend(tables);
    outputs.push(undo.1);
    let summary = Summary {
        schema_version: summary::SCHEMA_VERSION,
        run_id: run_key[..16].to_owned(),
        run_key,
        tool: Tool::THIS,
        command: "apply",
        exit: exit.into(),
        complete: true,
        original: FileFacts { path: name, bytes: before.0, sha256: before.1 },
        first_sha256: origin,
        corrected: FileFacts { path: copied.path, bytes: copied.bytes, sha256: copied.sha256 },
        packing: facts.packing,
        encoding: facts.encoding,
        source: facts.source,
        columns: facts.columns,
        undo: undo.0.name(),
        runs: given.iter().map(|folder| folder.run_id.clone()).collect(),
        corrections: counts,
        undecided: passed.undecided,
        of_other_files: passed.of_other_files,
        outputs,
    };
    let resources = Resources::of_process(begun.elapsed().as_secs_f64(), 1);
    let ending = Ending {
        summary: &summary::json(&summary),
        files: summary.outputs.clone(),
        run_key: &summary.run_key,
        exit,
        resources,
        times: (started, clock()),
    };
    let folder = finish(folder, ending, || stop.check())?;
    Ok(Applied { summary, resources, exit, folder })
}

/// The bytes of a file kept as they are.
fn keep(path: &Path, folder: &RunFolder) -> Result<Written, Trouble> {
    let mut out = folder.file(ORIGINAL, true)?;
    target::pass_on(path, |piece| out.write(piece))?;
    out.finish(None)
}

/// One file being corrected.
struct Job<'a> {
    path: &'a Path,
    book: &'a Rulebook,
    columns: &'a Columns<'a>,
    stop: &'a Stop,
    observer: &'a dyn Observer,
}

impl Job<'_> {
    /// Writes the copy. Gives it, and the journal of its cells where there is one.
    fn copy(
        &self,
        file: Prepared<'_>,
        out: RunFile,
        folder: &RunFolder,
        corrections: &mut Corrections,
        outcomes: &mut Outcomes,
    ) -> Result<(Written, Option<Written>), Trouble> {
        let packing = file.opened.packing;
        if let Some(layout) = file.opened.layout() {
            let journal = if packing == "plain" { Some(folder.file(JOURNAL, true)?) } else { None };
            let mut copy = TextCopy::begin(self.path, layout, packing, self.book, out, journal)?;
            self.each_row(file, &mut copy, corrections, outcomes)?;
            return copy.finish();
        }
        if packing == "parquet" {
            let mut copy = ParquetCopy::begin(self.path)?;
            self.each_row(file, &mut copy, corrections, outcomes)?;
            return Ok((copy.finish(out)?, None));
        }
        let sheet = file.opened.sheet.clone().filter(|_| packing == "xlsx");
        let sheet = sheet.ok_or_else(|| {
            Trouble::new(TroubleCode::CannotRewrite).file(self.path).word("format", packing)
        })?;
        let positions: Vec<usize> = self.columns.fields.iter().map(|(_, column)| *column).collect();
        let mut copy = SheetCopy::begin(self.path, &sheet, &positions)?;
        self.each_row(file, &mut copy, corrections, outcomes)?;
        Ok((copy.finish(folder.partial(), out)?, None))
    }

    /// Passes the rows of the file and the corrections side by side; both come in the order of lines.
    fn each_row(
        &self,
        file: Prepared<'_>,
        copy: &mut impl Rewrite,
        corrections: &mut Corrections,
        outcomes: &mut Outcomes,
    ) -> Result<(), Trouble> {
        let positions = self.columns.fields.iter().map(|(_, column)| *column).collect();
        let (mut feeder, reader) = file.opened.into_parts(positions);
        while let Some(work) = feeder.next_work()? {
            self.stop.check()?;
            let n_bytes = work.n_bytes();
            let batch = reader.read(work)?;
            for (row, &line) in batch.lines.iter().enumerate() {
                while let Some(next) = corrections.next_line().filter(|next| *next < line) {
                    without_row(&corrections.take(next)?, outcomes)?;
                }
                if corrections.next_line() == Some(line) {
                    let of_line = corrections.take(line)?;
                    let row = Row { columns: &batch.columns, row, line };
                    self.correct(row, &of_line, copy, outcomes)?;
                }
            }
            self.observer.advance(n_bytes);
        }
        while let Some(next) = corrections.next_line() {
            without_row(&corrections.take(next)?, outcomes)?;
        }
        Ok(())
    }

    /// Writes the corrections of one row.
    fn correct(
        &self,
        row: Row<'_>,
        corrections: &[Correction],
        copy: &mut impl Rewrite,
        outcomes: &mut Outcomes,
    ) -> Result<(), Trouble> {
        let is_there = copy.go_to(row.line)?;
        let mut taken = HashSet::new();
        for (correction, settled) in corrections.iter().zip(settle(corrections)) {
            let edits = settled
                .and(if is_there { Ok(()) } else { Err(Reason::NoSuchRecord) })
                .and_then(|()| {
                    let is_record = self.columns.is_record(row, &correction.key);
                    if is_record { Ok(()) } else { Err(Reason::OtherRecord) }
                })
                .and_then(|()| self.columns.edits(row, correction))
                .and_then(|edits| match edits.iter().find_map(|edit| copy.refuses(edit)) {
                    Some(reason) => Err(reason),
                    // Two fields may stand in one column, and a cell is written once.
                    None if edits.iter().any(|edit: &Edit| taken.contains(&edit.column)) => {
                        Err(Reason::TwoCorrections)
                    }
                    None => Ok(edits),
                });
            let reason = match edits {
                Ok(edits) => {
                    taken.extend(edits.iter().map(|edit| edit.column));
                    edits.into_iter().for_each(|edit| copy.put(edit));
                    None
                }
                Err(reason) => Some(reason),
            };
            outcomes.add(correction, reason)?;
        }
        Ok(())
    }
}

/// Corrections of a line on which no row stands.
fn without_row(corrections: &[Correction], outcomes: &mut Outcomes) -> Result<(), Trouble> {
    for (correction, settled) in corrections.iter().zip(settle(corrections)) {
        outcomes.add(correction, Some(settled.err().unwrap_or(Reason::NoSuchRecord)))?;
    }
    Ok(())
}
