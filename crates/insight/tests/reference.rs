//! The index equals a plain list with a plain filter after any sequence of changes.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used
)]

mod common;

use common::reference::Reference;
use common::{TODAY, id, reload, select};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select as one_of;
use tendero_domain::{Condition, Day, DayTest, NumberTest, Rule, TextTest};
use tendero_insight::{CustomerRow, Index, IndexError, Selection, SortColumn};

/// Texts that meet each other often: few letters, accents, signs, digits.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[aAbBñÑéE ]{0,4}",
        1 => "[ab0 .'@-]{0,12}",
        1 => one_of(vec!["", " ", "Ana", "ana", "Bar Ñandú", "bar nandu", "Straße", "ﬁn", "a\nb"]).prop_map(str::to_owned),
        1 => ".{0,6}",
    ]
}

fn phone() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => Just(String::new()),
        3 => "[+(]{0,2}(00)?(34)?[ )]?0?98[ -]?34?5?[0-9 .]{0,8}",
        1 => "[0-3+ ()-]{0,10}",
    ]
}

fn search() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => text(),
        2 => phone(),
        1 => (text(), phone(), text()).prop_map(|(a, b, c)| format!("{a} {b} {c}")),
        1 => Just(String::new()),
    ]
}

fn day() -> impl Strategy<Value = Day> {
    prop_oneof![
        4 => (TODAY.0 - 3..TODAY.0 + 2).prop_map(Day),
        1 => (i32::MIN + 1..=i32::MAX).prop_map(Day),
    ]
}

fn number() -> impl Strategy<Value = i64> {
    prop_oneof![4 => -2i64..5, 1 => any::<i64>(), 1 => one_of(vec![i64::MIN, i64::MAX])]
}

fn row() -> impl Strategy<Value = CustomerRow> {
    let who = (0u64..40, any::<[u8; 16]>(), any::<bool>());
    let texts = (
        text(),
        text(),
        phone(),
        text(),
        text(),
        text(),
        text(),
        vec(text(), 0..4),
        text(),
    );
    let orders = prop_oneof![4 => 0u32..4, 1 => any::<u32>()];
    let numbers = (orders, number(), any::<u32>());
    let days = (option::of(day()), option::of(day()), option::of(day()));
    (who, texts, numbers, days).prop_map(|(who, texts, numbers, days)| CustomerRow {
        id: id(who.0),
        home: who.1,
        name: texts.0,
        person: texts.1,
        phone: texts.2,
        email: texts.3,
        city: texts.4,
        country: texts.5,
        key: texts.6,
        tags: texts.7,
        notes: texts.8,
        orders: numbers.0,
        total_minor: numbers.1,
        last_purchase: days.0,
        last_contact: days.1,
        created: days.2,
        conflicts: numbers.2,
        deleted: who.2,
    })
}

fn text_test() -> impl Strategy<Value = TextTest> {
    prop_oneof![
        vec(text(), 0..4).prop_map(TextTest::OneOf),
        text().prop_map(TextTest::Contains),
        Just(TextTest::Blank),
    ]
}

fn number_test() -> impl Strategy<Value = NumberTest> {
    prop_oneof![
        number().prop_map(NumberTest::AtLeast),
        number().prop_map(NumberTest::AtMost),
        (number(), number()).prop_map(|(a, b)| NumberTest::Between(a, b)),
    ]
}

fn day_test() -> impl Strategy<Value = DayTest> {
    let days = prop_oneof![4 => 0u32..5, 1 => any::<u32>()];
    prop_oneof![
        days.clone().prop_map(DayTest::WithinDays),
        days.prop_map(DayTest::NotWithinDays),
        (day(), day()).prop_map(|(a, b)| DayTest::Between(a, b)),
        Just(DayTest::Never),
    ]
}

fn rule() -> impl Strategy<Value = Rule> {
    let condition = prop_oneof![
        text_test().prop_map(Condition::City),
        text_test().prop_map(Condition::Country),
        vec(text(), 0..3).prop_map(Condition::Tag),
        day_test().prop_map(Condition::LastPurchase),
        number_test().prop_map(Condition::Orders),
        number_test().prop_map(Condition::Total),
    ];
    condition
        .prop_map(Rule::Is)
        .prop_recursive(4, 12, 4, |rule| {
            prop_oneof![
                vec(rule.clone(), 0..4).prop_map(Rule::All),
                vec(rule.clone(), 0..4).prop_map(Rule::Any),
                rule.prop_map(|rule| Rule::Not(Box::new(rule))),
            ]
        })
}

const COLUMNS: [SortColumn; 10] = [
    SortColumn::Match,
    SortColumn::Name,
    SortColumn::Person,
    SortColumn::City,
    SortColumn::Country,
    SortColumn::Orders,
    SortColumn::Total,
    SortColumn::LastPurchase,
    SortColumn::LastContact,
    SortColumn::Created,
];

