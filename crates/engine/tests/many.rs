//! The same edit of many customers, and taking back what was done to many: imports included.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{Device, World};
use std::fmt::Write as _;
use tendero_domain::{CustomerId, DecimalSign, Field, ImportColumn};
use tendero_engine::Input;
use tendero_messages::{
    Answer, Column, Command, Done, ExportFormat, Filter, ImportLine, JobStop, ManyEdit, Query,
    Refusal, Row, Sort, Target, ToEngine,
};
use tendero_store::StoreError;

fn customers(count: usize) -> String {
    let mut text = String::from("código cliente,nombre,ciudad,factura,fecha,importe\n");
    for number in 0..count {
        writeln!(
            text,
            "{number},Bar Número {number},Burgos,F{number},2025-03-01,12.50"
        )
        .unwrap();
    }
    text
}

/// Every customer, by name.
fn all(world: &World, device: &mut Device) -> Vec<Row> {
    let sort = Sort {
        column: Column::Name,
        descending: false,
    };
    let mut rows = Vec::new();
    loop {
        let query = Query::Window {
            filter: Filter {
                sort,
                ..Filter::default()
            },
            from: rows.len() as u32,
            len: Query::MAX_WINDOW,
        };
        let Answer::Window(window) = device.ask(world, query) else {
            panic!("no window");
        };
        if window.rows.is_empty() {
            return rows;
        }
        rows.extend(window.rows);
    }
}

fn deleted(world: &World, device: &mut Device) -> u64 {
    let filter = Filter {
        deleted: true,
        ..Filter::default()
    };
    device.rows(world, filter).0
}

fn imports(world: &World, device: &mut Device) -> Vec<ImportLine> {
    match device.ask(world, Query::Imports) {
        Answer::Imports(lines) => lines,
        other => panic!("{other:?}"),
    }
}

fn found(world: &World, device: &mut Device, words: &str) -> CustomerId {
    let filter = Filter {
        search: words.into(),
        ..Filter::default()
    };
    device.rows(world, filter).1[0].id
}

#[test]
fn an_import_is_taken_back_as_one_and_what_somebody_touched_since_stays() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    let own = marta.create_customer(&world, "Bar Propio");
    // One that was there before, and gets something from the file.
    marta.import(&world, b"codigo cliente,nombre\n7,Bar Siete\n");
    let before = all(&world, &mut marta);

    let import = marta.action(&world);
    let report = marta.import_as(&world, import, customers(700).as_bytes());
    assert_eq!((report.created, report.updated), (699, 1));
    let touched = found(&world, &mut marta, "numero 12");
    marta.visit(&world, touched, "pide dos cajas");
    let lines = imports(&world, &mut marta);
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (lines[0].id, lines[0].created, lines[0].updated),
        (import, 699, 1)
    );

    let (undo, report) = marta.job(&world, Command::Undo(import));
    assert_eq!((report.updated, report.kept), (699, 1));
    let mut rows = all(&world, &mut marta);
    rows.retain(|row| row.id != touched);
    assert_eq!(rows, before);
    assert_eq!(marta.text(&world, touched, Field::City), "Burgos");
    assert!(imports(&world, &mut marta)[0].undone);
    assert_eq!(
        marta.command(&world, Command::Undo(import)),
        Err(Refusal::NothingToUndo)
    );

    // Taking back is an action too.
    let (_, report) = marta.job(&world, Command::Undo(undo));
    assert_eq!((report.updated, report.kept), (699, 0));
    assert_eq!(marta.rows(&world, Filter::default()).0, 701);
    let last = found(&world, &mut marta, "numero 699");
    let sheet = marta.sheet(&world, last);
    assert_eq!((sheet.orders.len(), sheet.total_minor), (1, 1_250));
    assert_eq!(marta.text(&world, own, Field::Name), "Bar Propio");
}

#[test]
fn a_file_that_was_read_wrong_comes_in_right_after_it_was_taken_back() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    let import = marta.action(&world);
    marta.import_as(&world, import, b"codigo,nombre,ciudad\n1,Burgos,Bar Uno\n");
    marta.job(&world, Command::Undo(import));
    let report = marta.import(&world, b"codigo,nombre,ciudad\n1,Bar Uno,Burgos\n");
    assert_eq!((report.created, report.updated), (1, 0));
    let rows = all(&world, &mut marta);
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].name.as_str(), rows[0].city.as_str()),
        ("Bar Uno", "Burgos")
    );
    // Also the very same file.
    let mut luis = world.device();
    luis.create_workspace(&world);
    let import = luis.action(&world);
    let file = customers(3);
    luis.import_as(&world, import, file.as_bytes());
    let before = all(&world, &mut luis);
    luis.job(&world, Command::Undo(import));
    assert_eq!(all(&world, &mut luis), []);
    assert_eq!(luis.import(&world, file.as_bytes()).created, 3);
    assert_eq!(all(&world, &mut luis), before);
    // What a person took out stays out.
    luis.command(
        &world,
        Command::DeleteCustomer {
            customer: before[0].id,
            deleted: true,
        },
    )
    .unwrap();
    let report = luis.import(&world, file.as_bytes());
    assert_eq!((report.created, report.unchanged), (0, 3));
    assert_eq!(all(&world, &mut luis).len(), 2);
}

