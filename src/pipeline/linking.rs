//! Two lists linked, or one looked through for repetitions, by a profile: read, put side by side, learn, weigh, choose.
//!
//! Pairs are gone through twice, once to learn and once to weigh, so that none has to be kept: memory follows records and
//! links. What follows from a pair does not depend on which thread looks at it.

mod choosing;
mod learn;
mod read;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::ordered::each_in_order;
use super::run::{Run, run_key};
use super::slips::Slips;
use super::{Observer, Plan, Stage, Stop};
use crate::ingest;
use crate::link::lists::{Chunk, Comparer, KeyFacts, Memo, Profile, Tie, plan};
use crate::link::model::{Doubt, Peaks, Seen, Weights, doubts};
use crate::record::{Exit, Trouble, TroubleCode, hex};
use crate::report::folder::{RunFolder, Written};
use crate::report::links::LinkSummary;
use crate::report::summary::{self, Input, Resources, RulesInForce, Tool};
use crate::rulebook::Rulebook;
use learn::Learned;
use read::Lists;
use write::Link;

/// Options of linking as typed.
#[derive(Debug, Clone, Default)]
pub struct LinkOptions {
    /// Name of a profile of the rules, or path of one.
    pub profile: String,
    /// A file of weights to use in place of learning.
    pub weights: Option<PathBuf>,
    /// Whether links are written although they cannot be believed.
    pub accept_doubts: bool,
}

/// What is linked, and how.
#[derive(Debug, Clone)]
pub struct LinkPlan {
    /// The run: its lists are list A, its reference is list B.
    pub run: Plan,
    profile: Profile,
    /// What the profile is called: no folder of a machine.
    profile_name: String,
    profile_sha256: String,
    weights: Option<Weights>,
    accept_doubts: bool,
}

/// A finished run.
#[derive(Debug)]
pub struct LinkDone {
    /// What `summary.json` holds.
    pub summary: LinkSummary<LinkFacts>,
    /// What the run cost.
    pub resources: Resources,
    /// The folder.
    pub folder: PathBuf,
    /// Begin and end, with offset.
    pub times: (String, String),
}

/// What was compared, learned and found.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct LinkFacts {
    /// Title of the profile.
    pub profile: String,
    /// Its name.
    pub profile_file: String,
    /// The checksum of its text.
    pub profile_sha256: String,
    /// Records of list A.
    pub records_a: u64,
    /// Records of list B.
    pub records_b: u64,
    /// Cells by field that hold something that is no value of it.
    pub unreadable_cells: BTreeMap<String, u64>,
    /// Pairs that there are.
    pub pairs_possible: u64,
    /// Pairs that keys put side by side; one of several keys is counted in each.
    pub pairs_planned: u64,
    /// Pairs that were compared.
    pub pairs_compared: u64,
    /// What each key gave.
    pub keys: Vec<KeyFacts>,
    /// How learning went.
    pub learning: learn::LearnFacts,
    /// Pairs that are surely two people.
    pub pairs_surely_two: u64,
    /// Pairs with a chance between 1 and 9 tenths.
    pub pairs_unsure: u64,
    /// Pairs that are surely one person.
    pub pairs_surely_one: u64,
    /// Why the links may not be believed.
    pub doubts: Vec<String>,
    /// A pair with this chance or more is a link.
    pub cut: f64,
    /// Pairs that are links.
    pub links: u64,
    /// Pairs written for review.
    pub review: u64,
    /// Pairs of two people that have an identifier in common.
    pub conflicts: u64,
    /// Links and pairs for review by flag.
    pub flags: BTreeMap<&'static str, u64>,
    /// Groups of records that are one person.
    pub clusters: u64,
    /// Records in the largest of them.
    pub largest_cluster: u64,
    /// Tangles of so many records that only strong pairs could be looked at.
    pub large_tangles: u64,
}

