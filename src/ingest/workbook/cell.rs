//! How the value of a cell is written: numbers without exponent, dates as the standard writes them.
//!
//! A cell that holds a number is written as the number, not as the sheet shows it: the form is lost in saving, and
//! zeros at the front with it.

use std::fmt::Write;

use calamine::{Data, DataRef, ExcelDateTime};

/// Appends a cell of a sheet that is read as a stream.
pub(super) fn write_ref(value: &DataRef<'_>, out: &mut String) {
    match value {
        DataRef::SharedString(text) => out.push_str(text),
        DataRef::String(text) => out.push_str(text),
        DataRef::Int(number) => append(out, format_args!("{number}")),
        DataRef::Float(number) => write_number(*number, out),
        DataRef::Bool(truth) => out.push_str(written(*truth)),
        DataRef::DateTime(date) => write_date(date, out),
        DataRef::DateTimeIso(text) => write_iso(text, out),
        DataRef::DurationIso(text) => out.push_str(text),
        DataRef::Error(error) => append(out, format_args!("{error}")),
        DataRef::Empty => {}
    }
}

/// Appends a cell of a sheet that is held as a whole.
pub(super) fn write_data(value: &Data, out: &mut String) {
    match value {
        Data::String(text) => out.push_str(text),
        Data::Int(number) => append(out, format_args!("{number}")),
        Data::Float(number) => write_number(*number, out),
        Data::Bool(truth) => out.push_str(written(*truth)),
        Data::DateTime(date) => write_date(date, out),
        Data::DateTimeIso(text) => write_iso(text, out),
        Data::DurationIso(text) => out.push_str(text),
        Data::Error(error) => append(out, format_args!("{error}")),
        Data::Empty => {}
    }
}

fn append(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("memory");
}

const fn written(truth: bool) -> &'static str {
    if truth { "TRUE" } else { "FALSE" }
}

/// A number as its shortest digits, without exponent and without an empty fraction.
pub(super) fn write_number(number: f64, out: &mut String) {
    append(out, format_args!("{number}"));
}

/// A date, with its time where it has one. A time of day alone is no date of 1899.
fn write_date(date: &ExcelDateTime, out: &mut String) {
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    if date.is_duration() || date.as_f64() < 1.0 {
        return append(out, format_args!("{hour:02}:{minute:02}:{second:02}"));
    }
    append(out, format_args!("{year:04}-{month:02}-{day:02}"));
    if (hour, minute, second) != (0, 0, 0) {
        append(out, format_args!(" {hour:02}:{minute:02}:{second:02}"));
    }
}

/// A date that stands in the file as the standard writes it, without a time of midnight.
pub(super) fn write_iso(text: &str, out: &mut String) {
    let (date, time) = text.split_once('T').unwrap_or((text, ""));
    let time = time.trim_end_matches('Z');
    let time = time.split_once('.').map_or(time, |(whole, _)| whole);
    out.push_str(date);
    if !matches!(time, "" | "00:00" | "00:00:00") {
        append(out, format_args!(" {time}"));
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType::{DateTime, TimeDelta};

    use super::*;

    #[test]
    fn values_are_written_plainly() {
        let date = |serial, is_1904| Data::DateTime(ExcelDateTime::new(serial, DateTime, is_1904));
        #[rustfmt::skip]
        let table = [
            (Data::Float(79_302_012_345.0), "79302012345"),
            (Data::Float(123_456_789_012.0), "123456789012"),
            (Data::Float(1.5), "1.5"),
            (Data::Float(1e21), "1000000000000000000000"),
            (Data::Int(-7), "-7"),
            (Data::Bool(true), "TRUE"),
            (date(32_874.0, false), "1990-01-01"),
            (date(32_874.75, false), "1990-01-01 18:00:00"),
            (date(31_412.0, true), "1990-01-01"),
            (date(0.5, false), "12:00:00"),
            (Data::DateTime(ExcelDateTime::new(0.25, TimeDelta, false)), "06:00:00"),
            (Data::DateTimeIso("1990-01-01T00:00:00".into()), "1990-01-01"),
            (Data::DateTimeIso("1990-01-01T08:30:00.5Z".into()), "1990-01-01 08:30:00"),
            (Data::Error(calamine::CellErrorType::NA), "#N/A"),
            (Data::Empty, ""),
        ];
        for (value, expected) in table {
            let mut out = String::new();
            write_data(&value, &mut out);
            assert_eq!(out, expected);
        }
    }
}
