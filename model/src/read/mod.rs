//! Tolerant reading of the canonical feed: what can be read is kept, what cannot be is left out and said.

mod letter;
mod needs;
mod organisation;
mod participation;
mod petition;
mod place;
mod questions;
mod reader;
mod sessions;

use serde_json::Value;

use crate::feed::{Feed, Finding, Notes, Problem};
use crate::initiative::{Accessibility, Cause, Initiative, Kind, Reach};
use crate::json::Json;
use crate::time::Zones;
use organisation::{impact, organisation};
use reader::{Reader, plain_text};

pub use reader::read_when;

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
    initiative.places = reader.objects("location", place::place);
    sessions::sessions(&mut reader, &mut initiative);
    initiative.start = reader.when("startDate");
    initiative.end = reader.when("endDate");
    if let (Some(start), Some(end)) = (initiative.start, initiative.end)
        && end.ends_before(start)
    {
        reader.find("endDate", Problem::EndsBeforeStart);
        initiative.end = None;
    }
    initiative.participation =
        reader.objects("participation", participation::participation).into_iter().next();
    initiative.petition = reader.objects("petition", petition::petition).into_iter().next();
    initiative.letter = reader.objects("letter", letter::letter).into_iter().next();
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
