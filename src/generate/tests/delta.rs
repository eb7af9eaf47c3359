//! Tests of the delta: what it does to the extract, and that it does nothing to the other files.

use super::*;

fn with_delta(request: Request, rows: u64) -> Files {
    make_besides(request, &settings(), (0, rows)).expect("the run goes through")
}

fn number(line: &str) -> &str {
    line.split(',').next().expect("a first cell")
}

/// The extract with the rows of a delta in the places of their numbers, and the new ones at the end.
fn applied(extract: &str, changes: &str) -> String {
    let mut rows: Vec<&str> = extract.lines().collect();
    let at: BTreeMap<&str, usize> = rows.iter().enumerate().map(|(at, line)| (number(line), at)).collect();
    for change in changes.lines().skip(1) {
        match at.get(number(change)) {
            Some(at) => rows[*at] = change,
            None => rows.push(change),
        }
    }
    rows.join("\n") + "\n"
}

fn by_number(text: &str) -> BTreeMap<String, Vec<String>> {
    records(text).into_iter().map(|row| (row[0].clone(), row)).collect()
}

/// How many rows of a delta are of each kind, told by what they say beside the extract.
fn kinds(extract: &str, changes: &str) -> BTreeMap<&'static str, u64> {
    let (before, rows) = (by_number(extract), records(changes));
    let replaced: BTreeSet<&str> = rows.iter().map(|row| row[1].as_str()).collect();
    let mut kinds = BTreeMap::new();
    for row in &rows {
        let changed: Vec<usize> = match before.get(&row[0]) {
            Some(old) => (0..row.len()).filter(|at| old[*at] != row[*at]).collect(),
            None => vec![0],
        };
        let kind = match (changed.as_slice(), row[11].as_str()) {
            ([0], "Còn sống") if row[1].len() == 12 => "established anew",
            ([0], "Còn sống") => "born",
            ([2], _) => "name",
            ([3], _) => "birth date",
            ([4], _) => "sex",
            ([11], "Đã chết") => "deceased",
            ([11], "Thôi quốc tịch") => "emigrated",
            ([11], "Hủy số") if replaced.contains(row[0].as_str()) => "replaced",
            ([11], "Hủy số") => "cancelled",
            (columns, "Còn sống") if columns.iter().all(|at| (5..10).contains(at)) => "moved",
            _ => panic!("a change of no kind: {row:?}"),
        };
        *kinds.entry(kind).or_default() += 1;
    }
    kinds
}

#[test]
fn the_other_files_are_the_same_with_and_without_a_delta() {
    let settings = settings();
    let make = |rows| make_besides(request(7, 8000, 2000), &settings, (300, rows)).expect("made");
    let (without, with, again) = (make(0), make(500), make(500));
    assert!(without.extract == with.extract && without.list == with.list && without.truth == with.truth);
    assert!(without.workbook == with.workbook && without.twin == with.twin);
    assert!(without.office_truth == with.office_truth);
    assert!(without.changes.is_empty() && without.after.is_empty());
    assert!(with.changes == again.changes && with.after == again.after);
    let other = with_delta(request(8, 8000, 2000), 500);
    assert!(other.changes != with.changes);
}

#[test]
fn the_extract_and_its_delta_make_the_extract_after_it() {
    // One row, a few, a night's, and the most that is allowed of citizens hardly enough for them.
    for (citizens, rows) in [(2, 1), (20, 10), (30_000, 400), (5000, 2500)] {
        let files = with_delta(request(9, citizens, 0), rows);
        assert!(applied(&files.extract, &files.changes) == files.after, "{citizens} citizens");
        let found = (files.changes.lines().count() as u64 - 1, files.after.lines().count() as u64 - 1);
        assert_eq!(found, (rows, citizens + files.counts.new_numbers));
        assert_eq!(files.counts.changes, rows);
        let numbers: BTreeSet<&str> = files.changes.lines().map(number).collect();
        assert_eq!(numbers.len() as u64, rows + 1, "no number changes twice");
    }
}

#[test]
fn a_delta_has_all_kinds_in_their_shares() {
    let files = with_delta(request(1, 60_000, 0), 2000);
    let kinds = kinds(&files.extract, &files.changes);
    let corrected: u64 = ["name", "birth date", "sex"].map(|kind| kinds[kind]).iter().sum();
    let counts = ["born", "moved", "deceased", "emigrated", "cancelled", "replaced", "established anew"]
        .map(|kind| kinds[kind]);
    assert_eq!((counts, corrected), ([800, 500, 300, 20, 40, 70, 70], 200), "{kinds:?}");
    assert_eq!(kinds.len(), 10);
    // They are mixed, and so are the births among themselves.
    let half = files.changes.lines().skip(1).take(1000).filter(|line| line.ends_with("Đã chết")).count();
    assert!((100..200).contains(&half), "{half}");
}

#[test]
fn new_numbers_are_legal_and_nobodys() {
    let files = with_delta(request(4, 60_000, 30_000), 3000);
    let (before, changes) = (by_number(&files.extract), by_number(&files.changes));
    let mut new = 0;
    for row in changes.values().filter(|row| !before.contains_key(&row[0])) {
        new += 1;
        let (year, woman) = (&row[3][row[3].len() - 4..], row[4] == "Nữ");
        let year: u64 = year.parse().expect("a year");
        let told = (year / 100 - 19) * 2 + u64::from(woman);
        assert_eq!(row[0][3..6], format!("{told}{:02}", year % 100), "{row:?}");
        assert!(row[0].len() == 12 && !files.list.contains(&row[0]), "{row:?}");
        let Some(replaced) = changes.get(&row[1]) else {
            // A child: born in the weeks before the extract, somewhere.
            assert!(row[1].is_empty() && matches!(&row[3][3..], "05/2026" | "06/2026"), "{row:?}");
            assert!(!row[7].is_empty(), "{row:?}");
            continue;
        };
        assert_eq!((replaced[11].as_str(), &replaced[2]), ("Hủy số", &row[2]));
        let differs = replaced[3] != row[3] || replaced[4] != row[4] || replaced[0][..3] != row[0][..3];
        assert!(differs, "{row:?}");
    }
    assert_eq!(new, files.counts.new_numbers);
    assert_eq!(new, 1200 + 105);
}

#[test]
fn a_delta_of_more_than_half_the_citizens_is_refused() {
    let refused = make_besides(request(1, 1000, 0), &settings(), (0, 501));
    assert!(refused.is_err());
}
