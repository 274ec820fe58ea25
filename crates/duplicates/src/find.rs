//! From records to pairs.

use crate::blocking::{ALL_PAIRS, Blocks, mix};
use crate::compare::Comparison;
use crate::groups::{self, Link};
use crate::kind::Kind;
use crate::level::{Level, Pattern};
use crate::model::Model;
use crate::records::Records;
use std::collections::HashMap;

/// Two records that seem to mean the same customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// Number of the first record, from 0, in the order they were pushed.
    pub first: usize,
    /// Number of the second record, greater than the first.
    pub second: usize,
    /// Probability that they are the same customer, from 0.5 to 1.
    pub probability: f64,
    /// The evidence in bits: the logarithm of the odds to base 2. Tells pairs apart whose probability is nearly 1.
    pub bits: f64,
    /// Whether they may be merged without a look.
    pub is_certain: bool,
    /// Whether the two by themselves are likely the same; otherwise a third record that is like both joins them.
    pub is_direct: bool,
    /// What speaks for it and against it, the most telling first.
    pub reasons: Vec<Reason>,
}

/// How one field of two records agrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reason {
    /// The field.
    pub kind: Kind,
    /// How far it agrees.
    pub agreement: Agreement,
    /// What that says, in bits; negative speaks against the same customer.
    pub bits: f64,
}

/// How far two values agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// Nothing in common.
    Different,
    /// A distant likeness.
    Distant,
    /// Alike.
    Alike,
    /// One slip of the pen apart, or one is a part of the other.
    Close,
    /// The same said otherwise: a nickname, one of two surnames, other word order, day and month exchanged.
    Otherwise,
    /// Given name and surname are in each other's place.
    Exchanged,
    /// Equal, case and accents aside.
    Equal,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Duplicates {
    /// Pairs by their records' numbers.
    pub pairs: Vec<Pair>,
    /// How many pairs were compared.
    pub compared: usize,
}

/// Pairs drawn by lot to learn how strangers agree.
const DRAWN: u64 = 200_000;

/// Most pairs that are compared, 16 bytes each.
const MAX_PAIRS: usize = 1_500_000;

/// Pairs with less evidence are forgotten, in bits.
const WORTH_KEEPING: f64 = -8.0;

/// Evidence from which a pair may be merged without a look, in bits: one in 8,192 would be wrong if the model were exact.
const CERTAIN: f64 = 13.0;

/// Finds the records that mean the same customer.
///
/// Within one source, groups are closed: what is the same as the same is the same. Between two sources only pairs across are
/// looked for, and each record has one partner at most, unless the data says plainly that they have several.
///
/// The same records always give the same pairs. Time grows with the records, up to about 30 comparisons for each of 50,000; memory is
/// bounded by about 100 MB beside the records themselves.
#[must_use]
pub fn find(records: &Records) -> Duplicates {
    let comparison = Comparison::new(records);
    let compared = Compared::new(records, &comparison);
    let model = Model::fit(records, &compared.counts);
    let mut known: HashMap<Pattern, f64> = HashMap::new();
    let mut links: Vec<Link> = Vec::new();
    for (first, second, pattern) in &compared.pairs {
        let bits = *known
            .entry(*pattern)
            .or_insert_with(|| model.bits(*pattern));
        if bits > WORTH_KEEPING {
            links.push(Link {
                first: *first,
                second: *second,
                bits,
            });
        }
    }
    let pairs = if has_two(records) {
        groups::across(&links)
    } else {
        groups::closed(records.len(), &links)
    };
    let pair = |link: &Link| pair(records, &comparison, &model, *link);
    Duplicates {
        pairs: pairs.iter().map(pair).collect(),
        compared: compared.pairs.len(),
    }
}

