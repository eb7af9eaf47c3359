//! Levels that together are never of one person, whatever else agrees: weights are of each field by itself, and people of
//! one household, twins above all, agree in most of them.

use std::collections::BTreeMap;

use super::profile::Profile;
use crate::link::model::{MISSING, Pattern, Weights};

/// The levels that say so: each slot has one of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apart(Vec<(usize, Vec<u8>)>);

/// The odds, in bits, of two records that are never one person.
pub const NEVER: f64 = f64::NEG_INFINITY;

/// Reads one `[[apart]]`: names of levels by comparison, and `missing`.
pub(super) fn apart(written: &BTreeMap<String, Vec<String>>, weights: &Weights) -> Result<Apart, String> {
    let mut slots = Vec::new();
    for (name, levels) in written {
        let slot = weights.comparisons.iter().position(|of| of.name == *name);
        let slot = slot.ok_or_else(|| format!("[[apart]]: no comparison `{name}`"))?;
        let known = &weights.comparisons[slot].levels;
        let level = |wanted: &String| match known.iter().position(|level| level.name == *wanted) {
            Some(at) => Ok(at as u8),
            None if wanted == "missing" => Ok(MISSING),
            None => Err(format!("[[apart]]: `{name}` has no level `{wanted}`")),
        };
        slots.push((slot, levels.iter().map(level).collect::<Result<Vec<_>, _>>()?));
    }
    match slots.len() {
        0 | 1 => Err("[[apart]] needs two comparisons: one may always be a mistake".to_owned()),
        _ => Ok(Apart(slots)),
    }
}

impl Profile {
    /// The odds of a pair in bits, [`NEVER`] where two people are told apart.
    pub fn odds(&self, pattern: Pattern, odds: f64) -> f64 {
        let says =
            |apart: &Apart| apart.0.iter().all(|(slot, levels)| levels.contains(&pattern.level(*slot)));
        if self.apart.iter().any(says) { NEVER } else { odds }
    }

    /// Whether an identifier is the same, which by right only one person has.
    pub fn shares_identifier(&self, pattern: Pattern) -> bool {
        self.comparisons.iter().any(|of| of.identifier && pattern.level(of.slot) == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_levels_together_tell_two_people_apart() {
        let text = "title = \"t\"\n\
            [[field]]\nname = \"x\"\ncolumns = [\"x\"]\nkind = \"text\"\n\
            [[field]]\nname = \"n\"\ncolumns = [\"n\"]\nkind = \"digits\"\n\
            [[comparison]]\nname = \"x\"\nkind = \"exact\"\nfields = [\"x\"]\n\
            [[comparison]]\nname = \"n\"\nkind = \"digits\"\nfields = [\"n\"]\nidentifier = true\n\
            [[block]]\non = [\"n\"]\n\
            [[apart]]\nx = [\"other\"]\nn = [\"other\", \"missing\"]\n";
        let profile = Profile::from_text(text).expect("a good profile");
        let pattern = |x, n| Pattern::NOTHING.with(0, x).with(1, n);
        assert_eq!(profile.odds(pattern(1, 4), 9.0), NEVER);
        assert_eq!(profile.odds(Pattern::NOTHING.with(0, 1), 9.0), NEVER);
        assert_eq!(profile.odds(pattern(0, 4), 9.0), 9.0);
        assert_eq!(profile.odds(pattern(1, 0), 9.0), 9.0);
        assert!(profile.shares_identifier(pattern(1, 0)) && !profile.shares_identifier(pattern(0, 1)));
        for wrong in ["n = [\"othr\"]", "m = [\"other\"]"] {
            let text = text.replace("n = [\"other\", \"missing\"]", wrong);
            assert!(Profile::from_text(&text).is_err(), "{wrong}");
        }
    }
}
