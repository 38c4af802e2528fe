//! The pages for whoever runs the installation: its feeds, its messages, how it is, and what is settled.

pub mod add_feed;
pub mod back_up;
pub mod controller;
pub mod feed;
pub mod feeds;
mod fields;
pub mod health;
pub mod mail;
pub mod outbox;
pub mod settings;

use alentour_texts::Operating;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::now;
use super::page::OrganisePage;
use super::sign_in::header;
use crate::http::Error;

/// `GET /organise/installation`: where all of them are.
pub async fn show(page: OrganisePage) -> Result<Response, Error> {
    let texts = texts(&page);
    let state = page.state();
    let standings = state.feeds.standings();
    let in_trouble = standings.iter().filter(|feed| feed.trouble.is_some()).count() as u64;
    let backlog = state.store.backlog().await?;
    let language = page.language();
    let content = html! {
        h1 { (texts.installation) }
        (card(&page, "/feeds", texts.feeds, &html! {
            p { (language.count(texts.feeds_count, standings.len() as u64, &[])) }
            @if in_trouble > 0 { p.warning-line { (language.count(texts.feeds_in_trouble, in_trouble, &[])) } }
        }))
        (card(&page, "/outbox", texts.outbox, &html! {
            p { (language.count(texts.outbox_waiting, backlog.waiting, &[])) }
            @if backlog.dead > 0 { p.warning-line { (language.count(texts.outbox_dead, backlog.dead, &[])) } }
        }))
        (card(&page, "/health", texts.health, &html! { p { (texts.health_lead) } }))
        (card(&page, "/accounts", page.texts.accounts, &html! { p { (page.texts.accounts_lead) } }))
        (card(&page, "/made", page.texts.made, &html! {}))
        (card(&page, "/hidden", page.texts.hidden, &html! { p { (page.texts.hidden_lead) } }))
        (card(&page, "/settings", texts.settings, &html! { p { (texts.settings_lead) } }))
    };
    Ok(page.render(texts.installation, &[], "", &content))
}

fn card(page: &OrganisePage, path: &str, title: &str, content: &Markup) -> Markup {
    html! { section.card.action { h2 { a href=(page.link(path)) { (title) } } (content) } }
}

/// The texts of these pages.
fn texts(page: &OrganisePage) -> &'static Operating {
    page.language().operating()
}

/// The pages above one of these.
fn above(page: &OrganisePage) -> [(&'static str, String); 1] {
    [(texts(page).installation, page.link("/installation"))]
}

/// How long ago that was, in words.
fn ago(page: &OrganisePage, at: i64) -> String {
    span(page, now() - at)
}

/// So many seconds, in words.
fn span(page: &OrganisePage, seconds: i64) -> String {
    let (texts, minutes) = (texts(page), seconds.max(0).unsigned_abs() / 60);
    let (words, count) = match minutes {
        0..120 => (texts.minutes, minutes),
        120..2880 => (texts.hours, minutes / 60),
        _ => (texts.days, minutes / 1440),
    };
    page.language().count(words, count, &[])
}

/// A term and what there is to say of it.
fn fact(term: &str, value: impl maud::Render) -> Markup {
    html! { dt { (term) } dd { (value) } }
}

/// What stands above a form in which something is wrong, and leads to the first of it: `field` is where.
fn amiss(page: &OrganisePage, field: &str, words: &str) -> Markup {
    let lead = texts(page).amiss;
    html! { p.said.wrong role="alert" { (lead) " " a href={ "#" (field) } { (words) } } }
}

/// Leads on to another page, after something was done.
fn on_to(address: &str) -> Result<Response, Error> {
    Ok((StatusCode::SEE_OTHER, [(LOCATION, header(address)?)]).into_response())
}
