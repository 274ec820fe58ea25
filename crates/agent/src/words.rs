//! Sentences for what is wrong with a file or a row, and words for what a script reads.

use tendero_domain::{DayOrder, DecimalSign, FileProblem, RowProblem};
use tendero_interchange::FileKind;

/// What is wrong with the file and what to do.
pub(crate) fn file_problem(problem: FileProblem) -> String {
    match problem {
        FileProblem::Empty => "the file is empty".to_owned(),
        FileProblem::HeaderOnly => "the file has column names and nothing below them".to_owned(),
        FileProblem::Spreadsheet => {
            "this is a spreadsheet's own format; save it as CSV and try again".to_owned()
        }
        FileProblem::NotText => {
            "this is not a table of text, nor contacts; save it as CSV, vCard or LDIF".to_owned()
        }
        FileProblem::TooLarge { max_mb } => {
            format!("the file is larger than {max_mb} MB; split it and try again")
        }
        FileProblem::UnclosedQuote { line } => {
            format!(
                "a quotation mark on line {line} opens and never closes; close it or take it out"
            )
        }
        FileProblem::Unreadable => {
            "the file cannot be read; it may have been moved or changed".to_owned()
        }
    }
}

/// The word for it in JSON.
pub(crate) const fn file_problem_code(problem: FileProblem) -> &'static str {
    match problem {
        FileProblem::Empty => "empty",
        FileProblem::HeaderOnly => "headerOnly",
        FileProblem::Spreadsheet => "spreadsheet",
        FileProblem::NotText => "notText",
        FileProblem::TooLarge { .. } => "tooLarge",
        FileProblem::UnclosedQuote { .. } => "unclosedQuote",
        FileProblem::Unreadable => "unreadable",
    }
}

/// Why a row is refused.
pub(crate) const fn row_problem(problem: RowProblem) -> &'static str {
    match problem {
        RowProblem::NoCustomer => "nothing names a customer",
        RowProblem::BadDay => "the day cannot be read",
        RowProblem::BadAmount => "the amount cannot be read",
        RowProblem::TooLong => "a value is too long",
        RowProblem::Ragged => "the row has more or fewer cells than there are columns",
    }
}

/// The word for it in JSON.
pub(crate) const fn row_problem_code(problem: RowProblem) -> &'static str {
    match problem {
        RowProblem::NoCustomer => "noCustomer",
        RowProblem::BadDay => "badDay",
        RowProblem::BadAmount => "badAmount",
        RowProblem::TooLong => "tooLong",
        RowProblem::Ragged => "ragged",
    }
}

/// The word for it in JSON.
pub(crate) const fn file_kind(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Table => "table",
        FileKind::Cards => "vcard",
        FileKind::Ldif => "ldif",
    }
}

/// The word for it in JSON.
pub(crate) const fn day_order(order: DayOrder) -> &'static str {
    match order {
        DayOrder::YearMonthDay => "year-month-day",
        DayOrder::DayMonthYear => "day-month-year",
        DayOrder::MonthDayYear => "month-day-year",
    }
}

/// The word for it in JSON.
pub(crate) const fn decimal(sign: DecimalSign) -> &'static str {
    match sign {
        DecimalSign::Point => "point",
        DecimalSign::Comma => "comma",
    }
}
