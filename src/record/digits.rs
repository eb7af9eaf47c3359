//! Numbers as digits, eight at a time.
//!
//! Tables have a number in nearly every cell, so the digits of one are taken apart all at once, without a loop.

/// The eight last digits of a number, zeros in front.
#[inline]
pub const fn eight_digits(number: u32) -> [u8; 8] {
    let number = number % 100_000_000;
    // Four and four, then pairs, then single digits, side by side in one word; the first digit lies lowest. Dividing by 100
    // and by 10 is multiplying and shifting, which is exact for numbers as small as these.
    let fours = (number / 10_000) as u64 | ((number % 10_000) as u64) << 32;
    let hundreds = ((fours * 10_486) >> 20) & 0x0000_007F_0000_007F;
    let pairs = hundreds | (fours - hundreds * 100) << 16;
    let tens = ((pairs * 103) >> 10) & 0x000F_000F_000F_000F;
    let digits = tens | (pairs - tens * 10) << 8;
    (digits | 0x3030_3030_3030_3030).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_number() {
        let check =
            |number: u32| assert_eq!(eight_digits(number), format!("{number:08}").as_bytes(), "{number}");
        // Halves do not touch each other, so every half is enough.
        (0..10_000).for_each(check);
        (0..10_000).for_each(|half| check(half * 10_000 + 9_999 - half));
        assert_eq!(eight_digits(4_294_967_295), *b"94967295");
    }
}
