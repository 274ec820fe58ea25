//! What each column holds, from all names and values together.

mod facts;

use crate::ColumnGuess;
use crate::amount::guess_decimal;
use crate::day::guess_order;
use crate::values::Kind;
use crate::words::{self, Meaning};
use facts::{Facts, cells};
use tendero_domain::{DayOrder, DecimalSign, Field, ImportColumn};

/// What the columns hold and how their days and amounts are written.
pub(crate) struct Columns {
    pub(crate) guesses: Vec<ColumnGuess>,
    pub(crate) day_order: DayOrder,
    pub(crate) decimal: DecimalSign,
}

/// Guesses from the names (all empty where the file has none) and the rows of the beginning. Nothing is guessed twice.
///
/// `usual` is the decimal sign where no amount decides.
pub(crate) fn guess(names: &[String], rows: &[&[String]], usual: DecimalSign) -> Columns {
    let facts: Vec<Facts> = names
        .iter()
        .enumerate()
        .map(|(at, name)| Facts::of(name, rows, at))
        .collect();
    let mut table = Table {
        guesses: vec![None; facts.len()],
        facts,
    };
    table.by_names();
    table.by_values(names.iter().all(String::is_empty));
    let decimal = table.decimal(rows, usual);
    let american = words::is_american(names) && decimal == DecimalSign::Point;
    let day_order = table.day_order(rows, american);
    let guesses = names.iter().zip(table.guesses).map(|(name, guess)| {
        let (guess, sure) = guess.unwrap_or((ImportColumn::Skip, false));
        ColumnGuess {
            name: name.clone(),
            guess,
            sure,
        }
    });
    Columns {
        guesses: guesses.collect(),
        day_order,
        decimal,
    }
}

struct Table {
    facts: Vec<Facts>,
    guesses: Vec<Option<(ImportColumn, bool)>>,
}

impl Table {
    fn by_names(&mut self) {
        let deals = self.has(Meaning::Deal);
        let orders = !deals && self.are_orders();
        if orders {
            self.orders();
        } else if !deals {
            self.before();
        }
        self.names(deals);
        self.keys(deals, orders);
        self.places();
        for column in [
            ImportColumn::Field(Field::Phone),
            ImportColumn::Field(Field::Email),
            ImportColumn::Field(Field::TaxId),
            ImportColumn::Field(Field::Source),
            ImportColumn::Field(Field::About),
            ImportColumn::Tags,
            ImportColumn::Note,
        ] {
            self.take(column, Meaning::Column(column));
        }
    }

    /// Purchases have a day and an amount; a customer list with a last purchase and a total has both too, so the names decide.
    fn are_orders(&self) -> bool {
        let day =
            |f: &Facts| (f.means(Meaning::OrderDay) || f.means(Meaning::Date)) && f.reads_as_days();
        let of_order = Meaning::Column(ImportColumn::OrderAmount);
        let amount =
            |f: &Facts| (f.means(Meaning::Amount) || f.means(of_order)) && f.reads_as_amounts();
        let surely = self.has(of_order)
            || self.has(Meaning::OrderDay)
            || self.has(Meaning::Column(ImportColumn::OrderNumber));
        let before = [
            ImportColumn::BeforeCount,
            ImportColumn::BeforeTotal,
            ImportColumn::BeforeLast,
        ]
        .into_iter()
        .any(|column| self.has(Meaning::Column(column)));
        self.facts.iter().any(day) && self.facts.iter().any(amount) && (surely || !before)
    }

    fn orders(&mut self) {
        let number = ImportColumn::OrderNumber;
        self.take(number, Meaning::Column(number));
        for meaning in [Meaning::OrderDay, Meaning::Date] {
            self.take_if(ImportColumn::OrderDay, |f| {
                f.means(meaning) && f.reads_as_days()
            });
        }
        let amount = ImportColumn::OrderAmount;
        for meaning in [Meaning::Column(amount), Meaning::Amount] {
            self.take_if(amount, |f| f.means(meaning) && f.reads_as_amounts());
        }
        let lines = ImportColumn::OrderLines;
        self.take(lines, Meaning::Column(lines));
    }

    fn before(&mut self) {
        let (count, total, last) = (
            ImportColumn::BeforeCount,
            ImportColumn::BeforeTotal,
            ImportColumn::BeforeLast,
        );
        self.take_if(count, |f| {
            f.means(Meaning::Column(count)) && f.reads_as_amounts()
        });
        for meaning in [Meaning::Column(total), Meaning::Amount] {
            self.take_if(total, |f| f.means(meaning) && f.reads_as_amounts());
        }
        self.take_if(last, |f| {
            f.means(Meaning::Column(last)) && f.reads_as_days()
        });
    }

