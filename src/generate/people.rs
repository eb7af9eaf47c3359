//! People: invented citizens, made a household at a time.
//!
//! Owns ages, relations, numbers and addresses of a household. Does not know the extract, the list, or any error.

use anyhow::{Context, Result, ensure};

use super::calendar::{Date, month_length};
use super::names::{Bearer, Family, Names};
use super::numbers::Numbers;
use super::places::{Places, rows};
use super::random::{Random, Weighted};
use super::settings::Settings;
use super::writing::push_digits;

/// Boys of a thousand children born.
pub(super) const BOYS: u64 = 527;

/// A number that was cancelled, with what the register then believed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cancelled {
    pub(super) number: u64,
    pub(super) birth: Date,
    pub(super) woman: bool,
}

/// One invented person.
#[derive(Clone, Debug, Default)]
pub(super) struct Person {
    /// Full name in the case of the name tables.
    pub(super) name: String,
    pub(super) birth: Date,
    pub(super) woman: bool,
    pub(super) number: u64,
    /// The nine-digit number; 0 when the extract records none.
    pub(super) old_number: u32,
    /// The nine-digit number was given to somebody else as well.
    pub(super) old_shared: bool,
    pub(super) cancelled: Option<Cancelled>,
    pub(super) dead: bool,
    /// No longer a citizen in the extract.
    pub(super) emigrated: bool,
    /// The extract knows no permanent residence.
    pub(super) no_residence: bool,
    /// The phone without its leading zero; 0 when there is none.
    pub(super) phone: u64,
    pub(super) area: u32,
    pub(super) family: Family,
    role: Role,
}

impl Person {
    /// Neither dead nor gone.
    pub(super) fn is_living(&self) -> bool {
        !self.dead && !self.emigrated
    }

    /// A woman who may have a child in her household, born between two years.
    pub(super) fn may_be_mother(&self, (first, last): (u16, u16)) -> bool {
        let is_of_age = (first..=last).contains(&self.birth.year);
        is_of_age && self.woman && self.is_living() && !self.no_residence && self.role == Role::Parent
    }

    /// What the person's people is called.
    pub(super) fn group_name<'n>(&self, names: &'n Names) -> &'n str {
        names.group_name(self.family)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Role {
    Grandparent,
    #[default]
    Parent,
    Child,
}

/// One invented household.
#[derive(Default)]
pub(super) struct Household {
    people: Vec<Person>,
    size: usize,
    /// Index of today's commune.
    pub(super) commune: u32,
    /// Address below the commune.
    pub(super) address: String,
}

impl Household {
    /// The members.
    pub(super) fn people(&self) -> &[Person] {
        &self.people[..self.size]
    }

    /// The number of another member, if there is one.
    pub(super) fn relative_of(&self, at: usize, random: &mut Random) -> u64 {
        if self.size < 2 {
            return 0;
        }
        let step = 1 + random.index(self.size - 1);
        self.people[(at + step) % self.size].number
    }

    /// The number of a parent of a child of the household.
    pub(super) fn parent_of(&self, at: usize) -> u64 {
        if self.people[at].role != Role::Child {
            return 0;
        }
        self.first_parent().map_or(0, |person| person.number)
    }

    /// The name of a parent of a child of the household; empty when none is known.
    pub(super) fn parent_name_of(&self, at: usize) -> &str {
        let parent = self.first_parent().filter(|_| self.people[at].role == Role::Child);
        parent.map_or("", |person| &person.name)
    }

    fn first_parent(&self) -> Option<&Person> {
        self.people().iter().find(|person| person.role == Role::Parent)
    }

    fn add(&mut self, role: Role, woman: bool, birth: Date, family: Family) -> usize {
        if self.size == self.people.len() {
            self.people.push(Person::default());
        }
        let person = &mut self.people[self.size];
        let mut name = std::mem::take(&mut person.name);
        name.clear();
        *person = Person { name, birth, woman, family, role, ..Person::default() };
        self.size += 1;
        self.size - 1
    }
}

/// Makes households.
pub(super) struct Maker<'a> {
    pub(super) settings: &'a Settings,
    pub(super) places: &'a Places,
    pub(super) names: &'a Names,
    pub(super) numbers: Numbers,
    /// Object codes of the health insurance card and their benefit digits.
    pub(super) health_cards: Vec<(String, String)>,
    cohorts: Weighted,
    sizes: Weighted,
    prefixes: Vec<u64>,
}

