//! What the browser said, as this room's errors and as [`StoreError`].

use idb::Error;
use tendero_store::StoreError;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DomException;

/// Why the database could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It has to be upgraded, and another tab keeps the older version open.
    #[error("another tab keeps an older version of the database open")]
    Blocked,
    /// A newer version of the app has upgraded it already.
    #[error("a newer version of the app has upgraded the database")]
    Newer,
    /// No room left for it.
    #[error("no space left")]
    Full,
    /// The browser has cleared it away while it was in use, with all it held.
    #[error("the browser has cleared the database away")]
    Cleared,
    /// The browser offers none, or could not read it; with the reason it gave.
    #[error("the database is not to be had: {0}")]
    Unavailable(String),
}

impl OpenError {
    /// Out of what the wrapper said while opening.
    pub(super) fn from_idb(error: &Error) -> Self {
        match exception_in(error) {
            Some(exception) => match exception.name().as_str() {
                "VersionError" => Self::Newer,
                "QuotaExceededError" => Self::Full,
                name => Self::Unavailable(format!("{name}: {}", exception.message())),
            },
            None => Self::Unavailable(error.to_string()),
        }
    }
}

impl From<OpenError> for StoreError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Blocked => StoreError::Blocked,
            OpenError::Full => StoreError::Full,
            OpenError::Newer | OpenError::Cleared | OpenError::Unavailable(_) => {
                StoreError::Failed(error.to_string())
            }
        }
    }
}

/// An error of the wrapper, reduced to the DOM's exception where there is one in it.
pub(super) fn store_error(error: &Error) -> StoreError {
    match exception_in(error) {
        Some(exception) => exception_error(exception),
        None => StoreError::Failed(error.to_string()),
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
    let message = exception.message();
    match exception.name().as_str() {
        "QuotaExceededError" => StoreError::Full,
        // Thrown on starting a transaction when the connection is closed or closing, and given to transactions that a
        // forced close cut off.
        "InvalidStateError" | "AbortError" => StoreError::Closed,
        // What Chromium and WebKit say instead to what was in flight.
        "UnknownError" if cut_off(&message) => StoreError::Closed,
        name => StoreError::Failed(format!("{name}: {message}")),
    }
}

/// Whether a message without a name of its own tells of a connection that is no more: Chromium's when the database is taken
/// away, WebKit's when the process that holds the databases ends.
fn cut_off(message: &str) -> bool {
    message.contains("Connection is closing") || message.contains("Database server lost")
}

/// The DOM's exception inside an error of the wrapper.
fn exception_in(error: &Error) -> Option<&DomException> {
    match error {
        Error::DomException(exception) => Some(exception),
        Error::TransactionOpenFailed(value)
        | Error::ObjectStoreNotFound(value)
        | Error::IndexedDbOpenFailed(value)
        | Error::KeyRangeCreateFailed(value)
        | Error::GetFailed(value)
        | Error::GetAllFailed(value)
        | Error::GetAllKeysFailed(value)
        | Error::UpdateFailed(value)
        | Error::DeleteFailed(value)
        | Error::RequestErrorNotFound(value)
        | Error::RequestResultNotFound(value) => value.dyn_ref(),
        _ => None,
    }
}
