//! What the relay has not acknowledged, in the order it was written.

use crate::desk::Desk;
use crate::error::EngineError;
use crate::io::Host;
use crate::packs::Packs;
use crate::stored::{self, DocId, ItemBody, LogKey, LogRow, OutboxItem, OutboxRow};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tendero_domain::ActionId;
use tendero_protocol::{Generation, Item, ItemId, ItemKind, Salt, SaltRow};
use tendero_records::change_facts;
use tendero_store::{Batch, Store, Table, end_of_prefix};
use tendero_sync::Ack;
use tendero_vault::{ItemDraft, Keyring};

/// A row's name in the table.
pub(crate) type RowKey = [u8; 16];

/// Rows read at once when the outbox is looked through.
const PAGE: usize = 256;

/// What is known of the outbox without reading it.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    rows: BTreeMap<RowKey, Waiting>,
    /// Items waiting, all in all.
    pending: u32,
    /// Where to go on: the row and the item within it.
    next: Option<(RowKey, u32)>,
    in_flight: HashMap<ItemId, Flight>,
    last_key: RowKey,
}

#[derive(Debug)]
struct Waiting {
    len: u32,
    acknowledged: BTreeSet<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Flight {
    row: RowKey,
    number: u32,
    doc: DocId,
}

/// Items to be sent and the salts that travel with them.
#[derive(Debug, Default)]
pub(crate) struct Sending {
    pub items: Vec<Item>,
    pub salts: Vec<SaltRow>,
}

impl Outbox {
    /// Looks through the table; other tabs may have written rows since the last time.
    pub(crate) async fn refresh<S: Store, H: Host>(
        &mut self,
        desk: &Desk<S, H>,
    ) -> Result<(), EngineError> {
        let mut from = Vec::new();
        loop {
            let rows = desk.shelf.scan(Table::Outbox, &from, None, PAGE).await?;
            let Some((last, _)) = rows.last() else { break };
            from.clone_from(last);
            from.push(0);
            for (key, bytes) in &rows {
                let key: RowKey = key
                    .as_slice()
                    .try_into()
                    .map_err(|_| EngineError::Damaged)?;
                if !self.rows.contains_key(&key) {
                    self.added(key, stored::decode::<OutboxRow>(bytes)?.len());
                }
            }
        }
        Ok(())
    }

    /// Items the relay has not got.
    pub(crate) const fn pending(&self) -> u32 {
        self.pending
    }

    /// A name for the next row: after every earlier one of this tab, whatever the clock does, and with chance of its own.
    /// Two tabs that have seen the same rows must not come to the same name, or one would write over the other's row.
    pub(crate) fn make_key<S: Store, H: Host>(&mut self, desk: &mut Desk<S, H>) -> RowKey {
        let random = desk.random();
        let made = |ms| ActionId::make(ms, random).to_bytes();
        let mut key = made(desk.host.now_ms());
        if key <= self.last_key {
            key = made(time_of(self.last_key).saturating_add(1));
        }
        self.last_key = key;
        key
    }

    /// A row was written.
    pub(crate) fn added(&mut self, key: RowKey, len: u32) {
        let waiting = Waiting {
            len,
            acknowledged: BTreeSet::new(),
        };
        if self.rows.insert(key, waiting).is_none() {
            self.pending = self.pending.saturating_add(len);
        }
        self.last_key = self.last_key.max(key);
        // A tab whose clock is behind writes before the place where handing out has come to; what is handed out twice is
        // known to the relay by its name.
        if self.next.is_some_and(|(next, _)| key < next) {
            self.next = Some((key, 0));
        }
    }

    /// A new connection: everything is handed out again from the first.
    pub(crate) fn start_over(&mut self) {
        self.next = None;
        self.in_flight.clear();
    }

    /// The next items, sealed, up to the bounds; the first always fits.
    pub(crate) async fn next_items<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        packs: &mut Packs,
        keyring: &Keyring,
        (max_items, max_bytes): (usize, usize),
    ) -> Result<Sending, EngineError> {
        let mut sending = Sending::default();
        let mut bytes = 0;
        let (mut from, mut number) = self.next.unwrap_or_default();
        // From the store, not from what is known of it: a row that another tab has just written comes before one that was
        // written on top of it, and others could not read them the other way round.
        while let Some((key, row)) = Self::row_from(desk, from).await? {
            if key != from {
                number = 0;
            }
            self.forget_between(from, key);
            if !self.rows.contains_key(&key) {
                self.added(key, row.len());
            }
            let waiting = self.rows.get(&key);
            let acknowledged = waiting.map(|waiting| waiting.acknowledged.clone());
            let (len, acknowledged) = (row.len(), acknowledged.unwrap_or_default());
            while number < len {
                if sending.items.len() >= max_items || bytes >= max_bytes {
                    self.next = Some((key, number));
                    return Ok(sending);
                }
                if !acknowledged.contains(&number) {
                    let drafted = match &row {
                        OutboxRow::Items(items) => items.get(number as usize).cloned(),
                        OutboxRow::Pack { pack, .. } => {
                            packs.item(desk, *pack, number as usize).await?
                        }
                    };
                    let drafted = drafted.ok_or(EngineError::Damaged)?;
                    let item = seal(desk, keyring, &drafted)?;
                    if bytes + item.size() > max_bytes && !sending.items.is_empty() {
                        self.next = Some((key, number));
                        return Ok(sending);
                    }
                    bytes += item.size();
                    let flight = Flight {
                        row: key,
                        number,
                        doc: drafted.doc,
                    };
                    self.in_flight.insert(item.header.item_id, flight);
                    if drafted.first {
                        sending.salts.push(SaltRow {
                            doc_tag: item.header.doc_tag,
                            salt: Salt(drafted.salt),
                        });
                    }
                    sending.items.push(item);
                }
                number += 1;
            }
            from = after(key);
            number = 0;
            self.next = Some((from, number));
        }
        self.forget_from(from);
        Ok(sending)
    }

