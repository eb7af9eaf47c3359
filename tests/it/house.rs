//! The rules of the house: who may use whom, who may print, what a source needs, and lists in order.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use unicode_normalization::is_nfc;

use crate::run::project;

fn sources() -> Vec<(String, String)> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder of the project") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = project().join("src");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    let name = |path: &PathBuf| path.strip_prefix(&root).expect("below src").to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), fs::read_to_string(path).expect("a source file"))).collect()
}

fn room(file: &str) -> &str {
    file.split('/').next().unwrap_or(file).trim_end_matches(".rs")
}

/// Code without comments and without its tests.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or(text);
    code.lines().map(|line| line.split("//").next().unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

/// Which rooms a room may use. A room that is not listed uses nothing.
const MAY_USE: [(&str, &[&str]); 26] = [
    ("record", &[]),
    ("text", &["record"]),
    ("places", &["text", "record"]),
    ("fields", &["text", "record"]),
    ("rulebook", &["fields", "places", "text", "record"]),
    ("ingest", &["record"]),
    ("mapping", &["record", "rulebook", "text"]),
    ("normalize", &["record", "rulebook", "fields", "places", "text"]),
    ("check", &["record", "rulebook", "fields"]),
    ("reference", &["record"]),
    ("link", &["record", "rulebook", "fields", "reference", "normalize"]),
    ("decide", &["record", "rulebook", "fields", "reference", "link"]),
    ("report", &["record", "rulebook", "fields", "reference", "check", "decide", "ingest", "normalize"]),
    ("seal", &["record", "report"]),
    ("export", &["record", "rulebook", "fields", "text", "report", "seal"]),
    ("lists", &["record", "text", "rulebook", "places", "report"]),
    ("filter", &["record", "rulebook", "fields", "places", "text"]),
    ("evaluate", &["record"]),
    ("explain", &["record", "link"]),
    ("generate", &[]),
    (
        "pipeline",
        &[
            "record",
            "text",
            "fields",
            "rulebook",
            "ingest",
            "mapping",
            "places",
            "normalize",
            "check",
            "reference",
            "link",
            "decide",
            "report",
            "seal",
            "export",
            "lists",
        ],
    ),
    ("patch", &["record", "rulebook", "fields", "normalize", "ingest", "mapping", "pipeline", "report"]),
    ("compare", &["record", "rulebook", "fields", "ingest", "mapping", "pipeline", "report"]),
    ("collect", &["record", "text", "rulebook", "fields", "places", "lists", "ingest", "pipeline", "report"]),
    (
        "cli",
        &[
            "record",
            "text",
            "rulebook",
            "ingest",
            "mapping",
            "reference",
            "pipeline",
            "patch",
            "collect",
            "compare",
            "report",
            "seal",
            "export",
            "lists",
            "filter",
            "evaluate",
            "explain",
            "generate",
        ],
    ),
    ("main", &["cli"]),
];

#[test]
fn rooms_use_only_the_rooms_below_them() {
    for (file, text) in sources() {
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == room(&file)) else {
            assert_eq!(file, "lib.rs", "a room that the table does not know");
            continue;
        };
        for part in code(&text).split("crate::").skip(1) {
            let used: String =
                part.chars().take_while(|letter| letter.is_ascii_lowercase() || *letter == '_').collect();
            let fine = used == room(&file) || allowed.contains(&used.as_str());
            assert!(fine, "{file} uses `{used}`");
        }
    }
}

#[test]
fn knowledge_knows_no_machinery() {
    const MACHINERY: [&str; 7] = ["polars", "rayon", "csv::", "clap", "anyhow", "std::fs", "std::thread"];
    for (file, text) in
        sources().iter().filter(|(file, _)| matches!(room(file), "text" | "fields" | "places"))
    {
        for word in MACHINERY {
            assert!(!code(text).contains(word), "{file} knows {word}");
        }
    }
}

#[test]
fn only_the_command_line_prints() {
    for (file, text) in sources().iter().filter(|(file, _)| room(file) != "cli") {
        for word in ["println!", "eprintln!", "print!(", "stdout()", "stderr()"] {
            assert!(!code(text).contains(word), "{file} prints");
        }
    }
}

