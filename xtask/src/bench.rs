//! `cargo xtask bench`: drives the real app in Chromium and prints what it took.

use crate::args::Args;
use crate::failure::Failure;
use crate::process;
use crate::project::{self, Project};
use crate::wasm::Flavour;
use crate::{data, relay, setup, site};
use std::process::Command;

const SIZES: &str = "1000,10000,50000";

pub(crate) fn chore(project: &Project, mut args: Args) -> Result<(), Failure> {
    let mut sizes = args.value("--sizes")?.unwrap_or_else(|| SIZES.to_owned());
    if args.flag("--all") {
        sizes.push_str(",100000");
    }
    let flavour = match args.value("--profile")?.as_deref() {
        None | Some("dist") => Flavour::Dist,
        Some("fast") => Flavour::Fast,
        Some(other) => return Err(Failure::new(format!("there is no profile {other:?}"))),
    };
    let only = args.value("--only")?;
    let out = args.value("--out")?;
    args.finish()?;

    setup::for_browser_tests(project)?;
    let site = site::build(project, flavour)?;
    let relay = relay::build(project, flavour)?;
    let mut files = Vec::new();
    for size in sizes.split(',') {
        let count = size
            .trim()
            .parse()
            .map_err(|_| Failure::new(format!("--sizes wants numbers, not {size:?}")))?;
        files.push(format!(
            "{count}={}",
            data::customers(project, count)?.display()
        ));
    }
    let mut node = Command::new("node");
    node.current_dir(&project.root)
        .arg("tests/e2e/bench/main.js")
        .env("TENDERO_RELAY", &relay)
        .env("TENDERO_SITE", &site.folder)
        .env("TENDERO_PROFILE", flavour.profile())
        .env("TENDERO_BENCH_FILES", files.join("\n"));
    if let Some(only) = only {
        node.env("TENDERO_BENCH_ONLY", only);
    }
    // Progress goes to the terminal through standard error, the tables come back.
    let tables = process::output(node.stderr(std::process::Stdio::inherit()))?;
    print!("{tables}");
    match out {
        Some(path) => project::write(path.as_ref(), tables),
        None => Ok(()),
    }
}
