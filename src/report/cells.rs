//! Cells of CSV files that people open: nothing in them may become a formula.

use std::borrow::Cow;

use crate::record::TextColumn;

/// What a spreadsheet calculates from (OWASP: CSV injection), with the full-width and small forms that some programs
/// take for the same.
const TRIGGERS: [char; 12] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫'];

/// What marks a cell as text.
const APOSTROPHE: char = '\'';

/// The cell as people's files have it: with an apostrophe before it where a spreadsheet would take it for a formula. A
/// cell that looks as if it was marked gets one more, so that [`raw`] gives back every cell exactly.
#[inline]
pub fn safe(cell: &str) -> Cow<'_, str> {
    if cell.as_bytes().first().is_none_or(u8::is_ascii_alphanumeric) || !calculates(cell) {
        return Cow::Borrowed(cell);
    }
    Cow::Owned(format!("{APOSTROPHE}{cell}"))
}

/// The cell behind one of [`safe`].
#[inline]
pub fn raw(cell: &str) -> &str {
    cell.strip_prefix(APOSTROPHE).filter(|rest| calculates(rest)).unwrap_or(cell)
}

/// The cell as a cleaned list has it: one that is marked stays as it is, so that cleaning twice is cleaning once.
#[inline]
pub fn safe_once(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(APOSTROPHE) { Cow::Borrowed(cell) } else { safe(cell) }
}

/// Whether a spreadsheet would calculate a cell, but for apostrophes before it. What is not seen at its beginning does
/// not count, and tab, line ends and NUL there are triggers themselves.
fn calculates(cell: &str) -> bool {
    let cell = cell.trim_start_matches(APOSTROPHE);
    let is_unseen = |letter: char| letter.is_whitespace() || letter.is_control() || is_invisible(letter);
    let start = cell.trim_start_matches(is_unseen);
    let before = &cell[..cell.len() - start.len()];
    start.starts_with(TRIGGERS) || before.contains(char::is_control)
}

/// Characters of no width: soft hyphen, joiners, marks of direction, the byte-order mark, selectors of a form.
const fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Bytes from which on it pays to look at many at once.
const SHORT: usize = 16;

/// The bytes for which a cell needs quotes.
static SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    table[b',' as usize] = true;
    table[b'"' as usize] = true;
    table[b'\n' as usize] = true;
    table[b'\r' as usize] = true;
    table
};

/// Whether no cell of a column needs quotes: all of it is looked at at once, sixteen bytes at a time.
pub fn are_plain(column: &TextColumn) -> bool {
    !column.whole().bytes().fold(false, |found, byte| found | is_special(byte))
}

#[inline]
const fn is_special(byte: u8) -> bool {
    (byte == b',') | (byte == b'"') | (byte == b'\n') | (byte == b'\r')
}

