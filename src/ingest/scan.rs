//! The structure of a block at a glance: one bit for every delimiter and line end outside quotes.
//!
//! Compares as many bytes at a time as the processor can and follows quotes by the parity of their bits, as parsers of JSON do.
//! Says only what is certain: where a quote stands in an odd place, a quoted field spans lines, or a CR stands
//! alone, the block is not simple and `records` reads it byte by byte, to the same result.

use super::lanes::{self, Lanes, WithLanes};

/// Delimiters and line ends outside quotes, one bit a byte, and what else was seen on the way.
#[derive(Debug, Clone, Default)]
pub struct Structure {
    /// Bit `i % 64` of word `i / 64` stands for byte `i`.
    pub words: Vec<u64>,
    /// The bits of `words` that are line ends.
    pub lines: Vec<u64>,
    /// Whether quotes and line ends are all in their usual places.
    pub is_simple: bool,
    /// Where the first quote or line end stands that is not, to within 64 bytes.
    plain_until: usize,
    /// Whether there is a control byte that no text of people holds.
    pub has_control: bool,
    /// Whether there is a quote.
    pub has_quote: bool,
    /// Line ends outside quotes: how many records there are, if the block is simple.
    pub n_line_ends: usize,
    /// Whether the bytes end inside a quoted field.
    pub ends_inside: bool,
    /// The last line end outside quotes.
    pub last_line_end: Option<usize>,
}

/// What one word of 64 bytes holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Masks {
    delimiter: u64,
    quote: u64,
    line_feed: u64,
    carriage_return: u64,
    control: u64,
}

/// Bits that one word hands to the next.
struct Carry {
    /// All ones inside a quoted field.
    inside: u64,
    /// One when the byte before was a delimiter or a line end.
    after_structure: u64,
    /// One when the byte before was a quote that may have closed a field.
    after_close: u64,
    /// One when the byte before was a CR.
    after_return: u64,
}

impl Structure {
    /// The structure of bytes that are whole: a quote that is open at their end never closes.
    pub fn of_whole(bytes: &[u8], delimiter: u8) -> Self {
        let mut structure = Self::default();
        scan(bytes, delimiter, &mut structure);
        structure.is_simple &= !structure.ends_inside;
        structure
    }

    /// Records that end up to here are plain.
    pub fn plain_end(&self) -> usize {
        // A quote that is open at the end has opened after the last line end.
        let closed = self.last_line_end.map_or(0, |end| end + 1);
        if self.ends_inside { self.plain_until.min(closed) } else { self.plain_until }
    }

    /// The last line end outside quotes before a position.
    pub fn last_line_end_before(&self, end: usize) -> Option<usize> {
        let words = end.div_ceil(64).min(self.lines.len());
        let (last, before) = self.lines[..words].split_last()?;
        let kept = if end / 64 + 1 == words && !end.is_multiple_of(64) {
            u64::MAX >> (64 - end % 64)
        } else {
            u64::MAX
        };
        let mut lines =
            std::iter::once(last & kept).chain(before.iter().rev().copied()).zip((0..words).rev());
        let (bits, index) = lines.find(|(bits, _)| *bits != 0)?;
        Some(index * 64 + 63 - bits.leading_zeros() as usize)
    }

    /// The marked positions from `start` on, in order.
    pub fn marks(&self, start: usize) -> Marks<'_> {
        let index = start / 64;
        let first = self.words.get(index).copied().unwrap_or_default();
        Marks { words: &self.words, lines: &self.lines, index, bits: first & (u64::MAX << (start % 64)) }
    }
}

/// Positions of delimiters and line ends.
#[derive(Debug, Clone)]
pub struct Marks<'a> {
    words: &'a [u64],
    lines: &'a [u64],
    index: usize,
    /// What is left of the word at `index`.
    bits: u64,
}

impl Marks<'_> {
    /// Passes the marks up to and with the next line end: its position, if there is one before `until`, and how many marks
    /// were before it. Into `located` goes one past each of those, as far as there is room. Positions are told from `base` on.
    #[inline]
    pub fn pass_line(&mut self, base: usize, until: usize, located: &mut [usize]) -> (Option<usize>, usize) {
        let mut n_passed = 0;
        let Some(mut line_ends) = self.lines.get(self.index).copied() else { return (None, 0) };
        loop {
            let first = base + self.index * 64;
            if first + 64 > until {
                let n_kept = until.saturating_sub(first);
                self.bits &= if n_kept == 0 { 0 } else { u64::MAX >> (64 - n_kept) };
            }
            line_ends &= self.bits;
            // All bits up to the lowest line end; all bits if there is none.
            let up_to = line_ends ^ line_ends.wrapping_sub(1);
            let mut delimiters = self.bits & up_to & !line_ends;
            while delimiters != 0 {
                let Some(place) = located.get_mut(n_passed) else {
                    n_passed += delimiters.count_ones() as usize;
                    break;
                };
                *place = first + delimiters.trailing_zeros() as usize + 1;
                delimiters &= delimiters - 1;
                n_passed += 1;
            }
            self.bits &= !up_to;
            if line_ends != 0 {
                return (Some(first + line_ends.trailing_zeros() as usize), n_passed);
            }
            let next = self.index + 1;
            let (Some(&bits), Some(&lines)) = (self.words.get(next), self.lines.get(next)) else {
                return (None, n_passed);
            };
            (self.index, self.bits, line_ends) = (next, bits, lines);
        }
    }
}

