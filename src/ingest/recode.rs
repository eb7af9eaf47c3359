//! Text of old encodings whose letters only their words tell: read cell by cell, before it is split.
//!
//! Owns the stream. What the letters mean is told by an [`OldText`]: bytes are the business of this room, words are
//! not. Cells end at delimiters and line ends, which are the same bytes in all of these encodings.

use std::io::{self, Read};

use super::encoding::TextEncoding;
use super::stream::Ready;

/// Writes what a cell means that is shown as windows-1252 shows its bytes; appends to the text.
pub type Recode = Box<dyn Fn(&str, &mut String) + Send>;

/// Knows the words behind old encodings.
pub trait OldText {
    /// The likeliest encoding of a text shown as windows-1252 shows it, and how many of a hundred of its words with
    /// letters beyond ASCII it makes Vietnamese.
    fn likely(&self, shown: &str) -> Option<(TextEncoding, u32)>;

    /// What reads cells of this encoding, if it is an old one.
    fn recode(&self, encoding: TextEncoding) -> Option<Recode>;
}

/// Recodes a stream of UTF-8 while it is read.
pub struct Recoding<R> {
    reader: R,
    recode: Recode,
    input: Vec<u8>,
    output: Ready,
    at_end: bool,
    text: String,
}

const PIECE: usize = 128 << 10;

/// A cell longer than this is recoded in pieces: no name is that long, and memory stays bounded.
const LONGEST_CELL: usize = 64 << 10;

impl<R: Read> Recoding<R> {
    /// A stream of what the text of `reader` means.
    pub fn new(reader: R, recode: Recode) -> Self {
        Self {
            reader,
            recode,
            input: Vec::new(),
            output: Ready::default(),
            at_end: false,
            text: String::new(),
        }
    }

    /// Reads on and recodes whole cells; a cell whose end has not come stays for the next time.
    fn recode_more(&mut self) -> io::Result<()> {
        let n_read = self.reader.by_ref().take(PIECE as u64).read_to_end(&mut self.input)?;
        self.at_end = n_read < PIECE;
        let whole = match self.input.iter().rposition(|byte| ends_cell(*byte)) {
            _ if self.at_end => self.input.len(),
            Some(end) => end + 1,
            None if self.input.len() > LONGEST_CELL => whole_letters(&self.input),
            None => 0,
        };
        let output = self.output.restart();
        output.clear();
        // What could not be decoded is a byte 0xFF here, and stays one.
        for piece in self.input[..whole].utf8_chunks() {
            for cell in
                piece.valid().split_inclusive(|letter: char| u8::try_from(letter).is_ok_and(ends_cell))
            {
                let end =
                    cell.trim_end_matches(|letter: char| u8::try_from(letter).is_ok_and(ends_cell)).len();
                (self.recode)(&cell[..end], &mut self.text);
                self.text.push_str(&cell[end..]);
            }
            output.extend_from_slice(self.text.as_bytes());
            output.extend_from_slice(piece.invalid());
            self.text.clear();
        }
        self.input.drain(..whole);
        Ok(())
    }
}

/// Bytes between cells.
const fn ends_cell(byte: u8) -> bool {
    matches!(byte, b',' | b';' | b'|' | b'\t' | b'"' | b'\n' | b'\r')
}

/// The bytes up to the last whole letter.
fn whole_letters(bytes: &[u8]) -> usize {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        _ => bytes.len(),
    }
}

impl<R: Read> Read for Recoding<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.output.is_given() {
            if self.at_end {
                return Ok(0);
            }
            self.recode_more()?;
        }
        Ok(self.output.give(out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small letters become capitals, and the cell gets brackets.
    fn recoded(bytes: &[u8]) -> Vec<u8> {
        let recode = |cell: &str, out: &mut String| {
            if !cell.is_empty() {
                out.push_str(&format!("({})", cell.to_uppercase()));
            }
        };
        let mut out = Vec::new();
        Recoding::new(bytes, Box::new(recode)).read_to_end(&mut out).expect("a slice can be read");
        out
    }

    #[test]
    fn cells_are_recoded_and_what_is_between_stays() {
        assert_eq!(recoded("é à,\"b\",;1\r\nç".as_bytes()), "(É À),\"(B)\",;(1)\r\n(Ç)".as_bytes());
        assert_eq!(recoded(b"a\xFFb,c"), b"(A)\xFF(B),(C)");
        assert_eq!(recoded(b""), b"");
    }

    #[test]
    fn long_streams_and_long_cells_lose_nothing() {
        let text = "đặng,bé\n".repeat(60_000);
        let expected = "(ĐẶNG),(BÉ)\n".repeat(60_000);
        assert!(recoded(text.as_bytes()) == expected.as_bytes());
        let cell = "ế".repeat(300_000);
        let found = String::from_utf8(recoded(cell.as_bytes())).expect("whole letters");
        assert_eq!(found.chars().filter(|letter| *letter == 'Ế').count(), 300_000);
    }
}
