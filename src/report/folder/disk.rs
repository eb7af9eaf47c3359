//! A new file on its way to the disk, past the system's memory of files where the file system allows that.
//!
//! What a run writes is brought to disk and not read again by it. A copy in the page cache on the way would cost a
//! thirtieth of a reconciliation and push out what others need. Direct writing takes whole blocks at places that are a
//! multiple of a block, in memory and in the file; the last bytes, and everything where it is refused, go the usual way.
//! Whole blocks may be written by any thread, so that who fills them need not wait for the disk.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use rustix::fs::{Advice, OFlags, fadvise, fcntl_getfl, fcntl_setfl};

/// Bytes of a block: a multiple of every block size in use.
pub(super) const BLOCK: usize = 1 << 20;
/// What memory and file have to be a multiple of: the size of a page, which no disk's block passes.
const ALIGNED: usize = 1 << 12;
/// Blocks that may wait for a thread with time: what a thread fills that had to wait for its turn.
const WAITING_MAX: usize = 8;
/// How much is brought to disk at a time where it went the usual way: the disk works while rows are still compared, not
/// all at the end.
const SYNCED_TOGETHER: usize = 16 << 20;

/// Bytes that are written together.
#[derive(Debug)]
pub(super) struct Block {
    /// Some bytes that are not used, so that the next lie at a multiple of [`ALIGNED`], and what is to be written.
    memory: Vec<u8>,
    n_unused: usize,
}

impl Block {
    fn new() -> Self {
        // The room is never outgrown, so that it stays where it is.
        let mut memory = Vec::with_capacity(BLOCK + ALIGNED);
        let n_unused = (memory.as_ptr() as usize).wrapping_neg() % ALIGNED;
        memory.resize(n_unused, 0);
        Self { memory, n_unused }
    }

    /// What is to be written.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.memory[self.n_unused..]
    }

    /// Takes as many bytes as there is room for, and gives the others back.
    pub(super) fn fill<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let (now, later) = bytes.split_at(bytes.len().min(BLOCK - self.bytes().len()));
        self.memory.extend_from_slice(now);
        later
    }

    pub(super) fn is_full(&self) -> bool {
        self.bytes().len() == BLOCK
    }
}

/// The file.
#[derive(Debug)]
pub(super) struct Disk {
    file: File,
    /// Whether blocks go past the page cache.
    is_direct: AtomicBool,
    /// Whether what is on disk stays in memory as well, because it is read again soon.
    stays_near: AtomicBool,
    /// Bytes that went the usual way since the file was last brought to disk.
    n_unsynced: AtomicUsize,
    /// Full blocks with their places in the file.
    waiting: Mutex<Vec<(u64, Block)>>,
    /// Blocks that were written, whose memory is used again.
    spare: Mutex<Vec<Block>>,
}

impl Disk {
    pub(super) fn new(file: File) -> Self {
        let is_direct = AtomicBool::new(set_direct(&file, true).is_ok());
        Self {
            file,
            is_direct,
            stays_near: AtomicBool::new(false),
            n_unsynced: AtomicUsize::new(0),
            waiting: Mutex::default(),
            spare: Mutex::default(),
        }
    }

    /// Keeps what is written in memory too.
    pub(super) fn stay_near(&self) {
        self.stays_near.store(true, Ordering::Relaxed);
        self.go_usual_way();
    }

    /// An empty block.
    pub(super) fn block(&self) -> Block {
        let used = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        used.unwrap_or_else(Block::new)
    }

    /// Puts a full block where others find it; gives it back where too many wait.
    pub(super) fn leave(&self, at: u64, block: Block) -> Option<Block> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= WAITING_MAX {
            return Some(block);
        }
        waiting.push((at, block));
        None
    }

    /// Writes one of the blocks that wait; false where none does.
    pub(super) fn write_waiting(&self) -> io::Result<bool> {
        let next = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop();
        next.map_or(Ok(false), |(at, block)| self.write(at, block).map(|()| true))
    }

    /// Writes a block at its place.
    pub(super) fn write(&self, at: u64, mut block: Block) -> io::Result<()> {
        let (mut rest, mut at) = (block.bytes(), at);
        while self.is_direct.load(Ordering::Relaxed) && rest.len() >= ALIGNED {
            match self.file.write_at(rest, at) {
                Ok(n_written) => {
                    (rest, at) = (&rest[n_written..], at + n_written as u64);
                    // Whatever is no whole block cannot be gone on from in this way.
                    if n_written == 0 || !n_written.is_multiple_of(ALIGNED) {
                        break;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        if !rest.is_empty() {
            // Refused, written in part, or the end: the usual way says why, or goes on.
            self.go_usual_way();
            self.file.write_all_at(rest, at)?;
            self.n_unsynced.fetch_add(rest.len(), Ordering::Relaxed);
        }
        block.memory.truncate(block.n_unused);
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).push(block);
        Ok(())
    }

    /// Brings to disk what went the usual way, if that is enough to be worth it.
    pub(super) fn bring(&self) -> io::Result<()> {
        // Of several who ask one finds it due.
        if self.n_unsynced.load(Ordering::Relaxed) < SYNCED_TOGETHER
            || self.n_unsynced.swap(0, Ordering::Relaxed) < SYNCED_TOGETHER
        {
            return Ok(());
        }
        self.file.sync_data()?;
        if !self.stays_near.load(Ordering::Relaxed) {
            // What is on disk need not stay in memory: the pages are used again for what comes next.
            let _ = fadvise(&self.file, 0, None, Advice::DontNeed);
        }
        Ok(())
    }

    /// Brings everything to disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        while self.write_waiting()? {}
        self.file.sync_all()
    }

    fn go_usual_way(&self) {
        self.is_direct.store(false, Ordering::Relaxed);
        let _ = set_direct(&self.file, false);
    }
}

/// Says whether what is written to a file goes past the page cache.
fn set_direct(file: &File, is_direct: bool) -> rustix::io::Result<()> {
    let mut flags = fcntl_getfl(file)?;
    if flags.contains(OFlags::DIRECT) == is_direct {
        return Ok(());
    }
    flags.set(OFlags::DIRECT, is_direct);
    fcntl_setfl(file, flags)
}
