//! The connection to the relay: a WebSocket that speaks bytes.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use js_sys::{JsString, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{BinaryType, Event, MessageEvent, Response, WebSocket, WorkerGlobalScope};

use crate::timer::sleep;

#[cfg(test)]
mod tests;

/// Bytes given to the browser beyond what it has sent. The rest waits here, where closing the socket frees it at once.
const AHEAD: u32 = 1024 * 1024;

/// How often a full socket is looked at; browsers do not tell when it has drained.
const DRAINING: Duration = Duration::from_millis(10);

/// What happened to a socket.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SocketEvent {
    Opened,
    Received(Vec<u8>),
    Closed,
    NotARelay,
}

/// A socket that tells what happens to it until it is dropped, which closes it without a word.
#[derive(Debug)]
pub(crate) struct Socket {
    sending: Rc<Sending>,
    _on_open: Closure<dyn FnMut(Event)>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut(Event)>,
}

#[derive(Debug)]
struct Sending {
    socket: WebSocket,
    waiting: RefCell<VecDeque<Vec<u8>>>,
    draining: Cell<bool>,
}

impl Socket {
    /// Begins to connect. `None` when the address is none, or not allowed on this page.
    pub(crate) fn connect(address: &str, tell: impl Fn(SocketEvent) + 'static) -> Option<Self> {
        let socket = WebSocket::new(address).ok()?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let tell = Rc::new(tell);
        let opened = Rc::new(Cell::new(false));
        let on_open = Closure::new({
            let (tell, opened) = (Rc::clone(&tell), Rc::clone(&opened));
            move |_: Event| {
                opened.set(true);
                tell(SocketEvent::Opened);
            }
        });
        let on_message = Closure::new({
            let tell = Rc::clone(&tell);
            move |event: MessageEvent| tell(SocketEvent::Received(bytes(&event.data())))
        });
        // An error is always followed by this.
        let on_close = Closure::new({
            let address = address.to_owned();
            move |_: Event| {
                if opened.get() {
                    return tell(SocketEvent::Closed);
                }
                let (tell, address) = (Rc::clone(&tell), address.clone());
                spawn_local(async move {
                    tell(match answers(&address).await {
                        Some(Answers::Else) => SocketEvent::NotARelay,
                        Some(Answers::Relay) | None => SocketEvent::Closed,
                    });
                });
            }
        });
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Some(Self {
            sending: Rc::new(Sending {
                socket,
                waiting: RefCell::default(),
                draining: Cell::new(false),
            }),
            _on_open: on_open,
            _on_message: on_message,
            _on_close: on_close,
        })
    }

    /// Sends a message after those before it. What a closed socket was given is lost.
    pub(crate) fn send(&self, message: Vec<u8>) {
        self.sending.waiting.borrow_mut().push_back(message);
        if !self.sending.draining.get() && !self.sending.flush() {
            self.sending.draining.set(true);
            spawn_local(Rc::clone(&self.sending).drain());
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let socket = &self.sending.socket;
        socket.set_onopen(None);
        socket.set_onmessage(None);
        socket.set_onclose(None);
        self.sending.waiting.borrow_mut().clear();
        // It cannot fail without a code, and closing twice does nothing.
        let _ = socket.close();
    }
}

impl Sending {
    /// Hands over what fits. Whether that was all.
    fn flush(&self) -> bool {
        let mut waiting = self.waiting.borrow_mut();
        while self.socket.buffered_amount() < AHEAD {
            let Some(message) = waiting.pop_front() else {
                return true;
            };
            // It fails only before the socket is open, when nobody sends.
            let _ = self.socket.send_with_u8_array(&message);
        }
        waiting.is_empty()
    }

    async fn drain(self: Rc<Self>) {
        while !self.flush() {
            sleep(DRAINING).await;
        }
        self.draining.set(false);
    }
}

/// Who answers at a relay's address over plain HTTP.
#[derive(Debug, PartialEq, Eq)]
enum Answers {
    Relay,
    Else,
}

/// A socket that is refused says nothing of why: the relay's word on its health tells a server that is away from one that
/// never was a relay. `None` when nobody answers, or only somebody who stands before a server that is away.
async fn answers(address: &str) -> Option<Answers> {
    let health = address
        .replacen("ws", "http", 1)
        .replace("/relay/ws", "/relay/health");
    let scope: WorkerGlobalScope = js_sys::global().dyn_into().ok()?;
    let response: Response = JsFuture::from(scope.fetch_with_str(&health))
        .await
        .ok()?
        .dyn_into()
        .ok()?;
    let text = JsFuture::from(response.text().ok()?).await.ok()?;
    if text.as_string()?.contains("\"tendero-relay\"") {
        return Some(Answers::Relay);
    }
    (response.status() < 500).then_some(Answers::Else)
}

/// A message's bytes. The relay sends no text; whatever does is no relay, and its bytes will show it.
fn bytes(message: &JsValue) -> Vec<u8> {
    match message.dyn_ref::<JsString>() {
        Some(text) => String::from(text).into_bytes(),
        None => Uint8Array::new(message).to_vec(),
    }
}
