//! Parts of a view that follow what they read.

use leptos::prelude::*;

/// A part that is drawn again when what it reads differs: `{live(move || count.get())}`.
///
/// A bare closure does the same, but each has a type of its own, and with it a copy of all that draws it: about a
/// kilobyte and a half of what a phone loads first. These all share one.
pub fn live<V: IntoView + 'static>(
    draw: impl Fn() -> V + Send + 'static,
) -> Box<dyn FnMut() -> AnyView + Send> {
    Box::new(move || draw().into_any())
}
