//! A reading as it goes through a pipe, between the server and the process that reads for it: lines of JSON.
//!
//! The first says what the feed is, then comes a line an initiative, in the canonical format, and a line a finding. A line at a
//! time is parsed, so that memory is that of the reading and not of its JSON too. What the columns of a table were taken for,
//! and what a reading stopped for, stay behind: nobody who keeps a feed asks for them.

mod node;

use std::io::{BufRead, Write};

use alentour_formats::{Columns, Reading, TzDatabase, names};
use alentour_model::feed::Unnoted;
use alentour_model::read::read_document;
use alentour_model::{Feed, Finding, Initiative};
use node::Node;
use serde::{Deserialize, Serialize};

/// What comes before the initiatives.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    format: String,
    name: String,
    language: String,
    time_zone: String,
    newest_first: bool,
    items: usize,
    initiatives: usize,
    findings: usize,
}

/// Writes a reading.
///
/// # Errors
/// The system's.
pub fn write(reading: &Reading, out: &mut impl Write) -> std::io::Result<()> {
    let Reading { format, feed, findings, items, next: _, columns: _, newest_first, spent: _ } = reading;
    let Feed { version: _, name, language, time_zone, initiatives } = feed;
    let head = Head {
        format: (*format).to_owned(),
        name: name.clone(),
        language: language.clone(),
        time_zone: time_zone.clone(),
        newest_first: *newest_first,
        items: *items,
        initiatives: initiatives.len(),
        findings: findings.len(),
    };
    line(&head, out)?;
    initiatives.iter().try_for_each(|initiative| line(initiative, out))?;
    findings.iter().try_for_each(|finding| line(finding, out))
}

/// Writes one line of JSON.
///
/// # Errors
/// The system's.
pub fn line(value: &impl Serialize, out: &mut impl Write) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

/// Reads what [`write`] has written.
///
/// # Errors
/// Where it breaks off, or is something else.
pub fn read(input: &mut impl BufRead) -> std::io::Result<Reading> {
    let head: Head = next(input)?;
    let Some(format) = names().find(|name| *name == head.format) else {
        return Err(std::io::Error::other("of an unknown format"));
    };
    let mut feed = Feed {
        version: Feed::VERSION.into(),
        name: head.name,
        language: head.language,
        time_zone: head.time_zone,
        initiatives: Vec::new(),
    };
    let mut line = String::new();
    for _ in 0..head.initiatives {
        line.clear();
        input.read_line(&mut line)?;
        feed.initiatives.push(initiative(serde_json::from_str(&line)?, &feed.time_zone)?);
    }
    let findings = (0..head.findings).map(|_| next::<Finding>(input)).collect::<Result<_, _>>()?;
    Ok(Reading {
        format,
        feed,
        findings,
        items: head.items,
        next: None,
        columns: Columns::default(),
        newest_first: head.newest_first,
        spent: None,
    })
}

/// Reads one line of JSON.
///
/// # Errors
/// Where there is none, or it is something else.
pub fn next<T: for<'de> Deserialize<'de>>(input: &mut impl BufRead) -> std::io::Result<T> {
    let mut line = String::new();
    input.read_line(&mut line)?;
    Ok(serde_json::from_str(&line)?)
}

/// An initiative as the canonical format has it, of a feed of that zone: a whole day is written without its offset.
fn initiative(value: Node, time_zone: &str) -> std::io::Result<Initiative> {
    let zone = Node::Text(time_zone.into());
    let document =
        Node::Object(vec![("timeZone".into(), zone), ("initiatives".into(), Node::List(vec![value]))]);
    let read = read_document(&&document, &TzDatabase, &mut Unnoted);
    let only = read.ok().and_then(|mut feed| feed.initiatives.pop());
    only.ok_or_else(|| std::io::Error::other("not an initiative"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(reading: &Reading) -> Reading {
        let mut bytes = Vec::new();
        write(reading, &mut bytes).unwrap();
        read(&mut bytes.as_slice()).unwrap()
    }

    #[test]
    fn the_demo_feed_comes_through_as_it_is() {
        let json = super::super::demo::feed(super::super::demo::today());
        let reading = alentour_formats::read(json.as_bytes()).unwrap();
        assert!(reading.feed.initiatives.len() > 10);
        assert_eq!(again(&reading), reading);
    }

    #[test]
    fn days_zones_and_findings_come_through_as_they_are() {
        let json = r#"{"name": "Là-bas", "inLanguage": "en", "timeZone": "America/New_York", "initiatives": [
            {"id": "a", "name": "Day", "startDate": "2026-07-14", "sessions": [{"startDate": "2026-07-14", "timeZone": "Asia/Tokyo"}]},
            {"id": "b", "name": "Zone", "timeZone": "Indian/Reunion", "startDate": "2026-07-14", "url": "javascript:1"},
            {"id": "c"}, {"id": "a", "name": "Again"}]}"#;
        let reading = alentour_formats::read(json.as_bytes()).unwrap();
        assert_eq!((reading.feed.initiatives.len(), reading.items), (2, 4));
        assert!(reading.findings.len() >= 3, "{:?}", reading.findings);
        assert_eq!(again(&reading), reading);
    }

    #[test]
    fn every_field_of_an_initiative_comes_through_as_it_is() {
        let json = r#"{"initiatives": [{"id": "7", "name": "Quote \" and \\ and \u0007", "kind": "petition", "sensitive": false,
            "summary": "s", "description": "a\nb", "causes": ["housing", "own"], "keywords": ["k"], "reach": "online",
            "url": "https://example.org/?a=\"", "organizer": {"name": "O", "url": "https://o.example", "sector": "association"},
            "partners": [{"name": "P"}], "location": [{"name": "L", "latitude": 45.764043, "longitude": -4.0, "approximate": true}],
            "sessions": [{"id": "s", "startDate": "2026-07-14T10:00:00+02:00", "endDate": "2026-07-14", "location": 0,
                "maximumAttendeeCapacity": 12, "remainingAttendeeCapacity": 0}],
            "startDate": "2026-07-14", "endDate": "2026-07-15", "participation": {"way": "form", "partySize": 3,
                "questions": [{"id": "q", "label": "Q?", "type": "choice", "options": ["a", "b"], "required": true}],
                "consents": [{"id": "c", "version": "1", "text": "T", "purpose": "p", "required": true}]},
            "petition": {"target": 1000, "signatures": 12, "asOf": "2026-07-01", "addressedTo": ["M"], "outcome": "o"},
            "accessibility": ["wheelchair"], "accessibilitySummary": "x", "impact": [{"name": "n", "value": 0.1, "unit": "u"}],
            "inLanguage": ["fr", "br"]}]}"#;
        let reading = alentour_formats::read(json.as_bytes()).unwrap();
        let written = serde_json::to_value(&reading.feed.initiatives[0]).unwrap();
        assert!(written.as_object().unwrap().len() > 20, "{written}");
        assert_eq!(again(&reading), reading);
    }

    #[test]
    fn what_breaks_off_is_no_reading() {
        let reading = alentour_formats::read(br#"[{"title": "A", "url": "https://example.org/a"}]"#).unwrap();
        let mut bytes = Vec::new();
        write(&reading, &mut bytes).unwrap();
        for length in 0..bytes.len() - 1 {
            assert!(read(&mut &bytes[..length]).is_err(), "{length} of {} bytes", bytes.len());
        }
    }
}
