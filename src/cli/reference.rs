//! `lamsach reference`: build, update, show and verify a store.

use std::path::PathBuf;

use serde_json::json;

use super::args::Common;
use super::reference_args::{Build, Info, Making, ReferenceAction, Update, Verify};
use super::terminal::{Progress, decimal, left, number, print, right};
use super::{language, options, running};
use crate::pipeline::store::{self, Holder};
use crate::pipeline::{InputOptions, Plan, Stop};
use crate::record::{Exit, Trouble, TroubleCode};
use crate::reference::store::{Store, StoreCounts, StoreManifest};
use crate::report::mask::{masked, shown};
use crate::report::summary::{Resources, iso};
use crate::rulebook::{Language, Rulebook};

pub(super) fn run(action: &ReferenceAction, stop: &Stop) -> Result<Exit, Trouble> {
    match action {
        ReferenceAction::Build(args) => build(args, stop),
        ReferenceAction::Update(args) => update(args, stop),
        ReferenceAction::Info(args) => info(args),
        ReferenceAction::Verify(args) => verify(args, stop),
    }
}

/// Share of the machine that building takes when nothing is said.
const SHARE_OF_MACHINE: u64 = 4;

fn plan(command: &'static str, lists: InputOptions, out: PathBuf, making: &Making) -> Result<Plan, Trouble> {
    let plan = options::plan(command, lists, making.as_of.as_deref(), &making.limits)?;
    let memory_bytes = match making.limits.memory {
        Some(_) => plan.memory_bytes,
        None => options::machine_memory() / SHARE_OF_MACHINE,
    };
    Ok(Plan { out, memory_bytes, max_bad: options::max_bad(&making.max_bad_records)?, ..plan })
}

fn build(args: &Build, stop: &Stop) -> Result<Exit, Trouble> {
    let making = &args.making;
    let extracts = options::inputs(&args.extracts, &making.reading, &making.limits)?;
    let extracts = InputOptions { numbers_optional: args.without_numbers, ..extracts };
    let out = args.output.clone().unwrap_or_else(|| PathBuf::from("."));
    let plan = Plan { replace: args.replace, ..plan("reference build", extracts, out, making)? };
    let book = Rulebook::load(making.common.rules.as_deref())?;
    if making.dry_run {
        return running::dry_run(&plan, &book, &making.common);
    }
    let language = language(&making.common);
    let progress = Progress::new(language, making.common.quiet || making.common.json);
    let built = store::build(&plan, &book, &progress, stop, &options::clock)?;
    if making.common.json {
        print(&format!(
            "{:#}\n",
            json!({"folder": built.folder, "store": built.manifest, "resources": built.resources})
        ));
    } else if !making.common.quiet {
        let read: u64 = built.inputs.iter().map(|input| input.records_read).sum();
        let bad: u64 = built.inputs.iter().map(|input| input.records_quarantined).sum();
        let n = |value| number(value, language);
        let vi = language == Language::Vietnamese;
        let mut out = if vi {
            format!("trích xuất  {} bản ghi = {} công dân + {} cách ly\n\n", n(read), n(read - bad), n(bad))
        } else {
            format!(
                "extract     {} records = {} citizens + {} in quarantine\n\n",
                n(read),
                n(read - bad),
                n(bad)
            )
        };
        out.push_str(&counts(&built.manifest.counts, &book, language));
        out.push_str(&result(&built.folder.display().to_string(), &built.resources, language));
        out.push_str(if vi {
            "tiếp theo   lamsach reconcile DANH_SACH --against KHO -o THU_MUC\n"
        } else {
            "next        lamsach reconcile LIST --against STORE -o DIR\n"
        });
        out.push_str(running::look_at_quarantine(bad, vi));
        print(&out);
    }
    Ok(Exit::Success)
}

