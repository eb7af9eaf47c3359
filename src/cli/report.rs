//! `lamsach report`: a finished run as a page of text, 80 columns wide and good as a Markdown file.
//!
//! Made from `summary.json` alone, so nothing personal can stand in it.

use super::language;
use super::report_args::Report;
use super::terminal::{cut, decimal, left, number, print, right};
use crate::record::{Decision, Exit, Trouble};
use crate::report::mask::plain;
use crate::report::numbers::{day, share};
use crate::report::page::ListWords;
use crate::report::told::{self, Told, ToldCount, ToldInput};
use crate::rulebook::{Kind, Language, ReportWords, Rulebook};

/// Letters of a line.
const WIDTH: usize = 80;
/// Codes and units that are shown.
const CODES: usize = 14;
const UNITS: usize = 10;

pub(super) fn run(args: &Report) -> Result<Exit, Trouble> {
    let book = Rulebook::load(args.common.rules.as_deref())?;
    let words = ReportWords::load(&book.files)?;
    let (told, text) = told::read(&args.folder)?;
    if args.common.json {
        print(&text);
    } else if !args.common.quiet {
        let language = language(&args.common);
        print(&Text { told: &told, book: &book, words: &words, language, out: String::new() }.page());
    }
    Ok(Exit::Success)
}

/// A page that is being written.
struct Text<'a> {
    told: &'a Told,
    book: &'a Rulebook,
    words: &'a ReportWords,
    language: Language,
    out: String,
}

