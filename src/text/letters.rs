//! The Vietnamese letters as a table: base letter, hat or horn or breve, tone.
//!
//! Owns the 12 vowels with their 6 tones, Đ, and the plain Latin letters (F, J, W and Z are not in the
//! school alphabet but stand in real names). Deliberately knows no syllable and no foreign letter.
//! Source: the precomposed characters of the Unicode blocks Latin-1, Latin Extended-A and -B, and Latin
//! Extended Additional.

/// What is added to the base letter, apart from the tone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Shape {
    /// a, e, i, o, u, y and the plain consonants.
    Plain,
    /// â, ê, ô.
    Hat,
    /// ơ, ư.
    Horn,
    /// ă.
    Breve,
    /// đ.
    Stroke,
}

/// The six tones, in the order of the dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Tone {
    /// Ngang, not written.
    Level,
    /// Huyền.
    Grave,
    /// Hỏi.
    Hook,
    /// Ngã.
    Tilde,
    /// Sắc.
    Acute,
    /// Nặng.
    Dot,
}

impl Tone {
    /// The tones in the order of the columns of the vowel table.
    pub const ALL: [Self; 6] = [Self::Level, Self::Grave, Self::Hook, Self::Tilde, Self::Acute, Self::Dot];
}

/// One Vietnamese letter, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Letter {
    /// The lower-case ASCII letter underneath.
    pub base: u8,
    /// Hat, horn, breve or stroke.
    pub shape: Shape,
    /// The tone written on this letter.
    pub tone: Tone,
    /// Whether it is a capital.
    pub upper: bool,
}

impl Letter {
    /// Whether it is one of a, e, i, o, u, y.
    pub const fn is_vowel(self) -> bool {
        matches!(self.base, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
    }

    /// The same letter with another tone.
    #[must_use]
    pub const fn with_tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }
}

/// Takes a letter apart; nothing for a character that is not a Vietnamese or plain Latin letter.
pub fn letter(character: char) -> Option<Letter> {
    let code = character as usize;
    if code < LOW.len() { LOW[code] } else { HIGH.get(code.wrapping_sub(HIGH_START)).copied().flatten() }
}

/// How many places there are for the letters of tables by letter.
pub(super) const LETTER_PLACES: usize = LOW_SIZE + HIGH_SIZE;

/// The place of a character in tables by letter; nothing for characters far from any letter.
pub(super) fn letter_place(character: char) -> Option<usize> {
    let code = character as usize;
    match code.checked_sub(HIGH_START) {
        None => Some(code).filter(|&code| code < LOW_SIZE),
        Some(high) => Some(LOW_SIZE + high).filter(|&place| place < LETTER_PLACES),
    }
}

/// The letters in the order of their places.
pub(super) fn letters_by_place() -> impl Iterator<Item = Option<Letter>> {
    LOW.iter().chain(&HIGH).copied()
}

/// Puts a letter together. A shape or tone that the base never takes is left out.
pub fn compose(letter: Letter) -> char {
    let lower = match row(letter.base, letter.shape).or_else(|| row(letter.base, Shape::Plain)) {
        Some(vowel) if letter.upper => return VOWELS[vowel].upper[letter.tone as usize],
        Some(vowel) => return VOWELS[vowel].lower[letter.tone as usize],
        None if letter.base == b'd' && letter.shape == Shape::Stroke => {
            return if letter.upper { 'Đ' } else { 'đ' };
        }
        None => char::from(letter.base),
    };
    if letter.upper { lower.to_ascii_uppercase() } else { lower }
}

/// The row of [`VOWELS`] that holds this vowel.
const fn row(base: u8, shape: Shape) -> Option<usize> {
    Some(match (base, shape) {
        (b'a', Shape::Plain) => 0,
        (b'a', Shape::Breve) => 1,
        (b'a', Shape::Hat) => 2,
        (b'e', Shape::Plain) => 3,
        (b'e', Shape::Hat) => 4,
        (b'i', Shape::Plain) => 5,
        (b'o', Shape::Plain) => 6,
        (b'o', Shape::Hat) => 7,
        (b'o', Shape::Horn) => 8,
        (b'u', Shape::Plain) => 9,
        (b'u', Shape::Horn) => 10,
        (b'y', Shape::Plain) => 11,
        _ => return None,
    })
}

/// A vowel with its six tones in both cases.
struct Vowel {
    base: u8,
    shape: Shape,
    lower: [char; 6],
    upper: [char; 6],
}

const fn vowel(base: u8, shape: Shape, lower: [char; 6], upper: [char; 6]) -> Vowel {
    Vowel { base, shape, lower, upper }
}

