//! Content lines: what vCard and iCalendar files are made of (RFC 6350 section 3.3, RFC 5545 section 3.1, vCard 2.1 section 2.1).

use crate::charset::Charset;
use crate::lines::{Line, MAX_LINE_BYTES};
use encoding_rs::Encoding;

/// Parameters of one property; more are dropped.
const MAX_PARAMS: usize = 100;

/// `group.NAME;PARAM=value:value`, not yet decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ContentLine {
    /// In upper case; empty for none.
    pub(crate) group: String,
    /// In upper case.
    pub(crate) name: String,
    /// Names in upper case with their values; "HOME" alone is a "TYPE".
    pub(crate) params: Vec<(String, String)>,
    raw: Vec<u8>,
}

impl ContentLine {
    /// Reads an unfolded line; `None` where there is no colon.
    pub(crate) fn parse(line: &[u8], charset: Charset) -> Option<Self> {
        let mut quoted = false;
        let colon = line.iter().position(|b| {
            quoted ^= *b == b'"';
            *b == b':' && !quoted
        });
        // A quotation mark that never closes is a character like any other.
        let colon = colon.or_else(|| line.iter().position(|b| *b == b':'))?;
        let (head, value) = line.split_at_checked(colon)?;
        let head = charset.decode(head);
        let mut parts = split_outside_quotes(&head, ';').into_iter();
        let full = parts.next()?.trim().to_uppercase();
        let (group, name) = full.rsplit_once('.').unwrap_or(("", &full));
        if name.is_empty() {
            return None;
        }
        let params = parts.take(MAX_PARAMS).map(|part| {
            let (name, value) = part.split_once('=').unwrap_or_else(|| bare(&part));
            (
                name.trim().to_uppercase(),
                value.trim().trim_matches('"').to_owned(),
            )
        });
        Some(Self {
            group: group.to_owned(),
            name: name.to_owned(),
            params: params.collect(),
            raw: value.get(1..).unwrap_or_default().to_vec(),
        })
    }

    /// Values of a parameter, split at commas, in lower case.
    pub(crate) fn param_values(&self, name: &str) -> impl Iterator<Item = String> {
        let all = self.params.iter().filter(move |(n, _)| n == name);
        all.flat_map(|(_, value)| value.split(','))
            .map(|value| value.trim().trim_matches('"').to_lowercase())
    }

    /// The first value of a parameter as it was written.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        let found = self.params.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn has_type(&self, kind: &str) -> bool {
        self.param_values("TYPE").any(|value| value == kind)
    }

    fn is_encoded(&self, names: &[&str]) -> bool {
        self.param_values("ENCODING")
            .any(|value| names.contains(&value.as_str()))
    }

    pub(crate) fn is_quoted_printable(&self) -> bool {
        self.is_encoded(&["quoted-printable", "q"])
    }

    pub(crate) fn is_base64(&self) -> bool {
        self.is_encoded(&["b", "base64"])
    }

    /// The value's bytes as they stand, unfolded.
    pub(crate) fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// The whole value as text, without escapes.
    pub(crate) fn text(&self, charset: Charset) -> String {
        unescape(&self.decoded(&self.raw, charset))
    }

    /// The parts between semicolons, without escapes; RFC 6350 calls such a value structured.
    pub(crate) fn parts(&self, charset: Charset) -> Vec<String> {
        self.split(charset, ';')
    }

    /// The values between commas, without escapes.
    pub(crate) fn list(&self, charset: Charset) -> Vec<String> {
        self.split(charset, ',')
    }

    fn split(&self, charset: Charset, separator: char) -> Vec<String> {
        if self.is_quoted_printable() {
            // An encoded separator is meant as a character: split first.
            let text = String::from_utf8_lossy(&self.raw).into_owned();
            let parts = split_unescaped(&text, separator).into_iter();
            let decode = |part: &str| unescape(&self.decoded(part.as_bytes(), charset));
            return parts.map(|part| decode(&part)).collect();
        }
        let text = self.decoded(&self.raw, charset);
        let parts = split_unescaped(&text, separator).into_iter();
        parts.map(|part| unescape(&part)).collect()
    }

    fn decoded(&self, raw: &[u8], charset: Charset) -> String {
        let bytes = if self.is_quoted_printable() {
            quoted_printable(raw)
        } else if self.is_base64() {
            base64(raw, MAX_LINE_BYTES).unwrap_or_default()
        } else {
            raw.to_vec()
        };
        let label = self.param("CHARSET");
        match label.and_then(|label| Encoding::for_label(label.as_bytes())) {
            Some(encoding) if encoding != encoding_rs::UTF_8 => {
                encoding.decode_without_bom_handling(&bytes).0.into_owned()
            }
            _ => charset.decode(&bytes),
        }
    }
}

