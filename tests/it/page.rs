//! `report.html` and `lamsach report`: what a page says is what the summary says, nobody stands in it by name, and nothing
//! that stands in a file can do anything in it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::run::{Bench, HEADER, code, lamsach, project, stderr, stdout};

const PAGES: [&str; 2] = ["report.html", "report.en.html"];

/// A run of the samples: `reconcile` by a store's own way of searching, or `clean` of a workbook.
fn sample(home: &Path, command: &str, more: &[&str]) -> PathBuf {
    let out = home.join(command);
    let samples = project().join("samples");
    let mut run = lamsach();
    run.arg(command);
    match command {
        "reconcile" => {
            run.arg(samples.join("tiem_chung.csv")).arg("--against").arg(samples.join("dan_cu.csv.gz"))
        }
        _ => run.arg(samples.join("danh_sach.xlsx")),
    };
    let output = run
        .args(["--as-of", "2026-06-30", "--quiet"])
        .args(more)
        .arg("-o")
        .arg(&out)
        .output()
        .expect("it starts");
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    out
}

fn page(out: &Path, name: &str) -> String {
    fs::read_to_string(out.join(name)).expect("a page was written")
}

fn json(out: &Path, name: &str) -> serde_json::Value {
    serde_json::from_slice(&fs::read(out.join(name)).expect("written")).expect("JSON")
}

/// What a reader of an English page sees as a number.
fn shown(n: &serde_json::Value) -> String {
    let digits = n.as_u64().expect("a count").to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).expect("digits")).collect();
    groups.join(",")
}

#[test]
fn a_run_has_its_page_in_both_languages() {
    let home = tempfile::tempdir().expect("a temporary folder");
    for command in ["reconcile", "clean"] {
        let out = sample(home.path(), command, &[]);
        for name in PAGES {
            let bytes = fs::read(out.join(name)).expect("a page was written");
            for (file, list) in [("manifest.json", "files"), ("summary.json", "outputs")] {
                let json = json(&out, file);
                let written = json[list].as_array().expect("files").iter().find(|file| file["path"] == name);
                let written = written.unwrap_or_else(|| panic!("{file} does not name {name}"));
                let sha256: String =
                    Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
                assert_eq!(written["sha256"], sha256.as_str(), "{command} {name} in {file}");
                assert_eq!(written["contains_personal_data"], false);
            }
            let page = page(&out, name);
            let lang = if name == "report.html" { "vi" } else { "en" };
            assert!(page.contains(&format!("<html lang=\"{lang}\">")));
            // Words that nobody gave would stand there by their names.
            for name in ["title_", "sentence_", "units_", "big_", "present_", "to_do_", "h_"] {
                assert!(!page.contains(&format!(">{name}")), "{command}: {name}");
            }
        }
        // The language of the run's messages is no part of what is written.
        let other = sample(home.path(), command, &["--lang", "en", "--replace", "--force"]);
        assert_eq!(crate::run::files(&out), crate::run::files(&other));
    }
}