#[test]
fn both_devices_see_an_import_and_its_end() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    world.settle(&mut [&mut marta]);
    let fragment = marta.invite(&world);
    let mut luis = world.device();
    luis.join(&world, &fragment, "Luis").unwrap();
    let import = marta.action(&world);
    marta.import_as(&world, import, customers(600).as_bytes());
    world.settle(&mut [&mut marta, &mut luis]);
    assert_eq!(luis.rows(&world, Filter::default()).0, 600);
    // What the other one did in the meantime is somebody's work.
    let touched = found(&world, &mut luis, "numero 42");
    luis.set(&world, touched, Field::Phone, "600 000 000");
    world.settle(&mut [&mut marta, &mut luis]);
    let (_, report) = marta.job(&world, Command::Undo(import));
    assert_eq!((report.updated, report.kept), (599, 1));
    world.settle(&mut [&mut marta, &mut luis]);
    let rows = all(&world, &mut luis);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows, all(&world, &mut marta));
    assert_eq!(deleted(&world, &mut luis), 599);
}

#[test]
fn many_are_tagged_at_once_and_exactly_as_before_after_undo() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    marta.import(&world, customers(1_300).as_bytes());
    let before = all(&world, &mut marta);
    let has_it = found(&world, &mut marta, "numero 5");
    marta
        .command(
            &world,
            Command::SetTag {
                customer: has_it,
                tag: "Ruta norte".into(),
                on: true,
            },
        )
        .unwrap();
    let tag = |on| Command::EditMany {
        target: Target::Found(
            Filter {
                search: "numero".into(),
                ..Filter::default()
            },
            Vec::new(),
        ),
        edit: ManyEdit::Tags {
            tags: vec!["ruta norte".into()],
            on,
        },
    };
    let (action, report) = marta.job(&world, tag(true));
    assert_eq!(
        (report.rows, report.updated, report.unchanged),
        (1_300, 1_299, 1)
    );
    assert!(
        all(&world, &mut marta)
            .iter()
            .all(|row| row.tags.len() == 1)
    );
    // After a restart, and with somebody's change on top.
    let mut marta = world.device_on(marta.store.clone());
    let other = found(&world, &mut marta, "numero 77");
    marta
        .command(
            &world,
            Command::SetTag {
                customer: other,
                tag: "ruta norte".into(),
                on: false,
            },
        )
        .unwrap();
    let (_, report) = marta.job(&world, Command::Undo(action));
    assert_eq!(
        (report.updated, report.unchanged, report.kept),
        (1_298, 1, 0)
    );
    let mut rows = all(&world, &mut marta);
    for row in &mut rows {
        if row.id == has_it {
            assert_eq!(row.tags, ["Ruta norte"]);
            row.tags.clear();
        }
    }
    assert_eq!(rows, before);
}

#[test]
fn many_are_taken_out_and_put_back_and_a_field_is_written() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    marta.import(&world, customers(40).as_bytes());
    let some: Vec<CustomerId> = all(&world, &mut marta)
        .iter()
        .take(10)
        .map(|row| row.id)
        .collect();
    let many = |edit| Command::EditMany {
        target: Target::These(some.clone()),
        edit,
    };
    let (action, report) = marta.job(&world, many(ManyEdit::Deleted(true)));
    assert_eq!(report.updated, 10);
    assert_eq!(deleted(&world, &mut marta), 10);
    marta.job(&world, Command::Undo(action));
    assert_eq!(deleted(&world, &mut marta), 0);
    let field = |value: String| ManyEdit::Field {
        field: Field::Region,
        value,
    };
    let (_, report) = marta.job(&world, many(field("Castilla".into())));
    assert_eq!(report.updated, 10);
    assert_eq!(marta.text(&world, some[9], Field::Region), "Castilla");
    assert_eq!(
        marta.command(&world, many(field("x".repeat(501)))),
        Err(Refusal::TooLong)
    );
    // Nobody: nothing happens, and it is said.
    let nobody = Command::EditMany {
        target: Target::These(Vec::new()),
        edit: ManyEdit::Deleted(true),
    };
    assert_eq!(marta.job(&world, nobody).1.rows, 0);
}

