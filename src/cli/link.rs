//! `lamsach link` and `lamsach dedupe`: plan, and a summary that fits a screen.

use super::args::{Dedupe, Link, Linking};
use super::options;
use super::running::{self, Task};
use super::terminal::{decimal, left, number, percent, right};
use crate::pipeline::{InputOptions, LinkDone, LinkOptions, LinkPlan, Plan, Stop, link, link_dry_run};
use crate::record::{Exit, Trouble};
use crate::report::mask::shown;
use crate::rulebook::{Language, Rulebook};

pub(super) fn run_link(args: &Link, stop: &Stop) -> Result<Exit, Trouble> {
    let lists = options::inputs(&args.lists, &args.linking.reading, &args.linking.limits)?;
    let with = InputOptions { files: args.with.clone(), ..lists.clone() };
    run("link", lists, Some(with), &args.linking, stop)
}

pub(super) fn run_dedupe(args: &Dedupe, stop: &Stop) -> Result<Exit, Trouble> {
    let lists = options::inputs(&args.files, &args.linking.reading, &args.linking.limits)?;
    run("dedupe", lists, None, &args.linking, stop)
}

fn run(
    command: &'static str,
    lists: InputOptions,
    with: Option<InputOptions>,
    args: &Linking,
    stop: &Stop,
) -> Result<Exit, Trouble> {
    let book = Rulebook::load(args.common.rules.as_deref())?;
    let plan = Plan { reference: with, ..running::plan(command, lists, &args.running, &args.limits)? };
    let options = LinkOptions {
        profile: args.profile.clone(),
        weights: args.weights.clone(),
        accept_doubts: args.accept_doubts,
    };
    let plan = LinkPlan::new(plan, &options, &book)?;
    let task = Task {
        dry_run: &|book, language| dry_run(&plan, book, language),
        work: &|book, observer| link(&plan, book, observer, stop, &options::clock),
        json: &|done: &LinkDone| {
            (serde_json::to_value(&done.summary), &done.times, &done.resources, &done.folder)
        },
        text: &|done, language| text(done, language),
        exit: &|_| Exit::Success,
    };
    running::run_task(&plan.run, &book, &args.running, &args.common, task)
}

fn dry_run(plan: &LinkPlan, book: &Rulebook, _: Language) -> Result<String, Trouble> {
    let mut out = String::new();
    for (path, columns) in link_dry_run(plan, book)? {
        out.push_str(&format!("{}\n", shown(&path.display().to_string())));
        for (field, column) in columns {
            out.push_str(&format!("  {} <- {}\n", left(&field, 18), shown(&column)));
        }
    }
    Ok(out)
}

fn text(done: &LinkDone, language: Language) -> String {
    let vi = language == Language::Vietnamese;
    let n = |value| number(value, language);
    let facts = &done.summary.linking;
    let words = if vi {
        ["danh sách ", "bản ghi", "và", "cặp     ", "so sánh", "có thể có", "trong đó khóa"]
    } else {
        ["lists     ", "records", "and", "pairs   ", "compared", "possible", "by key"]
    };
    let (a, b) = (facts.records_a, facts.records_b);
    let both = if b > 0 { format!("{} {} {}", n(a), words[2], n(b)) } else { n(a) };
    let mut out = format!("{}  {both} {}\n", words[0], words[1]);
    out.push_str(&format!(
        "{}    {} {} ({} {})\n",
        words[3],
        n(facts.pairs_compared),
        words[4],
        n(facts.pairs_possible),
        words[5]
    ));
    for key in &facts.keys {
        out.push_str(&format!("  {}{}\n", left(&key.key, 42), right(&n(key.pairs), 15)));
        if key.refined_values > 0 {
            let (values, before) = (n(key.refined_values), n(key.refined_pairs_before));
            let without = n(key.left_out_records);
            out.push_str(&if vi {
                format!("    {values} giá trị quá phổ biến ({before} cặp) được chia nhỏ; {without} bản ghi thiếu trường để chia\n")
            } else {
                format!("    {values} values too frequent ({before} pairs) were refined; {without} records lack a field for it\n")
            });
        }
    }
    let share = percent(facts.links, facts.links + facts.review, language);
    let words = if vi {
        ["liên kết  ", "cặp là một người", "cần xem", "nhóm", "nhóm lớn nhất"]
    } else {
        ["links     ", "pairs are one person", "to review", "groups", "the largest of"]
    };
    out.push_str(&format!(
        "\n{}  {} {} ({share}), {} {}\n",
        words[0],
        n(facts.links),
        words[1],
        n(facts.review),
        words[2]
    ));
    if facts.clusters > 0 {
        out.push_str(&format!(
            "            {} {}, {} {}\n",
            n(facts.clusters),
            words[3],
            words[4],
            n(facts.largest_cluster)
        ));
    }
    for doubt in &facts.doubts {
        out.push_str(&format!("            {}: {doubt}\n", if vi { "nghi ngờ" } else { "doubt" }));
    }
    let (seconds, memory) =
        (decimal(done.resources.wall_s, 1, language), n(done.resources.peak_rss_bytes >> 20));
    let folder = shown(&done.folder.display().to_string());
    let words = if vi { ["kết quả   ", "giây"] } else { ["result    ", "s"] };
    out.push_str(&format!("{}  {folder}  ({seconds} {}, {memory} MiB)\n", words[0], words[1]));
    let all = done.summary.inputs.iter().chain(&done.summary.with);
    out.push_str(running::look_at_quarantine(all.map(|input| input.records_quarantined).sum(), vi));
    out
}
