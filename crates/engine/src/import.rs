//! Taking a file in: rows are read, gathered by customer, and written as packs, in slices between commands.
//!
//! A customer's document gets an id that is a keyed hash of the key in the file, and its first change is encoded from the
//! row alone: the same file on two devices makes the same documents with the same changes, not two of each. A customer that
//! is here already is completed, never overwritten: blank fields, tags and purchases it lacks.

use crate::bundle::Bundle;
use crate::commands::stage_action_row;
use crate::desk::Desk;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::io::{Host, Source};
use crate::row;
use crate::stored::{self, DocId, DocKind, ImportNote, OutboxRow, Pack, Packed, Step};
use crate::team::Team;
use std::collections::{HashMap, HashSet, VecDeque};
use tendero_domain::{
    ActionId, CustomerId, Field, FileProblem, ImportColumn, ImportPlan, Money, NewCustomer, Order,
    OrderId, RowProblem,
};
use tendero_interchange::{
    CustomerKey, FileKind, HEAD_BYTES, ImportedCustomer, ImportedOrder, ImportedRow, Inspection,
    RawRow, Reader, Refused, RowReader, inspect,
};
use tendero_messages::{ColumnGuess, Event, FilePreview, JobReport, JobStop, Progress};
use tendero_protocol::Bytes;
use tendero_records::{CustomerEdit, CustomerRecord, first_change};
use tendero_store::{Batch, Store, StoreError, Table};

/// Bytes of the file read at once.
const CHUNK: usize = 256 * 1024;
/// Purchases in one change; a record with more gets several, so that each fits into a frame.
const MOST_ORDERS: usize = 2_000;
/// Milliseconds between two words on progress.
const PROGRESS_MS: f64 = 150.0;
/// Rows kept for the file of refused ones; more are only counted.
const MOST_REFUSED: u64 = 200_000;

/// A file that was opened and looked at.
pub(crate) struct OpenFile<F> {
    name: String,
    size: u64,
    source: F,
    inspection: Inspection,
}

impl<F: Source> OpenFile<F> {
    /// Looks at the beginning of a file.
    pub(crate) async fn open(name: String, size: u64, source: F) -> Result<Self, FileProblem> {
        if size > tendero_interchange::MAX_BYTES {
            let max_mb = u32::try_from(tendero_interchange::MAX_BYTES >> 20).unwrap_or(u32::MAX);
            return Err(FileProblem::TooLarge { max_mb });
        }
        let head = source
            .read(0, HEAD_BYTES)
            .await
            .ok_or(FileProblem::Unreadable)?;
        let inspection = inspect(&head, size)?;
        Ok(Self {
            name,
            size,
            source,
            inspection,
        })
    }

    pub(crate) fn preview(&self) -> FilePreview {
        let seen = &self.inspection;
        FilePreview {
            name: self.name.clone(),
            size: self.size,
            charset: seen.format.charset_name().to_owned(),
            delimiter: seen.format.delimiter(),
            is_table: seen.format.kind() == FileKind::Table,
            columns: seen
                .names
                .iter()
                .map(|column| ColumnGuess {
                    name: column.name.clone(),
                    guess: column.guess,
                    sure: column.sure,
                })
                .collect(),
            rows: seen.rows.clone(),
            estimated_rows: seen.estimated_rows,
            plan: seen.plan.clone(),
            has_counter_sales: seen.rows_without_customer,
        }
    }
}

/// A customer of the file and what was gathered for it.
#[derive(Debug, Clone)]
struct Group {
    id: CustomerId,
    key: String,
    fields: Vec<(Field, String)>,
    tags: Vec<String>,
    before: Option<tendero_domain::PurchasesBefore>,
    orders: Vec<Order>,
}

/// A running import.
pub(crate) struct ImportJob<F> {
    id: ActionId,
    file: OpenFile<F>,
    plan: ImportPlan,
    reasons: Vec<String>,
    reader: Reader,
    row_reader: RowReader,
    refused: Refused,
    offset: u64,
    read_all: bool,
    rows: VecDeque<RawRow>,
    groups: VecDeque<Group>,
    by_id: HashMap<CustomerId, usize>,
    /// Purchases without a number: how often the same day and amount came for a customer.
    twins: HashMap<OrderId, u32>,
    writing: bool,
    building: Building,
    flushes: u32,
    began_ms: u64,
    report: JobReport,
    told_at: f64,
}

