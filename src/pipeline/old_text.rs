//! The words of the rules, for reading files in old encodings.

use crate::ingest::{OldText, Recode, TextEncoding};
use crate::rulebook::Rulebook;

/// Reads old encodings with the rules in force.
pub(super) struct OldTextOf<'a>(pub(super) &'a Rulebook);

impl OldText for OldTextOf<'_> {
    fn likely(&self, shown: &str) -> Option<(TextEncoding, u32)> {
        let (name, share) = self.0.likely_encoding(shown)?;
        Some((TextEncoding::from_name(name)?, share))
    }

    fn recode(&self, encoding: TextEncoding) -> Option<Recode> {
        // Windows-1258 is a code page like any other and decoded as one.
        if encoding == TextEncoding::Windows1258 {
            return None;
        }
        let recoder = self.0.recoder(encoding.name()).ok()??;
        Some(Box::new(recoder))
    }
}
