//! The walls between the rooms, read from `cargo metadata`.

use crate::failure::Failure;
use crate::process;
use crate::project::{self, Project};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Which of our packages a package may use. Dev-dependencies are free: a test may look behind any wall.
const MAY_USE: [(&str, &[&str]); 17] = [
    ("tendero-app", &["domain", "messages"]),
    ("tendero-domain", &[]),
    ("tendero-messages", &["domain"]),
    ("tendero-records", &["domain"]),
    ("tendero-insight", &["domain"]),
    ("tendero-duplicates", &["domain"]),
    ("tendero-interchange", &["domain", "records"]),
    ("tendero-vault", &["protocol"]),
    ("tendero-protocol", &[]),
    ("tendero-sync", &["protocol", "vault"]),
    ("tendero-store", &[]),
    (
        "tendero-engine",
        &[
            "domain",
            "messages",
            "records",
            "insight",
            "interchange",
            "vault",
            "protocol",
            "sync",
            "store",
        ],
    ),
    // Vault for sealing what it stores, messages and domain for the door to the page.
    (
        "tendero-browser",
        &["engine", "store", "messages", "domain", "vault"],
    ),
    ("tendero-relay", &["protocol"]),
    (
        "tendero-agent",
        &[
            "engine",
            "store",
            "messages",
            "domain",
            "vault",
            "insight",
            "interchange",
            "duplicates",
        ],
    ),
    (
        "tendero-testkit",
        &[
            "domain",
            "messages",
            "records",
            "insight",
            "interchange",
            "vault",
            "protocol",
            "sync",
            "store",
            "engine",
        ],
    ),
    ("xtask", &["testkit"]),
];

/// Libraries that only some packages may name. A trailing `*` stands for any ending.
const ONLY_IN: [(&str, &[&str]); 6] = [
    ("leptos*", &["tendero-app"]),
    ("web-sys", &["tendero-app", "tendero-browser"]),
    ("gloo*", &["tendero-app", "tendero-browser"]),
    ("rexie", &["tendero-app", "tendero-browser"]),
    ("idb", &["tendero-app", "tendero-browser"]),
    // The browser names it only to choose where its randomness comes from.
    (
        "automerge",
        &["tendero-records", "tendero-testkit", "tendero-browser"],
    ),
];

/// What must not be found anywhere below the relay.
const UNKNOWN_TO_RELAY: [&str; 10] = [
    "automerge",
    "tendero-domain",
    "tendero-messages",
    "tendero-records",
    "tendero-insight",
    "tendero-duplicates",
    "tendero-interchange",
    "tendero-vault",
    "tendero-sync",
    "tendero-engine",
];

/// Nothing points up.
pub(super) fn rooms(project: &Project) -> Result<Vec<String>, Failure> {
    Ok(rooms_of(&packages(project)?))
}

/// Libraries that belong to some rooms only.
pub(super) fn browser_libraries(project: &Project) -> Result<Vec<String>, Failure> {
    Ok(libraries_of(&packages(project)?))
}

/// The relay cannot read what it carries, because nothing that could is linked into it.
pub(super) fn blind_relay(project: &Project) -> Result<Vec<String>, Failure> {
    let metadata = metadata(project, &[])?;
    let tree = tree_below(&metadata, "tendero-relay");
    if tree.len() < 2 {
        return Ok(vec![
            "the relay's dependency tree cannot be read".to_owned(),
        ]);
    }
    let seen = UNKNOWN_TO_RELAY.iter().filter(|name| tree.contains(**name));
    Ok(seen
        .map(|name| format!("tendero-relay links {name}"))
        .collect())
}

/// `[lints] workspace = true` everywhere; features for tests are never on by default.
pub(super) fn manifests(project: &Project) -> Result<Vec<String>, Failure> {
    let mut problems = Vec::new();
    for package in packages(project)? {
        let manifest = project::read_text(package.manifest.as_ref())?;
        if !manifest.contains("[lints]\nworkspace = true") {
            problems.push(format!(
                "{} does not take the workspace's lints",
                package.name
            ));
        }
        if package
            .default_features
            .iter()
            .any(|feature| feature.contains("faults"))
        {
            problems.push(format!("{} can be made to fail by default", package.name));
        }
    }
    Ok(problems)
}

/// A package of the workspace.
struct Package {
    name: String,
    manifest: String,
    /// Names of what it needs to be built, tests left out.
    uses: Vec<String>,
    default_features: Vec<String>,
}

fn packages(project: &Project) -> Result<Vec<Package>, Failure> {
    let metadata = metadata(project, &["--no-deps"])?;
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let packages = array(metadata.get("packages")).iter().map(|package| {
        let uses = array(package.get("dependencies"))
            .iter()
            .filter(|dependency| text(dependency.get("kind")) != "dev")
            .map(|dependency| text(dependency.get("name")));
        let defaults = package.pointer("/features/default");
        Package {
            name: text(package.get("name")),
            manifest: text(package.get("manifest_path")),
            uses: uses.collect(),
            default_features: array(defaults)
                .iter()
                .map(|name| text(Some(name)))
                .collect(),
        }
    });
    Ok(packages.collect())
}

