//! Columns that are carried over into an export only where they are named: ethnic group, religion, health.

use serde::Deserialize;

use crate::record::Trouble;
use crate::rulebook::files::RuleFiles;
use crate::text::fold_label;

/// The file of the words, which is no template.
pub(super) const FILE: &str = "exports/sensitive.toml";

/// Words by which a sensitive column is known.
#[derive(Debug)]
pub struct SensitiveColumns(Vec<(String, Vec<String>, Vec<String>)>);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSensitive {
    group: Vec<WrittenGroup>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenGroup {
    id: String,
    words: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
}

impl SensitiveColumns {
    /// Reads the words.
    ///
    /// # Errors
    /// With file and line of what is wrong.
    pub fn load(files: &RuleFiles) -> Result<Self, Trouble> {
        let written: WrittenSensitive = files.toml(FILE)?;
        let padded = |words: Vec<String>| words.iter().map(|word| padded(word)).collect::<Vec<_>>();
        let groups: Vec<_> = written
            .group
            .into_iter()
            .map(|group| (group.id, padded(group.words), padded(group.unless)))
            .collect();
        // A word of which nothing is left would be found in every header.
        let is_empty = |words: &Vec<String>| words.iter().any(|word| word.trim().is_empty());
        match groups.iter().find(|(_, words, unless)| is_empty(words) || is_empty(unless)) {
            Some((id, ..)) => Err(files.wrong(FILE, 1, &format!("group `{id}` has an empty word"))),
            None => Ok(Self(groups)),
        }
    }

    /// The group of a sensitive header. Words are looked for as whole words, without case and marks.
    pub fn group_of(&self, header: &str) -> Option<&str> {
        let header = padded(header);
        let is_of = |(_, words, unless): &&(String, Vec<String>, Vec<String>)| {
            let rest = unless.iter().fold(header.clone(), |rest, word| rest.replace(word.as_str(), "  "));
            words.iter().any(|word| rest.contains(word.as_str()))
        };
        self.0.iter().find(is_of).map(|(id, ..)| id.as_str())
    }
}

fn padded(words: &str) -> String {
    format!(" {} ", fold_label(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sensitive_headers_are_known_by_whole_words() {
        let files = RuleFiles::load(None).expect("our own rules");
        let words = SensitiveColumns::load(&files).expect("our own file");
        let check = |header, group| assert_eq!(words.group_of(header), group, "{header}");
        check("Dân tộc", Some("ethnicity"));
        check("DAN TOC (*)", Some("ethnicity"));
        check("Tôn giáo", Some("religion"));
        check("Bệnh nền", Some("health"));
        check("Bệnh viện, chẩn đoán", Some("health"));
        check("Bệnh viện", None);
        check("Họ và tên", None);
        check("Mũi tiêm", None);
        check("Ngày tiêm", None);
        check("Số lô", None);
        check("Địa chỉ chi tiết", None);
    }
}
