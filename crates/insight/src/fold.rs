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
        loop {
            let plain = |byte: &u8| byte.is_ascii_graphic();
            let length = rest.bytes().take_while(plain).count();
            let (word, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            line.push_plain(word);
            rest = after;
            let Some(c) = rest.chars().next() else {
                break;
            };
            if let Some((start, end)) = self.places.get(c as usize) {
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
    /// A text of visible ASCII characters only.
    #[inline]
    fn push_plain(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.space {
            self.out.push(' ');
            self.space = false;
        }
        let start = self.out.len();
        self.out.push_str(text);
        if let Some(text) = self.out.get_mut(start..) {
            text.make_ascii_lowercase();
        }
    }

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
    use std::sync::LazyLock;

    static FOLDER: LazyLock<Folder> = LazyLock::new(Folder::default);

    fn check(text: &str) {
        let mut out = String::from("x");
        FOLDER.fold_into(&mut out, text);
        assert_eq!(out, format!("x{}", fold(text)), "{text:?}");
    }

    #[test]
    fn every_character_of_the_basic_plane_folds_as_everywhere_else() {
        let all: Vec<char> = ('\0'..='\u{ffff}').collect();
        for some in all.chunks(512) {
            let texts = some.iter().map(|c| format!(" a{c}{c} {c}"));
            check(&texts.collect::<String>());
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
