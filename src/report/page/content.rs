//! What a page of a run says, from its summary and the few things that stand in no summary: examples and all units.

use std::collections::BTreeMap;

use serde::Serialize;

use super::facts::{Coded, InputRow, OutputRow, SlipRow};
use super::parts::{Fact, Slice, in_words, slices};
use super::sentence::ListWords;
use crate::record::{Decision, Severity};
use crate::report::mask::cut;
use crate::report::numbers::{day, decimal, number, share};
use crate::report::quality::{ChanceBin, FieldQuality, UNITS_NAMED, UnitCount};
use crate::report::seen::Example;
use crate::report::summary::{Labelled, Summary};
use crate::rulebook::{Check, Kind, Language, ReportWords, Rulebook};

/// Units shown folded below the worst.
const UNITS_FOLDED: usize = 180;
/// Files that are shown by name in the title.
const FILES_NAMED: usize = 3;
/// Letters of names from files that are shown.
pub(super) const NAME_LETTERS: usize = 120;

/// Everything that a page follows from.
#[derive(Clone, Copy)]
pub(super) struct Sources<'a> {
    pub(super) summary: &'a Summary,
    /// All units, those with most to do first.
    pub(super) units: &'a [UnitCount],
    /// Examples by check.
    pub(super) examples: &'a [Vec<Example>],
    pub(super) book: &'a Rulebook,
    pub(super) words: &'a ReportWords,
    pub(super) language: Language,
}

/// The values that the layout names.
#[derive(Serialize)]
pub(super) struct Content<'a> {
    w: BTreeMap<&'a str, &'a str>,
    style_hash: &'a str,
    script_hash: &'a str,
    summary: &'a Summary,
    has_reference: bool,
    title: String,
    names: String,
    as_of: String,
    sentence: String,
    big: Vec<Big>,
    equation: String,
    parts: Vec<Part>,
    corrections: Vec<CorrectionRow>,
    correction_total: CorrectionRow,
    flags: Vec<CountRow>,
    codes: Vec<CodeRow<'a>>,
    codes_note: String,
    silent: Vec<Coded<'a>>,
    silent_title: String,
    units: Vec<&'a [UnitCount]>,
    units_have_records: bool,
    units_note: String,
    units_more: String,
    units_rest: String,
    field_kinds: Vec<Slice>,
    fields: Vec<FieldRow>,
    chances: Vec<CountRow>,
    expected_wrong: String,
    search: Vec<Fact>,
    reference: Vec<Fact>,
    inputs: Vec<InputRow<'a>>,
    quarantine: Vec<SlipRow>,
    notices: Vec<Fact>,
    not_checked: Vec<String>,
    unchecked: Vec<Coded<'a>>,
    run: Vec<Fact>,
    outputs: Vec<OutputRow<'a>>,
}

/// A big number.
#[derive(Serialize)]
struct Big {
    label: String,
    class: &'static str,
    count: u64,
    share: String,
}

/// A bar with its table.
#[derive(Serialize)]
struct Part {
    id: &'static str,
    title: String,
    column: String,
    alt: String,
    note: String,
    total: u64,
    slices: Vec<Slice>,
}

#[derive(Default, Serialize)]
struct CorrectionRow {
    field: String,
    auto: u64,
    review: u64,
    field_check: u64,
    total: u64,
}

#[derive(Serialize)]
struct CountRow {
    label: String,
    count: u64,
    share: String,
}

#[derive(Serialize)]
struct CodeRow<'a> {
    code: &'a str,
    text: &'a str,
    law: String,
    severity: &'static str,
    severity_label: &'a str,
    weight: u8,
    count: u64,
    share: String,
    examples: Vec<ExampleRow<'a>>,
}

#[derive(Serialize)]
struct ExampleRow<'a> {
    place: String,
    old: &'a str,
    new: &'a str,
}

#[derive(Serialize)]
struct FieldRow {
    label: String,
    alt: String,
    slices: Vec<Slice>,
    wrong: u64,
    wrong_share: String,
}

