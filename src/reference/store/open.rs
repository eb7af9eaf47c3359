//! A store opened for reading: its manifest, its indexes and its units, checked; nothing else is read.

use std::fs;
use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::types::{UInt8Type, UInt64Type};
use sha2::{Digest, Sha256};

use super::manifest::{
    FORMAT_VERSION, STORE_KIND, STORE_MANIFEST, StoreManifest, citizens_file, index_file, old_numbers_file,
};
use super::shape::{CITIZENS, HISTORY, OLD_NUMBERS, Shape};
use super::table::{Damage, Table};
use super::whole::batches;
use super::written::WordCounts;
use crate::record::{Trouble, TroubleCode, hex};

/// All citizens, or those that changed since.
#[derive(Debug)]
pub struct Layer {
    /// The citizens.
    pub citizens: Table,
    /// Where earlier numbers lead.
    pub old_numbers: Table,
}

/// A unit of residence.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StoreUnit {
    /// As reports show it.
    pub text: String,
    /// Whether it is a residence: the cell that should tell it is not empty.
    pub is_residence: bool,
    /// Code of the commune of today, empty where it is not known.
    pub commune: String,
    /// Time whose units the source lists.
    pub time: String,
}

/// A store.
#[derive(Debug)]
pub struct Store {
    /// Its folder.
    pub folder: PathBuf,
    /// Its manifest.
    pub manifest: StoreManifest,
    /// Its layers, that of all citizens first.
    pub layers: Vec<Layer>,
    /// Its units.
    pub units: Vec<StoreUnit>,
}

/// Whether a folder is a store.
pub fn is_store(folder: &Path) -> bool {
    folder.join(STORE_MANIFEST).is_file()
}

/// Times that opening is tried while updates remove what the manifest just named.
const TRIES: usize = 5;

impl Store {
    /// Opens a store. `rules_sha256` is the hash over the rules that citizens are read by now.
    ///
    /// # Errors
    /// When it is not there, is another folder, was built by another version or by other rules, or a file of it is damaged.
    pub fn open(folder: &Path, rules_sha256: &str) -> Result<Self, Trouble> {
        if folder.is_dir() && !is_store(folder) {
            return Err(Trouble::new(TroubleCode::NotAStore).file(folder));
        }
        Self::open_lasting(folder, rules_sha256, || read_manifest(folder))
    }

    /// Opens what the manifest names that `read_manifest` gives; it is asked again where files are gone.
    fn open_lasting(
        folder: &Path,
        rules_sha256: &str,
        mut read_manifest: impl FnMut() -> Result<StoreManifest, Trouble>,
    ) -> Result<Self, Trouble> {
        let mut manifest = read_manifest()?;
        for _ in 0..TRIES {
            let id = manifest.store_id.clone();
            let opened = Self::open_files(folder, manifest, rules_sha256);
            if opened.is_ok() {
                return opened;
            }
            // An update may have put another manifest there and removed what this one names.
            manifest = read_manifest()?;
            if manifest.store_id == id {
                return opened;
            }
        }
        Self::open_files(folder, manifest, rules_sha256)
    }

    fn open_files(folder: &Path, manifest: StoreManifest, rules_sha256: &str) -> Result<Self, Trouble> {
        check_version(folder, &manifest, rules_sha256)?;
        let layers = manifest.layers.iter().map(|layer| {
            Ok(Layer {
                citizens: open_table(folder, &manifest, &citizens_file(layer), CITIZENS)?,
                old_numbers: open_table(folder, &manifest, &old_numbers_file(layer), OLD_NUMBERS)?,
            })
        });
        let layers: Vec<Layer> = layers.collect::<Result<_, Trouble>>()?;
        let units = checked(folder, &manifest, &manifest.units)?;
        let units = read_units(units).ok_or_else(|| damaged(folder, &manifest.units, Damage::Layout))?;
        Ok(Self { folder: folder.to_owned(), manifest, layers, units })
    }

