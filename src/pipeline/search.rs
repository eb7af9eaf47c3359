//! The citizens of rows whose number does not say who they are: a sample of the store teaches, then all of it passes.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::listed::Listed;
use super::ordered::each_in_order;
use super::reconcile::Reference;
use super::run::Run;
use super::{InputOptions, Plan, Prepared, Stage, store};
use crate::fields::birth_date::BirthDate;
use crate::fields::id_number::IdNumber;
use crate::fields::person_name;
use crate::link::model::{Choice, Doubt, Peaks, Prior, Seen, Trained, Weights, doubts};
use crate::link::search::{
    Beforehand, Candidates, Desk, Index, NameCounts, NamePlaces, NumberTold, Passing, Sample, Scales, Sought,
    fits, score,
};
use crate::link::{self, Finding};
use crate::normalize::{self, BESIDES_FIELDS, Context};
use crate::places::{Gazetteer, PlaceMemo, Time};
use crate::record::{Besides, FieldKind, MappedBatch, NormalBatch, Person, Trouble, TroubleCode};
use crate::reference::store::{Scan, ScanPiece, Scanned, Store, is_store};
use crate::reference::{People, PersonRef};
use crate::report::candidates::{CANDIDATES, CandidateRow, push_candidate};
use crate::report::folder::{RunFolder, Written};
use crate::report::summary::{BlockFacts, Input, ReferenceFacts, SearchFacts};
use crate::report::tables::header;
use crate::rulebook::{LifeStatus, Rulebook};

/// What a search found.
pub(super) struct Searched {
    /// The rows that were searched for, in order: batch and row.
    pub(super) rows: Vec<(u32, u32)>,
    /// Their candidates.
    pub(super) candidates: Candidates<PersonRef>,
    /// What was known of each row before.
    beforehand: Vec<Beforehand>,
    /// The citizens that are searched.
    n_citizens: u64,
    /// Chance that a row's person is among them, by what the number told.
    present: [f64; NumberTold::ALL.len()],
    /// What each level weighs.
    pub(super) weights: Weights,
    /// For the summary.
    pub(super) facts: SearchFacts,
}

impl Searched {
    /// The searched rows of a batch: where they are among all searched rows.
    fn of_batch(&self, batch: usize) -> std::ops::Range<usize> {
        let start = self.rows.partition_point(|(other, _)| (*other as usize) < batch);
        let end = self.rows.partition_point(|(other, _)| (*other as usize) <= batch);
        start..end
    }

    /// Puts what was found of a batch in the place of what the number told.
    pub(super) fn apply(
        &self,
        batch: usize,
        rows: &NormalBatch,
        people: &People,
        book: &Rulebook,
        found: &mut [Finding],
    ) {
        for at in self.of_batch(batch) {
            let row = self.rows[at].1 as usize;
            let choice = self.choice(at);
            found[row] =
                link::elsewhere(rows, row, found[row], self.candidates.of(at), &choice, people, book);
        }
    }

    /// The chances of the candidates of a searched row.
    pub(super) fn chances(&self, at: usize) -> Vec<f64> {
        self.choice(at).chances
    }

    fn choice(&self, at: usize) -> Choice {
        let before = self.beforehand[at];
        self.candidates.choice(at, self.present[before.number as usize], self.n_citizens, before)
    }

    /// The searched rows of a batch with their places.
    pub(super) fn rows_of(&self, batch: usize) -> impl Iterator<Item = (usize, usize)> {
        self.of_batch(batch).map(|at| (at, self.rows[at].1 as usize))
    }
}

/// Fields that a search reads of a list besides those that are compared.
pub(super) const FIELDS: [FieldKind; BESIDES_FIELDS.len()] = BESIDES_FIELDS;

/// How the places of a list are read.
pub(super) struct Places<'g> {
    gazetteer: &'g Gazetteer,
    time: Option<Time>,
    memos: Mutex<Vec<PlaceMemo>>,
}

impl<'g> Places<'g> {
    /// Learns from the first rows of a file which units it uses.
    pub(super) fn learn(file: &Prepared<'_>, wanted: &[FieldKind], gazetteer: &'g Gazetteer) -> Self {
        let (fields, positions) = file.positions(wanted);
        let columns = positions.iter().map(|column| file.opened.sample.columns[*column].clone()).collect();
        let sample = MappedBatch::new(0, file.opened.sample.lines.clone(), &fields, columns);
        let time = file.source.units.or_else(|| normalize::time_of_units(&sample, gazetteer));
        Self { gazetteer, time, memos: Mutex::default() }
    }

