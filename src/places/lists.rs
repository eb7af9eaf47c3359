//! The lists of units read into a gazetteer.
//!
//! Owns the columns of the lists and what follows from a row: whose code is whose, and which commune of today stands at
//! the end of prior, 2024, 2025. Deliberately repairs nothing: a line with too few columns is an error.

use std::collections::HashMap;

use super::address::PlaceWords;
use super::cell_text::CellText;
use super::gazetteer::{Facts, Gazetteer, Provinces, only, within};
use super::units::{CommuneId, Index, Level, LevelBuilder, NameKeys, Unit, UnitId, Validity};
use crate::text;

/// The lists, as they stand in the rules.
pub struct PlaceTexts<'a> {
    /// `places/provinces_2024.csv`.
    pub provinces_2024: &'a str,
    /// `places/provinces_historic.csv`.
    pub provinces_historic: &'a str,
    /// `places/districts_2024.csv`.
    pub districts_2024: &'a str,
    /// `places/districts_history.csv`.
    pub districts_history: &'a str,
    /// `places/communes_2024.csv`.
    pub communes_2024: &'a str,
    /// `places/communes_prior.csv`.
    pub communes_prior: &'a str,
    /// `places/communes_history.csv`.
    pub communes_history: &'a str,
    /// `places/provinces_2025.csv`.
    pub provinces_2025: &'a str,
    /// `places/communes_2025.csv`.
    pub communes_2025: &'a str,
    /// `places/commune_mapping.csv`.
    pub commune_mapping: &'a str,
}

/// The day from which the lists are known; a row without a day began then or before.
const FIRST: &str = "20040831";

/// Forms of names in the lists, about.
const FORMS: usize = 48_000;

/// A gazetteer in the making.
struct Builder {
    units: Vec<Unit>,
    facts: Vec<Facts>,
    kinds: Vec<Box<str>>,
    within: Vec<(u64, UnitId)>,
    texts: HashMap<u64, CellText>,
}

/// What a row says of a unit.
struct Row<'a> {
    code: &'a str,
    kind: &'a str,
    name: &'a str,
    parent: &'a str,
    province: &'a str,
    others: &'a str,
    days: [&'a str; 2],
    /// Where some of the other names are short ones.
    words: Option<&'a PlaceWords>,
}

/// Days of what was on 30 June 2025 and of what is today.
const OLD: &str = "20250701";
const OPEN: &str = "99991231";

impl Builder {
    fn add(&mut self, level: &mut LevelBuilder, row: &Row<'_>) -> Result<UnitId, String> {
        let id = u16::try_from(self.units.len()).map(UnitId).map_err(|_| "too many units".to_owned())?;
        let wrong = || format!("cannot read the row of `{} {}`", row.code, row.name);
        let number = |text: &str| if text.is_empty() { Ok(0) } else { text.parse().map_err(|_| wrong()) };
        let [from, to] = row.days.map(number);
        let validity = Validity { from: from?, to: to? };
        let parent = row.parent.parse().unwrap_or_default();
        let facts = Facts {
            kind: self.kind(row.kind),
            province: row.province.parse().unwrap_or_default(),
            number: row.code.parse().unwrap_or_default(),
            ended: validity.ended_before_2025(),
            is_old: validity.to <= Validity::CHANGE,
        };
        if !row.code.is_empty() {
            level.add_code(id, row.code);
        }
        let mut full = String::new();
        let names = std::iter::once(row.name).chain(row.others.split(';'));
        for name in names.filter(|name| !name.is_empty()) {
            let keys = NameKeys::new(name);
            level.add_name(id, keys);
            if row.code.len() == 5 {
                for key in [keys.exact, keys.bare] {
                    self.within.push((within(facts.is_old, parent, key), id));
                }
            }
            full.clear();
            full.extend([row.kind, " ", name]);
            let is_short = row.words.is_some_and(|words| words.is_short(name));
            self.texts.insert(text::hash(&full), CellText { keys, kind: facts.kind, is_short });
            self.texts.entry(text::hash(name)).or_insert(CellText { keys, kind: 0, is_short });
        }
        self.facts.push(facts);
        self.units.push(Unit {
            id,
            code: row.code.into(),
            kind: row.kind.into(),
            name: row.name.into(),
            parent: row.parent.into(),
            validity,
        });
        Ok(id)
    }

    /// Place of a kind in the list of kinds, from 1; 0 for none.
    fn kind(&mut self, kind: &str) -> u8 {
        if kind.is_empty() {
            return 0;
        }
        let known = self.kinds.iter().position(|known| **known == *kind);
        let at = known.unwrap_or_else(|| {
            self.kinds.push(kind.into());
            self.kinds.len() - 1
        });
        u8::try_from(at + 1).unwrap_or_default()
    }
}

/// A day as it stands in a list, or the first of all.
fn since(day: &str) -> &str {
    if day.is_empty() { FIRST } else { day }
}