fn metadata(project: &Project, more: &[&str]) -> Result<Value, Failure> {
    let text = process::output(
        Command::new("cargo")
            .current_dir(&project.root)
            .args(["metadata", "--format-version", "1", "--locked"])
            .args(more),
    )?;
    serde_json::from_str(&text)
        .map_err(|error| Failure::new(format!("cargo metadata cannot be read: {error}")))
}

fn array(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn rooms_of(packages: &[Package]) -> Vec<String> {
    let mut problems = Vec::new();
    for package in packages {
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == package.name) else {
            problems.push(format!(
                "{} has no place in the plan of the rooms",
                package.name
            ));
            continue;
        };
        for used in &package.uses {
            if let Some(room) = used.strip_prefix("tendero-")
                && !allowed.contains(&room)
            {
                problems.push(format!("{} uses {used}", package.name));
            }
        }
    }
    problems
}

fn libraries_of(packages: &[Package]) -> Vec<String> {
    let is = |pattern: &str, name: &str| match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == pattern,
    };
    let mut problems = Vec::new();
    for package in packages {
        for used in &package.uses {
            let rule = ONLY_IN.iter().find(|(pattern, _)| is(pattern, used));
            if rule.is_some_and(|(_, rooms)| !rooms.contains(&package.name.as_str())) {
                problems.push(format!("{} uses {used}", package.name));
            }
        }
    }
    problems
}

/// Names of everything that is linked into a package or runs while it is built.
fn tree_below(metadata: &Value, root: &str) -> BTreeSet<String> {
    let id = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let names: BTreeMap<String, String> = array(metadata.get("packages"))
        .iter()
        .filter_map(|package| Some((id(package, "id")?, id(package, "name")?)))
        .collect();
    let mut edges: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for node in array(metadata.pointer("/resolve/nodes")) {
        let is_dev_only = |dependency: &Value| {
            array(dependency.get("dep_kinds"))
                .iter()
                .all(|kind| kind.get("kind").and_then(Value::as_str) == Some("dev"))
        };
        let below = array(node.get("deps"))
            .iter()
            .filter(|dependency| !is_dev_only(dependency));
        let below = below
            .filter_map(|dependency| id(dependency, "pkg"))
            .collect();
        if let Some(node) = id(node, "id") {
            edges.insert(node, below);
        }
    }
    let start = names
        .iter()
        .find(|(_, name)| *name == root)
        .map(|(id, _)| id.clone());
    let mut open: Vec<String> = start.into_iter().collect();
    let mut seen = BTreeSet::new();
    while let Some(next) = open.pop() {
        if let Some(below) = edges.get(&next).filter(|_| !seen.contains(&next)) {
            open.extend(below.iter().cloned());
        }
        seen.insert(next);
    }
    seen.iter()
        .filter_map(|id| names.get(id).cloned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn package(name: &str, uses: &[&str]) -> Package {
        Package {
            name: name.to_owned(),
            manifest: String::new(),
            uses: uses.iter().map(|name| (*name).to_owned()).collect(),
            default_features: Vec::new(),
        }
    }

    #[test]
    fn a_room_that_looks_up_is_named() {
        let packages = [
            package("tendero-domain", &["serde", "tendero-records"]),
            package("tendero-relay", &["tendero-protocol"]),
            package("tendero-cellar", &[]),
        ];
        assert_eq!(
            rooms_of(&packages),
            [
                "tendero-domain uses tendero-records",
                "tendero-cellar has no place in the plan of the rooms"
            ]
        );
    }

    #[test]
    fn a_library_of_the_browser_elsewhere_is_named() {
        let packages = [
            package("tendero-app", &["leptos", "leptos_router", "web-sys"]),
            package("tendero-engine", &["leptos_reactive", "idb"]),
        ];
        assert_eq!(
            libraries_of(&packages),
            [
                "tendero-engine uses leptos_reactive",
                "tendero-engine uses idb"
            ]
        );
    }

    #[test]
    fn the_tree_goes_all_the_way_down_and_leaves_tests_out() {
        let normal = json!([{"kind": null}]);
        let dev = json!([{"kind": "dev"}]);
        let metadata = json!({
            "packages": [
                {"id": "1", "name": "tendero-relay"}, {"id": "2", "name": "tendero-protocol"},
                {"id": "3", "name": "automerge"}, {"id": "4", "name": "proptest"}],
            "resolve": {"nodes": [
                {"id": "1", "deps": [{"pkg": "2", "dep_kinds": normal}, {"pkg": "4", "dep_kinds": dev}]},
                {"id": "2", "deps": [{"pkg": "3", "dep_kinds": normal}]},
                {"id": "3", "deps": []}, {"id": "4", "deps": []}]}
        });
        let tree = tree_below(&metadata, "tendero-relay");
        assert!(tree.contains("automerge"));
        assert!(!tree.contains("proptest"));
    }
}
