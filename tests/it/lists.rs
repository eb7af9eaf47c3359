//! Lists for communes: every row that somebody has to look at stands on exactly one, and what stands there harms nobody.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use calamine::{Data, Reader, Xlsx, open_workbook};

use crate::run::{Bench, SmallDisk, code, lamsach, project, stderr};

/// A list that says where people live.
const HEADER: &str = "Mã đối tượng,Họ và tên,Ngày sinh,Giới tính,Số CMND/CCCD,Tỉnh/Thành phố,Quận/Huyện,Phường/Xã,Địa chỉ chi tiết";
/// Row of the header on a sheet, from 0.
const HEADER_ROW: usize = 6;

fn lists(run: &Path, list: &Path, out: &Path, more: &[&str]) -> Output {
    let mut command = lamsach();
    command
        .arg("lists")
        .arg(run)
        .arg("--list")
        .arg(list)
        .arg("-o")
        .arg(out)
        .args(["--lang", "vi", "--quiet"]);
    command.args(more).output().expect("the tool starts")
}

/// Lists that have to come out.
fn lists_of(run: &Path, list: &Path, out: &Path, more: &[&str]) -> Vec<HashMap<String, String>> {
    let output = lists(run, list, out, more);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    table(&out.join("sent.csv"))
}

fn table(path: &Path) -> Vec<HashMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).expect("the table was written");
    reader.deserialize().map(|row| row.expect("our own CSV can be read")).collect()
}

/// Every file below a folder with its bytes, but for the facts of one run.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                collect(root, &path, found);
            } else if path.file_name().is_some_and(|name| name != "manifest.json") {
                let name = path.strip_prefix(root).expect("below").to_string_lossy().into_owned();
                found.insert(name, fs::read(&path).expect("a file"));
            }
        }
    }
    let mut found = BTreeMap::new();
    collect(folder, folder, &mut found);
    found
}

/// The rows of a workbook's list, by header; holds that every cell is text.
fn rows_of(path: &Path) -> Vec<HashMap<String, String>> {
    let mut book: Xlsx<_> = open_workbook(path).expect("a workbook");
    let mut rows = Vec::new();
    for name in book.sheet_names() {
        let sheet = book.worksheet_range(&name).expect("a sheet");
        assert_eq!(sheet.start(), Some((0, 0)), "the title begins in the first cell");
        let mut lines = sheet.rows().skip(HEADER_ROW);
        let header: Vec<String> = lines.next().expect("a header").iter().map(ToString::to_string).collect();
        for line in lines {
            // A list ends where no number stands in front.
            if !matches!(&line[0], Data::String(number) if number.bytes().all(|byte| byte.is_ascii_digit())) {
                break;
            }
            let cell = |cell: &Data| match cell {
                Data::String(text) => text.clone(),
                Data::Empty => String::new(),
                other => panic!("{other:?} is no text"),
            };
            rows.push(header.iter().cloned().zip(line.iter().map(cell)).collect());
        }
    }
    rows
}

fn part(path: &Path, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(File::open(path).expect("a workbook")).expect("an archive");
    let mut text = String::new();
    archive.by_name(name).expect("a part").read_to_string(&mut text).expect("text");
    text
}

/// The samples reconciled, with the folder that they stand in.
fn samples() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let home = tempfile::tempdir().expect("a temporary folder");
    let (run, list) = (home.path().join("run"), project().join("samples/tiem_chung.csv"));
    let output = lamsach()
        .arg("reconcile")
        .arg(&list)
        .arg("--against")
        .arg(project().join("samples/dan_cu.csv.gz"))
        .args(["--search", "auto", "--as-of", "2026-06-30", "--quiet", "-o"])
        .arg(&run)
        .output()
        .expect("the tool starts");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    (home, run, list)
}

