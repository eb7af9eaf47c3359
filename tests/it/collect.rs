//! Lists that come back filled in: what they say, what is wrong with them, and the whole way to the corrected file.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use calamine::Reader;
use rust_xlsxwriter::{Format, Workbook};
use sha2::{Digest, Sha256};

use crate::run::{Bench, HEADER, code, lamsach, stderr, stdout};

const SENT: &str = "row_key,file,line,record_key,province,commune,path,verdict,citizen_number_old,citizen_number_new,\
                    full_name_old,full_name_new,birth_date_old,birth_date_new,sex_old,sex_new";
const COLUMNS: &str =
    "TT,Mã dòng,Số định danh cá nhân,Họ và tên,Ngày sinh,Giới tính,Ý kiến của hộ,Giá trị đúng,Ghi chú";

fn collect(folder: &Path, sent: &Path, out: &Path, more: &[&str]) -> Output {
    let mut command = lamsach();
    command.arg("collect").arg(folder).arg("--sent").arg(sent).arg("-o").arg(out).arg("--replace");
    command.args(["--as-of", "2026-06-30"]).args(more).output().expect("the tool starts")
}

/// Rows of a table, cells by column.
fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).expect("a table");
    let names: Vec<String> = reader.headers().expect("a header").iter().map(ToOwned::to_owned).collect();
    let row = |row: csv::Result<csv::StringRecord>| {
        names.iter().cloned().zip(row.expect("a row").iter().map(ToOwned::to_owned)).collect()
    };
    reader.records().map(row).collect()
}

/// The given columns of a table, joined by spaces.
fn rows(path: &Path, columns: &[&str]) -> Vec<String> {
    let row = |row: BTreeMap<String, String>| {
        columns.iter().map(|column| row[*column].clone()).collect::<Vec<_>>().join(" ").trim().to_owned()
    };
    table(path).into_iter().map(row).collect()
}

/// Ten people of two communes who were sent to the door.
fn sent(bench: &Bench) -> PathBuf {
    let folder = bench.path("lists");
    fs::create_dir(&folder).expect("a folder");
    let mut text = format!("{SENT}\n");
    for at in 1..=10 {
        let commune = if at <= 8 { "26740" } else { "00004" };
        let province = if at <= 8 { "79" } else { "01" };
        text += &format!(
            "K{at},list.csv,{line},A{at},{province},{commune},units/{province}/{commune}.xlsx,mismatch,\
             00109000001{digit},,Nguyễn Văn Số {at},NGUYỄN VĂN SỐ {at}A,01/02/19{year},,Nam,Nữ\n",
            line = at + 1,
            digit = at % 10,
            year = 70 + at,
        );
    }
    fs::write(folder.join("sent.csv"), text).expect("a table");
    folder
}

/// The cells of a row as its list shows them.
fn shown(at: u32) -> String {
    let (digit, year) = (at % 10, 70 + at);
    format!("00109000001{digit},Nguyễn Văn Số {at} → NGUYỄN VĂN SỐ {at}A,01/02/19{year},Nam → Nữ")
}