#[test]
fn what_a_page_counts_is_what_the_summary_counts() {
    let home = tempfile::tempdir().expect("a temporary folder");
    for (command, more) in [("reconcile", &["--search", "auto"][..]), ("clean", &[])] {
        let out = sample(home.path(), command, more);
        let (page, summary) = (page(&out, "report.en.html"), json(&out, "summary.json"));
        let sum = |key: &str| -> u64 {
            summary["inputs"].as_array().expect("inputs").iter().filter_map(|input| input[key].as_u64()).sum()
        };
        let row = |label: &str, cells: &[&serde_json::Value]| {
            let cells: String = cells.iter().map(|n| format!("{}</td>", shown(n))).collect();
            let cells = cells.trim_end_matches("</td>").to_owned();
            let first = page.split(label).skip(1).any(|rest| {
                let row = rest.split("</tr>").next().unwrap_or_default();
                row.contains(&format!(">{cells}<"))
            });
            assert!(first, "{command}: no row {label} {cells}");
        };
        for verdict in
            summary["verdicts"].as_array().expect("verdicts").iter().filter(|_| command == "reconcile")
        {
            row(&verdict["en"].as_str().expect("a label").replace('\'', "&#x27;"), &[&verdict["count"]]);
        }
        for rule in summary["findings"]["by_rule"].as_array().expect("rules") {
            if rule["count"].as_u64() > Some(0) {
                row(&format!("{}</th><td>", rule["code"].as_str().expect("a code")), &[&rule["count"]]);
            }
        }
        row("Total", &[&summary["findings"]["total"]]);
        let to_do = &summary["to_do"];
        let kinds = ["nothing", "auto", "review", "field_check", "open"];
        let n: u64 = kinds.iter().map(|kind| to_do[kind].as_u64().expect("a count")).sum();
        assert_eq!(n, sum("records_clean"), "{command}: every record has something to do, or nothing");
        assert_eq!(n + sum("records_quarantined"), sum("records_read"));
        row("nothing to do", &[&to_do["nothing"]]);
        for field in summary["fields"].as_array().expect("fields") {
            let kinds = ["as_written", "rewritten", "unreadable", "missing"];
            let cells: u64 = kinds.iter().map(|kind| field[kind].as_u64().expect("a count")).sum();
            assert_eq!(field["cells"], cells, "{command}: {field}");
            assert_eq!(cells, sum("records_clean"));
        }
        let units = &summary["units"];
        for unit in units["top"].as_array().expect("units") {
            let cell = format!("<bdi>{}</bdi></th>", unit["unit"].as_str().expect("a name"));
            row(&cell, &[&unit["to_check"]]);
            row(&cell, &[&unit["auto"]]);
        }
        let to_check: u64 = kinds[2..].iter().map(|kind| to_do[kind].as_u64().expect("a count")).sum();
        assert!(units["to_check"].as_u64().expect("a count") <= to_check);
        assert!(units["auto"].as_u64() <= to_do["auto"].as_u64());
    }
}

#[test]
fn tables_and_page_agree_on_what_has_to_be_done() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let out = sample(home.path(), "reconcile", &["--search", "auto"]);
    let mut gravest: std::collections::BTreeMap<(String, String), u8> = Default::default();
    let mut by_unit: std::collections::BTreeMap<String, BTreeSet<(String, String)>> = Default::default();
    let mut reader = csv::Reader::from_path(out.join("corrections.csv")).expect("corrections");
    for row in reader.records().map(|row| row.expect("a row")) {
        let key = (row[0].to_owned(), row[1].to_owned());
        let weight =
            ["auto", "review", "field_check"].iter().position(|name| *name == &row[7]).expect("a decision");
        let entry = gravest.entry(key.clone()).or_default();
        *entry = (*entry).max(weight as u8);
        by_unit.entry(row[3].to_owned()).or_default().insert(key);
    }
    let summary = json(&out, "summary.json");
    for (weight, kind) in ["auto", "review", "field_check"].iter().enumerate() {
        let n = gravest.values().filter(|found| usize::from(**found) == weight).count();
        assert_eq!(summary["to_do"][kind], n, "{kind}");
    }
    let top = &summary["units"]["top"][0];
    let records = &by_unit[top["unit"].as_str().expect("a name")];
    let n = top["to_check"].as_u64().expect("a count") + top["auto"].as_u64().expect("a count");
    assert_eq!(n, records.len() as u64);
    by_unit.remove("");
    assert_eq!(summary["units"]["units"], by_unit.len());
    let bins = summary["certainty"]["bins"].as_array().expect("bins");
    let n: u64 = bins.iter().filter_map(|bin| bin["corrections"].as_u64()).sum();
    let all: u64 =
        summary["corrections"].as_array().expect("counts").iter().filter_map(|n| n["count"].as_u64()).sum();
    assert_eq!(n, all);
}

