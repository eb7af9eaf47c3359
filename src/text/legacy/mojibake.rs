//! UTF-8 that was read as another code page and saved again, once or more often.
//!
//! Owns the eight code pages in which this is met, and the bytes that get lost on the way: the no-break space
//! at the end of `Ã `, the soft hyphen, the controls that windows-1252 does not have.

use super::rows::{PAGES_MAX, Rows};

/// The code pages.
#[derive(Debug)]
pub(super) struct CodePages {
    pages: Vec<CodePage>,
    /// The upper half of all pages by character.
    rows: Rows,
}

#[derive(Debug)]
struct CodePage {
    name: Box<str>,
    shown: [char; 128],
}

/// How often text is unpacked at most.
const ROUNDS: usize = 3;

impl CodePages {
    pub(super) fn new(list: &str) -> Result<Self, String> {
        let mut pages: Vec<CodePage> = Vec::new();
        for line in list.lines().skip(1) {
            let row = || -> Option<(&str, u8, char)> {
                let [page, byte, shown] = crate::text::columns(line)?;
                let shown = char::from_u32(u32::from_str_radix(shown, 16).ok()?)?;
                Some((page, u8::from_str_radix(byte, 16).ok().filter(|&byte| byte >= 0x80)?, shown))
            };
            let (page, byte, shown) = row().ok_or_else(|| format!("codepages.csv: cannot read `{line}`"))?;
            if pages.last().is_none_or(|last| *last.name != *page) {
                pages.push(CodePage { name: page.into(), shown: ['\0'; 128] });
            }
            if let Some(last) = pages.last_mut() {
                last.shown[usize::from(byte - 0x80)] = shown;
            }
        }
        if pages.len() > PAGES_MAX {
            return Err(format!("codepages.csv: there are at most {PAGES_MAX} code pages"));
        }
        // Windows-1252 first: it is the usual one.
        pages.sort_by_key(|page| &*page.name != "cp1252");
        let mut rows = Rows::default();
        for (index, page) in pages.iter().enumerate() {
            for (byte, &shown) in (0x80..=u8::MAX).zip(&page.shown) {
                rows.enter(index, byte, shown);
            }
        }
        Ok(Self { pages, rows })
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.pages.iter().map(|page| &*page.name)
    }

    /// Every way to read the word again, once or more often; the plain ones first.
    pub(super) fn decode(&self, word: impl Iterator<Item = char> + Clone, readings: &mut Vec<String>) {
        if !may_be_misread(word.clone()) {
            return;
        }
        let start = readings.len();
        self.unpack(word, readings);
        let mut round = start..readings.len();
        for _ in 1..ROUNDS {
            for index in round.clone() {
                let text = std::mem::take(&mut readings[index]);
                self.unpack(text.chars(), readings);
                readings[index] = text;
            }
            round = round.end..readings.len();
        }
    }

    /// Appends the first of these readings; says no if there is none.
    pub(super) fn decode_first(&self, word: impl Iterator<Item = char> + Clone, out: &mut String) -> bool {
        may_be_misread(word.clone())
            && self.pages_of(word.clone()).any(|page| self.read_again(page, word.clone(), out))
    }

    fn unpack(&self, word: impl Iterator<Item = char> + Clone, readings: &mut Vec<String>) {
        let mut text = String::new();
        for page in self.pages_of(word.clone()) {
            if self.read_again(page, word.clone(), &mut text) && !readings.contains(&text) {
                readings.push(text.clone());
            }
            text.clear();
        }
    }

    /// The pages that show every character of the word, and a byte that begins a letter of UTF-8 as the first
    /// beyond ASCII; none if all are ASCII.
    fn pages_of<Word: Iterator<Item = char>>(&self, word: Word) -> impl Iterator<Item = usize> + use<Word> {
        let mut rows =
            word.filter(|character| !character.is_ascii()).map(|character| self.rows.row(character));
        // Few bytes begin a letter of UTF-8: most words of other kinds end here.
        let mut pages = rows.next().map_or(0, |first| first.begins);
        while pages != 0
            && let Some(row) = rows.next()
        {
            pages &= row.known;
        }
        (0..PAGES_MAX).filter(move |&page| pages & 1 << page != 0)
    }

    /// Appends the word as UTF-8 that this page showed; says no if its bytes are none. The page has to be one of
    /// [`CodePages::pages_of`].
    fn read_again(&self, page: usize, word: impl Iterator<Item = char>, out: &mut String) -> bool {
        let (start, mut letter) = (out.len(), Utf8::default());
        for character in word {
            match letter.take(self.byte(page, character)) {
                Ok(Some(read)) => out.push(read),
                Ok(None) => {}
                Err(Broken) => {
                    out.truncate(start);
                    return false;
                }
            }
        }
        if letter.missing > 0 {
            out.truncate(start);
        }
        letter.missing == 0
    }