impl<'a> Content<'a> {
    pub(super) fn of(sources: Sources<'a>, [style_hash, script_hash]: [&'a str; 2]) -> Self {
        let Sources { summary, language, .. } = sources;
        let (corrections, correction_total) = sources.corrections();
        let (codes, silent) = sources.codes();
        let n_folded = sources.units.len().saturating_sub(UNITS_NAMED).min(UNITS_FOLDED);
        let n_rest = sources.units.len().saturating_sub(UNITS_NAMED + UNITS_FOLDED);
        let (named, further) = sources.units.split_at(sources.units.len().min(UNITS_NAMED));
        let units = [named, &further[..n_folded]].into_iter().filter(|units| !units.is_empty()).collect();
        let of_records = number(sources.n_rows(), language);
        let rest = (n_rest > 0).then(|| sources.counted("units_rest", n_rest as u64));
        Self {
            w: sources.words.of(language),
            style_hash,
            script_hash,
            summary,
            has_reference: summary.reference.is_some(),
            title: sources.say(&format!("title_{}", summary.command)),
            names: sources.names(),
            as_of: sources.filled("as_of", &[("day", &day(&summary.as_of, language))]),
            sentence: sources.words_of_list().sentence(),

            big: sources.big(),
            equation: sources.words_of_list().equation(),
            parts: sources.parts(),
            corrections,
            correction_total,
            flags: sources.flags(),
            codes,
            codes_note: sources.filled("codes_share_note", &[("n", &of_records)]),
            silent_title: sources.counted("silent_codes", silent.len() as u64),
            silent,
            units,
            units_have_records: sources.units.iter().any(|unit| unit.records.is_some()),
            units_note: sources.say(if summary.reference.is_some() {
                "units_note_reconcile"
            } else {
                "units_note_clean"
            }),
            units_more: sources.counted("units_more", n_folded as u64),
            units_rest: rest.unwrap_or_default(),
            field_kinds: sources.cells([0; 4]),
            fields: summary.fields.iter().map(|field| sources.field(field)).collect(),
            chances: sources.chances(),
            expected_wrong: sources.expected_wrong(),
            search: sources.search(),
            reference: sources.reference(),
            inputs: sources.inputs().map(|input| sources.input(input)).collect(),
            quarantine: sources.quarantine(),
            notices: sources.notices(),
            not_checked: sources.not_checked(),
            unchecked: sources.unchecked(),
            run: sources.run(),
            outputs: sources.outputs(),
        }
    }
}

impl<'a> Sources<'a> {
    pub(super) fn say(&self, name: &str) -> String {
        self.filled(name, &[])
    }

    pub(super) fn filled(&self, name: &str, with: &[(&str, &str)]) -> String {
        self.words.filled(name, self.language, with)
    }

    /// Words with one number in them.
    pub(super) fn counted(&self, name: &str, n: u64) -> String {
        self.filled(name, &[("n", &number(n, self.language))])
    }

    pub(super) fn label(&self, group: &str, code: &str) -> String {
        self.book.wording.label(group, code, self.language).to_owned()
    }

    /// Records that became rows.
    fn n_rows(&self) -> u64 {
        self.summary.inputs.iter().map(|input| input.records_clean).sum()
    }

    fn n_read(&self) -> u64 {
        self.summary.inputs.iter().map(|input| input.records_read).sum()
    }

    fn names(&self) -> String {
        let mut names: Vec<String> = self
            .summary
            .inputs
            .iter()
            .take(FILES_NAMED)
            .map(|input| cut(&input.path, NAME_LETTERS))
            .collect();
        if self.summary.inputs.len() > FILES_NAMED {
            names.push("…".to_owned());
        }
        names.join(", ")
    }

    fn big(&self) -> Vec<Big> {
        let to_do = &self.summary.to_do;
        let of = |(name, class, count): (&str, &'static str, u64)| Big {
            label: self.say(name),
            class,
            count,
            share: if name == "big_read" {
                String::new()
            } else {
                share(count, self.n_read(), self.language)
            },
        };
        let numbers = [
            ("big_read", "none", self.n_read()),
            ("big_nothing", "ok", to_do.nothing),
            ("big_auto", "auto", to_do.auto),
            ("big_to_check", "field", to_do.to_check()),
        ];
        numbers.map(of).into()
    }

