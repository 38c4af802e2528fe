//! What the doctor says: each problem, what to do about it, and why nothing could be read.

use alentour_formats::{ReadError, Resource};
use alentour_model::Problem;

use super::{Gap, Language};
use crate::feeds::{FetchError, Stop, Unread};

/// A feed's text without what could steer a terminal.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// What is wrong, and what became of it.
pub fn words(problem: Problem, language: Language) -> &'static str {
    let (french, english) = match problem {
        Problem::NotAnObject => {
            ("pas un objet JSON, fiche écartée", "not a JSON object; the item is left out")
        }
        Problem::NoId => ("aucun identifiant, fiche écartée", "no identifier; the item is left out"),
        Problem::SameId => (
            "identifiant déjà utilisé plus haut, fiche écartée",
            "identifier used before; the item is left out",
        ),
        Problem::NoName => ("aucun titre, fiche écartée", "no title; the item is left out"),
        Problem::Withdrawn => (
            "supprimée, annulée ou non validée à la source, fiche écartée",
            "deleted, cancelled or not accepted at its source; the item is left out",
        ),
        Problem::NotText => ("pas un texte, champ ignoré", "not text; the field is left out"),
        Problem::NotANumber => (
            "pas un nombre possible ici, champ ignoré",
            "not a number that is possible here; the field is left out",
        ),
        Problem::NotADate => ("cette date n’existe pas, ignorée", "no date that exists; left out"),
        Problem::EndsBeforeStart => {
            ("la fin précède le début, fin ignorée", "the end is before the start; the end is left out")
        }
        Problem::NotALink => {
            ("ce lien ne peut pas être affiché, ignoré", "a link that may not be shown; left out")
        }
        Problem::NotAPoint => ("pas une position sur Terre, ignorée", "not a position on Earth; left out"),
        Problem::UnknownWord => {
            ("mot inconnu, valeur par défaut utilisée", "unknown word; the default is used")
        }
        Problem::TooLong => ("trop long, la fin est coupée", "too long; the end is cut off"),
        Problem::Incomplete => ("incomplet, ignoré", "incomplete; left out"),
        Problem::NoTimeZone => {
            ("sans fuseau horaire, celui du flux est utilisé", "without a time zone; the feed’s is used")
        }
        Problem::Repaired => ("réparé, le sens était clair", "repaired: what was meant was clear"),
        Problem::Guessed => ("deviné, à confirmer", "guessed; please confirm"),
        Problem::BreaksOff => (
            "le flux s’interrompt ou devient illisible ici, ce qui précède est lu",
            "the feed breaks off or cannot be read beyond here; what is before is read",
        ),
        Problem::TooMany => ("trop nombreux, le reste est ignoré", "too many; the rest is left out"),
        Problem::Comment => (
            "commentaire, que le JSON n’admet pas : ignoré, à retirer",
            "a comment, which JSON does not have: skipped; take it out",
        ),
        Problem::StrayComma => (
            "virgule en trop, que le JSON n’admet pas : ignorée, à retirer",
            "a comma too many, which JSON does not have: skipped; take it out",
        ),
        Problem::NotFinite => (
            "pas un nombre JSON : ignoré, écrire null ou retirer le champ",
            "no number of JSON: left out; write null, or leave out the field",
        ),
        Problem::SameField => (
            "champ présent deux fois : le dernier est lu, n’en garder qu’un",
            "a field that is there twice: the last one is read; keep one",
        ),
        Problem::LargeNumber => (
            "nombre que la plupart des logiciels arrondissent : l’écrire entre guillemets",
            "a number that most software rounds: write it in quotation marks",
        ),
        Problem::BrokenText => {
            ("caractère abîmé dans un texte, remplacé", "a damaged character in a text, replaced")
        }
    };
    if language == Language::Fr { french } else { english }
}

