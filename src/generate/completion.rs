//! Completion: what is true of a row only beside the other rows, ID22 and PS02, and of the file as a whole.
//!
//! The lines of the truth wait in a file of the given folder, because a row written early may share its number
//! with one that comes late. Of every row with a number that can be read, number, person and row are kept, 24
//! bytes; then the lines are copied with the codes that were found. Does not know how a row came about.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::Counts;
use super::candidate::{Candidate, Kind};
use super::codes::{Code, CodeSet};
use super::row::{Row, Shown, TRUTH_HEADER};

/// The key of the line that speaks of the file.
const WHOLE_FILE: &str = "*";
/// Marks a person who is known by the row alone, above every number.
const BY_ROW: u64 = 1 << 63;
/// Added to an old number, so that none is a personal number.
const OLD: u64 = 1 << 62;

/// A number as one row shows it.
struct Entry {
    number: u64,
    person: u64,
    row: u32,
}

/// One of the two rows of a person; a number of nought cannot be read.
struct Twin {
    person: u64,
    row: u32,
    number: u64,
    intact: bool,
}

/// The truth while it is not complete.
pub(super) struct Pending {
    path: PathBuf,
    lines: BufWriter<File>,
    rows: u32,
    entries: Vec<Entry>,
    twins: Vec<Twin>,
}

impl Pending {
    /// Opens the file that the lines wait in.
    pub(super) fn new(temp: &Path, records: u64) -> Result<Self> {
        ensure!(records < u64::from(u32::MAX), "a list of {records} records is too long");
        let path = temp.join("generate_truth.csv");
        let file = File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
        let lines = BufWriter::with_capacity(1 << 18, file);
        let entries = Vec::with_capacity(records as usize);
        Ok(Pending { path, lines, rows: 0, entries, twins: Vec::new() })
    }

    /// Keeps the line of a row and what the other rows may have in common with it.
    pub(super) fn add(&mut self, line: &str, row: &Row, candidate: &Candidate) -> Result<()> {
        self.lines.write_all(line.as_bytes()).context("cannot write the waiting truth")?;
        let number = match row.shown {
            Shown::Personal(number) | Shown::ZerosLost(number) => number,
            Shown::Old(number) => OLD + u64::from(number),
            Shown::Nothing => 0,
        };
        let is_citizen = candidate.kind == Kind::Citizen;
        let person = if is_citizen { candidate.number } else { BY_ROW + u64::from(self.rows) };
        if number != 0 {
            self.entries.push(Entry { number, person, row: self.rows });
        }
        if candidate.doubled {
            let intact = row.is_person_intact();
            self.twins.push(Twin { person, row: self.rows, number, intact });
        }
        self.rows += 1;
        Ok(())
    }

    /// Copies the lines with what was found, and adds the line that speaks of the file.
    pub(super) fn finish(&mut self, whole: CodeSet, out: &mut dyn Write, counts: &mut Counts) -> Result<()> {
        self.lines.flush().context("cannot write the waiting truth")?;
        let mut found = self.shared_numbers();
        found.extend(self.doubled_people());
        found.sort_unstable();
        let mut found = found.into_iter().peekable();
        let file = File::open(&self.path).with_context(|| format!("cannot open {}", self.path.display()))?;
        let mut lines = BufReader::with_capacity(1 << 18, file);
        let mut line = String::new();
        out.write_all(TRUTH_HEADER.as_bytes())?;
        for row in 0..self.rows {
            line.clear();
            lines.read_line(&mut line).context("cannot read the waiting truth")?;
            let mut added = CodeSet::default();
            while let Some((_, code)) = found.next_if(|(at, _)| *at == row) {
                added.insert(code);
            }
            if !added.is_empty() {
                add_codes(&mut line, added, counts)?;
            }
            out.write_all(line.as_bytes())?;
        }
        push_whole(whole, out)?;
        out.flush()?;
        Ok(())
    }

