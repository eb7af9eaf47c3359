//! What administrators put in a crontab: streams, exit codes, and no person's data where none belongs.

use std::fs;

use crate::run::{Bench, CITIZENS, HEADER, code, lamsach, project, stderr, stdout};

fn one_row() -> String {
    let (number, name, birth, sex) = CITIZENS[0];
    format!("{HEADER}\nK0,{name},{birth},{sex},{number}\n")
}

#[test]
fn quiet_says_nothing_and_json_is_all_of_standard_output() {
    let bench = Bench::new();
    let run = bench.reconcile(one_row().as_bytes(), &["--quiet"]);
    assert_eq!((run.code(), stdout(&run.output), run.stderr()), (0, String::new(), String::new()));
    let run = bench.reconcile(one_row().as_bytes(), &["--json"]);
    let value: serde_json::Value = serde_json::from_str(&stdout(&run.output)).expect("JSON and nothing else");
    assert_eq!(value["inputs"][0]["records_read"], 1);
    assert_eq!(value["verdicts"][0]["code"], "match");
    assert!(value["run"]["started"].as_str().is_some_and(|time| time.ends_with("+07:00")));
}

#[test]
fn the_summary_fits_a_terminal_and_says_what_to_do_next() {
    for (lang, next) in [("vi", "tiếp theo"), ("en", "next")] {
        let run = Bench::new().reconcile(one_row().as_bytes(), &["--lang", lang]);
        let text = stdout(&run.output);
        assert!(text.contains(next), "{text}");
        assert!(text.lines().count() <= 22);
        // The folder of a test may be longer than a line; all else must fit.
        let long: Vec<&str> =
            text.lines().filter(|line| line.chars().count() > 80 && !line.contains("/out")).collect();
        assert_eq!(long, Vec::<&str>::new());
        assert!(!run.stderr().contains('\u{1b}'), "no colour without a terminal");
    }
}

#[test]
fn wrong_options_are_found_before_any_data_is_read() {
    let bench = Bench::new();
    let wrong: [&[&str]; 9] = [
        &["--threads", "0"],
        &["--memory", "viel"],
        &["--as-of", "30/06/2026"],
        &["--max-bad-records", "nhiều"],
        &["--delimiter", "ab"],
        &["--encoding", "tcvn"],
        &["--map", "Cột"],
        &["--map", "Cột=nobody"],
        &["--source", "nobody"],
    ];
    for options in wrong {
        let run = bench.reconcile(b"no list at all", options);
        assert_eq!(run.code(), 2, "{options:?}: {}", run.stderr());
        assert!(run.stderr().contains("help:"), "{options:?}: {}", run.stderr());
    }
    let unknown = lamsach().args(["reconcile", "--nonsense"]).output().expect("the tool starts");
    assert_eq!(code(&unknown), 2);
}

#[test]
fn every_exit_code_has_its_cause() {
    let bench = Bench::new();
    let exit = |list: &[u8], more: &[&str]| bench.reconcile(list, more).code();
    assert_eq!(exit(one_row().as_bytes(), &[]), 0);
    assert_eq!(exit(one_row().as_bytes(), &["--fail-on", "info"]), 0);
    let nobody = format!("{HEADER}\nK0,A B,1990,Nam,001090999999\n");
    assert_eq!(exit(nobody.as_bytes(), &["--fail-on", "error"]), 1);
    assert_eq!(bench.reconcile(nobody.as_bytes(), &["--fail-on", "error"]).summary()["exit"]["code"], 1);
    assert_eq!(exit(b"", &[]), 3);
    let missing = lamsach().args(["reconcile", "x.csv", "--against", "y.csv", "-o", "z"]).output();
    assert_eq!(code(&missing.expect("the tool starts")), 3);
    fs::remove_file(bench.path("reference.csv")).expect("the reference");
    assert_eq!(exit(one_row().as_bytes(), &[]), 5);
    bench.write("reference.csv", b"nothing like a reference\n");
    assert_eq!(exit(one_row().as_bytes(), &[]), 5);
}

#[test]
fn a_folder_that_is_not_ours_is_left_alone() {
    let bench = Bench::new();
    let out = bench.path("out");
    fs::create_dir(&out).expect("a folder");
    fs::write(out.join("luong.xlsx"), "x").expect("somebody's file");
    let run = bench.reconcile(one_row().as_bytes(), &["--replace"]);
    assert_eq!(run.code(), 2);
    assert!(run.stderr().contains("error[L0205]"), "{}", run.stderr());
    assert!(out.join("luong.xlsx").exists());
}

#[test]
fn no_cell_reaches_a_message_a_log_or_the_summary() {
    const CANARY: &str = "KANARI";
    let bench = Bench::new();
    let cells = "K0KANARI,KANARI VĂN AN,KANARI/1990,KANARI,KANARI001090";
    let mut bad = vec![
        format!("{cells},KANARI"),
        "KANARI".to_owned(),
        format!("\"{cells}"),
        format!("{cells}\u{0}"),
        format!("K,KANARI\"A,{cells}"),
    ];
    bad.push(format!("K1,KANARI KANARI,1990,Nam,{}", CITIZENS[0].0));
    let list = format!("{}{cells}\n{}\n", one_row(), bad.join("\n"));
    for options in [&[][..], &["--json"], &["--max-bad-records", "0"], &["--lang", "en"]] {
        let run = bench.reconcile(list.as_bytes(), options);
        let mut said = stdout(&run.output) + &run.stderr();
        for name in ["summary.json", "manifest.json"] {
            said.push_str(&fs::read_to_string(run.out.join(name)).unwrap_or_default());
        }
        assert!(!said.contains(CANARY), "{options:?}: {said}");
    }
    let inspected = lamsach().arg("inspect").arg(bench.path("list.csv")).output().expect("the tool starts");
    assert!(!stdout(&inspected).contains(CANARY) && !stderr(&inspected).contains(CANARY));
    let broken = bench.write("broken.csv", format!("KANARI,KANARI\nKANARI,{CANARY}\n").as_bytes());
    let refused = bench.reconcile_file(&broken, &[]);
    assert_eq!(refused.code(), 3);
    assert!(!refused.stderr().contains(CANARY), "{}", refused.stderr());
}

