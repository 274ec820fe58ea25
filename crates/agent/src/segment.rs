//! `tendero segment`: who in a file belongs to a segment, counted and listed by the same code as in the app.

mod gather;

use crate::failure::Failure;
use crate::input::Input;
use crate::inspect::{amount, number, problem};
use crate::words;
use clap::Args;
use gather::Gathered;
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;
use tendero_domain::segment_text::{self, SegmentTextError};
use tendero_domain::{Day, Rule};
use tendero_insight::{Counts, CustomerRow, RowNo, Selection, SortColumn};

/// Options of `segment`.
#[derive(Debug, Args)]
pub(crate) struct SegmentOptions {
    /// Customers or purchases: CSV in any shape, vCard or LDIF; - for standard input
    file: PathBuf,
    /// Who belongs to it, such as 'city = Madrid and orders >= 3'; the language is in docs/segments.md
    text: String,
    /// Today, from which days are counted back; the day of the newest purchase in the file if not given (yyyy-mm-dd)
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Day>,
    /// Print JSON, its shape is in docs/command-line.md
    #[arg(long)]
    json: bool,
    /// Put purchases without a customer on one record of this name instead of refusing them
    #[arg(long, value_name = "NAME")]
    counter_sales: Option<String>,
    /// Put before the number of a customer that has no name in the file
    #[arg(long, value_name = "WORD", default_value = "Customer")]
    unnamed: String,
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse_iso(text).map_err(|error| error.to_string())
}

/// Reads the text and the file, counts and prints.
///
/// # Errors
/// [`Failure`]; with `--json` the problem also stands in the output, as `problem`.
pub(crate) fn run(options: &SegmentOptions, out: &mut impl Write) -> Result<(), Failure> {
    let rule = match segment_text::parse(&options.text) {
        Ok(rule) => rule,
        Err(error) => {
            if options.json {
                let report = json!({"problem": text_problem(&options.text, &error)});
                writeln!(out, "{report}")?;
            }
            return Err(Failure::Usage(pointed_at(&options.text, &error)));
        }
    };
    let gathered = match gather(options) {
        Ok(gathered) => gathered,
        Err(failure) => {
            if options.json {
                writeln!(out, "{}", json!({"problem": problem(&failure)}))?;
            }
            return Err(failure);
        }
    };
    let report = Report::new(options, &rule, &gathered);
    if options.json {
        report.print_json(out)
    } else {
        report.print_text(out)
    }
}

fn gather(options: &SegmentOptions) -> Result<Gathered, Failure> {
    let input = Input::open(&options.file)?;
    let mut plan = input.inspection.plan.clone();
    plan.counter_sales.clone_from(&options.counter_sales);
    plan.unnamed.clone_from(&options.unnamed);
    Gathered::read(input, &plan)
}

/// What is wrong with the text; places are characters from 0.
fn text_problem(text: &str, error: &SegmentTextError) -> Value {
    let place = error.characters(text);
    json!({
        "code": "text",
        "message": error.to_string(),
        "start": place.start,
        "end": place.end,
    })
}

/// The line of the text that is wrong, signs beneath the word, and what is wrong with it.
fn pointed_at(text: &str, error: &SegmentTextError) -> String {
    let start = error.start;
    let line_start = text.get(..start).and_then(|before| before.rfind('\n'));
    let line_start = line_start.map_or(0, |at| at + 1);
    let rest = text.get(line_start..).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default();
    let (blanks, signs) = (
        characters(text, line_start, start),
        characters(text, start, error.end.min(line_start + line.len())),
    );
    let line: String = line
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let blanks = " ".repeat(blanks);
    let signs = "^".repeat(signs.max(1));
    format!("the text is no segment\n  {line}\n  {blanks}{signs}\n  {error}")
}

fn characters(text: &str, from: usize, to: usize) -> usize {
    text.get(from..to).unwrap_or_default().chars().count()
}

/// Everything that is printed.
struct Report<'a> {
    options: &'a SegmentOptions,
    rule: &'a Rule,
    gathered: &'a Gathered,
    /// Today; `None` without a purchase in the file, when no day can matter.
    as_of: Option<Day>,
    counts: Counts,
    /// By name.
    members: Vec<RowNo>,
}

