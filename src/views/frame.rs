//! The frame around every place: where to go, where the data stands, what cannot wait.

use super::Place;
use super::import::ImportBadge;
use super::new_customer::{NewCustomer, NewCustomerOpen};
use crate::components::{Banner, Button, ButtonKind, Glyph, Icon, SyncBadge, Toaster, Tone, live};
use crate::i18n;
use crate::state::{
    Phase, Route, is_chord, is_typing, on_key, update_app, use_address, use_engine,
};
use leptos::prelude::*;
use tendero_messages::SyncState;

/// Rail on a desk, tabs under a thumb, the place between.
#[component]
pub fn Frame() -> impl IntoView {
    let engine = use_engine();
    let adding = RwSignal::new(false);
    provide_context(NewCustomerOpen(adding));
    on_key(move |event| {
        if event.key() == "n" && !is_typing(event) && !is_chord(event) {
            event.prevent_default();
            adding.set(true);
        }
    });
    let name = move || engine.facts().map(|facts| facts.name).unwrap_or_default();
    view! {
        <div class="frame">
            <a class="skip" href="#content">{t!(app.skip)}</a>
            <nav class="rail" aria-label=t!(nav.main)>
                <p class="brand">
                    <span class="brand-mark" aria-hidden="true"></span>
                    <span class="brand-name">{live(name)}</span>
                </p>
                <ul>
                    <RailLink route=Route::Customers icon=Icon::Users label=t!(nav.customers)/>
                    <RailLink route=Route::Segments icon=Icon::Segments label=t!(nav.segments)/>
                    <RailLink route=Route::Insights icon=Icon::Insights label=t!(nav.insights)/>
                    <RailLink route=Route::Import icon=Icon::Import label=t!(nav.import)/>
                    <RailLink route=Route::Team icon=Icon::Team label=t!(nav.team)/>
                </ul>
                <ul>
                    <RailLink route=Route::Settings icon=Icon::Settings label=t!(nav.settings)/>
                </ul>
                <ImportBadge/>
                <SyncBadge/>
            </nav>
            <div class="content" id="content">
                <Banners/>
                <ImportBadge landmark=true/>
                <Place/>
            </div>
            <nav class="tabs" aria-label=t!(nav.main)>
                <TabLink route=Route::Customers icon=Icon::Users label=t!(nav.customers)/>
                <TabLink route=Route::Segments icon=Icon::Segments label=t!(nav.segments)/>
                <button type="button" class="tab-add" aria-label=t!(nav.add) on:click=move |_| adding.set(true)>
                    <Glyph icon=Icon::Plus/>
                </button>
                <TabLink route=Route::Team icon=Icon::Team label=t!(nav.team)/>
                <TabLink route=Route::Settings icon=Icon::Settings label=t!(nav.settings)/>
            </nav>
            <NewCustomer/>
            <Toaster/>
        </div>
    }
}

/// Whether a link leads to where the page is, or to the list that a record belongs to.
fn is_here(at: Route, link: Route) -> bool {
    match at {
        Route::Customer(_) | Route::Deleted => link == Route::Customers,
        Route::Segment(_) => link == Route::Segments,
        at => at == link,
    }
}

#[component]
fn RailLink(route: Route, icon: Icon, label: &'static str) -> impl IntoView {
    let address = use_address();
    let current = move || is_here(address.route(), route).then_some("page");
    view! {
        <li>
            <a href=route.path() aria-current=current title=label>
                <Glyph icon/>
                <span>{label}</span>
            </a>
        </li>
    }
}

#[component]
fn TabLink(route: Route, icon: Icon, label: &'static str) -> impl IntoView {
    let address = use_address();
    let current = move || is_here(address.route(), route).then_some("page");
    view! {
        <a href=route.path() aria-current=current>
            <Glyph icon/>
            <span>{label}</span>
        </a>
    }
}

/// What stands above every place until it is over. Being offline is a state and no alarm: on a desk the rail says it.
#[component]
fn Banners() -> impl IntoView {
    let engine = use_engine();
    let later = RwSignal::new(false);
    let offline = Memo::new(move |_| match engine.sync() {
        SyncState::Offline { pending } => Some(pending),
        _ => None,
    });
    let trouble = Memo::new(move |_| match engine.sync() {
        SyncState::Trouble { trouble, .. } => Some(trouble),
        _ => None,
    });
    let phase = Memo::new(move |_| engine.phase());
    let update = move || {
        (engine.update_waiting() && !later.get()).then(|| {
            let actions = move || {
                view! {
                    <Button kind=ButtonKind::Primary on:click=move |_| update_app()>{t!(common.reload)}</Button>
                    <Button kind=ButtonKind::Quiet on:click=move |_| later.set(true)>{t!(common.later)}</Button>
                }
            };
            view! {
                <Banner tone=Tone::Info icon=Icon::Star actions=ViewFn::from(actions)>
                    <b>{t!(engine.update)}</b>
                    " "
                    {t!(engine.updateHint)}
                </Banner>
            }
        })
    };
    let failed = move || {
        (phase.get() == Phase::Failed && !engine.update_waiting()).then(|| {
            let hint = engine.store_trouble().map_or(t!(engine.failedHint), i18n::store_trouble);
            let actions = move || view! { <Button on:click=move |_| engine.retry()>{t!(common.retry)}</Button> };
            view! {
                <Banner tone=Tone::Bad icon=Icon::Warning actions=ViewFn::from(actions)>
                    <b>{t!(engine.failed)}</b>
                    " "
                    {hint}
                </Banner>
            }
        })
    };
    view! {
        {live(update)}
        {live(failed)}
        {live(move || {
            trouble.get().map(|trouble| view! { <Banner tone=Tone::Bad icon=Icon::Warning>{i18n::sync_trouble(trouble)}</Banner> })
        })}
        <div class="only-small">
            {live(move || {
                offline
                    .get()
                    .map(|pending| {
                        let words = if pending == 0 {
                            t!(sync.offlineBanner).to_owned()
                        } else {
                            t!(sync.offlinePending, n = pending)
                        };
                        view! { <Banner tone=Tone::Warn icon=Icon::CloudOff>{words}</Banner> }
                    })
            })}
        </div>
    }
}
