//! Word lists of `rules/lexicon/`, read into the types of the fields that use them.

use serde::Deserialize;

use super::files::RuleFiles;
use super::note_rows::NoteWords;
use crate::fields::ethnic_group::EthnicGroups;
use crate::fields::health_insurance::CardWords;
use crate::fields::id_number::IdWords;
use crate::fields::person_name::{NameTexts, NameWords};
use crate::fields::phone::PhoneWords;
use crate::places::{Gazetteer, PlaceTexts, PlaceWords};
use crate::record::{FieldKind, Trouble};

#[derive(Debug, Deserialize)]
struct Header {
    field: String,
    header: String,
}

#[derive(Debug, Deserialize)]
struct NoteRow {
    form: String,
}

#[derive(Debug, Deserialize)]
struct Placeholder {
    kind: String,
    value: String,
}

#[derive(Debug, Deserialize)]
struct Prefix {
    kind: String,
    prefix: String,
}

#[derive(Debug, Deserialize)]
struct PhonePrefix {
    kind: String,
    prefix: String,
    new_prefix: String,
}

#[derive(Debug, Deserialize)]
struct PlaceWord {
    kind: String,
    form: String,
    stands_for: String,
}

#[derive(Debug, Deserialize)]
struct CardCode {
    code: String,
    benefit: u8,
}

#[derive(Debug, Deserialize)]
struct Group {
    code: u8,
    name: String,
    variants: String,
}

#[derive(Debug, Deserialize)]
struct Pair {
    a: String,
    b: String,
}

/// Column names met anywhere and what they mean; `None` for columns that are known and not used.
///
/// # Errors
/// When the file is wrong or names a field that does not exist.
pub fn headers(files: &RuleFiles) -> Result<Vec<(String, Option<FieldKind>)>, Trouble> {
    const NAME: &str = "lexicon/headers.csv";
    let rows: Vec<Header> = files.csv(NAME)?;
    rows.into_iter()
        .enumerate()
        .map(|(row, Header { field, header })| match FieldKind::from_name(&field) {
            None if field != "other" => {
                Err(files.wrong(NAME, row as u64 + 2, &format!("no field `{field}`")))
            }
            kind => Ok((header, kind)),
        })
        .collect()
}

/// What totals, signatures and the like begin with.
///
/// # Errors
/// When the file is wrong or a form has no word.
pub fn note_words(files: &RuleFiles) -> Result<NoteWords, Trouble> {
    const NAME: &str = "lexicon/note_rows.csv";
    let rows: Vec<NoteRow> = files.csv(NAME)?;
    NoteWords::new(rows.iter().map(|row| row.form.as_str()))
        .map_err(|row| files.wrong(NAME, row as u64 + 2, "a form without a word"))
}

/// What the number field needs: province and country codes, mobile prefixes, empty values.
///
/// # Errors
/// When a file is wrong.
pub fn id_words(files: &RuleFiles) -> Result<IdWords, Trouble> {
    const NAME: &str = "lexicon/number_prefixes.csv";
    let prefixes: Vec<Prefix> = files.csv(NAME)?;
    let mut codes = Vec::with_capacity(prefixes.len());
    for (row, prefix) in prefixes.iter().enumerate() {
        let code: u16 = prefix
            .prefix
            .parse()
            .map_err(|_| files.wrong(NAME, row as u64 + 2, "a prefix is a number of three to five digits"))?;
        codes.push((prefix.kind.as_str(), code));
    }
    let of_kind =
        |wanted: &'static str| codes.iter().filter(move |(kind, _)| *kind == wanted).map(|(_, code)| *code);
    let empty: Vec<Placeholder> = files.csv("lexicon/placeholders.csv")?;
    let values = |wanted: &'static str| {
        empty.iter().filter(move |entry| entry.kind == wanted).map(|entry| entry.value.as_str())
    };
    Ok(IdWords::new(
        of_kind("province"),
        of_kind("country"),
        of_kind("mobile"),
        values("digits"),
        values("text"),
    )
    .with_twice_issued(of_kind("twice_issued")))
}

