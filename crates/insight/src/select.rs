//! What can be asked of an index, and what it answers.

use tendero_domain::Rule;

/// Which customers, and in which order.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Selection<'a> {
    /// Words that all have to be found; empty for everybody.
    pub search: &'a str,
    /// A rule that has to hold.
    pub rule: Option<&'a Rule>,
    /// The deleted ones instead of the others.
    pub deleted: bool,
    /// By what they are ordered.
    pub column: SortColumn,
    /// Largest first. What is blank or unknown comes last all the same, and ties stay by name, then identifier.
    pub descending: bool,
}

/// What rows can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortColumn {
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

/// How many customers a rule holds for, of those not deleted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Customers.
    pub total: u64,
    /// Sum of their purchases in minor units; stays at the end of the range when it does not fit.
    pub total_minor: i64,
    /// For each part of the rule, in the order of [`Rule::walk`], how many it holds for by itself.
    pub each: Vec<u64>,
}

/// Values that occur among customers not deleted, most frequent first, then in alphabetical order.
///
/// Spellings that differ in case or accents are one value, under the most frequent spelling; blank is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facets {
    /// Cities and their customers.
    pub cities: Vec<(String, u32)>,
    /// Countries and their customers.
    pub countries: Vec<(String, u32)>,
    /// Tags and their customers.
    pub tags: Vec<(String, u32)>,
}

/// Whether a rule is nested no deeper than [`Rule::MAX_DEPTH`] and is thus evaluated; any other holds for nobody.
#[must_use]
pub fn rule_fits(rule: &Rule) -> bool {
    fits(rule, Rule::MAX_DEPTH)
}

fn fits(rule: &Rule, left: usize) -> bool {
    let Some(left) = left.checked_sub(1) else {
        return false;
    };
    match rule {
        Rule::All(rules) | Rule::Any(rules) => rules.iter().all(|rule| fits(rule, left)),
        Rule::Not(rule) => fits(rule, left),
        Rule::Is(_) => true,
    }
}
