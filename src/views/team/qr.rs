//! A link as a QR code, for a phone's camera.

use leptos::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write as _;

/// The quiet zone that readers need around the code, in modules (ISO/IEC 18004, 6.3.8).
const QUIET: i32 = 4;

/// The code of a text; nothing when it is too long for one.
#[component]
pub fn QrPicture(
    /// What it says to a camera.
    text: String,
    /// What it is, for those who do not see it.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    QrCode::encode_text(&text, QrCodeEcc::Low).ok().map(|code| {
        let side = code.size() + 2 * QUIET;
        view! {
            <svg class="team-qr" role="img" aria-label=label viewBox=format!("0 0 {side} {side}") shape-rendering="crispEdges">
                <path d=outline(&code)></path>
            </svg>
        }
    })
}

/// One stroke of squares per run of dark modules in a row.
fn outline(code: &QrCode) -> String {
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let start = x;
            while code.get_module(x, y) {
                x += 1;
            }
            if x > start {
                let run = x - start;
                // Writing to a string does not fail.
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", start + QUIET, y + QUIET);
            }
            x += 1;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outline_covers_exactly_the_dark_modules() {
        let code = QrCode::encode_text("https://tienda.example/#join=abc", QrCodeEcc::Low).unwrap();
        let dark = (0..code.size())
            .flat_map(|y| (0..code.size()).map(move |x| (x, y)))
            .filter(|(x, y)| code.get_module(*x, *y))
            .count();
        let drawn: usize = outline(&code)
            .split('h')
            .skip(1)
            .filter_map(|part| part.split('v').next()?.parse::<i32>().ok())
            .filter(|run| *run > 0)
            .map(|run| run as usize)
            .sum();
        assert_eq!(drawn, dark);
    }
}
