//! Units of residence, each kept once: many citizens live in one commune.

use std::collections::HashMap;

/// Position of a unit's text.
pub type UnitId = u32;

/// Texts of units, found by position.
#[derive(Debug, Default)]
pub struct Units {
    texts: Vec<Box<str>>,
    ids: HashMap<Box<str>, UnitId>,
    /// The position given last: neighbours in a file are neighbours in life.
    last: UnitId,
}

impl Units {
    /// The position of this text, which is added if it is new.
    pub fn id(&mut self, text: &str) -> UnitId {
        if self.texts.get(self.last as usize).is_some_and(|last| **last == *text) {
            return self.last;
        }
        self.last = self.ids.get(text).copied().unwrap_or_else(|| {
            let id = UnitId::try_from(self.texts.len()).expect("fewer units than four thousand million");
            self.texts.push(text.into());
            self.ids.insert(text.into(), id);
            id
        });
        self.last
    }

    /// The text at a position.
    pub fn text(&self, id: UnitId) -> &str {
        &self.texts[id as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_has_one_position() {
        let mut units = Units::default();
        let ids = ["a", "b", "a", "", "b"].map(|text| units.id(text));
        assert_eq!(ids, [0, 1, 0, 2, 1]);
        assert_eq!(ids.map(|id| units.text(id)), ["a", "b", "a", "", "b"]);
    }
}
