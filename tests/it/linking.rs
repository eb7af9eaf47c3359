//! Two lists linked and repetitions found by a profile that a user wrote: the columns are nobody's but theirs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::run::{code, files, lamsach, stderr, stdout};

/// The profile of an invented club: columns that no rules file knows.
const PROFILE: &str = r#"
title = "Members of two clubs"
key = ["No."]

[[field]]
name = "called"
columns = ["Called", "Vorname"]
kind = "text"
prepare = ["lower", "accents", "letters"]

[[field]]
name = "family"
columns = ["Family", "Nachname"]
kind = "text"
prepare = ["lower", "accents", "letters"]

[[field]]
name = "born"
columns = ["Born on", "geboren"]
kind = "date"
formats = ["dd.mm.yyyy", "yyyy-mm-dd"]

[[field]]
name = "card"
columns = ["Card", "Ausweis"]
kind = "digits"

[[field]]
name = "town"
columns = ["Town", "Ort"]
kind = "text"
prepare = ["lower", "letters"]

[[comparison]]
name = "names"
kind = "pair"
fields = ["called", "family"]
levels = [{ name = "one_edit", edits = 1 }, { name = "close", jaro_winkler = 0.88 }]
frequency = { floor = 1e-3, alike = 0.5 }

[[comparison]]
name = "born"
kind = "date"
fields = ["born"]

[[comparison]]
name = "card"
kind = "digits"
fields = ["card"]

[[comparison]]
name = "town"
kind = "exact"
fields = ["town"]
frequency = { floor = 1e-3 }

[[block]]
on = ["card"]

[[block]]
on = ["born"]

[[block]]
on = ["called", "family"]

[[block]]
on = ["family:sound", "town"]
refine = ["called:1"]

[links]
one_to_one = true
"#;

/// A row: number of the person, given name, surname, birth date as day, month, year, card, town.
#[derive(Clone)]
struct Member {
    person: usize,
    called: String,
    family: String,
    born: (usize, usize, usize),
    card: String,
    town: String,
}

/// Numbers that look random and are always the same.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end
    }

    fn word(&mut self) -> String {
        const PARTS: [&str; 12] = ["ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "du", "ga", "pe"];
        (0..2 + self.below(2)).map(|_| PARTS[self.below(PARTS.len())]).collect()
    }
}

fn members(n: usize) -> Vec<Member> {
    let mut numbers = Numbers(7);
    let called: Vec<String> = (0..60).map(|_| numbers.word()).collect();
    let family: Vec<String> = (0..120).map(|_| numbers.word()).collect();
    let member = |person: usize| Member {
        person,
        called: called[numbers.below(called.len())].clone(),
        family: family[numbers.below(family.len())].clone(),
        born: (1 + numbers.below(28), 1 + numbers.below(12), 1930 + numbers.below(80)),
        card: format!("{:06}", numbers.below(1_000_000)),
        town: family[numbers.below(15)].clone(),
    };
    (0..n).map(member).collect()
}

/// The same person as somebody else writes it: one or two mistakes.
fn retold(member: &Member, numbers: &mut Numbers) -> Member {
    let mut new = member.clone();
    for _ in 0..1 + numbers.below(2) {
        match numbers.below(7) {
            0 => std::mem::swap(&mut new.called, &mut new.family),
            1 => drop(new.family.remove(numbers.below(new.family.len() - 1))),
            2 => new.card.clear(),
            3 => new.born.2 += 1,
            4 if new.born.0 <= 12 => new.born = (new.born.1, new.born.0, new.born.2),
            5 => new.card.replace_range(2..3, "9"),
            _ => new.town = numbers.word(),
        }
        if new.card.is_empty() {
            break;
        }
    }
    new
}

fn write_a(path: &Path, members: &[Member]) {
    let mut text = String::from("No.,Called,Family,Born on,Card,Town\n");
    for Member { person, called, family, born: (day, month, year), card, town } in members {
        text.push_str(&format!("A{person},{called},{family},{day:02}.{month:02}.{year},{card},{town}\n"));
    }
    fs::write(path, text).expect("a temporary file");
}

fn write_b(path: &Path, members: &[Member]) {
    let mut text = String::from("Ort;Ausweis;geboren;Nachname;Vorname;No.\n");
    for Member { person, called, family, born: (day, month, year), card, town } in members {
        let called = called.to_uppercase();
        text.push_str(&format!("{town};{card};{year}-{month:02}-{day:02};{family};{called};B{person}\n"));
    }
    fs::write(path, text).expect("a temporary file");
}

/// Two clubs: 400 members of the first, 300 of whom are in the second besides 100 others.
struct Clubs {
    home: tempfile::TempDir,
}

