//! The report as a page to read.

use super::due::{DueCustomer, TEST_DAYS};
use super::report::{Customer, Report};
use super::sales::Sales;
use crate::failure::Failure;
use std::collections::BTreeMap;
use std::io::Write;
use tendero_insight::due::State;
use tendero_insight::outlook::Models;

/// Customers that are listed.
const SHOWN_CUSTOMERS: usize = 20;

/// Rules that are listed.
const SHOWN_RULES: usize = 20;

/// Refused rows that are listed.
const SHOWN_REFUSED: usize = 20;

/// # Errors
/// [`Failure`] of the output.
pub(super) fn write(report: &Report, sales: &Sales, out: &mut impl Write) -> Result<(), Failure> {
    let mut page = Page::default();
    heading(&mut page, report, sales);
    notes(&mut page, report, sales);
    due(&mut page, report, sales);
    groups(&mut page, report);
    back_test(&mut page, report);
    models(&mut page, "Models", &report.models);
    cohorts(&mut page, report);
    rules(&mut page, report, sales);
    customers(&mut page, report, sales);
    out.write_all(page.0.as_bytes())?;
    Ok(())
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn line(&mut self, text: &str) {
        self.0.push_str(text.trim_end());
        self.0.push('\n');
    }

    fn title(&mut self, text: &str) {
        self.line("");
        self.line(text);
    }

    /// Columns as wide as their widest cell: the first to the left, the others to the right.
    fn table(&mut self, rows: &[Vec<String>]) {
        let mut widths: Vec<usize> = Vec::new();
        for row in rows {
            for (at, cell) in row.iter().enumerate() {
                let width = cell.chars().count();
                match widths.get_mut(at) {
                    Some(widest) => *widest = width.max(*widest),
                    None => widths.push(width),
                }
            }
        }
        for row in rows {
            let mut cells = row.iter().zip(&widths);
            let mut line = cells
                .next()
                .map_or(String::new(), |(cell, width)| format!("  {cell:<width$}"));
            for (cell, width) in cells {
                line.push_str(&format!("  {cell:>width$}"));
            }
            self.line(&line);
        }
    }
}

fn heading(page: &mut Page, report: &Report, sales: &Sales) {
    let all = &report.histories;
    let total = all.of.iter().map(|history| history.total_minor());
    let total = total.fold(0, i64::saturating_add);
    page.line(&format!(
        "{} customers as of {}: {} bought, for {} {}",
        all.of.len(),
        report.settings.as_of,
        all.buyers(),
        money(total),
        sales.currency.as_deref().unwrap_or_default(),
    ));
}

fn notes(page: &mut Page, report: &Report, sales: &Sales) {
    for note in &report.notes {
        page.line(&format!("- {note}"));
    }
    for row in sales.refused.iter().take(SHOWN_REFUSED) {
        page.line(&format!("  line {}: {}", row.line, row.why));
    }
    more(page, sales.refused.len(), SHOWN_REFUSED);
}

fn due(page: &mut Page, report: &Report, sales: &Sales) {
    let mut missed: Vec<(&Customer, DueCustomer)> = report
        .customers
        .iter()
        .filter_map(|one| Some((one, one.due.filter(|due| due.is_own)?)))
        .filter(|(_, due)| due.due.state != State::Early)
        .collect();
    missed.sort_by_key(|(one, due)| (-due.due.at_stake_minor, one.at));
    page.title(&format!(
        "Due to order by their own rhythm: {} customers",
        missed.len()
    ));
    if let Some((on, test)) = report.due_test {
        page.line(&format!(
            "  tested on {on}, for {TEST_DAYS} days: {} of {} named ordered; \"no order for 30 days\": {} of {}",
            test.by_rhythm.ordered, test.by_rhythm.named, test.by_silence.ordered, test.by_silence.named
        ));
    }
    let mut rows = vec![cells([
        "customer",
        "expected",
        "every (days)",
        "at stake",
        "state",
    ])];
    rows.extend(missed.iter().take(SHOWN_CUSTOMERS).map(|(one, found)| {
        vec![
            sales.customers.get(one.at).cloned().unwrap_or_default(),
            found.due.expected.to_string(),
            found.rhythm.gap_days.to_string(),
            money(found.due.at_stake_minor),
            if found.due.state == State::Stopped {
                "stopped"
            } else {
                "due"
            }
            .to_owned(),
        ]
    }));
    page.table(&rows);
    more(page, missed.len(), SHOWN_CUSTOMERS);
}

fn groups(page: &mut Page, report: &Report) {
    let mut groups: BTreeMap<_, (usize, i64)> = BTreeMap::new();
    let mut stages: BTreeMap<_, usize> = BTreeMap::new();
    for one in &report.customers {
        *stages.entry(one.stage).or_default() += 1;
        if let Some((rfm, _, group)) = one.rfm {
            let (customers, revenue) = groups.entry(group).or_default();
            *customers += 1;
            *revenue = revenue.saturating_add(rfm.monetary_minor);
        }
    }
    page.title("Groups by recency, frequency and monetary value");
    let mut rows = vec![cells(["group", "customers", "revenue"])];
    rows.extend(groups.iter().map(|(group, (customers, revenue))| {
        vec![
            group.name().to_owned(),
            customers.to_string(),
            money(*revenue),
        ]
    }));
    page.table(&rows);
    page.title("Life cycle");
    let rows: Vec<Vec<String>> = stages
        .iter()
        .map(|(stage, customers)| vec![stage.name().to_owned(), customers.to_string()])
        .collect();
    page.table(&rows);
}

