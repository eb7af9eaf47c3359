//! The citizens that a list asks for, looked up by number.
//!
//! First the numbers of the list become a [`Wanted`] set; then an extract streams past once, or a [`store`] is looked
//! into, and leaves the asked-for citizens in [`People`]. Memory follows the list, not the reference. Knows nothing of
//! who matches whom.

mod expected;
mod kept;
mod people;
mod repeats;
mod sought;
pub mod store;
mod units;
mod wanted;

pub use expected::Expected;
pub use kept::Kept;
pub use people::{AS_EXPECTED_ROW, People, PersonRef};
pub use repeats::Repeats;
pub use sought::{Part, Sought};
pub use units::{UnitId, Units};
pub use wanted::{Slot, Wanted};
