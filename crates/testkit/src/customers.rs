//! Invented customers as a CSV file.

use crate::columns::{Columns, STAGES, hash};
use crate::lot::Lot;
use crate::places::{self, Country};
use crate::{names, notes};
use std::io::{self, Write};
use tendero_domain::Day;

/// The words for the bits of [`Columns::tags`], the lowest first.
pub const TAGS: [&str; 16] = [
    "vip",
    "mayorista",
    "hostelería",
    "reparto",
    "temporada",
    "contado",
    "crédito",
    "norte",
    "sur",
    "nuevo",
    "prioritario",
    "recomendado",
    "boletín",
    "feria",
    "web",
    "catering",
];

/// 2026-01-01: the day from which [`Columns::recency_days`] and [`Columns::created_days_ago`] count back.
const AS_OF: Day = Day(20_454);

const HEADER: &str = "id,name,person,email,phone,street,postal_code,city,country,tags,notes,created,n_orders,total,\
                      last_purchase,stage,recency_days,total_cents,consent_email,owner,nps\n";

/// Writes `n` invented customers: UTF-8, commas, LF. About 60 of 100 are establishments, the rest private persons.
///
/// The columns from `stage` on are the generator's own; see [`Columns`].
///
/// # Errors
/// Those of `out`.
pub fn customers_csv(n: u64, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(HEADER.as_bytes())?;
    let mut line = String::new();
    for id in 0..n {
        line.clear();
        write_row(&Columns::of(id), &mut line);
        out.write_all(line.as_bytes())?;
    }
    Ok(())
}

fn write_row(row: &Columns, line: &mut String) {
    let [first, ..] = &places::COUNTRIES;
    let country = places::COUNTRIES.get(row.country).unwrap_or(first);
    let looks = Looks::of(row, country);
    let days_before = |days: i32| Day(AS_OF.0 - days).to_string();
    let last = if row.recency_days < 0 {
        String::new()
    } else {
        days_before(row.recency_days)
    };
    let cells = [
        row.id.to_string(),
        looks.name,
        looks.person,
        looks.email,
        looks.phone,
        looks.street,
        looks.postal_code,
        looks.city.to_owned(),
        country.name.to_owned(),
        tags(row.tags),
        looks.note.to_owned(),
        days_before(row.created_days_ago),
        row.n_orders.to_string(),
        format!("{}.{:02}", row.total_cents / 100, row.total_cents % 100),
        last,
        STAGES
            .get(row.stage)
            .copied()
            .unwrap_or_default()
            .to_owned(),
        row.recency_days.to_string(),
        row.total_cents.to_string(),
        row.consent_email.to_string(),
        row.owner.to_string(),
        row.nps.to_string(),
    ];
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            line.push(',');
        }
        push_cell(cell, line);
    }
    line.push('\n');
}

fn push_cell(cell: &str, line: &mut String) {
    if cell.contains([',', '"', '\n']) {
        line.push('"');
        line.push_str(&cell.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(cell);
    }
}

fn tags(bits: u16) -> String {
    let set = TAGS
        .iter()
        .enumerate()
        .filter(|(bit, _)| bits >> bit & 1 == 1);
    let words: Vec<&str> = set.map(|(_, word)| *word).collect();
    words.join(", ")
}

/// What the generator's numbers do not say.
struct Looks {
    name: String,
    person: String,
    email: String,
    phone: String,
    street: String,
    postal_code: String,
    city: &'static str,
    note: &'static str,
}

impl Looks {
    fn of(row: &Columns, country: &Country) -> Self {
        let mut lot = Lot::of(hash(row.id, 11));
        let language = country.language;
        let is_establishment = lot.below(100) < 60;
        let (given, family) = names::person(language, &mut lot);
        let person = format!("{given} {family}");
        let name = if is_establishment {
            names::establishment(language, &mut lot)
        } else {
            person.clone()
        };
        let some = |percent, lot: &mut Lot| lot.below(100) < percent;
        let person = if is_establishment && some(85, &mut lot) {
            person
        } else {
            String::new()
        };
        let email = if some(88, &mut lot) {
            let domain = lot.pick(&["example.com", "example.es", "example.org"]);
            let first = family.split(' ').next().unwrap_or_default();
            match (is_establishment, lot.below(2)) {
                (true, 0) => format!("info.{}{}@{domain}", ascii(&name), row.id),
                (true, _) => format!("{}{}@{domain}", ascii(&name), row.id),
                (false, _) => format!("{}.{}{}@{domain}", ascii(&given), ascii(first), row.id),
            }
        } else {
            String::new()
        };
        let phone = if some(92, &mut lot) {
            country.phone(&mut lot)
        } else {
            String::new()
        };
        let [first, ..] = &country.cities;
        let city = country
            .cities
            .get(usize::from(row.city) % country.cities.len());
        let (city, prefix) = *city.unwrap_or(first);
        let (street, postal_code) = if some(90, &mut lot) {
            (
                country.street(&mut lot),
                country.postal_code(prefix, &mut lot),
            )
        } else {
            (String::new(), String::new())
        };
        let note = if some(30, &mut lot) {
            notes::note(language, &mut lot)
        } else {
            ""
        };
        Self {
            name,
            person,
            email,
            phone,
            street,
            postal_code,
            city,
            note,
        }
    }
}

/// The letters of a name as a mail address has them.
fn ascii(name: &str) -> String {
    tendero_domain::fold(name)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    fn file(n: u64) -> String {
        let mut bytes = Vec::new();
        customers_csv(n, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn the_file_is_the_same_for_ever() {
        let digest = Sha256::digest(file(1000).as_bytes());
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            hex,
            "4e78ff103590f6031c4bfda85c51bacd02cf0d64f50abc98708a099a81b282fd"
        );
    }

    #[test]
    fn a_longer_file_begins_with_the_shorter_one() {
        assert!(file(200).starts_with(&file(100)));
    }

    #[test]
    fn the_counting_day_is_the_first_of_2026() {
        assert_eq!(AS_OF.to_string(), "2026-01-01");
    }

    #[test]
    fn mail_addresses_are_in_domains_for_examples() {
        let text = file(2000);
        let mails = text.split(',').filter(|cell| cell.contains('@'));
        let mut count = 0;
        for mail in mails {
            let domain = mail.split('@').nth(1).unwrap();
            assert!(
                ["example.com", "example.es", "example.org"].contains(&domain),
                "{mail}"
            );
            count += 1;
        }
        assert!(count > 1600);
    }

    #[test]
    fn cities_are_two_hundred_and_belong_to_one_country() {
        let mut cities: Vec<&str> = places::COUNTRIES
            .iter()
            .flat_map(|c| c.cities.map(|(name, _)| name))
            .collect();
        cities.sort_unstable();
        cities.dedup();
        assert_eq!(cities.len(), 200);
    }
}
