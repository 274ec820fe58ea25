//! A relay in memory that answers as the real one does, and that can be made to lie.

use super::dice::Dice;
use std::collections::{BTreeMap, BTreeSet};
use tendero_protocol::entry::EntryBody;
use tendero_protocol::log::link;
use tendero_protocol::message::{
    Acks, Append, ChainEntries, ChainTip, Challenge, Hello, HelloInvite, ItemAck, Limits, Log,
    PROTOCOL, RELAY_NAME, Refused, RefusedReason, Verdict, Welcome, hello_digest, invite_digest,
};
use tendero_protocol::{
    Chain, ChainError, ChallengeNonce, ClientMessage, DeviceId, DocTag, FrameHead, FrameRef, Hash,
    Incarnation, InviteId, Item, ItemId, LogBody, LogEntry, LogItems, RelayMessage, Salt, SaltRow,
    Seq, SignedFrame,
};
use tendero_vault::Random as _;

pub type Conn = u64;

enum Standing {
    Stranger,
    Guest(InviteId),
    Member(DeviceId),
}

struct Talk {
    nonce: ChallengeNonce,
    standing: Standing,
}

struct Row {
    item: Item,
    frame: usize,
    position: u16,
}

/// The one workspace there is.
struct Workspace {
    incarnation: Incarnation,
    chain: Chain,
    rows: Vec<Row>,
    /// The link after each row, with the beginning.
    links: Vec<Hash>,
    frames: Vec<FrameHead>,
    salts: BTreeMap<DocTag, BTreeSet<Salt>>,
}

pub type Lie = Box<dyn FnMut(&mut RelayMessage)>;

pub struct Relay {
    dice: Dice,
    workspace: Option<Workspace>,
    talks: BTreeMap<Conn, Talk>,
    /// What is sent, to whom; `None` closes.
    pub out: Vec<(Conn, Option<Vec<u8>>)>,
    /// Changes what is sent.
    pub lie: Option<Lie>,
    /// Entries of one page.
    pub page: usize,
    /// Answers every push like this.
    pub verdict: Option<Verdict>,
    /// Refuses the next pushes like this.
    pub refusal: Option<Refused>,
    /// Stores an item again that it has.
    pub keeps_duplicates: bool,
    /// Takes items of whoever may not write.
    pub lenient: bool,
    /// Cursors as acknowledged.
    pub cursors: BTreeMap<DeviceId, Seq>,
    pub frames_pushed: usize,
    pub duplicates: usize,
    pub now_ms: u64,
    pub min_reader: u16,
    pub min_writer: u16,
}

impl Relay {
    pub fn new(seed: u64) -> Self {
        Self {
            dice: Dice(seed),
            workspace: None,
            talks: BTreeMap::new(),
            out: Vec::new(),
            lie: None,
            page: 1000,
            verdict: None,
            refusal: None,
            keeps_duplicates: false,
            lenient: false,
            cursors: BTreeMap::new(),
            frames_pushed: 0,
            duplicates: 0,
            now_ms: 0,
            min_reader: 1,
            min_writer: 1,
        }
    }

    pub fn connect(&mut self, conn: Conn) {
        let mut nonce = ChallengeNonce::default();
        self.dice.fill(&mut nonce.0);
        let talk = Talk {
            nonce,
            standing: Standing::Stranger,
        };
        self.talks.insert(conn, talk);
        self.say(
            conn,
            RelayMessage::Challenge(Challenge {
                nonce,
                protocols: vec![PROTOCOL],
                name: RELAY_NAME.to_owned(),
                version: "test".to_owned(),
            }),
        );
    }

    pub fn disconnect(&mut self, conn: Conn) {
        self.talks.remove(&conn);
    }

    pub fn received(&mut self, conn: Conn, bytes: &[u8]) {
        let Ok(message) = ClientMessage::decode(bytes) else {
            return self.refuse(conn, RefusedReason::Malformed);
        };
        match message {
            ClientMessage::Hello(hello) => self.hello(conn, &hello),
            ClientMessage::HelloInvite(hello) => self.hello_invite(conn, &hello),
            ClientMessage::Push(frame) => self.push(conn, frame),
            ClientMessage::Log(log) => self.log(conn, log),
            ClientMessage::CursorAck(cursor) => {
                if let Some(Standing::Member(device)) = self.standing(conn) {
                    self.cursors.insert(*device, cursor);
                }
            }
            ClientMessage::Append(append) => self.append(conn, append),
            ClientMessage::Chain(from) => self.entries(conn, from),
            ClientMessage::Ping(number) => self.say(conn, RelayMessage::Pong(number)),
            ClientMessage::Unknown(_) => {}
        }
    }

