//! The same for many customers (an edit, an export), and taking back what was done to many: jobs in slices between commands.
//!
//! Each transaction edits up to [`Pack::MOST`] customers and keeps how to take that back under the job's action, so a job
//! that was stopped, or ended with the engine, can be taken back as far as it came, and taking back can be taken back too.

use crate::bundle::Bundle;
use crate::commands::stage_action_row;
use crate::desk::Desk;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::export::Exporter;
use crate::import::ImportJob;
use crate::io::{Host, Source};
use crate::stored::{self, Action, DocId, DocKind, ImportNote, Pack, Step};
use crate::team::Team;
use std::collections::VecDeque;
use tendero_domain::{ActionId, CustomerId};
use tendero_messages::{
    Done, Event, ExportFormat, JobReport, JobStop, ManyEdit, Progress, Refusal, Target,
};
use tendero_records::{CustomerEdit, Inverse};
use tendero_store::{Batch, Store, StoreError, Table, end_of_prefix};

/// Milliseconds between two words on progress.
const PROGRESS_MS: f64 = 150.0;

/// A running job. See the module.
pub(crate) struct ManyJob {
    id: ActionId,
    work: Work,
    /// Customers whose turn comes next.
    turns: VecDeque<Turn>,
    total: u64,
    /// Turns whose customers are in the bundle.
    taken: Vec<Turn>,
    bundle: Bundle,
    counts: Counts,
    flushes: u32,
    report: JobReport,
    told_at: f64,
}

/// What a job does.
enum Work {
    /// The same to all.
    Edit(Vec<CustomerEdit>),
    /// Writes each into a file.
    Export(Exporter),
    /// Takes an action back; these are its rows that were not read yet, the last one first.
    TakeBack {
        action: ActionId,
        rows: Vec<Vec<u8>>,
        packs: Vec<DocId>,
    },
}

/// One customer, and what is done to it.
#[derive(Clone)]
struct Turn {
    doc: DocId,
    what: What,
    /// The customer's place in the list the job is for.
    place: u32,
}

#[derive(Clone)]
enum What {
    /// What the job does to all.
    Each,
    TakeBack(Vec<Inverse>),
    /// An import made it: it goes out of the lists, unless somebody wrote something on it since.
    Unmake,
}

#[derive(Default, Clone, Copy)]
struct Counts {
    updated: u64,
    unchanged: u64,
    kept: u64,
}

impl ManyJob {
    fn new(id: ActionId, work: Work, turns: VecDeque<Turn>, total: u64) -> Self {
        Self {
            id,
            work,
            turns,
            total,
            taken: Vec::new(),
            bundle: Bundle::default(),
            counts: Counts::default(),
            flushes: 0,
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
    ) -> Result<bool, EngineError> {
        loop {
            if let Some(turn) = self.turns.pop_front() {
                self.take(desk, team, &turn).await?;
                self.taken.push(turn);
            } else if !self.read_on(desk, team).await? {
                self.flush(desk, team).await?;
                if !self.turns.is_empty() {
                    continue;
                }
                self.mark_undone(desk).await?;
                if let Work::Export(exporter) = &mut self.work {
                    self.report.exported = exporter.finish();
                }
                return Ok(true);
            }
            if self.taken.len() >= Pack::MOST {
                self.flush(desk, team).await?;
                // A transaction is a good place to let others in.
                return Ok(false);
            }
            if desk.host.steady_ms() > until {
                return Ok(false);
            }
        }
    }

    /// Reads more of the action that is taken back; `false` when there is no more.
    async fn read_on<S: Store, H: Host>(
        &mut self,
        desk: &Desk<S, H>,
        team: &mut Team,
    ) -> Result<bool, EngineError> {
        let Work::TakeBack { rows, packs, .. } = &mut self.work else {
            return Ok(false);
        };
        if let Some(pack) = packs.pop() {
            let pack = team.packs.get(desk, pack).await?;
            let documents = pack.as_ref().map_or(&[][..], |pack| &pack.documents);
            self.turns.extend(documents.iter().map(|packed| Turn {
                doc: packed.doc,
                what: What::Unmake,
                place: 0,
            }));
            return Ok(true);
        }
        let Some(key) = rows.pop() else {
            return Ok(false);
        };
        let row: Option<Action> = desk.shelf.get(Table::Actions, &key).await?;
        if let Some(row) = row {
            *packs = row.packs;
            let customers = row
                .steps
                .into_iter()
                .filter(|step| step.kind == DocKind::Customer.code());
            self.turns.extend(customers.map(|step| Turn {
                doc: step.doc,
                what: What::TakeBack(step.inverses),
                place: 0,
            }));
        }
        Ok(true)
    }

    /// Edits one customer, in memory.
    async fn take<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        team: &mut Team,
        turn: &Turn,
    ) -> Result<(), EngineError> {
        let Some(mut loaded) = team.take(desk, CustomerId::from_bytes(turn.doc)).await? else {
            // It is not on this device any more.
            self.counts.kept += 1;
            return Ok(());
        };
        let author = team.author(desk, self.id, loaded.actor);
        let document = &mut loaded.document;
        let (edited, kept) = match (&turn.what, &mut self.work) {
            (What::Each, Work::Edit(edits)) => (document.edit(&author, edits)?, 0),
            (What::Each, Work::Export(exporter)) => {
                exporter.push(turn.place, &document.read());
                (None, 0)
            }
            (What::Each, Work::TakeBack { .. }) => (None, 0),
            (What::TakeBack(inverses), _) => {
                let undone = document.undo(&author, inverses)?;
                (undone.edited, undone.kept)
            }
            (What::Unmake, Work::TakeBack { action, .. })
                if !document.is_only_by(&[*action, self.id]) =>
            {
                (None, u32::from(!document.read().deleted))
            }
            (What::Unmake, _) => (document.edit(&author, &[CustomerEdit::Unmake])?, 0),
        };
        self.counts.kept += u64::from(kept);
        match edited {
            Some(edited) => {
                self.counts.updated += 1;
                // The document is ahead of the store: it is not kept.
                self.bundle.add(&loaded, edited);
            }
            None => {
                self.counts.unchanged += u64::from(kept == 0);
                team.keep(loaded);
            }
        }
        Ok(())
    }

