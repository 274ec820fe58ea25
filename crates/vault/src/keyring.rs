use crate::cipher::{self, Key, Nonce};
use crate::{Random, VaultError, derive, padding, random};
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use tendero_protocol::{Bytes, DocTag, Epoch, Generation, ItemId, MemberId};
use zeroize::Zeroizing;

/// Version of the stored form.
const VERSION: u8 = 1;
const NAME: &[u8] = b"tendero name v1\0";

/// The team's keys: one for identifiers, fixed for the workspace's life, and one for each epoch. Wiped when dropped.
#[derive(Clone)]
pub struct Keyring {
    identifiers: Key,
    epoch: Epoch,
    current: Key,
    /// Keys of earlier epochs.
    older: BTreeMap<Epoch, Key>,
}

impl Keyring {
    /// Fresh keys for a new workspace, in epoch 1.
    pub fn make(rng: &mut dyn Random) -> Self {
        Self {
            identifiers: Zeroizing::new(random(rng)),
            epoch: Epoch(1),
            current: Zeroizing::new(random(rng)),
            older: BTreeMap::new(),
        }
    }

    /// The keys as bytes, to be stored sealed: version byte, the key for identifiers, then number (u32 LE) and key of each
    /// epoch, ascending.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        // Room for all of it at once: growing would leave copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(69 + 36 * self.older.len()));
        bytes.push(VERSION);
        bytes.extend_from_slice(&*self.identifiers);
        let newest = (&self.epoch, &self.current);
        for (epoch, key) in self.older.iter().chain([newest]) {
            bytes.extend_from_slice(&epoch.0.to_le_bytes());
            bytes.extend_from_slice(&**key);
        }
        bytes
    }

    /// Reads what [`Keyring::encode`] wrote.
    ///
    /// # Errors
    /// [`VaultError::Newer`] or [`VaultError::Damaged`].
    pub fn decode(bytes: &[u8]) -> Result<Self, VaultError> {
        let (version, rest) = bytes.split_first().ok_or(VaultError::Damaged)?;
        if *version != VERSION {
            return Err(VaultError::Newer(*version));
        }
        let (identifiers, mut rest) = rest.split_first_chunk().ok_or(VaultError::Damaged)?;
        let mut older = BTreeMap::new();
        loop {
            let (epoch, after) = rest.split_first_chunk().ok_or(VaultError::Damaged)?;
            let (key, after) = after.split_first_chunk().ok_or(VaultError::Damaged)?;
            let epoch = Epoch(u32::from_le_bytes(*epoch));
            let last = older.last_key_value().map_or(Epoch(0), |(last, _)| *last);
            if epoch <= last {
                return Err(VaultError::Damaged);
            }
            let key = Zeroizing::new(*key);
            if after.is_empty() {
                return Ok(Self {
                    identifiers: Zeroizing::new(*identifiers),
                    epoch,
                    current: key,
                    older,
                });
            }
            older.insert(epoch, key);
            rest = after;
        }
    }

    /// The epoch in force: what is sealed now is sealed in it.
    #[must_use]
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// What the relay sees of a document instead of its id.
    #[must_use]
    pub fn doc_tag(&self, doc: &[u8; 16]) -> DocTag {
        DocTag(self.name("tendero doc tag v1", &[doc]))
    }

    /// The name of an item with those changes: the same on every device and however often it is sent.
    #[must_use]
    pub fn item_id(&self, doc: &[u8; 16], generation: Generation, hashes: &[[u8; 32]]) -> ItemId {
        let generation = generation.0.to_le_bytes();
        let mut parts: Vec<&[u8]> = alloc::vec![doc, &generation];
        parts.extend(hashes.iter().map(<[u8; 32]>::as_slice));
        ItemId(self.name("tendero item id v1", &parts))
    }

    /// The document id of something imported: the same on every device that imports it. The name of a source holds no zero
    /// byte.
    #[must_use]
    pub fn imported_id(&self, source: &str, key: &str) -> [u8; 16] {
        self.name(
            "tendero imported id v1",
            &[source.as_bytes(), &[0], key.as_bytes()],
        )
    }

    /// Seals a member's name for the membership chain: version byte, epoch (u32 LE), nonce of 24 bytes, ciphertext of the
    /// padded name. The member is bound to it.
    pub fn seal_name(&self, rng: &mut dyn Random, member: MemberId, name: &str) -> Bytes {
        let mut plain = Zeroizing::new(Vec::with_capacity(name.len() + padding::MARGIN));
        plain.extend_from_slice(name.as_bytes());
        padding::pad(&mut plain);
        let [a, b, c, d] = self.epoch.0.to_le_bytes();
        let head = [VERSION, a, b, c, d];
        let nonce: Nonce = random(rng);
        let place = name_place(&head, member);
        let ciphertext = cipher::encrypt(&name_key(&self.current), &nonce, &place, &plain);
        Bytes([&head[..], &nonce, &ciphertext].concat())
    }

    /// A member's name; `None` when it does not open.
    #[must_use]
    pub fn open_name(&self, member: MemberId, sealed: &Bytes) -> Option<String> {
        let (head, rest) = sealed.0.split_first_chunk::<5>()?;
        let (nonce, ciphertext) = rest.split_first_chunk()?;
        let [version, epoch @ ..] = *head;
        if version != VERSION {
            return None;
        }
        let key = self.key_of(Epoch(u32::from_le_bytes(epoch)))?;
        let place = name_place(head, member);
        let plain = cipher::decrypt(&name_key(key), nonce, &place, ciphertext).ok()?;
        let name = padding::unpad(&plain)?;
        core::str::from_utf8(name).ok().map(Into::into)
    }

    pub(crate) const fn current(&self) -> &Key {
        &self.current
    }

    pub(crate) fn key_of(&self, epoch: Epoch) -> Option<&Key> {
        if epoch == self.epoch {
            Some(&self.current)
        } else {
            self.older.get(&epoch)
        }
    }

    fn name(&self, label: &'static str, parts: &[&[u8]]) -> [u8; 16] {
        derive::name(label, &self.identifiers, parts)
    }
}

