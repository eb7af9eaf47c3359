//! The rules in force: read from `rules/`, layered, validated, compiled once.
//!
//! Owns reading and precise errors. Knows no record of a citizen.

mod checks;
mod exports;
mod commune_list;
mod files;
mod lexicon;
mod note_rows;
mod old_text;
mod policy;
mod report_words;
mod search;
mod source;
mod table_words;
mod wording;

use std::path::Path;
use std::sync::Arc;

pub use checks::{CHECKED, COMPARED, Check, CheckBook, CheckId, Dimension, Kind, Unchecked};
pub use commune_list::{
    Answer, AnswerId, Colours, Column, ColumnId, CommuneList, ListWords, Signature, SummaryWords, TitleBlock,
};
pub use exports::{
    Column as ExportColumn, DatePart, Disclosure, Format, Rows, SensitiveColumns, Template, What,
};
pub use files::{RuleFile, RuleFiles};
pub use note_rows::NoteWords;
pub use policy::{Distance, NumberState, Policy, Ruling, Situation};
pub use report_words::ReportWords;
pub use search::{KeyPart, SearchBlock, SearchRules};
pub use source::{LifeStatus, Role, Source};
pub use table_words::TableWords;
pub use wording::{Language, Wording, Words};

use crate::fields::birth_date::DateDifference;
use crate::fields::ethnic_group::EthnicGroups;
use crate::fields::health_insurance::CardWords;
use crate::fields::id_number::IdWords;
use crate::fields::person_name::{NameDifference, NameWords};
use crate::fields::phone::PhoneWords;
use crate::places::{Gazetteer, PlaceMark};
use crate::record::{FieldKind, Trouble, TroubleCode};

/// Everything that is data and not code.
pub struct Rulebook {
    /// The files in force.
    pub files: RuleFiles,
    /// Sources by name.
    pub sources: Vec<Source>,
    /// Column names met anywhere.
    pub headers: Vec<(String, Option<FieldKind>)>,
    /// What totals, signatures and the like begin with; shared with what reads files.
    pub note_words: Arc<NoteWords>,
    /// Lists of the number field.
    pub id_words: IdWords,
    /// Lists of the name field.
    pub name_words: NameWords,
    /// Prefixes of telephone numbers.
    pub phone_words: PhoneWords,
    /// Codes of health insurance cards.
    pub card_words: CardWords,
    /// Ethnic groups.
    pub ethnic_groups: EthnicGroups,
    /// Checks.
    pub checks: CheckBook,
    /// Decisions.
    pub policy: Policy,
    /// The search by other fields than the number.
    pub search: SearchRules,
    /// Templates of exports.
    pub exports: Vec<Template>,
    /// Columns that are carried over only where they are named.
    pub sensitive: SensitiveColumns,
    /// The list that a commune checks.
    pub commune_list: CommuneList,
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
        let book = Self {
            sources,
            headers: lexicon::headers(&files)?,
            note_words: Arc::new(lexicon::note_words(&files)?),
            id_words: lexicon::id_words(&files)?,
            name_words: lexicon::name_words(&files)?,
            phone_words: lexicon::phone_words(&files)?,
            card_words: lexicon::card_words(&files)?,
            ethnic_groups: lexicon::ethnic_groups(&files)?,
            checks: CheckBook::load(&files)?,
            policy: Policy::load(&files)?,
            search: SearchRules::load(&files)?,
            exports: exports::templates(&files)?,
            sensitive: SensitiveColumns::load(&files)?,
            commune_list: CommuneList::load(&files)?,
            wording: Wording::load(&files)?,
            files,
        };
        book.check_differences()?;
        Ok(book)
    }

    /// The administrative units of the rules in force.
    ///
    /// # Errors
    /// When a list of `places/` is wrong.
    pub fn gazetteer(&self) -> Result<Gazetteer, Trouble> {
        lexicon::gazetteer(&self.files)
    }

    /// The marks of an address that a check may answer to, in the order of their bits.
    pub fn place_marks(&self) -> impl Iterator<Item = &'static str> {
        PlaceMark::ALL.into_iter().map(PlaceMark::name)
    }

    /// Every way of differing that the fields know has its distance and its check: one without would be decided
    /// as the worst, or corrected without a reason.
    fn check_differences(&self) -> Result<(), Trouble> {
        let names = NameDifference::ALL.into_iter().filter(|way| *way != NameDifference::Same);
        let dates = DateDifference::ALL.into_iter().filter(|way| *way != DateDifference::Same);
        let names = names.map(|way| (FieldKind::FullName, way.name(), self.policy.knows_name(way.name())));
        let dates = dates.map(|way| (FieldKind::BirthDate, way.name(), self.policy.knows_date(way.name())));
        for (field, way, has_distance) in names.chain(dates) {
            if !has_distance {
                let cause = format!("[distance.{}] says nothing of `{way}`", field.name());
                return Err(self.files.wrong("policy.toml", 1, &cause));
            }
            if self.checks.find(field, Kind::Difference, way).is_none() {
                let cause = format!("no check of kind difference on {} answers to `{way}`", field.name());
                return Err(self.files.wrong("checks", 1, &cause));
            }
        }
        Ok(())
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

    /// The export template with a name.
    ///
    /// # Errors
    /// When there is none; names those that exist.
    pub fn export(&self, name: &str) -> Result<&Template, Trouble> {
        self.exports.iter().find(|template| template.name == name).ok_or_else(|| {
            let known: Vec<&str> = self.exports.iter().map(|template| template.name.as_str()).collect();
            Trouble::new(TroubleCode::UnknownTemplate).word("name", name).word("known", known.join(", "))
        })
    }

    /// Hash over the rules that citizens of a reference are read by: what checks and policy say is no part of it.
    pub fn reading_sha256(&self) -> String {
        let references = self.sources.iter().filter(|source| source.role == Role::Reference);
        let references: Vec<String> =
            references.map(|source| format!("sources/{}.toml", source.name)).collect();
        self.files.sha256_of(|name| {
            ["text/", "lexicon/", "places/"].iter().any(|folder| name.starts_with(folder))
                || references.iter().any(|reference| reference == name)
        })
    }
}
