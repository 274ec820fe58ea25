//! The report as JSON. Its shape is described in `docs/analyse.md`; names there are a promise to whoever reads it.

use super::columns::Columns;
use super::due::{self, DueProduct};
use super::report::{Customer, Report};
use super::sales::Sales;
use crate::failure::Failure;
use crate::words;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use tendero_insight::basket::Rule;
use tendero_insight::bg_nbd::{Period, Summary};
use tendero_insight::due::{Calls, Due, Rhythm, State};
use tendero_insight::outlook::{HeldOut, Models};
use tendero_insight::rfm::{Frequency, ScoreRule, ranges};
use tendero_interchange::Table;

/// The form of the whole; it rises when a name changes its meaning.
const FORMAT: u32 = 1;

/// # Errors
/// [`Failure`] of the output.
pub(super) fn write(
    report: &Report,
    sales: &Sales,
    columns: &Columns,
    table: &Table,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let settings = &report.settings;
    let mut whole = json!({
        "format": FORMAT,
        "as_of": settings.as_of.to_string(),
        "currency": sales.currency,
        "file": file(sales, columns, table),
        "notes": report.notes,
        "totals": totals(report),
        "rfm": rfm(report),
        "life_cycle": life_cycle(report),
        "models": models(&report.models, settings.period),
        "back_test": back_test(report),
        "due_test": due_test(report),
        "due_products": report.due_products.iter().map(|one| due_product(one, sales)).collect::<Vec<_>>(),
        "cohorts": cohorts(report),
        "churn": churn(report),
        "customers": report.customers.iter().map(|one| customer(one, report, sales)).collect::<Vec<_>>(),
    });
    if let (Some(whole), Some(rules)) = (whole.as_object_mut(), &report.rules) {
        let rules: Vec<Value> = rules.iter().map(|one| rule(one, sales)).collect();
        whole.insert("rules".to_owned(), Value::Array(rules));
    }
    if let Some(models) = whole.get_mut("models").and_then(Value::as_object_mut) {
        models.insert("horizon_periods".to_owned(), json!(settings.ahead));
        models.insert("lifetime_months".to_owned(), json!(settings.horizon.months));
        let discount = json!(settings.horizon.monthly_discount);
        models.insert("monthly_discount".to_owned(), discount);
        let held_back = json!(report.distrust());
        models.insert("lifetime_value_refused".to_owned(), held_back);
    }
    serde_json::to_writer_pretty(&mut *out, &whole)?;
    writeln!(out)?;
    Ok(())
}

fn file(sales: &Sales, columns: &Columns, table: &Table) -> Value {
    let column = |at: Option<usize>| {
        at.map(|at| match table.names.get(at).map(String::as_str) {
            None | Some("") => (at + 1).to_string(),
            Some(name) => name.to_owned(),
        })
    };
    let refused: Vec<Value> = sales
        .refused
        .iter()
        .map(|row| json!({ "line": row.line, "why": row.why }))
        .collect();
    json!({
        "rows": sales.rows,
        "rows_read": sales.lines.len(),
        "rows_refused": refused,
        "delimiter": table.delimiter.to_string(),
        "charset": table.charset,
        "has_header": table.has_header,
        "columns": {
            "customer": column(Some(columns.customer)),
            "date": column(Some(columns.date)),
            "amount": column(columns.amount),
            "times": column(columns.times),
            "order": column(columns.order),
            "product": column(columns.product),
            "currency": column(columns.currency),
        },
        "decimal": words::decimal(sales.decimal),
        "day_order": words::day_order(sales.day_order),
    })
}

fn totals(report: &Report) -> Value {
    let all = &report.histories;
    let sum = |of: fn(&tendero_insight::purchases::History) -> i64| -> Value {
        money(all.of.iter().map(of).fold(0, i64::saturating_add))
    };
    let buying_days: usize = all.of.iter().map(|history| history.days().len()).sum();
    json!({
        "customers": all.of.len(),
        "buyers": all.buyers(),
        "orders": all.of.iter().map(|history| u64::from(history.orders())).sum::<u64>(),
        "buying_days": buying_days,
        "revenue": sum(|history| history.total_minor()),
        "refunds": all.refunds,
        "refunded": sum(|history| history.refunds_minor()),
        "zero_orders": all.zero_orders,
        "later_rows": all.later_rows,
    })
}