fn back_test(page: &mut Page, report: &Report) {
    let Some(held_out) = &report.held_out else {
        return;
    };
    page.title(&format!(
        "Back-test: fitted to {}, compared with what followed",
        held_out.models.fitted_to
    ));
    let test = match &held_out.test {
        Ok(test) => test,
        Err(why) => return page.line(&format!("  refused: {why}")),
    };
    page.line(&format!(
        "  {} purchases came, {:.1} were expected; error per customer {:.3} (everyone at their own rate: {:.3})",
        test.bought, test.expected, test.root_mean_square, test.naive_root_mean_square
    ));
    let mut rows = vec![cells(["repeated before", "customers", "came", "expected"])];
    rows.extend(test.bins.iter().map(|bin| {
        vec![
            bin.repeats.to_string(),
            bin.customers.to_string(),
            format!("{:.3}", bin.bought),
            format!("{:.3}", bin.expected),
        ]
    }));
    page.table(&rows);
}

fn models(page: &mut Page, title: &str, models: &Models) {
    page.title(&format!("{title}, fitted to {}", models.fitted_to));
    page.line(&match models.purchases {
        Ok(fit) => format!(
            "  BG/NBD: r {:.4}, alpha {:.4}, a {:.4}, b {:.4}; log-likelihood {:.4}",
            fit.model.r, fit.model.alpha, fit.model.a, fit.model.b, fit.log_likelihood
        ),
        Err(why) => format!("  BG/NBD refused: {why}"),
    });
    page.line(&match models.amounts {
        Ok(fit) => format!(
            "  Gamma-Gamma: p {:.4}, q {:.4}, v {:.4}; log-likelihood {:.4}",
            fit.model.p, fit.model.q, fit.model.v, fit.log_likelihood
        ),
        Err(why) => format!("  Gamma-Gamma refused: {why}"),
    });
}

fn cohorts(page: &mut Page, report: &Report) {
    page.title(
        "Cohorts: of those who first bought in a month, per cent who bought in each month after it",
    );
    let rows: Vec<Vec<String>> = report
        .cohorts
        .iter()
        .map(|cohort| {
            let shares = cohort.retention().skip(1);
            let shares = shares.map(|share| format!("{:.0}", 100.0 * share));
            [cohort.month.to_string(), cohort.customers().to_string()]
                .into_iter()
                .chain(shares)
                .collect()
        })
        .collect();
    page.table(&rows);
}

fn rules(page: &mut Page, report: &Report, sales: &Sales) {
    let Some(rules) = &report.rules else {
        return;
    };
    page.title(&format!("What goes with what: {} rules", rules.len()));
    let name = |item: &u32| {
        let at = usize::try_from(*item).unwrap_or(usize::MAX);
        sales.products.get(at).map_or("", String::as_str)
    };
    for rule in rules.iter().take(SHOWN_RULES) {
        let given: Vec<&str> = rule.given.iter().map(name).collect();
        page.line(&format!(
            "  {} → {}: {} of {} ({:.0} %), {:.1} times as often as by chance",
            given.join(" + "),
            name(&rule.then),
            rule.count,
            rule.count_given,
            100.0 * rule.confidence(),
            rule.lift()
        ));
    }
    more(page, rules.len(), SHOWN_RULES);
}

fn customers(page: &mut Page, report: &Report, sales: &Sales) {
    let mut best: Vec<&Customer> = report.customers.iter().collect();
    let value = |one: &Customer| one.outlook.lifetime_value.unwrap_or(-1.0);
    let spent = |one: &Customer| one.rfm.map_or(0, |(rfm, ..)| rfm.monetary_minor);
    best.sort_by(|a, b| value(b).total_cmp(&value(a)).then(spent(b).cmp(&spent(a))));
    page.title("Customers worth most");
    let mut rows = vec![cells([
        "customer", "days ago", "times", "spent", "RFM", "alive", "expected", "worth", "group",
        "stage",
    ])];
    let number = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.2}"));
    for one in best.iter().take(SHOWN_CUSTOMERS) {
        let Some((rfm, scores, group)) = one.rfm else {
            continue;
        };
        rows.push(vec![
            sales.customers.get(one.at).cloned().unwrap_or_default(),
            rfm.recency_days.to_string(),
            rfm.frequency.to_string(),
            money(rfm.monetary_minor),
            format!("{}{}{}", scores.recency, scores.frequency, scores.monetary),
            number(one.outlook.p_alive),
            number(one.outlook.purchases),
            number(one.outlook.lifetime_value),
            group.name().to_owned(),
            one.stage.name().to_owned(),
        ]);
    }
    page.table(&rows);
    more(page, report.customers.len(), SHOWN_CUSTOMERS);
}

fn more(page: &mut Page, all: usize, shown: usize) {
    if all > shown {
        page.line(&format!("  … and {} more (--json has all)", all - shown));
    }
}

fn cells<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).into()
}

/// Minor units with two decimals.
fn money(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let minor = minor.unsigned_abs();
    format!("{sign}{}.{:02}", minor / 100, minor % 100)
}
