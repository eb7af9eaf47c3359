//! What is said of a list as a whole, in one sentence and one sum; the page and the terminal say the same.

use crate::report::counts::ToDo;
use crate::report::numbers::{number, share};
use crate::rulebook::{Language, ReportWords};

/// The numbers of a list, and the words for them.
#[derive(Clone, Copy)]
pub struct ListWords<'a> {
    /// The words.
    pub words: &'a ReportWords,
    /// Their language.
    pub language: Language,
    /// The command that was run.
    pub command: &'a str,
    /// What has to be done.
    pub to_do: ToDo,
    /// Records read.
    pub n_read: u64,
    /// Records that became rows.
    pub n_rows: u64,
    /// Repeated numbers in the reference.
    pub n_repeated: u64,
}

impl ListWords<'_> {
    /// The verdict on the list in one sentence, and what else has to be known at once.
    pub fn sentence(&self) -> String {
        let of_read = |n| share(n, self.n_read, self.language);
        let mut sentences = vec![self.filled(&format!("sentence_{}", self.command), of_read)];
        for (name, n) in
            [("sentence_quarantine", self.n_quarantined()), ("sentence_repeated", self.n_repeated)]
        {
            let n_text = number(n, self.language);
            sentences.extend((n > 0).then(|| self.words.filled(name, self.language, &[("n", &n_text)])));
        }
        sentences.join(" ")
    }

    /// Records read as the sum of what became of them.
    pub fn equation(&self) -> String {
        self.filled("equation", |n| number(n, self.language))
    }

    fn n_quarantined(&self) -> u64 {
        self.n_read.saturating_sub(self.n_rows)
    }

    fn filled(&self, name: &str, text: impl Fn(u64) -> String) -> String {
        let numbers = [
            ("read", self.n_read),
            ("nothing", self.to_do.nothing),
            ("auto", self.to_do.auto),
            ("to_check", self.to_do.to_check()),
            ("quarantined", self.n_quarantined()),
        ];
        let texts = numbers.map(|(name, n)| (name, text(n)));
        let with: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        self.words.filled(name, self.language, &with)
    }
}
