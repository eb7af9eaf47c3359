//! The citizens of rows whose number does not say who they are: a sample of the store teaches, then all of it passes.

mod aside;
mod places;
mod rows;
mod written;

use std::path::Path;

use super::Stage;
use super::linking::read_text;
use super::listed::Listed;
use super::looking::is_possible_on;
use super::ordered::each_in_order;
use super::run::Run;
use crate::fields::person_name;
use crate::link::model::{Choice, Claim, Doubt, Peaks, Prior, Seen, Weights, contested, doubts};
use crate::link::search::{
    Candidates, Chances, Collecting, Desk, Index, NameCounts, NamePlaces, NumberTold, Passing, Sample,
    Scales, Sought, fits, score,
};
use crate::link::{self, Finding};
use crate::normalize::BESIDES_FIELDS;
use crate::places::Gazetteer;
use crate::record::{FieldKind, NormalBatch, Spare, Trouble, TroubleCode};
use crate::reference::store::{Scan, ScanPiece, Scanned, Store};
use crate::reference::{People, PersonRef};
use crate::report::summary::{BlockFacts, SearchFacts};
use crate::rulebook::{LifeStatus, Rulebook, SearchBlock};
pub(super) use places::Places;
use places::{provinces, unit_places};

/// What a search found.
pub(super) struct Searched {
    /// The rows that were searched for, in order: batch and row.
    pub(super) rows: Vec<(u32, u32)>,
    /// Their candidates.
    pub(super) candidates: Candidates<PersonRef>,
    /// Their chances.
    chances: Chances,
    /// What each level weighs.
    pub(super) weights: Weights,
    /// Rows that claim a citizen whom another row claims too, where each may be one row only.
    contested: Vec<u32>,
    /// For the summary.
    pub(super) facts: SearchFacts,
}

impl Searched {
    /// The number settles every row.
    fn nobody(book: &Rulebook) -> Result<Self, Trouble> {
        Ok(Self {
            rows: Vec::new(),
            candidates: Collecting::new(0, 1, 0.0).finish(),
            chances: Chances::default(),
            weights: starting_weights(book)?,
            contested: Vec::new(),
            facts: SearchFacts::default(),
        })
    }

    /// The searched rows of a batch: where they are among all searched rows.
    fn of_batch(&self, batch: usize) -> std::ops::Range<usize> {
        let start = self.rows.partition_point(|(other, _)| (*other as usize) < batch);
        let end = self.rows.partition_point(|(other, _)| (*other as usize) <= batch);
        start..end
    }

    /// Puts what was found of a batch in the place of what the number told.
    pub(super) fn applied<'a>(
        &'a self,
        batch: usize,
        rows: &'a NormalBatch,
        people: &'a People,
        book: &'a Rulebook,
        found: impl Iterator<Item = Finding> + 'a,
    ) -> impl Iterator<Item = Finding> + 'a {
        /// Searched rows between asking for memory and using it.
        const AHEAD: usize = 12;
        let mut searched = self.of_batch(batch).peekable();
        found.enumerate().map(move |(row, found)| {
            let at = searched.next_if(|&at| self.rows[at].1 as usize == row);
            if let Some(later) = at.and_then(|at| self.candidates.of(at + AHEAD).first()) {
                people.prefetch_facts(later.citizen);
            }
            match at {
                None => found,
                Some(at) if self.contested.binary_search(&(at as u32)).is_ok() => {
                    Finding::Candidates(found.slot())
                }
                Some(at) => link::elsewhere(
                    rows,
                    row,
                    found,
                    self.candidates.of(at),
                    self.chances.of(at),
                    people,
                    book,
                ),
            }
        })
    }

    /// The chances of the candidates of a searched row.
    pub(super) fn chances(&self, at: usize) -> &[f64] {
        self.chances.of(at).candidates
    }

    /// The rows that claim a citizen together with others.
    fn contested_rows(&self, people: &People, link_from: f64) -> Vec<u32> {
        let claim = |at: usize| {
            let chance = self.chances(at).first().copied().filter(|chance| *chance >= link_from)?;
            let claimed = people.facts(self.candidates.of(at).first()?.citizen).number;
            (chance > 0.0 && claimed != 0).then_some(Claim { claimed, claiming: at as u64 })
        };
        let claims: Vec<Claim> = (0..self.rows.len()).filter_map(claim).collect();
        let mut rows: Vec<u32> = contested(&claims).iter().map(|claim| claim.claiming as u32).collect();
        rows.sort_unstable();
        rows
    }

    /// The searched rows of a batch with their places.
    pub(super) fn rows_of(&self, batch: usize) -> impl Iterator<Item = (usize, usize)> {
        self.of_batch(batch).map(|at| (at, self.rows[at].1 as usize))
    }
}

