//! How petitions and campaigns have come along: noted each hour, and told by `GET /v1/course.json?id=...`.

use std::time::Duration;

use alentour_model::Initiative;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::Timestamp;
use serde::Deserialize;
use tokio::time::{sleep, timeout};
use tracing::error;

use crate::http::{Error, Visitor};
use crate::state::AppState;
use crate::store::StoreError;

/// How often it is noted. What was counted last on a day stays.
const EVERY: Duration = Duration::from_secs(3600);
/// Initiatives that are counted at once: as many as by those who look.
const AT_ONCE: usize = 200;
/// Points of a line at most: as many as a telephone's screen shows apart, and a person reads in a table.
const MOST: usize = 40;
const DAY: i64 = 86_400;
/// How long a page waits for the database: it is one without a line, too.
const PATIENCE: Duration = Duration::from_millis(400);

/// The address, to be given the headers that other origins need.
pub fn router() -> Router<AppState> {
    Router::new().route("/v1/course.json", get(course))
}

/// Notes how many there are now and again, for ever.
pub async fn run(state: AppState) {
    loop {
        sleep(EVERY).await;
        if let Err(error) = note(&state, Timestamp::now().as_second()).await {
            error!(%error, "how many have signed or pledged was not noted this time");
        }
    }
}

/// Notes how many there are at that time (UTC seconds) of each petition and campaign that somebody has signed up for here.
///
/// # Errors
/// Where the database does not answer.
pub async fn note(state: &AppState, now: i64) -> Result<(), StoreError> {
    let mut counted = state.store.signed_for().await?;
    counted.retain(|id| {
        let initiative = state.feeds.initiative(id);
        initiative.is_ok_and(|initiative| initiative.petition.is_some() || initiative.is_pledged_to())
    });
    for ids in counted.chunks(AT_ONCE) {
        let live = state.live.of(ids).await;
        let totals =
            live.iter().filter_map(|live| Some((live.id.clone(), live.signatures.or(live.pledges)?)));
        state.store.note_totals(&totals.collect::<Vec<_>>(), now / DAY).await?;
    }
    Ok(())
}

/// How an initiative has come along, in as few points as are drawn: none of what is neither a petition nor a campaign that counts its
/// pledges, or no longer. `None` where the database does not answer.
pub async fn of(state: &AppState, initiative: &Initiative) -> Option<Vec<(u32, u32)>> {
    if initiative.petition.is_none() && !initiative.is_pledged_to() {
        return Some(Vec::new());
    }
    let noted = timeout(PATIENCE, state.store.course(&initiative.id)).await;
    noted.ok()?.ok().map(|all| thinned(&all))
}

/// The first, the last, and as many between as there is room for, as far apart as can be.
fn thinned(all: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let most = all.len().min(MOST);
    (0..most).filter_map(|at| all.get(at * (all.len() - 1) / (most - 1).max(1)).copied()).collect()
}

/// Which initiative.
#[derive(Deserialize)]
struct Asked {
    id: String,
}

/// `GET /v1/course.json?id=...`. Any page may ask, and any cache keep the answer for an hour, but for one that says only that nobody knows.
///
/// # Errors
/// Where somebody asks too often.
async fn course(
    State(state): State<AppState>,
    visitor: Visitor,
    Query(Asked { id }): Query<Asked>,
) -> Result<Response, Error> {
    state.limits.live(visitor)?;
    let points = match state.feeds.initiative(&id) {
        Ok(initiative) => of(&state, &initiative).await,
        Err(Error::NotFound) => Some(Vec::new()),
        Err(_) => None,
    };
    let cache = if points.is_some() { "public, max-age=3600" } else { "no-store" };
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, cache)];
    let json = serde_json::to_vec(&points.unwrap_or_default())
        .map_err(|error| Error::Unavailable(error.to_string()))?;
    Ok((headers, json).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_course_keeps_its_ends_and_as_much_between_as_is_drawn() {
        let all = |days: u32| (0..days).map(|day| (day, day * 3)).collect::<Vec<_>>();
        assert_eq!(thinned(&all(0)), []);
        assert_eq!(thinned(&all(1)), all(1));
        assert_eq!(thinned(&all(40)), all(40));
        let thin = thinned(&all(731));
        assert_eq!((thin.len(), thin[0], thin[39]), (40, (0, 0), (730, 2190)));
        let gaps: Vec<_> = thin.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
        assert!(gaps.iter().all(|gap| (18..=19).contains(gap)), "{gaps:?}");
    }
}
