//! Tolerant reading of the canonical feed: what can be read is kept, what cannot be is left out and said.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::feed::{Feed, Finding, Problem};
use crate::geo::Point;
use crate::initiative::{Accessibility, Cause, Impact, Initiative, Kind, Petition, Reach};
use crate::link::Link;
use crate::organisation::{Organisation, Sector};
use crate::participation::{Asked, ConsentRequest, Participation, Question, QuestionType, Way};
use crate::place::Place;
use crate::session::{Session, When};
use crate::text::clean;
use crate::time::{Date, LocalTime, Zones};

/// Where a feed names no time zone. France first.
pub const DEFAULT_ZONE: &str = "Europe/Paris";

/// Characters that a line (a title, a name) may have. Longer ones are cut.
pub const LINE: usize = 500;
/// Characters that a text (a description) may have. Longer ones are cut.
pub const TEXT: usize = 20_000;
/// Entries that a list within an initiative may have: sessions, places, questions.
const ENTRIES: usize = 1000;

/// Why a text is no canonical feed at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Not JSON: the parser's message, with line and column.
    NotJson(String),
    /// JSON without a list called `initiatives`.
    NoInitiatives,
}

/// Reads a canonical feed. Never fails for the sake of one item: findings say what was left out or mended.
///
/// `zones` turns local times without an offset into instants; where it does not know the zone, UTC is taken.
pub fn read(json: &str, zones: &dyn Zones) -> Result<(Feed, Vec<Finding>), Unreadable> {
    // A byte order mark is no JSON, but common (RFC 8259, section 8.1, lets readers ignore it).
    let json = json.strip_prefix('\u{feff}').unwrap_or(json);
    let value = serde_json::from_str(json).map_err(|error| Unreadable::NotJson(error.to_string()))?;
    read_value(&value, zones)
}

/// Reads a canonical feed that has been parsed.
pub fn read_value(document: &Value, zones: &dyn Zones) -> Result<(Feed, Vec<Finding>), Unreadable> {
    let (items, head) = match document {
        Value::Object(map) => (map.get("initiatives").and_then(Value::as_array), Some(map)),
        _ => (None, None),
    };
    let (Some(items), Some(head)) = (items, head) else { return Err(Unreadable::NoInitiatives) };
    let mut findings = Vec::new();
    let mut feed = Feed { version: Feed::VERSION.into(), ..Feed::default() };
    let mut reader = Reader {
        map: head,
        zones,
        zone: DEFAULT_ZONE,
        item: None,
        id: "",
        path: "",
        findings: &mut findings,
    };
    feed.name = reader.line("name");
    feed.language = reader.line("inLanguage");
    feed.time_zone = reader.line("timeZone");
    let zone = if feed.time_zone.is_empty() { DEFAULT_ZONE.to_owned() } else { feed.time_zone.clone() };
    let mut seen = BTreeSet::new();
    for (position, item) in items.iter().enumerate() {
        if let Some(initiative) = read_item(item, position, zones, &zone, &mut findings) {
            if seen.insert(initiative.id.clone()) {
                feed.initiatives.push(initiative);
            } else {
                findings.push(Finding {
                    item: Some(position),
                    field: "id".into(),
                    problem: Problem::SameId,
                    value: initiative.id.clone(),
                    id: initiative.id,
                });
            }
        }
    }
    Ok((feed, findings))
}

