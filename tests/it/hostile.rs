//! One small file for every fault that files really have: each is reported with its physical line, and no good
//! record is lost or changed.

use std::io::Write;

use crate::run::{Bench, CITIZENS, HEADER, Run};

/// A good row for the citizen at `index`, with its key.
fn good(index: usize) -> String {
    let (number, name, birth, sex) = CITIZENS[index];
    format!("K{index},{name},{birth},{sex},{number}")
}

/// Four good rows with `bad` after the second; all line ends LF.
fn with(bad: &str) -> Vec<u8> {
    let rows = [HEADER.to_owned(), good(0), good(1), bad.to_owned(), good(2), good(3)];
    (rows.join("\n") + "\n").into_bytes()
}

/// Every good row is there, unharmed and in order.
fn assert_all_good(run: &Run, keys: &[usize]) {
    assert_eq!(run.code(), 0, "{}", run.stderr());
    let expected: Vec<String> = keys.iter().map(|key| format!("K{key} match {}", CITIZENS[*key].0)).collect();
    assert_eq!(run.rows("verdicts.csv", &["record_key", "verdict", "citizen_number"]), expected);
    let summary = run.summary();
    let input = &summary["inputs"][0];
    let read = input["records_read"].as_u64().expect("a count");
    let clean = input["records_clean"].as_u64().expect("a count");
    let bad = input["records_quarantined"].as_u64().expect("a count");
    assert_eq!(read, clean + bad);
    assert_eq!(clean, keys.len() as u64);
    assert_eq!(bad, run.quarantine().len() as u64);
}

#[track_caller]
fn check(list: &[u8], keys: &[usize], quarantine: &[&str]) {
    let run = Bench::new().reconcile(list, &[]);
    assert_all_good(&run, keys);
    assert_eq!(run.quarantine(), quarantine);
}

#[track_caller]
fn refused(list: &[u8], exit: i32, code: &str) {
    let run = Bench::new().reconcile(list, &[]);
    let message = run.stderr();
    assert_eq!(run.code(), exit, "{message}");
    assert!(message.contains(&format!("error[{code}]")), "{message}");
    assert!(message.contains("list.csv"), "{message}");
    assert!(!run.out.exists(), "nothing is published");
}

const ALL: [usize; 4] = [0, 1, 2, 3];

#[test]
fn empty_files_are_refused() {
    refused(b"", 3, "L0302");
    refused(b"\xEF\xBB\xBF", 3, "L0302");
    refused(b"\n \r\n", 3, "L0302");
}

#[test]
fn header_only_is_refused() {
    refused(format!("{HEADER}\n").as_bytes(), 3, "L0304");
    refused(HEADER.as_bytes(), 3, "L0304");
}

#[test]
fn an_absent_header_is_refused_and_can_be_told() {
    let rows = [good(0), good(1), good(2), good(3)].join("\n");
    refused(rows.as_bytes(), 3, "L0303");
    let told = [
        "--header-line",
        "0",
        "--map",
        "#1=record_key",
        "--map",
        "#2=full_name",
        "--map",
        "#3=birth_date",
        "--map",
        "#4=sex",
        "--map",
        "#5=any_number",
    ];
    let run = Bench::new().reconcile(rows.as_bytes(), &told);
    assert_all_good(&run, &ALL);
    assert_eq!(run.rows("verdicts.csv", &["line"]), ["1", "2", "3", "4"]);
}

#[test]
fn a_header_one_name_short_is_refused_with_its_line() {
    let text = String::from_utf8(with(&good(4))).expect("text").replacen("Giới tính,", "", 1);
    refused(text.as_bytes(), 3, "L0305");
    let message = Bench::new().reconcile(text.as_bytes(), &["--lang", "en"]).stderr();
    assert!(
        message.contains("list.csv:1") && message.contains("4 names") && message.contains("5 fields"),
        "{message}"
    );
}

#[test]
fn two_columns_of_one_name() {
    let doubled = |name: &str| {
        let text = String::from_utf8(with(&good(4))).expect("text");
        text.lines()
            .enumerate()
            .map(|(row, line)| if row == 0 { format!("{line},{name}\n") } else { format!("{line},x\n") })
            .collect::<String>()
    };
    refused(doubled("Họ và tên").as_bytes(), 3, "L0313");
    let run = Bench::new()
        .reconcile(doubled("Họ và tên").as_bytes(), &["--map", "#2=full_name", "--map", "#6=none"]);
    assert_all_good(&run, &[0, 1, 4, 2, 3]);
    // A repeated name that nobody needs is only said.
    let harmless =
        doubled("Ghi chú lạ").replacen("Ghi chú lạ", "Ghi chú lạ,Ghi chú lạ", 1).replace(",x\n", ",x,y\n");
    let run = Bench::new().reconcile(harmless.as_bytes(), &[]);
    assert_all_good(&run, &[0, 1, 4, 2, 3]);
    assert_eq!(run.summary()["inputs"][0]["notices"][0]["code"], "repeated_name");
}

