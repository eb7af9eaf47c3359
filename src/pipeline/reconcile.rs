//! A list beside the reference, by number: read the list, let the reference pass once, decide, write.
//!
//! Memory follows the list: its rows stay, of the reference only the citizens that it asks for. Rows leave in
//! the order they came, whatever the number of threads.

use super::asking::asked;
use super::comparers::Comparers;
use super::listed::{Listed, Slots};
use super::ordered::{beside, each_in_order};
use super::run::{Done, Plan, Run, open_all};
use super::search::{self, Places, Searched};
use super::slips::Slips;
use super::{InputOptions, Observer, Prepared, Search, Stage, Stop, mapped};
use crate::check;
use crate::decide::{self, Decided, Shared, Sharing};
use crate::fields::person_name::NameCodes;
use crate::ingest::{BatchReader, Work};
use crate::link;
use crate::normalize::{self, Beside, CITIZEN_FIELDS, Context};
use crate::places::Gazetteer;
use crate::record::{Exit, FieldKind, NormalBatch, Spare, Trouble, TroubleCode};
use crate::reference::store::{self, Store};
use crate::reference::{People, Repeats, Slot};
use crate::report::columns::{self, Column};
use crate::report::counts::Counts;
use crate::report::folder::{self, RunFolder, ToDisks, Written};
use crate::report::formats::TableFile;
use crate::report::page::Page;
use crate::report::seen::{ExamplesWanted, Notes, UnitTally};
use crate::report::summary::{Input, ReferenceFacts, Resources, SearchFacts};
use crate::report::tables::{Sources, Tables, Writer};
use crate::rulebook::{Role, Rulebook};

pub(super) const LIST_FIELDS: [FieldKind; 17] = [
    FieldKind::RecordKey,
    FieldKind::CitizenNumber,
    FieldKind::AnyNumber,
    FieldKind::OldNumber,
    FieldKind::FullName,
    FieldKind::FamilyMiddleName,
    FieldKind::GivenName,
    FieldKind::BirthDate,
    FieldKind::BirthDay,
    FieldKind::BirthMonth,
    FieldKind::BirthYear,
    FieldKind::BirthYearMale,
    FieldKind::BirthYearFemale,
    FieldKind::Sex,
    FieldKind::MaleMark,
    FieldKind::FemaleMark,
    FieldKind::Nationality,
];

/// The unit of the list is read only where the reference knows none.
const UNIT_FIELDS: [FieldKind; 3] = [FieldKind::Commune, FieldKind::District, FieldKind::Province];

/// What the list is held against.
pub(super) enum Reference<'a> {
    /// Extracts, which stream past.
    Extracts(Vec<Prepared<'a>>),
    /// A store, which is looked into.
    Store(Box<Store>),
}

impl<'a> Reference<'a> {
    fn open(options: &InputOptions, book: &'a Rulebook) -> Result<Self, Trouble> {
        match options.files.as_slice() {
            [folder] if store::is_store(folder) => {
                Ok(Self::Store(Box::new(Store::open(folder, &book.reading_sha256())?)))
            }
            _ => open_all(options, Some(Role::Reference), book).map(Self::Extracts).map_err(of_reference),
        }
    }

    /// What is read of the list.
    fn list_fields(&self, search: Search) -> Vec<FieldKind> {
        let units = if self.has_units() { &[][..] } else { &UNIT_FIELDS[..] };
        let besides = if search == Search::Auto { &search::FIELDS[..] } else { &[][..] };
        let mut fields = [&LIST_FIELDS[..], units, besides].concat();
        fields.sort_unstable();
        fields.dedup();
        fields
    }

    /// Whether the reference knows where people live, so that the list need not be asked.
    fn has_units(&self) -> bool {
        match self {
            Self::Extracts(files) => files.iter().all(Prepared::tells_communes),
            Self::Store(store) => store.manifest.has_units,
        }
    }

    const fn beside(&self) -> Beside {
        match self {
            Self::Extracts(_) => Beside::Cells,
            Self::Store(_) => Beside::Values,
        }
    }
}

