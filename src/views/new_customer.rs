//! A new customer: one field is enough.

use crate::components::{Button, ButtonKind, Dialog, FieldKind, Glyph, Icon, TextField};
use crate::i18n;
use crate::state::{Route, make_id, use_address, use_undo};
use leptos::prelude::*;
use leptos::task::spawn_local;
use tendero_domain::{CustomerId, Field, NewCustomer as Form};
use tendero_messages::{Command, Refusal};

/// Whether the form is open, for whoever opens it.
#[derive(Debug, Clone, Copy)]
pub struct NewCustomerOpen(pub RwSignal<bool>);

/// Fields beyond the name, in the order in which a seller has them at hand.
const MORE: [(Field, FieldKind); 5] = [
    (Field::Person, FieldKind::Text),
    (Field::Phone, FieldKind::Phone),
    (Field::Email, FieldKind::Email),
    (Field::Street, FieldKind::Text),
    (Field::City, FieldKind::Text),
];

/// The form, in a dialog.
#[component]
pub fn NewCustomer() -> impl IntoView {
    let NewCustomerOpen(open) = expect_context();
    view! {
        <Dialog open=open title=t!(newCustomer.title)>
            <NewCustomerForm open/>
        </Dialog>
    }
}

#[component]
fn NewCustomerForm(open: RwSignal<bool>) -> impl IntoView {
    let (address, undo) = (use_address(), use_undo());
    // What was typed in the search is most likely the name that was not found.
    let name = RwSignal::new(address.noted(super::customers::NEW_NAME));
    address.note(super::customers::NEW_NAME, "");
    let more = MORE.map(|(field, kind)| (field, kind, RwSignal::new(String::new())));
    let (missing, busy) = (RwSignal::new(false), RwSignal::new(false));
    let error = Signal::derive(move || {
        (missing.get() && name.with(|name| name.trim().is_empty()))
            .then(|| i18n::refusal(Refusal::NameMissing).to_owned())
    });
    let save = move || {
        let written = name.get_untracked().trim().to_owned();
        if written.is_empty() {
            missing.set(true);
            return;
        }
        let rest = more
            .iter()
            .map(|(field, _, value)| (*field, value.get_untracked().trim().to_owned()));
        let fields = [(Field::Name, written.clone())]
            .into_iter()
            .chain(rest.filter(|(_, value)| !value.is_empty()))
            .collect();
        let id: CustomerId = make_id();
        let form = Form {
            id,
            fields,
            tags: Vec::new(),
            entries: Vec::new(),
            orders: Vec::new(),
            before: None,
        };
        busy.set(true);
        spawn_local(async move {
            let done = undo
                .with_undo(
                    Command::CreateCustomer(form),
                    t!(newCustomer.saved, name = written),
                )
                .await;
            busy.try_set(false);
            if done.is_ok() {
                open.set(false);
                address.go(Route::Customer(id));
            }
        });
    };
    let rest = more
        .map(|(field, kind, value)| view! { <TextField label=i18n::field(field) value=value kind=kind/> })
        .collect_view();
    view! {
        <form
            class="form"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <TextField label=t!(field.name) hint=t!(newCustomer.nameHint) value=name error=error required=true focus=true/>
            <details class="form-more">
                <summary><Glyph icon=Icon::Down/>{t!(newCustomer.more)}</summary>
                <div class="form-rest">{rest}</div>
            </details>
            <footer class="dialog-foot">
                <Button on:click=move |_| open.set(false)>{t!(common.cancel)}</Button>
                <Button kind=ButtonKind::Primary submit=true disabled=busy>{t!(newCustomer.save)}</Button>
            </footer>
        </form>
    }
}
