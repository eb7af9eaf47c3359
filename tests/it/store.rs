//! Reference stores: they answer as the extracts they were built from, and nothing of their making shows in them.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use polars::prelude::{Column, DataFrame, ParquetWriter};

use crate::run::{code, generate, lamsach, stderr, stdout};

/// Runs a command that must succeed.
pub fn must(arguments: &[&str], paths: &[&Path], more: &[&str]) -> Output {
    let output = lamsach().args(arguments).args(paths).args(more).output().expect("the tool starts");
    assert_eq!(code(&output), 0, "{arguments:?} {more:?}: {}", stderr(&output));
    output
}

/// Builds a store, in the place of an earlier one.
pub fn build(extracts: &[&Path], store: &Path, more: &[&str]) -> Output {
    let store = store.to_str().expect("a path of ours");
    must(&["reference", "build", "--replace", "-o", store], extracts, &[&["--json"], more].concat())
}

/// Brings a store up to date; its changes as JSON.
pub fn update(store: &Path, deltas: &[&Path], more: &[&str]) -> serde_json::Value {
    let paths = [&[store], deltas].concat();
    let output = must(&["reference", "update"], &paths, &[&["--json"], more].concat());
    serde_json::from_str(&stdout(&output)).expect("JSON")
}

/// What a reconciliation answers: its tables, and what it says of the reference.
#[derive(PartialEq, Eq)]
pub struct Answers {
    pub tables: [(&'static str, Vec<u8>); 3],
    counts: [(&'static str, u64); 4],
}

impl Answers {
    /// Holds that both are the same.
    pub fn must_be(&self, other: &Self, what: &str) {
        for ((name, ours), (_, theirs)) in self.tables.iter().zip(&other.tables) {
            let lines = |bytes: &[u8]| {
                String::from_utf8_lossy(bytes).lines().map(ToOwned::to_owned).collect::<Vec<_>>()
            };
            let (ours, theirs) = (lines(ours), lines(theirs));
            let first = ours.iter().zip(&theirs).find(|(one, other)| one != other);
            assert!(ours == theirs, "{what}: {name} differs: {first:?}");
        }
        assert_eq!(self.counts, other.counts, "{what}");
    }

    /// The table of verdicts.
    pub fn rows(&self) -> String {
        String::from_utf8(self.tables[0].1.clone()).expect("tables are UTF-8")
    }
}

/// Reconciles a list with extracts or a store.
pub fn answers(list: &Path, against: &[&Path], more: &[&str]) -> Answers {
    let home = tempfile::tempdir().expect("a temporary folder");
    let out = home.path().join("out");
    let mut command = lamsach();
    command.arg("reconcile").arg(list).arg("-o").arg(&out).arg("--quiet").args(more);
    for path in against {
        command.arg("--against").arg(path);
    }
    let output = command.output().expect("the tool starts");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let bytes = |name: &str| fs::read(out.join(name)).expect("a table of the run");
    let summary: serde_json::Value = serde_json::from_slice(&bytes("summary.json")).expect("JSON");
    let count = |name: &'static str| (name, summary["reference"][name].as_u64().expect("a count"));
    Answers {
        tables: ["verdicts.csv", "corrections.csv", "findings.csv"].map(|name| (name, bytes(name))),
        counts: ["citizens_found", "numbers_asked", "repeated_numbers", "without_number"].map(count),
    }
}

/// The files of a store but for the clock in its manifest.
fn files(store: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = crate::run::files(store);
    for (name, bytes) in &mut files {
        if name == "reference.json" {
            let mut manifest: serde_json::Value = serde_json::from_slice(bytes).expect("JSON");
            for clock in ["built", "updated", "checksum"] {
                manifest[clock] = "".into();
            }
            *bytes = manifest.to_string().into_bytes();
        }
    }
    files
}

pub type Row = Vec<String>;

pub fn read(path: &Path) -> (Row, Vec<Row>) {
    let row = |record: &csv::StringRecord| record.iter().map(ToOwned::to_owned).collect::<Row>();
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).expect("a CSV file");
    let header = row(reader.headers().expect("a header"));
    (header, reader.records().map(|record| row(&record.expect("a record"))).collect())
}

pub fn write(path: &Path, header: &[String], rows: &[Row]) -> PathBuf {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_path(path).expect("a new file");
    writer.write_record(header).expect("room");
    rows.iter().for_each(|row| writer.write_record(row).expect("room"));
    writer.flush().expect("room");
    path.to_owned()
}

// Columns of an invented extract.
pub const NUMBER: usize = 0;
pub const OLD: usize = 1;
pub const NAME: usize = 2;
pub const BIRTH: usize = 3;
pub const SEX: usize = 4;
const CODE: usize = 7;
const COMMUNE: usize = 8;
pub const LIFE: usize = 11;

/// The citizens of an extract made odd in all the ways that an extract can be, and a list that asks for them.
fn odd(citizens: &[Row]) -> (Vec<Row>, Vec<Row>) {
    let (mut extract, mut list) = (Vec::new(), Vec::new());
    let mut ask = |row: &Row, number: &str| {
        list.push(vec![row[NAME].clone(), row[BIRTH].clone(), row[SEX].clone(), number.to_owned()]);
    };
    let small = |index: usize| format!("{:09}", 100_000_007 + index * 7_919 % 800_000_000);
    for (index, good) in citizens.iter().enumerate() {
        let other = &citizens[(index + 7) % citizens.len()];
        let mut row = good.clone();
        let mut again = None;
        match index % 40 {
            // The same twice, and two people with one number.
            0 => again = Some(row.clone()),
            1 => {
                let mut person = other.clone();
                person[NUMBER].clone_from(&row[NUMBER]);
                again = Some(person);
            }
            2 => row[NUMBER].clear(),
            3 => row[NUMBER].insert_str(0, "SAI"),
            4 => drop(row[NUMBER].pop()),
            // Old numbers in the column of the personal number, alone and beside themselves.
            5 => (row[NUMBER], row[OLD]) = (small(index), String::new()),
            6 => (row[NUMBER], row[OLD]) = (small(index), small(index)),
            // An old number that is asked for beside the row's own, or is the own number of somebody else.
            7 => row[OLD] = small(index),
            8 => row[OLD].clone_from(&other[NUMBER]),
            9 => row[OLD].clone_from(&good[NUMBER]),
            // One old number of many people.
            10 => row[OLD] = small(0),
            11 => row[BIRTH] = good[BIRTH][6..].to_owned(),
            12 => row[BIRTH] = good[BIRTH][3..].to_owned(),
            13 => row[BIRTH] = "15/08/2025".to_owned(),
            14 => row[BIRTH] = "15/08/2055".to_owned(),
            15 => row[BIRTH] = "31/02/1990".to_owned(),
            16 => row[BIRTH] = "01/02/1901".to_owned(),
            17 => row[BIRTH].clear(),
            18 => row[LIFE] = ["Đã chết", "Đã hủy", "Thôi quốc tịch", "???", ""][index / 40 % 5].to_owned(),
            19 => row[5..10].iter_mut().for_each(String::clear),
            20 => row[COMMUNE].clear(),
            21 => row[CODE].clear(),
            22 => row[CODE] = " ".to_owned(),
            23 => row[NAME].clear(),
            24 => row[NAME] = row[NAME].to_lowercase(),
            25 => row[NAME] = format!(" {}.A1", row[NAME]),
            26 => row[SEX].clear(),
            27 => row[SEX] = "X".to_owned(),
            28 => row[NUMBER].insert(6, ' '),
            // A first zero lost, which sex and birth year confirm.
            29 => row[NUMBER] = good[NUMBER].trim_start_matches('0').to_owned(),
            30 => row.truncate(9),
            // Two people of one number who are as far from what is asked for.
            31 => {
                let mut person = row.clone();
                row[BIRTH] = "05/06/1981".to_owned();
                person[BIRTH] = "06/07/1981".to_owned();
                again = Some(person);
            }
            // Read by the number, not by the day.
            32 if row[BIRTH].len() == 10 => drop(row[BIRTH].drain(6..8)),
            _ => {}
        }
        ask(good, &good[NUMBER]);
        if index % 40 < 15 {
            let asked: BTreeSet<&str> = [row[NUMBER].as_str(), &row[OLD]].into();
            asked.into_iter().for_each(|number| ask(&row, number));
            let mut as_written = good.clone();
            as_written[BIRTH].clone_from(&row[BIRTH]);
            ask(&as_written, &row[NUMBER]);
        }
        if index % 3 == 0 && !good[OLD].is_empty() {
            ask(good, &good[OLD]);
        }
        if index % 7 == 0 {
            ask(other, &good[NUMBER]);
        }
        extract.push(row);
        extract.extend(again);
    }
    let n_rows = extract.len();
    let mixed = (0..n_rows).map(|index| extract[index * 7_919 % n_rows].clone()).collect();
    (mixed, list)
}

/// An odd extract and its list below a folder.
pub fn odd_data(home: &Path) -> (Row, Vec<Row>, PathBuf) {
    let data = generate(home, &["--citizens", "4000", "--list", "10", "--seed", "4"]);
    let (header, citizens) = read(&data.join("dan_cu.csv"));
    let (extract, asked) = odd(&citizens);
    let names = ["Mã đối tượng", "Họ và tên", "Ngày sinh", "Giới tính", "Số CMND/CCCD"];
    let keyed = asked.into_iter().enumerate();
    let keyed: Vec<Row> = keyed.map(|(at, row)| [vec![format!("K{at}")], row].concat()).collect();
    let list = write(&home.join("list.csv"), &names.map(ToOwned::to_owned), &keyed);
    (header, extract, list)
}

#[test]
fn a_store_answers_as_its_extract() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let (header, rows, list) = odd_data(home.path());
    let path = |name: &str| home.path().join(name);
    let whole = write(&path("whole.csv"), &header, &rows);
    let plain: Vec<Row> = rows.iter().map(|row| row[..5].to_vec()).collect();
    let plain = write(&path("plain.csv"), &header[..5], &plain);
    let store = path("store");
    for (extract, n_verdicts) in [(&whole, 28), (&plain, 20)] {
        for built in ["2026-11-25", "2022-06-01"] {
            build(&[extract], &store, &["--as-of", built]);
            for asked in ["2026-11-25", "2022-06-01"] {
                let day = ["--as-of", asked];
                let expected = answers(&list, &[extract], &day);
                let name = extract.file_name().expect("a name").to_string_lossy();
                answers(&list, &[&store], &day)
                    .must_be(&expected, &format!("{name} built {built} asked {asked}"));
                let kinds: BTreeSet<String> = expected.rows().lines().map(verdict_and_flags).collect();
                assert!(kinds.len() >= n_verdicts, "{kinds:?}");
            }
        }
    }
}

/// Verdict and flags of a row of verdicts.
fn verdict_and_flags(line: &str) -> String {
    line.split(',').skip(3).take(2).collect::<Vec<_>>().join(",")
}

#[test]
fn a_store_of_several_packed_files_answers_as_they_do() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let (header, rows, list) = odd_data(home.path());
    let path = |name: &str| home.path().join(name);
    let parts: Vec<&[Row]> = rows.chunks(rows.len() / 3 + 1).collect();
    let first = write(&path("1.csv"), &header, parts[0]);
    let second = path("2.csv.gz");
    let bytes = fs::read(write(&path("2.csv"), &header, parts[1])).expect("just written");
    let mut packed =
        flate2::write::GzEncoder::new(fs::File::create(&second).expect("a new file"), Default::default());
    std::io::Write::write_all(&mut packed, &bytes).expect("room");
    packed.finish().expect("room");
    let third = path("3.parquet");
    let column = |(at, name): (usize, &String)| {
        let cells: Vec<&str> =
            parts[2].iter().map(|row| row.get(at).map(String::as_str).unwrap_or("")).collect();
        Column::new(name.as_str().into(), cells)
    };
    let mut frame = DataFrame::new_infer_height(header.iter().enumerate().map(column).collect())
        .expect("columns of one length");
    ParquetWriter::new(fs::File::create(&third).expect("a new file")).finish(&mut frame).expect("room");

    let day = ["--as-of", "2026-06-30"];
    let extracts = [first.as_path(), &second, &third];
    let store = path("store");
    build(&extracts, &store, &day);
    answers(&list, &[&store], &day).must_be(&answers(&list, &extracts, &day), "three files");
}

#[test]
fn a_store_given_as_a_list_is_told_from_one() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let data = generate(home.path(), &["--citizens", "300", "--list", "20", "--seed", "4"]);
    let (store, out) = (home.path().join("store"), home.path().join("out"));
    let (extract, list) = (data.join("dan_cu.csv"), data.join("tiem_chung.csv"));
    build(&[&extract], &store, &[]);
    let path = |path: &Path| path.to_str().expect("a path of ours").to_owned();
    let (store, out) = (path(&store), path(&out));
    let (extract, list) = (path(&extract), path(&list));
    let before = crate::run::files(Path::new(&store));
    for arguments in [
        &["inspect", &store][..],
        &["inspect", &store, "--json"],
        &["inspect", &list, &store],
        &["clean", &store, "-o", &out],
        &["reconcile", &store, "--against", &extract, "-o", &out],
        &["reconcile", &store, "--against", &store, "-o", &out],
        &["reference", "build", &store, "-o", &out],
        &["reference", "update", &store, &store],
    ] {
        for (language, words) in [("vi", "là kho tham chiếu"), ("en", "is a reference store")] {
            let output = lamsach().args(arguments).args(["--lang", language]).output();
            let output = output.expect("the tool starts");
            let said = stderr(&output);
            assert_eq!((code(&output), stdout(&output)), (2, String::new()), "{arguments:?}: {said}");
            for part in ["error[L0209]", words, &format!("lamsach reference info {store}")] {
                assert!(said.contains(part), "{arguments:?} does not say {part}: {said}");
            }
        }
    }
    assert!(!Path::new(&out).exists() && crate::run::files(Path::new(&store)) == before);
}

