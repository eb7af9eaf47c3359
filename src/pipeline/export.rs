//! An export: the lists of a reconciliation once more, beside what it wrote about them.
//!
//! The lists are known by their checksums and read as the run read them, so that every row stands where it stood. Memory
//! follows neither lists nor tables: a few pieces of both are held at a time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::again::{self, Mismatch};
use super::clean::{Places, fields_of, normal, unit_names};
use super::run::{Plan, Run, run_key};
use super::slips::Slips;
use super::{InputOptions, Observer, Prepared, Stage, Stop, mapped, open};
use crate::export::{
    APPROVED, Approved, Batch, Beside, ExportFacts, ExportSummary, Layout, ListColumns, OfRun, RunFacts,
    Wish, Writer,
};
use crate::ingest::{self, BatchReader, Fingerprint, HeadOptions, TextEncoding, Work};
use crate::mapping::{self, Told};
use crate::record::{
    Exit, FieldKind, MappedBatch, NormalBatch, Particulars, TextColumn, Trouble, TroubleCode,
};
use crate::report::folder::{self, RunFolder};
use crate::report::run_input::RunInput;
use crate::report::summary::{self, Input, Manifest, Resources, RulesInForce, Tool};
use crate::rulebook::{Disclosure, Rulebook};
use crate::seal::{self, Out, Recipients};

/// Everything that an export is asked to do.
pub struct ExportPlan {
    /// Its lists, threads and folder.
    pub run: Plan,
    /// Folder of the reconciliation.
    pub folder: PathBuf,
    /// Name of the template.
    pub template: String,
    /// How much may be told.
    pub disclose: Disclosure,
    /// Columns that are carried over although they are sensitive or the template does not have them.
    pub with_columns: Vec<String>,
    /// Folders of approved corrections.
    pub approved: Vec<PathBuf>,
    /// To whom the files are sealed.
    pub recipients: Option<Recipients>,
    facts: RunFacts,
    hashes: Vec<(PathBuf, String)>,
}

/// A finished export.
#[derive(Debug)]
pub struct ExportDone {
    /// What `summary.json` holds.
    pub summary: ExportSummary,
    /// What it cost.
    pub resources: Resources,
    /// The folder.
    pub folder: PathBuf,
    /// Begin and end, with offset.
    pub times: (String, String),
}

impl ExportPlan {
    /// Reads what the run says of itself, and the checksums of the lists. The day of the run is taken over.
    ///
    /// # Errors
    /// When the folder is no reconciliation, or the lists are not its lists.
    pub fn new(
        run: Plan,
        folder: PathBuf,
        (template, disclose, with_columns): (String, Disclosure, Vec<String>),
        approved: Vec<PathBuf>,
        recipients: Option<Recipients>,
    ) -> Result<Self, Trouble> {
        let facts = RunFacts::read(&folder)?;
        let mut hashes = Vec::new();
        for path in ingest::expand(&run.lists.files)? {
            let sha256 = Fingerprint::of(&path)?.1;
            hashes.push((path, sha256));
        }
        let hashes = in_order(&facts.inputs, hashes)?;
        let mut besides = vec![facts.run_key.clone(), template.clone(), disclose.name().to_owned()];
        besides.extend(with_columns.iter().cloned());
        for folder in &approved {
            besides.push(Fingerprint::of(&folder.join(APPROVED))?.1);
        }
        let as_of = day(&facts.as_of).ok_or_else(|| Trouble::new(TroubleCode::NotARun).file(&folder));
        let lists =
            InputOptions { files: hashes.iter().map(|(path, _)| path.clone()).collect(), ..run.lists };
        let run = Plan { lists, as_of: as_of?, besides, ..run };
        Ok(Self { run, folder, template, disclose, with_columns, approved, recipients, facts, hashes })
    }
}

/// `2026-06-30` as 20260630.
fn day(text: &str) -> Option<u32> {
    text.replace('-', "").parse().ok().filter(|day| *day > 1_000_000)
}

/// The files in the order of the lists of the run, which they are by their checksums.
fn in_order(inputs: &[RunInput], files: Vec<(PathBuf, String)>) -> Result<Vec<(PathBuf, String)>, Trouble> {
    let names: Vec<&str> = inputs.iter().map(|input| input.path.as_str()).collect();
    let other = |cause: String| {
        Trouble::new(TroubleCode::NotItsLists).word("cause", cause).word("names", names.join(", "))
    };
    again::in_order(inputs, files).map_err(|mismatch| match mismatch {
        Mismatch::Missing(input, _) => {
            other(format!("{} (SHA-256 {})", input.path, &input.sha256[..12.min(input.sha256.len())]))
        }
        Mismatch::Extra(path) => other(path.display().to_string()).file(path),
    })
}

