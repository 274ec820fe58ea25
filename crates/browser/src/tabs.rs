//! The other tabs of this browser: who of them uses the network, and what they tell one another.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{BroadcastChannel, MessageEvent};

#[wasm_bindgen]
extern "C" {
    /// `LockManager` of the Web Locks API, which web-sys has only behind a build flag.
    type Locks;
    #[wasm_bindgen(method)]
    fn request(this: &Locks, name: &str, granted: &JsValue) -> Promise;
}

/// Waits until no other tab leads, and leads until this worker ends: `leads` is told so with `true`, and with `false`
/// if another tab takes the lead away.
///
/// Where the browser has no locks (an older WebKitGTK, an insecure context) every tab leads.
pub(crate) fn lead(lock: String, leads: impl Fn(bool) + 'static) {
    let navigator = Reflect::get(&js_sys::global(), &"navigator".into());
    let locks = navigator.and_then(|navigator| Reflect::get(&navigator, &"locks".into()));
    let locks = match locks {
        Ok(locks) if locks.is_object() => locks.unchecked_into::<Locks>(),
        _ => return leads(true),
    };
    let leads = Rc::new(leads);
    spawn_local(async move {
        loop {
            let held = Rc::new(Cell::new(false));
            let granted = Closure::once_into_js({
                let (held, leads) = (Rc::clone(&held), Rc::clone(&leads));
                move |_lock: JsValue| {
                    held.set(true);
                    leads(true);
                    // The lock is held until this promise is settled, which is never.
                    Promise::new(&mut |_, _| ())
                }
            });
            // So this ends only when the lock is refused, or taken away by another tab's `steal`.
            let _ = JsFuture::from(locks.request(&lock, &granted)).await;
            if !held.get() {
                return leads(true);
            }
            leads(false);
        }
    });
}

/// A channel between all tabs. What one tells, all others hear.
#[derive(Debug)]
pub(crate) struct Tabs {
    /// `None` in a browser without such channels; tabs then learn of each other when they look at the store.
    channel: Option<BroadcastChannel>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Tabs {
    pub(crate) fn join(name: &str, hear: impl Fn(Vec<u8>) + 'static) -> Self {
        let on_message = Closure::new(move |event: MessageEvent| {
            if let Some(bytes) = event.data().dyn_ref::<Uint8Array>() {
                hear(bytes.to_vec());
            }
        });
        let channel = BroadcastChannel::new(name).ok();
        if let Some(channel) = &channel {
            channel.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        }
        Self {
            channel,
            _on_message: on_message,
        }
    }

    pub(crate) fn tell(&self, message: &[u8]) {
        if let Some(channel) = &self.channel {
            // It fails only for values that cannot be copied, or a closed channel.
            let _ = channel.post_message(&Uint8Array::from(message));
        }
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.set_onmessage(None);
            channel.close();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::time::Duration;

    use js_sys::Function;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::timer::sleep;

    const A_MOMENT: Duration = Duration::from_millis(100);

    fn noting<T: 'static>() -> (Rc<RefCell<Vec<T>>>, impl Fn(T)) {
        let notes = Rc::new(RefCell::new(Vec::new()));
        let noting = Rc::clone(&notes);
        (notes, move |what| noting.borrow_mut().push(what))
    }

    #[wasm_bindgen_test]
    async fn one_leads_and_is_told_when_the_lead_is_taken_away() {
        let (first, tell_first) = noting();
        let (second, tell_second) = noting();
        lead("test-lead".into(), tell_first);
        sleep(A_MOMENT).await;
        lead("test-lead".into(), tell_second);
        sleep(A_MOMENT).await;
        assert_eq!(
            (first.borrow().as_slice(), second.borrow().as_slice()),
            ([true].as_slice(), [].as_slice())
        );
        // Another tab takes it, and gives it back a little later.
        let steal = "navigator.locks.request('test-lead', {steal: true}, () => new Promise(go => setTimeout(go, 50)))";
        Function::new_no_args(steal).call0(&JsValue::NULL).unwrap();
        sleep(A_MOMENT * 2).await;
        assert_eq!(*first.borrow(), [true, false]);
        assert_eq!(*second.borrow(), [true]);
    }

    #[wasm_bindgen_test]
    async fn others_hear_what_a_tab_tells_and_it_does_not_hear_itself() {
        let (here, hear_here) = noting();
        let (there, hear_there) = noting();
        let (away, hear_away) = noting();
        let tab = Tabs::join("test-tabs", hear_here);
        let _other = Tabs::join("test-tabs", hear_there);
        drop(Tabs::join("test-tabs", hear_away));
        tab.tell(&[1, 2]);
        tab.tell(&[]);
        sleep(A_MOMENT).await;
        assert_eq!(*there.borrow(), [vec![1, 2], vec![]]);
        assert!(here.borrow().is_empty() && away.borrow().is_empty());
    }
}
