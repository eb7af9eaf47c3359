//! A list beside the reference, by number: read the list, let the reference pass once, decide, write.
//!
//! Memory follows the list: its rows stay, of the reference only the citizens that it asks for. Rows leave in
//! the order they came, whatever the number of threads.

use std::path::{Path, PathBuf};
use std::time::Instant;

use rayon::ThreadPool;

use super::asking::asked;
use super::listed::{Listed, Slots};
use super::ordered::each_in_order;
use super::slips::Slips;
use super::{InputOptions, MaxBad, Observer, Prepared, Stage, Stop, mapped, prepare, resident_bytes};
use crate::check;
use crate::decide::{self, Shared, Sharing};
use crate::ingest::{self, BatchReader, Fingerprint, RawBatch, Work};
use crate::link;
use crate::normalize::{self, Context, NamePrior};
use crate::record::{Exit, FieldKind, NormalBatch, Severity, Trouble, TroubleCode};
use crate::reference::{People, Repeats, Slot};
use crate::report::counts::Counts;
use crate::report::folder::{self, MANIFEST, RunFolder, Written};
use crate::report::summary::{self, Input, ReferenceFacts, Resources, Summary};
use crate::report::tables::{self, Sources, Tables, Writer};
use crate::rulebook::{Role, Rulebook};

/// Everything that a reconciliation is asked to do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The lists.
    pub lists: InputOptions,
    /// The reference.
    pub reference: InputOptions,
    /// The folder of the run.
    pub out: PathBuf,
    /// Whether a finished run may be replaced.
    pub replace: bool,
    /// Latest possible date, yyyymmdd.
    pub as_of: u32,
    /// Threads.
    pub threads: usize,
    /// Most memory in bytes.
    pub memory_bytes: u64,
    /// Most bad records of a list.
    pub max_bad: MaxBad,
    /// Severity from which findings change the exit code.
    pub fail_on: Option<Severity>,
}

/// A finished run.
#[derive(Debug)]
pub struct Done {
    /// What `summary.json` holds.
    pub summary: Summary,
    /// What the run cost.
    pub resources: Resources,
    /// Counts.
    pub counts: Counts,
    /// How it ended.
    pub exit: Exit,
    /// The folder.
    pub folder: PathBuf,
    /// Begin and end, with offset.
    pub times: (String, String),
}

const LIST_FIELDS: [FieldKind; 13] = [
    FieldKind::RecordKey,
    FieldKind::CitizenNumber,
    FieldKind::AnyNumber,
    FieldKind::OldNumber,
    FieldKind::FullName,
    FieldKind::FamilyMiddleName,
    FieldKind::GivenName,
    FieldKind::BirthDate,
    FieldKind::BirthDay,
    FieldKind::BirthMonth,
    FieldKind::BirthYear,
    FieldKind::Sex,
    FieldKind::Nationality,
];

/// The unit of the list is read only where the reference knows none.
const UNIT_FIELDS: [FieldKind; 3] = [FieldKind::Commune, FieldKind::District, FieldKind::Province];

