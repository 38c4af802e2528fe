//! What all pages have in common: their frame, their style, their headers.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, LazyLock};

use alentour::app::encode;
use alentour_model::{Initiative, Session};
use alentour_texts::{Language, Organising, fill};
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use maud::{Markup, PreEscaped, html};

use super::session::Who;
use crate::document::{answer, document, unlisted};
use crate::http::Error;
use crate::own;
use crate::people::language;
use crate::people::page::{PeoplePage, content_security, framed};
use crate::state::AppState;
use crate::store::{KnownSession, OwnStatus};
use crate::wording;

/// Its own after that of the pages for people: colours, buttons and fields are one family.
const STYLE: &str = concat!(include_str!("../people/style.css"), include_str!("style.css"));

static CONTENT_SECURITY: LazyLock<String> = LazyLock::new(|| content_security(&[STYLE]));

/// A page in the making: in which language, and who asks for it.
pub struct OrganisePage {
    /// What it has in common with the pages for people.
    pub page: PeoplePage,
    /// Its texts.
    pub texts: &'static Organising,
    /// Who asks; `None` where nobody is signed in.
    pub who: Option<Arc<Who>>,
    /// What is made here and visitors do not see, as far as the page is about it.
    made: HashMap<String, (OwnStatus, Option<Arc<Initiative>>)>,
    /// What initiatives of feeds are called that are hidden, as far as the page is about them.
    hidden: HashMap<String, String>,
    /// What dates said when people signed up for them, as far as the page is about their initiatives.
    noted: HashMap<String, Vec<KnownSession>>,
}

impl FromRequestParts<AppState> for OrganisePage {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        let page = PeoplePage::from_request_parts(parts, state).await?;
        let who = parts.extensions.get().cloned();
        let mut page = Self {
            texts: page.language.organising(),
            page,
            who,
            made: HashMap::new(),
            hidden: HashMap::new(),
            noted: HashMap::new(),
        };
        // Nobody who is not let in comes here.
        if parts.uri.path().contains("/organise/i/")
            && let Ok(Path(named)) = Path::<HashMap<String, String>>::from_request_parts(parts, state).await
            && let Some(id) = named.get("id")
        {
            page.learn(&[id.as_str()]).await;
            page.learn_dates(&[id.as_str()]).await;
        }
        Ok(page)
    }
}

impl OrganisePage {
    /// The server.
    pub fn state(&self) -> &AppState {
        &self.page.state
    }

    /// The page's language.
    pub fn language(&self) -> Language {
        self.page.language
    }

    /// Who asks.
    ///
    /// # Errors
    /// Nobody is signed in: [`gate`](super::gate) leads them elsewhere before.
    pub fn who(&self) -> Result<&Arc<Who>, Error> {
        self.who.as_ref().ok_or(Error::NotFound)
    }

    /// The address of another page.
    pub fn link(&self, path: &str) -> String {
        self.page.link(&format!("/organise{path}"))
    }

    /// The address of an initiative's page; `path` is what follows it.
    pub fn of(&self, initiative: &str, path: &str) -> String {
        self.link(&format!("/i/{}{path}", encode(initiative)))
    }

    /// Looks up in the database what the feed has not, so that it is called by its name.
    pub async fn learn(&mut self, initiatives: &[&str]) {
        for id in initiatives.iter().copied() {
            if self.made.contains_key(id)
                || self.hidden.contains_key(id)
                || self.state().feeds.initiative(id).is_ok()
            {
                continue;
            }
            if self.state().feeds.is_hidden(id) {
                let all = self.state().store.hidden().await.unwrap_or_default();
                self.hidden.extend(all.into_iter().map(|one| (one.initiative, one.title)));
                continue;
            }
            // Where the database does not answer, the page says so itself, or does without a name.
            if let Ok(Some(own)) = self.state().store.own_initiative(id).await {
                let initiative = own::initiative_of(&own.content).ok().flatten().map(Arc::new);
                self.made.insert(id.to_owned(), (own.status, initiative));
            }
        }
    }

    /// Looks up what dates of these initiatives have said that the feed may have no more.
    pub async fn learn_dates(&mut self, initiatives: &[&str]) {
        for id in initiatives.iter().copied().filter(|id| !id.is_empty()) {
            if !self.noted.contains_key(id) {
                // Where the database does not answer, the page says so itself, or does without.
                let noted = self.state().store.sessions(id).await.unwrap_or_default();
                self.noted.insert(id.to_owned(), noted);
            }
        }
    }

    /// An initiative as the feed has it, hidden or not, else as it is made here.
    pub fn initiative(&self, id: &str) -> Option<Arc<Initiative>> {
        let found = self.state().feeds.even_hidden(id).ok();
        found.or_else(|| self.made.get(id).and_then(|(_, initiative)| initiative.clone()))
    }

