//! A reading as it goes through a pipe, between the server and the process that reads for it, and as it is kept: lines of JSON.
//!
//! The first says what the feed is, then comes a line an initiative, in the canonical format, an empty one, a line a finding, an empty
//! one, and a last one that says what came of it. A line at a time is written and parsed, so that memory does not grow with the feed.
//! What the columns of a table were taken for, and what a reading stopped for, stay behind: nobody who keeps a feed asks for them.

use std::io::{self, BufRead, Write};

use alentour_formats::{Columns, Reading, names};
use alentour_model::{Feed, Finding, Initiative};
use serde::{Deserialize, Serialize};

use super::fetch::Validators;
use super::gather::Stop;
use super::tallied::Tallied;
use crate::catalogue;

/// Initiatives that are parsed at once.
const AT_ONCE: usize = 500;

/// What comes before the initiatives: what the feed says of itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Head {
    format: String,
    name: String,
    language: String,
    time_zone: String,
}

/// The last line: what came of it all.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Ending {
    /// The feed is as it was. Nothing comes before this line.
    Unchanged,
    /// Nothing could be had, and why. What comes before this line is void.
    Unread(String),
    /// It was read.
    Read(Tail),
}

/// What came of a reading.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Tail {
    /// Bytes before the reading's first line. There are some where a reading was begun again.
    pub start: u64,
    /// Items of the feed, those left out included.
    pub items: usize,
    /// Those that were not.
    pub initiatives: usize,
    /// See [`Reading::newest_first`].
    pub newest_first: bool,
    /// How many items were left out.
    pub lost: usize,
    /// How many findings there were.
    pub findings: usize,
    /// The same by what is wrong, and with which field.
    #[serde(default)]
    pub tallied: Vec<Tallied>,
    /// The first that say why an item was left out: for the log.
    pub costly: Vec<Finding>,
    /// Why it is not all of the feed; `None` if it is.
    pub incomplete: Option<Incomplete>,
    /// To ask for a newer version only.
    pub validators: Option<Validators>,
    /// Where what has changed since will be said, in formats that say it.
    pub resume: Option<String>,
}

impl Tail {
    /// Whether it is a part of its feed, of which there may be more the next time.
    pub fn is_part(&self) -> bool {
        self.incomplete.as_ref().is_some_and(|stop| stop.may_pass)
    }
}

/// Why a reading is not all of its feed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Incomplete {
    /// In words.
    pub why: String,
    /// Whether it may be otherwise the next time.
    pub may_pass: bool,
}

impl From<Stop> for Incomplete {
    fn from(stop: Stop) -> Self {
        Self { why: stop.to_string(), may_pass: stop.may_pass() }
    }
}

/// Writes a reading as it is made.
pub struct Writer<W> {
    out: W,
    /// Initiatives so far.
    initiatives: usize,
}

impl<W: Write> Writer<W> {
    /// Begins with what the feed says of itself.
    ///
    /// # Errors
    /// The system's.
    pub fn begin(mut out: W, format: &str, feed: &Feed) -> io::Result<Self> {
        let Feed { name, language, time_zone, .. } = feed.clone();
        line(&Head { format: format.to_owned(), name, language, time_zone }, &mut out)?;
        Ok(Self { out, initiatives: 0 })
    }

    /// Adds initiatives.
    ///
    /// # Errors
    /// The system's.
    pub fn add(&mut self, initiatives: &[Initiative]) -> io::Result<()> {
        self.initiatives += initiatives.len();
        initiatives.iter().try_for_each(|initiative| line(initiative, &mut self.out))
    }

    /// Ends with the findings that a later reading needs, and with what came of it; how many initiatives there were is known.
    ///
    /// # Errors
    /// The system's.
    pub fn end(mut self, findings: &[Finding], tail: Tail) -> io::Result<()> {
        self.out.write_all(b"\n")?;
        findings.iter().try_for_each(|finding| line(finding, &mut self.out))?;
        self.out.write_all(b"\n")?;
        line(&Ending::Read(Tail { initiatives: self.initiatives, ..tail }), &mut self.out)
    }
}

