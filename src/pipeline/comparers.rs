//! Who compares names for the threads: as many as threads ask at a time, each with the words that it met.

use crate::fields::person_name::NameCodes;
use crate::link::NamePairs;
use crate::record::Spare;

/// Comparers of names that are not in use, and what new ones begin with.
pub(super) struct Comparers<'a> {
    codes: &'a NameCodes<'a>,
    spare: Spare<NamePairs<'a>>,
}

impl<'a> Comparers<'a> {
    /// None yet.
    pub(super) fn new(codes: &'a NameCodes<'a>) -> Self {
        Self { codes, spare: Spare::default() }
    }

    /// Does something with one of them.
    pub(super) fn with<R>(&self, work: impl FnOnce(&mut NamePairs<'a>) -> R) -> R {
        self.spare.with(|| NamePairs::new(self.codes), work)
    }
}
