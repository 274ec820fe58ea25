//! Bytes to lines, chunk by chunk.

/// The longest line that is kept, in bytes; the rest of a longer one is dropped and the line marked as cut.
pub(crate) const MAX_LINE_BYTES: usize = 4 << 20;

/// A line without its end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Line {
    /// Its number in the file, from 1.
    pub(crate) number: u64,
    pub(crate) bytes: Vec<u8>,
    /// It was longer than [`MAX_LINE_BYTES`].
    pub(crate) is_cut: bool,
}

/// Splits bytes at line feeds, at carriage returns, and at any run of carriage returns before a line feed: mailers make "\r\r\n".
///
/// Memory is bounded by one line of [`MAX_LINE_BYTES`], whatever the file.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    line: Line,
    returns: usize,
    began: bool,
}

impl Lines {
    /// Takes the next bytes and gives the lines they complete to `out`.
    pub(crate) fn push(&mut self, mut bytes: &[u8], out: &mut impl FnMut(Line)) {
        while let Some((&first, rest)) = bytes.split_first() {
            match first {
                b'\n' => {
                    self.returns = 0;
                    self.end(out);
                    bytes = rest;
                }
                b'\r' => {
                    self.returns += 1;
                    bytes = rest;
                }
                _ => {
                    self.lone_returns(out);
                    let end = bytes.iter().position(|b| matches!(b, b'\r' | b'\n'));
                    let (text, rest) = bytes.split_at(end.unwrap_or(bytes.len()));
                    self.take(text);
                    bytes = rest;
                }
            }
        }
    }

    /// Ends the file.
    pub(crate) fn finish(&mut self, out: &mut impl FnMut(Line)) {
        self.lone_returns(out);
        if self.began {
            self.end(out);
        }
    }

    fn lone_returns(&mut self, out: &mut impl FnMut(Line)) {
        for _ in 0..core::mem::take(&mut self.returns) {
            self.end(out);
        }
    }

    fn take(&mut self, text: &[u8]) {
        self.began = true;
        let room = MAX_LINE_BYTES.saturating_sub(self.line.bytes.len());
        self.line.is_cut |= text.len() > room;
        self.line
            .bytes
            .extend_from_slice(text.get(..room).unwrap_or(text));
    }

    fn end(&mut self, out: &mut impl FnMut(Line)) {
        self.began = false;
        let number = self.line.number + 1;
        let next = Line {
            number,
            ..Line::default()
        };
        let mut line = core::mem::replace(&mut self.line, next);
        line.number = number;
        out(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8], chunk: usize) -> Vec<String> {
        let mut lines = Lines::default();
        let mut all = Vec::new();
        let mut out = |line: Line| {
            all.push(format!(
                "{}:{}",
                line.number,
                String::from_utf8(line.bytes).unwrap()
            ));
        };
        for part in text.chunks(chunk) {
            lines.push(part, &mut out);
        }
        lines.finish(&mut out);
        all
    }

    #[test]
    fn every_line_end_ends_a_line_however_the_bytes_are_cut() {
        for chunk in 1..8 {
            assert_eq!(lines(b"a\nb\r\nc\rd", chunk), ["1:a", "2:b", "3:c", "4:d"]);
            assert_eq!(lines(b"a\r\r\nb\n\n", chunk), ["1:a", "2:b", "3:"]);
            assert_eq!(lines(b"a\r\rb", chunk), ["1:a", "2:", "3:b"]);
            assert_eq!(lines(b"", chunk), [""; 0]);
        }
    }

    #[test]
    fn a_line_without_end_takes_bounded_memory() {
        let mut lines = Lines::default();
        let mut all = Vec::new();
        for _ in 0..200 {
            lines.push(&[b'x'; 100_000], &mut |line| all.push(line));
        }
        lines.push(b"\nnext\n", &mut |line| all.push(line));
        assert_eq!(all[0].bytes.len(), MAX_LINE_BYTES);
        assert!(all[0].is_cut && !all[1].is_cut);
        assert_eq!(all[1].bytes, b"next");
    }
}
