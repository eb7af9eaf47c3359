//! A list cleaned by itself: read it once, write the cleaned list and what to change as it passes, then say what only
//! all rows together show.
//!
//! Memory follows the number of rows and not their texts: about 110 bytes a row, its key among them.

use super::ordered::each_in_order;
use super::run::{Done, Plan, Run, open_all};
use super::slips::Slips;
use super::{Observer, Prepared, Stage, Stop, mapped};
use crate::check::{self, Conventions, ListContext, Whole};
use crate::ingest::{BatchReader, Work};
use crate::normalize::{self, Context};
use crate::places::{Gazetteer, PlaceMemo, Time};
use crate::record::{Exit, FieldKind, MappedBatch, NormalBatch, Particulars, Spare, Trouble, TroubleCode};
use crate::report::cleaned::{self, Columns, UnitNames};
use crate::report::columns::{self, Column};
use crate::report::counts::Counts;
use crate::report::folder::{self, RunFolder, Written};
use crate::report::formats::TableFile;
use crate::report::page::Page;
use crate::report::pending::{NO_UNIT, Pending};
use crate::report::seen::{Example, ExamplesWanted, Notes, Seen};
use crate::report::summary::{Input, Resources};
use crate::rulebook::{COMPARED, CheckId, Kind, Rulebook, Source};

/// Cleans lists and publishes the folder. `clock` gives the time of day with its offset.
///
/// # Errors
/// A [`Trouble`]; then nothing is published, except that too many bad records leave quarantine and summary.
pub fn clean(
    plan: &Plan,
    book: &Rulebook,
    observer: &dyn Observer,
    stop: &Stop,
    clock: &dyn Fn() -> String,
) -> Result<Done, Trouble> {
    let run = Run::new(plan, book, observer, stop)?;
    let started = clock();
    let page = Page::load(book)?;
    let lists = open_all(&plan.lists, None, book)?;
    let folder = RunFolder::create(&plan.out, plan.replace)?;
    let n_bytes: u64 = lists.iter().map(|file| file.opened.n_bytes).sum();
    // The cleaned list is about as long as the list, the tables beside it half as long.
    folder::check_space(folder.partial(), (n_bytes + n_bytes / 2) * plan.formats.n_formats() as u64)?;

    let mut slips = Slips::begin(&folder, &plan.formats)?;
    // Thirty thousand units take a moment to read, so only where a list has any.
    let gazetteer = lists.iter().any(has_places).then(|| book.gazetteer()).transpose()?;
    let mut cleaning = Cleaning::begin(&run, &folder, &lists, gazetteer.as_ref())?;
    cleaning.read(lists, &mut slips)?;
    let read_list_s = run.seconds();
    let inputs = std::mem::take(&mut cleaning.inputs);
    if let Some(trouble) = plan.max_bad.trouble(&inputs, TroubleCode::TooManyBadRecords) {
        return run.refuse(trouble, folder, slips, inputs, &started, clock);
    }
    let Cleaned { counts, mut outputs, notes, units } = cleaning.finish(&folder, &inputs)?;
    outputs.push(slips.finish()?);
    let total_clean: u64 = inputs.iter().map(|input| input.records_clean).sum();
    if counts.n_rows != total_clean {
        return Err(Trouble::new(TroubleCode::Internal).word("cause", "rows out are not rows in"));
    }
    let resources = Resources { read_list_s, decide_s: run.seconds() - read_list_s, ..run.resources() };
    let exit = if run.fails(&counts) { Exit::Findings } else { Exit::Success };
    let mut summary = run.summary(exit, inputs, None, &counts, outputs);
    let name = |unit: &UnitNames| format!("{}, {}, {}", unit.code, unit.commune, unit.province);
    let units = notes.units.iter().zip(&units).map(|(tally, unit)| (name(unit), *tally));
    run.write_page(&folder, &mut summary, &page, units, &notes.examples)?;
    run.publish(folder, summary, resources, counts, exit, (started, clock()))
}

/// The fields of a file in the order of its columns: what stands beside a cell matters. Sensitive ones are read only
/// where they are asked for.
pub(super) fn fields_of(file: &Prepared<'_>, include: &[FieldKind]) -> Vec<FieldKind> {
    const SENSITIVE: [FieldKind; 1] = [FieldKind::Ethnicity];
    let is_wanted = |field: &FieldKind| !SENSITIVE.contains(field) || include.contains(field);
    let mut fields: Vec<FieldKind> = file.mapping.fields().filter(is_wanted).collect();
    fields.sort_by_key(|field| file.mapping.column(*field));
    fields
}

