//! What the columns of a table were taken for: said, and set right.

use alentour_formats::{Column, Columns};
use maud::{Markup, html};

use super::Language;

/// What a column holds, in words.
pub fn name(column: Column, language: Language) -> &'static str {
    let (french, english) = match column {
        Column::Id => ("identifiant", "identifier"),
        Column::Name => ("titre", "title"),
        Column::Summary => ("résumé", "summary"),
        Column::Description => ("description", "description"),
        Column::Url => ("lien", "link"),
        Column::Start => ("date de début", "first day"),
        Column::StartTime => ("heure de début", "time it begins"),
        Column::End => ("date de fin", "last day"),
        Column::EndTime => ("heure de fin", "time it ends"),
        Column::Venue => ("lieu", "venue"),
        Column::Street => ("adresse", "street, or the whole address"),
        Column::PostalCode => ("code postal", "postcode"),
        Column::Town => ("ville", "town"),
        Column::Region => ("région", "region"),
        Column::Country => ("pays", "country"),
        Column::Latitude => ("latitude", "latitude"),
        Column::Longitude => ("longitude", "longitude"),
        Column::Point => ("coordonnées", "latitude and longitude"),
        Column::Organizer => ("organisateur", "organiser"),
        Column::Kind => ("forme de l’action", "kind of action"),
        Column::Cause => ("cause", "cause"),
        Column::Keywords => ("mots-clés", "keywords"),
        Column::Seats => ("nombre de places", "seats"),
        Column::Remaining => ("places restantes", "seats left"),
        Column::Reach => ("en ligne ou non", "online or not"),
        other => (other.as_str(), other.as_str()),
    };
    if language == Language::Fr { french } else { english }
}

/// Why what was said of columns does not fit a table; nothing where it does, or where the feed is no table.
pub fn misfit(said: &Columns, table: &Columns, language: Language) -> Option<String> {
    let strangers: Vec<_> = said.strangers(table).map(|header| format!("« {header} »")).collect();
    if strangers.is_empty() || table.is_empty() {
        return None;
    }
    let headers = table.iter().map(|(header, _)| header).collect::<Vec<_>>().join(", ");
    let strangers = strangers.join(", ");
    Some(match language {
        Language::Fr => format!("Le tableau n’a pas de colonne {strangers}. Il a celles-ci : {headers}."),
        Language::En => format!("The table has no column {strangers}. It has these: {headers}."),
    })
}

/// What a report says of columns: its title, what a column is that nothing was made of, and what to do.
pub fn words(language: Language) -> [&'static str; 3] {
    match language {
        Language::Fr => {
            ["Colonnes du tableau", "non lue", "Si l’une est mal comprise, dites laquelle est quoi\u{a0}:"]
        }
        Language::En => ["Columns of the table", "not read", "If one was misunderstood, say which is what:"],
    }
}

/// What to type to set one right: the headers with what they were taken for.
pub fn example(columns: &Columns) -> String {
    let said = columns.iter().map(|(header, column)| {
        format!("{header}={}", column.map(|column| column.as_str()).unwrap_or_default())
    });
    format!("--columns \"{}\"", said.collect::<Vec<_>>().join(", "))
}

/// What each column was taken for, as a part of a page that cannot ask.
pub fn list(columns: &Columns, language: Language) -> Markup {
    let [title, unread, how] = words(language);
    html! {
        section {
            h2 { (title) }
            ul {
                @for (header, taken) in columns.iter() {
                    li { bdi { (header) } " → " (taken.map_or(unread, |column| name(column, language))) }
                }
            }
            p.hint { (how) " " code { (example(columns)) } }
        }
    }
}

/// A form that shows what each column was taken for, and reads the feed again with what one chooses instead.
pub fn form(feed: &str, columns: &Columns, language: Language) -> Markup {
    let say =
        |french: &'static str, english: &'static str| if language == Language::Fr { french } else { english };
    html! {
        section {
            form.card.columns method="post" action="?" {
                h2 { (say("Vos colonnes sont-elles bien comprises\u{a0}?", "Are your columns understood?")) }
                p { (say(
                    "Voici comment chaque colonne de votre tableau a été comprise. Corrigez, puis relisez.",
                    "This is what each column of your table was taken for. Set right what is wrong, and read again.",
                )) }
                input type="hidden" name="lang" value=(language.tag());
                input type="hidden" name="feed" value=(feed);
                ul {
                    @for (at, (header, taken)) in columns.iter().enumerate() {
                        li {
                            input type="hidden" name="header" value=(header);
                            label for={ "column-" (at) } { bdi { (header) } }
                            select id={ "column-" (at) } name="column" {
                                option value="" selected[taken.is_none()] { (say("(non lue)", "(not read)")) }
                                @for column in Column::ALL {
                                    option value=(column.as_str()) selected[taken == Some(*column)] { (name(*column, language)) }
                                }
                            }
                        }
                    }
                }
                button.small { (say("Relire avec ces colonnes", "Read again with these columns")) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_a_name_in_both_languages() {
        for column in Column::ALL {
            assert!(!name(*column, Language::Fr).is_empty());
            let is_english = name(*column, Language::En).is_ascii();
            assert!(is_english, "{column}");
        }
    }

    #[test]
    fn a_column_that_is_not_there_is_named_with_those_that_are() {
        let said: Columns = "Structur=organizer, Objet=name".parse().unwrap();
        let table: Columns = "Structure=organizer, Objet=name, Le=start".parse().unwrap();
        let why = misfit(&said, &table, Language::Fr).unwrap();
        assert!(why.contains("« Structur »") && why.contains("Structure, Objet, Le"), "{why}");
        assert_eq!(misfit(&said, &Columns::default(), Language::En), None, "no table");
        assert_eq!(misfit(&"Objet=name".parse().unwrap(), &table, Language::Fr), None);
    }

    #[test]
    fn a_report_that_is_a_file_says_what_each_column_was_taken_for() {
        let table: Columns = "<b>=organizer, Objet=name, Note=".parse().unwrap();
        let list = list(&table, Language::Fr).into_string();
        assert!(list.contains("&lt;b&gt;</bdi> → organisateur"), "{list}");
        assert!(list.contains("Note</bdi> → non lue"), "{list}");
    }

    #[test]
    fn what_is_to_be_typed_can_be_read_again() {
        let table: Columns = "Structure=organizer, Objet=name, Note=".parse().unwrap();
        let typed = example(&table);
        let said = typed.strip_prefix("--columns \"").and_then(|said| said.strip_suffix('"')).unwrap();
        assert_eq!(said.parse::<Columns>().unwrap(), table);
    }
}
