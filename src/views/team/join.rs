//! Joining a team: the link is in memory, only a name is asked.

use super::link;
use crate::components::{Button, ButtonKind, Glyph, Icon, LinkButton, TextField, live};
use crate::i18n;
use crate::state::{self, Route, update_app, use_address, use_engine, use_toasts};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;
use std::time::Duration;
use tendero_messages::{Command, Refusal, SyncState};

/// After this the page says that it takes long.
const SLOW: Duration = Duration::from_secs(6);

thread_local! {
    /// The invitation, in memory only: another language draws the view anew, and a server that is away is asked again.
    static KEPT: RefCell<Option<String>> = const { RefCell::new(None) };
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// No invitation yet.
    Paste,
    /// A name is wanted.
    Name,
    /// The server is asked.
    Asking,
    /// In; the customers are coming.
    Loading,
    /// Not let in.
    Refused(Refusal),
}

/// The view of somebody who was invited.
#[component]
pub fn Join() -> impl IntoView {
    let (engine, address, toasts) = (use_engine(), use_address(), use_toasts());
    if let Some(fragment) = state::invitation() {
        KEPT.set(Some(fragment));
    }
    let has_link = KEPT.with_borrow(Option::is_some);
    let stage = RwSignal::new(if has_link { Stage::Name } else { Stage::Paste });
    let name = RwSignal::new(String::new());
    let nameless = RwSignal::new(false);

    // One that was here before, not the one that is being joined.
    Effect::new(move |_| {
        let has_workspace = engine.workspace().flatten().is_some();
        if has_workspace && matches!(stage.get_untracked(), Stage::Paste | Stage::Name) {
            stage.set(Stage::Refused(Refusal::WorkspaceExists));
        }
    });
    let enter = move || {
        let team = engine.facts().map(|facts| facts.name).unwrap_or_default();
        address.replace(Route::Customers);
        if !team.is_empty() {
            toasts.say(t!(team.join.welcome, name = team));
        }
    };
    // Everything is here: nothing more to press.
    Effect::new(move |_| {
        // A name: what the team calls itself has arrived. Before that, "all is here" is said of nothing.
        let has_begun = engine.facts().is_some_and(|facts| !facts.name.is_empty());
        let is_whole = has_begun
            && engine.catching_up().is_none()
            && matches!(engine.sync(), SyncState::Synced { .. });
        if is_whole && stage.get() == Stage::Loading {
            untrack(enter);
        }
    });
    let join = move || {
        let member = name.with_untracked(|name| name.trim().to_owned());
        let Some(fragment) = KEPT.with_borrow(Clone::clone) else {
            stage.set(Stage::Paste);
            return;
        };
        if member.is_empty() {
            nameless.set(true);
            return;
        }
        stage.set(Stage::Asking);
        let (_, joined) = engine.command(Command::JoinWorkspace { fragment, member });
        spawn_local(async move {
            let next = match joined.await {
                Ok(_) => {
                    KEPT.set(None);
                    Stage::Loading
                }
                Err(refusal) => Stage::Refused(refusal),
            };
            stage.try_set(next);
        });
    };
    let forget = move || {
        KEPT.set(None);
        stage.set(Stage::Paste);
    };
    let body = move || {
        match stage.get() {
        Stage::Paste => view! { <Paste on_link=Callback::new(move |()| stage.set(Stage::Name))/> }.into_any(),
        Stage::Name | Stage::Asking => view! { <NameForm name nameless stage join=Callback::new(move |()| join())/> }.into_any(),
        Stage::Loading => view! { <Arriving enter=Callback::new(move |()| enter())/> }.into_any(),
        Stage::Refused(refusal) => view! {
            <Refused refusal again=Callback::new(move |()| join()) forget=Callback::new(move |()| forget())/>
        }
        .into_any(),
    }
    };
    view! {
        <main class="join">
            <div class="join-card">
                <p class="brand">
                    <span class="brand-mark" aria-hidden="true"></span>
                    {t!(app.name)}
                </p>
                {live(body)}
            </div>
        </main>
    }
}

/// Without a link in the address: it can be pasted.
#[component]
fn Paste(on_link: Callback<()>) -> impl IntoView {
    let pasted = RwSignal::new(String::new());
    let wrong = RwSignal::new(false);
    let take = move || match link::read(&pasted.get_untracked()) {
        Some(fragment) => {
            KEPT.set(Some(fragment));
            on_link.run(());
        }
        None => wrong.set(true),
    };
    let error = Signal::derive(move || wrong.get().then(|| t!(team.join.notLink).to_owned()));
    Effect::new(move |_| {
        pasted.track();
        wrong.set(false);
    });
    view! {
        <h1>{t!(team.join.paste)}</h1>
        <p class="join-lead">{t!(team.join.pasteLead)}</p>
        <form
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                take();
            }
        >
            <TextField label=t!(team.link) hint=t!(team.join.pasteHint) value=pasted error=error focus=true max=4_000/>
            <div class="join-actions">
                <Button kind=ButtonKind::Primary submit=true>{t!(common.goOn)}</Button>
                <LinkButton kind=ButtonKind::Quiet href=Route::Start.path() label=t!(team.join.start).to_owned()/>
            </div>
        </form>
    }
}

