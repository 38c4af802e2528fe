//! Tolerant reading of the canonical feed: what can be read is kept, what cannot be is left out and said.

mod needs;
mod questions;

use std::cell::RefCell;

use serde_json::Value;

use crate::contact::EmailAddress;
use crate::feed::{Feed, Finding, Notes, Problem};
use crate::geo::Point;
use crate::initiative::{Accessibility, Cause, Impact, Initiative, Kind, Petition, Reach, Update};
use crate::json::Json;
use crate::letter::{Letter, Recipient};
use crate::link::Link;
use crate::organisation::{Organisation, Sector};
use crate::participation::{Asked, ConsentRequest, Participation, Use, Venue, Way};
use crate::place::Place;
use crate::session::{Session, When};
use crate::tally::{Names, Tally};
use crate::text::{cleaned, cut};
use crate::time::{Date, LocalTime, Moment, Zones};

/// Where a feed names no time zone. France first.
pub const DEFAULT_ZONE: &str = "Europe/Paris";

/// Characters that a line (a title, a name) may have. Longer ones are cut.
pub const LINE: usize = 500;
/// Characters that a text (a description) may have. Longer ones are cut.
pub const TEXT: usize = 20_000;
/// Entries that a list within an initiative may have: sessions, places, questions.
const ENTRIES: usize = 1000;

/// Texts to share that an initiative may have.
const SHARE_TEXTS: usize = 10;

/// Why a text is no canonical feed at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedError {
    /// Not JSON: the parser's message, with line and column.
    NotJson(String),
    /// JSON without a list called `initiatives`.
    NoInitiatives,
}

/// Reads a canonical feed. Never fails for the sake of one item: findings say what was left out or mended.
///
/// `zones` turns local times without an offset into instants; where it does not know the zone, UTC is taken.
pub fn read(json: &str, zones: &dyn Zones) -> Result<(Feed, Vec<Finding>), FeedError> {
    // A byte order mark is no JSON, but common (RFC 8259, section 8.1, lets readers ignore it).
    let json = json.strip_prefix('\u{feff}').unwrap_or(json);
    let value = serde_json::from_str(json).map_err(|error| FeedError::NotJson(error.to_string()))?;
    read_value(&value, zones)
}

/// Reads a canonical feed that serde has parsed.
pub fn read_value(document: &Value, zones: &dyn Zones) -> Result<(Feed, Vec<Finding>), FeedError> {
    let mut findings = Vec::new();
    let feed = read_document(&document, zones, &mut findings)?;
    Ok((feed, findings))
}

/// Reads a canonical feed that has been parsed by whatever means, and notes what was wrong with it.
pub fn read_document<J: Json, N: Notes>(
    document: &J,
    zones: &dyn Zones,
    notes: &mut N,
) -> Result<Feed, FeedError> {
    let Some(items) = document.field("initiatives").and_then(|items| items.list()) else {
        return Err(FeedError::NoInitiatives);
    };
    let mut feed = Feed { version: Feed::VERSION.into(), ..Feed::default() };
    let mut reader =
        Reader { map: document.clone(), zones, zone: DEFAULT_ZONE, item: None, id: "", path: "", notes };
    feed.name = reader.line("name");
    feed.language = reader.line("inLanguage");
    feed.time_zone = reader.line("timeZone");
    let zone = if feed.time_zone.is_empty() { DEFAULT_ZONE.to_owned() } else { feed.time_zone.clone() };
    let mut positions = Vec::new();
    for (position, item) in items.into_iter().enumerate() {
        if let Some(initiative) = read_item(item, position, zones, &zone, notes) {
            feed.initiatives.push(initiative);
            positions.push(position);
        }
    }
    let ids: Vec<&str> = feed.initiatives.iter().map(|initiative| initiative.id.as_str()).collect();
    let mut is_copy = positions.into_iter().zip(copies(&ids));
    // In place: a large feed is not there twice.
    feed.initiatives.retain(|initiative| match is_copy.next() {
        Some((position, true)) => {
            notes.note(|| Finding {
                item: Some(position),
                field: "id".into(),
                problem: Problem::SameId,
                value: initiative.id.clone(),
                id: initiative.id.clone(),
            });
            false
        }
        _ => true,
    });
    Ok(feed)
}

