//! In which character set a file is written, and its bytes as text, chunk by chunk.

use encoding_rs::{Decoder, SHIFT_JIS, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The character sets a file is read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// UTF-8. Single bytes that do not belong are read as windows-1252: files glued together from two programs have them.
    Utf8,
    /// UTF-16, low byte first: what a spreadsheet calls "Unicode text".
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// windows-1252, which holds all of Latin-1 that is printed.
    Windows1252,
    /// Shift_JIS, as Japanese spreadsheets write it.
    ShiftJis,
}

impl Charset {
    /// Its name in the WHATWG encoding standard.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Windows1252 => "windows-1252",
            Self::ShiftJis => "Shift_JIS",
        }
    }

    /// The text of some bytes as a whole.
    pub(crate) fn decode(self, bytes: &[u8]) -> String {
        let mut text = String::new();
        TextDecoder::new(self).push(bytes, true, &mut text);
        text
    }

    /// The character set of a file that begins with these bytes, and the length of its byte order mark.
    pub(crate) fn detect(head: &[u8]) -> (Self, usize) {
        if head.starts_with(&[0xEF, 0xBB, 0xBF]) {
            return (Self::Utf8, 3);
        }
        if head.starts_with(&[0xFF, 0xFE]) {
            return (Self::Utf16Le, 2);
        }
        if head.starts_with(&[0xFE, 0xFF]) {
            return (Self::Utf16Be, 2);
        }
        let charset = utf16_without_mark(head).unwrap_or_else(|| utf8_or_windows(head));
        (charset, 0)
    }
}

/// UTF-16 text in a Latin script has a zero in every other byte, and hardly any in those between.
fn utf16_without_mark(head: &[u8]) -> Option<Charset> {
    let zeros = |skip: usize| {
        head.iter()
            .skip(skip)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let (even, odd, units) = (zeros(0), zeros(1), head.len() / 2);
    let mostly = |many: usize, few: usize| units >= 2 && many * 2 > units && few * 20 < units;
    if mostly(odd, even) {
        Some(Charset::Utf16Le)
    } else if mostly(even, odd) {
        Some(Charset::Utf16Be)
    } else {
        None
    }
}

/// UTF-8 unless the bytes that are not outnumber the characters that only UTF-8 can explain.
fn utf8_or_windows(head: &[u8]) -> Charset {
    let (mut explained, mut strays) = (0_usize, 0_usize);
    for chunk in head.utf8_chunks() {
        explained += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        strays += chunk.invalid().len();
    }
    // Up to three bytes at the end may be a character that the head cuts in two.
    if explained >= strays.saturating_sub(3) && (explained > 0 || strays <= cut_at_end(head)) {
        Charset::Utf8
    } else if is_shift_jis(head) {
        Charset::ShiftJis
    } else {
        Charset::Windows1252
    }
}

/// Japanese text has kana among its characters; Western text that happens to be valid ("it\u{92}s") has none.
fn is_shift_jis(head: &[u8]) -> bool {
    let mut decoder = SHIFT_JIS.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length(head.len()).unwrap_or(0);
    let mut text = String::with_capacity(room);
    let (_, _, had_errors) = decoder.decode_to_string(head, &mut text, false);
    let count = |is: fn(char) -> bool| text.chars().filter(|c| is(*c)).count();
    let kana = count(|c| matches!(c, '\u{3041}'..='\u{30fe}'));
    let wide = count(|c| !c.is_ascii());
    !had_errors && kana >= 2 && kana * 10 >= wide
}

/// How many bytes at the end are the beginning of a UTF-8 character whose rest is not there.
fn cut_at_end(bytes: &[u8]) -> usize {
    match core::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => bytes.len() - error.valid_up_to(),
        _ => 0,
    }
}

/// Bytes to text. Holds back at most three bytes between two chunks.
pub(crate) struct TextDecoder(State);

enum State {
    Utf8(Vec<u8>),
    Other(Box<Decoder>),
}

impl core::fmt::Debug for TextDecoder {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("TextDecoder")
    }
}

impl TextDecoder {
    /// A decoder for the bytes after the byte order mark.
    pub(crate) fn new(charset: Charset) -> Self {
        let encoding = match charset {
            Charset::Utf8 => return Self(State::Utf8(Vec::new())),
            Charset::Utf16Le => UTF_16LE,
            Charset::Utf16Be => UTF_16BE,
            Charset::Windows1252 => WINDOWS_1252,
            Charset::ShiftJis => SHIFT_JIS,
        };
        Self(State::Other(Box::new(
            encoding.new_decoder_without_bom_handling(),
        )))
    }