fn update(args: &Update, stop: &Stop) -> Result<Exit, Trouble> {
    /// From this share of the store on, the changed citizens are worth a new store.
    const WORTH_BUILDING: u64 = 10;
    let making = &args.making;
    let deltas = options::inputs(&args.deltas, &making.reading, &making.limits)?;
    let plan = plan("reference update", deltas, args.store.clone(), making)?;
    let book = Rulebook::load(making.common.rules.as_deref())?;
    if making.dry_run {
        Store::open(&args.store, &book.reading_sha256())?;
        return running::dry_run(&plan, &book, &making.common);
    }
    let language = language(&making.common);
    let progress = Progress::new(language, making.common.quiet || making.common.json);
    let updated = store::update(&plan, &book, &progress, stop, &options::clock)?;
    if making.common.json {
        print(&format!(
            "{:#}\n",
            json!({
                "folder": updated.folder, "store": updated.manifest, "changes": updated.changes,
                "changed_since_built": updated.n_changed, "resources": updated.resources,
            })
        ));
    } else if !making.common.quiet {
        let vi = language == Language::Vietnamese;
        let n = |value| number(value, language);
        let changes = &updated.changes;
        let lines: [(&str, &str, u64); 8] = [
            ("số mới", "new numbers", changes.new),
            ("  trong đó xác lập lại", "  of these established anew", changes.established_anew),
            ("thay đổi thông tin", "changed", changes.changed),
            ("đã chết", "deceased", changes.deceased),
            ("hủy số", "cancelled", changes.cancelled),
            ("thôi quốc tịch, định cư", "emigrated", changes.emigrated),
            ("không có gì mới", "unchanged", changes.unchanged),
            ("không có số đọc được", "without a number", changes.without_number),
        ];
        let mut out = String::new();
        for (vi_name, en_name, count) in lines {
            let name = if vi { vi_name } else { en_name };
            out.push_str(&format!("  {}{}\n", left(name, 30), right(&n(count), 14)));
        }
        out.push('\n');
        out.push_str(&counts(&updated.manifest.counts, &book, language));
        out.push_str(&result(&updated.folder.display().to_string(), &updated.resources, language));
        if updated.n_changed > updated.manifest.counts.citizens / WORTH_BUILDING {
            out.push_str(if vi {
                "tiếp theo   hơn một phần mười kho đã thay đổi: nên lập lại bằng lamsach reference build\n"
            } else {
                "next        more than a tenth has changed: build anew with lamsach reference build\n"
            });
        }
        let bad: u64 = updated.inputs.iter().map(|input| input.records_quarantined).sum();
        out.push_str(running::look_at_quarantine(bad, vi));
        print(&out);
    }
    Ok(Exit::Success)
}

/// What a store holds, in numbers.
fn counts(counts: &StoreCounts, book: &Rulebook, language: Language) -> String {
    let mut out = String::new();
    let mut line = |name: &str, count: u64| {
        let label = book.wording.label("store", name, language);
        out.push_str(&format!("  {}{}\n", left(label, 30), right(&number(count, language), 14)));
    };
    line("citizens", counts.citizens);
    for (name, count) in ["living", "deceased", "cancelled", "emigrated"].iter().zip(counts.by_life) {
        line(name, count);
    }
    line("with_old_number", counts.with_old_number);
    line("repeated_numbers", counts.repeated_numbers);
    line("without_number", counts.without_number);
    out
}

fn result(folder: &str, resources: &Resources, language: Language) -> String {
    let seconds = decimal(resources.wall_s, 1, language);
    let memory = number(resources.peak_rss_bytes >> 20, language);
    let folder = shown(folder);
    if language == Language::Vietnamese {
        format!("\nkho         {folder}  ({seconds} giây, {memory} MiB)\n")
    } else {
        format!("\nstore       {folder}  ({seconds} s, {memory} MiB)\n")
    }
}

fn info(args: &Info) -> Result<Exit, Trouble> {
    let book = Rulebook::load(args.common.rules.as_deref())?;
    let store = Store::open(&args.store, &book.reading_sha256())?;
    let language = language(&args.common);
    if let Some(asked) = &args.number {
        let wrong = || {
            let trouble = Trouble::new(TroubleCode::BadOption).word("option", "--number");
            trouble.word("value", masked(asked)).word("help", "001090000001")
        };
        let asked = store::number_asked(asked, &book).ok_or_else(wrong)?;
        let holders = store::holders(&store, asked)?;
        print(&told(&holders, &args.common, language, &book));
        return Ok(Exit::Success);
    }
    if args.common.json {
        print(&format!("{:#}\n", serde_json::to_value(&store.manifest).unwrap_or_default()));
    } else {
        print(&described(&store.manifest, &book, language));
    }
    Ok(Exit::Success)
}

