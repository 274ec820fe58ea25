//! What a browser gives the engine: IndexedDB behind the engine's `Store`, a socket, timers, a clock, randomness, and the
//! worker's door to the page.
//!
//! It compiles for wasm32 only in earnest; natively it is an empty shell, so that tools can look at the whole workspace.
//!
//! The tests run in a real browser:
//!
//! ```sh
//! CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER="$PWD/.tools/bin/wasm-bindgen-test-runner" \
//!     cargo test -p tendero-browser --lib --target wasm32-unknown-unknown
//! ```
//!
//! with `chromedriver` (Debian: `chromium-driver`) on the `PATH`.
//!
//! **Architecture invariant:** nothing here decides anything about customers, keys or sync; it moves bytes and time.
#![cfg(target_arch = "wasm32")]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

#[cfg(feature = "faults")]
mod faults;
mod file;
mod hands;
mod host;
mod indexed;
mod page;
mod socket;
mod tabs;
mod timer;
mod turn;
mod worker;

pub use indexed::{IndexedDbStore, OpenError};
pub use worker::run;
