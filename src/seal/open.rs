//! Sealed folders and files opened: what comes out is what was sealed, to the byte, or nothing.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::Path;
use std::time::Instant;

use age::DecryptError;
use age::stream::StreamReader;

use super::ENDING;
use super::folder::{
    Asked, Listed, SealDone, copy_with, manifest_of, open, parse_manifest, read_manifest, reading,
};
use super::keys::Identities;
use super::out::{Out, publish};
use super::paths::{inside, sync_below};
use crate::record::{Trouble, TroubleCode};
use crate::report::folder::{MANIFEST, RunFolder, check_space};

/// Opens a sealed folder or one sealed file. A folder comes out as it was sealed, its manifest included, and every file
/// is held against the checksum that was sealed with it.
///
/// # Errors
/// When no key fits, or anything is not as it was sealed; then nothing is published.
pub fn decrypt(asked: &Asked<'_>, identities: &Identities) -> Result<SealDone, Trouble> {
    if asked.from.is_dir() { decrypt_folder(asked, identities) } else { decrypt_file(asked, identities) }
}

fn decrypt_folder(asked: &Asked<'_>, identities: &Identities) -> Result<SealDone, Trouble> {
    let not_sealed = || Trouble::new(TroubleCode::NotSealed).file(asked.from);
    let clear = parse_manifest(&read_manifest(asked.from)?).ok_or_else(not_sealed)?;
    clear.sealed.as_ref().ok_or_else(not_sealed)?;
    let sealed_manifest = asked.from.join(format!("{MANIFEST}{ENDING}"));
    let mut inner = Vec::new();
    unseal(&sealed_manifest, identities, asked.stop, |bytes| {
        inner.extend_from_slice(bytes);
        Ok(())
    })?;
    let listed = parse_manifest(&inner).ok_or_else(|| damaged(&sealed_manifest))?;
    check_same_files(asked.from, &clear, &listed)?;
    let folder = RunFolder::create(asked.out, asked.replace)?;
    check_space(folder.partial(), listed.files.iter().map(|file| file.bytes).sum())?;
    let mut done = SealDone { folder: folder.target().to_owned(), n_files: 0, n_bytes: 0 };
    let mut paths = Vec::new();
    for file in &listed.files {
        let path = asked.from.join(format!("{}{ENDING}", file.path));
        paths.push(inside(&file.path).ok_or_else(|| damaged(&sealed_manifest))?);
        let mut out = Out::create(&folder, &file.path, file.contains_personal_data, None)?;
        let (n_bytes, sha256) = unseal(&path, identities, asked.stop, |bytes| out.write(bytes))?;
        if (n_bytes, &sha256) != (file.bytes, &file.sha256) {
            return Err(damaged(&path));
        }
        out.finish(file.rows)?;
        done.n_files += 1;
        done.n_bytes += n_bytes;
    }
    let mut file = folder.file(MANIFEST, false)?;
    file.write(&inner)?;
    file.finish(None)?;
    sync_below(folder.partial(), &paths, folder.target())?;
    (asked.stop)()?;
    folder.publish()?;
    Ok(done)
}

fn decrypt_file(asked: &Asked<'_>, identities: &Identities) -> Result<SealDone, Trouble> {
    let begun = (Instant::now(), (asked.clock)());
    let name = asked.from.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let is_named = |name: &&str| !name.is_empty() && *name != MANIFEST;
    let plain = name.strip_suffix(ENDING).filter(is_named);
    let plain = plain.ok_or_else(|| Trouble::new(TroubleCode::NotSealed).file(asked.from))?;
    open(asked.from)?;
    let folder = RunFolder::create(asked.out, asked.replace)?;
    let mut out = Out::create(&folder, plain, true, None)?;
    unseal(asked.from, identities, asked.stop, |bytes| out.write(bytes))?;
    let finished = out.finish(None)?;
    let done = SealDone { folder: folder.target().to_owned(), n_files: 1, n_bytes: finished.plain.bytes };
    let manifest = manifest_of(begun, (asked.clock)(), finished.plain.sha256.clone());
    (asked.stop)()?;
    publish(folder, manifest, vec![finished], None)?;
    Ok(done)
}

/// The manifest in clear and the sealed one name the same files: none was taken away or laid beside.
fn check_same_files(folder: &Path, clear: &Listed, listed: &Listed) -> Result<(), Trouble> {
    let sealed = listed.files.iter().map(|file| file.path.as_str()).chain([MANIFEST]);
    let sealed: BTreeSet<String> = sealed.map(|path| format!("{path}{ENDING}")).collect();
    let named: BTreeSet<String> = clear.files.iter().map(|file| file.path.clone()).collect();
    match sealed.symmetric_difference(&named).next() {
        Some(other) => Err(damaged(&folder.join(other))),
        None => Ok(()),
    }
}

fn damaged(path: &Path) -> Trouble {
    Trouble::new(TroubleCode::DamagedSeal).file(path)
}

/// Opens a sealed file and hands over its content, piece by piece; gives size and checksum.
fn unseal(
    path: &Path,
    identities: &Identities,
    stop: &dyn Fn() -> Result<(), Trouble>,
    to: impl FnMut(&[u8]) -> Result<(), Trouble>,
) -> Result<(u64, String), Trouble> {
    let mut content = reader(path, identities)?;
    let trouble = |error: &std::io::Error| match error.kind() {
        ErrorKind::InvalidData | ErrorKind::UnexpectedEof => damaged(path),
        _ => reading(path, error),
    };
    copy_with(&mut content, stop, trouble, to)
}

/// The content of a sealed file.
fn reader(path: &Path, identities: &Identities) -> Result<StreamReader<impl Read>, Trouble> {
    let file: File = open(path)?;
    let trouble = |error: DecryptError| match error {
        DecryptError::NoMatchingKeys => Trouble::new(TroubleCode::WrongKey).file(path),
        DecryptError::Io(error) if error.kind() != ErrorKind::UnexpectedEof => reading(path, &error),
        _ => damaged(path),
    };
    let sealed = age::Decryptor::new_buffered(BufReader::with_capacity(1 << 17, file)).map_err(trouble)?;
    sealed.decrypt(identities.keys()).map_err(trouble)
}
