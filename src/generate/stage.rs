//! The first stage: people are made, the extract is written, and some of them are thrown into the buckets.
//!
//! Owns who is listed. Does not know what a row of a list looks like.

use anyhow::{Result, bail};

use super::Request;
use super::calendar::Date;
use super::candidate::{Candidate, Kind};
use super::chooser::{self, Chooser};
use super::extract::{Entry, Extract};
use super::people::{Household, Maker};
use super::random::Random;
use super::shuffle::Buckets;
use super::{delta, office};

/// A household is at most a few people, so this is several thousand citizens.
const HOUSEHOLDS_PER_REPORT: u64 = 4096;

/// Tells how far the work is, and asks whether to go on.
pub(super) type Watch<'a> = (&'a dyn Fn(u64), &'a dyn Fn() -> bool);

/// The first stage: people are made and some of them thrown into the buckets.
pub(super) struct Stage<'a> {
    pub(super) buckets: Buckets,
    pub(super) people: Random,
    pub(super) choice: Random,
    /// Those of the list of an office.
    pub(super) office: Option<office::Choice>,
    /// The changes of a night.
    pub(super) delta: Option<delta::Choice<'a>>,
    pub(super) candidate: Candidate,
    pub(super) packed: Vec<u8>,
}

impl Stage<'_> {
    /// Makes all citizens, writes the extract, and throws those chosen; returns the lines written.
    pub(super) fn make_citizens(
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
                extract.write(&Entry::of(&household, person))?;
                done += 1;
                if let Some(delta) = &mut self.delta {
                    delta.pass(maker, (&household, at), true, extract.line())?;
                }
                // A number that was cancelled takes a line only where one is left.
                let cancelled = Entry::of_cancelled(&household, person).filter(|_| left > 1);
                if let Some(entry) = &cancelled {
                    extract.write(entry)?;
                    done += 1;
                    if let Some(delta) = &mut self.delta {
                        delta.pass(maker, (&household, at), false, extract.line())?;
                    }
                }
                self.choose(maker, &household, at, chooser, (left, cancelled.is_some()))?;
                if let Some(office) = &mut self.office {
                    office.offer(maker, &household, at, left);
                }
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

    /// Throws people who are not in the extract.
    pub(super) fn make_strangers(&mut self, wanted: u64, maker: &mut Maker) -> Result<()> {
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
                let is_impostor = self.choice.chance(share);
                self.candidate = Candidate {
                    kind: if is_impostor { Kind::Impostor } else { Kind::Stranger },
                    birth: person.birth,
                    woman: person.woman,
                    number: person.number,
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

    /// Throws foreigners.
    pub(super) fn make_foreigners(&mut self, wanted: u64, maker: &Maker) -> Result<()> {
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
