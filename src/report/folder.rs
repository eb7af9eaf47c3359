//! The folder of one run: locked, written aside, published all at once or not at all.
//!
//! Everything is written under `.NAME.<id>.partial` beside the folder and renamed when it is complete, so a
//! reader sees the old run or the new one. What a killed run left is removed by the next, if it is ours.

mod disk;
mod file;
mod lock;

use std::fs::{self, DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

pub use file::{RunFile, ToDisk, ToDisks, Written, new_file};
pub use lock::Lock;

use crate::record::{Trouble, TroubleCode};

/// Stands in a folder while it is being written.
const MARKER: &str = ".lamsach-partial";
/// Stands in every finished run.
pub const MANIFEST: &str = "manifest.json";
/// Refuses to follow a link that somebody planted (`O_NOFOLLOW`).
const NO_FOLLOW: i32 = rustix::fs::OFlags::NOFOLLOW.bits() as i32;

/// The folder of a run that is being written.
#[derive(Debug)]
pub struct RunFolder {
    target: PathBuf,
    partial: PathBuf,
    /// What stands in every finished folder of this kind.
    manifest: &'static str,
    lock: Lock,
    published: bool,
}

impl RunFolder {
    /// Locks `target` and makes room beside it.
    ///
    /// # Errors
    /// When another run holds it, it holds something else, or nothing can be written there.
    pub fn create(target: &Path, replace: bool) -> Result<Self, Trouble> {
        Self::create_with(target, replace, MANIFEST)
    }

    /// The same for another kind of folder, told by the manifest in it: only one of that kind is ever replaced.
    ///
    /// # Errors
    /// As [`RunFolder::create`].
    pub fn create_with(target: &Path, replace: bool, manifest: &'static str) -> Result<Self, Trouble> {
        let target = absolute(target)?;
        let parent =
            target.parent().ok_or_else(|| Trouble::new(TroubleCode::OutputNotEmpty).file(&target))?;
        make_parents(parent)?;
        check_parent(parent)?;
        let lock = Lock::take(&target)?;
        remove_leftovers(&target, manifest)?;
        match state_of(&target, manifest)? {
            State::Free => {}
            State::Run if replace => {}
            State::Run => return Err(Trouble::new(TroubleCode::OutputExists).file(&target)),
            State::Other => return Err(Trouble::new(TroubleCode::OutputNotEmpty).file(&target)),
        }
        let partial = sibling(&target, &format!("{}.partial", std::process::id()));
        let folder = Self { target, partial, manifest, lock, published: false };
        DirBuilder::new().mode(0o700).create(&folder.partial).map_err(|error| folder.trouble(&error))?;
        fs::set_permissions(&folder.partial, Permissions::from_mode(0o700))
            .map_err(|error| folder.trouble(&error))?;
        folder.file(MARKER, false)?.finish(None)?;
        Ok(folder)
    }

    /// The folder under its final name.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Where files stand until the run is published.
    pub fn partial(&self) -> &Path {
        &self.partial
    }

    /// Makes a folder below that of the run, for its owner only. The one above it stands already.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn make_folder(&self, name: &str) -> Result<(), Trouble> {
        let path = self.partial.join(name);
        let made = DirBuilder::new().mode(0o700).create(&path);
        made.and_then(|()| fs::set_permissions(&path, Permissions::from_mode(0o700)))
            .map_err(|error| Trouble::writing(&error, self.target.join(name)))
    }

    /// Begins a file of the run.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn file(&self, name: &str, contains_personal_data: bool) -> Result<RunFile, Trouble> {
        RunFile::create(&self.partial, &self.target, name, contains_personal_data)
    }

    /// Makes files of the run later on.
    pub fn maker(&self) -> FileMaker {
        FileMaker { partial: self.partial.clone(), target: self.target.clone() }
    }

    /// Gives the run its name. From here on it is finished.
    ///
    /// # Errors
    /// When the folder cannot be renamed; then nothing is published.
    pub fn publish(mut self) -> Result<(), Trouble> {
        fs::remove_file(self.partial.join(MARKER)).map_err(|error| self.trouble(&error))?;
        sync_folder(&self.partial).map_err(|error| self.trouble(&error))?;
        match state_of(&self.target, self.manifest)? {
            State::Run => {
                rustix::fs::renameat_with(
                    rustix::fs::CWD,
                    &self.partial,
                    rustix::fs::CWD,
                    &self.target,
                    rustix::fs::RenameFlags::EXCHANGE,
                )
                .map_err(|error| self.trouble(&error.into()))?;
            }
            State::Free => fs::rename(&self.partial, &self.target).map_err(|error| self.trouble(&error))?,
            State::Other => return Err(Trouble::new(TroubleCode::OutputNotEmpty).file(&self.target)),
        }
        self.published = true;
        let parent = self.target.parent().unwrap_or(Path::new("."));
        sync_folder(parent).map_err(|error| self.trouble(&error))
    }

    fn trouble(&self, error: &io::Error) -> Trouble {
        Trouble::writing(error, &self.target)
    }
}

