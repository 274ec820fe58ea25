//! What an import did.

use super::desk::{Stage, use_import};
use crate::components::{Button, ButtonKind, Glyph, Icon, LinkButton};
use crate::i18n;
use crate::state::{CSV, Route, download, use_undo};
use leptos::prelude::*;
use std::sync::Arc;
use tendero_domain::ActionId;
use tendero_messages::{JobReport, JobStop};

/// The report at the end.
#[component]
pub fn Report() -> impl IntoView {
    let desk = use_import();
    move || match desk.stage() {
        Stage::Ended { job, report } => view! { <Told job report name=desk.name()/> }.into_any(),
        _ => ().into_any(),
    }
}

#[component]
fn Told(job: ActionId, report: Arc<JobReport>, name: String) -> impl IntoView {
    let (desk, undo) = (use_import(), use_undo());
    let nothing = report.created + report.updated + report.unchanged + report.orders == 0;
    let (icon, tone, title, hint) = if let Some(stop) = report.stopped {
        let why = match stop {
            JobStop::File(problem) => i18n::file_problem(problem),
            JobStop::Storage(refusal) => i18n::refusal(refusal).to_owned(),
        };
        (
            Icon::Warning,
            "bad",
            t!(import.doneStopped).to_owned(),
            format!("{why} {}", t!(import.doneStoppedHint)),
        )
    } else if report.cancelled {
        (
            Icon::Stop,
            "plain",
            t!(import.doneCancelled).to_owned(),
            t!(import.doneCancelledHint).to_owned(),
        )
    } else if nothing {
        (
            Icon::Warning,
            "bad",
            t!(import.nothing).to_owned(),
            String::new(),
        )
    } else {
        (
            Icon::Check,
            "good",
            t!(import.done, name = name.as_str()),
            t!(import.rows, n = report.rows),
        )
    };
    let figure = |n: u64, words: &'static str| {
        view! {
            <div class="import-figure" class:none=n == 0>
                <dt>{words}</dt>
                <dd>{i18n::count(n)}</dd>
            </div>
        }
    };
    let refused = (report.refused > 0).then(|| {
        let csv = Arc::clone(&report);
        let file = format!(
            "{}-{}.csv",
            name.rsplit_once('.')
                .map_or(name.as_str(), |(stem, _)| stem),
            t!(import.refusedFile)
        );
        view! {
            <section class="import-refused">
                <Glyph icon=Icon::Warning/>
                <div>
                    <h3>{t!(import.refusedTitle, n = report.refused)}</h3>
                    <p>{t!(import.refusedHint)}</p>
                    <Button icon=Icon::Download on:click=move |_| download(&csv.refused_csv, &file, CSV)>
                        {t!(import.download)}
                    </Button>
                </div>
            </section>
        }
    });
    view! {
        <section class="import-report">
            <div class=format!("import-outcome {tone}") role="status">
                <span class="import-outcome-icon"><Glyph icon/></span>
                <div>
                    <h2>{title}</h2>
                    <p>{hint}</p>
                </div>
            </div>
            <dl class="import-figures-large">
                {figure(report.created, t!(import.created))}
                {figure(report.updated, t!(import.updated))}
                {figure(report.unchanged, t!(import.unchanged))}
                {figure(report.orders, t!(import.orders))}
                {figure(report.refused, t!(import.refused))}
            </dl>
            {refused}
            <div class="import-actions">
                <LinkButton
                    kind=ButtonKind::Primary
                    href=Route::Customers.path()
                    icon=Icon::Users
                    label=t!(import.toCustomers).to_owned()
                />
                <Button on:click=move |_| desk.clear()>{t!(import.another)}</Button>
                {(report.created + report.updated > 0)
                    .then(|| {
                        let take_back = move |_| {
                            undo.take_back(job);
                            desk.clear();
                        };
                        view! {
                            <Button kind=ButtonKind::Quiet icon=Icon::Undo on:click=take_back>
                                {t!(import.undo)}
                            </Button>
                        }
                    })}
            </div>
        </section>
    }
}
