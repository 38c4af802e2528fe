//! What holds for any text in the shapes of XML, calendars, tables and web pages.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::cell::Cell;

use alentour_formats::{Options, Reading, read, read_with};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

/// What stands in fields: texts, dates, links, places, and what is none of these.
fn values() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,12}",
        "(<[a-z/!]{0,4}[ >]|&[a-z#0-9]{1,5};|[a-zé]{0,4}|\\\\[nu,;]|[\"';,:=]){0,6}",
        "(19|20)[0-9]{6}(T[0-9]{6}Z?)?",
        "20(2|3)[0-9]-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-5][0-9]:00(Z|[+]0[0-9]:00)?)?",
        "[0-3]?[0-9][/.][01]?[0-9][/.](20)?2[0-9]( [0-9]{1,2}h[0-9]{0,2})?|[0-9]{1,2} (mars|août|dec) 20[0-9]{2}",
        "(https?|javascript|mailto|geo):/{0,2}[a-z.]{0,8}|/[a-z]{1,4}",
        "-?[0-9]{1,3}[.,][0-9]{1,3}([ ,;]-?[0-9]{1,3}\\.[0-9])?|[0-9 ]{3,6}",
        "(Salle, )?[0-9]{0,2} rue [A-Z][a-z]{1,4}, [0-9]{4,5} [A-Z][a-z]{1,5}(, France|, Belgique)?",
        "(FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY|SECONDLY);?)?((COUNT|INTERVAL|BYDAY|BYMONTHDAY|BYMONTH|UNTIL|BYSETPOS)=(-?[0-9]{1,3}|MO|2FR|20270101);?){0,3}",
        "P(T?[0-9]{1,4}[DHMSW]){0,2}|-P1D|CANCELLED|oui|full|Event|true",
    ]
}

/// A text whose pieces may have been cut off, doubled or taken out.
fn damaged(whole: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    (whole, prop::option::weighted(0.3, any::<prop::sample::Index>()), any::<prop::sample::Index>(), 0_u8..6)
        .prop_map(|(text, cut, at, how)| {
            let mut chars: Vec<char> = text.chars().collect();
            if let Some(cut) = cut {
                chars.truncate(cut.index(chars.len() + 1));
            }
            if !chars.is_empty() {
                let at = at.index(chars.len());
                match how {
                    0 => drop(chars.remove(at)),
                    1 => chars.insert(at, '"'),
                    2 => chars.insert(at, '\0'),
                    3 => chars.insert(at, '<'),
                    _ => {}
                }
            }
            chars.into_iter().collect()
        })
}

fn elements(names: &'static str, depth: u32) -> impl Strategy<Value = String> {
    let leaf = values().prop_map(|value| value.replace("]]>", ""));
    leaf.prop_recursive(depth, 30, 6, move |inner| {
        proptest::collection::vec((names, inner, 0_u8..4), 0..6).prop_map(|fields| {
            let field = |(name, value, how): (String, String, u8)| match how {
                0 => format!("<{name}><![CDATA[{value}]]></{name}>"),
                1 => format!("<{name} href=\"{}\"/>", value.replace('"', "")),
                _ => format!("<{name}>{value}</{name}>"),
            };
            fields.into_iter().map(field).collect()
        })
    })
}

fn xml() -> impl Strategy<Value = String> {
    let mission = "(clientId|title|description|applicationUrl|startAt|endAt|addresses|address|street|postalCode|city|location|lat|lon|\
                   lonlat|remote|domain|tags|places|adresse|organizationName|deleted|mission)";
    let news = "(title|link|guid|id|description|content:encoded|content|summary|category|pubDate|georss:point|georss:where|geo:lat|geo:long|\
                ev:startdate|ev:enddate|ev:location|language|item|entry)";
    let of = |names: &'static str, open: &'static str, item: &'static str, close: &'static str| {
        proptest::collection::vec(elements(names, 3), 0..4).prop_map(move |items| {
            let items: String = items.into_iter().map(|inner| format!("<{item}>{inner}</{item}>")).collect();
            format!("{open}{items}{close}")
        })
    };
    prop_oneof![
        of(mission, "<?xml version=\"1.0\"?><source>", "mission", "</source>"),
        of(news, "<rss version=\"2.0\"><channel><title>A</title>", "item", "</channel></rss>"),
        of(news, "<rdf:RDF>", "item", "</rdf:RDF>"),
        of(news, "<feed xmlns=\"http://www.w3.org/2005/Atom\">", "entry", "</feed>"),
    ]
}

