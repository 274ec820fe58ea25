//! Words for what the engine says: every refusal and every trouble has a sentence that says what to do.

use tendero_domain::{EntryKind, Field, FileProblem, Outcome};
use tendero_messages::{Refusal, StoreTrouble, SyncTrouble};

/// The name of a field.
#[must_use]
pub fn field(field: Field) -> &'static str {
    match field {
        Field::Name => t!(field.name),
        Field::LegalName => t!(field.legalName),
        Field::TaxId => t!(field.taxId),
        Field::Person => t!(field.person),
        Field::Phone => t!(field.phone),
        Field::Email => t!(field.email),
        Field::Street => t!(field.street),
        Field::City => t!(field.city),
        Field::PostalCode => t!(field.postalCode),
        Field::Region => t!(field.region),
        Field::Country => t!(field.country),
        Field::Source => t!(field.source),
        Field::About => t!(field.about),
        Field::ExternalKey => t!(field.externalKey),
    }
}

/// The name of a kind of entry.
#[must_use]
pub fn kind(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Note => t!(kind.note),
        EntryKind::Visit => t!(kind.visit),
        EntryKind::Call => t!(kind.call),
        EntryKind::Task => t!(kind.task),
    }
}

/// How a visit or a call ended.
#[must_use]
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ordered => t!(outcome.ordered),
        Outcome::NoOrder => t!(outcome.noOrder),
        Outcome::Absent => t!(outcome.absent),
        Outcome::Closed => t!(outcome.closed),
    }
}

/// Why nothing was changed, and what to do.
#[must_use]
pub fn refusal(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NoWorkspace => t!(refusal.noWorkspace),
        Refusal::WorkspaceExists => t!(refusal.workspaceExists),
        Refusal::NameMissing => t!(refusal.nameMissing),
        Refusal::TooLong => t!(refusal.tooLong),
        Refusal::NotFound => t!(refusal.notFound),
        Refusal::RuleTooLarge => t!(refusal.ruleTooLarge),
        Refusal::NothingToUndo => t!(refusal.nothingToUndo),
        Refusal::LinkDamaged => t!(refusal.linkDamaged),
        Refusal::LinkNewer => t!(refusal.linkNewer),
        Refusal::InvitationGone => t!(refusal.invitationGone),
        Refusal::RelayAway => t!(refusal.relayAway),
        Refusal::NotARelay => t!(refusal.notARelay),
        Refusal::ChainMismatch => t!(refusal.chainMismatch),
        Refusal::FileGone => t!(refusal.fileGone),
        Refusal::Busy => t!(refusal.busy),
        Refusal::NotAllowed => t!(refusal.notAllowed),
        Refusal::StorageFull => t!(refusal.storageFull),
        Refusal::StorageFailed => t!(refusal.storageFailed),
    }
}

/// Why nothing is exchanged with a server that answers.
#[must_use]
pub fn sync_trouble(trouble: SyncTrouble) -> &'static str {
    match trouble {
        SyncTrouble::NotARelay => t!(syncTrouble.notARelay),
        SyncTrouble::NotAMember => t!(syncTrouble.notAMember),
        SyncTrouble::NotOpen => t!(syncTrouble.notOpen),
        SyncTrouble::RelayFull => t!(syncTrouble.relayFull),
        SyncTrouble::LogDiffers => t!(syncTrouble.logDiffers),
        SyncTrouble::OtherVersion => t!(syncTrouble.otherVersion),
    }
}

/// Why nothing can be kept on this device.
#[must_use]
pub fn store_trouble(trouble: StoreTrouble) -> &'static str {
    match trouble {
        StoreTrouble::Blocked => t!(storeTrouble.blocked),
        StoreTrouble::Newer => t!(storeTrouble.newer),
        StoreTrouble::Unavailable => t!(storeTrouble.unavailable),
        StoreTrouble::Full => t!(storeTrouble.full),
    }
}

/// Why a file cannot be imported.
#[must_use]
pub fn file_problem(problem: FileProblem) -> String {
    match problem {
        FileProblem::Empty => t!(fileProblem.empty).to_owned(),
        FileProblem::HeaderOnly => t!(fileProblem.headerOnly).to_owned(),
        FileProblem::Spreadsheet => t!(fileProblem.spreadsheet).to_owned(),
        FileProblem::NotText => t!(fileProblem.notText).to_owned(),
        FileProblem::TooLarge { max_mb } => t!(fileProblem.tooLarge, n = max_mb),
        FileProblem::UnclosedQuote { line } => t!(fileProblem.unclosedQuote, line = line),
        FileProblem::Unreadable => t!(fileProblem.unreadable).to_owned(),
    }
}
