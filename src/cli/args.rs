//! What may be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::apply_args::{Apply, Revert};
use super::collect_args::Collect;
use super::diff_args::Diff;
use super::format_args::Writing;
use super::leave_args::{Decrypt, Encrypt, Export, Keygen};
use super::lists_args::Lists;
use super::reference_args::Reference;
use super::report_args::Report;
use super::schema_args::Schema;

/// Làm sạch dữ liệu dân cư: cleans population lists against the National Population Database.
#[derive(Debug, Parser)]
#[command(name = "lamsach", version, max_term_width = 100, disable_help_subcommand = true)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show what is in a file: encoding, header, columns, examples (masked). Changes nothing.
    Inspect(Inspect),
    /// Clean a list by itself: write it in canonical form, with what is wrong and what to change.
    Clean(Box<Clean>),
    /// Compare a list with the reference by number; write verdicts and proposed corrections.
    Reconcile(Box<Reconcile>),
    /// Link any two lists by a profile: which records are one person, and how sure that is.
    Link(Box<Link>),
    /// Find records of one person in a list by a profile.
    Dedupe(Box<Dedupe>),
    /// Write the lists that communes check at the door, one for each commune of today, from a finished reconciliation.
    Lists(Box<Lists>),
    /// Compare a finished run with a truth file: precision and recall.
    Evaluate(Evaluate),
    /// Say of one record of a reconciliation why it got its verdict (shows personal data, on the screen only).
    Explain(Explain),
    /// Show a finished run as a page of text for people: counts, codes, units, what was not checked; no personal data.
    Report(Report),
    /// Read the lists that communes filled in: approved corrections, conflicts, and who still owes what.
    Collect(Box<Collect>),
    /// Write approved corrections into a copy of the file that they are about.
    Apply(Box<Apply>),
    /// Restore the file of which `apply` wrote a corrected copy, byte by byte.
    Revert(Revert),
    /// Say what changed between two files, record by record (masked; in full with -o).
    Diff(Box<Diff>),
    /// Write invented citizens, an invented list and the truth about it.
    Generate(Generate),
    /// Read values of one field, a line each: canonical value, what was done, findings.
    ///
    /// One line out for each value: canonical value, tab, what was done (joined by +), tab, codes of findings (see
    /// `lamsach rules show`), or the name of the defect where no check speaks of the field.
    Field(Box<Field>),
    /// Build, update, show and verify a reference store.
    Reference(Reference),
    /// Write a reconciled list, corrected, in the columns that another system or office takes.
    Export(Box<Export>),
    /// Seal a finished folder, or a file, to the keys of those who may read it.
    Encrypt(Encrypt),
    /// Open what was sealed.
    Decrypt(Decrypt),
    /// Make a key to open what is sealed to it.
    Keygen(Keygen),
    /// Show the rules in force.
    Rules(Rules),
    /// Print what the files of a run look like: JSON Schemas, and the data dictionary of its tables.
    Schema(Schema),
}

/// Languages of messages.
#[derive(Debug, Clone, Copy, ValueEnum, Default)]
pub(super) enum Lang {
    /// Tiếng Việt.
    #[default]
    Vi,
    /// English.
    En,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, ValueEnum, Default)]