    /// Ids of all stored items, by number.
    pub fn items(&self) -> Vec<ItemId> {
        let rows = self.workspace.iter().flat_map(|found| &found.rows);
        rows.map(|row| row.item.header.item_id).collect()
    }

    pub fn chain(&self) -> &Chain {
        &self.workspace.as_ref().unwrap().chain
    }

    /// Forgets everything, as after a move to an empty disk.
    pub fn forget(&mut self) {
        self.workspace = None;
    }

    /// Goes back to an earlier log, as after a restored backup.
    pub fn roll_back(&mut self, to: usize) {
        let found = self.workspace.as_mut().unwrap();
        found.rows.truncate(to);
        found.links.truncate(to + 1);
    }

    /// Takes another name, as after a restored backup.
    pub fn rename(&mut self) {
        let found = self.workspace.as_mut().unwrap();
        self.dice.fill(&mut found.incarnation.0);
    }

    /// Goes back to an earlier chain.
    pub fn roll_chain_back(&mut self, to: usize) {
        let found = self.workspace.as_mut().unwrap();
        found.chain = Chain::from_entries(found.chain.entries()[..to].to_vec()).unwrap();
    }

    fn standing(&self, conn: Conn) -> Option<&Standing> {
        self.talks.get(&conn).map(|talk| &talk.standing)
    }

    fn say(&mut self, conn: Conn, mut message: RelayMessage) {
        if let Some(lie) = &mut self.lie {
            lie(&mut message);
        }
        self.out.push((conn, Some(message.encode())));
    }

    fn refuse(&mut self, conn: Conn, reason: RefusedReason) {
        let stays = matches!(
            reason,
            RefusedReason::UnknownWorkspace
                | RefusedReason::EntryRejected
                | RefusedReason::Denied
                | RefusedReason::RateLimited
        );
        let refused = Refused {
            reason,
            retry_after_ms: 0,
        };
        self.say(conn, RelayMessage::Refused(refused));
        if !stays {
            self.out.push((conn, None));
        }
    }

    fn welcome(&mut self, conn: Conn, guest: bool) {
        let found = self.workspace.as_ref().unwrap();
        let welcome = Welcome {
            incarnation: found.incarnation,
            head: Seq(if guest { 0 } else { found.rows.len() as u64 }),
            h: if guest {
                Hash::ZERO
            } else {
                *found.links.last().unwrap()
            },
            min_seq: Seq(1),
            chain_head: found.chain.head(),
            chain_length: found.chain.length(),
            limits: Limits::default(),
            min_reader: self.min_reader,
            min_writer: self.min_writer,
        };
        self.say(conn, RelayMessage::Welcome(welcome));
    }

    fn hello(&mut self, conn: Conn, hello: &Hello) {
        let Some(found) = &self.workspace else {
            return self.refuse(conn, RefusedReason::UnknownWorkspace);
        };
        assert_eq!(found.chain.workspace(), hello.workspace);
        let Some(device) = found.chain.device(hello.device) else {
            return self.refuse(conn, RefusedReason::UnknownDevice);
        };
        let talk = self.talks.get_mut(&conn).unwrap();
        let digest = hello_digest(talk.nonce, hello.workspace, hello.device);
        if !device.key.verifies(&digest.0, &hello.signature) {
            return self.refuse(conn, RefusedReason::BadSignature);
        }
        assert!(!matches!(talk.standing, Standing::Member(_)));
        talk.standing = Standing::Member(hello.device);
        self.welcome(conn, false);
    }

