//! A profile as it is written in TOML. Unknown keys are refused.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenProfile {
    pub(super) title: String,
    #[serde(default)]
    pub(super) key: Vec<String>,
    #[serde(default)]
    pub(super) limits: WrittenLimits,
    #[serde(default)]
    pub(super) links: WrittenLinks,
    pub(super) field: Vec<Spanned<WrittenField>>,
    pub(super) comparison: Vec<Spanned<WrittenComparison>>,
    pub(super) block: Vec<Spanned<WrittenBlock>>,
    #[serde(default)]
    pub(super) apart: Vec<Spanned<BTreeMap<String, Vec<String>>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenLimits {
    pub(super) pairs: u64,
    pub(super) block: usize,
    pub(super) sample: u64,
}

impl Default for WrittenLimits {
    fn default() -> Self {
        Self { pairs: 500_000_000, block: 2_000, sample: 2_000_000 }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct WrittenLinks {
    pub(super) cut: f64,
    pub(super) shown_from: f64,
    pub(super) one_to_one: bool,
}

impl Default for WrittenLinks {
    fn default() -> Self {
        Self { cut: 0.5, shown_from: 0.001, one_to_one: false }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenField {
    pub(super) name: String,
    #[serde(default)]
    pub(super) columns: Vec<String>,
    #[serde(default)]
    pub(super) joined: Vec<String>,
    pub(super) kind: String,
    #[serde(default)]
    pub(super) prepare: Vec<String>,
    #[serde(default)]
    pub(super) formats: Vec<String>,
    #[serde(default)]
    pub(super) empty: Vec<String>,
    #[serde(default)]
    pub(super) optional: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenComparison {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) fields: Vec<String>,
    #[serde(default)]
    pub(super) levels: Vec<WrittenLevel>,
    pub(super) frequency: Option<WrittenFrequency>,
    #[serde(default)]
    pub(super) lengths: bool,
    #[serde(default)]
    pub(super) identifier: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenLevel {
    pub(super) name: String,
    #[serde(default)]
    pub(super) spaces: bool,
    #[serde(default)]
    pub(super) begins: bool,
    #[serde(default)]
    pub(super) sound: bool,
    pub(super) edits: Option<usize>,
    pub(super) jaro_winkler: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenFrequency {
    pub(super) floor: f64,
    #[serde(default)]
    pub(super) alike: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenBlock {
    pub(super) on: Vec<String>,
    #[serde(default)]
    pub(super) refine: Vec<String>,
}
