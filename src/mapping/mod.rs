//! Columns of a list become fields: by the words of the source, by words met anywhere, or as told.
//!
//! Looks at headers only. Never guesses between two columns that fit equally well: it says which they are and
//! how to choose. Does not read a record.

use std::collections::HashMap;

use crate::record::{FieldKind, Trouble, TroubleCode};
use crate::rulebook::{Role, Rulebook, Source};
use crate::text::fold_label;

/// How the meaning of a column was found; the better ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// Told by `--map`.
    Told,
    /// A header of the source.
    Source,
    /// A header of the general list.
    Lexicon,
    /// The same without case and marks.
    Folded,
}

impl Basis {
    /// The name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Told => "told",
            Self::Source => "source",
            Self::Lexicon => "lexicon",
            Self::Folded => "folded",
        }
    }
}

/// What one column means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A field that is used.
    Field(FieldKind, Basis),
    /// A known header that is not used, or one that lost to a better column.
    Unused,
    /// Never seen.
    Unknown,
}

/// What each column means, and where each field stands.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// Per column of the file.
    pub meanings: Vec<Meaning>,
    positions: HashMap<FieldKind, usize>,
}

impl Mapping {
    /// The column of a field.
    pub fn column(&self, field: FieldKind) -> Option<usize> {
        self.positions.get(&field).copied()
    }

    /// Fields that have a column, in the order of [`FieldKind::ALL`].
    pub fn fields(&self) -> impl Iterator<Item = FieldKind> {
        FieldKind::ALL.into_iter().filter(|field| self.positions.contains_key(field))
    }
}

/// One `--map "Column=field"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Column name as in the header, or `#3` for the third column.
    pub column: String,
    /// What it means; `None` for "not used".
    pub field: Option<FieldKind>,
}

impl Told {
    /// Reads the text of the option.
    ///
    /// # Errors
    /// When there is no `=` or no such field.
    pub fn parse(text: &str) -> Result<Self, Trouble> {
        let bad = || {
            Trouble::new(TroubleCode::BadOption)
                .word("option", "--map")
                .word("value", text)
                .word("help", "--map \"#3=citizen_number\"")
        };
        let (column, name) = text.rsplit_once('=').ok_or_else(bad)?;
        let field = match name.trim() {
            "none" => None,
            name => Some(FieldKind::from_name(name).ok_or_else(|| {
                let known: Vec<&str> = FieldKind::ALL.iter().map(|field| field.name()).collect();
                Trouble::new(TroubleCode::UnknownField).word("name", name).word("known", known.join(", "))
            })?),
        };
        Ok(Self { column: column.trim().to_owned(), field })
    }
}

/// Words that headers are made of, prepared once per source.
pub struct Vocabulary {
    exact: HashMap<String, (Option<FieldKind>, Basis)>,
    folded: HashMap<String, Option<Option<FieldKind>>>,
}

impl Vocabulary {
    /// The words of a source, then those met anywhere.
    pub fn new(book: &Rulebook, source: Option<&Source>) -> Self {
        let mut exact = HashMap::new();
        let mut folded: HashMap<String, Option<Option<FieldKind>>> = HashMap::new();
        let own = source.map(|source| source.headers.as_slice()).unwrap_or_default();
        let of_source = own.iter().map(|entry| (entry, Basis::Source));
        // The names of fields are headers as well: what was cleaned once can be read again.
        let named: Vec<(String, Option<FieldKind>)> =
            FieldKind::ALL.iter().map(|field| (field.name().to_owned(), Some(*field))).collect();
        for ((header, kind), basis) in
            of_source.chain(book.headers.iter().chain(&named).map(|entry| (entry, Basis::Lexicon)))
        {
            exact.entry(spelled(header)).or_insert((*kind, basis));
            // Without marks `Nam` (man) and `Năm` (year) are one word: then it means nothing.
            let entry = folded.entry(fold_label(header)).or_insert(Some(*kind));
            if *entry != Some(*kind) && basis != Basis::Source {
                let by_source = own.iter().any(|(own, _)| fold_label(own) == fold_label(header));
                *entry = if by_source { *entry } else { None };
            }
        }
        Self { exact, folded }
    }

    /// Whether a cell is a known column name.
    pub fn knows(&self, cell: &str) -> bool {
        !cell.trim().is_empty() && self.meaning(cell).is_some()
    }

    fn meaning(&self, header: &str) -> Option<(Option<FieldKind>, Basis)> {
        if let Some(found) = self.exact.get(&spelled(header)) {
            return Some(*found);
        }
        let folded = fold_label(header);
        if folded.is_empty() {
            return None;
        }
        self.folded.get(&folded).copied().flatten().map(|kind| (kind, Basis::Folded))
    }
}

