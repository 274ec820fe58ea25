//! The first rows of a file, drawn as the plan reads them: with the first row as names, or as a row.

use tendero_domain::{ImportColumn, ImportPlan};
use tendero_messages::FilePreview;

/// What is shown of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// What the engine has found.
    pub preview: FilePreview,
    /// All rows shown, the first row of the file included.
    all: Vec<Vec<String>>,
}

impl Sheet {
    /// The sheet of a file.
    #[must_use]
    pub fn new(preview: FilePreview) -> Self {
        let mut all = preview.rows.clone();
        if preview.plan.has_header {
            all.insert(
                0,
                preview
                    .columns
                    .iter()
                    .map(|column| column.name.clone())
                    .collect(),
            );
        }
        Self { preview, all }
    }

    /// The name of a column, where the first row holds names and this one is not empty.
    #[must_use]
    pub fn name(&self, at: usize, has_header: bool) -> Option<&str> {
        let names = self.all.first().filter(|_| has_header)?;
        names
            .get(at)
            .map(String::as_str)
            .filter(|name| !name.trim().is_empty())
    }

    /// The rows below the names.
    #[must_use]
    pub fn rows(&self, has_header: bool) -> &[Vec<String>] {
        self.all.get(usize::from(has_header)..).unwrap_or_default()
    }

    /// The first value of a column.
    #[must_use]
    pub fn example(&self, at: usize, has_header: bool) -> Option<&str> {
        let cells = self.rows(has_header).iter().filter_map(|row| row.get(at));
        cells.map(|cell| cell.trim()).find(|cell| !cell.is_empty())
    }

    /// Whether a column is shown: of contacts, whose columns are always the same, those that hold something here.
    #[must_use]
    pub fn is_shown(&self, at: usize) -> bool {
        self.preview.is_table || self.example(at, false).is_some()
    }

    /// Whether what a column holds has to be looked at: it was guessed from its values and not chosen since.
    #[must_use]
    pub fn is_unsure(&self, at: usize, plan: &ImportPlan) -> bool {
        let chosen = plan.columns.get(at);
        self.preview.columns.get(at).is_some_and(|column| {
            !column.sure && column.guess != ImportColumn::Skip && chosen == Some(&column.guess)
        })
    }

    /// Columns to look at.
    #[must_use]
    pub fn unsure(&self, plan: &ImportPlan) -> usize {
        (0..plan.columns.len())
            .filter(|at| self.is_unsure(*at, plan))
            .count()
    }
}

/// What a plan lacks before it can be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacks {
    /// Nothing says who the customer is.
    Customer,
    /// A day without an amount, or an amount without a day.
    OrderHalf,
}

/// What a plan lacks.
#[must_use]
pub fn lacks(plan: &ImportPlan) -> Option<Lacks> {
    let has = |column| plan.columns.contains(&column);
    if has(ImportColumn::OrderDay) != has(ImportColumn::OrderAmount) {
        Some(Lacks::OrderHalf)
    } else if !(plan.names_customers() || (plan.is_orders() && plan.counter_sales.is_some())) {
        Some(Lacks::Customer)
    } else {
        None
    }
}

/// The first column that holds one of these.
#[must_use]
pub fn column_of(plan: &ImportPlan, wanted: &[ImportColumn]) -> Option<usize> {
    plan.columns
        .iter()
        .position(|column| wanted.contains(column))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tendero_domain::{DayOrder, DecimalSign, Field};
    use tendero_messages::ColumnGuess;

    fn plan(columns: &[ImportColumn]) -> ImportPlan {
        ImportPlan {
            columns: columns.to_vec(),
            has_header: true,
            day_order: DayOrder::DayMonthYear,
            decimal: DecimalSign::Comma,
            counter_sales: None,
            unnamed: String::new(),
        }
    }

    fn sheet(has_header: bool) -> Sheet {
        let name = |name: &str| {
            if has_header {
                name.to_owned()
            } else {
                String::new()
            }
        };
        let columns = [("Nombre", true), ("Tel", false)];
        let columns = columns.map(|(text, sure)| ColumnGuess {
            name: name(text),
            guess: ImportColumn::Field(Field::Name),
            sure,
        });
        Sheet::new(FilePreview {
            name: "a.csv".into(),
            size: 1,
            charset: "UTF-8".into(),
            delimiter: ';',
            is_table: true,
            columns: columns.to_vec(),
            rows: vec![
                vec!["Ana".into(), String::new()],
                vec!["Luis".into(), "600".into()],
            ],
            estimated_rows: 2,
            plan: ImportPlan {
                has_header,
                ..plan(&[])
            },
            has_counter_sales: false,
        })
    }

    #[test]
    fn contacts_show_the_columns_that_hold_something() {
        let mut cards = sheet(false);
        assert!(cards.is_shown(0) && cards.is_shown(2));
        cards.preview.is_table = false;
        assert!(cards.is_shown(0) && cards.is_shown(1) && !cards.is_shown(2));
    }

    #[test]
    fn names_become_a_row_and_back() {
        let with = sheet(true);
        assert_eq!(with.name(0, true), Some("Nombre"));
        assert_eq!(with.name(0, false), None);
        assert_eq!(with.rows(true).len(), 2);
        assert_eq!(with.rows(false).first().unwrap().first().unwrap(), "Nombre");
        let without = sheet(false);
        assert_eq!(without.name(0, true), Some("Ana"));
        assert_eq!(without.rows(true).len(), 1);
        assert_eq!(without.example(1, false), Some("600"));
    }

    #[test]
    fn a_guess_is_to_be_looked_at_until_something_else_is_chosen() {
        let sheet = sheet(true);
        let name = ImportColumn::Field(Field::Name);
        assert_eq!(sheet.unsure(&plan(&[name, name])), 1);
        assert_eq!(sheet.unsure(&plan(&[name, ImportColumn::Skip])), 0);
    }

    #[test]
    fn what_cannot_be_carried_out_is_said() {
        use ImportColumn::{OrderAmount, OrderDay, Skip, Tags};
        assert_eq!(lacks(&plan(&[Skip, Tags])), Some(Lacks::Customer));
        assert_eq!(lacks(&plan(&[ImportColumn::Field(Field::Phone)])), None);
        assert_eq!(
            lacks(&plan(&[ImportColumn::Field(Field::Name), OrderDay])),
            Some(Lacks::OrderHalf)
        );
        assert_eq!(
            lacks(&plan(&[OrderDay, OrderAmount])),
            Some(Lacks::Customer)
        );
        let counter = ImportPlan {
            counter_sales: Some("x".into()),
            ..plan(&[OrderDay, OrderAmount])
        };
        assert_eq!(lacks(&counter), None);
    }
}
