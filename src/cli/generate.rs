//! `lamsach generate`: an invented population, an invented list, the truth about it, and a night's changes.

use std::cell::RefCell;
use std::io::{self, BufWriter, Write};

use super::args::Generate;
use super::terminal::{number, print};
use super::{language, options};
use crate::generate::{
    Counts, Delta, DeltaSettings, OFFICE_MAX, Office, OfficeSettings, Outputs, Request, Settings, Tables,
    run as generate,
};
use crate::pipeline::Stop;
use crate::record::{Exit, Trouble, TroubleCode};
use crate::report::folder::{MANIFEST, RunFile, RunFolder};
use crate::report::summary::{self, Manifest, Resources, Tool};
use crate::rulebook::{Language, RuleFiles};

/// The files of an office's list, as the last line names them.
const OFFICE_FILES: &str = ", danh_sach.xlsx, danh_sach.csv, danh_sach.truth.csv";
/// The files of a delta, as the last line names them.
const DELTA_FILES: &str = ", dan_cu.thay_doi.csv, dan_cu.moi.csv";

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
    let most = args.citizens / 4 * 3;
    refuse_above("--list", args.list, most)?;
    refuse_above("--office", args.office, most.min(OFFICE_MAX))?;
    refuse_above("--delta", args.delta, args.citizens / 2)?;
    let files = RuleFiles::load(args.common.rules.as_deref())?;
    let settings: Settings = files.toml("generate/vaccination.toml")?;
    let office_settings: OfficeSettings = files.toml("generate/office.toml")?;
    let delta_settings: DeltaSettings = files.toml("generate/delta.toml")?;
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
    let mut office = match args.office {
        0 => None,
        _ => Some([sink("danh_sach.xlsx")?, sink("danh_sach.csv")?, sink("danh_sach.truth.csv")?]),
    };
    let mut delta = match args.delta {
        0 => None,
        _ => Some([sink("dan_cu.thay_doi.csv")?, sink("dan_cu.moi.csv")?]),
    };
    let request = Request { seed: args.seed, citizens: args.citizens, list: args.list };
    let outputs = Outputs {
        extract: &mut extract,
        list: &mut list,
        truth: &mut truth,
        office: office.as_mut().map(|[workbook, twin, truth]| Office {
            settings: &office_settings,
            records: args.office,
            workbook,
            twin,
            truth,
        }),
        delta: delta.as_mut().map(|[changes, after]| Delta {
            settings: &delta_settings,
            rows: args.delta,
            changes,
            after,
        }),
        temp: folder.partial(),
    };
    let result = generate(&request, &settings, &tables, outputs, &|_| {}, &|| stop.check().is_err());
    stop.check()?;
    let counts = result.map_err(|_| {
        trouble.take().unwrap_or_else(|| Trouble::new(TroubleCode::Internal).word("cause", "generate"))
    })?;
    let mut written = Vec::new();
    let lists = [(extract, counts.citizens), (list, counts.records), (truth, counts.records)];
    let office = office.into_iter().flatten().map(|writer| (writer, counts.office_records));
    let after = counts.citizens + counts.new_numbers;
    let delta = delta.into_iter().flat_map(|writers| writers.into_iter().zip([counts.changes, after]));
    for (writer, rows) in lists.into_iter().chain(office).chain(delta) {
        let sink = writer.into_inner().map_err(|_| {
            trouble.take().unwrap_or_else(|| Trouble::new(TroubleCode::CannotWrite).word("cause", "flush"))
        })?;
        written.push(sink.file.finish(Some(rows))?);
    }
    let sizes = format!("{} {} {} {} {}", args.seed, args.citizens, args.list, args.office, args.delta);
    let inputs = [("seed".to_owned(), sizes)];
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
        print(&text(&counts, &target, language(&args.common)));
    }
    Ok(Exit::Success)
}

fn refuse_above(option: &str, value: u64, most: u64) -> Result<(), Trouble> {
    if value <= most {
        return Ok(());
    }
    Err(Trouble::new(TroubleCode::BadOption)
        .word("option", option)
        .word("value", value)
        .word("help", format!("<= {most}")))
}

fn text(counts: &Counts, target: &str, language: Language) -> String {
    let [citizens, records, right, office, changes] =
        [counts.citizens, counts.records, counts.right, counts.office_records, counts.changes]
            .map(|count| number(count, language));
    let (mut besides, mut more_files) = (String::new(), String::new());
    if counts.office_records > 0 {
        besides += &match language {
            Language::Vietnamese => format!(", {office} dòng danh sách của cơ quan"),
            Language::English => format!(", {office} records of an office's list"),
        };
        more_files += OFFICE_FILES;
    }
    if counts.changes > 0 {
        besides += &match language {
            Language::Vietnamese => format!(", {changes} dòng thay đổi của dữ liệu dân cư"),
            Language::English => format!(", {changes} changed rows of the extract"),
        };
        more_files += DELTA_FILES;
    }
    match language {
        Language::Vietnamese => format!(
            "{citizens} công dân, {records} dòng danh sách ({right} dòng đúng hoàn toàn){besides}; \
             tất cả là người bịa ra\n\
             kết quả: {target}/dan_cu.csv, tiem_chung.csv, truth.csv{more_files}\n"
        ),
        Language::English => format!(
            "{citizens} citizens, {records} list records ({right} entirely right){besides}; \
             nobody in them is real\n\
             result: {target}/dan_cu.csv, tiem_chung.csv, truth.csv{more_files}\n"
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
