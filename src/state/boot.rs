//! What `boot.js` hands over: it runs before everything else and takes the invitation's secret out of the address.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// What stood behind `#join=`; empty when nothing did, or when it was taken already.
    #[wasm_bindgen(js_namespace = tendero, js_name = takeInvitation)]
    fn take_invitation() -> String;

    /// Goes over to the version of the app that is waiting.
    #[wasm_bindgen(js_namespace = tendero, js_name = update)]
    fn apply_update();
}

/// The invitation this page was opened with, once.
#[must_use]
pub fn invitation() -> Option<String> {
    Some(take_invitation()).filter(|fragment| !fragment.is_empty())
}

/// Goes over to the version of the app that is waiting; the page is loaded again.
pub fn update_app() {
    apply_update();
}
