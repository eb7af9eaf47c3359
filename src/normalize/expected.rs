//! What a list expects of the citizens it names, each as one number.
//!
//! Most rows are right. The cells of a citizen who is what the row says are then known before they are read: name in
//! capitals, date, sex. A fingerprint of that text, made once for each row, saves reading, keeping and comparing the
//! citizen. It holds only where reading those cells could give nothing else; all other rows expect nothing.

use std::borrow::Cow;

use super::Context;
use super::list::sex_of;
use crate::fields::birth_date::{BirthDate, Precision};
use crate::fields::id_number::IdNumber;
use crate::fields::person_name;
use crate::record::{CellState, FieldKind, NormalBatch};
use crate::rulebook::{LifeStatus, Rulebook};
use crate::text;

/// The fingerprint that each row expects; 0 where it expects nothing.
pub fn expected(rows: &NormalBatch, book: &Rulebook) -> Vec<u64> {
    let (mut name, mut birth) = (String::new(), String::new());
    (0..rows.n_rows())
        .map(|row| {
            let is_plain = |state: CellState| state == CellState::Unchanged;
            let number = rows.number.value(row).and_then(IdNumber::from_packed).and_then(IdNumber::citizen);
            let date = rows.birth.value(row).and_then(BirthDate::from_packed);
            let date =
                date.filter(|date| is_plain(rows.birth.states[row]) && date.precision() == Precision::Day);
            let sex = rows.sex.value(row).and_then(sex_of);
            let as_written = is_plain(rows.number.states[row]) && is_plain(rows.name_states[row]);
            let (true, Some(_), Some(date), Some(sex)) = (as_written, number, date, sex) else { return 0 };
            text::upper(rows.name_raw.get(row), &mut name);
            birth.clear();
            date.write(&mut birth);
            let is_settled = person_name::is_settled(&name, &book.name_words);
            if is_settled { fingerprint(&name, &birth, sex.word()) } else { 0 }
        })
        .collect()
}

/// Takes the fingerprint of citizens as their cells stand.
pub struct FingerprintReader<'a> {
    context: Context<'a>,
    /// Positions of name, birth date and sex; nothing where the columns cannot be trusted to be plain text.
    columns: Option<[usize; 3]>,
    life: Option<usize>,
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
        Self { context, columns: columns.filter(|_| is_plain), life: at(FieldKind::LifeStatus) }
    }

    /// The fingerprint of a living citizen.
    pub fn read<'c>(&self, cell: impl Fn(usize) -> Cow<'c, str>) -> Option<u64> {
        let [name, birth, sex] = self.columns?.map(&cell);
        let is_living =
            self.life.is_none_or(|life| self.context.source.life_status(&cell(life)) == LifeStatus::Living);
        is_living.then(|| fingerprint(&name, &birth, &sex))
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
