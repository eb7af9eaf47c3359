//! The hand-checked cases of `tests/names/cases.csv`, the no-harm tests, and the laws over generated text.

use super::*;
use crate::text::{Tone, compose, letter};

macro_rules! file {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $name))
    };
}

pub(super) fn words() -> NameWords {
    let placeholders =
        file!("rules/lexicon/placeholders.csv").lines().filter_map(|line| line.strip_prefix("text,"));
    let pairs =
        file!("rules/lexicon/name_dialects.csv").lines().skip(1).filter_map(|line| line.split_once(','));
    NameWords::new(placeholders, pairs, &texts()).expect("the lists are whole")
}

/// The cells of a line, of which some are in quotes.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let last = cells.last_mut().expect("there is one from the start");
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => last.extend(characters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            _ => last.push(character),
        }
    }
    cells
}

/// The text with `\u{AD}` and its like read.
fn unescaped(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('}').expect("an escape is closed");
        let code = u32::from_str_radix(code, 16).expect("an escape is a number");
        out.extend(char::from_u32(code));
        out.push_str(rest);
    }
    out
}

fn answer(kind: &str, input: &str, words: &NameWords) -> String {
    let book = words.book();
    let grammar = book.detector().grammar();
    let pair = || input.split_once('|').expect("a comparison has two names");
    let mut out = String::new();
    match kind {
        "display" => match parse(input, words, &mut out) {
            Outcome::Value((), _) => out,
            other => format!("{other:?}"),
        },
        "state" => match parse(input, words, &mut out) {
            Outcome::Missing => "missing".to_owned(),
            Outcome::Defective(defect) => defect.name().to_owned(),
            Outcome::Value(..) => out,
        },
        "candidate" => lost_letter_candidates(input, words).into_iter().next().unwrap_or("-".to_owned()),
        "syllable" => if grammar.is_possible(input) { "yes" } else { "no" }.to_owned(),
        "proposal" => grammar.proposals(input).join(" "),
        "spacing" => spacing_proposals(input, words).join(";"),
        "compare" => compare(pair().0, pair().1, words).name().to_owned(),
        "distance" => {
            let (one, other) = (PackedName::new(pair().0, book), PackedName::new(pair().1, book));
            distance(&one, &other, 100, book).to_string()
        }
        _ => panic!("no kind {kind}"),
    }
}

