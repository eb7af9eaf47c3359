//! What a list is and how its records are compared: the profile, read and checked.

use std::collections::BTreeMap;

use super::apart::{Apart, apart};
use super::written::{WrittenBlock, WrittenComparison, WrittenField, WrittenLevel, WrittenProfile};
use crate::link::model::{Comparison, FrequencyUse, Level, MAX_COMPARISONS, MAX_LEVELS, Weights, Wrong};

/// A profile that can be worked with.
#[derive(Debug, Clone)]
pub struct Profile {
    /// What it is for.
    pub title: String,
    /// Columns that may hold the key of a record; the first that a file has counts.
    pub key: Vec<String>,
    /// Most pairs that are compared.
    pub pairs_max: u64,
    /// Records of one value of a key above which the next field refines it.
    pub block_max: usize,
    /// Random pairs that tell how often records of different people agree.
    pub sample: u64,
    /// A pair with this chance or more is a link.
    pub cut: f64,
    /// Pairs with this chance or more are written.
    pub shown_from: f64,
    /// Whether a record has at most one counterpart on each side.
    pub one_to_one: bool,
    /// The fields.
    pub fields: Vec<Field>,
    /// The comparisons.
    pub comparisons: Vec<Compared>,
    /// The keys by which pairs are found.
    pub blocks: Vec<BlockKey>,
    /// Levels that together are never of one person.
    pub apart: Vec<Apart>,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKindOf {
    /// Words.
    Text(Vec<Step>),
    /// Digits; everything else is dropped.
    Digits,
    /// A date in one of these formats: `yyyy`, and `mm` and `dd`, or `m` and `d` of one or two digits, between other
    /// characters; what a format lacks is not known.
    Date(Vec<String>),
}

/// One step of preparing words. Blanks at both ends always go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Small letters.
    Lower,
    /// Without accents.
    Accents,
    /// One blank between words.
    Spaces,
    /// Letters, digits and blanks only; other marks become blanks.
    Letters,
    /// The last word only.
    Last,
    /// All words but the last.
    ButLast,
}

/// One field.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Columns that may hold it; the first that a file has counts.
    pub columns: Vec<String>,
    /// Fields, by position, whose texts it joins; then it has no column of its own.
    pub joined: Vec<usize>,
    /// What it holds.
    pub kind: FieldKindOf,
    /// Values that stand for none, as they are compared.
    pub empty: Vec<String>,
    /// Whether a file may lack it.
    pub optional: bool,
}

/// When a level of words holds: any of what is given.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct How {
    /// Same but for blanks.
    pub spaces: bool,
    /// One is how the other begins.
    pub begins: bool,
    /// Same sound.
    pub sound: bool,
    /// At most so many letters added, left out, changed, or exchanged with their neighbour.
    pub edits: Option<usize>,
    /// Likeness of Jaro and Winkler of at least this.
    pub jaro_winkler: Option<f64>,
}

/// How values are compared.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Same or not.
    Exact,
    /// Words, by the levels between same and other.
    Text(Vec<How>),
    /// Digits: same, neighbours exchanged, one digit, two digits, other.
    Digits,
    /// Digits, whose lengths tell apart numbers of two kinds: before other the level of two lengths or more apart.
    DigitsByLength,
    /// Dates: same, day and month exchanged, one digit, a year apart, same year, other.
    Date,
}

/// A comparison as the profile has it: one slot of the pattern, or three for two fields that may be exchanged.
#[derive(Debug, Clone)]
pub struct Compared {
    /// Its name.
    pub name: String,
    /// The field, or two that may be exchanged.
    pub fields: Vec<usize>,
    /// How.
    pub shape: Shape,
    /// Names of its levels.
    pub levels: Vec<String>,
    /// Whether a same value belongs to one person only, by right.
    pub identifier: bool,
    /// Floor of frequencies, and the share that levels between same and other take of them.
    pub frequency: Option<(f64, f64)>,
    /// The first of its slots in the pattern.
    pub slot: usize,
}

/// A slot of the pattern.
#[derive(Debug, Clone)]
pub struct Slot {
    /// Its name.
    pub name: String,
    /// Which comparison it is of.
    pub comparison: usize,
}

/// A part of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The whole value.
    Whole(usize),
    /// Its first letters.
    First(usize, usize),
    /// The year of a date.
    Year(usize),
    /// The sound of its letters.
    Sound(usize),
    /// Two values, whichever stands first.
    Both(usize, usize),
}

impl Part {
    /// The fields.
    pub fn fields(self) -> impl Iterator<Item = usize> {
        let (first, second) = match self {
            Self::Whole(field) | Self::First(field, _) | Self::Year(field) | Self::Sound(field) => {
                (field, None)
            }
            Self::Both(x, y) => (x, Some(y)),
        };
        std::iter::once(first).chain(second)
    }
}

