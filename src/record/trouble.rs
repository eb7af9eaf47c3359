//! A run that cannot go on: a stable code, where it happened, and the few words that fill its message.
//!
//! Wording stands in `rules/messages.toml`, in Vietnamese and English, under the same code. Arguments carry
//! paths, column names, counts and option names, never a cell of a record: personal data must not reach a log.

use std::fmt;
use std::path::{Path, PathBuf};

/// How a run ended; the numbers are a promise to schedulers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Finished.
    Success,
    /// Finished, but findings reach the given severity.
    Findings,
    /// Wrong command line, configuration or rules.
    Usage,
    /// An input broke its promise.
    Input,
    /// Could not write, or ran out of disk, memory or time.
    Resource,
    /// The reference is missing or damaged.
    Reference,
    /// Our own fault.
    Internal,
    /// Another run holds the lock.
    Locked,
    /// Stopped by Ctrl-C.
    Interrupted,
    /// Stopped by a TERM or HUP signal.
    Terminated,
}

impl Exit {
    /// The number given to the shell.
    pub const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Input => 3,
            Self::Resource => 4,
            Self::Reference => 5,
            Self::Internal => 70,
            Self::Locked => 75,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// The word in `summary.json`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Findings => "findings",
            Self::Usage => "usage",
            Self::Input => "input",
            Self::Resource => "resource",
            Self::Reference => "reference",
            Self::Internal => "internal",
            Self::Locked => "locked",
            Self::Interrupted => "interrupted",
            Self::Terminated => "terminated",
        }
    }
}

