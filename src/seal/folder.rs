//! A finished folder, or any one file, sealed into a folder of its own.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::keys::Recipients;
use super::out::{Finished, Out, publish, publish_sealed};
use super::paths::{files_below, inside};
use crate::record::{Exit, Trouble, TroubleCode, hex};
use crate::report::folder::{MANIFEST, RunFolder, check_space};
use crate::report::summary::{self, Manifest, Resources, Tool};

/// Bytes that are read at a time.
const PIECE: usize = 1 << 16;
/// Bytes of the largest manifest.
const LARGEST_MANIFEST: u64 = 1 << 28;

/// A manifest as it stands in a folder.
#[derive(Debug, Deserialize)]
pub(super) struct Listed {
    tool: ListedTool,
    pub(super) files: Vec<ListedFile>,
    /// Said by the manifest of a sealed folder.
    #[serde(default)]
    pub(super) sealed: Option<serde_json::Value>,
}

#[derive(Debug, Deserialize)]
struct ListedTool {
    name: String,
}

/// A file as a manifest names it.
#[derive(Debug, Deserialize)]
pub(super) struct ListedFile {
    pub(super) path: String,
    pub(super) rows: Option<u64>,
    pub(super) bytes: u64,
    pub(super) sha256: String,
    pub(super) contains_personal_data: bool,
}

/// What was sealed or opened.
#[derive(Debug)]
pub struct SealDone {
    /// The folder that was written.
    pub folder: PathBuf,
    /// Files in it, without manifests.
    pub n_files: usize,
    /// Bytes of their content.
    pub n_bytes: u64,
}

/// What is asked of sealing and opening alike.
pub struct Asked<'a> {
    /// A finished folder, or one file.
    pub from: &'a Path,
    /// The folder to write.
    pub out: &'a Path,
    /// Whether an earlier one may be replaced.
    pub replace: bool,
    /// Ends the work early.
    pub stop: &'a dyn Fn() -> Result<(), Trouble>,
    /// The time of day with its offset.
    pub clock: &'a dyn Fn() -> String,
}

/// Seals a finished folder file by file, or one file of any kind. All files are sealed, also those without personal
/// data: a summary names the checksums of the others.
///
/// # Errors
/// When the folder is no finished one, a file is not what its manifest says, or one is there that it does not name.
pub fn encrypt(asked: &Asked<'_>, recipients: &Recipients) -> Result<SealDone, Trouble> {
    let begun = (Instant::now(), (asked.clock)());
    if asked.from.is_dir() {
        encrypt_folder(asked, recipients, begun)
    } else {
        encrypt_file(asked, recipients, begun)
    }
}

fn encrypt_folder(
    asked: &Asked<'_>,
    recipients: &Recipients,
    begun: (Instant, String),
) -> Result<SealDone, Trouble> {
    let inner = read_manifest(asked.from)?;
    let listed = parse_manifest(&inner).ok_or_else(|| not_a_run(asked.from))?;
    if listed.sealed.is_some() {
        return Err(Trouble::new(TroubleCode::IsSealed)
            .file(asked.from)
            .word("folder", asked.from.display()));
    }
    check_all_named(asked.from, &listed)?;
    let folder = RunFolder::create(asked.out, asked.replace)?;
    check_space(folder.partial(), listed.files.iter().map(|file| file.bytes).sum())?;
    let mut done = SealDone { folder: folder.target().to_owned(), n_files: 0, n_bytes: 0 };
    let mut disk = Vec::new();
    for file in &listed.files {
        let path = asked.from.join(inside(&file.path).ok_or_else(|| damaged(asked.from, &file.path))?);
        let mut out = Out::create(&folder, &file.path, file.contains_personal_data, Some(recipients))?;
        let mut content = open(&path)?;
        let (n_bytes, sha256) = copy(&mut content, &path, asked.stop, |bytes| out.write(bytes))?;
        if (n_bytes, &sha256) != (file.bytes, &file.sha256) {
            return Err(damaged(asked.from, &file.path));
        }
        done.n_files += 1;
        done.n_bytes += n_bytes;
        disk.push(out.finish(file.rows)?.disk);
    }
    let manifest = manifest_of(begun, (asked.clock)(), String::new());
    publish_sealed(&folder, &inner, manifest, disk, recipients)?;
    (asked.stop)()?;
    folder.publish()?;
    Ok(done)
}

