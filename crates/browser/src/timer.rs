//! Timers of a page or a worker.

use std::time::Duration;

use futures::channel::oneshot;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    // In web-sys these belong to a window or to a worker; the global functions are the same in both.
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(then: &JsValue, milliseconds: i32) -> i32;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: i32);
}

/// Something to be done once, later. Dropping it calls it off.
#[derive(Debug)]
pub(crate) struct Timer {
    id: i32,
    _then: Closure<dyn FnMut()>,
}

impl Timer {
    /// Calls `then` after `delay`, at most some 24 days away (the browser's limit), in a task of its own.
    pub(crate) fn after(delay: Duration, then: impl FnOnce() + 'static) -> Self {
        let then = Closure::once(then);
        // What is over the limit would be taken for 0.
        let milliseconds = i32::try_from(delay.as_millis()).unwrap_or(i32::MAX);
        Self {
            id: set_timeout(then.as_ref(), milliseconds),
            _then: then,
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(self.id);
    }
}

/// Ends after `delay`.
pub(crate) async fn sleep(delay: Duration) {
    let (sender, receiver) = oneshot::channel();
    let _timer = Timer::after(delay, move || {
        // Nobody waits any more.
        let _ = sender.send(());
    });
    // The sender lives as long as the timer, so it is never cancelled.
    let _ = receiver.await;
}
