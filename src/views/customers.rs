//! The list of customers, and the record of one beside it.

use super::many::{ExportItems, ManyBar};
use super::new_customer::NewCustomerOpen;
use super::record::Record;
use crate::components::{
    Avatar, Button, ButtonKind, Column, Empty, Glyph, Icon, IconButton, LinkButton, Menu, MenuItem,
    Picks, Progress, SyncIcon, VirtualList, live,
};
use crate::i18n;
use crate::state::{Address, Route, is_chord, is_typing, on_key, use_address, use_engine};
use leptos::html;
use leptos::prelude::*;
use tendero_domain::CustomerId;
use tendero_messages::{Column as SortColumn, Filter, Row, Sort, Target};

/// Notes under which the address keeps what was typed and chosen here.
const SEARCH: &str = "customers.search";
const SORT: &str = "customers.sort";
/// A name that was searched for in vain, for the form of a new customer.
pub(super) const NEW_NAME: &str = "customers.newName";

/// List and record side by side; on a narrow screen the record covers the list.
#[component]
pub fn Customers(
    /// The deleted ones instead of the others.
    deleted: bool,
) -> impl IntoView {
    let address = use_address();
    let current = Signal::derive(move || match address.route() {
        Route::Customer(id) => Some(id),
        _ => None,
    });
    let has_record = Memo::new(move |_| current.get().is_some());
    on_key(move |event| {
        if event.key() == "Escape" && !is_typing(event) && has_record.get_untracked() {
            event.prevent_default();
            address.go(Route::Customers);
        }
    });
    view! {
        <main class="split" class:has-record=move || has_record.get()>
            <ListPane current deleted/>
            {live(move || {
                has_record.get().then(|| view! { <Record id=Signal::derive(move || current.get())/> })
            })}
        </main>
    }
}

#[component]
fn ListPane(current: Signal<Option<CustomerId>>, deleted: bool) -> impl IntoView {
    let (engine, address) = (use_engine(), use_address());
    let NewCustomerOpen(adding) = expect_context();
    let (search, sort) = noted_list(address);
    let filter = Memo::new(move |_| Filter {
        search: search.get(),
        rule: None,
        deleted,
        sort: sort.get(),
    });
    let total = RwSignal::new(None::<u64>);
    let picks = Picks::of(filter);
    let found = Callback::new(move |()| Target::Found(filter.get_untracked(), Vec::new()));
    let count = move || {
        let found = total.get()?;
        let all = engine.facts().map_or(found, |facts| facts.customers);
        let is_part = !deleted && search.with(|words| !words.trim().is_empty());
        Some(if is_part {
            t!(customers.of, n = found, all = all)
        } else {
            i18n::count(found)
        })
    };
    let add_named = move |()| {
        address.note(NEW_NAME, search.get_untracked().trim());
        adding.set(true);
    };
    let empty = move || nobody(search, deleted, adding, Callback::new(add_named));
    let go_in = move |id: CustomerId| {
        address.go(Route::Customer(id));
        // The record is drawn by the next frame.
        request_animation_frame(|| focus("#record"));
    };
    let title = if deleted {
        t!(customers.showDeleted)
    } else {
        t!(customers.title)
    };
    view! {
        <section class="list-pane" aria-label=title>
            <header class="pane-head">
                <h1>{title}</h1>
                <span class="pane-count number" role="status">{live(count)}</span>
                <span class="pane-tools">
                    <SyncIcon/>
                    {(!deleted)
                        .then(|| {
                            view! {
                                <Menu label=t!(common.more)>
                                    <MenuItem icon=Icon::Task on_choose=Callback::new(move |()| picks.choose())>
                                        {t!(many.choose)}
                                    </MenuItem>
                                    <ExportItems target=found/>
                                    <MenuItem icon=Icon::Import on_choose=Callback::new(move |()| address.go(Route::Import))>
                                        {t!(customers.import)}
                                    </MenuItem>
                                    <MenuItem icon=Icon::Trash on_choose=Callback::new(move |()| address.go(Route::Deleted))>
                                        {t!(customers.showDeleted)}
                                    </MenuItem>
                                </Menu>
                                <span class="only-large new-wide">
                                    <Button kind=ButtonKind::Primary icon=Icon::Plus on:click=move |_| adding.set(true)>
                                        {t!(customers.new)}
                                    </Button>
                                </span>
                                <span class="only-large new-narrow">
                                    <IconButton icon=Icon::Plus label=t!(customers.new).to_owned() on:click=move |_| adding.set(true)/>
                                </span>
                            }
                        })}
                    {deleted
                        .then(|| {
                            view! {
                                <LinkButton icon=Icon::Left href=Route::Customers.path() label=t!(customers.current).to_owned()/>
                            }
                        })}
                </span>
            </header>
            <Search value=search/>
            <VirtualList
                label=t!(customers.list)
                filter=filter
                total=total
                columns=columns()
                on_sort=Callback::new(move |chosen: Sort| {
                    sort.set(chosen);
                    address.note(SORT, &sort_note(chosen));
                })
                current=current
                on_move=Callback::new(move |id| {
                    // The list stays where it is in "back": moving along it is not going somewhere.
                    if current.get_untracked().is_some() {
                        address.replace(Route::Customer(id));
                    }
                })
                on_enter=Callback::new(go_in)
                cells=cells
                empty=empty
                picks=picks
            />
            <ManyBar picks filter total deleted/>
        </section>
    }
}

