//! An invitation's link: this app's address and, behind the `#`, the secret. No server sees what stands behind it.

/// What stands before the secret.
const MARK: &str = "#join=";

/// The link of a fragment.
#[must_use]
pub fn write(origin: &str, fragment: &str) -> String {
    format!("{origin}/{MARK}{fragment}")
}

/// The fragment of what a person has pasted: the whole link, with whatever a messenger put around it, or the secret alone.
/// `None` when there is none in it. Whether it is whole is for the engine to say.
#[must_use]
pub fn read(pasted: &str) -> Option<String> {
    let secret = pasted
        .split_once(MARK)
        .map_or(pasted.trim(), |(_, secret)| secret);
    let is_of_it = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '=');
    let fragment: String = secret.chars().take_while(is_of_it).collect();
    let is_alone =
        pasted.contains(MARK) || (fragment.len() == secret.len() && fragment.len() >= 20);
    (is_alone && !fragment.is_empty()).then_some(fragment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_found_in_what_was_pasted() {
        let link = write("https://tienda.example", "AbC-123_x");
        assert_eq!(link, "https://tienda.example/#join=AbC-123_x");
        for pasted in [
            link.clone(),
            format!("  {link}\n"),
            format!("Entra aquí: {link} — Marta"),
            format!("<{link}>"),
        ] {
            assert_eq!(read(&pasted).as_deref(), Some("AbC-123_x"), "{pasted}");
        }
        assert_eq!(
            read("AbCdEfGhIjKlMnOpQrStUv").as_deref(),
            Some("AbCdEfGhIjKlMnOpQrStUv")
        );
        for pasted in [
            "",
            "hola",
            "https://tienda.example/",
            "https://tienda.example/#join=",
        ] {
            assert_eq!(read(pasted), None, "{pasted}");
        }
    }
}
