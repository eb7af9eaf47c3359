//! Names and places in the XML of a sheet.

use std::ops::Range;

use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;

/// Row and column of a cell, both from 1.
pub(super) type Place = (u32, u32);

/// The name of an element without its prefix.
pub(super) fn element<'a>(start: &'a BytesStart<'_>) -> &'a str {
    start.local_name().into_inner()
}

/// The value of an attribute, whatever the prefix of its name.
pub(super) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = start.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}

/// Where the cells of a sheet stand: as they say, or else behind the one before.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// The row that is read, from 1.
    pub(super) row: u32,
    column: u32,
}

impl Places {
    /// A row begins.
    pub(super) fn row(&mut self, start: &BytesStart<'_>) {
        let told = attribute(start, "r").and_then(|row| row.parse().ok());
        self.row = told.unwrap_or(self.row + 1);
        self.column = 0;
    }

    /// The place of a cell that begins.
    pub(super) fn cell(&mut self, start: &BytesStart<'_>) -> Place {
        let told = attribute(start, "r").and_then(|place| column_of(&place));
        self.column = told.unwrap_or(self.column + 1);
        (self.row, self.column)
    }
}

/// The column of a place such as `AB12`, from 1.
pub(super) fn column_of(place: &str) -> Option<u32> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic).map(|letter| letter.to_ascii_uppercase());
    let column = letters
        .fold(0_u32, |column, letter| column.saturating_mul(26).saturating_add(u32::from(letter - b'A') + 1));
    (column > 0).then_some(column)
}

/// The letters of a column, from 1.
pub(super) fn letters(mut column: u32) -> String {
    let mut out = Vec::new();
    while column > 0 {
        out.push(b'A' + ((column - 1) % 26) as u8);
        column = (column - 1) / 26;
    }
    out.reverse();
    String::from_utf8(out).unwrap_or_default()
}

/// The rows and columns of an area such as `A1:B3`.
pub(super) fn area(text: &str) -> Option<(Range<u32>, Range<u32>)> {
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    let row_of = |place: &str| {
        place.trim_start_matches(|letter: char| letter.is_ascii_alphabetic()).parse::<u32>().ok()
    };
    Some((row_of(first)?..row_of(last)? + 1, column_of(first)?..column_of(last)? + 1))
}

/// The style of columns, as a `col` element tells it.
pub(super) fn style_of_columns(start: &BytesStart<'_>) -> Option<(Range<u32>, String)> {
    let number = |name| attribute(start, name)?.parse::<u32>().ok();
    Some((number("min")?..number("max")?.saturating_add(1), attribute(start, "style")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_letters_are_the_same_both_ways() {
        for column in [1, 2, 26, 27, 52, 53, 702, 703, 16_384] {
            assert_eq!(column_of(&format!("{}7", letters(column))), Some(column));
        }
        assert_eq!(letters(28), "AB");
        assert_eq!(column_of("12"), None);
        assert_eq!(area("B2:C4"), Some((2..5, 2..4)));
        assert_eq!(area("B2"), Some((2..3, 2..3)));
        assert_eq!(area("x"), None);
    }
}
