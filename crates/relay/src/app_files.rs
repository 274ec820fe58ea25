//! The built app, read once at start. A request is a look-up in this table: no path of a request reaches the disk.

use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tendero_protocol::Hash;

/// The most bytes of an app; a wrong folder is noticed instead of filling the memory.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// Why the app's folder cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum AppFilesError {
    /// A file or folder cannot be read.
    #[error("the app's folder cannot be read at {0}: {1}")]
    Io(PathBuf, std::io::Error),
    /// There is no `index.html`.
    #[error("{0} is not a built app: it has no index.html")]
    NoIndex(PathBuf),
    /// Over 256 MiB.
    #[error("{0} is too large for an app: is it the right folder?")]
    TooLarge(PathBuf),
}

struct Variant {
    bytes: Bytes,
    etag: HeaderValue,
}

struct Asset {
    content_type: HeaderValue,
    plain: Variant,
    brotli: Option<Variant>,
    gzip: Option<Variant>,
}

/// All files of the app by their path, with leading slash.
#[derive(Default)]
pub struct AppFiles {
    assets: BTreeMap<String, Asset>,
}

impl AppFiles {
    /// Reads a folder and its subfolders. Symbolic links are not followed.
    ///
    /// # Errors
    /// [`AppFilesError`].
    pub fn read(folder: &Path) -> Result<Self, AppFilesError> {
        let mut files = BTreeMap::new();
        let mut left = MAX_BYTES;
        read_folder(folder, "", &mut files, &mut left)?;
        if !files.contains_key("/index.html") {
            return Err(AppFilesError::NoIndex(folder.to_owned()));
        }
        Ok(Self::from_files(files))
    }

    /// Makes the table from bytes; `.br` and `.gz` siblings become variants of what they compress.
    #[must_use]
    pub fn from_files(files: BTreeMap<String, Vec<u8>>) -> Self {
        let variant = |path: &str| {
            files.get(path).map(|bytes| {
                let hash = Hash::of("tendero etag v1", &[bytes]);
                Variant {
                    bytes: Bytes::from(bytes.clone()),
                    // Hexadecimal digits and quotes are always a valid header.
                    etag: HeaderValue::try_from(format!("\"{hash}\""))
                        .unwrap_or(HeaderValue::from_static("\"\"")),
                }
            })
        };
        let is_variant = |path: &str| {
            [".br", ".gz"].iter().any(|ending| {
                path.strip_suffix(ending)
                    .is_some_and(|base| files.contains_key(base))
            })
        };
        let assets = files
            .keys()
            .filter(|path| !is_variant(path))
            .filter_map(|path| {
                let asset = Asset {
                    content_type: HeaderValue::from_static(content_type(path)),
                    plain: variant(path)?,
                    brotli: variant(&format!("{path}.br")),
                    gzip: variant(&format!("{path}.gz")),
                };
                Some((path.clone(), asset))
            })
            .collect();
        Self { assets }
    }

    /// Answers a request for a path of the app.
    #[must_use]
    pub fn respond(&self, method: &Method, path: &str, request: &HeaderMap) -> Response<Body> {
        if method != Method::GET && method != Method::HEAD {
            let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
            response
                .headers_mut()
                .insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return response;
        }
        let (name, asset) = match self.assets.get_key_value(path) {
            Some(found) => found,
            None if is_view(path) => match self.assets.get_key_value("/index.html") {
                Some(found) => found,
                None => return text(StatusCode::NOT_FOUND, "this relay serves no app\n"),
            },
            None => return text(StatusCode::NOT_FOUND, "not found\n"),
        };
        let (variant, encoding) = match (&asset.brotli, &asset.gzip) {
            (Some(brotli), _) if accepts(request, "br") => (brotli, Some("br")),
            (_, Some(gzip)) if accepts(request, "gzip") => (gzip, Some("gzip")),
            _ => (&asset.plain, None),
        };
        let unchanged = request
            .get_all(IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|tag| tag.trim().trim_start_matches("W/").as_bytes() == variant.etag.as_bytes());
        let mut response = Response::new(if unchanged {
            Body::empty()
        } else {
            Body::from(variant.bytes.clone())
        });
        if unchanged {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        let headers = response.headers_mut();
        headers.insert(ETAG, variant.etag.clone());
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache_control(name)));
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        if !unchanged {
            headers.insert(CONTENT_TYPE, asset.content_type.clone());
            if let Some(encoding) = encoding {
                headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
        }
        response
    }
}

/// A short plain answer that nobody stores.
#[must_use]
pub fn text(status: StatusCode, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn read_folder(
    folder: &Path,
    prefix: &str,
    files: &mut BTreeMap<String, Vec<u8>>,
    left: &mut u64,
) -> Result<(), AppFilesError> {
    let failed = |error| AppFilesError::Io(folder.to_owned(), error);
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        let name = entry.file_name();
        // The app's own file names are ASCII; hidden files are never part of it.
        let Some(name) = name.to_str().filter(|name| !name.starts_with('.')) else {
            continue;
        };
        let path = format!("{prefix}/{name}");
        if kind.is_dir() {
            read_folder(&entry.path(), &path, files, left)?;
        } else if kind.is_file() {
            let length = entry.metadata().map_err(failed)?.len();
            *left = left
                .checked_sub(length)
                .ok_or_else(|| AppFilesError::TooLarge(folder.to_owned()))?;
            let bytes = std::fs::read(entry.path()).map_err(failed)?;
            files.insert(path, bytes);
        }
    }
    Ok(())
}

/// Whether a path is a view of the app, to be drawn by `index.html`: no file name, nothing of ours.
fn is_view(path: &str) -> bool {
    let reserved = ["/v/", "/relay/"]
        .iter()
        .any(|prefix| path.starts_with(prefix))
        || path == "/v"
        || path == "/relay";
    !reserved && !path.rsplit('/').next().unwrap_or_default().contains('.')
}

fn cache_control(path: &str) -> &'static str {
    if path.starts_with("/v/") {
        // The build id is in the path: the bytes behind it never change.
        "public, max-age=31536000, immutable"
    } else {
        // `index.html`, the service worker, the manifest, icons: ask each time, the tag makes it cheap.
        "no-cache"
    }
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "md" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Whether the client takes a content coding (RFC 9110 §12.5.3; `*` is left out, no browser sends it).
fn accepts(request: &HeaderMap, coding: &str) -> bool {
    request
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|offer| {
            let mut parts = offer.split(';').map(str::trim);
            let named = parts
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case(coding));
            let refused = parts.any(|parameter| {
                parameter
                    .strip_prefix("q=")
                    .is_some_and(|q| q.parse().is_ok_and(|q: f32| q == 0.0))
            });
            named && !refused
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_are_paths_without_a_file_name_outside_our_own() {
        for path in ["/", "/customers", "/customers/01ABC", "/a/b/"] {
            assert!(is_view(path), "{path}");
        }
        for path in [
            "/app.js",
            "/v/1/x",
            "/v/",
            "/relay/nothing",
            "/relay",
            "/a/b.css",
        ] {
            assert!(!is_view(path), "{path}");
        }
    }

    #[test]
    fn a_coding_with_weight_zero_is_refused() {
        let mut headers = HeaderMap::new();
        headers.insert(
            ACCEPT_ENCODING,
            HeaderValue::from_static("gzip, br;q=0, zstd"),
        );
        assert!(accepts(&headers, "gzip"));
        assert!(!accepts(&headers, "br"));
        assert!(!accepts(&headers, "z"));
    }
}
