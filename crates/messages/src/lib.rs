//! What the page and the engine say to each other.
//!
//! The page sends a [`ToEngine`], the engine answers with a [`FromEngine`]; both travel as one version byte and postcard.
//! Page and engine are always of one build (they greet with its id), so the bytes are never stored and never meet another
//! version; a mismatch is an [`MessageError::OtherVersion`] and ends in an update, never in a guess.
//!
//! **Architecture invariant:** nothing here names a document, a key or a database. Views draw these values and send these
//! commands; how they are kept is the engine's business.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod command;
mod event;
mod import;
mod query;
mod transport;

pub use command::{Command, Done, ExportFormat, ManyEdit, Refusal, Target};
pub use event::{CatchingUp, Event, JobReport, JobStop, Progress, SyncState, SyncTrouble};
pub use import::{ColumnGuess, FilePreview};
pub use query::{
    Answer, Column, CountAnswer, CustomerSheet, Facets, Filter, ImportLine, MemberLine, Query,
    RfmAnswer, RfmGroup, RfmShare, Row, SegmentLine, SheetEntry, SheetField, SheetOrder,
    SheetOther, Sort, Welcome, WindowAnswer, WorkspaceFacts,
};
pub use transport::{FromEngine, MessageError, StoreTrouble, ToEngine, decode, encode};