/// The prefixes of telephone numbers.
///
/// # Errors
/// When the file is wrong or names a kind that does not exist.
pub fn phone_words(files: &RuleFiles) -> Result<PhoneWords, Trouble> {
    const NAME: &str = "lexicon/phone_prefixes.csv";
    let rows: Vec<PhonePrefix> = files.csv(NAME)?;
    let unknown = rows.iter().position(|row| !["mobile", "area", "moved"].contains(&row.kind.as_str()));
    if let Some(row) = unknown {
        return Err(files.wrong(NAME, row as u64 + 2, &format!("no kind `{}`", rows[row].kind)));
    }
    let of_kind = |kind: &'static str| rows.iter().filter(move |row| row.kind == kind);
    Ok(PhoneWords::new(
        of_kind("mobile").map(|row| row.prefix.clone()),
        of_kind("area").map(|row| row.prefix.clone()),
        of_kind("moved").map(|row| (row.prefix.clone(), row.new_prefix.clone())),
    ))
}

/// The codes of health insurance cards. A card names its province by the last two digits of the province's code.
///
/// # Errors
/// When a file is wrong.
pub fn card_words(files: &RuleFiles) -> Result<CardWords, Trouble> {
    const NAME: &str = "lexicon/health_card_codes.csv";
    let rows: Vec<CardCode> = files.csv(NAME)?;
    let prefixes: Vec<Prefix> = files.csv("lexicon/number_prefixes.csv")?;
    let provinces = prefixes.iter().filter(|prefix| prefix.kind == "province");
    let provinces = provinces.filter_map(|prefix| prefix.prefix.parse().ok());
    CardWords::new(rows.into_iter().map(|row| (row.code, row.benefit)), provinces)
        .map_err(|code| files.wrong(NAME, 1, &format!("`{code}` is not two letters")))
}

/// The ethnic groups.
///
/// # Errors
/// When the file is wrong.
pub fn ethnic_groups(files: &RuleFiles) -> Result<EthnicGroups, Trouble> {
    let rows: Vec<Group> = files.csv("lexicon/ethnic_groups.csv")?;
    Ok(EthnicGroups::new(rows.iter().map(|row| (row.code, row.name.as_str(), row.variants.as_str()))))
}

/// The administrative units and the words of addresses. Not part of loading the rules: only addresses need it.
///
/// # Errors
/// When a file is wrong.
pub fn gazetteer(files: &RuleFiles) -> Result<Gazetteer, Trouble> {
    let rows: Vec<PlaceWord> = files.csv("lexicon/place_words.csv")?;
    let words = rows.iter().map(|row| (row.kind.as_str(), row.form.as_str(), row.stands_for.as_str()));
    let texts = PlaceTexts {
        provinces_2024: files.text("places/provinces_2024.csv")?,
        provinces_historic: files.text("places/provinces_historic.csv")?,
        districts_2024: files.text("places/districts_2024.csv")?,
        districts_history: files.text("places/districts_history.csv")?,
        communes_2024: files.text("places/communes_2024.csv")?,
        communes_prior: files.text("places/communes_prior.csv")?,
        communes_history: files.text("places/communes_history.csv")?,
        provinces_2025: files.text("places/provinces_2025.csv")?,
        communes_2025: files.text("places/communes_2025.csv")?,
        commune_mapping: files.text("places/commune_mapping.csv")?,
    };
    // The message names the list and its line.
    Gazetteer::new(&texts, PlaceWords::new(words)).map_err(|cause| files.wrong("places", 1, &cause))
}

/// What the name field needs: empty values, regional pairs, and what names and syllables are made of.
///
/// # Errors
/// When a file is wrong.
pub fn name_words(files: &RuleFiles) -> Result<NameWords, Trouble> {
    let empty: Vec<Placeholder> = files.csv("lexicon/placeholders.csv")?;
    let pairs: Vec<Pair> = files.csv("lexicon/name_dialects.csv")?;
    let texts = NameTexts {
        names: files.text("lexicon/names.csv")?,
        minority: files.text("lexicon/names_minority.csv")?,
        titles: files.text("lexicon/titles.csv")?,
        onsets: files.text("text/onsets.csv")?,
        rimes: files.text("text/rimes.csv")?,
        attested: files.text("text/attested.csv")?,
        legacy: files.text("text/legacy.csv")?,
        codepages: files.text("text/codepages.csv")?,
        entities: files.text("text/entities.csv")?,
    };
    NameWords::new(
        empty.iter().filter(|entry| entry.kind == "text").map(|entry| entry.value.as_str()),
        pairs.iter().map(|pair| (pair.a.as_str(), pair.b.as_str())),
        &texts,
    )
    // The message names the list and its line.
    .map_err(|cause| files.wrong("text", 1, &cause))
}