impl LinkPlan {
    /// Finds the profile and the weights.
    ///
    /// # Errors
    /// When there is no such profile, or one of the files is wrong.
    pub fn new(run: Plan, options: &LinkOptions, book: &Rulebook) -> Result<Self, Trouble> {
        let (profile_name, text, path) = profile_text(&options.profile, book)?;
        let wrong = |path: &Path, line: u64, cause: &str| {
            let cause = cause.lines().next().unwrap_or_default().to_owned();
            Trouble::new(TroubleCode::BadProfile).file(path).line(line).word("cause", cause)
        };
        let profile = Profile::from_text(&text).map_err(|fault| wrong(&path, fault.line, &fault.cause))?;
        let profile_sha256 = hex(&Sha256::digest(text.as_bytes()));
        let (mut weights, mut weights_sha256) = (None, String::new());
        if let Some(path) = &options.weights {
            let text = read_text(path)?;
            let read = Weights::from_text(&text).map_err(|fault| wrong(path, fault.line, &fault.cause))?;
            let names = |weights: &Weights| -> Vec<Vec<String>> {
                let level_names = |of: &crate::link::model::Comparison| {
                    std::iter::once(&of.name)
                        .chain(of.levels.iter().map(|level| &level.name))
                        .cloned()
                        .collect()
                };
                weights.comparisons.iter().map(level_names).collect()
            };
            if names(&read) != names(&profile.start()) {
                return Err(wrong(path, 1, "comparisons and levels are not those of the profile"));
            }
            weights_sha256 = hex(&Sha256::digest(text.as_bytes()));
            weights = Some(read);
        }
        let besides =
            vec![profile_sha256.clone(), weights_sha256, format!("accept_doubts {}", options.accept_doubts)];
        Ok(Self {
            run: Plan { besides, ..run },
            profile,
            profile_name,
            profile_sha256,
            weights,
            accept_doubts: options.accept_doubts,
        })
    }
}

pub(super) fn read_text(path: &Path) -> Result<String, Trouble> {
    std::fs::read_to_string(path)
        .map_err(|error| Trouble::new(TroubleCode::CannotOpen).file(path).word("cause", error.kind()))
}

