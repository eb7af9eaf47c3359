//! `lamsach schema`: what the files of a run look like, for those who read them by program.

use super::schema_args::{Described, Schema};
use super::terminal::print;
use crate::pipeline::LinkFacts;
use crate::record::{Exit, Trouble};
use crate::report::links::LinkSummary;
use crate::report::{dictionary, schema};
use crate::rulebook::{RuleFiles, TableWords, Wording};

pub(super) fn run(args: &Schema) -> Result<Exit, Trouble> {
    let json = |value: &serde_json::Value| format!("{value:#}\n");
    let text = match args.what {
        Described::Summary => json(&schema::summary()),
        Described::LinkSummary => json(&schema::of::<LinkSummary<LinkFacts>>()),
        Described::Manifest => json(&schema::manifest()),
        Described::Tables => {
            let files = RuleFiles::load(args.common.rules.as_deref())?;
            let words = TableWords::load(&files)?;
            if args.common.json {
                let tables = serde_json::to_value(dictionary::tables(&words)).unwrap_or_default();
                json(&serde_json::json!({ "tables": tables }))
            } else {
                dictionary::page(&words, &Wording::load(&files)?)
            }
        }
    };
    print(&text);
    Ok(Exit::Success)
}