/// Writes an export and publishes its folder. `clock` gives the time of day with its offset.
///
/// # Errors
/// A [`Trouble`]; then nothing is published.
pub fn export(
    plan: &ExportPlan,
    book: &Rulebook,
    observer: &dyn Observer,
    stop: &Stop,
    clock: &dyn Fn() -> String,
) -> Result<ExportDone, Trouble> {
    let run = Run::new(&plan.run, book, observer, stop)?;
    let started = clock();
    let template = book.export(&plan.template)?;
    let wish = Wish { template, disclose: plan.disclose, with_columns: &plan.with_columns };
    let opened = plan.facts.inputs.iter().zip(&plan.hashes);
    let lists: Vec<Prepared<'_>> = opened
        .map(|(input, (path, _))| prepare_again(path, input, &plan.run.lists, book))
        .collect::<Result<_, _>>()?;
    let columns: Vec<ListColumns> = lists.iter().map(columns_of).collect();
    let layout = Layout::new(wish, &columns, &book.sensitive)?;
    let beside = Beside::open(&plan.folder)?;
    let names: Vec<String> = plan.facts.inputs.iter().map(|input| input.path.clone()).collect();
    let approved = Approved::read(&plan.approved, &names)?;
    let folder = RunFolder::create(&plan.run.out, plan.run.replace)?;
    folder::check_space(folder.partial(), lists.iter().map(|list| list.opened.n_bytes).sum())?;

    let gazetteer = layout.has_units().then(|| book.gazetteer()).transpose()?;
    let units = gazetteer.as_ref().map(unit_names).unwrap_or_default();
    let recipients = plan.recipients.as_ref();
    let mut writer = Writer::new((wish, &layout), (beside, approved), (book, &units), &folder, recipients);
    observer.begin(Stage::List, lists.iter().map(|list| list.opened.n_bytes).sum());
    let mut inputs = Vec::new();
    for (list, prepared) in lists.into_iter().enumerate() {
        let input = run.read_again(list, prepared, &layout, gazetteer.as_ref(), &mut writer)?;
        let told = &plan.facts.inputs[list];
        if input.sha256 != told.sha256 {
            return Err(Trouble::new(TroubleCode::FileChanged).file(&plan.hashes[list].0));
        }
        if input.records_clean != told.records_clean {
            return Err(misread(&plan.hashes[list].0, &told.path));
        }
        inputs.push(input);
    }
    observer.end();
    let (counts, mut finished) = writer.finish()?;

    let hashes: Vec<(String, String)> =
        inputs.iter().map(|input: &Input| (input.path.clone(), input.sha256.clone())).collect();
    let run_key = run_key(&plan.run, book, &hashes);
    let exit = Exit::Success;
    let summary = ExportSummary {
        schema_version: summary::SCHEMA_VERSION,
        run_id: run_key[..16].to_owned(),
        run_key: run_key.clone(),
        tool: Tool::THIS,
        command: plan.run.command,
        exit: exit.into(),
        of_run: OfRun { run_id: plan.facts.run_id.clone(), run_key: plan.facts.run_key.clone() },
        inputs,
        rules: RulesInForce::of(book),
        export: ExportFacts::of(template, plan.disclose, &layout, &counts),
        outputs: finished.iter().map(|file| file.plain.clone()).collect(),
    };
    let mut file = Out::create(&folder, "summary.json", false, recipients)?;
    file.write(&summary::json(&summary))?;
    finished.push(file.finish(None)?);
    let resources = run.resources();
    let times = (started, clock());
    let manifest = Manifest {
        schema_version: summary::SCHEMA_VERSION,
        tool: Tool::THIS,
        run_id: run_key[..16].to_owned(),
        run_key,
        exit: exit.into(),
        started: times.0.clone(),
        finished: times.1.clone(),
        resources,
        files: Vec::new(),
    };
    stop.check()?;
    let target = folder.target().to_owned();
    seal::publish(folder, manifest, finished, recipients)?;
    Ok(ExportDone { summary, resources, folder: target, times })
}

