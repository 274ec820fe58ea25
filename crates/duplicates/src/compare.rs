//! How far two records agree, field by field.

use crate::kind::Kind;
use crate::letters::{Letters, edits, jaro_winkler};
use crate::level::{Level, Pattern};
use crate::records::{Field, Records, Value, Word};

/// Compares the records of a table with each other.
#[derive(Debug)]
pub(crate) struct Comparison<'a> {
    records: &'a Records,
    /// Places of given name and surname among the fields, where both are there.
    names: Option<(usize, usize)>,
    /// What each word of each field says, in nats.
    says: Vec<Vec<f32>>,
}

impl<'a> Comparison<'a> {
    pub(crate) fn new(records: &'a Records) -> Self {
        let place = |kind| records.fields.iter().position(|field| field.kind == kind);
        let all = records.len() as f32;
        let says = |word: &Word| match word.is_filler {
            true => 0.1,
            false => (1.0 + all / word.records.max(1) as f32).ln(),
        };
        Self {
            records,
            names: place(Kind::GivenName).zip(place(Kind::Surname)),
            says: records
                .fields
                .iter()
                .map(|field| field.words.iter().map(says).collect())
                .collect(),
        }
    }

    /// The levels of two records.
    pub(crate) fn pattern(&self, a: usize, b: usize) -> Pattern {
        let mut pattern = Pattern::default();
        for ((at, field), says) in self.records.fields.iter().enumerate().zip(&self.says) {
            pattern.set(at, straight(field, says, a, b));
        }
        if let Some(exchanged) = self.exchanged(pattern, a, b) {
            return exchanged;
        }
        pattern
    }

    /// Whether given name and surname agree only when they are exchanged.
    pub(crate) fn is_exchanged(&self, a: usize, b: usize) -> bool {
        let mut pattern = Pattern::default();
        if let Some((given, surname)) = self.names {
            for at in [given, surname] {
                if let Some(field) = self.records.fields.get(at) {
                    pattern.set(at, straight(field, &[], a, b));
                }
            }
        }
        self.exchanged(pattern, a, b).is_some()
    }

    /// Where the names do not agree as they stand, they may have been put into each other's column.
    fn exchanged(&self, mut pattern: Pattern, a: usize, b: usize) -> Option<Pattern> {
        let (given, surname) = self.names?;
        if pattern.get(given).max(pattern.get(surname)) > Level::DISTANT {
            return None;
        }
        let fields = &self.records.fields;
        let (givens, surnames) = fields.get(given).zip(fields.get(surname))?;
        let cross = |x: Option<&Value>, y: Option<&Value>| match (x, y) {
            (Some(x), Some(y)) => by_letters(x, y),
            _ => Level::MISSING,
        };
        let one = cross(givens.value(a), surnames.value(b));
        let other = cross(surnames.value(a), givens.value(b));
        if one.min(other) >= Level::ALIKE {
            // Exchanging is as frequent among strangers as with one person: it is no evidence in itself.
            pattern.set(given, one.max(other));
            pattern.set(surname, one.min(other));
        } else if one.min(other) == Level::MISSING && one.max(other) >= Level::CLOSE {
            pattern.set(given, crossed(one.max(other)));
            pattern.set(surname, Level::MISSING);
        } else {
            return None;
        }
        Some(pattern)
    }
}

fn crossed(level: Level) -> Level {
    match level {
        level if level.is_equal() => Level::CROSSED_EQUAL,
        Level::CLOSE | Level::SAME => Level::CROSSED_CLOSE,
        _ => Level::DIFFERENT,
    }
}

fn straight(field: &Field, says: &[f32], a: usize, b: usize) -> Level {
    let (Some(x), Some(y)) = (field.value(a), field.value(b)) else {
        return Level::MISSING;
    };
    if field.cells.get(a) == field.cells.get(b) {
        return Level::equal(x.records);
    }
    match field.kind {
        Kind::GivenName => given_names(field, x, y),
        Kind::Surname => surnames(field, x, y),
        Kind::BirthDate => dates(&x.letters, &y.letters),
        Kind::Phone | Kind::HouseNumber => list(field, x, y, numbers),
        Kind::Mail => list(field, x, y, mails),
        Kind::OfficialId | Kind::PostalCode => numbers(&x.letters, &y.letters),
        _ => texts(field, says, x, y),
    }
}

/// Two words by their letters.
fn by_letters(x: &Value, y: &Value) -> Level {
    if x.letters == y.letters {
        return Level::equal(x.records.max(y.records));
    }
    spelling(&x.letters, &y.letters)
}

