//! Where a word ends, and what a look at its bytes tells.
//!
//! Owns the one pass over the bytes of a cell that is told to be in an encoding.

/// A small ASCII letter after the first character.
pub(super) const LOWER: u8 = 1;
/// An ASCII capital after the first character.
pub(super) const UPPER: u8 = 2;
/// A character beyond ASCII anywhere.
pub(super) const HIGH: u8 = 4;
/// White space that is never a letter.
const SEPARATOR: u8 = 8;

static SIGNS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b' ' | b'\t' | b'\n' | b'\r' => SEPARATOR,
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            0x80.. => HIGH,
            _ => 0,
        };
        byte += 1;
    }
    table
};

/// The end of the word that begins here, and what it shows.
#[inline]
pub(super) fn look(bytes: &[u8], start: usize) -> (usize, u8) {
    let mut signs = bytes[start..].iter().map(|&byte| SIGNS[usize::from(byte)]);
    let first = signs.next().unwrap_or(SEPARATOR);
    if first & SEPARATOR != 0 {
        return (start, 0);
    }
    let (mut end, mut seen) = (start + 1, first & HIGH);
    for sign in signs {
        if sign & SEPARATOR != 0 {
            break;
        }
        seen |= sign;
        end += 1;
    }
    (end, seen)
}
