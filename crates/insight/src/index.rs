//! The index of all customers.

use crate::{Counts, CustomerRow, Facets, IndexError, RowNo, Selection, SortColumn, rule_fits};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tendero_domain::{Condition, CustomerId, Day, DayTest, NumberTest, Rule, TextTest, fold};

/// Rows of a segment: what is stored, and marked as changed, as one piece.
pub const SEGMENT_ROWS: usize = 4096;

/// All customers, in memory.
#[derive(Debug, Default)]
pub struct Index {
    rows: Vec<CustomerRow>,
    by_id: HashMap<CustomerId, u32>,
    dirty: BTreeSet<u32>,
    revision: u64,
}

impl Index {
    /// Takes a customer in, or puts the row in the place of the one with the same identifier.
    pub fn put(&mut self, row: CustomerRow) {
        self.revision += 1;
        let next = self.rows.len() as u32;
        let at = *self.by_id.entry(row.id).or_insert(next);
        self.dirty.insert(at / SEGMENT_ROWS as u32);
        match self.rows.get_mut(at as usize) {
            Some(place) => *place = row,
            None => self.rows.push(row),
        }
    }

    /// The customer in a row.
    #[must_use]
    pub fn row(&self, at: RowNo) -> CustomerRow {
        let blank = || CustomerRow::blank(CustomerId::from_bytes([0; 16]), [0; 16]);
        self.rows.get(at.0 as usize).cloned().unwrap_or_else(blank)
    }

    /// The row of a customer.
    #[must_use]
    pub fn find(&self, id: CustomerId) -> Option<RowNo> {
        self.by_id.get(&id).copied().map(RowNo)
    }

    /// Where the engine keeps a customer's document.
    #[must_use]
    pub fn home(&self, id: CustomerId) -> Option<[u8; 16]> {
        self.find(id)
            .and_then(|at| self.rows.get(at.0 as usize))
            .map(|row| row.home)
    }

    /// All rows, deleted ones too.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Rows that are not deleted.
    #[must_use]
    pub fn live(&self) -> usize {
        self.rows.iter().filter(|row| !row.deleted).count()
    }

    /// Rises with every change.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The rows that pass a selection, in its order.
    #[must_use]
    pub fn select(&self, wanted: &Selection<'_>, today: Day) -> Vec<RowNo> {
        if wanted.rule.is_some_and(|rule| !rule_fits(rule)) {
            return Vec::new();
        }
        let query = fold(wanted.search);
        let mut found: Vec<(u8, u32, &CustomerRow)> = Vec::new();
        for (at, row) in (0..).zip(&self.rows) {
            let passes = row.deleted == wanted.deleted
                && wanted.rule.is_none_or(|rule| holds(rule, row, today));
            if let (true, Some(rank)) = (passes, rank(&query, row)) {
                found.push((rank, at, row));
            }
        }
        found.sort_by(|(rank_a, _, a), (rank_b, _, b)| {
            let by = |key: &dyn Fn(&CustomerRow) -> Option<i128>| {
                blank_last(key(a), key(b), wanted.descending)
            };
            let text = |key: &dyn Fn(&CustomerRow) -> &str| {
                let folded = |row| Some(fold(key(row))).filter(|text| !text.is_empty());
                blank_last(folded(a), folded(b), wanted.descending)
            };
            let day = |day: Option<Day>| day.map(|day| i128::from(day.0));
            let first = match wanted.column {
                SortColumn::Match if !query.is_empty() => {
                    blank_last(Some(rank_a), Some(rank_b), wanted.descending)
                }
                SortColumn::Match | SortColumn::Name => text(&|row| &row.name),
                SortColumn::Person => text(&|row| &row.person),
                SortColumn::City => text(&|row| &row.city),
                SortColumn::Country => text(&|row| &row.country),
                SortColumn::Orders => by(&|row| Some(row.orders.into())),
                SortColumn::Total => by(&|row| Some(row.total_minor.into())),
                SortColumn::LastPurchase => by(&|row| day(row.last_purchase)),
                SortColumn::LastContact => by(&|row| day(row.last_contact)),
                SortColumn::Created => by(&|row| day(row.created)),
            };
            let name = |row: &CustomerRow| Some(fold(&row.name)).filter(|text| !text.is_empty());
            first
                .then_with(|| blank_last(name(a), name(b), false))
                .then_with(|| a.id.cmp(&b.id))
        });
        found.into_iter().map(|(_, at, _)| RowNo(at)).collect()
    }

    /// How many a rule holds for, as a whole and part by part.
    #[must_use]
    pub fn count(&self, rule: &Rule, today: Day) -> Counts {
        let mut counts = Counts::default();
        let fits = rule_fits(rule);
        rule.walk(&mut |part| {
            let passing = self
                .rows
                .iter()
                .filter(|row| fits && !row.deleted && holds(part, row, today));
            counts.each.push(passing.count() as u64);
        });
        let mut sum = 0i128;
        for row in self.rows.iter().filter(|row| !row.deleted) {
            if fits && holds(rule, row, today) {
                counts.total += 1;
                sum += i128::from(row.total_minor);
            }
        }
        counts.total_minor = sum.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
        counts
    }

    /// The values that occur, at most so many of each kind.
    #[must_use]
    pub fn facets(&self, limit: usize) -> Facets {
        let live = || self.rows.iter().filter(|row| !row.deleted);
        Facets {
            cities: tally(live().map(|row| core::slice::from_ref(&row.city)), limit),
            countries: tally(live().map(|row| core::slice::from_ref(&row.country)), limit),
            tags: tally(live().map(|row| row.tags.as_slice()), limit),
        }
    }

