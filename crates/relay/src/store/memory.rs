//! The log in memory: for tests, and the plainest statement of what a store does.

use super::page::{Page, Stored};
use super::{
    Condition, LogRange, LogStore, Pushed, SALTS_OF_A_DOCUMENT, StoreError, Swapped,
    WorkspaceState, salts_to_keep,
};
use crate::limits::{Quota, Room};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tendero_protocol::log::link;
use tendero_protocol::message::{ChainTip, ItemAck, Verdict};
use tendero_protocol::{
    DeviceId, DocTag, FrameHead, Hash, Incarnation, Item, ItemId, LogItems, Salt, Seq, SignedEntry,
    SignedFrame, Verified, WorkspaceId,
};

struct Row {
    item: Item,
    link: Hash,
    frame: u64,
    position: u16,
}

struct Workspace {
    state: WorkspaceState,
    bytes: u64,
    chain: Vec<SignedEntry>,
    rows: BTreeMap<Seq, Row>,
    names: BTreeMap<ItemId, Seq>,
    frames: BTreeMap<u64, FrameHead>,
    salts: BTreeMap<DocTag, Vec<Salt>>,
    cursors: BTreeMap<DeviceId, Seq>,
}

impl Workspace {
    fn tip(&self) -> ChainTip {
        ChainTip {
            head: self.chain.last().map_or(Hash::ZERO, SignedEntry::hash),
            length: u32::try_from(self.chain.len()).unwrap_or(u32::MAX),
        }
    }

    fn push(&mut self, frame: Verified<SignedFrame>, quota: Quota) -> Pushed {
        let (head, items, salts) = frame.into_inner().into_parts();
        let frame_key = u64::try_from(self.frames.len()).unwrap_or(u64::MAX);
        let mut acks = Vec::with_capacity(items.len());
        let mut room = Room::new(quota, self.state.head.0, self.bytes);
        let mut any_stored = false;
        for (position, item) in (0_u16..).zip(&items) {
            if let Some(seq) = self.names.get(&item.header.item_id) {
                acks.push(ItemAck {
                    verdict: Verdict::Duplicate,
                    seq: *seq,
                });
                continue;
            }
            if !room.take(item.size()) {
                acks.push(ItemAck::NO_ROOM);
                continue;
            }
            let seq = self.state.head.next();
            self.state.head = seq;
            self.state.h = link(self.state.h, seq, item.hash());
            self.names.insert(item.header.item_id, seq);
            let row = Row {
                item: item.clone(),
                link: self.state.h,
                frame: frame_key,
                position,
            };
            self.rows.insert(seq, row);
            any_stored = true;
            acks.push(ItemAck {
                verdict: Verdict::Stored,
                seq,
            });
        }
        for row in salts_to_keep(&items, &acks, &salts) {
            let known = self.salts.entry(row.doc_tag).or_default();
            if !known.contains(&row.salt) && known.len() < SALTS_OF_A_DOCUMENT {
                known.push(row.salt);
                known.sort_unstable();
            }
        }
        if any_stored {
            self.bytes = room.bytes();
            self.frames.insert(frame_key, head);
        }
        Pushed {
            acks,
            head: self.state.head,
        }
    }

    fn log(&self, range: LogRange) -> Result<LogItems, StoreError> {
        let before = self.rows.get(&range.after.min(self.state.head));
        let mut page = Page::new(
            range,
            (self.state.head, self.state.h),
            before.map_or(Hash::ZERO, |row| row.link),
        );
        for (seq, row) in self.rows.range(range.after.next()..) {
            let stored = Stored {
                seq: *seq,
                item_id: row.item.header.item_id,
                doc_tag: row.item.header.doc_tag,
                hash: row.item.hash(),
                link: row.link,
                frame: row.frame,
                position: row.position,
                item: Some(row.item.clone()),
            };
            let head = |key: u64| {
                let missing = || StoreError::Failed("a frame is missing".to_owned());
                self.frames.get(&key).cloned().ok_or_else(missing)
            };
            let salts = |tag: DocTag| Ok(self.salts.get(&tag).cloned().unwrap_or_default());
            if !page.add(stored, head, salts)? {
                break;
            }
        }
        page.finish()
    }
}