fn described(manifest: &StoreManifest, book: &Rulebook, language: Language) -> String {
    let vi = language == Language::Vietnamese;
    let bytes: u64 = manifest.files.iter().map(|file| file.bytes).sum();
    let never = if vi { "chưa lần nào" } else { "never" };
    let lines = [
        ("lập lúc", "built", manifest.built.clone()),
        (
            "cập nhật",
            "updated",
            match &manifest.updated {
                Some(when) => format!("{when} ({})", manifest.n_updates),
                None => never.to_owned(),
            },
        ),
        ("tính đến", "as of", iso(manifest.as_of)),
        ("định dạng", "format", format!("{} (lamsach {})", manifest.format_version, manifest.tool.version)),
        ("quy tắc", "rules", manifest.rules_sha256[..16].to_owned()),
        ("mã kho", "store id", manifest.store_id[..16].to_owned()),
        ("trên đĩa", "on disk", format!("{} MiB", number(bytes >> 20, language))),
    ];
    let mut out = String::new();
    for (vi_name, en_name, value) in lines {
        out.push_str(&format!("{}{value}\n", left(if vi { vi_name } else { en_name }, 12)));
    }
    out.push('\n');
    out.push_str(&counts(&manifest.counts, book, language));
    out.push_str(if vi { "\nnguồn\n" } else { "\nsources\n" });
    const SHOWN: usize = 10;
    for source in manifest.sources.iter().rev().take(SHOWN) {
        let path = source["path"].as_str().unwrap_or_default();
        let records = number(source["records_read"].as_u64().unwrap_or_default(), language);
        let hash = source["sha256"].as_str().unwrap_or_default();
        let hash: String = hash.chars().take(16).collect();
        out.push_str(&format!("  {}  {}  {hash}\n", left(&shown(path), 30), right(&records, 12)));
    }
    let n_more = manifest.sources.len().saturating_sub(SHOWN);
    if n_more > 0 {
        out.push_str(&if vi {
            format!("  và {n_more} tệp trước đó\n")
        } else {
            format!("  and {n_more} before\n")
        });
    }
    out
}

/// Those who hold or held a number, masked.
fn told(holders: &[Holder], common: &Common, language: Language, book: &Rulebook) -> String {
    let vi = language == Language::Vietnamese;
    let life = |life: u8| ["living", "deceased", "cancelled", "emigrated"][usize::from(life).min(3)];
    if common.json {
        let holders: Vec<_> = holders
            .iter()
            .map(|holder| {
                json!({
                    "number": masked(&holder.number), "name": masked(&holder.name),
                    "birth_date": masked(&holder.birth), "sex": holder.sex,
                    "life": life(holder.life), "unit": holder.unit,
                    "by_earlier_number": holder.by_earlier_number, "until": holder.until.map(iso),
                })
            })
            .collect();
        return format!("{:#}\n", json!({ "holders": holders }));
    }
    if holders.is_empty() {
        return if vi {
            "không ai mang số này\n".to_owned()
        } else {
            "nobody holds this number\n".to_owned()
        };
    }
    let mut out = String::new();
    for holder in holders {
        let when = match (holder.until.map(iso), vi) {
            (None, true) => "hiện nay".to_owned(),
            (None, false) => "now".to_owned(),
            (Some(day), true) => format!("đến {day}"),
            (Some(day), false) => format!("until {day}"),
        };
        let earlier = match (holder.by_earlier_number, vi) {
            (false, _) => "",
            (true, true) => "  (số cũ của người này)",
            (true, false) => "  (an earlier number of this person)",
        };
        out.push_str(&format!(
            "{}  {}  {}  {}  {}{earlier}\n",
            left(&when, 16),
            masked(&holder.number),
            masked(&holder.name),
            masked(&holder.birth),
            book.wording.label("store", life(holder.life), language),
        ));
    }
    out
}

fn verify(args: &Verify, stop: &Stop) -> Result<Exit, Trouble> {
    let book = Rulebook::load(args.common.rules.as_deref())?;
    let language = language(&args.common);
    let progress = Progress::new(language, args.common.quiet || args.common.json);
    let plan = options::plan("reference verify", InputOptions::default(), None, &args.limits)?;
    let verified = store::verify(&args.store, &plan, &book, &progress, stop)?;
    let vi = language == Language::Vietnamese;
    if args.common.json {
        print(&format!("{:#}\n", serde_json::to_value(&verified).unwrap_or_default()));
    } else if !args.common.quiet || !verified.faults.is_empty() {
        let n = |value| number(value, language);
        let mut out = String::new();
        const SHOWN: usize = 20;
        for fault in verified.faults.iter().take(SHOWN) {
            let group = fault.group.map(|group| format!(" ({group})")).unwrap_or_default();
            out.push_str(&format!("  {}  {}{group}\n", left(&shown(&fault.file), 34), fault.what));
        }
        let (files, mib) = (n(verified.files as u64), n(verified.bytes >> 20));
        let (citizens, faults) = (n(verified.citizens), n(verified.faults.len() as u64));
        out.push_str(&if vi {
            format!("đã kiểm tra {files} tệp, {mib} MiB, {citizens} công dân: {faults} lỗi\n")
        } else {
            format!("looked at {files} files, {mib} MiB, {citizens} citizens: {faults} faults\n")
        });
        print(&out);
    }
    if verified.faults.is_empty() {
        return Ok(Exit::Success);
    }
    let first = &verified.faults[0];
    Err(Trouble::new(TroubleCode::DamagedStore).file(args.store.join(&first.file)).word("what", first.what))
}
