//! Numbers, money and days as the language writes them: the browser's `Intl`, asked through small bindings.

use js_sys::{Date, Object, Reflect};
use std::cell::RefCell;
use tendero_domain::{Currency, Day, Timestamp};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type NumberFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl)]
    fn new(locale: &str, options: &Object) -> NumberFormat;
    #[wasm_bindgen(method)]
    fn format(this: &NumberFormat, number: f64) -> String;

    #[wasm_bindgen(js_namespace = Intl)]
    type DateTimeFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl)]
    fn new(locale: &str, options: &Object) -> DateTimeFormat;
    #[wasm_bindgen(method)]
    fn format(this: &DateTimeFormat, ms: f64) -> String;

    #[wasm_bindgen(js_namespace = Intl)]
    type PluralRules;
    #[wasm_bindgen(constructor, js_namespace = Intl)]
    fn new(locale: &str) -> PluralRules;
    #[wasm_bindgen(method)]
    fn select(this: &PluralRules, number: f64) -> String;

    #[wasm_bindgen(js_namespace = Intl)]
    type RelativeTimeFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl)]
    fn new(locale: &str, options: &Object) -> RelativeTimeFormat;
    #[wasm_bindgen(method)]
    fn format(this: &RelativeTimeFormat, number: f64, unit: &str) -> String;
}

const DAY_MS: f64 = 86_400_000.0;

