//! What leaves the office: exports in the columns of others, how much they tell, and sealed folders.

mod sealed;
mod templates;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;

use calamine::{Data, Reader};
use sha2::{Digest, Sha256};

use templates::WITH_ALL;

use crate::run::{CITIZENS, HEADER, code, lamsach, project, stderr, stdout};

/// A reconciled list and a folder to export into.
struct Office {
    home: tempfile::TempDir,
    list: PathBuf,
}

/// Words that stand in cells only, so that they are known wherever they come out.
const CANARY: &str = "Hoangyen";

impl Office {
    /// A list reconciled with the citizens of the bench.
    fn new(list: &str) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let path = home.path().join("list.csv");
        fs::write(&path, list).expect("a temporary file");
        let mut reference = String::from("Số định danh cá nhân,Họ và tên,Ngày sinh,Giới tính\n");
        for (number, name, birth, sex) in CITIZENS {
            reference.push_str(&format!("{number},{name},{birth},{sex}\n"));
        }
        fs::write(home.path().join("reference.csv"), reference).expect("a temporary file");
        let reference = home.path().join("reference.csv");
        Self::of(home, path, &reference)
    }

    fn of(home: tempfile::TempDir, list: PathBuf, reference: &Path) -> Self {
        let output = lamsach()
            .arg("reconcile")
            .arg(&list)
            .arg("--against")
            .arg(reference)
            .args(["--as-of", "2026-06-30", "--quiet", "-o"])
            .arg(home.path().join("run"))
            .output()
            .expect("the tool starts");
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        Self { home, list }
    }

    /// The list and reference of a golden case.
    fn golden(name: &str) -> Self {
        let case = project().join("tests/golden").join(name);
        let home = tempfile::tempdir().expect("a temporary folder");
        Self::of(home, case.join("list.csv"), &case.join("reference.csv"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn export(&self, template: &str, out: &str, more: &[&str]) -> Output {
        lamsach()
            .arg("export")
            .arg(self.path("run"))
            .arg("--list")
            .arg(&self.list)
            .args(["--template", template, "-o"])
            .arg(self.path(out))
            .args(more)
            .output()
            .expect("the tool starts")
    }

    /// The same, which must do.
    fn exported(&self, template: &str, out: &str, more: &[&str]) -> PathBuf {
        let output = self.export(template, out, more);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        self.path(out)
    }

    /// A folder of rules with a template of this text.
    fn template(&self, name: &str, text: &str) -> String {
        let folder = self.path("rules/exports");
        fs::create_dir_all(&folder).expect("a temporary folder");
        fs::write(folder.join(format!("{name}.toml")), text).expect("a temporary file");
        self.path("rules").to_string_lossy().into_owned()
    }

    /// A folder as `collect` leaves it, with these approved corrections.
    fn collected(&self, name: &str, rows: &[&str]) -> String {
        let folder = self.path(name);
        fs::create_dir_all(&folder).expect("a temporary folder");
        let mut text = String::from(
            "file,line,record_key,unit,field,old,new,decision,probability,code,reason,reason_en\n",
        );
        rows.iter().for_each(|row| text.push_str(&format!("{row}\n")));
        fs::write(folder.join("approved.csv"), &text).expect("a temporary file");
        let manifest = serde_json::json!({
            "tool": {"name": "lamsach"},
            "files": [{"path": "approved.csv", "sha256": sha256(text.as_bytes())}],
        });
        fs::write(folder.join("manifest.json"), manifest.to_string()).expect("a temporary file");
        folder.to_string_lossy().into_owned()
    }
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The files below a folder, by their paths.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                collect(root, &entry, found);
            } else {
                let name = entry.strip_prefix(root).expect("below").to_string_lossy().into_owned();
                found.insert(name, fs::read(&entry).expect("a file"));
            }
        }
    }
    let mut found = BTreeMap::new();
    collect(folder, folder, &mut found);
    found
}

/// The cells of a workbook, every one of which must be text.
fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut book = calamine::Xlsx::new(std::io::Cursor::new(bytes)).expect("a workbook");
    let sheet = book.worksheet_range_at(0).expect("a sheet").expect("cells");
    let cell = |cell: &Data| match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        other => panic!("{other:?} is no text"),
    };
    sheet.rows().map(|row| row.iter().map(cell).collect()).collect()
}

/// The cells of a file of text.
fn csv_cells(bytes: &[u8], delimiter: u8) -> Vec<Vec<String>> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes);
    reader.records().map(|row| row.expect("well formed").iter().map(ToOwned::to_owned).collect()).collect()
}

