//! Changes: what one night does to the line of a citizen, and the lines that begin with it.
//!
//! Owns the kinds of change, whom each of them may meet, and what the line says afterwards. Does not know which
//! lines are chosen, nor where they are written.

use anyhow::{Result, ensure};
use serde::Deserialize;

use super::calendar::Date;
use super::extract::{Before, Entry, status};
use super::names::Bearer;
use super::people::{BOYS, Household, Maker, Person, draw_date};
use super::random::{Random, SHARE_WHOLE, Weighted};
use super::settings::Share;

/// Draws that are tried for a value other than the one that stands there.
const TRIES: u32 = 64;

/// Everything an official may change about the changes of a night.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the settings file says what each value is")]
pub struct DeltaSettings {
    pub shares: ChangeShares,
    pub corrected: CorrectedShares,
    pub reestablished: ReestablishedShares,
    pub people: ChangedPeople,
}

/// Rows of the delta by kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the settings file says what each value is")]
pub struct ChangeShares {
    pub born: Share,
    pub moved: Share,
    pub corrected: Share,
    pub deceased: Share,
    pub emigrated: Share,
    pub cancelled: Share,
    pub reestablished: Share,
}

/// What is corrected under the same number.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the settings file says what each value is")]
pub struct CorrectedShares {
    pub name: Share,
    pub birth_date: Share,
    pub sex: Share,
}

/// Why a number is established anew.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the settings file says what each value is")]
pub struct ReestablishedShares {
    pub sex: Share,
    pub birth_year: Share,
    pub birth_place: Share,
}

/// Whom the changes meet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the settings file says what each value is")]
pub struct ChangedPeople {
    pub born_within_days: u16,
    pub mother_ages: (u16, u16),
    pub moved_within_province: Share,
    pub deceased_born_before: u16,
    pub deceased_younger: Share,
}

impl DeltaSettings {
    /// Refuses shares that are not parts of one whole.
    pub(super) fn check(&self) -> Result<()> {
        let (corrected, anew) = (&self.corrected, &self.reestablished);
        let groups: [(&str, &[Share]); 3] = [
            ("shares", &Kind::ALL.map(|kind| kind.share(self))),
            ("corrected", &[corrected.name, corrected.birth_date, corrected.sex]),
            ("reestablished", &[anew.sex, anew.birth_year, anew.birth_place]),
        ];
        for (name, shares) in groups {
            let sum: u64 = shares.iter().map(|share| share.parts()).sum();
            ensure!(sum == SHARE_WHOLE, "{name}: the shares do not make up one whole");
        }
        let (youngest, oldest) = self.people.mother_ages;
        ensure!(youngest <= oldest && oldest < 100, "people.mother_ages must run upwards");
        Ok(())
    }
}

/// What happens to a citizen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A child is born into the household; the citizen's own line stays.
    Born,
    Moved,
    Corrected,
    Deceased,
    Emigrated,
    Cancelled,
    /// The line becomes that of a cancelled number, and a new number gets a line.
    Reestablished,
}

impl Kind {
    pub(super) const ALL: [Kind; 7] = [
        Kind::Born,
        Kind::Moved,
        Kind::Corrected,
        Kind::Deceased,
        Kind::Emigrated,
        Kind::Cancelled,
        Kind::Reestablished,
    ];

    /// The share of this kind among the rows of a delta.
    pub(super) fn share(self, settings: &DeltaSettings) -> Share {
        let shares = &settings.shares;
        match self {
            Kind::Born => shares.born,
            Kind::Moved => shares.moved,
            Kind::Corrected => shares.corrected,
            Kind::Deceased => shares.deceased,
            Kind::Emigrated => shares.emigrated,
            Kind::Cancelled => shares.cancelled,
            Kind::Reestablished => shares.reestablished,
        }
    }

    /// The rows that one such change takes.
    pub(super) fn rows(self) -> u64 {
        1 + u64::from(self == Kind::Reestablished)
    }
}

/// A line whose number is not given yet.
pub(super) struct Fresh<'a> {
    pub(super) entry: Entry<'a>,
    /// Index of the province of birth registration.
    pub(super) area: u32,
}

/// Makes changes; its texts are used again and again.
pub(super) struct Changer<'s> {
    settings: &'s DeltaSettings,
    corrections: Weighted,
    reasons: Weighted,
    name: String,
    address: String,
}

impl<'s> Changer<'s> {
    /// Prepares the draws.
    pub(super) fn new(settings: &'s DeltaSettings) -> Self {
        let (corrected, anew) = (&settings.corrected, &settings.reestablished);
        let weigh = |shares: [Share; 3]| Weighted::new(shares.map(Share::parts));
        Changer {
            settings,
            corrections: weigh([corrected.name, corrected.birth_date, corrected.sex]),
            reasons: weigh([anew.sex, anew.birth_year, anew.birth_place]),
            name: String::new(),
            address: String::new(),
        }
    }

    /// Whether a change that is due may happen to this person.
    pub(super) fn fits(&self, kind: Kind, person: &Person, today: Date, random: &mut Random) -> bool {
        let people = &self.settings.people;
        match kind {
            Kind::Born => {
                let (youngest, oldest) = people.mother_ages;
                person.may_be_mother((today.year - oldest, today.year - youngest))
            }
            Kind::Deceased => {
                let is_old = person.birth.year < people.deceased_born_before;
                person.is_living() && (is_old || random.chance(people.deceased_younger.parts()))
            }
            _ => person.is_living(),
        }
    }

