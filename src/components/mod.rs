//! What views are made of. Each has an accessible name, works by keyboard and is shown with its states in the gallery
//! (`/dev/components`, feature `dev`). Its style lies in `style/components/` under its own name.

mod avatar;
mod badge;
mod banner;
mod button;
mod chart;
mod check;
mod chip;
mod composer;
mod dialog;
mod empty;
mod field;
mod file_drop;
mod icon;
mod inline_edit;
mod live;
mod menu;
mod picker;
mod progress;
mod select;
mod sync_badge;
mod toaster;
mod virtual_list;

pub use avatar::{Avatar, AvatarSize};
pub use badge::{Badge, Tone};
pub use banner::Banner;
pub use button::{Button, ButtonKind, IconButton, LinkButton};
pub use chart::{Bar, MonthBars};
pub use check::{Check, Choice, Choices};
pub use chip::{Chip, Tag};
pub use composer::{Composer, Written};
pub use dialog::Dialog;
pub use empty::{Empty, Unreadable};
pub use field::{FieldKind, TextArea, TextField};
pub use file_drop::FileDrop;
pub use icon::{Glyph, Icon};
pub use inline_edit::InlineEdit;
pub use live::live;
pub use menu::{Menu, MenuItem};
pub use picker::Picker;
pub use progress::Progress;
pub use select::Select;
pub use sync_badge::{SyncBadge, SyncIcon, sync_words};
pub use toaster::Toaster;
pub use virtual_list::{Column, Picks, VirtualList};

use std::sync::atomic::{AtomicU32, Ordering};

/// An `id` for an element, unique on the page: labels and descriptions point to it.
#[must_use]
pub fn element_id(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{prefix}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
