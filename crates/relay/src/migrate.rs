//! Moves the logs of a SQLite file into PostgreSQL. What is there already is compared and not copied again, so a move
//! that was interrupted is simply begun anew; numbers, links and incarnations stay, and devices notice nothing.

use crate::store::{
    LogRange, LogStore as _, PAGE_ITEMS, PostgresLog, SqliteLog, StoreError, Swapped,
};
use tendero_protocol::WorkspaceId;

/// Why the move did not come to its end. The SQLite file is never changed.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// One of the stores failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database holds something else under a workspace's name.
    #[error("a workspace in the database is not a copy of the one here; it is not touched")]
    Different,
}

/// Copies all workspaces and compares each afterwards. Returns how many there are.
///
/// # Errors
/// [`MigrateError`].
pub async fn migrate(from: &SqliteLog, to: &PostgresLog) -> Result<usize, MigrateError> {
    let workspaces = from.workspaces().await?;
    for workspace in &workspaces {
        copy(from, to, *workspace).await?;
    }
    Ok(workspaces.len())
}

async fn copy(from: &SqliteLog, to: &PostgresLog, id: WorkspaceId) -> Result<(), MigrateError> {
    let source = from.state(id).await?.ok_or(StoreError::UnknownWorkspace)?;
    copy_chain(from, to, id).await?;
    loop {
        let target = to.state(id).await?.ok_or(MigrateError::Different)?;
        if target.incarnation != source.incarnation || target.head > source.head {
            return Err(MigrateError::Different);
        }
        let range = LogRange {
            after: target.head,
            limit: PAGE_ITEMS,
            omit: None,
        };
        let page = from.log(id, range).await?;
        if page.entries.is_empty() {
            if target != source {
                return Err(MigrateError::Different);
            }
            break;
        }
        // Refused unless every item continues the links that are there.
        if !to.copy_in(id, page).await? {
            return Err(MigrateError::Different);
        }
    }
    for (device, cursor) in from.cursors(id).await? {
        to.set_cursor(id, device, cursor).await?;
    }
    Ok(())
}

async fn copy_chain(
    from: &SqliteLog,
    to: &PostgresLog,
    id: WorkspaceId,
) -> Result<(), MigrateError> {
    let source = from.chain(id).await?;
    let mut known = to.chain(id).await?;
    for entry in source.iter().skip(known.len()) {
        let swapped = match known.last() {
            None => {
                let state = from.state(id).await?.ok_or(StoreError::UnknownWorkspace)?;
                to.create(id, state.incarnation, entry.clone()).await?
            }
            Some(last) => to.append(id, last.hash(), entry.clone()).await?,
        };
        if !matches!(swapped, Swapped::Done(_)) {
            return Err(MigrateError::Different);
        }
        known.push(entry.clone());
    }
    if known == source {
        Ok(())
    } else {
        Err(MigrateError::Different)
    }
}
