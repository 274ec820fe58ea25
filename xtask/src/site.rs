//! Lays out the folder that the relay serves.
//!
//! ```text
//! index.html  sw.js  manifest.webmanifest  icons…      asked for anew each time
//! v/<build>/  app.js app_bg.wasm engine.js engine_bg.wasm style.css boot.js fonts/ …      never changes
//! ```
//!
//! The *build id* is the beginning of a SHA-256 over the final files, before the id itself is written into them. So equal
//! files have equal ids, and no two different files ever have the same address.

use crate::args::Args;
use crate::failure::Failure;
use crate::fingerprint::{Inputs, hex, sha256};
use crate::process::step;
use crate::project::{self, Project};
use crate::wasm::{self, Flavour};
use crate::{setup, style};
use base64ct::{Base64, Encoding as _};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Stands for the build id in `index.html` and the scripts of `public`.
const BUILD: &str = "{{BUILD}}";
/// Stands in `sw.js` for the list of all files with their hashes.
const PRECACHE: &str = "{{PRECACHE}}";
/// Hexadecimal digits of the build id: 64 bits, far beyond an accident.
const BUILD_DIGITS: usize = 16;
/// The service worker, which is asked for by its name and lists the others.
const SERVICE_WORKER: &str = "sw.js";

/// A built app.
pub(crate) struct Site {
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// Its build id.
    pub(crate) build: String,
}

/// Files by their path in the site, without leading slash.
type Files = BTreeMap<String, Vec<u8>>;

/// `cargo xtask build`.
pub(crate) fn chore(project: &Project, args: Args) -> Result<(), Failure> {
    args.finish()?;
    let site = build(project, Flavour::Fast)?;
    println!("Build {} is in {}", site.build, site.folder.display());
    Ok(())
}

/// `cargo xtask dist`.
pub(crate) fn dist_chore(project: &Project, args: Args) -> Result<(), Failure> {
    args.finish()?;
    let site = build(project, Flavour::Dist)?;
    print_sizes(&site)?;
    println!("Build {} is in {}", site.build, site.folder.display());
    println!("Serve it: tendero-relay --app {}", site.folder.display());
    Ok(())
}

/// Builds the app and lays it out; quick when nothing changed.
pub(crate) fn build(project: &Project, flavour: Flavour) -> Result<Site, Failure> {
    match flavour {
        Flavour::Dist => setup::for_dist(project)?,
        Flavour::Fast | Flavour::Faults => setup::for_app(project)?,
    }
    let modules = wasm::build(project, flavour)?;
    let folder = match flavour {
        Flavour::Fast => project.target.join("site"),
        Flavour::Faults => project.target.join("site-faults"),
        Flavour::Dist => project.root.join("dist"),
    };
    let (build, files) = finish(gather(project, &modules)?)?;
    let stamp = project
        .scratch()
        .join(flavour.name())
        .with_extension("site");
    if !folder.is_dir() {
        // Somebody tidied up: what the stamp says is not true any more.
        let _ = std::fs::remove_file(&stamp);
    }
    Inputs::default().text(&build).unless_made(&stamp, || {
        project::remove_folder(&folder)?;
        lay_out(&folder, &files)?;
        match flavour {
            Flavour::Dist => step("Compressing (half a minute)", || compress(&folder, &files)),
            Flavour::Fast | Flavour::Faults => Ok(()),
        }
    })?;
    Ok(Site { folder, build })
}

/// Everything under the name it will have, `v/{{BUILD}}/…` for what lies under the build id.
fn gather(project: &Project, modules: &Path) -> Result<Files, Failure> {
    let versioned = |name: &str| format!("v/{BUILD}/{name}");
    let mut files = Files::new();
    for name in project::files_below(modules)? {
        if !name.ends_with(".stamp") {
            files.insert(versioned(&name), project::read(&modules.join(&name))?);
        }
    }
    let sheet = style::inlined(&project.root.join("style/index.css"))?;
    files.insert(versioned("style.css"), sheet.into_bytes());
    let public = project.root.join("public");
    for name in project::files_below(&public)? {
        let bytes = project::read(&public.join(&name))?;
        let path = if has_fixed_address(&name) {
            name
        } else {
            versioned(&name)
        };
        files.insert(path, bytes);
    }
    let page = project.root.join("index.html");
    files.insert("index.html".to_owned(), project::read(&page)?);
    Ok(files)
}