fn read_item<J: Json, N: Notes>(
    item: J,
    position: usize,
    zones: &dyn Zones,
    zone: &str,
    notes: &mut N,
) -> Option<Initiative> {
    let id = item.field("id").as_ref().and_then(plain_text).unwrap_or_default();
    let name = item.field("name").as_ref().and_then(plain_text).unwrap_or_default();
    let problem = match (item.is_object(), id.as_str(), name.as_str()) {
        (false, ..) => Some((Problem::NotAnObject, "id")),
        (true, id, _) if id.is_empty() || id.len() > LINE => Some((Problem::NoId, "id")),
        (true, _, "") => Some((Problem::NoName, "name")),
        _ => None,
    };
    if let Some((problem, field)) = problem {
        notes.note(|| Finding {
            item: Some(position),
            id: if problem == Problem::NoName { id } else { String::new() },
            field: field.into(),
            problem,
            value: item.shown(),
        });
        return None;
    }
    let mut reader = Reader { map: item, zones, zone, item: Some(position), id: &id, path: "", notes };
    let own_zone = reader.line("timeZone");
    if !own_zone.is_empty() {
        reader.zone = &own_zone;
    }
    let mut initiative = Initiative::new(id.clone(), reader.line("name"));
    initiative.time_zone = own_zone.clone();
    initiative.kind = Kind::parse(&reader.line("kind"));
    #[cfg(feature = "server")]
    {
        initiative.sensitive = reader.decision("sensitive");
    }
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
    // Where all that was read stands, there is one list of those that are called off.
    let cancelled = RefCell::new(Vec::new());
    initiative.sessions = reader.objects("sessions", |reader| {
        let is_cancelled = reader.word("status", is_cancelled) == Some(true);
        let session = session(reader, places)?;
        if is_cancelled {
            cancelled.borrow_mut().push(session);
            return None;
        }
        Some(session)
    });
    initiative.cancelled = reader.objects("cancelledSessions", |reader| session(reader, places));
    initiative.cancelled.append(&mut cancelled.into_inner());
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
    initiative.letter = reader.objects("letter", letter).into_iter().next();
    initiative.share_texts = reader.short_lines("shareTexts", SHARE_TEXTS, LINE);
    initiative.prerequisites = reader.text("prerequisites");
    initiative.donation = reader.link("donationUrl");
    initiative.accessibility =
        reader.lines("accessibility").iter().filter_map(|word| Accessibility::parse(word)).collect();
    initiative.accessibility_summary = reader.text("accessibilitySummary");
    initiative.impact = reader.objects("impact", impact);
    initiative.languages = reader.lines("inLanguage");
    Some(initiative)
}

fn organisation<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Option<Organisation> {
    let name = reader.line("name");
    if name.is_empty() {
        return reader.incomplete("name");
    }
    Some(Organisation { name, url: reader.link("url"), sector: reader.word("sector", Sector::parse) })
}

fn place<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Option<Place> {
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

fn session<J: Json, N: Notes>(reader: &mut Reader<J, N>, places: usize) -> Option<Session> {
    let own_zone = reader.line("timeZone");
    let zone = if own_zone.is_empty() { reader.zone } else { &own_zone };
    let reader = &mut Reader {
        map: reader.map.clone(),
        zones: reader.zones,
        zone,
        item: reader.item,
        id: reader.id,
        path: reader.path,
        notes: &mut *reader.notes,
    };
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
        needs: needs::of_session(reader),
        live: Default::default(),
    })
}

/// Whether what is said of a session is that it is called off; `None` for what is nothing known.
fn is_cancelled(status: &str) -> Option<bool> {
    match status {
        "cancelled" => Some(true),
        "scheduled" => Some(false),
        _ => None,
    }
}

/// Which of these have been there before.
fn copies(ids: &[&str]) -> Vec<bool> {
    // Equal ones side by side, the first of them in front.
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_by(|a, b| ids[*a].cmp(ids[*b]));
    let mut is_copy = vec![false; ids.len()];
    for pair in order.windows(2) {
        is_copy[pair[1]] = ids[pair[0]] == ids[pair[1]];
    }
    is_copy
}

