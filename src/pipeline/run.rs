//! One run on its way, whatever it does: what it was asked, reading a file piece by piece, when to stop.

use std::path::{Path, PathBuf};
use std::time::Instant;

use rayon::ThreadPool;
use sha2::{Digest, Sha256};

use super::ordered::each_in_order;
use super::slips::Slips;
use super::{InputOptions, MaxBad, Memory, Observer, Prepared, Search, Stop, prepare};
use crate::ingest::{self, BatchReader, Fingerprint, Opened, RawBatch, Work};
use crate::normalize::Context;
use crate::record::{Exit, FieldKind, Severity, Trouble, TroubleCode, hex};
use crate::reference::store::{is_store, read_manifest};
use crate::report::counts::Counts;
use crate::report::folder::{self, MANIFEST};
use crate::report::formats::Formats;
use crate::report::summary::{self, Input, Resources, Summary};
use crate::rulebook::{Role, Rulebook};

/// Everything that a run is asked to do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What is run, as in `summary.json`.
    pub command: &'static str,
    /// The lists.
    pub lists: InputOptions,
    /// The reference, where there is one.
    pub reference: Option<InputOptions>,
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
    /// Whether citizens are searched whom no number names.
    pub search: Search,
    /// A file of weights for it, in the place of learning.
    pub weights: Option<PathBuf>,
    /// Most bad records of a list.
    pub max_bad: MaxBad,
    /// Sensitive fields that are read although nobody needs them for checking.
    pub include: Vec<FieldKind>,
    /// Severity from which findings change the exit code.
    pub fail_on: Option<Severity>,
    /// The files that tables become.
    pub formats: Formats,
    /// What else the output follows from: options and hashes of files that options name.
    pub besides: Vec<String>,
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

/// The run that stands in the output folder already, if it followed from the same things: its exit code.
///
/// # Errors
/// When an input cannot be read.
pub fn previous(plan: &Plan, book: &Rulebook) -> Result<Option<u8>, Trouble> {
    if !folder::is_run(&plan.out) {
        return Ok(None);
    }
    let mut hashes = Vec::new();
    let mut files = ingest::expand(&plan.lists.files)?;
    let mut store = None;
    match plan.reference.as_ref().map(|reference| reference.files.as_slice()) {
        // What a store holds is known without reading it.
        Some([folder]) if is_store(folder) => {
            store = Some((file_name(folder), read_manifest(folder)?.store_id))
        }
        Some(references) => files.extend(ingest::expand(references)?),
        None => {}
    }
    for path in &files {
        hashes.push((file_name(path), Fingerprint::of(path)?.1));
    }
    hashes.extend(store);
    let key = run_key(plan, book, &hashes);
    let text = std::fs::read_to_string(plan.out.join(MANIFEST)).unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let code = manifest["exit"]["code"].as_u64().and_then(|code| u8::try_from(code).ok());
    // A list that was refused is refused again: only a finished run is an answer.
    Ok(code.filter(|code| *code <= 1 && manifest["run_key"] == key.as_str()))
}