#[test]
fn every_row_to_check_stands_on_exactly_one_list() {
    let (home, run, list) = samples();
    let out = home.path().join("lists");
    let sent = lists_of(&run, &list, &out, &["--form", "both"]);
    let key = |row: &HashMap<String, String>| (row["file"].clone(), row["line"].clone());
    let mut expected: BTreeSet<(String, String)> =
        table(&run.join("verdicts.csv")).iter().filter(|row| row["verdict"] != "match").map(key).collect();
    let corrections = table(&run.join("corrections.csv"));
    expected.extend(corrections.iter().filter(|row| row["decision"] != "auto").map(key));
    assert_eq!(sent.iter().map(key).collect::<BTreeSet<_>>(), expected);
    assert_eq!(sent.len(), expected.len());

    let keys: HashSet<&str> = sent.iter().map(|row| row["row_key"].as_str()).collect();
    assert_eq!(keys.len(), sent.len(), "two rows share a key");
    assert!(
        sent.iter().all(|row| lamsach::lists::read_key(&row["row_key"]).as_deref() == Some(&row["row_key"]))
    );

    // What is proposed is what the run proposed, and what is old is what it had.
    let mut n_proposed = 0;
    for correction in &corrections {
        let Some(row) = sent.iter().find(|row| key(row) == key(correction)) else { continue };
        assert_eq!(row[&format!("{}_new", correction["field"])], correction["new"]);
        assert_eq!(row[&format!("{}_old", correction["field"])], correction["old"]);
        n_proposed += 1;
    }
    assert!(n_proposed > 1000);

    let mut on_paper: Vec<(String, String)> = Vec::new();
    let written = files(&out);
    for name in written.keys().filter(|name| name.ends_with(".xlsx") && !name.ends_with("tong_hop.xlsx")) {
        let page = String::from_utf8(written[&name.replace(".xlsx", ".html")].clone()).expect("text");
        for row in rows_of(&out.join(name)) {
            assert!(page.contains(&row["Mã dòng"]), "{name}: the page lacks a row of the workbook");
            on_paper.push((row["Mã dòng"].clone(), name.clone()));
        }
    }
    on_paper.sort();
    let mut told: Vec<(String, String)> =
        sent.iter().map(|row| (row["row_key"].clone(), row["path"].clone())).collect();
    told.sort();
    assert_eq!(on_paper, told);

    // Summaries count the same rows.
    let summary: serde_json::Value = serde_json::from_slice(&written["summary.json"]).expect("JSON");
    assert_eq!(summary["lists"]["rows_sent"], sent.len());
    let n_without = sent.iter().filter(|row| row["commune"].is_empty()).count();
    assert_eq!(summary["lists"]["rows_without_commune"], n_without);
    let mut book: Xlsx<_> = open_workbook(out.join("units/tong_hop.xlsx")).expect("a workbook");
    let sheet = book.worksheet_range_at(0).expect("a sheet").expect("a sheet");
    let total = sheet.rows().next_back().expect("a last row")[3].clone();
    assert_eq!(total, Data::Float(sent.len() as f64));
    for row in &sent {
        let parts: Vec<&str> = row["path"].split('/').collect();
        let expected: &[&str] = match (row["province"].as_str(), row["commune"].as_str()) {
            ("", _) => &["units", "khac.xlsx"],
            (province, "") => &["units", province, "khac.xlsx"],
            (province, commune) => &["units", province, &format!("{commune}.xlsx")],
        };
        assert_eq!(parts, expected);
    }
}

#[test]
fn threads_do_not_show_and_the_same_is_not_done_again() {
    let (home, run, list) = samples();
    let mut first = None;
    for threads in ["1", "2", "16"] {
        let out = home.path().join(threads);
        lists_of(&run, &list, &out, &["--threads", threads, "--form", "both"]);
        let found = files(&out);
        assert!(found.len() > 1500);
        let first = first.get_or_insert_with(|| found.clone());
        assert!(*first == found, "{threads} threads write other bytes than one");
    }
    let again = lamsach()
        .arg("lists")
        .arg(&run)
        .arg("--list")
        .arg(&list)
        .args(["--form", "both", "-o"])
        .arg(home.path().join("1"))
        .output()
        .expect("the tool starts");
    assert_eq!((code(&again), stderr(&again).contains("đã có kết quả này")), (0, true), "{}", stderr(&again));
    let other = lists(&run, &list, &home.path().join("1"), &[]);
    assert!(stderr(&other).contains("L0206"), "{}", stderr(&other));
}

/// A reconciled list of these rows behind [`HEADER`].
fn reconciled(rows: &str, more: &[&str]) -> (Bench, PathBuf, PathBuf) {
    let bench = Bench::new();
    let run = bench.reconcile(format!("{HEADER}\n{rows}").as_bytes(), more);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    let (run, list) = (run.out.clone(), bench.path("list.csv"));
    (bench, run, list)
}

