//! Items of a collection: entries of the timeline and purchases.
//!
//! # Layout
//! An item is a few keys beside each other in its container, all beginning with its identifier (a ULID):
//!
//! | key | value |
//! |---|---|
//! | `<id>` | its facts as they were written down, one JSON object in a text |
//! | `<id>.text` | what the person wrote, where they did (entries) |
//! | `<id>.deleted` | whether it was taken out |
//!
//! It is not a map of its own: identifiers of imported items are derived, so two devices can make the same item while
//! offline, and of two maps under one key a merge shows one and hides what is written into the other. Of two equal texts
//! there is nothing to hide. Properties that later versions add are further keys, which this version leaves as they are.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use tendero_domain::{
    Currency, Day, Entry, EntryId, EntryKind, Money, Order, Outcome, PurchasesBefore, Timestamp,
};

/// Follows the identifier in the key of what the person wrote.
pub(crate) const TEXT: &str = ".text";
/// Follows the identifier in the key of the flag that takes an item out.
pub(crate) const DELETED: &str = ".deleted";

/// The identifier in a key, and what follows it.
pub(crate) fn split<Id: core::str::FromStr>(key: &str) -> Option<(Id, &str)> {
    let (id, rest) = key.split_at_checked(26)?;
    Some((id.parse().ok()?, rest))
}

/// A value that was read, and whether it was of another form than this version writes.
pub(crate) struct Read<T> {
    pub value: T,
    pub odd: bool,
}

#[derive(Serialize, Deserialize)]
struct MomentFacts {
    at: i64,
    #[serde(default)]
    offset: i16,
}

/// A point in time in its written form.
pub(crate) fn moment_text(at: Timestamp) -> serde_json::Result<String> {
    serde_json::to_string(&MomentFacts {
        at: at.ms,
        offset: at.offset_minutes,
    })
}

/// Reads [`moment_text`]; `None` when it is something else.
pub(crate) fn moment(text: &str) -> Option<Timestamp> {
    let facts: MomentFacts = serde_json::from_str(text).ok()?;
    Some(Timestamp {
        ms: facts.at,
        offset_minutes: facts.offset,
    })
}

#[derive(Serialize, Deserialize)]
struct EntryFacts<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    at: i64,
    #[serde(default)]
    offset: i16,
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    outcome: Option<Cow<'a, str>>,
}

/// The facts of an entry in their written form; its text stands beside them.
pub(crate) fn entry_text(entry: &Entry) -> serde_json::Result<String> {
    serde_json::to_string(&EntryFacts {
        kind: entry.kind.key().into(),
        at: entry.at.ms,
        offset: entry.at.offset_minutes,
        outcome: entry.outcome.map(|outcome| outcome.key().into()),
    })
}

/// Reads [`entry_text`]. A kind of a newer version is shown as a note, so that what somebody wrote is never out of sight.
pub(crate) fn entry(id: EntryId, facts: Option<&str>, text: String) -> Read<Entry> {
    let parsed: Option<EntryFacts<'_>> = facts.and_then(|facts| serde_json::from_str(facts).ok());
    let odd = parsed.is_none();
    let facts = parsed.unwrap_or_else(|| loose_entry(facts.unwrap_or_default()));
    let value = Entry {
        id,
        kind: EntryKind::from_key(&facts.kind).unwrap_or(EntryKind::Note),
        text,
        outcome: facts
            .outcome
            .and_then(|outcome| Outcome::from_key(&outcome)),
        at: Timestamp {
            ms: facts.at,
            offset_minutes: facts.offset,
        },
    };
    Read { value, odd }
}

/// What can be made out of facts that are damaged or of another form.
fn loose_entry(facts: &str) -> EntryFacts<'static> {
    let facts: Value = serde_json::from_str(facts).unwrap_or_default();
    EntryFacts {
        kind: loose_text(&facts, "kind").into(),
        at: loose_number(&facts, "at").unwrap_or_default(),
        offset: loose_number(&facts, "offset")
            .and_then(|offset| offset.try_into().ok())
            .unwrap_or_default(),
        outcome: Some(loose_text(&facts, "outcome").into()),
    }
}

#[derive(Serialize, Deserialize)]
struct OrderFacts<'a> {
    #[serde(default, borrow, skip_serializing_if = "no_text")]
    number: Cow<'a, str>,
    #[serde(borrow)]
    day: Cow<'a, str>,
    minor: i64,
    #[serde(borrow)]
    currency: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "no_number")]
    lines: u32,
}

/// A purchase in its written form. Its day lies in the years 1 to 9999.
pub(crate) fn order_text(order: &Order) -> serde_json::Result<String> {
    serde_json::to_string(&OrderFacts {
        number: order.number.as_str().into(),
        day: order.day.to_string().into(),
        minor: order.amount.minor,
        currency: order.amount.currency.code().into(),
        lines: order.lines,
    })
}

/// Reads [`order_text`]; `None` when day, amount or currency cannot be made out.
pub(crate) fn order(id: tendero_domain::OrderId, text: &str) -> Option<Read<Order>> {
    let parsed: Option<OrderFacts<'_>> = serde_json::from_str(text).ok();
    let odd = parsed.is_none();
    let facts = match parsed {
        Some(facts) => facts,
        None => loose_order(text)?,
    };
    let value = Order {
        id,
        number: facts.number.into_owned(),
        day: Day::parse_iso(&facts.day).ok()?,
        amount: Money {
            minor: facts.minor,
            currency: Currency::new(&facts.currency).ok()?,
        },
        lines: facts.lines,
    };
    Some(Read { value, odd })
}

fn loose_order(text: &str) -> Option<OrderFacts<'static>> {
    let facts: Value = serde_json::from_str(text).ok()?;
    Some(OrderFacts {
        number: loose_text(&facts, "number").into(),
        day: loose_text(&facts, "day").into(),
        minor: loose_number(&facts, "minor")?,
        currency: loose_text(&facts, "currency").into(),
        lines: loose_number(&facts, "lines")
            .and_then(|lines| lines.try_into().ok())
            .unwrap_or_default(),
    })
}

#[derive(Serialize, Deserialize)]
struct BeforeFacts<'a> {
    count: u32,
    minor: i64,
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    last: Option<Cow<'a, str>>,
}

/// Purchases from before in their written form.
pub(crate) fn before_text(before: &PurchasesBefore) -> serde_json::Result<String> {
    serde_json::to_string(&BeforeFacts {
        count: before.count,
        minor: before.total_minor,
        last: before.last.map(|day| day.to_string().into()),
    })
}

/// Reads [`before_text`]; `None` when it is something else.
pub(crate) fn before(text: &str) -> Option<PurchasesBefore> {
    let facts: BeforeFacts<'_> = serde_json::from_str(text).ok()?;
    Some(PurchasesBefore {
        count: facts.count,
        total_minor: facts.minor,
        last: facts.last.and_then(|day| Day::parse_iso(&day).ok()),
    })
}

fn loose_text(facts: &Value, key: &str) -> String {
    match facts.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

fn loose_number(facts: &Value, key: &str) -> Option<i64> {
    match facts.get(key)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[expect(clippy::ptr_arg, reason = "serde hands over what it has")]
fn no_text(text: &Cow<'_, str>) -> bool {
    text.is_empty()
}

fn no_number(number: &u32) -> bool {
    *number == 0
}
