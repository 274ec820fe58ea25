//! What the engines of several tabs on one database tell one another.

use crate::engine::Engine;
use crate::io::{Host, Source};
use crate::stored::{self, DocId};
use crate::team::Team;
use serde::{Deserialize, Serialize};
use tendero_domain::CustomerId;
use tendero_messages::Event;
use tendero_store::Store;
use tendero_sync::Event as SyncEvent;

/// Documents that are told one by one; beyond it everything is read anew.
pub(crate) const MOST_TOLD: usize = 200;

/// What changed in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Tidings {
    /// These documents.
    Documents(Vec<DocId>),
    /// A lot.
    All,
    /// There is a workspace now.
    Workspace,
}

impl Tidings {
    pub(crate) fn encode(&self) -> Vec<u8> {
        stored::encode(self)
    }
}

impl<S: Store, H: Host, F: Source> Engine<S, H, F> {
    /// Another tab wrote to the store.
    pub(crate) async fn told(&mut self, bytes: &[u8]) {
        // A tab of another build says things this one does not understand: reading everything anew is always right.
        let tidings = stored::decode(bytes).unwrap_or(Tidings::All);
        if self.team.is_none() {
            if let Ok(Some(team)) = Team::open(&self.desk).await {
                self.team = Some(team);
                let _ = self.reload_projection().await;
                self.tell_workspace();
            }
            return;
        }
        let Some(team) = &mut self.team else { return };
        let mut all = tidings == Tidings::All;
        if let Tidings::Documents(docs) = &tidings {
            for doc in docs {
                team.forget(doc);
                let id = CustomerId::from_bytes(*doc);
                // What is not in the log is no customer, or was folded already.
                all |= !team
                    .projection
                    .refresh_row(&self.desk, id)
                    .await
                    .unwrap_or(false);
                self.desk.event(Event::CustomerChanged(id));
            }
        }
        if all {
            let _ = team.reload_projection(&self.desk).await;
            let _ = team.read_settings(&self.desk).await;
            self.desk.event(Event::Changed);
        }
        if self.leader && team.outbox.refresh(&self.desk).await.is_ok() {
            let pending = team.outbox.pending();
            self.sync(SyncEvent::Pending(pending)).await;
        }
    }

    /// Tells the page of the workspace, and asks for the network.
    pub(crate) fn tell_workspace(&mut self) {
        if let Some(team) = &self.team {
            let facts = team.facts();
            self.desk.event(Event::Workspace(facts));
        }
        self.ask_to_lead();
        self.tell_sync();
    }
}
