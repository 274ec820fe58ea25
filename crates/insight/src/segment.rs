//! The columns of up to 4,096 rows.

use crate::CustomerRow;
use crate::arena::Arena;
use crate::bits::Bits;
use crate::fold::Folder;
use crate::phone::Phone;
use crate::search::class;
use crate::signs::{Seen, Signs};
use tendero_domain::{CustomerId, Day};

/// A row whose texts lie elsewhere.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowRef<'a> {
    pub(crate) id: CustomerId,
    pub(crate) home: [u8; 16],
    pub(crate) name: &'a str,
    pub(crate) person: &'a str,
    pub(crate) phone: &'a str,
    pub(crate) email: &'a str,
    pub(crate) city: &'a str,
    pub(crate) country: &'a str,
    pub(crate) key: &'a str,
    pub(crate) tags: &'a [&'a str],
    pub(crate) notes: &'a str,
    pub(crate) orders: u32,
    pub(crate) total_minor: i64,
    pub(crate) last_purchase: Option<Day>,
    pub(crate) last_contact: Option<Day>,
    pub(crate) created: Option<Day>,
    pub(crate) conflicts: u32,
    pub(crate) deleted: bool,
}

/// The codes of the values a row shares with others.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Codes {
    pub(crate) city: u32,
    pub(crate) country: u32,
    pub(crate) tags: u32,
}

/// How a day that is not known is held.
pub(crate) const NO_DAY: i32 = i32::MIN;

/// Columns; all of the same length.
#[derive(Debug, Default)]
pub(crate) struct Segment {
    pub(crate) ids: Vec<CustomerId>,
    pub(crate) homes: Vec<[u8; 16]>,
    pub(crate) cities: Vec<u32>,
    pub(crate) countries: Vec<u32>,
    pub(crate) tags: Vec<u32>,
    pub(crate) orders: Vec<u32>,
    pub(crate) totals: Vec<i64>,
    pub(crate) last_purchase: Vec<i32>,
    pub(crate) last_contact: Vec<i32>,
    pub(crate) created: Vec<i32>,
    pub(crate) conflicts: Vec<u32>,
    pub(crate) live: Bits,
    /// Name, person, phone, email, key and notes as written, without anything between them.
    written: Arena,
    /// Lengths of the first five of them.
    cuts: Vec<[u16; 5]>,
    /// What is searched first, folded: name, person, and, where not blank, email, city, key, phone and tags, a line each.
    facts: Arena,
    /// Lengths of folded name and person.
    heads: Vec<[u16; 2]>,
    /// Folded notes, a line each.
    notes: Arena,
    /// Digits of the phone numbers, as [`Phone`] writes them.
    digits: Arena,
    /// Of facts and notes.
    signs: Signs,
    pub(crate) dirty: bool,
}

impl Segment {
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// The deleted rows.
    pub(crate) fn deleted(&self) -> Bits {
        Bits::first(self.len()).and_not(&self.live)
    }

    /// Fills a row; one beyond the last is appended.
    pub(crate) fn set(&mut self, at: usize, row: &RowRef<'_>, codes: Codes, tools: &mut Tools) {
        let Tools { folder, scratch } = tools;
        if at < self.len() {
            self.signs.clear(at);
        }
        put(&mut self.ids, at, row.id);
        put(&mut self.homes, at, row.home);
        put(&mut self.cities, at, codes.city);
        put(&mut self.countries, at, codes.country);
        put(&mut self.tags, at, codes.tags);
        put(&mut self.orders, at, row.orders);
        put(&mut self.totals, at, row.total_minor);
        put(&mut self.last_purchase, at, day_in(row.last_purchase));
        put(&mut self.last_contact, at, day_in(row.last_contact));
        put(&mut self.created, at, day_in(row.created));
        put(&mut self.conflicts, at, row.conflicts);
        self.live.set(at, !row.deleted);

        let written = [row.name, row.person, row.phone, row.email, row.key].map(clip);
        put(&mut self.cuts, at, written.map(|text| text.len() as u16));
        let text = scratch.empty();
        written.iter().for_each(|part| text.push_str(part));
        text.push_str(clip(row.notes));
        self.written.set(at, text);

        let text = scratch.empty();
        let name = folder.line(text, row.name);
        let person = folder.line(text, row.person);
        put(&mut self.heads, at, [name as u16, person as u16]);
        for other in [row.email, row.city, row.key, row.phone] {
            folder.line_if_any(text, other);
        }
        let most = text.len() + CustomerRow::MAX_TEXT;
        for tag in row.tags {
            let before = text.len();
            folder.line_if_any(text, tag);
            if text.len() > most {
                text.truncate(before);
                break;
            }
        }
        let mut seen = Seen::default();
        let (names, others) = text.split_at_checked(name + person + 2).unwrap_or_default();
        seen.starts(names.get(..name).unwrap_or_default());
        seen.text(names, class::NAMES);
        seen.text(others, class::FACTS);
        self.facts.set(at, text);

        let text = scratch.empty();
        folder.line_if_any(text, row.notes);
        seen.text(text, class::NOTES);
        self.notes.set(at, text);
        self.signs.note(at, &seen);

        let text = scratch.empty();
        Phone::write(row.phone, text);
        self.digits.set(at, text);
    }

