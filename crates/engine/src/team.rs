//! A workspace on this device: who we are, the keys, the documents in use, the projection, the outbox.

use crate::desk::Desk;
use crate::error::EngineError;
use crate::io::Host;
use crate::outbox::Outbox;
use crate::packs::Packs;
use crate::projection::Projection;
use crate::stored::{self, DEVICE_KEY, DocId, DocKind, KEYRING, ME, Me, POSITION, Position};
use std::collections::BTreeMap;
use std::rc::Rc;
use tendero_domain::{ActionId, CustomerId, MemberId};
use tendero_insight::RowNo;
use tendero_messages::{Filter, MemberLine, WorkspaceFacts};
use tendero_protocol::{Chain, DeviceId, SignedEntry, WorkspaceId};
use tendero_records::{Author, Customer, Settings, SettingsRecord};
use tendero_store::{Batch, Store, Table};
use tendero_sync::Sync;
use tendero_vault::{DeviceKey, Keyring};

/// See the module.
pub(crate) struct Team {
    pub me: Me,
    pub keyring: Keyring,
    pub sync: Sync,
    pub projection: Projection,
    pub settings: SettingsRecord,
    pub names: BTreeMap<MemberId, String>,
    /// Entries of the membership chain that are in the store.
    pub kept_chain: u32,
    signer: Rc<DeviceKey>,
    pub packs: Packs,
    pub outbox: Outbox,
    /// Loaded customers, the one used last at the end.
    pub loaded: Vec<Loaded<Customer>>,
    /// Documents that changed since the page and the other tabs were told.
    pub touched: Vec<DocId>,
    /// So much changed that others read everything anew.
    pub bulk: bool,
    /// Rows of the last filter, as long as nothing changed.
    pub selection: Option<Selected>,
}

/// Customers kept loaded; each takes 10–20 KB.
pub(crate) const MOST_LOADED: usize = 32;

/// A document in memory and where it stands in the store.
#[derive(Debug)]
pub(crate) struct Loaded<D> {
    pub doc: DocId,
    pub document: D,
    pub salt: [u8; 16],
    /// Number of the next piece of its tail.
    pub next: u32,
    /// Where it begins.
    pub home: DocId,
    /// Fresh for each loading: an actor is never used by two tabs.
    pub actor: [u8; 16],
}

/// An answered filter.
#[derive(Debug)]
pub(crate) struct Selected {
    pub filter: Filter,
    pub revision: u64,
    pub today: tendero_domain::Day,
    pub rows: Vec<RowNo>,
}

/// What a device needs to be in a workspace.
pub(crate) struct Membership {
    pub me: Me,
    pub device_key: DeviceKey,
    pub keyring: Keyring,
    pub chain: Chain,
}

impl Membership {
    /// Adds all of it to a batch that is refused when there is a workspace here already.
    pub(crate) fn stage<S: Store, H: Host>(&self, desk: &mut Desk<S, H>, batch: &mut Batch) {
        batch.expect(Table::Meta, ME, None);
        desk.put(batch, Table::Meta, ME, &self.me);
        desk.put(batch, Table::Keys, DEVICE_KEY, &*self.device_key.seed());
        desk.put_bytes(batch, Table::Keys, KEYRING, &self.keyring.encode());
        stage_chain(desk, batch, 0, self.chain.entries());
    }
}

/// Adds entries of the membership chain to a batch, from a number on.
pub(crate) fn stage_chain<S: Store, H: Host>(
    desk: &mut Desk<S, H>,
    batch: &mut Batch,
    from: u32,
    entries: &[SignedEntry],
) {
    for (number, entry) in (from..).zip(entries) {
        desk.put_bytes(batch, Table::Chain, &number.to_be_bytes(), &entry.encode());
    }
}

