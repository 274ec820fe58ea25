//! Files of other programs in and out: CSV, vCard and LDIF bytes to customers and purchases, refused rows back to CSV.
//!
//! The way in is three steps, none of which holds a whole file:
//! [`inspect`] looks at the beginning and says what the file seems to be; a person confirms the [`ImportPlan`];
//! then [`Reader`] turns bytes into [`RawRow`]s, chunk by chunk, and [`RowReader`] each of them into a customer or a purchase.
//! A file of vCards or LDIF goes the same way: its columns are fixed, each card or record is a row, and [`RawRow::contact`] holds what has no column.
//! What is refused goes into a [`Refused`] and comes back to the person as a file that can be mended and imported again.
//!
//! Pure: no clock, no file, no network; the same bytes always give the same rows, however they are cut into chunks.
//!
//! [`ImportPlan`]: tendero_domain::ImportPlan
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod amount;
mod charset;
mod columns;
mod contact;
mod content_line;
mod customer;
mod day;
mod delimiter;
mod export;
mod file_kind;
mod header;
mod inspect;
mod ldif;
mod lines;
mod phone;
mod reader;
mod refused;
mod row_reader;
mod table;
mod tokens;
mod values;
mod vcard;
mod vcard_out;
mod words;

pub use amount::{guess_decimal, parse_amount};
pub use charset::Charset;
pub use contact::{Address, Birthday, Contact, Photo, Value};
pub use customer::{CustomerKey, ImportedCustomer};
pub use day::{guess_order, parse_day};
pub use export::CustomersCsv;
pub use inspect::{ColumnGuess, HEAD_BYTES, Inspection, MAX_BYTES, inspect};
pub use phone::Phone;
pub use reader::{FileKind, Format, RawRow, Reader};
pub use refused::Refused;
pub use row_reader::{ImportedOrder, ImportedRow, RowReader};
pub use table::Table;