/// A sign-up names its session: two of one name would take each other's seats.
fn name_apart<J: Json, N: Notes>(sessions: &mut [Session], reader: &mut Reader<J, N>) {
    let given: Vec<String> = sessions.iter().map(|session| session.id.clone()).collect();
    let ids: Vec<&str> = given.iter().map(String::as_str).collect();
    // Counted on from name to name: no two new names are then the same.
    let mut number = 1;
    for (session, is_copy) in sessions.iter_mut().zip(copies(&ids)) {
        if !is_copy {
            continue;
        }
        let id = &mut session.id;
        let name = loop {
            number += 1;
            let name = format!("{id}#{number}");
            if !given.contains(&name) {
                break name;
            }
        };
        *id = name;
        reader.find("sessions", Problem::Repaired);
    }
}

fn participation<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Option<Participation> {
    let Some(way) = reader.word("way", Way::parse) else { return reader.incomplete("way") };
    Some(Participation {
        way,
        party_size: reader.count("partySize").unwrap_or(1).clamp(1, 1000),
        series: reader.flag("series"),
        closes: reader.when("closes"),
        telephone: reader.word("telephone", Asked::parse).unwrap_or_default(),
        postal_code: reader.word("postalCode", Asked::parse).unwrap_or_default(),
        message: reader.word("message", Asked::parse).unwrap_or_default(),
        guests: reader.word("guests", Asked::parse).unwrap_or_default(),
        venue: reader.word("venue", Venue::parse).unwrap_or_default(),
        minimum_age: reader.count("minimumAge"),
        questions: questions::questions(reader),
        needs: needs::needs(reader, way),
        consents: consents(reader),
    })
}

fn consents<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Vec<ConsentRequest> {
    let consents = reader.objects("consents", consent);
    // The server's feed is mended already: telephones need not download how.
    #[cfg(feature = "server")]
    let consents = with_one_of_each_use(consents, reader);
    consents
}

/// Taking back one of two would leave it open whether their use is still agreed to.
#[cfg(feature = "server")]
fn with_one_of_each_use<J: Json, N: Notes>(
    mut consents: Vec<ConsentRequest>,
    reader: &mut Reader<J, N>,
) -> Vec<ConsentRequest> {
    let mut uses = Vec::new();
    for consent in &mut consents {
        // To be named, or written to, is nobody's price for taking part.
        if consent.required && consent.used_for.is_some() {
            reader.find("consents", Problem::Repaired);
            consent.required = false;
        }
        if consent.used_for.is_some_and(|used_for| uses.contains(&used_for)) {
            reader.find("consents", Problem::Repaired);
            consent.used_for = None;
        }
        uses.extend(consent.used_for);
    }
    consents
}

fn consent<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Option<ConsentRequest> {
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
        used_for: reader.word("use", Use::parse),
    })
}

fn petition<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Option<Petition> {
    Some(Petition {
        target: reader.count("target"),
        signatures: reader.count("signatures"),
        live: Tally::default(),
        signers: Names::default(),
        as_of: reader.when("asOf"),
        includes_sign_ups: reader.flag("includesSignUps"),
        addressed_to: reader.lines("addressedTo"),
        outcome: reader.text("outcome"),
        updates: updates(reader),
    })
}

fn updates<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Vec<Update> {
    let updates = reader.objects("updates", update);
    // The server's feed is in order already.
    #[cfg(feature = "server")]
    let updates = in_order(updates, reader);
    updates
}

fn update<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Option<Update> {
    let (date, text) = (reader.when("date"), reader.text("text"));
    let Some(date) = date.filter(|_| !text.is_empty()) else {
        return reader.incomplete(if text.is_empty() { "text" } else { "date" });
    };
    Some(Update { id: reader.line("id"), date, text, url: reader.link("url") })
}

/// The newest first, whatever their order in the feed, each with a name of its own.
#[cfg(feature = "server")]
fn in_order<J: Json, N: Notes>(all: Vec<Update>, reader: &mut Reader<J, N>) -> Vec<Update> {
    let mut updates: Vec<Update> = Vec::new();
    for mut update in all {
        if update.id.is_empty() {
            update.id = update.date.date().to_string();
        }
        if updates.iter().any(|other| other.id == update.id) {
            reader.find("updates", Problem::Repaired);
        } else {
            updates.push(update);
        }
    }
    updates.sort_by_key(|update| std::cmp::Reverse(update.date.moment.instant));
    updates
}

