//! `lamsach field`: one line out for each line in, whatever the line holds.

use std::io::Write;
use std::process::{Output, Stdio};

use crate::run::{code, lamsach, stderr, stdout};

fn filter(args: &[&str], input: &[u8]) -> Output {
    let mut child = lamsach()
        .arg("field")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool starts");
    child.stdin.take().expect("a pipe").write_all(input).expect("the tool reads");
    child.wait_with_output().expect("the tool ends")
}

fn lines(args: &[&str], input: &[u8]) -> Vec<String> {
    let output = filter(args, input);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    stdout(&output).lines().map(ToOwned::to_owned).collect()
}

#[test]
fn names_are_read_line_by_line() {
    let input = "NguyÔn V¨n Dòng\n Ông Nguyễn  Văn An (chết)\r\nNguy?n Văn A\n\nH’Hen Niê\nNgyễn Văn Nam\n";
    let expected = [
        "Nguyễn Văn Dũng\tlegacy_font\tNA11",
        "Nguyễn Văn An\tspaces+title+note\tNA10+NA16",
        "\t\tNA13",
        "\t\tNA21",
        "H'Hen Niê\tapostrophe\tNA10",
        "Ngyễn Văn Nam\t\tNA04",
    ];
    assert_eq!(lines(&["name"], input.as_bytes()), expected);
}

#[test]
fn every_line_has_its_line_whatever_its_bytes() {
    let mut input = vec![b'x'; 3 << 20];
    input.extend_from_slice(b"\n\xFF\xFE\0\n\tA\tB\n\xEF\xBB\xBF\n\n\x1A");
    for args in [
        &["name"][..],
        &["name", "--column"],
        &["name", "--json"],
        &["number"],
        &["date"],
        &["sex"],
        &["phone"],
        &["health-card"],
    ] {
        let found = lines(args, &input);
        assert_eq!(found.len(), 6, "{args:?}");
        if args.contains(&"--json") {
            let is_object = |line: &String| {
                serde_json::from_str::<serde_json::Value>(line)
                    .is_ok_and(|value| value["canonical"].is_string())
            };
            assert!(found.iter().all(is_object));
        } else {
            assert!(found.iter().all(|line| line.matches('\t').count() == 2), "{args:?}");
        }
    }
}

#[test]
fn a_column_or_a_told_encoding_decides_what_a_cell_alone_cannot() {
    // Hoà is a name as it shows, and Hồ in VNI.
    assert_eq!(lines(&["name"], "Hoà\n".as_bytes()), ["Hoà\t\t"]);
    assert_eq!(lines(&["name", "--encoding", "vni"], "Hoà\n".as_bytes()), ["Hồ\tlegacy_font\tNA11"]);
    let column = "Nguyeãn Thò Lan\nTraàn Vaên Huøng\nPhaïm Ñöùc\nLeâ Thò Haïnh\nHoà Hoàng Lan\n".repeat(8);
    assert_eq!(lines(&["name", "--column"], column.as_bytes())[4], "Hồ Hồng Lan\tlegacy_font\tNA11");
    // Bytes of the encoding itself.
    assert_eq!(lines(&["name"], b"Nguy\xD4n Th\xDE Lan\n"), ["Nguyễn Thị Lan\tlegacy_font\tNA11"]);
}

#[test]
fn keys_case_and_comparison() {
    let keys = lines(&["name", "--keys", "--case", "title", "LÊ THỊ HOÀ", "lê thị hòa"], b"");
    let cells: Vec<Vec<&str>> = keys.iter().map(|line| line.split('\t').collect()).collect();
    assert_eq!(cells[0][0], "Lê Thị Hoà");
    assert_eq!(cells[0][3..5], ["LÊ THỊ HÒA", "LE THI HOA"]);
    assert_eq!(cells[0][3..], cells[1][3..]);
    let pairs = "Lê Toàn\tLê Toán\nHoàng An\tHuỳnh An\nLê An\tLÊ AN\nLê An\n";
    let compared = lines(&["name", "--compare"], pairs.as_bytes());
    let levels: Vec<&str> = compared.iter().map(|line| line.split('\t').next().expect("a level")).collect();
    assert_eq!(levels, ["one_tone", "dialect", "same", "different"]);
    assert_eq!(compared[0], "one_tone\t0.60\tToàn/Toán");
}

