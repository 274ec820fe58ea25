//! The two wasm modules, from Cargo to the files a browser loads.

use crate::failure::Failure;
use crate::fingerprint::Inputs;
use crate::process::{self, step};
use crate::project::{self, Project};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The target every browser runs.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// The wasm features that Rust's toolchain uses. wasm-opt refuses a module with any it was not told of; all browsers that
/// have what the app needs besides (module workers, Trusted Types or their absence) have these.
const WASM_FEATURES: [&str; 8] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// Search sweeps texts sixteen bytes at a time where the module may use SIMD: twice as fast. Chromium has it since 91,
/// Firefox since 89, Safari since 16.4 (<https://webassembly.org/features/>).
pub(crate) const SIMD: &str = "-Ctarget-feature=+simd128";
/// Views of one shape instead of a type for each: a quarter less to load, and what tests drive is what is published.
pub(crate) const ERASED_VIEWS: &str = "--cfg=erase_components";

/// How the app is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flavour {
    /// Optimised, quick to build.
    Fast,
    /// As `Fast`, and tests can make the engine fail.
    Faults,
    /// Small, for the public; slow to build.
    Dist,
}

impl Flavour {
    /// Cargo's profile.
    pub(crate) fn profile(self) -> &'static str {
        match self {
            Self::Fast | Self::Faults => "fast",
            Self::Dist => "dist",
        }
    }

    /// Names its folders.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Faults => "faults",
            Self::Dist => "dist",
        }
    }

    /// How long the first build takes on two cores.
    fn first_time(self) -> &'static str {
        match self {
            Self::Fast | Self::Faults => "about 5 minutes the first time",
            Self::Dist => "about 10 minutes the first time",
        }
    }
}

/// A module: Cargo's name for the binary, and the files' name in the browser.
#[derive(Clone, Copy)]
struct Module {
    package: &'static str,
    binary: &'static str,
    file: &'static str,
}

const MODULES: [Module; 2] = [
    Module {
        package: "tendero-app",
        binary: "tendero-app",
        file: "app",
    },
    Module {
        package: "tendero-browser",
        binary: "engine",
        file: "engine",
    },
];

/// The Cargo features behind [`Flavour::Faults`].
const FAULTS_FEATURES: &str = "tendero-app/faults,tendero-browser/faults";

/// Builds both modules; returns the folder with `app.js`, `app_bg.wasm`, `engine.js`, `engine_bg.wasm` and what they import.
pub(crate) fn build(project: &Project, flavour: Flavour) -> Result<PathBuf, Failure> {
    let what = format!(
        "Building the app and its engine for the browser ({})",
        flavour.first_time()
    );
    step(&what, || process::run(&mut cargo_build(project, flavour)))?;
    let out = project.scratch().join("modules").join(flavour.name());
    for module in MODULES {
        bind(project, flavour, module, &out)?;
    }
    Ok(out)
}

fn cargo_build(project: &Project, flavour: Flavour) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&project.root);
    cargo.args(["build", "--target", TARGET, "--profile", flavour.profile()]);
    for module in MODULES {
        cargo.args(["--package", module.package, "--bin", module.binary]);
    }
    let mut flags = vec![SIMD.to_owned(), ERASED_VIEWS.to_owned()];
    match flavour {
        Flavour::Fast => {}
        Flavour::Faults => {
            cargo.args(["--features", FAULTS_FEATURES]);
        }
        Flavour::Dist => flags.extend(without_this_machine(project)),
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
    cargo
}

/// Flags that keep this machine's folders out of panic messages, so that a published build is the same wherever it is made.
fn without_this_machine(project: &Project) -> Vec<String> {
    let mut flags = vec![format!("--remap-path-prefix={}=.", project.root.display())];
    let home = |variable: &str, folder: &str| {
        let given = std::env::var_os(variable).map(PathBuf::from);
        given.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(folder)))
    };
    if let Some(cargo) = home("CARGO_HOME", ".cargo") {
        flags.push(format!("--remap-path-prefix={}=cargo", cargo.display()));
    }
    if let Some(rustup) = home("RUSTUP_HOME", ".rustup") {
        flags.push(format!("--remap-path-prefix={}=rustup", rustup.display()));
    }
    flags
}

/// Makes a module loadable, and small if it is to be published.
fn bind(project: &Project, flavour: Flavour, module: Module, out: &Path) -> Result<(), Failure> {
    let compiled = project
        .target
        .join(TARGET)
        .join(flavour.profile())
        .join(module.binary)
        .with_extension("wasm");
    let version = process::output(Command::new(project.tool("wasm-bindgen")).arg("--version"))?;
    let inputs = Inputs::default()
        .file(&compiled)?
        .text(&version)
        .text(&WASM_FEATURES.concat());
    inputs.unless_made(&out.join(module.file).with_extension("stamp"), || {
        let mut bindgen = Command::new(project.tool("wasm-bindgen"));
        bindgen
            .args([
                "--target",
                "web",
                "--no-typescript",
                "--out-name",
                module.file,
                "--out-dir",
            ])
            .arg(out)
            .arg(&compiled);
        if flavour == Flavour::Dist {
            bindgen.args(["--remove-name-section", "--remove-producers-section"]);
        }
        process::run(&mut bindgen)?;
        if flavour == Flavour::Dist {
            let wasm = out.join(format!("{}_bg.wasm", module.file));
            step(
                &format!("Making {} smaller (about a minute)", module.file),
                || optimise(project, &wasm),
            )?;
        }
        Ok(())
    })
}

fn optimise(project: &Project, wasm: &Path) -> Result<(), Failure> {
    let small = wasm.with_extension("small");
    process::run(
        Command::new(project.node_tool("wasm-opt"))
            .arg("-O3")
            .args(WASM_FEATURES)
            .args(["--strip-debug", "--strip-producers", "-o"])
            .arg(&small)
            .arg(wasm),
    )?;
    let bytes = project::read(&small)?;
    project::write(wasm, bytes)?;
    std::fs::remove_file(&small).map_err(|error| Failure::io(&small, &error))
}
