//! Cleaning a list by itself: what stands in the cleaned list, what is proposed, what is found, and what never happens.

use std::fs;

use crate::run::{Bench, HEADER, code, generate, lamsach, same_on_any_threads, stderr};

/// A list of the vaccination source with these rows after the key.
fn list(rows: &[&str]) -> Vec<u8> {
    let rows = rows.iter().enumerate().map(|(index, row)| format!("{},{row}\n", index + 1));
    format!("{HEADER}\n{}", rows.collect::<String>()).into_bytes()
}

/// `key code` of every finding.
fn findings(rows: &[&str]) -> Vec<String> {
    let run = Bench::new().clean(&list(rows), &[]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    run.rows("findings.csv", &["record_key", "code"])
}

#[test]
fn what_is_written_another_way_is_rewritten_and_what_is_doubtful_stays() {
    let rows = [
        "Nguyễn Văn An,01/02/1990,Nam,001090000011",
        "  Trần Thị  Bưởi ,2/8/1985,2,079 185 000 022",
        "NguyÔn V¨n An,01/02/90,Nam,1090000011",
        "Lê Cúc,31/02/1990,khác,B1234567",
        "Ông Đỗ Đức Đạt (chết),1975,Nam,025123456",
    ];
    let run = Bench::new().clean(&list(&rows), &[]);
    let cleaned = run.rows(
        "cleaned.csv",
        &["record_key", "citizen_number", "old_number", "full_name", "birth_date", "sex"],
    );
    assert_eq!(
        cleaned,
        [
            "1 001090000011  Nguyễn Văn An 01/02/1990 Nam",
            "2 079185000022  Trần Thị Bưởi 02/08/1985 Nữ",
            "3 1090000011  NguyÔn V¨n An 01/02/90 Nam",
            "4 B1234567  Lê Cúc 31/02/1990 khác",
            "5  025123456 Đỗ Đức Đạt 1975 Nam",
        ]
    );
    let corrections = run.rows("corrections.csv", &["record_key", "field", "new", "decision", "code"]);
    assert_eq!(
        corrections,
        [
            "2 citizen_number 079185000022 auto ID05",
            "2 full_name Trần Thị Bưởi auto NA10",
            "2 birth_date 02/08/1985 auto DB07",
            "2 sex Nữ auto SX01",
            "3 citizen_number 001090000011 review ID03",
            "3 full_name Nguyễn Văn An review NA11",
            "3 birth_date 01/02/1990 review DB06",
            "5 full_name Đỗ Đức Đạt auto NA16",
        ]
    );
}

#[test]
fn a_row_shows_what_is_wrong_with_it() {
    let check = |row: &str, expected: &[&str]| {
        let expected: Vec<String> = expected.iter().map(|code| format!("1 {code}")).collect();
        assert_eq!(findings(&[row]), expected, "{row}");
    };
    check("Nguyễn Văn An,01/02/1990,Nam,001090000011", &[]);
    check("Nguyễn Văn An,01/02/1991,Nữ,001090000011", &["ID13", "ID14", "SX02"]);
    check("Nguyễn Thị An,01/02/1990,Nam,001090000011", &["SX02"]);
    check("nguyễn văn an,01/02/1990,Nam,001090000011", &["NA10"]);
    check("Ngoo Kim Li,01/02/1990,Nam,001090000011", &["NA14"]);
    check("Lê Nam,2019,Nam,", &["ID01", "DB02", "PS05"]);
    check("Lê Nam,20/06/2019,Nam,không có", &["ID01", "PS05"]);
    check("Lê An,20/06/1970,Nam,271450123", &["ID17", "ID19"]);
    check("Lê An,20/06/2015,Nam,001090000011", &["ID14", "ID21"]);
    check("Lê An,20/06/1990,,Nam", &["RD01"]);
    check(",Lê An Nam,20/06/1990,Nam", &["RD01"]);
}

#[test]
fn other_columns_are_read_and_checked() {
    let header =
        "Mã đối tượng,Họ và tên,Năm sinh Nam,Năm sinh Nữ,Số CMND,Số CCCD,Số điện thoại,Ngày tiêm,MST";
    let rows = "1,Lê Văn An,1990,,001090000011,001090000011,0168 234 5678,01/06/2022,0100233480\n\
                2,Lê Thị Ba,,1985,025123456,079185000022,0912,01/06/2022,0100233488\n\
                3,Lê Văn Tư,1990,1991,,001090000099,,01/06/2022,\n";
    let told = [
        "--map",
        "Năm sinh Nam=birth_year_male",
        "--map",
        "Năm sinh Nữ=birth_year_female",
        "--map",
        "Ngày tiêm=event_date",
        "--map",
        "MST=tax_code",
    ];
    let run = Bench::new().clean(format!("{header}\n{rows}").as_bytes(), &told);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    let columns = ["record_key", "birth_date", "sex", "citizen_number", "old_number", "phone", "tax_code"];
    assert_eq!(
        run.rows("cleaned.csv", &columns),
        [
            "1 1990 Nam 001090000011 001090000011 0382345678 0100233480",
            "2 1985 Nữ 079185000022 025123456 0912 0100233488",
            "3 1990/1991 1990/1991 001090000099   ",
        ]
    );
    let found = run.rows("findings.csv", &["record_key", "code"]);
    for expected in ["1 ID20", "1 PN02", "1 PN05", "2 PN01", "1 DB02"] {
        assert!(found.contains(&expected.to_owned()), "{expected} in {found:?}");
    }
    let with_dates = "Mã đối tượng,Họ và tên,Ngày sinh,Giới tính,Số CMND/CCCD,Ngày tiêm\n\
                      1,Lê An,01/06/2022,Nam,001090000011,01/06/2022\n";
    let run = Bench::new().clean(with_dates.as_bytes(), &["--map", "Ngày tiêm=event_date"]);
    assert!(run.rows("findings.csv", &["code"]).contains(&"DB11".to_owned()));
}

#[test]
fn rows_are_seen_together() {
    let rows = [
        "Nguyễn Văn An,01/02/1990,Nam,001090000011",
        "Nguyễn Văn An,01/02/1990,Nam,001090000011",
        "Trần Văn Bình,07/08/1966,Nam,048066000123",
        "Lê Văn Chín,07/08/1950,Nam,048066000123",
    ];
    let found = findings(&rows);
    for expected in ["1 PS02", "2 PS02", "3 ID22", "4 ID14", "4 ID22"] {
        assert!(found.contains(&expected.to_owned()), "{expected} in {found:?}");
    }
}

#[test]
fn what_the_whole_column_does_is_said_once() {
    let rows: Vec<String> = (0..60)
        .map(|index| {
            format!(
                "Nguyễn Văn An,{:02}/{:02}/1990,1,0010900{:05}",
                index % 28 + 1,
                index % 12 + 1,
                index * 137
            )
        })
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let found = findings(&rows);
    // Sex in code, and one sex in the whole list: both of the file, none of a row.
    assert_eq!(found, [" SX01", " SX03"]);
    // American dates: most can be read in no other way.
    let rows: Vec<String> = (0..60)
        .map(|index| {
            let sex = if index % 2 == 0 { "Nam" } else { "Nữ" };
            format!(
                "Lê An,{}/{}/1990,{sex},001{}90{:06}",
                index % 12 + 1,
                index % 28 + 1,
                index % 2,
                index * 137
            )
        })
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let run = Bench::new().clean(&list(&rows), &[]);
    let found = run.rows("findings.csv", &["record_key", "code"]);
    assert_eq!(found[..2], [" DB07", " DB01"]);
    // What can be read in one way only is rewritten; what only the column tells is for somebody to see.
    let dates = run.rows("cleaned.csv", &["birth_date"]);
    assert_eq!([&*dates[3], &*dates[14], &*dates[28]], ["04/04/1990", "15/03/1990", "5/1/1990"]);
    assert!(found.contains(&"29 DB01".to_owned()) && !found.contains(&"15 DB01".to_owned()));
    let proposed = run.rows("corrections.csv", &["record_key", "new", "decision"]);
    assert!(proposed.contains(&"29 01/05/1990 review".to_owned()), "{proposed:?}");
}

#[test]
fn cleaning_twice_is_cleaning_once() {
    let rows = [
        "Nguyễn Văn An,01/02/1990,Nam,001090000011",
        "  Trần Thị  Bưởi ,2/8/1985,2,079 185 000 022",
        "Lê Cúc,31/02/1990,khác,B1234567",
        "Ông Đỗ Đức Đạt (chết),1975,Nam,012345678",
        "\"=1+1\",,,",
    ];
    let bench = Bench::new();
    let columns = ["record_key", "citizen_number", "old_number", "full_name", "birth_date", "sex"];
    let once = bench.clean(&list(&rows), &[]);
    assert_eq!(once.code(), 0, "{}", once.stderr());
    let first = once.rows("cleaned.csv", &columns);
    let bytes = fs::read(once.out.join("cleaned.csv")).expect("a cleaned list");
    let twice = bench.clean(&bytes, &[]);
    assert_eq!(twice.code(), 0, "{}", twice.stderr());
    assert_eq!(twice.rows("cleaned.csv", &columns), first);
    assert!(twice.rows("corrections.csv", &["code"]).is_empty());
}

#[test]
fn no_row_is_lost_and_threads_do_not_show() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let data = generate(home.path(), &["--citizens", "60000", "--list", "30000", "--seed", "11"]);
    let list = data.join("tiem_chung.csv");
    same_on_any_threads(home.path(), &["clean".as_ref(), list.as_os_str()]);
    let summary: serde_json::Value =
        serde_json::from_slice(&fs::read(home.path().join("1/summary.json")).expect("a summary"))
            .expect("JSON");
    let input = &summary["inputs"][0];
    let count = |key: &str| input[key].as_u64().expect("a count");
    assert_eq!(count("records_read"), count("records_clean") + count("records_quarantined"));
    let mut cleaned = csv::Reader::from_path(home.path().join("1/cleaned.csv")).expect("a table");
    assert_eq!(cleaned.records().count() as u64, count("records_clean"));
}

