//! What each column holds, beside the first rows as they are in the file.

use super::desk::{ImportDesk, use_import};
use super::sheet::{Lacks, Sheet, column_of, lacks};
use super::words;
use crate::components::{Button, ButtonKind, Check, Choice, Choices, Glyph, Icon, live};
use leptos::prelude::*;
use std::sync::Arc;
use tendero_domain::{DayOrder, DecimalSign, ImportColumn};

/// Rows shown below the names.
const SHOWN: usize = 8;
/// Characters of a cell; longer ones are cut on the screen only.
const CELL: usize = 60;

/// The columns of the file.
#[component]
pub fn Columns() -> impl IntoView {
    let desk = use_import();
    // Another file draws all of it anew.
    move || desk.sheet().map(|sheet| view! { <SheetView desk sheet/> })
}

#[component]
fn SheetView(desk: ImportDesk, sheet: Arc<Sheet>) -> impl IntoView {
    let plan = desk.plan();
    let preview = &sheet.preview;
    let (name, estimated, has_counter_sales) = (
        preview.name.clone(),
        preview.estimated_rows,
        preview.has_counter_sales,
    );
    // The beginning of a small file is the whole of it.
    let is_exact = estimated <= preview.rows.len() as u64;
    let rows = if is_exact {
        t!(import.rows, n = estimated)
    } else {
        t!(import.rowsAbout, n = rounded(estimated))
    };
    let kept = StoredValue::new(sheet);
    let sure_words = if kept.with_value(|sheet| sheet.preview.is_table) {
        t!(import.columnsSure)
    } else {
        t!(import.columnsContacts)
    };
    let unsure = Memo::new(move |_| kept.with_value(|sheet| plan.with(|plan| sheet.unsure(plan))));
    let lacking = Memo::new(move |_| plan.with(lacks));
    let is_orders = Memo::new(move |_| plan.with(tendero_domain::ImportPlan::is_orders));
    let start_words = if is_exact {
        t!(import.start, n = estimated)
    } else {
        t!(import.startAbout, n = rounded(estimated))
    };
    view! {
        <section class="import-file" aria-label=t!(import.file)>
            <Glyph icon=Icon::File/>
            <p>
                <strong>{name}</strong>
                <span>
                    {rows} " · "
                    {live(move || if is_orders.get() { t!(import.asOrders) } else { t!(import.asCustomers) })}
                </span>
            </p>
            <Button kind=ButtonKind::Quiet on:click=move |_| desk.clear()>{t!(import.chooseAgain)}</Button>
        </section>
        <div class="import-what">
            <h2>{t!(import.columnsTitle)}</h2>
            <p>
                {live(move || if unsure.get() == 0 { sure_words } else { t!(import.columnsLead) })}
                {live(move || {
                    (unsure.get() > 0)
                        .then(|| view! { <span class="import-to-check">{t!(import.toCheck, n = unsure.get())}</span> })
                })}
            </p>
        </div>
        <Preview desk sheet=kept/>
        <Reading desk sheet=kept has_counter_sales/>
        <footer class="import-foot">
            <p role="status">
                {live(move || {
                    lacking
                        .get()
                        .map(|lacks| {
                            let words = match lacks {
                                Lacks::Customer => t!(import.needCustomer),
                                Lacks::OrderHalf => t!(import.needBoth),
                            };
                            view! {
                                <span class="import-lacks">
                                    <Glyph icon=Icon::Warning/>
                                    {words}
                                </span>
                            }
                        })
                })}
            </p>
            <Button
                kind=ButtonKind::Primary
                icon=Icon::Import
                disabled=Signal::derive(move || lacking.get().is_some())
                on:click=move |_| desk.start()
            >
                {start_words}
            </Button>
        </footer>
    }
}

