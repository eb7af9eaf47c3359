//! Invented people's names: by the counts of the list, with a rare word, or with a word that the detector does not
//! know as one of names.
//!
//! Owns the drawing, nothing about damage. A name is its words; a third of them is written in capitals.

use crate::NAMES;
use lamsach::fields::person_name::NameWords;
use lamsach::text::title;

/// A small generator (xorshift), so that every run draws the same.
pub struct Random(pub u64);

impl Random {
    /// A number below this one.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// The words of one place in names, with the sums of their counts, of men and of women.
struct List {
    words: Vec<&'static str>,
    sums: [Vec<usize>; 2],
    /// The tenth that is least frequent.
    rare: Vec<&'static str>,
}

impl List {
    /// The rows of the list for a place, with counts changed by the caller.
    fn new(position: &str, weight: impl Fn(&str, usize) -> usize) -> Self {
        let mut list = Self { words: Vec::new(), sums: [Vec::new(), Vec::new()], rare: Vec::new() };
        let (mut sums, mut totals) = ([0, 0], Vec::new());
        for (word, counts) in rows().filter(|row| row.0 == position).map(|(_, word, counts)| (word, counts)) {
            list.words.push(word);
            totals.push((counts[0] + counts[1], word));
            for sex in [0, 1] {
                sums[sex] += weight(word, counts[sex]);
                list.sums[sex].push(sums[sex]);
            }
        }
        totals.sort_unstable();
        list.rare = totals.iter().take(totals.len().div_ceil(10)).map(|&(_, word)| word).collect();
        list
    }

    fn draw(&self, sex: usize, random: &mut Random) -> &'static str {
        let sums = &self.sums[sex];
        let at = random.below(*sums.last().expect("the list has rows"));
        self.words[sums.partition_point(|&sum| sum <= at)]
    }
}

/// Position, word, and the counts of men and women.
fn rows() -> impl Iterator<Item = (&'static str, &'static str, [usize; 2])> {
    NAMES.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        let count = |index: usize| cells[index].parse().expect("a count");
        (cells[0], cells[1], [count(2), count(3)])
    })
}

/// Where names come from.
pub struct Names {
    /// Family names, middle names, given names, given names of the old.
    lists: [List; 4],
    /// The share of second middle names, where middle names are as in the whole country.
    second_middle: Option<[usize; 2]>,
}

/// The shares of family names in the whole country, per thousand; the list, which was gathered in few places,
/// gives the others.
const NATIONAL: [(&str, usize); 4] = [("Nguyễn", 315), ("Trần", 109), ("Lê", 89), ("Phạm", 59)];

/// Names of two words, in ten thousand; Văn and Thị, in a hundred men and women born before 1970, before 1990,
/// before 2005, and later: as in `rules/generate/vaccination.toml`.
const TWO_WORDS: usize = 75;
const PLAIN_MIDDLE: [[usize; 2]; 4] = [[60, 88], [45, 75], [25, 58], [12, 25]];
/// Another middle name behind those, in a hundred men and women. With as many women as in a public sample, 65 in a
/// hundred, names would be only half as often shared as in the survey of the whole country, 1.1 in 10,000 pairs.
const SECOND_MIDDLE: [usize; 2] = [8, 25];
const SECOND_MIDDLE_SAMPLE: [usize; 2] = [8, 65];

impl Names {
    /// By the counts of the list.
    pub fn listed() -> Self {
        let lists = ["surname", "middle", "given", "given_older"].map(|at| List::new(at, |_, count| count));
        Self { lists, second_middle: None }
    }

    /// With the four most frequent family names, Thị and Văn, and the number of words as in the whole country.
    pub fn national() -> Self {
        let share = |word: &str| NATIONAL.iter().find(|(name, _)| *name == word).map(|(_, share)| *share);
        let others: usize = rows()
            .filter(|(position, word, _)| *position == "surname" && share(word).is_none())
            .map(|(_, _, counts)| counts[0] + counts[1])
            .sum();
        let named: usize = NATIONAL.iter().map(|(_, share)| share).sum();
        let weight = |word: &str, count: usize| match share(word) {
            // Both sexes alike.
            Some(share) => share * others / (1000 - named) / 2,
            None => count,
        };
        let mut names = Self::listed();
        names.lists[0] = List::new("surname", weight);
        names.second_middle = Some(SECOND_MIDDLE);
        names
    }