fn rfm(report: &Report) -> Value {
    let scored = || report.customers.iter().filter_map(|one| one.rfm);
    let mut cells: BTreeMap<String, usize> = BTreeMap::new();
    let mut groups: BTreeMap<_, (usize, i64)> = BTreeMap::new();
    for (rfm, scores, group) in scored() {
        let cell = format!("{}{}{}", scores.recency, scores.frequency, scores.monetary);
        *cells.entry(cell).or_default() += 1;
        let (customers, revenue) = groups.entry(group).or_default();
        *customers += 1;
        *revenue = revenue.saturating_add(rfm.monetary_minor);
    }
    let groups: Vec<Value> = groups
        .into_iter()
        .map(|(group, (customers, revenue))| {
            json!({ "group": group.name(), "customers": customers, "revenue": money(revenue) })
        })
        .collect();
    let range = |of: Option<(i64, i64)>| of.map(|(least, most)| json!([least, most]));
    let money_range =
        |of: Option<(i64, i64)>| of.map(|(least, most)| json!([money(least), money(most)]));
    json!({
        "rule": match report.settings.score_rule {
            ScoreRule::Ties => "ties",
            ScoreRule::Ntile => "ntile",
            ScoreRule::Rpk => "rpk",
        },
        "frequency": match report.settings.frequency {
            Frequency::Orders => "orders",
            Frequency::Days => "days",
        },
        "cut_offs": {
            "recency_days": ranges(scored().map(|(rfm, s, _)| (rfm.recency_days.into(), s.recency))).map(range),
            "frequency": ranges(scored().map(|(rfm, s, _)| (rfm.frequency.into(), s.frequency))).map(range),
            "monetary": ranges(scored().map(|(rfm, s, _)| (rfm.monetary_minor, s.monetary))).map(money_range),
        },
        "groups": groups,
        "cells": cells,
    })
}

fn life_cycle(report: &Report) -> Value {
    let mut stages: BTreeMap<&str, usize> = BTreeMap::new();
    for one in &report.customers {
        *stages.entry(one.stage.name()).or_default() += 1;
    }
    let thresholds = report.settings.life_cycle;
    json!({
        "new_days": thresholds.new_days,
        "lapsed_days": thresholds.lapsed_days,
        "window_days": thresholds.window_days,
        "kept_percent": thresholds.kept_percent,
        "stages": stages,
    })
}

fn models(models: &Models, period: Period) -> Value {
    let bg_nbd = match models.purchases {
        Ok(fit) => json!({
            "r": fit.model.r,
            "alpha": fit.model.alpha,
            "a": fit.model.a,
            "b": fit.model.b,
            "log_likelihood": fit.log_likelihood,
            "customers": fit.customers,
            "repeat_customers": fit.repeaters,
            "at_bound": fit.at_bound,
        }),
        Err(why) => json!({ "refused": why.to_string() }),
    };
    let gamma_gamma = match models.amounts {
        Ok(fit) => json!({
            "p": fit.model.p,
            "q": fit.model.q,
            "v": fit.model.v,
            "log_likelihood": fit.log_likelihood,
            "customers": fit.customers,
            "mean_spend": fit.model.population_mean(),
            "correlation": fit.correlation,
            "at_bound": fit.at_bound,
        }),
        Err(why) => json!({ "refused": why.to_string() }),
    };
    json!({
        "fitted_to": models.fitted_to.to_string(),
        "period": match period {
            Period::Day => "day",
            Period::Week => "week",
        },
        "bg_nbd": bg_nbd,
        "gamma_gamma": gamma_gamma,
    })
}

