//! What agreement weighs, learned from the lists themselves.

use std::collections::{BTreeMap, HashMap};

use schemars::JsonSchema;
use serde::Serialize;

use super::Work;
use crate::link::lists::{All, Chunk, LevelCounts, Memo, Profile, cleared, draw, draws, pair_share};
use crate::link::model::{KeyCounts, Pattern, Settings, Weights, train};
use crate::pipeline::Stage;
use crate::record::Trouble;

/// What was learned.
pub(super) struct Learned {
    /// What levels weigh.
    pub(super) weights: Weights,
    /// The share of all pairs that are one person.
    pub(super) share: f64,
    pub(super) facts: LearnFacts,
}

/// How learning went, for the summary.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct LearnFacts {
    /// Whether weights were given and nothing was learned.
    pub weights_given: bool,
    /// Rounds in which the chances of different people were cleared of pairs of one person.
    pub rounds: usize,
    /// Whether they changed no more.
    pub converged: bool,
    /// The share of all pairs that are one person.
    pub share_of_pairs: f64,
    /// The share of the pairs of each key.
    pub share_by_key: Vec<f64>,
    /// Pairs of one person that speak of each comparison.
    pub evidence: BTreeMap<String, f64>,
    /// Levels that weighed less than a worse one, as `comparison.level`; those of few pairs were put in order.
    pub out_of_order: Vec<String>,
    /// Those that were put in order.
    pub put_in_order: Vec<String>,
}

/// Rounds of clearing u and learning m again.
const ROUNDS: usize = 30;
/// It ends when no weight changes by more bits.
const SETTLED_BITS: f64 = 1e-3;

type Counts = BTreeMap<(Pattern, u32), u64>;

impl Work<'_> {
    /// Learns from all pairs, unless weights were given.
    pub(super) fn learn(&self) -> Result<Learned, Trouble> {
        let counts = self.count()?;
        let patterns: Vec<(Pattern, u64)> = counts.iter().map(|((pattern, _), n)| (*pattern, *n)).collect();
        let n_pairs = self.lists.records.n_pairs();
        if let Some(weights) = &self.plan.weights {
            let share = pair_share(weights, &patterns, n_pairs);
            let facts = LearnFacts { weights_given: true, share_of_pairs: share, ..LearnFacts::default() };
            return Ok(Learned { weights: weights.clone(), share, facts });
        }
        let start = self.plan.profile.start();
        let all = self.all(&start)?;
        let keys = self.keys(&counts);
        let mut weights = cleared(&start, &start, &all, n_pairs, 0.0);
        let mut facts = LearnFacts::default();
        let (mut share, mut trained) = (0.0, None);
        while facts.rounds < ROUNDS && !facts.converged {
            facts.rounds += 1;
            let learned = train(&weights, &keys, &Settings::default());
            share = pair_share(&learned.weights, &patterns, n_pairs);
            let next = cleared(&start, &learned.weights, &all, n_pairs, share);
            facts.converged = change(&weights, &next) <= SETTLED_BITS;
            weights = next;
            trained = Some(learned);
        }
        let trained = trained.expect("there is at least one round");
        facts.share_of_pairs = share;
        facts.share_by_key = trained.shares;
        let names = |comparison: usize| start.comparisons[comparison].name.clone();
        facts.evidence = trained.evidence.iter().enumerate().map(|(at, n)| (names(at), n.round())).collect();
        let is_order = |comparison: usize| self.plan.profile.is_order(comparison);
        for disorder in trained.disorders.iter().filter(|disorder| !is_order(disorder.comparison)) {
            let level = &start.comparisons[disorder.comparison].levels[disorder.level].name;
            let shown = format!("{}.{level}", names(disorder.comparison));
            if disorder.forced { &mut facts.put_in_order } else { &mut facts.out_of_order }.push(shown);
        }
        Ok(Learned { weights: trained.weights, share, facts })
    }

    /// How often levels hold among all pairs.
    fn all(&self, start: &Weights) -> Result<All, Trouble> {
        let mut all: LevelCounts = start.comparisons.iter().map(|of| vec![0; of.levels.len()]).collect();
        self.each(
            draws(&self.comparer),
            |piece, memo| (draw(&self.comparer, start, *piece, memo), 0),
            |counts| {
                for (all, count) in all.iter_mut().flatten().zip(counts.into_iter().flatten()) {
                    *all += count;
                }
            },
        )?;
        Ok(All::of(&self.comparer, &all))
    }

    /// How many pairs have each pattern and each set of keys.
    fn count(&self) -> Result<Counts, Trouble> {
        let work = |chunk: &Chunk, memo: &mut Memo| {
            let mut counts: HashMap<(Pattern, u32), u64> = HashMap::new();
            let mut agreeing = Vec::new();
            self.blocking.each_pair(chunk, |pair| {
                let pattern = self.comparer.compare(pair.a as usize, pair.b as usize, memo, &mut agreeing);
                *counts.entry((pattern, pair.keys)).or_default() += 1;
            });
            counts
        };
        let mut all = Counts::new();
        self.each_chunk(Stage::Learning, work, |counts| {
            for (key, n) in counts {
                *all.entry(key).or_default() += n;
            }
        })?;
        Ok(all)
    }

    /// The counts of each key, with the comparisons that it fixes.
    fn keys(&self, counts: &Counts) -> Vec<KeyCounts> {
        let profile = &self.plan.profile;
        let of_key = |key: usize| KeyCounts {
            fixed: fixed(profile, self.blocking.fields(key)),
            counts: counts
                .iter()
                .filter(|((_, keys), _)| keys >> key & 1 == 1)
                .map(|((pattern, _), n)| (*pattern, *n))
                .collect(),
        };
        (0..profile.blocks.len()).map(of_key).collect()
    }
}

/// The slots of comparisons that have a field in common with a key, joined fields by their parts.
fn fixed(profile: &Profile, fields: &[usize]) -> Vec<usize> {
    let parts = |field: usize| {
        let mut parts = profile.fields[field].joined.clone();
        parts.push(field);
        parts
    };
    let of_key: Vec<usize> = fields.iter().flat_map(|field| parts(*field)).collect();
    let touches = |field: usize| parts(field).iter().any(|part| of_key.contains(part));
    let compared = profile.comparisons.iter().filter(|compared| compared.fields.iter().any(|f| touches(*f)));
    compared.flat_map(|compared| compared.slot..compared.end()).collect()
}

/// By how many bits a chance u has changed most.
fn change(before: &Weights, after: &Weights) -> f64 {
    let levels = |weights: &Weights| -> Vec<f64> {
        weights.comparisons.iter().flat_map(|of| &of.levels).map(|level| level.u.log2()).collect()
    };
    levels(before).iter().zip(levels(after)).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}
