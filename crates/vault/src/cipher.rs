//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): the one cipher. Its nonces are long enough to be drawn at random.

use crate::{Random, VaultError, random};
use alloc::vec::Vec;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use zeroize::Zeroizing;

pub(crate) type Key = Zeroizing<[u8; 32]>;
pub(crate) type Nonce = [u8; 24];

/// Version of every envelope so far.
const VERSION: u8 = 1;
const NONCE: usize = 24;

/// Ciphertext and tag. A nonce must never meet the same key twice.
pub(crate) fn encrypt(key: &Key, nonce: &Nonce, associated: &[u8], plain: &[u8]) -> Vec<u8> {
    let payload = Payload {
        msg: plain,
        aad: associated,
    };
    let cipher = XChaCha20Poly1305::new((&**key).into());
    // Fails only beyond 256 GiB.
    cipher.encrypt(nonce.into(), payload).unwrap_or_default()
}

/// The plaintext, if key, nonce and associated data are those of [`encrypt`] and no bit was changed.
pub(crate) fn decrypt(
    key: &Key,
    nonce: &Nonce,
    associated: &[u8],
    ciphertext: &[u8],
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let payload = Payload {
        msg: ciphertext,
        aad: associated,
    };
    let cipher = XChaCha20Poly1305::new((&**key).into());
    cipher
        .decrypt(nonce.into(), payload)
        .map(Zeroizing::new)
        .map_err(|_| VaultError::Damaged)
}

/// An envelope that stands alone: version, nonce, ciphertext. The version is bound like the rest of the place.
pub(crate) fn seal(rng: &mut dyn Random, key: &Key, place: &[&[u8]], plain: &[u8]) -> Vec<u8> {
    let nonce: Nonce = random(rng);
    let ciphertext = encrypt(key, &nonce, &bound(place), plain);
    [&[VERSION][..], &nonce, &ciphertext].concat()
}

/// Opens an envelope in its place.
pub(crate) fn open(
    key: &Key,
    place: &[&[u8]],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let (version, rest) = sealed.split_first().ok_or(VaultError::Damaged)?;
    if *version != VERSION {
        return Err(VaultError::Newer(*version));
    }
    let (nonce, ciphertext) = rest
        .split_first_chunk::<NONCE>()
        .ok_or(VaultError::Damaged)?;
    decrypt(key, nonce, &bound(place), ciphertext)
}

/// Associated data: the version, then the parts. Callers begin with a label and keep variable parts last.
fn bound(place: &[&[u8]]) -> Vec<u8> {
    let mut bytes = alloc::vec![VERSION];
    place.iter().for_each(|part| bytes.extend_from_slice(part));
    bytes
}