/// What browsers and systems ask for by a name that must not change: the service worker, the manifest and its icons.
fn has_fixed_address(name: &str) -> bool {
    name == SERVICE_WORKER
        || name == "robots.txt"
        || name.ends_with(".webmanifest")
        || name.starts_with("icons/")
        || name.starts_with("favicon.")
        || name.starts_with("icon-")
        || name.starts_with("apple-touch-icon")
}

/// Finds the build id and writes it, the subresource hashes and the list for the service worker into the files.
fn finish(gathered: Files) -> Result<(String, Files), Failure> {
    let mut inputs = Inputs::default();
    for (path, bytes) in &gathered {
        inputs.add(path.as_bytes());
        inputs.add(bytes);
    }
    let mut build = hex(&inputs.digest());
    build.truncate(BUILD_DIGITS);

    let mut files = Files::new();
    for (path, mut bytes) in gathered {
        if [".html", ".js", ".webmanifest"]
            .iter()
            .any(|end| path.ends_with(end))
            && let Ok(text) = std::str::from_utf8(&bytes)
            && text.contains(BUILD)
        {
            bytes = text.replace(BUILD, &build).into_bytes();
        }
        files.insert(path.replace(BUILD, &build), bytes);
    }

    if let Some(page) = files.get("index.html") {
        let text = String::from_utf8_lossy(page);
        let page = with_integrity(&text, &files)?;
        files.insert("index.html".to_owned(), page.into_bytes());
    }
    let list: Vec<(String, String)> = files
        .iter()
        .filter(|(path, _)| *path != SERVICE_WORKER)
        .map(|(path, bytes)| (format!("/{path}"), hex(&sha256(bytes))))
        .collect();
    let list = serde_json::to_string(&list)
        .map_err(|error| Failure::new(format!("the list of files cannot be written: {error}")))?;
    let worker = (files.get(SERVICE_WORKER))
        .map(|bytes| String::from_utf8_lossy(bytes).replace(PRECACHE, &list))
        .ok_or_else(|| Failure::new("public/sw.js is missing"))?;
    files.insert(SERVICE_WORKER.to_owned(), worker.into_bytes());
    Ok((build, files))
}

/// Adds `integrity` to what of the page's tags browsers check: scripts, style sheets and module preloads. A tag that
/// names a file that is not there ends the build: it would be a page that stays blank.
fn with_integrity(page: &str, files: &Files) -> Result<String, Failure> {
    let mut out = String::with_capacity(page.len() + 1024);
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        let (before, tag_on) = rest.split_at(start);
        out.push_str(before);
        let end = if tag_on.starts_with("<!--") {
            tag_on.find("-->")
        } else {
            tag_on.find('>')
        };
        let Some(end) = end else {
            rest = tag_on;
            break;
        };
        let (tag, after) = tag_on.split_at(end);
        out.push_str(tag);
        if let Some(address) = checked_address(tag) {
            let bytes = files.get(address.trim_start_matches('/')).ok_or_else(|| {
                Failure::new(format!(
                    "index.html names {address}, which the build has not"
                ))
            })?;
            let hash = Base64::encode_string(&sha256(bytes));
            out.push_str(&format!(" integrity=\"sha256-{hash}\""));
        }
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// The address in a tag, given without its `>`, whose content browsers compare with `integrity`.
fn checked_address(tag: &str) -> Option<&str> {
    if attribute(tag, "integrity").is_some() {
        return None;
    }
    if tag.starts_with("<script") {
        return attribute(tag, "src");
    }
    let relation = tag.starts_with("<link").then(|| attribute(tag, "rel"))??;
    matches!(relation, "stylesheet" | "modulepreload")
        .then(|| attribute(tag, "href"))
        .flatten()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    Some(rest.split_once('"')?.0)
}

fn lay_out(folder: &Path, files: &Files) -> Result<(), Failure> {
    for (path, bytes) in files {
        project::write(&folder.join(path), bytes)?;
    }
    Ok(())
}

/// Writes a `.br` and a `.gz` beside what gets smaller; the relay hands them out.
fn compress(folder: &Path, files: &Files) -> Result<(), Failure> {
    for (path, bytes) in files {
        let compressible = [
            ".html",
            ".js",
            ".wasm",
            ".css",
            ".svg",
            ".webmanifest",
            ".json",
            ".txt",
        ];
        if !compressible.iter().any(|end| path.ends_with(end)) {
            continue;
        }
        let write = |end: &str, small: Vec<u8>| -> Result<(), Failure> {
            if small.len() < bytes.len() {
                project::write(&folder.join(format!("{path}{end}")), small)?;
            }
            Ok(())
        };
        write(
            ".br",
            brotli(bytes).map_err(|error| Failure::io(Path::new(path), &error))?,
        )?;
        write(
            ".gz",
            gzip(bytes).map_err(|error| Failure::io(Path::new(path), &error))?,
        )?;
    }
    Ok(())
}

fn brotli(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    const BEST: u32 = 11;
    const WINDOW_BITS: u32 = 24;
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, BEST, WINDOW_BITS);
    writer.write_all(bytes)?;
    writer.flush()?;
    Ok(writer.into_inner())
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes)?;
    writer.finish()
}

