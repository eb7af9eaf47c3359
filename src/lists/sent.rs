//! `sent.csv`: every row that was sent, with what was sent. It stays with the sender, and what comes back is held against it.

use super::row::Row;
use crate::report::cells::{push_cell, safe};

/// Header of `sent.csv`.
pub const SENT: [&str; 16] = [
    "row_key",
    "file",
    "line",
    "record_key",
    "province",
    "commune",
    "path",
    "verdict",
    "citizen_number_old",
    "citizen_number_new",
    "full_name_old",
    "full_name_new",
    "birth_date_old",
    "birth_date_new",
    "sex_old",
    "sex_new",
];

/// Appends a row: `file`, `line` and `record_key` as the tables of the run have them, codes of province and commune, and
/// the path of the list.
pub fn push_sent(
    out: &mut Vec<u8>,
    [file, line, record_key]: [&str; 3],
    (province, commune): (&str, &str),
    path: &str,
    row: &Row,
) {
    for cell in [&*row.key, file, line, record_key, province, commune, path, row.verdict.name()] {
        push_cell(out, cell);
        out.push(b',');
    }
    let cells = row.values.iter().flat_map(|value| [&value.old, &value.new]);
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        push_cell(out, &safe(cell));
    }
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulebook::COMPARED;

    #[test]
    fn a_row_has_a_cell_for_each_name() {
        let mut names = SENT[8..].iter();
        for field in COMPARED {
            for ending in ["old", "new"] {
                assert_eq!(names.next(), Some(&&*format!("{}_{ending}", field.name())));
            }
        }
        let mut row = Row { key: "K7M4-XWPC".to_owned(), ..Row::default() };
        row.values[1].old = "=1,\"2\"".to_owned();
        let mut out = Vec::new();
        push_sent(&mut out, ["a.csv", "5", "TC1"], ("01", "00592"), "units/01/00592.xlsx", &row);
        let expected = "K7M4-XWPC,a.csv,5,TC1,01,00592,units/01/00592.xlsx,match,,,\"'=1,\"\"2\"\"\",,,,,\n";
        assert_eq!(String::from_utf8(out).expect("text"), expected);
    }
}
