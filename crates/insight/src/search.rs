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

    /// Whether whatever matches this also matches what was typed before: then only those need to be looked at.
    pub(crate) fn narrows(&self, before: &str) -> bool {
        // A number is found among digits, where its first digits as a word by themselves need not be.
        self.typed.starts_with(before) && self.terms.iter().all(|term| term.phone.is_empty())
    }

    /// What was typed, folded.
    pub(crate) fn typed(&self) -> &str {
        &self.typed
    }

    /// The classes of those of the candidates that match.
    pub(crate) fn classes(&self, segment: &Segment, candidates: &Bits) -> Box<Classes> {
        let found = self.terms.iter().map(|term| term.possible(segment));
        let possible: Vec<Possible> = found.collect();
        let left = possible.iter().fold(*candidates, |left, term| {
            left.and(&term.by_words.or(&term.by_phone))
        });
        let mut classes = Box::new([class::NONE; SEGMENT_ROWS]);
        left.each(|row| mark(&mut classes, row, class::NAME_STARTS));
        for (term, possible) in self.terms.iter().zip(&possible) {
            term.narrow(segment, possible, &mut classes);
        }
        left.each(|row| {
            let starts = || segment.name(row).starts_with(&self.typed);
            if at(&classes, row) == class::WORD_STARTS && starts() {
                mark(&mut classes, row, class::NAME_STARTS);
            }
        });
        classes
    }
}

/// The rows of a segment in which a term can be, or is.
struct Possible {
    /// Rows that may have its words.
    by_words: Bits,
    /// Rows that have its phone number.
    by_phone: Bits,
}

impl Term {
    fn length(&self) -> usize {
        let lengths = self.words.iter().map(|word| word.needle().len());
        lengths.max().unwrap_or(0)
    }

    fn possible(&self, segment: &Segment) -> Possible {
        let words = self.words.iter();
        let by_words = words.fold(Bits::EVERY, |rows, word| {
            rows.and(&segment.signs().rows(word.needle()))
        });
        let mut by_phone = Bits::NONE;
        for digits in &self.phone {
            segment
                .digits()
                .sweep(digits, |_| true, |row, _, _| by_phone.set(row, true));
        }
        Possible { by_words, by_phone }
    }

    /// Makes the class of each row that has one as bad as that of this term.
    fn narrow(&self, segment: &Segment, possible: &Possible, classes: &mut Classes) {
        let mut by_words = *classes;
        if !self.phone.is_empty() {
            for (row, class) in by_words.iter_mut().enumerate() {
                if !possible.by_words.has(row) {
                    *class = class::NONE;
                }
            }
        }
        for word in &self.words {
            let found = word_classes(segment, word, &by_words);
            for (class, found) in by_words.iter_mut().zip(found.iter()) {
                *class = (*class).max(*found);
            }
        }
        for (row, (class, by_words)) in classes.iter_mut().zip(by_words).enumerate() {
            let by_phone = !self.phone.is_empty() && possible.by_phone.has(row);
            let found = if by_phone {
                by_words.min(class::FACTS)
            } else {
                by_words
            };
            *class = (*class).max(found);
        }
    }
}

fn word_classes(segment: &Segment, word: &Finder<'_>, candidates: &Classes) -> Box<Classes> {
    let mut classes = Box::new([class::NONE; SEGMENT_ROWS]);
    if let Some(zones) = one(word.needle()).and_then(|byte| segment.signs().letter(byte)) {
        // The best place counts: it is marked last.
        for (zone, class) in zones.iter().zip(class::WORD_STARTS..=class::NOTES).rev() {
            zone.each(|row| mark(&mut classes, row, class));
        }
        return classes;
    }
    let wanted = |row| at(candidates, row) != class::NONE;
    segment.facts().sweep(word, wanted, |row, text, place| {
        let heads = segment.heads(row);
        let class = if place < heads.name {
            let name = text.get(..heads.name).unwrap_or(text);
            if starts_a_word(name, word.needle(), place) {
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

fn one(word: &[u8]) -> Option<u8> {
    match word {
        [byte] => Some(*byte),
        _ => None,
    }
}

/// Whether this place in the name, where the word was found, or a later one is at the start of a word.
fn starts_a_word(name: &str, word: &[u8], place: usize) -> bool {
    let bytes = name.as_bytes();
    let (Some(rest), Some(first)) = (bytes.get(place..), word.first()) else {
        return false;
    };
    // Names are short: going through the bytes takes less time than setting up a search.
    let mut places = rest.iter().enumerate().filter(|(_, byte)| *byte == first);
    places.any(|(n, _)| {
        let at = place + n;
        let after_word = match at.checked_sub(1).and_then(|before| bytes.get(before)) {
            None => false,
            Some(before) if before.is_ascii() => before.is_ascii_alphanumeric(),
            Some(_) => {
                let before = name.get(..at).and_then(|before| before.chars().next_back());
                before.is_some_and(char::is_alphanumeric)
            }
        };
        !after_word && bytes.get(at..).is_some_and(|rest| rest.starts_with(word))
    })
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
