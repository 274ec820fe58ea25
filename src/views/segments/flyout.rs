//! A small sheet that opens at a button: below it on a desktop, from the foot of the screen on a phone. It is the browser's
//! own popover, so Escape and a press beside it close it, and the focus goes back to the button.

use crate::components::{element_id, live};
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// A button and what it opens.
#[component]
pub fn Flyout(
    /// The name of the button and of what it opens.
    #[prop(into)]
    label: Signal<String>,
    /// Classes of the button.
    class: &'static str,
    /// What the button shows.
    button: ViewFn,
    /// Opens at once when it is there.
    #[prop(optional)]
    open_at_once: bool,
    /// What is in it; made anew each time it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let id = element_id("flyout");
    let open = RwSignal::new(false);
    let sheet = NodeRef::<html::Div>::new();
    let follow = move || {
        if let Some(sheet) = sheet.get_untracked() {
            open.set(sheet.matches(":popover-open").unwrap_or_default());
        }
    };
    provide_context(FlyoutSheet(sheet));
    let opener = NodeRef::<html::Button>::new();
    if open_at_once {
        Effect::new(move |_| {
            if let Some(opener) = opener.get() {
                // The button opens it, so that the browser knows where it belongs and where the focus goes back to.
                request_animation_frame(move || opener.click());
            }
        });
    }
    let children = StoredValue::new(children);
    view! {
        <span class="flyout">
            <button
                type="button"
                class=class
                node_ref=opener
                aria-label=move || label.get()
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-haspopup="dialog"
                popovertarget=id.clone()
            >
                {button.run()}
            </button>
            <div
                id=id
                node_ref=sheet
                class="flyout-sheet"
                popover="auto"
                role="dialog"
                aria-label=move || label.get()
                on:toggle=move |_| follow()
                on:keydown=move |event| move_by_arrows(sheet, &event)
            >
                {live(move || open.get().then(|| children.with_value(|children| children())))}
            </div>
        </span>
    }
}

/// The sheet a view stands in.
#[derive(Debug, Clone, Copy)]
pub struct FlyoutSheet(NodeRef<html::Div>);

impl FlyoutSheet {
    /// Closes it; the focus goes back to its button.
    pub fn close(self) {
        if let Some(sheet) = self.0.get_untracked() {
            // It fails only when it is closed already.
            let _ = sheet.hide_popover();
        }
    }
}

/// Up and down go through what can have the focus; the field to write in counts as the first.
fn move_by_arrows(sheet: NodeRef<html::Div>, event: &KeyboardEvent) {
    let step: i32 = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        _ => return,
    };
    let Some(sheet) = sheet.get_untracked() else {
        return;
    };
    let Ok(items) = sheet.query_selector_all("input, button") else {
        return;
    };
    let count = items.length();
    let active = document().active_element();
    let at = (0..count).find(|i| items.get(*i).as_ref() == active.as_deref());
    let next = at.map_or(0, |at| {
        (at + if step > 0 { 1 } else { count - 1 }) % count.max(1)
    });
    if let Some(item) = items
        .get(next)
        .and_then(|item| item.dyn_into::<HtmlElement>().ok())
    {
        event.prevent_default();
        // It fails only for elements that are gone.
        let _ = item.focus();
    }
}
