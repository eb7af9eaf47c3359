//! The order in which rows stand on a list: that in which somebody walks.
//!
//! A national list is in the order of doses or of entry, in which neighbours stand far apart. Rows are put together by the
//! old commune, then by hamlet, street and house: an address is read from its end, where the larger unit stands, and
//! numbers in it count as numbers. Rows of one address, and those without any, stay in the order of the list.

use super::row::Row;
use crate::text::fold_label;

/// What a row is sorted by.
pub fn walk(row: &Row) -> (bool, String) {
    let mut key = String::new();
    push_natural(&fold_label(&row.unit), &mut key);
    for part in row.detail.rsplit([',', ';']) {
        key.push('\u{1}');
        push_natural(&fold_label(part), &mut key);
    }
    (row.detail.is_empty() && row.unit.is_empty(), key)
}

/// Appends a text in which numbers have zeros before them, so that 2 stands before 10.
fn push_natural(text: &str, out: &mut String) {
    const DIGITS: usize = 6;
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
        out.extend(std::iter::repeat_n('0', DIGITS.saturating_sub(end)));
        out.push_str(&rest[..end]);
        rest = &rest[end..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_stand_together() {
        let given = [
            ("Số 10, Thôn 2", ""),
            ("", ""),
            ("Thôn 10", ""),
            ("Số 2, Thôn 2", ""),
            ("Thôn 2", " (cũ: Xã B)"),
            ("số 2, thôn 2", ""),
            ("Thôn 1", " (cũ: Xã A)"),
            ("Thôn 3", " (cũ: Xã A)"),
        ];
        let mut rows: Vec<(usize, Row)> = given
            .iter()
            .map(|(detail, unit)| Row {
                detail: (*detail).to_owned(),
                unit: (*unit).to_owned(),
                ..Row::default()
            })
            .enumerate()
            .collect();
        rows.sort_by_cached_key(|(_, row)| walk(row));
        let order: Vec<usize> = rows.into_iter().map(|(at, _)| at).collect();
        assert_eq!(order, [3, 5, 0, 2, 6, 7, 4, 1]);
    }
}
