//! `GET /near`: the list as a page. A place is named in its address, never by a position: addresses are kept in histories and logs. A
//! name means what it means to the widget; where there is no gazetteer, none is known.

use alentour::app::encode;
use alentour::render::{ChosenPlace, ServedForm};
use alentour_model::Query;
use alentour_model::gazetteer::Certainty;
use alentour_texts::{Language, fill};
use axum::http::StatusCode;
use axum::response::Response;
use maud::PreEscaped;

use super::list_query::ListQuery;
use super::now;
use super::page::Page;
use crate::catalogue::{self, Catalogue};
use crate::document::Head;
use crate::http::{Error, Visitor};

/// `GET /near?place=69007&radius=25&kinds=...&causes=...&words=...&when=week&page=2`.
pub async fn near(page: Page, visitor: Visitor) -> Result<Response, Error> {
    answered(page, visitor, Extent::Whole, |page, listed| {
        let (title, canonical) = named(page.language, listed.label.as_deref(), listed.number);
        let embeddable = page.link_with("/near", &listed.query);
        let head = Head {
            title: &title,
            canonical: &page.address(&canonical),
            is_unlisted: listed.is_narrowed || listed.is_unknown,
            more: page.embeddable(&embeddable),
            ..Head::default()
        };
        page.render(&head, &listed.query, &PreEscaped(listed.html))
    })
    .await
}

/// How much of the widget is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The form that searches, and what is found.
    Whole,
    /// What is found, as many of it at once.
    Found(usize),
}

/// A list as it was asked for.
pub struct Listed {
    /// The views.
    pub html: String,
    /// The query that a page keeps in another language.
    pub query: String,
    /// The place, where one was named and found.
    pub label: Option<String>,
    /// Which page of it, from 1.
    number: usize,
    is_narrowed: bool,
    is_unknown: bool,
    is_refused: bool,
}

/// The list that a page's address asks for, within what surrounds it there. Takes its turn, and what it costs from the visitor's limits.
///
/// # Errors
/// Where too much is asked for, or there is no feed yet.
pub async fn answered(
    page: Page,
    visitor: Visitor,
    extent: Extent,
    surround: impl FnOnce(&Page, Listed) -> Response + Send + 'static,
) -> Result<Response, Error> {
    page.state.limits.page(visitor)?;
    let asked = ListQuery::of(&page);
    let current = page.state.feeds.current();
    let current = current.ok_or_else(|| Error::Unavailable("no feed could be read yet".into()))?;
    let state = page.state.clone();
    let _under_way = state.limits.list(visitor).ok_or(Error::TooMany(1))?;
    let draw = move || {
        let listed = drawn(&page, asked, &current, extent)?;
        let is_refused = listed.is_refused;
        let mut response = surround(&page, listed);
        if is_refused {
            *response.status_mut() = StatusCode::BAD_REQUEST;
        }
        Ok(response)
    };
    state.turns.lists.work(draw).await?
}

/// Draws a list. Reads files.
fn drawn(page: &Page, asked: ListQuery, current: &Catalogue, extent: Extent) -> Result<Listed, Error> {
    let is_refused = asked.is_of_position();
    let meant = asked.find(page);
    let others = match meant.certainty {
        Certainty::Clear => &[],
        Certainty::Likely => meant.places.get(1..).unwrap_or_default(),
        Certainty::Guess => &meant.places,
    };
    let around = meant.taken().map(|found| ChosenPlace { label: found.label(), point: found.point });
    let note = match (&around, asked.place.as_str()) {
        (Some(_), _) | (None, "") => String::new(),
        _ if is_refused => page.texts.list_coordinates.to_owned(),
        (None, place) => {
            let known = if meant.is_france { page.language.widget("place_france") } else { "" };
            let unknown = fill(page.language.widget("place_unknown"), &[("text", place)]);
            [&unknown, " ", known].concat().trim_end().to_owned()
        }
    };
    let label = around.as_ref().map(|place| place.label.clone());
    let (is_narrowed, is_unknown, wanted) = (asked.is_narrowed(), !note.is_empty(), asked.page);
    let query = asked.kept(around.as_ref());
    let near = around.as_ref().map(|place| place.point);
    let (countries, radius) = (asked.countries.clone(), asked.radius());
    let from = asked.from.clone();
    let request = asked.request();
    let looked_for = Query { near, radius, ..request.query() };
    let catalog = current.for_query(&looked_for, page.language, now()).map_err(catalogue::unread)?;
    let list = |number| {
        let mut scene = page.scene(catalog.clone(), ServedForm::default(), number, from.clone());
        scene.around.clone_from(&around);
        scene.config.countries.clone_from(&countries);
        match extent {
            Extent::Whole => scene.list(request.clone(), &note, others),
            Extent::Found(limit) => {
                scene.config.limit = limit.to_string();
                scene.found(request.clone())
            }
        }
    };
    let mut listed = list(wanted);
    // The list has grown shorter since somebody kept the address: what is left of it, rather than nothing.
    let number = wanted.min(listed.pages);
    if number < wanted {
        listed = list(number);
    }
    let html = listed.tree.html();
    Ok(Listed { html, query, label, number, is_narrowed, is_unknown, is_refused })
}

/// The title and the canonical address of that page of the list, from 1.
fn named(language: Language, label: Option<&str>, number: usize) -> (String, String) {
    let title = language.widget("search").to_owned();
    let (title, place) = match label {
        None => (title, String::new()),
        Some(label) => (
            fill(language.widget("labelled"), &[("label", label), ("text", &title)]),
            format!("place={}&", encode(label)),
        ),
    };
    let number = if number > 1 { format!("page={number}&") } else { String::new() };
    let canonical = format!("/near?{place}{number}");
    (title, canonical.trim_end_matches(['?', '&']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_of_a_list_is_known_by_an_address_of_its_own() {
        let canonical = |label, number| named(Language::French, label, number).1;
        assert_eq!((canonical(None, 1).as_str(), canonical(None, 3).as_str()), ("/near", "/near?page=3"));
        assert_eq!(canonical(Some("Lyon 7e"), 1), "/near?place=Lyon%207e");
        assert_eq!(canonical(Some("Lyon 7e"), 2), "/near?place=Lyon%207e&page=2");
    }
}
