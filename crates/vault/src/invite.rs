use crate::cipher::{self, Key};
use crate::{DeviceKey, Keyring, Random, VaultError, derive, random};
use tendero_protocol::{Bytes, InviteId, Signer};
use zeroize::Zeroizing;

const KEYRING: &[u8] = b"tendero invited keyring v1\0";

/// What an invitation's link carries: whoever has it may join. Everything else of the invitation is derived from it.
/// Wiped when dropped.
#[derive(Clone)]
pub struct InviteSecret(Key);

impl InviteSecret {
    /// A fresh secret.
    pub fn make(rng: &mut dyn Random) -> Self {
        Self(Zeroizing::new(random(rng)))
    }

    pub(crate) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The invitation's name on the membership chain.
    #[must_use]
    pub fn id(&self) -> InviteId {
        InviteId(derive::name("tendero invite id v1", &self.0, &[]))
    }

    /// Signs as the bearer of the invitation (Ed25519).
    #[must_use]
    pub fn signer(&self) -> impl Signer + use<> {
        DeviceKey::from_seed(*derive::key("tendero invite signer v1", &self.0, &[]))
    }

    /// Seals the team's keys for whoever has the secret.
    pub fn seal_keyring(&self, rng: &mut dyn Random, keyring: &Keyring) -> Bytes {
        Bytes(cipher::seal(
            rng,
            &self.key(),
            &self.place(),
            &keyring.encode(),
        ))
    }

    /// Opens the team's keys.
    ///
    /// # Errors
    /// [`VaultError::Newer`] or [`VaultError::Damaged`].
    pub fn open_keyring(&self, sealed: &Bytes) -> Result<Keyring, VaultError> {
        Keyring::decode(&cipher::open(&self.key(), &self.place(), &sealed.0)?)
    }

    fn key(&self) -> Key {
        derive::key("tendero invite key v1", &self.0, &[])
    }

    const fn place(&self) -> [&'static [u8]; 1] {
        // The key is the invitation's own: nothing else can be meant.
        [KEYRING]
    }
}

impl core::fmt::Debug for InviteSecret {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "InviteSecret(of {:?})", self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Counting, hex};
    use proptest::prelude::*;

    fn secret() -> InviteSecret {
        InviteSecret::make(&mut Counting::new())
    }

    #[test]
    fn the_bearer_gets_the_teams_keys() {
        let keyring = Keyring::make(&mut Counting::from(7));
        let sealed = secret().seal_keyring(&mut Counting::new(), &keyring);
        let opened = secret().open_keyring(&sealed).unwrap();
        assert_eq!(opened.encode(), keyring.encode());
        let other = InviteSecret::make(&mut Counting::from(9));
        assert_eq!(other.open_keyring(&sealed).err(), Some(VaultError::Damaged));
    }

    #[test]
    fn the_sealed_keyring_cannot_be_changed() {
        let keyring = Keyring::make(&mut Counting::from(7));
        let sealed = secret().seal_keyring(&mut Counting::new(), &keyring);
        for at in 0..sealed.0.len() {
            let mut changed = sealed.clone();
            changed.0[at] ^= 1;
            assert!(secret().open_keyring(&changed).is_err(), "byte {at}");
        }
    }

    #[test]
    fn what_is_derived_stays() {
        let secret = secret();
        assert_eq!(secret.id().to_string(), "49e378493a44b0176d476bfc1560be2f");
        assert_eq!(
            hex(&secret.signer().public_key().0),
            "6ee7414dad1b90b8eed6bd90668a3009c19dc06187de2f0726c64fd4c9747355"
        );
        let keyring = Keyring::make(&mut Counting::from(7));
        let sealed = secret.seal_keyring(&mut Counting::new(), &keyring);
        assert_eq!(
            hex(&sealed.0),
            "01000102030405060708090a0b0c0d0e0f10111213141516170e64f4e8a33e6dab4c966a76dd11f0a6d61d5327cc3925ed2035abd9c539289292a35a92bc97635a1f7195532cd10f4b724c002c4724e958ed56c6e0be76cf70cd67bfae33a1d6a299533a1c355aba6a14713fad0b"
        );
    }

    #[test]
    fn the_bearer_signs() {
        let signer = secret().signer();
        let signature = signer.sign(b"me");
        assert!(signer.public_key().verifies(b"me", &signature));
    }

    proptest! {
        #[test]
        fn foreign_bytes_do_not_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = secret().open_keyring(&Bytes(bytes));
        }
    }
}
