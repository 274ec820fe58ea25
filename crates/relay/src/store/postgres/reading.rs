//! Stretches of the log.

use super::pool::Connection;
use super::rows::{Found, bytes_at, number, seq_at};
use crate::store::page::{Page, Stored};
use crate::store::{LogRange, PAGE_BYTES, StoreError};
use std::collections::{BTreeMap, BTreeSet};
use tendero_protocol::{DocTag, FrameHead, Hash, Item, ItemId, LogItems, Salt, wire};
use tokio_postgres::Error;

pub(super) async fn read_page(
    database: &mut Connection,
    found: &Found,
    range: LogRange,
) -> Result<Result<LogItems, StoreError>, Error> {
    let after = number(range.after.min(found.state.head));
    let before = database
        .row(
            "SELECT h FROM items WHERE workspace = $1 AND seq = $2",
            &[&found.id, &after],
        )
        .await?;
    let h = match &before {
        Some(row) => Hash(bytes_at(row, 0)?),
        None => Hash::ZERO,
    };
    let last = after.saturating_add(i64::try_from(Page::wanted(range)).unwrap_or(i64::MAX));
    let most = i64::try_from(PAGE_BYTES).unwrap_or(i64::MAX);
    // The running sum keeps what is fetched near what a page holds; lengths are read without the bodies.
    let rows = database
        .rows(
            "SELECT seq, item_id, doc_tag, hash, h, frame, position, body FROM ( \
             SELECT *, sum(coalesce(octet_length(body), 0)) OVER (ORDER BY seq) - coalesce(octet_length(body), 0) AS before \
             FROM items WHERE workspace = $1 AND seq > $2 AND seq <= $3) AS stretch \
             WHERE before <= $4 ORDER BY seq",
            &[&found.id, &after, &last, &most],
        )
        .await?;
    let mut frames = BTreeSet::new();
    let mut tags = BTreeSet::new();
    for row in &rows {
        frames.insert(row.try_get::<_, i64>(5)?);
        tags.insert(row.try_get::<_, &[u8]>(2)?);
    }
    let frames: Vec<i64> = frames.into_iter().collect();
    let tags: Vec<&[u8]> = tags.into_iter().collect();
    let mut heads: BTreeMap<u64, Vec<u8>> = BTreeMap::new();
    for row in database
        .rows("SELECT id, head FROM frames WHERE id = ANY($1)", &[&frames])
        .await?
    {
        heads.insert(row.try_get::<_, i64>(0)?.cast_unsigned(), row.try_get(1)?);
    }
    let mut salts = salts_of(database, found.id, &tags).await?;
    let mut page = Page::new(range, (found.state.head, found.state.h), h);
    for row in &rows {
        let body: Option<&[u8]> = row.try_get(7)?;
        let item: Option<Item> = match body.map(wire::parse).transpose() {
            Ok(item) => item,
            Err(_) => return Ok(Err(StoreError::Damaged)),
        };
        let stored = Stored {
            seq: seq_at(row, 0)?,
            item_id: ItemId(bytes_at(row, 1)?),
            doc_tag: DocTag(bytes_at(row, 2)?),
            hash: Hash(bytes_at(row, 3)?),
            link: Hash(bytes_at(row, 4)?),
            frame: row.try_get::<_, i64>(5)?.cast_unsigned(),
            position: u16::try_from(row.try_get::<_, i32>(6)?).unwrap_or(u16::MAX),
            item,
        };
        let head = |key: u64| {
            let bytes = heads.get(&key).ok_or(StoreError::Damaged)?;
            FrameHead::decode(bytes).map_err(|_| StoreError::Damaged)
        };
        let salts = |tag: DocTag| Ok(salts.remove(&tag).unwrap_or_default());
        match page.add(stored, head, salts) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(page.finish())
}

/// The salts of documents, in their order.
pub(super) async fn salts_of(
    database: &mut Connection,
    id: i64,
    tags: &[&[u8]],
) -> Result<BTreeMap<DocTag, Vec<Salt>>, Error> {
    let rows = database
        .rows(
            "SELECT doc_tag, salt FROM salts WHERE workspace = $1 AND doc_tag = ANY($2) ORDER BY salt",
            &[&id, &tags],
        )
        .await?;
    let mut salts: BTreeMap<DocTag, Vec<Salt>> = BTreeMap::new();
    for row in &rows {
        let tag = DocTag(bytes_at(row, 0)?);
        salts.entry(tag).or_default().push(Salt(bytes_at(row, 1)?));
    }
    Ok(salts)
}
