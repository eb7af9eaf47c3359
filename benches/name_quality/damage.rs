//! How a right name gets to look when its encoding is forgotten.
//!
//! Owns the kinds of damage and their bars; deliberately knows nothing of how it is undone.

use crate::draw::Random;
use lamsach::text::{Encoding, LegacyTables, Tone, compose, letter};
use unicode_normalization::UnicodeNormalization;

/// One kind of damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// Letters and marks apart.
    Decomposed,
    /// All words in this encoding.
    Whole(Encoding),
    /// UTF-8 read as any of eight code pages.
    MisreadAnyPage,
    /// The same twice, windows-1252.
    MisreadTwice,
    /// TCVN3, then made small as if it were text of windows-1252.
    Tcvn3Small,
    /// The same in capitals.
    Tcvn3Capital,
    /// A clean word in front, the others in one of these encodings.
    CleanFront(&'static [Encoding]),
    /// A clean word in front, the others each in one of these encodings, at least two of them seen.
    Several(&'static [Encoding]),
}

/// The encodings that are common.
const COMMON: [Encoding; 3] = [Encoding::Tcvn3, Encoding::Vni, Encoding::Mojibake];
/// All encodings that show other letters.
const BYTES: [Encoding; 6] =
    [Encoding::Tcvn3, Encoding::Vni, Encoding::Mojibake, Encoding::Viscii, Encoding::Vps, Encoding::Cp1258];

/// Every kind with its name and its bar in hundredths of a percent.
pub const ALONE: [(&str, Damage, Option<u64>); 18] = [
    ("VNI", Damage::Whole(Encoding::Vni), Some(9980)),
    ("TCVN3", Damage::Whole(Encoding::Tcvn3), Some(9980)),
    ("decomposed (NFD)", Damage::Decomposed, Some(9980)),
    ("misread UTF-8, windows-1252", Damage::Whole(Encoding::Mojibake), Some(9980)),
    ("misread UTF-8, any of eight pages", Damage::MisreadAnyPage, Some(9980)),
    ("misread UTF-8, twice", Damage::MisreadTwice, Some(9980)),
    ("VISCII", Damage::Whole(Encoding::Viscii), Some(9900)),
    ("VPS", Damage::Whole(Encoding::Vps), Some(9900)),
    ("windows-1258", Damage::Whole(Encoding::Cp1258), Some(9900)),
    ("VIQR", Damage::Whole(Encoding::Viqr), Some(9900)),
    ("clean word, rest in one of three", Damage::CleanFront(&COMMON), Some(9700)),
    ("clean word, rest in one of six", Damage::CleanFront(&BYTES), Some(9700)),
    ("clean word, rest in several of three", Damage::Several(&COMMON), Some(9700)),
    ("clean word, rest in several of six", Damage::Several(&BYTES), Some(9700)),
    ("LOWER() of TCVN3", Damage::Tcvn3Small, Some(7000)),
    ("UPPER() of TCVN3", Damage::Tcvn3Capital, None),
    ("Telex keys", Damage::Whole(Encoding::Telex), None),
    ("VNI keys", Damage::Whole(Encoding::VniKeys), None),
];

/// What whole columns are written in, and whether they have the bar of columns: small letters made of TCVN3 are no
/// encoding, two letters may show alike there.
pub const COLUMNS: [(&str, Damage, bool); 12] = [
    ("VNI", Damage::Whole(Encoding::Vni), true),
    ("TCVN3", Damage::Whole(Encoding::Tcvn3), true),
    ("decomposed (NFD)", Damage::Decomposed, true),
    ("misread UTF-8, windows-1252", Damage::Whole(Encoding::Mojibake), true),
    ("misread UTF-8, any of eight pages", Damage::MisreadAnyPage, true),
    ("VISCII", Damage::Whole(Encoding::Viscii), true),
    ("VPS", Damage::Whole(Encoding::Vps), true),
    ("windows-1258", Damage::Whole(Encoding::Cp1258), true),
    ("VIQR", Damage::Whole(Encoding::Viqr), true),
    ("Telex keys", Damage::Whole(Encoding::Telex), true),
    ("VNI keys", Damage::Whole(Encoding::VniKeys), true),
    ("LOWER() of TCVN3", Damage::Tcvn3Small, false),
];

impl Damage {
    /// The name as it shows; nothing if that is no damage.
    pub fn show(self, tables: &LegacyTables, name: &str, random: &mut Random) -> Option<String> {
        let tcvn3 = || tables.encode(Encoding::Tcvn3, name);
        let shown = match self {
            Self::Decomposed if random.below(2) == 0 => name.nfd().collect(),
            Self::Decomposed => tones_apart(name),
            Self::Whole(encoding) => tables.encode(encoding, name)?,
            Self::MisreadAnyPage => {
                let pages: Vec<&str> = tables.pages().collect();
                tables.misread_utf8(pages[random.below(pages.len())], name)?
            }
            Self::MisreadTwice => tables.misread_utf8("cp1252", &tables.misread_utf8("cp1252", name)?)?,
            // What only changes ASCII letters is no damage.
            Self::Tcvn3Small => tcvn3()
                .map(|shown| (shown.to_ascii_lowercase(), shown.to_lowercase()))
                .and_then(|(harmless, shown)| (harmless != shown).then_some(shown))?,
            Self::Tcvn3Capital => tcvn3()
                .map(|shown| (shown.to_ascii_uppercase(), shown.to_uppercase()))
                .and_then(|(harmless, shown)| (harmless != shown).then_some(shown))?,
            Self::CleanFront(encodings) => {
                after_clean(name, |rest| tables.encode(*random.pick(encodings), rest))?
            }
            Self::Several(encodings) => several(tables, name, encodings, random)?,
        };
        (shown != name).then_some(shown)
    }
}

/// Letters with their shape in one, tones apart: how one common input method writes.
fn tones_apart(name: &str) -> String {
    let mut out = String::new();
    for character in name.chars() {
        match letter(character).filter(|letter| letter.tone != Tone::Level) {
            Some(toned) => {
                let mark = character
                    .nfd()
                    .find(|mark| matches!(mark, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}'));
                out.push(compose(toned.with_tone(Tone::Level)));
                out.extend(mark);
            }
            None => out.push(character),
        }
    }
    out
}

/// The first word as it is, which has to show that it is clean, and what becomes of the rest.
fn after_clean(name: &str, change: impl FnOnce(&str) -> Option<String>) -> Option<String> {
    let (first, rest) = name.split_once(' ')?;
    let changed = change(rest)?;
    (!first.is_ascii() && changed != rest).then(|| format!("{first} {changed}"))
}

fn several(tables: &LegacyTables, name: &str, encodings: &[Encoding], random: &mut Random) -> Option<String> {
    let mut seen = Vec::new();
    let mut change = |word: &str| {
        let encoding = *random.pick(encodings);
        let shown = tables.encode(encoding, word)?;
        if shown != word && !seen.contains(&encoding) {
            seen.push(encoding);
        }
        Some(shown)
    };
    let shown = after_clean(name, |rest| {
        let words: Option<Vec<String>> = rest.split(' ').map(&mut change).collect();
        words.map(|words| words.join(" "))
    })?;
    (seen.len() > 1).then_some(shown)
}
