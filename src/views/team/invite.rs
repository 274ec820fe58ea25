//! Inviting: a link that is shown once.

use super::link;
use super::qr::QrPicture;
use crate::components::{Button, ButtonKind, Glyph, Icon, live};
use crate::i18n;
use crate::state::{use_engine, use_toasts};
use js_sys::Reflect;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use tendero_messages::{Command, Done, Refusal};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[derive(Debug, Clone, PartialEq)]
enum Stage {
    Offered,
    Making,
    /// Nowhere but here, and only as long as the view stands.
    Ready(String),
    Failed(Refusal),
}

/// The card that makes a link.
#[component]
pub fn Invite() -> impl IntoView {
    let engine = use_engine();
    let stage = RwSignal::new(Stage::Offered);
    let make = move || {
        stage.set(Stage::Making);
        let (_, made) = engine.command(Command::Invite);
        spawn_local(async move {
            let next = match made.await {
                Ok(Done::Invitation { fragment }) => {
                    let origin = window().location().origin().unwrap_or_default();
                    Stage::Ready(link::write(&origin, &fragment))
                }
                Ok(_) => Stage::Offered,
                Err(refusal) => Stage::Failed(refusal),
            };
            // The view may be gone: then so is the link, and nobody has seen it.
            stage.try_set(next);
        });
    };
    let making = Signal::derive(move || stage.get() == Stage::Making);
    let offer = move |again: bool| {
        let words = move || match (making.get(), again) {
            (true, _) => t!(team.making),
            (false, true) => t!(team.another),
            (false, false) => t!(team.invite),
        };
        let kind = if again {
            ButtonKind::Plain
        } else {
            ButtonKind::Primary
        };
        view! { <Button kind icon=Icon::Link disabled=making on:click=move |_| make()>{live(words)}</Button> }
    };
    let link = Memo::new(move |_| match stage.get() {
        Stage::Ready(link) => Some(link),
        _ => None,
    });
    let refused = Memo::new(move |_| match stage.get() {
        Stage::Failed(refusal) => Some(refusal),
        _ => None,
    });
    view! {
        <section class="team-invite" aria-labelledby="team-invite-title">
            <h2 id="team-invite-title">{live(move || if link.get().is_some() { t!(team.ready) } else { t!(team.inviteTitle) })}</h2>
            <p class="team-invite-lead">{live(move || if link.get().is_some() { t!(team.once) } else { t!(team.inviteLead) })}</p>
            {live(move || refused.get().map(|refusal| view! { <Refused refusal/> }))}
            {live(move || match link.get() {
                Some(link) => view! {
                    <Ready link/>
                    <Gives/>
                    <div class="team-again">{offer(true)}</div>
                }
                .into_any(),
                None => view! {
                    <Gives/>
                    <div class="team-make">{offer(false)}</div>
                }
                .into_any(),
            })}
        </section>
    }
}

#[component]
fn Refused(refusal: Refusal) -> impl IntoView {
    let words = match refusal {
        Refusal::RelayAway => t!(team.awayInvite),
        other => i18n::refusal(other),
    };
    view! {
        <div class="team-refused" role="alert">
            <Glyph icon=Icon::CloudOff/>
            <div>
                <strong>{t!(team.failed)}</strong>
                <p>{words}</p>
            </div>
        </div>
    }
}

#[component]
fn Ready(link: String) -> impl IntoView {
    let (engine, toasts) = (use_engine(), use_toasts());
    let field = NodeRef::<html::Input>::new();
    // Selected at once, so that Ctrl-C is enough.
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            let _ = field.focus();
            field.select();
        }
    });
    let (shown, copied, shared) = (link.clone(), link.clone(), link.clone());
    let copy = move |_| {
        let copying = JsFuture::from(window().navigator().clipboard().write_text(&copied));
        spawn_local(async move {
            match copying.await {
                Ok(_) => toasts.say(t!(team.copied)),
                // Not allowed: the link is selected, and the browser's own copying works.
                Err(_) => {
                    if let Some(field) = field.try_get_untracked().flatten() {
                        let _ = field.focus();
                        field.select();
                    }
                }
            }
        });
    };
    let share = move |_| {
        let name = engine.facts().map(|facts| facts.name).unwrap_or_default();
        let letter = js_sys::Object::new();
        // Setting a property of a fresh object does not fail.
        let _ = Reflect::set(
            &letter,
            &"text".into(),
            &t!(team.shareText, name = name).into(),
        );
        let _ = Reflect::set(&letter, &"url".into(), &shared.as_str().into());
        if let Ok(sharing) = share_letter(&letter) {
            // Dismissed is not refused: nothing to say.
            spawn_local(async move { drop(JsFuture::from(sharing).await) });
        }
    };
    view! {
        <div class="team-ready">
            <div class="team-link">
                <label for="team-link">{t!(team.link)}</label>
                <input id="team-link" node_ref=field type="text" readonly value=shown/>
                <div class="team-link-actions">
                    <Button kind=ButtonKind::Primary icon=Icon::Copy on:click=copy>{t!(team.copy)}</Button>
                    {can_share().then(|| view! { <Button icon=Icon::Mail on:click=share>{t!(team.share)}</Button> })}
                </div>
            </div>
            <figure class="team-code">
                <QrPicture text=link label=t!(team.qr)/>
                <figcaption>{t!(team.qrHint)}</figcaption>
            </figure>
        </div>
    }
}

/// What the link gives, plainly.
#[component]
fn Gives() -> impl IntoView {
    let point = |icon: Icon, words: &'static str| {
        view! {
            <li>
                <Glyph icon/>
                <span>{words}</span>
            </li>
        }
    };
    view! {
        <h3 class="team-gives-title">{t!(team.gives)}</h3>
        <ul class="team-gives">
            {point(Icon::Users, t!(team.givesAll))}
            {point(Icon::Warning, t!(team.givesWho))}
            {point(Icon::Calendar, t!(team.givesLimit))}
            {point(Icon::Lock, t!(team.givesPrivate))}
        </ul>
    }
}

#[wasm_bindgen]
extern "C" {
    /// `navigator.share`, which not every browser has: ask [`can_share`] first.
    #[wasm_bindgen(catch, js_namespace = navigator, js_name = share)]
    fn share_letter(letter: &js_sys::Object) -> Result<js_sys::Promise, JsValue>;
}

fn can_share() -> bool {
    Reflect::has(&window().navigator(), &"share".into()).unwrap_or_default()
}