    /// What a search needs besides the compared fields.
    pub(super) fn besides(&self, batch: &MappedBatch, context: Context<'_>) -> Besides {
        let borrowed = self.memos.lock().ok().and_then(|mut memos| memos.pop());
        let mut memo = borrowed.unwrap_or_else(|| PlaceMemo::new(self.time));
        let besides = normalize::besides(batch, self.gazetteer, &mut memo, context);
        if let Ok(mut memos) = self.memos.lock() {
            memos.push(memo);
        }
        besides
    }
}

/// A store that was built only for this run.
pub(super) struct Aside {
    folder: PathBuf,
    inputs: Vec<Input>,
}

impl Aside {
    /// Takes the store away. The reference of the run are the extracts that it was built from.
    pub(super) fn facts(self, facts: ReferenceFacts) -> Result<ReferenceFacts, Trouble> {
        fs::remove_dir_all(&self.folder).map_err(|error| Trouble::writing(&error, &self.folder))?;
        Ok(ReferenceFacts { files: self.inputs, store: None, ..facts })
    }
}

/// Commune and province of today of everything that a store calls a unit.
fn unit_places(store: &Store, provinces: &[u8], gazetteer: &Gazetteer) -> Vec<(u16, u8)> {
    let by_code: HashMap<&str, usize> =
        gazetteer.communes().iter().enumerate().map(|(place, unit)| (&*unit.code, place)).collect();
    let place = |code: &str| by_code.get(code).map_or((0, 0), |place| (*place as u16 + 1, provinces[*place]));
    store.units.iter().map(|unit| place(&unit.commune)).collect()
}

/// The province of each commune of today, plus one.
fn provinces(gazetteer: &Gazetteer) -> Vec<u8> {
    let mut known: Vec<&str> = Vec::new();
    let of = |unit: &'_ crate::places::Unit| gazetteer.province_of(unit.id).map(|province| &*province.code);
    gazetteer
        .communes()
        .iter()
        .map(|unit| {
            let Some(code) = of(unit) else { return 0 };
            let place = known.iter().position(|other| *other == code).unwrap_or_else(|| {
                known.push(code);
                known.len() - 1
            });
            place as u8 + 1
        })
        .collect()
}

/// Why a row is searched, if it is.
fn beforehand(found: &Finding, book: &Rulebook) -> Option<Beforehand> {
    let nobody_yet = |number| Some(Beforehand { holder: 0.0, number });
    match found {
        Finding::NoNumber => nobody_yet(NumberTold::Nothing),
        Finding::Nobody(_) => nobody_yet(NumberTold::Nobody),
        Finding::Somebody(_, link) if !link.same_person || link.facts.life == LifeStatus::Cancelled as u8 => {
            nobody_yet(NumberTold::Somebody)
        }
        Finding::Somebody(_, link) => {
            let holder = book.policy.ruling(link.rule).probability;
            let is_unsure = holder < book.search.search_below;
            is_unsure.then_some(Beforehand { holder, number: NumberTold::Somebody })
        }
        _ => None,
    }
}

/// A row as the search sees it.
fn person(rows: &NormalBatch, row: usize, provinces: &[u8], scratch: &mut String) -> Person {
    let number = rows.number.value(row).and_then(IdNumber::from_packed);
    let is_old = matches!(number, Some(IdNumber::Old(_)));
    let packed = number.map_or(0, IdNumber::packed);
    let (keys, given_key) = match rows.name_keys[row] {
        0 => (None, 0),
        _ => {
            let name = rows.name(row);
            (Some(person_name::keys(name, scratch)), person_name::given_key(name, scratch))
        }
    };
    let besides = rows.besides.as_ref();
    let commune = besides.map_or(0, |besides| besides.communes[row]);
    let other = besides.map_or(0, |besides| besides.old_numbers[row]);
    let is_other_old = other != 0 && matches!(IdNumber::from_packed(other), Some(IdNumber::Old(_)));
    Person {
        number: if is_old { 0 } else { packed },
        old_number: if is_old {
            packed
        } else if is_other_old {
            other
        } else {
            0
        },
        name_key: rows.name_keys[row],
        unmarked_key: keys.as_ref().map_or(0, |keys| keys.unmarked),
        phone: besides.map_or(0, |besides| besides.phones[row]),
        given_key,
        birth: rows.birth.value(row).unwrap_or(0),
        commune,
        province: commune.checked_sub(1).map_or(0, |place| provinces[usize::from(place)]),
        sex: rows.sex.value(row).map_or(0, |sex| sex + 1),
    }
}

