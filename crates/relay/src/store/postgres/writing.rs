//! Frames, salts and entries of the chain, written within the caller's transaction.

use super::pool::Connection;
use super::reading::salts_of;
use super::rows::{Found, bytes_at, number, seq_at};
use crate::limits::{Quota, Room};
use crate::store::{Pushed, SALTS_OF_A_DOCUMENT, WorkspaceState, salts_to_keep};
use std::collections::BTreeMap;
use tendero_protocol::log::link;
use tendero_protocol::message::{ChainTip, ItemAck, Verdict};
use tendero_protocol::{
    FrameHead, Hash, Item, ItemId, LogBody, LogItems, SaltRow, SignedEntry, SignedFrame, wire,
};
use tokio_postgres::Error;

async fn push_salts(
    database: &mut Connection,
    id: i64,
    offered: Vec<&SaltRow>,
) -> Result<(), Error> {
    if offered.is_empty() {
        return Ok(());
    }
    let tags: Vec<&[u8]> = offered.iter().map(|row| row.doc_tag.0.as_slice()).collect();
    let mut known = salts_of(database, id, &tags).await?;
    let mut new = Vec::new();
    for row in offered {
        let kept = known.entry(row.doc_tag).or_default();
        if !kept.contains(&row.salt) && kept.len() < SALTS_OF_A_DOCUMENT {
            kept.push(row.salt);
            new.push(row);
        }
    }
    insert_salts(database, id, &new).await
}

pub(super) async fn insert_salts(
    database: &mut Connection,
    id: i64,
    new: &[&SaltRow],
) -> Result<(), Error> {
    let new_tags: Vec<&[u8]> = new.iter().map(|row| row.doc_tag.0.as_slice()).collect();
    let new_salts: Vec<&[u8]> = new.iter().map(|row| row.salt.0.as_slice()).collect();
    database
        .rows(
            "INSERT INTO salts (workspace, doc_tag, salt) \
             SELECT $1, * FROM unnest($2::bytea[], $3::bytea[]) ON CONFLICT DO NOTHING",
            &[&id, &new_tags, &new_salts],
        )
        .await?;
    Ok(())
}

/// New items of a frame as columns, so that one statement writes them all.
#[derive(Default)]
pub(super) struct Columns {
    seqs: Vec<i64>,
    names: Vec<Vec<u8>>,
    tags: Vec<Vec<u8>>,
    generations: Vec<i32>,
    positions: Vec<i32>,
    hashes: Vec<Vec<u8>>,
    links: Vec<Vec<u8>>,
    bodies: Vec<Vec<u8>>,
    /// Bytes, as the quota counts them.
    size: i64,
}

impl Columns {
    fn push(&mut self, state: &WorkspaceState, item: &Item, hash: Hash, position: i32) {
        let header = &item.header;
        self.size = self
            .size
            .saturating_add(i64::try_from(item.size()).unwrap_or(i64::MAX));
        self.seqs.push(number(state.head));
        self.names.push(header.item_id.0.to_vec());
        self.tags.push(header.doc_tag.0.to_vec());
        self.generations.push(i32::from(header.generation.0));
        self.positions.push(position);
        self.hashes.push(hash.0.to_vec());
        self.links.push(state.h.0.to_vec());
        self.bodies.push(wire::body(item));
    }
}

/// Items of one frame within a stretch.
pub(super) struct Piece<'a> {
    frame: u16,
    pub head: &'a FrameHead,
    pub new: Columns,
}

/// A stretch as columns and the state after it, if it continues the log with whole items under the same links.
pub(super) fn continued(mut found: Found, page: &LogItems) -> Option<(Found, Vec<Piece<'_>>)> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let state = &mut found.state;
    for entry in &page.entries {
        let LogBody::Full(item) = &entry.body else {
            return None;
        };
        let frame = entry.signed.frame;
        let head = page.frames.get(usize::from(frame))?;
        let hash = item.hash();
        let signed = head.hashes().get(usize::from(entry.signed.position))?;
        if entry.seq != state.head.next() || *signed != hash {
            return None;
        }
        state.head = entry.seq;
        state.h = link(state.h, entry.seq, hash);
        if pieces.last().is_none_or(|piece| piece.frame != frame) {
            let new = Columns::default();
            pieces.push(Piece { frame, head, new });
        }
        let piece = pieces.last_mut()?;
        piece
            .new
            .push(state, item, hash, i32::from(entry.signed.position));
    }
    (state.h == page.h).then_some((found, pieces))
}

