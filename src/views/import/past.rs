//! Imports that were made on this device, each to be taken back as one.

use crate::components::{Button, ButtonKind, Icon, live};
use crate::i18n;
use crate::state::{use_answer, use_undo};
use leptos::prelude::*;
use tendero_messages::{Answer, ImportLine, Query};

/// How many are in sight at first.
const SHOWN: usize = 5;

/// The list; nothing when there are none.
#[component]
pub fn Past() -> impl IntoView {
    let answer = use_answer(
        || Some(Query::Imports),
        |answer| match answer {
            Answer::Imports(lines) => Some(lines),
            _ => None,
        },
    );
    let lines = Memo::new(move |_| answer.get().ready().unwrap_or_default());
    let all = RwSignal::new(false);
    let shown = move || {
        let count = if all.get() { usize::MAX } else { SHOWN };
        lines.get().into_iter().take(count).collect::<Vec<_>>()
    };
    let more = move || lines.with(Vec::len) > SHOWN && !all.get();
    live(move || {
        (!lines.with(Vec::is_empty)).then(|| {
            view! {
                <section class="import-past" aria-labelledby="import-past">
                    <h2 id="import-past">{t!(import.past)}</h2>
                    <ul>
                        <For each=shown key=|line| (line.id, line.undone, line.created) let:line>
                            <OneImport line/>
                        </For>
                    </ul>
                    {live(move || {
                        more()
                            .then(|| {
                                view! {
                                    <Button kind=ButtonKind::Quiet on:click=move |_| all.set(true)>
                                        {t!(import.pastAll)}
                                    </Button>
                                }
                            })
                    })}
                </section>
            }
        })
    })
}

#[component]
fn OneImport(line: ImportLine) -> impl IntoView {
    let undo = use_undo();
    let id = line.id;
    let mut facts = vec![i18n::moment(line.at)];
    if line.created > 0 {
        facts.push(t!(import.pastCreated, n = line.created));
    }
    if line.updated > 0 {
        facts.push(t!(import.pastUpdated, n = line.updated));
    }
    if line.orders > 0 {
        facts.push(t!(import.pastOrders, n = line.orders));
    }
    let end = if line.undone {
        view! { <span class="import-past-undone">{t!(import.pastUndone)}</span> }.into_any()
    } else {
        let label = t!(import.undoNamed, name = line.name.as_str());
        view! {
            <Button kind=ButtonKind::Quiet icon=Icon::Undo attr:aria-label=label on:click=move |_| undo.take_back(id)>
                {t!(common.undo)}
            </Button>
        }
        .into_any()
    };
    view! {
        <li>
            <span class="import-past-words">
                <strong>{line.name}</strong>
                <small>{facts.join(" · ")}</small>
            </span>
            {end}
        </li>
    }
}
