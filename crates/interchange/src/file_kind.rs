//! Files that are no text: told by their first bytes, so that the message can say what to do.

use tendero_domain::FileProblem;

/// One control character in so many is a slip; more is not text.
const CHARS_PER_CONTROL: usize = 50;

/// What is wrong with a file that begins with these bytes, if its format is known.
pub(crate) fn known_binary(head: &[u8]) -> Option<FileProblem> {
    let has = |needle: &[u8]| contains(head, needle);
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        let spreadsheet = has(b"xl/")
            || has(b"opendocument.spreadsheet")
            || has(b"Index/Document.iwa")
            || (has(b"[Content_Types].xml") && !has(b"word/") && !has(b"ppt/"));
        return Some(if spreadsheet {
            FileProblem::Spreadsheet
        } else {
            FileProblem::NotText
        });
    }
    // The container of Office 97; names in it are UTF-16.
    if head.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        let document = has(b"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0");
        return Some(if document {
            FileProblem::NotText
        } else {
            FileProblem::Spreadsheet
        });
    }
    let others: [&[u8]; 9] = [
        b"%PDF-",
        b"\x89PNG",
        b"\xFF\xD8\xFF",
        b"GIF8",
        b"\x1F\x8B",
        b"7z\xBC\xAF\x27\x1C",
        b"Rar!\x1A\x07",
        b"SQLite format 3\0",
        b"\xFF\xFE\0\0", // UTF-32
    ];
    others
        .iter()
        .any(|magic| head.starts_with(magic))
        .then_some(FileProblem::NotText)
}

/// What is wrong with the text of a file as a whole.
pub(crate) fn unusable_text(text: &str) -> Option<FileProblem> {
    let ignored = |c: char| c.is_whitespace() || matches!(c, '\0' | '\u{1a}' | '\u{feff}');
    let content = text.trim_matches(ignored);
    if content.is_empty() {
        return Some(FileProblem::Empty);
    }
    if content.starts_with('<') {
        // Many programs call a web page or XML with a table in it "xls".
        let lower: String = content
            .chars()
            .take(4096)
            .collect::<String>()
            .to_lowercase();
        if ["<table", "excel.sheet", "<workbook", "office:spreadsheet"]
            .iter()
            .any(|mark| lower.contains(mark))
        {
            return Some(FileProblem::Spreadsheet);
        }
        if ["<?xml", "<!doctype", "<html", "<svg"]
            .iter()
            .any(|mark| lower.starts_with(mark))
        {
            return Some(FileProblem::NotText);
        }
    }
    let (mut chars, mut controls) = (0_usize, 0_usize);
    for c in content.chars() {
        chars += 1;
        let odd = c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}');
        controls += usize::from(odd);
    }
    (controls * CHARS_PER_CONTROL > chars).then_some(FileProblem::NotText)
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreadsheets_are_told_from_other_binaries() {
        let kind = |bytes: &[u8]| known_binary(bytes);
        let spreadsheet = Some(FileProblem::Spreadsheet);
        let not_text = Some(FileProblem::NotText);
        assert_eq!(kind(b"PK\x03\x04....xl/workbook.xml"), spreadsheet);
        assert_eq!(kind(b"PK\x03\x04[Content_Types].xml"), spreadsheet);
        assert_eq!(
            kind(b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheetPK"),
            spreadsheet
        );
        assert_eq!(
            kind(b"PK\x03\x04[Content_Types].xml word/document.xml"),
            not_text
        );
        assert_eq!(kind(b"PK\x03\x04photo.jpg"), not_text);
        assert_eq!(kind(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1...."), spreadsheet);
        assert_eq!(kind(b"%PDF-1.7"), not_text);
        assert_eq!(kind(b"PK;name"), None);
    }

    #[test]
    fn text_that_is_no_table_is_told() {
        assert_eq!(unusable_text(" \r\n\0"), Some(FileProblem::Empty));
        assert_eq!(
            unusable_text("<html><body><TABLE>"),
            Some(FileProblem::Spreadsheet)
        );
        assert_eq!(
            unusable_text("<?xml version=\"1.0\"?><feed/>"),
            Some(FileProblem::NotText)
        );
        assert_eq!(
            unusable_text("a\u{1}b\u{2}c\u{3}"),
            Some(FileProblem::NotText)
        );
        let padded = format!(
            "name;city\n{}\0{}",
            "Ana;León\n".repeat(20),
            "\0".repeat(500)
        );
        assert_eq!(unusable_text(&padded), None);
        assert_eq!(unusable_text("<no name>;city"), None);
    }
}