/// Hash over everything that the output follows from.
pub(super) fn run_key(plan: &Plan, book: &Rulebook, inputs: &[(String, String)]) -> String {
    let of = |options: &InputOptions| {
        format!(
            "{:?} {:?} {:?} {:?} {:?} {:?}",
            options.source, options.told, options.encoding, options.head, options.sheet, options.limits
        )
    };
    let mut options = vec![
        plan.command.to_owned(),
        of(&plan.lists),
        plan.reference.as_ref().map(of).unwrap_or_default(),
        plan.as_of.to_string(),
        format!("{:?} {:?} {:?}", plan.max_bad, plan.fail_on, plan.include),
    ];
    options.extend(plan.besides.iter().cloned());
    options.extend(plan.formats.as_option());
    if plan.search == Search::Auto {
        options.push("search".to_owned());
        // Weights that cannot be read end the run before its key is of any use.
        let weights = plan.weights.as_ref().and_then(|path| std::fs::read(path).ok());
        options.extend(weights.map(|text| hex(&Sha256::digest(&text))));
    }
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

pub(super) fn open_all<'a>(
    options: &InputOptions,
    role: Option<Role>,
    book: &'a Rulebook,
) -> Result<Vec<Prepared<'a>>, Trouble> {
    ingest::expand(&options.files)?.iter().map(|path| prepare(path, role, options, book)).collect()
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// One run on its way.
pub(super) struct Run<'a> {
    pub(super) plan: &'a Plan,
    pub(super) book: &'a Rulebook,
    pub(super) observer: &'a dyn Observer,
    pub(super) stop: &'a Stop,
    pub(super) pool: ThreadPool,
    pub(super) begun: Instant,
    memory: Memory,
}

impl<'a> Run<'a> {
    /// A run that begins now.
    pub(super) fn new(
        plan: &'a Plan,
        book: &'a Rulebook,
        observer: &'a dyn Observer,
        stop: &'a Stop,
    ) -> Result<Self, Trouble> {
        let (begun, memory) = (Instant::now(), Memory::open());
        Ok(Self { plan, book, observer, stop, pool: thread_pool(plan.threads)?, begun, memory })
    }

    pub(super) fn seconds(&self) -> f64 {
        self.begun.elapsed().as_secs_f64()
    }

    /// Whether a finding is as severe as the plan allows none to be.
    pub(super) fn fails(&self, counts: &Counts) -> bool {
        let Some(severity) = self.plan.fail_on else { return false };
        counts.findings.keys().any(|id| self.book.checks.get(*id).severity >= severity)
    }

    pub(super) fn check_memory(&self) -> Result<(), Trouble> {
        let held = self.memory.held();
        if held > self.plan.memory_bytes {
            return Err(Trouble::new(TroubleCode::MemoryLimit)
                .word("needed", held >> 20)
                .word("limit", self.plan.memory_bytes >> 20));
        }
        Ok(())
    }

    /// Reads one file: `work` on every piece in parallel, `sink` on the results in order.
    pub(super) fn read<R: Send>(
        &self,
        prepared: Prepared<'_>,
        wanted: &[FieldKind],
        slips: &mut Slips,
        work: impl Fn(Work, &BatchReader, &[FieldKind], Context<'_>) -> Result<(R, RawBatch), Trouble> + Sync,
        sink: impl FnMut(R) -> Result<(), Trouble>,
    ) -> Result<Input, Trouble> {
        let facts = prepared.facts();
        let (fields, positions) = prepared.positions(wanted);
        let habits = prepared.habits(self.book);
        let context = prepared.context(&habits, self.book, self.plan.as_of);
        let work = |piece: Work, reader: &BatchReader| work(piece, reader, &fields, context);
        self.read_columns(prepared.opened, facts, positions, slips, work, sink)
    }

    /// Reads the columns of one file that stand at `positions`, whatever they mean: `work` on every piece in parallel,
    /// `sink` on the results in order.
    pub(super) fn read_columns<R: Send>(
        &self,
        opened: Opened,
        mut facts: Input,
        positions: Vec<usize>,
        slips: &mut Slips,
        work: impl Fn(Work, &BatchReader) -> Result<(R, RawBatch), Trouble> + Sync,
        mut sink: impl FnMut(R) -> Result<(), Trouble>,
    ) -> Result<Input, Trouble> {
        let path = opened.path.clone();
        let width = opened.names.len();
        let (mut feeder, reader) = opened.into_parts(positions);
        let feed = || {
            self.stop.check()?;
            feeder.next_work()
        };
        let on_worker = |piece: Work| {
            let n_bytes = piece.n_bytes();
            work(piece, &reader).map(|(result, raw)| (result, raw, n_bytes))
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
}
