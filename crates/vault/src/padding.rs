//! Lengths tell what was written; rounded up they tell less.

use alloc::vec::Vec;

/// The least length: most edits of one field fall below it.
const LEAST: usize = 128;
/// What padding adds to a short text.
pub(crate) const MARGIN: usize = LEAST;
const END: u8 = 0x80;

/// Marks the end and fills up with zeros (ISO/IEC 7816-4) to a length of [`padme`].
pub(crate) fn pad(bytes: &mut Vec<u8>) {
    bytes.push(END);
    bytes.resize(padme(bytes.len()), 0);
}

/// What was there before [`pad`]; `None` when it was not padded.
pub(crate) fn unpad(bytes: &[u8]) -> Option<&[u8]> {
    let last = bytes.iter().rposition(|byte| *byte != 0)?;
    let (before, end) = bytes.split_at_checked(last)?;
    (end.first() == Some(&END)).then_some(before)
}

/// Rounds up so that a length keeps only the bits of its order of magnitude: at most 12 % more, O(log log n) bits told
/// (Padmé: Nikitin and others, "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", 2019).
fn padme(length: usize) -> usize {
    if length <= LEAST {
        return LEAST;
    }
    let exponent = length.ilog2();
    let kept = exponent.ilog2() + 1;
    let mask = (1_usize << exponent.saturating_sub(kept)) - 1;
    length.saturating_add(mask) & !mask
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lengths_fall_into_few_classes() {
        let classes: std::collections::BTreeSet<usize> = (1..=4096).map(padme).collect();
        assert_eq!(classes.len(), 73);
        assert_eq!(
            [1, 128, 129, 300, 1000, 5000, 100_000].map(padme),
            [128, 128, 144, 304, 1024, 5120, 100_352]
        );
    }

    proptest! {
        #[test]
        fn padding_comes_off_and_is_never_much(bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
            let mut padded = bytes.clone();
            pad(&mut padded);
            prop_assert!(padded.len() <= LEAST.max((bytes.len() + 1) * 112 / 100));
            prop_assert_eq!(unpad(&padded), Some(&bytes[..]));
        }

        #[test]
        fn foreign_bytes_do_not_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let _ = unpad(&bytes);
        }
    }
}
