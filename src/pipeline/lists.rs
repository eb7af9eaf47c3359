//! Lists for communes from a finished reconciliation: the lists of people pass once more beside what the run said of each
//! row, and every row that somebody has to look at goes to the list of its commune.
//!
//! Rows wait on disk, put together by list, so that memory follows the number of lists and not of rows. Then the lists are
//! written, one on each thread; what a list holds does not depend on who writes it.

mod open;
mod write;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;

use super::reconcile::LIST_FIELDS;
use super::run::{Plan, Run, run_key};
use super::slips::Slips;
use super::{Observer, Prepared, Stage, Stop, mapped};
use crate::ingest::{BatchReader, Work};
use crate::lists::{
    Content, Finder, FinishedRun, Judged, Judgements, Page, Row, RowKeys, SENT, Settings, Spool, Units,
    Which, cells_of, push_sent,
};
use crate::normalize::{self, Context};
use crate::places::{PlaceCells, Time};
use crate::record::{Exit, FieldKind, MappedBatch, NormalBatch, TextColumn, Trouble, TroubleCode, Verdict};
use crate::report::folder::{self, RunFile, RunFolder, Written};
use crate::report::summary::{self, Ended, Input, Labelled, Resources, RulesInForce, Tool};
use crate::report::tables::{self, old_value};
use crate::rulebook::{COMPARED, Language, Rulebook};

/// Fields that tell where somebody lives, in the order of [`cells`].
const PLACES: [FieldKind; 7] = [
    FieldKind::Province,
    FieldKind::ProvinceCode,
    FieldKind::District,
    FieldKind::DistrictCode,
    FieldKind::Commune,
    FieldKind::CommuneCode,
    FieldKind::Address,
];

/// What is written, and from which run.
#[derive(Debug, Clone)]
pub struct ListsPlan {
    /// The run: its lists are those of the reconciliation.
    pub run: Plan,
    /// What is asked.
    pub settings: Settings,
    reconciled: FinishedRun,
}

impl ListsPlan {
    /// Lists of the run in `folder`; the day of the plan becomes that of the run.
    ///
    /// # Errors
    /// When the folder holds no finished reconciliation.
    pub fn new(run: Plan, folder: &std::path::Path, settings: Settings) -> Result<Self, Trouble> {
        let reconciled = FinishedRun::open(folder)?;
        let settings = Settings { as_of: reconciled.as_of, ..settings };
        let besides = vec![reconciled.run_key.clone(), format!("{settings:?}")];
        let run = Plan { as_of: reconciled.as_of, besides, ..run };
        Ok(Self { run, settings, reconciled })
    }
}

/// How many rows went where.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ListsFacts {
    /// Identity of the reconciliation.
    pub reconciled: String,
    /// What a list discloses: `verdict`, `fields`, `values`.
    pub disclose: &'static str,
    /// Which rows: `to_check`, `all`.
    pub rows_chosen: &'static str,
    /// Rows of the lists.
    pub rows_read: u64,
    /// Rows that were sent.
    pub rows_sent: u64,
    /// Of them those whose commune is not settled.
    pub rows_without_commune: u64,
    /// Of them those whose province is not settled either.
    pub rows_without_province: u64,
    /// Communes that have a list.
    pub communes: u64,
    /// Provinces with a row.
    pub provinces: u64,
    /// Rows sent by verdict.
    pub verdicts: Vec<Labelled>,
}

/// `summary.json` of such a run.
#[derive(Debug, Clone, Serialize)]
pub struct ListsSummary {
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
    /// Day of the reconciliation, as yyyy-mm-dd.
    pub as_of: String,
    /// The lists.
    pub inputs: Vec<Input>,
    /// The rules.
    pub rules: RulesInForce,
    /// How many rows went where.
    pub lists: ListsFacts,
    /// Files written.
    pub outputs: Vec<Written>,
    /// Odd things worth a look.
    pub warnings: Vec<String>,
}

/// A finished run.
#[derive(Debug)]
pub struct ListsDone {
    /// What `summary.json` holds.
    pub summary: ListsSummary,
    /// What the run cost.
    pub resources: Resources,
    /// The folder.
    pub folder: PathBuf,
    /// Begin and end, with offset.
    pub times: (String, String),
}

