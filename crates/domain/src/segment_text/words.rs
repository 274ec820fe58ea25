//! The words of the language, folded, in English and Spanish.

/// What a condition is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldName {
    City,
    Country,
    Tag,
    LastPurchase,
    Orders,
    Total,
}

/// The names of fields, as they are shown; folded, they are what is looked for.
const FIELDS: [(&str, FieldName); 13] = [
    ("city", FieldName::City),
    ("ciudad", FieldName::City),
    ("country", FieldName::Country),
    ("país", FieldName::Country),
    ("tag", FieldName::Tag),
    ("etiqueta", FieldName::Tag),
    ("last purchase", FieldName::LastPurchase),
    ("última compra", FieldName::LastPurchase),
    ("orders", FieldName::Orders),
    ("purchases", FieldName::Orders),
    ("compras", FieldName::Orders),
    ("pedidos", FieldName::Orders),
    ("total", FieldName::Total),
];

/// The field of this folded name.
pub(super) fn field(folded: &str) -> Option<FieldName> {
    let mut fields = FIELDS.iter();
    let found = fields.find(|(name, _)| crate::fold(name) == folded);
    found.map(|(_, field)| *field)
}

/// The name most like a word, or like two words where the name has two; and whether it has.
pub(super) fn near(word: &str, two_words: &str) -> Option<(&'static str, bool)> {
    let distances = FIELDS.iter().filter_map(|(name, _)| {
        let is_two = name.contains(' ');
        let typed = if is_two { two_words } else { word };
        let name_folded = crate::fold(name);
        let most = name_folded.chars().count() / 3;
        let distance = distance(typed, &name_folded);
        (distance <= most).then_some((distance, *name, is_two))
    });
    // The first of those equally near, so that the answer is always the same.
    let best = distances.min_by_key(|(distance, ..)| *distance)?;
    Some((best.1, best.2))
}

/// How many letters have to be put in, left out, replaced or exchanged with the next one ("optimal string alignment").
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let a: Vec<char> = a.chars().take(b.len() * 2).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX / 2);
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in b.iter().enumerate() {
            let replaced = at(&above, j) + usize::from(letter != other);
            let mut least = replaced.min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            let crossed =
                i > 0 && j > 0 && a.get(i - 1) == Some(other) && b.get(j - 1) == Some(letter);
            if crossed {
                least = least.min(at(&before, j - 1) + 1);
            }
            row.push(least);
        }
        before = core::mem::replace(&mut above, row);
    }
    at(&above, b.len())
}

pub(super) const AND: &[&str] = &["and", "y"];
pub(super) const OR: &[&str] = &["or", "o"];
pub(super) const NOT: &[&str] = &["not", "no"];
pub(super) const EVERYONE: &[&str] = &["everyone", "todos"];
pub(super) const NOBODY: &[&str] = &["nobody", "nadie"];
pub(super) const ALL: &[&str] = &["all", "todas"];
pub(super) const ANY: &[&str] = &["any", "alguna"];
pub(super) const IN: &[&str] = &["in", "en"];
pub(super) const CONTAINS: &[&str] = &["contains", "contiene"];
pub(super) const IS: &[&str] = &["is", "esta"];
pub(super) const BLANK: &[&str] = &["blank", "vacia", "vacio"];
pub(super) const BETWEEN: &[&str] = &["between", "entre"];
pub(super) const NEVER: &[&str] = &["never", "nunca"];
pub(super) const DAYS: &[&str] = &["days", "day", "dias", "dia"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_one_step() {
        for (typed, distance_expected) in [
            ("city", 0),
            ("ctiy", 1),
            ("cit", 1),
            ("citty", 1),
            ("cyti", 2),
            ("", 4),
        ] {
            assert_eq!(distance(typed, "city"), distance_expected, "{typed}");
        }
    }
}