impl Team {
    /// Reads the workspace of this device; `None` when there is none.
    pub(crate) async fn open<S: Store, H: Host>(
        desk: &Desk<S, H>,
    ) -> Result<Option<Self>, EngineError> {
        let Some(me) = desk.shelf.get::<Me>(Table::Meta, ME).await? else {
            return Ok(None);
        };
        let seed: [u8; 32] = desk
            .shelf
            .get(Table::Keys, DEVICE_KEY)
            .await?
            .ok_or(EngineError::Damaged)?;
        let keyring = desk
            .shelf
            .bytes(Table::Keys, KEYRING)
            .await?
            .ok_or(EngineError::Damaged)?;
        let membership = Membership {
            me,
            device_key: DeviceKey::from_seed(seed),
            keyring: Keyring::decode(&keyring)?,
            chain: read_chain(desk).await?,
        };
        Self::with(desk, membership).await.map(Some)
    }

    /// Takes up work in a workspace whose membership is in the store.
    pub(crate) async fn with<S: Store, H: Host>(
        desk: &Desk<S, H>,
        membership: Membership,
    ) -> Result<Self, EngineError> {
        let Membership {
            me,
            device_key,
            keyring,
            chain,
        } = membership;
        let position = desk
            .shelf
            .get::<Position>(Table::Meta, POSITION)
            .await?
            .unwrap_or_default();
        let signer = Rc::new(device_key);
        let mut team = Self {
            names: names_of(&chain, &keyring),
            kept_chain: chain.length(),
            sync: Sync::new(identity(&me), signer.clone(), chain, position.0),
            signer,
            me,
            keyring,
            projection: Projection::default(),
            settings: SettingsRecord::default(),
            packs: Packs::default(),
            outbox: Outbox::default(),
            loaded: Vec::new(),
            touched: Vec::new(),
            bulk: false,
            selection: None,
        };
        team.outbox.refresh(desk).await?;
        team.read_settings(desk).await?;
        Ok(team)
    }

    /// Begins sync anew from what the store holds: another tab has gone on since this one read it.
    pub(crate) async fn renew_sync<S: Store, H: Host>(
        &mut self,
        desk: &Desk<S, H>,
    ) -> Result<(), EngineError> {
        let position = desk
            .shelf
            .get::<Position>(Table::Meta, POSITION)
            .await?
            .unwrap_or_default();
        let chain = read_chain(desk).await?;
        self.names = names_of(&chain, &self.keyring);
        self.kept_chain = chain.length();
        self.sync = Sync::new(identity(&self.me), self.signer.clone(), chain, position.0);
        Ok(())
    }