/// What was typed and how it was sorted, as the address has it noted; follows back and forth.
fn noted_list(address: Address) -> (RwSignal<String>, RwSignal<Sort>) {
    let search = RwSignal::new(address.noted(SEARCH));
    let sort = RwSignal::new(noted_sort(&address.noted(SORT)));
    Effect::new(move |before: Option<()>| {
        address.track_turns();
        if before.is_some() {
            let (words, order) = (address.noted(SEARCH), noted_sort(&address.noted(SORT)));
            if search.get_untracked() != words {
                search.set(words);
            }
            if sort.get_untracked() != order {
                sort.set(order);
            }
        }
    });
    Effect::new(move |before: Option<()>| {
        let words = search.get();
        if before.is_some() {
            address.note(SEARCH, &words);
        }
    });
    (search, sort)
}

const SORTS: [(SortColumn, &str); 5] = [
    (SortColumn::Name, "name"),
    (SortColumn::City, "city"),
    (SortColumn::Orders, "orders"),
    (SortColumn::Total, "total"),
    (SortColumn::LastPurchase, "lastPurchase"),
];

fn sort_note(sort: Sort) -> String {
    let name = SORTS
        .iter()
        .find(|(column, _)| *column == sort.column)
        .map_or("", |(_, name)| *name);
    format!("{name}{}", if sort.descending { "-" } else { "" })
}

fn noted_sort(note: &str) -> Sort {
    let (name, descending) = note
        .strip_suffix('-')
        .map_or((note, false), |name| (name, true));
    let column = SORTS
        .iter()
        .find(|(_, known)| *known == name)
        .map(|(column, _)| *column);
    column.map_or_else(Sort::default, |column| Sort { column, descending })
}

#[component]
fn Search(value: RwSignal<String>) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    on_key(move |event| {
        if event.key() == "/" && !is_typing(event) && !is_chord(event) {
            event.prevent_default();
            if let Some(input) = input.get_untracked() {
                let _ = input.focus();
                input.select();
            }
        }
    });
    let on_field_key = move |event: leptos::ev::KeyboardEvent| match event.key().as_str() {
        "Escape" if !value.with_untracked(String::is_empty) => {
            event.prevent_default();
            event.stop_propagation();
            value.set(String::new());
        }
        "Escape" | "ArrowDown" | "Enter" => {
            event.prevent_default();
            focus(".list");
        }
        _ => {}
    };
    view! {
        <search class="search">
            <Glyph icon=Icon::Search/>
            <input
                node_ref=input
                type="text"
                inputmode="search"
                role="searchbox"
                aria-label=t!(customers.search)
                aria-keyshortcuts="/"
                placeholder=t!(customers.searchHint)
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                maxlength="200"
                prop:value=move || value.get()
                on:input:target=move |event| value.set(event.target().value())
                on:keydown=on_field_key
            />
            {live(move || {
                if value.with(String::is_empty) {
                    view! { <kbd aria-hidden="true">"/"</kbd> }.into_any()
                } else {
                    view! {
                        <IconButton
                            icon=Icon::Close
                            quiet=true
                            label=t!(customers.clear).to_owned()
                            on:click=move |_| {
                                value.set(String::new());
                                focus(".search input");
                            }
                        />
                    }
                        .into_any()
                }
            })}
        </search>
    }
}