/// Memory of workers that is used again.
#[derive(Default)]
struct Spare(Mutex<Vec<Scanned>>);

impl Spare {
    fn take(&self) -> Scanned {
        self.0.lock().ok().and_then(|mut spare| spare.pop()).unwrap_or_default()
    }

    fn give_back(&self, scanned: Scanned) {
        if let Ok(mut spare) = self.0.lock() {
            spare.push(scanned);
        }
    }
}

/// What every part of a search needs.
struct Search<'a> {
    run: &'a Run<'a>,
    scan: Scan<'a>,
    sought: &'a Sought<'a>,
    spare: Spare,
}

impl<'a> Search<'a> {
    /// Reads a part of the store and does something with the citizens in it.
    fn with_piece<R>(
        &self,
        piece: ScanPiece,
        work: impl FnOnce(&Passing<'_>, &mut Desk<'a>, &Scanned) -> R,
    ) -> Result<R, Trouble> {
        let mut scanned = self.spare.take();
        self.scan.read(piece, &mut scanned)?;
        let cancelled = LifeStatus::Cancelled as u8;
        let name = |row: usize| scanned.name(row);
        let is_searched = |row: usize| scanned.lives[row] != cancelled && scanned.stands(row);
        let passing = Passing { people: &scanned.people, name: &name, is_searched: &is_searched };
        let mut desk = Desk::new(person_name::LocalCodes::new(&self.sought.codes));
        let result = work(&passing, &mut desk, &scanned);
        self.spare.give_back(scanned);
        Ok(result)
    }

    /// Looks at evenly spread parts.
    fn sample(&self, index: &Index<'_>, names: (&NamePlaces, &NameCounts)) -> Result<Sample, Trouble> {
        let pieces = self.scan.pieces();
        let n_citizens: u64 = pieces.iter().map(|piece| self.scan.n_rows(*piece)).sum();
        let wanted = self.run.book.search.sampled_citizens;
        let step = (n_citizens / wanted.max(1)).max(1) as usize;
        let mut chosen = pieces.into_iter().step_by(step);
        let mut sample = Sample::new(index.blocks().len());
        each_in_order(
            &self.run.pool,
            || self.run.stop.check().map(|()| chosen.next()),
            |piece| {
                self.with_piece(piece, |passing, desk, _| {
                    let mut seen = Sample::new(index.blocks().len());
                    seen.look(passing, index, self.sought, names, desk);
                    seen
                })
            },
            |seen| {
                sample.merge(seen);
                self.run.check_memory()
            },
        )?;
        Ok(sample)
    }
}

/// The weights that learning begins with.
fn starting_weights(book: &Rulebook) -> Result<Weights, Trouble> {
    const NAME: &str = "linkage/person_weights.toml";
    let wrong = |line, cause: &str| book.files.wrong(NAME, line, cause);
    let weights =
        Weights::from_text(book.files.text(NAME)?).map_err(|found| wrong(found.line, &found.cause))?;
    if fits(&weights) {
        Ok(weights)
    } else {
        Err(wrong(1, "other comparisons or levels than the search has"))
    }
}

