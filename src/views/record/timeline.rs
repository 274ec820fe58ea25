//! What happened, newest first, by month.

use super::Sheet;
use crate::components::{Badge, Button, ButtonKind, Glyph, Icon, IconButton, Tone, live};
use crate::i18n;
use crate::state::{use_engine, use_undo};
use leptos::prelude::*;
use tendero_domain::{Day, Outcome};
use tendero_messages::{Command, CustomerSheet, SheetEntry, SheetOrder};

/// Lines shown at first, and with each press further.
const SHOWN: usize = 40;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
enum Line {
    Entry(SheetEntry),
    Order(SheetOrder),
}

impl Line {
    fn day(&self) -> Day {
        match self {
            Self::Entry(line) => line.entry.at.day(),
            Self::Order(order) => order.day,
        }
    }

    /// Newest first; of one day, entries before purchases, and entries by the clock.
    fn order(&self) -> (std::cmp::Reverse<Day>, bool, std::cmp::Reverse<i64>) {
        let (is_order, ms) = match self {
            Self::Entry(line) => (false, line.entry.at.ms),
            Self::Order(_) => (true, 0),
        };
        (
            std::cmp::Reverse(self.day()),
            is_order,
            std::cmp::Reverse(ms),
        )
    }
}

/// Lines of a month.
type Month = (Day, Vec<Line>);

/// Entries and purchases in one line of time.
#[component]
pub(super) fn Timeline(sheet: Sheet) -> impl IntoView {
    let shown = RwSignal::new(SHOWN);
    let months = Memo::new(move |_| sheet.all.with(|sheet| by_month(sheet, shown.get())));
    let older = sheet.part(|sheet| sheet.entries.len() + sheet.orders.len());
    let older = move || older.get().saturating_sub(shown.get());
    let is_empty = move || months.with(Vec::is_empty);
    view! {
        <section class="timeline" aria-label=t!(record.timeline)>
            {live(move || {
                let month = |(day, lines): Month| {
                    view! {
                        <h2>{i18n::month(day)}</h2>
                        <ol>{lines.into_iter().map(|line| view! { <OneLine sheet line/> }).collect_view()}</ol>
                    }
                };
                months.get().into_iter().map(month).collect_view()
            })}
            {live(move || {
                is_empty()
                    .then(|| {
                        view! {
                            <div class="timeline-empty">
                                <span class="empty-icon"><Glyph icon=Icon::Note/></span>
                                <p><b>{t!(record.noEntries)}</b><span>{t!(record.noEntriesHint)}</span></p>
                            </div>
                        }
                    })
            })}
            {live(move || {
                let older = older();
                (older > 0)
                    .then(|| {
                        view! {
                            <Button kind=ButtonKind::Quiet icon=Icon::Down on:click=move |_| shown.update(|n| *n += SHOWN * 5)>
                                {t!(record.olderEntries, n = older)}
                            </Button>
                        }
                    })
            })}
        </section>
    }
}

fn by_month(sheet: &CustomerSheet, shown: usize) -> Vec<Month> {
    let entries = sheet.entries.iter().cloned().map(Line::Entry);
    let mut lines: Vec<Line> = entries
        .chain(sheet.orders.iter().cloned().map(Line::Order))
        .collect();
    lines.sort_by_key(Line::order);
    lines.truncate(shown);
    let mut months: Vec<Month> = Vec::new();
    for line in lines {
        let (year, month, _) = line.day().to_ymd();
        let first = Day::from_ymd(year, month, 1).unwrap_or(line.day());
        match months.last_mut() {
            Some((day, lines)) if *day == first => lines.push(line),
            _ => months.push((first, vec![line])),
        }
    }
    months
}

#[component]
fn OneLine(sheet: Sheet, line: Line) -> impl IntoView {
    let day = line.day();
    let (icon, is_quiet, words) = match line {
        Line::Entry(line) => (
            Icon::of_kind(line.entry.kind),
            false,
            view! { <EntryWords sheet line/> }.into_any(),
        ),
        Line::Order(order) => (Icon::Bag, true, view! { <OrderWords order/> }.into_any()),
    };
    view! {
        <li class="line" class:quiet=is_quiet>
            <span class="line-icon"><Glyph icon/></span>
            <div class="line-words">{words}</div>
            <time class="line-day number" datetime=day.to_string() title=i18n::day_long(day)>{i18n::day(day)}</time>
        </li>
    }
}

#[component]
fn EntryWords(sheet: Sheet, line: SheetEntry) -> impl IntoView {
    let undo = use_undo();
    let SheetEntry { entry, by } = line;
    let id = entry.id;
    let remove = move |_| {
        undo.act(
            Command::RemoveEntry {
                customer: sheet.id,
                entry: id,
            },
            t!(record.entryRemoved).to_owned(),
        );
    };
    view! {
        <p class="line-head">
            <b>{i18n::kind(entry.kind)}</b>
            {entry.outcome.map(|outcome| view! { <Badge tone=tone(outcome)>{i18n::outcome(outcome)}</Badge> })}
            {by.map(|by| view! { <span class="line-by">{by}</span> })}
            <IconButton icon=Icon::Close quiet=true label=t!(record.removeEntry).to_owned() on:click=remove/>
        </p>
        {(!entry.text.is_empty()).then(|| view! { <p class="line-text">{entry.text}</p> })}
    }
}

#[component]
fn OrderWords(order: SheetOrder) -> impl IntoView {
    let currency = use_engine().currency();
    let name = if order.number.is_empty() {
        t!(record.order).to_owned()
    } else {
        t!(record.orderNamed, number = order.number)
    };
    view! {
        <p class="line-head">
            <b>{name}</b>
            <span class="number">{i18n::money(order.amount_minor, currency)}</span>
            {(order.lines > 0).then(|| view! { <span class="line-by">{t!(record.lines, n = order.lines)}</span> })}
        </p>
    }
}

const fn tone(outcome: Outcome) -> Tone {
    match outcome {
        Outcome::Ordered => Tone::Good,
        Outcome::NoOrder => Tone::Plain,
        Outcome::Absent | Outcome::Closed => Tone::Warn,
    }
}
