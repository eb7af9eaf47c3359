//! Corrections written into files of every kind, and taken back.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Output;

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use crate::run::{Bench, HEADER, code, lamsach, stderr, stdout};

/// Runs `lamsach` with arguments.
pub(crate) fn tool(args: &[&dyn AsRef<std::ffi::OsStr>]) -> Output {
    lamsach().args(args.iter().map(AsRef::as_ref)).output().expect("the tool starts")
}

pub(crate) fn apply(folder: &Path, to: &Path, new: &Path, more: &[&str]) -> Output {
    let mut command = lamsach();
    command.arg("apply").arg(folder).arg("--to").arg(to).arg("-o").arg(new).arg("--replace").args(more);
    command.output().expect("the tool starts")
}

pub(crate) fn sha256(path: &Path) -> String {
    let digest = Sha256::digest(fs::read(path).expect("a file"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn table(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).expect("a table");
    reader.records().map(|row| row.expect("a row").iter().map(ToOwned::to_owned).collect()).collect()
}

/// Rows of `applied.csv` as `line field status reason`.
pub(crate) fn applied(new: &Path) -> Vec<String> {
    let rows = table(&new.join("applied.csv"));
    assert_eq!(rows[0].join(","), "file,line,record_key,field,status,reason,decision");
    rows[1..]
        .iter()
        .map(|row| format!("{} {} {} {}", row[1], row[3], row[4], row[5]).trim().to_owned())
        .collect()
}

/// The copy is taken back: the same bytes as the original, whatever it is.
pub(crate) fn revert(bench: &Bench, new: &Path, original: &Path) {
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
pub(crate) fn with_corrections(
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

/// The run with corrections written by hand, and the folder in which they were applied.
pub(crate) fn corrected(
    bench: &Bench,
    list: &Path,
    rows: &[(u64, &str, &str, &str, &str)],
) -> (PathBuf, PathBuf) {
    let run = with_corrections(bench, list, rows, &[]);
    let new = bench.path("new");
    let output = apply(&run, list, &new, &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    (run, new)
}

fn of_text(text: &str) -> Vec<u8> {
    format!("{HEADER}\r\n{text}").into_bytes()
}

#[test]
fn only_the_bytes_of_changed_cells_change_and_they_come_back() {
    let bench = Bench::new();
    let list = bench.write("list.csv", &of_text(ROWS));
    let (run, new) = corrected(
        &bench,
        &list,
        &[
            (2, "A1", "full_name", "Nguyễn Văn An", "NGUYỄN VĂN ÂN, con"),
            (3, "A2", "sex", "Nam", "Nữ"),
            (4, "A3", "birth_date", "31/12/2001", "30/12/2001"),
            (4, "A3", "citizen_number", "48201000033", "048201000033"),
            (6, "A4", "sex", "Nam", "Nữ"),
        ],
    );
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