    /// The same with second middle names as frequent as in the public sample.
    pub fn sampled() -> Self {
        Self { second_middle: Some(SECOND_MIDDLE_SAMPLE), ..Self::national() }
    }

    /// The words of a name in the case of the list.
    pub fn draw(&self, random: &mut Random) -> Vec<&'static str> {
        let [surnames, middles, given, older] = &self.lists;
        let sex = random.below(2);
        let mut words = vec![surnames.draw(sex, random)];
        if let Some(second) = self.second_middle {
            self.push_middles(sex, second[sex], random, &mut words);
        } else {
            // More short names than there are: they are the hard ones to read.
            let count = [1, 1, 1, 1, 1, 1, 2, 2, 0, 0][random.below(10)];
            words.extend((0..count).map(|_| middles.draw(sex, random)));
        }
        words.push(if random.below(20) == 0 { older } else { given }.draw(sex, random));
        words
    }

    /// Middle names as they have changed with the years of birth.
    fn push_middles(&self, sex: usize, second: usize, random: &mut Random, words: &mut Vec<&'static str>) {
        if random.below(10_000) < TWO_WORDS {
            return;
        }
        let plain = random.below(100) < random.pick(&PLAIN_MIDDLE)[sex];
        if plain {
            words.push(["Văn", "Thị"][sex]);
        }
        if !plain || random.below(100) < second {
            let other = std::iter::repeat_with(|| self.lists[1].draw(sex, random));
            words.extend(other.take(50).find(|word| !["Văn", "Thị"].contains(word)));
        }
    }

    /// A name of which one word, at any place, is of the tenth that is least frequent there.
    pub fn draw_rare(&self, random: &mut Random) -> Vec<&'static str> {
        let mut words = self.draw(random);
        let at = random.below(words.len());
        let list = match at {
            0 => &self.lists[0],
            _ if at + 1 == words.len() => &self.lists[2],
            _ => &self.lists[1],
        };
        words[at] = *random.pick(&list.rare);
        words
    }

    /// A name of which one word, at any place, is drawn evenly from these.
    pub fn draw_with<'a>(&self, strange: &'a [String], random: &mut Random) -> Vec<&'a str> {
        let mut words: Vec<&str> = self.draw(random);
        let at = random.below(words.len());
        words[at] = random.pick(strange).as_str();
        words
    }
}

/// The words as one name, a third of them in capitals.
pub fn written(words: &[&str], random: &mut Random) -> String {
    let name = words.join(" ");
    if random.below(3) == 0 { name.to_uppercase() } else { name }
}

/// Syllables that are no words of names to the detector: of the dictionary, or only possible.
pub fn strange_syllables(words: &NameWords, of_dictionary: bool) -> Vec<String> {
    let detector = words.book().detector();
    let grammar = detector.grammar();
    let strange = grammar.possible().filter(|&syllable| {
        grammar.is_attested(syllable) == of_dictionary && !detector.vocabulary().knows(syllable)
    });
    let (mut small, mut word) = (String::new(), String::new());
    let write = |syllable| {
        small.clear();
        grammar.write(syllable, false, &mut small);
        title(&small, &mut word);
        word.clone()
    };
    strange.map(write).collect()
}

/// How many words at the head of the list are never held out: without Nguyễn it would be no list of names.
const HEAD: usize = 30;

/// The list of names without every tenth word, and the words left out.
pub fn held_out(part: usize) -> (String, Vec<String>) {
    let mut counts = std::collections::BTreeMap::new();
    for (_, word, [men, women]) in rows() {
        *counts.entry(word).or_insert(0) += men + women;
    }
    let mut ranked: Vec<_> =
        counts.into_iter().map(|(word, count)| (std::cmp::Reverse(count), word)).collect();
    ranked.sort_unstable();
    let ranked = ranked.into_iter().enumerate().skip(HEAD);
    let out: Vec<String> =
        ranked.filter(|(rank, _)| rank % 10 == part).map(|(_, (_, word))| word.to_owned()).collect();
    let kept = |line: &&str| line.split(',').nth(1).is_none_or(|word| !out.iter().any(|left| left == word));
    let list: Vec<&str> = NAMES.lines().filter(kept).collect();
    (list.join("\n"), out)
}