/// Numbers, telephones and dates of every form that lists hold; each line was checked by hand.
#[test]
fn vectors_hold() {
    let path = crate::run::project().join("tests/fields/vectors.csv");
    let mut reader = csv::Reader::from_path(path).expect("the vectors");
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert!(rows.len() >= 100);
    for field in ["number", "date", "phone", "tax-code", "insurance", "health-card"] {
        let of_field: Vec<_> = rows.iter().filter(|row| &row[0] == field).collect();
        let input: String = of_field.iter().map(|row| format!("{}\n", &row[1])).collect();
        let date = ["--as-of", "2026-06-30"];
        let args = [&[field][..], if field == "date" { &date } else { &[] }].concat();
        let found = lines(&args, input.as_bytes());
        assert!(!found.is_empty() && found.len() == of_field.len(), "{field}");
        for (row, line) in of_field.iter().zip(found) {
            assert_eq!(line, format!("{}\t{}\t{}", &row[2], &row[3], &row[4]), "{field} {:?}", &row[1]);
        }
    }
}

#[test]
fn addresses_become_the_communes_of_today() {
    let found = |address: &str, more: &[&str]| {
        lines(&[&["place", "--proposals"], more, &[address]].concat(), b"").remove(0)
    };
    assert_eq!(
        found("TT Diêu Trì, H.Tuy Phước, Bình Định", &[]),
        "Xã Tuy Phước, Tỉnh Gia Lai\t\tAD02+AD06\t"
    );
    assert_eq!(
        found("Phường Bến Nghé, Quận 1, TP.HCM", &[]),
        "Phường Sài Gòn, Thành phố Hồ Chí Minh\t\tAD02+AD06\t"
    );
    assert_eq!(
        found("Phường Thảo Điền, Quận 2, Thành phố Hồ Chí Minh", &[]),
        "Phường An Khánh, Thành phố Hồ Chí Minh\t\tAD01\t"
    );
    assert_eq!(
        found("Huyện Tuy Phước, Thị trấn Diêu Trì, Bình Định", &[]),
        "Xã Tuy Phước, Tỉnh Gia Lai\t\tAD02+AD09\t"
    );
    // Unknown, and told in one of the two orders only.
    assert_eq!(found("Paris, France", &[]), "\t\tAD10\t");
    let today = "Phường Sài Gòn, Thành phố Hồ Chí Minh";
    assert_eq!(found(today, &["--time", "since"]), format!("{today}\t\t\t"));
    assert!(found(today, &["--time", "before"]).contains("AD10"));
}

#[test]
fn other_fields_are_read_too() {
    assert_eq!(lines(&["number", "0793 0201 2345"], b""), ["079302012345\tseparator\tID05"]);
    assert_eq!(
        lines(&["date", "--as-of", "2026-01-01", "1/2/1990"], b""),
        ["01/02/1990\tdate_notation\tDB07"]
    );
    assert_eq!(lines(&["passport", "c 1234567"], b""), ["C1234567\tcase+separator\t"]);
    assert_eq!(lines(&["ethnicity", "Ê-đê"], b""), ["Ê Đê\tcode\t"]);
    assert_eq!(lines(&["tax_code", "0100233480"], b""), lines(&["tax-code", "0100233480"], b""));
    assert_eq!(lines(&["sex", "--source", "tiem_chung", "nu"], b"")[0].split('\t').next(), Some("Nữ"));
}

#[test]
fn a_wrong_option_is_refused_and_a_gone_reader_is_not_missed() {
    assert_eq!(code(&filter(&["sex", "--keys"], b"")), 2);
    assert_eq!(code(&filter(&["name", "--encoding", "utf-9"], b"")), 2);
    assert_eq!(code(&filter(&["height"], b"")), 2);
    let mut child = lamsach()
        .args(["field", "name"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the tool starts");
    drop(child.stdout.take());
    let mut input = child.stdin.take().expect("a pipe");
    while input.write_all("Nguyễn Văn An\n".repeat(1000).as_bytes()).is_ok() {}
    drop(input);
    assert_eq!(child.wait().expect("the tool ends").code(), Some(0));
}
