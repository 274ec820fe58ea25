//! What the columns of a table hold, by their names and by their values.

use crate::kind::Kind;
use crate::nicknames;
use crate::normal;
use std::collections::HashSet;
use tendero_domain::fold;

/// What is made of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Nothing: keys of rows, dates of entry, notes, amounts, what is not understood.
    Unused,
    /// It is compared.
    Field(Kind),
}

/// Rows that are looked at.
const SAMPLE: usize = 500;

/// Guesses what the columns hold: by their names in Spanish and English where they say it, else by the values. `names` is empty for
/// a table without any. A column that numbers rows or that tells groups of rows apart is never used.
#[must_use]
pub fn guess_columns(names: &[String], rows: &[Vec<String>]) -> Vec<Column> {
    let width = rows
        .iter()
        .take(SAMPLE)
        .map(Vec::len)
        .max()
        .unwrap_or(0)
        .max(names.len());
    let mut columns: Vec<Column> = Vec::new();
    for at in 0..width {
        let name = names.get(at).map(String::as_str).unwrap_or_default();
        let column = match named(name) {
            Some(Column::Field(Kind::HouseNumber)) if numbers_rows(at, rows) => Column::Unused,
            Some(column) => column,
            None => by_values(at, rows),
        };
        columns.push(column);
    }
    let is_guess = |at: usize| names.get(at).is_none_or(|name| named(name).is_none());
    beside_given_name(&mut columns, is_guess);
    settle(names, &mut columns);
    columns
}

/// Words beside a given name that the values alone would take for a town are its surname.
fn beside_given_name(columns: &mut [Column], is_guess: impl Fn(usize) -> bool) {
    let place = |kind| {
        columns
            .iter()
            .position(|column| *column == Column::Field(kind))
    };
    let (Some(given), None) = (place(Kind::GivenName), place(Kind::Surname)) else {
        return;
    };
    let is_town =
        |at: &usize| columns.get(*at) == Some(&Column::Field(Kind::City)) && is_guess(*at);
    let beside = [Some(given + 1), given.checked_sub(1)]
        .into_iter()
        .flatten()
        .find(is_town);
    if let Some(column) = beside.and_then(|at| columns.get_mut(at)) {
        *column = Column::Field(Kind::Surname);
    }
}

/// Whether a column that is called "number" numbers the rows.
fn numbers_rows(at: usize, rows: &[Vec<String>]) -> bool {
    let cells: Vec<String> = rows
        .iter()
        .take(SAMPLE)
        .filter_map(|row| row.get(at))
        .filter(|cell| !cell.is_empty())
        .cloned()
        .collect();
    let different = cells.iter().collect::<HashSet<_>>().len();
    cells.len() > 20 && (different * 10 > cells.len() * 9 || rises(&cells))
}

/// What only the other columns tell.
fn settle(names: &[String], columns: &mut [Column]) {
    let has = |columns: &[Column], kind| columns.contains(&Column::Field(kind));
    // "Name" beside "surname" is the given name.
    if has(columns, Kind::Surname) && !has(columns, Kind::GivenName) {
        for (column, name) in columns.iter_mut().zip(names) {
            if *column == Column::Field(Kind::FullName)
                && matches!(fold(name).as_str(), "name" | "nombre" | "nombres")
            {
                *column = Column::Field(Kind::GivenName);
            }
        }
    }
    // The whole name says nothing new beside its parts.
    if has(columns, Kind::Surname) && has(columns, Kind::GivenName) {
        for column in columns
            .iter_mut()
            .filter(|c| **c == Column::Field(Kind::FullName))
        {
            *column = Column::Unused;
        }
    }
    // Only the first address line is a street, the others are something else.
    let mut streets = 0;
    for column in columns
        .iter_mut()
        .filter(|c| **c == Column::Field(Kind::Street))
    {
        streets += 1;
        match streets {
            1 => {}
            2 => *column = Column::Field(Kind::AddressLine),
            _ => *column = Column::Unused,
        }
    }
    // Of several columns of a kind that has one value the first is taken.
    let mut seen = HashSet::new();
    for column in columns.iter_mut() {
        let Column::Field(kind) = *column else {
            continue;
        };
        let may_repeat =
            kind.is_list() || matches!(kind, Kind::GivenName | Kind::Surname | Kind::AddressLine);
        if !seen.insert(kind) && !may_repeat {
            *column = Column::Unused;
        }
    }
}