/// Fields that a search reads of a list besides those that are compared.
pub(super) const FIELDS: [FieldKind; BESIDES_FIELDS.len()] = BESIDES_FIELDS;

/// What every part of a search needs.
struct Search<'a> {
    run: &'a Run<'a>,
    scan: Scan<'a>,
    sought: &'a Sought<'a>,
    spare: Spare<Scanned>,
}

impl<'a> Search<'a> {
    /// Reads a part of the store and does something with the citizens in it.
    fn with_piece<R>(
        &self,
        piece: ScanPiece,
        work: impl FnOnce(&Passing<'_>, &mut Desk<'a>, &Scanned) -> R,
    ) -> Result<R, Trouble> {
        let mut scanned = self.spare.take().unwrap_or_default();
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

    /// Learns from a sample: what levels weigh, how common names are, and which values of keys give too many pairs.
    fn learn(&self) -> Result<Learned<'a>, Trouble> {
        let (run, rules) = (self.run, &self.run.book.search);
        let n_citizens: u64 = self.scan.pieces().iter().map(|piece| self.scan.n_rows(*piece)).sum();
        run.observer.begin(Stage::Learning, rules.sampled_of(n_citizens));
        let names = NamePlaces::of(&self.sought.people);
        let counts = names.counts();
        let unrefined = Index::build(&self.sought.people, &rules.blocks);
        let sample = self.sample(&unrefined, (&names, &counts))?;
        let scale = n_citizens as f64 / sample.n_citizens.max(1) as f64;
        let trained = sample.learn(&starting_weights(run.book)?, &rules.blocks);
        let weights = match &run.plan.weights {
            Some(path) => told_weights(path)?,
            None => trained.weights,
        };
        let too_many = |block: usize, key: u64, n_rows: u64| {
            n_rows > 1 && sample.pairs_of(block, key) as f64 * scale > rules.value_pairs_max as f64
        };
        let index = unrefined.refine(&self.sought.people, too_many);
        let of_block = |(at, block): (usize, &SearchBlock)| {
            let reach = index.reach(at);
            let pairs = sample.pairs(at) as f64 * scale;
            BlockFacts {
                name: block.name.clone(),
                rows: reach.rows,
                pairs_expected: pairs.round() as u64,
                right_expected: (sample.n_learned(at) as f64 * scale * trained.shares[at]).round() as u64,
                refined_values: reach.refined_values,
            }
        };
        let facts = SearchFacts {
            rows: self.sought.len() as u64,
            citizens: n_citizens,
            blocks: rules.blocks.iter().enumerate().map(of_block).collect(),
            ..SearchFacts::default()
        };
        run.observer.end();
        Ok(Learned { index, weights, names, counts, n_citizens, facts })
    }

    /// Looks at evenly spread parts.
    fn sample(&self, index: &Index<'_>, names: (&NamePlaces, &NameCounts)) -> Result<Sample, Trouble> {
        let pieces = self.scan.pieces();
        let n_citizens: u64 = pieces.iter().map(|piece| self.scan.n_rows(*piece)).sum();
        let wanted = self.run.book.search.sampled_of(n_citizens);
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
                self.run.observer.advance(seen.n_citizens);
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
    read_weights(book.files.text(NAME)?, |line, cause| book.files.wrong(NAME, line, cause))
}

/// Weights of a file: those of an earlier run, or set by hand.
///
/// # Errors
/// When it cannot be read, or has other comparisons or levels than a search.
fn told_weights(path: &Path) -> Result<Weights, Trouble> {
    read_weights(&read_text(path)?, |line, cause| {
        Trouble::new(TroubleCode::BadProfile).file(path).line(line).word("cause", cause)
    })
}

/// Weights that have the comparisons and levels of a search; `wrong` is the trouble of a text that has not.
fn read_weights(text: &str, wrong: impl Fn(u64, &str) -> Trouble) -> Result<Weights, Trouble> {
    let weights = Weights::from_text(text).map_err(|found| wrong(found.line, &found.cause))?;
    let is_ours = fits(&weights);
    let others = || wrong(1, "other comparisons or levels than the search has");
    is_ours.then_some(weights).ok_or_else(others)
}

/// What is known before all citizens pass.
struct Learned<'b> {
    index: Index<'b>,
    weights: Weights,
    names: NamePlaces,
    counts: NameCounts,
    n_citizens: u64,
    facts: SearchFacts,
}