impl Gazetteer {
    /// Builds the tables from the lists, which have a header each.
    ///
    /// # Errors
    /// When a list has a line with too few columns, or a day that is none.
    pub fn new(texts: &PlaceTexts<'_>, words: PlaceWords) -> Result<Self, String> {
        let mut builder = Builder {
            units: Vec::new(),
            facts: Vec::new(),
            kinds: Vec::new(),
            within: Vec::new(),
            texts: HashMap::with_capacity(FORMS),
        };
        let communes = builder.communes(texts)?;
        let n_communes = u16::try_from(builder.units.len()).unwrap_or(u16::MAX);
        let old_communes = builder.old_communes(texts)?;
        let districts = builder.districts(texts)?;
        let (old_provinces, extents) = builder.old_provinces(texts, &words)?;
        let provinces = builder.provinces(texts, &words)?;
        let (leads, todays) = leads(texts, &builder.units)?;
        let mut mergers = Vec::new();
        for [code, _, _, merged] in rows("provinces_2025.csv", texts.provinces_2025)? {
            let old = merged.split(';').filter_map(|old| old.parse().ok());
            mergers.extend(old.filter_map(|old| Some((old, code.parse().ok()?))));
        }
        let Builder { units, facts, kinds, within, texts } = builder;
        let within = Index::new(within);
        let mut kinds_of = [0; 6];
        for (unit, facts) in units.iter().zip(&facts) {
            if let Some(kinds) = kinds_of.get_mut(unit.code.len()).filter(|_| facts.kind < 32) {
                *kinds |= 1 << facts.kind;
            }
        }
        Ok(Self {
            words,
            units,
            facts,
            kinds,
            kinds_of,
            n_communes,
            old_provinces,
            districts,
            old_communes,
            provinces,
            communes,
            within,
            leads,
            todays,
            extents,
            mergers,
            texts,
        })
    }
}

impl Builder {
    fn communes(&mut self, texts: &PlaceTexts<'_>) -> Result<Level, String> {
        let mut level = LevelBuilder::default();
        for [code, name, kind, province, _, others] in rows("communes_2025.csv", texts.communes_2025)? {
            let row =
                Row { code, kind, name, parent: province, province, others, days: [OLD, OPEN], words: None };
            self.add(&mut level, &row)?;
        }
        Ok(level.finish())
    }

    /// Those of 30 June 2025 first: they go before the others of their code.
    fn old_communes(&mut self, texts: &PlaceTexts<'_>) -> Result<Level, String> {
        let mut level = LevelBuilder::default();
        for [code, name, kind, parent, province, others, from] in
            rows("communes_2024.csv", texts.communes_2024)?
        {
            let days = [since(from), OLD];
            self.add(&mut level, &Row { code, kind, name, parent, province, others, days, words: None })?;
        }
        let rows_2024 = rows("communes_2024.csv", texts.communes_2024)?;
        let district_of: HashMap<&str, &str> =
            rows_2024.map(|[code, _, _, district]| (code, district)).collect();
        for [code, name, kind, parent, province, ended, followed_by, from] in
            rows("communes_prior.csv", texts.communes_prior)?
        {
            let ended = ended.replace('-', "");
            let days = [since(from), ended.as_str()];
            let row = Row { code, kind, name, parent, province, others: "", days, words: None };
            let id = self.add(&mut level, &row)?;
            // Districts changed with their communes: an old name may stand under the district of what followed.
            let keys = NameKeys::new(name);
            let districts = followed_by.split(';').filter_map(|code| district_of.get(code));
            for district in districts.filter(|district| **district != parent) {
                let district = district.parse().unwrap_or_default();
                for key in [keys.exact, keys.bare] {
                    self.within.push((within(true, district, key), id));
                }
            }
        }
        for [code, name, kind, parent, province, from, to] in
            rows("communes_history.csv", texts.communes_history)?
        {
            let days = [from, to];
            self.add(&mut level, &Row { code, kind, name, parent, province, others: "", days, words: None })?;
        }
        Ok(level.finish())
    }

    fn districts(&mut self, texts: &PlaceTexts<'_>) -> Result<Level, String> {
        let mut level = LevelBuilder::default();
        for [code, name, kind, province, from] in rows("districts_2024.csv", texts.districts_2024)? {
            let days = [since(from), OLD];
            let row = Row { code, kind, name, parent: province, province, others: "", days, words: None };
            self.add(&mut level, &row)?;
        }
        for [code, name, kind, province, from, to] in rows("districts_history.csv", texts.districts_history)?
        {
            let days = [from, to];
            let row = Row { code, kind, name, parent: province, province, others: "", days, words: None };
            self.add(&mut level, &row)?;
        }
        Ok(level.finish())
    }