    /// The establishment leads, the person stands beneath; see `Field::Name`.
    fn names(&mut self, deals: bool) {
        let given = Meaning::Column(ImportColumn::GivenName);
        let family = Meaning::Column(ImportColumn::FamilyName);
        if self.has(family) && !self.has(given) {
            self.take(ImportColumn::GivenName, Meaning::Name);
        }
        let in_parts = self.has(given) || self.has(family);
        let name = ImportColumn::Field(Field::Name);
        let person = ImportColumn::Field(Field::Person);
        let mut named = self.take(name, Meaning::Company);
        if !deals {
            let whole = |f: &Facts| f.means(Meaning::Name) || f.means(Meaning::FullName);
            named = named || (!in_parts && self.take_if(name, whole));
            let _ = self.take(person, Meaning::Column(person)) || self.take_if(person, whole);
            self.take(ImportColumn::GivenName, given);
            self.take(ImportColumn::FamilyName, family);
        } else {
            self.take(person, Meaning::Column(person));
        }
        let legal = if named { Field::LegalName } else { Field::Name };
        self.take(ImportColumn::Field(legal), Meaning::Legal);
    }

    fn keys(&mut self, deals: bool, orders: bool) {
        let key = ImportColumn::Field(Field::ExternalKey);
        self.take(key, Meaning::CustomerId);
        if deals {
            return;
        }
        // A key that no two purchases share is the purchase's, unless nothing else tells who bought.
        let named = self.taken(key)
            || [Field::Name, Field::Person, Field::Email]
                .into_iter()
                .any(|field| self.taken(ImportColumn::Field(field)))
            || [Field::Email, Field::Phone]
                .into_iter()
                .any(|field| self.has(Meaning::Column(ImportColumn::Field(field))));
        let of_purchase = |f: &Facts| f.means(Meaning::Id) && f.single == f.filled;
        if orders && named {
            if !self.taken(ImportColumn::OrderNumber) {
                self.take_if(ImportColumn::OrderNumber, of_purchase);
            }
            if !self.taken(key) {
                self.take_if(key, |f| f.means(Meaning::Id) && !of_purchase(f));
            }
        } else if !self.taken(key) {
            self.take(key, Meaning::Id);
        }
    }

    /// One address, never the street of one and the city of another: that with the most values.
    fn places(&mut self) {
        let fields = [
            Field::Street,
            Field::PostalCode,
            Field::City,
            Field::Region,
            Field::Country,
        ];
        let is_place = |f: &Facts| {
            fields
                .iter()
                .any(|field| f.means(Meaning::Column(ImportColumn::Field(*field))))
        };
        let mut groups: Vec<(&str, usize)> = Vec::new();
        for facts in self.facts.iter().filter(|f| is_place(f)) {
            let group = facts.reading.as_ref().map_or("", |r| r.group.as_str());
            match groups.iter_mut().find(|(name, _)| *name == group) {
                Some((_, filled)) => *filled += facts.filled,
                None => groups.push((group, facts.filled)),
            }
        }
        // The first of those equally filled.
        let best = groups.iter().rev().max_by_key(|(_, filled)| *filled);
        let Some(group) = best.map(|(name, _)| (*name).to_owned()) else {
            return;
        };
        for field in fields {
            let column = ImportColumn::Field(field);
            let own = |f: &Facts| {
                f.means(Meaning::Column(column))
                    && f.reading
                        .as_ref()
                        .is_some_and(|r| r.group == group || r.group.is_empty())
            };
            self.take_if(column, own);
        }
    }

    /// What names do not say: columns of mails and telephone numbers, then who the rows are about.
    fn by_values(&mut self, nameless: bool) {
        let email = ImportColumn::Field(Field::Email);
        if !self.taken(email) {
            self.suppose(email, |f| f.mostly(f.has(Kind::Email), 60));
        }
        let phone = ImportColumn::Field(Field::Phone);
        if !self.taken(phone) {
            self.suppose(phone, |f| {
                let phones = f.has(Kind::Phone);
                f.mostly(phones, 40) && f.mostly(phones + f.has(Kind::LongNumber), 80)
                    || nameless && f.mostly(f.mobiles, 90)
            });
        }
        if nameless {
            self.nameless_orders();
        }
        let named = [
            Field::Name,
            Field::Person,
            Field::LegalName,
            Field::ExternalKey,
        ]
        .into_iter()
        .any(|field| self.taken(ImportColumn::Field(field)))
            || self.taken(ImportColumn::GivenName)
            || self.taken(ImportColumn::FamilyName);
        if !named && !self.has(Meaning::Deal) {
            self.suppose(ImportColumn::Field(Field::Name), |f| {
                f.mostly(f.has(Kind::Text), 70) && f.unlike_names == 0 && f.single * 2 >= f.filled
            });
        }
    }

