//! Letting the browser deliver what waits.

use std::cell::RefCell;
use std::rc::Rc;

use futures::channel::oneshot;
use wasm_bindgen::prelude::*;
use web_sys::{MessageChannel, MessageEvent};

/// The event loop's turns. A message to oneself comes back behind everything that waits already, and unlike a timer is not
/// put off for 4 ms once they are nested.
#[derive(Debug)]
pub(crate) struct Turns {
    channel: MessageChannel,
    waiting: Rc<RefCell<Option<oneshot::Sender<()>>>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Turns {
    pub(crate) fn new() -> Self {
        let channel = MessageChannel::new().expect_throw("every browser has message channels");
        let waiting: Rc<RefCell<Option<oneshot::Sender<()>>>> = Rc::default();
        let waking = Rc::clone(&waiting);
        let on_message = Closure::new(move |_: MessageEvent| {
            if let Some(sender) = waking.take() {
                // Nobody waits any more.
                let _ = sender.send(());
            }
        });
        (channel.port1()).set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Self {
            channel,
            waiting,
            _on_message: on_message,
        }
    }

    /// Ends when the browser has delivered what waited. One caller at a time.
    pub(crate) async fn next(&self) {
        let (sender, receiver) = oneshot::channel();
        self.waiting.replace(Some(sender));
        if self.channel.port2().post_message(&JsValue::NULL).is_ok() {
            // Cancelled only by another caller, who then has the turn.
            let _ = receiver.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    async fn what_waited_is_delivered_before_the_next_turn() {
        let turns = Turns::new();
        let other = MessageChannel::new().unwrap();
        let delivered = Rc::new(RefCell::new(0));
        let counting = Rc::clone(&delivered);
        let on_message =
            Closure::<dyn FnMut(MessageEvent)>::new(move |_| *counting.borrow_mut() += 1);
        (other.port1()).set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        for round in 1..=100 {
            other.port2().post_message(&JsValue::NULL).unwrap();
            turns.next().await;
            assert_eq!(*delivered.borrow(), round);
        }
    }
}
