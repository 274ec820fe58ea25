//! What is known: fields that are edited where they stand.

use super::Sheet;
use crate::components::{Button, ButtonKind, FieldKind, Icon, InlineEdit, live};
use crate::i18n;
use crate::state::use_undo;
use leptos::prelude::*;
use tendero_domain::Field;
use tendero_messages::Command;

/// Shown on every record, also while empty: what a seller asks first.
const ALWAYS: [Field; 4] = [Field::Person, Field::Phone, Field::Email, Field::City];

/// Fields with a value, the first ones always, the rest at a press.
#[component]
pub(super) fn Facts(sheet: Sheet) -> impl IntoView {
    let all = RwSignal::new(false);
    let shown = move || {
        let filled = sheet.all.with(|sheet| {
            sheet
                .fields
                .iter()
                .filter(|field| !field.text.is_empty())
                .map(|field| field.field)
                .collect::<Vec<_>>()
        });
        let fits = move |field: &Field| {
            *field != Field::Name && (all.get() || ALWAYS.contains(field) || filled.contains(field))
        };
        Field::ALL.into_iter().filter(fits).collect::<Vec<_>>()
    };
    let shown = Memo::new(move |_| shown());
    let has_more = move || !all.get() && shown.with(Vec::len) + 1 < Field::ALL.len();
    view! {
        <section class="side-part" aria-labelledby="record-facts">
            <h2 id="record-facts">{t!(record.facts)}</h2>
            <dl class="facts">
                <For each=move || shown.get() key=|field| *field let:field>
                    <Fact sheet field/>
                </For>
            </dl>
            {live(move || {
                has_more()
                    .then(|| {
                        view! {
                            <Button kind=ButtonKind::Quiet icon=Icon::Plus on:click=move |_| all.set(true)>
                                {t!(record.addField)}
                            </Button>
                        }
                    })
            })}
        </section>
    }
}

#[component]
fn Fact(sheet: Sheet, field: Field) -> impl IntoView {
    let undo = use_undo();
    let value = Memo::new(move |_| sheet.text(field));
    let written = Memo::new(move |_| {
        let line = sheet.with_field(field, |found| {
            found
                .by
                .iter()
                .cloned()
                .chain(found.at.map(i18n::moment))
                .collect::<Vec<_>>()
        });
        line.unwrap_or_default().join(", ")
    });
    let save = move |value: String| {
        undo.quietly(Command::SetField {
            customer: sheet.id,
            field,
            value,
        });
    };
    let kind = match field {
        Field::Phone => FieldKind::Phone,
        Field::Email => FieldKind::Email,
        _ => FieldKind::Text,
    };
    let doubled = Memo::new(move |_| {
        sheet
            .with_field(field, |found| !found.others.is_empty())
            .unwrap_or(false)
    });
    view! {
        <div class="fact" class:doubled=move || doubled.get()>
            <dt>{i18n::field(field)}</dt>
            <dd title=move || written.get()>
                <InlineEdit
                    label=i18n::field(field)
                    value=value
                    kind=kind
                    max=field.max_chars()
                    lines=field == Field::About
                    on_commit=Callback::new(save)
                />
            </dd>
        </div>
    }
}