fn read_item(
    item: &Value,
    position: usize,
    zones: &dyn Zones,
    zone: &str,
    findings: &mut Vec<Finding>,
) -> Option<Initiative> {
    let mut lost = |problem, id: &str, value: &Value| {
        let field = if problem == Problem::NoName { "name" } else { "id" };
        findings.push(Finding {
            item: Some(position),
            id: id.into(),
            field: field.into(),
            problem,
            value: shown(value),
        });
        None
    };
    let Value::Object(map) = item else { return lost(Problem::NotAnObject, "", item) };
    let id = map.get("id").and_then(plain_text).unwrap_or_default();
    if id.is_empty() || id.len() > LINE {
        return lost(Problem::NoId, "", item);
    }
    let name = map.get("name").and_then(plain_text).unwrap_or_default();
    if name.is_empty() {
        return lost(Problem::NoName, &id, item);
    }
    let mut reader = Reader { map, zones, zone, item: Some(position), id: &id, path: "", findings };
    let own_zone = reader.line("timeZone");
    if !own_zone.is_empty() {
        reader.zone = &own_zone;
    }
    let mut initiative = Initiative::new(id.clone(), reader.line("name"));
    initiative.time_zone = own_zone.clone();
    initiative.kind = Kind::parse(&reader.line("kind"));
    initiative.summary = reader.text("summary");
    initiative.description = reader.text("description");
    initiative.causes = reader.lines("causes").iter().filter_map(|cause| Cause::parse(cause)).collect();
    initiative.keywords = reader.lines("keywords");
    initiative.reach = reader.word("reach", Reach::parse).unwrap_or_default();
    initiative.url = reader.link("url");
    initiative.organizer = reader.objects("organizer", organisation).into_iter().next();
    initiative.partners = reader.objects("partners", organisation);
    initiative.places = reader.objects("location", place);
    let places = initiative.places.len();
    initiative.sessions = reader.objects("sessions", |reader| session(reader, places));
    name_apart(&mut initiative.sessions, &mut reader);
    initiative.start = reader.when("startDate");
    initiative.end = reader.when("endDate");
    if let (Some(start), Some(end)) = (initiative.start, initiative.end)
        && end.ends_before(start)
    {
        reader.find("endDate", Problem::EndsBeforeStart);
        initiative.end = None;
    }
    initiative.participation = reader.objects("participation", participation).into_iter().next();
    initiative.petition = reader.objects("petition", petition).into_iter().next();
    initiative.accessibility =
        reader.lines("accessibility").iter().filter_map(|word| Accessibility::parse(word)).collect();
    initiative.accessibility_summary = reader.text("accessibilitySummary");
    initiative.impact = reader.objects("impact", impact);
    initiative.languages = reader.lines("inLanguage");
    Some(initiative)
}

fn organisation(reader: &mut Reader) -> Option<Organisation> {
    let name = reader.line("name");
    if name.is_empty() {
        return reader.incomplete("name");
    }
    Some(Organisation { name, url: reader.link("url"), sector: reader.word("sector", Sector::parse) })
}

fn place(reader: &mut Reader) -> Option<Place> {
    let place = Place {
        name: reader.line("name"),
        street_address: reader.line("streetAddress"),
        postal_code: reader.line("postalCode"),
        address_locality: reader.line("addressLocality"),
        address_region: reader.line("addressRegion"),
        address_country: reader.line("addressCountry"),
        point: reader.point(),
        approximate: reader.flag("approximate"),
    };
    if place.is_empty() { reader.incomplete("") } else { Some(place) }
}

fn session(reader: &mut Reader, places: usize) -> Option<Session> {
    let zone = reader.line("timeZone");
    if !zone.is_empty() {
        let mut zoned = Reader { zone: &zone, findings: reader.findings, ..*reader };
        return zoned_session(&mut zoned, places);
    }
    zoned_session(reader, places)
}

fn zoned_session(reader: &mut Reader, places: usize) -> Option<Session> {
    let Some(start) = reader.when("startDate") else { return reader.incomplete("startDate") };
    let mut end = reader.when("endDate");
    if end.is_some_and(|end| end.ends_before(start)) {
        reader.find("endDate", Problem::EndsBeforeStart);
        end = None;
    }
    let id = reader.line("id");
    Some(Session {
        id: if id.is_empty() { start.moment.to_string() } else { id },
        name: reader.line("name"),
        start,
        end,
        time_zone: reader.zone.to_owned(),
        place: reader.place(places),
        capacity: reader.count("maximumAttendeeCapacity"),
        remaining: reader.count("remainingAttendeeCapacity"),
    })
}

/// A sign-up names its session: two of one name would take each other's seats.
fn name_apart(sessions: &mut [Session], reader: &mut Reader) {
    let mut seen = BTreeSet::new();
    for session in sessions {
        let mut copy = 2;
        let id = session.id.clone();
        while !seen.insert(session.id.clone()) {
            session.id = format!("{id}#{copy}");
            copy += 1;
        }
        if copy > 2 {
            reader.find("sessions", Problem::Repaired);
        }
    }
}

