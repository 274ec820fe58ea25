//! The words of the app, in the language of the person.
//!
//! `t!(customers.title)` is a `&'static str`; `t!(customers.count, n = 5)` a `String` in which `{n}` is filled in. Numbers are
//! written as the language writes them, and where the locale file has plural forms, the value named `n` chooses. A key that
//! does not exist does not compile (see `build.rs`).
//!
//! A change of language draws the page anew (see [`crate::app`]), so words are plain values and not signals.

/// Words by key: `t!(group.key)`, with values `t!(group.key, n = 3, name = "Ana")`.
macro_rules! t {
    ($first:ident $(. $rest:ident)+) => { $crate::i18n::say($crate::i18n::keys::$first $(::$rest)+) };
    ($first:ident $(. $rest:ident)+, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::i18n::say_with(
            $crate::i18n::keys::$first $(::$rest)+,
            &[$((stringify!($name), $crate::i18n::Value::from($value))),+],
        )
    };
}

mod fold;
mod format;
mod sentences;

pub use fold::fold;
pub use format::{
    count, day, day_long, days_ago, decimal, moment, money, money_round, month, month_short, now,
    today,
};
pub use sentences::{field, file_problem, kind, outcome, refusal, store_trouble, sync_trouble};

use std::cell::Cell;

/// All keys, as constants in modules like the groups of the locale files, and the tables of words.
#[allow(non_upper_case_globals, non_snake_case)]
pub mod keys {
    /// A place in the tables of words.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Key(pub(super) usize);

    /// What a key says in one language.
    #[derive(Debug)]
    pub enum Words {
        /// A text.
        One(&'static str),
        /// A text for each category of `Intl.PluralRules` that the language has.
        Plural(&'static [(&'static str, &'static str)]),
    }

    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}

use keys::{Key, Words};

/// A language the app speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Spanish.
    Spanish,
}

impl Language {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Spanish, Self::English];

    /// Its BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }

    /// Its own name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Spanish => "Español",
        }
    }

    /// The language of a tag such as `es-MX`; English for others.
    #[must_use]
    pub fn from_tag(tag: &str) -> Self {
        let tag = tag.as_bytes();
        match (
            tag.first().map(u8::to_ascii_lowercase),
            tag.get(1).map(u8::to_ascii_lowercase),
        ) {
            (Some(b'e'), Some(b's')) => Self::Spanish,
            _ => Self::English,
        }
    }
}

thread_local! {
    static SPOKEN: Cell<Language> = const { Cell::new(Language::English) };
}

/// The language spoken now.
#[must_use]
pub fn language() -> Language {
    SPOKEN.get()
}

/// Speaks another language from now on; what is drawn already stays.
pub fn speak(language: Language) {
    SPOKEN.set(language);
    format::forget();
}

/// The tag by which numbers and days are written: the region's own way where the browser is set to one of this language.
fn region() -> String {
    let set = web_sys::window()
        .and_then(|window| window.navigator().language())
        .unwrap_or_default();
    let spoken = language();
    if set.len() > 2
        && Language::from_tag(&set) == spoken
        && set.to_ascii_lowercase().starts_with(spoken.tag())
    {
        set
    } else {
        spoken.tag().to_owned()
    }
}

/// A value for a place in a text.
#[derive(Debug, Clone)]
pub enum Value {
    /// Written as the language writes numbers.
    Number(f64),
    /// Put in as it is.
    Text(String),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

macro_rules! from_number {
    ($($number:ty),+) => {$(
        impl From<$number> for Value {
            fn from(number: $number) -> Self {
                Self::Number(number as f64)
            }
        }
    )+};
}
from_number!(i32, u32, u64, i64, usize, f64);

/// The words of a key; of a plural, its general form. Use `t!`.
#[must_use]
pub fn say(key: Key) -> &'static str {
    match words(key) {
        Some(Words::One(text)) => text,
        Some(Words::Plural(forms)) => form(forms, "other"),
        None => "",
    }
}

/// The words of a key with its places filled in. Use `t!`.
#[must_use]
pub fn say_with(key: Key, values: &[(&str, Value)]) -> String {
    let text = match words(key) {
        Some(Words::One(text)) => text,
        Some(Words::Plural(forms)) => match values.iter().find(|(name, _)| *name == "n") {
            Some((_, Value::Number(n))) => form(forms, &format::plural(*n)),
            _ => form(forms, "other"),
        },
        None => "",
    };
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        match values.iter().find(|(given, _)| *given == name) {
            Some((_, Value::Number(number))) => out.push_str(&format::number(*number)),
            Some((_, Value::Text(text))) => out.push_str(text),
            None => {}
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn words(key: Key) -> Option<&'static Words> {
    match language() {
        Language::English => keys::EN.get(key.0),
        Language::Spanish => keys::ES.get(key.0),
    }
}

fn form(forms: &'static [(&'static str, &'static str)], category: &str) -> &'static str {
    let of = |wanted: &str| {
        forms
            .iter()
            .find(|(name, _)| *name == wanted)
            .map(|(_, text)| *text)
    };
    of(category).or_else(|| of("other")).unwrap_or_default()
}
