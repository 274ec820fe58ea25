//! Everything that is computed.

use super::due::{self, DueCustomer, DueProduct};
use super::sales::{Line, Sales};
use std::collections::BTreeMap;
use tendero_domain::Day;
use tendero_insight::basket::{self, Ratio, Rule, TooMany};
use tendero_insight::bg_nbd::{Period, Summary};
use tendero_insight::churn::{self, ChurnCohort, ChurnMonth};
use tendero_insight::cohorts::{Cohort, cohorts};
use tendero_insight::due::DueTest;
use tendero_insight::gamma_gamma::Spend;
use tendero_insight::life_cycle::{Stage, Thresholds, stage};
use tendero_insight::lifetime_value::Horizon;
use tendero_insight::outlook::{HeldOut, Models, Outlook};
use tendero_insight::purchases::Histories;
use tendero_insight::rfm::{Frequency, Group, Rfm, ScoreRule, Scores, scores};

/// What is wanted.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) as_of: Day,
    pub(super) calibration_end: Option<Day>,
    pub(super) period: Period,
    pub(super) score_rule: ScoreRule,
    pub(super) frequency: Frequency,
    pub(super) rules: Option<(Ratio, Ratio)>,
    pub(super) ahead: f64,
    pub(super) horizon: Horizon,
    pub(super) life_cycle: Thresholds,
}

/// What there is to say.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) settings: Settings,
    pub(super) histories: Histories,
    pub(super) models: Models,
    pub(super) held_out: Option<HeldOut>,
    /// In the order of the customers' names.
    pub(super) customers: Vec<Customer>,
    pub(super) cohorts: Vec<Cohort>,
    pub(super) churn_months: Vec<ChurnMonth>,
    pub(super) churn_cohorts: Vec<ChurnCohort>,
    pub(super) due_products: Vec<DueProduct>,
    pub(super) due_test: Option<(Day, DueTest)>,
    pub(super) rules: Option<Vec<Rule>>,
    pub(super) notes: Vec<String>,
}

/// The numbers of a customer, their scores, and what they are called by them.
pub(super) type Scored = (Rfm, Scores, Group);

/// One customer. Who never bought has a stage and nothing else.
#[derive(Debug)]
pub(super) struct Customer {
    /// The place in the list of names.
    pub(super) at: usize,
    pub(super) rfm: Option<Scored>,
    pub(super) stage: Stage,
    pub(super) summary: Option<Summary>,
    pub(super) spend: Spend,
    pub(super) outlook: Outlook,
    pub(super) due: Option<DueCustomer>,
    pub(super) refunds: u32,
    pub(super) refunds_minor: i64,
    pub(super) held_out: Option<HeldOutCustomer>,
}

/// The customer as the models saw them on the day of calibration, and what they did since.
#[derive(Debug)]
pub(super) struct HeldOutCustomer {
    pub(super) summary: Summary,
    pub(super) outlook: Outlook,
    pub(super) bought: u32,
}

impl Report {
    pub(super) fn new(sales: &Sales, settings: &Settings) -> Result<Self, TooMany> {
        let as_of = settings.as_of;
        let purchases = sales.purchases();
        let histories = Histories::new(&purchases, sales.customers.len(), as_of);
        let models = Models::fit(&histories.of, as_of, settings.period);
        let end = settings
            .calibration_end
            .or_else(|| HeldOut::middle(&histories, as_of))
            .filter(|end| *end < as_of);
        let held_out =
            end.map(|end| HeldOut::new(&purchases, &histories, end, as_of, settings.period));
        let mut report = Self {
            models,
            held_out,
            customers: Vec::new(),
            cohorts: cohorts(&histories.of, as_of),
            churn_months: churn::by_month(&histories.of, as_of, settings.life_cycle.lapsed_days),
            churn_cohorts: churn::by_cohort(&histories.of, as_of, settings.life_cycle.lapsed_days),
            due_products: due::products(sales, as_of),
            due_test: end.map(|end| (end, due::test(&histories, end))),
            rules: rules(sales, settings)?,
            notes: Vec::new(),
            settings: settings.clone(),
            histories,
        };
        report.customers = report.customers();
        report.notes = report.notes(sales);
        Ok(report)
    }

    /// Why lifetime values are held back though both models are there.
    pub(super) fn distrust(&self) -> Option<String> {
        let test = self.held_out.as_ref()?.test.as_ref().ok()?;
        test.is_plainly_wrong().then(|| {
            format!(
                "the back-test expected {:.0} purchases and {} came: the model is plainly wrong for these customers",
                test.expected, test.bought
            )
        })
    }

    fn customers(&self) -> Vec<Customer> {
        let settings = &self.settings;
        let as_of = settings.as_of;
        let scored = self.scored();
        let groups: Vec<Option<Group>> = scored
            .iter()
            .map(|scored| scored.map(|(.., group)| group))
            .collect();
        let due = due::customers(&self.histories, &groups, as_of);
        let is_distrusted = self.distrust().is_some();
        let mut customers = Vec::new();
        let all = self.histories.of.iter().zip(scored.into_iter().zip(due));
        for (at, (history, (rfm, due))) in all.enumerate() {
            let mut outlook = self
                .models
                .outlook(history, settings.ahead, settings.horizon);
            if is_distrusted {
                outlook.lifetime_value = None;
            }
            customers.push(Customer {
                at,
                rfm,
                due,
                stage: stage(history, as_of, settings.life_cycle),
                summary: Summary::of(history, as_of),
                spend: Spend::of(history),
                outlook,
                refunds: history.refunds(),
                refunds_minor: history.refunds_minor(),
                held_out: self.held_out_customer(at),
            });
        }
        customers
    }