#[derive(Debug, Clone)]
struct Question {
    search: String,
    rule: Option<Rule>,
    deleted: bool,
    column: SortColumn,
    descending: bool,
}

impl Question {
    fn selection(&self) -> Selection<'_> {
        Selection {
            search: &self.search,
            rule: self.rule.as_ref(),
            deleted: self.deleted,
            column: self.column,
            descending: self.descending,
        }
    }
}

fn question() -> impl Strategy<Value = Question> {
    let parts = (
        search(),
        option::of(rule()),
        any::<bool>(),
        one_of(&COLUMNS[..]),
        any::<bool>(),
    );
    parts.prop_map(|(search, rule, deleted, column, descending)| Question {
        search,
        rule,
        deleted,
        column,
        descending,
    })
}

fn assert_same(index: &Index, reference: &Reference, question: &Question) {
    let wanted = question.selection();
    assert_eq!(
        select(index, &wanted),
        reference.select(&wanted, TODAY),
        "{question:?}"
    );
    if let Some(rule) = &question.rule {
        assert_eq!(
            index.count(rule, TODAY),
            reference.count(rule, TODAY),
            "{rule:?}"
        );
    }
}

fn assert_same_rows(index: &Index, reference: &Reference) {
    assert_eq!(index.len(), reference.rows().count());
    assert_eq!(
        index.live(),
        reference.rows().filter(|row| !row.deleted).count()
    );
    for row in reference.rows() {
        let at = index.find(row.id).unwrap();
        assert_eq!(&index.row(at), row);
        assert_eq!(index.home(row.id), Some(row.home));
    }
    for limit in [0, 2, 100] {
        assert_eq!(index.facets(limit), reference.facets(limit));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_changes_with_questions_between_equal_a_plain_list(
        steps in vec((vec(row(), 0..12), question()), 1..8),
    ) {
        let mut index = Index::default();
        let mut reference = Reference::default();
        for (rows, question) in &steps {
            for row in rows {
                index.put(row.clone());
                reference.put(row.clone());
            }
            assert_same(&index, &reference, question);
        }
        assert_same_rows(&index, &reference);

        let again = reload(&index);
        assert_same_rows(&again, &reference);
        prop_assert_eq!(again.dirty(), Vec::<u32>::new());
        prop_assert_eq!(again.encode_segment(0), index.encode_segment(0));
        for (_, question) in &steps {
            assert_same(&again, &reference, question);
        }
    }

    #[test]
    fn rows_come_back_from_their_bytes(row in row()) {
        prop_assert_eq!(CustomerRow::decode(&row.encode()), Ok(row));
    }

    #[test]
    fn random_bytes_are_refused(version in 0u8..3, bytes in vec(any::<u8>(), 0..400)) {
        let bytes = [vec![version], bytes].concat();
        let _ = CustomerRow::decode(&bytes);
        let mut index = Index::default();
        if index.load_segment(&bytes).is_err() {
            prop_assert!(index.is_empty());
        }
    }

    #[test]
    fn damaged_segments_are_refused_as_a_whole_or_read(
        rows in vec(row(), 1..12),
        flips in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in option::of(any::<prop::sample::Index>()),
    ) {
        let mut index = Index::default();
        rows.into_iter().for_each(|row| index.put(row));
        let mut bytes = index.encode_segment(0);
        for (at, mask) in flips {
            let at = at.index(bytes.len());
            bytes[at] ^= mask;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let mut again = Index::default();
        match again.load_segment(&bytes) {
            Err(_) => prop_assert!(again.is_empty()),
            Ok(()) => prop_assert_eq!(again.select(&Selection::default(), TODAY).len(), again.live()),
        }
    }
}

#[test]
fn cut_or_prolonged_bytes_are_damaged() {
    let row = common::customer(1, "Ana").encode();
    let mut index = Index::default();
    index.put(common::customer(1, "Ana"));
    let segment = index.encode_segment(0);
    for n in 0..segment.len() {
        assert_eq!(
            Index::default().load_segment(&segment[..n]),
            Err(IndexError::Damaged)
        );
    }
    for n in 0..row.len() {
        assert_eq!(CustomerRow::decode(&row[..n]), Err(IndexError::Damaged));
    }
    let longer = |bytes: &[u8]| [bytes, &[0]].concat();
    assert_eq!(CustomerRow::decode(&longer(&row)), Err(IndexError::Damaged));
    assert_eq!(
        Index::default().load_segment(&longer(&segment)),
        Err(IndexError::Damaged)
    );
    assert_eq!(
        CustomerRow::decode(&[9, 0]),
        Err(IndexError::UnknownVersion(9))
    );
    assert_eq!(
        Index::default().load_segment(&[9, 0]),
        Err(IndexError::UnknownVersion(9))
    );
}
