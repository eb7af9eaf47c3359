//! UTF-8 that was read as another code page and saved again, once or more often.
//!
//! Owns the eight code pages in which this is met, and the bytes that get lost on the way: the no-break space
//! at the end of `Ã `, the soft hyphen, the controls that windows-1252 does not have.

/// The code pages.
#[derive(Debug)]
pub(super) struct CodePages(Vec<CodePage>);

#[derive(Debug)]
struct CodePage {
    name: Box<str>,
    shown: [char; 128],
    /// The upper half by character: the byte, sorted.
    bytes: Vec<(char, u8)>,
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
                pages.push(CodePage { name: page.into(), shown: ['\0'; 128], bytes: Vec::new() });
            }
            if let Some(last) = pages.last_mut() {
                last.shown[usize::from(byte - 0x80)] = shown;
                last.bytes.push((shown, byte));
            }
        }
        for page in &mut pages {
            page.bytes.sort_unstable();
        }
        // Windows-1252 first: it is the usual one.
        pages.sort_by_key(|page| &*page.name != "cp1252");
        Ok(Self(pages))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|page| &*page.name)
    }

    /// Every way to read the word again, once or more often; the plain ones first.
    pub(super) fn decode(&self, word: &[char], readings: &mut Vec<String>) {
        if !may_be_misread(word) {
            return;
        }
        let start = readings.len();
        self.unpack(word.iter().copied(), readings);
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

    fn unpack(&self, word: impl Iterator<Item = char> + Clone, readings: &mut Vec<String>) {
        for page in &self.0 {
            if let Some(bytes) = page.bytes_of(word.clone())
                && let Ok(text) = String::from_utf8(bytes)
                && !readings.contains(&text)
            {
                readings.push(text);
            }
        }
    }

    /// The text as the code page with this name was meant, word by word.
    pub(super) fn decode_page(&self, page: &str, text: &str) -> Option<String> {
        let page = self.0.iter().find(|known| *known.name == *page)?;
        let read = |word: &str| String::from_utf8(page.bytes_of(word.chars())?).ok();
        let words: Vec<_> =
            text.split(' ').map(|word| read(word).unwrap_or_else(|| word.to_owned())).collect();
        Some(words.join(" "))
    }

    /// Every reading with one byte put in where UTF-8 misses one.
    pub(super) fn decode_damaged(&self, word: &[char], readings: &mut Vec<String>) {
        for page in &self.0 {
            let Some(bytes) = page.bytes_of(word.iter().copied()) else { continue };
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
        let page = self.0.iter().find(|known| *known.name == *page)?;
        let show = |byte: u8| match byte.checked_sub(0x80) {
            Some(high) => page.shown[usize::from(high)],
            None => char::from(byte),
        };
        Some(text.bytes().map(show).collect())
    }
}

/// Whether the first character beyond ASCII is followed by another: no letter of UTF-8 has fewer bytes.
fn may_be_misread(word: &[char]) -> bool {
    let first = word.iter().position(|character| !character.is_ascii());
    first.and_then(|first| word.get(first + 1)).is_some_and(|second| !second.is_ascii())
}

impl CodePage {
    /// The bytes that this code page shows as the word; nothing if there is none for a character, or all are
    /// ASCII.
    fn bytes_of(&self, word: impl Iterator<Item = char>) -> Option<Vec<u8>> {
        let (mut bytes, mut high) = (Vec::new(), false);
        for character in word {
            if character.is_ascii() {
                bytes.push(character as u8);
                continue;
            }
            // Few bytes begin a letter of UTF-8: most words of other kinds end here.
            let byte = self.byte(character)?;
            if !high && !matches!(byte, 0xC2..=0xC6 | 0xCC | 0xE1..=0xE2) {
                return None;
            }
            high = true;
            bytes.push(byte);
        }
        high.then_some(bytes)
    }

    fn byte(&self, character: char) -> Option<u8> {
        let at = self.bytes.binary_search_by_key(&character, |&(shown, _)| shown).ok()?;
        Some(self.bytes[at].1)
    }
}
