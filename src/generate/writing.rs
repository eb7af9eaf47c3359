//! Writing: digits, capitals and CSV cells appended to a buffer that is used again and again.
//!
//! Owns no buffer and opens nothing. Does not know which column it writes.

/// Appends a number with leading zeros up to `width` digits.
pub(super) fn push_digits(out: &mut String, value: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let mut rest = value;
    let mut start = digits.len();
    while rest > 0 || digits.len() - start < width {
        start -= 1;
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    for digit in &digits[start..] {
        out.push(char::from(*digit));
    }
}

/// Appends a text in capitals, as a card prints it.
pub(super) fn push_capitals(out: &mut String, text: &str) {
    for letter in text.chars() {
        if letter.is_ascii() {
            out.push(letter.to_ascii_uppercase());
        } else {
            out.extend(letter.to_uppercase());
        }
    }
}

/// Appends one CSV cell, quoted only when it must be.
pub(super) fn push_cell(out: &mut String, text: &str) {
    if !text.contains([',', '"', '\n', '\r']) {
        out.push_str(text);
        return;
    }
    out.push('"');
    for letter in text.chars() {
        if letter == '"' {
            out.push('"');
        }
        out.push(letter);
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_only_when_it_must_be() {
        let mut out = String::new();
        push_cell(&mut out, "Thôn 4");
        out.push(';');
        push_cell(&mut out, "Số 1, \"đường\"");
        assert_eq!(out, "Thôn 4;\"Số 1, \"\"đường\"\"\"");
    }

    #[test]
    fn digits_keep_their_zeros() {
        let mut out = String::new();
        push_digits(&mut out, 79_202_001_234, 12);
        push_digits(&mut out, 7, 1);
        assert_eq!(out, "0792020012347");
        push_capitals(&mut out, "H'Len Ƀlŏ Đức");
        assert!(out.ends_with("H'LEN ɃLŎ ĐỨC"));
    }
}