fn letter<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Option<Letter> {
    let (text, recipients) = (reader.text("text"), reader.objects("recipients", recipient));
    if text.is_empty() || recipients.is_empty() {
        return reader.incomplete(if text.is_empty() { "text" } else { "recipients" });
    }
    Some(Letter { subject: reader.line("subject"), text, recipients, share: reader.lines("share") })
}

/// Somebody who decides: whoever cannot be reached is left out.
fn recipient<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Option<Recipient> {
    let (name, mut email, url) = (reader.line("name"), reader.line("email"), reader.link("url"));
    if !email.is_empty() && EmailAddress::parse(&email).is_none() {
        reader.find("email", Problem::NotALink);
        email.clear();
    }
    if name.is_empty() || (email.is_empty() && url.is_none()) {
        return reader.incomplete(if name.is_empty() { "name" } else { "email" });
    }
    let (office, areas) = (reader.line("office"), reader.lines("areas"));
    Some(Recipient { name, office, email, url, areas })
}

fn impact<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Option<Impact> {
    let (name, value) = (reader.line("name"), reader.given("value").and_then(|value| value.number()));
    let (Some(value), false) = (value, name.is_empty()) else { return reader.incomplete("value") };
    let source = reader.objects("source", organisation).into_iter().next();
    Some(Impact { name, value, unit: reader.line("unit"), as_of: reader.when("asOf"), source })
}

/// Reads the fields of one JSON object, and notes what is wrong with them.
struct Reader<'a, J, N> {
    map: J,
    zones: &'a dyn Zones,
    zone: &'a str,
    item: Option<usize>,
    id: &'a str,
    /// Where the object is in its item: empty, or ending in a dot.
    path: &'a str,
    notes: &'a mut N,
}