    /// Writes what was done, in one transaction.
    async fn flush<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        team: &mut Team,
    ) -> Result<(), EngineError> {
        let mut bundle = std::mem::take(&mut self.bundle);
        let taken = std::mem::take(&mut self.taken);
        let counts = std::mem::take(&mut self.counts);
        if bundle.len() > 0 {
            let mut batch = Batch::new();
            let added = bundle.stage(desk, &mut batch, team);
            let steps = std::mem::take(&mut bundle.steps);
            let row = (self.id, self.flushes);
            stage_action_row(desk, &mut batch, row, team.me.member, steps, Vec::new());
            let rows = std::mem::take(&mut bundle.rows);
            let staged = team.projection.stage_rows(desk, &mut batch, rows);
            match desk.shelf.apply(batch).await {
                Ok(()) => {}
                Err(StoreError::Conflict) => {
                    // Another tab wrote too: read what it wrote and do these again.
                    team.reload_projection(desk).await?;
                    taken
                        .into_iter()
                        .rev()
                        .for_each(|turn| self.turns.push_front(turn));
                    return Ok(());
                }
                Err(error) => {
                    team.reload_projection(desk).await?;
                    return Err(error.into());
                }
            }
            team.projection.committed(staged);
            if let Some((key, len)) = added {
                team.outbox.added(key, len);
            }
            bundle.committed(team);
            self.flushes += 1;
        }
        self.report.rows += taken.len() as u64;
        self.report.updated += counts.updated;
        self.report.unchanged += counts.unchanged;
        self.report.kept += counts.kept;
        Ok(())
    }

    /// An action that was taken back to its end is not taken back again.
    async fn mark_undone<S: Store, H: Host>(
        &self,
        desk: &mut Desk<S, H>,
    ) -> Result<(), EngineError> {
        let Work::TakeBack { action, .. } = &self.work else {
            return Ok(());
        };
        let action = action.to_bytes();
        let mut batch = Batch::new();
        if let Some(mut row) = desk.shelf.get::<Action>(Table::Actions, &action).await? {
            row.undone = true;
            desk.put(&mut batch, Table::Actions, &action, &row);
        }
        let note = stored::import_key(&action);
        if let Some(mut row) = desk.shelf.get::<ImportNote>(Table::Meta, &note).await? {
            row.undone = true;
            desk.put(&mut batch, Table::Meta, &note, &row);
        }
        Ok(desk.shelf.apply(batch).await?)
    }

    fn progress(&self) -> Progress {
        let done = self.report.rows + self.taken.len() as u64;
        Progress {
            id: self.id,
            done,
            total: Some(self.total.max(done)),
        }
    }
}

impl<S: Store, H: Host, F: Source> Engine<S, H, F> {
    /// Begins the same edit of many customers.
    pub(crate) async fn begin_edit_many(
        &mut self,
        id: ActionId,
        target: Target,
        edit: ManyEdit,
    ) -> Result<Done, EngineError> {
        if self.is_running(id)? {
            return Ok(Done::Started);
        }
        let team = self.team.as_mut().ok_or(Refusal::NoWorkspace)?;
        let edits = match edit {
            ManyEdit::Tags { tags, on } => tags
                .iter()
                .map(|tag| Ok(CustomerEdit::SetTag(crate::commands::short(tag)?, on)))
                .collect::<Result<_, Refusal>>()?,
            ManyEdit::Field { field, value } => {
                let value = crate::commands::checked(field, &value)?;
                vec![CustomerEdit::SetField(field, value)]
            }
            ManyEdit::Deleted(deleted) => vec![CustomerEdit::SetDeleted(deleted)],
        };
        let customers = team.meant(&self.desk, target);
        self.begin_each(id, Work::Edit(edits), customers).await
    }

