//! `summary.json` and `manifest.json`: what was read, what was in force, what came out.
//!
//! The summary holds no clock, host or thread count, so the same input gives the same bytes; those facts stand
//! in the manifest, which is about one run and not about the data.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::counts::{Counts, ToDo};
use super::folder::Written;
use super::quality::{Certainty, FieldQuality, UnitFacts};
use crate::ingest::{Fault, Notice, Opened, Quarantined};
use crate::record::{Exit, Flag, Severity, Verdict, hex};
use crate::rulebook::{Language, Rulebook};

/// Version of the layout of both files.
pub const SCHEMA_VERSION: u32 = 1;

/// The tool.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Tool {
    /// Name.
    pub name: &'static str,
    /// Version.
    pub version: &'static str,
}

impl Tool {
    /// This tool.
    pub const THIS: Self = Self { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };
}

/// How the run ended.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct Ended {
    /// Exit code.
    pub code: u8,
    /// Its name.
    pub reason: &'static str,
}

impl From<Exit> for Ended {
    fn from(exit: Exit) -> Self {
        Self { code: exit.code(), reason: exit.name() }
    }
}

/// One input file.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Input {
    /// Name without the folder it lay in.
    pub path: String,
    /// Size on disk.
    pub bytes: u64,
    /// Checksum of the bytes on disk.
    pub sha256: String,
    /// `plain`, `gzip`, `zstd`, `parquet`, or the format of a workbook.
    pub packing: &'static str,
    /// Encoding of the text.
    pub encoding: Option<&'static str>,
    /// Byte between fields.
    pub delimiter: Option<String>,
    /// Physical line of the header.
    pub header_line: u64,
    /// The source whose rules apply.
    pub source: String,
    /// Which column is which field.
    pub columns: BTreeMap<&'static str, String>,
    /// Records in the file.
    pub records_read: u64,
    /// Records that became rows.
    pub records_clean: u64,
    /// Records in quarantine.
    pub records_quarantined: u64,
    /// Quarantined records by reason.
    pub quarantined_by_reason: BTreeMap<&'static str, u64>,
    /// What was skipped or odd.
    pub notices: Vec<NoticeLine>,
}

/// Something odd in a file.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NoticeLine {
    /// Code.
    pub code: &'static str,
    /// First physical line.
    pub line: Option<u64>,
    /// Last physical line, where there are several.
    pub last_line: Option<u64>,
    /// How often.
    pub count: u64,
    /// A column name or names of sheets, where it is about them.
    pub name: Option<String>,
}

impl From<&Notice> for NoticeLine {
    fn from(notice: &Notice) -> Self {
        let line = |line| (Some(line), None, 1, None);
        let (line, last_line, count, name) = match notice {
            Notice::TitleRows { lines: (first, last) } => (Some(*first), Some(*last), last - first + 1, None),
            Notice::SeparatorLine { line: at }
            | Notice::RepeatedBom { line: at }
            | Notice::BomInside { line: at } => line(*at),
            Notice::RepeatedName { line, name } => (Some(*line), None, 1, Some(name.clone())),
            Notice::BlankLines { count } => (None, None, *count, None),
            Notice::TwoRowHeader { lines: (first, last) } => (Some(*first), Some(*last), 1, None),
            Notice::HiddenSheets { count, names } | Notice::SheetsNotRead { count, names } => {
                (None, None, *count, Some(names.clone()))
            }
            Notice::HiddenRows { count, line } | Notice::FormulasWithoutValue { count, line } => {
                (Some(*line).filter(|line| *line > 0), None, *count, None)
            }
        };
        Self { code: notice.name(), line, last_line, count, name }
    }
}

impl Input {
    /// The facts known when a file is opened; counts follow while it is read.
    pub fn of(opened: &Opened, source: &str, columns: BTreeMap<&'static str, String>) -> Self {
        Self {
            path: opened.path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            bytes: opened.n_bytes,
            sha256: String::new(),
            packing: opened.packing,
            encoding: opened.encoding.map(crate::ingest::TextEncoding::name),
            delimiter: opened.delimiter.map(|byte| char::from(byte).to_string()),
            header_line: opened.header_line,
            source: source.to_owned(),
            columns,
            records_read: 0,
            records_clean: 0,
            records_quarantined: 0,
            quarantined_by_reason: BTreeMap::new(),
            notices: opened.notices.iter().map(NoticeLine::from).collect(),
        }
    }

    /// Counts the records of a batch.
    pub fn count(&mut self, n_rows: usize, quarantined: &[Quarantined]) {
        self.records_clean += n_rows as u64;
        self.records_quarantined += quarantined.len() as u64;
        self.records_read += (n_rows + quarantined.len()) as u64;
        for slip in quarantined {
            *self.quarantined_by_reason.entry(slip.fault.name()).or_default() += 1;
        }
    }

