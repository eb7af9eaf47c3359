//! Files that leave the office, sealed to the keys of those who may read them (age, <https://age-encryption.org/v1>).
//!
//! Knows keys, sealed files and sealed folders, and nothing of what stands in them. A sealed folder holds `manifest.json`
//! in clear, which names the sealed files and their checksums as they lie on the disk, and every file of the folder with
//! `.age` behind its name. Checksums of what was sealed stand in the manifest that is sealed itself: whoever has the
//! reference could find out by the checksum of a short list in clear who stands in it.

mod folder;
mod keys;
mod open;
mod out;
mod paths;

pub use folder::{Asked, SealDone, encrypt};
pub use keys::{Identities, Recipients, generate};
pub use open::decrypt;
pub use out::{Finished, Out, publish};

/// What stands behind the name of a sealed file.
pub const ENDING: &str = ".age";