/// What the next transaction writes.
#[derive(Default)]
struct Building {
    taken: Vec<Group>,
    rest: Vec<Group>,
    packed: Vec<Packed>,
    made: HashSet<CustomerId>,
    bundle: Bundle,
    counts: Counts,
}

#[derive(Default, Clone, Copy)]
struct Counts {
    created: u64,
    updated: u64,
    unchanged: u64,
    orders: u64,
}

impl<F: Source> ImportJob<F> {
    pub(crate) fn new(
        id: ActionId,
        file: OpenFile<F>,
        plan: ImportPlan,
        reasons: Vec<String>,
        began_ms: u64,
    ) -> Self {
        let seen = &file.inspection;
        let names: Vec<String> = seen
            .names
            .iter()
            .map(|column| column.name.clone())
            .collect();
        let reason = reasons.first().map_or("", String::as_str);
        Self {
            id,
            reader: Reader::new(&seen.format, plan.has_header),
            row_reader: RowReader::new(&plan),
            refused: Refused::new(&names, reason, seen.format.delimiter()),
            file,
            plan,
            reasons,
            offset: 0,
            read_all: false,
            rows: VecDeque::new(),
            groups: VecDeque::new(),
            by_id: HashMap::new(),
            twins: HashMap::new(),
            writing: false,
            building: Building::default(),
            flushes: 0,
            began_ms,
            report: JobReport::default(),
            told_at: 0.0,
        }
    }

    pub(crate) const fn id(&self) -> ActionId {
        self.id
    }