/// Name, text and place of a profile.
fn profile_text(told: &str, book: &Rulebook) -> Result<(String, String, PathBuf), Trouble> {
    let name = format!("linkage/{told}.toml");
    if let Ok(text) = book.files.text(&name) {
        return Ok((told.to_owned(), text.to_owned(), PathBuf::from("rules").join(name)));
    }
    let path = PathBuf::from(told);
    if !path.is_file() {
        let known: Vec<&str> = book
            .files
            .names_in("linkage")
            .filter_map(|name| name.strip_prefix("linkage/")?.strip_suffix(".toml"))
            .collect();
        return Err(Trouble::new(TroubleCode::BadOption)
            .word("option", "--profile")
            .word("value", told)
            .word("help", format!("{}, FILE.toml", known.join(", "))));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok((name, read_text(&path)?, path))
}

/// A file, and for each field of it the column.
pub type FileColumns = (PathBuf, Vec<(String, String)>);

/// What can be known without reading a record: for each file the columns of the fields.
///
/// # Errors
/// When a file cannot be opened or lacks a column.
pub fn link_dry_run(plan: &LinkPlan, book: &Rulebook) -> Result<Vec<FileColumns>, Trouble> {
    let mut found = Vec::new();
    for options in std::iter::once(&plan.run.lists).chain(&plan.run.reference) {
        for path in ingest::expand(&options.files)? {
            let opened = read::open(&path, options, &plan.profile, book)?;
            found.push((path, opened.shown()));
        }
    }
    Ok(found)
}

/// Links, and publishes the folder. `clock` gives the time of day with its offset.
///
/// # Errors
/// A [`Trouble`]; then nothing is published.
pub fn link(
    link_plan: &LinkPlan,
    book: &Rulebook,
    observer: &dyn Observer,
    stop: &Stop,
    clock: &dyn Fn() -> String,
) -> Result<LinkDone, Trouble> {
    let run = Run::new(&link_plan.run, book, observer, stop)?;
    let started = clock();
    let profile = &link_plan.profile;
    let folder = RunFolder::create(&run.plan.out, run.plan.replace)?;
    let mut slips = Slips::begin(&folder, &run.plan.formats)?;
    let lists = read::lists(&run, profile, &mut slips)?;
    let read: Vec<Input> = lists.inputs.iter().chain(&lists.with).cloned().collect();
    if let Some(trouble) = run.plan.max_bad.trouble(&read, TroubleCode::TooManyBadRecords) {
        run.refuse(trouble, folder, slips, read, &started, clock)?;
        return Err(Trouble::new(TroubleCode::Internal).word("cause", "a refused list goes on"));
    }
    let read_list_s = run.seconds();
    let work = Work::begin(&run, link_plan, &lists)?;
    let learned = work.learn()?;
    let found = work.weigh(&learned)?;
    let doubts = work.doubts(&learned, &found);
    // That nobody is found twice is good news, not a doubt about those found.
    let grave = doubts.iter().find(|doubt| **doubt != Doubt::NothingLinked);
    if let (false, Some(doubt)) = (link_plan.accept_doubts, grave) {
        let shown = Work::shown(*doubt, &learned);
        return Err(Trouble::new(TroubleCode::DoubtfulLinks).word("cause", shown));
    }
    let (mut facts, mut outputs) = work.write(&folder, &learned, found)?;
    facts.doubts = doubts.into_iter().map(|doubt| Work::shown(doubt, &learned)).collect();
    outputs.push(slips.finish()?);
    let resources = Resources { read_list_s, decide_s: run.seconds() - read_list_s, ..run.resources() };
    let summary = work_summary(&run, lists, facts, outputs);
    let json = summary::json(&summary);
    let times = (started, clock());
    let ended = (Exit::Success, resources);
    let folder = run.publish_as(folder, &json, summary.outputs.clone(), &summary.run_key, ended, &times)?;
    Ok(LinkDone { summary, resources, folder, times })
}

fn work_summary(
    run: &Run<'_>,
    lists: Lists,
    linking: LinkFacts,
    outputs: Vec<Written>,
) -> LinkSummary<LinkFacts> {
    let hash = |input: &Input| (input.path.clone(), input.sha256.clone());
    let hashes: Vec<(String, String)> = lists.inputs.iter().chain(&lists.with).map(hash).collect();
    let run_key = run_key(run.plan, run.book, &hashes);
    let mut warnings: Vec<String> = linking.doubts.clone();
    if lists.inputs.iter().chain(&lists.with).any(|input| input.records_quarantined > 0) {
        warnings.push("quarantined_records".to_owned());
    }
    LinkSummary {
        schema_version: summary::SCHEMA_VERSION,
        run_id: run_key[..16].to_owned(),
        run_key,
        tool: Tool::THIS,
        command: run.plan.command,
        exit: Exit::Success.into(),
        inputs: lists.inputs,
        with: lists.with,
        rules: RulesInForce::of(run.book),
        linking,
        outputs,
        warnings,
    }
}

/// Pairs of one piece of work: enough that handing it over costs nothing.
const PAIRS_TOGETHER: u64 = 50_000;

/// Records put side by side.
struct Work<'a> {
    run: &'a Run<'a>,
    plan: &'a LinkPlan,
    lists: &'a Lists,
    comparer: Comparer<'a>,
    blocking: crate::link::lists::Blocking,
}

/// What weighing found.
#[derive(Default)]
struct Found {
    ties: Vec<Tie>,
    conflicts: Vec<Tie>,
    peaks: Peaks,
}

