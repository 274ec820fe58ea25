//! Text to rules: one function for each line of the grammar in `docs/segments.md`, reading from left to right.

use super::words::{self, FieldName};
use super::{Expected, MAX_BYTES, SegmentTextError, SegmentTextProblem};
use crate::{Condition, Day, DayTest, NumberTest, Rule, TextTest, fold};
use core::ops::Range;

/// Reads a rule.
///
/// `not` binds closer than `and`, `and` closer than `or`; the time needed is in proportion to the text.
///
/// # Errors
/// [`SegmentTextError`] for the first word that does not fit.
pub fn parse(text: &str) -> Result<Rule, SegmentTextError> {
    let mut parser = Parser {
        text,
        at: 0,
        nested: 0,
    };
    if text.len() > MAX_BYTES {
        let start = text.floor_char_boundary(MAX_BYTES);
        return Err(error(start..text.len(), SegmentTextProblem::TooLong));
    }
    let read = parser.either()?;
    if parser.rest().is_empty() {
        Ok(read.rule)
    } else {
        Err(parser.expected(Expected::AndOrEnd))
    }
}

fn error(place: Range<usize>, problem: SegmentTextProblem) -> SegmentTextError {
    SegmentTextError {
        start: place.start,
        end: place.end,
        problem,
    }
}

/// A rule, its depth, and where the deepest of its conditions stands.
struct Part {
    rule: Rule,
    depth: usize,
    deepest: Range<usize>,
}

impl Part {
    /// A rule around this one.
    fn within(self, around: impl FnOnce(Rule) -> Rule) -> Result<Self, SegmentTextError> {
        if self.depth >= Rule::MAX_DEPTH {
            return Err(error(self.deepest, SegmentTextProblem::TooDeep));
        }
        Ok(Self {
            rule: around(self.rule),
            depth: self.depth + 1,
            deepest: self.deepest,
        })
    }
}

/// Opening quotation marks with their closing ones.
const QUOTES: [(char, char); 4] = [('"', '"'), ('\'', '\''), ('“', '”'), ('«', '»')];

/// What is left to read. Nothing is copied but texts between quotation marks.
struct Parser<'t> {
    text: &'t str,
    at: usize,
    /// Parentheses and `not`s around the place.
    nested: usize,
}

impl<'t> Parser<'t> {
    fn either(&mut self) -> Result<Part, SegmentTextError> {
        self.chain(words::OR, Rule::Any, Self::both)
    }

    fn both(&mut self) -> Result<Part, SegmentTextError> {
        self.chain(words::AND, Rule::All, Self::single)
    }

    /// Parts with a word between them; a single one stands for itself.
    fn chain(
        &mut self,
        between: &[&str],
        group: fn(Vec<Rule>) -> Rule,
        part: fn(&mut Self) -> Result<Part, SegmentTextError>,
    ) -> Result<Part, SegmentTextError> {
        let mut deepest = part(self)?;
        if !self.is_next(between) {
            return Ok(deepest);
        }
        let mut rules = vec![core::mem::replace(&mut deepest.rule, Rule::everyone())];
        while self.take(between) {
            let next = part(self)?;
            rules.push(next.rule);
            if next.depth > deepest.depth {
                (deepest.depth, deepest.deepest) = (next.depth, next.deepest);
            }
        }
        deepest.within(|_| group(rules))
    }

    fn single(&mut self) -> Result<Part, SegmentTextError> {
        let place = self.next_word();
        if self.take(words::NOT) {
            let part = self.nested(place, Self::single)?;
            return part.within(|rule| Rule::Not(Box::new(rule)));
        }
        if self.take_symbol("(") {
            return self.nested(place, Self::inside);
        }
        for (names, group) in [
            (words::ALL, Rule::All as fn(Vec<Rule>) -> Rule),
            (words::ANY, Rule::Any),
        ] {
            if self.take(names) {
                if !self.take_symbol("(") {
                    return Err(self.expected(Expected::Open));
                }
                let part = self.nested(place, Self::inside)?;
                return part.within(|rule| group(vec![rule]));
            }
        }
        let rule = if self.take(words::EVERYONE) {
            Rule::everyone()
        } else if self.take(words::NOBODY) {
            Rule::Any(Vec::new())
        } else {
            return self.condition();
        };
        Ok(Part {
            rule,
            depth: 1,
            deepest: place,
        })
    }