fn pair(records: &Records, comparison: &Comparison<'_>, model: &Model, link: Link) -> Pair {
    let (first, second) = (link.first as usize, link.second as usize);
    let pattern = comparison.pattern(first, second);
    let own_bits = model.bits(pattern);
    let is_exchanged = comparison.is_exchanged(first, second);
    let mut reasons = Vec::new();
    let (mut contradicts, mut confirmed, mut can_be_confirmed) = (false, false, false);
    for (at, field) in records.fields.iter().enumerate() {
        let level = pattern.get(at);
        if level == Level::MISSING {
            continue;
        }
        contradicts |= field.kind.is_identity() && level <= too_little_for_certain(field.kind);
        if field.kind.confirms() {
            can_be_confirmed = true;
            // The same name at another provider's says no more than the name itself.
            confirmed |=
                level >= Level::CLOSE && (field.kind != Kind::Mail || level != Level::SAME);
        }
        let exchanged = is_exchanged && matches!(field.kind, Kind::GivenName | Kind::Surname);
        reasons.push(Reason {
            kind: field.kind,
            agreement: if exchanged {
                Agreement::Exchanged
            } else {
                agreement(level)
            },
            bits: model.weight(at, level),
        });
    }
    reasons.sort_by(|a, b| b.bits.abs().total_cmp(&a.bits.abs()));
    Pair {
        first,
        second,
        probability: 1.0 / (1.0 + (-link.bits).exp2()),
        bits: link.bits,
        is_certain: own_bits >= CERTAIN && !contradicts && confirmed == can_be_confirmed,
        is_direct: own_bits > 0.0,
        reasons,
    }
}

/// Up to this level a name, a day of birth or an official number wants a look, whatever else agrees. Names of several words may
/// differ in the one that matters: the café of a hotel is not its dining room.
fn too_little_for_certain(kind: Kind) -> Level {
    match kind {
        Kind::FullName | Kind::Organisation => Level::ALIKE,
        _ => Level::DIFFERENT,
    }
}

fn agreement(level: Level) -> Agreement {
    match level {
        Level::MISSING | Level::DIFFERENT => Agreement::Different,
        Level::DISTANT => Agreement::Distant,
        Level::ALIKE => Agreement::Alike,
        Level::CLOSE => Agreement::Close,
        Level::SAME => Agreement::Otherwise,
        Level::CROSSED_CLOSE | Level::CROSSED_EQUAL => Agreement::Exchanged,
        _ => Agreement::Equal,
    }
}

fn has_two(records: &Records) -> bool {
    let first = records.sources.first();
    records.sources.iter().any(|source| Some(source) != first)
}

/// Pairs with their patterns, and how often each pattern occurs among all pairs there are.
struct Compared {
    pairs: Vec<(u32, u32, Pattern)>,
    counts: Vec<(Pattern, f64)>,
}

impl Compared {
    fn new(records: &Records, comparison: &Comparison<'_>) -> Self {
        let mut pairs = Vec::new();
        let mut counts: HashMap<Pattern, f64> = HashMap::new();
        let two = has_two(records);
        let may = |a: usize, b: usize| !two || records.sources.get(a) != records.sources.get(b);
        let mut compare = |a: usize, b: usize| {
            if may(a, b) {
                let pattern = comparison.pattern(a, b);
                pairs.push((a as u32, b as u32, pattern));
                *counts.entry(pattern).or_default() += 1.0;
            }
        };
        if records.len() <= ALL_PAIRS {
            for a in 0..records.len() {
                (a + 1..records.len()).for_each(|b| compare(a, b));
            }
        } else {
            let blocks = Blocks::new(records);
            blocks.pairs((MAX_PAIRS / records.len()).clamp(10, 100), compare);
            let rest = all_pairs(records) - pairs.len() as f64;
            let drawn = draw(records.len()).filter(|(a, b)| may(*a, *b) && !blocks.share(*a, *b));
            let drawn: Vec<Pattern> = drawn.map(|(a, b)| comparison.pattern(a, b)).collect();
            let each = rest.max(0.0) / drawn.len().max(1) as f64;
            for pattern in drawn {
                *counts.entry(pattern).or_default() += each;
            }
        }
        let mut counts: Vec<(Pattern, f64)> = counts.into_iter().collect();
        // Sums must not depend on the order of a hash map.
        counts.sort_unstable_by_key(|(pattern, _)| *pattern);
        Self { pairs, counts }
    }
}