    /// Writes the entries of the membership chain that the store lacks.
    pub(crate) async fn keep_chain<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
    ) -> Result<(), EngineError> {
        let chain = self.sync.chain();
        let mut batch = Batch::new();
        let lacking = chain.entries_from(self.kept_chain);
        stage_chain(desk, &mut batch, self.kept_chain, lacking);
        desk.shelf.apply(batch).await?;
        self.kept_chain = chain.length();
        self.names = names_of(chain, &self.keyring);
        Ok(())
    }

    /// The settings as the store has them.
    pub(crate) async fn read_settings<S: Store, H: Host>(
        &mut self,
        desk: &Desk<S, H>,
    ) -> Result<(), EngineError> {
        let doc = self.me.workspace;
        if let Some(parts) = self.packs.parts(desk, doc, doc).await? {
            self.settings = Settings::from_changes(&parts.changes)?.0.read();
        }
        Ok(())
    }

    /// The projection as the store has it; loaded documents are let go, since the store has moved on.
    pub(crate) async fn reload_projection<S: Store, H: Host>(
        &mut self,
        desk: &Desk<S, H>,
    ) -> Result<(), EngineError> {
        self.projection = Projection::load(desk).await?;
        self.loaded.clear();
        self.selection = None;
        Ok(())
    }

    /// Takes in what another tab wrote and perhaps did not live to tell.
    pub(crate) async fn catch_up<S: Store, H: Host>(
        &mut self,
        desk: &Desk<S, H>,
    ) -> Result<(), EngineError> {
        if !self.projection.catch_up(desk).await? {
            return self.reload_projection(desk).await;
        }
        self.loaded.clear();
        self.selection = None;
        Ok(())
    }

    pub(crate) const fn member(&self) -> MemberId {
        MemberId::from_bytes(self.me.member)
    }

    pub(crate) fn facts(&self) -> WorkspaceFacts {
        WorkspaceFacts {
            name: self.settings.name.clone(),
            me: self.member(),
            my_name: self.me.name.clone(),
            currency: self.settings.currency,
            customers: self.projection.index.live() as u64,
        }
    }

    pub(crate) fn members(&self) -> Vec<MemberLine> {
        let me = self.member();
        let line = |id: &tendero_protocol::MemberId| {
            let id = MemberId::from_bytes(id.0);
            MemberLine {
                id,
                name: self.names.get(&id).cloned().unwrap_or_default(),
                me: id == me,
            }
        };
        self.sync.chain().members().keys().map(line).collect()
    }

    /// Whose hand an edit of a loaded document is.
    pub(crate) fn author<S: Store, H: Host>(
        &self,
        desk: &Desk<S, H>,
        action: ActionId,
        actor: [u8; 16],
    ) -> Author {
        Author {
            member: self.member(),
            action,
            at: desk.now(),
            actor,
        }
    }

    /// The pack a document begins in.
    pub(crate) fn home(&self, kind: DocKind, doc: DocId) -> DocId {
        match kind {
            DocKind::Customer => self
                .projection
                .index
                .home(CustomerId::from_bytes(doc))
                .unwrap_or(doc),
            _ => doc,
        }
    }

    /// Takes a customer's document out of the loaded ones, or loads it. Whoever is done with it and knows that it equals
    /// the store gives it back with [`Team::keep`].
    pub(crate) async fn take<S: Store, H: Host>(
        &mut self,
        desk: &mut Desk<S, H>,
        id: CustomerId,
    ) -> Result<Option<Loaded<Customer>>, EngineError> {
        let doc = id.to_bytes();
        if let Some(at) = self.loaded.iter().position(|loaded| loaded.doc == doc) {
            return Ok(Some(self.loaded.remove(at)));
        }
        let home = self.home(DocKind::Customer, doc);
        let Some(parts) = self.packs.parts(desk, home, doc).await? else {
            return Ok(None);
        };
        if parts.kind != DocKind::Customer {
            return Ok(None);
        }
        // A change that this version cannot apply stays in the store for one that can.
        let (document, _parked) = Customer::from_changes(id, &parts.changes)?;
        Ok(Some(Loaded {
            doc,
            document,
            salt: parts.salt,
            next: parts.next,
            home,
            actor: desk.random(),
        }))
    }

    /// Gives a document back that equals the store.
    pub(crate) fn keep(&mut self, loaded: Loaded<Customer>) {
        if self.loaded.len() >= MOST_LOADED {
            self.loaded.remove(0);
        }
        self.loaded.push(loaded);
    }

    /// Forgets a loaded document: the store has moved on.
    pub(crate) fn forget(&mut self, doc: &DocId) {
        self.loaded.retain(|loaded| loaded.doc != *doc);
    }
}

fn identity(me: &Me) -> tendero_sync::Me {
    tendero_sync::Me {
        workspace: WorkspaceId(me.workspace),
        device: DeviceId(me.device),
        app: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// The membership chain as the store has it, every entry checked.
async fn read_chain<S: Store, H: Host>(desk: &Desk<S, H>) -> Result<Chain, EngineError> {
    let entries = desk.shelf.scan(Table::Chain, &[], None, usize::MAX).await?;
    let entries = entries
        .iter()
        .map(|(_, bytes)| SignedEntry::decode(bytes).map_err(|_| EngineError::Damaged))
        .collect::<Result<Vec<_>, _>>()?;
    Chain::from_entries(entries).map_err(|_| EngineError::Damaged)
}

/// Names of all members, opened.
pub(crate) fn names_of(chain: &Chain, keyring: &Keyring) -> BTreeMap<MemberId, String> {
    let members = chain.members().iter();
    members
        .filter_map(|(id, member)| {
            let name = keyring.open_name(*id, &member.sealed_name)?;
            Some((MemberId::from_bytes(id.0), name))
        })
        .collect()
}

/// A document's beginning as a pack of its own.
pub(crate) fn single_pack(
    doc: DocId,
    kind: DocKind,
    salt: [u8; 16],
    change: Vec<u8>,
) -> stored::Pack {
    stored::Pack {
        documents: vec![stored::Packed {
            doc,
            kind: kind.code(),
            salt,
            changes: vec![change.into()],
        }],
    }
}