pub(super) enum Color {
    /// On a terminal only.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Args)]
pub(super) struct Common {
    /// Language of messages and labels.
    #[arg(long, value_enum, default_value = "vi", env = "LAMSACH_LANG", help_heading = "Output")]
    pub(super) lang: Lang,
    /// Print the result as JSON on standard output.
    #[arg(long, help_heading = "Output")]
    pub(super) json: bool,
    /// Print nothing on success.
    #[arg(long, short, help_heading = "Output")]
    pub(super) quiet: bool,
    /// When to use colour.
    #[arg(long, value_enum, default_value = "auto", help_heading = "Output")]
    pub(super) color: Color,
    /// Folder of rules files that take the place of the built-in ones.
    #[arg(long, value_name = "DIR", env = "LAMSACH_RULES", help_heading = "Rules")]
    pub(super) rules: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Limits {
    /// Threads; all cores when not given.
    #[arg(long, value_name = "N", env = "LAMSACH_THREADS", help_heading = "Limits")]
    pub(super) threads: Option<usize>,
    /// Most memory, as 2GiB or 500MiB; 70 % of the machine when not given.
    #[arg(long, value_name = "SIZE", env = "LAMSACH_MEMORY", help_heading = "Limits")]
    pub(super) memory: Option<String>,
    /// Longest field in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = 1 << 20, help_heading = "Limits")]
    pub(super) max_field_bytes: usize,
    /// Most columns.
    #[arg(long, value_name = "N", default_value_t = 4096, help_heading = "Limits")]
    pub(super) max_columns: usize,
    /// Most bytes that a workbook unpacks to, as 4GiB.
    #[arg(long, value_name = "SIZE", default_value = "4GiB", help_heading = "Limits")]
    pub(super) max_xlsx_uncompressed: String,
}

#[derive(Debug, Args)]
pub(super) struct Reading {
    /// Source of the file, by name (see `lamsach rules list`).
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    pub(super) source: Option<String>,
    /// Meaning of a column: "Số CCCD=citizen_number", "#3=full_name", "Mã=none". May be given several times.
    #[arg(long, value_name = "COLUMN=FIELD", help_heading = "Reading")]
    pub(super) map: Vec<String>,
    /// Encoding: utf-8, utf-16le, utf-16be, windows-1258, tcvn3, vni, viscii, vps, viqr.
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    pub(super) encoding: Option<String>,
    /// Byte between fields: one character, or `tab`.
    #[arg(long, value_name = "CHAR", help_heading = "Reading")]
    pub(super) delimiter: Option<String>,
    /// Line of the header; 0 when there is none and columns are #1, #2, ...
    #[arg(long, value_name = "LINE", help_heading = "Reading")]
    pub(super) header_line: Option<u64>,
    /// Sheet of workbooks: its name, or its place among the visible ones.
    #[arg(long, value_name = "NAME|N", help_heading = "Reading")]
    pub(super) sheet: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Inspect {
    /// Files, or folders of files.
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Tell instead how many rows and pairs each key of `reconcile --search auto` would reach against this store.
    #[arg(long, value_name = "STORE")]
    pub(super) linkage: Option<PathBuf>,
    #[command(flatten)]
    pub(super) reading: Reading,
    #[command(flatten)]
    pub(super) limits: Limits,
    #[command(flatten)]
    pub(super) common: Common,
}

/// What every command has that reads lists and writes a folder.
#[derive(Debug, Args)]
pub(super) struct Running {
    /// Folder of this run: new, empty, or an earlier run with --replace.
    #[arg(long, short, required_unless_present = "dry_run", value_name = "DIR")]
    pub(super) output: Option<PathBuf>,
    /// Put this run in the place of an earlier one.
    #[arg(long)]
    pub(super) replace: bool,
    /// Run again even if the folder holds the result of the same inputs and rules.
    #[arg(long)]
    pub(super) force: bool,
    /// Check files, headers and rules; read no record and write nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Date of the run instead of today: yyyy-mm-dd.
    #[arg(long, value_name = "DATE")]
    pub(super) as_of: Option<String>,
    /// Exit with 1 when a finding is at least this severe.
    #[arg(long, value_name = "SEVERITY", value_parser = ["info", "warning", "error"])]
    pub(super) fail_on: Option<String>,
    /// Most records in quarantine: a number, or a share as 5%.
    #[arg(long, value_name = "N|N%", default_value = "100%", help_heading = "Limits")]
    pub(super) max_bad_records: String,
    #[command(flatten)]
    pub(super) writing: Writing,
}

#[derive(Debug, Args)]
pub(super) struct Clean {
    /// Lists to clean: CSV, TSV, semicolon (plain, gzip, zstd), Excel, ODS or Parquet; files or folders.
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Read the ethnic group as well: sensitive, and left out unless asked for.
    #[arg(long)]
    pub(super) with_ethnicity: bool,
    #[command(flatten)]
    pub(super) running: Running,
    #[command(flatten)]
    pub(super) reading: Reading,
    #[command(flatten)]
    pub(super) limits: Limits,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(super) struct Reconcile {
    /// Lists to check: CSV, TSV, semicolon (plain, gzip, zstd), Parquet, Excel or ODS; files or folders.
    #[arg(required = true, value_name = "LIST")]
    pub(super) lists: Vec<PathBuf>,
    /// The reference: a store of `lamsach reference build`, or an extract, a file or a folder. Extracts may be several.
    #[arg(long, required = true, value_name = "REF")]
    pub(super) against: Vec<PathBuf>,
    /// Whether to search, by name, birth date, sex, place, telephone and similar numbers, the citizens of rows whose number
    /// is missing, damaged or somebody else's.
    #[arg(long, value_enum, default_value = "none")]
    pub(super) search: SearchWay,
    /// Weights of the search in the place of learning: `weights.toml` of an earlier run, or set by hand.
    #[arg(long, value_name = "FILE", requires = "search")]
    pub(super) weights: Option<PathBuf>,
    /// Source of the extract, by name.
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    pub(super) against_source: Option<String>,
    /// Meaning of a column of the extract.
    #[arg(long, value_name = "COLUMN=FIELD", help_heading = "Reading")]
    pub(super) against_map: Vec<String>,
    #[command(flatten)]
    pub(super) running: Running,
    #[command(flatten)]
    pub(super) reading: Reading,
    #[command(flatten)]
    pub(super) limits: Limits,
    #[command(flatten)]
    pub(super) common: Common,
}

/// What linking and looking for repetitions have in common.
#[derive(Debug, Args)]
pub(super) struct Linking {
    /// What the columns are and how they are compared: a profile by name (rules/linkage), or a file.
    #[arg(long, value_name = "NAME|FILE")]
    pub(super) profile: String,
    /// Weights to use instead of learning them: `weights.toml` of an earlier run, or one written by hand.
    #[arg(long, value_name = "FILE")]
    pub(super) weights: Option<PathBuf>,
    /// Write links even if what was learned cannot be believed.
    #[arg(long)]
    pub(super) accept_doubts: bool,
    #[command(flatten)]
    pub(super) running: Running,
    #[command(flatten)]
    pub(super) reading: Reading,
    #[command(flatten)]
    pub(super) limits: Limits,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(super) struct Link {
    /// List A: CSV, TSV, semicolon (plain, gzip, zstd), Parquet, Excel or ODS; files or folders.
    #[arg(required = true, value_name = "LIST")]
    pub(super) lists: Vec<PathBuf>,
    /// List B.
    #[arg(long, required = true, value_name = "LIST")]
    pub(super) with: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) linking: Linking,
}

#[derive(Debug, Args)]
pub(super) struct Dedupe {
    /// The list: CSV, TSV, semicolon (plain, gzip, zstd), Parquet, Excel or ODS; several files are one list.
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) linking: Linking,
}

/// Ways of finding the citizen of a row.
#[derive(Debug, Clone, Copy, ValueEnum, Default)]
pub(super) enum SearchWay {
    /// By number only.
    #[default]
    None,
    /// By number, and where that does not help by everything else.
    Auto,
}

#[derive(Debug, Args)]
pub(super) struct Evaluate {
    /// Folder of a finished run.
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
    /// Truth file: record_key, citizen_number, errors, and what `generate` adds.
    #[arg(long, value_name = "FILE")]
    pub(super) truth: PathBuf,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// Folder of a finished reconciliation.
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,
    /// The record: its record_key, its line, or FILE:LINE.
    #[arg(value_name = "RECORD")]
    pub(super) record: String,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(super) struct Generate {
    /// Citizens in the extract.
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    pub(super) citizens: u64,
    /// Records in the list.
    #[arg(long, value_name = "N", default_value_t = 5_000)]
    pub(super) list: u64,
    /// The same seed gives the same bytes.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
    /// Records of an office's list besides, at most 100000: danh_sach.xlsx, .csv and .truth.csv; 0 is none.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) office: u64,
    /// Rows of one night's changes besides, at most half as many as citizens: dan_cu.thay_doi.csv, and
    /// dan_cu.moi.csv, the extract after them; 0 is none.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) delta: u64,
    /// Folder for dan_cu.csv, tiem_chung.csv and truth.csv: new or empty.
    #[arg(long, short, value_name = "DIR")]
    pub(super) output: PathBuf,
    /// Put these files in the place of an earlier run.
    #[arg(long)]
    pub(super) replace: bool,
    #[command(flatten)]
    pub(super) common: Common,
}

/// Fields that can be read by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FieldName {
    /// Full name.
    Name,
    /// Identity number.
    Number,
    /// Birth date.
    Date,
    /// Sex.
    Sex,
    /// Telephone.
    Phone,
    /// Tax code.
    #[value(alias = "tax_code")]
    TaxCode,
    /// Social insurance number.
    Insurance,
    /// Health insurance card.
    #[value(alias = "health_card")]
    HealthCard,
    /// Passport.
    Passport,
    /// Ethnic group.
    Ethnicity,
    /// Address: the commune of today.
    Place,
}

/// When an address was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PlaceTime {
    /// Until 30 June 2025: province, district, commune.
    Before,
    /// Since 1 July 2025: province, commune.
    Since,
}

/// The case in which names are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default)]
pub(super) enum NameCase {
    /// As the value has it.
    #[default]
    Kept,
    /// One capital a word.
    Title,
    /// Capitals.
    Upper,
}

#[derive(Debug, Args)]
pub(super) struct Field {
    /// The field.
    #[arg(value_enum, value_name = "FIELD")]
    pub(super) field: FieldName,
    /// Values; the lines of standard input when there are none.
    #[arg(value_name = "VALUE")]
    pub(super) values: Vec<String>,
    /// Judge the values together as one column of names.
    #[arg(long, help_heading = "Names")]
    pub(super) column: bool,
    /// Encoding of the names: tcvn3, vni, viscii, vps, windows-1258, mojibake, viqr, telex, vni-keys.
    #[arg(long, value_name = "NAME", conflicts_with = "column", help_heading = "Names")]
    pub(super) encoding: Option<String>,
    /// Add the keys: canonical, without marks, by sound.
    #[arg(long, help_heading = "Names")]
    pub(super) keys: bool,
    /// Add what may have been meant, joined by `; `.
    #[arg(long)]
    pub(super) proposals: bool,
    /// Compare two names with a tab between (or two arguments): level, distance, differing words.
    #[arg(long, conflicts_with_all = ["keys", "proposals", "column"], help_heading = "Names")]
    pub(super) compare: bool,
    /// Case of the names.
    #[arg(long, value_enum, default_value = "kept", help_heading = "Names")]
    pub(super) case: NameCase,
    /// Source whose codes and order of day and month hold (see `lamsach rules list`).
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    pub(super) source: Option<String>,
    /// Latest possible date instead of today: yyyy-mm-dd.
    #[arg(long, value_name = "DATE", help_heading = "Reading")]
    pub(super) as_of: Option<String>,
    /// When the addresses were written; without it both are read.
    #[arg(long, value_enum, help_heading = "Reading")]
    pub(super) time: Option<PlaceTime>,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Debug, Args)]
pub(super) struct Rules {
    #[command(subcommand)]
    pub(super) action: RulesAction,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesAction {
    /// Files in force, where each comes from, and its hash.
    List {
        #[command(flatten)]
        common: Common,
    },
    /// One check or one error code.
    Show {
        /// Code, as ID03 or L0312.
        code: String,
        #[command(flatten)]
        common: Common,
    },
    /// Whether a folder of rules can be used.
    Check {
        /// The folder.
        folder: PathBuf,
        #[command(flatten)]
        common: Common,
    },
}