/// vCard 2.1 leaves the parameter's name out where the value tells it.
fn bare(part: &str) -> (&'static str, &str) {
    match part.trim().to_uppercase().as_str() {
        "QUOTED-PRINTABLE" | "BASE64" | "8BIT" | "7BIT" => ("ENCODING", part),
        _ => ("TYPE", part),
    }
}

/// Puts folded lines together: a line that begins with a blank belongs to the one before (RFC 6350 section 3.2), and in
/// quoted-printable whatever follows a soft line break does.
#[derive(Debug, Default)]
pub(crate) struct Unfolder {
    pending: Option<Line>,
    soft: bool,
    quoted: bool,
    base64: bool,
}

impl Unfolder {
    /// Takes the next line; gives one that is complete.
    pub(crate) fn push(&mut self, line: Line) -> Option<Line> {
        let Some(pending) = &mut self.pending else {
            self.begin(line);
            return None;
        };
        if self.soft {
            self.soft = false;
            join(pending, &line.bytes, line.is_cut);
            self.soften();
            return None;
        }
        match line.bytes.split_first() {
            Some((b' ' | b'\t', rest)) => {
                join(pending, rest, line.is_cut);
                self.soften();
                None
            }
            // Some programs break base64 without a blank.
            Some(_) if self.base64 && line.bytes.iter().all(|b| is_base64_byte(*b)) => {
                join(pending, &line.bytes, line.is_cut);
                None
            }
            _ => {
                let done = self.pending.take();
                self.begin(line);
                done
            }
        }
    }

    /// What is left at the end.
    pub(crate) fn finish(&mut self) -> Option<Line> {
        self.pending.take()
    }

    fn begin(&mut self, line: Line) {
        let head = line.bytes.split(|b| *b == b':').next().unwrap_or_default();
        let has = |word: &[u8]| {
            head.windows(word.len())
                .any(|w| w.eq_ignore_ascii_case(word))
        };
        self.quoted = has(b"QUOTED-PRINTABLE");
        self.base64 = has(b"ENCODING=B") || has(b";BASE64");
        self.soft = false;
        self.pending = Some(line);
        self.soften();
    }

    /// A sign of equality at the end of quoted-printable text is a line break that is none.
    fn soften(&mut self) {
        if let (true, Some(pending)) = (self.quoted, &mut self.pending) {
            let kept = pending.bytes.trim_ascii_end();
            if let Some(kept) = kept.strip_suffix(b"=") {
                let length = kept.len();
                pending.bytes.truncate(length);
                self.soft = true;
            }
        }
    }
}

/// Appends a folded line's rest, within the bounds of one line.
pub(crate) fn join(pending: &mut Line, bytes: &[u8], is_cut: bool) {
    let room = MAX_LINE_BYTES.saturating_sub(pending.bytes.len());
    pending.is_cut |= is_cut || bytes.len() > room;
    pending
        .bytes
        .extend_from_slice(bytes.get(..room).unwrap_or(bytes));
}

const fn is_base64_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b' ')
}

/// Quoted-printable to bytes (RFC 2045 section 6.7); what is no code stays as it is.
pub(crate) fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, tail)) = rest.split_first() {
        let code = match (first, tail) {
            (b'=', [a, b, ..]) => hex(*a).zip(hex(*b)),
            _ => None,
        };
        match code {
            Some((high, low)) => {
                out.push(high << 4 | low);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                out.push(first);
                rest = tail;
            }
        }
    }
    out
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

/// Base64 to at most `max` bytes (RFC 4648 section 4; the URL alphabet and blanks are understood too); `None` when it is longer or none.
pub(crate) fn base64(text: &[u8], max: usize) -> Option<Vec<u8>> {
    if text.len() / 4 * 3 > max.saturating_add(2) {
        return None;
    }
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for b in text {
        let value = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            b' ' | b'\t' | b'\r' | b'\n' => continue,
            _ => return None,
        };
        held = held << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((held >> bits & 0xFF) as u8);
        }
    }
    (out.len() <= max).then_some(out)
}