impl Clubs {
    fn new() -> Self {
        let clubs = Self { home: tempfile::tempdir().expect("a temporary folder") };
        let all = members(500);
        let mut numbers = Numbers(99);
        let b: Vec<Member> = all[100..].iter().map(|member| retold(member, &mut numbers)).collect();
        write_a(&clubs.path("a.csv"), &all[..400]);
        write_b(&clubs.path("b.csv"), &b);
        fs::write(clubs.path("clubs.toml"), PROFILE).expect("a temporary file");
        clubs
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn link(&self, a: &str, out: &str, more: &[&str]) -> Output {
        lamsach()
            .arg("link")
            .arg(self.path(a))
            .arg("--with")
            .arg(self.path("b.csv"))
            .arg("--profile")
            .arg(self.path("clubs.toml"))
            .arg("-o")
            .arg(self.path(out))
            .args(["--as-of", "2026-06-30", "--lang", "en"])
            .args(more)
            .output()
            .expect("the tool starts")
    }

    fn links(&self, out: &str) -> Vec<csv::StringRecord> {
        let mut reader = csv::Reader::from_path(self.path(out).join("links.csv")).expect("it was written");
        reader.records().map(|row| row.expect("a row")).collect()
    }
}

/// Keys of links, and all else that does not tell where a row stood.
fn found(rows: &[csv::StringRecord]) -> BTreeSet<(String, String, Vec<String>)> {
    let row = |row: &csv::StringRecord| {
        let cells: Vec<String> = row.iter().skip(6).map(str::to_owned).collect();
        (row[2].to_owned(), row[5].to_owned(), cells)
    };
    rows.iter().map(row).collect()
}

#[test]
fn a_new_list_needs_a_profile_and_no_code() {
    let clubs = Clubs::new();
    let output = clubs.link("a.csv", "out", &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).contains("400 and 400 records"), "{}", stdout(&output));
    let links = clubs.links("out");
    let is_link = |row: &&csv::StringRecord| &row[6] == "link";
    let n_found = links.iter().filter(is_link).count();
    let n_right = links.iter().filter(is_link).filter(|row| row[2][1..] == row[5][1..]).count();
    assert!(n_right >= 290 && n_found - n_right <= 2, "{n_right} of 300 right, {n_found} found");
    let exchanged = links.iter().find(|row| row.iter().any(|cell| cell == "exchanged"));
    assert!(
        exchanged.is_some_and(|row| &row[6] == "link"),
        "given name and surname were exchanged somewhere"
    );
    let names: BTreeSet<String> = files(&clubs.path("out")).into_iter().map(|(name, _)| name).collect();
    assert!(
        ["links.csv", "weights.toml", "summary.json", "quarantine.csv"]
            .iter()
            .all(|name| names.contains(*name))
    );
}

