//! `quarantine.csv`: the records that could not be read, whole, with place and reason.

use super::cells::{printable, safe};
use crate::ingest::{Quarantined, RAW_KEPT};
use crate::rulebook::{Language, Wording};

/// One row.
pub fn row(file: &str, slip: &Quarantined, expected: usize, wording: &Wording) -> Vec<u8> {
    let mut raw = printable(&slip.raw);
    if slip.n_bytes > RAW_KEPT as u64 {
        raw.push('…');
    }
    let (found, expected) = if slip.n_fields == 0 {
        (String::new(), String::new())
    } else {
        (slip.n_fields.to_string(), expected.to_string())
    };
    let code = slip.fault.name();
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    writer
        .write_record([
            &*safe(file),
            &slip.line.to_string(),
            code,
            wording.label("fault", code, Language::Vietnamese),
            &found,
            &expected,
            &slip.n_bytes.to_string(),
            &safe(&raw),
        ])
        .expect("writing to memory does not fail");
    writer.into_inner().expect("writing to memory does not fail")
}