#[rustfmt::skip]
const VOWELS: [Vowel; 12] = [
    vowel(b'a', Shape::Plain, ['a', 'à', 'ả', 'ã', 'á', 'ạ'], ['A', 'À', 'Ả', 'Ã', 'Á', 'Ạ']),
    vowel(b'a', Shape::Breve, ['ă', 'ằ', 'ẳ', 'ẵ', 'ắ', 'ặ'], ['Ă', 'Ằ', 'Ẳ', 'Ẵ', 'Ắ', 'Ặ']),
    vowel(b'a', Shape::Hat,   ['â', 'ầ', 'ẩ', 'ẫ', 'ấ', 'ậ'], ['Â', 'Ầ', 'Ẩ', 'Ẫ', 'Ấ', 'Ậ']),
    vowel(b'e', Shape::Plain, ['e', 'è', 'ẻ', 'ẽ', 'é', 'ẹ'], ['E', 'È', 'Ẻ', 'Ẽ', 'É', 'Ẹ']),
    vowel(b'e', Shape::Hat,   ['ê', 'ề', 'ể', 'ễ', 'ế', 'ệ'], ['Ê', 'Ề', 'Ể', 'Ễ', 'Ế', 'Ệ']),
    vowel(b'i', Shape::Plain, ['i', 'ì', 'ỉ', 'ĩ', 'í', 'ị'], ['I', 'Ì', 'Ỉ', 'Ĩ', 'Í', 'Ị']),
    vowel(b'o', Shape::Plain, ['o', 'ò', 'ỏ', 'õ', 'ó', 'ọ'], ['O', 'Ò', 'Ỏ', 'Õ', 'Ó', 'Ọ']),
    vowel(b'o', Shape::Hat,   ['ô', 'ồ', 'ổ', 'ỗ', 'ố', 'ộ'], ['Ô', 'Ồ', 'Ổ', 'Ỗ', 'Ố', 'Ộ']),
    vowel(b'o', Shape::Horn,  ['ơ', 'ờ', 'ở', 'ỡ', 'ớ', 'ợ'], ['Ơ', 'Ờ', 'Ở', 'Ỡ', 'Ớ', 'Ợ']),
    vowel(b'u', Shape::Plain, ['u', 'ù', 'ủ', 'ũ', 'ú', 'ụ'], ['U', 'Ù', 'Ủ', 'Ũ', 'Ú', 'Ụ']),
    vowel(b'u', Shape::Horn,  ['ư', 'ừ', 'ử', 'ữ', 'ứ', 'ự'], ['Ư', 'Ừ', 'Ử', 'Ữ', 'Ứ', 'Ự']),
    vowel(b'y', Shape::Plain, ['y', 'ỳ', 'ỷ', 'ỹ', 'ý', 'ỵ'], ['Y', 'Ỳ', 'Ỷ', 'Ỹ', 'Ý', 'Ỵ']),
];

/// First character of the second table, Ạ.
const HIGH_START: usize = 0x1EA0;

/// Up to ư (U+01B0).
const LOW_SIZE: usize = 0x1B1;

/// From Ạ (U+1EA0) to past ỹ (U+1EF9).
const HIGH_SIZE: usize = 0x60;

/// The letters up to ư (U+01B0).
static LOW: [Option<Letter>; LOW_SIZE] = table(0);

/// The letters from Ạ (U+1EA0) to ỹ (U+1EF9).
static HIGH: [Option<Letter>; HIGH_SIZE] = table(HIGH_START);

/// The part of the letter table that begins at a code point.
const fn table<const SIZE: usize>(start: usize) -> [Option<Letter>; SIZE] {
    let mut table = [None; SIZE];
    let mut base = b'a';
    while base <= b'z' {
        let letter = Letter { base, shape: Shape::Plain, tone: Tone::Level, upper: false };
        enter(&mut table, start, base as char, letter);
        enter(&mut table, start, base.to_ascii_uppercase() as char, Letter { upper: true, ..letter });
        base += 1;
    }
    let stroke = Letter { base: b'd', shape: Shape::Stroke, tone: Tone::Level, upper: false };
    enter(&mut table, start, 'đ', stroke);
    enter(&mut table, start, 'Đ', Letter { upper: true, ..stroke });
    let mut index = 0;
    while index < VOWELS.len() * 6 {
        let vowel = &VOWELS[index / 6];
        let tone = Tone::ALL[index % 6];
        let letter = Letter { base: vowel.base, shape: vowel.shape, tone, upper: false };
        enter(&mut table, start, vowel.lower[index % 6], letter);
        enter(&mut table, start, vowel.upper[index % 6], Letter { upper: true, ..letter });
        index += 1;
    }
    table
}

