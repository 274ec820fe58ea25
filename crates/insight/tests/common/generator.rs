//! Synthetic customers, the same in any language: a counter run through SplitMix64's finaliser.

use super::{TODAY, id};
use tendero_domain::Day;
use tendero_insight::CustomerRow;

const COUNTRIES: [(&str, u64); 10] = [
    ("ES", 30),
    ("MX", 50),
    ("AR", 60),
    ("CO", 70),
    ("CL", 75),
    ("PE", 80),
    ("US", 90),
    ("FR", 94),
    ("DE", 97),
    ("PT", 100),
];

fn hash(customer: u64, k: u64) -> u64 {
    let mut z = (customer * 16 + k + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// What rules can ask of the n-th synthetic customer, as of [`TODAY`].
pub fn synthetic(n: u64) -> CustomerRow {
    let upto = |k, below| hash(n, k) % below;
    let mut row = CustomerRow::blank(id(n), [0; 16]);
    let country = upto(0, 100);
    row.country = COUNTRIES
        .iter()
        .find(|(_, below)| country < *below)
        .unwrap()
        .0
        .to_owned();
    row.city = format!("Ciudad {}", upto(9, 200));
    let tags = hash(n, 7);
    let tags = tags & (tags >> 16) & 0xFFFF;
    row.tags = (0..16)
        .filter(|bit| tags >> bit & 1 == 1)
        .map(|bit| format!("tag {bit}"))
        .collect();
    row.created = Some(Day(TODAY.0 - upto(10, 1825) as i32));
    let is_customer = (55..90).contains(&upto(1, 100));
    if is_customer {
        row.orders = 1 + hash(n, 2).trailing_zeros().min(29);
        row.total_minor = i64::from(row.orders) * (500 + upto(4, 20_000) as i64);
        row.last_purchase = Some(Day(TODAY.0 - upto(3, 730) as i32));
    }
    row
}

const GIVEN: [&str; 16] = [
    "María", "José", "Ana", "Antonio", "Lucía", "Íñigo", "Carmen", "Begoña", "John", "Emma",
    "Olivia", "James", "Núria", "Peter", "Sofía", "Zoë",
];
const FAMILY: [&str; 20] = [
    "García", "López", "Martín", "Núñez", "Peña", "Sánchez", "Ruiz", "Smith", "Brown", "Taylor",
    "Ibáñez", "Otero", "Vidal", "Campos", "Walker", "Young", "Muñoz", "Ferrer", "Quintana",
    "Zubiri",
];
const TRADE: [&str; 14] = [
    "Panadería",
    "Bar",
    "Ferretería",
    "Farmacia",
    "Librería",
    "Hotel",
    "Taller",
    "Bodega",
    "Bakery",
    "Café",
    "Florist",
    "Grocer",
    "Mesón",
    "Clínica",
];
const PATRON: [&str; 12] = [
    "San Roque",
    "Santa Ana",
    "del Carmen",
    "Central",
    "La Plaza",
    "El Molino",
    "Nueva",
    "Los Arcos",
    "Bridge Street",
    "Old Town",
    "Ñandú",
    "Mirador",
];
const CITY: [&str; 20] = [
    "Valladolid",
    "Zaragoza",
    "Málaga",
    "Cádiz",
    "León",
    "Ávila",
    "A Coruña",
    "Bilbao",
    "Madrid",
    "Sevilla",
    "Ciudad de México",
    "Bogotá",
    "Córdoba",
    "London",
    "Bristol",
    "Leeds",
    "Lyon",
    "Köln",
    "Porto",
    "Lima",
];
const NOTE: [&str; 10] = [
    "Llamar el lunes por la mañana, antes de abrir.",
    "Pidió tres cajas y pregunta por el descuento de verano.",
    "Paga a 30 días; la dueña es la hermana de Lucía.",
    "Prefers deliveries before nine, ring the bell twice.",
    "Interesado en la nueva línea de cafés.",
    "Visita corta, estaba el encargado.",
    "Asked for a quote for 40 boxes, compares with a rival.",
    "Cierra en agosto.",
    "No quiere correo, solo teléfono.",
    "Wants the invoice by post.",
];

fn pick<'a>(from: &[&'a str], n: u64, k: u64) -> &'a str {
    from[(hash(n + 1_000_000_007, k) % from.len() as u64) as usize]
}

/// The n-th synthetic customer with invented texts.
pub fn full(n: u64) -> CustomerRow {
    let mut row = synthetic(n);
    let (given, family) = (pick(&GIVEN, n, 0), pick(&FAMILY, n, 1));
    let number = hash(n, 12);
    row.name = format!(
        "{} {} {}",
        pick(&TRADE, n, 2),
        pick(&PATRON, n, 3),
        number % 997
    );
    row.person = format!("{given} {family} {}", pick(&FAMILY, n, 4));
    row.phone = match number >> 32 & 3 {
        0 => format!(
            "+34 {} {:02} {:02} {:02}",
            600 + number % 399,
            number >> 8 & 63,
            number >> 16 & 63,
            number >> 24 & 63
        ),
        1 => format!(
            "983 {:02} {:02} {:02}",
            number >> 8 & 63,
            number >> 16 & 63,
            number >> 24 & 63
        ),
        2 => format!("(+44) 20-7946-{:04}", number % 10_000),
        _ => format!("{}", 600_000_000 + number % 99_999_999),
    };
    let plain = |text: &str| tendero_domain::fold(text).replace(' ', "");
    row.email = format!(
        "{}.{}{}@example.com",
        plain(given),
        plain(family),
        number % 1000
    );
    row.city = pick(&CITY, n, 5).to_owned();
    row.key = format!("C-{n:06}");
    row.tags = row
        .tags
        .iter()
        .map(|tag| tag.replace("tag 3", "VIP").replace("tag", "ruta"))
        .collect();
    row.notes = (0..number >> 40 & 3)
        .map(|k| pick(&NOTE, n, 6 + k))
        .collect::<Vec<_>>()
        .join("\n");
    row.last_contact = Some(Day(TODAY.0 - (number >> 44 & 511) as i32));
    row
}