/// A key: records that have the same parts are put side by side.
#[derive(Debug, Clone)]
pub struct BlockKey {
    /// As written.
    pub name: String,
    /// What has to be the same.
    pub parts: Vec<Part>,
    /// What has to be the same besides where too many records are.
    pub refine: Vec<Part>,
}

/// Most keys.
pub(super) const MAX_KEYS: usize = 32;

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// With line and key of the first thing that is wrong.
    pub fn from_text(text: &str) -> Result<Self, Wrong> {
        let line_of = |offset: usize| {
            text.as_bytes()[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count() as u64 + 1
        };
        let wrong = |offset: usize, cause: String| Wrong { line: line_of(offset), cause };
        let written: WrittenProfile = toml::from_str(text)
            .map_err(|error| wrong(error.span().map_or(0, |span| span.start), error.message().to_owned()))?;
        let WrittenProfile { title, key, limits, links, field, comparison, block, apart: aparts } = written;
        let mut fields: Vec<Field> = Vec::new();
        for spanned in field {
            let at = spanned.span().start;
            let field = self::field(spanned.into_inner(), &fields).map_err(|cause| wrong(at, cause))?;
            fields.push(field);
        }
        let mut comparisons: Vec<Compared> = Vec::new();
        for spanned in comparison {
            let at = spanned.span().start;
            let slot = comparisons.last().map_or(0, Compared::end);
            let compared = compared(spanned.into_inner(), &fields, slot).map_err(|cause| wrong(at, cause))?;
            if compared.end() > MAX_COMPARISONS {
                return Err(wrong(
                    at,
                    format!("more than {MAX_COMPARISONS} comparisons; a pair counts as three"),
                ));
            }
            comparisons.push(compared);
        }
        let mut blocks = Vec::new();
        for spanned in block {
            let at = spanned.span().start;
            blocks.push(block_key(spanned.into_inner(), &fields).map_err(|cause| wrong(at, cause))?);
        }
        let is_chance = |chance: f64| chance > 0.0 && chance < 1.0;
        let cause = if comparisons.is_empty() || blocks.is_empty() || blocks.len() > MAX_KEYS {
            format!("there must be a [[comparison]] and 1 to {MAX_KEYS} [[block]]")
        } else if !is_chance(links.cut) || !is_chance(links.shown_from) || links.shown_from > links.cut {
            "[links]: 0 < shown_from <= cut < 1".to_owned()
        } else if limits.pairs == 0 || limits.block < 2 || limits.sample == 0 {
            "[limits]: pairs and sample above 0, block above 1".to_owned()
        } else {
            let profile = Self {
                title,
                key,
                pairs_max: limits.pairs,
                block_max: limits.block,
                sample: limits.sample,
                cut: links.cut,
                shown_from: links.shown_from,
                one_to_one: links.one_to_one,
                fields,
                comparisons,
                blocks,
                apart: Vec::new(),
            };
            let profile = profile.with_apart(aparts).map_err(|(at, cause)| wrong(at, cause))?;
            return profile.checked().map_err(|cause| wrong(0, cause));
        };
        Err(wrong(0, cause))
    }

    fn with_apart(
        mut self,
        written: Vec<toml::Spanned<BTreeMap<String, Vec<String>>>>,
    ) -> Result<Self, (usize, String)> {
        let weights = self.start();
        for spanned in written {
            let at = spanned.span().start;
            self.apart.push(apart(&spanned.into_inner(), &weights).map_err(|cause| (at, cause))?);
        }
        Ok(self)
    }

    fn checked(self) -> Result<Self, String> {
        let slots = self.slots();
        for (at, slot) in slots.iter().enumerate() {
            if slots[..at].iter().any(|other| other.name == slot.name) {
                return Err(format!("two comparisons have the name `{}`", slot.name));
            }
        }
        Ok(self)
    }

    /// The slots of the pattern.
    pub fn slots(&self) -> Vec<Slot> {
        let mut slots = Vec::new();
        for (comparison, compared) in self.comparisons.iter().enumerate() {
            if let [x, y] = compared.fields[..] {
                slots.extend([x, y].map(|field| Slot { name: self.fields[field].name.clone(), comparison }));
            }
            slots.push(Slot { name: compared.name.clone(), comparison });
        }
        slots
    }

    /// Whether a slot only says that two fields are exchanged: its levels are no agreement and no disagreement.
    pub fn is_order(&self, slot: usize) -> bool {
        self.comparisons.iter().any(|compared| compared.fields.len() == 2 && slot == compared.slot + 2)
    }

    /// The weights that training begins with: m by rank of the level, u not known yet.
    pub fn start(&self) -> Weights {
        let mut comparisons = Vec::new();
        for (slot, Slot { name, comparison }) in self.slots().into_iter().enumerate() {
            let compared = &self.comparisons[comparison];
            let is_order = self.is_order(slot);
            let names: Vec<String> =
                if is_order { ORDER_LEVELS.map(str::to_owned).to_vec() } else { compared.levels.clone() };
            let n = names.len();
            let chance = |at: usize| if at == 0 { SAME_START } else { (1.0 - SAME_START) / (n - 1) as f64 };
            let level = |(at, name)| Level { name, m: chance(at), u: 1.0 / n as f64 };
            let shares = |alike: f64| {
                (0..n)
                    .map(|at| {
                        if at == 0 {
                            1.0
                        } else if at + 1 == n {
                            0.0
                        } else {
                            alike
                        }
                    })
                    .collect()
            };
            let frequency = compared.frequency.filter(|_| !is_order);
            comparisons.push(Comparison {
                name,
                levels: names.into_iter().enumerate().map(level).collect(),
                frequency: frequency.map(|(floor, alike)| FrequencyUse { floor, shares: shares(alike) }),
            });
        }
        Weights { comparisons }
    }
}

