//! Which pairs are compared at all: those that share something uncommon.

use crate::kind::Kind;
use crate::records::{Field, Records, Value};

/// Up to so many records every pair is compared.
pub(crate) const ALL_PAIRS: usize = 1_100;

/// More records than this that share a key say nothing by it.
const MAX_BLOCK: usize = 40;

/// Most places in blocks, of all records together: eight bytes each.
const MAX_PLACES: usize = 8_000_000;

/// So many recipes for keys are used however many records there are.
const MIN_RECIPES: usize = 12;

/// Records that share a key, for every key that more than one has.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    /// Records of all blocks, one block after the other.
    members: Vec<u32>,
    /// Start of each block in `members`, and the end of the last.
    starts: Vec<u32>,
    /// Blocks of all records, one record after the other.
    of: Vec<u32>,
    /// Start of each record in `of`, and the end of the last.
    of_starts: Vec<u32>,
}

impl Blocks {
    pub(crate) fn new(records: &Records) -> Self {
        let most = (MAX_PLACES / records.len().max(1)).max(MIN_RECIPES);
        let mut blocks = Self {
            starts: vec![0],
            ..Self::default()
        };
        let mut keyed: Vec<(u64, u32)> = Vec::with_capacity(records.len());
        for (salt, recipe) in (0u64..).zip(recipes(records).into_iter().take(most)) {
            keyed.clear();
            for record in 0..records.len() {
                recipe.keys(records, record, &mut |key| {
                    keyed.push((mix(key, salt), record as u32))
                });
            }
            keyed.sort_unstable();
            for block in keyed.chunk_by(|a, b| a.0 == b.0) {
                if (2..=MAX_BLOCK).contains(&block.len()) {
                    blocks
                        .members
                        .extend(block.iter().map(|(_, record)| *record));
                    blocks.starts.push(blocks.members.len() as u32);
                }
            }
        }
        blocks.turn_round(records.len());
        blocks
    }