#[test]
fn a_workbook_keeps_texts_and_harms_nobody() {
    let long = "Nguyễn ".repeat(6000);
    let rows = format!(
        "1,=HYPERLINK(1),01/02/1990,Nam,001090000011,../..,CON,Phường Từ Liêm,=1+1\n\
         2,\"+84, x\",15/08/1985,Nữ,079185000022,Thành phố Hà Nội,/etc,../../x,@a\n\
         3,\u{202e}Lê Cúc,30/12/2001,Nam,048201000033,Thành phố Hà Nội,,Phường Từ Liêm,<script>alert(1)</script>\n\
         4,{long},05/05/2000,Nữ,092300000044,Thành phố Hà Nội,,Phường Từ Liêm,_x0041_ \u{fffe}\n\
         5,Đỗ Đức Đạt,20/11/1975,Nam,001234,Thành phố Hà Nội,,Phường Từ Liêm,Thôn 2\n\
         6,Võ Thị Én,,Nữ,000000000066,Thành phố Hà Nội,,Phường Từ Liêm,Thôn 10\n\
         7,محمد علي,1990,Nam,000000000077,x,y,z,{long}\n\
         8,Lê\u{7} Cúc,30/12/2001,Nam,048201000033,Thành phố Hà Nội,,Phường Từ Liêm,\n"
    );
    let (bench, run, list) = reconciled(&rows, &[]);
    let out = bench.path("lists");
    let sent = lists_of(&run, &list, &out, &["--form", "both"]);
    let quarantined = table(&run.join("quarantine.csv")).len();
    assert_eq!((sent.len(), quarantined), (7, 1), "nobody is lost");
    let written = files(&out);
    for name in written.keys() {
        let fine = ["sent.csv", "summary.json"].contains(&name.as_str())
            || name.strip_prefix("units/").is_some_and(|rest| {
                let stem = rest.trim_end_matches(".xlsx").trim_end_matches(".html");
                stem.split('/').all(|part| {
                    ["khac", "tong_hop"].contains(&part) || part.bytes().all(|byte| byte.is_ascii_digit())
                })
            });
        assert!(fine, "{name}");
    }
    let outside: Vec<String> = fs::read_dir(bench.home.path())
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| !["lists", "list.csv", "out", "reference.csv"].contains(&name.as_str()))
        .collect();
    assert!(outside.is_empty(), "{outside:?}");

    let path = out.join("units/01/00592.xlsx");
    let cells: HashMap<String, HashMap<String, String>> =
        rows_of(&path).into_iter().map(|row| (row["Mã dòng"].clone(), row)).collect();
    let of_record = |record: &str| {
        let row = sent.iter().find(|row| row["record_key"] == record).expect("sent");
        (row.clone(), cells.get(&row["row_key"]).cloned().unwrap_or_default())
    };
    let (_, formula) = of_record("1");
    assert!(formula["Họ và tên"].starts_with("=HYPERLINK(1)"), "{formula:?}");
    assert!(formula["Nơi ở ghi trong danh sách"].starts_with("=1+1"), "{formula:?}");
    let (_, hidden) = of_record("3");
    assert!(hidden["Họ và tên"].starts_with("\\u{202e}Lê Cúc"), "{hidden:?}");
    assert_eq!(hidden["Nơi ở ghi trong danh sách"], "<script>alert(1)</script>");
    let (whole, cut) = of_record("4");
    assert_eq!(whole["full_name_old"].trim_end(), long.trim_end(), "sent.csv has the whole value");
    assert!(cut["Họ và tên"].contains("… [đã cắt bớt]") && cut["Họ và tên"].chars().count() < 900);
    assert_eq!(cut["Nơi ở ghi trong danh sách"], "_x0041_ \\u{fffe}");
    let (_, zeros) = of_record("6");
    assert!(zeros["Số định danh cá nhân"].starts_with("000000000066"), "{zeros:?}");
    let (_, short) = of_record("5");
    assert_eq!(short["Số định danh cá nhân"], "001234");

    // Nothing in any workbook is a formula, a link, a macro or another file.
    for (name, bytes) in written.iter().filter(|(name, _)| name.ends_with(".xlsx")) {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
        for at in 0..archive.len() {
            let mut entry = archive.by_index(at).expect("an entry");
            let of = entry.name().expect("a name of letters").into_owned();
            let mut text = String::new();
            entry.read_to_string(&mut text).expect("all parts are text");
            assert!(
                !text.contains("<f>") && !text.contains("<f ") && !text.contains("externalLink"),
                "{name} {of}"
            );
            assert!(!text.contains("hyperlink ") && !of.contains("vba"), "{name} {of}");
        }
    }
    // Nothing in any page runs or breaks out.
    for (name, bytes) in written.iter().filter(|(name, _)| name.ends_with(".html")) {
        let page = std::str::from_utf8(bytes).expect("text");
        assert!(
            !page.contains("<script") && !page.contains("=\"http") && !page.contains('\u{202e}'),
            "{name}"
        );
        assert!(page.contains("default-src 'none'"), "{name}");
        assert_eq!(page.matches("<tr>").count(), page.matches("</tr>").count(), "{name}");
    }
    let sent_text = String::from_utf8(written["sent.csv"].clone()).expect("text");
    assert!(sent_text.contains(",'=HYPERLINK(1),") && sent_text.contains("\"'+84, x\""));
}

