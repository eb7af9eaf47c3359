//! The citizens that a list asks for, looked up by number.
//!
//! First the numbers of the list become a [`Wanted`] set; then an extract streams past once, or a [`store`] is looked
//! into, and leaves the asked-for citizens in [`People`]. Memory follows the list, not the reference. Knows nothing of
//! who matches whom.

mod expected;
mod kept;
mod people;
mod repeats;
mod slots;
mod sought;
pub mod store;
mod units;
mod wanted;

pub use expected::Expected;
pub use kept::{Keeping, Kept};
pub use people::{AS_EXPECTED_ROW, People, PersonRef};
pub use repeats::Repeats;
pub use slots::{RowSlot, Slot};
pub use sought::{Part, PartCounts, Share, Sought, own_slots};
pub use units::{UnitId, Units};
pub use wanted::Wanted;
