//! A list of any length: only the rows in sight are drawn, and only those around them are asked for.

mod picks;
mod rows;

use super::{Glyph, Icon, Unreadable, element_id, live};
use crate::state::{is_chord, is_typing, on_key};
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
pub use picks::Picks;
use rows::Rows;
use tendero_domain::CustomerId;
use tendero_messages::{Column as SortColumn, Filter, Row, Sort};
use wasm_bindgen::prelude::*;
use web_sys::ResizeObserver;

/// Rows drawn above and below what is in sight: a flick of the wheel finds them there.
const SPARE: u32 = 8;
/// Height of a row in CSS pixels: on a desk, and under a thumb.
const ROW: i64 = 46;
const ROW_TOUCH: i64 = 60;
const TOUCH: &str = "(max-width: 699px)";

/// A column of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What it is sorted by; pressing its head does so.
    pub sort: SortColumn,
    /// Its name.
    pub label: &'static str,
    /// The class of its cells and its head (`style/components/virtual_list.css`): says its width and when it gives way.
    pub class: &'static str,
    /// Whether the largest comes first when it is chosen.
    pub largest_first: bool,
}

/// Customers that pass a filter. J, K and the arrows move, Enter goes in, the heads sort.
#[component]
pub fn VirtualList(
    /// What is listed.
    #[prop(into)]
    label: String,
    /// Which customers, in which order.
    #[prop(into)]
    filter: Signal<Filter>,
    /// Set to the number of rows once it is known.
    total: RwSignal<Option<u64>>,
    /// The columns; empty for a list without heads.
    columns: Vec<Column>,
    /// Another order was chosen.
    on_sort: Callback<Sort>,
    /// The customer that is open beside the list.
    #[prop(into)]
    current: Signal<Option<CustomerId>>,
    /// Moved to by keyboard: the record follows.
    on_move: Callback<CustomerId>,
    /// Enter: into the record.
    on_enter: Callback<CustomerId>,
    /// The cells of a row: elements with `role="gridcell"` and the classes of the columns. A link in the first one covers the
    /// row.
    cells: fn(&Row) -> AnyView,
    /// In place of rows when there are none.
    #[prop(into)]
    empty: ViewFn,
    /// Rows can be picked: by their boxes, and by X where one is.
    #[prop(optional)]
    picks: Option<Picks>,
) -> impl IntoView {
    let id = element_id("list");
    let height = row_height();
    let scroller = NodeRef::<html::Div>::new();
    let (top, seen) = (RwSignal::new(0i64), RwSignal::new(0i64));
    let rows = Rows::new(filter, total);
    watch_size(scroller, seen);

    // What is in sight, with some to spare.
    let range = Memo::new(move |_| {
        let count = total.get().unwrap_or(0).min(u64::from(u32::MAX)) as u32;
        let first = (top.get() / height.get()) as u32;
        let shown = (seen.get() / height.get()) as u32 + 2;
        let from = first.saturating_sub(SPARE).min(count);
        (
            from,
            first.saturating_add(shown + SPARE).min(count).max(from),
        )
    });
    rows.keep_around(range);
    // Another order or other words begin at the top.
    Effect::new(move |before: Option<Filter>| {
        let now = filter.get();
        if before.is_some_and(|before| before != now)
            && let Some(scroller) = scroller.get_untracked()
        {
            scroller.set_scroll_top(0);
        }
        now
    });

    let cursor = rows.follow(current);
    let reveal = move |at: u32| {
        let Some(scroller) = scroller.get_untracked() else {
            return;
        };
        let (at, height) = (
            i64::from(at) * height.get_untracked(),
            height.get_untracked(),
        );
        let (top, seen) = (
            top.get_untracked(),
            seen.get_untracked() - head_height(&scroller),
        );
        if at < top {
            scroller.set_scroll_top(at as i32);
        } else if at + height > top + seen {
            scroller.set_scroll_top((at + height - seen) as i32);
        }
    };
    // Moved to, but perhaps not here yet.
    let moved = RwSignal::new(false);
    Effect::new(move |_| {
        if moved.get()
            && let Some(row) = cursor.get().and_then(|at| rows.at(at))
        {
            moved.set(false);
            on_move.run(row.id);
        }
    });
    Effect::new(move |_| {
        if let Some(at) = cursor.get() {
            reveal(at);
        }
    });
    let step = move |by: i64| {
        let last = i64::try_from(total.get_untracked().unwrap_or(0)).unwrap_or(i64::MAX) - 1;
        if last < 0 {
            return;
        }
        // Without a row to go from, one goes in from beyond the end: one step leads to the first, End to the last.
        let from = cursor
            .get_untracked()
            .map_or(if by > 0 { -1 } else { last + 1 }, i64::from);
        let at = from.saturating_add(by).clamp(0, last);
        cursor.set(u32::try_from(at).ok());
        moved.set(true);
    };
    let enter = move || {
        if let Some(row) = cursor
            .get_untracked()
            .and_then(|at| untrack(|| rows.at(at)))
        {
            on_enter.run(row.id);
        }
    };
    let on_list_key = move |event: KeyboardEvent| {
        let page = (seen.get_untracked() / height.get_untracked() - 2).max(1);
        match event.key().as_str() {
            _ if is_chord(&event) => return,
            "ArrowDown" => step(1),
            "ArrowUp" => step(-1),
            "PageDown" => step(page),
            "PageUp" => step(-page),
            "Home" => step(i64::MIN / 2),
            "End" => step(i64::MAX / 2),
            // On a head, Enter sorts.
            "Enter" if event.target() == event.current_target() => enter(),
            _ => return,
        }
        event.prevent_default();
    };
    on_key(move |event| {
        if is_typing(event) || is_chord(event) {
            return;
        }
        match event.key().as_str() {
            "j" => step(1),
            "k" => step(-1),
            "x" => {
                let row = cursor
                    .get_untracked()
                    .and_then(|at| untrack(|| rows.at(at)));
                let (Some(picks), Some(row)) = (picks, row) else {
                    return;
                };
                picks.toggle(row.id);
            }
            "Escape" if picks.is_some_and(|picks| untrack(|| picks.is_choosing())) => {
                picks.into_iter().for_each(Picks::let_go);
            }
            _ => return,
        }
        event.prevent_default();
    });

    let row_id = {
        let id = id.clone();
        move |at: u32| format!("{id}-{at}")
    };
    let has_heads = !columns.is_empty();
    let heads = columns
        .into_iter()
        .map(|column| view! { <Head column filter on_sort/> })
        .collect_view();
    let (active_id, drawn_id) = (row_id.clone(), row_id);
    let active = move || {
        let at = cursor.get()?;
        let (from, to) = range.get();
        (from..to).contains(&at).then(|| active_id(at))
    };
    let draw = move |at: u32| {
        let row = Memo::new(move |_| rows.at(at));
        let is_current = move || {
            row.with(|row| {
                row.as_ref()
                    .is_some_and(|row| Some(row.id) == current.get())
            })
        };
        view! {
            <div
                id=drawn_id(at)
                class="list-row"
                class:at=move || cursor.get() == Some(at)
                role="row"
                aria-rowindex=(at + 2).to_string()
                aria-selected=move || if is_current() { "true" } else { "false" }
                style:transform=move || format!("translateY({}px)", i64::from(at) * height.get())
            >
                {picks.map(|picks| view! { <PickBox picks row/> })}
                {live(move || match row.get() {
                    Some(row) => cells(&row),
                    None => view! { <div role="gridcell" class="list-ghost"><i></i><i></i></div> }.into_any(),
                })}
            </div>
        }
    };
    let is_empty = move || total.get() == Some(0);
    view! {
        <div
            class="list"
            class:idle=is_empty
            class:pickable=picks.is_some()
            class:picking=move || picks.is_some_and(Picks::is_choosing)
            node_ref=scroller
            role="grid"
            tabindex="0"
            aria-label=label
            aria-rowcount=move || total.get().map(|total| (total + 1).to_string())
            aria-activedescendant=active
            style:--row=move || format!("{}px", height.get())
            on:scroll:target=move |event| top.set(event.target().scroll_top().into())
            on:keydown=on_list_key
        >
            {has_heads
                .then(|| {
                    view! {
                        <div role="rowgroup" class="list-heads">
                            <div role="row" class="list-head" aria-rowindex="1">
                                {picks.map(|picks| view! { <PickAll picks total/> })}
                                {heads}
                            </div>
                        </div>
                    }
                })}
            <div
                role="rowgroup"
                class="list-rows"
                style:height=move || format!("{}px", total.get().unwrap_or(0) as i64 * height.get())
            >
                <For each=move || { let (from, to) = range.get(); from..to } key=|at| *at children=draw/>
            </div>
        </div>
        {live(move || is_empty().then(|| empty.run()))}
        {live(move || rows.unreadable().then(|| view! { <Unreadable/> }))}
    }
}