#[test]
fn a_reader_of_a_store_that_goes_away_is_no_error() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let data = generate(home.path(), &["--citizens", "300", "--list", "20", "--seed", "4"]);
    let (extract, store) = (data.join("dan_cu.csv"), home.path().join("store"));
    build(&[&extract], &store, &[]);
    let (_, citizens) = read(&extract);
    let number = citizens[0][NUMBER].as_str();
    for arguments in [
        &["info"][..],
        &["info", "--json"],
        &["info", "--number", number],
        &["info", "--number", number, "--json"],
        &["verify"],
        &["verify", "--json"],
    ] {
        for n_read in [0, 1] {
            let mut command = lamsach();
            command.arg("reference").args(arguments).arg(&store);
            let mut child =
                command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the tool starts");
            // One byte is read and the rest is not, as `head` leaves it.
            let mut pipe = child.stdout.take().expect("a pipe");
            pipe.read_exact(&mut vec![0; n_read]).expect("the tool writes");
            drop(pipe);
            let output = child.wait_with_output().expect("the tool ends");
            let said = stderr(&output);
            let is_quiet = said.lines().all(|line| line.starts_with("lamsach: kho tham chiếu"));
            assert!(code(&output) == 0 && is_quiet, "{arguments:?}: {said}");
        }
    }
}

