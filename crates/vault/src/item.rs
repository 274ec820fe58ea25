use crate::cipher::{self, Key, Nonce};
use crate::keyring::Keyring;
use crate::{Random, VaultError, derive, padding, random, squeeze};
use alloc::vec::Vec;
use tendero_protocol::{Bytes, Generation, Item, ItemHeader, ItemId, ItemKind, Salt};
use zeroize::Zeroizing;

/// The most bytes an item may hold when opened.
pub const MAX_PLAIN: usize = 4 * 1024 * 1024;

/// The team's keyring in an item's header.
const TEAM: u8 = 0;
/// No compression dictionary.
const NO_DICTIONARY: u8 = 0;

/// What the header of an item is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemDraft {
    /// The document.
    pub doc: [u8; 16],
    /// Its generation.
    pub generation: Generation,
    /// What the item holds.
    pub kind: ItemKind,
    /// Its name, from [`Keyring::item_id`].
    pub item_id: ItemId,
    /// The document's salt: it enters the key, and where it is forgotten the item stays closed.
    pub salt: Salt,
}

impl Keyring {
    /// Seals an item in the current epoch: deflated, padded, XChaCha20-Poly1305 under HKDF(epoch key, salt) with the whole
    /// header as associated data. At most [`MAX_PLAIN`] bytes; more would not open again.
    pub fn seal_item(&self, rng: &mut dyn Random, draft: &ItemDraft, plain: &[u8]) -> Item {
        let header = ItemHeader {
            item_id: draft.item_id,
            doc_tag: self.doc_tag(&draft.doc),
            generation: draft.generation,
            kind: draft.kind,
            keyring: TEAM,
            epoch: self.epoch(),
            dictionary: NO_DICTIONARY,
            nonce: random::<{ size_of::<Nonce>() }>(rng),
        };
        let mut squeezed = Zeroizing::new(squeeze::squeeze(plain));
        padding::pad(&mut squeezed);
        let key = item_key(self.current(), draft.salt);
        let ciphertext = cipher::encrypt(&key, &header.nonce, &header.to_bytes(), &squeezed);
        Item {
            header,
            ciphertext: Bytes(ciphertext),
        }
    }

    /// Opens an item with one of its document's salts: those of the devices that made it.
    ///
    /// # Errors
    /// [`VaultError::NoKey`] or [`VaultError::Dictionary`] when a newer version, or a member with newer keys, made it;
    /// [`VaultError::Damaged`] when no salt opens it; [`VaultError::TooLarge`].
    pub fn open_item(&self, item: &Item, salts: &[Salt]) -> Result<Vec<u8>, VaultError> {
        let header = &item.header;
        let no_key = VaultError::NoKey {
            keyring: header.keyring,
            epoch: header.epoch,
        };
        let epoch_key = Some(header.epoch)
            .filter(|_| header.keyring == TEAM)
            .and_then(|epoch| self.key_of(epoch))
            .ok_or(no_key)?;
        if header.dictionary != NO_DICTIONARY {
            return Err(VaultError::Dictionary(header.dictionary));
        }
        let associated = header.to_bytes();
        let open = |salt: &Salt| {
            let key = item_key(epoch_key, *salt);
            cipher::decrypt(&key, &header.nonce, &associated, &item.ciphertext.0).ok()
        };
        let padded = salts.iter().find_map(open).ok_or(VaultError::Damaged)?;
        let squeezed = padding::unpad(&padded).ok_or(VaultError::Damaged)?;
        squeeze::expand(squeezed, MAX_PLAIN)
    }
}

