//! Options as typed become options as used; what cannot be used is refused here, before a file is opened.

use std::path::PathBuf;

use super::args::{Limits, Reading};
use crate::ingest::{self, HeadOptions, TextEncoding};
use crate::mapping::Told;
use crate::pipeline::{InputOptions, MaxBad, Plan, Search};
use crate::record::{Trouble, TroubleCode};
use crate::reference::store::is_store;
use crate::report::formats::Formats;

fn bad(option: &str, value: &str, help: &str) -> Trouble {
    Trouble::new(TroubleCode::BadOption).word("option", option).word("value", value).word("help", help)
}

/// How the files are read. A store among them would be taken for files in no known encoding.
pub(super) fn inputs(files: &[PathBuf], reading: &Reading, limits: &Limits) -> Result<InputOptions, Trouble> {
    if let Some(store) = files.iter().find(|path| is_store(path)) {
        return Err(Trouble::new(TroubleCode::IsAStore).file(store).word("store", store.display()));
    }
    let encoding = match &reading.encoding {
        None => None,
        Some(name) => Some(TextEncoding::from_name(name).ok_or_else(|| {
            let known: Vec<&str> = TextEncoding::ALL.iter().map(|encoding| encoding.name()).collect();
            bad("--encoding", name, &known.join(", "))
        })?),
    };
    Ok(InputOptions {
        numbers_optional: false,
        files: files.to_vec(),
        source: reading.source.clone(),
        told: told(&reading.map)?,
        encoding,
        head: HeadOptions {
            delimiter: reading.delimiter.as_deref().map(delimiter).transpose()?,
            header_line: reading.header_line,
        },
        sheet: reading.sheet.clone(),
        limits: sizes(limits)?,
    })
}

/// Sizes that are refused.
pub(super) fn sizes(limits: &Limits) -> Result<ingest::Limits, Trouble> {
    let max_field_bytes = limits.max_field_bytes.max(1);
    let max_sheet = &limits.max_xlsx_uncompressed;
    let wrong = || bad("--max-xlsx-uncompressed", max_sheet, "4GiB, 500MiB");
    Ok(ingest::Limits {
        max_field_bytes,
        max_record_bytes: max_field_bytes.saturating_mul(8),
        max_columns: limits.max_columns,
        max_sheet_bytes: size(max_sheet).ok_or_else(wrong)?,
    })
}

/// The plan that follows from the limits, with the day of the run: nothing that stands is replaced, and whatever cannot be
/// read is put up with.
pub(super) fn plan(
    command: &'static str,
    lists: InputOptions,
    day: Option<&str>,
    limits: &Limits,
) -> Result<Plan, Trouble> {
    Ok(Plan {
        command,
        lists,
        reference: None,
        out: PathBuf::from("."),
        replace: false,
        as_of: as_of(day)?,
        threads: threads(limits)?,
        memory_bytes: memory(limits)?,
        include: Vec::new(),
        formats: Formats::default(),
        besides: Vec::new(),
        search: Search::None,
        weights: None,
        max_bad: MaxBad::Share(1.0),
        fail_on: None,
    })
}

/// Columns told by `--map`.
pub(super) fn told(texts: &[String]) -> Result<Vec<Told>, Trouble> {
    texts.iter().map(|text| Told::parse(text)).collect()
}

fn delimiter(text: &str) -> Result<u8, Trouble> {
    match text {
        "tab" | "\\t" => Ok(b'\t'),
        text if text.len() == 1 && !text.starts_with(['"', '\n', '\r']) => Ok(text.as_bytes()[0]),
        text => Err(bad("--delimiter", text, ", ; | tab")),
    }
}

/// How many threads.
pub(super) fn threads(limits: &Limits) -> Result<usize, Trouble> {
    match limits.threads {
        Some(0) => Err(bad("--threads", "0", "1, 2, ...")),
        Some(n_threads) => Ok(n_threads.min(1024)),
        None => Ok(std::thread::available_parallelism().map_or(1, std::num::NonZero::get)),
    }
}

