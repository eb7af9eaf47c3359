//! Tests of the truth against the lists: what it says can be seen in the cells, and what can be seen it says.

use super::*;

/// The codes of the published taxonomy.
const TAXONOMY: [&str; 80] = [
    "ID01", "ID02", "ID03", "ID04", "ID05", "ID06", "ID07", "ID08", "ID09", "ID10", "ID11", "ID12", "ID13",
    "ID14", "ID15", "ID16", "ID17", "ID18", "ID19", "ID20", "ID21", "ID22", "ID23", "ID24", "ID25", "ID26",
    "NA01", "NA02", "NA03", "NA04", "NA05", "NA06", "NA07", "NA08", "NA09", "NA10", "NA11", "NA12", "NA13",
    "NA14", "NA15", "NA16", "NA17", "NA18", "NA19", "NA20", "DB01", "DB02", "DB03", "DB04", "DB05", "DB06",
    "DB07", "DB08", "DB09", "DB10", "DB11", "SX01", "SX02", "SX03", "AD01", "AD02", "AD03", "AD04", "AD05",
    "AD06", "AD07", "AD08", "AD09", "PS01", "PS02", "PS03", "PS04", "PS05", "PS06", "RD01", "RD02", "RD03",
    "RD04", "RD05",
];

/// Settings under which rare errors occur in a list of moderate size.
fn boosted() -> Settings {
    let mut settings = settings();
    for (code, share) in [("SX03", 0.02), ("RD02", 0.01), ("RD03", 0.01), ("DB04", 0.01), ("PS02", 0.01)] {
        settings.rates.insert(code.to_owned(), Share::try_from(share).expect("a share"));
    }
    settings
}

/// A line of the truth with the cells of the list beside it.
struct Judged {
    codes: Vec<String>,
    person: String,
    birth: String,
    woman: bool,
    cells: Vec<String>,
}

impl Judged {
    fn has(&self, code: &str) -> bool {
        self.codes.iter().any(|held| held == code)
    }

    /// The number cell, if it holds nine or twelve digits that mean a number.
    fn plain_number(&self) -> Option<&str> {
        let number = self.cells[4].as_str();
        let digits = number.bytes().all(|byte| byte.is_ascii_digit());
        let meant = !["ID09", "ID12", "ID11"].iter().any(|code| self.has(code));
        (digits && meant && matches!(number.len(), 9 | 12)).then_some(number)
    }

    /// The birth year written, if the date is written plainly.
    fn plain_year(&self) -> Option<u16> {
        let parts: Vec<&str> = self.cells[2].split('/').collect();
        let plain = parts.len() != 3 || parts[0].len() == 2 && parts[1].len() == 2;
        let year = parts.last().filter(|year| year.len() == 4 && plain && !self.has("DB05"));
        year.and_then(|year| year.parse().ok())
    }
}

/// All rows whose lines are whole.
fn judged(files: &Files) -> Vec<Judged> {
    let lines = list_lines(&files.list);
    let rows = rows_of(&files.truth).into_iter();
    let whole = rows.filter(|row| !["RD01", "RD06", "RD07"].iter().any(|code| row[2].contains(code)));
    whole
        .map(|row| Judged {
            codes: row[2].split('+').map(str::to_owned).collect(),
            // A stranger has no number of the extract and is known by his row.
            person: if row[1].is_empty() { row[0].clone() } else { row[1].clone() },
            birth: row[6].clone(),
            woman: row[7] == "Nữ",
            cells: records(&format!("{}\n{}\n", "a,".repeat(12) + "b", lines[row[0].as_str()])).remove(0),
        })
        .collect()
}

