//! How alike two words are: Jaro, Winkler, Damerau.

/// A folded text as UTF-16 units: letters of every script count one each, in half the memory of `char`s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letters {
    units: Box<[u16]>,
    /// Which letters occur; two letters may share a bit.
    mask: u64,
}

impl Letters {
    pub(crate) fn units(&self) -> &[u16] {
        &self.units
    }

    pub(crate) fn len(&self) -> usize {
        self.units.len()
    }

    /// Letters that one text at least must have alone, for either of the two.
    fn alone(&self, other: &Self) -> (usize, usize) {
        let count = |mask: u64| mask.count_ones() as usize;
        (
            count(self.mask & !other.mask),
            count(other.mask & !self.mask),
        )
    }

    /// Whether Jaro's similarity could reach this, told without looking at the order of the letters.
    pub(crate) fn may_be_alike(&self, other: &Self, least_jaro: f32) -> bool {
        let (a, b) = self.alone(other);
        let common = (self.len() - a.min(self.len())).min(other.len() - b.min(other.len())) as f32;
        common / self.len() as f32 + common / other.len() as f32 + 1.0 >= 3.0 * least_jaro
    }

    /// Whether so many edits could turn one into the other.
    pub(crate) fn may_be_within(&self, other: &Self, most_edits: usize) -> bool {
        let (a, b) = self.alone(other);
        self.len().abs_diff(other.len()) <= most_edits && a.max(b) <= most_edits
    }
}

/// More letters than this are not looked at by the comparisons.
const LONGEST: usize = 64;

/// The letters of a folded text, without what is neither a letter nor a digit nor a mail address's sign.
pub(crate) fn letters(folded: &str) -> Letters {
    let kept = folded
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, '@' | '.'));
    let mut unit = [0; 2];
    let mut units = Vec::new();
    for c in kept {
        units.extend_from_slice(c.encode_utf16(&mut unit));
    }
    let mask = units.iter().fold(0, |mask, unit| mask | 1 << (unit & 63));
    Letters {
        units: units.into_boxed_slice(),
        mask,
    }
}

fn start(text: &[u16]) -> &[u16] {
    text.get(..LONGEST).unwrap_or(text)
}

/// Jaro's similarity (1989), from 0 to 1; 0 for an empty text. Looks at the first 64 letters.
pub(crate) fn jaro(a: &[u16], b: &[u16]) -> f32 {
    let (a, b) = (start(a), start(b));
    let reach = (a.len().max(b.len()) / 2).saturating_sub(1);
    let (mut taken_a, mut taken_b) = (0u64, 0u64);
    for (i, x) in a.iter().enumerate() {
        let from = i.saturating_sub(reach);
        for (j, y) in b.iter().enumerate().take(i + reach + 1).skip(from) {
            if x == y && taken_b & (1 << j) == 0 {
                taken_a |= 1 << i;
                taken_b |= 1 << j;
                break;
            }
        }
    }
    let common = taken_a.count_ones() as f32;
    if common == 0.0 {
        return 0.0;
    }
    let moved = taken(a, taken_a)
        .zip(taken(b, taken_b))
        .filter(|(x, y)| x != y)
        .count();
    let moved = (moved / 2) as f32;
    (common / a.len() as f32 + common / b.len() as f32 + (common - moved) / common) / 3.0
}

fn taken(text: &[u16], which: u64) -> impl Iterator<Item = u16> + '_ {
    let chosen = move |(i, _): &(usize, &u16)| which & (1 << i) != 0;
    text.iter().enumerate().filter(chosen).map(|(_, x)| *x)
}

/// Winkler's variant (1990): up to four common first letters count more.
pub(crate) fn jaro_winkler(a: &[u16], b: &[u16]) -> f32 {
    let jaro = jaro(a, b);
    let prefix = a.iter().zip(b).take(4).take_while(|(x, y)| x == y).count();
    jaro + prefix as f32 * 0.1 * (1.0 - jaro)
}

