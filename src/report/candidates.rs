//! `candidates.csv`: for each row that was searched for, the row as it was understood and its candidates, the best first.
//!
//! What a decision is explained from. One line for the row itself (rank 0) and one for each candidate that is kept.

use super::cells::{push_cell, safe};
use super::digits::{push_decimal, push_digits};
use super::tables::{push_birth, push_number, sex_text};

/// What the names of the columns of levels end with, behind the name of the comparison.
pub const LEVEL: &str = "_level";

/// A row, or one of its candidates.
#[derive(Debug, Clone, Copy)]
pub struct CandidateRow<'a> {
    /// The cells that tell the row, see [`begin_into`].
    pub begin: &'a [u8],
    /// 0 for the row itself, then the candidates from 1 on.
    pub rank: u64,
    /// Place of the candidate in the extract that the store was built from, from 1; 0 for the row itself.
    pub reference_row: u64,
    /// Number, packed.
    pub number: u64,
    /// Chance and bits; none for the row itself.
    pub weighed: Option<(f64, f64)>,
    /// Full name.
    pub name: &'a str,
    /// Birth date, packed.
    pub birth: u32,
    /// Sex, packed plus one.
    pub sex: u8,
    /// Unit of residence, as [`unit_cell`] writes it.
    pub unit: &'a [u8],
}

/// The cell of a unit: thousands of candidates share one.
pub fn unit_cell(unit: &str) -> Vec<u8> {
    let mut cell = Vec::with_capacity(unit.len() + 2);
    push_cell(&mut cell, &safe(unit));
    cell
}

/// The first cells of a row and of all its candidates: file as shown, line in it, the list's own key.
pub fn begin_into(out: &mut Vec<u8>, file: &str, line: u64, key: &str) {
    out.clear();
    push_cell(out, &safe(file));
    out.push(b',');
    push_digits(out, line, 1);
    out.push(b',');
    push_cell(out, &safe(key));
    out.push(b',');
}

/// Appends a row; `levels` are the names of the levels of all comparisons, none for the row itself.
pub fn push_candidate<'l>(
    out: &mut Vec<u8>,
    row: &CandidateRow<'_>,
    n_levels: usize,
    levels: impl Iterator<Item = &'l str>,
) {
    out.extend_from_slice(row.begin);
    push_digits(out, row.rank, 1);
    out.push(b',');
    if row.reference_row > 0 {
        push_digits(out, row.reference_row, 1);
    }
    out.push(b',');
    push_number(out, row.number);
    out.push(b',');
    if let Some((chance, bits)) = row.weighed {
        push_decimal(out, chance, 6);
        out.push(b',');
        push_decimal(out, bits, 2);
    } else {
        out.push(b',');
    }
    out.push(b',');
    push_cell(out, &safe(row.name));
    out.push(b',');
    push_birth(out, row.birth);
    out.push(b',');
    out.extend_from_slice(sex_text(row.sex).as_bytes());
    out.push(b',');
    out.extend_from_slice(row.unit);
    let mut n_written = 0;
    for level in levels {
        out.push(b',');
        out.extend_from_slice(level.as_bytes());
        n_written += 1;
    }
    out.resize(out.len() + (n_levels - n_written), b',');
    out.push(b'\n');
}
