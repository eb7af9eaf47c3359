//! What stands around a name in its cell: titles before, notes behind, or a second person.
//!
//! Owns where the name begins and ends. Deliberately careful: Bé, Anh and Ông are names too, so a title goes
//! only when a family name and more follow it. Nothing is lost: what is taken off is handed back.

use crate::record::{Repair, Repairs};
use crate::text::push_lower;
use std::collections::HashSet;

/// What was taken off a name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameParts {
    /// Kinship or professional title: `Ông`, `Bé`.
    pub title: String,
    /// Notes without their brackets, joined by `; `: `chết`, `vợ A`.
    pub note: String,
}

/// The words.
#[derive(Debug)]
pub(super) struct Around {
    /// In small letters, without a final dot.
    titles: HashSet<String>,
    notes: HashSet<String>,
    surnames: HashSet<String>,
    /// The bytes of the first words of titles in the three usual cases, by [`filter_slot`].
    filter: Vec<Vec<u64>>,
    /// Per first byte of such a word, by its lower six bits: the second bytes, by theirs. Most names end here.
    beginnings: [u64; 64],
}

const FILTER_SLOTS: usize = 256;

const fn filter_slot(packed: u64) -> usize {
    (packed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as usize
}

/// Words of the longest title.
const TITLE_WORDS: usize = 2;

impl Around {
    pub(super) fn new<'a>(list: &str, surnames: impl Iterator<Item = &'a str>) -> Result<Self, String> {
        let mut around = Self {
            titles: HashSet::new(),
            notes: HashSet::new(),
            surnames: surnames.map(small).collect(),
            filter: vec![Vec::new(); FILTER_SLOTS],
            beginnings: [0; 64],
        };
        for line in list.lines().skip(1) {
            let (kind, form) =
                line.split_once(',').ok_or_else(|| format!("titles.csv: cannot read `{line}`"))?;
            let key = small(form.trim_end_matches('.'));
            match kind {
                "title" => {
                    let first = key.split([' ', '/']).next().unwrap_or_default();
                    let (mut capitals, mut title) = (String::new(), String::new());
                    crate::text::upper(first, &mut capitals);
                    crate::text::title(first, &mut title);
                    for word in [first, &capitals, &title] {
                        let packed = word.bytes().fold(0, |packed, byte| packed << 8 | u64::from(byte));
                        around.filter[filter_slot(packed)].push(packed);
                        around.note_beginning(word.as_bytes());
                    }
                    around.titles.insert(key)
                }
                "note" => around.notes.insert(key),
                _ => return Err(format!("titles.csv: no kind `{kind}`")),
            };
        }
        Ok(around)
    }

    fn note_beginning(&mut self, word: &[u8]) {
        match *word {
            [first, second, ..] => self.beginnings[usize::from(first % 64)] |= 1 << (second % 64),
            // A sign after the only letter, or nothing.
            [first] => self.beginnings[usize::from(first % 64)] = u64::MAX,
            [] => self.beginnings = [u64::MAX; 64],
        }
    }

    /// Whether the first word may be a title. No allocation: every name is asked.
    pub(super) fn may_begin_with_title(&self, name: &str) -> bool {
        if let [first, second, ..] = *name.as_bytes()
            && self.beginnings[usize::from(first % 64)] & 1 << (second % 64) == 0
        {
            return false;
        }
        let mut packed = 0_u64;
        for &byte in name.as_bytes() {
            match byte {
                b' ' | b'.' | b':' | b'/' => break,
                _ if packed >> 56 != 0 => return false,
                _ => packed = packed << 8 | u64::from(byte),
            }
        }
        self.filter[filter_slot(packed)].contains(&packed)
    }

    /// Whether the first of several words is a family name.
    pub(super) fn begins_with_surname(&self, name: &str) -> bool {
        name.split_once(' ').is_some_and(|(first, _)| self.surnames.contains(&small(first)))
    }

    /// Takes titles and notes off the cleaned name.
    pub(super) fn take_off(&self, name: &mut String, parts: &mut NameParts) -> Repairs {
        let mut repairs = Repairs::NONE;
        if name.bytes().all(|byte| byte == b' ' || byte.is_ascii_alphabetic() || byte >= 0x80)
            && !self.may_begin_with_title(name)
        {
            return repairs;
        }
        while let Some((rest, note)) = self.split_note(name) {
            if !parts.note.is_empty() {
                parts.note.insert_str(0, "; ");
            }
            parts.note.insert_str(0, note);
            let length = rest.len();
            name.truncate(length);
            repairs.insert(Repair::Note);
        }
        if let Some(length) = number_length(name) {
            name.drain(..length);
            repairs.insert(Repair::Label);
        }
        if let Some(length) = self.title_length(name) {
            parts.title.push_str(name[..length].trim_end_matches([' ', ':', '.']));
            name.drain(..length);
            repairs.insert(Repair::Title);
        }
        repairs
    }

    /// The name and the note behind it, if there is one.
    fn split_note<'a>(&self, name: &'a str) -> Option<(&'a str, &'a str)> {
        let (rest, note) = match name.strip_suffix([')', ']']) {
            Some(inner) => inner.rsplit_once(['(', '['])?,
            None => {
                let at = name.rfind(['-', ',', ';', '/', ':'])?;
                let (rest, note) = (&name[..at], name[at + 1..].trim_start());
                let first = small(note.split(' ').next().unwrap_or_default());
                let whole = self.notes.contains(&small(note));
                // `- vợ A` is a note for its first word; a letter alone is one only in brackets.
                let led = note.contains(' ')
                    && first.len() > 1
                    && self.notes.contains(&first)
                    && rest.ends_with(' ');
                if !(whole && note.len() > 1 || led) {
                    return None;
                }
                (rest, note)
            }
        };
        let rest = rest.trim_end_matches([' ', '-', ',', ';', '/', ':']);
        (rest.contains(char::is_alphabetic) && !note.is_empty()).then_some((rest, note.trim()))
    }

    /// The bytes of the title in front, with what parts it from the name.
    fn title_length(&self, name: &str) -> Option<usize> {
        let mut found = None;
        for (count, (at, _)) in name.match_indices([' ', '.', ':']).enumerate() {
            if count >= TITLE_WORDS * 2 {
                break;
            }
            let rest = name[at + 1..].trim_start_matches([' ', '.', ':']);
            let title = small(name[..at].trim_end_matches(['.', ':']));
            if self.titles.contains(&title) && self.is_whole_name(&title, rest) {
                found = Some(name.len() - rest.len());
            }
        }
        found
    }

    /// Whether what follows a title can stand alone: a family name and more.
    fn is_whole_name(&self, title: &str, rest: &str) -> bool {
        let words: Vec<String> = rest.split(' ').map(small).collect();
        let [first, .., last] = &words[..] else { return false };
        let complete = self.surnames.contains(first) && !matches!(&**last, "thị" | "văn");
        // Anh and Bé are common given names: in a list with the given name first they are no titles. A woman
        // is not called Anh.
        let given = match title {
            "anh" => words.len() < 3 || words.iter().any(|word| word == "thị"),
            "em" | "bé" | "cô" => matches!(&**first, "thị" | "văn"),
            _ => matches!(&**first, "thị" | "văn"),
        };
        complete && !given
    }

    /// Whether the cleaned text names two people: `Nguyễn Văn A, Trần Thị B`.
    pub(super) fn is_two_people(&self, name: &str) -> bool {
        let sign = |byte: &u8| matches!(byte, b'&' | b'+' | b'/' | b';' | b'-' | b'\n' | b',');
        let word = |word: &[u8]| ["và", "VÀ", "Và"].iter().any(|and| and.as_bytes() == word);
        let bytes = name.as_bytes();
        if !bytes.iter().any(sign) && !bytes.split(|&byte| byte == b' ').any(word) {
            return false;
        }
        // A stroke parts two names also where the second is of a people without family names.
        let stroke = name.split_once(['/', ';']).map(|(one, other)| (one.trim(), other.trim()));
        let n_words = |part: &str| part.split(' ').count();
        let linked = [" và ", " VÀ "].iter().find_map(|and| name.split_once(and));
        if linked.is_some_and(|(one, other)| n_words(one) > 1 && n_words(other) > 1) {
            return true;
        }
        let begins_large = |part: &str| part.chars().next().is_some_and(char::is_uppercase);
        let is_name = |part: &str| {
            begins_large(part) && part.chars().filter(|letter| letter.is_alphabetic()).count() > 2
        };
        if let Some((one, other)) = stroke
            && (self.looks_whole(&small(one)) && is_name(other)
                || is_name(one) && self.looks_whole(&small(other)))
        {
            return true;
        }
        let mut folded = small(name);
        for sign in [" và ", "&", "+", "/", ";", " - ", "\n"] {
            folded = folded.replace(sign, ",");
        }
        let names = folded.split(',').filter(|part| self.looks_whole(part.trim())).count();
        names > 1
    }

    fn looks_whole(&self, part: &str) -> bool {
        let untitled = part.split_once(' ').filter(|(first, _)| self.titles.contains(*first));
        let part = untitled.map_or(part, |(_, rest)| rest);
        part.split_once(' ').is_some_and(|(first, _)| self.surnames.contains(first))
    }
}