    /// Without names a single column of days beside one of amounts is a list of purchases; a number that comes back is the customer's.
    fn nameless_orders(&mut self) {
        let day = |f: &Facts| f.mostly(f.has(Kind::Day), 90);
        let amount = |f: &Facts| f.mostly(f.has(Kind::Amount), 30) && f.mostly(f.amounts, 90);
        let days = self.facts.iter().filter(|f| day(f)).count();
        if days != 1 || !self.facts.iter().any(amount) {
            return;
        }
        self.suppose(ImportColumn::OrderDay, day);
        self.suppose(ImportColumn::OrderAmount, amount);
        self.suppose(ImportColumn::Field(Field::ExternalKey), |f| {
            f.mostly(f.wholes(), 90) && f.single < f.filled
        });
        self.suppose(ImportColumn::OrderNumber, |f| {
            f.mostly(f.wholes(), 90) && f.single == f.filled
        });
    }

    fn decimal(&self, rows: &[&[String]], usual: DecimalSign) -> DecimalSign {
        let mapped = self.columns(|guess, _| {
            matches!(guess, ImportColumn::OrderAmount | ImportColumn::BeforeTotal)
        });
        let any = self.columns(|_, f| f.mostly(f.amounts, 60) && !f.mostly(f.has(Kind::Day), 10));
        let guess = |columns: &[usize], usual| {
            guess_decimal(columns.iter().flat_map(|at| cells(rows, *at)), usual)
        };
        guess(&mapped, guess(&any, usual))
    }

    /// From the columns that are taken; from all of days where those could be read both ways.
    fn day_order(&self, rows: &[&[String]], american: bool) -> DayOrder {
        let mapped = self
            .columns(|guess, _| matches!(guess, ImportColumn::OrderDay | ImportColumn::BeforeLast));
        let all = self.columns(|_, f| f.mostly(f.has(Kind::Day), 60));
        let guess = |columns: &[usize], month_first| {
            guess_order(columns.iter().flat_map(|at| cells(rows, *at)), month_first)
        };
        let clear = guess(&mapped, false) == guess(&mapped, true) && !mapped.is_empty();
        guess(if clear { &mapped } else { &all }, american)
    }

    fn columns(&self, wanted: impl Fn(ImportColumn, &Facts) -> bool) -> Vec<usize> {
        let guesses = self
            .guesses
            .iter()
            .map(|g| g.map_or(ImportColumn::Skip, |(g, _)| g));
        let columns = guesses.zip(&self.facts).enumerate();
        columns
            .filter(|(_, (guess, facts))| wanted(*guess, facts))
            .map(|(at, _)| at)
            .collect()
    }

    fn has(&self, meaning: Meaning) -> bool {
        self.facts.iter().any(|f| f.means(meaning))
    }

    fn taken(&self, column: ImportColumn) -> bool {
        self.guesses
            .iter()
            .flatten()
            .any(|(guess, _)| *guess == column)
    }

    fn take(&mut self, column: ImportColumn, meaning: Meaning) -> bool {
        self.take_if(column, |f| f.means(meaning))
    }

    /// Gives the column to the best of those wanted: one with values, then the most direct name, then the first.
    fn take_if(&mut self, column: ImportColumn, wanted: impl Fn(&Facts) -> bool) -> bool {
        let free = self.guesses.iter().zip(&self.facts).enumerate();
        let best = free
            .filter(|(_, (guess, facts))| guess.is_none() && wanted(facts))
            .min_by_key(|(_, (_, f))| (f.filled == 0, f.reading.as_ref().map_or(0, |r| r.rank)))
            .map(|(at, _)| at);
        if self.taken(column) {
            return false;
        }
        match best.and_then(|at| self.guesses.get_mut(at)) {
            Some(guess) => {
                *guess = Some((column, true));
                true
            }
            None => false,
        }
    }

