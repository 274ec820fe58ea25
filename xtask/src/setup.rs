//! Installs what a chore needs and what is missing, inside the project wherever that is possible.
//!
//! | what | where | for |
//! |---|---|---|
//! | the wasm32 target | the Rust toolchain, by rustup | every build of the app |
//! | `wasm-bindgen`, of exactly the version in `Cargo.lock` | `.tools` | every build of the app |
//! | npm packages of `package-lock.json` | `node_modules` | the published build, browser tests, figures |
//! | PostgreSQL and `strace` | the system, by apt | the relay's tests |
//! | browsers and their drivers | the system, by apt | browser tests, figures |

use crate::args::Args;
use crate::failure::Failure;
use crate::fingerprint::Inputs;
use crate::process::{self, step};
use crate::project::{self, Project};
use std::path::Path;
use std::process::Command;

/// Node's oldest version that the test tools run on.
const NODE: u32 = 20;

/// A program and the Debian package it comes with.
struct SystemTool {
    program: &'static str,
    package: &'static str,
}

const fn tool(program: &'static str, package: &'static str) -> SystemTool {
    SystemTool { program, package }
}

/// What the tests in Chromium need.
const CHROMIUM: [SystemTool; 2] = [
    tool("chromium", "chromium"),
    tool("chromedriver", "chromium-driver"),
];

/// What the relay's tests need: a database server of their own, and a disk that fails. The server's own programs lie
/// outside the PATH; this one comes with them.
const RELAY: [SystemTool; 2] = [
    tool("pg_ctlcluster", "postgresql"),
    tool("strace", "strace"),
];

/// What the tests in the other browsers need.
const OTHER_BROWSERS: [SystemTool; 4] = [
    tool("firefox-esr", "firefox-esr"),
    tool("WebKitWebDriver", "webkit2gtk-driver"),
    tool("xvfb-run", "xvfb"),
    tool("xauth", "xauth"),
];

/// `cargo xtask setup`: everything, for those who like to have it done before.
pub(crate) fn chore(project: &Project, args: Args) -> Result<(), Failure> {
    args.finish()?;
    lints(project)?;
    for_native_tests()?;
    for_browser_tests(project)?;
    for_other_browsers()?;
    println!("All is there.");
    Ok(())
}

/// What a build of the app and the relay needs.
pub(crate) fn for_app(project: &Project) -> Result<(), Failure> {
    system_tools(&[tool("cc", "gcc")])?;
    wasm_target(project)?;
    wasm_bindgen(project)
}

/// What the published build needs on top.
pub(crate) fn for_dist(project: &Project) -> Result<(), Failure> {
    for_app(project)?;
    node_packages(project)
}

/// What the tests without a browser need on top.
pub(crate) fn for_native_tests() -> Result<(), Failure> {
    system_tools(&RELAY)
}

/// What the tests in Chromium need on top.
pub(crate) fn for_browser_tests(project: &Project) -> Result<(), Failure> {
    for_dist(project)?;
    system_tools(&CHROMIUM)
}

/// What the tests in Firefox and WebKit need on top.
pub(crate) fn for_other_browsers() -> Result<(), Failure> {
    system_tools(&OTHER_BROWSERS)
}

/// Lint and format tools of the toolchain, which a minimal rustup profile leaves out.
fn lints(project: &Project) -> Result<(), Failure> {
    let is_there =
        |tool: &str| process::output(Command::new("cargo").args([tool, "--version"])).is_ok();
    if is_there("clippy") && is_there("fmt") {
        return Ok(());
    }
    rustup(project, &["component", "add", "clippy", "rustfmt"])
}

fn wasm_target(project: &Project) -> Result<(), Failure> {
    let mut rustc = Command::new("rustc");
    rustc.current_dir(&project.root);
    rustc.args([
        "--print",
        "target-libdir",
        "--target",
        "wasm32-unknown-unknown",
    ]);
    let libraries = process::output(&mut rustc)?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    step("Adding Rust's wasm32 target (half a minute)", || {
        rustup(project, &["target", "add", "wasm32-unknown-unknown"])
    })
}

fn rustup(project: &Project, arguments: &[&str]) -> Result<(), Failure> {
    let wanted = arguments.join(" ");
    if process::find("rustup").is_none() {
        return Err(Failure::new(format!(
            "the Rust toolchain lacks something: rustup {wanted}"
        ))
        .advice("install Rust by https://rustup.rs, or add it by the system's own means"));
    }
    process::run(
        Command::new("rustup")
            .args(arguments)
            .current_dir(&project.root),
    )
}

