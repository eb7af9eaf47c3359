//! Stores brought up to date: they answer as the extract after the delta, and know what was before.

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{generate, stdout};
use crate::store::{
    BIRTH, LIFE, NAME, NUMBER, OLD, Row, SEX, answers, build, must, odd_data, read, update, write,
};

/// Invented data with a delta.
fn with_delta(home: &Path) -> (PathBuf, [PathBuf; 3]) {
    let numbers = ["--citizens", "20000", "--list", "5000", "--delta", "1500", "--seed", "6"];
    let data = generate(home, &numbers);
    let extracts = ["dan_cu.csv", "dan_cu.thay_doi.csv", "dan_cu.moi.csv"].map(|name| data.join(name));
    (data.join("tiem_chung.csv"), extracts)
}

/// A list that asks for every number of extracts, as their rows say.
fn asking_for(home: &Path, extracts: &[&Path]) -> PathBuf {
    let names = ["Mã đối tượng", "Họ và tên", "Ngày sinh", "Giới tính", "Số CMND/CCCD"];
    let rows = extracts
        .iter()
        .flat_map(|extract| read(extract).1)
        .filter(|row| row.len() == 12)
        .enumerate()
        .flat_map(|(at, row)| {
            let asked = [NUMBER, OLD].map(|number| row[number].clone());
            let asked = asked.into_iter().filter(|number| !number.is_empty());
            let cells = [NAME, BIRTH, SEX].map(|cell| row[cell].clone());
            asked.map(move |number| [&[format!("K{at}")], &cells[..], &[number]].concat()).collect::<Vec<_>>()
        });
    write(&home.join("asking.csv"), &names.map(ToOwned::to_owned), &rows.collect::<Vec<_>>())
}

#[test]
fn an_updated_store_answers_as_the_extract_after_the_delta() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let (list, [before, delta, after]) = with_delta(home.path());
    let asking = asking_for(home.path(), &[&delta, &before]);
    let day = ["--as-of", "2026-12-01"];
    let path = |name: &str| home.path().join(name);
    let (store, halves) = (path("store"), path("halves"));
    build(&[&before], &store, &day);
    let expected = [&list, &asking].map(|list| answers(list, &[&after], &day));
    let old = [&list, &asking].map(|list| answers(list, &[&before], &day));
    assert!(expected[1].rows() != old[1].rows(), "the delta must show");

    let done = update(&store, &[&delta], &day);
    for (list, expected) in [&list, &asking].iter().zip(&expected) {
        answers(list, &[&store], &day).must_be(expected, "updated");
    }
    // Every row of the delta is of one kind, and each kind occurs.
    let changes = done["changes"].as_object().expect("changes");
    let count = |name: &str| changes[name].as_u64().expect("a count");
    let kinds = ["new", "changed", "deceased", "cancelled", "emigrated", "unchanged", "without_number"];
    assert_eq!(kinds.map(count).iter().sum::<u64>(), read(&delta).1.len() as u64);
    for kind in ["new", "changed", "deceased", "cancelled", "established_anew"] {
        assert!(count(kind) > 0, "{kind}: {changes:?}");
    }
    // The store counts what the extract after the delta holds.
    let built = build(&[&after], &path("after"), &day);
    let built: serde_json::Value = serde_json::from_str(&stdout(&built)).expect("JSON");
    assert_eq!(done["store"]["counts"], built["store"]["counts"]);
    assert_eq!(
        fs::read(store.join(done["store"]["names"].as_str().expect("a file"))).expect("words of names"),
        fs::read(path("after").join("names.arrow")).expect("words of names"),
    );

    // The delta in two halves is the delta.
    let (header, rows) = read(&delta);
    let (first, second) = rows.split_at(rows.len() / 2);
    build(&[&before], &halves, &day);
    for (name, rows) in [("first.csv", first), ("second.csv", second)] {
        update(&halves, &[&write(&path(name), &header, rows)], &day);
    }
    answers(&asking, &[&halves], &day).must_be(&expected[1], "two updates");
    must(&["reference", "verify"], &[&halves], &["--quiet"]);

    // Said again, it is nothing new.
    let again = update(&store, &[&delta], &day);
    assert_eq!(again["changes"]["unchanged"].as_u64(), Some(rows.len() as u64), "{}", again["changes"]);
    assert_eq!(again["store"]["counts"], done["store"]["counts"]);
    answers(&asking, &[&store], &day).must_be(&expected[1], "the same update twice");
    must(&["reference", "verify"], &[&store], &["--quiet"]);
}

