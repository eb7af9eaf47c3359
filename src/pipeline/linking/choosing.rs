//! Which pairs are links: groups of one list, counterparts of two.

use super::learn::Learned;
use super::write::Link;
use super::{LinkFacts, Work, chance, odds};
use crate::link::lists::{Joined, Memo, Tie, group};
use crate::link::model::{Prior, choose};

/// The chance that a record has a counterpart at all is never taken for surer than this.
const PRESENT: (f64, f64) = (0.001, 0.99);

impl Work<'_> {
    /// Records of one list in groups that hold together.
    pub(super) fn grouped(
        &self,
        learned: &Learned,
        ties: &[Tie],
        facts: &mut LinkFacts,
    ) -> (Vec<Link>, Vec<Vec<u32>>) {
        let profile = &self.plan.profile;
        let prior = odds(learned.share);
        let (mut memo, mut agreeing) = (Memo::default(), Vec::new());
        let mut weigh = |a: u32, b: u32| {
            let pattern = self.comparer.compare(a as usize, b as usize, &mut memo, &mut agreeing);
            profile.odds(pattern, learned.weights.bits_with(pattern, &agreeing) + prior)
        };
        let found = group(ties, odds(profile.shown_from), odds(profile.cut), &mut weigh);
        facts.clusters = found.clusters.len() as u64;
        facts.largest_cluster = found.clusters.iter().map(Vec::len).max().unwrap_or(0) as u64;
        facts.large_tangles = found.large_tangles;
        let links = found.joined.iter().map(|joined| self.link_of(joined)).collect();
        (links, found.clusters)
    }

    fn link_of(&self, joined: &Joined) -> Link {
        let cut = self.plan.profile.cut;
        let mut link = Link::of(joined.tie, chance(joined.group_odds), cut);
        match (chance(joined.tie.odds) >= cut, link.is_link) {
            (false, true) => link.flags.push("carried_by_group"),
            (true, false) => link.flags.push("against_group"),
            _ => {}
        }
        link
    }

    /// Pairs of two lists in which nobody has two counterparts: candidates share what is likely.
    pub(super) fn chosen(&self, learned: &Learned, ties: &[Tie]) -> Vec<Link> {
        let cut = self.plan.profile.cut;
        let prior_bits = odds(learned.share);
        let n_b = (self.lists.records.n - self.lists.records.n_a) as u64;
        let n_a = self.lists.records.n_a as u64;
        let prior = |n: u64| Prior {
            present: (learned.share * n as f64).clamp(PRESENT.0, PRESENT.1),
            n_reference: n,
        };
        let mut links: Vec<Link> = ties.iter().map(|tie| Link::of(*tie, 1.0, cut)).collect();
        for (side, n_others) in [(0, n_b), (1, n_a)] {
            let mut order: Vec<usize> = (0..ties.len()).collect();
            let of = |at: usize| if side == 0 { ties[at].a } else { ties[at].b };
            order.sort_by_key(|&at| of(at));
            for same in order.chunk_by(|&x, &y| of(x) == of(y)) {
                let bits: Vec<f64> = same.iter().map(|&at| ties[at].odds - prior_bits).collect();
                let choice = choose(&bits, prior(n_others));
                for (&at, chance) in same.iter().zip(&choice.chances) {
                    let link = &mut links[at];
                    if side == 1 && link.chance >= cut && *chance < cut {
                        link.flags.push("contested");
                    }
                    link.chance = link.chance.min(*chance);
                }
                if choice.best.len() > 1 {
                    choice.best.iter().for_each(|&best| links[same[best]].flags.push("tied"));
                }
            }
        }
        for link in &mut links {
            link.flags.dedup();
            link.is_link = link.chance >= cut;
        }
        // Who has a far better counterpart is no candidate any more.
        links.retain(|link| link.chance >= self.plan.profile.shown_from);
        links
    }
}
