//! `GET /places.json`: which places may become of what is being typed, for the fields of our own pages, and `GET /places.js`, the script there that asks.
//! Without it the forms ask once they were sent.

use alentour_model::text::fold;
use alentour_texts::Language;
use axum::Json;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};
use serde::Serialize;

use crate::bundle::COUNTRIES;
use crate::http::{Error, Visitor, query};
use crate::people::page::PeoplePage;
use crate::position::is_position;
use crate::state::AppState;

/// Characters of a place: as many as the fields take.
const LONGEST: usize = 100;
/// How long an answer is kept: as long as what belongs to a release.
const CACHE: &str = "public, max-age=3600";
/// The script.
const SCRIPT: &str = include_str!("places.js");
/// The style of its list, after that of the pages for people.
pub const STYLE: &str = include_str!("style.css");
/// What a page with such a field may do beside what others may.
pub const POLICY: &str = "; script-src 'self'; connect-src 'self'";

/// The two addresses. Answers are for pages of this server alone.
pub fn router() -> Router<AppState> {
    Router::new().route("/places.json", get(places)).route("/places.js", get(script))
}

async fn script() -> Response {
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, CACHE)], SCRIPT).into_response()
}

/// What is asked.
struct Asked {
    /// What is typed so far.
    place: String,
    /// In which countries: codes with blanks between them.
    countries: String,
    language: Language,
}

/// The answer: places as the forms understand them, and how many they are, in words.
#[derive(Serialize)]
struct Places {
    places: Vec<String>,
    said: String,
}

impl Asked {
    /// Reads `place=Villeurb&countries=FR&countries=BE&lang=fr`. Without countries: France, then its neighbours.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a query or a place that is too long, and a place that is missing or is not one line.
    fn read(query: &str) -> Result<Self, Error> {
        if query.len() > query::LONGEST {
            return Err(Error::Malformed("query"));
        }
        let (mut place, mut countries, mut language) = (String::new(), String::new(), Language::DEFAULT);
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "place" => value.trim().clone_into(&mut place),
                "countries" => countries.extend([" ", &fold(&value)]),
                "lang" => language = Language::parse(&value).unwrap_or(language),
                _ => {}
            }
        }
        let length = place.chars().count();
        if length == 0 || length > LONGEST || place.contains(char::is_control) {
            return Err(Error::Malformed("place"));
        }
        let countries = if countries.is_empty() { COUNTRIES.join(" ") } else { countries };
        Ok(Self { place, countries, language })
    }
}

/// # Errors
/// Where somebody asks too often, or for what is no beginning of a place.
async fn places(
    State(state): State<AppState>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    state.limits.live(visitor)?;
    let asked = Asked::read(&query.unwrap_or_default())?;
    let (bundle, language) = (state.bundle.clone(), asked.language);
    let find = move || {
        let found =
            if is_position(&asked.place) { Vec::new() } else { bundle.begun(&asked.place, &asked.countries) };
        found.iter().map(|place| place.label()).collect::<Vec<_>>()
    };
    let places = state.turns.initiatives.work(find).await?;
    let said = match places.len() as u64 {
        0 => String::new(),
        count => language.count(language.widget("place_choices"), count, &[]),
    };
    Ok(([(CACHE_CONTROL, CACHE)], Json(Places { places, said })).into_response())
}

/// The address that a field of that page asks.
pub fn address(page: &PeoplePage) -> String {
    page.link("/places.json")
}

/// The script, for a page with such a field.
pub fn script_of(page: &PeoplePage) -> Markup {
    html! { script src={ (page.state.settings.base_path()) "/places.js" } defer {} }
}

/// Renders a page, given its own style and content, that says its policy itself: with the script where `is_completed`, there alone.
pub fn render(
    page: &PeoplePage,
    is_completed: bool,
    content: &Markup,
    render: impl Fn(&str, &Markup) -> Response,
) -> Response {
    if !is_completed {
        return render("", content);
    }
    let mut response = render(STYLE, &html! { (content) (script_of(page)) });
    let policy = response.headers().get(CONTENT_SECURITY_POLICY).and_then(|policy| policy.to_str().ok());
    if let Some(Ok(policy)) = policy.map(|policy| HeaderValue::from_str(&[policy, POLICY].concat())) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}
