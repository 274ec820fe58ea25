//! The probability that a pattern of agreement comes from one customer: Fellegi & Sunter (1969), fitted without examples by
//! expectation and maximisation (Dempster, Laird & Rubin 1977; for records Winkler 1988).
//!
//! Pairs are of three kinds: the same customer; neighbours, who share what people of one household or shops of one house share, but
//! not what is a person's own; and strangers. Without the neighbours a family would be one person.

use crate::kind::Kind;
use crate::level::{Level, Pattern};
use crate::records::Records;

/// Rounds of fitting, at most.
const MAX_ROUNDS: usize = 200;

/// Fitting ends when no probability of a level changes by more.
const ENOUGH: f64 = 1e-5;

/// As many imagined pairs of the same customer stand behind the first guess, so that a small table is not overfitted.
const PRIOR_PAIRS: f64 = 20.0;

/// Probability of each level of each field.
type Levels = Vec<[f64; Level::COUNT]>;

/// Kinds of pairs: the same customer, one house, one area, strangers.
const KINDS: usize = 4;

/// The place of one house among them.
const HOUSE: usize = 1;

/// Among pairs that look the same, at least so many are of one household.
const MIN_HOUSE: f64 = 0.02;

/// At most so many pairs of one customer differ in a name, a day of birth, an official number.
const MAX_DIFFERENT: f64 = 0.2;

/// At most so many have moved or have another telephone or mail.
const MAX_MOVED: f64 = 0.4;

/// So much less likely is one customer where everything differs that is a person's own.
const SOMEBODY_ELSE: f64 = 0.01;

/// At most so many pairs of one household differ in what households share.
const MAX_APART: f64 = 0.4;

/// What was learned from a table.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    /// Probability of the levels for each kind of pair.
    levels: [Levels; KINDS],
    /// Shares of the kinds among all pairs.
    shares: [f64; KINDS],
    /// What the fields are about.
    kinds: Vec<Kind>,
    /// For each kind of pair the fields in which it is like strangers.
    strange: [Vec<bool>; KINDS],
}

/// How often the levels of a pair of the same customer are what, before anything is known, equal values left out.
const GUESS: [(Level, f64); 7] = [
    (Level::DIFFERENT, 0.04),
    (Level::DISTANT, 0.03),
    (Level::ALIKE, 0.05),
    (Level::CLOSE, 0.08),
    (Level::SAME, 0.05),
    (Level::CROSSED_CLOSE, 0.005),
    (Level::CROSSED_EQUAL, 0.015),
];

/// How often they are equal.
const GUESS_EQUAL: f64 = 0.73;

fn first_guess(records: &Records) -> Levels {
    let guess = records.fields.iter().map(|field| {
        let mut levels = [0.0; Level::COUNT];
        let mut all = 0.0;
        for value in field.values.iter().filter(|value| value.records > 1) {
            let records = f64::from(value.records);
            if let Some(level) = levels.get_mut(Level::equal(value.records).index()) {
                *level += records;
            }
            all += records;
        }
        for level in levels.iter_mut().skip(Level::EQUAL.index()) {
            *level = GUESS_EQUAL
                * if all > 0.0 {
                    (*level / all).max(0.005)
                } else {
                    0.125
                };
        }
        for (level, share) in GUESS {
            if let Some(place) = levels.get_mut(level.index()) {
                *place = share;
            }
        }
        levels
    });
    guess.collect()
}

/// The fields in which each kind of pair is like strangers.
fn strange(records: &Records) -> [Vec<bool>; KINDS] {
    let kinds: Vec<Kind> = records.fields.iter().map(|field| field.kind).collect();
    // The name of a household's member is its own; where there are shops only, their names are.
    let own = [
        Kind::GivenName,
        Kind::FullName,
        Kind::Surname,
        Kind::Organisation,
    ];
    let own = own.into_iter().find(|kind| kinds.contains(kind));
    let house = kinds
        .iter()
        .map(|kind| !kind.is_shared() || Some(*kind) == own)
        .collect();
    let area = kinds.iter().map(|kind| !kind.is_area()).collect();
    [
        vec![false; kinds.len()],
        house,
        area,
        vec![true; kinds.len()],
    ]
}