/// Logs that end with the process.
#[derive(Default)]
pub struct MemoryLog {
    workspaces: Mutex<BTreeMap<WorkspaceId, Workspace>>,
}

impl MemoryLog {
    fn all(&self) -> MutexGuard<'_, BTreeMap<WorkspaceId, Workspace>> {
        // Nothing panics while the lock is held, and the maps are whole between statements.
        self.workspaces
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(
        &self,
        workspace: WorkspaceId,
        work: impl FnOnce(&mut Workspace) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        work(
            self.all()
                .get_mut(&workspace)
                .ok_or(StoreError::UnknownWorkspace)?,
        )
    }
}

impl LogStore for MemoryLog {
    async fn create(
        &self,
        workspace: WorkspaceId,
        incarnation: Incarnation,
        entry: SignedEntry,
    ) -> Result<Swapped, StoreError> {
        let mut all = self.all();
        if let Some(existing) = all.get(&workspace) {
            return Ok(Swapped::Conflict(existing.tip()));
        }
        let state = WorkspaceState {
            incarnation,
            head: Seq(0),
            h: Hash::ZERO,
        };
        let made = Workspace {
            state,
            bytes: 0,
            chain: vec![entry],
            rows: BTreeMap::new(),
            names: BTreeMap::new(),
            frames: BTreeMap::new(),
            salts: BTreeMap::new(),
            cursors: BTreeMap::new(),
        };
        let tip = made.tip();
        all.insert(workspace, made);
        Ok(Swapped::Done(tip))
    }

    async fn state(&self, workspace: WorkspaceId) -> Result<Option<WorkspaceState>, StoreError> {
        Ok(self.all().get(&workspace).map(|found| found.state))
    }

    async fn chain(&self, workspace: WorkspaceId) -> Result<Vec<SignedEntry>, StoreError> {
        let chain = |found: &Workspace| found.chain.clone();
        Ok(self.all().get(&workspace).map(chain).unwrap_or_default())
    }

    async fn append(
        &self,
        workspace: WorkspaceId,
        prev: Hash,
        entry: SignedEntry,
    ) -> Result<Swapped, StoreError> {
        self.with(workspace, |found| {
            if found.tip().head != prev {
                return Ok(Swapped::Conflict(found.tip()));
            }
            found.chain.push(entry);
            Ok(Swapped::Done(found.tip()))
        })
    }

    async fn push(
        &self,
        workspace: WorkspaceId,
        frame: Verified<SignedFrame>,
        quota: Quota,
    ) -> Result<Pushed, StoreError> {
        self.with(workspace, |found| Ok(found.push(frame, quota)))
    }

    async fn log(&self, workspace: WorkspaceId, range: LogRange) -> Result<LogItems, StoreError> {
        self.with(workspace, |found| found.log(range))
    }

    async fn set_cursor(
        &self,
        workspace: WorkspaceId,
        device: DeviceId,
        cursor: Seq,
    ) -> Result<(), StoreError> {
        self.with(workspace, |found| {
            let kept = found.cursors.entry(device).or_default();
            *kept = cursor.min(found.state.head).max(*kept);
            Ok(())
        })
    }

    async fn cursors(&self, workspace: WorkspaceId) -> Result<Vec<(DeviceId, Seq)>, StoreError> {
        let cursors = |found: &Workspace| found.cursors.iter().map(|(d, s)| (*d, *s)).collect();
        Ok(self.all().get(&workspace).map(cursors).unwrap_or_default())
    }

    async fn count(&self) -> Result<u64, StoreError> {
        Ok(u64::try_from(self.all().len()).unwrap_or(u64::MAX))
    }

    fn condition(&self) -> Condition {
        Condition::Writable
    }
}
