//! Where what is known of a number is kept: its slot.

/// Position of a number that is asked for, from 0.
pub type Slot = u32;

/// The slot of a row's number, if the row has one, in four bytes: there are as many as rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowSlot(Slot);

impl RowSlot {
    /// The row has no number to ask for.
    pub const NONE: Self = Self(Slot::MAX);

    /// A row with a number; no list has as many rows as would reach the greatest slot.
    #[inline]
    pub const fn of(slot: Slot) -> Self {
        Self(slot)
    }

    /// The slot, if there is one.
    #[inline]
    pub const fn get(self) -> Option<Slot> {
        if self.0 == Self::NONE.0 { None } else { Some(self.0) }
    }
}

impl From<Option<Slot>> for RowSlot {
    fn from(slot: Option<Slot>) -> Self {
        slot.map_or(Self::NONE, Self::of)
    }
}
