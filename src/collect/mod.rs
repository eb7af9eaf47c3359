//! The way back: lists that communes filled in become approved corrections.
//!
//! Owns what an answer means and that nobody is lost on the way: every row that was sent is answered, blank, in conflict or
//! missing, and every row that came back is one of those sent or is told. Changes nothing by itself.

mod answer;
mod filled;
mod finding;
mod matching;
mod sent;
mod shown;
mod tables;
mod value;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Serialize;

pub use finding::{Problem, State};
pub use tables::{ANSWERS, CONFLICTS, FILES, MISSING};

use filled::{Filled, Folder};
use matching::Returned;
use sent::SentReader;
use tables::Tables;

use crate::ingest::Limits;
use crate::pipeline::Stop;
use crate::record::{Exit, Trouble, TroubleCode};
use crate::report::finish::{Ending, finish};
use crate::report::folder::{RunFolder, Written};
use crate::report::summary::{self, Ended, Resources, Tool};
use crate::rulebook::Rulebook;

/// What is collected.
#[derive(Debug, Clone)]
pub struct CollectPlan {
    /// Folder of the lists that came back, at any depth.
    pub folder: PathBuf,
    /// Folder of the lists that were sent; the same one where nothing is told.
    pub sent: Option<PathBuf>,
    /// The folder of the result.
    pub out: PathBuf,
    /// Whether an earlier result may be replaced.
    pub replace: bool,
    /// Latest possible date, yyyymmdd.
    pub as_of: u32,
    /// Sizes that are refused.
    pub limits: Limits,
}

/// One list that was sent.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ListFacts {
    /// The workbook, below the folder of the lists.
    pub path: String,
    /// Code of the province.
    pub province: String,
    /// Code of the commune.
    pub commune: String,
    /// Name of the commune and of its province; empty where the list is of none.
    pub name: String,
    /// Rows sent.
    pub sent: u64,
    /// Rows that came back.
    pub back: u64,
    /// Rows with an answer.
    pub answered: u64,
}

/// `summary.json` of a collection.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
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
    /// How it ended.
    pub exit: Ended,
    /// Whether every list came back.
    pub complete: bool,
    /// Latest possible date, as yyyy-mm-dd.
    pub as_of: String,
    /// Files that are lists.
    pub files_read: u64,
    /// Files that are none or cannot be read.
    pub files_not_read: u64,
    /// Rows sent.
    pub rows_sent: u64,
    /// Rows by what became of them: together they are the rows sent.
    pub rows: BTreeMap<&'static str, u64>,
    /// Answers by kind.
    pub answers: BTreeMap<&'static str, u64>,
    /// Conflicts by reason.
    pub conflicts: BTreeMap<&'static str, u64>,
    /// Approved corrections by field.
    pub approved: BTreeMap<&'static str, u64>,
    /// Lists sent.
    pub lists_sent: u64,
    /// Lists of which no row came back.
    pub lists_missing: u64,
    /// Every list, in the order of its path.
    pub lists: Vec<ListFacts>,
    /// Files written.
    pub outputs: Vec<Written>,
}

/// A finished collection.
#[derive(Debug)]
pub struct Collected {
    /// What `summary.json` holds.
    pub summary: Summary,
    /// What it cost.
    pub resources: Resources,
    /// The folder.
    pub folder: PathBuf,
}

