//! `lamsach generate`: an invented population, an invented list, and the truth about it.

use std::cell::RefCell;
use std::io::{self, BufWriter, Write};

use super::args::Generate;
use super::terminal::{number, print};
use super::{language, options};
use crate::generate::{Outputs, Request, Settings, Tables, run as generate};
use crate::pipeline::Stop;
use crate::record::{Exit, Trouble, TroubleCode};
use crate::report::folder::{MANIFEST, RunFile, RunFolder};
use crate::report::summary::{self, Manifest, Resources, Tool};
use crate::rulebook::{Language, RuleFiles};

/// Passes bytes to a file of the run and keeps the trouble, which an `io::Error` cannot carry.
struct Sink<'a> {
    file: RunFile,
    trouble: &'a RefCell<Option<Trouble>>,
}

impl Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes).map(|()| bytes.len()).map_err(|trouble| {
            self.trouble.replace(Some(trouble));
            io::Error::from(io::ErrorKind::Other)
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(super) fn run(args: &Generate, stop: &Stop) -> Result<Exit, Trouble> {
    if args.list > args.citizens / 4 * 3 {
        return Err(Trouble::new(TroubleCode::BadOption)
            .word("option", "--list")
            .word("value", args.list)
            .word("help", format!("<= {}", args.citizens / 4 * 3)));
    }
    let files = RuleFiles::load(args.common.rules.as_deref())?;
    let settings: Settings = files.toml("generate/vaccination.toml")?;
    let tables = tables(&files)?;
    let started = options::clock();
    let begun = std::time::Instant::now();
    let folder = RunFolder::create(&args.output, args.replace)?;
    let trouble = RefCell::new(None);
    let sink = |name| {
        folder
            .file(name, true)
            .map(|file| BufWriter::with_capacity(1 << 20, Sink { file, trouble: &trouble }))
    };
    let (mut extract, mut list, mut truth) =
        (sink("dan_cu.csv")?, sink("tiem_chung.csv")?, sink("truth.csv")?);
    let request = Request { seed: args.seed, citizens: args.citizens, list: args.list };
    let outputs =
        Outputs { extract: &mut extract, list: &mut list, truth: &mut truth, temp: folder.partial() };
    let result = generate(&request, &settings, &tables, outputs, &|_| {}, &|| stop.check().is_err());
    stop.check()?;
    let counts = result.map_err(|_| {
        trouble.take().unwrap_or_else(|| Trouble::new(TroubleCode::Internal).word("cause", "generate"))
    })?;
    let mut written = Vec::new();
    for (writer, rows) in [(extract, counts.citizens), (list, counts.records), (truth, counts.records)] {
        let sink = writer.into_inner().map_err(|_| {
            trouble.take().unwrap_or_else(|| Trouble::new(TroubleCode::CannotWrite).word("cause", "flush"))
        })?;
        written.push(sink.file.finish(Some(rows))?);
    }
    let inputs = [("seed".to_owned(), format!("{} {} {}", args.seed, args.citizens, args.list))];
    let run_key = summary::run_key(&files.sha256(), &["generate".to_owned()], &inputs);
    let manifest = Manifest {
        schema_version: summary::SCHEMA_VERSION,
        tool: Tool::THIS,
        run_id: run_key[..16].to_owned(),
        run_key,
        exit: Exit::Success.into(),
        started,
        finished: options::clock(),
        resources: Resources::of_process(begun.elapsed().as_secs_f64(), 1),
        files: written,
    };
    let mut file = folder.file(MANIFEST, false)?;
    file.write(&summary::json(&manifest))?;
    file.finish(None)?;
    let target = folder.target().display().to_string();
    folder.publish()?;
    if args.common.json {
        print(&String::from_utf8_lossy(&summary::json(&manifest)));
    } else if !args.common.quiet {
        print(&text(counts.citizens, counts.records, counts.right, &target, language(&args.common)));
    }
    Ok(Exit::Success)
}

fn text(citizens: u64, records: u64, right: u64, target: &str, language: Language) -> String {
    let (citizens, records, right) =
        (number(citizens, language), number(records, language), number(right, language));
    match language {
        Language::Vietnamese => format!(
            "{citizens} công dân, {records} dòng danh sách ({right} dòng đúng hoàn toàn); tất cả là người bịa ra\n\
             kết quả: {target}/dan_cu.csv, tiem_chung.csv, truth.csv\n"
        ),
        Language::English => format!(
            "{citizens} citizens, {records} list records ({right} entirely right); nobody in them is real\n\
             result: {target}/dan_cu.csv, tiem_chung.csv, truth.csv\n"
        ),
    }
}

/// The tables that invented data is drawn from.
pub(super) fn tables(files: &RuleFiles) -> Result<Tables<'_>, Trouble> {
    Ok(Tables {
        names: files.text("lexicon/names.csv")?,
        names_minority: files.text("lexicon/names_minority.csv")?,
        provinces_2024: files.text("places/provinces_2024.csv")?,
        districts_2024: files.text("places/districts_2024.csv")?,
        communes_2024: files.text("places/communes_2024.csv")?,
        communes_prior: files.text("places/communes_prior.csv")?,
        provinces_2025: files.text("places/provinces_2025.csv")?,
        communes_2025: files.text("places/communes_2025.csv")?,
        commune_mapping: files.text("places/commune_mapping.csv")?,
        health_cards: files.text("lexicon/health_card_codes.csv")?,
        legacy: files.text("generate/legacy.csv")?,
    })
}
