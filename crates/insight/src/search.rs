//! What a search means, and how it is answered for the rows of a segment.

use crate::SEGMENT_ROWS;
use crate::bits::Bits;
use crate::phone::Phone;
use crate::segment::Segment;
use memchr::memmem::Finder;
use tendero_domain::fold;

/// How well a row matches: less is better.
pub(crate) mod class {
    /// The name starts with everything that was typed.
    pub(crate) const NAME_STARTS: u8 = 0;
    /// Words of the name start with each of the words.
    pub(crate) const WORD_STARTS: u8 = 1;
    /// Elsewhere in name or person.
    pub(crate) const NAMES: u8 = 2;
    /// In mail address, city, key, phone or tags.
    pub(crate) const FACTS: u8 = 3;
    /// In the notes.
    pub(crate) const NOTES: u8 = 4;
    /// Not at all.
    pub(crate) const NONE: u8 = u8::MAX;
}

/// The class of each row of a segment.
pub(crate) type Classes = [u8; SEGMENT_ROWS];

/// A search that was typed, read.
///
/// All words have to be found, each in the worst place of all decides the row's class. Words that look like pieces of a
/// phone number are also looked for as one number.
#[derive(Debug)]
pub(crate) struct Query {
    typed: String,
    terms: Vec<Term>,
}

#[derive(Debug)]
struct Term {
    /// All have to be found …
    words: Vec<Finder<'static>>,
    /// … or one of these among the digits of the phone numbers.
    phone: Vec<Finder<'static>>,
}

impl Query {
    /// Reads what was typed; `None` when there is nothing to look for.
    pub(crate) fn read(search: &str) -> Option<Self> {
        let typed = fold(search);
        let words: Vec<&str> = typed.split(' ').filter(|word| !word.is_empty()).collect();
        let mut terms: Vec<Term> = Vec::new();
        for words in words.chunk_by(|a, b| Phone::is_piece(a) && Phone::is_piece(b)) {
            let pieces = words.iter().all(|word| Phone::is_piece(word));
            let phone = if pieces {
                Phone::needles(words)
            } else {
                Vec::new()
            };
            terms.push(Term {
                words: words.iter().map(|word| finder(word)).collect(),
                phone: phone.iter().map(|digits| finder(digits)).collect(),
            });
        }
        // The longest words leave the fewest rows for the others to be looked for in.
        terms.sort_by_key(|term| core::cmp::Reverse(term.length()));
        terms.dedup_by(|a, b| {
            a.words
                .iter()
                .map(Finder::needle)
                .eq(b.words.iter().map(Finder::needle))
        });
        (!terms.is_empty()).then_some(Self { typed, terms })
    }

    /// The classes of those of the candidates that match.
    pub(crate) fn classes(&self, segment: &Segment, candidates: &Bits) -> Box<Classes> {
        let mut classes = Box::new([class::NONE; SEGMENT_ROWS]);
        candidates.each(|row| mark(&mut classes, row, class::NAME_STARTS));
        for term in &self.terms {
            let found = term.classes(segment, &classes);
            for (class, found) in classes.iter_mut().zip(found.iter()) {
                *class = (*class).max(*found);
            }
        }
        for (row, class) in classes.iter_mut().enumerate() {
            // Nothing is better than this until here but for a search without words.
            if *class == class::WORD_STARTS && segment.name(row).starts_with(&self.typed) {
                *class = class::NAME_STARTS;
            }
        }
        classes
    }
}

impl Term {
    fn length(&self) -> usize {
        self.words
            .iter()
            .map(|word| word.needle().len())
            .max()
            .unwrap_or(0)
    }

    fn classes(&self, segment: &Segment, candidates: &Classes) -> Box<Classes> {
        let mut classes = Box::new(*candidates);
        for word in &self.words {
            let found = word_classes(segment, word, &classes);
            for (class, found) in classes.iter_mut().zip(found.iter()) {
                *class = (*class).max(*found);
            }
        }
        for digits in &self.phone {
            let mut found = Bits::NONE;
            let wanted =
                |row| at(candidates, row) != class::NONE && at(&classes, row) > class::FACTS;
            segment
                .digits()
                .sweep(digits, wanted, |row, _, _| found.set(row, true));
            found.each(|row| mark(&mut classes, row, class::FACTS));
        }
        classes
    }
}

fn word_classes(segment: &Segment, word: &Finder<'_>, candidates: &Classes) -> Box<Classes> {
    let mut classes = Box::new([class::NONE; SEGMENT_ROWS]);
    let wanted = |row| at(candidates, row) != class::NONE;
    segment.facts().sweep(word, wanted, |row, text, place| {
        let heads = segment.heads(row);
        let class = if place < heads.name {
            if starts_a_word(text.get(..heads.name).unwrap_or(text), word, place) {
                class::WORD_STARTS
            } else {
                class::NAMES
            }
        } else if place < heads.person {
            class::NAMES
        } else {
            class::FACTS
        };
        mark(&mut classes, row, class);
    });
    let mut in_notes = Bits::NONE;
    let wanted = |row| wanted(row) && at(&classes, row) == class::NONE;
    segment
        .notes()
        .sweep(word, wanted, |row, _, _| in_notes.set(row, true));
    in_notes.each(|row| mark(&mut classes, row, class::NOTES));
    classes
}

/// Whether this place in the name, where the word was found, or a later one is at the start of a word.
fn starts_a_word(name: &str, word: &Finder<'_>, place: usize) -> bool {
    let mut from = 0;
    let mut found = Some(place);
    while let Some(place) = found {
        let before = name
            .get(..from + place)
            .and_then(|before| before.chars().next_back());
        if !before.is_some_and(char::is_alphanumeric) {
            return true;
        }
        from += place + 1;
        found = name.as_bytes().get(from..).and_then(|rest| word.find(rest));
    }
    false
}

fn finder(needle: &str) -> Finder<'static> {
    Finder::new(needle).into_owned()
}

fn at(classes: &Classes, row: usize) -> u8 {
    classes.get(row).copied().unwrap_or(class::NONE)
}

fn mark(classes: &mut Classes, row: usize, class: u8) {
    if let Some(place) = classes.get_mut(row) {
        *place = class;
    }
}
