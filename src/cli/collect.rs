//! `lamsach collect`: what came back, what it says, and who still owes what.

use std::collections::BTreeMap;

use serde_json::json;

use super::collect_args::Collect;
use super::terminal::{cut, left, number, print, right};
use super::{language, options};
use crate::collect::{CollectPlan, Collected, collect};
use crate::pipeline::Stop;
use crate::record::{Exit, Trouble};
use crate::report::mask::shown;
use crate::rulebook::{Language, Rulebook};

/// Lists that the screen has room for.
const LISTS_SHOWN: usize = 10;

pub(super) fn run(args: &Collect, stop: &Stop) -> Result<Exit, Trouble> {
    let plan = CollectPlan {
        folder: args.folder.clone(),
        sent: args.sent.clone(),
        out: args.output.clone(),
        replace: args.replace,
        as_of: options::as_of(args.as_of.as_deref())?,
        limits: options::sizes(&args.limits)?,
    };
    let book = Rulebook::load(args.common.rules.as_deref())?;
    let done = collect(&plan, &book, stop, &options::clock)?;
    if args.common.json {
        let mut summary = serde_json::to_value(&done.summary).unwrap_or_default();
        summary["run"] = json!({ "resources": done.resources, "folder": done.folder });
        print(&format!("{summary:#}\n"));
    } else if !args.common.quiet {
        let words = Words { book: &book, language: language(&args.common) };
        print(&words.text(&done));
    }
    Ok(Exit::Success)
}

struct Words<'a> {
    book: &'a Rulebook,
    language: Language,
}

impl Words<'_> {
    fn pick<'w>(&self, vi: &'w str, en: &'w str) -> &'w str {
        if self.language == Language::Vietnamese { vi } else { en }
    }

    fn n(&self, value: u64) -> String {
        number(value, self.language)
    }

    fn label<'w>(&'w self, code: &'w str) -> &'w str {
        self.book.wording.label("collect", code, self.language)
    }

    fn text(&self, done: &Collected) -> String {
        let summary = &done.summary;
        let n_back = summary.lists_sent - summary.lists_missing;
        let mut out = format!(
            "{}  {} {}, {} {}\n",
            self.pick("danh sách ", "lists     "),
            self.n(summary.lists_sent),
            self.pick("đã gửi", "sent"),
            self.n(n_back),
            self.pick("đã nhận lại", "came back"),
        );
        let states = ["answered", "blank", "conflict", "missing"];
        let rows = states.map(|state| {
            let count = summary.rows.get(state).copied().unwrap_or(0);
            format!("{} {}", self.n(count), self.label(state))
        });
        out.push_str(&format!(
            "{}  {} = {}\n",
            self.pick("dòng      ", "rows      "),
            self.n(summary.rows_sent),
            rows.join(" + ")
        ));
        self.counts(&mut out, self.pick("ý kiến của hộ", "answers"), &summary.answers);
        self.counts(
            &mut out,
            self.pick("xung đột (conflicts.csv)", "conflicts (conflicts.csv)"),
            &summary.conflicts,
        );
        self.owed(&mut out, done);
        if summary.files_not_read > 0 {
            out.push_str(&format!(
                "\n{} {}\n",
                self.n(summary.files_not_read),
                self.pick(
                    "tệp không phải danh sách xã hoặc không đọc được: xem files.csv",
                    "files are no commune lists or cannot be read: see files.csv"
                )
            ));
        }
        let n_approved: u64 = summary.approved.values().sum();
        let folder = shown(&done.folder.display().to_string());
        out.push_str(&format!(
            "\n{} {}\n",
            self.n(n_approved),
            self.pick("chỗ sửa được chấp thuận (approved.csv)", "approved corrections (approved.csv)")
        ));
        out.push_str(&format!(
            "{} lamsach apply {} {folder} --to {} -o {}\n",
            self.pick("tiếp theo  ", "next       "),
            self.pick("KET_QUA", "RUN"),
            self.pick("TEP", "FILE"),
            self.pick("THU_MUC", "NEW"),
        ));
        out
    }

    fn counts(&self, out: &mut String, title: &str, counts: &BTreeMap<&'static str, u64>) {
        if counts.values().all(|count| *count == 0) {
            return;
        }
        out.push_str(&format!("\n{title}\n"));
        let mut counts: Vec<(&str, u64)> = counts.iter().map(|(code, count)| (*code, *count)).collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        for (code, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
            out.push_str(&format!("  {}{}\n", left(self.label(code), 56), right(&self.n(count), 12)));
        }
    }

    /// Who still owes rows, the most first.
    fn owed(&self, out: &mut String, done: &Collected) {
        let owed = |list: &crate::collect::ListFacts| list.sent - list.back;
        let mut lists: Vec<_> = done.summary.lists.iter().filter(|list| owed(list) > 0).collect();
        if lists.is_empty() {
            return;
        }
        lists.sort_by_key(|list| std::cmp::Reverse(owed(list)));
        out.push_str(&format!("\n{}\n", self.pick("còn nợ (missing.csv)", "still owed (missing.csv)")));
        for list in lists.iter().take(LISTS_SHOWN) {
            let name = if list.name.is_empty() { &list.path } else { &list.name };
            let what = if list.back == 0 {
                self.pick("cả danh sách", "the whole list")
            } else {
                self.pick("một phần", "some rows")
            };
            let name = cut(&shown(&format!("{} {name}", list.commune)), 50);
            out.push_str(&format!(
                "  {}{}{}\n",
                left(name.trim_start(), 52),
                left(what, 15),
                right(&self.n(owed(list)), 9)
            ));
        }
        if lists.len() > LISTS_SHOWN {
            let rest = (lists.len() - LISTS_SHOWN) as u64;
            out.push_str(&format!("  {} {}\n", self.n(rest), self.pick("danh sách khác", "more lists")));
        }
    }
}