/// The words of a column's name: "Person - First name", "firstName", "FIRST_NAME".
fn name_words(name: &str) -> Vec<String> {
    let mut spaced = String::new();
    let mut before = ' ';
    for c in name.chars() {
        if before.is_lowercase() && c.is_uppercase() {
            spaced.push(' ');
        }
        spaced.push(match c {
            '.' | '\'' => continue,
            'º' | '°' => 'o',
            c => c,
        });
        before = c;
    }
    let folded = fold(&spaced);
    let words = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words
        .map(|word| {
            word.trim_end_matches(|c: char| c.is_ascii_digit())
                .to_owned()
        })
        .filter(|w| !w.is_empty())
        .collect()
}

/// What a name says; `None` when it is not understood.
fn named(name: &str) -> Option<Column> {
    let words = name_words(name);
    let any = |list: &str| list.split(' ').any(|word| words.iter().any(|w| w == word));
    let both = |a: &str, b: &str| any(a) && any(b);
    let field = |kind| Some(Column::Field(kind));
    if words.is_empty() {
        return None;
    }
    if any(
        "nif cif dni nie ssn nin rfc curp vat passport pasaporte cuit cuil rut nipc siret siren ein nhs taxid idcard cedula",
    ) || both(
        "tax national social soc fiscal identity",
        "id no number num numero security sec identification identificacion",
    ) || both("seguridad", "social")
    {
        return field(Kind::OfficialId);
    }
    if any("birth dob born birthday birthdate dateofbirth nacimiento cumpleanos nac bday fnac") {
        return field(Kind::BirthDate);
    }
    if any(
        "fax web website url homepage photo foto password owner propietario note notes nota notas comment comments comentarios \
            observaciones tag tags etiqueta etiquetas created updated modified alta baja timestamp last ultima ultimo amount importe \
            total price precio saldo balance lead opt consent language idioma status estatus score age edad title titulo",
    ) && !any("name surname apellido nombre")
    {
        return Some(Column::Unused);
    }
    if any("mail email emails mails correo correos emailaddress") {
        return field(Kind::Mail);
    }
    if any(
        "phone phones telephone tel telf tlf telefono telefonos mobile movil cell celular whatsapp fono tfno tfn cellphone telefon mobilephone homephone workphone phonenumber",
    ) {
        return field(Kind::Phone);
    }
    if any("zip zipcode postcode cp plz codpostal postalcode")
        || both("postal post", "code codigo cod")
    {
        return field(Kind::PostalCode);
    }
    if any("firstname forename forenames givenname fname middlename")
        || both("first given fore christian middle", "name names")
        || both("nombre", "pila")
        || words == ["first"]
        || words == ["given"]
    {
        return field(Kind::GivenName);
    }
    if any("surname surnames lastname apellido lname familyname")
        || both("last family second", "name")
        || (any("apellidos") && !any("nombre"))
        || words == ["last"]
    {
        return field(Kind::Surname);
    }
    if any(
        "id ids uid uuid guid key clave cluster label labels match gold entity group grupo record ref referencia codigo code index row",
    ) {
        return Some(Column::Unused);
    }
    if any(
        "company organisation organization empresa business razon shop tienda store negocio establecimiento establishment \
            restaurant restaurante hotel venue org firma compania merchant",
    ) || both(
        "trade trading legal commercial comercial account",
        "name nombre",
    ) {
        return field(Kind::Organisation);
    }
    if any(
        "street address addr calle direccion domicilio via dir house portal building suburb streetaddress",
    ) && any("number num no numero nro nr")
    {
        return field(Kind::HouseNumber);
    }
    if any("street address addr calle direccion domicilio via dir streetaddress")
        && !any("type tipo")
    {
        return field(Kind::Street);
    }
    if any("number num numero nro no nr") {
        return field(Kind::HouseNumber);
    }
    if any("city suburb town ciudad poblacion localidad municipio village locality pueblo cidade") {
        return field(Kind::City);
    }
    if any("state province region county provincia estado comunidad prov departamento") {
        return field(Kind::Region);
    }
    if any("country pais nation") {
        return field(Kind::Country);
    }
    if any(
        "type tipo category categoria sector cuisine kind industry industria actividad giro gender sex sexo genero class",
    ) {
        return field(Kind::Category);
    }
    if any(
        "name names nombre nombres fullname cliente customer client contact contacto person persona nom",
    ) {
        return field(Kind::FullName);
    }
    None
}

