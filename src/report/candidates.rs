//! `candidates.csv`: for each row that was searched for, the row as it was understood and its candidates, the best first.
//!
//! What a decision is explained from. One line for the row itself (rank 0) and one for each candidate that is kept.

use super::cells::{push_cell, safe};
use super::tables::{birth_text, number_text, push_decimal, push_digits, sex_text};

/// What the names of the columns of levels end with, behind the name of the comparison.
pub const LEVEL: &str = "_level";

/// A row, or one of its candidates.
#[derive(Debug, Clone, Copy)]
pub struct CandidateRow<'a> {
    /// File as shown.
    pub file: &'a str,
    /// Line in it.
    pub line: u64,
    /// The list's own key.
    pub key: &'a str,
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
    /// Unit of residence.
    pub unit: &'a str,
}

/// Appends a row; `levels` are the names of the levels of all comparisons, none for the row itself.
pub fn push_candidate<'l>(
    out: &mut Vec<u8>,
    row: &CandidateRow<'_>,
    n_levels: usize,
    levels: impl Iterator<Item = &'l str>,
) {
    push_cell(out, &safe(row.file));
    out.push(b',');
    push_digits(out, row.line, 1);
    out.push(b',');
    push_cell(out, &safe(row.key));
    out.push(b',');
    push_digits(out, row.rank, 1);
    out.push(b',');
    if row.reference_row > 0 {
        push_digits(out, row.reference_row, 1);
    }
    out.push(b',');
    out.extend_from_slice(number_text(row.number).as_bytes());
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
    for cell in [&*birth_text(row.birth), sex_text(row.sex)] {
        out.push(b',');
        out.extend_from_slice(cell.as_bytes());
    }
    out.push(b',');
    push_cell(out, &safe(row.unit));
    let mut n_written = 0;
    for level in levels {
        out.push(b',');
        out.extend_from_slice(level.as_bytes());
        n_written += 1;
    }
    out.resize(out.len() + (n_levels - n_written), b',');
    out.push(b'\n');
}