/// Makes files of a folder that is being written, for a table that does not know yet how many it needs.
#[derive(Debug, Clone)]
pub struct FileMaker {
    partial: PathBuf,
    target: PathBuf,
}

impl FileMaker {
    /// Begins a file of the run.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn file(&self, name: &str, contains_personal_data: bool) -> Result<RunFile, Trouble> {
        RunFile::create(&self.partial, &self.target, name, contains_personal_data)
    }
}

impl Drop for RunFolder {
    /// Removes what was not published, or the old run that was exchanged for the new one.
    fn drop(&mut self) {
        // Nobody is left to hear of a failure here; the next run removes what stays.
        let _ = remove(&self.partial);
        self.lock.release();
    }
}

enum State {
    Free,
    Run,
    Other,
}

fn state_of(target: &Path, manifest: &str) -> Result<State, Trouble> {
    match fs::symlink_metadata(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(State::Free),
        Err(error) => return Err(Trouble::writing(&error, target)),
        Ok(metadata) if !metadata.is_dir() => return Ok(State::Other),
        Ok(_) => {}
    }
    if is_finished(target, manifest) {
        return Ok(State::Run);
    }
    let mut entries = fs::read_dir(target).map_err(|error| Trouble::writing(&error, target))?;
    Ok(if entries.next().is_none() { State::Free } else { State::Other })
}

/// Whether a folder holds a finished run of ours.
pub fn is_run(folder: &Path) -> bool {
    is_finished(folder, MANIFEST)
}

/// Whether a folder is a finished one with this manifest.
fn is_finished(folder: &Path, manifest: &str) -> bool {
    let Ok(text) = fs::read_to_string(folder.join(manifest)) else { return false };
    serde_json::from_str::<serde_json::Value>(&text)
        .is_ok_and(|manifest| manifest["tool"]["name"] == env!("CARGO_PKG_NAME"))
}

fn sibling(target: &Path, ending: &str) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.{ending}"))
}

/// Removes folders of killed runs: of our naming, and with our marker or manifest inside.
fn remove_leftovers(target: &Path, manifest: &str) -> Result<(), Trouble> {
    let (Some(parent), Some(name)) = (target.parent(), target.file_name()) else { return Ok(()) };
    let begin = format!(".{}.", name.to_string_lossy());
    let entries = fs::read_dir(parent).map_err(|error| Trouble::writing(&error, parent))?;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let id = name.strip_prefix(&begin).and_then(|rest| rest.strip_suffix(".partial"));
        let is_id = id.is_some_and(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()));
        let path = entry.path();
        let is_ours =
            is_id && (path.join(MARKER).exists() || is_finished(&path, manifest) || is_empty(&path));
        if is_ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove(&path).map_err(|error| Trouble::writing(&error, &path))?;
        }
    }
    Ok(())
}

/// Removes a folder of ours, its marker last: who is killed on the way leaves one that is still known as ours.
fn remove(folder: &Path) -> io::Result<()> {
    let marker = folder.join(MARKER);
    // It may stand there already, and on a full disk there may be no room for it.
    let _ = new_file(&marker);
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else if entry.file_name() != MARKER {
            fs::remove_file(entry.path())?;
        }
    }
    fs::remove_dir_all(folder)
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

fn absolute(target: &Path) -> Result<PathBuf, Trouble> {
    let absolute = std::path::absolute(target).map_err(|error| Trouble::writing(&error, target))?;
    // `out/` and `out/.` name the folder itself.
    Ok(absolute.components().collect())
}