    fn hello_invite(&mut self, conn: Conn, hello: &HelloInvite) {
        let Some(found) = &self.workspace else {
            return self.refuse(conn, RefusedReason::UnknownWorkspace);
        };
        let invite = found.chain.invites().get(&hello.invite_id);
        let now = self.now_ms;
        let open = invite.filter(|invite| invite.is_open() && !invite.is_expired(now));
        let Some(invite) = open else {
            return self.refuse(conn, RefusedReason::InviteClosed);
        };
        let talk = self.talks.get_mut(&conn).unwrap();
        let digest = invite_digest(talk.nonce, hello.workspace, hello.invite_id);
        if !invite.invitation.key.verifies(&digest.0, &hello.signature) {
            return self.refuse(conn, RefusedReason::BadSignature);
        }
        talk.standing = Standing::Guest(hello.invite_id);
        self.welcome(conn, true);
    }

    fn push(&mut self, conn: Conn, frame: SignedFrame) {
        let Some(Standing::Member(device)) = self.standing(conn) else {
            return self.refuse(conn, RefusedReason::Malformed);
        };
        let device = *device;
        if let Some(refused) = self.refusal {
            return self.say(conn, RelayMessage::Refused(refused));
        }
        let found = self.workspace.as_mut().unwrap();
        let frame_id = frame.head().header().frame_id;
        let count = frame.items().len();
        let role = found.chain.role_of(device).unwrap();
        let denied = !self.lenient && !role.may_write();
        let denied = denied.then_some(Verdict::Denied);
        if let Some(verdict) = self.verdict.or(denied) {
            let ack = ItemAck {
                verdict,
                seq: Seq(0),
            };
            let items = vec![ack; count];
            return self.say(conn, RelayMessage::Acks(Acks { frame_id, items }));
        }
        self.frames_pushed += 1;
        let key = found.chain.device(device).unwrap().key;
        let frame = frame.verify(found.chain.workspace(), &key).unwrap();
        let (head, items, salts) = frame.into_inner().into_parts();
        for row in salts {
            found.salts.entry(row.doc_tag).or_default().insert(row.salt);
        }
        let before = found.rows.len();
        let mut acks = Vec::new();
        for (position, item) in (0_u16..).zip(items) {
            let known = |row: &Row| row.item.header.item_id == item.header.item_id;
            let known = found.rows.iter().position(known);
            if let Some(at) = known.filter(|_| !self.keeps_duplicates) {
                self.duplicates += 1;
                acks.push(ItemAck {
                    verdict: Verdict::Duplicate,
                    seq: Seq(at as u64 + 1),
                });
                continue;
            }
            let seq = Seq(found.rows.len() as u64 + 1);
            let next = link(*found.links.last().unwrap(), seq, item.hash());
            found.links.push(next);
            let frame = found.frames.len();
            found.rows.push(Row {
                item,
                frame,
                position,
            });
            acks.push(ItemAck {
                verdict: Verdict::Stored,
                seq,
            });
        }
        found.frames.push(head);
        let after = found.rows.len();
        self.say(
            conn,
            RelayMessage::Acks(Acks {
                frame_id,
                items: acks,
            }),
        );
        if after > before {
            for other in self.members() {
                self.say(other, RelayMessage::Notify(Seq(after as u64)));
            }
        }
    }

    fn log(&mut self, conn: Conn, log: Log) {
        let Some(Standing::Member(device)) = self.standing(conn) else {
            return self.refuse(conn, RefusedReason::Malformed);
        };
        let device = *device;
        let found = self.workspace.as_ref().unwrap();
        let mut heads: Vec<usize> = Vec::new();
        let mut page = LogItems {
            frames: Vec::new(),
            entries: Vec::new(),
            salts: Vec::new(),
            head: Seq(found.rows.len() as u64),
            h: Hash::ZERO,
        };
        let after = (log.after.0 as usize).min(found.rows.len());
        let limit = self.page.min(log.limit as usize);
        for (at, row) in found.rows.iter().enumerate().skip(after).take(limit) {
            let head = &found.frames[row.frame];
            let frame = heads.iter().position(|known| *known == row.frame);
            let frame = frame.unwrap_or_else(|| {
                heads.push(row.frame);
                page.frames.push(head.clone());
                heads.len() - 1
            });
            let doc_tag = row.item.header.doc_tag;
            let own = log.skip_own && head.header().device == device;
            let body = if own {
                LogBody::Omitted {
                    item_id: row.item.header.item_id,
                    doc_tag,
                    hash: row.item.hash(),
                }
            } else {
                let salts = found.salts.get(&doc_tag).into_iter().flatten();
                page.salts.extend(salts.map(|salt| SaltRow {
                    doc_tag,
                    salt: *salt,
                }));
                LogBody::Full(row.item.clone())
            };
            page.entries.push(LogEntry {
                seq: Seq(at as u64 + 1),
                signed: FrameRef {
                    frame: frame as u16,
                    position: row.position,
                },
                body,
            });
        }
        page.h = found.links[after + page.entries.len()];
        page.salts.sort_unstable();
        page.salts.dedup();
        self.say(conn, RelayMessage::LogItems(page));
    }

