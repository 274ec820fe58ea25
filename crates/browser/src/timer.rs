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

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    async fn sleeping_takes_its_time() {
        let before = js_sys::Date::now();
        sleep(Duration::from_millis(50)).await;
        assert!(js_sys::Date::now() - before >= 49.0);
    }

    #[wasm_bindgen_test]
    async fn dropped_timer_does_nothing() {
        let rung = Rc::new(Cell::new(0));
        let ring = || {
            let rung = Rc::clone(&rung);
            move || rung.set(rung.get() + 1)
        };
        drop(Timer::after(Duration::from_millis(5), ring()));
        let _kept = Timer::after(Duration::from_millis(5), ring());
        let _far = Timer::after(Duration::MAX, ring());
        sleep(Duration::from_millis(30)).await;
        assert_eq!(rung.get(), 1);
    }
}
