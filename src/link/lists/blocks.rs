//! Which records are put side by side: those that have the same value of a key.
//!
//! A pair may have several keys in common and is met in the first of them only. A value that too many records have is
//! refined by further fields; whom that leaves without company in this key is counted, and nothing else is left out.

use std::ops::Range;

use schemars::JsonSchema;
use serde::Serialize;
use xxhash_rust::xxh3::Xxh3;

use super::prepare::sound;
use super::profile::{BlockKey, Part, Profile};
use super::records::Records;

/// What a key gave, for the summary.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KeyFacts {
    /// The key as written.
    pub key: String,
    /// Records that have it.
    pub records: u64,
    /// Pairs that have it in common; a pair may be counted in several keys.
    pub pairs: u64,
    /// Values that too many records have.
    pub refined_values: u64,
    /// Pairs of those values, before they were refined.
    pub refined_pairs_before: u64,
    /// Records that are alone in this key because they lack a field that refines it.
    pub left_out_records: u64,
    /// Values still too frequent when no field was left to refine them; they are compared all the same.
    pub still_large_values: u64,
    /// Most records of one value, after refining.
    pub largest_value: u64,
}

/// One key over all records.
#[derive(Debug)]
struct Key {
    /// Hash of each record's value, 0 where it has none.
    values: Vec<u64>,
    /// Records by value, in order.
    sorted: Vec<u32>,
    /// Where in `sorted` values stand that make pairs.
    groups: Vec<Range<usize>>,
    /// Fields that are the same in every pair of the key.
    fields: Vec<usize>,
}

/// What is put side by side.
#[derive(Debug)]
pub struct Blocking {
    keys: Vec<Key>,
    /// What each key gave.
    pub facts: Vec<KeyFacts>,
    n_a: usize,
    are_two: bool,
}

/// Some values of one key: a piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    key: usize,
    groups: Range<usize>,
    /// Pairs of it, those included that an earlier key has met.
    pub n_pairs: u64,
}

/// Two records that have keys in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The record of list A, or the earlier one.
    pub a: u32,
    /// The record of list B, or the later one.
    pub b: u32,
    /// A bit for each key that both have in common.
    pub keys: u32,
}

/// Puts records of the same keys side by side.
pub fn plan(profile: &Profile, records: &Records) -> Blocking {
    let (keys, facts) = profile.blocks.iter().map(|block| key(block, records, profile.block_max)).unzip();
    Blocking { keys, facts, n_a: records.n_a, are_two: records.are_two() }
}

/// Pairs among sorted records.
fn n_pairs(group: &[u32], records: &Records) -> u64 {
    let n = group.len() as u64;
    if records.are_two() {
        let n_a = group.partition_point(|record| (*record as usize) < records.n_a) as u64;
        n_a * (n - n_a)
    } else {
        n * n.saturating_sub(1) / 2
    }
}

fn key(block: &BlockKey, records: &Records, block_max: usize) -> (Key, KeyFacts) {
    let mut values: Vec<u64> = (0..records.n).map(|record| value(&block.parts, 1, records, record)).collect();
    let mut facts = KeyFacts { key: block.name.clone(), ..KeyFacts::default() };
    facts.records = values.iter().filter(|value| **value != 0).count() as u64;
    let mut fields: Vec<usize> = block.parts.iter().flat_map(|part| part.fields()).collect();
    let most = (block_max as u64) * (block_max as u64 - 1) / 2;
    let mut sorted = by_value(&values);
    for (depth, _) in block.refine.iter().enumerate() {
        let parts: Vec<Part> = block.parts.iter().chain(&block.refine[..=depth]).copied().collect();
        let mut n_refined = 0;
        for group in groups(&sorted, &values).filter(|group| n_pairs(group, records) > most) {
            n_refined += 1;
            if depth == 0 {
                facts.refined_pairs_before += n_pairs(group, records);
            }
        }
        let large: Vec<u32> = groups(&sorted, &values)
            .filter(|group| n_pairs(group, records) > most)
            .flatten()
            .copied()
            .collect();
        if large.is_empty() {
            break;
        }
        if depth == 0 {
            facts.refined_values = n_refined;
        }
        fields.extend(block.refine[depth].fields());
        for record in large {
            let refined = value(&parts, 2 + depth as u64, records, record as usize);
            facts.left_out_records += u64::from(refined == 0);
            values[record as usize] = refined;
        }
        sorted = by_value(&values);
    }
    let mut at = 0;
    let mut kept = Vec::new();
    for group in groups(&sorted, &values) {
        let n = n_pairs(group, records);
        facts.pairs += n;
        facts.still_large_values += u64::from(n > most);
        if n > 0 {
            kept.push(at..at + group.len());
            facts.largest_value = facts.largest_value.max(group.len() as u64);
        }
        at += group.len();
    }
    fields.sort_unstable();
    fields.dedup();
    (Key { values, sorted, groups: kept, fields }, facts)
}

