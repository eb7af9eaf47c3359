//! `lamsach rules`: what is in force and where it comes from.

use std::path::Path;

use serde_json::json;

use super::args::{Common, RulesAction};
use super::language;
use super::terminal::{cut, left, print};
use crate::record::{Exit, Trouble, TroubleCode};
use crate::report::page::Page;
use crate::rulebook::{Check, Language, Rulebook};

pub(super) fn run(action: &RulesAction) -> Result<Exit, Trouble> {
    match action {
        RulesAction::List { common } => list(common),
        RulesAction::Show { code, common } => show(code, common),
        RulesAction::Check { folder, common } => check(folder, common),
    }
}

fn list(common: &Common) -> Result<Exit, Trouble> {
    let book = Rulebook::load(common.rules.as_deref())?;
    if common.json {
        let files: Vec<_> = book
            .files
            .iter()
            .map(|(name, file)| json!({"file": name, "origin": file.origin, "sha256": file.sha256()}))
            .collect();
        let sources: Vec<_> = book.sources.iter().map(|source| &source.name).collect();
        print(&format!(
            "{}\n",
            json!({"files": files, "sources": sources, "checks": book.checks.all(), "unchecked": book.checks.unchecked()})
        ));
        return Ok(Exit::Success);
    }
    let vi = language(common) == Language::Vietnamese;
    let mut out = String::from(if vi { "tệp quy tắc\n" } else { "rules files\n" });
    for (name, file) in book.files.iter() {
        let built_in = if vi { "có sẵn" } else { "built in" };
        let origin = file.origin.as_ref().map_or(built_in.to_owned(), |path| path.display().to_string());
        out.push_str(&format!("  {}  {}  {origin}\n", left(name, 34), &file.sha256()[..16]));
    }
    out.push_str(if vi { "\nnguồn dữ liệu\n" } else { "\nsources\n" });
    for source in &book.sources {
        let title = if vi { &source.title_vi } else { &source.title_en };
        out.push_str(&format!("  {}  {title}\n", left(&source.name, 16)));
    }
    out.push_str(if vi { "\nquy tắc kiểm tra\n" } else { "\nchecks\n" });
    for check in book.checks.all() {
        let words = if vi { &check.vi } else { &check.en };
        let line = format!("  {}  {}  {}", left(&check.code, 5), left(check.severity.name(), 7), words);
        out.push_str(&cut(&line, 80));
        out.push('\n');
    }
    out.push_str(if vi { "\nmã không có quy tắc\n" } else { "\ncodes that no check finds\n" });
    for one in book.checks.unchecked() {
        let words = if vi { &one.vi } else { &one.en };
        out.push_str(&cut(&format!("  {}  {words}", left(&one.code, 5)), 80));
        out.push('\n');
    }
    print(&out);
    Ok(Exit::Success)
}

fn show(code: &str, common: &Common) -> Result<Exit, Trouble> {
    let book = Rulebook::load(common.rules.as_deref())?;
    let wanted = code.to_ascii_uppercase();
    let checks: Vec<&Check> = book.checks.all().iter().filter(|check| check.code == wanted).collect();
    let vi = language(common) == Language::Vietnamese;
    let unchecked: Vec<_> = book.checks.unchecked().iter().filter(|one| one.code == wanted).collect();
    if !checks.is_empty() || !unchecked.is_empty() {
        if common.json {
            print(&format!("{}\n", json!({"checks": checks, "unchecked": unchecked})));
            return Ok(Exit::Success);
        }
        for one in unchecked {
            let (words, said) = if vi { (&one.vi, "không có quy tắc") } else { (&one.en, "no check") };
            print(&format!("{}  {said}: {words}\n", one.code));
        }
        for check in checks {
            let source = check.source.as_deref().unwrap_or("-");
            print(&format!(
                "{}  {}\n       {}\n       field {}, kind {:?} {}, severity {}\n       source: {source}\n       rules/{}\n",
                check.code,
                if vi { &check.vi } else { &check.en },
                if vi { &check.en } else { &check.vi },
                check.field.name(),
                check.kind,
                check.of.join(", "),
                check.severity.name(),
                check.file,
            ));
        }
        return Ok(Exit::Success);
    }
    if let Some(trouble) = TroubleCode::ALL.iter().find(|trouble| trouble.code() == wanted) {
        let (what, help) = book.wording.message(&Trouble::new(*trouble), language(common));
        print(&format!("{wanted}  exit {}\n       {what}\n       {help}\n", trouble.exit().code()));
        return Ok(Exit::Success);
    }
    Err(Trouble::new(TroubleCode::BadOption)
        .word("option", "CODE")
        .word("value", code)
        .word("help", "lamsach rules list"))
}

fn check(folder: &Path, common: &Common) -> Result<Exit, Trouble> {
    let book = Rulebook::load(Some(folder))?;
    Page::load(&book)?;
    let n_replaced = book.files.iter().filter(|(_, file)| file.origin.is_some()).count();
    if !common.quiet {
        let vi = language(common) == Language::Vietnamese;
        let words = if vi { "tệp quy tắc dùng được" } else { "rules files can be used" };
        print(&format!("{n_replaced} {words}: {}\n", folder.display()));
    }
    Ok(Exit::Success)
}
