//! Folding for search in lists that are here already. The engine folds by `tendero_domain::fold`; this one does the same
//! with the browser's own tables of Unicode, which the module then need not carry (50 KB of what is loaded at first).

use js_sys::{JsString, RegExp};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = JsString, typescript_type = "string")]
    type Text;
    #[wasm_bindgen(method)]
    fn normalize(this: &Text, form: &str) -> Text;
    #[wasm_bindgen(method)]
    fn replace(this: &Text, pattern: &RegExp, by: &str) -> Text;
    #[wasm_bindgen(method, js_name = toLowerCase)]
    fn to_lower_case(this: &Text) -> String;
}

thread_local! {
    static MARKS: RegExp = RegExp::new(r"\p{M}+", "gu");
}

/// The text in small letters, without accents, with every run of white space as one space and none at the ends.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return spaced(text, |c| c.to_ascii_lowercase());
    }
    let text: Text = JsValue::from_str(text).unchecked_into();
    let bare = MARKS.with(|marks| text.normalize("NFKD").replace(marks, ""));
    spaced(&bare.to_lower_case(), |c| c).replace('ß', "ss")
}

fn spaced(text: &str, letter: impl Fn(char) -> char) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().map(&letter));
    }
    out
}
