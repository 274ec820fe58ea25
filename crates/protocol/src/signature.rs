//! Ed25519 signatures (RFC 8032) as bytes, and what has been verified as a type.

use core::ops::Deref;
use ed25519_dalek::{Signature, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A signature: 64 bytes, not yet verified.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SignatureBytes(pub [u8; 64]);

impl core::fmt::Debug for SignatureBytes {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let [a, b, c, d, ..] = self.0;
        write!(formatter, "SignatureBytes({a:02x}{b:02x}{c:02x}{d:02x}…)")
    }
}

impl Serialize for SignatureBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Serde knows arrays up to 32: two halves are the same bytes.
        let mut halves = [[0_u8; 32]; 2];
        for (half, bytes) in halves.iter_mut().zip(self.0.chunks_exact(32)) {
            half.copy_from_slice(bytes);
        }
        halves.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SignatureBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let halves = <[[u8; 32]; 2]>::deserialize(deserializer)?;
        let mut bytes = [0; 64];
        for (bytes, half) in bytes.chunks_exact_mut(32).zip(&halves) {
            bytes.copy_from_slice(half);
        }
        Ok(Self(bytes))
    }
}

/// An Ed25519 public key: 32 bytes, not necessarily a valid point (then nothing verifies under it).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PublicKey(pub [u8; 32]);

impl PublicKey {
    /// Whether the signature over the message is this key's. Strict: weak keys and non-canonical signatures fail.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &SignatureBytes) -> bool {
        VerifyingKey::from_bytes(&self.0).is_ok_and(|key| {
            key.verify_strict(message, &Signature::from_bytes(&signature.0))
                .is_ok()
        })
    }
}

/// Whoever holds a secret key: a device or the bearer of an invitation. Implemented in the vault.
pub trait Signer {
    /// The public half.
    fn public_key(&self) -> PublicKey;
    /// Signs a message.
    fn sign(&self, message: &[u8]) -> SignatureBytes;
}

/// A value whose signature was checked; only this crate's `verify` functions make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified<T>(T);

impl<T> Verified<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, leaving the proof behind.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Verified<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}
