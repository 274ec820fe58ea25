//! Files on their way in.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::World;
use std::fmt::Write as _;
use tendero_domain::{Field, FileProblem};
use tendero_engine::Input;
use tendero_messages::{Command, Done, Filter, JobStop, Refusal, SyncState, ToEngine};
use tendero_store::StoreError;

fn search(words: &str) -> Filter {
    Filter {
        search: words.into(),
        ..Filter::default()
    }
}

const ORDERS: &str = "id,InvoiceNo,day,country,lines,amt\n\
    17850,536365,2010-12-01,United Kingdom,7,139.12\n\
    17850,536366,2010-12-01,United Kingdom,2,22.2\n\
    12583,536370,2010-12-02,France,19,801.86\n\
    ,536414,2010-12-02,United Kingdom,1,5.00\n\
    12583,536371,not a day,France,19,1.00\n";

fn customers(count: usize) -> String {
    let mut text = String::from("código,nombre,ciudad,teléfono,notas\n");
    for number in 0..count {
        writeln!(
            text,
            "{number},Bar Número {number},Burgos,983 {number:06},nota {number}"
        )
        .unwrap();
    }
    text
}

/// What telephones and mail programs export, through the same door.
#[test]
fn contacts_come_in_and_those_that_name_nobody_come_back() {
    const CARDS: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Íñiguez;Begoña;;;\r\nFN:Begoña Íñiguez\r\nORG:Bodega Íñiguez\r\n\
        TEL;TYPE=CELL:+34 600 11 22 33\r\nEMAIL:begona@example.com\r\nEND:VCARD\r\n\
        BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Pe=C3=B1a;Jos=C3=A9\r\nTEL;CELL:600445566\r\nEND:VCARD\r\n\
        BEGIN:VCARD\r\nVERSION:3.0\r\nBDAY:1980-05-01\r\nEND:VCARD\r\n";
    const LDIF: &str = "dn: cn=Luis Soto,mail=luis@example.com\nobjectclass: person\ncn: Luis Soto\nmail: luis@example.com\n\
        telephoneNumber: 983 111 222\n";
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    let (_, preview) = marta.open_file(&world, CARDS.as_bytes());
    assert!(!preview.unwrap().is_table);
    let report = marta.import(&world, CARDS.as_bytes());
    assert_eq!((report.rows, report.created, report.refused), (3, 2, 1));
    assert!(
        report.refused_csv.contains("no customer"),
        "{}",
        report.refused_csv
    );
    let (_, rows) = marta.rows(&world, search("begona@example"));
    let begona = rows.first().unwrap().id;
    assert_eq!(marta.text(&world, begona, Field::Name), "Bodega Íñiguez");
    assert_eq!(marta.text(&world, begona, Field::Person), "Begoña Íñiguez");
    let (_, rows) = marta.rows(&world, search("600445566"));
    let jose = rows.first().unwrap().id;
    assert_eq!(marta.text(&world, jose, Field::Name), "José Peña");
    let report = marta.import(&world, LDIF.as_bytes());
    assert_eq!((report.created, report.refused), (1, 0));
    assert_eq!(marta.rows(&world, search("luis soto")).0, 1);
    // Once more makes nobody twice.
    let report = marta.import(&world, CARDS.as_bytes());
    assert_eq!((report.created, report.unchanged), (0, 2));
}

#[test]
fn purchases_are_gathered_by_customer_and_what_cannot_be_read_comes_back_with_the_reason() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    let report = marta.import(&world, ORDERS.as_bytes());
    assert_eq!(
        (report.rows, report.created, report.orders, report.refused),
        (5, 2, 3, 2)
    );
    assert!(
        report.refused_csv.contains("no customer") && report.refused_csv.contains("bad day"),
        "{}",
        report.refused_csv
    );
    let (total, rows) = marta.rows(&world, search("17850"));
    assert_eq!(total, 1);
    assert_eq!(
        (rows[0].name.as_str(), rows[0].orders, rows[0].total_minor),
        ("Cliente 17850", 2, 16_132)
    );
    let sheet = marta.sheet(&world, rows[0].id);
    assert_eq!(sheet.orders.len(), 2);
    assert_eq!(sheet.total_minor, 16_132);
}