    /// The numbers of the layer of changes, in order: what is below says nothing of them any more.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn changed_numbers(&self) -> Result<Vec<u64>, Trouble> {
        let mut changed = Vec::new();
        for layer in self.layers.iter().skip(1) {
            for group in 0..layer.citizens.n_groups() {
                let numbers = layer.citizens.numbers(group);
                changed.extend(numbers.map_err(|damage| self.damaged(&layer.citizens, damage))?);
            }
        }
        changed.retain(|number| *number != 0);
        Ok(changed)
    }

    /// The history files, oldest first.
    ///
    /// # Errors
    /// When one is damaged.
    pub fn history(&self) -> Result<Vec<Table>, Trouble> {
        let open = |name: &String| open_table(&self.folder, &self.manifest, name, HISTORY);
        self.manifest.history.iter().map(open).collect()
    }

    /// How often words stand in names.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn words(&self) -> Result<WordCounts, Trouble> {
        let bytes = checked(&self.folder, &self.manifest, &self.manifest.names)?;
        read_words(bytes).ok_or_else(|| damaged(&self.folder, &self.manifest.names, Damage::Layout))
    }

    /// The trouble of a table of this store.
    pub fn damaged(&self, table: &Table, damage: Damage) -> Trouble {
        Trouble::new(TroubleCode::DamagedStore).file(table.path()).word("what", damage.name())
    }
}

/// Reads the manifest of a store.
///
/// # Errors
/// When there is none, or it is not one.
pub fn read_manifest(folder: &Path) -> Result<StoreManifest, Trouble> {
    let path = folder.join(STORE_MANIFEST);
    let text = fs::read(&path)
        .map_err(|error| Trouble::new(TroubleCode::NoReference).file(folder).word("cause", error.kind()))?;
    let manifest: Option<StoreManifest> = serde_json::from_slice(&text).ok();
    // A manifest of another version need not read as one of ours: its version is asked for by itself.
    let value: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
    let version = value["format_version"].as_u64().unwrap_or_default();
    if value["kind"] == STORE_KIND && version != u64::from(FORMAT_VERSION) {
        return Err(other(folder, "format", version, FORMAT_VERSION));
    }
    let manifest = manifest.filter(|manifest| manifest.kind == STORE_KIND && manifest.is_whole());
    manifest.ok_or_else(|| damaged(folder, STORE_MANIFEST, Damage::Checksum))
}

fn check_version(folder: &Path, manifest: &StoreManifest, rules_sha256: &str) -> Result<(), Trouble> {
    let ours = env!("CARGO_PKG_VERSION");
    if manifest.tool.version != ours {
        return Err(other(folder, "lamsach", &manifest.tool.version, ours));
    }
    if manifest.rules_sha256 != rules_sha256 {
        let short = |hash: &str| hash.chars().take(8).collect::<String>();
        return Err(other(folder, "rules", short(&manifest.rules_sha256), short(rules_sha256)));
    }
    Ok(())
}

fn other(folder: &Path, what: &str, theirs: impl ToString, ours: impl ToString) -> Trouble {
    Trouble::new(TroubleCode::OtherStore)
        .file(folder)
        .word("what", what)
        .word("theirs", theirs)
        .word("ours", ours)
        .word("store", folder.display())
}

fn damaged(folder: &Path, file: &str, damage: Damage) -> Trouble {
    Trouble::new(TroubleCode::DamagedStore).file(folder.join(file)).word("what", damage.name())
}

/// The bytes of a small file, if they are what the manifest says.
fn checked(folder: &Path, manifest: &StoreManifest, name: &str) -> Result<Vec<u8>, Trouble> {
    let known = manifest.file(name).ok_or_else(|| damaged(folder, name, Damage::Layout))?;
    let bytes = fs::read(folder.join(name)).map_err(|_| damaged(folder, name, Damage::Unreadable))?;
    if hex(&Sha256::digest(&bytes)) != known.sha256 {
        return Err(damaged(folder, name, Damage::Checksum));
    }
    Ok(bytes)
}

