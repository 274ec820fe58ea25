//! Carrying out what the engine says, and what happens because of it.

use std::time::Duration;

use futures::channel::mpsc::UnboundedSender;
use tendero_engine::{Input, Output};
use tendero_messages::FromEngine;

use crate::page::{Page, Said};
use crate::socket::{Socket, SocketEvent};
use crate::tabs::{Tabs, lead};
use crate::timer::Timer;

/// Something that happened outside the engine. Numbers tell the latest socket and wish to be woken from earlier ones, of
/// which something may still wait in the queue.
#[derive(Debug)]
pub(crate) enum Happening {
    Said(Said),
    Socket(u32, SocketEvent),
    Woken(u32),
    Leader(bool),
    Told(Vec<u8>),
}

/// What the engine does not do itself.
#[derive(Debug)]
pub(crate) struct Hands {
    page: Page,
    queue: UnboundedSender<Happening>,
    lock: String,
    tabs: Tabs,
    socket: Option<Socket>,
    socket_number: u32,
    waking: Option<Timer>,
    waking_number: u32,
}

impl Hands {
    pub(crate) fn new(database: &str, page: Page, queue: UnboundedSender<Happening>) -> Self {
        Self {
            page,
            lock: format!("{database}-network"),
            tabs: Tabs::join(&format!("{database}-tabs"), tell(&queue, Happening::Told)),
            queue,
            socket: None,
            socket_number: 0,
            waking: None,
            waking_number: 0,
        }
    }

    pub(crate) fn tell_page(&self, message: &FromEngine) {
        self.page.tell(message);
    }

    /// A function that puts something into the queue.
    fn telling<T>(&self, happening: impl Fn(T) -> Happening + 'static) -> impl Fn(T) + 'static {
        tell(&self.queue, happening)
    }

    pub(crate) fn carry_out(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Page(message) => self.page.tell(&message),
                Output::Connect(address) => self.connect(&address),
                Output::Send(message) => {
                    if let Some(socket) = &self.socket {
                        socket.send(message);
                    }
                }
                Output::Close => self.close(),
                Output::Wake(milliseconds) => self.wake(milliseconds),
                Output::Lead => lead(self.lock.clone(), self.telling(Happening::Leader)),
                Output::Tell(message) => self.tabs.tell(&message),
            }
        }
    }

    /// What the engine has to know of a socket: nothing of an earlier one.
    pub(crate) fn socket_input<F>(&mut self, number: u32, event: SocketEvent) -> Option<Input<F>> {
        if number != self.socket_number {
            return None;
        }
        Some(match event {
            SocketEvent::Opened => Input::Opened,
            SocketEvent::Received(message) => Input::Received(message),
            SocketEvent::Closed => {
                self.socket = None;
                Input::Closed
            }
            SocketEvent::NotARelay => {
                self.socket = None;
                Input::NotARelay
            }
        })
    }

    /// Whether this is the latest wish to be woken.
    pub(crate) fn is_due(&self, number: u32) -> bool {
        number == self.waking_number
    }

    fn connect(&mut self, address: &str) {
        self.forget_socket();
        let number = self.socket_number;
        let tell = self.telling(move |event| Happening::Socket(number, event));
        self.socket = Socket::connect(address, tell);
        if self.socket.is_none() {
            self.say_closed();
        }
    }

    fn close(&mut self) {
        self.forget_socket();
        self.say_closed();
    }

    /// Whatever the socket still has to say is of no interest from now on.
    fn forget_socket(&mut self) {
        self.socket = None;
        self.socket_number = self.socket_number.wrapping_add(1);
    }

    fn say_closed(&self) {
        self.telling(|number| Happening::Socket(number, SocketEvent::Closed))(self.socket_number);
    }

    fn wake(&mut self, milliseconds: u64) {
        self.waking_number = self.waking_number.wrapping_add(1);
        let number = self.waking_number;
        let tell = self.telling(Happening::Woken);
        self.waking = Some(Timer::after(
            Duration::from_millis(milliseconds),
            move || tell(number),
        ));
    }
}

/// A function that puts something into the queue.
pub(crate) fn tell<T>(
    queue: &UnboundedSender<Happening>,
    happening: impl Fn(T) -> Happening + 'static,
) -> impl Fn(T) + 'static {
    let queue = queue.clone();
    move |what| {
        // Nobody listens any more only when the worker is at its end.
        let _ = queue.unbounded_send(happening(what));
    }
}
