//! What the page holds between its views: the engine's client, the address, settings, messages to the person.

mod address;
mod answers;
mod boot;
mod bridge;
pub(crate) mod document;
mod download;
mod engine;
mod ids;
mod jobs;
mod keyboard;
mod load;
mod prefs;
mod storage;
mod toasts;
mod undo;

pub use address::{Address, Route, use_address};
pub use answers::{use_answer, use_customer, use_facets};
pub use boot::{invitation, update_app};
pub use download::{CARDS, CSV, download};
pub use engine::{Engine, Phase, use_engine};
pub use ids::make_id;
pub use jobs::{Job, JobKind, Jobs, use_jobs};
pub use keyboard::{is_chord, is_typing, on_key};
pub use load::Load;
pub use prefs::{Prefs, Theme, use_prefs};
pub use storage::is_persisted;
pub use toasts::{Toast, Toasts, use_toasts};
pub use undo::{Undo, use_undo};
