//! What the name of a column says, in English and Spanish.
//!
//! A name becomes words ("MailingZip/PostalCode" → mailing zip postal code), words become one word per notion ("fecha", "day" → date),
//! and what is left is looked up as a whole. A name with a word that is not understood means nothing: "Contact owner" is no contact.

mod vocabulary;

use std::collections::HashMap;
use std::sync::LazyLock;
use tendero_domain::{ImportColumn, fold};
use vocabulary::{NOTIONS, PHRASES};

/// What a column's name says. Some names are clear only beside the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// One thing.
    Column(ImportColumn),
    /// The name of an establishment or organisation.
    Company,
    /// "Name": whole, or only the given name where a family name has its own column.
    Name,
    /// A whole name, of a customer or a person.
    FullName,
    /// The legal name.
    Legal,
    /// The key of a customer.
    CustomerId,
    /// A key, of whatever the rows are.
    Id,
    /// The day of a purchase.
    OrderDay,
    /// A day.
    Date,
    /// The amount of a purchase, or of all of them.
    Amount,
    /// Province or status.
    Estado,
    /// Something of a deal that is still open, not of a purchase.
    Deal,
}

/// What a name says, how directly (0 is most), and of which of several addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) meaning: Meaning,
    pub(crate) rank: usize,
    pub(crate) group: String,
}

/// Longer texts, in bytes, are no names.
const MAX_NAME_BYTES: usize = 80;

/// Reads the name of a column.
pub(crate) fn read(name: &str) -> Option<Reading> {
    if name.is_empty() || name.len() > MAX_NAME_BYTES {
        return None;
    }
    let words = words(name);
    let group: Vec<&str> = words
        .iter()
        .copied()
        .filter(|w| GROUPS.contains(w))
        .collect();
    let reading = |(meaning, rank)| Reading {
        meaning,
        rank,
        group: group.join(" "),
    };
    if words.first() == Some(&"deal") {
        let customer = words.contains(&"company") || words.contains(&"person");
        if !customer {
            return Some(reading((Meaning::Deal, 0)));
        }
    }
    if let Some(found) = look_up(&words) {
        return Some(reading(found));
    }
    let further = words.iter().any(|w| matches!(*w, "2" | "3" | "4" | "5"));
    let bare: Vec<&str> = words.iter().copied().filter(|w| !is_qualifier(w)).collect();
    let owned = match bare.split_first() {
        Some((first, rest)) if OWNERS.contains(first) && !rest.is_empty() => rest,
        _ => &[],
    };
    let penalty = if further { 100 } else { 0 };
    if let Some((meaning, rank)) = look_up(&bare) {
        return Some(reading((meaning, rank + 10 + penalty)));
    }
    // "Customer email" is the customer's, but "Company ID" is not the customer's key.
    match look_up(owned) {
        Some((Meaning::Column(column), rank)) => {
            Some(reading((Meaning::Column(column), rank + 20 + penalty)))
        }
        _ => None,
    }
}

/// Whether the names are of somebody who writes the month first: the United States have zip codes and states.
pub(crate) fn is_american(names: &[String]) -> bool {
    names.iter().any(|name| {
        let folded = fold(name);
        folded
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| matches!(word, "zip" | "zipcode" | "state" | "ssn" | "ein"))
    })
}

/// Whose phone and of what the city is goes without saying in a list of customers.
const OWNERS: [&str; 7] = [
    "person", "contact", "customer", "company", "shop", "account", "address",
];

/// Words that tell several addresses of one customer apart.
const GROUPS: [&str; 11] = [
    "home", "work", "business", "mailing", "billing", "shipping", "other", "personal", "fiscal",
    "delivery", "main",
];

fn is_qualifier(word: &str) -> bool {
    GROUPS.contains(&word) || matches!(word, "1" | "2" | "3" | "4" | "5" | "value" | "fixed")
}

fn look_up(words: &[&str]) -> Option<(Meaning, usize)> {
    static MEANINGS: LazyLock<HashMap<&str, (Meaning, usize)>> = LazyLock::new(|| {
        let ranked = |(meaning, phrases): &(Meaning, &'static str)| {
            let meaning = *meaning;
            let phrases = phrases.split('|').enumerate();
            phrases.map(move |(rank, phrase)| (phrase, (meaning, rank)))
        };
        PHRASES.iter().flat_map(ranked).collect()
    });
    MEANINGS.get(words.join(" ").as_str()).copied()
}

