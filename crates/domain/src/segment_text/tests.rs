use super::{Expected, MAX_BYTES, SegmentTextProblem, parse, write};
use crate::{Condition, Day, DayTest, NumberTest, Rule, TextTest};
use proptest::collection::vec;
use proptest::prelude::*;

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn city(texts: &[&str]) -> Rule {
    Rule::Is(Condition::City(TextTest::OneOf(strings(texts))))
}

fn country(texts: &[&str]) -> Rule {
    Rule::Is(Condition::Country(TextTest::OneOf(strings(texts))))
}

fn tag(tags: &[&str]) -> Rule {
    Rule::Is(Condition::Tag(strings(tags)))
}

fn last(test: DayTest) -> Rule {
    Rule::Is(Condition::LastPurchase(test))
}

fn orders(test: NumberTest) -> Rule {
    Rule::Is(Condition::Orders(test))
}

fn total(test: NumberTest) -> Rule {
    Rule::Is(Condition::Total(test))
}

fn not(rule: Rule) -> Rule {
    Rule::Not(Box::new(rule))
}

fn day(text: &str) -> Day {
    Day::parse_iso(text).unwrap()
}

/// All these texts mean this rule; the first is how it is written.
#[track_caller]
fn same(rule: &Rule, texts: &[&str]) {
    for text in texts {
        assert_eq!(parse(text).as_ref(), Ok(rule), "{text}");
    }
    assert_eq!(write(rule), texts[0]);
}

#[test]
fn texts_are_compared_in_both_languages() {
    same(
        &city(&["Madrid"]),
        &[
            "city = \"Madrid\"",
            "city = Madrid",
            "ciudad = 'Madrid'",
            "CIUDAD=“Madrid”",
            "  City\n= «Madrid» ",
            "city in (Madrid)",
            "(city = Madrid)",
        ],
    );
    same(
        &city(&["Madrid", "Soria"]),
        &[
            "city in (\"Madrid\", \"Soria\")",
            "ciudad en (Madrid,Soria)",
            "city in (\"Madrid\", Soria)",
        ],
    );
    same(&city(&[]), &["city in ()"]);
    same(
        &Rule::Is(Condition::City(TextTest::Contains("bur".to_owned()))),
        &["city contains \"bur\"", "ciudad contiene bur"],
    );
    same(
        &Rule::Is(Condition::Country(TextTest::Blank)),
        &[
            "country is blank",
            "país está vacío",
            "pais esta vacia",
            "Pai\u{301}s is blank",
        ],
    );
    same(&country(&["NO"]), &["country = \"NO\"", "country = NO"]);
    same(
        &tag(&["vip"]),
        &["tag = \"vip\"", "etiqueta = vip", "tag in (vip)"],
    );
    same(
        &tag(&["a", "b c"]),
        &["tag in (\"a\", \"b c\")", "etiqueta en ('a', 'b c')"],
    );
    same(
        &city(&["L'Hospitalet"]),
        &["city = \"L'Hospitalet\"", "city = L'Hospitalet"],
    );
    same(
        &city(&["a\"b\\c\nd\u{7}’"]),
        &[
            r#"city = "a\"b\\c\nd\u{7}’""#,
            r#"city = 'a\"b\\c\u{a}d\u{07}’'"#,
        ],
    );
}

#[test]
fn what_is_not_is_a_rule_around_what_is() {
    same(
        &not(city(&["Madrid"])),
        &[
            "not city = \"Madrid\"",
            "city != Madrid",
            "no ciudad = Madrid",
            "city not in (Madrid)",
            "ciudad no en (Madrid)",
        ],
    );
    same(
        &not(Rule::Is(Condition::City(TextTest::Blank))),
        &[
            "not city is blank",
            "city is not blank",
            "ciudad no está vacía",
        ],
    );
    same(
        &not(tag(&["vip"])),
        &["not tag = \"vip\"", "tag != vip", "etiqueta no en (vip)"],
    );
    same(
        &not(not(Rule::everyone())),
        &["not not everyone", "no no todos"],
    );
}

