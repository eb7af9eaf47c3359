//! What stands in the cells of a list, whatever it is written as.
//!
//! Owns what each level of disclosure shows and how a text that may harm is made harmless. Knows no workbook and no page.

use std::fmt::Write as _;

use super::row::Row;
use super::settings::{Day, Disclose, Settings};
use super::unit::Subject;
use crate::record::{FieldKind, Verdict};
use crate::rulebook::{ColumnId, CommuneList, Language, Rulebook, Words};

/// How a cell stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Not at all.
    Plain,
    /// A wrong field.
    Wrong,
    /// A field that may be wrong.
    Doubtful,
    /// A cell that the household fills in.
    Answer,
}

/// A cell of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Its text.
    pub text: String,
    /// How it stands out.
    pub look: Look,
}

/// The lines above a list, and below it.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Agencies, the one above first.
    pub agency: Vec<String>,
    /// Name of the country.
    pub country: String,
    /// Motto.
    pub motto: String,
    /// Dispatch number.
    pub number: String,
    /// Place and date.
    pub place_date: String,
    /// Title.
    pub title: String,
    /// The dispatch that the list comes with; empty where none was told.
    pub attached: String,
    /// The unit.
    pub unit: String,
    /// How it is filled in.
    pub how: String,
    /// What a workbook has for that.
    pub how_workbook: String,
    /// What is done on paper.
    pub how_page: String,
    /// Total, and rows of each verdict.
    pub totals: Vec<String>,
    /// Place and date of the signatures.
    pub signed: String,
    /// Who signs, and how.
    pub signatures: Vec<(String, String)>,
}

/// Writes the texts of lists.
#[derive(Clone, Copy)]
pub struct Content<'a> {
    /// The rules.
    pub book: &'a Rulebook,
    /// What is asked.
    pub settings: &'a Settings,
}