fn make_parents(parent: &Path) -> Result<(), Trouble> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(parent)
        .map_err(|error| Trouble::writing(&error, parent))
}

/// Where anybody may write, anybody may put another folder in our place.
fn check_parent(parent: &Path) -> Result<(), Trouble> {
    let mode = fs::metadata(parent).map_err(|error| Trouble::writing(&error, parent))?.mode();
    let open_to_all = mode & 0o002 != 0;
    let sticky = mode & 0o1000 != 0;
    if open_to_all && !sticky {
        return Err(Trouble::new(TroubleCode::UnsafeFolder).file(parent));
    }
    Ok(())
}

/// Brings the names in a folder to disk.
///
/// # Errors
/// When that fails.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Refuses to start when the disk has less room than `needed` bytes.
///
/// # Errors
/// When there is less.
pub fn check_space(folder: &Path, needed: u64) -> Result<(), Trouble> {
    let Ok(room) = rustix::fs::statvfs(folder) else { return Ok(()) };
    let free = room.f_bavail.saturating_mul(room.f_frsize);
    if free < needed {
        return Err(Trouble::new(TroubleCode::DiskFull)
            .file(folder)
            .word("cause", io::ErrorKind::StorageFull));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finish(folder: RunFolder, text: &[u8]) {
        let mut file = folder.file("verdicts.csv", true).expect("a new file");
        file.write(text).expect("room on the disk");
        let written = file.finish(Some(1)).expect("room on the disk");
        assert_eq!(written.bytes, text.len() as u64);
        let mut manifest = folder.file(MANIFEST, false).expect("a new file");
        manifest.write(br#"{"tool":{"name":"lamsach"}}"#).expect("room on the disk");
        manifest.finish(None).expect("room on the disk");
        folder.publish().expect("the folder can be renamed");
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder").flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_run_appears_whole_or_not_at_all() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let target = home.path().join("out");
        let folder = RunFolder::create(&target, false).expect("a free name");
        assert!(!target.exists());
        let locked = RunFolder::create(&target, false).expect_err("held by the first");
        assert_eq!(locked.code, TroubleCode::Locked);
        finish(folder, b"one");
        assert_eq!(names(home.path()), ["out"]);
        assert_eq!(names(&target), ["manifest.json", "verdicts.csv"]);
        let mode = |path: &Path| fs::metadata(path).expect("written").mode() & 0o777;
        assert_eq!((mode(&target), mode(&target.join("verdicts.csv"))), (0o700, 0o600));

        let kept = RunFolder::create(&target, false).expect_err("a finished run is not overwritten");
        assert_eq!(kept.code, TroubleCode::OutputExists);
        drop(RunFolder::create(&target, true).expect("replacing is allowed"));
        assert_eq!(fs::read(target.join("verdicts.csv")).expect("the old run stays"), b"one");
        finish(RunFolder::create(&target, true).expect("replacing is allowed"), b"two");
        assert_eq!(fs::read(target.join("verdicts.csv")).expect("the new run"), b"two");
        assert_eq!(names(home.path()), ["out"]);
    }

    #[test]
    fn what_is_not_ours_is_never_touched() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let target = home.path().join("out");
        fs::create_dir(&target).expect("a folder");
        fs::write(target.join("luong.xlsx"), "x").expect("a file of somebody");
        let refused = RunFolder::create(&target, true).expect_err("not ours");
        assert_eq!(refused.code, TroubleCode::OutputNotEmpty);
        let foreign = home.path().join(".other.12.partial");
        fs::create_dir(&foreign).expect("a folder");
        fs::write(foreign.join("a"), "x").expect("a file of somebody");
        drop(RunFolder::create(&home.path().join("other"), false).expect("a free name"));
        assert!(foreign.join("a").exists());
    }

    #[test]
    fn the_rest_of_a_killed_run_is_removed() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let rest = home.path().join(".out.4242.partial");
        fs::create_dir(&rest).expect("a folder");
        fs::write(rest.join(MARKER), "").expect("a marker");
        fs::write(rest.join("verdicts.csv"), "half").expect("half a file");
        drop(RunFolder::create(&home.path().join("out"), false).expect("a free name"));
        assert_eq!(names(home.path()), Vec::<String>::new());
    }
}
