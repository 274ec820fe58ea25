use crate::cipher::{self, Key};
use crate::{Random, VaultError, random};
use alloc::vec::Vec;
use zeroize::Zeroizing;

const LABEL: &[u8] = b"tendero local v1\0";

/// The key under which this device's store keeps every value: 32 bytes, wiped when dropped.
#[derive(Clone)]
pub struct LocalKey(Key);

impl LocalKey {
    /// A fresh key.
    pub fn make(rng: &mut dyn Random) -> Self {
        Self(Zeroizing::new(random(rng)))
    }

    /// A key from its bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The key's bytes, to be stored.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        self.0.clone()
    }

    /// Seals a value for its place (table and key), so that values cannot be swapped unnoticed:
    /// version byte, nonce of 24 bytes, XChaCha20-Poly1305 ciphertext; 41 bytes more than the value.
    pub fn seal(&self, rng: &mut dyn Random, place: &[u8], plain: &[u8]) -> Vec<u8> {
        cipher::seal(rng, &self.0, &[LABEL, place], plain)
    }

    /// Opens what was sealed for that place.
    ///
    /// # Errors
    /// [`VaultError::Newer`] or [`VaultError::Damaged`].
    pub fn open(&self, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let mut plain = cipher::open(&self.0, &[LABEL, place], sealed)?;
        Ok(core::mem::take(&mut *plain))
    }
}

impl core::fmt::Debug for LocalKey {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.write_str("LocalKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Counting, hex};

    #[test]
    fn a_value_opens_in_its_place_only() {
        let key = LocalKey::make(&mut Counting::new());
        let sealed = key.seal(&mut Counting::new(), b"customers/1", b"Ana");
        assert_eq!(key.open(b"customers/1", &sealed), Ok(b"Ana".to_vec()));
        assert_eq!(key.open(b"customers/2", &sealed), Err(VaultError::Damaged));
        let other = LocalKey::from_bytes([9; 32]);
        assert_eq!(
            other.open(b"customers/1", &sealed),
            Err(VaultError::Damaged)
        );
        let again = LocalKey::from_bytes(*key.to_bytes());
        assert_eq!(again.open(b"customers/1", &sealed), Ok(b"Ana".to_vec()));
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let key = LocalKey::from_bytes([1; 32]);
        let sealed = key.seal(&mut Counting::new(), b"", b"Ana");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open(b"", &changed).is_err(), "byte {at}");
            assert!(key.open(b"", &sealed[..at]).is_err(), "cut at {at}");
        }
        let newer = [&[2], &sealed[1..]].concat();
        assert_eq!(key.open(b"", &newer), Err(VaultError::Newer(2)));
    }

    #[test]
    fn the_sealed_form_stays() {
        let key = LocalKey::from_bytes([1; 32]);
        let sealed = key.seal(&mut Counting::new(), b"customers/1", b"Ana");
        assert_eq!(
            hex(&sealed),
            "01000102030405060708090a0b0c0d0e0f101112131415161739bebad61bdc892431b075ad0358c5fc99c5d9"
        );
    }
}
