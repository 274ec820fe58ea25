use crate::{Random, random};
use ed25519_dalek::{Signer as _, SigningKey};
use tendero_protocol::{PublicKey, SignatureBytes, Signer};
use zeroize::Zeroizing;

/// Who a device is: an Ed25519 key (RFC 8032), wiped when dropped.
#[derive(Clone)]
pub struct DeviceKey(SigningKey);

impl DeviceKey {
    /// A fresh key.
    pub fn make(rng: &mut dyn Random) -> Self {
        Self::from_seed(random(rng))
    }

    /// The key of a seed.
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> Self {
        let seed = Zeroizing::new(seed);
        Self(SigningKey::from_bytes(&seed))
    }

    /// The seed, to be stored sealed.
    #[must_use]
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }
}

impl Signer for DeviceKey {
    fn public_key(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    fn sign(&self, message: &[u8]) -> SignatureBytes {
        SignatureBytes(self.0.sign(message).to_bytes())
    }
}

impl core::fmt::Debug for DeviceKey {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "DeviceKey(public {:?})", self.public_key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Counting, hex};

    #[test]
    fn a_device_signs_as_itself() {
        let ana = DeviceKey::make(&mut Counting::new());
        let again = DeviceKey::from_seed(*ana.seed());
        let signature = again.sign(b"hello");
        assert!(ana.public_key().verifies(b"hello", &signature));
        assert!(!ana.public_key().verifies(b"hullo", &signature));
        let other = DeviceKey::from_seed([9; 32]);
        assert!(!other.public_key().verifies(b"hello", &signature));
    }

    /// RFC 8032, section 7.1, test 1.
    #[test]
    fn signatures_are_those_of_the_standard() {
        let seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
        let key = DeviceKey::from_seed(crate::testing::unhex(seed).try_into().unwrap());
        assert_eq!(
            hex(&key.public_key().0),
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
        );
        assert_eq!(
            hex(&key.sign(b"").0),
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        );
    }
}