impl<J: Json, N: Notes> Reader<'_, J, N> {
    fn find(&mut self, field: &str, problem: Problem) {
        self.notes.note(|| Finding {
            item: self.item,
            id: self.id.to_owned(),
            field: format!("{}{field}", self.path).trim_end_matches('.').to_owned(),
            problem,
            value: self.map.field(field).map(|value| value.shown()).unwrap_or_default(),
        });
    }

    fn incomplete<T>(&mut self, field: &str) -> Option<T> {
        self.find(field, Problem::Incomplete);
        None
    }

    /// The value of a field that is there and says something.
    fn given(&self, field: &str) -> Option<J> {
        self.map.field(field).filter(|value| !value.is_blank())
    }

    /// The values of a field; one that is no list counts as a list of one.
    fn all_given(&mut self, field: &str) -> Vec<J> {
        let Some(value) = self.given(field) else { return Vec::new() };
        let mut values = value.list().unwrap_or_else(|| vec![value]);
        if values.len() > ENTRIES {
            values.truncate(ENTRIES);
            self.find(field, Problem::TooMany);
        }
        values
    }

    fn limited(&mut self, field: &str, most: usize) -> String {
        let Some(value) = self.given(field) else { return String::new() };
        let Some(mut text) = plain_text(&value) else {
            // The languages of a feed may be a list, as those of an initiative are.
            if !(field == "inLanguage" && value.list().is_some()) {
                self.find(field, Problem::NotText);
            }
            return String::new();
        };
        if cut(&mut text, most) {
            self.find(field, Problem::TooLong);
        }
        text
    }

    /// One line of text; empty where there is none.
    fn line(&mut self, field: &str) -> String {
        let line = self.limited(field, LINE);
        if line.as_bytes().contains(&b'\n') { line.replace('\n', " ") } else { line }
    }

    /// Text of several paragraphs; empty where there is none.
    fn text(&mut self, field: &str) -> String {
        self.limited(field, TEXT)
    }

    /// A list of lines; a single line counts as a list of one.
    fn lines(&mut self, field: &str) -> Vec<String> {
        self.short_lines(field, ENTRIES, LINE)
    }

    /// The same with so many entries at most, each of so many characters.
    fn short_lines(&mut self, field: &str, most: usize, longest: usize) -> Vec<String> {
        let mut lines = Vec::new();
        let (mut unfit, mut long, mut many) = (false, false, false);
        for value in self.all_given(field) {
            match plain_text(&value) {
                Some(line) if line.is_empty() => {}
                Some(_) if lines.len() == most => many = true,
                Some(mut line) => {
                    long |= cut(&mut line, longest);
                    lines.push(line);
                }
                None => unfit = true,
            }
        }
        let found = [(unfit, Problem::NotText), (long, Problem::TooLong), (many, Problem::TooMany)];
        for (is_so, problem) in found {
            if is_so {
                self.find(field, problem);
            }
        }
        lines
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
        let flag = self.given(field).map(|value| value.flag());
        if flag == Some(None) {
            self.find(field, Problem::UnknownWord);
        }
        flag.flatten().unwrap_or_default()
    }

    /// A flag that is not `false` where it is not given or cannot be read.
    #[cfg(feature = "server")]
    fn decision(&mut self, field: &str) -> Option<bool> {
        let flag = self.given(field)?.flag();
        if flag.is_none() {
            self.find(field, Problem::UnknownWord);
        }
        flag
    }

    fn count(&mut self, field: &str) -> Option<u32> {
        let value = self.given(field)?;
        let count = value.number().filter(|n| (0.0..=f64::from(u32::MAX)).contains(n));
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
        let text = plain_text(&self.given(field)?);
        let link = text.as_deref().and_then(Link::parse);
        if link.is_none() {
            self.find(field, Problem::NotALink);
        }
        link
    }

    fn point(&mut self) -> Option<Point> {
        let (latitude, longitude) = (self.given("latitude"), self.given("longitude"));
        if latitude.is_none() && longitude.is_none() {
            return None;
        }
        let degrees = |value: Option<J>| value?.number();
        let point = degrees(latitude).zip(degrees(longitude)).and_then(|(latitude, longitude)| {
            // 0, 0 is the sea off Ghana, and what an empty form field becomes.
            Point::new(latitude, longitude).filter(|_| latitude != 0.0 || longitude != 0.0)
        });
        if point.is_none() {
            self.find("latitude", Problem::NotAPoint);
        }
        point
    }

    fn when(&mut self, field: &str) -> Option<When> {
        let text = plain_text(&self.given(field)?).unwrap_or_default();
        let when = read_when(&text, self.zone, self.zones);
        if when.is_none() {
            self.find(field, Problem::NotADate);
        } else if LocalTime::split(&text).is_some_and(|(_, offset)| offset.is_none()) {
            self.find(field, Problem::NoTimeZone);
        }
        when
    }

    /// The objects of a list, each read by `read`; a single object counts as a list of one.
    fn objects<T>(&mut self, field: &str, read: impl Fn(&mut Reader<J, N>) -> Option<T>) -> Vec<T> {
        let mut all = Vec::new();
        self.each_object(field, &mut |object| all.extend(read(object)));
        all
    }

    /// Apart from [`Self::objects`], so that a telephone downloads it once and not once a type.
    fn each_object(&mut self, field: &str, read: &mut dyn FnMut(&mut Reader<J, N>)) {
        for (position, map) in self.all_given(field).into_iter().enumerate() {
            let path = if N::KEPT { format!("{}{field}.{position}.", self.path) } else { String::new() };
            let is_object = map.is_object();
            let mut inner = Reader {
                map,
                zones: self.zones,
                zone: self.zone,
                item: self.item,
                id: self.id,
                path: &path,
                notes: &mut *self.notes,
            };
            if is_object {
                read(&mut inner);
            } else {
                inner.find("", Problem::Incomplete);
            }
        }
    }
}

/// Text, cleaned; numbers are written out. `None` for anything else.
fn plain_text(value: &impl Json) -> Option<String> {
    value.text().map(cleaned)
}

/// Reads a date or time as a feed gives it; see [`Zones`] for one that names no offset.
pub fn read_when(text: &str, zone: &str, zones: &dyn Zones) -> Option<When> {
    let offset = |local| zones.offset(zone, local).unwrap_or(0);
    if let Some(date) = Date::parse(text) {
        let midnight = LocalTime { date, second: 0 };
        return Some(When { moment: midnight.at(offset(midnight)), all_day: true });
    }
    let (local, named) = LocalTime::split(text)?;
    let mut moment = local.at(named.unwrap_or_else(|| offset(local)));
    if named == Some(0) {
        // UTC is how programs write, seldom what a clock shows: the instant holds, on the clocks of the place.
        // Taking it for local time first finds the offset, except in the hours around a change of clocks.
        let there = |offset| LocalTime::of(Moment { offset, ..moment });
        moment.offset = offset(there(offset(local)));
    }
    Some(When { moment, all_day: false })
}