#[test]
fn byte_order_marks() {
    let marked = |n: usize| [b"\xEF\xBB\xBF".repeat(n), with(&good(4))].concat();
    check(&marked(1), &[0, 1, 4, 2, 3], &[]);
    let run = Bench::new().reconcile(&marked(2), &[]);
    assert_all_good(&run, &[0, 1, 4, 2, 3]);
    assert_eq!(run.summary()["inputs"][0]["notices"][0]["code"], "repeated_bom");
    let run = Bench::new().reconcile(&with(&format!("\u{feff}{}", good(4))), &[]);
    assert_all_good(&run, &[0, 1, 4, 2, 3]);
    let notice = &run.summary()["inputs"][0]["notices"][0];
    assert_eq!((notice["code"].as_str(), notice["line"].as_u64()), (Some("bom_inside"), Some(4)));
}

#[test]
fn control_bytes() {
    check(&with("K9,NGUYỄN\0 VĂN AN,01/02/1990,Nam,001090000011"), &ALL, &["4 nul_byte"]);
    check(&with("K9,NGUYỄN\u{1b}[31m VĂN AN,01/02/1990,Nam,001090000011"), &ALL, &["4 control_byte"]);
    let with_ctrl_z = [with(&good(4)), b"\x1A".to_vec()].concat();
    check(&with_ctrl_z, &[0, 1, 4, 2, 3], &["7 control_byte"]);
    let nul_tail = [with(&good(4)), vec![0; 100]].concat();
    check(&nul_tail, &[0, 1, 4, 2, 3], &["7 nul_byte"]);
}

#[test]
fn encodings() {
    let broken = [with("K9,NGUY?N VAN AN,01/02/1990,Nam,001090000011")];
    let text = String::from_utf8_lossy(&broken[0]).into_owned();
    let broken: Vec<u8> =
        text.into_bytes().iter().map(|&byte| if byte == b'?' { 0xE3 } else { byte }).collect();
    check(&broken, &ALL, &["4 bad_encoding"]);
    // Latin-1 text that is no Vietnamese: the encoding is not known, and nothing is guessed.
    refused(b"ma;ten;ngay sinh;cccd\n1;Fran\xE7ois Ren\xE9e;1990;1\n2;Zo\xEB;1991;2\n", 3, "L0306");
    let list = String::from_utf8(with(&good(4))).expect("text");
    for big_endian in [false, true] {
        for mark in [true, false] {
            let units = mark.then_some(0xFEFF).into_iter().chain(list.encode_utf16());
            let bytes: Vec<u8> = units
                .flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect();
            check(&bytes, &[0, 1, 4, 2, 3], &[]);
        }
    }
}

#[test]
fn a_lone_surrogate_costs_its_record() {
    let list = String::from_utf8(with("K9,X?X,01/02/1990,Nam,001090000011")).expect("text");
    let bytes: Vec<u8> = list
        .encode_utf16()
        .map(|unit| if unit == u16::from(b'?') { 0xD800 } else { unit })
        .flat_map(u16::to_le_bytes)
        .collect();
    check(&bytes, &ALL, &["4 bad_encoding"]);
}

