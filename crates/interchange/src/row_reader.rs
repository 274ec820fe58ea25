//! Rows to customers and purchases.

use crate::RawRow;
use crate::amount::{parse_amount, parse_count};
use crate::customer::{Draft, ImportedCustomer};
use crate::day::parse_day;
use crate::values::without_float_tail;
use tendero_domain::{Day, ImportColumn, ImportPlan, PurchasesBefore, RowProblem, fold};

/// The most characters of a purchase's number.
const MAX_NUMBER_CHARS: usize = 500;

/// A purchase as a row gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedOrder {
    /// Who bought; `None` without a customer, which happens only where the plan has `counter_sales`.
    pub customer: Option<ImportedCustomer>,
    /// The number of the purchase; may be empty.
    pub number: String,
    /// Its day.
    pub day: Day,
    /// Its amount in minor units of the workspace's currency; below zero for a return.
    pub amount_minor: i64,
    /// The number of lines; 0 when it is not known.
    pub lines: u32,
}

/// What a row holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportedRow {
    /// Nothing.
    Blank,
    /// A customer. Also a row of purchases with a customer and no purchase, as in a list of all customers joined with their purchases.
    Customer(ImportedCustomer),
    /// A purchase, with its customer.
    Order(ImportedOrder),
}

/// Reads rows as a plan says.
#[derive(Debug, Clone)]
pub struct RowReader {
    plan: ImportPlan,
    is_orders: bool,
    counts_before: bool,
}

impl RowReader {
    /// A reader for this plan.
    #[must_use]
    pub fn new(plan: &ImportPlan) -> Self {
        Self {
            is_orders: plan.is_orders(),
            counts_before: plan.columns.contains(&ImportColumn::BeforeCount),
            plan: plan.clone(),
        }
    }

    /// What the row holds.
    ///
    /// # Errors
    /// [`RowProblem`] when it is refused.
    pub fn read(&self, row: &RawRow) -> Result<ImportedRow, RowProblem> {
        if let Some(problem) = row.problem {
            return Err(problem);
        }
        if row.cells.iter().all(String::is_empty) {
            return Ok(ImportedRow::Blank);
        }
        self.check_width(row)?;
        let customer = self.customer(row)?;
        let is_order = self.is_orders && self.has_order(row);
        match customer {
            None if is_order && self.plan.counter_sales.is_some() && !self.is_total(row) => {
                Ok(ImportedRow::Order(self.order(row, None)?))
            }
            None => Err(RowProblem::NoCustomer),
            Some(customer) if is_order => Ok(ImportedRow::Order(self.order(row, Some(customer))?)),
            Some(customer) => Ok(ImportedRow::Customer(customer)),
        }
    }

    /// Cells missing at the end are empty ones that a program left out; a single cell in a wide table is the rest of a broken row.
    fn check_width(&self, row: &RawRow) -> Result<(), RowProblem> {
        let columns = self.plan.columns.len();
        let beyond = row.cells.iter().skip(columns).any(|cell| !cell.is_empty());
        if beyond || (columns >= 3 && row.cells.len() == 1) {
            return Err(RowProblem::Ragged);
        }
        Ok(())
    }

