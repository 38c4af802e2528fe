//! `/check`: paste your feed's address, and read what visitors would see of it.

use std::sync::Arc;
use std::time::Duration;

use alentour_formats::{Column, Columns, ReadError};
use alentour_texts::Language;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use maud::html;
use tokio::sync::Semaphore;

use super::html::{self, CONTENT_SECURITY};
use super::{Report, columns};
use crate::feeds::{Bounds, Fetcher, Source, Unread, shown};
use crate::http::{Error, Limits, Visitor};
use crate::state::AppState;

/// Feeds that are read for strangers at a time: each takes a thread, and some memory.
const AT_ONCE: usize = 2;
/// The longest address, in bytes.
const LONGEST: usize = 2000;
/// Columns of a table that may be set right.
const COLUMNS: usize = 200;
/// The longest form, in bytes: the address, and a header and a word for each column.
const FORM: usize = 64 * 1024;
/// How long a form waits for its turn, before it is asked to come back.
const TURN: Duration = Duration::from_secs(2);

/// What examines strangers' feeds.
#[derive(Clone)]
pub struct Checker {
    fetcher: Fetcher,
    bounds: Bounds,
    turns: Arc<Semaphore>,
}

impl Checker {
    /// One that fetches with that. A stranger names the address, so it should call public ones only, whatever the
    /// operator allows for feeds of their own.
    pub fn new(fetcher: Fetcher) -> Self {
        Self { fetcher, bounds: Bounds::STRANGER, turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

/// The page.
pub fn router(checker: Checker) -> Router<AppState> {
    Router::new()
        .route("/check", get(show).post(examine))
        .layer(DefaultBodyLimit::max(FORM))
        .layer(Extension(checker))
}

async fn show(
    State(state): State<AppState>,
    Extension(checker): Extension<Checker>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Response {
    answer(&state.limits, visitor, query.unwrap_or_default().as_bytes(), checker).await
}

async fn examine(
    State(state): State<AppState>,
    Extension(checker): Extension<Checker>,
    visitor: Visitor,
    body: Bytes,
) -> Response {
    answer(&state.limits, visitor, &body, checker).await
}

async fn answer(limits: &Limits, visitor: Visitor, form: &[u8], checker: Checker) -> Response {
    let field = |name: &str| {
        let mut fields = url::form_urlencoded::parse(form);
        fields.find(|(key, _)| key == name).map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let columns = chosen(form);
    let named = Language::OF_OPERATORS.into_iter().find(|language| language.tag() == field("lang"));
    let language = named.unwrap_or(Language::DEFAULT);
    let feed = field("feed");
    if feed.is_empty() {
        return page(StatusCode::OK, "", None, language);
    }
    if let Err(Error::TooMany(seconds)) = limits.check(visitor) {
        return busy(seconds, language);
    }
    let Source::Url(url) = Source::from(feed.as_str()) else {
        return page(StatusCode::UNPROCESSABLE_ENTITY, &feed, None, language);
    };
    if url.len() > LONGEST {
        return page(StatusCode::UNPROCESSABLE_ENTITY, "", None, language);
    }
    let Ok(Ok(turn)) = tokio::time::timeout(TURN, checker.turns.clone().acquire_owned()).await else {
        return busy(10, language);
    };
    let task = tokio::task::spawn_blocking(move || {
        // Held until the feed is read, also where the visitor has gone meanwhile.
        let _turn = turn;
        Source::Url(url).gather(&checker.fetcher, checker.bounds, &columns)
    });
    let now = jiff::Timestamp::now().as_second();
    match task.await {
        Ok(gathered) => {
            let report = gathered.map(|gathered| Report::new(gathered, now));
            page(StatusCode::OK, &feed, Some(report), language)
        }
        Err(panic) => {
            tracing::error!(feed = shown(&feed), %panic, "feed not examined");
            page(StatusCode::INTERNAL_SERVER_ERROR, &feed, None, language)
        }
    }
}

/// What was chosen for each column.
fn chosen(form: &[u8]) -> Columns {
    let all = |name: &'static str| url::form_urlencoded::parse(form).filter(move |(key, _)| key == name);
    let mut columns = Columns::default();
    for ((_, header), (_, column)) in all("header").zip(all("column")).take(COLUMNS) {
        columns.set(header.into_owned(), Column::parse(&column));
    }
    columns
}

/// What the columns of a table were taken for, if it is one.
fn columns_of(report: &Result<Report, Unread>) -> Option<Columns> {
    let columns = match report {
        Ok(report) => report.gathered.reading.columns.clone(),
        Err(Unread::Unreadable(ReadError::UnknownColumns { headers })) => {
            let mut columns = Columns::default();
            headers.iter().for_each(|header| columns.set(header.as_str(), None));
            columns
        }
        Err(_) => return None,
    };
    (!columns.is_empty()).then_some(columns)
}

fn busy(seconds: u64, language: Language) -> Response {
    let mut response = page(StatusCode::TOO_MANY_REQUESTS, "", None, language);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

fn page(
    status: StatusCode,
    feed: &str,
    report: Option<Result<Report, Unread>>,
    language: Language,
) -> Response {
    let texts = language.doctor();
    let error = match status {
        StatusCode::OK => "",
        StatusCode::UNPROCESSABLE_ENTITY => texts.check_bad_address,
        StatusCode::TOO_MANY_REQUESTS => texts.check_busy,
        _ => texts.check_failed,
    };
    let now = jiff::Timestamp::now().as_second();
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
        @if let Some(report) = &report {
            (html::body(report.as_ref(), language, now))
            @if let Some(columns) = columns_of(report) { (columns::form(feed, &columns, language)) }
        }
        p {
            @for other in Language::OF_OPERATORS.into_iter().filter(|other| *other != language) {
                a href={ "?lang=" (other.tag()) } lang=(other.tag()) { (other.pages().name) }
            }
        }
    };
    let mut response = (
        status,
        [(CONTENT_TYPE, "text/html; charset=utf-8")],
        html::unlisted_page(texts.check_title, language, content),
    )
        .into_response();
    let headers = response.headers_mut();
    let policy = format!("{}; frame-ancestors 'none'", CONTENT_SECURITY.as_str());
    if let Ok(policy) = HeaderValue::from_str(&policy) {
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
    use crate::feeds::read;

    async fn shown(csv: &str, columns: &Columns) -> String {
        let report = read(csv.as_bytes(), columns).map(|gathered| Report::new(gathered, 0));
        let page = page(StatusCode::OK, "https://example.org/a.csv", Some(report), Language::French);
        let body = axum::body::to_bytes(page.into_body(), 1 << 20).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn columns_are_shown_and_what_is_chosen_instead_is_read() {
        let csv = "Structure;Objet <b>;Le\nLes Amis;Marche;28/11/2026\n";
        let before = shown(csv, &Columns::default()).await;
        assert!(before.contains("Objet &lt;b&gt;") && !before.contains("<b>;"), "{before}");
        assert!(before.contains("<option value=\"organizer\" selected>"), "{before}");
        assert!(!before.contains("<option value=\"start\" selected>"), "{before}");
        let form = "lang=fr&feed=x&header=Structure&column=organizer&header=Objet+%3Cb%3E&column=name&header=Le&column=start";
        let columns = chosen(form.as_bytes());
        assert_eq!(columns.get("Le"), Some(Some(Column::Start)));
        let after = shown(csv, &columns).await;
        assert!(after.contains("<option value=\"start\" selected>"), "{after}");
        assert_eq!(chosen(b"header=Note&column=").get("note"), Some(None), "chosen not to be read");
    }

    #[tokio::test]
    async fn a_table_without_a_title_can_be_set_right_too() {
        let page = shown("Bidule;Truc\nA;B\nC;D\n", &Columns::default()).await;
        assert!(page.contains("ne peut pas être lu") && page.contains(">Bidule<"), "{page}");
        assert!(page.contains("value=\"https://example.org/a.csv\""), "{page}");
    }
}
