//! The record of one customer: what matters at a glance, a place to write, what happened, what is known.

mod conflicts;
mod facts;
mod head;
mod purchases;
mod strip;
mod tags;
mod timeline;

use super::Draft;
use crate::components::{
    Banner, Button, Composer, Empty, Icon, LinkButton, Tone, Unreadable, Written, live,
};
use crate::i18n;
use crate::state::{Load, Route, make_id, use_customer, use_undo};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use tendero_domain::{CustomerId, Entry, Field};
use tendero_messages::{Command, CustomerSheet, SheetField};

/// The sheet of the customer that is drawn. Parts take from it what they draw, so that a change elsewhere does not disturb
/// what is being written.
#[derive(Debug, Clone, Copy)]
struct Sheet {
    id: CustomerId,
    all: Memo<Arc<CustomerSheet>>,
}

impl Sheet {
    /// A field's value; empty where there is none.
    fn text(self, field: Field) -> String {
        self.with_field(field, |found| found.text.clone())
            .unwrap_or_default()
    }

    /// A field that has a value.
    fn with_field<T>(self, field: Field, take: impl Fn(&SheetField) -> T) -> Option<T> {
        self.all.with(|sheet| {
            sheet
                .fields
                .iter()
                .find(|found| found.field == field)
                .map(take)
        })
    }

    /// The name, or words in its place.
    fn name(self) -> String {
        let name = self.text(Field::Name);
        if name.is_empty() {
            t!(record.unnamed).to_owned()
        } else {
            name
        }
    }

    /// What `take` gives, followed only as far as it differs.
    fn part<T: PartialEq + Send + Sync + 'static>(
        self,
        take: impl Fn(&CustomerSheet) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        Memo::new(move |_| self.all.with(|sheet| take(sheet)))
    }
}

/// A customer, or why there is none to show.
#[component]
pub fn Record(
    /// Who.
    id: Signal<Option<CustomerId>>,
) -> impl IntoView {
    let answer = use_customer(move || id.get());
    let stage = Memo::new(move |before: Option<&Stage>| match answer.get() {
        Load::Ready(Some(sheet)) => Stage::Here(sheet.id),
        Load::Ready(None) => Stage::Gone,
        Load::Unreadable => Stage::Unreadable,
        Load::Waiting => before.copied().unwrap_or(Stage::Waiting),
    });
    let here = move |id: CustomerId| {
        let all = Memo::new(
            move |before: Option<&Arc<CustomerSheet>>| match answer.get() {
                Load::Ready(Some(sheet)) if sheet.id == id => Arc::new(*sheet),
                _ => before.cloned().unwrap_or_else(|| Arc::new(nothing(id))),
            },
        );
        view! { <Body sheet=Sheet { id, all }/> }
    };
    view! {
        <div class="record" id="record" tabindex="-1">
            {live(move || match stage.get() {
                Stage::Waiting => view! { <div class="record-ghost" aria-hidden="true"><b></b><i></i><i></i></div> }.into_any(),
                Stage::Here(id) => here(id).into_any(),
                Stage::Unreadable => view! { <Unreadable/> }.into_any(),
                Stage::Gone => {
                    view! {
                        <Empty icon=Icon::Users title=t!(record.gone) hint=t!(record.goneHint)>
                            <LinkButton href=Route::Customers.path() label=t!(app.toCustomers).to_owned()/>
                        </Empty>
                    }
                        .into_any()
                }
            })}
        </div>
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waiting,
    Here(CustomerId),
    Gone,
    Unreadable,
}

fn nothing(id: CustomerId) -> CustomerSheet {
    CustomerSheet {
        id,
        fields: Vec::new(),
        tags: Vec::new(),
        entries: Vec::new(),
        orders: Vec::new(),
        before: None,
        total_minor: 0,
        deleted: false,
    }
}

#[component]
fn Body(sheet: Sheet) -> impl IntoView {
    let undo = use_undo();
    let draft = expect_context::<Draft>().composer(sheet.id);
    let deleted = sheet.part(|sheet| sheet.deleted);
    let put_back = move |_| {
        let said = t!(record.restored, name = untrack(|| sheet.name()));
        undo.act(
            Command::DeleteCustomer {
                customer: sheet.id,
                deleted: false,
            },
            said,
        );
    };
    let save = move |written: Written| {
        let Written {
            kind,
            text,
            outcome,
        } = written;
        let entry = Entry {
            id: make_id(),
            kind,
            text: text.clone(),
            outcome,
            at: i18n::now(),
        };
        spawn_local(async move {
            let command = Command::LogEntry {
                customer: sheet.id,
                entry,
            };
            let done = undo
                .with_undo(command, t!(composer.saved, kind = i18n::kind(kind)))
                .await;
            // What was refused stays on the screen, unless something newer has been begun.
            if done.is_err() && draft.try_with_untracked(String::is_empty) == Some(true) {
                draft.try_set(text);
            }
        });
    };
    view! {
        <article class="record-body" aria-label=move || t!(record.label, name = sheet.name())>
            <head::Head sheet/>
            {live(move || {
                deleted
                    .get()
                    .then(|| {
                        let actions = move || view! { <Button icon=Icon::Restore on:click=put_back>{t!(common.restore)}</Button> };
                        view! {
                            <Banner tone=Tone::Warn icon=Icon::Trash actions=ViewFn::from(actions)>
                                {t!(record.isDeleted)}
                            </Banner>
                        }
                    })
            })}
            <strip::Strip sheet/>
            <div class="record-columns">
                <div class="record-main">
                    <Composer draft=draft on_save=Callback::new(save)/>
                    <conflicts::Conflicts sheet/>
                    <timeline::Timeline sheet/>
                </div>
                <aside class="record-side" aria-label=t!(record.facts)>
                    <purchases::Purchases sheet/>
                    <facts::Facts sheet/>
                    <tags::Tags sheet/>
                </aside>
            </div>
        </article>
    }
}