impl Run<'_> {
    /// The reference as a store: extracts are built into one that lasts as long as the run.
    pub(super) fn searchable<'b>(
        &self,
        reference: &InputOptions,
        folder: &RunFolder,
        clock: &dyn Fn() -> String,
    ) -> Result<(Reference<'b>, Option<Aside>), Trouble> {
        let rules = self.book.reading_sha256();
        let open = |path: &Path| Store::open(path, &rules).map(|store| Reference::Store(Box::new(store)));
        if let [path] = reference.files.as_slice()
            && is_store(path)
        {
            return Ok((open(path)?, None));
        }
        let out = folder.partial().join("reference");
        let plan = Plan { lists: reference.clone(), reference: None, out: out.clone(), ..self.plan.clone() };
        let built = store::build(&plan, self.book, self.observer, self.stop, clock)?;
        Ok((open(&out)?, Some(Aside { folder: out, inputs: built.inputs })))
    }

    /// `candidates.csv` and `weights.toml`: what the decisions of a search are explained from.
    pub(super) fn write_search(
        &self,
        folder: &RunFolder,
        listed: &Listed,
        inputs: &[Input],
        people: &People,
        searched: &Searched,
    ) -> Result<Vec<Written>, Trouble> {
        let comparisons = &searched.weights.comparisons;
        let mut file = folder.file("candidates.csv", true)?;
        let names: Vec<&str> = CANDIDATES
            .into_iter()
            .chain(comparisons.iter().map(|comparison| comparison.name.as_str()))
            .collect();
        file.write(&header(&names))?;
        let mut n_rows = 0;
        let mut batches = listed.batches.iter().enumerate();
        let write = |(batch, rows): (usize, &NormalBatch)| {
            let (mut out, mut n_written) = (Vec::new(), 0);
            for (at, row) in searched.rows_of(batch) {
                let of_row = searched.candidates.of(at);
                if of_row.is_empty() {
                    continue;
                }
                let unit = rows.unit(row);
                let own = CandidateRow {
                    file: &inputs[rows.file].path,
                    line: rows.lines[row],
                    key: rows.keys.get(row),
                    rank: 0,
                    reference_row: 0,
                    number: rows.number.value(row).unwrap_or(0),
                    weighed: None,
                    name: rows.name(row),
                    birth: rows.birth.value(row).unwrap_or(0),
                    sex: rows.sex.value(row).map_or(0, |sex| sex + 1),
                    unit: &unit,
                };
                push_candidate(&mut out, &own, comparisons.len(), std::iter::empty());
                n_written += 1 + of_row.len() as u64;
                for ((candidate, chance), rank) in of_row.iter().zip(searched.chances(at)).zip(1..) {
                    let facts = people.facts(candidate.citizen);
                    let candidate_row = CandidateRow {
                        rank,
                        reference_row: people
                            .ordinal(candidate.citizen)
                            .map_or(0, |place| u64::from(place) + 1),
                        number: facts.number,
                        weighed: Some((chance, candidate.bits)),
                        name: people.name(candidate.citizen),
                        birth: facts.birth,
                        sex: facts.sex,
                        unit: people.unit(candidate.citizen),
                        ..own
                    };
                    let levels = comparisons.iter().enumerate().map(|(at, comparison)| {
                        let level = usize::from(candidate.pattern.level(at));
                        comparison.levels.get(level).map_or("missing", |level| level.name.as_str())
                    });
                    push_candidate(&mut out, &candidate_row, comparisons.len(), levels);
                }
            }
            Ok((out, n_written))
        };
        each_in_order(
            &self.pool,
            || Ok(batches.next()),
            write,
            |(out, n_written)| {
                n_rows += n_written;
                file.write(&out)
            },
        )?;
        let mut weights = folder.file("weights.toml", false)?;
        weights.write(searched.weights.to_text().as_bytes())?;
        Ok(vec![file.finish(Some(n_rows))?, weights.finish(None)?])
    }

    /// Searches the citizens of rows whose number does not say who they are. Citizens that are kept join `people`.
    pub(super) fn search(
        &self,
        store: &Store,
        listed: &Listed,
        people: &mut People,
        gazetteer: &Gazetteer,
    ) -> Result<Searched, Trouble> {
        let rules = &self.book.search;
        let provinces = provinces(gazetteer);
        let (rows, sought) = self.sought(listed, people, &provinces)?;
        let n_rows = sought.len();
        let places_of_units = unit_places(store, &provinces, gazetteer);
        let is_possible = |packed: u32| {
            packed == 0
                || BirthDate::from_packed(packed)
                    .is_some_and(|date| date.possible_at(self.plan.as_of).is_ok())
        };
        let scan = Scan::new(store, &places_of_units, &is_possible)?;
        let pieces = scan.pieces();
        self.observer.begin(Stage::Learning, rules.sampled_citizens);
        let search = Search { run: self, scan, sought: &sought, spare: Spare::default() };

        let names = NamePlaces::of(&sought.people);
        let unrefined = Index::build(&sought.people, &rules.blocks, |_, _, _| false);
        let name_counts = names.counts();
        let sample = search.sample(&unrefined, (&names, &name_counts))?;
        let n_citizens: u64 = pieces.iter().map(|piece| search.scan.n_rows(*piece)).sum();
        let scale = n_citizens as f64 / sample.n_citizens.max(1) as f64;
        let trained: Trained = sample.learn(&starting_weights(self.book)?, &rules.blocks);
        let too_many = |block: usize, key: u64, n_rows: u64| {
            n_rows > 1 && sample.pairs_of(block, key) as f64 * scale > rules.value_pairs_max as f64
        };
        let index = Index::build(&sought.people, &rules.blocks, too_many);
        self.observer.end();
        self.observer.begin(Stage::Pairs, pieces.len() as u64);
        let mut facts = SearchFacts { rows: n_rows as u64, citizens: n_citizens, ..SearchFacts::default() };
        for (at, block) in rules.blocks.iter().enumerate() {
            let reach = index.reach(at);
            facts.blocks.push(BlockFacts {
                name: block.name.clone(),
                rows: reach.rows,
                pairs_expected: (sample.pairs(at) as f64 * scale).round() as u64,
                refined_values: reach.refined_values,
            });
        }
        let expected: u64 = facts.blocks.iter().map(|block| block.pairs_expected).sum();
        if expected > rules.pairs_max {
            let key = facts.blocks.iter().max_by_key(|block| block.pairs_expected);
            let trouble = Trouble::new(TroubleCode::TooManyPairs).word("pairs", expected);
            let trouble = trouble.word("limit", rules.pairs_max);
            return Err(trouble.word("key", key.map_or("", |block| block.name.as_str())));
        }
        drop(unrefined);

        let prior_bits = Prior { present: 0.5, n_reference: n_citizens }.bits();
        let scales = Scales::new(&trained.weights, &sought, &names, &name_counts, prior_bits);
        let mut candidates = Candidates::new(n_rows, rules.kept, prior_bits);
        let mut peaks = Peaks::default();
        let mut pieces = pieces.into_iter();
        each_in_order(
            &self.pool,
            || self.stop.check().map(|()| pieces.next()),
            |piece| {
                search.with_piece(piece, |passing, desk, scanned| {
                    let mut scored = score(passing, &index, &sought, &scales, desk);
                    // One citizen may be a candidate of several rows and is kept once.
                    scored.hits.sort_by_key(|hit| (hit.citizen, hit.row));
                    let mut kept: Vec<u32> = scored.hits.iter().map(|hit| hit.citizen).collect();
                    kept.dedup();
                    let found = search.scan.kept(scanned, &kept);
                    (scored, kept, found)
                })
            },
            |(scored, kept, found)| {
                self.check_memory()?;
                self.observer.advance(1);
                facts.pairs += scored.n_pairs;
                peaks.append(scored.peaks);
                scored.dropped.iter().for_each(|&(row, odds)| candidates.drop(row, odds));
                if !kept.is_empty() {
                    let batch = people.add_apart(found);
                    let mut place = 0;
                    for hit in &scored.hits {
                        while kept[place] != hit.citizen {
                            place += 1;
                        }
                        candidates.add(hit, PersonRef::apart(batch, place as u32));
                    }
                }
                Ok(())
            },
        )?;
        self.observer.end();
        let beforehand = sought.beforehand.clone();
        let present =
            NumberTold::ALL.map(|told| candidates.present(told, rules.present, n_citizens, &beforehand));
        facts.present = NumberTold::ALL.map(NumberTold::name).into_iter().zip(present).collect();
        facts.kept = (0..n_rows).map(|row| candidates.of(row).len() as u64).sum();
        let weights = trained.weights;
        // Few rows say little of how they are distributed.
        const ENOUGH: usize = 1_000;
        if n_rows >= ENOUGH {
            let seen = Seen { peaks, most_links: None };
            let found =
                doubts(&weights, seen).into_iter().find(|doubt| !matches!(doubt, Doubt::NothingLinked));
            if let Some(doubt) = found {
                return Err(Trouble::new(TroubleCode::DoubtfulLinks).word("cause", doubt.name()));
            }
        }
        Ok(Searched { rows, candidates, beforehand, n_citizens, present, weights, facts })
    }

    /// The rows that are searched for.
    fn sought(
        &self,
        listed: &Listed,
        people: &People,
        provinces: &[u8],
    ) -> Result<(Vec<(u32, u32)>, Sought<'_>), Trouble> {
        let mut rows = Vec::new();
        let mut sought = Sought::new(&self.book.name_words);
        let mut pairs = listed.batches.iter().zip(&listed.slots).enumerate();
        each_in_order(
            &self.pool,
            || Ok(pairs.next()),
            |(batch, (normal, slots))| {
                let mut scratch = String::new();
                let found = link::batch(normal, slots, people, self.book);
                let searched = found.iter().enumerate().filter_map(|(row, found)| {
                    let before = beforehand(found, self.book).filter(|_| !normal.foreigner[row])?;
                    Some((row as u32, person(normal, row, provinces, &mut scratch), before))
                });
                Ok((batch, searched.collect::<Vec<_>>()))
            },
            |(batch, searched)| {
                let normal = &listed.batches[batch];
                for (row, person, before) in searched {
                    let name = if person.name_key == 0 { "" } else { normal.name(row as usize) };
                    sought.push(person, name, before);
                    rows.push((batch as u32, row));
                }
                self.stop.check()
            },
        )?;
        Ok((rows, sought))
    }
}