/// Why nothing can be read, in French; the English is the error's own.
fn unreadable(error: &ReadError) -> String {
    match error {
        ReadError::Empty => {
            "Le flux est vide. Exportez-le à nouveau et vérifiez la taille du fichier.".into()
        }
        ReadError::TooLarge { bytes } => format!(
            "Le flux pèse {} Mo ; {} Mo est le maximum. Découpez-le, par région par exemple, et donnez chaque partie.",
            bytes.div_ceil(1_000_000),
            alentour_formats::MAX_BYTES / 1_000_000
        ),
        ReadError::NotText { what } => {
            format!("Le flux n’est pas un texte mais {}. Exportez-le en JSON, encodé en UTF-8.", french(what))
        }
        ReadError::HtmlPage { title } => format!(
            "L’adresse donne une page web (« {} ») et non un flux. Ouvrez-la dans une fenêtre privée : si une connexion \
             est demandée, le flux n’est pas public ; sinon, demandez l’adresse du flux JSON à qui le publie.",
            printable(title)
        ),
        ReadError::Xml { root, .. } => {
            format!(
                "Le flux est du XML d’une forme inconnue (<{}>). Formats connus : {}.",
                printable(root),
                formats()
            )
        }
        ReadError::NotJson { line, column, cut_off: true, .. } => format!(
            "Le flux s’arrête à la ligne {line}, colonne {column} : il manque la fin. Téléchargez-le à nouveau."
        ),
        ReadError::NotJson { line, column, reason, .. } => format!(
            "Le flux n’est pas du JSON valide : ligne {line}, colonne {column} ({}). Souvent, une virgule ou un \
             guillemet manque ou est de trop juste avant.",
            french(reason)
        ),
        ReadError::UnknownShape { found, .. } => format!(
            "Le flux est du JSON d’une forme inconnue : {}. Formats connus : {}.",
            printable(&french(found)),
            formats()
        ),
        ReadError::UnknownColumns { headers } => format!(
            "Le flux est un tableau, et rien n’indique laquelle de ses colonnes est le titre : {}. Nommez-la « titre » \
             dans la première ligne, ou indiquez de quelle colonne il s’agit.",
            printable(&headers.join(", "))
        ),
        ReadError::TooDeep { most } => format!(
            "Le flux est imbriqué sur plus de {most} niveaux, ce qu’aucun flux ne demande : il est abîmé ou malveillant."
        ),
        other => other.to_string(),
    }
}

/// The known formats, in French.
fn formats() -> String {
    alentour_formats::names().map(|name| format(name, Language::Fr)).collect::<Vec<_>>().join(", ")
}

