//! Columns of a batch: text as read, and field values as normalised.
//!
//! A [`TextColumn`] is one text and where each row of it ends: a cell is added by copying its bytes and nothing else, and
//! rows that are read in order lie in order.

use std::sync::Arc;

use super::guard::kept_text;
use super::{CellState, CellStates, FieldKind};

/// One column of text: row `i` is the text of row `i` of the batch, empty where the cell is empty. Copies share the text.
#[derive(Debug, Clone)]
pub struct TextColumn(Arc<Texts>);

/// All texts of a column.
#[derive(Debug, Default)]
struct Texts {
    text: String,
    /// Where each text ends, and the next begins.
    ends: Vec<u32>,
}

impl Texts {
    #[inline]
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(u32::try_from(self.text.len()).expect("a column of a batch has less than 4 GiB"));
    }
}

impl TextColumn {
    /// A column of these texts.
    pub fn from_texts<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut builder = TextBuilder::with_capacity(texts.size_hint().0);
        texts.for_each(|text| builder.push(text));
        builder.finish()
    }

    /// The text of a row.
    #[inline]
    pub fn get(&self, row: usize) -> &str {
        let Texts { text, ends } = &*self.0;
        let start = if row == 0 { 0 } else { ends[row - 1] };
        &text[start as usize..ends[row] as usize]
    }

    /// The texts of all rows in row order, one behind the other.
    pub fn whole(&self) -> &str {
        &self.0.text
    }

    /// All texts in row order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let Texts { text, ends } = &*self.0;
        let mut start = 0;
        ends.iter().map(move |&end| {
            let cell = &text[start..end as usize];
            start = end as usize;
            cell
        })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.0.ends.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The same with what a spreadsheet shows of cells that are `="text"`: so systems and we ourselves write text that it
    /// would change.
    #[must_use]
    pub fn as_shown(self) -> Self {
        if memchr::memmem::find(self.whole().as_bytes(), b"=\"").is_none() {
            return self;
        }
        Self::from_texts(self.iter().map(|cell| kept_text(cell).unwrap_or(cell)))
    }

    /// The rows whose mask is true, in order.
    pub fn filter(&self, mask: &[bool]) -> Self {
        Self::from_texts(self.iter().zip(mask).filter(|(_, is_kept)| **is_kept).map(|(text, _)| text))
    }
}

/// Fields of which no cell is ever repaired: what they say is what a spreadsheet shows of it.
const TAKEN_AS_SHOWN: [FieldKind; 11] = [
    FieldKind::RecordKey,
    FieldKind::Province,
    FieldKind::ProvinceCode,
    FieldKind::District,
    FieldKind::DistrictCode,
    FieldKind::Commune,
    FieldKind::CommuneCode,
    FieldKind::Address,
    FieldKind::IssueDate,
    FieldKind::EventDate,
    FieldKind::GuardianNumber,
];

/// A batch whose columns carry the names of fields instead of headers.
#[derive(Debug)]
pub struct MappedBatch {
    /// Which input file, counted from 0 in the order given.
    pub file: usize,
    /// Physical line on which each record starts, counted from 1.
    pub lines: Vec<u64>,
    columns: Vec<(FieldKind, TextColumn)>,
}

impl MappedBatch {
    /// Names the columns; `fields` and `columns` go together.
    pub fn new(file: usize, lines: Vec<u64>, fields: &[FieldKind], columns: Vec<TextColumn>) -> Self {
        let columns = fields.iter().copied().zip(columns).map(|(field, column)| {
            let is_as_shown = TAKEN_AS_SHOWN.contains(&field);
            (field, if is_as_shown { column.as_shown() } else { column })
        });
        Self { file, lines, columns: columns.collect() }
    }

    /// The column of a field.
    pub fn column(&self, field: FieldKind) -> Option<&TextColumn> {
        self.columns.iter().find(|(kind, _)| *kind == field).map(|(_, column)| column)
    }

    /// All columns with their fields, in the order in which they were asked for.
    pub fn columns(&self) -> &[(FieldKind, TextColumn)] {
        &self.columns
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.lines.len()
    }
}

