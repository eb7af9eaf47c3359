//! Whole pairs of a search: date, sex, residence, telephone, both numbers and the name compared and weighed.
//!
//! Run with `cargo bench --bench pairs`; needs the dev-dependency `divan`. Every figure is for 10,000 pairs on one core: 1 ms
//! is 10 million pairs a second. Names are coded beforehand, as they are in a search, where one person meets many.

use std::sync::LazyLock;

use divan::{Bencher, black_box};
use lamsach::fields::person_name::{CodedName, LocalCodes, NameCodes};
use lamsach::link::model::Weights;
use lamsach::link::search::{NAME, besides_name};
use lamsach::record::Person;
use lamsach::rulebook::Rulebook;

const N: usize = 10_000;

static BOOK: LazyLock<Rulebook> =
    LazyLock::new(|| Rulebook::load(None).expect("the built-in rules are whole"));

/// Invented people, the same in every run; names by the counts of the list.
fn people() -> Vec<(Person, String)> {
    let list = |position: &str| {
        let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/lexicon/names.csv"));
        let mut sum = 0_u64;
        let rows = text.lines().filter(|row| row.split(',').next() == Some(position));
        let words = rows.map(|row| {
            let cells: Vec<&str> = row.split(',').collect();
            sum += cells[2].parse::<u64>().unwrap_or(0) + cells[3].parse::<u64>().unwrap_or(0);
            (cells[1].to_owned(), sum)
        });
        words.collect::<Vec<_>>()
    };
    let lists = ["surname", "middle", "given"].map(list);
    let mut state = 0x5EED_u64;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        (state >> 16) % below
    };
    (0..N)
        .map(|_| {
            let words = lists.each_ref().map(|words| {
                let at = draw(words.last().map_or(1, |last| last.1));
                words[words.partition_point(|word| word.1 <= at)].0.as_str()
            });
            let year = 1940 + draw(80);
            let person = Person {
                number: (1 + draw(96)) * 1_000_000_000 + draw(1_000_000_000),
                old_number: 0,
                name_key: 1 + draw(1 << 40),
                unmarked_key: 1,
                phone: 900_000_000 + draw(99_999_999),
                given_key: 1,
                birth: (year * 10_000 + (1 + draw(12)) * 100 + 1 + draw(28)) as u32,
                commune: 1 + draw(3321) as u16,
                province: 1 + draw(34) as u8,
                sex: 1 + draw(2) as u8,
            };
            (person, words.join(" "))
        })
        .collect()
}

fn main() {
    divan::main();
}

/// Two people drawn at random.
#[divan::bench]
fn two_people(bencher: Bencher<'_, '_>) {
    let text = BOOK.files.text("linkage/person_weights.toml").expect("a file of ours");
    let table = Weights::from_text(text).expect("our own weights").table();
    let rows = people();
    let citizens: Vec<&(Person, String)> = (0..N).map(|at| &rows[(at + 1) % N]).collect();
    let mut codes = NameCodes::new(&BOOK.name_words);
    let row_names: Vec<CodedName> = rows.iter().map(|row| codes.code(&row.1)).collect();
    let mut local = LocalCodes::new(&codes);
    let names: Vec<CodedName> = citizens.iter().map(|citizen| local.code(&citizen.1)).collect();
    bencher.bench(|| {
        let mut sum = 0.0;
        for at in 0..N {
            let pattern = besides_name(black_box(&rows[at].0), black_box(&citizens[at].0))
                .with(NAME, local.compare(&row_names[at], &names[at]) as u8);
            sum += table
                .iter()
                .enumerate()
                .map(|(place, levels)| levels[usize::from(pattern.level(place))])
                .sum::<f64>();
        }
        sum
    });
}
