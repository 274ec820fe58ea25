//! A device as the relay sees it, and the real binary in a temporary directory.
#![allow(dead_code)] // each test file uses its part
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

pub mod postgres;

use ed25519_dalek::{Signer as _, SigningKey};
use futures::{SinkExt as _, StreamExt as _};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tendero_protocol::entry::{EntryBody, Newcomer};
use tendero_protocol::log::link;
use tendero_protocol::message::{
    Append, Hello, Log, PROTOCOL, RefusedReason, Welcome, hello_digest,
};
use tendero_protocol::{
    Bytes, Chain, ClientMessage, DeviceId, DocTag, Entry, Epoch, Frame, FrameHead, FrameHeader,
    FrameId, Generation, Hash, Incarnation, Item, ItemHeader, ItemId, ItemKind, LogItems, MemberId,
    PublicKey, RelayMessage, Salt, SaltRow, Seq, SignatureBytes, Signer, WorkspaceId,
};
use tokio_tungstenite::tungstenite::Message;

pub type Socket =
    tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

/// Numbers that look random and are the same for the same seed (SplitMix64, <https://prng.di.unimi.it/splitmix64.c>).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// How long a test is to go on, or where it begins: a variable of the environment, or the usual number.
pub fn number_from(name: &str, usual: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.map_or(usual, |text| text.parse().unwrap())
}

