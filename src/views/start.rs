//! The first run: a business, a name, go.

use crate::components::{Avatar, Button, ButtonKind, Glyph, Icon, LinkButton, TextField, live};
use crate::i18n;
use crate::state::{Route, use_address, use_engine};
use leptos::prelude::*;
use leptos::task::spawn_local;
use tendero_domain::{Currency, Day};
use tendero_messages::{Command, Refusal};

/// Creates a workspace: its name, my name, nothing else. Or goes to an invitation.
#[component]
pub fn Start() -> impl IntoView {
    let (engine, address) = (use_engine(), use_address());
    let (workspace, member) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (refusal, busy) = (RwSignal::new(None::<Refusal>), RwSignal::new(false));
    let missing = RwSignal::new(false);
    let need = move |value: RwSignal<String>| {
        let text = move || {
            (missing.get() && value.with(|text| text.trim().is_empty()))
                .then(|| i18n::refusal(Refusal::NameMissing).to_owned())
        };
        Signal::derive(text)
    };
    let create = move || {
        let (name, me) = (
            workspace.get_untracked().trim().to_owned(),
            member.get_untracked().trim().to_owned(),
        );
        if name.is_empty() || me.is_empty() {
            missing.set(true);
            return;
        }
        busy.set(true);
        let (_, result) = engine.command(Command::CreateWorkspace { name, member: me });
        spawn_local(async move {
            let result = result.await;
            busy.try_set(false);
            match result {
                // The frame follows the workspace as soon as the engine tells of it.
                Ok(_) => address.replace(Route::Customers),
                Err(why) => drop(refusal.try_set(Some(why))),
            }
        });
    };
    view! {
        <main class="start">
            <section class="start-form">
                <p class="brand"><span class="brand-mark" aria-hidden="true"></span>{t!(app.name)}</p>
                <h1>{t!(start.title)}</h1>
                <p class="start-lead">{t!(start.lead)}</p>
                <form
                    novalidate
                    on:submit=move |event| {
                        event.prevent_default();
                        create();
                    }
                >
                    <TextField
                        label=t!(start.workspace)
                        hint=t!(start.workspaceHint)
                        value=workspace
                        error=need(workspace)
                        required=true
                        max=200
                        autocomplete="organization"
                        focus=true
                    />
                    <TextField
                        label=t!(start.me)
                        hint=t!(start.meHint)
                        value=member
                        error=need(member)
                        required=true
                        max=200
                        autocomplete="name"
                    />
                    <p class="form-error" role="alert">{live(move || refusal.get().map(i18n::refusal))}</p>
                    <div class="start-actions">
                        <Button kind=ButtonKind::Primary submit=true disabled=busy>{t!(start.create)}</Button>
                        <LinkButton kind=ButtonKind::Quiet icon=Icon::Link href=Route::Join.path() label=t!(start.haveInvite).to_owned()/>
                    </div>
                </form>
                <p class="start-note"><Glyph icon=Icon::Lock/>{t!(start.noAccount)}</p>
            </section>
            <section class="start-points" aria-label=t!(app.name)>
                <Preview/>
                <Point icon=Icon::CloudOff title=t!(start.pointOffline) hint=t!(start.pointOfflineHint)/>
                <Point icon=Icon::Lock title=t!(start.pointPrivate) hint=t!(start.pointPrivateHint)/>
                <Point icon=Icon::Import title=t!(start.pointImport) hint=t!(start.pointImportHint)/>
            </section>
        </main>
    }
}

/// Three customers as they will look. Only to look at; the names are invented.
#[component]
fn Preview() -> impl IntoView {
    let rows = [
        (
            9,
            "La Taberna de Carmen",
            "Carmen Ruiz · Valladolid",
            0,
            48_600,
        ),
        (2, "Hotel Reina Juana", "Tordesillas", 3, 121_000),
        (5, "Vinoteca Otero", "Ana Belén Otero · León", 8, 23_450),
    ];
    let rows = rows
        .map(|(seed, name, beneath, ago, minor)| {
            let today = i18n::today();
            view! {
                <div class="preview-row">
                    <Avatar id=[seed; 16] name=name/>
                    <span class="row-words">
                        <b>{name}</b>
                        <span class="row-second">{beneath}</span>
                    </span>
                    <span class="preview-last number">{i18n::days_ago(Day(today.0 - ago))}</span>
                    <span class="number">{i18n::money_round(minor, Currency::EUR)}</span>
                </div>
            }
        })
        .collect_view();
    view! { <div class="preview" aria-hidden="true">{rows}</div> }
}

#[component]
fn Point(icon: Icon, title: &'static str, hint: &'static str) -> impl IntoView {
    view! {
        <div class="point">
            <span class="point-icon"><Glyph icon/></span>
            <p><b>{title}</b><span>{hint}</span></p>
        </div>
    }
}
