//! `GET /i/{id}/poster`: an initiative on a sheet of A4 to print, with the code that leads to its page.

use std::sync::LazyLock;

use alentour_model::{Availability, Initiative, Kind, Session, Weekly};
use alentour_texts::fill;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use maud::{Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::linked_data::described;
use super::page::Page;
use super::{now, qr};
use crate::document::{answer, document, unlisted};
use crate::http::{Error, Visitor};
use crate::people::language;
use crate::wording::{self, line};

const STYLE: &str = include_str!("poster.css");
/// Dates, and places, that are named one by one.
const MOST: usize = 4;
/// Days ahead beyond which the last date that is known is not taken for the last, as in the widget: feeds name the dates of a year.
const ENDLESS: i32 = 300;
/// Characters of a title beyond which it is written smaller; and of all together.
const LONG_TITLE: usize = 40;
const DENSE: usize = 420;

/// What the page may do: show itself in the style that is in it.
static CONTENT_SECURITY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    let policy =
        format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; frame-ancestors 'none'");
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// `GET /i/{id}/poster`.
pub async fn show(
    page: Page,
    visitor: Visitor,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    page.state.limits.page(visitor)?;
    let initiative = page.state.feeds.initiative(&id)?;
    let (address, is_own) = qr::address(&page, &headers, &initiative.id);
    let code = qr::drawing(&address)?;
    let turns = page.state.turns.clone();
    let drawn = turns.initiatives.work(move || sheet(&page, &initiative, &address, &code, now())).await?;
    let mut response = answer(drawn);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, CONTENT_SECURITY.clone());
    // What was said of the one who asked is for nobody else.
    if !is_own {
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    Ok(response)
}

fn sheet(page: &Page, initiative: &Initiative, address: &str, code: &str, now: i64) -> String {
    let language = page.language;
    let title = line(&initiative.name);
    let (times, places) = when_and_where(page, initiative, now);
    let about = if initiative.summary.is_empty() { &initiative.description } else { &initiative.summary };
    let about = described(about);
    let facts = times.iter().chain(&places);
    let characters = |text: &str| text.chars().count();
    let all = characters(&title) + characters(&about) + facts.map(|fact| characters(fact)).sum::<usize>();
    let class = match () {
        () if all > DENSE => "sheet dense",
        () if characters(&title) > LONG_TITLE => "sheet long",
        () => "sheet",
    };
    let kind = initiative.kind.as_ref().map(|kind| match kind {
        Kind::Other(word) => line(word),
        kind => language.widget(kind.as_str()).to_owned(),
    });
    let has_form = initiative.availability(now) != Availability::Closed;
    let own = format!("/i/{}", alentour::app::encode(&initiative.id));
    let body = html! {
        body {
            nav { a href=(page.link(&own)) { bdi { (title) } } }
            (language::links(language, ""))
            main class=(class) {
                @if let Some(kind) = kind { p.kind { bdi { (kind) } } }
                h1 { bdi { (title) } }
                ul.facts {
                    @for time in times { li { bdi { (time) } } }
                    @for place in places { li { bdi { (place) } } }
                }
                @if !about.is_empty() { p.lead { bdi { (about) } } }
                @if let Some(organiser) = &initiative.organizer { p.who { bdi { (line(&organiser.name)) } } }
                div.way {
                    figure role="img" aria-label=(address) { (PreEscaped(code)) }
                    div {
                        @if has_form { p.form { (page.texts.poster_form) } }
                        p { (page.texts.poster_scan) }
                        p { span.address { (shown(address)) } }
                    }
                }
            }
        }
    };
    document(language, &head(&title), &body)
}

fn head(title: &str) -> Markup {
    html! {
        (unlisted())
        title { (title) }
        style { (PreEscaped(STYLE)) }
    }
}

/// An address as people type it.
fn shown(address: &str) -> &str {
    address.split_once("://").map_or(address, |(_, rest)| rest)
}

/// The rule of its dates or the next of them, and where they are: beside each date where that differs.
fn when_and_where(page: &Page, initiative: &Initiative, now: i64) -> (Vec<String>, Vec<String>) {
    let language = page.language;
    let coming = initiative.coming(now);
    let mut places: Vec<String> = Vec::new();
    let mut add = |place: Option<String>| {
        places.extend(place.filter(|place| !places.contains(place)));
    };
    match coming.as_slice() {
        [] if initiative.places.len() > 1 => {
            initiative.places.iter().for_each(|place| add(Some(wording::address(language, place))));
        }
        [] => add(wording::place(language, initiative, None)),
        some => some.iter().for_each(|one| add(wording::place(language, initiative, Some(&one.id)))),
    }
    let times = match Weekly::of(&coming) {
        Some(weekly) => vec![every_week(page, &weekly, &coming, now)],
        None if coming.is_empty() => wording::times(language, initiative, None).into_iter().collect(),
        None => {
            let is_one = places.len() < 2;
            let time = |session: &&&Session| {
                let place = wording::place(language, initiative, Some(&session.id)).filter(|_| !is_one);
                let parts = [Some(wording::session(language, session)), place];
                parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
            };
            let mut times: Vec<_> = coming.iter().take(MOST).map(|session| time(&session)).collect();
            let more = coming.len().saturating_sub(MOST);
            if more > 0 {
                times.push(language.count(language.widget("session_more"), more as u64, &[]));
            }
            if !is_one {
                places.clear();
            }
            times
        }
    };
    places.truncate(MOST);
    if initiative.participation.as_ref().is_some_and(|participation| !participation.venue.is_public()) {
        places.push(language.widget("venue_for_participants").to_owned());
    }
    (times, places)
}

/// "chaque mardi jusqu’au 30 juin 2027, sauf le 24 décembre 2026, 17 h – 19 h".
fn every_week(page: &Page, weekly: &Weekly, coming: &[&Session], now: i64) -> String {
    let language = page.language;
    let day = usize::try_from(weekly.weekday).unwrap_or_default();
    let day = language.widget("weekdays").split(',').nth(day).unwrap_or_default().trim();
    let today = wording::on_clocks_of("", now).date();
    let is_endless = weekly.last.days() - today.days() > ENDLESS;
    let rule = language.widget(if is_endless { "weekly" } else { "weekly_until" });
    let date = |date| wording::date(language, date);
    let mut said = vec![fill(rule, &[("day", day), ("date", &date(weekly.last))])];
    let except =
        weekly.except.iter().map(|day| fill(language.widget("except_day"), &[("date", &date(*day))]));
    let except = except.collect::<Vec<_>>();
    let comma = format!("{} ", language.mails().comma);
    if !except.is_empty() {
        said.push(fill(language.widget("except"), &[("dates", &except.join(&comma))]));
    }
    said.extend(coming.first().and_then(|session| wording::hours(language, session)));
    said.join(&comma)
}