#[test]
fn a_workbook_prints_as_an_official_paper() {
    let rows = "1,Nguyễn Văn A,01/02/1990,Nam,001090000011,Thành phố Hà Nội,,Phường Từ Liêm,Thôn 10\n\
                2,Trần Thị Bưởi,15/08/1986,Nữ,079185000022,Thành phố Hà Nội,,Phường Từ Liêm,Thôn 2\n";
    let (bench, run, list) = reconciled(rows, &[]);
    let out = bench.path("lists");
    let title = [
        "--agency",
        "UBND A & B",
        "--agency",
        "Sở <Y tế>",
        "--dispatch-number",
        "12/SYT",
        "--dispatch-date",
        "2026-02-03",
    ];
    let sent = lists_of(&run, &list, &out, &title);
    assert_eq!(sent.len(), 2);
    let path = out.join("units/01/00592.xlsx");
    let rows = rows_of(&path);
    // In the order of a walk: hamlet 2 before hamlet 10.
    assert_eq!(rows[0]["Nơi ở ghi trong danh sách"], "Thôn 2");
    assert_eq!(rows[0]["Ngày sinh"], "15/08/1986 →\u{a0}15/08/1985");
    let sheet = part(&path, "xl/worksheets/sheet1.xml");
    for expected in [
        "paperSize=\"9\"",
        "orientation=\"landscape\"",
        "fitToHeight=\"0\"",
        "<pane ySplit=\"7\"",
        "Đúng như đề nghị,Giá trị khác,Giữ như danh sách",
        "&amp;P/&amp;N",
        "<autoFilter ref=\"A7:K9\"",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "UBND A &amp; B",
        "Sở &lt;Y tế&gt;",
        "Số: 12/SYT",
        "Hà Nội, ngày 03 tháng 02 năm 2026",
        "(Kèm theo Công văn số 12/SYT ngày 03/02/2026)",
        "Phường Từ Liêm, Thành phố Hà Nội",
        "CÔNG AN PHƯỜNG",
        "TRẠM Y TẾ",
        "NGƯỜI LẬP BIỂU",
        "Tổng số: 2 người; sai thông tin: 2",
    ] {
        assert!(sheet.contains(expected), "{expected}");
    }
    assert!(part(&path, "xl/workbook.xml").contains("Print_Titles"), "the header is repeated on each page");
    // The day of the reconciliation stands in the place of the clock.
    assert!(part(&path, "docProps/core.xml").contains("2026-06-30T00:00:00Z"));
}

#[test]
fn a_list_discloses_no_more_than_it_should() {
    let rows = "1,Nguyễn Văn A,01/02/1990,Nam,001090000011,Thành phố Hà Nội,,Phường Từ Liêm,Thôn 1\n";
    let (bench, run, list) = reconciled(rows, &[]);
    let shown = |disclose: &str| {
        let out = bench.path(disclose);
        let sent = lists_of(&run, &list, &out, &["--disclose", disclose, "--form", "both"]);
        // The sender keeps everything.
        assert_eq!(sent[0]["full_name_new"], "NGUYỄN VĂN AN");
        let page = fs::read_to_string(out.join("units/01/00592.html")).expect("a page");
        (rows_of(&out.join("units/01/00592.xlsx"))[0]["Họ và tên"].clone(), page)
    };
    let (cell, page) = shown("values");
    assert_eq!((&*cell, page.contains("NGUYỄN VĂN AN")), ("Nguyễn Văn A →\u{a0}NGUYỄN VĂN AN", true));
    let (cell, page) = shown("fields");
    assert_eq!((&*cell, page.contains("NGUYỄN VĂN AN")), ("Nguyễn Văn A (cần kiểm tra)", false));
    let (cell, page) = shown("verdict");
    assert_eq!((&*cell, page.contains("NGUYỄN VĂN AN")), ("Nguyễn Văn A", false));
    assert!(!page.contains("class=\"wrong"));
}

