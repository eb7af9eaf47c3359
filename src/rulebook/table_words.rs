//! What tables and columns mean, in both languages, for the data dictionary.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::files::RuleFiles;
use super::wording::{Language, Words};
use crate::record::Trouble;

/// The words of `reports/tables.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableWords {
    title: Words,
    intro: Vec<Words>,
    heads: BTreeMap<String, Words>,
    tables: BTreeMap<String, Words>,
    columns: BTreeMap<String, Words>,
    of: BTreeMap<String, BTreeMap<String, Words>>,
}

impl TableWords {
    /// Reads the file.
    ///
    /// # Errors
    /// With line and key of the first thing that is wrong.
    pub fn load(files: &RuleFiles) -> Result<Self, Trouble> {
        files.toml("reports/tables.toml")
    }

    /// The title of the dictionary.
    pub fn title(&self, language: Language) -> &str {
        self.title.of(language)
    }

    /// The paragraphs before the first table.
    pub fn intro(&self, language: Language) -> impl Iterator<Item = &str> {
        self.intro.iter().map(move |words| words.of(language))
    }

    /// A heading by its key; the key itself where there is none.
    pub fn head<'a>(&'a self, key: &'a str, language: Language) -> &'a str {
        self.heads.get(key).map_or(key, |words| words.of(language))
    }

    /// What a table holds.
    pub fn table(&self, table: &str, language: Language) -> Option<&str> {
        self.tables.get(table).map(|words| words.of(language))
    }

    /// What a column of a table means: as that table says, else as all tables do.
    pub fn column(&self, table: &str, column: &str, language: Language) -> Option<&str> {
        let own = self.of.get(table).and_then(|columns| columns.get(column));
        own.or_else(|| self.columns.get(column)).map(|words| words.of(language))
    }

    /// Names of all tables that have words, and of all columns, with the table where it is one table's.
    pub fn names(&self) -> impl Iterator<Item = (Option<&str>, Option<&str>)> {
        let tables = self.tables.keys().map(|table| (Some(table.as_str()), None));
        let columns = self.columns.keys().map(|column| (None, Some(column.as_str())));
        let own = self.of.iter().flat_map(|(table, columns)| {
            columns.keys().map(move |column| (Some(table.as_str()), Some(column.as_str())))
        });
        tables.chain(columns).chain(own)
    }
}
