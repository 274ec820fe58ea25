//! Folding of text for search: case and accents make no difference.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text in small letters, without accents, with every run of white space as one space and none at the ends.
///
/// "José  Núñez" and "jose nunez" fold to the same. ß becomes ss; compatibility forms (full width, ligatures) are unfolded (NFKD).
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    let mut push = |c: char| {
        if c.is_whitespace() || c.is_control() {
            space = !out.is_empty();
            return;
        }
        if space {
            out.push(' ');
            space = false;
        }
        if c == 'ß' {
            out.push_str("ss");
        } else {
            out.push(c);
        }
    };
    if text.is_ascii() {
        text.chars()
            .map(|c| c.to_ascii_lowercase())
            .for_each(&mut push);
    } else {
        text.nfkd()
            .filter(|c| !is_combining_mark(*c))
            .flat_map(char::to_lowercase)
            .filter(|c| !is_combining_mark(*c))
            .for_each(&mut push);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_accents_and_spaces_make_no_difference() {
        assert_eq!(fold("  José\u{a0} NÚÑEZ "), "jose nunez");
        assert_eq!(fold("Jose\u{301}"), "jose");
        assert_eq!(fold("Straße"), "strasse");
        assert_eq!(fold("ﬁn"), "fin");
        assert_eq!(fold("İstanbul"), "istanbul");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in ".*") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
