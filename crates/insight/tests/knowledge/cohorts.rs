//! Cohorts against the tables of two shops.

use crate::data::{Sales, Table, cdnow_file, day, shared, within};
use std::path::PathBuf;
use tendero_insight::churn;
use tendero_insight::cohorts::cohorts;

#[track_caller]
fn compare(
    sales: &Sales,
    as_of: &str,
    counts: PathBuf,
    revenue: PathBuf,
    retention: Option<PathBuf>,
) {
    let histories = sales.until(as_of);
    let cohorts = cohorts(&histories.of, day(as_of));
    let (counts, revenue) = (Table::read(counts), Table::read(revenue));
    let retention = retention.map(Table::read);
    assert_eq!(cohorts.len(), counts.len());
    for (row, cohort) in cohorts.iter().enumerate() {
        assert_eq!(cohort.month.to_string(), counts.text(row, ""));
        let shares: Vec<f64> = cohort.retention().collect();
        let mut offset = 0;
        while counts.has(&offset.to_string()) {
            let column = offset.to_string();
            match cohort.cells.get(offset) {
                Some(cell) => {
                    assert_eq!(f64::from(cell.customers), counts.number(row, &column));
                    assert_eq!(cell.revenue_minor, revenue.minor(row, &column));
                    if let Some(retention) = &retention {
                        within(shares[offset], retention.number(row, &column), 5.1e-7);
                    }
                }
                None => assert_eq!(counts.text(row, &column), "", "still to come"),
            }
            offset += 1;
        }
        assert!(cohort.cells.len() <= offset);
    }
}

#[test]
fn cdnow_cohorts_come_back_as_told() {
    let files = [
        cdnow_file("cohort_counts_cdnow_sample.csv"),
        cdnow_file("cohort_revenue_cdnow_sample.csv"),
    ];
    let [counts, revenue] = files;
    compare(&Sales::cdnow(), "1998-06-30", counts, revenue, None);
}

#[test]
fn online_retail_cohorts_come_back_as_told() {
    let Some((folder, sales)) = shared().zip(Sales::online_retail()) else {
        return;
    };
    let file = |what: &str| folder.join(format!("reference/cohort_{what}_online_retail.csv"));
    compare(
        &sales,
        "2011-12-10",
        file("counts"),
        file("revenue"),
        Some(file("retention")),
    );
}

#[test]
fn customers_lost_and_come_back_add_up_to_those_there_are() {
    let as_of = day("1998-06-30");
    let histories = Sales::cdnow().until("1998-06-30");
    let months = churn::by_month(&histories.of, as_of, 90);
    for pair in months.windows(2) {
        let [month, next] = pair else { continue };
        assert_eq!(
            month.at_start + month.won + month.returned - month.lost,
            next.at_start
        );
    }
    let last = months.last().unwrap();
    let still = last.at_start + last.won + last.returned - last.lost;
    let lost: u32 = churn::by_cohort(&histories.of, as_of, 90)
        .iter()
        .map(|c| c.lost)
        .sum();
    assert_eq!(still + lost, 2357);
}