/// Reads the lists that came back and publishes the folder. `clock` gives the time of day with its offset.
///
/// # Errors
/// A [`Trouble`]; then nothing is published. A list that cannot be read is none: it is listed.
pub fn collect(
    plan: &CollectPlan,
    book: &Rulebook,
    stop: &Stop,
    clock: &dyn Fn() -> String,
) -> Result<Collected, Trouble> {
    let (begun, started) = (Instant::now(), clock());
    let list = &book.commune_list;
    let sent_path = sent_table(plan)?;
    let found = Folder::find(&plan.folder, &sent_path, &plan.out)?;
    let out = RunFolder::create(&plan.out, plan.replace)?;
    let mut tables = Tables::begin(&out, list)?;
    let mut filled = Vec::new();
    for file in &found.files {
        stop.check()?;
        let read = filled::read(file, book, plan.limits);
        tables.file(&file.shown, &read)?;
        filled.extend(read.rows);
    }
    let returned = Returned::match_up(filled, &sent_path, list)?;
    let judging = answer::Judging { book, as_of: plan.as_of };
    let facts = judge(&sent_path, &returned, &judging, &mut tables, stop)?;
    for (row, problem) in returned.strangers() {
        tables.stranger(row, *problem)?;
    }
    let run_key = summary::run_key(
        &book.files.sha256(),
        &["collect".to_owned(), plan.as_of.to_string(), format!("{:?}", plan.limits)],
        &found.hashes(&sent_path)?,
    );
    let done = tables.finish()?;
    let n_rows: u64 = done.rows.values().sum();
    let rows_sent: u64 = facts.iter().map(|list| list.sent).sum();
    if n_rows != rows_sent {
        return Err(Trouble::new(TroubleCode::Internal).word("cause", "rows sent are not rows told"));
    }
    let lists_missing = facts.iter().filter(|list| list.back == 0).count() as u64;
    let summary = Summary {
        schema_version: summary::SCHEMA_VERSION,
        run_id: run_key[..16].to_owned(),
        run_key,
        tool: Tool::THIS,
        command: "collect",
        exit: Exit::Success.into(),
        complete: lists_missing == 0,
        as_of: summary::iso(plan.as_of),
        files_read: done.files_read,
        files_not_read: done.files_not_read,
        rows_sent,
        rows: done.rows,
        answers: done.answers,
        conflicts: done.conflicts,
        approved: done.approved,
        lists_sent: facts.len() as u64,
        lists_missing,
        lists: facts,
        outputs: done.outputs,
    };
    let resources = Resources::of_process(begun.elapsed().as_secs_f64(), 1);
    let ending = Ending {
        summary: &summary::json(&summary),
        files: summary.outputs.clone(),
        run_key: &summary.run_key,
        exit: Exit::Success,
        resources,
        times: (started, clock()),
    };
    let folder = finish(out, ending, || stop.check())?;
    Ok(Collected { summary, resources, folder })
}

/// What was sent.
fn sent_table(plan: &CollectPlan) -> Result<PathBuf, Trouble> {
    let folder = plan.sent.as_deref().unwrap_or(&plan.folder);
    let path = folder.join("sent.csv");
    if path.is_file() { Ok(path) } else { Err(Trouble::new(TroubleCode::NothingSent).file(folder)) }
}

/// Passes the rows that were sent, one by one. Gives what became of each list.
fn judge(
    sent_path: &Path,
    returned: &Returned,
    judging: &answer::Judging<'_>,
    tables: &mut Tables<'_>,
    stop: &Stop,
) -> Result<Vec<ListFacts>, Trouble> {
    let mut lists: BTreeMap<String, ListFacts> = BTreeMap::new();
    let mut sent = SentReader::open(sent_path)?;
    while let Some(row) = sent.next_row()? {
        let facts = lists.entry(row.path.clone()).or_default();
        facts.sent += 1;
        facts.back += u64::from(!returned.of(&row.row_key).is_empty());
        facts.province.clone_from(&row.province);
        facts.commune.clone_from(&row.commune);
    }
    let mut sent = SentReader::open(sent_path)?;
    let mut n_passed = 0_u64;
    while let Some(row) = sent.next_row()? {
        if n_passed.is_multiple_of(4096) {
            stop.check()?;
        }
        n_passed += 1;
        let rows: Vec<&Filled> = returned.of(&row.row_key);
        let judged = judging.row(&row, &rows);
        let Some(facts) = lists.get_mut(&row.path) else {
            return Err(Trouble::new(TroubleCode::FileChanged).file(sent_path));
        };
        facts.answered += u64::from(judged.state == State::Answered);
        tables.row(&row, &rows, &judged, facts.back > 0)?;
    }
    let gazetteer = judging.book.gazetteer()?;
    let name = |unit: &crate::places::Unit| {
        let province = gazetteer.province_of(unit.id).map(crate::places::Unit::full_name);
        [Some(unit.full_name()), province].into_iter().flatten().collect::<Vec<_>>().join(", ")
    };
    let communes = gazetteer.communes().iter();
    let names: BTreeMap<String, String> = communes.map(|unit| (unit.code.to_string(), name(unit))).collect();
    for (path, facts) in &mut lists {
        facts.path.clone_from(path);
        facts.name = names.get(&facts.commune).cloned().unwrap_or_default();
        if facts.back == 0 {
            tables.missing_list(facts)?;
        }
    }
    Ok(lists.into_values().collect())
}
