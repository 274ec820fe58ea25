//! The counter-based generator.

/// Value `k` (0 to 15) of row `i`: the finaliser of SplitMix64 (Steele, Lea, Flood 2014) over a counter.
#[must_use]
pub const fn hash(i: u64, k: u64) -> u64 {
    let mut z = i
        .wrapping_mul(16)
        .wrapping_add(k)
        .wrapping_add(1)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
