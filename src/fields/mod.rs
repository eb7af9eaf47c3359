//! The fields: how one raw value of each kind is read, written and compared.
//!
//! Owns a value type per field and the verbs `parse`, `write`, `compare`. Deliberately knows no column, no
//! file and no word list: lists of codes and words are arguments, built from the rules by the caller.

pub mod birth_date;
pub mod cell_look;
pub mod ethnic_group;
pub mod health_insurance;
pub mod id_number;
pub mod nationality;
pub mod passport;
pub mod person_name;
pub mod phone;
pub mod sex;
pub mod tax_code;

mod empty_words;
mod typed_digits;
mod typed_marks;
