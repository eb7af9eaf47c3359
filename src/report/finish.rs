//! The end of a folder: `summary.json`, `manifest.json`, and its name.

use std::path::PathBuf;

use super::folder::{MANIFEST, RunFolder, Written};
use super::summary::{self, Manifest, Resources, Tool};
use crate::record::{Exit, Trouble};

/// What a folder is finished with.
#[derive(Debug)]
pub struct Ending<'a> {
    /// `summary.json`.
    pub summary: &'a [u8],
    /// The files that were written.
    pub files: Vec<Written>,
    /// Hash over everything that the output follows from.
    pub run_key: &'a str,
    /// How it ended.
    pub exit: Exit,
    /// What it cost.
    pub resources: Resources,
    /// Begin and end, with offset.
    pub times: (String, String),
}

/// Writes summary and manifest and gives the folder its name. `last_chance` may still stop it. Gives the folder.
///
/// # Errors
/// When something cannot be written, or `last_chance` says so; then nothing is published.
pub fn finish(
    folder: RunFolder,
    ending: Ending<'_>,
    last_chance: impl FnOnce() -> Result<(), Trouble>,
) -> Result<PathBuf, Trouble> {
    let Ending { summary, mut files, run_key, exit, resources, times: (started, finished) } = ending;
    let mut file = folder.file("summary.json", false)?;
    file.write(summary)?;
    files.push(file.finish(None)?);
    let manifest = Manifest {
        schema_version: summary::SCHEMA_VERSION,
        tool: Tool::THIS,
        run_id: run_key[..16].to_owned(),
        run_key: run_key.to_owned(),
        exit: exit.into(),
        started,
        finished,
        resources,
        files,
    };
    let mut file = folder.file(MANIFEST, false)?;
    file.write(&summary::json(&manifest))?;
    file.finish(None)?;
    last_chance()?;
    let target = folder.target().to_owned();
    folder.publish()?;
    Ok(target)
}
