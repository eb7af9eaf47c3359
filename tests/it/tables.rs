//! The formats of tables: CSV, Parquet and workbooks hold the same cells.

mod described;
mod for_excel;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, Xlsx, open_workbook};
use lamsach::record::guard::{read_back, safe};
use lamsach::record::{TroubleCode, hex};
use lamsach::report::cells::push_cell;
use lamsach::report::columns::Column;
use lamsach::report::folder::{MANIFEST, RunFolder};
use lamsach::report::formats::{Format, Formats, Split, TableFile};
use polars::prelude::{AnyValue, ParquetReader, SerReader};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::run::{Bench, HEADER, SmallDisk, code, files, generate, lamsach, project, stderr, stdout};

/// Header and rows of a table.
type Rows = Vec<Vec<String>>;

/// A run of the samples: `reconcile` with a search, or `clean`.
fn run(command: &str, home: &Path, more: &[&str]) -> PathBuf {
    let out = home.join(format!("{command}{}", more.join("").replace('-', "_")));
    let mut run = lamsach();
    run.arg(command);
    let samples = project().join("samples");
    match command {
        "clean" => run.arg(samples.join("danh_sach.xlsx")),
        _ => {
            run.arg(samples.join("tiem_chung.csv")).arg("--against").arg(samples.join("dan_cu.csv.gz"));
            run.args(["--search", "auto"])
        }
    };
    run.arg("-o").arg(&out).args(["--as-of", "2026-06-30", "--quiet"]).args(more);
    let output = run.output().expect("the tool starts");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    out
}

const TABLES: [(&str, &[&str]); 2] = [
    ("reconcile", &["verdicts", "corrections", "findings", "candidates"]),
    ("clean", &["cleaned", "corrections", "findings"]),
];

fn of_csv(path: &Path) -> Rows {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).from_path(path).expect("the table is there");
    let row = |row: csv::Result<csv::StringRecord>| {
        row.expect("our own CSV").iter().map(|cell| read_back(cell).to_owned()).collect()
    };
    reader.records().map(row).collect()
}

/// A number as every format has it.
fn number(number: f64) -> String {
    format!("{number}")
}

fn of_parquet(path: &Path) -> Rows {
    let frame =
        ParquetReader::new(fs::File::open(path).expect("the table is there")).finish().expect("Parquet");
    let names = frame.get_column_names().iter().map(ToString::to_string).collect();
    let columns = frame.columns();
    let cell = |value: AnyValue<'_>| match value {
        AnyValue::Null => String::new(),
        AnyValue::Int64(value) => value.to_string(),
        AnyValue::Float64(value) => number(value),
        AnyValue::String(value) => value.to_owned(),
        AnyValue::StringOwned(value) => value.to_string(),
        value => panic!("a type of no column of ours: {value:?}"),
    };
    let row = |row| columns.iter().map(|column| cell(column.get(row).expect("a cell"))).collect();
    std::iter::once(names).chain((0..frame.height()).map(row)).collect()
}

fn sheets(path: &Path) -> Vec<(String, Rows)> {
    let mut workbook: Xlsx<_> = open_workbook(path).expect("a workbook");
    let cell = |cell: &Data| match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        Data::Float(value) => number(*value),
        Data::Int(value) => value.to_string(),
        cell => panic!("a kind of no cell of ours: {cell:?}"),
    };
    let rows =
        |range: &calamine::Range<Data>| range.rows().map(|row| row.iter().map(cell).collect()).collect();
    workbook.worksheets().into_iter().map(|(name, range)| (name, rows(&range))).collect()
}

/// The only sheet of a workbook.
fn of_workbook(path: &Path) -> Rows {
    let [(_, rows)] = <[_; 1]>::try_from(sheets(path)).expect("one sheet");
    rows
}

