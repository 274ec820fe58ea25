//! What customers are worth: how recently, how often and for how much they bought (RFM).

use super::segments::begin;
use crate::components::{Empty, Icon, LinkButton, SyncIcon, Unreadable, live};
use crate::i18n;
use crate::state::{Load, Route, use_address, use_answer, use_engine};
use leptos::prelude::*;
use tendero_domain::Currency;
use tendero_messages::{Answer, Query, RfmAnswer, RfmGroup, RfmShare};

/// The map, the groups, and how it is computed.
#[component]
pub fn Insights() -> impl IntoView {
    let answer = use_answer(
        || Some(Query::Rfm),
        |answer| match answer {
            Answer::Rfm(answer) => Some(answer),
            _ => None,
        },
    );
    let body = move || {
        match answer.get() {
        Load::Waiting => ().into_any(),
        Load::Unreadable => view! { <Unreadable/> }.into_any(),
        Load::Ready(answer) if answer.scored == 0 => view! {
            <Empty icon=Icon::Insights title=t!(insights.noneTitle) hint=t!(insights.noneHint)>
                <LinkButton icon=Icon::Import href=Route::Import.path() label=t!(customers.import).to_owned()/>
            </Empty>
        }
        .into_any(),
        Load::Ready(answer) => view! { <Rfm answer=*answer/> }.into_any(),
    }
    };
    view! {
        <main class="insights" tabindex="-1">
            <header class="pane-head">
                <h1>{t!(nav.insights)}</h1>
                <span class="pane-tools"><SyncIcon/></span>
            </header>
            {live(body)}
        </main>
    }
}

#[component]
fn Rfm(answer: RfmAnswer) -> impl IntoView {
    let currency = untrack(|| use_engine().currency());
    let RfmAnswer {
        scored,
        unscored,
        cells,
        groups,
        recency,
        frequency,
        monetary,
    } = answer;
    let lead = match unscored {
        0 => t!(insights.lead, n = scored),
        _ => format!(
            "{} {}",
            t!(insights.lead, n = scored),
            t!(insights.without, n = unscored)
        ),
    };
    let number = |n: i64| i18n::count(n.unsigned_abs());
    let money = move |minor: i64| i18n::money_round(minor, currency);
    view! {
        <p class="insights-lead">{lead}</p>
        <div class="insights-columns">
            <section class="insights-groups" aria-labelledby="insights-groups">
                <h2 id="insights-groups">{t!(insights.groups)}</h2>
                <ul>
                    {groups
                        .into_iter()
                        .map(|(group, share)| view! { <Group group share scored currency/> })
                        .collect_view()}
                </ul>
            </section>
            <div class="insights-side">
                <section aria-labelledby="insights-map">
                    <h2 id="insights-map">{t!(insights.map)}</h2>
                    <Map cells currency/>
                </section>
                <details class="insights-how">
                    <summary>{t!(insights.how)}</summary>
                    <p>{t!(insights.howScores)}</p>
                    <div class="insights-cuts">
                        <table>
                            <thead>
                                <tr>
                                    <th scope="col">{t!(insights.score)}</th>
                                    <th scope="col">{t!(insights.recencyDays)}</th>
                                    <th scope="col">{t!(insights.frequency)}</th>
                                    <th scope="col">{t!(insights.monetary)}</th>
                                </tr>
                            </thead>
                            <tbody>
                                {(0..5usize)
                                    .rev()
                                    .map(|at| {
                                        let cut = |cuts: &[Option<(i64, i64)>; 5]| cuts.get(at).copied().flatten();
                                        view! {
                                            <tr>
                                                <th scope="row">{(at + 1).to_string()}</th>
                                                <td class="number">{range(cut(&recency), number)}</td>
                                                <td class="number">{range(cut(&frequency), number)}</td>
                                                <td class="number">{range(cut(&monetary), money)}</td>
                                            </tr>
                                        }
                                    })
                                    .collect_view()}
                            </tbody>
                        </table>
                    </div>
                    <p>{t!(insights.howGroups)}</p>
                    <p class="insights-source">{t!(insights.source)}</p>
                </details>
            </div>
        </div>
    }
}

/// From and to, once where they are the same; a dash where nobody is.
fn range(cut: Option<(i64, i64)>, word: impl Fn(i64) -> String) -> String {
    match cut {
        None => "–".to_owned(),
        Some((from, to)) => {
            let (from, to) = (word(from), word(to));
            if from == to {
                from
            } else {
                format!("{from} – {to}")
            }
        }
    }
}

