//! `lamsach inspect`: what a file is and what its columns mean, from its beginning only.

use std::path::Path;

use serde_json::{Value, json};

use super::args::Inspect;
use super::language;
use super::options;
use super::terminal::{Progress, cut, left, number, print, right};
use crate::ingest::{self, Opened};
use crate::mapping::{self, Basis, Meaning};
use crate::pipeline::{InputOptions, Plan, Search, Stop, linkage, open};
use crate::record::{Exit, Trouble};
use crate::report::mask::{masked, shown};
use crate::report::summary::{NoticeLine, SearchFacts};
use crate::rulebook::{Language, Role, Rulebook};

pub(super) fn run(args: &Inspect, stop: &Stop) -> Result<Exit, Trouble> {
    let book = Rulebook::load(args.common.rules.as_deref())?;
    let inputs = options::inputs(&args.files, &args.reading, &args.limits)?;
    if let Some(store) = &args.linkage {
        return reach(args, inputs, store, &book, stop);
    }
    let mut all = Vec::new();
    for path in ingest::expand(&inputs.files)? {
        let (opened, told_source) = open(&path, &inputs, &book)?;
        let source = told_source.or_else(|| best_source(&book, &opened.names));
        let meaning =
            source.map(|source| (source, mapping::columns(&opened.names, &book, source, &inputs.told)));
        let view = View { opened: &opened, book: &book, language: language(&args.common) };
        let (name, result) = match meaning {
            Some((source, result)) => (source.name.as_str(), Some(result)),
            None => ("-", None),
        };
        let meanings = match &result {
            Some(Ok(mapping)) => mapping.meanings.clone(),
            _ => vec![Meaning::Unknown; opened.names.len()],
        };
        let trouble =
            result.and_then(Result::err).map(|trouble| trouble.file(&path).line(opened.header_line.max(1)));
        if args.common.json {
            all.push(view.json(name, &meanings, trouble.as_ref()));
        } else if !args.common.quiet {
            print(&view.text(name, &meanings));
        }
        if let Some(trouble) = trouble
            && !args.common.json
        {
            return Err(trouble);
        }
    }
    if args.common.json {
        print(&format!("{}\n", Value::from(all)));
    }
    Ok(Exit::Success)
}

/// What each key of a search reaches.
fn reach(
    args: &Inspect,
    lists: InputOptions,
    store: &Path,
    book: &Rulebook,
    stop: &Stop,
) -> Result<Exit, Trouble> {
    let language = language(&args.common);
    let reference = InputOptions { files: vec![store.to_owned()], ..InputOptions::default() };
    let lists = InputOptions { numbers_optional: true, ..lists };
    let plan = Plan { reference: Some(reference), ..options::plan("inspect", lists, None, &args.limits)? };
    let plan = Plan { search: Search::Auto, ..plan };
    let progress = Progress::new(language, args.common.quiet || args.common.json);
    let facts = linkage(&plan, book, &progress, stop)?;
    if args.common.json {
        print(&format!("{:#}\n", serde_json::to_value(&facts).unwrap_or_default()));
    } else if !args.common.quiet {
        print(&reach_text(&facts, language));
    }
    Ok(Exit::Success)
}

fn reach_text(facts: &SearchFacts, language: Language) -> String {
    let vi = language == Language::Vietnamese;
    let n = |value| number(value, language);
    let head = if vi {
        format!("cần tìm {} dòng trong {} công dân\n\n", n(facts.rows), n(facts.citizens))
    } else {
        format!("{} rows to be searched for among {} citizens\n\n", n(facts.rows), n(facts.citizens))
    };
    let columns = if vi {
        ["khóa", "dòng có khóa", "số cặp", "cặp đúng", "tách nhỏ"]
    } else {
        ["key", "rows with it", "pairs", "right pairs", "refined"]
    };
    let line = |cells: [&str; 5]| {
        let [name, rest @ ..] = cells;
        let rest = rest.into_iter().zip([14, 15, 14, 10]);
        left(name, 22) + &rest.map(|(cell, width)| right(cell, width)).collect::<String>() + "\n"
    };
    let mut out = head + &line(columns);
    for block in &facts.blocks {
        let cells = [block.rows, block.pairs_expected, block.right_expected, block.refined_values].map(n);
        out.push_str(&line([&block.name, &cells[0], &cells[1], &cells[2], &cells[3]]));
    }
    let pairs: u64 = facts.blocks.iter().map(|block| block.pairs_expected).sum();
    out.push_str(&if vi {
        format!("\ntổng {} cặp (một cặp ở nhiều khóa chỉ so một lần), ước từ một mẫu công dân\n", n(pairs))
    } else {
        format!(
            "\n{} pairs (one in several keys is compared once), estimated from a sample of citizens\n",
            n(pairs)
        )
    });
    out
}

