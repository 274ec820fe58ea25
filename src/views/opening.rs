//! While the engine reads what it holds: usually too short to be seen.

use crate::components::{Button, ButtonKind, Empty, Icon, live};
use crate::i18n;
use crate::state::{Phase, update_app, use_engine};
use leptos::prelude::*;
use std::time::Duration;

/// A local start has no spinner; only when it takes long does it say something.
const LONG: Duration = Duration::from_millis(1_500);

/// The shell as `index.html` paints it, or why there is nothing else to show.
#[component]
pub fn Opening() -> impl IntoView {
    let engine = use_engine();
    let long = RwSignal::new(false);
    let timer = set_timeout_with_handle(
        move || {
            long.try_set(true);
        },
        LONG,
    );
    on_cleanup(move || {
        if let Ok(timer) = timer {
            timer.clear();
        }
    });
    let failed = move || {
        let hint = engine
            .store_trouble()
            .map_or(t!(engine.failedHint), i18n::store_trouble);
        view! {
            <main class="place centred">
                <Empty icon=Icon::Warning title=t!(engine.failed) hint=hint>
                    <Button kind=ButtonKind::Primary icon=Icon::Restore on:click=move |_| engine.retry()>
                        {t!(common.retry)}
                    </Button>
                    <Button on:click=move |_| update_app()>{t!(common.reload)}</Button>
                </Empty>
            </main>
        }
    };
    let waiting = move || {
        view! {
            <main class="shell" aria-busy="true" aria-label=t!(app.loading)>
                <div class="shell-rail"><span class="brand-mark"></span><i></i><i></i><i></i><i></i></div>
                <div class="shell-list"><b></b><i></i><i></i><i></i><i></i><i></i><i></i><i></i><i></i></div>
                <div class="shell-record"><b></b><i></i><i></i></div>
                <p class="shell-words" role="status">{live(move || long.get().then(|| t!(app.loading)))}</p>
            </main>
        }
    };
    let is_failed = Memo::new(move |_| engine.phase() == Phase::Failed);
    move || {
        if is_failed.get() {
            failed().into_any()
        } else {
            waiting().into_any()
        }
    }
}