fn columns() -> Vec<Column> {
    let column = |sort, label, class, largest_first| Column {
        sort,
        label,
        class,
        largest_first,
    };
    vec![
        column(SortColumn::Name, t!(column.name), "col-name", false),
        column(SortColumn::City, t!(column.city), "col-city", false),
        column(
            SortColumn::LastPurchase,
            t!(column.lastPurchase),
            "col-last",
            true,
        ),
        column(SortColumn::Orders, t!(column.orders), "col-orders", true),
        column(SortColumn::Total, t!(column.total), "col-total", true),
    ]
}

/// The cells of a customer's row.
fn cells(row: &Row) -> AnyView {
    let currency = use_engine().currency();
    let name = if row.name.is_empty() {
        t!(record.unnamed).to_owned()
    } else {
        row.name.clone()
    };
    // The city gives way where it has a column of its own.
    let person = if row.person == name {
        ""
    } else {
        row.person.as_str()
    };
    let beneath = match (person, row.city.as_str()) {
        ("", "") => view! { <span>{row.phone.clone()}</span> }.into_any(),
        (person, "") => view! { <span>{person.to_owned()}</span> }.into_any(),
        ("", city) => view! { <span class="row-city">{city.to_owned()}</span> }.into_any(),
        (person, city) => view! { <span>{person.to_owned()}</span><span class="row-city">{format!(" · {city}")}</span> }.into_any(),
    };
    let tags = row
        .tags
        .iter()
        .take(3)
        .map(|tag| view! { <span class="tag small">{tag.clone()}</span> })
        .collect_view();
    let conflicts = (row.conflicts > 0).then(|| {
        let words = t!(customers.twoValues, n = row.conflicts);
        let title = words.clone();
        view! {
            <span class="row-mark tone-warn" title=title>
                <Glyph icon=Icon::Split/>
                <span class="unseen">{words}</span>
            </span>
        }
    });
    view! {
        <div role="gridcell" class="col-name">
            <Avatar id=row.id.to_bytes() name=name.clone()/>
            <span class="row-words">
                <span class="row-first">
                    <a href=Route::Customer(row.id).path() tabindex="-1">{name}</a>
                    {conflicts}
                </span>
                <span class="row-second">{beneath}</span>
            </span>
            <span class="row-tags">{tags}</span>
        </div>
        <div role="gridcell" class="col-city">{row.city.clone()}</div>
        <div role="gridcell" class="col-last number">{row.last_purchase.map(i18n::day)}</div>
        <div role="gridcell" class="col-orders number">{(row.orders > 0).then(|| i18n::count(row.orders.into()))}</div>
        <div role="gridcell" class="col-total number">
            {(row.orders > 0).then(|| i18n::money_round(row.total_minor, currency))}
        </div>
    }
    .into_any()
}

/// In place of rows.
fn nobody(
    search: RwSignal<String>,
    deleted: bool,
    adding: RwSignal<bool>,
    add_named: Callback<()>,
) -> AnyView {
    let words = search.get().trim().to_owned();
    if !words.is_empty() {
        let add = t!(customers.addNamed, text = words.as_str());
        return view! {
            <Empty icon=Icon::Search title=t!(customers.noMatch, text = words) hint=t!(customers.noMatchHint)>
                {(!deleted)
                    .then(|| {
                        view! { <Button icon=Icon::Plus on:click=move |_| add_named.run(())>{add}</Button> }
                    })}
            </Empty>
        }
        .into_any();
    }
    if deleted {
        return view! { <Empty icon=Icon::Trash title=t!(customers.noDeleted) hint=t!(customers.noDeletedHint)/> }.into_any();
    }
    if let Some(behind) = use_engine().catching_up() {
        return view! {
            <Empty icon=Icon::Users title=t!(customers.arriving) hint=t!(customers.arrivingHint)>
                <Progress label=t!(customers.arriving).to_owned() done=behind.done total=Some(behind.total)/>
            </Empty>
        }
        .into_any();
    }
    view! {
        <Empty icon=Icon::Users title=t!(customers.noneTitle) hint=t!(customers.noneHint)>
            <Button kind=ButtonKind::Primary icon=Icon::Plus on:click=move |_| adding.set(true)>{t!(customers.new)}</Button>
            <LinkButton icon=Icon::Import href=Route::Import.path() label=t!(customers.import).to_owned()/>
        </Empty>
    }
    .into_any()
}

/// Gives the focus to the first element that fits.
fn focus(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found
        .and_then(|element| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(element).ok())
    {
        let _ = element.focus();
    }
}