#[test]
fn only_what_was_reconciled_goes_on_lists() {
    let rows = "1,Nguyễn Văn A,01/02/1990,Nam,001090000011,Thành phố Hà Nội,,Phường Từ Liêm,\n";
    let (bench, run, list) = reconciled(rows, &[]);
    let out = bench.path("lists");
    let refused = |run: &Path, list: &Path, expected: &str, exit: i32| {
        let output = lists(run, list, &out, &[]);
        let message = stderr(&output);
        assert!(message.contains(expected) && !message.contains("Nguyễn"), "{expected}: {message}");
        assert_eq!(code(&output), exit, "{message}");
        assert!(!out.exists(), "nothing is published");
    };
    let before = fs::read(&list).expect("the list");
    bench.write("list.csv", &[&before[..], b"2,B,,,,,,,\n"].concat());
    refused(&run, &list, "L0330", 3);
    bench.write("list.csv", &before);
    refused(&run, &bench.path("reference.csv"), "L0214", 2);
    refused(bench.home.path(), &list, "L0207", 2);
    let cleaned = bench.path("cleaned");
    let output = lamsach().arg("clean").arg(&list).arg("-o").arg(&cleaned).output().expect("the tool starts");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    refused(&cleaned, &list, "L0213", 2);
    let corrections = run.join("corrections.csv");
    let whole = fs::read_to_string(&corrections).expect("a table");
    fs::write(&corrections, whole.replace("NGUYỄN VĂN AN", "NGUYỄN VĂN EM")).expect("written");
    refused(&run, &list, "L0331", 3);
    fs::write(&corrections, whole).expect("written");
    assert_eq!(lists_of(&run, &list, &out, &[]).len(), 1);
}

#[test]
fn a_list_is_read_as_the_run_read_it() {
    // Columns that only options told, another delimiter, titles above, and two columns of a name that nobody needs.
    let bench = Bench::new();
    let text = "Danh sách;;;;;;\nA;B;C;D;Xã;Tỉnh;Ngày tiêm;Ngày tiêm\n\
                001090000011;Nguyễn Văn A;01/02/1990;Nam;Phường Từ Liêm;Thành phố Hà Nội;1/1/2021;2/2/2021\n";
    let told = [
        "--source",
        "tiem_chung",
        "--header-line",
        "2",
        "--map",
        "A=citizen_number",
        "--map",
        "B=full_name",
        "--map",
        "C=birth_date",
        "--map",
        "D=sex",
    ];
    let run = bench.reconcile(text.as_bytes(), &told);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    let sent = lists_of(&run.out, &bench.path("list.csv"), &bench.path("lists"), &[]);
    assert_eq!(sent.len(), 1);
    assert_eq!((&*sent[0]["full_name_old"], &*sent[0]["full_name_new"]), ("Nguyễn Văn A", "NGUYỄN VĂN AN"));
    assert_eq!((&*sent[0]["commune"], &*sent[0]["line"]), ("00592", "3"));

    // Of two columns of one name only the command line said which it is.
    let text = "Mã,Họ và tên,Ngày sinh,Giới tính,Số,Số\n1,Nguyễn Văn A,01/02/1990,Nam,7,001090000011\n";
    let told = ["--source", "tiem_chung", "--map", "#6=citizen_number", "--map", "#5=none"];
    let run = bench.reconcile(text.as_bytes(), &told);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    let (list, out) = (bench.path("list.csv"), bench.path("lists2"));
    let output = lists(&run.out, &list, &out, &[]);
    assert!(stderr(&output).contains("L0215"), "{}", stderr(&output));
    let sent = lists_of(&run.out, &list, &out, &["--map", "#6=citizen_number"]);
    assert_eq!((sent.len(), &*sent[0]["citizen_number_old"]), (1, "001090000011"));
}

/// Whether any workbook stands below a folder that is being written.
fn has_workbook(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.into_iter().any(|path| {
        if path.is_dir() {
            has_workbook(&path)
        } else {
            path.extension().is_some_and(|ending| ending == "xlsx")
        }
    })
}

#[test]
fn a_disk_that_fills_up_meanwhile_is_said() {
    let (home, run, list) = samples();
    // Without the right to mount there is no disk to fill.
    let Some(disk) = SmallDisk::of(home.path(), "64m") else { return };
    let mut command = lamsach();
    command.arg("lists").arg(&run).arg("--list").arg(&list).args(["--rows", "all", "--quiet", "-o"]);
    let tool = command.arg(disk.path().join("lists")).stderr(Stdio::piped()).spawn();
    let mut tool = tool.expect("the tool starts");
    while !has_workbook(disk.path()) && tool.try_wait().expect("the tool runs").is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let mut fill = File::create(disk.path().join("fill")).expect("a file");
    while fill.write_all(&[1; 1 << 12]).is_ok() {}
    drop(fill);
    let output = tool.wait_with_output().expect("the tool ends");
    let told = stderr(&output);
    assert_eq!(code(&output), 4, "{told}");
    assert!(told.contains("error[L0402]") && !told.contains("internal fault"), "{told}");
    assert_eq!(disk.names(), ["fill"]);
}
