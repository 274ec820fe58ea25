//! What a seller writes down.

use crate::lot::Lot;
use crate::places::Language;

/// A note in a language; some have commas, quotation marks or two lines, as notes do.
pub fn note(language: Language, lot: &mut Lot) -> &'static str {
    lot.pick(match language {
        Language::Spanish => ES,
        Language::English => EN,
        Language::French => FR,
        Language::German => DE,
        Language::Portuguese => PT,
    })
}

#[rustfmt::skip]
const ES: &[&str] = &[
    "Llamar por la tarde.", "Prefiere WhatsApp.", "Cierra los lunes.", "Paga a 30 días, siempre puntual.", "Pide presupuesto antes de cada pedido.",
    "Entrega por la puerta de atrás.", "Le gusta que pasemos a saludar.", "Dijo: «el mes que viene hacemos más»", "Preguntar por el nuevo local.",
    "Descuento del 5 % acordado.", "Solo efectivo.", "Viene recomendada por su hermana.", "Quiere catálogo en papel.", "Reformas en marzo; no molestar.",
    "Solo producto de temporada.", "Aparcamiento difícil, ir antes de las 9:00.", "Reparto martes y jueves.\nAvisar la víspera.",
    "Comparó precios con la competencia.", "Cumple años en mayo.", "Dejó una reseña \"excelente\".",
];

#[rustfmt::skip]
const EN: &[&str] = &[
    "Call after 3 pm.", "Prefers text messages.", "Closed on Mondays.", "Pays in 30 days, always on time.", "Wants a quote before every order.",
    "Deliver at the back door.", "Asked for the paper catalog.", "Said \"next month we order more\".", "Second store opens in spring.", "5% discount agreed.",
    "Recommended by a neighbor.", "Parking is hard, go before 9.", "Deliveries Tuesday and Thursday.\nCall the day before.",
];

const FR: &[&str] = &[
    "Rappeler l'après-midi.",
    "Fermé le lundi.",
    "Paie à 30 jours.",
    "Préfère le courriel.",
    "Livraison par la cour.",
];

const DE: &[&str] = &[
    "Nachmittags anrufen.",
    "Montags geschlossen.",
    "Zahlt pünktlich.",
    "Möchte gedruckten Katalog.",
    "Lieferung über den Hof.",
];

const PT: &[&str] = &[
    "Ligar à tarde.",
    "Fecha à segunda-feira.",
    "Paga a 30 dias.",
    "Prefere e-mail.",
    "Entrega pela porta de trás.",
];
