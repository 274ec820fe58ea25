//! `cargo xtask test`: every test there is, and one closing line.

use crate::args::Args;
use crate::failure::Failure;
use crate::process::{self, Tally, step};
use crate::project::{self, Project};
use crate::wasm::{ERASED_VIEWS, Flavour, SIMD, TARGET};
use crate::{data, relay, setup, site};
use std::process::Command;

/// Customers in the file that journeys import.
const IMPORTED: u64 = 300;
/// Customers in the workspace that a journey closes and opens again.
const MANY: u64 = 5000;

/// A part of the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Native,
    Store,
    Journeys,
    Engines,
}

const PARTS: [(&str, Part); 4] = [
    ("native", Part::Native),
    ("store", Part::Store),
    ("e2e", Part::Journeys),
    ("engines", Part::Engines),
];

pub(crate) fn chore(project: &Project, mut args: Args) -> Result<(), Failure> {
    let parts = chosen(args.value("--only")?.as_deref())?;
    let grep = args.value("--grep")?;
    args.finish()?;
    let mut sum = Tally::default();
    for part in parts {
        let tally = match part {
            Part::Native => native(project),
            Part::Store => store(project),
            Part::Journeys => journeys(project, "chromium", grep.as_deref()),
            Part::Engines => setup::for_other_browsers()
                .and_then(|()| journeys(project, "engines", grep.as_deref())),
        };
        match tally {
            Ok(tally) => sum.add(tally),
            // The other parts may still tell something.
            Err(failure) => {
                println!("{failure}");
                sum.failed += 1;
            }
        }
    }
    println!("\n{} passed, {} failed", sum.passed, sum.failed);
    if sum.failed > 0 {
        return Err(Failure::new("not all tests passed"));
    }
    Ok(())
}

fn chosen(only: Option<&str>) -> Result<Vec<Part>, Failure> {
    let Some(only) = only else {
        return Ok(PARTS.iter().map(|(_, part)| *part).collect());
    };
    only.split(',')
        .map(|name| {
            let found = PARTS.iter().find(|(known, _)| *known == name);
            found.map(|(_, part)| *part).ok_or_else(|| {
                Failure::new(format!("there is no part {name:?}"))
                    .advice("--only takes native, store, e2e, engines, with commas between")
            })
        })
        .collect()
}

fn native(project: &Project) -> Result<Tally, Failure> {
    setup::for_native_tests()?;
    step("Tests without a browser (5 minutes the first time)", || {
        let mut cargo = Command::new("cargo");
        cargo.current_dir(&project.root);
        let mut tally = process::tally(cargo.args(["test", "--no-fail-fast"]))?;
        // What of the app needs no browser: words, addresses, drafts.
        let mut cargo = Command::new("cargo");
        cargo.current_dir(&project.root);
        tally.add(process::tally(cargo.args([
            "test",
            "--package",
            "tendero-app",
            "--lib",
        ]))?);
        Ok(tally)
    })
}

/// The suite that every store passes, run against the browser's. Same profile as the app, so that both share what is
/// compiled.
fn store(project: &Project) -> Result<Tally, Failure> {
    setup::for_browser_tests(project)?;
    step(
        "Tests of the browser's storage, in Chromium (3 minutes the first time)",
        || {
            let mut cargo = Command::new("cargo");
            cargo
                .current_dir(&project.root)
                .args(["test", "--package", "tendero-browser", "--lib"])
                .args(["--target", TARGET, "--profile", Flavour::Fast.profile()])
                .env(
                    "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
                    project.tool("wasm-bindgen-test-runner"),
                )
                // As the app: other flags would compile everything once more.
                .env("CARGO_ENCODED_RUSTFLAGS", [SIMD, ERASED_VIEWS].join("\x1f"))
                .env("WASM_BINDGEN_TEST_TIMEOUT", "120");
            if let Some(driver) = process::find("chromedriver") {
                cargo.env("CHROMEDRIVER", driver);
            }
            process::tally(&mut cargo)
        },
    )
}

/// Journeys through the real app and the real relay; `kind` is a project of `tests/e2e/playwright.config.js`.
fn journeys(project: &Project, kind: &str, grep: Option<&str>) -> Result<Tally, Failure> {
    setup::for_browser_tests(project)?;
    let site = site::build(project, Flavour::Faults)?;
    let relay = relay::build(project, Flavour::Fast)?;
    let small = data::customers(project, IMPORTED)?;
    let many = data::customers(project, MANY)?;
    let results = project.target.join("e2e").join(format!("{kind}.json"));
    let _ = std::fs::remove_file(&results);
    let what = format!("Journeys, {kind} (some minutes)");
    step(&what, || {
        let mut node = Command::new("node");
        node.current_dir(&project.root)
            .arg("node_modules/@playwright/test/cli.js")
            .args([
                "test",
                "--config",
                "tests/e2e/playwright.config.js",
                "--project",
                kind,
            ])
            .env("TENDERO_RELAY", &relay)
            .env("TENDERO_SITE", &site.folder)
            .env("TENDERO_CUSTOMERS", &small)
            .env("TENDERO_MANY_CUSTOMERS", &many)
            .env("TENDERO_RESULTS", &results)
            .env("TENDERO_E2E_OUT", project.target.join("e2e").join(kind));
        if let Some(grep) = grep {
            node.args(["--grep", grep]);
        }
        // How it ended stands in the results; if it wrote none, that is the failure.
        let ended = process::run(&mut node);
        let text = project::read_text(&results).map_err(|missing| match &ended {
            Err(failure) => Failure::new(failure.to_string()),
            Ok(()) => missing,
        })?;
        let tally = summary(&text)
            .ok_or_else(|| Failure::new(format!("{} cannot be read", results.display())))?;
        match ended {
            Err(failure) if tally.failed == 0 => Err(failure),
            _ => Ok(tally),
        }
    })
}

/// Reads Playwright's JSON report. A flaky test failed: it has to be looked at.
fn summary(report: &str) -> Option<Tally> {
    let report: serde_json::Value = serde_json::from_str(report).ok()?;
    let stats = report.get("stats")?;
    let number = |name: &str| stats.get(name)?.as_u64();
    let broken = report.get("errors").and_then(|errors| errors.as_array());
    Some(Tally {
        passed: number("expected")?,
        failed: number("unexpected")?
            + number("flaky")?
            + broken.map_or(0, |list| list.len() as u64),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flaky_test_counts_as_failed() {
        let report = r#"{"errors":[],"stats":{"expected":7,"skipped":1,"unexpected":1,"flaky":2}}"#;
        assert_eq!(
            summary(report),
            Some(Tally {
                passed: 7,
                failed: 3
            })
        );
    }

    #[test]
    fn parts_are_chosen_by_name() {
        assert_eq!(
            chosen(Some("store,e2e")).unwrap(),
            [Part::Store, Part::Journeys]
        );
        assert_eq!(chosen(None).unwrap().len(), PARTS.len());
        assert!(chosen(Some("nativ")).is_err());
    }
}
