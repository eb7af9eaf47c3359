//! What the tests of the room share: the gazetteer of the rules.

use super::{Gazetteer, PlaceTexts, PlaceWords};

macro_rules! rules {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/", $name))
    };
}

pub(super) fn gazetteer() -> Gazetteer {
    let texts = PlaceTexts {
        provinces_2024: rules!("places/provinces_2024.csv"),
        provinces_historic: rules!("places/provinces_historic.csv"),
        districts_2024: rules!("places/districts_2024.csv"),
        districts_history: rules!("places/districts_history.csv"),
        communes_2024: rules!("places/communes_2024.csv"),
        communes_prior: rules!("places/communes_prior.csv"),
        communes_history: rules!("places/communes_history.csv"),
        provinces_2025: rules!("places/provinces_2025.csv"),
        communes_2025: rules!("places/communes_2025.csv"),
        commune_mapping: rules!("places/commune_mapping.csv"),
    };
    let words = rules!("lexicon/place_words.csv").lines().skip(1).filter_map(|line| {
        let mut cells = line.split(',');
        Some((cells.next()?, cells.next()?, cells.next()?))
    });
    Gazetteer::new(&texts, PlaceWords::new(words)).expect("the lists are whole")
}