/// A [`TextColumn`] under construction.
#[derive(Debug, Default)]
pub struct TextBuilder(Texts);

impl TextBuilder {
    /// Room for `n_rows` rows of usual length.
    pub fn with_capacity(n_rows: usize) -> Self {
        /// Bytes of a cell for which there is room: most names have no more. What is not used costs nothing, because
        /// nobody touches it.
        const CELL_BYTES: usize = 32;
        Self(Texts { text: String::with_capacity(n_rows * CELL_BYTES), ends: Vec::with_capacity(n_rows) })
    }

    /// Adds a row.
    #[inline]
    pub fn push(&mut self, text: &str) {
        self.0.push(text);
    }

    /// The finished column.
    pub fn finish(mut self) -> TextColumn {
        // A column may be kept for as long as the run: room that is mostly empty is given back.
        if self.0.text.len() < self.0.text.capacity() / 4 {
            self.0.text.shrink_to_fit();
        }
        TextColumn(Arc::new(self.0))
    }
}

/// One field of a batch: canonical packed values and what became of each cell.
///
/// `packed[i]` is the default where `states.has_value(i)` is false. The unit of `T` is the field's:
/// number `u64`, birth date `u32` yyyymmdd, sex `u8`.
#[derive(Debug, Clone, Default)]
pub struct FieldColumn<T> {
    /// Canonical values.
    pub packed: Vec<T>,
    /// State of each cell.
    pub states: CellStates,
    /// Raw text of the cells that are not written as their canonical value is.
    raw: SparseTexts,
}

impl<T: Copy + Default> FieldColumn<T> {
    /// Room for `n_rows` rows.
    pub fn with_capacity(n_rows: usize) -> Self {
        Self {
            packed: Vec::with_capacity(n_rows),
            states: CellStates::with_capacity(n_rows),
            raw: SparseTexts::default(),
        }
    }

    /// Adds the outcome of one cell, given its raw text.
    #[inline]
    pub fn push(&mut self, outcome: &super::Outcome<T>, raw: &str) {
        match outcome {
            // Nearly every cell.
            super::Outcome::Value(value, repairs) if repairs.is_empty() => {
                self.states.push(CellState::Unchanged);
                self.packed.push(*value);
            }
            _ => self.push_other(outcome, raw),
        }
    }

    #[inline(never)]
    fn push_other(&mut self, outcome: &super::Outcome<T>, raw: &str) {
        let state = outcome.state();
        if state != CellState::Unchanged && !raw.is_empty() {
            self.raw.push(self.states.len(), raw);
        }
        self.states.push(state);
        self.packed.push(match outcome {
            super::Outcome::Value(value, _) => *value,
            _ => T::default(),
        });
    }

    /// The raw text of a row, where that is not how its value is written.
    pub fn raw(&self, row: usize) -> Option<&str> {
        match self.states.get(row) {
            CellState::Unchanged => None,
            _ => Some(self.raw.get(row).unwrap_or_default()),
        }
    }

    /// The canonical value of a row, if it has one.
    pub fn value(&self, row: usize) -> Option<T> {
        self.states.get(row).has_value().then(|| self.packed[row])
    }
}

/// Texts of a few rows of a batch: where most texts can be told from another column, only the others are stored.
#[derive(Debug, Clone, Default)]
pub struct SparseTexts {
    /// The few rows, in order.
    rows: Vec<u32>,
    /// Where the text of each ends, and the next begins.
    ends: Vec<u32>,
    text: String,
}

impl SparseTexts {
    /// Adds the text of a row; rows come in order.
    pub fn push(&mut self, row: usize, text: &str) {
        self.text.push_str(text);
        self.rows.push(row as u32);
        self.ends.push(u32::try_from(self.text.len()).expect("a column of a batch has less than 4 GiB"));
    }

    /// The text of a row, if it is one of the few.
    pub fn get(&self, row: usize) -> Option<&str> {
        let at = self.rows.binary_search(&(row as u32)).ok()?;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        Some(&self.text[start as usize..self.ends[at] as usize])
    }
}

