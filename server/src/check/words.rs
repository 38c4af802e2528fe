//! What the doctor says: each problem, what to do about it, and why nothing could be read.

use alentour_formats::{ReadError, Resource};
use alentour_model::Problem;
use alentour_texts::{Errors, Language, fill};

use super::gap::Gap;
use crate::feeds::{FetchError, Stop, Unread};
use crate::sandbox::Limit;

/// A feed's text without what could steer a terminal.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A problem's name in the JSON report, by which its texts are found.
fn key(problem: Problem) -> String {
    let name = serde_json::to_value(problem).unwrap_or_default();
    name.as_str().unwrap_or_default().to_owned()
}

/// What is wrong, and what became of it.
pub fn words(problem: Problem, language: Language) -> &'static str {
    language.doctor().problem(&key(problem))
}

/// Why nothing can be read.
fn unreadable(error: &ReadError, texts: &Errors, language: Language) -> String {
    match error {
        ReadError::Empty => texts.empty.to_owned(),
        ReadError::TooLarge { bytes } => {
            let most = alentour_formats::MAX_BYTES / 1_000_000;
            fill(texts.too_large, &[("n", &megabytes(*bytes as u64)), ("most", &most.to_string())])
        }
        ReadError::NotText { what } => fill(texts.not_text, &[("what", &translated(what, texts))]),
        ReadError::HtmlPage { title } if title.trim().is_empty() => texts.html_page_untitled.to_owned(),
        ReadError::HtmlPage { title } => fill(texts.html_page, &[("title", &printable(title))]),
        ReadError::Xml { root, .. } => {
            fill(texts.xml, &[("root", &printable(root)), ("formats", &formats(language))])
        }
        ReadError::NotJson { line, column, cut_off, reason } => {
            let text = if *cut_off { texts.cut_off } else { texts.not_json };
            let (line, column) = (line.to_string(), column.to_string());
            fill(text, &[("line", &line), ("column", &column), ("reason", &translated(reason, texts))])
        }
        ReadError::UnknownShape { found, .. } => {
            let found = printable(&translated(found, texts));
            fill(texts.unknown_shape, &[("found", &found), ("formats", &formats(language))])
        }
        ReadError::UnknownColumns { headers } => {
            fill(texts.unknown_columns, &[("headers", &printable(&headers.join(", ")))])
        }
        ReadError::TooDeep { most } => fill(texts.too_deep, &[("most", &most.to_string())]),
        other => other.to_string(),
    }
}

fn megabytes(bytes: u64) -> String {
    bytes.div_ceil(1_000_000).to_string()
}

/// The known formats.
fn formats(language: Language) -> String {
    alentour_formats::names().map(|name| format(name, language)).collect::<Vec<_>>().join(", ")
}

/// What a format is called where people speak of it.
pub fn format(name: &'static str, language: Language) -> &'static str {
    match name {
        "alentour" => "Alentour",
        "api-engagement" => "API Engagement",
        "gogocarto" => "GoGoCarto",
        "transiscope" => "Transiscope",
        "activitypub" => "Mobilizon (ActivityPub)",
        "mobilize" => "Mobilize",
        "osdi" => "OSDI (Action Network)",
        "the-events-calendar" => "The Events Calendar (WordPress)",
        "gancio" => "Gancio",
        "openactive" => "OpenActive",
        "openagenda" => "OpenAgenda",
        "openagenda-opendatasoft" => "OpenAgenda (Opendatasoft)",
        "json-feed" => "JSON Feed",
        "geojson" => "GeoJSON",
        "rss" => "RSS",
        "atom" => "Atom",
        "icalendar" => "iCalendar",
        other => language.doctor().format(other).unwrap_or(other),
    }
}

/// What a reader says in English, in another language, as far as it is known; what comes from the feed stays.
fn translated(text: &str, texts: &Errors) -> String {
    let begins = |text: &str| {
        let known = texts.reader().iter().filter(|(english, _)| text.starts_with(english));
        known.max_by_key(|(english, _)| english.len()).copied()
    };
    let Some((english, other)) = begins(text) else { return text.to_owned() };
    let rest = text.get(english.len()..).unwrap_or_default();
    // "a list of 5 objects with" and the names of fields, which are the feed's: after the number goes another part.
    let Some(count) = rest.trim_start().find([' ', ',']).filter(|_| english == "a list of") else {
        return format!("{other}{rest}");
    };
    let (count, after) = rest.split_at(rest.len() - rest.trim_start().len() + count);
    let part = after.trim_start_matches([' ', ',']);
    let between = after.get(..after.len() - part.len()).unwrap_or_default();
    match begins(part) {
        Some((english, more)) => {
            format!("{other}{count}{between}{more}{}", part.get(english.len()..).unwrap_or_default())
        }
        None => format!("{other}{rest}"),
    }
}

/// What to do about a finding, `None` where there is nothing to do.
pub fn repair(problem: Problem, field: &str, language: Language) -> Option<&'static str> {
    let (doctor, name) = (language.doctor(), key(problem));
    // The middle of a town is guessed, and so is what a column holds.
    let is_place = problem == Problem::Guessed && field.starts_with("location.");
    if is_place { doctor.repair("guessed.location") } else { doctor.repair(&name) }
}

/// What is missing, and what to do about it.
pub fn gap(gap: Gap, language: Language) -> (&'static str, &'static str) {
    let (doctor, name) = (language.doctor(), gap.key());
    (doctor.gap(name), doctor.gap_repair(name))
}

