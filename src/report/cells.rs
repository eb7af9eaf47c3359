//! Cells of CSV files that people open: nothing in them may become a formula.

use crate::record::TextColumn;

pub use crate::record::guard::{raw, read_back, safe, safe_once};

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
    use super::*;

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
