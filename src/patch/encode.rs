//! A text as the bytes of a file's encoding. What does not read back as it was is not written.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::ingest::{Recode, TextEncoding};
use crate::record::Trouble;
use crate::rulebook::Rulebook;

/// Writes text in the encoding of a file.
pub(super) struct Coder<'a> {
    encoding: TextEncoding,
    book: &'a Rulebook,
    /// Reads what is shown as windows-1252, where the encoding is one of letters behind other letters.
    recode: Option<Recode>,
}

impl<'a> Coder<'a> {
    /// A writer for an encoding.
    ///
    /// # Errors
    /// When the lists of the rules cannot be read, which loading them would have told.
    pub(super) fn new(encoding: TextEncoding, book: &'a Rulebook) -> Result<Self, Trouble> {
        let is_old = !matches!(
            encoding,
            TextEncoding::Utf8 | TextEncoding::Utf16Le | TextEncoding::Utf16Be | TextEncoding::Windows1258
        );
        let recode = if is_old { book.recoder(encoding.name())? } else { None };
        Ok(Self { encoding, book, recode: recode.map(|recode| Box::new(recode) as Recode) })
    }

    /// The bytes of a text; `None` where the encoding has no place for a letter, or the text holds what no cell may.
    pub(super) fn bytes(&self, text: &str) -> Option<Vec<u8>> {
        if text.chars().any(char::is_control) {
            return None;
        }
        let bytes = match self.encoding {
            TextEncoding::Utf8 => text.as_bytes().to_vec(),
            TextEncoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            TextEncoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            // Keys of a typing method: plain ASCII.
            TextEncoding::Viqr => self.book.written_as(self.encoding.name(), text)?.into_bytes(),
            _ => {
                let shown = self.book.written_as(self.encoding.name(), text)?;
                let (bytes, _, has_errors) = encoding_rs::WINDOWS_1252.encode(&shown);
                if has_errors {
                    return None;
                }
                bytes.into_owned()
            }
        };
        let same = self.read(&bytes).nfc().eq(text.nfc());
        same.then_some(bytes)
    }

    /// Signs of the file's structure, which are ASCII.
    pub(super) fn sign(&self, sign: u8) -> Vec<u8> {
        match self.encoding {
            TextEncoding::Utf16Le => vec![sign, 0],
            TextEncoding::Utf16Be => vec![0, sign],
            _ => vec![sign],
        }
    }

    /// What the bytes of a cell mean, as the file is read.
    fn read(&self, bytes: &[u8]) -> String {
        let decoder = self.encoding.decoder().unwrap_or(encoding_rs::UTF_8);
        let text: Cow<'_, str> = decoder.decode_without_bom_handling(bytes).0;
        match &self.recode {
            None => text.into_owned(),
            Some(recode) => {
                let mut out = String::new();
                recode(&text, &mut out);
                out
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_as_it_was() {
        let book = Rulebook::load(None).expect("rules");
        for encoding in TextEncoding::ALL {
            let coder = Coder::new(encoding, &book).expect("rules");
            for text in ["Nguyễn Thị Bưởi", "001090000011", "01/02/1990", "Đặng Đức Ánh", "Nữ"]
            {
                let bytes = coder.bytes(text).unwrap_or_else(|| panic!("{} {text}", encoding.name()));
                assert!(coder.read(&bytes).nfc().eq(text.nfc()), "{} {text}", encoding.name());
            }
            assert_eq!(coder.bytes("a\0b"), None, "{}", encoding.name());
        }
        let utf_8 = Coder::new(TextEncoding::Utf8, &book).expect("rules");
        assert_eq!(utf_8.bytes("H’Bleng Ê"), Some("H’Bleng Ê".as_bytes().to_vec()));
        let tcvn3 = Coder::new(TextEncoding::Tcvn3, &book).expect("rules");
        assert_eq!(tcvn3.bytes("李"), None);
    }
}