#[test]
fn an_odd_delta_takes_the_place_of_what_it_names() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let (header, rows, list) = odd_data(home.path());
    let path = |name: &str| home.path().join(name);
    let store = path("store");
    let day = ["--as-of", "2026-11-25"];
    // Rows whose number is whole and stands once, and such as are new.
    let count = |number: &str| rows.iter().filter(|row| row[NUMBER] == number).count();
    let is_named = |row: &&Row| row[NUMBER].len() == 12 && row.len() > LIFE && count(&row[NUMBER]) == 1;
    let named: Vec<&Row> = rows.iter().filter(is_named).step_by(9).collect();
    let mut after = rows.clone();
    let mut delta: Vec<Row> = Vec::new();
    let mut n_same = 0;
    for (index, row) in named.iter().enumerate() {
        let mut row = (*row).clone();
        let at = after.iter().position(|other| other[NUMBER] == row[NUMBER]).expect("a row");
        match index % 4 {
            0 => row[NAME] = "TRẦN THỊ MỚI".to_owned(),
            1 => row[BIRTH] = "03/04/1955".to_owned(),
            2 => row[OLD] = format!("{:09}", 300_000_000 + index),
            _ => row[LIFE] = "Đã chết".to_owned(),
        }
        n_same += u64::from(after[at] == row);
        after[at].clone_from(&row);
        delta.push(row);
    }
    // A number of two people is one person's from now on.
    let first = rows.iter().find(|row| row[NUMBER].len() == 12 && count(&row[NUMBER]) == 2).expect("twice");
    let mut only = first.clone();
    only[NAME] = "LÊ VĂN MỘT".to_owned();
    let at = after.iter().position(|row| row[NUMBER] == only[NUMBER]).expect("a row");
    after.remove(at);
    let at = after.iter().position(|row| row[NUMBER] == only[NUMBER]).expect("the other");
    after[at].clone_from(&only);
    delta.push(only);
    // A new number twice; one without a number; a record that cannot be read.
    let mut new = named[0].clone();
    new[NUMBER] = "001190123456".to_owned();
    let mut nobody = named[1].clone();
    nobody[NUMBER].clear();
    let more = [new.clone(), new.clone(), nobody.clone()];
    delta.extend(more.clone());
    after.extend(more);
    let broken = [new.clone(), new.clone()].concat();
    delta.push(broken);
    let (before, after) =
        (write(&path("before.csv"), &header, &rows), write(&path("after.csv"), &header, &after));
    let delta = write(&path("delta.csv"), &header, &delta);
    build(&[&before], &store, &day);
    let done = update(&store, &[&delta], &day);
    let changes = &done["changes"];
    let counts = ["new", "without_number", "unchanged"].map(|name| changes[name].as_u64());
    assert_eq!(counts, [Some(2), Some(1), Some(n_same)]);
    let quarantine = fs::read_to_string(store.join("quarantine-00001.csv")).expect("a quarantine");
    assert_eq!(quarantine.lines().count(), 2, "{quarantine}");
    let list = [list, asking_for(home.path(), &[&before, &after])];
    for list in &list {
        answers(list, &[&store], &day).must_be(&answers(list, &[&after], &day), "odd delta");
    }
    must(&["reference", "verify"], &[&store], &["--quiet"]);
}

#[test]
fn a_store_knows_whom_a_number_belonged_to() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let header = "Số định danh cá nhân,Số CMND,Họ và tên,Ngày sinh,Giới tính,Tình trạng\n";
    let file = |name: &str, rows: &str| {
        let path = home.path().join(name);
        fs::write(&path, format!("{header}{rows}")).expect("a file");
        path
    };
    let store = home.path().join("store");
    let row = "001090000011,,NGUYỄN VĂN AN,01/02/1990,Nam,";
    build(&[&file("a.csv", &format!("{row}Còn sống\n"))], &store, &["--as-of", "2026-01-01"]);
    let update = |name: &str, rows: &str, day: &str| {
        update(&store, &[&file(name, rows)], &["--as-of", day])["changes"].clone()
    };
    let renamed = "001090000011,,NGUYỄN VĂN BÌNH,01/02/1990,Nam,";
    assert_eq!(update("b.csv", &format!("{renamed}Còn sống\n"), "2026-02-01")["changed"], 1);
    let anew = "001091000022,001090000011,NGUYỄN VĂN BÌNH,01/02/1991,Nam,Còn sống\n";
    let changes = update("c.csv", &format!("{renamed}Đã hủy\n{anew}"), "2026-03-01");
    assert_eq!(
        [&changes["cancelled"], &changes["new"], &changes["established_anew"]],
        [1, 1, 1],
        "{changes}"
    );
    let info = |more: &[&str]| {
        let options = [&["--number", "001090000011"], more].concat();
        stdout(&must(&["reference", "info"], &[&store], &options))
    };
    let holders: serde_json::Value = serde_json::from_str(&info(&["--json"])).expect("JSON");
    let told: Vec<String> = holders["holders"]
        .as_array()
        .expect("holders")
        .iter()
        .map(|holder| {
            let text = |name: &str| holder[name].to_string().trim_matches('"').to_owned();
            [text("life"), text("by_earlier_number"), text("until")].join(" ")
        })
        .collect();
    assert_eq!(
        told,
        ["cancelled false null", "living true null", "living false 2026-03-01", "living false 2026-02-01"]
    );
    for text in [info(&["--json"]), info(&["--lang", "en"])] {
        for secret in ["NGUYỄN VĂN", "BÌNH", "001090000011", "001091000022", "1990", "1991"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
    let nobody = must(&["reference", "info"], &[&store], &["--number", "001090999999", "--lang", "en"]);
    assert!(stdout(&nobody).contains("nobody"), "{}", stdout(&nobody));
}