    /// From the blocks' records to the records' blocks.
    fn turn_round(&mut self, records: usize) {
        let mut counts = vec![0u32; records + 1];
        for member in &self.members {
            if let Some(count) = counts.get_mut(*member as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for count in &mut counts {
            sum += *count;
            *count = sum;
        }
        self.of_starts.clone_from(&counts);
        self.of = vec![0; self.members.len()];
        for (block, range) in self.starts.windows(2).enumerate() {
            let [from, to] = range else { continue };
            for member in self
                .members
                .get(*from as usize..*to as usize)
                .unwrap_or_default()
            {
                if let Some(next) = counts.get_mut(*member as usize) {
                    if let Some(place) = self.of.get_mut(*next as usize) {
                        *place = block as u32;
                    }
                    *next += 1;
                }
            }
        }
    }

    /// The blocks of a record, in rising order.
    fn of(&self, record: usize) -> &[u32] {
        let range = self
            .of_starts
            .get(record)
            .zip(self.of_starts.get(record + 1));
        range
            .and_then(|(from, to)| self.of.get(*from as usize..*to as usize))
            .unwrap_or_default()
    }

    fn members(&self, block: u32) -> &[u32] {
        let range = self
            .starts
            .get(block as usize)
            .zip(self.starts.get(block as usize + 1));
        range
            .and_then(|(from, to)| self.members.get(*from as usize..*to as usize))
            .unwrap_or_default()
    }

    /// Whether two records share a block.
    pub(crate) fn share(&self, a: usize, b: usize) -> bool {
        let (mut left, mut right) = (self.of(a).iter().peekable(), self.of(b).iter().peekable());
        while let (Some(x), Some(y)) = (left.peek(), right.peek()) {
            match x.cmp(y) {
                std::cmp::Ordering::Equal => return true,
                std::cmp::Ordering::Less => left.next(),
                std::cmp::Ordering::Greater => right.next(),
            };
        }
        false
    }

    /// Calls with every two records that share blocks, the first being the smaller: for each record those few that share the most.
    pub(crate) fn pairs(&self, most: usize, mut call: impl FnMut(usize, usize)) {
        let records = self.of_starts.len().saturating_sub(1);
        let mut shared = vec![0u16; records];
        let mut partners: Vec<(u16, u32)> = Vec::new();
        for record in 0..records {
            partners.clear();
            for member in self
                .of(record)
                .iter()
                .flat_map(|block| self.members(*block))
            {
                if *member as usize <= record {
                    continue;
                }
                if let Some(count) = shared.get_mut(*member as usize) {
                    if *count == 0 {
                        partners.push((0, *member));
                    }
                    *count += 1;
                }
            }
            for (count, member) in &mut partners {
                *count = shared
                    .get_mut(*member as usize)
                    .map(std::mem::take)
                    .unwrap_or(0);
            }
            partners.sort_unstable_by_key(|(count, member)| (std::cmp::Reverse(*count), *member));
            partners
                .iter()
                .take(most)
                .for_each(|(_, member)| call(record, *member as usize));
        }
    }
}

/// How a key is made from a record.
#[derive(Debug, Clone, Copy)]
enum Recipe {
    Whole(usize),
    Words(usize, usize),
    Both(usize, usize, Grain),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grain {
    Whole,
    Coarse,
}

impl Recipe {
    fn keys(self, records: &Records, record: usize, push: &mut impl FnMut(u64)) {
        let field = |at: usize| records.fields.get(at);
        let key = match self {
            Self::Whole(at) => field(at).and_then(|field| grain(field, record, Grain::Whole)),
            Self::Both(a, b, size) => {
                let one = field(a).and_then(|field| grain(field, record, size));
                let other = field(b).and_then(|field| grain(field, record, size));
                one.zip(other).map(|(x, y)| mix(x, y))
            }
            Self::Words(at, most) => {
                let Some((field, value)) =
                    field(at).and_then(|field| Some((field, field.value(record)?)))
                else {
                    return;
                };
                rare_words(field, value)
                    .into_iter()
                    .take(most)
                    .for_each(push);
                return;
            }
        };
        key.into_iter().for_each(push);
    }
}

/// Recipes for the fields that are there, the best first.
fn recipes(records: &Records) -> Vec<Recipe> {
    let fields = &records.fields;
    let mut recipes = Vec::new();
    for (at, field) in fields.iter().enumerate() {
        recipes.push(Recipe::Whole(at));
        let words = match field.kind {
            Kind::FullName | Kind::Organisation => 3,
            Kind::Phone | Kind::Mail | Kind::Surname | Kind::Street => 2,
            _ => 0,
        };
        if words > 0 {
            recipes.push(Recipe::Words(at, words));
        }
    }
    for size in [Grain::Whole, Grain::Coarse] {
        for a in 0..fields.len() {
            recipes.extend((a + 1..fields.len()).map(|b| Recipe::Both(a, b, size)));
        }
    }
    recipes
}

fn grain(field: &Field, record: usize, grain: Grain) -> Option<u64> {
    let number = field
        .cells
        .get(record)
        .copied()
        .filter(|number| *number != 0)?;
    if grain == Grain::Whole {
        return Some(u64::from(number));
    }
    let value = field.value(record)?;
    let letters = value.letters.units();
    let of = |part: Option<&[u16]>| part.map(hash);
    match field.kind {
        Kind::BirthDate => of(letters.get(..4)),
        Kind::PostalCode | Kind::OfficialId | Kind::Phone => {
            of(letters.get(letters.len().saturating_sub(4)..))
        }
        Kind::HouseNumber => Some(u64::from(number)),
        _ => of(letters.get(..letters.len().min(4))),
    }
}

/// The words of a value, the rarest first.
fn rare_words(field: &Field, value: &Value) -> Vec<u64> {
    let count = |number: &u32| Some((field.word(*number)?.records, *number));
    let mut words: Vec<(u32, u32)> = value.words.iter().filter_map(count).collect();
    words.sort_unstable();
    words
        .into_iter()
        .map(|(_, number)| u64::from(number))
        .collect()
}

fn hash(letters: &[u16]) -> u64 {
    letters.iter().fold(0xcbf2_9ce4_8422_2325, |hash, letter| {
        mix(hash, u64::from(*letter))
    })
}

/// Two numbers as one (SplitMix64's finisher).
pub(crate) fn mix(a: u64, b: u64) -> u64 {
    let mut z = a
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(b)
        .wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
