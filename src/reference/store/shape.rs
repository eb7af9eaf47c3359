//! The columns of the tables of a store, and one group of their rows on its way to disk.
//!
//! A table is sorted by its first column. A group is a few thousand rows side by side: one record batch of the file,
//! and what is read together. No column holds nulls: 0, or an empty text, is what is not known.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray, UInt8Array, UInt32Array, UInt64Array};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use xxhash_rust::xxh3::xxh3_64;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    U64,
    U32,
    U8,
    Text,
}

/// A column: its name, what it holds, and what it means, which stands in the file too.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) meaning: &'static str,
}

const fn column(name: &'static str, kind: Kind, meaning: &'static str) -> Column {
    Column { name, kind, meaning }
}

/// The columns of a table, its key first.
pub(super) type Shape = &'static [Column];

/// The table of citizens, in the order of number and ordinal.
pub(super) const CITIZENS: Shape = &[
    column("number", Kind::U64, "personal number; 9 digits have 2^62 added; 0: none that can be read"),
    column(
        "print",
        Kind::U64,
        "hash of name_key, birth and sex of a living citizen with a residence; 0: another",
    ),
    column("old_number", Kind::U64, "earlier number, written as number is"),
    column("name_key", Kind::U64, "hash of the name as it is compared"),
    column("unmarked_key", Kind::U64, "hash of the name without marks"),
    column("phone", Kind::U64, "telephone number without its first zero; 0: none"),
    column("given_key", Kind::U32, "hash of the last word of the name without marks"),
    column("ordinal", Kind::U32, "place in the extract, from 0"),
    column("birth", Kind::U32, "birth date yyyymmdd, 00 for unknown parts; 0: none that can be read"),
    column("unit", Kind::U32, "unit of residence, a row of units.arrow"),
    column("sex", Kind::U8, "0 unknown, 1 male, 2 female"),
    column("life", Kind::U8, "0 living, 1 deceased, 2 cancelled number, 3 emigrated"),
    column("name", Kind::Text, "name in canonical form, case as in the extract"),
];

/// Places of the columns of [`CITIZENS`].
pub(super) mod citizens {
    pub(in crate::reference) const NUMBER: usize = 0;
    pub(in crate::reference) const PRINT: usize = 1;
    pub(in crate::reference) const OLD: usize = 2;
    pub(in crate::reference) const NAME_KEY: usize = 3;
    pub(in crate::reference) const UNMARKED_KEY: usize = 4;
    pub(in crate::reference) const PHONE: usize = 5;
    pub(in crate::reference) const GIVEN_KEY: usize = 6;
    pub(in crate::reference) const ORDINAL: usize = 7;
    pub(in crate::reference) const BIRTH: usize = 8;
    pub(in crate::reference) const UNIT: usize = 9;
    pub(in crate::reference) const SEX: usize = 10;
    pub(in crate::reference) const LIFE: usize = 11;
    pub(in crate::reference) const NAME: usize = 12;
}

/// Where earlier numbers lead.
pub(super) const OLD_NUMBERS: Shape = &[
    column("old_number", Kind::U64, "earlier number, written as in citizens"),
    column("row", Kind::U32, "row of the table of citizens, from 0"),
];

/// What is over: citizens as they stood until an update.
pub(super) const HISTORY: Shape = &[
    column("number", Kind::U64, "personal number, written as in citizens"),
    column("until", Kind::U32, "day of the update that ended this state, yyyymmdd"),
    column("life_after", Kind::U8, "life of the state that followed, as in citizens"),
    column("old_number", Kind::U64, "earlier number"),
    column("birth", Kind::U32, "birth date yyyymmdd"),
    column("unit", Kind::U32, "unit of residence, a row of units.arrow"),
    column("sex", Kind::U8, "0 unknown, 1 male, 2 female"),
    column("life", Kind::U8, "life as it was"),
    column("phone", Kind::U64, "telephone number without its first zero"),
    column("name", Kind::Text, "name"),
];

/// Units of residence, by the place of their row.
pub(super) const UNITS: Shape = &[
    column("unit", Kind::U64, "what the column unit of other tables says"),
    column("text", Kind::Text, "the unit as the extract writes it, from code to province"),
    column("is_residence", Kind::U8, "0 where the cell that should tell the residence is empty"),
    column("commune", Kind::Text, "code of the commune of today; empty: not known"),
    column("time", Kind::Text, "time whose units the source lists"),
];

