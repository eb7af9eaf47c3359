//! Which encoding the bytes of a file are in, said from its beginning.
//!
//! Guessing is kept small on purpose: byte-order marks, the zero bytes of UTF-16, valid UTF-8, and the signs
//! of windows-1258. Anything else is refused with a name to give, never read wrongly.

use encoding_rs::Encoding;
use serde::{Deserialize, Serialize};

/// An encoding that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TextEncoding {
    /// UTF-8, with or without a byte-order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16, least significant byte first.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, most significant byte first.
    #[serde(rename = "utf-16be")]
    Utf16Be,
    /// The Windows code page with combining tone marks.
    #[serde(rename = "windows-1258")]
    Windows1258,
    /// TCVN 5712:1993 VN3, the ABC fonts.
    #[serde(rename = "tcvn3")]
    Tcvn3,
    /// VNI-Windows.
    #[serde(rename = "vni")]
    Vni,
    /// VISCII 1.1.
    #[serde(rename = "viscii")]
    Viscii,
    /// VPS.
    #[serde(rename = "vps")]
    Vps,
    /// Marks as ASCII signs after the letter.
    #[serde(rename = "viqr")]
    Viqr,
}

impl TextEncoding {
    /// Every encoding.
    pub const ALL: [Self; 9] = [
        Self::Utf8,
        Self::Utf16Le,
        Self::Utf16Be,
        Self::Windows1258,
        Self::Tcvn3,
        Self::Vni,
        Self::Viscii,
        Self::Vps,
        Self::Viqr,
    ];

    /// The name in rules, options and `summary.json`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Windows1258 => "windows-1258",
            Self::Tcvn3 => "tcvn3",
            Self::Vni => "vni",
            Self::Viscii => "viscii",
            Self::Vps => "vps",
            Self::Viqr => "viqr",
        }
    }

    /// The encoding with this name, if it can be read.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|encoding| encoding.name() == name.to_ascii_lowercase())
    }

    /// The decoder, `None` where the bytes are UTF-8 already.
    pub const fn decoder(self) -> Option<&'static Encoding> {
        match self {
            Self::Utf8 | Self::Viqr => None,
            Self::Utf16Le => Some(encoding_rs::UTF_16LE),
            Self::Utf16Be => Some(encoding_rs::UTF_16BE),
            Self::Windows1258 => Some(encoding_rs::WINDOWS_1258),
            // Shown as windows-1252 first, which has a character for every byte.
            Self::Tcvn3 | Self::Vni | Self::Viscii | Self::Vps => Some(encoding_rs::WINDOWS_1252),
        }
    }
}

/// Bytes as windows-1252 shows them, which is how old encodings are recognized.
pub fn shown(bytes: &[u8]) -> String {
    encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()
}

/// The encoding of a text that begins with `head`; `None` when it is none of ours.
pub fn detect(head: &[u8]) -> Option<TextEncoding> {
    if head.starts_with(&[0xFF, 0xFE]) {
        return Some(TextEncoding::Utf16Le);
    }
    if head.starts_with(&[0xFE, 0xFF]) {
        return Some(TextEncoding::Utf16Be);
    }
    if head.starts_with(b"\xEF\xBB\xBF") {
        return Some(TextEncoding::Utf8);
    }
    if let Some(encoding) = utf_16_without_mark(head) {
        return Some(encoding);
    }
    // A sequence cut by the end of the sample is not broken.
    if simdutf8::compat::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true) {
        return Some(TextEncoding::Utf8);
    }
    let count = Count::of(head);
    if count.broken * 4 <= count.multibyte {
        return Some(TextEncoding::Utf8);
    }
    is_windows_1258(head).then_some(TextEncoding::Windows1258)
}

/// Text in Latin letters and digits shows UTF-16 by a zero in every second byte.
fn utf_16_without_mark(head: &[u8]) -> Option<TextEncoding> {
    let sample = &head[..head.len().min(4096) & !1];
    let n_pairs = sample.len() / 2;
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|&&byte| byte == 0).count();
    let (n_even, n_odd) = (zeros(0), zeros(1));
    if n_pairs < 2 || (n_even + n_odd) * 3 < n_pairs {
        return None;
    }
    if n_odd > n_even * 8 {
        Some(TextEncoding::Utf16Le)
    } else if n_even > n_odd * 8 {
        Some(TextEncoding::Utf16Be)
    } else {
        None
    }
}

/// Whole and broken multi-byte sequences of UTF-8.
struct Count {
    multibyte: usize,
    broken: usize,
}

impl Count {
    fn of(mut bytes: &[u8]) -> Self {
        let (mut multibyte, mut broken) = (0, 0);
        loop {
            let (valid, error) = match std::str::from_utf8(bytes) {
                Ok(text) => (text, None),
                Err(error) => {
                    let valid = std::str::from_utf8(&bytes[..error.valid_up_to()]);
                    (valid.expect("bytes before the first error are valid"), Some(error))
                }
            };
            multibyte += valid.chars().filter(|letter| !letter.is_ascii()).count();
            let Some(error) = error else { break };
            // A sequence cut by the end of the sample is not broken.
            let Some(length) = error.error_len() else { break };
            broken += 1;
            bytes = &bytes[error.valid_up_to() + length..];
        }
        Self { multibyte, broken }
    }
}

/// windows-1258 writes most tones as a byte of its own after a vowel: CC à-type, EC, D2, DE, F2.
fn is_windows_1258(head: &[u8]) -> bool {
    const TONES: [u8; 5] = [0xCC, 0xEC, 0xD2, 0xDE, 0xF2];
    const VOWELS: &[u8] = b"aeiouyAEIOUY\xC2\xC3\xCA\xD4\xD5\xDD\xE2\xE3\xEA\xF4\xF5\xFD";
    let n_high = head.iter().filter(|&&byte| byte >= 0x80).count();
    let n_tones =
        head.windows(2).filter(|pair| TONES.contains(&pair[1]) && VOWELS.contains(&pair[0])).count();
    n_high > 0 && n_tones * 8 >= n_high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_show_in_the_first_bytes() {
        let check = |head: &[u8], expected| assert_eq!(detect(head), expected, "{head:?}");
        let name = "Họ và tên,Nguyễn Thị Bưởi,Trần Văn Đạt\n";
        let units = || name.encode_utf16();
        check(name.as_bytes(), Some(TextEncoding::Utf8));
        check(b"ho ten,ngay sinh\n", Some(TextEncoding::Utf8));
        check(b"", Some(TextEncoding::Utf8));
        check(&name.as_bytes()[..3], Some(TextEncoding::Utf8));
        check(&units().flat_map(u16::to_le_bytes).collect::<Vec<_>>(), Some(TextEncoding::Utf16Le));
        check(&units().flat_map(u16::to_be_bytes).collect::<Vec<_>>(), Some(TextEncoding::Utf16Be));
        check(b"Ho\xF2 va\xCC t\xEAn,Nguy\xEA\xDEn Thi\xF2 Bi\xCCnh\n", Some(TextEncoding::Windows1258));
        // Latin-1 holds no Vietnamese tone after a vowel.
        check(b"Fran\xE7ois,Ren\xE9e,Zo\xEB\n", None);
    }

    #[test]
    fn a_few_broken_letters_do_not_change_the_encoding() {
        let mut text = "Họ và tên,Ngày sinh\nNguyễn Thị Bưởi,1990\n".repeat(5).into_bytes();
        text.extend_from_slice(b"Nguy\xFFn,1991\n");
        assert_eq!(detect(&text), Some(TextEncoding::Utf8));
    }
}
