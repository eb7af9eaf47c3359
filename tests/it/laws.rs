//! What holds for every run: threads do not show, rows in are rows out, one run key is one result, and the
//! samples are judged as the project promises.

use std::fs;
use std::path::Path;

use polars::prelude::{Column, DataFrame, ParquetWriter};

use crate::run::{
    Bench, CITIZENS, HEADER, code, generate, lamsach, project, same_on_any_threads, stderr, stdout,
};

fn reconcile_samples(out: &Path, more: &[&str]) -> std::process::Output {
    lamsach()
        .arg("reconcile")
        .arg(project().join("samples/tiem_chung.csv"))
        .arg("--against")
        .arg(project().join("samples/dan_cu.csv.gz"))
        .arg("-o")
        .arg(out)
        .args(["--as-of", "2026-06-30"])
        .args(more)
        .output()
        .expect("the tool starts")
}

#[test]
fn the_number_of_threads_does_not_show() {
    let home = tempfile::tempdir().expect("a temporary folder");
    // Large enough for several blocks of both files.
    let data = generate(home.path(), &["--citizens", "120000", "--list", "60000", "--seed", "9"]);
    let (list, reference) = (data.join("tiem_chung.csv"), data.join("dan_cu.csv"));
    let arguments = ["reconcile".as_ref(), list.as_os_str(), "--against".as_ref(), reference.as_os_str()];
    same_on_any_threads(home.path(), &arguments);
}

#[test]
fn the_samples_are_what_generate_makes() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let out = home.path().join("s");
    let output = lamsach()
        .args([
            "generate",
            "--citizens",
            "20000",
            "--list",
            "5000",
            "--seed",
            "2027",
            "--office",
            "200",
            "--delta",
            "200",
            "-o",
        ])
        .arg(&out)
        .output()
        .expect("the tool starts");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let sample = |name: &str| fs::read(project().join("samples").join(name)).expect("a sample");
    let made = |name: &str| fs::read(out.join(name)).expect("a generated file");
    assert!(made("tiem_chung.csv") == sample("tiem_chung.csv"), "samples/tiem_chung.csv is out of date");
    assert!(
        made("truth.csv") == sample("tiem_chung.truth.csv"),
        "samples/tiem_chung.truth.csv is out of date"
    );
    for name in ["danh_sach.csv", "danh_sach.xlsx", "danh_sach.truth.csv"] {
        assert!(made(name) == sample(name), "samples/{name} is out of date");
    }
    assert!(
        made("dan_cu.thay_doi.csv") == sample("dan_cu.thay_doi.csv"),
        "samples/dan_cu.thay_doi.csv is out of date"
    );
    let mut unpacked = Vec::new();
    let packed = sample("dan_cu.csv.gz");
    let mut gzip = flate2::read::GzDecoder::new(&packed[..]);
    std::io::Read::read_to_end(&mut gzip, &mut unpacked).expect("a gzip file");
    assert!(made("dan_cu.csv") == unpacked, "samples/dan_cu.csv.gz is out of date");
}

