//! Reference stores: built from extracts, updated by what changed, checked.

mod build;
mod changes;
mod gather;
mod holders;
mod layer;
mod update;
mod verify;

pub use build::{Built, build};
pub use changes::Changes;
pub use holders::{Holder, holders, number_asked};
pub use update::{Updated, update};
pub use verify::{Fault, Verified, verify};
