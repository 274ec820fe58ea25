//! What a column of a file means, and how a file of customers or purchases is to be read.

use crate::{Day, Field};
use serde::{Deserialize, Serialize};

/// What one column of a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ImportColumn {
    /// It is left out.
    Skip,
    /// A field of the customer. [`Field::ExternalKey`] is the number or key by which the same customer is known again.
    Field(Field),
    /// A given name; joined with the family name into the person.
    GivenName,
    /// A family name.
    FamilyName,
    /// Tags, separated by comma, semicolon or vertical bar.
    Tags,
    /// A note for the timeline.
    Note,
    /// The number of a purchase.
    OrderNumber,
    /// The day of a purchase.
    OrderDay,
    /// The amount of a purchase.
    OrderAmount,
    /// The number of lines of a purchase.
    OrderLines,
    /// How often the customer bought before, where the file does not list the purchases.
    BeforeCount,
    /// For how much the customer bought before.
    BeforeTotal,
    /// When the customer last bought before.
    BeforeLast,
}

impl ImportColumn {
    /// Everything a column can be, in the order in which it is offered.
    pub fn all() -> impl Iterator<Item = Self> {
        [Self::Skip]
            .into_iter()
            .chain(Field::ALL.into_iter().map(Self::Field))
            .chain([
                Self::GivenName,
                Self::FamilyName,
                Self::Tags,
                Self::Note,
                Self::OrderNumber,
                Self::OrderDay,
                Self::OrderAmount,
                Self::OrderLines,
                Self::BeforeCount,
                Self::BeforeTotal,
                Self::BeforeLast,
            ])
    }

    /// The word for it in locale files.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Field(field) => field.key(),
            Self::GivenName => "givenName",
            Self::FamilyName => "familyName",
            Self::Tags => "tags",
            Self::Note => "note",
            Self::OrderNumber => "orderNumber",
            Self::OrderDay => "orderDay",
            Self::OrderAmount => "orderAmount",
            Self::OrderLines => "orderLines",
            Self::BeforeCount => "beforeCount",
            Self::BeforeTotal => "beforeTotal",
            Self::BeforeLast => "beforeLast",
        }
    }
}

/// In which order a file writes day, month and year with numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum DayOrder {
    /// Year first: 2026-11-25.
    #[default]
    YearMonthDay,
    /// Day first: 25/11/2026.
    DayMonthYear,
    /// Month first: 11/25/2026.
    MonthDayYear,
}

/// Which sign a file puts before the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum DecimalSign {
    /// 1,234.56
    #[default]
    Point,
    /// 1.234,56
    Comma,
}

/// How a file is to be read, as a person has confirmed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPlan {
    /// What each column holds; columns beyond the end are skipped.
    pub columns: Vec<ImportColumn>,
    /// Whether the first row holds the columns' names.
    pub has_header: bool,
    /// The order of day, month and year.
    pub day_order: DayOrder,
    /// The sign before the decimals.
    pub decimal: DecimalSign,
    /// Purchases without a customer go to one record of this name; `None`: they are refused.
    pub counter_sales: Option<String>,
    /// Put before the key of a customer that has no name in the file, such as "Cliente".
    pub unnamed: String,
}

impl ImportPlan {
    /// Whether the rows are purchases: they have a day and an amount.
    #[must_use]
    pub fn is_orders(&self) -> bool {
        self.columns.contains(&ImportColumn::OrderDay)
            && self.columns.contains(&ImportColumn::OrderAmount)
    }

    /// Whether a customer can be made from a row: it has a name, a person, a way of contact or a key.
    #[must_use]
    pub fn names_customers(&self) -> bool {
        self.columns.iter().any(|column| {
            matches!(
                column,
                ImportColumn::GivenName
                    | ImportColumn::FamilyName
                    | ImportColumn::Field(
                        Field::Name
                            | Field::LegalName
                            | Field::Person
                            | Field::Phone
                            | Field::Email
                            | Field::ExternalKey
                    )
            )
        })
    }
}

/// What is known of a customer's purchases from before they were listed one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PurchasesBefore {
    /// How many.
    pub count: u32,
    /// Their total in minor units of the workspace's currency.
    pub total_minor: i64,
    /// The day of the last one.
    pub last: Option<Day>,
}

/// Why a file cannot be imported at all. Each has a sentence in the locale files that says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileProblem {
    /// It has no bytes, or only white space.
    Empty,
    /// Column names and nothing below them.
    HeaderOnly,
    /// It is a spreadsheet's own format (xlsx, ods, xls): it has to be saved as CSV first.
    Spreadsheet,
    /// It is not text.
    NotText,
    /// Over the size that is taken.
    TooLarge {
        /// The most megabytes.
        max_mb: u32,
    },
    /// A quotation mark opens and never closes.
    UnclosedQuote {
        /// The line on which it opens, from 1.
        line: u64,
    },
    /// The browser could not read it; it may have been moved or changed meanwhile.
    Unreadable,
}

/// Why one row was refused. Each has a sentence in the locale files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RowProblem {
    /// Nothing names a customer.
    NoCustomer,
    /// The day cannot be read.
    BadDay,
    /// The amount cannot be read.
    BadAmount,
    /// A value is longer than the field takes.
    TooLong,
    /// More cells than there are columns, or too few to tell.
    Ragged,
}