    /// The texts kept as written: name, person, phone, email, key, notes.
    pub(crate) fn written(&self, at: usize) -> [&str; 6] {
        let mut rest = self.written.get(at);
        let cuts = self.cuts.get(at).copied().unwrap_or_default();
        let [name, person, phone, email, key] = cuts.map(|length| {
            let (text, after) = rest
                .split_at_checked(usize::from(length))
                .unwrap_or_default();
            rest = after;
            text
        });
        [name, person, phone, email, key, rest]
    }

    /// The folded name.
    pub(crate) fn name(&self, at: usize) -> &str {
        self.facts
            .get(at)
            .get(..self.heads(at).name)
            .unwrap_or_default()
    }

    /// The folded person.
    pub(crate) fn person(&self, at: usize) -> &str {
        let heads = self.heads(at);
        self.facts
            .get(at)
            .get(heads.name + 1..heads.person)
            .unwrap_or_default()
    }

    /// Where name and person end in a row of [`facts`](Self::facts).
    pub(crate) fn heads(&self, at: usize) -> Heads {
        let [name, person] = self.heads.get(at).copied().unwrap_or_default();
        let name = usize::from(name);
        Heads {
            name,
            person: name + 1 + usize::from(person),
        }
    }

    pub(crate) fn facts(&self) -> &Arena {
        &self.facts
    }

    pub(crate) fn notes(&self) -> &Arena {
        &self.notes
    }

    pub(crate) fn digits(&self) -> &Arena {
        &self.digits
    }

    pub(crate) fn signs(&self) -> &Signs {
        &self.signs
    }

    /// Bytes of memory held.
    pub(crate) fn bytes(&self) -> usize {
        let texts = [&self.written, &self.facts, &self.notes, &self.digits].map(Arena::bytes);
        texts.iter().sum::<usize>()
            + self.signs.bytes()
            + held(&self.ids)
            + held(&self.homes)
            + held(&self.cities)
            + held(&self.countries)
            + held(&self.tags)
            + held(&self.orders)
            + held(&self.totals)
            + held(&self.last_purchase)
            + held(&self.last_contact)
            + held(&self.created)
            + held(&self.conflicts)
            + held(&self.cuts)
            + held(&self.heads)
            + size_of::<Self>()
    }
}

/// Where name and person end in a row's facts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heads {
    pub(crate) name: usize,
    pub(crate) person: usize,
}

/// What filling a row needs, made once for all.
#[derive(Debug, Default)]
pub(crate) struct Tools {
    folder: Folder,
    scratch: Scratch,
}

impl Tools {
    pub(crate) fn bytes(&self) -> usize {
        self.folder.bytes() + self.scratch.0.capacity()
    }
}

/// A text that is made anew for every row without asking for memory every time.
#[derive(Debug, Default)]
struct Scratch(String);

impl Scratch {
    fn empty(&mut self) -> &mut String {
        self.0.clear();
        &mut self.0
    }
}

/// A day as the columns hold it.
pub(crate) fn day_in(day: Option<Day>) -> i32 {
    day.map_or(NO_DAY, |day| day.0.max(NO_DAY + 1))
}

/// A day from a column.
pub(crate) fn day_out(day: i32) -> Option<Day> {
    (day != NO_DAY).then_some(Day(day))
}

/// The text cut to what an index keeps.
pub(crate) fn clip(text: &str) -> &str {
    let end = text.floor_char_boundary(CustomerRow::MAX_TEXT);
    text.get(..end).unwrap_or(text)
}

fn put<T>(column: &mut Vec<T>, at: usize, value: T) {
    match column.get_mut(at) {
        Some(place) => *place = value,
        None => column.push(value),
    }
}

fn held<T>(column: &Vec<T>) -> usize {
    column.capacity() * size_of::<T>()
}

impl Folder {
    /// Appends the folded text, cut to what an index keeps, as a line; gives its length.
    fn line(&self, out: &mut String, text: &str) -> usize {
        let start = out.len();
        self.fold_into(out, text);
        out.truncate(out.floor_char_boundary(start + CustomerRow::MAX_TEXT));
        let length = out.len() - start;
        out.push('\n');
        length
    }

    /// The same, but nothing for a blank text.
    fn line_if_any(&self, out: &mut String, text: &str) {
        if self.line(out, text) == 0 {
            out.pop();
        }
    }
}
