//! However the bytes come, the rows are the same, and nothing that comes breaks the reader.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{data, inspected, plan, raw_rows};
use proptest::prelude::*;
use tendero_domain::FileProblem;
use tendero_interchange::{ImportedRow, RawRow, Reader, RowReader, inspect};

#[test]
fn chunks_of_any_size_give_the_same_rows_of_every_messy_file() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/messy");
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let bytes = data(&format!("messy/{name}"));
        let Ok(inspection) = inspected(&bytes) else {
            continue;
        };
        files += 1;
        let whole = raw_rows(&bytes, &inspection, bytes.len());
        for chunk in [1, 2, 3, 7, 64, 1000] {
            assert_eq!(
                raw_rows(&bytes, &inspection, chunk),
                whole,
                "{name} {chunk}"
            );
        }
    }
    assert!(files >= 17);
}

/// Bytes as files have them: mostly text with all that separates cells, some of it broken.
fn file_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => "[a-zñé0-9 ]{0,8}".prop_map(String::into_bytes),
        4 => "[\",;\t|\r\n]".prop_map(String::into_bytes),
        1 => proptest::collection::vec(any::<u8>(), 0..4),
        1 => Just(vec![0xEF, 0xBB, 0xBF]),
        1 => Just(vec![0xFF, 0xFE]),
        1 => Just(b"nombre;fecha;importe\n".to_vec()),
        1 => Just(b"Ana;01/02/2025;1.234,56\n".to_vec()),
    ];
    proptest::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

fn read_all(bytes: &[u8], cuts: &[usize]) -> Option<Result<Vec<RawRow>, FileProblem>> {
    let inspection = inspect(bytes, bytes.len() as u64 * 2).ok()?;
    let mut reader = Reader::new(&inspection.format, inspection.plan.has_header);
    let mut rows = Vec::new();
    let mut rest = bytes;
    for cut in cuts {
        let (chunk, after) = rest.split_at((*cut).min(rest.len()));
        rest = after;
        if let Err(problem) = reader.push(chunk, false, &mut rows) {
            return Some(Err(problem));
        }
    }
    Some(reader.push(rest, true, &mut rows).map(|()| rows))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_split_of_any_bytes_gives_the_same_rows(bytes in file_bytes(), cuts in proptest::collection::vec(0usize..9, 0..30)) {
        prop_assert_eq!(read_all(&bytes, &cuts), read_all(&bytes, &[]));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop_oneof![file_bytes(), proptest::collection::vec(any::<u8>(), 0..300)]) {
        if let Ok(inspection) = inspected(&bytes) {
            prop_assert!(inspection.rows.len() <= 20);
            prop_assert!(inspection.rows.iter().all(|row| row.len() == inspection.names.len()));
            prop_assert_eq!(inspection.plan.columns.len(), inspection.names.len());
            let rows = RowReader::new(&plan(&inspection));
            if let Ok(raw) = raw_rows(&bytes, &inspection, 16) {
                let filled = raw.iter().filter(|row| row.cells.iter().any(|cell| !cell.is_empty())).count() as u64;
                prop_assert_eq!(inspection.estimated_rows, filled);
                for row in &raw {
                    let _ = rows.read(row);
                }
            }
        }
    }
}

/// Not a byte of the file is kept: 200 MB go through a buffer of one chunk's rows.
#[test]
fn two_hundred_megabytes_stream_through_one_chunk() {
    const CHUNK: usize = 256 * 1024;
    // Every chunk is like the one before, so without the optimiser an eighth proves as much.
    const MIB: usize = if cfg!(debug_assertions) { 25 } else { 200 };
    let row = "C-530000;Bar La Estación;\"Calle Mayor 1, 2º B\";1.234,56;\"dos\nlíneas\"\r\n";
    let header = "Código;Nombre;Dirección;Importe total;Notas\r\n";
    let rows = CHUNK / row.len();
    let chunk = row.repeat(rows);
    let inspection = inspect(
        format!("{header}{chunk}").as_bytes(),
        MIB as u64 * 1024 * 1024,
    )
    .unwrap();
    let mut reader = Reader::new(&inspection.format, true);
    let mut buffer = Vec::new();
    reader.push(header.as_bytes(), false, &mut buffer).unwrap();
    let (mut bytes, mut count, mut most) = (0, 0, 0);
    while bytes < MIB * 1024 * 1024 {
        reader.push(chunk.as_bytes(), false, &mut buffer).unwrap();
        bytes += chunk.len();
        count += buffer.len();
        most = most.max(buffer.len());
        buffer.clear();
    }
    reader.push(&[], true, &mut buffer).unwrap();
    assert!(buffer.is_empty());
    assert_eq!(count, bytes / row.len());
    assert!(most <= rows + 1);
    let estimate = inspection.estimated_rows as f64 / count as f64;
    assert!((0.95..1.05).contains(&estimate), "{estimate}");
}

#[test]
fn a_row_that_never_ends_is_given_up_before_it_fills_the_memory() {
    let inspection = inspect(b"a;b\n1;2\n", 1 << 29).unwrap();
    let mut buffer = Vec::new();
    let endless = |chunk: &[u8], buffer: &mut Vec<RawRow>| {
        let mut reader = Reader::new(&inspection.format, true);
        (0..100).find_map(|_| reader.push(chunk, false, buffer).err())
    };
    let text = vec![b'x'; 256 * 1024];
    assert_eq!(endless(&text, &mut buffer), Some(FileProblem::NotText));
    let cells = vec![b';'; 256 * 1024];
    assert_eq!(endless(&cells, &mut buffer), Some(FileProblem::NotText));
    let mut reader = Reader::new(&inspection.format, true);
    reader.push(b"a;b\n1;\"", false, &mut buffer).unwrap();
    let problem = (0..100).find_map(|_| reader.push(&text, false, &mut buffer).err());
    assert_eq!(problem, Some(FileProblem::UnclosedQuote { line: 2 }));
    assert!(buffer.is_empty());
}

#[test]
fn files_beyond_the_limit_are_refused_at_once() {
    assert_eq!(
        inspect(b"a,b\n", (1 << 30) + 1).err(),
        Some(FileProblem::TooLarge { max_mb: 1024 })
    );
}

#[test]
fn an_empty_chunk_changes_nothing() {
    let bytes = b"Nombre;Ciudad\nBar;Le\xc3\xb3n\n";
    let inspection = inspected(bytes).unwrap();
    let mut reader = Reader::new(&inspection.format, true);
    let mut rows = Vec::new();
    for byte in bytes {
        reader.push(&[*byte], false, &mut rows).unwrap();
        reader.push(&[], false, &mut rows).unwrap();
    }
    reader.push(&[], true, &mut rows).unwrap();
    assert_eq!(rows.len(), 1);
    let read = RowReader::new(&plan(&inspection)).read(&rows[0]);
    assert!(matches!(read, Ok(ImportedRow::Customer(_))));
}
