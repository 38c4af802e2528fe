//! `/organise/feeds/new`: a feed is added by its address, once somebody has seen what the doctor says and what visitors would.

use alentour_formats::{Column, Columns};
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::json;

use super::{above, amiss, on_to, texts};
use crate::check::sandboxed::{COLUMNS, Examined, Job, examine_own};
use crate::check::{chosen, column_fields, preview, report_css};
use crate::feeds::{Source, shown};
use crate::http::Error;
use crate::organise::page::OrganisePage;
use crate::sandbox::SandboxError;
use crate::store::{Addition, Deed, FeedPlace};

/// The longest address, in bytes.
const LONGEST: usize = 2000;
/// Feeds that may be added: each is a process now and again.
const MOST: usize = 50;

/// `GET`.
pub async fn show(page: OrganisePage) -> Result<Response, Error> {
    Ok(render(&page, "", None, &html! {}))
}

/// `POST`: examines what is at an address, or adds it.
pub async fn act(page: OrganisePage, body: Bytes) -> Result<Response, Error> {
    let texts = texts(&page);
    let field = |name: &str| {
        let mut fields = url::form_urlencoded::parse(&body);
        fields.find(|(key, _)| key == name).map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let (action, address) = (field("action"), field("address"));
    if !matches!(action.as_str(), "examine" | "add") {
        return Err(Error::Malformed("action"));
    }
    let typed: String = address.chars().take(LONGEST).collect();
    let is_one = matches!(Source::from(address.as_str()), Source::Url(_)) && address.len() <= LONGEST;
    if !is_one || url::Url::parse(&address).is_err() {
        return Ok(render(&page, &typed, Some(texts.feed_address_wrong), &html! {}));
    }
    if is_given(&page, &address) {
        return Ok(render(&page, &typed, Some(texts.feed_known), &html! {}));
    }
    let columns = chosen(&body);
    if action == "add" {
        return add(&page, FeedPlace { address, columns }).await;
    }
    Ok(match examined(&page, &address, columns).await? {
        Ok(examined) => render(&page, &address, None, &preview_of(&page, &address, &examined)),
        Err(why) => render(&page, &address, Some(why), &html! {}),
    })
}

/// Whether a feed of that address is read already.
fn is_given(page: &OrganisePage, address: &str) -> bool {
    let feeds = &page.state().feeds;
    feeds.standings().iter().any(|feed| feeds.address_of(&feed.id).as_deref() == Some(address))
}

async fn add(page: &OrganisePage, place: FeedPlace) -> Result<Response, Error> {
    let (texts, state) = (texts(page), page.state());
    let shown = Source::Url(place.address.clone()).to_string();
    let entry = page.who()?.entry("", Deed::FeedAdded, json!({ "place": shown }));
    let wrong = match state.store.add_feed(&place, MOST, &entry).await? {
        Addition::Now(_) => {
            state.feeds.own_changed();
            return on_to(&format!("{}&added=1", page.link("/feeds")));
        }
        Addition::Before => texts.feed_known,
        Addition::TooMany => texts.feeds_many,
    };
    Ok(render(page, &place.address, Some(wrong), &html! {}))
}

/// What the doctor says of what is at an address; in words, why nobody could look at it.
pub async fn examined(
    page: &OrganisePage,
    address: &str,
    columns: Vec<(String, String)>,
) -> Result<Result<Examined, &'static str>, Error> {
    let (texts, state) = (texts(page), page.state());
    let job = Job {
        url: address.to_owned(),
        columns: columns.into_iter().take(COLUMNS).collect(),
        language: page.language().doctor_language().tag().to_owned(),
        allow_private: state.feeds.allows_private(),
        is_own: true,
    };
    Ok(match examine_own(&job, &state.checks.sandbox).await {
        Ok(examined) => Ok(examined),
        Err(SandboxError::Busy) => Err(texts.feed_busy),
        Err(why) => {
            tracing::error!(feed = shown(address), ?why, "feed not examined");
            Err(texts.feed_unexamined)
        }
    })
}

/// The style of a report, and of the cards in it.
pub fn report_style(page: &OrganisePage) -> String {
    [preview::style(&page.state().bundle).as_str(), report_css()].concat()
}

/// What visitors would see, what is wrong, what the columns were taken for; and the button that lets it go live.
fn preview_of(page: &OrganisePage, address: &str, examined: &Examined) -> Markup {
    let (texts, language) = (texts(page), page.language().doctor_language());
    let mut columns = Columns::default();
    for (header, column) in &examined.columns {
        columns.set(header.as_str(), Column::parse(column));
    }
    let hidden = html! { (page.csrf()) input type="hidden" name="address" value=(address); };
    html! {
        @if examined.is_readable {
            section.card.done {
                h2 { (texts.feed_go) }
                p { (texts.feed_go_lead) }
                form method="post" {
                    (hidden)
                    @for (header, column) in &examined.columns {
                        input type="hidden" name="header" value=(header);
                        input type="hidden" name="column" value=(column);
                    }
                    button name="action" value="add" { (texts.feed_go_button) }
                }
            }
        }
        @if !examined.columns.is_empty() {
            section {
                form.card.columns method="post" {
                    h2 { (texts.feed_columns) }
                    p { (texts.feed_columns_lead) }
                    (hidden)
                    div lang=(language.tag()) dir=(language.direction()) { (column_fields(&columns, language)) }
                    button.small name="action" value="examine" { (texts.feed_columns_button) }
                }
            }
        }
        div.report lang=(language.tag()) dir=(language.direction()) { (examined.part) }
    }
}

/// The page. `typed`: an address; `wrong`: what is wrong with it.
fn render(page: &OrganisePage, typed: &str, wrong: Option<&str>, rest: &Markup) -> Response {
    let texts = texts(page);
    let content = html! {
        h1 { (texts.feed_add) }
        @if let Some(wrong) = wrong { (amiss(page, "address", wrong)) }
        p.lead { (texts.feed_add_lead) }
        form.card method="post" novalidate {
            (page.csrf())
            p {
                label for="address" { (texts.feed_address) }
                input id="address" name="address" type="url" dir="ltr" required maxlength=(LONGEST) placeholder="https://" autocomplete="off"
                    value=[(!typed.is_empty()).then_some(typed)] aria-invalid=[wrong.map(|_| "true")]
                    aria-describedby=(if wrong.is_some() { "address-hint wrong" } else { "address-hint" });
            }
            p.hint id="address-hint" { (texts.feed_address_hint) }
            @if let Some(wrong) = wrong { p.error id="wrong" { (wrong) } }
            button name="action" value="examine" { (texts.feed_look) }
        }
        (rest)
    };
    let [first] = above(page);
    let above = [first, (texts.feeds, page.link("/feeds"))];
    let mut response = page.render_styled(texts.feed_add, &above, "", &report_style(page), &content);
    if wrong.is_some() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    response
}
