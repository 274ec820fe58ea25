//! What is known of one column by itself: what its name says and what its values look like.

use crate::amount::looks_like_amount;
use crate::day::parse_day;
use crate::values::Kind;
use crate::words::{self, Meaning, Reading};
use tendero_domain::{DayOrder, Field, ImportColumn};

/// What is known of one column.
pub(super) struct Facts {
    /// What its name says.
    pub(super) reading: Option<Reading>,
    /// Cells with a value.
    pub(super) filled: usize,
    /// What each of them looks like.
    pub(super) kinds: Vec<Kind>,
    /// Values that occur once.
    pub(super) single: usize,
    /// Values without repetitions.
    distinct: usize,
    /// Values that can be read as a day, a spreadsheet's day number included.
    pub(super) days: usize,
    /// Values that can be read as an amount with either decimal sign.
    pub(super) amounts: usize,
    /// Values that are a link or longer than a name.
    pub(super) unlike_names: usize,
    /// Values with nine digits that begin as Spanish telephone numbers do.
    pub(super) mobiles: usize,
    /// Values that are a word for a status.
    statuses: usize,
}

impl Facts {
    /// Facts about the column at this place.
    pub(super) fn of(name: &str, rows: &[&[String]], at: usize) -> Self {
        let values = || cells(rows, at);
        let count = |is: &dyn Fn(&str) -> bool| values().filter(|value| is(value)).count();
        let mut sorted: Vec<&str> = values().collect();
        sorted.sort_unstable();
        let single = sorted.chunk_by(|a, b| a == b).filter(|run| run.len() == 1);
        let mut facts = Self {
            reading: words::read(name),
            filled: sorted.len(),
            kinds: values().map(Kind::of).collect(),
            single: single.count(),
            distinct: sorted.chunk_by(|a, b| a == b).count(),
            days: count(&|value| parse_day_any(value)),
            amounts: count(&looks_like_amount),
            unlike_names: count(&|value| value.contains("://") || value.chars().count() > 80),
            mobiles: count(&|value| value.len() == 9 && value.starts_with(['6', '7', '8', '9'])),
            statuses: count(&is_status),
        };
        facts.doubt();
        facts
    }

    /// Takes a name back that the values contradict.
    fn doubt(&mut self) {
        let Some(meaning) = self.reading.as_ref().map(|r| r.meaning) else {
            return;
        };
        let wholes = self.mostly(self.wholes(), 80);
        let better = match meaning {
            // "Customer: 17850" is a key.
            Meaning::FullName if wholes => Some(Meaning::CustomerId),
            Meaning::Estado if self.statuses == 0 => Some(field(Field::Region)),
            Meaning::Estado => None,
            // The number of the house alone is no street.
            street if street == field(Field::Street) && wholes => None,
            // "Contact: telephone" says how, not who.
            person
                if person == field(Field::Person)
                    && self.filled >= 50
                    && self.distinct * 20 <= self.filled =>
            {
                None
            }
            other => Some(other),
        };
        self.reading = self
            .reading
            .take()
            .zip(better)
            .map(|(reading, meaning)| Reading { meaning, ..reading });
    }

    pub(super) fn means(&self, meaning: Meaning) -> bool {
        self.reading.as_ref().is_some_and(|r| r.meaning == meaning)
    }

    /// How many values look like that.
    pub(super) fn has(&self, kind: Kind) -> usize {
        self.kinds.iter().filter(|k| **k == kind).count()
    }

    /// Whether at least so many percent of the values are of a kind, and there is one.
    pub(super) fn mostly(&self, part: usize, percent: usize) -> bool {
        part > 0 && part * 100 >= self.filled * percent
    }

    /// How many values are digits only.
    pub(super) fn wholes(&self) -> usize {
        self.kinds.iter().filter(|kind| kind.is_whole()).count()
    }

    pub(super) fn reads_as_days(&self) -> bool {
        self.filled == 0 || self.mostly(self.days, 50)
    }

    pub(super) fn reads_as_amounts(&self) -> bool {
        self.filled == 0 || self.mostly(self.amounts, 50)
    }
}

const fn field(field: Field) -> Meaning {
    Meaning::Column(ImportColumn::Field(field))
}

/// The values of a column.
pub(super) fn cells<'r>(rows: &'r [&'r [String]], at: usize) -> impl Iterator<Item = &'r str> {
    rows.iter()
        .filter_map(move |row| row.get(at))
        .map(String::as_str)
        .filter(|cell| !cell.is_empty())
}

fn parse_day_any(value: &str) -> bool {
    [
        DayOrder::DayMonthYear,
        DayOrder::MonthDayYear,
        DayOrder::YearMonthDay,
    ]
    .into_iter()
    .any(|order| parse_day(value, order).is_some())
}

/// Words that a column "estado" holds when it is no region of Mexico.
fn is_status(value: &str) -> bool {
    let folded = tendero_domain::fold(value);
    let words = "activo activa inactivo inactiva alta baja pendiente pagado pagada abierto abierta cerrado cerrada nuevo nueva \
                 perdido perdida ganado ganada cancelado cancelada enviado enviada completado completada si no ok";
    words.split(' ').any(|word| word == folded)
}
