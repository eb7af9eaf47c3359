//! Sixty-four bytes compared with one byte, as wide as the processor can.
//!
//! Owns the choice at run time: one binary runs on every processor of its kind and is quick on those of the last ten
//! years. The instructions are behind safe crates.

/// Comparing 64 bytes, one bit of the answer a byte.
pub(super) trait Lanes: Copy {
    /// 64 bytes in registers.
    type Chunk: Copy;
    /// Brings the bytes in.
    fn load(self, bytes: &[u8; 64]) -> Self::Chunk;
    /// Which of them are this byte.
    fn equal(self, chunk: Self::Chunk, byte: u8) -> u64;
    /// Which of them are less than a space.
    fn below_space(self, chunk: Self::Chunk) -> u64;
}

/// Work that is compiled for every width. Everything it calls has to be inlined.
pub(super) trait WithLanes {
    /// Does the work.
    fn run(self, lanes: impl Lanes);
}

const LAST_BELOW_SPACE: u8 = b' ' - 1;

/// Sixteen at a time: what every processor can.
#[derive(Clone, Copy)]
struct Narrow;

impl Lanes for Narrow {
    type Chunk = [wide::u8x16; 4];

    #[inline(always)]
    fn load(self, bytes: &[u8; 64]) -> Self::Chunk {
        let (lanes, _) = bytes.as_chunks::<16>();
        std::array::from_fn(|lane| wide::u8x16::new(lanes[lane]))
    }

    #[inline(always)]
    fn equal(self, chunk: Self::Chunk, byte: u8) -> u64 {
        let byte = wide::u8x16::splat(byte);
        bits_of(chunk.map(|lane| u64::from(lane.simd_eq(byte).to_bitmask())))
    }

    #[inline(always)]
    fn below_space(self, chunk: Self::Chunk) -> u64 {
        let last = wide::u8x16::splat(LAST_BELOW_SPACE);
        bits_of(chunk.map(|lane| u64::from(lane.min(last).simd_eq(lane).to_bitmask())))
    }
}

/// The bits of lanes side by side.
#[inline(always)]
fn bits_of<const LANES: usize>(lanes: [u64; LANES]) -> u64 {
    lanes.iter().enumerate().fold(0, |bits, (lane, mask)| bits | mask << (lane * (64 / LANES)))
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::{__m256i, __m512i};

    use pulp::x86::{V3, V4};

    use super::{LAST_BELOW_SPACE, Lanes, bits_of};

    impl Lanes for V3 {
        type Chunk = [__m256i; 2];

        #[inline(always)]
        fn load(self, bytes: &[u8; 64]) -> Self::Chunk {
            pulp::cast(*bytes)
        }

        #[inline(always)]
        fn equal(self, chunk: Self::Chunk, byte: u8) -> u64 {
            let byte = self.avx._mm256_set1_epi8(byte.cast_signed());
            bits_of(chunk.map(|lane| mask_of(self, self.avx2._mm256_cmpeq_epi8(lane, byte))))
        }

        #[inline(always)]
        fn below_space(self, chunk: Self::Chunk) -> u64 {
            let last = self.avx._mm256_set1_epi8(LAST_BELOW_SPACE.cast_signed());
            let is_low = |lane| self.avx2._mm256_cmpeq_epi8(self.avx2._mm256_min_epu8(lane, last), lane);
            bits_of(chunk.map(|lane| mask_of(self, is_low(lane))))
        }
    }

    #[inline(always)]
    fn mask_of(lanes: V3, mask: __m256i) -> u64 {
        u64::from(lanes.avx2._mm256_movemask_epi8(mask).cast_unsigned())
    }

    impl Lanes for V4 {
        type Chunk = __m512i;

        #[inline(always)]
        fn load(self, bytes: &[u8; 64]) -> Self::Chunk {
            pulp::cast(*bytes)
        }

        #[inline(always)]
        fn equal(self, chunk: Self::Chunk, byte: u8) -> u64 {
            let byte = self.avx512f._mm512_set1_epi8(byte.cast_signed());
            self.avx512bw._mm512_cmpeq_epi8_mask(chunk, byte)
        }

        #[inline(always)]
        fn below_space(self, chunk: Self::Chunk) -> u64 {
            let last = self.avx512f._mm512_set1_epi8(LAST_BELOW_SPACE.cast_signed());
            self.avx512bw._mm512_cmple_epu8_mask(chunk, last)
        }
    }
}

/// Does the work as wide as the processor can.
pub(super) fn with_widest(work: impl WithLanes) {
    #[cfg(target_arch = "x86_64")]
    {
        if let Some(lanes) = pulp::x86::V4::try_new() {
            return lanes.vectorize(
                #[inline(always)]
                || work.run(lanes),
            );
        }
        if let Some(lanes) = pulp::x86::V3::try_new() {
            return lanes.vectorize(
                #[inline(always)]
                || work.run(lanes),
            );
        }
    }
    work.run(Narrow);
}

/// Does the work once for each width that the processor can.
#[cfg(test)]
pub(super) fn with_each<Work: WithLanes>(work: impl Fn() -> Work) {
    work().run(Narrow);
    #[cfg(target_arch = "x86_64")]
    {
        pulp::x86::V3::try_new().into_iter().for_each(|lanes| work().run(lanes));
        pulp::x86::V4::try_new().into_iter().for_each(|lanes| work().run(lanes));
    }
}