#[test]
fn hand_checked_cases() {
    let words = words();
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in file!("tests/names/cases.csv").lines().skip(1) {
        let cells = cells(line);
        let [kind, input, expected, note] = &cells[..] else { panic!("four columns: {line}") };
        let (input, expected) = (unescaped(input), unescaped(expected));
        let answer = answer(kind, &input, &words);
        let right = match &**kind {
            "proposal" | "spacing" if expected == "-" => answer.is_empty(),
            "spacing" => answer.split(';').any(|proposal| proposal == expected),
            "proposal" => answer.split(' ').any(|proposal| proposal == expected),
            _ => answer == expected,
        };
        if !right {
            wrong.push(format!("{kind} {input:?}: {answer:?}, not {expected:?} ({note})"));
        }
        count += 1;
    }
    assert!(count >= 400, "{count} cases");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

/// A small generator, so that the tests draw the same names everywhere.
pub(super) struct Draw(pub(super) u64);

impl Draw {
    pub(super) fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}

/// The words of the name list at a place, with the sums of their counts.
fn list(position: &str) -> Vec<(&'static str, u64)> {
    let mut sum = 0;
    let rows =
        file!("rules/lexicon/names.csv").lines().filter(|line| line.split(',').next() == Some(position));
    rows.map(|row| {
        let cells: Vec<&str> = row.split(',').collect();
        sum += cells[2].parse::<u64>().expect("a count") + cells[3].parse::<u64>().expect("a count");
        (cells[1], sum)
    })
    .collect()
}

fn draw(words: &[(&'static str, u64)], random: &mut Draw) -> &'static str {
    let (_, total) = words.last().expect("the list has rows");
    let at = random.next(*total);
    words[words.partition_point(|&(_, sum)| sum <= at)].0
}

pub(super) fn draw_name(lists: &[Vec<(&'static str, u64)>; 3], random: &mut Draw) -> String {
    let mut name = draw(&lists[0], random).to_owned();
    for _ in 0..[1, 1, 1, 2, 0][random.next(5) as usize] {
        name.push(' ');
        name.push_str(draw(&lists[1], random));
    }
    name.push(' ');
    name.push_str(draw(&lists[2], random));
    match random.next(3) {
        0 => name.to_uppercase(),
        _ => name,
    }
}

pub(super) fn lists() -> [Vec<(&'static str, u64)>; 3] {
    ["surname", "middle", "given"].map(list)
}

#[test]
fn right_names_stay() {
    let (words, lists, mut random) = (words(), lists(), Draw(0x5EED));
    let mut out = String::new();
    for _ in 0..200_000 {
        let name = draw_name(&lists, &mut random);
        assert_eq!(parse(&name, &words, &mut out), Outcome::Value((), Repairs::NONE), "{name}");
        assert_eq!(out, name);
    }
}

/// What is known of a citizen by a fingerprint rests on this.
#[test]
fn a_name_settled_in_one_case_is_settled_in_capitals() {
    let (words, lists, mut random) = (words(), lists(), Draw(0xCA5E));
    let prior = &words.book.alone;
    let settled = |name: &str| is_settled(name, &words, prior);
    let (mut title, mut n_settled) = (String::new(), 0);
    let odd = (0..100_000).map(|_| odd_text(&mut random)).collect::<Vec<_>>();
    let mut random = Draw(0xCA5F);
    let names = (0..100_000).map(|_| draw_name(&lists, &mut random));
    let is_vietnamese =
        |name: &String| name.chars().all(|character| character == ' ' || letter(character).is_some());
    for name in names.chain(odd).filter(is_vietnamese) {
        text::title(&name, &mut title);
        for written in [&name.to_lowercase(), &title] {
            if settled(written) {
                let mut upper = String::new();
                text::upper(written, &mut upper);
                assert!(settled(&upper), "{written} is settled and {upper} is not");
                n_settled += 1;
            }
        }
    }
    assert!(n_settled > 100_000, "{n_settled}");
}

#[test]
fn minority_and_foreign_names_stay() {
    let words = words();
    let mut out = String::new();
    for line in file!("rules/lexicon/names_minority.csv").lines().skip(1) {
        let columns: Vec<&str> = line.rsplitn(4, ',').collect();
        let [given, clans, form, _] = columns[..] else { panic!("six columns: {line}") };
        for clan in clans.split(';') {
            for given in given.split(';') {
                let name = form.replace("{c}", clan).replace("{g}", given);
                parse(name.trim(), &words, &mut out);
                assert_eq!(out, name.trim());
            }
        }
    }
    let (mut count, mut changed) = (0, 0);
    for line in file!("tests/names/foreign.csv").lines().skip(1) {
        let (_, name) = line.split_once(',').expect("two columns");
        let outcome = parse(name, &words, &mut out);
        count += 1;
        changed += u32::from(out != name || outcome != Outcome::Value((), Repairs::NONE));
    }
    assert!(count > 300 && changed * 1000 <= count, "{changed} of {count}");
}

/// Each way of writing has to come back, told or not, in all but the rates of the purpose of this room.
#[test]
fn spoilt_names_come_back() {
    let (words, lists) = (words(), lists());
    let tables = words.book().detector().tables();
    let (mut out, mut one, mut other) = (String::new(), String::new(), String::new());
    for (encoding, rate) in [
        (text::Encoding::Tcvn3, 998),
        (text::Encoding::Vni, 998),
        (text::Encoding::Mojibake, 998),
        (text::Encoding::Viscii, 990),
        (text::Encoding::Vps, 990),
        (text::Encoding::Cp1258, 990),
        (text::Encoding::Viqr, 990),
    ] {
        let mut random = Draw(0xC0DE);
        let (mut tried, mut right) = (0, 0);
        while tried < 5000 {
            let name = draw_name(&lists, &mut random);
            let Some(shown) = tables.encode(encoding, &name).filter(|shown| *shown != name) else { continue };
            parse(&shown, &words, &mut out);
            text::tone_place_upper(&out, &mut one);
            text::tone_place_upper(&name, &mut other);
            tried += 1;
            right += u32::from(one == other);
        }
        assert!(right * 1000 >= tried * rate, "{encoding:?}: {right} of {tried}");
    }
}

/// Texts made of everything that could matter: letters of all blocks, marks, signs, controls.
pub(super) fn odd_text(random: &mut Draw) -> String {
    const PIECES: [&str; 24] = [
        "Nguyễn", "Vaên", "ThÞ", "Ã", "á»", "\u{A0}", " ", " ", "\u{AD}", "e\u{302}", "\u{301}", "?", "(",
        ")", "-", "&#", "7877;", "Ð", "А", "'", "uw", "j", "\u{200B}", "\n",
    ];
    let mut text = String::new();
    for _ in 0..random.next(12) {
        match random.next(4) {
            0 => text.extend(char::from_u32(random.next(0x2200) as u32)),
            1 => text.extend(char::from_u32(0xC0 + random.next(0x40) as u32)),
            _ => text.push_str(PIECES[random.next(24) as usize]),
        }
    }
    text
}

#[test]
fn laws_of_reading() {
    use unicode_normalization::is_nfc;
    let words = words();
    let (mut random, mut once, mut twice) = (Draw(0xBAD5EED), String::new(), String::new());
    let mut scratch = String::new();
    for _ in 0..100_000 {
        let raw = odd_text(&mut random);
        if let Outcome::Value((), _) = parse(&raw, &words, &mut once) {
            assert!(is_nfc(&once), "{raw:?} {once:?}");
            assert!(
                !once.starts_with(' ') && !once.ends_with(' ') && !once.contains("  "),
                "{raw:?} {once:?}"
            );
            let again = parse(&once, &words, &mut twice);
            assert_eq!((again.state().has_value(), &twice), (true, &once), "{raw:?}");
            keys(&once, &mut scratch);
            sound_key(&once, &words);
            let packed = PackedName::new(&once, words.book());
            assert_eq!(distance(&packed, &packed, 0, words.book()), 0);
            assert_eq!(compare(&once, &once, &words), NameDifference::Same);
        }
    }
}

#[test]
fn distances_are_symmetric() {
    let (words, lists, mut random) = (words(), lists(), Draw(0xD157));
    let book = words.book();
    for _ in 0..20_000 {
        let (one, other) = (draw_name(&lists, &mut random), draw_name(&lists, &mut random));
        let spoilt: String = other
            .chars()
            .map(|character| match letter(character) {
                Some(letter) if random.next(8) == 0 => compose(letter.with_tone(Tone::Level)),
                _ => character,
            })
            .collect();
        for (one, other) in [(&one, &other), (&other, &spoilt)] {
            let (a, b) = (PackedName::new(one, book), PackedName::new(other, book));
            assert_eq!(distance(&a, &b, 300, book), distance(&b, &a, 300, book), "{one} / {other}");
        }
    }
}
