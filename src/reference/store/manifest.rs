//! `reference.json`: what a store holds, what it was made from, and what every file of it must be.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::written::StoreCounts;
use crate::record::hex;

/// The name of the manifest; a folder that holds it is a store.
pub const STORE_MANIFEST: &str = "reference.json";
/// What the manifest says it is.
pub const STORE_KIND: &str = "lamsach-reference";
/// Version of the layout. A store of another version is built anew.
pub const FORMAT_VERSION: u32 = 1;

/// A file of the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreFile {
    /// Name below the folder.
    pub path: String,
    /// Rows, where it is a table.
    pub rows: Option<u64>,
    /// Size.
    pub bytes: u64,
    /// Checksum.
    pub sha256: String,
}

/// Which tool made the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreTool {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
}

/// `reference.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreManifest {
    /// [`STORE_KIND`].
    pub kind: String,
    /// [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The tool.
    pub tool: StoreTool,
    /// Hash over all that answers follow from: tool, rules and files.
    pub store_id: String,
    /// Hash over all of this manifest but itself.
    pub checksum: String,
    /// Hash over the rules that citizens were read by.
    pub rules_sha256: String,
    /// Latest possible date when it was built, yyyymmdd.
    pub as_of: u32,
    /// When it was built, with offset.
    pub built: String,
    /// When it was updated last, with offset.
    pub updated: Option<String>,
    /// How many updates it has had.
    pub n_updates: u32,
    /// Whether the extracts tell where citizens live.
    pub has_units: bool,
    /// The ordinal of the next new citizen.
    pub next_ordinal: u32,
    /// Counts.
    pub counts: StoreCounts,
    /// Layers by the beginning of the names of their files: all citizens, then those that changed.
    pub layers: Vec<String>,
    /// The file of units.
    pub units: String,
    /// The file of the words of names.
    pub names: String,
    /// Files of what is over, one for each update that ended something.
    pub history: Vec<String>,
    /// The extracts and deltas, as read.
    pub sources: Vec<Value>,
    /// Every file but this one.
    pub files: Vec<StoreFile>,
}

impl StoreManifest {
    /// Ends making the manifest: what it says of itself is true from now on.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.store_id = self.id();
        self.checksum = self.sum();
        self
    }

    /// Whether it is what was sealed.
    pub fn is_whole(&self) -> bool {
        self.store_id == self.id() && self.checksum == self.sum()
    }

    fn sum(&self) -> String {
        let open = Self { checksum: String::new(), ..self.clone() };
        hex(&Sha256::digest(serde_json::to_vec(&open).expect("the types are plain data")))
    }

    /// The hash over all that answers follow from.
    fn id(&self) -> String {
        let mut hasher = Sha256::new();
        let mut part = |text: &str| {
            hasher.update(text.as_bytes());
            hasher.update([0]);
        };
        part(&self.tool.version);
        part(&self.format_version.to_string());
        part(&self.rules_sha256);
        part(&self.has_units.to_string());
        self.layers.iter().for_each(|layer| part(layer));
        for file in &self.files {
            part(&file.path);
            part(&file.sha256);
        }
        hex(&hasher.finalize())
    }

    /// The entry of a file.
    pub fn file(&self, path: &str) -> Option<&StoreFile> {
        self.files.iter().find(|file| file.path == path)
    }
}

/// The table of citizens of a layer.
pub fn citizens_file(layer: &str) -> String {
    format!("{layer}.arrow")
}

/// The table of earlier numbers of a layer.
pub fn old_numbers_file(layer: &str) -> String {
    format!("{layer}.old_numbers.arrow")
}

/// The index of a table.
pub fn index_file(table: &str) -> String {
    format!("{}.index.arrow", table.trim_end_matches(".arrow"))
}

/// The layer of all citizens.
pub const BASE_LAYER: &str = "citizens";
