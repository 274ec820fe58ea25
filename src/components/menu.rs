//! Further actions behind a button.

use super::{Glyph, Icon, IconButton, element_id, live};
use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Node};

/// A button that opens a menu. Arrows move in it, Escape closes it, as does leaving it.
#[component]
pub fn Menu(
    /// The name of the button.
    #[prop(into)]
    label: String,
    /// The icon of the button.
    #[prop(default = Icon::More)]
    icon: Icon,
    /// [`MenuItem`]s.
    children: ChildrenFn,
) -> impl IntoView {
    let open = RwSignal::new(false);
    provide_context(MenuOpen(open));
    let id = element_id("menu");
    let root = NodeRef::<html::Div>::new();
    let list = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        if open.get()
            && let Some(list) = list.get()
        {
            focus_in(&list, 0);
        }
    });
    let focus_button = move || {
        if let Some(button) = root
            .get_untracked()
            .and_then(|root| root.query_selector("button").ok().flatten())
            && let Ok(button) = button.dyn_into::<HtmlElement>()
        {
            let _ = button.focus();
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let Some(list) = list.get_untracked().filter(|_| open.get_untracked()) else {
            return;
        };
        match event.key().as_str() {
            "ArrowDown" => focus_in(&list, 1),
            "ArrowUp" => focus_in(&list, -1),
            "Escape" => {
                open.set(false);
                focus_button();
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let on_leave = move |event: FocusEvent| {
        let to = event
            .related_target()
            .and_then(|to| to.dyn_into::<Node>().ok());
        let inside = root
            .get_untracked()
            .is_some_and(|root| root.contains(to.as_ref()));
        if !inside {
            open.set(false);
        }
    };
    let children = StoredValue::new(children);
    let list_id = id.clone();
    view! {
        <div class="menu" node_ref=root on:keydown=on_key on:focusout=on_leave>
            <IconButton
                icon=icon
                label=label.clone()
                attr:aria-haspopup="menu"
                attr:aria-expanded=move || if open.get() { "true" } else { "false" }
                attr:aria-controls=id
                on:click=move |_| open.update(|open| *open = !*open)
            />
            {live(move || {
                open.get()
                    .then(|| {
                        // A press keeps the focus where it is: leaving closes the menu, and not every browser focuses buttons.
                        view! {
                            <div id=list_id.clone() class="menu-list" role="menu" aria-label=label.clone() node_ref=list on:mousedown=|event| event.prevent_default()>
                                {children.with_value(|children| children())}
                            </div>
                        }
                    })
            })}
        </div>
    }
}

#[derive(Debug, Clone, Copy)]
struct MenuOpen(RwSignal<bool>);

/// An action in a [`Menu`].
#[component]
pub fn MenuItem(
    /// Before the words.
    #[prop(optional, into)]
    icon: Option<Icon>,
    /// Takes something away.
    #[prop(optional)]
    danger: bool,
    /// What it does.
    on_choose: Callback<()>,
    /// The words.
    children: Children,
) -> impl IntoView {
    let MenuOpen(open) = expect_context();
    view! {
        <button
            type="button"
            role="menuitem"
            class="menu-item"
            class:danger=danger
            on:click=move |_| {
                open.set(false);
                on_choose.run(());
            }
        >
            {icon.map(|icon| view! { <Glyph icon/> })}
            <span>{children()}</span>
        </button>
    }
}

/// Moves the focus by so many items, or to the first one.
fn focus_in(list: &HtmlElement, step: i32) {
    let Ok(items) = list.query_selector_all("[role=menuitem]") else {
        return;
    };
    let count = items.length() as i32;
    let active = document().active_element();
    let at = (0..count).find(|i| items.get(*i as u32).as_ref() == active.as_deref());
    let next = at.map_or(0, |at| (at + step).rem_euclid(count.max(1)));
    if let Some(item) = items
        .get(next as u32)
        .and_then(|item| item.dyn_into::<HtmlElement>().ok())
    {
        let _ = item.focus();
    }
}
