//! What the page can ask, and what it gets: snapshots to draw.

use serde::{Deserialize, Serialize};
use tendero_domain::{
    ActionId, Currency, CustomerId, Day, Entry, Field, MemberId, PurchasesBefore, Rule, SegmentId,
    Timestamp,
};

/// A question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Query {
    /// The rows of a window over the customers that pass a filter.
    Window {
        /// Which customers, in which order.
        filter: Filter,
        /// First row wanted.
        from: u32,
        /// Number of rows wanted; at most [`Query::MAX_WINDOW`].
        len: u32,
    },
    /// Where a customer stands in a filter's order.
    PositionOf {
        /// Which customers, in which order.
        filter: Filter,
        /// Who.
        customer: CustomerId,
    },
    /// Everything on one customer.
    Customer(CustomerId),
    /// How many customers a rule holds for, as a whole and part by part.
    Count(Rule),
    /// All saved segments with their counts.
    Segments,
    /// Values that occur, for choosing from.
    Facets,
    /// Who belongs to the workspace.
    Members,
    /// The imports made on this device, newest first.
    Imports,
    /// How recently, how often and for how much everybody bought (RFM).
    Rfm,
}

impl Query {
    /// The largest window that is answered.
    pub const MAX_WINDOW: u32 = 500;
}

/// Which customers, and in which order.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Filter {
    /// Words to find; empty for all.
    pub search: String,
    /// A rule that has to hold.
    pub rule: Option<Rule>,
    /// The deleted ones instead of the others.
    pub deleted: bool,
    /// The order.
    pub sort: Sort,
}

/// An order of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sort {
    /// By what.
    pub column: Column,
    /// Largest first.
    pub descending: bool,
}

/// What rows can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Column {
    /// Best match first while searching, else by name.
    #[default]
    Match,
    /// Name.
    Name,
    /// Person.
    Person,
    /// City.
    City,
    /// Country.
    Country,
    /// Number of purchases.
    Orders,
    /// Total of purchases.
    Total,
    /// Last purchase.
    LastPurchase,
    /// Last visit or call.
    LastContact,
    /// When it was made.
    Created,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// To [`Query::Window`].
    Window(WindowAnswer),
    /// To [`Query::PositionOf`].
    PositionOf(Option<u32>),
    /// To [`Query::Customer`]; `None` when it is not on this device.
    Customer(Option<Box<CustomerSheet>>),
    /// To [`Query::Count`].
    Count(CountAnswer),
    /// To [`Query::Segments`].
    Segments(Vec<SegmentLine>),
    /// To [`Query::Facets`].
    Facets(Facets),
    /// To [`Query::Members`].
    Members(Vec<MemberLine>),
    /// To [`Query::Imports`].
    Imports(Vec<ImportLine>),
    /// To [`Query::Rfm`].
    Rfm(Box<RfmAnswer>),
    /// It could not be read from this device's storage; nothing is lost, asking again may help.
    Unreadable,
}

/// What there is when the engine starts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Welcome {
    /// The workspace on this device, if there is one.
    pub workspace: Option<WorkspaceFacts>,
}

/// The workspace as the frame shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceFacts {
    /// Its name.
    pub name: String,
    /// The person at this device.
    pub me: MemberId,
    /// Their name.
    pub my_name: String,
    /// The currency of all amounts.
    pub currency: Currency,
    /// Customers, without deleted ones.
    pub customers: u64,
}

/// Rows of a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowAnswer {
    /// Rows the filter lets pass, all in all.
    pub total: u64,
    /// Number of the first row below.
    pub from: u32,
    /// The rows.
    pub rows: Vec<Row>,
}

/// One row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Who.
    pub id: CustomerId,
    /// Name.
    pub name: String,
    /// Person beneath it.
    pub person: String,
    /// Telephone.
    pub phone: String,
    /// Mail address.
    pub email: String,
    /// City.
    pub city: String,
    /// Country.
    pub country: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Number of purchases.
    pub orders: u32,
    /// Total of purchases in minor units.
    pub total_minor: i64,
    /// Last purchase.
    pub last_purchase: Option<Day>,
    /// Last visit or call.
    pub last_contact: Option<Day>,
    /// Fields with two values beside each other.
    pub conflicts: u32,
}