impl<'a> Work<'a> {
    fn begin(run: &'a Run<'a>, link_plan: &'a LinkPlan, lists: &'a Lists) -> Result<Self, Trouble> {
        let profile = &link_plan.profile;
        let blocking = plan(profile, &lists.records);
        run.check_memory()?;
        run.observer.pairs(blocking.n_pairs(), lists.records.n_pairs());
        if blocking.n_pairs() > profile.pairs_max {
            let most = blocking.facts.iter().max_by_key(|facts| facts.pairs);
            return Err(Trouble::new(TroubleCode::TooManyPairs)
                .word("pairs", blocking.n_pairs())
                .word("limit", profile.pairs_max)
                .word("key", most.map_or("", |facts| facts.key.as_str())));
        }
        let comparer = Comparer::new(profile, &lists.records);
        Ok(Self { run, plan: link_plan, lists, comparer, blocking })
    }

    /// Goes through all pairs, a piece of work on each thread, results in order.
    fn each_chunk<R: Send>(
        &self,
        stage: Stage,
        work: impl Fn(&Chunk, &mut Memo) -> R + Sync,
        sink: impl FnMut(R),
    ) -> Result<(), Trouble> {
        self.run.observer.begin(stage, self.blocking.n_pairs());
        let chunks = self.blocking.chunks(PAIRS_TOGETHER);
        self.each(chunks, |chunk, memo| (work(chunk, memo), chunk.n_pairs), sink)?;
        self.run.observer.end();
        Ok(())
    }

    /// Works on pieces of any kind on all threads, results in order; work also tells how many pairs it looked at.
    fn each<P: Send, R: Send>(
        &self,
        pieces: Vec<P>,
        work: impl Fn(&P, &mut Memo) -> (R, u64) + Sync,
        mut sink: impl FnMut(R),
    ) -> Result<(), Trouble> {
        let memos = std::sync::Mutex::new(Vec::<Memo>::new());
        let mut pieces = pieces.into_iter();
        let on_worker = |piece: P| {
            let lent = memos.lock().expect("lending does not panic").pop();
            let mut memo = lent.unwrap_or_default();
            let result = work(&piece, &mut memo);
            memos.lock().expect("lending does not panic").push(memo);
            Ok(result)
        };
        each_in_order(
            &self.run.pool,
            || Ok(pieces.next()),
            on_worker,
            |(result, n_pairs)| {
                self.run.stop.check()?;
                self.run.check_memory()?;
                self.run.observer.advance(n_pairs);
                sink(result);
                Ok(())
            },
        )
    }

    /// Weighs all pairs and keeps those that may be one person.
    fn weigh(&self, learned: &Learned) -> Result<Found, Trouble> {
        let profile = &self.plan.profile;
        let least = odds(profile.shown_from);
        let prior = odds(learned.share);
        let mut found = Found::default();
        let work = |chunk: &Chunk, memo: &mut Memo| {
            let mut part = Found::default();
            let mut agreeing = Vec::new();
            self.blocking.each_pair(chunk, |pair| {
                let pattern = self.comparer.compare(pair.a as usize, pair.b as usize, memo, &mut agreeing);
                let bits = learned.weights.bits_with(pattern, &agreeing);
                let odds = profile.odds(pattern, bits + prior);
                part.peaks.add(odds);
                if odds >= least {
                    part.ties.push(Tie { a: pair.a, b: pair.b, odds });
                } else if profile.shares_identifier(pattern) {
                    part.conflicts.push(Tie { a: pair.a, b: pair.b, odds });
                }
            });
            part
        };
        self.each_chunk(Stage::Pairs, work, |part| {
            found.ties.extend(part.ties);
            found.conflicts.extend(part.conflicts);
            found.peaks.append(part.peaks);
        })?;
        for ties in [&mut found.ties, &mut found.conflicts] {
            ties.sort_unstable_by_key(|tie| (tie.a, tie.b));
        }
        Ok(found)
    }

