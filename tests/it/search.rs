//! The search of citizens whom no number names: who is found, how sure that is, and what never shows in the answer.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{Bench, HEADER, code, generate, lamsach, stderr, stdout};
use crate::store::{build, read, write};

/// The files of a search that follow from its inputs.
const TABLES: [&str; 6] =
    ["verdicts.csv", "corrections.csv", "findings.csv", "candidates.csv", "weights.toml", "quarantine.csv"];

/// Searches, and gives the bytes of its tables.
fn search(list: &Path, against: &Path, out: &Path, more: &[&str]) -> Vec<Vec<u8>> {
    let output = lamsach()
        .arg("reconcile")
        .args([list, Path::new("--against"), against, Path::new("-o"), out])
        .args(["--search", "auto", "--quiet", "--force", "--as-of", "2026-06-30"])
        .args(more)
        .output()
        .expect("the tool starts");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    TABLES.map(|name| fs::read(out.join(name)).expect("a table of the run")).into()
}

/// A column of a table by record key.
fn column(path: &Path, name: &str) -> HashMap<String, String> {
    let (header, rows) = read(path);
    let place = |name: &str| header.iter().position(|other| other == name).expect("a column");
    let (key, value) = (place("record_key"), place(name));
    rows.into_iter().map(|row| (row[key].clone(), row[value].clone())).collect()
}

struct Data {
    home: tempfile::TempDir,
    folder: PathBuf,
    store: PathBuf,
}

impl Data {
    fn new(citizens: &str, list: &str) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let folder = generate(home.path(), &["--citizens", citizens, "--list", list, "--seed", "5"]);
        let store = home.path().join("store");
        build(&[&folder.join("dan_cu.csv")], &store, &["--as-of", "2026-06-30"]);
        Self { home, folder, store }
    }

    fn list(&self) -> PathBuf {
        self.folder.join("tiem_chung.csv")
    }

    fn out(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }
}

#[test]
fn nearly_everybody_is_found_and_nobody_unseen_wrongly() {
    let data = Data::new("20000", "8000");
    let out = data.out("out");
    search(&data.list(), &data.store, &out, &[]);
    let truth = data.folder.join("truth.csv");
    let (citizens, errors) = (column(&truth, "citizen_number"), column(&truth, "errors"));
    let (found, verdicts) =
        (column(&out.join("verdicts.csv"), "citizen_number"), column(&out.join("verdicts.csv"), "verdict"));
    // Rows that the search answers: a number of nobody, of somebody else, or none.
    let (mut wanted, mut right, mut wrong) = (0, 0, 0);
    for (key, verdict) in &verdicts {
        let is_searched = ["wrong_number", "other_person", "not_found", "insufficient", "ambiguous"]
            .contains(&verdict.as_str());
        let citizen = citizens.get(key).map_or("", String::as_str);
        // A row whose cells stand in other columns says nothing.
        let is_readable = !errors.get(key).is_some_and(|errors| errors.contains("RD01"));
        if is_searched && is_readable {
            wanted += u32::from(!citizen.is_empty());
            right += u32::from(!citizen.is_empty() && found[key] == citizen);
            wrong += u32::from(!found[key].is_empty() && found[key] != citizen);
        }
    }
    assert!(wanted > 500, "{wanted}");
    assert!(f64::from(right) >= 0.98 * f64::from(wanted), "{right} of {wanted}");
    assert!(f64::from(wrong) <= 0.01 * f64::from(wanted), "{wrong} of {wanted}");
    let (header, rows) = read(&out.join("corrections.csv"));
    let place = |name: &str| header.iter().position(|other| other == name).expect("a column");
    let (key, field, new, decision) = (place("record_key"), place("field"), place("new"), place("decision"));
    let unseen = rows.iter().filter(|row| row[field] == "citizen_number" && row[decision] == "auto");
    let mut n_unseen = 0;
    for row in unseen {
        n_unseen += 1;
        assert_eq!(Some(&row[new]), citizens.get(&row[key]), "{}", row[key]);
    }
    assert!(n_unseen > 400, "{n_unseen}");
}

