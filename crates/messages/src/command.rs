//! What a person can do.

use serde::{Deserialize, Serialize};
use tendero_domain::{
    ActionId, CustomerId, DecimalSign, Entry, EntryId, Field, ImportColumn, ImportPlan,
    NewCustomer, Rule, SegmentId,
};

/// Something a person did. Each is one action: saved as a whole, and undone as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Begins a team's data on this device.
    CreateWorkspace {
        /// Name of the workspace.
        name: String,
        /// Name of the person.
        member: String,
    },
    /// Joins a workspace by the fragment of an invitation's link.
    JoinWorkspace {
        /// What stood after the `#`.
        fragment: String,
        /// Name of the person.
        member: String,
    },
    /// A new customer from the form.
    CreateCustomer(NewCustomer),
    /// A field got another value; empty takes it out. Where two values stood beside each other, this settles it.
    SetField {
        /// Whose.
        customer: CustomerId,
        /// Which.
        field: Field,
        /// The value.
        value: String,
    },
    /// A tag was put on or taken off.
    SetTag {
        /// Whose.
        customer: CustomerId,
        /// The tag as it is written.
        tag: String,
        /// On or off.
        on: bool,
    },
    /// Something happened with a customer.
    LogEntry {
        /// With whom.
        customer: CustomerId,
        /// What.
        entry: Entry,
    },
    /// An entry was taken out of the timeline.
    RemoveEntry {
        /// Whose.
        customer: CustomerId,
        /// Which.
        entry: EntryId,
    },
    /// A customer was taken out of the lists, or put back.
    DeleteCustomer {
        /// Who.
        customer: CustomerId,
        /// Out or back.
        deleted: bool,
    },
    /// A segment was made or changed.
    SaveSegment {
        /// Which.
        segment: SegmentId,
        /// Its name.
        name: String,
        /// Who belongs to it.
        rule: Rule,
    },
    /// A segment was taken out of the list.
    RemoveSegment {
        /// Which.
        segment: SegmentId,
    },
    /// Takes in the file that was opened under this id ([`crate::ToEngine::OpenFile`]). It is a job: [`Done::Started`] comes at
    /// once, then [`crate::Event::Progress`], at the end [`crate::Event::JobDone`] under this command's id.
    Import {
        /// The file.
        file: ActionId,
        /// How to read it.
        plan: ImportPlan,
        /// Words for the column of reasons in the file of refused rows: its header, then one for each
        /// [`tendero_domain::RowProblem`] in the order of its variants.
        reasons: Vec<String>,
    },
    /// Does the same to many customers. It is a job as an import is; its report counts `updated` and `unchanged`.
    EditMany {
        /// To whom.
        target: Target,
        /// What.
        edit: ManyEdit,
    },
    /// Writes many customers into a file. It is a job; the file is in its report.
    Export {
        /// Whom.
        target: Target,
        /// How.
        format: ExportFormat,
    },
    /// Makes an invitation's link.
    Invite,
    /// Takes an action back, as far as its values still stand. What was done to many customers is taken back by a job:
    /// [`Done::Started`] comes at once, at the end [`crate::Event::JobDone`] with `updated`, `unchanged` and `kept`.
    Undo(ActionId),
}

/// Which customers something is done to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Target {
    /// These.
    These(Vec<CustomerId>),
    /// All that pass a filter when the command arrives, but these.
    Found(crate::Filter, Vec<CustomerId>),
}

/// A file to write customers into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExportFormat {
    /// CSV with these columns under these names. The columns of purchases from before hold all purchases.
    Csv {
        /// The columns.
        columns: Vec<(ImportColumn, String)>,
        /// Which sign comes before the decimals; with a comma, semicolons stand between the cells, as spreadsheets expect.
        decimal: DecimalSign,
    },
    /// vCard 4.0.
    Cards,
}

/// What is done to each of many customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ManyEdit {
    /// Tags are put on or taken off.
    Tags {
        /// The tags as they are written.
        tags: Vec<String>,
        /// On or off.
        on: bool,
    },
    /// A field gets a value; empty takes it out.
    Field {
        /// Which.
        field: Field,
        /// The value.
        value: String,
    },
    /// They are taken out of the lists, or put back.
    Deleted(bool),
}

/// What became of a command that was carried out. *Done* means committed on this device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Done {
    /// Saved.
    Saved,
    /// A job has begun.
    Started,
    /// It was so already; nothing was written.
    Unchanged,
    /// The link's fragment; shown once, kept nowhere on the page.
    Invitation {
        /// What goes after the `#`.
        fragment: String,
    },
    /// Taken back; so many values had been changed since and were left alone.
    Undone {
        /// Values left alone.
        kept: u32,
    },
}

/// Why a command changed nothing. Each has a sentence in the locale files that says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// There is no workspace on this device yet.
    NoWorkspace,
    /// There is one already, and a device holds one.
    WorkspaceExists,
    /// A name is missing.
    NameMissing,
    /// Longer than the field takes.
    TooLong,
    /// It is not on this device.
    NotFound,
    /// Too deeply nested, or too many parts.
    RuleTooLarge,
    /// The action is too old or had no effect.
    NothingToUndo,
    /// Not an invitation's link, or cut off.
    LinkDamaged,
    /// The link is for an app newer than this one.
    LinkNewer,
    /// The relay does not know the invitation any more.
    InvitationGone,
    /// The relay is not to be reached; try again with a connection.
    RelayAway,
    /// What answers there is not a relay.
    NotARelay,
    /// The relay's membership chain is not the one the link names.
    ChainMismatch,
    /// The file is not open any more: choose it again.
    FileGone,
    /// An import or another job is running.
    Busy,
    /// The role does not allow it.
    NotAllowed,
    /// No room left on this device. The value is still on the screen.
    StorageFull,
    /// The device could not save for another reason.
    StorageFailed,
}
