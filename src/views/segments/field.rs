//! A field within a condition.

use super::builder::Builder;
use super::condition::Line;
use super::draft::NodeId;
use leptos::prelude::*;

/// How a field of a condition is read and written.
#[derive(Clone, Copy)]
pub struct Entry {
    pub read: fn(&Line) -> String,
    /// Says whether what was typed could be read.
    pub write: fn(&mut Line, &str) -> bool,
    /// Whether two ways of writing mean the same.
    pub same: fn(&str, &str) -> bool,
    pub label: &'static str,
    pub wrong: &'static str,
    /// `inputmode`, or `date`.
    pub kind: &'static str,
}

/// The field; what is typed in it changes the line at once.
#[component]
pub fn Field(
    builder: Builder,
    id: NodeId,
    entry: Entry,
    #[prop(optional)] focus: bool,
) -> impl IntoView {
    let line = builder.line(id);
    let kept =
        Memo::new(move |_| line.with(|line| line.as_ref().map(entry.read).unwrap_or_default()));
    let written = RwSignal::new(kept.get_untracked());
    // Undone, or written elsewhere: shown. What is being typed stays as it is typed.
    Effect::new(move |_| {
        let kept = kept.get();
        if !written.with_untracked(|written| (entry.same)(written, &kept)) {
            written.set(kept);
        }
    });
    let wrong = RwSignal::new(false);
    let is_turned = move || {
        line.with(|line| {
            line.as_ref()
                .is_some_and(|line| !line.unread && !line.is_filled_in() && entry.kind != "text")
        })
    };
    let field = NodeRef::<leptos::html::Input>::new();
    if focus {
        Effect::new(move |_| {
            if let Some(field) = field.get() {
                request_animation_frame(move || {
                    let _ = field.focus();
                    field.select();
                });
            }
        });
    }
    let is_day = entry.kind == "date";
    let on_input = move |typed: String| {
        written.set(typed.clone());
        builder.change_line(id, |line| {
            let understood = (entry.write)(line, &typed);
            line.unread = !understood;
            wrong.set(!understood);
        });
    };
    view! {
        <input
            node_ref=field
            type=if is_day { "date" } else { "text" }
            inputmode=(!is_day).then_some(entry.kind)
            class="segment-chip segment-value segment-field"
            class:segment-wrong=move || wrong.get() || is_turned()
            class:segment-day=is_day
            size=move || written.with(|text| text.chars().count().clamp(2, 24).to_string())
            aria-label=entry.label
            aria-invalid=move || (wrong.get() || is_turned()).then_some("true")
            title=move || {
                if wrong.get() { Some(entry.wrong) } else { is_turned().then(|| t!(segment.badOrder)) }
            }
            autocomplete="off"
            spellcheck="false"
            maxlength="60"
            prop:value=move || written.get()
            on:input:target=move |event| on_input(event.target().value())
            // Written as the language writes it, once it is finished.
            on:blur=move |_| {
                if !wrong.get_untracked() {
                    written.set(kept.get_untracked());
                }
            }
        />
    }
}