    fn old_provinces(
        &mut self,
        texts: &PlaceTexts<'_>,
        words: &PlaceWords,
    ) -> Result<(Level, HashMap<UnitId, Provinces>), String> {
        let (mut level, mut extents) = (LevelBuilder::default(), HashMap::new());
        for [code, name, kind] in rows("provinces_2024.csv", texts.provinces_2024)? {
            let others = words.aliases_of(name);
            let days = ["", OLD];
            let row = Row {
                code,
                kind,
                name,
                parent: "",
                province: code,
                others: &others,
                days,
                words: Some(words),
            };
            let id = self.add(&mut level, &row)?;
            extents.insert(id, only(self.fact(id).province));
        }
        for [name, kind, code, from, to, followed_by] in
            rows("provinces_historic.csv", texts.provinces_historic)?
        {
            let others = words.aliases_of(name);
            // Without an end it is another spelling of one that was there on 30 June 2025.
            let days = [from, if to.is_empty() { OLD } else { to }];
            let row = Row {
                code,
                kind,
                name,
                parent: "",
                province: code,
                others: &others,
                days,
                words: Some(words),
            };
            let id = self.add(&mut level, &row)?;
            let numbers = followed_by.split(';').chain([code]).filter_map(|code| code.parse().ok());
            extents.insert(id, numbers.map(only).fold(0, |all, one| all | one));
        }
        Ok((level.finish(), extents))
    }

    fn provinces(&mut self, texts: &PlaceTexts<'_>, words: &PlaceWords) -> Result<Level, String> {
        let mut level = LevelBuilder::default();
        for [code, name, kind] in rows("provinces_2025.csv", texts.provinces_2025)? {
            let others = words.aliases_of(name);
            let days = [OLD, OPEN];
            let row = Row {
                code,
                kind,
                name,
                parent: "",
                province: code,
                others: &others,
                days,
                words: Some(words),
            };
            self.add(&mut level, &row)?;
        }
        Ok(level.finish())
    }

    fn fact(&self, id: UnitId) -> Facts {
        self.facts[usize::from(id.0)]
    }
}

/// For each unit the range of its communes of today in one list.
type Leads = (Vec<(u16, u16)>, Vec<CommuneId>);

fn leads(texts: &PlaceTexts<'_>, units: &[Unit]) -> Result<Leads, String> {
    let is_today = |unit: &&Unit| unit.validity.from == Validity::CHANGE && unit.code.len() == 5;
    let today: HashMap<&str, u16> =
        units.iter().take_while(is_today).map(|unit| (&*unit.code, unit.id.0)).collect();
    let mut successors: HashMap<&str, Vec<CommuneId>> = HashMap::new();
    for [level, old, new, _, _, takes_people] in rows("commune_mapping.csv", texts.commune_mapping)? {
        if takes_people == "1"
            && level != "unnumbered_area"
            && let Some(new) = today.get(new)
        {
            successors.entry(old).or_default().push(CommuneId(*new));
        }
    }
    let mut prior: HashMap<&str, Vec<&str>> = HashMap::new();
    for [code, _, _, _, _, _, followed_by] in rows("communes_prior.csv", texts.communes_prior)? {
        let codes = followed_by.split(';').filter(|code| !code.is_empty());
        prior.entry(code).or_default().extend(codes);
    }
    let (mut leads, mut todays) = (Vec::with_capacity(units.len()), Vec::new());
    for (at, unit) in units.iter().enumerate() {
        let mut found: Vec<CommuneId> = Vec::new();
        if at < today.len() {
            found.push(CommuneId(unit.id.0));
        } else {
            // A code that was given again names its commune of 30 June 2025.
            let own = successors.get(&*unit.code);
            let later = prior.get(&*unit.code).into_iter().flatten();
            found.extend(own.into_iter().flatten());
            if own.is_none() {
                found.extend(later.filter_map(|code| successors.get(code)).flatten());
            }
        }
        found.sort_unstable();
        found.dedup();
        let place = |at: usize| u16::try_from(at).map_err(|_| "too many successors".to_owned());
        let from = place(todays.len())?;
        todays.extend(found);
        leads.push((from, place(todays.len())?));
    }
    Ok((leads, todays))
}

/// The first columns of a list; none of them is quoted.
fn rows<'a, const COLUMNS: usize>(
    name: &str,
    list: &'a str,
) -> Result<impl Iterator<Item = [&'a str; COLUMNS]>, String> {
    let columns = |line: &'a str| {
        let mut cells = line.split(',');
        let row = std::array::from_fn(|_| cells.next());
        row.iter().all(Option::is_some).then(|| row.map(Option::unwrap_or_default))
    };
    let parsed: Vec<_> = list.lines().skip(1).map(|line| columns(line).ok_or(line)).collect();
    if let Some(Err(line)) = parsed.iter().find(|row| row.is_err()) {
        return Err(format!("{name}: cannot read `{line}`"));
    }
    Ok(parsed.into_iter().flatten())
}