/// A batch with canonical values beside the raw text. All columns have the same number of rows.
#[derive(Debug, Clone)]
pub struct NormalBatch {
    /// Which input file, counted from 0 in the order given.
    pub file: usize,
    /// Physical line on which each record starts, counted from 1.
    pub lines: Vec<u64>,
    /// The list's own key, or the line number where it has none.
    pub keys: TextColumn,
    /// Number, packed as `fields::id_number` does.
    pub number: FieldColumn<u64>,
    /// Name as written (parts joined where the list splits it).
    pub name_raw: TextColumn,
    /// Names in canonical form, where that is not the raw one.
    pub names: SparseTexts,
    /// State of each name.
    pub name_states: CellStates,
    /// Hash of the form in which names are compared; equal hash means the same name as compared.
    pub name_keys: Vec<u64>,
    /// Birth date, yyyymmdd with 0 for unknown parts.
    pub birth: FieldColumn<u32>,
    /// Sex, packed as `fields::sex` does.
    pub sex: FieldColumn<u8>,
    /// Unit of residence as the list writes it, from commune to province; no column where nobody asked.
    pub unit_parts: Vec<TextColumn>,
    /// Whether the record says that the person is a foreigner.
    pub foreigner: Vec<bool>,
    /// What only a search needs; nothing where nobody searches.
    pub besides: Option<Besides>,
}

/// What a search needs of rows besides the compared fields. 0 is what is not known.
#[derive(Debug, Clone, Default)]
pub struct Besides {
    /// Commune of today of each row: its place among them, plus one.
    pub communes: Vec<u16>,
    /// Telephone number without its first zero.
    pub phones: Vec<u64>,
    /// Earlier number, packed, where the list has a column of its own for it.
    pub old_numbers: Vec<u64>,
}

impl NormalBatch {
    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.lines.len()
    }

    /// The canonical name of a row; meaningful where its state has a value.
    pub fn name(&self, row: usize) -> &str {
        // Nearly every name stands as it was written, which one look at its state tells.
        let other = if self.name_states.is_unchanged(row) { None } else { self.names.get(row) };
        other.unwrap_or_else(|| self.name_raw.get(row))
    }

    /// The unit of residence as the list writes it.
    pub fn unit(&self, row: usize) -> String {
        let parts = self.unit_parts.iter().map(|part| part.get(row).trim()).filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(", ")
    }
}

/// What is compared of a citizen, side by side in memory: citizens are met in the order of the list, so each one
/// is a look into cold memory, and one look should do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CitizenFacts {
    /// Personal number, packed; 0 where the reference has none that can be read.
    pub number: u64,
    /// Hash of the form in which names are compared; 0 where there is no name.
    pub name_key: u64,
    /// Birth date, packed; 0 where there is none.
    pub birth: u32,
    /// Sex, packed plus one; 0 where there is none.
    pub sex: u8,
    /// Life status, as the code of the rulebook: 0 living, 1 deceased, 2 cancelled, 3 emigrated.
    pub life: u8,
    /// Whether the reference keeps residences and has none for this citizen.
    pub no_residence: bool,
}

/// What a row says of name, birth date and sex, as one number; 0 where it does not say all three. `sex` is packed plus
/// one. Rows and citizens with the same print agree.
pub const fn agreement_print(name_key: u64, birth: u32, sex: u8) -> u64 {
    if name_key == 0 || birth == 0 || sex == 0 {
        return 0;
    }
    let mixed = (name_key ^ (birth as u64) << 8 ^ sex as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ mixed >> 29 ^ name_key.rotate_left(23)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = mixed ^ mixed >> 32;
    if mixed == 0 { 1 } else { mixed }
}

/// Citizens of a piece of the reference, as many as a list asks for, in the order in which they were met.
#[derive(Debug, Clone)]
pub struct CitizenBatch {
    /// What is compared of each citizen.
    pub facts: Vec<CitizenFacts>,
    /// Name in canonical form, case as the reference writes it.
    pub names: TextColumn,
    /// Unit of residence, from code to province.
    pub unit_parts: Vec<TextColumn>,
}