#[test]
fn windows_1258() {
    // Decomposed as that code page stores it: base letter, then the tone as a byte of its own.
    let row = |key: &str| {
        [format!("{key},NGUY").as_bytes(), b"\xCA\xDEN V\xC3N AN,01/02/1990,Nam,001090000011\n"].concat()
    };
    let header = b"M\xE3 \xF0\xF4\xECi t\xFD\xF5\xF2ng,Ho\xF2 va\xCC t\xEAn,Nga\xCCy sinh,Gi\xF5\xECi ti\xECnh,S\xF4\xEC CMND/CCCD\n";
    let list = [&header[..], &row("K0"), &row("K0")].concat();
    let run = Bench::new().reconcile(&list, &[]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    assert_eq!(run.summary()["inputs"][0]["encoding"], "windows-1258");
    assert_eq!(run.rows("verdicts.csv", &["record_key", "verdict"]), ["K0 match", "K0 match"]);
}

#[test]
fn old_encodings_are_read_when_told_and_named_when_not() {
    let bytes = |text: &str| -> Vec<u8> {
        // The characters of windows-1252 as it stores them; all here are of Latin-1.
        text.chars().map(|letter| u8::try_from(u32::from(letter)).expect("Latin-1")).collect()
    };
    let header = "Ma,Ho ten,Ngay sinh,Gioi tinh,So CCCD\n";
    for (encoding, name) in [
        ("tcvn3", "NguyÔn V¨n An"),
        ("vni", "Nguyeãn Vaên An"),
        ("viscii", "Nguy\u{AD}n Vån An"),
        ("vps", "NguyÍn Væn An"),
    ] {
        let list =
            bytes(&format!("{header}{}", format!("K,{name},01/02/1990,Nam,001090000011\n").repeat(20)));
        let bench = Bench::new();
        let map = ["--map", "Ma=record_key", "--map", "Ho ten=full_name", "--map", "Ngay sinh=birth_date"];
        let map = [&map[..], &["--map", "Gioi tinh=sex", "--map", "So CCCD=citizen_number"]].concat();
        let told =
            bench.reconcile(&list, &[&map[..], &["--encoding", encoding, "--source", "tiem_chung"]].concat());
        assert_eq!(told.code(), 0, "{}", told.stderr());
        assert_eq!(told.summary()["inputs"][0]["encoding"], encoding);
        assert!(
            told.rows("verdicts.csv", &["verdict"]).iter().all(|verdict| verdict == "match"),
            "{encoding}"
        );
        let not_told = Bench::new().reconcile(&list, &map);
        assert_eq!(not_told.code(), 3);
        assert!(not_told.stderr().contains("L0317"), "{}", not_told.stderr());
        assert!(not_told.stderr().contains(&format!("--encoding {encoding}")), "{}", not_told.stderr());
    }
}

#[test]
fn quotes() {
    check(&with("K9,\"NGUYỄN VĂN AN,01/02/1990,Nam,001090000011"), &ALL, &["4 unclosed_quote"]);
    check(&with("K9,NGUYỄN \"BA\" VĂN AN,01/02/1990,Nam,001090000011"), &ALL, &["4 stray_quote"]);
    check(&with("K9,\"NGUYỄN\" VĂN AN,01/02/1990,Nam,001090000011"), &ALL, &["4 stray_quote"]);
    // The quote opens on line 4 and another, far below, would close it: the people between are not its text.
    let mut list = with("K9,\"NGUYỄN VĂN AN,01/02/1990,Nam,001090000011");
    list.extend_from_slice(b"K8,A\",01/02/1990,Nam,001090000011\n");
    list.extend_from_slice((good(4) + "\n").as_bytes());
    check(&list, &[0, 1, 2, 3, 4], &["4 unclosed_quote", "7 stray_quote"]);
    let last = [with(&good(4)), b"K9,\"".to_vec()].concat();
    check(&last, &[0, 1, 4, 2, 3], &["7 unclosed_quote"]);
}

#[test]
fn quoted_line_ends_belong_to_the_record_and_lines_stay_physical() {
    let (number, _, birth, sex) = CITIZENS[4];
    let list = with(&format!("K4,\"ĐỖ ĐỨC\r\nĐẠT\",{birth},{sex},{number}"));
    let run = Bench::new().reconcile(&list, &[]);
    assert_all_good(&run, &[0, 1, 4, 2, 3]);
    assert_eq!(run.rows("verdicts.csv", &["line"]), ["2", "3", "4", "6", "7"]);
}

#[test]
fn widths() {
    check(&with("K9,NGUYỄN VĂN AN,01/02/1990,Nam"), &ALL, &["4 too_few_fields"]);
    check(&with("K9,NGUYỄN VĂN AN,01/02/1990,Nam,001090000011,"), &ALL, &["4 too_many_fields"]);
    check(&with("K9"), &ALL, &["4 too_few_fields"]);
    check(&with(&"x,".repeat(5000)), &ALL, &["4 too_many_fields"]);
    let cut = with(&good(4));
    check(&cut[..cut.len() - 20], &[0, 1, 4, 2], &["6 too_few_fields"]);
}

#[test]
fn five_thousand_columns_are_refused_or_read_as_told() {
    let wide = |line: &str, cell: &str| format!("{line}{}\n", format!(",{cell}").repeat(4995));
    let list = wide(HEADER, "Cột thừa") + &ALL.map(|key| wide(&good(key), "x")).concat();
    refused(list.as_bytes(), 3, "L0308");
    let run = Bench::new().reconcile(list.as_bytes(), &["--max-columns", "5000"]);
    assert_all_good(&run, &ALL);
}

#[test]
fn sizes() {
    let over = format!("K9,{},01/02/1990,Nam,001090000011", "A".repeat((1 << 20) + 1));
    check(&with(&over), &ALL, &["4 field_too_large"]);
    // A row of 100 MB is passed over in pieces and never stands in memory.
    let bench = Bench::new();
    let path = bench.path("list.csv");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).expect("a temporary file"));
    let rows =
        |file: &mut dyn Write, text: String| file.write_all(text.as_bytes()).expect("room on the disk");
    rows(&mut file, format!("{HEADER}\n{}\n{}\nK9,", good(0), good(1)));
    let piece = "x".repeat(1 << 20);
    for _ in 0..100 {
        rows(&mut file, piece.clone());
    }
    rows(&mut file, format!("\n{}\n{}\n", good(2), good(3)));
    file.flush().expect("room on the disk");
    let run = bench.reconcile_file(&path, &["--memory", "200MiB"]);
    assert_all_good(&run, &ALL);
    assert_eq!(run.quarantine(), ["4 record_too_large"]);
    assert_eq!(run.rows("quarantine.csv", &["bytes"]), [(100 * (1 << 20) + 3).to_string()]);
}