/// The box of a row.
#[component]
fn PickBox(picks: Picks, row: Memo<Option<Row>>) -> impl IntoView {
    let id = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.id)));
    let name = move || {
        row.with(|row| {
            let name = row.as_ref().map_or("", |row| row.name.as_str());
            t!(customers.pick, name = name)
        })
    };
    view! {
        <div role="gridcell" class="col-pick">
            <label>
                <input
                    type="checkbox"
                    tabindex="-1"
                    aria-label=name
                    prop:checked=move || id.get().is_some_and(|id| picks.has(id))
                    on:change=move |_| {
                        if let Some(id) = id.get_untracked() {
                            picks.toggle(id);
                        }
                    }
                />
            </label>
        </div>
    }
}

/// The box that picks everybody who is listed.
#[component]
fn PickAll(picks: Picks, total: RwSignal<Option<u64>>) -> impl IntoView {
    let count = Memo::new(move |_| picks.count(total.get().unwrap_or(0)));
    let all = move || count.get() > 0 && total.get() == Some(count.get());
    let some = move || count.get() > 0 && !all();
    view! {
        <div role="columnheader" class="col-pick">
            <label>
                <input
                    type="checkbox"
                    aria-label=t!(many.all)
                    prop:checked=all
                    prop:indeterminate=some
                    on:change:target=move |event| {
                        if event.target().checked() { picks.all() } else { picks.let_go() }
                    }
                />
            </label>
        </div>
    }
}

