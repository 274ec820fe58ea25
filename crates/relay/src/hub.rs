//! Workspaces in use: their folded chains, who listens, and what a device may do.

use crate::journal;
use crate::limits::{Limits, Quota};
use crate::metrics::Metrics;
use crate::store::{
    Condition, Growth, LogRange, LogStore, Pushed, StoreError, Swapped, WorkspaceState,
};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tendero_protocol::entry::EntryBody;
use tendero_protocol::message::ChainTip;
use tendero_protocol::{
    Chain, ChainError, Hash, Incarnation, LogItems, Seq, SignedEntry, SignedFrame, Verified,
    WorkspaceId,
};
use tokio::sync::{Mutex, watch};

/// How often workspaces in use are looked at for growth by other relays, whose hints may be lost.
const LOOK: Duration = Duration::from_millis(500);

/// Bytes of a membership chain, which is kept in memory while somebody is connected.
const CHAIN_BYTES: usize = 16 * 1024 * 1024;

/// Why the hub did not do it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HubError {
    /// The store did not.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The entry does not follow from the chain's rules.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// No new workspaces are taken.
    #[error("this relay takes no new workspace")]
    Closed,
    /// The membership chain has no room for that entry.
    #[error("the membership chain is too long")]
    TooLong,
    /// The system gave no random bytes.
    #[error("the system gave no random bytes")]
    Randomness,
}

/// A workspace that somebody is connected to.
pub struct Workspace {
    id: WorkspaceId,
    chain: RwLock<Arc<Chain>>,
    /// Appends go one after another: each is judged against the chain the one before left.
    appending: Mutex<()>,
    head: watch::Sender<Seq>,
    tip: watch::Sender<ChainTip>,
}

