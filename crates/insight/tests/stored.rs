//! The stored form: its bytes, and what of it is noted as changed.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used
)]

mod common;

use common::{customer, id, reload};
use tendero_domain::Day;
use tendero_insight::{CustomerRow, Index, SEGMENT_ROWS};

fn hex(bytes: &[u8]) -> String {
    let lines = bytes
        .chunks(32)
        .map(|line| line.iter().map(|byte| format!("{byte:02x}")).collect());
    lines.collect::<Vec<String>>().join("\n") + "\n"
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |two: &[u8]| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

fn example() -> CustomerRow {
    CustomerRow {
        id: id(0x0102_0304),
        home: [0xab; 16],
        name: "Panadería San José".into(),
        person: "María López".into(),
        phone: "+34 983 45 12 88".into(),
        email: "maria@example.com".into(),
        city: "Valladolid".into(),
        country: "ES".into(),
        key: "C-17".into(),
        tags: vec!["VIP".into(), "ruta".into()],
        notes: "Cierra en agosto.\nPaga a 30 días.".into(),
        orders: 300,
        total_minor: -12_345_678_901,
        last_purchase: Some(Day(20_000)),
        last_contact: Some(Day(-1)),
        created: None,
        conflicts: 1,
        deleted: true,
    }
}

fn examples() -> Index {
    let mut index = Index::default();
    index.put(example());
    index.put(customer(7, "Bar"));
    let mut third = example();
    third.id = id(9);
    third.deleted = false;
    third.created = Some(Day(19_000));
    index.put(third);
    index
}

#[test]
fn a_row_of_version_1_is_these_bytes() {
    let golden = include_str!("golden/row_v1.hex");
    assert_eq!(hex(&example().encode()), golden);
    assert_eq!(CustomerRow::decode(&bytes(golden)), Ok(example()));
}

#[test]
fn a_segment_of_version_1_is_these_bytes() {
    let golden = include_str!("golden/segment_v1.hex");
    assert_eq!(hex(&examples().encode_segment(0)), golden);
    let mut index = Index::default();
    index.load_segment(&bytes(golden)).unwrap();
    for who in [0x0102_0304, 7, 9] {
        let row = |index: &Index| index.row(index.find(id(who)).unwrap());
        assert_eq!(row(&index), row(&examples()));
    }
}

#[test]
fn only_segments_with_a_changed_row_are_dirty() {
    let rows = SEGMENT_ROWS as u64;
    let mut index = Index::default();
    assert_eq!((index.segments(), index.dirty()), (0, vec![]));
    (0..2 * rows + 1).for_each(|n| index.put(customer(n, "Ana")));
    assert_eq!((index.segments(), index.dirty()), (3, vec![0, 1, 2]));
    (0..3).for_each(|n| index.set_clean(n));
    assert_eq!(index.dirty(), []);
    index.put(customer(rows + 5, "Eva"));
    assert_eq!(index.dirty(), [1]);

    let mut again = reload(&index);
    assert_eq!(
        (again.segments(), again.dirty(), again.len()),
        (3, vec![], index.len())
    );
    again.put(customer(3 * rows, "new"));
    assert_eq!(again.dirty(), [2]);
    assert_eq!(again.encode_segment(1), index.encode_segment(1));
}

#[test]
fn a_customer_stored_twice_is_there_once_as_stored_later_and_marks_what_moved() {
    let rows = SEGMENT_ROWS as u64;
    let segment = |from: u64, name: &str| {
        let mut index = Index::default();
        (from..from + rows).for_each(|n| index.put(customer(n, name)));
        index.encode_segment(0)
    };
    let mut index = Index::default();
    index.load_segment(&segment(0, "first")).unwrap();
    assert_eq!(index.dirty(), []);
    index.load_segment(&segment(rows - 1, "second")).unwrap();
    assert_eq!(index.len() as u64, 2 * rows - 1);
    assert_eq!(index.row(index.find(id(rows - 1)).unwrap()).name, "second");
    assert_eq!(index.dirty(), [0, 1]);
    // What follows no longer lies where it is stored.
    index.load_segment(&segment(5 * rows, "third")).unwrap();
    assert_eq!(index.dirty(), [0, 1, 2]);
}

#[test]
fn revision_rises_with_every_row() {
    let mut index = Index::default();
    let before = index.revision();
    index.put(customer(1, "Ana"));
    let once = index.revision();
    index.put(customer(1, "Ana"));
    assert!(before < once && once < index.revision());
    assert!(reload(&index).revision() > before);
}

#[test]
fn memory_stays_within_its_bounds() {
    let mut index = Index::default();
    let mut text = 0;
    let mut rows = 0;
    for n in 0..20_000 {
        let row = common::generator::full(n);
        let texts = [
            &row.name,
            &row.person,
            &row.phone,
            &row.email,
            &row.city,
            &row.country,
            &row.key,
            &row.notes,
        ];
        text += texts
            .into_iter()
            .chain(&row.tags)
            .map(String::len)
            .sum::<usize>();
        rows += 1;
        index.put(row);
    }
    let allowed = |rows: usize, text: usize| rows * 300 + text * 5 / 2;
    assert!(
        index.bytes() <= allowed(rows, text),
        "{} > {}",
        index.bytes(),
        allowed(rows, text)
    );
    // Changing rows for long does not make it grow.
    for n in 0..40_000 {
        index.put(common::generator::full(n * 7 % 20_000));
    }
    assert!(
        index.bytes() <= allowed(rows, text),
        "{} > {}",
        index.bytes(),
        allowed(rows, text)
    );
}