#[component]
fn Head(column: Column, filter: Signal<Filter>, on_sort: Callback<Sort>) -> impl IntoView {
    let Column {
        sort: by,
        label,
        class,
        largest_first,
    } = column;
    let state =
        move || filter.with(|filter| (filter.sort.column == by).then_some(filter.sort.descending));
    let choose = move |_| {
        let descending = untrack(state).map_or(largest_first, |descending| !descending);
        on_sort.run(Sort {
            column: by,
            descending,
        });
    };
    view! {
        <div
            role="columnheader"
            class=format!("list-column {class}")
            aria-sort=move || match state() {
                None => "none",
                Some(true) => "descending",
                Some(false) => "ascending",
            }
        >
            <button type="button" title=t!(customers.sortedBy, name = label) on:click=choose>
                <span>{label}</span>
                {live(move || {
                    state()
                        .map(|descending| {
                            let icon = if descending { Icon::ArrowDown } else { Icon::ArrowUp };
                            view! { <Glyph icon/> }
                        })
                })}
            </button>
        </div>
    }
}

/// The height of a row, which differs under a thumb.
fn row_height() -> Signal<i64> {
    let query = window().match_media(TOUCH).ok().flatten();
    let touch = move || {
        window()
            .match_media(TOUCH)
            .ok()
            .flatten()
            .is_some_and(|query| query.matches())
    };
    let height = RwSignal::new(if query.is_some_and(|query| query.matches()) {
        ROW_TOUCH
    } else {
        ROW
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| {
        let now = if touch() { ROW_TOUCH } else { ROW };
        if height.get_untracked() != now {
            height.set(now);
        }
    });
    on_cleanup(move || resized.remove());
    height.into()
}

/// Keeps `seen` at the height of the scroller.
fn watch_size(scroller: NodeRef<html::Div>, seen: RwSignal<i64>) {
    let observer = StoredValue::new_local(None::<(ResizeObserver, Closure<dyn FnMut()>)>);
    Effect::new(move |_| {
        let Some(element) = scroller.get() else {
            return;
        };
        seen.set(element.client_height().into());
        let watched = element.clone();
        let measure = Closure::<dyn FnMut()>::new(move || {
            seen.try_set(watched.client_height().into());
        });
        // Every browser that runs the app has it.
        if let Ok(watching) = ResizeObserver::new(measure.as_ref().unchecked_ref()) {
            watching.observe(&element);
            observer.set_value(Some((watching, measure)));
        }
    });
    on_cleanup(move || {
        observer.try_update_value(|observer| {
            if let Some((watching, _)) = observer.take() {
                watching.disconnect();
            }
        });
    });
}

/// The heads stick to the top and cover rows.
fn head_height(scroller: &web_sys::HtmlElement) -> i64 {
    let head = scroller.query_selector(".list-heads").ok().flatten();
    head.map_or(0, |head| head.client_height().into())
}
