//! Codes: the kinds of error of the taxonomy, a set of them, and how often each is tried.
//!
//! Owns the order of the codes and the choice of at most one error per family and row.
//! Does not know how an error is made.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use super::random::{Random, SHARE_WHOLE};
use super::settings::Share;

macro_rules! codes {
    ($($code:ident)*) => {
        /// A kind of error, in taxonomy order.
        ///
        /// RD06 (a field too few or too many) and RD07 (an unclosed quote) are ours: lines that no reader can read.
        #[expect(missing_docs, reason = "the names are those of the published taxonomy")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code { $($code),* }

        impl Code {
            /// All codes, in taxonomy order.
            pub const ALL: &'static [Code] = &[$(Code::$code),*];

            /// The code as it is written.
            pub fn name(self) -> &'static str {
                match self { $(Code::$code => stringify!($code)),* }
            }

            /// The code that is written so.
            pub(super) fn named(name: &str) -> Option<Code> {
                match name { $(stringify!($code) => Some(Code::$code),)* _ => None }
            }
        }
    };
}

codes! {
    ID01 ID02 ID03 ID04 ID05 ID06 ID07 ID08 ID09 ID10 ID11 ID12 ID13 ID14 ID15 ID16 ID17 ID18 ID19 ID20 ID21 ID22
    ID23 ID24 ID25 ID26
    NA01 NA02 NA03 NA04 NA05 NA06 NA07 NA08 NA09 NA10 NA11 NA12 NA13 NA14 NA15 NA16 NA17 NA18 NA19 NA20
    DB01 DB02 DB03 DB04 DB05 DB06 DB07 DB08 DB09 DB10 DB11
    SX01 SX02 SX03
    AD01 AD02 AD03 AD04 AD05 AD06 AD07 AD08 AD09
    PS01 PS02 PS03 PS04 PS05 PS06
    RD01 RD02 RD03 RD04 RD05 RD06 RD07
}

/// A set of codes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CodeSet(u128);

impl CodeSet {
    /// Adds a code.
    pub(super) fn insert(&mut self, code: Code) {
        self.0 |= 1 << (code as u32);
    }

    /// The set of the codes in a list with `+` between them; a word that is no code is passed over.
    pub(super) fn parse(list: &str) -> Self {
        list.split('+').filter_map(Code::named).collect()
    }

    /// Takes a code out.
    pub(super) fn remove(&mut self, code: Code) {
        self.0 &= !(1 << (code as u32));
    }

    /// Whether one of the codes from `first` to `last` is in the set.
    pub(super) fn contains_any(self, first: Code, last: Code) -> bool {
        self.0 >> (first as u32) & ((2 << (last as u32 - first as u32)) - 1) != 0
    }

    /// Whether the set is empty.
    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the code is in the set.
    pub(super) fn contains(self, code: Code) -> bool {
        self.0 & (1 << (code as u32)) != 0
    }

    /// The codes with `+` between them.
    pub(super) fn joined(self) -> String {
        self.iter().map(Code::name).collect::<Vec<_>>().join("+")
    }

    /// The codes of the set in taxonomy order.
    pub(super) fn iter(self) -> impl Iterator<Item = Code> {
        let inside = move |code: &Code| self.contains(*code);
        Code::ALL.iter().copied().filter(inside)
    }
}

impl FromIterator<Code> for CodeSet {
    fn from_iter<T: IntoIterator<Item = Code>>(codes: T) -> Self {
        let mut set = CodeSet::default();
        codes.into_iter().for_each(|code| set.insert(code));
        set
    }
}

/// Errors of which a row shows at most one.
#[derive(Default)]
struct Family {
    steps: Vec<(u64, Code)>,
}

impl Family {
    fn new(rates: &BTreeMap<String, Share>, members: impl Fn(Code) -> bool) -> Result<Self> {
        let mut sum = 0;
        let mut steps = Vec::new();
        for code in Code::ALL.iter().copied().filter(|code| members(*code)) {
            let rate = rates.get(code.name()).map_or(0, |share| share.parts());
            sum += rate;
            steps.push((sum, code));
        }
        if sum > SHARE_WHOLE {
            bail!("the error rates of one family add up to more than one");
        }
        Ok(Family { steps })
    }

