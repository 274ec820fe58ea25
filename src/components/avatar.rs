//! Initials on a colour of their own.

use crate::components::live;
use leptos::prelude::*;

/// How large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AvatarSize {
    /// In a row.
    #[default]
    Row,
    /// At the head of a record.
    Head,
}

/// The initials of a name on a hue from its id. Only to look at: the name stands beside it.
#[component]
pub fn Avatar(
    /// The bytes of the id.
    id: [u8; 16],
    /// The name.
    #[prop(into)]
    name: Signal<String>,
    /// How large.
    #[prop(optional)]
    size: AvatarSize,
) -> impl IntoView {
    view! {
        <span
            class="avatar"
            class:head=size == AvatarSize::Head
            style:--hue=hue(id).to_string()
            aria-hidden="true"
        >
            {live(move || name.with(|name| initials(name)))}
        </span>
    }
}

/// One of twelve hues: neighbours can be told apart.
fn hue(id: [u8; 16]) -> u16 {
    // The last bytes of a ULID are random, the first are its time.
    let sum: u16 = id.iter().rev().take(4).map(|byte| u16::from(*byte)).sum();
    (sum % 12) * 30 + 15
}

/// First letters of the first and the last word that have letters or digits. The style sheet makes them large: Unicode's
/// tables are the browser's.
fn initials(name: &str) -> String {
    let mut letters = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| !is_punctuation(*c)));
    let first = letters.next();
    let second = letters.next_back();
    first.into_iter().chain(second).collect()
}

fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation() || "«»¿¡“”‘’„–—·…".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_those_of_the_first_and_last_word() {
        for (name, expected) in [
            ("La Taberna de Carmen", "LC"),
            ("Rueda", "R"),
            ("«El 4» (bar)", "Eb"),
            ("", ""),
            ("élan à", "éà"),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }
}
