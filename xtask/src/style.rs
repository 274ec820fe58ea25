//! One style sheet from many: `@import` lines are replaced by what they name, in their order. A browser would otherwise
//! fetch one file after the other before it paints.

use crate::failure::Failure;
use crate::project;
use std::path::Path;

/// The style sheet with everything it imports. `@import "x.css" layer(name);` becomes `@layer name { … }`.
pub(crate) fn inlined(path: &Path) -> Result<String, Failure> {
    inline(path, 0)
}

fn inline(path: &Path, depth: u32) -> Result<String, Failure> {
    if depth > 8 {
        return Err(Failure::new(format!(
            "{}: imports go round in a circle",
            path.display()
        )));
    }
    let text = project::read_text(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let Some(import) = line.trim_start().strip_prefix("@import") else {
            out.push_str(line);
            out.push('\n');
            continue;
        };
        let (name, layer) = parse(import).ok_or_else(|| {
            Failure::new(format!("{}: cannot read {line:?}", path.display()))
                .advice("write @import \"file.css\"; or @import \"file.css\" layer(name); on a line of its own")
        })?;
        let imported = inline(&folder.join(name), depth + 1)?;
        match layer {
            Some(layer) => out.push_str(&format!("@layer {layer} {{\n{imported}}}\n")),
            None => out.push_str(&imported),
        }
    }
    Ok(out)
}

/// The file's name and its layer, from what follows `@import`.
fn parse(import: &str) -> Option<(&str, Option<&str>)> {
    let statement = import.split_once(';')?.0.trim();
    let statement = statement.strip_prefix("url(").unwrap_or(statement);
    let quote = statement
        .chars()
        .next()
        .filter(|first| matches!(first, '"' | '\''))?;
    let (name, rest) = statement.get(1..)?.split_once(quote)?;
    let rest = rest.trim_start_matches(')').trim();
    if rest.is_empty() {
        return Some((name, None));
    }
    let layer = rest.strip_prefix("layer(")?.strip_suffix(')')?;
    Some((name, Some(layer)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_read_in_the_usual_spellings() {
        for (import, expected) in [
            (" \"tokens.css\";", Some(("tokens.css", None))),
            (
                " url('a/b.css') layer(base);",
                Some(("a/b.css", Some("base"))),
            ),
            (" \"x.css\" screen;", None),
            (" tokens.css;", None),
        ] {
            assert_eq!(parse(import), expected, "{import}");
        }
    }
}
