//! What a list expects of the citizens it names, each as one number.
//!
//! Most rows are right. The cells of a citizen who is what the row says are then known before they are read: name in
//! capitals, date, sex. A fingerprint of that text, made once for each row, saves reading, keeping and comparing the
//! citizen. It holds only where reading those cells could give nothing else; all other rows expect nothing.

use std::borrow::Cow;

use super::Context;
use crate::fields::birth_date::{BirthDate, Precision};
use crate::fields::id_number::IdNumber;
use crate::fields::person_name;
use crate::fields::sex::Sex;
use crate::record::{CellState, FieldKind, NormalBatch, agreement_print};
use crate::rulebook::{LifeStatus, Rulebook};
use crate::text::{self, ColumnPrior};

/// The fingerprint that each row expects; 0 where it expects nothing. `settled` says whose name was canonical at a look.
pub(super) fn expected(rows: &NormalBatch, settled: &[bool], book: &Rulebook) -> Vec<u64> {
    let (mut name, mut birth) = (String::new(), String::new());
    (0..rows.n_rows())
        .map(|row| {
            let is_plain = |state: CellState| state == CellState::Unchanged;
            let number = rows.number.value(row).and_then(IdNumber::from_packed).and_then(IdNumber::citizen);
            let date = rows.birth.value(row).and_then(BirthDate::from_packed);
            let date = date
                .filter(|date| is_plain(rows.birth.states.get(row)) && date.precision() == Precision::Day);
            let sex = rows.sex.value(row).and_then(Sex::from_packed);
            let as_written =
                is_plain(rows.number.states.get(row)) && is_plain(rows.name_states.get(row)) && settled[row];
            let (true, Some(_), Some(date), Some(sex)) = (as_written, number, date, sex) else { return 0 };
            let has_usual_case = upper(rows.name_raw.get(row), &mut name);
            birth.clear();
            date.write(&mut birth);
            // A name that is settled in small letters, capitals or with one capital a word is settled in all three.
            let alone = ColumnPrior::default();
            if has_usual_case || person_name::is_settled(&name, &book.name_words, &alone) {
                fingerprint(&name, &birth, sex.word())
            } else {
                0
            }
        })
        .collect()
}

/// What each row has to find in a citizen whose values are known: the print of name, birth date and sex; 0 where the row
/// would be changed all the same, or does not say all three.
pub(super) fn prints(rows: &NormalBatch) -> Vec<u64> {
    let print = |row: usize| {
        let number = rows.number.value(row).and_then(IdNumber::from_packed).and_then(IdNumber::citizen);
        let is_written = number.is_some() && rows.number.states.get(row) == CellState::Unchanged;
        let name = rows.name_states.get(row);
        let is_rewritten = || person_name::REWRITTEN.iter().any(|repair| name.repairs().contains(*repair));
        let stays = name == CellState::Unchanged || !is_rewritten();
        match (rows.birth.value(row), rows.sex.value(row)) {
            (Some(birth), Some(sex)) if is_written && stays && name.has_value() => {
                agreement_print(rows.name_keys[row], birth, sex + 1)
            }
            _ => 0,
        }
    };
    (0..rows.n_rows()).map(print).collect()
}

/// Writes a name in capitals; says whether it is all Vietnamese letters, and each word in small letters, capitals or with
/// one capital in front.
fn upper(name: &str, out: &mut String) -> bool {
    out.clear();
    let mut usual = true;
    // Small letters, and capitals behind the first, of the word so far.
    let (mut n_letters, mut n_small, mut n_later_capitals) = (0_u32, 0_u32, 0_u32);
    for character in name.chars() {
        let start = out.len();
        text::push_upper(character, out);
        if character == ' ' {
            usual &= n_small == 0 || n_later_capitals == 0;
            (n_letters, n_small, n_later_capitals) = (0, 0, 0);
            continue;
        }
        usual &= text::letter(character).is_some();
        let is_small = !out[start..].starts_with(character);
        n_small += u32::from(is_small);
        n_later_capitals += u32::from(!is_small && n_letters > 0);
        n_letters += 1;
    }
    usual && (n_small == 0 || n_later_capitals == 0)
}

/// Takes the fingerprint of citizens as their cells stand.
pub struct FingerprintReader<'a> {
    context: Context<'a>,
    /// Positions of name, birth date and sex; nothing where the columns cannot be trusted to be plain text.
    columns: Option<[usize; 3]>,
    life: Option<usize>,
    residence: Option<usize>,
}

impl<'a> FingerprintReader<'a> {
    /// A reader for records whose cells stand in the order of `fields`.
    pub fn new(fields: &[FieldKind], context: Context<'a>) -> Self {
        let at = |field| fields.iter().position(|other| *other == field);
        let columns = match [FieldKind::FullName, FieldKind::BirthDate, FieldKind::Sex].map(at) {
            [Some(name), Some(birth), Some(sex)] => Some([name, birth, sex]),
            _ => None,
        };
        let is_plain = context.source.day_first && context.names.0.trusts_plain();
        Self {
            context,
            columns: columns.filter(|_| is_plain),
            life: at(FieldKind::LifeStatus),
            residence: at(FieldKind::CommuneCode).or(at(FieldKind::Commune)),
        }
    }

    /// The fingerprint of a living citizen with a residence.
    pub fn read<'c>(&self, cell: impl Fn(usize) -> Cow<'c, str>) -> Option<u64> {
        let [name, birth, sex] = self.columns?.map(&cell);
        let is_living =
            self.life.is_none_or(|life| self.context.source.life_status(&cell(life)) == LifeStatus::Living);
        let is_filled = |cell: &str| {
            cell.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric) || !cell.trim().is_empty()
        };
        let is_resident = self.residence.is_none_or(|residence| is_filled(&cell(residence)));
        (is_living && is_resident).then(|| fingerprint(&name, &birth, &sex))
    }
}

/// Never 0.
fn fingerprint(name: &str, birth: &str, sex: &str) -> u64 {
    let parts = [name, birth, sex].map(text::hash);
    let mixed = parts
        .into_iter()
        .fold(0_u64, |mixed, part| (mixed.rotate_left(29) ^ part).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    mixed.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_cases_are_told_from_odd_ones() {
        let check = |name, expected, usual| {
            let mut out = String::new();
            assert_eq!((upper(name, &mut out), &*out), (usual, expected));
        };
        check("Lê Thị Hoà", "LÊ THỊ HOÀ", true);
        check("LÊ THỊ HOÀ", "LÊ THỊ HOÀ", true);
        check("lê thị hoà", "LÊ THỊ HOÀ", true);
        check("LÊ Thị hoà", "LÊ THỊ HOÀ", true);
        check("Lê THị Hoà", "LÊ THỊ HOÀ", false);
        check("Lê Thị hOÀ", "LÊ THỊ HOÀ", false);
        check("Lê Zoë", "LÊ ZOË", false);
    }
}