/// What the values seem to be. Without a name that says so, whole numbers are never used: they may number rows or groups.
fn by_values(at: usize, rows: &[Vec<String>]) -> Column {
    let cells = rows
        .iter()
        .filter_map(|row| row.get(at))
        .map(|cell| fold(cell))
        .filter(|cell| !cell.is_empty());
    let cells: Vec<String> = cells.take(SAMPLE).collect();
    if cells.is_empty() {
        return Column::Unused;
    }
    let share = |test: &dyn Fn(&str) -> bool| {
        cells.iter().filter(|cell| test(cell)).count() as f64 / cells.len() as f64
    };
    let different = cells.iter().collect::<HashSet<_>>().len() as f64 / cells.len() as f64;
    let digits = |cell: &str| cell.chars().filter(char::is_ascii_digit).count();
    let only_digits = |cell: &str| cell.bytes().all(|b| b.is_ascii_digit());
    let letters_only = |cell: &str| {
        cell.chars()
            .all(|c| c.is_alphabetic() || matches!(c, ' ' | '\'' | '-' | '.' | ',' | 'ª' | 'º'))
    };
    let words = |cell: &str| cell.split(' ').count();
    let is_date = |cell: &str| normal::date(cell).is_some_and(|d| d.len() == 8 && is_day(&d));
    if share(&|c| c.contains('@') && c.contains('.')) > 0.7 {
        return Column::Field(Kind::Mail);
    }
    if share(&is_date) > 0.8 {
        return Column::Field(Kind::BirthDate);
    }
    let with_signs = |c: &str| (7..=15).contains(&digits(c)) && !c.chars().any(char::is_alphabetic);
    if share(&with_signs) > 0.8
        && (share(&only_digits) < 0.8 || share(&|c| c.len() == 9 || c.len() == 10) > 0.9)
    {
        return Column::Field(Kind::Phone);
    }
    if share(&|c| only_digits(c) && matches!(c.len(), 4 | 5)) > 0.9
        && different < 0.95
        && !rises(&cells)
    {
        return Column::Field(Kind::PostalCode);
    }
    if share(&|c| {
        digits(c) > 0 && c.chars().filter(|c| c.is_alphabetic()).count() > 4 && words(c) > 1
    }) > 0.6
    {
        return Column::Field(Kind::Street);
    }
    if share(&letters_only) < 0.7 {
        return Column::Unused;
    }
    if share(&|c| nicknames::group(c.split(' ').next().unwrap_or_default()) != 0) > 0.2 {
        let whole = share(&|c| words(c) > 1) > 0.7;
        return Column::Field(if whole {
            Kind::FullName
        } else {
            Kind::GivenName
        });
    }
    if different < 0.05 {
        return Column::Field(Kind::Category);
    }
    Column::Field(if share(&|c| words(c) > 1) > 0.6 {
        Kind::Organisation
    } else {
        Kind::City
    })
}

fn is_day(digits: &str) -> bool {
    let part = |from, to| {
        digits
            .get(from..to)
            .and_then(|part: &str| part.parse::<u32>().ok())
            .unwrap_or(0)
    };
    (1880..=2030).contains(&part(0, 4))
        && (1..=12).contains(&part(4, 6))
        && (1..=31).contains(&part(6, 8))
}

