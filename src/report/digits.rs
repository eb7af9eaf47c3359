//! Whole and decimal numbers written as bytes of a table, by hand: a list has millions of them.

use crate::record::eight_digits;

/// Appends a number of at least so many digits.
pub(super) fn push_digits(out: &mut Vec<u8>, mut number: u64, at_least: usize) {
    let mut digits = [b'0'; 20];
    let mut start = digits.len();
    while number > 0 || digits.len() - start < at_least {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
    }
    out.extend_from_slice(&digits[start..]);
}

/// Appends the number of a line and the comma behind it.
pub(super) fn push_line(out: &mut Vec<u8>, line: u64) {
    if line < 100_000_000 {
        // The first digit lies lowest. Zeros are shifted out of the word, which never has to be read back from memory.
        let digits = u64::from_le_bytes(eight_digits(line as u32));
        let n_zeros = ((digits ^ u64::from_le_bytes([b'0'; 8])).trailing_zeros() / 8).min(7);
        let cell = (u128::from(b',') << 64 | u128::from(digits)) >> (8 * n_zeros);
        out.extend_from_slice(&cell.to_le_bytes());
        out.truncate(out.len() - 7 - n_zeros as usize);
        return;
    }
    push_digits(out, line, 1);
    out.push(b',');
}

/// Four decimals of a number that is less than ten, written from whole ten-thousandths: printing a float exactly costs more than the whole row.
pub(super) fn push_probability(out: &mut Vec<u8>, probability: f64) {
    out.extend_from_slice(&probability_cell(probability));
}

const PROBABILITY_BYTES: usize = 6;

fn probability_cell(probability: f64) -> [u8; PROBABILITY_BYTES] {
    let parts = (probability * 10_000.0).round() as u64;
    let [.., ones, a, b, c, d] = eight_digits(parts as u32);
    [ones, b'.', a, b, c, d]
}

/// A number with so many decimals, as `format!` writes it but for the last bit of halves; exact printing of floats costs
/// more than the whole row.
pub(super) fn push_decimal(out: &mut Vec<u8>, value: f64, n_decimals: u32) {
    let unit = 10_u64.pow(n_decimals);
    let parts = (value.abs() * unit as f64).round() as u64;
    if value < 0.0 && parts > 0 {
        out.push(b'-');
    }
    if parts < 100_000_000 && n_decimals < 8 {
        let (digits, n_whole) = (eight_digits(parts as u32), 8 - n_decimals as usize);
        let start = digits[..n_whole - 1].iter().take_while(|digit| **digit == b'0').count();
        out.extend_from_slice(&digits[start..n_whole]);
        out.push(b'.');
        out.extend_from_slice(&digits[n_whole..]);
        return;
    }
    push_digits(out, parts / unit, 1);
    out.push(b'.');
    push_digits(out, parts % unit, n_decimals as usize);
}

/// The probability written last, which is nearly always the next one too: the policy knows few.
pub(super) struct LastChance {
    bits: u64,
    cell: [u8; PROBABILITY_BYTES],
}

impl LastChance {
    /// Begins with a probability.
    pub(super) fn new(probability: f64) -> Self {
        Self { bits: probability.to_bits(), cell: probability_cell(probability) }
    }

    /// Appends a probability.
    #[inline]
    pub(super) fn push(&mut self, out: &mut Vec<u8>, probability: f64) {
        if self.bits != probability.to_bits() {
            *self = Self::new(probability);
        }
        out.extend_from_slice(&self.cell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_those_of_printing() {
        let written = |value| {
            let mut out = Vec::new();
            push_decimal(&mut out, value, 6);
            out.push(b' ');
            push_decimal(&mut out, value, 2);
            String::from_utf8(out).expect("digits")
        };
        for value in [0.0, 1.0, 0.25, 0.999_999_9, 12.344_9, -3.5, 123_456.789, 1e-9, -17.005_1] {
            assert_eq!(written(value), format!("{value:.6} {value:.2}"));
        }
        assert_eq!(written(-0.004), "-0.004000 0.00", "nothing is no less than nothing");
    }

    #[test]
    fn lines_are_written_with_a_comma() {
        for line in [0, 1, 9, 10, 105, 99_999_999, 100_000_000, u64::MAX] {
            let mut out = Vec::new();
            push_line(&mut out, line);
            assert_eq!(out, format!("{line},").as_bytes());
        }
    }
}
