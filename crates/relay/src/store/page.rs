//! Puts a batch of the log together within its bounds; shared by all stores. What is stored is compared with its hashes and
//! links on the way out: a damaged row is never served.

use super::{LogRange, PAGE_BYTES, PAGE_ITEMS, StoreError};
use std::collections::BTreeMap;
use tendero_protocol::log::link;
use tendero_protocol::{
    DocTag, FrameHead, FrameRef, Hash, Item, ItemId, LogBody, LogEntry, LogItems, Salt, SaltRow,
    Seq,
};

/// Bytes a number, a reference and the names of an omitted item take at most.
const ENTRY_OVERHEAD: usize = 96;
const SALT_BYTES: usize = DocTag::LENGTH + Salt::LENGTH;

/// One stored item as a store hands it over.
pub(super) struct Stored {
    pub seq: Seq,
    pub item_id: ItemId,
    pub doc_tag: DocTag,
    pub hash: Hash,
    /// The chain's link at this entry.
    pub link: Hash,
    /// The store's own name of the frame.
    pub frame: u64,
    pub position: u16,
    /// `None` when trimmed.
    pub item: Option<Item>,
}

impl Stored {
    /// Whether the row is what was stored after `seq` and `h`.
    fn follows(&self, seq: Seq, h: Hash) -> bool {
        let is_itself = self.item.as_ref().is_none_or(|item| {
            let header = &item.header;
            header.item_id == self.item_id
                && header.doc_tag == self.doc_tag
                && item.hash() == self.hash
        });
        is_itself && self.seq == seq.next() && self.link == link(h, self.seq, self.hash)
    }
}

pub(super) struct Page {
    range: LogRange,
    /// The log's link at its end.
    end: Hash,
    /// The last sequence here.
    last: Seq,
    bytes: usize,
    frames: BTreeMap<u64, (u16, bool)>,
    documents: BTreeMap<DocTag, ()>,
    items: LogItems,
}

impl Page {
    /// An empty page at the asked-for place, where the chain's link is `h`; the log ends with `head` and `end`.
    pub fn new(range: LogRange, (head, end): (Seq, Hash), h: Hash) -> Self {
        Self {
            end,
            last: range.after.min(head),
            range,
            bytes: 0,
            frames: BTreeMap::new(),
            documents: BTreeMap::new(),
            items: LogItems {
                frames: Vec::new(),
                entries: Vec::new(),
                salts: Vec::new(),
                head,
                h,
            },
        }
    }

    /// How many entries to ask the back end for at most.
    pub fn wanted(range: LogRange) -> usize {
        range.limit.clamp(1, PAGE_ITEMS)
    }

    /// Adds the next entry unless the page is full; `false` then. `head` and `salts` are asked for a frame or document
    /// the page has not seen.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], and those of `head` and `salts`.
    pub fn add(
        &mut self,
        stored: Stored,
        head: impl FnOnce(u64) -> Result<FrameHead, StoreError>,
        salts: impl FnOnce(DocTag) -> Result<Vec<Salt>, StoreError>,
    ) -> Result<bool, StoreError> {
        if self.items.entries.len() >= Self::wanted(self.range) {
            return Ok(false);
        }
        if !stored.follows(self.last, self.items.h) {
            return Err(StoreError::Damaged);
        }
        let mut cost = ENTRY_OVERHEAD + stored.item.as_ref().map_or(0, Item::size);
        let known = self.frames.get(&stored.frame).copied();
        let new_head = match known {
            Some(_) => None,
            None => Some(head(stored.frame)?),
        };
        if let Some(head) = &new_head {
            cost += 128 + head.hashes().len() * Hash::LENGTH;
        }
        let (frame, own) = match (known, &new_head) {
            (Some(known), _) => known,
            (None, head) => (
                u16::try_from(self.items.frames.len()).unwrap_or(u16::MAX),
                head.as_ref().map(|head| head.header().device) == self.range.omit,
            ),
        };
        let signed = match &new_head {
            Some(head) => Some(head),
            None => self.items.frames.get(usize::from(frame)),
        };
        let signed = signed.and_then(|head| head.hashes().get(usize::from(stored.position)));
        if signed != Some(&stored.hash) {
            return Err(StoreError::Damaged);
        }
        let new_salts = if own || self.documents.contains_key(&stored.doc_tag) {
            Vec::new()
        } else {
            salts(stored.doc_tag)?
        };
        cost += new_salts.len() * SALT_BYTES;
        if !self.items.entries.is_empty() && self.bytes + cost > PAGE_BYTES {
            return Ok(false);
        }
        self.bytes += cost;
        if let Some(head) = new_head {
            self.frames.insert(stored.frame, (frame, own));
            self.items.frames.push(head);
        }
        if !own {
            self.documents.insert(stored.doc_tag, ());
        }
        self.items
            .salts
            .extend(new_salts.into_iter().map(|salt| SaltRow {
                doc_tag: stored.doc_tag,
                salt,
            }));
        let body = match stored.item.filter(|_| !own) {
            Some(item) => LogBody::Full(item),
            None => LogBody::Omitted {
                item_id: stored.item_id,
                doc_tag: stored.doc_tag,
                hash: stored.hash,
            },
        };
        self.items.entries.push(LogEntry {
            seq: stored.seq,
            signed: FrameRef {
                frame,
                position: stored.position,
            },
            body,
        });
        self.items.h = stored.link;
        self.last = stored.seq;
        Ok(true)
    }

    /// The page, when nothing is missing in it or at the log's end.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn finish(self) -> Result<LogItems, StoreError> {
        let ends = self.last == self.items.head;
        let is_cut_off = self.items.entries.is_empty() && !ends;
        if is_cut_off || ends && self.items.h != self.end {
            return Err(StoreError::Damaged);
        }
        Ok(self.items)
    }
}
