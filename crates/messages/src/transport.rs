//! The envelope between page and engine.

use crate::{Answer, Command, Done, Event, Query, Refusal};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tendero_domain::ActionId;

/// The first byte of every message.
const VERSION: u8 = 1;

/// Page to engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ToEngine {
    /// First message: the build the page belongs to and what the engine cannot know by itself.
    Start {
        /// Build id of the page; the engine answers only its own.
        build: String,
        /// Minutes east of Greenwich, for the local day.
        offset_minutes: i16,
        /// Address of the relay's socket, `ws://…` or `wss://…`.
        relay: String,
    },
    /// A question, answered by [`FromEngine::Answer`] with the same number.
    Ask {
        /// Number of the question, unique on this page.
        id: u32,
        /// The question.
        query: Query,
    },
    /// Something a person did, answered by [`FromEngine::Done`]. Repeating it is harmless: its id is the action's.
    Do {
        /// The action.
        id: ActionId,
        /// What was done.
        command: Command,
    },
    /// A person chose a file; the browser's `File` travels beside this message. Answered by [`FromEngine::FileOpened`].
    OpenFile {
        /// Names the file from now on.
        id: ActionId,
        /// Its name.
        name: String,
        /// Its size in bytes.
        size: u64,
    },
    /// Stops a running job; it ends with its report.
    Cancel {
        /// The action that began the job.
        id: ActionId,
    },
    /// Whether the browser believes it has a network.
    Online(bool),
    /// Are you alive? Answered by [`FromEngine::Pong`].
    Ping(u32),
}

/// Engine to page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FromEngine {
    /// The worker hears from now on; it says so once, before anything else. What was posted to it before is lost, so the page
    /// says nothing until then, and now [`ToEngine::Start`].
    Listening,
    /// The engine stands: what it holds was read, and questions are answered from now on.
    Ready {
        /// Build id of the engine.
        build: String,
        /// What there is.
        welcome: crate::Welcome,
    },
    /// Answer to [`ToEngine::Ask`].
    Answer {
        /// Number of the question.
        id: u32,
        /// The answer.
        answer: Answer,
    },
    /// What became of a [`ToEngine::Do`].
    Done {
        /// The action.
        id: ActionId,
        /// The result; a refusal changed nothing.
        result: Result<Done, Refusal>,
    },
    /// Answer to [`ToEngine::OpenFile`].
    FileOpened {
        /// The file.
        id: ActionId,
        /// What is in it, or why it cannot be taken in.
        result: Result<Box<crate::FilePreview>, tendero_domain::FileProblem>,
    },
    /// Something happened that nobody asked for.
    Event(Event),
    /// Answer to [`ToEngine::Ping`].
    Pong(u32),
    /// The engine met a bug and cannot go on; the page replaces it. The text is for the console only.
    Died(String),
    /// The engine has no storage to work on. Said instead of [`FromEngine::Ready`]; or later, when the storage was taken
    /// away and did not come back. Such an engine still answers pings; a new one may fare better.
    StoreFailed(StoreTrouble),
}

/// Why there is no storage to work on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StoreTrouble {
    /// Another tab keeps an older version of the app open: close it.
    Blocked,
    /// A newer version of the app has been here: reload.
    Newer,
    /// The browser offers no storage here, or it is damaged.
    Unavailable,
    /// No room left on this device.
    Full,
}

/// Why bytes are not a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// Sent by another version of the app.
    #[error("a message of another version of the app")]
    OtherVersion,
    /// Not a message.
    #[error("not a message")]
    Malformed,
}

/// The message as bytes.
#[must_use]
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    // Types of this crate always have a length and never fail to serialise; an empty message is refused by `decode`.
    postcard::to_extend(message, vec![VERSION]).unwrap_or_default()
}

/// Reads a message.
///
/// # Errors
/// [`MessageError`].
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, MessageError> {
    let (version, body) = bytes.split_first().ok_or(MessageError::Malformed)?;
    if *version != VERSION {
        return Err(MessageError::OtherVersion);
    }
    postcard::from_bytes(body).map_err(|_| MessageError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_comes_back() {
        let sent = ToEngine::Do {
            id: ActionId::make(5, [1; 10]),
            command: Command::CreateWorkspace {
                name: "Casa Pepe".into(),
                member: "Ana".into(),
            },
        };
        assert_eq!(decode::<ToEngine>(&encode(&sent)), Ok(sent));
    }

    #[test]
    fn other_versions_and_damage_are_told_apart() {
        let mut bytes = encode(&ToEngine::Ping(7));
        assert_eq!(
            decode::<ToEngine>(&bytes[..1]),
            Err(MessageError::Malformed)
        );
        bytes[0] = 9;
        assert_eq!(decode::<ToEngine>(&bytes), Err(MessageError::OtherVersion));
        assert_eq!(decode::<ToEngine>(&[]), Err(MessageError::Malformed));
    }
}