fn list_fields(references: &[Prepared<'_>]) -> Vec<FieldKind> {
    let has_units = |file: &Prepared<'_>| file.mapping.column(FieldKind::Commune).is_some();
    let units = if references.iter().all(has_units) { &[][..] } else { &UNIT_FIELDS[..] };
    [&LIST_FIELDS[..], units].concat()
}

const REFERENCE_FIELDS: [FieldKind; 9] = [
    FieldKind::CitizenNumber,
    FieldKind::OldNumber,
    FieldKind::FullName,
    FieldKind::BirthDate,
    FieldKind::Sex,
    FieldKind::CommuneCode,
    FieldKind::Commune,
    FieldKind::Province,
    FieldKind::LifeStatus,
];

/// Runs a reconciliation and publishes its folder. `clock` gives the time of day with its offset.
///
/// # Errors
/// A [`Trouble`]; then nothing is published, except that too many bad records leave quarantine and summary.
pub fn reconcile(
    plan: &Plan,
    book: &Rulebook,
    observer: &dyn Observer,
    stop: &Stop,
    clock: &dyn Fn() -> String,
) -> Result<Done, Trouble> {
    let run = Run { plan, book, observer, stop, pool: thread_pool(plan.threads)?, begun: Instant::now() };
    let started = clock();
    let lists = open_all(&plan.lists, Role::List, book)?;
    let references = open_all(&plan.reference, Role::Reference, book).map_err(of_reference)?;
    let folder = RunFolder::create(&plan.out, plan.replace)?;
    let n_bytes: u64 = lists.iter().map(|file| file.opened.n_bytes).sum();
    folder::check_space(folder.partial(), n_bytes + n_bytes / 2)?;

    let mut slips = Slips::begin(&folder)?;
    let (listed, inputs) = run.read_lists(lists, &list_fields(&references), &mut slips)?;
    let read_list_s = run.seconds();
    let bad: u64 = inputs.iter().map(Input::n_bad).sum();
    let total: u64 = inputs.iter().map(|input| input.records_read).sum();
    if plan.max_bad.is_passed(bad, total) {
        return run.refuse(folder, slips, inputs, (bad, total), &started, clock);
    }
    let (people, reference) = run.read_references(references, &listed, &mut slips)?;
    let read_reference_s = run.seconds() - read_list_s;
    let (counts, mut outputs) = run.decide(&folder, &listed, &inputs, &people)?;
    // The process ends after this run, and its end gives the memory back at once; cell by cell takes longer.
    std::mem::forget((listed, people));
    outputs.push(slips.finish()?);
    let total_clean: u64 = inputs.iter().map(|input| input.records_clean).sum();
    if counts.n_rows != total_clean {
        return Err(Trouble::new(TroubleCode::Internal).word("cause", "rows out are not rows in"));
    }
    let resources = Resources {
        read_list_s,
        read_reference_s,
        decide_s: run.seconds() - read_list_s - read_reference_s,
        ..run.resources()
    };
    let exit = if run.fails(&counts) { Exit::Findings } else { Exit::Success };
    let summary = run.summary(exit, inputs, reference, &counts, outputs);
    run.publish(folder, summary, resources, counts, exit, (started, clock()))
}

/// The run that stands in the output folder already, if it followed from the same things: its exit code.
///
/// # Errors
/// When an input cannot be read.
pub fn previous(plan: &Plan, book: &Rulebook) -> Result<Option<u8>, Trouble> {
    if !folder::is_run(&plan.out) {
        return Ok(None);
    }
    let mut hashes = Vec::new();
    for path in ingest::expand(&plan.lists.files)?.iter().chain(&ingest::expand(&plan.reference.files)?) {
        hashes.push((file_name(path), Fingerprint::of(path)?.1));
    }
    let key = run_key(plan, book, &hashes);
    let text = std::fs::read_to_string(plan.out.join(MANIFEST)).unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let code = manifest["exit"]["code"].as_u64().and_then(|code| u8::try_from(code).ok());
    Ok(code.filter(|_| manifest["run_key"] == key.as_str()))
}

/// Hash over everything that the output follows from.
pub(super) fn run_key(plan: &Plan, book: &Rulebook, inputs: &[(String, String)]) -> String {
    let of = |options: &InputOptions| {
        format!(
            "{:?} {:?} {:?} {:?} {:?} {:?}",
            options.source, options.told, options.encoding, options.head, options.sheet, options.limits
        )
    };
    let options = [
        "reconcile".to_owned(),
        of(&plan.lists),
        of(&plan.reference),
        plan.as_of.to_string(),
        format!("{:?} {:?}", plan.max_bad, plan.fail_on),
    ];
    summary::run_key(&book.files.sha256(), &options, inputs)
}

/// As many threads as asked for and, unless that is one, one more: at most times one of them holds the file and only
/// reads, hashes and cuts.
fn thread_pool(n_threads: usize) -> Result<ThreadPool, Trouble> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(n_threads + usize::from(n_threads > 1))
        .build()
        .map_err(|_| Trouble::new(TroubleCode::CannotWrite).word("cause", "threads"))
}

fn open_all<'a>(
    options: &InputOptions,
    role: Role,
    book: &'a Rulebook,
) -> Result<Vec<Prepared<'a>>, Trouble> {
    ingest::expand(&options.files)?.iter().map(|path| prepare(path, role, options, book)).collect()
}

/// A trouble with the reference has exit code 5, whatever it is.
fn of_reference(trouble: Trouble) -> Trouble {
    let code = match trouble.code {
        TroubleCode::CannotOpen => TroubleCode::NoReference,
        code if code.exit() == Exit::Input => TroubleCode::BadReference,
        _ => return trouble,
    };
    let reason = trouble.code.code();
    Trouble { code, ..trouble }.word("reason", reason)
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// One reconciliation on its way.
pub(super) struct Run<'a> {
    pub(super) plan: &'a Plan,
    pub(super) book: &'a Rulebook,
    observer: &'a dyn Observer,
    pub(super) stop: &'a Stop,
    pool: ThreadPool,
    pub(super) begun: Instant,
}

