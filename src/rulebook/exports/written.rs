//! Reading export templates: what is wrong is told with its line.

use serde::Deserialize;
use toml::Spanned;

use super::{Column, DatePart, Format, Labels, Rows, Template, What, has_value, sensitive};
use crate::record::{FieldKind, Trouble, Verdict};
use crate::rulebook::checks::COMPARED;
use crate::rulebook::files::{RuleFiles, line_of};

/// Letters of the longest name of a sheet.
const SHEET_LETTERS: usize = 31;
/// Rows of the longest sheet.
const SHEET_ROWS: u64 = 1_048_576;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    description_vi: String,
    description_en: String,
    format: WrittenFormat,
    rows: Spanned<WrittenRows>,
    rows_per_file: Option<Spanned<u64>>,
    fixed: bool,
    date: Spanned<String>,
    sex: WrittenSex,
    labels: Labels,
    csv: Option<Spanned<WrittenCsv>>,
    xlsx: Option<Spanned<WrittenXlsx>>,
    column: Vec<Spanned<WrittenColumn>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WrittenFormat {
    Csv,
    Xlsx,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum WrittenRows {
    Word(String),
    Verdicts(Vec<String>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSex {
    male: String,
    female: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCsv {
    delimiter: String,
    bom: bool,
    for_people: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenXlsx {
    sheet: String,
    #[serde(default)]
    title: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Names {
    One(String),
    Several(Vec<String>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenColumn {
    header: String,
    from: Option<String>,
    corrected: Option<String>,
    column: Option<Names>,
    text: Option<String>,
    #[serde(default)]
    optional: bool,
    width: Option<f64>,
}

/// Reads all templates.
///
/// # Errors
/// With file and line of the first thing that is wrong.
pub fn templates(files: &RuleFiles) -> Result<Vec<Template>, Trouble> {
    let names = files.names_in("exports").filter(|name| *name != sensitive::FILE);
    names.filter(|name| name.ends_with(".toml")).map(|name| Template::load(files, name)).collect()
}

impl Template {
    fn load(files: &RuleFiles, file: &str) -> Result<Self, Trouble> {
        let written: Written = files.toml(file)?;
        let text = files.text(file)?;
        let wrong = |at: usize, cause: &str| files.wrong(file, line_of(text, at), cause);
        let mut columns: Vec<Column> = Vec::new();
        for column in written.column {
            let at = column.span().start;
            let column = Column::of(column.into_inner()).map_err(|cause| wrong(at, &cause))?;
            if columns.iter().any(|other| other.header == column.header) {
                return Err(wrong(at, &format!("two columns are called `{}`", column.header)));
            }
            columns.push(column);
        }
        if columns.is_empty() {
            return Err(wrong(0, "a template has at least one [[column]]"));
        }
        let format = match (written.format, written.csv, written.xlsx) {
            (WrittenFormat::Csv, Some(csv), None) => {
                let at = csv.span().start;
                csv.into_inner().format().map_err(|cause| wrong(at, cause))?
            }
            (WrittenFormat::Xlsx, None, Some(xlsx)) => {
                let at = xlsx.span().start;
                xlsx.into_inner().format().map_err(|cause| wrong(at, cause))?
            }
            _ => {
                return Err(wrong(0, "format says which of [csv] and [xlsx] is there, and the other is not"));
            }
        };
        let most = match &format {
            Format::Csv { .. } => u64::MAX,
            Format::Xlsx { title, .. } => SHEET_ROWS - 1 - title.len() as u64,
        };
        let rows_per_file = match written.rows_per_file {
            None => most,
            Some(rows) if (1..=most).contains(rows.get_ref()) => rows.into_inner(),
            Some(rows) => {
                let cause = format!("rows_per_file is from 1 to {most} here");
                return Err(wrong(rows.span().start, &cause));
            }
        };
        let rows_at = written.rows.span().start;
        let date_at = written.date.span().start;
        let name = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".toml").to_owned();
        Ok(Self {
            name,
            description_vi: written.description_vi,
            description_en: written.description_en,
            format,
            rows: rows(written.rows.into_inner()).map_err(|cause| wrong(rows_at, &cause))?,
            rows_per_file,
            fixed: written.fixed,
            date: date_parts(written.date.get_ref()).map_err(|cause| wrong(date_at, &cause))?,
            sex: [written.sex.male, written.sex.female],
            labels: written.labels,
            columns,
        })
    }
}

impl Column {
    fn of(written: WrittenColumn) -> Result<Self, String> {
        let unknown =
            |name: &str, known: Vec<&str>| format!("no field `{name}`; known: {}", known.join(", "));
        let what = match (written.from, written.corrected, written.column, written.text) {
            (Some(name), None, None, None) => What::named(&name).ok_or_else(|| {
                let fields =
                    FieldKind::ALL.iter().filter(|field| has_value(**field)).map(|field| field.name());
                unknown(&name, What::NAMED.iter().map(|(name, _)| *name).chain(fields).collect())
            })?,
            (None, Some(name), None, None) => {
                let field = COMPARED.into_iter().find(|field| field.name() == name);
                let known = || unknown(&name, COMPARED.iter().map(|field| field.name()).collect());
                What::Corrected(field.ok_or_else(known)?)
            }
            (None, None, Some(Names::One(name)), None) => What::Carried(vec![name]),
            (None, None, Some(Names::Several(names)), None) if !names.is_empty() => What::Carried(names),
            (None, None, None, Some(text)) => What::Text(text),
            _ => return Err("a column has one of from, corrected, column and text".to_owned()),
        };
        if written.header.trim().is_empty() {
            return Err("a column has a header".to_owned());
        }
        let width = written.width.unwrap_or(18.0);
        if !(1.0..=255.0).contains(&width) {
            return Err("width is from 1 to 255".to_owned());
        }
        Ok(Self { header: written.header, what, optional: written.optional, width })
    }
}

impl WrittenCsv {
    fn format(self) -> Result<Format, &'static str> {
        let delimiter = match self.delimiter.as_str() {
            "tab" => b'\t',
            "," | ";" | "|" => self.delimiter.as_bytes()[0],
            _ => return Err("delimiter is one of , ; | tab"),
        };
        Ok(Format::Csv { delimiter, bom: self.bom, for_people: self.for_people })
    }
}

impl WrittenXlsx {
    fn format(self) -> Result<Format, &'static str> {
        let n_letters = self.sheet.encode_utf16().count();
        let is_plain =
            !self.sheet.contains(['[', ']', ':', '*', '?', '/', '\\']) && !self.sheet.starts_with('\'');
        if n_letters == 0 || n_letters > SHEET_LETTERS || !is_plain || self.sheet.ends_with('\'') {
            return Err("sheet has 1 to 31 letters and none of []:*?/\\, nor an apostrophe at its ends");
        }
        if self.title.len() > 100 {
            return Err("title has at most 100 rows");
        }
        Ok(Format::Xlsx { sheet: self.sheet, title: self.title })
    }
}

fn rows(written: WrittenRows) -> Result<Rows, String> {
    let names = match written {
        WrittenRows::Word(word) => match word.as_str() {
            "all" => return Ok(Rows::All),
            "corrected" => return Ok(Rows::Corrected),
            _ => return Err("rows is \"all\", \"corrected\" or a list of verdicts".to_owned()),
        },
        WrittenRows::Verdicts(names) => names,
    };
    let verdict = |name: &String| Verdict::from_name(name).ok_or_else(|| format!("no verdict `{name}`"));
    names.iter().map(verdict).collect::<Result<Vec<_>, _>>().map(Rows::Of)
}

fn date_parts(pattern: &str) -> Result<Vec<DatePart>, String> {
    let (mut parts, mut rest) = (Vec::new(), pattern);
    while let Some(letter) = rest.chars().next() {
        let known = [("dd", DatePart::Day), ("mm", DatePart::Month), ("yyyy", DatePart::Year)];
        if let Some((word, part)) = known.into_iter().find(|(word, _)| rest.starts_with(word)) {
            if parts.contains(&part) {
                return Err(format!("`{pattern}` has {word} twice"));
            }
            parts.push(part);
            rest = &rest[word.len()..];
            continue;
        }
        if letter.is_alphanumeric() {
            return Err(format!("`{pattern}` is made of dd, mm, yyyy and what stands between them"));
        }
        match parts.last_mut() {
            Some(DatePart::Text(text)) => text.push(letter),
            _ => parts.push(DatePart::Text(letter.into())),
        }
        rest = &rest[letter.len_utf8()..];
    }
    let has_all = [DatePart::Day, DatePart::Month, DatePart::Year].iter().all(|part| parts.contains(part));
    if has_all { Ok(parts) } else { Err(format!("`{pattern}` lacks one of dd, mm and yyyy")) }
}