pub(super) async fn push_frame(
    database: &mut Connection,
    found: &mut Found,
    frame: &SignedFrame,
    quota: Quota,
) -> Result<Pushed, Error> {
    let names: Vec<&[u8]> = frame
        .items()
        .iter()
        .map(|item| item.header.item_id.0.as_slice())
        .collect();
    let rows = database
        .rows(
            "SELECT item_id, seq FROM items WHERE workspace = $1 AND item_id = ANY($2)",
            &[&found.id, &names],
        )
        .await?;
    let mut known = BTreeMap::new();
    for row in &rows {
        known.insert(ItemId(bytes_at(row, 0)?), seq_at(row, 1)?);
    }
    let mut room = Room::new(quota, found.state.head.0, found.bytes);
    let state = &mut found.state;
    let mut acks = Vec::with_capacity(names.len());
    let mut new = Columns::default();
    for ((position, item), hash) in (0_i32..).zip(frame.items()).zip(frame.head().hashes()) {
        let header = &item.header;
        if let Some(seq) = known.get(&header.item_id) {
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
        state.head = state.head.next();
        state.h = link(state.h, state.head, *hash);
        known.insert(header.item_id, state.head);
        new.push(state, item, *hash, position);
        acks.push(ItemAck {
            verdict: Verdict::Stored,
            seq: state.head,
        });
    }
    let head = state.head;
    push_salts(
        database,
        found.id,
        salts_to_keep(frame.items(), &acks, frame.salts()),
    )
    .await?;
    if !new.seqs.is_empty() {
        store_items(database, found, frame.head(), &new).await?;
    }
    Ok(Pushed { acks, head })
}

pub(super) async fn store_items(
    database: &mut Connection,
    found: &Found,
    head: &FrameHead,
    new: &Columns,
) -> Result<(), Error> {
    // One statement: the frame's own number is known only once its row is there.
    database
        .rows(
            "WITH framed AS (INSERT INTO frames (workspace, head) VALUES ($1, $2) RETURNING id) \
             INSERT INTO items (workspace, frame, seq, item_id, doc_tag, generation, position, hash, h, body) \
             SELECT $1, framed.id, new.* FROM framed, unnest($3::bigint[], $4::bytea[], $5::bytea[], $6::integer[], \
             $7::integer[], $8::bytea[], $9::bytea[], $10::bytea[]) AS new",
            &[
                &found.id,
                &head.encode(),
                &new.seqs,
                &new.names,
                &new.tags,
                &new.generations,
                &new.positions,
                &new.hashes,
                &new.links,
                &new.bodies,
            ],
        )
        .await?;
    let count = i64::try_from(new.seqs.len()).unwrap_or(i64::MAX);
    database
        .rows(
            "UPDATE workspaces SET head = head + $2, h = $3, bytes = bytes + $4 WHERE id = $1",
            &[&found.id, &count, &found.state.h.0.as_slice(), &new.size],
        )
        .await?;
    Ok(())
}

pub(super) async fn push_entry(
    database: &mut Connection,
    id: i64,
    tip: ChainTip,
    entry: &SignedEntry,
) -> Result<ChainTip, Error> {
    let next = ChainTip {
        head: entry.hash(),
        length: tip.length.saturating_add(1),
    };
    let place = i32::try_from(tip.length).unwrap_or(i32::MAX);
    database
        .rows(
            "INSERT INTO chain (workspace, position, entry) VALUES ($1, $2, $3)",
            &[&id, &place, &entry.encode()],
        )
        .await?;
    database
        .rows(
            "UPDATE workspaces SET chain_head = $2, chain_length = chain_length + 1 WHERE id = $1",
            &[&id, &next.head.0.as_slice()],
        )
        .await?;
    Ok(next)
}