/// A list of which every row has something wrong that is corrected unseen: a name without marks, a date, the sex.
fn list() -> String {
    let mut text = format!("{HEADER},Số điện thoại,Mũi tiêm,Dân tộc,Bệnh nền\n");
    for (row, (number, name, birth, sex)) in CITIZENS.iter().enumerate() {
        let sex = if row == 2 { "Nữ" } else { sex };
        let birth = if row == 4 { &birth[6..] } else { birth };
        let ethnic = if row == 0 { CANARY } else { "Kinh" };
        text.push_str(&format!("T{row},{name},{birth},{sex},{number},0912345678,0{row},{ethnic},{CANARY}\n"));
    }
    text
}

#[test]
fn exports_come_out_as_they_stand() {
    let bless = std::env::var_os("LAMSACH_BLESS").is_some();
    for (case, template) in
        [("tiem_chung", "tra_loi"), ("tiem_chung", "tiem_chung_nhap"), ("danh_sach", "tra_loi")]
    {
        let office = Office::golden(case);
        for level in ["verdict", "fields", "values"] {
            let output = office.export(template, level, &["--disclose", level, "--quiet"]);
            if template == "tiem_chung_nhap" && level != "values" {
                assert_eq!(code(&output), 2, "a fixed template tells all or nothing");
                assert!(stderr(&output).contains("L0230") && stderr(&output).contains("Họ và tên"));
                assert!(!office.path(level).exists());
                continue;
            }
            assert_eq!(code(&output), 0, "{}", stderr(&output));
            let files = tree(&office.path(level));
            let (name, bytes) =
                files.iter().find(|(name, _)| name.starts_with(template)).expect("the export");
            let rows = if name.ends_with("xlsx") { cells(bytes) } else { csv_cells(bytes, b',') };
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            rows.iter().for_each(|row| writer.write_record(row).expect("memory"));
            let found = writer.into_inner().expect("memory");
            let expected = project().join(format!("tests/exports/{case}.{template}.{level}.csv"));
            if bless {
                fs::create_dir_all(expected.parent().expect("a folder")).expect("the project can be written");
                fs::write(&expected, &found).expect("the project can be written");
            }
            let wanted = fs::read_to_string(&expected).expect("the expected export");
            assert_eq!(String::from_utf8(found).expect("text"), wanted, "{case} {template} {level}");
        }
    }
}

#[test]
fn corrections_are_applied_and_zeros_stay() {
    let office = Office::new(&list());
    let out = office.exported("tiem_chung_nhap", "import", &["--disclose", "values"]);
    let files = tree(&out);
    let rows = cells(&files["tiem_chung_nhap.xlsx"]);
    let shown: Vec<String> = rows[1..]
        .iter()
        .map(|row| {
            [&row[1], &row[2], &row[3], &row[4], &row[5], &row[6], &row[12]].map(String::as_str).join("|")
        })
        .collect();
    assert_eq!(
        shown,
        [
            "T2|LÊ HOÀNG CÚC|30/12/2001|Nam|0912345678|048201000033|02",
            "T4|ĐỖ ĐỨC ĐẠT|20/11/1975|Nam|0912345678|031075000055|04",
        ]
    );
    let summary: serde_json::Value = serde_json::from_slice(&files["summary.json"]).expect("a summary");
    let facts = &summary["export"];
    assert_eq!(
        (&facts["rows_read"], &facts["rows_written"], &facts["rows_not_asked_for"]),
        (&6.into(), &2.into(), &4.into())
    );
    assert_eq!(facts["applied"].as_array().map(Vec::len), Some(2));
    let mode = |path: &Path| fs::metadata(path).expect("written").permissions().mode() & 0o777;
    assert_eq!((mode(&out), mode(&out.join("tiem_chung_nhap.xlsx"))), (0o700, 0o600));
    let again = office.export("tiem_chung_nhap", "import", &["--disclose", "values"]);
    assert_eq!((code(&again), stdout(&again).as_str()), (0, ""));
    assert!(stderr(&again).contains("đã có kết quả này"));
}

