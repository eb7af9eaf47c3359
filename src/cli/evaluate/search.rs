//! The part of an evaluation that is about the search by other fields than the number.

use super::super::terminal::{decimal, left, number, right};
use super::cells;
use crate::evaluate::{Score, SearchScore};
use crate::rulebook::Language;

/// Codes of missed rows that are shown; JSON has all.
const CODES_SHOWN: usize = 12;

/// The search as a table.
pub(super) fn text(found: &SearchScore, language: Language) -> String {
    let vi = language == Language::Vietnamese;
    let mut out = String::new();
    out.push_str(if vi {
        "tìm theo các trường khác (số thiếu, sai hoặc của người khác)\n"
    } else {
        "search by other fields (number missing, wrong or somebody else's)\n"
    });
    heads(
        &mut out,
        if vi {
            &["thật có", "đưa ra", "đúng", "chính xác", "độ phủ"]
        } else {
            &["wanted", "given", "right", "precision", "recall"]
        },
    );
    let mut line = |name: &str, score: &Score, only_precision| {
        out.push_str(&left(name, NAME));
        cells(score, only_precision, language).iter().for_each(|cell| out.push_str(&right(cell, 11)));
        out.push('\n');
    };
    line(if vi { "  công dân" } else { "  citizen" }, &found.citizen, false);
    for (decision, score) in &found.number_corrections {
        let name = if vi { format!("  sửa số {decision}") } else { format!("  number {decision}") };
        line(&name, score, true);
    }
    out.push('\n');
    out.push_str(if vi {
        "xác suất dự đoán của ứng viên đầu và tỷ lệ đúng thật\n"
    } else {
        "predicted chance of the best candidate, and the share that is right\n"
    });
    heads(
        &mut out,
        if vi {
            &["số dòng", "dự đoán", "đúng thật", "sai"]
        } else {
            &["rows", "predicted", "right", "wrong"]
        },
    );
    for bin in found.calibration.iter().filter(|bin| bin.rows > 0) {
        let from = |chance: f64| {
            if language == Language::English {
                chance.to_string()
            } else {
                chance.to_string().replace('.', ",")
            }
        };
        out.push_str(&left(&format!("  {} - {}", from(bin.from), from(bin.to)), NAME));
        for cell in [
            number(bin.rows, language),
            decimal(bin.mean_predicted, 5, language),
            decimal(bin.share_right, 5, language),
            number(bin.wrong, language),
        ] {
            out.push_str(&right(&cell, 11));
        }
        out.push('\n');
    }
    out.push('\n');
    let facts = [
        (if vi { "dòng được tính" } else { "rows that count" }, found.rows),
        (
            if vi {
                "người đúng nằm trong các ứng viên"
            } else {
                "right citizen among the candidates"
            },
            found.among_candidates,
        ),
        (
            if vi {
                "đưa ra người khi đáp án không có ai"
            } else {
                "somebody given where the truth has nobody"
            },
            found.given_to_nobody,
        ),
    ];
    for (name, count) in facts {
        out.push_str(&format!("  {}{}\n", left(name, 42), right(&number(count, language), 12)));
    }
    let mut missed: Vec<(&String, &u64)> = found.missed.iter().collect();
    missed.sort_by_key(|(code, count)| (std::cmp::Reverse(**count), *code));
    if !missed.is_empty() {
        out.push_str(if vi {
            "\nmã lỗi của dòng không tìm đúng người\n"
        } else {
            "\nerror codes of rows whose citizen was missed\n"
        });
        for (code, count) in missed.into_iter().take(CODES_SHOWN) {
            out.push_str(&format!("  {}{}\n", left(code, 42), right(&number(*count, language), 12)));
        }
    }
    out.push('\n');
    out
}

/// Letters of the first column.
const NAME: usize = 22;

fn heads(out: &mut String, names: &[&str]) {
    out.push_str(&left("", NAME));
    names.iter().for_each(|name| out.push_str(&right(name, 11)));
    out.push('\n');
}
