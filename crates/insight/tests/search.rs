//! What a search finds, and in which order.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used
)]

mod common;

use common::{customer, names};
use tendero_domain::Day;
use tendero_insight::{CustomerRow, Index, Selection, SortColumn};

fn index(rows: impl IntoIterator<Item = CustomerRow>) -> Index {
    let mut index = Index::default();
    rows.into_iter().for_each(|row| index.put(row));
    index
}

/// A few customers of whom each differs from the others in where words are found.
fn town() -> Index {
    let mut rows = [
        customer(1, "Panadería San José"),
        customer(2, "Bar Ñandú"),
        customer(3, "José Núñez"),
        customer(4, "Ferretería O'Brien"),
        customer(5, "Café Central"),
        customer(6, "Straße & Söhne"),
    ];
    rows[0].person = "María López".into();
    rows[0].phone = "+34 983 45 12 88".into();
    rows[0].city = "Valladolid".into();
    rows[1].phone = "600-123-123".into();
    rows[1].tags = vec!["VIP".into(), "Ruta Norte".into()];
    rows[1].notes = "Amigo de José.\nCierra en agosto".into();
    rows[2].email = "jose@bar.example".into();
    rows[3].key = "ES-00123".into();
    rows[3].phone = "(0044) 20 7946 0958".into();
    rows[4].city = "A Coruña".into();
    rows[4].person = "Bárbara Pan".into();
    rows[4].phone = "030 123456".into();
    index(rows)
}

#[test]
fn words_are_found_wherever_they_stand_best_place_first() {
    let town = town();
    let check = |search: &str, expect: &[&str]| {
        let wanted = Selection {
            search,
            ..Selection::default()
        };
        assert_eq!(names(&town, &wanted), expect, "{search:?}");
    };
    let everybody = [
        "Bar Ñandú",
        "Café Central",
        "Ferretería O'Brien",
        "José Núñez",
        "Panadería San José",
        "Straße & Söhne",
    ];
    check("", &everybody);
    check("  \u{a0} ", &everybody);

    // Start of the name, start of a word of it, elsewhere in names, other columns, notes.
    check("jose", &["José Núñez", "Panadería San José", "Bar Ñandú"]);
    check("bar", &["Bar Ñandú", "Café Central", "José Núñez"]);
    check("pan", &["Panadería San José", "Café Central"]);
    check(
        "r",
        &[
            "Bar Ñandú",
            "Café Central",
            "Ferretería O'Brien",
            "Panadería San José",
            "Straße & Söhne",
            "José Núñez",
        ],
    );

    // Case, accents, other spellings.
    check("NÚÑEZ", &["José Núñez"]);
    check("nandu", &["Bar Ñandú"]);
    check("strasse", &["Straße & Söhne"]);
    check("cafe\u{301}", &["Café Central"]);
    check("brien", &["Ferretería O'Brien"]);

    // All words, in any order and any column; words of the name that start with them go first.
    check("jose san", &["Panadería San José"]);
    check("vip ruta", &["Bar Ñandú"]);
    check("valladolid lopez pan", &["Panadería San José"]);
    check("jose agosto", &["Bar Ñandú"]);
    check("jose bar", &["José Núñez", "Bar Ñandú"]);
    check("jose zaragoza", &[]);
    check(
        "jose jose",
        &["José Núñez", "Panadería San José", "Bar Ñandú"],
    );

    // No word runs from one column into the next.
    check("josemaria", &[]);
    check("san j", &["Panadería San José"]);
    check("es-00123", &["Ferretería O'Brien"]);
    check("&", &["Straße & Söhne"]);
}

#[test]
fn a_phone_number_is_found_however_it_is_written() {
    let town = town();
    let check = |search: &str, expect: &[&str]| {
        let wanted = Selection {
            search,
            ..Selection::default()
        };
        assert_eq!(names(&town, &wanted), expect, "{search:?}");
    };
    for search in [
        "983 45 12 88",
        "983451288",
        "+34 98345",
        "+34 98345…",
        "(983)451288",
        "(983) 45-12-88",
        "0034983451288",
        "0034 983 45 12 88",
        "34983",
        "983.45.12.88",
        "983 - 451288",
        "lopez 983 45",
        "4512",
    ] {
        check(search, &["Panadería San José"]);
    }
    // With and without the country's code or the zero before a trunk call.
    for search in ["+34 600 123 123", "600123123", "0034600123123", "600 12 31"] {
        check(search, &["Bar Ñandú"]);
    }
    for search in ["+44 20 7946 0958", "020 7946 0958", "2079460958"] {
        check(search, &["Ferretería O'Brien"]);
    }
    check("+49 30 123456", &["Café Central"]);
    // Digits that are not only in a phone number, and such that are in none.
    check("123", &["Bar Ñandú", "Café Central", "Ferretería O'Brien"]);
    check("600 123 124", &[]);
    check("+34 700 123 123", &[]);
    check("983 nunez", &[]);
}

