//! The texts of a condition: chosen from those that occur, each with how often, or written.

use super::builder::Builder;
use super::condition::Line;
use super::draft::NodeId;
use super::flyout::Flyout;
use super::words;
use crate::components::{Glyph, Icon, live};
use crate::i18n;
use crate::i18n::fold;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

/// The most rows at once; typing finds the others.
const SHOWN: usize = 60;

/// The chip that shows the chosen texts and opens the list of those that occur.
#[component]
pub fn Values(
    /// The draft.
    builder: Builder,
    /// The line.
    id: NodeId,
    /// What is chosen here, in words.
    #[prop(into)]
    label: Signal<String>,
    /// What occurs, most frequent first.
    #[prop(into)]
    options: Signal<Vec<(String, u32)>>,
    /// Opens at once: the line was just added.
    open_at_once: bool,
) -> impl IntoView {
    let line = builder.line(id);
    let chosen = Memo::new(move |_| {
        line.with(|line| {
            line.as_ref()
                .map(|line| line.texts().to_vec())
                .unwrap_or_default()
        })
    });
    // Words within the button, so that they follow what is chosen while the button stays.
    let shown = move || {
        let says = move || {
            chosen.with(|texts| {
                if texts.is_empty() {
                    t!(segment.choose).to_owned()
                } else {
                    words::texts_in_words(texts)
                }
            })
        };
        view! { <span class:segment-blank=move || chosen.with(Vec::is_empty)>{live(says)}</span> }
    };
    let name = Signal::derive(move || {
        let texts = chosen.get();
        let texts = if texts.is_empty() {
            t!(segment.choose).to_owned()
        } else {
            words::texts_in_words(&texts)
        };
        format!("{}: {texts}", label.get())
    });
    view! {
        <Flyout label=name class="segment-chip segment-value" button=ViewFn::from(shown) open_at_once=open_at_once>
            <ValueList builder id chosen options/>
        </Flyout>
    }
}

#[component]
fn ValueList(
    builder: Builder,
    id: NodeId,
    chosen: Memo<Vec<String>>,
    options: Signal<Vec<(String, u32)>>,
) -> impl IntoView {
    let written = RwSignal::new(String::new());
    let field = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            // A sheet that is just opening takes the focus first.
            request_animation_frame(move || drop(field.focus()));
        }
    });
    // What is chosen stands first, in the order of when the list opened: rows do not jump while one ticks them.
    let first = RwSignal::new(chosen.get_untracked());
    let rows = Memo::new(move |_| {
        let needle = fold(&written.get());
        let first = first.get();
        options.with(|options| {
            let count_of = |text: &str| {
                options
                    .iter()
                    .find(|(option, _)| fold(option) == fold(text))
                    .map(|(_, count)| *count)
            };
            let before = first.iter().map(|text| (text.clone(), count_of(text)));
            let is_before = |option: &str| first.iter().any(|text| fold(text) == fold(option));
            let others = options.iter().filter(|(option, _)| !is_before(option));
            before
                .chain(others.map(|(option, count)| (option.clone(), Some(*count))))
                .filter(|(text, _)| fold(text).contains(&needle))
                .take(SHOWN)
                .collect::<Vec<_>>()
        })
    });
    let toggle = move |text: &str, on: bool| {
        builder.change(|draft| {
            if let Some(texts) = draft.line_mut(id).and_then(Line::texts_mut) {
                texts.retain(|chosen| fold(chosen) != fold(text));
                if on {
                    texts.push(text.to_owned());
                }
            }
        });
    };
    // What was written and does not occur can be chosen, too: it may arrive tomorrow.
    let new = move || {
        let text = written.with(|text| text.trim().to_owned());
        let known = rows.with(|rows| rows.iter().any(|(row, _)| fold(row) == fold(&text)));
        (!text.is_empty() && !known).then_some(text)
    };
    let take = move |text: String| {
        let is_on = chosen.with_untracked(|chosen| chosen.iter().any(|on| fold(on) == fold(&text)));
        toggle(&text, !is_on);
        first.update(|first| {
            if !first.iter().any(|known| fold(known) == fold(&text)) {
                first.insert(0, text);
            }
        });
        written.set(String::new());
    };
    // Enter takes what was written if it occurs, else the first that has these letters, else it as it was written.
    let take_found = move || {
        let found = rows.with_untracked(|rows| {
            let needle = fold(&written.get_untracked());
            let exact = rows.iter().find(|(row, _)| fold(row) == needle);
            exact.or(rows.first()).map(|(row, _)| row.clone())
        });
        if let Some(text) = found.or_else(|| untrack(new)) {
            take(text);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && !event.is_composing() {
            event.prevent_default();
            if !written.with_untracked(|text| text.trim().is_empty()) {
                take_found();
            }
        }
    };
    let row = move |(text, count): (String, Option<u32>)| {
        let (mine, told) = (text.clone(), text.clone());
        view! {
            <label class="segment-option">
                <input
                    type="checkbox"
                    prop:checked=move || chosen.with(|chosen| chosen.iter().any(|on| fold(on) == fold(&mine)))
                    on:change:target=move |event| toggle(&told, event.target().checked())
                />
                <span class="segment-option-text">{text}</span>
                {count.map(|count| view! { <span class="segment-option-count">{i18n::count(count.into())}</span> })}
            </label>
        }
    };
    view! {
        <div class="segment-find">
            <Glyph icon=Icon::Search/>
            <input
                node_ref=field
                type="text"
                class="segment-find-input"
                aria-label=t!(segment.find)
                placeholder=t!(segment.find)
                autocomplete="off"
                spellcheck="false"
                maxlength="200"
                prop:value=move || written.get()
                on:input:target=move |event| written.set(event.target().value())
                on:keydown=on_key
            />
        </div>
        <div class="segment-options">
            {live(move || rows.get().into_iter().map(row).collect_view())}
            {live(move || {
                new()
                    .map(|text| {
                        let words = t!(segment.useTyped, text = text.as_str());
                        let mine = text;
                        view! {
                            <button type="button" class="segment-option segment-option-new" on:click=move |_| take(mine.clone())>
                                <Glyph icon=Icon::Plus/>
                                <span>{words}</span>
                            </button>
                        }
                    })
            })}
            {live(move || {
                (rows.with(Vec::is_empty) && new().is_none())
                    .then(|| view! { <p class="segment-none">{t!(segment.noValues)}</p> })
            })}
        </div>
    }
}
