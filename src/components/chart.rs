//! Bars by month.

use super::element_id;
use leptos::prelude::*;

/// A bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What it stands for, read out and shown on hovering.
    pub name: String,
    /// How high; below zero counts as zero.
    pub value: i64,
    /// The value in words.
    pub words: String,
    /// Whether it is one to look at; the others are grey.
    pub marked: bool,
}

/// Height of the drawing in its own units; a bar is 100 wide, with 20 between it and the next.
const HEIGHT: i64 = 480;

/// Bars that start at zero, with a summary beneath and the figures in a table one press away.
#[component]
pub fn MonthBars(
    /// What is shown.
    #[prop(into)]
    label: String,
    /// The bars.
    bars: Vec<Bar>,
    /// One line beneath.
    #[prop(into)]
    summary: String,
    /// Header of the table's first column.
    #[prop(into)]
    name_column: String,
    /// Header of the table's second column.
    #[prop(into)]
    value_column: String,
) -> impl IntoView {
    let id = element_id("chart");
    let caption = id.clone();
    let most = bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1);
    let width = (bars.len() * 120).saturating_sub(20);
    let drawn = bars
        .iter()
        .enumerate()
        .map(|(i, bar)| {
            let least = if bar.value > 0 { 15 } else { 7 };
            let height = bar.value.max(0).saturating_mul(HEIGHT) / most;
            let height = height.max(least);
            view! {
                <rect
                    class:marked=bar.marked
                    class:nothing=bar.value <= 0
                    x=(i * 120).to_string()
                    y=(HEIGHT - height).to_string()
                    width="100"
                    height=height.to_string()
                    rx="10"
                >
                    <title>{format!("{}: {}", bar.name, bar.words)}</title>
                </rect>
            }
        })
        .collect_view();
    let rows = bars
        .iter()
        .map(|bar| {
            view! {
                <tr>
                    <th scope="row">{bar.name.clone()}</th>
                    <td class="number">{bar.words.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <figure class="chart" aria-labelledby=id>
            <svg viewBox=format!("0 0 {width} {HEIGHT}") preserveAspectRatio="none" role="img" aria-label=label.clone()>
                {drawn}
            </svg>
            <figcaption id=caption>{summary}</figcaption>
            <details>
                <summary>{t!(record.monthTable)}</summary>
                <table>
                    <caption class="unseen">{label}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{name_column}</th>
                            <th scope="col" class="number">{value_column}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </details>
        </figure>
    }
}
