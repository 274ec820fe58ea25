//! Keys and envelopes.

/// Randomness that is handed in: the browser's, or a test's.
pub trait Random {
    /// Fills the bytes; cryptographically strong everywhere but in tests.
    fn fill(&mut self, bytes: &mut [u8]);
}
