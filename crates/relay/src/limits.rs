//! How much one workspace, one connection and one address may take, so that none of them keeps the others out.

use std::time::{Duration, Instant};

/// Room for a workspace's items. What is there already stays and is served whatever the quota says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// The most items.
    pub items: u64,
    /// The most bytes, counted by [`tendero_protocol::Item::size`].
    pub bytes: u64,
}

impl Quota {
    /// No bound.
    pub const NONE: Self = Self {
        items: u64::MAX,
        bytes: u64::MAX,
    };
}

/// What is left of a quota while a frame is stored.
pub(crate) struct Room {
    quota: Quota,
    items: u64,
    bytes: u64,
    refused: bool,
}

impl Room {
    /// Room beside so many items and bytes.
    pub(crate) const fn new(quota: Quota, items: u64, bytes: u64) -> Self {
        Self {
            quota,
            items,
            bytes,
            refused: false,
        }
    }

    /// Counts one more item if it fits. After the first that does not, none does: a change without the one before it
    /// would only have to wait.
    pub(crate) fn take(&mut self, size: usize) -> bool {
        let items = self.items.saturating_add(1);
        let bytes = self
            .bytes
            .saturating_add(size.try_into().unwrap_or(u64::MAX));
        self.refused |= items > self.quota.items || bytes > self.quota.bytes;
        if !self.refused {
            (self.items, self.bytes) = (items, bytes);
        }
        !self.refused
    }

    /// Bytes of the workspace with what was taken.
    pub(crate) const fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// All bounds that an operator may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Room for each workspace.
    pub quota: Quota,
    /// The most workspaces.
    pub workspaces: u64,
    /// Connections at once, sockets included.
    pub connections: usize,
    /// Connections of one address at once, sockets and HTTP sessions included.
    pub connections_of_address: usize,
    /// Messages a second of one connection, see [`Pace`]; an address may send [`ADDRESS_SHARE`] times that.
    pub messages: u32,
    /// Time for a request's headers, and for a TLS handshake.
    pub headers: Duration,
    /// Whether clients come through a proxy that names their address in `X-Forwarded-For`.
    pub behind_proxy: bool,
}

impl Default for Limits {
    /// For a team of fifty on a small machine: 4 GiB are some millions of edits with their history.
    fn default() -> Self {
        Self {
            quota: Quota {
                items: 10_000_000,
                bytes: 4096 * 1024 * 1024,
            },
            workspaces: 1000,
            connections: 16_384,
            connections_of_address: 512,
            messages: 1000,
            headers: Duration::from_secs(10),
            behind_proxy: false,
        }
    }
}

/// Sockets and HTTP sessions of one address at once whose client has not greeted: a whole team behind one address, and a
/// margin. Each may hold [`GREETING_BYTES`].
pub(crate) const GREETINGS_OF_ADDRESS: usize = 128;
/// Bytes that are read from a client before it has greeted: far above a greeting, or the first entry of a chain.
pub(crate) const GREETING_BYTES: usize = 64 * 1024;
/// What an address may send, as a multiple of what a connection may.
pub const ADDRESS_SHARE: u32 = 4;
/// Seconds of the pace that may be used at once.
const BURST_SECONDS: f64 = 4.0;
/// Bytes that count as one message; a longer message counts as several.
const MESSAGE_BYTES: usize = 16 * 1024;

/// What a message of so many bytes counts.
pub(crate) fn weight(bytes: usize) -> u32 {
    u32::try_from(bytes / MESSAGE_BYTES + 1).unwrap_or(u32::MAX)
}

/// A bucket of tokens (<https://en.wikipedia.org/wiki/Token_bucket>): so many a second, four times that at once.
#[derive(Debug)]
pub(crate) struct Pace {
    a_second: f64,
    tokens: f64,
    since: Instant,
}

impl Pace {
    pub(crate) fn new(a_second: u32, now: Instant) -> Self {
        let a_second = f64::from(a_second);
        Self {
            a_second,
            tokens: a_second * BURST_SECONDS,
            since: now,
        }
    }

    /// Takes so many tokens if there are any left; a debt is paid before the next.
    pub(crate) fn take(&mut self, now: Instant, tokens: u32) -> bool {
        self.refill(now);
        let enough = self.tokens >= 1.0;
        if enough {
            self.tokens -= f64::from(tokens);
        }
        enough
    }

    /// Whether nothing is remembered that a new bucket would not say.
    pub(crate) fn is_full(&mut self, now: Instant) -> bool {
        self.refill(now);
        self.tokens >= self.a_second * BURST_SECONDS
    }

    fn refill(&mut self, now: Instant) {
        let gained = now.saturating_duration_since(self.since).as_secs_f64() * self.a_second;
        self.since = now;
        self.tokens = (self.tokens + gained).min(self.a_second * BURST_SECONDS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_an_item_that_does_not_fit_does_not_fit_either() {
        let quota = Quota {
            items: 10,
            bytes: 1000,
        };
        let mut room = Room::new(quota, 0, 700);
        assert!(room.take(200));
        assert!(!room.take(101));
        assert!(!room.take(1));
        assert_eq!(room.bytes(), 900);
        let mut room = Room::new(quota, 9, 0);
        assert!(room.take(1) && !room.take(1));
        let mut room = Room::new(Quota::NONE, u64::MAX - 1, u64::MAX - 1);
        assert!(room.take(usize::MAX));
    }

    #[test]
    fn a_pace_allows_a_burst_then_so_many_a_second() {
        let start = Instant::now();
        let mut pace = Pace::new(10, start);
        let allowed = |pace: &mut Pace, now| (0..100).take_while(|_| pace.take(now, 1)).count();
        assert_eq!(allowed(&mut pace, start), 40);
        let later = start + Duration::from_secs(2);
        assert_eq!(allowed(&mut pace, later), 20);
        // A long message is taken whole, and paid for afterwards.
        let later = later + Duration::from_secs(1);
        assert!(pace.take(later, weight(1024 * 1024)));
        assert!(!pace.take(later + Duration::from_secs(5), 1));
        assert!(pace.take(later + Duration::from_secs(6), 1));
        assert!(!pace.is_full(later + Duration::from_secs(6)));
        assert!(pace.is_full(later + Duration::from_secs(60)));
    }
}
