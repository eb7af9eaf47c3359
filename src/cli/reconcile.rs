//! `lamsach reconcile`: plan, run, and a summary that fits a screen.

use std::path::PathBuf;

use serde_json::json;

use super::args::Reconcile;
use super::terminal::{Progress, complain, decimal, left, number, percent, print, right};
use super::{language, options};
use crate::ingest;
use crate::pipeline::{Done, InputOptions, Plan, Stop, prepare, previous, reconcile};
use crate::record::{Decision, Exit, Severity, Trouble, Verdict};
use crate::report::mask::shown;
use crate::rulebook::{Language, Role, Rulebook};

pub(super) fn run(args: &Reconcile, stop: &Stop) -> Result<Exit, Trouble> {
    let book = Rulebook::load(args.common.rules.as_deref())?;
    let plan = plan(args)?;
    let language = language(&args.common);
    if args.dry_run {
        return dry_run(&plan, &book, args, language);
    }
    if !args.force
        && let Some(code) = previous(&plan, &book)?
    {
        if !args.common.quiet {
            let words =
                if language == Language::Vietnamese { "đã có kết quả này" } else { "already done" };
            complain(&format!("lamsach: {words}: {}\n", plan.out.display()));
        }
        return Ok(if code == 1 { Exit::Findings } else { Exit::Success });
    }
    let progress = Progress::new(language, args.common.quiet || args.common.json);
    let done = reconcile(&plan, &book, &progress, stop, &options::clock)?;
    if args.common.json {
        let run = json!({
            "started": done.times.0, "finished": done.times.1, "resources": done.resources,
            "folder": done.folder,
        });
        let mut summary = serde_json::to_value(&done.summary).unwrap_or_default();
        summary["run"] = run;
        print(&format!("{summary:#}\n"));
    } else if !args.common.quiet {
        print(&text(&done, &book, language));
    }
    Ok(done.exit)
}

fn plan(args: &Reconcile) -> Result<Plan, Trouble> {
    let reference = InputOptions {
        files: args.against.clone(),
        source: args.against_source.clone(),
        told: options::told(&args.against_map)?,
        limits: options::sizes(&args.limits)?,
        ..InputOptions::default()
    };
    Ok(Plan {
        lists: options::inputs(&args.lists, &args.reading, &args.limits)?,
        reference,
        out: args.output.clone().unwrap_or_else(|| PathBuf::from(".")),
        replace: args.replace || args.force,
        as_of: options::as_of(args.as_of.as_deref())?,
        threads: options::threads(&args.limits)?,
        memory_bytes: options::memory(&args.limits)?,
        max_bad: options::max_bad(&args.max_bad_records)?,
        fail_on: args.fail_on.as_deref().map(|name| match name {
            "info" => Severity::Info,
            "warning" => Severity::Warning,
            _ => Severity::Error,
        }),
    })
}

/// Everything that can be known without reading a record.
fn dry_run(plan: &Plan, book: &Rulebook, args: &Reconcile, language: Language) -> Result<Exit, Trouble> {
    let mut out = String::new();
    for (options, role) in [(&plan.lists, Role::List), (&plan.reference, Role::Reference)] {
        for path in ingest::expand(&options.files)? {
            let prepared = prepare(&path, role, options, book)?;
            out.push_str(&format!("{}  {}\n", shown(&path.display().to_string()), prepared.source.name));
            for (field, column) in prepared.facts().columns {
                out.push_str(&format!("  {} <- {}\n", left(field, 18), shown(&column)));
            }
        }
    }
    let words = if language == Language::Vietnamese {
        "chạy được; chưa ghi gì"
    } else {
        "ready to run; nothing was written"
    };
    out.push_str(&format!("{words}\n"));
    if !args.common.quiet {
        print(&out);
    }
    Ok(Exit::Success)
}

fn text(done: &Done, book: &Rulebook, language: Language) -> String {
    let vi = language == Language::Vietnamese;
    let counts = &done.counts;
    let n = |value| number(value, language);
    let summary = &done.summary;
    let read: u64 = summary.inputs.iter().map(|input| input.records_read).sum();
    let quarantined: u64 = summary.inputs.iter().map(|input| input.records_quarantined).sum();
    let reference_read: u64 = summary.reference.files.iter().map(|input| input.records_read).sum();
    let reference_bad: u64 = summary.reference.files.iter().map(|input| input.records_quarantined).sum();
    let mut out = if vi {
        format!(
            "danh sách   {} bản ghi = {} có kết luận + {} cách ly\nCSDL        {} bản ghi, {} cách ly, {} số trùng\n\n",
            n(read),
            n(counts.n_rows),
            n(quarantined),
            n(reference_read),
            n(reference_bad),
            n(summary.reference.repeated_numbers)
        )
    } else {
        format!(
            "list        {} records = {} with a verdict + {} in quarantine\nreference   {} records, {} in quarantine, {} repeated numbers\n\n",
            n(read),
            n(counts.n_rows),
            n(quarantined),
            n(reference_read),
            n(reference_bad),
            n(summary.reference.repeated_numbers)
        )
    };
    for verdict in Verdict::ALL {
        let count = counts.verdict(verdict);
        let label = book.wording.label("verdict", verdict.name(), language);
        out.push_str(&format!(
            "  {}{}{}\n",
            left(label, 26),
            right(&n(count), 12),
            right(&percent(count, counts.n_rows, language), 10)
        ));
    }
    let decided = |decision: Decision| {
        format!(
            "{} {}",
            n(counts.decided(decision)),
            book.wording.label("decision", decision.name(), language)
        )
    };
    let parts = [Decision::Auto, Decision::Review, Decision::FieldCheck].map(decided).join(", ");
    let seconds = decimal(done.resources.wall_s, 1, language);
    let memory = n(done.resources.peak_rss_bytes >> 20);
    let folder = shown(&done.folder.display().to_string());
    out.push_str(&if vi {
        format!(
            "\nđề nghị sửa {}: {parts}\nkết quả     {folder}  ({seconds} giây, {memory} MiB)\n",
            n(counts.n_corrections())
        )
    } else {
        format!(
            "\ncorrections {}: {parts}\nresult      {folder}  ({seconds} s, {memory} MiB)\n",
            n(counts.n_corrections())
        )
    });
    out.push_str(&next_step(quarantined + reference_bad > 0, vi));
    out
}

fn next_step(has_quarantine: bool, vi: bool) -> String {
    let mut out = String::from(if vi {
        "tiếp theo   mở corrections.csv: cột decision nói ai quyết định từng chỗ sửa\n"
    } else {
        "next        open corrections.csv: column decision says who decides each change\n"
    });
    if has_quarantine {
        out.push_str(if vi {
            "            mở quarantine.csv: các dòng không đọc được, gửi lại nơi cung cấp\n"
        } else {
            "            open quarantine.csv: records that cannot be read, for the sender\n"
        });
    }
    out
}