/// Jaro and Winkler's similarity, or 0 where it cannot reach this.
fn similarity(x: &Letters, y: &Letters, least: f32) -> f32 {
    // Four equal letters at the beginning add at most four tenths of what is missing.
    if x.may_be_alike(y, (least - 0.4) / 0.6) {
        jaro_winkler(x.units(), y.units())
    } else {
        0.0
    }
}

fn spelling(x: &Letters, y: &Letters) -> Level {
    let shorter = x.len().min(y.len());
    let similarity = similarity(x, y, 0.78);
    if similarity < 0.7 {
        return Level::DIFFERENT;
    }
    let distance = if x.may_be_within(y, 3) {
        edits(x.units(), y.units())
    } else {
        usize::MAX
    };
    match distance {
        0 | 1 if shorter >= 3 => Level::CLOSE,
        2 if shorter >= 8 => Level::CLOSE,
        2 if shorter >= 5 => Level::ALIKE,
        3 if shorter >= 9 => Level::ALIKE,
        _ if similarity >= 0.88 && shorter >= 3 => Level::ALIKE,
        _ if similarity >= 0.78 => Level::DISTANT,
        _ => Level::DIFFERENT,
    }
}

fn given_names(field: &Field, x: &Value, y: &Value) -> Level {
    let spelling = by_letters(x, y);
    if spelling >= Level::SAME {
        return spelling;
    }
    let first = |value: &Value| value.words.first().and_then(|word| field.word(*word));
    if let (Some(a), Some(b)) = (first(x), first(y)) {
        if a.nickname != 0 && a.nickname == b.nickname {
            return Level::SAME;
        }
        let initial = a.letters.len().min(b.letters.len()) == 1;
        if initial && a.letters.units().first() == b.letters.units().first() {
            return spelling.max(Level::ALIKE);
        }
    }
    spelling.max(part_of(x, y))
}

fn surnames(field: &Field, x: &Value, y: &Value) -> Level {
    let spelling = by_letters(x, y);
    if spelling >= Level::CLOSE {
        return spelling;
    }
    let part = part_of(x, y);
    if part > Level::DIFFERENT {
        return part;
    }
    // Of two surnames the first one with a slip.
    let first = |value: &Value| {
        value
            .words
            .iter()
            .filter_map(|w| field.word(*w))
            .find(|word| word.letters.len() > 2)
    };
    let two = x.words.len().max(y.words.len()) > 1;
    match (first(x), first(y)) {
        (Some(a), Some(b)) if two && is_within(&a.letters, &b.letters, 1) => {
            spelling.max(Level::ALIKE)
        }
        _ => spelling,
    }
}

/// Whether the words of one are among those of the other ("garcia" and "garcia lopez").
fn part_of(x: &Value, y: &Value) -> Level {
    let (few, many) = if x.words.len() <= y.words.len() {
        (x, y)
    } else {
        (y, x)
    };
    if many.words.len() > 1 && few.words.iter().all(|word| many.words.contains(word)) {
        Level::SAME
    } else {
        Level::DIFFERENT
    }
}

fn is_within(x: &Letters, y: &Letters, most: usize) -> bool {
    x.may_be_within(y, most) && edits(x.units(), y.units()) <= most
}

/// Two codes of digits or of letters as exact.
fn numbers(x: &Letters, y: &Letters) -> Level {
    if !x.may_be_within(y, 2) {
        return Level::DIFFERENT;
    }
    let shorter = x.len().min(y.len());
    match edits(x.units(), y.units()) {
        0 => Level::SAME,
        1 if shorter >= 2 => Level::CLOSE,
        2 if shorter >= 5 => Level::ALIKE,
        _ => Level::DIFFERENT,
    }
}

const AT: u16 = b'@' as u16;

fn mails(x: &Letters, y: &Letters) -> Level {
    let user = |mail: &Letters| {
        let user = mail.units().split(|unit| *unit == AT).next();
        user.map_or(0, <[u16]>::len)
    };
    let (user_x, domain_x) = x.units().split_at(user(x));
    let (user_y, domain_y) = y.units().split_at(user(y));
    if user_x == user_y && user_x.len() >= 4 {
        return Level::SAME;
    }
    // People of one name have numbers to be told apart: ana.gil7 is not ana.gil8.
    let differs_in_digits = without_digits(user_x).eq(without_digits(user_y));
    let distance = if x.may_be_within(y, 4) {
        edits(x.units(), y.units())
    } else {
        usize::MAX
    };
    match distance {
        _ if differs_in_digits => Level::DISTANT,
        1 | 2 => Level::CLOSE,
        3 | 4 if x.len().min(y.len()) > 14 => Level::ALIKE,
        _ if domain_x == domain_y || similarity(x, y, 0.88) >= 0.88 => Level::DISTANT,
        _ => Level::DIFFERENT,
    }
}