/// How many pairs there are.
fn all_pairs(records: &Records) -> f64 {
    let all = records.len() as f64;
    if !has_two(records) {
        return all * (all - 1.0) / 2.0;
    }
    let first = records.sources.first();
    let others = records
        .sources
        .iter()
        .filter(|source| Some(*source) != first)
        .count() as f64;
    others * (all - others)
}

/// Pairs drawn by lot, the same for the same number of records.
fn draw(records: usize) -> impl Iterator<Item = (usize, usize)> {
    let all = records.max(1) as u64;
    let pair = move |lot| ((mix(lot, 1) % all) as usize, (mix(lot, 2) % all) as usize);
    (0..DRAWN).map(pair).filter(|(a, b)| a != b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::Column;
    use proptest::collection::vec;
    use proptest::prelude::*;

    const KINDS: [Kind; 5] = [
        Kind::GivenName,
        Kind::Surname,
        Kind::Street,
        Kind::Phone,
        Kind::BirthDate,
    ];

    const GIVEN: [&str; 12] = [
        "Iker", "Ainhoa", "Mateo", "Lucía", "Hugo", "Valeria", "Bruno", "Noelia", "Óscar", "Irene",
        "Álvaro", "Nerea",
    ];
    const SURNAMES: [&str; 10] = [
        "Belmonte", "Arriaga", "Quintana", "Ibáñez", "Villalba", "Zamora", "Palacios", "Esquivel",
        "Otero", "Luengo",
    ];

    /// A household of three under one surname, address and telephone; the number tells households apart.
    fn household(number: usize) -> [[String; 5]; 3] {
        let lot = |of: usize, salt: u64| (mix(number as u64, salt) % of as u64) as usize;
        let surname = format!("{} {}", SURNAMES[lot(10, 1)], SURNAMES[lot(10, 2)]);
        let street = format!("Calle {} {}", SURNAMES[lot(10, 3)], lot(90, 4));
        let phone = format!("9{:08}", mix(number as u64, 5) % 100_000_000);
        [0, 1, 2].map(|member| {
            let born = mix(number as u64, 10 + member as u64);
            let born = format!(
                "{}-{:02}-{:02}",
                1930 + born % 80,
                1 + born / 80 % 12,
                1 + born / 960 % 28
            );
            let given = GIVEN[(lot(12, 6) + member * 5) % 12].to_owned();
            [given, surname.clone(), street.clone(), phone.clone(), born]
        })
    }

    fn records(rows: impl IntoIterator<Item = [String; 5]>) -> Records {
        let mut records = Records::new(&KINDS.map(Column::Field));
        for row in rows {
            records.push(&row, 0);
        }
        records
    }

    fn numbers(found: &Duplicates) -> Vec<(usize, usize)> {
        found
            .pairs
            .iter()
            .map(|pair| (pair.first, pair.second))
            .collect()
    }

    #[test]
    fn a_family_is_not_one_customer() {
        let mut rows: Vec<[String; 5]> = (0..100).flat_map(household).collect();
        assert_eq!(numbers(&find(&records(rows.clone()))), []);

        // One is entered again, with a slip and without the second surname.
        let mut again = rows[40].clone();
        again[1] = again[1].split(' ').next().unwrap().to_owned();
        again[3].replace_range(4..5, "x");
        rows.push(again);
        // And so are forty others, as they are.
        rows.extend_from_within(60..100);
        let mut expect: Vec<(usize, usize)> = (60..100).map(|at| (at, at + 241)).collect();
        expect.insert(0, (40, 300));
        let found = find(&records(rows));
        assert_eq!(numbers(&found), expect);
        assert!(found.pairs[1..].iter().all(|pair| pair.is_certain));
    }

    #[test]
    fn a_family_with_one_telephone_is_not_one_customer_either() {
        // Whole names, which share the surnames.
        let mut records =
            Records::new(&[Column::Field(Kind::FullName), Column::Field(Kind::Phone)]);
        let members = (0..200).flat_map(household);
        let row = |row: [String; 5]| [format!("{}, {}", row[1], row[0]), row[3].clone()];
        members.map(row).for_each(|row| records.push(&row, 0));
        for number in 0..50 {
            let [one, ..] = household(number);
            records.push(
                &[format!("{} {}", one[0], one[1]), format!("+34 {}", one[3])],
                0,
            );
        }
        let expect: Vec<(usize, usize)> = (0..50).map(|at| (at * 3, 600 + at)).collect();
        assert_eq!(numbers(&find(&records)), expect);
    }

    #[test]
    fn the_reasons_say_what_agrees() {
        let mut rows: Vec<[String; 5]> = (0..100).flat_map(household).collect();
        rows.extend_from_within(0..60);
        rows[300].swap(0, 1);
        rows[301][3] = "912345678".to_owned();
        let found = find(&records(rows));
        let agreement = |pair: &Pair, kind| {
            let reason = pair.reasons.iter().find(|reason| reason.kind == kind);
            reason.map(|reason| (reason.agreement, reason.bits > 0.0))
        };
        assert_eq!(
            agreement(&found.pairs[0], Kind::Surname),
            Some((Agreement::Exchanged, true))
        );
        assert_eq!(
            agreement(&found.pairs[0], Kind::Phone),
            Some((Agreement::Equal, true))
        );
        assert_eq!(
            agreement(&found.pairs[1], Kind::Phone),
            Some((Agreement::Different, false))
        );
        assert_eq!(
            agreement(&found.pairs[1], Kind::Surname),
            Some((Agreement::Equal, true))
        );
    }

    #[test]
    fn father_and_son_of_one_name_are_never_merged_without_a_look() {
        let mut rows: Vec<[String; 5]> = (0..100).flat_map(household).collect();
        rows.extend_from_within(0..60);
        // The same name and address, another telephone, and the birthday of one is not known.
        rows[300][3] = "612345678".to_owned();
        rows[300][4] = String::new();
        let found = find(&records(rows));
        let pair = found
            .pairs
            .iter()
            .find(|pair| (pair.first, pair.second) == (0, 300));
        assert!(pair.is_none_or(|pair| !pair.is_certain));
        let certain = found.pairs.iter().filter(|pair| pair.is_certain).count();
        assert!(certain >= 50, "{certain}");
    }

    #[test]
    fn nothing_and_nobody_twice() {
        assert_eq!(find(&records([])).pairs, []);
        let [one, ..] = household(1);
        assert_eq!(find(&records([one.clone()])).pairs, []);
        let mut without_columns = Records::new(&[]);
        without_columns.push(&one, 0);
        without_columns.push(&one, 0);
        assert_eq!(find(&without_columns).pairs, []);
    }

    #[test]
    fn keys_find_what_comparing_everything_finds() {
        // More records than are all compared.
        let mut rows: Vec<[String; 5]> = (0..400).flat_map(household).collect();
        let again: Vec<[String; 5]> = rows.iter().step_by(7).take(120).cloned().collect();
        rows.extend(again);
        // Each has a field of somebody else.
        for (at, row) in rows[1200..].iter_mut().enumerate() {
            row[at % 4] = household(1_000 + at)[0][at % 4].clone();
        }
        let found = find(&records(rows));
        let expect: Vec<(usize, usize)> = (0..120).map(|at| (at * 7, 1200 + at)).collect();
        let right = numbers(&found)
            .iter()
            .filter(|pair| expect.contains(pair))
            .count();
        assert!(
            right >= 115 && found.pairs.len() <= right + 2,
            "{right} of {}",
            found.pairs.len()
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn anything_can_be_compared(rows in vec(vec(".{0,12}", 5), 0..12), two in any::<bool>()) {
            let mut records = Records::new(&KINDS.map(Column::Field));
            for (at, row) in rows.iter().enumerate() {
                records.push(row, u8::from(two && at % 2 == 1));
            }
            let found = find(&records);
            for pair in &found.pairs {
                prop_assert!(pair.first < pair.second && pair.second < rows.len());
                prop_assert!(pair.probability >= 0.5 && pair.probability <= 1.0);
                prop_assert!(!two || pair.first % 2 != pair.second % 2);
            }
            prop_assert_eq!(find(&records).pairs, found.pairs);
        }
    }
}
