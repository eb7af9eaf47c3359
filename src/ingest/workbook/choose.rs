//! Which sheet of a workbook is the list. Never guesses between two that could be.

use super::text::SheetText;
use super::{Book, Wanted, WorkbookFault};
use crate::ingest::notice::Notice;

/// Rows of a sheet that are looked at; a header stands above.
const ROWS_LOOKED_AT: usize = 80;

/// The sheet that is read, and what is said about the others.
pub(super) fn sheet(book: &mut dyn Book, wanted: &Wanted<'_>) -> Result<(usize, Vec<Notice>), WorkbookFault> {
    let visible: Vec<usize> = (0..book.sheets().len()).filter(|&at| !book.sheets()[at].is_hidden).collect();
    if let Some(told) = wanted.sheet {
        let found = told_sheet(book, told, &visible);
        let others: Vec<usize> = (0..book.sheets().len()).filter(|at| Some(*at) != found).collect();
        let found = found.ok_or_else(|| WorkbookFault::UnknownSheet(names(book, &others)))?;
        return Ok((found, hidden(book, found)));
    }
    let (mut filled, mut lists) = (Vec::new(), Vec::new());
    for &at in &visible {
        let mut out = SheetText::beginning(wanted.max_bytes, ROWS_LOOKED_AT);
        book.read(at, &mut out)?;
        if out.is_empty() {
            continue;
        }
        filled.push(at);
        let mut text = Vec::new();
        std::io::copy(&mut out.into_reader(), &mut text)?;
        if (wanted.has_header)(&text) {
            lists.push(at);
        }
    }
    let found = match (lists.as_slice(), filled.as_slice()) {
        (&[only], _) | (&[], &[only]) => only,
        (&[], &[]) => return Err(WorkbookFault::NoSheet),
        (&[], several) | (several, _) => {
            return Err(WorkbookFault::SeveralSheets(names(book, several)));
        }
    };
    let mut notices = hidden(book, found);
    filled.retain(|at| *at != found);
    if !filled.is_empty() {
        notices.push(Notice::SheetsNotRead { count: filled.len() as u64, names: names(book, &filled) });
    }
    Ok((found, notices))
}

/// The sheet of this name, or at this place among those that a person sees.
fn told_sheet(book: &dyn Book, told: &str, visible: &[usize]) -> Option<usize> {
    let is_told = |name: &str| name.trim() == told.trim();
    let by_name = book.sheets().iter().position(|sheet| is_told(&sheet.name));
    by_name
        .or_else(|| told.trim().parse::<usize>().ok()?.checked_sub(1).and_then(|at| visible.get(at).copied()))
}

fn hidden(book: &dyn Book, read: usize) -> Vec<Notice> {
    let hidden: Vec<usize> =
        (0..book.sheets().len()).filter(|&at| at != read && book.sheets()[at].is_hidden).collect();
    if hidden.is_empty() {
        return Vec::new();
    }
    vec![Notice::HiddenSheets { count: hidden.len() as u64, names: names(book, &hidden) }]
}

fn names(book: &dyn Book, sheets: &[usize]) -> String {
    const SHOWN: usize = 12;
    let mut shown: Vec<String> =
        sheets.iter().take(SHOWN).map(|&at| format!("\"{}\"", book.sheets()[at].name)).collect();
    if sheets.len() > SHOWN {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}