#[test]
fn threads_and_memory_do_not_show_in_a_store() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let data = generate(home.path(), &["--citizens", "1000000", "--list", "5000", "--seed", "4"]);
    let (extract, list) = (data.join("dan_cu.csv"), data.join("tiem_chung.csv"));
    let (store, other) = (home.path().join("store"), home.path().join("other"));
    let peak = |output: &Output| {
        let said: serde_json::Value = serde_json::from_str(&stdout(output)).expect("JSON");
        said["resources"]["peak_rss_bytes"].as_u64().expect("a size") >> 20
    };
    let day = ["--as-of", "2026-06-30"];
    let wide = build(&[&extract], &store, &[&day[..], &["--threads", "3", "--memory", "4GiB"]].concat());
    let narrow = build(&[&extract], &other, &[&day[..], &["--threads", "1", "--memory", "160MiB"]].concat());
    // A million citizens take 100 MB until they are in order: with half of 160 MiB some were put aside.
    assert!(peak(&narrow) <= 160 && peak(&wide) > 160, "{} {} MiB", peak(&narrow), peak(&wide));
    assert!(files(&store) == files(&other), "threads or memory show in the store");
    let expected = answers(&list, &[&extract], &day);
    for threads in ["1", "2", "5"] {
        let more = [&day[..], &["--threads", threads]].concat();
        answers(&list, &[&store], &more).must_be(&expected, threads);
    }
}