/// Appends a cell of a CSV row, in quotes where it needs them.
#[inline]
pub fn push_cell(out: &mut Vec<u8>, cell: &str) {
    let has_special = if cell.len() < SHORT {
        cell.bytes().any(|byte| SPECIAL[usize::from(byte)])
    } else {
        // Without an early end, sixteen bytes are looked at at once.
        cell.bytes().fold(false, |found, byte| found | is_special(byte))
    };
    if !has_special {
        out.extend_from_slice(cell.as_bytes());
        return;
    }
    out.push(b'"');
    let mut rest = cell.as_bytes();
    while let Some(at) = memchr::memchr(b'"', rest) {
        out.extend_from_slice(&rest[..=at]);
        out.push(b'"');
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// Bytes of a bad record as text: what is not UTF-8 or is a control byte is written `\xNN`.
pub fn printable(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(bytes.len());
    for piece in bytes.utf8_chunks() {
        for letter in piece.valid().chars() {
            match letter {
                '\n' | '\t' => out.push(letter),
                letter if letter.is_control() => {
                    let mut buffer = [0; 4];
                    for byte in letter.encode_utf8(&mut buffer).bytes() {
                        write!(out, "\\x{byte:02X}").expect("a string grows");
                    }
                }
                letter => out.push(letter),
            }
        }
        for byte in piece.invalid() {
            write!(out, "\\x{byte:02X}").expect("a string grows");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_cell_becomes_a_formula() {
        let check = |cell: &str, expected: &str| assert_eq!(safe(cell), expected);
        check("=1+1", "'=1+1");
        check("  @SUM(A1)", "'  @SUM(A1)");
        check("\u{3000}\u{200b}＝1", "'\u{3000}\u{200b}＝1");
        check("\u{feff}-1", "'\u{feff}-1");
        check("+84 912", "'+84 912");
        check("+84912345678", "'+84912345678");
        check("-2+3", "'-2+3");
        check("-12", "'-12");
        check("-", "'-");
        check("－1", "'－1");
        for unseen in ['\t', '\r', '\n', '\0', '\u{1b}'] {
            check(&format!("{unseen}x"), &format!("'{unseen}x"));
            check(&format!(" {unseen} ="), &format!("' {unseen} ="));
        }
        for harmless in ["", " ", "a=1", "079302012345", "Nguyễn Văn An", " Ỷ", "Đ", "(trống)", "a\tb", "1-2"]
        {
            check(harmless, harmless);
        }
    }

    #[test]
    fn the_cell_behind_an_apostrophe_is_known() {
        let cells = [
            ("'", "'"),
            ("=1", "'=1"),
            ("'=1", "''=1"),
            ("''=1", "'''=1"),
            ("'Lê", "'Lê"),
            ("H'Bleng", "H'Bleng"),
            (" 'a", " 'a"),
        ];
        for (cell, written) in cells {
            assert_eq!(safe(cell), written);
            assert_eq!(raw(written), cell);
            assert_eq!(safe_once(&safe_once(cell)), safe_once(cell));
        }
        assert_eq!((safe_once("=1"), safe_once("'=1")), ("'=1".into(), "'=1".into()));
    }

    /// Cells as those who mean harm write them: what is not seen, what calculates, and anything behind it.
    fn cells() -> impl Strategy<Value = String> {
        let unseen = "[ \t\r\n\0\u{a0}\u{3000}\u{200b}\u{feff}\u{202e}\u{1b}']{0,3}";
        let begin = "[=+@＝＋－＠﹦﹢﹣﹫'a0-]{0,2}";
        prop_oneof![(unseen, begin, ".{0,6}").prop_map(|(a, b, c)| a + &b + &c), any::<String>()]
    }

    proptest! {
        #[test]
        fn no_written_cell_begins_with_a_trigger(cell in cells()) {
            let written = safe(&cell);
            prop_assert_eq!(raw(&written), &cell);
            // Trimmed by rules of its own, so that a mistake above is not made twice.
            let seen = written.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
            prop_assert!(!seen.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']), "{:?}", written);
            prop_assert!(!written.starts_with(['\t', '\r', '\n', '\0']), "{:?}", written);
        }
    }

    #[test]
    fn cells_are_written_as_the_csv_crate_writes_them() {
        for cell in ["", "a", "Nguyễn Văn A", "a,b", "\"", "a \"b\" c", "a\nb", "\r", "a'b", "=1", " x "] {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["k", cell]).expect("memory");
            let mut ours = b"k,".to_vec();
            push_cell(&mut ours, cell);
            ours.push(b'\n');
            assert_eq!(ours, writer.into_inner().expect("memory"), "{cell:?}");
        }
    }

    #[test]
    fn bad_bytes_stay_visible() {
        assert_eq!(printable(b"a\0b\xFFc\x1A\nd"), "a\\x00b\\xFFc\\x1A\nd");
        assert_eq!(printable("Nguyễn".as_bytes()), "Nguyễn");
    }
}
