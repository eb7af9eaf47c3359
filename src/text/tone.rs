//! Where the tone mark of a syllable stands.
//!
//! Owns one agreed place, for keys only: Hòa and Hoà are both legal spellings of one name, and Tòan is a
//! slip for Toàn. Deliberately knows no list of syllables; a word that does not look like one syllable is
//! left as it is. Display text is never rewritten by this.
//! Source: the rule was compared with the 17,698 possible syllables; only open oa, oe, uy have two usual
//! places, and the older one (òa, òe, ùy), three times as common in public lists, is taken.

use super::{Letter, Shape, Tone, compose, letter, push_upper};
use unicode_normalization::char::is_combining_mark;

/// Letters of the longest syllable, nghiêng.
const LONGEST: usize = 7;

/// Writes the text with every syllable's tone mark in the agreed place: `Hoà Tòan` to `Hòa Toàn`.
pub fn tone_place(text: &str, out: &mut String) {
    place_words(text, Case::Kept, out);
}

/// The same in capitals, in one pass: the form behind keys.
pub fn tone_place_upper(text: &str, out: &mut String) {
    place_words(text, Case::Upper, out);
}

/// What happens to the case on the way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Kept,
    Upper,
}

fn place_words(text: &str, case: Case, out: &mut String) {
    out.clear();
    out.reserve(text.len());
    let mut word = Word::default();
    for character in text.chars() {
        let mut between = false;
        match letter(character) {
            Some(letter) => word.push(letter),
            None if character != ' ' && (character.is_alphabetic() || is_combining_mark(character)) => {
                word.spoil()
            }
            None => {
                word.settle(case, out);
                between = true;
            }
        }
        // Written as it is, and again if the word turns out to have its tone in the wrong place.
        match case {
            Case::Kept => out.push(character),
            Case::Upper => push_upper(character, out),
        }
        if between {
            word.restart(out.len());
        }
    }
    word.settle(case, out);
}

/// Whether [`tone_place`] would change a word of letters only. May say no of other words.
pub(super) fn tone_would_move(text: &str) -> bool {
    // Where one letter at most is a vowel, there is no other place.
    let may_be_vowel =
        |byte: u8| matches!(byte | 0x20, b'a' | b'e' | b'i' | b'o' | b'u' | b'y') || byte >= 0xC3;
    if text.bytes().filter(|&byte| may_be_vowel(byte)).count() < 2 {
        return false;
    }
    let mut word = Word::default();
    for character in text.chars() {
        match letter(character) {
            Some(letter) => word.push(letter),
            None => return false,
        }
    }
    word.wanted_place().is_some()
}

/// A run of letters, as far as it matters here.
struct Word {
    /// Where it begins in the output.
    start: usize,
    letters: [Letter; LONGEST],
    length: usize,
    vowels: usize,
    tones: usize,
}

impl Default for Word {
    fn default() -> Self {
        let blank = Letter { base: b'a', shape: Shape::Plain, tone: Tone::Level, upper: false };
        Self { start: 0, letters: [blank; LONGEST], length: 0, vowels: 0, tones: 0 }
    }
}

impl Word {
    /// Forgets the word and begins another. The old letters are behind the new length and do not matter.
    fn restart(&mut self, start: usize) {
        (self.start, self.length, self.vowels, self.tones) = (start, 0, 0, 0);
    }

    /// Notes a foreign letter or a free mark: the word is no syllable, however it goes on.
    const fn spoil(&mut self) {
        self.length = LONGEST + 1;
    }

    fn push(&mut self, letter: Letter) {
        if let Some(place) = self.letters.get_mut(self.length) {
            *place = letter;
        }
        self.length += 1;
        self.vowels += usize::from(letter.is_vowel());
        self.tones += usize::from(letter.tone != Tone::Level);
    }

    /// Where the one tone of the word has to stand, if that is elsewhere.
    fn wanted_place(&self) -> Option<usize> {
        if self.tones != 1 || self.vowels < 2 || self.length > LONGEST {
            return None;
        }
        let letters = &self.letters[..self.length];
        agreed_place(letters).filter(|&place| letters[place].tone == Tone::Level)
    }

    /// Rewrites the word at the end of the output if its one tone has to stand elsewhere.
    fn settle(&mut self, case: Case, out: &mut String) {
        if let Some(place) = self.wanted_place() {
            let letters = &mut self.letters[..self.length];
            move_tone(letters, place);
            out.truncate(self.start);
            for &letter in &*letters {
                out.push(compose(Letter { upper: letter.upper || case == Case::Upper, ..letter }));
            }
        }
    }
}

