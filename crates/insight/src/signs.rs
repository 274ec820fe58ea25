//! Which rows can contain a word at all, told without reading their texts.

use crate::SEGMENT_ROWS;
use crate::bits::Bits;
use crate::search::class;

/// Letters and digits, which most first keystrokes are.
const LETTERS: usize = 36;
/// Places told apart for a single letter: those of the classes from the start of a word to the notes.
const ZONES: usize = 4;
/// Pairs of bytes share this many bits a row: a power of two.
const PAIRS: usize = 512;

/// For each letter in each place, and for each pair of bytes, the rows of a segment that have it: 82 bytes a row.
///
/// One letter is answered exactly. A longer word is only in rows that have all its pairs; since pairs share bits, and a row
/// may have them in another order, texts of the rows left are then read.
#[derive(Debug)]
pub(crate) struct Signs {
    letters: Vec<Bits>,
    pairs: Vec<Bits>,
}

impl Default for Signs {
    fn default() -> Self {
        Self {
            letters: vec![Bits::NONE; LETTERS * ZONES],
            pairs: vec![Bits::NONE; PAIRS],
        }
    }
}

impl Signs {
    /// Forgets a row's texts.
    pub(crate) fn clear(&mut self, row: usize) {
        for bits in self.letters.iter_mut().chain(&mut self.pairs) {
            bits.set(row, false);
        }
    }

    /// Notes what was seen in a row's texts; call [`clear`](Self::clear) before for a row that had others.
    pub(crate) fn note(&mut self, row: usize, seen: &Seen) {
        for (zone, letters) in seen.letters.iter().enumerate() {
            each_bit(*letters, |letter| {
                if let Some(bits) = self.letters.get_mut(letter * ZONES + zone) {
                    bits.set(row, true);
                }
            });
        }
        for (pairs, bits) in seen.pairs.iter().zip(self.pairs.chunks_mut(64)) {
            each_bit(*pairs, |pair| {
                if let Some(bits) = bits.get_mut(pair) {
                    bits.set(row, true);
                }
            });
        }
    }

    /// The rows that can contain a word, of all bytes of a folded one.
    pub(crate) fn rows(&self, word: &[u8]) -> Bits {
        if let [byte] = word {
            return match self.letter(*byte) {
                Some(zones) => zones.iter().fold(Bits::NONE, |rows, zone| rows.or(zone)),
                None => Bits::EVERY,
            };
        }
        let pairs = word.windows(2).filter_map(|two| match two {
            [a, b] => self.pairs.get(pair(*a, *b)),
            _ => None,
        });
        pairs.fold(Bits::EVERY, |rows, bits| rows.and(bits))
    }

    /// For a word of one letter, the rows of each class from the start of a word to the notes.
    pub(crate) fn letter(&self, byte: u8) -> Option<&[Bits]> {
        let start = letter(byte)? * ZONES;
        self.letters.get(start..start + ZONES)
    }

    /// Bytes of memory held.
    pub(crate) fn bytes(&self) -> usize {
        (self.letters.capacity() + self.pairs.capacity()) * SEGMENT_ROWS / 8
    }
}

/// Letters and pairs of one row's texts.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    letters: [u64; ZONES],
    pairs: [u64; PAIRS / 64],
}

impl Seen {
    /// Takes in a folded text in the place of a class other than the start of a word.
    pub(crate) fn text(&mut self, text: &str, class: u8) {
        let mut before = b'\n';
        for byte in text.bytes() {
            self.letter(byte, class);
            if is_part(before) && is_part(byte) {
                let pair = pair(before, byte);
                if let Some(pairs) = self.pairs.get_mut(pair / 64) {
                    *pairs |= 1 << (pair % 64);
                }
            }
            before = byte;
        }
    }

    /// Takes in the letters with which words of a folded name start.
    pub(crate) fn starts(&mut self, name: &str) {
        let mut in_word = false;
        for c in name.chars() {
            if !in_word && c.is_ascii() {
                self.letter(c as u8, class::WORD_STARTS);
            }
            in_word = c.is_alphanumeric();
        }
    }

    fn letter(&mut self, byte: u8, class: u8) {
        let zone = self
            .letters
            .get_mut(usize::from(class - class::WORD_STARTS));
        if let (Some(zone), Some(letter)) = (zone, letter(byte)) {
            *zone |= 1 << letter;
        }
    }
}

fn letter(byte: u8) -> Option<usize> {
    match byte {
        b'a'..=b'z' => Some(usize::from(byte - b'a')),
        b'0'..=b'9' => Some(usize::from(byte - b'0') + 26),
        _ => None,
    }
}

/// Whether a byte can be in a word that is looked for.
fn is_part(byte: u8) -> bool {
    byte != b'\n' && byte != b' '
}

fn pair(a: u8, b: u8) -> usize {
    // Fibonacci hashing; the upper bits are the well mixed ones.
    let mixed = u16::from_be_bytes([a, b]).wrapping_mul(0x9E37);
    (usize::from(mixed) * PAIRS) >> 16
}

fn each_bit(bits: u64, mut visit: impl FnMut(usize)) {
    let mut left = bits;
    while left != 0 {
        visit(left.trailing_zeros() as usize);
        left &= left - 1;
    }
}
