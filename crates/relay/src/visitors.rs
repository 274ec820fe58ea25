//! Who is connected from where: places for connections, overall and by address, and what an address may send.
//!
//! An address is an IPv4 address or an IPv6 network of 64 bits, which one subscriber has for itself (RFC 6177). Nothing
//! of it is stored or logged.

use crate::journal;
use crate::limits::{ADDRESS_SHARE, GREETINGS_OF_ADDRESS, Limits, Pace};
use crate::metrics::Metrics;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Addresses kept before those are dropped of which nothing is to be remembered.
const KEPT: usize = 1024;

/// Between two lines for the operator.
const TELL: Duration = Duration::from_secs(60);

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// The relay has no more places.
    Relay,
    /// This address has no more places.
    Address,
}

struct Address {
    places: usize,
    greetings: usize,
    pace: Pace,
}

#[derive(Default)]
struct Book {
    addresses: HashMap<IpAddr, Address>,
    connections: usize,
    /// When the operator was told last.
    told: Option<Instant>,
    /// When to look for addresses to drop.
    prune_at: usize,
}

/// All who are connected.
pub struct Visitors {
    limits: Limits,
    metrics: Arc<Metrics>,
    book: Mutex<Book>,
}

impl Visitors {
    /// Nobody yet.
    #[must_use]
    pub fn new(limits: Limits, metrics: Arc<Metrics>) -> Arc<Self> {
        Arc::new(Self {
            limits,
            metrics,
            book: Mutex::default(),
        })
    }

    /// The bounds.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Counts somebody who was refused, and tells the operator at most once a minute: a flood must not fill the log too.
    pub fn turned_away(&self, now: Instant) {
        self.metrics.turned_away();
        let mut book = self.book();
        let silent = book.told.is_some_and(|told| now < told + TELL);
        if !silent {
            book.told = Some(now);
            journal::event("limit_reached", &[]);
        }
    }

    /// A place for a connection, given back when dropped.
    ///
    /// # Errors
    /// [`Full::Relay`].
    pub fn connection(self: &Arc<Self>) -> Result<Connection, Full> {
        let mut book = self.book();
        if book.connections >= self.limits.connections {
            return Err(Full::Relay);
        }
        book.connections += 1;
        self.metrics.connection_opened();
        Ok(Connection(Arc::clone(self)))
    }

    /// A place among those of an address, given back when dropped.
    ///
    /// # Errors
    /// [`Full::Address`].
    pub fn place(self: &Arc<Self>, from: IpAddr, now: Instant) -> Result<Place, Full> {
        let from = subscriber(from);
        let mut book = self.book();
        book.prune(now);
        let address = book.addresses.entry(from).or_insert_with(|| Address {
            places: 0,
            greetings: 0,
            pace: Pace::new(self.limits.messages.saturating_mul(ADDRESS_SHARE), now),
        });
        if address.places >= self.limits.connections_of_address {
            return Err(Full::Address);
        }
        address.places += 1;
        Ok(Place {
            visitors: Arc::clone(self),
            from,
        })
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        // Nothing panics while the lock is held, and the numbers are whole between statements.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    /// Forgets addresses without a place whose pace is as that of a new one.
    fn prune(&mut self, now: Instant) {
        if self.addresses.len() >= self.prune_at.max(KEPT) {
            self.addresses
                .retain(|_, address| address.places > 0 || !address.pace.is_full(now));
            self.prune_at = self.addresses.len().saturating_mul(2);
        }
    }
}

/// The part of an address that one subscriber has.
fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let network = address.to_bits() >> 64 << 64;
            Ipv6Addr::from_bits(network).into()
        }
    }
}

/// One connection among all.
pub struct Connection(Arc<Visitors>);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.book().connections -= 1;
        self.0.metrics.connection_closed();
    }
}

/// One place of an address.
pub struct Place {
    visitors: Arc<Visitors>,
    from: IpAddr,
}

impl Place {
    /// Whether the address may send something of that weight now.
    #[must_use]
    pub fn may_send(&self, now: Instant, weight: u32) -> bool {
        self.with(|address| address.pace.take(now, weight))
            .unwrap_or(true)
    }

