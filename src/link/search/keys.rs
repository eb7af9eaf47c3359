//! The keys by which rows and citizens meet, column by column.

use std::ops::Range;

use crate::record::{Person, Persons};
use crate::rulebook::{KeyPart, SearchBlock};

/// No key: a part of it is not known.
pub const NO_KEY: u64 = 0;

/// Multiplies into 128 bits and folds the halves together.
#[inline]
const fn mix(state: u64, value: u64) -> u64 {
    let product = (state ^ value) as u128 * 0xE703_7ED1_A0B4_28DB_u128;
    let folded = (product as u64) ^ ((product >> 64) as u64);
    folded ^ folded >> 29
}

/// A million: digits of the number behind province, sex and year.
const TAIL: u64 = 1_000_000;
/// Numbers from here on are not personal ones.
const NUMBERS_END: u64 = 1_000_000_000_000;

/// A part of a person as a number; 0 where it is not known.
#[inline]
pub fn part_of(person: &Person, part: KeyPart) -> u64 {
    match part {
        KeyPart::BirthDate => birth_date(person.birth),
        KeyPart::BirthYear => birth_year(person.birth),
        KeyPart::BirthDay => birth_day(person.birth),
        KeyPart::GivenName => person.given_key.into(),
        KeyPart::Name => person.name_key,
        KeyPart::UnmarkedName => person.unmarked_key,
        KeyPart::Sex => person.sex.into(),
        KeyPart::Commune => person.commune.into(),
        KeyPart::Province => person.province.into(),
        KeyPart::Phone => person.phone,
        KeyPart::OldNumber => person.old_number,
        KeyPart::NumberHead => number_head(person.number),
        KeyPart::NumberTail => number_tail(person.number),
    }
}

/// Day, month and year, where all are known.
const fn birth_date(packed: u32) -> u64 {
    if packed.is_multiple_of(100) { 0 } else { packed as u64 }
}

const fn birth_year(packed: u32) -> u64 {
    (packed / 10_000) as u64
}

const fn birth_day(packed: u32) -> u64 {
    if packed.is_multiple_of(100) { 0 } else { (packed % 10_000) as u64 }
}

/// One more than the six digits, so that zeros are known.
const fn number_head(number: u64) -> u64 {
    if number == 0 || number >= NUMBERS_END { 0 } else { number / TAIL + 1 }
}

const fn number_tail(number: u64) -> u64 {
    if number == 0 || number >= NUMBERS_END { 0 } else { number % TAIL + 1 }
}

/// The key of one person; [`NO_KEY`] where it has none. What [`keys_into`] is held against.
#[cfg(test)]
pub fn key_of(person: &Person, block: &SearchBlock) -> u64 {
    let mut key = START;
    for part in &block.parts {
        match part_of(person, *part) {
            0 => return NO_KEY,
            value => key = mix(key, value),
        }
    }
    with_lead(not_none(key), lead(block).map(|part| part_of(person, part)))
}

/// Bits of a key that its lead decides.
const LEAD_BITS: u32 = 6;

/// The part of a key that citizens of one part of the store have in common: they lie in the order of their numbers, of
/// which the first digits are province, sex and birth year. Keys with one lead lie together, and looking for them stays
/// in the memory next to the processor.
fn lead(block: &SearchBlock) -> Option<KeyPart> {
    let has = |parts: &[KeyPart]| parts.iter().any(|part| block.parts.contains(part));
    if has(&[KeyPart::BirthDate, KeyPart::BirthYear]) {
        Some(KeyPart::BirthYear)
    } else if has(&[KeyPart::NumberHead]) {
        Some(KeyPart::NumberHead)
    } else if has(&[KeyPart::Commune, KeyPart::Province]) {
        Some(KeyPart::Province)
    } else {
        None
    }
}

#[inline]
fn with_lead(key: u64, lead: Option<u64>) -> u64 {
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    let Some(lead) = lead else { return key };
    let first = lead.wrapping_mul(SPREAD) >> (64 - LEAD_BITS) << (64 - LEAD_BITS);
    not_none(first | key >> LEAD_BITS)
}

/// A key refined by one more part, which may be unknown.
#[inline]
pub fn refined(key: u64, value: u64) -> u64 {
    not_none(mix(key, value.wrapping_add(START)))
}

const START: u64 = 0x8EBC_6AF0_9C88_C6E3;

#[inline]
const fn not_none(key: u64) -> u64 {
    if key == NO_KEY { 1 } else { key }
}

