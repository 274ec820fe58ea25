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

/// Height of the drawing in its own units; a bar's width is 10 with 2 between them.
const HEIGHT: f64 = 48.0;

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
    let most = bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1) as f64;
    let width = bars.len() as f64 * 12.0 - 2.0;
    let drawn = bars
        .iter()
        .enumerate()
        .map(|(i, bar)| {
            let height = (bar.value.max(0) as f64 / most * HEIGHT).max(if bar.value > 0 {
                1.5
            } else {
                0.75
            });
            view! {
                <rect
                    class:marked=bar.marked
                    class:nothing=bar.value <= 0
                    x=(i as f64 * 12.0).to_string()
                    y=format!("{:.2}", HEIGHT - height)
                    width="10"
                    height=format!("{height:.2}")
                    rx="1"
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