#[test]
fn without_or_beside_a_search_rows_come_in_the_order_asked_for() {
    let mut rows = [
        customer(1, "ana"),
        customer(2, "Ángel"),
        customer(3, ""),
        customer(4, "Zoe"),
        customer(5, "ana"),
    ];
    rows[0].total_minor = 5;
    rows[1].total_minor = -3;
    rows[3].total_minor = 5;
    rows[0].last_purchase = Some(Day(10));
    rows[3].last_purchase = Some(Day(20));
    rows[0].city = "Ávila".into();
    rows[1].city = "avila".into();
    rows[3].city = "Burgos".into();
    let index = index(rows);
    let check = |column, descending, expect: [u64; 5]| {
        let wanted = Selection {
            column,
            descending,
            ..Selection::default()
        };
        assert_eq!(
            common::select(&index, &wanted),
            expect.map(common::id),
            "{column:?} {descending}"
        );
    };
    check(SortColumn::Name, false, [1, 5, 2, 4, 3]);
    check(SortColumn::Name, true, [4, 2, 1, 5, 3]);
    check(SortColumn::Match, true, [4, 2, 1, 5, 3]);
    check(SortColumn::Total, false, [2, 5, 3, 1, 4]);
    check(SortColumn::Total, true, [1, 4, 5, 3, 2]);
    check(SortColumn::LastPurchase, false, [1, 4, 5, 2, 3]);
    check(SortColumn::LastPurchase, true, [4, 1, 5, 2, 3]);
    check(SortColumn::City, false, [1, 2, 4, 5, 3]);
    check(SortColumn::City, true, [4, 1, 2, 5, 3]);

    let found = |search, column, descending| {
        let wanted = Selection {
            search,
            column,
            descending,
            ..Selection::default()
        };
        common::select(&index, &wanted)
    };
    assert_eq!(
        found("an", SortColumn::Name, true),
        [2, 1, 5].map(common::id)
    );
    assert_eq!(
        found("a", SortColumn::Match, true),
        [1, 5, 2].map(common::id)
    );
}

#[test]
fn deleted_customers_are_found_only_among_the_deleted() {
    let mut gone = customer(1, "Ana");
    gone.deleted = true;
    let index = index([gone, customer(2, "Ana")]);
    for search in ["", "ana"] {
        for deleted in [false, true] {
            let wanted = Selection {
                search,
                deleted,
                ..Selection::default()
            };
            let expect = common::id(if deleted { 1 } else { 2 });
            assert_eq!(common::select(&index, &wanted), [expect]);
        }
    }
    assert_eq!((index.len(), index.live()), (2, 1));
}

#[test]
fn a_changed_customer_is_found_by_the_new_text_only() {
    let mut index = index((0..3000).map(|n| customer(n, &format!("Kunde {n}"))));
    let find = |index: &Index, search| {
        names(
            index,
            &Selection {
                search,
                ..Selection::default()
            },
        )
    };
    assert_eq!(find(&index, "kunde 1234"), ["Kunde 1234"]);
    // Often enough for gaps to be closed several times.
    for round in 0..40 {
        for n in (0..3000).step_by(7) {
            let mut row = customer(n, &format!("Cliente {n} {round}"));
            row.notes = format!("ronda{round} de {n}");
            index.put(row);
        }
    }
    assert_eq!(find(&index, "kunde 1234"), ["Kunde 1234"]);
    assert_eq!(find(&index, "kunde 1235"), ["Kunde 1235"]);
    assert_eq!(find(&index, "cliente 707 39"), ["Cliente 707 39"]);
    assert_eq!(find(&index, "ronda38"), Vec::<String>::new());
    assert_eq!(find(&index, "ronda39").len(), 429);
}

#[test]
fn text_of_any_length_is_taken_and_cut() {
    let long = "ñandú ".repeat(20_000);
    let mut row = customer(1, &long);
    row.notes = long.clone();
    row.tags = vec![long.clone(), "cola".into()];
    row.phone = "1".repeat(100_000);
    row.city = "ﷺ".repeat(30_000);
    let index = index([row]);
    let kept = index.row(index.find(common::id(1)).unwrap());
    assert!(kept.name.len() <= CustomerRow::MAX_TEXT && long.starts_with(&kept.name));
    assert!(kept.name.len() > CustomerRow::MAX_TEXT - 4);
    let wanted = Selection {
        search: "nandu 1111",
        ..Selection::default()
    };
    assert_eq!(common::select(&index, &wanted), [common::id(1)]);
    let again = common::reload(&index);
    assert_eq!(again.row(again.find(common::id(1)).unwrap()), kept);
}