    /// What the line of a person says after a change; a birth leaves it as it is.
    pub(super) fn change<'a>(
        &'a mut self,
        kind: Kind,
        maker: &Maker,
        (household, person): (&'a Household, &'a Person),
        random: &mut Random,
    ) -> Entry<'a> {
        let entry = Entry::of(household, person);
        match kind {
            Kind::Born => entry,
            Kind::Moved => {
                let commune = self.draw_commune(maker, entry.residence.map(|(commune, _)| commune), random);
                maker.write_address(&mut self.address, random);
                Entry { residence: Some((commune, &self.address)), ..entry }
            }
            Kind::Corrected => self.correct(maker, person, entry, random),
            Kind::Deceased => Entry { status: status::DECEASED, ..entry },
            Kind::Emigrated => Entry { status: status::EMIGRATED, ..entry },
            Kind::Cancelled | Kind::Reestablished => Entry { status: status::CANCELLED, ..entry },
        }
    }

    /// A commune to move to.
    fn draw_commune(&self, maker: &Maker, from: Option<u32>, random: &mut Random) -> u32 {
        let places = maker.places;
        let stays = random.chance(self.settings.people.moved_within_province.parts());
        let province = match from.filter(|_| stays) {
            Some(commune) => places.old[places.draw_old_unit(commune, random) as usize].province,
            None => places.draw_province(random),
        };
        places.draw_commune(province, random)
    }

    fn correct<'a>(
        &'a mut self,
        maker: &Maker,
        person: &Person,
        entry: Entry<'a>,
        random: &mut Random,
    ) -> Entry<'a> {
        let today = maker.settings.extract_date;
        match self.corrections.draw(random) {
            0 => {
                self.rename(maker, person, random);
                Entry { name: &self.name, ..entry }
            }
            1 => {
                let mut other = || draw_date(entry.birth.year, random);
                let birth = (0..TRIES).map(|_| other()).find(|date| *date <= today && *date != entry.birth);
                Entry { birth: birth.unwrap_or(entry.birth), ..entry }
            }
            _ => Entry { woman: !entry.woman, ..entry },
        }
    }

    /// Another last word, or, where the form of the name decides which word is whose, another name of the family.
    fn rename(&mut self, maker: &Maker, person: &Person, random: &mut Random) {
        for _ in 0..TRIES {
            self.name.clear();
            match person.name.rsplit_once(' ').filter(|_| !person.family.is_minority()) {
                Some((before, _)) => {
                    self.name.push_str(before);
                    self.name.push(' ');
                    self.name.push_str(maker.names.draw_given(person.woman, random));
                }
                None => {
                    let Person { woman, family, .. } = *person;
                    let bearer = Bearer { woman, year: person.birth.year, family, mother: None };
                    maker.names.push(bearer, &maker.settings.population, random, &mut self.name);
                }
            }
            if self.name != person.name {
                return;
            }
        }
    }

    /// The line of a new number for somebody whose number is cancelled with this change.
    pub(super) fn renew<'a>(
        &mut self,
        maker: &Maker,
        (household, person): (&'a Household, &'a Person),
        random: &mut Random,
    ) -> Fresh<'a> {
        let mut entry = Entry { before: Before::Personal(person.number), ..Entry::of(household, person) };
        let mut area = person.area;
        match self.reasons.draw(random) {
            0 => entry.woman = !entry.woman,
            1 => {
                let (first, _) = maker.settings.population.birth_years;
                let years = random.between(1, 3) as u16;
                let is_later = entry.birth.year < first + years
                    || entry.birth.year + years < maker.settings.extract_date.year && random.below(2) == 0;
                entry.birth.year = match is_later {
                    true => entry.birth.year + years,
                    false => entry.birth.year - years,
                };
                entry.birth.day = entry.birth.day.min(28);
            }
            _ => {
                let mut other = || maker.places.draw_province(random);
                area = (0..TRIES).map(|_| other()).find(|area| *area != person.area).unwrap_or(area);
            }
        }
        Fresh { entry, area }
    }

    /// The line of a child born to a member of a household.
    pub(super) fn bear<'a>(
        &'a mut self,
        maker: &Maker,
        household: &'a Household,
        mother: &Person,
        random: &mut Random,
    ) -> Fresh<'a> {
        let population = &maker.settings.population;
        let days = random.below(u64::from(self.settings.people.born_within_days)) as u16;
        let birth = maker.settings.extract_date.days_before(days);
        let woman = random.below(1000) >= BOYS;
        let family = household.people()[0].family;
        let both = random.chance(population.two_surnames.parts());
        self.name.clear();
        let mother_family = both.then_some(mother.family);
        let bearer = Bearer { woman, year: birth.year, family, mother: mother_family };
        maker.names.push(bearer, population, random, &mut self.name);
        let unit = maker.places.draw_old_unit(household.commune, random);
        let entry = Entry {
            number: 0,
            before: Before::Old(0),
            name: &self.name,
            birth,
            woman,
            residence: Some((household.commune, &household.address)),
            phone: mother.phone,
            status: status::LIVING,
        };
        Fresh { entry, area: maker.places.old[unit as usize].province }
    }
}
