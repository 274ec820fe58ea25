//! What a rule comes to: how many, for how much, and who.

use super::builder::Counted;
use super::draft::Compiled;
use crate::components::{Avatar, Empty, Icon, VirtualList, live};
use crate::i18n;
use crate::state::{Route, use_address, use_engine};
use leptos::prelude::*;
use tendero_domain::CustomerId;
use tendero_messages::{Column, Filter, Row, Sort};

/// The panel beside the rules.
#[component]
pub fn Members(
    /// The rule.
    compiled: Memo<Compiled>,
    /// The last count.
    counted: RwSignal<Option<Counted>>,
) -> impl IntoView {
    let (engine, address) = (use_engine(), use_address());
    let filter = Memo::new(move |_| Filter {
        rule: Some(compiled.with(|compiled| compiled.rule.clone())),
        sort: Sort {
            column: Column::Total,
            descending: true,
        },
        ..Filter::default()
    });
    let total = RwSignal::new(None);
    let open = Callback::new(move |id: CustomerId| address.go(Route::Customer(id)));
    let summed = Memo::new(move |_| {
        counted.with(|counted| {
            counted
                .as_ref()
                .map(|counted| (counted.answer.total, counted.answer.total_minor))
        })
    });
    let all = Memo::new(move |_| engine.facts().map_or(0, |facts| facts.customers));
    let count = move || summed.get().map(|(n, _)| i18n::count(n));
    let word = move || summed.get().map(|(n, _)| t!(segment.customersWord, n = n));
    let money = move || {
        let (n, minor) = summed.get()?;
        let currency = engine.currency();
        let sum = t!(segment.sum, money = i18n::money_round(minor, currency));
        let each = i64::try_from(n)
            .ok()
            .filter(|n| *n > 1)
            .map(|n| t!(segment.each, money = i18n::money_round(minor / n, currency)));
        Some(each.map_or(sum.clone(), |each| format!("{sum} · {each}")))
    };
    let share = move || {
        let (n, _) = summed.get()?;
        // In tenths of a percent.
        (all.get() > 0).then(|| (n.saturating_mul(1000) / all.get(), n))
    };
    let share_words = move || {
        share().map(|(tenths, n)| {
            let rounded = if n > 0 && tenths < 10 {
                "< 1".to_owned()
            } else {
                i18n::count((tenths + 5) / 10)
            };
            let percent = t!(import.percent, n = rounded);
            t!(segment.share, percent = percent)
        })
    };
    let width = |tenths: u64| format!("{}.{}%", tenths.min(1000) / 10, tenths.min(1000) % 10);
    let empty =
        || view! { <Empty icon=Icon::Users title=t!(segment.nobody) hint=t!(segment.nobodyHint)/> };
    view! {
        <section class="segment-result" aria-label=t!(segment.result)>
            <div class="segment-sum">
                <p class="segment-total" role="status">
                    <strong>{live(count)}</strong>
                    " "
                    <span>{live(word)}</span>
                </p>
                <p class="segment-money-sum">{live(money)}</p>
                <div class="segment-share">
                    <span class="segment-bar" aria-hidden="true">
                        <span style:width=move || width(share().unwrap_or_default().0)></span>
                    </span>
                    <span>{live(share_words)}</span>
                </div>
            </div>
            <h2 class="segment-who">{t!(segment.who)}</h2>
            <div class="segment-list">
                <VirtualList
                    label=t!(segment.who)
                    filter=filter
                    total=total
                    columns=Vec::new()
                    on_sort=Callback::new(|_| {})
                    current=Signal::stored(None)
                    on_move=Callback::new(|_| {})
                    on_enter=open
                    cells=cells
                    empty=ViewFn::from(empty)
                />
            </div>
        </section>
    }
}

fn cells(row: &Row) -> AnyView {
    let currency = untrack(|| use_engine().currency());
    let name = if row.name.is_empty() {
        t!(record.unnamed).to_owned()
    } else {
        row.name.clone()
    };
    let under = match row.last_purchase {
        Some(day) => i18n::days_ago(day),
        None => t!(segment.noPurchases).to_owned(),
    };
    let place = [row.person.as_str(), row.city.as_str()];
    let place = place
        .iter()
        .copied()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    view! {
        <div role="gridcell" class="segment-member">
            <Avatar id=row.id.to_bytes() name=name.clone()/>
            <span class="segment-member-words">
                <a href=Route::Customer(row.id).path() tabindex="-1">{name}</a>
                <small>{place}</small>
            </span>
        </div>
        <div role="gridcell" class="segment-member-sum">
            <span>{i18n::money_round(row.total_minor, currency)}</span>
            <small>{under}</small>
        </div>
    }
    .into_any()
}
