//! The quieter half of a page: reference, search, files, quarantine, the run itself, and what was not checked.

use serde::Serialize;

use super::content::{NAME_LETTERS, Sources};
use super::parts::Fact;
use crate::record::FieldKind;
use crate::report::folder::Written;
use crate::report::mask::cut;
use crate::report::numbers::{day, decimal, number};
use crate::report::summary::{Input, NoticeLine};
use crate::rulebook::Language;

#[derive(Serialize)]
pub(super) struct InputRow<'a> {
    pub(super) path: String,
    pub(super) about: String,
    pub(super) sha256: &'a str,
    pub(super) read: u64,
    pub(super) clean: u64,
    pub(super) quarantined: u64,
    pub(super) columns_title: String,
    pub(super) columns: Vec<Fact>,
}

#[derive(Serialize)]
pub(super) struct SlipRow {
    pub(super) file: String,
    pub(super) reason: String,
    pub(super) count: u64,
}

#[derive(Serialize)]
pub(super) struct OutputRow<'a> {
    pub(super) path: &'a str,
    pub(super) sha256: &'a str,
    pub(super) rows: String,
    pub(super) personal: String,
}

#[derive(Serialize)]
pub(super) struct Coded<'a> {
    pub(super) code: &'a str,
    pub(super) text: &'a str,
}

impl<'a> Sources<'a> {
    pub(super) fn search(&self) -> Vec<Fact> {
        let Some(search) = &self.summary.search else { return Vec::new() };
        let counts = [
            ("search_rows", search.rows),
            ("search_citizens", search.citizens),
            ("search_pairs", search.pairs),
            ("search_kept", search.kept),
        ];
        let mut facts: Vec<Fact> =
            counts.map(|(name, n)| Fact::new(self.say(name), number(n, self.language))).into();
        facts.extend(search.present.iter().map(|(told, chance)| {
            let what = self.say(&format!("present_{told}"));
            let value = decimal(chance * 100.0, 1, self.language) + " %";
            Fact::new(self.filled("search_present", &[("what", &what)]), value)
        }));
        facts
    }

    pub(super) fn reference(&self) -> Vec<Fact> {
        let Some(reference) = &self.summary.reference else { return Vec::new() };
        let n = |value| number(value, self.language);
        let mut facts = Vec::new();
        for file in &reference.files {
            facts.push(Fact::new(self.say("file"), cut(&file.path, NAME_LETTERS)));
            facts.push(Fact::new(self.say("big_read"), n(file.records_read)));
            facts.push(Fact::hash("SHA-256", &file.sha256));
        }
        if let Some(store) = &reference.store {
            facts.push(Fact::new(self.say("store"), cut(&store.path, NAME_LETTERS)));
            facts.push(Fact::hash(self.say("store_id"), &store.store_id));
            facts.push(Fact::new(self.say("store_citizens"), n(store.citizens)));
            facts.push(Fact::new(self.say("store_updates"), n(u64::from(store.updates))));
        }
        let counts = [
            ("numbers_asked", reference.numbers_asked),
            ("citizens_found", reference.citizens_found),
            ("repeated_numbers", reference.repeated_numbers),
            ("without_number", reference.without_number),
        ];
        facts.extend(counts.map(|(name, count)| Fact::new(self.say(name), n(count))));
        facts
    }

