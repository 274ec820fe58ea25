//! What a person sees: one module per place.

mod customers;
mod draft;
mod frame;
#[cfg(feature = "dev")]
mod gallery;
mod import;
mod insights;
mod many;
mod new_customer;
mod opening;
mod record;
mod segments;
mod settings;
mod start;
mod team;
mod titles;

pub use draft::Draft;
pub use import::ImportDesk;
pub use titles::follow_titles;

use crate::components::{Empty, Icon, LinkButton};
use crate::state::{Route, use_address, use_engine};
use leptos::prelude::*;

/// The view of the address: without a workspace the first steps, else the frame around a place.
#[component]
pub fn Page() -> impl IntoView {
    let (engine, address) = (use_engine(), use_address());
    let has_workspace = Memo::new(move |_| engine.workspace().map(|facts| facts.is_some()));
    Effect::new(move |_| match (has_workspace.get(), address.route()) {
        (Some(false), Route::Start | Route::Join | Route::Components) | (None, _) => {}
        (Some(false), _) => address.replace(Route::Start),
        (Some(true), Route::Start) => address.replace(Route::Customers),
        (Some(true), _) => {}
    });
    let stage = Memo::new(move |_| match (has_workspace.get(), address.route()) {
        #[cfg(feature = "dev")]
        (_, Route::Components) => Stage::Components,
        (_, Route::Join) => Stage::Join,
        (None, _) => Stage::Opening,
        (Some(false), _) => Stage::Start,
        (Some(true), _) => Stage::Frame,
    });
    move || match stage.get() {
        Stage::Opening => view! { <opening::Opening/> }.into_any(),
        Stage::Start => view! { <start::Start/> }.into_any(),
        Stage::Join => view! { <team::Join/> }.into_any(),
        Stage::Frame => view! { <frame::Frame/> }.into_any(),
        #[cfg(feature = "dev")]
        Stage::Components => view! { <gallery::Gallery/> }.into_any(),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Opening,
    Start,
    Join,
    Frame,
    #[cfg(feature = "dev")]
    Components,
}

/// The place inside the frame.
#[component]
fn Place() -> impl IntoView {
    let address = use_address();
    // The list stays while customers are opened beside it.
    let place = Memo::new(move |_| match address.route() {
        Route::Customer(_) => Route::Customers,
        Route::Segment(_) => Route::Segments,
        other => other,
    });
    move || match place.get() {
        Route::Customers | Route::Start => {
            view! { <customers::Customers deleted=false/> }.into_any()
        }
        Route::Deleted => view! { <customers::Customers deleted=true/> }.into_any(),
        Route::Segments => view! { <segments::Segments/> }.into_any(),
        Route::Insights => view! { <insights::Insights/> }.into_any(),
        Route::Import => view! { <import::Import/> }.into_any(),
        Route::Team => view! { <team::Team/> }.into_any(),
        Route::Settings => view! { <settings::Settings/> }.into_any(),
        _ => view! { <Nowhere/> }.into_any(),
    }
}

#[component]
fn Nowhere() -> impl IntoView {
    view! {
        <main class="place">
            <Empty heads_page=true icon=Icon::Search title=t!(app.notFound) hint=t!(app.notFoundHint)>
                <LinkButton href=Route::Customers.path() label=t!(app.toCustomers).to_owned()/>
            </Empty>
        </main>
    }
}
