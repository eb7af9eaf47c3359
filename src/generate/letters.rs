//! Letters: a Vietnamese vowel taken apart into mark and tone and put together again.
//!
//! Owns the twelve vowels in six tones. Does not know which name is being written, nor why it is written wrongly.

/// The vowels, a row for each mark; the columns are level, huyền, hỏi, ngã, sắc, nặng.
const VOWELS: [[char; 6]; 12] = [
    ['a', 'à', 'ả', 'ã', 'á', 'ạ'],
    ['ă', 'ằ', 'ẳ', 'ẵ', 'ắ', 'ặ'],
    ['â', 'ầ', 'ẩ', 'ẫ', 'ấ', 'ậ'],
    ['e', 'è', 'ẻ', 'ẽ', 'é', 'ẹ'],
    ['ê', 'ề', 'ể', 'ễ', 'ế', 'ệ'],
    ['i', 'ì', 'ỉ', 'ĩ', 'í', 'ị'],
    ['o', 'ò', 'ỏ', 'õ', 'ó', 'ọ'],
    ['ô', 'ồ', 'ổ', 'ỗ', 'ố', 'ộ'],
    ['ơ', 'ờ', 'ở', 'ỡ', 'ớ', 'ợ'],
    ['u', 'ù', 'ủ', 'ũ', 'ú', 'ụ'],
    ['ư', 'ừ', 'ử', 'ữ', 'ứ', 'ự'],
    ['y', 'ỳ', 'ỷ', 'ỹ', 'ý', 'ỵ'],
];

/// The combining mark of each tone.
const TONES: [char; 6] = ['\0', '\u{300}', '\u{309}', '\u{303}', '\u{301}', '\u{323}'];

/// One letter taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Vowel {
    /// Row of the vowel with its mark but without tone.
    row: usize,
    /// The tone, 0 (level) to 5 (nặng).
    pub(super) tone: usize,
    capital: bool,
}

impl Vowel {
    /// Takes a letter apart; `None` when it is no Vietnamese vowel.
    pub(super) fn of(letter: char) -> Option<Self> {
        let small = lower(letter);
        VOWELS.iter().enumerate().find_map(|(row, tones)| {
            let tone = tones.iter().position(|vowel| *vowel == small)?;
            let capital = small != letter;
            Some(Vowel { row, tone, capital })
        })
    }

    /// The same vowel in another tone.
    pub(super) fn with_tone(self, tone: usize) -> Self {
        Vowel { tone, ..self }
    }

    /// Puts the letter together.
    pub(super) fn letter(self) -> char {
        let small = VOWELS[self.row][self.tone];
        if self.capital { upper(small) } else { small }
    }

    /// The letter without its tone, in small letters.
    pub(super) fn marked(self) -> char {
        VOWELS[self.row][0]
    }

    /// The letter without mark and tone.
    pub(super) fn plain(self) -> char {
        let small = match self.row {
            0..=2 => 'a',
            3 | 4 => 'e',
            5 => 'i',
            6..=8 => 'o',
            9 | 10 => 'u',
            _ => 'y',
        };
        if self.capital { upper(small) } else { small }
    }

    /// Appends the decomposed form, the marks in canonical order (UAX 15).
    pub(super) fn push_decomposed(self, out: &mut String) {
        out.push(self.plain());
        let mark = match self.marked() {
            'ă' => Some('\u{306}'),
            'â' | 'ê' | 'ô' => Some('\u{302}'),
            'ơ' | 'ư' => Some('\u{31b}'),
            _ => None,
        };
        // The horn stands before every tone; the dot below before breve and circumflex.
        let tone = (self.tone > 0).then_some(TONES[self.tone]);
        let dot_first = self.tone == 5 && mark != Some('\u{31b}');
        let order = if dot_first { [tone, mark] } else { [mark, tone] };
        out.extend(order.into_iter().flatten());
    }
}

/// The letter without any Vietnamese mark or tone, and without breve and bar of minority letters.
pub(super) fn plain(letter: char) -> char {
    match letter {
        'đ' => 'd',
        'Đ' => 'D',
        _ => Vowel::of(letter).map_or_else(|| without_breve(letter), Vowel::plain),
    }
}

/// The letter without the breve or bar that only minority languages write.
pub(super) fn without_breve(letter: char) -> char {
    match letter {
        'ŭ' => 'u',
        'Ŭ' => 'U',
        'ŏ' => 'o',
        'Ŏ' => 'O',
        'ĕ' => 'e',
        'Ĕ' => 'E',
        'ĭ' => 'i',
        'Ĭ' => 'I',
        'ƀ' => 'b',
        'Ƀ' => 'B',
        'č' => 'c',
        'Č' => 'C',
        'ñ' => 'n',
        _ => letter,
    }
}

/// The small letter; letters of names have exactly one.
pub(super) fn lower(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

/// The capital letter; letters of names have exactly one.
pub(super) fn upper(letter: char) -> char {
    letter.to_uppercase().next().unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vowel_comes_apart_and_together() {
        for letter in "aằẩỗợưỷĂẬỐỲ".chars() {
            let vowel = Vowel::of(letter).expect("a vowel");
            assert_eq!(vowel.letter(), letter);
        }
        assert_eq!(Vowel::of('b'), None);
        assert_eq!(plain('Ậ'), 'A');
        assert_eq!(plain('Đ'), 'D');
    }

    #[test]
    fn decomposed_marks_stand_in_canonical_order() {
        let mut out = String::new();
        for letter in "ậợữ".chars() {
            Vowel::of(letter).expect("a vowel").push_decomposed(&mut out);
        }
        assert_eq!(out, "a\u{323}\u{302}o\u{31b}\u{323}u\u{31b}\u{303}");
    }
}
