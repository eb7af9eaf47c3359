//! `lamsach evaluate`: precision and recall as a table or as JSON.

use std::collections::BTreeMap;

use super::args::Evaluate;
use super::language;
use super::terminal::{decimal, left, number, print, right};
use crate::evaluate::{Evaluation, Score, evaluate};
use crate::record::{Exit, Trouble};
use crate::rulebook::Language;

pub(super) fn run(args: &Evaluate) -> Result<Exit, Trouble> {
    let found = evaluate(&args.folder, &args.truth)?;
    if args.common.json {
        print(&(json(&found).to_string() + "\n"));
    } else if !args.common.quiet {
        print(&text(&found, language(&args.common)));
    }
    Ok(Exit::Success)
}

/// The counts with precision and recall beside them.
fn json(found: &Evaluation) -> serde_json::Value {
    let mut value = serde_json::to_value(found).unwrap_or_default();
    for (name, table) in tables(found) {
        for (code, score) in table {
            value[name][code]["precision"] = score.precision().into();
            value[name][code]["recall"] = score.recall().into();
        }
    }
    value
}

fn tables(found: &Evaluation) -> [(&'static str, &BTreeMap<String, Score>); 5] {
    [
        ("verdicts", &found.verdicts),
        ("by_number", &found.by_number),
        ("codes", &found.codes),
        ("fields", &found.fields),
        ("decisions", &found.decisions),
    ]
}

fn text(found: &Evaluation, language: Language) -> String {
    let vi = language == Language::Vietnamese;
    let titles = if vi {
        [
            "kết luận, mọi bản ghi",
            "kết luận, số còn đúng hoặc khôi phục được",
            "mã lỗi",
            "trường được sửa",
            "quyết định",
        ]
    } else {
        [
            "verdicts, all rows",
            "verdicts, number intact or repairable",
            "error codes",
            "fields corrected",
            "decisions",
        ]
    };
    let heads = if vi {
        ["thật có", "đưa ra", "đúng", "chính xác", "độ phủ"]
    } else {
        ["wanted", "given", "right", "precision", "recall"]
    };
    let mut out = String::new();
    for ((_, table), title) in tables(found).into_iter().zip(titles) {
        out.push_str(title);
        out.push('\n');
        out.push_str(&left("", 16));
        heads.iter().for_each(|head| out.push_str(&right(head, 12)));
        out.push('\n');
        for (code, score) in table {
            out.push_str(&line(code, score, title == titles[4], language));
        }
        out.push('\n');
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

fn line(code: &str, score: &Score, only_precision: bool, language: Language) -> String {
    let wanted = if only_precision { "-".to_owned() } else { number(score.wanted, language) };
    let recall = if only_precision { "-".to_owned() } else { decimal(score.recall(), 5, language) };
    let cells = [
        wanted,
        number(score.given, language),
        number(score.right, language),
        decimal(score.precision(), 5, language),
        recall,
    ];
    let mut out = left(&format!("  {code}"), 16);
    cells.iter().for_each(|cell| out.push_str(&right(cell, 12)));
    out.push('\n');
    out
}