/// How much memory, in bytes; 70 % of the machine or of the control group when nothing is said.
pub(super) fn memory(limits: &Limits) -> Result<u64, Trouble> {
    match &limits.memory {
        Some(text) => size(text).ok_or_else(|| bad("--memory", text, "2GiB, 500MiB")),
        None => Ok(machine_memory() / 10 * 7),
    }
}

/// Memory of the machine or of the control group.
pub(super) fn machine_memory() -> u64 {
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let of_group = read("/sys/fs/cgroup/memory.max").and_then(|text| text.trim().parse::<u64>().ok());
    let of_machine = read("/proc/meminfo").and_then(|text| {
        let line = text.lines().next()?.to_owned();
        line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
    });
    let machine = of_machine.unwrap_or(u64::MAX);
    of_group.map_or(machine, |group| group.min(machine))
}

/// Bytes from `2GiB`, `500MiB`, `1G`, `1048576`.
fn size(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let count: u64 = text[..digits].parse().ok()?;
    let unit = match text[digits..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kib" | "kb" => 1 << 10,
        "m" | "mib" | "mb" => 1 << 20,
        "g" | "gib" | "gb" => 1 << 30,
        _ => return None,
    };
    count.checked_mul(unit).filter(|bytes| *bytes > 0)
}

/// The limit of quarantined records.
pub(super) fn max_bad(text: &str) -> Result<MaxBad, Trouble> {
    let wrong = || bad("--max-bad-records", text, "100, 5%");
    match text.strip_suffix('%') {
        Some(share) => {
            let share: f64 = share.trim().replace(',', ".").parse().map_err(|_| wrong())?;
            (0.0..=100.0).contains(&share).then_some(MaxBad::Share(share / 100.0)).ok_or_else(wrong)
        }
        None => text.parse().map(MaxBad::Count).map_err(|_| wrong()),
    }
}

/// The date of the run, as yyyymmdd: as told, or today in Viet Nam.
pub(super) fn as_of(text: Option<&str>) -> Result<u32, Trouble> {
    match text {
        None => packed(now().date()).ok_or_else(|| bad("--as-of", "", "2026-06-30")),
        Some(text) => day("--as-of", text),
    }
}

/// A date that an option tells, as yyyymmdd.
pub(super) fn day(option: &str, text: &str) -> Result<u32, Trouble> {
    let date = text.parse::<jiff::civil::Date>().ok();
    date.and_then(packed).ok_or_else(|| bad(option, text, "2026-06-30"))
}

fn packed(date: jiff::civil::Date) -> Option<u32> {
    let year = u32::try_from(date.year()).ok()?;
    Some(year * 10_000 + u32::from(date.month().unsigned_abs()) * 100 + u32::from(date.day().unsigned_abs()))
}

/// The time of day in Viet Nam, which has no summer time.
fn now() -> jiff::civil::DateTime {
    jiff::tz::offset(7).to_datetime(jiff::Timestamp::now())
}

/// The time of day with its offset.
pub(super) fn clock() -> String {
    now().strftime("%Y-%m-%dT%H:%M:%S+07:00").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_limits_are_read() {
        assert_eq!(size("2GiB"), Some(2 << 30));
        assert_eq!(size("500 MiB"), Some(500 << 20));
        assert_eq!(size("12x"), None);
        assert_eq!(size("0"), None);
        assert_eq!(max_bad("5%").ok(), Some(MaxBad::Share(0.05)));
        assert_eq!(max_bad("10").ok(), Some(MaxBad::Count(10)));
        assert!(max_bad("viele").is_err());
        assert_eq!(as_of(Some("2022-06-01")).ok(), Some(20_220_601));
        assert!(as_of(Some("01/06/2022")).is_err());
    }
}
