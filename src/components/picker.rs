//! Several values, picked from those that occur or written anew: tags, cities, countries.

use super::{Tag, element_id, live};
use crate::i18n::fold;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

/// The most suggestions at once.
const SUGGESTED: usize = 8;

/// Chosen values as tags, and a field that suggests further ones. Enter takes the marked suggestion (or what was written, if
/// `free`), Backspace in the empty field takes the last value off.
#[component]
pub fn Picker(
    /// What is picked.
    #[prop(into)]
    label: String,
    /// What is chosen.
    #[prop(into)]
    values: Signal<Vec<String>>,
    /// A value was added or taken off.
    on_change: Callback<Vec<String>>,
    /// What occurs, and how often; most frequent first.
    #[prop(into)]
    options: Signal<Vec<(String, u32)>>,
    /// Takes values that do not occur yet.
    #[prop(default = true)]
    free: bool,
    /// In the empty field.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// Takes the focus when it appears.
    #[prop(optional)]
    focus: bool,
) -> impl IntoView {
    let id = element_id("picker");
    let list_id = format!("{id}-list");
    let written = RwSignal::new(String::new());
    let open = RwSignal::new(false);
    let marked = RwSignal::new(0usize);
    let input = NodeRef::<html::Input>::new();
    if focus {
        super::field::focus_when_there(input);
    }

    let suggestions = Memo::new(move |_| {
        let text = written.get();
        let needle = fold(&text);
        let chosen = values.get();
        let is_new = |option: &str| !chosen.iter().any(|value| fold(value) == fold(option));
        let mut found: Vec<(String, Option<u32>)> = options.with(|options| {
            let fits = options
                .iter()
                .filter(|(option, _)| fold(option).contains(&needle) && is_new(option));
            fits.take(SUGGESTED)
                .map(|(option, count)| (option.clone(), Some(*count)))
                .collect()
        });
        let exact = found.iter().any(|(option, _)| fold(option) == needle);
        if free && !needle.is_empty() && !exact && is_new(&text) {
            found.push((text.trim().to_owned(), None));
        }
        found
    });
    let add = move |value: String| {
        let mut next = values.get_untracked();
        next.push(value);
        written.set(String::new());
        marked.set(0);
        // It lies over what comes next; writing on opens it again.
        open.set(false);
        on_change.run(next);
    };
    let take_off = move |value: &str| {
        let mut next = values.get_untracked();
        next.retain(|chosen| chosen != value);
        on_change.run(next);
    };
    let on_key = move |event: KeyboardEvent| {
        let count = suggestions.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => {
                open.set(true);
                marked.update(|at| *at = (*at + 1) % count);
            }
            "ArrowUp" if count > 0 => marked.update(|at| *at = (*at + count - 1) % count),
            "Enter" | "," if !event.is_composing() => {
                if written.with_untracked(|text| text.trim().is_empty()) && !open.get_untracked() {
                    return;
                }
                let at = marked.get_untracked();
                if let Some((value, _)) = suggestions.with_untracked(|all| all.get(at).cloned()) {
                    add(value);
                }
            }
            "Backspace" if written.with_untracked(String::is_empty) => {
                if let Some(last) = values.get_untracked().last() {
                    take_off(last);
                }
                return;
            }
            "Escape" if open.get_untracked() => {
                open.set(false);
                event.stop_propagation();
            }
            _ => return,
        }
        event.prevent_default();
    };
    let option_id = {
        let list_id = list_id.clone();
        move |at: usize| format!("{list_id}-{at}")
    };
    let is_open = move || open.get() && !suggestions.with(Vec::is_empty);
    let (active_id, suggestion_id) = (option_id.clone(), option_id);
    let tags = move || {
        let tag = |value: String| {
            let mine = value.clone();
            view! { <Tag text=value on_remove=Callback::new(move |()| take_off(&mine))/> }
        };
        values.get().into_iter().map(tag).collect_view()
    };
    let options_view = move || {
        let option = |(at, (value, count)): (usize, (String, Option<u32>))| {
            let mine = value.clone();
            let words = if count.is_some() {
                value
            } else {
                t!(common.useNew, text = value)
            };
            view! {
                <li
                    id=suggestion_id(at)
                    role="option"
                    aria-selected=move || if marked.get() == at { "true" } else { "false" }
                    // Before the field loses the focus, which would close the list.
                    on:mousedown=move |event| {
                        event.prevent_default();
                        add(mine.clone());
                    }
                >
                    <span>{words}</span>
                    {count.map(|count| view! { <small class="number">{crate::i18n::count(count.into())}</small> })}
                </li>
            }
        };
        suggestions
            .get()
            .into_iter()
            .enumerate()
            .map(option)
            .collect_view()
    };
    let name = label.clone();
    view! {
        <div class="picker">
            {live(tags)}
            <span class="picker-field">
                <input
                    id=id
                    node_ref=input
                    type="text"
                    role="combobox"
                    aria-label=label
                    aria-expanded=move || if is_open() { "true" } else { "false" }
                    aria-controls=list_id.clone()
                    aria-autocomplete="list"
                    aria-activedescendant=move || is_open().then(|| active_id(marked.get()))
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="200"
                    placeholder=placeholder
                    prop:value=move || written.get()
                    on:input:target=move |event| {
                        written.set(event.target().value());
                        marked.set(0);
                        open.set(true);
                    }
                    on:focus=move |_| open.set(true)
                    on:click=move |_| open.set(true)
                    on:blur=move |_| open.set(false)
                    on:keydown=on_key
                />
                <ul id=list_id class="picker-list" role="listbox" aria-label=name hidden=move || !is_open()>
                    {live(options_view)}
                </ul>
            </span>
        </div>
    }
}
