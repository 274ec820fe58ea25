//! The words of columns' names and what they mean together.

use super::Meaning;
use tendero_domain::{Field, ImportColumn};

/// Words by notion, written with single spaces between them.
pub(super) const NOTIONS: &[(&str, &str)] = &[
    (
        "of",
        "of the de del la el los las do da y o or and e time hora at on s",
    ),
    ("currency", "eur euro euros usd gbp mxn"),
    ("1", "1"),
    ("2", "2"),
    ("3", "3"),
    ("4", "4"),
    ("5", "5"),
    ("value", "value"),
    ("fixed", "fijo fixed landline"),
    ("home", "home casa particular"),
    ("work", "work trabajo office oficina"),
    ("business", "business"),
    ("mailing", "mailing"),
    ("billing", "billing facturacion"),
    ("shipping", "shipping envio ship shipto"),
    ("delivery", "delivery entrega"),
    ("other", "other otro otra"),
    ("personal", "personal"),
    ("fiscal", "fiscal"),
    ("main", "main primary principal default"),
    ("name", "name nombre nombres"),
    ("first", "first given primer pila"),
    ("last", "last ultima ultimo ult recent"),
    ("most", "most mas"),
    ("family", "family"),
    ("forename", "forename forenames fname"),
    ("surname", "surname surnames apellido apellidos lname"),
    ("full", "full completo display complete"),
    (
        "company",
        "company empresa organisation organization organizacion compania org firma",
    ),
    ("associated", "associated asociada related"),
    (
        "shop",
        "shop tienda local comercio negocio establecimiento establishment store",
    ),
    ("trade", "trade trading comercial"),
    ("legal", "legal registered juridico"),
    ("razon", "razon denominacion"),
    ("social", "social"),
    ("person", "person persona"),
    ("contact", "contact contacto"),
    (
        "incharge",
        "responsable encargado encargada interlocutor titular attn",
    ),
    (
        "phone",
        "phone phones telephone telefono telefonos tel telf tlf tfno tlfno tfn fono",
    ),
    (
        "mobile",
        "mobile movil moviles cell celular cellphone whatsapp",
    ),
    ("email", "email emails mail mails correo correos"),
    ("electronic", "electronico electronic"),
    ("address", "address addr direccion domicilio dir"),
    ("line", "line"),
    ("formatted", "formatted completa"),
    ("street", "street calle via"),
    (
        "city",
        "city suburb ciudad poblacion localidad municipio town locality pueblo cidade",
    ),
    (
        "region",
        "region provincia province state county prov autonoma",
    ),
    ("comunidad", "comunidad"),
    ("estado", "estado"),
    ("country", "country pais nation"),
    ("postal", "postal post"),
    ("zip", "zip postcode cp plz"),
    (
        "taxid",
        "nif cif dni nie rfc rut ruc cuit cuil nit vat tin ein nipc siret siren cnpj abn gstin",
    ),
    ("tax", "tax"),
    ("registration", "registration identification identificacion"),
    ("id", "id uid uuid identifier identificador"),
    ("no", "no n num number numero nro nr"),
    ("code", "code codigo cod"),
    ("key", "key clave"),
    ("ref", "ref reference referencia"),
    ("record", "record registro unique"),
    ("external", "external externo externa"),
    (
        "customer",
        "customer customers cliente clientes client clients cust",
    ),
    ("account", "account cuenta"),
    ("member", "member socio"),
    ("invoice", "invoice factura bill fra"),
    ("invoices", "invoices facturas"),
    ("order", "order pedido"),
    ("orders", "orders pedidos"),
    ("receipt", "receipt ticket recibo albaran tique"),
    ("sale", "sale venta"),
    ("sales", "sales ventas"),
    ("revenue", "revenue turnover"),
    ("purchase", "purchase compra bought purchased"),
    ("purchases", "purchases compras"),
    ("transaction", "transaction transaccion operacion"),
    ("frequency", "frequency frecuencia"),
    ("date", "date fecha day dia datetime"),
    ("amount", "amount importe amt monto valor sum suma"),
    ("price", "price precio"),
    ("total", "total totales"),
    ("grand", "grand"),
    (
        "spent",
        "spent spend gastado gasto comprado facturado money",
    ),
    ("lifetime", "lifetime"),
    ("ltv", "ltv clv"),
    ("lines", "lines lineas"),
    ("items", "items articulos posiciones"),
    ("count", "count item"),
    (
        "note",
        "note notes nota notas observacion observaciones comentario comentarios comment comments remark \
         remarks memo obs",
    ),
    (
        "about",
        "about description descripcion preferences preferencias needs necesidades",
    ),
    ("tag", "tag tags etiqueta etiquetas labels label"),
    (
        "category",
        "category categories categoria categorias group groups grupo grupos segment segmento sector \
         industry",
    ),
    ("membership", "membership"),
    ("source", "source origen fuente procedencia"),
    ("lead", "lead"),
    (
        "deal",
        "deal deals opportunity opportunities oportunidad trato stagename forecast",
    ),
];

