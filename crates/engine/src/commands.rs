//! Commands that edit documents: each is one action, one transaction, and can be taken back.

use crate::desk::Desk;
use crate::error::EngineError;
use crate::io::Host;
use crate::many::only_step;
use crate::outbox::RowKey;
use crate::row;
use crate::stored::{
    self, Action, DocId, DocKind, OutboxItem, OutboxRow, SavedSegment, Step, Tail,
};
use crate::team::{Team, single_pack};
use tendero_domain::{ActionId, CustomerId, EntryId, Field, NewCustomer, Rule, SegmentId};
use tendero_insight::rule_fits;
use tendero_messages::{Command, Done, Refusal};
use tendero_protocol::Bytes;
use tendero_records::{Customer, CustomerEdit, Edited, Inverse, Segment};
use tendero_store::{Batch, Store, StoreError, Table};

/// How often an edit is tried again when another tab was faster.
const ATTEMPTS: usize = 8;
/// The most characters of a tag, a segment's or a person's name.
pub(crate) const MOST_NAME_CHARS: usize = 200;

impl Team {
    /// Carries out a command that edits documents. Repeating one is harmless: its action is there already.
    pub(crate) async fn edit<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        id: ActionId,
        command: Command,
    ) -> Result<Done, EngineError> {
        if desk
            .shelf
            .clear(Table::Actions, &id.to_bytes())
            .await?
            .is_some()
        {
            return Ok(Done::Saved);
        }
        match command {
            Command::CreateCustomer(new) => self.create_customer(desk, id, new).await,
            Command::SetField {
                customer,
                field,
                value,
            } => {
                let value = checked(field, &value)?;
                self.edit_customer(
                    desk,
                    id,
                    customer,
                    vec![CustomerEdit::SetField(field, value)],
                )
                .await
            }
            Command::SetTag { customer, tag, on } => {
                let tag = short(&tag)?;
                self.edit_customer(desk, id, customer, vec![CustomerEdit::SetTag(tag, on)])
                    .await
            }
            Command::LogEntry { customer, entry } => {
                if entry.text.chars().count() > Field::About.max_chars() {
                    return Err(Refusal::TooLong.into());
                }
                self.edit_customer(desk, id, customer, vec![CustomerEdit::AddEntry(entry)])
                    .await
            }
            Command::RemoveEntry { customer, entry } => {
                self.remove_entry(desk, id, customer, entry).await
            }
            Command::DeleteCustomer { customer, deleted } => {
                self.edit_customer(desk, id, customer, vec![CustomerEdit::SetDeleted(deleted)])
                    .await
            }
            Command::SaveSegment {
                segment,
                name,
                rule,
            } => {
                let name = short(&name)?;
                if !rule_fits(&rule) {
                    return Err(Refusal::RuleTooLarge.into());
                }
                self.edit_segment(desk, id, segment, SegmentEdit::Save(name, rule))
                    .await
            }
            Command::RemoveSegment { segment } => {
                self.edit_segment(desk, id, segment, SegmentEdit::Deleted(true))
                    .await
            }
            Command::Undo(action) => self.undo(desk, id, action).await,
            // The engine's own: they are no edits of documents.
            Command::CreateWorkspace { .. }
            | Command::JoinWorkspace { .. }
            | Command::Import { .. }
            | Command::EditMany { .. }
            | Command::Export { .. }
            | Command::Invite => Err(Refusal::NotAllowed.into()),
        }
    }

    async fn create_customer<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        action: ActionId,
        new: NewCustomer,
    ) -> Result<Done, EngineError> {
        let doc = new.id.to_bytes();
        let mut edits = vec![CustomerEdit::Create];
        for (field, value) in new.fields {
            edits.push(CustomerEdit::SetField(field, checked(field, &value)?));
        }
        for tag in new.tags {
            edits.push(CustomerEdit::SetTag(short(&tag)?, true));
        }
        edits.extend(new.entries.into_iter().map(CustomerEdit::AddEntry));
        edits.extend(new.orders.into_iter().map(CustomerEdit::AddOrder));
        edits.extend(new.before.map(CustomerEdit::SetBefore));
        let named = |edit: &CustomerEdit| matches!(edit, CustomerEdit::SetField(_, text) if !text.is_empty());
        if !edits.iter().any(named) {
            return Err(Refusal::NameMissing.into());
        }
        let mut document = Customer::new(new.id)?;
        let actor = desk.random();
        let author = self.author(desk, action, actor);
        let edited = document
            .edit(&author, &edits)?
            .ok_or(EngineError::Damaged)?;
        let row = row::of_record(new.id, doc, &document.read());
        let mut batch = Batch::new();
        let key = self.stage_new(desk, &mut batch, doc, DocKind::Customer, edited.change);
        // Taking back the making of a customer takes it out of the lists; nothing is ever unmade.
        let inverses = vec![Inverse::deletion()];
        stage_action(
            desk,
            &mut batch,
            action,
            self.me.member,
            vec![step_of(doc, inverses)],
        );
        let staged = self.projection.stage_rows(desk, &mut batch, vec![row]);
        desk.shelf.apply(batch).await?;
        self.projection.committed(staged);
        self.outbox.added(key, 1);
        self.touched.push(doc);
        Ok(Done::Saved)
    }

    async fn remove_entry<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        action: ActionId,
        customer: CustomerId,
        entry: EntryId,
    ) -> Result<Done, EngineError> {
        self.edit_customer(
            desk,
            action,
            customer,
            vec![CustomerEdit::SetEntryDeleted(entry, true)],
        )
        .await
    }

    /// One action on one customer.
    async fn edit_customer<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        action: ActionId,
        customer: CustomerId,
        edits: Vec<CustomerEdit>,
    ) -> Result<Done, EngineError> {
        for _ in 0..ATTEMPTS {
            let mut loaded = self.take(desk, customer).await?.ok_or(Refusal::NotFound)?;
            let author = self.author(desk, action, loaded.actor);
            let Some(edited) = loaded.document.edit(&author, &edits)? else {
                self.keep(loaded);
                return Ok(Done::Unchanged);
            };
            let steps =
                |edited: &Edited| vec![step_of(customer.to_bytes(), edited.inverses.clone())];
            let steps = steps(&edited);
            match self
                .commit_customer(desk, loaded, edited, Some((action, steps)))
                .await
            {
                Err(EngineError::Store(StoreError::Conflict)) => {}
                done => return done.map(|()| Done::Saved),
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// Writes what an edit of a loaded customer made. On an error the document is let go, since it is ahead of the store.
    pub(crate) async fn commit_customer<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        mut loaded: crate::team::Loaded<Customer>,
        edited: Edited,
        action: Option<(ActionId, Vec<Step>)>,
    ) -> Result<(), EngineError> {
        let customer = loaded.document.id();
        let row = row::of_record(customer, loaded.home, &loaded.document.read());
        let mut batch = Batch::new();
        let place = (loaded.doc, DocKind::Customer, loaded.salt, loaded.next);
        let key = self.stage_change(desk, &mut batch, place, edited.change);
        if let Some((action, steps)) = action {
            stage_action(desk, &mut batch, action, self.me.member, steps);
        }
        let staged = self.projection.stage_rows(desk, &mut batch, vec![row]);
        desk.shelf.apply(batch).await?;
        self.projection.committed(staged);
        self.outbox.added(key, 1);
        self.touched.push(loaded.doc);
        loaded.next = loaded.next.saturating_add(1);
        self.keep(loaded);
        Ok(())
    }

    async fn edit_segment<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        action: ActionId,
        segment: SegmentId,
        edit: SegmentEdit,
    ) -> Result<Done, EngineError> {
        let doc = segment.to_bytes();
        for _ in 0..ATTEMPTS {
            let parts = self.packs.parts(desk, doc, doc).await?;
            let mut document = match &parts {
                Some(parts) => Segment::from_changes(&parts.changes)?.0,
                None if matches!(edit, SegmentEdit::Deleted(_)) => {
                    return Err(Refusal::NotFound.into());
                }
                None => Segment::new()?,
            };
            let before = self.projection.segments.get(&segment).cloned();
            let actor = desk.random();
            let author = self.author(desk, action, actor);
            let edited = match &edit {
                SegmentEdit::Save(name, rule) => document.save(&author, name, rule)?,
                SegmentEdit::Deleted(deleted) => document.set_deleted(&author, *deleted)?,
            };
            let Some(edited) = edited else {
                return Ok(Done::Unchanged);
            };
            let now = saved_segment(&document);
            let mut batch = Batch::new();
            let key = match parts {
                None => self.stage_new(desk, &mut batch, doc, DocKind::Segment, edited.change),
                Some(parts) => {
                    let place = (doc, DocKind::Segment, parts.salt, parts.next);
                    self.stage_change(desk, &mut batch, place, edited.change)
                }
            };
            let step = Step {
                doc,
                kind: DocKind::Segment.code(),
                inverses: Vec::new(),
                segment: Some(before.unwrap_or_else(|| SavedSegment {
                    deleted: true,
                    ..now.clone()
                })),
            };
            stage_action(desk, &mut batch, action, self.me.member, vec![step]);
            crate::projection::Projection::stage_segment(desk, &mut batch, segment, &now);
            match desk.shelf.apply(batch).await {
                Ok(()) => {
                    self.projection.segments.insert(segment, now);
                    self.outbox.added(key, 1);
                    self.touched.push(doc);
                    return Ok(Done::Saved);
                }
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// Takes an action back where its values still stand. Taking back is an action too, which can be taken back.
    async fn undo<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        id: ActionId,
        action: ActionId,
    ) -> Result<Done, EngineError> {
        let found: Option<Action> = desk.shelf.get(Table::Actions, &action.to_bytes()).await?;
        let mut found = found
            .filter(|found| !found.undone)
            .ok_or(Refusal::NothingToUndo)?;
        let step = only_step(&found).ok_or(Refusal::NothingToUndo)?;
        let kept = match (DocKind::from_code(step.kind), &step.segment) {
            (DocKind::Customer, _) => self.undo_customer(desk, id, step).await?,
            (DocKind::Segment, Some(before)) => {
                let segment = SegmentId::from_bytes(step.doc);
                let edit = segment_before(before);
                self.edit_segment(desk, id, segment, edit).await?;
                0
            }
            _ => 1,
        };
        found.undone = true;
        let mut batch = Batch::new();
        desk.put(&mut batch, Table::Actions, &action.to_bytes(), &found);
        desk.shelf.apply(batch).await?;
        Ok(Done::Undone { kept })
    }

    async fn undo_customer<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        id: ActionId,
        step: &Step,
    ) -> Result<u32, EngineError> {
        let customer = CustomerId::from_bytes(step.doc);
        for _ in 0..ATTEMPTS {
            let mut loaded = self.take(desk, customer).await?.ok_or(Refusal::NotFound)?;
            let author = self.author(desk, id, loaded.actor);
            let undone = loaded.document.undo(&author, &step.inverses)?;
            let Some(edited) = undone.edited else {
                self.keep(loaded);
                return Ok(undone.kept);
            };
            let steps = vec![step_of(step.doc, edited.inverses.clone())];
            match self
                .commit_customer(desk, loaded, edited, Some((id, steps)))
                .await
            {
                Err(EngineError::Store(StoreError::Conflict)) => {}
                done => return done.map(|()| undone.kept),
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// Adds an edit of a document to a batch: the next piece of its tail, unless somebody was faster, and its item.
    pub(crate) fn stage_change<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        batch: &mut Batch,
        (doc, kind, salt, next): (DocId, DocKind, [u8; 16], u32),
        change: Vec<u8>,
    ) -> RowKey {
        let changes = vec![Bytes(change)];
        let tail = stored::tail_key(&doc, next);
        batch.expect(Table::Tails, tail.clone(), None);
        desk.put(
            batch,
            Table::Tails,
            &tail,
            &Tail {
                changes: changes.clone(),
            },
        );
        self.stage_item(
            desk,
            batch,
            OutboxItem {
                doc,
                kind: kind.code(),
                salt,
                first: false,
                changes,
            },
        )
    }

    /// Adds a document that was made here to a batch.
    pub(crate) fn stage_new<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        batch: &mut Batch,
        doc: DocId,
        kind: DocKind,
        change: Vec<u8>,
    ) -> RowKey {
        let salt = desk.random();
        batch.expect(Table::Packs, doc, None);
        desk.put(
            batch,
            Table::Packs,
            &doc,
            &single_pack(doc, kind, salt, change.clone()),
        );
        let changes = vec![Bytes(change)];
        self.stage_item(
            desk,
            batch,
            OutboxItem {
                doc,
                kind: kind.code(),
                salt,
                first: true,
                changes,
            },
        )
    }

    fn stage_item<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        batch: &mut Batch,
        item: OutboxItem,
    ) -> RowKey {
        let key = self.outbox.make_key(desk);
        desk.put(batch, Table::Outbox, &key, &OutboxRow::Items(vec![item]));
        key
    }
}

/// What is done to a segment.
enum SegmentEdit {
    Save(String, Rule),
    Deleted(bool),
}

/// What brings a segment back to what it was.
fn segment_before(before: &SavedSegment) -> SegmentEdit {
    let rule = before.rule.as_deref();
    match rule.and_then(|rule| serde_json::from_str(rule).ok()) {
        Some(rule) if !before.deleted => SegmentEdit::Save(before.name.clone(), rule),
        _ => SegmentEdit::Deleted(before.deleted),
    }
}

/// A segment as the list keeps it.
pub(crate) fn saved_segment(document: &Segment) -> SavedSegment {
    let record = document.read();
    SavedSegment {
        name: record.name,
        rule: record
            .rule
            .and_then(|rule| serde_json::to_string(&rule).ok()),
        deleted: record.deleted,
    }
}

/// Adds an action to a batch, done in one transaction.
fn stage_action<S: Store, H: Host>(
    desk: &mut Desk<S, H>,
    batch: &mut Batch,
    id: ActionId,
    author: [u8; 16],
    steps: Vec<Step>,
) {
    stage_action_row(desk, batch, (id, 0), author, steps, Vec::new());
}

/// Adds what one transaction of an action did to its batch: the steps, and the packs of customers an import made.
pub(crate) fn stage_action_row<S: Store, H: Host>(
    desk: &mut Desk<S, H>,
    batch: &mut Batch,
    (id, number): (ActionId, u32),
    author: [u8; 16],
    steps: Vec<Step>,
    packs: Vec<[u8; 16]>,
) {
    let action = Action {
        author,
        at_ms: desk.host.now_ms(),
        undone: false,
        steps,
        packs,
    };
    let key = stored::action_key(&id.to_bytes(), number);
    desk.put(batch, Table::Actions, &key, &action);
}

pub(crate) fn step_of(doc: DocId, inverses: Vec<Inverse>) -> Step {
    Step {
        doc,
        kind: DocKind::Customer.code(),
        inverses,
        segment: None,
    }
}

/// A field's value without white space at its ends, if it is not too long.
pub(crate) fn checked(field: Field, value: &str) -> Result<String, Refusal> {
    let value = value.trim();
    if value.chars().count() > field.max_chars() {
        return Err(Refusal::TooLong);
    }
    Ok(value.to_owned())
}

/// A name of something, neither empty nor too long.
pub(crate) fn short(name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Refusal::NameMissing);
    }
    if name.chars().count() > MOST_NAME_CHARS {
        return Err(Refusal::TooLong);
    }
    Ok(name.to_owned())
}