/// Which of the compared fields have a column of their own, or columns that tell them.
fn has_columns(fields: &[FieldKind]) -> [bool; COMPARED.len()] {
    use FieldKind::{
        AnyNumber, BirthDate, BirthYear, BirthYearFemale, BirthYearMale, CitizenNumber, FemaleMark, FullName,
        GivenName, MaleMark, OldNumber, Sex,
    };
    let has = |any: &[FieldKind]| any.iter().any(|field| fields.contains(field));
    COMPARED.map(|field| match field {
        CitizenNumber => has(&[CitizenNumber, AnyNumber, OldNumber]),
        FullName => has(&[FullName, GivenName]),
        BirthDate => has(&[BirthDate, BirthYear, BirthYearMale, BirthYearFemale]),
        _ => has(&[Sex, MaleMark, FemaleMark, BirthYearMale, BirthYearFemale]),
    })
}

fn has_places(file: &Prepared<'_>) -> bool {
    const FIELDS: [FieldKind; 3] = [FieldKind::Commune, FieldKind::CommuneCode, FieldKind::BirthPlace];
    FIELDS.iter().any(|field| file.mapping.column(*field).is_some())
}

/// The communes of today as the cleaned list names them.
pub(super) fn unit_names(gazetteer: &Gazetteer) -> Vec<UnitNames> {
    let name = |unit: &crate::places::Unit| UnitNames {
        code: unit.code.to_string(),
        commune: unit.full_name(),
        province: gazetteer.province_of(unit.id).map(crate::places::Unit::full_name).unwrap_or_default(),
    };
    gazetteer.communes().iter().map(name).collect()
}

/// A cleaning on its way.
struct Cleaning<'a> {
    run: &'a Run<'a>,
    columns: Columns,
    gazetteer: Option<&'a Gazetteer>,
    units: Vec<UnitNames>,
    cleaned: TableFile,
    corrections: TableFile,
    whole: Whole,
    pending: Vec<Pending>,
    /// Checks that a file as a whole set off.
    of_files: Vec<Vec<CheckId>>,
    inputs: Vec<Input>,
    counts: Counts,
    wanted: ExamplesWanted,
    notes: Notes,
}

/// What becomes of one batch.
struct Part {
    tables: cleaned::Tables,
    whole: Whole,
    pending: Pending,
    examples: Vec<Example>,
}

