//! The generator: an invented population, an invented vaccination list, and the truth about every row of it.
//!
//! Owns everything that is made up: people, numbers, addresses, and the errors of the taxonomy. The same seed,
//! sizes, settings and tables give the same bytes on every machine. It is handed the text of its tables and the
//! files to write; of its own it opens only bucket files, in the folder it is given. It deliberately does not
//! know how lists are read, cleaned or matched, so that it can judge those rooms.
//!
//! Memory stays flat: households are made, written and forgotten; people chosen for the list wait in bucket
//! files; numbers need one counter for each province, sex and year.

mod calendar;
mod candidate;
mod cell_errors;
mod chooser;
mod codes;
mod extract;
mod fonts;
mod letters;
mod list;
mod name_errors;
mod names;
mod number_errors;
mod numbers;
mod people;
mod places;
mod random;
mod row;
mod settings;
mod shuffle;
#[cfg(test)]
mod tests;
mod writing;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

pub use calendar::Date;
pub use codes::Code;
pub use settings::{AddressWords, ListShares, NameWords, Population, Settings, Share, Words};

use candidate::{Candidate, Kind};
use chooser::Chooser;
use codes::Rates;
use extract::Extract;
use fonts::Fonts;
use list::{ListWriter, Sinks};
use name_errors::NameErrors;
use names::Names;
use people::{Household, Maker};
use places::Places;
use random::Random;
use row::Row;
use shuffle::Buckets;

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
    /// A folder for bucket files, used for lists above half a million records.
    pub temp: &'a Path,
}

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines of the extract.
    pub citizens: u64,
    /// Records of the list, and lines of the truth.
    pub records: u64,
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

/// A household is at most a few people, so this is several thousand citizens.
const HOUSEHOLDS_PER_REPORT: u64 = 4096;

/// Makes the three files. `progress` is told the citizens written so far; `stop` is asked now and then.
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
    let places = Places::new(tables).context("the place tables do not fit together")?;
    let names = Names::new(tables, &places, &settings.population)?;
    let fonts = Fonts::new(tables.legacy)?;
    let rates = Rates::new(&settings.rates)?;
    let mut maker = Maker::new(settings, &places, &names, request.seed)?;
    let mut counts = Counts::default();
    let mut stage = Stage {
        buckets: Buckets::new(request.list, outputs.temp)?,
        candidate: Candidate::default(),
        packed: Vec::new(),
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
    stage.make_strangers(strangers, &mut maker, &chooser)?;
    stage.make_foreigners(foreigners, &maker)?;

    let errors = NameErrors { settings, names: &names, fonts: &fonts };
    let sinks = Sinks { list: outputs.list, truth: outputs.truth };
    let random = Random::new(request.seed, ERROR_STREAM);
    let mut writer = ListWriter::new(&mut maker, &rates, errors, sinks, random, &mut counts)?;
    for index in 0..stage.buckets.count() {
        let bucket = stage.buckets.take(index)?;
        writer.write_bucket(&bucket, stop)?;
    }
    writer.finish()?;
    Ok(counts)
}

/// Tells how far the work is, and asks whether to go on.
type Watch<'a> = (&'a dyn Fn(u64), &'a dyn Fn() -> bool);

/// The first stage: people are made and some of them thrown into the buckets.
struct Stage {
    buckets: Buckets,
    candidate: Candidate,
    packed: Vec<u8>,
    people: Random,
    choice: Random,
}

impl Stage {
    fn make_citizens(
        &mut self,
        request: &Request,
        maker: &mut Maker,
        mut extract: Extract,
        chooser: &mut Chooser,
        (progress, stop): Watch,
    ) -> Result<u64> {
        let mut household = Household::default();
        let mut done = 0;
        let mut households = 0_u64;
        while done < request.citizens {
            if households.is_multiple_of(HOUSEHOLDS_PER_REPORT) {
                progress(done);
                if stop() {
                    bail!("stopped before the extract was written");
                }
            }
            households += 1;
            maker.fill(&mut household, false, &mut self.people)?;
            for at in 0..household.people().len() {
                let left = request.citizens - done;
                if left == 0 {
                    break;
                }
                let person = &household.people()[at];
                extract.write(&household, person)?;
                done += 1;
                // The last line of all is never a cancelled number.
                let cancelled = left > 1 && extract.write_cancelled(&household, person)?;
                done += u64::from(cancelled);
                self.choose(maker, &household, at, chooser, (left, cancelled))?;
            }
        }
        extract.finish()?;
        progress(done);
        Ok(done)
    }

    fn choose(
        &mut self,
        maker: &Maker,
        household: &Household,
        at: usize,
        chooser: &mut Chooser,
        (left, has_cancelled): (u64, bool),
    ) -> Result<()> {
        let settings = maker.settings;
        let person = &household.people()[at];
        let grown = chooser::is_old_enough(person.birth, settings.list_date, settings.list_age_min);
        let listed = !person.dead || self.choice.chance(settings.list.deceased.parts());
        let records = chooser.offer(grown && listed, left, &mut self.choice);
        if records == 0 {
            return Ok(());
        }
        chooser.fill(&mut self.candidate, maker, household, at, &mut self.choice);
        if !has_cancelled {
            self.candidate.cancelled = 0;
        }
        self.candidate.doubled = records > 1;
        for _ in 0..records {
            self.throw()?;
        }
        Ok(())
    }

    fn make_strangers(&mut self, wanted: u64, maker: &mut Maker, chooser: &Chooser) -> Result<()> {
        let settings = maker.settings;
        let mut household = Household::default();
        let mut left = wanted;
        while left > 0 {
            maker.fill(&mut household, true, &mut self.people)?;
            for person in household.people() {
                let grown = chooser::is_old_enough(person.birth, settings.list_date, settings.list_age_min);
                if left == 0 || !grown {
                    continue;
                }
                left -= 1;
                let share = settings.list.strangers_with_citizen_number.parts();
                let borrowed = chooser.draw_recent(&mut self.choice);
                let is_impostor = self.choice.chance(share) && borrowed != 0;
                self.candidate = Candidate {
                    kind: if is_impostor { Kind::Impostor } else { Kind::Stranger },
                    birth: person.birth,
                    woman: person.woman,
                    number: if is_impostor { borrowed } else { person.number },
                    area: person.area,
                    unit: maker.places.draw_old_unit(household.commune, &mut self.choice),
                    phone: person.phone,
                    name: person.name.clone(),
                    address: household.address.clone(),
                    ..Candidate::default()
                };
                self.throw()?;
            }
        }
        Ok(())
    }

    fn make_foreigners(&mut self, wanted: u64, maker: &Maker) -> Result<()> {
        for _ in 0..wanted {
            let random = &mut self.choice;
            let commune = maker.places.draw_commune(maker.places.draw_province(random), random);
            let month = random.between(1, 12) as u8;
            self.candidate = Candidate {
                kind: Kind::Foreigner,
                birth: Date::new(random.between(1950, 2005) as u16, month, random.between(1, 28) as u8),
                woman: random.below(100) < 40,
                number: random.between(1_000_000, 99_999_999),
                unit: maker.places.draw_old_unit(commune, random),
                name: random.pick(&maker.settings.words.foreign_names).clone(),
                address: random.pick(&maker.settings.words.streets).clone(),
                ..Candidate::default()
            };
            self.throw()?;
        }
        Ok(())
    }

    fn throw(&mut self) -> Result<()> {
        self.packed.clear();
        self.candidate.pack(&mut self.packed);
        self.buckets.throw(&self.packed, &mut self.choice)
    }
}
