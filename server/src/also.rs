//! Other initiatives beside one: what else a group's organiser does, and what else is open near it.

use std::sync::Arc;

use alentour::render::Clock;
use alentour_model::read::DEFAULT_ZONE;
use alentour_model::{Availability, Initiative, Kilometres, Kind, Query, Session};
use alentour_texts::Language;

use crate::catalogue::Catalogue;
use crate::state::AppState;

/// How many are proposed to who has signed up, as by the widget.
const OPEN: usize = 2;
/// How many may turn out to be full, which only the seats of the moment tell.
const LOOKED_AT: usize = 8;
/// Kilometres around the initiative: what one may go to as well.
const NEAR: f64 = 50.0;

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// The next date of an initiative that is not full; `None` where it has no dates. It has the seats of the moment.
pub fn next_open(initiative: &Initiative, now: i64) -> Option<&Session> {
    initiative.coming(now).into_iter().find(|session| !session.is_full())
}

/// What else a group's organiser does, as the index finds it; nothing for what is no group.
pub fn also_by(catalogue: &Catalogue, initiative: &Initiative, now: i64) -> Vec<Initiative> {
    let is_group = initiative.kind == Some(Kind::Group);
    let others = is_group.then(|| catalogue.of_organiser(initiative, now).ok()).flatten();
    others.unwrap_or_default()
}

/// Others that one can take part in: the nearest to its place and, where nothing is near, those of no place. Where they cannot be read there
/// are none: what they stand beside matters more.
pub async fn also_open(
    state: &AppState,
    initiative: &Initiative,
    language: Language,
) -> Vec<Arc<Initiative>> {
    let Some(current) = state.feeds.current() else { return Vec::new() };
    let near = initiative.places.iter().find_map(|place| place.point);
    let radius = near.and_then(|_| Kilometres::new(NEAR));
    let (query, id) = (Query { near, radius, ..Query::default() }, initiative.id.clone());
    let find = move || {
        let catalog = current.for_query(&query, language, now())?;
        let clock = Clock::new(now(), DEFAULT_ZONE).unwrap_or_default();
        let results = catalog.search(&query, clock.now());
        let hits = results.nearby.iter().chain(&results.elsewhere);
        let others = hits.filter_map(|hit| catalog.get(hit.initiative)).filter(|other| other.id != id);
        let others = others.filter(|other| other.availability(now()) == Availability::Open);
        let found = others.take(LOOKED_AT).map(|other| current.initiative(&other.id));
        found.collect::<std::io::Result<Vec<_>>>()
    };
    let Ok(Ok(found)) = state.turns.answers.work(find).await else { return Vec::new() };
    let mut others = Vec::new();
    for other in found.into_iter().flatten() {
        let other = state.live.put_into(other).await;
        if other.availability(now()) == Availability::Open {
            others.push(other);
        }
        if others.len() == OPEN {
            break;
        }
    }
    others
}