impl<'a> Cleaning<'a> {
    fn begin(
        run: &'a Run<'a>,
        folder: &RunFolder,
        lists: &[Prepared<'_>],
        gazetteer: Option<&'a Gazetteer>,
    ) -> Result<Self, Trouble> {
        let mapped: Vec<FieldKind> =
            lists.iter().flat_map(|file| fields_of(file, &run.plan.include)).collect();
        let columns = Columns::of(&mapped);
        let begin = |name, columns: &[Column<'_>]| TableFile::begin(folder, name, columns, &run.plan.formats);
        let cleaned = begin("cleaned", &columns.all())?;
        let corrections = begin("corrections", &columns::CORRECTIONS)?;
        let units = gazetteer.map(unit_names).unwrap_or_default();
        let n_checks = run.book.checks.all().len();
        Ok(Self {
            run,
            columns,
            gazetteer,
            wanted: ExamplesWanted::new(n_checks),
            notes: Notes::new(n_checks, units.len()),
            units,
            cleaned,
            corrections,
            whole: Whole::default(),
            pending: Vec::new(),
            of_files: Vec::new(),
            inputs: Vec::new(),
            counts: Counts::default(),
        })
    }

    fn read(&mut self, lists: Vec<Prepared<'_>>, slips: &mut Slips) -> Result<(), Trouble> {
        let run = self.run;
        run.observer.begin(Stage::List, lists.iter().map(|file| file.opened.n_bytes).sum());
        for (file, prepared) in lists.into_iter().enumerate() {
            let fields = fields_of(&prepared, &run.plan.include);
            let shown = prepared.facts().path;
            let has_column = has_columns(&fields);
            let (conventions, places) = self.look_at(&prepared, &fields);
            let is_source = |source: &Source| source.name == prepared.source.name;
            self.whole.begin_file(run.book.sources.iter().position(is_source).unwrap_or_default());
            let (columns, units, wanted) = (&self.columns, self.units.as_slice(), &self.wanted);
            let work = |piece: Work, reader: &BatchReader, fields: &[FieldKind], context: Context<'_>| {
                let mut raw = reader.read(piece)?;
                raw.n_passed = raw.n_read();
                let batch = mapped(&mut raw, file, fields);
                let (rows, more) = normal(&batch, context, &places);
                let checking = ListContext {
                    book: run.book,
                    as_of: run.plan.as_of,
                    conventions: &conventions,
                    has_column,
                };
                let own = check::list_batch(&rows, &more, checking);
                let mut whole = Whole::default();
                whole.add(&rows, &more);
                let sources = cleaned::Sources {
                    rows: &rows,
                    more: &more,
                    file: &shown,
                    book: run.book,
                    columns,
                    conventions: &conventions,
                    units,
                    has_column,
                };
                let mut tables = cleaned::tables(sources);
                let examples = cleaned::examples(&sources, &own, wanted);
                let changes = std::mem::take(&mut tables.changes);
                let today = more.units.iter().map(|unit| unit.today.unwrap_or(NO_UNIT)).collect();
                let pending =
                    Pending { file, lines: rows.lines, keys: rows.keys, own, changes, units: today };
                Ok((Part { tables, whole, pending, examples }, raw))
            };
            let (cleaned, corrections) = (&mut self.cleaned, &mut self.corrections);
            let (counts, whole, pending) = (&mut self.counts, &mut self.whole, &mut self.pending);
            let notes = &mut self.notes;
            let input = run.read(prepared, &fields, slips, work, |part: Part| {
                cleaned.write(&part.tables.cleaned)?;
                corrections.write(&part.tables.corrections)?;
                counts.n_rows += part.pending.lines.len() as u64;
                counts.merge(&part.tables.counts);
                notes.take(&mut Seen { examples: part.examples, ..Seen::default() }, wanted);
                whole.append(part.whole);
                pending.push(part.pending);
                Ok(())
            })?;
            self.of_input(&input, file);
            self.inputs.push(input);
        }
        run.observer.end();
        Ok(())
    }

    /// What the first rows of a file tell of all of them.
    fn look_at(&mut self, prepared: &Prepared<'_>, fields: &[FieldKind]) -> (Conventions, Places<'a>) {
        let book = self.run.book;
        let habits = prepared.habits(book);
        let as_of = self.run.plan.as_of;
        let context = prepared.context(&habits, book, as_of);
        let dates = context.dates;
        let columns = fields.iter().filter_map(|field| prepared.sample(*field).cloned()).collect();
        let lines = prepared.opened.sample.lines.clone();
        let sample = MappedBatch::new(0, lines, fields, columns);
        let places = Places::learn(prepared.source, &sample, self.gazetteer);
        let (rows, more) = normal(&sample, context, &places);
        let has_column = has_columns(fields);
        let conventions = Conventions::learn(&rows, &more, (book, as_of), has_column);
        let mut found = conventions.checks();
        let absent = COMPARED.into_iter().zip(has_column).filter(|(_, has)| !has);
        found.extend(absent.filter_map(|(field, _)| book.checks.find(field, Kind::Missing, "")));
        let is_split = fields.contains(&FieldKind::GivenName) && !fields.contains(&FieldKind::FullName);
        let of_file = |field, of| book.checks.find(field, Kind::File, of);
        let mut find = |field, of, holds: bool| found.extend(of_file(field, of).filter(|_| holds));
        find(FieldKind::BirthDate, "month_first", dates.is_month_first());
        find(FieldKind::BirthDate, "swapped_cells", dates.is_half_swapped());
        find(FieldKind::FullName, "split_name", is_split);
        self.of_files.push(found);
        (conventions, places)
    }

    /// What reading a file to its end told of it.
    fn of_input(&mut self, input: &Input, file: usize) {
        let book = self.run.book;
        let is_noticed = |codes: &[&str]| input.notices.iter().any(|notice| codes.contains(&notice.code));
        let has_slip =
            |codes: &[&str]| codes.iter().any(|code| input.quarantined_by_reason.contains_key(code));
        let found = &mut self.of_files[file];
        let not_records =
            is_noticed(&["title_rows", "two_row_header"]) || has_slip(&["repeated_header", "note_row"]);
        let hidden = is_noticed(&["hidden_sheets", "hidden_rows", "formulas_without_value"]);
        for (of, holds) in [("not_records", not_records), ("hidden", hidden)] {
            found.extend(book.checks.find(FieldKind::RecordKey, Kind::File, of).filter(|_| holds));
        }
    }

    /// Looks at all rows together and writes the findings.
    fn finish(mut self, folder: &RunFolder, inputs: &[Input]) -> Result<Cleaned, Trouble> {
        let (run, book) = (self.run, self.run.book);
        run.observer.begin(Stage::Decide, self.counts.n_rows);
        for (file, found) in self.of_files.iter_mut().enumerate() {
            let one_sex = book.checks.find(FieldKind::Sex, Kind::File, "one_sex");
            found.extend(one_sex.filter(|_| self.whole.has_one_sex(file)));
        }
        let of_rows = run.pool.install(|| self.whole.finish(book));
        run.check_memory()?;
        let mut findings = TableFile::begin(folder, "findings", &columns::FINDINGS, &run.plan.formats)?;
        let mut batches = batches_with(&self.pending, &of_rows);
        let (counts, of_files) = (&mut self.counts, &self.of_files);
        let (wanted, notes) = (&self.wanted, &mut self.notes);
        let mut last_file = None;
        each_in_order(
            &run.pool,
            || Ok(batches.next()),
            |(pending, of_whole)| {
                let name = &inputs[pending.file].path;
                Ok((pending, pending.rows(name, &of_whole, wanted, book)))
            },
            |(pending, mut found)| {
                run.stop.check()?;
                let file = pending.file;
                if last_file != Some(file) {
                    last_file = Some(file);
                    let ids = &of_files[file];
                    let (name, line) = (&inputs[file].path, inputs[file].header_line);
                    findings.write(&cleaned::file_findings(name, line, ids, book))?;
                    ids.iter().for_each(|id| *counts.findings.entry(*id).or_default() += 1);
                }
                findings.write(&found.bytes)?;
                found.fired.iter().for_each(|id| *counts.findings.entry(*id).or_default() += 1);
                counts.to_do.merge(&found.to_do);
                pending.tally(&found, &mut notes.units);
                notes.take(
                    &mut Seen { examples: std::mem::take(&mut found.examples), ..Seen::default() },
                    wanted,
                );
                run.observer.advance(pending.lines.len() as u64);
                Ok(())
            },
        )?;
        run.observer.end();
        let mut outputs = self.cleaned.finish(self.counts.n_rows)?;
        outputs.extend(self.corrections.finish(self.counts.n_corrections())?);
        outputs.extend(findings.finish(self.counts.n_findings())?);
        Ok(Cleaned { counts: self.counts, outputs, notes: self.notes, units: self.units })
    }
}

/// What a cleaning gave.
struct Cleaned {
    counts: Counts,
    outputs: Vec<Written>,
    notes: Notes,
    units: Vec<UnitNames>,
}

/// What reads the units of one file. Workers borrow what was read before and give it back.
pub(super) struct Places<'a> {
    gazetteer: Option<&'a Gazetteer>,
    time: Option<Time>,
    memos: Spare<PlaceMemo>,
}