/// The words of a name, one per notion, without those that say nothing.
fn words(name: &str) -> Vec<&'static str> {
    let mut spaced = String::with_capacity(name.len() + 8);
    let mut before = ' ';
    for c in name.chars() {
        let bump = (before.is_lowercase() && c.is_uppercase())
            || (before.is_alphabetic() && c.is_ascii_digit())
            || (before.is_ascii_digit() && c.is_alphabetic());
        if bump && !matches!(c, 'º' | 'ª') {
            spaced.push(' ');
        }
        match c {
            '#' => spaced.push_str(" no "),
            'º' | '°' | 'ª' => spaced.push('o'), // "N.º", "Nº", "N°"
            _ => spaced.push(c),
        }
        before = c;
    }
    let folded = fold(&spaced);
    let mut words: Vec<&'static str> = Vec::new();
    for word in join_initials(&folded) {
        match notion(&word) {
            Some(notion) => words.push(notion),
            None => words.extend(split_joined(&word).unwrap_or_else(|| vec!["?"])),
        }
    }
    words.retain(|word| !SILENT.contains(word));
    words.dedup(); // "NIF/CIF", "e-mail: correo"
    words
}

/// The words of a text; letters on their own are one word: "C.I.F.", "c. p.", "N.º", "e-mail".
fn join_initials(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut initials = false;
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        let initial = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
        match words.last_mut() {
            Some(before) if initial && initials => before.push_str(word),
            _ if word.is_empty() => continue,
            _ => words.push(word.to_owned()),
        }
        initials = initial;
    }
    words
}

/// "MAILINGPOSTALCODE" is words without gaps.
fn split_joined(word: &str) -> Option<Vec<&'static str>> {
    if word.is_empty() {
        return Some(Vec::new());
    }
    (2..=word.len()).rev().find_map(|at| {
        let (first, rest) = word.split_at_checked(at)?;
        let long_enough = at > 2 || matches!(first, "id" | "no");
        let notion = notion(first).filter(|n| long_enough && *n != "of")?;
        let mut words = vec![notion];
        words.extend(split_joined(rest)?);
        Some(words)
    })
}

fn notion(word: &str) -> Option<&'static str> {
    static WORDS: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
        let each = |(notion, words): &(&'static str, &'static str)| {
            let notion = *notion;
            words.split(' ').map(move |word| (word, notion))
        };
        NOTIONS.iter().flat_map(each).collect()
    });
    WORDS.get(word).copied()
}

/// Notions that change nothing.
const SILENT: [&str; 2] = ["of", "currency"];

#[cfg(test)]
mod tests {
    use super::*;
    use tendero_domain::Field;

    const fn field(field: Field) -> Meaning {
        Meaning::Column(ImportColumn::Field(field))
    }

    fn meaning(name: &str) -> Option<Meaning> {
        read(name).map(|reading| reading.meaning)
    }

    #[track_caller]
    fn check(expect: Meaning, names: &str) {
        for name in names.split('|') {
            assert_eq!(meaning(name), Some(expect), "{name}");
        }
    }

    #[test]
    fn names_of_customers_and_people() {
        check(Meaning::Name, "Name|NOMBRE|nombre:");
        check(
            Meaning::Company,
            "Empresa|Nombre comercial|Company Name|organization_name|Organization 1 - Name|Associated Company|\
             Account Name|Person - Organization|Negocio|Nombre de la empresa|Deal - Organization",
        );
        check(Meaning::Legal, "Razón social|RAZÓN SOCIAL|Legal name");
        check(
            Meaning::FullName,
            "Nombre y apellidos|Full Name|Nombre completo|Cliente|CustomerName|Person - Name|Display Name|\
             Nombre/Razón social|Nombre o razón social",
        );
        check(
            field(Field::Person),
            "Contacto|Persona de contacto|contact_name|Person|Deal - Contact person",
        );
        check(
            Meaning::Column(ImportColumn::GivenName),
            "First Name|FIRSTNAME|Given Name|Person - First name|Nombre de pila",
        );
        check(
            Meaning::Column(ImportColumn::FamilyName),
            "Last name|LASTNAME|Apellidos|Family Name|Surname|Primer apellido",
        );
        check(
            field(Field::TaxId),
            "NIF|C.I.F.|N.I.F.|NIF/CIF|VAT number|Tax ID|RFC",
        );
    }

    #[test]
    fn ways_of_contact_and_places() {
        check(
            field(Field::Phone),
            "Teléfono móvil|Phone|Tlf.|PHONE|MOBILEPHONE|Phone 1 - Value|Business Phone 2|Person - Phone - Work|\
             Company Main Phone|Móvil|Nº de teléfono|Teléfono fijo|Phones|Mobile Number|Teléfono 1",
        );
        check(
            field(Field::Email),
            "E-mail|Correo electrónico|correo|E-mail 1 - Value|E-mail 2 Address|EMAIL|Person - Email - Work|\
             Primary Email|mail|Emails|Dirección de correo electrónico",
        );
        check(
            field(Field::Street),
            "Dirección|MAILINGSTREET|Calle|Address 1 - Street|Address line 1|Domicilio fiscal|Street address|\
             Home Address|Calle y número",
        );
        check(
            field(Field::PostalCode),
            "CP|C.P.|Código postal|Zip|Mailing Zip/Postal Code|MAILINGPOSTALCODE|Cód. postal|postal_code|\
             Postcode|Home ZipCode",
        );
        check(
            field(Field::City),
            "Población|Ciudad|Localidad|City|MAILINGCITY|Address 1 - City",
        );
        check(
            field(Field::Region),
            "Provincia|Mailing State/Province|Region|Comunidad Autónoma",
        );
        check(
            field(Field::Country),
            "País|Country/Region|Home Country/Region|country",
        );
    }

