//! Comparing: how many of the badly written names are still found, and how many other people with them.
//!
//! A million invented people; false matches are counted over pairs of different people, beside the pairs that share
//! their name to the letter.

use crate::draw::{Names, Random};
use crate::mistakes::{MISTAKES, Mistake, Writer};
use crate::{Tally, print_heading};
use lamsach::fields::person_name::{NameWords, PackedName, distance};
use std::collections::BTreeMap;

const PEOPLE: usize = 1_000_000;
/// People whose names are compared with everybody's.
const QUERIES: usize = 1_200;
/// The same for the far slower Jaro-Winkler.
const QUERIES_PUBLIC: usize = 200;
/// Badly written names of each kind.
const TRIED: u64 = 4_000;
/// The largest distances that are asked for.
const LIMITS: [u16; 9] = [25, 35, 40, 45, 50, 52, 55, 58, 60];
/// The one that the bars are for: a word left out is dear, anything beyond is another person too often.
const LIMIT: u16 = 55;
/// The bars: names found in hundredths of a percent, and false matches beside exact namesakes.
const FOUND: u64 = 9500;
const TIMES: f64 = 1.3;
/// What Jaro-Winkler has to reach to count as the same.
const ALIKE: f64 = 0.95;

/// The people: each name with the number of its bearers, and the names of the people drawn first.
struct Population {
    names: Vec<(String, u64)>,
    asked: Vec<String>,
}

impl Population {
    fn draw(names: &Names) -> Self {
        let random = &mut Random(0x0009_0E1E);
        let (mut bearers, mut asked) = (BTreeMap::new(), Vec::new());
        for index in 0..PEOPLE {
            let name = names.draw(random).join(" ");
            if index < QUERIES {
                asked.push(name.clone());
            }
            *bearers.entry(name).or_insert(0_u64) += 1;
        }
        Self { names: bearers.into_iter().collect(), asked }
    }

    fn print(&self, which: &str) {
        println!("\nComparing: {PEOPLE} people, {which}");
        let (names, shared) = (self.names.len(), self.namesakes() * 1e4);
        println!("{names} names, pairs of people with the same one: {shared:.3} in 10,000");
        println!("{:<44} {:>9} {:>9}", "measure", "times", "found");
    }

    /// The share of pairs of different people that have the same name.
    fn namesakes(&self) -> f64 {
        let pairs: u64 = self.names.iter().map(|(_, count)| count * (count - 1)).sum();
        pairs as f64 / (PEOPLE as f64 * (PEOPLE - 1) as f64)
    }
}

/// False matches of a measure beside exact namesakes, and what it finds of each kind of mistake.
struct Figures {
    label: String,
    times: f64,
    found: Vec<Tally>,
}

impl Figures {
    /// The mean over the kinds, in percent.
    fn mean(&self) -> f64 {
        self.found.iter().map(|tally| tally.percent()).sum::<f64>() / self.found.len() as f64
    }

    fn print(&self, barred: bool) {
        let met = self.mean() * 100.0 >= FOUND as f64 && self.times <= TIMES;
        let verdict = match (barred, met) {
            (true, true) => "ok",
            (true, false) => "MISSED",
            (false, _) => "",
        };
        let row = format!("{:<44} {:>9.2} {:>7.2} % {verdict}", self.label, self.times, self.mean());
        println!("{}", row.trim_end());
    }
}

/// Prints what the distance and Jaro-Winkler do at each limit.
pub fn compare(words: &NameWords) {
    let names = Names::national();
    let mistaken = mistaken(words, &names);
    let population = Population::draw(&names);
    population.print("family names and Thị as in the whole country");
    let ours = ours(words, &population, &mistaken);
    let best = LIMITS.iter().position(|&limit| limit == LIMIT).unwrap_or_default();
    for (index, figures) in ours.iter().enumerate() {
        figures.print(index == best);
    }
    public(&population, &mistaken).print(false);
    let population = Population::draw(&Names::sampled());
    population.print("second middle names as in a public sample, names shared less");
    self::ours(words, &population, &mistaken).iter().for_each(|figures| figures.print(false));
    print_heading(&format!("Found by kind of mistake, {}", ours[best].label));
    for ((kind, _), tally) in MISTAKES.iter().zip(&ours[best].found) {
        tally.print(kind, None);
    }
}

/// Names and how they were written, of each kind.
fn mistaken(words: &NameWords, names: &Names) -> Vec<Vec<(String, String)>> {
    let writer = Writer { grammar: words.book().detector().grammar() };
    let pairs = |(_, mistake): &(&str, Mistake)| {
        let random = &mut Random(0x0E11);
        let mut pairs = Vec::new();
        while pairs.len() < TRIED as usize {
            let name = names.draw(random).join(" ");
            let written = writer.write(*mistake, &name, random);
            pairs.extend(written.map(|written| (name, written)));
        }
        pairs
    };
    MISTAKES.iter().map(pairs).collect()
}

/// The distance of packed names at every limit.
fn ours(words: &NameWords, population: &Population, mistaken: &[Vec<(String, String)>]) -> Vec<Figures> {
    let namesakes = population.namesakes();
    let book = words.book();
    let most = LIMITS[LIMITS.len() - 1];
    let packed: Vec<(PackedName, &(String, u64))> =
        population.names.iter().map(|row| (PackedName::new(&row.0, book), row)).collect();
    let mut near = [0_u64; LIMITS.len()];
    for name in &population.asked {
        let asked = PackedName::new(name, book);
        for (other, (text, count)) in &packed {
            let found = distance(&asked, other, most, book);
            if found <= most && name != text {
                let within = LIMITS.iter().zip(&mut near).filter(|(limit, _)| found <= **limit);
                within.for_each(|(_, near)| *near += count);
            }
        }
    }
    let distances: Vec<Vec<u16>> = mistaken
        .iter()
        .map(|pairs| {
            let pack = |name: &String| PackedName::new(name, book);
            pairs.iter().map(|(name, written)| distance(&pack(name), &pack(written), most, book)).collect()
        })
        .collect();
    let figures = |(limit, near): (&u16, &u64)| Figures {
        label: format!("distance <= 0.{limit}"),
        times: times(*near, population.asked.len(), namesakes),
        found: distances.iter().map(|row| tally(row.iter().map(|found| found <= limit))).collect(),
    };
    LIMITS.iter().zip(&near).map(figures).collect()
}

/// Jaro-Winkler on the same people and mistakes.
fn public(population: &Population, mistaken: &[Vec<(String, String)>]) -> Figures {
    let alike = |one: &str, other: &str| strsim::jaro_winkler(one, other) >= ALIKE;
    let asked = &population.asked[..QUERIES_PUBLIC];
    let found = |name: &String| -> u64 {
        let others = population.names.iter().filter(|(other, _)| other != name && alike(name, other));
        others.map(|(_, count)| count).sum()
    };
    Figures {
        label: format!("Jaro-Winkler >= {ALIKE} ({QUERIES_PUBLIC} people asked for)"),
        times: times(asked.iter().map(found).sum(), asked.len(), population.namesakes()),
        found: mistaken
            .iter()
            .map(|pairs| tally(pairs.iter().map(|(name, written)| alike(name, written))))
            .collect(),
    }
}

/// False matches beside exact namesakes. Those are known exactly, so only the others are a sample.
fn times(near: u64, asked: usize, namesakes: f64) -> f64 {
    1.0 + near as f64 / asked as f64 / (PEOPLE - 1) as f64 / namesakes
}

fn tally(found: impl Iterator<Item = bool>) -> Tally {
    let mut tally = Tally::default();
    found.for_each(|found| tally.count(found));
    tally
}
