//! Codes beside texts: invented names and what lists make of them.

use super::*;
use crate::fields::person_name::difference::plainly;
use crate::fields::person_name::{self, NameDifference, texts};
use crate::text;
use std::fmt::Write;

fn name_words() -> NameWords {
    let pairs = [("Hoàng", "Huỳnh"), ("Vũ", "Võ"), ("Cảnh", "Kiểng"), ("Phúc", "Phước")].into_iter();
    NameWords::new(std::iter::empty(), pairs, &texts()).expect("the lists are whole")
}

/// Invented people and what lists make of their names, the same in every run.
struct Draw {
    lists: [Vec<&'static str>; 3],
    state: u64,
}

impl Draw {
    fn new() -> Self {
        let rows = texts().names.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let rows: Vec<_> = rows.collect();
        let list = |position| rows.iter().filter(|row| row[0] == position).map(|row| row[1]).collect();
        Self { lists: ["surname", "middle", "given"].map(list), state: 0x5EED }
    }

    /// A number below the count.
    fn even(&mut self, count: usize) -> usize {
        self.state = self.state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        (self.state >> 33) as usize % count
    }

    /// A number below the count; small ones are drawn more often.
    fn below(&mut self, count: usize) -> usize {
        self.even(count).min(self.even(count))
    }

    fn word(&mut self, list: usize) -> &'static str {
        let at = self.below(self.lists[list].len());
        self.lists[list][at]
    }

    fn name(&mut self) -> String {
        let mut name = self.word(0).to_owned();
        for _ in 0..[1, 1, 1, 0, 2, 3, 6, 7][self.below(8)] {
            write!(name, " {}", self.word(1)).expect("a text grows");
        }
        write!(name, " {}", self.word(2)).expect("a text grows");
        name
    }

    /// The name with an error of a list.
    fn spoil(&mut self, name: &str) -> String {
        let mut words: Vec<String> = name.split(' ').map(str::to_owned).collect();
        let at = self.below(words.len());
        let mut letters: Vec<char> = words[at].chars().collect();
        let place = self.below(letters.len().max(1));
        match self.even(21) {
            0 => return name.to_uppercase(),
            1 => {
                let mut out = String::new();
                text::unmark(name, &mut out);
                return out;
            }
            2 => words[at] = person_name::words::Form::Unmarked.of(&words[at]),
            3 if !letters.is_empty() => drop(letters.remove(place)),
            4 => letters.insert(place, ['h', 'n', 'Đ', 'ư', '\'', '7'][self.below(6)]),
            5 if letters.len() > 1 => letters.swap(place.saturating_sub(1), place),
            6 if !letters.is_empty() => {
                letters[place] = ['y', 'i', 'ì', 'ỉ', 'ĩ', 'Ý', 'e', 's', 'x', 'l', 'n'][self.below(11)];
            }
            7 => letters.truncate(1),
            8 => {
                letters.truncate(1 + place);
                letters.push('.');
            }
            9 => drop(words.remove(at)),
            10 => words.rotate_left(1),
            11 => words.swap(0, at),
            12 => words.insert(at, self.word(1).to_owned()),
            13 => words[at] = self.word(2).to_owned(),
            14 => return name.replacen(' ', "", 1),
            15 => return name.replacen(' ', ["  ", "\u{A0}", ".", "-", "\t"][self.below(5)], 1),
            16 => return format!("{name} ").replacen(' ', ".", self.below(3)),
            17 => {
                let odd = ["ß", "ŉ", "\u{301}", "ᾳ", "\0", "İ", "𝒜", "Ⱥ", "ﬁ", "ộ", "Č", "ΐ", "\u{344}"];
                letters.extend(odd[self.below(odd.len())].chars());
            }
            18 | 19 => {
                const ALIKE: [(&str, &str); 8] = [
                    ("Hoàng", "Huỳnh"),
                    ("Phúc", "Phước"),
                    ("ý", "í"),
                    ("ỹ", "ĩ"),
                    ("òa", "oà"),
                    ("Vũ", "Võ"),
                    ("ng", "n"),
                    ("tr", "ch"),
                ];
                if let Some((one, other)) = ALIKE.iter().find(|(one, _)| name.contains(one)) {
                    return name.replacen(one, other, 1);
                }
            }
            _ => return format!("{name} {}", "x".repeat(self.below(60))),
        }
        if let Some(word) = words.get_mut(at)
            && *word == name.split(' ').nth(at).unwrap_or_default()
        {
            *word = letters.into_iter().collect();
        }
        words.join(" ")
    }
}