    /// The cells with what they hold, without those that are empty or skipped.
    fn cells<'r>(&'r self, row: &'r RawRow) -> impl Iterator<Item = (ImportColumn, &'r str)> {
        let columns = self.plan.columns.iter().copied();
        columns
            .zip(row.cells.iter().map(String::as_str))
            .filter(|(column, cell)| *column != ImportColumn::Skip && !cell.is_empty())
    }

    fn cell<'r>(&'r self, row: &'r RawRow, wanted: ImportColumn) -> Option<&'r str> {
        let found = self.cells(row).find(|(column, _)| *column == wanted);
        found.map(|(_, cell)| cell)
    }

    fn has_order(&self, row: &RawRow) -> bool {
        self.cells(row).any(|(column, _)| {
            matches!(
                column,
                ImportColumn::OrderNumber | ImportColumn::OrderDay | ImportColumn::OrderAmount
            )
        })
    }

    /// Whether the only thing that could name a customer is the word for a total.
    fn is_total(&self, row: &RawRow) -> bool {
        let mut naming = self
            .cells(row)
            .filter(|(column, _)| {
                matches!(
                    column,
                    ImportColumn::Field(_)
                        | ImportColumn::GivenName
                        | ImportColumn::FamilyName
                        | ImportColumn::OrderNumber
                        | ImportColumn::OrderDay
                )
            })
            .map(|(_, cell)| cell);
        match (naming.next(), naming.next()) {
            (Some(only), None) => is_word_for_total(only),
            _ => false,
        }
    }

    fn customer(&self, row: &RawRow) -> Result<Option<ImportedCustomer>, RowProblem> {
        if self.is_total(row) {
            return Ok(None);
        }
        let mut draft = Draft::default();
        for (column, cell) in self.cells(row) {
            match column {
                ImportColumn::Field(field) => draft.put(field, cell),
                ImportColumn::GivenName => draft.given_name(cell),
                ImportColumn::FamilyName => draft.family_name(cell),
                ImportColumn::Tags => draft.tag(cell),
                ImportColumn::Note => draft.note(cell),
                _ => {}
            }
        }
        draft.finish(&self.plan.unnamed, self.before(row)?)
    }

    fn before(&self, row: &RawRow) -> Result<Option<PurchasesBefore>, RowProblem> {
        let decimal = self.plan.decimal;
        let mut before = PurchasesBefore::default();
        for (column, cell) in self.cells(row) {
            match column {
                ImportColumn::BeforeCount => {
                    before.count = parse_count(cell, decimal).ok_or(RowProblem::BadAmount)?;
                }
                ImportColumn::BeforeTotal => {
                    before.total_minor =
                        parse_amount(cell, decimal).ok_or(RowProblem::BadAmount)?;
                }
                ImportColumn::BeforeLast if !is_no_day(cell) => {
                    let day = parse_day(cell, self.plan.day_order).ok_or(RowProblem::BadDay)?;
                    before.last = Some(day);
                }
                _ => {}
            }
        }
        let bought = before.last.is_some() || before.total_minor != 0;
        if bought && !self.counts_before {
            before.count = 1; // At least one, when nobody counted.
        }
        Ok((bought || before.count > 0).then_some(before))
    }

    fn order(
        &self,
        row: &RawRow,
        customer: Option<ImportedCustomer>,
    ) -> Result<ImportedOrder, RowProblem> {
        let number = self.cell(row, ImportColumn::OrderNumber).unwrap_or("");
        let number = without_float_tail(number).to_owned();
        if number.chars().count() > MAX_NUMBER_CHARS {
            return Err(RowProblem::TooLong);
        }
        let decimal = self.plan.decimal;
        let day = self.cell(row, ImportColumn::OrderDay);
        let amount = self.cell(row, ImportColumn::OrderAmount);
        let lines = self.cell(row, ImportColumn::OrderLines);
        Ok(ImportedOrder {
            customer,
            number,
            day: day
                .and_then(|day| parse_day(day, self.plan.day_order))
                .ok_or(RowProblem::BadDay)?,
            amount_minor: amount
                .and_then(|amount| parse_amount(amount, decimal))
                .ok_or(RowProblem::BadAmount)?,
            // Only for display: what is no number here is not worth refusing a purchase.
            lines: lines
                .and_then(|lines| parse_count(lines, decimal))
                .unwrap_or(0),
        })
    }
}

/// What programs write for "no day".
fn is_no_day(cell: &str) -> bool {
    cell.chars()
        .all(|c| matches!(c, '0' | '-' | '/' | '.' | ' ' | ':'))
}

