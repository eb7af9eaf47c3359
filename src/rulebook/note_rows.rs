//! The words that totals, signatures and other notes below a list begin with.
//!
//! Marks count where a cell has any: without them `Tổng cộng` (total) and the name Tống Công are one word.

use crate::text::{clean, fold_label};

/// A form as its words; any words may stand between the parts of one with several.
#[derive(Debug)]
struct Form {
    words: Vec<Word>,
    folded: Vec<Word>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    Exactly(String),
    /// Written `...`: any number of any words.
    Any,
}

/// All forms.
#[derive(Debug)]
pub struct NoteWords(Vec<Form>);

impl NoteWords {
    /// From the forms as the list writes them. The error is the position of a form without a word.
    pub(super) fn new<'a>(forms: impl IntoIterator<Item = &'a str>) -> Result<Self, usize> {
        let forms = forms.into_iter().enumerate().map(|(row, form)| Form::new(form).ok_or(row));
        forms.collect::<Result<_, _>>().map(Self)
    }

    /// Whether a cell is what a note begins with.
    pub fn begin(&self, cell: &str) -> bool {
        let text = lower(cell);
        let is_folded = text.is_ascii();
        let words: Vec<&str> = words(&text).collect();
        !words.is_empty()
            && self.0.iter().any(|form| fits(if is_folded { &form.folded } else { &form.words }, &words))
    }
}

impl Form {
    fn new(form: &str) -> Option<Self> {
        let text = lower(form);
        let words: Vec<Word> = text
            .split_whitespace()
            .flat_map(|part| match part {
                "..." => vec![Word::Any],
                part => words(part).map(|word| Word::Exactly(word.to_owned())).collect(),
            })
            .collect();
        let n_words = words.iter().filter(|word| **word != Word::Any).count();
        let fold = |word: &Word| match word {
            Word::Exactly(word) => Word::Exactly(fold_label(word)),
            Word::Any => Word::Any,
        };
        // Without marks the beginning of a form may be a name (Trương Công An), so it has to be the whole cell.
        let is_anywhere = words.first() == Some(&Word::Any);
        let is_certain = |word: &&Word| **word != Word::Any || is_anywhere;
        let folded = words.iter().filter(is_certain).map(fold).collect();
        (n_words > 0).then_some(Self { words, folded })
    }
}

fn lower(text: &str) -> String {
    let mut out = String::new();
    clean(text, &mut out);
    out.to_lowercase()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Whether the words are a form, with nothing but numbers behind it.
fn fits(form: &[Word], words: &[&str]) -> bool {
    match form.split_first() {
        None => words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_digit())),
        Some((Word::Any, rest)) => (0..=words.len()).any(|skipped| fits(rest, &words[skipped..])),
        Some((Word::Exactly(word), rest)) => {
            words.split_first().is_some_and(|(first, others)| first == word && fits(rest, others))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rulebook::Rulebook;

    #[test]
    fn notes_are_told_from_names() {
        let book = Rulebook::load(None).expect("the built-in rules are right");
        let notes = [
            "Tổng cộng",
            "TỔNG CỘNG:",
            "Tổng cộng 45 người",
            "TONG CONG",
            "Tong cong: 45",
            "Cộng",
            "Trang 1/5",
            "trang 3",
            "Người lập biểu",
            "NGUOI LAP BIEU",
            "ngay 5 thang 6 nam 2022",
            "Trưởng công an xã",
            "Hà Nội, ngày 5 tháng 6 năm 2022",
            "Ngày … tháng … năm …",
            "......, ngày 05 tháng 06 năm 2022",
            "Danh sách này có 120 đối tượng",
            "Xác nhận của UBND xã",
            "TM. UBND XÃ",
            "(Ký, ghi rõ họ tên)",
            "Ghi chú: cột 5 ghi theo CCCD",
        ];
        for note in notes {
            assert!(book.note_words.begin(note), "{note}");
        }
        let names = [
            "Tống Công Minh",
            "TONG CONG MINH",
            "Trang Thị Hoa",
            "Cộng Văn An",
            "Nguyễn Thị Trang",
            "Lê Tổng",
            "Kỷ Tên An",
            "Nguyễn Văn Cộng",
            "Trương Công An",
            "TRUONG CONG AN HOA",
            "01/02/1990",
            "",
            "123",
            "năm 2022",
        ];
        for name in names {
            assert!(!book.note_words.begin(name), "{name}");
        }
    }
}
