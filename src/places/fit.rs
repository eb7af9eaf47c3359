//! Units that fit a name or a code, inside what the row asks for.
//!
//! Owns the order of looking: as it is written first, then without marks, then without the kind; each time 30 June 2025
//! before what had ended by then. Knows one name or code at a time: which cell is believed is the matter of `cells`.

use super::asked::{Asked, Code};
use super::cell_text::CellText;
use super::find::Time;
use super::gazetteer::{Gazetteer, Provinces, only, within};
use super::units::UnitId;

/// Units that fit, as far as it matters: the first, and whether all lead to one commune of today.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Fit {
    pub(super) first: Option<UnitId>,
    pub(super) several: bool,
    /// Whether the first, as it is written, had ended before 30 June 2025.
    pub(super) is_ended: bool,
}

impl Fit {
    pub(super) fn add(&mut self, gazetteer: &Gazetteer, unit: UnitId, is_ended: bool) {
        match self.first {
            None => (self.first, self.is_ended) = (Some(unit), is_ended),
            Some(first) if first == unit => {}
            Some(first) => {
                let lead = gazetteer.lead(first);
                self.several |= lead.len() != 1 || lead != gazetteer.lead(unit);
            }
        }
    }

    pub(super) fn is_none(self) -> bool {
        self.first.is_none()
    }
}

/// The units of a code at the two times.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coded<'g> {
    pub(super) old: &'g [UnitId],
    pub(super) new: &'g [UnitId],
    /// Whether any unit of any time has the code.
    pub(super) is_known: bool,
}

impl Gazetteer {
    pub(super) fn coded(&self, code: &str, time: Option<Time>) -> Coded<'_> {
        let code = Code::new(code, 5);
        let old = self.old_communes.with_code(code.as_str());
        let new = self.communes.with_code(code.as_str());
        let is_known = !old.is_empty() || !new.is_empty();
        Coded {
            old: if time == Some(Time::Since) { &[] } else { old },
            new: if time == Some(Time::Before) { &[] } else { new },
            is_known,
        }
    }

    pub(super) fn by_code(&self, asked: &Asked<'_>, coded: Coded<'_>) -> Fit {
        self.choose(asked, coded, |_| true)
    }

    /// The units of a code that are wanted. A row that names a district is of before; what had ended by 30 June 2025
    /// counts only where nothing else does.
    pub(super) fn choose(
        &self,
        asked: &Asked<'_>,
        coded: Coded<'_>,
        wanted: impl Fn(&UnitId) -> bool,
    ) -> Fit {
        let mut fit = Fit::default();
        for masks in [[asked.before, asked.since], [Provinces::MAX; 2]] {
            let fits = |unit: &&UnitId| {
                let facts = self.fact(**unit);
                let mask = masks[usize::from(!facts.is_old)];
                wanted(unit) && mask & only(facts.province) != 0
            };
            let is_ended = |unit: &UnitId| self.fact(*unit).ended;
            let old = || coded.old.iter().filter(fits);
            if !asked.has_district || old().next().is_none() {
                coded.new.iter().filter(fits).for_each(|unit| fit.add(self, *unit, false));
            }
            old().filter(|unit| !is_ended(unit)).for_each(|unit| fit.add(self, *unit, false));
            if fit.is_none() {
                old().filter(|unit| is_ended(unit)).for_each(|unit| fit.add(self, *unit, true));
            }
            if !fit.is_none() {
                return fit;
            }
        }
        fit
    }

    /// Units by name: those of the district, else those of today, or without a district of either time.
    pub(super) fn by_name(&self, asked: &Asked<'_>, text: CellText) -> Fit {
        if asked.has_district && asked.time != Some(Time::Since) {
            let fit = self.in_district(asked, text);
            if !fit.is_none() || asked.time == Some(Time::Before) {
                return fit;
            }
        }
        let is_before = asked.time != Some(Time::Since) && !asked.has_district;
        let is_since = asked.time != Some(Time::Before);
        self.first_fit(asked, text, |fit, level, name| {
            let fits = |unit: &UnitId| level.kind == 0 || self.fact(*unit).kind == level.kind;
            if is_since && !level.may_have_ended {
                let mut found = |units: &[UnitId]| {
                    units.iter().filter(|unit| fits(unit)).for_each(|unit| fit.add(self, *unit, false));
                };
                if asked.has_province {
                    for province in numbers(asked.since) {
                        found(self.within.get(within(false, u16::from(province), name)));
                    }
                } else {
                    found(self.communes.of_key(text.keys, level.is_bare));
                }
            }
            if is_before {
                for unit in self.old_communes.of_key(text.keys, level.is_bare) {
                    let facts = self.fact(*unit);
                    if fits(unit)
                        && asked.before & only(facts.province) != 0
                        && facts.ended <= level.may_have_ended
                    {
                        fit.add(self, *unit, facts.ended);
                    }
                }
            }
        })
    }

    /// Communes of the districts asked for.
    pub(super) fn in_district(&self, asked: &Asked<'_>, text: CellText) -> Fit {
        self.first_fit(asked, text, |fit, level, name| {
            for district in self.districts_asked(asked) {
                let facts = self.fact(*district);
                let (is_gone, number) = (facts.ended, facts.number);
                if is_gone && !level.may_have_ended {
                    continue;
                }
                for unit in self.within.get(within(true, number, name)) {
                    let facts = self.fact(*unit);
                    if (level.kind == 0 || facts.kind == level.kind) && facts.ended <= level.may_have_ended {
                        fit.add(self, *unit, facts.ended || is_gone);
                    }
                }
            }
        })
    }

    /// The first fit, from the strictest way of looking to the most lenient. In a row without any mark a name without
    /// marks is none that has to be without them.
    fn first_fit(
        &self,
        asked: &Asked<'_>,
        text: CellText,
        mut look: impl FnMut(&mut Fit, Leniency, u64),
    ) -> Fit {
        let mut fit = Fit::default();
        let may_be_other = text.kind != 0 && self.is_kind_of(text.kind, 5);
        for kind in [Some(text.kind), may_be_other.then_some(0)].into_iter().flatten() {
            for is_bare in [false, true] {
                for may_have_ended in [false, true] {
                    if asked.is_bare && !is_bare {
                        continue;
                    }
                    let name = if is_bare { text.keys.bare } else { text.keys.exact };
                    look(&mut fit, Leniency { kind, is_bare, may_have_ended }, name);
                    if !fit.is_none() {
                        return fit;
                    }
                }
            }
        }
        fit
    }
}

/// How closely a unit has to fit.
#[derive(Debug, Clone, Copy)]
struct Leniency {
    /// The kind that it has to be of; 0 for any.
    kind: u8,
    is_bare: bool,
    may_have_ended: bool,
}

/// The numbers of a set, from the lowest.
fn numbers(mut provinces: Provinces) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let number = provinces.trailing_zeros();
        provinces &= provinces.wrapping_sub(1);
        u8::try_from(number).ok().filter(|number| *number < 128)
    })
}