    /// Appends the text of the chunk. What is no text in UTF-16 becomes U+FFFD.
    pub(crate) fn push(&mut self, chunk: &[u8], last: bool, out: &mut String) {
        match &mut self.0 {
            State::Utf8(held) => {
                held.extend_from_slice(chunk);
                let keep = if last { 0 } else { cut_at_end_of_strays(held) };
                let done = held.len() - keep;
                for part in held.get(..done).unwrap_or_default().utf8_chunks() {
                    out.push_str(part.valid());
                    if !part.invalid().is_empty() {
                        out.push_str(&WINDOWS_1252.decode_without_bom_handling(part.invalid()).0);
                    }
                }
                held.drain(..done);
            }
            State::Other(decoder) => {
                let room = decoder.max_utf8_buffer_length(chunk.len()).unwrap_or(0);
                out.reserve(room);
                // The room is the decoder's own bound, so all of the chunk is taken.
                let _ = decoder.decode_to_string(chunk, out, last);
            }
        }
    }
}

/// Like [`cut_at_end`], also where there are strays before the end.
fn cut_at_end_of_strays(bytes: &[u8]) -> usize {
    let tail = bytes
        .get(bytes.len().saturating_sub(3)..)
        .unwrap_or_default();
    // The last byte that begins a character decides; nothing before it can reach over the end.
    match tail.iter().rposition(|b| b & 0xC0 != 0x80) {
        Some(at) => cut_at_end(tail.get(at..).unwrap_or_default()),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode(charset: Charset, bytes: &[u8], step: usize) -> String {
        let mut decoder = TextDecoder::new(charset);
        let mut text = String::new();
        for chunk in bytes.chunks(step.max(1)) {
            decoder.push(chunk, false, &mut text);
        }
        decoder.push(&[], true, &mut text);
        text
    }

    #[track_caller]
    fn check(bytes: &[u8], charset: Charset, bom: usize, text: &str) {
        assert_eq!(Charset::detect(bytes), (charset, bom));
        for step in 1..=bytes.len() {
            assert_eq!(decode(charset, &bytes[bom..], step), text);
        }
    }

    fn utf16(text: &str, to: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to).collect()
    }

    #[test]
    fn byte_order_marks_decide() {
        check("\u{feff}Año".as_bytes(), Charset::Utf8, 3, "Año");
        check(
            &utf16("\u{feff}Año 🦊", u16::to_le_bytes),
            Charset::Utf16Le,
            2,
            "Año 🦊",
        );
        check(
            &utf16("\u{feff}Año", u16::to_be_bytes),
            Charset::Utf16Be,
            2,
            "Año",
        );
    }

    #[test]
    fn without_a_mark_the_bytes_tell() {
        check(b"name;city", Charset::Utf8, 0, "name;city");
        check("Núñez".as_bytes(), Charset::Utf8, 0, "Núñez");
        check(b"N\xfa\xf1ez 5 \x80", Charset::Windows1252, 0, "Núñez 5 €");
        check(
            &utf16("Núñez", u16::to_le_bytes),
            Charset::Utf16Le,
            0,
            "Núñez",
        );
        check(
            &utf16("Núñez", u16::to_be_bytes),
            Charset::Utf16Be,
            0,
            "Núñez",
        );
    }

    #[test]
    fn japanese_spreadsheets_are_told_from_western_ones() {
        let (bytes, ..) = SHIFT_JIS.encode("名前,名無しの権兵衛");
        check(&bytes, Charset::ShiftJis, 0, "名前,名無しの権兵衛");
        check(
            b"it\x92s \x93so\x94 N\xfa\xf1ez",
            Charset::Windows1252,
            0,
            "it’s “so” Núñez",
        );
    }

    #[test]
    fn strays_in_utf8_are_read_as_windows_1252() {
        let mut bytes = "Ávila, León, Cádiz, ".as_bytes().to_vec();
        bytes.extend_from_slice(b"N\xfa\xf1ez\xe2\x82");
        check(&bytes, Charset::Utf8, 0, "Ávila, León, Cádiz, Núñezâ‚");
    }

    #[test]
    fn a_head_that_cuts_a_character_is_still_utf8() {
        assert_eq!(Charset::detect(b"Ana Nu\xc3").0, Charset::Utf8);
        assert_eq!(Charset::detect(b"Ana \xf1u\xc3o").0, Charset::Windows1252);
    }

    proptest! {
        #[test]
        fn chunks_make_no_difference(
            bytes in proptest::collection::vec(prop_oneof![any::<u8>(), 0x7eu8..0xff], 0..60),
            step in 1usize..8,
        ) {
            for charset in [Charset::Utf8, Charset::Utf16Le, Charset::Utf16Be, Charset::Windows1252, Charset::ShiftJis] {
                prop_assert_eq!(decode(charset, &bytes, step), decode(charset, &bytes, bytes.len()));
            }
        }
    }
}
