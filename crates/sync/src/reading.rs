//! The log on its way into the store.

use crate::line::Line;
use crate::page::{self, Expected, PageError};
use crate::sync::Sync;
use crate::{Effect, Stretch};
use tendero_protocol::message::Log;
use tendero_protocol::{ClientMessage, Incarnation, LogItems, LogPosition, Seq};

/// How long to wait before a page that could not be stored is fetched again, milliseconds.
const STORE_AGAIN: u64 = 5_000;

/// How far the log is durable here, and what comes after it.
pub(crate) struct Reading {
    position: LogPosition,
    /// Where the log stands once the stretch that is being stored is durable.
    applying: Option<LogPosition>,
    /// The next one.
    ready: Option<Stretch>,
    retry_at: Option<u64>,
}

/// A page that was asked for.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    after: LogPosition,
    limit: usize,
    at: u64,
}

impl Reading {
    pub(crate) const fn new(position: LogPosition) -> Self {
        Self {
            position,
            applying: None,
            ready: None,
            retry_at: None,
        }
    }

    /// What is durable.
    pub(crate) const fn position(&self) -> LogPosition {
        self.position
    }

    /// The end of what was read, durable or not.
    pub(crate) fn end(&self) -> LogPosition {
        let ready = self.ready.as_ref().map(|stretch| stretch.position);
        ready.or(self.applying).unwrap_or(self.position)
    }

    /// Whether nothing is on its way.
    pub(crate) const fn is_idle(&self) -> bool {
        self.applying.is_none() && self.ready.is_none()
    }

    pub(crate) const fn retry_at(&self) -> Option<u64> {
        self.retry_at
    }

    /// The first contact: the log has this name.
    pub(crate) fn adopt(&mut self, incarnation: Incarnation) {
        if self.end().cursor == Seq(0) {
            self.position.incarnation = incarnation;
        }
    }

    pub(crate) fn applied(&mut self) {
        if let Some(position) = self.applying.take() {
            self.position = position;
        }
    }

    pub(crate) fn not_applied(&mut self, now: u64) {
        if self.applying.take().is_some() {
            self.ready = None;
            self.retry_at = Some(now.saturating_add(STORE_AGAIN));
        }
    }
}

impl Sync {
    /// Hands on what is ready, asks for what follows, and says what is durable.
    pub(crate) fn pursue_log(&mut self, now: u64) {
        if self.reading.applying.is_none()
            && let Some(stretch) = self.reading.ready.take()
        {
            self.reading.applying = Some(stretch.position);
            self.out.push(Effect::Apply(stretch));
        }
        if self.reading.retry_at.is_some_and(|at| now >= at) {
            self.reading.retry_at = None;
        }
        self.tell_cursor();
        let after = self.reading.end();
        let Line::Open(session) = &mut self.line else {
            return;
        };
        let may_ask = session.distrusted_until.is_none()
            && session.tip.length <= self.chain.length()
            && session.asked.is_none()
            && session.held.is_none()
            && self.reading.ready.is_none()
            && self.reading.retry_at.is_none();
        if may_ask && session.head > after.cursor {
            let most = usize::try_from(session.limits.log_items).unwrap_or(usize::MAX);
            let limit = self.reading_pace.size().min(most).max(1);
            session.asked = Some(Asked {
                after,
                limit,
                at: now,
            });
            self.send(&ClientMessage::Log(Log {
                after: after.cursor,
                limit: u32::try_from(limit).unwrap_or(u32::MAX),
                skip_own: true,
            }));
        }
    }

    fn tell_cursor(&mut self) {
        let cursor = self.reading.position.cursor;
        if let Line::Open(session) = &mut self.line
            && session.distrusted_until.is_none()
            && session.cursor_told < cursor
        {
            session.cursor_told = cursor;
            self.send(&ClientMessage::CursorAck(cursor));
        }
    }

    /// A page came.
    pub(crate) fn page_came(&mut self, now: u64, page: LogItems) {
        let Line::Open(session) = &mut self.line else {
            return;
        };
        let Some(asked) = session.asked else { return };
        // Signed by a device that is not known: first the chain, as it is after this page.
        let unknown = page
            .frames
            .iter()
            .any(|frame| self.chain.device(frame.header().device).is_none());
        if unknown && session.held.is_none() {
            session.held = Some(page);
            if !session.chain_asked {
                session.chain_asked = true;
                let length = self.chain.length();
                self.send(&ClientMessage::Chain(length));
            }
        } else {
            self.reading_pace.took(now.saturating_sub(asked.at));
            self.read_page(now, asked, page);
        }
    }

    /// The chain is here: a page that waited for it is read.
    pub(crate) fn take_up_held(&mut self, now: u64) {
        if let Line::Open(session) = &mut self.line
            && let (Some(page), Some(asked)) = (session.held.take(), session.asked)
        {
            self.read_page(now, asked, page);
        }
    }

    fn read_page(&mut self, now: u64, asked: Asked, page: LogItems) {
        let Line::Open(session) = &mut self.line else {
            return;
        };
        session.asked = None;
        if asked.after != self.reading.end() {
            // What it continues could not be stored.
            return;
        }
        let expected = Expected {
            me: self.me.device,
            chain: &self.chain,
            after: asked.after,
            limit: asked.limit,
            head: session.head,
        };
        let head = page.head;
        match page::verify(&expected, page) {
            Ok(stretch) => {
                self.damaged = false;
                self.saw(head);
                if !stretch.entries.is_empty() {
                    self.reading.ready = Some(stretch);
                }
            }
            Err(
                // The chain was fetched after the page: what it does not know by then is foreign.
                PageError::UnknownDevice
                | PageError::Signature
                | PageError::Role
                | PageError::Item
                | PageError::Sequence
                | PageError::Fork,
            ) => self.distrust(now),
        }
    }
}