    /// Only who bought is scored, among those who did.
    fn scored(&self) -> Vec<Option<Scored>> {
        let settings = &self.settings;
        let histories = self.histories.of.iter();
        let rfm: Vec<Option<Rfm>> = histories
            .map(|history| Rfm::of(history, settings.as_of, settings.frequency))
            .collect();
        let numbers: Vec<Rfm> = rfm.iter().flatten().copied().collect();
        let mut scores = scores(&numbers, settings.score_rule).into_iter();
        let mut scored = |rfm: Option<Rfm>| {
            let (rfm, scores) = rfm.zip(rfm.and_then(|_| scores.next()))?;
            Some((rfm, scores, Group::of(scores)))
        };
        rfm.into_iter().map(&mut scored).collect()
    }

    fn held_out_customer(&self, at: usize) -> Option<HeldOutCustomer> {
        let held_out = self.held_out.as_ref()?;
        let known = held_out.known.get(at).copied().flatten()?;
        let history = held_out.before.of.get(at)?;
        let period = self.settings.period;
        let days = self.settings.as_of.0.abs_diff(held_out.models.fitted_to.0);
        Some(HeldOutCustomer {
            summary: known.before,
            outlook: held_out
                .models
                .outlook(history, period.of_days(days), self.settings.horizon),
            bought: known.bought,
        })
    }

    /// What a reader has to know to read the numbers rightly.
    fn notes(&self, sales: &Sales) -> Vec<String> {
        let mut notes = Vec::new();
        let mut tell = |count: usize, words: String| {
            if count > 0 {
                notes.push(format!("{count} {words}"));
            }
        };
        let as_of = self.settings.as_of;
        let all = &self.histories;
        tell(
            sales.refused.len(),
            "rows cannot be read and are left out".to_owned(),
        );
        tell(
            sales.other_currency,
            "rows are in another currency and are left out".to_owned(),
        );
        tell(
            all.later_rows,
            format!("rows are later than {as_of} and are left out"),
        );
        tell(
            all.refunds,
            "orders give money back (their sum is below zero): they are told as refunds and count in nothing else".to_owned(),
        );
        tell(
            all.zero_orders,
            "orders sum to zero: they count as purchases".to_owned(),
        );
        tell(
            sales.repeated_rows,
            "rows are the same as an earlier one in every cell: they count like others".to_owned(),
        );
        let without = sales.customers.len() - all.buyers();
        tell(
            without,
            format!("customers have not bought until {as_of}: they have no scores"),
        );
        let once = all.of.iter().filter(|h| h.days().len() == 1).count();
        tell(
            once,
            "customers bought on one day only: this model takes every one of them for alive (p_alive is 1)".to_owned(),
        );
        notes.extend(sales.either_way.iter().cloned());
        if !sales.has_amounts {
            notes.push("no column holds amounts: every amount counts as zero".to_owned());
        }
        let models = [
            ("", Some(&self.models)),
            ("back-test: ", self.held_out.as_ref().map(|h| &h.models)),
        ];
        for (where_, models) in models {
            let fits = models.map(|m| {
                (
                    m.purchases.is_ok_and(|f| f.at_bound),
                    m.amounts.is_ok_and(|f| f.at_bound),
                )
            });
            let (purchases, amounts) = fits.unwrap_or((false, false));
            for (is_at_bound, name) in [(purchases, "BG/NBD"), (amounts, "Gamma-Gamma")] {
                if is_at_bound {
                    notes.push(format!("{where_}a parameter of {name} ran to its bound: do not read its parameters one by one"));
                }
            }
        }
        if let Some(reason) = self.distrust() {
            notes.push(format!("{reason}; lifetime values are held back"));
        }
        notes
    }
}

/// The rules over baskets: the products of one order, or of one customer's day where there are no orders.
fn rules(sales: &Sales, settings: &Settings) -> Result<Option<Vec<Rule>>, TooMany> {
    let Some((support, confidence)) = settings.rules else {
        return Ok(None);
    };
    let mut baskets: BTreeMap<(u32, Option<u32>, Day), Vec<u32>> = BTreeMap::new();
    let is_sold =
        |line: &&Line| line.purchase.day <= settings.as_of && line.purchase.amount_minor >= 0;
    for line in sales.lines.iter().filter(is_sold) {
        let purchase = line.purchase;
        let day = if purchase.order.is_some() {
            Day(0)
        } else {
            purchase.day
        };
        if let Some(product) = line.product {
            let key = (purchase.customer, purchase.order, day);
            baskets.entry(key).or_default().push(product);
        }
    }
    let baskets: Vec<Vec<u32>> = baskets.into_values().collect();
    Ok(Some(basket::rules(&baskets, support, confidence)?))
}