/// The bytes of a running number in front: `1. `, `12) `.
fn number_length(name: &str) -> Option<usize> {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    let rest = name[digits..].strip_prefix(['.', ')', '/'])?;
    let bare = rest.trim_start();
    (digits > 0 && bare.starts_with(char::is_alphabetic)).then_some(name.len() - bare.len())
}

fn small(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|character| push_lower(character, &mut out));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around() -> Around {
        Around::new(
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/lexicon/titles.csv")),
            ["Nguyễn", "Trần", "Lê", "Hồ", "Đào", "Cao", "Thị", "Hoàng"].into_iter(),
        )
        .expect("the list is whole")
    }

    #[test]
    fn titles_and_notes_go() {
        let around = around();
        let check = |raw: &str, expected: &str, title: &str, note: &str| {
            let (mut name, mut parts) = (raw.to_owned(), NameParts::default());
            let repairs = around.take_off(&mut name, &mut parts);
            assert_eq!((&*name, &*parts.title, &*parts.note), (expected, title, note), "{raw}");
            assert_eq!(repairs.contains(Repair::Title), !title.is_empty());
            assert_eq!(repairs.contains(Repair::Note), !note.is_empty());
            assert!(around.may_begin_with_title(raw) || title.is_empty(), "{raw}");
        };
        check("Ông Nguyễn Văn A", "Nguyễn Văn A", "Ông", "");
        check("BÀ TRẦN THỊ B", "TRẦN THỊ B", "BÀ", "");
        check("Bé Lê Na", "Lê Na", "Bé", "");
        check("Cháu bé Lê Na", "Lê Na", "Cháu bé", "");
        check("Bs. Trần Văn A", "Trần Văn A", "Bs", "");
        check("Anh Nguyễn Văn Nam", "Nguyễn Văn Nam", "Anh", "");
        check("Nguyễn Văn A (chết)", "Nguyễn Văn A", "", "chết");
        check("Nguyễn Văn A (vợ B) (chết)", "Nguyễn Văn A", "", "vợ B; chết");
        check("Nguyễn Văn A - TĐ", "Nguyễn Văn A", "", "TĐ");
        check("Nguyễn Văn A, đã mất", "Nguyễn Văn A", "", "đã mất");
        check("Ông Nguyễn Văn A (A)", "Nguyễn Văn A", "Ông", "A");
        check("12. Nguyễn Văn A", "Nguyễn Văn A", "", "");
        for name in [
            "Anh Nguyễn Thị Lan",
            "Anh Nguyễn Văn",
            "Bé Nguyễn Thị",
            "Ông Thị Lan",
            "Bé Ba",
            "Chị Lê",
            "Nguyễn Thị Bé",
            "Anh-Đào",
            "Trần-Lê Na",
            "(A)",
            "Cao Anh",
            "Nguyễn Văn A, B",
        ] {
            check(name, name, "", "");
        }
    }

    #[test]
    fn people_are_counted() {
        let around = around();
        for two in [
            "Nguyễn Văn A, Trần Thị B",
            "Nguyễn Văn A và Trần Thị B",
            "NGUYỄN VĂN A / TRẦN THỊ B",
            "Ông Nguyễn Văn A và bà Trần Thị B",
            "Nguyễn Văn A - Trần Thị B",
            "Nguyễn Văn A / K'Ndu",
            "H'Rơnăk Yă / Nguyễn Văn A",
            "Tưởng Khánh Giang và Sato Yuki",
        ] {
            assert!(around.is_two_people(two), "{two}");
        }
        for one in ["Nguyễn Văn A", "Nguyễn Văn A, vợ", "Trần-Lê Na", "Nguyễn Và", "A / B"] {
            assert!(!around.is_two_people(one), "{one}");
        }
    }
}
