//! Words for people: labels of codes and texts of errors, in Vietnamese and English.

use std::collections::HashMap;

use serde::Deserialize;

use super::files::RuleFiles;
use crate::record::{Trouble, TroubleCode};

/// The language of messages and reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Tiếng Việt, as the offices write.
    #[default]
    Vietnamese,
    /// English.
    English,
}

/// A text in both languages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    vi: String,
    en: String,
}

impl Words {
    /// The text in a language.
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::Vietnamese => &self.vi,
            Language::English => &self.en,
        }
    }

    /// The text in every language.
    pub fn all(&self) -> [&str; 2] {
        [&self.vi, &self.en]
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    vi: String,
    en: String,
    help_vi: String,
    help_en: String,
}

/// All words.
#[derive(Debug)]
pub struct Wording {
    labels: HashMap<String, HashMap<String, Words>>,
    messages: HashMap<String, Message>,
}

impl Wording {
    /// Reads `wording.toml` and `messages.toml`.
    ///
    /// # Errors
    /// With file and line, also when an error code has no message.
    pub fn load(files: &RuleFiles) -> Result<Self, Trouble> {
        let labels = files.toml("wording.toml")?;
        let messages: HashMap<String, Message> = files.toml("messages.toml")?;
        let silent = TroubleCode::ALL.iter().find(|code| !messages.contains_key(code.code()));
        match silent {
            Some(code) => Err(files.wrong("messages.toml", 1, &format!("no message for {}", code.code()))),
            None => Ok(Self { labels, messages }),
        }
    }

    /// The label of a code (`verdict`, `match`); the code itself where no label is given.
    pub fn label<'a>(&'a self, group: &str, code: &'a str, language: Language) -> &'a str {
        match self.labels.get(group).and_then(|group| group.get(code)) {
            Some(words) => words.of(language),
            None => code,
        }
    }

    /// What happened and what to do, for a trouble.
    pub fn message(&self, trouble: &Trouble, language: Language) -> (String, String) {
        let Some(message) = self.messages.get(trouble.code.code()) else {
            return (trouble.code.code().to_owned(), String::new());
        };
        let (what, help) = match language {
            Language::Vietnamese => (&message.vi, &message.help_vi),
            Language::English => (&message.en, &message.help_en),
        };
        (filled(what, trouble), filled(help, trouble))
    }
}

fn filled(text: &str, trouble: &Trouble) -> String {
    trouble
        .words
        .iter()
        .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}