    fn entries(&mut self, conn: Conn, from: u32) {
        if matches!(self.standing(conn), None | Some(Standing::Stranger)) {
            return self.refuse(conn, RefusedReason::Malformed);
        }
        let chain = self.chain();
        let entries = ChainEntries {
            from,
            // Short pages, so that asking for the rest is tried.
            entries: chain.entries_from(from).iter().take(2).cloned().collect(),
            chain_length: chain.length(),
        };
        self.say(conn, RelayMessage::ChainEntries(entries));
    }

    fn append(&mut self, conn: Conn, append: Append) {
        let Ok(entry) = append.entry.read() else {
            return self.refuse(conn, RefusedReason::EntryRejected);
        };
        let Some(talk) = self.talks.get(&conn) else {
            return;
        };
        match (&talk.standing, &entry.body) {
            (Standing::Stranger, EntryBody::Create(newcomer)) => {
                let digest = hello_digest(talk.nonce, append.workspace, newcomer.device);
                let proof = append.proof.unwrap();
                if !newcomer.key.verifies(&digest.0, &proof) {
                    return self.refuse(conn, RefusedReason::BadSignature);
                }
                return self.create(conn, append);
            }
            (Standing::Guest(invite), EntryBody::Join(acceptance))
                if acceptance.invite_id == *invite => {}
            (Standing::Member(_), _) => {}
            (Standing::Guest(_), _) => return self.refuse(conn, RefusedReason::Denied),
            (Standing::Stranger, _) => return self.refuse(conn, RefusedReason::Malformed),
        }
        let found = self.workspace.as_mut().unwrap();
        let tip = tip_of(&found.chain);
        if found.chain.head() != append.prev {
            let known = found.chain.entries().contains(&append.entry);
            let answer = if known {
                RelayMessage::Appended(tip)
            } else {
                RelayMessage::AppendConflict(tip)
            };
            return self.say(conn, answer);
        }
        match found.chain.append(append.entry) {
            Ok(()) => {
                let tip = tip_of(&found.chain);
                self.say(conn, RelayMessage::Appended(tip));
                for other in self.members() {
                    if other != conn {
                        self.say(other, RelayMessage::Appended(tip));
                    }
                }
            }
            Err(ChainError::Invite) => self.refuse(conn, RefusedReason::InviteClosed),
            Err(_) => self.refuse(conn, RefusedReason::EntryRejected),
        }
    }

    fn create(&mut self, conn: Conn, append: Append) {
        let chain = Chain::begin(append.entry).unwrap();
        if self.workspace.is_none() {
            let mut incarnation = Incarnation::default();
            self.dice.fill(&mut incarnation.0);
            self.workspace = Some(Workspace {
                incarnation,
                chain,
                rows: Vec::new(),
                links: vec![Hash::ZERO],
                frames: Vec::new(),
                salts: BTreeMap::new(),
            });
        }
        let tip = tip_of(self.chain());
        self.say(conn, RelayMessage::Appended(tip));
    }

    fn members(&self) -> Vec<Conn> {
        let member = |talk: &Talk| matches!(talk.standing, Standing::Member(_));
        let talks = self.talks.iter();
        talks
            .filter(|(_, talk)| member(talk))
            .map(|(conn, _)| *conn)
            .collect()
    }
}

fn tip_of(chain: &Chain) -> ChainTip {
    ChainTip {
        head: chain.head(),
        length: chain.length(),
    }
}