/// Bits of a letter's code.
pub const CODE_BITS: u32 = 6;

/// A small code for the letter without its tone and case (1 to 33), and its tone.
pub fn code(character: char) -> Option<(u64, Tone)> {
    let packed = packed_code(character);
    (packed != 0).then(|| (u64::from(packed >> 3), Tone::ALL[usize::from(packed & 7)]))
}

/// The code above three bits for the tone; 0 for a character that is no letter.
#[inline]
pub(super) fn packed_code(character: char) -> u16 {
    let index = character as usize;
    match LOW_CODES.get(index) {
        Some(&packed) => packed,
        None => HIGH_CODES.get(index.wrapping_sub(HIGH_START)).copied().unwrap_or(0),
    }
}

/// The ASCII capitals of the codes.
pub(super) static BARE: [u8; 1 << CODE_BITS] = {
    let mut table = [0; 1 << CODE_BITS];
    let mut code = 1;
    while code <= 26 {
        table[code] = b'A' + code as u8 - 1;
        code += 1;
    }
    let shaped = *b"AAEOOUD";
    while code <= 33 {
        table[code] = shaped[code - 27];
        code += 1;
    }
    table
};

/// The small letter without tone that has this code.
pub fn glyph(code: u64) -> Option<char> {
    let shaped = ['ă', 'â', 'ê', 'ô', 'ơ', 'ư', 'đ'];
    match u8::try_from(code).ok()? {
        letter @ 1..=26 => Some(char::from(b'a' + letter - 1)),
        other => shaped.get(usize::from(other).checked_sub(27)?).copied(),
    }
}

static LOW_CODES: [u16; LOW_SIZE] = codes(table(0));
static HIGH_CODES: [u16; HIGH_SIZE] = codes(table(HIGH_START));

/// The codes of a letter table, each above three bits for the tone.
const fn codes<const SIZE: usize>(table: [Option<Letter>; SIZE]) -> [u16; SIZE] {
    let mut codes = [0; SIZE];
    let mut index = 0;
    while index < SIZE {
        if let Some(letter) = table[index] {
            let code = match (letter.shape, letter.base) {
                (Shape::Plain, base) => base - b'a' + 1,
                (Shape::Breve, _) => 27,
                (Shape::Hat, b'a') => 28,
                (Shape::Hat, b'e') => 29,
                (Shape::Hat, _) => 30,
                (Shape::Horn, b'o') => 31,
                (Shape::Horn, _) => 32,
                (Shape::Stroke, _) => 33,
            };
            codes[index] = (code as u16) << 3 | letter.tone as u16;
        }
        index += 1;
    }
    codes
}

/// Writes a letter into its place if the table reaches that far.
const fn enter(table: &mut [Option<Letter>], start: usize, character: char, letter: Letter) {
    let code = character as usize;
    if code >= start && code - start < table.len() {
        table[code - start] = Some(letter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_come_apart() {
        let check = |character, expected| {
            let found = letter(character).map(|l| (l.base, l.shape, l.tone, l.upper));
            assert_eq!(found, expected, "{character}");
        };
        check('a', Some((b'a', Shape::Plain, Tone::Level, false)));
        check('Z', Some((b'z', Shape::Plain, Tone::Level, true)));
        check('Ễ', Some((b'e', Shape::Hat, Tone::Tilde, true)));
        check('ự', Some((b'u', Shape::Horn, Tone::Dot, false)));
        check('ặ', Some((b'a', Shape::Breve, Tone::Dot, false)));
        check('Đ', Some((b'd', Shape::Stroke, Tone::Level, true)));
        check('ĩ', Some((b'i', Shape::Plain, Tone::Tilde, false)));
        for other in ['ñ', 'Ð', 'č', '1', ' ', '\u{301}', 'А', 'ẞ', '\u{10FFFF}'] {
            check(other, None);
        }
    }

    #[test]
    fn composing_undoes_taking_apart() {
        let known: Vec<char> = (char::MIN..=char::MAX).filter(|&c| letter(c).is_some()).collect();
        assert_eq!(known.len(), 52 + 2 + 12 * 12 - 12);
        for character in known {
            let parts = letter(character).expect("only known letters were kept");
            assert_eq!(compose(parts), character);
            let other_case = compose(Letter { upper: !parts.upper, ..parts });
            assert_eq!(other_case.to_lowercase().next(), character.to_lowercase().next());
        }
    }
}
