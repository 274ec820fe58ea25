//! Rules to text.

use crate::{Condition, Day, DayTest, NumberTest, Rule, TextTest};
use core::fmt::{self, Write as _};

/// The text of a rule; [`parse`](super::parse) reads it back as the same rule.
///
/// Always English, with texts in quotation marks. Two things do not come back as they were: a day outside the years 1 to 9999
/// is written as the nearest within, and a text longer than [`MAX_BYTES`](super::MAX_BYTES) or a rule deeper than
/// [`Rule::MAX_DEPTH`] is refused by `parse`.
#[must_use]
pub fn write(rule: &Rule) -> String {
    let mut out = String::new();
    // Writing into a string has no way to fail.
    let _ = put_rule(&mut out, rule);
    out
}

fn put_rule(out: &mut String, rule: &Rule) -> fmt::Result {
    match rule {
        Rule::All(rules) => put_group(out, rules, ["everyone", "all", " and "]),
        Rule::Any(rules) => put_group(out, rules, ["nobody", "any", " or "]),
        Rule::Not(rule) => {
            out.push_str("not ");
            put_operand(out, rule)
        }
        Rule::Is(condition) => put_condition(out, condition),
    }
}

/// A group; the words are for one with no rule, around a single one, and between several.
fn put_group(out: &mut String, rules: &[Rule], words: [&str; 3]) -> fmt::Result {
    let [none, single, between] = words;
    match rules {
        [] => out.push_str(none),
        [rule] => {
            write!(out, "{single} (")?;
            put_rule(out, rule)?;
            out.push(')');
        }
        [first, others @ ..] => {
            put_operand(out, first)?;
            for rule in others {
                out.push_str(between);
                put_operand(out, rule)?;
            }
        }
    }
    Ok(())
}

/// A rule beside others: in parentheses if it has several parts itself.
fn put_operand(out: &mut String, rule: &Rule) -> fmt::Result {
    if let Rule::All(rules) | Rule::Any(rules) = rule
        && rules.len() > 1
    {
        out.push('(');
        put_rule(out, rule)?;
        out.push(')');
        return Ok(());
    }
    put_rule(out, rule)
}

fn put_condition(out: &mut String, condition: &Condition) -> fmt::Result {
    match condition {
        Condition::City(test) => put_text_test(out, "city", test),
        Condition::Country(test) => put_text_test(out, "country", test),
        Condition::Tag(tags) => put_one_of(out, "tag", tags),
        Condition::LastPurchase(test) => put_day_test(out, *test),
        Condition::Orders(test) => put_number_test(out, "orders", *test, &i64::to_string),
        Condition::Total(test) => put_number_test(out, "total", *test, &|minor| amount(*minor)),
    }
}

fn put_text_test(out: &mut String, field: &str, test: &TextTest) -> fmt::Result {
    match test {
        TextTest::OneOf(texts) => put_one_of(out, field, texts),
        TextTest::Contains(part) => {
            write!(out, "{field} contains ")?;
            put_text(out, part)
        }
        TextTest::Blank => write!(out, "{field} is blank"),
    }
}

fn put_one_of(out: &mut String, field: &str, texts: &[String]) -> fmt::Result {
    if let [text] = texts {
        write!(out, "{field} = ")?;
        return put_text(out, text);
    }
    write!(out, "{field} in (")?;
    for (at, text) in texts.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { ", " });
        put_text(out, text)?;
    }
    out.push(')');
    Ok(())
}

fn put_text(out: &mut String, text: &str) -> fmt::Result {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(out, "\\{c}")?,
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            other if other.is_control() => write!(out, "\\u{{{:x}}}", u32::from(other))?,
            other => out.push(other),
        }
    }
    out.push('"');
    Ok(())
}

fn put_day_test(out: &mut String, test: DayTest) -> fmt::Result {
    match test {
        DayTest::WithinDays(n) => write!(out, "last purchase within {n} days"),
        DayTest::NotWithinDays(n) => write!(out, "last purchase more than {n} days ago"),
        DayTest::Between(from, to) => {
            write!(
                out,
                "last purchase between {} and {}",
                four_digits(from),
                four_digits(to)
            )
        }
        DayTest::Never => write!(out, "last purchase never"),
    }
}

/// The nearest day whose year has four digits.
fn four_digits(day: Day) -> Day {
    match day.to_ymd() {
        (..1, ..) => Day(-719_162),
        (1..=9999, ..) => day,
        _ => Day(2_932_896),
    }
}

fn put_number_test(
    out: &mut String,
    field: &str,
    test: NumberTest,
    number: &dyn Fn(&i64) -> String,
) -> fmt::Result {
    match test {
        NumberTest::AtLeast(least) => write!(out, "{field} >= {}", number(&least)),
        NumberTest::AtMost(most) => write!(out, "{field} <= {}", number(&most)),
        NumberTest::Between(from, to) if from == to => write!(out, "{field} = {}", number(&from)),
        NumberTest::Between(from, to) => {
            write!(out, "{field} between {} and {}", number(&from), number(&to))
        }
    }
}

/// Minor units as an amount, with decimals only where there are some.
fn amount(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let (whole, cents) = (minor.unsigned_abs() / 100, minor.unsigned_abs() % 100);
    if cents == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{cents:02}")
    }
}