impl Model {
    /// Fits to how often each pattern occurs among all pairs.
    pub(crate) fn fit(records: &Records, counts: &[(Pattern, f64)]) -> Self {
        let all: f64 = counts.iter().map(|(_, count)| count).sum();
        let guess = first_guess(records);
        let strangers = shares_of_levels(records.fields.len(), counts);
        let share = (0.1 * records.len() as f64 / all.max(1.0)).min(0.1);
        let mut model = Self {
            levels: [guess.clone(), guess.clone(), guess.clone(), strangers],
            shares: [share, share * 0.1, 0.1, 0.9 - 1.1 * share],
            kinds: records.fields.iter().map(|field| field.kind).collect(),
            strange: strange(records),
        };
        model.estrange();
        for _ in 0..MAX_ROUNDS {
            let before = model.levels.clone();
            model.round(counts, &guess);
            let moved = before
                .iter()
                .flatten()
                .flatten()
                .zip(model.levels.iter().flatten().flatten());
            if moved.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max) < ENOUGH {
                break;
            }
        }
        model
    }

    fn round(&mut self, counts: &[(Pattern, f64)], guess: &Levels) {
        let nothing = vec![[0.0; Level::COUNT]; guess.len()];
        let mut sums = [nothing.clone(), nothing.clone(), nothing.clone(), nothing];
        let mut kinds = [0.0; KINDS];
        for (pattern, count) in counts {
            let shares = self.shares_of(*pattern);
            for ((sum, share), kind) in sums.iter_mut().zip(shares).zip(&mut kinds) {
                let weight = share * count;
                *kind += weight;
                for (field, levels) in sum.iter_mut().enumerate() {
                    if let Some(level) = levels.get_mut(pattern.get(field).index()) {
                        *level += weight;
                    }
                }
            }
        }
        let [same, house, area, strangers] = sums;
        self.levels = [
            with_prior(&same, guess, PRIOR_PAIRS),
            with_prior(&house, guess, PRIOR_PAIRS),
            with_prior(&area, guess, PRIOR_PAIRS),
            with_prior(&strangers, guess, 0.01),
        ];
        let [same, house, area, _] = &mut self.levels;
        for (levels, guess) in [same, house, area]
            .into_iter()
            .flat_map(|levels| levels.iter_mut().zip(guess))
        {
            spread_equal(levels, guess);
        }
        self.estrange();
        self.keep_sense();
        let all: f64 = kinds.iter().sum();
        let [same, house, area, _] = kinds.map(|kind| (kind + 1.0) / (all + KINDS as f64));
        let house = house.max(same * MIN_HOUSE);
        self.shares = [same, house, area, 1.0 - same - house - area];
    }

    /// Makes the kinds of pairs like strangers where they are. Whole names of one house are like those of strangers only where they
    /// are close: a family shares the surname, the café and the dining room of a hotel share the hotel's name.
    fn estrange(&mut self) {
        let [same, house, area, strangers] = &mut self.levels;
        for (at, levels) in [same, house, area].into_iter().enumerate() {
            let strange = self.strange.get(at).into_iter().flatten();
            let fields = levels
                .iter_mut()
                .zip(&*strangers)
                .zip(strange)
                .zip(&self.kinds);
            for (((levels, strangers), is_strange), kind) in fields {
                match kind {
                    _ if !is_strange => {}
                    Kind::FullName | Kind::Organisation if at == HOUSE => {
                        close_as(levels, strangers)
                    }
                    _ => *levels = *strangers,
                }
            }
        }
    }

    /// Who is the same mostly has the same name and has not moved, and who lives in one house mostly the same street and telephone: without this the
    /// kinds could become whatever is frequent, a family the same customer.
    fn keep_sense(&mut self) {
        let [same, house, ..] = &mut self.levels;
        let [_, strange, ..] = &self.strange;
        let fields = same.iter_mut().zip(house).zip(&self.kinds).zip(strange);
        for (((same, house), kind), is_strange) in fields {
            match kind {
                kind if kind.is_identity() => cap_difference(same, MAX_DIFFERENT),
                Kind::Category => {}
                _ => cap_difference(same, MAX_MOVED),
            }
            if !is_strange && kind.is_of_house() {
                cap_difference(house, MAX_APART);
            }
        }
    }

    /// Probabilities that a pair with this pattern is of each kind.
    fn shares_of(&self, pattern: Pattern) -> [f64; KINDS] {
        let mut products = self.shares;
        for (product, levels) in products.iter_mut().zip(&self.levels) {
            for (field, levels) in levels.iter().enumerate() {
                let level = pattern.get(field);
                if level != Level::MISSING {
                    *product *= levels.get(level.index()).copied().unwrap_or(1.0);
                }
            }
        }
        if self.is_somebody_else(pattern) {
            let [same, ..] = &mut products;
            *same *= SOMEBODY_ELSE;
        }
        let sum: f64 = products.iter().sum();
        if sum > 0.0 {
            products.map(|product| product / sum)
        } else {
            [0.0, 0.0, 0.0, 1.0]
        }
    }

    /// Whether everything that is a person's own differs. Fields are taken as independent of each other, but who has another name
    /// and another day of birth is not the same with two errors: it is the brother.
    fn is_somebody_else(&self, pattern: Pattern) -> bool {
        let own = self
            .kinds
            .iter()
            .enumerate()
            .filter(|(_, kind)| kind.is_own());
        let levels = own
            .map(|(field, _)| pattern.get(field))
            .filter(|level| *level != Level::MISSING);
        let (different, all) = levels.fold((0, 0), |(different, all), level| {
            (different + usize::from(level <= Level::DISTANT), all + 1)
        });
        different >= 2 && different == all
    }

    /// Evidence of a pattern in bits that the two are the same customer: the logarithm of the odds.
    pub(crate) fn bits(&self, pattern: Pattern) -> f64 {
        let [same, others @ ..] = self.shares_of(pattern);
        (same / others.iter().sum::<f64>().max(1e-30)).log2()
    }

    /// Evidence of one field in bits, against all other pairs.
    pub(crate) fn weight(&self, field: usize, level: Level) -> f64 {
        if level == Level::MISSING {
            return 0.0;
        }
        let of = |levels: &Levels| {
            levels
                .get(field)
                .and_then(|l| l.get(level.index()))
                .copied()
                .unwrap_or(1.0)
        };
        let [same, others @ ..] = &self.levels;
        let [_, shares @ ..] = &self.shares;
        let sum: f64 = shares.iter().sum();
        let other: f64 = others
            .iter()
            .zip(shares)
            .map(|(levels, share)| of(levels) * share / sum)
            .sum();
        (of(same) / other).log2()
    }
}

