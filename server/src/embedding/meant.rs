//! What is meant by the names that somebody gave: the place, and the initiative.

use std::sync::Arc;

use alentour::render::Clock;
use alentour_model::gazetteer::Locality;
use alentour_model::read::DEFAULT_ZONE;
use alentour_model::text::fold;
use alentour_model::{Initiative, Query};
use url::Url;

use super::choices::{Choices, Show};
use crate::addressed::decoded;
use crate::bundle::{COUNTRIES, Understood};
use crate::position::is_position;
use crate::state::AppState;

/// Initiatives that are proposed where several have such a title.
const PROPOSED: usize = 8;

/// What one name means.
#[derive(Debug)]
pub enum Named<T> {
    /// Nothing was said.
    Unsaid,
    /// Nobody knows.
    Unknown,
    /// A position, which no address of ours has.
    Position,
    /// Nothing has that name; these are like it: each as it is to be named, and as people read it.
    Like(Vec<(String, String)>),
    /// One of these, and somebody has to say which: each as it is to be named, and as people read it.
    OneOf(Vec<(String, String)>),
    /// That one.
    Is(T),
}

impl<T> Named<T> {
    /// The one that it is.
    pub fn is(&self) -> Option<&T> {
        if let Self::Is(one) = self { Some(one) } else { None }
    }
}

/// A place.
#[derive(Clone, Debug)]
pub struct Place {
    /// As a tag names it.
    pub name: String,
    /// The code of the country whose gazetteer has it; empty where there is none to ask.
    pub country: String,
}

/// What was meant.
#[derive(Debug)]
pub struct Meaning {
    /// The place.
    pub place: Named<Place>,
    /// The initiative.
    pub initiative: Named<Arc<Initiative>>,
}

impl Meaning {
    /// Looks the names up. Reads files: not for the thread that answers requests.
    pub fn of(state: &AppState, choices: &Choices) -> Self {
        let initiative = match choices.show {
            Show::List => Named::Unsaid,
            _ => initiative(state, choices),
        };
        Self { place: place(state, choices), initiative }
    }
}

fn place(state: &AppState, choices: &Choices) -> Named<Place> {
    let typed = choices.place.as_str();
    if typed.is_empty() {
        return Named::Unsaid;
    }
    if is_position(typed) {
        return Named::Position;
    }
    if !state.bundle.has_gazetteer() {
        return Named::Is(Place { name: typed.to_owned(), country: String::new() });
    }
    let chosen: &[&str] = if choices.countries.is_empty() { &COUNTRIES } else { &choices.countries };
    let labels = |places: Vec<Locality>| places.iter().map(|place| (place.label(), place.label())).collect();
    match state.bundle.understood(typed, &chosen.join(" ")) {
        Understood::Unknown => Named::Unknown,
        Understood::Like(places) => Named::Like(labels(places)),
        Understood::OneOf(places) => Named::OneOf(labels(places)),
        Understood::Is(place) => {
            let country = place.country().to_owned();
            // A postcode is the shortest, and what editors know by heart.
            let is_known_by_heart = country == "FR" && typed.bytes().all(|b| b.is_ascii_digit());
            Named::Is(Place {
                name: if is_known_by_heart { typed.to_owned() } else { place.label() },
                country,
            })
        }
    }
}

fn initiative(state: &AppState, choices: &Choices) -> Named<Arc<Initiative>> {
    let said = choices.initiative.as_str();
    if said.is_empty() {
        return Named::Unsaid;
    }
    if let Ok(found) = state.feeds.initiative(said) {
        return Named::Is(found);
    }
    if let Some(id) = identifier(said) {
        return state.feeds.initiative(&id).map_or(Named::Unknown, Named::Is);
    }
    let mut titled = titled(state, choices).unwrap_or_default();
    let mut same = titled.iter().filter(|(_, title)| fold(title) == fold(said));
    let only = match (same.next(), same.next()) {
        (Some((id, _)), None) => Some(id.clone()),
        _ if titled.len() == 1 => titled.first().map(|(id, _)| id.clone()),
        _ => None,
    };
    titled.truncate(PROPOSED);
    match only.map(|id| state.feeds.initiative(&id)) {
        Some(Ok(found)) => Named::Is(found),
        _ if titled.is_empty() => Named::Unknown,
        _ => Named::OneOf(titled),
    }
}

/// Identifiers and titles of what such words are found in.
fn titled(state: &AppState, choices: &Choices) -> Option<Vec<(String, String)>> {
    let now = jiff::Timestamp::now().as_second();
    let words = choices.initiative.split_whitespace().take(8).collect::<Vec<_>>().join(" ");
    let query = Query { words, ..Query::default() };
    let catalog = state.feeds.current()?.for_query(&query, choices.language, now).ok()?;
    let results = catalog.search(&query, Clock::new(now, DEFAULT_ZONE).unwrap_or_default().now());
    let hits = results.nearby.iter().chain(&results.elsewhere).take(50);
    let found = hits.filter_map(|hit| catalog.get(hit.initiative));
    Some(found.map(|found| (found.id.clone(), found.name.clone())).collect())
}

/// The identifier in an address: of its page here (`/i/ID`), or of a partner's that opens it (`#alentour=ID`).
pub fn identifier(said: &str) -> Option<String> {
    let url = Url::parse(said).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    if let Some(id) = url.fragment().and_then(|fragment| fragment.strip_prefix("alentour=")) {
        return Some(decoded(id));
    }
    if let Some((_, id)) = url.query_pairs().find(|(name, _)| name == "alentour") {
        return Some(id.into_owned());
    }
    let mut parts = url.path_segments()?.skip_while(|part| *part != "i").skip(1);
    // An address that names none is known to nobody.
    Some(parts.next().map(decoded).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_initiative_is_named_by_any_address_that_opens_it() {
        for address in [
            "https://agir.example.org/i/a%20b+c?lang=fr",
            "https://agir.example.org/below/i/a%20b+c/poster",
            "https://example.org/agir#alentour=a%20b+c",
            "https://example.org/?page_id=2&alentour=a%20b%2Bc",
        ] {
            assert_eq!(identifier(address).as_deref(), Some("a b+c"), "{address}");
        }
        assert_eq!(identifier("https://example.org/agir").as_deref(), Some(""));
        assert_eq!(identifier("Logement digne"), None);
    }
}
