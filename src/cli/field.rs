//! `lamsach field`: values of one field read line by line, for scripts and for trying things out.

use std::io::{self, BufRead, BufReader, BufWriter, Write};

use clap::ValueEnum;
use serde_json::json;

use super::args::{Field, FieldName, NameCase, PlaceTime};
use super::{language, options};
use crate::filter::{
    Answer, Case, Compared, DateFilter, Encoding, EthnicityFilter, Filter, HealthCardFilter, InsuranceFilter,
    NameFilter, NumberFilter, PassportFilter, PhoneFilter, PlaceFilter, SexFilter, TaxCodeFilter, Time,
};
use crate::ingest::shown;
use crate::record::{Exit, Trouble, TroubleCode};
use crate::rulebook::{Language, Rulebook};

pub(super) fn run(args: &Field) -> Result<Exit, Trouble> {
    let book = Rulebook::load(args.common.rules.as_deref())?;
    refuse_for_others(args)?;
    let mut lines = Lines::new(args);
    let source = args.source.as_deref().map(|name| book.source(name)).transpose()?;
    let writer = Answers { args, book: &book };
    match args.field {
        FieldName::Name => {
            let case = match args.case {
                NameCase::Kept => Case::Kept,
                NameCase::Title => Case::Title,
                NameCase::Upper => Case::Upper,
            };
            let mut filter = NameFilter::new(&book, encoding(args)?, case, args.keys);
            if args.column {
                filter.learn(lines.look_ahead()?.iter().map(String::as_str));
            }
            if args.compare {
                return each(lines, |line| {
                    let (one, other) = line.split_once('\t').unwrap_or((line, ""));
                    writer.compared(&filter.compare(one, other))
                });
            }
            writer.each(lines, &filter)
        }
        FieldName::Number => writer.each(lines, &NumberFilter { book: &book }),
        FieldName::Date => {
            let as_of = options::as_of(args.as_of.as_deref())?;
            writer.each(lines, &DateFilter::new(&book, source, as_of))
        }
        FieldName::Sex => writer.each(lines, &SexFilter { book: &book, source }),
        FieldName::Phone => writer.each(lines, &PhoneFilter { book: &book }),
        FieldName::TaxCode => writer.each(lines, &TaxCodeFilter { book: &book }),
        FieldName::Insurance => writer.each(lines, &InsuranceFilter { book: &book }),
        FieldName::HealthCard => writer.each(lines, &HealthCardFilter { book: &book }),
        FieldName::Passport => writer.each(lines, &PassportFilter { book: &book }),
        FieldName::Ethnicity => writer.each(lines, &EthnicityFilter { book: &book }),
        FieldName::Place => {
            let time = args.time.map(|time| match time {
                PlaceTime::Before => Time::Before,
                PlaceTime::Since => Time::Since,
            });
            writer.each(lines, &PlaceFilter::new(&book, time)?)
        }
    }
}

/// Options of names mean nothing for other fields.
fn refuse_for_others(args: &Field) -> Result<(), Trouble> {
    let told = [
        ("--column", args.column),
        ("--encoding", args.encoding.is_some()),
        ("--keys", args.keys),
        ("--compare", args.compare),
        ("--case", args.case != NameCase::Kept),
    ];
    let of_names = told.into_iter().find(|(_, given)| *given && args.field != FieldName::Name);
    match of_names {
        Some((option, _)) => Err(Trouble::new(TroubleCode::BadOption)
            .word("option", option)
            .word(
                "value",
                args.field.to_possible_value().map_or(String::new(), |value| value.get_name().to_owned()),
            )
            .word("help", "lamsach field name")),
        None => Ok(()),
    }
}

fn encoding(args: &Field) -> Result<Option<Encoding>, Trouble> {
    let Some(name) = &args.encoding else { return Ok(None) };
    let known = Encoding::ALL.map(Encoding::name).join(", ");
    let unknown = || {
        Trouble::new(TroubleCode::BadOption)
            .word("option", "--encoding")
            .word("value", name)
            .word("help", known)
    };
    Encoding::from_name(&name.to_ascii_lowercase()).map(Some).ok_or_else(unknown)
}

/// How answers are written.
struct Answers<'a> {
    args: &'a Field,
    book: &'a Rulebook,
}

