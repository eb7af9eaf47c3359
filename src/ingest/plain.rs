//! Records whose structure is plain to see: their fields are where the marks are.
//!
//! Owns the quick reading; what is not plain is read by `records`, to the same result.

use super::records::{BOM, Extent, Fields};
use super::scan::{Marks, Structure};

/// All fields of a record.
pub(super) const ALL: usize = usize::MAX;

/// Whether a record is not blank at the first look.
#[inline]
pub(super) fn begins_with_text(record: &[u8]) -> bool {
    record.first().is_some_and(|&byte| byte.is_ascii_alphanumeric())
}

/// Bytes whose structure is plain from `start` up to `until`.
#[derive(Clone, Copy)]
pub(super) struct Plain<'a> {
    pub(super) structure: &'a Structure,
    pub(super) start: usize,
    pub(super) until: usize,
}

/// The record that begins at `start` in bytes whose structure is plain; `marks` are those from there on, counted from
/// `base`. Of the fields the first `reach` are located and the others only counted.
#[inline]
pub(super) fn simple_record(
    bytes: &[u8],
    start: usize,
    (marks, base): (&mut Marks<'_>, usize),
    fields: &mut Fields,
    reach: usize,
) -> Extent {
    let begin = start;
    let start = skip_mark(bytes, start);
    let (line_end, n_marks) = if reach == ALL {
        fields.begin(start);
        let ends = marks.map(|at| base + at).take_while(|&at| at < bytes.len());
        let mut line_end = None;
        for at in ends {
            if bytes[at] == b'\n' {
                line_end = Some(at);
                break;
            }
            fields.end_field(at);
        }
        (line_end, fields.len())
    } else {
        marks.pass_line(base, bytes.len(), fields.room(start, reach))
    };
    let (end, next) = match line_end {
        Some(at) => (at - usize::from(at > start && bytes[at - 1] == b'\r'), at + 1),
        None => ((bytes.len() - usize::from(bytes.ends_with(b"\r"))).max(start), bytes.len()),
    };
    if reach == ALL {
        fields.end_field(end);
    } else {
        fields.end_line(n_marks, end, reach);
    }
    Extent { begin, start, end, next, fault: None }
}

/// Past a byte-order mark at the start of a record.
#[inline]
fn skip_mark(bytes: &[u8], start: usize) -> usize {
    let has_mark = bytes.get(start) == Some(&BOM[0]) && bytes[start..].starts_with(BOM);
    if has_mark { start + BOM.len() } else { start }
}