impl Workspace {
    /// The chain as it is now.
    #[must_use]
    pub fn chain(&self) -> Arc<Chain> {
        Arc::clone(&self.chain.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Which one.
    #[must_use]
    pub const fn id(&self) -> WorkspaceId {
        self.id
    }

    /// Hears of the log's growth. Several steps may arrive as one.
    #[must_use]
    pub fn watch_head(&self) -> watch::Receiver<Seq> {
        self.head.subscribe()
    }

    /// Hears of the chain's growth.
    #[must_use]
    pub fn watch_chain(&self) -> watch::Receiver<ChainTip> {
        self.tip.subscribe()
    }

    /// Takes a chain unless a longer one is known.
    fn set_chain(&self, chain: Chain) {
        let tip = tip_of(&chain);
        let mut known = self.chain.write().unwrap_or_else(PoisonError::into_inner);
        if tip.length > known.length() {
            *known = Arc::new(chain);
            self.tip.send_replace(tip);
        }
    }

    fn set_head(&self, grown: Seq) {
        self.head.send_if_modified(|head| {
            let news = grown > *head;
            *head = grown.max(*head);
            news
        });
    }
}

/// The end of a chain.
#[must_use]
pub fn tip_of(chain: &Chain) -> ChainTip {
    ChainTip {
        head: chain.head(),
        length: chain.length(),
    }
}

/// The relay's state: a store, and the workspaces in use.
pub struct Hub<S> {
    store: S,
    closed: bool,
    quota: Quota,
    /// The most workspaces.
    workspaces: u64,
    /// Whether other relays may write to the store.
    shared: bool,
    metrics: Arc<Metrics>,
    in_use: Mutex<HashMap<WorkspaceId, Arc<Workspace>>>,
}

impl<S: LogStore> Hub<S> {
    /// A hub over a store. A closed one takes no new workspace.
    pub fn new(store: S, closed: bool) -> Self {
        Self {
            quota: Quota::NONE,
            workspaces: u64::MAX,
            shared: store.hear().is_some(),
            store,
            closed,
            metrics: Arc::default(),
            in_use: Mutex::default(),
        }
    }

    /// The same with bounds for its workspaces.
    #[must_use]
    pub fn within(mut self, limits: &Limits) -> Self {
        (self.quota, self.workspaces) = (limits.quota, limits.workspaces);
        self
    }

    /// What is counted.
    pub const fn metrics(&self) -> &Arc<Metrics> {
        &self.metrics
    }

    /// Whether pushes are taken at present.
    pub fn condition(&self) -> Condition {
        self.store.condition()
    }

    /// How many workspaces somebody is connected to.
    pub async fn in_use(&self) -> usize {
        self.in_use.lock().await.len()
    }

    /// A workspace, folded from the store on first use; `None` when it is not here.
    ///
    /// # Errors
    /// [`HubError`].
    pub async fn open(&self, id: WorkspaceId) -> Result<Option<Arc<Workspace>>, HubError> {
        let mut in_use = self.in_use.lock().await;
        if let Some(workspace) = in_use.get(&id) {
            return Ok(Some(Arc::clone(workspace)));
        }
        let entries = self.store.chain(id).await?;
        let Some(state) = self.store.state(id).await? else {
            return Ok(None);
        };
        let chain = Chain::from_entries(entries)?;
        let workspace = Arc::new(Workspace {
            id,
            head: watch::Sender::new(state.head),
            tip: watch::Sender::new(tip_of(&chain)),
            chain: RwLock::new(Arc::new(chain)),
            appending: Mutex::new(()),
        });
        in_use.insert(id, Arc::clone(&workspace));
        Ok(Some(workspace))
    }

    /// A connection is done with a workspace; the last one lets it go.
    pub async fn release(&self, workspace: Arc<Workspace>) {
        let mut in_use = self.in_use.lock().await;
        // Only the map and the caller are left: clones are made under this lock alone.
        if Arc::strong_count(&workspace) <= 2 {
            in_use.remove(&workspace.id);
        }
    }

    /// Folds the chain again if another relay on the same store may have made it longer.
    ///
    /// # Errors
    /// [`HubError`].
    pub async fn refresh(&self, workspace: &Workspace) -> Result<(), HubError> {
        if self.shared {
            workspace.set_chain(Chain::from_entries(self.store.chain(workspace.id).await?)?);
        }
        Ok(())
    }

    /// Tells the listeners of growth by other relays on the same store, until told to stop. Returns at once for a store
    /// that this relay has for itself.
    pub async fn follow(&self, mut stopping: watch::Receiver<bool>) {
        let Some(mut hints) = self.store.hear() else {
            return;
        };
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let hint = tokio::select! {
                // Missed hints are found by looking.
                hint = hints.recv() => hint.ok(),
                _ = look.tick() => None,
                () = stopped(&mut stopping) => return,
            };
            match hint {
                Some(growth) => self.grown(growth).await,
                None => self.look().await,
            }
        }
    }

    async fn look(&self) {
        let in_use: Vec<WorkspaceId> = self.in_use.lock().await.keys().copied().collect();
        // A lost database is asked for even while nobody is here: a proxy may wait for its return to send somebody.
        if in_use.is_empty() && self.condition() != Condition::Unreachable {
            return;
        }
        // A database that does not answer is looked at again soon.
        for growth in self.store.growth(in_use).await.unwrap_or_default() {
            self.grown(growth).await;
        }
    }

    async fn grown(&self, growth: Growth) {
        let Some(workspace) = self.in_use.lock().await.get(&growth.workspace).cloned() else {
            return;
        };
        workspace.set_head(growth.head);
        if growth.chain_length > workspace.chain().length() {
            // What fails now is found again by looking.
            let _ = self.refresh(&workspace).await;
        }
        self.release(workspace).await;
    }

    /// Registers a workspace by its Create entry, whose signature is checked. Sent again, the same entry is accepted.
    ///
    /// # Errors
    /// [`HubError`]; [`ChainError::Taken`] when another workspace has the id.
    pub async fn create(&self, id: WorkspaceId, entry: SignedEntry) -> Result<ChainTip, HubError> {
        let chain = Chain::begin(entry.clone())?;
        if chain.workspace() != id {
            return Err(ChainError::Workspace.into());
        }
        if let Some(existing) = self.open(id).await? {
            let existing = existing.chain();
            let same = existing.first() == chain.first();
            return if same {
                Ok(tip_of(&existing))
            } else {
                Err(ChainError::Taken.into())
            };
        }
        // Two that come at once may make one too many, which harms nobody.
        if self.closed || self.is_full_of_workspaces().await? {
            return Err(HubError::Closed);
        }
        check_length(0, &entry)?;
        let mut incarnation = Incarnation::default();
        getrandom::fill(&mut incarnation.0).map_err(|_| HubError::Randomness)?;
        match self.store.create(id, incarnation, entry).await? {
            Swapped::Done(tip) => Ok(tip),
            // Two of the same at once: the other was first.
            Swapped::Conflict(tip) if tip == tip_of(&chain) => Ok(tip),
            Swapped::Conflict(_) => Err(ChainError::Taken.into()),
        }
    }

    async fn is_full_of_workspaces(&self) -> Result<bool, HubError> {
        Ok(self.workspaces != u64::MAX && self.store.count().await? >= self.workspaces)
    }

    /// Adds an entry if it follows `prev`, `prev` is still the end, and its signer may say that.
    ///
    /// # Errors
    /// [`HubError`].
    pub async fn append(
        &self,
        workspace: &Workspace,
        prev: Hash,
        entry: SignedEntry,
        now_ms: u64,
    ) -> Result<Swapped, HubError> {
        let _turn = workspace.appending.lock().await;
        if workspace.chain().head() != prev {
            // The client may have heard of a longer chain from another relay.
            self.refresh(workspace).await?;
        }
        let chain = workspace.chain();
        if chain.head() != prev {
            // An answer was lost and the entry is sent again: say yes again.
            let known = chain.entries().contains(&entry);
            let tip = tip_of(&chain);
            return Ok(if known {
                Swapped::Done(tip)
            } else {
                Swapped::Conflict(tip)
            });
        }
        if let Ok(read) = entry.read()
            && let EntryBody::Join(acceptance) = &read.body
            && chain
                .invites()
                .get(&acceptance.invite_id)
                .is_some_and(|invite| invite.is_expired(now_ms))
        {
            return Err(ChainError::Invite.into());
        }
        let known = chain.entries().iter().map(|entry| entry.encode().len());
        check_length(known.sum(), &entry)?;
        let mut next = Chain::clone(&chain);
        next.append(entry.clone())?;
        let swapped = self.store.append(workspace.id, prev, entry).await?;
        match swapped {
            Swapped::Done(_) => workspace.set_chain(next),
            Swapped::Conflict(_) => {
                // Another relay on the same store was faster: fold again.
                self.refresh(workspace).await?;
            }
        }
        Ok(swapped)
    }

    /// Stores a verified frame and tells the workspace's listeners, the sender included: another device's items may
    /// lie between the sender's last cursor and its own new items.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn push(
        &self,
        workspace: &Workspace,
        frame: Verified<SignedFrame>,
    ) -> Result<Pushed, StoreError> {
        let pushed = self.store.push(workspace.id, frame, self.quota).await;
        match &pushed {
            Ok(pushed) => self.metrics.pushed(&pushed.acks),
            Err(_) => self.metrics.push_failed(),
        }
        let pushed = pushed?;
        workspace.set_head(pushed.head);
        Ok(pushed)
    }