/// The cells of a CSV file with its numbers as the other formats give them: 0.9000 is 0.9.
fn with_numbers(mut rows: Rows) -> Rows {
    const DECIMALS: [&str; 2] = ["probability", "bits"];
    let is_decimal: Vec<bool> = rows[0].iter().map(|name| DECIMALS.contains(&name.as_str())).collect();
    for row in &mut rows[1..] {
        for (cell, _) in row.iter_mut().zip(&is_decimal).filter(|(cell, is)| **is && !cell.is_empty()) {
            *cell = number(cell.parse().expect("a number"));
        }
    }
    rows
}

#[test]
fn every_format_holds_the_same_cells() {
    let home = tempfile::tempdir().expect("a temporary folder");
    for (command, tables) in TABLES {
        let out = run(command, home.path(), &["--format", "csv,parquet,xlsx"]);
        for table in tables {
            let path = |ending: &str| out.join(format!("{table}.{ending}"));
            let csv = with_numbers(of_csv(&path("csv")));
            assert!(csv.len() > 20, "{command} {table}");
            assert!(csv == of_parquet(&path("parquet")), "{command} {table}.parquet holds other cells");
            assert!(csv == of_workbook(&path("xlsx")), "{command} {table}.xlsx holds other cells");
        }
        assert_whole(&out);
        // A number keeps its zeros, because it is text.
        let (name, table) =
            if command == "clean" { ("cleaned", "cleaned") } else { ("verdicts", "verdicts") };
        let rows = of_parquet(&out.join(format!("{table}.parquet")));
        let column = rows[0].iter().position(|column| column == "citizen_number").expect("a column");
        let zeros = rows.iter().filter(|row| row[column].starts_with('0')).count();
        assert!(zeros > 20, "{name}: {zeros}");
    }
}

/// The manifest names every file of a run with its rows, size and checksum.
fn assert_whole(out: &Path) {
    let manifest: Value =
        serde_json::from_slice(&fs::read(out.join(MANIFEST)).expect("a manifest")).expect("JSON");
    let mut named = vec![MANIFEST.to_owned()];
    for file in manifest["files"].as_array().expect("files") {
        let name = file["path"].as_str().expect("a path");
        let bytes = fs::read(out.join(name)).expect("a file that the manifest names");
        assert_eq!(file["sha256"], hex(&Sha256::digest(&bytes)), "{name}");
        assert_eq!(file["bytes"], bytes.len() as u64, "{name}");
        let rows = match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("parquet") => Some(of_parquet(&out.join(name)).len() as u64 - 1),
            Some("xlsx") => Some(of_workbook(&out.join(name)).len() as u64 - 1),
            Some("csv") => Some(of_csv(&out.join(name)).len() as u64 - 1),
            _ => None,
        };
        assert_eq!(file["rows"].as_u64(), rows, "{name}");
        named.push(name.to_owned());
    }
    named.sort();
    let mut there: Vec<String> = fs::read_dir(out)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    there.sort();
    assert_eq!(named, there);
}

#[test]
fn other_formats_leave_csv_as_it_is_and_may_stand_alone() {
    let home = tempfile::tempdir().expect("a temporary folder");
    for (command, tables) in TABLES {
        let plain = run(command, home.path(), &[]);
        let all = run(command, home.path(), &["--format", "xlsx,csv", "--format", "parquet"]);
        let without = run(command, home.path(), &["--format", "parquet,xlsx"]);
        for table in tables {
            let path = |out: &Path, ending: &str| out.join(format!("{table}.{ending}"));
            let bytes = |out: &Path, ending: &str| fs::read(path(out, ending)).expect("a table");
            assert!(bytes(&plain, "csv") == bytes(&all, "csv"), "{table}.csv");
            for ending in ["parquet", "xlsx"] {
                assert!(!path(&plain, ending).exists());
                assert!(bytes(&without, ending) == bytes(&all, ending), "{table}.{ending}");
            }
            assert!(!path(&without, "csv").exists());
        }
        assert!(without.join("quarantine.csv").exists());
    }
}

