//! `csv-spectrum`: CSV files with their content as JSON.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{data, inspected, raw_rows};
use serde_json::Value;
use std::collections::HashMap;

#[test]
fn every_file_holds_what_its_json_says() {
    for name in [
        "comma_in_quotes",
        "empty",
        "empty_crlf",
        "escaped_quotes",
        "json",
        "location_coordinates",
        "newlines",
        "newlines_crlf",
        "quotes_and_newlines",
        "simple",
        "simple_crlf",
        "utf8",
    ] {
        let bytes = data(&format!("csv-spectrum/csvs/{name}.csv"));
        let json = data(&format!("csv-spectrum/json/{name}.json"));
        let expect = match serde_json::from_slice(&json).unwrap() {
            Value::Array(rows) => rows,
            only => vec![only],
        };
        let inspection = inspected(&bytes).unwrap();
        assert!(inspection.plan.has_header, "{name}");
        assert_eq!(inspection.format.delimiter(), ',', "{name}");
        let rows = raw_rows(&bytes, &inspection, 3).unwrap();
        assert_eq!(rows.len(), expect.len(), "{name}");
        for (row, expect) in rows.iter().zip(&expect) {
            let cells: HashMap<&str, &String> = inspection
                .names
                .iter()
                .map(|column| column.name.as_str())
                .zip(&row.cells)
                .collect(); // Of two columns with one name the JSON has the last.
            for (name, cell) in cells {
                if name == "Contact Phone Number" {
                    continue; // Their JSON has another number than their CSV.
                }
                let value = expect[name].as_str().unwrap();
                let value = value.replace("\r\n", "\n");
                assert_eq!(*cell, value, "{name}");
            }
        }
    }
}