/// How often words stand in names.
pub(super) const NAMES: Shape = &[
    column("word", Kind::Text, "a word of names, in capitals"),
    column("first", Kind::U64, "names that it begins, of two words and more"),
    column("between", Kind::U64, "times that it stands between"),
    column("last", Kind::U64, "names that it ends"),
];

/// The values of one column of a group.
#[derive(Debug)]
pub(super) enum Values {
    U64(Vec<u64>),
    U32(Vec<u32>),
    U8(Vec<u8>),
    Text(Texts),
}

/// Texts, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Texts {
    /// Where each begins, and where the last ends.
    pub(super) offsets: Vec<i32>,
    pub(super) bytes: Vec<u8>,
}

impl Texts {
    pub(super) fn with_capacity(n_rows: usize) -> Self {
        let mut offsets = Vec::with_capacity(n_rows + 1);
        offsets.push(0);
        Self { offsets, bytes: Vec::with_capacity(n_rows * 24) }
    }

    pub(super) fn push(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        self.offsets
            .push(i32::try_from(self.bytes.len()).expect("a group holds far less than 2 GiB of names"));
    }
}

impl Values {
    /// Room for a column of a group.
    pub(super) fn with_capacity(kind: Kind, n_rows: usize) -> Self {
        match kind {
            Kind::U64 => Self::U64(Vec::with_capacity(n_rows)),
            Kind::U32 => Self::U32(Vec::with_capacity(n_rows)),
            Kind::U8 => Self::U8(Vec::with_capacity(n_rows)),
            Kind::Text => Self::Text(Texts::with_capacity(n_rows)),
        }
    }

    fn sums(&self, out: &mut Vec<u64>) {
        match self {
            Self::U64(values) => out.push(xxh3_64(bytemuck::cast_slice(values))),
            Self::U32(values) => out.push(xxh3_64(bytemuck::cast_slice(values))),
            Self::U8(values) => out.push(xxh3_64(values)),
            Self::Text(texts) => {
                out.push(xxh3_64(bytemuck::cast_slice(&texts.offsets)));
                out.push(xxh3_64(&texts.bytes));
            }
        }
    }

    fn into_array(self) -> Result<ArrayRef, ArrowError> {
        Ok(match self {
            Self::U64(values) => Arc::new(UInt64Array::from(values)),
            Self::U32(values) => Arc::new(UInt32Array::from(values)),
            Self::U8(values) => Arc::new(UInt8Array::from(values)),
            Self::Text(texts) => {
                let offsets = OffsetBuffer::new(ScalarBuffer::from(texts.offsets));
                Arc::new(StringArray::try_new(offsets, texts.bytes.into(), None)?)
            }
        })
    }
}

/// A group of rows, ready to be written.
#[derive(Debug)]
pub struct Group {
    pub(super) batch: RecordBatch,
    pub(super) n_rows: usize,
    /// Smallest and greatest key.
    pub(super) keys: (u64, u64),
    /// Checksums of the buffers, column by column: values, or offsets and bytes.
    pub(super) sums: Vec<u64>,
}

impl Group {
    /// A group of these columns, of which there is at least one row.
    pub(super) fn new(shape: Shape, columns: Vec<Values>) -> Result<Self, ArrowError> {
        let keys = match columns.first() {
            Some(Values::U64(keys)) => keys.first().copied().zip(keys.last().copied()).unwrap_or_default(),
            _ => (0, 0),
        };
        let mut sums = Vec::new();
        columns.iter().for_each(|values| values.sums(&mut sums));
        let arrays = columns.into_iter().map(Values::into_array).collect::<Result<Vec<_>, _>>()?;
        let batch = RecordBatch::try_new(schema(shape), arrays)?;
        Ok(Self { n_rows: batch.num_rows(), batch, keys, sums })
    }
}

/// The schema of a table.
pub(super) fn schema(shape: Shape) -> SchemaRef {
    let field = |column: &Column| {
        let kind = match column.kind {
            Kind::U64 => DataType::UInt64,
            Kind::U32 => DataType::UInt32,
            Kind::U8 => DataType::UInt8,
            Kind::Text => DataType::Utf8,
        };
        let meaning = HashMap::from([("meaning".to_owned(), column.meaning.to_owned())]);
        Field::new(column.name, kind, false).with_metadata(meaning)
    };
    Arc::new(Schema::new(shape.iter().map(field).collect::<Vec<_>>()))
}
