//! Raw deflate (RFC 1951) without a dictionary.

use crate::VaultError;
use alloc::vec::Vec;
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// Compressed bytes.
pub(crate) fn squeeze(plain: &[u8]) -> Vec<u8> {
    let mut compress = Compress::new(Compression::default(), false);
    // Bytes that do not compress are stored in blocks of up to 65,535 with five bytes before each, or fewer.
    let mut out = Vec::with_capacity(plain.len() + plain.len() / 1000 + 64);
    loop {
        let read = usize::try_from(compress.total_in()).unwrap_or(usize::MAX);
        let rest = plain.get(read..).unwrap_or_default();
        match compress.compress_vec(rest, &mut out, FlushCompress::Finish) {
            Ok(Status::Ok | Status::BufError) => out.reserve(1024),
            // Errors are for a stream used after its end, which this one is not.
            Ok(Status::StreamEnd) | Err(_) => return out,
        }
    }
}

/// The bytes before [`squeeze`], as long as they are at most `most`.
pub(crate) fn expand(squeezed: &[u8], most: usize) -> Result<Vec<u8>, VaultError> {
    let mut decompress = Decompress::new(false);
    // Grown step by step: a short input never takes much before it has shown that it gives much.
    let mut out = Vec::with_capacity(squeezed.len().saturating_mul(3).min(most));
    loop {
        let read = usize::try_from(decompress.total_in()).unwrap_or(usize::MAX);
        let rest = squeezed.get(read..).unwrap_or_default();
        let before = out.len();
        match decompress.decompress_vec(rest, &mut out, FlushDecompress::None) {
            Ok(Status::StreamEnd) => return Ok(out),
            Ok(Status::Ok | Status::BufError) if out.len() == out.capacity() => {
                if out.len() >= most {
                    return Err(VaultError::TooLarge);
                }
                let more = out.len().max(256).min(most - out.len());
                out.reserve_exact(more);
            }
            Ok(Status::Ok) if out.len() > before => {}
            // No end although there is room: cut short.
            Ok(Status::Ok | Status::BufError) | Err(_) => return Err(VaultError::Damaged),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_bomb_is_left_alone() {
        let bomb = squeeze(&alloc::vec![0; 5_000_000]);
        assert!(bomb.len() < 10_000);
        assert_eq!(expand(&bomb, 4_000_000), Err(VaultError::TooLarge));
        assert_eq!(
            expand(&bomb, 5_000_000).map(|plain| plain.len()),
            Ok(5_000_000)
        );
        assert_eq!(expand(&bomb, 4_999_999), Err(VaultError::TooLarge));
    }

    #[test]
    fn a_cut_stream_is_noticed() {
        let squeezed = squeeze(&[7; 1000]);
        assert_eq!(
            expand(&squeezed[..squeezed.len() - 1], 2000),
            Err(VaultError::Damaged)
        );
        assert_eq!(expand(&[], 2000), Err(VaultError::Damaged));
    }

    proptest! {
        #[test]
        fn what_was_squeezed_expands(plain in proptest::collection::vec(any::<u8>(), 0..5000)) {
            prop_assert_eq!(expand(&squeeze(&plain), 5000), Ok(plain));
        }

        #[test]
        fn foreign_bytes_do_not_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = expand(&bytes, 10_000);
        }
    }
}
