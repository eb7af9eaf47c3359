//! `--excel`: CSV for a spreadsheet is undone exactly, by us as well.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use lamsach::record::guard::read_back;

use super::{TABLES, ask, of_csv, of_parquet, run, with_numbers};
use crate::run::project;

#[test]
fn csv_for_excel_is_undone_exactly() {
    let home = tempfile::tempdir().expect("a temporary folder");
    for (command, tables) in TABLES {
        let plain = run(command, home.path(), &[]);
        let excel = run(command, home.path(), &["--excel", "--format", "csv,parquet"]);
        for table in tables.iter().chain(&["quarantine"]) {
            let path = |out: &Path| out.join(format!("{table}.csv"));
            let text = fs::read_to_string(path(&excel)).expect("a table");
            assert!(text.starts_with('\u{feff}'), "{table}");
            assert!(of_csv(&path(&plain)) == of_csv(&path(&excel)), "{command} {table}");
            let mut reader = csv::Reader::from_path(path(&excel)).expect("a table");
            let header = reader.headers().expect("a header").clone();
            let column = header.iter().position(|name| name == "citizen_number");
            let mut n_kept = 0;
            for row in reader.records().map(|row| row.expect("a row")) {
                if let Some(number) = column.map(|column| &row[column]).filter(|number| !number.is_empty()) {
                    let is_number = read_back(number).bytes().all(|byte| byte.is_ascii_digit());
                    assert!(!is_number || number.starts_with("=\""), "{number}");
                    n_kept += usize::from(is_number);
                }
                let formulas = row.iter().filter(|cell| cell.starts_with('='));
                for cell in formulas {
                    assert!(!read_back(cell).contains(['"', '=', '\'', '@', '|', '!']), "{cell}");
                }
            }
            assert!(column.is_none() || n_kept > 50, "{table}: {n_kept}");
        }
        // Other formats hold the value, whatever CSV is for.
        let table = tables[0];
        let rows = of_parquet(&excel.join(format!("{table}.parquet")));
        assert!(rows == with_numbers(of_csv(&plain.join(format!("{table}.csv")))));
    }
}

#[test]
fn a_run_for_excel_is_evaluated_and_explained_as_any_other() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let (plain, excel) = (run("reconcile", home.path(), &[]), run("reconcile", home.path(), &["--excel"]));
    let truth = project().join("samples/tiem_chung.truth.csv");
    let evaluated = |out: &Path| {
        ask(&["evaluate".as_ref(), out.as_ref(), "--truth".as_ref(), truth.as_ref(), "--json".as_ref()])
    };
    let found = evaluated(&plain);
    assert!(found.contains("\"n_judged\":5000") || found.contains("\"n_judged\": 5000"), "{found}");
    assert_eq!(found, evaluated(&excel));
    let corrections = of_csv(&plain.join("corrections.csv"));
    for row in corrections[1..].iter().step_by(40) {
        let explained = |out: &Path| {
            let run: Vec<&OsStr> = vec!["explain".as_ref(), out.as_ref(), row[2].as_ref(), "--json".as_ref()];
            ask(&run)
        };
        assert_eq!(explained(&plain), explained(&excel));
    }
}

#[test]
fn a_list_cleaned_for_excel_is_read_again_as_it_was() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let again = |out: &Path| {
        let output =
            home.path().join(format!("{}.again", out.file_name().expect("a name").to_string_lossy()));
        ask(&[
            "clean".as_ref(),
            out.join("cleaned.csv").as_ref(),
            "-o".as_ref(),
            output.as_ref(),
            "--as-of".as_ref(),
            "2026-06-30".as_ref(),
        ]);
        of_csv(&output.join("cleaned.csv"))
    };
    let plain = run("clean", home.path(), &[]);
    let excel = run("clean", home.path(), &["--excel"]);
    let (expected, found) = (again(&plain), again(&excel));
    assert!(expected.len() > 150);
    assert_eq!(expected.len(), found.len());
    for (expected, found) in expected.iter().zip(&found) {
        // A number that cannot be read stays as it was written, with what a spreadsheet needs.
        let found: Vec<&str> = found.iter().map(|cell| read_back(cell)).collect();
        assert_eq!(expected, &found);
    }
}
