//! The laws over inputs that are drawn instead of searched for, where no fuzzer runs: as many as `INPUTS` says, others
//! for every `SEED`.

use lamsach_fuzz::{hold_for_bytes, hold_for_cell};

/// A small generator (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

/// What names, their damage and their surroundings are made of.
const PIECES: [&str; 48] = [
    "Nguyễn", "Thị", "Văn", "Hoà", "LÊ", "ng", "uy", "ươ", "Vaên", "ThÞ", "Nguyeãn", "§", "\u{AD}", "µ", "Ã",
    "á»", "áº", "Ä\u{90}", "\u{A0}", "ß", "½", "Ð", "ð", "А", "е", "e\u{302}", "o\u{31B}", "\u{301}",
    "\u{323}", "uw", "aa", "dd", "j", "6", "9", "^", "~", "+", "?", "'", "’", ".", "&#7877;", "\\u1EC5",
    "%E1", "Ông ", " - ", "(",
];
const SPACES: [&str; 5] = [" ", " ", "\u{200B}", "\t", "\n"];

fn cell(random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..random.below(14) {
        match random.below(8) {
            0 => text.extend(char::from_u32(random.below(0x2200) as u32)),
            1 => text.extend(char::from_u32(random.below(0x11_0000) as u32)),
            2 => text.extend(char::from_u32(0x80 + random.below(0x180) as u32)),
            3 => text.push_str(SPACES[random.below(SPACES.len())]),
            4 => text.push(char::from(0x20 + random.below(0x5F) as u8)),
            _ => text.push_str(PIECES[random.below(PIECES.len())]),
        }
    }
    text
}

fn bytes(random: &mut Random) -> Vec<u8> {
    let byte = |random: &mut Random| match random.below(4) {
        0 => random.below(0x100) as u8,
        1 => 0x80 + random.below(0x80) as u8,
        2 => b" \nanhgui'"[random.below(9)],
        _ => 0x41 + random.below(58) as u8,
    };
    (0..random.below(24)).map(|_| byte(random)).collect()
}

fn setting(name: &str) -> Option<usize> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

fn inputs() -> usize {
    setting("INPUTS").unwrap_or(100_000)
}

fn random() -> Random {
    // Zero would stay zero.
    Random((setting("SEED").unwrap_or_default() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xF022)
}

#[test]
fn laws_hold_for_drawn_cells() {
    let mut random = random();
    (0..inputs()).for_each(|_| hold_for_cell(&cell(&mut random)));
}

#[test]
fn laws_hold_for_drawn_bytes() {
    let mut random = random();
    (0..inputs() / 4).for_each(|_| hold_for_bytes(&bytes(&mut random)));
}
