//! Reads the words of the locale files and writes them as Rust: a key that does not exist, or that one language lacks, ends
//! the build.
//!
//! A value is a text, a plural `{"one": …, "other": …}` (categories of `Intl.PluralRules`) or a group of further keys.
//! Texts may hold places to fill, `{name}`.

use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, error::Error, fs};

/// The first is the one all others are held against.
const LANGUAGES: [&str; 2] = ["en", "es"];
/// The words of Rust that somebody might take for a key.
const KEYWORDS: [&str; 20] = [
    "as", "break", "continue", "do", "else", "false", "final", "for", "if", "in", "match", "move",
    "ref", "return", "self", "true", "try", "type", "use", "where",
];
const PLURALS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

// A build script writes what it generates.
#[expect(clippy::disallowed_methods)]
fn main() -> Result<(), Box<dyn Error>> {
    let mut trees = Vec::new();
    for language in LANGUAGES {
        let path =
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("locales/{language}.json"));
        println!("cargo::rerun-if-changed={}", path.display());
        let text = fs::read_to_string(&path)?;
        trees.push(
            serde_json::from_str::<Map<String, Value>>(&text)
                .map_err(|error| format!("{language}.json: {error}"))?,
        );
    }
    let mut writer = Writer::default();
    writer.group(&trees.iter().collect::<Vec<_>>(), "")?;
    let mut out = writer.keys;
    for (language, texts) in LANGUAGES.iter().zip(&writer.texts) {
        let name = language.to_uppercase();
        writeln!(
            out,
            "/// The words of {language}.json, by [`Key`].\npub static {name}: [Words; {}] = [\n{texts}];",
            writer.count
        )?;
    }
    let folder = env::var_os("OUT_DIR").ok_or("Cargo sets OUT_DIR")?;
    fs::write(PathBuf::from(folder).join("words.rs"), out)?;
    Ok(())
}

#[derive(Default)]
struct Writer {
    /// Modules of constants.
    keys: String,
    /// One table per language.
    texts: [String; LANGUAGES.len()],
    count: usize,
}

impl Writer {
    fn group(&mut self, groups: &[&Map<String, Value>], at: &str) -> Result<(), Box<dyn Error>> {
        let names: BTreeSet<&String> = groups.iter().flat_map(|group| group.keys()).collect();
        for name in names {
            let path = format!("{at}{name}");
            if !name.chars().all(|c| c.is_ascii_alphanumeric()) {
                return Err(format!("{path}: keys are letters and digits").into());
            }
            if KEYWORDS.contains(&name.as_str()) {
                return Err(format!("{path}: a word of Rust cannot be a key").into());
            }
            let mut values = Vec::new();
            for (language, group) in LANGUAGES.iter().zip(groups) {
                values.push(
                    group
                        .get(name)
                        .ok_or_else(|| format!("{path} is missing in {language}.json"))?,
                );
            }
            let inner: Vec<_> = values
                .iter()
                .filter_map(|value| value.as_object())
                .filter(|map| !is_plural(map))
                .collect();
            if inner.is_empty() {
                self.words(name, &values, &path)?;
            } else if inner.len() == values.len() {
                writeln!(
                    self.keys,
                    "#[doc = \"`{path}`\"] pub mod {name} {{ use super::Key;"
                )?;
                self.group(&inner, &format!("{path}."))?;
                self.keys.push_str("}\n");
            } else {
                return Err(
                    format!("{path} is a group in one language and a text in another").into(),
                );
            }
        }
        Ok(())
    }

    fn words(&mut self, name: &str, values: &[&Value], path: &str) -> Result<(), Box<dyn Error>> {
        let english = values.first().map(ToString::to_string).unwrap_or_default();
        writeln!(
            self.keys,
            "#[doc = {english:?}] pub const {name}: Key = Key({});",
            self.count
        )?;
        let mut places: Option<BTreeSet<String>> = None;
        for (texts, value) in self.texts.iter_mut().zip(values) {
            match value {
                Value::String(text) => writeln!(texts, "Words::One({text:?}),")?,
                Value::Object(forms) => {
                    let forms: Vec<_> = forms
                        .iter()
                        .map(|(form, text)| (form, text.as_str().unwrap_or_default()))
                        .collect();
                    writeln!(texts, "Words::Plural(&{forms:?}),")?;
                }
                _ => return Err(format!("{path} is neither a text nor a group").into()),
            }
            let found = places_of(value);
            if places.get_or_insert_with(|| found.clone()) != &found {
                return Err(format!(
                    "{path} has other places to fill in one language than in another"
                )
                .into());
            }
        }
        self.count += 1;
        Ok(())
    }
}

fn is_plural(map: &Map<String, Value>) -> bool {
    map.contains_key("other")
        && map
            .iter()
            .all(|(key, value)| PLURALS.contains(&key.as_str()) && value.is_string())
}

/// What a text lets fill in; a plural form may leave its number out ("nobody").
fn places_of(value: &Value) -> BTreeSet<String> {
    let texts = match value {
        Value::Object(forms) => forms.get("other").and_then(Value::as_str),
        text => text.as_str(),
    };
    let parts = texts.unwrap_or_default().split('{').skip(1);
    parts
        .filter_map(|part| part.split_once('}'))
        .map(|(name, _)| name.to_owned())
        .collect()
}
