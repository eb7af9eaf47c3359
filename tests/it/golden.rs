//! Whole runs of the real binary, compared byte by byte with what stands in `tests/golden/`.
//!
//! One folder per source. `LAMSACH_BLESS=1` writes what the tool says now; read the difference before
//! committing it.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use crate::run::{files, lamsach, project};

#[test]
fn every_golden_case_comes_out_as_it_stands() {
    let root = project().join("tests/golden");
    let bless = std::env::var_os("LAMSACH_BLESS").is_some();
    let mut n_cases = 0;
    for case in fs::read_dir(&root).expect("the golden cases").map(|entry| entry.expect("an entry").path()) {
        n_cases += 1;
        let expected = case.join("expected");
        let list = case.join("list.csv");
        let mut found =
            tables("reconcile", &list, &["--against".as_ref(), case.join("reference.csv").as_os_str()]);
        let cleaned = tables("clean", &list, &[]).into_iter();
        found.extend(cleaned.map(|(name, bytes)| (format!("clean.{name}"), bytes)));
        found.sort();
        if bless {
            let _ = fs::remove_dir_all(&expected);
            fs::create_dir_all(&expected).expect("the project can be written");
            for (name, bytes) in &found {
                fs::write(expected.join(name), bytes).expect("the project can be written");
            }
        }
        let names: Vec<&String> = found.iter().map(|(name, _)| name).collect();
        let wanted = files(&expected);
        assert_eq!(names, wanted.iter().map(|(name, _)| name).collect::<Vec<_>>(), "{}", case.display());
        for ((name, found), (_, wanted)) in found.iter().zip(&wanted) {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            assert_eq!(text(found), text(wanted), "{} {name}", case.display());
        }
    }
    assert!(n_cases >= 3);
}

/// The tables that a command writes of a list. Summary and pages hold the hash of the rules, which changes with every word
/// in them.
fn tables(command: &str, list: &Path, more: &[&OsStr]) -> Vec<(String, Vec<u8>)> {
    let home = tempfile::tempdir().expect("a temporary folder");
    let out = home.path().join("out");
    let output = lamsach()
        .arg(command)
        .arg(list)
        .args(more)
        .arg("-o")
        .arg(&out)
        .args(["--as-of", "2026-06-30", "--quiet"])
        .output()
        .expect("the tool starts");
    assert!(output.status.success(), "{}: {}", list.display(), String::from_utf8_lossy(&output.stderr));
    files(&out).into_iter().filter(|(name, _)| name.ends_with(".csv")).collect()
}
