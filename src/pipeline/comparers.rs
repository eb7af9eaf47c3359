//! Who compares names for the threads: as many as threads ask at a time, each with the words that it met.

use super::spare::Spare;
use crate::fields::person_name::NameCodes;
use crate::link::NamePairs;

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
        let mut names = self.spare.take().unwrap_or_else(|| NamePairs::new(self.codes));
        let result = work(&mut names);
        self.spare.give_back(names);
        result
    }
}
