//! What a cell looks like, whatever column it stands in: whether its columns have slipped shows by that.
//!
//! Owns the coarse form of each kind of value. Deliberately looser than the fields: a wrong date looks like a date.

use super::sex::{self, SexCodes};
use crate::record::{FieldKind, Outcome};

/// Whether the cell has the form of a value of this field; nothing is said of fields without a form of their own.
pub fn looks_like(field: FieldKind, cell: &str, codes: &SexCodes) -> Option<bool> {
    let cell = cell.trim();
    let look = Look::of(cell);
    Some(match field {
        FieldKind::CitizenNumber | FieldKind::OldNumber | FieldKind::AnyNumber => {
            !look.has_slash && look.n_letters <= 1 && look.n_digits >= 8 && !is_phone(cell, look)
        }
        FieldKind::Phone => is_phone(cell, look),
        FieldKind::BirthDate => {
            look.n_letters == 0 && matches!(look.n_digits, 4..=8) && look.n_others <= look.n_digits
        }
        FieldKind::Sex => matches!(sex::parse(cell, codes), Outcome::Value(..)),
        FieldKind::FullName => look.n_digits == 0 && look.n_letters >= 3 && cell.contains(' '),
        FieldKind::Province | FieldKind::District | FieldKind::Commune | FieldKind::Address => {
            let is_text = look.n_letters >= 2 && !cell.starts_with(|first: char| first.is_ascii_digit());
            let is_address = field == FieldKind::Address && look.n_letters + look.n_digits > 0;
            let named = LEVELS.iter().find(|(kind, _)| cell.starts_with(kind));
            (is_text || is_address) && named.is_none_or(|(_, levels)| levels.contains(&field))
        }
        _ => return None,
    })
}

/// Whether nothing but a value of this field has the form of the cell: a name and a place are words, as much else is.
pub fn is_sure(field: FieldKind, cell: &str) -> bool {
    match field {
        FieldKind::FullName | FieldKind::Address => false,
        FieldKind::Province | FieldKind::District | FieldKind::Commune => {
            LEVELS.iter().any(|(kind, _)| cell.trim().starts_with(kind))
        }
        _ => true,
    }
}

/// Words for kinds of units, and the levels at which such units are.
const LEVELS: [(&str, &[FieldKind]); 12] = [
    ("Tỉnh ", &[FieldKind::Province]),
    ("Thành phố ", &[FieldKind::Province, FieldKind::District]),
    ("Quận ", &[FieldKind::District]),
    ("Huyện ", &[FieldKind::District]),
    ("Phường ", &[FieldKind::Commune]),
    ("Thị trấn ", &[FieldKind::Commune]),
    ("T.", &[FieldKind::Province]),
    ("H.", &[FieldKind::District]),
    ("Q.", &[FieldKind::District]),
    ("P.", &[FieldKind::Commune]),
    ("X.", &[FieldKind::Commune]),
    ("TT ", &[FieldKind::Commune]),
];

/// Ten digits with a zero in front, or eleven of the plan before 2018.
fn is_phone(cell: &str, look: Look) -> bool {
    look.n_letters == 0 && matches!(look.n_digits, 10 | 11) && cell.starts_with('0') && !look.has_slash
}

/// What a cell is made of.
#[derive(Debug, Clone, Copy, Default)]
struct Look {
    n_digits: usize,
    n_letters: usize,
    n_others: usize,
    has_slash: bool,
}

impl Look {
    fn of(cell: &str) -> Self {
        let mut look = Self::default();
        for letter in cell.chars() {
            match letter {
                '0'..='9' => look.n_digits += 1,
                // What is not ASCII is a letter here, or not worth telling from one.
                letter if letter.is_ascii_alphabetic() || !letter.is_ascii() => look.n_letters += 1,
                letter => {
                    look.has_slash |= letter == '/';
                    look.n_others += 1;
                }
            }
        }
        look
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_look_like_their_field_and_no_other() {
        const FIELDS: [FieldKind; 6] = [
            FieldKind::FullName,
            FieldKind::BirthDate,
            FieldKind::Sex,
            FieldKind::AnyNumber,
            FieldKind::Phone,
            FieldKind::Province,
        ];
        let codes = SexCodes::default();
        let check = |cell: &str, expected: &[FieldKind]| {
            let fitting: Vec<FieldKind> =
                FIELDS.into_iter().filter(|field| looks_like(*field, cell, &codes) == Some(true)).collect();
            assert_eq!(fitting, expected, "{cell}");
        };
        check("01/02/1990", &[FieldKind::BirthDate]);
        check("1990", &[FieldKind::BirthDate]);
        check("079302012345", &[FieldKind::AnyNumber]);
        check("0912345678", &[FieldKind::Phone]);
        check("Nam", &[FieldKind::Sex, FieldKind::Province]);
        check("Nguyễn Văn An", &[FieldKind::FullName, FieldKind::Province]);
        check("", &[]);
        check("Tỉnh Trà Vinh", &[FieldKind::FullName, FieldKind::Province]);
        check("Quận 3", &[]);
        assert_eq!(looks_like(FieldKind::Nationality, "x", &codes), None);
    }
}