/// How often values of one person are the same, before anything is known.
const SAME_START: f64 = 0.85;
/// Levels of the slot that says whether two fields are exchanged.
const ORDER_LEVELS: [&str; 2] = ["straight", "exchanged"];

impl Compared {
    /// The slot behind its last one.
    pub const fn end(&self) -> usize {
        self.slot + if self.fields.len() == 2 { 3 } else { 1 }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

fn position(name: &str, fields: &[Field]) -> Result<usize, String> {
    fields
        .iter()
        .position(|field| field.name == name)
        .ok_or_else(|| format!("no field `{name}` stands before"))
}

fn field(written: WrittenField, before: &[Field]) -> Result<Field, String> {
    let WrittenField { name, columns, joined, kind, prepare, formats, empty, optional } = written;
    if !is_name(&name) || before.iter().any(|field| field.name == name) {
        return Err(format!("field `{name}`: names are unique, of small letters, digits and underscores"));
    }
    if columns.is_empty() == joined.is_empty() {
        return Err(format!("field `{name}` needs either `columns` or `joined`"));
    }
    let joined = joined.iter().map(|other| position(other, before)).collect::<Result<_, _>>()?;
    let step = |step: &String| {
        Ok(match step.as_str() {
            "lower" => Step::Lower,
            "accents" => Step::Accents,
            "spaces" => Step::Spaces,
            "letters" => Step::Letters,
            "last" => Step::Last,
            "but_last" => Step::ButLast,
            other => {
                return Err(format!(
                    "field `{name}`: prepare `{other}`; lower, accents, spaces, letters, last, but_last"
                ));
            }
        })
    };
    let steps = prepare.iter().map(step).collect::<Result<Vec<_>, _>>()?;
    let kind = match kind.as_str() {
        "text" if formats.is_empty() => FieldKindOf::Text(steps),
        "digits" if formats.is_empty() && steps.is_empty() => FieldKindOf::Digits,
        "date"
            if !formats.is_empty() && steps.is_empty() && formats.iter().all(|format| is_format(format)) =>
        {
            FieldKindOf::Date(formats)
        }
        "date" => {
            return Err(format!(
                "field `{name}`: formats with yyyy, and with mm and dd, or m and d, where they are known, and no prepare"
            ));
        }
        "text" | "digits" => return Err(format!("field `{name}`: `{kind}` has no such keys")),
        other => return Err(format!("field `{name}`: kind `{other}`; text, digits, date")),
    };
    Ok(Field { name, columns, joined, kind, empty, optional })
}

/// Whether a year stands in a format, and month and day at most once, no day without its month.
fn is_format(format: &str) -> bool {
    let n = |letter: char| format.matches(letter).count();
    let together = |letters: &str| format.contains(letters);
    n('y') == 4
        && together("yyyy")
        && (n('m') <= 1 || n('m') == 2 && together("mm"))
        && (n('d') <= 1 || n('d') == 2 && together("dd"))
        && (n('d') == 0 || n('m') > 0)
}

fn compared(written: WrittenComparison, fields: &[Field], slot: usize) -> Result<Compared, String> {
    let WrittenComparison { name, kind, fields: names, levels, frequency, lengths, identifier } = written;
    if !is_name(&name) {
        return Err(format!("comparison `{name}`: names have small letters, digits and underscores"));
    }
    let positions = names.iter().map(|field| position(field, fields)).collect::<Result<Vec<_>, _>>()?;
    let wanted = if kind == "pair" { 2 } else { 1 };
    if positions.len() != wanted {
        return Err(format!("comparison `{name}`: {kind} takes {wanted} in `fields`"));
    }
    let is_text = |at: &usize| matches!(fields[*at].kind, FieldKindOf::Text(_));
    let of_kind = match kind.as_str() {
        "exact" => true,
        "text" | "pair" => positions.iter().all(is_text),
        "digits" => fields[positions[0]].kind == FieldKindOf::Digits,
        "date" => matches!(fields[positions[0]].kind, FieldKindOf::Date(_)),
        other => {
            return Err(format!("comparison `{name}`: kind `{other}`; exact, text, pair, digits, date"));
        }
    };
    if !of_kind {
        return Err(format!("comparison `{name}`: {kind} does not fit the kind of its field"));
    }
    let between: &[&str] = match kind.as_str() {
        "digits" if lengths => &["neighbours", "one_digit", "two_digits", "other_length"],
        "digits" => &["neighbours", "one_digit", "two_digits"],
        "date" => &["day_month", "one_digit", "year_apart", "same_year"],
        _ => &[],
    };
    if lengths && kind != "digits" {
        return Err(format!("comparison `{name}`: `lengths` is of digits"));
    }
    let is_words = matches!(kind.as_str(), "text" | "pair");
    if !is_words && !levels.is_empty() {
        return Err(format!("comparison `{name}`: {kind} has levels of its own"));
    }
    let mut level_names = vec!["same".to_owned()];
    level_names.extend(between.iter().map(|name| (*name).to_owned()));
    let hows = levels.iter().map(|level| how(level, &name)).collect::<Result<Vec<_>, _>>()?;
    level_names.extend(levels.into_iter().map(|level| level.name));
    level_names.push("other".to_owned());
    if level_names.len() > MAX_LEVELS || level_names.iter().any(|level| !is_name(level)) {
        return Err(format!("comparison `{name}`: at most {MAX_LEVELS} levels, with names of small letters"));
    }
    let shape = match kind.as_str() {
        "exact" => Shape::Exact,
        "digits" if lengths => Shape::DigitsByLength,
        "digits" => Shape::Digits,
        "date" => Shape::Date,
        _ => Shape::Text(hows),
    };
    let frequency = frequency.map(|frequency| (frequency.floor, frequency.alike));
    if frequency.is_some_and(|(floor, alike)| !(floor > 0.0 && floor < 1.0 && (0.0..=1.0).contains(&alike))) {
        return Err(format!("comparison `{name}`: frequency takes a floor above 0 and alike from 0 to 1"));
    }
    Ok(Compared { name, fields: positions, shape, levels: level_names, identifier, frequency, slot })
}

fn how(level: &WrittenLevel, comparison: &str) -> Result<How, String> {
    let WrittenLevel { name, spaces, begins, sound, edits, jaro_winkler } = level;
    let how =
        How { spaces: *spaces, begins: *begins, sound: *sound, edits: *edits, jaro_winkler: *jaro_winkler };
    if how == How::default() || jaro_winkler.is_some_and(|least| !(0.0..=1.0).contains(&least)) {
        return Err(format!("comparison `{comparison}`, level `{name}` says not when it holds"));
    }
    Ok(how)
}

fn block_key(written: WrittenBlock, fields: &[Field]) -> Result<BlockKey, String> {
    let WrittenBlock { on, refine } = written;
    let part = |text: &String| {
        if let Some((x, y)) = text.split_once('&') {
            return Ok(Part::Both(position(x, fields)?, position(y, fields)?));
        }
        let (name, of) = text.split_once(':').unwrap_or((text, ""));
        let field = position(name, fields)?;
        let is_date = matches!(fields[field].kind, FieldKindOf::Date(_));
        Ok(match (of, of.parse::<usize>()) {
            ("", _) => Part::Whole(field),
            ("year", _) if is_date => Part::Year(field),
            ("sound", _) if !is_date => Part::Sound(field),
            (_, Ok(n)) if n > 0 => Part::First(field, n),
            _ => {
                return Err(format!(
                    "block `{text}`: FIELD, FIELD:N (first letters), :year of a date, :sound, FIELD&FIELD"
                ));
            }
        })
    };
    let parts = on.iter().map(part).collect::<Result<Vec<_>, _>>()?;
    if parts.is_empty() {
        return Err("a [[block]] needs fields in `on`".to_owned());
    }
    let refine = refine.iter().map(part).collect::<Result<_, _>>()?;
    Ok(BlockKey { name: on.join("+"), parts, refine })
}

#[cfg(test)]
mod tests;
