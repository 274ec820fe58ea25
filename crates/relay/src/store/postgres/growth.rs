//! Tells other relays on the same database of growth, and hears of theirs. Only a hint: it is sent after the commit,
//! outside its transaction (a `NOTIFY` inside would make all commits of the server wait for one another), and may be
//! lost; [`crate::hub`] also looks at the workspaces in use every second.

use super::pool::Connection;
use crate::journal;
use crate::store::Growth;
use std::future::poll_fn;
use std::time::Duration;
use tendero_protocol::{Seq, WorkspaceId};
use tokio::sync::{broadcast, mpsc};
use tokio_postgres::{AsyncMessage, Config, NoTls};

/// Between attempts to reach the database.
const RETRY: Duration = Duration::from_millis(500);
/// Growth that may wait to be told; what does not fit is found by looking.
const QUEUE: usize = 1024;

/// Both directions; ends when the store is dropped.
pub(super) struct Messenger {
    tell: mpsc::Sender<Growth>,
    heard: broadcast::Sender<Growth>,
    listening: tokio::task::JoinHandle<()>,
}

impl Messenger {
    pub fn start(config: Config) -> Self {
        let (tell, waiting) = mpsc::channel(QUEUE);
        let (heard, _) = broadcast::channel(QUEUE);
        tokio::spawn(tell_all(config.clone(), waiting));
        let listening = tokio::spawn(listen(config, heard.clone()));
        Self {
            tell,
            heard,
            listening,
        }
    }

    pub fn tell(&self, growth: Growth) {
        let _ = self.tell.try_send(growth);
    }

    pub fn hear(&self) -> broadcast::Receiver<Growth> {
        self.heard.subscribe()
    }
}

impl Drop for Messenger {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn tell_all(config: Config, mut waiting: mpsc::Receiver<Growth>) {
    let mut connection = None;
    while let Some(growth) = waiting.recv().await {
        if connection.is_none() {
            connection = Connection::open(&config).await.ok();
        }
        if let Some(open) = &mut connection {
            let text = write(growth);
            let told = open.rows("SELECT pg_notify('tendero', $1)", &[&text]).await;
            if told.is_err() {
                connection = None;
            }
        }
    }
}

async fn listen(config: Config, heard: broadcast::Sender<Growth>) {
    loop {
        if let Ok((client, mut connection)) = config.connect(NoTls).await {
            let asking = async {
                let asked = client.batch_execute("LISTEN tendero").await;
                match asked {
                    Ok(()) => std::future::pending().await,
                    Err(error) => error,
                }
            };
            let hearing = async {
                while let Some(Ok(message)) = poll_fn(|cx| connection.poll_message(cx)).await {
                    if let AsyncMessage::Notification(note) = message
                        && let Some(growth) = read(note.payload())
                    {
                        // Nobody may be listening yet.
                        let _ = heard.send(growth);
                    }
                }
            };
            tokio::select! {
                _ = asking => {}
                () = hearing => {}
            }
            journal::event("database_listener_lost", &[]);
        }
        tokio::time::sleep(RETRY).await;
    }
}

fn write(growth: Growth) -> String {
    format!(
        "{} {} {}",
        growth.workspace, growth.head, growth.chain_length
    )
}

fn read(text: &str) -> Option<Growth> {
    let mut words = text.split(' ');
    let hex = words.next()?;
    let mut workspace = WorkspaceId::default();
    if hex.len() != 2 * WorkspaceId::LENGTH || !hex.is_ascii() {
        return None;
    }
    for (byte, place) in workspace.0.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(hex.get(place..place + 2)?, 16).ok()?;
    }
    Some(Growth {
        workspace,
        head: Seq(words.next()?.parse().ok()?),
        chain_length: words.next()?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_heard() {
        let growth = Growth {
            workspace: WorkspaceId([0xab; 16]),
            head: Seq(7),
            chain_length: 2,
        };
        assert_eq!(read(&write(growth)), Some(growth));
        for noise in ["", "ab 1 2", "é", "zz".repeat(16).as_str()] {
            assert_eq!(read(noise), None);
        }
    }
}
