//! `cargo xtask sim`: the simulation of devices, tabs and faults, for as long as one likes.

use crate::args::Args;
use crate::failure::Failure;
use crate::process;
use crate::project::Project;
use std::process::Command;

const SEEDS: &str = "1000";

pub(crate) fn chore(project: &Project, mut args: Args) -> Result<(), Failure> {
    let seeds = args.value("--seeds")?;
    let seed = args.value("--seed")?;
    args.finish()?;
    for number in seeds.iter().chain(&seed) {
        number
            .parse::<u64>()
            .map_err(|_| Failure::new(format!("a number is wanted, not {number:?}")))?;
    }
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(&project.root)
        .args(["test", "-p", "tendero-engine", "--test", "simulation"])
        .args(["--", "--nocapture"])
        .env("TENDERO_SIM_SEEDS", seeds.as_deref().unwrap_or(SEEDS));
    if let Some(seed) = seed {
        cargo.env("TENDERO_SIM_SEED", seed);
    }
    process::run(&mut cargo)
}