/// What can be known without reading a record: for each list the columns of its fields.
///
/// # Errors
/// When a list is not the one that the run read.
pub fn lists_dry_run(plan: &ListsPlan, book: &Rulebook) -> Result<Vec<Input>, Trouble> {
    open::all(plan, book).map(|lists| lists.iter().map(Prepared::facts).collect())
}

/// Writes the lists and publishes the folder. `clock` gives the time of day with its offset.
///
/// # Errors
/// A [`Trouble`]; then nothing is published.
pub fn lists(
    plan: &ListsPlan,
    book: &Rulebook,
    observer: &dyn Observer,
    stop: &Stop,
    clock: &dyn Fn() -> String,
) -> Result<ListsDone, Trouble> {
    let run = Run::new(&plan.run, book, observer, stop)?;
    let started = clock();
    let gazetteer = book.gazetteer()?;
    let units = Units::new(&gazetteer)?;
    let page = Page::new(book)?;
    let lists = open::all(plan, book)?;
    let folder = RunFolder::create(&run.plan.out, run.plan.replace)?;
    let n_bytes: u64 = lists.iter().map(|file| file.opened.n_bytes).sum();
    // Rows on their way and `sent.csv` are each about as long as the list, workbooks half as long.
    folder::check_space(folder.partial(), n_bytes * 5 / 2)?;

    let mut sorting = Sorting::begin(plan, &units, &folder)?;
    let inputs = sorting.read(&run, lists, book)?;
    let read_list_s = run.seconds();
    let sorted = sorting.end()?;
    let mut outputs = vec![sorted.sent];
    let content = Content { book, settings: &plan.settings };
    let writing = write::Writing { run: &run, content, page: &page, units: &units, folder: &folder };
    outputs.extend(writing.lists(&sorted.spool, &sorted.verdicts)?);
    outputs.extend(writing.summaries(&sorted.verdicts)?);
    write::sync(&folder, &outputs)?;
    let facts = facts(plan, book, &units, &sorted.verdicts, sorted.n_read);

    let resources = Resources { read_list_s, decide_s: run.seconds() - read_list_s, ..run.resources() };
    let summary = summary_of(&run, inputs, facts, outputs);
    let json = summary::json(&summary);
    let times = (started, clock());
    let ended = (Exit::Success, resources);
    let folder = run.publish_as(folder, &json, summary.outputs.clone(), &summary.run_key, ended, &times)?;
    Ok(ListsDone { summary, resources, folder, times })
}

/// Rows of each verdict.
type Verdicts = [u64; Verdict::ALL.len()];

fn summary_of(run: &Run<'_>, inputs: Vec<Input>, lists: ListsFacts, outputs: Vec<Written>) -> ListsSummary {
    let hashes: Vec<(String, String)> =
        inputs.iter().map(|input| (input.path.clone(), input.sha256.clone())).collect();
    let run_key = run_key(run.plan, run.book, &hashes);
    let mut warnings = Vec::new();
    if lists.rows_without_commune > 0 {
        warnings.push("rows_without_commune".to_owned());
    }
    if inputs.iter().any(|input| input.records_quarantined > 0) {
        warnings.push("quarantined_records".to_owned());
    }
    ListsSummary {
        schema_version: summary::SCHEMA_VERSION,
        run_id: run_key[..16].to_owned(),
        run_key,
        tool: Tool::THIS,
        command: run.plan.command,
        exit: Exit::Success.into(),
        as_of: summary::iso(run.plan.as_of),
        inputs,
        rules: RulesInForce::of(run.book),
        lists,
        outputs,
        warnings,
    }
}

