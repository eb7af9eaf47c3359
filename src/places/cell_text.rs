//! One cell that names a unit: its kind and the keys of its name.
//!
//! Owns what is kind and what is name. Knows no unit: whether there is one of that name is asked by `cells`.

use super::address::{EDGES, kind_at};
use super::gazetteer::Gazetteer;
use super::units::NameKeys;
use crate::text;

/// What a cell says, whatever its column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct CellText {
    pub(super) keys: NameKeys,
    /// Place of the kind among those of the units, from 1; 0 where the cell says none.
    pub(super) kind: u8,
    /// Whether the kind, or the name of the province, is written short.
    pub(super) is_short: bool,
}

impl Gazetteer {
    /// Reads a cell. As the lists write it, it is known; in any other form it is taken apart.
    pub(super) fn cell_text(&self, cell: &str) -> CellText {
        self.texts.get(&text::hash(cell)).copied().unwrap_or_else(|| self.typed_text(cell))
    }

    fn typed_text(&self, cell: &str) -> CellText {
        let mut cleaned = String::new();
        text::clean(cell, &mut cleaned);
        if let Some(known) = self.texts.get(&text::hash(&cleaned)) {
            return *known;
        }
        let tokens: Vec<&str> = cleaned.split_whitespace().collect();
        let word = kind_at(&tokens, &self.words, cleaned.is_ascii());
        // A kind alone is a name.
        let word = word.filter(|(_, n_tokens, rest)| !rest.is_empty() || *n_tokens < tokens.len());
        let (kind, n_tokens, rest, is_short) = match word {
            Some((word, n_tokens, rest)) => (self.kind_number(&word.kind), n_tokens, rest, word.is_short),
            None => (0, 0, "", false),
        };
        let mut name = rest.to_owned();
        for token in &tokens[n_tokens..] {
            if !name.is_empty() {
                name.push(' ');
            }
            name.push_str(token);
        }
        let name = name.trim_matches(EDGES);
        CellText { keys: NameKeys::new(name), kind, is_short: is_short || self.words.is_short(name) }
    }
}
