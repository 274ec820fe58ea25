//! A text as a file for the person.

use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Media type of a table.
pub const CSV: &str = "text/csv;charset=utf-8";
/// Media type of contacts.
pub const CARDS: &str = "text/vcard;charset=utf-8";

/// Saves a text as a file: an address of a Blob that is given back after the browser has taken it.
pub fn download(text: &str, name: &str, kind: &str) {
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &options) else {
        return;
    };
    let Ok(url) = Url::create_object_url_with_blob(&blob) else {
        return;
    };
    let link = leptos::prelude::document()
        .create_element("a")
        .ok()
        .and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    let give_back = move || drop(Url::revoke_object_url(&url));
    set_timeout(give_back, Duration::from_secs(30));
}
