//! The container that xls is, and that a workbook with a password is: looked through before it is opened.
//!
//! It is a small file system whose chains a damaged file may close to rings; the reader of cells would follow one
//! for ever. See [MS-CFB] of Microsoft for the layout.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::WorkbookFault;

/// The first bytes of every such file.
pub(super) const MAGIC: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Sector numbers from here on mark ends and tables.
const RESERVED: u32 = 0xFFFF_FFFA;
/// Sectors of the table that the header itself names.
const NAMED_IN_HEADER: usize = 109;

/// Looks through a container.
///
/// # Errors
/// When it is damaged, locked by a password, too large, or holds something else than a workbook.
pub(super) fn check(path: &Path, max_bytes: u64) -> Result<(), WorkbookFault> {
    let file = File::open(path)?;
    let n_bytes = file.metadata()?.len();
    if n_bytes > max_bytes {
        return Err(WorkbookFault::TooLarge);
    }
    let container = Container::open(file, n_bytes)?;
    let entries = container.entries()?;
    let has = |name: &str| entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name));
    if has("EncryptedPackage") {
        return Err(WorkbookFault::Password);
    }
    if !has("Workbook") && !has("Book") {
        return Err(WorkbookFault::NotAWorkbook);
    }
    entries.iter().try_for_each(|entry| container.chain(entry.start).map(|_| ()))
}

struct Container {
    file: File,
    n_bytes: u64,
    sector_bytes: usize,
    directory: u32,
    next: Vec<u32>,
}

/// A file in the container, if it has sectors of its own.
struct Entry {
    name: String,
    start: u32,
}

impl Container {
    fn open(mut file: File, n_bytes: u64) -> Result<Self, WorkbookFault> {
        let mut header = [0; 512];
        file.read_exact(&mut header)?;
        let sector_bytes = match header[30] {
            9 => 512,
            12 => 4096,
            _ => return Err(WorkbookFault::Broken),
        };
        let directory = number(&header, 48);
        let mut container = Self { file, n_bytes, sector_bytes, directory, next: Vec::new() };
        let mut tables: Vec<u32> = (0..NAMED_IN_HEADER).map(|at| number(&header, 76 + 4 * at)).collect();
        let mut more = number(&header, 68);
        while more < RESERVED {
            let mut named = numbers(&container.sector(more)?);
            more = named.pop().unwrap_or(u32::MAX);
            tables.extend(named);
            if tables.len() > container.n_sectors() + NAMED_IN_HEADER + sector_bytes {
                return Err(WorkbookFault::Broken);
            }
        }
        for table in tables.into_iter().filter(|table| *table < RESERVED) {
            let sector = container.sector(table)?;
            container.next.extend(numbers(&sector));
        }
        Ok(container)
    }

    fn n_sectors(&self) -> usize {
        usize::try_from(self.n_bytes).unwrap_or(usize::MAX) / self.sector_bytes
    }

    fn sector(&self, at: u32) -> Result<Vec<u8>, WorkbookFault> {
        let start = (u64::from(at) + 1) * self.sector_bytes as u64;
        if start >= self.n_bytes {
            return Err(WorkbookFault::Broken);
        }
        let mut file = &self.file;
        let mut bytes = Vec::with_capacity(self.sector_bytes);
        file.seek(SeekFrom::Start(start))?;
        file.take(self.sector_bytes as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// The sectors of a file in their order; a ring is no file.
    fn chain(&self, start: u32) -> Result<Vec<u32>, WorkbookFault> {
        let (mut sectors, mut at) = (Vec::new(), start);
        while at < RESERVED {
            sectors.push(at);
            if sectors.len() > self.n_sectors() + 1 {
                return Err(WorkbookFault::Broken);
            }
            at = *self.next.get(at as usize).ok_or(WorkbookFault::Broken)?;
        }
        Ok(sectors)
    }

    fn entries(&self) -> Result<Vec<Entry>, WorkbookFault> {
        const ENTRY: usize = 128;
        /// Smaller files share sectors and have chains of another table.
        const SMALLEST: u32 = 4096;
        /// The kind of the entry that holds the small files.
        const ROOT: u8 = 5;
        let mut entries = Vec::new();
        for sector in self.chain(self.directory)? {
            let sector = self.sector(sector)?;
            for entry in sector.chunks_exact(ENTRY).filter(|entry| entry[66] != 0) {
                let letters = entry[..64].chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
                let name: Vec<u16> = letters.take_while(|letter| *letter != 0).collect();
                let own = entry[66] == ROOT || number(entry, 120) >= SMALLEST;
                let start = if own { number(entry, 116) } else { u32::MAX };
                entries.push(Entry { name: String::from_utf16_lossy(&name), start });
            }
        }
        Ok(entries)
    }
}

fn number(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4].iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|chunk| number(chunk, 0)).collect()
}
