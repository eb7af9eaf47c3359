//! Workbooks as offices send them, each beside its CSV twin: what is found in the one is found in the other. The people
//! in `tests/workbooks/` are invented; they are rows of `samples/tiem_chung.csv`.

use std::fs;
use std::io::{Cursor, Write};
use std::path::PathBuf;

use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::run::{Bench, Run, lamsach, project, stderr};

fn fixture(name: &str) -> PathBuf {
    project().join("tests/workbooks").join(name)
}

/// A run against the sample of the population database.
fn run(list: &str, more: &[&str]) -> Run {
    let bench = Bench::new();
    let sample = fs::read(project().join("samples/dan_cu.csv.gz")).expect("a sample");
    bench.write("reference.csv", &sample);
    let run = bench.reconcile_file(&fixture(list), more);
    assert_eq!(run.code(), 0, "{list}: {}", run.stderr());
    run
}

fn inspect(list: &str, more: &[&str]) -> Value {
    let output = lamsach()
        .args(["inspect", "--json"])
        .arg(fixture(list))
        .args(more)
        .output()
        .expect("the tool starts");
    let value: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    value[0].clone()
}

/// A table of a run without the name of the file.
fn table(run: &Run, name: &str) -> Vec<Vec<(String, String)>> {
    let mut rows = run.table(name);
    rows.iter_mut().for_each(|row| row.retain(|(column, _)| column != "file"));
    rows
}

/// `code count` or `code line-last` of every notice.
fn notices(value: &Value) -> Vec<String> {
    let number = |value: &Value| value.as_u64().map(|number| format!(" {number}")).unwrap_or_default();
    let notices = value["notices"].as_array().expect("a list");
    notices
        .iter()
        .map(|notice| {
            let code = notice["code"].as_str().expect("a code");
            format!("{code} {}{}{}", notice["count"], number(&notice["line"]), number(&notice["last_line"]))
        })
        .collect()
}

#[test]
fn a_workbook_and_its_twin_give_the_same_findings() {
    let twins: [(&str, &str, &[&str]); 5] = [
        ("may_xuat.xlsx", "may_xuat.csv", &[]),
        ("lam_tay.xlsx", "lam_tay.csv", &[]),
        ("lam_tay.xls", "lam_tay.csv", &[]),
        ("lam_tay.ods", "lam_tay.csv", &[]),
        ("hai_thon.xlsx", "hai_thon.csv", &["--sheet", "Thôn 2", "--map", "Số CCCD=any_number"]),
    ];
    for (workbook, twin, options) in twins {
        let (of_workbook, of_twin) = (run(workbook, options), run(twin, options));
        for name in ["verdicts.csv", "findings.csv", "corrections.csv"] {
            let (found, expected) = (table(&of_workbook, name), table(&of_twin, name));
            assert!(!expected.is_empty() || name != "verdicts.csv", "{twin} {name}");
            assert_eq!(found, expected, "{workbook} {name}");
        }
        let (found, expected) = (inspect(workbook, options), inspect(twin, options));
        assert_eq!(found["header_line"], expected["header_line"], "{workbook}");
        assert_eq!(found["packing"], workbook.rsplit('.').next().expect("an ending"));
        let of_fields = |value: &Value| {
            let columns = value["columns"].as_array().expect("columns").clone();
            columns.iter().map(|column| (column["name"].clone(), column["field"].clone())).collect::<Vec<_>>()
        };
        assert_eq!(of_fields(&found), of_fields(&expected), "{workbook}");
    }
}

#[test]
fn no_row_of_the_sheet_is_lost() {
    let summary = run("may_xuat.xlsx", &[]).summary();
    assert_eq!(summary["inputs"][0]["records_clean"], 50, "the size that the sheet claims is not believed");
    let run = run("lam_tay.xlsx", &[]);
    let summary = run.summary();
    assert_eq!(summary["inputs"][0]["records_clean"], 40);
    let lines = [
        "7 note_row",
        "8 note_row",
        "29 note_row",
        "30 repeated_header",
        "31 repeated_header",
        "32 note_row",
    ];
    assert_eq!(run.quarantine()[..lines.len()], lines);
    let reasons = &summary["inputs"][0]["quarantined_by_reason"];
    assert_eq!(reasons["note_row"], 9, "{reasons}");
    assert_eq!(reasons["repeated_header"], 2, "{reasons}");
}

