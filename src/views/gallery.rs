//! Every component with its states, for whoever builds or checks one. Only in builds with the feature `dev`.

use crate::components::Empty;
use crate::components::Icon;
use leptos::prelude::*;

/// The gallery.
#[component]
pub fn Gallery() -> impl IntoView {
    view! { <main class="place"><h1>{t!(gallery.title)}</h1><Empty icon=Icon::Info title="…" hint=""/></main> }
}