/// Records that have a value, by value and then in their order.
fn by_value(values: &[u64]) -> Vec<u32> {
    let mut sorted: Vec<u32> =
        (0..values.len() as u32).filter(|&record| values[record as usize] != 0).collect();
    sorted.sort_unstable_by_key(|&record| (values[record as usize], record));
    sorted
}

/// Records of one value each.
fn groups<'a>(sorted: &'a [u32], values: &'a [u64]) -> impl Iterator<Item = &'a [u32]> {
    sorted.chunk_by(|a, b| values[*a as usize] == values[*b as usize])
}

/// The hash of the parts of a record's key, 0 where one of them is missing.
fn value(parts: &[Part], seed: u64, records: &Records, record: usize) -> u64 {
    let mut hasher = Xxh3::with_seed(seed);
    for part in parts {
        if part.fields().any(|field| records.text(field, record).is_none()) {
            return 0;
        }
        let text = |field: usize| records.text(field, record).unwrap_or_default();
        match *part {
            Part::Whole(field) => hasher.update(text(field).as_bytes()),
            Part::First(field, n) => {
                let text = text(field);
                let end = text.char_indices().nth(n).map_or(text.len(), |(at, _)| at);
                hasher.update(&text.as_bytes()[..end]);
            }
            Part::Year(field) => hasher.update(&text(field).as_bytes()[..4]),
            Part::Sound(field) => hasher.update(sound(text(field)).as_bytes()),
            Part::Both(x, y) => {
                hasher.update(text(x).min(text(y)).as_bytes());
                hasher.update(&[0]);
                hasher.update(text(x).max(text(y)).as_bytes());
            }
        }
        hasher.update(&[0]);
    }
    hasher.digest().max(1)
}

impl Blocking {
    /// All pairs of all keys: how often a pair is looked at.
    pub fn n_pairs(&self) -> u64 {
        self.facts.iter().map(|facts| facts.pairs).sum()
    }

    /// The fields that a key fixes.
    pub fn fields(&self, key: usize) -> &[usize] {
        &self.keys[key].fields
    }

    /// Pieces of work of about so many pairs each, in order.
    pub fn chunks(&self, n_pairs: u64) -> Vec<Chunk> {
        let mut chunks = Vec::new();
        for (index, key) in self.keys.iter().enumerate() {
            let mut chunk = Chunk { key: index, groups: 0..0, n_pairs: 0 };
            for (at, group) in key.groups.iter().enumerate() {
                chunk.groups.end = at + 1;
                chunk.n_pairs += self.n_in(&key.sorted[group.clone()]);
                if chunk.n_pairs >= n_pairs {
                    let next = Chunk { key: index, groups: at + 1..at + 1, n_pairs: 0 };
                    chunks.push(std::mem::replace(&mut chunk, next));
                }
            }
            if !chunk.groups.is_empty() {
                chunks.push(chunk);
            }
        }
        chunks
    }

    /// The records of list A in a group, and those they are compared with.
    fn split<'a>(&self, group: &'a [u32]) -> (&'a [u32], &'a [u32]) {
        if self.are_two {
            group.split_at(group.partition_point(|record| (*record as usize) < self.n_a))
        } else {
            (group, group)
        }
    }

    fn n_in(&self, group: &[u32]) -> u64 {
        let (a, b) = self.split(group);
        let (n, m) = (a.len() as u64, b.len() as u64);
        if self.are_two { n * m } else { n * (n - 1) / 2 }
    }

    /// Every pair of a piece of work that no earlier key has.
    pub fn each_pair(&self, chunk: &Chunk, mut found: impl FnMut(Pair)) {
        for group in &self.keys[chunk.key].groups[chunk.groups.clone()] {
            let (of_a, of_b) = self.split(&self.keys[chunk.key].sorted[group.clone()]);
            for (at, &a) in of_a.iter().enumerate() {
                let others = if self.are_two { of_b } else { &of_b[at + 1..] };
                for &b in others {
                    let keys = self.common(a, b);
                    if keys.trailing_zeros() as usize == chunk.key {
                        found(Pair { a, b, keys });
                    }
                }
            }
        }
    }

    /// The keys that two records have in common.
    fn common(&self, a: u32, b: u32) -> u32 {
        let mut keys = 0;
        for (index, key) in self.keys.iter().enumerate() {
            let value = key.values[a as usize];
            keys |= u32::from(value != 0 && value == key.values[b as usize]) << index;
        }
        keys
    }
}

#[cfg(test)]
mod tests;