    /// The lists, then the files of the reference.
    pub(super) fn inputs(&self) -> impl Iterator<Item = &'a Input> {
        let summary = self.summary;
        summary.inputs.iter().chain(summary.reference.iter().flat_map(|reference| &reference.files))
    }

    pub(super) fn input(&self, input: &'a Input) -> InputRow<'a> {
        let path = cut(&input.path, NAME_LETTERS);
        let size = self.counted("size", input.bytes);
        let about = [Some(size.as_str()), Some(input.packing), input.encoding, Some(&input.source)];
        let column =
            |(field, name): (&&str, &String)| Fact::new(self.label("field", field), cut(name, NAME_LETTERS));
        let mut columns: Vec<(&&str, &String)> = input.columns.iter().collect();
        columns.sort_by_key(|(field, _)| FieldKind::from_name(field));
        InputRow {
            about: about.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            sha256: &input.sha256,
            read: input.records_read,
            clean: input.records_clean,
            quarantined: input.records_quarantined,
            columns_title: self.filled("columns_of", &[("file", &path)]),
            columns: columns.into_iter().map(column).collect(),
            path,
        }
    }

    pub(super) fn quarantine(&self) -> Vec<SlipRow> {
        let of = |input: &'a Input| {
            let file = cut(&input.path, NAME_LETTERS);
            let reasons = input.quarantined_by_reason.iter();
            reasons.map(move |(code, count)| (file.clone(), *code, *count))
        };
        let row = |(file, code, count): (String, &str, u64)| SlipRow {
            file,
            reason: self.label("fault", code),
            count,
        };
        self.inputs().flat_map(of).map(row).collect()
    }

    pub(super) fn notices(&self) -> Vec<Fact> {
        /// Odd things that are shown of each file; `summary.json` has all of them.
        const SHOWN: usize = 20;
        let of = |input: &'a Input| input.notices.iter().take(SHOWN).map(move |notice| (input, notice));
        let fact = |(input, notice): (&Input, &NoticeLine)| {
            let mut value = self.label("notice", notice.code);
            let n = |line| number(line, self.language);
            let line = notice.line.map(|line| match notice.last_line {
                Some(last) if last > line => format!("{}–{}", n(line), n(last)),
                _ => n(line),
            });
            let details = [
                notice.name.as_ref().map(|name| cut(name, NAME_LETTERS)),
                line.map(|line| self.filled("notice_line", &[("line", &line)])),
                (notice.count > 1 && notice.last_line.is_none())
                    .then(|| self.counted("notice_count", notice.count)),
            ];
            let details: Vec<String> = details.into_iter().flatten().collect();
            if !details.is_empty() {
                value = format!("{value} ({})", details.join(", "));
            }
            Fact::new(cut(&input.path, NAME_LETTERS), value)
        };
        self.inputs().flat_map(of).map(fact).collect()
    }

    pub(super) fn not_checked(&self) -> Vec<String> {
        let mut names = Vec::new();
        if self.summary.reference.is_some() {
            if self.summary.search.is_none() {
                names.push("not_number_only");
            }
            names.push("not_compared");
        }
        let mut sentences: Vec<String> = names.into_iter().map(|name| self.say(name)).collect();
        if self.summary.reference.is_none() {
            let checks = self.book.checks.all().iter();
            let n = checks.filter(|check| check.kind.needs_reference(&check.of)).count();
            sentences.push(self.counted("not_reference", n as u64));
        }
        sentences.push(self.say("not_ethnicity"));
        sentences
    }

    pub(super) fn unchecked(&self) -> Vec<Coded<'a>> {
        let is_english = self.language == Language::English;
        let unchecked = self.book.checks.unchecked().iter();
        unchecked
            .map(|one| Coded { code: &one.code, text: if is_english { &one.en } else { &one.vi } })
            .collect()
    }

    pub(super) fn run(&self) -> Vec<Fact> {
        let summary = self.summary;
        let mut facts = vec![
            Fact::new(self.say("tool"), format!("{} {}", summary.tool.name, summary.tool.version)),
            Fact::new(self.say("command"), format!("{} {}", summary.tool.name, summary.command)),
            Fact::new(self.say("as_of_label"), day(&summary.as_of, self.language)),
            Fact::hash(self.say("run_id"), &summary.run_id),
            Fact::hash(self.say("run_key"), &summary.run_key),
            Fact::hash(self.say("rules"), &summary.rules.sha256),
            Fact::new(self.say("n_checks"), number(summary.rules.checks as u64, self.language)),
        ];
        let replaced: Vec<&str> = summary.rules.replaced.keys().map(String::as_str).collect();
        if !replaced.is_empty() {
            facts.push(Fact::new(self.say("replaced"), replaced.join(", ")));
        }
        facts
    }

    pub(super) fn outputs(&self) -> Vec<OutputRow<'a>> {
        let of = |file: &'a Written| OutputRow {
            path: &file.path,
            sha256: &file.sha256,
            rows: file.rows.map(|rows| number(rows, self.language)).unwrap_or_default(),
            personal: self.say(if file.contains_personal_data { "yes" } else { "no" }),
        };
        self.summary.outputs.iter().map(of).collect()
    }
}