#[test]
fn days_are_counted_or_named() {
    same(
        &last(DayTest::WithinDays(90)),
        &[
            "last purchase within 90 days",
            "Last Purchase within the last 90 days",
            "última compra en los últimos 90 días",
            "ultima compra en los ultimos 90 dias",
        ],
    );
    same(
        &last(DayTest::NotWithinDays(1)),
        &[
            "last purchase more than 1 days ago",
            "last purchase more than 1 day ago",
            "última compra hace más de 1 día",
        ],
    );
    same(
        &last(DayTest::Between(day("2025-01-01"), day("2025-03-31"))),
        &[
            "last purchase between 2025-01-01 and 2025-03-31",
            "última compra entre 2025-01-01 y 2025-03-31",
        ],
    );
    same(
        &last(DayTest::Never),
        &["last purchase never", "última compra nunca"],
    );
}

#[test]
fn numbers_have_their_bounds_included() {
    same(
        &orders(NumberTest::AtLeast(3)),
        &[
            "orders >= 3",
            "orders > 2",
            "compras>=3",
            "pedidos > 2",
            "purchases >= +3",
        ],
    );
    same(
        &orders(NumberTest::AtMost(3)),
        &["orders <= 3", "orders < 4", "compras < 4"],
    );
    same(
        &orders(NumberTest::Between(3, 3)),
        &["orders = 3", "orders between 3 and 3"],
    );
    same(
        &orders(NumberTest::Between(3, 5)),
        &["orders between 3 and 5", "compras entre 3 y 5"],
    );
    same(
        &not(orders(NumberTest::Between(3, 3))),
        &["not orders = 3", "orders != 3"],
    );
}

#[test]
fn amounts_are_in_whole_units_with_point_or_comma() {
    same(
        &total(NumberTest::AtLeast(123_457)),
        &["total >= 1234.57", "total > 1234.56", "total > 1234,56"],
    );
    same(
        &total(NumberTest::AtMost(-50)),
        &["total <= -0.50", "total <= -0,5", "total < -0.49"],
    );
    same(
        &total(NumberTest::Between(100_000, 250_050)),
        &[
            "total between 1000 and 2500.50",
            "total entre 1000,00 y 2500,5",
        ],
    );
    same(
        &total(NumberTest::AtLeast(i64::MIN)),
        &["total >= -92233720368547758.08"],
    );
    same(
        &total(NumberTest::AtMost(i64::MAX)),
        &["total <= 92233720368547758.07"],
    );
}

#[test]
fn not_binds_closest_then_and_then_or() {
    let [a, b, c] = ["a", "b", "c"].map(|text| tag(&[text]));
    same(
        &Rule::Any(vec![a.clone(), Rule::All(vec![not(b.clone()), c.clone()])]),
        &[
            "tag = \"a\" or (not tag = \"b\" and tag = \"c\")",
            "tag = a or not tag = b and tag = c",
            "etiqueta = a o no etiqueta = b y etiqueta = c",
        ],
    );
    same(
        &Rule::All(vec![Rule::Any(vec![a.clone(), b.clone()]), c.clone()]),
        &["(tag = \"a\" or tag = \"b\") and tag = \"c\""],
    );
    same(
        &not(Rule::All(vec![a.clone(), b.clone()])),
        &[
            "not (tag = \"a\" and tag = \"b\")",
            "no (etiqueta=a y etiqueta=b)",
        ],
    );
    // What the builder groups stays grouped.
    same(
        &Rule::All(vec![Rule::All(vec![a.clone(), b.clone()]), c]),
        &["(tag = \"a\" and tag = \"b\") and tag = \"c\""],
    );
    same(
        &Rule::All(vec![a]),
        &["all (tag = \"a\")", "todas (tag = a)"],
    );
    same(
        &Rule::Any(vec![b]),
        &["any (tag = \"b\")", "alguna (tag = b)"],
    );
    same(&Rule::everyone(), &["everyone", "todos"]);
    same(&Rule::Any(Vec::new()), &["nobody", "nadie"]);
}

/// The text is wrong at this word, for this reason. A `^` line beneath the text shows where, as people see it.
#[track_caller]
fn wrong(text: &str, mark: &str, problem: SegmentTextProblem) {
    let error = parse(text).unwrap_err();
    let place = error.characters(text);
    let shown = format!(
        "{}{}",
        " ".repeat(place.start),
        "^".repeat(place.len().max(1))
    );
    assert_eq!(format!("\n{text}\n{shown}"), format!("\n{text}\n{mark}"));
    assert_eq!(error.problem, problem, "{text}");
    assert!(text.get(error.start..error.end).is_some());
}

