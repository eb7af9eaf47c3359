//! `lamsach lists`: plan, and a summary that fits a screen.

use super::args::{Reading, Running};
use super::format_args::Writing;
use super::lists_args::{DiscloseWay, FormWay, Lists, RowsWay};
use super::options;
use super::running::{self, Task};
use super::terminal::{decimal, left, number, right};
use crate::lists::{Day, Disclose, Form, Settings, Which};
use crate::pipeline::{ListsDone, ListsPlan, Plan, Stop, lists, lists_dry_run};
use crate::record::{Exit, Trouble};
use crate::report::mask::shown;
use crate::rulebook::{Language, Rulebook};

pub(super) fn run(args: &Lists, stop: &Stop) -> Result<Exit, Trouble> {
    let book = Rulebook::load(args.common.rules.as_deref())?;
    let reading = Reading {
        source: None,
        map: args.map.clone(),
        encoding: None,
        delimiter: None,
        header_line: None,
        sheet: args.sheet.clone(),
    };
    let lists_read = options::inputs(&args.list, &reading, &args.limits)?;
    let running = Running {
        output: args.output.clone(),
        replace: args.replace,
        force: args.force,
        dry_run: args.dry_run,
        as_of: None,
        fail_on: None,
        max_bad_records: "100%".to_owned(),
        writing: Writing::csv(),
    };
    let plan: Plan = running::plan("lists", lists_read, &running, &args.limits)?;
    let plan = ListsPlan::new(plan, &args.run, settings(args)?)?;
    let task = Task {
        dry_run: &|book, _| dry_run(&plan, book),
        work: &|book, observer| lists(&plan, book, observer, stop, &options::clock),
        json: &|done: &ListsDone| {
            (serde_json::to_value(&done.summary), &done.times, &done.resources, &done.folder)
        },
        text: &|done, language| text(done, language),
        exit: &|_| Exit::Success,
    };
    running::run_task(&plan.run, &book, &running, &args.common, task)
}

fn settings(args: &Lists) -> Result<Settings, Trouble> {
    let day = args.dispatch_date.as_deref().map(|date| options::day("--dispatch-date", date)).transpose()?;
    Ok(Settings {
        disclose: match args.disclose {
            DiscloseWay::Verdict => Disclose::Verdict,
            DiscloseWay::Fields => Disclose::Fields,
            DiscloseWay::Values => Disclose::Values,
        },
        which: match args.rows {
            RowsWay::ToCheck => Which::ToCheck,
            RowsWay::All => Which::All,
        },
        form: match args.form {
            FormWay::Xlsx => Form::Xlsx,
            FormWay::Html => Form::Html,
            FormWay::Both => Form::Both,
        },
        agency: args.agency.clone(),
        dispatch_number: args.dispatch_number.clone(),
        dispatch_date: day.map(Day::of),
        language: super::language(&args.common),
        // The day of the reconciliation takes its place.
        as_of: 0,
    })
}

fn dry_run(plan: &ListsPlan, book: &Rulebook) -> Result<String, Trouble> {
    let mut out = String::new();
    for input in lists_dry_run(plan, book)? {
        out.push_str(&format!("{}  {}\n", shown(&input.path), input.source));
        for (field, column) in input.columns {
            out.push_str(&format!("  {} <- {}\n", left(field, 18), shown(&column)));
        }
    }
    Ok(out)
}

fn text(done: &ListsDone, language: Language) -> String {
    let vi = language == Language::Vietnamese;
    let n = |value| number(value, language);
    let facts = &done.summary.lists;
    let words = if vi {
        ["danh sách ", "dòng, gửi", "người đến", "xã,", "tỉnh"]
    } else {
        ["lists     ", "rows;", "people sent to", "communes in", "provinces"]
    };
    let mut out = format!(
        "{}  {} {} {} {} {} {} {} {}\n\n",
        words[0],
        n(facts.rows_read),
        words[1],
        n(facts.rows_sent),
        words[2],
        n(facts.communes),
        words[3],
        n(facts.provinces),
        words[4]
    );
    for verdict in facts.verdicts.iter().filter(|verdict| verdict.count > 0) {
        let label = if vi { &verdict.vi } else { &verdict.en };
        out.push_str(&format!("  {}{}\n", left(label, 26), right(&n(verdict.count), 12)));
    }
    if facts.rows_without_commune > 0 {
        let (all, nowhere) = (n(facts.rows_without_commune), n(facts.rows_without_province));
        out.push_str(&if vi {
            format!("\n{all} người chưa xác định được xã, trong đó {nowhere} chưa xác định được tỉnh: xem các tệp khac\n")
        } else {
            format!("\n{all} people without a settled commune, {nowhere} of them not even a province: see the files khac\n")
        });
    }
    let (seconds, memory) =
        (decimal(done.resources.wall_s, 1, language), n(done.resources.peak_rss_bytes >> 20));
    let folder = shown(&done.folder.display().to_string());
    let words = if vi { ["kết quả   ", "giây"] } else { ["result    ", "s"] };
    out.push_str(&format!("\n{}  {folder}  ({seconds} {}, {memory} MiB)\n", words[0], words[1]));
    out.push_str(if vi {
        "tiếp theo   gửi thư mục units; giữ sent.csv để đối chiếu danh sách gửi về\n"
    } else {
        "next        send the folder units; keep sent.csv, which holds what was sent\n"
    });
    out
}