#[test]
fn the_samples_are_judged_as_promised() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let out = home.path().join("out");
    let output = reconcile_samples(&out, &["--quiet"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let judged = lamsach()
        .arg("evaluate")
        .arg(&out)
        .arg("--truth")
        .arg(project().join("samples/tiem_chung.truth.csv"))
        .arg("--json")
        .output()
        .expect("the tool starts");
    let found: serde_json::Value = serde_json::from_str(&stdout(&judged)).expect("JSON");
    for verdict in ["match", "mismatch"] {
        for measure in ["precision", "recall"] {
            let value = found["by_number"][verdict][measure].as_f64().expect("a share");
            assert!(value >= 0.999, "{verdict} {measure} {value}");
        }
    }
    assert_eq!(found["n_wrong_citizen"], 0);
    let auto = &found["decisions"]["auto"];
    assert_eq!(auto["given"], auto["right"], "an automatic correction is wrong");
    assert!(auto["given"].as_u64().expect("a count") > 300);
}

/// A citizen who is what the row expects is known by a fingerprint of cells in capitals; names in small letters are all
/// read and compared, to the same verdicts.
#[test]
fn a_fingerprint_says_what_reading_says() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let packed = fs::read(project().join("samples/dan_cu.csv.gz")).expect("a sample");
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&packed[..]), &mut text)
        .expect("a gzip file");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = reader.headers().expect("a header").clone();
    let name = header.iter().position(|column| column == "Họ và tên").expect("a column of names");
    writer.write_record(&header).expect("memory");
    for record in reader.records() {
        let record = record.expect("a record");
        let cells = record.iter().enumerate();
        let cells = cells.map(|(at, cell)| if at == name { cell.to_lowercase() } else { cell.to_owned() });
        writer.write_record(cells).expect("memory");
    }
    let small = home.path().join("dan_cu.csv");
    fs::write(&small, writer.into_inner().expect("memory")).expect("a file");
    let run = |out: &str, reference: &Path| {
        let out = home.path().join(out);
        let output = lamsach()
            .arg("reconcile")
            .arg(project().join("samples/tiem_chung.csv"))
            .args(["--against".as_ref(), reference.as_os_str(), "-o".as_ref(), out.as_os_str()])
            .args(["--as-of", "2026-06-30", "--quiet"])
            .output()
            .expect("the tool starts");
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let rows = |file: &str| fs::read_to_string(out.join(file)).expect("a result");
        let decisions: Vec<String> = csv::Reader::from_reader(rows("corrections.csv").as_bytes())
            .records()
            .map(|row| row.expect("a row"))
            .map(|row| [0, 1, 2, 3, 4, 5, 7, 8, 9].map(|cell| row[cell].to_owned()).join("|"))
            .collect();
        (rows("verdicts.csv"), rows("findings.csv"), decisions)
    };
    let (by_fingerprint, by_reading) = (run("a", &project().join("samples/dan_cu.csv.gz")), run("b", &small));
    assert!(by_fingerprint.0 == by_reading.0, "verdicts");
    assert!(by_fingerprint.1 == by_reading.1, "findings");
    assert!(by_fingerprint.2 == by_reading.2, "corrections but for their new values");
}

#[test]
fn rows_add_up_for_a_list_in_two_halves() {
    let bench = Bench::new();
    let row = |index: usize| {
        let (number, name, birth, sex) = CITIZENS[index];
        format!("K{index},{name},{birth},{sex},{number}\n")
    };
    let whole = format!("{HEADER}\n") + &(0..6).map(row).collect::<String>();
    let run = bench.reconcile(whole.as_bytes(), &[]);
    let verdicts = run.rows("verdicts.csv", &["record_key", "verdict"]);
    let folder = bench.path("lists");
    fs::create_dir(&folder).expect("a folder");
    for (name, rows) in [("b.csv", 3..6), ("a.csv", 0..3)] {
        let text = format!("{HEADER}\n") + &rows.map(row).collect::<String>();
        fs::write(folder.join(name), text).expect("a file");
    }
    let halves = bench.reconcile_file(&folder, &[]);
    assert_eq!(halves.code(), 0, "{}", halves.stderr());
    assert_eq!(halves.rows("verdicts.csv", &["record_key", "verdict"]), verdicts);
    assert_eq!(halves.rows("verdicts.csv", &["file", "line"])[3], "b.csv 2");
    let inputs = halves.summary()["inputs"].as_array().expect("inputs").len();
    assert_eq!(inputs, 2);
}