macro_rules! trouble_codes {
    ($($(#[$doc:meta])* $name:ident $code:literal $exit:ident,)*) => {
        /// Every reason for which a run stops.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum TroubleCode { $($(#[$doc])* $name,)* }

        impl TroubleCode {
            /// Every code, in the order of the numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable code shown to people and programs.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// How a run with this trouble ends.
            pub const fn exit(self) -> Exit {
                match self { $(Self::$name => Exit::$exit,)* }
            }
        }
    };
}

trouble_codes! {
    /// An option has a value that cannot be used.
    BadOption "L0201" Usage,
    /// A rules file cannot be read or is wrong.
    BadRules "L0202" Usage,
    /// A source name that no rules file defines.
    UnknownSource "L0203" Usage,
    /// `--map` names a field that does not exist.
    UnknownField "L0204" Usage,
    /// The output folder holds something that is not a finished run.
    OutputNotEmpty "L0205" Usage,
    /// The output folder holds a run and `--replace` was not given.
    OutputExists "L0206" Usage,
    /// A folder holds no run of ours.
    NotARun "L0207" Usage,
    /// The parent of the output folder may be written by anybody.
    UnsafeFolder "L0208" Usage,
    /// A folder that was given as a list is a store.
    IsAStore "L0209" Usage,
    /// A profile of linking or a file of weights cannot be read or is wrong.
    BadProfile "L0210" Usage,
    /// A run holds no record of this key or line.
    UnknownRecord "L0211" Usage,
    /// A run holds several records of this key or line.
    SeveralRecords "L0212" Usage,
    /// Lists are to be made of a run that is no finished reconciliation.
    NotAReconciliation "L0213" Usage,
    /// A list of the run was not given, or one that is none of it.
    OtherLists "L0214" Usage,
    /// A column of the run cannot be told from another of the same name.
    TwoColumns "L0215" Usage,
    /// A file is none that corrections are about.
    NotAnInput "L0217" Usage,
    /// A run read several files of one name.
    SameNames "L0218" Usage,
    /// A format that can be read and not written.
    CannotRewrite "L0219" Usage,
    /// A file is not the one that a run read, and its records have no keys.
    OtherVersion "L0220" Usage,
    /// A corrected copy, or what belongs to it, was changed since.
    ChangedCopy "L0221" Usage,
    /// A folder of filled-in lists without what was sent.
    NothingSent "L0222" Usage,
    /// The summary of a run is not what was written.
    BadSummary "L0223" Usage,
    /// The summary of a run is of a later layout.
    LaterSummary "L0224" Usage,
    /// A run was written without the CSV files that are read here.
    NoCsv "L0225" Usage,
    /// `--excel` is about CSV files, of which none are written.
    ExcelWithoutCsv "L0226" Usage,
    /// No export template has this name.
    UnknownTemplate "L0229" Usage,
    /// A template has columns that tell more than is disclosed.
    MoreDisclosure "L0230" Usage,
    /// `--with-column` names a column that the list does not have.
    UnknownColumn "L0231" Usage,
    /// A file of keys cannot be used.
    BadKeyFile "L0232" Usage,
    /// A folder is sealed where one in plain is needed.
    IsSealed "L0233" Usage,
    /// The lists given are not those of the run.
    NotItsLists "L0234" Usage,
    /// The file of a new key stands there already.
    KeyExists "L0235" Usage,
    /// A folder or file is not sealed, and was to be opened.
    NotSealed "L0236" Usage,
    /// An input file does not exist or cannot be opened.
    CannotOpen "L0301" Input,
    /// An input file is empty.
    EmptyFile "L0302" Input,
    /// No line looks like a header.
    NoHeader "L0303" Input,
    /// A header without a record after it.
    NoRecord "L0304" Input,
    /// The header has another number of names than the records have fields.
    HeaderWidth "L0305" Input,
    /// The bytes are in no known encoding.
    UnknownEncoding "L0306" Input,
    /// Compressed data ends early or is damaged.
    BrokenCompression "L0307" Input,
    /// More columns than allowed.
    TooManyColumns "L0308" Input,
    /// More quarantined records than allowed.
    TooManyBadRecords "L0309" Input,
    /// A Parquet file cannot be read.
    BrokenParquet "L0310" Input,
    /// Reading failed in the middle.
    ReadFailed "L0311" Input,
    /// `--map` or the source names a column that the header does not have.
    MissingColumn "L0312" Input,
    /// Two columns fit one field equally well.
    CompetingColumns "L0313" Input,
    /// A field that the source requires has no column.
    MissingField "L0314" Input,
    /// A file changed while it was read.
    FileChanged "L0315" Input,
    /// A truth file lacks a column or has a wrong value.
    BadTruth "L0316" Input,
    /// The bytes look like an old encoding, which has to be told.
    OldEncoding "L0317" Input,
    /// A workbook is damaged.
    BrokenWorkbook "L0318" Input,
    /// A workbook is locked by a password.
    LockedWorkbook "L0319" Input,
    /// An archive or a document without a sheet.
    NotAWorkbook "L0320" Input,
    /// A workbook unpacks to more than is allowed.
    WorkbookTooLarge "L0321" Input,
    /// No visible sheet of a workbook holds anything.
    NoSheet "L0322" Input,
    /// Several sheets of a workbook could be the list.
    SeveralSheets "L0323" Input,
    /// `--sheet` names a sheet that the workbook does not have.
    UnknownSheet "L0324" Input,
    /// More records of an extract cannot be read than allowed.
    TooManyBadExtract "L0325" Input,
    /// What was learned from lists cannot be believed.
    DoubtfulLinks "L0326" Input,
    /// A list is not the one that the run read.
    ListChanged "L0330" Input,
    /// A table of a run is not as it was written.
    RunChanged "L0331" Input,
    /// A run speaks of other rows than a list has.
    RunDisagrees "L0332" Input,
    /// A table of corrections is not as a run writes it.
    BadCorrections "L0335" Input,
    /// A column that held a field is not where it was.
    OtherColumns "L0336" Input,
    /// A table of what was sent is not as it was written.
    BadSent "L0337" Input,
    /// A folder holds no filled-in list.
    NoFilledList "L0338" Input,
    /// What a run wrote is not as its manifest says, or does not fit its lists.
    ChangedRun "L0343" Input,
    /// Approved corrections do not fit the run.
    BadApproved "L0344" Input,
    /// No key given opens a sealed file.
    WrongKey "L0345" Input,
    /// A sealed file is damaged or not the one that was sealed.
    DamagedSeal "L0346" Input,
    /// Something could not be written.
    CannotWrite "L0401" Resource,
    /// The disk is full, or would be.
    DiskFull "L0402" Resource,
    /// The memory limit would be passed.
    MemoryLimit "L0403" Resource,
    /// More pairs would be compared than allowed.
    TooManyPairs "L0404" Resource,
    /// The reference does not exist or cannot be opened.
    NoReference "L0501" Reference,
    /// The reference cannot be read as one.
    BadReference "L0502" Reference,
    /// A store was built by another version or by other rules.
    OtherStore "L0503" Reference,
    /// A file of a store is not what it was when it was written.
    DamagedStore "L0504" Reference,
    /// A folder is no store.
    NotAStore "L0505" Reference,
    /// An invariant of ours does not hold.
    Internal "L7001" Internal,
    /// Another run holds the output folder.
    Locked "L7501" Locked,
    /// Stopped by Ctrl-C.
    Interrupted "L1300" Interrupted,
    /// Stopped by a signal.
    Terminated "L1430" Terminated,
}

/// One reason why a run stops, with its place.
#[derive(Debug, Clone)]
pub struct Trouble {
    /// What happened.
    pub code: TroubleCode,
    /// The file it happened in.
    pub file: Option<PathBuf>,
    /// Physical line in that file, counted from 1.
    pub line: Option<u64>,
    /// Words for the placeholders of the message.
    pub words: Vec<(&'static str, String)>,
}

impl Trouble {
    /// A trouble without a place.
    pub const fn new(code: TroubleCode) -> Self {
        Self { code, file: None, line: None, words: Vec::new() }
    }

    /// Names the file.
    #[must_use]
    pub fn file(mut self, file: impl Into<PathBuf>) -> Self {
        self.file = Some(file.into());
        self
    }

    /// Names the line.
    #[must_use]
    pub const fn line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// Fills a placeholder of the message.
    #[must_use]
    pub fn word(mut self, name: &'static str, value: impl ToString) -> Self {
        self.words.push((name, value.to_string()));
        self
    }

    /// The trouble of a folder that lacks a table: it was written in other formats, or is no run.
    pub fn no_table(folder: &Path, name: &'static str) -> Self {
        let stem = name.trim_end_matches(".csv");
        let is_elsewhere = |ending| folder.join(format!("{stem}.{ending}")).exists();
        let code = if ["parquet", "xlsx"].into_iter().any(is_elsewhere) {
            TroubleCode::NoCsv
        } else {
            TroubleCode::NotARun
        };
        Self::new(code).file(folder).word("name", name)
    }

    /// The trouble that an error of the operating system means when writing.
    pub fn writing(error: &std::io::Error, path: impl Into<PathBuf>) -> Self {
        let full =
            matches!(error.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded);
        let code = if full { TroubleCode::DiskFull } else { TroubleCode::CannotWrite };
        Self::new(code).file(path).word("cause", error.kind())
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code.code())?;
        if let Some(file) = &self.file {
            write!(f, " {}", file.display())?;
        }
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        self.words.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))
    }
}

impl std::error::Error for Trouble {}