/// A list that is not read as the run read it: other rules, another sheet.
fn misread(path: &Path, name: &str) -> Trouble {
    Trouble::new(TroubleCode::ChangedRun).file(path).word("name", name)
}

/// Opens a list as the run opened it: its header on the same line, its columns the same fields.
fn prepare_again<'a>(
    path: &Path,
    input: &RunInput,
    options: &InputOptions,
    book: &'a Rulebook,
) -> Result<Prepared<'a>, Trouble> {
    let told: Vec<Told> = input
        .columns
        .iter()
        .map(|(field, column)| Told { column: column.trim().to_owned(), field: FieldKind::from_name(field) })
        .collect();
    let reading = InputOptions {
        source: Some(input.source.clone()),
        encoding: input.encoding.as_deref().and_then(TextEncoding::from_name),
        told,
        head: HeadOptions {
            delimiter: input.delimiter.as_ref().and_then(|delimiter| delimiter.bytes().next()),
            header_line: None,
        },
        numbers_optional: true,
        ..options.clone()
    };
    let is_same = |opened: &ingest::Opened| {
        opened.header_line == input.header_line
            && input
                .columns
                .values()
                .all(|column| opened.names.iter().filter(|name| *name == column).count() == 1)
    };
    let mut opened = open(path, &reading, book)?.0;
    if !is_same(&opened) {
        // The run was told its header.
        let head = HeadOptions { header_line: Some(input.header_line), ..reading.head.clone() };
        opened = open(path, &InputOptions { head, ..reading }, book)?.0;
    }
    if !is_same(&opened) {
        return Err(misread(path, &input.path));
    }
    let source = book.source(&input.source)?;
    let mut fields: BTreeMap<&str, &str> =
        input.columns.iter().map(|(field, column)| (column.as_str(), field.as_str())).collect();
    // Told for every column: words that the rules have learned since change nothing.
    let told: Vec<Told> = opened
        .names
        .iter()
        .enumerate()
        .map(|(place, name)| Told {
            column: format!("#{}", place + 1),
            field: fields.remove(name.as_str()).and_then(FieldKind::from_name),
        })
        .collect();
    let in_file = |trouble: Trouble| trouble.file(path).line(opened.header_line.max(1));
    let mapping = mapping::columns_without_numbers(&opened.names, book, source, &told).map_err(in_file)?;
    Ok(Prepared { opened, source, mapping })
}

fn columns_of(prepared: &Prepared<'_>) -> ListColumns {
    let mapping = &prepared.mapping;
    let place = |field: FieldKind| mapping.column(field).map(|column| (field, column));
    ListColumns {
        path: prepared.opened.path.clone(),
        names: prepared.opened.names.clone(),
        fields: mapping.fields().filter_map(place).collect(),
    }
}

/// What a piece of a list says.
struct Piece {
    rows: NormalBatch,
    more: Particulars,
    carried: Vec<TextColumn>,
}

impl Run<'_> {
    /// Reads a list once more and hands its rows over.
    fn read_again(
        &self,
        list: usize,
        prepared: Prepared<'_>,
        layout: &Layout,
        gazetteer: Option<&crate::places::Gazetteer>,
        writer: &mut Writer<'_>,
    ) -> Result<Input, Trouble> {
        let facts = prepared.facts();
        let shown = facts.path.clone();
        let wanted = fields_of(&prepared, &layout.include);
        let (fields, mut positions) = prepared.positions(&wanted);
        positions.extend(layout.carried(list).iter().flatten());
        let habits = prepared.habits(self.book);
        let context = prepared.context(&habits, self.book, self.plan.as_of);
        let samples = fields.iter().filter_map(|field| prepared.sample(*field).cloned()).collect();
        let sample = MappedBatch::new(0, prepared.opened.sample.lines.clone(), &fields, samples);
        let places = Places::learn(prepared.source, &sample, gazetteer);
        let work = |piece: Work, reader: &BatchReader| {
            let mut raw = reader.read(piece)?;
            raw.n_passed = raw.n_read();
            let carried = raw.columns.split_off(fields.len());
            let batch = mapped(&mut raw, list, &fields);
            let (rows, more) = normal(&batch, context, &places);
            Ok((Piece { rows, more, carried }, raw))
        };
        self.read_columns(prepared.opened, facts, positions, &mut Slips::nowhere(), work, |piece: Piece| {
            let Piece { rows, more, carried } = &piece;
            writer.push(Batch { list, file: &shown, rows, more, carried })
        })
    }
}
