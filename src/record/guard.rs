//! How a cell of a table for people is written so that no spreadsheet changes it, and how it is read back exactly.
//!
//! Two hazards: a cell that begins as a formula does is calculated, and a cell of digits loses its zeros. The first is
//! closed in every CSV file by an apostrophe, the second where a spreadsheet is asked for by `="0012"`. Both are undone by
//! [`read_back`], whatever the cell holds.

use std::borrow::Cow;

/// What a spreadsheet calculates from (OWASP: CSV injection), with the full-width and small forms that some programs
/// take for the same.
const TRIGGERS: [char; 12] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫'];

/// What marks a cell as text.
const APOSTROPHE: char = '\'';

/// The cell as people's files have it: with an apostrophe before it where a spreadsheet would take it for a formula. A
/// cell that looks as if it was marked gets one more, so that [`raw`] gives back every cell exactly.
#[inline]
pub fn safe(cell: &str) -> Cow<'_, str> {
    if cell.as_bytes().first().is_none_or(u8::is_ascii_alphanumeric) || !calculates(cell) {
        return Cow::Borrowed(cell);
    }
    Cow::Owned(format!("{APOSTROPHE}{cell}"))
}

/// The cell behind one of [`safe`].
#[inline]
pub fn raw(cell: &str) -> &str {
    cell.strip_prefix(APOSTROPHE).filter(|rest| calculates(rest)).unwrap_or(cell)
}

/// The cell as a cleaned list has it: one that is marked stays as it is, so that cleaning twice is cleaning once.
#[inline]
pub fn safe_once(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(APOSTROPHE) { Cow::Borrowed(cell) } else { safe(cell) }
}

/// Whether a spreadsheet would calculate a cell, but for apostrophes before it. What is not seen at its beginning does
/// not count, and tab, line ends and NUL there are triggers themselves.
fn calculates(cell: &str) -> bool {
    let cell = cell.trim_start_matches(APOSTROPHE);
    let is_unseen = |letter: char| letter.is_whitespace() || letter.is_control() || is_invisible(letter);
    let start = cell.trim_start_matches(is_unseen);
    let before = &cell[..cell.len() - start.len()];
    start.starts_with(TRIGGERS) || before.contains(char::is_control)
}

/// Characters of no width: soft hyphen, joiners, marks of direction, the byte-order mark, selectors of a form.
const fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Opens a cell that a spreadsheet keeps as text: a formula that is nothing but the text.
const OPEN: &str = "=\"";

/// The text of a cell that is `="text"` as a whole: what a spreadsheet shows.
pub fn kept_text(cell: &str) -> Option<&str> {
    cell.strip_prefix(OPEN)?.strip_suffix('"').filter(|text| !text.contains('"'))
}

/// The value that was written: of a cell of [`safe`], or of [`kept`].
pub fn read_back(cell: &str) -> &str {
    kept_text(cell).unwrap_or_else(|| raw(cell))
}

