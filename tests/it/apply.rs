//! Corrections written into files of every kind, and taken back.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Output;

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use crate::run::{Bench, HEADER, code, lamsach, stderr, stdout};

/// Runs `lamsach` with arguments.
fn tool(args: &[&dyn AsRef<std::ffi::OsStr>]) -> Output {
    lamsach().args(args.iter().map(AsRef::as_ref)).output().expect("the tool starts")
}

fn apply(folder: &Path, to: &Path, new: &Path, more: &[&str]) -> Output {
    let mut command = lamsach();
    command.arg("apply").arg(folder).arg("--to").arg(to).arg("-o").arg(new).arg("--replace").args(more);
    command.output().expect("the tool starts")
}

fn sha256(path: &Path) -> String {
    let digest = Sha256::digest(fs::read(path).expect("a file"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn table(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).expect("a table");
    reader.records().map(|row| row.expect("a row").iter().map(ToOwned::to_owned).collect()).collect()
}

/// Rows of `applied.csv` as `line field status reason`.
fn applied(new: &Path) -> Vec<String> {
    let rows = table(&new.join("applied.csv"));
    assert_eq!(rows[0].join(","), "file,line,record_key,field,status,reason,decision");
    rows[1..]
        .iter()
        .map(|row| format!("{} {} {} {}", row[1], row[3], row[4], row[5]).trim().to_owned())
        .collect()
}

/// The copy is taken back: the same bytes as the original, whatever it is.
fn revert(bench: &Bench, new: &Path, original: &Path) {
    let back = bench.path("back");
    let output = tool(&[&"revert", &new, &"-o", &back, &"--replace"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let name = original.file_name().expect("a name");
    assert_eq!(sha256(&back.join(name)), sha256(original));
    let summary = fs::read_to_string(back.join("summary.json")).expect("a summary");
    assert!(summary.contains(&sha256(original)));
}

/// A list with two rows that are wrong in the way that is corrected unseen, and some that are not.
const ROWS: &str = "A1,Nguyễn Văn An,01/02/1990,Nam,001090000011\r\n\
                    A2,\"TRẦN THỊ BƯỞI\",15/08/1985,Nam,079185000022\r\n\
                    A3,\"Lê \"\"Hoàng\"\" Cúc\n(Út)\",31/12/2001,Nam,48201000033\r\n\
                    A4,Phạm Thu Dung,05/05/2000,Nam,092300000044\r\n";

/// A run whose corrections are written by hand: what is applied is what is asked, whatever the policy says.
fn with_corrections(
    bench: &Bench,
    list: &Path,
    rows: &[(u64, &str, &str, &str, &str)],
    more: &[&str],
) -> PathBuf {
    let run = bench.reconcile_file(list, more);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    let name = list.file_name().expect("a name").to_string_lossy().into_owned();
    let mut writer = csv::Writer::from_path(run.out.join("corrections.csv")).expect("a table");
    let header = "file,line,record_key,unit,field,old,new,decision,probability,code,reason,reason_en";
    writer.write_record(header.split(',')).expect("a row");
    for (line, key, field, old, new) in rows {
        let line = line.to_string();
        let row = [name.as_str(), &line, key, "", field, old, new, "auto", "0.9999", "NA01", "", ""];
        writer.write_record(row).expect("a row");
    }
    writer.flush().expect("a table");
    run.out.clone()
}

fn of_text(text: &str) -> Vec<u8> {
    format!("{HEADER}\r\n{text}").into_bytes()
}

#[test]
fn only_the_bytes_of_changed_cells_change_and_they_come_back() {
    let bench = Bench::new();
    let list = bench.write("list.csv", &of_text(ROWS));
    let run = with_corrections(
        &bench,
        &list,
        &[
            (2, "A1", "full_name", "Nguyễn Văn An", "NGUYỄN VĂN ÂN, con"),
            (3, "A2", "sex", "Nam", "Nữ"),
            (4, "A3", "birth_date", "31/12/2001", "30/12/2001"),
            (4, "A3", "citizen_number", "48201000033", "048201000033"),
            (6, "A4", "sex", "Nam", "Nữ"),
        ],
        &[],
    );
    let new = bench.path("new");
    let output = apply(&run, &list, &new, &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let expected = ROWS
        .replacen("Nguyễn Văn An", "\"NGUYỄN VĂN ÂN, con\"", 1)
        .replacen("15/08/1985,Nam", "15/08/1985,Nữ", 1)
        .replacen("31/12/2001", "30/12/2001", 1)
        .replacen("48201000033", "048201000033", 1)
        .replacen("05/05/2000,Nam", "05/05/2000,Nữ", 1);
    assert_eq!(fs::read(new.join("list.csv")).expect("the copy"), of_text(&expected));
    assert!(applied(&new).iter().all(|row| row.ends_with("applied")), "{:?}", applied(&new));
    assert_eq!(table(&new.join("conflicts.csv")).len(), 1);
    assert!(new.join("undo.csv").exists() && !new.join("undo.original").exists());
    assert_eq!(fs::read(&list).expect("the original"), of_text(ROWS));
    revert(&bench, &new, &list);

    // What was applied once is not applied again, and a copy of a copy still comes from the same file.
    let again = bench.path("again");
    let output = apply(&run, &new.join("list.csv"), &again, &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(applied(&again).iter().all(|row| row.ends_with("already_there")), "{:?}", applied(&again));
    assert_eq!(sha256(&again.join("list.csv")), sha256(&new.join("list.csv")));

    // A copy that somebody changed is not taken back.
    let mut bytes = fs::read(new.join("list.csv")).expect("the copy");
    bytes.push(b'\n');
    fs::write(new.join("list.csv"), bytes).expect("the copy");
    let output = tool(&[&"revert", &new, &"-o", &bench.path("back"), &"--replace"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("L0221"), "{}", stderr(&output));
}

#[test]
fn a_correction_whose_old_value_is_gone_is_listed_and_not_forced() {
    let bench = Bench::new();
    let list = bench.write("list.csv", &of_text(ROWS));
    let run = with_corrections(
        &bench,
        &list,
        &[
            (2, "A1", "full_name", "Nguyễn Văn An", "NGUYỄN VĂN ÂN"),
            (3, "A9", "sex", "Nam", "Nữ"),
            (4, "A3", "birth_date", "30/11/2001", "30/12/2001"),
            (5, "A3", "sex", "Nam", "Nữ"),
            (6, "A4", "shoe_size", "1", "2"),
            (99, "A5", "sex", "Nam", "Nữ"),
        ],
        &[],
    );
    let new = bench.path("new");
    let output = apply(&run, &list, &new, &["--fail-on-conflict", "--lang", "en"]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert_eq!(
        applied(&new),
        [
            "2 full_name applied",
            "3 sex conflict other_record",
            "4 birth_date conflict old_changed",
            "5 sex conflict no_such_record",
            "6 shoe_size not_applied no_column",
            "99 sex conflict no_such_record",
        ]
    );
    assert_eq!(table(&new.join("conflicts.csv")).len(), 5);
    let screen = stdout(&output);
    assert!(screen.contains("the cell no longer holds the old value"), "{screen}");
    assert!(screen.lines().all(|line| line.chars().count() <= 80 || line.contains('/')), "{screen}");
    assert!(!screen.contains("NGUYỄN"), "{screen}");
    let output = apply(&run, &list, &new, &[]);
    assert_eq!(code(&output), 0);
}

#[test]
fn another_file_is_refused_unless_its_records_have_keys() {
    let bench = Bench::new();
    let list = bench.write("list.csv", &of_text(ROWS));
    let run = with_corrections(&bench, &list, &[(3, "A2", "sex", "Nam", "Nữ")], &[]);
    let other = bench.write("other.csv", b"x\n1\n");
    let output = apply(&run, &other, &bench.path("new"), &[]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("L0217"), "{}", stderr(&output));
    // Another version of the list: rows are known by their keys, wherever they went the line tells nobody else.
    let moved = ROWS.replacen("A1,", "A0,x,01/01/2000,Nam,1\r\nA1,", 1);
    fs::write(&list, of_text(&moved)).expect("a list");
    let new = bench.path("new");
    let output = apply(&run, &list, &new, &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(applied(&new), ["3 sex conflict other_record"]);
    // Without keys nobody can tell.
    let bare = |text: &str| text.replace("Mã đối tượng,", "").replace("A1,", "").replace("A2,", "");
    let text = bare(&format!("{HEADER}\nA1,Lê An,01/02/1990,Nam,001090000011\nA2,Lê Ba,01/02/1991,Nam,2\n"));
    fs::write(&list, &text).expect("a list");
    let run = with_corrections(&bench, &list, &[(3, "3", "sex", "Nam", "Nữ")], &[]);
    let output = apply(&run, &list, &new, &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(applied(&new), ["3 sex applied"]);
    fs::write(&list, text.replacen("Lê An", "Lê Ân", 1)).expect("a list");
    let output = apply(&run, &list, &new, &[]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("L0220"), "{}", stderr(&output));
}

#[test]
fn every_encoding_keeps_its_bytes() {
    let bench = Bench::new();
    let text = format!(
        "{HEADER}\nA1,Nguyễn Văn An,01/02/1990,Nam,001090000011\nA2,\"Trần Thị Bưởi\",15/08/1985,Nam,079185000022\n"
    );
    let changed = text.replace("Nguyễn Văn An", "Đỗ Ánh Ngọc").replace("1985,Nam", "1985,Nữ");
    let little = |text: &str| format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big = |text: &str| format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect();
    let tabs = |text: &str| text.replace(',', "\t").into_bytes();
    let tcvn3 = |text: &str| in_old_letters(text, &TCVN3);
    let cp1258 = |text: &str| in_old_letters(text, &CP1258);
    let gzip = |text: &str| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).expect("memory");
        encoder.finish().expect("memory")
    };
    let zstd = |text: &str| zstd::encode_all(text.as_bytes(), 3).expect("memory");
    type Coding<'a> = (&'a str, &'a dyn Fn(&str) -> Vec<u8>, &'a [&'a str]);
    let codings: [Coding<'_>; 8] = [
        ("a.csv", &|text: &str| text.as_bytes().to_vec(), &[]),
        ("le.csv", &little, &[]),
        ("be.csv", &big, &[]),
        ("tab.tsv", &tabs, &[]),
        ("tcvn3.csv", &tcvn3, &["--encoding", "tcvn3"]),
        ("1258.csv", &cp1258, &["--encoding", "windows-1258"]),
        ("z.csv.gz", &gzip, &[]),
        ("z.csv.zst", &zstd, &[]),
    ];
    for (name, coding, more) in codings {
        let list = bench.write(name, &coding(&text));
        let old =
            if name == "1258.csv" { decomposed("Nguyễn Văn An") } else { "Nguyễn Văn An".to_owned() };
        let rows = [(2, "A1", "full_name", old.as_str(), "Đỗ Ánh Ngọc"), (3, "A2", "sex", "Nam", "Nữ")];
        let run = with_corrections(&bench, &list, &rows, more);
        let new = bench.path("new");
        let output = apply(&run, &list, &new, &[]);
        assert_eq!(code(&output), 0, "{name}: {}", stderr(&output));
        assert_eq!(applied(&new), ["2 full_name applied", "3 sex applied"], "{name}");
        let copy = fs::read(new.join(name)).expect("the copy");
        let mut unpacked = Vec::new();
        match name {
            "z.csv.gz" => {
                flate2::read::GzDecoder::new(&copy[..]).read_to_end(&mut unpacked).expect("gzip");
                assert_eq!(unpacked, changed.as_bytes());
            }
            "z.csv.zst" => assert_eq!(zstd::decode_all(&copy[..]).expect("zstd"), changed.as_bytes()),
            _ => assert!(copy == coding(&changed), "{name}"),
        }
        assert_eq!(new.join("undo.original").exists(), name.starts_with('z'), "{name}");
        revert(&bench, &new, &list);
    }
    // A letter that the encoding has no place for is a conflict.
    let list = bench.write("tcvn3.csv", &tcvn3(&text));
    let rows = [(2, "A1", "full_name", "Nguyễn Văn An", "Nguyễn Văn Ô’Neil 李")];
    let run = with_corrections(&bench, &list, &rows, &["--encoding", "tcvn3"]);
    let new = bench.path("new");
    assert_eq!(code(&apply(&run, &list, &new, &[])), 0);
    assert_eq!(applied(&new), ["2 full_name conflict encoding"]);
    assert_eq!(sha256(&new.join("tcvn3.csv")), sha256(&list));
}

/// Letters of the text above in TCVN 5712 VN3 (ABC fonts) and in windows-1258, as bytes; others are ASCII.
const TCVN3: [(&str, &[u8]); 22] = [
    ("ễ", b"\xD4"),
    ("ă", b"\xA8"),
    ("ầ", b"\xC7"),
    ("ị", b"\xDE"),
    ("ư", b"\xAD"),
    ("ở", b"\xEB"),
    ("ã", b"\xB7"),
    ("ố", b"\xE8"),
    ("đ", b"\xAE"),
    ("ợ", b"\xEE"),
    ("à", b"\xB5"),
    ("ọ", b"\xE4"),
    ("ớ", b"\xED"),
    ("í", b"\xDD"),
    ("Đ", b"\xA7"),
    ("ỗ", b"\xE7"),
    ("Á", b"\xB8"),
    ("ữ", b"\xF7"),
    ("ê", b"\xAA"),
    ("ò", b"\xDF"),
    ("ô", b"\xAB"),
    ("ơ", b"\xAC"),
];
const CP1258: [(&str, &[u8]); 22] = [
    ("ễ", b"\xEA\xDE"),
    ("ă", b"\xE3"),
    ("ầ", b"\xE2\xCC"),
    ("ị", b"i\xF2"),
    ("ư", b"\xFD"),
    ("ở", b"\xF5\xD2"),
    ("ã", b"a\xDE"),
    ("ố", b"\xF4\xEC"),
    ("đ", b"\xF0"),
    ("ợ", b"\xF5\xF2"),
    ("à", b"\xE0"),
    ("ọ", b"o\xF2"),
    ("ớ", b"\xF5\xEC"),
    ("í", b"\xED"),
    ("Đ", b"\xD0"),
    ("ỗ", b"\xF4\xDE"),
    ("Á", b"\xC1"),
    ("ữ", b"\xFD\xDE"),
    ("ê", b"\xEA"),
    ("ò", b"o\xCC"),
    ("ô", b"\xF4"),
    ("ơ", b"\xF5"),
];

fn in_old_letters(text: &str, letters: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for letter in text.chars() {
        let own = letter.to_string();
        match letters.iter().find(|(known, _)| *known == own) {
            Some((_, bytes)) => out.extend_from_slice(bytes),
            None if letter.is_ascii() => out.push(letter as u8),
            None => panic!("no byte for {letter}"),
        }
    }
    out
}

/// As windows-1258 is decoded: tones are letters of their own.
fn decomposed(text: &str) -> String {
    text.replace('ễ', "ê\u{303}")
}

#[test]
fn collected_answers_go_before_automatic_corrections() {
    let bench = Bench::new();
    let list = bench.write("list.csv", &of_text(ROWS));
    let run = with_corrections(
        &bench,
        &list,
        &[(2, "A1", "full_name", "Nguyễn Văn An", "NGUYỄN VĂN ÂN"), (3, "A2", "sex", "Nam", "Nữ")],
        &[],
    );
    let collected = bench.path("collected");
    fs::create_dir(&collected).expect("a folder");
    let header = "file,line,record_key,unit,field,old,new,decision,probability,code,reason,reason_en\n";
    let row = "list.csv,2,A1,,full_name,Nguyễn Văn An,Nguyễn Văn Yên,approved,,,,\n";
    fs::write(collected.join("approved.csv"), format!("{header}{row}")).expect("a table");
    fs::write(collected.join("summary.json"), "{\"run_id\":\"x\"}").expect("a summary");
    fs::write(collected.join("manifest.json"), "{\"tool\":{\"name\":\"lamsach\"}}").expect("a manifest");
    let new = bench.path("new");
    let output = tool(&[&"apply", &run, &collected, &"--to", &list, &"-o", &new]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(
        applied(&new),
        ["2 full_name not_applied collected_first", "2 full_name applied", "3 sex applied"]
    );
    let copy = fs::read_to_string(new.join("list.csv")).expect("the copy");
    assert!(copy.contains("A1,Nguyễn Văn Yên,"), "{copy}");
}

/// A workbook with two sheets, styles, a formula, numbers without zeros and a row that lacks a cell.
fn workbook(path: &Path) {
    use rust_xlsxwriter::{Format, Formula, Workbook};
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    let red = Format::new().set_font_color("FF0000");
    let sheet = book.add_worksheet().set_name("Danh sách").expect("a name");
    sheet.write_string(0, 0, "DANH SÁCH").expect("a cell");
    for (column, name) in HEADER.split(',').enumerate() {
        sheet.write_string_with_format(2, column as u16, name, &bold).expect("a cell");
    }
    let rows = [
        ("A1", "Nguyễn Văn An", "Nam", "001090000011"),
        ("A2", "Trần <Thị> & Bưởi", "Nam", "079185000022"),
        ("A3", "Lê Hoàng Cúc", "Nam", ""),
    ];
    for (at, (key, name, sex, number)) in rows.into_iter().enumerate() {
        let row = 3 + at as u32;
        sheet.write_string(row, 0, key).expect("a cell");
        sheet.write_string_with_format(row, 1, name, &red).expect("a cell");
        sheet.write_number_with_format(row, 2, 32_874.0 + f64::from(row), &date).expect("a cell");
        sheet.write_string(row, 3, sex).expect("a cell");
        if !number.is_empty() {
            sheet.write_string(row, 4, number).expect("a cell");
        }
    }
    sheet.write_number(5, 4, 48_201_000_033.0).expect("a cell");
    sheet.write_string(6, 0, "A4").expect("a cell");
    sheet.write_string(6, 1, "Phạm Thu Dung").expect("a cell");
    sheet.write_string(6, 3, "Nam").expect("a cell");
    sheet.write_string(7, 0, "A5").expect("a cell");
    let formula = Formula::new("=B5&\"\"").set_result("Đỗ Đức Đạt");
    sheet.write_formula(7, 1, formula).expect("a cell");
    sheet.write_string(7, 3, "Nam").expect("a cell");
    book.add_worksheet().set_name("Ghi chú").expect("a name").write_string(0, 0, "xin giữ").expect("a cell");
    book.save(path).expect("a workbook");
}

fn parts(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(fs::File::open(path).expect("a file")).expect("an archive");
    (0..archive.len())
        .map(|at| {
            let mut part = archive.by_index(at).expect("a part");
            let name = part.name().expect("a name").into_owned();
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).expect("a part");
            (name, bytes)
        })
        .collect()
}

#[test]
fn a_workbook_keeps_everything_but_the_changed_cells() {
    let bench = Bench::new();
    let list = bench.path("list.xlsx");
    workbook(&list);
    let run = with_corrections(
        &bench,
        &list,
        &[
            (4, "A1", "full_name", "Nguyễn Văn An", "NGUYỄN <VĂN> & ÂN "),
            (5, "A2", "sex", "Nam", "Nữ"),
            (6, "A3", "birth_date", "1990-01-06", "30/12/2001"),
            (6, "A3", "citizen_number", "48201000033", "048201000033"),
            (7, "A4", "citizen_number", "", "092300000044"),
            (7, "A4", "birth_date", "", "05/05/2000"),
            (8, "A5", "full_name", "Đỗ Đức Đạt", "ĐỖ ĐỨC ĐẠT"),
            (8, "A5", "sex", "Nữ", "Nam"),
        ],
        &[],
    );
    let new = bench.path("new");
    let output = apply(&run, &list, &new, &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(
        applied(&new),
        [
            "4 full_name applied",
            "5 sex applied",
            "6 birth_date applied",
            "6 citizen_number applied",
            "7 citizen_number applied",
            "7 birth_date applied",
            "8 full_name conflict formula",
            "8 sex not_applied already_there",
        ]
    );
    let (before, after) = (parts(&list), parts(&new.join("list.xlsx")));
    assert_eq!(before.len(), after.len());
    for ((name, old), (same, new)) in before.iter().zip(&after) {
        assert_eq!(name, same);
        assert_eq!(old == new, name != "xl/worksheets/sheet1.xml", "{name}");
    }
    let cells = |path: &Path| {
        use calamine::Reader;
        let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).expect("a workbook");
        let range = book.worksheet_range("Danh sách").expect("a sheet");
        let rows = range.rows().map(|row| row.iter().map(ToString::to_string).collect::<Vec<String>>());
        rows.collect::<Vec<_>>()
    };
    let (old, changed) = (cells(&list), cells(&new.join("list.xlsx")));
    let mut expected = old.clone();
    expected[3][1] = "NGUYỄN <VĂN> & ÂN ".to_owned();
    expected[4][3] = "Nữ".to_owned();
    expected[5][2] = "30/12/2001".to_owned();
    expected[5][4] = "048201000033".to_owned();
    expected[6][2] = "05/05/2000".to_owned();
    expected[6][4] = "092300000044".to_owned();
    assert_eq!(changed, expected);
    // The style of a changed cell stays.
    let sheet = |parts: &[(String, Vec<u8>)]| {
        let part = parts.iter().find(|(name, _)| name == "xl/worksheets/sheet1.xml").expect("a sheet");
        String::from_utf8(part.1.clone()).expect("text")
    };
    let style = |xml: &str, place: &str| {
        let from = xml.find(&format!("<c r=\"{place}\"")).expect("a cell");
        let tag = &xml[from..from + xml[from..].find('>').expect("a tag")];
        tag.split("s=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
    };
    for place in ["B4", "C6", "E6"] {
        assert_eq!(style(&sheet(&before), place), style(&sheet(&after), place), "{place}");
    }
    revert(&bench, &new, &list);
    // A workbook of another format can be read, not written.
    let refused = bench.path("list.ods");
    fs::write(&refused, ods()).expect("a workbook");
    let run = with_corrections(&bench, &refused, &[(2, "A1", "sex", "Nam", "Nữ")], &[]);
    let output = apply(&run, &refused, &bench.path("other"), &[]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("L0219") && stderr(&output).contains("ods"), "{}", stderr(&output));
}

/// A document of LibreOffice with a header and a row.
fn ods() -> Vec<u8> {
    let cells = |cells: &str| {
        let cells = cells
            .split(',')
            .map(|cell| format!("<table:table-cell><text:p>{cell}</text:p></table:table-cell>"));
        format!("<table:table-row>{}</table:table-row>", cells.collect::<String>())
    };
    let rows = [cells(HEADER), cells("A1,Lê An,01/02/1990,Nam,001090000011")].concat();
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\"><office:body>\
         <office:spreadsheet><table:table table:name=\"A\">{rows}</table:table></office:spreadsheet>\
         </office:body></office:document-content>"
    );
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest/>"),
        ("content.xml", &content),
    ] {
        archive.start_file(name, zip::write::SimpleFileOptions::DEFAULT).expect("memory");
        archive.write_all(text.as_bytes()).expect("memory");
    }
    archive.finish().expect("memory").into_inner()
}

#[test]
fn parquet_keeps_its_types() {
    use polars::prelude::{
        Column, DataFrame, DataType, IntoColumn, NamedFrom, ParquetReader, ParquetWriter, SerReader, Series,
    };
    let bench = Bench::new();
    let list = bench.path("list.parquet");
    let days = Series::new("Ngày sinh".into(), [7_336_i32, 5_705]).cast(&DataType::Date).expect("dates");
    let columns: Vec<Column> = vec![
        Series::new("Mã đối tượng".into(), ["A1", "A2"]).into_column(),
        Series::new("Họ và tên".into(), [Some("Nguyễn Văn An"), Some("Trần Thị Bưởi")]).into_column(),
        days.into_column(),
        Series::new("Giới tính".into(), [1_i32, 1]).into_column(),
        Series::new("Số CMND/CCCD".into(), [1_090_000_011_i64, 79_185_000_022]).into_column(),
        Series::new("Mũi tiêm".into(), [1.5_f64, 2.5]).into_column(),
    ];
    let mut frame = DataFrame::new(2, columns).expect("a frame");
    ParquetWriter::new(fs::File::create(&list).expect("a file")).finish(&mut frame).expect("a file");
    let run = with_corrections(
        &bench,
        &list,
        &[
            (1, "A1", "full_name", "Nguyễn Văn An", "Nguyễn Văn Ân"),
            (1, "A1", "birth_date", "1990-02-01", "02/03/1991"),
            (1, "A1", "citizen_number", "1090000011", "001090000011"),
            (2, "A2", "birth_date", "1985-08-15", "1985"),
            (2, "A2", "sex", "1", "Nữ"),
        ],
        &[],
    );
    let new = bench.path("new");
    let output = apply(&run, &list, &new, &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(
        applied(&new),
        [
            "1 full_name applied",
            "1 birth_date applied",
            "1 citizen_number conflict column_type",
            "2 birth_date conflict column_type",
            "2 sex not_applied sex_spelling",
        ]
    );
    let read =
        |path: &Path| ParquetReader::new(fs::File::open(path).expect("a file")).finish().expect("a frame");
    let (before, after) = (read(&list), read(&new.join("list.parquet")));
    assert_eq!(before.schema(), after.schema());
    let text = |frame: &DataFrame, column: &str| {
        let text = frame.column(column).expect("a column").cast(&DataType::String).expect("text");
        text.str().expect("text").iter().map(|cell| cell.unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(text(&after, "Họ và tên"), ["Nguyễn Văn Ân", "Trần Thị Bưởi"]);
    assert_eq!(text(&after, "Ngày sinh"), ["1991-03-02", "1985-08-15"]);
    for column in ["Mã đối tượng", "Giới tính", "Số CMND/CCCD", "Mũi tiêm"] {
        assert_eq!(text(&before, column), text(&after, column), "{column}");
    }
    revert(&bench, &new, &list);
}

#[test]
fn what_a_run_finds_by_itself_is_right_after_it_was_applied() {
    let bench = Bench::new();
    let text = "A1,Nguyễn Văn An,01/02/1990,Nam,001090000011\n\
                A2,Trần Thị Bưởi,15/08/1985,Nam,079185000022\n\
                A3,Lê Hoàng Cúc,30/12/2001,Nam,48201000033\n\
                A4,Phạm Thu Dung,05/05/2000,Nữ,092300000044\n";
    let list = bench.write("list.csv", format!("{HEADER}\n{text}").as_bytes());
    let run = bench.reconcile_file(&list, &[]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    let is_auto = |row: &String| row.contains(" auto");
    let n_auto =
        run.rows("corrections.csv", &["field", "decision"]).iter().filter(|row| is_auto(row)).count();
    assert!(n_auto > 0, "{:?}", run.rows("corrections.csv", &["field", "decision", "old", "new"]));
    let new = bench.path("new");
    let output = apply(&run.out, &list, &new, &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(applied(&new).len(), n_auto);
    assert!(applied(&new).iter().all(|row| row.ends_with("applied")), "{:?}", applied(&new));
    revert(&bench, &new, &list);
    let again = bench.reconcile_file(&new.join("list.csv"), &[]);
    let rows = again.rows("corrections.csv", &["field", "decision"]);
    assert!(!rows.iter().any(is_auto), "{rows:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    /// Whatever stands in the other cells, it stands there afterwards, and revert gives the same file.
    #[test]
    fn untouched_cells_keep_their_bytes(
        cells in proptest::collection::vec(
            proptest::sample::select(&[
                "a", "\"b, c\"", "\"d\ne\"", "\"\"", "", " ế ", "\"x \"\"y\"\"\"", "'=1", "ô;p",
            ][..]),
            4..30,
        ),
        ends in proptest::sample::select(&["\n", "\r\n"][..]),
        wanted in 0..1000_usize,
    ) {
        let bench = Bench::new();
        let (mut text, mut places) = (format!("Mũi tiêm,{HEADER},Tên vắc xin{ends}"), Vec::new());
        let mut line = 2;
        for (row, pair) in cells.chunks_exact(2).enumerate() {
            // A line inside quotes that is a whole record by itself is not believed to be inside.
            let pair = [if pair[1].contains('\n') { "a" } else { pair[0] }, pair[1]];
            let begin = format!("{},K{row},", pair[0]);
            places.push((text.len() + begin.len(), line, row));
            text += &format!("{begin}Lê An,01/02/1990,Nam,001090000011,{}{ends}", pair[1]);
            line += 1 + pair.iter().filter(|cell| cell.contains('\n')).count() as u64;
        }
        let (at, line, row) = places[wanted % places.len()];
        let list = bench.write("list.csv", text.as_bytes());
        let key = format!("K{row}");
        let run = with_corrections(&bench, &list, &[(line, &key, "full_name", "Lê An", "LÊ, ÂN")], &[]);
        let new = bench.path("new");
        let output = apply(&run, &list, &new, &[]);
        prop_assert_eq!(code(&output), 0, "{}", stderr(&output));
        prop_assert_eq!(applied(&new), [format!("{line} full_name applied")]);
        let mut expected = text.clone();
        expected.replace_range(at..at + "Lê An".len(), "\"LÊ, ÂN\"");
        prop_assert_eq!(fs::read_to_string(new.join("list.csv")).expect("the copy"), expected);
        revert(&bench, &new, &list);
    }
}

fn diff(a: &Path, b: &Path, more: &[&str]) -> Output {
    lamsach().arg("diff").arg(a).arg(b).args(more).output().expect("the tool starts")
}

#[test]
fn what_changed_between_two_files_is_said_by_record() {
    let bench = Bench::new();
    let text = "A1,Nguyễn Văn An,01/02/1990,Nam,001090000011\n\
                A2,Trần Thị Bưởi,15/08/1985,Nữ,079185000022\n\
                A3,Lê Hoàng Cúc,30/12/2001,,048201000033\n\
                A4,Phạm Thu Dung,05/05/2000,Nữ,092300000044\n";
    let a = bench.write("a.csv", format!("{HEADER},Tên vắc xin\n{}", text.replace('\n', ",x\n")).as_bytes());
    let rows = "A9,Người Mới,01/01/2000,Nam,1\n\
                A3,LÊ HOÀNG CÚC,31/12/2001,Nam,48201000033\n\
                A2,Trần Thị Bưởi,15/08/1985,,079185000022\n\
                A1,Nguyễn Văn An,01/02/1990,Nam,001090000011\n";
    let b = bench.write("b.tsv", format!("{HEADER}\n{rows}").replace(',', "\t").as_bytes());
    let out = bench.path("changes");
    let output = diff(&a, &b, &["-o", &out.to_string_lossy()]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let changes = table(&out.join("changes.csv"));
    let changes: Vec<String> = changes[1..].iter().map(|row| row.join("|")).collect();
    let mut sorted = changes.clone();
    sorted.sort();
    assert_eq!(
        sorted,
        [
            "changed|A2|3|4|Giới tính|Nữ|",
            "changed|A3|4|3|Giới tính||Nam",
            "changed|A3|4|3|Ngày sinh|30/12/2001|31/12/2001",
            "only_a|A4|5||||",
            "only_b|A9||2|||",
            "rewritten|A3|4|3|Họ và tên|Lê Hoàng Cúc|LÊ HOÀNG CÚC",
            "rewritten|A3|4|3|Số CMND/CCCD|048201000033|48201000033",
        ]
    );
    let screen = stdout(&output);
    assert!(screen.contains("chỉ có ở A") && screen.contains("Tên vắc xin"), "{screen}");
    assert!(!screen.contains("2001") && !screen.contains("Cúc"), "{screen}");
    let english = stdout(&diff(&a, &b, &["--lang", "en"]));
    assert!(english.lines().all(|line| line.chars().count() <= 80), "{english}");
    let json: serde_json::Value = serde_json::from_str(&stdout(&diff(&a, &b, &["--json"]))).expect("JSON");
    for (name, expected) in [("only_a", 1), ("only_b", 1), ("same", 1), ("changed", 2), ("rewritten", 0)] {
        assert_eq!(json[name], expected, "{name}");
    }
    assert_eq!((&json["by"], &json["columns"][0]["name"]), (&"record_key".into(), &"Giới tính".into()));
    // A workbook beside its CSV twin, which lacks nothing.
    let list = bench.path("list.xlsx");
    workbook(&list);
    let twin = "A1,Nguyễn Văn An,04/01/1990,Nam,001090000011\n\
                A2,Trần <Thị> & Bưởi,05/01/1990,Nam,079185000022\n\
                A3,Lê Hoàng Cúc,06/01/1990,Nam,048201000033\n\
                A4,Phạm Thu Dung,,Nam,\nA5,Đỗ Đức Đạt,,Nam,\n";
    let twin = bench.write("twin.csv", format!("{HEADER}\n{twin}").as_bytes());
    let output = diff(&list, &twin, &["--json"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!((&json["changed"], &json["rewritten"], &json["same"]), (&0.into(), &3.into(), &2.into()));
}

/// Cells that keep their zeros in a spreadsheet are what they were, for everything that reads a run.
#[test]
fn a_run_for_excel_is_applied_and_sent_like_any_other() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let samples = crate::run::project().join("samples");
    let (list, reference) = (samples.join("tiem_chung.csv"), samples.join("dan_cu.csv.gz"));
    let found = [("plain", &[][..]), ("excel", &[&"--excel" as &dyn AsRef<std::ffi::OsStr>][..])].map(
        |(name, more)| {
            let (run, new) = (home.path().join(name), home.path().join(format!("{name}_new")));
            let out = home.path().join(format!("{name}_lists"));
            let reconcile: [&dyn AsRef<std::ffi::OsStr>; 9] = [
                &"reconcile",
                &list,
                &"--against",
                &reference,
                &"-o",
                &run,
                &"--as-of",
                &"2026-06-30",
                &"--quiet",
            ];
            assert_eq!(code(&tool(&[&reconcile[..], more].concat())), 0);
            assert_eq!(code(&apply(&run, &list, &new, &["--fail-on-conflict"])), 0);
            assert_eq!(code(&tool(&[&"lists", &run, &"--list", &list, &"-o", &out, &"--quiet"])), 0);
            // The key of a row follows from the run.
            let sent: Vec<Vec<String>> =
                table(&out.join("sent.csv")).into_iter().map(|row| row[1..].to_vec()).collect();
            assert!(sent.len() > 500);
            (fs::read(new.join("tiem_chung.csv")).expect("the copy"), sent)
        },
    );
    assert!(found[0] == found[1]);
    assert!(found[0].0 != fs::read(&list).expect("the list"));
}