impl<'a> Maker<'a> {
    /// Prepares the draws.
    pub(super) fn new(
        settings: &'a Settings,
        places: &'a Places,
        names: &'a Names,
        health_cards: &str,
        seed: u64,
    ) -> Result<Self> {
        let population = &settings.population;
        let prefixes: Result<Vec<u64>, _> =
            settings.words.phone_prefixes.iter().map(|text| text.parse()).collect();
        let cards = rows(health_cards, ["code", "benefit"]).context("health_card_codes")?;
        ensure!(!cards.is_empty(), "health_card_codes: no object code");
        Ok(Maker {
            settings,
            places,
            health_cards: cards.into_iter().map(|[code, benefit]| (code, benefit)).collect(),
            names,
            numbers: Numbers::new(seed, places, &settings.words),
            cohorts: Weighted::new(population.head_cohorts.iter().map(|(_, weight)| *weight)),
            sizes: Weighted::new(population.household_sizes.iter().copied()),
            prefixes: prefixes.context("words.phone_prefixes must be digits")?,
        })
    }

    /// Fills a household with people of the extract, or, for strangers, with people whose numbers are nobody's.
    pub(super) fn fill(
        &mut self,
        household: &mut Household,
        strangers: bool,
        random: &mut Random,
    ) -> Result<()> {
        let population = &self.settings.population;
        let home = self.places.draw_province(random);
        let moved = random.chance(population.moved.parts());
        let residence = if moved { self.places.draw_province(random) } else { home };
        household.size = 0;
        household.commune = self.places.draw_commune(residence, random);
        self.write_address(&mut household.address, random);
        let family = self.names.draw_family(home, random);
        self.gather(household, family, random);
        let house_phone = self.draw_phone(random);
        for at in 0..household.size {
            self.name(household, at, random);
            let person = &mut household.people[at];
            let born_here = person.role == Role::Child || random.chance(850_000_000);
            let area = if born_here { home } else { self.places.draw_province(random) };
            self.give_papers(person, area, strangers, random)?;
            let young = person.birth.years_before(0) > self.settings.list_date.years_before(14);
            if random.chance(population.phone.parts()) {
                let shared = young || random.chance(population.phone_shared.parts());
                person.phone = if shared { house_phone } else { self.draw_phone(random) };
            }
        }
        Ok(())
    }

    /// Chooses the members, their sexes and birth dates.
    fn gather(&self, household: &mut Household, family: Family, random: &mut Random) {
        let (first, _) = self.settings.population.birth_years;
        let cohort = self.settings.population.head_cohorts[self.cohorts.draw(random)].0;
        let year = cohort + random.below(5) as u16;
        let size = self.sizes.draw(random) + 1;
        let couple = size > 2 || (size == 2 && random.below(100) < 65);
        let head_woman = !couple && random.below(2) == 1;
        household.add(Role::Parent, head_woman, draw_date(year, random), family);
        let mut mother_year = year;
        let mut mother_family = family;
        let mut wanted = size - 1;
        if couple {
            mother_year = (year + random.below(8) as u16 - 2).max(first);
            mother_family = self.names.draw_beside(family, random);
            household.add(Role::Parent, true, draw_date(mother_year, random), mother_family);
            wanted -= 1;
        }
        if wanted > 0 && couple && random.below(100) < 15 {
            let elder = year - random.between(20, 38) as u16;
            if elder >= first {
                let woman = random.below(100) < 65;
                let elder_family = if woman { self.names.draw_beside(family, random) } else { family };
                household.add(Role::Grandparent, woman, draw_date(elder, random), elder_family);
                wanted -= 1;
            }
        }
        for _ in 0..wanted {
            self.add_child(household, mother_year, (family, mother_family), random);
        }
    }

    fn add_child(
        &self,
        household: &mut Household,
        mother_year: u16,
        families: (Family, Family),
        random: &mut Random,
    ) {
        let population = &self.settings.population;
        let last = household.people().last().filter(|person| person.role == Role::Child);
        let twin = last.is_some() && random.chance(population.twins.parts());
        // Of two ages the younger one: most mothers are under thirty.
        let mother_age = random.between(20, 40).min(random.between(20, 40)) as u16;
        let birth = match last {
            Some(sibling) if twin => sibling.birth,
            _ => draw_date(mother_year + mother_age, random),
        };
        // A child that would be born after the extract is not in it.
        if birth > self.settings.extract_date || birth.year > population.birth_years.1 {
            return;
        }
        let woman = random.below(1000) >= BOYS;
        household.add(Role::Child, woman, birth, families.0);
    }