/// The list or reference whose headers fit best.
fn best_source<'a>(book: &'a Rulebook, names: &[String]) -> Option<&'a crate::rulebook::Source> {
    let candidates = [Role::List, Role::Reference];
    let found = candidates.into_iter().filter_map(|role| mapping::guess_source(book, names, Some(role)));
    let n_own = |source: &crate::rulebook::Source| {
        mapping::columns(names, book, source, &[]).map_or(0, |mapping| {
            mapping
                .meanings
                .iter()
                .filter(|meaning| matches!(meaning, Meaning::Field(_, Basis::Source)))
                .count()
        })
    };
    found.max_by_key(|source| n_own(source))
}

struct View<'a> {
    opened: &'a Opened,
    book: &'a Rulebook,
    language: Language,
}

impl View<'_> {
    fn filled(&self, column: usize) -> usize {
        self.opened.sample.columns[column].iter().filter(|cell| !cell.trim().is_empty()).count()
    }

    fn example(&self, column: usize) -> String {
        let cells = &self.opened.sample.columns[column];
        cells.iter().find(|cell| !cell.trim().is_empty()).map(masked).unwrap_or_default()
    }

    fn notices(&self) -> Vec<NoticeLine> {
        self.opened.notices.iter().map(NoticeLine::from).collect()
    }

    fn json(&self, source: &str, meanings: &[Meaning], trouble: Option<&Trouble>) -> Value {
        let columns: Vec<Value> = self
            .opened
            .names
            .iter()
            .enumerate()
            .map(|(column, name)| {
                let (field, basis) = match meanings[column] {
                    Meaning::Field(field, basis) => (Some(field.name()), basis.name()),
                    Meaning::Unused => (None, "unused"),
                    Meaning::Unknown => (None, "unknown"),
                };
                json!({
                    "name": name, "field": field, "basis": basis,
                    "filled": self.filled(column), "example_masked": self.example(column),
                })
            })
            .collect();
        let sample = &self.opened.sample;
        json!({
            "path": self.opened.path, "bytes": self.opened.n_bytes, "packing": self.opened.packing,
            "encoding": self.opened.encoding.map(ingest::TextEncoding::name),
            "delimiter": self.opened.delimiter.map(|byte| char::from(byte).to_string()),
            "header_line": self.opened.header_line, "source": source, "columns": columns,
            "sample_rows": sample.n_rows(),
            "sample_quarantined": sample.quarantined.iter()
                .map(|slip| json!({"line": slip.line, "reason": slip.fault.name()})).collect::<Vec<_>>(),
            "notices": self.notices(),
            "trouble": trouble.map(|trouble| trouble.code.code()),
        })
    }

    fn text(&self, source: &str, meanings: &[Meaning]) -> String {
        let vi = self.language == Language::Vietnamese;
        let opened = self.opened;
        let delimiter = match opened.delimiter {
            Some(b'\t') => "tab".to_owned(),
            Some(byte) => char::from(byte).to_string(),
            None => "-".to_owned(),
        };
        let encoding = opened.encoding.map_or("-", ingest::TextEncoding::name);
        let size = number(opened.n_bytes, self.language);
        let mut out = format!("{}\n", shown(&opened.path.display().to_string()));
        out.push_str(&if vi {
            format!("  {size} byte, {}, {encoding}, phân cách \"{delimiter}\", tiêu đề dòng {}, nguồn {source}\n", opened.packing, opened.header_line)
        } else {
            format!("  {size} bytes, {}, {encoding}, delimiter \"{delimiter}\", header on line {}, source {source}\n", opened.packing, opened.header_line)
        });
        for notice in self.notices() {
            let label = self.book.wording.label("notice", notice.code, self.language);
            let line = notice.line.map(|line| format!(" ({line})")).unwrap_or_default();
            let name = notice.name.map(|name| format!(": {}", shown(&name))).unwrap_or_default();
            out.push_str(&format!("  ! {label}{line}{name}\n"));
        }
        for slip in opened.sample.quarantined.iter().take(5) {
            let label = self.book.wording.label("fault", slip.fault.name(), self.language);
            out.push_str(&format!("  ! {label} ({})\n", slip.line));
        }
        let heads = if vi {
            ["cột", "trường", "có giá trị", "ví dụ (che)"]
        } else {
            ["column", "field", "filled", "example (masked)"]
        };
        out.push_str(&format!(
            "\n  {}{}{}  {}\n",
            left(heads[0], 26),
            left(heads[1], 20),
            right(heads[2], 11),
            heads[3]
        ));
        let n_rows = opened.sample.n_rows();
        for (column, name) in opened.names.iter().enumerate().take(200) {
            let field = match meanings[column] {
                Meaning::Field(field, _) => field.name(),
                Meaning::Unused => "-",
                Meaning::Unknown => "?",
            };
            let filled = format!("{}/{}", self.filled(column), n_rows);
            let line = format!(
                "  {}{}{}  {}",
                left(&cut(&shown(name), 25), 26),
                left(field, 20),
                right(&filled, 11),
                cut(&self.example(column), 18)
            );
            out.push_str(line.trim_end());
            out.push('\n');
        }
        if opened.names.len() > 200 {
            out.push_str(&format!("  … {}\n", opened.names.len() - 200));
        }
        out.push('\n');
        out
    }
}
