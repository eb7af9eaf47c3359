//! Which row that was sent a row that came back is: by its key, or where the column of keys is gone by everything else.

use std::collections::HashMap;
use std::path::Path;

use super::filled::Filled;
use super::finding::Problem;
use super::sent::{Sent, SentReader};
use super::shown::{forms, shows, spelled};
use crate::lists::read_key;
use crate::record::{FieldKind, Trouble};
use crate::rulebook::{COMPARED, CommuneList};

/// Fields that a row without a key has to show before it can be known.
const FIELDS_NEEDED: usize = 2;

/// The rows that came back, by the key of the row that was sent.
pub(super) struct Returned {
    rows: Vec<Filled>,
    by_key: HashMap<String, Vec<usize>>,
    strangers: Vec<(usize, Problem)>,
}

/// A key as it was typed: small letters, blanks and dashes do not count.
fn typed(key: &str) -> String {
    let is_sign = |letter: &char| letter.is_whitespace() || matches!(letter, '-' | '–' | '\'');
    key.chars().filter(|letter| !is_sign(letter)).map(|letter| letter.to_ascii_uppercase()).collect()
}

impl Returned {
    /// Finds the row that was sent for each row.
    ///
    /// # Errors
    /// When the table of what was sent cannot be read.
    pub(super) fn match_up(rows: Vec<Filled>, sent: &Path, list: &CommuneList) -> Result<Self, Trouble> {
        let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
        let mut without_key: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut strangers = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            match (typed(&row.key).as_str(), &row.commune) {
                ("", Some(commune)) => without_key.entry(&**commune).or_default().push(at),
                ("", None) => strangers.push((at, Problem::NoKey)),
                (key, _) => by_key.entry(key.to_owned()).or_default().push(at),
            }
        }
        // One pass tells which keys were sent, and what was sent to the communes whose rows have none.
        let mut is_sent: HashMap<String, bool> = by_key.keys().map(|key| (key.clone(), false)).collect();
        let mut of_commune: HashMap<String, Vec<Sent>> = HashMap::new();
        let mut reader = SentReader::open(sent)?;
        while let Some(row) = reader.next_row()? {
            let key = typed(&row.row_key);
            if let Some(known) = is_sent.get_mut(&key) {
                *known = true;
            } else if without_key.contains_key(row.commune.as_str()) {
                of_commune.entry(row.commune.clone()).or_default().push(row);
            }
        }
        for (key, _) in is_sent.iter().filter(|(_, is_sent)| !**is_sent) {
            let unknown = by_key.remove(key).unwrap_or_default();
            let is_key = read_key(key).is_some();
            let problem = if is_key { Problem::UnknownKey } else { Problem::MistypedKey };
            strangers.extend(unknown.into_iter().map(|at| (at, problem)));
        }
        for (commune, own) in &without_key {
            let candidates = of_commune.get(*commune).map(Vec::as_slice).unwrap_or_default();
            let found = pairs(&rows, own, candidates, list);
            for (at, candidate) in own.iter().zip(found) {
                match candidate {
                    Some(candidate) => {
                        by_key.entry(typed(&candidates[candidate].row_key)).or_default().push(*at);
                    }
                    None => strangers.push((*at, Problem::NoKey)),
                }
            }
        }
        strangers.sort_unstable();
        Ok(Self { rows, by_key, strangers })
    }

    /// The rows that came back for a key, in the order of the files.
    pub(super) fn of(&self, key: &str) -> Vec<&Filled> {
        let mut places = self.by_key.get(&typed(key)).cloned().unwrap_or_default();
        places.sort_unstable();
        places.into_iter().map(|at| &self.rows[at]).collect()
    }

    /// Rows that came back and are none of those that were sent.
    pub(super) fn strangers(&self) -> impl Iterator<Item = (&Filled, &Problem)> {
        self.strangers.iter().map(|(at, problem)| (&self.rows[*at], problem))
    }
}

/// For each row without a key the only candidate that it fits, if no other row fits the same one.
fn pairs(rows: &[Filled], own: &[usize], candidates: &[Sent], list: &CommuneList) -> Vec<Option<usize>> {
    let name = COMPARED.iter().position(|field| *field == FieldKind::FullName).unwrap_or(1);
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, candidate) in candidates.iter().enumerate() {
        for form in forms(candidate, name, list) {
            by_name.entry(form).or_default().push(at);
        }
    }
    let all: Vec<usize> = (0..candidates.len()).collect();
    let only = |row: &Filled| -> Option<usize> {
        let is_told = |cell: &&Option<String>| cell.as_ref().is_some_and(|cell| !cell.is_empty());
        if row.shown.iter().filter(is_told).count() < FIELDS_NEEDED {
            return None;
        }
        let near = match &row.shown[name] {
            Some(cell) => by_name.get(&spelled(cell)).map(Vec::as_slice).unwrap_or_default(),
            None => all.as_slice(),
        };
        let fits = |at: &&usize| {
            let cells = row.shown.iter().enumerate();
            let cells = cells.filter_map(|(field, cell)| cell.as_ref().map(|cell| (field, cell)));
            cells.into_iter().all(|(field, cell)| shows(cell, &candidates[**at], field, list))
        };
        let mut fitting: Vec<usize> = near.iter().filter(fits).copied().collect();
        fitting.sort_unstable();
        fitting.dedup();
        match fitting.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    };
    let found: Vec<Option<usize>> = own.iter().map(|at| only(&rows[*at])).collect();
    let mut times = vec![0_u32; candidates.len()];
    found.iter().flatten().for_each(|at| times[*at] += 1);
    found.into_iter().map(|at| at.filter(|at| times[*at] == 1)).collect()
}