/// The keys of people side by side, [`NO_KEY`] for who has none; the memory of `out` is used again.
pub fn keys_into(people: &Persons, rows: Range<usize>, block: &SearchBlock, out: &mut Vec<u64>) {
    out.clear();
    out.resize(rows.len(), START);
    for part in &block.parts {
        with_values(people, rows.clone(), *part, out, fold);
    }
    if let Some(part) = lead(block) {
        with_values(people, rows, part, out, |key, value| {
            if *key != NO_KEY {
                *key = with_lead(*key, Some(value));
            }
        });
    }
}

/// Does something to each key with the value that its person has in a part; the part is looked at once for all.
#[inline]
fn with_values(
    people: &Persons,
    rows: Range<usize>,
    part: KeyPart,
    keys: &mut [u64],
    work: impl Fn(&mut u64, u64),
) {
    macro_rules! each {
        ($values:expr, $read:expr) => {
            keys.iter_mut().zip(&$values[rows]).for_each(|(key, value)| work(key, $read(*value)))
        };
    }
    match part {
        KeyPart::BirthDate => each!(people.births, birth_date),
        KeyPart::BirthYear => each!(people.births, birth_year),
        KeyPart::BirthDay => each!(people.births, birth_day),
        KeyPart::GivenName => each!(people.given_keys, u64::from),
        KeyPart::Name => each!(people.name_keys, u64::from),
        KeyPart::UnmarkedName => each!(people.unmarked_keys, u64::from),
        KeyPart::Sex => each!(people.sexes, u64::from),
        KeyPart::Commune => each!(people.communes, u64::from),
        KeyPart::Province => each!(people.provinces, u64::from),
        KeyPart::Phone => each!(people.phones, u64::from),
        KeyPart::OldNumber => each!(people.old_numbers, u64::from),
        KeyPart::NumberHead => each!(people.numbers, number_head),
        KeyPart::NumberTail => each!(people.numbers, number_tail),
    }
}

/// Takes one more part into a key; one that lacks a part stays [`NO_KEY`].
#[inline]
fn fold(key: &mut u64, value: u64) {
    let next = not_none(mix(*key, value));
    *key = if value == 0 || *key == NO_KEY { NO_KEY } else { next };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person() -> Person {
        Person {
            number: 1_090_000_123,
            birth: 19_900_502,
            given_key: 7,
            name_key: 8,
            unmarked_key: 9,
            commune: 3,
            sex: 1,
            ..Person::default()
        }
    }

    fn block(parts: &[KeyPart]) -> SearchBlock {
        SearchBlock { name: "x".to_owned(), parts: parts.to_vec(), refine: Vec::new() }
    }

    #[test]
    fn columns_have_the_keys_of_their_people() {
        let year_only = Person { birth: 19_900_000, ..person() };
        let without = Person { given_key: 0, number: 0, sex: 0, ..person() };
        let all = [person(), year_only, without, Person { number: 5, ..person() }];
        let mut people = Persons::default();
        all.iter().for_each(|person| people.push(person));
        let parts = [
            KeyPart::BirthDate,
            KeyPart::BirthYear,
            KeyPart::BirthDay,
            KeyPart::GivenName,
            KeyPart::Name,
            KeyPart::UnmarkedName,
            KeyPart::Sex,
            KeyPart::Commune,
            KeyPart::Province,
            KeyPart::Phone,
            KeyPart::OldNumber,
            KeyPart::NumberHead,
            KeyPart::NumberTail,
        ];
        let mut keys = Vec::new();
        for first in parts {
            for second in parts {
                let block = block(&[first, second]);
                keys_into(&people, 0..all.len(), &block, &mut keys);
                let expected: Vec<u64> = all.iter().map(|person| key_of(person, &block)).collect();
                assert_eq!(keys, expected, "{first:?} {second:?}");
                assert_eq!(people.get(1), all[1]);
            }
        }
        let date = block(&[KeyPart::BirthDate]);
        assert_eq!(key_of(&year_only, &date), NO_KEY);
        assert_ne!(key_of(&person(), &date), NO_KEY);
        assert_eq!(key_of(&Person { phone: 0, ..person() }, &block(&[KeyPart::Phone])), NO_KEY);
    }

    #[test]
    fn a_number_is_parted_behind_the_year() {
        assert_eq!(part_of(&person(), KeyPart::NumberHead), 1_090 + 1);
        assert_eq!(part_of(&person(), KeyPart::NumberTail), 123 + 1);
        let old = Person { number: 1 << 62 | 123_456_789, ..person() };
        assert_eq!(part_of(&old, KeyPart::NumberTail), 0);
    }
}
