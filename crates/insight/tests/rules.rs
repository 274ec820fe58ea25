//! What conditions and rules mean.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used
)]

mod common;

use common::{TODAY, customer, passing};
use tendero_domain::{Condition, Day, DayTest, NumberTest, Rule, TextTest};
use tendero_insight::{Counts, Index, rule_fits};

fn days_ago(days: i32) -> Option<Day> {
    Some(Day(TODAY.0 - days))
}

fn town() -> Index {
    let mut rows = [
        customer(0, "a"),
        customer(1, "b"),
        customer(2, "c"),
        customer(3, "d"),
        customer(4, "e"),
    ];
    rows[0].city = "Ávila".into();
    rows[1].city = "  avila ".into();
    rows[2].city = "San Juan".into();
    rows[3].city = " ".into();
    rows[0].country = "ES".into();
    rows[1].country = "es".into();
    rows[2].country = "MX".into();
    rows[0].tags = vec!["VIP".into(), "Norte".into()];
    rows[1].tags = vec!["vip".into()];
    rows[2].tags = vec!["Sur".into(), "norte".into()];
    (rows[0].orders, rows[0].total_minor, rows[0].last_purchase) = (1, 1000, days_ago(0));
    (rows[1].orders, rows[1].total_minor, rows[1].last_purchase) = (2, -50, days_ago(30));
    (rows[2].orders, rows[2].total_minor, rows[2].last_purchase) =
        (u32::MAX, i64::MAX, days_ago(31));
    (rows[3].orders, rows[3].total_minor, rows[3].last_purchase) = (3, i64::MAX, days_ago(-5));
    let mut index = Index::default();
    rows.into_iter().for_each(|row| index.put(row));
    let mut gone = customer(9, "x");
    gone.city = "Ávila".into();
    gone.deleted = true;
    index.put(gone);
    index
}

fn check(town: &Index, rule: &Rule, expect: &[u64]) {
    let found = common::select(town, &passing(rule));
    let expect: Vec<_> = expect.iter().map(|n| common::id(*n)).collect();
    assert_eq!(found, expect, "{rule:?}");
    assert_eq!(town.count(rule, TODAY).total, expect.len() as u64);
}

fn one_of(texts: &[&str]) -> TextTest {
    TextTest::OneOf(texts.iter().map(|text| (*text).to_owned()).collect())
}

#[test]
fn a_condition_holds_for_these() {
    use Condition::{City, Country, LastPurchase, Orders, Tag, Total};
    let contains = |text: &str| TextTest::Contains(text.to_owned());
    let tags = |tags: &[&str]| Tag(tags.iter().map(|tag| (*tag).to_owned()).collect());
    let town = town();
    let cases: Vec<(Condition, &[u64])> = vec![
        (City(one_of(&["AVILA"])), &[0, 1]),
        (City(one_of(&["avila", "san juan"])), &[0, 1, 2]),
        (City(one_of(&["san"])), &[]),
        (City(one_of(&[])), &[]),
        (City(one_of(&[""])), &[3, 4]),
        (City(contains("VI")), &[0, 1]),
        (City(contains("n j")), &[2]),
        (City(contains("")), &[0, 1, 2, 3, 4]),
        (City(TextTest::Blank), &[3, 4]),
        (Country(one_of(&["ES"])), &[0, 1]),
        (Country(TextTest::Blank), &[3, 4]),
        (tags(&["VIP"]), &[0, 1]),
        (tags(&["norte", "vip"]), &[0, 1, 2]),
        (tags(&["nort"]), &[]),
        (tags(&[]), &[]),
        (LastPurchase(DayTest::WithinDays(0)), &[0, 3]),
        (LastPurchase(DayTest::WithinDays(30)), &[0, 1, 3]),
        (LastPurchase(DayTest::WithinDays(u32::MAX)), &[0, 1, 2, 3]),
        (LastPurchase(DayTest::NotWithinDays(30)), &[2]),
        (LastPurchase(DayTest::NotWithinDays(0)), &[1, 2]),
        (LastPurchase(DayTest::NotWithinDays(u32::MAX)), &[]),
        (
            LastPurchase(DayTest::Between(Day(TODAY.0 - 31), Day(TODAY.0 - 30))),
            &[1, 2],
        ),
        (
            LastPurchase(DayTest::Between(Day(i32::MIN), Day(i32::MAX))),
            &[0, 1, 2, 3],
        ),
        (LastPurchase(DayTest::Between(Day(2), Day(1))), &[]),
        (LastPurchase(DayTest::Never), &[4]),
        (Orders(NumberTest::AtLeast(2)), &[1, 2, 3]),
        (Orders(NumberTest::AtLeast(-9)), &[0, 1, 2, 3, 4]),
        (Orders(NumberTest::AtLeast(i64::MAX)), &[]),
        (Orders(NumberTest::AtMost(1)), &[0, 4]),
        (Orders(NumberTest::AtMost(-1)), &[]),
        (Orders(NumberTest::Between(1, 2)), &[0, 1]),
        (Orders(NumberTest::Between(2, 1)), &[]),
        (Total(NumberTest::AtLeast(1000)), &[0, 2, 3]),
        (Total(NumberTest::AtMost(-50)), &[1]),
        (Total(NumberTest::Between(-50, 0)), &[1, 4]),
    ];
    for (condition, expect) in cases {
        check(&town, &Rule::Is(condition), expect);
    }
}