fn calendars() -> impl Strategy<Value = String> {
    let name = "(UID|SUMMARY|DESCRIPTION|DTSTART|DTEND|DURATION|RRULE|RDATE|EXDATE|RECURRENCE-ID|LOCATION|GEO|URL|STATUS|CATEGORIES|ORGANIZER|\
                SEQUENCE|TZID|TZOFFSETTO|TZOFFSETFROM|X-WR-TIMEZONE|X-WR-CALNAME|X-APPLE-STRUCTURED-LOCATION)";
    let parameters = "(;TZID=(Europe/Paris|Romance Standard Time|Mars/Olympus|\"a:b\")|;VALUE=(DATE|PERIOD|DATE-TIME)|;CN=\"[a-z]{0,3}\"){0,2}";
    let event = proptest::collection::vec((name, parameters, values()), 0..9);
    let kinds =
        prop_oneof![4 => Just("VEVENT"), 1 => Just("VTIMEZONE"), 1 => Just("STANDARD"), 1 => Just("VTODO")];
    proptest::collection::vec((kinds, event), 0..4).prop_map(|events| {
        let event = |(kind, fields): (&str, Vec<(String, String, String)>)| {
            let lines: String = fields
                .into_iter()
                .map(|(name, parameters, value)| format!("{name}{parameters}:{value}\r\n"))
                .collect();
            format!("BEGIN:{kind}\r\nSUMMARY:Titre\r\n{lines}END:{kind}\r\n")
        };
        format!("BEGIN:VCALENDAR\r\n{}END:VCALENDAR\r\n", events.into_iter().map(event).collect::<String>())
    })
}

fn tables() -> impl Strategy<Value = String> {
    let header = "(Titre|Date|Date de fin|Heure|Lieu|Adresse|CP|Ville|Pays|Lat|Lon|Coordonnées|Type|Thème|Lien|Places|Id|Autre)";
    let rows = proptest::collection::vec(proptest::collection::vec(values(), 0..8), 0..5);
    (proptest::collection::vec(header, 1..8), rows, prop_oneof![Just(";"), Just(","), Just("\t"), Just("|")])
        .prop_map(|(headers, rows, between)| {
            let quote = |field: &String| match field.contains([';', ',', '"', '\n']) {
                true => format!("\"{}\"", field.replace('"', "\"\"")),
                false => field.clone(),
            };
            let row = |row: &Vec<String>| row.iter().map(quote).collect::<Vec<_>>().join(between);
            let lines: Vec<_> = rows.iter().map(row).collect();
            format!("Titre{between}{}\n{}", headers.join(between), lines.join("\n"))
        })
}

fn pages() -> impl Strategy<Value = String> {
    let name = "(@id|@type|@graph|@value|name|description|url|startDate|endDate|location|address|geo|latitude|longitude|organizer|subEvent|\
                itemListElement|item|identifier|eventStatus|offers|keywords|eventSchedule|postalCode|addressLocality|addressCountry)";
    let json = values().prop_map(serde_json::Value::from).prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            proptest::collection::hash_map(name, inner, 0..8)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    });
    (json, any::<bool>()).prop_map(|(mut json, in_page)| {
        if let Some(map) = json.as_object_mut() {
            map.insert("@type".into(), "Event".into());
        }
        let json = json.to_string();
        if in_page {
            format!("<!doctype html><html><script type='application/ld+json'>{json}</script>")
        } else {
            json
        }
    })
}

fn nearly_json() -> impl Strategy<Value = String> {
    let piece = "\\{|\\}|\\[|\\]|,|:|\"|\\\\u[0-9a-f]{0,4}|\\\\.|//.|/\\*|\\*/|#|NaN|-?Infinity|-?[0-9.eE+-]{1,5}|true|null|[ \\n]|\"[a-z]{0,3}\"|\"id\":|é";
    proptest::collection::vec(piece, 0..20).prop_map(|pieces| format!("[{}", pieces.concat()))
}

