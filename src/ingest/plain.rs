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
    fields.begin(start);
    let mut line_end = None;
    while fields.len() < reach {
        let Some(at) = marks.next().map(|at| base + at).filter(|&at| at < bytes.len()) else { break };
        if bytes[at] == b'\n' {
            line_end = Some(at);
            break;
        }
        fields.end_field(at);
    }
    let is_counted = line_end.is_none() && fields.len() == reach;
    if is_counted {
        let (end, n_passed) = marks.skip_line();
        line_end = end.map(|at| base + at);
        fields.count_more(n_passed + 1);
    }
    let (end, next) = match line_end {
        Some(at) => (at - usize::from(at > start && bytes[at - 1] == b'\r'), at + 1),
        None => ((bytes.len() - usize::from(bytes.ends_with(b"\r"))).max(start), bytes.len()),
    };
    if !is_counted {
        fields.end_field(end);
    }
    Extent { begin, start, end, next, fault: None }
}

/// Past a byte-order mark at the start of a record.
#[inline]
fn skip_mark(bytes: &[u8], start: usize) -> usize {
    let has_mark = bytes.get(start) == Some(&BOM[0]) && bytes[start..].starts_with(BOM);
    if has_mark { start + BOM.len() } else { start }
}