#[test]
fn threads_do_not_show_in_any_format() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let data = generate(home.path(), &["--citizens", "100000", "--list", "70000", "--seed", "5"]);
    let mut first = None;
    for threads in ["1", "2", "16"] {
        let out = home.path().join(threads);
        let output = lamsach()
            .arg("reconcile")
            .args([data.join("tiem_chung.csv").as_os_str(), OsStr::new("--against")])
            .arg(data.join("dan_cu.csv"))
            .arg("-o")
            .arg(&out)
            .args(["--as-of", "2022-06-30", "--quiet", "--threads", threads, "--format", "csv,parquet,xlsx"])
            .output()
            .expect("the tool starts");
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let found = files(&out);
        // Three tables in three formats, quarantine, summary and two pages.
        assert_eq!(found.len(), 3 * 3 + 4);
        let first = first.get_or_insert_with(|| found.clone());
        assert!(*first == found, "{threads} threads write other bytes than one");
    }
}

const COLUMNS: [Column<'static>; 3] =
    [Column::told("key"), Column::whole("line"), Column::decimal("chance").or_empty()];

#[test]
fn a_long_table_goes_on_in_sheets_and_files() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let folder = RunFolder::create(&home.path().join("out"), false).expect("a free name");
    let split = Split { sheet_rows: 3, file_sheets: 2 };
    let formats = Formats::new(vec![Format::Xlsx], false, 20_260_630).split(split);
    let mut table = TableFile::begin(&folder, "long", &COLUMNS, &formats).expect("room");
    for line in 1..=13 {
        table.write(format!("{line:04},{line},\n").as_bytes()).expect("room");
    }
    let written = table.finish(13).expect("room");
    let found: Vec<(String, Option<u64>)> = written.into_iter().map(|file| (file.path, file.rows)).collect();
    let expected = [("long.xlsx", 6), ("long.2.xlsx", 6), ("long.3.xlsx", 1)];
    assert_eq!(found, expected.map(|(path, rows)| (path.to_owned(), Some(rows))));
    let mut keys = Vec::new();
    let mut names = Vec::new();
    for (path, _) in expected {
        for (name, rows) in sheets(&folder.partial().join(path)) {
            assert_eq!(rows[0], ["key", "line", "chance"], "every sheet has its header");
            names.push(name);
            keys.extend(rows[1..].iter().map(|row| row[0].clone()));
        }
    }
    assert_eq!(names, ["long", "long 2", "long", "long 2", "long"]);
    assert_eq!(keys, (1..=13).map(|line| format!("{line:04}")).collect::<Vec<_>>());
}

#[test]
fn a_table_whose_rows_were_counted_wrong_is_not_finished() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let folder = RunFolder::create(&home.path().join("out"), false).expect("a free name");
    let formats = Formats::new(vec![Format::Parquet], false, 20_260_630);
    let mut table = TableFile::begin(&folder, "short", &COLUMNS, &formats).expect("room");
    table.write(b"a,1,\n").expect("room");
    assert_eq!(table.finish(2).expect_err("a row is missing").code, TroubleCode::Internal);
    let mut table = TableFile::begin(&folder, "other", &COLUMNS, &formats).expect("room");
    assert_eq!(table.write(b"a,b,\n").expect_err("no number").code, TroubleCode::Internal);
}

/// Names that somebody has put into a list to do harm, or that came there by accident.
fn naughty() -> Vec<String> {
    let mut names: Vec<String> = [
        "=cmd|' /C calc'!A0",
        "=HYPERLINK(\"http://a.example\",\"x\")",
        "'=1+1",
        "''=1+1",
        "'",
        "'Hai",
        "@SUM(A1:A9)",
        "@SUM A1",
        "+84 912 345 678",
        "-2+3",
        "＝1+1",
        "  =1+1",
        "=\"0012\"",
        "0012",
        "<script>alert(1)</script> & \"x\"",
        "]]>",
        "_x0041_",
        "\u{202e}nữ\u{202c}",
        "hai\ndòng",
        " hai đầu có dấu cách ",
        "𠀀 𠀁",
        "a, b; c\td",
        "NULL",
        "1E5",
        "TRUE",
    ]
    .map(ToOwned::to_owned)
    .to_vec();
    names.push("Ệ".repeat(40_000));
    names
}