fn facts(
    plan: &ListsPlan,
    book: &Rulebook,
    units: &Units<'_>,
    verdicts: &[Verdicts],
    rows_read: u64,
) -> ListsFacts {
    let mut facts = ListsFacts {
        reconciled: plan.reconciled.run_id.clone(),
        disclose: plan.settings.disclose.name(),
        rows_chosen: plan.settings.which.name(),
        rows_read,
        ..ListsFacts::default()
    };
    let mut provinces: BTreeMap<&str, ()> = BTreeMap::new();
    let mut sums = Verdicts::default();
    for (list, of_list) in verdicts.iter().enumerate() {
        let n_rows: u64 = of_list.iter().sum();
        if n_rows == 0 {
            continue;
        }
        facts.rows_sent += n_rows;
        sums.iter_mut().zip(of_list).for_each(|(sum, n)| *sum += n);
        let (province, commune) = units.codes(list);
        if commune.is_empty() {
            facts.rows_without_commune += n_rows;
        } else {
            facts.communes += 1;
        }
        if province.is_empty() {
            facts.rows_without_province += n_rows;
        } else {
            provinces.insert(province, ());
        }
    }
    facts.provinces = provinces.len() as u64;
    let label =
        |verdict: Verdict, language| book.wording.label("verdict", verdict.name(), language).to_owned();
    facts.verdicts = Verdict::ALL
        .into_iter()
        .map(|verdict| Labelled {
            code: verdict.name().to_owned(),
            vi: label(verdict, Language::Vietnamese),
            en: label(verdict, Language::English),
            count: sums[verdict as usize],
        })
        .collect();
    facts
}

/// Rows on their way to their lists.
struct Sorting<'a> {
    plan: &'a ListsPlan,
    units: &'a Units<'a>,
    time_of_reference: Option<Time>,
    judgements: Judgements,
    judged: Judged,
    keys: RowKeys,
    spool: Spool,
    sent: RunFile,
    /// Rows of `sent.csv` that wait to be written together.
    lines: Vec<u8>,
    verdicts: Vec<Verdicts>,
    paths: Vec<String>,
    n_read: u64,
}

/// Rows at their lists.
struct Sorted {
    spool: Spool,
    sent: Written,
    verdicts: Vec<Verdicts>,
    n_read: u64,
}

impl<'a> Sorting<'a> {
    fn begin(plan: &'a ListsPlan, units: &'a Units<'a>, folder: &RunFolder) -> Result<Self, Trouble> {
        let of_reference = plan.reconciled.units_of_reference()?;
        let judgements = plan.reconciled.judgements()?;
        // Without a name nothing stays of it, however the run ends.
        let path = folder.partial().join(".rows");
        let file = folder::new_file(&path).and_then(|file| std::fs::remove_file(&path).map(|()| file));
        let file = file.map_err(|error| Trouble::writing(&error, folder.target()))?;
        let mut sent = folder.file("sent.csv", true)?;
        sent.write(&tables::header(&SENT))?;
        let ending = plan.settings.form.endings()[0];
        Ok(Self {
            plan,
            units,
            time_of_reference: time_of_units(&of_reference, units),
            judgements,
            judged: Judged::default(),
            keys: RowKeys::new(&plan.reconciled.run_id, plan.reconciled.inputs.len()),
            spool: Spool::new(file, units.n_lists()),
            sent,
            lines: Vec::new(),
            verdicts: vec![Verdicts::default(); units.n_lists()],
            paths: (0..units.n_lists()).map(|list| format!("{}.{ending}", units.path(list))).collect(),
            n_read: 0,
        })
    }

