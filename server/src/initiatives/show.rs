//! `GET /i/{id}`: an initiative, all that it says of itself, and its form.

use std::sync::Arc;

use alentour::render::{Filled, ServedForm};
use alentour_model::{Catalog, Initiative};
use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::response::Response;
use maud::html;

use super::list_query::ListQuery;
use super::page::Page;
use super::{article, no_form, now};
use crate::document::answer;
use crate::http::{Error, Visitor};
use crate::signups::FormTicket;
use crate::way_back::WayBack;
use crate::{also, courses};

/// `GET /i/{id}`.
pub async fn show(page: Page, visitor: Visitor, Path(id): Path<String>) -> Result<Response, Error> {
    page.state.limits.page(visitor)?;
    let initiative = page.state.feeds.initiative(&id)?;
    respond(page, initiative, Shown::default()).await
}

/// What is shown beside the initiative itself.
#[derive(Default)]
pub struct Shown {
    /// The form as it was sent; nothing where it has not been.
    pub filled: Option<Filled>,
    /// What names this filling in; a new one where nothing is given.
    pub ticket: Option<FormTicket>,
    /// What became of the form, if that is no field's problem.
    pub said: &'static str,
}

/// The page.
///
/// # Errors
/// Where the system has no randomness, or the views fail.
pub async fn respond(page: Page, initiative: Arc<Initiative>, shown: Shown) -> Result<Response, Error> {
    let initiative = page.state.live.put_into(initiative).await;
    let settings = &page.state.settings;
    let takes_forms = settings.mail.is_some() && initiative.participation.is_some();
    let form = if takes_forms {
        let ticket = shown.ticket.map_or_else(|| FormTicket::begin(now()), Ok)?;
        let ticket = ticket.field(page.state.store.secret(), &initiative.id);
        ServedForm::Sent { ticket, said: shown.said.to_owned() }
    } else if initiative.participation.is_some() {
        ServedForm::Instead(no_form::no_mail(page.language, &initiative))
    } else {
        let publisher = &settings.controller.name;
        ServedForm::Instead(no_form::words(page.language, &initiative, publisher, now()))
    };
    // A name is gone once its person takes it back: nothing keeps a page with it.
    let has_names = initiative.petition.as_ref().is_some_and(|petition| !petition.signers.get().is_empty());
    let course = courses::of(&page.state, &initiative).await.unwrap_or_default();
    let turns = page.state.turns.clone();
    let turns = if shown.filled.is_some() { &turns.answers } else { &turns.initiatives };
    let mut response = turns
        .work(move || drawn(&page, initiative, Beside { form, course, open: Vec::new() }, shown.filled))
        .await?;
    if takes_forms || has_names {
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    Ok(response)
}

/// What stands around an initiative.
pub(super) struct Beside {
    /// How one takes part, or what is said instead.
    pub form: ServedForm,
    /// How it has come along.
    pub course: Vec<(u32, u32)>,
    /// Others that are proposed after the thanks.
    pub open: Vec<Arc<Initiative>>,
}

/// The page, with that in its form's place or around it.
pub(super) fn drawn(
    page: &Page,
    initiative: Arc<Initiative>,
    Beside { form, course, open }: Beside,
    filled: Option<Filled>,
) -> Response {
    let canonical = page.address(&format!("/i/{}", alentour::app::encode(&initiative.id)));
    let lexicon = page.state.feeds.lexicon(page.language);
    let mut all = vec![Initiative::clone(&initiative)];
    if let Some(current) = page.state.feeds.current() {
        all.extend(also::also_by(&current, &initiative, now()));
    }
    for other in &open {
        if !all.iter().any(|known| known.id == other.id) {
            all.push(Initiative::clone(other));
        }
    }
    let catalog = Arc::new(Catalog::new(all).knowing(lexicon));
    let asked = ListQuery::of(page);
    let mut scene = page.scene(catalog, form, 1, asked.from.clone());
    if let Some(served) = &mut scene.config.served {
        let served = Arc::make_mut(served);
        let back = WayBack::to_partner(&page.state.settings, &served.from, &initiative.id);
        served.back = back.map(|back| (back.words(page.language), back.address));
        served.course = course;
        served.also = open.iter().map(|other| other.id.clone()).collect();
    }
    scene.opened = Some(initiative.id.clone());
    // The list that leads here, where one does: the place is that of its visitor.
    scene.around = asked.around(page);
    let query = asked.kept(scene.around.as_ref());
    let mut site = page.site(&query);
    site.more = page.embeddable(&page.link(&format!("/i/{}", alentour::app::encode(&initiative.id))));
    let report = page.link(&format!("/i/{}/report", alentour::app::encode(&initiative.id)));
    site.footer = html! {
        p { a href=(report) rel="nofollow" { (page.language.organising().report) } }
        (site.footer)
    };
    answer(article::page(&site, &scene, &initiative, (asked.request(), filled), &canonical))
}
