//! Rows and columns of the tables.

use super::pool::{Connection, Mode};
use crate::store::{Growth, WorkspaceState};
use tendero_protocol::message::ChainTip;
use tendero_protocol::{Hash, Incarnation, Seq, WorkspaceId};
use tokio_postgres::{Error, Row};

/// PostgreSQL's integers are signed; a log never grows to 2⁶³.
pub(super) fn number(seq: Seq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

pub(super) fn seq_at(row: &Row, column: usize) -> Result<Seq, Error> {
    let number: i64 = row.try_get(column)?;
    Ok(Seq(number.try_into().unwrap_or(0)))
}

/// Bytes of a fixed length; a row of another length was not written by a relay, and reads as zeros that verify nowhere.
pub(super) fn bytes_at<const N: usize>(row: &Row, column: usize) -> Result<[u8; N], Error> {
    let bytes: &[u8] = row.try_get(column)?;
    Ok(bytes.try_into().unwrap_or([0; N]))
}

/// A workspace's row.
pub(super) struct Found {
    pub id: i64,
    pub state: WorkspaceState,
    pub tip: ChainTip,
    pub bytes: u64,
}

impl Found {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.try_get(0)?,
            state: WorkspaceState {
                incarnation: Incarnation(bytes_at(row, 1)?),
                head: seq_at(row, 2)?,
                h: Hash(bytes_at(row, 3)?),
            },
            tip: ChainTip {
                head: Hash(bytes_at(row, 4)?),
                length: u32::try_from(row.try_get::<_, i32>(5)?).unwrap_or(0),
            },
            bytes: row.try_get::<_, i64>(6)?.cast_unsigned(),
        })
    }

    pub fn growth(&self, workspace: WorkspaceId) -> Growth {
        Growth {
            workspace,
            head: self.state.head,
            chain_length: self.tip.length,
        }
    }
}

pub(super) async fn find(
    database: &mut Connection,
    workspace: WorkspaceId,
    mode: Mode,
) -> Result<Option<Found>, Error> {
    let sql = match mode {
        Mode::Read => {
            "SELECT id, incarnation, head, h, chain_head, chain_length, bytes FROM workspaces WHERE workspace = $1"
        }
        Mode::Write => {
            "SELECT id, incarnation, head, h, chain_head, chain_length, bytes FROM workspaces WHERE workspace = $1 FOR UPDATE"
        }
    };
    let row = database.row(sql, &[&workspace.0.as_slice()]).await?;
    row.as_ref().map(Found::read).transpose()
}