    /// Counts odd lines of a batch.
    pub fn notice(&mut self, n_blank_lines: u64, marks_inside: &[u64]) {
        if n_blank_lines > 0 {
            match self.notices.iter_mut().find(|notice| notice.code == "blank_lines") {
                Some(notice) => notice.count += n_blank_lines,
                None => self.notices.push((&Notice::BlankLines { count: n_blank_lines }).into()),
            }
        }
        self.notices.extend(marks_inside.iter().map(|&line| NoticeLine::from(&Notice::BomInside { line })));
    }

    /// Quarantined records that count against the sender.
    pub fn n_bad(&self) -> u64 {
        let harmless = Fault::ALL.into_iter().filter(|fault| fault.is_harmless());
        let n_harmless: u64 = harmless.filter_map(|fault| self.quarantined_by_reason.get(fault.name())).sum();
        self.records_quarantined - n_harmless
    }
}

/// A count with its label in both languages.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Labelled {
    /// Code.
    pub code: String,
    /// Label in Vietnamese.
    pub vi: String,
    /// Label in English.
    pub en: String,
    /// How many.
    pub count: u64,
}

/// Corrections of one field with one decision.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CorrectionCount {
    /// Field.
    pub field: &'static str,
    /// Decision.
    pub decision: &'static str,
    /// How many.
    pub count: u64,
}

/// Findings of a run.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FindingCounts {
    /// All.
    pub total: u64,
    /// Per code; every check in force, also those that never fired.
    pub by_rule: Vec<Labelled>,
    /// Per severity.
    pub by_severity: BTreeMap<&'static str, u64>,
}

/// The rules in force.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RulesInForce {
    /// One hash over all files.
    pub sha256: String,
    /// How many files.
    pub files: usize,
    /// How many checks.
    pub checks: usize,
    /// Files that came from `--rules`, with their hash.
    pub replaced: BTreeMap<String, String>,
}

impl RulesInForce {
    /// The rules of a rulebook.
    pub fn of(book: &Rulebook) -> Self {
        let replaced = book.files.iter().filter(|(_, file)| file.origin.is_some());
        Self {
            sha256: book.files.sha256(),
            files: book.files.iter().count(),
            checks: book.checks.all().len(),
            replaced: replaced.map(|(name, file)| (name.to_owned(), file.sha256())).collect(),
        }
    }
}

/// The store that was looked into.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StoreFacts {
    /// Name of its folder.
    pub path: String,
    /// Hash over all that its answers follow from.
    pub store_id: String,
    /// Citizens in it.
    pub citizens: u64,
    /// Updates that it has had.
    pub updates: u32,
}

/// The reference as read.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReferenceFacts {
    /// Its files; none where it is a store.
    pub files: Vec<Input>,
    /// The store, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub store: Option<StoreFacts>,
    /// Citizens that the list asked for and that were found.
    pub citizens_found: u64,
    /// Different numbers that the list asked for.
    pub numbers_asked: u64,
    /// Rows whose number another row of the reference has as well.
    pub repeated_numbers: u64,
    /// Rows without a number that can be read.
    pub without_number: u64,
}

/// What a search did.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct SearchFacts {
    /// Rows that were searched for.
    pub rows: u64,
    /// Citizens that passed.
    pub citizens: u64,
    /// Pairs that were compared, each once.
    pub pairs: u64,
    /// Candidates that are kept.
    pub kept: u64,
    /// Estimated share of the searched rows whose person is in the reference, by what the number told.
    pub present: BTreeMap<&'static str, f64>,
    /// The keys in which rows and citizens met.
    pub blocks: Vec<BlockFacts>,
}

/// What a key of a search reaches.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BlockFacts {
    /// Its name.
    pub name: String,
    /// Rows that have it.
    pub rows: u64,
    /// Pairs that meet in it, as a sample of the citizens has it.
    pub pairs_expected: u64,
    /// Of them those that are probably a row and its own citizen, as learning has it.
    pub right_expected: u64,
    /// Values that give too many pairs and were refined.
    pub refined_values: u64,
}

/// `summary.json` of a reconciliation.
#[derive(Debug, Clone, Serialize, JsonSchema)]
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
    /// Whether every record of every input was read.
    pub complete: bool,
    /// Latest possible date, as yyyy-mm-dd.
    pub as_of: String,
    /// The lists.
    pub inputs: Vec<Input>,
    /// The reference, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<ReferenceFacts>,
    /// The search of rows whose number does not say who they are, where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<SearchFacts>,
    /// The rules.
    pub rules: RulesInForce,
    /// Rows per verdict.
    pub verdicts: Vec<Labelled>,
    /// Rows per flag.
    pub flags: Vec<Labelled>,
    /// Corrections per field and decision.
    pub corrections: Vec<CorrectionCount>,
    /// Findings.
    pub findings: FindingCounts,
    /// Records by what has to be done for them.
    pub to_do: ToDo,
    /// The fields of the lists.
    pub fields: Vec<FieldQuality>,
    /// How sure corrections are, where a reference says them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certainty: Option<Certainty>,
    /// The units with most to do, where records tell theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units: Option<UnitFacts>,
    /// Files written.
    pub outputs: Vec<Written>,
    /// Odd things worth a look.
    pub warnings: Vec<String>,
}