    /// Reads what stands one level further in.
    fn nested(
        &mut self,
        place: Range<usize>,
        inner: fn(&mut Self) -> Result<Part, SegmentTextError>,
    ) -> Result<Part, SegmentTextError> {
        if self.nested >= Rule::MAX_DEPTH {
            return Err(error(place, SegmentTextProblem::TooDeep));
        }
        self.nested += 1;
        let part = inner(self);
        self.nested -= 1;
        part
    }

    /// A rule up to the parenthesis that closes it.
    fn inside(&mut self) -> Result<Part, SegmentTextError> {
        let part = self.either()?;
        if self.take_symbol(")") {
            Ok(part)
        } else {
            Err(self.expected(Expected::Close))
        }
    }

    fn condition(&mut self) -> Result<Part, SegmentTextError> {
        let start = self.next_word().start;
        let field = self.field()?;
        let part_of = |place: Range<usize>, condition| Part {
            rule: Rule::Is(condition),
            depth: 1,
            deepest: place,
        };
        let (condition, is_negated) = match field {
            FieldName::City => self.text_test(Condition::City)?,
            FieldName::Country => self.text_test(Condition::Country)?,
            FieldName::Tag => self.tag_test()?,
            FieldName::LastPurchase => (Condition::LastPurchase(self.day_test()?), false),
            FieldName::Orders => self.number_test(Self::whole_number, Condition::Orders)?,
            FieldName::Total => self.number_test(Self::amount, Condition::Total)?,
        };
        let part = part_of(start..self.at, condition);
        if is_negated {
            part.within(|rule| Rule::Not(Box::new(rule)))
        } else {
            Ok(part)
        }
    }

    /// The longest name of a field that stands here: of two words or of one.
    fn field(&mut self) -> Result<FieldName, SegmentTextError> {
        let one = self.word();
        if one.is_empty() {
            return Err(self.expected(Expected::Condition));
        }
        let name = fold(self.slice(one.clone()));
        let second = Self {
            at: one.end,
            ..*self
        }
        .word();
        let both = format!("{name} {}", fold(self.slice(second.clone())));
        if let Some(field) = words::field(&both) {
            self.at = second.end;
            return Ok(field);
        }
        if let Some(field) = words::field(&name) {
            self.at = one.end;
            return Ok(field);
        }
        let near = words::near(&name, &both);
        let end = match near {
            Some((_, true)) => second.end,
            _ => one.end,
        };
        let problem = SegmentTextProblem::UnknownField(near.map(|(name, _)| name));
        Err(error(one.start..end, problem))
    }

    /// The test, and whether it has to fail.
    fn text_test(
        &mut self,
        condition: fn(TextTest) -> Condition,
    ) -> Result<(Condition, bool), SegmentTextError> {
        let mut is_negated = self.take_symbol("!=");
        if is_negated || self.take_symbol("=") {
            let texts = vec![self.value()?];
            return Ok((condition(TextTest::OneOf(texts)), is_negated));
        }
        is_negated = self.take(words::NOT);
        let test = if self.take(words::IN) {
            TextTest::OneOf(self.list()?)
        } else if self.take(words::CONTAINS) {
            TextTest::Contains(self.value()?)
        } else if self.take(words::IS) {
            is_negated ^= self.take(words::NOT);
            self.one_of(words::BLANK, "blank")?;
            TextTest::Blank
        } else {
            return Err(self.expected(Expected::TextTest));
        };
        Ok((condition(test), is_negated))
    }