    /// One more place of the same address.
    ///
    /// # Errors
    /// [`Full::Address`].
    pub fn another(&self, now: Instant) -> Result<Self, Full> {
        self.visitors.place(self.from, now)
    }

    /// A place for a client that has not greeted, given back when dropped.
    ///
    /// # Errors
    /// [`Full::Address`].
    pub fn greeting(self: &Arc<Self>) -> Result<Greeting, Full> {
        let free = self.with(|address| {
            let free = address.greetings < GREETINGS_OF_ADDRESS;
            address.greetings += usize::from(free);
            free
        });
        if free == Some(false) {
            return Err(Full::Address);
        }
        Ok(Greeting(Arc::clone(self)))
    }

    /// The address is in the book as long as it has a place.
    fn with<T>(&self, work: impl FnOnce(&mut Address) -> T) -> Option<T> {
        let mut book = self.visitors.book();
        book.addresses.get_mut(&self.from).map(work)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.with(|address| address.places -= 1);
    }
}

/// A client that has not greeted yet.
pub struct Greeting(Arc<Place>);

impl Drop for Greeting {
    fn drop(&mut self) {
        self.0.with(|address| address.greetings -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn at(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn visitors(limits: Limits) -> Arc<Visitors> {
        Visitors::new(limits, Arc::default())
    }

    #[test]
    fn an_address_that_takes_all_its_places_leaves_those_of_others() {
        let limits = Limits {
            connections_of_address: 2,
            ..Limits::default()
        };
        let (visitors, now) = (visitors(limits), Instant::now());
        let greedy = ["2001:db8::1", "2001:db8::ffff:2"].map(|text| visitors.place(at(text), now));
        assert!(greedy.iter().all(Result::is_ok));
        let more = visitors.place(at("2001:db8::3"), now);
        assert_eq!(more.err(), Some(Full::Address));
        assert!(visitors.place(at("2001:db8:0:1::1"), now).is_ok());
        drop(greedy);
        assert!(visitors.place(at("2001:db8::3"), now).is_ok());
        // One address, written in two ways.
        let _both = ["10.0.0.1", "::ffff:10.0.0.1"].map(|text| visitors.place(at(text), now));
        assert!(visitors.place(at("10.0.0.1"), now).is_err());
    }

    #[test]
    fn connections_and_greetings_are_counted_and_given_back() {
        let limits = Limits {
            connections: 1,
            ..Limits::default()
        };
        let (visitors, now) = (visitors(limits), Instant::now());
        let one = visitors.connection();
        assert_eq!(visitors.connection().err(), Some(Full::Relay));
        drop(one);
        assert!(visitors.connection().is_ok());
        let place = Arc::new(visitors.place(at("10.0.0.1"), now).ok().unwrap());
        let mut silent: Vec<_> = (0..GREETINGS_OF_ADDRESS)
            .map(|_| place.greeting())
            .collect();
        assert!(silent.iter().all(Result::is_ok));
        assert!(place.greeting().is_err());
        silent.pop();
        assert!(place.greeting().is_ok());
    }

    #[test]
    fn coming_back_gives_no_new_burst_and_the_book_does_not_grow() {
        let limits = Limits {
            messages: 1,
            ..Limits::default()
        };
        let (visitors, now) = (visitors(limits), Instant::now());
        let place = visitors.place(at("10.0.0.1"), now).ok().unwrap();
        assert!(place.may_send(now, 1000));
        drop(place);
        let place = visitors.place(at("10.0.0.1"), now).ok().unwrap();
        assert!(!place.may_send(now, 1));
        drop(place);
        for number in 0..100_000_u32 {
            let address = IpAddr::from(number.to_be_bytes());
            drop(visitors.place(address, now));
        }
        assert!(visitors.book().addresses.len() <= 2 * KEPT);
        let place = visitors.place(at("10.0.0.1"), now).ok().unwrap();
        assert!(!place.may_send(now, 1), "a debt was forgotten");
        assert!(place.may_send(now + Duration::from_secs(1000), 1));
    }
}