/// Whether a text is read, after what holds of every reading.
fn check(text: &str) -> Result<bool, TestCaseError> {
    let mut is_read = false;
    for now in [None, Some(1_795_420_800)] {
        let mut options = Options::default();
        options.now = now;
        match read_with(text.as_bytes(), &options) {
            Ok(reading) => {
                prop_assert!(reading.feed.initiatives.len() <= reading.items);
                prop_assert!(reading.findings.iter().all(|finding| finding.value.chars().count() <= 80));
                prop_assert!(
                    reading.feed.initiatives.iter().all(|initiative| initiative.sessions.len() <= 1000)
                );
                is_canonical(&reading)?;
                is_read |= !reading.feed.initiatives.is_empty();
            }
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }
    Ok(is_read)
}

/// Reads texts of one kind or refuses them: others each time, and then always the same ones, of some of which an item is kept.
fn are_read_or_refused(texts: impl Strategy<Value = String>) {
    let read = Cell::new(0);
    let config = ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() };
    let same = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    for mut runner in [TestRunner::new(config.clone()), TestRunner::new_with_rng(config, same)] {
        read.set(0);
        let result = runner.run(&texts, |text| {
            read.set(read.get() + u32::from(check(&text)?));
            Ok(())
        });
        result.unwrap_or_else(|why| panic!("{why}"));
    }
    assert!(read.get() > 2, "{} of 192 were read", read.get());
}

/// What was read is written and read again as it is.
fn is_canonical(reading: &Reading) -> Result<(), TestCaseError> {
    let again = read(&serde_json::to_vec(&reading.feed).unwrap()).unwrap();
    prop_assert_eq!(&again.findings, &vec![]);
    prop_assert_eq!(&again.feed, &reading.feed);
    Ok(())
}

#[test]
fn any_xml_is_read_or_refused() {
    are_read_or_refused(damaged(xml()));
}

#[test]
fn any_calendar_is_read_or_refused() {
    are_read_or_refused(damaged(calendars()));
}

#[test]
fn any_table_is_read_or_refused() {
    are_read_or_refused(damaged(tables()));
}

#[test]
fn any_page_or_linked_data_is_read_or_refused() {
    are_read_or_refused(damaged(pages()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn what_is_nearly_json_is_read_or_refused(text in nearly_json()) {
        check(&text)?;
    }

    #[test]
    fn any_bytes_behind_a_beginning_are_read_or_refused(
        start in "(<rss><channel><item>|<source><mission>|BEGIN:VCALENDAR\nBEGIN:VEVENT\n|titre;date\n|\\[\\{\"@type\":\"Event\",|<html><script type=application/ld\\+json>)",
        bytes in proptest::collection::vec(any::<u8>(), 0..120),
    ) {
        let all: Vec<u8> = start.bytes().chain(bytes).collect();
        match read(&all) {
            Ok(reading) => is_canonical(&reading)?,
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }

    #[test]
    fn a_bad_item_costs_no_other(bad in values()) {
        let bad = bad.replace(['\n', '\r'], " ");
        let event = |id: u32, start: &str| format!("BEGIN:VEVENT\nUID:{id}\nSUMMARY:Titre {id}\nDTSTART:{start}\nRRULE:{start}\nEND:VEVENT\n");
        let calendar = format!("BEGIN:VCALENDAR\n{}{}{}END:VCALENDAR", event(1, "20261201T100000"), event(2, &bad), event(3, "20261201"));
        prop_assert_eq!(read(calendar.as_bytes()).unwrap().feed.initiatives.len(), 3);
        let quoted = format!("\"{}\"", bad.replace('"', "\"\""));
        let table = format!("id;titre;date;lat\n1;Un;28/11/2026;45\n2;Deux;{quoted};{quoted}\n3;Trois;29/11/2026;45\n");
        prop_assert_eq!(read(table.as_bytes()).unwrap().feed.initiatives.len(), 3);
        let cdata = bad.replace("]]>", "");
        let item = |id: u32, text: &str| format!("<item><title>T{id}</title><guid>{id}</guid><link><![CDATA[{text}]]></link><georss:point><![CDATA[{text}]]></georss:point></item>");
        let rss = format!("<rss><channel>{}{}{}</channel></rss>", item(1, "a"), item(2, &cdata), item(3, "b"));
        prop_assert_eq!(read(rss.as_bytes()).unwrap().feed.initiatives.len(), 3);
    }
}