    /// The text as the code page with this name was meant, word by word.
    pub(super) fn decode_page(&self, page: &str, text: &str) -> Option<String> {
        let page = self.pages.iter().position(|known| *known.name == *page)?;
        let mut out = String::with_capacity(text.len());
        for (index, word) in text.split(' ').enumerate() {
            if index > 0 {
                out.push(' ');
            }
            let shown = self.pages_of(word.chars()).any(|known| known == page);
            if !shown || !self.read_again(page, word.chars(), &mut out) {
                out.push_str(word);
            }
        }
        Some(out)
    }
    /// Every reading with one byte put in where UTF-8 misses one.
    pub(super) fn decode_damaged(&self, word: &[char], readings: &mut Vec<String>) {
        for page in self.pages_of(word.iter().copied()) {
            let bytes: Vec<u8> = word.iter().map(|&character| self.byte(page, character)).collect();
            let Err(error) = std::str::from_utf8(&bytes) else { continue };
            let start = error.valid_up_to();
            let (missing, at): (&[u8], usize) = match bytes[start..] {
                [0xC3] => (&[0xA0, 0xAD, 0x81, 0x8D], 1),
                [0xC3, ..] => (&[0xAD, 0x81, 0x8D, 0xA0], 1),
                [0xC4, ..] => (&[0x90], 1),
                [0xC6, ..] => (&[0xA0], 1),
                [0xE1, 0xBA, ..] => (&[0xA0, 0xAD], 2),
                [0xE1, 0xBB, ..] => (&[0x85, 0x81, 0x8D, 0x8F, 0x90, 0x9D, 0xA0, 0xAD], 2),
                _ => continue,
            };
            for &byte in missing {
                let mut whole = bytes.clone();
                whole.insert(start + at, byte);
                readings.extend(String::from_utf8(whole).ok().filter(|text| !readings.contains(text)));
            }
        }
    }

    pub(super) fn encode(&self, page: &str, text: &str) -> Option<String> {
        let page = self.pages.iter().find(|known| *known.name == *page)?;
        let show = |byte: u8| match byte.checked_sub(0x80) {
            Some(high) => page.shown[usize::from(high)],
            None => char::from(byte),
        };
        Some(text.bytes().map(show).collect())
    }

    /// The byte that the page shows as the character.
    fn byte(&self, page: usize, character: char) -> u8 {
        if character.is_ascii() { character as u8 } else { self.rows.row(character).bytes[page] }
    }
}

/// A letter of UTF-8 as far as its bytes have come. Accepts what `str::from_utf8` does, without a copy of the bytes.
#[derive(Default)]
struct Utf8 {
    code: u32,
    /// The least code of letters that begin so.
    least: u32,
    /// How many bytes are to come.
    missing: u32,
}

/// The byte cannot come here.
struct Broken;

impl Utf8 {
    /// Takes one more byte; hands out the character that it ends.
    fn take(&mut self, byte: u8) -> Result<Option<char>, Broken> {
        match (byte, self.missing) {
            (..0x80, 0) => return Ok(Some(char::from(byte))),
            (0x80..0xC0, 1..) => {
                self.code = self.code << 6 | u32::from(byte & 0x3F);
                self.missing -= 1;
                if self.missing == 0 {
                    let read = char::from_u32(self.code).filter(|_| self.code >= self.least);
                    return read.map(Some).ok_or(Broken);
                }
            }
            (0xC2..0xE0, 0) => *self = Self { code: u32::from(byte & 0x1F), least: 0x80, missing: 1 },
            (0xE0..0xF0, 0) => *self = Self { code: u32::from(byte & 0x0F), least: 0x800, missing: 2 },
            (0xF0..0xF5, 0) => *self = Self { code: u32::from(byte & 0x07), least: 0x1_0000, missing: 3 },
            _ => return Err(Broken),
        }
        Ok(None)
    }
}

/// Whether the first character beyond ASCII is followed by another: no letter of UTF-8 has fewer bytes.
fn may_be_misread(word: impl Iterator<Item = char>) -> bool {
    let mut rest = word.skip_while(char::is_ascii).skip(1);
    rest.next().is_some_and(|second| !second.is_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every way to go on after every first byte, and with a byte too few or too many.
    #[test]
    fn letters_of_bytes_are_those_of_the_standard_library() {
        let check = |bytes: &[u8]| {
            let (mut letter, mut read) = (Utf8::default(), String::new());
            let whole = bytes.iter().all(|&byte| letter.take(byte).map(|taken| read.extend(taken)).is_ok());
            let expected = std::str::from_utf8(bytes).ok();
            assert_eq!(Some(&*read).filter(|_| whole && letter.missing == 0), expected, "{bytes:X?}");
        };
        let edges = [0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC3, 0xE1, 0xFF];
        for first in 0..=u8::MAX {
            check(&[first]);
            for second in 0..=u8::MAX {
                check(&[first, second]);
                for third in edges {
                    check(&[first, second, third]);
                    edges.iter().for_each(|&fourth| check(&[first, second, third, fourth]));
                }
            }
        }
    }
}