    /// The first row that is not before this name.
    async fn row_from<S: Store, H: Host>(
        desk: &Desk<S, H>,
        from: RowKey,
    ) -> Result<Option<(RowKey, OutboxRow)>, EngineError> {
        let rows = desk.shelf.scan(Table::Outbox, &from, None, 1).await?;
        let Some((key, bytes)) = rows.first() else {
            return Ok(None);
        };
        let key = key.as_slice().try_into();
        let key = key.map_err(|_| EngineError::Damaged)?;
        Ok(Some((key, stored::decode(bytes)?)))
    }

    /// Rows that are not in the store any more: another tab, the one before this in using the network, saw them acknowledged.
    fn forget_between(&mut self, from: RowKey, to: RowKey) {
        let gone: Vec<RowKey> = self.rows.range(from..to).map(|(key, _)| *key).collect();
        gone.iter().for_each(|key| self.forget(key));
    }

    fn forget_from(&mut self, from: RowKey) {
        let gone: Vec<RowKey> = self.rows.range(from..).map(|(key, _)| *key).collect();
        gone.iter().for_each(|key| self.forget(key));
    }

    /// The relay answered. What it stored is noted in the log's table, and rows that are through are taken out.
    pub(crate) async fn acknowledged<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        acks: &[(ItemId, Ack)],
    ) -> Result<(), EngineError> {
        let mut items = Vec::new();
        let mut batch = Batch::new();
        let mut through = Vec::new();
        for (item_id, ack) in acks {
            let Some(flight) = self.in_flight.remove(item_id) else {
                continue;
            };
            // What the relay would not take stays here; the next connection offers it again.
            let Ack::Stored(seq) = ack else { continue };
            items.push((seq.0, item_id.0, flight.doc));
            let Some(waiting) = self.rows.get_mut(&flight.row) else {
                continue;
            };
            if waiting.acknowledged.insert(flight.number) {
                self.pending = self.pending.saturating_sub(1);
            }
            if waiting.acknowledged.len() == waiting.len as usize {
                batch.delete(Table::Outbox, flight.row);
                through.push(flight.row);
            }
        }
        let Some(&(first, ..)) = items.first() else {
            return Ok(());
        };
        desk.put(
            &mut batch,
            Table::Log,
            &stored::log_key(first, LogKey::Acknowledged),
            &LogRow { items },
        );
        desk.shelf.apply(batch).await?;
        for key in through {
            self.rows.remove(&key);
        }
        Ok(())
    }

    fn forget(&mut self, key: &RowKey) {
        if let Some(waiting) = self.rows.remove(key) {
            let left = waiting
                .len
                .saturating_sub(u32::try_from(waiting.acknowledged.len()).unwrap_or(u32::MAX));
            self.pending = self.pending.saturating_sub(left);
        }
    }
}

/// The milliseconds in a row's name, which is a ULID.
fn time_of(key: RowKey) -> u64 {
    let ms = u128::from_be_bytes(key) >> 80;
    u64::try_from(ms).unwrap_or(u64::MAX)
}

/// The smallest name after one.
const fn after(key: RowKey) -> RowKey {
    u128::from_be_bytes(key).saturating_add(1).to_be_bytes()
}

/// Where a document's tail lies.
pub(crate) fn tail_range(doc: &DocId) -> (Vec<u8>, Option<Vec<u8>>) {
    (doc.to_vec(), end_of_prefix(doc))
}

fn seal<S: Store, H: Host>(
    desk: &mut Desk<S, H>,
    keyring: &Keyring,
    drafted: &OutboxItem,
) -> Result<Item, EngineError> {
    let hashes = drafted
        .changes
        .iter()
        .map(|change| Ok(change_facts(change.as_ref())?.hash))
        .collect::<Result<Vec<_>, EngineError>>()?;
    let generation = Generation(0);
    let draft = ItemDraft {
        doc: drafted.doc,
        generation,
        kind: ItemKind::Change,
        item_id: keyring.item_id(&drafted.doc, generation, &hashes),
        salt: Salt(drafted.salt),
    };
    let body = stored::encode(&ItemBody {
        doc: drafted.doc,
        kind: drafted.kind,
        changes: drafted.changes.clone(),
    });
    Ok(keyring.seal_item(&mut desk.host, &draft, &body))
}
