//! Association rules against counts that are published and another program's rules.

use crate::data::{Table, shared};
use flate2::read::GzDecoder;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use tendero_insight::basket::{Ratio, Rule, rules};

/// Baskets of products by name; products are numbered in the order of their names.
struct Shop {
    names: Vec<String>,
    baskets: Vec<Vec<u32>>,
}

impl Shop {
    fn new(baskets: impl Iterator<Item = BTreeSet<String>>) -> Self {
        let baskets: Vec<_> = baskets.collect();
        let names: BTreeSet<&String> = baskets.iter().flatten().collect();
        let names: Vec<String> = names.into_iter().cloned().collect();
        let number = |name: &String| names.binary_search(name).unwrap() as u32;
        let baskets = baskets
            .iter()
            .map(|basket| basket.iter().map(number).collect());
        Self {
            baskets: baskets.collect(),
            names: names.clone(),
        }
    }

    fn rules(&self, support: &str, confidence: &str) -> Vec<Rule> {
        let ratio = |text| Ratio::parse(text).unwrap();
        rules(&self.baskets, ratio(support), ratio(confidence)).unwrap()
    }

    fn name(&self, item: u32) -> &str {
        &self.names[item as usize]
    }

    /// The rules with their counts, by what they say.
    fn told(&self, rules: &[Rule]) -> BTreeMap<(BTreeSet<String>, String), Rule> {
        let said = |rule: &Rule| {
            let given = rule.given.iter().map(|item| self.name(*item).to_owned());
            (given.collect(), self.name(rule.then).to_owned())
        };
        rules
            .iter()
            .map(|rule| (said(rule), rule.clone()))
            .collect()
    }

    fn compare(&self, rules: &[Rule], reference: PathBuf) -> usize {
        let own = self.told(rules);
        let table = Table::read(reference);
        for row in 0..table.len() {
            let given = table
                .text(row, "A")
                .split(" + ")
                .map(|name| name.trim().to_owned());
            let said = (given.collect(), table.text(row, "C").trim().to_owned());
            let rule = own.get(&said).unwrap_or_else(|| panic!("{said:?}"));
            assert_eq!(f64::from(rule.count), table.number(row, "count"));
            for (value, column) in [
                (rule.support(), "support"),
                (rule.confidence(), "confidence"),
                (rule.lift(), "lift"),
                (rule.leverage(), "leverage"),
                (rule.conviction().unwrap_or(f64::INFINITY), "conviction"),
            ] {
                if !table.has(column) {
                    continue;
                }
                let expect = table.number(row, column);
                assert!(
                    value == expect || (value - expect).abs() < 1e-8,
                    "{said:?} {column}: {value} {expect}"
                );
            }
        }
        table.len()
    }
}

#[test]
fn groceries_give_the_published_rules_to_the_last_one() {
    let Some(folder) = shared() else { return };
    let text = std::fs::read_to_string(folder.join("groceries/groceries.csv")).unwrap();
    let basket = |line: &str| line.split(',').map(|name| name.trim().to_owned()).collect();
    let shop = Shop::new(text.lines().map(basket));
    assert_eq!((shop.baskets.len(), shop.names.len()), (9_835, 169));
    let reference = |name: &str| folder.join(format!("reference/rules_groceries_{name}.csv"));
    for (support, confidence, name, published) in [
        // A program that divides before it compares finds 406.
        ("0.001", "0.8", "s001_c80", 410),
        ("0.006", "0.25", "s006_c25", 463),
        ("0.01", "0.5", "s01_c50", 15),
    ] {
        let rules = shop.rules(support, confidence);
        assert_eq!(rules.len(), published, "{name}");
        assert!(shop.compare(&rules, reference(name)) <= published);
    }
}

#[test]
fn online_retail_gives_another_programs_rules() {
    let Some(folder) = shared() else { return };
    let file = std::fs::File::open(folder.join("online_retail/online_retail.csv.gz")).unwrap();
    let mut invoices: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in csv::Reader::from_reader(GzDecoder::new(file)).records() {
        let row = row.unwrap();
        let positive = |at: usize| row[at].parse::<f64>().unwrap() > 0.0;
        let is_sale = !row[6].is_empty() && !row[0].starts_with('C') && positive(3) && positive(5);
        // Postage, samples and the like have codes of letters.
        if is_sale && row[1].starts_with(|c: char| c.is_ascii_digit()) {
            invoices
                .entry(row[0].to_owned())
                .or_default()
                .insert(row[1].to_owned());
        }
    }
    let shop = Shop::new(invoices.into_values());
    assert_eq!((shop.baskets.len(), shop.names.len()), (18_402, 3_659));
    // Two rules have a confidence of exactly 0.3: 186 of 620, and 237 of 790. The other program divides before it compares
    // and finds one of them.
    let rules = shop.rules("0.01", "0.3");
    assert_eq!(rules.len(), 682);
    let told = shop.told(&rules);
    for (given, then) in [("22624", "22627"), ("22411", "85099C")] {
        assert!(told.contains_key(&(BTreeSet::from([given.to_owned()]), then.to_owned())));
    }
    let reference = folder.join("reference/rules_online_retail_invoices.csv");
    assert_eq!(shop.compare(&rules, reference), 681);
}