/// Text without escapes: `\n` is a line end, `\,` `\;` `\:` `\\` `\"` themselves; any other backslash stays.
pub(crate) fn unescape(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        match (c, next) {
            ('\\', Some('n' | 'N')) => out.push('\n'),
            ('\\', Some(next @ (',' | ';' | ':' | '\\' | '"'))) => out.push(next),
            _ => {
                out.push(c);
                continue;
            }
        }
        chars.next();
    }
    out
}

fn split_unescaped(text: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut escaped = false;
    for c in text.chars() {
        if c == separator && !escaped {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
        }
        escaped = c == '\\' && !escaped;
    }
    parts
}

fn split_outside_quotes(text: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        quoted ^= c == '"';
        if c == separator && !quoted {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> ContentLine {
        ContentLine::parse(line.as_bytes(), Charset::Utf8).unwrap()
    }

    #[test]
    fn groups_parameters_and_values_are_told_apart() {
        let line = parse("item1.TEL;type=WORK,voice;PREF=1;X=\"a;b:c\":+34 600\\, x");
        assert_eq!((line.group.as_str(), line.name.as_str()), ("ITEM1", "TEL"));
        assert!(line.has_type("work") && line.has_type("voice"));
        assert_eq!(line.param("X"), Some("a;b:c"));
        assert_eq!(line.text(Charset::Utf8), "+34 600, x");
        let line = parse("ADR;HOME;QUOTED-PRINTABLE:;;Calle=3B 1;Le=C3=B3n");
        assert!(line.has_type("home"));
        assert_eq!(line.parts(Charset::Utf8), ["", "", "Calle; 1", "León"]);
        assert!(ContentLine::parse(b"no colon", Charset::Utf8).is_none());
        assert!(ContentLine::parse(b":value", Charset::Utf8).is_none());
    }

    #[test]
    fn a_property_may_have_its_own_character_set() {
        let line = ContentLine::parse(b"FN;CHARSET=ISO-8859-1:Nu\xf1ez", Charset::Utf8).unwrap();
        assert_eq!(line.text(Charset::Utf8), "Nuñez");
        let line = parse("FN;CHARSET=Shift_JIS;ENCODING=QUOTED-PRINTABLE:=93=FA=96=7B");
        assert_eq!(line.text(Charset::Utf8), "日本");
    }

    #[test]
    fn escapes_are_taken_off_once() {
        for (text, expect) in [
            ("a\\nb\\Nc", "a\nb\nc"),
            ("a\\\\n", "a\\n"),
            ("C:\\dir\\", "C:\\dir\\"),
            ("http\\://x", "http://x"),
        ] {
            assert_eq!(unescape(text), expect);
        }
        assert_eq!(
            split_unescaped("a\\;b;c\\\\;d", ';'),
            ["a\\;b", "c\\\\", "d"]
        );
    }

    #[test]
    fn base64_is_bounded_and_lenient() {
        assert_eq!(base64(b"Zm9vYmE=", 5).unwrap(), b"fooba");
        assert_eq!(base64(b"Zm9v Ym Fy", 6).unwrap(), b"foobar");
        assert_eq!(base64(b"Zm9vYmFy", 5), None);
        assert_eq!(base64(b"Zm9*", 5), None);
    }

    #[test]
    fn folded_lines_come_together() {
        let unfold = |lines: &[&str]| {
            let mut unfolder = Unfolder::default();
            let mut all = Vec::new();
            for line in lines {
                all.extend(unfolder.push(Line {
                    bytes: line.as_bytes().to_vec(),
                    ..Line::default()
                }));
            }
            all.extend(unfolder.finish());
            let text = |line: Line| String::from_utf8(line.bytes).unwrap();
            all.into_iter().map(text).collect::<Vec<_>>()
        };
        assert_eq!(unfold(&["A:b", " c", "\td", "E:f"]), ["A:bcd", "E:f"]);
        assert_eq!(
            unfold(&["N;QUOTED-PRINTABLE:=C3=", "=B1 x=", "", "E:f"]),
            ["N;QUOTED-PRINTABLE:=C3=B1 x", "E:f"]
        );
        assert_eq!(
            unfold(&["P;ENCODING=b:AAAA", "BBBB", "E:f"]),
            ["P;ENCODING=b:AAAABBBB", "E:f"]
        );
    }
}
