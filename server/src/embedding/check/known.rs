//! What a page names that only the server knows: places and initiatives.

use alentour_model::gazetteer::Locality;

use super::super::meant::identifier;
use super::report::{Finding, Findings};
use crate::bundle::COUNTRIES;
use crate::http::Error;
use crate::position::is_position;
use crate::state::AppState;

/// All that is to be said of a page, once what it names was looked up. Reads files: not for the thread that answers requests.
pub fn whole(state: &AppState, findings: Findings) -> Vec<Finding> {
    let Findings { mut all, places, opened } = findings;
    all.extend(opened.iter().filter_map(|said| opened_as(state, said)));
    if state.bundle.has_gazetteer() {
        all.extend(places.iter().filter_map(|(place, countries)| meant_by(state, place, countries)));
    }
    all
}

/// What is wrong with the name of an initiative.
fn opened_as(state: &AppState, said: &str) -> Option<Finding> {
    let is_unknown = |id: &str| matches!(state.feeds.initiative(id), Err(Error::NotFound));
    if !is_unknown(said) {
        return None;
    }
    let named = identifier(said).filter(|id| !id.is_empty() && state.feeds.initiative(id).is_ok());
    Some(match named {
        Some(id) => Finding::with("open_address", said).line(id),
        None => Finding::with("open_unknown", said),
    })
}

/// What is wrong with a place, as the widget looks for it (`src/browser/gazetteer.rs`).
fn meant_by(state: &AppState, place: &str, countries: &str) -> Option<Finding> {
    if is_position(place) {
        return None;
    }
    let meant = state.bundle.place(place, countries, "");
    if let Some(taken) = meant.taken() {
        let is_sure = meant.is_clear() || taken.label() == place;
        return (!is_sure).then(|| Finding::with("place_taken", place).instead(taken.label()));
    }
    let abroad = state.bundle.named(place, &COUNTRIES.join(" "));
    match abroad.taken().filter(|_| abroad.is_clear()).map(Locality::country) {
        Some(country) if country != "FR" => {
            Some(Finding::with("place_abroad", place).line(format!("data-countries=\"{country} FR\"")))
        }
        _ => Some(Finding::with("place", place)),
    }
}
