//! Initiatives that are made here: listed, made, changed, published and withdrawn.

use std::collections::HashSet;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_TYPE, ETAG, IF_MATCH, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use super::gate::Caller;
use super::now;
use crate::http::Error;
use crate::outbox::event::time;
use crate::own::{self, Refused};
use crate::state::AppState;
use crate::store::{
    Account, Deed, OwnChange, OwnInitiative, OwnStatus, OwnWhich, Proposal, Role, StoreError, TrailEntry, hex,
};

/// Initiatives of one answer.
const SHOWN: usize = 100;

/// What is asked for.
#[derive(Deserialize)]
pub struct Asked {
    /// Where they stand; all, where that is not said.
    status: Option<String>,
    /// What the answer before has said.
    cursor: Option<String>,
}

/// A body: an initiative and what is beside it, or the initiative itself.
#[derive(Default, Deserialize)]
struct Given {
    version: Option<i64>,
    status: Option<String>,
    #[serde(default)]
    language: String,
    initiative: Option<Value>,
}

/// `GET /v1/api/initiatives`: those that its account may do something with, in the order of their identifiers.
pub async fn list(
    State(state): State<AppState>,
    Extension(caller): Extension<Arc<Caller>>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let status = asked.status.as_deref();
    let status = status.map(|word| OwnStatus::parse(word).ok_or(Error::Malformed("status"))).transpose()?;
    let account = &caller.account;
    let roles = state.store.roles(&account.account_h).await?.into_iter();
    let organised: HashSet<_> =
        roles.filter(|(_, role)| *role == Role::Organiser).map(|(id, _)| id).collect();
    let mut all = state.store.own_initiatives(OwnWhich { status, owner: None }).await?;
    let after = asked.cursor.unwrap_or_default();
    all.retain(|one| {
        let id = &one.content.id;
        (account.is_operator || organised.contains(id))
            && (caller.token.initiative.is_empty() || caller.token.initiative == *id)
            && *id > after
    });
    all.sort_by(|one, other| one.content.id.cmp(&other.content.id));
    let next = (all.len() > SHOWN).then(|| all.get(SHOWN - 1).map(|one| one.content.id.clone())).flatten();
    let shown: Vec<_> = all.iter().take(SHOWN).map(object).collect::<Result<_, _>>()?;
    Ok(Json(json!({ "initiatives": shown, "next": next })).into_response())
}

/// `GET /v1/api/initiatives/{id}`.
pub async fn show(State(state): State<AppState>, Path(id): Path<String>) -> Result<Response, Error> {
    answer(&state, &id, StatusCode::OK).await
}