/// What a format is called where people speak of it.
pub fn format(name: &'static str, language: Language) -> &'static str {
    match (name, language) {
        ("alentour", _) => "Alentour",
        ("api-engagement", _) => "API Engagement",
        ("gogocarto", _) => "GoGoCarto",
        ("transiscope", _) => "Transiscope",
        ("activitypub", _) => "Mobilizon (ActivityPub)",
        ("mobilize", _) => "Mobilize",
        ("osdi", _) => "OSDI (Action Network)",
        ("the-events-calendar", _) => "The Events Calendar (WordPress)",
        ("gancio", _) => "Gancio",
        ("openactive", _) => "OpenActive",
        ("openagenda", _) => "OpenAgenda",
        ("openagenda-opendatasoft", _) => "OpenAgenda (Opendatasoft)",
        ("json-feed", _) => "JSON Feed",
        ("geojson", _) => "GeoJSON",
        ("list", Language::Fr) => "liste simple",
        ("list", Language::En) => "plain list",
        ("rss", _) => "RSS",
        ("atom", _) => "Atom",
        ("icalendar", _) => "iCalendar",
        ("csv", Language::Fr) => "tableau CSV",
        ("csv", Language::En) => "table, CSV",
        (other, _) => other,
    }
}

/// The parts of the readers' own English, in French; what comes from the feed stays.
fn french(text: &str) -> String {
    const PARTS: [(&str, &str); 27] = [
        ("something follows the end", "quelque chose suit la fin"),
        ("a comment has no end", "un commentaire n’a pas de fin"),
        ("a value is missing", "il manque une valeur"),
        ("a comma or the closing bracket is missing", "il manque une virgule ou le crochet fermant"),
        ("the name of a field in quotation marks is missing", "il manque un nom de champ entre guillemets"),
        ("a colon is missing", "il manque deux-points"),
        ("a text has no closing quotation mark", "un texte n’a pas de guillemet fermant"),
        ("a text breaks off", "un texte s’interrompt"),
        ("a value breaks off", "une valeur s’interrompt"),
        ("\\u needs four hexadecimal digits", "\\u demande quatre chiffres hexadécimaux"),
        ("this is no number", "ce n’est pas un nombre"),
        ("a gzip archive", "une archive gzip"),
        (
            "a ZIP archive, perhaps a spreadsheet (xlsx, ods)",
            "une archive ZIP, peut-être un classeur (xlsx, ods)",
        ),
        ("a PDF document", "un document PDF"),
        ("an image", "une image"),
        ("an old Office document (xls, doc)", "un ancien document Office (xls, doc)"),
        ("a database", "une base de données"),
        ("UTF-16 that breaks off, or no text at all", "de l’UTF-16 interrompu, ou rien de lisible"),
        ("an object with ", "un objet avec "),
        ("an object without fields", "un objet sans champs"),
        ("a list of ", "une liste de "),
        (" objects with ", " objets avec "),
        (" objects without fields", " objets sans champs"),
        (", none of them an object", ", dont aucun objet"),
        ("a single value", "une seule valeur"),
        ("a calendar", "un calendrier"),
        ("a table", "un tableau"),
    ];
    // Of an object or a list the names of fields follow: those are the feed's.
    let begins = |part: &&(&str, &str)| text.starts_with(part.0);
    let Some((english, french)) = PARTS.iter().filter(begins).max_by_key(|part| part.0.len()) else {
        return text.to_owned();
    };
    let rest = text.get(english.len()..).unwrap_or_default();
    let Some(count) = rest.find([' ', ',']).filter(|_| *english == "a list of ") else {
        return format!("{french}{rest}");
    };
    let (count, after) = rest.split_at(count);
    let after = PARTS.iter().find(|part| after.starts_with(part.0)).map_or_else(
        || after.to_owned(),
        |part| format!("{}{}", part.1, after.get(part.0.len()..).unwrap_or_default()),
    );
    format!("{french}{count}{after}")
}

/// What to do about a finding, `None` where there is nothing to do.
pub fn repair(problem: Problem, field: &str, language: Language) -> Option<&'static str> {
    let (french, english) = match problem {
        Problem::NotAnObject => (
            "Exportez la liste à nouveau : chaque fiche doit être un objet { … }.",
            "Export the list again: each item has to be an object { … }.",
        ),
        Problem::NoId => (
            "Donnez à la fiche un identifiant (« id ») qui ne change jamais.",
            "Give the item an identifier (“id”) that never changes.",
        ),
        Problem::SameId => (
            "Donnez à chaque fiche un identifiant qui n’est qu’à elle, ou supprimez le doublon.",
            "Give each item an identifier of its own, or delete the double.",
        ),
        Problem::NoName => ("Donnez un titre à la fiche.", "Give the item a title."),
        Problem::Withdrawn => return None,
        Problem::NotText => {
            ("Écrivez ici un texte, entre guillemets.", "Write a text here, in quotation marks.")
        }
        Problem::NotANumber => (
            "Écrivez ici un nombre seul, sans unité ni texte.",
            "Write a number alone here, without a unit or text.",
        ),
        Problem::NotADate => (
            "Écrivez la date ainsi : 2026-11-28, ou avec l’heure 2026-11-28T14:00:00+01:00.",
            "Write the date like this: 2026-11-28, or with the time 2026-11-28T14:00:00+01:00.",
        ),
        Problem::EndsBeforeStart => (
            "Vérifiez les deux dates : elles sont peut-être inversées.",
            "Look at both dates: they may be the wrong way round.",
        ),
        Problem::NotALink => (
            "Donnez une adresse complète qui commence par https://.",
            "Give a whole address that begins with https://.",
        ),
        Problem::NotAPoint => (
            "Vérifiez latitude et longitude (degrés décimaux) ; à défaut, code postal et ville suffisent.",
            "Look at latitude and longitude (decimal degrees); without them, postcode and town are enough.",
        ),
        Problem::UnknownWord => (
            "Prenez un des mots que la documentation du flux énumère.",
            "Take one of the words that the feed’s documentation lists.",
        ),
        Problem::TooLong => ("Raccourcissez le texte ou la liste.", "Shorten the text or the list."),
        Problem::Incomplete => ("Complétez ce champ, ou retirez-le.", "Complete this field, or take it out."),
        Problem::NoTimeZone => (
            "Ajoutez le décalage horaire à la date, par exemple +01:00.",
            "Add the offset to the time, such as +01:00.",
        ),
        Problem::Repaired => (
            "Vérifiez que la lecture est la bonne, puis corrigez-la à la source.",
            "Check that it was read rightly, then correct it at its source.",
        ),
        Problem::Guessed if field.starts_with("location.") => (
            "Position du centre de la commune, marquée « approximative » : donnez latitude et longitude pour une distance exacte.",
            "The middle of the town, marked as approximate: give latitude and longitude for an exact distance.",
        ),
        Problem::Guessed => (
            "Vérifiez que c’est juste ; sinon, nommez la colonne autrement.",
            "Check that it is right; if not, give the column another name.",
        ),
        Problem::BreaksOff => {
            ("Exportez ou téléchargez le flux à nouveau.", "Export or download the feed again.")
        }
        Problem::TooMany => ("N’en gardez que l’essentiel.", "Keep those that matter."),
        Problem::Comment | Problem::StrayComma => (
            "À retirer : d’autres logiciels refuseraient le flux.",
            "Take it out: other software would refuse the feed.",
        ),
        Problem::NotFinite => ("Écrivez null, ou retirez le champ.", "Write null, or take the field out."),
        Problem::SameField => ("Gardez un seul des deux champs.", "Keep one of the two fields."),
        Problem::LargeNumber => ("Écrivez-le entre guillemets.", "Write it in quotation marks."),
        Problem::BrokenText => {
            ("Retapez ce texte, ou exportez en UTF-8.", "Type this text again, or export as UTF-8.")
        }
    };
    Some(if language == Language::Fr { french } else { english })
}

