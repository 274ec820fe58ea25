//! The address: which view, and which customer or segment by its opaque id. What a person typed is *noted* in
//! `history.state` and never gets into the address, which the relay and the browser's history see.

use js_sys::{Object, Reflect};
use leptos::prelude::*;
use tendero_domain::{CustomerId, SegmentId};
use wasm_bindgen::prelude::*;
use web_sys::History;

/// A place in the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    /// `/start`: a first workspace.
    Start,
    /// `/join`: with an invitation.
    Join,
    /// `/customers`
    Customers,
    /// `/customers/deleted`
    Deleted,
    /// `/customers/<id>`
    Customer(CustomerId),
    /// `/segments`
    Segments,
    /// `/segments/<id>`
    Segment(SegmentId),
    /// `/insights`
    Insights,
    /// `/import`
    Import,
    /// `/team`
    Team,
    /// `/settings`
    Settings,
    /// `/dev/components`, in builds with the feature `dev`.
    Components,
    /// Anything else.
    Unknown,
}

impl Route {
    /// The place of a path.
    #[must_use]
    pub fn from_path(path: &str) -> Self {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        match (parts.next(), parts.next(), parts.next()) {
            (None, ..) | (Some("customers"), None, _) => Self::Customers,
            (Some("start"), None, _) => Self::Start,
            (Some("join"), None, _) => Self::Join,
            (Some("customers"), Some("deleted"), None) => Self::Deleted,
            (Some("customers"), Some(id), None) => id.parse().map_or(Self::Unknown, Self::Customer),
            (Some("segments"), None, _) => Self::Segments,
            (Some("segments"), Some(id), None) => id.parse().map_or(Self::Unknown, Self::Segment),
            (Some("insights"), None, _) => Self::Insights,
            (Some("import"), None, _) => Self::Import,
            (Some("team"), None, _) => Self::Team,
            (Some("settings"), None, _) => Self::Settings,
            (Some("dev"), Some("components"), None) if cfg!(feature = "dev") => Self::Components,
            _ => Self::Unknown,
        }
    }

    /// Its path, for `href`. Links of the page are followed without a reload.
    #[must_use]
    pub fn path(self) -> String {
        match self {
            Self::Start => "/start".into(),
            Self::Join => "/join".into(),
            Self::Customers | Self::Unknown => "/customers".into(),
            Self::Deleted => "/customers/deleted".into(),
            Self::Customer(id) => format!("/customers/{id}"),
            Self::Segments => "/segments".into(),
            Self::Segment(id) => format!("/segments/{id}"),
            Self::Insights => "/insights".into(),
            Self::Import => "/import".into(),
            Self::Team => "/team".into(),
            Self::Settings => "/settings".into(),
            Self::Components => "/dev/components".into(),
        }
    }
}

/// Where the page is, and ways to go elsewhere.
#[derive(Debug, Clone, Copy)]
pub struct Address {
    route: RwSignal<Route>,
    /// Rises whenever the browser went back or forth: what is noted may have changed.
    turned: RwSignal<u32>,
}

/// The address of this page.
#[must_use]
pub fn use_address() -> Address {
    expect_context()
}

impl Address {
    /// Reads the browser's address and follows it from now on. Once a page.
    #[must_use]
    pub fn begin() -> Self {
        let address = Self {
            route: RwSignal::new(here()),
            turned: RwSignal::new(0),
        };
        let turn = window_event_listener(leptos::ev::popstate, move |_| {
            address.turned.update(|n| *n += 1);
            address.route.set(here());
        });
        on_cleanup(move || turn.remove());
        address
    }

    /// Where the page is.
    #[must_use]
    pub fn route(self) -> Route {
        self.route.get()
    }

    /// Where the page is, without following changes.
    #[must_use]
    pub fn route_untracked(self) -> Route {
        self.route.get_untracked()
    }

    /// Tracks that the browser went back or forth.
    pub fn track_turns(self) {
        self.turned.track();
    }

    /// Goes there; "back" leads here again. What was noted goes along.
    pub fn go(self, route: Route) {
        if self.route.get_untracked() != route {
            // It fails only when a page does so hundreds of times a minute.
            let _ = history().push_state_with_url(&notes(), "", Some(&route.path()));
            self.route.set(route);
        }
    }

    /// Goes there in place of here: "back" leads to where the page was before.
    pub fn replace(self, route: Route) {
        if self.route.get_untracked() != route {
            let _ = history().replace_state_with_url(&notes(), "", Some(&route.path()));
            self.route.set(route);
        }
    }

    /// Back to where the page was before.
    pub fn back(self) {
        let _ = history().back();
    }

    /// Notes what was typed or chosen under a name, so that "back" and a reload find it.
    pub fn note(self, name: &str, value: &str) {
        let noted = notes();
        let _ = Reflect::set(&noted, &name.into(), &value.into());
        let _ = history().replace_state(&noted, "");
    }

    /// What is noted under a name; empty when nothing is.
    #[must_use]
    pub fn noted(self, name: &str) -> String {
        Reflect::get(&notes(), &name.into())
            .ok()
            .and_then(|value| value.as_string())
            .unwrap_or_default()
    }
}

fn here() -> Route {
    Route::from_path(&window().location().pathname().unwrap_or_default())
}

#[wasm_bindgen]
extern "C" {
    // web-sys gives a `Result`, but it fails only in documents without a window.
    #[wasm_bindgen(js_name = history, thread_local_v2)]
    static HISTORY: History;
}

fn history() -> History {
    HISTORY.with(Clone::clone)
}

/// A copy of what is noted.
fn notes() -> Object {
    let noted = Object::new();
    if let Ok(state) = history().state()
        && state.is_object()
    {
        Object::assign(&noted, state.unchecked_ref());
    }
    noted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_found_again_by_its_path() {
        let (customer, segment) = (CustomerId::make(1, [1; 10]), SegmentId::make(2, [2; 10]));
        for route in [
            Route::Start,
            Route::Join,
            Route::Customers,
            Route::Deleted,
            Route::Customer(customer),
            Route::Segments,
            Route::Segment(segment),
            Route::Import,
            Route::Team,
            Route::Settings,
        ] {
            assert_eq!(Route::from_path(&route.path()), route);
        }
    }

    #[test]
    fn what_is_no_place_is_said_to_be_none() {
        for path in [
            "/customers/7",
            "/nowhere",
            "/customers/deleted/x",
            "/segments/.",
        ] {
            assert_eq!(Route::from_path(path), Route::Unknown, "{path}");
        }
        assert_eq!(Route::from_path("/"), Route::Customers);
        assert_eq!(Route::from_path("/team/"), Route::Team);
    }
}