#[test]
fn no_cell_of_a_result_can_become_a_formula() {
    let (number, _, birth, sex) = CITIZENS[0];
    let list = format!(
        "{HEADER}\n=HYPERLINK(1),\"=cmd|' /C calc'!A0\",{birth},{sex},{number}\n@K,+A B,{birth},{sex},{number}\n=1,x\n"
    );
    let run = Bench::new().reconcile(list.as_bytes(), &[]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    for name in ["verdicts.csv", "corrections.csv", "findings.csv", "quarantine.csv"] {
        for row in run.table(name) {
            for (column, cell) in row {
                assert!(!cell.trim_start().starts_with(['=', '+', '@', '\t']), "{name} {column}: {cell}");
            }
        }
    }
}

#[test]
fn result_files_are_for_their_owner_only() {
    use std::os::unix::fs::MetadataExt;
    let run = Bench::new().reconcile(one_row().as_bytes(), &[]);
    let mode = |path: &std::path::Path| fs::metadata(path).expect("written").mode() & 0o777;
    assert_eq!(mode(&run.out), 0o700);
    for entry in fs::read_dir(&run.out).expect("the run") {
        assert_eq!(mode(&entry.expect("an entry").path()), 0o600);
    }
}

#[test]
fn inspect_masks_and_understands() {
    let output = lamsach()
        .args(["inspect", "--json"])
        .arg(project().join("samples/tiem_chung.csv"))
        .output()
        .expect("the tool starts");
    let value: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    let file = &value[0];
    assert_eq!((file["source"].as_str(), file["header_line"].as_u64()), (Some("tiem_chung"), Some(4)));
    let columns = file["columns"].as_array().expect("columns");
    let field =
        |name: &str| columns.iter().find(|column| column["name"] == name).expect("a column")["field"].clone();
    assert_eq!(field("Số CMND/CCCD"), "any_number");
    assert_eq!(field("Họ và tên"), "full_name");
    assert_eq!(field("Mũi tiêm"), serde_json::Value::Null);
    let text = lamsach()
        .arg("inspect")
        .arg(project().join("samples/dan_cu.csv.gz"))
        .output()
        .expect("the tool starts");
    let text = stdout(&text);
    assert!(text.contains("dan_cu") && text.contains("life_status"), "{text}");
    let wide: Vec<&str> = text.lines().skip(1).filter(|line| line.chars().count() > 80).collect();
    assert_eq!(wide, Vec::<&str>::new());
}

#[test]
fn a_dry_run_reads_no_record_and_writes_nothing() {
    let bench = Bench::new();
    let run = bench.reconcile(one_row().as_bytes(), &["--dry-run"]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    assert!(stdout(&run.output).contains("any_number         <- Số CMND/CCCD"), "{}", stdout(&run.output));
    assert!(!run.out.exists());
}

#[test]
fn rules_can_be_shown_replaced_and_checked() {
    let shown = lamsach().args(["rules", "show", "ID03"]).output().expect("the tool starts");
    assert!(stdout(&shown).contains("mất số 0"), "{}", stdout(&shown));
    let listed = lamsach().args(["rules", "list"]).output().expect("the tool starts");
    assert!(stdout(&listed).contains("sources/tiem_chung.toml"));
    let home = tempfile::tempdir().expect("a temporary folder");
    let folder = home.path().join("checks");
    fs::create_dir(&folder).expect("a folder");
    let sex = fs::read_to_string(project().join("rules/checks/sex.toml")).expect("a rules file");
    fs::write(folder.join("sex.toml"), sex.replace("kind = \"repair\"", "kind = \"repair\"\ncolour = 1"))
        .expect("a file");
    let checked = lamsach().args(["rules", "check"]).arg(home.path()).output().expect("the tool starts");
    assert_eq!(code(&checked), 2);
    let message = stderr(&checked);
    assert!(message.contains("sex.toml:") && message.contains("colour"), "{message}");
    fs::write(folder.join("sex.toml"), sex.replace("\"code\"", "\"colour\"")).expect("a file");
    let checked = lamsach().args(["rules", "check"]).arg(home.path()).output().expect("the tool starts");
    assert_eq!(code(&checked), 2, "a check on a repair that does not exist");
    fs::write(folder.join("sex.toml"), sex).expect("a file");
    let checked = lamsach().args(["rules", "check"]).arg(home.path()).output().expect("the tool starts");
    assert_eq!(code(&checked), 0, "{}", stderr(&checked));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = lamsach()
        .args(["rules", "list"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("the tool starts");
    drop(child.stdout.take());
    assert!(child.wait().expect("the tool ends").success());
}