impl Content<'_> {
    /// The list of the rules.
    pub const fn list(&self) -> &CommuneList {
        &self.book.commune_list
    }

    /// Words in the language of the lists.
    pub fn say<'w>(&self, words: &'w Words) -> &'w str {
        words.of(self.settings.language)
    }

    /// The cells of a row, which is the `number`-th of its list, in the order of the columns.
    pub fn cells(&self, number: u64, row: &Row) -> Vec<Cell> {
        self.list().columns.iter().map(|column| self.cell(column.id, number, row)).collect()
    }

    fn cell(&self, column: ColumnId, number: u64, row: &Row) -> Cell {
        let plain = |text: String| Cell { text, look: Look::Plain };
        if let Some(field) = column.field() {
            return self.field(field, row);
        }
        match column {
            ColumnId::No => plain(number.to_string()),
            ColumnId::RowKey => plain(row.key.clone()),
            ColumnId::Address => plain(self.short(&row.address())),
            ColumnId::Verdict => plain(self.verdict(row)),
            _ => Cell { text: String::new(), look: Look::Answer },
        }
    }

    fn field(&self, field: FieldKind, row: &Row) -> Cell {
        let Some(value) = row.value(field) else { return Cell { text: String::new(), look: Look::Plain } };
        let old = self.short(&value.old);
        let disclose = self.settings.disclose;
        if disclose == Disclose::Verdict || !row.is_wrong(field) {
            let is_doubtful = self.list().doubtful(row.verdict).contains(&field);
            return Cell { text: old, look: if is_doubtful { Look::Doubtful } else { Look::Plain } };
        }
        let words = &self.list().words;
        let old = if old.is_empty() { self.say(&words.empty).to_owned() } else { old };
        let text = if disclose == Disclose::Values && !value.new.is_empty() {
            filled(self.say(&words.change), &[("old", &old), ("new", &self.short(&value.new))])
        } else {
            filled(self.say(&words.wrong), &[("old", &old)])
        };
        Cell { text, look: Look::Wrong }
    }

    /// The verdict, and what stands beside it where everything is disclosed.
    fn verdict(&self, row: &Row) -> String {
        let Settings { disclose, language, .. } = *self.settings;
        let wording = &self.book.wording;
        let mut text = wording.label("verdict", row.verdict.name(), language).to_owned();
        if disclose == Disclose::Values {
            for flag in row.flags.iter() {
                text.push_str("; ");
                text.push_str(wording.label("flag", flag.name(), language));
            }
        }
        text
    }

    /// A text of the list made harmless, and cut where it is longer than a cell may be.
    fn short(&self, text: &str) -> String {
        cut(&visible(text), self.list().cell_letters, self.say(&self.list().words.cut))
    }

    /// What stands around a list.
    pub fn frame(&self, subject: Subject<'_>, verdicts: &[u64; Verdict::ALL.len()]) -> Frame {
        let (list, title) = (self.list(), &self.list().title);
        let blank = self.say(&title.blank);
        let number = self.settings.dispatch_number.as_deref().map_or_else(|| blank.to_owned(), visible);
        let date = self.settings.dispatch_date;
        // Days below 10 and the months 1 and 2 have a zero before them (Decree 30/2020/ND-CP, appendix I).
        let day = date.map_or_else(|| blank.to_owned(), |date| format!("{:02}", date.day));
        let year = date.map_or_else(|| blank.to_owned(), |date| date.year.to_string());
        let month = match date {
            None => blank.to_owned(),
            Some(Day { month: month @ ..3, .. }) => format!("{month:02}"),
            Some(Day { month, .. }) => month.to_string(),
        };
        let attached = if self.settings.dispatch_number.is_some() {
            let date = date.map_or_else(
                || format!("{blank}/{blank}/{blank}"),
                |date| format!("{:02}/{:02}/{}", date.day, date.month, date.year),
            );
            filled(self.say(&title.attached), &[("number", &number), ("date", &date)])
        } else {
            String::new()
        };
        // The agency is one of the province; the commune signs where it is.
        let (unit, place, signed_at, kind) = match subject {
            Subject::Commune(commune, province) => {
                let of_agency = province.name.to_string();
                let (name, province) = (commune.full_name(), province.full_name());
                let words = [("commune", &*name), ("province", &*province)];
                let unit = filled(self.say(&title.unit), &words);
                (unit, of_agency, name.clone(), commune.kind.to_uppercase())
            }
            Subject::Province(province) => {
                let unit = filled(self.say(&title.no_commune), &[("province", &province.full_name())]);
                (unit, province.name.to_string(), blank.to_owned(), String::new())
            }
            Subject::Nowhere => {
                (self.say(&title.no_unit).to_owned(), blank.to_owned(), blank.to_owned(), String::new())
            }
        };
        let date_words = [("place", &*place), ("day", &*day), ("month", &*month), ("year", &*year)];
        let agency = if self.settings.agency.is_empty() {
            vec![self.say(&title.agency).to_owned()]
        } else {
            self.settings.agency.iter().map(|line| visible(line)).collect()
        };
        let signature = |signature: &crate::rulebook::Signature| {
            let who = filled(self.say(&signature.who), &[("kind", &kind)]);
            (who.trim().to_owned(), self.say(&signature.how).to_owned())
        };
        Frame {
            agency,
            country: self.say(&title.country).to_owned(),
            motto: self.say(&title.motto).to_owned(),
            number: filled(self.say(&title.number), &[("number", &number)]),
            place_date: filled(self.say(&title.place_date), &date_words),
            title: self.say(&title.title).to_owned(),
            attached,
            unit,
            how: self.how(&title.how),
            how_workbook: self.how(&title.how_workbook),
            how_page: self.how(&title.how_page),
            totals: self.totals(verdicts),
            signed: filled(self.say(&title.signed), &[("place", &signed_at)]),
            signatures: list.signatures.iter().map(signature).collect(),
        }
    }

    /// How the list is filled in, with the headers and answers that it speaks of.
    fn how(&self, words: &Words) -> String {
        let language = self.settings.language;
        let header = |id| self.list().header(id, language);
        let answers = self.list().answers.iter().zip(1..);
        let answers: Vec<String> =
            answers.map(|(answer, number)| format!("{number} - {}", answer.label.of(language))).collect();
        let words_of = [
            ("row_key", header(ColumnId::RowKey)),
            ("answer", header(ColumnId::Answer)),
            ("right_value", header(ColumnId::RightValue)),
            ("notes", header(ColumnId::Notes)),
            ("answers", &answers.join("; ")),
        ];
        filled(self.say(words), &words_of)
    }

    /// How many rows there are, and of each verdict that there is.
    fn totals(&self, verdicts: &[u64; Verdict::ALL.len()]) -> Vec<String> {
        let (words, language) = (&self.list().words, self.settings.language);
        let rows = grouped(verdicts.iter().sum(), language);
        let mut totals = vec![filled(self.say(&words.total), &[("rows", &rows)])];
        for (verdict, n_rows) in Verdict::ALL.into_iter().zip(verdicts).filter(|(_, n_rows)| **n_rows > 0) {
            let label = self.book.wording.label("verdict", verdict.name(), language);
            let rows = grouped(*n_rows, language);
            totals.push(filled(self.say(&words.of_verdict), &[("verdict", label), ("rows", &rows)]));
        }
        totals
    }
}