/// A table as wide as the file; it scrolls by itself. Each column's head says what it holds.
#[component]
fn Preview(desk: ImportDesk, sheet: StoredValue<Arc<Sheet>>) -> impl IntoView {
    let plan = desk.plan();
    let has_header = Memo::new(move |_| plan.with(|plan| plan.has_header));
    let count = plan.with_untracked(|plan| plan.columns.len());
    let is_shown = move |at: usize| sheet.with_value(|sheet| sheet.is_shown(at));
    let heads = (0..count)
        .filter(|at| is_shown(*at))
        .map(|at| view! { <ColumnHead desk sheet at has_header/> })
        .collect_view();
    let is_skipped =
        move |at: usize| plan.with(|plan| plan.columns.get(at) == Some(&ImportColumn::Skip));
    let body = move || {
        let has_header = has_header.get();
        sheet.with_value(|sheet| {
            let row = |row: &Vec<String>| {
                let cells = row.iter().enumerate().take(count);
                let cells = cells
                    .filter(|(at, _)| sheet.is_shown(*at))
                    .map(|(at, cell)| {
                        let cell: String = cell.chars().take(CELL).collect();
                        view! { <td class:skipped=move || is_skipped(at)>{cell}</td> }
                    });
                view! { <tr>{cells.collect_view()}</tr> }
            };
            sheet
                .rows(has_header)
                .iter()
                .take(SHOWN)
                .map(row)
                .collect_view()
        })
    };
    view! {
        // Focusable, so that the keyboard can scroll it.
        <div class="import-table" role="region" aria-label=t!(import.preview) tabindex="0">
            <table>
                <thead>
                    <tr>{heads}</tr>
                </thead>
                <tbody>{live(body)}</tbody>
            </table>
        </div>
    }
}

#[component]
fn ColumnHead(
    desk: ImportDesk,
    sheet: StoredValue<Arc<Sheet>>,
    at: usize,
    has_header: Memo<bool>,
) -> impl IntoView {
    let plan = desk.plan();
    let holds = Memo::new(move |_| {
        plan.with(|plan| plan.columns.get(at).copied().unwrap_or(ImportColumn::Skip))
    });
    let is_unsure =
        Memo::new(move |_| sheet.with_value(|sheet| plan.with(|plan| sheet.is_unsure(at, plan))));
    let name = Memo::new(move |_| {
        sheet.with_value(|sheet| {
            let named = sheet.name(at, has_header.get()).map(str::to_owned);
            let fixed = sheet
                .preview
                .columns
                .get(at)
                .filter(|_| !sheet.preview.is_table);
            named
                .or_else(|| fixed.map(|column| words::column(column.guess).into()))
                .unwrap_or_else(|| t!(import.column, n = at + 1))
        })
    });
    let choose = move |key: String| {
        if let Some(column) = ImportColumn::all().find(|column| key_of(*column) == key) {
            desk.set_column(at, column);
        }
    };
    let option = |column: ImportColumn, holds: Memo<ImportColumn>| {
        view! { <option value=key_of(column) selected=move || holds.get() == column>{words::column(column)}</option> }
    };
    let options = words::groups().map(|(label, columns)| {
        let columns = columns
            .into_iter()
            .map(|column| option(column, holds))
            .collect_view();
        view! { <optgroup label=label>{columns}</optgroup> }
    });
    view! {
        <th scope="col" class:unsure=move || is_unsure.get() class:skipped=move || holds.get() == ImportColumn::Skip>
            <span class="import-column-name" title=move || name.get()>{live(move || name.get())}</span>
            <span class="import-select">
                <select
                    aria-label=move || t!(import.columnHolds, name = name.get())
                    prop:value=move || key_of(holds.get())
                    on:change:target=move |event| choose(event.target().value())
                >
                    {option(ImportColumn::Skip, holds)}
                    {options.collect_view()}
                </select>
                <Glyph icon=Icon::Down/>
            </span>
            <span class="import-sure">
                {live(move || {
                    if is_unsure.get() {
                        view! {
                            <Glyph icon=Icon::Warning/>
                            <span>{t!(import.guess)}</span>
                        }
                        .into_any()
                    } else if holds.get() == ImportColumn::Skip {
                        ().into_any()
                    } else {
                        view! {
                            <Glyph icon=Icon::Check/>
                            <span class="unseen">{t!(import.sure)}</span>
                        }
                        .into_any()
                    }
                })}
            </span>
        </th>
    }
}