    /// Works until that time; `true` when the job is over.
    async fn work<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        team: &mut Team,
        until: f64,
    ) -> Result<bool, Stop> {
        loop {
            if self.writing {
                match self.groups.pop_front() {
                    Some(group) => {
                        self.write_group(desk, team, &group).await?;
                        self.building.taken.push(group);
                    }
                    None => self.writing = false,
                }
                let full = self.building.taken.len() >= Pack::MOST;
                if full || self.groups.is_empty() {
                    self.flush(desk, team).await?;
                    // A transaction is a good place to let others in.
                    return Ok(false);
                }
            } else if let Some(row) = self.rows.pop_front() {
                self.gather(team, &row);
                if !self.plan.is_orders() && self.groups.len() >= Pack::MOST {
                    self.start_writing();
                }
            } else if !self.read_all {
                self.read().await?;
            } else if self.groups.is_empty() {
                return Ok(true);
            } else {
                self.start_writing();
            }
            if desk.host.steady_ms() > until {
                return Ok(false);
            }
        }
    }

    fn start_writing(&mut self) {
        self.writing = true;
        self.by_id.clear();
    }

    async fn read(&mut self) -> Result<(), Stop> {
        let chunk = self.file.source.read(self.offset, CHUNK).await;
        let chunk = chunk.ok_or(Stop::File(FileProblem::Unreadable))?;
        self.offset += chunk.len() as u64;
        self.read_all = self.offset >= self.file.size || chunk.is_empty();
        let mut rows = Vec::new();
        let outcome = self.reader.push(&chunk, self.read_all, &mut rows);
        self.rows.extend(rows);
        outcome.map_err(Stop::File)
    }

    /// Puts a row to its customer, or to the refused ones.
    fn gather(&mut self, team: &Team, raw: &RawRow) {
        let read = self.row_reader.read(raw);
        match read {
            Ok(ImportedRow::Blank) => return,
            Ok(ImportedRow::Customer(customer)) => {
                self.group(team, customer);
            }
            Ok(ImportedRow::Order(order)) => self.gather_order(team, raw, order),
            Err(problem) => self.refuse(raw, problem),
        }
        self.report.rows += 1;
    }

    fn gather_order(&mut self, team: &Team, raw: &RawRow, order: ImportedOrder) {
        let at = match (order.customer, &self.plan.counter_sales) {
            (Some(customer), _) => self.group(team, customer),
            (None, Some(name)) => {
                let customer = ImportedCustomer {
                    key: CustomerKey::Content("counter sales".to_owned()),
                    fields: vec![(Field::Name, name.clone())],
                    tags: Vec::new(),
                    note: None,
                    before: None,
                };
                self.group(team, customer)
            }
            (None, None) => return self.refuse(raw, RowProblem::NoCustomer),
        };
        let Some(group) = self.groups.get_mut(at) else {
            return;
        };
        let id = |twin: u32| {
            let name = if order.number.is_empty() {
                format!(
                    "{}\0{}\0{}\0{}\0{twin}",
                    group.key, order.day.0, order.amount_minor, order.lines
                )
            } else {
                format!("{}\0{}", group.key, order.number)
            };
            OrderId::from_bytes(team.keyring.imported_id("order", &name))
        };
        let mut order_id = id(0);
        if order.number.is_empty() {
            let twin = self.twins.entry(order_id).or_default();
            let seen = *twin;
            *twin += 1;
            order_id = id(seen);
        }
        group.orders.push(Order {
            id: order_id,
            number: order.number,
            day: order.day,
            amount: Money {
                minor: order.amount_minor,
                currency: team.settings.currency,
            },
            lines: order.lines,
        });
    }

    /// The place of a customer among those gathered.
    fn group(&mut self, team: &Team, customer: ImportedCustomer) -> usize {
        let (key, external) = match &customer.key {
            CustomerKey::External(key) => (format!("key\0{key}"), Some(key.clone())),
            CustomerKey::Content(content) => (format!("row\0{content}"), None),
        };
        let id = CustomerId::from_bytes(team.keyring.imported_id("customer", &key));
        let mut fields = customer.fields;
        if let Some(note) = customer.note.filter(|note| !note.is_empty()) {
            match fields.iter_mut().find(|(field, _)| *field == Field::About) {
                Some((_, about)) if !about.contains(&note) => {
                    about.push('\n');
                    about.push_str(&note);
                }
                Some(_) => {}
                None => fields.push((Field::About, note)),
            }
        }
        let nameless = !fields.iter().any(|(field, _)| *field == Field::Name);
        if let (true, Some(key)) = (nameless, external) {
            let name = format!("{} {key}", self.plan.unnamed);
            fields.push((Field::Name, name.trim().to_owned()));
        }
        if let Some(&at) = self.by_id.get(&id)
            && let Some(group) = self.groups.get_mut(at)
        {
            for (field, value) in fields {
                if !group.fields.iter().any(|(known, _)| *known == field) {
                    group.fields.push((field, value));
                }
            }
            for tag in customer.tags {
                if !group.tags.contains(&tag) {
                    group.tags.push(tag);
                }
            }
            group.before = group.before.or(customer.before);
            return at;
        }
        let at = self.groups.len();
        self.by_id.insert(id, at);
        self.groups.push_back(Group {
            id,
            key,
            fields,
            tags: customer.tags,
            before: customer.before,
            orders: Vec::new(),
        });
        at
    }

    fn refuse(&mut self, raw: &RawRow, problem: RowProblem) {
        let number = match problem {
            RowProblem::NoCustomer => 1,
            RowProblem::BadDay => 2,
            RowProblem::BadAmount => 3,
            RowProblem::TooLong => 4,
            RowProblem::Ragged => 5,
        };
        self.report.refused += 1;
        if self.refused.count() < MOST_REFUSED {
            self.refused
                .push(raw, self.reasons.get(number).map_or("", String::as_str));
        }
    }

    /// Makes or completes one customer, in memory.
    async fn write_group<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        team: &mut Team,
        group: &Group,
    ) -> Result<(), EngineError> {
        let building = &mut self.building;
        if building.made.contains(&group.id) {
            // Twice among those to be written: the second is completed once the first is there.
            building.rest.push(group.clone());
            return Ok(());
        }
        let mut new = new_of(group);
        let later = new.orders.split_off(new.orders.len().min(MOST_ORDERS));
        let count = new.orders.len() as u64;
        let (change, _hash) = first_change(&new, None)?;
        let row = team.projection.index.find(group.id);
        let Some(row) = row else {
            building.packed.push(Packed {
                doc: group.id.to_bytes(),
                kind: DocKind::Customer.code(),
                salt: desk.random(),
                changes: vec![change.into()],
            });
            building.made.insert(group.id);
            let row = row::of_new(&new, DocId::default(), None);
            building.bundle.rows.push(row);
            building.counts.created += 1;
            building.counts.orders += count;
            if !later.is_empty() {
                building.rest.push(Group {
                    orders: later,
                    ..group.clone()
                });
            }
            return Ok(());
        };
        let was_deleted = team.projection.index.row(row).deleted;
        // The very same row was imported before: nothing to load.
        let home = team.home(DocKind::Customer, group.id.to_bytes());
        let pack = team.packs.get(desk, home).await?;
        let known = pack
            .as_ref()
            .and_then(|pack| pack.find(&group.id.to_bytes()));
        let same = known.is_some_and(|known| known.changes.contains(&Bytes(change)));
        if same && later.is_empty() && !was_deleted {
            building.counts.unchanged += 1;
            return Ok(());
        }
        let Some(mut loaded) = team.take(desk, group.id).await? else {
            return Err(EngineError::Damaged);
        };
        let (edits, rest) = completion(&loaded.document.read(), group);
        let added = edits
            .iter()
            .filter(|edit| matches!(edit, CustomerEdit::AddOrder(_)))
            .count();
        let author = team.author(desk, self.id, loaded.actor);
        let Some(edited) = loaded.document.edit(&author, &edits)? else {
            building.counts.unchanged += 1;
            team.keep(loaded);
            return Ok(());
        };
        // The document is ahead of the store: it is not kept.
        building.bundle.add(&loaded, edited);
        building.made.insert(group.id);
        if was_deleted {
            building.counts.created += 1;
        } else {
            building.counts.updated += 1;
        }
        building.counts.orders += added as u64;
        if !rest.is_empty() {
            building.rest.push(Group {
                orders: rest,
                ..group.clone()
            });
        }
        Ok(())
    }

    /// Writes what was built, in one transaction.
    async fn flush<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        team: &mut Team,
    ) -> Result<(), EngineError> {
        let mut building = std::mem::take(&mut self.building);
        if building.taken.is_empty() {
            self.writing = false;
            return Ok(());
        }
        // Some may have arrived from elsewhere since they were looked for: they must not get a second beginning.
        let mut packed = building.packed.iter();
        if packed.any(|packed| team.projection.knows(&packed.doc)) {
            self.take_again(building.taken);
            return Ok(());
        }
        let mut batch = Batch::new();
        let mut added = Vec::new();
        let mut packs = Vec::new();
        if !building.packed.is_empty() {
            let pack: DocId = desk.random();
            let len = u32::try_from(building.packed.len()).unwrap_or(u32::MAX);
            let documents = std::mem::take(&mut building.packed);
            for row in &mut building.bundle.rows {
                if row.home == DocId::default() {
                    row.home = pack;
                }
            }
            desk.put(&mut batch, Table::Packs, &pack, &Pack { documents });
            let key = team.outbox.make_key(desk);
            desk.put(
                &mut batch,
                Table::Outbox,
                &key,
                &OutboxRow::Pack { pack, len },
            );
            added.push((key, len));
            packs.push(pack);
        }
        added.extend(building.bundle.stage(desk, &mut batch, team));
        let steps = std::mem::take(&mut building.bundle.steps);
        self.stage_action(desk, &mut batch, team, steps, packs, building.counts);
        let rows = std::mem::take(&mut building.bundle.rows);
        let staged = team.projection.stage_rows(desk, &mut batch, rows);
        match desk.shelf.apply(batch).await {
            Ok(()) => {}
            Err(StoreError::Conflict) => {
                // Another tab wrote too: read what it wrote and do these again.
                team.reload_projection(desk).await?;
                self.take_again(building.taken);
                return Ok(());
            }
            Err(error) => {
                team.reload_projection(desk).await?;
                return Err(error.into());
            }
        }
        team.projection.committed(staged);
        added
            .into_iter()
            .for_each(|(key, len)| team.outbox.added(key, len));
        building.bundle.committed(team);
        self.flushes += 1;
        let counts = building.counts;
        self.report.created += counts.created;
        self.report.updated += counts.updated;
        self.report.unchanged += counts.unchanged;
        self.report.orders += counts.orders;
        self.groups.extend(building.rest);
        if self.groups.is_empty() {
            self.writing = false;
        }
        Ok(())
    }

    /// These are next again.
    fn take_again(&mut self, groups: Vec<Group>) {
        for group in groups.into_iter().rev() {
            self.groups.push_front(group);
        }
    }

    /// Each transaction adds a row to the action, and the note in the list of imports says how far it is.
    fn stage_action<S: Store, H: Host>(
        &self,
        desk: &mut Desk<S, H>,
        batch: &mut Batch,
        team: &Team,
        steps: Vec<Step>,
        packs: Vec<[u8; 16]>,
        counts: Counts,
    ) {
        let row = (self.id, self.flushes);
        stage_action_row(desk, batch, row, team.me.member, steps, packs);
        let note = ImportNote {
            name: self.file.name.clone(),
            at_ms: self.began_ms,
            created: self.report.created + counts.created,
            updated: self.report.updated + counts.updated,
            orders: self.report.orders + counts.orders,
            undone: false,
        };
        desk.put(
            batch,
            Table::Meta,
            &stored::import_key(&self.id.to_bytes()),
            &note,
        );
    }

    fn finish(mut self) -> (ActionId, JobReport) {
        if self.report.refused > 0 {
            self.report.refused_csv = self.refused.into_csv();
        }
        (self.id, self.report)
    }

    fn progress(&self) -> Progress {
        Progress {
            id: self.id,
            done: self.report.rows,
            total: Some(self.file.inspection.estimated_rows.max(self.report.rows)),
        }
    }
}

