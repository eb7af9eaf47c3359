//! From a character back to the byte that shows as it, in all code pages at once.
//!
//! Owns the table, which most words of other kinds leave after one look.

/// How many code pages there may be.
pub(super) const PAGES_MAX: usize = 8;

/// A character in every code page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// The byte in each page that shows it.
    pub(super) bytes: [u8; PAGES_MAX],
    /// The pages that show it, one bit each.
    pub(super) known: u8,
    /// Those in which the byte begins a letter of UTF-8 as names have them.
    pub(super) begins: u8,
}

const UNKNOWN: Row = Row { bytes: [0; PAGES_MAX], known: 0, begins: 0 };

/// The rows by code point, in blocks so that the few characters beyond U+2122 take no room.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// Per block: 0, or one more than its place in `rows`.
    blocks: Vec<u8>,
    rows: Vec<[Row; BLOCK]>,
}

const BLOCK: usize = 64;

impl Rows {
    /// Notes that a page shows a byte as a character.
    pub(super) fn enter(&mut self, page: usize, byte: u8, shown: char) {
        let (block, place) = (shown as usize / BLOCK, shown as usize % BLOCK);
        if self.blocks.len() <= block {
            self.blocks.resize(block + 1, 0);
        }
        if self.blocks[block] == 0 {
            self.rows.push([UNKNOWN; BLOCK]);
            self.blocks[block] = u8::try_from(self.rows.len()).expect("code pages show few kinds of letters");
        }
        let row = &mut self.rows[usize::from(self.blocks[block]) - 1][place];
        row.bytes[page] = byte;
        row.known |= 1 << page;
        row.begins |= u8::from(matches!(byte, 0xC2..=0xC6 | 0xCC | 0xE1..=0xE2)) << page;
    }

    /// The character in every page.
    #[inline]
    pub(super) fn row(&self, character: char) -> &Row {
        let block = self.blocks.get(character as usize / BLOCK).copied().unwrap_or(0);
        match usize::from(block).checked_sub(1) {
            Some(block) => &self.rows[block][character as usize % BLOCK],
            None => &UNKNOWN,
        }
    }
}