fn without_digits(units: &[u16]) -> impl Iterator<Item = &u16> {
    let is_digit = |unit: &u16| (u16::from(b'0')..=u16::from(b'9')).contains(unit);
    units.iter().filter(move |unit| !is_digit(unit))
}

/// The best agreement between the values of two lists.
fn list(field: &Field, x: &Value, y: &Value, compare: fn(&Letters, &Letters) -> Level) -> Level {
    let mut best = Level::DIFFERENT;
    for a in &x.words {
        for b in &y.words {
            let Some((one, other)) = field.word(*a).zip(field.word(*b)) else {
                continue;
            };
            let level = if a == b {
                Level::equal(one.records)
            } else {
                compare(&one.letters, &other.letters)
            };
            best = best.max(level);
        }
    }
    best
}

/// Two days of birth, eight digits each.
fn dates(x: &Letters, y: &Letters) -> Level {
    let part = |date: &'_ Letters, from: usize, to: usize| -> [u16; 2] {
        let part = date.units().get(from..to).unwrap_or_default();
        [
            part.first().copied().unwrap_or(0),
            part.last().copied().unwrap_or(0),
        ]
    };
    let year = x.units().get(..4) == y.units().get(..4);
    let (month_x, day_x) = (part(x, 4, 6), part(x, 6, 8));
    let (month_y, day_y) = (part(y, 4, 6), part(y, 6, 8));
    if year && month_x == day_y && day_x == month_y {
        return Level::SAME;
    }
    let equal = u8::from(year) + u8::from(month_x == month_y) + u8::from(day_x == day_y);
    let distance = if x.may_be_within(y, 3) {
        edits(x.units(), y.units())
    } else {
        usize::MAX
    };
    match distance {
        0 | 1 => Level::CLOSE,
        2 => Level::ALIKE,
        _ if equal >= 2 => Level::ALIKE,
        _ if year || distance == 3 => Level::DISTANT,
        _ => Level::DIFFERENT,
    }
}

/// Names and addresses of several words: how much of what they say they share, rare words saying more.
fn texts(field: &Field, says: &[f32], x: &Value, y: &Value) -> Level {
    let (of_x, of_y) = (
        Shared::new(field, says, x, y),
        Shared::new(field, says, y, x),
    );
    let share = (of_x.found + of_y.found) / (of_x.all + of_y.all);
    let contained = of_x.found.min(of_y.found) / of_x.all.min(of_y.all);
    let by_words = if share >= 0.96 {
        Level::SAME
    } else if of_x.has_own && of_y.has_own {
        // Each has a word of its own: the café and the dining room of one hotel, a brother and a sister.
        if share >= 0.6 {
            Level::ALIKE
        } else if share >= 0.35 {
            Level::DISTANT
        } else {
            Level::DIFFERENT
        }
    } else if contained >= 0.96 || share >= 0.85 {
        Level::CLOSE
    } else if share >= 0.6 {
        Level::ALIKE
    } else if share >= 0.35 {
        Level::DISTANT
    } else {
        Level::DIFFERENT
    };
    by_words.max(spelling(&x.letters, &y.letters))
}

/// What of the words of one value is found in another.
struct Shared {
    /// What the words that are found say, in nats.
    found: f32,
    /// What all words say.
    all: f32,
    /// Whether a word that says something is like none of the other's.
    has_own: bool,
}

impl Shared {
    fn new(field: &Field, says: &[f32], x: &Value, y: &Value) -> Self {
        let mut shared = Self {
            found: 0.0,
            all: f32::MIN_POSITIVE,
            has_own: false,
        };
        for number in &x.words {
            let weight = says.get(*number as usize).copied().unwrap_or(1.0);
            shared.all += weight;
            if y.words.contains(number) {
                shared.found += weight;
            } else if let Some(word) = field.word(*number) {
                let others = y.words.iter().filter_map(|number| field.word(*number));
                let best = others
                    .map(|other| likeness(word, other))
                    .fold(0.0, f32::max);
                shared.found += weight * best;
                shared.has_own |= best == 0.0 && weight >= 1.0;
            }
        }
        shared
    }
}