impl Answers<'_> {
    fn each(&self, lines: Lines<'_>, filter: &impl Filter) -> Result<Exit, Trouble> {
        each(lines, |line| self.answer(line, &filter.answer(line)))
    }

    fn answer(&self, raw: &str, answer: &Answer) -> String {
        if self.args.common.json {
            return self.json(raw, answer);
        }
        let codes = answer.findings.iter().map(|id| self.book.checks.get(*id).code.as_str());
        let findings = match answer.state.defect().filter(|_| answer.findings.is_empty()) {
            Some(defect) => defect.name().to_owned(),
            None => joined(codes),
        };
        let mut cells = vec![answer.canonical.clone(), joined(answer.done()), findings];
        if self.args.proposals {
            cells.push(answer.proposals.join("; "));
        }
        if self.args.keys {
            let keys = answer.facts.iter().filter(|(name, _)| name.starts_with("key"));
            cells.extend(keys.map(|(_, key)| key.clone()));
        }
        cells.join("\t")
    }

    fn json(&self, raw: &str, answer: &Answer) -> String {
        let vi = language(&self.args.common) == Language::Vietnamese;
        let finding = |id: &u16| {
            let check = self.book.checks.get(*id);
            let words = if vi { &check.vi } else { &check.en };
            json!({"code": check.code, "severity": check.severity.name(), "words": words})
        };
        let facts: serde_json::Map<String, serde_json::Value> =
            answer.facts.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into())).collect();
        json!({
            "raw": raw,
            "canonical": answer.canonical,
            "defect": answer.state.defect().map(crate::record::Defect::name),
            "done": answer.done().collect::<Vec<_>>(),
            "findings": answer.findings.iter().map(finding).collect::<Vec<_>>(),
            "proposals": answer.proposals,
            "facts": facts,
        })
        .to_string()
    }

    fn compared(&self, compared: &Compared) -> String {
        let distance = compared.distance.map(|hundredths| f64::from(hundredths) / 100.0);
        if self.args.common.json {
            return json!({
                "level": compared.level.name(),
                "distance": distance,
                "words": compared.words,
                "same_sound": compared.same_sound,
            })
            .to_string();
        }
        let words = compared.words.iter().map(|(one, other)| format!("{one}/{other}"));
        let distance = distance.map_or("-".to_owned(), |distance| format!("{distance:.2}"));
        format!("{}\t{distance}\t{}", compared.level.name(), words.collect::<Vec<_>>().join("; "))
    }
}

fn joined<'t>(parts: impl Iterator<Item = &'t str>) -> String {
    parts.collect::<Vec<_>>().join("+")
}

/// Writes one line for each line. A reader that has gone away ends the filter quietly.
fn each(mut lines: Lines<'_>, answer: impl Fn(&str) -> String) -> Result<Exit, Trouble> {
    let mut out = BufWriter::new(io::stdout().lock());
    while let Some(line) = lines.next()? {
        let mut text = answer(&line);
        text.push('\n');
        // Whoever waits for an answer before the next question gets it.
        let written =
            out.write_all(text.as_bytes()).and_then(|()| if lines.may_wait() { out.flush() } else { Ok(()) });
        if written.is_err() {
            return Ok(Exit::Success);
        }
    }
    let _ = out.flush();
    Ok(Exit::Success)
}

/// The values: those of the command line, or the lines of standard input.
struct Lines<'a> {
    given: Option<std::vec::IntoIter<String>>,
    input: BufReader<io::StdinLock<'a>>,
    /// Lines read already to learn from.
    ahead: std::collections::VecDeque<String>,
    bytes: Vec<u8>,
    is_first: bool,
}

/// Lines from which the encodings of a column are learnt.
const LEARNT_FROM: usize = 1000;

impl Lines<'_> {
    fn new(args: &Field) -> Self {
        let given = match args.values.as_slice() {
            [] => None,
            values if args.compare => Some(values.chunks(2).map(|pair| pair.join("\t")).collect()),
            values => Some(values.to_vec()),
        };
        Self {
            given: given.map(Vec::into_iter),
            input: BufReader::new(io::stdin().lock()),
            ahead: std::collections::VecDeque::new(),
            bytes: Vec::new(),
            is_first: true,
        }
    }

    fn look_ahead(&mut self) -> Result<&[String], Trouble> {
        while self.ahead.len() < LEARNT_FROM
            && let Some(line) = self.read()?
        {
            self.ahead.push_back(line);
        }
        Ok(self.ahead.make_contiguous())
    }

    fn next(&mut self) -> Result<Option<String>, Trouble> {
        match self.ahead.pop_front() {
            Some(line) => Ok(Some(line)),
            None => self.read(),
        }
    }

    fn read(&mut self) -> Result<Option<String>, Trouble> {
        if let Some(given) = &mut self.given {
            return Ok(given.next());
        }
        self.bytes.clear();
        let n_read = self.input.read_until(b'\n', &mut self.bytes);
        let n_read = n_read
            .map_err(|error| Trouble::new(TroubleCode::ReadFailed).file("-").word("cause", error.kind()))?;
        if n_read == 0 {
            return Ok(None);
        }
        let is_first = std::mem::take(&mut self.is_first);
        Ok(Some(text_of(&self.bytes, is_first)))
    }

    /// Whether nothing more has come in yet.
    fn may_wait(&self) -> bool {
        self.given.is_none() && self.ahead.is_empty() && self.input.buffer().is_empty()
    }
}

/// The text of a line without its end. Bytes that are no UTF-8 may be of an old encoding.
fn text_of(line: &[u8], is_first: bool) -> String {
    const MARK: &[u8] = b"\xEF\xBB\xBF";
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = line.strip_prefix(MARK).filter(|_| is_first).unwrap_or(line);
    match std::str::from_utf8(line) {
        Ok(text) => text.to_owned(),
        Err(_) => shown(line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_any_bytes_become_text() {
        assert_eq!(text_of("Nguyễn\r\n".as_bytes(), true), "Nguyễn");
        assert_eq!(text_of(b"\xEF\xBB\xBFAn\n", true), "An");
        assert_eq!(text_of(b"Nguy\xD4n Th\xDE\n", false), "NguyÔn ThÞ");
        assert_eq!(text_of(b"", false), "");
    }
}
