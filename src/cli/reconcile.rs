//! `lamsach reconcile`: plan, and a summary that fits a screen.

use super::args::{Reconcile, SearchWay};
use super::options;
use super::running::{self, Words};
use super::terminal::{decimal, left, number, percent, right};
use crate::pipeline::{Done, InputOptions, Plan, Search, Stop, reconcile};
use crate::record::{Decision, Exit, Trouble, TroubleCode, Verdict};
use crate::reference::store::is_store;
use crate::report::mask::shown;
use crate::rulebook::{Language, Rulebook};

pub(super) fn run(args: &Reconcile, stop: &Stop) -> Result<Exit, Trouble> {
    let is_searched = matches!(args.search, SearchWay::Auto);
    let has_store = args.against.iter().any(|path| is_store(path));
    if let (true, [first, _, ..]) = (has_store, args.against.as_slice()) {
        let trouble = Trouble::new(TroubleCode::BadOption).word("option", "--against");
        return Err(trouble.word("value", first.display()).word("help", "STORE | EXTRACT..."));
    }
    let reference = InputOptions {
        files: args.against.clone(),
        source: args.against_source.clone(),
        told: options::told(&args.against_map)?,
        limits: options::sizes(&args.limits)?,
        numbers_optional: is_searched,
        ..InputOptions::default()
    };
    let lists = options::inputs(&args.lists, &args.reading, &args.limits)?;
    let lists = InputOptions { numbers_optional: is_searched, ..lists };
    let plan = Plan {
        reference: Some(reference),
        search: match args.search {
            SearchWay::None => Search::None,
            SearchWay::Auto => Search::Auto,
        },
        weights: args.weights.clone(),
        ..running::plan("reconcile", lists, &args.running, &args.limits)?
    };
    running::run(&plan, &args.running, &args.common, stop, Words { work: reconcile, text })
}

fn text(done: &Done, book: &Rulebook, language: Language) -> String {
    let vi = language == Language::Vietnamese;
    let counts = &done.counts;
    let n = |value| number(value, language);
    let summary = &done.summary;
    let read: u64 = summary.inputs.iter().map(|input| input.records_read).sum();
    let quarantined: u64 = summary.inputs.iter().map(|input| input.records_quarantined).sum();
    let of_reference = || summary.reference.iter().flat_map(|reference| &reference.files);
    let store = summary.reference.as_ref().and_then(|reference| reference.store.as_ref());
    let reference_read: u64 =
        of_reference().map(|input| input.records_read).sum::<u64>() + store.map_or(0, |store| store.citizens);
    let reference_bad: u64 = of_reference().map(|input| input.records_quarantined).sum();
    let repeated = summary.reference.as_ref().map_or(0, |reference| reference.repeated_numbers);
    let mut out = if vi {
        format!(
            "danh sách   {} bản ghi = {} có kết luận + {} cách ly\nCSDL        {} bản ghi, {} cách ly, {} số trùng\n\n",
            n(read),
            n(counts.n_rows),
            n(quarantined),
            n(reference_read),
            n(reference_bad),
            n(repeated)
        )
    } else {
        format!(
            "list        {} records = {} with a verdict + {} in quarantine\nreference   {} records, {} in quarantine, {} repeated numbers\n\n",
            n(read),
            n(counts.n_rows),
            n(quarantined),
            n(reference_read),
            n(reference_bad),
            n(repeated)
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
    if let Some(search) = &summary.search {
        let (rows, pairs) = (n(search.rows), n(search.pairs));
        out.push_str(&if vi {
            format!("\ntìm thêm    {rows} dòng không tra được bằng số, {pairs} cặp đã so\n")
        } else {
            format!("\nsearched    {rows} rows that the number did not settle, {pairs} pairs compared\n")
        });
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
    let corrections = running::file_of(done, "corrections");
    out.push_str(&if vi {
        format!(
            "tiếp theo   xem report.html; cột decision của {corrections} nói ai quyết\n            gửi xã kiểm tra: lamsach lists KET_QUA --list TEP... -o THU_MUC\n"
        )
    } else {
        format!(
            "next        see report.en.html; in {corrections} decision says who decides\n            for communes to check: lamsach lists RUN --list FILE... -o DIR\n"
        )
    });
    out.push_str(running::look_at_quarantine(quarantined + reference_bad, vi));
    out
}
