//! The page this worker belongs to.
//!
//! The page posts plain objects `{bytes: Uint8Array, file?: File}`, the worker posts `Uint8Array`s; both hold messages of
//! [`tendero_messages`].

use js_sys::{Array, Uint8Array};
use tendero_messages::{Event, FromEngine, MessageError, ToEngine, decode, encode};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, File, MessageEvent, console};

#[wasm_bindgen]
extern "C" {
    /// What the page posts.
    #[wasm_bindgen(extends = js_sys::Object)]
    type Letter;
    #[wasm_bindgen(method, getter)]
    fn bytes(this: &Letter) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn file(this: &Letter) -> JsValue;
    /// Tests only: a fault to show from now on.
    #[cfg(feature = "faults")]
    #[wasm_bindgen(method, getter)]
    fn fault(this: &Letter) -> Option<String>;
}

/// What the page said.
#[derive(Debug)]
pub(crate) enum Said {
    Message(ToEngine, Option<File>),
    #[cfg(feature = "faults")]
    Fault(crate::faults::Fault),
}

/// The door to the page.
#[derive(Debug)]
pub(crate) struct Page {
    scope: DedicatedWorkerGlobalScope,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Page {
    /// Listens from now on, and says so: what the page posts while the worker's module loads is lost.
    pub(crate) fn listen(scope: DedicatedWorkerGlobalScope, hear: impl Fn(Said) + 'static) -> Self {
        let answering = scope.clone();
        let on_message = Closure::new(move |event: MessageEvent| match read(&event.data()) {
            Ok(said) => hear(said),
            // Another build of the app: never an attempt at decoding, always an update.
            Err(MessageError::OtherVersion) => {
                post(&answering, &FromEngine::Event(Event::UpdateWaiting));
            }
            Err(MessageError::Malformed) => console::error_1(&"a malformed message".into()),
        });
        scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let page = Self {
            scope,
            _on_message: on_message,
        };
        page.tell(&FromEngine::Listening);
        page
    }

    pub(crate) fn tell(&self, message: &FromEngine) {
        post(&self.scope, message);
    }
}

/// Posts to the page, handing the bytes over instead of copying them.
pub(crate) fn post(scope: &DedicatedWorkerGlobalScope, message: &FromEngine) {
    let bytes = Uint8Array::from(encode(message).as_slice());
    let buffer = Array::of1(&bytes.buffer());
    // It fails only for values that cannot be handed over.
    let _ = scope.post_message_with_transfer(&bytes, &buffer);
}

fn read(data: &JsValue) -> Result<Said, MessageError> {
    if !data.is_object() {
        return Err(MessageError::Malformed);
    }
    let letter: &Letter = data.unchecked_ref();
    #[cfg(feature = "faults")]
    if let Some(name) = letter.fault() {
        let fault = crate::faults::Fault::named(&name).ok_or(MessageError::Malformed)?;
        return Ok(Said::Fault(fault));
    }
    let bytes: Uint8Array = (letter.bytes().dyn_into()).map_err(|_| MessageError::Malformed)?;
    let message = decode(&bytes.to_vec())?;
    Ok(Said::Message(message, letter.file().dyn_into().ok()))
}
