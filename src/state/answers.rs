//! Questions that stay asked: the answer follows what is asked and what happens in the engine.

use super::{Engine, Load, use_engine};
use leptos::prelude::*;
use leptos::task::spawn_local;
use tendero_domain::CustomerId;
use tendero_messages::{Answer, CustomerSheet, Facets, Query};

/// Asks `query` now, again whenever what it reads differs, and again whenever the engine says that something has changed.
/// `None` asks nothing and leaves the answer as it is. `pick` takes the answer apart; an answer it does not know counts as
/// unreadable.
///
/// Questions are not piled up: while one is under way, the next waits for it, and only the last one counts.
pub fn use_answer<T, Q>(query: Q, pick: fn(Answer) -> Option<T>) -> Signal<Load<T>>
where
    T: Clone + PartialEq + Send + Sync + 'static,
    Q: Fn() -> Option<Query> + Send + Sync + 'static,
{
    let engine = use_engine();
    follow(
        engine,
        query,
        move || {
            engine.changed();
        },
        pick,
    )
}

/// The record of a customer, which follows changes of that customer only. `Ready(None)`: it is not on this device.
pub fn use_customer(
    id: impl Fn() -> Option<CustomerId> + Send + Sync + Copy + 'static,
) -> Signal<Load<Option<Box<CustomerSheet>>>> {
    let engine = use_engine();
    let changes = RwSignal::new(0u32);
    Effect::new(move |_| {
        if engine
            .customer_changed()
            .is_some_and(|changed| Some(changed) == id())
        {
            changes.update(|n| *n += 1);
        }
    });
    let followed = move || {
        changes.track();
        // After a restart, or once it has arrived from elsewhere.
        engine.phase();
    };
    follow(
        engine,
        move || id().map(Query::Customer),
        followed,
        |answer| match answer {
            Answer::Customer(sheet) => Some(sheet),
            _ => None,
        },
    )
}

/// Cities, countries and tags that occur, for choosing from.
pub fn use_facets() -> Signal<Facets> {
    let facets = use_answer(
        || Some(Query::Facets),
        |answer| match answer {
            Answer::Facets(facets) => Some(facets),
            _ => None,
        },
    );
    Signal::derive(move || facets.get().ready().unwrap_or_default())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Asking {
    under_way: bool,
    again: bool,
}

fn follow<T, Q>(
    engine: Engine,
    query: Q,
    followed: impl Fn() + 'static,
    pick: fn(Answer) -> Option<T>,
) -> Signal<Load<T>>
where
    T: Clone + PartialEq + Send + Sync + 'static,
    Q: Fn() -> Option<Query> + Send + Sync + 'static,
{
    let answer = RwSignal::new(Load::Waiting);
    let asking = StoredValue::new(Asking::default());
    let query = StoredValue::new(query);
    Effect::new(move |_| {
        followed();
        if query.with_value(|query| query()).is_none() {
            return;
        }
        if asking.get_value().under_way {
            asking.update_value(|asking| asking.again = true);
            return;
        }
        asking.set_value(Asking {
            under_way: true,
            again: false,
        });
        spawn_local(async move {
            // The view may go away while the engine answers: then everything below is gone, and so is the loop.
            while let Some(Some(asked)) = untrack(|| query.try_with_value(|query| query())) {
                asking.try_update_value(|asking| asking.again = false);
                let got = match engine.ask(asked).await {
                    Answer::Unreadable => Load::Unreadable,
                    other => pick(other).map_or(Load::Unreadable, Load::Ready),
                };
                if asking.try_get_value().is_none_or(|asking| asking.again) {
                    continue;
                }
                if answer.try_get_untracked().is_some_and(|old| old != got) {
                    answer.try_set(got);
                }
                break;
            }
            asking.try_update_value(|asking| asking.under_way = false);
        });
    });
    answer.into()
}
