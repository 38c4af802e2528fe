//! `/organise/feeds/{feed}`: one feed. It is read now, examined as the doctor does it, or removed where it was added in a page.

use axum::Form;
use axum::extract::Path;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::add_feed::{examined, report_style};
use super::feeds::{findings, standing};
use super::{above, on_to, texts};
use crate::feeds::FeedStanding;
use crate::http::Error;
use crate::organise::page::OrganisePage;
use crate::store::Deed;

/// What a button sends.
#[derive(Deserialize)]
pub struct Press {
    #[serde(default)]
    action: String,
}

/// `GET`.
pub async fn show(page: OrganisePage, Path(id): Path<String>) -> Result<Response, Error> {
    let feed = found(&page, &id)?;
    Ok(render(&page, &feed, None, &html! {}))
}

/// `POST`: reads it, examines it, or removes it.
pub async fn act(
    page: OrganisePage,
    Path(id): Path<String>,
    Form(press): Form<Press>,
) -> Result<Response, Error> {
    let (feed, texts, who) = (found(&page, &id)?, texts(&page), page.who()?);
    let state = page.state();
    let entry = |deed| who.entry("", deed, json!({ "place": feed.place }));
    match press.action.as_str() {
        "read" => {
            state.feeds.read_now(&id);
            state.store.note(&entry(Deed::FeedRead)).await?;
            Ok(render(&page, &feed, Some(texts.feed_read_now), &html! {}))
        }
        "examine" => {
            let address = state.feeds.address_of(&id).ok_or(Error::Malformed("action"))?;
            // As it is read, its columns included.
            let added = state.store.added_feeds().await?.into_iter().find(|one| one.id == id);
            let own = added.map(|one| one.place.columns).unwrap_or_default();
            let columns = state.feeds.columns().into_iter().chain(own).collect();
            let report = examined(&page, &address, columns).await?;
            let report = match report {
                Ok(report) => report.part,
                Err(why) => html! { p.said.wrong role="alert" { (why) } },
            };
            Ok(render(&page, &feed, None, &report))
        }
        "remove" if feed.is_added => {
            if state.store.remove_feed(&id, &entry(Deed::FeedRemoved)).await? {
                state.feeds.own_changed();
            }
            on_to(&page.link("/feeds"))
        }
        _ => Err(Error::Malformed("action")),
    }
}

fn found(page: &OrganisePage, id: &str) -> Result<FeedStanding, Error> {
    page.state().feeds.standings().into_iter().find(|feed| feed.id == id).ok_or(Error::NotFound)
}

/// The page; `said` is what was done, `report` the doctor's.
fn render(page: &OrganisePage, feed: &FeedStanding, said: Option<&str>, report: &Markup) -> Response {
    let texts = texts(page);
    let content = html! {
        h1 { bdi dir="ltr" { (feed.place) } }
        @if let Some(said) = said { p.said role="status" { (said) } }
        section.card {
            (standing(page, feed))
            (findings(page, feed, usize::MAX))
            form.choices method="post" {
                (page.csrf())
                button name="action" value="read" { (texts.feed_read) }
                @if feed.is_address { button.quiet name="action" value="examine" { (texts.feed_examine) } }
            }
        }
        div.report lang=(page.language().doctor_language().tag()) dir=(page.language().doctor_language().direction()) { (report) }
        @if feed.is_added {
            section.card {
                h2 { (texts.feed_remove) }
                details {
                    summary { (texts.feed_remove_what) }
                    p { (texts.feed_remove_lead) }
                    form method="post" { (page.csrf()) button name="action" value="remove" { (texts.feed_remove_button) } }
                }
            }
        } @else { p.hint { (texts.feed_given_lead) } }
    };
    let [first] = above(page);
    let above = [first, (texts.feeds, page.link("/feeds"))];
    page.render_styled(&feed.place, &above, "", &report_style(page), &content)
}
