//! `/check`: paste your feed's address, and read what visitors would see of it.

use alentour_texts::Language;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, RETRY_AFTER, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};

use super::sandboxed::{self, COLUMNS, Job};
use super::{html, preview};
use crate::document;
use crate::feeds::{Source, shown};
use crate::http::{Error, Visitor};
use crate::sandbox::SandboxError;
use crate::state::AppState;

/// The longest address, in bytes.
const LONGEST: usize = 2000;
/// The longest form, in bytes: the address, and a header and a word for each column.
const FORM: usize = 64 * 1024;
/// Seconds after which somebody is asked to come back, where too many feeds are being examined.
const COME_BACK: u64 = 10;

/// The page.
pub fn router() -> Router<AppState> {
    Router::new().route("/check", get(show).post(examine)).layer(DefaultBodyLimit::max(FORM))
}

async fn show(State(state): State<AppState>, visitor: Visitor, RawQuery(query): RawQuery) -> Response {
    answer(&state, visitor, query.unwrap_or_default().as_bytes()).await
}

async fn examine(State(state): State<AppState>, visitor: Visitor, body: Bytes) -> Response {
    answer(&state, visitor, &body).await
}

async fn answer(state: &AppState, visitor: Visitor, form: &[u8]) -> Response {
    let field = |name: &str| {
        let mut fields = url::form_urlencoded::parse(form);
        fields.find(|(key, _)| key == name).map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let named = Language::OF_OPERATORS.into_iter().find(|language| language.tag() == field("lang"));
    let language = named.unwrap_or(Language::DEFAULT);
    let feed = field("feed");
    if feed.is_empty() {
        return page(StatusCode::OK, "", None, language);
    }
    if let Err(Error::TooMany(seconds)) = state.limits.check(visitor) {
        return busy(StatusCode::TOO_MANY_REQUESTS, "", seconds, language);
    }
    let Source::Url(url) = Source::from(feed.as_str()) else {
        return page(StatusCode::UNPROCESSABLE_ENTITY, &feed, None, language);
    };
    if url.len() > LONGEST {
        return page(StatusCode::UNPROCESSABLE_ENTITY, "", None, language);
    }
    let job = Job {
        url,
        columns: chosen(form),
        language: language.tag().to_owned(),
        allow_private: state.checks.allow_private,
        is_own: false,
    };
    let Some(_under_way) = state.limits.examination(visitor) else {
        return busy(StatusCode::SERVICE_UNAVAILABLE, &feed, COME_BACK, language);
    };
    match sandboxed::examine(&job, &state.checks.sandbox).await {
        Ok(part) => {
            let style = preview::style(&state.bundle);
            page(StatusCode::OK, &feed, Some(Examined { part, style }), language)
        }
        Err(SandboxError::Busy) => busy(StatusCode::SERVICE_UNAVAILABLE, &feed, COME_BACK, language),
        Err(why) => {
            tracing::error!(feed = shown(&feed), ?why, "feed not examined");
            page(StatusCode::INTERNAL_SERVER_ERROR, &feed, None, language)
        }
    }
}

/// What was chosen for each column: its header, and the column's name.
pub fn chosen(form: &[u8]) -> Vec<(String, String)> {
    let all = |name: &'static str| url::form_urlencoded::parse(form).filter(move |(key, _)| key == name);
    let pairs = all("header").zip(all("column")).take(COLUMNS);
    pairs.map(|((_, header), (_, column))| (header.into_owned(), column.into_owned())).collect()
}

fn busy(status: StatusCode, feed: &str, seconds: u64, language: Language) -> Response {
    let mut response = page(status, feed, None, language);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// A report, and the style sheet of its cards.
struct Examined {
    part: Markup,
    style: String,
}

fn page(status: StatusCode, feed: &str, report: Option<Examined>, language: Language) -> Response {
    let texts = language.doctor();
    let error = match status {
        StatusCode::OK => "",
        StatusCode::UNPROCESSABLE_ENTITY => texts.check_bad_address,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => texts.check_busy,
        _ => texts.check_failed,
    };
    let Examined { part, style } =
        report.unwrap_or_else(|| Examined { part: html! {}, style: String::new() });
    let content = html! {
        h1 { (texts.check_title) }
        form.card method="post" action="?" {
            input type="hidden" name="lang" value=(language.tag());
            label for="feed" { (texts.check_address) }
            p.hint id="hint" { (texts.check_hint) }
            @if !error.is_empty() { p.error id="error" role="alert" { (error) } }
            input id="feed" name="feed" type="url" required maxlength=(LONGEST) autocomplete="url" placeholder="https://"
                aria-describedby=(if error.is_empty() { "hint" } else { "hint error" })
                aria-invalid=[(!error.is_empty()).then_some("true")] value=(feed);
            button { (texts.check_examine) }
        }
        (part)
        p {
            @for other in Language::OF_OPERATORS.into_iter().filter(|other| *other != language) {
                a href={ "?lang=" (other.tag()) } lang=(other.tag()) { (other.pages().name) }
            }
        }
    };
    let html::ReportPage { html, policy } = html::page(texts.check_title, language, content, &style);
    let mut response = (status, document::answer(html)).into_response();
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&format!("{policy}; frame-ancestors 'none'")) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    // The feed's address may hold a key.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_for_a_column_is_taken_by_its_header_and_can_be_nothing() {
        let form = b"lang=fr&feed=x&header=Structure&column=organizer&header=Objet+%3Cb%3E&column=name&header=Note&column=";
        let expected = [("Structure", "organizer"), ("Objet <b>", "name"), ("Note", "")];
        assert_eq!(chosen(form), expected.map(|(header, column)| (header.to_owned(), column.to_owned())));
    }
}
