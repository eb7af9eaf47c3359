//! The citizens that a list asks for, looked up by number.
//!
//! First the numbers of the list become a [`Wanted`] set; then the reference streams past once and leaves the
//! asked-for citizens in [`People`]. Memory follows the list, not the reference. Knows nothing of who matches
//! whom.

mod expected;
mod people;
mod repeats;
mod units;
mod wanted;

pub use expected::Expected;
pub use people::{People, PersonRef};
pub use repeats::Repeats;
pub use wanted::{Slot, Wanted};