#[test]
fn what_was_approved_goes_before_what_is_automatic() {
    let office = Office::new(&list());
    let row = |line, key, field, new, decision| {
        format!("list.csv,{line},{key},,{field},,{new},{decision},1.0000,SX04,,")
    };
    // Somebody at the door said another sex than the reference, and the right name of a row with nothing wrong.
    let one = office.collected(
        "one",
        &[
            &row(4, "T2", "sex", "Nữ", "approved"),
            &row(2, "T0", "full_name", "Nguyễn Văn Ân", "approved"),
            &row(6, "T4", "birth_date", "21/11/1975", "approved"),
        ],
    );
    let other = office.collected("other", &[&row(6, "T4", "birth_date", "22/11/1975", "approved")]);
    let out =
        office.exported("tiem_chung_nhap", "import", &["--disclose", "values", "--approved", &one, &other]);
    let files = tree(&out);
    let rows = cells(&files["tiem_chung_nhap.xlsx"]);
    let shown: Vec<String> = rows[1..].iter().map(|row| row[1..5].join("|")).collect();
    assert_eq!(shown, ["T0|Nguyễn Văn Ân|01/02/1990|Nam", "T2|LÊ HOÀNG CÚC|30/12/2001|Nữ"]);
    let conflicts = String::from_utf8(files["conflicts.csv"].clone()).expect("text");
    assert_eq!(conflicts, "file,line,record_key,field\nlist.csv,6,T4,birth_date\n");

    for (name, bad) in [
        ("line", row(99, "T2", "sex", "Nữ", "approved")),
        ("key", row(4, "T3", "sex", "Nữ", "approved")),
        ("field", row(4, "T2", "shoes", "Nữ", "approved")),
        ("decision", row(4, "T2", "sex", "Nữ", "auto")),
        ("file", row(4, "T2", "sex", "Nữ", "approved").replace("list.csv", "other.csv")),
    ] {
        let folder = office.collected(&format!("{name}.collected"), &[&bad]);
        let output = office.export("tiem_chung_nhap", name, &["--disclose", "values", "--approved", &folder]);
        assert_eq!(code(&output), 3, "{name}: {}", stderr(&output));
        assert!(
            stderr(&output).contains("L0344") && stderr(&output).contains("approved.csv:2"),
            "{}",
            stderr(&output)
        );
    }
}

#[test]
fn the_answer_tells_no_value_unless_it_may() {
    let office = Office::new(&list());
    for level in ["verdict", "fields", "values"] {
        let out = office.exported("tra_loi", level, &["--disclose", level]);
        let text = String::from_utf8(tree(&out)["tra_loi.csv"].clone()).expect("text");
        let tells_values = text.contains("20/11/1975");
        assert_eq!(tells_values, level == "values", "{text}");
        assert_eq!(text.contains("ngày sinh"), level != "verdict", "{text}");
        for (number, name, ..) in CITIZENS {
            assert!(!text.contains(number) && !text.contains(name), "{text}");
        }
        assert_eq!(text.lines().count(), 7, "every record has its answer");
    }
    let default = office.exported("tra_loi", "default", &[]);
    assert_eq!(tree(&default)["tra_loi.csv"], tree(&office.path("fields"))["tra_loi.csv"]);
}

#[test]
fn an_export_belongs_to_its_run() {
    let office = Office::new(&list());
    let other = list().replace("T5", "T6");
    fs::write(&office.list, &other).expect("a temporary file");
    let output = office.export("tra_loi", "x", &[]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("L0234") && stderr(&output).contains("list.csv"), "{}", stderr(&output));
    fs::write(&office.list, list()).expect("a temporary file");
    for (name, from, to) in [
        ("verdicts.csv", "T3", "T9"),
        ("verdicts.csv", "list.csv,5,", "list.csv,50,"),
        ("corrections.csv", "Nam", "Nữ"),
        ("summary.json", "2026", "2025"),
    ] {
        let path = office.path("run").join(name);
        let whole = fs::read_to_string(&path).expect("a file of the run");
        assert!(whole.contains(from), "{name}");
        fs::write(&path, whole.replacen(from, to, 1)).expect("a temporary file");
        let output = office.export("tra_loi", "x", &[]);
        assert_eq!(code(&output), 3, "{name}");
        assert!(stderr(&output).contains("L0343") && stderr(&output).contains(name), "{}", stderr(&output));
        assert!(!office.path("x").exists());
        fs::write(&path, whole).expect("a temporary file");
    }
    office.exported("tra_loi", "x", &[]);
}