/// A new kind of list takes one file of rules, and no code.
#[test]
fn a_new_source_is_one_file() {
    let source = r#"
title_vi = "Danh sách học sinh"
title_en = "Pupils"
role = "list"
day_first = true
required = [["citizen_number"], ["full_name"]]

[headers]
record_key = ["Mã HS"]
full_name = ["Tên em"]
birth_date = ["Sinh ngày"]
female_mark = ["Gái"]
citizen_number = ["ĐDCN"]
guardian_name = ["Phụ huynh"]
other = ["Lớp"]

[sex]
male = ["T"]
female = ["G"]
"#;
    let bench = Bench::new();
    let rules = bench.path("rules");
    fs::create_dir_all(rules.join("sources")).expect("a folder");
    fs::write(rules.join("sources/hoc_sinh.toml"), source).expect("a file");
    let rules = rules.to_str().expect("a path");
    let list = "Lớp,Mã HS,Tên em,Sinh ngày,Gái,ĐDCN,Phụ huynh\n\
                1A,H1,Lê Văn An,05/09/2019,,,Lê Văn Ba\n\
                1A,H2,Trần Thị Bưởi,15/08/2019,x,079319000022,\n";
    let run = bench.clean(list.as_bytes(), &["--rules", rules]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    assert_eq!(run.summary()["inputs"][0]["source"], "hoc_sinh");
    let columns = ["record_key", "full_name", "birth_date", "sex", "citizen_number", "guardian_name"];
    assert_eq!(
        run.rows("cleaned.csv", &columns),
        ["H1 Lê Văn An 05/09/2019 Nam  Lê Văn Ba", "H2 Trần Thị Bưởi 15/08/2019 Nữ 079319000022 "]
    );
    assert_eq!(run.rows("findings.csv", &["record_key", "code"]), ["H1 ID01", "H1 PS05"]);
    let listed = lamsach().args(["rules", "list", "--rules", rules]).output().expect("the tool starts");
    assert!(crate::run::stdout(&listed).contains("hoc_sinh"));
}

#[test]
fn sensitive_columns_leave_only_when_asked() {
    let list = "Mã đối tượng,Họ và tên,Ngày sinh,Giới tính,Số CMND/CCCD,ethnicity\n\
                1,Y Ba,01/02/1990,Nam,001090000011,Ê-đê\n";
    let bench = Bench::new();
    let run = bench.clean(list.as_bytes(), &[]);
    let text = fs::read_to_string(run.out.join("cleaned.csv")).expect("a cleaned list");
    assert!(!text.contains("ethnicity") && !text.contains("đê"));
    let run = bench.clean(list.as_bytes(), &["--with-ethnicity"]);
    assert_eq!(run.rows("cleaned.csv", &["ethnicity"]), ["Ê Đê"]);
}

/// What a list shows by itself is found, and right rows are left alone: at most one in 10,000 for each code.
#[test]
fn every_code_that_needs_no_reference_is_found() {
    /// Below so many rows one miss weighs more than the bar allows.
    const MANY: u64 = 200;
    let home = tempfile::tempdir().expect("a temporary folder");
    let size = ["--citizens", "400000", "--list", "200000", "--seed", "24", "--office", "20000"];
    let data = generate(home.path(), &size);
    let mut seen = std::collections::BTreeSet::new();
    for (list, truth) in [("tiem_chung.csv", "truth.csv"), ("danh_sach.xlsx", "danh_sach.truth.csv")] {
        let found = judged(&data.join(list), &data.join(truth), home.path());
        let clean_rows = found["clean_rows"].as_u64().expect("a count");
        assert!(clean_rows > 10_000);
        for (code, score) in found["codes"].as_object().expect("codes") {
            let count = |key: &str| score[key].as_u64().expect("a count");
            assert!(count("on_clean_rows") * 10_000 <= clean_rows, "{list} {code} {score}");
            if score["needs"] != "list" || count("wanted") == 0 {
                continue;
            }
            let n_missed = count("wanted") - count("right");
            let is_found =
                if count("wanted") >= MANY { n_missed * 100 <= count("wanted") } else { n_missed <= 2 };
            assert!(is_found, "{list} {code} {score}");
            seen.insert(code.clone());
        }
        for (code, score) in found["of_file"].as_object().expect("codes") {
            assert_eq!(score["wanted"], score["right"], "{list} {code}");
            seen.insert(code.clone());
        }
        let auto = &found["decisions"]["auto"];
        assert_eq!(auto["given"], auto["right"], "{list}: an automatic correction is wrong");
    }
    let unseen: Vec<&str> = TAXONOMY
        .split_whitespace()
        .filter(|code| !seen.contains(*code) && !NEED_REFERENCE.contains(*code) && !NO_CHECK.contains(*code))
        .collect();
    assert!(unseen.is_empty(), "{unseen:?}");
}

/// A list cleaned and held against its truth.
fn judged(list: &std::path::Path, truth: &std::path::Path, home: &std::path::Path) -> serde_json::Value {
    let out = home.join(list.file_name().expect("a file"));
    let cleaned = lamsach()
        .arg("clean")
        .arg(list)
        .arg("-o")
        .arg(&out)
        .args(["--as-of", "2022-06-01", "--quiet"])
        .output()
        .expect("the tool starts");
    assert_eq!(code(&cleaned), 0, "{}", stderr(&cleaned));
    let judged = lamsach()
        .arg("evaluate")
        .arg(&out)
        .arg("--truth")
        .arg(truth)
        .arg("--json")
        .output()
        .expect("the tool starts");
    serde_json::from_slice(&judged.stdout).expect("JSON")
}

/// The 80 codes of the error taxonomy.
const TAXONOMY: &str = "ID01 ID02 ID03 ID04 ID05 ID06 ID07 ID08 ID09 ID10 ID11 ID12 ID13 ID14 ID15 ID16 ID17 ID18 ID19 \
    ID20 ID21 ID22 ID23 ID24 ID25 ID26 NA01 NA02 NA03 NA04 NA05 NA06 NA07 NA08 NA09 NA10 NA11 NA12 NA13 NA14 NA15 NA16 \
    NA17 NA18 NA19 NA20 DB01 DB02 DB03 DB04 DB05 DB06 DB07 DB08 DB09 DB10 DB11 SX01 SX02 SX03 AD01 AD02 AD03 AD04 AD05 \
    AD06 AD07 AD08 AD09 PS01 PS02 PS03 PS04 PS05 PS06 RD01 RD02 RD03 RD04 RD05";
/// Those that no list shows by itself.
const NEED_REFERENCE: &str = "ID16 ID18 ID23 ID25 NA01 NA03 NA04 NA05 NA06 NA07 NA09 NA17 NA18 DB01 DB03 DB08 DB09 AD08 \
    PS01 PS03 PS04 PS06";
/// Those that are right ways of writing.
const NO_CHECK: &str = "NA02 NA19";

#[test]
fn every_code_of_the_taxonomy_has_a_check_or_a_reason() {
    let shown = lamsach().args(["rules", "list", "--json"]).output().expect("the tool starts");
    let rules: serde_json::Value = serde_json::from_slice(&shown.stdout).expect("JSON");
    let codes = |list: &str| -> Vec<String> {
        let list = rules[list].as_array().expect("a list").iter();
        list.map(|entry| entry["code"].as_str().expect("a code").to_owned()).collect()
    };
    let known = [codes("checks"), codes("unchecked")].concat();
    assert_eq!(TAXONOMY.split_whitespace().count(), 80);
    let without: Vec<&str> =
        TAXONOMY.split_whitespace().filter(|code| !known.iter().any(|known| known == code)).collect();
    assert!(without.is_empty(), "{without:?}");
    for code in NEED_REFERENCE.split_whitespace().chain(NO_CHECK.split_whitespace()) {
        let shown = lamsach().args(["rules", "show", code]).output().expect("the tool starts");
        assert_eq!(crate::run::code(&shown), 0, "{code}");
    }
}

/// The office list as a workbook and as text: the same findings, but for what only a workbook can hide.
#[test]
fn a_workbook_and_its_twin_show_the_same() {
    let sample = |name: &str| crate::run::project().join("samples").join(name);
    let home = tempfile::tempdir().expect("a temporary folder");
    let found = ["danh_sach.csv", "danh_sach.xlsx"].map(|name| {
        let out = home.path().join(name);
        let output = lamsach()
            .arg("clean")
            .arg(sample(name))
            .arg("-o")
            .arg(&out)
            .args(["--as-of", "2022-06-30", "--quiet"])
            .output()
            .expect("the tool starts");
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        ["findings.csv", "cleaned.csv", "corrections.csv", "quarantine.csv"].map(|table| {
            let text = fs::read_to_string(out.join(table)).expect("a table");
            let lines = text.lines().filter(|line| !line.contains(",RD05,"));
            lines.map(|line| line.replace(name, "-")).collect::<Vec<String>>()
        })
    });
    let [text, workbook] = found;
    assert!(text[0].len() > 40, "{}", text[0].len());
    assert_eq!(text, workbook);
}

/// What a careless cleaning would lose.
#[test]
fn nothing_that_was_written_is_lost() {
    let cleaned = |text: &str, columns: &[&str]| {
        let run = Bench::new().clean(text.as_bytes(), &[]);
        assert_eq!(run.code(), 0, "{}", run.stderr());
        (run.rows("cleaned.csv", columns), run.rows("findings.csv", &["record_key", "code"]))
    };
    // Two numbers of a row stay in their columns, and the one that can be read counts.
    let text = "Mã đối tượng,Họ và tên,Số CCCD,Số CMND\n1,Lê An,025123456,024123456\n2,Lê Ba,chưa rõ,001090000011\n3,Lê Chi,,2412345x\n";
    let (rows, found) = cleaned(text, &["record_key", "citizen_number", "old_number"]);
    assert_eq!(rows, ["1 025123456 024123456", "2 chưa rõ 001090000011", "3  2412345x"]);
    assert!(!found.contains(&"2 ID02".to_owned()), "{found:?}");
    assert!(found.contains(&"3 ID02".to_owned()), "{found:?}");
    // A list without a column of sexes says so once.
    assert_eq!(found.iter().filter(|line| line.ends_with("SX05")).count(), 1);
    // A telephone without its zero is no slipped number, and a time of day no slipped date.
    let text =
        "Mã đối tượng,Họ và tên,Số CCCD,Số điện thoại,Ngày sinh\n1,Lê An,,912345678,2015-06-05 00:00:00\n";
    let (rows, found) = cleaned(text, &["phone", "birth_date"]);
    assert_eq!(rows, ["912345678 05/06/2015"]);
    assert!(!found.iter().any(|line| line.ends_with("RD01")), "{found:?}");
    // A row whose columns slipped stays as it is.
    let text = "Mã đối tượng,Họ và tên,Ngày sinh,Giới tính,Số CMND/CCCD,Số điện thoại\n1,Lê An,,1/2/1990,Nam,001090000011\n";
    let (rows, found) = cleaned(text, &["full_name", "birth_date", "sex", "citizen_number", "phone"]);
    assert_eq!(rows, ["Lê An  1/2/1990 Nam 001090000011"]);
    assert!(found.contains(&"1 RD01".to_owned()), "{found:?}");
    // Notes that most names carry are told row by row.
    let names = (1..=40).map(|row| format!("{row},Ông Nguyễn Văn An (chết),0010900{row:05}\n"));
    let text = format!("Mã đối tượng,Họ và tên,Số CCCD\n{}", names.collect::<String>());
    let run = Bench::new().clean(text.as_bytes(), &[]);
    assert_eq!(run.rows("corrections.csv", &["field"]).len(), 40);
    // Marks of both sexes, and of none.
    let text = "Mã đối tượng,Họ và tên,Giới tính Nam,Giới tính Nữ,Số CCCD\n1,Lê An,x,x,\n2,Lê Ba,0,1,\n";
    let (rows, _) = cleaned(text, &["sex"]);
    assert_eq!(rows, ["x/x", "Nữ"]);
    // A name in one column where there is one, else in two.
    let text = "Mã đối tượng,Họ và chữ đệm,Họ và tên,Tên,Số CCCD\n1,Trần,,Bình,\n2,,Lê An,,\n";
    let (rows, _) = cleaned(text, &["full_name"]);
    assert_eq!(rows, ["Trần Bình", "Lê An"]);
    // The name of a file is a cell as well.
    let bench = Bench::new();
    let list = bench.write("=1+1.csv", "Mã đối tượng,Họ và tên,Số CCCD\n1,Lê An,\n".as_bytes());
    let output =
        lamsach().arg("clean").arg(&list).arg("-o").arg(bench.path("out")).output().expect("the tool starts");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    for name in ["cleaned.csv", "findings.csv"] {
        let text = fs::read_to_string(bench.path("out").join(name)).expect("a table");
        assert!(!text.lines().any(|line| line.starts_with('=')), "{name}");
    }
}

/// A file with no header of any source is a list, and a refused list is refused again.
#[test]
fn an_unknown_header_is_a_list_and_a_refusal_stays_one() {
    let bench = Bench::new();
    let text = "Họ tên,CCCD,Xã,Huyện,Tỉnh\nLê An,001090000011,Phường Bến Nghé,Quận 1,Thành phố Hồ Chí Minh\n";
    let run = bench.clean(text.as_bytes(), &[]);
    assert_eq!(run.rows("cleaned.csv", &["commune_today"]), ["Phường Sài Gòn"]);
    let list = bench.write("bad.csv", b"\x48\xe1\xbb\x8d t\xc3\xaan,CCCD\nA B,1\n1\n");
    for _ in 0..2 {
        let output = lamsach()
            .arg("clean")
            .arg(&list)
            .arg("-o")
            .arg(bench.path("refused"))
            .args(["--max-bad-records", "0", "--replace"])
            .output()
            .expect("the tool starts");
        assert_eq!(code(&output), 3, "{}", stderr(&output));
    }
}