#[test]
fn line_ends_of_every_kind() {
    let list = String::from_utf8(with(&good(4))).expect("text");
    check(list.replace('\n', "\r\n").as_bytes(), &[0, 1, 4, 2, 3], &[]);
    check(list.replace('\n', "\r").as_bytes(), &[0, 1, 4, 2, 3], &[]);
    let mut ends = ["\n", "\r\n", "\r"].iter().cycle();
    let mixed: String = list.lines().map(|line| format!("{line}{}", ends.next().expect("a cycle"))).collect();
    let run = Bench::new().reconcile(mixed.as_bytes(), &[]);
    assert_all_good(&run, &[0, 1, 4, 2, 3]);
    assert_eq!(run.rows("verdicts.csv", &["line"]), ["2", "3", "4", "5", "6"]);
    check(list.trim_end().as_bytes(), &[0, 1, 4, 2, 3], &[]);
}

#[test]
fn rows_that_are_nobody() {
    check(&with(HEADER), &ALL, &["4 repeated_header"]);
    check(&with(",,,,"), &ALL, &["4 blank_record"]);
    let run = Bench::new().reconcile(&with(""), &[]);
    assert_all_good(&run, &ALL);
    assert_eq!(run.rows("verdicts.csv", &["line"]), ["2", "3", "5", "6"]);
    assert_eq!(run.summary()["inputs"][0]["notices"][0]["code"], "blank_lines");
}

#[test]
fn what_stands_above_the_header() {
    let list = String::from_utf8(with(&good(4))).expect("text");
    let preamble = format!("SỞ Y TẾ,,,,\n\"DANH SÁCH, ĐỢT 2\"\n\n{list}");
    let run = Bench::new().reconcile(preamble.as_bytes(), &[]);
    assert_all_good(&run, &[0, 1, 4, 2, 3]);
    assert_eq!(run.rows("verdicts.csv", &["line"])[0], "5");
    assert_eq!(run.summary()["inputs"][0]["notices"][0]["code"], "title_rows");
    let semicolons = format!("sep=;\r\n{}", list.replace(',', ";"));
    let run = Bench::new().reconcile(semicolons.as_bytes(), &[]);
    assert_all_good(&run, &[0, 1, 4, 2, 3]);
    assert_eq!(run.rows("verdicts.csv", &["line"])[0], "3");
}

#[test]
fn delimiters_and_packing() {
    let list = String::from_utf8(with(&good(4))).expect("text");
    for delimiter in ["\t", ";", "|"] {
        check(list.replace(',', delimiter).as_bytes(), &[0, 1, 4, 2, 3], &[]);
    }
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(list.as_bytes()).expect("memory");
    let gzip = gzip.finish().expect("memory");
    check(&gzip, &[0, 1, 4, 2, 3], &[]);
    check(&[gzip.clone(), Vec::new()].concat(), &[0, 1, 4, 2, 3], &[]);
    check(&zstd::encode_all(list.as_bytes(), 3).expect("memory"), &[0, 1, 4, 2, 3], &[]);
    refused(&gzip[..gzip.len() - 12], 3, "L0307");
}

