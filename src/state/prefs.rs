//! What a person has set on this device: language and colours. Kept in `localStorage`, where boot.js reads them before the
//! first paint.

use super::document;
use crate::i18n::{self, Language};
use leptos::prelude::*;

const LANGUAGE: &str = "tendero.language";
const THEME: &str = "tendero.theme";

/// Which colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the device is set.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word it is kept and marked under.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// What is set.
#[derive(Debug, Clone, Copy)]
pub struct Prefs {
    language: RwSignal<Language>,
    theme: RwSignal<Theme>,
}

/// What is set on this device.
#[must_use]
pub fn use_prefs() -> Prefs {
    expect_context()
}

impl Prefs {
    /// Reads what is set and speaks that language. Once a page.
    #[must_use]
    pub fn begin() -> Self {
        let tag = kept(LANGUAGE)
            .or_else(|| window().navigator().language())
            .unwrap_or_default();
        let language = Language::from_tag(&tag);
        let theme = kept(THEME);
        let theme = Theme::ALL
            .into_iter()
            .find(|known| theme.as_deref() == Some(known.key()))
            .unwrap_or(Theme::System);
        let prefs = Self {
            language: RwSignal::new(language),
            theme: RwSignal::new(theme),
        };
        i18n::speak(language);
        document::mark("lang", language.tag());
        prefs
    }

    /// The language. What tracks it is drawn anew when it changes.
    pub fn language(self) -> Language {
        self.language.get()
    }

    /// Speaks another language.
    pub fn set_language(self, language: Language) {
        keep(LANGUAGE, language.tag());
        document::mark("lang", language.tag());
        i18n::speak(language);
        self.language.set(language);
    }

    /// The colours.
    #[must_use]
    pub fn theme(self) -> Theme {
        self.theme.get()
    }

    /// Other colours.
    pub fn set_theme(self, theme: Theme) {
        keep(THEME, theme.key());
        match theme {
            Theme::System => document::unmark("data-theme"),
            Theme::Light | Theme::Dark => document::mark("data-theme", theme.key()),
        }
        self.theme.set(theme);
    }
}

// Without `localStorage` (a browser may refuse it) settings last as long as the page.

fn kept(name: &str) -> Option<String> {
    window()
        .local_storage()
        .ok()
        .flatten()?
        .get_item(name)
        .ok()
        .flatten()
}

fn keep(name: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(name, value);
    }
}
