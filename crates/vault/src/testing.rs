//! Help for this crate's tests.

use crate::Random;

/// Bytes that count up, so that sealed forms can be compared with what they were.
pub(crate) struct Counting(u8);

impl Counting {
    pub(crate) const fn new() -> Self {
        Self(0)
    }

    pub(crate) const fn from(first: u8) -> Self {
        Self(first)
    }
}

impl Random for Counting {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.0;
            self.0 = self.0.wrapping_add(1);
        }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn unhex(digits: &str) -> Vec<u8> {
    let digit = |at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    (0..digits.len()).step_by(2).map(digit).collect()
}