    /// Where one stands that visitors do not see, in words.
    pub fn stands(&self, id: &str) -> &'static str {
        match self.made.get(id) {
            Some((status, _)) => self.status(*status),
            None if self.hidden.contains_key(id) => self.texts.stands_hidden,
            None => self.texts.not_in_feed,
        }
    }

    /// Where an initiative that is made here stands.
    pub fn status(&self, status: OwnStatus) -> &'static str {
        let texts = self.texts;
        match status {
            OwnStatus::Draft => texts.stands_draft,
            OwnStatus::Waiting => texts.stands_waiting,
            OwnStatus::AskedBack => texts.stands_asked_back,
            OwnStatus::Declined => texts.stands_declined,
            OwnStatus::Published => texts.stands_published,
            OwnStatus::Withdrawn => texts.stands_withdrawn,
        }
    }

    /// What an initiative is called; by its identifier where nobody knows it any more.
    pub fn title(&self, initiative: &str) -> String {
        match self.initiative(initiative) {
            Some(it) => it.name.clone(),
            None => self.hidden.get(initiative).map_or(initiative, String::as_str).to_owned(),
        }
    }

    /// A date of an initiative: as the feed has it, called off or not, else as it was noted.
    pub fn session(&self, initiative: &str, session: &str) -> Option<Session> {
        let found = self.initiative(initiative);
        let announced = found.as_deref().and_then(|it| wording::session_of(it, session)).cloned();
        announced.or_else(|| noted(self.noted(initiative), session))
    }

    /// What dates of an initiative have said, as far as the page is about it.
    pub fn noted(&self, initiative: &str) -> &[KnownSession] {
        self.noted.get(initiative).map_or(&[], Vec::as_slice)
    }

    /// A date of an initiative in words, never by its identifier; all of them where it is empty.
    pub fn date(&self, initiative: &str, session: &str) -> String {
        if session.is_empty() {
            return self.texts.all_dates.to_owned();
        }
        let date = self.session(initiative, session);
        date.map_or_else(
            || self.texts.date_unknown.to_owned(),
            |date| wording::session(self.language(), &date),
        )
    }

    /// What each form carries that acts.
    pub fn csrf(&self) -> Markup {
        html! { @if let Some(who) = &self.who { input type="hidden" name="csrf" value=(who.csrf); } }
    }

    /// The page. `trail` are the pages above it: their names and addresses; `query` is what its own address needs beside the language.
    pub fn render(&self, title: &str, trail: &[(&str, String)], query: &str, content: &Markup) -> Response {
        self.render_styled(title, trail, query, "", content)
    }

    /// The same with a style of its own after that of all pages.
    pub fn render_styled(
        &self,
        title: &str,
        trail: &[(&str, String)],
        query: &str,
        style: &str,
        content: &Markup,
    ) -> Response {
        let texts = self.texts;
        let name = self.state().settings.controller.name.as_str();
        let head = html! {
            (unlisted())
            title { (title) " – " (texts.organise) @if !name.is_empty() { " – " (name) } }
            style { (PreEscaped(STYLE)) }
            @if !style.is_empty() { style { (PreEscaped(style)) } }
        };
        let body = html! {
            body.organise {
                a.skip href="#content" { (texts.skip) }
                header {
                    p { a href=(self.link("")) { bdi { (self.state().settings.site_name()) } " · " (texts.organise) } }
                    @if let Some(who) = &self.who {
                        nav aria-label=(texts.menu) {
                            a href=(self.link("")) { (texts.actions) }
                            @if who.account.is_operator {
                                a href=(self.link("/initiatives")) { (texts.proposed) }
                                a href=(self.link("/reports")) { (texts.reports) }
                                a href=(self.link("/trail")) { (texts.trail) }
                                a href=(self.link("/installation")) { (self.language().operating().installation) }
                            }
                            a href=(self.link("/account")) { bdi { (who.account.holder.shown()) } }
                        }
                    }
                }
                main id="content" {
                    @if !trail.is_empty() {
                        nav.above aria-label=(texts.above) {
                            ol { @for (name, address) in trail { li { a href=(address) { bdi { (name) } } } } }
                        }
                    }
                    (content)
                }
                footer {
                    nav {
                        a href=(self.page.link("/embed-it")) { (self.language().embedding().title) }
                        a href=(self.page.link("/privacy")) { (self.page.texts.privacy) }
                        a href=(self.page.link("/accessibility")) { (self.language().accessibility().link) }
                    }
                    (language::links(self.language(), query))
                }
            }
        };
        let mut response = answer(document(self.language(), &head, &body));
        if !style.is_empty()
            && let Ok(policy) = HeaderValue::from_str(&content_security(&[STYLE, style]))
        {
            response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        }
        // Without a referrer browsers that are not told of `Sec-Fetch-Site` hide from us that a form is our own.
        response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        response
    }

    /// The way back to an action, as a button.
    pub fn to_action(&self, id: &str) -> Markup {
        html! { p { a.button.quiet href=(self.of(id, "")) { (self.texts.edit_to_action) } } }
    }

    /// A page that says one thing, and where to go on.
    pub fn message(&self, class: &str, title: &str, lead: &str, rest: &Markup) -> Response {
        let content = html! { section.card.{ (class) } { h1 { (title) } p.lead { (lead) } (rest) } };
        self.render(title, &[], "", &content)
    }
}

/// A date as it was noted, though the feed has it no more.
pub fn noted(all: &[KnownSession], session: &str) -> Option<Session> {
    all.iter().find(|one| one.session == session)?.kept.session(session)
}

/// Gives a request its language, its answer the headers of all pages, and its refusal words for people.
pub async fn frame(State(state): State<AppState>, request: Request, next: Next) -> Response {
    framed(&state, request, next, &CONTENT_SECURITY).await
}

/// Which page of a list is asked for, from 1. Beyond the last there is nothing, and beyond this no number of a database's.
pub fn page_number(asked: usize) -> usize {
    asked.clamp(1, 1_000_000)
}

/// Where several pages make a list: this one of so many, and the ones beside it.
pub fn pages(page: &OrganisePage, at: usize, last: usize, address: impl Fn(usize) -> String) -> Markup {
    let texts = page.texts;
    html! {
        @if last > 1 {
            nav.pages aria-label=(texts.pages) {
                @if at > 1 { a.button.quiet href=(address((at - 1).min(last))) { (texts.previous) } }
                span { (fill(texts.page_of, &[("page", &at.to_string()), ("last", &last.to_string())])) }
                @if at < last { a.button.quiet href=(address(at + 1)) { (texts.next) } }
            }
        }
    }
}
