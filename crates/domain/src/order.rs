//! Purchases.

use crate::{Day, Money, OrderId};
use serde::{Deserialize, Serialize};

/// A purchase as it was placed; it does not change afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its identifier, unique in the workspace.
    pub id: OrderId,
    /// The number people use for it; may be empty.
    pub number: String,
    /// The day of the purchase.
    pub day: Day,
    /// The total.
    pub amount: Money,
    /// The number of lines; 0 when it is not known.
    pub lines: u32,
}