const fn field(field: Field) -> Meaning {
    Meaning::Column(ImportColumn::Field(field))
}

/// Names by meaning, written with the notions above and `|` between them; the more direct one first.
pub(super) const PHRASES: &[(Meaning, &str)] = &[
    (
        Meaning::Company,
        "trade name|name trade|shop|company|shop name|name shop|company name|name company|business name|\
         name business|account name|business|associated company|account|name account|deal company|\
         person company|contact company|customer company",
    ),
    (Meaning::Name, "name"),
    (
        Meaning::FullName,
        "full name|name full|customer name|name customer|customer|name surname|surname name|person name|\
         name razon social|name fiscal",
    ),
    (
        Meaning::Legal,
        "razon social|legal name|name legal|company legal name",
    ),
    (
        field(Field::Person),
        "person|contact|contact person|person contact|contact name|name contact|incharge|\
         deal contact person",
    ),
    (
        Meaning::Column(ImportColumn::GivenName),
        "first name|forename|name first|person first name|contact first name",
    ),
    (
        Meaning::Column(ImportColumn::FamilyName),
        "last name|surname|family name|name last|first surname|person last name|contact last name",
    ),
    (
        field(Field::TaxId),
        "taxid|tax id|taxid no|taxid id|tax no|id fiscal|no fiscal|tax registration no|\
         taxid registration no|registration fiscal|no registration fiscal|code fiscal",
    ),
    (
        field(Field::Phone),
        "phone|phone no|no phone|mobile|phone mobile|mobile phone|mobile no|phone contact|contact phone|\
         contact no",
    ),
    (
        field(Field::Email),
        "email|email electronic|email address|address email|address email electronic|contact email|\
         email contact",
    ),
    (
        field(Field::Street),
        "street|street address|address street|address line|address|postal address|address postal|\
         street no|address formatted|formatted address",
    ),
    (
        field(Field::PostalCode),
        "postal code|code postal|zip|zip code|zip postal code|postal code zip|code zip",
    ),
    (field(Field::City), "city|name city"),
    (field(Field::Region), "region|comunidad region|comunidad"),
    (Meaning::Estado, "estado"),
    (
        field(Field::Country),
        "country|country region|country code|code country",
    ),
    (field(Field::Source), "source|lead source|customer source"),
    (field(Field::About), "about|about customer|customer about"),
    (
        Meaning::Column(ImportColumn::Note),
        "note|customer note|note customer",
    ),
    (
        Meaning::Column(ImportColumn::Tags),
        "tag|person tag|category|category membership|customer category|category customer",
    ),
    (
        Meaning::CustomerId,
        "customer id|id customer|customer no|no customer|customer code|code customer|customer key|\
         external id|id external|external key|key external|contact id|person id|account no|member no|\
         no member|member id|customer ref|member",
    ),
    (Meaning::Id, "id|record id|code|key|no|ref|id record"),
    (
        Meaning::Column(ImportColumn::OrderNumber),
        "invoice no|no invoice|order no|no order|invoice id|order id|id order|id invoice|invoice|order|\
         receipt no|no receipt|receipt|sale id|id sale|no sale|sale no|sale|transaction id|\
         transaction no|transaction|order ref|invoice code|order code|code order|code invoice|\
         no purchase|purchase no|purchase id|id purchase|receipt id",
    ),
    (
        Meaning::OrderDay,
        "invoice date|date invoice|order date|date order|purchase date|date purchase|sale date|date sale|\
         receipt date|date receipt|transaction date|date transaction",
    ),
    (Meaning::Date, "date"),
    (
        Meaning::Column(ImportColumn::BeforeTotal),
        "total spent|spent total|spent|lifetime value|ltv|customer lifetime value|total purchases|\
         purchases total|amount purchases|lifetime spent|total sales|sales total|total invoices|\
         total billing|billing total",
    ),
    (
        Meaning::Column(ImportColumn::OrderAmount),
        "invoice total|total invoice|order total|total order|invoice amount|amount invoice|order amount|\
         amount order|sale amount|amount sale|total sale|sale total|purchase amount|amount purchase|\
         order value|total purchase|revenue",
    ),
    (
        Meaning::Amount,
        "amount|total|amount total|total amount|grand total|total price|price total|total value|sales",
    ),
    (
        Meaning::Column(ImportColumn::OrderLines),
        "lines|no lines|line count|items|no items|count count|lines count|invoice lines|order lines",
    ),
    (
        Meaning::Column(ImportColumn::BeforeCount),
        "orders|no orders|order count|orders count|total orders|orders total|no purchases|purchases|\
         purchase count|purchases count|invoices|no invoices|frequency|purchase frequency|\
         frequency purchase|no sales|invoice count",
    ),
    (
        Meaning::Column(ImportColumn::BeforeLast),
        "last purchase|last purchase date|date last purchase|last order|last order date|date last order|\
         last invoice|last invoice date|date last invoice|last sale|last sale date|date last sale|\
         most last purchase|most last purchase date|most last order|most last order date",
    ),
];
