//! RFM against three rules' results on three sets of data.

use crate::data::{Sales, Table, cdnow_file, day, shared};
use std::path::PathBuf;
use tendero_insight::rfm::{Frequency, Group, Rfm, ScoreRule, Scores, scores};

/// Every customer's numbers, scores and group by every rule are those of the file.
fn compare(sales: &Sales, as_of: &str, frequency: Frequency, reference: PathBuf) {
    let histories = sales.until(as_of);
    let numbers: Vec<Rfm> = histories
        .of
        .iter()
        .map(|history| Rfm::of(history, day(as_of), frequency).unwrap())
        .collect();
    let table = Table::read(reference);
    assert_eq!(table.len(), sales.ids.len());
    for (rule, name) in [
        (ScoreRule::Ties, "ties"),
        (ScoreRule::Ntile, "ntile"),
        (ScoreRule::Rpk, "rpk"),
    ] {
        let scores = scores(&numbers, rule);
        for row in 0..table.len() {
            // The files hold identifiers as numbers, without leading zeros.
            let id = table.text(row, "id");
            let same = |own: &String| own == id || own.trim_start_matches('0') == id;
            let at = sales.ids.iter().position(same).unwrap();
            let Rfm {
                recency_days,
                frequency,
                monetary_minor,
            } = numbers[at];
            assert_eq!(
                f64::from(recency_days),
                table.number(row, "recency_days"),
                "{id}"
            );
            assert_eq!(f64::from(frequency), table.number(row, "frequency"), "{id}");
            assert_eq!(monetary_minor, table.minor(row, "monetary"), "{id}");
            let score = |part: &str| table.number(row, &format!("{part}_{name}")) as u8;
            let expect = Scores {
                recency: score("R"),
                frequency: score("F"),
                monetary: score("M"),
            };
            assert_eq!(scores[at], expect, "{id} {name} {:?}", numbers[at]);
            let group = table.text(row, &format!("segment_{name}"));
            assert_eq!(Group::of(scores[at]).name(), group, "{id} {name}");
        }
    }
}

#[test]
fn cdnow_customers_get_the_scores_of_each_rule() {
    compare(
        &Sales::cdnow(),
        "1998-06-30",
        Frequency::Days,
        cdnow_file("rfm_cdnow_sample.csv"),
    );
}

#[test]
fn the_orders_of_the_r_package_get_its_scores() {
    let Some((folder, sales)) = shared().zip(Sales::rfm_orders()) else {
        return;
    };
    let reference = folder.join("reference/rfm_rfm_orders.csv");
    compare(&sales, "2006-12-31", Frequency::Orders, reference);
    let histories = sales.until("2006-12-31");
    let numbers: Vec<Rfm> = histories
        .of
        .iter()
        .map(|history| Rfm::of(history, day("2006-12-31"), Frequency::Orders).unwrap())
        .collect();
    let published = scores(&numbers, ScoreRule::Rpk);
    for (name, expect) in [
        ("Abbey O'Reilly", (3, 4, 3)),
        ("Add Senger", (4, 1, 2)),
        ("Aden Lesch", (3, 2, 3)),
        ("Aden Murphy", (5, 4, 4)),
        ("Admiral Senger", (4, 3, 3)),
    ] {
        let at = sales.ids.iter().position(|id| id == name).unwrap();
        let Scores {
            recency,
            frequency,
            monetary,
        } = published[at];
        assert_eq!((recency, frequency, monetary), expect, "{name}");
    }
}

#[test]
fn online_retail_customers_get_the_scores_of_each_rule() {
    let Some((folder, sales)) = shared().zip(Sales::online_retail()) else {
        return;
    };
    let total: i64 = sales
        .until("2011-12-10")
        .of
        .iter()
        .map(|h| h.total_minor())
        .sum();
    assert_eq!(total, 891_140_790);
    let reference = folder.join("reference/rfm_online_retail.csv");
    compare(&sales, "2011-12-10", Frequency::Orders, reference);
}