    fn tag_test(&mut self) -> Result<(Condition, bool), SegmentTextError> {
        let mut is_negated = self.take_symbol("!=");
        let tags = if is_negated || self.take_symbol("=") {
            vec![self.value()?]
        } else {
            is_negated = self.take(words::NOT);
            if !self.take(words::IN) {
                return Err(self.expected(Expected::TagTest));
            }
            self.list()?
        };
        Ok((Condition::Tag(tags), is_negated))
    }

    fn day_test(&mut self) -> Result<DayTest, SegmentTextError> {
        if self.take(words::NEVER) {
            return Ok(DayTest::Never);
        }
        if self.take(words::BETWEEN) {
            let from = self.day()?;
            self.one_of(words::AND, "and")?;
            return Ok(DayTest::Between(from, self.day()?));
        }
        if self.take(&["within"]) {
            if self.take(&["the"]) {
                self.one_of(&["last"], "last")?;
            }
            return Ok(DayTest::WithinDays(self.days()?));
        }
        if self.take(&["en"]) {
            self.one_of(&["los"], "los")?;
            self.one_of(&["ultimos"], "últimos")?;
            return Ok(DayTest::WithinDays(self.days()?));
        }
        if self.take(&["more"]) {
            self.one_of(&["than"], "than")?;
            let days = self.days()?;
            self.one_of(&["ago"], "ago")?;
            return Ok(DayTest::NotWithinDays(days));
        }
        if self.take(&["hace"]) {
            self.one_of(&["mas"], "más")?;
            self.one_of(&["de"], "de")?;
            return Ok(DayTest::NotWithinDays(self.days()?));
        }
        Err(self.expected(Expected::DayTest))
    }

    /// The test, with bounds included as a rule has them, and whether it has to fail.
    fn number_test(
        &mut self,
        number: fn(&mut Self) -> Result<i64, SegmentTextError>,
        condition: fn(NumberTest) -> Condition,
    ) -> Result<(Condition, bool), SegmentTextError> {
        if self.take(words::BETWEEN) {
            let from = number(self)?;
            self.one_of(words::AND, "and")?;
            let test = NumberTest::Between(from, number(self)?);
            return Ok((condition(test), false));
        }
        let symbols = ["!=", ">=", "<=", "=", ">", "<"];
        let Some(symbol) = symbols.into_iter().find(|symbol| self.take_symbol(symbol)) else {
            return Err(self.expected(Expected::NumberTest));
        };
        let place = self.next_word();
        let n = number(self)?;
        let beyond = || error(place.clone(), SegmentTextProblem::TooLarge);
        let test = match symbol {
            ">=" => NumberTest::AtLeast(n),
            "<=" => NumberTest::AtMost(n),
            ">" => NumberTest::AtLeast(n.checked_add(1).ok_or_else(beyond)?),
            "<" => NumberTest::AtMost(n.checked_sub(1).ok_or_else(beyond)?),
            _ => NumberTest::Between(n, n),
        };
        Ok((condition(test), symbol == "!="))
    }

    /// Texts in parentheses with commas between them; none is a list too.
    fn list(&mut self) -> Result<Vec<String>, SegmentTextError> {
        if !self.take_symbol("(") {
            return Err(self.expected(Expected::Open));
        }
        let mut texts = Vec::new();
        if self.take_symbol(")") {
            return Ok(texts);
        }
        loop {
            texts.push(self.value()?);
            if self.take_symbol(")") {
                return Ok(texts);
            }
            if !self.take_symbol(",") {
                return Err(self.expected(Expected::CommaOrClose));
            }
        }
    }

    /// A text in quotation marks, or a single word other than `and` and `or`.
    fn value(&mut self) -> Result<String, SegmentTextError> {
        let place = self.next_word();
        if let Some((open, close)) = self.quote() {
            return self.quoted(place.start + open.len_utf8(), close);
        }
        let word = self.word();
        if word.is_empty() || self.is_next(words::AND) || self.is_next(words::OR) {
            return Err(self.expected(Expected::Text));
        }
        self.at = word.end;
        Ok(self.slice(word).to_owned())
    }

