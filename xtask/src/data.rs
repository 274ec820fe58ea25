//! `cargo xtask data`: invented customers, the same for ever.

use crate::args::Args;
use crate::failure::Failure;
use crate::project::Project;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

pub(crate) fn chore(project: &Project, mut args: Args) -> Result<(), Failure> {
    let text = args
        .value("--customers")?
        .unwrap_or_else(|| "1000".to_owned());
    let count: u64 = text
        .replace(['_', ','], "")
        .parse()
        .map_err(|_| Failure::new(format!("--customers wants a number, not {text:?}")))?;
    let out = args.value("--out")?.map(PathBuf::from);
    args.finish()?;
    let out = out.unwrap_or_else(|| generated(project, count));
    write(count, &out)?;
    println!("{count} customers are in {}", out.display());
    Ok(())
}

/// Writes a file of so many customers; returns its path.
pub(crate) fn customers(project: &Project, count: u64) -> Result<PathBuf, Failure> {
    let path = generated(project, count);
    write(count, &path)?;
    Ok(path)
}

fn generated(project: &Project, count: u64) -> PathBuf {
    project
        .target
        .join("data")
        .join(format!("customers-{count}.csv"))
}

fn write(count: u64, path: &Path) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::io(path, &error);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut out = BufWriter::new(File::create(path).map_err(failed)?);
    tendero_testkit::customers_csv(count, &mut out).map_err(failed)?;
    out.flush().map_err(failed)
}
