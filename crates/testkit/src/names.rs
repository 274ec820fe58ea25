//! Invented people and establishments.

use crate::lot::Lot;
use crate::places::Language;

/// A given name and a family name; Spanish and Portuguese people have two of these, some two of those.
pub fn person(language: Language, lot: &mut Lot) -> (String, String) {
    let (given, family) = match language {
        Language::Spanish => (GIVEN_ES, FAMILY_ES),
        Language::English => (GIVEN_EN, FAMILY_EN),
        Language::French => (GIVEN_FR, FAMILY_FR),
        Language::German => (GIVEN_DE, FAMILY_DE),
        Language::Portuguese => (GIVEN_PT, FAMILY_PT),
    };
    let first = lot.pick(given).to_owned();
    let last = lot.pick(family);
    let two = matches!(language, Language::Spanish | Language::Portuguese) && lot.below(10) < 7;
    if two {
        (first, format!("{last} {}", lot.pick(family)))
    } else {
        (first, last.to_owned())
    }
}

/// The name over a door.
pub fn establishment(language: Language, lot: &mut Lot) -> String {
    match language {
        Language::Spanish => {
            let kind = lot.pick(KINDS_ES);
            match lot.below(10) {
                0..=3 => format!("{kind} {}", lot.pick(FAMILY_ES)),
                4 => format!("{kind} {} e Hijos", lot.pick(FAMILY_ES)),
                5 => format!("{kind} Casa {}", lot.pick(GIVEN_ES)),
                _ => format!("{kind} {}", lot.pick(SIGNS_ES)),
            }
        }
        Language::English => {
            let kind = lot.pick(KINDS_EN);
            match lot.below(6) {
                0 => format!("{}'s {kind}", lot.pick(GIVEN_EN)),
                1 => format!("{} & Sons {kind}", lot.pick(FAMILY_EN)),
                2 => format!("{} {kind}", lot.pick(FAMILY_EN)),
                _ => format!("The {} {kind}", lot.pick(SIGNS_EN)),
            }
        }
        Language::French => format!("{} {}", lot.pick(KINDS_FR), lot.pick(FAMILY_FR)),
        Language::German => format!("{} {}", lot.pick(KINDS_DE), lot.pick(FAMILY_DE)),
        Language::Portuguese => format!("{} {}", lot.pick(KINDS_PT), lot.pick(SIGNS_PT)),
    }
}

#[rustfmt::skip]
const GIVEN_ES: &[&str] = &[
    "María", "José", "Ana", "Antonio", "Lucía", "Manuel", "Carmen", "Francisco", "Laura", "Javier", "Sofía", "Daniel", "Elena", "Carlos", "Paula", "Miguel",
    "Marta", "Jesús", "Isabel", "Rafael", "Cristina", "Pedro", "Rosario", "Ángel", "Pilar", "Alejandro", "Raquel", "Andrés", "Begoña", "Íñigo", "Inés",
    "Ramón", "Nuria", "Joaquín", "Teresa", "Rubén", "Yolanda", "Víctor", "Concepción", "Óscar", "Guadalupe", "Martín", "Valentina", "Sebastián", "Ximena",
    "Mateo", "Belén", "Adrián", "Mercedes", "Tomás",
];

#[rustfmt::skip]
const FAMILY_ES: &[&str] = &[
    "García", "Núñez", "Martínez", "López", "Sánchez", "Pérez", "Gómez", "Ruiz", "Hernández", "Díaz", "Muñoz", "Álvarez", "Romero", "Gutiérrez", "Navarro",
    "Torres", "Domínguez", "Gil", "Vázquez", "Serrano", "Ramos", "Blanco", "Molina", "Morales", "Ortega", "Delgado", "Castro", "Ortiz", "Rubio", "Marín",
    "Iglesias", "Peña", "Cortés", "Castillo", "Lozano", "Cano", "Prieto", "Calvo", "Gallego", "Vidal", "León", "Herrera", "Márquez", "Cabrera", "Flores",
    "Campos", "Vega", "Fuentes", "Carrasco", "Ibáñez", "Aguirre", "Echeverría", "Quiroga", "Bermúdez", "Zúñiga",
];

#[rustfmt::skip]
const KINDS_ES: &[&str] = &[
    "Bar", "Bar", "Restaurante", "Ferretería", "Panadería", "Farmacia", "Peluquería", "Taller", "Librería", "Frutería", "Carnicería", "Pescadería", "Café",
    "Hostal", "Bodega", "Floristería", "Zapatería", "Papelería", "Óptica", "Clínica Dental", "Autoescuela", "Ultramarinos", "Pastelería", "Mesón",
];