    fn quoted(&mut self, inside: usize, close: char) -> Result<String, SegmentTextError> {
        let start = self.next_word().start;
        let mut out = String::new();
        let mut chars = self.slice(inside..self.text.len()).char_indices();
        while let Some((at, c)) = chars.next() {
            if c == close {
                self.at = inside + at + c.len_utf8();
                return Ok(out);
            }
            if c != '\\' {
                out.push(c);
                continue;
            }
            let after = chars.as_str();
            match escaped(after) {
                Some((c, length)) => {
                    out.push(c);
                    let skipped = after.len().saturating_sub(length);
                    while chars.as_str().len() > skipped {
                        chars.next();
                    }
                }
                None if after.is_empty() => break,
                None => {
                    let length = after.chars().next().map_or(0, char::len_utf8);
                    let from = inside + at;
                    return Err(error(
                        from..from + 1 + length,
                        SegmentTextProblem::UnknownEscape,
                    ));
                }
            }
        }
        Err(error(start..self.text.len(), SegmentTextProblem::Unclosed))
    }

    fn whole_number(&mut self) -> Result<i64, SegmentTextError> {
        let place = self.number();
        let number = self.slice(place.clone());
        if !is_whole(number) {
            return Err(error(
                place,
                SegmentTextProblem::Expected(Expected::WholeNumber),
            ));
        }
        let value = number.parse();
        self.at = place.end;
        value.map_err(|_| error(place, SegmentTextProblem::TooLarge))
    }

    /// A number of days and the word for them.
    fn days(&mut self) -> Result<u32, SegmentTextError> {
        let place = self.number();
        let number = self.slice(place.clone());
        if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(error(
                place,
                SegmentTextProblem::Expected(Expected::WholeNumber),
            ));
        }
        let Ok(days) = number.parse() else {
            return Err(error(place, SegmentTextProblem::TooLarge));
        };
        self.at = place.end;
        self.one_of(words::DAYS, "days")?;
        Ok(days)
    }

    /// An amount in minor units.
    fn amount(&mut self) -> Result<i64, SegmentTextError> {
        let place = self.number();
        let number = self.slice(place.clone());
        let problem = match amount(number) {
            Some(minor) => match i64::try_from(minor) {
                Ok(minor) => {
                    self.at = place.end;
                    return Ok(minor);
                }
                Err(_) => SegmentTextProblem::TooLarge,
            },
            None if is_whole(&number.replace(['.', ','], "")) => SegmentTextProblem::ThousandsMark,
            None => SegmentTextProblem::Expected(Expected::Amount),
        };
        Err(error(place, problem))
    }

    fn day(&mut self) -> Result<Day, SegmentTextError> {
        let place = self.number();
        let Ok(day) = Day::parse_iso(self.slice(place.clone())) else {
            return Err(error(place, SegmentTextProblem::Expected(Expected::Day)));
        };
        self.at = place.end;
        Ok(day)
    }

    /// One of these words, told as the one that is meant.
    fn one_of(&mut self, wanted: &[&str], told: &'static str) -> Result<(), SegmentTextError> {
        if self.take(wanted) {
            Ok(())
        } else {
            Err(self.expected(Expected::Word(told)))
        }
    }

    fn take(&mut self, wanted: &[&str]) -> bool {
        let is_next = self.is_next(wanted);
        if is_next {
            self.at = self.word().end;
        }
        is_next
    }

    fn is_next(&self, wanted: &[&str]) -> bool {
        let word = self.slice(self.word());
        // No word of the language is longer; so a long text in one piece is not folded again and again.
        word.len() <= 16 && wanted.contains(&fold(word).as_str())
    }

    fn take_symbol(&mut self, symbol: &str) -> bool {
        let start = self.start();
        let is_next = self.rest().starts_with(symbol);
        if is_next {
            self.at = start + symbol.len();
        }
        is_next
    }

    fn expected(&self, expected: Expected) -> SegmentTextError {
        error(self.next_word(), SegmentTextProblem::Expected(expected))
    }

    /// Where the next word, number, text or sign stands; nothing, behind the last, at the end of the text.
    fn next_word(&self) -> Range<usize> {
        let start = self.start();
        let Some(first) = self.rest().chars().next() else {
            let end = self.text.trim_end().len();
            return end..end;
        };
        if let Some((open, close)) = self.quote() {
            let inside = start + open.len_utf8();
            let length = self.slice(inside..self.text.len()).find(close);
            let end = length.map_or(self.text.len(), |length| inside + length + close.len_utf8());
            return start..end;
        }
        let word = self.number();
        if word.is_empty() {
            start..start + first.len_utf8()
        } else {
            word
        }
    }

    /// The quotation mark that stands next, and the one that closes it.
    fn quote(&self) -> Option<(char, char)> {
        let first = self.rest().chars().next()?;
        QUOTES.into_iter().find(|(open, _)| *open == first)
    }

    /// The next word, nothing where a sign stands; a comma ends it.
    fn word(&self) -> Range<usize> {
        self.run(|c| c == ',')
    }

    /// The next number or day, as a [word](Self::word) that may have commas.
    fn number(&self) -> Range<usize> {
        self.run(|_| false)
    }

    fn run(&self, ends: impl Fn(char) -> bool) -> Range<usize> {
        let start = self.start();
        let rest = self.rest();
        if self.quote().is_some() {
            return start..start;
        }
        let ends = |c: char| {
            // An apostrophe within a word belongs to it.
            let is_quote =
                c != '\'' && QUOTES.iter().any(|(open, close)| c == *open || c == *close);
            c.is_whitespace() || "()=<>!".contains(c) || is_quote || ends(c)
        };
        start..start + rest.find(ends).unwrap_or(rest.len())
    }

    /// Where the next thing begins.
    fn start(&self) -> usize {
        self.text.len() - self.rest().len()
    }

    fn rest(&self) -> &'t str {
        self.slice(self.at..self.text.len()).trim_start()
    }

    fn slice(&self, place: Range<usize>) -> &'t str {
        self.text.get(place).unwrap_or_default()
    }
}

