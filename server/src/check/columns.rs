//! What the columns of a table were taken for: said, and set right.

use alentour_formats::{Column, Columns};
use alentour_texts::{Language, fill};
use maud::{Markup, html};

/// What a column holds, in words.
pub fn name(column: Column, language: Language) -> &'static str {
    language.doctor().column(column.as_str()).unwrap_or_else(|| column.as_str())
}

/// Why what was said of columns does not fit a table; nothing where it does, or where the feed is no table.
pub fn misfit(said: &Columns, table: &Columns, language: Language) -> Option<String> {
    let texts = language.doctor();
    let strangers: Vec<_> =
        said.strangers(table).map(|header| fill(texts.quoted, &[("text", header)])).collect();
    if strangers.is_empty() || table.is_empty() {
        return None;
    }
    let headers = table.iter().map(|(header, _)| header).collect::<Vec<_>>().join(", ");
    Some(fill(texts.columns_misfit, &[("strangers", &strangers.join(", ")), ("headers", &headers)]))
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
    let texts = language.doctor();
    html! {
        section {
            h2 { (texts.columns_title) }
            ul {
                @for (header, taken) in columns.iter() {
                    li { bdi { (header) } " → " (taken.map_or(texts.columns_unread, |column| name(column, language))) }
                }
            }
            p.hint { (texts.columns_how) " " code { (example(columns)) } }
        }
    }
}

/// A form that shows what each column was taken for, and reads the feed again with what one chooses instead.
pub fn form(feed: &str, columns: &Columns, language: Language) -> Markup {
    let texts = language.doctor();
    html! {
        section {
            form.card.columns method="post" action="?" {
                h2 { (texts.columns_question) }
                p { (texts.columns_lead) }
                input type="hidden" name="lang" value=(language.tag());
                input type="hidden" name="feed" value=(feed);
                (fields(columns, language))
                button.small { (texts.columns_again) }
            }
        }
    }
}

/// A field a column.
pub fn fields(columns: &Columns, language: Language) -> Markup {
    let texts = language.doctor();
    html! {
        ul {
            @for (at, (header, taken)) in columns.iter().enumerate() {
                li {
                    input type="hidden" name="header" value=(header);
                    label for={ "column-" (at) } { bdi { (header) } }
                    select id={ "column-" (at) } name="column" {
                        option value="" selected[taken.is_none()] { "(" (texts.columns_unread) ")" }
                        @for column in Column::ALL {
                            option value=(column.as_str()) selected[taken == Some(*column)] { (name(*column, language)) }
                        }
                    }
                }
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
            assert!(!name(*column, Language::French).is_empty());
            let is_english = name(*column, Language::English).is_ascii();
            assert!(is_english, "{column}");
        }
    }

    #[test]
    fn a_column_that_is_not_there_is_named_with_those_that_are() {
        let said: Columns = "Structur=organizer, Objet=name".parse().unwrap();
        let table: Columns = "Structure=organizer, Objet=name, Le=start".parse().unwrap();
        let why = misfit(&said, &table, Language::French).unwrap();
        assert!(why.contains("«\u{a0}Structur\u{a0}»") && why.contains("Structure, Objet, Le"), "{why}");
        assert_eq!(misfit(&said, &Columns::default(), Language::English), None, "no table");
        assert_eq!(misfit(&"Objet=name".parse().unwrap(), &table, Language::French), None);
    }

    #[test]
    fn a_report_that_is_a_file_says_what_each_column_was_taken_for() {
        let table: Columns = "<b>=organizer, Objet=name, Note=".parse().unwrap();
        let list = list(&table, Language::French).into_string();
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