#[test]
fn codes_say_what_the_texts_say() {
    let (words, mut draw) = (name_words(), Draw::new());
    let mut codes = NameCodes::new(&words);
    for _ in 0..500 {
        let name = draw.name();
        codes.code(&name);
        codes.code(&draw.spoil(&name));
    }
    let mut local = LocalCodes::new(&codes);
    let mut met = [0; NameDifference::ALL.len()];
    let mut name = draw.name();
    for round in 0..200_000 {
        let mut other = if round % 4 == 0 { draw.name() } else { draw.spoil(&name) };
        if round % 3 == 0 {
            other = draw.spoil(&other);
        }
        if local.count() > 5000 {
            local.clear();
        }
        let (a, b) = (local.code(&name), local.code(&other));
        let expected = plainly::compare(&name, &other, &words);
        met[expected as usize] += 1;
        assert_eq!(person_name::compare(&name, &other, &words), expected, "{name:?} {other:?}");
        assert_eq!(local.compare(&a, &b), expected, "{name:?} {other:?}");
        assert_eq!(local.compare(&b, &a), person_name::compare(&other, &name, &words), "{other:?} {name:?}");
        if round % 4 == 0 {
            name = other;
        }
        if name.len() > 250 {
            name = draw.name();
        }
    }
    assert!(met.iter().all(|&count| count > 100), "{met:?}");
}

#[test]
fn all_short_names_of_few_letters_agree() {
    let words = name_words();
    let codes = NameCodes::new(&words);
    let mut local = LocalCodes::new(&codes);
    let letters = ["", "A", "á", "Đ", "D.", "y", "I", " ", ". ", "N", "ng", "2"];
    let mut names = Vec::new();
    for one in letters {
        for other in letters {
            names.extend(letters.map(|third| format!("{one}{other}{third}")));
        }
    }
    names.sort();
    names.dedup();
    let coded: Vec<CodedName> = names.iter().map(|name| local.code(name)).collect();
    for (a, name) in coded.iter().zip(&names) {
        for (b, other) in coded.iter().zip(&names).step_by(3) {
            let expected = plainly::compare(name, other, &words);
            assert_eq!(local.compare(a, b), expected, "{name:?} {other:?}");
            assert_eq!(person_name::compare(name, other, &words), expected, "{name:?} {other:?}");
        }
    }
}

