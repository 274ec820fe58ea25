//! LDIF of Mozilla's address books against what Thunderbird reads in it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{address_book, customers, field, inspected, raw_rows};
use proptest::prelude::*;
use tendero_domain::{Field, RowProblem};
use tendero_interchange::{Birthday, Contact, FileKind, RawRow};

fn rows(bytes: &[u8]) -> Vec<RawRow> {
    let inspection = inspected(bytes).unwrap();
    assert_eq!(inspection.format.kind(), FileKind::Ldif);
    raw_rows(bytes, &inspection, 7).unwrap()
}

fn values(values: &[tendero_interchange::Value]) -> Vec<&str> {
    values.iter().map(|v| v.value.as_str()).collect()
}

#[test]
fn a_full_record_of_an_address_book() {
    let Some(bytes) = address_book("thunderbird-import/basic_ldif_addressbook.ldif") else {
        return;
    };
    let rows = rows(&bytes);
    assert_eq!(rows.len(), 1);
    let contact: &Contact = rows[0].contact.as_ref().unwrap();
    assert_eq!(contact.display_name, "Display Name");
    assert_eq!(
        (contact.given.as_str(), contact.family.as_str()),
        ("First", "Last")
    );
    assert_eq!(contact.nickname, "Nickname");
    assert_eq!(
        values(&contact.emails),
        ["primaryemail@host.invalid", "secondemail@host.invalid"]
    );
    assert_eq!(
        contact.note,
        "Notes line 1\nNotes line 2\nNotes line 3\nNotes line 4"
    );
    assert_eq!(contact.organisation, "Organization Name");
    assert_eq!(contact.units, ["Department"]);
    assert_eq!(contact.title, "Job Title");
    assert_eq!(
        contact.birthday,
        Some(Birthday {
            year: Some(1900),
            month: 1,
            day: 2
        })
    );
    assert_eq!(
        values(&contact.phones),
        [
            "123-456-7890",
            "567-890-1234",
            "234-567-8901",
            "345-678-9012",
            "456-789-0123"
        ]
    );
    assert_eq!(
        values(&contact.urls),
        ["http://127.0.0.1", "http://localhost"]
    );
    let [work, home] = contact.addresses.as_slice() else {
        panic!("{contact:?}")
    };
    for (address, word) in [(work, "Work"), (home, "Home")] {
        let line = |rest: &str| format!("{word} {rest}");
        assert_eq!(
            address.street,
            format!("{}\n{}", line("Address Line 1"), line("Address Line 2"))
        );
        assert_eq!(address.city, line("City"));
        assert_eq!(address.region, line("State"));
        assert_eq!(address.postal_code, line("Zip"));
        assert_eq!(address.country, line("Country"));
    }
}

#[test]
fn an_exported_book_comes_in_without_its_lists() {
    let Some(bytes) = address_book("thunderbird-export/export.ldif") else {
        return;
    };
    let rows = rows(&bytes);
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0].problem, Some(RowProblem::NoCustomer));
    let customers = customers(&bytes);
    assert_eq!(field(&customers[0], Field::Name), "contact number one");
    assert_eq!(field(&customers[1], Field::Email), "contact2@invalid");
    let note = "here's some unicode text…\n\"worker\"";
    assert_eq!(customers[1].note.as_deref(), Some(note));
}

#[test]
fn a_label_behind_an_address_is_left_out() {
    let Some(bytes) = address_book("thunderbird-import/bug_263304.ldif") else {
        return;
    };
    let contact = rows(&bytes).remove(0).contact.unwrap();
    assert_eq!(values(&contact.urls), ["http://127.0.0.1"]);
}

#[test]
fn folds_comments_base64_and_options_are_read() {
    let text = "version: 1\n# a comment\n that goes on\ndn:: Y249QQ==\ncn;lang-es:: TsO6w7Fleg==\nmail: ana@exa\n mple.com\n\
        mail: b@example.com\njpegPhoto:< file:///etc/passwd\n\n\ndn: cn=B\nchangetype: delete\ncn: B\n\ndn: cn=C\ncn:: ***\n";
    let rows = rows(text.as_bytes());
    let contact = rows[0].contact.as_ref().unwrap();
    assert_eq!(contact.display_name, "Núñez");
    assert_eq!(
        values(&contact.emails),
        ["ana@example.com", "b@example.com"]
    );
    assert_eq!(
        (rows[0].line, rows[0].problem, &contact.photo),
        (1, None, &None)
    );
    assert_eq!(rows[1].problem, Some(RowProblem::NoCustomer));
    assert_eq!(rows[2].problem, Some(RowProblem::Ragged));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_reader_panic_and_chunks_make_no_difference(
        body in proptest::collection::vec(prop_oneof![
            Just(b"\n".to_vec()), Just(b"\n ".to_vec()), Just(b"\ncn:: QQ==".to_vec()), Just(b"\nmail: a@b.es".to_vec()),
            Just(b"\nbirthday: 99\nbirthmonth: 2".to_vec()), proptest::collection::vec(any::<u8>(), 0..12),
        ], 0..40),
        chunk in 1usize..20,
    ) {
        let bytes = [b"dn: cn=A\ncn: A".to_vec(), body.concat()].concat();
        if let Ok(inspection) = inspected(&bytes) {
            let whole = raw_rows(&bytes, &inspection, bytes.len()).unwrap();
            prop_assert_eq!(&raw_rows(&bytes, &inspection, chunk).unwrap(), &whole);
        }
    }
}
