//! Names: the first look, reading, keys, decoding, comparing, beside a public step in the same run
//! (`unicode-normalization`, which composes text that is composed already).
//!
//! Run with `cargo bench --bench names`; needs the dev-dependency `divan`. Every figure is for 10,000 names on one
//! core: 1 ms is 10 million names a second.

use divan::{Bencher, black_box};
use lamsach::fields::person_name::{self, CodedName, LocalCodes, NameCodes, NameWords, PackedName};
use lamsach::rulebook::Rulebook;
use lamsach::text::{self, Encoding, LegacyTables};
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

macro_rules! rules {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/", $name))
    };
}

static WORDS: LazyLock<NameWords> =
    LazyLock::new(|| Rulebook::load(None).map(|book| book.name_words).expect("the built-in rules are whole"));

/// Names drawn by the counts of the list, the same in every run.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let list = |position: &str| {
        let rows =
            rules!("lexicon/names.csv").lines().filter(move |row| row.split(',').next() == Some(position));
        let mut sum = 0_u64;
        let mut words = Vec::new();
        for row in rows {
            let cells: Vec<&str> = row.split(',').collect();
            sum += cells[2].parse::<u64>().unwrap_or(0) + cells[3].parse::<u64>().unwrap_or(0);
            words.push((cells[1], sum));
        }
        words
    };
    let lists = ["surname", "middle", "given"].map(list);
    let mut state = 0x5EED_u64;
    let mut draw = |words: &[(&'static str, u64)]| {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        let at = (state >> 16) % words.last().map_or(1, |last| last.1);
        words[words.partition_point(|&(_, sum)| sum <= at)].0
    };
    (0..10_000).map(|_| [draw(&lists[0]), draw(&lists[1]), draw(&lists[2])].join(" ")).collect()
});

fn tables() -> &'static LegacyTables {
    WORDS.book().detector().tables()
}

fn spoilt(encoding: Encoding) -> Vec<String> {
    NAMES.iter().filter_map(|name| tables().encode(encoding, name)).collect()
}

fn main() {
    divan::main();
}

#[divan::bench]
fn public_nfc(bencher: Bencher) {
    let mut out = String::new();
    bencher.bench_local(|| {
        for name in NAMES.iter() {
            out.clear();
            out.extend(black_box(name).nfc());
        }
    });
}

#[divan::bench]
fn first_look(bencher: Bencher) {
    let detector = WORDS.book().detector();
    bencher.bench_local(|| {
        for name in NAMES.iter() {
            black_box(detector.glance(black_box(name)));
        }
    });
}

#[divan::bench]
fn parse_clean(bencher: Bencher) {
    let mut out = String::new();
    bencher.bench_local(|| {
        for name in NAMES.iter() {
            black_box(person_name::parse(black_box(name), &WORDS, &mut out));
        }
    });
}

#[divan::bench]
fn parse_clean_and_keys(bencher: Bencher) {
    let (mut out, mut scratch) = (String::new(), String::new());
    bencher.bench_local(|| {
        for name in NAMES.iter() {
            black_box(person_name::parse(black_box(name), &WORDS, &mut out));
            black_box(person_name::keys(&out, &mut scratch));
        }
    });
}

#[divan::bench]
fn key_by_sound(bencher: Bencher) {
    bencher.bench_local(|| {
        for name in NAMES.iter() {
            black_box(person_name::sound_key(black_box(name), &WORDS));
        }
    });
}

#[divan::bench(args = [Encoding::Tcvn3, Encoding::Vni, Encoding::Mojibake])]
fn decode_told(bencher: Bencher, encoding: Encoding) {
    let (shown, mut out) = (spoilt(encoding), String::new());
    let grammar = WORDS.book().detector().grammar();
    bencher.bench_local(|| {
        for name in &shown {
            tables().decode(encoding, black_box(name), grammar, &mut out);
        }
    });
}

#[divan::bench(args = [Encoding::Tcvn3, Encoding::Vni, Encoding::Mojibake])]
fn parse_not_told(bencher: Bencher, encoding: Encoding) {
    let (shown, mut out) = (spoilt(encoding), String::new());
    bencher.bench_local(|| {
        for name in &shown {
            black_box(person_name::parse(black_box(name), &WORDS, &mut out));
        }
    });
}

