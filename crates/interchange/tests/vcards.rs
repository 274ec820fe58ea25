//! vCards of many programs against what two other parsers read in them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{customers, field, inspected, outcomes, raw_rows, shared};
use proptest::prelude::*;
use serde_json::Value;
use std::path::Path;
use tendero_domain::{Field, RowProblem};
use tendero_interchange::{Birthday, Contact, FileKind, ImportedRow, RawRow};

fn rows(bytes: &[u8]) -> Vec<RawRow> {
    let inspection = inspected(bytes).unwrap();
    assert_eq!(inspection.format.kind(), FileKind::Cards);
    raw_rows(bytes, &inspection, 1000).unwrap()
}

fn contacts(bytes: &[u8]) -> Vec<Contact> {
    let contact = |row: RawRow| *row.contact.unwrap();
    rows(bytes).into_iter().map(contact).collect()
}

fn one(card: &str) -> Contact {
    let mut contacts = contacts(format!("BEGIN:VCARD\r\n{card}\r\nEND:VCARD\r\n").as_bytes());
    assert_eq!(contacts.len(), 1);
    contacts.remove(0)
}

fn sorted(values: impl Iterator<Item = String>) -> Vec<String> {
    let mut values: Vec<String> = values
        .map(|v| {
            v.trim()
                .trim_start_matches("tel:")
                .replace(";ext=", " ext. ")
        })
        .filter(|v| !v.is_empty())
        .collect();
    values.sort();
    values
}

fn listed(values: &Value) -> Vec<String> {
    sorted(
        values
            .as_array()
            .unwrap()
            .iter()
            .map(|v| v.as_str().unwrap().to_owned()),
    )
}

fn given(values: &[tendero_interchange::Value]) -> Vec<String> {
    sorted(values.iter().map(|v| v.value.clone()))
}