fn open_table(folder: &Path, manifest: &StoreManifest, name: &str, shape: Shape) -> Result<Table, Trouble> {
    let index = checked(folder, manifest, &index_file(name))?;
    let table = Table::open(&folder.join(name), index, shape);
    let table = table.map_err(|damage| damaged(folder, name, damage))?;
    let known = manifest.file(name).map(|file| (file.bytes, file.rows));
    let found = table.n_bytes().map(|n_bytes| (n_bytes, Some(table.n_rows())));
    if known == found.ok() { Ok(table) } else { Err(damaged(folder, name, Damage::Unreadable)) }
}

fn read_units(bytes: Vec<u8>) -> Option<Vec<StoreUnit>> {
    let mut units = Vec::new();
    for batch in batches(bytes)? {
        let texts = |name: &str| batch.column_by_name(name)?.as_string_opt::<i32>();
        let (text, commune, time) = (texts("text")?, texts("commune")?, texts("time")?);
        let residences = batch.column_by_name("is_residence")?.as_primitive_opt::<UInt8Type>()?;
        units.extend((0..batch.num_rows()).map(|row| StoreUnit {
            text: text.value(row).to_owned(),
            is_residence: residences.value(row) != 0,
            commune: commune.value(row).to_owned(),
            time: time.value(row).to_owned(),
        }));
    }
    Some(units)
}

fn read_words(bytes: Vec<u8>) -> Option<WordCounts> {
    let mut words = WordCounts::new();
    for batch in batches(bytes)? {
        let counts = |name: &str| batch.column_by_name(name)?.as_primitive_opt::<UInt64Type>();
        let (first, between, last) = (counts("first")?, counts("between")?, counts("last")?);
        let word = batch.column_by_name("word")?.as_string_opt::<i32>()?;
        for row in 0..batch.num_rows() {
            let counts = [first.value(row), between.value(row), last.value(row)];
            words.insert(word.value(row).as_bytes().to_vec(), counts);
        }
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::super::manifest::StoreTool;
    use super::super::written::StoreCounts;
    use super::*;

    /// A manifest whose files are not there.
    fn manifest(n_updates: u32, rules: &str) -> StoreManifest {
        StoreManifest {
            kind: STORE_KIND.to_owned(),
            format_version: FORMAT_VERSION,
            tool: StoreTool { name: "lamsach".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            store_id: String::new(),
            checksum: String::new(),
            rules_sha256: rules.to_owned(),
            as_of: 20_260_630,
            built: String::new(),
            updated: None,
            n_updates,
            has_units: false,
            next_ordinal: 0,
            counts: StoreCounts::default(),
            layers: vec![format!("changes-{n_updates}")],
            units: String::new(),
            names: String::new(),
            history: Vec::new(),
            sources: Vec::new(),
            files: Vec::new(),
        }
        .sealed()
    }

    /// The trouble of opening a store that is another each time its manifest is read, and how often that was.
    fn opened(rules: impl Fn(u32) -> &'static str) -> (TroubleCode, u32) {
        let mut n_read = 0;
        let opened = Store::open_lasting(Path::new("store"), "ours", || {
            n_read += 1;
            Ok(manifest(n_read, rules(n_read)))
        });
        (opened.expect_err("no file is there").code, n_read)
    }

    #[test]
    fn the_last_manifest_is_held_against_the_rules_too() {
        let n_tries = TRIES as u32 + 1;
        assert_eq!(opened(|_| "ours"), (TroubleCode::DamagedStore, n_tries));
        assert_eq!(
            opened(|at| if at == n_tries { "theirs" } else { "ours" }),
            (TroubleCode::OtherStore, n_tries)
        );
    }

    #[test]
    fn a_store_that_stays_as_it_is_is_not_tried_again() {
        let mut n_read = 0;
        let opened = Store::open_lasting(Path::new("store"), "ours", || {
            n_read += 1;
            Ok(manifest(1, "theirs"))
        });
        assert_eq!(opened.err().map(|trouble| trouble.code), Some(TroubleCode::OtherStore));
        assert_eq!(n_read, 2);
    }
}