#[test]
fn what_is_odd_about_a_workbook_is_said() {
    assert_eq!(notices(&inspect("may_xuat.xlsx", &[])), ["hidden_sheets 1"]);
    let by_hand = notices(&inspect("lam_tay.xlsx", &[]));
    let expected = [
        "sheets_not_read 1",
        "hidden_rows 3 13",
        "formulas_without_value 4 9",
        "title_rows 4 1 4",
        "two_row_header 1 5 6",
    ];
    assert_eq!(by_hand, expected);
    assert!(notices(&inspect("lam_tay.ods", &[])).contains(&"hidden_rows 3 13".to_owned()));
    let names = |value: &Value| value["columns"][6]["name"].as_str().expect("a name").to_owned();
    assert_eq!(names(&inspect("lam_tay.xlsx", &[])), "Nơi thường trú Xã");
}

#[test]
fn years_of_birth_below_a_header_of_two_rows_keep_their_sex() {
    let value =
        inspect("hai_thon.xlsx", &["--sheet", "1", "--source", "tiem_chung", "--map", "Số CCCD=any_number"]);
    let fields: Vec<&str> = value["columns"]
        .as_array()
        .expect("columns")
        .iter()
        .filter_map(|column| column["field"].as_str())
        .collect();
    assert_eq!(fields, ["full_name", "birth_year_male", "birth_year_female", "any_number", "address"]);
}

#[track_caller]
fn refused(name: &str, bytes: &[u8], more: &[&str], code: &str) {
    let bench = Bench::new();
    let list = bench.write(name, bytes);
    let run = bench.reconcile_file(&list, more);
    let message = run.stderr();
    assert_eq!(run.code(), 3, "{message}");
    assert!(message.contains(&format!("error[{code}]")), "{message}");
    assert!(message.contains(name), "{message}");
    assert!(!run.out.exists(), "nothing is published");
}

fn bytes(name: &str) -> Vec<u8> {
    fs::read(fixture(name)).expect("a fixture")
}

fn archive(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).expect("memory");
        writer.write_all(content).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

/// The smallest workbook, with one sheet of this content.
fn workbook(sheet: &str) -> Vec<u8> {
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relation = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns='{PACKAGE}'><Relationship Id='r1' Type='{OFFICE}/{kind}' Target='{target}'/></Relationships>"
        )
    };
    let sheets = if sheet.is_empty() { "" } else { "<sheet name='A' sheetId='1' r:id='r1'/>" };
    let book = format!("<workbook xmlns='{MAIN}' xmlns:r='{OFFICE}'><sheets>{sheets}</sheets></workbook>");
    let sheet =
        format!("<worksheet xmlns='{MAIN}'><dimension ref='A1'/><sheetData>{sheet}</sheetData></worksheet>");
    archive(&[
        ("[Content_Types].xml", b"<Types/>".to_vec()),
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml").into_bytes()),
        ("xl/workbook.xml", book.into_bytes()),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml").into_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.into_bytes()),
    ])
}

#[test]
fn damaged_and_foreign_files_are_refused() {
    for name in ["may_xuat.xlsx", "lam_tay.xls", "lam_tay.ods"] {
        let whole = bytes(name);
        for n_bytes in [8, 100, whole.len() / 2, whole.len() - 700] {
            refused(name, &whole[..n_bytes], &[], "L0318");
        }
    }
    let docx =
        archive(&[("[Content_Types].xml", b"<Types/>".to_vec()), ("word/document.xml", b"<w/>".to_vec())]);
    refused("list.docx", &docx, &[], "L0320");
    refused("list.xlsx", &docx, &[], "L0320");
    refused("list.zip", &archive(&[("list.csv", b"a,b\n".to_vec())]), &[], "L0320");
    refused("empty.xlsx", &workbook(""), &[], "L0322");
    refused("empty.xlsx", &workbook("<row r='1'><c r='A1' s='1'/></row>"), &[], "L0322");
    refused(
        "order.xlsx",
        &workbook("<row r='5'><c><v>1</v></c></row><row r='2'><c><v>1</v></c></row>"),
        &[],
        "L0318",
    );
}