/// Words in which a spreadsheet sees a time or a date beside digits, in lower case.
const TIME_WORDS: [&str; 27] = [
    "e",
    "am",
    "pm",
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Longest cell that a spreadsheet takes for a number or a date, in bytes; generous.
const LONGEST_NUMBER: usize = 48;

/// The value as `="0012"`, where a spreadsheet that opens a CSV file would make a number or a date of it: zeros go, long
/// numbers are rounded, and 01/02/1990 is another day in another country. `None` where it is left alone anyway.
pub fn kept(value: &str) -> Option<String> {
    let is_short = value.len() <= LONGEST_NUMBER && value.bytes().any(|byte| byte.is_ascii_digit());
    let is_mark = |letter: char| letter.is_ascii_digit() || " /-.:,+%$()".contains(letter);
    if !is_short || !value.chars().all(|letter| is_mark(letter) || letter.is_ascii_alphabetic()) {
        return None;
    }
    let mut words = value.split(|letter: char| !letter.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    let is_changed = words.all(|word| TIME_WORDS.contains(&word.to_ascii_lowercase().as_str()));
    is_changed.then(|| format!("{OPEN}{value}\""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_cell_becomes_a_formula() {
        let check = |cell: &str, expected: &str| assert_eq!(safe(cell), expected);
        check("=1+1", "'=1+1");
        check("  @SUM(A1)", "'  @SUM(A1)");
        check("\u{3000}\u{200b}＝1", "'\u{3000}\u{200b}＝1");
        check("\u{feff}-1", "'\u{feff}-1");
        check("+84 912", "'+84 912");
        check("+84912345678", "'+84912345678");
        check("-2+3", "'-2+3");
        check("-12", "'-12");
        check("-", "'-");
        check("－1", "'－1");
        for unseen in ['\t', '\r', '\n', '\0', '\u{1b}'] {
            check(&format!("{unseen}x"), &format!("'{unseen}x"));
            check(&format!(" {unseen} ="), &format!("' {unseen} ="));
        }
        for harmless in ["", " ", "a=1", "079302012345", "Nguyễn Văn An", " Ỷ", "Đ", "(trống)", "a\tb", "1-2"]
        {
            check(harmless, harmless);
        }
    }

    #[test]
    fn the_cell_behind_an_apostrophe_is_known() {
        let cells = [
            ("'", "'"),
            ("=1", "'=1"),
            ("'=1", "''=1"),
            ("''=1", "'''=1"),
            ("'Lê", "'Lê"),
            ("H'Bleng", "H'Bleng"),
            (" 'a", " 'a"),
        ];
        for (cell, written) in cells {
            assert_eq!(safe(cell), written);
            assert_eq!(raw(written), cell);
            assert_eq!(safe_once(&safe_once(cell)), safe_once(cell));
        }
        assert_eq!((safe_once("=1"), safe_once("'=1")), ("'=1".into(), "'=1".into()));
    }

    /// Cells as those who mean harm write them: what is not seen, what calculates, and anything behind it.
    fn cells() -> impl Strategy<Value = String> {
        let unseen = "[ \t\r\n\0\u{a0}\u{3000}\u{200b}\u{feff}\u{202e}\u{1b}']{0,3}";
        let begin = "[=+@＝＋－＠﹦﹢﹣﹫'a0-]{0,2}";
        prop_oneof![(unseen, begin, ".{0,6}").prop_map(|(a, b, c)| a + &b + &c), any::<String>()]
    }

    proptest! {
        #[test]
        fn no_written_cell_begins_with_a_trigger(cell in cells()) {
            let written = safe(&cell);
            prop_assert_eq!(raw(&written), &cell);
            // Trimmed by rules of its own, so that a mistake above is not made twice.
            let seen = written.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
            prop_assert!(!seen.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']), "{:?}", written);
            prop_assert!(!written.starts_with(['\t', '\r', '\n', '\0']), "{:?}", written);
        }
    }

    #[test]
    fn what_a_spreadsheet_would_change_is_kept_as_text() {
        for value in [
            "0012",
            "079302012345",
            "01/02/1990",
            "1990",
            "1E5",
            "Dec-12",
            "3 SEP",
            "-12",
            "+84 912",
            "12:30 PM",
        ] {
            assert_eq!(kept(value), Some(format!("=\"{value}\"")));
        }
        for value in ["", "TC000012", "Số 12", "ABC", "12 phường", "1\"2", "=1", "a,b", "ID03", "1'2"] {
            assert_eq!(kept(value), None, "{value}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(cell in cells()) {
            let written = safe(&cell);
            prop_assert_eq!(read_back(&written), cell.as_str());
        }

        #[test]
        fn what_a_spreadsheet_keeps_is_read_back(cell in "[0-9/ .:+eE-]{0,12}|.*") {
            if let Some(text) = kept(&cell) {
                prop_assert_eq!(read_back(&text), cell.as_str());
            }
        }
    }
}