fn participation(reader: &mut Reader) -> Option<Participation> {
    let Some(way) = reader.word("way", Way::parse) else { return reader.incomplete("way") };
    Some(Participation {
        way,
        party_size: reader.count("partySize").unwrap_or(1).clamp(1, 1000),
        closes: reader.when("closes"),
        telephone: reader.word("telephone", Asked::parse).unwrap_or_default(),
        postal_code: reader.word("postalCode", Asked::parse).unwrap_or_default(),
        message: reader.word("message", Asked::parse).unwrap_or_default(),
        minimum_age: reader.count("minimumAge"),
        questions: reader.objects("questions", question),
        consents: reader.objects("consents", consent),
    })
}

fn question(reader: &mut Reader) -> Option<Question> {
    let (id, label) = (reader.line("id"), reader.text("label"));
    let answer = reader.word("type", QuestionType::parse).unwrap_or_default();
    let options = reader.lines("options");
    if id.is_empty() || label.is_empty() || (answer == QuestionType::Choice && options.is_empty()) {
        return reader.incomplete("");
    }
    Some(Question { id, label, answer, options, required: reader.flag("required") })
}

fn consent(reader: &mut Reader) -> Option<ConsentRequest> {
    let (id, text) = (reader.line("id"), reader.text("text"));
    if id.is_empty() || text.is_empty() {
        return reader.incomplete("");
    }
    Some(ConsentRequest {
        id,
        version: reader.line("version"),
        text,
        purpose: reader.line("purpose"),
        required: reader.flag("required"),
    })
}

fn petition(reader: &mut Reader) -> Option<Petition> {
    Some(Petition {
        target: reader.count("target"),
        signatures: reader.count("signatures"),
        as_of: reader.when("asOf"),
        addressed_to: reader.lines("addressedTo"),
        outcome: reader.text("outcome"),
    })
}

fn impact(reader: &mut Reader) -> Option<Impact> {
    let (name, value) = (reader.line("name"), reader.map.get("value").and_then(number));
    let (Some(value), false) = (value, name.is_empty()) else { return reader.incomplete("value") };
    Some(Impact { name, value, unit: reader.line("unit"), as_of: reader.when("asOf") })
}

