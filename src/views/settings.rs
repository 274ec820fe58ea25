//! Settings of this device, and what it runs.

use crate::components::{Choice, Choices, Glyph, Icon, LinkButton, live};
use crate::i18n::Language;
use crate::state::{Route, Theme, document, is_persisted, use_engine, use_prefs};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Language, colours, what the browser promises, keys, about.
#[component]
pub fn Settings() -> impl IntoView {
    view! {
        <main class="place settings">
            <header class="pane-head"><h1>{t!(settings.title)}</h1></header>
            <Look/>
            <Workspace/>
            <Device/>
            <Keys/>
            <About/>
        </main>
    }
}

#[component]
fn Look() -> impl IntoView {
    let prefs = use_prefs();
    let languages = Language::ALL
        .map(|language| Choice::new(language.tag(), language.name()))
        .to_vec();
    let themes = Theme::ALL
        .map(|theme| Choice::new(theme.key(), theme_name(theme)))
        .to_vec();
    view! {
        <section class="settings-part" aria-labelledby="settings-look">
            <h2 id="settings-look">{t!(settings.look)}</h2>
            <Choices
                label=t!(settings.language)
                value=Signal::derive(move || prefs.language().tag().to_owned())
                options=languages
                on_choose=Callback::new(move |tag: String| prefs.set_language(Language::from_tag(&tag)))
            />
            <Choices
                label=t!(settings.theme)
                value=Signal::derive(move || prefs.theme().key().to_owned())
                options=themes
                on_choose=Callback::new(move |key: String| {
                    if let Some(theme) = Theme::ALL.into_iter().find(|theme| theme.key() == key) {
                        prefs.set_theme(theme);
                    }
                })
            />
        </section>
    }
}

fn theme_name(theme: Theme) -> &'static str {
    match theme {
        Theme::System => t!(settings.themeSystem),
        Theme::Light => t!(settings.themeLight),
        Theme::Dark => t!(settings.themeDark),
    }
}

#[component]
fn Workspace() -> impl IntoView {
    let engine = use_engine();
    view! {
        <section class="settings-part" aria-labelledby="settings-workspace">
            <h2 id="settings-workspace">{t!(settings.workspace)}</h2>
            <dl class="pairs">
                {live(move || {
                    engine
                        .facts()
                        .map(|facts| {
                            view! {
                                <dt>{t!(settings.workspaceName)}</dt>
                                <dd>{facts.name}</dd>
                                <dt>{t!(settings.me)}</dt>
                                <dd>{facts.my_name}</dd>
                                <dt>{t!(settings.currency)}</dt>
                                <dd>{facts.currency.to_string()}</dd>
                            }
                        })
                })}
            </dl>
            <p class="settings-links">
                <LinkButton icon=Icon::Import href=Route::Import.path() label=t!(customers.import).to_owned()/>
                <LinkButton icon=Icon::Trash href=Route::Deleted.path() label=t!(settings.deletedCustomers).to_owned()/>
            </p>
        </section>
    }
}

#[component]
fn Device() -> impl IntoView {
    let kept = RwSignal::new(None::<bool>);
    spawn_local(async move {
        let is_kept = is_persisted().await;
        kept.try_set(Some(is_kept));
    });
    view! {
        <section class="settings-part" aria-labelledby="settings-device">
            <h2 id="settings-device">{t!(settings.device)}</h2>
            {live(move || {
                kept.get()
                    .map(|kept| {
                        let (icon, words) = if kept {
                            (Icon::Check, t!(settings.keptYes))
                        } else {
                            (Icon::Info, t!(settings.keptNo))
                        };
                        view! { <p class="settings-fact" class:good=kept><Glyph icon/>{words}</p> }
                    })
            })}
        </section>
    }
}

#[component]
fn Keys() -> impl IntoView {
    let keys = [
        ("/", t!(settings.keysSearch)),
        ("J K", t!(settings.keysMove)),
        ("X", t!(settings.keysPick)),
        ("N", t!(settings.keysNew)),
        (t!(settings.keyEnter), t!(settings.keysOpen)),
        ("Esc", t!(settings.keysClose)),
        ("Ctrl Z", t!(settings.keysUndo)),
    ];
    let keys = keys
        .map(|(keys, what)| {
            let keys = keys
                .split(' ')
                .map(|key| view! { <kbd>{key}</kbd> })
                .collect_view();
            view! { <dt>{what}</dt><dd>{keys}</dd> }
        })
        .collect_view();
    view! {
        <section class="settings-part only-large" aria-labelledby="settings-keys">
            <h2 id="settings-keys">{t!(settings.keys)}</h2>
            <dl class="pairs keys">{keys}</dl>
        </section>
    }
}

#[component]
fn About() -> impl IntoView {
    view! {
        <section class="settings-part" aria-labelledby="settings-about">
            <h2 id="settings-about">{t!(settings.about)}</h2>
            <p>{t!(settings.aboutText)}</p>
            <dl class="pairs">
                <dt>{t!(settings.build)}</dt>
                <dd class="number">{concat!(env!("CARGO_PKG_VERSION"), " · ")}{document::build()}</dd>
            </dl>
        </section>
    }
}
