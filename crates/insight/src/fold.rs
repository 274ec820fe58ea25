//! [`tendero_domain::fold`] into a text that is already there.

/// Appends the folded text.
pub(crate) fn fold_into(out: &mut String, text: &str) {
    if !text.is_ascii() {
        out.push_str(&tendero_domain::fold(text));
        return;
    }
    // Most text of a list is ASCII: the same rules, without an allocation and without decoding.
    let start = out.len();
    let mut space = false;
    for byte in text.bytes() {
        if byte == b' ' || byte.is_ascii_control() {
            space = out.len() > start;
            continue;
        }
        if space {
            out.push(' ');
            space = false;
        }
        out.push(char::from(byte.to_ascii_lowercase()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ascii_folds_as_everywhere_else(text in "[\\x00-\\x7f]*") {
            let mut out = String::from("x");
            fold_into(&mut out, &text);
            prop_assert_eq!(out, format!("x{}", tendero_domain::fold(&text)));
        }
    }
}
