//! Keys from keys (HKDF-SHA256, RFC 5869) and names from keys (HMAC-SHA256, RFC 2104). Every use has its own label.

use crate::cipher::Key;
use hkdf::Hkdf;
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// A key for one purpose.
pub(crate) fn key(label: &'static str, from: &Key, salt: &[u8]) -> Key {
    let mut key = Zeroizing::new([0; 32]);
    let derived = Hkdf::<Sha256>::new(Some(salt), &**from).expand(label.as_bytes(), &mut *key);
    // Refused only for more than 255 blocks; this is one.
    debug_assert!(derived.is_ok());
    key
}

/// A name for one purpose: nobody without the key can make it, or tell what it was made from. Callers keep parts of fixed
/// length, or the variable one last.
pub(crate) fn name(label: &'static str, key: &Key, parts: &[&[u8]]) -> [u8; 16] {
    // HMAC pads a shorter key with zeros to the hash's block.
    let mut block = Zeroizing::new([0; 64]);
    for (place, byte) in block.iter_mut().zip(key.iter()) {
        *place = *byte;
    }
    let mut mac = <Hmac<Sha256> as KeyInit>::new((&*block).into());
    // The label's length first, so that no label is a prefix of another's input.
    mac.update(&[u8::try_from(label.len()).unwrap_or(u8::MAX)]);
    mac.update(label.as_bytes());
    parts.iter().for_each(|part| mac.update(part));
    let whole: [u8; 32] = mac.finalize().into_bytes().into();
    let (first, _) = whole.split_first_chunk::<16>().unwrap_or((&[0; 16], &[]));
    *first
}