#[test]
fn names_are_taken_apart() {
    let words = name_words();
    let mut codes = NameCodes::new(&words);
    let check = |name: CodedName,
                 local: &LocalCodes<'_>,
                 surname: Option<&str>,
                 middle: &str,
                 given: Option<&str>| {
        let text = |code| local.text(code);
        let between: Vec<&str> = name.middle().iter().map(|&code| text(code)).collect();
        assert_eq!(
            (name.surname().map(text), &*between.join(" "), name.given().map(text)),
            (surname, middle, given)
        );
    };
    let an = codes.code("Nguyễn Văn An");
    let mut local = LocalCodes::new(&codes);
    check(an, &local, Some("Nguyễn"), "Văn", Some("An"));
    for (name, surname, middle, given) in [
        ("Lê An", Some("Lê"), "", Some("An")),
        ("An", None, "", Some("An")),
        ("", None, "", None),
        ("Lê  Thị\u{A0}An ", Some("Lê"), "Thị", Some("An")),
        ("A B C D E F G H I", Some("A"), "B C D E F G", Some("I")),
    ] {
        let coded = local.code(name);
        check(coded, &local, surname, middle, given);
    }
    assert_eq!(local.code("Nguyễn Văn An"), an);
    let (one, other) = (local.code("LÊ THỊ HOÀ"), local.code("Lê Thi Hòa"));
    let classes = |name: CodedName| name.words().iter().map(|&code| local.class(code)).collect::<Vec<_>>();
    let unmarked =
        |name: CodedName| name.words().iter().map(|&code| local.unmarked_class(code)).collect::<Vec<_>>();
    let (a, b) = (classes(one), classes(other));
    assert_eq!((a[0] == b[0], a[1] == b[1], a[2] == b[2]), (true, false, true));
    assert_eq!(unmarked(one), unmarked(other));
    assert!(one.is_marked() && !local.code("LE THI HOA").is_marked());
}

#[test]
fn own_codes_are_forgotten() {
    let words = name_words();
    let mut codes = NameCodes::new(&words);
    codes.code("Lê An");
    let mut local = LocalCodes::new(&codes);
    let first = local.code("Lê Bình");
    assert_eq!((codes.count(), local.count(), first.words()), (2, 1, &[0, 2][..]));
    local.clear();
    let second = local.code("Lê Cường");
    assert_eq!((local.count(), second.words(), local.text(2)), (1, &[0, 2][..], "Cường"));
}

#[test]
fn parts_have_levels() {
    use PartLevel::{Different, Initial, Marks, Missing, OneEdit, Same, Sound, Unmarked};
    let words = name_words();
    let codes = NameCodes::new(&words);
    let mut local = LocalCodes::new(&codes);
    let mut check = |a: &str, b: &str, expected| {
        let (one, other) = (local.code(a), local.code(b));
        for levels in [local.levels(&one, &other), local.levels(&other, &one)] {
            assert_eq!([levels.surname, levels.middle, levels.given], expected, "{a} / {b}");
        }
    };
    check("Nguyễn Văn An", "NGUYỄN VĂN AN", [Same, Same, Same]);
    check("Lê Hoà", "LÊ HÒA", [Same, Same, Same]);
    check("Nguyễn Văn An", "NGUYEN VAN AN", [Unmarked, Unmarked, Same]);
    check("Lê Văn Toàn", "Lê Văn Toán", [Same, Same, Marks]);
    check("Lê Thị Thảo", "Lê Thi Thão", [Same, Marks, Sound]);
    check("Hoàng Thị Sương", "Huỳnh Thị Xương", [Sound, Same, Sound]);
    check("HUYNH THI LY", "Hoàng Thị Lí", [Sound, Unmarked, Sound]);
    check("Ngyễn Văn Bình", "Nguyễn Vân Bnìh", [OneEdit, Marks, OneEdit]);
    check("N. V An", "Nguyễn Văn An", [Initial, Initial, Same]);
    check("Nguyễn An", "Nguyễn Văn An", [Same, Missing, Same]);
    check("Nguyễn Thị Lan Anh", "Nguyễn Thị Anh", [Same, Missing, Same]);
    check("Nguyễn Thị Lan Anh", "Nguyễn Văn Anh", [Same, Different, Same]);
    check("Nguyễn Thị Lan Anh", "Nguyễn Văn Lan Anh", [Same, Different, Same]);
    check("An", "Nguyễn Văn Dũng", [Missing, Missing, Different]);
    check("", "An", [Missing, Same, Missing]);
}

#[test]
fn levels_are_ordered_and_named() {
    assert!(PartLevel::ALL.is_sorted());
    let names: HashSet<_> = PartLevel::ALL.map(PartLevel::name).into();
    assert_eq!(names.len(), PartLevel::ALL.len());
}
