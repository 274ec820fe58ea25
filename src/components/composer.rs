//! Write first, file later: one line, its kind, how it ended, Enter.

use super::{Button, ButtonKind, Chip, Icon, element_id, live};
use crate::i18n;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use tendero_domain::{EntryKind, Outcome};

/// What a person wrote in a [`Composer`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// What it was.
    pub kind: EntryKind,
    /// The words; may be empty for a visit or a call.
    pub text: String,
    /// How it ended, where the person said so.
    pub outcome: Option<Outcome>,
}

impl Icon {
    /// The icon of a kind of entry.
    #[must_use]
    pub const fn of_kind(kind: EntryKind) -> Self {
        match kind {
            EntryKind::Note => Self::Note,
            EntryKind::Visit => Self::Visit,
            EntryKind::Call => Self::Phone,
            EntryKind::Task => Self::Task,
        }
    }
}

/// The first thing on a customer. Enter saves, Shift+Enter breaks the line. Outcomes are offered for visits and calls, and
/// none is chosen beforehand.
#[component]
pub fn Composer(
    /// What is written so far: kept by the view, so that a refusal or a glance elsewhere loses nothing.
    draft: RwSignal<String>,
    /// Saved. The composer empties itself.
    on_save: Callback<Written>,
) -> impl IntoView {
    let kind = RwSignal::new(EntryKind::Note);
    let outcome = RwSignal::new(None::<Outcome>);
    let warned = RwSignal::new(false);
    let area = NodeRef::<html::Textarea>::new();
    let id = element_id("composer");
    let about = format!("{id}-about");

    let save = move || {
        let written = Written {
            kind: kind.get_untracked(),
            text: draft.get_untracked().trim().to_owned(),
            outcome: outcome
                .get_untracked()
                .filter(|_| kind.get_untracked().is_contact()),
        };
        if written.text.is_empty() && !written.kind.is_contact() {
            warned.set(true);
            if let Some(area) = area.get_untracked() {
                let _ = area.focus();
            }
            return;
        }
        draft.set(String::new());
        outcome.set(None);
        kind.set(EntryKind::Note);
        warned.set(false);
        on_save.run(written);
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            save();
        }
    };
    let kinds = EntryKind::ALL
        .map(|one| {
            view! {
                <Chip
                    on=Signal::derive(move || kind.get() == one)
                    icon=Icon::of_kind(one)
                    on_press=Callback::new(move |()| {
                        kind.set(one);
                        if let Some(area) = area.get_untracked() {
                            let _ = area.focus();
                        }
                    })
                >
                    {i18n::kind(one)}
                </Chip>
            }
        })
        .collect_view();
    let outcomes = move || {
        kind.get().is_contact().then(|| {
            let chips = Outcome::ALL
                .map(|one| {
                    view! {
                        <Chip
                            on=Signal::derive(move || outcome.get() == Some(one))
                            on_press=Callback::new(move |()| {
                                outcome.update(|now| *now = if *now == Some(one) { None } else { Some(one) });
                            })
                        >
                            {i18n::outcome(one)}
                        </Chip>
                    }
                })
                .collect_view();
            view! {
                <div class="composer-outcomes" role="group" aria-label=t!(composer.outcome)>
                    <span class="composer-ask" aria-hidden="true">{t!(composer.outcome)}</span>
                    {chips}
                </div>
            }
        })
    };
    view! {
        <div class="composer-box">
        <form
            class="composer"
            class:wrong=move || warned.get()
            class:begun=move || !draft.with(String::is_empty) || kind.get().is_contact()
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <textarea
                id=id
                node_ref=area
                rows="1"
                maxlength="20000"
                aria-label=t!(composer.label)
                aria-describedby=about.clone()
                placeholder=t!(composer.placeholder)
                prop:value=move || draft.get()
                on:input:target=move |event| {
                    draft.set(event.target().value());
                    warned.set(false);
                }
                on:keydown=on_key
            ></textarea>
            {live(outcomes)}
            <div class="composer-foot">
                <div class="composer-kinds" role="group" aria-label=t!(composer.kind)>{kinds}</div>
                <span id=about class="composer-hint" role="status">
                    {live(move || if warned.get() { t!(composer.needsText) } else { t!(composer.enter) })}
                </span>
                <Button kind=ButtonKind::Primary submit=true>{t!(composer.save)}</Button>
            </div>
        </form>
        </div>
    }
}