fn back_test(report: &Report) -> Value {
    let Some(held_out) = &report.held_out else {
        return json!({ "refused": "there is no time between the first purchase and the last day" });
    };
    let HeldOut {
        models: fitted,
        known,
        test,
        ..
    } = held_out;
    let mut told = models(fitted, report.settings.period);
    let figures = match test {
        Ok(test) => json!({
            "periods": test.ahead,
            "customers": known.iter().flatten().count(),
            "actual": test.bought,
            "expected": test.expected,
            "mae": test.mean_error,
            "rmse": test.root_mean_square,
            "naive_rmse": test.naive_root_mean_square,
            "plainly_wrong": test.is_plainly_wrong(),
            "by_frequency": test.bins.iter().map(|bin| json!({
                "frequency": bin.repeats,
                "customers": bin.customers,
                "actual_mean": bin.bought,
                "expected_mean": bin.expected,
            })).collect::<Vec<_>>(),
        }),
        Err(why) => json!({ "refused": why.to_string() }),
    };
    if let (Some(told), Value::Object(figures)) = (told.as_object_mut(), figures) {
        told.extend(figures);
        if let Some(fitted_to) = told.remove("fitted_to") {
            told.insert("calibration_end".to_owned(), fitted_to);
        }
    }
    told
}

fn cohorts(report: &Report) -> Value {
    // Every row as long as the longest: a month still to come is null, not 0.
    let months = report.cohorts.iter().map(|cohort| cohort.cells.len()).max();
    let padded = |mut cells: Vec<Value>| {
        cells.resize(months.unwrap_or(0), Value::Null);
        cells
    };
    report
        .cohorts
        .iter()
        .map(|cohort| {
            let cells = || cohort.cells.iter();
            json!({
                "cohort": cohort.month.to_string(),
                "customers": padded(cells().map(|cell| json!(cell.customers)).collect()),
                "retention": padded(cohort.retention().map(|share| json!(share)).collect()),
                "revenue": padded(cells().map(|cell| money(cell.revenue_minor)).collect()),
            })
        })
        .collect()
}

fn churn(report: &Report) -> Value {
    let months = report.churn_months.iter().map(|month| {
        json!({
            "month": month.month.to_string(),
            "at_start": month.at_start,
            "lost": month.lost,
            "won": month.won,
            "returned": month.returned,
            "rate": month.rate(),
        })
    });
    let cohorts = report.churn_cohorts.iter().map(|cohort| {
        json!({
            "cohort": cohort.month.to_string(),
            "customers": cohort.customers,
            "lost": cohort.lost,
        })
    });
    json!({
        "silent_days": report.settings.life_cycle.lapsed_days,
        "by_month": months.collect::<Vec<_>>(),
        "by_cohort": cohorts.collect::<Vec<_>>(),
    })
}

