//! The page's end of the worker: starts it, posts to it, hears it, ends it. What is said over it is [`super::engine`]'s part.

use js_sys::{Object, Reflect, Uint8Array};
use tendero_messages::{FromEngine, MessageError, ToEngine, decode, encode};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, File, MessageEvent, Worker, WorkerOptions, WorkerType};

/// What the page hears of a worker.
#[derive(Debug)]
pub(super) enum Heard {
    /// A message.
    Message(FromEngine),
    /// Bytes of another build. Never an attempt at decoding, always an update.
    OtherVersion,
    /// The worker failed outside its own account of it.
    Failed(String),
}

/// A running worker. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Bridge {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
    _on_message_error: Closure<dyn FnMut(MessageEvent)>,
}

impl Bridge {
    /// Starts the worker of a build.
    ///
    /// # Errors
    /// The browser's own, when it refuses to start one.
    pub(super) fn start(
        build: &str,
        hear: impl Fn(Heard) + Clone + 'static,
    ) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name("engine");
        let worker = Worker::new_with_options(&format!("/v/{build}/engine-worker.js"), &options)?;

        let hearing = hear.clone();
        let on_message = Closure::new(move |event: MessageEvent| hearing(read(&event.data())));
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));

        let hearing = hear.clone();
        let on_error = Closure::new(move |event: ErrorEvent| {
            event.prevent_default();
            // A module that could not be fetched comes as a plain event without a message.
            let said = Reflect::get(&event, &"message".into())
                .ok()
                .and_then(|text| text.as_string());
            hearing(Heard::Failed(
                said.unwrap_or_else(|| "the worker did not load".into()),
            ));
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));

        let on_message_error = Closure::new(move |_: MessageEvent| {
            hear(Heard::Failed("a message that cannot be read".into()))
        });
        worker.set_onmessageerror(Some(on_message_error.as_ref().unchecked_ref()));

        Ok(Self {
            worker,
            _on_message: on_message,
            _on_error: on_error,
            _on_message_error: on_message_error,
        })
    }

    /// Posts a message, and a file beside it.
    pub(super) fn post(&self, message: &ToEngine, file: Option<&File>) {
        let letter = Object::new();
        let bytes = Uint8Array::from(encode(message).as_slice());
        // Setting a property of a fresh object does not fail, nor does posting what can be cloned.
        let _ = Reflect::set(&letter, &"bytes".into(), &bytes);
        if let Some(file) = file {
            let _ = Reflect::set(&letter, &"file".into(), file);
        }
        let _ = self.worker.post_message(&letter);
    }

    /// Asks the worker for a fault.
    #[cfg(feature = "faults")]
    pub(super) fn post_fault(&self, name: &str) {
        let letter = Object::new();
        let _ = Reflect::set(&letter, &"fault".into(), &name.into());
        let _ = self.worker.post_message(&letter);
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.set_onmessageerror(None);
        self.worker.terminate();
    }
}

fn read(data: &JsValue) -> Heard {
    let Some(bytes) = data.dyn_ref::<Uint8Array>() else {
        return Heard::Failed("not a message".into());
    };
    match decode(&bytes.to_vec()) {
        Ok(message) => Heard::Message(message),
        Err(MessageError::OtherVersion) => Heard::OtherVersion,
        Err(MessageError::Malformed) => Heard::Failed("a malformed message".into()),
    }
}