#[divan::bench]
fn compare_packed(bencher: Bencher) {
    let book = WORDS.book();
    let packed: Vec<PackedName> = NAMES.iter().map(|name| PackedName::new(name, book)).collect();
    bencher.bench_local(|| {
        for name in &packed {
            black_box(person_name::distance(black_box(&packed[0]), name, 60, book));
        }
    });
}

#[divan::bench]
fn code_names(bencher: Bencher) {
    let mut codes = LocalCodes::new(&CODES);
    bencher.bench_local(|| {
        for name in NAMES.iter() {
            black_box(codes.code(black_box(name)));
        }
    });
}

/// Names with an error in a word that is mostly on no list; words without codes get one each time.
#[divan::bench]
fn code_misspelt_names(bencher: Bencher) {
    let pairs = pairs(Pairs::OneError);
    let mut codes = LocalCodes::new(&CODES);
    bencher.bench_local(|| {
        codes.clear();
        for (_, name) in &pairs {
            black_box(codes.code(black_box(name)));
        }
    });
}

/// Who is put beside whom.
#[derive(Debug, Clone, Copy)]
enum Pairs {
    /// Two people.
    Random,
    /// Two people of one given name.
    SameGiven,
    /// One person, with an error in one letter of one word.
    OneError,
    /// One person, once without marks.
    Unmarked,
}

/// Ten thousand pairs of names.
fn pairs(kind: Pairs) -> Vec<(&'static str, String)> {
    let given = |name: &str| name.rsplit(' ').next().unwrap_or_default().to_owned();
    let mut sorted: Vec<&str> = NAMES.iter().map(String::as_str).collect();
    sorted.sort_by_cached_key(|name| given(name));
    let names =
        if matches!(kind, Pairs::SameGiven) { sorted } else { NAMES.iter().map(String::as_str).collect() };
    let others = names.iter().cycle().skip(1);
    let beside = |(index, (name, other)): (usize, (&&'static str, &&str))| match kind {
        Pairs::Random | Pairs::SameGiven => (*name, (*other).to_owned()),
        Pairs::OneError => {
            let mut letters: Vec<char> = name.chars().collect();
            let at = index % letters.len();
            if letters[at] != ' ' {
                letters[at] = 'h';
            }
            (*name, letters.into_iter().collect())
        }
        Pairs::Unmarked => {
            let mut bare = String::new();
            text::unmark(name, &mut bare);
            (*name, bare)
        }
    };
    names.iter().zip(others).enumerate().map(beside).collect()
}

/// The codes of all names, as of a list.
static CODES: LazyLock<NameCodes<'static>> = LazyLock::new(|| {
    let mut codes = NameCodes::new(&WORDS);
    for name in NAMES.iter() {
        codes.code(name);
    }
    codes
});

/// The pairs in codes; words with an error are no words of the list.
fn coded_pairs(kind: Pairs) -> (LocalCodes<'static>, Vec<(CodedName, CodedName)>) {
    let mut codes = LocalCodes::new(&CODES);
    let coded = pairs(kind).iter().map(|(one, other)| (codes.code(one), codes.code(other))).collect();
    (codes, coded)
}

#[divan::bench(args = [Pairs::Random, Pairs::SameGiven, Pairs::OneError, Pairs::Unmarked])]
fn compare_coded(bencher: Bencher, kind: Pairs) {
    let (codes, pairs) = coded_pairs(kind);
    bencher.bench_local(|| {
        for (one, other) in &pairs {
            black_box(codes.compare(black_box(one), other));
        }
    });
}

#[divan::bench(args = [Pairs::Random, Pairs::SameGiven, Pairs::OneError, Pairs::Unmarked])]
fn levels_coded(bencher: Bencher, kind: Pairs) {
    let (codes, pairs) = coded_pairs(kind);
    bencher.bench_local(|| {
        for (one, other) in &pairs {
            black_box(codes.levels(black_box(one), other));
        }
    });
}

#[divan::bench(args = [Pairs::Random, Pairs::SameGiven, Pairs::OneError, Pairs::Unmarked])]
fn compare_texts(bencher: Bencher, kind: Pairs) {
    let pairs = pairs(kind);
    bencher.bench_local(|| {
        for (one, other) in &pairs {
            black_box(person_name::compare(black_box(one), other, &WORDS));
        }
    });
}
