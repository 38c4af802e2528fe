//! What was done with an action, or in all, latest first.

use std::collections::{BTreeSet, HashMap};

use axum::extract::{Path, Query};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use super::encoded;
use super::page::OrganisePage;
use crate::http::Error;
use crate::store::{Deed, OwnStatus, TrailCursor, TrailEntry};

/// Entries on one page.
const SHOWN: u32 = 50;

/// What is asked for.
#[derive(Deserialize)]
pub struct Asked {
    /// The entry before the first: its time (UTC seconds) and id, with a dot between.
    #[serde(default)]
    before: String,
}

impl Asked {
    fn cursor(&self) -> Option<TrailCursor> {
        let (at, id) = self.before.split_once('.')?;
        Some((at.parse().ok()?, id.to_owned()))
    }
}

/// `GET /organise/i/{id}/trail`.
pub async fn of_initiative(
    page: OrganisePage,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let title = page.title(&id);
    let above = [(page.texts.actions, page.link("")), (title.as_str(), page.of(&id, ""))];
    show(page, Some(&id), &above, &asked).await
}

/// `GET /organise/trail`.
pub async fn of_all(page: OrganisePage, Query(asked): Query<Asked>) -> Result<Response, Error> {
    show(page, None, &[], &asked).await
}

async fn show(
    mut page: OrganisePage,
    initiative: Option<&str>,
    above: &[(&str, String)],
    asked: &Asked,
) -> Result<Response, Error> {
    let store = page.state().store.clone();
    let (entries, next) = store.trail(initiative, asked.cursor(), SHOWN).await?;
    let of = entries.iter().map(|entry| entry.initiative.as_str()).filter(|id| !id.is_empty());
    let of: Vec<_> = of.collect();
    page.learn(&of).await;
    page.learn_dates(&of).await;
    let page = &page;
    // Whoever invited somebody knows them by what they typed, and does not learn here what the account says.
    let about = entries.iter().filter(|_| initiative.is_none()).filter_map(|entry| about(entry));
    let ids: BTreeSet<&str> = entries.iter().map(|entry| entry.account.as_str()).chain(about).collect();
    // Whoever has no account any more is nobody to name.
    let accounts = store.accounts_named(&ids).await?.into_iter();
    let mut names: HashMap<String, String> =
        accounts.map(|one| (one.id.clone(), one.holder.shown().to_owned())).collect();
    if let Some(id) = initiative {
        for member in store.team(id).await? {
            names.insert(member.account.id.clone(), member.shown().to_owned());
        }
    }
    let texts = page.texts;
    let content = html! {
        h1 { (texts.trail) }
        p { (texts.trail_lead) }
        @if entries.is_empty() { p.lead { (texts.trail_none) } }
        ol.trail {
            @for entry in &entries { (line(page, entry, &names, initiative.is_none())) }
        }
        @if let Some((at, id)) = next {
            @let here = match initiative { Some(id) => page.of(id, "/trail"), None => page.link("/trail") };
            p { a.button.quiet href={ (here) "&before=" (encoded(&format!("{at}.{id}"))) } { (texts.earlier) } }
        }
    };
    Ok(page.render(texts.trail, above, "", &content))
}

fn line(page: &OrganisePage, entry: &TrailEntry, names: &HashMap<String, String>, of_all: bool) -> Markup {
    let texts = page.texts;
    let who = match entry.account.as_str() {
        "" if entry.detail.get("by").is_some() => texts.by_visitor,
        "" => texts.by_command,
        id => names.get(id).map_or(texts.by_nobody, String::as_str),
    };
    let text = |name: &str| words(page, entry, entry.detail.get(name).unwrap_or(&Value::Null));
    let date = entry.detail.get("session").and_then(Value::as_str).filter(|session| !session.is_empty());
    let token = entry.detail.get("token").and_then(Value::as_str);
    let about = about(entry);
    // Why an operator has hidden something may name whoever reported it, or accuse: it is for operators.
    let is_for_us =
        entry.action != Deed::Hidden || page.who.as_ref().is_some_and(|who| who.account.is_operator);
    let reason = entry.detail.get("reason").and_then(Value::as_str).filter(|_| is_for_us);
    html! {
        li {
            p { strong { (texts.deed(entry.action.as_str())) } @if of_all && !entry.initiative.is_empty() { " · " bdi { (page.title(&entry.initiative)) } } }
            p.hint {
                (page.page.moment(entry.at)) " · " bdi { (who) }
                @if let Some(token) = token { " · " (texts.by_token) " " bdi { (token) } }
                @if let Some(about) = about { " · " bdi { (names.get(about).map_or(texts.of_no_team, String::as_str)) } }
                @if let Some(date) = date { " · " bdi { (page.date(&entry.initiative, date)) } }
                @if let Some(part) = entry.detail.get("part").and_then(Value::as_str) { " · " (page.language().operating().part(part)) }
                @if let Some(reason) = reason { " · " bdi { (reason) } }
                @if let Some(place) = entry.detail.get("place").and_then(Value::as_str) { " · " bdi { (place) } }
                @if let Some(count) = entry.detail.get("count").and_then(Value::as_u64) { " · " (page.language().count(counted(page, entry), count, &[])) }
                @if entry.detail.get("before").is_some() || entry.detail.get("after").is_some() {
                    " · " bdi { (text("before")) } " → " bdi { (text("after")) }
                }
            }
            @for change in entry.detail.get("changes").and_then(Value::as_array).into_iter().flatten().filter(|it| it.get("what").is_some()) {
                @let said = |name: &str| change.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).unwrap_or("–");
                p.hint { bdi { (said("what")) } " · " bdi { (said("before")) } " → " bdi { (said("after")) } }
            }
        }
    }
}

/// What is counted in an entry.
fn counted(page: &OrganisePage, entry: &TrailEntry) -> &'static str {
    match entry.action {
        Deed::ReportsDismissed => page.texts.reports_count,
        Deed::Written => page.texts.write_count,
        _ => page.texts.signups,
    }
}

/// Whose account it is about, by its id.
fn about(entry: &TrailEntry) -> Option<&str> {
    entry.detail.get("about").and_then(Value::as_str)
}

/// What something was, or is, in words.
fn words(page: &OrganisePage, entry: &TrailEntry, value: &Value) -> String {
    let texts = page.texts;
    let text = match value {
        Value::String(text) => text,
        Value::Null => return "–".to_owned(),
        Value::Bool(true) => return page.page.texts.yes.to_owned(),
        Value::Bool(false) => return page.page.texts.no.to_owned(),
        other => return other.to_string(),
    };
    // Where an initiative stands has words of its own: the same ones stand for sign-ups.
    let is_of_initiative = matches!(
        entry.action,
        Deed::Proposed | Deed::Changed | Deed::Published | Deed::Declined | Deed::AskedBack | Deed::Withdrawn
    );
    if is_of_initiative && let Some(status) = OwnStatus::parse(text) {
        return page.status(status).to_owned();
    }
    let known = match text.as_str() {
        "organiser" => texts.organiser,
        "helper" => texts.helper,
        "asked" => texts.is_asked,
        "accepted" => texts.is_accepted,
        "declined" => texts.is_declined,
        "active" => texts.has_seat,
        "offered" => texts.is_offered,
        "waiting" => texts.is_waiting,
        "cancelled" => texts.gave_back,
        text if entry.action == Deed::Moved => return page.date(&entry.initiative, text),
        text => text,
    };
    known.to_owned()
}