#[test]
fn numbers_damaged_by_a_spreadsheet() {
    let row = |key: &str, index: usize, number: &str| {
        let (_, name, birth, sex) = CITIZENS[index];
        format!("{key},{name},{birth},{sex},{number}\n")
    };
    let list = format!("{HEADER}\n")
        + &row("zeros", 0, "1090000011")
        + &row("float", 1, "79185000022.0")
        + &row("science", 2, "\"4,8201E+10\"")
        + &row("marker", 3, "'092300000044")
        + &row("formula", 4, "\"=\"\"031075000055\"\"\"")
        + &row("letter", 5, "O56168O00066");
    let run = Bench::new().reconcile(list.as_bytes(), &[]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    assert_eq!(
        run.rows("verdicts.csv", &["record_key", "verdict", "citizen_number"]),
        [
            "zeros match 001090000011",
            "float match 079185000022",
            "science insufficient ",
            "marker match 092300000044",
            "formula match 031075000055",
            "letter match 056168000066",
        ]
    );
    let codes = run.rows("findings.csv", &["record_key", "code"]);
    for expected in ["zeros ID03", "float ID03", "float ID05", "science ID04", "marker ID05", "letter ID06"] {
        assert!(codes.iter().any(|code| code == expected), "{expected} in {codes:?}");
    }
}

#[test]
fn a_list_without_one_good_record_is_refused_with_its_quarantine() {
    let list = format!("{HEADER}\nK1\nK2\nK3,\"\n");
    let run = Bench::new().reconcile(list.as_bytes(), &[]);
    assert_eq!(run.code(), 3, "{}", run.stderr());
    assert!(run.stderr().contains("error[L0309]"));
    assert_eq!(run.quarantine(), ["2 too_few_fields", "3 too_few_fields", "4 unclosed_quote"]);
    let summary = run.summary();
    assert_eq!((summary["exit"]["code"].as_u64(), summary["complete"].as_bool()), (Some(3), Some(false)));
    assert!(!run.out.join("verdicts.csv").exists());
}

#[test]
fn the_limit_of_bad_records_is_a_number_or_a_share() {
    let list = with("K9");
    assert_eq!(Bench::new().reconcile(&list, &["--max-bad-records", "1"]).code(), 0);
    assert_eq!(Bench::new().reconcile(&list, &["--max-bad-records", "0"]).code(), 3);
    assert_eq!(Bench::new().reconcile(&list, &["--max-bad-records", "10%"]).code(), 3);
    assert_eq!(Bench::new().reconcile(&with(HEADER), &["--max-bad-records", "0"]).code(), 0);
}

#[test]
fn every_row_bad_stays_fast() {
    let mut list = format!("{HEADER}\n");
    (0..300).for_each(|_| list.push_str(&(good(0) + "\n")));
    for row in 0..60_000 {
        list.push_str(match row % 4 {
            0 => "K9,\"A,B\n",
            1 => "\"\n",
            2 => "K9,\"\"\"\n",
            _ => "K9,A\"B\n",
        });
    }
    let begun = std::time::Instant::now();
    let run = Bench::new().reconcile(list.as_bytes(), &[]);
    assert_all_good(&run, &[0; 300]);
    assert_eq!(run.quarantine().len(), 60_000);
    // Linear work takes far below a second; the bound only catches a quadratic reader.
    assert!(begun.elapsed().as_secs() < 60);
}

#[test]
fn the_same_faults_in_the_reference_are_quarantined_too() {
    let bench = Bench::new();
    let reference = std::fs::read_to_string(bench.path("reference.csv")).expect("the reference");
    let lines: Vec<&str> = reference.lines().collect();
    let broken = format!("{}\n{}\n{}\n\"\n{}\n", lines[0], lines[1], "001,A", lines[2..].join("\n"));
    bench.write("reference.csv", broken.as_bytes());
    let run = bench.reconcile(&with(&good(4)), &[]);
    assert_eq!(
        run.rows("quarantine.csv", &["file", "line", "reason"]),
        ["reference.csv 3 too_few_fields", "reference.csv 4 unclosed_quote",]
    );
    assert_eq!(run.summary()["reference"]["files"][0]["records_clean"], 6);
}
