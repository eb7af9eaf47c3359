//! Tests of the files together: what they promise each other.

mod delta;
mod truth;

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// The files of one run.
struct Files {
    extract: String,
    list: String,
    truth: String,
    workbook: Vec<u8>,
    twin: String,
    office_truth: String,
    changes: String,
    after: String,
    counts: Counts,
}

fn settings() -> Settings {
    let text = include_str!("../../rules/generate/vaccination.toml");
    toml::from_str(text).expect("the settings that come with the tool are whole")
}

fn make(request: Request, settings: &Settings) -> Files {
    make_all(request, settings, 0)
}

/// Makes the list of an office as well, if it is to have records.
fn make_all(request: Request, settings: &Settings, office_records: u64) -> Files {
    make_besides(request, settings, (office_records, 0)).expect("the run goes through")
}

/// Makes the list of an office and a delta as well, where they are to have rows.
fn make_besides(request: Request, settings: &Settings, besides: (u64, u64)) -> Result<Files> {
    let (office_records, delta_rows) = besides;
    let delta_settings: DeltaSettings =
        toml::from_str(include_str!("../../rules/generate/delta.toml")).expect("whole settings");
    let office_settings: OfficeSettings =
        toml::from_str(include_str!("../../rules/generate/office.toml")).expect("whole settings");
    let tables = Tables {
        names: include_str!("../../rules/lexicon/names.csv"),
        names_minority: include_str!("../../rules/lexicon/names_minority.csv"),
        provinces_2024: include_str!("../../rules/places/provinces_2024.csv"),
        districts_2024: include_str!("../../rules/places/districts_2024.csv"),
        communes_2024: include_str!("../../rules/places/communes_2024.csv"),
        communes_prior: include_str!("../../rules/places/communes_prior.csv"),
        provinces_2025: include_str!("../../rules/places/provinces_2025.csv"),
        communes_2025: include_str!("../../rules/places/communes_2025.csv"),
        commune_mapping: include_str!("../../rules/places/commune_mapping.csv"),
        health_cards: include_str!("../../rules/lexicon/health_card_codes.csv"),
        legacy: include_str!("../../rules/generate/legacy.csv"),
    };
    let (mut extract, mut list, mut truth) = (Vec::new(), Vec::new(), Vec::new());
    let (mut workbook, mut twin, mut office_truth) = (Vec::new(), Vec::new(), Vec::new());
    let office = Office {
        settings: &office_settings,
        records: office_records,
        workbook: &mut workbook,
        twin: &mut twin,
        truth: &mut office_truth,
    };
    let (mut changes, mut after) = (Vec::new(), Vec::new());
    let delta =
        Delta { settings: &delta_settings, rows: delta_rows, changes: &mut changes, after: &mut after };
    let temp = tempfile::tempdir().expect("a folder for temporary files");
    let outputs = Outputs {
        extract: &mut extract,
        list: &mut list,
        truth: &mut truth,
        office: (office_records > 0).then_some(office),
        delta: (delta_rows > 0).then_some(delta),
        temp: temp.path(),
    };
    let counts = run(&request, settings, &tables, outputs, &|_| (), &|| false)?;
    assert_eq!(std::fs::read_dir(temp.path()).expect("still there").count(), 0);
    let [extract, list, truth, twin, office_truth, changes, after] =
        [extract, list, truth, twin, office_truth, changes, after]
            .map(|bytes| String::from_utf8(bytes).expect("UTF-8"));
    Ok(Files { extract, list, truth, workbook, twin, office_truth, changes, after, counts })
}

fn request(seed: u64, citizens: u64, list: u64) -> Request {
    Request { seed, citizens, list }
}

fn records(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let record = |record: csv::Result<csv::StringRecord>| {
        record.expect("a whole line").iter().map(str::to_owned).collect()
    };
    reader.records().map(record).collect()
}

/// The lines of the list that are records, by key; a damaged line still shows its key.
fn list_lines(list: &str) -> BTreeMap<&str, &str> {
    let is_record = |line: &&str| line.starts_with("TC") && line.as_bytes()[2].is_ascii_digit();
    list.lines()
        .filter(is_record)
        .filter_map(|line| line.split_once(',').map(|(key, _)| (key, line)))
        .collect()
}

/// The lines of a truth that speak of records; the last speaks of the file.
fn rows_of(truth: &str) -> Vec<Vec<String>> {
    let mut rows = records(truth);
    let last = rows.pop().expect("a last line");
    assert_eq!(last[0], "*");
    rows
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let settings = settings();
    let first = make(request(7, 8000, 2000), &settings);
    let again = make(request(7, 8000, 2000), &settings);
    let other = make(request(8, 8000, 2000), &settings);
    assert!(first.extract == again.extract && first.list == again.list && first.truth == again.truth);
    assert_eq!(first.counts, again.counts);
    assert!(first.extract != other.extract && first.list != other.list);
}