#[test]
fn nobody_of_the_samples_stands_on_a_page() {
    let home = tempfile::tempdir().expect("a temporary folder");
    for command in ["reconcile", "clean"] {
        let more: &[&str] = if command == "clean" { &["--with-ethnicity"] } else { &["--search", "auto"] };
        let out = sample(home.path(), command, more);
        let pages = PAGES.map(|name| page(&out, name));
        let report = lamsach().arg("report").arg(&out).output().expect("it starts");
        let said = [&pages[0], &pages[1], &stdout(&report), &json(&out, "summary.json").to_string()]
            .map(String::from);
        let mut values = BTreeSet::new();
        let tables = match command {
            "reconcile" => vec![
                project().join("samples/tiem_chung.csv"),
                out.join("corrections.csv"),
                out.join("candidates.csv"),
            ],
            _ => vec![out.join("cleaned.csv"), out.join("corrections.csv")],
        };
        const PERSONAL: [&str; 20] = [
            "Họ và tên",
            "Ngày sinh",
            "Số CMND/CCCD",
            "Số điện thoại",
            "Địa chỉ chi tiết",
            "Mã đối tượng",
            "old",
            "new",
            "full_name",
            "birth_date",
            "citizen_number",
            "old_number",
            "any_number",
            "guardian_name",
            "guardian_number",
            "phone",
            "health_card",
            "address",
            "number",
            "record_key",
        ];
        for table in tables {
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_path(&table)
                .expect("a table");
            let mut columns = Vec::new();
            for row in reader.records().map(|row| row.expect("a row")) {
                if columns.is_empty() {
                    columns = (0..row.len()).filter(|at| PERSONAL.contains(&&row[*at])).collect();
                    continue;
                }
                values
                    .extend(columns.iter().filter_map(|at| row.get(*at)).map(|cell| cell.trim().to_owned()));
            }
        }
        // What is short tells nobody (a line number, a sex, a year), nor do words for "none".
        let words = fs::read_to_string(project().join("rules/lexicon/placeholders.csv")).expect("a list");
        values.retain(|value| {
            value.chars().count() >= 7
                && !PERSONAL.contains(&value.as_str())
                && !words.contains(value.as_str())
        });
        assert!(values.len() > 300, "{}", values.len());
        for value in &values {
            assert!(!said.iter().any(|text| text.contains(value.as_str())), "{command}: {value}");
        }
        assert!(pages[0].contains("**"), "examples are there, masked");
    }
}

/// Strings that break things elsewhere, after the Big List of Naughty Strings.
const NAUGHTY: [&str; 22] = [
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "\"><img src=x onerror=alert(3)>",
    "'-alert(4)-'",
    "javascript:alert(5)",
    "<svg/onload=alert(6)>",
    "</title><body onload=alert(7)>",
    "{{ summary }}{% raw %}{# #}",
    "&lt;script&gt;&#60;",
    "<!--<script>",
    "]]><a href=\"http://example.com\">",
    "\u{202e}gnp.exe\u{202c}",
    "\u{2066}\u{2067}a\u{2069}",
    "a\u{200b}\u{feff}\u{ad}b",
    "\u{1b}[31mred\u{7}",
    "\u{e0041}\u{e007f}",
    "العربية עברית",
    "Z\u{321}\u{317}a\u{303}l\u{335}g\u{336}o\u{337}",
    "𝕋𝕙𝕖 👩‍👩‍👧",
    "=cmd|' /C calc'!A0",
    "style=\"background:url(http://example.com)\"",
    "\u{2028}\u{2029}x",
];

