//! What a list showed of a row, and whether it still shows it.
//!
//! A spreadsheet that opens a list as CSV rewrites cells by itself: it drops zeros and turns texts into dates. That is no
//! change of a value; anything else is.

use unicode_normalization::UnicodeNormalization;

use super::sent::Sent;
use super::value::read_date;
use crate::record::FieldKind;
use crate::report::cells::raw;
use crate::rulebook::{COMPARED, CommuneList, Language, Words};

/// Whether a cell shows what was sent of a field, in any language and at any level of disclosure.
pub(super) fn shows(cell: &str, sent: &Sent, field: usize, list: &CommuneList) -> bool {
    let old = sent.old[field].as_str();
    // What a workbook wrote of an empty cell, and what a person leaves empty.
    if same(cell, old, COMPARED[field]) {
        return true;
    }
    let cell = spelled(cell);
    let marks =
        [Language::Vietnamese, Language::English].map(|language| spelled(list.words.cut.of(language)));
    let is_cut_form = |form: &String| marks.iter().any(|mark| is_cut(&cell, form, mark));
    forms(sent, field, list).iter().any(|form| *form == cell || is_cut_form(form))
}

/// Every text that a list may show of a field, as [`spelled`] has it.
pub(super) fn forms(sent: &Sent, field: usize, list: &CommuneList) -> Vec<String> {
    let (old, new) = (sent.old[field].as_str(), sent.new[field].as_str());
    let mut forms = vec![spelled(old)];
    for language in [Language::Vietnamese, Language::English] {
        let say = |words: &Words| words.of(language).to_owned();
        let empty = if old.trim().is_empty() { say(&list.words.empty) } else { old.to_owned() };
        forms.push(spelled(&say(&list.words.wrong).replace("{old}", &empty)));
        if !new.is_empty() {
            forms.push(spelled(&say(&list.words.change).replace("{old}", &empty).replace("{new}", new)));
        }
    }
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// Whether a cell is the beginning of a text, with a mark that it was cut.
fn is_cut(cell: &str, text: &str, mark: &str) -> bool {
    let parts: Vec<&str> = cell.split(mark).map(str::trim).collect();
    // Each half of a change may have been cut.
    let mut from = 0;
    parts.len() > 1
        && parts.iter().filter(|part| !part.is_empty()).all(|part| match text[from..].find(part) {
            Some(at) => {
                from += at + part.len();
                true
            }
            None => false,
        })
}

/// Whether two cells say the same, a spreadsheet's own rewriting set aside.
fn same(a: &str, b: &str, field: FieldKind) -> bool {
    if same_text(a, b) {
        return true;
    }
    match field {
        FieldKind::CitizenNumber => {
            let digits = |text: &str| text.trim().trim_start_matches('0').to_owned();
            let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let (a, b) = (digits(a), digits(b));
            (is_number(&a) && a == b) || (is_scientific(&a) && is_number(&b))
        }
        FieldKind::BirthDate => {
            let date = |text: &str| read_date(text, 99_991_231).filter(|_| text.len() >= 6);
            date(a).is_some_and(|day| date(b) == Some(day))
        }
        _ => false,
    }
}

/// A number whose digits a spreadsheet has dropped: `7.9302E+10`.
fn is_scientific(cell: &str) -> bool {
    let Some((digits, power)) = cell.split_once(['E', 'e']) else { return false };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(power.trim_start_matches('+')) && digits.split(['.', ',']).all(is_digits)
}

fn same_text(a: &str, b: &str) -> bool {
    spelled(a) == spelled(b)
}

/// One Unicode form, single spaces, no apostrophe of safety; what cannot be seen is a space or written out, as on lists.
pub(super) fn spelled(text: &str) -> String {
    let text = raw(text.trim());
    let visible: String = text
        .chars()
        .flat_map(|letter| {
            let is_seen = !letter.is_control() || letter.is_whitespace();
            let written: Vec<char> = if is_seen { vec![letter] } else { letter.escape_unicode().collect() };
            written
        })
        .nfc()
        .collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulebook::RuleFiles;

    #[test]
    fn what_was_sent_is_known_again_and_what_was_written_over_is_not() {
        let list = CommuneList::load(&RuleFiles::load(None).expect("rules")).expect("our own file");
        let sent = Sent {
            old: ["079302012345", "Nguyễn Văn An", "01/02/1990", ""].map(ToOwned::to_owned),
            new: ["", "NGUYỄN VĂN ÂN", "01/03/1990", "Nam"].map(ToOwned::to_owned),
            ..Sent::default()
        };
        let shows = |sent: &Sent, field: usize, cell: &str| shows(cell, sent, field, &list);
        let check = |field: usize, cell: &str, expected| {
            assert_eq!(shows(&sent, field, cell), expected, "{cell}");
        };
        check(0, "079302012345", true);
        check(0, "79302012345", true);
        check(0, "7.9302E+10", true);
        check(0, "079302012346", false);
        check(0, "", false);
        check(1, "Nguyễn Văn An → NGUYỄN VĂN ÂN", true);
        check(1, "Nguyễn  Văn An", true);
        check(1, "Nguyễn Văn An (cần kiểm tra)", true);
        check(1, "Nguyễn Văn An (to be checked)", true);
        check(1, "Nguyễn Văn Ân", false);
        check(1, "Nguyễn Văn An → NGUYỄN VĂN BA", false);
        check(2, "1990-02-01", true);
        check(2, "01/02/1990 → 01/03/1990", true);
        check(2, "02/02/1990", false);
        check(2, "1990", false);
        check(3, "(trống) → Nam", true);
        check(3, "(empty) → Nam", true);
        check(3, "", true);
        check(3, "Nam", false);
        let with = |old: &str| {
            let mut other = sent.clone();
            other.old[1] = old.to_owned();
            other
        };
        assert!(shows(&with("=1+1"), 1, "=1+1") && shows(&with("=1+1"), 1, "'=1+1"));
        let long = "a b ".repeat(40);
        let begin = &long[..40];
        assert!(shows(&with(&long), 1, &format!("{begin}… [đã cắt bớt] → NGUYỄN VĂN ÂN")));
        assert!(!shows(&with(&long), 1, &format!("{begin}… [đã cắt bớt] → NGUYỄN VĂN BA")));
    }
}