#[test]
fn what_is_wrong_is_told_at_the_word() {
    use Expected as E;
    use SegmentTextProblem as P;
    let expected = P::Expected;
    for (text, mark, problem) in [
        ("", "^", expected(E::Condition)),
        ("   ", "^", expected(E::Condition)),
        (
            "city = Madrid and",
            "                 ^",
            expected(E::Condition),
        ),
        (
            "city = Madrid and = 3",
            "                  ^",
            expected(E::Condition),
        ),
        ("not", "   ^", expected(E::Condition)),
        ("cty = Madrid", "^^^", P::UnknownField(Some("city"))),
        ("ciudd = Madrid", "^^^^^", P::UnknownField(Some("ciudad"))),
        (
            "etiqeuta = vip",
            "^^^^^^^^",
            P::UnknownField(Some("etiqueta")),
        ),
        ("ordres >= 3", "^^^^^^", P::UnknownField(Some("orders"))),
        (
            "última conpra nunca",
            "^^^^^^^^^^^^^",
            P::UnknownField(Some("última compra")),
        ),
        (
            "last_purchase never",
            "^^^^^^^^^^^^^",
            P::UnknownField(None),
        ),
        ("Madrid", "^^^^^^", P::UnknownField(None)),
        (
            "tag = a and colour = red",
            "            ^^^^^^",
            P::UnknownField(None),
        ),
        ("\"city\" = Madrid", "^^^^^^", expected(E::Condition)),
        ("city", "    ^", expected(E::TextTest)),
        ("city Madrid", "     ^^^^^^", expected(E::TextTest)),
        ("city >= Madrid", "     ^", expected(E::TextTest)),
        (
            "city is Madrid",
            "        ^^^^^^",
            expected(E::Word("blank")),
        ),
        ("tag contains vip", "    ^^^^^^^^", expected(E::TagTest)),
        ("city =", "      ^", expected(E::Text)),
        ("city = and tag = vip", "       ^^^", expected(E::Text)),
        (
            "city = San Sebastián or tag = vip",
            "           ^^^^^^^^^",
            expected(E::AndOrEnd),
        ),
        (
            "ciudad = Ñora Ávila",
            "              ^^^^^",
            expected(E::AndOrEnd),
        ),
        ("city in Madrid", "        ^^^^^^", expected(E::Open)),
        (
            "city in (Madrid Soria)",
            "                ^^^^^",
            expected(E::CommaOrClose),
        ),
        ("city in (Madrid,)", "                ^", expected(E::Text)),
        (
            "city in (Madrid",
            "               ^",
            expected(E::CommaOrClose),
        ),
        ("(city = Madrid", "              ^", expected(E::Close)),
        ("city = Madrid)", "             ^", expected(E::AndOrEnd)),
        ("all city = Madrid", "    ^^^^", expected(E::Open)),
        ("city = \"Madrid", "       ^^^^^^^", P::Unclosed),
        ("city = 'a\\", "       ^^^", P::Unclosed),
        ("city = 'a\\q'", "         ^^", P::UnknownEscape),
        ("city = 'a\\u{d800}'", "         ^^", P::UnknownEscape),
        (
            "last purchase soon",
            "              ^^^^",
            expected(E::DayTest),
        ),
        (
            "last purchase in 90 days",
            "              ^^",
            expected(E::DayTest),
        ),
        (
            "last purchase within days",
            "                     ^^^^",
            expected(E::WholeNumber),
        ),
        (
            "last purchase within -3 days",
            "                     ^^",
            expected(E::WholeNumber),
        ),
        (
            "last purchase within 3 weeks",
            "                       ^^^^^",
            expected(E::Word("days")),
        ),
        (
            "last purchase within 4294967296 days",
            "                     ^^^^^^^^^^",
            P::TooLarge,
        ),
        (
            "last purchase more than 3 days",
            "                              ^",
            expected(E::Word("ago")),
        ),
        (
            "última compra hace 3 días",
            "                   ^",
            expected(E::Word("más")),
        ),
        (
            "last purchase between 2025-02-30 and 2025-03-01",
            "                      ^^^^^^^^^^",
            expected(E::Day),
        ),
        (
            "última compra entre 01/02/2025 y 2025-03-01",
            "                    ^^^^^^^^^^",
            expected(E::Day),
        ),
        ("orders 3", "       ^", expected(E::NumberTest)),
        ("orders => 3", "        ^", expected(E::WholeNumber)),
        ("orders >= 3.5", "          ^^^", expected(E::WholeNumber)),
        ("orders >= many", "          ^^^^", expected(E::WholeNumber)),
        (
            "orders between 3 or 5",
            "                 ^^",
            expected(E::Word("and")),
        ),
        (
            "orders > 9223372036854775807",
            "         ^^^^^^^^^^^^^^^^^^^",
            P::TooLarge,
        ),
        ("total > 1.234", "        ^^^^^", P::ThousandsMark),
        ("total > 1,234", "        ^^^^^", P::ThousandsMark),
        ("total > 1.234,56", "        ^^^^^^^^", P::ThousandsMark),
        ("total > 12€", "        ^^^", expected(E::Amount)),
        ("total > .5", "        ^^", P::ThousandsMark),
        (
            "total > 92233720368547758.08",
            "        ^^^^^^^^^^^^^^^^^^^^",
            P::TooLarge,
        ),
        ("everyone city = x", "         ^^^^", expected(E::AndOrEnd)),
    ] {
        wrong(text, mark, problem);
    }
}