/// A list of a purchase's lines, say: the same number again and again.
#[test]
fn a_purchase_that_is_listed_twice_is_one_in_the_list_as_in_the_record() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    let file =
        "id,InvoiceNo,day,amt\n7,F1,2025-01-01,10.00\n7,F1,2025-01-01,5.00\n7,F2,2025-01-02,1.00\n";
    let report = marta.import(&world, file.as_bytes());
    assert_eq!((report.created, report.orders), (1, 2));
    let (_, rows) = marta.rows(&world, Filter::default());
    let sheet = marta.sheet(&world, rows[0].id);
    assert_eq!((rows[0].orders, rows[0].total_minor), (2, 1_100));
    assert_eq!((sheet.orders.len(), sheet.total_minor), (2, 1_100));
    // The same again changes nothing.
    let report = marta.import(&world, file.as_bytes());
    assert_eq!((report.updated, report.unchanged, report.orders), (0, 1, 0));
}

#[test]
fn purchases_without_a_customer_go_to_the_counter_when_asked() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    let (file, preview) = marta.open_file(&world, ORDERS.as_bytes());
    let preview = preview.unwrap();
    assert!(preview.has_counter_sales && preview.plan.is_orders());
    let mut plan = preview.plan;
    plan.counter_sales = Some("Ventas de mostrador".into());
    let report = marta.import_with(&world, file, plan);
    assert_eq!((report.created, report.orders, report.refused), (3, 4, 1));
    assert_eq!(marta.rows(&world, search("mostrador")).1[0].orders, 1);
}

#[test]
fn the_same_file_twice_makes_nothing_new_and_never_overwrites() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    marta.import(&world, ORDERS.as_bytes());
    let again = marta.import(&world, ORDERS.as_bytes());
    assert_eq!(
        (again.created, again.updated, again.unchanged, again.orders),
        (0, 0, 2, 0)
    );
    let id = marta.rows(&world, search("17850")).1[0].id;
    marta.set(&world, id, Field::Country, "Irlanda");
    let more = format!("{ORDERS}17850,540000,2011-01-09,United Kingdom,1,10.00\n");
    let report = marta.import(&world, more.as_bytes());
    assert_eq!(
        (
            report.created,
            report.updated,
            report.unchanged,
            report.orders
        ),
        (0, 1, 1, 1)
    );
    assert_eq!(marta.text(&world, id, Field::Country), "Irlanda");
    assert_eq!(marta.rows(&world, search("17850")).1[0].total_minor, 17_132);
}

#[test]
fn the_same_import_on_two_offline_devices_makes_one_customer_not_two() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    world.settle(&mut [&mut marta]);
    let fragment = marta.invite(&world);
    let mut luis = world.device();
    luis.join(&world, &fragment, "Luis").unwrap();
    world.settle(&mut [&mut marta, &mut luis]);
    world.relay_is_up.set(false);
    world.settle(&mut [&mut marta, &mut luis]);
    let file = customers(700);
    assert_eq!(marta.import(&world, file.as_bytes()).created, 700);
    assert_eq!(luis.import(&world, file.as_bytes()).created, 700);
    world.relay_is_up.set(true);
    world.pass(40_000, &mut [&mut marta, &mut luis]);
    world.settle(&mut [&mut marta, &mut luis]);
    assert_eq!(marta.rows(&world, Filter::default()).0, 700);
    assert_eq!(
        luis.rows(&world, Filter::default()),
        marta.rows(&world, Filter::default())
    );
    assert!(
        marta
            .rows(&world, Filter::default())
            .1
            .iter()
            .all(|row| row.conflicts == 0)
    );
}

#[test]
fn a_new_device_gets_what_was_imported_in_bulk() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    assert_eq!(
        marta.import(&world, customers(3_000).as_bytes()).created,
        3_000
    );
    world.settle(&mut [&mut marta]);
    assert!(matches!(marta.sync, SyncState::Synced { .. }));
    let fragment = marta.invite(&world);
    let mut luis = world.device();
    luis.join(&world, &fragment, "Luis").unwrap();
    world.settle(&mut [&mut marta, &mut luis]);
    assert_eq!(
        luis.rows(&world, Filter::default()),
        marta.rows(&world, Filter::default())
    );
    let id = luis.rows(&world, search("numero 2999")).1[0].id;
    assert_eq!(luis.text(&world, id, Field::About), "nota 2999");
    // Both can go on working on them, also after a restart.
    let mut luis = world.device_on(luis.store.clone());
    luis.set(&world, id, Field::City, "Lerma");
    world.settle(&mut [&mut marta, &mut luis]);
    assert_eq!(marta.text(&world, id, Field::City), "Lerma");
    assert_eq!(
        luis.rows(&world, Filter::default()),
        marta.rows(&world, Filter::default())
    );
}

