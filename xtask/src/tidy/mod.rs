//! `cargo xtask tidy`: the rules that no compiler knows. Each check returns what is wrong, in words that say where.

mod sources;
mod walls;

use crate::args::Args;
use crate::failure::Failure;
use crate::project::Project;

type Check = fn(&Project) -> Result<Vec<String>, Failure>;

const CHECKS: [(&str, Check); 8] = [
    ("rooms use only what lies below them", walls::rooms),
    (
        "libraries of the browser stay in its rooms",
        walls::browser_libraries,
    ),
    (
        "the relay is blind: no documents, keys or customers in its tree",
        walls::blind_relay,
    ),
    (
        "every room keeps the workspace's lints, faults are no default",
        walls::manifests,
    ),
    (
        "views write neither markup nor inline styles as text",
        sources::views,
    ),
    (
        "no file names a machine or a registry's host",
        sources::machines,
    ),
    (
        "the documents that newcomers need are there",
        sources::documents,
    ),
    ("links between documents lead somewhere", sources::links),
];

pub(crate) fn chore(project: &Project, args: Args) -> Result<(), Failure> {
    args.finish()?;
    let mut broken = 0;
    for (rule, check) in CHECKS {
        let problems = check(project)?;
        println!(
            "{} {rule}",
            if problems.is_empty() { "ok  " } else { "FAIL" }
        );
        for problem in &problems {
            println!("       {problem}");
        }
        broken += usize::from(!problems.is_empty());
    }
    if broken > 0 {
        return Err(
            Failure::new(format!("{broken} of {} rules are broken", CHECKS.len()))
                .advice("ARCHITECTURE.md says why each wall stands"),
        );
    }
    Ok(())
}
