//! The terminal: numbers as the language writes them, tables, progress, errors.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::pipeline::{Observer, Stage};
use crate::record::Trouble;
use crate::report::mask::shown;
pub(super) use crate::report::numbers::{decimal, number, percent};
use crate::rulebook::{Language, Wording};

/// Text as wide as `width` letters, filled on the right.
pub(super) fn left(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.chars().count());
    format!("{text}{}", " ".repeat(missing))
}

/// Text as wide as `width` letters, filled on the left.
pub(super) fn right(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.chars().count());
    format!("{}{text}", " ".repeat(missing))
}

/// The text cut to `width` letters, with a mark where something is gone.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

/// Writes to standard output. A reader that has gone away is no error: nobody is left to read.
pub(super) fn print(text: &str) {
    let _ = io::stdout().lock().write_all(text.as_bytes());
}

/// Writes to standard error.
pub(super) fn complain(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// A trouble as people read it: code and what, where, what to do.
pub(super) fn describe(trouble: &Trouble, wording: &Wording, language: Language, colour: bool) -> String {
    let (what, help) = wording.message(trouble, language);
    let (red, bold, end) = if colour { ("\x1b[31;1m", "\x1b[1m", "\x1b[0m") } else { ("", "", "") };
    let mut text = format!("{red}error[{}]{end}: {bold}{}{end}\n", trouble.code.code(), shown(&what));
    if let Some(file) = &trouble.file {
        let line = trouble.line.map(|line| format!(":{line}")).unwrap_or_default();
        text.push_str(&format!("  --> {}{line}\n", shown(&file.display().to_string())));
    }
    if !help.is_empty() {
        text.push_str(&format!("  help: {}\n", shown(&help)));
    }
    text
}

/// Whether to colour standard error.
pub(super) fn colours(choice: super::args::Color) -> bool {
    use super::args::Color;
    match choice {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let plain = std::env::var_os("NO_COLOR").is_some()
                || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
            io::stderr().is_terminal() && !plain
        }
    }
}

/// Progress on standard error: a bar on a terminal, else a plain line now and then.
pub(super) struct Progress {
    language: Language,
    quiet: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    bar: Option<ProgressBar>,
    name: &'static str,
    total: u64,
    done: u64,
    said_at: Option<Instant>,
    said_tenths: u64,
}

impl Progress {
    pub(super) fn new(language: Language, quiet: bool) -> Self {
        Self { language, quiet, state: Mutex::new(State::default()) }
    }

    fn name(&self, stage: Stage) -> &'static str {
        match (self.language, stage) {
            (Language::Vietnamese, Stage::List) => "đọc danh sách",
            (Language::Vietnamese, Stage::Reference) => "đối chiếu CSDL",
            (Language::Vietnamese, Stage::Decide) => "ghi kết quả",
            (Language::Vietnamese, Stage::Extract) => "đọc trích xuất",
            (Language::Vietnamese, Stage::Store) => "kho tham chiếu",
            (Language::Vietnamese, Stage::Learning) => "học từ các cặp",
            (Language::Vietnamese, Stage::Pairs) => "cân các cặp",
            (Language::English, Stage::Learning) => "learning from pairs",
            (Language::English, Stage::Pairs) => "weighing pairs",
            (Language::English, Stage::List) => "reading the list",
            (Language::English, Stage::Reference) => "reading the reference",
            (Language::English, Stage::Decide) => "writing results",
            (Language::English, Stage::Extract) => "reading the extract",
            (Language::English, Stage::Store) => "reference store",
        }
    }

    fn say(&self, state: &mut State) {
        let share = (state.done * 100).checked_div(state.total).unwrap_or(100).min(100);
        complain(&format!("lamsach: {} {share} %\n", state.name));
        state.said_at = Some(Instant::now());
        state.said_tenths = share / 10;
    }
}

impl Observer for Progress {
    fn begin(&self, stage: Stage, total: u64) {
        if self.quiet {
            return;
        }
        let Ok(mut state) = self.state.lock() else { return };
        *state = State { name: self.name(stage), total, ..State::default() };
        if io::stderr().is_terminal() {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(5));
            let style =
                ProgressStyle::with_template("{msg:<22} {bar:30} {percent:>3} %  {elapsed} / ~{duration}");
            if let Ok(style) = style {
                bar.set_style(style.progress_chars("█░ "));
            }
            bar.set_message(state.name);
            state.bar = Some(bar);
        } else {
            self.say(&mut state);
        }
    }

    fn advance(&self, amount: u64) {
        /// Without a terminal a line is due after so long, or after each tenth if that takes a while.
        const EVERY: Duration = Duration::from_secs(60);
        const SHORTEST: Duration = Duration::from_secs(5);
        if self.quiet {
            return;
        }
        let Ok(mut state) = self.state.lock() else { return };
        state.done += amount;
        if let Some(bar) = &state.bar {
            bar.inc(amount);
            return;
        }
        let since = state.said_at.map_or(EVERY, |said| said.elapsed());
        let tenths = (state.done * 10).checked_div(state.total).unwrap_or(10);
        if since >= EVERY || (tenths > state.said_tenths && since >= SHORTEST) {
            self.say(&mut state);
        }
    }

    fn pairs(&self, planned: u64, possible: u64) {
        if self.quiet {
            return;
        }
        let (planned, possible) = (number(planned, self.language), number(possible, self.language));
        complain(&match self.language {
            Language::Vietnamese => format!("lamsach: sẽ so sánh {planned} trong {possible} cặp\n"),
            Language::English => format!("lamsach: {planned} of {possible} pairs will be compared\n"),
        });
    }

    fn end(&self) {
        let Ok(mut state) = self.state.lock() else { return };
        if let Some(bar) = state.bar.take() {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_cut() {
        assert_eq!(cut("Nguyễn Văn", 6), "Nguyễ…");
    }
}