/// A text with its `{words}` filled in. What is filled in is not looked at again.
pub fn filled(text: &str, words: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find('}').map_or(rest.len(), |end| end + 1);
        let word = rest[1..end].trim_end_matches('}');
        match words.iter().find(|(name, _)| *name == word) {
            Some((_, value)) => out.push_str(value),
            None => out.push_str(&rest[..end]),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// A text in which everything can be seen: line ends and tabs are blanks, and what cannot be printed, or turns the order of
/// the letters around it, is written out.
pub fn visible(text: &str) -> String {
    let is_plain = |letter: char| !letter.is_control() && !turns(letter);
    if text.chars().all(is_plain) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '\n' | '\r' | '\t' => out.push(' '),
            letter if is_plain(letter) => out.push(letter),
            letter => write!(out, "\\u{{{:x}}}", u32::from(letter)).expect("a string grows"),
        }
    }
    out
}

/// Whether a character changes the order in which others are shown (UAX #9), or is none of XML.
const fn turns(letter: char) -> bool {
    matches!(
        letter,
        '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{fffe}'
            | '\u{ffff}'
    )
}

/// At most so many letters of a text, with a mark where some were cut.
fn cut(text: &str, most: usize, mark: &str) -> String {
    if text.len() <= most || text.chars().count() <= most {
        return text.to_owned();
    }
    let kept = most.saturating_sub(mark.chars().count());
    text.chars().take(kept).chain(mark.chars()).collect()
}

/// A number with its thousands apart.
pub fn grouped(number: u64, language: Language) -> String {
    let separator = if language == Language::English { ',' } else { '.' };
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::row::Value;
    use super::super::settings::{Form, Which};
    use super::*;
    use crate::record::Flag;

    fn settings(disclose: Disclose) -> Settings {
        Settings {
            disclose,
            which: Which::ToCheck,
            form: Form::Xlsx,
            agency: Vec::new(),
            dispatch_number: None,
            dispatch_date: None,
            language: Language::Vietnamese,
            as_of: 20_260_630,
        }
    }

    fn row() -> Row {
        let mut row = Row { verdict: Verdict::Mismatch, wrong: 0b0110, ..Row::default() };
        row.values[1] = Value { old: "Nguyễn Văn A".to_owned(), new: "NGUYỄN VĂN AN".to_owned() };
        row.values[2] = Value { old: String::new(), new: String::new() };
        row.values[3] = Value { old: "Nam".to_owned(), new: String::new() };
        row.flags.insert(Flag::Deceased);
        row
    }

    #[test]
    fn each_level_discloses_what_it_says() {
        let book = Rulebook::load(None).expect("our own rules");
        let shown = |disclose| {
            let settings = settings(disclose);
            let content = Content { book: &book, settings: &settings };
            let cells = content.cells(7, &row());
            let columns = content.list().columns.iter();
            let is_shown = |id: ColumnId| id.field().is_some() || id == ColumnId::Verdict;
            let shown = columns.zip(cells).filter(|(column, _)| is_shown(column.id));
            shown.map(|(_, cell)| (cell.text, cell.look)).collect::<Vec<_>>()
        };
        let cell = |text: &str, look| (text.to_owned(), look);
        assert_eq!(
            shown(Disclose::Values)[1..],
            [
                cell("Nguyễn Văn A →\u{a0}NGUYỄN VĂN AN", Look::Wrong),
                cell("(trống) (cần kiểm tra)", Look::Wrong),
                cell("Nam", Look::Plain),
                cell("sai thông tin; đã chết", Look::Plain),
            ]
        );
        assert_eq!(
            shown(Disclose::Fields)[1..],
            [
                cell("Nguyễn Văn A (cần kiểm tra)", Look::Wrong),
                cell("(trống) (cần kiểm tra)", Look::Wrong),
                cell("Nam", Look::Plain),
                cell("sai thông tin", Look::Plain),
            ]
        );
        assert_eq!(
            shown(Disclose::Verdict)[1..],
            [
                cell("Nguyễn Văn A", Look::Plain),
                cell("", Look::Plain),
                cell("Nam", Look::Plain),
                cell("sai thông tin", Look::Plain),
            ]
        );
    }

    #[test]
    fn nothing_in_a_text_hides_or_turns() {
        assert_eq!(visible("a\0b\u{202e}c\u{7}\nd\te\u{ffff}"), "a\\u{0}b\\u{202e}c\\u{7} d e\\u{ffff}");
        assert_eq!(visible("Nguyễn عمر 🙂 e\u{301}"), "Nguyễn عمر 🙂 e\u{301}");
        assert_eq!(cut("abcdef", 6, "…"), "abcdef");
        assert_eq!(cut("ẫbcdefg", 6, "…"), "ẫbcde…");
        assert_eq!(filled("{a} và {b} {c}", &[("a", "{b}"), ("b", "x")]), "{b} và x {c}");
        assert_eq!(filled("{a", &[("a", "x")]), "x");
        assert_eq!(grouped(1_234_567, Language::Vietnamese), "1.234.567");
        assert_eq!(grouped(123, Language::English), "123");
    }
}