    fn words_of_list(&self) -> ListWords<'_> {
        ListWords {
            words: self.words,
            language: self.language,
            command: self.summary.command,
            to_do: self.summary.to_do,
            n_read: self.n_read(),
            n_rows: self.n_rows(),
            n_repeated: self.summary.reference.as_ref().map_or(0, |facts| facts.repeated_numbers),
        }
    }

    fn parts(&self) -> Vec<Part> {
        let part = |id, title: &str, column: &str, note: &str, drawn| {
            let slices = slices(drawn, self.language);
            Part {
                id,
                title: self.say(title),
                column: self.say(column),
                alt: self.filled("chart", &[("parts", &in_words(&slices))]),
                note: if note.is_empty() { String::new() } else { self.say(note) },
                total: slices.iter().map(|slice| slice.count).sum(),
                slices,
            }
        };
        /// Colour and pattern of each verdict, in their order.
        const VERDICTS: [(&str, usize); 7] =
            [("ok", 0), ("review", 1), ("field", 2), ("auto", 3), ("open", 4), ("none", 5), ("none", 6)];
        let mut parts = Vec::new();
        if self.summary.reference.is_some() {
            let verdicts = self.summary.verdicts.iter().zip(VERDICTS);
            let drawn = verdicts.map(|(verdict, (class, pattern))| {
                (self.label("verdict", &verdict.code), class, pattern, verdict.count)
            });
            parts.push(part("verdicts", "h_verdicts", "verdict", "", drawn.collect()));
        }
        let to_do = &self.summary.to_do;
        let drawn = [
            ("to_do_nothing", "ok", 0, to_do.nothing),
            ("to_do_auto", "auto", 3, to_do.auto),
            ("to_do_review", "review", 1, to_do.review),
            ("to_do_field_check", "field", 2, to_do.field_check),
            ("to_do_open", "open", 4, to_do.open),
        ];
        let drawn = drawn.map(|(name, class, pattern, count)| (self.say(name), class, pattern, count));
        parts.push(part("to-do", "h_to_do", "who", "to_do_note", drawn.into()));
        parts
    }

    fn corrections(&self) -> (Vec<CorrectionRow>, CorrectionRow) {
        let mut rows: Vec<(&str, CorrectionRow)> = Vec::new();
        let mut total = CorrectionRow::default();
        for counted in &self.summary.corrections {
            if rows.last().is_none_or(|(field, _)| *field != counted.field) {
                let field = self.label("field", counted.field);
                rows.push((counted.field, CorrectionRow { field, ..CorrectionRow::default() }));
            }
            let Some((_, row)) = rows.last_mut() else { continue };
            for row in [row, &mut total] {
                let place = match counted.decision {
                    name if name == Decision::Auto.name() => &mut row.auto,
                    name if name == Decision::Review.name() => &mut row.review,
                    _ => &mut row.field_check,
                };
                *place += counted.count;
                row.total += counted.count;
            }
        }
        (rows.into_iter().map(|(_, row)| row).collect(), total)
    }

    fn flags(&self) -> Vec<CountRow> {
        let flags = self.summary.flags.iter().filter(|flag| flag.count > 0);
        let of = |flag: &Labelled| CountRow {
            label: self.label("flag", &flag.code),
            count: flag.count,
            share: share(flag.count, self.n_rows(), self.language),
        };
        flags.map(of).collect()
    }

    fn text_of(&self, check: &'a Check) -> &'a str {
        if self.language == Language::English { &check.en } else { &check.vi }
    }

    /// The checks that fired, the gravest and most frequent first, and those that could have.
    fn codes(&self) -> (Vec<CodeRow<'a>>, Vec<Coded<'a>>) {
        let checks = self.book.checks.all();
        // Checks of one code stand together in the summary, in the order of the rules.
        let mut order: Vec<usize> = (0..checks.len()).collect();
        order.sort_by(|one, other| checks[*one].code.cmp(&checks[*other].code));
        let mut fired = Vec::new();
        let mut silent = Vec::new();
        for (id, counted) in order.into_iter().zip(&self.summary.findings.by_rule) {
            let check = &checks[id];
            if counted.count > 0 {
                fired.push((std::cmp::Reverse((check.severity, counted.count)), id));
            } else if self.summary.reference.is_some() || !check.kind.needs_reference(&check.of) {
                silent.push(Coded { code: &check.code, text: self.text_of(check) });
            }
        }
        fired.sort();
        let row =
            |(std::cmp::Reverse((severity, count)), id): (std::cmp::Reverse<(Severity, u64)>, usize)| {
                let check = &checks[id];
                let law = check.source.as_ref().map(|source| self.filled("law", &[("source", source)]));
                let examples = self.examples.get(id).map_or(&[][..], Vec::as_slice);
                CodeRow {
                    code: &check.code,
                    text: self.text_of(check),
                    law: law.unwrap_or_default(),
                    severity: severity.name(),
                    severity_label: self.book.wording.label("severity", severity.name(), self.language),
                    weight: severity as u8,
                    count,
                    share: if check.kind == Kind::File {
                        String::new()
                    } else {
                        share(count, self.n_rows(), self.language)
                    },
                    examples: examples.iter().map(|example| self.example(example)).collect(),
                }
            };
        (fired.into_iter().map(row).collect(), silent)
    }

    fn example(&self, example: &'a Example) -> ExampleRow<'a> {
        let file = self.summary.inputs.get(example.file).map_or("", |input| &input.path);
        let line = number(example.line, self.language);
        let name = if self.summary.inputs.len() > 1 { "place" } else { "place_alone" };
        let place = self.filled(name, &[("line", &line), ("file", &cut(file, NAME_LETTERS))]);
        ExampleRow { place, old: &example.old, new: &example.new }
    }

    /// The four kinds of cells: as written, rewritten, unreadable, empty.
    fn cells(&self, [as_written, rewritten, unreadable, missing]: [u64; 4]) -> Vec<Slice> {
        let kinds = [
            ("as_written", "ok", 0, as_written),
            ("rewritten", "auto", 3, rewritten),
            ("unreadable", "open", 4, unreadable),
            ("missing", "none", 6, missing),
        ];
        let drawn = kinds.map(|(name, class, pattern, count)| (self.say(name), class, pattern, count));
        slices(drawn.into(), self.language)
    }

    fn field(&self, field: &FieldQuality) -> FieldRow {
        let slices = self.cells([field.as_written, field.rewritten, field.unreadable, field.missing]);
        FieldRow {
            label: self.label("field", field.field),
            alt: self.filled("chart", &[("parts", &in_words(&slices))]),
            slices,
            wrong: field.wrong.unwrap_or(0),
            wrong_share: field
                .wrong
                .map(|wrong| share(wrong, field.cells, self.language))
                .unwrap_or_default(),
        }
    }

    fn chances(&self) -> Vec<CountRow> {
        let Some(certainty) = &self.summary.certainty else { return Vec::new() };
        let total = certainty.bins.iter().map(|bin| bin.corrections).sum();
        let percent = |chance: f64| {
            let text = decimal(chance * 100.0, 2, self.language);
            let text = text.trim_end_matches('0').trim_end_matches([',', '.']);
            text.to_owned()
        };
        let mut above: Option<f64> = None;
        let row = |bin: &ChanceBin| {
            let from = percent(bin.from);
            let to = above.replace(bin.from).map(percent);
            let label = match to {
                None => self.filled("chance_from", &[("from", &from)]),
                Some(to) if bin.from == 0.0 => self.filled("chance_below", &[("to", &to)]),
                Some(to) => self.filled("chance_range", &[("from", &from), ("to", &to)]),
            };
            CountRow { label, count: bin.corrections, share: share(bin.corrections, total, self.language) }
        };
        certainty.bins.iter().map(row).collect()
    }

    fn expected_wrong(&self) -> String {
        let Some(certainty) = &self.summary.certainty else { return String::new() };
        let total = certainty.bins.iter().map(|bin| bin.corrections).sum();
        let wrong = decimal(certainty.expected_wrong, 1, self.language);
        self.filled("expected_wrong", &[("n", &number(total, self.language)), ("wrong", &wrong)])
    }
}