    fn draw(&self, random: &mut Random) -> Option<Code> {
        let point = random.below(SHARE_WHOLE);
        let step = self.steps.partition_point(|(sum, _)| *sum <= point);
        self.steps.get(step).map(|(_, code)| *code)
    }
}

/// The errors to try on one row, at most one of each family.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Plan {
    /// What goes wrong with the number.
    pub(super) number: Option<Code>,
    /// What goes wrong with the name.
    pub(super) name: Option<Code>,
    /// What goes wrong with the birth date.
    pub(super) birth: Option<Code>,
    /// What goes wrong with the sex.
    pub(super) sex: Option<Code>,
    /// What goes wrong with the address.
    pub(super) address: Option<Code>,
    /// What goes wrong with the whole line.
    pub(super) line: Option<Code>,
}

/// The error rates, ready for drawing.
pub(super) struct Rates {
    number: Family,
    name: Family,
    birth: Family,
    sex: Family,
    address: Family,
    line: Family,
    alone: BTreeMap<&'static str, u64>,
}

impl Rates {
    /// Checks the rates of the settings and sorts them into families.
    pub(super) fn new(rates: &BTreeMap<String, Share>) -> Result<Self> {
        use Code::*;
        // They follow from the people listed, from the layout, or from what is written in the end.
        let follows =
            [ID15, ID16, ID19, ID20, ID24, NA08, AD02, AD03, AD04, PS01, PS03, PS04, PS05, RD04, RD05];
        for key in rates.keys() {
            let known = Code::ALL.iter().find(|code| code.name() == key);
            if known.is_none_or(|code| follows.contains(code)) {
                bail!("[rates] {key}: no error of that code has a rate of its own");
            }
        }
        let alone = [PS02, SX03, RD02, RD03].map(|code| {
            let rate = rates.get(code.name()).map_or(0, |share| share.parts());
            (code.name(), rate)
        });
        let is_number = |code| code <= ID26 || code == NA17 || code == PS06;
        Ok(Rates {
            number: Family::new(rates, is_number)?,
            name: Family::new(rates, |code| (NA01..=NA20).contains(&code) && code != NA17)?,
            birth: Family::new(rates, |code| (DB01..=DB11).contains(&code))?,
            sex: Family::new(rates, |code| code == SX01 || code == SX02)?,
            address: Family::new(rates, |code| (AD01..=AD09).contains(&code))?,
            line: Family::new(rates, |code| [RD01, RD06, RD07].contains(&code))?,
            alone: alone.into_iter().collect(),
        })
    }

    /// Draws what to try on one row.
    pub(super) fn plan(&self, random: &mut Random) -> Plan {
        Plan {
            number: self.number.draw(random),
            name: self.name.draw(random),
            birth: self.birth.draw(random),
            sex: self.sex.draw(random),
            address: self.address.draw(random),
            line: self.line.draw(random),
        }
    }

    /// The rate of an error that is not drawn row by row (a second record, a run of rows).
    pub(super) fn alone(&self, code: Code) -> u64 {
        self.alone.get(code.name()).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_lists_its_codes_in_taxonomy_order() {
        let mut set = CodeSet::default();
        set.insert(Code::RD07);
        set.insert(Code::ID01);
        set.insert(Code::DB02);
        let names: Vec<_> = set.iter().map(Code::name).collect();
        assert_eq!(names, ["ID01", "DB02", "RD07"]);
        assert_eq!(CodeSet::parse("RD07+ID01+DB02+").iter().count(), 3);
        assert!(set.contains_any(Code::DB01, Code::DB02) && !set.contains_any(Code::ID02, Code::DB01));
        assert!(Code::ALL.len() <= 128);
    }

    #[test]
    fn an_unknown_code_is_refused() {
        let rates = BTreeMap::from([("ID99".to_owned(), Share::from_parts(1))]);
        assert!(Rates::new(&rates).is_err());
        let rates = BTreeMap::from([("ID16".to_owned(), Share::from_parts(1))]);
        assert!(Rates::new(&rates).is_err());
    }
}
