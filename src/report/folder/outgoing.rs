//! Bytes on their way to a new file, hashed, and past the system's memory of files where the file system allows that.
//!
//! What a run writes is brought to disk and not read again by it. A copy in the page cache on the way would cost a
//! twelfth of a reconciliation and push out what others need. Direct writing takes whole blocks at places that are a
//! multiple of a block, in memory and in the file; the last bytes, and everything where it is refused, go the usual way.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use sha2::{Digest, Sha256};

/// Bytes that are written together: a multiple of every block size in use.
const TOGETHER: usize = 1 << 20;
/// What memory and file have to be a multiple of: the size of a page, which no disk's block passes.
const ALIGNED: usize = 1 << 12;

/// A file that grows.
#[derive(Debug)]
pub(super) struct Outgoing {
    file: Arc<File>,
    hasher: Sha256,
    n_bytes: u64,
    /// Some bytes that are not used, so that the next lie at a multiple of [`ALIGNED`], and what is not written yet.
    held: Vec<u8>,
    /// How many are not used.
    n_unused: usize,
    /// Whether blocks go past the page cache.
    is_direct: bool,
}

impl Outgoing {
    /// A file without bytes.
    pub(super) fn new(file: Arc<File>) -> Self {
        Self { file, hasher: Sha256::new(), n_bytes: 0, held: Vec::new(), n_unused: 0, is_direct: true }
    }

    /// Lets everything go through the page cache: it is read again soon.
    pub(super) fn stay_near(&mut self) {
        self.is_direct = false;
    }

    /// Adds bytes; gives how many of them the page cache got.
    pub(super) fn push(&mut self, mut bytes: &[u8]) -> io::Result<usize> {
        self.hasher.update(bytes);
        self.n_bytes += bytes.len() as u64;
        if self.held.capacity() == 0 {
            // The room is never outgrown, so that it stays where it is.
            self.held.reserve_exact(TOGETHER + ALIGNED);
            self.n_unused = (self.held.as_ptr() as usize).wrapping_neg() % ALIGNED;
            self.held.resize(self.n_unused, 0);
        }
        let mut n_cached = 0;
        while !bytes.is_empty() {
            let n_free = self.n_unused + TOGETHER - self.held.len();
            let (now, later) = bytes.split_at(n_free.min(bytes.len()));
            self.held.extend_from_slice(now);
            bytes = later;
            if self.held.len() == self.n_unused + TOGETHER {
                n_cached += self.write_block()?;
            }
        }
        Ok(n_cached)
    }

    /// Writes a whole block; gives how much of it the page cache got.
    fn write_block(&mut self) -> io::Result<usize> {
        let mut rest = &self.held[self.n_unused..];
        if self.is_direct && set_direct(&self.file, true).is_ok() {
            while rest.len() >= ALIGNED {
                match (&*self.file).write(rest) {
                    // Whatever is no whole block cannot be gone on from in this way.
                    Ok(n_written) => {
                        rest = &rest[n_written..];
                        if n_written == 0 || !n_written.is_multiple_of(ALIGNED) {
                            break;
                        }
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) => break,
                }
            }
        }
        let n_cached = rest.len();
        if n_cached > 0 {
            // Refused, or in part: the usual way says why, or goes on.
            self.is_direct = false;
            let _ = set_direct(&self.file, false);
            (&*self.file).write_all(rest)?;
        }
        self.held.truncate(self.n_unused);
        Ok(n_cached)
    }

    /// Writes what is held, and brings all to disk; gives size and checksum.
    pub(super) fn finish(self) -> io::Result<(u64, impl AsRef<[u8]>)> {
        let rest = &self.held[self.n_unused..];
        if !rest.is_empty() {
            let _ = set_direct(&self.file, false);
            (&*self.file).write_all(rest)?;
        }
        self.file.sync_all()?;
        Ok((self.n_bytes, self.hasher.finalize()))
    }
}

/// Says whether what is written to a file goes past the page cache. Costs a microsecond.
fn set_direct(file: &File, is_direct: bool) -> rustix::io::Result<()> {
    let mut flags = fcntl_getfl(file)?;
    if flags.contains(OFlags::DIRECT) == is_direct {
        return Ok(());
    }
    flags.set(OFlags::DIRECT, is_direct);
    fcntl_setfl(file, flags)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(n: usize) -> Vec<u8> {
        (0..n).map(|at| (at * 31 % 251) as u8).collect()
    }

    /// Whatever the size of the pieces, and whether blocks go past the page cache, the file holds the bytes.
    #[test]
    fn every_byte_arrives_once_and_in_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let sizes = [0, 1, ALIGNED, TOGETHER - 1, TOGETHER, TOGETHER + 1, 2 * TOGETHER + 4097];
        for (size, piece) in
            sizes.into_iter().flat_map(|size| [7_777, 3 * TOGETHER].map(|piece| (size, piece)))
        {
            for is_near in [false, true] {
                let path = folder.path().join(format!("{size}-{piece}-{is_near}"));
                let file = super::super::new_file(&path).expect("a new file");
                let mut outgoing = Outgoing::new(Arc::new(file));
                if is_near {
                    outgoing.stay_near();
                }
                let bytes = bytes(size);
                for some in bytes.chunks(piece) {
                    outgoing.push(some).expect("room on the disk");
                }
                let (n_bytes, hash) = outgoing.finish().expect("room on the disk");
                assert_eq!(n_bytes, size as u64);
                assert_eq!(hash.as_ref(), Sha256::digest(&bytes).as_slice());
                assert!(std::fs::read(&path).expect("the file") == bytes, "{size} {piece} {is_near}");
            }
        }
    }
}
