//! A file that a person chose, read piece by piece.

use js_sys::Uint8Array;
use tendero_engine::Source;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// The browser's handle on a file. It can stop being readable when the file is changed or taken away.
#[derive(Debug)]
pub(crate) struct ChosenFile(pub(crate) File);

impl Source for ChosenFile {
    async fn read(&self, offset: u64, len: usize) -> Option<Vec<u8>> {
        let end = offset.checked_add(u64::try_from(len).ok()?)?;
        // Sizes stay far below the 2^53 up to which these are exact.
        let part = (self.0.slice_with_f64_and_f64(offset as f64, end as f64)).ok()?;
        let bytes = JsFuture::from(part.array_buffer()).await.ok()?;
        Some(Uint8Array::new(&bytes).to_vec())
    }
}

#[cfg(test)]
mod tests {
    use js_sys::Array;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    async fn file_is_read_piece_by_piece_and_short_only_at_its_end() {
        let parts = Array::of1(&Uint8Array::from(b"0123456789".as_slice()));
        let file = ChosenFile(File::new_with_u8_array_sequence(&parts, "ten.csv").unwrap());
        assert_eq!(file.read(0, 4).await, Some(b"0123".to_vec()));
        assert_eq!(file.read(8, 4).await, Some(b"89".to_vec()));
        assert_eq!(file.read(10, 4).await, Some(Vec::new()));
        assert_eq!(file.read(99, 4).await, Some(Vec::new()));
    }
}
