//! The rules as files: those carried in the binary, and those of `--rules DIR` in their place.
//!
//! A file of the folder replaces the built-in file of the same name as a whole, so that an auditor can read
//! what was in force. Nothing is merged inside a file.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::{fs, io};

use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::record::hex;
use crate::record::{Trouble, TroubleCode};

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/embedded_rules.rs"));
}

/// One rules file in force.
#[derive(Debug, Clone)]
pub struct RuleFile {
    /// Its text.
    pub text: Cow<'static, str>,
    /// Where it was read, `None` when it came with the tool.
    pub origin: Option<PathBuf>,
}

impl RuleFile {
    /// SHA-256 of the text, in hex.
    pub fn sha256(&self) -> String {
        hex(&Sha256::digest(self.text.as_bytes()))
    }
}

/// All rules files in force, by name (`sources/dan_cu.toml`).
#[derive(Debug, Clone)]
pub struct RuleFiles {
    files: BTreeMap<String, RuleFile>,
    /// The hash over all of them, once somebody asked for it.
    sha256: OnceLock<String>,
}

impl RuleFiles {
    /// The built-in files, replaced or joined by those of `folder`.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be read.
    pub fn load(folder: Option<&Path>) -> Result<Self, Trouble> {
        let built_in = embedded::FILES
            .iter()
            .map(|(name, text)| ((*name).to_owned(), RuleFile { text: Cow::Borrowed(*text), origin: None }));
        let mut files: BTreeMap<String, RuleFile> = built_in.collect();
        if let Some(folder) = folder {
            add_folder(folder, folder, &mut files)?;
        }
        Ok(Self { files, sha256: OnceLock::new() })
    }

    /// Names and files in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &RuleFile)> {
        self.files.iter().map(|(name, file)| (name.as_str(), file))
    }

    /// The text of a file.
    ///
    /// # Errors
    /// When no file has the name.
    pub fn text(&self, name: &str) -> Result<&str, Trouble> {
        self.files.get(name).map(|file| &*file.text).ok_or_else(|| {
            Trouble::new(TroubleCode::BadRules).file(name).word("cause", "the file is missing")
        })
    }

    /// Names of the files in a folder of the rules.
    pub fn names_in<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        self.files
            .keys()
            .map(String::as_str)
            .filter(move |name| name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
    }

    /// Reads a TOML file into its written form.
    ///
    /// # Errors
    /// With file, line and what is wrong, unknown keys included.
    pub fn toml<T: DeserializeOwned>(&self, name: &str) -> Result<T, Trouble> {
        let text = self.text(name)?;
        toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_of(text, span.start));
            self.wrong(name, line, error.message())
        })
    }

    /// Reads a CSV file with a header into its records.
    ///
    /// # Errors
    /// With file, line and what is wrong.
    pub fn csv<T: DeserializeOwned>(&self, name: &str) -> Result<Vec<T>, Trouble> {
        let mut reader = csv::Reader::from_reader(self.text(name)?.as_bytes());
        reader
            .deserialize()
            .map(|record| {
                record.map_err(|error| {
                    let line = error.position().map_or(1, csv::Position::line);
                    self.wrong(name, line, &error.to_string())
                })
            })
            .collect()
    }

    /// The trouble of a wrong rules file.
    pub fn wrong(&self, name: &str, line: u64, cause: &str) -> Trouble {
        let origin = self.files.get(name).and_then(|file| file.origin.clone());
        let path = origin.unwrap_or_else(|| PathBuf::from("rules").join(name));
        Trouble::new(TroubleCode::BadRules)
            .file(path)
            .line(line)
            .word("cause", cause.lines().next().unwrap_or(cause))
    }

    /// One hash over the names and texts of all files.
    pub fn sha256(&self) -> String {
        self.sha256.get_or_init(|| self.sha256_of(|_| true)).clone()
    }

    /// One hash over the names and texts of the files that are chosen by name.
    pub fn sha256_of(&self, is_chosen: impl Fn(&str) -> bool) -> String {
        let mut hasher = Sha256::new();
        for (name, file) in self.files.iter().filter(|(name, _)| is_chosen(name)) {
            hasher.update(name.as_bytes());
            hasher.update([0]);
            hasher.update(file.text.as_bytes());
            hasher.update([0]);
        }
        hex(&hasher.finalize())
    }
}

/// The line, from 1, of a byte offset.
pub fn line_of(text: &str, offset: usize) -> u64 {
    text.as_bytes()[..offset.min(text.len())].iter().filter(|&&byte| byte == b'\n').count() as u64 + 1
}

fn add_folder(root: &Path, folder: &Path, files: &mut BTreeMap<String, RuleFile>) -> Result<(), Trouble> {
    let cannot_open = |path: &Path, error: &io::Error| {
        Trouble::new(TroubleCode::BadRules).file(path).word("cause", error.kind())
    };
    for entry in fs::read_dir(folder).map_err(|error| cannot_open(folder, &error))? {
        let path = entry.map_err(|error| cannot_open(folder, &error))?.path();
        if path.is_dir() {
            add_folder(root, &path, files)?;
        } else if path
            .extension()
            .is_some_and(|extension| ["toml", "csv", "html"].iter().any(|kind| extension == *kind))
        {
            let text = fs::read_to_string(&path).map_err(|error| cannot_open(&path, &error))?;
            let name = path.strip_prefix(root).expect("found below the root").to_string_lossy().into_owned();
            files.insert(name, RuleFile { text: Cow::Owned(text), origin: Some(path) });
        }
    }
    Ok(())
}