/// A directory that goes with the test.
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new(name: &str) -> Self {
        Self::below(&std::env::temp_dir(), name)
    }

    /// In memory, where the machine has a place for that.
    pub fn in_memory(name: &str) -> Self {
        let memory = Path::new("/dev/shm");
        match memory.is_dir() {
            true => Self::below(memory, name),
            false => Self::new(name),
        }
    }

    fn below(parent: &Path, name: &str) -> Self {
        let folder = parent.join(format!("tendero-relay-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The running binary.
pub struct Process {
    child: Child,
    /// `127.0.0.1:port`
    pub address: String,
}

impl Process {
    pub fn start(data: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tendero-relay"))
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .rsplit("http://")
            .next()
            .unwrap()
            .trim_end_matches('/')
            .to_owned();
        assert!(address.starts_with("127.0.0.1:"), "{line}");
        Self { child, address }
    }

    /// The binary under strace, which records what it writes, syncs and sends; `None` where tracing is not allowed.
    pub fn start_traced(data: &Path, record: &Path) -> Option<Self> {
        let mut command = Command::new("strace");
        let calls = "trace=openat,pwrite64,write,ftruncate,fsync,fdatasync,unlink,sendto";
        command
            .args(["-f", "-y", "-xx", "-s", "4000000", "-e", calls, "-o"])
            .arg(record)
            .arg(env!("CARGO_BIN_EXE_tendero-relay"))
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let Some((_, address)) = line.trim().rsplit_once("http://") else {
            let _ = child.kill();
            child.wait().unwrap();
            return None;
        };
        Some(Self {
            address: address.trim_end_matches('/').to_owned(),
            child,
        })
    }

    /// Sends a signal to the binary under strace and waits until both have ended.
    pub fn end(mut self, signal: &str) {
        let id = self.child.id();
        let children = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        let relay = children.split_whitespace().next().unwrap();
        assert!(
            Command::new("kill")
                .args([signal, relay])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap();
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// As a power cut would, as far as the process is concerned.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the relay says of itself.
pub fn health(relay: &Process) -> String {
    let mut stream = std::net::TcpStream::connect(&relay.address).unwrap();
    stream
        .write_all(b"GET /relay/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

pub struct Key(pub SigningKey);

impl Signer for Key {
    fn public_key(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }
    fn sign(&self, message: &[u8]) -> SignatureBytes {
        SignatureBytes(self.0.sign(message).to_bytes())
    }
}

/// Opens a connection from one of this machine's own addresses (all of 127.0.0.0/8 on Linux).
pub async fn connect_from(from: &str, address: &str) -> tokio::net::TcpStream {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
    socket.connect(address.parse().unwrap()).await.unwrap()
}

/// A WebSocket from there, or the status of the answer when there is none: 0 when the relay hung up before it was read.
pub async fn socket_from(from: &str, address: &str) -> Result<Socket, u16> {
    use tokio_tungstenite::tungstenite::Error;
    let stream = tokio_tungstenite::MaybeTlsStream::Plain(connect_from(from, address).await);
    let url = format!("ws://{address}/relay/ws");
    match tokio_tungstenite::client_async(url, stream).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(answer)) => Err(answer.status().as_u16()),
        Err(Error::Io(_) | Error::Protocol(_)) => Err(0),
        Err(error) => panic!("{error}"),
    }
}

/// A device that owns a workspace.
pub struct Device {
    pub key: Key,
    pub id: DeviceId,
    pub workspace: WorkspaceId,
    pub chain: Chain,
}

impl Device {
    pub fn new(seed: u8) -> Self {
        let key = Key(SigningKey::from_bytes(&[seed; 32]));
        let (id, workspace) = (DeviceId([seed; 16]), WorkspaceId([seed ^ 0x55; 16]));
        let create = Entry {
            prev: Hash::ZERO,
            index: 0,
            workspace,
            device: id,
            time_ms: 1,
            body: EntryBody::Create(Newcomer {
                member: MemberId([seed; 16]),
                device: id,
                key: key.public_key(),
                sealing_key: None,
                sealed_name: Bytes::default(),
            }),
        };
        let chain = Chain::begin(create.sign(&key)).unwrap();
        Self {
            key,
            id,
            workspace,
            chain,
        }
    }

    /// Greets, making the workspace when the relay does not know it.
    pub async fn enter(&self, address: &str) -> (Socket, Seq) {
        self.try_enter(address).await.expect("the relay refuses")
    }

    /// The same; `None` when the relay cannot store at present.
    pub async fn try_enter(&self, address: &str) -> Option<(Socket, Seq)> {
        let (socket, welcome) = self.greet(address).await?;
        Some((socket, welcome.head))
    }

    /// The same; `None` when the relay goes away meanwhile.
    pub async fn enter_if_there(&self, address: &str) -> Option<(Socket, Seq)> {
        let url = format!("ws://{address}/relay/ws");
        let (socket, _) = tokio_tungstenite::connect_async(url).await.ok()?;
        let (socket, welcome) = self.greet_over(socket).await?;
        Some((socket, welcome.head))
    }

    /// The same, with all that the relay says of the log.
    pub async fn greet(&self, address: &str) -> Option<(Socket, Welcome)> {
        let (socket, _) = tokio_tungstenite::connect_async(format!("ws://{address}/relay/ws"))
            .await
            .unwrap();
        self.greet_over(socket).await
    }

    /// The same over a socket that is open; `None` also when the relay goes away.
    pub async fn greet_over(&self, mut socket: Socket) -> Option<(Socket, Welcome)> {
        let RelayMessage::Challenge(challenge) = try_receive(&mut socket).await? else {
            panic!("no challenge")
        };
        let digest = hello_digest(challenge.nonce, self.workspace, self.id);
        let signature = self.key.sign(&digest.0);
        let hello = Hello {
            protocols: vec![PROTOCOL],
            workspace: self.workspace,
            device: self.id,
            signature,
            incarnation: Incarnation::default(),
            cursor: Seq(0),
            h: Hash::ZERO,
            app: "test".to_owned(),
        };
        send(&mut socket, &ClientMessage::Hello(hello.clone())).await;
        loop {
            match try_receive(&mut socket).await? {
                RelayMessage::Welcome(welcome) => return Some((socket, welcome)),
                RelayMessage::Refused(refused) if refused.reason == RefusedReason::Storage => {
                    return None;
                }
                RelayMessage::Refused(_) => {
                    let append = Append {
                        workspace: self.workspace,
                        prev: Hash::ZERO,
                        entry: self.chain.entries()[0].clone(),
                        proof: Some(signature),
                    };
                    send(&mut socket, &ClientMessage::Append(append)).await;
                }
                RelayMessage::Appended(_) => {
                    send(&mut socket, &ClientMessage::Hello(hello.clone())).await
                }
                other => panic!("{other:?}"),
            }
        }
    }

    /// A frame of items with these numbers.
    pub fn frame(&self, name: u64, numbers: &[u64]) -> ClientMessage {
        let items = numbers
            .iter()
            .map(|number| item(*number))
            .collect::<Vec<_>>();
        let salts = items
            .iter()
            .map(|item| SaltRow {
                doc_tag: item.header.doc_tag,
                salt: Salt([1; 16]),
            })
            .collect();
        let frame = Frame {
            header: FrameHeader {
                workspace: self.workspace,
                frame_id: FrameId(wide(name)),
                device: self.id,
                chain_index: 1,
            },
            items,
            salts,
        };
        ClientMessage::Push(frame.sign(&self.key).unwrap())
    }
}

pub fn wide(number: u64) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    bytes
}

pub fn item(number: u64) -> Item {
    Item {
        header: ItemHeader {
            item_id: ItemId(wide(number)),
            doc_tag: DocTag(wide(number % 17)),
            generation: Generation(0),
            kind: ItemKind::Change,
            keyring: 0,
            epoch: Epoch(1),
            dictionary: 0,
            nonce: [3; 24],
        },
        ciphertext: Bytes(vec![number as u8; 64]),
    }
}

pub async fn send(socket: &mut Socket, message: &ClientMessage) {
    // A relay that was killed is noticed when reading.
    let _ = socket.send(Message::Binary(message.encode().into())).await;
}

/// The next message; panics when there is none.
pub async fn receive(socket: &mut Socket) -> RelayMessage {
    try_receive(socket)
        .await
        .expect("the relay closed the connection")
}

pub async fn try_receive(socket: &mut Socket) -> Option<RelayMessage> {
    loop {
        match socket.next().await? {
            Ok(Message::Binary(bytes)) => return Some(RelayMessage::decode(&bytes).unwrap()),
            Ok(Message::Close(_)) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

/// The whole log.
pub async fn read_log(socket: &mut Socket) -> Vec<LogItems> {
    let mut pages = Vec::new();
    let mut after = Seq(0);
    loop {
        send(
            socket,
            &ClientMessage::Log(Log {
                after,
                limit: 1000,
                skip_own: false,
            }),
        )
        .await;
        let page = loop {
            match receive(socket).await {
                RelayMessage::LogItems(page) => break page,
                RelayMessage::Notify(_) => {}
                other => panic!("{other:?}"),
            }
        };
        match page.entries.last() {
            Some(last) => after = last.seq,
            None => return pages,
        }
        pages.push(page);
    }
}

/// The whole log with every item's number, checked for order, links, signatures and repetition.
pub async fn served(socket: &mut Socket, device: &Device) -> BTreeMap<ItemId, Seq> {
    let (mut items, mut seq, mut h) = (BTreeMap::new(), Seq(0), Hash::ZERO);
    for page in read_log(socket).await {
        let key = device.key.public_key();
        let verified = |frame: &FrameHead| frame.clone().verify(device.workspace, &key).unwrap();
        let frames: Vec<_> = page.frames.iter().map(verified).collect();
        for entry in &page.entries {
            seq = seq.next();
            assert_eq!(entry.seq, seq, "the log has a gap");
            h = link(h, seq, entry.body.hash());
            let before = items.insert(entry.body.item_id(), seq);
            assert!(before.is_none(), "an item stands twice");
            let signed = &frames[usize::from(entry.signed.frame)];
            let signed = signed.hashes()[usize::from(entry.signed.position)];
            assert_eq!(signed, entry.body.hash());
        }
        assert_eq!(page.h, h, "the hash chain does not continue");
    }
    items
}
