//! Sellers, a relay, and the wires between them.

use super::relay::{Conn, Relay};
use super::seller::{Seller, Wish};
use std::collections::VecDeque;
use tendero_sync::{Event, State};

/// A seller's connection.
#[derive(Default)]
pub struct Wire {
    /// `Some` while there is one, open or about to be.
    pub conn: Option<Conn>,
    pub opening: bool,
    pub up: VecDeque<Vec<u8>>,
    /// `None` stands for closing.
    pub down: VecDeque<Option<Vec<u8>>>,
    /// Swallows everything, both ways, and closes nothing.
    pub mute: bool,
}

pub struct World {
    pub now: u64,
    pub relay: Relay,
    /// Whether the relay's machine is there.
    pub relay_up: bool,
    pub sellers: Vec<Seller>,
    pub wires: Vec<Wire>,
    conns: Conn,
}

impl World {
    pub fn new(relay: Relay, sellers: Vec<Seller>) -> Self {
        let wires = sellers.iter().map(|_| Wire::default()).collect();
        Self {
            now: 1_000_000,
            relay,
            relay_up: true,
            sellers,
            wires,
            conns: 0,
        }
    }

    pub fn join(&mut self, seller: Seller) -> usize {
        self.sellers.push(seller);
        self.wires.push(Wire::default());
        self.sellers.len() - 1
    }

    pub fn start(&mut self, who: usize) {
        self.sellers[who].start(self.now);
        self.settle();
    }

    pub fn write(&mut self, who: usize, customer: u8, text: &str) {
        self.sellers[who].write(self.now, customer, text);
        self.settle();
    }

    /// Everything that is on its way arrives, and what follows from it; no time passes.
    pub fn settle(&mut self) {
        while self.step() {}
    }

    /// Time passes, and what is due happens.
    pub fn pass(&mut self, ms: u64) {
        let until = self.now + ms;
        loop {
            self.settle();
            let due = self
                .sellers
                .iter()
                .filter_map(|seller| seller.wake_at)
                .min();
            match due {
                Some(due) if due <= until => self.now = self.now.max(due),
                _ => break,
            }
            self.wake();
        }
        self.now = until;
        self.relay.now_ms = until;
    }

    /// How long it takes until a seller opens the next connection.
    pub fn until_next_attempt(&mut self, who: usize) -> u64 {
        let before = self.now;
        while self.wires[who].conn.is_none() {
            self.now = self.sellers[who].wake_at.expect("somebody tries again");
            self.wake();
        }
        self.now - before
    }

    /// Wakes whoever is due.
    pub fn wake(&mut self) {
        for seller in &mut self.sellers {
            if seller.wake_at.is_some_and(|due| due <= self.now) {
                seller.wake_at = None;
                seller.feed(self.now, Event::Woken);
            }
        }
        self.carry_wishes();
    }

    /// One message arrives somewhere; `false` when none is on its way.
    pub fn step(&mut self) -> bool {
        self.carry_wishes();
        (0..self.wires.len()).any(|who| self.step_of(who))
    }

    /// One message of a seller's wire arrives.
    pub fn step_of(&mut self, who: usize) -> bool {
        self.carry_wishes();
        let wire = &mut self.wires[who];
        let Some(conn) = wire.conn else { return false };
        if wire.mute {
            wire.up.clear();
            wire.down.clear();
            return false;
        }
        if wire.opening {
            if self.relay_up {
                wire.opening = false;
                self.relay.connect(conn);
                self.sellers[who].feed(self.now, Event::Opened);
            } else {
                self.cut(who);
            }
        } else if let Some(bytes) = wire.up.pop_front() {
            self.relay.received(conn, &bytes);
        } else if let Some(message) = wire.down.pop_front() {
            match message {
                Some(bytes) => self.sellers[who].feed(self.now, Event::Received(bytes)),
                None => self.cut(who),
            }
        } else {
            return false;
        }
        self.carry_wishes();
        true
    }

    /// The connection breaks; what is on its way is lost.
    pub fn cut(&mut self, who: usize) {
        if self.hang_up(who) {
            self.sellers[who].feed(self.now, Event::Closed);
        }
        self.carry_wishes();
    }

    /// The relay's machine stops: all connections break.
    pub fn stop_relay(&mut self) {
        self.relay_up = false;
        (0..self.wires.len()).for_each(|who| self.cut(who));
    }

    fn hang_up(&mut self, who: usize) -> bool {
        let conn = std::mem::take(&mut self.wires[who]).conn;
        if let Some(conn) = conn {
            self.relay.disconnect(conn);
        }
        conn.is_some()
    }

    fn carry_wishes(&mut self) {
        for who in 0..self.sellers.len() {
            for wish in std::mem::take(&mut self.sellers[who].wishes) {
                match wish {
                    Wish::Connect => {
                        self.hang_up(who);
                        self.conns += 1;
                        self.wires[who].conn = Some(self.conns);
                        self.wires[who].opening = true;
                    }
                    Wish::Close => {
                        self.hang_up(who);
                    }
                    Wish::Send(bytes) => {
                        let wire = &mut self.wires[who];
                        assert!(wire.conn.is_some() && !wire.opening, "sent into nothing");
                        wire.up.push_back(bytes);
                    }
                }
            }
        }
        for (conn, message) in std::mem::take(&mut self.relay.out) {
            if let Some(wire) = self.wires.iter_mut().find(|wire| wire.conn == Some(conn)) {
                wire.down.push_back(message);
            }
        }
    }

    pub fn state(&self, who: usize) -> State {
        self.sellers[who].state
    }

    /// All have the same notes, and so has the relay, once.
    pub fn assert_all_the_same(&self) {
        let stored = self.relay.items();
        for seller in &self.sellers {
            let name = seller.name;
            assert!(seller.disk.outbox.is_empty(), "{name} has unsent notes");
            let mut here: Vec<_> = seller.disk.notes.keys().copied().collect();
            let mut there = stored.clone();
            here.sort_unstable();
            there.sort_unstable();
            assert_eq!(here, there, "{name} and the relay");
            let log: Vec<_> = seller
                .disk
                .log
                .iter()
                .map(|(_, item_id)| *item_id)
                .collect();
            assert_eq!(log, stored, "{name}'s log");
            assert_eq!(
                seller.disk.notes, self.sellers[0].disk.notes,
                "{name}'s notes"
            );
            assert_eq!(
                seller.disk.chain,
                self.relay.chain().entries(),
                "{name}'s chain"
            );
        }
    }
}
