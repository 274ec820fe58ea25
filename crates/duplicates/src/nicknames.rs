//! Given names that mean the same person, in Spanish and English, and words that say nothing.

/// Each line: the name, then what people are called who bear it. A short form stands in one line only, the likeliest one.
#[rustfmt::skip]
const GROUPS: &[&str] = &[
    // Spanish
    "jose pepe chepe pepito joseph joe joey", "josefa pepa pepita fina", "francisco paco pancho curro kiko fran francis frank frankie frasco quico",
    "francisca paca paqui paquita", "ignacio nacho inaki", "jesus chus chuy suso", "concepcion concha conchi conchita", "dolores lola loli lolita",
    "mercedes merche meche", "rosario charo", "guadalupe lupe lupita", "manuel manolo manu lolo manny manolito", "manuela manoli manola",
    "antonio tono toni tony anton antxon anthony", "antonia tonia tona", "enrique quique kike henry harry hank", "santiago santi yago chago", "eduardo edu lalo eddie edward ed ted teddy ned",
    "rafael rafa rafita", "alejandro ale alex jandro alexander alec sandy", "alejandra sandra alexandra", "fernando fer nando", "guillermo guille memo willy william will bill billy willie liam",
    "roberto rober beto robert bob bobby rob robbie robby", "alberto berto al albert", "luis lucho lewis louis lou", "luisa lulu louise", "pedro perico peter pete", "pablo pablito paul", "juan juanito juancho john johnny jack jon",
    "juana juani juanita jane janet", "miguel miki michael mike mick mickey mikey", "gabriel gabi gabo gabe", "daniel dani danny dan", "david davi dave davey", "javier javi xavi xavier", "carlos charly carlitos charles charlie chuck chas",
    "ricardo richi richard dick rick ricky rich richie", "isabel isa chabela elizabeth liz lizzie beth betty eliza elisabeth libby", "maria mari m mary molly", "teresa tere maite theresa terry tess", "cristina cris tina christine chris christina", "beatriz bea betti beatrice",
    "patricia patri patty pat trish tricia patsy", "margarita marga margaret maggie meg peggy madge", "catalina cata catherine cathy kate katie kathy kathryn katherine kitty kat", "susana susi susan sue suzy susie suzanne", "victoria vicky viki tori", "veronica vero",
    "montserrat montse", "encarnacion encarna encarni", "asuncion asun", "consuelo chelo", "inmaculada inma", "milagros mila", "rosa rosita rosie rose", "soledad sole marisol", "esperanza espe", "remedios reme", "gregorio goyo greg gregory", "gerardo gerry", "salvador salva", "sebastian sebas seb", "vicente chente vicent vincent vince vinny",
    "lorenzo loren lawrence larry laurence", "leonardo leo leonard lenny len", "agustin tin gus", "joaquin ximo quino", "jorge coque george georgie", "jaime jaume james jim jimmy jamie", "tomas thomas tom tommy", "esteban stephen steve steven stevie stefan", "andres andrew andy drew", "nicolas nico nicholas nick nicky", "cayetano tano", "emilio emi", "eugenio geno eugene gene", "federico fede frederick fred freddy freddie", "ramon moncho raymond ray",
    "diego dieguito", "sergio sergi", "ana anita anna ann anne annie", "elena nena helen helena ellen nell nellie", "pilar pili", "yolanda yoli", "raquel quela rachel rach", "natividad nati", "laura lauri", "gema gemma", "angel angelito", "angeles angelines geli", "valentin valen", "maximiliano maxi max maxwell", "benjamin benja ben benny", "bartolome bartolo bart", "cesar cesarin", "felipe pipe philip phil phillip pip", "hilario lalin", "hipolito polo",
    // English
    "samuel sam sammy", "samantha sammie", "matthew matt matty mateo", "joshua josh", "jonathan jonny nathan nate", "zachary zach zack", "timothy tim timmy", "kenneth ken kenny", "ronald ron ronnie", "donald don donnie", "gerald jerry", "jeffrey jeff geoff geoffrey", "arthur art artie", "walter walt wally", "theodore theo", "abraham abe", "augustus augie", "bradley brad", "douglas doug", "stanley stan", "rodney rod", "randolph randy", "russell russ", "leslie les", "clifford cliff", "calvin cal", "isaac ike zac", "jacob jake", "marcus marc mark marcos", "mitchell mitch", "oliver ollie", "harrison harris", "lachlan lachie", "cameron cam", "dominic dom", "bernard bernie bernardo",
    "deborah deb debbie debra", "barbara barb babs", "rebecca becky becca rebeca", "jennifer jen jenny jenni", "jessica jess jessie", "judith judy", "kimberly kim kimberley", "pamela pam", "cynthia cindy", "sandra sandy", "dorothy dot dottie dolly", "virginia ginny", "florence flo", "frances fanny", "harriet hattie", "abigail abby abi", "amanda mandy", "melissa mel missy", "stephanie steph", "charlotte lottie", "gwendolyn gwen", "madeline maddie madeleine", "millicent millie", "penelope penny", "philippa pippa", "priscilla cilla", "rosemary romy", "sarah sally sara", "valerie val", "winifred winnie", "nicole nikki", "emily emmy", "eleanor ellie nora", "isabella bella izzy", "josephine josie jo", "joanna joanne", "olivia liv", "georgina georgia", "jacqueline jackie",
];