#[rustfmt::skip]
const SIGNS_ES: &[&str] = &[
    "La Estación", "El Rincón", "La Plaza", "El Faro", "Los Arcos", "La Parada", "El Molino", "La Esquina", "San Antonio", "El Sol", "La Ermita", "Dos Hermanas",
    "El Puente", "La Fuente", "Las Palmeras", "El Trébol", "La Española", "El Cruce", "Santa Lucía", "La Alameda", "El Olivo", "La Concha", "Central", "Nuevo Siglo",
];

#[rustfmt::skip]
const GIVEN_EN: &[&str] = &[
    "James", "Mary", "John", "Linda", "Robert", "Susan", "Michael", "Karen", "David", "Nancy", "Emily", "Thomas", "Grace", "Daniel", "Olivia", "Mark", "Hannah",
    "Steven", "Rachel", "Kevin", "Amy", "Brian", "Zoë", "George", "Helen", "Chloe",
];

#[rustfmt::skip]
const FAMILY_EN: &[&str] = &[
    "Smith", "Johnson", "Williams", "Brown", "Jones", "Miller", "Davis", "Wilson", "Anderson", "Taylor", "Moore", "O'Connor", "Clark", "Lewis", "Walker", "Hall",
    "Young", "King", "Wright", "Hill", "Green", "Baker", "Nelson", "Carter", "Mitchell", "O'Neill", "Fraser", "Bennett",
];

#[rustfmt::skip]
const KINDS_EN: &[&str] = &[
    "Deli", "Bakery", "Hardware", "Diner", "Bookshop", "Pharmacy", "Garage", "Coffee House", "Florist", "Grill", "Market", "Barbershop", "Pet Supplies",
    "Dry Cleaners", "Bike Shop",
];

#[rustfmt::skip]
const SIGNS_EN: &[&str] = &[
    "Corner", "Golden", "Old Mill", "Riverside", "Lucky", "Blue Door", "Station", "Sunrise", "Village", "Red Barn", "Harbor", "Little", "Maple Leaf", "Copper",
];

#[rustfmt::skip]
const GIVEN_FR: &[&str] = &["Marie", "Jean", "Camille", "Pierre", "Hélène", "Luc", "Chloé", "François", "Amélie", "Éric", "Sylvie", "Benoît"];

#[rustfmt::skip]
const FAMILY_FR: &[&str] = &["Martin", "Bernard", "Dubois", "Lefèvre", "Moreau", "Girard", "Fournier", "Mercier", "Lambert", "Guérin", "Chevalier", "Rousseau"];

#[rustfmt::skip]
const KINDS_FR: &[&str] = &["Boulangerie", "Café", "Librairie", "Garage", "Pharmacie", "Épicerie", "Quincaillerie", "Brasserie"];

#[rustfmt::skip]
const GIVEN_DE: &[&str] = &["Anna", "Lukas", "Jürgen", "Sabine", "Jörg", "Katrin", "Felix", "Ursula", "Björn", "Heike", "Käthe", "Stefan"];

#[rustfmt::skip]
const FAMILY_DE: &[&str] = &["Müller", "Schmidt", "Weiß", "Fischer", "Schäfer", "Krüger", "Böhm", "Vogel", "Groß", "Lehmann", "Köhler", "Strauß"];

#[rustfmt::skip]
const KINDS_DE: &[&str] = &["Bäckerei", "Gasthaus", "Apotheke", "Buchhandlung", "Autohaus", "Metzgerei", "Blumen", "Café"];

#[rustfmt::skip]
const GIVEN_PT: &[&str] = &["João", "Maria", "Inês", "Rui", "Beatriz", "Tiago", "Catarina", "André", "Conceição", "Luís"];

#[rustfmt::skip]
const FAMILY_PT: &[&str] = &["Silva", "Santos", "Gonçalves", "Ferreira", "Magalhães", "Simões", "Brandão", "Araújo", "Teixeira", "Leitão"];

#[rustfmt::skip]
const KINDS_PT: &[&str] = &["Pastelaria", "Café", "Farmácia", "Mercearia", "Talho", "Restaurante", "Livraria", "Oficina"];

#[rustfmt::skip]
const SIGNS_PT: &[&str] = &["Central", "do Largo", "São João", "Nova", "da Praça", "Estrela", "do Porto", "Avenida", "Primavera", "Bela Vista"];