#[test]
fn rules_are_joined_and_turned_round() {
    let town = town();
    let city = || Rule::Is(Condition::City(one_of(&["avila"])));
    let twice = || Rule::Is(Condition::Orders(NumberTest::AtLeast(2)));
    let not = |rule| Rule::Not(Box::new(rule));
    check(&town, &Rule::everyone(), &[0, 1, 2, 3, 4]);
    check(&town, &Rule::Any(vec![]), &[]);
    check(&town, &not(Rule::Any(vec![])), &[0, 1, 2, 3, 4]);
    check(&town, &Rule::All(vec![city(), twice()]), &[1]);
    check(&town, &Rule::Any(vec![city(), twice()]), &[0, 1, 2, 3]);
    check(&town, &Rule::All(vec![not(city()), not(twice())]), &[4]);
}

#[test]
fn every_part_of_a_rule_is_counted_by_itself() {
    let rule = Rule::All(vec![
        Rule::Any(vec![
            Rule::Is(Condition::City(one_of(&["avila"]))),
            Rule::Is(Condition::Country(one_of(&["MX"]))),
        ]),
        Rule::Not(Box::new(Rule::Is(Condition::Tag(vec!["sur".into()])))),
    ]);
    let expect = Counts {
        total: 2,
        total_minor: 950,
        each: vec![2, 3, 2, 1, 4, 1],
    };
    assert_eq!(town().count(&rule, TODAY), expect);
}

#[test]
fn a_sum_that_does_not_fit_stays_at_the_end_of_the_range() {
    assert_eq!(town().count(&Rule::everyone(), TODAY).total_minor, i64::MAX);
}

#[test]
fn a_rule_nested_too_deep_holds_for_nobody() {
    let nested = |depth| (1..depth).fold(Rule::everyone(), |rule, _| Rule::All(vec![rule]));
    let town = town();
    assert!(rule_fits(&nested(Rule::MAX_DEPTH)));
    assert_eq!(town.count(&nested(Rule::MAX_DEPTH), TODAY).total, 5);
    let deep = nested(Rule::MAX_DEPTH + 1);
    assert!(!rule_fits(&deep));
    let nobody = Counts {
        each: vec![0; Rule::MAX_DEPTH + 1],
        ..Counts::default()
    };
    assert_eq!(town.count(&deep, TODAY), nobody);
    assert!(town.select(&passing(&deep), TODAY).is_empty());

    let deeper = nested(5_000);
    assert!(!rule_fits(&deeper));
    assert!(town.select(&passing(&deeper), TODAY).is_empty());
    assert_eq!(town.count(&deeper, TODAY).each.len(), 5_000);
}

#[test]
fn facets_name_the_usual_spelling_and_leave_out_blanks_and_the_deleted() {
    let facets = town().facets(10);
    let value = |name: &str, count| (name.to_owned(), count);
    assert_eq!(facets.cities, [value("  avila ", 2), value("San Juan", 1)]);
    assert_eq!(facets.countries, [value("ES", 2), value("MX", 1)]);
    assert_eq!(
        facets.tags,
        [value("Norte", 2), value("VIP", 2), value("Sur", 1)]
    );
    assert_eq!(town().facets(1).tags, [value("Norte", 2)]);
}
