//! `/organise/i/{id}/call-off`: calls a date off that is to come, or all of them, after having asked.

use alentour_model::Initiative;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::gone::{self, Gone};
use super::offered::{DATES, more_dates, offered_dates};
use super::page::OrganisePage;
use super::{encoded, now};
use crate::http::Error;
use crate::own;
use crate::sessions::{as_announced, learn_called_off};
use crate::state::AppState;
use crate::store::{Deed, KnownSession, OwnChange, Tally, TrailEntry};

/// Which dates: that one, or, where `all` is `1`, all to come. A date may have any name.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    session: String,
    #[serde(default)]
    all: String,
}

impl Asked {
    fn is_all(&self) -> bool {
        self.all == "1"
    }

    /// The same as a query that others follow.
    fn query(&self) -> String {
        match (self.is_all(), self.session.as_str()) {
            (true, _) => "all=1&".to_owned(),
            (false, "") => String::new(),
            (false, session) => format!("session={}&", encoded(session)),
        }
    }
}

/// What the button sends.
#[derive(Deserialize)]
pub struct Press {
    #[serde(default)]
    action: String,
    #[serde(flatten)]
    asked: Asked,
}

/// `GET`: which date, or what a press does to that one.
pub async fn show(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    view(&page, &state, (&id, &asked), None).await
}

/// `POST`: calls off.
pub async fn act(
    page: OrganisePage,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Form(press): Form<Press>,
) -> Result<Response, Error> {
    if press.action != "call-off" {
        return Err(Error::Malformed("action"));
    }
    let (texts, who) = (page.texts, page.who()?);
    let found = match state.feeds.even_hidden(&id) {
        Err(Error::NotFound) => None,
        found => Some(found?),
    };
    let chosen = chosen(found.as_deref(), &gone::of(&state, &id).await?, &press.asked);
    let (mut dates, mut told, mut off) = (0, 0, Vec::new());
    for session in &chosen {
        let entry = who.entry(&id, Deed::CalledOff, json!({}));
        if let Some(count) = state.store.call_off_announced(&id, session, &entry).await? {
            dates += 1;
            off.push(session.session.clone());
            told += count;
        }
    }
    say_so(&state, &id, &off, &who.entry(&id, Deed::Changed, json!({}))).await?;
    learn_called_off(&state, now()).await?;
    state.live.doubt(&id);
    state.writer.outbox_wake().notify_one();
    let said = match (dates, told) {
        (0, _) => texts.too_late.to_owned(),
        (_, 0) => texts.called_off_nobody.to_owned(),
        (_, told) => page.language().count(texts.called_off_told, told, &[]),
    };
    view(&page, &state, (&id, &Asked::default()), Some((dates > 0, said))).await
}

/// Lets an initiative that is made here say it, too: others read of its dates from here. What a feed says is its publisher's.
async fn say_so(state: &AppState, id: &str, off: &[String], entry: &TrailEntry) -> Result<(), Error> {
    // Somebody may change it at the same time.
    for _ in 0..3 {
        let Some(one) = state.store.own_initiative(id).await? else { return Ok(()) };
        // What would not be kept stays as it is: here nobody is offered the date any more.
        let Ok(content) = own::without_dates(&one.content, off) else { return Ok(()) };
        if content == one.content {
            return Ok(());
        }
        if let OwnChange::Now(_) = state.store.change_own(one.version, &content, entry).await? {
            state.feeds.own_changed();
            return Ok(());
        }
    }
    Ok(())
}

/// The dates to come that can be called off: those of the feed, and those that have left it.
fn callable(initiative: Option<&Initiative>, gone: &[Gone]) -> Vec<KnownSession> {
    let announced = initiative.map(as_announced).unwrap_or_default();
    let coming = offered_dates(initiative, now(), usize::MAX);
    let known = coming.iter().filter_map(|date| announced.iter().find(|one| one.session == date.id));
    known.chain(gone.iter().map(|one| &one.date)).cloned().collect()
}

/// Those of them that are meant.
fn chosen(initiative: Option<&Initiative>, gone: &[Gone], asked: &Asked) -> Vec<KnownSession> {
    let mut all = callable(initiative, gone);
    all.retain(|one| asked.is_all() || one.session == asked.session);
    all
}

async fn view(
    page: &OrganisePage,
    state: &AppState,
    (id, asked): (&str, &Asked),
    said: Option<(bool, String)>,
) -> Result<Response, Error> {
    let (texts, title) = (page.texts, page.title(id));
    let tally = state.store.tally(id, now()).await?;
    let found = state.feeds.even_hidden(id).ok();
    let (found, gone) = (found.as_deref(), gone::of(state, id).await?);
    let chosen = chosen(found, &gone, asked);
    let content = html! {
        h1 { (texts.call_off) }
        p.lead { bdi { (title) } }
        @if let Some((done, words)) = &said { p.said.wrong[!done] role="status" { (words) } }
        @if chosen.is_empty() { (choice(page, id, &callable(found, &gone))) } @else { (question(page, id, asked, &chosen, &tally)) }
    };
    let above = [(texts.actions, page.link("")), (title.as_str(), page.of(id, ""))];
    Ok(page.render(&format!("{} – {title}", texts.call_off), &above, &asked.query(), &content))
}

/// Which date.
fn choice(page: &OrganisePage, id: &str, coming: &[KnownSession]) -> Markup {
    let (texts, address) = (page.texts, page.of(id, "/call-off"));
    html! {
        @if coming.is_empty() { p { (texts.call_off_none) } }
        @else {
            p { (texts.call_off_which) }
            ul {
                @for date in coming.iter().take(DATES) {
                    li { a href={ (address) "&session=" (encoded(&date.session)) } { bdi { (page.date(id, &date.session)) } } }
                }
                @if coming.len() > 1 { li { a href={ (address) "&all=1" } { (texts.call_off_all) } } }
            }
            (more_dates(page, DATES, coming.len()))
        }
    }
}

/// What a press does: to which dates, to how many people, what they read, and that it is for good.
fn question(page: &OrganisePage, id: &str, asked: &Asked, chosen: &[KnownSession], tally: &Tally) -> Markup {
    let (texts, language) = (page.texts, page.language());
    let of = |date: &KnownSession| tally.sessions.iter().find(|of| of.session == date.session);
    let people: u64 = chosen.iter().filter_map(of).map(|of| of.seated + of.waiting).sum();
    let mails = language.mails();
    let lead = alentour_texts::fill(mails.called_off_lead, &[("title", &page.title(id))]);
    html! {
        section.card.asked {
            ul { @for date in chosen.iter().take(DATES) { li { strong { bdi { (page.date(id, &date.session)) } } } } }
            (more_dates(page, DATES, chosen.len()))
            p { @if people == 0 { (texts.call_off_people_none) } @else { (language.count(texts.call_off_people, people, &[])) } }
            @if people > 0 {
                p { (texts.call_off_read) }
                blockquote { p { (lead) } p { (mails.called_off_calendar) } p { (texts.instead) " …" } }
            }
            p.warning-line { (texts.call_off_for_good) }
            form method="post" action=(page.of(id, "/call-off")) {
                (page.csrf())
                @if asked.is_all() { input type="hidden" name="all" value="1"; } @else { input type="hidden" name="session" value=(asked.session); }
                div.choices {
                    button name="action" value="call-off" { (texts.call_off_button) }
                    a.button.quiet href=(page.of(id, "")) { (texts.call_off_not) }
                }
            }
        }
    }
}
