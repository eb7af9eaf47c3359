//! Which columns of two files are held against each other: those of one meaning, then those of one name.

use std::collections::HashMap;

use crate::fields::birth_date::{DateContext, parse as parse_date};
use crate::fields::person_name::{exact_key, parse as parse_name};
use crate::fields::sex::{SexCodes, parse as parse_sex};
use crate::mapping::Meaning;
use crate::pipeline::Prepared;
use crate::record::{FieldKind, Outcome};
use crate::rulebook::Rulebook;

/// A column that both files have.
#[derive(Debug, Clone)]
pub(super) struct Common {
    /// Its name in the first file.
    pub(super) name: String,
    /// What it means, where that is known.
    pub(super) field: Option<FieldKind>,
    /// Positions in both files.
    pub(super) at: [usize; 2],
}

/// The columns of two files.
pub(super) struct Columns<'a> {
    /// Those that both have, in the order of the first file.
    pub(super) common: Vec<Common>,
    /// Names of those that only one has.
    pub(super) alone: [Vec<String>; 2],
    /// Whether records of both have keys.
    pub(super) by_key: bool,
    /// Positions of the keys.
    pub(super) keys: [Option<usize>; 2],
    sex_codes: [&'a SexCodes; 2],
}

impl<'a> Columns<'a> {
    /// Finds the columns that two files have in common.
    pub(super) fn common(a: &Prepared<'a>, b: &Prepared<'a>) -> Self {
        let meaning = |file: &Prepared<'_>, at: usize| match file.mapping.meanings[at] {
            Meaning::Field(field, _) => Some(field),
            _ => None,
        };
        let keys = [a, b].map(|file| file.mapping.column(FieldKind::RecordKey));
        let by_key = keys.iter().all(Option::is_some);
        let by_name: HashMap<&str, usize> =
            b.opened.names.iter().enumerate().rev().map(|(at, name)| (name.as_str(), at)).collect();
        let mut taken = vec![false; b.opened.names.len()];
        let mut common: Vec<Common> = Vec::new();
        let mut alone = [Vec::new(), Vec::new()];
        // Meanings first: a name may stand over two columns.
        let with_meaning = |at: usize| {
            let field = meaning(a, at)?;
            Some((field, b.mapping.column(field)?))
        };
        for (at, _) in a.opened.names.iter().enumerate() {
            if let Some((_, other)) = with_meaning(at) {
                taken[other] = true;
            }
        }
        for (at, name) in a.opened.names.iter().enumerate() {
            if by_key && Some(at) == keys[0] {
                continue;
            }
            let by_name = || by_name.get(name.as_str()).copied().filter(|other| !taken[*other]);
            let found = with_meaning(at).map(|(field, other)| (Some(field), other));
            match found.or_else(|| by_name().map(|other| (None, other))) {
                Some((field, other)) => {
                    taken[other] = true;
                    common.push(Common { name: name.clone(), field, at: [at, other] });
                }
                None => alone[0].push(name.clone()),
            }
        }
        let rest = b.opened.names.iter().enumerate().filter(|(at, _)| !taken[*at]);
        alone[1].extend(rest.filter(|(at, _)| !by_key || Some(*at) != keys[1]).map(|(_, name)| name.clone()));
        Self { common, alone, by_key, keys, sex_codes: [&a.source.sex_codes, &b.source.sex_codes] }
    }

    /// Whether two cells of a column that differ say the same.
    pub(super) fn same_value(&self, column: &Common, cells: [&str; 2], book: &Rulebook) -> bool {
        let [a, b] = cells;
        let spaced = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        if spaced(a) == spaced(b) {
            return true;
        }
        match column.field {
            Some(FieldKind::FullName) => {
                let key = |text: &str| {
                    let mut name = String::new();
                    matches!(parse_name(text, &book.name_words, &mut name), Outcome::Value(..))
                        .then(|| exact_key(&name))
                };
                key(a).is_some_and(|name| key(b) == Some(name))
            }
            Some(FieldKind::BirthDate) => {
                let context =
                    DateContext { day_first: true, as_of: 99_991_231, birth_year: None, any_time: true };
                let date = |text: &str| match parse_date(text, &context) {
                    Outcome::Value(date, _) => Some(date),
                    _ => None,
                };
                date(a).is_some_and(|day| date(b) == Some(day))
            }
            Some(FieldKind::Sex) => {
                let sex = |at: usize| match parse_sex(cells[at], self.sex_codes[at]) {
                    Outcome::Value(sex, _) => Some(sex),
                    _ => None,
                };
                sex(0).is_some_and(|one| sex(1) == Some(one))
            }
            Some(
                FieldKind::CitizenNumber | FieldKind::AnyNumber | FieldKind::OldNumber | FieldKind::Phone,
            ) => {
                // Zeros at the front are what a spreadsheet loses.
                let digits = |text: &str| {
                    let digits: String =
                        text.chars().filter(|letter| !matches!(letter, ' ' | '.' | '-' | '\u{a0}')).collect();
                    digits.trim_start_matches('0').to_owned()
                };
                let is_number =
                    |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                is_number(&digits(a)) && digits(a) == digits(b)
            }
            _ => false,
        }
    }
}