/// Everything on one customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CustomerSheet {
    /// Who.
    pub id: CustomerId,
    /// The fields that have a value, in [`Field::ALL`]'s order.
    pub fields: Vec<SheetField>,
    /// Tags, in alphabetical order.
    pub tags: Vec<String>,
    /// Timeline, newest first.
    pub entries: Vec<SheetEntry>,
    /// Purchases, newest first.
    pub orders: Vec<SheetOrder>,
    /// Purchases from before, where only their sum is known; included in the total.
    pub before: Option<PurchasesBefore>,
    /// Total of the purchases in minor units.
    pub total_minor: i64,
    /// Whether it was taken out of the lists.
    pub deleted: bool,
}

/// A field's value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SheetField {
    /// Which.
    pub field: Field,
    /// The value shown.
    pub text: String,
    /// Name of who wrote it.
    pub by: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
    /// Values written at the same time elsewhere.
    pub others: Vec<SheetOther>,
}

/// A value that was written at the same time elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SheetOther {
    /// The value.
    pub text: String,
    /// Name of who wrote it.
    pub by: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
}

/// An entry of the timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SheetEntry {
    /// What.
    pub entry: Entry,
    /// Name of who wrote it.
    pub by: Option<String>,
}

/// A purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetOrder {
    /// Its number; may be empty.
    pub number: String,
    /// Its day.
    pub day: Day,
    /// Its total in minor units.
    pub amount_minor: i64,
    /// Lines; 0 where it is not known.
    pub lines: u32,
}

/// How many a rule holds for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CountAnswer {
    /// Customers.
    pub total: u64,
    /// Sum of their purchases in minor units.
    pub total_minor: i64,
    /// For each part of the rule, in the order of [`Rule::walk`], how many it holds for by itself.
    pub each: Vec<u64>,
}

/// A saved segment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SegmentLine {
    /// Which.
    pub id: SegmentId,
    /// Its name.
    pub name: String,
    /// Its rule; `None` when a newer version wrote one this version does not know.
    pub rule: Option<Rule>,
    /// Its members.
    pub count: u64,
}

/// Values that occur, most frequent first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Facets {
    /// Cities.
    pub cities: Vec<(String, u32)>,
    /// Countries.
    pub countries: Vec<(String, u32)>,
    /// Tags.
    pub tags: Vec<(String, u32)>,
}

/// A person of the team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberLine {
    /// Who.
    pub id: MemberId,
    /// Name.
    pub name: String,
    /// Whether it is the person at this device.
    pub me: bool,
}

/// An import made on this device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportLine {
    /// The action; it can be undone by it.
    pub id: ActionId,
    /// The file's name.
    pub name: String,
    /// When it began.
    pub at: Timestamp,
    /// Customers made.
    pub created: u64,
    /// Customers that got something new.
    pub updated: u64,
    /// Purchases.
    pub orders: u64,
    /// Whether it was undone.
    pub undone: bool,
}

/// How recently, how often and for how much everybody bought: scores from 1 to 5 of each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RfmAnswer {
    /// Customers with a purchase.
    pub scored: u64,
    /// Customers without one; they have no scores.
    pub unscored: u64,
    /// The map: 25 cells, by recency score, then frequency score.
    pub cells: Vec<RfmShare>,
    /// The groups that have customers, best first.
    pub groups: Vec<(RfmGroup, RfmShare)>,
    /// The least and the greatest number of whole days since the last purchase behind each score.
    pub recency: [Option<(i64, i64)>; 5],
    /// The same of the number of purchases.
    pub frequency: [Option<(i64, i64)>; 5],
    /// The same of the sum of purchases, in minor units.
    pub monetary: [Option<(i64, i64)>; 5],
}

/// Customers with the same scores.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RfmShare {
    /// How many.
    pub customers: u64,
    /// The sum of their purchases in minor units.
    pub total_minor: i64,
    /// The rule that holds for exactly them today; `None` where there are none.
    pub rule: Option<Rule>,
}

/// What customers are called by their scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names say it")]
pub enum RfmGroup {
    Champions,
    PotentialLoyalist,
    LoyalCustomers,
    Promising,
    NewCustomers,
    CantLoseThem,
    AtRisk,
    NeedAttention,
    AboutToSleep,
    Lost,
    Others,
}
