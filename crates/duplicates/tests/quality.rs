//! How many duplicates of public data are found, and how many that are none: the table of docs/duplicates.md.
//!
//! `cargo test -p tendero-duplicates --test quality -- --nocapture` prints it. No row's key and no column that holds the truth is
//! compared; every true pair counts, also one that is never looked at.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use tendero_duplicates::{Column, Records, find, guess_columns};

/// A file's column names and rows.
type File = (Vec<String>, Vec<Vec<String>>);

type Pairs = BTreeSet<(usize, usize)>;

fn read(path: &Path) -> File {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_path(path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let names = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    let rows = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect());
    (names, rows.collect())
}

fn febrl(file: &str) -> File {
    read(
        &PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("../../tests/data/febrl")
            .join(file),
    )
}

/// A file of the folder of data that is not the project's to pass on; it lies beside the checkout. Says so where it does not.
fn shared(file: &str) -> Option<File> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").into();
    // A test may ask its surroundings; only the rooms themselves are handed everything.
    #[allow(clippy::disallowed_methods)]
    let folder: PathBuf = std::env::var("TENDERO_SHARED_DATA").map_or(beside, PathBuf::from);
    if !folder.is_dir() {
        println!("skipped: the shared data is not there");
        return None;
    }
    Some(read(&folder.join(file)))
}

/// Every two rows with the same key.
fn same_key(rows: &[Vec<String>], key: impl Fn(&[String]) -> String) -> Pairs {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        groups.entry(key(row)).or_default().push(at);
    }
    let mut pairs = Pairs::new();
    for group in groups.values() {
        for (nth, first) in group.iter().enumerate() {
            pairs.extend(group[nth + 1..].iter().map(|second| (*first, *second)));
        }
    }
    pairs
}

/// "rec-223-dup-0" is a duplicate of "rec-223-org".
fn febrl_truth((_, rows): &File) -> Pairs {
    same_key(rows, |row| row[0].split('-').nth(1).unwrap().to_owned())
}

/// Precision and recall of some of the pairs.
#[derive(Debug, Clone, Copy)]
struct Quality {
    precision: f64,
    recall: f64,
}

impl Quality {
    fn new(found: &Pairs, truth: &Pairs) -> Self {
        let right = found.intersection(truth).count() as f64;
        Self {
            precision: right / found.len() as f64,
            recall: right / truth.len() as f64,
        }
    }

    fn f1(self) -> f64 {
        2.0 * self.precision * self.recall / (self.precision + self.recall)
    }
}

/// What was reached with all pairs, and with those that may be merged without a look.
fn measure(title: &str, records: &Records, truth: &Pairs) -> (Quality, Quality) {
    let found = find(records).pairs;
    let numbers = |certain: bool| -> Pairs {
        let kept = found.iter().filter(|pair| pair.is_certain || !certain);
        kept.map(|pair| (pair.first, pair.second)).collect()
    };
    let (all, certain) = (
        Quality::new(&numbers(false), truth),
        Quality::new(&numbers(true), truth),
    );
    println!(
        "| {title} | {:.5} | {:.5} | **{:.5}** | {:.5} | {:.3} |",
        all.precision,
        all.recall,
        all.f1(),
        certain.precision,
        certain.recall
    );
    (all, certain)
}

/// One table with its truth; `names` says whether the names of its columns may be looked at.
fn one(title: &str, file: &File, names: bool, without: &str, truth: &Pairs) -> (Quality, Quality) {
    let (header, rows) = file;
    let mut columns = guess_columns(if names { header } else { &[] }, rows);
    for (column, name) in columns.iter_mut().zip(header) {
        if name == without {
            *column = Column::Unused;
        }
    }
    let mut records = Records::new(&columns);
    for row in rows {
        records.push(row, 0);
    }
    measure(title, &records, truth)
}

#[track_caller]
fn check((all, certain): (Quality, Quality), least_f1: f64) {
    assert!(all.f1() >= least_f1, "F1 {}", all.f1());
    assert!(
        certain.precision >= 0.999,
        "precision {}",
        certain.precision
    );
    assert!(
        certain.recall >= 0.2,
        "hardly any pair is certain: {}",
        certain.recall
    );
}

#[test]
fn febrl_1() {
    let file = febrl("dataset1.csv");
    let truth = febrl_truth(&file);
    assert_eq!(truth.len(), 500);
    check(one("FEBRL1", &file, true, "", &truth), 0.998);
    check(
        one(
            "FEBRL1 without the national number",
            &file,
            true,
            "soc_sec_id",
            &truth,
        ),
        0.99,
    );
    check(
        one("FEBRL1 without column names", &file, false, "", &truth),
        0.99,
    );
}

#[test]
fn febrl_2() {
    let file = febrl("dataset2.csv");
    let truth = febrl_truth(&file);
    assert_eq!(truth.len(), 1_934);
    check(one("FEBRL2", &file, true, "", &truth), 0.99);
    check(
        one(
            "FEBRL2 without the national number",
            &file,
            true,
            "soc_sec_id",
            &truth,
        ),
        0.99,
    );
    check(
        one("FEBRL2 without column names", &file, false, "", &truth),
        0.99,
    );
}

#[test]
fn splink_fake_1000() {
    let Some(file) = shared("splink_sets/fake_1000.csv") else {
        return;
    };
    let truth = same_key(&file.1, |row| row[6].clone());
    assert_eq!(truth.len(), 2_031);
    check(one("fake_1000", &file, true, "", &truth), 0.97);
    check(
        one("fake_1000 without column names", &file, false, "", &truth),
        0.97,
    );
}

#[test]
fn fodors_and_zagats() {
    let Some(fodors) = shared("fodors_zagats/fodors.csv") else {
        return;
    };
    let Some((zagats, matches)) =
        shared("fodors_zagats/zagats.csv").zip(shared("fodors_zagats/matches_fodors_zagats.csv"))
    else {
        return;
    };
    let place = |rows: &[Vec<String>], id: &str| rows.iter().position(|row| row[0] == id).unwrap();
    let pair = |m: &Vec<String>| {
        (
            place(&fodors.1, &m[0]),
            fodors.1.len() + place(&zagats.1, &m[1]),
        )
    };
    let truth: Pairs = matches.1.iter().map(pair).collect();
    assert_eq!(truth.len(), 112);
    for (title, names, least_f1) in [
        ("fodors_zagats", true, 0.98),
        ("fodors_zagats without column names", false, 0.97),
    ] {
        let columns = |(header, rows): &File| guess_columns(if names { header } else { &[] }, rows);
        let mut records = Records::of_two(&columns(&fodors), &columns(&zagats));
        fodors.1.iter().for_each(|row| records.push(row, 0));
        zagats.1.iter().for_each(|row| records.push(row, 1));
        check(measure(title, &records, &truth), least_f1);
    }
    // The same in one list: the sources are not known, and the truth tells nothing of pairs within one of them.
    let mut rows = fodors.1.clone();
    rows.extend(zagats.1.iter().cloned());
    let list = (fodors.0.clone(), rows);
    check(
        one("fodors_zagats as one list", &list, true, "", &truth),
        0.95,
    );
}
