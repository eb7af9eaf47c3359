//! Reading: damaged names one by one, in columns, and right names that have to stay.

use crate::damage::{ALONE, COLUMNS, Damage};
use crate::draw::{Names, Random, held_out, strange_syllables, written};
use crate::{Tally, print_heading, rules, words_of};
use lamsach::fields::person_name::{NameWords, parse, parse_in_column};
use lamsach::record::{Outcome, Repair, Repairs};
use lamsach::text::{ColumnPrior, tone_place_upper};

/// Names tried of each kind.
const TRIED: u64 = 50_000;
/// The same for names that are drawn otherwise.
const TRIED_OTHERWISE: u64 = 10_000;
/// Columns of each kind, of 20 to 40 rows.
const N_COLUMNS: usize = 1_000;

/// Whether both are one name but for case, which TCVN3 does not hold, and for the place of the tone mark.
fn agree(one: &str, other: &str) -> bool {
    let (mut first, mut second) = (String::new(), String::new());
    tone_place_upper(one, &mut first);
    tone_place_upper(other, &mut second);
    first == second
}

/// Damages names from this source and reads them, one field alone.
fn try_alone(
    words: &NameWords,
    damage: Damage,
    tried: u64,
    random: &mut Random,
    mut draw: impl FnMut(&mut Random) -> String,
) -> Tally {
    let tables = words.book().detector().tables();
    let (mut tally, mut out) = (Tally::default(), String::new());
    while tally.tried < tried {
        let name = draw(random);
        if let Some(shown) = damage.show(tables, &name, random) {
            let outcome = parse(&shown, words, &mut out);
            tally.count(outcome.state().has_value() && agree(&out, &name));
        }
    }
    tally
}

/// Not told, one field alone, names by the counts of the list.
pub fn alone(words: &NameWords) {
    print_heading("One field alone, encoding not told, names by the counts of the list");
    let names = Names::listed();
    for (kind, damage, bar) in ALONE {
        let mut random = Random(0xC0DE);
        let draw = |random: &mut Random| written(&names.draw(random), random);
        try_alone(words, damage, TRIED, &mut random, draw).print(kind, bar);
    }
}

/// The same with names that the detector's list does not favour, so that the figures above are seen for what they
/// are. No bars: those are for names as frequent as they are.
pub fn drawn_otherwise(words: &NameWords) {
    println!("\nThe same, one word of each name drawn otherwise: share in percent, {TRIED_OTHERWISE} tried");
    println!("{:<44} {:>10} {:>10} {:>10} {:>10}", "kind", "rare", "held out", "dictionary", "possible");
    let names = Names::listed();
    let parts: Vec<_> = (0..10).map(held_out).map(|(list, out)| (words_of(&list), out)).collect();
    let [dictionary, possible] = [true, false].map(|of_dictionary| strange_syllables(words, of_dictionary));
    for (kind, damage, _) in ALONE {
        let random = &mut Random(0xD1CE);
        let draw = |random: &mut Random| written(&names.draw_rare(random), random);
        let rare = try_alone(words, damage, TRIED_OTHERWISE, random, draw);
        let mut held = Tally::default();
        for (fewer, out) in &parts {
            let draw = |random: &mut Random| written(&names.draw_with(out, random), random);
            held.add(try_alone(fewer, damage, TRIED_OTHERWISE / 10, random, draw));
        }
        let [dictionary, possible] = [&dictionary, &possible].map(|strange| {
            let draw = |random: &mut Random| written(&names.draw_with(strange, random), random);
            try_alone(words, damage, TRIED_OTHERWISE, random, draw)
        });
        let shares = [rare, held, dictionary, possible].map(|tally| format!("{:>10.2}", tally.percent()));
        println!("{kind:<44} {}", shares.join(" "));
    }
}

/// Columns of 20 to 40 rows, learnt and read.
pub fn columns(words: &NameWords) {
    print_heading("Columns of 20 to 40 rows, learnt from their own rows");
    let names = Names::listed();
    for (kind, damage, barred) in COLUMNS {
        for (mixture, plain) in [("pure", 0), ("half plain", 2)] {
            let random = &mut Random(0xC01);
            let mut tally = Tally::default();
            for _ in 0..N_COLUMNS {
                try_column(words, &names, (damage, plain), random, &mut tally);
            }
            tally.print(&format!("{kind}, {mixture}"), barred.then_some(9990));
        }
    }
}

