//! The columns of citizens: filled row by row when a group is written, read whole when all of a group is needed.

use super::citizen::Citizen;
use super::shape::{Group, HISTORY, Shape, Texts, Values, citizens};
use super::table::{Damage, Table};
use arrow_schema::ArrowError;

/// Columns of a group under construction.
pub(super) struct Columns {
    shape: Shape,
    values: Vec<Values>,
}

impl Columns {
    pub(super) fn with_capacity(shape: Shape, n_rows: usize) -> Self {
        let values = shape.iter().map(|column| Values::with_capacity(column.kind, n_rows)).collect();
        Self { shape, values }
    }

    fn push_u64(&mut self, column: usize, value: u64) {
        let Values::U64(values) = &mut self.values[column] else { unreachable!("a column of 64 bits") };
        values.push(value);
    }

    fn push_u32(&mut self, column: usize, value: u32) {
        let Values::U32(values) = &mut self.values[column] else { unreachable!("a column of 32 bits") };
        values.push(value);
    }

    fn push_u8(&mut self, column: usize, value: u8) {
        let Values::U8(values) = &mut self.values[column] else { unreachable!("a column of bytes") };
        values.push(value);
    }

    fn push_text(&mut self, column: usize, text: &[u8]) {
        let Values::Text(texts) = &mut self.values[column] else { unreachable!("a column of texts") };
        texts.push(text);
    }

    /// Adds a row of [`CITIZENS`].
    pub(super) fn push(&mut self, citizen: &Citizen<'_>, is_residence: bool) {
        self.push_u64(citizens::NUMBER, citizen.number);
        self.push_u64(citizens::PRINT, citizen.print(is_residence));
        self.push_u64(citizens::OLD, citizen.old);
        self.push_u64(citizens::NAME_KEY, citizen.name_key);
        self.push_u64(citizens::UNMARKED_KEY, citizen.unmarked_key);
        self.push_u64(citizens::PHONE, citizen.phone);
        self.push_u32(citizens::GIVEN_KEY, citizen.given_key);
        self.push_u32(citizens::ORDINAL, citizen.ordinal);
        self.push_u32(citizens::BIRTH, citizen.birth);
        self.push_u32(citizens::UNIT, citizen.unit);
        self.push_u8(citizens::SEX, citizen.sex);
        self.push_u8(citizens::LIFE, citizen.life);
        self.push_text(citizens::NAME, citizen.name);
    }

    /// Adds a row of [`HISTORY`].
    fn push_ended(&mut self, ended: &Ended<'_>) {
        let citizen = &ended.citizen;
        self.push_u64(0, citizen.number);
        self.push_u32(1, ended.until);
        self.push_u8(2, ended.life_after);
        self.push_u64(3, citizen.old);
        self.push_u32(4, citizen.birth);
        self.push_u32(5, citizen.unit);
        self.push_u8(6, citizen.sex);
        self.push_u8(7, citizen.life);
        self.push_u64(8, citizen.phone);
        self.push_text(9, citizen.name);
    }

    pub(super) fn finish(self) -> Result<Group, ArrowError> {
        Group::new(self.shape, self.values)
    }
}

/// A state of a citizen that is over.
#[derive(Debug, Clone, Copy)]
pub struct Ended<'a> {
    /// The citizen as it was; what history does not keep is 0.
    pub citizen: Citizen<'a>,
    /// Day of the update that ended it, yyyymmdd.
    pub until: u32,
    /// Life status of the state that followed.
    pub life_after: u8,
}

/// Groups of the history table; the states are in the order of their numbers.
///
/// # Errors
/// When the columns do not fit together.
pub fn history_groups(ended: &[Ended<'_>]) -> Result<Vec<Group>, ArrowError> {
    let group = |rows: &[Ended<'_>]| {
        let mut columns = Columns::with_capacity(HISTORY, rows.len());
        rows.iter().for_each(|row| columns.push_ended(row));
        columns.finish()
    };
    ended.chunks(1 << 14).map(group).collect()
}

/// A whole group of citizens.
pub struct CitizenRows {
    longs: [Vec<u64>; 6],
    shorts: [Vec<u32>; 4],
    sexes: Vec<u8>,
    lives: Vec<u8>,
    names: Texts,
}

impl CitizenRows {
    /// Reads a group.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn read(table: &Table, group: usize) -> Result<Self, Damage> {
        const LONGS: [usize; 6] = [
            citizens::NUMBER,
            citizens::PRINT,
            citizens::OLD,
            citizens::NAME_KEY,
            citizens::UNMARKED_KEY,
            citizens::PHONE,
        ];
        const SHORTS: [usize; 4] = [citizens::GIVEN_KEY, citizens::ORDINAL, citizens::BIRTH, citizens::UNIT];
        let mut longs: [Vec<u64>; 6] = Default::default();
        for (values, column) in longs.iter_mut().zip(LONGS) {
            *values = table.u64s(group, column)?;
        }
        let mut shorts: [Vec<u32>; 4] = Default::default();
        for (values, column) in shorts.iter_mut().zip(SHORTS) {
            *values = table.u32s(group, column)?;
        }
        let names = table.texts(group, citizens::NAME)?;
        Ok(Self {
            longs,
            shorts,
            sexes: table.u8s(group, citizens::SEX)?,
            lives: table.u8s(group, citizens::LIFE)?,
            names,
        })
    }

    /// How many there are.
    pub fn n_rows(&self) -> usize {
        self.sexes.len()
    }

    /// A citizen.
    pub fn get(&self, row: usize) -> Citizen<'_> {
        Citizen {
            number: self.longs[0][row],
            old: self.longs[2][row],
            name_key: self.longs[3][row],
            unmarked_key: self.longs[4][row],
            phone: self.longs[5][row],
            given_key: self.shorts[0][row],
            ordinal: self.shorts[1][row],
            birth: self.shorts[2][row],
            unit: self.shorts[3][row],
            sex: self.sexes[row],
            life: self.lives[row],
            name: self.names.get(row).unwrap_or_default().as_bytes(),
        }
    }

    /// What a row has to say of itself to be this citizen beyond doubt, as it is written.
    pub fn print(&self, row: usize) -> u64 {
        self.longs[1][row]
    }
}

/// The states of a group of history.
///
/// # Errors
/// When it is damaged.
pub fn each_ended(table: &Table, group: usize, mut note: impl FnMut(Ended<'_>)) -> Result<(), Damage> {
    let (numbers, olds, phones) = (table.u64s(group, 0)?, table.u64s(group, 3)?, table.u64s(group, 8)?);
    let (untils, births, units) = (table.u32s(group, 1)?, table.u32s(group, 4)?, table.u32s(group, 5)?);
    let (afters, sexes, lives) = (table.u8s(group, 2)?, table.u8s(group, 6)?, table.u8s(group, 7)?);
    let names = table.texts(group, 9)?;
    for row in 0..numbers.len() {
        let citizen = Citizen {
            number: numbers[row],
            old: olds[row],
            phone: phones[row],
            birth: births[row],
            unit: units[row],
            sex: sexes[row],
            life: lives[row],
            name: names.get(row).unwrap_or_default().as_bytes(),
            ..Citizen::default()
        };
        note(Ended { citizen, until: untils[row], life_after: afters[row] });
    }
    Ok(())
}
