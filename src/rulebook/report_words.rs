//! `reports/report.toml`: the words of report pages, in Vietnamese and English.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::files::RuleFiles;
use super::wording::Language;
use crate::record::Trouble;

/// The file.
const NAME: &str = "reports/report.toml";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    vi: String,
    en: String,
}

/// The words of report pages by name. `{name}` in them is filled in.
#[derive(Debug)]
pub struct ReportWords(BTreeMap<String, Words>);

impl ReportWords {
    /// Reads the file.
    ///
    /// # Errors
    /// With file and line.
    pub fn load(files: &RuleFiles) -> Result<Self, Trouble> {
        files.toml(NAME).map(Self)
    }

    /// All words of a language by name.
    pub fn of(&self, language: Language) -> BTreeMap<&str, &str> {
        self.0.iter().map(|(name, words)| (name.as_str(), of(words, language))).collect()
    }

    /// The words with a name, filled in; the name itself where there are none.
    pub fn filled(&self, name: &str, language: Language, with: &[(&str, &str)]) -> String {
        let text = self.0.get(name).map_or(name, |words| of(words, language));
        with.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }
}

fn of(words: &Words, language: Language) -> &str {
    match language {
        Language::Vietnamese => &words.vi,
        Language::English => &words.en,
    }
}
