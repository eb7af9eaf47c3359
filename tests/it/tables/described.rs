//! What is said of the files of a run, data dictionary and JSON Schemas, is so.

use std::fs;
use std::path::PathBuf;

use lamsach::report::folder::MANIFEST;
use serde_json::Value;

use super::{ask, of_csv, of_parquet, run, with_numbers};
use crate::run::{code, lamsach, project, stderr};

/// What `docs/` says, and what prints it.
const DESCRIBED: [(&str, &str); 4] = [
    ("docs/data_dictionary.md", "tables"),
    ("docs/schema/summary.schema.json", "summary"),
    ("docs/schema/link_summary.schema.json", "link-summary"),
    ("docs/schema/manifest.schema.json", "manifest"),
];

#[test]
fn docs_are_what_the_tool_says() {
    for (file, what) in DESCRIBED {
        let path = project().join(file);
        let said = ask(&["schema".as_ref(), what.as_ref()]);
        if std::env::var_os("LAMSACH_BLESS").is_some() {
            fs::create_dir_all(path.parent().expect("a folder")).expect("the project can be written");
            fs::write(&path, &said).expect("the project can be written");
        }
        assert_eq!(fs::read_to_string(&path).expect("a file of docs/"), said, "{file}");
    }
    let tables = ask(&["schema".as_ref(), "tables".as_ref(), "--json".as_ref()]);
    let tables: Value = serde_json::from_str(&tables).expect("JSON");
    assert_eq!(tables["tables"][0]["columns"][5]["name"], "citizen_number");
    assert_eq!(tables["tables"][0]["columns"][5]["kind"], "text");
}

fn schema(what: &str) -> Value {
    serde_json::from_str(&ask(&["schema".as_ref(), what.as_ref()])).expect("a schema is JSON")
}

/// Holds a value beside a schema: no key that the schema does not know, none missing that it requires, types as it says.
/// Gives what is wrong.
fn faults(root: &Value, schema: &Value, value: &Value, place: &str) -> Vec<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let found = root.pointer(reference.trim_start_matches('#')).expect("a reference into the schema");
        return faults(root, found, value, place);
    }
    if let Some(ways) = schema["anyOf"].as_array() {
        let all: Vec<Vec<String>> = ways.iter().map(|way| faults(root, way, value, place)).collect();
        return all.into_iter().min_by_key(Vec::len).unwrap_or_default();
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds: Vec<&str> = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        kind => kind.as_str().into_iter().collect(),
    };
    let is_allowed = kinds.contains(&kind) || kind == "integer" && kinds.contains(&"number");
    if !is_allowed {
        return vec![format!("{place} is {kind}, not {kinds:?}")];
    }
    let mut found = Vec::new();
    match value {
        Value::Object(entries) => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            found.extend(
                required.filter(|key| !entries.contains_key(*key)).map(|key| format!("{place} lacks {key}")),
            );
            for (key, value) in entries {
                let of = schema["properties"].get(key).or_else(|| schema.get("additionalProperties"));
                match of.filter(|of| of.is_object()) {
                    Some(of) => found.extend(faults(root, of, value, &format!("{place}.{key}"))),
                    None => found.push(format!("{place}.{key} is not known")),
                }
            }
        }
        Value::Array(values) => {
            for (at, value) in values.iter().enumerate() {
                found.extend(faults(root, &schema["items"], value, &format!("{place}[{at}]")));
            }
        }
        _ => {}
    }
    found
}

#[test]
fn what_runs_say_of_themselves_fits_the_schemas() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let (summary, manifest) = (schema("summary"), schema("manifest"));
    let read = |path: PathBuf| -> Value {
        serde_json::from_slice(&fs::read(path).expect("a file of the run")).expect("JSON")
    };
    let mut runs =
        vec![run("reconcile", home.path(), &[]), run("clean", home.path(), &["--format", "csv,xlsx"])];
    // Without a search, and with findings.
    let samples = project().join("samples");
    let out = home.path().join("plain");
    let mut plain = lamsach();
    plain
        .arg("reconcile")
        .arg(samples.join("danh_sach.csv"))
        .arg("--against")
        .arg(samples.join("dan_cu.csv.gz"));
    let output =
        plain.arg("-o").arg(&out).args(["--quiet", "--fail-on", "info"]).output().expect("the tool starts");
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    runs.push(out);
    for out in &runs {
        let said = read(out.join("summary.json"));
        assert_eq!(faults(&summary, &summary, &said, "summary"), Vec::<String>::new());
        let said = read(out.join(MANIFEST));
        assert_eq!(faults(&manifest, &manifest, &said, "manifest"), Vec::<String>::new());
    }
    let dedupe = home.path().join("dedupe");
    ask(&[
        "dedupe".as_ref(),
        samples.join("tiem_chung.csv").as_ref(),
        "--profile".as_ref(),
        "danh_sach".as_ref(),
        "--accept-doubts".as_ref(),
        "-o".as_ref(),
        dedupe.as_ref(),
        "--format".as_ref(),
        "csv,parquet".as_ref(),
    ]);
    let link = schema("link-summary");
    assert_eq!(faults(&link, &link, &read(dedupe.join("summary.json")), "summary"), Vec::<String>::new());
    assert!(of_csv(&dedupe.join("clusters.csv")) == of_parquet(&dedupe.join("clusters.parquet")));
    let links = with_numbers(of_csv(&dedupe.join("links.csv")));
    assert!(links.len() > 5 && links == of_parquet(&dedupe.join("links.parquet")));
    // The walk sees what is wrong.
    let mut said = read(runs[0].join("summary.json"));
    said["inputs"][0]["more"] = Value::Null;
    said["complete"] = Value::from("yes");
    said["search"]["blocks"][0].as_object_mut().expect("an object").remove("rows");
    let expected = ["summary.complete is string, not [\"boolean\"]", "summary.inputs[0].more is not known"];
    let found = faults(&summary, &summary, &said, "summary");
    assert!(expected.iter().all(|fault| found.iter().any(|said| said == fault)), "{found:?}");
    assert!(found.iter().any(|fault| fault.contains("blocks[0] lacks rows")), "{found:?}");
}