    /// The rows whose number is also on the row of another person.
    fn shared_numbers(&mut self) -> Vec<(u32, Code)> {
        self.entries.sort_unstable_by_key(|entry| (entry.number, entry.row));
        let mut found = Vec::new();
        for same in self.entries.chunk_by(|a, b| a.number == b.number) {
            if same.iter().any(|entry| entry.person != same[0].person) {
                found.extend(same.iter().map(|entry| (entry.row, Code::ID22)));
            }
        }
        found
    }

    /// The rows of a person who has two, where the number or everything else shows it.
    fn doubled_people(&mut self) -> Vec<(u32, Code)> {
        self.twins.sort_unstable_by_key(|twin| (twin.person, twin.row));
        let mut found = Vec::new();
        for same in self.twins.chunk_by(|a, b| a.person == b.person) {
            let by_number = same[0].number != 0 && same.iter().all(|twin| twin.number == same[0].number);
            if same.len() > 1 && (by_number || same.iter().all(|twin| twin.intact)) {
                found.extend(same.iter().map(|twin| (twin.row, Code::PS02)));
            }
        }
        found
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        // A file that stays behind is met again when the folder is removed.
        let _ = fs::remove_file(&self.path);
    }
}

/// Adds codes to the third cell of a line, of which none before it is quoted.
fn add_codes(line: &mut String, added: CodeSet, counts: &mut Counts) -> Result<()> {
    let mut commas = line.match_indices(',').map(|(at, _)| at).skip(1);
    let (Some(before), Some(after)) = (commas.next(), commas.next()) else {
        anyhow::bail!("the waiting truth was changed while in use");
    };
    let had = CodeSet::parse(&line[before + 1..after]);
    counts.right -= u64::from(had.is_empty());
    for code in added.iter().filter(|code| !had.contains(*code)) {
        *counts.codes.entry(code.name()).or_default() += 1;
    }
    let all: CodeSet = had.iter().chain(added.iter()).collect();
    line.replace_range(before + 1..after, &all.joined());
    Ok(())
}

/// Writes the line that speaks of the file as a whole.
pub(super) fn push_whole(codes: CodeSet, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "{WHOLE_FILE},,{},,,,,", codes.joined())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of (person, shown number, doubled); returns the codes of each line.
    fn complete(rows: &[(u64, Shown, bool)]) -> Vec<String> {
        let temp = tempfile::tempdir().expect("a folder");
        let mut pending = Pending::new(temp.path(), 10).expect("opened");
        for (at, (number, shown, doubled)) in rows.iter().enumerate() {
            let birth = Some(super::super::calendar::Date::new(1990, 2, 1));
            let row = Row { shown: *shown, birth, ..Row::default() };
            let candidate = Candidate { number: *number, doubled: *doubled, ..Candidate::default() };
            pending.add(&format!("K{at},,,match,,,,\n"), &row, &candidate).expect("written");
        }
        let mut out = Vec::new();
        let mut counts = Counts { right: rows.len() as u64, ..Counts::default() };
        pending.finish(CodeSet::default(), &mut out, &mut counts).expect("copied");
        drop(pending);
        assert_eq!(fs::read_dir(temp.path()).expect("still there").count(), 0);
        let text = String::from_utf8(out).expect("UTF-8");
        let codes = |line: &str| line.split(',').nth(2).unwrap_or("").to_owned();
        text.lines().skip(1).map(codes).collect()
    }

    #[test]
    fn the_innocent_row_shares_the_number_too() {
        use Shown::{Old, Personal};
        let rows = [(1, Personal(1), false), (2, Personal(2), false), (3, Personal(1), false)];
        assert_eq!(complete(&rows), ["ID22", "", "ID22", ""]);
        let rows = [(1, Old(7), false), (2, Personal(7), false), (3, Old(7), false)];
        assert_eq!(complete(&rows), ["ID22", "", "ID22", ""]);
    }

    #[test]
    fn two_rows_of_one_person_are_no_two_people() {
        let twice = [(1, Shown::Personal(1), true), (1, Shown::Personal(1), true)];
        assert_eq!(complete(&twice), ["PS02", "PS02", ""]);
        let by_name = [(1, Shown::Old(7), true), (1, Shown::Personal(1), true)];
        assert_eq!(complete(&by_name), ["PS02", "PS02", ""]);
    }
}
