//! Who it is, and ways to reach them.

use super::Sheet;
use crate::components::{
    Avatar, AvatarSize, Glyph, Icon, InlineEdit, LinkButton, Menu, MenuItem, SyncIcon, live,
};
use crate::i18n;
use crate::state::{Route, use_address, use_undo};
use leptos::prelude::*;
use tendero_domain::Field;
use tendero_messages::Command;

/// The establishment's name leads, the person stands beneath.
#[component]
pub(super) fn Head(sheet: Sheet) -> impl IntoView {
    let undo = use_undo();
    let name = Signal::derive(move || sheet.text(Field::Name));
    let beneath = move || {
        let parts = [sheet.text(Field::Person), sheet.text(Field::City)];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" · ")
    };
    let rename = move |value: String| {
        undo.quietly(Command::SetField {
            customer: sheet.id,
            field: Field::Name,
            value,
        });
    };
    view! {
        <header class="record-head">
            <a class="icon-button quiet record-back" href=Route::Customers.path() aria-label=t!(nav.back)>
                <Glyph icon=Icon::Left/>
            </a>
            <Avatar id=sheet.id.to_bytes() name=Signal::derive(move || sheet.name()) size=AvatarSize::Head/>
            <div class="record-name">
                <h1>
                    <InlineEdit label=i18n::field(Field::Name) value=name empty=t!(record.unnamed) on_commit=Callback::new(rename)/>
                </h1>
                <p>{live(beneath)}</p>
            </div>
            <span class="record-sync"><SyncIcon/></span>
            <Reach sheet/>
        </header>
    }
}

#[component]
fn Reach(sheet: Sheet) -> impl IntoView {
    let (address, undo) = (use_address(), use_undo());
    let link = move |field: Field, icon: Icon, label: &'static str, href: fn(&str) -> String| {
        move || {
            let value = sheet.text(field);
            (!value.trim().is_empty()).then(|| {
                let target = href(&value);
                view! { <LinkButton icon=icon icon_only=true href=target label=format!("{label}: {value}")/> }
            })
        }
    };
    let place = move || {
        let parts = [
            Field::Street,
            Field::PostalCode,
            Field::City,
            Field::Country,
        ]
        .map(|field| sheet.text(field));
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        (!sheet.text(Field::City).is_empty()).then(|| parts.join(", "))
    };
    let delete = move |()| {
        let said = t!(record.deleted, name = untrack(|| sheet.name()));
        undo.act(
            Command::DeleteCustomer {
                customer: sheet.id,
                deleted: true,
            },
            said,
        );
        address.go(Route::Customers);
    };
    view! {
        <div class="record-reach">
            {link(Field::Phone, Icon::Phone, t!(record.call), telephone)}
            {link(Field::Email, Icon::Mail, t!(record.mail), mail)}
            <span class="only-small">
                {live(move || {
                    place()
                        .map(|place| {
                            let target = format!("geo:0,0?q={}", encoded(&place));
                            view! { <LinkButton icon=Icon::Pin icon_only=true href=target label=t!(record.map).to_owned()/> }
                        })
                })}
            </span>
            <Menu label=t!(common.more)>
                <MenuItem icon=Icon::Trash danger=true on_choose=Callback::new(delete)>{t!(record.delete)}</MenuItem>
            </Menu>
        </div>
    }
}

/// `tel:` takes digits and a plus; people write spaces, dots and brackets.
fn telephone(written: &str) -> String {
    let digits: String = written
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '+')
        .collect();
    format!("tel:{digits}")
}

fn mail(written: &str) -> String {
    format!("mailto:{}", encoded(written.trim()).replace("%40", "@"))
}

fn encoded(text: &str) -> String {
    String::from(js_sys::encode_uri_component(text))
}
