//! Nationality (quốc tịch), only as far as to tell citizens from foreigners.
//!
//! Foreigners are never verified against the population database (dispatch 8938/BYT-DP of 21 October 2021).

use crate::text::fold_label;

/// Whether a cell names another nationality than Vietnamese. An empty cell says nothing.
pub fn is_foreign(cell: &str) -> bool {
    const VIETNAMESE: [&str; 6] = ["viet nam", "vietnam", "vn", "vnm", "vietnamese", "kinh"];
    let word = fold_label(cell);
    !word.is_empty() && !VIETNAMESE.contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use super::is_foreign;

    #[test]
    fn nationalities() {
        let check = |cell, expected| assert_eq!(is_foreign(cell), expected, "{cell}");
        check("Việt Nam", false);
        check("VIỆT NAM ", false);
        check("VN", false);
        check("", false);
        check("-", false);
        check("Lào", true);
        check("Hàn Quốc", true);
    }
}
