//! Countries with their cities, streets and telephone numbers.

use crate::lot::Lot;

/// A country as its people write it.
pub struct Country {
    /// Its name in its own language.
    pub name: &'static str,
    /// The language of its people and notes.
    pub language: Language,
    /// Twenty cities with the beginning of their postal codes.
    pub cities: [(&'static str, &'static str); 20],
    /// How long a postal code is; `-` in PT stands before the last three.
    postal_digits: usize,
    /// Forms of a telephone number: `#` is any digit.
    phones: &'static [&'static str],
}

/// A language of names and notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Spanish.
    Spanish,
    /// English.
    English,
    /// French.
    French,
    /// German.
    German,
    /// Portuguese.
    Portuguese,
}

impl Country {
    /// A telephone number; the American ones are of the range kept for fiction.
    pub fn phone(&self, lot: &mut Lot) -> String {
        digits(lot.pick(self.phones), lot)
    }

    /// A postal code that begins as those of the city do.
    pub fn postal_code(&self, prefix: &str, lot: &mut Lot) -> String {
        let missing = self.postal_digits.saturating_sub(prefix.len());
        let code = digits(&format!("{prefix}{}", "#".repeat(missing)), lot);
        match (self.language, code.split_at_checked(4)) {
            (Language::Portuguese, Some((area, street))) => format!("{area}-{street}"),
            _ => code,
        }
    }

    /// Street and number in the order of the country.
    pub fn street(&self, lot: &mut Lot) -> String {
        let number = 1 + lot.below(120);
        match self.language {
            Language::Spanish => {
                let street = format!(
                    "{} {}, {number}",
                    lot.pick(STREET_KINDS),
                    lot.pick(STREETS_ES)
                );
                match lot.below(6) {
                    0 => format!(
                        "{street}, {}º {}",
                        1 + lot.below(6),
                        lot.pick(&["A", "B", "C", "Izq.", "Dcha."])
                    ),
                    1 => format!("{street}, bajo"),
                    _ => street,
                }
            }
            Language::English => {
                let street = format!(
                    "{} {} {}",
                    number * 7,
                    lot.pick(STREETS_EN),
                    lot.pick(&["St", "Ave", "Rd", "Blvd", "Ln"])
                );
                match lot.below(5) {
                    0 => format!("{street}, Suite {}", 100 + lot.below(400)),
                    _ => street,
                }
            }
            Language::French => format!("{number} {}", lot.pick(STREETS_FR)),
            Language::German => format!("{} {number}", lot.pick(STREETS_DE)),
            Language::Portuguese => format!("{}, {number}", lot.pick(STREETS_PT)),
        }
    }
}

fn digits(form: &str, lot: &mut Lot) -> String {
    let digit = |c| match c {
        '#' => char::from_digit(lot.below(10) as u32, 10).unwrap_or('0'),
        _ => c,
    };
    form.chars().map(digit).collect()
}

const STREET_KINDS: &[&str] = &[
    "Calle", "Calle", "Calle", "C/", "Avenida", "Av.", "Plaza", "Paseo", "Camino",
];

#[rustfmt::skip]
const STREETS_ES: &[&str] = &[
    "Mayor", "Real", "del Sol", "de la Constitución", "San Martín", "de la Paz", "Nueva", "del Carmen", "Miguel Hidalgo", "Bolívar", "de los Olivos",
    "Cervantes", "de la Estación", "Colón", "Independencia", "del Río", "Santa María", "Libertad", "de la Fuente", "Juárez", "San José", "del Mercado",
    "Doctor Fleming", "de Andalucía", "Reforma", "Las Acacias", "Primavera", "Núñez de Balboa", "del Molino", "Ancha",
];

#[rustfmt::skip]
const STREETS_EN: &[&str] = &[
    "Main", "Maple", "Oak", "Washington", "Park", "Lake", "Hill", "Cedar", "Elm", "River", "Market", "Church", "Mill", "Spring", "Franklin", "Sunset",
];

#[rustfmt::skip]
const STREETS_FR: &[&str] = &[
    "rue de la Paix", "rue Victor Hugo", "avenue de la République", "place du Marché", "rue de l'Église", "boulevard Gambetta", "rue des Écoles",
    "rue Pasteur", "chemin des Vignes", "rue du Moulin",
];