/// Why nothing could be read.
pub fn unread(why: &Unread, language: Language) -> String {
    let Some(texts) = language.errors() else { return printable(&why.to_string()) };
    match why {
        Unread::Unreadable(why) => unreadable(why, texts, language),
        Unread::Unfetched(why) => fill(texts.unfetched, &[("why", &unfetched(why, texts))]),
        Unread::Unopened(why) => fill(texts.unopened, &[("why", &printable(why))]),
        Unread::Exceeded(Limit::Memory) => texts.exceeded_memory.to_owned(),
        Unread::Exceeded(Limit::Time) => texts.exceeded_time.to_owned(),
        Unread::Exceeded(Limit::Output) => texts.exceeded_output.to_owned(),
    }
}

fn unfetched(why: &FetchError, texts: &Errors) -> String {
    match why {
        FetchError::Status(status) => {
            let text = match status {
                401 | 403 => texts.refused,
                404 | 410 => texts.missing,
                _ => texts.status,
            };
            fill(text, &[("status", &status.to_string())])
        }
        FetchError::Slow => texts.slow.to_owned(),
        FetchError::NoHost => texts.no_host.to_owned(),
        FetchError::Private(_) => texts.private.to_owned(),
        FetchError::NotPublic => texts.not_public.to_owned(),
        FetchError::Port(port) => fill(texts.port, &[("port", &port.to_string())]),
        FetchError::TooLarge(most) => fill(texts.answer_too_large, &[("most", &megabytes(*most))]),
        FetchError::Insecure => texts.insecure.to_owned(),
        FetchError::Redirects => texts.redirects.to_owned(),
        FetchError::Network(why) => fill(texts.network, &[("why", &printable(why))]),
    }
}

/// Why not all of the feed was read.
pub fn stop(stop: &Stop, language: Language) -> String {
    let why = match language.errors() {
        Some(texts) => stopped(stop, texts, language),
        None => printable(&stop.to_string()),
    };
    fill(language.doctor().incomplete, &[("why", &why)])
}

fn stopped(stop: &Stop, texts: &Errors, language: Language) -> String {
    let most = |text, most: u64| fill(text, &[("most", &most.to_string())]);
    match stop {
        Stop::Page { address, why } => {
            let why = match why {
                Unread::Unfetched(why) => unfetched(why, texts),
                why => unread(why, language).trim_end_matches('.').to_owned(),
            };
            fill(texts.page_unread, &[("address", &printable(address)), ("why", &why)])
        }
        Stop::OtherFormat { address, format } => {
            fill(texts.page_other_format, &[("address", &printable(address)), ("format", format)])
        }
        Stop::Cycle { address } => fill(texts.page_cycle, &[("address", &printable(address))]),
        Stop::Insecure { address } => fill(texts.page_insecure, &[("address", &printable(address))]),
        Stop::Pages(pages) => most(texts.too_many_pages, *pages as u64),
        Stop::Items(items) => most(texts.too_many_items, *items as u64),
        Stop::Budget(Resource::Items) => texts.budget_items.to_owned(),
        Stop::Budget(Resource::Steps) => texts.budget_steps.to_owned(),
        Stop::Budget(_) => texts.budget_memory.to_owned(),
        Stop::Bytes(bytes) => fill(texts.too_many_bytes, &[("most", &megabytes(*bytes))]),
        Stop::Time(time) => most(texts.too_much_time, time.as_secs()),
        Stop::OneFile => texts.one_file.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn french(text: &str) -> String {
        translated(text, Language::French.errors().unwrap())
    }

    fn unreadable(error: &ReadError) -> String {
        super::unreadable(error, Language::French.errors().unwrap(), Language::French)
    }

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
        let why = unreadable(&error);
        assert!(why.contains("il manque une virgule"), "{why}");
        let found = unreadable(&alentour_formats::read(b"[{\"rank\": 1}]").unwrap_err());
        assert!(found.contains("une liste de 1 objet avec rank"), "{found}");
    }

    #[test]
    fn every_problem_and_gap_is_said_in_every_language_of_the_doctor() {
        for language in Language::OF_OPERATORS {
            for problem in PROBLEMS.iter().copied() {
                assert!(is_listed(problem) && !words(problem, language).is_empty(), "{problem:?}");
                let is_repairable = repair(problem, "", language).is_some();
                assert_eq!(is_repairable, problem != Problem::Withdrawn, "{problem:?}");
            }
            for one in Gap::ALL {
                assert!(!gap(one, language).0.is_empty() && !gap(one, language).1.is_empty(), "{one:?}");
            }
            // The one whose name is written as its identifier is.
            let names = alentour_formats::names().filter(|name| *name != "schema.org");
            names.for_each(|name| assert_ne!(format(name, language), name));
        }
    }

    macro_rules! problems {
        ($($name:ident)+) => {
            const PROBLEMS: &[Problem] = &[$(Problem::$name),+];

            /// Does not compile where one is missing above.
            fn is_listed(problem: Problem) -> bool {
                match problem { $(Problem::$name => true,)+ }
            }
        };
    }

    problems! {
        NotAnObject NoId SameId NoName Withdrawn NotText NotANumber NotADate EndsBeforeStart NotALink NotAPoint UnknownWord
        TooLong Incomplete NoTimeZone Repaired Guessed BreaksOff TooMany Comment StrayComma NotFinite SameField LargeNumber
        BrokenText
    }
}