#[test]
fn machinery_contains_no_vietnamese() {
    const MACHINERY: [&str; 15] = [
        "ingest",
        "mapping",
        "normalize",
        "check",
        "reference",
        "link",
        "decide",
        "export",
        "seal",
        "lists",
        "filter",
        "pipeline",
        "patch",
        "collect",
        "compare",
    ];
    let vietnamese = |letter: char| matches!(letter, 'À'..='ỹ') && letter.is_alphabetic();
    for (file, text) in sources().iter().filter(|(file, _)| MACHINERY.contains(&room(file))) {
        let found: BTreeSet<char> = code(text).chars().filter(|letter| vietnamese(*letter)).collect();
        assert!(found.is_empty(), "{file} holds {found:?}");
    }
}

#[test]
fn every_file_says_what_it_is_and_stays_readable() {
    for (file, text) in sources() {
        assert!(text.starts_with("//!"), "{file} does not say what it is");
        let n_lines = text.lines().count();
        assert!(n_lines <= 500, "{file} has {n_lines} lines: look for the second idea");
    }
}

#[test]
fn the_binary_carries_no_network() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--edges", "normal", "--prefix", "none"])
        .current_dir(project())
        .output()
        .expect("cargo runs these tests");
    let tree = String::from_utf8(tree.stdout).expect("names of crates");
    assert!(tree.contains("polars v"), "{tree}");
    for name in ["reqwest", "hyper", "rustls", "native-tls", "object_store", "curl", "ureq", "openssl"] {
        assert!(!tree.lines().any(|line| line.starts_with(&format!("{name} v"))), "{name} is in the binary");
    }
    for (file, text) in sources() {
        assert!(!code(&text).contains("std::net"), "{file} opens sockets");
    }
}

#[test]
fn every_source_has_its_sample_and_its_golden_case() {
    let names = fs::read_dir(project().join("rules/sources")).expect("the sources");
    for name in names.map(|entry| entry.expect("an entry").path()) {
        let name = name.file_stem().expect("a name").to_string_lossy().into_owned();
        let sample = |ending: &str| project().join(format!("samples/{name}.{ending}")).exists();
        assert!(sample("csv") || sample("csv.gz"), "no sample of {name}");
        let golden = project().join("tests/golden").join(&name);
        assert!(
            golden.join("list.csv").exists() && golden.join("expected").exists(),
            "no golden case of {name}"
        );
    }
}

#[test]
fn lists_are_sorted_unique_and_in_one_unicode_form() {
    let folder = project().join("rules/lexicon");
    for name in [
        "headers.csv",
        "note_rows.csv",
        "placeholders.csv",
        "name_dialects.csv",
        "number_prefixes.csv",
        "phone_prefixes.csv",
        "health_card_codes.csv",
        "place_words.csv",
    ] {
        let text = fs::read_to_string(folder.join(name)).expect("a list");
        assert!(is_nfc(&text) && !text.contains('\r') && text.ends_with('\n'), "{name}");
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
        for pair in rows.windows(2) {
            let (a, b): (Vec<&str>, Vec<&str>) = (pair[0].iter().collect(), pair[1].iter().collect());
            assert!(a < b, "{name}: {a:?} stands before {b:?}");
        }
    }
}

#[test]
fn the_codes_of_checks_are_pinned() {
    let mut codes = BTreeSet::new();
    for entry in fs::read_dir(project().join("rules/checks")).expect("the checks") {
        let text = fs::read_to_string(entry.expect("an entry").path()).expect("a rules file");
        let lines = text.lines().filter_map(|line| line.strip_prefix("code = \""));
        codes.extend(lines.map(|code| code.trim_end_matches('"').to_owned()));
    }
    let codes: Vec<String> = codes.into_iter().collect();
    assert_eq!(
        codes.join(" "),
        "AD01 AD02 AD03 AD04 AD05 AD06 AD07 AD08 AD09 AD10 DB01 DB02 DB03 DB04 DB05 DB06 DB07 DB08 DB09 DB10 DB11 \
         DB12 DB13 DB14 ID01 ID02 ID03 ID04 ID05 ID06 ID07 ID08 ID09 ID10 ID11 ID12 ID13 ID14 ID15 ID16 ID17 ID18 \
         ID19 ID20 ID21 ID22 ID23 ID24 ID25 ID26 NA01 NA02 NA03 NA04 NA05 NA06 NA07 NA08 NA09 NA10 NA11 NA12 NA13 \
         NA14 NA15 NA16 NA17 NA18 NA19 NA20 NA21 NA22 PN01 PN02 PN03 PN04 PN05 PN06 PN07 PS01 PS02 PS03 PS04 PS05 \
         PS06 PS07 PS08 RD01 RD02 RD03 RD04 RD05 SX01 SX02 SX03 SX04 SX05"
    );
}