#[test]
fn every_code_of_the_taxonomy_occurs() {
    let files = make_all(request(11, 200_000, 80_000), &boosted(), 4000);
    let both = [records(&files.truth), records(&files.office_truth)].concat();
    let held: BTreeSet<&str> =
        both.iter().flat_map(|row| row[2].split('+')).filter(|code| !code.is_empty()).collect();
    let missing: Vec<_> = TAXONOMY.iter().filter(|code| !held.contains(*code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let ours: Vec<_> = held.iter().filter(|code| !TAXONOMY.contains(code)).collect();
    assert_eq!(ours, [&"RD06", &"RD07"]);
    assert_eq!(TAXONOMY.len() + 2, Code::ALL.len());
    let whole = |truth: &str| records(truth).last().map(|row| row[..3].join(","));
    assert_eq!(whole(&files.truth).as_deref(), Some("*,,AD02+RD04"));
    assert_eq!(whole(&files.office_truth).as_deref(), Some("*,,NA08+DB02+AD02+RD04+RD05"));
    // A line that nobody can read has no other code.
    assert!(both.iter().all(|row| !row[2].contains("RD06") && !row[2].contains("RD07") || row[2].len() == 4));
}

#[test]
fn a_shared_number_is_true_of_every_row_that_shows_it() {
    let files = make(request(12, 100_000, 50_000), &boosted());
    let rows = judged(&files);
    let mut by_number: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in &rows {
        if let Some(number) = row.plain_number() {
            by_number.entry(number).or_default().insert(&row.person);
        }
    }
    let shared = |row: &Judged| row.plain_number().is_some_and(|number| by_number[number].len() > 1);
    let missing = rows.iter().filter(|row| shared(row) && !row.has("ID22")).count();
    assert_eq!(missing, 0);
    // The other row may show the number less plainly, with separators for example.
    let alone = rows.iter().filter(|row| row.has("ID22") && !shared(row)).count();
    let all = rows.iter().filter(|row| row.has("ID22")).count();
    assert!(all > 300 && alone * 10 < all, "{alone} of {all}");
    let innocent = rows.iter().filter(|row| row.has("ID22") && row.cells[4] == row.person).count();
    assert!(innocent > 150, "{innocent}");
}

#[test]
fn a_number_that_contradicts_the_row_is_marked() {
    let files = make(request(13, 100_000, 50_000), &boosted());
    let mut seen = [0; 3];
    for row in judged(&files).iter().filter(|row| !row.has("ID24")) {
        let Some(number) = row.plain_number().filter(|number| number.len() == 12) else { continue };
        let digit = number.as_bytes()[3] - b'0';
        let woman = match row.cells[3].as_str() {
            "Nam" => false,
            "Nữ" => true,
            _ => row.woman,
        };
        assert_eq!(row.has("ID13"), (digit % 2 == 1) != woman, "{number}");
        seen[0] += u32::from(row.has("ID13"));
        let Some(year) = row.plain_year() else { continue };
        let told = 1900 + u16::from(digit / 2) * 100 + number[4..6].parse::<u16>().expect("digits");
        // A date on which nobody alive was born is held against nothing.
        let told = if row.has("DB10") { year } else { told };
        assert_eq!(row.has("ID14"), told != year, "{number} {year}");
        assert_eq!(row.has("ID21"), told + 15 <= year && year <= told + 50, "{number} {year}");
        seen[1] += u32::from(row.has("ID14"));
        seen[2] += u32::from(row.has("ID21"));
    }
    assert!(seen.iter().all(|count| *count > 50), "{seen:?}");
}

#[test]
fn a_default_shows_in_the_list() {
    let files = make(request(14, 60_000, 30_000), &boosted());
    let rows = judged(&files);
    let defaults: BTreeSet<&str> =
        rows.iter().filter(|row| row.has("DB04")).map(|row| row.cells[2].as_str()).collect();
    assert_eq!(defaults.len(), 1, "{defaults:?}");
    let default = defaults.first().expect("one date");
    let shown = rows.iter().filter(|row| row.cells[2] == *default).count();
    let marked = rows.iter().filter(|row| row.has("DB04")).count();
    assert!(marked > 150 && shown - marked < 10, "{shown} {marked}");
    // All of a page are men, and it is marked as a whole.
    let men: usize =
        rows.iter().filter(|row| row.has("SX03")).inspect(|row| assert_eq!(row.cells[3], "Nam")).count();
    assert!(men > 200, "{men}");
    let told = rows.iter().filter(|row| row.has("SX02")).collect::<Vec<_>>();
    assert!(told.len() > 50);
    for row in told {
        let name = row.cells[1].to_lowercase();
        assert!(name.contains("th") || name.contains('v'), "{name}");
    }
}

#[test]
fn people_without_number_residence_or_citizenship() {
    let files = make(request(15, 200_000, 100_000), &settings());
    let citizens: BTreeMap<String, Vec<String>> =
        records(&files.extract).into_iter().map(|citizen| (citizen[0].clone(), citizen)).collect();
    let mut seen = [0; 3];
    for row in judged(&files) {
        if row.has("PS05") {
            let year: u16 = row.birth[row.birth.len() - 4..].parse().expect("a year");
            assert!(year >= 2008 && (row.has("ID01") || row.has("ID09")));
            seen[0] += 1;
        }
        let Some(citizen) = citizens.get(&row.person) else { continue };
        assert_eq!(row.has("PS03"), citizen[11] == "Thôi quốc tịch", "{citizen:?}");
        assert_eq!(row.has("PS04"), citizen[5..10].iter().all(String::is_empty), "{citizen:?}");
        seen[1] += u32::from(row.has("PS03"));
        seen[2] += u32::from(row.has("PS04"));
    }
    assert!(seen.iter().all(|count| *count > 30), "{seen:?}");
}

#[test]
fn the_list_of_an_office_disturbs_no_other_file() {
    let settings = settings();
    let without = make(request(7, 8000, 2000), &settings);
    let first = make_all(request(7, 8000, 2000), &settings, 300);
    let again = make_all(request(7, 8000, 2000), &settings, 300);
    assert!(without.extract == first.extract && without.list == first.list && without.truth == first.truth);
    assert!(first.workbook == again.workbook && first.twin == again.twin);
    assert!(first.office_truth == again.office_truth);
    assert!(first.workbook.starts_with(b"PK"));
    assert!(without.workbook.is_empty() && without.twin.is_empty());
}

#[test]
fn the_truth_of_an_office_is_kept_by_line() {
    let files = make_all(request(16, 60_000, 100), &settings(), 3000);
    assert_eq!(files.counts.office_records, 3000);
    let lines: Vec<&str> = files.twin.lines().collect();
    assert!(lines[0].starts_with("SỞ Y TẾ") && lines[3].bytes().all(|byte| byte == b','));
    assert!(
        lines[4].starts_with("STT,Họ và tên đệm,Tên,Năm sinh,,Số CMND") && lines[5].starts_with(",,,Nam,Nữ,")
    );
    let headers = lines.iter().filter(|line| line.starts_with("STT,")).count();
    assert_eq!((headers, lines.len()), (60, 4 + 60 * 2 + 3000 + 2));
    let truth = rows_of(&files.office_truth);
    assert_eq!(truth.len(), 3000);
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    for row in &truth {
        let line: usize = row[0].parse().expect("a line");
        let cells = records(&format!("{}\n{}\n", "a,".repeat(14) + "b", lines[line - 1])).remove(0);
        assert_eq!(format!("{} {}", cells[1], cells[2]).trim().to_uppercase(), row[5], "{cells:?}");
        assert_eq!(cells[3].is_empty(), row[7] == "Nữ", "{cells:?}");
        let has = |code: &str| row[2].split('+').any(|held| held == code);
        row[2].split('+').for_each(|code| *seen.entry(code).or_default() += 1);
        assert_eq!(has("ID20"), cells[5].len() == 12, "{cells:?}");
        let short = matches!(cells[5].len(), 7..9) || matches!(cells[6].len(), 10..12);
        assert!(has("ID01") || has("ID03") == short, "{cells:?}");
        assert!(
            !has("PS05") || has("ID01") && cells[3..5].concat().as_str() >= "2008" && !cells[13].is_empty()
        );
        assert_eq!(row[3] == "match", !has("ID01") && !has("ID25"), "{row:?}");
    }
    for code in ["ID01", "ID03", "ID15", "ID20", "AD03", "AD04", "PS05"] {
        assert!(seen.contains_key(code), "{code} {seen:?}");
    }
    for code in seen.keys().filter(|code| !code.is_empty()) {
        let expected = ["ID01", "ID03", "ID15", "ID20", "ID25", "AD03", "AD04", "PS03", "PS04", "PS05"];
        assert!(expected.contains(code), "{code}");
    }
}
