//! Shares: of those asked, how many answered; of those there were, how many left. By group.

use std::collections::BTreeMap;

/// How many of a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// Those who did.
    pub part: u32,
    /// All.
    pub of: u32,
}

impl Share {
    /// From 0 to 1; none of nobody.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        (self.of > 0).then(|| f64::from(self.part) / f64::from(self.of))
    }
}

/// The share of each group, by its name.
///
/// A campaign's response must not be told apart by what is only known after it, such as how long the call took.
#[must_use]
pub fn shares<G: Ord>(customers: impl IntoIterator<Item = (G, bool)>) -> BTreeMap<G, Share> {
    let mut shares: BTreeMap<G, Share> = BTreeMap::new();
    for (group, did) in customers {
        let share = shares.entry(group).or_default();
        share.of += 1;
        share.part += u32::from(did);
    }
    shares
}
