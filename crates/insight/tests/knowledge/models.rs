//! BG/NBD, Gamma-Gamma and lifetime value on CDNOW, against the papers and other programs.

use crate::data::{Sales, Table, cdnow_file, day, json, near, within};
use serde_json::Value;
use tendero_insight::back_test::{BackTest, Known};
use tendero_insight::bg_nbd::{self, BgNbd, Period, Summary};
use tendero_insight::gamma_gamma::{self, GammaGamma, Spend};
use tendero_insight::lifetime_value::{Horizon, lifetime_value};

/// Until here the model sees; what follows, for 39 weeks, is held out.
const CALIBRATION_END: &str = "1997-09-30";

/// Fader, Hardie, Lee (2005), table 2.
const PUBLISHED: BgNbd = BgNbd {
    r: 0.243,
    alpha: 4.414,
    a: 0.793,
    b: 2.426,
    period: Period::Week,
};

/// Fader, Hardie (2013), page 4.
const PUBLISHED_AMOUNTS: GammaGamma = GammaGamma {
    p: 6.25,
    q: 3.74,
    v: 15.44,
};

fn reference() -> Value {
    json(cdnow_file("btyd_cdnow.json"))
}

fn calibration() -> Vec<Summary> {
    let histories = Sales::cdnow().until(CALIBRATION_END);
    let summary = |history| Summary::of(history, day(CALIBRATION_END)).unwrap();
    histories.of.iter().map(summary).collect()
}

fn spends() -> Vec<Spend> {
    let histories = Sales::cdnow().until(CALIBRATION_END);
    histories.of.iter().map(Spend::of).collect()
}

/// Weeks that were written with two or more decimals are whole days.
fn summary(x: f64, last_weeks: f64, age_weeks: f64) -> Summary {
    let days = |weeks: f64| (weeks * 7.0).round() as u32;
    Summary {
        repeats: x as u32,
        last_days: days(last_weeks),
        age_days: days(age_weeks),
    }
}

#[test]
fn customers_are_summed_up_as_in_the_literature() {
    let (customers, spends) = (calibration(), spends());
    let table = Table::read(cdnow_file("cdnow_customers_reference.csv"));
    assert_eq!(table.len(), customers.len());
    for (row, (customer, spend)) in customers.iter().zip(&spends).enumerate() {
        assert_eq!(f64::from(customer.repeats), table.number(row, "frequency"));
        let weeks = |days| Period::Week.of_days(days);
        within(
            weeks(customer.last_days),
            table.number(row, "recency_w"),
            1e-9,
        );
        within(weeks(customer.age_days), table.number(row, "T_w"), 1e-9);
        within(spend.mean, table.number(row, "monetary_value"), 1e-9);
    }
}

#[test]
fn bg_nbd_gives_the_published_answers_for_the_published_parameters() {
    let reference = reference();
    for point in reference["fixed_param_points"].as_array().unwrap() {
        let number = |key: &str| point[key].as_f64().unwrap();
        let customer = summary(number("x"), number("tx"), number("T"));
        near(PUBLISHED.p_alive(customer), number("p_alive"), 1e-9);
        near(
            PUBLISHED.expected(customer, number("t")),
            number("cond_exp"),
            1e-9,
        );
    }
    for one in reference["named_customers"].as_array().unwrap() {
        let number = |key: &str| one[key].as_f64().unwrap();
        let customer = summary(number("frequency"), number("recency_w"), number("T_w"));
        near(
            PUBLISHED.p_alive(customer),
            number("p_alive_published_params"),
            1e-9,
        );
        for (ahead, key) in [
            (39.0, "exp_tx_39w_published_params"),
            (52.0, "exp_tx_52w_published_params"),
        ] {
            near(PUBLISHED.expected(customer, ahead), number(key), 1e-9);
        }
    }
    let customer = summary(26.0, 30.857_143, 31.0);
    near(PUBLISHED.p_alive(customer), 0.968_851_562_852, 1e-11);
    near(
        PUBLISHED.expected(customer, 52.0),
        25.756_492_215_378,
        1e-11,
    );
    let year = reference["unconditional_expectation_52w_published_params"].as_f64();
    near(PUBLISHED.expected_of_new(52.0), year.unwrap(), 1e-12);
}

