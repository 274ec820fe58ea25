//! The engine and the relay: what the sync core asks for is carried out here.

use crate::desk::Desk;
use crate::engine::Engine;
use crate::error::EngineError;
use crate::io::{Host, Output, Source};
use crate::stored::{ATTEMPT, Attempt};
use crate::stretch::Arriving;
use crate::team::Team;
use std::collections::VecDeque;
use tendero_domain::ActionId;
use tendero_messages::{Done, Event, FromEngine, Refusal, SyncState, SyncTrouble};
use tendero_protocol::message::RefusedReason;
use tendero_store::{Batch, Store, StoreError, Table};
use tendero_sync::{Effect, Event as SyncEvent, State};

/// An invitation that waits for the relay to take it.
#[derive(Debug)]
pub(crate) struct Inviting {
    pub id: ActionId,
    pub fragment: String,
}

impl<S: Store, H: Host, F: Source> Engine<S, H, F> {
    /// Feeds the sync core and carries out its effects, and theirs in turn.
    pub(crate) async fn sync(&mut self, event: SyncEvent) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            let Some(team) = &mut self.team else { return };
            let now = self.desk.host.now_ms();
            let effects = team.sync.handle(now, &mut self.desk.host, event);
            for effect in effects {
                events.extend(self.carry_out(effect).await);
            }
        }
        if let Some(team) = &mut self.team
            && team.kept_chain < team.sync.chain().length()
            && team.keep_chain(&mut self.desk).await.is_ok()
        {
            self.desk.event(Event::MembersChanged);
        }
        self.tell_sync();
    }

    async fn carry_out(&mut self, effect: Effect) -> Option<SyncEvent> {
        let team = self.team.as_mut()?;
        let desk = &mut self.desk;
        match effect {
            Effect::Connect => desk.out.push(Output::Connect(self.relay.clone())),
            Effect::Close => desk.out.push(Output::Close),
            Effect::Send(bytes) => desk.out.push(Output::Send(bytes)),
            Effect::Wake(ms) => desk.out.push(Output::Wake(ms)),
            Effect::FromStart => team.outbox.start_over(),
            Effect::NextItems {
                max_items,
                max_bytes,
            } => {
                let bounds = (max_items, max_bytes);
                let Team {
                    outbox,
                    packs,
                    keyring,
                    ..
                } = team;
                // What cannot be read now is asked for again with the next connection.
                let sending = outbox
                    .next_items(desk, packs, keyring, bounds)
                    .await
                    .unwrap_or_default();
                return Some(SyncEvent::Items {
                    items: sending.items,
                    salts: sending.salts,
                });
            }
            Effect::Acked(acks) => {
                // When it cannot be noted the rows stay, are sent again and answered as duplicates.
                let _ = team.outbox.acknowledged(desk, &acks).await;
                return Some(SyncEvent::Pending(team.outbox.pending()));
            }
            Effect::Apply(stretch) => self.arriving = Some(Arriving::new(stretch)),
            // Kept once all effects are carried out, and again until it could be written.
            Effect::Chain(_) => {}
            Effect::Appended(_) => {
                if let Some(inviting) = self.inviting.take() {
                    let result = Ok(Done::Invitation {
                        fragment: inviting.fragment,
                    });
                    desk.tell_page(FromEngine::Done {
                        id: inviting.id,
                        result,
                    });
                }
            }
            Effect::AppendFailed(_) => {
                if let Some(inviting) = self.inviting.take() {
                    let away = !matches!(
                        team.sync.state(),
                        State::Waiting { .. } | State::Synced { .. }
                    );
                    let result = Err(if away {
                        Refusal::RelayAway
                    } else {
                        Refusal::NotAllowed
                    });
                    desk.tell_page(FromEngine::Done {
                        id: inviting.id,
                        result,
                    });
                }
            }
            // The state is read once all effects are carried out.
            Effect::State(_) => {}
        }
        None
    }

    /// Tells the page where the data stands, when that differs from what it was told.
    pub(crate) fn tell_sync(&mut self) {
        self.tell_catching_up();
        let Some(team) = &self.team else { return };
        let pending = team.outbox.pending();
        let trouble = |trouble| SyncState::Trouble { pending, trouble };
        let state = match team.sync.state() {
            _ if !self.leader && self.started.is_some() && pending > 0 => {
                SyncState::Waiting { pending }
            }
            _ if !self.leader => SyncState::Synced {
                seq: team.sync.position().cursor.0,
            },
            State::Idle if self.online => SyncState::Connecting { pending },
            State::Idle | State::Offline => SyncState::Offline { pending },
            State::Connecting => SyncState::Connecting { pending },
            State::Waiting { .. } => SyncState::Waiting { pending },
            State::Synced { seq } if pending == 0 && self.arriving.is_none() => {
                SyncState::Synced { seq: seq.0 }
            }
            State::Synced { .. } => SyncState::Waiting { pending },
            State::NotARelay => trouble(SyncTrouble::NotARelay),
            State::Damaged => trouble(SyncTrouble::LogDiffers),
            State::Refused(reason) => trouble(match reason {
                RefusedReason::NotOpen => SyncTrouble::NotOpen,
                RefusedReason::Storage => SyncTrouble::RelayFull,
                RefusedReason::NoProtocol | RefusedReason::Malformed => SyncTrouble::OtherVersion,
                _ => SyncTrouble::NotAMember,
            }),
        };
        if self.told_sync.as_ref() != Some(&state) {
            self.told_sync = Some(state.clone());
            self.desk.event(Event::Sync(state));
        }
    }

    /// One slice of a stretch of the log.
    pub(crate) async fn work_arriving(&mut self, until: f64) -> Result<(), EngineError> {
        let (Some(mut arriving), Some(team)) = (self.arriving.take(), &mut self.team) else {
            return Ok(());
        };
        if !arriving.is_noted() {
            // A panic between here and the commit is met with care by the engine that follows.
            let attempt = self.attempt.clone().unwrap_or_default();
            if let Err(error) = note(&mut self.desk, &attempt).await {
                self.sync(SyncEvent::NotApplied).await;
                return Err(error);
            }
            arriving.noted();
        }
        while !arriving.is_done() {
            let doc = arriving.next_document();
            if let (Some(doc), Some(attempt)) = (doc, &mut self.attempt) {
                if attempt.left_out.contains(&doc) {
                    arriving.park(doc);
                    continue;
                }
                attempt.suspect = Some(doc);
                if let Err(error) = note(&mut self.desk, attempt).await {
                    self.sync(SyncEvent::NotApplied).await;
                    return Err(error);
                }
            }
            match (arriving.step(&mut self.desk, team).await, doc) {
                (Ok(()), _) => {}
                (Err(EngineError::Store(error)), _) => {
                    self.sync(SyncEvent::NotApplied).await;
                    return Err(error.into());
                }
                // One document that cannot take it must not block the others.
                (Err(_), Some(doc)) => arriving.park(doc),
                (Err(error), None) => return Err(error),
            }
            if self.desk.host.steady_ms() > until {
                self.arriving = Some(arriving);
                return Ok(());
            }
        }
        match arriving.commit(&mut self.desk, team).await {
            Ok(touched) => {
                self.attempt = None;
                team.touched.extend(touched);
                self.sync(SyncEvent::Applied).await;
                Ok(())
            }
            Err(EngineError::Store(StoreError::Conflict)) => {
                self.reload_projection().await?;
                self.arriving = Some(arriving.again());
                Ok(())
            }
            Err(error) => {
                self.reload_projection().await?;
                self.sync(SyncEvent::NotApplied).await;
                Err(error)
            }
        }
    }
}

/// Notes how far putting a stretch in has come, for an engine that has to begin it again.
async fn note<S: Store, H: Host>(
    desk: &mut Desk<S, H>,
    attempt: &Attempt,
) -> Result<(), EngineError> {
    let mut batch = Batch::new();
    desk.put(&mut batch, Table::Meta, ATTEMPT, attempt);
    Ok(desk.shelf.apply(batch).await?)
}
