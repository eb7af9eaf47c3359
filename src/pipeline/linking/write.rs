//! The tables of linking.

use super::learn::Learned;
use super::read::Lists;
use super::{Work, chance};
use crate::link::lists::{Memo, NOTHING, Tie};
use crate::link::model::{MISSING, Weights};
use crate::record::Trouble;
use crate::report::columns::{self, with_levels};
use crate::report::folder::{RunFolder, Written};
use crate::report::formats::TableFile;
use crate::report::links::push_record;

/// A pair as it is written.
pub(super) struct Link {
    pub(super) tie: Tie,
    /// The chance that both are one person.
    pub(super) chance: f64,
    pub(super) is_link: bool,
    /// Two people that have an identifier in common.
    pub(super) is_conflict: bool,
    pub(super) flags: Vec<&'static str>,
}

impl Link {
    pub(super) fn of(tie: Tie, chance: f64, cut: f64) -> Self {
        Self { tie, chance, is_link: chance >= cut, is_conflict: false, flags: Vec::new() }
    }

    pub(super) fn conflict(tie: &Tie) -> Self {
        Self { is_conflict: true, ..Self::of(*tie, chance(tie.odds), 1.0) }
    }
}

fn record(out: &mut Vec<u8>, lists: &Lists, record: u32) {
    let at = record as usize;
    push_record(out, &lists.names[lists.files[at] as usize], lists.lines[at], &lists.keys[at]);
}

/// `links.csv`: pairs with their chance and the level of every comparison.
pub(super) fn links(
    folder: &RunFolder,
    work: &Work<'_>,
    learned: &Learned,
    links: &[Link],
) -> Result<Vec<Written>, Trouble> {
    let comparisons = &learned.weights.comparisons;
    let levels = comparisons.iter().map(|of| of.name.as_str());
    let columns = with_levels(&columns::LINKS, levels);
    let mut file = TableFile::begin(folder, "links", &columns, &work.run.plan.formats)?;
    let (mut out, mut memo, mut agreeing) = (Vec::new(), Memo::default(), Vec::new());
    for link in links {
        let Tie { a, b, .. } = link.tie;
        let pattern = work.comparer.compare(a as usize, b as usize, &mut memo, &mut agreeing);
        out.clear();
        record(&mut out, work.lists, a);
        out.push(b',');
        record(&mut out, work.lists, b);
        let decision = match (link.is_link, link.is_conflict) {
            (true, _) => "link",
            (_, true) => "conflict",
            _ => "review",
        };
        let bits = learned.weights.bits_with(pattern, &agreeing);
        let flags = link.flags.join("+");
        out.extend_from_slice(format!(",{decision},{:.6},{bits:.2},{flags}", link.chance).as_bytes());
        for (slot, comparison) in comparisons.iter().enumerate() {
            let level = pattern.level(slot);
            let name = if level == MISSING { "missing" } else { &comparison.levels[usize::from(level)].name };
            out.push(b',');
            out.extend_from_slice(name.as_bytes());
        }
        out.push(b'\n');
        file.write(&out)?;
    }
    file.finish(links.len() as u64)
}

/// `clusters.csv`: records of one person together, and the one that tells most.
pub(super) fn clusters(
    folder: &RunFolder,
    work: &Work<'_>,
    clusters: &[Vec<u32>],
) -> Result<Vec<Written>, Trouble> {
    let lists = work.lists;
    let mut file = TableFile::begin(folder, "clusters", &columns::CLUSTERS, &work.run.plan.formats)?;
    let codes = &lists.records.codes;
    let n_values = |record: u32| codes.iter().filter(|field| field[record as usize] != NOTHING).count();
    let (mut out, mut n_rows) = (Vec::new(), 0);
    for (index, cluster) in clusters.iter().enumerate() {
        // The fullest record; the first of several.
        let survivor = cluster.iter().copied().max_by_key(|&at| (n_values(at), std::cmp::Reverse(at)));
        for &at in cluster {
            out.clear();
            out.extend_from_slice(format!("{},", index + 1).as_bytes());
            record(&mut out, lists, at);
            let is_survivor = if survivor == Some(at) { "yes" } else { "no" };
            out.extend_from_slice(format!(",{},{is_survivor}\n", cluster.len()).as_bytes());
            file.write(&out)?;
            n_rows += 1;
        }
    }
    file.finish(n_rows)
}

/// `weights.toml`: what was learned, to be used again.
pub(super) fn weights(folder: &RunFolder, weights: &Weights) -> Result<Written, Trouble> {
    let mut file = folder.file("weights.toml", false)?;
    file.write(weights.to_text().as_bytes())?;
    file.finish(None)
}