#[test]
fn naughty_strings_do_nothing() {
    let bench = Bench::new();
    let cell = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    // In names of files, of columns, of units, and in every cell.
    let mut reference = String::from(
        "Số định danh cá nhân,Họ và tên,Ngày sinh,Giới tính,Mã xã,Xã/Phường/Đặc khu,Tỉnh/Thành phố\n",
    );
    let mut list = format!("K,{},Ngày sinh,Giới tính,Số CMND/CCCD,{}\n", cell(NAUGHTY[0]), cell(NAUGHTY[2]));
    for (at, text) in NAUGHTY.iter().enumerate() {
        let number = format!("0011900000{at:02}");
        reference.push_str(&format!(
            "{number},NGUYỄN THỊ LÊ,01/02/1990,Nữ,{at:05},{},{}\n",
            cell(text),
            cell(text)
        ));
        list.push_str(&format!("{},{},{},{},{number},x\n", cell(text), cell(text), cell(text), cell(text)));
        list.push_str(&format!("k{at},NGUYỄN THỊ LỆ,01/02/1990,Nữ,{number},x\n"));
        list.push_str(&format!("k{at},NGUYỄN THỊ LỆ,01/02/1990,Nữ,{},x\n", cell(text)));
    }
    bench.write("reference.csv", reference.as_bytes());
    let name = "\"><img src=x onerror=alert(8)>\u{202e}<script>.csv";
    let file = bench.write(name, list.as_bytes());
    let map = format!("{}=full_name", NAUGHTY[0]);
    let run = bench.reconcile_file(&file, &["--map", &map, "--map", "K=record_key"]);
    assert_eq!(run.code(), 0, "{}", run.stderr());
    for name in PAGES {
        hold_harmless(&page(&run.out, name));
    }
    assert!(
        page(&run.out, "report.html").contains("&lt;img src=x onerror=alert(3)&gt;"),
        "the unit is shown"
    );
    let out = bench.path("cleaned");
    let cleaned = lamsach()
        .arg("clean")
        .arg(&file)
        .args(["--map", &map, "--as-of", "2026-06-30", "-o"])
        .arg(&out)
        .output()
        .expect("it starts");
    assert_eq!(code(&cleaned), 0, "{}", stderr(&cleaned));
    for name in PAGES {
        hold_harmless(&page(&out, name));
    }
    for folder in [&run.out, &out] {
        let report = lamsach().arg("report").arg(folder).output().expect("it starts");
        assert_eq!(code(&report), 0);
        assert!(stdout(&report).chars().all(|letter| letter == '\n' || !letter.is_control()));
        assert!(!stdout(&report).contains('\u{202e}'));
    }
}

/// Nothing in a page but its own layout is markup, and its own script is the only one a browser lets run.
fn hold_harmless(page: &str) {
    let head = page.split("</head>").next().unwrap_or_default().replace("&#x2f;", "/");
    let inside = |tag: &str| {
        let rest = page.split_once(&format!("<{tag}>")).expect("an element of the layout").1;
        rest.split_once(&format!("</{tag}>")).expect("its end").0
    };
    let lower = page.to_lowercase();
    assert_eq!(lower.matches("<script").count(), 1);
    assert_eq!(lower.matches("</script").count(), 1);
    assert_eq!(lower.matches("<style").count(), 1);
    for forbidden in
        ["<img", "<body onload", "<svg/", "<!--", "javascript:\"", "http://example.com\"", "href=\"http"]
    {
        assert!(!lower.contains(forbidden), "{forbidden}");
    }
    let names: BTreeSet<&str> = page
        .split('<')
        .skip(1)
        .filter(|tag| !tag.starts_with(['/', '!']))
        .map(|tag| tag.split([' ', '>', '/', '\n']).next().unwrap_or_default())
        .collect();
    const OURS: [&str; 45] = [
        "a", "b", "bdi", "body", "br", "circle", "dd", "defs", "details", "div", "dl", "dt", "footer", "h1",
        "h2", "h3", "head", "header", "html", "li", "main", "meta", "p", "path", "pattern", "rect", "script",
        "section", "small", "span", "style", "summary", "svg", "table", "tbody", "td", "text", "tfoot", "th",
        "thead", "title", "tr", "ul", "", "0",
    ];
    for name in names {
        // The script compares numbers: what follows its signs is no element.
        assert!(
            OURS.contains(&name) || inside("script").contains(&format!("<{name}")),
            "<{name}> is not ours"
        );
    }
    let is_odd = |letter: &char| {
        letter.is_control() && *letter != '\n'
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..)
    };
    assert_eq!(page.chars().find(is_odd), None);
    for tag in ["style", "script"] {
        let hash = base64(&Sha256::digest(inside(tag).as_bytes()));
        assert!(head.contains(&format!("{tag}-src 'sha256-{hash}'")), "a browser would not let our {tag} in");
    }
    assert!(head.contains("default-src 'none'"));
    assert!(!page.contains(" style=\"") && !page.contains(" onclick"), "inline styles are not let in");
}