#[test]
fn threads_do_not_show_and_long_lists_are_parted() {
    let office = Office::golden("tiem_chung");
    let text = WITH_ALL
        .replace("\n[csv]", "\nrows_per_file = 50\n[csv]")
        .replace("column = \"Dân tộc\"", "text = \"x\"");
    let text = text.replace("from = \"ethnicity\"", "from = \"commune_code_today\"");
    let text = text.replace("column = \"Bệnh nền\"", "column = \"Ngày tiêm\"");
    let rules = office.template("parts", &text);
    let mut first: Option<BTreeMap<String, Vec<u8>>> = None;
    for threads in ["1", "2", "16"] {
        let more = ["--disclose", "values", "--rules", &rules, "--threads", threads];
        let mut files = tree(&office.exported("parts", threads, &more));
        files.remove("manifest.json");
        assert_eq!(*first.get_or_insert_with(|| files.clone()), files, "{threads} threads");
    }
    let files = first.expect("an export");
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["parts.csv", "parts_2.csv", "parts_3.csv", "summary.json"]);
    let lines = |name: &str| files[name].iter().filter(|byte| **byte == b'\n').count();
    assert_eq!((lines("parts.csv"), lines("parts_2.csv"), lines("parts_3.csv")), (51, 51, 25));
}

#[test]
fn no_cell_of_a_file_for_people_becomes_a_formula() {
    const HOSTILE: [&str; 10] =
        ["=1+1", "+84912345678", "-2", "@SUM(A1)", "＝1", "  =1", "\u{a0}+1", "'=1", "\u{200b}-1", "－"];
    let mut text = format!("{HEADER},=Ghi chú\n");
    for (row, cell) in HOSTILE.iter().enumerate() {
        let (number, ..) = CITIZENS[row % 6];
        text.push_str(&format!("{cell}{row},{cell}Lê,{cell},{cell},{number},{cell}\n"));
    }
    let office = Office::new(&text);
    let more = ["--disclose", "values", "--with-column", "=Ghi chú"];
    let answer = office.exported("tra_loi", "answer", &more);
    let cleaned = lamsach().arg("clean").arg(&office.list).arg("-o").arg(office.path("clean")).output();
    assert_eq!(code(&cleaned.expect("the tool starts")), 0);
    let mut n_marked = 0;
    for folder in [&office.path("run"), &answer, &office.path("clean")] {
        for (name, bytes) in tree(folder).iter().filter(|(name, _)| name.ends_with(".csv")) {
            for cell in csv_cells(bytes, b',').iter().flatten() {
                let seen =
                    cell.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '\u{200b}');
                assert!(!seen.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']), "{name}: {cell:?}");
                n_marked += usize::from(cell.starts_with('\''));
            }
        }
    }
    assert!(n_marked > 40, "{n_marked}");
    let rows = csv_cells(&tree(&answer)["tra_loi.csv"], b',');
    let notes: Vec<&str> =
        rows.iter().map(|row| row.last().expect("a cell").strip_prefix('\'').expect("a mark")).collect();
    assert_eq!(notes[0], "=Ghi chú");
    assert_eq!(&notes[1..], HOSTILE);

    // In a workbook they are text, and nothing is added.
    let template = fs::read_to_string(project().join("rules/exports/tiem_chung_nhap.toml"));
    let template = template.expect("a template").replace("rows = \"corrected\"", "rows = \"all\"");
    let rules = office.template("whole", &template);
    let import = office.exported("whole", "import", &[&more[..], &["--rules", &rules]].concat());
    let rows = cells(&tree(&import)["whole.xlsx"]);
    assert_eq!(rows.len(), HOSTILE.len() + 1);
    for row in &rows[1..] {
        assert!(HOSTILE.contains(&row.last().expect("a cell").as_str()), "{row:?}");
    }
}

#[test]
fn a_workbook_holds_any_text() {
    let long = "ỹ".repeat(40_000);
    let odd = "a\u{1}b _x0041_ <&\"> \u{202e}dcba 😀";
    // A control byte puts a record into quarantine, but U+0085 is a letter of no width to all others.
    let text = format!(
        "{HEADER},Mũi tiêm,Số lô\nT0,X,1990,Nữ,001090000011,{long},\"{}\"\n",
        odd.replace('"', "\"\"").replace('\u{1}', "\u{85}")
    );
    let office = Office::new(&text);
    let rules = office.template(
        "whole",
        &fs::read_to_string(project().join("rules/exports/tiem_chung_nhap.toml"))
            .expect("a template")
            .replace("rows = \"corrected\"", "rows = \"all\""),
    );
    let out = office.exported("whole", "import", &["--disclose", "values", "--rules", &rules]);
    let files = tree(&out);
    let rows = cells(&files["whole.xlsx"]);
    let (dose, lot) = (&rows[1][12], &rows[1][15]);
    assert_eq!(dose.chars().count(), 32_767);
    assert!(dose.ends_with('…') && dose.starts_with('ỹ'));
    assert_eq!(*lot, odd.replace('\u{1}', "\u{85}"));
    let summary: serde_json::Value = serde_json::from_slice(&files["summary.json"]).expect("a summary");
    assert_eq!(summary["export"]["cells_cut"], 1);
}
