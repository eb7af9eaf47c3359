//! `lamsach export`: plan, and a summary that fits a screen.

use std::collections::BTreeMap;

use super::language;
use super::leave_args::{Disclose, Export};
use super::options;
use super::terminal::{Progress, complain, decimal, number, print};
use crate::ingest::HeadOptions;
use crate::pipeline::{ExportDone, ExportPlan, InputOptions, Stop, export, previous};
use crate::record::{Exit, Trouble};
use crate::report::mask::shown;
use crate::rulebook::{Disclosure, Language, Rulebook};
use crate::seal::Recipients;

pub(super) fn run(args: &Export, stop: &Stop) -> Result<Exit, Trouble> {
    let book = Rulebook::load(args.common.rules.as_deref())?;
    let language = language(&args.common);
    let recipients = (!args.encrypt_to.is_empty()).then(|| Recipients::read(&args.encrypt_to)).transpose()?;
    // A template that does not exist, or may not be filled, is told before a list is read.
    book.export(&args.template)?;
    let lists = InputOptions {
        files: args.list.clone(),
        head: HeadOptions::default(),
        sheet: args.sheet.clone(),
        limits: options::sizes(&args.limits)?,
        ..InputOptions::default()
    };
    let mut plan = options::plan("export", lists, None, &args.limits)?;
    plan.out.clone_from(&args.output);
    plan.replace = args.replace;
    let disclose = match args.disclose {
        Disclose::Verdict => Disclosure::Verdict,
        Disclose::Fields => Disclosure::Fields,
        Disclose::Values => Disclosure::Values,
    };
    let wish = (args.template.clone(), disclose, args.with_column.clone());
    let plan = ExportPlan::new(plan, args.folder.clone(), wish, args.approved.clone(), recipients)?;
    if previous(&plan.run, &book)?.is_some() {
        if !args.common.quiet {
            let vi = language == Language::Vietnamese;
            let words = if vi { "đã có kết quả này" } else { "already done" };
            complain(&format!("lamsach: {words}: {}\n", shown(&plan.run.out.display().to_string())));
        }
        return Ok(Exit::Success);
    }
    let progress = Progress::new(language, args.common.quiet || args.common.json);
    let done = export(&plan, &book, &progress, stop, &options::clock)?;
    if args.common.json {
        let mut summary = serde_json::to_value(&done.summary).unwrap_or_default();
        summary["run"] = serde_json::json!({
            "started": done.times.0, "finished": done.times.1, "resources": done.resources, "folder": done.folder,
        });
        print(&format!("{summary:#}\n"));
    } else if !args.common.quiet {
        print(&text(&done, plan.recipients.as_ref(), &book, language));
    }
    Ok(Exit::Success)
}

fn text(done: &ExportDone, recipients: Option<&Recipients>, book: &Rulebook, language: Language) -> String {
    let vi = language == Language::Vietnamese;
    let n = |value| number(value, language);
    let facts = &done.summary.export;
    let words = if vi {
        ["danh sách  ", "bản ghi", "ghi ra", "đã sửa", "chỗ", "cột bỏ trống", "cột không ghi", "mâu thuẫn "]
    } else {
        ["list       ", "records", "written", "corrected", "values", "left empty", "left out", "conflicts "]
    };
    let mut out =
        format!("{} {} {}, {} {}\n", words[0], n(facts.rows_read), words[1], n(facts.rows_written), words[2]);
    let n_bad: u64 = done.summary.inputs.iter().map(|input| input.records_quarantined).sum();
    if n_bad > 0 {
        out.push_str(&if vi {
            format!("            {} bản ghi cách ly không ghi ra: xem quarantine.csv của lần đối chiếu\n", n(n_bad))
        } else {
            format!("            {} records in quarantine are not written: see quarantine.csv of the reconciliation\n", n(n_bad))
        });
    }
    let mut by: BTreeMap<&str, u64> = BTreeMap::new();
    facts.applied.iter().for_each(|applied| *by.entry(applied.decision).or_default() += applied.count);
    let parts: Vec<String> = by
        .iter()
        .map(|(code, count)| format!("{} {}", n(*count), book.wording.label("decision", code, language)))
        .collect();
    if !parts.is_empty() {
        out.push_str(&format!(
            "{:<11} {} {}: {}\n",
            words[3],
            n(by.values().sum()),
            words[4],
            parts.join(", ")
        ));
    }
    if facts.conflicts > 0 {
        out.push_str(&format!("{}  {} (conflicts.csv)\n", words[7], n(facts.conflicts)));
    }
    for (kept_empty, words) in [(true, words[5]), (false, words[6])] {
        let left: Vec<String> = facts
            .left_out
            .iter()
            .filter(|column| column.kept_empty == kept_empty)
            .map(|column| {
                format!(
                    "{} ({})",
                    shown(&column.header),
                    book.wording.label("left_out", &column.why, language)
                )
            })
            .collect();
        if !left.is_empty() {
            out.push_str(&format!("{words}: {}\n", left.join(", ")));
        }
    }
    if facts.cells_cut > 0 {
        out.push_str(&if vi {
            format!("cảnh báo    {} ô dài hơn mức bảng tính nhận, bị cắt ở cuối\n", n(facts.cells_cut))
        } else {
            format!(
                "warning     {} cells longer than a spreadsheet takes were cut at their end\n",
                n(facts.cells_cut)
            )
        });
    }
    if let Some(recipients) = recipients {
        let count = n(recipients.shown().len() as u64);
        out.push_str(&if vi {
            format!("mã hóa cho  {count} khóa; mở bằng lamsach decrypt\n")
        } else {
            format!("sealed to   {count} keys; lamsach decrypt opens it\n")
        });
    }
    let (seconds, memory) =
        (decimal(done.resources.wall_s, 1, language), n(done.resources.peak_rss_bytes >> 20));
    let folder = shown(&done.folder.display().to_string());
    let words = if vi { ["kết quả    ", "giây"] } else { ["result     ", "s"] };
    out.push_str(&format!("{} {folder}  ({seconds} {}, {memory} MiB)\n", words[0], words[1]));
    out
}
