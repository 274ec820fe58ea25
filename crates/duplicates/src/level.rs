//! How far two values of a field agree, in sixteen steps, and a pair's steps packed into one number.

/// One of sixteen steps of agreement. Equal values are told apart by how common they are: two people called Ermenegildo are one
/// person sooner than two people called José.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Level(pub(crate) u8);

impl Level {
    /// One of the two has no value: no evidence either way.
    pub(crate) const MISSING: Self = Self(0);
    /// Nothing in common.
    pub(crate) const DIFFERENT: Self = Self(1);
    /// A distant likeness.
    pub(crate) const DISTANT: Self = Self(2);
    /// Alike: two slips of the pen.
    pub(crate) const ALIKE: Self = Self(3);
    /// Close: one slip of the pen.
    pub(crate) const CLOSE: Self = Self(4);
    /// The same said otherwise: a nickname, one of two surnames, other word order.
    pub(crate) const SAME: Self = Self(5);
    /// Close to the value of the other name field: given name and surname exchanged, with a slip.
    pub(crate) const CROSSED_CLOSE: Self = Self(6);
    /// Equal to the value of the other name field.
    pub(crate) const CROSSED_EQUAL: Self = Self(7);
    /// Equal, and very common. Levels from here on are equal, ever rarer.
    pub(crate) const EQUAL: Self = Self(8);

    /// Number of levels.
    pub(crate) const COUNT: usize = 16;

    /// Equal on a value that so many records have.
    pub(crate) fn equal(records: u32) -> Self {
        let rarity = match records {
            0..=3 => 7,
            4..=7 => 6,
            8..=15 => 5,
            16..=31 => 4,
            32..=63 => 3,
            64..=127 => 2,
            128..=511 => 1,
            _ => 0,
        };
        Self(Self::EQUAL.0 + rarity)
    }

    pub(crate) fn is_equal(self) -> bool {
        self >= Self::EQUAL
    }

    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// Most fields that are compared: four bits each in a number of 64.
pub(crate) const MAX_FIELDS: usize = 16;

/// The levels of all fields of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Pattern(pub(crate) u64);

impl Pattern {
    pub(crate) fn set(&mut self, field: usize, level: Level) {
        self.0 &= !(15 << (4 * field));
        self.0 |= u64::from(level.0) << (4 * field);
    }

    pub(crate) fn get(self, field: usize) -> Level {
        Level(((self.0 >> (4 * field)) & 15) as u8)
    }
}