fn print_sizes(site: &Site) -> Result<(), Failure> {
    println!("{:>10} {:>10}  file", "bytes", "brotli");
    let (mut plain_sum, mut brotli_sum) = (0, 0);
    for name in project::files_below(&site.folder)? {
        if name.ends_with(".br") || name.ends_with(".gz") {
            continue;
        }
        let size = |name: &str| std::fs::metadata(site.folder.join(name)).map(|data| data.len());
        let plain = size(&name).unwrap_or(0);
        let small = size(&format!("{name}.br")).unwrap_or(plain);
        plain_sum += plain;
        brotli_sum += small;
        println!("{plain:>10} {small:>10}  {name}");
    }
    println!("{plain_sum:>10} {brotli_sum:>10}  all");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, &str)]) -> Files {
        let owned = |(path, text): &(&str, &str)| ((*path).to_owned(), text.as_bytes().to_vec());
        list.iter().map(owned).collect()
    }

    const PAGE: &str = r#"<!-- <script src="/gone.js"> --><link rel="icon" href="/icons/a.svg">
<link rel="stylesheet" href="/v/{{BUILD}}/style.css"><script type="module" src="/v/{{BUILD}}/boot.js"></script>"#;

    fn small_site(style: &str) -> Files {
        files(&[
            ("index.html", PAGE),
            ("sw.js", "const LIST = {{PRECACHE}}; // {{BUILD}}"),
            ("v/{{BUILD}}/style.css", style),
            ("v/{{BUILD}}/boot.js", "export const build = '{{BUILD}}';"),
        ])
    }

    #[test]
    fn another_byte_is_another_build_and_the_same_bytes_are_the_same() {
        let build = |style: &str| finish(small_site(style)).unwrap().0;
        assert_eq!(build("a"), build("a"));
        assert_ne!(build("a"), build("b"));
    }

    #[test]
    fn the_page_carries_hashes_and_the_service_worker_lists_the_final_files() {
        let (build, files) = finish(small_site("a")).unwrap();
        let text = |path: &str| String::from_utf8(files[path].clone()).unwrap();
        let page = text("index.html");
        assert_eq!(page.matches("integrity=\"sha256-").count(), 2);
        assert!(page.contains(&format!("href=\"/v/{build}/style.css\" integrity")));
        let boot = &files[&format!("v/{build}/boot.js")];
        assert!(!String::from_utf8_lossy(boot).contains("{{"));
        let worker = text("sw.js");
        assert!(worker.contains(&format!(
            "[\"/v/{build}/boot.js\",\"{}\"]",
            hex(&sha256(boot))
        )));
        assert!(worker.contains(&hex(&sha256(page.as_bytes()))));
        assert!(!worker.contains("\"/sw.js\""));
    }

    #[test]
    fn a_page_that_names_a_missing_file_is_not_published() {
        let mut gathered = small_site("a");
        gathered.remove("v/{{BUILD}}/boot.js");
        assert!(finish(gathered).is_err());
    }
}