/// What is missing, and what to do about it.
pub fn gap(gap: Gap, language: Language) -> (&'static str, &'static str) {
    match (gap, language) {
        (Gap::Place, Language::Fr) => (
            "Sans lieu : elles ne sont pas « près de chez vous », mais avec les actions nationales",
            "Indiquez au moins le code postal et la ville ; pour une action en ligne, « reach » : « online ».",
        ),
        (Gap::Place, Language::En) => (
            "Without a place: they are not “near you”, but listed with the national ones",
            "Give postcode and town at least; for something online, “reach”: “online”.",
        ),
        (Gap::Position, Language::Fr) => (
            "Lieu introuvable : aucune distance ne peut être donnée",
            "Vérifiez code postal et ville, ou donnez latitude et longitude.",
        ),
        (Gap::Position, Language::En) => (
            "Place not found: no distance can be given",
            "Look at postcode and town, or give latitude and longitude.",
        ),
        (Gap::Date, Language::Fr) => (
            "Rassemblements et formations sans date",
            "Indiquez quand cela commence (« sessions » ou « startDate »).",
        ),
        (Gap::Date, Language::En) => {
            ("Gatherings and trainings without a date", "Say when it begins (“sessions” or “startDate”).")
        }
        (Gap::Way, Language::Fr) => (
            "Sans moyen de participer : ni formulaire ni lien",
            "Ajoutez un lien (« url ») ou une participation (« participation »).",
        ),
        (Gap::Way, Language::En) => {
            ("No way to take part: neither a form nor a link", "Add a link (“url”) or “participation”.")
        }
        (Gap::Over, Language::Fr) => {
            ("Terminées : elles ne sont plus montrées", "Rien à faire, sauf si une date est fausse.")
        }
        (Gap::Over, Language::En) => {
            ("Over: they are no longer shown", "Nothing to do, unless a date is wrong.")
        }
    }
}

