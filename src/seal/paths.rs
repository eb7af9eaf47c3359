//! Paths inside a folder of ours: they come from a manifest, so none is believed to stay below it.

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Component, Path, PathBuf};

use crate::record::Trouble;
use crate::report::folder::sync_folder;

/// The path, if it leads from a folder to something below it and nowhere else.
pub(super) fn inside(path: &str) -> Option<&Path> {
    let below = Path::new(path);
    let is_plain = !path.is_empty() && below.components().all(|part| matches!(part, Component::Normal(_)));
    is_plain.then_some(below)
}

/// Makes the folders that lead to `path` below `root`, which only their owner may enter.
pub(super) fn make_folders(root: &Path, path: &Path, target: &Path) -> Result<(), Trouble> {
    let trouble = |error: std::io::Error| Trouble::writing(&error, target.join(path));
    let Some(parent) = path.parent() else { return Ok(()) };
    let mut folder = root.to_owned();
    for part in parent.components() {
        folder.push(part);
        if !folder.is_dir() {
            DirBuilder::new().mode(0o700).create(&folder).map_err(trouble)?;
            fs::set_permissions(&folder, Permissions::from_mode(0o700)).map_err(trouble)?;
        }
    }
    Ok(())
}

/// The files below a folder, as paths from it, in order. What is neither file nor folder is among them.
pub(super) fn files_below(root: &Path) -> std::io::Result<Vec<PathBuf>> {
    let (mut files, mut folders) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    Ok(files)
}

/// Brings the names in all folders below a folder to disk.
pub(super) fn sync_below(root: &Path, files: &[&Path], target: &Path) -> Result<(), Trouble> {
    let mut folders: Vec<&Path> = files.iter().flat_map(|path| path.ancestors().skip(1)).collect();
    folders.sort_unstable();
    folders.dedup();
    let sync = |folder: &&Path| sync_folder(&root.join(folder));
    folders.iter().try_for_each(sync).map_err(|error| Trouble::writing(&error, target))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_folder() {
        for path in ["a.csv", "units/79/26740.xlsx"] {
            assert!(inside(path).is_some(), "{path}");
        }
        for path in ["", "/etc/passwd", "../a", "a/../../b", "./a"] {
            assert!(inside(path).is_none(), "{path}");
        }
    }
}
