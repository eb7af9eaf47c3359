//! Names compared pair by pair by the codes of their words.
//!
//! The names of rows and citizens that differ are made of a few thousand words, which come again and again: each is taken
//! apart once. Owns when codes are forgotten, so that memory stays flat whatever a list holds.

use crate::fields::person_name::{LocalCodes, NameCodes, NameDifference};

/// Words that are kept, some megabytes; with more all are forgotten.
const KEPT: usize = 1 << 14;

/// Compares names, for one thread at a time.
pub struct NamePairs<'a>(LocalCodes<'a>);

impl<'a> NamePairs<'a> {
    /// Begins without words; the codes only say which names are one name in two regions.
    pub fn new(codes: &'a NameCodes<'a>) -> Self {
        Self(LocalCodes::new(codes))
    }

    /// Names the best difference between two display forms: what [`compare`](crate::fields::person_name::compare) says.
    pub fn compare(&mut self, a: &str, b: &str) -> NameDifference {
        if self.0.count() > KEPT {
            self.0.clear();
        }
        let (a, b) = (self.0.code(a), self.0.code(b));
        self.0.compare(&a, &b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::person_name;
    use crate::rulebook::Rulebook;

    #[test]
    fn pairs_are_told_as_their_texts_are_however_many_words_there_were() {
        let book = Rulebook::load(None).expect("the built-in rules are whole");
        let codes = NameCodes::new(&book.name_words);
        let mut pairs = NamePairs::new(&codes);
        let names = ["Nguyễn Văn Toàn", "Nguyễn Văn Toán", "NGUYEN VAN TOAN", "Hoàng An", "Huỳnh An", "Y"];
        for round in 0..3 * KEPT / 2 {
            let other = format!("Trần Thị W{round}");
            assert_eq!(
                pairs.compare("Trần Thị", &other),
                person_name::compare("Trần Thị", &other, &book.name_words)
            );
            let (a, b) = (names[round % 6], names[round / 6 % 6]);
            assert_eq!(pairs.compare(a, b), person_name::compare(a, b, &book.name_words), "{a} {b}");
        }
    }
}