/// Why nothing could be read.
pub fn unread(why: &Unread, language: Language) -> String {
    match (why, language) {
        (why, Language::En) => printable(&why.to_string()),
        (Unread::Unreadable(why), Language::Fr) => unreadable(why),
        (Unread::Unfetched(why), Language::Fr) => {
            format!("Le flux n’a pas pu être lu à cette adresse : {}.", unfetched(why))
        }
        (Unread::Unopened(why), Language::Fr) => format!("Le fichier ne s’ouvre pas ({}).", printable(why)),
    }
}

fn unfetched(why: &FetchError) -> String {
    match why {
        FetchError::Status(status @ (401 | 403)) => {
            format!("le serveur refuse l’accès (code {status}), le flux n’est pas public")
        }
        FetchError::Status(404 | 410) => "il n’y a rien à cette adresse (code 404), vérifiez-la".into(),
        FetchError::Status(status) => format!("le serveur a répondu par le code {status}"),
        FetchError::Slow => "le serveur met trop de temps à répondre".into(),
        FetchError::NoHost => "ce nom de site n’existe pas, vérifiez l’adresse".into(),
        FetchError::Private(_) => {
            "elle est dans un réseau privé, seules les adresses publiques sont lues".into()
        }
        FetchError::TooLarge(most) => format!("il dépasse {} Mo", most.div_ceil(1_000_000)),
        FetchError::Insecure => "elle mène d’https à http, où chacun pourrait le modifier en chemin".into(),
        FetchError::Redirects => "elle renvoie sans fin vers d’autres adresses".into(),
        FetchError::Network(why) => format!("la connexion a échoué ({})", printable(why)),
    }
}

/// Why not all of the feed was read.
pub fn stop(stop: &Stop, language: Language) -> String {
    if language == Language::En {
        return format!("Not all of the feed was read: {}.", printable(&stop.to_string()));
    }
    let why = match stop {
        Stop::Page { address, why } => {
            let why = match why {
                Unread::Unfetched(why) => unfetched(why),
                why => unread(why, language).trim_end_matches('.').to_owned(),
            };
            format!("la page {} n’a pas pu être lue ({why})", printable(address))
        }
        Stop::OtherFormat { address, format } => format!(
            "la page {} est d’un autre format ({format}) : une erreur, ou une page de connexion ?",
            printable(address)
        ),
        Stop::Cycle { address } => format!("les pages tournent en rond, {} revient", printable(address)),
        Stop::Insecure { address } => {
            format!("la page suivante serait sans https ({}), elle n’a pas été appelée", printable(address))
        }
        Stop::Pages(most) => format!("il a plus de {most} pages"),
        Stop::Items(most) => format!("il a plus de {most} fiches"),
        Stop::Budget(Resource::Items) => "il a trop de fiches".into(),
        Stop::Budget(Resource::Steps) => "sa lecture demande trop de calculs".into(),
        Stop::Budget(_) => "sa lecture demande trop de mémoire".into(),
        Stop::Bytes(most) => format!("ses pages dépassent ensemble {} Mo", most.div_ceil(1_000_000)),
        Stop::Time(most) => format!("ses pages demandent ensemble plus de {} secondes", most.as_secs()),
        Stop::OneFile => "c’est une page parmi d’autres : donnez son adresse, et toutes seront lues".into(),
    };
    format!("Le flux n’a pas été lu en entier : {why}.")
}

#[cfg(test)]
mod tests {
    use super::french;

    #[test]
    fn what_a_reader_says_in_english_is_said_in_french_and_names_of_fields_stay() {
        assert_eq!(
            french("a list of 5 objects with a table, name"),
            "une liste de 5 objets avec a table, name"
        );
        assert_eq!(french("a list of 3, none of them an object"), "une liste de 3, dont aucun objet");
        assert_eq!(french("an object with a colon"), "un objet avec a colon");
        assert_eq!(french("a text breaks off"), "un texte s’interrompt");
        assert_eq!(french("of another time"), "of another time");
        // Each is what a reader says.
        let error = alentour_formats::read(b"[1 2]").unwrap_err();
        let why = super::unreadable(&error);
        assert!(why.contains("il manque une virgule"), "{why}");
        let found = super::unreadable(&alentour_formats::read(b"[{\"rank\": 1}]").unwrap_err());
        assert!(found.contains("une liste de 1 objets avec rank"), "{found}");
    }
}
