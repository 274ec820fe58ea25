//! The relay: building it, and `cargo xtask run`.

use crate::args::Args;
use crate::failure::Failure;
use crate::process::{self, step};
use crate::project::Project;
use crate::site;
use crate::wasm::Flavour;
use std::path::PathBuf;
use std::process::Command;

/// `cargo xtask run`: builds both halves and serves them from one process.
pub(crate) fn chore(project: &Project, mut args: Args) -> Result<(), Failure> {
    let flavour = match args.value("--profile")?.as_deref() {
        None | Some("fast") => Flavour::Fast,
        Some("dist") => Flavour::Dist,
        Some(other) => {
            return Err(Failure::new(format!("there is no profile {other:?}"))
                .advice("fast builds quickly, dist is what is published"));
        }
    };
    let mut relay_args = vec![
        "--data".to_owned(),
        args.value("--data")?
            .unwrap_or_else(|| project.root.join("data").to_string_lossy().into_owned()),
    ];
    for name in ["--listen", "--tls-cert", "--tls-key"] {
        if let Some(value) = args.value(name)? {
            relay_args.extend([name.to_owned(), value]);
        }
    }
    args.finish()?;

    let site = site::build(project, flavour)?;
    let relay = build(project, flavour)?;
    println!(
        "· Starting the relay with build {} (Ctrl-C stops it)",
        site.build
    );
    let mut command = Command::new(relay);
    command.arg("--app").arg(&site.folder).args(relay_args);
    serve(command)
}

/// Builds the relay; returns the binary.
pub(crate) fn build(project: &Project, flavour: Flavour) -> Result<PathBuf, Failure> {
    step(
        "Building the relay (about 2 minutes the first time)",
        || {
            process::run(Command::new("cargo").current_dir(&project.root).args([
                "build",
                "--package",
                "tendero-relay",
                "--profile",
                flavour.profile(),
            ]))
        },
    )?;
    let name = format!("tendero-relay{}", std::env::consts::EXE_SUFFIX);
    Ok(project.target.join(flavour.profile()).join(name))
}

/// Hands the process over to the relay, so that signals reach it and nothing stands between.
#[cfg(unix)]
fn serve(mut command: Command) -> Result<(), Failure> {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    Err(Failure::new(format!(
        "the relay cannot be started: {error}"
    )))
}

#[cfg(not(unix))]
fn serve(mut command: Command) -> Result<(), Failure> {
    process::run(&mut command)
}