    fn name(&self, household: &mut Household, at: usize, random: &mut Random) {
        let population = &self.settings.population;
        let both = household.people[at].role == Role::Child
            && household.people[at].birth.year >= 2000
            && random.chance(population.two_surnames.parts());
        let mother = household.people().get(1).filter(|person| both && person.role == Role::Parent);
        let mother = mother.map(|person| person.family);
        let person = &mut household.people[at];
        let bearer = Bearer { woman: person.woman, year: person.birth.year, family: person.family, mother };
        self.names.push(bearer, population, random, &mut person.name);
    }

    /// Numbers, status, and how exactly the register knows the birth date.
    fn give_papers(
        &mut self,
        person: &mut Person,
        area: u32,
        strangers: bool,
        random: &mut Random,
    ) -> Result<()> {
        let population = &self.settings.population;
        let provinces = self.places.provinces.len();
        let abroad = random.chance(population.born_abroad.parts());
        let mut area = area as usize;
        person.area = area as u32;
        if abroad {
            area = provinces + random.index(self.settings.words.countries.len());
        }
        person.number = self.give_number(area, person.woman, person.birth.year, strangers, random)?;
        let prefixes = &self.places.provinces[person.area as usize].old_prefixes;
        if person.birth.year < 2002 && !strangers && random.chance(population.old_number.parts()) {
            self.give_old_number(person, prefixes, random);
        }
        if !strangers && random.chance(population.reestablished.parts()) {
            person.cancelled = Some(self.cancel(person, area, random)?);
        }
        let deceased = population.deceased.iter().find(|(before, _)| person.birth.year < *before);
        person.dead = deceased.is_some_and(|(_, share)| random.chance(share.parts()));
        if !strangers {
            person.emigrated = random.chance(population.emigrated.parts()) && !person.dead;
            person.no_residence = random.chance(population.no_residence.parts());
        }
        if person.birth.year < 1960 || person.family.is_minority() {
            if random.chance(population.year_only.parts()) {
                (person.birth.day, person.birth.month) = (0, 0);
            } else if random.chance(population.month_only.parts()) {
                person.birth.day = 0;
            }
        }
        Ok(())
    }

    fn give_old_number(&mut self, person: &mut Person, prefixes: &[u8], random: &mut Random) {
        let shared = random.chance(self.settings.population.shared_old_number.parts());
        if let Some(number) = shared.then(|| self.numbers.give_old_shared(prefixes)).flatten() {
            (person.old_number, person.old_shared) = (number, true);
        } else {
            person.old_number = self.numbers.give_old(prefixes, random).unwrap_or(0);
        }
    }

    /// A number from the cell of the person, or of another province when that cell is full.
    pub(super) fn give_number(
        &mut self,
        area: usize,
        woman: bool,
        year: u16,
        nobodys: bool,
        random: &mut Random,
    ) -> Result<u64> {
        let mut area = area;
        for _ in 0..1000 {
            let given = if nobodys {
                self.numbers.give_nobodys(area, woman, year)
            } else {
                self.numbers.give(area, woman, year)
            };
            if let Some(number) = given {
                return Ok(number);
            }
            area = self.places.draw_province(random) as usize;
        }
        Err(anyhow::anyhow!("no personal number is left for the birth year {year}"))
    }

    /// The number held before, made for a wrong sex or a wrong year.
    fn cancel(&mut self, person: &Person, area: usize, random: &mut Random) -> Result<Cancelled> {
        let wrong_sex = random.below(100) < 30;
        let woman = person.woman != wrong_sex;
        let mut birth = person.birth;
        if !wrong_sex {
            birth.year -= 1 + random.below(3) as u16;
            birth.day = birth.day.min(28);
        }
        let number = self.give_number(area, woman, birth.year, false, random)?;
        Ok(Cancelled { number, birth, woman })
    }

    fn draw_phone(&self, random: &mut Random) -> u64 {
        random.pick(&self.prefixes) * 10_000_000 + random.below(10_000_000)
    }

    /// Writes an address below the commune.
    pub(super) fn write_address(&self, address: &mut String, random: &mut Random) {
        let words = &self.settings.words;
        address.clear();
        if random.chance(self.settings.population.street_address.parts()) {
            address.push_str("Số ");
            push_digits(address, random.between(1, 400), 1);
            address.push_str(", đường ");
            address.push_str(random.word(&words.streets));
        } else {
            address.push_str(random.word(&words.hamlets));
            address.push(' ');
            push_digits(address, random.between(1, 15), 1);
        }
    }
}

/// Draws a day of a year.
pub(super) fn draw_date(year: u16, random: &mut Random) -> Date {
    let month = random.between(1, 12) as u8;
    let day = random.between(1, u64::from(month_length(year, month))) as u8;
    Date::new(year, month, day)
}
