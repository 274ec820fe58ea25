use crate::{Effect, Event, State};
use std::rc::Rc;
use tendero_protocol::{Chain, DeviceId, LogPosition, Signer, WorkspaceId};
use tendero_vault::Random;

/// Who this device is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The device.
    pub device: DeviceId,
    /// The app's version, for the relay's operator.
    pub app: String,
}

/// A device of a workspace and its relay.
pub struct Sync {
    me: Me,
    signer: Rc<dyn Signer>,
    chain: Chain,
    position: LogPosition,
}

impl Sync {
    /// Continues from what the device has stored; nothing happens before [`Event::Start`].
    #[must_use]
    pub fn new(me: Me, signer: Rc<dyn Signer>, chain: Chain, position: LogPosition) -> Self {
        Self {
            me,
            signer,
            chain,
            position,
        }
    }

    /// Takes an event in and says what is to be done. `now_ms` is any clock in milliseconds.
    pub fn handle(&mut self, now_ms: u64, rng: &mut dyn Random, event: Event) -> Vec<Effect> {
        let _ = (now_ms, rng, event, &self.me, &self.signer);
        Vec::new()
    }

    /// The membership chain, as far as it is known and verified.
    #[must_use]
    pub const fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Where things stand.
    #[must_use]
    pub const fn state(&self) -> State {
        State::Idle
    }

    /// How far the log is durable here.
    #[must_use]
    pub const fn position(&self) -> LogPosition {
        self.position
    }
}