impl<'a> Report<'a> {
    fn new(options: &'a SegmentOptions, rule: &'a Rule, gathered: &'a Gathered) -> Self {
        let as_of = options.as_of.or(gathered.newest_purchase);
        let today = as_of.unwrap_or(Day(0));
        let selection = Selection {
            rule: Some(rule),
            column: SortColumn::Name,
            ..Selection::default()
        };
        Self {
            options,
            rule,
            gathered,
            as_of,
            counts: gathered.index.count(rule, today),
            members: gathered.index.select(&selection, today),
        }
    }

    /// Each part of the rule, as text, with how many it holds for by itself.
    fn parts(&self) -> Vec<(String, u64)> {
        let mut counts = self.counts.each.iter().copied();
        let mut parts = Vec::new();
        self.rule.walk(&mut |part| {
            parts.push((segment_text::write(part), counts.next().unwrap_or(0)));
        });
        parts
    }

    fn members(&self) -> impl Iterator<Item = (u64, CustomerRow)> {
        self.members.iter().map(|at| {
            let row = self.gathered.index.row(*at);
            (self.gathered.line(row.id), row)
        })
    }

    fn print_json(&self, out: &mut impl Write) -> Result<(), Failure> {
        let from = match (self.options.as_of, self.as_of) {
            (Some(_), _) => Some("option"),
            (None, Some(_)) => Some("newestPurchase"),
            (None, None) => None,
        };
        let part = |(text, count): (String, u64)| json!({"text": text, "count": count});
        let refused = self.gathered.refused.iter().map(|(line, problem)| {
            json!({
                "line": line,
                "reason": words::row_problem_code(*problem),
                "message": words::row_problem(*problem),
            })
        });
        let head = json!({
            "file": self.options.file.display().to_string(),
            "count": self.counts.total,
            "of": self.gathered.index.live(),
            "total_minor": self.counts.total_minor,
            "as_of": self.as_of.map(|day| day.to_string()),
            "as_of_from": from,
            "rule": {"text": segment_text::write(self.rule), "json": self.rule},
            "parts": self.parts().into_iter().map(part).collect::<Vec<_>>(),
            "refused": refused.collect::<Vec<_>>(),
        })
        .to_string();
        let open = head.strip_suffix('}').unwrap_or(&head);
        write!(out, "{open},\"members\":[")?;
        let mut separator = "\n";
        for (line, row) in self.members() {
            write!(out, "{separator}{}", member(line, &row))?;
            separator = ",\n";
        }
        writeln!(out, "\n]}}")?;
        Ok(())
    }

    fn print_text(&self, out: &mut impl Write) -> Result<(), Failure> {
        let as_of = match (self.options.as_of, self.as_of) {
            (Some(day), _) => format!(", as of {day}"),
            (None, Some(day)) => format!(", as of {day}, the newest purchase"),
            (None, None) => String::new(),
        };
        let of = number(self.gathered.index.live() as u64, "customer");
        writeln!(out, "{} of {of}{as_of}\n\nRule", self.counts.total)?;
        for (text, count) in self.parts() {
            writeln!(out, "{count:>7}  {text}")?;
        }
        writeln!(out, "\nCustomers, by name, with their line")?;
        for (line, row) in self.members() {
            writeln!(out, "{line:>7}  {}", on_one_line(&row))?;
        }
        if !self.gathered.refused.is_empty() {
            writeln!(out, "\nRefused")?;
        }
        for (line, problem) in &self.gathered.refused {
            writeln!(out, "{line:>7}  {}", words::row_problem(*problem))?;
        }
        Ok(())
    }
}

fn member(line: u64, row: &CustomerRow) -> Value {
    json!({
        "line": line,
        "name": row.name,
        "key": row.key,
        "city": row.city,
        "country": row.country,
        "tags": row.tags,
        "orders": row.orders,
        "total_minor": row.total_minor,
        "last_purchase": row.last_purchase.map(|day| day.to_string()),
    })
}

fn on_one_line(row: &CustomerRow) -> String {
    let mut parts = vec![row.name.clone()];
    let texts = [("city", &row.city), ("country", &row.country)];
    for (name, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
        parts.push(format!("{name}: {text}"));
    }
    if !row.tags.is_empty() {
        parts.push(format!("tags: {}", row.tags.join(", ")));
    }
    if row.orders > 0 {
        let (orders, total) = (row.orders.into(), amount(row.total_minor));
        let last = row.last_purchase.map(|day| format!(", last {day}"));
        let last = last.unwrap_or_default();
        parts.push(format!("{} for {total}{last}", number(orders, "purchase")));
    }
    parts.join(" | ").replace('\n', " ")
}