fn name_key(epoch: &Key) -> Key {
    derive::key("tendero name key v1", epoch, &[])
}

fn name_place(head: &[u8; 5], member: MemberId) -> Vec<u8> {
    [NAME, head, &member.0].concat()
}

impl core::fmt::Debug for Keyring {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "Keyring(epoch {})", self.epoch())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Counting, hex};
    use proptest::prelude::*;

    const DOC: [u8; 16] = [0xd0; 16];
    const ANA: MemberId = MemberId([0xa; 16]);

    fn keyring() -> Keyring {
        Keyring::make(&mut Counting::new())
    }

    /// A keyring after two changes of the key.
    fn older_team() -> Keyring {
        let mut keyring = keyring();
        keyring.older.insert(Epoch(1), Zeroizing::new([1; 32]));
        keyring.older.insert(Epoch(2), Zeroizing::new([2; 32]));
        keyring.epoch = Epoch(3);
        keyring
    }

    #[test]
    fn derived_names_stay() {
        let keyring = keyring();
        assert_eq!(
            keyring.doc_tag(&DOC).to_string(),
            "f9edc3e07b8a09051821a5002f68188f"
        );
        assert_eq!(
            keyring
                .item_id(&DOC, Generation(1), &[[1; 32], [2; 32]])
                .to_string(),
            "3aeff5585dae69f6cc90bc8649f0e353"
        );
        assert_eq!(
            hex(&keyring.imported_id("uci", "12346")),
            "2531855efeb03f8e72cd0b677e3a0442"
        );
    }

    #[test]
    fn names_for_different_purposes_differ() {
        let keyring = keyring();
        let item = |generation, hashes: &[[u8; 32]]| {
            keyring.item_id(&DOC, Generation(generation), hashes).0
        };
        let names = std::collections::BTreeSet::from([
            keyring.doc_tag(&DOC).0,
            item(0, &[]),
            item(1, &[]),
            item(0, &[[1; 32]]),
            item(0, &[[1; 32], [2; 32]]),
            item(0, &[[2; 32], [1; 32]]),
            keyring.imported_id("a", "bc"),
            keyring.imported_id("ab", "c"),
            Keyring::make(&mut Counting::from(9)).doc_tag(&DOC).0,
        ]);
        assert_eq!(names.len(), 9);
    }

    #[test]
    fn the_stored_form_stays() {
        let keyring = older_team();
        let bytes = keyring.encode();
        assert_eq!(
            hex(&bytes),
            "01000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f01000000010101010101010101010101010101010101010101010101010101010101010102000000020202020202020202020202020202020202020202020202020202020202020203000000202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
        );
        let read = Keyring::decode(&bytes).unwrap();
        assert_eq!(read.epoch(), Epoch(3));
        assert_eq!(read.encode(), bytes);
        assert_eq!(read.doc_tag(&DOC), keyring.doc_tag(&DOC));
    }

    #[test]
    fn damaged_and_newer_keyrings_are_told_apart() {
        let bytes = older_team().encode();
        for cut in (0..bytes.len()).filter(|cut| !matches!(cut, 69 | 105)) {
            assert_eq!(
                Keyring::decode(&bytes[..cut]).err(),
                Some(VaultError::Damaged),
                "cut at {cut}"
            );
        }
        let mut newer = bytes.to_vec();
        newer[0] = 2;
        assert_eq!(Keyring::decode(&newer).err(), Some(VaultError::Newer(2)));
        let mut twice = bytes.to_vec();
        twice[33 + 36] = 1;
        assert_eq!(Keyring::decode(&twice).err(), Some(VaultError::Damaged));
    }

    #[test]
    fn a_name_opens_for_its_member_only() {
        let keyring = keyring();
        let sealed = keyring.seal_name(&mut Counting::new(), ANA, "Ana Núñez");
        assert_eq!(
            keyring.open_name(ANA, &sealed).as_deref(),
            Some("Ana Núñez")
        );
        assert_eq!(keyring.open_name(MemberId([0xb; 16]), &sealed), None);
        for at in 0..sealed.0.len() {
            let mut changed = sealed.clone();
            changed.0[at] ^= 1;
            assert_eq!(keyring.open_name(ANA, &changed), None, "byte {at}");
        }
        assert_eq!(
            hex(&sealed.0),
            "0101000000000102030405060708090a0b0c0d0e0f10111213141516179b68be290e5115ce1eaaafefba8fc714f10e2468e77fcfc2d312cc7052c22cf9227443ac0375a86025425fd36ec23c3feb18df35fb548eb010625e19aae1fd7adb01ebc156b7503017dac73e534faef84d37f7bbeb47e1ab4d746d0b3dc3e686f4259000c686016aa3ebbe6f5a267980a9ddb3d5dfc7166af76156681af7e6d67252b575ee1ca140ae47aed52a4f1687"
        );
    }

    #[test]
    fn a_name_sealed_in_an_earlier_epoch_still_opens() {
        let before = keyring();
        let sealed = before.seal_name(&mut Counting::new(), ANA, "Ana");
        let mut after = before;
        after.older.insert(Epoch(1), after.current.clone());
        after.epoch = Epoch(2);
        after.current = Zeroizing::new([2; 32]);
        assert_eq!(after.open_name(ANA, &sealed).as_deref(), Some("Ana"));
    }

    #[test]
    fn names_of_usual_length_look_alike() {
        let keyring = keyring();
        let length = |name| keyring.seal_name(&mut Counting::new(), ANA, name).0.len();
        assert_eq!(
            length("Al"),
            length("María del Carmen Fernández-Villaverde")
        );
    }

    #[test]
    fn keys_are_not_printed() {
        assert_eq!(format!("{:?}", keyring()), "Keyring(epoch 1)");
    }

    proptest! {
        #[test]
        fn foreign_bytes_do_not_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Keyring::decode(&bytes);
            let _ = keyring().open_name(ANA, &Bytes(bytes));
        }
    }
}
