//! Damaged names that have to come back at the rates this room promises: decomposed, in columns, in several
//! encodings at once, in small letters made of TCVN3. `benches/name_quality.rs` measures the same at length.

use super::cases::{Draw, draw_name, lists, words};
use super::*;
use crate::text::{Encoding, LegacyTables, Tone, compose, letter};
use unicode_normalization::UnicodeNormalization;

/// The encodings that are common.
const COMMON: [Encoding; 3] = [Encoding::Tcvn3, Encoding::Vni, Encoding::Mojibake];

/// Whether both are one name but for case and the place of the tone mark.
fn agree(one: &str, other: &str) -> bool {
    exact_key(one) == exact_key(other)
}

/// Damages names until this many were changed, and holds how many come back against the rate in ten thousand.
fn come_back(
    what: &str,
    (tried, rate): (u32, u32),
    mut damage: impl FnMut(&str, &mut Draw, &LegacyTables) -> Option<String>,
) {
    let (words, lists, mut random) = (words(), lists(), Draw(0xC0DE));
    let (mut count, mut right, mut out) = (0, 0, String::new());
    while count < tried {
        let name = draw_name(&lists, &mut random);
        let shown = damage(&name, &mut random, words.book().detector().tables());
        if let Some(shown) = shown.filter(|shown| *shown != name) {
            count += 1;
            right += u32::from(parse(&shown, &words, &mut out).state().has_value() && agree(&out, &name));
        }
    }
    assert!(right * 10_000 >= count * rate, "{what}: {right} of {count}");
}

#[test]
fn decomposed_names_come_back() {
    come_back("all apart", (20_000, 9980), |name, _, _| Some(name.nfd().collect()));
    come_back("tones apart", (20_000, 9980), |name, _, _| Some(tones_apart(name)));
}

/// Letters with their shape in one, tones apart.
fn tones_apart(name: &str) -> String {
    let mark = |mark: &char| matches!(mark, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}');
    let mut out = String::new();
    for character in name.chars() {
        let toned = letter(character).filter(|letter| letter.tone != Tone::Level);
        out.push(toned.map_or(character, |letter| compose(letter.with_tone(Tone::Level))));
        out.extend(toned.and_then(|_| character.nfd().find(mark)));
    }
    out
}

#[test]
fn misread_names_come_back_from_every_page() {
    let mut next = 0;
    come_back("eight pages", (20_000, 9980), |name, _, tables| {
        let pages: Vec<&str> = tables.pages().collect();
        next += 1;
        tables.misread_utf8(pages[next % pages.len()], name)
    });
}

#[test]
fn fields_in_several_encodings_come_back() {
    come_back("one behind a clean word", (10_000, 9700), |name, random, tables| {
        let encoding = COMMON[random.next(3) as usize];
        behind_clean(name, |word| tables.encode(encoding, word))
    });
    come_back("several behind a clean word", (20_000, 9700), |name, random, tables| {
        let mut seen = [false; 3];
        let shown = behind_clean(name, |word| {
            let drawn = random.next(3) as usize;
            let shown = tables.encode(COMMON[drawn], word)?;
            seen[drawn] |= shown != word;
            Some(shown)
        });
        shown.filter(|_| seen.iter().filter(|&&seen| seen).count() > 1)
    });
}

/// The first word as it is, if it shows that it is clean, and the others changed.
fn behind_clean(name: &str, change: impl FnMut(&str) -> Option<String>) -> Option<String> {
    let (first, rest) = name.split_once(' ').filter(|(first, _)| !first.is_ascii())?;
    let changed = rest.split(' ').map(change).collect::<Option<Vec<String>>>()?.join(" ");
    (changed != rest).then(|| format!("{first} {changed}"))
}

#[test]
fn tcvn3_in_small_letters_comes_back() {
    come_back("LOWER() of TCVN3", (10_000, 7000), |name, _, tables| {
        let shown = tables.encode(Encoding::Tcvn3, name)?;
        // What changes only ASCII letters is no damage.
        Some(shown.to_lowercase()).filter(|small| *small != shown.to_ascii_lowercase())
    });
}

/// Columns of 20 to 40 rows, all in one encoding or every other row clean by chance, learnt from their own rows.
#[test]
fn columns_come_back() {
    let (words, lists) = (words(), lists());
    // Small letters made of TCVN3 are no encoding: two letters may show alike there, and no column tells.
    for encoding in Encoding::ALL.into_iter().filter(|&encoding| encoding != Encoding::Tcvn3Case) {
        for half_plain in [false, true] {
            let mut random = Draw(0xC01);
            let (mut tried, mut right) = (0, 0);
            for _ in 0..100 {
                let column = column(&words, &lists, encoding, half_plain, &mut random);
                tried += column.len();
                right += rows_read(&words, &column);
            }
            assert!(right * 1000 >= tried * 999, "{encoding:?}, half plain {half_plain}: {right} of {tried}");
        }
    }
}

/// The rows of one column as they show, and the names they mean.
fn column(
    words: &NameWords,
    lists: &[Vec<(&'static str, u64)>; 3],
    encoding: Encoding,
    half_plain: bool,
    random: &mut Draw,
) -> Vec<(String, String)> {
    let row = |random: &mut Draw| {
        let name = draw_name(lists, random);
        let plain = half_plain && random.next(2) == 0;
        let shown = if plain { None } else { words.book().detector().tables().encode(encoding, &name) };
        (shown.unwrap_or_else(|| name.clone()), name)
    };
    (0..20 + random.next(21)).map(|_| row(random)).collect()
}

fn rows_read(words: &NameWords, column: &[(String, String)]) -> usize {
    let prior = words.book().learn_column(column.iter().map(|(shown, _)| &**shown));
    let mut out = String::new();
    let right = column.iter().filter(|(shown, name)| {
        parse_in_column(shown, words, &prior, &mut out).state().has_value() && agree(&out, name)
    });
    right.count()
}

// Said again here, because the house takes only what stands behind it for a test, and only tests may have threads.
#[cfg(test)]
mod threads {
    use super::super::cases::odd_text;
    use super::*;

    /// What reading says about each cell.
    fn read(cells: &[String], words: &NameWords) -> Vec<(Outcome<()>, String)> {
        let mut out = String::new();
        cells.iter().map(|cell| (parse(cell, words, &mut out), out.clone())).collect()
    }

    #[test]
    fn any_number_of_threads_reads_the_same() {
        let (words, lists, mut random) = (words(), lists(), Draw(0x7412EAD));
        let tables = words.book().detector().tables();
        let cells: Vec<String> = (0..20_000)
            .map(|index| match index % 3 {
                0 => odd_text(&mut random),
                1 => draw_name(&lists, &mut random),
                _ => {
                    let name = draw_name(&lists, &mut random);
                    tables.encode(Encoding::ALL[index % Encoding::ALL.len()], &name).unwrap_or(name)
                }
            })
            .collect();
        let alone = read(&cells, &words);
        for count in [2, 3, 7] {
            let words = &words;
            let together: Vec<_> = std::thread::scope(|scope| {
                let parts = cells.chunks(cells.len().div_ceil(count));
                let threads: Vec<_> = parts.map(|part| scope.spawn(move || read(part, words))).collect();
                threads.into_iter().flat_map(|thread| thread.join().expect("reading cannot fail")).collect()
            });
            assert!(alone == together, "{count} threads");
        }
    }
}
