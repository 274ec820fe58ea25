//! [`tendero_domain::fold`], faster: all text of all customers goes through it when an index is loaded.

use tendero_domain::fold;

/// Characters below this are looked up: ASCII, Latin-1, Latin Extended A and B.
const TABLE: usize = 0x250;

/// Folds text with a table for the characters that names of people and places here are written with.
///
/// Folding goes character by character, but for the spaces, so that a table gives the same as
/// [`tendero_domain::fold`] (a property test holds them equal).
#[derive(Debug)]
pub(crate) struct Folder {
    /// What the characters of the table fold to, one after the other; a space where one would be.
    folded: String,
    places: Vec<(u16, u16)>,
}

impl Default for Folder {
    fn default() -> Self {
        let mut folder = Self {
            folded: String::new(),
            places: Vec::with_capacity(TABLE),
        };
        for c in (0..TABLE as u32).filter_map(char::from_u32) {
            let start = folder.folded.len();
            folder
                .folded
                .push_str(&inner_fold(c.encode_utf8(&mut [0; 4])));
            folder
                .places
                .push((start as u16, folder.folded.len() as u16));
        }
        folder
    }
}

impl Folder {
    /// Appends the folded text.
    pub(crate) fn fold_into(&self, out: &mut String, text: &str) {
        let mut line = Line {
            start: out.len(),
            out,
            space: false,
        };
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if c.is_ascii() {
                line.push(c.to_ascii_lowercase());
            } else if let Some((start, end)) = self.places.get(c as usize) {
                let folded = self.folded.get(usize::from(*start)..usize::from(*end));
                folded
                    .unwrap_or_default()
                    .chars()
                    .for_each(|c| line.push(c));
            } else {
                let other = |c: char| (c as usize) < TABLE;
                let (rare, after) = rest.split_at(rest.find(other).unwrap_or(rest.len()));
                inner_fold(rare).chars().for_each(|c| line.push(c));
                rest = after;
                continue;
            }
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }

    /// Bytes of memory held.
    pub(crate) fn bytes(&self) -> usize {
        self.folded.capacity() + self.places.capacity() * 4
    }
}

/// A text growing, with spaces only between other characters.
struct Line<'a> {
    out: &'a mut String,
    start: usize,
    space: bool,
}

impl Line<'_> {
    #[inline]
    fn push(&mut self, c: char) {
        if c == ' ' || c.is_ascii_control() {
            self.space = self.out.len() > self.start;
            return;
        }
        if self.space {
            self.out.push(' ');
            self.space = false;
        }
        self.out.push(c);
    }
}

/// What a text folds to in the middle of others, where spaces at its ends matter.
fn inner_fold(text: &str) -> String {
    let folded = fold(&format!("x{text}x"));
    let inner = folded
        .strip_prefix('x')
        .and_then(|folded| folded.strip_suffix('x'));
    inner.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str) {
        let mut out = String::from("x");
        Folder::default().fold_into(&mut out, text);
        assert_eq!(out, format!("x{}", fold(text)), "{text:?}");
    }

    #[test]
    fn every_character_folds_as_everywhere_else() {
        let folder = Folder::default();
        for c in '\0'..=char::MAX {
            let text = format!(" a{c}{c} {c}");
            let mut out = String::new();
            folder.fold_into(&mut out, &text);
            assert_eq!(out, fold(&text), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn text_folds_as_everywhere_else(text in ".*", ascii in "[\\x00-\\x7f]*", latin in "[a-zÀ-ɏ\u{300}-\u{310}\u{a0} ]*") {
            check(&text);
            check(&ascii);
            check(&latin);
        }
    }
}
