//! A file is wanted.

use super::desk::{Stage, Trouble, use_import};
use super::past::Past;
use crate::components::{FileDrop, Glyph, Icon, live};
use crate::i18n;
use leptos::prelude::*;
use tendero_messages::Refusal;

/// Names that lists of customers usually end in; any other file can be chosen, too, and is told apart by its bytes.
const ENDINGS: &str = ".csv,.tsv,.txt,.tab,.vcf,.vcard,.ldif,text/csv,text/plain,text/vcard";

/// Asks for a file, and says what was wrong with the last one.
#[component]
pub fn Choose() -> impl IntoView {
    let desk = use_import();
    let opening = Memo::new(move |_| match desk.stage() {
        Stage::Opening { name } => Some(name),
        _ => None,
    });
    let trouble = Memo::new(move |_| match desk.stage() {
        Stage::Choose(trouble) => trouble,
        _ => None,
    });
    view! {
        <p class="import-lead">{t!(import.lead)}</p>
        {live(move || trouble.get().map(|trouble| view! { <WhatIsWrong trouble/> }))}
        <FileDrop hint=t!(import.dropHint) accept=ENDINGS on_file=Callback::new(move |file| desk.open(file))/>
        <p class="import-opening" role="status">
            {live(move || opening.get().map(|name| t!(import.opening, name = name)))}
        </p>
        <ul class="import-promises">
            <li>
                <Glyph icon=Icon::Device/>
                <span>{t!(import.stays)}</span>
            </li>
            <li>
                <Glyph icon=Icon::Restore/>
                <span>{t!(import.again)}</span>
            </li>
        </ul>
        <Past/>
    }
}

/// What it is, and what to do.
#[component]
fn WhatIsWrong(trouble: Trouble) -> impl IntoView {
    let (title, what) = match trouble {
        Trouble::File { name, problem } => {
            (t!(import.cannot, name = name), i18n::file_problem(problem))
        }
        Trouble::Refused(refusal) => {
            let title = match refusal {
                Refusal::Busy => t!(import.otherRunning),
                Refusal::FileGone => t!(import.gone),
                _ => t!(import.refusedStart),
            };
            (title.to_owned(), i18n::refusal(refusal).to_owned())
        }
    };
    view! {
        <div class="import-trouble" role="alert">
            <Glyph icon=Icon::Warning/>
            <div>
                <strong>{title}</strong>
                <p>{what} " " {t!(import.cannotSafe)}</p>
            </div>
        </div>
    }
}
