//! One row on its way from the list of the run to the list of its commune, and how it is kept on disk in between.

use crate::record::{FieldKind, Flag, Flags, Verdict};
use crate::rulebook::COMPARED;

/// A field of a row: what the list says, and what is proposed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Value {
    /// The cell of the list as it was written.
    pub old: String,
    /// What is proposed; empty where nothing is.
    pub new: String,
}

/// A row that goes on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What tells it among all rows of the run.
    pub key: String,
    /// What the reference says of it.
    pub verdict: Verdict,
    /// What stands beside that.
    pub flags: Flags,
    /// Compared fields that are wrong, as bits.
    pub wrong: u8,
    /// The compared fields.
    pub values: [Value; COMPARED.len()],
    /// House, street, hamlet, as the list has them.
    pub detail: String,
    /// What stands behind that: the unit that the list used, with what parts it from the detail; empty where it is the one
    /// of today whose list this is.
    pub unit: String,
}

impl Default for Row {
    /// Nothing yet.
    fn default() -> Self {
        Self {
            key: String::new(),
            verdict: Verdict::Match,
            flags: Flags::default(),
            wrong: 0,
            values: Default::default(),
            detail: String::new(),
            unit: String::new(),
        }
    }
}

impl Row {
    /// The value of a compared field.
    pub fn value(&self, field: FieldKind) -> Option<&Value> {
        COMPARED.iter().position(|compared| *compared == field).map(|at| &self.values[at])
    }

    /// Where the list says that the person lives.
    pub fn address(&self) -> String {
        format!("{}{}", self.detail, self.unit).trim_start_matches([',', ' ']).to_owned()
    }

    /// Whether a compared field is wrong: the run says so, or proposes another value.
    pub fn is_wrong(&self, field: FieldKind) -> bool {
        let at = COMPARED.iter().position(|compared| *compared == field);
        at.is_some_and(|at| self.wrong & 1 << at != 0 || !self.values[at].new.is_empty())
    }

    /// Appends the row as bytes.
    pub fn push(&self, out: &mut Vec<u8>) {
        out.push(self.verdict as u8);
        out.push(self.flags.iter().fold(0, |bits, flag| bits | 1 << flag as u8));
        out.push(self.wrong);
        push_text(out, &self.key);
        for value in &self.values {
            push_text(out, &value.old);
            push_text(out, &value.new);
        }
        push_text(out, &self.detail);
        push_text(out, &self.unit);
    }

    /// Takes a row from the front of bytes; `None` where they do not begin with one.
    pub fn take(bytes: &mut &[u8]) -> Option<Self> {
        let [verdict, flags, wrong] = *bytes.first_chunk()?;
        *bytes = &bytes[3..];
        let mut row = Self { verdict: *Verdict::ALL.get(usize::from(verdict))?, wrong, ..Self::default() };
        for flag in Flag::ALL.into_iter().filter(|flag| flags & 1 << *flag as u8 != 0) {
            row.flags.insert(flag);
        }
        row.key = take_text(bytes)?;
        for value in &mut row.values {
            value.old = take_text(bytes)?;
            value.new = take_text(bytes)?;
        }
        row.detail = take_text(bytes)?;
        row.unit = take_text(bytes)?;
        Some(row)
    }
}

/// A text with its length before it: one byte where it is short, five where it is not.
fn push_text(out: &mut Vec<u8>, text: &str) {
    match u8::try_from(text.len()) {
        Ok(length) if length < u8::MAX => out.push(length),
        _ => {
            out.push(u8::MAX);
            let length = u32::try_from(text.len()).expect("a cell of a batch has less than 4 GiB");
            out.extend(length.to_le_bytes());
        }
    }
    out.extend_from_slice(text.as_bytes());
}

fn take_text(bytes: &mut &[u8]) -> Option<String> {
    let (&first, mut rest) = bytes.split_first()?;
    let mut length = usize::from(first);
    if first == u8::MAX {
        length = u32::from_le_bytes(*rest.first_chunk()?) as usize;
        rest = &rest[4..];
    }
    let (text, rest) = rest.split_at_checked(length)?;
    *bytes = rest;
    String::from_utf8(text.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_comes_back_as_it_went() {
        let mut row = Row { key: "K7M4-XWPC".to_owned(), wrong: 2, ..Row::default() };
        row.verdict = Verdict::Insufficient;
        row.flags.insert(Flag::Deceased);
        row.flags.insert(Flag::ReferenceDuplicate);
        row.values[1] = Value { old: "=1+1\0\u{202e}Ẫ".to_owned(), new: "x".repeat(254) };
        row.values[3].old = "y".repeat(70_000);
        row.detail = "z".repeat(255);
        row.unit = ", Xã X".to_owned();
        let mut bytes = Vec::new();
        row.push(&mut bytes);
        Row::default().push(&mut bytes);
        let mut rest = &bytes[..];
        assert_eq!(Row::take(&mut rest), Some(row));
        assert_eq!(Row::take(&mut rest), Some(Row::default()));
        assert_eq!((Row::take(&mut rest), rest.len()), (None, 0));
        for end in 1..bytes.len() - 20 {
            let mut rest = &bytes[..end];
            while Row::take(&mut rest).is_some() {}
        }
    }

    #[test]
    fn an_address_has_no_comma_before_it() {
        let address = |detail: &str, unit: &str| {
            Row { detail: detail.to_owned(), unit: unit.to_owned(), ..Row::default() }.address()
        };
        assert_eq!(address("Thôn 3", ", Xã X"), "Thôn 3, Xã X");
        assert_eq!(address("", ", Xã X"), "Xã X");
        assert_eq!(address("", " (cũ: Xã X)"), "(cũ: Xã X)");
        assert_eq!(address("Thôn 3", ""), "Thôn 3");
    }

    #[test]
    fn a_field_is_wrong_where_the_run_says_so_or_proposes() {
        let mut row = Row { wrong: 1, ..Row::default() };
        row.values[2].new = "01/01/1990".to_owned();
        let wrong: Vec<FieldKind> = COMPARED.into_iter().filter(|field| row.is_wrong(*field)).collect();
        assert_eq!(wrong, [FieldKind::CitizenNumber, FieldKind::BirthDate]);
        assert!(!row.is_wrong(FieldKind::Address));
    }
}