/// Short words inside names that come and go: particles, articles, legal forms, titles.
#[rustfmt::skip]
const FILLERS: &[&str] = &[
    "de", "del", "la", "las", "los", "el", "y", "e", "i", "da", "do", "dos", "das", "van", "von", "der", "den", "di", "du", "le",
    "the", "of", "and", "at", "on", "in", "en", "san",
];

/// Words after which nothing of an organisation's or a person's name has changed.
#[rustfmt::skip]
const EMPTY_WORDS: &[&str] = &[
    "sl", "slu", "sa", "sau", "sll", "scp", "cb", "ltd", "limited", "inc", "llc", "plc", "co", "corp", "gmbh", "srl", "sas", "sarl", "ltda",
    "don", "dona", "dna", "sr", "sra", "srta", "mr", "mrs", "ms", "miss", "dr", "dra", "jr",
];

/// The group of names a given name belongs to, from 1; 0 for none.
pub(crate) fn group(name: &str) -> u32 {
    let position = GROUPS
        .iter()
        .position(|line| line.split(' ').any(|n| n == name));
    position.map_or(0, |at| at as u32 + 1)
}

/// Whether a word of a name says little: particles and articles.
pub(crate) fn is_filler(word: &str) -> bool {
    FILLERS.contains(&word)
}

/// Whether a word of a name says nothing: legal forms and titles.
pub(crate) fn is_empty_word(word: &str) -> bool {
    EMPTY_WORDS.contains(&word)
}

/// The written-out form of an abbreviation in an address, Spanish and English; the word itself where it is none.
pub(crate) fn written_out(word: &str) -> &str {
    match word {
        "st" | "str" => "street",
        "ave" | "av" | "avda" | "avd" | "avenida" | "aven" => "avenue",
        "rd" => "road",
        "blvd" | "blv" | "boul" | "bulevar" => "boulevard",
        "dr" => "drive",
        "ln" => "lane",
        "pl" | "plaza" | "pza" | "plza" | "plz" => "place",
        "ct" => "court",
        "cr" | "cres" | "crt" | "cct" => "crescent",
        "cir" => "circuit",
        "hwy" | "ctra" | "carretera" | "crta" => "highway",
        "sq" => "square",
        "ter" | "tce" => "terrace",
        "pkwy" => "parkway",
        "c" | "cl" | "cll" => "calle",
        "pg" | "pgno" | "pol" | "poligono" => "poligono",
        "po" | "pso" | "pº" => "paseo",
        "trav" | "trva" | "travesia" => "travesia",
        "urb" => "urbanizacion",
        "n" => "north",
        "s" => "south",
        "w" => "west",
        "e" => "east",
        "first" => "1st",
        "second" => "2nd",
        "third" => "3rd",
        "fourth" => "4th",
        "fifth" => "5th",
        "sixth" => "6th",
        "seventh" => "7th",
        "eighth" => "8th",
        "ninth" => "9th",
        "tenth" => "10th",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_belong_to_their_names() {
        for (short, long) in [
            ("pepe", "jose"),
            ("paco", "francisco"),
            ("bob", "robert"),
            ("lola", "dolores"),
            ("peggy", "margaret"),
        ] {
            assert_eq!(group(short), group(long), "{short}");
            assert_ne!(group(short), 0);
        }
        assert_ne!(group("pepe"), group("paco"));
        assert_eq!(group("ermenegildo"), 0);
    }
}
