//! `lamsach evaluate`: precision and recall as a table or as JSON.

mod search;

use std::collections::BTreeMap;

use super::args::Evaluate;
use super::language;
use super::terminal::{decimal, left, number, print, right};
use crate::evaluate::{Evaluation, Score, evaluate};
use crate::record::{Exit, Trouble};
use crate::rulebook::{Language, Rulebook};

pub(super) fn run(args: &Evaluate) -> Result<Exit, Trouble> {
    let found = evaluate(&args.folder, &args.truth)?;
    let book = Rulebook::load(args.common.rules.as_deref())?;
    if args.common.json {
        print(&(json(&found, &book).to_string() + "\n"));
    } else if !args.common.quiet {
        print(&text(&found, &book, language(&args.common)));
    }
    Ok(Exit::Success)
}

/// The counts with precision and recall beside them.
fn json(found: &Evaluation, book: &Rulebook) -> serde_json::Value {
    let mut value = serde_json::to_value(found).unwrap_or_default();
    for (name, table) in tables(found) {
        for (code, score) in table {
            value[name][code]["precision"] = score.precision().into();
            value[name][code]["recall"] = score.recall().into();
        }
    }
    if let Some(found) = &found.search {
        let with_shares = |value: &mut serde_json::Value, score: &Score| {
            value["precision"] = score.precision().into();
            value["recall"] = score.recall().into();
        };
        with_shares(&mut value["search"]["citizen"], &found.citizen);
        for (decision, score) in &found.number_corrections {
            value["search"]["number_corrections"][decision]["precision"] = score.precision().into();
        }
    }
    for code in found.codes.keys() {
        value["codes"][code]["needs"] = Needs::of(code, book).name().into();
    }
    value
}

fn tables(found: &Evaluation) -> [(&'static str, &BTreeMap<String, Score>); 6] {
    [
        ("verdicts", &found.verdicts),
        ("by_number", &found.by_number),
        ("codes", &found.codes),
        ("of_file", &found.of_file),
        ("fields", &found.fields),
        ("decisions", &found.decisions),
    ]
}

/// What it takes to find an error.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// The list.
    Nothing,
    /// A reference.
    Reference,
    /// It is no error to be found: the rules say why.
    NoCheck,
}

impl Needs {
    fn of(code: &str, book: &Rulebook) -> Self {
        if let Some(unchecked) = book.checks.unchecked().iter().find(|unchecked| unchecked.code == code) {
            return if unchecked.needs_reference { Self::Reference } else { Self::NoCheck };
        }
        let mut checks = book.checks.all().iter().filter(|check| check.code == code).peekable();
        let is_known = checks.peek().is_some();
        if is_known && checks.all(|check| check.kind.needs_reference(&check.of)) {
            return Self::Reference;
        }
        Self::Nothing
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "list",
            Self::Reference => "reference",
            Self::NoCheck => "no_check",
        }
    }
}

fn text(found: &Evaluation, book: &Rulebook, language: Language) -> String {
    let vi = language == Language::Vietnamese;
    let titles = if vi {
        [
            "kết luận, mọi bản ghi",
            "kết luận, số còn đúng hoặc khôi phục được",
            "mã lỗi (báo nhầm: trên dòng sạch; *: cần dữ liệu tham chiếu; -: không có quy tắc, xem rules show)",
            "mã lỗi của cả danh sách",
            "trường được sửa",
            "quyết định",
        ]
    } else {
        [
            "verdicts, all rows",
            "verdicts, number intact or repairable",
            "error codes (alarms: on clean rows; *: needs a reference; -: no check, see rules show)",
            "error codes of the list as a whole",
            "fields corrected",
            "decisions",
        ]
    };
    let heads = if vi {
        ["thật có", "đưa ra", "đúng", "chính xác", "độ phủ", "báo nhầm"]
    } else {
        ["wanted", "given", "right", "precision", "recall", "alarms"]
    };
    let mut out = String::new();
    for ((name, table), title) in tables(found).into_iter().zip(titles) {
        if table.is_empty() {
            continue;
        }
        out.push_str(title);
        out.push('\n');
        out.push_str(&left("", 16));
        let n_heads = if name == "codes" { heads.len() } else { heads.len() - 1 };
        heads[..n_heads].iter().for_each(|head| out.push_str(&right(head, 11)));
        out.push('\n');
        for (code, score) in table {
            let mark = match Needs::of(code, book) {
                Needs::Reference => " *",
                Needs::NoCheck => " -",
                Needs::Nothing => "",
            };
            let mut cells = cells(score, name == "decisions", language);
            if name == "codes" {
                cells.push(number(score.on_clean_rows, language));
            }
            out.push_str(&left(&format!("  {code}{mark}"), 16));
            cells.iter().for_each(|cell| out.push_str(&right(cell, 11)));
            out.push('\n');
        }
        out.push('\n');
    }
    if let Some(found) = &found.search {
        out.push_str(&search::text(found, language));
    }
    let facts = [
        (if vi { "dòng trong tệp đáp án" } else { "rows of the truth file" }, found.n_truth),
        (
            if vi { "dòng không có kết luận (cách ly)" } else { "rows without verdict (quarantine)" },
            found.n_without_verdict,
        ),
        (if vi { "dòng chỉ sai công dân" } else { "rows with the wrong citizen" }, found.n_wrong_citizen),
        (if vi { "dòng sạch" } else { "clean rows" }, found.clean_rows),
        (if vi { "dòng sạch bị báo lỗi" } else { "clean rows with a false alarm" }, found.false_alarms),
    ];
    for (name, count) in facts {
        out.push_str(&format!("{}{}\n", left(name, 40), right(&number(count, language), 12)));
    }
    out
}

fn cells(score: &Score, only_precision: bool, language: Language) -> Vec<String> {
    let wanted = if only_precision { "-".to_owned() } else { number(score.wanted, language) };
    let recall = if only_precision { "-".to_owned() } else { decimal(score.recall(), 5, language) };
    vec![
        wanted,
        number(score.given, language),
        number(score.right, language),
        decimal(score.precision(), 5, language),
        recall,
    ]
}