/// Formatters are dear to make and cheap to use.
#[derive(Default)]
struct Formatters {
    numbers: Vec<(String, NumberFormat)>,
    dates: Vec<(&'static str, DateTimeFormat)>,
    plural: Option<PluralRules>,
    relative: Option<RelativeTimeFormat>,
}

thread_local! {
    static KEPT: RefCell<Formatters> = RefCell::default();
}

/// Another language was chosen.
pub(super) fn forget() {
    KEPT.set(Formatters::default());
}

fn options(pairs: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (key, value) in pairs {
        let value = match *value {
            "true" => JsValue::TRUE,
            number if number.bytes().all(|b| b.is_ascii_digit()) => {
                number.parse::<u32>().unwrap_or_default().into()
            }
            text => text.into(),
        };
        // Setting a property of a fresh object does not fail.
        let _ = Reflect::set(&object, &(*key).into(), &value);
    }
    object
}

fn with_number(name: String, make: impl FnOnce() -> Object, number: f64) -> String {
    KEPT.with_borrow_mut(|kept| {
        if let Some((_, formatter)) = kept.numbers.iter().find(|(given, _)| *given == name) {
            return formatter.format(number);
        }
        let formatter = NumberFormat::new(&super::region(), &make());
        let text = formatter.format(number);
        kept.numbers.push((name, formatter));
        text
    })
}

fn with_date(name: &'static str, pairs: &[(&str, &str)], ms: f64) -> String {
    KEPT.with_borrow_mut(|kept| {
        if let Some((_, formatter)) = kept.dates.iter().find(|(given, _)| *given == name) {
            return formatter.format(ms);
        }
        let formatter = DateTimeFormat::new(&super::region(), &options(pairs));
        let text = formatter.format(ms);
        kept.dates.push((name, formatter));
        text
    })
}

/// The plural category of a number.
pub(super) fn plural(number: f64) -> String {
    KEPT.with_borrow_mut(|kept| {
        let rules = kept
            .plural
            .get_or_insert_with(|| PluralRules::new(&super::region()));
        rules.select(number)
    })
}

/// A number. Spanish, too, groups from four digits on: columns of figures stay readable.
pub(super) fn number(number: f64) -> String {
    with_number(
        "n".to_owned(),
        || options(&[("useGrouping", "always")]),
        number,
    )
}

/// A whole number.
#[must_use]
pub fn count(n: u64) -> String {
    number(n as f64)
}

/// A number with at most two decimals.
#[must_use]
pub fn decimal(n: f64) -> String {
    with_number(
        "d".to_owned(),
        || options(&[("useGrouping", "always"), ("maximumFractionDigits", "2")]),
        n,
    )
}

/// An amount with its decimals, from minor units.
#[must_use]
pub fn money(minor: i64, currency: Currency) -> String {
    with_number(
        currency.code().to_owned(),
        || {
            options(&[
                ("style", "currency"),
                ("currency", currency.code()),
                ("currencyDisplay", "narrowSymbol"),
                ("useGrouping", "always"),
            ])
        },
        minor as f64 / 100.0,
    )
}

/// An amount without decimals, from minor units, for where a glance is enough.
#[must_use]
pub fn money_round(minor: i64, currency: Currency) -> String {
    with_number(
        format!("{}0", currency.code()),
        || {
            options(&[
                ("style", "currency"),
                ("currency", currency.code()),
                ("currencyDisplay", "narrowSymbol"),
                ("useGrouping", "always"),
                ("maximumFractionDigits", "0"),
            ])
        },
        minor as f64 / 100.0,
    )
}

/// Now, with the offset of this place.
#[must_use]
pub fn now() -> Timestamp {
    let date = Date::new_0();
    Timestamp {
        ms: date.get_time() as i64,
        offset_minutes: -(date.get_timezone_offset() as i16),
    }
}

/// Today, at this place.
#[must_use]
pub fn today() -> Day {
    now().day()
}

fn ms_of(day: Day) -> f64 {
    f64::from(day.0) * DAY_MS
}

/// A day as short as it can be understood: "19 nov" this year, "19 nov 2024" else.
#[must_use]
pub fn day(day: Day) -> String {
    if day.to_ymd().0 == today().to_ymd().0 {
        with_date(
            "day",
            &[("day", "numeric"), ("month", "short"), ("timeZone", "UTC")],
            ms_of(day),
        )
    } else {
        with_date(
            "day-year",
            &[
                ("day", "numeric"),
                ("month", "short"),
                ("year", "numeric"),
                ("timeZone", "UTC"),
            ],
            ms_of(day),
        )
    }
}

/// A day in full: "Wednesday, 19 November 2026".
#[must_use]
pub fn day_long(day: Day) -> String {
    with_date(
        "day-long",
        &[("dateStyle", "full"), ("timeZone", "UTC")],
        ms_of(day),
    )
}

/// A month: "November" this year, "November 2024" else. Spanish writes it small; style sheets make it large at a head.
#[must_use]
pub fn month(day: Day) -> String {
    if day.to_ymd().0 == today().to_ymd().0 {
        with_date(
            "month",
            &[("month", "long"), ("timeZone", "UTC")],
            ms_of(day),
        )
    } else {
        with_date(
            "month-year",
            &[("month", "long"), ("year", "numeric"), ("timeZone", "UTC")],
            ms_of(day),
        )
    }
}

/// A month in a few letters and its year, for charts: "nov 2024".
#[must_use]
pub fn month_short(day: Day) -> String {
    with_date(
        "month-short",
        &[("month", "short"), ("year", "numeric"), ("timeZone", "UTC")],
        ms_of(day),
    )
}

/// A point in time by the clock of the place where it was written down: "19 Nov, 10:42".
#[must_use]
pub fn moment(at: Timestamp) -> String {
    let local = at.ms as f64 + f64::from(at.offset_minutes) * 60_000.0;
    let clock = with_date(
        "clock",
        &[
            ("hour", "numeric"),
            ("minute", "2-digit"),
            ("timeZone", "UTC"),
        ],
        local,
    );
    if at.day() == today() {
        clock
    } else {
        format!("{}, {clock}", day(at.day()))
    }
}

/// How long ago a day was: "today", "3 days ago"; from two months on in months, then years.
#[must_use]
pub fn days_ago(day: Day) -> String {
    let days = f64::from(day.0 - today().0);
    let (number, unit) = match -days {
        ago if ago < 60.0 => (days, "day"),
        ago if ago < 730.0 => ((days / 30.44).round(), "month"),
        _ => ((days / 365.25).round(), "year"),
    };
    KEPT.with_borrow_mut(|kept| {
        let relative = kept.relative.get_or_insert_with(|| {
            RelativeTimeFormat::new(&super::region(), &options(&[("numeric", "auto")]))
        });
        relative.format(number, unit)
    })
}