#[test]
fn names_mails_and_telephones_are_those_that_two_other_parsers_read() {
    let Some(folder) = shared() else { return };
    let reference = std::fs::read(folder.join("reference/vcard_two_parsers_shared.json")).unwrap();
    let reference: Value = serde_json::from_slice(&reference).unwrap();
    let mut wrong = Vec::new();
    let mut checked = 0;
    for (file, entry) in reference["files"].as_object().unwrap() {
        if entry["agree_fn_email_tel"] != Value::Bool(true) {
            continue;
        }
        let contacts = contacts(&std::fs::read(folder.join("import").join(file)).unwrap());
        let expected = entry["vobject"].as_array().unwrap();
        if contacts.len() != expected.len() {
            wrong.push(format!(
                "{file}: {} cards, not {}",
                contacts.len(),
                expected.len()
            ));
            continue;
        }
        for (contact, expected) in contacts.iter().zip(expected) {
            checked += 1;
            let name = expected["fn"][0].as_str().unwrap_or("").trim();
            let same = (name.is_empty() || contact.display_name == name)
                && given(&contact.emails) == listed(&expected["email"])
                && given(&contact.phones) == listed(&expected["tel"]);
            if !same {
                wrong.push(format!("{file}: {contact:?}\n   {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(checked > 90, "{checked}");
}

/// Reading a file and reading what another parser wrote of it give the same, where that parser loses nothing.
#[test]
fn files_and_their_normalised_dumps_read_the_same() {
    let Some(folder) = shared() else { return };
    let mut wrong = Vec::new();
    let mut checked = 0;
    for entry in std::fs::read_dir(folder.join("import/vcard/calcard")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "vcf") {
            checked += 1;
            wrong.extend(different(&path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(checked, 78);
}

fn different(path: &Path) -> Option<String> {
    let ours = contacts(&std::fs::read(path).unwrap());
    let dump = contacts(&std::fs::read(path.with_extension("vcf.out")).unwrap());
    let lines = |contacts: &[Contact]| -> Vec<String> {
        let line = |c: &Contact| {
            format!(
                "{} | {} | {} | {} | {:?} | {:?} | {:?} | {:?}",
                c.display_name,
                c.given,
                c.family,
                c.organisation,
                c.title,
                given(&c.phones),
                given(&c.emails),
                c.uid
            )
        };
        contacts.iter().map(line).collect()
    };
    let (ours, dump) = (lines(&ours), lines(&dump));
    (ours != dump).then(|| format!("{}\n {ours:#?}\n {dump:#?}", path.display()))
}

#[test]
fn a_card_becomes_a_customer() {
    let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u-1\r\nN:Muñoz;Ana;;;\r\nFN:Ana Muñoz\r\nORG:Bar La Estación;Cocina\r\n\
        item1.TEL;type=pref:+34 600 000 001\r\nitem1.X-ABLabel:_$!<Mobile>!$_\r\nTEL;TYPE=FAX:911\r\nTEL;TYPE=HOME:600 000 002\r\n\
        EMAIL;TYPE=INTERNET:ana@example.com\r\nADR;TYPE=WORK:;2º B;Calle Mayor\\, 1;León;León;24001;España\r\n\
        BDAY:1604-04-15\r\nNOTE:Paga tarde\\nsiempre\r\nCATEGORIES:vip,norte\r\nURL:https://example.com\r\nEND:VCARD\r\n";
    let customer = customers(card.as_bytes()).remove(0);
    for (key, value) in [
        (Field::Name, "Bar La Estación"),
        (Field::Person, "Ana Muñoz"),
        (Field::Phone, "+34 600 000 001"),
        (Field::Email, "ana@example.com"),
        (Field::Street, "Calle Mayor, 1, 2º B"),
        (Field::City, "León"),
        (Field::PostalCode, "24001"),
        (Field::Country, "España"),
        (Field::ExternalKey, "u-1"),
    ] {
        assert_eq!(field(&customer, key), value);
    }
    assert_eq!(customer.tags, ["vip", "norte"]);
    let note = "Paga tarde\nsiempre\n600 000 002\n911\nhttps://example.com";
    assert_eq!(customer.note.as_deref(), Some(note));
    let contact = contacts(card.as_bytes()).remove(0);
    assert_eq!(contact.phones[0].labels, ["mobile"]);
    let birthday = Birthday {
        year: None,
        month: 4,
        day: 15,
    };
    assert_eq!(contact.birthday, Some(birthday));
    assert_eq!(contact.units, ["Cocina"]);
}

#[test]
fn pictures_are_kept_as_bytes_and_never_larger_than_allowed() {
    let photo = |value: &str| one(&format!("FN:A\r\n{value}"));
    let svg = photo("PHOTO:data:image/svg+xml;base64\\,PHN2Zz4=")
        .photo
        .unwrap();
    assert_eq!(
        (svg.kind.as_str(), svg.bytes.as_slice()),
        ("image/svg+xml", &b"<svg>"[..])
    );
    let folded = photo("PHOTO;ENCODING=BASE64;JPEG:/9j/\r\n 4AA=\r\n")
        .photo
        .unwrap();
    assert_eq!(
        (folded.kind.as_str(), folded.bytes.len()),
        ("image/jpeg", 5)
    );
    assert_eq!(
        photo("PHOTO;VALUE=uri:https://example.com/a.jpg").photo,
        None
    );
    let large = photo(&format!("PHOTO;ENCODING=b:{}", "A".repeat(1_500_000)));
    assert!(large.photo.is_none() && large.photo_left_out);
    assert_eq!(large.display_name, "A");
}

#[test]
fn cards_that_are_no_customer_are_refused_with_the_reason() {
    let problem = |card: &str| rows(card.as_bytes())[0].problem;
    assert_eq!(
        problem("BEGIN:VCARD\nEND:VCARD"),
        Some(RowProblem::NoCustomer)
    );
    assert_eq!(
        problem("BEGIN:VCARD\nFN:Friends\nX-ADDRESSBOOKSERVER-KIND:group\nEND:VCARD"),
        Some(RowProblem::NoCustomer)
    );
    let nested = "AGENT:\nBEGIN:VCARD\nFN:B\n".repeat(20);
    assert_eq!(
        problem(&format!("BEGIN:VCARD\nFN:A\n{nested}")),
        Some(RowProblem::Ragged)
    );
    let long = format!(
        "BEGIN:VCARD\nFN:A\nNOTE:{}\nEND:VCARD\nBEGIN:VCARD\nFN:B\nEND:VCARD",
        "x".repeat(9 << 20)
    );
    let rows = rows(long.as_bytes());
    assert_eq!(rows[0].problem, Some(RowProblem::TooLong));
    assert_eq!((rows[1].problem, rows[1].cells[2].as_str()), (None, "B"));
}

#[test]
fn somebody_elses_card_within_a_card_is_left_out() {
    let card = "FN:A\r\nAGENT:\r\nBEGIN:VCARD\r\nFN:B\r\nTEL:2\r\nEND:VCARD\r\nTEL:1";
    let contact = one(card);
    assert_eq!(contact.display_name, "A");
    assert_eq!(given(&contact.phones), ["1"]);
}

#[test]
fn a_card_with_a_nickname_only_is_called_by_it() {
    let customer = &customers(b"BEGIN:VCARD\nNICKNAME:\nNICKNAME:  Big Joey\nEND:VCARD")[0];
    assert_eq!(field(customer, Field::Name), "Big Joey");
}

#[test]
fn a_card_without_its_end_counts_and_so_does_the_next() {
    let cards = contacts(b"BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\n");
    let names: Vec<&str> = cards.iter().map(|c| c.display_name.as_str()).collect();
    assert_eq!(names, ["A", "B"]);
}

#[test]
fn utf16_and_windows_files_are_read_too() {
    let card = "BEGIN:VCARD\r\nFN:Núñez\r\nEND:VCARD\r\n";
    let utf16: Vec<u8> = format!("\u{feff}{card}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(contacts(&utf16)[0].display_name, "Núñez");
    let windows = card.chars().map(|c| c as u8).collect::<Vec<u8>>();
    assert_eq!(contacts(&windows)[0].display_name, "Núñez");
}

/// What is read from a card, written and read again.
fn again(contact: &Contact) -> Contact {
    let mut card = String::new();
    contact.write_vcard(&mut card);
    assert!(card.lines().all(|line| line.len() <= 75));
    contacts(card.as_bytes()).remove(0)
}

#[test]
fn cards_of_many_programs_come_back_from_our_own_export() {
    let Some(folder) = shared() else { return };
    let mut checked = 0;
    for folder in [
        "vcard/calcard",
        "vcard/ez-vcard",
        "vcard/ical.js",
        "addressbook/thunderbird-export",
    ]
    .map(|f| folder.join("import").join(f))
    {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|e| e != "vcf") {
                continue;
            }
            for mut contact in contacts(&std::fs::read(&path).unwrap()) {
                checked += 1;
                contact.photo_left_out = false;
                assert_eq!(again(&contact), contact, "{}", path.display());
            }
        }
    }
    assert!(checked > 120, "{checked}");
}

#[test]
fn a_customer_comes_back_from_its_card() {
    let csv = "Código cliente;Empresa;Contacto;Teléfono;Correo;Dirección;CP;Ciudad;Etiquetas;Notas\n\
        K1;\"Bar; La, Estación\";Ana \\n Muñoz;+34 600 000 001;ana@example.com;Calle Mayor 1;24001;León;vip|norte;\"dos\nlíneas\"\n\
        K2;Solo;;600 000 002;b@example.com;;;;;\n";
    for before in customers(csv.as_bytes()) {
        let mut card = String::new();
        Contact::of(&before).write_vcard(&mut card);
        let after = customers(card.as_bytes()).remove(0);
        assert_eq!(after, before);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_reader_panic_and_chunks_make_no_difference(
        body in proptest::collection::vec(prop_oneof![
            Just(b"\r\n".to_vec()), Just(b"\n ".to_vec()), Just(b"BEGIN:VCARD".to_vec()), Just(b"END:VCARD".to_vec()),
            Just(b"AGENT:".to_vec()), Just(b"FN;ENCODING=QUOTED-PRINTABLE:=C3=\n".to_vec()), Just(b"PHOTO;ENCODING=b:".to_vec()),
            Just(b"TEL;PREF=9999999999999:".to_vec()), Just(b"BDAY:--9999".to_vec()), Just(b"a.b.N:;;\\".to_vec()),
            proptest::collection::vec(any::<u8>(), 0..12),
        ], 0..40),
        chunk in 1usize..20,
    ) {
        let bytes = [b"BEGIN:VCARD\nFN:A\n".to_vec(), body.concat()].concat();
        if let Ok(inspection) = inspected(&bytes) {
            let whole = raw_rows(&bytes, &inspection, bytes.len()).unwrap();
            prop_assert_eq!(&raw_rows(&bytes, &inspection, chunk).unwrap(), &whole);
            let (_, outcomes) = outcomes(&bytes).unwrap();
            prop_assert!(outcomes.iter().all(|(_, row)| !matches!(row, Ok(ImportedRow::Order(_)))));
        }
    }
}