#[test]
fn any_cell_is_the_same_in_every_format() {
    let mut cells = naughty();
    cells.extend(
        ["esc \u{1b}[31m bell \u{7}\u{0}", "\u{fffe}\u{ffff}\u{feff}", "\r\n", "a\rb", "_x005F_"]
            .map(String::from),
    );
    cells.retain(|cell| cell.encode_utf16().count() <= 32_767);
    let home = tempfile::tempdir().expect("a temporary folder");
    let folder = RunFolder::create(&home.path().join("out"), false).expect("a free name");
    for (name, for_excel) in [("plain", false), ("excel", true)] {
        let formats = Formats::new(vec![Format::Csv, Format::Parquet, Format::Xlsx], for_excel, 20_260_630);
        let mut table = TableFile::begin(&folder, name, &COLUMNS, &formats).expect("room");
        for (cell, line) in cells.iter().zip(1..) {
            let mut row = Vec::new();
            push_cell(&mut row, &safe(cell));
            row.extend_from_slice(format!(",{line},0.5\n").as_bytes());
            table.write(&row).expect("room");
        }
        table.finish(cells.len() as u64).expect("room");
        let path = |ending: &str| folder.partial().join(format!("{name}.{ending}"));
        let tables = [of_csv(&path("csv")), of_parquet(&path("parquet")), of_workbook(&path("xlsx"))];
        for rows in tables {
            let found: Vec<&String> = rows[1..].iter().map(|row| &row[0]).collect();
            assert_eq!(found, cells.iter().collect::<Vec<_>>());
        }
    }
}

#[test]
fn naughty_values_survive_and_harm_nobody() {
    let names = naughty();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER.split(',')).expect("memory");
    for (index, name) in names.iter().enumerate() {
        writer
            .write_record([&format!("K{index}"), name, "01/02/1990", "Nam", "001090000011"])
            .expect("memory");
    }
    let list = writer.into_inner().expect("memory");
    let bench = Bench::new();
    let run = bench.clean(&list, &["--format", "csv,parquet,xlsx"]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    assert_eq!(run.quarantine(), Vec::<String>::new());
    let path = |ending: &str| run.out.join(format!("cleaned.{ending}"));
    let (csv, parquet, workbook) =
        (of_csv(&path("csv")), of_parquet(&path("parquet")), of_workbook(&path("xlsx")));
    assert!(csv == parquet);
    let column = csv[0].iter().position(|name| name == "full_name").expect("a column");
    let mut n_cut = 0;
    for (csv, workbook) in csv[1..].iter().zip(&workbook[1..]) {
        for (cell, shown) in csv.iter().zip(workbook) {
            if cell.encode_utf16().count() > 32_767 {
                let (kept, mark) = shown.rsplit_once("…(+").expect("a mark where a cell is cut");
                let n_left: usize = mark.trim_end_matches(')').parse().expect("how much is left out");
                assert!(cell.starts_with(kept) && kept.chars().count() + n_left == cell.chars().count());
                assert!(shown.encode_utf16().count() <= 32_767);
                n_cut += 1;
            } else {
                assert_eq!(cell, shown);
            }
        }
    }
    assert_eq!(n_cut, 1);
    // What may not be changed unseen is there as it was written.
    let kept = |name: &str| csv[1..].iter().any(|row| row[column] == name);
    for name in ["=cmd|' /C calc'!A0", "'=1+1", "@SUM A1", "＝1+1", "=\"0012\"", "_x0041_"] {
        assert!(kept(name), "{name}");
    }
    // And in the text itself no cell is a formula.
    let mut reader = csv::Reader::from_path(path("csv")).expect("a table");
    for row in reader.records() {
        for cell in &row.expect("a row") {
            let start = cell.trim_start_matches([' ', '\u{a0}', '\u{feff}']);
            assert!(!start.starts_with(['=', '@', '\t', '＝', '＠']), "{cell:?}");
        }
    }
    // What was cleaned can be cleaned again.
    let again = bench.clean(&fs::read(path("csv")).expect("a table"), &["--format", "parquet"]);
    assert_eq!(again.code(), 0, "{}", again.stderr());
}