#[test]
fn bg_nbd_is_fitted_to_the_published_parameters() {
    let reference = reference();
    let expect = |key: &str| {
        reference["bgnbd_cdnow_raw"]["own_mle"][key]
            .as_f64()
            .unwrap()
    };
    let fit = bg_nbd::fit(&calibration(), Period::Week).unwrap();
    near(fit.model.r, expect("r"), 1e-6);
    near(fit.model.alpha, expect("alpha"), 1e-6);
    near(fit.model.a, expect("a"), 1e-6);
    near(fit.model.b, expect("b"), 1e-6);
    let value = reference["bgnbd_cdnow_raw"]["own_LL"].as_f64().unwrap();
    within(fit.log_likelihood, value, 1e-6);
    near(
        fit.model.log_likelihood(&calibration()),
        fit.log_likelihood,
        1e-12,
    );
    assert_eq!(
        (fit.customers, fit.repeaters, fit.at_bound),
        (2357, 946, false)
    );
    let of_new = &reference["published_checks"]["Hardie_excel_E[X(t)]"];
    let list = |key: &str| -> Vec<f64> {
        let list = of_new[key].as_array().unwrap().iter();
        list.map(|number| number.as_f64().unwrap()).collect()
    };
    // Hardie's spreadsheet: weeks that are days, written with four digits; its parameters are near these.
    for (weeks, expect) in list("t_weeks").into_iter().zip(list("published")) {
        let exact = (weeks * 7.0).round() / 7.0;
        within(fit.model.expected_of_new(exact), expect, 5e-4);
    }
    let table = Table::read(cdnow_file("cdnow_customers_reference.csv"));
    for (row, customer) in calibration().into_iter().enumerate() {
        // That file is of parameters fitted to weeks rounded to two decimals.
        within(
            fit.model.p_alive(customer),
            table.number(row, "p_alive"),
            1e-5,
        );
        for (ahead, key) in [(39.0, "exp_tx_39w"), (52.0, "exp_tx_52w")] {
            let (own, expect) = (fit.model.expected(customer, ahead), table.number(row, key));
            // Ten decimals are given, of chances as small as that.
            assert!(
                (own - expect).abs() <= 1e-4 * expect + 1e-9,
                "{own} {expect}"
            );
        }
    }
}

#[test]
fn gamma_gamma_is_fitted_to_the_published_parameters() {
    let reference = &reference()["gamma_gamma_cdnow"];
    let fit = gamma_gamma::fit(&spends()).unwrap();
    let published = &reference["published_FH2013"];
    within(fit.model.p, published["p"].as_f64().unwrap(), 5e-3);
    within(fit.model.q, published["q"].as_f64().unwrap(), 5e-3);
    within(fit.model.v, published["v"].as_f64().unwrap(), 1e-2);
    within(
        fit.log_likelihood,
        reference["CLVTools_LL"].as_f64().unwrap(),
        1e-3,
    );
    assert_eq!((fit.customers, fit.at_bound), (946, false));
    within(fit.correlation, 0.1139, 1e-4);
    near(
        fit.model.log_likelihood(&spends()),
        fit.log_likelihood,
        1e-12,
    );
    let mean = PUBLISHED_AMOUNTS.population_mean().unwrap();
    let expect = reference["population_mean_spend_published_params"].as_f64();
    near(mean, expect.unwrap(), 1e-12);
}

#[test]
fn lifetime_values_are_those_of_another_program() {
    let table = Table::read(cdnow_file("cdnow_clv_published_params.csv"));
    let mut sum = 0.0;
    for row in 0..table.len() {
        let number = |column: &str| table.number(row, column);
        // The other program was told weeks of two decimals, so one looks for its answer with 1/700 of a day's room.
        let customer = summary(number("x"), number("t_x"), number("T"));
        let spend = Spend {
            repeats: customer.repeats,
            mean: number("zbar"),
        };
        near(
            PUBLISHED_AMOUNTS.expected_mean(spend).unwrap(),
            number("exp_spend"),
            1e-7,
        );
        let value = lifetime_value(
            &PUBLISHED,
            &PUBLISHED_AMOUNTS,
            customer,
            spend,
            Horizon::default(),
        );
        let (own, expect) = (value.unwrap(), number("clv12m_lifetimes_d1pct"));
        assert!(
            (own - expect).abs() <= 5e-3 * expect + 1e-8,
            "{own} {expect}"
        );
        sum += value.unwrap();
    }
    near(sum, 71_560.208_840_121_54, 1e-4);

    // The other program's own run, published with its guide: its parameters, its answers.
    let purchases = bg_nbd::fit(&calibration(), Period::Week).unwrap();
    let spends = spends();
    let amounts = gamma_gamma::fit(&spends).unwrap();
    let list = &reference()["published_checks"]["lifetimes_clv_freq_W_first10"];
    let expect = list.as_array().unwrap().iter();
    for ((customer, spend), expect) in calibration().into_iter().zip(spends).zip(expect) {
        let value = lifetime_value(
            &purchases.model,
            &amounts.model,
            customer,
            spend,
            Horizon::default(),
        );
        near(value.unwrap(), expect.as_f64().unwrap(), 1e-3);
    }
}

#[test]
fn the_back_test_finds_what_was_held_out() {
    let all = Sales::cdnow().until("1998-06-30");
    let known: Vec<Known> = calibration()
        .into_iter()
        .zip(&all.of)
        .map(|(before, history)| Known {
            before,
            bought: history.repeats() - before.repeats,
        })
        .collect();
    let model = bg_nbd::fit(&calibration(), Period::Week).unwrap().model;
    let test = BackTest::new(&model, &known, 39.0, 7);
    let reference = &reference()["holdout_39w"];
    let expect = |key: &str| reference[key].as_f64().unwrap();
    assert_eq!(test.bought as f64, expect("actual_total"));
    near(test.expected, expect("expected_total"), 1e-5);
    near(test.mean_error, expect("mae"), 1e-5);
    near(test.root_mean_square, expect("rmse"), 1e-5);
    near(
        test.naive_root_mean_square,
        expect("naive_same_rate_rmse(x/T*39)"),
        1e-5,
    );
    assert!(!test.is_plainly_wrong());
    let bins: Vec<(u32, usize)> = test.bins.iter().map(|b| (b.repeats, b.customers)).collect();
    assert_eq!(
        bins[..5],
        [(0, 1411), (1, 439), (2, 214), (3, 100), (4, 62)]
    );
    within(test.bins[4].bought, 2.532_258, 1e-6);
    within(test.bins[4].expected, 2.163_866, 1e-4);
}