#[component]
fn NameForm(
    name: RwSignal<String>,
    nameless: RwSignal<bool>,
    stage: RwSignal<Stage>,
    join: Callback<()>,
) -> impl IntoView {
    let asking = Memo::new(move |_| stage.get() == Stage::Asking);
    let slow = RwSignal::new(false);
    Effect::new(move |_| {
        slow.set(false);
        if asking.get() {
            set_timeout(
                move || {
                    slow.try_set(asking.try_get_untracked().unwrap_or_default());
                },
                SLOW,
            );
        }
    });
    let error = Signal::derive(move || {
        (nameless.get() && name.with(|name| name.trim().is_empty()))
            .then(|| i18n::refusal(Refusal::NameMissing).to_owned())
    });
    view! {
        <h1>{t!(team.join.title)}</h1>
        <p class="join-lead">{t!(team.join.lead)}</p>
        <form
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                if !asking.get_untracked() {
                    join.run(());
                }
            }
        >
            <TextField
                label=t!(team.join.name)
                hint=t!(team.join.nameHint)
                value=name
                error=error
                required=true
                max=200
                autocomplete="name"
                focus=true
            />
            <div class="join-actions">
                <Button kind=ButtonKind::Primary submit=true disabled=asking>
                    {live(move || if asking.get() { t!(team.join.connecting) } else { t!(team.join.go) })}
                </Button>
            </div>
            <p class="join-slow" role="status">{live(move || slow.get().then(|| t!(team.join.slow)))}</p>
        </form>
    }
}

/// In; the customers are coming, and one need not wait for them.
#[component]
fn Arriving(enter: Callback<()>) -> impl IntoView {
    let engine = use_engine();
    let customers = Memo::new(move |_| engine.facts().map_or(0, |facts| facts.customers));
    let team = Memo::new(move |_| engine.facts().map(|facts| facts.name).unwrap_or_default());
    // Until the server has said how much there is, the bar only shows that something is under way.
    let behind = Memo::new(move |_| engine.catching_up());
    let total = move || behind.get().map(|behind| behind.total.max(1).to_string());
    let done = move || {
        behind
            .get()
            .map(|behind| behind.done.min(behind.total).to_string())
    };
    view! {
        <h1>{live(move || if team.with(String::is_empty) { t!(team.join.loading).to_owned() } else { team.get() })}</h1>
        <p class="join-lead" id="join-loading">{t!(team.join.loading)}</p>
        <progress class="join-bar" aria-labelledby="join-loading" max=total value=done></progress>
        <p class="join-count">
            <span>{live(move || (customers.get() > 0).then(|| t!(team.join.loadingCount, n = customers.get())))}</span>
            <span>{t!(team.join.loadingHint)}</span>
        </p>
        <div class="join-actions">
            <Button kind=ButtonKind::Primary on:click=move |_| enter.run(())>{t!(team.join.enter)}</Button>
        </div>
    }
}

/// What it is, what is safe, what to do.
#[component]
fn Refused(refusal: Refusal, again: Callback<()>, forget: Callback<()>) -> impl IntoView {
    let exists = refusal == Refusal::WorkspaceExists;
    let is_kept = matches!(
        refusal,
        Refusal::RelayAway
            | Refusal::NotARelay
            | Refusal::StorageFull
            | Refusal::StorageFailed
            | Refusal::Busy
    );
    let (title, words) = if exists {
        (t!(team.join.existsTitle), t!(team.join.existsHint))
    } else {
        (t!(team.join.failed), i18n::refusal(refusal))
    };
    let icon = match refusal {
        Refusal::RelayAway => Icon::CloudOff,
        Refusal::WorkspaceExists => Icon::Device,
        _ => Icon::Warning,
    };
    let first = if exists {
        view! {
            <LinkButton kind=ButtonKind::Primary href=Route::Customers.path() icon=Icon::Users label=t!(team.join.toMine).to_owned()/>
        }
        .into_any()
    } else if refusal == Refusal::LinkNewer {
        view! {
            <Button kind=ButtonKind::Primary icon=Icon::Restore on:click=move |_| update_app()>{t!(team.join.reload)}</Button>
        }
        .into_any()
    } else if is_kept {
        view! {
            <Button kind=ButtonKind::Primary icon=Icon::Restore on:click=move |_| again.run(())>{t!(team.join.retry)}</Button>
        }
        .into_any()
    } else {
        view! {
            <Button kind=ButtonKind::Primary icon=Icon::Link on:click=move |_| forget.run(())>{t!(team.join.otherLink)}</Button>
        }
        .into_any()
    };
    view! {
        <div class="join-refused" role="alert">
            <span class="join-refused-icon"><Glyph icon/></span>
            <h1>{title}</h1>
            <p class="join-lead">{words}</p>
            {is_kept.then(|| view! { <p class="join-kept">{t!(team.join.kept)}</p> })}
        </div>
        <div class="join-actions">
            {first}
            {is_kept
                .then(|| {
                    view! {
                        <Button kind=ButtonKind::Quiet on:click=move |_| forget.run(())>{t!(team.join.otherLink)}</Button>
                    }
                })}
        </div>
    }
}