/// How the file writes names, days and amounts. Only what this file has is asked.
#[component]
fn Reading(
    desk: ImportDesk,
    sheet: StoredValue<Arc<Sheet>>,
    has_counter_sales: bool,
) -> impl IntoView {
    let plan = desk.plan();
    let header = RwSignal::new(plan.with_untracked(|plan| plan.has_header));
    Effect::new(move |_| {
        let header = header.get();
        if plan.with_untracked(|plan| plan.has_header) != header {
            plan.update(|plan| plan.has_header = header);
        }
    });
    let counter = RwSignal::new(plan.with_untracked(|plan| plan.counter_sales.is_some()));
    Effect::new(move |_| {
        let name = counter.get().then(|| t!(import.counterSales).to_owned());
        if plan.with_untracked(|plan| plan.counter_sales != name) {
            plan.update(|plan| plan.counter_sales = name);
        }
    });
    let example = move |wanted: &[ImportColumn]| {
        plan.with(|plan| {
            let at = column_of(plan, wanted)?;
            sheet.with_value(|sheet| sheet.example(at, plan.has_header).map(str::to_owned))
        })
    };
    let day_example =
        Memo::new(move |_| example(&[ImportColumn::OrderDay, ImportColumn::BeforeLast]));
    let amount_example =
        Memo::new(move |_| example(&[ImportColumn::OrderAmount, ImportColumn::BeforeTotal]));
    let in_file =
        |text: String| view! { <p class="import-example">{t!(import.inFile, text = text)}</p> };
    let days = move || {
        let options = [
            (DayOrder::DayMonthYear, t!(import.dayFirst)),
            (DayOrder::MonthDayYear, t!(import.monthFirst)),
            (DayOrder::YearMonthDay, t!(import.yearFirst)),
        ];
        let value = Signal::derive(move || {
            plan.with(|plan| position(&options.map(|(order, _)| order), &plan.day_order))
        });
        let choose = Callback::new(move |key: String| {
            if let Some((order, _)) = key.parse().ok().and_then(|at: usize| options.get(at)) {
                plan.update(|plan| plan.day_order = *order);
            }
        });
        view! { <Choices label=t!(import.dayOrder) value on_choose=choose options=choices(&options.map(|(_, words)| words))/> }
    };
    let decimals = move || {
        let options = [
            (DecimalSign::Comma, t!(import.decimalComma)),
            (DecimalSign::Point, t!(import.decimalPoint)),
        ];
        let value = Signal::derive(move || {
            plan.with(|plan| position(&options.map(|(sign, _)| sign), &plan.decimal))
        });
        let choose = Callback::new(move |key: String| {
            if let Some((sign, _)) = key.parse().ok().and_then(|at: usize| options.get(at)) {
                plan.update(|plan| plan.decimal = *sign);
            }
        });
        view! { <Choices label=t!(import.decimal) value on_choose=choose options=choices(&options.map(|(_, words)| words))/> }
    };
    let is_orders = Memo::new(move |_| plan.with(tendero_domain::ImportPlan::is_orders));
    // Contacts are written in one way only.
    if !sheet.with_value(|sheet| sheet.preview.is_table) {
        return ().into_any();
    }
    view! {
        <section class="import-reading" aria-label=t!(import.reading)>
            <h2>{t!(import.reading)}</h2>
            <Check value=header label=t!(import.header)/>
            {live(move || day_example.get().map(|text| view! { <div class="import-choice">{days()} {in_file(text)}</div> }))}
            {live(move || amount_example.get().map(|text| view! { <div class="import-choice">{decimals()} {in_file(text)}</div> }))}
            {live(move || {
                (has_counter_sales && is_orders.get())
                    .then(|| view! { <Check value=counter label=t!(import.counterTick) hint=t!(import.counterHint)/> })
            })}
        </section>
    }
    .into_any()
}

fn choices(words: &[&'static str]) -> Vec<Choice> {
    words
        .iter()
        .enumerate()
        .map(|(at, words)| Choice::new(at.to_string(), *words))
        .collect()
}

fn position<T: PartialEq>(all: &[T], one: &T) -> String {
    all.iter()
        .position(|other| other == one)
        .unwrap_or_default()
        .to_string()
}

/// The value of an option. Field and other columns may have equal words in other languages, so it is the position.
fn key_of(column: ImportColumn) -> String {
    ImportColumn::all()
        .position(|other| other == column)
        .unwrap_or_default()
        .to_string()
}

/// An estimate with two digits that count, so that it does not pretend.
const fn rounded(n: u64) -> u64 {
    let mut unit = 1;
    while n / unit >= 100 {
        unit *= 10;
    }
    n / unit * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_do_not_pretend() {
        for (n, expected) in [(0, 0), (99, 99), (1_234, 1_200), (541_909, 540_000)] {
            assert_eq!(rounded(n), expected);
        }
    }
}
