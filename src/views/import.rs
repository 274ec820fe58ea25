//! Import: a file is chosen, its columns are said, it is taken in, and a report says what became of it.

mod badge;
mod choose;
mod columns;
mod desk;
mod past;
mod report;
mod running;
mod sheet;
pub(super) mod words;

pub use badge::ImportBadge;
pub use desk::ImportDesk;

use crate::components::{Glyph, Icon, live};
use choose::Choose;
use columns::Columns;
use desk::{Stage, use_import};
use leptos::prelude::*;
use report::Report;
use running::Running;

/// The view of the import, wherever it is.
#[component]
pub fn Import() -> impl IntoView {
    let desk = use_import();
    // While a stage lasts its view stays: only another kind of stage draws another one.
    let step = Memo::new(move |_| match desk.stage() {
        Stage::Choose(_) | Stage::Opening { .. } => Step::Choose,
        Stage::Columns => Step::Columns,
        Stage::Running { .. } => Step::Running,
        Stage::Ended { .. } => Step::Report,
    });
    let body = move || match step.get() {
        Step::Choose => view! { <Choose/> }.into_any(),
        Step::Columns => view! { <Columns/> }.into_any(),
        Step::Running => view! { <Running/> }.into_any(),
        Step::Report => view! { <Report/> }.into_any(),
    };
    view! {
        <main class="import" class:wide=move || step.get() == Step::Columns tabindex="-1">
            <header class="import-head">
                <h1>{t!(import.title)}</h1>
                <Steps step/>
            </header>
            {live(body)}
        </main>
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Choose,
    Columns,
    Running,
    Report,
}

impl Step {
    const fn number(self) -> usize {
        match self {
            Self::Choose => 0,
            Self::Columns => 1,
            Self::Running => 2,
            Self::Report => 3,
        }
    }
}

/// Where in the three steps it is.
#[component]
fn Steps(step: Memo<Step>) -> impl IntoView {
    let names = [
        t!(import.stepFile),
        t!(import.stepColumns),
        t!(import.stepImport),
    ];
    let item = move |(n, name): (usize, &'static str)| {
        let is_done = move || step.get().number() > n;
        view! {
            <li class:done=is_done aria-current=move || (step.get().number() == n).then_some("step")>
                <span class="import-step" aria-hidden="true">
                    {live(move || if is_done() { view! { <Glyph icon=Icon::Check/> }.into_any() } else { (n + 1).into_any() })}
                </span>
                <span>{name}</span>
                {live(move || is_done().then(|| view! { <span class="unseen">{t!(import.stepDone)}</span> }))}
            </li>
        }
    };
    view! { <ol class="import-steps" aria-label=t!(import.steps)>{names.into_iter().enumerate().map(item).collect_view()}</ol> }
}
