//! What is like an initiative among those that are published: whoever proposes one joins rather than starts the same anew, and whoever decides
//! about it knows.

use std::collections::HashSet;
use std::sync::Arc;

use alentour::render::Clock;
use alentour_model::read::DEFAULT_ZONE;
use alentour_model::text::{fold, words};
use alentour_model::{Date, Initiative, Kilometres, Query};
use alentour_texts::Language;

use crate::state::AppState;

/// Kilometres within which something is the same: a town, and not the next one.
const NEAR: f64 = 5.0;
/// Kilometres within which two points are one place: those of a house, however it was found.
const SAME_PLACE: f64 = 0.2;
/// Initiatives that are looked at, the nearest first.
const LOOKED_AT: usize = 500;
/// Letters of a word of a title that says something.
const SHORTEST: usize = 4;

/// An initiative that is like one.
pub struct Like {
    /// Which.
    pub initiative: Arc<Initiative>,
    /// How far away it is; `None` where one of them has no place.
    pub distance: Option<Kilometres>,
}

/// What is published and like that, at most so many, the likest first: of the same kind or cause, within 5 km (or without a place both), with
/// like words in the title or at the same place on the same day. Where nothing can be read there is nothing.
pub async fn likeness(state: &AppState, initiative: &Initiative, limit: usize) -> Vec<Like> {
    let Some(current) = state.feeds.current() else { return Vec::new() };
    let one = initiative.clone();
    let find = move || {
        let now = jiff::Timestamp::now().as_second();
        let is_everywhere = one.reach.is_everywhere();
        let near = one.places.iter().find_map(|place| place.point).filter(|_| !is_everywhere);
        let radius = near.and_then(|_| Kilometres::new(NEAR));
        let query = Query { near, radius, ..Query::default() };
        let catalog = current.for_query(&query, Language::DEFAULT, now)?;
        let clock = Clock::new(now, DEFAULT_ZONE).unwrap_or_default();
        let results = catalog.search(&query, clock.now());
        // What has no place is like what has none.
        let elsewhere = if near.is_none() { results.elsewhere.as_slice() } else { &[] };
        let hits = results.nearby.iter().filter(|_| !is_everywhere).chain(elsewhere);
        let mut likes = Vec::new();
        for hit in hits.take(LOOKED_AT) {
            let Some(other) = catalog.get(hit.initiative).filter(|other| other.id != one.id) else {
                continue;
            };
            let likeness = of(&one, other);
            if likeness > 0 {
                likes.push((likeness, other.id.clone(), hit.distance));
            }
        }
        // Of equals the nearest, as they were found.
        likes.sort_by_key(|(likeness, ..)| std::cmp::Reverse(*likeness));
        let whole = likes.into_iter().take(limit).map(|(_, id, distance)| {
            Ok(current.initiative(&id)?.map(|initiative| Like { initiative, distance }))
        });
        whole.filter_map(Result::transpose).collect::<std::io::Result<Vec<_>>>()
    };
    match state.turns.answers.work(find).await {
        Ok(Ok(likes)) => likes,
        _ => Vec::new(),
    }
}

/// How like two initiatives are that are near each other; 0: not.
fn of(one: &Initiative, other: &Initiative) -> usize {
    let is_kind = one.kind.is_some() && one.kind == other.kind;
    if !is_kind && !one.causes.iter().any(|cause| other.causes.contains(cause)) {
        return 0;
    }
    let (ours, theirs) = (telling(&one.name), telling(&other.name));
    let common = ours.intersection(&theirs).count();
    // Half of the words of the shorter title; one common word of a long one is chance.
    let is_like = common > 0 && 2 * common >= ours.len().min(theirs.len());
    let is_same = is_same_place(one, other) && !days(one).is_disjoint(&days(other));
    match (is_like, is_same) {
        (false, false) => 0,
        (like, same) => 1 + common + 2 * usize::from(like && same) + usize::from(is_kind),
    }
}

/// The words of a title that say something.
fn telling(title: &str) -> HashSet<String> {
    let folded = fold(title);
    words(&folded).filter(|word| word.chars().count() >= SHORTEST).map(str::to_owned).collect()
}

fn is_same_place(one: &Initiative, other: &Initiative) -> bool {
    let places = one.places.iter().flat_map(|here| other.places.iter().map(move |there| (here, there)));
    places.into_iter().any(|(here, there)| {
        let is_near = match (here.point, there.point) {
            (Some(here), Some(there)) => here.distance(there).value() <= SAME_PLACE,
            _ => false,
        };
        // The point of a town is that of each house in it.
        let is_known = !here.approximate && !there.approximate;
        let said = |place: &alentour_model::Place| [fold(&place.street_address), fold(&place.name)];
        let is_said = said(here).iter().zip(&said(there)).any(|(one, other)| !one.is_empty() && one == other);
        is_near && (is_known || is_said)
    })
}

fn days(one: &Initiative) -> HashSet<Date> {
    one.sessions.iter().map(|session| session.start.date()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn initiative(more: Value) -> Initiative {
        let mut one = json!({
            "id": "a", "name": "Ramassage au bord du Rhône", "kind": "gathering", "causes": ["environment"],
            "sessions": [{ "startDate": "2099-05-02T14:00:00+02:00" }],
            "location": [{ "streetAddress": "1 quai Perrache", "latitude": 45.75, "longitude": 4.82 }],
        });
        for (name, value) in more.as_object().unwrap() {
            one[name] = value.clone();
        }
        let feed = json!({ "initiatives": [one] }).to_string();
        alentour_formats::read(feed.as_bytes()).unwrap().feed.initiatives.remove(0)
    }

    #[test]
    fn like_words_or_the_same_place_on_the_same_day_make_two_alike_within_a_kind_or_a_cause() {
        let one = initiative(json!({}));
        let other = json!({ "kind": "training", "causes": ["culture"] });
        assert!(of(&one, &one) > of(&one, &initiative(json!({ "name": "Ramassage au bord" }))));
        assert_eq!(of(&one, &initiative(other)), 0);
        let elsewhere = json!({ "name": "Chorale", "location": [] });
        assert_eq!(of(&one, &initiative(elsewhere)), 0);
        assert!(of(&one, &initiative(json!({ "name": "Chorale" }))) > 0);
        let later = json!({ "name": "Chorale", "sessions": [{ "startDate": "2099-05-03" }] });
        assert_eq!(of(&one, &initiative(later)), 0);
        // The point of a town is no place.
        let town = json!({ "name": "Chorale", "location": [{ "addressLocality": "Lyon", "latitude": 45.75, "longitude": 4.82, "approximate": true }] });
        assert_eq!(of(&one, &initiative(town)), 0);
        // One word of many is chance.
        assert_eq!(
            of(&one, &initiative(json!({ "name": "Chorale du bord de Saône et fanfare", "location": [] }))),
            0
        );
    }
}