#[test]
fn a_full_disk_is_said_by_every_format() {
    for format in [Format::Csv, Format::Parquet, Format::Xlsx] {
        let home = tempfile::tempdir().expect("a temporary folder");
        // Without the right to mount there is no disk to fill; that the kind of error is kept is tested in `faults`.
        let Some(disk) = SmallDisk::of(home.path(), "256k") else { return };
        let result = fill(disk.path(), format);
        assert_eq!(result.expect_err("the disk is full").code, TroubleCode::DiskFull, "{format:?}");
    }
}

/// Writes more than the disk takes, of what cannot be packed.
fn fill(disk: &Path, format: Format) -> Result<(), lamsach::record::Trouble> {
    let folder = RunFolder::create(&disk.join("out"), false)?;
    let formats = Formats::new(vec![format], false, 20_260_630);
    let mut table = TableFile::begin(&folder, "full", &COLUMNS, &formats)?;
    let mut state = 1_u64;
    for line in 0..100_000 {
        let mut key = String::new();
        for _ in 0..4 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            key.push_str(&format!("{:x}", state >> 16));
        }
        table.write(format!("{key},{line},0.5\n").as_bytes())?;
    }
    table.finish(100_000).map(|_| ())
}

fn ask(arguments: &[&OsStr]) -> String {
    let output = lamsach().args(arguments).output().expect("the tool starts");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    stdout(&output)
}

#[test]
fn a_run_without_csv_says_what_to_do() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let out = run("reconcile", home.path(), &["--format", "parquet"]);
    let truth = project().join("samples/tiem_chung.truth.csv");
    let evaluate: [&OsStr; 4] = ["evaluate".as_ref(), out.as_ref(), "--truth".as_ref(), truth.as_ref()];
    let explain: [&OsStr; 3] = ["explain".as_ref(), out.as_ref(), "TC000000001".as_ref()];
    for arguments in [&evaluate[..], &explain] {
        let output = lamsach().args(arguments).args(["--lang", "en"]).output().expect("the tool starts");
        assert_eq!(code(&output), 2);
        assert!(stderr(&output).contains("error[L0225]") && stderr(&output).contains("--format csv"));
    }
    let out = run("clean", home.path(), &["--format", "xlsx"]);
    let truth = project().join("samples/danh_sach.truth.csv");
    let output =
        lamsach().arg("evaluate").arg(&out).arg("--truth").arg(truth).output().expect("the tool starts");
    assert!(stderr(&output).contains("error[L0225]"), "{}", stderr(&output));
    let bench = Bench::new();
    let run = bench.clean(
        format!("{HEADER}\nK,A B,1990,Nam,001090000011\n").as_bytes(),
        &["--excel", "--format", "xlsx"],
    );
    assert_eq!(run.code(), 2);
    assert!(run.stderr().contains("error[L0226]") && !run.out.exists(), "{}", run.stderr());
}

#[test]
fn formats_are_part_of_what_a_run_follows_from() {
    let bench = Bench::new();
    let list = bench.write("list.csv", format!("{HEADER}\nK,A B,1990,Nam,001090000011\n").as_bytes());
    let run = |more: &[&str]| {
        let mut command = lamsach();
        command.arg("clean").arg(&list).arg("-o").arg(bench.path("out"));
        let output = command.args(["--as-of", "2026-06-30", "--replace", "--lang", "en"]).args(more).output();
        stderr(&output.expect("the tool starts")).contains("already done")
    };
    assert!(!run(&[]));
    assert!(run(&["--format", "csv"]));
    assert!(!run(&["--excel"]));
    assert!(!run(&["--format", "csv,xlsx"]));
    assert!(run(&["--format", "xlsx,csv,csv"]));
    assert!(bench.path("out/cleaned.xlsx").exists());
}
