//! The column layouts of other programs (`tests/data/vendors`).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{customers, data, field, inspected};
use tendero_domain::{Field, ImportColumn};

/// What is mapped, as `column name=key` joined with commas.
fn mapping(file: &str) -> String {
    let inspection = inspected(&data(&format!("vendors/{file}"))).unwrap();
    let mapped: Vec<String> = inspection
        .names
        .iter()
        .filter(|n| n.guess != ImportColumn::Skip)
        .map(|n| {
            format!(
                "{}={}{}",
                n.name,
                n.guess.key(),
                if n.sure { "" } else { "?" }
            )
        })
        .collect();
    mapped.join(", ")
}

#[track_caller]
fn check(file: &str, expect: &str) {
    assert_eq!(mapping(file), expect);
}

/// The first customer of the invented rows is the same in every layout.
#[track_caller]
fn first_is_known(file: &str) {
    let customers = customers(&data(&format!("vendors/{file}")));
    assert_eq!(customers.len(), 8);
    let first = &customers[0];
    assert_eq!(field(first, Field::Name), "Construcciones Ñandú S.A.");
    assert_eq!(field(first, Field::Person), "María José de la Peña Núñez");
    assert_eq!(field(first, Field::Phone), "669 006 026");
    assert_eq!(
        field(first, Field::Email),
        "mariajose.delapenanunez@ejemplo-8.es"
    );
}

#[test]
fn google() {
    check(
        "google_contacts_2024.csv",
        "First Name=givenName, Last Name=familyName, Organization Name=name, Notes=note, \
         Labels=tags, E-mail 1 - Value=email, Phone 1 - Value=phone, \
         Address 1 - Formatted=street, Address 1 - City=city, Address 1 - Region=region, \
         Address 1 - Postal Code=postalCode, Address 1 - Country=country",
    );
    first_is_known("google_contacts_2024.csv");
    check(
        "google_contacts_old.csv",
        "Name=person, Given Name=givenName, Family Name=familyName, Notes=note, \
         Group Membership=tags, E-mail 1 - Value=email, Phone 1 - Value=phone, \
         Organization 1 - Name=name",
    );
    first_is_known("google_contacts_old.csv");
}

#[test]
fn outlook() {
    check(
        "outlook_com.csv",
        "First Name=givenName, Last Name=familyName, E-mail Address=email, \
         Mobile Phone=phone, Company=name, Business Street=street, Business City=city, \
         Business State=region, Business Postal Code=postalCode, \
         Business Country/Region=country, Notes=note",
    );
    first_is_known("outlook_com.csv");
    check(
        "outlook_desktop_windows1252.csv",
        "First Name=givenName, Last Name=familyName, Company=name, Business Street=street, \
         Business City=city, Business State=region, Business Postal Code=postalCode, \
         Business Country/Region=country, Mobile Phone=phone, Categories=tags, \
         E-mail Address=email, Notes=note",
    );
    first_is_known("outlook_desktop_windows1252.csv");
}

#[test]
fn hubspot() {
    check(
        "hubspot_contacts.csv",
        "Record ID=externalKey, First Name=givenName, Last Name=familyName, Email=email, \
         Phone Number=phone, Lead Source=source, Associated Company=name",
    );
    first_is_known("hubspot_contacts.csv");
    check(
        "hubspot_companies.csv",
        "Record ID=externalKey, Company name=name, Phone Number=phone, City=city, \
         Country/Region=country, Industry=tags",
    );
    // Deals are not purchases, and these name nobody.
    check("hubspot_deals.csv", "");
}

#[test]
fn salesforce() {
    check(
        "salesforce_contacts_report.csv",
        "First Name=givenName, Last Name=familyName, Mailing Street=street, \
         Mailing City=city, Mailing State/Province=region, \
         Mailing Zip/Postal Code=postalCode, Mailing Country=country, Mobile=phone, \
         Email=email, Account Name=name",
    );
    first_is_known("salesforce_contacts_report.csv");
    check(
        "salesforce_contacts_dataloader.csv",
        "ID=externalKey, LASTNAME=familyName, FIRSTNAME=givenName, NAME=person, \
         MAILINGSTREET=street, MAILINGCITY=city, MAILINGSTATE=region, \
         MAILINGPOSTALCODE=postalCode, MAILINGCOUNTRY=country, MOBILEPHONE=phone, \
         EMAIL=email, LEADSOURCE=source, DESCRIPTION=about",
    );
}

#[test]
fn pipedrive() {
    check(
        "pipedrive_people.csv",
        "Person - Name=person, Person - First name=givenName, Person - Last name=familyName, \
         Person - Label=tags, Person - Organization=name, Person - Email - Work=email, \
         Person - Phone - Mobile=phone, Person - ID=externalKey",
    );
    first_is_known("pipedrive_people.csv");
    check(
        "pipedrive_deals.csv",
        "Deal - Organization=name, Deal - Contact person=person, \
         Person - Email - Work=email",
    );
}
