//! What matters, at one glance.

use super::Sheet;
use crate::components::live;
use crate::i18n;
use crate::state::use_engine;
use leptos::prelude::*;
use tendero_domain::Day;

/// Last purchase, number and total of purchases, last contact.
#[component]
pub(super) fn Strip(sheet: Sheet) -> impl IntoView {
    let engine = use_engine();
    let last = sheet.part(|sheet| {
        let listed = sheet
            .orders
            .first()
            .map(|order| (order.day, Some(order.amount_minor)));
        let before = sheet
            .before
            .and_then(|before| before.last)
            .map(|day| (day, None));
        listed.into_iter().chain(before).max_by_key(|(day, _)| *day)
    });
    let count = sheet.part(|sheet| {
        sheet.orders.len() as u64 + sheet.before.map_or(0, |before| u64::from(before.count))
    });
    let total = sheet.part(|sheet| sheet.total_minor);
    let contact = sheet.part(|sheet| {
        let contacts = sheet
            .entries
            .iter()
            .filter(|line| line.entry.kind.is_contact());
        contacts.map(|line| line.entry.at.day()).max()
    });
    let last_order = move || match last.get() {
        Some((day, Some(amount))) => format!(
            "{} · {}",
            i18n::day(day),
            i18n::money_round(amount, engine.currency())
        ),
        Some((day, None)) => i18n::day(day),
        None => t!(record.noOrders).to_owned(),
    };
    let ago = |day: Option<Day>| day.map_or(t!(record.noContact).to_owned(), i18n::days_ago);
    view! {
        <dl class="strip">
            <div class:nothing=move || last.get().is_none()>
                <dt>{t!(record.lastOrder)}</dt>
                <dd class="number">{live(last_order)}</dd>
            </div>
            <div class:nothing=move || count.get() == 0>
                <dt>{t!(record.orders)}</dt>
                <dd class="number">{live(move || i18n::count(count.get()))}</dd>
            </div>
            <div class:nothing=move || count.get() == 0>
                <dt>{t!(record.total)}</dt>
                <dd class="number">{live(move || i18n::money_round(total.get(), engine.currency()))}</dd>
            </div>
            <div class:nothing=move || contact.get().is_none()>
                <dt>{t!(record.lastContact)}</dt>
                <dd class="number" title=move || contact.get().map(i18n::day_long)>{live(move || ago(contact.get()))}</dd>
            </div>
        </dl>
    }
}