    /// Reads all lists beside what the run said of them.
    fn read(
        &mut self,
        run: &Run<'_>,
        lists: Vec<Prepared<'_>>,
        book: &Rulebook,
    ) -> Result<Vec<Input>, Trouble> {
        let wanted = [&LIST_FIELDS[..], &PLACES[..]].concat();
        run.observer.begin(Stage::List, lists.iter().map(|file| file.opened.n_bytes).sum());
        let mut inputs = Vec::new();
        let words = &book.commune_list.words.old_unit;
        let old_unit = words.of(self.plan.settings.language).to_owned();
        for (file, prepared) in lists.into_iter().enumerate() {
            let told = &self.plan.reconciled.inputs[file];
            let time = self.time_of_list(&prepared, &wanted);
            let mut finder = Finder::new(self.units, time, self.time_of_reference, &old_unit);
            let work = |piece: Work, reader: &BatchReader, fields: &[FieldKind], context: Context<'_>| {
                let mut raw = reader.read(piece)?;
                raw.n_passed = raw.n_read();
                let batch = mapped(&mut raw, file, fields);
                let rows = normalize::rows(&batch, context);
                Ok(((batch, rows), raw))
            };
            let input = run.read(prepared, &wanted, &mut Slips::nowhere(), work, |(batch, rows)| {
                self.add(&batch, &rows, &told.path, &mut finder)
            })?;
            if input.sha256 != told.sha256 || input.records_clean != told.records_clean {
                return Err(Trouble::new(TroubleCode::FileChanged).file(&input.path));
            }
            inputs.push(input);
        }
        run.observer.end();
        Ok(inputs)
    }

    /// The time of the units that a list uses, as its first rows tell.
    fn time_of_list(&self, prepared: &Prepared<'_>, wanted: &[FieldKind]) -> Option<Time> {
        let (fields, positions) = prepared.positions(wanted);
        let sample = &prepared.opened.sample;
        let columns = positions.iter().map(|column| sample.columns[*column].clone()).collect();
        let sample = MappedBatch::new(0, sample.lines.clone(), &fields, columns);
        let learned = || normalize::time_of_units(&sample, self.units.gazetteer());
        prepared.source.units.or_else(learned)
    }

    /// Sends the rows of a batch that go on a list.
    fn add(
        &mut self,
        batch: &MappedBatch,
        rows: &NormalBatch,
        file: &str,
        finder: &mut Finder<'_, '_>,
    ) -> Result<(), Trouble> {
        let places = PLACES.map(|field| batch.column(field));
        self.lines.clear();
        for (row, line) in rows.lines.iter().enumerate() {
            self.judgements.next(file, *line, &mut self.judged)?;
            self.n_read += 1;
            let judged = &self.judged;
            let verdict = judged.verdict.unwrap_or(Verdict::Insufficient);
            if self.plan.settings.which == Which::ToCheck && verdict == Verdict::Match && !judged.is_open {
                continue;
            }
            let residence = finder.residence(&judged.unit, &cells(&places, row));
            let mut sent = Row {
                key: self.keys.key(rows.file, *line),
                verdict,
                flags: judged.flags,
                wrong: judged.wrong,
                detail: residence.detail,
                unit: residence.unit,
                ..Row::default()
            };
            for ((value, field), new) in sent.values.iter_mut().zip(COMPARED).zip(&judged.new) {
                value.old = old_value(rows, row, field).into_owned();
                value.new.clone_from(new);
            }
            let list = residence.list;
            let cannot_write = |error| Trouble::writing(&error, self.sent.shown());
            self.spool.add(list, &sent).map_err(cannot_write)?;
            self.verdicts[list][verdict as usize] += 1;
            let of_row = [&*judged.file, &*judged.line, &*judged.record_key];
            push_sent(&mut self.lines, of_row, self.units.codes(list), &self.paths[list], &sent);
        }
        self.sent.write(&self.lines)
    }

    fn end(self) -> Result<Sorted, Trouble> {
        self.judgements.end()?;
        let n_sent = self.verdicts.iter().flatten().sum();
        let sent = self.sent.finish(Some(n_sent))?;
        Ok(Sorted { spool: self.spool, sent, verdicts: self.verdicts, n_read: self.n_read })
    }
}

/// The time of the units that a reference uses, as residences in it tell.
fn time_of_units(residences: &[String], units: &Units<'_>) -> Option<Time> {
    const LEVELS: [FieldKind; 3] = [FieldKind::Commune, FieldKind::District, FieldKind::Province];
    let cells: Vec<PlaceCells<'_>> = residences.iter().map(|unit| cells_of(unit)).collect();
    let column = |cell: fn(&PlaceCells<'_>) -> String| {
        let texts: Vec<String> = cells.iter().map(cell).collect();
        TextColumn::from_texts(texts.iter().map(String::as_str))
    };
    let columns = vec![
        column(|cells| cells.commune.to_owned()),
        column(|cells| cells.district.to_owned()),
        column(|cells| cells.province.to_owned()),
    ];
    let lines = (1..=cells.len() as u64).collect();
    normalize::time_of_units(&MappedBatch::new(0, lines, &LEVELS, columns), units.gazetteer())
}

/// The cells of a row that tell where somebody lives.
fn cells<'a>(columns: &[Option<&'a TextColumn>; PLACES.len()], row: usize) -> PlaceCells<'a> {
    let [province, province_code, district, district_code, commune, commune_code, detail] =
        columns.map(|column| column.map_or("", |column| column.get(row)));
    PlaceCells { province, province_code, district, district_code, commune, commune_code, detail }
}
