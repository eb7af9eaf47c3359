//! What a spreadsheet leaves around a value: the text marker `'`, the formula `="…"`, quotation marks.
//!
//! Owns these marks only. Deliberately knows no field.

use crate::record::{Repair, Repairs};

/// The text without the marks around it.
pub(super) fn strip_marks<'a>(text: &'a str, repairs: &mut Repairs) -> &'a str {
    let bare = text.trim_matches(['\'', '"', '=', '“', '”', ' ']);
    if bare.len() != text.len() {
        repairs.insert(Repair::Separator);
    }
    bare
}

/// The text without the tail of a number exported as a float, if what stands before it is all digits.
pub(super) fn strip_float_tail<'a>(text: &'a str, repairs: &mut Repairs) -> &'a str {
    let Some((number, tail)) = text.split_once(['.', ',']) else {
        return text;
    };
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && matches!(tail, "0" | "00") {
        repairs.insert(Repair::FloatTail);
        return number;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_tails_go() {
        let check = |raw, expected: &str, repair| {
            let mut repairs = Repairs::NONE;
            let bare = strip_marks(raw, &mut repairs);
            assert_eq!(strip_float_tail(bare, &mut repairs), expected);
            assert_eq!(repairs.iter().next(), repair);
        };
        check("12", "12", None);
        check("'12", "12", Some(Repair::Separator));
        check("=\"12\"", "12", Some(Repair::Separator));
        check("12.0", "12", Some(Repair::FloatTail));
        check("12,00", "12", Some(Repair::FloatTail));
        check("1.2.0", "1.2.0", None);
        check("12.000", "12.000", None);
    }
}