/// The counted parts of a summary.
pub fn counted(
    counts: &Counts,
    book: &Rulebook,
) -> (Vec<Labelled>, Vec<Labelled>, Vec<CorrectionCount>, FindingCounts) {
    let labelled = |group: &str, code: &str, count: u64| Labelled {
        code: code.to_owned(),
        vi: book.wording.label(group, code, Language::Vietnamese).to_owned(),
        en: book.wording.label(group, code, Language::English).to_owned(),
        count,
    };
    let verdicts = Verdict::ALL.map(|verdict| labelled("verdict", verdict.name(), counts.verdict(verdict)));
    let flags = Flag::ALL.map(|flag| labelled("flag", flag.name(), counts.flags[flag as usize]));
    let corrections = counts.corrections.iter().map(|(&(field, decision), &count)| CorrectionCount {
        field: field.name(),
        decision: decision.name(),
        count,
    });
    (verdicts.to_vec(), flags.to_vec(), corrections.collect(), findings(counts, book))
}

fn findings(counts: &Counts, book: &Rulebook) -> FindingCounts {
    let mut by_severity: BTreeMap<&'static str, u64> =
        [Severity::Info, Severity::Warning, Severity::Error].map(|severity| (severity.name(), 0)).into();
    let mut by_rule: Vec<Labelled> = Vec::new();
    for (id, check) in book.checks.all().iter().enumerate() {
        let count = counts.findings.get(&(id as u16)).copied().unwrap_or(0);
        *by_severity.entry(check.severity.name()).or_default() += count;
        by_rule.push(Labelled {
            code: check.code.clone(),
            vi: check.vi.clone(),
            en: check.en.clone(),
            count,
        });
    }
    by_rule.sort_by(|a, b| a.code.cmp(&b.code));
    FindingCounts { total: counts.n_findings(), by_rule, by_severity }
}

/// Hash over tool, rules, options that change output, and the checksums of all inputs.
pub fn run_key(rules: &str, options: &[String], inputs: &[(String, String)]) -> String {
    let mut hasher = Sha256::new();
    let mut part = |text: &str| {
        hasher.update(text.as_bytes());
        hasher.update([0]);
    };
    part(Tool::THIS.version);
    part(rules);
    options.iter().for_each(|option| part(option));
    for (name, sha256) in inputs {
        part(name);
        part(sha256);
    }
    hex(&hasher.finalize())
}

/// What a run cost.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
pub struct Resources {
    /// Seconds from start to end.
    pub wall_s: f64,
    /// Seconds of all threads.
    pub cpu_s: f64,
    /// Largest memory.
    pub peak_rss_bytes: u64,
    /// Threads.
    pub threads: usize,
    /// Seconds per stage.
    pub read_list_s: f64,
    /// Seconds of scanning the reference.
    pub read_reference_s: f64,
    /// Seconds of comparing and writing.
    pub decide_s: f64,
}

impl Resources {
    /// What this process has cost so far, from the system's own accounts.
    pub fn of_process(wall_s: f64, threads: usize) -> Self {
        let (cpu_s, peak_rss_bytes) = own_usage();
        Self { wall_s, cpu_s, peak_rss_bytes, threads, ..Self::default() }
    }
}

/// CPU seconds and largest memory of this process, from the system's own accounts.
fn own_usage() -> (f64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Fields 14 and 15 after the name in brackets, in ticks of a hundredth of a second.
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 =
        after_name.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    (ticks as f64 / 100.0, peak.unwrap_or(0) * 1024)
}

/// `manifest.json`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Manifest {
    /// Layout.
    pub schema_version: u32,
    /// The tool.
    pub tool: Tool,
    /// First digits of the run key.
    pub run_id: String,
    /// Hash over everything that the output follows from.
    pub run_key: String,
    /// How it ended.
    pub exit: Ended,
    /// When it began, with offset.
    pub started: String,
    /// When it ended, with offset.
    pub finished: String,
    /// What it cost.
    pub resources: Resources,
    /// Every file of the folder but this one.
    pub files: Vec<Written>,
}

/// A day of the form yyyymmdd, written yyyy-mm-dd.
pub fn iso(day: u32) -> String {
    format!("{:04}-{:02}-{:02}", day / 10_000, day / 100 % 100, day % 100)
}

/// JSON for people and programs, with a line end.
pub fn json<T: Serialize>(value: &T) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(value).expect("the types are plain data");
    text.push(b'\n');
    text
}
