//! A file as a stream of UTF-8 bytes: hashed as it is read, decompressed, decoded.
//!
//! What cannot be decoded becomes the byte 0xFF, which no UTF-8 text holds: the splitter then finds it with its
//! line like any other bad byte, and one mechanism serves every encoding.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::{Arc, Mutex};

use encoding_rs::{Decoder, DecoderResult, Encoding};
use sha2::{Digest, Sha256};

use crate::record::hex;

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// Plain bytes.
    Plain,
    /// gzip, several members allowed.
    Gzip,
    /// zstd, several frames allowed.
    Zstd,
}

impl Packing {
    /// The packing that the first bytes show.
    pub fn of(head: &[u8]) -> Self {
        if head.starts_with(&[0x1F, 0x8B]) {
            Self::Gzip
        } else if head.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]) {
            Self::Zstd
        } else {
            Self::Plain
        }
    }
}

/// The checksum and length of what has passed through a stream.
#[derive(Debug, Default)]
struct Seen {
    hasher: Sha256,
    n_bytes: u64,
}

/// Gives the checksum of a file once its stream has been read.
#[derive(Debug, Clone, Default)]
pub struct Fingerprint(Arc<Mutex<Seen>>);

impl Fingerprint {
    /// Length in bytes and SHA-256 in hex of all that was read so far.
    pub fn finish(&self) -> (u64, String) {
        let seen = self.0.lock().expect("hashing does not panic");
        (seen.n_bytes, hex(&seen.hasher.clone().finalize()))
    }
}

struct Hashing<R> {
    reader: R,
    seen: Fingerprint,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n_read = self.reader.read(out)?;
        let mut seen = self.seen.0.lock().expect("hashing does not panic");
        seen.hasher.update(&out[..n_read]);
        seen.n_bytes += n_read as u64;
        Ok(n_read)
    }
}

/// Size and SHA-256 of a file as it stands on disk.
///
/// # Errors
/// When it cannot be read.
pub fn hash_file(path: &Path) -> io::Result<(u64, String)> {
    let seen = Fingerprint::default();
    let mut reader =
        BufReader::with_capacity(1 << 18, Hashing { reader: File::open(path)?, seen: seen.clone() });
    io::copy(&mut reader, &mut io::sink())?;
    Ok(seen.finish())
}

/// Opens a file and undoes its packing. What is read is hashed on the way, packed as it stands on disk.
///
/// # Errors
/// When the file cannot be opened or its first bytes cannot be read.
pub fn open(path: &Path) -> io::Result<(Box<dyn Read + Send>, Packing, Fingerprint)> {
    let seen = Fingerprint::default();
    let mut reader = Hashing { reader: File::open(path)?, seen: seen.clone() };
    let mut head = Vec::new();
    reader.by_ref().take(4).read_to_end(&mut head)?;
    let packing = Packing::of(&head);
    let whole = io::Cursor::new(head).chain(reader);
    let unpacked: Box<dyn Read + Send> = match packing {
        Packing::Plain => Box::new(whole),
        Packing::Gzip => {
            Box::new(flate2::read::MultiGzDecoder::new(BufReader::with_capacity(1 << 18, whole)))
        }
        Packing::Zstd => Box::new(zstd::Decoder::new(whole)?),
    };
    Ok((unpacked, packing, seen))
}

/// Bytes that were made and are given to a reader piece by piece.
#[derive(Debug, Default)]
pub(super) struct Ready {
    pub(super) bytes: Vec<u8>,
    given: usize,
}

impl Ready {
    /// Begins again: what stands in `bytes` next has not been given.
    pub(super) fn restart(&mut self) -> &mut Vec<u8> {
        self.given = 0;
        &mut self.bytes
    }

    pub(super) fn is_given(&self) -> bool {
        self.given == self.bytes.len()
    }

    /// Gives as many bytes as there is room for, and says how many.
    pub(super) fn give(&mut self, out: &mut [u8]) -> usize {
        let n = out.len().min(self.bytes.len() - self.given);
        out[..n].copy_from_slice(&self.bytes[self.given..self.given + n]);
        self.given += n;
        n
    }
}

/// Decodes a stream to UTF-8 while it is read.
pub struct Decoding<R> {
    reader: R,
    decoder: Decoder,
    input: Vec<u8>,
    from: usize,
    output: Ready,
    at_end: bool,
    finished: bool,
}

const PIECE: usize = 128 << 10;

impl<R: Read> Decoding<R> {
    /// A stream of the text of `reader`, which is written in `encoding`; a byte-order mark is kept as text.
    pub fn new(reader: R, encoding: &'static Encoding) -> Self {
        Self {
            reader,
            decoder: encoding.new_decoder_without_bom_handling(),
            input: Vec::new(),
            from: 0,
            output: Ready::default(),
            at_end: false,
            finished: false,
        }
    }

    fn decode_more(&mut self) -> io::Result<()> {
        if self.from == self.input.len() && !self.at_end {
            self.input.clear();
            self.from = 0;
            let n_read = self.reader.by_ref().take(PIECE as u64).read_to_end(&mut self.input)?;
            self.at_end = n_read < PIECE;
        }
        let output = self.output.restart();
        output.resize(PIECE * 4, 0);
        let (result, n_taken, n_written) =
            self.decoder.decode_to_utf8_without_replacement(&self.input[self.from..], output, self.at_end);
        self.from += n_taken;
        output.truncate(n_written);
        match result {
            DecoderResult::Malformed(..) => output.push(0xFF),
            DecoderResult::InputEmpty => self.finished = self.at_end,
            DecoderResult::OutputFull => {}
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.output.is_given() {
            if self.finished {
                return Ok(0);
            }
            self.decode_more()?;
        }
        Ok(self.output.give(out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8], encoding: &'static Encoding) -> Vec<u8> {
        let mut out = Vec::new();
        Decoding::new(bytes, encoding).read_to_end(&mut out).expect("a slice can be read");
        out
    }

    #[test]
    fn utf_16_both_ways_and_windows_1258_become_utf_8() {
        let text = "Nguyễn Thị Đào\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(&little, encoding_rs::UTF_16LE), text.as_bytes());
        assert_eq!(decode(&big, encoding_rs::UTF_16BE), text.as_bytes());
        assert_eq!(decode(b"\xD0\xE0o", encoding_rs::WINDOWS_1258), "Đào".as_bytes());
        assert_eq!(decode(b"", encoding_rs::UTF_16LE), b"");
    }

    #[test]
    fn what_cannot_be_decoded_becomes_a_bad_byte_in_its_place() {
        let broken = [b'a', 0, 0x00, 0xD8, b'b', 0];
        assert_eq!(decode(&broken, encoding_rs::UTF_16LE), b"a\xFFb");
        assert_eq!(decode(&[b'a', 0, b'b'], encoding_rs::UTF_16LE), b"a\xFF");
    }

    #[test]
    fn long_texts_pass_piece_by_piece() {
        let text = "ộ".repeat(300_000);
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&little, encoding_rs::UTF_16LE), text.as_bytes());
    }
}
