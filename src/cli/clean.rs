//! `lamsach clean`: plan, and a summary that fits a screen.

use super::args::Clean;
use super::options;
use super::running::{self, Words};
use super::terminal::{cut, decimal, left, number, right};
use crate::pipeline::{Done, Plan, Stop, clean};
use crate::record::{Decision, Exit, FieldKind, Trouble};
use crate::report::mask::shown;
use crate::rulebook::{Language, Rulebook};

pub(super) fn run(args: &Clean, stop: &Stop) -> Result<Exit, Trouble> {
    let lists = options::inputs(&args.files, &args.reading, &args.limits)?;
    let include = if args.with_ethnicity { vec![FieldKind::Ethnicity] } else { Vec::new() };
    let plan = Plan { include, ..running::plan("clean", lists, &args.running, &args.limits)? };
    running::run(&plan, &args.running, &args.common, stop, Words { work: clean, text })
}

/// Codes that the summary has room for.
const CODES_SHOWN: usize = 14;

fn text(done: &Done, book: &Rulebook, language: Language) -> String {
    let vi = language == Language::Vietnamese;
    let n = |value| number(value, language);
    let (summary, counts) = (&done.summary, &done.counts);
    let read: u64 = summary.inputs.iter().map(|input| input.records_read).sum();
    let quarantined: u64 = summary.inputs.iter().map(|input| input.records_quarantined).sum();
    let words = if vi {
        ["danh sách ", "bản ghi", "đã làm sạch", "cách ly"]
    } else {
        ["list      ", "records", "cleaned", "in quarantine"]
    };
    let mut out = format!(
        "{}  {} {} = {} {} + {} {}\n\n",
        words[0],
        n(read),
        words[1],
        n(counts.n_rows),
        words[2],
        n(quarantined),
        words[3]
    );
    out.push_str(&codes(done, language));
    let decided = |decision: Decision| {
        let label = book.wording.label("decision", decision.name(), language);
        format!("{} {label}", n(counts.decided(decision)))
    };
    let parts = [Decision::Auto, Decision::Review, Decision::FieldCheck].map(decided).join(", ");
    let (seconds, memory) =
        (decimal(done.resources.wall_s, 1, language), n(done.resources.peak_rss_bytes >> 20));
    let folder = shown(&done.folder.display().to_string());
    let words = if vi {
        ["đề nghị sửa", "kết quả    ", "giây"]
    } else {
        ["corrections", "result     ", "s"]
    };
    out.push_str(&format!(
        "\n{} {}: {parts}\n{} {folder}  ({seconds} {}, {memory} MiB)\n",
        words[0],
        n(counts.n_corrections()),
        words[1],
        words[2]
    ));
    let (findings, cleaned) = (running::file_of(done, "findings"), running::file_of(done, "cleaned"));
    out.push_str(&if vi {
        format!("tiếp theo   mở {findings}: mỗi lỗi một dòng; {cleaned}: danh sách đã viết lại\n")
    } else {
        format!("next        open {findings}: a line for each finding; {cleaned}: the list rewritten\n")
    });
    out.push_str(running::look_at_quarantine(quarantined, vi));
    out
}

/// The commonest findings, most of them first.
fn codes(done: &Done, language: Language) -> String {
    let vi = language == Language::Vietnamese;
    let mut fired: Vec<_> = done.summary.findings.by_rule.iter().filter(|rule| rule.count > 0).collect();
    fired.sort_by_key(|rule| std::cmp::Reverse(rule.count));
    let mut out = String::new();
    for rule in fired.iter().take(CODES_SHOWN) {
        let words = cut(if vi { &rule.vi } else { &rule.en }, 56);
        let count = right(&number(rule.count, language), 12);
        out.push_str(&format!("  {} {}{count}\n", left(&rule.code, 5), left(&words, 57)));
    }
    let others: u64 = fired.iter().skip(CODES_SHOWN).map(|rule| rule.count).sum();
    if others > 0 {
        let words = if vi { "các lỗi khác (xem summary.json)" } else { "others (see summary.json)" };
        out.push_str(&format!("        {}{}\n", left(words, 57), right(&number(others, language), 12)));
    }
    if fired.is_empty() {
        out.push_str(if vi { "  không phát hiện lỗi nào\n" } else { "  nothing was found\n" });
    }
    out
}
