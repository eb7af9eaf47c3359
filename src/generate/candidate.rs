//! Candidates: the people chosen for the list, as they wait in memory or in bucket files to be shuffled.
//!
//! Owns the packed form of a candidate. Does not know what goes wrong with it later.

use anyhow::{Result, ensure};

use super::calendar::Date;

/// Who the row is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// A person of the extract.
    #[default]
    Citizen,
    /// A person who is not in the extract, with a number of nobody.
    Stranger,
    /// A person who is not in the extract, listed under the number of a citizen of the list.
    Impostor,
    /// A foreigner with a passport.
    Foreigner,
}

/// Everything the list needs to know of one chosen person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) kind: Kind,
    pub(super) birth: Date,
    pub(super) woman: bool,
    pub(super) dead: bool,
    /// The person has two records in the list.
    pub(super) doubled: bool,
    pub(super) old_shared: bool,
    pub(super) emigrated: bool,
    pub(super) no_residence: bool,
    pub(super) number: u64,
    pub(super) old_number: u32,
    /// Index of the province of birth registration.
    pub(super) area: u32,
    /// The number the list holds instead of the new one; 0 for none.
    pub(super) cancelled: u64,
    /// Numbers of a relative, a parent, and a bearer of the same name; 0 for none.
    pub(super) relative: u64,
    pub(super) parent: u64,
    pub(super) homonym: u64,
    /// Index of the old unit.
    pub(super) unit: u32,
    pub(super) phone: u64,
    pub(super) name: String,
    pub(super) address: String,
}

impl Candidate {
    /// Appends the packed form.
    pub(super) fn pack(&self, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend([0, 0]);
        let flags = [self.woman, self.dead, self.doubled, self.old_shared, self.emigrated, self.no_residence];
        let bits = flags.iter().rev().fold(0_u8, |bits, flag| bits << 1 | u8::from(*flag));
        out.extend([self.kind as u8, bits, self.birth.day, self.birth.month]);
        out.extend(self.birth.year.to_le_bytes());
        for value in [self.old_number, self.area, self.unit] {
            out.extend(value.to_le_bytes());
        }
        for value in self.long_values() {
            out.extend(value.to_le_bytes());
        }
        for text in [&self.name, &self.address] {
            out.push(text.len() as u8);
            out.extend(&text.as_bytes()[..text.len().min(255)]);
        }
        let length = (out.len() - start - 2) as u16;
        out[start..start + 2].copy_from_slice(&length.to_le_bytes());
    }

    fn long_values(&self) -> [u64; 6] {
        [self.number, self.cancelled, self.relative, self.parent, self.homonym, self.phone]
    }

    /// Reads a packed candidate into this one, whose texts are used again.
    pub(super) fn unpack(&mut self, packed: &[u8]) -> Result<()> {
        let mut rest = packed;
        let [_, _, kind, bits, day, month] = take(&mut rest)?;
        self.kind = match kind {
            0 => Kind::Citizen,
            1 => Kind::Stranger,
            2 => Kind::Impostor,
            _ => Kind::Foreigner,
        };
        [self.woman, self.dead, self.doubled, self.old_shared, self.emigrated, self.no_residence] =
            [1, 2, 4, 8, 16, 32].map(|bit| bits & bit != 0);
        self.birth = Date::new(u16::from_le_bytes(take(&mut rest)?), month, day);
        self.old_number = u32::from_le_bytes(take(&mut rest)?);
        self.area = u32::from_le_bytes(take(&mut rest)?);
        self.unit = u32::from_le_bytes(take(&mut rest)?);
        for slot in [
            &mut self.number,
            &mut self.cancelled,
            &mut self.relative,
            &mut self.parent,
            &mut self.homonym,
            &mut self.phone,
        ] {
            *slot = u64::from_le_bytes(take(&mut rest)?);
        }
        for text in [&mut self.name, &mut self.address] {
            let [length] = take(&mut rest)?;
            ensure!(rest.len() >= usize::from(length), "a bucket file was changed while in use");
            let (bytes, after) = rest.split_at(usize::from(length));
            text.clear();
            text.push_str(std::str::from_utf8(bytes)?);
            rest = after;
        }
        Ok(())
    }
}

/// Takes bytes from the front.
pub(super) fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N]> {
    let Some((head, after)) = rest.split_first_chunk::<N>() else {
        anyhow::bail!("a bucket file was changed while in use");
    };
    *rest = after;
    Ok(*head)
}

/// The starts of what is packed in a bucket, each behind its length in two bytes.
pub(super) fn starts(bucket: &[u8]) -> Result<Vec<usize>> {
    let mut starts = Vec::new();
    let mut at = 0;
    while at < bucket.len() {
        starts.push(at);
        let mut rest = &bucket[at..];
        at += 2 + usize::from(u16::from_le_bytes(take(&mut rest)?));
    }
    ensure!(at == bucket.len(), "a bucket file was changed while in use");
    Ok(starts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_is_undone() {
        let candidate = Candidate {
            kind: Kind::Impostor,
            birth: Date::new(1947, 0, 0),
            woman: true,
            old_shared: true,
            no_residence: true,
            number: 79_147_001_234,
            old_number: 271_450_001,
            phone: 912_345_678,
            homonym: 5,
            name: "Y Blơm Niê".to_owned(),
            address: "Thôn 4".to_owned(),
            ..Candidate::default()
        };
        let mut bucket = Vec::new();
        candidate.pack(&mut bucket);
        candidate.pack(&mut bucket);
        let starts = starts(&bucket).expect("whole");
        assert_eq!(starts.len(), 2);
        let mut back = Candidate::default();
        back.unpack(&bucket[starts[1]..]).expect("whole");
        assert_eq!(back, candidate);
        assert!(back.unpack(&bucket[..20]).is_err());
    }
}
