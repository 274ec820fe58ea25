//! The counter-based generator: any language makes the same numbers from it, bit for bit.
//!
//! Figures about these customers (how many match a query, what their scores are) can thus be compared with those of other programs.

/// The countries of [`Columns::country`], ISO 3166.
pub const COUNTRIES: [&str; 10] = ["ES", "MX", "AR", "CO", "CL", "PE", "US", "FR", "DE", "PT"];

/// The stages of [`Columns::stage`].
pub const STAGES: [&str; 4] = ["lead", "opportunity", "customer", "lost"];

/// Value `k` (0 to 15) of row `i`: the finaliser of SplitMix64 (Steele, Lea, Flood 2014) over a counter.
#[must_use]
pub const fn hash(i: u64, k: u64) -> u64 {
    let mut z = i
        .wrapping_mul(16)
        .wrapping_add(k)
        .wrapping_add(1)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The numbers of one customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Columns {
    /// The row, from 0.
    pub id: u64,
    /// Index into [`COUNTRIES`].
    pub country: usize,
    /// Index into [`STAGES`].
    pub stage: usize,
    /// Purchases; 0 unless the stage is customer.
    pub n_orders: u32,
    /// Days from the last purchase to 2026-01-01; -1 without one.
    pub recency_days: i32,
    /// Total of the purchases in cents.
    pub total_cents: i64,
    /// 1 where mail is agreed to.
    pub consent_email: u8,
    /// The seller in charge, 0 to 24.
    pub owner: u8,
    /// Sixteen tags, one bit each.
    pub tags: u16,
    /// An answer from 0 to 10; -1 without one.
    pub nps: i8,
    /// One of 200 cities.
    pub city: u8,
    /// Days from the customer's creation to 2026-01-01.
    pub created_days_ago: i32,
}

impl Columns {
    /// The numbers of row `id`.
    #[must_use]
    pub fn of(id: u64) -> Self {
        let below = |k, bound: u64| hash(id, k) % bound;
        let stage = step(below(1, 100), &[40, 55, 90, 100]);
        let is_customer = STAGES.get(stage) == Some(&"customer");
        let n_orders = if is_customer {
            1 + hash(id, 2).trailing_zeros().min(29)
        } else {
            0
        };
        let tags = hash(id, 7);
        let nps = hash(id, 8);
        Self {
            id,
            country: step(below(0, 100), &[30, 50, 60, 70, 75, 80, 90, 94, 97, 100]),
            stage,
            n_orders,
            recency_days: if is_customer {
                below(3, 730) as i32
            } else {
                -1
            },
            total_cents: i64::from(n_orders) * (500 + below(4, 20_000) as i64),
            consent_email: u8::from(below(5, 100) < 62),
            owner: below(6, 25) as u8,
            tags: (tags & (tags >> 16) & 0xFFFF) as u16,
            nps: if nps % 100 < 30 {
                ((nps >> 32) % 11) as i8
            } else {
                -1
            },
            city: below(9, 200) as u8,
            created_days_ago: below(10, 1825) as i32,
        }
    }
}

/// The first step that is above the value.
fn step(value: u64, steps: &[u64]) -> usize {
    steps.iter().take_while(|bound| **bound <= value).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_those_of_the_reference() {
        let first = Columns {
            id: 0,
            country: 1,
            stage: 0,
            n_orders: 0,
            recency_days: -1,
            total_cents: 0,
            consent_email: 0,
            owner: 13,
            tags: 35_092,
            nps: -1,
            city: 190,
            created_days_ago: 726,
        };
        assert_eq!(Columns::of(0), first);
        let later = Columns {
            id: 12_345,
            country: 1,
            stage: 2,
            n_orders: 2,
            recency_days: 264,
            total_cents: 33_888,
            consent_email: 1,
            owner: 4,
            tags: 17_438,
            nps: -1,
            city: 103,
            created_days_ago: 473,
        };
        assert_eq!(Columns::of(12_345), later);
        let other = Columns::of(2_345);
        assert_eq!((other.owner, other.tags, other.city), (1, 34_881, 36));
        assert_eq!((other.country, other.created_days_ago), (0, 1201));
    }

    /// Count, sum of identifiers, sum of cents.
    fn query(wanted: impl Fn(&Columns) -> bool) -> (usize, u64, i64) {
        let rows: Vec<Columns> = (0..10_000).map(Columns::of).filter(wanted).collect();
        let ids = rows.iter().map(|c| c.id).sum();
        (rows.len(), ids, rows.iter().map(|c| c.total_cents).sum())
    }

    #[test]
    fn queries_over_ten_thousand_give_the_counts_of_the_reference() {
        let near = |c: &Columns| c.country <= 1;
        let q1 = query(|c| near(c) && c.total_cents >= 20_000 && c.recency_days >= 90);
        assert_eq!(q1, (536, 2_750_681, 23_124_748));
        let q2 = query(|c| c.stage == 0 && c.consent_email == 1 && c.tags & 8 != 0);
        assert_eq!(q2, (640, 3_175_949, 0));
        let q3 =
            query(|c| near(c) && c.consent_email == 0 && (0..=6).contains(&c.nps) && c.stage == 2);
        assert_eq!(q3, (121, 607_646, 2_358_115));
        assert_eq!(query(|c| c.recency_days >= 0).0, 3520);
    }
}
