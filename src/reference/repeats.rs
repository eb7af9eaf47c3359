//! How many numbers of the reference stand on more than one row.
//!
//! A number has fewer than 41 bits. Mixed one to one, its high bits choose a bucket and only the rest is kept: four
//! bytes a number. In each bucket, small enough for the cache, every number sets a bit; one that finds its bit set may
//! be a repetition. Few are, so only those few are compared. 100 million numbers: 400 MB, under a second.

/// Numbers of the reference while it streams past.
#[derive(Debug)]
pub struct Repeats {
    buckets: Vec<Vec<u32>>,
    /// Numbers of more bits: old ones in the column of the personal number.
    others: Vec<u64>,
}

/// Bits of a mixed number that are kept.
const KEPT_BITS: u32 = 32;
/// Bits of a number. Twelve digits have 40.
const NUMBER_BITS: u32 = 40;
const N_BUCKETS: usize = 1 << (NUMBER_BITS - KEPT_BITS);

impl Repeats {
    /// Room for about so many numbers.
    pub fn new(about: usize) -> Self {
        let about = about / N_BUCKETS;
        Self {
            buckets: (0..N_BUCKETS).map(|_| Vec::with_capacity(about + about / 16)).collect(),
            others: Vec::new(),
        }
    }

    /// Adds packed numbers.
    pub fn add(&mut self, numbers: &[u64]) {
        for &number in numbers {
            if number >> NUMBER_BITS != 0 {
                self.others.push(number);
                continue;
            }
            let mixed = mix_one_to_one(number);
            self.buckets[(mixed >> KEPT_BITS) as usize].push(mixed as u32);
        }
    }

    /// How many buckets there are; each can be counted by itself.
    pub fn n_buckets(&self) -> usize {
        self.buckets.len() + 1
    }

    /// How many numbers of a bucket were there already when they were added.
    pub fn count(&self, bucket: usize) -> u64 {
        match self.buckets.get(bucket) {
            Some(bucket) => n_repeated(bucket),
            None => {
                let mut others = self.others.clone();
                others.sort_unstable();
                n_equal_neighbours(&others)
            }
        }
    }
}

/// A permutation of the numbers of 40 bits: every step can be undone.
const fn mix_one_to_one(number: u64) -> u64 {
    const MASK: u64 = (1 << NUMBER_BITS) - 1;
    let mixed = number ^ (number >> 20);
    let mixed = mixed.wrapping_mul(0x9E_3779_B97F) & MASK;
    let mixed = (mixed ^ (mixed >> 20)).wrapping_mul(0xBF_5847_6D1D) & MASK;
    mixed ^ (mixed >> 20)
}

/// How many values of a bucket stand behind an equal one.
fn n_repeated(bucket: &[u32]) -> u64 {
    let n_bits = (bucket.len().max(64) * 8).next_power_of_two();
    let place = |value: u32| {
        let bit = value as usize & (n_bits - 1);
        (bit / 64, 1_u64 << (bit % 64))
    };
    let mut bits = vec![0_u64; n_bits / 64];
    let mut suspects = Vec::new();
    for &value in bucket {
        let (word, bit) = place(value);
        if bits[word] & bit != 0 {
            suspects.push(value);
        }
        bits[word] |= bit;
    }
    suspects.sort_unstable();
    suspects.dedup();
    bits.fill(0);
    for &value in &suspects {
        let (word, bit) = place(value);
        bits[word] |= bit;
    }
    let is_suspect = |value: &u32| {
        let (word, bit) = place(*value);
        bits[word] & bit != 0 && suspects.binary_search(value).is_ok()
    };
    let mut again: Vec<u32> = bucket.iter().copied().filter(is_suspect).collect();
    again.sort_unstable();
    n_equal_neighbours(&again)
}

fn n_equal_neighbours<T: PartialEq>(sorted: &[T]) -> u64 {
    sorted.windows(2).filter(|pair| pair[0] == pair[1]).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(repeats: &Repeats) -> u64 {
        (0..repeats.n_buckets()).map(|bucket| repeats.count(bucket)).sum()
    }

    #[test]
    fn repetitions_are_counted_whatever_the_room() {
        const OLD: u64 = 1 << 60;
        for about in [0, 1000, 40_000] {
            let mut repeats = Repeats::new(about);
            let number = |index: u64| 1_000_000_000 + index * 7919;
            let numbers: Vec<u64> = (0..30_000).map(number).chain((0..50).map(number)).collect();
            numbers.chunks(977).for_each(|piece| repeats.add(piece));
            repeats.add(&[number(3), OLD | 5, OLD | 6, OLD | 5]);
            assert_eq!(total(&repeats), 52);
        }
        assert_eq!(total(&Repeats::new(10)), 0);
    }

    #[test]
    fn mixing_loses_no_number() {
        let numbers = (0..200_000).map(|index| index * 4_999_999 % (1 << NUMBER_BITS));
        let mut mixed: Vec<u64> = numbers.clone().map(mix_one_to_one).collect();
        let mut numbers: Vec<u64> = numbers.collect();
        for all in [&mut mixed, &mut numbers] {
            all.sort_unstable();
            all.dedup();
        }
        assert_eq!(mixed.len(), numbers.len());
        assert!(mixed.iter().all(|mixed| mixed >> NUMBER_BITS == 0));
    }
}
