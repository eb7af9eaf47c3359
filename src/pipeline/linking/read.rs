//! The files of both lists into records.

use std::path::Path;

use crate::ingest;
use crate::ingest::{BatchReader, Opened, Work};
use crate::link::lists::{Profile, Ready, Records};
use crate::mapping::Told;
use crate::pipeline::run::Run;
use crate::pipeline::slips::Slips;
use crate::pipeline::{InputOptions, Stage, inputs};
use crate::record::{TextColumn, Trouble, TroubleCode};
use crate::report::summary::Input;
use crate::rulebook::Rulebook;

/// All records, and where each of them stands.
pub(super) struct Lists {
    pub(super) records: Records,
    /// Key of each record; empty where the list has none.
    pub(super) keys: Vec<Box<str>>,
    /// Its line.
    pub(super) lines: Vec<u64>,
    /// Its file among all files.
    pub(super) files: Vec<u32>,
    /// Names of all files.
    pub(super) names: Vec<String>,
    /// Files of list A.
    pub(super) inputs: Vec<Input>,
    /// Files of list B.
    pub(super) with: Vec<Input>,
}

/// A file, and where its fields stand.
pub(super) struct Found {
    opened: Opened,
    /// Column of the key.
    key: Option<usize>,
    /// Column of each field.
    columns: Vec<Option<usize>>,
    fields: Vec<String>,
}

impl Found {
    /// Fields and the names of their columns.
    pub(super) fn shown(&self) -> Vec<(String, String)> {
        let key = self.key.map(|column| ("key".to_owned(), column));
        let fields = self.fields.iter().zip(&self.columns);
        let fields = fields.filter_map(|(field, column)| column.map(|column| (field.clone(), column)));
        key.into_iter()
            .chain(fields)
            .map(|(field, column)| (field, self.opened.names[column].clone()))
            .collect()
    }
}

/// Opens a file and finds the columns of the profile.
pub(super) fn open(
    path: &Path,
    options: &InputOptions,
    profile: &Profile,
    book: &Rulebook,
) -> Result<Found, Trouble> {
    // The header is looked for among the names of the profile.
    let names = profile.key.iter().chain(profile.fields.iter().flat_map(|field| &field.columns));
    let told = names.map(|column| Told { column: column.clone(), field: None }).collect();
    let options = InputOptions { told, ..options.clone() };
    let (opened, _) = inputs::open(path, &options, book)?;
    let key = profile.key.iter().find_map(|name| position(&opened.names, name));
    let mut columns = Vec::new();
    for field in &profile.fields {
        let column = field.columns.iter().find_map(|name| position(&opened.names, name));
        if column.is_none() && field.joined.is_empty() && !field.optional {
            let known: Vec<String> = opened.names.iter().map(|name| format!("\"{name}\"")).collect();
            return Err(Trouble::new(TroubleCode::MissingColumn)
                .file(path)
                .line(opened.header_line.max(1))
                .word("column", field.columns.join("\" / \""))
                .word("known", known.join(", ")));
        }
        columns.push(column);
    }
    let fields = profile.fields.iter().map(|field| field.name.clone()).collect();
    Ok(Found { opened, key, columns, fields })
}

/// The column of a name; capitals do not count where no name is quite the same.
fn position(names: &[String], wanted: &str) -> Option<usize> {
    let same = |name: &&String| name.trim() == wanted.trim();
    let alike = |name: &&String| name.trim().to_lowercase() == wanted.trim().to_lowercase();
    let at = |fits: &dyn Fn(&&String) -> bool| names.iter().position(|name| fits(&name));
    at(&same).or_else(|| at(&alike))
}

/// Reads both lists.
pub(super) fn lists(run: &Run<'_>, profile: &Profile, slips: &mut Slips) -> Result<Lists, Trouble> {
    let mut lists = Lists {
        records: Records::new(profile),
        keys: Vec::new(),
        lines: Vec::new(),
        files: Vec::new(),
        names: Vec::new(),
        inputs: Vec::new(),
        with: Vec::new(),
    };
    let open_all = |options: &InputOptions| {
        let paths = ingest::expand(&options.files)?;
        paths.iter().map(|path| open(path, options, profile, run.book)).collect::<Result<Vec<_>, _>>()
    };
    // Both are opened before one is read: what is wrong with a header is told at once.
    let list_a = open_all(&run.plan.lists)?;
    let list_b = run.plan.reference.as_ref().map(open_all).transpose()?;
    for (stage, files, is_b) in [(Stage::List, Some(list_a), false), (Stage::Reference, list_b, true)] {
        let Some(files) = files else { continue };
        run.observer.begin(stage, files.iter().map(|file| file.opened.n_bytes).sum());
        for file in files {
            let input = read(run, profile, file, &mut lists, slips)?;
            (if is_b { &mut lists.with } else { &mut lists.inputs }).push(input);
        }
        if !is_b {
            lists.records.end_of_a(run.plan.reference.is_some());
        }
        run.observer.end();
    }
    Ok(lists)
}

/// One piece of a file.
struct Part {
    key: Option<TextColumn>,
    rows: Ready,
    lines: Vec<u64>,
}

fn read(
    run: &Run<'_>,
    profile: &Profile,
    file: Found,
    lists: &mut Lists,
    slips: &mut Slips,
) -> Result<Input, Trouble> {
    let facts = Input::of(&file.opened, "", Default::default());
    let index = u32::try_from(lists.names.len()).expect("a command line has fewer files");
    lists.names.push(facts.path.clone());
    let mut wanted: Vec<usize> = file.columns.iter().chain([&file.key]).flatten().copied().collect();
    wanted.sort_unstable();
    wanted.dedup();
    let place = |column: &Option<usize>| column.and_then(|column| wanted.binary_search(&column).ok());
    let key = place(&file.key);
    let columns: Vec<Option<usize>> = file.columns.iter().map(place).collect();
    let work = |piece: Work, reader: &BatchReader| {
        let mut raw = reader.read(piece)?;
        raw.n_passed = raw.n_read();
        let column = |at: &Option<usize>| at.map(|at| raw.columns[at].clone());
        let fields: Vec<Option<TextColumn>> = columns.iter().map(column).collect();
        let rows = Ready::of(profile, &fields, raw.n_rows());
        let part = Part { key: column(&key), rows, lines: std::mem::take(&mut raw.lines) };
        raw.columns.clear();
        Ok((part, raw))
    };
    run.read_columns(file.opened, facts, wanted.clone(), slips, work, |part: Part| {
        let n_rows = part.lines.len();
        lists.records.add(&part.rows);
        match &part.key {
            Some(key) => lists.keys.extend(key.iter().map(Box::from)),
            None => lists.keys.extend(std::iter::repeat_n(Box::from(""), n_rows)),
        }
        lists.files.extend(std::iter::repeat_n(index, n_rows));
        lists.lines.extend(part.lines);
        Ok(())
    })
}