#[rustfmt::skip]
const STREETS_DE: &[&str] = &[
    "Hauptstraße", "Bahnhofstraße", "Gartenweg", "Schulstraße", "Am Markt", "Lindenallee", "Goethestraße", "Mühlweg", "Kirchplatz", "Königstraße",
];

#[rustfmt::skip]
const STREETS_PT: &[&str] = &[
    "Rua Augusta", "Rua da Liberdade", "Avenida da República", "Largo do Carmo", "Rua de São João", "Travessa das Flores", "Rua do Comércio",
    "Praça da Estação",
];

/// The countries, in the order of [`crate::COUNTRIES`].
#[rustfmt::skip]
pub const COUNTRIES: [Country; 10] = [
    Country {
        name: "España", language: Language::Spanish, postal_digits: 5, phones: &["+34 6## ### ###", "6## ### ###", "6########", "+34 9# ### ## ##", "9## ## ## ##"],
        cities: [
            ("Madrid", "280"), ("Barcelona", "080"), ("Valencia", "460"), ("Sevilla", "410"), ("Zaragoza", "500"), ("Málaga", "290"), ("Murcia", "300"),
            ("Palma", "070"), ("Bilbao", "480"), ("Alicante", "030"), ("Córdoba", "140"), ("Valladolid", "470"), ("A Coruña", "150"), ("Granada", "180"),
            ("Oviedo", "330"), ("León", "240"), ("Cádiz", "110"), ("Logroño", "260"), ("Cáceres", "100"), ("Ávila", "050"),
        ],
    },
    Country {
        name: "México", language: Language::Spanish, postal_digits: 5, phones: &["+52 55 #### ####", "55 #### ####", "33 #### ####", "81########"],
        cities: [
            ("Ciudad de México", "06"), ("Guadalajara", "44"), ("Monterrey", "64"), ("Puebla", "72"), ("Mérida", "97"), ("Querétaro", "76"), ("León de los Aldama", "37"),
            ("Toluca", "50"), ("Tijuana", "22"), ("San Luis Potosí", "78"), ("Aguascalientes", "20"), ("Morelia", "58"), ("Veracruz", "91"), ("Cancún", "77"),
            ("Oaxaca", "68"), ("Culiacán", "80"), ("Hermosillo", "83"), ("Xalapa", "911"), ("Chihuahua", "31"), ("Cuernavaca", "62"),
        ],
    },
    Country {
        name: "Argentina", language: Language::Spanish, postal_digits: 4, phones: &["+54 11 ####-####", "011 ####-####", "0351 ###-####"],
        cities: [
            ("Buenos Aires", "14"), ("Rosario", "20"), ("Mendoza", "55"), ("La Plata", "19"), ("Mar del Plata", "76"), ("Tucumán", "40"), ("Salta", "44"),
            ("Santa Fe", "30"), ("San Juan", "54"), ("Neuquén", "83"), ("Bahía Blanca", "80"), ("Paraná", "31"), ("Posadas", "33"), ("Corrientes", "34"),
            ("Resistencia", "35"), ("Río Cuarto", "58"), ("Bariloche", "84"), ("Ushuaia", "94"), ("Tandil", "70"), ("Quilmes", "18"),
        ],
    },
    Country {
        name: "Colombia", language: Language::Spanish, postal_digits: 6, phones: &["+57 3## ### ####", "3## ### ####", "(601) ### ####"],
        cities: [
            ("Bogotá", "110"), ("Medellín", "050"), ("Cali", "760"), ("Barranquilla", "080"), ("Cartagena", "130"), ("Bucaramanga", "680"), ("Pereira", "660"),
            ("Cúcuta", "540"), ("Manizales", "170"), ("Ibagué", "730"), ("Santa Marta", "470"), ("Villavicencio", "500"), ("Pasto", "520"), ("Montería", "230"),
            ("Neiva", "410"), ("Armenia", "630"), ("Popayán", "190"), ("Tunja", "150"), ("Sincelejo", "700"), ("Valledupar", "200"),
        ],
    },
    Country {
        name: "Chile", language: Language::Spanish, postal_digits: 7, phones: &["+56 9 #### ####", "9 #### ####", "+56 2 2### ####"],
        cities: [
            ("Santiago", "832"), ("Valparaíso", "234"), ("Concepción", "403"), ("La Serena", "170"), ("Antofagasta", "124"), ("Temuco", "478"), ("Viña del Mar", "252"),
            ("Rancagua", "282"), ("Talca", "346"), ("Arica", "100"), ("Iquique", "110"), ("Puerto Montt", "548"), ("Chillán", "378"), ("Osorno", "529"),
            ("Valdivia", "509"), ("Punta Arenas", "620"), ("Copiapó", "153"), ("Calama", "139"), ("Curicó", "334"), ("Los Ángeles", "444"),
        ],
    },
    Country {
        name: "Perú", language: Language::Spanish, postal_digits: 5, phones: &["+51 9## ### ###", "9## ### ###", "(01) ### ####"],
        cities: [
            ("Lima", "150"), ("Arequipa", "040"), ("Trujillo", "130"), ("Chiclayo", "140"), ("Piura", "200"), ("Cusco", "080"), ("Iquitos", "160"),
            ("Huancayo", "120"), ("Tacna", "230"), ("Ica", "110"), ("Puno", "210"), ("Ayacucho", "050"), ("Cajamarca", "060"), ("Pucallpa", "250"),
            ("Huánuco", "100"), ("Sullana", "201"), ("Chimbote", "028"), ("Juliaca", "211"), ("Tarapoto", "222"), ("Moquegua", "180"),
        ],
    },
    Country {
        name: "United States", language: Language::English, postal_digits: 5, phones: &["(2##) 555-01##", "+1 3##-555-01##", "4##.555.01##"],
        cities: [
            ("New York", "100"), ("Chicago", "606"), ("Houston", "770"), ("Miami", "331"), ("Boston", "021"), ("Seattle", "981"), ("Denver", "802"),
            ("Austin", "787"), ("Portland", "972"), ("Atlanta", "303"), ("Phoenix", "850"), ("San Diego", "921"), ("Dallas", "752"), ("Detroit", "482"),
            ("Minneapolis", "554"), ("Nashville", "372"), ("Pittsburgh", "152"), ("Sacramento", "958"), ("Albuquerque", "871"), ("St. Louis", "631"),
        ],
    },
    Country {
        name: "France", language: Language::French, postal_digits: 5, phones: &["+33 6 ## ## ## ##", "06 ## ## ## ##", "01 ## ## ## ##"],
        cities: [
            ("Paris", "750"), ("Lyon", "690"), ("Marseille", "130"), ("Toulouse", "310"), ("Nice", "060"), ("Nantes", "440"), ("Strasbourg", "670"),
            ("Montpellier", "340"), ("Bordeaux", "330"), ("Lille", "590"), ("Rennes", "350"), ("Reims", "511"), ("Saint-Étienne", "420"), ("Grenoble", "380"),
            ("Dijon", "210"), ("Angers", "490"), ("Nîmes", "300"), ("Perpignan", "660"), ("Besançon", "250"), ("Orléans", "450"),
        ],
    },
    Country {
        name: "Deutschland", language: Language::German, postal_digits: 5, phones: &["+49 15# ########", "0## #######", "017# #######"],
        cities: [
            ("Berlin", "101"), ("Hamburg", "200"), ("München", "803"), ("Köln", "506"), ("Frankfurt am Main", "603"), ("Stuttgart", "701"), ("Düsseldorf", "402"),
            ("Leipzig", "041"), ("Dortmund", "441"), ("Essen", "451"), ("Bremen", "281"), ("Dresden", "010"), ("Hannover", "301"), ("Nürnberg", "904"),
            ("Würzburg", "970"), ("Freiburg", "791"), ("Münster", "481"), ("Kassel", "341"), ("Lübeck", "235"), ("Saarbrücken", "661"),
        ],
    },
    Country {
        name: "Portugal", language: Language::Portuguese, postal_digits: 7, phones: &["+351 91# ### ###", "91# ### ###", "21# ### ###"],
        cities: [
            ("Lisboa", "11"), ("Porto", "40"), ("Braga", "47"), ("Coimbra", "30"), ("Faro", "80"), ("Aveiro", "38"), ("Évora", "70"),
            ("Setúbal", "29"), ("Viseu", "35"), ("Leiria", "24"), ("Guimarães", "48"), ("Beja", "78"), ("Bragança", "53"), ("Guarda", "63"),
            ("Santarém", "20"), ("Portalegre", "73"), ("Viana do Castelo", "49"), ("Vila Real", "50"), ("Funchal", "90"), ("Tomar", "23"),
        ],
    },
];