/// The container of old formats with one file of this name, and a table whose chains end or go round.
fn container(name: &str, is_ring: bool) -> Vec<u8> {
    let mut bytes = vec![0; 512 * 4];
    bytes[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    (bytes[26], bytes[30], bytes[32], bytes[44], bytes[48]) = (3, 9, 6, 1, 1);
    bytes[60..64].fill(0xFF);
    bytes[68..72].copy_from_slice(&(-2_i32).to_le_bytes());
    bytes[76..512].fill(0xFF);
    bytes[76..80].fill(0);
    let chains: [i32; 3] = if is_ring { [-3, 1, -2] } else { [-3, -2, -2] };
    for (at, next) in chains.iter().enumerate() {
        bytes[512 + 4 * at..][..4].copy_from_slice(&next.to_le_bytes());
    }
    for (at, letter) in name.encode_utf16().enumerate() {
        bytes[1024 + 2 * at..][..2].copy_from_slice(&letter.to_le_bytes());
    }
    (bytes[1024 + 66], bytes[1024 + 116], bytes[1024 + 121]) = (2, 2, 0x20);
    bytes
}

#[test]
fn containers_of_old_formats_are_looked_through() {
    refused("locked.xlsx", &container("EncryptedPackage", false), &[], "L0319");
    refused("list.doc", &container("WordDocument", false), &[], "L0320");
    refused("ring.xls", &container("Workbook", true), &[], "L0318");
    refused("nothing.xls", &container("Workbook", false), &[], "L0322");
}

#[test]
fn bombs_are_stopped_before_they_go_off() {
    let limit = ["--max-xlsx-uncompressed", "1MiB"];
    let zeros = archive(&[
        ("[Content_Types].xml", b"<Types/>".to_vec()),
        ("xl/workbook.xml", b"<workbook/>".to_vec()),
        ("xl/sharedStrings.xml", vec![b' '; 64 << 20]),
    ]);
    refused("zeros.xlsx", &zeros, &limit, "L0321");
    refused("may_xuat.xlsx", &bytes("may_xuat.xlsx"), &["--max-xlsx-uncompressed", "4KiB"], "L0321");
    refused("lam_tay.ods", &bytes("lam_tay.ods"), &["--max-xlsx-uncompressed", "4KiB"], "L0321");
    refused("lam_tay.xls", &bytes("lam_tay.xls"), &["--max-xlsx-uncompressed", "4KiB"], "L0321");
    // A few bytes that say a million rows and sixteen thousand columns.
    let rows = "<table:table-row table:number-rows-repeated='1048576'><table:table-cell \
                office:value-type='string' table:number-columns-repeated='16384'><text:p>a</text:p></table:table-cell></table:table-row>";
    let content = format!(
        "<office:document-content><table:table table:name='A'>{rows}</table:table></office:document-content>"
    );
    let ods = archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet".to_vec()),
        ("META-INF/manifest.xml", b"<manifest/>".to_vec()),
        ("content.xml", content.into_bytes()),
    ]);
    refused("rows.ods", &ods, &limit, "L0321");
}

#[test]
fn which_sheet_is_never_guessed() {
    let two = bytes("hai_thon.xlsx");
    refused("hai_thon.xlsx", &two, &[], "L0323");
    refused("hai_thon.xlsx", &two, &["--sheet", "Thôn 3"], "L0324");
    refused("hai_thon.xlsx", &two, &["--sheet", "3"], "L0324");
    let run = Bench::new().reconcile_file(&fixture("hai_thon.xlsx"), &["--lang", "en"]);
    assert!(run.stderr().contains("\"Thôn 1\", \"Thôn 2\""), "{}", run.stderr());
    assert!(run.stderr().contains("--sheet"), "{}", run.stderr());
}