impl Run<'_> {
    /// What each key of a search reaches, without searching.
    pub(super) fn reach(
        &self,
        store: &Store,
        listed: &Listed,
        people: &People,
        gazetteer: &Gazetteer,
    ) -> Result<SearchFacts, Trouble> {
        let provinces = provinces(gazetteer);
        let (_, sought) = self.sought(listed, people, &provinces)?;
        if sought.is_empty() {
            return Ok(SearchFacts::default());
        }
        let places_of_units = unit_places(store, &provinces, gazetteer);
        let is_possible = is_possible_on(self.plan.as_of);
        let scan = Scan::new(store, &places_of_units, &is_possible)?;
        let search = Search { run: self, scan, sought: &sought, spare: Spare::default() };
        Ok(search.learn()?.facts)
    }

    /// The chances of all rows, given how those of one are worked out.
    fn chances_of(&self, n_rows: usize, choice: impl Fn(usize) -> Choice + Sync) -> Result<Chances, Trouble> {
        /// Rows that one thread takes at a time.
        const TOGETHER: usize = 1 << 12;
        let mut chances = Chances::default();
        let mut starts = (0..n_rows).step_by(TOGETHER);
        each_in_order(
            &self.pool,
            || Ok(starts.next()),
            |start| {
                let mut some = Chances::default();
                (start..(start + TOGETHER).min(n_rows)).for_each(|row| some.push(&choice(row)));
                Ok(some)
            },
            |some| {
                chances.append(&some);
                Ok(())
            },
        )?;
        Ok(chances)
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
        if n_rows == 0 {
            return Searched::nobody(self.book);
        }
        let places_of_units = unit_places(store, &provinces, gazetteer);
        let is_possible = is_possible_on(self.plan.as_of);
        let scan = Scan::new(store, &places_of_units, &is_possible)?;
        let search = Search { run: self, scan, sought: &sought, spare: Spare::default() };
        let Learned { index, weights, names, counts, n_citizens, mut facts } = search.learn()?;
        let expected: u64 = facts.blocks.iter().map(|block| block.pairs_expected).sum();
        if expected > rules.pairs_max {
            let key = facts.blocks.iter().max_by_key(|block| block.pairs_expected);
            let trouble = Trouble::new(TroubleCode::TooManyPairs).word("pairs", expected);
            let trouble = trouble.word("limit", rules.pairs_max);
            return Err(trouble.word("key", key.map_or("", |block| block.name.as_str())));
        }
        let pieces = search.scan.pieces();
        self.observer.begin(Stage::Pairs, pieces.len() as u64);
        self.observer.pairs(expected, n_rows as u64 * n_citizens);

        let prior_bits = Prior { present: 0.5, n_reference: n_citizens }.bits();
        let scales = Scales::new(&weights, &sought, &names, &counts, prior_bits);
        let mut candidates = Collecting::new(n_rows, rules.kept, prior_bits);
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
                    // Citizens are in order, their rows are not.
                    scored.hits.iter().for_each(|hit| candidates.prefetch(hit.row));
                    scored.hits.iter().for_each(|hit| candidates.prefetch_kept(hit.row));
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
        let candidates = candidates.finish();
        let beforehand = sought.beforehand.clone();
        let present =
            NumberTold::ALL.map(|told| candidates.present(told, rules.present, n_citizens, &beforehand));
        facts.present = NumberTold::ALL.map(NumberTold::name).into_iter().zip(present).collect();
        facts.kept = candidates.len() as u64;
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
        let choice = |row: usize| {
            let before = beforehand[row];
            candidates.choice(row, present[before.number as usize], n_citizens, before)
        };
        let chances = self.chances_of(n_rows, choice)?;
        let mut searched = Searched { rows, candidates, chances, weights, contested: Vec::new(), facts };
        if rules.one_row_each {
            searched.contested = searched.contested_rows(people, rules.link_from);
        }
        Ok(searched)
    }
}