#[test]
fn the_answer_does_not_tell_how_it_was_found() {
    let data = Data::new("6000", "3000");
    let of_store = search(&data.list(), &data.store, &data.out("store_out"), &["--threads", "1"]);
    for threads in ["2", "5"] {
        let other = search(&data.list(), &data.store, &data.out("threads"), &["--threads", threads]);
        assert!(other == of_store, "{threads} threads");
    }
    let extract = data.folder.join("dan_cu.csv");
    let of_extract = search(&data.list(), &extract, &data.out("extract_out"), &[]);
    assert!(of_extract == of_store, "an extract answers as the store that is built from it");
    let names: Vec<String> = fs::read_dir(data.out("extract_out"))
        .expect("the run")
        .map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names.len(), TABLES.len() + 4, "no store is left behind: {names:?}");
    // The weights that a run learned give the same answer where they are told.
    let weights = data.out("store_out").join("weights.toml");
    let told = search(
        &data.list(),
        &data.store,
        &data.out("told"),
        &["--weights", weights.to_str().expect("a path")],
    );
    assert!(told == of_store, "told weights");
}

#[test]
fn rows_that_the_number_settles_are_not_touched() {
    let data = Data::new("6000", "3000");
    search(&data.list(), &data.store, &data.out("searched"), &[]);
    let output = lamsach()
        .args(["reconcile", "--quiet", "--as-of", "2026-06-30", "--against"])
        .args([&data.store, &data.list(), Path::new("-o"), &data.out("plain")])
        .output()
        .expect("the tool starts");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let (plain, searched) =
        (read(&data.out("plain").join("verdicts.csv")).1, read(&data.out("searched").join("verdicts.csv")).1);
    assert_eq!(plain.len(), searched.len());
    let place = 3;
    for (before, after) in plain.iter().zip(&searched) {
        if before[place] == "match" {
            assert_eq!(before, after);
        }
    }
}

#[test]
fn lists_and_extracts_without_numbers_are_held_together() {
    let data = Data::new("4000", "1500");
    // Without the personal and the old number on either side.
    let without = |name: &str, columns: &[&str]| {
        let text = fs::read_to_string(data.folder.join(name)).expect("a file of ours");
        let start =
            text.find(if name == "dan_cu.csv" { "Số định danh" } else { "Mã đối tượng" }).expect("a header");
        let path = data.out(&format!("all_{name}"));
        fs::write(&path, &text[start..]).expect("room");
        let (header, rows) = read(&path);
        let kept: Vec<usize> =
            (0..header.len()).filter(|at| !columns.contains(&header[*at].as_str())).collect();
        let cut = |row: &Vec<String>| kept.iter().filter_map(|at| row.get(*at).cloned()).collect::<Vec<_>>();
        let rows: Vec<Vec<String>> =
            rows.iter().filter(|row| row.len() == header.len() && row[0] != header[0]).map(cut).collect();
        write(&data.out(name), &cut(&header), &rows)
    };
    let list = without("tiem_chung.csv", &["Số CMND/CCCD"]);
    let extract = without("dan_cu.csv", &["Số định danh cá nhân", "Số CMND"]);
    let refused = lamsach()
        .arg("reconcile")
        .args([&list, Path::new("--against"), &extract, Path::new("-o"), &data.out("refused")])
        .output()
        .expect("the tool starts");
    assert_ne!(code(&refused), 0, "without a search there is nothing to go by");
    search(&list, &extract, &data.out("out"), &[]);
    let (_, citizens) = read(&data.folder.join("dan_cu.csv"));
    let truth = column(&data.folder.join("truth.csv"), "citizen_number");
    let (header, rows) = read(&data.out("out").join("candidates.csv"));
    let place = |name: &str| header.iter().position(|other| other == name).expect("a column");
    let (mut right, mut firsts) = (0, 0);
    for row in rows.iter().filter(|row| row[place("rank")] == "1") {
        let at: usize = row[place("reference_row")].parse().expect("a place");
        firsts += 1;
        right += usize::from(truth.get(&row[place("record_key")]) == Some(&citizens[at - 1][0]));
    }
    assert!(right > 1300 && right * 100 >= firsts * 97, "{right} of {firsts}");
}