/// A group with what to do about it; pressed, its customers are listed as a segment.
#[component]
fn Group(group: RfmGroup, share: RfmShare, scored: u64, currency: Currency) -> impl IntoView {
    let address = use_address();
    let (name, hint) = words(group);
    let rule = share.rule.unwrap_or_else(tendero_domain::Rule::everyone);
    let tenths = share.customers.saturating_mul(1000) / scored.max(1);
    let width = format!("{}.{}%", tenths / 10, tenths % 10);
    view! {
        <li>
            <button type="button" class="insights-group" on:click=move |_| begin(address, name, &rule)>
                <span class="insights-group-words">
                    <strong>{name}</strong>
                    <small>{hint}</small>
                </span>
                <span class="insights-group-numbers number">
                    <strong>{t!(insights.customers, n = share.customers)}</strong>
                    <small>{i18n::money_round(share.total_minor, currency)}</small>
                </span>
                <span class="insights-bar" aria-hidden="true"><span style:width=width></span></span>
            </button>
        </li>
    }
}

/// Frequency upwards, recency to the right: the best stand in the upper right corner.
#[component]
fn Map(cells: Vec<RfmShare>, currency: Currency) -> impl IntoView {
    let address = use_address();
    let most = cells
        .iter()
        .map(|cell| cell.customers)
        .max()
        .unwrap_or(0)
        .max(1);
    let cell = move |recency: usize, frequency: usize| {
        let share = cells
            .get((recency - 1) * 5 + frequency - 1)
            .cloned()
            .unwrap_or_default();
        // A tint that tells one customer from none; between light and heavy lies none, on which no ink could be read.
        let is_heavy = share.customers * 10 >= most * 6;
        let weight = if is_heavy {
            85
        } else {
            (share.customers * 65).div_ceil(most)
        };
        let title = t!(insights.cell, r = recency as u64, f = frequency as u64);
        let label = format!(
            "{title}: {}, {}",
            t!(insights.customers, n = share.customers),
            i18n::money_round(share.total_minor, currency)
        );
        match share.rule {
            None => {
                view! { <td><span class="insights-cell empty" aria-label=label>"0"</span></td> }
                    .into_any()
            }
            Some(rule) => {
                let hint = label.clone();
                view! {
                    <td>
                        <button
                            type="button"
                            class="insights-cell number"
                            class:heavy=is_heavy
                            style:--weight=format!("{weight}%")
                            title=hint
                            aria-label=label
                            on:click=move |_| begin(address, &title, &rule)
                        >
                            {i18n::count(share.customers)}
                        </button>
                    </td>
                }
                .into_any()
            }
        }
    };
    let row = move |frequency: usize| {
        let cells = (1..=5)
            .map(|recency| cell(recency, frequency))
            .collect_view();
        view! {
            <tr>
                <th scope="row">{frequency.to_string()}</th>
                {cells}
            </tr>
        }
    };
    view! {
        <div class="insights-map">
            <span class="insights-axis up" aria-hidden="true">{t!(insights.axisFrequency)}</span>
            <table aria-labelledby="insights-map">
                <thead class="unseen">
                    <tr>
                        <th scope="col">{t!(insights.axisFrequency)}</th>
                        {(1..=5).map(|recency: u32| view! { <th scope="col">{recency.to_string()}</th> }).collect_view()}
                    </tr>
                </thead>
                <tbody>{(1..=5).rev().map(row).collect_view()}</tbody>
                <tfoot aria-hidden="true">
                    <tr>
                        <td></td>
                        {(1..=5).map(|recency: u32| view! { <td>{recency.to_string()}</td> }).collect_view()}
                    </tr>
                </tfoot>
            </table>
            <span class="insights-axis" aria-hidden="true">{t!(insights.axisRecency)}</span>
        </div>
    }
}

/// What a group is called, and what to do about it.
fn words(group: RfmGroup) -> (&'static str, &'static str) {
    match group {
        RfmGroup::Champions => (t!(insights.group.champions), t!(insights.hint.champions)),
        RfmGroup::PotentialLoyalist => (
            t!(insights.group.potentialLoyalist),
            t!(insights.hint.potentialLoyalist),
        ),
        RfmGroup::LoyalCustomers => (t!(insights.group.loyal), t!(insights.hint.loyal)),
        RfmGroup::Promising => (t!(insights.group.promising), t!(insights.hint.promising)),
        RfmGroup::NewCustomers => (t!(insights.group.new), t!(insights.hint.new)),
        RfmGroup::CantLoseThem => (t!(insights.group.cantLose), t!(insights.hint.cantLose)),
        RfmGroup::AtRisk => (t!(insights.group.atRisk), t!(insights.hint.atRisk)),
        RfmGroup::NeedAttention => (
            t!(insights.group.needAttention),
            t!(insights.hint.needAttention),
        ),
        RfmGroup::AboutToSleep => (
            t!(insights.group.aboutToSleep),
            t!(insights.hint.aboutToSleep),
        ),
        RfmGroup::Lost => (t!(insights.group.lost), t!(insights.hint.lost)),
        RfmGroup::Others => (t!(insights.group.others), t!(insights.hint.others)),
    }
}
