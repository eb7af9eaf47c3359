//! The data dictionary: every table with its columns, types and meanings, as a page and as data.

use serde::Serialize;

use super::cleaned;
use super::columns::{self, Column, Kind};
use crate::ingest::Fault;
use crate::record::{Decision, FieldKind, Flag, Verdict};
use crate::rulebook::{Language, TableWords, Wording};

/// A table of the dictionary.
#[derive(Debug, Serialize)]
pub struct TableFacts {
    /// Name of its files, without the ending.
    pub name: &'static str,
    /// What it holds, in Vietnamese.
    pub vi: String,
    /// The same in English.
    pub en: String,
    /// Its columns in order.
    pub columns: Vec<ColumnFacts>,
}

/// A column of the dictionary.
#[derive(Debug, Serialize)]
pub struct ColumnFacts {
    /// Name in the header; a star stands for names that follow from the run.
    pub name: String,
    /// What its cells are.
    pub kind: Kind,
    /// Type in Parquet.
    pub parquet: &'static str,
    /// Whether cells may be empty.
    pub may_be_empty: bool,
    /// What it means, in Vietnamese.
    pub vi: String,
    /// The same in English.
    pub en: String,
}

/// Every table with all columns that it can have.
pub fn all_columns() -> Vec<(&'static str, Vec<Column<'static>>)> {
    vec![
        ("verdicts", columns::VERDICTS.to_vec()),
        ("corrections", columns::CORRECTIONS.to_vec()),
        ("findings", columns::FINDINGS.to_vec()),
        ("candidates", columns::with_levels(&columns::CANDIDATES, std::iter::once("*_level"))),
        ("cleaned", cleaned::Columns::of(&FieldKind::ALL).all()),
        ("quarantine", columns::QUARANTINE.to_vec()),
        ("links", columns::with_levels(&columns::LINKS, std::iter::once("*"))),
        ("clusters", columns::CLUSTERS.to_vec()),
    ]
}

/// Every table with its words.
pub fn tables(words: &TableWords) -> Vec<TableFacts> {
    let facts = |(table, columns): (&'static str, Vec<Column<'static>>)| {
        let told = |language| words.table(table, language).unwrap_or_default().to_owned();
        let column = |column: Column<'static>| {
            let told = |language| words.column(table, column.name, language).unwrap_or_default().to_owned();
            ColumnFacts {
                name: column.name.to_owned(),
                kind: column.kind,
                parquet: column.kind.name(),
                may_be_empty: column.may_be_empty,
                vi: told(Language::Vietnamese),
                en: told(Language::English),
            }
        };
        TableFacts {
            name: table,
            vi: told(Language::Vietnamese),
            en: told(Language::English),
            columns: columns.into_iter().map(column).collect(),
        }
    };
    all_columns().into_iter().map(facts).collect()
}

/// The dictionary as a page in both languages, in Markdown.
pub fn page(words: &TableWords, wording: &Wording) -> String {
    let both = |key: &str| {
        let in_language = |language| words.head(key, language);
        format!("{} / {}", in_language(Language::Vietnamese), in_language(Language::English))
    };
    let mut out = format!("# {} / {}\n", words.title(Language::Vietnamese), words.title(Language::English));
    for (vi, en) in words.intro(Language::Vietnamese).zip(words.intro(Language::English)) {
        out.push_str(&format!("\n{vi}\n\n{en}\n"));
    }
    let meaning = |language| words.head("meaning", language);
    let (in_vi, in_en) = (meaning(Language::Vietnamese), meaning(Language::English));
    for table in tables(words) {
        out.push_str(&format!("\n## {}\n\n{}\n\n{}\n\n", table.name, table.vi, table.en));
        let heads = [both("column"), both("type"), both("empty")].join(" | ");
        out.push_str(&format!("| {heads} | {in_vi} | {in_en} |\n| --- | --- | --- | --- | --- |\n"));
        for column in table.columns {
            let empty = if column.may_be_empty { both("yes") } else { String::new() };
            let ColumnFacts { name, parquet, vi, en, .. } = column;
            out.push_str(&format!("| `{name}` | {parquet} | {empty} | {vi} | {en} |\n"));
        }
    }
    out.push_str(&format!("\n## {}\n\n{}\n", both("values"), both("of_values")));
    for (group, codes) in values() {
        out.push_str(&format!("\n| `{group}` | {in_vi} | {in_en} |\n| --- | --- | --- |\n"));
        for code in codes {
            let label = |language| wording.label(group, code, language);
            let (vi, en) = (label(Language::Vietnamese), label(Language::English));
            out.push_str(&format!("| `{code}` | {vi} | {en} |\n"));
        }
    }
    out
}

/// Codes by the group of their labels.
fn values() -> [(&'static str, Vec<&'static str>); 4] {
    [
        ("verdict", Verdict::ALL.map(Verdict::name).to_vec()),
        ("flag", Flag::ALL.map(Flag::name).to_vec()),
        ("decision", [Decision::Auto, Decision::Review, Decision::FieldCheck].map(Decision::name).to_vec()),
        ("fault", Fault::ALL.map(Fault::name).to_vec()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulebook::RuleFiles;

    #[test]
    fn every_table_and_column_has_words_and_no_words_are_left_over() {
        let files = RuleFiles::load(None).expect("the built-in rules");
        let words = TableWords::load(&files).expect("the words of tables");
        for table in tables(&words) {
            assert!(!table.vi.is_empty() && !table.en.is_empty(), "{}", table.name);
            for column in table.columns {
                assert!(!column.vi.is_empty() && !column.en.is_empty(), "{}.{}", table.name, column.name);
            }
        }
        let all = all_columns();
        for (table, column) in words.names() {
            let mut tables = all.iter().filter(|(name, _)| table.is_none_or(|table| table == *name));
            let is_there = tables
                .any(|(_, columns)| column.is_none_or(|column| columns.iter().any(|of| of.name == column)));
            assert!(is_there, "words for {table:?} {column:?}, which is nowhere");
        }
    }
}
