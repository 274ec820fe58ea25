//! The headers every response carries. They hold for the page, its worker and its service worker alike.

use axum::http::header::{
    CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// What the app may load and do. `'self'` in `connect-src` covers the WebSocket of the same host and port
/// (CSP Level 3, "does url match expression": `ws` and `wss` count as `http` and `https`).
pub const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
connect-src 'self'; img-src 'self' blob: data:; font-src 'self'; manifest-src 'self'; worker-src 'self'; \
base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
trusted-types default; report-uri /relay/csp-report";

/// Only what a seller in the field uses: where the shop is, a photo, a dictated note, copying a link.
pub const PERMISSIONS: &str = "geolocation=(self), camera=(self), microphone=(self), clipboard-write=(self), \
accelerometer=(), autoplay=(), clipboard-read=(), display-capture=(), encrypted-media=(), \
fullscreen=(), gamepad=(), gyroscope=(), hid=(), idle-detection=(), local-fonts=(), magnetometer=(), midi=(), \
payment=(), picture-in-picture=(), publickey-credentials-create=(), publickey-credentials-get=(), \
screen-wake-lock=(), serial=(), storage-access=(), usb=(), window-management=(), xr-spatial-tracking=()";

const FIXED: [(HeaderName, &str); 7] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-embedder-policy"),
        "require-corp",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// Sets the headers; over TLS also the promise to stay with it (a year).
pub fn set(headers: &mut HeaderMap, tls: bool) {
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if tls {
        headers.insert(
            STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
}
