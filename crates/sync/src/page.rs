//! A page of the log, checked: who signed each item, that it is the signed one, and that the hash chain goes on.

use crate::{Arrived, Stretch};
use std::collections::{BTreeMap, BTreeSet};
use tendero_protocol::log::link;
use tendero_protocol::{
    Chain, Device, DeviceId, DocTag, FrameHead, Hash, ItemId, ItemKind, LogBody, LogEntry,
    LogItems, LogPosition, Role, SaltRow, Seq, Verified,
};

/// Salts taken for one document; each costs an attempt to open an item, and they are not signed.
const SALTS_OF_A_DOCUMENT: usize = 16;

/// Why a page is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PageError {
    /// Signed by a device that the chain does not know (yet).
    #[error("signed by an unknown device")]
    UnknownDevice,
    /// A signature does not verify, or the frame belongs elsewhere.
    #[error("a frame's signature does not verify")]
    Signature,
    /// The signer may not do that.
    #[error("the signer's role does not allow this")]
    Role,
    /// An item is not the one that was signed in that place.
    #[error("an item is not the signed one")]
    Item,
    /// Numbers are missing, out of order, more than were asked for, or there are none although there should be.
    #[error("the page is not the next of the log")]
    Sequence,
    /// The hash chain does not go on: another log than the one read so far.
    #[error("the log is not a continuation of what was read")]
    Fork,
}

/// What is known before the page is read.
pub(crate) struct Expected<'a> {
    pub me: DeviceId,
    pub chain: &'a Chain,
    /// Where the page begins.
    pub after: LogPosition,
    /// The most entries that were asked for.
    pub limit: usize,
    /// The log's last number as far as it was seen.
    pub head: Seq,
}

/// Checks a page and gives what it brings.
pub(crate) fn verify(expected: &Expected<'_>, page: LogItems) -> Result<Stretch, PageError> {
    let last = expected
        .after
        .cursor
        .0
        .saturating_add(u64::try_from(page.entries.len()).unwrap_or(u64::MAX));
    let missing = page.entries.is_empty() && expected.head > expected.after.cursor;
    if missing || page.entries.len() > expected.limit || page.head < expected.head.max(Seq(last)) {
        return Err(PageError::Sequence);
    }
    let mut frames = page
        .frames
        .into_iter()
        .map(|head| SignedBy::verify(head, expected.chain))
        .collect::<Result<Vec<_>, _>>()?;
    let mut names = BTreeSet::new();
    let mut position = expected.after;
    let mut entries = Vec::with_capacity(page.entries.len());
    for entry in page.entries {
        if entry.seq != position.cursor.next() {
            return Err(PageError::Sequence);
        }
        let frame = frames
            .get_mut(usize::from(entry.signed.frame))
            .ok_or(PageError::Item)?;
        let arrived = frame.take(entry, expected.me, &mut names)?;
        position.cursor = arrived.seq;
        position.h = link(position.h, arrived.seq, arrived.hash);
        entries.push(arrived);
    }
    if page.h != position.h {
        return Err(PageError::Fork);
    }
    Ok(Stretch {
        salts: salts_of(&entries, page.salts),
        entries,
        position,
    })
}

/// A frame's head whose signature holds, and whose signer may write.
struct SignedBy<'a> {
    head: Verified<FrameHead>,
    device: &'a Device,
    role: Role,
    /// Where in the frame the next item may be: a frame's items are numbered in its order.
    next: usize,
}

impl<'a> SignedBy<'a> {
    fn verify(head: FrameHead, chain: &'a Chain) -> Result<Self, PageError> {
        let id = head.header().device;
        let device = chain.device(id).ok_or(PageError::UnknownDevice)?;
        let role = chain.role_of(id).ok_or(PageError::UnknownDevice)?;
        let head = head
            .verify(chain.workspace(), &device.key)
            .map_err(|_| PageError::Signature)?;
        if !role.may_write() {
            return Err(PageError::Role);
        }
        Ok(Self {
            head,
            device,
            role,
            next: 0,
        })
    }

    fn take(
        &mut self,
        entry: LogEntry,
        me: DeviceId,
        names: &mut BTreeSet<ItemId>,
    ) -> Result<Arrived, PageError> {
        let place = usize::from(entry.signed.position);
        let hash: Hash = entry.body.hash();
        let item_id = entry.body.item_id();
        let signed = self.head.hashes().get(place) == Some(&hash);
        if !signed || place < self.next || !names.insert(item_id) {
            return Err(PageError::Item);
        }
        self.next = place + 1;
        let device = self.head.header().device;
        let doc_tag = entry.body.doc_tag();
        let item = match entry.body {
            LogBody::Full(item) => {
                if item.header.kind == ItemKind::Erase && self.role < Role::Admin {
                    return Err(PageError::Role);
                }
                (device != me).then_some(item)
            }
            LogBody::Omitted { .. } => None,
        };
        Ok(Arrived {
            seq: entry.seq,
            item_id,
            doc_tag,
            hash,
            item,
            device,
            member: self.device.member,
        })
    }
}

/// Salts of the documents that came, a few for each.
fn salts_of(entries: &[Arrived], salts: Vec<SaltRow>) -> Vec<SaltRow> {
    let mut left: BTreeMap<DocTag, usize> = entries
        .iter()
        .filter(|arrived| arrived.item.is_some())
        .map(|arrived| (arrived.doc_tag, SALTS_OF_A_DOCUMENT))
        .collect();
    let mut kept = salts;
    kept.retain(|row| {
        left.get_mut(&row.doc_tag).is_some_and(|left| {
            let fits = *left > 0;
            *left = left.saturating_sub(1);
            fits
        })
    });
    kept
}