#[test]
fn threads_and_the_order_of_rows_do_not_show() {
    let clubs = Clubs::new();
    for (out, threads) in [("one", "1"), ("many", "3")] {
        let output = clubs.link("a.csv", out, &["--threads", threads]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
    }
    assert_eq!(files(&clubs.path("one")), files(&clubs.path("many")));
    let text = fs::read_to_string(clubs.path("a.csv")).expect("the list");
    let mut lines: Vec<&str> = text.lines().collect();
    lines[1..].reverse();
    fs::write(clubs.path("turned.csv"), lines.join("\n")).expect("a temporary file");
    let output = clubs.link("turned.csv", "turned", &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(found(&clubs.links("one")), found(&clubs.links("turned")));
}

#[test]
fn weights_are_used_again() {
    let clubs = Clubs::new();
    assert_eq!(code(&clubs.link("a.csv", "out", &[])), 0);
    let weights = clubs.path("weights.toml");
    fs::copy(clubs.path("out/weights.toml"), &weights).expect("it was written");
    let told = weights.to_string_lossy().into_owned();
    let output = clubs.link("a.csv", "again", &["--weights", &told]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(clubs.links("out"), clubs.links("again"));
    let text = fs::read_to_string(&weights).expect("weights");
    fs::write(&weights, text.replace("name = \"town\"", "name = \"city\"")).expect("a temporary file");
    let output = clubs.link("a.csv", "wrong", &["--weights", &told]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("L0210"), "{}", stderr(&output));
}

#[test]
fn what_cannot_be_believed_is_not_written() {
    let clubs = Clubs::new();
    assert_eq!(code(&clubs.link("a.csv", "out", &[])), 0);
    let text = fs::read_to_string(clubs.path("out/weights.toml")).expect("it was written");
    // To live in the same town speaks against one person: somebody mixed two lines up.
    let (before, town) = text.split_once("name = \"town\"").expect("it is compared");
    let cut = town.find("[[comparison.level]]").expect("it has levels");
    let town = format!("{}{}", &town[..cut], ONE_AGAINST);
    fs::write(clubs.path("weights.toml"), format!("{before}name = \"town\"{town}"))
        .expect("a temporary file");
    let told = clubs.path("weights.toml").to_string_lossy().into_owned();
    let output = clubs.link("a.csv", "doubtful", &["--weights", &told]);
    assert_eq!(code(&output), 3);
    assert!(stderr(&output).contains("agreement_against town"), "{}", stderr(&output));
    assert!(!clubs.path("doubtful").exists());
    let output = clubs.link("a.csv", "doubtful", &["--weights", &told, "--accept-doubts"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).contains("doubt: agreement_against town"), "{}", stdout(&output));
}

/// Levels of a comparison that cannot be right.
const ONE_AGAINST: &str = "[[comparison.level]]\nname = \"same\"\nm = 0.1\nu = 0.2\n\
    [[comparison.level]]\nname = \"other\"\nm = 0.9\nu = 0.8\n";

#[test]
fn repetitions_in_one_list_become_clusters() {
    let clubs = Clubs::new();
    let mut numbers = Numbers(5);
    let mut rows: Vec<Member> = members(300);
    for person in 0..100 {
        for _ in 0..1 + person % 3 {
            let again = retold(&rows[person], &mut numbers);
            rows.push(again);
        }
    }
    write_a(&clubs.path("rows.csv"), &rows);
    let out = clubs.path("out");
    let output = lamsach()
        .arg("dedupe")
        .arg(clubs.path("rows.csv"))
        .arg("--profile")
        .arg(clubs.path("clubs.toml"))
        .arg("-o")
        .arg(&out)
        .args(["--json", "--lang", "en"])
        .output()
        .expect("the tool starts");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(summary["command"], "dedupe");
    let mut reader = csv::Reader::from_path(out.join("clusters.csv")).expect("it was written");
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let clusters: Vec<&[csv::StringRecord]> = rows.chunk_by(|a, b| a[0] == b[0]).collect();
    assert_eq!(summary["linking"]["clusters"], clusters.len() as u64);
    let is_whole = |rows: &[csv::StringRecord]| {
        let person: usize = rows[0][3][1..].parse().expect("a number");
        rows.iter().all(|row| row[3] == rows[0][3]) && rows.len() == 2 + person % 3
    };
    let n_whole = clusters.iter().filter(|rows| is_whole(rows)).count();
    assert!(n_whole >= 95 && clusters.len() <= 103, "{n_whole} whole of {}", clusters.len());
    assert!(clusters.iter().all(|rows| rows.iter().filter(|row| &row[5] == "yes").count() == 1));
}

#[test]
fn what_cannot_be_done_is_said_before_it_is_begun() {
    let clubs = Clubs::new();
    let told = |profile: &str, more: &[&str]| {
        fs::write(clubs.path("clubs.toml"), profile).expect("a temporary file");
        let output = clubs.link("a.csv", "out", more);
        assert!(!clubs.path("out").exists());
        (code(&output), stderr(&output) + &stdout(&output))
    };
    let expect = |(found, text): (i32, String), wanted: i32, words: &[&str]| {
        assert_eq!(found, wanted, "{text}");
        assert!(words.iter().all(|word| text.contains(word)), "{text}");
    };
    expect(told(PROFILE, &["--dry-run"]), 0, &["born", "Born on", "geboren", "nothing was written"]);
    expect(told(&PROFILE.replace("\"Card\"", "\"Pass\""), &[]), 3, &["L0312", "Pass", "Card"]);
    expect(
        told(&PROFILE.replace("kind = \"exact\"", "kind = \"exakt\""), &[]),
        2,
        &["L0210", "clubs.toml:", "exakt"],
    );
    let small = format!("{PROFILE}\n[limits]\npairs = 10\n");
    expect(told(&small, &[]), 4, &["L0404", "family:sound+town"]);
    let output = lamsach()
        .args(["dedupe", "x.csv", "--profile", "nobody", "-o", "out", "--lang", "en"])
        .output()
        .expect("the tool starts");
    expect((code(&output), stderr(&output)), 2, &["L0201", "people"]);
}

#[test]
fn what_cannot_be_read_goes_to_quarantine() {
    let clubs = Clubs::new();
    let mut text = fs::read_to_string(clubs.path("a.csv")).expect("the list");
    text.push_str("A900,too,few\n");
    fs::write(clubs.path("a.csv"), text).expect("a temporary file");
    let output = clubs.link("a.csv", "out", &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let slips = fs::read_to_string(clubs.path("out/quarantine.csv")).expect("it was written");
    assert!(slips.lines().count() == 2 && slips.contains("A900,too,few"), "{slips}");
    assert!(stderr(&output).contains("of 160,000 pairs will be compared"), "{}", stderr(&output));
    let output = clubs.link("a.csv", "none", &["--max-bad-records", "0"]);
    assert_eq!(code(&output), 3);
    assert!(stderr(&output).contains("L0309"), "{}", stderr(&output));
    let again = clubs.link("a.csv", "out", &[]);
    assert!(code(&again) == 0 && stderr(&again).contains("already done"), "{}", stderr(&again));
}