/// Takes the tone from where it stands to another letter.
fn move_tone(letters: &mut [Letter], place: usize) {
    let mut tone = Tone::Level;
    for letter in letters.iter_mut().filter(|letter| letter.tone != Tone::Level) {
        tone = letter.tone;
        *letter = letter.with_tone(Tone::Level);
    }
    letters[place] = letters[place].with_tone(tone);
}

/// The index of the vowel that carries the tone, if the letters look like a syllable.
fn agreed_place(letters: &[Letter]) -> Option<usize> {
    let start = nucleus_start(letters)?;
    let length = letters[start..].iter().take_while(|letter| letter.is_vowel()).count();
    let end = start + length;
    if length > 3 || !is_coda(&letters[end..]) {
        return None;
    }
    let shaped = (start..end).rev().find(|&index| letters[index].shape != Shape::Plain);
    Some(match (shaped, end < letters.len(), length) {
        (Some(place), _, _) => place,
        (None, true, _) => end - 1,
        (None, false, 3) => start + 1,
        (None, false, _) => start,
    })
}

/// Where the vowels begin. The u of qu and the i of gi belong to the onset when a vowel follows.
fn nucleus_start(letters: &[Letter]) -> Option<usize> {
    if let [first, second, third, ..] = letters
        && matches!((first.base, second.base), (b'q', b'u') | (b'g', b'i'))
        && second.shape == Shape::Plain
        && third.is_vowel()
    {
        return Some(2);
    }
    letters.iter().position(|letter| letter.is_vowel())
}

/// Whether these letters may end a syllable.
fn is_coda(letters: &[Letter]) -> bool {
    match letters {
        [] => true,
        [one] => matches!(one.base, b'c' | b'm' | b'n' | b'p' | b't'),
        [one, two] => matches!((one.base, two.base), (b'c', b'h') | (b'n', b'g') | (b'n', b'h')),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(text: &str) -> String {
        let mut out = String::from("left over");
        tone_place(text, &mut out);
        out
    }

    #[test]
    fn marks_find_their_place() {
        let check = |raw: &str, expected: &str| {
            assert_eq!(placed(raw), expected);
            assert_eq!(placed(expected), expected, "twice");
        };
        // The two legal styles.
        check("Hoà", "Hòa");
        check("KHOẺ", "KHỎE");
        check("Thuỷ Thuý Thuỵ Uý", "Thủy Thúy Thụy Úy");
        // Slips.
        check("Tòan", "Toàn");
        check("Hùynh", "Huỳnh");
        check("Nguyêñ", "Nguyêñ");
        check("Tíên Thủân", "Tiến Thuẩn");
        check("Hòai Khủyu", "Hoài Khuỷu");
        check("Qúy Gìa", "Quý Già");
    }

    #[test]
    fn capitals_on_the_way() {
        let mut out = String::new();
        tone_place_upper("Hoà h'tòan niê", &mut out);
        assert_eq!(out, "HÒA H'TOÀN NIÊ");
    }

    #[test]
    fn right_words_stay() {
        for word in [
            "quý", "già", "gì", "gìn", "giếng", "Giới", "quốc", "Quỳnh", "Quyền", "Đoàn", "mía", "mùa",
            "lửa", "Mười", "Yến", "Kiều", "thuở", "Đào", "Chịu", "Oánh", "giũa", "Loại", "Huấn", "Nghiễm",
            "Thảo", "Bảy", "Quả", "Ỷ", "Lưỡng", "Hữu", "Giảng",
        ] {
            assert_eq!(placed(word), word);
        }
    }

    #[test]
    fn what_is_no_syllable_stays() {
        for word in
            ["Renée", "H'Mông", "Êban", "Kbuôr", "Nguyễnvăn", "Gòal", "Mòáa", "", " ", "Oàèy", "José", "Hoàß"]
        {
            assert_eq!(placed(word), word);
        }
    }

    /// Every run of vowels with every tone in every place, alone and closed.
    #[test]
    fn placing_twice_changes_nothing() {
        let vowels: Vec<char> = "aăâeêioôơuưyàẻĩộữý".chars().collect();
        let mut raw = String::new();
        for (onset, coda) in [("", ""), ("qu", ""), ("gi", "n"), ("th", "ng"), ("h", "r")] {
            for index in 0..vowels.len().pow(3) {
                let count = vowels.len();
                raw.clear();
                raw.push_str(onset);
                raw.extend([index % count, index / count % count, index / count / count].map(|i| vowels[i]));
                raw.push_str(coda);
                let once = placed(&raw);
                assert_eq!(placed(&once), once, "{raw}");
                assert_eq!(tone_would_move(&raw), once != raw, "{raw}");
            }
        }
    }
}