/// Numbers that never fall are the rows' own.
fn rises(cells: &[String]) -> bool {
    let numbers = cells.iter().filter_map(|cell| cell.parse::<u64>().ok());
    let numbers: Vec<u64> = numbers.collect();
    numbers.windows(2).all(|pair| pair.first() <= pair.last())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &str) -> Vec<String> {
        list.split(',').map(str::to_owned).collect()
    }

    #[track_caller]
    fn check(kind: Kind, list: &str) {
        for name in list.split('|') {
            assert_eq!(named(name), Some(Column::Field(kind)), "{name}");
        }
    }

    #[test]
    fn names_of_columns_in_both_languages() {
        check(
            Kind::GivenName,
            "First Name|FIRSTNAME|given_name|Nombre de pila|Person - First name|forename|firstName",
        );
        check(
            Kind::Surname,
            "Last name|Apellidos|Primer apellido|apellido2|surname|lastName|Family Name",
        );
        check(
            Kind::FullName,
            "Name|Nombre y apellidos|Cliente|Full Name|Contacto|customer name",
        );
        check(
            Kind::Organisation,
            "Company|Razón social|Nombre comercial|Account Name|Empresa|restaurant_name",
        );
        check(
            Kind::BirthDate,
            "dob|date_of_birth|Fecha de nacimiento|Birthday|F. nac.",
        );
        check(
            Kind::OfficialId,
            "NIF|C.I.F.|soc_sec_id|SSN|DNI/NIE|Tax ID|VAT number",
        );
        check(Kind::Mail, "email|E-mail 1 - Value|Correo electrónico");
        check(
            Kind::Phone,
            "phone|Teléfono móvil|MOBILEPHONE|Tel.|Business Phone",
        );
        check(
            Kind::Street,
            "addr|address_1|Dirección|Mailing Street|Calle",
        );
        check(Kind::HouseNumber, "street_number|Número|Nº");
        check(Kind::City, "city|suburb|Población|Localidad");
        check(
            Kind::PostalCode,
            "postcode|C.P.|Código postal|Zip/Postal Code|zip_code",
        );
        check(Kind::Region, "state|Provincia|Region");
        check(Kind::Country, "País|Country");
        check(Kind::Category, "type|Sector|Tipo de cliente");
    }

    #[test]
    fn what_is_no_evidence_is_left_out() {
        for name in "rec_id|id|unique_id|cluster|Record ID|label|Created at|Notas|Fecha de alta|Amount|Tags|match".split('|') {
            assert!(!matches!(named(name), Some(Column::Field(_))), "{name}");
        }
    }

    #[test]
    fn the_other_columns_tell_what_a_name_is() {
        let guess = |list| guess_columns(&names(list), &[]);
        let field = Column::Field;
        assert_eq!(
            guess("Nombre,Apellidos"),
            [field(Kind::GivenName), field(Kind::Surname)]
        );
        assert_eq!(
            guess("Nombre,Teléfono"),
            [field(Kind::FullName), field(Kind::Phone)]
        );
        assert_eq!(
            guess("address_1,address_2,phone,mobile"),
            [
                field(Kind::Street),
                field(Kind::AddressLine),
                field(Kind::Phone),
                field(Kind::Phone)
            ]
        );
        assert_eq!(
            guess("full_name,first_name,last_name"),
            [Column::Unused, field(Kind::GivenName), field(Kind::Surname)]
        );
    }

    #[test]
    fn a_number_of_rows_is_no_house_number() {
        let rows = |houses: fn(usize) -> usize| -> Vec<Vec<String>> {
            (0..60).map(|at| vec![houses(at).to_string()]).collect()
        };
        let guess = |rows: Vec<Vec<String>>| guess_columns(&names("Nº"), &rows);
        assert_eq!(guess(rows(|at| at + 1)), [Column::Unused]);
        assert_eq!(
            guess(rows(|at| at * 7 % 40)),
            [Column::Field(Kind::HouseNumber)]
        );
    }

    #[test]
    fn without_names_the_values_tell_and_numbers_of_rows_and_groups_are_left_out() {
        let rows: Vec<Vec<String>> = (0..60)
            .map(|at| {
                let given = ["José", "Ana", "Francisco", "Pilar", "Iker"][at % 5];
                vec![
                    at.to_string(),
                    (at / 3).to_string(),
                    format!("rec-{}-dup-{}", at / 3, at % 3),
                    given.to_owned(),
                    ["Arriaga", "Belmonte", "Zamora"][at % 3].to_owned(),
                    format!("persona{at}@example.com"),
                    format!("6001{at:05}"),
                    format!("19{:02}-0{}-1{}", 40 + at % 50, 1 + at % 9, at % 10),
                    format!("Calle Mayor {at}"),
                ]
            })
            .collect();
        let kinds = [
            Kind::GivenName,
            Kind::Surname,
            Kind::Mail,
            Kind::Phone,
            Kind::BirthDate,
            Kind::Street,
        ];
        let mut expect = vec![Column::Unused; 3];
        expect.extend(kinds.map(Column::Field));
        assert_eq!(guess_columns(&[], &rows), expect);
    }
}