fn is_word_for_total(cell: &str) -> bool {
    let folded = fold(cell);
    matches!(
        folded.trim_end_matches([':', '.', ' ']),
        "total"
            | "totals"
            | "totales"
            | "subtotal"
            | "sub-total"
            | "grand total"
            | "gran total"
            | "total general"
            | "suma"
            | "suma total"
            | "sum"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CustomerKey;
    use tendero_domain::{DayOrder, DecimalSign, Field};

    fn plan(columns: &[ImportColumn]) -> ImportPlan {
        ImportPlan {
            columns: columns.to_vec(),
            has_header: true,
            day_order: DayOrder::DayMonthYear,
            decimal: DecimalSign::Comma,
            counter_sales: None,
            unnamed: "Cliente".to_owned(),
        }
    }

    fn read(columns: &[ImportColumn], cells: &[&str]) -> Result<ImportedRow, RowProblem> {
        read_with(&plan(columns), cells)
    }

    fn read_with(plan: &ImportPlan, cells: &[&str]) -> Result<ImportedRow, RowProblem> {
        let cells = cells.iter().map(|c| (*c).to_owned()).collect();
        RowReader::new(plan).read(&RawRow {
            line: 2,
            cells,
            ..RawRow::default()
        })
    }

    #[track_caller]
    fn customer(columns: &[ImportColumn], cells: &[&str]) -> ImportedCustomer {
        match read(columns, cells) {
            Ok(ImportedRow::Customer(customer)) => customer,
            other => panic!("{other:?}"),
        }
    }

    const NAME: ImportColumn = ImportColumn::Field(Field::Name);
    const KEY: ImportColumn = ImportColumn::Field(Field::ExternalKey);
    const PHONE: ImportColumn = ImportColumn::Field(Field::Phone);
    const EMAIL: ImportColumn = ImportColumn::Field(Field::Email);
    const PERSON: ImportColumn = ImportColumn::Field(Field::Person);
    const ORDERS: [ImportColumn; 5] = [
        KEY,
        ImportColumn::OrderNumber,
        ImportColumn::OrderDay,
        ImportColumn::OrderAmount,
        ImportColumn::OrderLines,
    ];

    fn names(fields: &[(Field, String)]) -> Vec<(Field, &str)> {
        fields.iter().map(|(f, v)| (*f, v.as_str())).collect()
    }

    #[test]
    fn the_establishment_leads_and_the_person_stands_beneath() {
        let columns = [ImportColumn::GivenName, ImportColumn::FamilyName, NAME];
        let both = customer(&columns, &["Ana", "Muñoz", "Bar La Estación"]);
        assert_eq!(
            names(&both.fields),
            [
                (Field::Name, "Bar La Estación"),
                (Field::Person, "Ana Muñoz")
            ]
        );
        let private = customer(&columns, &["Ana", "Muñoz"]);
        assert_eq!(names(&private.fields), [(Field::Name, "Ana Muñoz")]);
    }

    #[test]
    fn a_customer_without_a_name_is_called_by_its_key_or_contact() {
        let by_key = customer(&[KEY, NAME, EMAIL], &["17850.0", "", "a@example.com"]);
        assert_eq!(by_key.fields[0].1, "Cliente 17850");
        assert_eq!(by_key.key, CustomerKey::External("17850".to_owned()));
        let by_mail = customer(&[KEY, NAME, EMAIL], &["", "", "a@example.com"]);
        assert_eq!(by_mail.fields[0], (Field::Name, "a@example.com".to_owned()));
    }

    #[test]
    fn content_is_the_key_where_there_is_none() {
        let a = customer(&[KEY, NAME, PHONE], &["", "Bar  PEPE", "600 1"]);
        let b = customer(&[NAME, PHONE], &["bar pepe", "600 1"]);
        assert_eq!(a.key, b.key);
        let c = customer(&[NAME, PHONE], &["bar pepe", "600 2"]);
        assert_ne!(a.key, c.key);
    }

    #[test]
    fn second_values_of_a_cell_become_a_note() {
        let columns = [NAME, EMAIL, PHONE, ImportColumn::Note];
        let cells = [
            "A",
            "a@example.com ::: b@example.com",
            "669 006 026 / 91 123 45 60",
            "Paga tarde",
        ];
        let customer = customer(&columns, &cells);
        assert_eq!(
            names(&customer.fields),
            [
                (Field::Name, "A"),
                (Field::Phone, "669 006 026"),
                (Field::Email, "a@example.com")
            ]
        );
        assert_eq!(
            customer.note.as_deref(),
            Some("Paga tarde\nb@example.com\n91 123 45 60")
        );
    }

    #[test]
    fn tags_are_split_and_kept_once() {
        let columns = [NAME, ImportColumn::Tags];
        let tags = |cell| customer(&columns, &["A", cell]).tags;
        assert_eq!(tags("vip|norte; vip, "), ["vip", "norte"]);
        assert_eq!(tags("* myContacts ::: Clientes"), ["Clientes"]);
    }

    #[test]
    fn purchases_before_are_read_in_the_manner_of_the_file() {
        let columns = [
            NAME,
            ImportColumn::BeforeTotal,
            ImportColumn::BeforeLast,
            ImportColumn::BeforeCount,
        ];
        let before = |cells: &[&str]| customer(&columns, cells).before;
        assert_eq!(
            before(&["A", "1.234,56", "03/04/2025", "7"]),
            Some(PurchasesBefore {
                count: 7,
                total_minor: 123_456,
                last: Some(Day::parse_iso("2025-04-03").unwrap()),
            })
        );
        assert_eq!(before(&["A", "0,00", "", "0"]), None);
        assert_eq!(before(&["A", "", "0000-00-00", ""]), None);
        let uncounted = customer(&columns[..2], &["A", "5"]).before.unwrap();
        assert_eq!((uncounted.count, uncounted.total_minor), (1, 500));
        assert_eq!(
            read(&columns, &["A", "1.5", "", ""]),
            Err(RowProblem::BadAmount)
        );
        assert_eq!(
            read(&columns, &["A", "", "pronto", ""]),
            Err(RowProblem::BadDay)
        );
    }

    #[test]
    fn purchases_carry_their_customer() {
        let row = read(
            &ORDERS,
            &["17850.0", "536365", "01/12/2010 8:26", "139,12", "7"],
        );
        let Ok(ImportedRow::Order(order)) = row else {
            panic!("{row:?}");
        };
        assert_eq!(order.customer.unwrap().fields[0].1, "Cliente 17850");
        assert_eq!((order.number.as_str(), order.lines), ("536365", 7));
        assert_eq!(
            (order.day.to_string().as_str(), order.amount_minor),
            ("2010-12-01", 13_912)
        );
        assert_eq!(
            read(&ORDERS, &["1", "2", "", "5", ""]),
            Err(RowProblem::BadDay)
        );
        assert_eq!(
            read(&ORDERS, &["1", "2", "01/01/2020", "", ""]),
            Err(RowProblem::BadAmount)
        );
        assert!(matches!(
            read(&ORDERS, &["1", "", "", "", ""]),
            Ok(ImportedRow::Customer(_))
        ));
    }

    #[test]
    fn purchases_without_a_customer_need_counter_sales() {
        let cells = ["", "536414", "01/12/2010", "0,00", "1"];
        assert_eq!(read(&ORDERS, &cells), Err(RowProblem::NoCustomer));
        let mut plan = plan(&ORDERS);
        plan.counter_sales = Some("Ventas de mostrador".to_owned());
        assert!(matches!(
            read_with(&plan, &cells),
            Ok(ImportedRow::Order(ImportedOrder { customer: None, .. }))
        ));
        assert_eq!(
            read_with(&plan, &["", "Total", "", "99", ""]),
            Err(RowProblem::NoCustomer)
        );
    }

    #[test]
    fn rows_that_are_no_customer_are_refused_with_the_reason() {
        let columns = [NAME, PERSON, PHONE];
        assert_eq!(read(&columns, &[]), Ok(ImportedRow::Blank));
        assert_eq!(read(&columns, &["", "", ""]), Ok(ImportedRow::Blank));
        assert_eq!(
            read(&columns, &["TOTAL:", "", ""]),
            Err(RowProblem::NoCustomer)
        );
        assert_eq!(
            read(&columns, &["A", "", "", "more"]),
            Err(RowProblem::Ragged)
        );
        assert!(read(&columns, &["A", "", "", ""]).is_ok());
        assert!(read(&columns, &["A", ""]).is_ok());
        assert_eq!(read(&columns, &["A"]), Err(RowProblem::Ragged));
        assert_eq!(
            read(&columns, &[&"x".repeat(501), ""]),
            Err(RowProblem::TooLong)
        );
    }

    #[test]
    fn values_are_on_one_line() {
        let columns = [NAME, ImportColumn::Field(Field::Street)];
        let customer = customer(&columns, &["Bar\n El  Rincón", "Calle Mayor 1\n2º B"]);
        assert_eq!(customer.fields[0].1, "Bar El Rincón");
        assert_eq!(customer.fields[1].1, "Calle Mayor 1, 2º B");
    }
}
