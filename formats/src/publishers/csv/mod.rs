//! Tables: CSV as spreadsheets write it, in whichever way (RFC 4180 or not). What a column is, its name lets guess;
//! what was guessed is said, to be confirmed or set right by [`crate::Options::columns`].
//!
//! A row without an identifier is named after its title, its start and its place.

mod date;

use alentour_model::read::DEFAULT_ZONE;
use alentour_model::{Finding, Initiative, Kind, Place, Problem, Reach};
use serde_json::{Map, Value};

use crate::budget::Meter;
use crate::document::Document;
use crate::fields::cause::causes;
use crate::fields::kind::kind;
use crate::fields::{address, id, zones};
use crate::finding::feed_finding;
use crate::format::TextFormat;
use crate::items::sessions::{Clock, SessionFields, apart};
use crate::items::{Item, List};
use crate::options::Options;
use crate::reading::Reading;
use crate::syntax::table::{Column, Table};

pub(crate) const FORMAT: TextFormat = TextFormat {
    name: LIST.name,
    shape: "CSV: a first row with the columns' names (titre;date;lieu;ville;lien or title,date,address,url), then a row each",
    read: |document, options, meter| match document {
        Document::Table(table) => Some(read(table, options, meter)),
        _ => None,
    },
};

const LIST: List = List {
    name: "csv",
    language: "",
    id: &["id"],
    title: &["name"],
    withdrawn: |_| None,
    called_off: |_| None,
    fill,
};

/// What a row without an identifier is named after.
const IDENTITY: [Column; 8] = [
    Column::Name,
    Column::Start,
    Column::Venue,
    Column::Street,
    Column::PostalCode,
    Column::Town,
    Column::Latitude,
    Column::Point,
];

/// Days from which on a time without hours is when something goes on, and no single date.
const LONG: i32 = 7;

fn read(table: &Table, options: &Options, meter: &Meter) -> Reading {
    let mut findings = Vec::new();
    for (header, column) in table.headers.iter().zip(&table.columns) {
        if options.columns.get(header).is_none() && !header.is_empty() {
            let (problem, value) = match column {
                Some(column) => (Problem::Guessed, column.as_str()),
                None => (Problem::UnknownWord, ""),
            };
            let field = header.chars().take(80).collect();
            findings.push(Finding { field, ..feed_finding(problem, value) });
        }
    }
    let dates = || table.cells(Column::Start).chain(table.cells(Column::End));
    let american = dates().any(date::is_american)
        && dates().all(|text| date::read(text, true).is_some() || text.trim().is_empty());
    if american {
        findings.push(Finding { field: "start".into(), ..feed_finding(Problem::Guessed, "MM/DD/YYYY") });
    }
    let mut reading = LIST.read(table.rows.iter().map(|row| item(table, row, american)), meter);
    // Findings name the column as the table does.
    for found in &mut reading.findings {
        let column = Column::parse(&found.field);
        let header = table.columns.iter().position(|other| column.is_some() && *other == column);
        if let Some(header) = header.and_then(|at| table.headers.get(at)) {
            found.field = header.chars().take(80).collect();
        }
    }
    let mut reading = reading.after(findings);
    for (header, column) in table.headers.iter().zip(&table.columns).filter(|(header, _)| !header.is_empty())
    {
        reading.columns.set(header.as_str(), *column);
    }
    reading
}

impl Table {
    /// What stands in a column.
    fn cells(&self, column: Column) -> impl Iterator<Item = &str> {
        let at = self.columns.iter().position(|other| *other == Some(column));
        self.rows.iter().filter_map(move |row| row.get(at?)).map(String::as_str)
    }
}

