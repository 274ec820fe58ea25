//! What the engine tells unasked.

use serde::{Deserialize, Serialize};
use tendero_domain::{ActionId, CustomerId, FileProblem};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// Rows, counts or facets may differ: ask again for what is on the screen. Sent at most once a frame.
    Changed,
    /// This customer's record differs.
    CustomerChanged(CustomerId),
    /// The workspace's name, its number of customers or another of its facts differs; the first time after a join.
    Workspace(crate::WorkspaceFacts),
    /// Who belongs to the workspace differs.
    MembersChanged,
    /// Sync moved on.
    Sync(SyncState),
    /// This device is far behind the relay and reads what it lacks; `None` once it has caught up.
    CatchingUp(Option<CatchingUp>),
    /// A job moved on.
    Progress(Progress),
    /// A job ended.
    JobDone {
        /// The action that began it.
        id: ActionId,
        /// What it did.
        report: JobReport,
    },
    /// Another tab or device is using a workspace of another version: reload.
    UpdateWaiting,
}

/// Where the data stands, honestly.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum SyncState {
    /// On this device only; no relay has been reached yet.
    #[default]
    Local,
    /// Trying to reach the relay.
    Connecting {
        /// Changes the relay has not got.
        pending: u32,
    },
    /// Connected; the relay has not acknowledged all yet.
    Waiting {
        /// Changes the relay has not got.
        pending: u32,
    },
    /// The relay has everything, and this device has read up to here.
    Synced {
        /// Sequence number.
        seq: u64,
    },
    /// The relay is not to be reached.
    Offline {
        /// Changes the relay has not got.
        pending: u32,
    },
    /// The relay was reached, but nothing can be exchanged with it. All work stays on this device.
    Trouble {
        /// Changes the relay has not got.
        pending: u32,
        /// Why.
        trouble: SyncTrouble,
    },
}

/// Why nothing can be exchanged with a relay that answers. Each has a sentence in the locale files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SyncTrouble {
    /// What answers there is not a relay.
    NotARelay,
    /// The relay does not count this device as a member's.
    NotAMember,
    /// The relay takes no new workspace.
    NotOpen,
    /// The relay cannot store at present: its disk is full or failing.
    RelayFull,
    /// The relay's log does not continue what this device has read: it was restored from an older copy, or it lies.
    LogDiffers,
    /// The relay speaks another version.
    OtherVersion,
}

/// How far reading what the relay has is, in items of its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatchingUp {
    /// Read and saved here.
    pub done: u64,
    /// On the relay.
    pub total: u64,
}

/// How far a job is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The action that began it.
    pub id: ActionId,
    /// Things done.
    pub done: u64,
    /// Things to do, where that is known.
    pub total: Option<u64>,
}

/// Why a job could not go on. Each has a sentence in the locale files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum JobStop {
    /// The file turned out not to be readable to its end.
    File(FileProblem),
    /// This device could not save.
    Storage(crate::Refusal),
}

/// What a job did: an import, an edit of many customers, or taking one of these back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct JobReport {
    /// Rows read.
    pub rows: u64,
    /// Customers made.
    pub created: u64,
    /// Customers that were there already and got something new.
    pub updated: u64,
    /// Customers that were there already, as they are in the file, or as the edit wants them.
    pub unchanged: u64,
    /// Taking back: customers or values left alone, because somebody changed them since.
    pub kept: u64,
    /// Purchases.
    pub orders: u64,
    /// Rows refused.
    pub refused: u64,
    /// The refused rows as a CSV file with the reason in the last column; empty when there are none.
    pub refused_csv: String,
    /// What was exported.
    pub exported: String,
    /// Whether it was cancelled; what was done before stays.
    pub cancelled: bool,
    /// Why it stopped before the end of the file, where it did; what was done before stays, and importing the file again
    /// goes on where it stopped.
    pub stopped: Option<JobStop>,
}