impl Text<'_> {
    fn page(mut self) -> String {
        let told = self.told;
        // A command of its own has a title of its own; the others are named.
        let title = self.filled(&format!("title_{}", told.command), &[]);
        let is_known = !title.starts_with("title_");
        let title = if is_known { title } else { self.filled("title_other", &[("command", &told.command)]) };
        self.out.push_str(&format!("# {}\n\n", plain(&title)));
        let mut about: Vec<String> = told.inputs.iter().take(3).map(|input| cut(&input.path, 40)).collect();
        about.extend(
            told.as_of.as_ref().map(|iso| self.filled("as_of", &[("day", &day(iso, self.language))])),
        );
        about.push(format!("{} {}", told.tool.name, told.tool.version));
        self.paragraph(&about.join(" · "));
        const REFUSED: u8 = 3;
        match told.to_do.filter(|_| is_known) {
            _ if told.exit.code == REFUSED => {
                self.paragraph(&self.filled("stopped", &[("reason", &told.exit.reason)]));
            }
            Some(to_do) => {
                let list = ListWords {
                    words: self.words,
                    language: self.language,
                    command: &told.command,
                    to_do,
                    n_read: self.sum(|input| input.records_read),
                    n_rows: self.n_rows(),
                    n_repeated: told.reference.as_ref().map_or(0, |reference| reference.repeated_numbers),
                };
                self.paragraph(&list.sentence());
                self.paragraph(&list.equation());
                self.counts();
                self.codes();
                self.units();
                self.fields();
                self.certainty();
            }
            None => self.paragraph(&self.say("other_note")),
        }
        self.files();
        if told.outputs.iter().any(|file| file.path == "report.html") {
            self.paragraph(&self.say("page_note"));
        }
        self.out.truncate(self.out.trim_end().len());
        self.out + "\n"
    }

    fn say(&self, name: &str) -> String {
        self.filled(name, &[])
    }

    fn filled(&self, name: &str, with: &[(&str, &str)]) -> String {
        self.words.filled(name, self.language, with)
    }

    fn n(&self, value: u64) -> String {
        number(value, self.language)
    }

    fn label(&self, group: &str, code: &str) -> String {
        self.book.wording.label(group, code, self.language).to_owned()
    }

    fn sum(&self, of: impl Fn(&ToldInput) -> u64) -> u64 {
        self.told.inputs.iter().map(of).sum()
    }

    fn n_rows(&self) -> u64 {
        self.sum(|input| input.records_clean)
    }

    fn share(&self, count: u64) -> String {
        share(count, self.n_rows(), self.language)
    }

    fn heading(&mut self, name: &str) {
        let title = self.say(name);
        self.out.push_str(&format!("## {title}\n\n"));
    }

    /// A paragraph in lines that fit, and an empty line behind it.
    fn paragraph(&mut self, text: &str) {
        let text = plain(text);
        let mut width = 0;
        for word in text.split(' ') {
            let length = word.chars().count();
            if width > 0 && width + 1 + length > WIDTH {
                self.out.push('\n');
                width = 0;
            }
            if width > 0 {
                self.out.push(' ');
                width += 1;
            }
            self.out.push_str(word);
            width += length;
        }
        self.out.push_str("\n\n");
    }

    /// A table whose first `n_texts` columns are words and the others numbers. The widest column of words gives way.
    fn table(&mut self, header: &[String], n_texts: usize, rows: &[Vec<String>]) {
        let plain = |cell: &String| plain(cell).replace('|', "\\|");
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(plain).collect()).collect();
        let width = |at: usize| {
            let cells = rows.iter().map(|row| row[at].chars().count());
            cells.chain([header[at].chars().count()]).max().unwrap_or(0)
        };
        let mut widths: Vec<usize> = (0..header.len()).map(width).collect();
        let total = widths.iter().sum::<usize>() + 3 * widths.len() + 1;
        if let Some(widest) = widths[..n_texts].iter_mut().max() {
            *widest -= total.saturating_sub(WIDTH).min(*widest - 3);
        }
        let mut line = |cells: &[String]| {
            for (at, (cell, width)) in cells.iter().zip(&widths).enumerate() {
                let cell = cut(cell, *width);
                let cell = if at < n_texts { left(&cell, *width) } else { right(&cell, *width) };
                self.out.push_str(&format!("| {cell} "));
            }
            self.out.push_str("|\n");
        };
        line(header);
        let rule = |(at, width): (usize, &usize)| {
            if at < n_texts { "-".repeat(*width) } else { "-".repeat(width.saturating_sub(1)) + ":" }
        };
        let rules: Vec<String> = widths.iter().enumerate().map(rule).collect();
        line(&rules);
        rows.iter().for_each(|row| line(row));
        self.out.push('\n');
    }

    fn header(&self, names: &[&str]) -> Vec<String> {
        names.iter().map(|name| self.say(name)).collect()
    }

    /// Verdicts, what has to be done, changes by field, flags.
    fn counts(&mut self) {
        let told = self.told;
        let row = |text: &Self, group: &str, counted: &ToldCount| {
            vec![text.label(group, &counted.code), text.n(counted.count), text.share(counted.count)]
        };
        if told.reference.is_some() {
            self.heading("h_verdicts");
            let rows: Vec<_> = told.verdicts.iter().map(|verdict| row(self, "verdict", verdict)).collect();
            self.table(&self.header(&["verdict", "records", "share"]), 1, &rows);
        }
        let to_do = told.to_do.unwrap_or_default();
        let counts = [
            ("to_do_nothing", to_do.nothing),
            ("to_do_auto", to_do.auto),
            ("to_do_review", to_do.review),
            ("to_do_field_check", to_do.field_check),
            ("to_do_open", to_do.open),
        ];
        self.heading("h_to_do");
        let rows = counts.map(|(name, count)| vec![self.say(name), self.n(count), self.share(count)]);
        self.table(&self.header(&["who", "records", "share"]), 1, &rows);
        self.heading("h_corrections");
        if told.corrections.is_empty() {
            self.paragraph(&self.say("no_corrections"));
        } else {
            let rows = self.corrections();
            self.table(&self.header(&["field", "auto", "review", "field_check", "total"]), 1, &rows);
        }
        let flags = told.flags.iter().filter(|flag| flag.count > 0);
        let rows: Vec<_> = flags.map(|flag| row(self, "flag", flag)).collect();
        if !rows.is_empty() {
            self.heading("h_flags");
            self.table(&self.header(&["flag", "records", "share"]), 1, &rows);
        }
    }

    /// Changes by field, and of all fields.
    fn corrections(&self) -> Vec<Vec<String>> {
        let mut fields: Vec<&str> =
            self.told.corrections.iter().map(|counted| counted.field.as_str()).collect();
        fields.dedup();
        let count = |field: Option<&str>, decision: Option<Decision>| -> u64 {
            let counted = self.told.corrections.iter();
            let of_field = counted.filter(|counted| field.is_none_or(|field| counted.field == field));
            of_field
                .filter(|counted| decision.is_none_or(|decision| counted.decision == decision.name()))
                .map(|counted| counted.count)
                .sum()
        };
        let decisions =
            [Decision::Auto, Decision::Review, Decision::FieldCheck].map(Some).into_iter().chain([None]);
        let row = |(label, field): (String, Option<&str>)| {
            let counts = decisions.clone().map(|decision| self.n(count(field, decision)));
            std::iter::once(label).chain(counts).collect()
        };
        let labelled = fields.into_iter().map(|field| (self.label("field", field), Some(field)));
        labelled.chain([(self.say("total"), None)]).map(row).collect()
    }

    fn codes(&mut self) {
        let Some(findings) = &self.told.findings else { return };
        self.heading("h_codes");
        let mut fired: Vec<&ToldCount> = findings.by_rule.iter().filter(|rule| rule.count > 0).collect();
        fired.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.code.cmp(&other.code)));
        if fired.is_empty() {
            return self.paragraph(&self.say("no_codes"));
        }
        let is_of_file = |code: &str| {
            let mut checks = self.book.checks.all().iter().filter(|check| check.code == code).peekable();
            checks.peek().is_some() && checks.all(|check| check.kind == Kind::File)
        };
        let row = |rule: &&ToldCount| {
            let text = if self.language == Language::English { &rule.en } else { &rule.vi };
            let share = if is_of_file(&rule.code) { String::new() } else { self.share(rule.count) };
            vec![rule.code.clone(), text.clone(), self.n(rule.count), share]
        };
        let rows: Vec<_> = fired.iter().take(CODES).map(row).collect();
        self.table(&self.header(&["code", "meaning", "count", "share"]), 2, &rows);
        if fired.len() > CODES {
            let n = self.n((fired.len() - CODES) as u64);
            self.paragraph(&self.filled("and_others", &[("n", &n)]));
        }
    }

    fn units(&mut self) {
        let Some(units) = &self.told.units else { return };
        self.heading("h_units");
        let shown = units.top.iter().take(UNITS);
        let row = |unit: &told::ToldUnit| vec![unit.unit.clone(), self.n(unit.to_check), self.n(unit.auto)];
        let rows: Vec<_> = shown.map(row).collect();
        self.table(&self.header(&["unit", "unit_to_check", "unit_auto"]), 1, &rows);
        let n_others = units.units.saturating_sub(rows.len() as u64);
        if n_others > 0 {
            self.paragraph(&self.filled("and_other_units", &[("n", &self.n(n_others))]));
        }
    }

    fn fields(&mut self) {
        if self.told.fields.is_empty() {
            return;
        }
        self.heading("h_fields");
        let with_reference = self.told.fields.iter().any(|field| field.wrong.is_some());
        let share = |part, whole| share(part, whole, self.language);
        let row = |field: &told::ToldField| {
            let parts = [field.as_written, field.rewritten, field.unreadable, field.missing];
            let mut row = vec![self.label("field", &field.field)];
            row.extend(parts.map(|part| share(part, field.cells)));
            if with_reference {
                row.push(field.wrong.map(|wrong| share(wrong, field.cells)).unwrap_or_default());
            }
            row
        };
        let rows: Vec<_> = self.told.fields.iter().map(row).collect();
        let mut names = vec!["field", "as_written_short", "rewritten_short", "unreadable_short", "missing"];
        names.extend(with_reference.then_some("wrong_short"));
        self.table(&self.header(&names), 1, &rows);
    }

    fn certainty(&mut self) {
        let Some(certainty) = &self.told.certainty else { return };
        self.heading("h_certainty");
        let n: u64 = self.told.corrections.iter().map(|counted| counted.count).sum();
        let wrong = decimal(certainty.expected_wrong, 1, self.language);
        self.paragraph(&self.filled("expected_wrong", &[("n", &self.n(n)), ("wrong", &wrong)]));
    }

    /// What was read and what was written.
    fn files(&mut self) {
        let told = self.told;
        let of_reference = told.reference.iter().flat_map(|reference| &reference.files);
        let inputs: Vec<&ToldInput> = told.inputs.iter().chain(&told.with).chain(of_reference).collect();
        if !inputs.is_empty() {
            self.heading("h_inputs");
            let counts = |input: &ToldInput| {
                [input.records_read, input.records_clean, input.records_quarantined]
                    .map(|count| self.n(count))
            };
            let row = |input: &&ToldInput| {
                let about =
                    format!("{} ({}…)", cut(&input.path, 40), input.sha256.get(..12).unwrap_or_default());
                std::iter::once(about).chain(counts(input)).collect()
            };
            let rows: Vec<Vec<String>> = inputs.iter().map(row).collect();
            let mut header = self.header(&["file", "read", "clean", "quarantined"]);
            header[0].push_str(" (SHA-256)");
            self.table(&header, 1, &rows);
        }
        if let Some(store) = told.reference.as_ref().and_then(|reference| reference.store.as_ref()) {
            let (store, citizens) = (cut(&store.path, 40), self.n(store.citizens));
            let label = (self.say("store"), self.say("store_citizens"));
            self.paragraph(&format!("{}: {store}. {}: {citizens}.", label.0, label.1));
        }
        let slips = inputs.iter().flat_map(|input| {
            input
                .quarantined_by_reason
                .iter()
                .map(|(code, count)| vec![cut(&input.path, 40), self.label("fault", code), self.n(*count)])
        });
        let rows: Vec<Vec<String>> = slips.collect();
        if !rows.is_empty() {
            self.heading("h_quarantine");
            self.table(&self.header(&["file", "reason", "records"]), 2, &rows);
        }
        if !told.outputs.is_empty() {
            self.heading("outputs");
            let rows = |file: &told::ToldOutput| {
                vec![file.path.clone(), file.rows.map(|rows| self.n(rows)).unwrap_or_default()]
            };
            let rows: Vec<Vec<String>> = told.outputs.iter().map(rows).collect();
            self.table(&self.header(&["file", "output_rows"]), 1, &rows);
        }
    }
}