    /// Begins writing many customers into a file.
    pub(crate) async fn begin_export(
        &mut self,
        id: ActionId,
        target: Target,
        format: ExportFormat,
    ) -> Result<Done, EngineError> {
        if self.is_running(id)? {
            return Ok(Done::Started);
        }
        let team = self.team.as_mut().ok_or(Refusal::NoWorkspace)?;
        let customers = team.meant(&self.desk, target);
        let work = Work::Export(Exporter::new(format));
        self.begin_each(id, work, customers).await
    }

    async fn begin_each(
        &mut self,
        id: ActionId,
        work: Work,
        customers: Vec<CustomerId>,
    ) -> Result<Done, EngineError> {
        let team = self.team.as_ref().ok_or(Refusal::NoWorkspace)?;
        let mut turns: Vec<Turn> = (0..)
            .zip(&customers)
            .map(|(place, customer)| Turn {
                doc: customer.to_bytes(),
                what: What::Each,
                place,
            })
            .collect();
        // A pack is read once for all of its customers, not once for each.
        turns.sort_by_cached_key(|turn| (team.home(DocKind::Customer, turn.doc), turn.place));
        let total = turns.len() as u64;
        self.begin(id, work, turns.into(), total).await
    }

    /// Begins taking back an action on many customers; `None` when it is one on a single document, which needs no job.
    pub(crate) async fn begin_take_back(
        &mut self,
        id: ActionId,
        action: ActionId,
    ) -> Result<Option<Done>, EngineError> {
        let prefix = action.to_bytes();
        let first: Option<Action> = self.desk.shelf.get(Table::Actions, &prefix).await?;
        let Some(first) = first.filter(|first| !first.undone) else {
            return Ok(None);
        };
        let rows = self.action_rows(action).await?;
        if rows.len() == 1 && first.packs.is_empty() && first.steps.len() <= 1 {
            return Ok(None);
        }
        if self.is_running(id)? {
            return Ok(Some(Done::Started));
        }
        let note = stored::import_key(&prefix);
        let note: Option<ImportNote> = self.desk.shelf.get(Table::Meta, &note).await?;
        let total = match note {
            Some(note) => note.created + note.updated,
            None => self.steps(&rows).await?,
        };
        let work = Work::TakeBack {
            action,
            rows,
            packs: Vec::new(),
        };
        self.begin(id, work, VecDeque::new(), total).await.map(Some)
    }

    /// Whether this very job is running; another one has to end first.
    fn is_running(&self, id: ActionId) -> Result<bool, Refusal> {
        let running = self.many.as_ref().map(ManyJob::id);
        match running.or(self.import.as_ref().map(ImportJob::id)) {
            Some(running) if running == id => Ok(true),
            Some(_) => Err(Refusal::Busy),
            None => Ok(false),
        }
    }

    /// Begins a job. One that ended with its engine is gone through again, which changes nothing where it had been, and
    /// goes on in the rows of its action.
    async fn begin(
        &mut self,
        id: ActionId,
        work: Work,
        turns: VecDeque<Turn>,
        total: u64,
    ) -> Result<Done, EngineError> {
        let written = self.action_rows(id).await?.len();
        let mut job = ManyJob::new(id, work, turns, total);
        job.flushes = u32::try_from(written).unwrap_or(u32::MAX);
        self.cancelled = false;
        self.many = Some(job);
        Ok(Done::Started)
    }

    /// The keys of an action's rows, in the order in which they were written.
    async fn action_rows(&self, action: ActionId) -> Result<Vec<Vec<u8>>, EngineError> {
        let prefix = action.to_bytes();
        let end = end_of_prefix(&prefix);
        let shelf = &self.desk.shelf;
        let rows = shelf
            .sealed(Table::Actions, &prefix, end.as_deref(), usize::MAX)
            .await?;
        Ok(rows.into_iter().map(|(key, _)| key).collect())
    }

    /// How many steps the rows of an action hold.
    async fn steps(&self, rows: &[Vec<u8>]) -> Result<u64, EngineError> {
        let mut steps = 0;
        for key in rows {
            let row: Option<Action> = self.desk.shelf.get(Table::Actions, key).await?;
            steps += row.map_or(0, |row| row.steps.len() as u64);
        }
        Ok(steps)
    }

    /// One slice of the running job.
    pub(crate) async fn work_many(&mut self, until: f64) {
        let (Some(mut job), Some(team)) = (self.many.take(), &mut self.team) else {
            return;
        };
        let outcome = if self.cancelled {
            job.report.cancelled = true;
            job.flush(&mut self.desk, team).await.map(|()| true)
        } else {
            job.work(&mut self.desk, team, until).await
        };
        let over = outcome.unwrap_or_else(|error| {
            job.report.stopped = Some(JobStop::Storage(error.refusal()));
            true
        });
        if over {
            let (id, report) = (job.id, job.report);
            self.desk.event(Event::JobDone { id, report });
            return;
        }
        let now = self.desk.host.steady_ms();
        if now - job.told_at > PROGRESS_MS {
            job.told_at = now;
            let progress = job.progress();
            self.desk.event(Event::Progress(progress));
        }
        self.many = Some(job);
    }
}

/// The action's only step, where it has but one.
pub(crate) fn only_step(action: &Action) -> Option<&Step> {
    match action.steps.as_slice() {
        [step] => Some(step),
        _ => None,
    }
}
