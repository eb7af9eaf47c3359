//! Which of its candidates a record is, if any: chances of all of them together, and who claims whom.

/// What is known before anything is compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prior {
    /// The chance that the record's person is in the reference at all, above 0 and below 1.
    pub present: f64,
    /// Records of the reference: each of them is as likely as any other.
    pub n_reference: u64,
}

impl Prior {
    /// The odds, in bits, of one given record of the reference against nobody.
    pub fn bits(self) -> f64 {
        (self.present / (1.0 - self.present)).log2() - (self.n_reference.max(1) as f64).log2()
    }
}

/// The chances of one record.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The chance of each candidate, in the order given.
    pub chances: Vec<f64>,
    /// The chance that it is none of them.
    pub nobody: f64,
    /// The best candidates, in the order given: several where they tie; none where there is no candidate.
    pub best: Vec<usize>,
    /// By how much the chance of the best is above the next candidate's; 0 where several tie.
    pub margin: f64,
    /// The same in bits; infinite where there is no other candidate.
    pub margin_bits: f64,
}

/// Candidates nearer than this are tied: the difference is rounding.
const TIE_BITS: f64 = 1e-6;

/// The chances of all candidates of one record from what speaks for each, in bits.
///
/// A record is one person or none, so the chances are 1 together with `nobody`: two namesakes share what one of them
/// would have had.
pub fn choose(bits: &[f64], prior: Prior) -> Choice {
    let prior_bits = prior.bits();
    let top = bits.iter().fold(0.0_f64, |top, bits| top.max(bits + prior_bits));
    let nobody = (-top).exp2();
    let candidates: Vec<f64> = bits.iter().map(|bits| (bits + prior_bits - top).exp2()).collect();
    let sum = nobody + candidates.iter().sum::<f64>();
    let chances: Vec<f64> = candidates.into_iter().map(|chance| chance / sum).collect();
    let most = bits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let best: Vec<usize> = (0..bits.len()).filter(|&at| bits[at] >= most - TIE_BITS).collect();
    let second = bits.iter().enumerate().filter(|(at, _)| best.first() != Some(at));
    let second = second.max_by(|a, b| a.1.total_cmp(b.1)).map(|(at, _)| at);
    let (margin, margin_bits) = match (best.as_slice(), second) {
        ([], _) => (0.0, 0.0),
        ([best], None) => (chances[*best], f64::INFINITY),
        ([best], Some(second)) => (chances[*best] - chances[second], bits[*best] - bits[second]),
        _ => (0.0, 0.0),
    };
    Choice { chances, nobody: nobody / sum, best, margin, margin_bits }
}

/// A record that takes a citizen or another record for its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claim {
    /// Who is claimed.
    pub claimed: u64,
    /// Which record claims.
    pub claiming: u64,
}

/// The claims on those whom several records claim, in order: where one may have one record only, none of them is given
/// anybody silently.
pub fn contested(claims: &[Claim]) -> Vec<Claim> {
    let mut claims = claims.to_vec();
    claims.sort_unstable();
    claims.dedup();
    let several = claims.chunk_by(|a, b| a.claimed == b.claimed).filter(|same| same.len() > 1);
    several.flatten().copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRIOR: Prior = Prior { present: 0.8, n_reference: 1 << 20 };

    #[test]
    fn chances_are_one_together_and_namesakes_share_theirs() {
        let cases: [(&[f64], &[usize], f64); 7] = [
            (&[], &[], 1.0),
            (&[40.0], &[0], 0.0),
            (&[40.0, 40.0], &[0, 1], 0.0),
            (&[12.0, 40.0, -20.0], &[1], 0.0),
            (&[18.0], &[0], 0.5),
            (&[18.0, 18.0, 18.0, 18.0], &[0, 1, 2, 3], 0.2),
            (&[-2000.0, 2000.0], &[1], 0.0),
        ];
        for (bits, best, nobody) in cases {
            let choice = choose(bits, PRIOR);
            let sum: f64 = choice.chances.iter().sum::<f64>() + choice.nobody;
            assert!((sum - 1.0).abs() < 1e-12, "{bits:?}");
            assert_eq!(choice.best, best, "{bits:?}");
            assert!((choice.nobody - nobody).abs() < 1e-4, "{bits:?}: {}", choice.nobody);
        }
        let two = choose(&[40.0, 40.0], PRIOR);
        assert!((two.chances[0] - 0.5).abs() < 1e-4 && two.chances[0] == two.chances[1]);
        assert_eq!((two.margin, two.margin_bits), (0.0, 0.0));
        let clear = choose(&[30.0, 40.0], PRIOR);
        assert!((clear.margin_bits - 10.0).abs() < 1e-12 && clear.margin > 0.99);
        assert_eq!(choose(&[40.0], PRIOR).margin_bits, f64::INFINITY);
    }

    #[test]
    fn who_is_claimed_twice_is_told() {
        let claim = |claiming, claimed| Claim { claimed, claiming };
        let claims = [claim(1, 10), claim(2, 11), claim(3, 10), claim(4, 12), claim(2, 11)];
        assert_eq!(contested(&claims), [claim(1, 10), claim(3, 10)]);
    }
}