fn base64(bytes: &[u8]) -> String {
    let digits: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let mut out: String = bits
        .as_bytes()
        .chunks(6)
        .map(|six| {
            let six = format!("{:0<6}", std::str::from_utf8(six).expect("digits"));
            digits[usize::from_str_radix(&six, 2).expect("bits")]
        })
        .collect();
    while !out.len().is_multiple_of(4) {
        out.push('=');
    }
    out
}

#[test]
fn the_report_in_the_terminal_stands_as_it_is() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let bless = std::env::var_os("LAMSACH_BLESS").is_some();
    for command in ["reconcile", "clean"] {
        let out = sample(home.path(), command, &[]);
        for lang in ["vi", "en"] {
            let report =
                lamsach().arg("report").arg(&out).args(["--lang", lang]).output().expect("it starts");
            assert_eq!(code(&report), 0, "{}", stderr(&report));
            let text = stdout(&report);
            let golden = project().join(format!("tests/report/{command}.{lang}.md"));
            if bless {
                fs::create_dir_all(project().join("tests/report")).expect("the project can be written");
                fs::write(&golden, &text).expect("the project can be written");
            }
            assert_eq!(text, fs::read_to_string(&golden).expect("a golden report"), "{command} {lang}");
            for line in text.lines() {
                assert!(line.chars().count() <= 80, "{line}");
            }
        }
        let report = lamsach().arg("report").arg(&out).arg("--json").output().expect("it starts");
        assert_eq!(report.stdout, fs::read(out.join("summary.json")).expect("a summary"));
    }
}

#[test]
fn a_report_is_of_a_run_as_it_was_written() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let report = |folder: &Path| {
        let output = lamsach().arg("report").arg(folder).args(["--lang", "en"]).output().expect("it starts");
        (code(&output), stdout(&output), stderr(&output))
    };
    let (exit, _, said) = report(home.path());
    assert!(exit == 2 && said.contains("L0207"), "{said}");
    let out = sample(home.path(), "clean", &[]);
    let path = out.join("summary.json");
    let text = fs::read_to_string(&path).expect("a summary");
    for (from, to, code) in [
        ("\"nothing\": ", "\"nothing\": 1", "L0223"),
        ("{", "", "L0223"),
        ("\"schema_version\": 1", "\"schema_version\": 99", "L0224"),
    ] {
        fs::write(&path, text.replacen(from, to, 1)).expect("a temporary file");
        let (exit, _, said) = report(&out);
        assert!(exit == 2 && said.contains(code), "{code}: {said}");
    }
    // Runs of other commands are shown as far as they go, refused ones say so.
    let bench = Bench::new();
    let refused = bench.reconcile(format!("{HEADER}\n1,2\n").as_bytes(), &["--max-bad-records", "0"]);
    assert_eq!(refused.code(), 3);
    let (exit, said, _) = report(&refused.out);
    assert!(exit == 0 && said.contains("The run was refused"), "{said}");
    assert!(!refused.out.join("report.html").exists());
    let out = home.path().join("twice");
    let linked = lamsach()
        .arg("dedupe")
        .arg(project().join("samples/tiem_chung.csv"))
        .args(["--profile", "danh_sach", "--quiet", "-o"])
        .arg(&out)
        .output()
        .expect("it starts");
    assert_eq!(code(&linked), 0, "{}", stderr(&linked));
    let (exit, said, _) = report(&out);
    assert!(exit == 0 && said.contains("# Report: dedupe") && said.contains("links.csv"), "{said}");
}