#[test]
fn depth_and_length_are_bounded() {
    let nots = |n: usize| format!("{}tag = a", "not ".repeat(n));
    assert!(parse(&nots(Rule::MAX_DEPTH - 1)).is_ok());
    let error = parse(&nots(Rule::MAX_DEPTH)).unwrap_err();
    assert_eq!(error.problem, SegmentTextProblem::TooDeep);
    for opened in ["(", "not ", "all ("] {
        let text = opened.repeat(20_000 / opened.len());
        let error = parse(&text).unwrap_err();
        assert_eq!(error.problem, SegmentTextProblem::TooDeep);
    }
    // The condition that lies too deep is shown.
    let mut text = "tag = a".to_owned();
    for level in 1..=Rule::MAX_DEPTH {
        assert!(parse(&text).is_ok(), "{text}");
        text = format!("({text} {} tag = b)", ["and", "or"][level % 2]);
    }
    let error = parse(&text).unwrap_err();
    assert_eq!(error.problem, SegmentTextProblem::TooDeep);
    assert_eq!(&text[error.start..error.end], "tag = a");

    let long = |bytes: usize| format!("tag = \"{}\"", "é".repeat(bytes.div_ceil(2)));
    assert!(parse(&long(MAX_BYTES - 8)).is_ok());
    let text = long(MAX_BYTES);
    let error = parse(&text).unwrap_err();
    assert_eq!(error.problem, SegmentTextProblem::TooLong);
    assert!(text.is_char_boundary(error.start));
}

#[test]
fn groups_of_every_kind_come_back_down_to_the_greatest_depth() {
    let a = || tag(&["a"]);
    let around: [fn(Rule, Rule) -> Rule; 6] = [
        |rule, _| not(rule),
        |rule, _| Rule::All(vec![rule]),
        |rule, _| Rule::Any(vec![rule]),
        |rule, other| Rule::All(vec![other, rule]),
        |rule, other| Rule::Any(vec![rule, other]),
        |rule, other| Rule::All(vec![rule, other]),
    ];
    for first in 0..around.len() {
        let mut rule = a();
        for level in 1..Rule::MAX_DEPTH {
            rule = around[(first + level * 5) % around.len()](rule, a());
            let text = write(&rule);
            assert_eq!(parse(&text).as_ref(), Ok(&rule), "{text}");
        }
        for wrap in around {
            let text = write(&wrap(rule.clone(), a()));
            let error = parse(&text).unwrap_err();
            assert_eq!(error.problem, SegmentTextProblem::TooDeep, "{text}");
        }
    }
}

