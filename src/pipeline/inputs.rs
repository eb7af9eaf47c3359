//! Input files opened, their source found and their columns named, before a record is read.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::InputOptions;
use super::old_text::OldTextOf;
use crate::ingest::{self, OpenOptions, Opened};
use crate::mapping::{self, Mapping, Vocabulary};
use crate::normalize::{self, Context, DateHabits, NamePrior};
use crate::record::{FieldKind, TextColumn, Trouble};
use crate::report::summary::Input;
use crate::rulebook::{Role, Rulebook, Source};

/// A file ready to be read.
pub struct Prepared<'a> {
    /// The file.
    pub opened: Opened,
    /// The source whose rules apply.
    pub source: &'a Source,
    /// What its columns mean.
    pub mapping: Mapping,
}

/// What the first rows of a file tell of its names and birth dates.
pub(super) struct Habits {
    names: NamePrior,
    dates: DateHabits,
}

impl<'a> Prepared<'a> {
    /// Learns from the sample.
    pub(super) fn habits(&self, book: &Rulebook) -> Habits {
        Habits {
            names: NamePrior::learn(book, self.sample(FieldKind::FullName)),
            dates: normalize::date_habits(self.sample(FieldKind::BirthDate)),
        }
    }

    /// What normalising its rows depends on.
    pub(super) fn context<'c>(&self, habits: &'c Habits, book: &'c Rulebook, as_of: u32) -> Context<'c>
    where
        'a: 'c,
    {
        Context { book, source: self.source, as_of, names: &habits.names, dates: habits.dates }
    }
}

impl Prepared<'_> {
    /// The first cells of a column.
    pub fn sample(&self, field: FieldKind) -> Option<&TextColumn> {
        self.mapping.column(field).map(|column| &self.opened.sample.columns[column])
    }

    /// The facts of the file for the summary.
    pub fn facts(&self) -> Input {
        let columns: BTreeMap<&'static str, String> = self
            .mapping
            .fields()
            .filter_map(|field| {
                self.mapping.column(field).map(|column| (field.name(), self.opened.names[column].clone()))
            })
            .collect();
        Input::of(&self.opened, &self.source.name, columns)
    }

    /// Whether the file tells where people live.
    pub(super) fn tells_communes(&self) -> bool {
        self.mapping.column(FieldKind::Commune).is_some()
    }

    /// The wanted fields that the file has, with the positions of their columns.
    pub fn positions(&self, wanted: &[FieldKind]) -> (Vec<FieldKind>, Vec<usize>) {
        wanted.iter().filter_map(|field| self.mapping.column(*field).map(|column| (*field, column))).unzip()
    }
}

/// Opens a file and names its columns.
///
/// # Errors
/// When it cannot be opened, has no header, or its columns do not fit the source.
pub fn prepare<'a>(
    path: &Path,
    role: Option<Role>,
    options: &InputOptions,
    book: &'a Rulebook,
) -> Result<Prepared<'a>, Trouble> {
    let (opened, told_source) = open(path, options, book)?;
    let source = match told_source {
        Some(source) => source,
        None => mapping::guess_source(book, &opened.names, role).ok_or_else(|| {
            book.source("").err().unwrap_or(Trouble::new(crate::record::TroubleCode::UnknownSource))
        })?,
    };
    let in_file = |trouble: Trouble| trouble.file(path).line(opened.header_line.max(1));
    let columns = if options.numbers_optional { mapping::columns_without_numbers } else { mapping::columns };
    let mapping = columns(&opened.names, book, source, &options.told).map_err(in_file)?;
    Ok(Prepared { opened, source, mapping })
}

/// Opens a file whose header is looked for among the words of the rules and of `--map`; with it the source, where
/// one was told.
///
/// # Errors
/// When it cannot be opened or has no header, or the source does not exist.
pub fn open<'a>(
    path: &Path,
    options: &InputOptions,
    book: &'a Rulebook,
) -> Result<(Opened, Option<&'a Source>), Trouble> {
    let told_source = options.source.as_deref().map(|name| book.source(name)).transpose()?;
    let vocabulary = Vocabulary::new(book, told_source);
    let is_header_word =
        |cell: &str| vocabulary.knows(cell) || options.told.iter().any(|told| told.column == cell.trim());
    let note_words = Arc::clone(&book.note_words);
    let opened = ingest::open(
        path,
        &OpenOptions {
            encoding: options.encoding,
            head: options.head.clone(),
            limits: options.limits,
            old_text: Some(&OldTextOf(book)),
            is_header_word: Some(&is_header_word),
            is_note: Some(Arc::new(move |cell: &str| note_words.begin(cell))),
            sheet: options.sheet.as_deref(),
            marks_lines: false,
        },
    )?;
    Ok((opened, told_source))
}