    /// Gives the column to the first whose name says nothing and whose values fit.
    fn suppose(&mut self, column: ImportColumn, fits: impl Fn(&Facts) -> bool) {
        let mut free = self.guesses.iter_mut().zip(&self.facts);
        let found = free
            .find(|(guess, f)| guess.is_none() && f.reading.is_none() && f.filled > 0 && fits(f));
        if let Some((guess, _)) = found {
            *guess = Some((column, false));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, rows: &[&str], expect: &str) -> Columns {
        let split = |line: &str| -> Vec<String> { line.split('|').map(str::to_owned).collect() };
        let rows: Vec<Vec<String>> = rows.iter().map(|row| split(row)).collect();
        let rows: Vec<&[String]> = rows.iter().map(Vec::as_slice).collect();
        let columns = guess(&split(header), &rows, DecimalSign::Point);
        let keys: Vec<String> = columns
            .guesses
            .iter()
            .map(|g| match (g.guess, g.sure) {
                (ImportColumn::Skip, _) => "-".to_owned(),
                (guess, true) => guess.key().to_owned(),
                (guess, false) => format!("{}?", guess.key()),
            })
            .collect();
        assert_eq!(keys.join(" "), expect, "{header}");
        columns
    }

    #[test]
    fn names_depend_on_the_names_beside_them() {
        check("Nombre|Teléfono", &["Bar|6"], "name phone");
        check(
            "Nombre|Apellidos|Empresa",
            &["Ana|Gil|Bar"],
            "givenName familyName name",
        );
        check("Nombre|Apellidos", &["Ana|Gil"], "givenName familyName");
        check("Nombre|Empresa", &["Ana|Bar"], "person name");
        check("Nombre|Contacto", &["Bar|Ana"], "name person");
        check("Razón social|Contacto", &["Bar SL|Ana"], "name person");
        check(
            "Razón social|Nombre comercial|NIF",
            &["Bar SL|Bar|B1"],
            "legalName name taxId",
        );
        check(
            "Name|Given Name|Family Name|Organization",
            &["A B|A|B|C"],
            "person givenName familyName name",
        );
        check(
            "Name|First name|Last name",
            &["A B|A|B"],
            "person givenName familyName",
        );
    }

    #[test]
    fn a_day_and_an_amount_are_a_purchase_unless_the_list_is_of_customers() {
        check(
            "customer_id|order_date|revenue|first_name|email",
            &["A|2010-12-01|5|Ana|a@b.es"],
            "externalKey orderDay orderAmount givenName email",
        );
        check("account|revenue", &["Bar|5"], "name -");
        check(
            "Cliente|Fecha|Importe",
            &["Bar|01/02/2025|5", "Bar|13/02/2025|5"],
            "name orderDay orderAmount",
        );
        check(
            "Nombre|Total|Última compra|Fecha",
            &["Bar|5|01/02/2025|01/02/2020"],
            "name beforeTotal beforeLast -",
        );
        check("Nombre|Fecha", &["Bar|01/02/2025"], "name -");
        check(
            "Nombre|Pedidos|Total",
            &["Bar|3|5"],
            "name beforeCount beforeTotal",
        );
        check(
            "id|InvoiceNo|day|country|lines|amt",
            &["1|5|2010-12-01|UK|7|1.5"],
            "externalKey orderNumber orderDay country orderLines orderAmount",
        );
        check(
            "customer|date|total",
            &["17850|2010-12-01|5", "17850|2010-12-02|5"],
            "externalKey orderDay orderAmount",
        );
        check(
            "id|customer_id|date|total",
            &["1|9|2010-12-01|5", "2|9|2010-12-02|5"],
            "orderNumber externalKey orderDay orderAmount",
        );
        check(
            "id|email|date|total",
            &["1|a@b.es|2010-12-01|5", "2|a@b.es|2010-12-02|5"],
            "orderNumber email orderDay orderAmount",
        );
        check(
            "Record ID|Deal Name|Deal Stage|Close Date|Amount",
            &["1|x|y|2026-01-15 12:00|5"],
            "- - - - -",
        );
    }

    #[test]
    fn of_several_columns_the_one_with_values_and_the_plainest_name_is_taken() {
        check("Phone|Mobile|Fax", &["|600|1"], "- phone -");
        check("Mobile|Phone", &["1|2"], "- phone");
        check("Email|Email", &["a@b.es|c@d.es"], "email -");
        check(
            "Home Street|Home City|Business Street|Business City",
            &["|León||", "x||Calle|León", "||Calle|León"],
            "- - street city",
        );
        check(
            "street number|address_1|city",
            &["12|Mayor|León"],
            "- street city",
        );
        check("Nombre|Estado", &["Bar|Jalisco"], "name region");
        check("Nombre|Estado", &["Bar|Activo"], "name -");
    }

    #[test]
    fn values_speak_where_names_do_not() {
        check(
            "||",
            &[
                "Bar La Estación|a@b.es|+34 600 000 000",
                "Deli|c@d.es|600 000 001",
            ],
            "name? email? phone?",
        );
        check(
            "Kunde|Kontakt",
            &["Bar|a@b.es", "Deli|c@d.es"],
            "name? email?",
        );
        check(
            "||",
            &["17850|2010-12-01|139.12", "17850|2010-12-01|22.2"],
            "externalKey? orderDay? orderAmount?",
        );
    }

    #[test]
    fn a_column_of_days_that_is_not_taken_still_tells_the_order() {
        let columns = check(
            "Nombre|Última compra|Nacimiento",
            &["A|03/04/2025|25/12/1980", "B|03/04/2025|"],
            "name beforeLast -",
        );
        assert_eq!(columns.day_order, DayOrder::DayMonthYear);
        let columns = check(
            "Name|Last purchase|Zip",
            &["A|03/04/2025|80525"],
            "name beforeLast postalCode",
        );
        assert_eq!(columns.day_order, DayOrder::MonthDayYear);
    }
}
