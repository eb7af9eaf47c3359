//! Memory that a stream is read into again and again.
//!
//! Reading into a vector's free room clears that room first, each time anew; here what was read before is simply written
//! over.

use std::io::{self, ErrorKind, Read};

/// Bytes of a stream that are not handed out yet. Behind them lies what earlier ones left.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    memory: Vec<u8>,
    n_held: usize,
}

impl Buffer {
    /// A buffer that holds these bytes.
    pub(super) const fn of(bytes: Vec<u8>) -> Self {
        let n_held = bytes.len();
        Self { memory: bytes, n_held }
    }

    /// What is held.
    pub(super) fn held(&self) -> &[u8] {
        &self.memory[..self.n_held]
    }

    /// Reads until `wanted` bytes are held; false where the stream ends before.
    ///
    /// # Errors
    /// When the stream cannot be read.
    pub(super) fn fill(&mut self, reader: &mut impl Read, wanted: usize) -> io::Result<bool> {
        if self.memory.len() < wanted {
            self.memory.resize(wanted, 0);
        }
        while self.n_held < wanted {
            match reader.read(&mut self.memory[self.n_held..wanted]) {
                Ok(0) => return Ok(false),
                Ok(n_read) => self.n_held += n_read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Hands out the first bytes; the rest is held on in other memory, whatever that holds.
    pub(super) fn cut(&mut self, at: usize, other: Vec<u8>) -> Vec<u8> {
        let mut next = Self { memory: other, n_held: self.n_held - at };
        let rest = &self.memory[at..self.n_held];
        let (over, behind) = rest.split_at(rest.len().min(next.memory.len()));
        next.memory[..over.len()].copy_from_slice(over);
        next.memory.extend_from_slice(behind);
        self.memory.truncate(at);
        std::mem::replace(self, next).memory
    }

    /// Forgets the first bytes.
    pub(super) fn drop_front(&mut self, n_bytes: usize) {
        self.memory.copy_within(n_bytes..self.n_held, 0);
        self.n_held -= n_bytes;
    }

    /// Forgets everything that is held.
    pub(super) const fn clear(&mut self) {
        self.n_held = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_and_what_is_held_are_the_stream() {
        let stream: Vec<u8> = (0..10_000_u32).map(|at| (at % 251) as u8).collect();
        let mut reader = stream.as_slice();
        let (mut buffer, mut seen) = (Buffer::of(Vec::new()), Vec::new());
        for wanted in [100, 50, 3_000, 400, 9_999, 9_999] {
            let is_full = buffer.fill(&mut reader, wanted).expect("a slice can be read");
            assert_eq!(is_full, buffer.held().len() >= wanted);
            let at = buffer.held().len() / 3;
            // Memory that was used before holds something else.
            seen.extend(buffer.cut(at, vec![7; wanted / 2]));
        }
        let n_dropped = 5;
        let rest = buffer.held().to_vec();
        buffer.drop_front(n_dropped);
        assert_eq!(buffer.held(), &rest[n_dropped..]);
        seen.extend(rest);
        assert!(seen == stream);
        buffer.clear();
        assert!(buffer.held().is_empty());
    }
}