fn encrypt_file(
    asked: &Asked<'_>,
    recipients: &Recipients,
    begun: (Instant, String),
) -> Result<SealDone, Trouble> {
    let mut content = open(asked.from)?;
    let name = asked.from.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let folder = RunFolder::create(asked.out, asked.replace)?;
    check_space(folder.partial(), content.metadata().map_or(0, |facts| facts.len()))?;
    let mut out = Out::create(&folder, &name, true, Some(recipients))?;
    copy(&mut content, asked.from, asked.stop, |bytes| out.write(bytes))?;
    let finished: Finished = out.finish(None)?;
    let done = SealDone { folder: folder.target().to_owned(), n_files: 1, n_bytes: finished.plain.bytes };
    let manifest = manifest_of(begun, (asked.clock)(), finished.plain.sha256.clone());
    (asked.stop)()?;
    publish(folder, manifest, vec![finished], Some(recipients))?;
    Ok(done)
}

/// The manifest of a work of this room. `key` is the run key of what it wrote in plain.
pub(super) fn manifest_of((begun, started): (Instant, String), finished: String, key: String) -> Manifest {
    Manifest {
        schema_version: summary::SCHEMA_VERSION,
        tool: Tool::THIS,
        run_id: key.chars().take(16).collect(),
        run_key: key,
        exit: Exit::Success.into(),
        started,
        finished,
        resources: Resources::of_process(begun.elapsed().as_secs_f64(), 1),
        files: Vec::new(),
    }
}

/// The bytes of the manifest in a folder.
pub(super) fn read_manifest(folder: &Path) -> Result<Vec<u8>, Trouble> {
    let file = File::open(folder.join(MANIFEST)).map_err(|_| not_a_run(folder))?;
    let mut bytes = Vec::new();
    file.take(LARGEST_MANIFEST).read_to_end(&mut bytes).map_err(|error| reading(folder, &error))?;
    Ok(bytes)
}

/// A manifest of ours, if these bytes are one.
pub(super) fn parse_manifest(bytes: &[u8]) -> Option<Listed> {
    let listed: Listed = serde_json::from_slice(bytes).ok()?;
    (listed.tool.name == Tool::THIS.name).then_some(listed)
}

pub(super) fn not_a_run(folder: &Path) -> Trouble {
    Trouble::new(TroubleCode::NotARun).file(folder).word("name", MANIFEST)
}

/// Nothing that somebody laid into the folder is left behind in silence.
fn check_all_named(folder: &Path, listed: &Listed) -> Result<(), Trouble> {
    for path in files_below(folder).map_err(|error| reading(folder, &error))? {
        let is_named =
            path == Path::new(MANIFEST) || listed.files.iter().any(|file| path == Path::new(&file.path));
        if !is_named {
            return Err(damaged(folder, &path.to_string_lossy()));
        }
    }
    Ok(())
}

fn damaged(folder: &Path, name: &str) -> Trouble {
    Trouble::new(TroubleCode::ChangedRun).file(folder.join(name)).word("name", name)
}

pub(super) fn open(path: &Path) -> Result<File, Trouble> {
    File::open(path)
        .map_err(|error| Trouble::new(TroubleCode::CannotOpen).file(path).word("cause", error.kind()))
}

pub(super) fn reading(path: &Path, error: &std::io::Error) -> Trouble {
    Trouble::new(TroubleCode::ReadFailed).file(path).word("cause", error.kind())
}

/// Hands over everything of a file, piece by piece; gives its size and checksum.
fn copy(
    from: &mut impl Read,
    path: &Path,
    stop: &dyn Fn() -> Result<(), Trouble>,
    to: impl FnMut(&[u8]) -> Result<(), Trouble>,
) -> Result<(u64, String), Trouble> {
    copy_with(from, stop, |error| reading(path, error), to)
}

/// The same, with the trouble that an error of reading means.
pub(super) fn copy_with(
    from: &mut impl Read,
    stop: &dyn Fn() -> Result<(), Trouble>,
    trouble: impl Fn(&std::io::Error) -> Trouble,
    mut to: impl FnMut(&[u8]) -> Result<(), Trouble>,
) -> Result<(u64, String), Trouble> {
    let (mut hasher, mut n_bytes, mut piece) = (Sha256::new(), 0, vec![0; PIECE]);
    loop {
        stop()?;
        let n_read = match from.read(&mut piece) {
            Ok(0) => return Ok((n_bytes, hex(&hasher.finalize()))),
            Ok(n_read) => n_read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(trouble(&error)),
        };
        hasher.update(&piece[..n_read]);
        n_bytes += n_read as u64;
        to(&piece[..n_read])?;
    }
}