#[test]
fn every_answer_is_understood_and_nobody_is_lost() {
    let bench = Bench::new();
    let lists = sent(&bench);
    let back = bench.path("back");
    fs::create_dir_all(back.join("xã/79")).expect("a folder");
    let answers = [
        (1, "Đúng như đề nghị", ""),
        (2, "giá trị khác", "Trần Thị Bưởi; 03/04/1972"),
        (3, "Giữ như danh sách", ""),
        (4, "Đã chuyển đi", "về Hà Nội"),
        (5, "đã chết", ""),
        (6, "Không xác minh được", ""),
        (7, "", ""),
    ];
    let mut text = format!("DANH SÁCH,,,,,,,,\n{COLUMNS}\n");
    // Sorted the other way round, and without one row.
    for (at, answer, value) in answers.into_iter().rev() {
        text += &format!("{at},K{at},{},{answer},\"{value}\",ghi chú {at}\n", shown(at));
    }
    text += "Tổng số: 8 người,,,,,,,,\n,NGƯỜI LẬP BIỂU,,CÔNG AN PHƯỜNG,,,TRẠM Y TẾ,,\n,,,Nguyễn Văn Ký,,,Lê Thị Ký,,\n";
    fs::write(back.join("xã/79/26740 đã ghi.csv"), text).expect("a list");
    fs::write(back.join("ghi chú.txt"), "xin chào\n").expect("a file");
    let out = bench.path("out");
    let output = collect(&back, &lists, &out, &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(
        rows(&out.join("answers.csv"), &["row_key", "state", "answer", "reason"]),
        [
            "K1 answered accepted",
            "K2 answered other_value",
            "K3 answered keep",
            "K4 answered moved",
            "K5 answered dead",
            "K6 answered unknown",
            "K7 blank",
            "K8 missing  row_missing",
            "K9 missing  list_missing",
            "K10 missing  list_missing",
        ]
    );
    let header = fs::read_to_string(out.join("approved.csv")).expect("a table");
    assert_eq!(
        header.lines().next(),
        Some("file,line,record_key,unit,field,old,new,decision,probability,code,reason,reason_en")
    );
    assert_eq!(
        rows(&out.join("approved.csv"), &["line", "record_key", "field", "old", "new", "decision"]),
        [
            "2 A1 full_name Nguyễn Văn Số 1 NGUYỄN VĂN SỐ 1A approved",
            "2 A1 sex Nam Nữ approved",
            "3 A2 full_name Nguyễn Văn Số 2 Trần Thị Bưởi approved",
            "3 A2 birth_date 01/02/1972 03/04/1972 approved",
            "4 A3 full_name Nguyễn Văn Số 3 Nguyễn Văn Số 3 approved",
            "4 A3 sex Nam Nam approved",
            // Nobody there knows this person: nothing is corrected unseen.
            "7 A6 full_name Nguyễn Văn Số 6 Nguyễn Văn Số 6 approved",
            "7 A6 sex Nam Nam approved",
        ]
    );
    assert_eq!(
        rows(&out.join("missing.csv"), &["what", "commune", "rows", "row_key"]),
        ["row 26740 1 K8", "list 00004 2"]
    );
    assert_eq!(rows(&out.join("conflicts.csv"), &["reason"]), Vec::<String>::new());
    assert_eq!(
        rows(&out.join("files.csv"), &["path", "state", "rows", "other_rows"]),
        ["ghi chú.txt not_a_list", "xã/79/26740 đã ghi.csv read 7 3"]
    );
    let screen = stdout(&output);
    assert!(screen.contains("cả danh sách") && screen.contains("một phần"), "{screen}");
    assert!(screen.contains("Phường"), "{screen}");
    assert!(!screen.contains("Nguyễn"), "{screen}");
    let english = stdout(&collect(&back, &lists, &out, &["--lang", "en"]));
    assert!(english.contains("the whole list"), "{english}");
    let json = stdout(&collect(&back, &lists, &out, &["--json"]));
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let count = |state: &str| json["rows"][state].as_u64().expect("a count");
    assert_eq!(json["rows_sent"].as_u64(), Some(10));
    assert_eq!(count("answered") + count("blank") + count("conflict") + count("missing"), 10);
}

#[test]
fn what_cannot_be_used_is_told_and_not_guessed() {
    let bench = Bench::new();
    let lists = sent(&bench);
    let back = bench.path("back");
    fs::create_dir(&back).expect("a folder");
    let row = |at: u32, rest: &str| format!("{at},K{at},{},{rest},\n", shown(at));
    let edited = shown(1).replace("01/02/1971", "01/02/1981");
    let text = [
        format!("{COLUMNS}\n"),
        format!("1,K1,{edited},Đúng như đề nghị,,\n"),
        row(2, "có lẽ,"),
        row(3, ",Trần Văn Ba"),
        row(4, "giá trị khác,"),
        row(5, "giá trị khác,31/02/1990"),
        row(6, "giữ nguyên,1990"),
        row(7, "đồng ý,"),
        row(8, "đồng ý,"),
        "9,K77,1,x,y,z,đồng ý,,\n".to_owned(),
        "10,,001090000999,Người Mới Thêm,01/01/1999,Nam,đồng ý,,\n".to_owned(),
    ];
    fs::write(back.join("26740.csv"), text.concat()).expect("a list");
    // The same row once more with another answer, and once with the same.
    let again = [format!("{COLUMNS}\n"), row(7, "giữ nguyên,"), row(8, "đồng ý,"), row(8, ",")].concat();
    fs::write(back.join("26740 (2).csv"), again).expect("a list");
    let out = bench.path("out");
    let output = collect(&back, &lists, &out, &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(
        rows(&out.join("answers.csv"), &["row_key", "state", "reason"])[..8],
        [
            "K1 conflict edited_in_place",
            "K2 conflict unknown_answer",
            "K3 conflict value_without_answer",
            "K4 conflict no_right_value",
            "K5 conflict unclear_value",
            "K6 conflict value_against_answer",
            "K7 conflict answered_twice",
            "K8 answered",
        ]
    );
    let conflicts = rows(&out.join("conflicts.csv"), &["reason", "field", "row_key", "returned_in"]);
    for expected in [
        "edited_in_place birth_date K1 26740.csv",
        "answered_twice  K7 26740 (2).csv",
        "answered_twice  K7 26740.csv",
        "mistyped_key  K77 26740.csv",
        "no_key   26740.csv",
    ] {
        assert!(conflicts.iter().any(|row| row == expected), "{expected}: {conflicts:?}");
    }
    assert_eq!(rows(&out.join("approved.csv"), &["record_key", "field"]), ["A8 full_name", "A8 sex"]);
    let output = collect(&back, &back, &out, &[]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("L0222"), "{}", stderr(&output));
    fs::write(lists.join("sent.csv"), "x,y\n1,2\n").expect("a table");
    let output = collect(&back, &lists, &out, &[]);
    assert_eq!(code(&output), 3);
    assert!(stderr(&output).contains("L0337"), "{}", stderr(&output));
}

#[test]
fn rows_without_a_key_are_known_by_everything_else() {
    let bench = Bench::new();
    let lists = sent(&bench);
    let back = bench.path("back");
    fs::create_dir(&back).expect("a folder");
    // No column of keys, none of numbers, and columns in another order.
    let header = "Giới tính,Ý kiến của hộ,Họ và tên,Ngày sinh";
    let row = |at: u32, answer: &str| {
        format!("Nam → Nữ,{answer},Nguyễn Văn Số {at} → NGUYỄN VĂN SỐ {at}A,01/02/19{}\n", 70 + at)
    };
    let text = [format!("{header}\n"), row(2, "đồng ý"), row(1, "giữ nguyên"), row(9, "đồng ý")].concat();
    fs::write(back.join("26740.csv"), &text).expect("a list");
    fs::write(back.join("khac.csv"), &text).expect("a list");
    let out = bench.path("out");
    let output = collect(&back, &lists, &out, &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let answers = rows(&out.join("answers.csv"), &["row_key", "state", "answer"]);
    assert_eq!(answers[..2], ["K1 answered keep", "K2 answered accepted"]);
    // Somebody of another commune, and a file that does not say which commune it is.
    let conflicts = rows(&out.join("conflicts.csv"), &["reason", "returned_in"]);
    assert_eq!(conflicts, ["no_key 26740.csv", "no_key khac.csv", "no_key khac.csv", "no_key khac.csv"]);
}

#[test]
fn cells_that_a_spreadsheet_made_dates_and_numbers_are_read() {
    let bench = Bench::new();
    let lists = sent(&bench);
    let back = bench.path("back");
    fs::create_dir(&back).expect("a folder");
    let mut book = Workbook::new();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    let sheet = book.add_worksheet();
    for (column, name) in COLUMNS.split(',').enumerate() {
        sheet.write_string(4, column as u16, name).expect("a cell");
    }
    for at in 1..=4_u32 {
        let row = 4 + at;
        sheet.write_string(row, 1, format!("k{at}")).expect("a cell");
        sheet.write_number(row, 2, f64::from(1_090_000_010 + at)).expect("a cell");
        sheet.write_string(row, 3, format!("Nguyễn Văn Số {at} → NGUYỄN VĂN SỐ {at}A")).expect("a cell");
        // 1 February of 1971, 1972, ... as a spreadsheet counts days.
        let days = 25_965.0 + f64::from(at - 1) * 365.0 + f64::from(u32::from(at > 2));
        sheet.write_number_with_format(row, 4, days, &date).expect("a cell");
        sheet.write_string(row, 5, "Nam → Nữ").expect("a cell");
        sheet.write_string(row, 6, "Giá trị khác").expect("a cell");
    }
    sheet.write_number_with_format(5, 7, 32_874.0, &date).expect("a cell");
    sheet.write_number(6, 7, 79_302_012_345.0).expect("a cell");
    sheet.write_string(7, 7, "Lê Thị Ba\nNữ").expect("a cell");
    sheet.write_number(8, 7, 1990.0).expect("a cell");
    sheet.set_row_hidden(8).expect("a row");
    book.add_worksheet().set_name("Hướng dẫn").expect("a name").write_string(0, 0, "đọc kỹ").expect("a cell");
    book.save(back.join("26740.xlsx")).expect("a workbook");
    let out = bench.path("out");
    let output = collect(&back, &lists, &out, &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(
        rows(&out.join("conflicts.csv"), &["reason", "field", "row_key", "shown"]),
        Vec::<String>::new()
    );
    assert_eq!(
        rows(&out.join("approved.csv"), &["record_key", "field", "new"]),
        [
            "A1 birth_date 01/01/1990",
            "A2 citizen_number 079302012345",
            "A3 full_name Lê Thị Ba",
            "A3 sex Nữ",
            "A4 birth_date 1990",
        ]
    );
}

/// The cells of the one sheet of a workbook.
fn cells_of(path: &Path) -> Vec<Vec<String>> {
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).expect("a workbook");
    let name = book.sheet_names()[0].clone();
    let range = book.worksheet_range(&name).expect("a sheet");
    range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

/// Fills a list in as people do: rows sorted the other way round, some columns gone, a row added.
fn fill(from: &Path, to: &Path, answers: &BTreeMap<String, (&str, &str)>) {
    let rows = cells_of(from);
    let head = rows.iter().position(|row| row.iter().any(|cell| cell == "Mã dòng")).expect("a header");
    let place = |name: &str| rows[head].iter().position(|cell| cell == name).expect("a column");
    let (key, answer, value) = (place("Mã dòng"), place("Ý kiến của hộ"), place("Giá trị đúng"));
    let kept: Vec<usize> = (0..rows[head].len())
        .filter(|at| {
            ![place("TT"), place("Nơi ở ghi trong danh sách"), place("Kết quả đối chiếu")].contains(at)
        })
        .collect();
    let is_person = |row: &&Vec<String>| row[key].contains('-') && row[key].len() < 14;
    let mut people: Vec<Vec<String>> = rows[head + 1..].iter().filter(is_person).cloned().collect();
    for person in &mut people {
        let (said, right) = answers.get(&person[key]).copied().unwrap_or_default();
        (person[answer], person[value]) = (said.to_owned(), right.to_owned());
    }
    people.sort_by(|a, b| b[key].cmp(&a[key]));
    let mut added = vec![String::new(); rows[head].len()];
    for (column, cell) in [
        ("Họ và tên", "Người Thêm Vào"),
        ("Ngày sinh", "01/01/1999"),
        ("Giới tính", "Nam"),
        ("Ghi chú", "mới"),
    ] {
        added[place(column)] = cell.to_owned();
    }
    people.insert(1, added);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in rows[..=head].iter().chain(&people).enumerate() {
        for (column, at) in kept.iter().enumerate() {
            sheet.write_string(row as u32, column as u16, &cells[*at]).expect("a cell");
        }
    }
    book.save(to).expect("a workbook");
}

#[test]
fn what_was_accepted_at_the_door_is_right_in_the_corrected_file() {
    let bench = Bench::new();
    let list = bench.write(
        "list.csv",
        format!(
            "{HEADER},Phường/Xã,Quận/Huyện,Tỉnh/Thành phố\n\
             A1,Nguyễn Văn An,03/02/1990,Nam,001090000011,Phường Bến Nghé,Quận 1,Thành phố Hồ Chí Minh\n\
             A2,Trần Thị Bưởi,16/08/1985,Nữ,079185000022,Phường Bến Nghé,Quận 1,Thành phố Hồ Chí Minh\n\
             A3,Lê Hoàng Cúc,30/12/2001,Nam,048201000033,Phường Bến Nghé,Quận 1,Thành phố Hồ Chí Minh\n\
             A4,Phạm Thu Dung,05/06/2000,Nữ,092300000044,Phường Phúc Xá,Quận Ba Đình,Thành phố Hà Nội\n\
             A5,Đỗ Đức Đạt,20/11/1975,Nữ,031075000055,Phường Phúc Xá,Quận Ba Đình,Thành phố Hà Nội\n\
             A6,Võ Thị Én,09/09/1968,Nữ,999999999999,,,\n"
        )
        .as_bytes(),
    );
    let run = bench.reconcile_file(&list, &[]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    let lists = bench.path("lists");
    let output = lamsach()
        .args(["lists".as_ref(), run.out.as_os_str(), "--list".as_ref(), list.as_os_str()])
        .args(["-o".as_ref(), lists.as_os_str(), "--rows".as_ref(), "all".as_ref()])
        .output()
        .expect("the tool starts");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let sent = table(&lists.join("sent.csv"));
    assert_eq!(sent.len(), 6);
    let said = |key: &str| match key {
        "A1" => ("Đúng như đề nghị", ""),
        "A2" => ("Giá trị khác", "15/08/1985"),
        "A4" => ("Giữ như danh sách", ""),
        "A5" => ("dong y", ""),
        _ => ("", ""),
    };
    let answers: BTreeMap<String, (&str, &str)> =
        sent.iter().map(|row| (row["row_key"].clone(), said(&row["record_key"]))).collect();
    let back = bench.path("back");
    fs::create_dir(&back).expect("a folder");
    let mut paths: Vec<&String> = sent.iter().map(|row| &row["path"]).collect();
    paths.sort();
    paths.dedup();
    assert_eq!(paths.len(), 3);
    for path in paths.iter().filter(|path| !path.ends_with("units/khac.xlsx")) {
        let name = Path::new(path).file_name().expect("a name");
        fill(&lists.join(path), &back.join(name), &answers);
    }
    let collected = bench.path("collected");
    let output = collect(&back, &lists, &collected, &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(
        rows(&collected.join("answers.csv"), &["record_key", "state", "answer", "reason"]),
        [
            "A1 answered accepted",
            "A2 answered other_value",
            "A3 blank",
            "A4 answered keep",
            "A5 answered accepted",
            "A6 missing  list_missing",
        ]
    );
    // The added row is told once for each list, and is nobody's.
    assert_eq!(rows(&collected.join("conflicts.csv"), &["reason"]), ["no_key", "no_key"]);
    let new = bench.path("new");
    let output = lamsach()
        .args([
            "apply".as_ref(),
            run.out.as_os_str(),
            collected.as_os_str(),
            "--to".as_ref(),
            list.as_os_str(),
        ])
        .args(["-o".as_ref(), new.as_os_str()])
        .output()
        .expect("the tool starts");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(rows(&new.join("conflicts.csv"), &["reason"]), Vec::<String>::new());
    let sha = |path: &Path| Sha256::digest(fs::read(path).expect("a file"));
    let reverted = bench.path("reverted");
    let output = lamsach()
        .args(["revert".as_ref(), new.as_os_str(), "-o".as_ref(), reverted.as_os_str()])
        .output()
        .expect("the tool starts");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(sha(&reverted.join("list.csv")), sha(&list));
    let again = bench.reconcile_file(&new.join("list.csv"), &[]);
    let verdicts = again.rows("verdicts.csv", &["record_key", "verdict"]);
    for key in ["A1", "A2", "A3", "A5"] {
        assert!(verdicts.contains(&format!("{key} match")), "{verdicts:?}");
    }
    assert!(!verdicts.contains(&"A4 match".to_owned()), "{verdicts:?}");
}