#[test]
fn parquet_says_the_same_as_text() {
    let bench = Bench::new();
    let list: String = format!("{HEADER}\n")
        + &CITIZENS.map(|(number, name, birth, sex)| format!("K,{name},{birth},{sex},{number}\n")).concat();
    let run = bench.reconcile(list.as_bytes(), &[]);
    let expected = run.rows("verdicts.csv", &["verdict", "citizen_number"]);
    let column = |name: &str, cells: [&str; 6]| Column::new(name.into(), cells.to_vec());
    let mut frame = DataFrame::new_infer_height(vec![
        column("Mã đối tượng", ["K"; 6]),
        column("Họ và tên", CITIZENS.map(|citizen| citizen.1)),
        column("Ngày sinh", CITIZENS.map(|citizen| citizen.2)),
        column("Giới tính", CITIZENS.map(|citizen| citizen.3)),
        column("Số CMND/CCCD", CITIZENS.map(|citizen| citizen.0)),
    ])
    .expect("columns of one length");
    let path = bench.path("list.parquet");
    ParquetWriter::new(fs::File::create(&path).expect("a file")).finish(&mut frame).expect("a Parquet file");
    let run = bench.reconcile_file(&path, &[]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    assert_eq!(run.rows("verdicts.csv", &["verdict", "citizen_number"]), expected);
    // Cut in the middle it is refused, not half read.
    let bytes = fs::read(&path).expect("the file");
    fs::write(&path, &bytes[..bytes.len() / 2]).expect("the file");
    let broken = bench.reconcile_file(&path, &[]);
    assert_eq!(broken.code(), 3);
    assert!(broken.stderr().contains("error[L0310]"), "{}", broken.stderr());
}

#[test]
fn a_citizen_twice_in_the_reference_is_said_and_never_joined_silently() {
    let bench = Bench::new();
    let reference = fs::read_to_string(bench.path("reference.csv")).expect("the reference");
    let (number, name, _, sex) = CITIZENS[0];
    bench.write("reference.csv", format!("{reference}{number},{name},02/02/1990,{sex}\n").as_bytes());
    let (_, name, birth, sex) = CITIZENS[0];
    let list = format!("{HEADER}\nK0,{name},{birth},{sex},{number}\n");
    let run = bench.reconcile(list.as_bytes(), &[]);
    assert_eq!(
        run.rows("verdicts.csv", &["verdict", "flags", "citizen_number"]),
        ["ambiguous reference_duplicate "]
    );
    assert_eq!(run.summary()["reference"]["repeated_numbers"], 1);
}

#[test]
fn a_number_of_two_people_in_the_list_is_flagged_on_both() {
    let (number, name, birth, sex) = CITIZENS[0];
    let list = format!("{HEADER}\nK0,{name},{birth},{sex},{number}\nK1,HỒ THỊ XUÂN,07/07/1977,Nữ,{number}\n");
    let run = Bench::new().reconcile(list.as_bytes(), &[]);
    assert_eq!(
        run.rows("verdicts.csv", &["verdict", "flags"]),
        ["match duplicate", "other_person duplicate"]
    );
    let codes = run.rows("findings.csv", &["record_key", "code"]);
    assert!(codes.contains(&"K0 ID22".to_owned()) && codes.contains(&"K1 ID22".to_owned()), "{codes:?}");
}

#[test]
fn the_same_run_again_is_already_done() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let out = home.path().join("out");
    assert_eq!(code(&reconcile_samples(&out, &[])), 0);
    let manifest = fs::read(out.join("manifest.json")).expect("a manifest");
    let again = reconcile_samples(&out, &["--lang", "en"]);
    assert_eq!(code(&again), 0);
    assert!(stderr(&again).contains("already done"), "{}", stderr(&again));
    assert_eq!(fs::read(out.join("manifest.json")).expect("a manifest"), manifest);
    let other = reconcile_samples(&out, &["--fail-on", "error"]);
    assert_eq!(code(&other), 2, "another run is not put in its place unasked");
    let replaced = reconcile_samples(&out, &["--fail-on", "error", "--replace", "--quiet"]);
    assert_eq!(code(&replaced), 1);
}
