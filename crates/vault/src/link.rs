use crate::InviteSecret;
use alloc::string::String;
use base64ct::{Base64UrlUnpadded, Encoding};
use tendero_protocol::{Hash, WorkspaceId};
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const CHECKSUM: usize = 4;
/// What a page may put before the letters.
const PREFIX: &str = "join=";
/// Far beyond any link; what is longer is not looked at.
const LONGEST: usize = 16 * 1024;

/// What an invitation's link says, in the part after `#` that browsers keep to themselves.
#[derive(Clone, Debug)]
pub struct InviteLink {
    /// Which workspace.
    pub workspace: WorkspaceId,
    /// Hash of the membership chain's first entry, so that a relay cannot invent a chain.
    pub first: Hash,
    /// What lets the bearer in.
    pub secret: InviteSecret,
}

/// Why a link says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It was cut or mistyped, or is no invitation.
    #[error("the link is damaged")]
    Damaged,
    /// It is whole, but made by a newer version of the app.
    #[error("the link is of a newer version")]
    Newer,
}

impl InviteLink {
    /// The link's letters: base64url of version byte, workspace, first hash, secret, and a checksum of four bytes over
    /// these. Every later version ends with the same checksum, so that a cut link is not taken for a newer one.
    #[must_use]
    pub fn to_fragment(&self) -> String {
        let secret = self.secret.as_bytes();
        let parts: [&[u8]; 4] = [&[VERSION], &self.workspace.0, &self.first.0, secret];
        let mut bytes = Zeroizing::new(parts.concat());
        let checksum = checksum(&bytes);
        bytes.extend_from_slice(&checksum);
        Base64UrlUnpadded::encode_string(&bytes)
    }

    /// Reads a link as people paste it: the letters alone, after `#` or `join=`, a whole address, with spaces and line ends
    /// that a mail put in, in quotes or angle brackets.
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn parse(pasted: &str) -> Result<Self, LinkError> {
        if pasted.len() > LONGEST {
            return Err(LinkError::Damaged);
        }
        let fragment = pasted.rsplit('#').next().unwrap_or_default();
        let fragment = fragment.rsplit(PREFIX).next().unwrap_or_default();
        let letters: Zeroizing<String> = fragment
            .split('&')
            .next()
            .unwrap_or_default()
            .trim_matches(|letter| !is_letter(letter))
            .chars()
            .filter(|letter| !is_nothing(*letter))
            .collect::<String>()
            .into();
        let bytes = Base64UrlUnpadded::decode_vec(&letters).map_err(|_| LinkError::Damaged)?;
        Self::decode(&Zeroizing::new(bytes))
    }

    fn decode(bytes: &[u8]) -> Result<Self, LinkError> {
        let (said, sum) = bytes
            .split_last_chunk::<CHECKSUM>()
            .ok_or(LinkError::Damaged)?;
        if checksum(said) != *sum {
            return Err(LinkError::Damaged);
        }
        let (version, said) = said.split_first().ok_or(LinkError::Damaged)?;
        if *version != VERSION {
            return Err(LinkError::Newer);
        }
        let (workspace, said) = said.split_first_chunk().ok_or(LinkError::Damaged)?;
        let (first, secret) = said.split_first_chunk().ok_or(LinkError::Damaged)?;
        let secret = secret.try_into().map_err(|_| LinkError::Damaged)?;
        Ok(Self {
            workspace: WorkspaceId(*workspace),
            first: Hash(*first),
            secret: InviteSecret::from_bytes(secret),
        })
    }
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM] {
    let hash = Hash::of("tendero link v1", &[bytes]);
    let (sum, _) = hash.0.split_first_chunk().unwrap_or((&[0; CHECKSUM], &[]));
    *sum
}

const fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')
}

/// What mail programs put into long words.
const fn is_nothing(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Counting;
    use proptest::prelude::*;

    fn link() -> InviteLink {
        InviteLink {
            workspace: WorkspaceId([0xaa; 16]),
            first: Hash([0xbb; 32]),
            secret: InviteSecret::make(&mut Counting::new()),
        }
    }

    fn assert_reads(pasted: &str) {
        let read = InviteLink::parse(pasted).unwrap();
        let link = link();
        assert_eq!((read.workspace, read.first), (link.workspace, link.first));
        assert_eq!(read.secret.as_bytes(), link.secret.as_bytes());
    }

    #[test]
    fn the_letters_stay() {
        assert_eq!(
            link().to_fragment(),
            "Aaqqqqqqqqqqqqqqqqqqqqq7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7uwABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f4Pgwwg"
        );
    }

    #[test]
    fn a_link_is_read_however_it_is_pasted() {
        let letters = link().to_fragment();
        let (start, end) = letters.split_at(40);
        for pasted in [
            letters.clone(),
            format!("#{letters}"),
            format!("join={letters}"),
            format!("  #join={letters}\n"),
            format!("https://crm.example:7420/#join={letters}"),
            format!("<https://crm.example/join#{letters}>."),
            format!("\"{letters}\","),
            format!("#join={letters}&lang=es"),
            format!("{start}\r\n  {end}"),
            format!("{start}\u{200b}{end}"),
        ] {
            assert_reads(&pasted);
        }
    }

    #[test]
    fn a_cut_or_mistyped_link_is_damaged() {
        let letters = link().to_fragment();
        for cut in 0..letters.len() {
            let damaged = Some(LinkError::Damaged);
            assert_eq!(InviteLink::parse(&letters[..cut]).err(), damaged);
            assert_eq!(InviteLink::parse(&letters[cut + 1..]).err(), damaged);
            let other = if &letters[cut..=cut] == "A" { "B" } else { "A" };
            let mistyped = format!("{}{other}{}", &letters[..cut], &letters[cut + 1..]);
            assert_eq!(InviteLink::parse(&mistyped).err(), damaged, "{mistyped}");
        }
        for pasted in ["", "#", "hola", "https://crm.example/"] {
            assert_eq!(InviteLink::parse(pasted).err(), Some(LinkError::Damaged));
        }
    }

    #[test]
    fn a_newer_link_is_known_as_newer() {
        let mut bytes = alloc::vec![2, 1, 2, 3];
        let sum = checksum(&bytes);
        bytes.extend_from_slice(&sum);
        let letters = Base64UrlUnpadded::encode_string(&bytes);
        assert_eq!(InviteLink::parse(&letters).err(), Some(LinkError::Newer));
    }

    #[test]
    fn the_secret_is_not_printed() {
        let link = link();
        let printed = format!("{link:?}");
        let secret = crate::testing::hex(link.secret.as_bytes());
        assert!(!printed.contains(&secret) && printed.contains(&link.secret.id().to_string()));
    }

    proptest! {
        #[test]
        fn foreign_text_does_not_panic(pasted in ".*", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = InviteLink::parse(&pasted);
            let _ = InviteLink::decode(&bytes);
        }
    }
}
