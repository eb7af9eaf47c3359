//! The population extract: one line for a citizen, and one more for a number that was cancelled.
//!
//! Owns the header and the layout of the line. Does not know how people are made.

use std::io::{self, Write};

use super::calendar::Date;
use super::people::{Household, Person};
use super::places::Places;
use super::writing::{push_capitals, push_cell, push_digits};

/// The first line of an extract, and of a delta.
pub(super) const HEADER: &str = "Số định danh cá nhân,Số CMND,Họ và tên,Ngày sinh,Giới tính,Mã tỉnh,Tỉnh/Thành phố,\
Mã xã,Xã/Phường/Đặc khu,Địa chỉ thường trú,Số điện thoại,Tình trạng\n";

/// Words of the last column.
pub(super) mod status {
    pub(crate) const LIVING: &str = "Còn sống";
    pub(crate) const DECEASED: &str = "Đã chết";
    pub(crate) const EMIGRATED: &str = "Thôi quốc tịch";
    pub(crate) const CANCELLED: &str = "Hủy số";
}

/// What the column of the number held before shows.
#[derive(Clone, Copy, Debug)]
pub(super) enum Before {
    /// A nine-digit number; 0 for none.
    Old(u32),
    /// A cancelled personal number.
    Personal(u64),
}

/// One line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    pub(super) number: u64,
    pub(super) before: Before,
    /// Full name in the case of the name tables.
    pub(super) name: &'a str,
    pub(super) birth: Date,
    pub(super) woman: bool,
    /// Index of today's commune, and the address below it.
    pub(super) residence: Option<(u32, &'a str)>,
    pub(super) phone: u64,
    pub(super) status: &'static str,
}

impl<'a> Entry<'a> {
    /// The line of one person.
    pub(super) fn of(household: &'a Household, person: &'a Person) -> Self {
        let status = match (person.dead, person.emigrated) {
            (true, _) => status::DECEASED,
            (false, true) => status::EMIGRATED,
            (false, false) => status::LIVING,
        };
        Entry {
            number: person.number,
            before: Before::Old(person.old_number),
            name: &person.name,
            birth: person.birth,
            woman: person.woman,
            residence: (!person.no_residence).then_some((household.commune, household.address.as_str())),
            phone: person.phone,
            status,
        }
    }

    /// The line of a cancelled number, if the person has one.
    pub(super) fn of_cancelled(household: &'a Household, person: &'a Person) -> Option<Self> {
        person.cancelled.map(|cancelled| Entry {
            number: cancelled.number,
            birth: cancelled.birth,
            woman: cancelled.woman,
            status: status::CANCELLED,
            ..Entry::of(household, person)
        })
    }

    /// Appends the line.
    pub(super) fn push(&self, places: &Places, line: &mut String) {
        push_digits(line, self.number, 12);
        self.push_behind_number(places, line);
    }

    /// Appends what stands behind the number, from the comma to the line end.
    pub(super) fn push_behind_number(&self, places: &Places, line: &mut String) {
        line.push(',');
        match self.before {
            Before::Old(0) => {}
            Before::Old(number) => push_digits(line, u64::from(number), 9),
            Before::Personal(number) => push_digits(line, number, 12),
        }
        line.push(',');
        push_capitals(line, self.name);
        line.push(',');
        self.birth.push(line);
        line.push_str(if self.woman { ",Nữ," } else { ",Nam," });
        if let Some((commune, address)) = self.residence {
            line.push_str(&places.communes[commune as usize].cells);
            line.push(',');
            push_cell(line, address);
        } else {
            line.push_str(",,,,");
        }
        line.push(',');
        if self.phone != 0 {
            push_digits(line, self.phone, 10);
        }
        line.push(',');
        line.push_str(self.status);
        line.push('\n');
    }
}

/// Writes the extract.
pub(super) struct Extract<'a> {
    out: &'a mut dyn Write,
    places: &'a Places,
    line: String,
}

impl<'a> Extract<'a> {
    /// Writes the header.
    pub(super) fn new(out: &'a mut dyn Write, places: &'a Places) -> io::Result<Self> {
        out.write_all(HEADER.as_bytes())?;
        let line = String::with_capacity(512);
        Ok(Extract { out, places, line })
    }

    /// Writes one line.
    pub(super) fn write(&mut self, entry: &Entry) -> io::Result<()> {
        self.line.clear();
        entry.push(self.places, &mut self.line);
        self.out.write_all(self.line.as_bytes())
    }

    /// The line written last, with its end.
    pub(super) fn line(&self) -> &str {
        &self.line
    }

    /// Hands everything on to the file.
    pub(super) fn finish(self) -> io::Result<()> {
        self.out.flush()
    }
}
