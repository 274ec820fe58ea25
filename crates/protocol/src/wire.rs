//! The envelope of every message: `[version u8][kind u8][length u32 LE]`, then the body (postcard of a frozen struct).

use alloc::vec::Vec;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Version of the bodies in this crate.
pub const VERSION: u8 = 1;
/// Bytes before the body.
pub const HEADER: usize = 6;
/// The longest body any decoder takes: a log batch with its frames' hash lists fits. Bytes.
pub const MAX_BODY: usize = 2 * 1024 * 1024;
/// The largest frame a device may push: bytes of its items together.
pub const MAX_FRAME_BYTES: usize = 1024 * 1024;
/// The most items in a frame.
pub const MAX_FRAME_ITEMS: usize = 1000;

/// Why bytes are not a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Fewer bytes than the header or its length say.
    #[error("the message is cut short")]
    Truncated,
    /// More bytes than the length says.
    #[error("there are bytes after the message")]
    Trailing,
    /// Longer than [`MAX_BODY`].
    #[error("the message is too long")]
    TooLong,
    /// The body is not what its kind says.
    #[error("the message is malformed")]
    Malformed,
}

/// A message of a version or kind that this build does not know: kept, to be skipped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Version byte.
    pub version: u8,
    /// Kind byte.
    pub kind: u8,
    /// The body.
    pub bytes: Vec<u8>,
}

/// Puts a body into its envelope.
#[must_use]
pub fn seal(version: u8, kind: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER + body.len());
    bytes.extend_from_slice(&[version, kind]);
    // Bodies are bounded far below 4 GiB; a longer one would be refused by every decoder.
    bytes.extend_from_slice(&u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes());
    bytes.extend_from_slice(body);
    bytes
}

/// Takes an envelope apart into version, kind and body. The bytes must be one whole message.
///
/// # Errors
/// When cut short, followed by more, or longer than [`MAX_BODY`].
pub fn open(bytes: &[u8]) -> Result<(u8, u8, &[u8]), WireError> {
    let (header, body) = bytes
        .split_first_chunk::<HEADER>()
        .ok_or(WireError::Truncated)?;
    let [version, kind, a, b, c, d] = *header;
    let length = usize::try_from(u32::from_le_bytes([a, b, c, d])).unwrap_or(usize::MAX);
    if length > MAX_BODY {
        return Err(WireError::TooLong);
    }
    match body.len().cmp(&length) {
        core::cmp::Ordering::Less => Err(WireError::Truncated),
        core::cmp::Ordering::Greater => Err(WireError::Trailing),
        core::cmp::Ordering::Equal => Ok((version, kind, body)),
    }
}

/// Takes the first of several messages that follow one another: the whole message, envelope included, and the rest.
///
/// # Errors
/// [`WireError::Truncated`] or [`WireError::TooLong`].
pub fn split_first(bytes: &[u8]) -> Result<(&[u8], &[u8]), WireError> {
    let header = bytes.first_chunk::<HEADER>().ok_or(WireError::Truncated)?;
    let [_, _, a, b, c, d] = *header;
    let length = usize::try_from(u32::from_le_bytes([a, b, c, d])).unwrap_or(usize::MAX);
    if length > MAX_BODY {
        return Err(WireError::TooLong);
    }
    bytes
        .split_at_checked(HEADER + length)
        .ok_or(WireError::Truncated)
}

/// A body as bytes.
#[must_use]
pub fn body<T: Serialize>(value: &T) -> Vec<u8> {
    // Serialising into a growing vector fails only for types with an unknown length, which this crate has none of.
    postcard::to_allocvec(value).unwrap_or_default()
}

/// A body from bytes; all of them must be used.
///
/// # Errors
/// [`WireError::Malformed`].
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WireError> {
    match postcard::take_from_bytes::<T>(bytes) {
        Ok((value, [])) => Ok(value),
        _ => Err(WireError::Malformed),
    }
}