impl<'a> Places<'a> {
    /// What the first rows of a file tell of the time of its units.
    pub(super) fn learn(source: &Source, sample: &MappedBatch, gazetteer: Option<&'a Gazetteer>) -> Self {
        let time = gazetteer
            .and_then(|gazetteer| source.units.or_else(|| normalize::time_of_units(sample, gazetteer)));
        Self { gazetteer, time, memos: Spare::default() }
    }

    fn read(&self, batch: &MappedBatch, more: &mut Particulars) {
        let Some(gazetteer) = self.gazetteer else { return };
        let new = || PlaceMemo::new(self.time);
        more.units = self.memos.with(new, |memo| normalize::units(batch, gazetteer, memo));
        more.birth_provinces = normalize::birth_provinces(batch, gazetteer);
    }
}

/// The four compared fields of a batch, and what else it says.
pub(super) fn normal(
    batch: &MappedBatch,
    context: Context<'_>,
    places: &Places<'_>,
) -> (NormalBatch, Particulars) {
    let rows = normalize::rows(batch, context);
    let mut more = normalize::particulars(batch, &rows, context);
    places.read(batch, &mut more);
    (rows, more)
}

/// The batches with what the whole list tells of their rows, counted within the batch.
fn batches_with<'p>(
    pending: &'p [Pending],
    of_rows: &'p [(check::Row, CheckId)],
) -> impl Iterator<Item = (&'p Pending, Vec<(usize, CheckId)>)> + Send {
    let (mut first, mut at) = (0_usize, 0_usize);
    pending.iter().map(move |batch| {
        let end = first + batch.lines.len();
        let n_own = of_rows[at..].iter().take_while(|(row, _)| (*row as usize) < end).count();
        let own = of_rows[at..at + n_own].iter().map(|(row, id)| (*row as usize - first, *id)).collect();
        at += n_own;
        first = end;
        (batch, own)
    })
}