    fn doubts(&self, learned: &Learned, found: &Found) -> Vec<Doubt> {
        let profile = &self.plan.profile;
        let seen = Seen { peaks: found.peaks, most_links: None };
        let is_of_order = |doubt: &Doubt| match doubt {
            Doubt::AgreementAgainst { comparison } | Doubt::DisagreementFor { comparison } => {
                profile.is_order(*comparison)
            }
            _ => false,
        };
        doubts(&learned.weights, seen).into_iter().filter(|doubt| !is_of_order(doubt)).collect()
    }

    fn shown(doubt: Doubt, learned: &Learned) -> String {
        let name = |comparison: usize| &learned.weights.comparisons[comparison].name;
        match doubt {
            Doubt::AgreementAgainst { comparison } | Doubt::DisagreementFor { comparison } => {
                format!("{} {}", doubt.name(), name(comparison))
            }
            _ => doubt.name().to_owned(),
        }
    }

    /// Chooses among the pairs and writes what was found.
    fn write(
        &self,
        folder: &RunFolder,
        learned: &Learned,
        found: Found,
    ) -> Result<(LinkFacts, Vec<Written>), Trouble> {
        let profile = &self.plan.profile;
        let mut facts = self.facts(learned, &found);
        let mut outputs = Vec::new();
        let mut links = if self.is_one_list() {
            let (links, clusters) = self.grouped(learned, &found.ties, &mut facts);
            outputs.extend(write::clusters(folder, self, &clusters)?);
            links
        } else if profile.one_to_one {
            self.chosen(learned, &found.ties)
        } else {
            found.ties.iter().map(|tie| Link::of(*tie, chance(tie.odds), profile.cut)).collect()
        };
        for link in &links {
            *if link.is_link { &mut facts.links } else { &mut facts.review } += 1;
            for flag in &link.flags {
                *facts.flags.entry(flag).or_default() += 1;
            }
        }
        let shown: BTreeSet<_> = links.iter().map(|link| (link.tie.a, link.tie.b)).collect();
        let conflicts = found.conflicts.iter().filter(|tie| !shown.contains(&(tie.a, tie.b)));
        facts.conflicts = conflicts.clone().count() as u64;
        links.extend(conflicts.map(Link::conflict));
        links.sort_by_key(|link| (link.tie.a, link.tie.b));
        outputs.splice(0..0, write::links(folder, self, learned, &links)?);
        outputs.push(write::weights(folder, &learned.weights)?);
        Ok((facts, outputs))
    }

    fn facts(&self, learned: &Learned, found: &Found) -> LinkFacts {
        let (plan, records) = (self.plan, &self.lists.records);
        let unreadable = plan.profile.fields.iter().zip(&records.unreadable).filter(|(_, n)| **n > 0);
        let peaks = found.peaks;
        LinkFacts {
            profile: plan.profile.title.clone(),
            profile_file: plan.profile_name.clone(),
            profile_sha256: plan.profile_sha256.clone(),
            records_a: records.n_a as u64,
            records_b: (records.n - records.n_a) as u64,
            unreadable_cells: unreadable.map(|(field, n)| (field.name.clone(), *n)).collect(),
            pairs_possible: records.n_pairs(),
            pairs_planned: self.blocking.n_pairs(),
            pairs_compared: peaks.n_pairs(),
            keys: self.blocking.facts.clone(),
            learning: learned.facts.clone(),
            pairs_surely_two: peaks.below,
            pairs_unsure: peaks.between,
            pairs_surely_one: peaks.above,
            doubts: Vec::new(),
            cut: plan.profile.cut,
            links: 0,
            review: 0,
            conflicts: 0,
            flags: BTreeMap::new(),
            clusters: 0,
            largest_cluster: 0,
            large_tangles: 0,
        }
    }

    fn is_one_list(&self) -> bool {
        self.run.plan.reference.is_none()
    }
}

/// The odds of a chance, in bits.
fn odds(chance: f64) -> f64 {
    (chance / (1.0 - chance)).log2()
}

/// The chance of odds in bits.
fn chance(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp2())
}
