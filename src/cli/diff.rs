//! `lamsach diff`: what changed between two files, in words.

use super::diff_args::Diff as Args;
use super::terminal::{Progress, cut, left, number, print, right};
use super::{language, options};
use crate::compare::{Diff, DiffPlan, Example, FileFacts, diff};
use crate::pipeline::Stop;
use crate::record::{Exit, Trouble};
use crate::report::mask::shown;
use crate::rulebook::{Language, Rulebook};

/// Letters of a line.
const WIDTH: usize = 80;

pub(super) fn run(args: &Args, stop: &Stop) -> Result<Exit, Trouble> {
    let inputs = |path| options::inputs(std::slice::from_ref(path), &args.reading, &args.limits);
    let plan = DiffPlan {
        a: inputs(&args.a)?,
        b: inputs(&args.b)?,
        out: args.output.clone(),
        replace: args.replace,
        examples: args.examples,
    };
    let book = Rulebook::load(args.common.rules.as_deref())?;
    let language = language(&args.common);
    let progress = Progress::new(language, args.common.quiet || args.common.json);
    let (found, folder) = diff(&plan, &book, &progress, stop, &options::clock)?;
    if args.common.json {
        print(&format!("{:#}\n", serde_json::to_value(&found).unwrap_or_default()));
    } else if !args.common.quiet {
        let mut text = Words(language).text(&found);
        if let Some(folder) = folder {
            let path = shown(&folder.join("changes.csv").display().to_string());
            text.push_str(&format!("\n{} {path}\n", Words(language).pick("mọi thay đổi:", "all changes:")));
        }
        print(&text);
    }
    Ok(Exit::Success)
}

struct Words(Language);

impl Words {
    fn pick<'w>(&self, vi: &'w str, en: &'w str) -> &'w str {
        if self.0 == Language::Vietnamese { vi } else { en }
    }

    fn n(&self, value: u64) -> String {
        number(value, self.0)
    }

    fn text(&self, found: &Diff) -> String {
        let mut out = String::new();
        self.file(&mut out, "A", &found.a);
        self.file(&mut out, "B", &found.b);
        let by = if found.by == "line" {
            self.pick(
                "ghép theo số dòng (không có mã dòng ở cả hai tệp)",
                "paired by line (no record key in both files)",
            )
        } else {
            self.pick("ghép theo mã dòng của danh sách", "paired by the record key of the list")
        };
        out.push_str(&format!("   {by}\n\n"));
        let counts = [
            (self.pick("chỉ có ở A", "only in A"), found.only_a),
            (self.pick("chỉ có ở B", "only in B"), found.only_b),
            (self.pick("khác giá trị", "with another value"), found.changed),
            (self.pick("chỉ khác cách viết", "only written otherwise"), found.rewritten),
            (self.pick("giống hệt", "the same"), found.same),
        ];
        for (label, count) in counts {
            out.push_str(&format!("  {}{}\n", left(label, 40), right(&self.n(count), 12)));
        }
        self.columns(&mut out, found);
        if !found.examples.is_empty() {
            let title = self.pick("bản ghi đầu tiên đã khác (đã che)", "the first changed records (masked)");
            out.push_str(&format!("\n{title}\n"));
            found.examples.iter().for_each(|example| self.example(&mut out, example));
        }
        out
    }

    fn file(&self, out: &mut String, name: &str, facts: &FileFacts) {
        let records = self.n(facts.records);
        let bad = match facts.quarantined {
            0 => String::new(),
            bad => format!(", {} {}", self.n(bad), self.pick("không đọc được", "cannot be read")),
        };
        let rest = format!("  {records} {}{bad}", self.pick("bản ghi", "records"));
        let path = cut(&shown(&facts.path), WIDTH.saturating_sub(rest.chars().count() + 3));
        out.push_str(&format!("{name}  {path}{rest}\n"));
        if !facts.columns_only_here.is_empty() {
            let names = facts.columns_only_here.join(", ");
            let text =
                format!("   {}: {}", self.pick("cột chỉ có ở đây", "columns only here"), shown(&names));
            out.push_str(&format!("{}\n", cut(&text, WIDTH)));
        }
    }

    fn columns(&self, out: &mut String, found: &Diff) {
        let differing: Vec<_> =
            found.columns.iter().filter(|column| column.n_changed() + column.rewritten > 0).collect();
        if differing.is_empty() {
            return;
        }
        let heads = [
            self.pick("đổi", "changed"),
            self.pick("thêm", "filled"),
            self.pick("xóa", "emptied"),
            self.pick("viết khác", "rewritten"),
        ];
        out.push_str(&format!("\n{}", left(self.pick("cột", "column"), 34)));
        heads.iter().for_each(|head| out.push_str(&right(head, 11)));
        out.push('\n');
        for column in differing {
            out.push_str(&left(&format!("  {}", cut(&shown(&column.name), 30)), 34));
            for count in [column.changed, column.filled, column.emptied, column.rewritten] {
                out.push_str(&right(&self.n(count), 11));
            }
            out.push('\n');
        }
    }

    fn example(&self, out: &mut String, example: &Example) {
        let line = if example.line_a == example.line_b {
            self.n(example.line_a)
        } else {
            format!("{} (A), {} (B)", self.n(example.line_a), self.n(example.line_b))
        };
        out.push_str(&format!("  {} {line}\n", self.pick("dòng", "line")));
        for cell in &example.cells {
            let empty = self.pick("(trống)", "(empty)");
            let [a, b] =
                [&cell.a, &cell.b].map(|text| if text.trim().is_empty() { empty } else { text.as_str() });
            let text = format!("    {} {a} -> {b}", left(&format!("{}:", cut(&shown(&cell.column), 22)), 24));
            out.push_str(&format!("{}\n", cut(&text, WIDTH)));
        }
    }
}
