//! Escapes of other formats left in the text: HTML entities, `\u1EC5`, `<U+1EC5>`, percent signs.
//!
//! Owns their reading. What comes out may be legacy text again (`Nguy&Ocirc;n`), so this goes first.

use std::collections::HashMap;

/// The named entities that stand for one letter or sign.
#[derive(Debug)]
pub struct Entities(HashMap<Box<str>, char>);

/// Characters of the longest name, and of `<U+1F600>`.
const LONGEST: usize = 12;

impl Entities {
    /// Builds the table from the list, which has a header.
    ///
    /// # Errors
    /// When the list has a line that cannot be read.
    pub fn new(list: &str) -> Result<Self, String> {
        let row = |line: &str| -> Option<(Box<str>, char)> {
            let [name, code] = crate::text::columns(line)?;
            Some((name.into(), code_point(code, 16)?))
        };
        let rows = list.lines().skip(1);
        let rows = rows.map(|line| row(line).ok_or_else(|| format!("entities.csv: cannot read `{line}`")));
        Ok(Self(rows.collect::<Result<_, _>>()?))
    }

    /// The text with its escapes read, twice if need be (`&amp;#7877;`); nothing if there were none.
    pub fn unescape(&self, text: &str) -> Option<String> {
        let once = self.unescape_once(text)?;
        Some(self.unescape_once(&once).unwrap_or(once))
    }

    fn unescape_once(&self, text: &str) -> Option<String> {
        if !text.bytes().any(|byte| matches!(byte, b'&' | b'\\' | b'<' | b'%')) {
            return None;
        }
        let mut out = String::with_capacity(text.len());
        let (mut rest, mut changed) = (text, false);
        while let Some(first) = rest.chars().next() {
            if let Some((read, length)) = self.escape(rest) {
                out.push_str(&read);
                rest = &rest[length..];
                changed = true;
            } else {
                out.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
        changed.then_some(out)
    }

    /// The escape at the start of the text: what it stands for, and its length.
    fn escape(&self, text: &str) -> Option<(String, usize)> {
        let (&sign, after) = text.as_bytes().split_first()?;
        match sign {
            b'&' => {
                let end = after.iter().take(LONGEST).position(|&byte| byte == b';')?;
                let name = text.get(1..=end)?;
                let read = match name.strip_prefix('#') {
                    Some(number) => match number.strip_prefix(['x', 'X']) {
                        Some(number) => code_point(number, 16)?,
                        None => code_point(number, 10)?,
                    },
                    None => *self.0.get(name)?,
                };
                Some((read.to_string(), end + 2))
            }
            b'\\' => {
                let digits = text.strip_prefix("\\u").or_else(|| text.strip_prefix("\\U"))?.get(..4)?;
                Some((code_point(digits, 16)?.to_string(), 6))
            }
            b'<' => {
                let end = after.iter().take(LONGEST).position(|&byte| byte == b'>')?;
                let read = code_point(text.get(1..=end)?.strip_prefix("U+")?, 16)?;
                Some((read.to_string(), end + 2))
            }
            b'%' => percent(text),
            _ => None,
        }
    }
}

/// A run of percent-coded bytes that is one or more letters of UTF-8 beyond ASCII.
fn percent(text: &str) -> Option<(String, usize)> {
    let mut bytes = Vec::new();
    for part in text.as_bytes().chunks_exact(3) {
        let Some(byte) = part.strip_prefix(b"%").and_then(|digits| {
            let digits = std::str::from_utf8(digits).ok()?;
            u8::from_str_radix(digits, 16).ok().filter(|byte| *byte >= 0x80)
        }) else {
            break;
        };
        bytes.push(byte);
    }
    let length = bytes.len() * 3;
    let read = String::from_utf8(bytes).ok()?;
    (!read.is_empty()).then_some((read, length))
}

/// The character with this code, if it is no control.
fn code_point(digits: &str, radix: u32) -> Option<char> {
    if !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let character = char::from_u32(u32::from_str_radix(digits, radix).ok()?)?;
    // The C1 controls of legacy text are welcome, those of ASCII are not.
    (character as u32 >= 0x20 && character != '\u{7F}').then_some(character)
}