fn item_key(epoch: &Key, salt: Salt) -> Key {
    derive::key("tendero item key v1", epoch, &salt.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Counting, hex};
    use proptest::prelude::*;
    use tendero_protocol::{DocTag, Epoch};

    const SALT: Salt = Salt([5; 16]);
    const OTHER: Salt = Salt([6; 16]);

    fn keyring() -> Keyring {
        Keyring::make(&mut Counting::new())
    }

    fn draft(keyring: &Keyring) -> ItemDraft {
        let doc = [0xd0; 16];
        ItemDraft {
            doc,
            generation: Generation(1),
            kind: ItemKind::Change,
            item_id: keyring.item_id(&doc, Generation(1), &[[1; 32]]),
            salt: SALT,
        }
    }

    fn sealed(plain: &[u8]) -> (Keyring, Item) {
        let keyring = keyring();
        let item = keyring.seal_item(&mut Counting::new(), &draft(&keyring), plain);
        (keyring, item)
    }

    #[test]
    fn an_item_opens_with_one_of_its_salts() {
        let (keyring, item) = sealed(b"Ana buys flour");
        assert_eq!(
            keyring.open_item(&item, &[OTHER, SALT]),
            Ok(b"Ana buys flour".to_vec())
        );
        assert_eq!(keyring.open_item(&item, &[OTHER]), Err(VaultError::Damaged));
        assert_eq!(keyring.open_item(&item, &[]), Err(VaultError::Damaged));
        let stranger = Keyring::make(&mut Counting::from(9));
        assert_eq!(stranger.open_item(&item, &[SALT]), Err(VaultError::Damaged));
    }

    /// Compressors differ, so the bytes are opened rather than compared.
    #[test]
    fn what_the_first_version_sealed_opens() {
        let (keyring, mut item) = sealed(b"Ana buys flour");
        assert_eq!(
            hex(&item.header.to_bytes()),
            "017869196936df22065d2f68823c1d24a1f9edc3e07b8a09051821a5002f68188f010001000100000000000102030405060708090a0b0c0d0e0f1011121314151617"
        );
        let golden = "98792abb2af32547af2575b90a1afafa4fd1ff86e26a97deb04aa3ced32242f59ff8fdccd57100cff0a11d377fe0c4cac7fe47a45717c7969b2380570cc77a1d026e3c34d399781c0fdf2bcf9f062e041ae55afe2fa1fb7474dae5e3e4fcebd6266d646cb66de3a4512944288e1c5e8d0171845989f99bef0d1f3abee623b0a853c8bd300e9fe9fd9dc0f339f5c4cf59";
        assert_eq!(golden.len() / 2, item.ciphertext.0.len());
        item.ciphertext = Bytes(crate::testing::unhex(golden));
        assert_eq!(
            keyring.open_item(&item, &[SALT]),
            Ok(b"Ana buys flour".to_vec())
        );
    }

    #[test]
    fn nothing_of_an_item_can_be_changed() {
        let (keyring, item) = sealed(b"Ana buys flour");
        for at in 0..item.ciphertext.0.len() {
            let mut changed = item.clone();
            changed.ciphertext.0[at] ^= 1;
            assert_eq!(
                keyring.open_item(&changed, &[SALT]),
                Err(VaultError::Damaged)
            );
        }
        let changes: [fn(&mut ItemHeader); 8] = [
            |header| header.item_id.0[0] ^= 1,
            |header| header.doc_tag = DocTag([0; 16]),
            |header| header.generation = Generation(2),
            |header| header.kind = ItemKind::Snapshot,
            |header| header.keyring = 1,
            |header| header.epoch = Epoch(2),
            |header| header.dictionary = 1,
            |header| header.nonce[0] ^= 1,
        ];
        for change in changes {
            let mut changed = item.clone();
            change(&mut changed.header);
            assert!(
                keyring.open_item(&changed, &[SALT]).is_err(),
                "{:?}",
                changed.header
            );
        }
    }

    #[test]
    fn what_is_too_new_is_told_apart_from_damage() {
        let (keyring, item) = sealed(b"Ana");
        let mut newer = item.clone();
        newer.header.epoch = Epoch(2);
        let no_key = VaultError::NoKey {
            keyring: 0,
            epoch: Epoch(2),
        };
        assert_eq!(keyring.open_item(&newer, &[SALT]), Err(no_key));
        let mut newer = item;
        newer.header.dictionary = 3;
        assert_eq!(
            keyring.open_item(&newer, &[SALT]),
            Err(VaultError::Dictionary(3))
        );
    }

    #[test]
    fn a_bomb_is_left_alone() {
        let (keyring, item) = sealed(&alloc::vec![0; MAX_PLAIN]);
        assert!(item.size() < 10_000);
        assert_eq!(
            keyring.open_item(&item, &[SALT]).map(|plain| plain.len()),
            Ok(MAX_PLAIN)
        );
        let (keyring, item) = sealed(&alloc::vec![0; MAX_PLAIN + 1]);
        assert_eq!(keyring.open_item(&item, &[SALT]), Err(VaultError::TooLarge));
    }

    #[test]
    fn short_edits_look_alike() {
        let length = |plain: &[u8]| sealed(plain).1.ciphertext.0.len();
        assert_eq!(
            length(b"a"),
            length(b"Calle de la Princesa 31, 28008 Madrid")
        );
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens(plain in proptest::collection::vec(any::<u8>(), 0..2000)) {
            let (keyring, item) = sealed(&plain);
            prop_assert_eq!(keyring.open_item(&item, &[SALT]), Ok(plain));
        }

        #[test]
        fn foreign_bytes_do_not_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let (keyring, mut item) = sealed(b"");
            item.ciphertext = Bytes(bytes);
            let _ = keyring.open_item(&item, &[SALT]);
        }
    }
}