    /// Number of segments.
    #[must_use]
    pub fn segments(&self) -> u32 {
        self.rows.len().div_ceil(SEGMENT_ROWS) as u32
    }

    /// The segments that differ from what was last loaded or marked clean, in rising order.
    #[must_use]
    pub fn dirty(&self) -> Vec<u32> {
        self.dirty.iter().copied().collect()
    }

    /// A segment as bytes; a segment that is not there is one without rows.
    #[must_use]
    pub fn encode_segment(&self, n: u32) -> Vec<u8> {
        let rows = self.rows.chunks(SEGMENT_ROWS).nth(n as usize);
        let rows: Vec<_> = rows.unwrap_or_default().iter().collect();
        postcard::to_extend(&rows, Vec::new()).unwrap_or_default()
    }

    /// Notes that a segment is stored as it is now.
    pub fn set_clean(&mut self, n: u32) {
        self.dirty.remove(&n);
    }

    /// Appends a stored segment; a customer who is already there is replaced.
    ///
    /// # Errors
    /// [`IndexError`] when the version is not known or the bytes are damaged; nothing is taken in then.
    pub fn load_segment(&mut self, bytes: &[u8]) -> Result<(), IndexError> {
        let rows: Vec<CustomerRow> =
            postcard::from_bytes(bytes).map_err(|_| IndexError::Damaged)?;
        let n = self.segments();
        rows.into_iter().for_each(|row| self.put(row));
        self.set_clean(n);
        Ok(())
    }

    /// Bytes of memory held, without the allocator's own.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.rows.len() * size_of::<CustomerRow>()
    }
}

fn blank_last<T: Ord>(a: Option<T>, b: Option<T>, descending: bool) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if descending => b.cmp(&a),
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

fn rank(query: &str, row: &CustomerRow) -> Option<u8> {
    let name = fold(&row.name);
    if name.starts_with(query) {
        return Some(0);
    }
    let mut worst = 1;
    for word in query.split(' ') {
        let others = [&row.email, &row.city, &row.phone, &row.key];
        let at_word = name.match_indices(word).any(|(at, _)| {
            !name
                .get(..at)
                .and_then(|before| before.chars().next_back())
                .is_some_and(char::is_alphanumeric)
        });
        let rank = if at_word {
            1
        } else if name.contains(word) || fold(&row.person).contains(word) {
            2
        } else if others
            .into_iter()
            .chain(&row.tags)
            .any(|text| fold(text).contains(word))
        {
            3
        } else if fold(&row.notes).contains(word) {
            4
        } else {
            return None;
        };
        worst = worst.max(rank);
    }
    Some(worst)
}

fn holds(rule: &Rule, row: &CustomerRow, today: Day) -> bool {
    match rule {
        Rule::All(rules) => rules.iter().all(|rule| holds(rule, row, today)),
        Rule::Any(rules) => rules.iter().any(|rule| holds(rule, row, today)),
        Rule::Not(rule) => !holds(rule, row, today),
        Rule::Is(Condition::City(test)) => text_holds(test, &row.city),
        Rule::Is(Condition::Country(test)) => text_holds(test, &row.country),
        Rule::Is(Condition::Tag(tags)) => row
            .tags
            .iter()
            .any(|tag| tags.iter().any(|wanted| fold(wanted) == fold(tag))),
        Rule::Is(Condition::LastPurchase(test)) => match (*test, row.last_purchase) {
            (DayTest::Never, day) => day.is_none(),
            (_, None) => false,
            (DayTest::WithinDays(n), Some(day)) => {
                i64::from(today.0) - i64::from(day.0) <= i64::from(n)
            }
            (DayTest::NotWithinDays(n), Some(day)) => {
                i64::from(today.0) - i64::from(day.0) > i64::from(n)
            }
            (DayTest::Between(from, to), Some(day)) => from <= day && day <= to,
        },
        Rule::Is(Condition::Orders(test)) => number_holds(*test, row.orders.into()),
        Rule::Is(Condition::Total(test)) => number_holds(*test, row.total_minor),
    }
}

fn text_holds(test: &TextTest, text: &str) -> bool {
    let text = fold(text);
    match test {
        TextTest::OneOf(texts) => texts.iter().any(|wanted| fold(wanted) == text),
        TextTest::Contains(part) => text.contains(&fold(part)),
        TextTest::Blank => text.is_empty(),
    }
}

fn number_holds(test: NumberTest, number: i64) -> bool {
    match test {
        NumberTest::AtLeast(least) => number >= least,
        NumberTest::AtMost(most) => number <= most,
        NumberTest::Between(from, to) => from <= number && number <= to,
    }
}

fn tally<'a>(rows: impl Iterator<Item = &'a [String]>, limit: usize) -> Vec<(String, u32)> {
    let mut values: BTreeMap<String, (u32, BTreeMap<&str, u32>)> = BTreeMap::new();
    for texts in rows {
        let mut seen = BTreeSet::new();
        for text in texts {
            let folded = fold(text);
            if folded.is_empty() {
                continue;
            }
            let value = values.entry(folded.clone()).or_default();
            *value.1.entry(text).or_default() += 1;
            value.0 += u32::from(seen.insert(folded));
        }
    }
    let mut values: Vec<_> = values.into_iter().collect();
    values.sort_by(|(a, (many_a, _)), (b, (many_b, _))| many_b.cmp(many_a).then(a.cmp(b)));
    let most = |spellings: &BTreeMap<&str, u32>| {
        let best = spellings
            .iter()
            .max_by_key(|(text, n)| (**n, core::cmp::Reverse(**text)));
        best.map_or_else(String::new, |(text, _)| (*text).to_owned())
    };
    let named = values
        .iter()
        .map(|(_, (many, spellings))| (most(spellings), *many));
    named.take(limit).collect()
}
