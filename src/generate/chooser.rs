//! The chooser: selection sampling of the people listed, while the citizens stream by.
//!
//! Owns how many are still wanted and the few numbers of others that errors will need.
//! Does not know what a row looks like.

use super::calendar::Date;
use super::candidate::{Candidate, Kind};
use super::people::{Household, Maker};
use super::random::Random;

const HOMONYM_SLOTS: usize = 1 << 16;

/// Chooses the people of the list.
pub(super) struct Chooser {
    /// Records still wanted.
    wanted: u64,
    seen: u64,
    fit: u64,
    double_rate: u64,
    /// A number and the hash of the name it belongs to, by the low bits of that hash.
    homonyms: Vec<(u64, u64)>,
}

impl Chooser {
    /// Wants so many records; `double_rate` of the people get two.
    pub(super) fn new(wanted: u64, double_rate: u64) -> Self {
        Chooser { wanted, seen: 0, fit: 0, double_rate, homonyms: vec![(0, 0); HOMONYM_SLOTS] }
    }

    /// Records that are still wanted.
    pub(super) fn wanted(&self) -> u64 {
        self.wanted
    }

    /// Offers one citizen; tells how many records to make of him, 0 to 2.
    ///
    /// `left` is the number of citizens from this one on. The people fit to be listed among them are not
    /// known; they are reckoned from those seen so far, which needs no second pass.
    pub(super) fn offer(&mut self, is_fit: bool, left: u64, random: &mut Random) -> u64 {
        self.seen += 1;
        if !is_fit {
            return 0;
        }
        self.fit += 1;
        let fit_left = u128::from(left) * u128::from(self.fit + 900) / u128::from(self.seen + 1000);
        if random.below(fit_left as u64) >= self.wanted {
            return 0;
        }
        let twice = self.wanted > 1 && random.chance(self.double_rate);
        let records = 1 + u64::from(twice);
        self.wanted -= records;
        records
    }

    /// The candidate of a member of a household.
    pub(super) fn fill(
        &mut self,
        candidate: &mut Candidate,
        maker: &Maker,
        household: &Household,
        at: usize,
        random: &mut Random,
    ) {
        let person = &household.people()[at];
        let list = &maker.settings.list;
        let takes_cancelled = random.chance(list.cancelled_number.parts());
        describe(candidate, maker, household, at, random);
        let cancelled = person.cancelled.filter(|_| takes_cancelled);
        candidate.cancelled = cancelled.map_or(0, |cancelled| cancelled.number);
        candidate.relative = household.relative_of(at, random);
        candidate.parent = household.parent_of(at);
        candidate.homonym = self.find_homonym(&person.name, person.number);
        if !random.chance(list.phone_kept.parts()) {
            candidate.phone = 0;
        }
    }

    /// The number of somebody listed before under the same full name; 0 when there is none.
    fn find_homonym(&mut self, name: &str, number: u64) -> u64 {
        let hash = name_hash(name);
        let slot = &mut self.homonyms[hash as usize % HOMONYM_SLOTS];
        let (found, its_hash) = std::mem::replace(slot, (number, hash));
        if its_hash == hash { found } else { 0 }
    }
}

/// Who a member of a household is, and where in the units of the list.
pub(super) fn describe(
    candidate: &mut Candidate,
    maker: &Maker,
    household: &Household,
    at: usize,
    random: &mut Random,
) {
    let person = &household.people()[at];
    candidate.kind = Kind::Citizen;
    candidate.birth = person.birth;
    candidate.woman = person.woman;
    candidate.dead = person.dead;
    candidate.emigrated = person.emigrated;
    candidate.no_residence = person.no_residence;
    candidate.old_shared = person.old_shared;
    candidate.number = person.number;
    candidate.old_number = person.old_number;
    candidate.area = person.area;
    candidate.unit = maker.places.draw_old_unit(household.commune, random);
    candidate.phone = person.phone;
    candidate.name.clone_from(&person.name);
    candidate.address.clone_from(&household.address);
}

/// Whether someone born on this day is old enough for the list; an unknown day counts as the first.
pub(super) fn is_old_enough(birth: Date, list_date: Date, years: u16) -> bool {
    birth <= list_date.years_before(years)
}

/// FNV-1a, the same on every machine.
fn name_hash(name: &str) -> u64 {
    let add = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    name.bytes().fold(0xcbf2_9ce4_8422_2325, add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_all_that_is_wanted_is_chosen() {
        let mut random = Random::new(4, 4);
        let mut chooser = Chooser::new(3000, 0);
        let mut first_half = 0;
        for at in 0..20_000_u64 {
            let fit = random.below(10) < 7;
            let chosen = chooser.offer(fit, 20_000 - at, &mut random);
            if at < 10_000 {
                first_half += chosen;
            }
        }
        assert!(chooser.wanted() < 5);
        assert!((1300..1700).contains(&first_half), "{first_half}");
    }
}