/// Runs a reconciliation and publishes its folder. `clock` gives the time of day with its offset.
///
/// # Errors
/// A [`Trouble`]; then nothing is published, except that too many bad records leave quarantine and summary.
pub fn reconcile(
    plan: &Plan,
    book: &Rulebook,
    observer: &dyn Observer,
    stop: &Stop,
    clock: &dyn Fn() -> String,
) -> Result<Done, Trouble> {
    let run = Run::new(plan, book, observer, stop)?;
    let started = clock();
    let no_reference = || Trouble::new(TroubleCode::Internal).word("cause", "no reference");
    let reference = plan.reference.as_ref().ok_or_else(no_reference)?;
    let (ours, theirs) = beside(
        &run.pool,
        || {
            let lists = open_all(&plan.lists, Some(Role::List), book)?;
            Ok((lists, RunFolder::create(&plan.out, plan.replace)?))
        },
        || {
            let opened = (plan.search == Search::None).then(|| Reference::open(reference, book));
            (Page::load(book), opened)
        },
    );
    let (page, opened) = theirs;
    let page = page?;
    let (lists, folder) = ours?;
    let (reference, aside) = match opened {
        Some(reference) => (reference?, None),
        None => run.searchable(reference, &folder, clock)?,
    };
    let gazetteer = if plan.search == Search::Auto { Some(book.gazetteer()?) } else { None };
    let n_bytes: u64 = lists.iter().map(|file| file.opened.n_bytes).sum();
    folder::check_space(folder.partial(), (n_bytes + n_bytes / 2) * plan.formats.n_formats() as u64)?;

    let mut slips = Slips::begin(&folder, &plan.formats)?;
    let (listed, inputs) = run.read_lists(lists, &reference, gazetteer.as_ref(), &mut slips)?;
    let read_list_s = run.seconds();
    if let Some(trouble) = plan.max_bad.trouble(&inputs, TroubleCode::TooManyBadRecords) {
        return run.refuse(trouble, folder, slips, inputs, &started, clock);
    }
    let (people, facts, searched) = match reference {
        Reference::Extracts(files) => {
            let (people, facts) = run.read_references(files, &listed, &mut slips)?;
            (people, facts, None)
        }
        Reference::Store(store) => {
            let (mut people, facts) = run.look_into(&store, &listed)?;
            let search = |gazetteer| run.search(&store, &listed, &mut people, gazetteer);
            let searched = gazetteer.as_ref().map(search).transpose()?;
            (people, facts, searched)
        }
    };
    let facts = match aside {
        Some(aside) => aside.facts(facts)?,
        None => facts,
    };
    let read_reference_s = run.seconds() - read_list_s;
    let (counts, mut outputs, notes) = run.decide(&folder, &listed, &inputs, &people, searched.as_ref())?;
    if let Some((searched, gazetteer)) = searched.as_ref().zip(gazetteer.as_ref()) {
        outputs.extend(run.write_search(&folder, &listed, &inputs, &people, searched, gazetteer)?);
    }
    let units: Vec<(String, UnitTally)> = notes.of_units(people.units());
    // The process ends after this run, and its end gives the memory back at once; cell by cell takes longer.
    std::mem::forget((listed, people));
    outputs.push(slips.finish()?);
    let total_clean: u64 = inputs.iter().map(|input| input.records_clean).sum();
    if counts.n_rows != total_clean {
        return Err(Trouble::new(TroubleCode::Internal).word("cause", "rows out are not rows in"));
    }
    let resources = Resources {
        read_list_s,
        read_reference_s,
        decide_s: run.seconds() - read_list_s - read_reference_s,
        ..run.resources()
    };
    let exit = if run.fails(&counts) { Exit::Findings } else { Exit::Success };
    let mut summary = run.summary(exit, inputs, Some(facts), &counts, outputs);
    summary.search = searched.map(|searched| searched.facts);
    run.write_page(&folder, &mut summary, &page, units.into_iter(), &notes.examples)?;
    run.publish(folder, summary, resources, counts, exit, (started, clock()))
}

/// What each key of a search would reach for a list against a store; nothing is written.
///
/// # Errors
/// When the list or the store cannot be read.
pub fn linkage(
    plan: &Plan,
    book: &Rulebook,
    observer: &dyn Observer,
    stop: &Stop,
) -> Result<SearchFacts, Trouble> {
    let run = Run::new(plan, book, observer, stop)?;
    let lists = open_all(&plan.lists, Some(Role::List), book)?;
    let folder = plan.reference.as_ref().and_then(|reference| reference.files.first());
    let no_store = || Trouble::new(TroubleCode::NotAStore);
    let store = Store::open(folder.ok_or_else(no_store)?, &book.reading_sha256())?;
    let reference = Reference::Store(Box::new(store));
    let gazetteer = book.gazetteer()?;
    let (listed, _) = run.read_lists(lists, &reference, Some(&gazetteer), &mut Slips::nowhere())?;
    let Reference::Store(store) = reference else { return Err(no_store()) };
    let (people, _) = run.look_into(&store, &listed)?;
    run.reach(&store, &listed, &people, &gazetteer)
}