/// The version must equal the library's to the last digit: the two share a format that has no other promise.
fn wasm_bindgen(project: &Project) -> Result<(), Failure> {
    let wanted = locked_version(
        &project::read_text(&project.root.join("Cargo.lock"))?,
        "wasm-bindgen",
    )
    .ok_or_else(|| Failure::new("Cargo.lock names no wasm-bindgen"))?;
    let installed = process::output(Command::new(project.tool("wasm-bindgen")).arg("--version"));
    if installed.is_ok_and(|text| text.split_whitespace().nth(1) == Some(wanted.as_str())) {
        return Ok(());
    }
    step(
        "Installing wasm-bindgen into .tools (about 3 minutes, once)",
        || {
            let build = project.scratch().join("tools");
            let mut cargo = Command::new("cargo");
            cargo
                .current_dir(&project.root)
                .args([
                    "install",
                    "wasm-bindgen-cli",
                    "--version",
                    &wanted,
                    "--root",
                ])
                .arg(project.root.join(".tools"))
                // Without its lock file: it pins a crate that is not to be had everywhere. It runs for seconds, so the
                // minutes of optimising it are saved.
                .env("CARGO_TARGET_DIR", &build)
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
                .env_remove("RUSTFLAGS")
                .env_remove("CARGO_ENCODED_RUSTFLAGS");
            process::run(&mut cargo)?;
            project::remove_folder(&build)
        },
    )
}

/// A package's version in a lock file.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let mut lines = lock.lines();
    lines.find(|line| *line == format!("name = \"{package}\""))?;
    let version = lines.next()?.strip_prefix("version = \"")?;
    Some(version.trim_end_matches('"').to_owned())
}

fn node_packages(project: &Project) -> Result<(), Failure> {
    let inputs = Inputs::default().file(&project.root.join("package-lock.json"))?;
    let packages = project.root.join("node_modules");
    inputs.unless_made(&packages.join(".xtask-stamp"), || {
        node()?;
        step(
            "Installing the test tools into node_modules (half a minute, once)",
            || {
                process::run(
                    Command::new("npm")
                        .args(["ci", "--no-progress"])
                        .current_dir(&project.root)
                        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
                        .env("PUPPETEER_SKIP_DOWNLOAD", "1"),
                )
            },
        )
    })
}

fn node() -> Result<(), Failure> {
    system_tools(&[tool("node", "nodejs"), tool("npm", "npm")])?;
    let version = process::output(Command::new("node").arg("--version"))?;
    let major = version.trim().trim_start_matches('v').split('.').next();
    match major.and_then(|major| major.parse::<u32>().ok()) {
        Some(major) if major >= NODE => Ok(()),
        _ => Err(
            Failure::new(format!("node is {}, too old", version.trim())).advice(format!(
                "install Node.js {NODE} or newer: https://nodejs.org"
            )),
        ),
    }
}

/// Installs the packages of programs that are not there.
fn system_tools(tools: &[SystemTool]) -> Result<(), Failure> {
    let missing: Vec<&SystemTool> = tools
        .iter()
        .filter(|tool| process::find(tool.program).is_none())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let programs: Vec<&str> = missing.iter().map(|tool| tool.program).collect();
    let packages: Vec<&str> = missing.iter().map(|tool| tool.package).collect();
    let (programs, names) = (programs.join(", "), packages.join(" "));
    if process::find("apt-get").is_none() {
        return Err(
            Failure::new(format!("not on the PATH: {programs}")).advice(format!(
                "install them by the system's own means; Debian calls the packages {names}"
            )),
        );
    }
    step(
        &format!("Installing {names} with apt-get (a minute or two, once)"),
        || {
            apt_get(&["update", "-qq"])?;
            let mut install = vec!["install", "-y", "-qq", "--no-install-recommends"];
            install.extend(packages);
            apt_get(&install)
        },
    )
}

fn apt_get(arguments: &[&str]) -> Result<(), Failure> {
    let is_root = process::output(Command::new("id").arg("-u"))?.trim() == "0";
    let mut command = if is_root {
        Command::new("apt-get")
    } else if process::find("sudo").is_some() {
        let mut sudo = Command::new("sudo");
        sudo.arg("apt-get");
        sudo
    } else {
        return Err(Failure::new("apt-get needs root, and there is no sudo")
            .advice(format!("as root: apt-get {}", arguments.join(" "))));
    };
    process::run(
        command
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_the_packages_own() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(
            locked_version(lock, "wasm-bindgen").as_deref(),
            Some("0.2.130")
        );
        assert_eq!(locked_version(lock, "bindgen"), None);
    }
}
