//! `lamsach apply` and `lamsach revert`: what was written, what was not and why, and the way back.

use serde_json::json;

use super::apply_args::{Apply, Revert};
use super::terminal::{Progress, left, number, print, right};
use super::{language, options};
use crate::patch::{Applied, ApplyPlan, Reverted, Status, apply, revert};
use crate::pipeline::Stop;
use crate::record::{Exit, Trouble};
use crate::report::mask::shown;
use crate::rulebook::{Language, Rulebook};

pub(super) fn run(args: &Apply, stop: &Stop) -> Result<Exit, Trouble> {
    let to = options::inputs(std::slice::from_ref(&args.to), &args.reading, &args.limits)?;
    let plan = ApplyPlan {
        folders: args.folders.clone(),
        to,
        out: args.output.clone(),
        replace: args.replace,
        fail_on_conflict: args.fail_on_conflict,
    };
    let book = Rulebook::load(args.common.rules.as_deref())?;
    let language = language(&args.common);
    let progress = Progress::new(language, args.common.quiet || args.common.json);
    let done = apply(&plan, &book, &progress, stop, &options::clock)?;
    if args.common.json {
        let mut summary = serde_json::to_value(&done.summary).unwrap_or_default();
        summary["run"] = json!({ "resources": done.resources, "folder": done.folder });
        print(&format!("{summary:#}\n"));
    } else if !args.common.quiet {
        print(&text(&done, &book, language));
    }
    Ok(done.exit)
}

fn text(done: &Applied, book: &Rulebook, language: Language) -> String {
    let vi = language == Language::Vietnamese;
    let n = |value| number(value, language);
    let summary = &done.summary;
    let mut out = String::new();
    for status in [Status::Applied, Status::Conflict, Status::NotApplied] {
        let label = book.wording.label("applied", status.name(), language);
        out.push_str(&format!("  {}{}\n", left(label, 46), right(&n(summary.count(status)), 12)));
        let mut reasons: Vec<(&str, u64)> = Vec::new();
        for count in summary.corrections.iter().filter(|count| count.status == status.name()) {
            let name = if status == Status::Applied { count.field.as_str() } else { count.reason };
            match reasons.iter_mut().find(|(known, _)| *known == name) {
                Some((_, sum)) => *sum += count.count,
                None => reasons.push((name, count.count)),
            }
        }
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        for (name, count) in reasons {
            let group = if status == Status::Applied { "field" } else { "patch" };
            let label = book.wording.label(group, name, language);
            out.push_str(&format!("    {}{}\n", left(label, 56), right(&n(count), 12)));
        }
    }
    if summary.undecided > 0 {
        let words =
            if vi { "chưa ai quyết định, không đụng tới" } else { "not decided yet, left alone" };
        out.push_str(&format!("  {}{}\n", left(words, 46), right(&n(summary.undecided), 12)));
    }
    let copy = shown(&done.folder.join(&summary.corrected.path).display().to_string());
    let folder = shown(&done.folder.display().to_string());
    out.push_str(&if vi {
        format!("\nbản đã sửa  {copy}\n")
    } else {
        format!("\ncorrected   {copy}\n")
    });
    if summary.count(Status::Conflict) > 0 {
        out.push_str(if vi {
            "tiếp theo   mở conflicts.csv: chỗ chưa sửa vì tệp không còn như lúc đối chiếu\n"
        } else {
            "next        open conflicts.csv: cells left alone because they have changed since\n"
        });
    }
    out.push_str(&if vi {
        format!("khôi phục   lamsach revert {folder} -o THU_MUC\n")
    } else {
        format!("the way back  lamsach revert {folder} -o DIR\n")
    });
    out
}

pub(super) fn run_revert(args: &Revert, stop: &Stop) -> Result<Exit, Trouble> {
    let done = revert(&args.applied, &args.output, args.replace, stop, &options::clock)?;
    if args.common.json {
        print(&format!("{:#}\n", done.summary));
    } else if !args.common.quiet {
        print(&text_of_revert(&done, language(&args.common)));
    }
    Ok(Exit::Success)
}

fn text_of_revert(done: &Reverted, language: Language) -> String {
    let file = shown(&done.folder.join(&done.file.path).display().to_string());
    let cells = done.cells.map(|cells| number(cells, language));
    match (language, cells) {
        (Language::Vietnamese, Some(cells)) => {
            format!(
                "đã trả lại {cells} ô; tệp giống hệt tệp ban đầu\nkết quả     {file}\nSHA-256     {}\n",
                done.file.sha256
            )
        }
        (Language::Vietnamese, None) => {
            format!("tệp giống hệt tệp ban đầu\nkết quả     {file}\nSHA-256     {}\n", done.file.sha256)
        }
        (Language::English, Some(cells)) => {
            format!(
                "{cells} cells set back; the file is what it was, byte by byte\nresult      {file}\nSHA-256     {}\n",
                done.file.sha256
            )
        }
        (Language::English, None) => {
            format!(
                "the file is what it was, byte by byte\nresult      {file}\nSHA-256     {}\n",
                done.file.sha256
            )
        }
    }
}