/// Writes a reading, and what came of it.
///
/// # Errors
/// The system's.
pub fn write(reading: &Reading, tail: Tail, out: &mut impl Write) -> io::Result<()> {
    let mut writer = Writer::begin(out, reading.format, &reading.feed)?;
    writer.add(&reading.feed.initiatives)?;
    let (items, newest_first) = (reading.items, reading.newest_first);
    writer.end(&reading.findings, Tail { items, newest_first, ..tail })
}

/// Writes one line of JSON.
///
/// # Errors
/// The system's.
pub fn line(value: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

/// Reads a reading, some initiatives at a time.
pub struct Lines<R> {
    input: R,
    format: &'static str,
    /// What the feed says of itself, without its initiatives.
    pub feed: Feed,
    is_over: bool,
}

impl<R: BufRead> Lines<R> {
    /// Begins to read what [`Writer`] has written.
    ///
    /// # Errors
    /// The system's, and where it is something else.
    pub fn begin(mut input: R) -> io::Result<Self> {
        let Head { format, name, language, time_zone } = next(&mut input)?;
        let format =
            names().find(|name| *name == format).ok_or_else(|| io::Error::other("of an unknown format"))?;
        let feed = Feed { version: Feed::VERSION.into(), name, language, time_zone, ..Feed::default() };
        Ok(Self { input, format, feed, is_over: false })
    }

    /// The next initiatives; `None` at their end.
    ///
    /// # Errors
    /// Where it breaks off, or is something else.
    pub fn next(&mut self) -> io::Result<Option<Vec<Initiative>>> {
        if self.is_over {
            return Ok(None);
        }
        let mut texts = Vec::new();
        while !self.is_over && texts.len() < AT_ONCE {
            let mut text = Vec::new();
            self.input.read_until(b'\n', &mut text)?;
            match text.as_slice() {
                [] => return Err(io::ErrorKind::UnexpectedEof.into()),
                b"\n" => self.is_over = true,
                _ => texts.push(text),
            }
        }
        catalogue::read(texts.iter().map(Vec::as_slice), &self.feed.time_zone).map(Some)
    }

    /// What comes after the initiatives, all of which have been read.
    fn end(mut self) -> io::Result<(Vec<Finding>, Tail)> {
        let mut findings = Vec::new();
        loop {
            let mut text = String::new();
            self.input.read_line(&mut text)?;
            if text == "\n" {
                break;
            }
            findings.push(serde_json::from_str(&text)?);
        }
        match next(&mut self.input)? {
            Ending::Read(tail) => Ok((findings, tail)),
            Ending::Unchanged | Ending::Unread(_) => Err(io::Error::other("it was broken off")),
        }
    }
}

/// Reads what [`write`] has written.
///
/// # Errors
/// Where it breaks off, or is something else.
pub fn read(input: &mut impl BufRead) -> io::Result<Reading> {
    let mut lines = Lines::begin(input)?;
    let mut initiatives = Vec::new();
    while let Some(mut some) = lines.next()? {
        initiatives.append(&mut some);
    }
    let (format, feed) = (lines.format, Feed { initiatives, ..lines.feed.clone() });
    let (findings, Tail { items, newest_first, .. }) = lines.end()?;
    let columns = Columns::default();
    Ok(Reading { format, feed, findings, items, next: None, columns, newest_first, spent: None })
}

/// Reads one line of JSON.
///
/// # Errors
/// Where there is none, or it is something else.
pub fn next<T: for<'de> Deserialize<'de>>(input: &mut impl BufRead) -> io::Result<T> {
    let mut line = String::new();
    input.read_line(&mut line)?;
    Ok(serde_json::from_str(&line)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(reading: &Reading) -> Reading {
        let mut bytes = Vec::new();
        write(reading, Tail::default(), &mut bytes).unwrap();
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
            "petition": {"target": 1000, "signatures": 12, "asOf": "2026-07-01", "includesSignUps": true, "addressedTo": ["M"], "outcome": "o"},
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
        write(&reading, Tail::default(), &mut bytes).unwrap();
        for length in 0..bytes.len() - 1 {
            assert!(read(&mut &bytes[..length]).is_err(), "{length} of {} bytes", bytes.len());
        }
    }
}