/// Lower case, single spaces, one Unicode form; marks stay.
fn spelled(header: &str) -> String {
    let mut clean = String::new();
    crate::text::clean(header, &mut clean);
    clean.to_lowercase()
}

/// The source whose own headers fit best among those of a role, or of any; the first by name of equals.
pub fn guess_source<'a>(book: &'a Rulebook, names: &[String], role: Option<Role>) -> Option<&'a Source> {
    let spelled_names: Vec<String> = names.iter().map(|name| spelled(name)).collect();
    let score = |source: &Source| {
        source.headers.iter().filter(|(header, _)| spelled_names.contains(&spelled(header))).count()
    };
    let fits = |source: &&Source| role.is_none_or(|role| source.role == role);
    // An extract is told from a list by its own headers; a file with none of anybody's is a list.
    let in_order = |role: Role| book.sources.iter().filter(fits).filter(move |source| source.role == role);
    let sources: Vec<&Source> = in_order(Role::List).chain(in_order(Role::Reference)).collect();
    sources.into_iter().rev().max_by_key(|source| score(source))
}

/// Says what each column means.
///
/// # Errors
/// When two columns fit a field equally well, `told` names a column that does not exist, or a field that the
/// source requires has no column.
pub fn columns(
    names: &[String],
    book: &Rulebook,
    source: &Source,
    told: &[Told],
) -> Result<Mapping, Trouble> {
    columns_of(names, book, source, told, |_| true)
}

/// The same where a file may lack every column of numbers, because citizens are found by their other fields.
///
/// # Errors
/// As [`columns`].
pub fn columns_without_numbers(
    names: &[String],
    book: &Rulebook,
    source: &Source,
    told: &[Told],
) -> Result<Mapping, Trouble> {
    const NUMBERS: [FieldKind; 3] = [FieldKind::CitizenNumber, FieldKind::AnyNumber, FieldKind::OldNumber];
    columns_of(names, book, source, told, |group| !group.iter().all(|field| NUMBERS.contains(field)))
}

fn columns_of(
    names: &[String],
    book: &Rulebook,
    source: &Source,
    told: &[Told],
    is_needed: impl Fn(&[FieldKind]) -> bool,
) -> Result<Mapping, Trouble> {
    let vocabulary = Vocabulary::new(book, Some(source));
    let mut meanings: Vec<Meaning> = names
        .iter()
        .map(|name| match vocabulary.meaning(name) {
            Some((Some(field), basis)) => Meaning::Field(field, basis),
            Some((None, _)) => Meaning::Unused,
            None => Meaning::Unknown,
        })
        .collect();
    for told in told {
        let column = position(names, &told.column).ok_or_else(|| {
            Trouble::new(TroubleCode::MissingColumn).word("column", &told.column).word("known", quoted(names))
        })?;
        meanings[column] = told.field.map_or(Meaning::Unused, |field| Meaning::Field(field, Basis::Told));
    }
    name_in_two_columns(names, &mut meanings);
    let positions = settle(names, &mut meanings)?;
    let mapping = Mapping { meanings, positions };
    for group in source.required.iter().filter(|group| is_needed(group)) {
        if !group.iter().any(|field| mapping.column(*field).is_some()) {
            return Err(Trouble::new(TroubleCode::MissingField)
                .word("source", &source.name)
                .word("field", group.iter().map(|field| field.name()).collect::<Vec<_>>().join(" | "))
                .word("known", quoted(names)));
        }
    }
    Ok(mapping)
}

/// A name right behind the column of family and middle names is the given name, where its header is one word and may
/// mean either.
fn name_in_two_columns(names: &[String], meanings: &mut [Meaning]) {
    let is = |meaning: &Meaning, wanted| matches!(meaning, Meaning::Field(field, _) if *field == wanted);
    if meanings.iter().any(|meaning| is(meaning, FieldKind::GivenName)) {
        return;
    }
    let family = meanings.iter().position(|meaning| is(meaning, FieldKind::FamilyMiddleName));
    let Some(at) = family.map(|at| at + 1).filter(|at| *at < names.len()) else { return };
    if let Meaning::Field(field @ FieldKind::FullName, basis) = &mut meanings[at]
        && *basis != Basis::Told
        && !names[at].trim().contains(' ')
    {
        *field = FieldKind::GivenName;
    }
}

