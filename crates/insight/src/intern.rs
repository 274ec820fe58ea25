//! Values that many rows share, each held once and named by a small number.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use tendero_domain::fold;

/// Values and their codes. A value without rows frees its code for another one.
#[derive(Debug)]
pub(crate) struct Interner<T: ?Sized> {
    places: Vec<Place<T>>,
    codes: HashMap<Arc<T>, u32>,
    free: Vec<u32>,
}

#[derive(Debug)]
struct Place<T: ?Sized> {
    value: Arc<T>,
    /// Rows that hold the value; 0 for a free place.
    rows: u32,
}

impl<T: ?Sized> Default for Interner<T> {
    fn default() -> Self {
        Self {
            places: Vec::new(),
            codes: HashMap::new(),
            free: Vec::new(),
        }
    }
}

impl<T: ?Sized + Hash + Eq> Interner<T>
where
    Arc<T>: for<'a> From<&'a T> + Borrow<T>,
{
    /// The code of a value, for one more row; and whether the value is new.
    pub(crate) fn hold(&mut self, value: &T) -> (u32, bool) {
        if let Some(code) = self.codes.get(value) {
            if let Some(place) = self.places.get_mut(*code as usize) {
                place.rows += 1;
            }
            return (*code, false);
        }
        let value: Arc<T> = value.into();
        let place = Place {
            value: Arc::clone(&value),
            rows: 1,
        };
        let code = match self.free.pop() {
            Some(code) => {
                if let Some(free) = self.places.get_mut(code as usize) {
                    *free = place;
                }
                code
            }
            None => {
                self.places.push(place);
                self.places.len() as u32 - 1
            }
        };
        self.codes.insert(value, code);
        (code, true)
    }

    /// One row less holds the value; gives the value back when that was the last one.
    pub(crate) fn release(&mut self, code: u32) -> Option<Arc<T>> {
        let place = self.places.get_mut(code as usize)?;
        place.rows = place.rows.checked_sub(1)?;
        if place.rows > 0 {
            return None;
        }
        self.codes.remove(&*place.value);
        self.free.push(code);
        Some(Arc::clone(&place.value))
    }

    pub(crate) fn get(&self, code: u32) -> Option<&T> {
        self.places.get(code as usize).map(|place| &*place.value)
    }

    /// Codes ever given, free ones too.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The values in the order of their codes; those of free codes are left over from before.
    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.places.iter().map(|place| &*place.value)
    }

    /// Bytes of memory held, values by this measure.
    pub(crate) fn bytes(&self, of_value: impl Fn(&T) -> usize) -> usize {
        let values: usize = self.values().map(|value| of_value(value) + 16).sum();
        values
            + self.places.capacity() * size_of::<Place<T>>()
            + table_bytes::<(Arc<T>, u32)>(self.codes.capacity())
            + self.free.capacity() * 4
    }
}

/// Bytes of a hash table of the standard library: entries and a control byte each, an eighth kept free.
pub(crate) fn table_bytes<Entry>(capacity: usize) -> usize {
    capacity / 7 * 8 * (size_of::<Entry>() + 1)
}

/// Interned texts, each also folded.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    texts: Interner<str>,
    folded: Vec<Arc<str>>,
}

impl Texts {
    pub(crate) fn hold(&mut self, text: &str) -> u32 {
        let (code, new) = self.texts.hold(text);
        if new {
            let folded: Arc<str> = fold(text).into();
            match self.folded.get_mut(code as usize) {
                Some(place) => *place = folded,
                None => self.folded.push(folded),
            }
        }
        code
    }

    pub(crate) fn release(&mut self, code: u32) {
        self.texts.release(code);
    }

    pub(crate) fn get(&self, code: u32) -> &str {
        self.texts.get(code).unwrap_or_default()
    }

    pub(crate) fn folded(&self, code: u32) -> &str {
        self.folded.get(code as usize).map_or("", |text| text)
    }

    /// The folded texts in the order of their codes.
    pub(crate) fn all_folded(&self) -> impl Iterator<Item = &str> {
        self.folded.iter().map(|text| &**text)
    }

    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    pub(crate) fn bytes(&self) -> usize {
        let folded: usize = self.folded.iter().map(|text| text.len() + 16).sum();
        self.texts.bytes(str::len) + folded + self.folded.capacity() * size_of::<Arc<str>>()
    }
}

/// Interned lists of tags.
#[derive(Debug, Default)]
pub(crate) struct TagLists {
    tags: Texts,
    lists: Interner<[u32]>,
}

impl TagLists {
    pub(crate) fn hold(&mut self, tags: &[&str]) -> u32 {
        let codes: Vec<u32> = tags.iter().map(|tag| self.tags.hold(tag)).collect();
        let (list, new) = self.lists.hold(&codes);
        if !new {
            // A list holds each of its tags once, however many rows have the list.
            codes.into_iter().for_each(|tag| self.tags.release(tag));
        }
        list
    }

    pub(crate) fn release(&mut self, list: u32) {
        if let Some(tags) = self.lists.release(list) {
            tags.iter().for_each(|tag| self.tags.release(*tag));
        }
    }

    /// The tags by themselves.
    pub(crate) fn tags(&self) -> &Texts {
        &self.tags
    }

    /// The codes of a list's tags.
    pub(crate) fn list(&self, list: u32) -> &[u32] {
        self.lists.get(list).unwrap_or_default()
    }

    /// All lists in the order of their codes.
    pub(crate) fn lists(&self) -> impl Iterator<Item = &[u32]> {
        self.lists.values()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.tags.bytes() + self.lists.bytes(size_of_val)
    }
}
