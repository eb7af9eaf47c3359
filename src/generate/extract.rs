//! The population extract: one line for a citizen, and one more for a number that was cancelled.
//!
//! Owns the header and the layout of the line. Does not know how people are made.

use std::io::{self, Write};

use super::calendar::Date;
use super::people::{Household, Person};
use super::places::Places;
use super::writing::{push_capitals, push_cell, push_digits};

const HEADER: &str = "Số định danh cá nhân,Số CMND,Họ và tên,Ngày sinh,Giới tính,Mã tỉnh,Tỉnh/Thành phố,Mã xã,\
Xã/Phường/Đặc khu,Địa chỉ thường trú,Số điện thoại,Tình trạng\n";

/// What distinguishes the two lines a person may have.
struct Entry {
    number: u64,
    birth: Date,
    woman: bool,
    status: &'static str,
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

    /// Writes one person.
    pub(super) fn write(&mut self, household: &Household, person: &Person) -> io::Result<()> {
        let status = match (person.dead, person.emigrated) {
            (true, _) => "Đã chết",
            (false, true) => "Thôi quốc tịch",
            (false, false) => "Còn sống",
        };
        let entry = Entry { number: person.number, birth: person.birth, woman: person.woman, status };
        self.write_entry(household, person, &entry)
    }

    /// Writes the line of a cancelled number, if the person has one; tells whether it did.
    pub(super) fn write_cancelled(&mut self, household: &Household, person: &Person) -> io::Result<bool> {
        let Some(cancelled) = person.cancelled else {
            return Ok(false);
        };
        let entry = Entry {
            number: cancelled.number,
            birth: cancelled.birth,
            woman: cancelled.woman,
            status: "Hủy số",
        };
        self.write_entry(household, person, &entry)?;
        Ok(true)
    }

    fn write_entry(&mut self, household: &Household, person: &Person, entry: &Entry) -> io::Result<()> {
        let line = &mut self.line;
        line.clear();
        push_digits(line, entry.number, 12);
        line.push(',');
        if person.old_number != 0 {
            push_digits(line, u64::from(person.old_number), 9);
        }
        line.push(',');
        push_capitals(line, &person.name);
        line.push(',');
        entry.birth.push(line);
        line.push_str(if entry.woman { ",Nữ," } else { ",Nam," });
        if person.no_residence {
            line.push_str(",,,,");
        } else {
            line.push_str(&self.places.communes[household.commune as usize].cells);
            line.push(',');
            push_cell(line, &household.address);
        }
        line.push(',');
        if person.phone != 0 {
            push_digits(line, person.phone, 10);
        }
        line.push(',');
        line.push_str(entry.status);
        line.push('\n');
        self.out.write_all(line.as_bytes())
    }

    /// Hands everything on to the file.
    pub(super) fn finish(self) -> io::Result<()> {
        self.out.flush()
    }
}
