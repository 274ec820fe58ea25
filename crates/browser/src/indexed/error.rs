//! What the browser said, as [`StoreError`].

use idb::Error;
use tendero_store::StoreError;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DomException;

/// An error of the wrapper, reduced to the DOM's exception where there is one in it.
pub(super) fn store_error(error: &Error) -> StoreError {
    match error {
        Error::DomException(exception) => exception_error(exception),
        Error::TransactionOpenFailed(value)
        | Error::ObjectStoreNotFound(value)
        | Error::IndexedDbOpenFailed(value)
        | Error::IndexedDbNotFound(value)
        | Error::KeyRangeCreateFailed(value)
        | Error::GetFailed(value)
        | Error::GetAllFailed(value)
        | Error::GetAllKeysFailed(value)
        | Error::UpdateFailed(value)
        | Error::DeleteFailed(value)
        | Error::TransactionAbortError(value)
        | Error::RequestErrorNotFound(value)
        | Error::RequestResultNotFound(value) => thrown_error(value),
        other => StoreError::Failed(other.to_string()),
    }
}

/// Something thrown by a call into the browser.
pub(super) fn thrown_error(value: &JsValue) -> StoreError {
    match value.dyn_ref::<DomException>() {
        Some(exception) => exception_error(exception),
        None => StoreError::Failed(format!("{value:?}")),
    }
}

/// The DOM's exception, by its name (Indexed Database API 3.0, section 3, and the Storage standard).
pub(super) fn exception_error(exception: &DomException) -> StoreError {
    match exception.name().as_str() {
        "QuotaExceededError" => StoreError::Full,
        // Thrown on starting a transaction when the connection is closed or closing, and given to transactions that a
        // forced close cut off.
        "InvalidStateError" | "AbortError" => StoreError::Closed,
        name => StoreError::Failed(format!("{name}: {}", exception.message())),
    }
}