/// Why an import stops.
enum Stop {
    File(FileProblem),
    Engine(EngineError),
}

impl From<EngineError> for Stop {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

impl<S: Store, H: Host, F: Source> Engine<S, H, F> {
    /// One slice of the running import.
    pub(crate) async fn work_import(&mut self, until: f64) {
        let (Some(mut job), Some(team)) = (self.import.take(), &mut self.team) else {
            return;
        };
        let outcome = if self.cancelled {
            job.report.cancelled = true;
            Ok(true)
        } else {
            job.work(&mut self.desk, team, until).await
        };
        let over = match outcome {
            Ok(over) => over,
            Err(stop) => {
                job.report.stopped = Some(match stop {
                    Stop::File(problem) => JobStop::File(problem),
                    Stop::Engine(error) => JobStop::Storage(error.refusal()),
                });
                true
            }
        };
        if over {
            let (id, report) = job.finish();
            self.desk.event(Event::JobDone { id, report });
            return;
        }
        let now = self.desk.host.steady_ms();
        if now - job.told_at > PROGRESS_MS {
            job.told_at = now;
            let progress = job.progress();
            self.desk.event(Event::Progress(progress));
        }
        self.import = Some(job);
    }
}

/// A gathered customer as one to be made.
fn new_of(group: &Group) -> NewCustomer {
    // A purchase that the file has twice under one number is one: the document keeps the first, and so does the row.
    let mut seen = HashSet::new();
    let orders = group.orders.iter().filter(|order| seen.insert(order.id));
    NewCustomer {
        id: group.id,
        fields: group.fields.clone(),
        tags: group.tags.clone(),
        entries: Vec::new(),
        orders: orders.cloned().collect(),
        before: group.before,
    }
}

/// What a customer that is here lacks of what the file has, and the purchases that are left for a further change.
///
/// One that was unmade with its import comes again; one that somebody deleted stays out.
fn completion(record: &CustomerRecord, group: &Group) -> (Vec<CustomerEdit>, Vec<Order>) {
    let mut edits = Vec::new();
    if record.deleted {
        if !record.fields.is_empty() || !record.orders.is_empty() {
            return (Vec::new(), Vec::new());
        }
        edits.push(CustomerEdit::SetDeleted(false));
    }
    for (field, value) in &group.fields {
        if !record.fields.iter().any(|known| known.field == *field) {
            edits.push(CustomerEdit::SetField(*field, value.clone()));
        }
    }
    for tag in &group.tags {
        if !record
            .tags
            .iter()
            .any(|known| tendero_domain::fold(known) == tendero_domain::fold(tag))
        {
            edits.push(CustomerEdit::SetTag(tag.clone(), true));
        }
    }
    // Where the purchases are listed, sums from elsewhere would count them twice.
    if record.before.is_none() && record.orders.is_empty() {
        edits.extend(group.before.map(CustomerEdit::SetBefore));
    }
    let known: HashSet<OrderId> = record.orders.iter().map(|order| order.id).collect();
    let mut lacking: Vec<Order> = group
        .orders
        .iter()
        .filter(|order| !known.contains(&order.id))
        .cloned()
        .collect();
    let rest = lacking.split_off(lacking.len().min(MOST_ORDERS));
    edits.extend(lacking.into_iter().map(CustomerEdit::AddOrder));
    (edits, rest)
}

/// Whether a plan can be carried out: it has to name customers, or be purchases.
pub(crate) fn plan_fits(plan: &ImportPlan) -> bool {
    let mut seen = HashSet::new();
    let once = plan
        .columns
        .iter()
        .filter(|column| {
            !matches!(
                column,
                ImportColumn::Skip | ImportColumn::Tags | ImportColumn::Note
            )
        })
        .all(|column| seen.insert(*column));
    once && (plan.names_customers() || plan.is_orders())
}
