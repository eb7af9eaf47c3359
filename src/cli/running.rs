//! What commands have in common that read lists and write a folder: plan, dry run, work that is done already, result.

use std::path::PathBuf;

use serde_json::json;

use super::args::{Common, Limits, Running};
use super::terminal::{Progress, complain, left, number, print};
use super::{language, options};
use crate::ingest;
use crate::pipeline::{Done, InputOptions, Observer, Plan, Stop, prepare, previous};
use crate::record::{Exit, Severity, Trouble};
use crate::reference::store::{Store, is_store};
use crate::report::mask::shown;
use crate::report::summary::Resources;
use crate::rulebook::{Language, Role, Rulebook};

/// A run: what is planned, the rules, who watches, who may stop it, and the clock.
type Work = fn(&Plan, &Rulebook, &dyn Observer, &Stop, &dyn Fn() -> String) -> Result<Done, Trouble>;

/// What a command does, and how it tells what it did.
pub(super) struct Words {
    /// The run itself.
    pub(super) work: Work,
    /// The summary for people.
    pub(super) text: fn(&Done, &Rulebook, Language) -> String,
}

/// The plan for lists without a reference.
pub(super) fn plan(
    command: &'static str,
    lists: InputOptions,
    running: &Running,
    limits: &Limits,
) -> Result<Plan, Trouble> {
    let plan = options::plan(command, lists, running.as_of.as_deref(), limits)?;
    Ok(Plan {
        out: running.output.clone().unwrap_or_else(|| PathBuf::from(".")),
        replace: running.replace || running.force,
        max_bad: options::max_bad(&running.max_bad_records)?,
        formats: running.writing.formats(plan.as_of)?,
        fail_on: running.fail_on.as_deref().map(|name| match name {
            "info" => Severity::Info,
            "warning" => Severity::Warning,
            _ => Severity::Error,
        }),
        ..plan
    })
}

/// Does what was planned, unless it is done already or only to be tried.
pub(super) fn run(
    plan: &Plan,
    running: &Running,
    common: &Common,
    stop: &Stop,
    words: Words,
) -> Result<Exit, Trouble> {
    let book = Rulebook::load(common.rules.as_deref())?;
    let task = Task {
        dry_run: &|book, language| columns(plan, book, language),
        work: &|book, observer| (words.work)(plan, book, observer, stop, &options::clock),
        json: &|done: &Done| {
            (serde_json::to_value(&done.summary), &done.times, &done.resources, &done.folder)
        },
        text: &|done, language| (words.text)(done, &book, language),
        exit: &|done| done.exit,
    };
    run_task(plan, &book, running, common, task)
}

/// What the end of a run shows as JSON: summary, begin and end, what it cost, and its folder.
type Shown<'a> = (serde_json::Result<serde_json::Value>, &'a (String, String), &'a Resources, &'a PathBuf);

/// A run of any kind: `D` is what it gives.
pub(super) struct Task<'a, D> {
    /// What can be said without reading a record.
    pub(super) dry_run: &'a dyn Fn(&Rulebook, Language) -> Result<String, Trouble>,
    /// The run itself.
    pub(super) work: &'a dyn Fn(&Rulebook, &dyn Observer) -> Result<D, Trouble>,
    /// Its result for programs.
    pub(super) json: &'a dyn for<'d> Fn(&'d D) -> Shown<'d>,
    /// Its result for people.
    pub(super) text: &'a dyn Fn(&D, Language) -> String,
    /// How it ended.
    pub(super) exit: &'a dyn Fn(&D) -> Exit,
}

/// Does a task, unless it is done already or only to be tried.
pub(super) fn run_task<D>(
    plan: &Plan,
    book: &Rulebook,
    running: &Running,
    common: &Common,
    task: Task<'_, D>,
) -> Result<Exit, Trouble> {
    let language = language(common);
    if running.dry_run {
        return Ok(tried((task.dry_run)(book, language)?, common));
    }
    if !running.force
        && let Some(code) = previous(plan, book)?
    {
        if !common.quiet {
            let words =
                if language == Language::Vietnamese { "đã có kết quả này" } else { "already done" };
            complain(&format!("lamsach: {words}: {}\n", plan.out.display()));
        }
        return Ok(if code == 1 { Exit::Findings } else { Exit::Success });
    }
    let progress = Progress::new(language, common.quiet || common.json);
    let done = (task.work)(book, &progress)?;
    if common.json {
        let (summary, times, resources, folder) = (task.json)(&done);
        let run = json!({
            "started": times.0, "finished": times.1, "resources": resources, "folder": folder,
        });
        let mut summary = summary.unwrap_or_default();
        summary["run"] = run;
        print(&format!("{summary:#}\n"));
    } else if !common.quiet {
        print(&(task.text)(&done, language));
    }
    Ok((task.exit)(&done))
}

/// Everything that can be known without reading a record.
pub(super) fn dry_run(plan: &Plan, book: &Rulebook, common: &Common) -> Result<Exit, Trouble> {
    Ok(tried(columns(plan, book, language(common))?, common))
}

/// Says that a run could begin, after what is known of it.
fn tried(mut out: String, common: &Common) -> Exit {
    let is_vi = language(common) == Language::Vietnamese;
    out.push_str(if is_vi {
        "chạy được; chưa ghi gì\n"
    } else {
        "ready to run; nothing was written\n"
    });
    if !common.quiet {
        print(&out);
    }
    Exit::Success
}

/// The sources of all files, and the columns of their fields.
fn columns(plan: &Plan, book: &Rulebook, language: Language) -> Result<String, Trouble> {
    let mut out = String::new();
    let role_of_lists = plan.reference.is_some().then_some(Role::List);
    let lists = std::iter::once((&plan.lists, role_of_lists));
    let reference = plan.reference.iter().map(|reference| (reference, Some(Role::Reference)));
    for (options, role) in lists.chain(reference) {
        if let [store] = options.files.as_slice()
            && is_store(store)
        {
            let manifest = Store::open(store, &book.reading_sha256())?.manifest;
            let n_citizens = number(manifest.counts.citizens, language);
            out.push_str(&format!("{}  {n_citizens}\n", shown(&store.display().to_string())));
            continue;
        }
        for path in ingest::expand(&options.files)? {
            let prepared = prepare(&path, role, options, book)?;
            out.push_str(&format!("{}  {}\n", shown(&path.display().to_string()), prepared.source.name));
            for (field, column) in prepared.facts().columns {
                out.push_str(&format!("  {} <- {}\n", left(field, 18), shown(&column)));
            }
        }
    }
    Ok(out)
}

/// The file of a table in the first of its formats.
pub(super) fn file_of(done: &Done, table: &str) -> String {
    let mut paths = done.summary.outputs.iter().map(|written| written.path.as_str());
    let is_table = |path: &&str| path.strip_prefix(table).is_some_and(|rest| rest.starts_with('.'));
    paths.find(is_table).map_or_else(|| format!("{table}.csv"), ToOwned::to_owned)
}

/// The next step where records are in quarantine.
pub(super) const fn look_at_quarantine(n_records: u64, vi: bool) -> &'static str {
    match (n_records, vi) {
        (0, _) => "",
        (_, true) => "            mở quarantine.csv: các dòng không đọc được, gửi lại nơi cung cấp\n",
        (_, false) => "            open quarantine.csv: records that cannot be read, for the sender\n",
    }
}
