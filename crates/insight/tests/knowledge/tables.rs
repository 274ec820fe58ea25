//! Survival, churn, campaign response, pipeline and NPS against tables of real data.

use crate::data::{Table, day, json, shared, within};
use flate2::read::GzDecoder;
use std::collections::BTreeMap;
use tendero_insight::kaplan_meier::{Observation, kaplan_meier, survival_at};
use tendero_insight::nps::Nps;
use tendero_insight::pipeline::{Deal, Outcome, Pipeline};
use tendero_insight::share::shares;

#[test]
fn subscribers_survive_as_told_also_by_contract() {
    let Some(folder) = shared() else { return };
    let table = Table::read(folder.join("telco_churn/Telco-Customer-Churn.csv"));
    let observation = |row| Observation {
        time: table.number(row, "tenure") as u32,
        left: table.text(row, "Churn") == "Yes",
    };
    let all: Vec<Observation> = (0..table.len()).map(observation).collect();
    let steps = kaplan_meier(&all);
    within(survival_at(&steps, 12), 0.843_199_55, 5e-9);
    let told = Table::read(folder.join("reference/telco_kaplan_meier.csv"));
    for row in 0..told.len() {
        let time = told.number(row, "timeline") as u32;
        within(survival_at(&steps, time), told.number(row, "S"), 5.1e-11);
    }
    let told = Table::read(folder.join("reference/telco_kaplan_meier_by_contract.csv"));
    for contract in ["Month-to-month", "One year", "Two year"] {
        let of = |row: &usize| table.text(*row, "Contract") == contract;
        let some: Vec<Observation> = (0..table.len()).filter(of).map(observation).collect();
        let steps = kaplan_meier(&some);
        for row in 0..told.len() {
            let time = told.number(row, "timeline") as u32;
            within(
                survival_at(&steps, time),
                told.number(row, contract),
                5.1e-11,
            );
        }
    }
    let churn = shares((0..table.len()).map(|row| {
        let left = table.text(row, "Churn") == "Yes";
        (table.text(row, "Contract"), left)
    }));
    let told: Vec<(u32, u32)> = churn.values().map(|share| (share.of, share.part)).collect();
    assert_eq!(told, [(3875, 1655), (1473, 166), (1695, 48)]);
    let overall = shares(all.iter().map(|one| ((), one.left)));
    within(overall[&()].rate().unwrap(), 0.265_370, 5e-7);
}

#[test]
fn a_campaign_was_answered_as_told_by_job_and_month() {
    let Some(folder) = shared() else { return };
    let packed = folder.join("bank_marketing/bank-additional-full.csv.gz");
    let Ok(file) = std::fs::File::open(&packed) else {
        panic!("{}", packed.display());
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(GzDecoder::new(file));
    let names = reader.headers().unwrap().clone();
    let at = |name: &str| names.iter().position(|other| other == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    for group in ["job", "month", "education"] {
        let found = shares(
            rows.iter()
                .map(|row| (&row[at(group)], &row[at("y")] == "yes")),
        );
        let told = Table::read(folder.join(format!("reference/bank_by_{group}.csv")));
        assert_eq!(found.len(), told.len());
        for row in 0..told.len() {
            let share = found[told.text(row, group)];
            assert_eq!(f64::from(share.of), told.number(row, "size"));
            assert_eq!(f64::from(share.part), told.number(row, "sum"));
            within(share.rate().unwrap(), told.number(row, "mean"), 5.1e-9);
        }
    }
    let all = shares(rows.iter().map(|row| ((), &row[at("y")] == "yes")));
    within(all[&()].rate().unwrap(), 0.112_654, 5e-7);
}

#[test]
fn opportunities_were_won_as_told_by_seller_product_office_and_account() {
    let Some(folder) = shared() else { return };
    let deals = Table::read(folder.join("maven_crm/sales_pipeline.csv"));
    let teams = Table::read(folder.join("maven_crm/sales_teams.csv"));
    let team = |agent: &str, column: &str| {
        let row = (0..teams.len()).find(|row| teams.text(*row, "sales_agent") == agent);
        teams.text(row.unwrap(), column).to_owned()
    };
    let deal = |row: usize| {
        let date = |column| {
            Some(deals.text(row, column))
                .filter(|text| !text.is_empty())
                .map(day)
        };
        let outcome = match deals.text(row, "deal_stage") {
            "Won" => Outcome::Won,
            "Lost" => Outcome::Lost,
            _ => Outcome::Open,
        };
        Deal {
            outcome,
            value_minor: if outcome == Outcome::Won {
                deals.minor(row, "close_value")
            } else {
                0
            },
            begun: date("engage_date"),
            closed: date("close_date"),
        }
    };
    let all = Pipeline::new((0..deals.len()).map(deal));
    assert_eq!((all.won, all.lost, all.open), (4_238, 2_473, 2_089));
    assert_eq!(
        (all.won_value_minor, all.median_won_minor),
        (1_000_553_400, Some(111_700))
    );
    within(all.win_rate().unwrap(), 0.631_501, 5e-7);
    within(all.days_won.unwrap(), 51.781_973, 5e-7);
    within(all.days_lost.unwrap(), 41.479_175, 5e-7);

    for group in [
        "sales_agent",
        "manager",
        "product",
        "regional_office",
        "account",
    ] {
        let mut by: BTreeMap<String, Vec<Deal>> = BTreeMap::new();
        for row in 0..deals.len() {
            let agent = deals.text(row, "sales_agent");
            let name = match group {
                "manager" | "regional_office" => team(agent, group),
                // The pipeline's one product that is written otherwise in the list of products.
                "product" => deals.text(row, group).replace("GTXPro", "GTX Pro"),
                _ => deals.text(row, group).to_owned(),
            };
            by.entry(name).or_default().push(deal(row));
        }
        let told = Table::read(folder.join(format!("reference/maven_by_{group}.csv")));
        for row in 0..told.len() {
            let figures = Pipeline::new(by[told.text(row, group)].iter().copied());
            let number = |column| told.number(row, column);
            assert_eq!(
                [figures.won, figures.lost, figures.open].map(|n| n as f64),
                ["won", "lost", "open"].map(number)
            );
            assert_eq!(figures.won_value_minor, told.minor(row, "won_value"));
            within(figures.win_rate().unwrap(), number("win_rate"), 5.1e-7);
        }
    }
}

#[test]
fn recommendations_are_counted_as_told_and_no_answer_has_no_score() {
    let Some(folder) = shared() else { return };
    let reference = json(folder.join("reference/rules_pipeline_churn.json"));
    for case in reference["nps"]["cases"].as_array().unwrap() {
        let scores = case["scores"].as_array().unwrap().iter();
        let nps = Nps::new(scores.map(|score| score.as_u64().map(|n| n as u8)));
        for (count, key) in [
            (nps.promoters, "promoters"),
            (nps.passives, "passives"),
            (nps.detractors, "detractors"),
            (nps.answers(), "n"),
        ] {
            assert_eq!(Some(u64::from(count)), case[key].as_u64(), "{case}");
        }
        match case["nps"].as_f64() {
            Some(expect) => within(nps.score().unwrap(), expect, 5e-7),
            None => assert_eq!(nps.score(), None),
        }
    }
    let unanswered = Nps::new([None, Some(9), Some(11)]);
    assert_eq!((unanswered.answers(), unanswered.score()), (1, Some(100.0)));
}