/// One column per field: the one found on the best basis. Two on the same basis are refused.
fn settle(names: &[String], meanings: &mut [Meaning]) -> Result<HashMap<FieldKind, usize>, Trouble> {
    let mut best: HashMap<FieldKind, (Basis, usize)> = HashMap::new();
    let mut rivals: Vec<(FieldKind, usize, usize)> = Vec::new();
    for column in 0..meanings.len() {
        let Meaning::Field(field, basis) = meanings[column] else { continue };
        match best.get(&field).copied() {
            None => {
                best.insert(field, (basis, column));
            }
            Some((other, at)) if basis < other => {
                meanings[at] = Meaning::Unused;
                best.insert(field, (basis, column));
                rivals.retain(|(rival, ..)| *rival != field);
            }
            Some((other, _)) if basis == other && is_beside(field) => meanings[column] = Meaning::Unused,
            Some((other, at)) if basis == other => rivals.push((field, at, column)),
            Some(_) => meanings[column] = Meaning::Unused,
        }
    }
    if let Some((field, first, second)) = rivals.first() {
        let shown = |column: usize| {
            let twice = names.iter().filter(|name| **name == names[column]).count() > 1;
            if twice { format!("#{}", column + 1) } else { names[column].clone() }
        };
        return Err(Trouble::new(TroubleCode::CompetingColumns)
            .word("field", field.name())
            .word("first", shown(*first))
            .word("second", shown(*second)));
    }
    Ok(best.into_iter().map(|(field, (_, column))| (field, column)).collect())
}

/// Whether a field is only looked at beside others, so that the first of two columns may serve: a list may have the days
/// of two doses and of two papers.
const fn is_beside(field: FieldKind) -> bool {
    matches!(
        field,
        FieldKind::EventDate
            | FieldKind::IssueDate
            | FieldKind::GuardianName
            | FieldKind::GuardianNumber
            | FieldKind::HealthCard
            | FieldKind::SocialInsurance
            | FieldKind::TaxCode
            | FieldKind::Passport
            | FieldKind::Ethnicity
            | FieldKind::BirthPlace
    )
}

fn position(names: &[String], column: &str) -> Option<usize> {
    if let Some(number) = column.strip_prefix('#').and_then(|digits| digits.parse::<usize>().ok()) {
        return (1..=names.len()).contains(&number).then(|| number - 1);
    }
    let wanted = spelled(column);
    names.iter().position(|name| spelled(name) == wanted)
}

/// Column names for a message, not more than fit on a screen.
fn quoted(names: &[String]) -> String {
    const SHOWN: usize = 12;
    let mut shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("\"{name}\"")).collect();
    if names.len() > SHOWN {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(names: &[&str], told: &[&str]) -> Result<Mapping, Trouble> {
        let book = Rulebook::load(None).expect("the built-in rules are right");
        let source = book.source("tiem_chung").expect("a built-in source");
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let told: Vec<Told> = told.iter().map(|text| Told::parse(text).expect("a right option")).collect();
        columns(&names, &book, source, &told)
    }

    #[test]
    fn headers_are_found_whatever_their_case_and_unicode_form() {
        let mapping =
            map(&["STT", "HỌ VÀ TÊN", "Nga\u{300}y sinh", "gioi tinh", "Số  CMND/CCCD"], &[]).expect("maps");
        let found: Vec<FieldKind> = mapping.fields().collect();
        assert_eq!(found, [FieldKind::AnyNumber, FieldKind::FullName, FieldKind::BirthDate, FieldKind::Sex]);
    }

    #[test]
    fn two_equal_columns_are_refused_and_can_be_chosen() {
        let names = ["CCCD", "Số CCCD", "Họ tên"];
        let trouble = map(&names, &[]).expect_err("two columns of numbers");
        assert_eq!(trouble.code, TroubleCode::CompetingColumns);
        let mapping = map(&names, &["Số CCCD=citizen_number"]).expect("chosen");
        assert_eq!(mapping.column(FieldKind::CitizenNumber), Some(1));
        let mapping = map(&names, &["#1=none"]).expect("one taken out");
        assert_eq!(mapping.column(FieldKind::CitizenNumber), Some(1));
    }

    #[test]
    fn a_required_field_without_column_is_named() {
        let trouble = map(&["Họ tên", "Ngày sinh"], &[]).expect_err("no number");
        assert_eq!(trouble.code, TroubleCode::MissingField);
        let book = Rulebook::load(None).expect("the built-in rules are right");
        let names = ["Họ tên".to_owned()];
        let source = book.source("tiem_chung").expect("a source of ours");
        assert!(columns_without_numbers(&names, &book, source, &[]).is_ok());
        let trouble = columns_without_numbers(&["CCCD".to_owned()], &book, source, &[]).expect_err("no name");
        assert_eq!(trouble.code, TroubleCode::MissingField);
        let trouble = map(&["Họ tên"], &["CCCD=citizen_number"]).expect_err("no such column");
        assert_eq!(trouble.code, TroubleCode::MissingColumn);
    }
}