/// Draws one column, in which one row in so many stays plain, and counts its rows.
fn try_column(
    words: &NameWords,
    names: &Names,
    (damage, plain): (Damage, usize),
    random: &mut Random,
    tally: &mut Tally,
) {
    let tables = words.book().detector().tables();
    let count = 20 + random.below(21);
    let rows: Vec<(String, String)> = (0..count)
        .map(|_| {
            let name = written(&names.draw(random), random);
            let stays = plain > 0 && random.below(plain) == 0;
            let shown = if stays { None } else { damage.show(tables, &name, random) };
            (shown.unwrap_or_else(|| name.clone()), name)
        })
        .collect();
    let prior: ColumnPrior = words.book().learn_column(rows.iter().map(|(shown, _)| &**shown));
    let mut out = String::new();
    for (shown, name) in &rows {
        let outcome = parse_in_column(shown, words, &prior, &mut out);
        tally.count(outcome.state().has_value() && agree(&out, name));
    }
}

/// Right names, which have to stay.
pub fn no_harm(words: &NameWords) {
    print_heading("Right names that stay to the letter");
    let names = Names::listed();
    let random = &mut Random(0x5EED);
    let mut listed = Tally::default();
    for _ in 0..1_000_000 {
        listed.count(stays(words, &written(&names.draw(random), random)));
    }
    listed.print("names by the counts of the list", Some(10_000));
    let mut rare = Tally::default();
    (0..200_000).for_each(|_| rare.count(stays(words, &written(&names.draw_rare(random), random))));
    rare.print("names with a rare word", None);
    for (kind, of_dictionary) in [("dictionary", true), ("possible", false)] {
        let strange = strange_syllables(words, of_dictionary);
        let mut tally = Tally::default();
        for _ in 0..200_000 {
            tally.count(stays(words, &written(&names.draw_with(&strange, random), random)));
        }
        tally.print(&format!("names with a {kind} syllable"), None);
    }
    let mut held = Tally::default();
    for (fewer, out) in (0..10).map(held_out).map(|(list, out)| (words_of(&list), out)) {
        (0..20_000).for_each(|_| held.count(stays(&fewer, &written(&names.draw_with(&out, random), random))));
    }
    held.print("names with a word held out", None);
    let mut minority = Tally::default();
    minority_names().iter().for_each(|name| minority.count(stays(words, name)));
    minority.print("minority forms", Some(10_000));
    foreign(words);
}

fn stays(words: &NameWords, name: &str) -> bool {
    let mut out = String::new();
    parse(name, words, &mut out) == Outcome::Value((), Repairs::NONE) && out == name
}

/// Every clan with every given name of every form.
fn minority_names() -> Vec<String> {
    let mut names = Vec::new();
    for line in rules!("lexicon/names_minority.csv").lines().skip(1) {
        let columns: Vec<&str> = line.rsplitn(4, ',').collect();
        let [given, clans, form, _] = columns[..] else { continue };
        for clan in clans.split(';') {
            let name = |given: &str| form.replace("{c}", clan).replace("{g}", given).trim().to_owned();
            names.extend(given.split(';').map(name));
        }
    }
    names
}

/// Foreign names: one in a thousand may change, by typed keys only.
fn foreign(words: &NameWords) {
    let list = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/names/foreign.csv"));
    let (mut all, mut otherwise, mut out) = (Tally::default(), Tally::default(), String::new());
    for name in list.lines().skip(1).filter_map(|line| line.split_once(',')).map(|(_, name)| name) {
        all.count(stays(words, name));
        let outcome = parse(name, words, &mut out);
        let by_keys = outcome == Outcome::Value((), Repairs::only(Repair::TypedKeys));
        otherwise.count(by_keys || stays(words, name));
    }
    all.print("foreign names", Some(9990));
    otherwise.print("foreign names, typed keys left out", Some(10_000));
}