/// Two people of one name, one sex and one birth date: nobody may pick one of them.
#[test]
fn namesakes_are_left_to_an_officer() {
    let bench = Bench::new();
    let mut reference = fs::read_to_string(bench.path("reference.csv")).expect("a file of ours");
    reference.push_str("001090000999,NGUYỄN VĂN AN,01/02/1990,Nam\n");
    bench.write("reference.csv", reference.as_bytes());
    let list = format!("{HEADER}\nk1,Nguyễn Văn An,01/02/1990,Nam,\nk2,Trần Thị Bưởi,15/08/1985,Nữ,\n");
    let run = bench.reconcile(list.as_bytes(), &["--search", "auto"]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    let rows = run.rows("verdicts.csv", &["record_key", "verdict", "citizen_number"]);
    assert_eq!(rows, ["k1 ambiguous ", "k2 wrong_number 079185000022"]);
}

/// A run without a search is not the result of one with it.
#[test]
fn a_search_is_not_done_because_the_list_was() {
    let data = Data::new("2000", "600");
    let run = |more: &[&str]| {
        let output = lamsach()
            .args(["reconcile", "--lang", "en", "--replace", "--as-of", "2026-06-30", "--against"])
            .args([&data.store, &data.list(), Path::new("-o"), &data.out("out")])
            .args(more)
            .output()
            .expect("the tool starts");
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        stderr(&output).contains("already done")
    };
    assert!(!run(&[]));
    assert!(run(&[]));
    assert!(!run(&["--search", "auto"]));
    assert!(run(&["--search", "auto"]));
    let weights = data.out("weights.toml");
    let text = fs::read_to_string(data.out("out").join("weights.toml")).expect("weights");
    for (changed, is_done) in [("", false), ("", true), ("# by hand\n", false)] {
        fs::write(&weights, format!("{changed}{text}")).expect("room");
        let told = weights.to_str().expect("a path");
        assert_eq!(run(&["--search", "auto", "--weights", told]), is_done, "{changed:?}");
    }
}

#[test]
fn a_list_that_the_numbers_settle_needs_no_search() {
    let bench = Bench::new();
    let list = format!("{HEADER}\nk1,Nguyễn Văn An,01/02/1990,Nam,001090000011\n");
    let run = bench.reconcile(list.as_bytes(), &["--search", "auto"]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    assert_eq!(run.rows("verdicts.csv", &["verdict"]), ["match"]);
    assert!(run.table("candidates.csv").is_empty());
    assert_eq!(run.summary()["search"]["rows"], 0);
    // A row that says nothing is searched for, and meets nobody.
    let run = bench.reconcile(format!("{HEADER}\nk1,Lê,,,\n").as_bytes(), &["--search", "auto"]);
    assert_eq!(run.rows("verdicts.csv", &["verdict"]), ["insufficient"], "{}", run.stderr());
}

/// A register has each person once: two rows of one citizen are then nobody's without an officer.
#[test]
fn a_citizen_may_be_kept_to_one_row() {
    let bench = Bench::new();
    let list = format!("{HEADER}\nk1,Nguyễn Văn An,01/02/1990,Nam,\nk2,NGUYEN VAN AN,01/02/1990,Nam,\n");
    let rules = bench.path("rules");
    fs::create_dir_all(rules.join("linkage")).expect("room");
    let text =
        fs::read_to_string(crate::run::project().join("rules/linkage/person.toml")).expect("our rules");
    for (once, verdict) in [("false", "wrong_number"), ("true", "ambiguous")] {
        let told = text.replace("one_row_each = false", &format!("one_row_each = {once}"));
        fs::write(rules.join("linkage/person.toml"), told).expect("room");
        let run = bench
            .reconcile(list.as_bytes(), &["--search", "auto", "--rules", rules.to_str().expect("a path")]);
        assert_eq!(run.code(), 0, "{}", run.stderr());
        assert_eq!(run.rows("verdicts.csv", &["verdict"]), [verdict, verdict]);
    }
}

#[test]
fn a_plan_above_the_budget_is_refused_before_any_pair() {
    let data = Data::new("2000", "1000");
    let rules = data.out("rules");
    fs::create_dir_all(rules.join("linkage")).expect("room");
    let text =
        fs::read_to_string(crate::run::project().join("rules/linkage/person.toml")).expect("our rules");
    let tight = text.replace("pairs_max = 4_000_000_000", "pairs_max = 10");
    assert_ne!(tight, text);
    fs::write(rules.join("linkage/person.toml"), tight).expect("room");
    let output = lamsach()
        .args(["reconcile", "--search", "auto", "--quiet", "--lang", "en", "--rules"])
        .args([&rules, &data.list(), Path::new("--against"), &data.store, Path::new("-o"), &data.out("out")])
        .output()
        .expect("the tool starts");
    assert_eq!(code(&output), 4, "{}", stderr(&output));
    assert!(stderr(&output).contains("L0404"), "{}", stderr(&output));
    assert!(!data.out("out").exists());
}

#[test]
fn the_reach_of_the_keys_is_told() {
    let data = Data::new("3000", "1000");
    let output = lamsach()
        .args(["inspect", "--lang", "en", "--quiet", "--json"])
        .args([&data.list(), Path::new("--linkage"), &data.store])
        .output()
        .expect("the tool starts");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let facts: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    let blocks = facts["blocks"].as_array().expect("blocks");
    assert!(blocks.len() > 5 && blocks.iter().any(|block| block["right_expected"].as_u64() > Some(20)));
    assert_eq!(facts["citizens"], 3000);
}

/// The header of a list with telephone and residence.
pub const LIST_HEADER: &str = "Mã đối tượng,Họ và tên,Ngày sinh,Giới tính,Số CMND/CCCD,Số điện thoại,Tỉnh/Thành phố,Quận/Huyện,Phường/Xã";

/// Telephone and residence that all neighbours of [`household`] share, as a list writes them.
pub const NEIGHBOURS: &str = "0912345678,Tỉnh Ninh Bình,,Xã Giao Ninh";

/// Makes the reference people of one commune and one telephone: twins, father and son of one name, and two women.
pub fn household(bench: &Bench) {
    let mut text = String::from(
        "Số định danh cá nhân,Số CMND,Họ và tên,Ngày sinh,Giới tính,Mã tỉnh,Tỉnh/Thành phố,Mã xã,\
         Xã/Phường/Đặc khu,Số điện thoại\n",
    );
    for (number, name, birth, sex) in [
        ("036204000011", "NGUYỄN VĂN AN", "01/02/2004", "Nam"),
        ("036204000012", "NGUYỄN VĂN BÌNH", "01/02/2004", "Nam"),
        ("036070000021", "LÊ HỮU CƯỜNG", "03/04/1970", "Nam"),
        ("036095000022", "LÊ HỮU CƯỜNG", "05/06/1995", "Nam"),
        ("036185000031", "TRẦN THỊ BƯỞI", "15/08/1985", "Nữ"),
        ("036168000066", "VÕ THỊ ÉN", "09/09/1968", "Nữ"),
    ] {
        let home = "37,Tỉnh Ninh Bình,14212,Xã Giao Ninh,0912345678";
        text.push_str(&format!("{number},,{name},{birth},{sex},{home}\n"));
    }
    bench.write("reference.csv", text.as_bytes());
}

/// Searches men of a name and a birth date among the neighbours; verdict and number of each.
fn among_neighbours(rows: &[(&str, &str)]) -> Vec<String> {
    let bench = Bench::new();
    household(&bench);
    let mut list = format!("{LIST_HEADER}\n");
    for (at, (name, birth)) in rows.iter().enumerate() {
        list.push_str(&format!("k{at},{name},{birth},Nam,,{NEIGHBOURS}\n"));
    }
    let run = bench.reconcile(list.as_bytes(), &["--search", "auto"]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    run.rows("verdicts.csv", &["verdict", "citizen_number"])
}

/// Same birth date, surname, telephone and commune: the given name tells, and where it does not nobody may.
#[test]
fn twins_are_told_apart_by_the_given_name_only() {
    let found = among_neighbours(&[
        ("Nguyễn Văn An", "01/02/2004"),
        ("Nguyen Van Binh", "01/02/2004"),
        ("Nguyễn Văn", "01/02/2004"),
        ("Nguyễn Văn Ninh", "01/02/2004"),
        ("", "01/02/2004"),
    ]);
    let expected =
        ["wrong_number 036204000011", "wrong_number 036204000012", "ambiguous ", "ambiguous ", "ambiguous "];
    assert_eq!(found, expected);
}

/// Same name, telephone and commune: the year tells, and where it does not nobody may.
#[test]
fn father_and_son_of_one_name_are_told_apart_by_the_year_only() {
    let found = among_neighbours(&[
        ("Lê Hữu Cường", "03/04/1970"),
        ("Lê Hữu Cường", "1995"),
        ("Lê Hữu Cường", ""),
        ("Lê Hữu Cường", "1983"),
    ]);
    assert_eq!(found, ["wrong_number 036070000021", "wrong_number 036095000022", "ambiguous ", "ambiguous "]);
}

/// What an evaluation says of the search follows from the tables and the truth, and its parts add up.
#[test]
fn an_evaluation_judges_the_search() {
    let data = Data::new("6000", "3000");
    let out = data.out("out");
    search(&data.list(), &data.store, &out, &[]);
    let truth = data.folder.join("truth.csv");
    let evaluate = |more: &[&str]| {
        let output = lamsach()
            .args([Path::new("evaluate"), &out, Path::new("--truth"), &truth])
            .args(more)
            .output()
            .expect("the tool starts");
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        stdout(&output)
    };
    let all: serde_json::Value = serde_json::from_str(&evaluate(&["--json"])).expect("JSON");
    let found = &all["search"];
    let count = |value: &serde_json::Value| value.as_u64().expect("a count");
    let [wanted, given, right] = ["wanted", "given", "right"].map(|name| count(&found["citizen"][name]));
    assert!(wanted > 250 && right * 100 >= wanted * 98, "{right} of {wanted}");
    assert!(given >= right && count(&found["rows"]) >= wanted);
    let among = count(&found["among_candidates"]);
    assert!(right <= among && among <= wanted, "{right} <= {among} <= {wanted}");
    let unseen = &found["number_corrections"]["auto"];
    assert!(count(&unseen["given"]) > 200);
    assert_eq!(unseen["given"], unseen["right"], "nobody is corrected unseen wrongly");
    // Every first candidate of a chance from one half on is in one bin.
    let (header, rows) = read(&out.join("candidates.csv"));
    let place = |name: &str| header.iter().position(|other| other == name).expect("a column");
    let firsts = rows
        .iter()
        .filter(|row| row[place("rank")] == "1")
        .filter(|row| row[place("probability")].parse::<f64>().expect("a chance") >= 0.5)
        .count();
    let bins = found["calibration"].as_array().expect("bins");
    assert_eq!(bins.iter().map(|bin| count(&bin["rows"])).sum::<u64>(), firsts as u64);
    for (bin, next) in bins.iter().zip(&bins[1..]) {
        assert_eq!(bin["to"], next["from"]);
    }
    for bin in bins.iter().filter(|bin| count(&bin["rows"]) > 0) {
        let [from, to, mean] =
            ["from", "to", "mean_predicted"].map(|name| bin[name].as_f64().expect("a chance"));
        assert!(from <= mean && mean <= to, "{bin}");
    }
    assert!(evaluate(&["--lang", "en"]).contains("search by other fields"));
    assert!(evaluate(&["--lang", "vi"]).contains("tìm theo các trường khác"));
}