impl Iterator for Marks<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.bits == 0 {
            self.index += 1;
            self.bits = *self.words.get(self.index)?;
        }
        let at = self.index * 64 + self.bits.trailing_zeros() as usize;
        self.bits &= self.bits - 1;
        Some(at)
    }
}

/// Looks over bytes that begin at a record. Into `words` of the structure goes what was there before: give the
/// structure of an earlier block to use its memory again.
pub fn scan(bytes: &[u8], delimiter: u8, structure: &mut Structure) {
    lanes::with_widest(Scan { bytes, delimiter, structure, stops: false });
}

/// Looks over bytes that begin at a record, as far as all is in its usual place.
pub fn scan_plain(bytes: &[u8], delimiter: u8, structure: &mut Structure) {
    lanes::with_widest(Scan { bytes, delimiter, structure, stops: true });
}

/// The work of [`scan`], compiled once for each width of the processor.
struct Scan<'a> {
    bytes: &'a [u8],
    delimiter: u8,
    structure: &'a mut Structure,
    /// Whether to stop at the first oddity.
    stops: bool,
}

impl WithLanes for Scan<'_> {
    #[inline(always)]
    fn run(self, lanes: impl Lanes) {
        let Self { bytes, delimiter, structure, stops } = self;
        for words in [&mut structure.words, &mut structure.lines] {
            words.clear();
            words.reserve(bytes.len() / 64 + 1);
        }
        let mut carry = Carry { inside: 0, after_structure: 1, after_close: 0, after_return: 0 };
        let (mut odd, mut control, mut quote) = (0, 0, 0);
        let (mut last_line_end, mut n_line_ends) = (None, 0);
        let mut plain_until = usize::MAX;
        let (chunks, rest) = bytes.as_chunks::<64>();
        // A letter is no structure, so it can fill the rest of a word.
        let mut last = [b'x'; 64];
        last[..rest.len()].copy_from_slice(rest);
        let last = (!rest.is_empty()).then_some(&last);
        for (index, chunk) in chunks.iter().chain(last).enumerate() {
            let masks = masks_of(lanes, chunk, delimiter);
            control |= masks.control;
            quote |= masks.quote;
            let (bits, line_ends) = structure_of(masks, &mut carry, &mut odd);
            if line_ends != 0 {
                n_line_ends += line_ends.count_ones() as usize;
                last_line_end = Some(index * 64 + 63 - line_ends.leading_zeros() as usize);
            }
            structure.words.push(bits);
            structure.lines.push(line_ends);
            if odd != 0 && plain_until == usize::MAX {
                plain_until = index * 64;
                if stops {
                    break;
                }
            }
        }
        structure.is_simple = odd == 0;
        structure.plain_until = plain_until;
        structure.ends_inside = carry.inside != 0;
        structure.has_control = control != 0;
        structure.has_quote = quote != 0;
        structure.last_line_end = last_line_end;
        structure.n_line_ends = n_line_ends;
    }
}

/// Structure bits and line ends of one word; oddities are added to `odd`.
#[inline(always)]
fn structure_of(masks: Masks, carry: &mut Carry, odd: &mut u64) -> (u64, u64) {
    // A bit is set from an opening quote up to the byte before the closing one.
    let inside = prefix_xor(masks.quote) ^ carry.inside;
    let ends = (masks.delimiter | masks.line_feed) & !inside;
    let opening = masks.quote & inside;
    let closing = masks.quote & !inside;
    let line_bytes = masks.line_feed | masks.carriage_return;
    let after_structure = (ends << 1) | carry.after_structure;
    let after_close = (closing << 1) | carry.after_close;
    let after_return = (masks.carriage_return << 1) | carry.after_return;
    // A quote opens only at the start of a field, or as the second of a doubled pair.
    *odd |= opening & !(after_structure | after_close);
    // After a closing quote comes the end of the field, a CR, or the second of a doubled pair.
    *odd |= after_close & !(ends | masks.quote | masks.carriage_return);
    // A quoted field on several lines, and a CR without its LF.
    *odd |= line_bytes & inside;
    *odd |= after_return & !masks.line_feed;
    carry.inside = ((inside as i64) >> 63) as u64;
    carry.after_structure = ends >> 63;
    carry.after_close = closing >> 63;
    carry.after_return = masks.carriage_return >> 63;
    (ends, masks.line_feed & !inside)
}