#[test]
fn a_day_as_unit_changes_no_answer() {
    let weeks = bg_nbd::fit(&calibration(), Period::Week).unwrap();
    let days = bg_nbd::fit(&calibration(), Period::Day).unwrap();
    near(days.model.alpha, weeks.model.alpha * 7.0, 1e-9);
    near(days.model.r, weeks.model.r, 1e-9);
    // A density of 4,000-odd points in time, each by the day instead of the week.
    let purchases: u32 = calibration().iter().map(|c| c.repeats).sum();
    let shift = f64::from(purchases) * 7.0_f64.ln();
    within(days.log_likelihood, weeks.log_likelihood - shift, 1e-6);
    let amounts = gamma_gamma::fit(&spends()).unwrap().model;
    for (customer, spend) in calibration().into_iter().zip(spends()) {
        near(
            days.model.p_alive(customer),
            weeks.model.p_alive(customer),
            1e-9,
        );
        let by_week = weeks.model.expected(customer, 52.0);
        near(days.model.expected(customer, 364.0), by_week, 1e-9);
        let value = |model| lifetime_value(model, &amounts, customer, spend, Horizon::default());
        near(
            value(&days.model).unwrap(),
            value(&weeks.model).unwrap(),
            1e-9,
        );
    }
}

#[test]
fn of_two_optima_the_better_one_is_found() {
    let Some(sales) = Sales::online_retail() else {
        return;
    };
    // Hardly anybody of this shop is ever lost: b may run to thousands, but that is likelier by nothing.
    let as_of = day("2011-12-10");
    let histories = sales.until("2011-12-10");
    let customers: Vec<Summary> = histories
        .of
        .iter()
        .map(|history| Summary::of(history, as_of).unwrap())
        .collect();
    let fit = bg_nbd::fit(&customers, Period::Week).unwrap();
    within(fit.log_likelihood, -37_697.306_836, 1e-5);
    near(fit.model.b, 6.652_9, 1e-4);
}

#[test]
fn customers_who_spend_alike_have_a_model_at_its_bound() {
    let Some(sales) = Sales::rfm_orders() else {
        return;
    };
    let histories = sales.until("2006-12-31");
    let spends: Vec<Spend> = histories.of.iter().map(Spend::of).collect();
    let fit = gamma_gamma::fit(&spends).unwrap();
    assert!(fit.at_bound);
    within(fit.log_likelihood, -4_583.514_917, 1e-4);
    // Everyone is expected to spend as all do.
    let means = spends
        .iter()
        .map(|spend| fit.model.expected_mean(*spend).unwrap());
    let (least, most) = means.fold((f64::MAX, 0.0_f64), |(a, b), mean| {
        (a.min(mean), b.max(mean))
    });
    assert!(most / least < 1.01, "{least} {most}");
}

#[test]
fn too_few_customers_are_refused_with_their_number() {
    let few = &calibration()[..30];
    let refused = bg_nbd::fit(few, Period::Week).unwrap_err().to_string();
    assert!(refused.starts_with("30 customers, "), "{refused}");
    let refused = gamma_gamma::fit(&spends()[..20]).unwrap_err().to_string();
    assert!(refused.contains("at least 20 are needed"), "{refused}");
}

#[test]
fn customers_who_never_stop_do_not_send_the_search_astray() {
    // Everyone buys about weekly for two years and nobody ever stops: there is no chance to be lost to be found.
    let customers: Vec<Summary> = (0..300_u32)
        .map(|n| Summary {
            repeats: 60 + n * 7 % 80,
            last_days: 720 + n % 9,
            age_days: 730,
        })
        .collect();
    let fit = bg_nbd::fit(&customers, Period::Week).unwrap();
    assert!(fit.log_likelihood.is_finite());
    for customer in customers {
        let year = fit.model.expected(customer, 52.0);
        let own_rate = f64::from(customer.repeats) / 730.0 * 364.0;
        assert!((year / own_rate - 1.0).abs() < 0.2, "{year} {own_rate}");
    }
}

#[test]
fn who_buys_every_day_has_a_density_above_one_a_week_and_is_no_fault() {
    let customers: Vec<Summary> = (0..200_u32)
        .map(|n| Summary {
            repeats: 150 + n % 150,
            last_days: 200 + n % 150,
            age_days: 360,
        })
        .collect();
    let fit = bg_nbd::fit(&customers, Period::Week).unwrap();
    assert!(fit.log_likelihood > 0.0, "{}", fit.log_likelihood);
}
