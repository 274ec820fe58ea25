//! What they bought: by month, and in all.

use super::Sheet;
use crate::components::{Bar, MonthBars, live};
use crate::i18n;
use crate::state::use_engine;
use leptos::prelude::*;
use tendero_domain::{Currency, Day};
use tendero_messages::SheetOrder;

/// Months in the chart.
const MONTHS: usize = 12;
/// The last months are the ones to look at.
const MARKED: usize = 3;

/// The twelve months up to the last purchase or today, and what came before.
#[component]
pub(super) fn Purchases(sheet: Sheet) -> impl IntoView {
    let engine = use_engine();
    let orders = sheet.part(|sheet| sheet.orders.clone());
    let before = sheet.part(|sheet| sheet.before);
    let chart = move || {
        orders.with(|orders| {
            (!orders.is_empty()).then(|| {
                let (bars, count, sum) = months(orders, engine.currency());
                let summary = t!(
                    record.perMonthSummary,
                    n = count,
                    total = i18n::money_round(sum, engine.currency())
                );
                view! {
                    <MonthBars
                        label=t!(record.perMonth)
                        bars=bars
                        summary=summary
                        name_column=t!(record.month)
                        value_column=t!(record.total)
                    />
                }
            })
        })
    };
    let earlier = move || {
        before.get().filter(|before| before.count > 0).map(|before| {
            let total = i18n::money_round(before.total_minor, engine.currency());
            view! { <p class="side-note number">{t!(record.before, n = before.count, total = total)}</p> }
        })
    };
    let has_any = Memo::new(move |_| {
        orders.with(|orders| !orders.is_empty())
            || before.get().is_some_and(|before| before.count > 0)
    });
    move || {
        has_any.get().then(|| {
            view! {
                <section class="side-part" aria-labelledby="record-purchases">
                    <h2 id="record-purchases">{t!(record.perMonth)}</h2>
                    {live(chart)}
                    {live(earlier)}
                </section>
            }
        })
    }
}

/// Bars of the last months with their number of purchases and their sum. Customers who have not bought for a year are shown
/// up to their last purchase, or the chart would be empty.
fn months(orders: &[SheetOrder], currency: Currency) -> (Vec<Bar>, u64, i64) {
    let today = i18n::today();
    let latest = orders.iter().map(|order| order.day).max().unwrap_or(today);
    let index = |day: Day| {
        let (year, month, _) = day.to_ymd();
        i64::from(year) * 12 + i64::from(month) - 1
    };
    let last = if index(today) - index(latest) >= MONTHS as i64 {
        index(latest)
    } else {
        index(today)
    };
    let first = last - MONTHS as i64 + 1;
    let mut sums = [0i64; MONTHS];
    let mut count = 0;
    for order in orders {
        let place = usize::try_from(index(order.day) - first).ok();
        if let Some(sum) = place.and_then(|place| sums.get_mut(place)) {
            *sum = sum.saturating_add(order.amount_minor);
            count += 1;
        }
    }
    let bars = sums.iter().enumerate().map(|(i, sum)| {
        let month = first + i as i64;
        let day = Day::from_ymd(
            month.div_euclid(12) as i32,
            month.rem_euclid(12) as u8 + 1,
            1,
        )
        .unwrap_or(today);
        Bar {
            name: i18n::month_short(day),
            value: *sum,
            words: i18n::money_round(*sum, currency),
            marked: i + MARKED >= MONTHS,
        }
    });
    (bars.collect(), count, sums.iter().sum())
}