#[test]
fn numbers_are_unique_and_legal() {
    let files = make(request(1, 200_000, 0), &settings());
    let citizens = records(&files.extract);
    assert_eq!(citizens.len(), 200_000);
    let mut seen = BTreeSet::new();
    for citizen in &citizens {
        let (number, birth, sex) = (&citizen[0], &citizen[3], &citizen[4]);
        assert!(number.len() == 12 && seen.insert(number.clone()), "{number}");
        let year: u32 = birth[birth.len() - 4..].parse().expect("a year");
        let century_and_sex = (year / 100 - 19) * 2 + u32::from(sex == "Nữ");
        assert_eq!(number[3..4], century_and_sex.to_string(), "{citizen:?}");
        assert_eq!(number[4..6], birth[birth.len() - 2..], "{citizen:?}");
        assert!(matches!(citizen[1].len(), 0 | 9));
    }
    let with_status = |status: &str| citizens.iter().filter(|citizen| citizen[11] == status).count();
    assert!((2000..8000).contains(&with_status("Đã chết")));
    assert!((40..250).contains(&with_status("Hủy số")));
}

#[test]
fn right_rows_are_right() {
    let files = make(request(3, 500_000, 200_000), &settings());
    assert_eq!(files.counts.records, 200_000);
    assert!((118_000..130_000).contains(&files.counts.right), "{}", files.counts.right);

    let citizens: BTreeMap<String, Vec<String>> =
        records(&files.extract).into_iter().map(|citizen| (citizen[0].clone(), citizen)).collect();
    let lines = list_lines(&files.list);
    let truth = rows_of(&files.truth);
    let right = truth.iter().filter(|row| row[2].is_empty()).count();
    assert_eq!(right as u64, files.counts.right);
    assert_eq!((truth.len(), lines.len()), (200_000, 200_000));
    for row in &truth {
        let [key, number, errors, verdict, wrong, name, birth, sex] = row.as_slice() else {
            panic!("a truth line of another width: {row:?}");
        };
        let citizen = citizens.get(number);
        assert_eq!(
            citizen.is_none(),
            matches!(verdict.as_str(), "not_found" | "other_person") || number.is_empty()
        );
        if let Some(citizen) = citizen {
            assert_eq!((name, birth, sex), (&citizen[2], &citizen[3], &citizen[4]));
        }
        assert!(verdict != "match" || wrong.is_empty(), "{row:?}");
        if !errors.is_empty() {
            continue;
        }
        let cells = records(&format!("{}\n{}\n", "a,".repeat(12) + "b", lines[key.as_str()]));
        let cells = &cells[0];
        assert_eq!(verdict, "match");
        assert_eq!(&cells[1].to_uppercase(), name);
        assert_eq!((&cells[2], &cells[3], &cells[4]), (birth, sex, number));
    }
}

#[test]
fn verdicts_follow_the_extract() {
    let files = make(request(5, 100_000, 60_000), &settings());
    let numbers: BTreeSet<String> =
        records(&files.extract).into_iter().map(|citizen| citizen[0].clone()).collect();
    let lines = list_lines(&files.list);
    for row in rows_of(&files.truth) {
        let number = lines[row[0].as_str()].split(',').nth(4).unwrap_or("");
        match row[3].as_str() {
            "not_found" => assert!(!numbers.contains(number), "{row:?}"),
            "other_person" if !row[2].contains("RD") => {
                assert!(numbers.contains(number) || row[2].contains("NA"), "{row:?}")
            }
            _ => {}
        }
    }
}

#[test]
fn lines_that_are_no_records_surround_the_list() {
    let files = make(request(2, 12_000, 4500), &settings());
    let lines: Vec<&str> = files.list.lines().collect();
    assert!(lines[0].starts_with("SỞ Y TẾ,"));
    assert!(lines[3].starts_with("Mã đối tượng,"));
    let headers = lines.iter().filter(|line| line.starts_with("Mã đối tượng,")).count();
    assert_eq!(headers, 3);
    assert_eq!(lines.len() as u64, 4500 + 1 + files.counts.extra_lines);
    assert!(lines[lines.len() - 1].starts_with("Người lập biểu,"));
}

#[test]
fn a_list_that_cannot_be_filled_is_refused() {
    let settings = settings();
    let tables = Tables {
        names: "",
        names_minority: "",
        provinces_2024: "",
        districts_2024: "",
        communes_2024: "",
        communes_prior: "",
        provinces_2025: "",
        communes_2025: "",
        commune_mapping: "",
        health_cards: "",
        legacy: "",
    };
    let (mut extract, mut list, mut truth) = (Vec::new(), Vec::new(), Vec::new());
    let outputs = Outputs {
        extract: &mut extract,
        list: &mut list,
        truth: &mut truth,
        office: None,
        delta: None,
        temp: Path::new("/nowhere"),
    };
    let refused = run(&request(1, 100, 90), &settings, &tables, outputs, &|_| (), &|| false);
    assert!(refused.is_err());
}