fn customer(one: &Customer, report: &Report, sales: &Sales) -> Value {
    let period = report.settings.period;
    let mut told = json!({
        "customer": sales.customers.get(one.at),
        "life_cycle": one.stage.name(),
        "refunds": one.refunds,
        "refunded": money(one.refunds_minor),
        "p_alive": one.outlook.p_alive,
        "expected_purchases": one.outlook.purchases,
        "expected_spend": one.outlook.spend,
        "lifetime_value": one.outlook.lifetime_value,
    });
    let Some(told) = told.as_object_mut() else {
        return Value::Null;
    };
    let (rfm, scores) = match one.rfm {
        Some((rfm, scores, _)) => (Some(rfm), Some(scores)),
        None => (None, None),
    };
    for (key, value) in [
        ("recency_days", json!(rfm.map(|rfm| rfm.recency_days))),
        ("frequency", json!(rfm.map(|rfm| rfm.frequency))),
        ("monetary", json!(rfm.map(|rfm| money(rfm.monetary_minor)))),
        ("r_score", json!(scores.map(|scores| scores.recency))),
        ("f_score", json!(scores.map(|scores| scores.frequency))),
        ("m_score", json!(scores.map(|scores| scores.monetary))),
        (
            "rfm",
            json!(scores.map(|s| format!("{}{}{}", s.recency, s.frequency, s.monetary))),
        ),
        ("group", json!(one.rfm.map(|(.., group)| group.name()))),
    ] {
        told.insert(key.to_owned(), value);
    }
    if let Some(customer) = one.summary {
        summary(told, customer, period);
        told.insert("mean_repeat_spend".to_owned(), json!(one.spend.mean));
    }
    let due = one.due.map(|one| {
        let mut told = due_in(&one.due, &one.rhythm);
        if let Some(told) = told.as_object_mut() {
            told.insert("own_rhythm".to_owned(), json!(one.is_own));
        }
        told
    });
    told.insert("due".to_owned(), json!(due));
    if let Some(held_out) = &one.held_out {
        let mut before = Map::new();
        summary(&mut before, held_out.summary, period);
        for (key, value) in [
            ("p_alive", json!(held_out.outlook.p_alive)),
            ("expected", json!(held_out.outlook.purchases)),
            ("expected_spend", json!(held_out.outlook.spend)),
            ("lifetime_value", json!(held_out.outlook.lifetime_value)),
            ("actual", json!(held_out.bought)),
        ] {
            before.insert(key.to_owned(), value);
        }
        told.insert("back_test".to_owned(), Value::Object(before));
    }
    Value::Object(core::mem::take(told))
}

fn summary(told: &mut Map<String, Value>, customer: Summary, period: Period) {
    told.insert("x".to_owned(), json!(customer.repeats));
    told.insert("t_x".to_owned(), json!(period.of_days(customer.last_days)));
    told.insert("T".to_owned(), json!(period.of_days(customer.age_days)));
}

fn due_in(due: &Due, rhythm: &Rhythm) -> Value {
    json!({
        "expected": due.expected.to_string(),
        "state": match due.state {
            State::Early => "early",
            State::Due => "due",
            State::Stopped => "stopped",
        },
        "gap_days": rhythm.gap_days,
        "longest_gap_days": rhythm.longest_days,
        "at_stake": money(due.at_stake_minor),
    })
}

fn due_product(one: &DueProduct, sales: &Sales) -> Value {
    let name = |names: &[String], at: u32| {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        json!(names.get(at))
    };
    let mut told = due_in(&one.due, &one.rhythm);
    if let Some(told) = told.as_object_mut() {
        told.insert("customer".to_owned(), name(&sales.customers, one.customer));
        told.insert("product".to_owned(), name(&sales.products, one.product));
    }
    told
}

fn due_test(report: &Report) -> Value {
    let calls = |calls: Calls| json!({ "named": calls.named, "ordered": calls.ordered, "precision": calls.precision() });
    let told = report.due_test.map(|(on, test)| {
        json!({
            "day": on.to_string(),
            "ahead_days": due::TEST_DAYS,
            "ordered": test.ordered,
            "by_rhythm": calls(test.by_rhythm),
            "by_30_days_silence": calls(test.by_silence),
        })
    });
    json!(told)
}

fn rule(rule: &Rule, sales: &Sales) -> Value {
    let name = |item: &u32| {
        let at = usize::try_from(*item).unwrap_or(usize::MAX);
        sales.products.get(at).cloned()
    };
    json!({
        "antecedent": rule.given.iter().map(name).collect::<Vec<_>>(),
        "consequent": name(&rule.then),
        "count": rule.count,
        "count_antecedent": rule.count_given,
        "count_consequent": rule.count_then,
        "baskets": rule.baskets,
        "support": rule.support(),
        "confidence": rule.confidence(),
        "lift": rule.lift(),
        "leverage": rule.leverage(),
        "conviction": rule.conviction(),
    })
}

/// Minor units as a number of whole ones with two decimals; exact in JSON's text up to 2⁵³ minor units.
fn money(minor: i64) -> Value {
    json!(minor as f64 / 100.0)
}