#[test]
fn a_job_that_is_stopped_or_meets_a_full_device_can_be_taken_back_as_far_as_it_came() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    marta.import(&world, customers(3_000).as_bytes());
    let before = all(&world, &mut marta);
    let tag_all = Command::EditMany {
        target: Target::Found(Filter::default(), Vec::new()),
        edit: ManyEdit::Tags {
            tags: vec!["vip".into()],
            on: true,
        },
    };
    let action = marta.action(&world);
    assert_eq!(
        marta.command_as(&world, action, tag_all.clone()),
        Ok(Done::Started)
    );
    // One at a time; the same command again is the same job.
    assert_eq!(
        marta.command_as(&world, action, tag_all.clone()),
        Ok(Done::Started)
    );
    assert_eq!(marta.command(&world, tag_all.clone()), Err(Refusal::Busy));
    let tagged = |rows: &[Row]| rows.iter().filter(|row| !row.tags.is_empty()).count();
    while tagged(&all(&world, &mut marta)) < 1_000 {
        marta.step(&world);
    }
    marta.feed(&world, Input::Page(ToEngine::Cancel { id: action }));
    marta.work(&world);
    let report = marta.report(action);
    let done = tagged(&all(&world, &mut marta)) as u64;
    assert!(report.cancelled && report.updated == done && done < 3_000);
    marta.job(&world, Command::Undo(action));
    assert_eq!(all(&world, &mut marta), before);

    // The engine ends in the middle; the page says the same command to the next one.
    let action = marta.action(&world);
    marta.command_as(&world, action, tag_all.clone()).unwrap();
    while tagged(&all(&world, &mut marta)) < 1_000 {
        marta.step(&world);
    }
    let mut marta = world.device_on(marta.store.clone());
    assert_eq!(
        marta.command_as(&world, action, tag_all.clone()),
        Ok(Done::Started)
    );
    marta.work(&world);
    let report = marta.report(action);
    assert!(report.updated > 0 && report.unchanged >= 1_000);
    assert_eq!(tagged(&all(&world, &mut marta)), 3_000);
    marta.job(&world, Command::Undo(action));
    assert_eq!(all(&world, &mut marta), before);

    marta.store.fail_next_apply(StoreError::Full);
    let (action, report) = marta.job(&world, tag_all.clone());
    assert_eq!(report.stopped, Some(JobStop::Storage(Refusal::StorageFull)));
    assert_eq!(tagged(&all(&world, &mut marta)), 0);
    assert_eq!(
        marta.command(&world, Command::Undo(action)),
        Err(Refusal::NothingToUndo)
    );
    // Another tab was faster: these are done again.
    marta.store.fail_next_apply(StoreError::Conflict);
    let (_, report) = marta.job(&world, tag_all);
    assert_eq!((report.updated, report.stopped), (3_000, None));
    assert_eq!(tagged(&all(&world, &mut marta)), 3_000);
}

#[test]
fn what_is_exported_is_what_was_found_and_comes_in_again() {
    let world = World::new();
    let mut marta = world.device();
    marta.create_workspace(&world);
    marta.import(&world, customers(700).as_bytes());
    let without = found(&world, &mut marta, "numero 3");
    let filter = Filter {
        search: "numero".into(),
        ..Filter::default()
    };
    let columns = [
        (ImportColumn::Field(Field::ExternalKey), "Código"),
        (ImportColumn::Field(Field::Name), "Nombre"),
        (ImportColumn::Field(Field::City), "Ciudad"),
        (ImportColumn::BeforeCount, "N.º de compras"),
        (ImportColumn::BeforeTotal, "Total de compras"),
        (ImportColumn::BeforeLast, "Última compra"),
    ];
    let export = |format| Command::Export {
        target: Target::Found(filter.clone(), vec![without]),
        format,
    };
    let (_, report) = marta.job(
        &world,
        export(ExportFormat::Csv {
            columns: columns
                .map(|(column, name)| (column, name.to_owned()))
                .to_vec(),
            decimal: DecimalSign::Comma,
        }),
    );
    assert_eq!(report.rows, 699);
    let lines: Vec<&str> = report.exported.lines().collect();
    assert_eq!(lines.len(), 700);
    assert_eq!(
        lines[0],
        "\u{feff}Código;Nombre;Ciudad;N.º de compras;Total de compras;Última compra"
    );
    // In the order of the list, whatever the order in which they were read.
    let order = Query::Window {
        filter: filter.clone(),
        from: 0,
        len: 500,
    };
    let Answer::Window(window) = marta.ask(&world, order) else {
        panic!("no window");
    };
    let listed = window.rows.iter().filter(|row| row.id != without);
    for (row, line) in listed.zip(&lines[1..]) {
        assert!(
            line.contains(&format!(";{};", row.name)),
            "{line} {}",
            row.name
        );
    }
    assert!(lines.contains(&"699;Bar Número 699;Burgos;1;12,50;2025-03-01"));
    assert!(!report.exported.contains("Bar Número 3;"));

    // Elsewhere it makes the same customers; here, where the purchases are listed, nothing is counted twice.
    let mut luis = world.device();
    luis.create_workspace(&world);
    assert_eq!(luis.import(&world, report.exported.as_bytes()).created, 699);
    let there = all(&world, &mut luis);
    assert!(
        there
            .iter()
            .all(|row| (row.orders, row.total_minor) == (1, 1_250))
    );
    let before = all(&world, &mut marta);
    let again = marta.import(&world, report.exported.as_bytes());
    assert_eq!((again.created, again.updated, again.unchanged), (0, 0, 699));
    assert_eq!(all(&world, &mut marta), before);

    let (_, report) = marta.job(&world, export(ExportFormat::Cards));
    assert_eq!(report.exported.matches("BEGIN:VCARD").count(), 699);
}
