//! One citizen on its way to the store: packed into a few bytes while citizens are put in order, then into columns.

use crate::record::agreement_print;

/// What is kept of a citizen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Citizen<'a> {
    /// Personal number, packed; 0 where there is none that can be read.
    pub number: u64,
    /// Earlier number, packed.
    pub old: u64,
    /// Hash of the name as compared; 0 where there is no name.
    pub name_key: u64,
    /// Hash of the name without marks.
    pub unmarked_key: u64,
    /// Telephone number without its first zero.
    pub phone: u64,
    /// Hash of the last word of the name without marks.
    pub given_key: u32,
    /// Place in the extract.
    pub ordinal: u32,
    /// Birth date, packed, whatever the day of the run.
    pub birth: u32,
    /// Unit of residence.
    pub unit: u32,
    /// Sex, packed plus one.
    pub sex: u8,
    /// Life status.
    pub life: u8,
    /// Name in canonical form.
    pub name: &'a [u8],
}

/// Bytes before the name.
const FIXED: usize = 62;
/// Where the ordinal stands, and behind it the birth date and the unit.
const ORDINAL_AT: usize = 44;
const UNIT_AT: usize = 52;

impl<'a> Citizen<'a> {
    /// Appends the packed form, of [`packed_length`] bytes.
    pub fn pack(&self, out: &mut Vec<u8>) {
        for value in [self.number, self.old, self.name_key, self.unmarked_key, self.phone] {
            out.extend_from_slice(&value.to_le_bytes());
        }
        for value in [self.given_key, self.ordinal, self.birth, self.unit] {
            out.extend_from_slice(&value.to_le_bytes());
        }
        out.extend_from_slice(&[self.sex, self.life]);
        out.extend_from_slice(&(self.name.len() as u32).to_le_bytes());
        out.extend_from_slice(self.name);
    }

    /// Reads a packed form.
    pub fn unpack(bytes: &'a [u8]) -> Self {
        Self {
            number: u64_at(bytes, 0),
            old: u64_at(bytes, 8),
            name_key: u64_at(bytes, 16),
            unmarked_key: u64_at(bytes, 24),
            phone: u64_at(bytes, 32),
            given_key: u32_at(bytes, 40),
            ordinal: u32_at(bytes, ORDINAL_AT),
            birth: u32_at(bytes, 48),
            unit: u32_at(bytes, UNIT_AT),
            sex: bytes[56],
            life: bytes[57],
            name: &bytes[FIXED..packed_length(bytes)],
        }
    }

    /// Gives a packed form another place in the extract.
    pub fn set_ordinal(bytes: &mut [u8], ordinal: u32) {
        bytes[ORDINAL_AT..ORDINAL_AT + 4].copy_from_slice(&ordinal.to_le_bytes());
    }

    /// What a row has to say of itself to be this citizen beyond doubt; 0 where nothing it says is enough.
    pub const fn print(&self, has_residence: bool) -> u64 {
        if self.life == 0 && has_residence { agreement_print(self.name_key, self.birth, self.sex) } else { 0 }
    }
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

/// Length of the packed form that begins here.
pub fn packed_length(bytes: &[u8]) -> usize {
    FIXED + u32_at(bytes, FIXED - 4) as usize
}

/// The packed forms that stand one behind the other.
pub fn each_packed(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (record, after) = (!rest.is_empty()).then(|| rest.split_at(packed_length(rest)))?;
        rest = after;
        Some(record)
    })
}

/// The number of a packed form.
pub(super) fn packed_number(bytes: &[u8]) -> u64 {
    u64_at(bytes, 0)
}

/// The ordinal of a packed form.
pub(super) fn packed_ordinal(bytes: &[u8]) -> u32 {
    u32_at(bytes, ORDINAL_AT)
}

/// Gives a packed form its place in the extract, and the unit that the whole store knows for that of its piece.
pub fn settle(bytes: &mut [u8], ordinal: u32, units: &[u32]) {
    let unit = units[u32_at(bytes, UNIT_AT) as usize];
    Citizen::set_ordinal(bytes, ordinal);
    bytes[UNIT_AT..UNIT_AT + 4].copy_from_slice(&unit.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_citizen_survives_packing() {
        let citizen = Citizen {
            number: 1_001_090_000_001,
            old: (1 << 62) | 123_456_789,
            name_key: u64::MAX,
            unmarked_key: 7,
            phone: 912_345_678,
            given_key: 9,
            ordinal: 3,
            birth: 19_900_000,
            unit: 1,
            sex: 2,
            life: 1,
            name: "LÊ THỊ HOÀ".as_bytes(),
        };
        let mut bytes = Vec::new();
        citizen.pack(&mut bytes);
        assert_eq!(packed_length(&bytes), bytes.len());
        let mut several = bytes.clone();
        Citizen::default().pack(&mut several);
        several.extend_from_slice(&bytes);
        let found: Vec<Citizen<'_>> = each_packed(&several).map(Citizen::unpack).collect();
        assert_eq!(found, [citizen, Citizen::default(), citizen]);
        assert_eq!(each_packed(&[]).count(), 0);
        assert_eq!(Citizen::unpack(&bytes), citizen);
        settle(&mut bytes, 77, &[5, 6]);
        assert_eq!(Citizen::unpack(&bytes), Citizen { ordinal: 77, unit: 6, ..citizen });
        assert_eq!((packed_number(&bytes), packed_ordinal(&bytes)), (citizen.number, 77));
    }
}