    #[test]
    fn purchases() {
        check(
            Meaning::Column(ImportColumn::OrderNumber),
            "InvoiceNo|Nº factura|N.º de pedido|Factura|order_id|Order no.|Número de factura|Invoice #|Ticket",
        );
        check(
            Meaning::OrderDay,
            "InvoiceDate|Fecha factura|Fecha de compra|order_date|Fecha del pedido",
        );
        check(Meaning::Date, "Fecha|day|Date|Fecha y hora");
        check(
            Meaning::Amount,
            "Importe|amt|Total|Importe total|Importe (EUR)|Total €|Grand total",
        );
        check(
            Meaning::Column(ImportColumn::OrderLines),
            "lines|Líneas|Nº líneas|Items",
        );
        check(
            Meaning::Column(ImportColumn::BeforeCount),
            "n_orders|Pedidos|Nº de compras|Order count",
        );
        check(
            Meaning::Column(ImportColumn::BeforeTotal),
            "total_spent|Total gastado|Lifetime value|Total compras",
        );
        check(
            Meaning::Column(ImportColumn::BeforeLast),
            "last_purchase|Última compra|Fecha última compra|Last order date",
        );
    }

    #[test]
    fn the_rest() {
        check(
            Meaning::CustomerId,
            "CustomerID|Código cliente|Cód. cliente|External ID|Nº cliente|Customer number|customer_id|Person - ID",
        );
        check(Meaning::Id, "id|Record ID|Código|ID|Ref.");
        check(
            Meaning::Column(ImportColumn::Tags),
            "Tags|Etiquetas|Labels|Group Membership|Person - Label|Categories",
        );
        check(
            Meaning::Column(ImportColumn::Note),
            "Notas|Observaciones|Notes|Comentarios",
        );
        check(field(Field::About), "DESCRIPTION|Descripción");
        check(field(Field::Source), "Lead Source|LEADSOURCE|Origen");
        check(
            Meaning::Deal,
            "Deal - Title|Deal Name|Deal - Value|STAGENAME",
        );
    }

    #[test]
    fn a_word_that_is_not_understood_makes_the_name_mean_nothing() {
        let names = "|E-mail 1 - Type|E-mail 1 - Label|Phone 1 - Label|Contact owner|Company owner|Fax|Home Fax|\
             Birthday|Fecha de nacimiento|Fecha de alta|Create Date|Last Activity Date|Lead Status|Account Owner|\
             Associated Company IDs|OWNERID|ACCOUNTID|Photo|Manager's Name|Nickname|Middle Name|\
             Family Name Yomi|Acepta publicidad|Opt In|Desconocida|total_cents|Company Domain Name|\
             Assistant's Phone|Web Page|ISDELETED|recency_days|Company ID|Organization 1 - Title|Name Prefix|\
             Title|created|stage|owner|Teléfono del comercial|Precio|Unidades|Name Suffix";
        for name in names.split('|') {
            assert_eq!(meaning(name), None, "{name}");
        }
    }

    #[test]
    fn no_word_has_two_notions_and_no_phrase_two_meanings() {
        let mut words: Vec<&str> = NOTIONS.iter().flat_map(|(_, w)| w.split(' ')).collect();
        let mut phrases: Vec<&str> = PHRASES.iter().flat_map(|(_, p)| p.split('|')).collect();
        for list in [&mut words, &mut phrases] {
            list.sort_unstable();
            for pair in list.windows(2) {
                assert_ne!(pair[0], pair[1]);
            }
        }
        // A phrase that is not written in notions would never be found.
        for word in phrases.iter().flat_map(|phrase| phrase.split(' ')) {
            assert!(NOTIONS.iter().any(|(notion, _)| *notion == word), "{word}");
        }
    }

    #[test]
    fn the_first_of_several_is_preferred_and_addresses_keep_together() {
        let rank = |name| read(name).unwrap().rank;
        assert!(rank("Phone") < rank("Home Phone"));
        assert!(rank("E-mail 1 - Value") < rank("E-mail 2 - Value"));
        assert_eq!(read("Business City").unwrap().group, "business");
        assert_eq!(read("City").unwrap().group, "");
    }
}
