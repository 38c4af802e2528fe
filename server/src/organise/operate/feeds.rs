//! `/organise/feeds`: each feed, how it stands, and what is wrong with it.

use alentour_texts::{Language, fill};
use axum::extract::Query;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::{above, fact, texts};
use crate::check::words;
use crate::feeds::{FeedStanding, Tallied, Trouble, field};
use crate::http::Error;
use crate::organise::page::OrganisePage;

/// Findings that are said of each.
const FIRST: usize = 3;

/// What an address says that was just done.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// That a feed was added.
    added: String,
}

/// `GET`.
pub async fn show(page: OrganisePage, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let (texts, all) = (texts(&page), page.state().feeds.standings());
    let content = html! {
        h1 { (texts.feeds) }
        @if !asked.added.is_empty() { p.said role="status" { (texts.feed_added_now) } }
        p.lead { (texts.feeds_lead) }
        p { a.button href=(page.link("/feeds/new")) { (texts.feed_add) } }
        @if all.is_empty() { p { (texts.feeds_none) } }
        @for feed in &all {
            section.card.action {
                h2 { a href=(page.link(&format!("/feeds/{}", feed.id))) { bdi dir="ltr" { (feed.place) } } }
                (standing(&page, feed))
                (findings(&page, feed, FIRST))
            }
        }
    };
    Ok(page.render(texts.feeds, &above(&page), "", &content))
}

/// How a feed stands.
pub fn standing(page: &OrganisePage, feed: &FeedStanding) -> Markup {
    let (texts, language) = (texts(page), page.language());
    let moment = |at: Option<i64>| at.map_or_else(|| "–".to_owned(), |at| page.page.moment(at));
    html! {
        @if let Some(trouble) = &feed.trouble { (in_trouble(page, trouble)) }
        @if let Some(why) = &feed.incomplete { p.warning-line { (texts.feed_incomplete) " " code lang="en" dir="ltr" { (why) } } }
        dl {
            (fact(texts.feed_origin, if feed.is_added { texts.feed_added_here } else { texts.feed_given }))
            (fact(texts.feed_items, if feed.is_read { feed.initiatives.to_string() } else { texts.feed_unread.to_owned() }))
            @if feed.lost > 0 { (fact(texts.feed_lost, feed.lost.to_string())) }
            (fact(texts.feed_asked, moment(feed.asked_at)))
            (fact(texts.feed_changed, moment(feed.changed_at)))
            (fact(texts.feed_next, if feed.is_address { moment(feed.next_at) } else { texts.feed_watched.to_owned() }))
        }
        @if feed.findings > 0 { p.hint { (language.count(texts.findings, feed.findings as u64, &[])) } }
    }
}

/// Why nothing came of the last reading.
fn in_trouble(page: &OrganisePage, trouble: &Trouble) -> Markup {
    let texts = texts(page);
    match trouble {
        Trouble::Shrunk { is, was } => {
            let values = [("is", &*is.to_string()), ("was", &*was.to_string())];
            html! { p.warning-line { (fill(texts.feed_shrunk, &values)) } }
        }
        Trouble::Unread(why) => html! {
            p.warning-line { (texts.feed_trouble) }
            p.hint { code lang="en" dir="ltr" { (why) } }
        },
    }
}

/// The first of what is wrong with a feed, and how often it is.
pub fn findings(page: &OrganisePage, feed: &FeedStanding, most: usize) -> Markup {
    let language = page.language();
    // The doctor speaks some languages only.
    let spoken = Language::OF_OPERATORS.contains(&language);
    html! {
        @if !feed.tallied.is_empty() {
            ul lang=[(!spoken).then_some("en")] dir=[(!spoken).then_some("ltr")] {
                @for one in feed.tallied.iter().take(most) { (finding(one, language)) }
            }
        }
    }
}

fn finding(one: &Tallied, language: Language) -> Markup {
    let first = &one.first;
    let field = field(first);
    html! {
        li {
            @if one.count > 1 { (one.count) " × " }
            (words(first.problem, language))
            @if !field.is_empty() { " (" code dir="ltr" { (field) } ")" }
            @if !first.id.is_empty() { " – " bdi { (first.id) } }
            @if !first.value.is_empty() { " – " bdi.hint { (first.value) } }
        }
    }
}