/// Reads the fields of one JSON object, and notes what is wrong with them.
struct Reader<'a> {
    map: &'a Map<String, Value>,
    zones: &'a dyn Zones,
    zone: &'a str,
    item: Option<usize>,
    id: &'a str,
    /// Where the object is in its item: empty, or ending in a dot.
    path: &'a str,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Reader<'a> {
    fn find(&mut self, field: &str, problem: Problem) {
        let value = self.map.get(field).map(shown).unwrap_or_default();
        let field = format!("{}{field}", self.path);
        self.findings.push(Finding { item: self.item, id: self.id.to_owned(), field, problem, value });
    }

    fn incomplete<T>(&mut self, field: &str) -> Option<T> {
        self.find(field, Problem::Incomplete);
        None
    }

    /// The value of a field that is there and says something: not `null`, not `""`.
    fn given(&self, field: &str) -> Option<&'a Value> {
        self.map.get(field).filter(|value| !value.is_null() && value.as_str() != Some(""))
    }

    fn limited(&mut self, field: &str, most: usize) -> String {
        let Some(value) = self.given(field) else { return String::new() };
        let Some(mut text) = plain_text(value) else {
            // The languages of a feed may be a list, as those of an initiative are.
            if !(field == "inLanguage" && value.is_array()) {
                self.find(field, Problem::NotText);
            }
            return String::new();
        };
        if let Some((end, _)) = text.char_indices().nth(most) {
            text.truncate(end);
            self.find(field, Problem::TooLong);
        }
        text
    }

    /// One line of text; empty where there is none.
    fn line(&mut self, field: &str) -> String {
        self.limited(field, LINE).replace('\n', " ")
    }

    /// Text of several paragraphs; empty where there is none.
    fn text(&mut self, field: &str) -> String {
        self.limited(field, TEXT)
    }

    /// A list of lines; a single line counts as a list of one.
    fn lines(&mut self, field: &str) -> Vec<String> {
        let values = match self.given(field) {
            Some(Value::Array(values)) => values.as_slice(),
            Some(value) => std::slice::from_ref(value),
            None => return Vec::new(),
        };
        let lines: Vec<_> = values.iter().take(ENTRIES).map(plain_text).collect();
        if lines.contains(&None) {
            self.find(field, Problem::NotText);
        }
        let short = |line: String| line.chars().take(LINE).collect::<String>();
        lines.into_iter().flatten().filter(|line| !line.is_empty()).map(short).collect()
    }

    fn word<T>(&mut self, field: &str, parse: fn(&str) -> Option<T>) -> Option<T> {
        let word = self.line(field);
        let parsed = parse(&word);
        if parsed.is_none() && !word.is_empty() {
            self.find(field, Problem::UnknownWord);
        }
        parsed
    }

    fn flag(&mut self, field: &str) -> bool {
        let flag = self.given(field).map(Value::as_bool);
        if flag == Some(None) {
            self.find(field, Problem::UnknownWord);
        }
        flag.flatten().unwrap_or_default()
    }

    fn count(&mut self, field: &str) -> Option<u32> {
        let value = self.given(field)?;
        let count = number(value).filter(|n| (0.0..=f64::from(u32::MAX)).contains(n));
        if count.is_none() {
            self.find(field, Problem::NotANumber);
        }
        count.map(|n| n as u32)
    }

    /// The position of one of the initiative's places.
    fn place(&mut self, places: usize) -> Option<usize> {
        let position = self.count("location")? as usize;
        if position >= places {
            self.find("location", Problem::NotANumber);
        }
        (position < places).then_some(position)
    }

    fn link(&mut self, field: &str) -> Option<Link> {
        let text = plain_text(self.given(field)?);
        let link = text.as_deref().and_then(Link::parse);
        if link.is_none() {
            self.find(field, Problem::NotALink);
        }
        link
    }

    fn point(&mut self) -> Option<Point> {
        let (latitude, longitude) = (self.given("latitude"), self.given("longitude"));
        latitude.or(longitude)?;
        let point =
            latitude.and_then(number).zip(longitude.and_then(number)).and_then(|(latitude, longitude)| {
                // 0, 0 is the sea off Ghana, and what an empty form field becomes.
                Point::new(latitude, longitude).filter(|_| latitude != 0.0 || longitude != 0.0)
            });
        if point.is_none() {
            self.find("latitude", Problem::NotAPoint);
        }
        point
    }

    fn when(&mut self, field: &str) -> Option<When> {
        let text = plain_text(self.given(field)?).unwrap_or_default();
        let when = read_when(&text, self.zone, self.zones);
        if when.is_none() {
            self.find(field, Problem::NotADate);
        } else if LocalTime::split(&text).is_some_and(|(_, offset)| offset.is_none()) {
            self.find(field, Problem::NoTimeZone);
        }
        when
    }

    /// The objects of a list, each read by `read`; a single object counts as a list of one.
    fn objects<T>(&mut self, field: &str, mut read: impl FnMut(&mut Reader) -> Option<T>) -> Vec<T> {
        let values = match self.given(field) {
            Some(Value::Array(values)) => values.as_slice(),
            Some(value) => std::slice::from_ref(value),
            None => return Vec::new(),
        };
        let mut all = Vec::new();
        for (position, value) in values.iter().take(ENTRIES).enumerate() {
            let path = format!("{}{field}.{position}.", self.path);
            let empty = Map::new();
            let map = value.as_object().unwrap_or(&empty);
            let mut inner = Reader { map, path: &path, findings: self.findings, ..*self };
            if value.is_object() {
                all.extend(read(&mut inner));
            } else {
                inner.find("", Problem::NotAnObject);
            }
        }
        all
    }
}

/// Text, cleaned; numbers are written out. `None` for anything else.
fn plain_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(clean(text)),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A number, also one written as text (`"46,3"` as well).
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().replace(',', ".").parse().ok(),
        _ => None,
    }
    .filter(|number: &f64| number.is_finite())
}

/// A value as a finding shows it: at most 80 characters.
fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.chars().take(80).collect()
}

/// Reads a date or time as a feed gives it; see [`Zones`] for one that names no offset.
pub fn read_when(text: &str, zone: &str, zones: &dyn Zones) -> Option<When> {
    let offset = |local| zones.offset(zone, local).unwrap_or(0);
    if let Some(date) = Date::parse(text) {
        let midnight = LocalTime { date, second: 0 };
        return Some(When { moment: midnight.at(offset(midnight)), all_day: true });
    }
    let (local, named) = LocalTime::split(text)?;
    Some(When { moment: local.at(named.unwrap_or_else(|| offset(local))), all_day: false })
}