/// The row as an object, by what its columns are; days and times are put together.
fn item(table: &Table, row: &[String], american: bool) -> Value {
    let mut map: Map<String, Value> = Map::new();
    for (column, field) in table.columns.iter().zip(row) {
        if let Some(column) = column.filter(|_| !field.trim().is_empty()) {
            map.insert(column.as_str().into(), field.trim().into());
        }
    }
    let said = |map: &Map<String, Value>, column: Column| {
        map.get(column.as_str()).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let start = said(&map, Column::Start);
    let hours = said(&map, Column::StartTime);
    // "14h-17h" has both.
    let until = hours.split_once(['-', '–', 'à']).map(|(_, until)| until.to_owned()).unwrap_or_default();
    for (day, clock) in [(Column::Start, Column::StartTime), (Column::End, Column::EndTime)] {
        let (text, mut clock) = (said(&map, day), said(&map, clock));
        if day == Column::End && clock.is_empty() {
            clock = until.clone();
        }
        // A time alone is on the day it begins.
        let text = if text.is_empty() && date::time(&clock).is_some() { start.clone() } else { text };
        let on_start = || {
            let first = date::read(&start, american).filter(|_| day == Column::End)?;
            Some(format!("{}T{}", first.get(..10)?, date::time(&text)?))
        };
        let Some(date) = date::read(&text, american).or_else(on_start) else { continue };
        let time = date::time(&clock).filter(|_| !date.contains('T'));
        let written =
            time.map_or_else(|| date.clone(), |time| format!("{}T{time}", date.get(..10).unwrap_or(&date)));
        map.insert(day.as_str().into(), written.into());
    }
    if !map.contains_key(Column::Id.as_str()) {
        // One name for many places is common: fire stations, soup kitchens.
        let parts = IDENTITY.map(|column| said(&map, column));
        let name = match map.contains_key(Column::Name.as_str()) {
            true => id::of(&parts.each_ref().map(String::as_str)),
            // Its title is what is missing.
            false => id::of(&row.iter().map(String::as_str).collect::<Vec<_>>()),
        };
        map.insert(Column::Id.as_str().into(), name.into());
    }
    Value::Object(map)
}

fn fill(item: &mut Item, initiative: &mut Initiative) {
    initiative.summary = item.text("summary");
    initiative.description = item.text("description");
    initiative.url = item.link(&["url"]);
    initiative.organizer = item.organisation("organizer", &[]);
    let split = |text: String| -> Vec<String> {
        text.split([',', ';', '|', '/'])
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let said_kind = item.line("kind");
    let mut words = split(item.line("cause"));
    words.extend(split(item.line("keywords")));
    initiative.causes = causes(words.iter().map(String::as_str));
    let known = Kind::parse(&said_kind).filter(|kind| Kind::ALL.contains(kind));
    let all = std::iter::once(said_kind.as_str()).chain(words.iter().map(String::as_str));
    initiative.kind = known.or_else(|| kind(all));
    if initiative.kind.is_none() && !said_kind.is_empty() {
        item.find("kind", Problem::UnknownWord);
        words.push(said_kind);
    }
    initiative.keywords = words;
    let place = place(item, &mut initiative.reach);
    initiative.places = Some(place).filter(|place| !place.is_empty()).into_iter().collect();
    if item.flag("reach") || address::is_online(&item.line("reach")) {
        initiative.reach = Reach::Online;
    }
    when(item, initiative);
}

fn when(item: &mut Item, initiative: &mut Initiative) {
    // No table says its time zone, and none is missed.
    let clock = Clock::of(zones::of_places(&initiative.places).unwrap_or(DEFAULT_ZONE));
    let fields = SessionFields {
        start: "start",
        end: "end",
        capacity: "seats",
        remaining: "remaining",
        ..SessionFields::default()
    };
    let Some(session) = item.session(fields, &clock) else { return };
    let last = session.end.filter(|end| end.all_day && session.start.all_day);
    if let Some(last) = last.filter(|last| last.date().days() - session.start.date().days() > LONG) {
        (initiative.start, initiative.end) = (Some(session.start), Some(last));
        // Its days are those of the clocks there, for whoever reads it again.
        if session.time_zone != DEFAULT_ZONE {
            initiative.time_zone = session.time_zone;
        }
        return;
    }
    initiative.sessions = apart(vec![session]);
    if initiative.kind.is_none() {
        initiative.kind = Some(Kind::Gathering);
    }
}

/// What each column says goes before what a whole address lets guess.
fn place(item: &mut Item, reach: &mut Reach) -> Place {
    let mut place = Place::default();
    for column in ["street", "venue"] {
        let line = item.text(column);
        if address::is_online(&line) {
            *reach = Reach::Online;
            continue;
        }
        let read = address::read(&line);
        // An address of which nothing is clear is a street, a venue is a name.
        let (name, street) = match (column, read.street_address.is_empty()) {
            ("street", true) => (String::new(), read.name),
            _ => (read.name, read.street_address),
        };
        for (given, into) in [
            (name, &mut place.name),
            (street, &mut place.street_address),
            (read.postal_code, &mut place.postal_code),
            (read.address_locality, &mut place.address_locality),
            (read.address_country, &mut place.address_country),
        ] {
            if into.is_empty() {
                *into = given;
            }
        }
    }
    let country = item.country("country");
    if !country.is_empty() {
        place.address_country = country;
    }
    for (given, into) in [
        (item.postcode("postal code", &place.address_country), &mut place.postal_code),
        (item.line("town"), &mut place.address_locality),
        (item.line("region"), &mut place.address_region),
    ] {
        if !given.is_empty() {
            *into = given;
        }
    }
    let country = place.address_country.clone();
    place.point = item.point(&["point"], &country);
    if place.point.is_none() && (item.get("latitude").is_some() || item.get("longitude").is_some()) {
        place.point = item.point_of("latitude", "longitude", &country);
    }
    place
}
