//! The generator: an invented population, an invented vaccination list, and the truth about every row of it.
//!
//! Owns everything that is made up: people, numbers, addresses, and the errors of the taxonomy. The same seed,
//! sizes, settings and tables give the same bytes on every machine. It is handed the text of its tables and the
//! files to write; of its own it opens only files that wait, in the folder it is given. It deliberately does not
//! know how lists are read, cleaned or matched, so that it can judge those rooms.
//!
//! Memory: households are made, written and forgotten; people chosen for the list wait in bucket files; numbers
//! need one counter for each province, sex and year. A row of the list keeps 24 bytes, because what is true of it
//! may depend on any other row. The list of an office is held whole, and is at most 100,000 records. Rows of a delta
//! wait like people chosen for the list.
//!
//! The truth: one line for a record. A line of the list that is no record has none; the last line has the key `*`
//! and the codes that are true of the file as a whole.

mod calendar;
mod candidate;
mod cell_errors;
mod changes;
mod chooser;
mod codes;
mod completion;
mod delta;
mod extract;
mod fonts;
mod letters;
mod list;
mod marks;
mod name_errors;
mod names;
mod no_numbers;
mod number_errors;
mod numbers;
mod office;
mod people;
mod places;
mod random;
mod row;
mod runs;
mod settings;
mod sheet;
mod shuffle;
mod stage;
#[cfg(test)]
mod tests;
mod writing;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, ensure};

pub use calendar::Date;
pub use changes::{ChangeShares, ChangedPeople, CorrectedShares, DeltaSettings, ReestablishedShares};
pub use codes::Code;
pub use delta::Delta;
pub use office::{OFFICE_MAX, Office, OfficeSettings};
pub use settings::{AddressWords, ListShares, NameWords, Population, Settings, Share, Words};

use candidate::{Candidate, Kind};
use chooser::Chooser;
use codes::Rates;
use completion::Pending;
use extract::Extract;
use fonts::Fonts;
use list::{ListWriter, Sinks};
use name_errors::NameErrors;
use names::Names;
use people::Maker;
use places::Places;
use random::Random;
use row::Row;
use shuffle::Buckets;
use stage::Stage;

/// The CSV texts of `rules/` that the generator reads.
#[derive(Clone, Copy, Debug)]
pub struct Tables<'a> {
    /// `lexicon/names.csv`.
    pub names: &'a str,
    /// `lexicon/names_minority.csv`.
    pub names_minority: &'a str,
    /// `places/provinces_2024.csv`.
    pub provinces_2024: &'a str,
    /// `places/districts_2024.csv`.
    pub districts_2024: &'a str,
    /// `places/communes_2024.csv`.
    pub communes_2024: &'a str,
    /// `places/communes_prior.csv`.
    pub communes_prior: &'a str,
    /// `places/provinces_2025.csv`.
    pub provinces_2025: &'a str,
    /// `places/communes_2025.csv`.
    pub communes_2025: &'a str,
    /// `places/commune_mapping.csv`.
    pub commune_mapping: &'a str,
    /// `lexicon/health_card_codes.csv`.
    pub health_cards: &'a str,
    /// `generate/legacy.csv`.
    pub legacy: &'a str,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// Everything random comes from this number.
    pub seed: u64,
    /// Lines of the extract, cancelled numbers included.
    pub citizens: u64,
    /// Records of the list.
    pub list: u64,
}

/// Where the files go.
pub struct Outputs<'a> {
    /// The population extract.
    pub extract: &'a mut dyn Write,
    /// The list with its errors.
    pub list: &'a mut dyn Write,
    /// What is true of every record of the list.
    pub truth: &'a mut dyn Write,
    /// The list of an office, if one is wanted.
    pub office: Option<Office<'a>>,
    /// Changes of the extract, if they are wanted.
    pub delta: Option<Delta<'a>>,
    /// A folder for the truth while it is not complete, and for bucket files of lists and deltas above half a
    /// million rows.
    pub temp: &'a Path,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines of the extract.
    pub citizens: u64,
    /// Records of the list; the truth has one line more.
    pub records: u64,
    /// Records of the list of an office.
    pub office_records: u64,
    /// Rows of the delta.
    pub changes: u64,
    /// Rows of the delta with a number that the extract did not have.
    pub new_numbers: u64,
    /// Lines of the list that are no record: titles, repeated headers, totals (RD04).
    pub extra_lines: u64,
    /// Records without any error.
    pub right: u64,
    /// Records by error code; a record may count under several.
    pub codes: BTreeMap<&'static str, u64>,
    /// Records by verdict.
    pub verdicts: BTreeMap<&'static str, u64>,
}

