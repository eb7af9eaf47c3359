//! JSON Schemas of what a run says about itself, made from the types that write it.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::summary::{Manifest, Summary};

/// The schema (draft 2020-12) of a type as it is written.
pub fn of<T: JsonSchema>() -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.into_root_schema_for::<T>().to_value()
}

/// The schema of `summary.json` of `reconcile` and `clean`.
pub fn summary() -> Value {
    of::<Summary>()
}

/// The schema of `manifest.json` of every command that writes a run folder.
pub fn manifest() -> Value {
    of::<Manifest>()
}