impl Run<'_> {
    pub(super) fn seconds(&self) -> f64 {
        self.begun.elapsed().as_secs_f64()
    }

    /// Whether a finding is as severe as the plan allows none to be.
    fn fails(&self, counts: &Counts) -> bool {
        let Some(severity) = self.plan.fail_on else { return false };
        counts.findings.keys().any(|id| self.book.checks.get(*id).severity >= severity)
    }

    fn check_memory(&self) -> Result<(), Trouble> {
        let held = resident_bytes();
        if held > self.plan.memory_bytes {
            return Err(Trouble::new(TroubleCode::MemoryLimit)
                .word("needed", held >> 20)
                .word("limit", self.plan.memory_bytes >> 20));
        }
        Ok(())
    }

    /// Reads one file: `work` on every piece in parallel, `sink` on the results in order.
    fn read<R: Send>(
        &self,
        prepared: Prepared<'_>,
        wanted: &[FieldKind],
        slips: &mut Slips,
        work: impl Fn(Work, &BatchReader, &[FieldKind], Context<'_>) -> Result<(R, RawBatch), Trouble> + Sync,
        mut sink: impl FnMut(R) -> Result<(), Trouble>,
    ) -> Result<Input, Trouble> {
        let mut facts = prepared.facts();
        let (fields, positions) = prepared.positions(wanted);
        let path = prepared.opened.path.clone();
        let width = prepared.opened.names.len();
        let name_column = prepared.mapping.column(FieldKind::FullName);
        let names =
            NamePrior::learn(self.book, name_column.map(|column| &prepared.opened.sample.columns[column]));
        let context =
            Context { book: self.book, source: prepared.source, as_of: self.plan.as_of, names: &names };
        let (mut feeder, reader) = prepared.opened.into_parts(positions);
        let feed = || {
            self.stop.check()?;
            feeder.next_work()
        };
        let on_worker = |piece: Work| {
            let n_bytes = piece.n_bytes();
            work(piece, &reader, &fields, context).map(|(result, raw)| (result, raw, n_bytes))
        };
        each_in_order(&self.pool, feed, on_worker, |(result, raw, n_bytes)| {
            self.stop.check()?;
            self.check_memory()?;
            facts.count(raw.n_passed, &raw.quarantined);
            facts.notice(raw.n_blank_lines, &raw.marks_inside);
            slips.add(&raw, &facts.path, width, self.book)?;
            self.observer.advance(n_bytes);
            sink(result)
        })?;
        (facts.bytes, facts.sha256) = reader.fingerprint()?;
        let now = std::fs::metadata(&path).map_or(0, |metadata| metadata.len());
        if now != facts.bytes {
            return Err(Trouble::new(TroubleCode::FileChanged).file(path));
        }
        if facts.records_read != facts.records_clean + facts.records_quarantined {
            return Err(Trouble::new(TroubleCode::Internal)
                .file(path)
                .word("cause", "records do not add up"));
        }
        Ok(facts)
    }

    fn read_lists(
        &self,
        lists: Vec<Prepared<'_>>,
        wanted: &[FieldKind],
        slips: &mut Slips,
    ) -> Result<(Listed, Vec<Input>), Trouble> {
        self.observer.begin(Stage::List, lists.iter().map(|file| file.opened.n_bytes).sum());
        let mut listed = Listed::default();
        let mut inputs = Vec::new();
        for (file, prepared) in lists.into_iter().enumerate() {
            let work = |piece: Work, reader: &BatchReader, fields: &[FieldKind], context: Context<'_>| {
                let mut raw = reader.read(piece)?;
                raw.n_passed = raw.n_read();
                let batch = mapped(&mut raw, file, fields);
                Ok((normalize::list(&batch, context), raw))
            };
            let input = self.read(prepared, wanted, slips, work, |(rows, fingerprints)| {
                listed.add(rows, &fingerprints);
                Ok(())
            })?;
            inputs.push(input);
        }
        self.observer.end();
        Ok((listed, inputs))
    }

    fn read_references(
        &self,
        references: Vec<Prepared<'_>>,
        listed: &Listed,
        slips: &mut Slips,
    ) -> Result<(People, ReferenceFacts), Trouble> {
        self.observer.begin(Stage::Reference, references.iter().map(|file| file.opened.n_bytes).sum());
        let mut people = People::new(&listed.wanted);
        let total: u64 = references.iter().map(|file| file.opened.n_bytes).sum();
        let mut repeats: Option<Repeats> = None;
        let mut facts = ReferenceFacts {
            files: Vec::new(),
            citizens_found: 0,
            numbers_asked: listed.wanted.n_numbers() as u64,
            repeated_numbers: 0,
            without_number: 0,
        };
        let mut n_without = 0;
        for (file, prepared) in references.into_iter().enumerate() {
            let work = |piece: Work, reader: &BatchReader, fields: &[FieldKind], context: Context<'_>| {
                asked(piece, reader, (file, fields), listed, context)
            };
            let input = self.read(prepared, &REFERENCE_FIELDS, slips, work, |asked| {
                people.add(asked.citizens, &asked.hits, &asked.as_expected);
                // The first piece tells how many numbers there will be.
                let n_pieces = total / asked.n_bytes.max(1) + 1;
                let about = asked.numbers.len() * n_pieces as usize;
                repeats.get_or_insert_with(|| Repeats::new(about)).add(&asked.numbers);
                n_without += asked.n_without_number;
                Ok(())
            });
            facts.files.push(input.map_err(of_reference)?);
        }
        people.finish();
        facts.citizens_found = people.n_people() as u64;
        facts.without_number = n_without;
        if let Some(repeats) = &repeats {
            let mut buckets = 0..repeats.n_buckets();
            let count = |bucket| Ok(repeats.count(bucket));
            each_in_order(
                &self.pool,
                || Ok(buckets.next()),
                count,
                |n_repeated| {
                    facts.repeated_numbers += n_repeated;
                    Ok(())
                },
            )?;
        }
        self.observer.end();
        Ok((people, facts))
    }

    fn decide(
        &self,
        folder: &RunFolder,
        listed: &Listed,
        inputs: &[Input],
        people: &People,
    ) -> Result<(Counts, Vec<Written>), Trouble> {
        let n_rows: u64 = listed.batches.iter().map(|batch| batch.n_rows() as u64).sum();
        self.observer.begin(Stage::Decide, n_rows);
        let sharing = self.share(listed, people)?;
        let mut verdicts = folder.file("verdicts.csv", true)?;
        let mut corrections = folder.file("corrections.csv", true)?;
        let mut findings = folder.file("findings.csv", true)?;
        verdicts.write(&tables::header(&tables::VERDICTS))?;
        corrections.write(&tables::header(&tables::CORRECTIONS))?;
        findings.write(&tables::header(&tables::FINDINGS))?;
        let mut counts = Counts::default();
        let mut pairs = listed.batches.iter().zip(&listed.slots);
        let write = |(rows, slots): (&NormalBatch, &Slots)| {
            let found = link::batch(rows, slots, people, self.book);
            Ok(self.tables(rows, &found, &inputs[rows.file].path, &sharing.of_rows(slots), people))
        };
        each_in_order(
            &self.pool,
            || Ok(pairs.next()),
            write,
            |tables: Tables| {
                self.stop.check()?;
                self.check_memory()?;
                verdicts.write(&tables.verdicts)?;
                corrections.write(&tables.corrections)?;
                findings.write(&tables.findings)?;
                self.observer.advance(tables.counts.n_rows);
                counts.merge(&tables.counts);
                Ok(())
            },
        )?;
        let outputs = vec![
            verdicts.finish(Some(counts.n_rows))?,
            corrections.finish(Some(counts.n_corrections()))?,
            findings.finish(Some(counts.n_findings()))?,
        ];
        self.observer.end();
        Ok((counts, outputs))
    }

    /// Which rows share a number. Whether a row is its number's citizen is looked at here only where rows share it: the
    /// links of all rows would take more memory than anything else.
    fn share(&self, listed: &Listed, people: &People) -> Result<Sharing, Trouble> {
        let mut sharing = Sharing::new(listed.wanted.n_numbers());
        listed.slots.iter().for_each(|slots| sharing.note(slots));
        let mut counts: Vec<(Slot, bool)> = Vec::new();
        let mut pairs = listed.batches.iter().zip(&listed.slots);
        let count = |(rows, slots): (&NormalBatch, &Slots)| {
            let shared = sharing.rows_that_share(slots).into_iter();
            let claim = |(row, slot)| (slot, link::is_citizen(rows, row, slot, people, self.book));
            Ok(shared.map(claim).collect::<Vec<_>>())
        };
        each_in_order(
            &self.pool,
            || Ok(pairs.next()),
            count,
            |claims| {
                self.stop.check()?;
                counts.extend(claims);
                Ok(())
            },
        )?;
        counts.into_iter().for_each(|(slot, is_citizen)| sharing.count(slot, is_citizen));
        Ok(sharing)
    }

    fn tables(
        &self,
        rows: &NormalBatch,
        found: &[link::Finding],
        file: &str,
        shared: &[Shared],
        people: &People,
    ) -> Tables {
        let own = check::batch(rows, self.book);
        let mut writer = Writer::new(Sources { rows, file, people, book: self.book });
        for (row, found) in found.iter().enumerate() {
            let decided = decide::row(rows, row, own.row(row), found, shared[row], self.book);
            writer.push(row, &decided);
        }
        writer.finish()
    }
}
