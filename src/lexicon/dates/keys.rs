//! How the table finds a key: buckets of the generated file, and a filter before them.

use std::hash::Hasher;

/// Lines of keys in the generated file: a power of two that leaves one or two keys on a line.
pub const BUCKETS: usize = 1 << 14;

/// The line below the head of the generated file.
pub const KEYS_MARK: &str = "!keys\n";

/// The bucket that a key stands in, for the generator and the table.
#[must_use]
pub fn bucket_of(key: &str) -> usize {
    high_bits(mixed(key.as_bytes()), BUCKETS.trailing_zeros())
}

/// A hash of the key whose high bits are mixed well.
pub(super) fn mixed(key: &[u8]) -> u64 {
    let mut hasher = KeyHasher::default();
    hasher.write(key);
    hasher.finish().wrapping_mul(KeyHasher::FACTOR)
}

fn high_bits(hash: u64, bits: u32) -> usize {
    usize::try_from(hash >> (64 - bits)).unwrap_or(0)
}

/// Multiplicative hash over eight bytes at a time: the keys are ours, so no attacker chooses them.
#[derive(Default)]
pub(super) struct KeyHasher(u64);

impl KeyHasher {
    const FACTOR: u64 = 0x517c_c1b7_2722_0a95;
}

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let (chunks, rest) = bytes.as_chunks::<8>();
        for chunk in chunks {
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(*chunk)).wrapping_mul(Self::FACTOR);
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        last[7] ^= bytes.len().to_le_bytes()[0];
        self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(last)).wrapping_mul(Self::FACTOR);
        self.0 ^= self.0 >> 29;
    }

    fn write_u8(&mut self, _: u8) {
        // The end mark of `str`; the length is already part of the hash.
    }
}

/// Which keys the table may hold: nearly all words of a page are none of its own.
///
/// Source: Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970, with one hash.
#[derive(Debug)]
pub(super) struct Filter(Vec<u64>);

impl Filter {
    /// Bits of a hash that are looked at: about one foreign word in ten gets past the filter by chance.
    const BITS: u32 = 18;

    pub(super) fn new() -> Self {
        Self(vec![0; 1 << (Self::BITS - 6)])
    }

    /// Adds a key, by [`mixed`].
    pub(super) fn insert(&mut self, hash: u64) {
        let place = high_bits(hash, Self::BITS);
        self.0[place / 64] |= 1 << (place % 64);
    }

    /// False when the key was never added.
    pub(super) fn may_hold(&self, hash: u64) -> bool {
        let place = high_bits(hash, Self::BITS);
        self.0[place / 64] & 1 << (place % 64) != 0
    }
}