/// The character that the text after a backslash means, and how many bytes say so.
fn escaped(after: &str) -> Option<(char, usize)> {
    let first = after.chars().next()?;
    let c = match first {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let (code, _) = after.strip_prefix("u{")?.split_once('}')?;
            let is_hex =
                (1..=6).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_hexdigit());
            let c = u32::from_str_radix(code, 16).ok().filter(|_| is_hex);
            return Some((char::from_u32(c?)?, code.len() + 3));
        }
        '\\' => '\\',
        other
            if QUOTES
                .iter()
                .any(|(open, close)| other == *open || other == *close) =>
        {
            other
        }
        _ => return None,
    };
    Some((c, first.len_utf8()))
}

/// Digits, perhaps with a sign before them.
fn is_whole(number: &str) -> bool {
    let digits = number.strip_prefix(['-', '+']).unwrap_or(number);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Hundredths of an amount with at most two decimals after a point or a comma and no other mark.
fn amount(number: &str) -> Option<i128> {
    let (whole, decimals) = match number.split_once(['.', ',']) {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (number, None),
    };
    let decimals = decimals.map_or(Some(0), |decimals| match decimals.as_bytes() {
        [a] if a.is_ascii_digit() => Some(i128::from(a - b'0') * 10),
        [a, b] if a.is_ascii_digit() && b.is_ascii_digit() => {
            Some(i128::from(a - b'0') * 10 + i128::from(b - b'0'))
        }
        _ => None,
    })?;
    if !is_whole(whole) {
        return None;
    }
    // Nothing so long fits; a text of many zeros before a number is none that a person means.
    let units = whole
        .parse::<i128>()
        .map_or(i128::MAX, |units| units.saturating_mul(100));
    Some(if whole.starts_with('-') {
        units.saturating_sub(decimals)
    } else {
        units.saturating_add(decimals)
    })
}