impl Counts {
    fn add(&mut self, row: &Row, kind: Kind) {
        self.right += u64::from(row.codes.is_empty());
        for code in row.codes.iter() {
            *self.codes.entry(code.name()).or_default() += 1;
        }
        *self.verdicts.entry(row.verdict(kind)).or_default() += 1;
    }
}

/// Streams of chance: each purpose draws from its own.
const PEOPLE_STREAM: u64 = 1;
const CHOICE_STREAM: u64 = 2;
const ERROR_STREAM: u64 = 3;
const OFFICE_CHOICE_STREAM: u64 = 4;
const OFFICE_STREAM: u64 = 5;
const DELTA_STREAM: u64 = 6;

/// Makes the files. `progress` is told the citizens written so far; `stop` is asked now and then.
pub fn run(
    request: &Request,
    settings: &Settings,
    tables: &Tables,
    outputs: Outputs,
    progress: &dyn Fn(u64),
    stop: &dyn Fn() -> bool,
) -> Result<Counts> {
    settings.check()?;
    ensure!(
        request.list <= request.citizens / 4 * 3,
        "a list of {} records needs more than {} citizens: at most three in four are old enough and chosen",
        request.list,
        request.citizens
    );
    let office_records = outputs.office.as_ref().map_or(0, |office| office.records);
    ensure!(
        office_records <= request.citizens / 4 * 3,
        "a workbook of {office_records} records needs more citizens"
    );
    let places = Places::new(tables).context("the place tables do not fit together")?;
    let names = Names::new(tables, &places, &settings.population)?;
    let fonts = Fonts::new(tables.legacy)?;
    let rates = Rates::new(&settings.rates)?;
    let mut maker = Maker::new(settings, &places, &names, tables.health_cards, request.seed)?;
    let mut counts = Counts::default();
    let wanted_by_office = |office: &Office| {
        office.settings.check()?;
        office::Choice::new(office.records, Random::new(request.seed, OFFICE_CHOICE_STREAM))
    };
    let follow = |delta| {
        let random = Random::new(request.seed, DELTA_STREAM);
        delta::Choice::new(delta, request.citizens, outputs.temp, random)
    };
    let mut stage = Stage {
        buckets: Buckets::new(request.list, outputs.temp, "generate_shuffle")?,
        candidate: Candidate::default(),
        packed: Vec::new(),
        office: outputs.office.as_ref().map(wanted_by_office).transpose()?,
        delta: outputs.delta.map(follow).transpose()?,
        people: Random::new(request.seed, PEOPLE_STREAM),
        choice: Random::new(request.seed, CHOICE_STREAM),
    };
    let strangers = settings.list.strangers.of(request.list);
    let foreigners = settings.list.foreigners.of(request.list);
    let wanted = request.list - strangers - foreigners;
    let mut chooser = Chooser::new(wanted, rates.alone(Code::PS02));
    let extract = Extract::new(outputs.extract, &places)?;
    counts.citizens = stage.make_citizens(request, &mut maker, extract, &mut chooser, (progress, stop))?;
    // Citizens that chance left out at the very end are made up for by strangers.
    let strangers = strangers + chooser.wanted();
    stage.make_strangers(strangers, &mut maker)?;
    stage.make_foreigners(foreigners, &maker)?;

    let errors = NameErrors { settings, names: &names, fonts: &fonts };
    let pending = Pending::new(outputs.temp, request.list)?;
    let sinks = Sinks { list: outputs.list, truth: outputs.truth, pending };
    let random = Random::new(request.seed, ERROR_STREAM);
    let mut writer = ListWriter::new(&mut maker, &rates, errors, sinks, random, &mut counts)?;
    for index in 0..stage.buckets.count() {
        let bucket = stage.buckets.take(index)?;
        writer.write_bucket(&bucket, stop)?;
    }
    writer.finish()?;
    if let (Some(choice), Some(office)) = (stage.office, outputs.office) {
        let random = Random::new(request.seed, OFFICE_STREAM);
        counts.office_records = office::write(choice, office, &mut maker, random)?;
    }
    // Last of all: its numbers stand behind those of all other files.
    if let Some(delta) = stage.delta {
        (counts.changes, counts.new_numbers) = delta.finish(&mut maker, stop)?;
    }
    Ok(counts)
}
