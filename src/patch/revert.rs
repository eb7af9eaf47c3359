//! The file as it was before corrections were written: from the journal of its cells, or from its own bytes.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::{Value, json};

use super::outcome::{FileFacts, Undo};
use super::target::pass_on;
use super::{JOURNAL, ORIGINAL};
use crate::ingest::Fingerprint;
use crate::pipeline::Stop;
use crate::record::{Exit, Trouble, TroubleCode};
use crate::report::finish::{Ending, finish};
use crate::report::folder::{RunFile, RunFolder, check_space};
use crate::report::summary::{self, Resources, Tool};

/// A file that is as it was.
#[derive(Debug)]
pub struct Reverted {
    /// The file.
    pub file: FileFacts,
    /// Cells that were set back; `None` where the file was kept as a whole.
    pub cells: Option<u64>,
    /// What `summary.json` holds.
    pub summary: Value,
    /// The folder.
    pub folder: PathBuf,
}

/// Restores the file of which a folder of `apply` holds a corrected copy.
///
/// # Errors
/// When the folder is none, its copy was changed since, or nothing can be written.
pub fn revert(
    applied: &Path,
    out: &Path,
    replace: bool,
    stop: &Stop,
    clock: &dyn Fn() -> String,
) -> Result<Reverted, Trouble> {
    let (begun, started) = (Instant::now(), clock());
    let not_ours = |name: &str| Trouble::new(TroubleCode::NotARun).file(applied).word("name", name);
    let text = std::fs::read_to_string(applied.join("summary.json")).map_err(|_| not_ours("summary.json"))?;
    let facts: Value = serde_json::from_str(&text).map_err(|_| not_ours("summary.json"))?;
    let word = |value: &Value| value.as_str().map(ToOwned::to_owned);
    let (Some(name), Some(wanted), Some(expected)) = (
        word(&facts["original"]["path"]),
        word(&facts["original"]["sha256"]),
        word(&facts["corrected"]["sha256"]),
    ) else {
        return Err(not_ours("applied.csv"));
    };
    // A name that leads out of the folder was never written by us.
    if Path::new(&name).file_name().is_none_or(|own| own.to_string_lossy() != name) {
        return Err(not_ours("applied.csv"));
    }
    let copy = applied.join(&name);
    let undo = if facts["undo"] == Undo::Journal.name() { Undo::Journal } else { Undo::Original };
    let bytes = facts["original"]["bytes"].as_u64().unwrap_or_default();
    let is_changed = Fingerprint::of(&copy)?.1 != expected;
    if is_changed {
        return Err(Trouble::new(TroubleCode::ChangedCopy).file(copy));
    }
    let folder = RunFolder::create(out, replace)?;
    check_space(folder.partial(), bytes)?;
    let mut file = folder.file(&name, true)?;
    let cells = match undo {
        Undo::Journal => Some(set_back(&copy, &applied.join(JOURNAL), &mut file)?),
        Undo::Original => {
            pass_on(&applied.join(ORIGINAL), |piece| file.write(piece))?;
            None
        }
    };
    let written = file.finish(None)?;
    if written.sha256 != wanted {
        let name = if undo == Undo::Journal { JOURNAL } else { ORIGINAL };
        return Err(Trouble::new(TroubleCode::ChangedCopy).file(applied.join(name)));
    }
    let run_key = summary::run_key("", &["revert".to_owned()], &[(name, expected)]);
    let facts =
        FileFacts { path: written.path.clone(), bytes: written.bytes, sha256: written.sha256.clone() };
    let summary = json!({
        "schema_version": summary::SCHEMA_VERSION,
        "run_id": run_key[..16],
        "run_key": run_key,
        "tool": Tool::THIS,
        "command": "revert",
        "exit": { "code": Exit::Success.code(), "reason": Exit::Success.name() },
        "complete": true,
        "file": facts,
        "cells": cells,
        "outputs": [written],
    });
    let resources = Resources::of_process(begun.elapsed().as_secs_f64(), 1);
    let ending = Ending {
        summary: &summary::json(&summary),
        files: vec![written],
        run_key: &run_key,
        exit: Exit::Success,
        resources,
        times: (started, clock()),
    };
    let folder = finish(folder, ending, || stop.check())?;
    Ok(Reverted { file: facts, cells, summary, folder })
}

/// Writes a copy with its cells as they were. Gives how many.
fn set_back(copy: &Path, journal: &Path, out: &mut RunFile) -> Result<u64, Trouble> {
    let damaged = |line: u64| Trouble::new(TroubleCode::ChangedCopy).file(journal).line(line);
    let cannot_open =
        |error: std::io::Error| Trouble::new(TroubleCode::CannotOpen).file(copy).word("cause", error.kind());
    let mut bytes = BufReader::with_capacity(1 << 18, File::open(copy).map_err(cannot_open)?);
    let mut rows = csv::Reader::from_path(journal).map_err(|_| damaged(1))?;
    let (mut at, mut n_cells) = (0_u64, 0);
    let mut piece = vec![0; 1 << 16];
    for (row, line) in rows.records().zip(2..) {
        let row = row.map_err(|_| damaged(line))?;
        let number = |column: usize| row.get(column).and_then(|cell| cell.parse::<u64>().ok());
        let (Some(offset), Some(n_new), Some(old)) = (number(0), number(1), row.get(2).and_then(unhex))
        else {
            return Err(damaged(line));
        };
        let gap = offset.checked_sub(at).ok_or_else(|| damaged(line))?;
        pass(&mut bytes, gap, &mut piece, Some(out)).ok_or_else(|| damaged(line))??;
        pass(&mut bytes, n_new, &mut piece, None).ok_or_else(|| damaged(line))??;
        out.write(&old)?;
        (at, n_cells) = (offset + n_new, n_cells + 1);
    }
    loop {
        let n_read = bytes
            .read(&mut piece)
            .map_err(|error| Trouble::new(TroubleCode::ReadFailed).file(copy).word("cause", error.kind()))?;
        if n_read == 0 {
            return Ok(n_cells);
        }
        out.write(&piece[..n_read])?;
    }
}

/// Reads so many bytes, and writes them where they are wanted; `None` when there are fewer.
fn pass(
    bytes: &mut impl Read,
    mut left: u64,
    piece: &mut [u8],
    mut out: Option<&mut RunFile>,
) -> Option<Result<(), Trouble>> {
    while left > 0 {
        let n = left.min(piece.len() as u64) as usize;
        bytes.read_exact(&mut piece[..n]).ok()?;
        if let Some(Err(trouble)) = out.as_mut().map(|out| out.write(&piece[..n])) {
            return Some(Err(trouble));
        }
        left -= n as u64;
    }
    Some(Ok(()))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    pairs.iter().map(byte).collect::<Option<Vec<u8>>>().filter(|_| rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_from_their_digits() {
        assert_eq!(unhex("00ff5a"), Some(vec![0, 255, 90]));
        assert_eq!(unhex(""), Some(Vec::new()));
        assert_eq!(unhex("0"), None);
        assert_eq!(unhex("0x"), None);
    }
}