    /// Where the log stands.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn state(&self, workspace: &Workspace) -> Result<WorkspaceState, StoreError> {
        let state = self.store.state(workspace.id).await?;
        state.ok_or(StoreError::UnknownWorkspace)
    }

    /// A stretch of the log.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn log(
        &self,
        workspace: &Workspace,
        range: LogRange,
    ) -> Result<LogItems, StoreError> {
        self.metrics.page();
        let page = self.store.log(workspace.id, range).await;
        if page == Err(StoreError::Damaged) {
            journal::event("log_damaged", &[]);
        }
        page
    }

    /// Remembers how far a device has read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn set_cursor(
        &self,
        workspace: &Workspace,
        device: tendero_protocol::DeviceId,
        cursor: Seq,
    ) -> Result<(), StoreError> {
        self.store.set_cursor(workspace.id, device, cursor).await
    }
}

/// Whether the chain may grow by an entry.
fn check_length(bytes: usize, entry: &SignedEntry) -> Result<(), HubError> {
    if bytes.saturating_add(entry.encode().len()) > CHAIN_BYTES {
        return Err(HubError::TooLong);
    }
    Ok(())
}

/// Ends when the server is told to stop. The guard that `wait_for` returns must not live across another await.
pub(crate) async fn stopped(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stopping| *stopping).await;
}