#[test]
fn a_cancelled_import_leaves_a_whole_state_and_can_be_taken_up_again() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    let file = customers(5_000);
    let (id, preview) = marta.open_file(&world, file.as_bytes());
    let action = marta.action(&world);
    let command = Command::Import {
        file: id,
        plan: preview.unwrap().plan,
        reasons: Vec::new(),
    };
    assert_eq!(
        marta.command_as(&world, action, command.clone()),
        Ok(Done::Started)
    );
    let other = marta.action(&world);
    assert_eq!(marta.command_as(&world, other, command), Err(Refusal::Busy));
    while marta.rows(&world, Filter::default()).0 < 1_000 {
        marta.step(&world);
    }
    marta.feed(&world, Input::Page(ToEngine::Cancel { id: action }));
    marta.work(&world);
    let report = marta.report(action);
    let there = marta.rows(&world, Filter::default()).0;
    assert!(report.cancelled && report.created == there && there < 5_000);
    let mut again = world.device_on(marta.store.clone());
    assert_eq!(again.rows(&world, Filter::default()).0, there);
    let rest = again.import(&world, file.as_bytes());
    assert_eq!((rest.created, rest.unchanged), (5_000 - there, there));
    world.settle(&mut [&mut again]);
}

#[test]
fn a_full_device_stops_the_import_says_so_and_keeps_what_was_written() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    let file = customers(1_500);
    marta
        .store
        .set_capacity(Some(marta.store.bytes() + 400_000));
    let report = marta.import(&world, file.as_bytes());
    assert_eq!(report.stopped, Some(JobStop::Storage(Refusal::StorageFull)));
    assert!(report.created > 0 && report.created < 1_500);
    assert_eq!(marta.rows(&world, Filter::default()).0, report.created);
    marta.store.set_capacity(None);
    let rest = marta.import(&world, file.as_bytes());
    assert_eq!(rest.created + rest.unchanged, 1_500);
}

#[test]
fn an_import_goes_on_when_another_tab_was_faster() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    marta.store.fail_next_apply(StoreError::Conflict);
    let report = marta.import(&world, customers(600).as_bytes());
    assert_eq!((report.created, report.stopped), (600, None));
    assert_eq!(marta.rows(&world, Filter::default()).0, 600);
}

#[test]
fn files_that_are_none_are_named() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    for (bytes, problem) in [
        (&b""[..], FileProblem::Empty),
        (b"nombre,ciudad\n", FileProblem::HeaderOnly),
        (
            b"PK\x03\x04\x14\0\x06\0\x08\0[Content_Types].xml\0xl/workbook.xml\0",
            FileProblem::Spreadsheet,
        ),
    ] {
        assert_eq!(marta.open_file(&world, bytes).1.unwrap_err(), problem);
    }
    let broken = format!("{}5001,\"Bar sin cerrar,Burgos\n", customers(12_000));
    let (file, preview) = marta.open_file(&world, broken.as_bytes());
    let report = marta.import_with(&world, file, preview.unwrap().plan);
    assert!(
        matches!(
            report.stopped,
            Some(JobStop::File(FileProblem::UnclosedQuote { line: 12_002 }))
        ),
        "{report:?}"
    );
    assert_eq!(marta.rows(&world, Filter::default()).0, report.created);
}

#[test]
fn a_customer_with_very_many_purchases_fits_into_frames() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    let mut file = String::from("customer id,invoice,date,amount\n");
    for number in 0..9_000 {
        writeln!(
            file,
            "mostrador,F{number},2025-01-{:02},1.50",
            number % 28 + 1
        )
        .unwrap();
    }
    let report = marta.import(&world, file.as_bytes());
    assert_eq!((report.orders, report.refused), (9_000, 0));
    world.settle(&mut [&mut marta]);
    let fragment = marta.invite(&world);
    let mut luis = world.device();
    luis.join(&world, &fragment, "Luis").unwrap();
    world.settle(&mut [&mut marta, &mut luis]);
    let row = &luis.rows(&world, Filter::default()).1[0];
    assert_eq!((row.orders, row.total_minor), (9_000, 1_350_000));
}