#[test]
fn the_examples_of_the_manual_say_the_same_in_both_languages() {
    let manual = include_str!("../../../../docs/segments.md");
    let mut examples = 0;
    for row in manual.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches(['|', ' ']).split(" | ").collect();
        let [english, spanish] = cells[..] else {
            panic!("{row}");
        };
        let read =
            |cell: &str| parse(cell.trim_matches('`')).unwrap_or_else(|e| panic!("{cell}: {e}"));
        assert_eq!(read(english), read(spanish), "{row}");
        examples += 1;
    }
    assert!(examples >= 10, "{examples}");
}

#[test]
fn a_day_out_of_the_calendar_is_written_as_the_nearest_in_it() {
    let rule = last(DayTest::Between(Day(i32::MIN), Day(i32::MAX)));
    assert_eq!(
        write(&rule),
        "last purchase between 0001-01-01 and 9999-12-31"
    );
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zñé ]{0,8}",
        ".{0,6}",
        r#"["'\\(),=\n“”« a]{0,6}"#,
        Just("and".to_owned()),
        Just("o".to_owned()),
    ]
}

fn text_test() -> impl Strategy<Value = TextTest> {
    prop_oneof![
        vec(any_text(), 0..4).prop_map(TextTest::OneOf),
        any_text().prop_map(TextTest::Contains),
        Just(TextTest::Blank),
    ]
}

fn number_test() -> impl Strategy<Value = NumberTest> {
    let number = || prop_oneof![-1000i64..1000, any::<i64>(), Just(i64::MIN), Just(i64::MAX)];
    prop_oneof![
        number().prop_map(NumberTest::AtLeast),
        number().prop_map(NumberTest::AtMost),
        (number(), number()).prop_map(|(from, to)| NumberTest::Between(from, to)),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    let day = || (-719_162..=2_932_896).prop_map(Day);
    let day_test = prop_oneof![
        any::<u32>().prop_map(DayTest::WithinDays),
        any::<u32>().prop_map(DayTest::NotWithinDays),
        (day(), day()).prop_map(|(from, to)| DayTest::Between(from, to)),
        Just(DayTest::Never),
    ];
    prop_oneof![
        text_test().prop_map(Condition::City),
        text_test().prop_map(Condition::Country),
        vec(any_text(), 0..4).prop_map(Condition::Tag),
        day_test.prop_map(Condition::LastPurchase),
        number_test().prop_map(Condition::Orders),
        number_test().prop_map(Condition::Total),
    ]
}

fn rule() -> impl Strategy<Value = Rule> {
    let leaf = prop_oneof![
        8 => condition().prop_map(Rule::Is),
        1 => Just(Rule::everyone()),
        1 => Just(Rule::Any(Vec::new())),
    ];
    let deepest = u32::try_from(Rule::MAX_DEPTH - 1).unwrap();
    leaf.prop_recursive(deepest, 48, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Rule::All),
            vec(inner.clone(), 0..4).prop_map(Rule::Any),
            inner.prop_map(|rule| Rule::Not(Box::new(rule))),
        ]
    })
}

/// Words, signs and names of the language, in any order.
fn anything() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "city",
        "ciudad",
        "country",
        "tag",
        "last",
        "purchase",
        "última",
        "compra",
        "orders",
        "total",
        "and",
        "y",
        "or",
        "not",
        "no",
        "all",
        "in",
        "contains",
        "is",
        "blank",
        "within",
        "more",
        "than",
        "ago",
        "days",
        "between",
        "never",
        "everyone",
        "(",
        ")",
        ",",
        "=",
        "!=",
        ">",
        ">=",
        "\"",
        "'",
        "\\",
        "3",
        "1,5",
        "2025-01-01",
        "Madrid",
        "ñ",
        "«",
    ]);
    let spaced = (word, "[ \u{a0}]?").prop_map(|(word, space)| format!("{word}{space}"));
    vec(spaced, 0..24).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn every_rule_comes_back_from_its_text(rule in rule()) {
        let text = write(&rule);
        prop_assert_eq!(parse(&text), Ok(rule), "{}", text);
    }

    #[test]
    fn any_text_is_a_rule_or_wrong_at_a_place_within_it(text in prop_oneof![anything(), ".{0,40}"]) {
        match parse(&text) {
            Ok(rule) => prop_assert_eq!(parse(&write(&rule)), Ok(rule)),
            Err(error) => {
                prop_assert!(text.get(error.start..error.end).is_some(), "{:?}", error);
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }
}
