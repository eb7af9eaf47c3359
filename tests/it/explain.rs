//! Why a record got its verdict: what is said in each case, in which words, and what is refused.

use std::path::Path;
use std::process::Output;

use crate::run::{Bench, HEADER, Run, code, generate, lamsach, stderr, stdout};
use crate::search::{LIST_HEADER, NEIGHBOURS, household};

fn explain(folder: &Path, record: &str, more: &[&str]) -> Output {
    lamsach().arg("explain").arg(folder).arg(record).args(more).output().expect("the tool starts")
}

/// The explanation in a language as one line of text; no line of it is wider than the screen.
fn words(run: &Run, record: &str, language: &str) -> String {
    let output = explain(&run.out, record, &["--lang", language]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let text = stdout(&output);
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn json(run: &Run, record: &str) -> serde_json::Value {
    let output = explain(&run.out, record, &["--json"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    serde_json::from_str(&stdout(&output)).expect("JSON")
}

/// Holds that every part stands in the text.
fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in: {text}");
    }
}

/// Rows of all kinds, searched among neighbours.
fn searched() -> (Bench, Run) {
    let bench = Bench::new();
    let at_home = NEIGHBOURS;
    let list = format!(
        "{LIST_HEADER}\n\
         number,Trần Thị Bưởi,15/08/1985,Nữ,036185000031,{at_home}\n\
         twin,Nguyễn Văn An,01/02/2004,Nam,,{at_home}\n\
         either,Lê Hữu Cường,,Nam,,{at_home}\n\
         card,Võ Thị Én,09/09/1968,Nữ,173934555,{at_home}\n\
         nobody,Đoàn Khắc Ứng,07/07/1957,Nam,001057000999,0900000001,Thành phố Hà Nội,,Phường Ba Đình\n\
         same,Nguyễn Văn Bình,01/02/2004,Nam,,{at_home}\n\
         same,Nguyễn Văn Bình,01/02/2004,Nam,,{at_home}\n\
         son,Lê Hữu Cường,1995,Nam,,{at_home}\n"
    );
    household(&bench);
    let run = bench.reconcile(list.as_bytes(), &["--search", "auto"]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    (bench, run)
}

#[test]
fn a_record_that_its_number_names() {
    let (_bench, run) = searched();
    says(
        &words(&run, "number", "vi"),
        &["Tìm được công dân bằng số định danh 036185000031", "Không thấy khác"],
    );
    says(&words(&run, "number", "en"), &["found by the number 036185000031", "No difference in: full name"]);
    let found = json(&run, "number");
    assert_eq!(found["why"]["kind"], "by_number");
    assert_eq!(found["candidates"].as_array().map(Vec::len), Some(0));
}

#[test]
fn the_first_before_the_second() {
    let (_bench, run) = searched();
    let text = words(&run, "twin", "vi");
    says(
        &text,
        &["Ứng viên 1: 036204000011", "được chọn", "Ứng viên 1 hơn ứng viên 2", "Chênh lệch đến từ họ tên"],
    );
    let text = words(&run, "twin", "en");
    says(&text, &["Candidate 1 outweighs candidate 2 by", "The difference comes from full name"]);
    let found = json(&run, "twin");
    assert_eq!(found["why"]["kind"], "first_before_second");
    assert_eq!(found["taken"], 1);
    assert_eq!(found["citizen_number"], "036204000011");
    // What is told of the fields adds up to what the run wrote, and their difference to the margin.
    for candidate in found["candidates"].as_array().expect("candidates") {
        let of_fields: f64 = candidate["comparisons"]
            .as_array()
            .expect("comparisons")
            .iter()
            .map(|compared| compared["bits"].as_f64().expect("bits"))
            .sum();
        let rarity = candidate["name_rarity_bits"].as_f64().expect("bits");
        let bits = candidate["bits"].as_f64().expect("bits");
        assert!((of_fields + rarity - bits).abs() < 0.05, "{candidate}");
    }
    let shares =
        ["for_first", "against_first"].map(|side| found["why"][side].as_array().expect("shares").clone());
    let sum: f64 = shares.iter().flatten().map(|share| share["bits"].as_f64().expect("bits")).sum();
    assert!((sum - found["why"]["margin_bits"].as_f64().expect("a margin")).abs() < 0.2, "{}", found["why"]);
}

#[test]
fn namesakes_of_whom_nobody_stands_out() {
    let (_bench, run) = searched();
    says(&words(&run, "either", "vi"), &["Không chọn ai: còn 2 ứng viên", "Chắc là một trong 2 người này: "]);
    says(&words(&run, "either", "en"), &["Nobody was taken: 2 candidates", "it is one of these 2 is"]);
    let found = json(&run, "either");
    assert_eq!(found["why"]["kind"], "none_stands_out");
    assert_eq!(found["why"]["group"]["n"], 2);
    let together = found["why"]["group"]["probability"].as_f64().expect("a chance");
    assert!((0.5..=1.0).contains(&together), "{together}");
    assert_eq!(found["taken"], serde_json::Value::Null);
}

/// The tables round to four decimals and to six: that is not shown as two chances.
#[test]
fn the_citizen_taken_has_one_chance() {
    let (_bench, run) = searched();
    let text = words(&run, "son", "en");
    let chance = |before: &str| {
        let (_, behind) = text.split_once(before).expect("a chance");
        behind.split_once(" %").expect("percent").0.to_owned()
    };
    let of_candidate = chance("Candidate 1: 036095000022, chance ");
    assert_eq!(chance("citizen 036095000022, chance "), of_candidate, "{text}");
    assert_eq!(chance("an officer decides, chance "), of_candidate, "{text}");
}

/// An earlier number is nothing that a personal number could be held against.
#[test]
fn an_old_number_does_not_stand_beside_a_personal_one() {
    let (_bench, run) = searched();
    let text = words(&run, "card", "en");
    let (_, candidate) = text.split_once("Candidate 1: 036168000066").expect("a candidate");
    assert!(!candidate.contains("number nothing to compare list: 173934555 citizen: 036168000066"), "{text}");
    assert!(!candidate.contains("citizen: 036168000066"), "{text}");
    says(candidate, &["earlier number nothing to compare", "list: 173934555"]);
}

#[test]
fn nobody_near_and_nobody_searched() {
    let (bench, run) = searched();
    says(&words(&run, "nobody", "vi"), &["Kết luận: không tìm thấy", "không có công dân nào đủ gần"]);
    says(&words(&run, "nobody", "en"), &["no citizen was near enough"]);
    assert_eq!(json(&run, "nobody")["why"]["kind"], "nobody_near");
    let list = format!("{HEADER}\nk1,Đoàn Khắc Ứng,07/07/1957,Nam,001057000999\n");
    let run = bench.reconcile(list.as_bytes(), &[]);
    says(&words(&run, "k1", "vi"), &["lần chạy này chỉ tra theo số", "--search auto"]);
    says(&words(&run, "k1", "en"), &["this run looked up numbers only", "--search auto"]);
    let found = json(&run, "k1");
    assert_eq!((&found["why"]["kind"], &found["with_search"]), (&"not_searched".into(), &false.into()));
}

#[test]
fn a_record_is_named_by_key_or_line() {
    let (_bench, run) = searched();
    let by_key = json(&run, "twin");
    assert_eq!(by_key["line"], 3);
    assert_eq!(json(&run, "3"), by_key);
    let file = by_key["file"].as_str().expect("a file");
    assert_eq!(json(&run, &format!("{file}:3")), by_key);
    // The second of two with one key.
    assert_eq!(json(&run, "list.csv:8")["record_key"], "same");
}

#[test]
fn what_cannot_be_explained_is_refused() {
    let (bench, run) = searched();
    let refused = |folder: &Path, record: &str, code_expected: i32, code_word: &str| {
        for language in ["vi", "en"] {
            let output = explain(folder, record, &["--lang", language]);
            assert_eq!(code(&output), code_expected, "{record}: {}", stderr(&output));
            assert!(stderr(&output).contains(code_word), "{}", stderr(&output));
            assert_eq!(stdout(&output), "");
        }
        stderr(&explain(folder, record, &["--lang", "en"]))
    };
    refused(&run.out, "unknown", 2, "L0211");
    refused(&run.out, "99", 2, "L0211");
    refused(&run.out, "", 2, "L0211");
    let message = refused(&run.out, "same", 2, "L0212");
    assert!(message.contains(":7") && message.contains(":8"), "{message}");
    let empty = bench.path("empty");
    std::fs::create_dir(&empty).expect("room");
    refused(&empty, "twin", 2, "L0207");
}

/// Every record of a run of many kinds of faults can be explained, in both languages and within the screen.
#[test]
fn every_searched_record_of_an_invented_list_can_be_explained() {
    let bench = Bench::new();
    let folder = generate(bench.home.path(), &["--citizens", "2000", "--list", "600", "--seed", "7"]);
    std::fs::copy(folder.join("dan_cu.csv"), bench.path("reference.csv")).expect("room");
    let run = bench.reconcile_file(&folder.join("tiem_chung.csv"), &["--search", "auto"]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    let rows = run.rows("verdicts.csv", &["verdict", "line"]);
    let lines: Vec<&str> = rows
        .iter()
        .filter_map(|row| row.split_once(' '))
        .filter(|(verdict, _)| *verdict != "match")
        .map(|(_, line)| line)
        .collect();
    assert!(lines.len() > 100, "{}", lines.len());
    for line in lines.iter().step_by(3) {
        for language in ["vi", "en"] {
            let text = words(&run, line, language);
            assert!(!text.contains('{') && !text.contains('}'), "a word is not filled in: {text}");
        }
        assert!(json(&run, line)["why"]["kind"].is_string());
    }
}