/// Damerau's distance in its restricted form (optimal string alignment): letters put in, left out, changed, or two
/// neighbours exchanged. Looks at the first 64 letters of what differs.
pub(crate) fn edits(a: &[u16], b: &[u16]) -> usize {
    let (a, b) = without_common_ends(a, b);
    let (a, b) = (start(a), start(b));
    if a.is_empty() || b.is_empty() {
        return a.len().max(b.len());
    }
    let mut before = [0u8; LONGEST + 1];
    let mut above = [0u8; LONGEST + 1];
    for (cell, n) in above.iter_mut().zip(0u8..) {
        *cell = n;
    }
    let mut last_x = None;
    for (i, x) in a.iter().enumerate() {
        let mut row = [0u8; LONGEST + 1];
        let mut left = (i + 1) as u8;
        let mut last_y = None;
        let mut cells = row.iter_mut();
        if let Some(cell) = cells.next() {
            *cell = left;
        }
        // What stands two rows up and two columns to the left of each cell.
        let exchanged = core::iter::once(&u8::MAX).chain(before.iter());
        let up = above.iter().zip(above.iter().skip(1));
        for (((cell, y), (diagonal, up)), exchanged) in cells.zip(b).zip(up).zip(exchanged) {
            let mut best = (diagonal + u8::from(x != y)).min(up + 1).min(left + 1);
            if last_x == Some(*y) && last_y == Some(*x) {
                best = best.min(exchanged.saturating_add(1));
            }
            *cell = best;
            left = best;
            last_y = Some(*y);
        }
        last_x = Some(*x);
        before = above;
        above = row;
    }
    above.get(b.len()).copied().map_or(usize::MAX, usize::from)
}

fn without_common_ends<'a>(a: &'a [u16], b: &'a [u16]) -> (&'a [u16], &'a [u16]) {
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (
        a.get(prefix..).unwrap_or_default(),
        b.get(prefix..).unwrap_or_default(),
    );
    let ends = a.iter().rev().zip(b.iter().rev());
    let suffix = ends.take_while(|(x, y)| x == y).count();
    let a = a.get(..a.len() - suffix).unwrap_or_default();
    (a, b.get(..b.len() - suffix).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(a: &str, b: &str, jaro_winkler_10000: i32, distance: usize) {
        let (a, b) = (letters(a), letters(b));
        let similarity = (jaro_winkler(a.units(), b.units()) * 10_000.0).round() as i32;
        assert_eq!(
            (similarity, edits(a.units(), b.units())),
            (jaro_winkler_10000, distance)
        );
    }

    /// Winkler, "Overview of record linkage and current research directions" (2006), table 6, and the pairs usually quoted.
    #[test]
    fn similarities_are_the_published_ones() {
        check("martha", "marhta", 9611, 1);
        check("dixon", "dicksonx", 8133, 4);
        check("dwayne", "duane", 8400, 2);
        check("shackleford", "shackelford", 9818, 1);
        check("dunningham", "cunnigham", 8963, 2);
        check("nichleson", "nichulson", 9556, 2);
        check("jones", "johnson", 8324, 4);
        check("massey", "massie", 9333, 2);
        check("abroms", "abrams", 9222, 1);
        check("jeraldine", "geraldine", 9259, 1);
        check("michelle", "michael", 9214, 3);
        check("julies", "julius", 9333, 1);
        check("tanya", "tonya", 8800, 1);
        check("sean", "susan", 8050, 2);
        check("jon", "john", 9333, 1);
        check("jon", "jan", 8000, 1);
    }

    #[test]
    fn nothing_is_like_nothing() {
        check("", "", 0, 0);
        check("", "abc", 0, 3);
        check("ca", "abc", 0, 3);
    }

    proptest! {
        #[test]
        fn order_makes_no_difference_and_equal_texts_are_alike(a in "[ab]{0,70}", b in "[abc]{0,70}") {
            let (a, b) = (letters(&a), letters(&b));
            let distance = edits(a.units(), b.units());
            prop_assert_eq!(distance, edits(b.units(), a.units()));
            prop_assert_eq!(edits(a.units(), a.units()), 0);
            prop_assert!(distance <= a.len().max(b.len()));
            prop_assert!((0.0..=1.0001).contains(&jaro_winkler(a.units(), b.units())));
        }

        #[test]
        fn what_is_passed_over_is_not_alike(a in "[a-f]{1,12}", b in "[a-f]{1,12}", least in 0.5f32..1.0, most in 0usize..4) {
            let (a, b) = (letters(&a), letters(&b));
            prop_assert!(a.may_be_alike(&b, least) || jaro(a.units(), b.units()) < least);
            prop_assert!(a.may_be_within(&b, most) || edits(a.units(), b.units()) > most);
        }
    }
}
