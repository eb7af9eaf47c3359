//! Units of residence, each kept once: many citizens live in one commune.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_64;

/// Position of a unit's text.
pub type UnitId = u32;

/// Texts of units, found by position. A unit is given by its parts, of which those that are not empty are joined.
#[derive(Debug)]
pub struct Units {
    texts: Vec<Box<str>>,
    ids: HashMap<Box<str>, UnitId>,
    /// The unit met last for each of some thousand hashes of parts: comparing is quicker than joining.
    recent: Vec<UnitId>,
    joined: String,
}

/// Several times as many as there are communes, so that few share a place.
const N_RECENT: usize = 1 << 15;
const SEPARATOR: &str = ", ";

impl Default for Units {
    fn default() -> Self {
        Self { texts: Vec::new(), ids: HashMap::new(), recent: vec![0; N_RECENT], joined: String::new() }
    }
}

impl Units {
    /// Units whose positions are known.
    pub fn of_texts<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        Self { texts: texts.map(Box::from).collect(), ..Self::default() }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The position of the text of these parts, which is added if it is new.
    pub fn id<'a>(&mut self, parts: impl Iterator<Item = &'a str> + Clone) -> UnitId {
        let parts = parts.map(str::trim).filter(|part| !part.is_empty());
        let place = parts.clone().fold(0, mix) as usize % N_RECENT;
        let recent = self.recent[place];
        if self.texts.get(recent as usize).is_some_and(|text| is_joined(text, parts.clone())) {
            return recent;
        }
        self.joined.clear();
        for part in parts {
            if !self.joined.is_empty() {
                self.joined.push_str(SEPARATOR);
            }
            self.joined.push_str(part);
        }
        let id = self.ids.get(&*self.joined).copied().unwrap_or_else(|| {
            let id = UnitId::try_from(self.texts.len()).expect("fewer units than four thousand million");
            self.texts.push(self.joined.as_str().into());
            self.ids.insert(self.joined.as_str().into(), id);
            id
        });
        self.recent[place] = id;
        id
    }

    /// The text at a position.
    pub fn text(&self, id: UnitId) -> &str {
        &self.texts[id as usize]
    }
}

/// Whether the text is these parts, joined.
fn is_joined<'a>(text: &str, parts: impl Iterator<Item = &'a str>) -> bool {
    let mut rest = Some(text);
    for (index, part) in parts.enumerate() {
        if index > 0 {
            rest = rest.and_then(|rest| rest.strip_prefix(SEPARATOR));
        }
        rest = rest.and_then(|rest| rest.strip_prefix(part));
    }
    rest == Some("")
}

/// A hash of the parts, for a place among the recent ones.
fn mix(hash: u64, part: &str) -> u64 {
    hash.rotate_left(17) ^ xxh3_64(part.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_has_one_position() {
        let mut units = Units::default();
        let given =
            [&["1", "a", "x"][..], &["2", "b"], &["1 ", "a", "", "x"], &[], &["1", "a, x"], &["1", "a", "y"]];
        for _ in 0..2 {
            let ids: Vec<_> = given.iter().map(|parts| units.id(parts.iter().copied())).collect();
            assert_eq!(ids, [0, 1, 0, 2, 0, 3]);
            let texts: Vec<_> = ids.iter().map(|&id| units.text(id)).collect();
            assert_eq!(texts, ["1, a, x", "2, b", "1, a, x", "", "1, a, x", "1, a, y"]);
        }
    }
}
