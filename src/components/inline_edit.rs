//! A value that is edited where it stands.

use super::FieldKind;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

/// A value to read; pressed, it becomes a field. Enter and Tab keep what was written, Escape puts back what was there.
#[component]
pub fn InlineEdit(
    /// The name of the value.
    #[prop(into)]
    label: String,
    /// The value.
    #[prop(into)]
    value: Signal<String>,
    /// Another value was written; only called when it differs.
    on_commit: Callback<String>,
    /// For the keyboard.
    #[prop(optional)]
    kind: FieldKind,
    /// In place of an empty value.
    #[prop(optional, into)]
    empty: Option<String>,
    /// The most characters.
    #[prop(default = 500)]
    max: usize,
    /// Several lines; Enter keeps, Shift+Enter breaks the line.
    #[prop(optional)]
    lines: bool,
    /// Opens the field from outside; is set back to `false` when it closes.
    #[prop(optional, into)]
    open: Option<RwSignal<bool>>,
) -> impl IntoView {
    let editing = open.unwrap_or_else(|| RwSignal::new(false));
    let draft = RwSignal::new(String::new());
    let button = NodeRef::<html::Button>::new();
    let input = NodeRef::<html::Input>::new();
    let area = NodeRef::<html::Textarea>::new();

    Effect::new(move |_| {
        if editing.get() {
            draft.set(value.get_untracked());
        }
    });
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            let _ = input.focus();
            input.select();
        }
        if let Some(area) = area.get() {
            let _ = area.focus();
        }
    });

    let commit = move || {
        // Closing takes the focus away, which commits: only once.
        if !editing.get_untracked() {
            return;
        }
        editing.set(false);
        let written = draft.get_untracked().trim().to_owned();
        if written != value.get_untracked() {
            on_commit.run(written);
        }
    };
    let back_to_button = move || {
        request_animation_frame(move || {
            if let Some(button) = button.get_untracked() {
                let _ = button.focus();
            }
        });
    };
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" if !event.is_composing() && (!lines || !event.shift_key()) => {
            event.prevent_default();
            commit();
            back_to_button();
        }
        "Escape" => {
            event.prevent_default();
            event.stop_propagation();
            editing.set(false);
            back_to_button();
        }
        _ => {}
    };

    let name = label.clone();
    let edit = t!(common.edit, name = label.as_str());
    move || {
        if !editing.get() {
            let (name, edit, empty) = (name.clone(), edit.clone(), empty.clone());
            let shown = move || {
                let text = value.get();
                if text.is_empty() {
                    empty.clone().unwrap_or_else(|| t!(record.empty).to_owned())
                } else {
                    text
                }
            };
            let shown_too = shown.clone();
            return view! {
                <button
                    type="button"
                    class="inline-edit"
                    class:blank=move || value.with(String::is_empty)
                    node_ref=button
                    title=edit
                    aria-label=move || format!("{name}: {}", shown())
                    on:click=move |_| editing.set(true)
                >
                    {shown_too}
                </button>
            }
            .into_any();
        }
        if lines {
            view! {
                <textarea
                    class="inline-input"
                    rows="4"
                    node_ref=area
                    aria-label=name.clone()
                    maxlength=max.to_string()
                    prop:value=move || draft.get()
                    on:input:target=move |event| draft.set(event.target().value())
                    on:keydown=on_key
                    on:blur=move |_| commit()
                ></textarea>
            }
            .into_any()
        } else {
            view! {
                <input
                    class="inline-input"
                    node_ref=input
                    type=kind.input_type()
                    inputmode=kind.input_mode()
                    aria-label=name.clone()
                    maxlength=max.to_string()
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=move || draft.get()
                    on:input:target=move |event| draft.set(event.target().value())
                    on:keydown=on_key
                    on:blur=move |_| commit()
                />
            }
            .into_any()
        }
    }
}
