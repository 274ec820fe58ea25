//! What an import did.

use super::desk::{Stage, use_import};
use crate::components::{Button, ButtonKind, Glyph, Icon, LinkButton};
use crate::i18n;
use crate::state::Route;
use leptos::prelude::*;
use std::sync::Arc;
use std::time::Duration;
use tendero_messages::{JobReport, JobStop};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// The report at the end.
#[component]
pub fn Report() -> impl IntoView {
    let desk = use_import();
    move || match desk.stage() {
        Stage::Ended(report) => view! { <Told report name=desk.name()/> }.into_any(),
        _ => ().into_any(),
    }
}

#[component]
fn Told(report: Arc<JobReport>, name: String) -> impl IntoView {
    let desk = use_import();
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
                    <Button icon=Icon::Download on:click=move |_| download(&csv.refused_csv, &file)>
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
            </div>
        </section>
    }
}

/// Saves a text as a file: an address of a Blob that is given back after the browser has taken it.
fn download(text: &str, name: &str) {
    let parts = js_sys::Array::of1(&JsValue::from_str(text));
    let kind = BlobPropertyBag::new();
    kind.set_type("text/csv;charset=utf-8");
    let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &kind) else {
        return;
    };
    let Ok(url) = Url::create_object_url_with_blob(&blob) else {
        return;
    };
    let link = document()
        .create_element("a")
        .ok()
        .and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    let give_back = move || drop(Url::revoke_object_url(&url));
    set_timeout(give_back, Duration::from_secs(30));
}