/// `POST /v1/api/initiatives`: makes one. With an `Idempotency-Key` the same request makes it once.
pub async fn create(
    State(state): State<AppState>,
    Extension(caller): Extension<Arc<Caller>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Error> {
    if !caller.token.initiative.is_empty() {
        return Err(Error::Forbidden("scope"));
    }
    let account = &caller.account;
    let roles = state.store.roles(&account.account_h).await?;
    // Whoever only helps, or has nothing to do with anything any more, proposes on the page for visitors.
    if !account.is_operator && !roles.iter().any(|(_, role)| *role == Role::Organiser) {
        return Err(Error::Forbidden("organiser"));
    }
    let given = Given::read(&headers, &body)?;
    let status = match given.status.as_deref() {
        None => OwnStatus::Draft,
        Some(word) => {
            settable(word).filter(|to| *to != OwnStatus::Withdrawn).ok_or(Error::Malformed("status"))?
        }
    };
    may_set(&caller, status)?;
    let mut content = own::read(&given.text(), None).map_err(refused)?;
    let mut proposal = Proposal::default();
    let is_keyed = match headers.get("idempotency-key") {
        None => false,
        Some(key) => {
            let key = key.to_str().ok().filter(|key| (8..=100).contains(&key.len()));
            let key = key.ok_or(Error::Malformed("idempotency-key"))?;
            let (secret, said) = (state.store.secret(), format!("{}\n{key}", account.id));
            let named = secret.digest("initiative made by a program", said.as_bytes());
            content = own::named(content, &named).map_err(refused)?;
            let asked = format!("{}\n{}\n{}", status.as_str(), given.language, given.text());
            proposal.request = hex(&secret.digest("what a program asked for", asked.as_bytes()));
            true
        }
    };
    let id = content.id.as_str();
    if is_keyed && let Some(known) = state.store.own_initiative(id).await? {
        return made_before(&state, account, &known, &proposal).await;
    }
    state.limits.made(&account.id)?;
    let entry = caller.entry(id, Deed::Proposed);
    if let Err(why) = state.store.create_own(&content, status, &account.id, &proposal, &entry).await {
        // Where the same request came twice at once, the other one has made it.
        return match state.store.own_initiative(id).await? {
            Some(known) if is_keyed => made_before(&state, account, &known, &proposal).await,
            _ => Err(why.into()),
        };
    }
    told(&state);
    let mut response = answer(&state, id, StatusCode::CREATED).await?;
    let address = format!("{}/v1/api/initiatives/{id}", state.settings.base_path());
    if let Ok(address) = HeaderValue::from_str(&address) {
        response.headers_mut().insert(LOCATION, address);
    }
    Ok(response)
}

/// What is answered where a key has made one already.
async fn made_before(
    state: &AppState,
    account: &Account,
    known: &OwnInitiative,
    asked: &Proposal,
) -> Result<Response, Error> {
    let id = known.content.id.as_str();
    // What it made and may do nothing with any more is not there, and is not made again.
    if !account.is_operator && state.store.role(&account.account_h, id).await? != Some(Role::Organiser) {
        return Err(Error::NotFound);
    }
    // Of those of an earlier version nobody knows what was asked for.
    if !known.proposal.request.is_empty() && known.proposal.request != asked.request {
        return Err(Error::Conflict("key-reused"));
    }
    answer(state, id, StatusCode::OK).await
}

/// `PUT /v1/api/initiatives/{id}`: lets it say something else.
pub async fn change(
    State(state): State<AppState>,
    Extension(caller): Extension<Arc<Caller>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Error> {
    let given = Given::read(&headers, &body)?;
    let looked_at = LookedAt::read(&headers, given.version)?;
    let before = state.store.own_initiative(&id).await?.ok_or(Error::NotFound)?;
    let content = own::read(&given.text(), Some(&before.content)).map_err(refused)?;
    let says = |content| own::initiative_of(content).ok().flatten();
    if let (Some(before), Some(after)) = (says(&before.content), says(&content)) {
        let tally = state.store.tally(&id, now()).await?;
        if own::left_out(&before, &after, &tally, now()).is_some() {
            return Err(Error::Conflict("dates"));
        }
    }
    let entry = caller.entry(&id, Deed::Changed);
    let done = state.store.change_own(looked_at.version, &content, &entry).await?;
    looked_at.became(done)?;
    told(&state);
    answer(&state, &id, StatusCode::OK).await
}

/// `POST /v1/api/initiatives/{id}/status`: proposes it to whoever runs the installation, publishes or withdraws it.
pub async fn set_status(
    State(state): State<AppState>,
    Extension(caller): Extension<Arc<Caller>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Error> {
    let given = Given::read(&headers, &body)?;
    let looked_at = LookedAt::read(&headers, given.version)?;
    let to = given.status.as_deref().and_then(settable).ok_or(Error::Malformed("status"))?;
    may_set(&caller, to)?;
    if to == OwnStatus::Withdrawn {
        let own = state.store.own_initiative(&id).await?.ok_or(Error::NotFound)?;
        let tally = state.store.tally(&id, now()).await?;
        if own::has_people_to_come(&own.content, &tally, now()) {
            return Err(Error::Conflict("dates"));
        }
    }
    let entry: TrailEntry = caller.entry(&id, Deed::Changed);
    let done = state.store.set_own_status((&id, looked_at.version), to, "", &entry).await?;
    looked_at.became(done)?;
    told(&state);
    answer(&state, &id, StatusCode::OK).await
}

/// What a program may make of one: whatever else is decided needs a reason, and somebody who gives it.
fn settable(word: &str) -> Option<OwnStatus> {
    OwnStatus::parse(word)
        .filter(|to| matches!(to, OwnStatus::Waiting | OwnStatus::Published | OwnStatus::Withdrawn))
}

/// What visitors see is decided by whoever runs the installation, on pages and here.
fn may_set(caller: &Caller, to: OwnStatus) -> Result<(), Error> {
    match to {
        OwnStatus::Published if !caller.account.is_operator => Err(Error::Forbidden("operator")),
        _ => Ok(()),
    }
}

impl Given {
    fn read(headers: &HeaderMap, body: &Bytes) -> Result<Self, Error> {
        let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
            return Err(Error::NotJson);
        }
        let value: Value = serde_json::from_slice(body).map_err(|_| Error::Malformed("body"))?;
        let is_beside = ["initiative", "status", "version"].iter().any(|name| value.get(name).is_some());
        if is_beside && value.get("initiatives").is_none() && value.get("name").is_none() {
            return serde_json::from_value(value).map_err(|_| Error::Malformed("body"));
        }
        Ok(Self { initiative: Some(value), ..Self::default() })
    }

    /// What [`own::read`] reads.
    fn text(&self) -> String {
        match (&self.initiative, self.language.as_str()) {
            (None, _) => "null".to_owned(),
            (Some(it), "") => it.to_string(),
            (Some(it), _) if it.get("initiatives").is_some() => it.to_string(),
            (Some(it), language) => json!({ "inLanguage": language, "initiatives": [it] }).to_string(),
        }
    }
}

/// The version that a program has looked at, and how it said so.
struct LookedAt {
    version: i64,
    by_header: bool,
}

impl LookedAt {
    fn read(headers: &HeaderMap, field: Option<i64>) -> Result<Self, Error> {
        if let Some(tag) = headers.get(IF_MATCH) {
            let tag = tag.to_str().ok().map(|tag| tag.trim().trim_matches('"'));
            let version = tag.and_then(|tag| tag.parse().ok()).ok_or(Error::Malformed("if-match"))?;
            return Ok(Self { version, by_header: true });
        }
        field.map(|version| Self { version, by_header: false }).ok_or(Error::NoVersion)
    }

    /// What is answered where nothing was done.
    fn became(&self, done: OwnChange) -> Result<(), Error> {
        match done {
            OwnChange::Now(_) => Ok(()),
            OwnChange::Stale if self.by_header => Err(Error::Stale),
            OwnChange::Stale => Err(Error::Conflict("stale")),
            OwnChange::Refused(_) => Err(Error::Conflict("status")),
            OwnChange::Unknown => Err(Error::NotFound),
        }
    }
}

/// Lets the server show, and sinks hear, what has just been done.
fn told(state: &AppState) {
    state.feeds.own_changed();
    state.writer.outbox_wake().notify_one();
}

fn refused(why: Refused) -> Error {
    match why {
        Refused::TooLarge => Error::TooLarge,
        Refused::NotJson(_) | Refused::NotOne => Error::Malformed("initiative"),
        Refused::Findings(findings) => Error::Findings(findings),
        Refused::System => Error::Unavailable("no randomness".into()),
    }
}

async fn answer(state: &AppState, id: &str, status: StatusCode) -> Result<Response, Error> {
    let one = state.store.own_initiative(id).await?.ok_or(Error::NotFound)?;
    let tag: (HeaderName, String) = (ETAG, format!("\"{}\"", one.version));
    Ok((status, [tag], Json(object(&one)?)).into_response())
}

/// One of them. Who has proposed it is not in it.
fn object(one: &OwnInitiative) -> Result<Value, Error> {
    let content: Value = serde_json::from_str(&one.content.json)
        .map_err(|why| StoreError::Database(format!("an initiative is no JSON: {why}")))?;
    Ok(json!({
        "id": one.content.id,
        "version": one.version,
        "status": one.status.as_str(),
        "language": one.content.language,
        "createdAt": time(one.created_at),
        "changedAt": time(one.changed_at),
        "initiative": content,
    }))
}