/// How much one word may stand for another, from 0 to 1.
fn likeness(one: &Word, other: &Word) -> f32 {
    if one.nickname != 0 && one.nickname == other.nickname {
        return 0.95;
    }
    let (a, b) = (&one.letters, &other.letters);
    let shorter = a.len().min(b.len());
    if shorter == 1 && a.units().first() == b.units().first() {
        return 0.6;
    }
    if shorter >= 3 && (a.units().starts_with(b.units()) || b.units().starts_with(a.units())) {
        return 0.8;
    }
    let alike = if shorter < 4 {
        0.0
    } else {
        similarity(a, b, 0.9)
    };
    if alike >= 0.9 { alike - 0.05 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::Column;

    /// The level of the only field.
    fn level(kind: Kind, a: &str, b: &str) -> Level {
        levels(&[kind], &[a], &[b])[0]
    }

    fn levels(kinds: &[Kind], a: &[&str], b: &[&str]) -> Vec<Level> {
        let columns: Vec<Column> = kinds.iter().copied().map(Column::Field).collect();
        let mut records = Records::new(&columns);
        records.push(a, 0);
        records.push(b, 0);
        let comparison = Comparison::new(&records);
        let (pattern, back) = (comparison.pattern(0, 1), comparison.pattern(1, 0));
        assert_eq!(
            pattern, back,
            "the order of two records makes no difference"
        );
        (0..kinds.len()).map(|at| pattern.get(at)).collect()
    }

    fn check(kind: Kind, expect: Level, pairs: &[(&str, &str)]) {
        for (a, b) in pairs {
            let level = level(kind, a, b);
            let level = if level.is_equal() {
                Level::EQUAL
            } else {
                level
            };
            assert_eq!(level, expect, "{a} and {b}");
        }
    }

    #[test]
    fn given_names() {
        check(
            Kind::GivenName,
            Level::EQUAL,
            &[
                ("José", "JOSE"),
                ("Mari Carmen", "maricarmen"),
                ("  Ana ", "ana"),
            ],
        );
        check(
            Kind::GivenName,
            Level::SAME,
            &[
                ("Paco", "Francisco"),
                ("Pepe", "José"),
                ("Bob", "Robert"),
                ("Juan Antonio", "Juan"),
                ("Dña. Lola", "Dolores"),
            ],
        );
        check(
            Kind::GivenName,
            Level::CLOSE,
            &[("Francisco", "Fracnisco"), ("Robret", "Robert")],
        );
        check(Kind::GivenName, Level::ALIKE, &[("J.", "Joaquín")]);
        check(Kind::GivenName, Level::DIFFERENT, &[("Ana", "Pedro")]);
        check(
            Kind::GivenName,
            Level::MISSING,
            &[("", "Ana"), ("N/A", "Ana"), ("-", "")],
        );
    }

    #[test]
    fn one_of_two_surnames_is_the_same_said_otherwise() {
        check(
            Kind::Surname,
            Level::SAME,
            &[
                ("García", "García López"),
                ("De la Fuente Ruiz", "de la Fuente"),
            ],
        );
        check(
            Kind::Surname,
            Level::EQUAL,
            &[("García-López", "Garcia Lopez"), ("O'Brien", "OBrien")],
        );
        check(Kind::Surname, Level::CLOSE, &[("Gonzalez", "Gonzales")]);
        check(
            Kind::Surname,
            Level::ALIKE,
            &[("Gonzalez Ruiz", "Gonzales")],
        );
        check(Kind::Surname, Level::DIFFERENT, &[("García", "Pérez")]);
    }

    #[test]
    fn names_in_each_others_column() {
        let names = [Kind::GivenName, Kind::Surname];
        assert_eq!(
            levels(&names, &["Lucas", "Moreno"], &["Moreno", "Lucas"]),
            levels(&names, &["Lucas", "Moreno"], &["Lucas", "Moreno"])
                .iter()
                .map(|_| Level::equal(1))
                .collect::<Vec<_>>()
        );
        assert_eq!(
            levels(&names, &["Lucas", ""], &["", "Lucas"]),
            [Level::CROSSED_EQUAL, Level::MISSING]
        );
        assert_eq!(
            levels(&names, &["Lucas", "Moreno"], &["Moreno", "Pérez"]),
            [Level::DIFFERENT, Level::DIFFERENT]
        );
    }

    #[test]
    fn names_of_shops_and_whole_names() {
        check(
            Kind::Organisation,
            Level::EQUAL,
            &[
                ("Panadería Núñez, S.L.", "PANADERIA NUNEZ SL"),
                ("Foo Ltd", "Foo"),
            ],
        );
        check(
            Kind::Organisation,
            Level::SAME,
            &[
                ("Bar Pepe", "Pepe Bar"),
                ("The Apple Pan", "apple pan  the"),
            ],
        );
        check(
            Kind::Organisation,
            Level::CLOSE,
            &[
                ("Carnegie Deli", "Carnegie Delicatessen"),
                ("Restaurante Casa Lucio", "Casa Lucio"),
            ],
        );
        check(
            Kind::Organisation,
            Level::DIFFERENT,
            &[("Bar Central", "Librería Cervantes")],
        );
        check(
            Kind::FullName,
            Level::SAME,
            &[
                ("García López, Juan", "Juan García López"),
                ("Robert Smith", "Smith, Bob"),
            ],
        );
        check(
            Kind::FullName,
            Level::CLOSE,
            &[("Juan García", "Juan García López")],
        );
    }

    #[test]
    fn telephones_and_addresses_of_mail() {
        check(
            Kind::Phone,
            Level::EQUAL,
            &[
                ("+34 600 11 22 33", "600112233"),
                ("0034600112233", "600-112-233; 912345678"),
                ("310/246-1501", "(310) 246 1501 x12"),
            ],
        );
        check(Kind::Phone, Level::CLOSE, &[("600112233", "600112234")]);
        check(Kind::Phone, Level::DIFFERENT, &[("600112233", "912345678")]);
        check(
            Kind::Mail,
            Level::EQUAL,
            &[
                ("Ana@Example.com", "<ana@example.com>"),
                ("a.b@x.es, c@y.es", "C@y.es"),
            ],
        );
        check(
            Kind::Mail,
            Level::SAME,
            &[("anagarcia@gmail.com", "anagarcia@hotmail.com")],
        );
        check(
            Kind::Mail,
            Level::CLOSE,
            &[("ana.garcia@gmail.com", "anna.garcia@gmail.com")],
        );
        check(
            Kind::Mail,
            Level::DISTANT,
            &[
                ("ana@empresa.es", "luis@empresa.es"),
                ("ana.gil7@x.es", "ana.gil81@x.es"),
            ],
        );
        check(
            Kind::Mail,
            Level::DIFFERENT,
            &[("ana@empresa.es", "luis@tienda.com")],
        );
    }

    #[test]
    fn days_of_birth() {
        check(
            Kind::BirthDate,
            Level::EQUAL,
            &[
                ("1971-06-24", "24/06/1971"),
                ("19710624", "24 jun 1971"),
                ("06/24/1971", "24.6.71"),
            ],
        );
        check(
            Kind::BirthDate,
            Level::SAME,
            &[("1971-06-05", "1971-05-06")],
        );
        check(
            Kind::BirthDate,
            Level::CLOSE,
            &[("1971-06-24", "1971-06-25"), ("1971-06-24", "1971-06-42")],
        );
        check(
            Kind::BirthDate,
            Level::ALIKE,
            &[("1971-06-24", "1983-06-24")],
        );
        check(
            Kind::BirthDate,
            Level::DIFFERENT,
            &[("1971-06-24", "1983-11-05")],
        );
    }

    #[test]
    fn addresses() {
        let whole = |a, b| levels(&[Kind::Street, Kind::HouseNumber], &[a, a], &[b, b]);
        assert!(
            whole("C/ Mayor, 5, 2º B", "Calle Mayor 5")
                .iter()
                .all(|level| level.is_equal())
        );
        assert!(
            whole("435 s. la cienega blv.", "435 S La Cienega Blvd")
                .iter()
                .all(|level| level.is_equal())
        );
        assert!(
            whole("13 w. 54th st.  off 5th ave.", "13 W 54th Street")
                .iter()
                .all(|level| level.is_equal())
        );
        assert_eq!(whole("Calle Mayor 5", "Calle Mayor 7")[1], Level::DIFFERENT);
        check(
            Kind::City,
            Level::CLOSE,
            &[("New York", "new york city"), ("Barcelona", "Bacelona")],
        );
        check(
            Kind::PostalCode,
            Level::EQUAL,
            &[("08001", "8001"), ("SW1A 1AA", "sw1a1aa")],
        );
        check(Kind::PostalCode, Level::CLOSE, &[("28013", "28031")]);
        check(
            Kind::OfficialId,
            Level::EQUAL,
            &[("12.345.678-Z", "12345678z")],
        );
    }

    #[test]
    fn a_rare_value_is_told_from_a_common_one() {
        let mut records = Records::new(&[Column::Field(Kind::GivenName)]);
        for _ in 0..600 {
            records.push(&["Juan"], 0);
        }
        records.push(&["Ermenegildo"], 0);
        records.push(&["Ermenegildo"], 0);
        let comparison = Comparison::new(&records);
        assert!(comparison.pattern(600, 601).get(0) > comparison.pattern(0, 1).get(0));
    }
}