/// A trouble with the reference has exit code 5, whatever it is.
fn of_reference(trouble: Trouble) -> Trouble {
    let code = match trouble.code {
        TroubleCode::CannotOpen => TroubleCode::NoReference,
        code if code.exit() == Exit::Input => TroubleCode::BadReference,
        _ => return trouble,
    };
    let reason = trouble.code.code();
    Trouble { code, ..trouble }.word("reason", reason)
}

impl Run<'_> {
    fn read_lists(
        &self,
        lists: Vec<Prepared<'_>>,
        reference: &Reference<'_>,
        gazetteer: Option<&Gazetteer>,
        slips: &mut Slips,
    ) -> Result<(Listed, Vec<Input>), Trouble> {
        let (wanted, beside) = (&reference.list_fields(self.plan.search), reference.beside());
        let keeps_units = !reference.has_units();
        self.observer.begin(Stage::List, lists.iter().map(|file| file.opened.n_bytes).sum());
        let mut listed = Listed::default();
        let mut inputs = Vec::new();
        for (file, prepared) in lists.into_iter().enumerate() {
            let places = gazetteer.map(|gazetteer| Places::learn(&prepared, wanted, gazetteer));
            let work = |piece: Work, reader: &BatchReader, fields: &[FieldKind], context: Context<'_>| {
                let mut raw = reader.read(piece)?;
                raw.n_passed = raw.n_read();
                let batch = mapped(&mut raw, file, fields);
                let (mut rows, expected) = normalize::list(&batch, beside, context);
                if let Some(places) = &places {
                    rows.besides = Some(places.besides(&batch, context));
                    // Once read, the cells are not needed any more where the reference says where people live.
                    rows.unit_parts.retain(|_| keeps_units);
                }
                Ok(((rows, expected), raw))
            };
            let input = self.read(prepared, wanted, slips, work, |(rows, fingerprints)| {
                listed.add(rows, fingerprints, beside);
                Ok(())
            })?;
            inputs.push(input);
        }
        listed.settle(&self.pool);
        self.observer.end();
        Ok((listed, inputs))
    }

    fn read_references(
        &self,
        references: Vec<Prepared<'_>>,
        listed: &Listed,
        slips: &mut Slips,
    ) -> Result<(People, ReferenceFacts), Trouble> {
        self.observer.begin(Stage::Reference, references.iter().map(|file| file.opened.n_bytes).sum());
        let mut people = People::new(listed.n_slots());
        let total: u64 = references.iter().map(|file| file.opened.n_bytes).sum();
        let mut repeats: Option<Repeats> = None;
        let mut facts = ReferenceFacts {
            files: Vec::new(),
            store: None,
            citizens_found: 0,
            numbers_asked: listed.n_numbers() as u64,
            repeated_numbers: 0,
            without_number: 0,
        };
        let mut n_without = 0;
        for (file, prepared) in references.into_iter().enumerate() {
            let work = |piece: Work, reader: &BatchReader, fields: &[FieldKind], context: Context<'_>| {
                asked(piece, reader, (file, fields), listed, context)
            };
            let input = self.read(prepared, &CITIZEN_FIELDS, slips, work, |asked| {
                people.add(asked.citizens, &asked.hits);
                // The first piece tells how many numbers there will be.
                let n_pieces = total / asked.n_bytes.max(1) + 1;
                let about = asked.numbers.len() * n_pieces as usize;
                repeats.get_or_insert_with(|| Repeats::new(about)).add(&asked.numbers);
                n_without += asked.n_without_number;
                Ok(())
            });
            facts.files.push(input.map_err(of_reference)?);
        }
        people.finish();
        facts.citizens_found = people.n_people() as u64;
        facts.without_number = n_without;
        if let Some(repeats) = &repeats {
            let mut buckets = 0..repeats.n_buckets();
            let count = |bucket| Ok(repeats.count(bucket));
            each_in_order(
                &self.pool,
                || Ok(buckets.next()),
                count,
                |n_repeated| {
                    facts.repeated_numbers += n_repeated;
                    Ok(())
                },
            )?;
        }
        self.observer.end();
        Ok((people, facts))
    }

    fn decide(
        &self,
        folder: &RunFolder,
        listed: &Listed,
        inputs: &[Input],
        people: &People,
        searched: Option<&Searched>,
    ) -> Result<(Counts, Vec<Written>, Notes), Trouble> {
        let n_rows: u64 = listed.batches.iter().map(|batch| batch.n_rows() as u64).sum();
        self.observer.begin(Stage::Decide, n_rows);
        let codes = NameCodes::new(&self.book.name_words);
        let comparers = Comparers::new(&codes);
        let sharing = self.share(listed, people, &comparers)?;
        let begin =
            |name, columns: &[Column<'_>]| TableFile::begin(folder, name, columns, &self.plan.formats);
        let mut verdicts = begin("verdicts", &columns::VERDICTS)?;
        let mut corrections = begin("corrections", &columns::CORRECTIONS)?;
        let mut findings = begin("findings", &columns::FINDINGS)?;
        let mut counts = Counts::default();
        let n_checks = self.book.checks.all().len();
        let (wanted, mut notes) = (ExamplesWanted::new(n_checks), Notes::new(n_checks, people.units().len()));
        let mut pairs = listed.batches.iter().zip(&listed.slots).enumerate();
        // Tables that were written, whose memory is used again: fresh memory has to be cleared by the system.
        let written: Spare<Tables> = Spare::default();
        // The workers wait for the disk; this thread is the only one that hashes and writes.
        let tables = [&mut verdicts, &mut corrections, &mut findings];
        let disks = ToDisks::new(tables.map(TableFile::hand_over).concat());
        let write = |(batch, (rows, slots)): (usize, (&NormalBatch, &Slots))| {
            disks.when_due()?;
            let used = written.take().unwrap_or_default();
            let file = &inputs[rows.file].path;
            let sources = Sources { rows, file, people, book: self.book, wanted: &wanted };
            let shared = sharing.of_rows(slots);
            Ok(comparers.with(|names| {
                let found = link::batch(rows, slots, people, self.book, names);
                match searched {
                    None => self.tables(sources, found, &shared, used),
                    Some(searched) => {
                        let found = searched.applied(batch, rows, people, self.book, found);
                        self.tables(sources, found, &shared, used)
                    }
                }
            }))
        };
        each_in_order(
            &self.pool,
            || Ok(pairs.next()),
            write,
            |mut tables: Tables| {
                self.stop.check()?;
                self.check_memory()?;
                verdicts.write(&tables.verdicts)?;
                corrections.write(&tables.corrections)?;
                findings.write(&tables.findings)?;
                self.observer.advance(tables.counts.n_rows);
                counts.merge(&tables.counts);
                notes.take(&mut tables.seen, &wanted);
                written.give_back(tables);
                Ok(())
            },
        )?;
        let n_rows = [counts.n_rows, counts.n_corrections(), counts.n_findings()];
        let mut ending = [verdicts, corrections, findings].into_iter().zip(n_rows);
        let mut outputs = Vec::new();
        // Each waits for the disk.
        each_in_order(
            &self.pool,
            || Ok(ending.next()),
            |(table, n_rows)| table.finish(n_rows),
            |written| {
                outputs.extend(written);
                Ok(())
            },
        )?;
        self.observer.end();
        Ok((counts, outputs, notes))
    }

    /// Which rows share a number. Whether a row is its number's citizen is looked at here only where rows share it: the
    /// links of all rows would take more memory than anything else.
    fn share(&self, listed: &Listed, people: &People, comparers: &Comparers<'_>) -> Result<Sharing, Trouble> {
        let mut sharing = Sharing::of(listed.n_slots(), listed.repeated.iter().copied());
        let mut counts: Vec<(Slot, bool)> = Vec::new();
        let mut pairs = listed.batches.iter().zip(&listed.slots);
        let count = |(rows, slots): (&NormalBatch, &Slots)| {
            let shared = sharing.rows_that_share(slots).into_iter();
            Ok(comparers.with(|names| {
                let claim = |(row, slot)| (slot, link::is_citizen(rows, row, slot, people, self.book, names));
                shared.map(claim).collect::<Vec<_>>()
            }))
        };
        each_in_order(
            &self.pool,
            || Ok(pairs.next()),
            count,
            |claims| {
                self.stop.check()?;
                counts.extend(claims);
                Ok(())
            },
        )?;
        counts.into_iter().for_each(|(slot, is_citizen)| sharing.count(slot, is_citizen));
        Ok(sharing)
    }

    fn tables(
        &self,
        sources: Sources<'_>,
        found: impl Iterator<Item = link::Finding>,
        shared: &[Shared],
        used: Tables,
    ) -> Tables {
        let Sources { rows, .. } = sources;
        let own = check::batch(rows, self.book);
        let mut writer = Writer::new(sources, used);
        let mut decided = Decided::default();
        for (row, found) in found.enumerate() {
            decide::row(rows, row, own.row(row), &found, shared[row], self.book, &mut decided);
            writer.push(row, &decided);
        }
        writer.finish()
    }
}
