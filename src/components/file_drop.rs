//! Takes a file: dropped, or chosen.

use super::{Glyph, Icon, element_id};
use leptos::ev::DragEvent;
use leptos::prelude::*;
use web_sys::File;

/// A place to drop one file, with a button to choose it instead.
#[component]
pub fn FileDrop(
    /// What file is wanted.
    #[prop(into)]
    hint: String,
    /// File name endings that are offered first, such as `.csv,.txt`. Any other can be chosen, too.
    accept: &'static str,
    /// A file was dropped or chosen.
    on_file: Callback<File>,
) -> impl IntoView {
    let id = element_id("file");
    let about = format!("{id}-about");
    let over = RwSignal::new(false);
    let drop_here = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        let files = event.data_transfer().and_then(|data| data.files());
        if let Some(file) = files.and_then(|files| files.get(0)) {
            on_file.run(file);
        }
    };
    view! {
        <div
            class="file-drop"
            class:over=move || over.get()
            on:dragover=move |event: DragEvent| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=drop_here
        >
            <Glyph icon=Icon::File/>
            <p class="file-drop-words">{t!(fileDrop.drop)} " " {t!(fileDrop.or)}</p>
            <input
                id=id.clone()
                type="file"
                accept=accept
                aria-describedby=about.clone()
                on:change:target=move |event| {
                    let input = event.target();
                    if let Some(file) = input.files().and_then(|files| files.get(0)) {
                        on_file.run(file);
                    }
                    // The same file, corrected meanwhile, can be chosen again.
                    input.set_value("");
                }
            />
            <label for=id class="button">{t!(fileDrop.choose)}</label>
            <p id=about class="field-about">{hint}</p>
        </div>
    }
}
