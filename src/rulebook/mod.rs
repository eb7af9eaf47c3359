//! The rules in force: read from `rules/`, layered, validated, compiled once.
//!
//! Owns reading and precise errors. Knows no record of a citizen.

mod checks;
mod files;
mod lexicon;
mod policy;
mod source;
mod wording;

use std::path::Path;

pub use checks::{COMPARED, Check, CheckBook, CheckId, Dimension, Kind};
pub use files::{RuleFile, RuleFiles};
pub use policy::{Distance, NumberState, Policy, Ruling, Situation};
pub use source::{LifeStatus, Role, Source};
pub use wording::{Language, Wording};

use crate::fields::id_number::IdWords;
use crate::fields::person_name::NameWords;
use crate::record::{FieldKind, Trouble, TroubleCode};

/// Everything that is data and not code.
pub struct Rulebook {
    /// The files in force.
    pub files: RuleFiles,
    /// Sources by name.
    pub sources: Vec<Source>,
    /// Column names met anywhere.
    pub headers: Vec<(String, Option<FieldKind>)>,
    /// Lists of the number field.
    pub id_words: IdWords,
    /// Lists of the name field.
    pub name_words: NameWords,
    /// Checks.
    pub checks: CheckBook,
    /// Decisions.
    pub policy: Policy,
    /// Labels and messages.
    pub wording: Wording,
}

impl Rulebook {
    /// Reads all rules; those of `folder` take the place of the built-in ones.
    ///
    /// # Errors
    /// With file, line and key of the first thing that is wrong.
    pub fn load(folder: Option<&Path>) -> Result<Self, Trouble> {
        let files = RuleFiles::load(folder)?;
        let sources =
            files.names_in("sources").map(|file| Source::load(&files, file)).collect::<Result<_, _>>()?;
        Ok(Self {
            sources,
            headers: lexicon::headers(&files)?,
            id_words: lexicon::id_words(&files)?,
            name_words: lexicon::name_words(&files)?,
            checks: CheckBook::load(&files)?,
            policy: Policy::load(&files)?,
            wording: Wording::load(&files)?,
            files,
        })
    }

    /// The source with a name.
    ///
    /// # Errors
    /// When there is none; names those that exist.
    pub fn source(&self, name: &str) -> Result<&Source, Trouble> {
        self.sources.iter().find(|source| source.name == name).ok_or_else(|| {
            let known: Vec<&str> = self.sources.iter().map(|source| source.name.as_str()).collect();
            Trouble::new(TroubleCode::UnknownSource).word("name", name).word("known", known.join(", "))
        })
    }
}
