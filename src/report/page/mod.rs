//! `report.html`: one run as a page that needs nothing but itself, in Vietnamese and in English.
//!
//! The layout is `rules/reports/report.html`, the words stand beside it; here is only what is put into it. Everything put
//! in is text: it is escaped, and what would not be seen or would turn a line around is shown. Style and script are let
//! in by their hash, so that nothing else runs even if something got through.

mod content;
mod facts;
mod parts;
mod sentence;

pub use sentence::ListWords;

use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, escape_formatter};
use sha2::{Digest, Sha256};

use super::mask::plain;
use super::numbers::number;
use super::quality::UnitCount;
use super::seen::Example;
use super::summary::Summary;
use crate::record::{Trouble, TroubleCode};
use crate::rulebook::{Language, ReportWords, Rulebook};

/// The layout.
const TEMPLATE: &str = "reports/report.html";

/// The name of the page in a run folder. Both languages are written whatever `--lang` says: the language of a run's
/// messages is no part of what its files follow from.
pub const fn file_name(language: Language) -> &'static str {
    match language {
        Language::Vietnamese => "report.html",
        Language::English => "report.en.html",
    }
}

/// What pages are made of.
pub struct Page {
    words: ReportWords,
    environments: [Environment<'static>; 2],
    /// The hashes that a browser is told of style and script.
    style_hash: String,
    script_hash: String,
}

impl Page {
    /// Reads layout and words: before a run begins, so that a mistake in them costs nobody a run.
    ///
    /// # Errors
    /// With file and line of what is wrong.
    pub fn load(book: &Rulebook) -> Result<Self, Trouble> {
        let text = book.files.text(TEMPLATE)?;
        let between = |begin: &str, end: &str| {
            let rest = text.split_once(begin).map(|(_, rest)| rest);
            rest.and_then(|rest| rest.split_once(end)).map(|(inside, _)| hash(inside)).unwrap_or_default()
        };
        let environment = |language| {
            let mut environment = Environment::new();
            environment.set_auto_escape_callback(|_| AutoEscape::Html);
            environment.set_undefined_behavior(UndefinedBehavior::Strict);
            environment.set_formatter(|out, state, value| match value.as_str() {
                Some(text) => escape_formatter(out, state, &Value::from(plain(text))),
                None => escape_formatter(out, state, value),
            });
            environment.add_filter("n", move |value: u64| number(value, language));
            environment.add_template_owned(TEMPLATE, text.to_owned()).map_err(|error| wrong(book, &error))?;
            Ok(environment)
        };
        Ok(Self {
            words: ReportWords::load(&book.files)?,
            environments: [environment(Language::Vietnamese)?, environment(Language::English)?],
            style_hash: between("<style>", "</style>"),
            script_hash: between("<script>", "</script>"),
        })
    }

    /// The page of a run.
    ///
    /// # Errors
    /// When the layout asks for something that there is not.
    pub fn render(
        &self,
        summary: &Summary,
        units: &[UnitCount],
        examples: &[Vec<Example>],
        book: &Rulebook,
        language: Language,
    ) -> Result<String, Trouble> {
        let content = content::Content::of(
            content::Sources { summary, units, examples, book, words: &self.words, language },
            [&self.style_hash, &self.script_hash],
        );
        let environment = &self.environments[usize::from(language == Language::English)];
        let page = environment.get_template(TEMPLATE).and_then(|template| template.render(Serde(&content)));
        page.map_err(|error| wrong(book, &error))
    }
}

fn wrong(book: &Rulebook, error: &minijinja::Error) -> Trouble {
    if book.files.text(TEMPLATE).is_err() {
        return Trouble::new(TroubleCode::Internal).word("cause", "no layout of a page");
    }
    // The text of the error speaks of the layout only: values are never part of it.
    book.files.wrong(TEMPLATE, error.line().unwrap_or(1) as u64, &error.kind().to_string())
}

/// `sha256-…` of a text as a content security policy has it.
fn hash(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::from("sha256-");
    for three in Sha256::digest(text.as_bytes()).chunks(3) {
        let bits =
            three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            out.push(if place <= three.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_written_as_browsers_write_it() {
        assert_eq!(hash(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(hash("abc"), "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    }

    #[test]
    fn layout_and_words_of_the_rules_can_be_used() {
        let book = Rulebook::load(None).expect("the rules");
        let page = Page::load(&book).expect("the layout");
        assert!(page.style_hash.len() == 51 && page.script_hash.len() == 51);
    }
}
