//! Rules about the text of files in git.

use crate::failure::Failure;
use crate::process;
use crate::project::{self, Project};
use std::process::Command;

/// What must not stand in a view: each would be markup made from text, or be blocked by the page's own policy.
const NOT_IN_VIEWS: [&str; 4] = ["inner_html", "innerHTML", "outerHTML", " style="];

/// Parts of paths and addresses that belong to one machine. Split, so that this file does not hold them.
const MACHINES: [&str; 6] = [
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/ho", "me/"),
    concat!("C:\\", "Users"),
    concat!("registry", ".npmjs.org"),
    concat!("static", ".crates.io"),
];

/// What a newcomer, a reviewer or a lawyer looks for.
const DOCUMENTS: [&str; 9] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "docs/benchmarks.md",
    "docs/adr/0001-no-trunk.md",
];

/// No markup and no inline style as text.
pub(super) fn views(project: &Project) -> Result<Vec<String>, Failure> {
    let mut problems = Vec::new();
    for (path, text) in texts(project)? {
        if path.starts_with("src/") && path.ends_with(".rs") {
            problems.extend(found(&path, &text, &NOT_IN_VIEWS));
        }
    }
    Ok(problems)
}

/// Nothing that is true on one machine only.
pub(super) fn machines(project: &Project) -> Result<Vec<String>, Failure> {
    let mut problems = Vec::new();
    for (path, text) in texts(project)? {
        problems.extend(found(&path, &text, &MACHINES));
    }
    Ok(problems)
}

/// The documents are there and say something.
pub(super) fn documents(project: &Project) -> Result<Vec<String>, Failure> {
    let is_there = |path: &&str| {
        let length = std::fs::metadata(project.root.join(path)).map(|data| data.len());
        length.is_ok_and(|length| length > 0)
    };
    let missing = DOCUMENTS.iter().filter(|path| !is_there(path));
    Ok(missing.map(|path| format!("{path} is missing")).collect())
}

/// Relative links in Markdown files lead to files.
pub(super) fn links(project: &Project) -> Result<Vec<String>, Failure> {
    let mut problems = Vec::new();
    for (path, text) in texts(project)? {
        if !path.ends_with(".md") {
            continue;
        }
        let file = project.root.join(&path);
        let folder = file.parent().unwrap_or(&project.root);
        for target in relative_links(&text) {
            if !folder.join(target).exists() {
                problems.push(format!("{path} links to {target}, which is not there"));
            }
        }
    }
    Ok(problems)
}

/// The text files in git with their paths.
fn texts(project: &Project) -> Result<Vec<(String, String)>, Failure> {
    let list = process::output(
        Command::new("git")
            .current_dir(&project.root)
            .args(["ls-files", "-z"]),
    )?;
    let paths = list.split('\0').filter(|path| !path.is_empty());
    // A file that is in git's index but was removed, and pictures, which are no text, are left out.
    let read = |path: &str| {
        let text = project::read_text(&project.root.join(path)).ok()?;
        Some((path.to_owned(), text))
    };
    Ok(paths.filter_map(read).collect())
}

/// Where one of the patterns stands.
fn found(path: &str, text: &str, patterns: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for pattern in patterns.iter().filter(|pattern| line.contains(**pattern)) {
            found.push(format!("{path}:{}: {}", number + 1, pattern.trim()));
        }
    }
    found
}

/// Targets of `[…](…)` that are files, without what follows a `#`.
fn relative_links(text: &str) -> Vec<&str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .filter_map(|(target, _)| target.split('#').next())
        .filter(|target| {
            !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_not_stand_there_is_found_with_its_line() {
        let text = "view! {\n  <p style=\"color: red\">\n  <p style:color=red>\n}";
        assert_eq!(
            found("src/a.rs", text, &NOT_IN_VIEWS),
            ["src/a.rs:2: style="]
        );
    }

    #[test]
    fn only_links_to_files_are_looked_up() {
        let text = "[a](docs/a.md#part) [b](https://example.org) [c](#here) ![d](d.png)";
        assert_eq!(relative_links(text), ["docs/a.md", "d.png"]);
    }
}
