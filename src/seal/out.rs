//! A file of a run that is written in plain or sealed: who writes it need not know which.

use std::io::{self, Write};
use std::path::PathBuf;

use age::stream::StreamWriter;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::ENDING;
use super::keys::Recipients;
use super::paths::{inside, make_folders, sync_below};
use crate::record::{Trouble, TroubleCode, hex};
use crate::report::folder::{MANIFEST, RunFile, RunFolder, Written};
use crate::report::summary::{self, Manifest};

/// A file that is being written. Sealed, nothing of it touches the disk in plain.
pub enum Out {
    /// As it is.
    Plain(Box<RunFile>),
    /// For those only who have a key.
    Sealed(Box<Sealed>),
}

/// A sealed file that is being written.
pub struct Sealed {
    writer: StreamWriter<RunFile>,
    hasher: Sha256,
    n_bytes: u64,
    name: String,
    shown: PathBuf,
    contains_personal_data: bool,
}

/// A finished file: what was written, and how it lies on the disk. The two are the same where nothing is sealed.
#[derive(Debug, Clone)]
pub struct Finished {
    /// Name, size and checksum of the content.
    pub plain: Written,
    /// Name, size and checksum of the file on the disk.
    pub disk: Written,
}

impl Out {
    /// Begins a file of a run, sealed where there are recipients; folders in its name are made.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(
        folder: &RunFolder,
        name: &str,
        contains_personal_data: bool,
        recipients: Option<&Recipients>,
    ) -> Result<Self, Trouble> {
        let internal = |cause| Trouble::new(TroubleCode::Internal).word("cause", cause);
        let below = inside(name).ok_or_else(|| internal("a name leads out of the folder"))?;
        make_folders(folder.partial(), below, folder.target())?;
        let Some(recipients) = recipients else {
            return folder.file(name, contains_personal_data).map(|file| Self::Plain(Box::new(file)));
        };
        let file = folder.file(&format!("{name}{ENDING}"), contains_personal_data)?;
        let shown = file.shown().to_owned();
        let encryptor =
            age::Encryptor::with_recipients(recipients.keys()).map_err(|_| internal("no recipients"))?;
        let writer = encryptor.wrap_output(file).map_err(|error| Trouble::writing(&error, &shown))?;
        Ok(Self::Sealed(Box::new(Sealed {
            writer,
            hasher: Sha256::new(),
            n_bytes: 0,
            name: name.to_owned(),
            shown,
            contains_personal_data,
        })))
    }

    /// Adds bytes of the content.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        match self {
            Self::Plain(file) => RunFile::write(file, bytes),
            Self::Sealed(sealed) => {
                sealed.put(bytes).map_err(|error| Trouble::writing(&error, &sealed.shown))
            }
        }
    }

    /// Brings the file to disk.
    ///
    /// # Errors
    /// When it cannot be written to the end.
    pub fn finish(self, rows: Option<u64>) -> Result<Finished, Trouble> {
        let sealed = match self {
            Self::Plain(file) => {
                let written = file.finish(rows)?;
                return Ok(Finished { plain: written.clone(), disk: written });
            }
            Self::Sealed(sealed) => *sealed,
        };
        let plain = Written {
            path: sealed.name,
            rows,
            bytes: sealed.n_bytes,
            sha256: hex(&sealed.hasher.finalize()),
            contains_personal_data: sealed.contains_personal_data,
        };
        let file = sealed.writer.finish().map_err(|error| Trouble::writing(&error, &sealed.shown))?;
        Ok(Finished { plain, disk: file.finish(rows)? })
    }
}

impl Sealed {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        self.n_bytes += bytes.len() as u64;
        self.writer.write_all(bytes)
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => Write::write(&mut **file, bytes),
            Self::Sealed(sealed) => sealed.put(bytes).map(|()| bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.flush(),
            // What is sealed goes out in whole chunks.
            Self::Sealed(_) => Ok(()),
        }
    }
}

/// To whom a folder is sealed; stands in its manifest in clear.
#[derive(Debug, Clone, Serialize)]
pub struct SealedTo {
    /// The format of the files.
    pub format: &'static str,
    /// The keys.
    pub recipients: Vec<String>,
}

/// The manifest of a sealed folder.
#[derive(Debug, Serialize)]
struct SealedManifest {
    #[serde(flatten)]
    manifest: Manifest,
    sealed: SealedTo,
}

/// The run key of a sealed folder follows from the sealed bytes, which are others each time: one that follows from the
/// content would let whoever guesses the content find out that the guess is right.
fn sealed_key(disk: &[Written]) -> String {
    let mut hasher = Sha256::new();
    disk.iter().for_each(|file| hasher.update(file.sha256.as_bytes()));
    hex(&hasher.finalize())
}

/// Ends a folder whose files are finished: writes its manifest, in clear and, where it is sealed, the manifest of the
/// content sealed, and gives the folder its name. `manifest` is that of the content, without its files.
///
/// # Errors
/// When something cannot be written; then nothing is published.
pub fn publish(
    folder: RunFolder,
    manifest: Manifest,
    finished: Vec<Finished>,
    recipients: Option<&Recipients>,
) -> Result<(), Trouble> {
    let (plain, disk): (Vec<Written>, Vec<Written>) =
        finished.into_iter().map(|file| (file.plain, file.disk)).unzip();
    let inner = Manifest { files: plain, ..manifest.clone() };
    match recipients {
        None => {
            let mut file = folder.file(MANIFEST, false)?;
            file.write(&summary::json(&inner))?;
            file.finish(None)?;
            sync_all(&folder, &inner.files)?;
        }
        Some(recipients) => publish_sealed(&folder, &summary::json(&inner), manifest, disk, recipients)?,
    }
    folder.publish()
}

/// Writes both manifests of a sealed folder: that of the content, as its bytes stand, and that in clear.
pub(super) fn publish_sealed(
    folder: &RunFolder,
    inner: &[u8],
    manifest: Manifest,
    mut disk: Vec<Written>,
    recipients: &Recipients,
) -> Result<(), Trouble> {
    let mut file = Out::create(folder, MANIFEST, false, Some(recipients))?;
    file.write(inner)?;
    disk.push(file.finish(None)?.disk);
    let run_key = sealed_key(&disk);
    let outer = SealedManifest {
        manifest: Manifest { run_id: run_key[..16].to_owned(), run_key, files: disk, ..manifest },
        sealed: SealedTo { format: "age-encryption.org/v1", recipients: recipients.shown() },
    };
    let mut file = folder.file(MANIFEST, false)?;
    file.write(&summary::json(&outer))?;
    file.finish(None)?;
    sync_all(folder, &outer.manifest.files)
}

fn sync_all(folder: &RunFolder, files: &[Written]) -> Result<(), Trouble> {
    let paths: Vec<&std::path::Path> = files.iter().map(|file| file.path.as_ref()).collect();
    sync_below(folder.partial(), &paths, folder.target())
}