/// Bit `i` of the result is the parity of the bits `0..=i`.
#[inline(always)]
const fn prefix_xor(bits: u64) -> u64 {
    let mut bits = bits;
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^ (bits << 32)
}

#[inline(always)]
fn masks_of(lanes: impl Lanes, chunk: &[u8; 64], delimiter: u8) -> Masks {
    let bytes = lanes.load(chunk);
    let line_feed = lanes.equal(bytes, b'\n');
    let low = lanes.below_space(bytes);
    let mut masks = Masks {
        delimiter: lanes.equal(bytes, delimiter),
        quote: lanes.equal(bytes, b'"'),
        line_feed,
        carriage_return: 0,
        control: 0,
    };
    // Most words have no byte below the space but line feeds.
    if low != line_feed {
        masks.carriage_return = lanes.equal(bytes, b'\r');
        masks.control = low & !(line_feed | masks.carriage_return | lanes.equal(bytes, b'\t'));
    }
    masks
}

/// The same, byte by byte.
#[cfg(test)]
fn plain_masks(chunk: &[u8; 64], delimiter: u8) -> Masks {
    let mut masks = Masks::default();
    for (at, &byte) in chunk.iter().enumerate() {
        let bit = |is: bool| u64::from(is) << at;
        masks.delimiter |= bit(byte == delimiter);
        masks.quote |= bit(byte == b'"');
        masks.line_feed |= bit(byte == b'\n');
        masks.carriage_return |= bit(byte == b'\r');
        masks.control |= bit(byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r'));
    }
    masks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn structure(text: &str) -> Structure {
        let mut structure = Structure::default();
        scan(text.as_bytes(), b',', &mut structure);
        structure
    }

    fn positions(text: &str) -> Vec<usize> {
        let words = structure(text).words;
        (0..text.len()).filter(|at| words[at / 64] & (1 << (at % 64)) != 0).collect()
    }

    #[test]
    fn delimiters_and_line_ends_outside_quotes_are_structure() {
        assert_eq!(positions("a,b\nc,d\r\n"), [1, 3, 5, 8]);
        assert_eq!(positions("\"a,1\",b\n"), [5, 7]);
        assert_eq!(positions("\"a \"\"x\"\", y\",\n"), [12, 13]);
        let long = format!("{},\"{}, x\",b\n", "a".repeat(70), "b".repeat(90));
        assert_eq!(positions(&long), [70, 166, 168]);
        assert_eq!(structure(&long).last_line_end, Some(168));
    }

    #[test]
    fn the_last_line_end_before_a_position_is_found() {
        let text = format!("a,b\n{}\n\nc", "x".repeat(130));
        let structure = structure(&text);
        let check = |end, expected| assert_eq!(structure.last_line_end_before(end), expected, "{end}");
        check(0, None);
        check(3, None);
        check(4, Some(3));
        check(64, Some(3));
        check(134, Some(3));
        check(135, Some(134));
        check(136, Some(135));
        check(usize::MAX, Some(135));
    }

    #[test]
    fn what_is_odd_is_left_to_the_careful_reader() {
        let check = |text, simple| assert_eq!(structure(text).is_simple, simple, "{text:?}");
        check("a,b\n\"c, d\",e\r\n\"\",\"\"\"\"\n", true);
        check("a\"b,c\n", false);
        check("\"a\"b,c\n", false);
        check("\"a\nb\",c\n", false);
        check("a,b\rc,d\n", false);
        check("a,b\r", false);
        check(" \"a\",b\n", false);
    }

    #[test]
    fn many_bytes_at_a_time_are_the_same_as_one() {
        struct Compare<'a>(&'a [u8; 64]);
        impl WithLanes for Compare<'_> {
            fn run(self, lanes: impl Lanes) {
                assert_eq!(masks_of(lanes, self.0, b','), plain_masks(self.0, b','));
            }
        }
        let mut byte = 7_u32;
        for _ in 0..2000 {
            let chunk = std::array::from_fn(|_| {
                byte = byte.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (byte >> 24) as u8 % 64
            });
            lanes::with_each(|| Compare(&chunk));
        }
    }
}