/// Spreads what is equal over the steps of rarity as the records' values are: whose value is rare is no more and no less often one
/// customer. Fitted freely, the steps would learn how many records a household has.
fn spread_equal(levels: &mut [f64; Level::COUNT], guess: &[f64; Level::COUNT]) {
    let equal = Level::EQUAL.index();
    let sum = |levels: &[f64; Level::COUNT]| levels.iter().skip(equal).sum::<f64>();
    let factor = sum(levels) / sum(guess);
    for (level, guess) in levels.iter_mut().zip(guess).skip(equal) {
        *level = factor * guess;
    }
}

/// Takes the levels from close on from others.
fn close_as(levels: &mut [f64; Level::COUNT], others: &[f64; Level::COUNT]) {
    let (far, close) = levels.split_at_mut(Level::CLOSE.index());
    close
        .iter_mut()
        .zip(others.iter().skip(Level::CLOSE.index()))
        .for_each(|(level, other)| *level = *other);
    let (sum, rest) = (far.iter().sum::<f64>(), 1.0 - close.iter().sum::<f64>());
    far.iter_mut().for_each(|level| *level *= rest / sum);
}

fn cap_difference(levels: &mut [f64; Level::COUNT], most: f64) {
    let (different, similar) = levels.split_at_mut(Level::ALIKE.index());
    let too_many = different.iter().sum::<f64>() / most;
    if too_many <= 1.0 {
        return;
    }
    different.iter_mut().for_each(|level| *level /= too_many);
    let rest: f64 = similar.iter().sum();
    similar
        .iter_mut()
        .for_each(|level| *level *= (1.0 - most) / rest);
}

fn shares_of_levels(fields: usize, counts: &[(Pattern, f64)]) -> Levels {
    let mut sums = vec![[0.0; Level::COUNT]; fields];
    for (pattern, count) in counts {
        for (field, levels) in sums.iter_mut().enumerate() {
            if let Some(level) = levels.get_mut(pattern.get(field).index()) {
                *level += *count;
            }
        }
    }
    let even = vec![[1.0 / Level::COUNT as f64; Level::COUNT]; fields];
    with_prior(&sums, &even, 0.01)
}

/// Shares of the levels with imagined pairs added; missing values do not count.
fn with_prior(sums: &Levels, prior: &Levels, pairs: f64) -> Levels {
    let fields = sums.iter().zip(prior).map(|(sums, prior)| {
        let known = sums.iter().skip(1).sum::<f64>();
        let of_prior: f64 = prior.iter().skip(1).sum();
        let mut levels = [0.0; Level::COUNT];
        for ((level, sum), prior) in levels.iter_mut().zip(sums).zip(prior).skip(1) {
            *level = (sum + pairs * prior / of_prior) / (known + pairs);
        }
        levels
    });
    fields.collect()
}
