//! `cargo xtask`: the project's chores, from a first run to the published build. `cargo xtask --help` teaches them.
//!
//! Every chore looks at what is there already, does only what is missing, and says what it does and about how long it
//! takes. What can be installed inside the project goes to its own git-ignored folders; see [`setup`].

mod args;
mod bench;
mod data;
mod failure;
mod fingerprint;
mod help;
mod process;
mod project;
mod relay;
mod setup;
mod sim;
mod site;
mod style;
mod test;
mod tidy;
mod wasm;

use args::Args;
use failure::Failure;
use project::Project;
use std::process::ExitCode;

fn main() -> ExitCode {
    match chore(Args::of_process()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\n{failure}");
            ExitCode::FAILURE
        }
    }
}

fn chore(mut args: Args) -> Result<(), Failure> {
    let name = args.next_word();
    if args.flag("--help") || args.flag("-h") {
        help::print(name.as_deref());
        return Ok(());
    }
    let project = Project::find()?;
    match name.as_deref() {
        None | Some("help") => {
            help::print(args.next_word().as_deref());
            Ok(())
        }
        Some("setup") => setup::chore(&project, args),
        Some("run") => relay::chore(&project, args),
        Some("build") => site::chore(&project, args),
        Some("dist") => site::dist_chore(&project, args),
        Some("test") => test::chore(&project, args),
        Some("bench") => bench::chore(&project, args),
        Some("sim") => sim::chore(&project, args),
        Some("data") => data::chore(&project, args),
        Some("tidy") => tidy::chore(&project, args),
        Some(other) => Err(Failure::new(format!("there is no chore {other:?}"))
            .advice("cargo xtask --help lists them")),
    }
}
