//! What is to be expected of each customer: the models fitted to all of them, asked about one, and tested on what is known.

use crate::back_test::{BackTest, Known};
use crate::bg_nbd::{self, Period, Summary};
use crate::gamma_gamma::{self, Spend};
use crate::lifetime_value::{Horizon, lifetime_value};
use crate::purchases::{Histories, History, Purchase};
use tendero_domain::Day;

/// Repeated purchases from which on the customers of a back-test are told together.
const LAST_BIN: u32 = 7;

/// Both models, each fitted or with the reason why not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Models {
    /// Up to this day they know what was bought.
    pub fitted_to: Day,
    /// Their unit of time.
    pub period: Period,
    /// How often customers buy and whether they still do.
    pub purchases: Result<bg_nbd::Fit, bg_nbd::Unfit>,
    /// What a purchase is worth.
    pub amounts: Result<gamma_gamma::Fit, gamma_gamma::Unfit>,
}

/// What is to be expected of a customer. Without a value: there is no model to say it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Outlook {
    /// The chance that they buy again, from 0 to 1; 1 for everybody who bought once, see [`bg_nbd::BgNbd::p_alive`].
    pub p_alive: Option<f64>,
    /// Purchases to be expected in the time ahead.
    pub purchases: Option<f64>,
    /// What one of them is worth on average, in whole money units.
    pub spend: Option<f64>,
    /// What they are worth today, in whole money units.
    pub lifetime_value: Option<f64>,
}

impl Models {
    /// Fits both to histories that were collected up to `as_of`.
    #[must_use]
    pub fn fit(histories: &[History], as_of: Day, period: Period) -> Self {
        let summaries: Vec<Summary> = histories
            .iter()
            .filter_map(|history| Summary::of(history, as_of))
            .collect();
        let spends: Vec<Spend> = histories.iter().map(Spend::of).collect();
        Self {
            fitted_to: as_of,
            period,
            purchases: bg_nbd::fit(&summaries, period),
            amounts: gamma_gamma::fit(&spends),
        }
    }

    /// What is to be expected of a customer in the `ahead` periods after the day of the fit, and over the horizon; nothing of
    /// somebody who never bought.
    #[must_use]
    pub fn outlook(&self, history: &History, ahead: f64, horizon: Horizon) -> Outlook {
        let Some(customer) = Summary::of(history, self.fitted_to) else {
            return Outlook::default();
        };
        let spend = Spend::of(history);
        let purchases = self.purchases.as_ref().ok().map(|fit| fit.model);
        let amounts = self.amounts.as_ref().ok().map(|fit| fit.model);
        Outlook {
            p_alive: purchases.map(|model| model.p_alive(customer)),
            purchases: purchases.map(|model| model.expected(customer, ahead)),
            spend: amounts.and_then(|model| model.expected_mean(spend)),
            lifetime_value: purchases.zip(amounts).and_then(|(purchases, amounts)| {
                lifetime_value(&purchases, &amounts, customer, spend, horizon)
            }),
        }
    }
}

/// The models as they would have been on an earlier day, and what happened since.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldOut {
    /// Fitted to what was known on the earlier day.
    pub models: Models,
    /// The histories up to that day.
    pub before: Histories,
    /// What each customer known by then did since: none for those who came later.
    pub known: Vec<Option<Known>>,
    /// Expected against bought; why not, where there is no model.
    pub test: Result<BackTest, bg_nbd::Unfit>,
}

impl HeldOut {
    /// Fits to what was bought up to `end` and compares with `now`: the histories of the same purchases up to `as_of`.
    #[must_use]
    pub fn new(
        purchases: &[Purchase],
        now: &Histories,
        end: Day,
        as_of: Day,
        period: Period,
    ) -> Self {
        let before = Histories::new(purchases, now.of.len(), end);
        let models = Models::fit(&before.of, end, period);
        let known: Vec<Option<Known>> = before
            .of
            .iter()
            .zip(&now.of)
            .map(|(before, now)| {
                Some(Known {
                    before: Summary::of(before, end)?,
                    bought: now.repeats().saturating_sub(before.repeats()),
                })
            })
            .collect();
        let ahead = period.of_days(as_of.0.abs_diff(end.0));
        let all: Vec<Known> = known.iter().flatten().copied().collect();
        let test = models
            .purchases
            .map(|fit| BackTest::new(&fit.model, &all, ahead, LAST_BIN));
        Self {
            models,
            before,
            known,
            test,
        }
    }

    /// The day in the middle between the first purchase and `as_of`: where to cut when nobody says.
    #[must_use]
    pub fn middle(now: &Histories, as_of: Day) -> Option<Day> {
        let first = now.of.iter().filter_map(History::first).min()?;
        let half = i32::try_from(as_of.0.abs_diff(first.0) / 2).ok()?;
        Some(Day(first.0.saturating_add(half)))
    }
}
