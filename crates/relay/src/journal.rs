//! What the relay tells its operator: one line an event on standard error, `key=value`, without personal data.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970 by this machine's clock.
#[must_use]
pub fn now_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        })
}

/// Writes one event. Values must be numbers, fixed words or route templates: never a path, an id or an address.
pub fn event(name: &str, fields: &[(&str, &dyn core::fmt::Display)]) {
    use core::fmt::Write as _;
    use std::io::Write as _;
    let mut line = format!("t={} event={name}", now_ms());
    for (key, value) in fields {
        let value = value.to_string();
        // Writing into a string cannot fail.
        let _ = if value.contains([' ', '"', '\n']) {
            write!(line, " {key}={value:?}")
        } else {
            write!(line, " {key}={value}")
        };
    }
    line.push('\n');
    // A closed standard error is no reason to stop serving.
    let _ = std::io::stderr().write_all(line.as_bytes());
}
