//! The title of the browser's tab. The browser's history keeps titles: they name places, never people.

use crate::state::{Address, Route, use_prefs};
use leptos::prelude::*;

/// Keeps the tab's title at the place and the language.
pub fn follow_titles(address: Address) {
    let prefs = use_prefs();
    Effect::new(move |_| {
        prefs.language();
        let name = t!(app.name);
        let place = match address.route() {
            Route::Start | Route::Join | Route::Unknown => None,
            Route::Customers | Route::Customer(_) => Some(t!(customers.title)),
            Route::Deleted => Some(t!(customers.showDeleted)),
            Route::Segments | Route::Segment(_) => Some(t!(nav.segments)),
            Route::Insights => Some(t!(nav.insights)),
            Route::Import => Some(t!(nav.import)),
            Route::Team => Some(t!(nav.team)),
            Route::Settings => Some(t!(settings.title)),
            Route::Components => Some(t!(gallery.title)),
        };
        document().set_title(&place.map_or(name.to_owned(), |place| format!("{place} · {name}")));
    });
}
